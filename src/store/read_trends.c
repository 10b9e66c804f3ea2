#include "store/read_trends.h"

#include "store/read_private.h"

enum { DAYS_A_WEEK = 7 };

static const char *const kinds[] = {"place", "topic", "pair", "link"};

const char *dl_trend_kind_name(enum dl_trend_kind kind)
{
    return kinds[kind];
}

bool dl_trend_kind_from(dl_str name, enum dl_trend_kind *ret)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!dl_str_eq_c(name, kinds[i])) continue;
        *ret = (enum dl_trend_kind)i;
        return true;
    }
    return false;
}

/* The most frequent keys of days, with their numbers. */
static enum dl_err frequent(dl_store *s, dl_arena *arena, dl_sql *q, dl_store_trends *ret)
{
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_sql_step(q)) {
        struct dl_store_trend t = {.key = dl_sql_get_str(arena, q, 0),
                                   .documents = dl_sql_get_int(q, 1)};
        err = dl_vec_push(arena, ret, t);
    }
    dl_sql_end(q);
    return err != DL_OK ? err : s->db.failed;
}

static enum dl_err days_of(dl_store *s, enum dl_trend_kind kind, dl_str key, int64_t from,
                           uint32_t *ret_days, size_t n)
{
    memset(ret_days, 0, n * sizeof *ret_days);
    dl_sql q = DL_STORE_SQL(s, READ_TREND_DAYS,
                            "SELECT day, n FROM trend WHERE kind = ?1 AND key = ?2 AND day >= ?3 "
                            "AND day < ?4");
    dl_sql_str(&q, dl_str_c(kinds[kind]));
    dl_sql_str(&q, key);
    dl_sql_int(&q, from);
    dl_sql_int(&q, from + (int64_t)n);
    while (dl_sql_step(&q))
        ret_days[dl_sql_get_int(&q, 0) - from] = (uint32_t)dl_sql_get_int(&q, 1);
    dl_sql_end(&q);
    return s->db.failed;
}

static int by_surprise(const void *a, const void *b)
{
    const struct dl_store_trend *x = a, *y = b;
    if (x->trend.surprise != y->trend.surprise)
        return x->trend.surprise > y->trend.surprise ? -1 : 1;
    if (x->documents != y->documents) return x->documents > y->documents ? -1 : 1;
    return dl_str_cmp(x->key, y->key);
}

static enum dl_err rising(dl_store *s, dl_arena *arena, enum dl_trend_kind kind, int64_t day,
                          dl_store_trends *trends)
{
    uint32_t before[DL_TREND_DAYS];
    dl_sql q =
        DL_STORE_SQL(s, READ_TREND_DAY,
                     "SELECT key, n FROM trend WHERE kind = ?1 AND day = ?2 ORDER BY n DESC, "
                     "key LIMIT ?3");
    dl_sql_str(&q, dl_str_c(kinds[kind]));
    dl_sql_int(&q, day);
    dl_sql_int(&q, DL_TREND_LOOKED);
    DL_TRY(frequent(s, arena, &q, trends));
    for (size_t i = 0; i < trends->n; i++) {
        struct dl_store_trend *t = &trends->p[i];
        DL_TRY(days_of(s, kind, t->key, day - DL_TREND_DAYS, before, DL_TREND_DAYS));
        t->trend = dl_trend_of((uint32_t)t->documents, before, DL_TREND_DAYS);
    }
    qsort(trends->p, trends->n, sizeof *trends->p, by_surprise);
    return dl_arena_failed(arena);
}

enum dl_err dl_store_rising(dl_store *s, dl_arena *arena, enum dl_trend_kind kind, int64_t day,
                            size_t limit, dl_store_trends *ret)
{
    bool own;
    dl_store_trends trends = {0};
    DL_TRY(dl_store_enter(s, &own));
    DL_TRY(dl_store_leave(s, own, rising(s, arena, kind, day, &trends)));
    if (trends.n > limit) trends.n = limit;
    *ret = trends;
    return DL_OK;
}

static enum dl_err by_week(dl_store *s, dl_arena *arena, enum dl_trend_kind kind, int64_t day,
                           size_t limit, dl_store_trends *trends)
{
    enum { DAYS = DL_TREND_WEEKS * DAYS_A_WEEK };
    uint32_t days[DAYS];
    int64_t from = day + 1 - DAYS;
    dl_sql q = DL_STORE_SQL(s, READ_TREND_WEEKS,
                            "SELECT key, sum(n) FROM trend WHERE kind = ?1 AND day BETWEEN ?2 AND "
                            "?3 GROUP BY key ORDER BY 2 DESC, key LIMIT ?4");
    dl_sql_str(&q, dl_str_c(kinds[kind]));
    dl_sql_int(&q, from);
    dl_sql_int(&q, day);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    DL_TRY(frequent(s, arena, &q, trends));
    for (size_t i = 0; i < trends->n; i++) {
        struct dl_store_trend *t = &trends->p[i];
        DL_TRY(days_of(s, kind, t->key, from, days, DAYS));
        for (size_t k = 0; k < DAYS; k++)
            t->weeks[k / DAYS_A_WEEK] += days[k];
    }
    return dl_arena_failed(arena);
}

enum dl_err dl_store_by_week(dl_store *s, dl_arena *arena, enum dl_trend_kind kind, int64_t day,
                             size_t limit, dl_store_trends *ret)
{
    bool own;
    dl_store_trends trends = {0};
    DL_TRY(dl_store_enter(s, &own));
    DL_TRY(dl_store_leave(s, own, by_week(s, arena, kind, day, limit, &trends)));
    *ret = trends;
    return DL_OK;
}

enum dl_err dl_store_mentions_of(dl_store *s, dl_arena *arena, enum dl_trend_kind kind, dl_str key,
                                 int64_t from_day, int64_t to_day, size_t limit,
                                 dl_store_mentions *ret)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_mentions mentions = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_MENTIONS,
        "SELECT d.id, st.id, r.title, r.language, d.outlet, o.name, d.seen_by FROM mention m JOIN "
        "document d USING (document) JOIN outlet o ON o.outlet = d.outlet LEFT JOIN revision r ON "
        "r.revision = d.revision LEFT JOIN story st ON st.story = d.story WHERE m.kind = ?1 AND "
        "m.key = ?2 AND m.day BETWEEN ?3 AND ?4 ORDER BY m.day DESC, m.document DESC LIMIT ?5");
    dl_sql_str(&q, dl_str_c(kinds[kind]));
    dl_sql_str(&q, key);
    dl_sql_int(&q, from_day);
    dl_sql_int(&q, to_day);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_mention m = {.title = dl_sql_get_str(arena, &q, 2),
                                     .language = dl_sql_get_str(arena, &q, 3),
                                     .outlet = dl_sql_get_str(arena, &q, 4),
                                     .outlet_name = dl_sql_get_str(arena, &q, 5),
                                     .seen_by_ms = dl_sql_get_int(&q, 6)};
        m.has_story = dl_sql_get_id(&q, 1, &m.story);
        err = dl_sql_get_id(&q, 0, &m.document) ? dl_vec_push(arena, &mentions, m) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = mentions;
    return DL_OK;
}

enum dl_err dl_store_newest_day(dl_store *s, int64_t *ret_day)
{
    bool own;
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_NEWEST_DAY,
                            "SELECT max(day) FROM (SELECT max(day) AS day FROM trend WHERE kind = "
                            "'place' UNION SELECT max(day) FROM trend WHERE kind = 'topic' UNION "
                            "SELECT max(day) FROM trend WHERE kind = 'pair')");
    *ret_day = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return dl_store_leave(s, own, s->db.failed);
}
