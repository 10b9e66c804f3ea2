#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/time.h"
#include "cmd/doctor.h"
#include "queue/requests.h"
#include "store/health.h"

enum {
    CHECK_MS = 10000, /* of looking through pages: 1 GB or so */
    PATH_BYTES = 4200,
};
#define GIB ((int64_t)1 << 30)
static const int64_t LITTLE_SPACE = 5 * GIB; /* a day of a million articles */
static const int64_t NO_SPACE = GIB / 2;     /* a checkpoint of a large WAL may need as much */

/* The folder itself, or the nearest above it that is there. */
static const char *existing(struct dl_doctor *d)
{
    dl_str path = dl_str_c(d->dir);
    for (;;) {
        const char *c = dl_str_cstr(d->cli->arena, path);
        if (c == NULL || path.n <= 1 || access(c, F_OK) == 0) return path.n <= 1 ? "/" : c;
        size_t slash = dl_str_rchr(path, '/');
        path = dl_str_sub(path, 0, slash == DL_NO_POS || slash == 0 ? 1 : slash);
    }
}

static void folder(struct dl_doctor *d)
{
    struct stat st;
    if (stat(d->dir, &st) != 0) {
        const char *above = existing(d);
        bool may = access(above, W_OK | X_OK) == 0;
        dl_doctor_note(d, "data directory", may ? DL_CHECK_OK : DL_CHECK_BAD,
                       may ? NULL : "name another with --store DIR, or make it writable",
                       may ? "%s is not there yet and will be made"
                           : "%s is not there and cannot be made",
                       d->dir);
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        dl_doctor_note(d, "data directory", DL_CHECK_BAD, "name a folder with --store DIR",
                       "%s is no folder", d->dir);
    } else if (access(d->dir, R_OK | W_OK | X_OK) != 0) {
        dl_doctor_note(d, "data directory", DL_CHECK_BAD,
                       "run as its owner, or name another with --store DIR",
                       "%s cannot be read and written by this user", d->dir);
    } else if (st.st_uid != geteuid() && geteuid() != 0) {
        dl_doctor_note(d, "data directory", DL_CHECK_WARN, "run as its owner",
                       "%s belongs to another user", d->dir);
    } else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        dl_doctor_note(d, "data directory", DL_CHECK_WARN, "chmod 700 it",
                       "%s can be entered by other users (mode %03o)", d->dir,
                       (unsigned)st.st_mode & 0777);
    } else {
        dl_doctor_note(d, "data directory", DL_CHECK_OK, NULL, "%s, for this user alone", d->dir);
    }
}

static void space(struct dl_doctor *d)
{
    struct statvfs fs;
    const char *path = existing(d);
    if (statvfs(path, &fs) != 0) {
        dl_doctor_note(d, "disk", DL_CHECK_WARN, NULL, "how much is free in %s is not told: %s",
                       path, strerror(errno));
        return;
    }
    int64_t free_bytes = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    enum dl_check_state state = free_bytes < NO_SPACE       ? DL_CHECK_BAD
                                : free_bytes < LITTLE_SPACE ? DL_CHECK_WARN
                                                            : DL_CHECK_OK;
    dl_doctor_note(d, "disk", state,
                   state == DL_CHECK_OK ? NULL : "make room, or name another disk with --store DIR",
                   "%.1f GiB free for %s", (double)free_bytes / (double)GIB, d->dir);
}

static void server(struct dl_doctor *d)
{
    dl_asker *asker;
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = dl_asker_open(d->dir, &asker, &diag);
    d->server = err == DL_OK || err == DL_ERR_VERSION;
    if (err == DL_OK) {
        dl_asker_free(asker);
        dl_doctor_note(d, "server", DL_CHECK_OK, NULL, "a Dateline serves this store");
    } else if (err == DL_ERR_NOT_FOUND) {
        dl_doctor_note(d, "server", DL_CHECK_OK, NULL, "no server runs on this store");
    } else {
        dl_doctor_note(d, "server", DL_CHECK_BAD,
                       err == DL_ERR_VERSION ? "end it, or use the same version" : NULL,
                       "the server on this store does not answer as it should: %s",
                       diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    }
}

/* --- the database --------------------------------------------------------------------------- */

static void soundness(struct dl_doctor *d, dl_store *store)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (dl_store_sound(store, CHECK_MS, &diag))
        dl_doctor_note(d, "database", DL_CHECK_OK, NULL, "sound as far as looked at");
    else
        dl_doctor_note(d, "database", DL_CHECK_BAD,
                       "keep the folder; restore a copy, or ingest again into another", "%s",
                       diag.message);
}

static void numbers(struct dl_doctor *d, dl_store *store)
{
    struct dl_store_status s;
    enum dl_err err = dl_store_status(store, d->now_ms, &s);
    if (err != DL_OK) {
        bool waits = dl_err_class(err) == DL_CLASS_RETRY;
        dl_doctor_note(d, "conservation", waits ? DL_CHECK_WARN : DL_CHECK_BAD,
                       waits ? "run doctor again when the store is idle" : "see the database above",
                       "the numbers could not be read: %s", dl_err_text(err));
        return;
    }
    d->newest_seen_ms = s.newest_seen_ms;
    dl_doctor_note(d, "conservation", s.residual == 0 ? DL_CHECK_OK : DL_CHECK_BAD,
                   s.residual == 0 ? NULL : "keep the folder and report it: documents were lost",
                   "%lld documents, %lld wait, %lld quarantined; %lld unaccounted for",
                   (long long)s.documents, (long long)s.pending, (long long)s.quarantined,
                   (long long)s.residual);
}

static void database(struct dl_doctor *d)
{
    dl_store *store;
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = dl_store_open(d->dir, &store, &diag);
    if (err == DL_OK) {
        dl_doctor_note(d, "schema", DL_CHECK_OK, NULL, "version %d", dl_store_schema());
        soundness(d, store);
        numbers(d, store);
        dl_store_close(store);
        return;
    }
    const char *why = diag.message[0] != '\0' ? diag.message : dl_err_text(err);
    if (err == DL_ERR_NOT_FOUND)
        dl_doctor_note(d, "schema", DL_CHECK_OK, NULL,
                       "no store yet; 'dateline serve' or 'dateline ingest' makes one");
    else if (err == DL_ERR_VERSION)
        dl_doctor_note(d, "schema", DL_CHECK_BAD,
                       "use the Dateline that made it, or name another with --store DIR", "%s",
                       why);
    else
        dl_doctor_note(d, "schema", DL_CHECK_BAD,
                       "restore a copy of the folder, or move it away and ingest again",
                       "the database cannot be opened: %s", why);
}

/* --- exactly one writer --------------------------------------------------------------------- */

/* Is descriptor `fd` of the process open for writing? */
static bool is_for_writing(const char *pid, const char *fd)
{
    char path[300], text[300];
    const char *flags;
    snprintf(path, sizeof path, "/proc/%.20s/fdinfo/%.20s", pid, fd);
    int info = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = info < 0 ? -1 : read(info, text, sizeof text - 1);
    if (info >= 0) close(info);
    if (n <= 0) return false;
    text[n] = '\0';
    flags = strstr(text, "flags:");
    return flags != NULL && (strtol(flags + 6, NULL, 8) & O_ACCMODE) != O_RDONLY;
}

static bool writes_database(const char *pid, const struct stat *database)
{
    char path[300];
    bool writes = false;
    struct stat st;
    snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    while (dir != NULL && !writes && (entry = readdir(dir)) != NULL) {
        if (!dl_is_digit((unsigned char)entry->d_name[0])) continue;
        snprintf(path, sizeof path, "/proc/%.20s/fd/%.20s", pid, entry->d_name);
        writes = stat(path, &st) == 0 && st.st_dev == database->st_dev &&
                 st.st_ino == database->st_ino && is_for_writing(pid, entry->d_name);
    }
    if (dir != NULL) closedir(dir);
    return writes;
}

/* Processes of this user (of all for root) that have the database open for writing. */
static size_t count_writers(const char *data_dir)
{
    char path[PATH_BYTES];
    struct stat database;
    size_t n = 0;
    snprintf(path, sizeof path, "%s/dateline.db", data_dir);
    if (stat(path, &database) != 0) return 0;
    DIR *dir = opendir("/proc");
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL)
        if (dl_is_digit((unsigned char)entry->d_name[0]))
            n += writes_database(entry->d_name, &database);
    if (dir != NULL) closedir(dir);
    return n;
}

static void one_writer(struct dl_doctor *d)
{
    size_t writers = count_writers(d->dir);
    const char *note = dl_sqlite_wal_note();
    if (writers > 1)
        dl_doctor_note(d, "SQLite rule", DL_CHECK_BAD,
                       "close the others (a database browser?), or open it read-only",
                       "%zu processes have the database open for writing; exactly one may, for "
                       "it alone checkpoints",
                       writers);
    else
        dl_doctor_note(d, "SQLite rule", DL_CHECK_OK,
                       note != NULL ? "let no other program open the database for writing" : NULL,
                       "%s writes%s%s", writers == 1 ? "one process" : "nobody",
                       note != NULL ? "; " : " and checkpoints", note != NULL ? note : "");
}

void dl_doctor_store(struct dl_doctor *d)
{
    folder(d);
    space(d);
    server(d);
    database(d);
    one_writer(d);
}
