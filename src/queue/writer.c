#include "queue/writer.h"

#include <unistd.h>

#include "base/log.h"
#include "net/schedule.h"
#include "queue/supervisor.h"
#include "queue/writer_private.h"
#include "store/ledger_site.h"
#include "store/ledger_source.h"

enum {
    TURN_PAUSE_MS = 40,  /* a transaction costs a sync and whole pages: it takes what came in */
    TURN_FULL = 32,      /* that, or so much */
    STORY_PAUSE_MS = 60, /* one transaction for what came in it, not one a document */
    IDLE_MS = 1000,
    LOCK_WAIT_MS = 5000, /* a command's own writer ends within that, or says what it does */
    LOCK_PAUSE_MS = 100,
    EXIT_BUSY = DL_CHILD_GIVE_UP + 5,
};

/* --- start -------------------------------------------------------------------------------- */

static enum dl_err put_starter(dl_writer *w)
{
    struct dl_ledger_counts counts;
    const struct dl_writer_options *o = w->options;
    DL_TRY(dl_ledger_counts(w->ledger, &counts));
    w->more_pending = counts.pending > 0;
    if (counts.feeds > 0 || o->n_starter == 0) return DL_OK;
    int64_t now = dl_now_ms();
    struct dl_diag diag = {0};
    DL_TRY(dl_ledger_begin(w->ledger));
    for (size_t i = 0; i < o->n_starter; i++) {
        const struct dl_source_row *s = &o->starter[i];
        struct dl_outlet outlet = {s->outlet, s->name, s->country, s->language,
                                   s->kind,   s->home, true};
        DL_TRY(dl_writer_put_outlet(w, &outlet));
        DL_TRY(dl_ledger_put_channel(
            w->ledger,
            &(struct dl_channel_put){.outlet = s->outlet,
                                     .url = s->url,
                                     .kind = s->feed_kind,
                                     .title = s->title,
                                     .next_poll_ms = dl_schedule_spread(s->url, now, o->n_starter)},
            NULL));
    }
    return dl_ledger_commit(w->ledger, &diag);
}

static enum dl_err open_ledger(dl_writer *w, struct dl_diag *diag)
{
    struct dl_ledger_options options = {
        .dir = w->options->dir, .early_cursor = getenv("DATELINE_TEST_EARLY_CURSOR") != NULL};
    int64_t until = dl_monotonic_ms() + LOCK_WAIT_MS;
    enum dl_err err;
    while ((err = dl_ledger_open(&options, &w->ledger, diag)) == DL_ERR_BUSY && !dl_stop_wanted() &&
           dl_monotonic_ms() < until)
        poll(NULL, 0, LOCK_PAUSE_MS);
    DL_TRY(err);
    w->last_work = &w->first_work;
    DL_TRY(dl_writer_load_outlets(w));
    DL_TRY(put_starter(w));
    DL_TRY(dl_writer_start_hubs(w));
    return dl_writer_restore_stories(w);
}

static enum dl_err start(dl_writer *w, struct dl_diag *diag)
{
    const struct dl_writer_options *o = w->options;
    struct dl_nursery_options nursery = {dl_reader_work, o->reader, o->sandboxed};
    dl_arena_keep_memory();
    w->turn = dl_arena_new(DL_WRITER_TURN_MEMORY);
    if (w->turn == NULL) return DL_ERR_NOMEM;
    /* Before the lock is held: what forks now must not inherit it. */
    DL_TRY(dl_nursery_start(&nursery, &w->nursery));
    DL_TRY(open_ledger(w, diag));
    DL_TRY(dl_pool_new(w->nursery, o->readers, dl_writer_job_done, w, &w->pool));
    int fd;
    DL_TRY(dl_requests_listen(o->dir, &fd, diag));
    DL_TRY(dl_requests_new(fd, dl_writer_request, w, &w->requests));
    if (o->ready_fd >= 0 && write(o->ready_fd, "r", 1) != 1)
        dl_log(DL_LOG_WARNING, "nobody waits for the writer", "fd=%d", o->ready_fd);
    return DL_OK;
}

static void stop(dl_writer *w)
{
    dl_requests_free(w->requests);
    dl_pool_free(w->pool);
    dl_nursery_stop(w->nursery);
    dl_stories_free(w->stories);
    dl_bilingual_free(w->bilingual);
    dl_ledger_close(w->ledger);
    dl_arena_free(w->turn);
    dl_arena_free(w->outlets);
    free(w->waiters.p);
}

/* --- a turn ------------------------------------------------------------------------------- */

static bool has_turn(const dl_writer *w)
{
    size_t most = w->options->readers * DL_POOL_DEPTH;
    return w->ready.n > 0 || w->read.n > 0 || w->tries.n > 0 || !dl_writer_ordered_waits(w) ||
           (w->more_pending && w->works <= most);
}

/* Readers must not wait for it, nobody waits long for it. */
static bool is_time_for_turn(const dl_writer *w)
{
    if (w->ready.n + w->read.n >= TURN_FULL) return true;
    bool readers_wait =
        w->marked.n == 0 && w->looks.n == 0 && dl_pool_in_flight(w->pool) < w->options->readers;
    return readers_wait || dl_monotonic_ms() - w->turned_ms >= TURN_PAUSE_MS;
}

/* Whoever runs it wants to know: for a while the site is read as one that was never seen. */
static enum dl_err tell_changed_sites(dl_writer *w)
{
    struct dl_site_news news[DL_SITE_NEWS];
    size_t n;
    DL_TRY(dl_ledger_site_news(w->ledger, w->turn, news, &n));
    for (size_t i = 0; i < n; i++)
        dl_log(DL_LOG_WARNING, "a site changed its template", "site=%s before=%s now=%s",
               dl_log_text(news[i].host), dl_log_text(news[i].root_before),
               dl_log_text(news[i].root));
    return DL_OK;
}

static enum dl_err turn(dl_writer *w, struct dl_diag *diag)
{
    struct line ended = {0}, taken = {0}, marked = {0};
    DL_TRY(dl_ledger_begin(w->ledger));
    DL_TRY(dl_writer_put_readings(w, &ended));
    DL_TRY(dl_writer_take_ops(w, &taken));
    DL_TRY(dl_writer_mark(w, &marked));
    DL_TRY(dl_ledger_commit(w->ledger, diag));
    dl_writer_after_readings(w, &ended, &marked);
    dl_writer_answer_ops(w, &taken);
    DL_TRY(tell_changed_sites(w));
    dl_arena_reset(w->turn);
    w->turned_ms = dl_monotonic_ms();
    return dl_writer_submit(w);
}

static bool is_idle(const dl_writer *w)
{
    return w->ops == 0 && w->works == 0 && !w->more_pending && !w->stories_behind &&
           !w->claims_behind;
}

static void answer_settled(dl_writer *w)
{
    struct dl_ledger_counts counts;
    if (w->n_settle == 0 || !is_idle(w) || dl_ledger_counts(w->ledger, &counts) != DL_OK) return;
    char text[100];
    snprintf(text, sizeof text, "{\"documents\":%lld,\"stories\":%lld}",
             (long long)counts.documents, (long long)counts.stories);
    while (w->n_settle > 0)
        dl_requests_answer(w->requests, w->settle[--w->n_settle], DL_OK, dl_str_c(text));
}

static enum dl_err step(dl_writer *w, struct dl_diag *diag)
{
    dl_requests_step(w->requests);
    DL_TRY(dl_pool_step(w->pool));
    DL_TRY(w->failed);
    DL_TRY(dl_writer_submit(w));
    if (has_turn(w) && is_time_for_turn(w)) DL_TRY(turn(w, diag));
    int64_t now = dl_monotonic_ms();
    bool calm = !has_turn(w);
    if (w->stories_behind &&
        (now - w->stories_at_ms >= STORY_PAUSE_MS || (calm && w->works == 0))) {
        DL_TRY(dl_writer_step_stories(w));
        w->stories_at_ms = now;
    }
    bool quiet = calm && w->works == 0 && !w->stories_behind;
    if (w->claims_behind && (quiet || now - w->claims_at_ms >= STORY_PAUSE_MS)) {
        DL_TRY(dl_writer_step_claims(w, quiet));
        w->claims_at_ms = now;
    }
    answer_settled(w);
    return DL_OK;
}

static void wait_for_work(dl_writer *w)
{
    struct pollfd fds[2 + DL_REQUESTS_MAX_CLIENTS + DL_POOL_MAX_READERS];
    size_t n = 1, most = sizeof fds / sizeof *fds;
    fds[0] = (struct pollfd){dl_stop_fd(), POLLIN, 0};
    n += dl_requests_poll_fds(w->requests, fds + n, most - n);
    n += dl_pool_poll_fds(w->pool, fds + n, most - n);
    bool quiet = w->works == 0 && !w->stories_behind;
    int timeout = has_turn(w)                 ? is_time_for_turn(w) ? 0 : TURN_PAUSE_MS / 2
                  : w->claims_behind && quiet ? 0
                  : w->stories_behind || w->claims_behind ? STORY_PAUSE_MS
                                                          : IDLE_MS;
    poll(fds, n, timeout);
}

/* After the wish to stop: no new requests, what is open is answered. */
static bool is_drained(dl_writer *w, int64_t *deadline)
{
    if (!dl_stop_wanted()) return false;
    if (*deadline == 0) {
        *deadline = dl_monotonic_ms() + DL_DRAIN_MS * 8 / 10;
        dl_requests_pause(w->requests, true);
    }
    return w->ops == 0 || dl_monotonic_ms() > *deadline;
}

int dl_writer_main(const struct dl_writer_options *options)
{
    dl_writer w = {.options = options};
    struct dl_diag diag = {.pos = DL_NO_POS};
    int64_t deadline = 0;
    enum dl_err err = start(&w, &diag);
    if (err != DL_OK)
        dl_log(DL_LOG_ERROR, "the writer does not start", "code=%s why=%s", dl_err_name(err),
               dl_log_text(dl_str_c(diag.message[0] != '\0' ? diag.message : dl_err_text(err))));
    while (err == DL_OK && !is_drained(&w, &deadline)) {
        wait_for_work(&w);
        err = step(&w, &diag);
        if (err != DL_OK)
            dl_log(DL_LOG_ERROR, "the writer ends", "code=%s why=%s", dl_err_name(err),
                   dl_log_text(dl_str_c(diag.message)));
    }
    if (err == DL_OK && w.stories_behind) err = dl_writer_step_stories(&w);
    stop(&w);
    if (err == DL_ERR_BUSY || err == DL_ERR_VERSION) return EXIT_BUSY;
    return err == DL_OK ? 0 : 1;
}
