#include "store/source.h"

#include "page/site.h"
#include "store/ledger_source.h"
#include "store/read_private.h"

/* --- feeds -------------------------------------------------------------------------------- */

#define FEED_COLUMNS                                                                                \
    "f.feed, f.outlet, o.name, o.country, o.language, o.kind, o.home, f.url, f.kind, f.title, "     \
    "f.next_poll, f.interval, f.last_poll, f.last_good, f.last_new, f.last_status, "                \
    "f.last_result, f.why, f.failures, f.polls, f.unchanged, f.items_seen, f.items_new, "           \
    "f.category, f.blocked, (SELECT count(*) FROM loss l WHERE l.feed = f.feed), (SELECT max(at) "  \
    "FROM loss l WHERE l.feed = f.feed), (SELECT max(g.last_good) FROM feed g WHERE g.outlet = "    \
    "f.outlet AND g.removed = 0), (SELECT packed FROM rhythm r WHERE r.outlet = f.outlet), "        \
    "f.floor, f.ceiling, f.untrusted, f.note, f.moved_to, (SELECT a.url FROM feed_address a WHERE " \
    "a.feed = f.feed AND a.undone = 0 ORDER BY a.since DESC LIMIT 1) "

static struct dl_store_feed feed_row(dl_arena *arena, const dl_sql *q)
{
    struct dl_rhythm rhythm;
    struct dl_store_feed f = {
        .feed = dl_sql_get_int(q, 0),
        .outlet = dl_sql_get_str(arena, q, 1),
        .outlet_name = dl_sql_get_str(arena, q, 2),
        .country = dl_sql_get_str(arena, q, 3),
        .language = dl_sql_get_str(arena, q, 4),
        .outlet_kind = dl_sql_get_str(arena, q, 5),
        .home = dl_sql_get_str(arena, q, 6),
        .url = dl_sql_get_str(arena, q, 7),
        .kind = dl_sql_get_str(arena, q, 8),
        .title = dl_sql_get_str(arena, q, 9),
        .next_poll_ms = dl_sql_get_int(q, 10),
        .interval_ms = dl_sql_get_int(q, 11),
        .last_poll_ms = dl_sql_get_int(q, 12),
        .last_good_ms = dl_sql_get_int(q, 13),
        .last_new_ms = dl_sql_get_int(q, 14),
        .last_status = dl_sql_get_int(q, 15),
        .last_result = dl_sql_get_str(arena, q, 16),
        .why = dl_sql_get_str(arena, q, 17),
        .failures = dl_sql_get_int(q, 18),
        .polls = dl_sql_get_int(q, 19),
        .unchanged = dl_sql_get_int(q, 20),
        .items_seen = dl_sql_get_int(q, 21),
        .items_new = dl_sql_get_int(q, 22),
        .category = dl_sql_get_str(arena, q, 23),
        .blocked = dl_sql_get_int(q, 24) != 0,
        .losses = dl_sql_get_int(q, 25),
        .last_loss_ms = dl_sql_get_int(q, 26),
        .floor_s = dl_sql_get_int(q, 29),
        .ceiling_s = dl_sql_get_int(q, 30),
        .untrusted_ms = dl_sql_get_int(q, 31),
        .note = dl_sql_get_str(arena, q, 32),
        .moved_to = dl_sql_get_str(arena, q, 33),
        .was_at = dl_sql_get_str(arena, q, 34),
    };
    if (!dl_sql_is_null(q, 28) && dl_rhythm_unpack(dl_sql_get_str(arena, q, 28), &rhythm))
        dl_silence_of(&rhythm, dl_sql_get_int(q, 27), &f.silence);
    return f;
}

enum dl_err dl_store_list_feeds(dl_store *s, dl_arena *arena,
                                const struct dl_store_feed_filter *filter,
                                dl_store_feeds *ret_feeds)
{
    bool own;
    dl_store_feeds feeds = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_FEEDS,
        "SELECT " FEED_COLUMNS
        "FROM feed f JOIN outlet o USING (outlet) WHERE f.removed = 0 AND (?1 IS NULL OR f.outlet "
        "= ?1) AND (?4 IS NULL OR o.country = ?4) AND (?2 = 0 OR (f.outlet, f.feed) > (SELECT "
        "outlet, feed FROM feed WHERE feed = ?2)) ORDER BY f.outlet, f.feed LIMIT ?3");
    dl_sql_str(&q, filter->outlet);
    dl_sql_int(&q, filter->after);
    dl_sql_int(&q, (int64_t)dl_store_limit(filter->limit));
    dl_sql_str(&q, filter->country);
    while (dl_sql_step(&q)) {
        if (dl_vec_push(arena, &feeds, feed_row(arena, &q)) != DL_OK) break;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, dl_arena_failed(arena)));
    *ret_feeds = feeds;
    return DL_OK;
}

/* --- what each channel is worth ----------------------------------------------------------- */

struct seen {
    int64_t document, feed, after_ms, by_ms;
    bool pushed;
};
typedef DL_VEC(struct seen) seen_rows;

/* By document: what stands together was seen by several. */
static enum dl_err read_seen(dl_store *s, dl_arena *arena, dl_str outlet, seen_rows *ret_rows)
{
    seen_rows rows = {0};
    dl_sql q = DL_STORE_SQL(s, READ_CHANNEL_SEEN,
                            "SELECT s.document, s.feed, s.seen_after, s.seen_by, s.pushed FROM "
                            "feed f JOIN channel_seen s USING (feed) WHERE f.outlet = ?1 AND "
                            "f.removed = 0 ORDER BY s.document DESC LIMIT ?2");
    dl_sql_str(&q, outlet);
    dl_sql_int(&q, DL_SOURCE_CHANNELS / 5 * DL_SEEN_KEPT);
    while (dl_sql_step(&q)) {
        struct seen row = {dl_sql_get_int(&q, 0), dl_sql_get_int(&q, 1), dl_sql_get_int(&q, 2),
                           dl_sql_get_int(&q, 3), dl_sql_get_int(&q, 4) != 0};
        if (dl_vec_push(arena, &rows, row) != DL_OK) break;
    }
    dl_sql_end(&q);
    *ret_rows = rows;
    return dl_arena_failed(arena);
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

struct judged {
    const struct seen *rows; /* of one document */
    size_t n;
};

/* The sighting of this channel, and the earliest of another whose beginning was seen. */
static void compare(const struct judged *d, int64_t feed, const struct seen **ret_own,
                    const struct seen **ret_other)
{
    *ret_own = *ret_other = NULL;
    for (size_t i = 0; i < d->n; i++) {
        const struct seen *row = &d->rows[i];
        if (row->feed == feed)
            *ret_own = row;
        else if (*ret_other == NULL || row->by_ms < (*ret_other)->by_ms)
            *ret_other = row;
    }
}

static struct judged next_document(const seen_rows *rows, size_t *at)
{
    struct judged d = {&rows->p[*at], 0};
    while (*at < rows->n && rows->p[*at].document == d.rows->document)
        d.n++, (*at)++;
    return d;
}

/* Since when it is looked at, and the oldest document of it that is still remembered. */
static void begin_of(const seen_rows *rows, int64_t feed, int64_t *ret_since_ms,
                     int64_t *ret_oldest)
{
    *ret_since_ms = *ret_oldest = INT64_MAX;
    for (size_t i = 0; i < rows->n; i++) {
        const struct seen *row = &rows->p[i];
        if (row->feed != feed) continue;
        if (row->by_ms < *ret_since_ms) *ret_since_ms = row->by_ms;
        if (row->document < *ret_oldest) *ret_oldest = row->document;
    }
}

static enum dl_err judge(dl_arena *arena, const seen_rows *rows, struct dl_store_channel *c)
{
    int64_t since_ms, oldest, *leads = DL_NEW_ARRAY(arena, int64_t, rows->n + 1);
    size_t n = 0;
    if (leads == NULL) return dl_arena_failed(arena);
    begin_of(rows, c->feed.feed, &since_ms, &oldest);
    for (size_t at = 0; at < rows->n;) {
        struct judged d = next_document(rows, &at);
        const struct seen *own, *other;
        compare(&d, c->feed.feed, &own, &other);
        int64_t first_ms =
            own == NULL || (other != NULL && other->by_ms < own->by_ms) ? other->by_ms : own->by_ms;
        if (first_ms < since_ms || d.rows->document < oldest) continue;
        c->documents++;
        c->seen += own != NULL;
        c->pushed += own != NULL && own->pushed;
        c->first += own != NULL && (other == NULL || own->by_ms < other->by_ms);
        if (own == NULL || other == NULL || own->after_ms == 0 || other->after_ms == 0) continue;
        leads[n++] = other->by_ms - own->by_ms;
    }
    qsort(leads, n, sizeof *leads, by_number);
    c->compared = (int64_t)n;
    if (n > 0) c->lead_ms = leads[n / 2];
    return DL_OK;
}

/* --- its parts ---------------------------------------------------------------------------- */

static void read_trust(dl_store *s, struct dl_store_channel *c)
{
    dl_sql q = DL_STORE_SQL(s, READ_TRUST,
                            "SELECT guid_held, guid_churned, guid_reused, url_churned, url_shared "
                            "FROM identity_trust WHERE outlet = ?1 AND feed = ?2");
    dl_sql_str(&q, c->feed.outlet);
    dl_sql_int(&q, c->feed.feed);
    if (dl_sql_step(&q)) {
        c->guid_held = dl_sql_get_int(&q, 0);
        c->guid_churned = dl_sql_get_int(&q, 1);
        c->guid_reused = dl_sql_get_int(&q, 2);
        c->url_churned = dl_sql_get_int(&q, 3);
        c->url_shared = dl_sql_get_int(&q, 4);
    }
    dl_sql_end(&q);
}

static enum dl_err read_hubs(dl_store *s, dl_arena *arena, int64_t feed,
                             struct dl_store_source *src)
{
    dl_store_subscriptions some;
    DL_TRY(dl_store_list_subscriptions(s, arena, feed, DL_SOURCE_HUBS, &some));
    for (size_t i = 0; i < some.n; i++)
        DL_TRY(dl_vec_push(arena, &src->hubs, some.p[i]));
    return DL_OK;
}

static enum dl_err read_channels(dl_store *s, dl_arena *arena, struct dl_store_source *src)
{
    dl_store_feeds feeds;
    seen_rows rows;
    struct dl_store_feed_filter filter = {.outlet = src->outlet, .limit = DL_SOURCE_CHANNELS};
    DL_TRY(dl_store_list_feeds(s, arena, &filter, &feeds));
    DL_TRY(read_seen(s, arena, src->outlet, &rows));
    for (size_t i = 0; i < feeds.n; i++) {
        struct dl_store_channel c = {.feed = feeds.p[i]};
        DL_TRY(judge(arena, &rows, &c));
        read_trust(s, &c);
        DL_TRY(read_hubs(s, arena, c.feed.feed, src));
        DL_TRY(dl_vec_push(arena, &src->channels, c));
        if (feeds.p[i].last_good_ms > src->watched_ms) src->watched_ms = feeds.p[i].last_good_ms;
    }
    return DL_OK;
}

static enum dl_err read_losses(dl_store *s, dl_arena *arena, struct dl_store_source *src)
{
    dl_sql q = DL_STORE_SQL(
        s, READ_LOSSES,
        "SELECT l.loss, l.after, l.at, l.before, l.items, l.covered, l.looked, l.filled, f.url, "
        "a.url, a.kind FROM feed f JOIN loss l USING (feed) LEFT JOIN feed a ON a.feed = l.asked "
        "WHERE f.outlet = ?1 AND f.removed = 0 ORDER BY l.loss DESC LIMIT ?2");
    dl_sql_str(&q, src->outlet);
    dl_sql_int(&q, DL_SOURCE_LOSSES);
    while (dl_sql_step(&q)) {
        struct dl_store_loss row = {
            .loss = dl_sql_get_int(&q, 0),
            .after_ms = dl_sql_get_int(&q, 1),
            .at_ms = dl_sql_get_int(&q, 2),
            .before = dl_sql_get_int(&q, 3),
            .items = dl_sql_get_int(&q, 4),
            .covered = dl_sql_get_int(&q, 5),
            .looked_ms = dl_sql_get_int(&q, 6),
            .filled = dl_sql_get_int(&q, 7),
            .url = dl_sql_get_str(arena, &q, 8),
            .asked_url = dl_sql_get_str(arena, &q, 9),
            .asked_kind = dl_sql_get_str(arena, &q, 10),
        };
        if (dl_vec_push(arena, &src->losses, row) != DL_OK) break;
    }
    dl_sql_end(&q);
    return dl_arena_failed(arena);
}

static enum dl_err read_polls(dl_store *s, dl_arena *arena, struct dl_store_source *src)
{
    dl_sql q = DL_STORE_SQL(s, READ_POLLS,
                            "SELECT f.url, p.at, p.items, p.fresh FROM feed f JOIN poll p USING "
                            "(feed) WHERE f.outlet = ?1 AND f.removed = 0 ORDER BY p.at DESC LIMIT "
                            "?2");
    dl_sql_str(&q, src->outlet);
    dl_sql_int(&q, DL_SOURCE_POLLS);
    while (dl_sql_step(&q)) {
        struct dl_store_poll row = {dl_sql_get_str(arena, &q, 0), dl_sql_get_int(&q, 1),
                                    dl_sql_get_int(&q, 2), dl_sql_get_int(&q, 3)};
        if (dl_vec_push(arena, &src->polls, row) != DL_OK) break;
    }
    dl_sql_end(&q);
    return dl_arena_failed(arena);
}

/* Of the articles that channels saw lately, how many say something else than at first. */
static void read_edits(dl_store *s, struct dl_store_source *src)
{
    dl_sql q = DL_STORE_SQL(
        s, READ_EDITS,
        "SELECT count(*), sum((SELECT count(*) FROM revision r WHERE r.document = d.document AND "
        "r.kind = 'item') > 1 OR (SELECT count(*) FROM revision r WHERE r.document = d.document "
        "AND r.kind = 'page') > 1) FROM (SELECT DISTINCT s.document FROM feed f JOIN channel_seen "
        "s USING (feed) WHERE f.outlet = ?1 AND f.removed = 0 ORDER BY s.document DESC LIMIT ?2) d");
    dl_sql_str(&q, src->outlet);
    dl_sql_int(&q, DL_SEEN_KEPT);
    if (dl_sql_step(&q)) {
        src->articles = dl_sql_get_int(&q, 0);
        src->edited = dl_sql_get_int(&q, 1);
    }
    dl_sql_end(&q);
}

static void read_memory(dl_arena *arena, dl_str packed, struct dl_store_site *site)
{
    struct dl_page_site memory;
    if (packed.n == 0 || dl_site_unpack(arena, packed, &memory) != DL_OK) return;
    site->texts = (int64_t)memory.n_texts;
    if (memory.date_order == DL_DATE_ORDER_DMY) site->date_order = DL_STR("dmy");
    if (memory.date_order == DL_DATE_ORDER_MDY) site->date_order = DL_STR("mdy");
}

/* Hosts of the articles that channels saw lately. */
static enum dl_err read_sites(dl_store *s, dl_arena *arena, struct dl_store_source *src)
{
    dl_sql q = DL_STORE_SQL(
        s, READ_SITES,
        "SELECT x.host, x.root, x.root_before, x.taken, x.articles, x.changed, (SELECT m.packed "
        "FROM site_memory m WHERE m.site = x.site ORDER BY m.nth DESC LIMIT 1) FROM site x WHERE "
        "x.site IN (SELECT e.site FROM (SELECT DISTINCT s.document FROM feed f JOIN channel_seen s "
        "USING (feed) WHERE f.outlet = ?1 AND f.removed = 0 ORDER BY s.document DESC LIMIT ?2) d "
        "JOIN entry e ON e.document = d.document WHERE e.site IS NOT NULL) ORDER BY x.host LIMIT "
        "?3");
    dl_sql_str(&q, src->outlet);
    dl_sql_int(&q, DL_SEEN_KEPT);
    dl_sql_int(&q, DL_SOURCE_SITES);
    while (dl_sql_step(&q)) {
        struct dl_store_site site = {
            .host = dl_sql_get_str(arena, &q, 0),
            .root = dl_sql_get_str(arena, &q, 1),
            .root_before = dl_sql_get_str(arena, &q, 2),
            .pages = dl_sql_get_int(&q, 3),
            .articles = dl_sql_get_int(&q, 4),
            .changed_ms = dl_sql_get_int(&q, 5),
        };
        read_memory(arena, dl_sql_get_str(arena, &q, 6), &site);
        if (dl_vec_push(arena, &src->sites, site) != DL_OK) break;
    }
    dl_sql_end(&q);
    return dl_arena_failed(arena);
}

static void read_outlet(dl_store *s, dl_arena *arena, dl_str outlet, struct dl_store_source *src)
{
    dl_sql q = DL_STORE_SQL(s, READ_OUTLET,
                            "SELECT o.outlet, o.name, o.country, o.language, o.kind, o.home, "
                            "r.packed FROM outlet o LEFT JOIN rhythm r USING (outlet) WHERE "
                            "o.outlet = ?1 AND EXISTS (SELECT 1 FROM feed f WHERE f.outlet = "
                            "o.outlet AND f.removed = 0)");
    dl_sql_str(&q, outlet);
    if (dl_sql_step(&q)) {
        src->outlet = dl_sql_get_str(arena, &q, 0);
        src->name = dl_sql_get_str(arena, &q, 1);
        src->country = dl_sql_get_str(arena, &q, 2);
        src->language = dl_sql_get_str(arena, &q, 3);
        src->kind = dl_sql_get_str(arena, &q, 4);
        src->home = dl_sql_get_str(arena, &q, 5);
        dl_rhythm_unpack(dl_sql_get_str(arena, &q, 6), &src->rhythm);
    }
    dl_sql_end(&q);
}

static enum dl_err read_source(dl_store *s, dl_arena *arena, dl_str outlet,
                               struct dl_store_source *src)
{
    read_outlet(s, arena, outlet, src);
    DL_TRY(dl_arena_failed(arena));
    if (src->outlet.n == 0) return DL_ERR_NOT_FOUND;
    DL_TRY(read_channels(s, arena, src));
    DL_TRY(read_losses(s, arena, src));
    DL_TRY(read_polls(s, arena, src));
    read_edits(s, src);
    DL_TRY(read_sites(s, arena, src));
    if (src->rhythm.since_ms != 0) dl_silence_of(&src->rhythm, src->watched_ms, &src->silence);
    return DL_OK;
}

enum dl_err dl_store_source(dl_store *s, dl_arena *arena, dl_str outlet,
                            struct dl_store_source *ret_source)
{
    bool own;
    struct dl_store_source *src = DL_NEW(arena, struct dl_store_source);
    if (src == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_store_enter(s, &own));
    DL_TRY(dl_store_leave(s, own, read_source(s, arena, outlet, src)));
    *ret_source = *src;
    return DL_OK;
}
