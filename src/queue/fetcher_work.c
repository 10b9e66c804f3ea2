/* What is due: asked of the writer through windows of time, started at a measured rate.
 *
 * What became due since we last looked is started at once: the schedule has spread it. What is due
 * longer (an import, a restart, an outage, a site with more than its turn) is behind: a sweep goes
 * through it, newest first, the next one oldest first, so that fresh news come soon and nobody is
 * passed over for ever. Feeds that are behind or were never polled start at DL_POLL_STARTS_PER_S,
 * or as fast as takes one floor of the schedule for all of them. A row that finds no room (its site
 * has enough under way) stays due and is met again by the next sweep. */
#include "net/schedule.h"
#include "queue/fetcher_private.h"

enum {
    ASK_EVERY_MS = 1000,       /* a feed that is added is noticed so soon */
    ASK_LEAST_MS = 200,        /* a due time is met so closely */
    FRESH_MOST_MS = 10 * 1000, /* due longer: behind */
    SWEEP_REST_MS = 10 * 1000, /* between sweeps */
    ROWS_MOST = 500,           /* of one window: some milliseconds of the writer */
    SWEPT_MOST = 250,
    ALREADY_MOST = 50, /* rows of a sweep that cost no start: they are under way */
    WAKE_LEAST_MS = 50,
    STARTS_AT_FIRST = 10, /* who has few feeds does not wait */
    SCRATCH = 64 << 20,
};

static const struct place nowhere = {-1, 0};

void dl_fetcher_work_start(struct fetcher *f)
{
    struct place now = {dl_now_ms(), 0};
    f->feeds = f->pages = (struct due){.fresh = now, .swept_ms = -SWEEP_REST_MS};
    /* Who asked before us, and ended, may have asked any host a moment ago. */
    f->asked_ms = dl_monotonic_ms() + DL_HOST_GAP_MS - ASK_LEAST_MS;
    f->looked_ms = dl_monotonic_ms();
    f->starts_per_s = DL_POLL_STARTS_PER_S;
    f->starts = STARTS_AT_FIRST;
    f->next_due_ms = 0;
}

/* --- asking ------------------------------------------------------------------------------- */

static void put_window(yyjson_mut_doc *json, yyjson_mut_val *list, struct place low,
                       struct place high, bool newest_first, size_t most)
{
    yyjson_mut_val *window = dl_json_push_obj(json, list);
    dl_json_int(json, window, "low", low.ms);
    dl_json_int(json, window, "low_id", low.id);
    dl_json_int(json, window, "high", high.ms);
    dl_json_int(json, window, "high_id", high.id);
    dl_json_bool(json, window, "newest_first", newest_first);
    dl_json_int(json, window, "most", (int64_t)most);
}

static bool begins_sweep(struct due *due, int64_t monotonic_ms)
{
    if (due->sweeping || monotonic_ms - due->swept_ms < SWEEP_REST_MS) return false;
    due->sweeping = true;
    due->low = nowhere;
    due->high = due->fresh;
    return true;
}

/* A clock that was set back, a sleep of the machine. */
static void correct_fresh(struct due *due, int64_t now_ms)
{
    if (due->fresh.ms > now_ms || due->fresh.ms < now_ms - FRESH_MOST_MS)
        due->fresh = (struct place){now_ms - 1, INT64_MAX};
}

static void put_windows(struct due *due, size_t fresh, size_t swept, int64_t now_ms,
                        yyjson_mut_doc *json, yyjson_mut_val *list)
{
    due->most_fresh = fresh < ROWS_MOST ? fresh : ROWS_MOST;
    due->most_swept = !due->sweeping ? 0 : swept < SWEPT_MOST ? swept : SWEPT_MOST;
    due->asked_until = now_ms - 1;
    struct place until = {due->asked_until, INT64_MAX};
    put_window(json, list, due->fresh, until, false, due->most_fresh);
    put_window(json, list, due->low, due->high, !due->oldest_first, due->most_swept);
}

static size_t room(const struct fetcher *f, bool for_feeds)
{
    if (!dl_fetcher_has_room(f, for_feeds)) return 0;
    size_t all = f->jobs_max - f->jobs.n, pages = f->jobs_max / 2 - f->n_pages;
    return for_feeds || all < pages ? all : pages;
}

static void earn_starts(struct fetcher *f, int64_t monotonic_ms)
{
    double earned = (double)(monotonic_ms - f->looked_ms) / 1000 * f->starts_per_s;
    f->looked_ms = monotonic_ms;
    f->starts += earned;
    if (f->starts > f->starts_per_s) f->starts = f->starts_per_s; /* no more than a second's */
}

static bool is_time(const struct fetcher *f, int64_t monotonic_ms)
{
    int64_t since = monotonic_ms - f->asked_ms;
    bool soon = f->cut || f->next_due_ms <= dl_now_ms();
    return f->work_request == 0 && since >= (soon ? ASK_LEAST_MS : ASK_EVERY_MS);
}

void dl_fetcher_ask_for_work(struct fetcher *f)
{
    int64_t monotonic = dl_monotonic_ms(), now = dl_now_ms();
    size_t feeds = room(f, true), pages = room(f, false);
    if (!is_time(f, monotonic) || (feeds == 0 && pages == 0)) return;
    dl_arena_reset(f->scratch);
    yyjson_mut_doc *json = dl_json_new(f->scratch);
    if (json == NULL) return;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    if (!f->is_known) dl_json_bool(json, o, "first", true);
    if (f->archive != NULL) dl_json_bool(json, o, "names", true);
    earn_starts(f, monotonic);
    correct_fresh(&f->feeds, now);
    correct_fresh(&f->pages, now);
    if (begins_sweep(&f->feeds, monotonic)) dl_json_int(json, o, "behind", f->feeds.high.ms);
    begins_sweep(&f->pages, monotonic);
    size_t starts = f->starts < 1 ? 0 : (size_t)f->starts + ALREADY_MOST;
    put_windows(&f->feeds, feeds, starts < feeds ? starts : feeds, now, json,
                dl_json_arr(json, o, "feeds"));
    put_windows(&f->pages, pages, pages, now, json, dl_json_arr(json, o, "pages"));
    dl_str text;
    f->asked_ms = monotonic;
    if (dl_json_text(json, f->scratch, &text) == DL_OK &&
        dl_asker_send(f->asker, DL_REQUEST_WORK, text, (dl_str){NULL, 0}, &f->work_request) !=
            DL_OK)
        f->lost_writer = true;
}

/* --- taking ------------------------------------------------------------------------------- */

static struct place place_of(yyjson_val *row, bool is_feed)
{
    return (struct place){dl_json_get_int(row, "due", 0),
                          dl_json_get_int(row, is_feed ? "feed" : "document", 0)};
}

static bool start_job(struct fetcher *f, yyjson_val *row, bool is_feed)
{
    struct job *job = dl_fetcher_new_job(f, row, is_feed);
    if (job != NULL) dl_fetcher_go_on(f, job);
    return job != NULL;
}

static void take_fresh(struct fetcher *f, struct due *due, yyjson_val *rows, bool is_feed)
{
    size_t i, n;
    yyjson_val *row;
    yyjson_arr_foreach(rows, i, n, row)
    {
        if (!dl_fetcher_has_room(f, is_feed)) break;
        bool is_first = yyjson_is_true(yyjson_obj_get(row, "first"));
        if (!is_first || f->starts >= 1) f->starts -= start_job(f, row, is_feed) && is_first;
        due->fresh = place_of(row, is_feed);
    }
    if (i < n || (n > 0 && n >= due->most_fresh))
        f->cut = true;
    else if (due->most_fresh > 0)
        due->fresh = (struct place){due->asked_until, INT64_MAX};
}

static void end_sweep(struct due *due)
{
    due->sweeping = false;
    due->oldest_first = !due->oldest_first;
    due->swept_ms = dl_monotonic_ms();
}

static void take_swept(struct fetcher *f, struct due *due, yyjson_val *rows, bool is_feed)
{
    size_t i, n;
    yyjson_val *row;
    if (due->most_swept == 0) return;
    yyjson_arr_foreach(rows, i, n, row)
    {
        if (!dl_fetcher_has_room(f, is_feed) || (is_feed && f->starts < 1)) break;
        bool started = start_job(f, row, is_feed);
        if (is_feed) f->starts -= started;
        struct place at = place_of(row, is_feed);
        if (due->oldest_first)
            due->low = at;
        else
            due->high = (struct place){at.ms, at.id - 1};
    }
    if (i < n || n >= due->most_swept)
        f->cut = true;
    else
        end_sweep(due);
}

static void take_list(struct fetcher *f, struct due *due, yyjson_val *lists, bool is_feed)
{
    take_fresh(f, due, yyjson_arr_get(lists, 0), is_feed);
    take_swept(f, due, yyjson_arr_get(lists, 1), is_feed);
}

/* As fast as politeness has it, or so that all of them are seen within one floor. */
static void set_rate(struct fetcher *f, int64_t behind)
{
    double rate = (double)behind / DL_POLL_FLOOR_S;
    f->starts_per_s = rate > DL_POLL_STARTS_PER_S ? rate : DL_POLL_STARTS_PER_S;
}

void dl_fetcher_take_work(struct fetcher *f, dl_str text)
{
    yyjson_doc *doc;
    dl_arena *arena = dl_arena_new(SCRATCH); /* go_on() uses f->scratch */
    if (arena != NULL && dl_json_read(arena, text, &doc, NULL) == DL_OK) {
        yyjson_val *o = yyjson_doc_get_root(doc);
        int64_t behind = dl_json_get_int(o, "behind", -1);
        if (behind >= 0) set_rate(f, behind);
        f->next_due_ms = dl_json_get_int(o, "next", INT64_MAX);
        f->cut = false;
        dl_fetcher_take_robots(f, yyjson_obj_get(o, "robots"));
        take_list(f, &f->feeds, yyjson_obj_get(o, "feeds"), true);
        take_list(f, &f->pages, yyjson_obj_get(o, "pages"), false);
    }
    dl_arena_free(arena);
}

int dl_fetcher_work_timeout_ms(const struct fetcher *f)
{
    int64_t since = dl_monotonic_ms() - f->asked_ms, until_due = f->next_due_ms - dl_now_ms();
    int64_t wait = (f->cut ? ASK_LEAST_MS : ASK_EVERY_MS) - since;
    if (until_due < wait) wait = until_due;
    return wait < WAKE_LEAST_MS ? WAKE_LEAST_MS : (int)wait;
}
