/* SQLite, set up as the ledger wants it. Only this folder sees it.
 *
 * One process writes, on one connection, and it alone checkpoints: SQLite before 3.51.3 can corrupt
 * a WAL when two connections checkpoint at once (the WAL-reset race). Readers are read-only with
 * wal_autocheckpoint=0. DEFENSIVE is on, trusted_schema off.
 *
 * struct dl_sql is a prepared statement with the error of its connection kept: bind and step do
 * nothing once something failed, dl_sql_done() tells. */
#ifndef DL_STORE_SQLITE_H
#define DL_STORE_SQLITE_H

#include <sqlite3.h>

#include "base/hash.h"

enum { DL_SCHEMA_VERSION = 7, DL_SQLITE_PAGE = 16384 };

typedef struct dl_db {
    sqlite3 *handle;
    enum dl_err failed; /* first failure since dl_db_clear */
    char message[160];
    int64_t deadline_ms; /* monotonic; 0: none. Queries past it are interrupted */
} dl_db;

/* Creates and migrates. DL_ERR_VERSION for a newer schema. */
enum dl_err dl_db_open_write(const char *path, dl_db *ret_db, struct dl_diag *diag) DL_MUST_USE;
/* DL_ERR_NOT_FOUND when there is no database yet. */
enum dl_err dl_db_open_read(const char *path, dl_db *ret_db, struct dl_diag *diag) DL_MUST_USE;
/* Finalizes the statements in the slots; others belong to SQLite's modules. */
void dl_db_close(dl_db *db, sqlite3_stmt **slots, size_t n);
/* false: pages or rows are damaged; diag says which. Looks for limit_ms at most (0: to the end);
 * what it did not reach counts as sound. */
bool dl_db_check(dl_db *db, int64_t limit_ms, struct dl_diag *diag);
enum dl_err dl_db_exec(dl_db *db, const char *sql) DL_MUST_USE;
enum dl_err dl_db_failed(dl_db *db, struct dl_diag *diag);
void dl_db_clear(dl_db *db);
/* Read queries end with DL_ERR_TIMEOUT after so many ms from now; 0 takes the limit away. */
void dl_db_limit(dl_db *db, int64_t ms);

/* A statement that stays prepared: static const char *SQL behind one slot of a cache. */
typedef struct dl_sql {
    dl_db *db;
    sqlite3_stmt *stmt;
    int next;
} dl_sql;

/* Prepares (or takes from the connection's slot) and resets. */
dl_sql dl_sql_begin(dl_db *db, sqlite3_stmt **slot, const char *sql);
void dl_sql_int(dl_sql *q, int64_t value);
void dl_sql_real(dl_sql *q, double value);
void dl_sql_str(dl_sql *q, dl_str value); /* empty: NULL */
void dl_sql_blob(dl_sql *q, const void *p, size_t n);
void dl_sql_id(dl_sql *q, const dl_id *id);
void dl_sql_null(dl_sql *q);
bool dl_sql_step(dl_sql *q);                         /* true: a row */
enum dl_err dl_sql_run(dl_sql *q);                   /* step to the end, reset */
void dl_sql_end(dl_sql *q);                          /* reset */
int64_t dl_sql_get_int(const dl_sql *q, int column); /* NULL: 0 */
double dl_sql_get_real(const dl_sql *q, int column);
bool dl_sql_is_null(const dl_sql *q, int column);
dl_str dl_sql_get_str(dl_arena *arena, const dl_sql *q, int column); /* copied; blobs too */
dl_str dl_sql_get_text(dl_arena *arena, const dl_sql *q, int column, size_t max); /* whole chars */
bool dl_sql_get_id(const dl_sql *q, int column, dl_id *ret_id);

#endif
