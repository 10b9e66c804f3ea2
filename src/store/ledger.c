#include "store/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "store/ledger_private.h"

/* Nobody sends a request again after a day; without an end the table would grow for ever. */
enum { REQUEST_KEPT_MS = 24 * HOUR_MS };
/* After a crash the database is looked through for so long; a big one not to its end. */
enum { CHECK_MS = 2000 };

static enum dl_err take_lock(dl_ledger *l, const char *dir, struct dl_diag *diag)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/lock", dir);
    l->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->lock_fd < 0 && errno == ELOOP)
        return dl_fail(diag, DL_ERR_DENIED, DL_NO_POS, "%s is a symbolic link: it is not opened",
                       path);
    if (l->lock_fd < 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write in %s: %s", dir, strerror(errno));
    if (flock(l->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return dl_fail(diag, DL_ERR_BUSY, DL_NO_POS, "another dateline is writing to %s", dir);
    return DL_OK;
}

/* The lock file holds one byte while a writer works: it is still there when that one was killed. */
static enum dl_err check_after_crash(dl_ledger *l, struct dl_diag *diag)
{
    struct stat st;
    bool unclean = fstat(l->lock_fd, &st) == 0 && st.st_size > 0;
    if (unclean && !dl_db_check(&l->db, CHECK_MS, diag)) return DL_ERR_CORRUPT;
    if (!unclean && pwrite(l->lock_fd, "w", 1, 0) != 1)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write the lock: %s", strerror(errno));
    return DL_OK;
}

/* Entries that were being tried when the last writer ended. */
static enum dl_err adopt_orphans(dl_ledger *l)
{
    char sql[1024];
    snprintf(
        sql, sizeof sql,
        "BEGIN IMMEDIATE;"
        "UPDATE entry SET orphans = orphans + 1, trying = 0 WHERE trying = 1;"
        "INSERT INTO tally (outlet, hour, quarantined) SELECT outlet, hour, count(*) FROM entry "
        "WHERE state = 'pending' AND orphans >= %d GROUP BY outlet, hour ON CONFLICT DO UPDATE SET "
        "quarantined = quarantined + excluded.quarantined;"
        "UPDATE entry SET state = 'quarantined', code = 'crashed', message = 'the writer ended "
        "again and again while it was read' WHERE state = 'pending' AND orphans >= %d;"
        "COMMIT",
        DL_ORPHANS_MAX, DL_ORPHANS_MAX);
    return dl_db_exec(&l->db, sql);
}

enum dl_err dl_ledger_open(const struct dl_ledger_options *options, dl_ledger **ret_ledger,
                           struct dl_diag *diag)
{
    dl_ledger *l = calloc(1, sizeof *l);
    char path[4200];
    if (l == NULL) return DL_ERR_NOMEM;
    l->lock_fd = -1;
    l->early_cursor = options->early_cursor;
    snprintf(path, sizeof path, "%s/dateline.db", options->dir);
    enum dl_err err = dl_io_make_dirs(options->dir, diag);
    if (err == DL_OK) err = take_lock(l, options->dir, diag);
    l->packer = dl_packer_new();
    if (err == DL_OK && l->packer == NULL) err = DL_ERR_NOMEM;
    if (err == DL_OK) err = dl_db_open_write(path, &l->db, diag);
    if (err == DL_OK) err = check_after_crash(l, diag);
    l->sound = err == DL_OK;
    if (err == DL_OK) err = dl_spool_open(options->dir, true, &l->spool, diag);
    if (err == DL_OK && adopt_orphans(l) != DL_OK) err = dl_db_failed(&l->db, diag);
    if (err != DL_OK) {
        dl_ledger_close(l);
        return err;
    }
    *ret_ledger = l;
    return DL_OK;
}

void dl_ledger_close(dl_ledger *l)
{
    if (l == NULL) return;
    if (l->in_transaction) dl_ledger_rollback(l);
    if (l->db.handle != NULL)
        sqlite3_wal_checkpoint_v2(l->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    dl_db_close(&l->db, l->slots, DL_LEDGER_STATEMENTS);
    dl_spool_close(l->spool);
    dl_packer_free(l->packer);
    if (l->sound && ftruncate(l->lock_fd, 0) != 0) l->sound = false; /* checked next time, then */
    if (l->lock_fd >= 0) close(l->lock_fd);
    free(l);
}

dl_spool *dl_ledger_spool(dl_ledger *l)
{
    return l->spool;
}

enum dl_err dl_ledger_begin(dl_ledger *l)
{
    DL_ASSERT(!l->in_transaction);
    DL_TRY(dl_db_exec(&l->db, "BEGIN IMMEDIATE"));
    l->in_transaction = true;
    return DL_OK;
}

enum dl_err dl_ledger_commit(dl_ledger *l, struct dl_diag *diag)
{
    DL_ASSERT(l->in_transaction);
    DL_TRY(dl_spool_sync(l->spool, diag));
    if (dl_db_exec(&l->db, "COMMIT") != DL_OK) return dl_db_failed(&l->db, diag);
    l->in_transaction = false;
    return DL_OK;
}

void dl_ledger_rollback(dl_ledger *l)
{
    for (size_t i = 0; i < DL_LEDGER_STATEMENTS; i++)
        if (l->slots[i] != NULL) sqlite3_reset(l->slots[i]);
    sqlite3_exec(l->db.handle, "ROLLBACK", NULL, NULL, NULL);
    dl_db_clear(&l->db);
    l->in_transaction = false;
}

/* --- requests, counts --------------------------------------------------------------------- */

enum dl_err dl_ledger_request_seen(dl_ledger *l, dl_arena *arena, dl_str key, dl_str *ret_reply)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REQUEST_SEEN, "SELECT reply FROM request WHERE key = ?1");
    dl_sql_str(&q, key);
    bool found = dl_sql_step(&q);
    if (found) *ret_reply = dl_sql_get_str(arena, &q, 0);
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return found ? DL_OK : DL_ERR_NOT_FOUND;
}

enum dl_err dl_ledger_request_done(dl_ledger *l, dl_str key, int64_t now_ms, dl_str reply)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REQUEST_DONE,
                             "INSERT OR IGNORE INTO request (key, at, reply) VALUES (?1, ?2, ?3)");
    dl_sql_str(&q, key);
    dl_sql_int(&q, now_ms);
    dl_sql_str(&q, reply);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_REQUEST_FORGET, "DELETE FROM request WHERE at < ?1");
    dl_sql_int(&q, now_ms - REQUEST_KEPT_MS);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_counts(dl_ledger *l, struct dl_ledger_counts *ret_counts)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_COUNTS,
                             "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM entry "
                             "WHERE state = 'pending'), (SELECT count(*) FROM story WHERE "
                             "joined_into IS NULL), (SELECT count(*) FROM feed)");
    struct dl_ledger_counts c = {0};
    if (dl_sql_step(&q))
        c = (struct dl_ledger_counts){dl_sql_get_int(&q, 0), dl_sql_get_int(&q, 1),
                                      dl_sql_get_int(&q, 2), dl_sql_get_int(&q, 3)};
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_counts = c;
    return DL_OK;
}

int64_t dl_ledger_change(dl_ledger *l, const char *kind, int64_t now_ms, int64_t story,
                         int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CHANGE,
                             "INSERT INTO change (kind, at, story, document) VALUES (?1, ?2, "
                             "nullif(?3, 0), nullif(?4, 0))");
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, story);
    dl_sql_int(&q, document);
    return dl_sql_run(&q) == DL_OK ? sqlite3_last_insert_rowid(l->db.handle) : 0;
}

enum dl_err dl_ledger_tally(dl_ledger *l, enum dl_ledger_slot which, dl_str outlet, int64_t hour)
{
#define TALLY(column)                                                                              \
    "INSERT INTO tally (outlet, hour, " column ") VALUES (?1, ?2, 1) "                             \
    "ON CONFLICT (hour, outlet) DO UPDATE SET " column " = " column " + 1"
    const char *sql = which == SQL_TALLY_SEEN        ? TALLY("seen")
                      : which == SQL_TALLY_STORED    ? TALLY("stored")
                      : which == SQL_TALLY_DUPLICATE ? TALLY("duplicate")
                      : which == SQL_TALLY_REJECTED  ? TALLY("rejected")
                                                     : TALLY("quarantined");
    dl_sql q = DL_LEDGER_SQL(l, which, sql);
    dl_sql_str(&q, outlet);
    dl_sql_int(&q, hour);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_run(dl_ledger *l, enum dl_ledger_slot slot, const char *sql, int64_t a)
{
    dl_sql q = DL_LEDGER_SQL(l, slot, sql);
    dl_sql_int(&q, a);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_run_both(dl_ledger *l, enum dl_ledger_slot slot, const char *sql, int64_t a,
                               int64_t b)
{
    dl_sql q = DL_LEDGER_SQL(l, slot, sql);
    dl_sql_int(&q, a);
    dl_sql_int(&q, b);
    return dl_sql_run(&q);
}
