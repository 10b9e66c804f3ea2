#include <errno.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/gazetteer.h"
#include "cmd/progress.h"
#include "cmd/term.h"
#include "event/lexicons.h"
#include "lang/features.h"
#include "lang/placefile.h"

struct show {
    struct dl_cli *cli;
    const char *path;
    dl_placefile file; /* zeroes: none was imported */
    bool imported;
    dl_features features;
    const dl_lexicons *built_in;
    dl_words words; /* of the name */
    dl_buf out;
    struct dl_term term;
    yyjson_mut_doc *doc;
    yyjson_mut_val *list;
    size_t found;
};

/* --- what is loaded ----------------------------------------------------------------------- */

static dl_str day_of(struct show *s)
{
    struct stat st;
    if (stat(s->path, &st) != 0) return (dl_str){NULL, 0};
    dl_time when = {.ms = (int64_t)st.st_mtime * 1000, .precision = DL_PREC_DAY};
    return dl_time_format(s->cli->arena, when);
}

static void say_file(struct show *s)
{
    yyjson_doc *note;
    char n[32];
    dl_buf *out = &s->out;
    if (!s->imported) {
        dl_buf_c(out, "Nothing was imported; only what is built in is used.\n");
        return;
    }
    dl_term_styled(&s->term, DL_STYLE_HEAD, dl_str_c(s->path));
    dl_buf_fmt(out, "\n%s places, ", dl_progress_number(s->file.rows, n));
    dl_buf_fmt(out, "%s bytes, imported ", dl_progress_number(s->file.n, n));
    dl_buf_str(out, day_of(s));
    if (dl_json_read(s->cli->arena, s->file.note, &note, NULL) == DL_OK) {
        yyjson_val *root = yyjson_doc_get_root(note), *in;
        size_t i, max;
        dl_buf_c(out, "; newest change in the data ");
        dl_term_text(&s->term, dl_json_get_str(root, "newest"));
        dl_buf_c(out, "\n");
        yyjson_arr_foreach(yyjson_obj_get(root, "inputs"), i, max, in)
        {
            dl_buf_c(out, "  ");
            dl_term_text(&s->term, dl_json_get_str(in, "name"));
            dl_buf_fmt(out, ": %s lines of ",
                       dl_progress_number((uint64_t)dl_json_get_int(in, "lines", 0), n));
            dl_term_text(&s->term, dl_json_get_str(in, "kind"));
            int64_t broken = dl_json_get_int(in, "broken", 0);
            if (broken > 0) dl_buf_fmt(out, ", %s broken", dl_progress_number((uint64_t)broken, n));
            dl_buf_c(out, "\n");
        }
    }
    dl_buf_c(out, DL_GAZETTEER_CREDIT ".\n");
}

static void json_file(struct show *s, yyjson_mut_val *root)
{
    yyjson_doc *note;
    dl_json_bool(s->doc, root, "imported", s->imported);
    if (!s->imported) return;
    dl_json_c(s->doc, root, "file", s->path);
    dl_json_int(s->doc, root, "bytes", (int64_t)s->file.n);
    dl_json_int(s->doc, root, "rows", s->file.rows);
    dl_json_int(s->doc, root, "keys", s->file.keys);
    dl_json_int(s->doc, root, "divisions", s->file.divisions);
    dl_json_str(s->doc, root, "imported_on", day_of(s));
    if (dl_json_read(s->cli->arena, s->file.note, &note, NULL) == DL_OK)
        yyjson_mut_obj_add_val(s->doc, root, "made_of",
                               yyjson_val_mut_copy(s->doc, yyjson_doc_get_root(note)));
}

/* --- who is called so --------------------------------------------------------------------- */

struct candidate {
    dl_str name, kind, label, feature, division;
    const char *country;
    bool placed, built_in;
    double lat, lon;
    uint32_t population, geonames;
};

static void say(struct show *s, const struct candidate *c)
{
    char n[32];
    dl_term_styled(&s->term, DL_STYLE_HEAD, c->name);
    dl_buf_c(&s->out, ": ");
    dl_term_text(&s->term, c->label);
    if (c->division.n > 0) {
        dl_buf_c(&s->out, ", ");
        dl_term_text(&s->term, c->division);
    }
    if (c->country[0] != '\0') dl_buf_fmt(&s->out, ", %s", c->country);
    if (c->placed) dl_buf_fmt(&s->out, "; %.3f %.3f", c->lat, c->lon);
    if (c->population > 0) dl_buf_fmt(&s->out, "; %s people", dl_progress_number(c->population, n));
    if (c->geonames > 0) dl_buf_fmt(&s->out, "; geonames %u", c->geonames);
    dl_buf_c(&s->out, c->built_in ? " (built in)\n" : "\n");
}

static void json(struct show *s, const struct candidate *c)
{
    yyjson_mut_val *obj = dl_json_push_obj(s->doc, s->list);
    dl_json_str(s->doc, obj, "name", c->name);
    dl_json_str(s->doc, obj, "kind", c->kind);
    dl_json_str(s->doc, obj, "label", c->label);
    dl_json_str(s->doc, obj, "feature", c->feature);
    dl_json_str(s->doc, obj, "division", c->division);
    dl_json_c(s->doc, obj, "country", c->country[0] != '\0' ? c->country : NULL);
    if (c->placed) {
        dl_json_score(s->doc, obj, "lat", c->lat);
        dl_json_score(s->doc, obj, "lon", c->lon);
    }
    if (c->population > 0) dl_json_int(s->doc, obj, "population", c->population);
    if (c->geonames > 0) dl_json_int(s->doc, obj, "geonames", c->geonames);
    dl_json_c(s->doc, obj, "from", c->built_in ? "built-in" : "import");
}

static void give(struct show *s, const struct candidate *c)
{
    s->found++;
    if (s->doc != NULL)
        json(s, c);
    else
        say(s, c);
}

/* "Sangamon County, Illinois" */
static dl_str division_name(struct show *s, uint32_t number)
{
    struct dl_place_division d;
    dl_str name = {NULL, 0};
    for (int depth = 0; depth < 2 && dl_placefile_division(&s->file, number, &d); depth++) {
        dl_str one = d.name.n > 0 ? d.name : d.code;
        name =
            name.n == 0 ? one : dl_str_fmt(s->cli->arena, "%.*s, %.*s", DL_FMT(name), DL_FMT(one));
        number = d.parent;
    }
    return name;
}

static void give_imported(struct show *s)
{
    struct dl_place_row row;
    uint32_t key, end;
    if (!s->imported || !dl_placefile_find(&s->file, dl_words_name_key(s->words.text), &key, &end))
        return;
    for (; key < end; key++) {
        if (!dl_placefile_row(&s->file, key, &row)) continue;
        const struct dl_feature_row *is = dl_features_of(&s->features, dl_str_c(row.code));
        struct candidate c = {.name = row.name,
                              .kind = is != NULL ? is->kind : DL_STR("locality"),
                              .label = is != NULL ? is->label : dl_str_c(row.code),
                              .feature = dl_str_dup(s->cli->arena, dl_str_c(row.code)),
                              .division = division_name(s, row.division),
                              .country = dl_str_cstr(s->cli->arena, dl_str_c(row.country)),
                              .placed = true,
                              .lat = row.lat,
                              .lon = row.lon,
                              .population = row.population,
                              .geonames = row.id};
        if (dl_str_eq_c(c.kind, "-")) c.kind = DL_STR("locality");
        give(s, &c);
    }
}

static void give_built_in(struct show *s)
{
    uint32_t link, value;
    if (dl_phrases_match(&s->built_in->gazetteer.english, &s->words, 0, s->words.n, &link) !=
        s->words.n)
        return;
    while (dl_phrases_value(&s->built_in->gazetteer.english, &link, &value)) {
        const struct dl_known *k = &s->built_in->gazetteer.known[value];
        const char *kind = dl_known_kind_name(k->kind);
        if (kind == NULL || k->kind == DL_KNOWN_PEOPLE) continue;
        struct candidate c = {.name = k->name,
                              .kind = dl_str_c(kind),
                              .label =
                                  dl_str_c(k->capital                     ? "capital"
                                           : k->kind == DL_KNOWN_DIVISION ? "first-level division"
                                                                          : kind),
                              .division = dl_str_c(k->kind == DL_KNOWN_CITY ? k->admin : ""),
                              .country = k->country,
                              .placed = k->placed,
                              .built_in = true,
                              .lat = (double)k->lat,
                              .lon = (double)k->lon,
                              .population = k->population,
                              .geonames = k->geonames};
        give(s, &c);
    }
}

static enum dl_err load(struct show *s, const char *name, struct dl_diag *diag)
{
    enum dl_err err = dl_placefile_open(&s->file, s->path, diag);
    s->imported = err == DL_OK;
    if (err != DL_OK && err != DL_ERR_NOT_FOUND) return err;
    if (s->imported) DL_TRY(dl_placefile_check(&s->file, diag));
    if (name == NULL) return DL_OK;
    DL_TRY(dl_words_open(diag));
    DL_TRY(dl_features_load(&s->features, s->cli->arena, diag));
    DL_TRY(dl_lexicons_open(&s->built_in, s->cli->arena, diag));
    return dl_words_split(&s->built_in->of[0].pack, s->cli->arena,
                          dl_utf8_repair(s->cli->arena, dl_str_c(name)), &s->words);
}

static int print(struct show *s, const char *name)
{
    if (dl_cli_has(s->cli, "json")) s->doc = dl_json_new(s->cli->arena);
    yyjson_mut_val *root = s->doc != NULL ? yyjson_mut_doc_get_root(s->doc) : NULL;
    if (name == NULL && s->doc != NULL) json_file(s, root);
    if (name == NULL && s->doc == NULL) say_file(s);
    if (name != NULL && s->doc != NULL) {
        dl_json_str(s->doc, root, "name", dl_utf8_repair(s->cli->arena, dl_str_c(name)));
        s->list = dl_json_arr(s->doc, root, "candidates");
    }
    if (name != NULL) {
        give_imported(s);
        give_built_in(s);
    }
    if (s->doc != NULL && dl_json_line(s->doc, s->cli->arena, &s->out) != DL_OK)
        return DL_EXIT_FAILURE;
    int code = dl_cli_print(s->cli, &s->out);
    if (code != DL_EXIT_OK || name == NULL || s->found > 0) return code;
    dl_cli_fail(s->cli, "no place of that name is known%s",
                s->imported ? "" : "; 'dateline gazetteer import' takes in more");
    return DL_EXIT_NOTHING;
}

int dl_gazetteer_show(struct dl_cli *cli, const char **names, size_t n)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str name = {NULL, 0};
    for (size_t i = 0; i < n; i++) /* "show New York" without quotation marks */
        name = dl_str_fmt(cli->arena, "%.*s%s%s", DL_FMT(name), i > 0 ? " " : "", names[i]);
    struct show *s = dl_calloc(cli->arena, 1, sizeof *s);
    if (s == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    s->cli = cli;
    s->path = dl_gazetteer_path(cli);
    if (s->path == NULL) return DL_EXIT_USAGE;
    dl_buf_init(&s->out, 1 << 20);
    s->term = dl_term_to(&s->out);
    enum dl_err err = load(s, name.p, &diag);
    int code = err == DL_OK
                   ? print(s, name.p)
                   : dl_cli_fail(cli, "%s: %s (%s)", s->path, diag.message, dl_err_name(err));
    dl_placefile_close(&s->file);
    dl_buf_free(&s->out);
    return err == DL_ERR_VERSION ? DL_EXIT_BUSY : code;
}
