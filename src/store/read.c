#include "store/read.h"

#include "store/read_private.h"
#include "store/tokenizer.h"

enum dl_err dl_store_open(const char *dir, dl_store **ret_store, struct dl_diag *diag)
{
    char path[4200];
    dl_store *s = calloc(1, sizeof *s);
    if (s == NULL) return DL_ERR_NOMEM;
    snprintf(path, sizeof path, "%s/dateline.db", dir);
    s->tokenizer = dl_tokenizer_new();
    enum dl_err err = s->tokenizer == NULL ? DL_ERR_NOMEM : dl_db_open_read(path, &s->db, diag);
    if (err != DL_OK) {
        dl_store_close(s);
        return err;
    }
    *ret_store = s;
    return DL_OK;
}

void dl_store_close(dl_store *s)
{
    if (s == NULL) return;
    dl_db_close(&s->db, s->slots, READ_SLOTS);
    dl_tokenizer_free(s->tokenizer);
    free(s);
}

const char *dl_store_why(const dl_store *s)
{
    return s->db.message;
}

/* BEGIN and COMMIT; they fail only without memory. */
static enum dl_err plain(dl_store *s, enum dl_read_slot slot, const char *sql)
{
    dl_sql q = DL_STORE_SQL(s, slot, sql);
    return dl_sql_run(&q);
}

enum dl_err dl_store_begin(dl_store *s)
{
    DL_ASSERT(!s->in_snapshot);
    dl_db_clear(&s->db);
    dl_db_limit(&s->db, DL_STORE_QUERY_MS);
    DL_TRY(plain(s, READ_BEGIN, "BEGIN"));
    s->in_snapshot = true;
    return DL_OK;
}

void dl_store_end(dl_store *s)
{
    if (!s->in_snapshot) return;
    for (size_t i = 0; i < READ_SLOTS; i++)
        if (s->slots[i] != NULL) sqlite3_reset(s->slots[i]);
    dl_db_limit(&s->db, 0);
    enum dl_err failed = s->db.failed;
    s->db.failed = DL_OK;
    if (plain(s, READ_END, "COMMIT") == DL_OK) s->db.failed = failed;
    s->in_snapshot = false;
}

enum dl_err dl_store_enter(dl_store *s, bool *ret_own)
{
    *ret_own = !s->in_snapshot;
    if (*ret_own) return dl_store_begin(s);
    dl_db_clear(&s->db);
    return DL_OK;
}

enum dl_err dl_store_leave(dl_store *s, bool own, enum dl_err err)
{
    enum dl_err failed = s->db.failed;
    if (own) dl_store_end(s);
    return failed != DL_OK ? failed : err;
}

size_t dl_store_limit(size_t limit)
{
    return limit > DL_STORE_LIST_MAX ? DL_STORE_LIST_MAX : limit;
}

/* --- ids ---------------------------------------------------------------------------------- */

bool dl_store_id_range(dl_str hex, dl_id *ret_low, dl_id *ret_high)
{
    char low[DL_ID_HEX], high[DL_ID_HEX];
    if (hex.n < DL_STORE_PREFIX_MIN || hex.n > DL_ID_HEX) return false;
    for (size_t i = 0; i < DL_ID_HEX; i++) {
        low[i] = i < hex.n ? (char)dl_to_lower((unsigned char)hex.p[i]) : '0';
        high[i] = i < hex.n ? low[i] : 'f';
    }
    return dl_id_parse((dl_str){low, DL_ID_HEX}, ret_low) &&
           dl_id_parse((dl_str){high, DL_ID_HEX}, ret_high);
}

enum dl_err dl_store_by_prefix(dl_store *s, enum dl_read_slot slot, const char *sql, dl_str hex,
                               int64_t *ret_key, struct dl_diag *diag)
{
    dl_id low, high;
    if (!dl_store_id_range(hex, &low, &high))
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "an id is %d to %d hexadecimal digits",
                       DL_STORE_PREFIX_MIN, DL_ID_HEX);
    dl_sql q = DL_STORE_SQL(s, slot, sql);
    dl_sql_id(&q, &low);
    dl_sql_id(&q, &high);
    bool found = dl_sql_step(&q);
    int64_t key = found ? dl_sql_get_int(&q, 0) : 0;
    bool several = found && dl_sql_step(&q);
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    if (!found) return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "no id begins so");
    if (several)
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS,
                       "several ids begin with these digits; give more of them");
    *ret_key = key;
    return DL_OK;
}

/* --- changes ------------------------------------------------------------------------------ */

enum dl_err dl_store_list_changes(dl_store *s, dl_arena *arena, int64_t after, size_t limit,
                                  dl_store_changes *ret_changes)
{
    bool own;
    dl_store_changes changes = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_CHANGES,
        "SELECT c.seq, c.at, c.kind, s.id, d.id, j.id FROM change c LEFT JOIN story s ON s.story = "
        "c.story LEFT JOIN document d ON d.document = c.document LEFT JOIN story_alias j ON "
        "c.kind = 'story.merged' AND j.change = c.seq WHERE c.seq > ?1 ORDER BY c.seq LIMIT ?2");
    dl_sql_int(&q, after);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (dl_sql_step(&q)) {
        struct dl_store_change c = {.seq = dl_sql_get_int(&q, 0),
                                    .at_ms = dl_sql_get_int(&q, 1),
                                    .kind = dl_sql_get_str(arena, &q, 2)};
        c.has_story = dl_sql_get_id(&q, 3, &c.story);
        c.has_document = dl_sql_get_id(&q, 4, &c.document);
        c.has_joined = dl_sql_get_id(&q, 5, &c.joined);
        if (dl_vec_push(arena, &changes, c) != DL_OK) break;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, dl_arena_failed(arena)));
    *ret_changes = changes;
    return DL_OK;
}

enum dl_err dl_store_newest_change(dl_store *s, int64_t *ret_seq)
{
    bool own;
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_NEWEST_CHANGE, "SELECT max(seq) FROM change");
    int64_t seq = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, DL_OK));
    *ret_seq = seq;
    return DL_OK;
}
