#include "store/search.h"

#include "store/read_private.h"
#include "store/snippet.h"

enum { SQL_MAX = 16 << 10, FIRST_FILTER = 5 }; /* ?1 match ?2 and ?3 range ?4 exclude */

#define HIT_COLUMNS                                                                                \
    "r.revision, d.id, r.id, r.title, d.outlet, o.name, o.country, d.url, r.language, "            \
    "r.published_text, d.seen_by, s.id, CASE WHEN d.rights & 8 THEN NULL ELSE r.text END, d.story" /* nosnippet */

static void add_filter(dl_buf *sql, const struct dl_query_filter *f, size_t n)
{
    char v[16];
    snprintf(v, sizeof v, "?%zu", n);
    dl_buf_c(sql, f->negated ? " AND NOT coalesce((" : " AND (");
    switch (f->field) {
    case DL_QUERY_LANG:
        dl_buf_fmt(sql, "lower(r.language) = %s OR lower(r.language) LIKE %s || '-%%'", v, v);
        break;
    case DL_QUERY_FROM:
        dl_buf_fmt(sql, "d.outlet = %s COLLATE NOCASE OR dl_has(o.name, %s)", v, v);
        break;
    case DL_QUERY_COUNTRY:
        dl_buf_fmt(sql, "o.country = %s COLLATE NOCASE", v);
        break;
    case DL_QUERY_SOURCE:
        dl_buf_fmt(sql,
                   "EXISTS (SELECT 1 FROM statement t WHERE t.revision = r.revision AND "
                   "dl_has(t.source, %s))",
                   v);
        break;
    case DL_QUERY_SINCE:
        dl_buf_fmt(sql, "d.seen_by >= %s", v);
        break;
    case DL_QUERY_UNTIL:
        dl_buf_fmt(sql, "d.seen_by < %s", v);
        break;
    }
    dl_buf_c(sql, f->negated ? "), 0)" : ")");
}

/* FROM and WHERE: revisions shown that match, with key >= ?2 and < ?3. The index leads, newest
 * first; CROSS JOIN keeps that order. */
static void add_where(dl_buf *sql, const struct dl_query *query)
{
    bool words = query->match.n > 0;
    dl_buf_c(sql, words ? " FROM fts CROSS JOIN revision r ON r.revision = fts.rowid"
                        : " FROM revision r");
    dl_buf_c(sql, " CROSS JOIN document d ON d.document = r.document AND d.revision = r.revision "
                  "CROSS JOIN outlet o ON o.outlet = d.outlet LEFT JOIN story s ON s.story = "
                  "d.story WHERE ");
    dl_buf_c(sql, words ? "fts MATCH ?1 AND fts.rowid >= ?2 AND fts.rowid < ?3"
                        : "r.revision >= ?2 AND r.revision < ?3");
    if (!words && query->exclude.n > 0)
        dl_buf_c(sql, " AND NOT EXISTS (SELECT 1 FROM fts WHERE fts MATCH ?4 AND fts.rowid = "
                      "r.revision)");
    for (size_t i = 0; i < query->filters.n; i++)
        add_filter(sql, &query->filters.p[i], FIRST_FILTER + i);
}

static dl_str match_of(dl_arena *arena, const struct dl_query *query)
{
    if (query->match.n == 0 || query->exclude.n == 0) return query->match;
    return dl_str_fmt(arena, "(%.*s) NOT (%.*s)", DL_FMT(query->match), DL_FMT(query->exclude));
}

/* ?1 … and the filters; what follows them is the caller's. */
static void bind(dl_sql *q, const struct dl_query *query, dl_str match, int64_t from, int64_t to)
{
    dl_sql_str(q, match);
    dl_sql_int(q, from);
    dl_sql_int(q, to);
    if (query->filters.n > 0 || query->match.n == 0) dl_sql_str(q, query->exclude);
    for (size_t i = 0; i < query->filters.n; i++) {
        const struct dl_query_filter *f = &query->filters.p[i];
        if (f->field == DL_QUERY_SINCE || f->field == DL_QUERY_UNTIL)
            dl_sql_int(q, f->ms);
        else
            dl_sql_str(q, f->value);
    }
}

struct search {
    dl_store *store;
    dl_arena *arena;
    const struct dl_query *query;
    dl_str match;
    dl_buf sql;
    sqlite3_stmt *stmt;
    dl_sql q;
};

static void begin(struct search *f, dl_store *store, dl_arena *arena, const struct dl_query *query)
{
    *f = (struct search){
        .store = store, .arena = arena, .query = query, .sql = DL_BUF_INIT(SQL_MAX)};
    f->match = match_of(arena, query);
}

/* Runs what stands in sql for keys in [from, to). */
static enum dl_err run(struct search *f, int64_t from, int64_t to)
{
    DL_TRY(dl_buf_failed(&f->sql));
    f->q = dl_sql_begin(&f->store->db, &f->stmt, f->sql.p);
    bind(&f->q, f->query, f->match, from, to);
    return f->store->db.failed;
}

static enum dl_err end(struct search *f, enum dl_err err)
{
    sqlite3_finalize(f->stmt);
    f->stmt = NULL;
    dl_buf_free(&f->sql);
    dl_buf_init(&f->sql, SQL_MAX);
    return err != DL_OK ? err : f->store->db.failed;
}

static enum dl_err hit_row(struct search *f, struct dl_marker *marker, struct dl_search_hit *h)
{
    const dl_sql *q = &f->q;
    *h = (struct dl_search_hit){
        .key = dl_sql_get_int(q, 0),
        .title = dl_sql_get_str(f->arena, q, 3),
        .outlet = dl_sql_get_str(f->arena, q, 4),
        .outlet_name = dl_sql_get_str(f->arena, q, 5),
        .country = dl_sql_get_str(f->arena, q, 6),
        .url = dl_sql_get_str(f->arena, q, 7),
        .language = dl_sql_get_str(f->arena, q, 8),
        .published = dl_sql_get_str(f->arena, q, 9),
        .seen_by_ms = dl_sql_get_int(q, 10),
    };
    h->has_story = dl_sql_get_id(q, 11, &h->story);
    if (!dl_sql_get_id(q, 1, &h->document) || !dl_sql_get_id(q, 2, &h->revision))
        return DL_ERR_CORRUPT;
    h->n_title_marks = dl_marker_find(marker, h->title, h->title_marks, DL_SNIPPET_MARKS);
    dl_str text = dl_sql_get_str(f->arena, q, 12);
    dl_marker_snippet(marker, f->arena, text, h);
    return dl_arena_failed(f->arena);
}

/* Key of the oldest of the newest matches that "best" ranks. */
static enum dl_err window_start(struct search *f, int64_t *ret_from)
{
    dl_buf_fmt(&f->sql,
               "SELECT rowid FROM fts WHERE fts MATCH ?1 ORDER BY rowid DESC LIMIT 1 OFFSET %d",
               DL_SEARCH_WINDOW - 1);
    f->q = dl_sql_begin(&f->store->db, &f->stmt, f->sql.p);
    dl_sql_str(&f->q, f->match);
    *ret_from = dl_sql_step(&f->q) ? dl_sql_get_int(&f->q, 0) : 0;
    return end(f, DL_OK);
}

static enum dl_err find(struct search *f, const struct dl_search_options *o, dl_search_hits *hits)
{
    bool best = o->order == DL_SEARCH_BEST && f->query->match.n > 0;
    int64_t from = 0, to = !best && o->before > 0 ? o->before : INT64_MAX;
    struct dl_marker *marker = dl_marker_new(f->arena, f->store->tokenizer, f->query);
    if (marker == NULL) return dl_arena_failed(f->arena);
    if (best) DL_TRY(window_start(f, &from));
    dl_buf_c(&f->sql, "SELECT " HIT_COLUMNS);
    add_where(&f->sql, f->query);
    /* A word of the title weighs as four of the text. */
    dl_buf_fmt(&f->sql, " ORDER BY %sr.revision DESC LIMIT %zu OFFSET %zu",
               best                    ? "bm25(fts, 4.0, 1.0), "
               : f->query->match.n > 0 ? "fts.rowid DESC, "
                                       : "",
               dl_store_limit(o->limit), best ? o->offset : 0);
    enum dl_err err = run(f, from, to);
    while (err == DL_OK && dl_sql_step(&f->q)) {
        struct dl_search_hit hit;
        err = hit_row(f, marker, &hit);
        if (err == DL_OK) err = dl_vec_push(f->arena, hits, hit);
    }
    if (err == DL_OK) err = dl_arena_failed(f->arena);
    return end(f, err);
}

enum dl_err dl_search_documents(dl_store *s, dl_arena *arena, const struct dl_query *query,
                                const struct dl_search_options *options, dl_search_hits *ret_hits)
{
    bool own;
    struct search f;
    dl_search_hits hits = {0};
    DL_TRY(dl_store_enter(s, &own));
    begin(&f, s, arena, query);
    DL_TRY(dl_store_leave(s, own, find(&f, options, &hits)));
    *ret_hits = hits;
    return DL_OK;
}

struct match {
    int64_t story, n;
};
typedef DL_VEC(struct match) matches;

static enum dl_err find_stories(struct search *f, size_t limit, matches *found)
{
    dl_buf_c(&f->sql, "SELECT story, count(*), max(revision) FROM (SELECT d.story AS story, "
                      "r.revision AS revision");
    add_where(&f->sql, f->query);
    dl_buf_fmt(&f->sql,
               " ORDER BY %s DESC LIMIT %d) WHERE story IS NOT NULL GROUP BY story ORDER BY 3 DESC "
               "LIMIT %zu",
               f->query->match.n > 0 ? "fts.rowid" : "r.revision", DL_SEARCH_WINDOW,
               dl_store_limit(limit));
    enum dl_err err = run(f, 0, INT64_MAX);
    while (err == DL_OK && dl_sql_step(&f->q)) {
        struct match m = {dl_sql_get_int(&f->q, 0), dl_sql_get_int(&f->q, 1)};
        err = dl_vec_push(f->arena, found, m);
    }
    return end(f, err);
}

enum dl_err dl_search_stories(dl_store *s, dl_arena *arena, const struct dl_query *query,
                              size_t limit, dl_store_stories *ret_stories, int64_t **ret_matches)
{
    bool own;
    struct search f;
    matches found = {0};
    dl_store_stories stories = {0};
    DL_TRY(dl_store_enter(s, &own));
    begin(&f, s, arena, query);
    enum dl_err err = find_stories(&f, limit, &found);
    int64_t *n = DL_NEW_ARRAY(arena, int64_t, found.n + 1);
    for (size_t i = 0; err == DL_OK && n != NULL && i < found.n; i++) {
        struct dl_store_story story;
        err = dl_store_story_by_key(s, arena, found.p[i].story, &story);
        n[i] = found.p[i].n;
        if (err == DL_OK) err = dl_vec_push(arena, &stories, story);
    }
    if (err == DL_OK) err = dl_arena_failed(arena);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_stories = stories;
    if (ret_matches != NULL) *ret_matches = n;
    return DL_OK;
}

enum dl_err dl_search_count(dl_store *s, const struct dl_query *query, int64_t *ret_count)
{
    bool own;
    struct search f;
    int64_t count = 0;
    dl_arena *arena = dl_arena_new(1 << 18);
    if (arena == NULL) return DL_ERR_NOMEM;
    enum dl_err err = dl_store_enter(s, &own);
    if (err == DL_OK) {
        begin(&f, s, arena, query);
        dl_buf_c(&f.sql, "SELECT count(*) FROM (SELECT 1");
        add_where(&f.sql, query);
        dl_buf_fmt(&f.sql, " LIMIT %d)", DL_SEARCH_COUNT_MAX);
        err = run(&f, 0, INT64_MAX);
        if (err == DL_OK && dl_sql_step(&f.q)) count = dl_sql_get_int(&f.q, 0);
        err = dl_store_leave(s, own, end(&f, err));
    }
    dl_arena_free(arena);
    if (err == DL_OK) *ret_count = count;
    return err;
}
