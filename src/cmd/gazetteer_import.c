#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/data_dir.h"
#include "cmd/gazetteer.h"
#include "cmd/progress.h"
#include "cmd/term.h"
#include "cmd/unpack.h"
#include "lang/placebuild.h"

enum { BROKEN_SHOWN = 5, INPUTS_MAX = 1024, TICK_LINES = 1 << 12 };

static const char *const kind_names[] = {"none", "places", "names", "divisions"};

struct input {
    dl_str name; /* of the member */
    enum dl_geonames_kind kind;
    uint64_t lines, broken;
    struct {
        uint64_t line;
        dl_str message;
    } shown[BROKEN_SHOWN];
};

struct import {
    struct dl_cli *cli;
    const char **files;
    size_t n_files;
    const char *path;
    dl_placebuild *build;
    dl_pack pack;
    dl_features features;
    struct input inputs[INPUTS_MAX];
    size_t n_inputs;
    struct dl_progress progress;
    uint64_t before; /* bytes of the files that are done */
};

static int fail(struct import *m, const char *file, const struct dl_diag *diag, enum dl_err err)
{
    dl_progress_end(&m->progress);
    const char *why = diag->message[0] != '\0' ? diag->message : dl_err_text(err);
    dl_cli_fail(m->cli, "%s%s%s (%s); nothing was changed", file, file[0] != '\0' ? ": " : "", why,
                dl_err_name(err));
    return err == DL_ERR_BUSY ? DL_EXIT_BUSY : DL_EXIT_FAILURE;
}

/* --- one file ----------------------------------------------------------------------------- */

static void note_broken(struct import *m, struct input *in, uint64_t line, const char *message)
{
    if (in->broken < BROKEN_SHOWN) {
        in->shown[in->broken].line = line;
        in->shown[in->broken].message = dl_str_dup(m->cli->arena, dl_str_c(message));
    }
    in->broken++;
}

static bool is_comment(dl_str line)
{
    return line.n == 0 || line.p[0] == '#';
}

static void show_progress(struct import *m, const dl_unpack *u)
{
    m->progress.done_bytes = m->before + dl_unpack_done(u);
    dl_progress_tick(&m->progress);
}

static enum dl_err take_line(struct import *m, struct input *in, enum dl_err read, dl_str line,
                             uint64_t number, struct dl_diag *diag)
{
    if (read == DL_ERR_TOO_BIG) {
        note_broken(m, in, number, "the line is longer than any of GeoNames");
        return DL_OK;
    }
    if (is_comment(line)) return DL_OK;
    in->lines++;
    m->progress.done++;
    diag->message[0] = '\0';
    enum dl_err err = dl_placebuild_line(m->build, in->kind, line, diag);
    if (err == DL_ERR_SYNTAX) note_broken(m, in, number, diag->message);
    return err == DL_ERR_SYNTAX ? DL_OK : err;
}

static enum dl_err take_lines(struct import *m, dl_unpack *u, struct input *in,
                              struct dl_diag *diag)
{
    dl_str line = {NULL, 0};
    for (uint64_t number = 1;; number++) {
        enum dl_err read = dl_unpack_line(u, &line, diag);
        if (read != DL_OK && read != DL_ERR_TOO_BIG) return read == DL_ERR_NOT_FOUND ? DL_OK : read;
        DL_TRY(take_line(m, in, read, line, number, diag));
        if (number % TICK_LINES == 0) show_progress(m, u);
    }
}

enum { KIND_LINES = 1000 /* that are looked at until one says what the file is */ };

/* What a member is, told by its first line that follows a format. Broken ones may stand before. */
static enum dl_err kind_of(dl_unpack *u, enum dl_geonames_kind *ret_kind, struct dl_diag *diag)
{
    dl_str line;
    enum dl_err err = DL_OK;
    *ret_kind = DL_GEONAMES_NONE;
    for (unsigned i = 0; i < KIND_LINES && *ret_kind == DL_GEONAMES_NONE; i++) {
        err = dl_unpack_line(u, &line, diag);
        if (err != DL_OK && err != DL_ERR_TOO_BIG) break;
        if (err == DL_OK && !is_comment(line)) *ret_kind = dl_geonames_kind_of(line);
    }
    return err == DL_ERR_NOT_FOUND || err == DL_ERR_TOO_BIG ? DL_OK : err;
}

/* Opens the file and goes to its member `at`. */
static enum dl_err open_at(const char *file, size_t at, dl_unpack **ret_unpack, dl_str *ret_name,
                           struct dl_diag *diag)
{
    DL_TRY(dl_unpack_open(file, ret_unpack, diag));
    enum dl_err err = DL_OK;
    for (size_t i = 0; err == DL_OK && i <= at; i++)
        err = dl_unpack_member(*ret_unpack, ret_name, diag);
    if (err != DL_OK) dl_unpack_free(*ret_unpack);
    return err;
}

enum {
    MEMBERS_MAX = 64, /* of one archive: each is looked for from the first one on */
    NAME_MAX_SHOWN = 200
};

/* As people may see it: strangers name the files of an archive. */
static dl_str shown_name(dl_arena *arena, dl_str name)
{
    dl_buf out = DL_BUF_INIT(8 * NAME_MAX_SHOWN);
    struct dl_term term = dl_term_to(&out);
    dl_term_text(&term, dl_utf8_prefix(name, NAME_MAX_SHOWN));
    dl_str shown = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return shown;
}

static enum dl_err take_member(struct import *m, const char *file, size_t at,
                               enum dl_geonames_kind kind, bool *ret_known, struct dl_diag *diag)
{
    dl_unpack *u;
    dl_str name;
    enum dl_geonames_kind is;
    DL_TRY(open_at(file, at, &u, &name, diag));
    enum dl_err err = kind_of(u, &is, diag);
    dl_unpack_free(u);
    if (err == DL_OK && is != DL_GEONAMES_NONE) *ret_known = true;
    if (err != DL_OK || is != kind) return err;
    if (m->n_inputs == INPUTS_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "more than %d files", INPUTS_MAX);
    DL_TRY(open_at(file, at, &u, &name, diag)); /* once more from its beginning */
    struct input *in = &m->inputs[m->n_inputs++];
    *in = (struct input){.name = dl_utf8_repair(m->cli->arena, name), .kind = kind};
    in->name = shown_name(m->cli->arena, in->name);
    err = take_lines(m, u, in, diag);
    dl_unpack_free(u);
    return err;
}

static enum dl_err take_file(struct import *m, const char *file, enum dl_geonames_kind kind,
                             struct dl_diag *diag)
{
    bool known = false;
    enum dl_err err = DL_OK;
    for (size_t at = 0; err == DL_OK; at++) {
        if (at > MEMBERS_MAX)
            return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS,
                           "the archive has more than %d files; a dump has one or two",
                           MEMBERS_MAX);
        err = take_member(m, file, at, kind, &known, diag);
    }
    if (err != DL_ERR_NOT_FOUND || access(file, F_OK) != 0) return err;
    if (!known)
        return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS,
                       "no dump of GeoNames: no line has 19 columns (places), 10 or 8 (names) or 4 "
                       "(divisions) parted by tabs");
    return DL_OK;
}

/* --- all of it ---------------------------------------------------------------------------- */

static void tick(void *ctx, uint64_t done, uint64_t total)
{
    struct import *m = ctx;
    if (m->progress.doing[0] == '\0' || m->progress.total_bytes != total) {
        dl_progress_start(&m->progress, total);
        snprintf(m->progress.doing, sizeof m->progress.doing, "sorting and writing");
    }
    m->progress.done = m->progress.done_bytes = done;
    dl_progress_tick(&m->progress);
}

static void put_input(yyjson_mut_doc *doc, yyjson_mut_val *arr, const struct input *in)
{
    yyjson_mut_val *obj = dl_json_push_obj(doc, arr);
    dl_json_str(doc, obj, "name", in->name);
    dl_json_c(doc, obj, "kind", kind_names[in->kind]);
    dl_json_int(doc, obj, "lines", (int64_t)in->lines);
    dl_json_int(doc, obj, "broken", (int64_t)in->broken);
}

/* What the file says of itself: no clock in it, so that the same dump gives the same bytes. */
static void put_note(struct import *m, yyjson_mut_doc *doc, yyjson_mut_val *obj)
{
    struct dl_placebuild_counts c = dl_placebuild_counts(m->build);
    dl_json_c(doc, obj, "source", "GeoNames");
    dl_json_c(doc, obj, "licence", "CC BY 4.0");
    dl_json_c(doc, obj, "attribution", DL_GAZETTEER_CREDIT);
    dl_json_str(doc, obj, "newest", dl_str_dup(m->cli->arena, dl_str_c(c.newest)));
    dl_json_int(doc, obj, "rows", (int64_t)c.rows);
    dl_json_int(doc, obj, "names", (int64_t)c.names);
    dl_json_int(doc, obj, "skipped", (int64_t)c.skipped);
    dl_json_int(doc, obj, "again", (int64_t)c.again);
    const char *classes = dl_cli_get(m->cli, "classes");
    dl_json_c(doc, obj, "classes", classes != NULL ? classes : "default");
    yyjson_mut_val *inputs = dl_json_arr(doc, obj, "inputs");
    for (size_t i = 0; i < m->n_inputs; i++)
        put_input(doc, inputs, &m->inputs[i]);
}

static void say_broken(const struct import *m)
{
    for (size_t i = 0; i < m->n_inputs; i++) {
        const struct input *in = &m->inputs[i];
        for (size_t k = 0; k < in->broken && k < BROKEN_SHOWN; k++)
            fprintf(stderr, "dateline gazetteer: %.*s:%llu: %.*s; left out\n", DL_FMT(in->name),
                    (unsigned long long)in->shown[k].line, DL_FMT(in->shown[k].message));
        if (in->broken > BROKEN_SHOWN)
            fprintf(stderr, "dateline gazetteer: %.*s: %llu more lines are broken\n",
                    DL_FMT(in->name), (unsigned long long)(in->broken - BROKEN_SHOWN));
    }
}

static int say_done(struct import *m)
{
    struct dl_placebuild_counts c = dl_placebuild_counts(m->build);
    char rows[32], names[32];
    say_broken(m);
    if (dl_cli_has(m->cli, "json")) {
        dl_buf out = DL_BUF_INIT(1 << 20);
        yyjson_mut_doc *doc = dl_json_new(m->cli->arena);
        yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
        dl_json_c(doc, root, "file", m->path);
        put_note(m, doc, root);
        enum dl_err err = dl_json_line(doc, m->cli->arena, &out);
        int code = err == DL_OK ? dl_cli_print(m->cli, &out) : DL_EXIT_FAILURE;
        dl_buf_free(&out);
        return code;
    }
    printf(
        "%s places under %s names are in %s; a running server uses them from its next start.\n" DL_GAZETTEER_CREDIT
        ".\n",
        dl_progress_number(c.rows, rows), dl_progress_number(c.names, names), m->path);
    return DL_EXIT_OK;
}

static int write_it(struct import *m)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str note;
    if (dl_placebuild_counts(m->build).rows == 0) {
        dl_progress_end(&m->progress);
        say_broken(m);
        return dl_cli_fail(m->cli,
                           "no place is left of these files; give allCountries.txt, cities500.txt "
                           "or XX.txt with them, or other --classes. Nothing was changed");
    }
    yyjson_mut_doc *doc = dl_json_new(m->cli->arena);
    if (doc == NULL) return dl_cli_fail(m->cli, "%s", dl_err_text(DL_ERR_NOMEM));
    put_note(m, doc, yyjson_mut_doc_get_root(doc));
    enum dl_err err = dl_json_text(doc, m->cli->arena, &note);
    if (err == DL_OK) err = dl_placebuild_write(m->build, m->path, note, &diag);
    dl_progress_end(&m->progress);
    if (err != DL_OK) return fail(m, "", &diag, err);
    return say_done(m);
}

static uint64_t size_of_all(const struct import *m)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < m->n_files; i++) {
        dl_unpack *u;
        if (dl_unpack_open(m->files[i], &u, NULL) != DL_OK) continue;
        sum += dl_unpack_size(u);
        dl_unpack_free(u);
    }
    return sum;
}

static int take_all(struct import *m)
{
    /* Names and divisions speak of places, so these come first. */
    static const enum dl_geonames_kind order[] = {DL_GEONAMES_PLACES, DL_GEONAMES_DIVISIONS,
                                                  DL_GEONAMES_NAMES};
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_progress_start(&m->progress, size_of_all(m));
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < m->n_files; i++) {
            size_t inputs = m->n_inputs;
            diag.message[0] = '\0';
            enum dl_err err = take_file(m, m->files[i], order[k], &diag);
            if (err != DL_OK) return fail(m, m->files[i], &diag, err);
            dl_unpack *u;
            if (m->n_inputs == inputs || dl_unpack_open(m->files[i], &u, NULL) != DL_OK) continue;
            m->before += dl_unpack_size(u);
            dl_unpack_free(u);
        }
    return write_it(m);
}

static const char *folder_of(struct dl_cli *cli, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) return ".";
    return dl_str_cstr(cli->arena, (dl_str){path, slash == path ? 1 : (size_t)(slash - path)});
}

int dl_gazetteer_import(struct dl_cli *cli, const char **files, size_t n)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    const char *classes = dl_cli_get(cli, "classes");
    if (n == 0) return dl_cli_usage(cli, "name the files of GeoNames, like allCountries.zip");
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i], "-") == 0)
            return dl_cli_usage(cli, "standard input cannot be read twice; name a file");
    if (classes != NULL && dl_features_check_list(dl_str_c(classes), &diag) != DL_OK)
        return dl_cli_usage(cli, "--classes: %s", diag.message);
    struct import *m = dl_calloc(cli->arena, 1, sizeof *m);
    if (m == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    *m = (struct import){.cli = cli, .files = files, .n_files = n, .path = dl_gazetteer_path(cli)};
    if (m->path == NULL) return DL_EXIT_USAGE;
    struct dl_placebuild_options options = {.folder = folder_of(cli, m->path),
                                            .pack = &m->pack,
                                            .features = &m->features,
                                            .classes = dl_str_c(classes),
                                            .tick = tick,
                                            .ctx = m};
    enum dl_err err = dl_io_make_dirs(options.folder, &diag);
    if (err == DL_OK) err = dl_words_open(&diag);
    if (err == DL_OK) err = dl_pack_load(&m->pack, cli->arena, "en", &diag);
    if (err == DL_OK) err = dl_features_load(&m->features, cli->arena, &diag);
    if (err == DL_OK) err = dl_placebuild_new(&options, &m->build, &diag);
    if (err != DL_OK) return fail(m, "", &diag, err);
    int code = take_all(m);
    dl_placebuild_free(m->build);
    return code;
}
