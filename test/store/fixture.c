#include "fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/tokenizer.h"

enum { ARENA_CAP = 64 << 20 };

static void open_ledger(struct fixture *f)
{
    struct dl_ledger_options options = {.dir = f->dir};
    struct dl_diag diag = {0};
    if (dl_ledger_open(&options, &f->ledger, &diag) != DL_OK) fail_msg("%s", diag.message);
}

void fixture_open(struct fixture *f)
{
    *f = (struct fixture){.dir = "/tmp/dl-store-XXXXXX", .now_ms = 1711324800000};
    assert_non_null(mkdtemp(f->dir));
    f->arena = dl_arena_new(ARENA_CAP);
    open_ledger(f);
}

void fixture_reopen(struct fixture *f)
{
    dl_ledger_close(f->ledger);
    open_ledger(f);
}

void fixture_remove(const char *dir)
{
    char path[512];
    DIR *d = opendir(dir);
    if (d == NULL) return;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (unlink(path) != 0) fixture_remove(path);
    }
    closedir(d);
    rmdir(dir);
}

void fixture_close(struct fixture *f)
{
    dl_ledger_close(f->ledger);
    dl_arena_free(f->arena);
    fixture_remove(f->dir);
}

void fixture_outlet(struct fixture *f, const char *id, const char *name, const char *country)
{
    struct dl_outlet outlet = {
        .id = dl_str_c(id), .name = dl_str_c(name), .country = dl_str_c(country)};
    assert_ok(dl_ledger_put_outlet(f->ledger, &outlet));
}

struct dl_material fixture_material(struct fixture *f, const char *outlet, const char *url,
                                    const char *bytes)
{
    struct dl_material m = {.kind = DL_STR("article"),
                            .outlet = dl_str_c(outlet),
                            .url = dl_str_c(url),
                            .channel = DL_STR("file"),
                            .hash = dl_sha256(dl_str_c(bytes)),
                            .seen_by_ms = f->now_ms};
    assert_ok(dl_spool_append(dl_ledger_spool(f->ledger), dl_str_c(bytes), &m.place, NULL));
    return m;
}

enum dl_taken_as fixture_take(struct fixture *f, const char *outlet, const char *url,
                              const char *bytes)
{
    struct dl_material m = fixture_material(f, outlet, url, bytes);
    struct dl_taken taken;
    assert_ok(dl_ledger_begin(f->ledger));
    assert_ok(dl_ledger_take(f->ledger, f->arena, &m, 1, &taken));
    assert_ok(dl_ledger_commit(f->ledger, NULL));
    return taken.as;
}

int64_t fixture_say(struct fixture *f, const struct said *said)
{
    dl_entries entries;
    fixture_outlet(f, said->outlet, said->outlet, "");
    fixture_take(f, said->outlet, said->url, said->text);
    assert_ok(dl_ledger_pending(f->ledger, f->arena, 0, 10, &entries));
    assert_int_equal(entries.n, 1);
    struct dl_reading r = {.title = dl_str_c(said->title),
                           .text = dl_str_c(said->text),
                           .language = dl_str_c(said->language),
                           .extract = DL_STR("{}"),
                           .analyse = dl_str_c(said->analyse != NULL ? said->analyse : "{}"),
                           .features = DL_STR("f"),
                           .version_extract = 1,
                           .version_analyse = 1,
                           .version_features = 1};
    assert_true(dl_time_parse(DL_STR("2024-03-25"), &r.published));
    assert_ok(dl_ledger_try(f->ledger, entries.p[0].seq));
    assert_ok(dl_ledger_begin(f->ledger));
    assert_ok(dl_ledger_read_done(f->ledger, f->arena, entries.p[0].seq, &r));
    assert_ok(dl_ledger_commit(f->ledger, NULL));
    f->now_ms += 60000;
    return entries.p[0].seq;
}

void fixture_assign(struct fixture *f, const int64_t *story, size_t n)
{
    dl_story_rows rows;
    assert_ok(dl_ledger_story_next(f->ledger, f->arena, 1000, &rows));
    struct dl_assignment *a = DL_NEW_ARRAY(f->arena, struct dl_assignment, rows.n + 1);
    size_t used = 0;
    int64_t cursor = 0;
    for (size_t i = 0; i < rows.n; i++) {
        cursor = rows.p[i].seq;
        if (rows.p[i].skip) continue;
        a[used].row = &rows.p[i];
        a[used].story = i < n && story[i] != 0 ? story[i] : rows.p[i].seq;
        a[used++].evidence = DL_STR("[]");
    }
    if (cursor != 0) assert_ok(dl_ledger_story_commit(f->ledger, f->arena, a, used, cursor, NULL));
}

int64_t fixture_count(struct fixture *f, const char *sql)
{
    char path[96];
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    snprintf(path, sizeof path, "%s/dateline.db", f->dir);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_ok(dl_tokenizer_register(db));
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return value;
}
