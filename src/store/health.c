#include "store/health.h"

#include "store/read_private.h"

enum { HOURS_OF_DAY = 24, FAILING_FROM = 3 };
static const int64_t HOUR = 3600000;

/* seen, stored, duplicate, rejected, quarantined, in flight from column `from` on. */
static void tally_numbers(const dl_sql *q, int from, struct dl_store_tally *t)
{
    t->seen = dl_sql_get_int(q, from);
    t->stored = dl_sql_get_int(q, from + 1);
    t->duplicate = dl_sql_get_int(q, from + 2);
    t->rejected = dl_sql_get_int(q, from + 3);
    t->quarantined = dl_sql_get_int(q, from + 4);
    t->in_flight = dl_sql_get_int(q, from + 5);
    t->residual = t->seen - t->stored - t->duplicate - t->rejected - t->quarantined - t->in_flight;
}

enum dl_err dl_store_list_tallies(dl_store *s, dl_arena *arena, int64_t since_hour, size_t limit,
                                  dl_store_tallies *ret_tallies)
{
    bool own;
    dl_store_tallies tallies = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_TALLIES,
        "SELECT t.outlet, min(t.hour), sum(t.seen), sum(t.stored), sum(t.duplicate), "
        "sum(t.rejected), sum(t.quarantined), coalesce(p.n, 0) FROM tally t LEFT JOIN (SELECT "
        "outlet, count(*) AS n FROM entry WHERE state = 'pending' AND hour >= ?1 GROUP BY outlet) "
        "p ON p.outlet = t.outlet WHERE t.hour >= ?1 GROUP BY t.outlet ORDER BY sum(t.seen) - "
        "sum(t.stored) - sum(t.duplicate) - sum(t.rejected) - sum(t.quarantined) - coalesce(p.n, "
        "0) = 0, sum(t.seen) DESC, t.outlet LIMIT ?2");
    dl_sql_int(&q, since_hour);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (dl_sql_step(&q)) {
        struct dl_store_tally t = {.outlet = dl_sql_get_str(arena, &q, 0),
                                   .hour = dl_sql_get_int(&q, 1)};
        tally_numbers(&q, 2, &t);
        if (dl_vec_push(arena, &tallies, t) != DL_OK) break;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, dl_arena_failed(arena)));
    *ret_tallies = tallies;
    return DL_OK;
}

enum dl_err dl_store_list_quarantine(dl_store *s, dl_arena *arena, int64_t before, size_t limit,
                                     dl_store_entries *ret_entries)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_entries entries = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_QUARANTINE,
        "SELECT e.seq, e.seen_by, e.tries, d.id, e.outlet, d.url, e.kind, e.state, e.code, "
        "e.message FROM entry e JOIN document d USING (document) WHERE e.state IN ('quarantined', "
        "'rejected') AND e.seq < ?1 ORDER BY e.seq DESC LIMIT ?2");
    dl_sql_int(&q, before > 0 ? before : INT64_MAX);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_entry e = {
            .seq = dl_sql_get_int(&q, 0),
            .seen_by_ms = dl_sql_get_int(&q, 1),
            .tries = dl_sql_get_int(&q, 2),
            .outlet = dl_sql_get_str(arena, &q, 4),
            .url = dl_sql_get_str(arena, &q, 5),
            .kind = dl_sql_get_str(arena, &q, 6),
            .state = dl_sql_get_str(arena, &q, 7),
            .code = dl_sql_get_str(arena, &q, 8),
            .message = dl_sql_get_str(arena, &q, 9),
        };
        err = dl_sql_get_id(&q, 3, &e.document) ? DL_OK : DL_ERR_CORRUPT;
        if (err == DL_OK) err = dl_vec_push(arena, &entries, e);
    }
    dl_sql_end(&q);
    if (err == DL_OK) err = dl_arena_failed(arena);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_entries = entries;
    return DL_OK;
}

/* --- status ------------------------------------------------------------------------------- */

static void counts(dl_store *s, struct dl_store_status *st)
{
    /* Rows of revision and statement are never deleted, so the newest key is their number. */
    dl_sql q = DL_STORE_SQL(
        s, READ_COUNTS,
        "SELECT (SELECT count(*) FROM document), (SELECT max(revision) FROM revision), (SELECT "
        "max(statement) FROM statement), (SELECT count(*) FROM story INDEXED BY story_change WHERE "
        "joined_into IS NULL), (SELECT count(*) FROM outlet), (SELECT page_count FROM "
        "pragma_page_count()), (SELECT seq FROM change ORDER BY seq DESC LIMIT 1), (SELECT at FROM "
        "change ORDER BY seq DESC LIMIT 1), (SELECT max(seen_by) FROM entry WHERE seq > (SELECT "
        "max(seq) FROM entry) - 1000)");
    if (dl_sql_step(&q)) {
        st->documents = dl_sql_get_int(&q, 0);
        st->revisions = dl_sql_get_int(&q, 1);
        st->statements = dl_sql_get_int(&q, 2);
        st->stories = dl_sql_get_int(&q, 3);
        st->outlets = dl_sql_get_int(&q, 4);
        st->database_bytes = dl_sql_get_int(&q, 5) * DL_SQLITE_PAGE;
        st->newest_change = dl_sql_get_int(&q, 6);
        st->newest_change_ms = dl_sql_get_int(&q, 7);
        st->newest_seen_ms = dl_sql_get_int(&q, 8);
    }
    dl_sql_end(&q);
}

static void queues(dl_store *s, int64_t now_ms, struct dl_store_status *st)
{
    dl_sql q = DL_STORE_SQL(
        s, READ_QUEUES,
        "SELECT (SELECT count(*) FROM entry WHERE state = 'pending'), (SELECT seen_by FROM entry "
        "WHERE state = 'pending' ORDER BY seq LIMIT 1), (SELECT count(*) FROM entry WHERE seq > "
        "coalesce((SELECT seq FROM cursor WHERE stage = 'story'), 0) AND state <> 'pending'), "
        "(SELECT count(*) FROM entry WHERE state IN ('quarantined', 'rejected') AND state = "
        "'quarantined'), (SELECT count(*) FROM entry WHERE state IN ('quarantined', 'rejected') "
        "AND state = 'rejected'), (SELECT count(*) FROM page_job WHERE result IS NULL AND "
        "not_before <= ?1), (SELECT count(*) FROM page_job WHERE result IS NULL AND not_before > "
        "?1)");
    dl_sql_int(&q, now_ms);
    if (dl_sql_step(&q)) {
        st->pending = dl_sql_get_int(&q, 0);
        st->oldest_pending_ms = dl_sql_get_int(&q, 1);
        st->story_lag = dl_sql_get_int(&q, 2);
        st->quarantined = dl_sql_get_int(&q, 3);
        st->rejected = dl_sql_get_int(&q, 4);
        st->pages_due = dl_sql_get_int(&q, 5);
        st->pages_waiting = dl_sql_get_int(&q, 6);
    }
    dl_sql_end(&q);
}

static void feed_counts(dl_store *s, int64_t now_ms, struct dl_store_status *st)
{
    dl_sql q = DL_STORE_SQL(s, READ_FEED_COUNTS,
                            "SELECT count(*), sum(next_poll <= ?1), sum(failures >= ?2) FROM feed "
                            "WHERE removed = 0");
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, FAILING_FROM);
    if (dl_sql_step(&q)) {
        st->feeds = dl_sql_get_int(&q, 0);
        st->feeds_due = dl_sql_get_int(&q, 1);
        st->feeds_failing = dl_sql_get_int(&q, 2);
    }
    dl_sql_end(&q);
}

static struct dl_store_tally tally_since(dl_store *s, int64_t hour)
{
    struct dl_store_tally t = {.hour = hour};
    dl_sql q = DL_STORE_SQL(
        s, READ_DAY,
        "SELECT sum(seen), sum(stored), sum(duplicate), sum(rejected), sum(quarantined), (SELECT "
        "count(*) FROM entry WHERE state = 'pending' AND hour >= ?1) FROM tally WHERE hour >= ?1");
    dl_sql_int(&q, hour);
    if (dl_sql_step(&q)) tally_numbers(&q, 0, &t);
    dl_sql_end(&q);
    return t;
}

enum dl_err dl_store_status(dl_store *s, int64_t now_ms, struct dl_store_status *ret_status)
{
    bool own;
    struct dl_store_status st = {0};
    DL_TRY(dl_store_enter(s, &own));
    counts(s, &st);
    queues(s, now_ms, &st);
    feed_counts(s, now_ms, &st);
    st.day = tally_since(s, now_ms / HOUR - HOURS_OF_DAY);
    st.residual = tally_since(s, now_ms / HOUR - DL_STORE_RESIDUAL_HOURS).residual;
    DL_TRY(dl_store_leave(s, own, DL_OK));
    *ret_status = st;
    return DL_OK;
}

bool dl_store_sound(dl_store *s, int64_t limit_ms, struct dl_diag *diag)
{
    bool own;
    if (dl_store_enter(s, &own) != DL_OK) return true;
    bool sound = dl_db_check(&s->db, limit_ms, diag);
    if (own) dl_store_end(s);
    return sound;
}
