#include "store/dump.h"

#include "base/json.h"
#include "store/read_private.h"

enum {
    ROW_MEMORY = 96 << 20, /* a text of 16 MiB and its JSON */
    SQL_MAX = 64 << 10,
    PLAIN_BLOB = 32,
};

static const struct dl_left_out left_out[] = {
    {"meta", NULL, "about the file itself"},
    {"cursor", NULL, "how far a stage is"},
    {"outbox", NULL, "what is still to be sent"},
    {"request", NULL, "answers kept for who asks again"},
    {"robots", NULL, "what robots.txt said last; its answers stand in the archive"},
    {"host_pause", NULL, "hosts that asked to be left alone; a pause goes by"},
    {"hub", NULL, "deliveries of hubs do not come through the fetcher"},
    {"subscription", NULL, "deliveries of hubs do not come through the fetcher"},
    {"hub_late", NULL, "deliveries of hubs do not come through the fetcher"},
    {"delivery", NULL, "deliveries of hubs do not come through the fetcher"},
    {"claim_due", NULL, "which claims are behind now"},
    {"claim_alias", NULL, "claims that stood while a story had fewer documents"},
    {"decision", NULL, "what a person decided does not come through the fetcher"},
    {"change", "seq", "readers and stories write it between each other"},
    {"story", "last_change", "a change.seq"},
    {"story_alias", "change", "a change.seq"},
    {"claim", "claim", "a row number"},
    {"claim_origin", NULL, "named after claim.id"},
    {"claim", "id", "the wording in which it was first looked at"},
    {"event", "event", "a row number; event.n is its place in the revision"},
    {"statement", "statement", "a row number; statement.n is its place in the revision"},
    {"poll", "poll", "a row number"},
    {"loss", "loss", "a row number"},
    {"poll", "segment", "a place in the spool, which begins anew after a crash"},
    {"poll", "offset", "a place in the spool, which begins anew after a crash"},
    {"entry", "segment", "a place in the spool, which begins anew after a crash"},
    {"entry", "offset", "a place in the spool, which begins anew after a crash"},
    {"entry", "trying", "a reader has it now"},
    {"entry", "tries", "readers that died of it or of something else"},
    {"entry", "orphans", "writers that were killed meanwhile"},
    {"feed", "handed", "the fetcher has it now"},
    {"feed", "probe", "decided when the fetcher is given the feed"},
    {"feed", "probe_at", "decided when the fetcher is given the feed"},
    {"feed", "next_poll", "a plan of this machine: restarts, outages and its clock move it"},
    {"feed", "why", "of next_poll"},
};

const struct dl_left_out *dl_dump_left_out(size_t *ret_n)
{
    *ret_n = sizeof left_out / sizeof *left_out;
    return left_out;
}

/* What an archive knows of: feeds that were polled, and their outlets. */
static const struct {
    const char *table, *where;
} parts[] = {
    {"feed", "last_poll IS NOT NULL"},
    {"change", "kind <> 'story.changed'"}, /* one for each time claims were made */
    {"outlet", "outlet IN (SELECT outlet FROM document UNION SELECT outlet FROM feed WHERE "
               "last_poll IS NOT NULL)"},
};

/* Columns that hold row numbers, wherever they stand. */
static const struct {
    const char *column, *of, *stable;
} row_numbers[] = {
    {"feed", "feed", "x.url"},
    {"asked", "feed", "x.url"},
    {"document", "document", "lower(hex(x.id))"},
    {"founder", "document", "lower(hex(x.id))"},
    {"headline", "document", "lower(hex(x.id))"},
    {"copy_of", "document", "lower(hex(x.id))"},
    {"revision", "revision", "lower(hex(x.id))"},
    {"earlier", "revision", "lower(hex(x.id))"},
    {"story", "story", "lower(hex(x.id))"},
    {"first_story", "story", "lower(hex(x.id))"},
    {"from_story", "story", "lower(hex(x.id))"},
    {"into_story", "story", "lower(hex(x.id))"},
    {"joined_into", "story", "lower(hex(x.id))"},
    {"site", "site", "x.host"},
};

static bool is_left_out(dl_str table, dl_str column)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        const char *c = left_out[i].column;
        if (!dl_str_eq_c(table, left_out[i].table)) continue;
        if (c == NULL || dl_str_eq_c(column, c)) return true;
    }
    return false;
}

static void put_column(dl_buf *sql, dl_str table, dl_str column, bool is_number)
{
    for (size_t i = 0; is_number && i < sizeof row_numbers / sizeof *row_numbers; i++) {
        if (!dl_str_eq_c(column, row_numbers[i].column)) continue;
        dl_buf_fmt(sql, "(SELECT %s FROM \"%s\" x WHERE x.\"%s\" = t.\"%.*s\")",
                   row_numbers[i].stable, row_numbers[i].of, row_numbers[i].of, DL_FMT(column));
        return;
    }
    dl_buf_fmt(sql, "t.\"%.*s\"", DL_FMT(column));
    (void)table;
}

struct table {
    dl_str name;
    dl_str columns[128];
    size_t n;
};

enum { COLUMNS_MOST = sizeof((struct table *)0)->columns / sizeof(dl_str) };

/* lower(hex(id)) of another table, with its alias. */
static enum dl_err make_select(dl_db *db, dl_arena *arena, struct table *t, dl_buf *sql)
{
    sqlite3_stmt *stmt = NULL;
    dl_sql q =
        dl_sql_begin(db, &stmt, "SELECT name, type FROM pragma_table_xinfo(?1) ORDER BY cid");
    dl_sql_str(&q, t->name);
    dl_buf_c(sql, "SELECT ");
    while (t->n < COLUMNS_MOST && dl_sql_step(&q)) {
        dl_str column = dl_sql_get_str(arena, &q, 0), type = dl_sql_get_str(arena, &q, 1);
        if (is_left_out(t->name, column)) continue;
        if (t->n > 0) dl_buf_c(sql, ", ");
        put_column(sql, t->name, column, dl_str_eq_c(type, "INTEGER"));
        t->columns[t->n++] = column;
    }
    sqlite3_finalize(stmt);
    DL_TRY(db->failed);
    dl_buf_fmt(sql, " FROM \"%.*s\" t", DL_FMT(t->name));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (dl_str_eq_c(t->name, parts[i].table)) dl_buf_fmt(sql, " WHERE %s", parts[i].where);
    dl_buf_c(sql, " ORDER BY 1");
    for (size_t i = 2; i <= t->n; i++)
        dl_buf_fmt(sql, ", %zu", i);
    dl_buf_byte(sql, '\0');
    return dl_buf_failed(sql) != DL_OK ? dl_buf_failed(sql) : dl_arena_failed(arena);
}

static dl_str blob_text(dl_arena *arena, dl_str bytes)
{
    enum { HEX = 2 };
    if (bytes.n > PLAIN_BLOB) {
        dl_id id = dl_sha256(bytes);
        return dl_str_fmt(arena, "sha256:%.*s", DL_FMT(dl_id_str(arena, &id)));
    }
    char *text = dl_alloc(arena, HEX * bytes.n + 1);
    if (text == NULL) return (dl_str){NULL, 0};
    for (size_t i = 0; i < bytes.n; i++)
        snprintf(text + HEX * i, HEX + 1, "%02x", (unsigned char)bytes.p[i]);
    return (dl_str){text, HEX * bytes.n};
}

static void put_value(yyjson_mut_doc *json, dl_arena *arena, const struct table *t, const dl_sql *q,
                      size_t i)
{
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    const char *key = t->columns[i].p; /* copies end with a NUL */
    int column = (int)i;
    switch (sqlite3_column_type(q->stmt, column)) {
    case SQLITE_INTEGER:
        dl_json_int(json, o, key, dl_sql_get_int(q, column));
        break;
    case SQLITE_FLOAT:
        yyjson_mut_obj_add_real(json, o, key, dl_sql_get_real(q, column));
        break;
    case SQLITE_TEXT:
        dl_json_str(json, o, key, dl_sql_get_str(arena, q, column));
        break;
    case SQLITE_BLOB:
        dl_json_str(json, o, key, blob_text(arena, dl_sql_get_str(arena, q, column)));
        break;
    default:
        break;
    }
}

static enum dl_err put_row(dl_arena *arena, const struct table *t, const dl_sql *q, dl_dump_fn fn,
                           void *ctx)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    dl_str line;
    if (json == NULL) return dl_arena_failed(arena);
    dl_json_str(json, yyjson_mut_doc_get_root(json), "table", t->name);
    for (size_t i = 0; i < t->n; i++)
        put_value(json, arena, t, q, i);
    DL_TRY(dl_json_text(json, arena, &line));
    DL_TRY(dl_arena_failed(arena));
    return fn(ctx, line);
}

static enum dl_err dump_table(dl_db *db, dl_arena *names, dl_arena *row, dl_str name, dl_dump_fn fn,
                              void *ctx)
{
    struct table t = {.name = name};
    dl_buf sql = DL_BUF_INIT(SQL_MAX);
    enum dl_err err = make_select(db, names, &t, &sql);
    sqlite3_stmt *stmt = NULL;
    if (err == DL_OK && t.n > 0) {
        dl_sql q = dl_sql_begin(db, &stmt, sql.p);
        while (err == DL_OK && dl_sql_step(&q)) {
            dl_arena_reset(row);
            err = put_row(row, &t, &q, fn, ctx);
        }
        sqlite3_finalize(stmt);
    }
    dl_buf_free(&sql);
    return err != DL_OK ? err : db->failed;
}

static enum dl_err list_tables(dl_db *db, dl_arena *names, dl_str *ret, size_t most, size_t *ret_n)
{
    sqlite3_stmt *stmt = NULL;
    dl_sql q = dl_sql_begin(db, &stmt,
                            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                            "'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'fts%' ORDER BY name");
    while (*ret_n < most && dl_sql_step(&q)) {
        dl_str name = dl_sql_get_str(names, &q, 0);
        if (!is_left_out(name, DL_STR(""))) ret[(*ret_n)++] = name;
    }
    sqlite3_finalize(stmt);
    return db->failed;
}

enum dl_err dl_store_dump(dl_store *s, dl_dump_fn fn, void *ctx)
{
    enum { TABLES_MOST = 200 };
    dl_str tables[TABLES_MOST];
    size_t n = 0;
    bool own;
    dl_arena *names = dl_arena_new(1 << 20), *row = dl_arena_new(ROW_MEMORY);
    enum dl_err err = names == NULL || row == NULL ? DL_ERR_NOMEM : dl_store_enter(s, &own);
    if (err == DL_OK) {
        dl_db_limit(&s->db, 0); /* a big store takes its time */
        err = list_tables(&s->db, names, tables, TABLES_MOST, &n);
        for (size_t i = 0; err == DL_OK && i < n; i++)
            err = dump_table(&s->db, names, row, tables[i], fn, ctx);
        err = dl_store_leave(s, own, err);
    }
    dl_arena_free(names);
    dl_arena_free(row);
    return err;
}
