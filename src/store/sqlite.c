#include "store/sqlite.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/asset.h"
#include "base/time.h"
#include "base/utf8.h"
#include "store/health.h"
#include "store/tokenizer.h"

enum { BUSY_MS = 5000, PROGRESS_STEPS = 20000, CACHE_KIB = 65536 };

static enum dl_err code_of(int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return DL_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DL_ERR_BUSY;
    case SQLITE_NOMEM:
        return DL_ERR_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return DL_ERR_CORRUPT;
    case SQLITE_INTERRUPT:
        return DL_ERR_TIMEOUT;
    case SQLITE_TOOBIG:
        return DL_ERR_TOO_BIG;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return DL_ERR_IO;
    default:
        return DL_ERR_STATE;
    }
}

static void note_failure(dl_db *db, int rc)
{
    if (db->failed != DL_OK || code_of(rc) == DL_OK) return;
    db->failed = code_of(rc);
    snprintf(db->message, sizeof db->message, "%s",
             db->handle != NULL ? sqlite3_errmsg(db->handle) : sqlite3_errstr(rc));
}

enum dl_err dl_db_failed(dl_db *db, struct dl_diag *diag)
{
    if (db->failed == DL_OK) return DL_OK;
    return dl_fail(diag, db->failed, DL_NO_POS, "database: %s", db->message);
}

void dl_db_clear(dl_db *db)
{
    db->failed = DL_OK;
    db->message[0] = '\0';
}

enum dl_err dl_db_exec(dl_db *db, const char *sql)
{
    if (db->failed == DL_OK) note_failure(db, sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
    return db->failed;
}

static int on_progress(void *ctx)
{
    dl_db *db = ctx;
    return db->deadline_ms != 0 && dl_monotonic_ms() > db->deadline_ms;
}

void dl_db_limit(dl_db *db, int64_t ms)
{
    db->deadline_ms = ms == 0 ? 0 : dl_monotonic_ms() + ms;
    sqlite3_progress_handler(db->handle, ms == 0 ? 0 : PROGRESS_STEPS, ms == 0 ? NULL : on_progress,
                             db);
}

static enum dl_err open_handle(const char *path, int flags, dl_db *db)
{
    *db = (dl_db){0};
    note_failure(db, sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL));
    if (db->failed != DL_OK) return db->failed;
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    db->failed = dl_tokenizer_register(db->handle);
    return db->failed;
}

static int64_t pragma_int(dl_db *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t value = 0;
    int rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        value = sqlite3_column_int64(stmt, 0);
    note_failure(db, rc);
    sqlite3_finalize(stmt);
    return value;
}

static enum dl_err migrate(dl_db *db, struct dl_diag *diag)
{
    int64_t have = pragma_int(db, "PRAGMA user_version");
    DL_TRY(dl_db_failed(db, diag));
    if (have > DL_SCHEMA_VERSION)
        return dl_fail(diag, DL_ERR_VERSION, DL_NO_POS,
                       "the store has schema %d, this program knows %d; use a newer dateline",
                       (int)have, DL_SCHEMA_VERSION);
    size_t pos = 0;
    dl_str name, sql;
    for (int n = 1; dl_asset_next("src/store/migrations/", &pos, &name, &sql); n++) {
        DL_ASSERT(n <= DL_SCHEMA_VERSION);
        char number[64];
        if (n <= have) continue;
        snprintf(number, sizeof number, "PRAGMA user_version=%d; COMMIT", n);
        dl_buf text = DL_BUF_INIT(1 << 20);
        dl_buf_str(&text, sql);
        enum dl_err err = dl_buf_failed(&text);
        if (err == DL_OK) err = dl_db_exec(db, "BEGIN IMMEDIATE");
        if (err == DL_OK) err = dl_db_exec(db, text.p);
        if (err == DL_OK) err = dl_db_exec(db, number);
        dl_buf_free(&text);
        if (err != DL_OK) return dl_db_failed(db, diag);
    }
    return DL_OK;
}

bool dl_db_check(dl_db *db, int64_t limit_ms, struct dl_diag *diag)
{
    sqlite3_stmt *stmt = NULL;
    bool sound = true;
    dl_db_limit(db, limit_ms);
    int rc = sqlite3_prepare_v2(db->handle, "PRAGMA quick_check(1)", -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        const char *answer = (const char *)sqlite3_column_text(stmt, 0);
        sound = answer == NULL || strcmp(answer, "ok") == 0;
        if (!sound) dl_fail(diag, DL_ERR_CORRUPT, DL_NO_POS, "the database is damaged: %s", answer);
    } else if (code_of(rc) != DL_ERR_TIMEOUT) {
        sound = rc == SQLITE_DONE;
        if (!sound)
            dl_fail(diag, DL_ERR_CORRUPT, DL_NO_POS, "the database is damaged: %s",
                    sqlite3_errmsg(db->handle));
    }
    sqlite3_finalize(stmt);
    dl_db_limit(db, 0);
    return sound;
}

/* Who can put a link there would have another file taken for the store, or written over. Links
 * above it are the operator's own: SQLITE_OPEN_NOFOLLOW would refuse those too. */
static enum dl_err refuse_links(const char *path, struct dl_diag *diag)
{
    static const char *const files[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char file[PATH_MAX];
        struct stat st;
        int n = snprintf(file, sizeof file, "%s%s", path, files[i]);
        if (n < 0 || (size_t)n >= sizeof file)
            return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "the store's path is too long");
        if (lstat(file, &st) == 0 && !S_ISREG(st.st_mode))
            return dl_fail(diag, DL_ERR_DENIED, DL_NO_POS,
                           "%s is %s, not a file of the store: it is not opened", file,
                           S_ISLNK(st.st_mode) ? "a symbolic link" : "no regular file");
    }
    return DL_OK;
}

/* SQLite would let everybody read it, and its log takes the rights of the file. */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) close(fd); /* what is wrong with the path is told when it is opened */
}

enum dl_err dl_db_open_write(const char *path, dl_db *ret_db, struct dl_diag *diag)
{
    dl_db db;
    char sql[256];
    snprintf(sql, sizeof sql,
             "PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
             "PRAGMA foreign_keys=OFF; PRAGMA cache_size=-%d; PRAGMA temp_store=MEMORY",
             DL_SQLITE_PAGE, CACHE_KIB);
    DL_TRY(refuse_links(path, diag));
    make_private(path);
    enum dl_err err = open_handle(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db);
    if (err == DL_OK) err = dl_db_exec(&db, sql);
    if (err == DL_OK) err = migrate(&db, diag);
    if (err == DL_OK) {
        *ret_db = db;
        return DL_OK;
    }
    if (db.failed != DL_OK) err = dl_db_failed(&db, diag);
    dl_db_close(&db, NULL, 0);
    return err;
}

enum dl_err dl_db_open_read(const char *path, dl_db *ret_db, struct dl_diag *diag)
{
    dl_db db;
    DL_TRY(refuse_links(path, diag));
    enum dl_err err = open_handle(path, SQLITE_OPEN_READONLY, &db);
    if (err == DL_ERR_IO) {
        dl_db_close(&db, NULL, 0);
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "there is no store at %s yet", path);
    }
    if (err == DL_OK)
        err = dl_db_exec(&db, "PRAGMA wal_autocheckpoint=0; PRAGMA query_only=1; "
                              "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384");
    int64_t version = err == DL_OK ? pragma_int(&db, "PRAGMA user_version") : 0;
    err = dl_db_failed(&db, diag);
    if (err == DL_OK && version == 0)
        err = dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "the store at %s is empty", path);
    else if (err == DL_OK && version != DL_SCHEMA_VERSION)
        err = dl_fail(diag, DL_ERR_VERSION, DL_NO_POS, "the store has schema %d, this program %d",
                      (int)version, DL_SCHEMA_VERSION);
    if (err != DL_OK) {
        dl_db_close(&db, NULL, 0);
        return err;
    }
    *ret_db = db;
    return DL_OK;
}

void dl_db_close(dl_db *db, sqlite3_stmt **slots, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sqlite3_finalize(slots[i]);
        slots[i] = NULL;
    }
    int rc = sqlite3_close(db->handle);
    DL_ASSERT(rc == SQLITE_OK); /* else a statement is still open */
    *db = (dl_db){0};
}

dl_sql dl_sql_begin(dl_db *db, sqlite3_stmt **slot, const char *sql)
{
    if (*slot == NULL && db->failed == DL_OK)
        note_failure(
            db, sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, slot, NULL));
    if (*slot != NULL) {
        sqlite3_reset(*slot);
        sqlite3_clear_bindings(*slot);
    }
    return (dl_sql){db, *slot, 1};
}

void dl_sql_int(dl_sql *q, int64_t value)
{
    if (q->db->failed == DL_OK) note_failure(q->db, sqlite3_bind_int64(q->stmt, q->next, value));
    q->next++;
}

void dl_sql_real(dl_sql *q, double value)
{
    if (q->db->failed == DL_OK) note_failure(q->db, sqlite3_bind_double(q->stmt, q->next, value));
    q->next++;
}

void dl_sql_null(dl_sql *q)
{
    q->next++;
}

void dl_sql_str(dl_sql *q, dl_str value)
{
    if (value.n > 0 && q->db->failed == DL_OK)
        note_failure(q->db, sqlite3_bind_text64(q->stmt, q->next, value.p, value.n, SQLITE_STATIC,
                                                SQLITE_UTF8));
    q->next++;
}

void dl_sql_blob(dl_sql *q, const void *p, size_t n)
{
    if (q->db->failed == DL_OK)
        note_failure(q->db,
                     sqlite3_bind_blob64(q->stmt, q->next, p != NULL ? p : "", n, SQLITE_STATIC));
    q->next++;
}

void dl_sql_id(dl_sql *q, const dl_id *id)
{
    dl_sql_blob(q, id->b, sizeof id->b);
}

bool dl_sql_step(dl_sql *q)
{
    if (q->db->failed != DL_OK || q->stmt == NULL) return false;
    int rc = sqlite3_step(q->stmt);
    note_failure(q->db, rc);
    return rc == SQLITE_ROW;
}

void dl_sql_end(dl_sql *q)
{
    if (q->stmt != NULL) sqlite3_reset(q->stmt);
}

enum dl_err dl_sql_run(dl_sql *q)
{
    while (dl_sql_step(q)) {
    }
    dl_sql_end(q);
    return q->db->failed;
}

int64_t dl_sql_get_int(const dl_sql *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

double dl_sql_get_real(const dl_sql *q, int column)
{
    return sqlite3_column_double(q->stmt, column);
}

bool dl_sql_is_null(const dl_sql *q, int column)
{
    return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

dl_str dl_sql_get_str(dl_arena *arena, const dl_sql *q, int column)
{
    const void *p = sqlite3_column_blob(q->stmt, column);
    int n = sqlite3_column_bytes(q->stmt, column);
    if (p == NULL || n <= 0) return (dl_str){NULL, 0};
    return dl_str_dup(arena, (dl_str){p, (size_t)n});
}

dl_str dl_sql_get_text(dl_arena *arena, const dl_sql *q, int column, size_t max)
{
    const void *p = sqlite3_column_blob(q->stmt, column);
    int n = sqlite3_column_bytes(q->stmt, column);
    if (p == NULL || n <= 0) return (dl_str){NULL, 0};
    return dl_str_dup(arena, dl_utf8_prefix((dl_str){p, (size_t)n}, max));
}

bool dl_sql_get_id(const dl_sql *q, int column, dl_id *ret_id)
{
    const void *p = sqlite3_column_blob(q->stmt, column);
    if (p == NULL || sqlite3_column_bytes(q->stmt, column) != DL_SHA256_LEN) return false;
    memcpy(ret_id->b, p, DL_SHA256_LEN);
    return true;
}

const char *dl_sqlite_wal_note(void)
{
    return sqlite3_libversion_number() >= 3051003
               ? NULL
               : "this SQLite can corrupt a WAL when two connections checkpoint at once; Dateline "
                 "uses one";
}

void dl_store_versions(dl_buf *out)
{
    dl_buf_fmt(out, "sqlite %s\nzstd %s\nschema %d\n", sqlite3_libversion(), ZSTD_versionString(),
               DL_SCHEMA_VERSION);
}

int dl_store_schema(void)
{
    return DL_SCHEMA_VERSION;
}
