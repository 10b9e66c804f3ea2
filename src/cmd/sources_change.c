#include <unistd.h>

#include "base/utf8.h"
#include "cmd/data_dir.h"
#include "cmd/sources.h"
#include "feed/opml.h"
#include "net/url.h"
#include "queue/identity.h"
#include "queue/local.h"

enum {
    AT_ONCE = 500,          /* feeds of one request: a commit of some milliseconds */
    REQUEST_MAX = 16 << 20, /* of JSON */
    CODE_MAX = 35,          /* BCP 47 tags are shorter */
};

static const char *const kinds[] = {
    "agency", "state-media", "public-broadcaster", "private", "government", "igo", "ngo", "hazard"};

struct change {
    struct dl_cli *cli;
    const char *dir;
    dl_local *local; /* the server's writer, or one of our own */
    int64_t put, removed;
    size_t requests;
    dl_str run; /* makes the keys of this run its own */
};

static int refused(const struct change *c, enum dl_err err, const struct dl_diag *diag)
{
    const char *why = diag->message[0] != '\0' ? diag->message : dl_err_text(err);
    if (err == DL_ERR_BUSY || err == DL_ERR_VERSION) {
        dl_cli_fail(c->cli, "%s: %s; %s", c->dir, why,
                    err == DL_ERR_BUSY ? "try again in a moment, or see 'dateline doctor'"
                                       : "end the other Dateline, or use the same version");
        return DL_EXIT_BUSY;
    }
    return dl_cli_fail(c->cli, "the sources could not be changed: %s", why);
}

/* Exit code. Ended by finish(). */
static int begin(struct change *c, struct dl_cli *cli)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    *c = (struct change){.cli = cli, .dir = dl_data_dir(cli)};
    if (c->dir == NULL) return DL_EXIT_USAGE;
    c->run = dl_str_fmt(cli->arena, "sources-%lld-%ld", (long long)dl_now_ms(), (long)getpid());
    struct dl_local_options options = {.dir = c->dir, .readers = 1, .sandboxed = true};
    enum dl_err err = dl_local_open(&options, &c->local, &diag);
    return err == DL_OK ? DL_EXIT_OK : refused(c, err, &diag);
}

/* A writer that went away is looked for once; the key makes the request happen once. */
static enum dl_err ask_writer(struct change *c, dl_str json, dl_str *ret_answer,
                              struct dl_diag *diag)
{
    struct dl_frame answer;
    const dl_str nothing = {NULL, 0};
    enum dl_err err =
        dl_asker_ask(dl_local_asker(c->local), DL_REQUEST_SOURCES, json, nothing, &answer, diag);
    if (err == DL_ERR_NETWORK) {
        DL_TRY(dl_local_reopen(c->local, diag));
        err = dl_asker_ask(dl_local_asker(c->local), DL_REQUEST_SOURCES, json, nothing, &answer,
                           diag);
    }
    if (err != DL_OK) return err;
    *ret_answer = dl_str_dup(c->cli->arena, answer.part[0]);
    return dl_arena_failed(c->cli->arena);
}

/* One request; its counts are added. Exit code. */
static int ask(struct change *c, yyjson_mut_doc *doc)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_arena *arena = c->cli->arena;
    dl_buf json = DL_BUF_INIT(REQUEST_MAX);
    dl_str answer;
    yyjson_doc *read;
    dl_json_str(doc, yyjson_mut_doc_get_root(doc), "key",
                dl_str_fmt(arena, "%.*s-%zu", DL_FMT(c->run), c->requests++));
    enum dl_err err = dl_json_line(doc, arena, &json);
    if (err == DL_OK) err = ask_writer(c, dl_buf_slice(&json), &answer, &diag);
    dl_buf_free(&json);
    if (err == DL_OK) err = dl_json_read(arena, answer, &read, &diag);
    if (err != DL_OK) return refused(c, err, &diag);
    c->put += dl_json_get_int(yyjson_doc_get_root(read), "put", 0);
    c->removed += dl_json_get_int(yyjson_doc_get_root(read), "removed", 0);
    return DL_EXIT_OK;
}

static int report(const struct change *c, const char *verb, int64_t n)
{
    dl_buf out = DL_BUF_INIT(4096);
    if (dl_cli_has(c->cli, "json"))
        dl_buf_fmt(&out, "{\"put\":%lld,\"removed\":%lld}\n", (long long)c->put,
                   (long long)c->removed);
    else
        dl_buf_fmt(&out, "%s %lld %s\n", verb, (long long)n, n == 1 ? "feed" : "feeds");
    int code = dl_cli_print(c->cli, &out);
    dl_buf_free(&out);
    return code;
}

/* --- add ------------------------------------------------------------------------------------ */

/* Registrable domain, or the host of an address without one. */
static dl_str outlet_of(dl_arena *arena, const struct dl_url *url)
{
    dl_str domain = dl_url_registrable(arena, url->host);
    return domain.n > 0 ? domain : url->host;
}

static bool known_kind(dl_str kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (dl_str_eq_c(kind, kinds[i])) return true;
    return false;
}

/* Letters, digits and dashes: a country or a language. */
static bool is_code(dl_str text, size_t min, size_t max)
{
    bool good = text.n >= min && text.n <= max;
    for (size_t i = 0; good && i < text.n; i++)
        good = dl_is_alnum((unsigned char)text.p[i]) || text.p[i] == '-';
    return good;
}

static bool check_options(struct dl_cli *cli)
{
    dl_str country = dl_str_c(dl_cli_get(cli, "country")),
           language = dl_str_c(dl_cli_get(cli, "language")),
           kind = dl_str_c(dl_cli_get(cli, "kind")),
           feed_kind = dl_str_c(dl_cli_get(cli, "feed-kind")),
           name = dl_str_c(dl_cli_get(cli, "name"));
    if (country.p != NULL && !is_code(country, 2, 2))
        return dl_cli_usage(cli, "--country wants two letters (ISO 3166-1), not '%s'", country.p),
               false;
    if (language.p != NULL && !is_code(language, 2, CODE_MAX))
        return dl_cli_usage(cli, "--language wants a tag like 'en' or 'pt-BR', not '%s'",
                            language.p),
               false;
    if (kind.p != NULL && !known_kind(kind)) {
        dl_cli_usage(cli,
                     "no kind '%s'; kinds are agency, state-media, public-broadcaster, private, "
                     "government, igo, ngo and hazard",
                     kind.p);
        return false;
    }
    if (feed_kind.p != NULL && !dl_str_eq_c(feed_kind, "feed") &&
        !dl_str_eq_c(feed_kind, "sitemap"))
        return dl_cli_usage(cli, "--feed-kind is feed or sitemap, not '%s'", feed_kind.p), false;
    dl_str outlet = dl_str_c(dl_cli_get(cli, "outlet"));
    if (outlet.p != NULL && !dl_identity_is_outlet(outlet))
        return dl_cli_usage(cli,
                            "--outlet wants letters, digits, '.', '-' and '_', as in "
                            "'example.org', not '%s'",
                            outlet.p),
               false;
    if (!dl_utf8_valid(name, NULL)) return dl_cli_usage(cli, "--name is not UTF-8"), false;
    return true;
}

static void put_option(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *row,
                       const char *key, const char *option)
{
    dl_json_str(doc, row, key, dl_str_c(dl_cli_get(cli, option)));
}

static bool add_row(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *list, const char *text)
{
    struct dl_url url;
    bool good = dl_url_parse(cli->arena, dl_str_c(text), (dl_str){NULL, 0}, &url) == DL_OK;
    if (!good || !dl_url_is_web(&url)) {
        dl_cli_usage(cli, "'%s' is no http or https address", text);
        return false;
    }
    dl_str outlet = dl_str_c(dl_cli_get(cli, "outlet")), name = dl_str_c(dl_cli_get(cli, "name"));
    if (outlet.n == 0) outlet = outlet_of(cli->arena, &url);
    if (!dl_identity_is_outlet(outlet)) {
        dl_cli_usage(cli, "'%s' does not tell who publishes it; name its publisher with --outlet",
                     text);
        return false;
    }
    yyjson_mut_val *row = dl_json_push_obj(doc, list);
    dl_json_str(doc, row, "outlet", outlet);
    dl_json_str(doc, row, "name", name);
    put_option(cli, doc, row, "country", "country");
    put_option(cli, doc, row, "language", "language");
    put_option(cli, doc, row, "kind", "kind");
    dl_json_str(doc, row, "url", url.href);
    dl_json_c(doc, row, "feed_kind",
              dl_cli_has(cli, "feed-kind") ? dl_cli_get(cli, "feed-kind") : "feed");
    dl_json_bool(doc, row, "listed", true);
    return dl_sources_put_pace(cli, doc, row);
}

int dl_sources_add(struct dl_cli *cli, const char **args, size_t n)
{
    struct change c;
    if (n == 0) return dl_cli_usage(cli, "name at least one address to add");
    if (!check_options(cli)) return DL_EXIT_USAGE;
    yyjson_mut_doc *doc = dl_json_new(cli->arena);
    if (doc == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    yyjson_mut_val *list = dl_json_arr(doc, yyjson_mut_doc_get_root(doc), "put");
    for (size_t i = 0; i < n; i++)
        if (!add_row(cli, doc, list, args[i])) return DL_EXIT_USAGE;
    int code = begin(&c, cli);
    if (code == DL_EXIT_OK) code = ask(&c, doc);
    dl_local_close(c.local);
    return code == DL_EXIT_OK ? report(&c, "added", c.put) : code;
}

/* --- remove --------------------------------------------------------------------------------- */

int dl_sources_remove(struct dl_cli *cli, const char **args, size_t n)
{
    struct change c;
    if (n == 0) return dl_cli_usage(cli, "name at least one address to remove");
    yyjson_mut_doc *doc = dl_json_new(cli->arena);
    if (doc == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    yyjson_mut_val *list = dl_json_arr(doc, yyjson_mut_doc_get_root(doc), "remove");
    for (size_t i = 0; i < n; i++) {
        struct dl_url url;
        bool good = dl_url_parse(cli->arena, dl_str_c(args[i]), (dl_str){NULL, 0}, &url) == DL_OK;
        if (!good || !dl_url_is_web(&url))
            return dl_cli_usage(cli, "'%s' is no http or https address", args[i]);
        dl_json_push_str(doc, list, url.href);
    }
    int code = begin(&c, cli);
    if (code == DL_EXIT_OK) code = ask(&c, doc);
    dl_local_close(c.local);
    if (code != DL_EXIT_OK) return code;
    if (c.removed > 0) return report(&c, "removed", c.removed);
    dl_cli_fail(cli, "no feed has this address; 'dateline sources' lists all");
    return DL_EXIT_NOTHING;
}

/* --- import --------------------------------------------------------------------------------- */

static void import_row(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *list,
                       const struct dl_opml_feed *f)
{
    struct dl_url url;
    if (dl_url_parse(cli->arena, f->url, (dl_str){NULL, 0}, &url) != DL_OK) return;
    dl_str outlet = dl_identity_is_outlet(f->outlet) ? f->outlet : outlet_of(cli->arena, &url);
    yyjson_mut_val *row = dl_json_push_obj(doc, list);
    dl_json_str(doc, row, "outlet", outlet);
    dl_json_str(doc, row, "name", f->title);
    if (is_code(f->country, 2, 2)) dl_json_str(doc, row, "country", f->country);
    if (is_code(f->language, 2, CODE_MAX)) dl_json_str(doc, row, "language", f->language);
    if (known_kind(f->kind)) dl_json_str(doc, row, "kind", f->kind);
    dl_json_str(doc, row, "home", f->site);
    dl_json_str(doc, row, "url", url.href);
    dl_json_c(doc, row, "feed_kind", "feed");
    dl_json_str(doc, row, "title", f->title);
    dl_json_bool(doc, row, "listed", true);
}

static int import_list(struct change *c, const struct dl_opml *opml)
{
    for (size_t from = 0; from < opml->feeds.n; from += AT_ONCE) {
        yyjson_mut_doc *doc = dl_json_new(c->cli->arena);
        if (doc == NULL) return dl_cli_fail(c->cli, "%s", dl_err_text(DL_ERR_NOMEM));
        yyjson_mut_val *list = dl_json_arr(doc, yyjson_mut_doc_get_root(doc), "put");
        for (size_t i = from; i < opml->feeds.n && i < from + AT_ONCE; i++)
            import_row(c->cli, doc, list, &opml->feeds.p[i]);
        int code = ask(c, doc);
        if (code != DL_EXIT_OK) return code;
    }
    return DL_EXIT_OK;
}

static int import_file(struct change *c, const char *path, bool *some_failed)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_opml *opml;
    dl_buf bytes = DL_BUF_INIT(DL_OPML_MAX + 1);
    enum dl_err err = dl_io_read_file(path, DL_OPML_MAX, &bytes, &diag);
    if (err == DL_OK)
        err = dl_opml_parse(c->cli->arena, dl_buf_slice(&bytes), (dl_str){NULL, 0}, &opml, &diag);
    int code = DL_EXIT_OK;
    if (err == DL_OK) {
        code = import_list(c, opml);
    } else {
        const char *why = diag.message[0] != '\0' ? diag.message : dl_err_text(err);
        if (err == DL_ERR_SYNTAX)
            dl_cli_fail(c->cli, "%s: it is no OPML list (%s)", path, why);
        else
            dl_cli_fail(c->cli, "%s: %s", path, why);
        *some_failed = true;
    }
    dl_buf_free(&bytes);
    return code;
}

int dl_sources_import(struct dl_cli *cli, const char **args, size_t n)
{
    static const char *standard_input[] = {"-"};
    struct change c;
    bool some_failed = false;
    int code = begin(&c, cli);
    const char **files = n > 0 ? args : standard_input;
    for (size_t i = 0; code == DL_EXIT_OK && i < (n > 0 ? n : 1); i++)
        code = import_file(&c, files[i], &some_failed);
    dl_local_close(c.local);
    if (code != DL_EXIT_OK) return code;
    if (c.put == 0 && some_failed) return DL_EXIT_PARTIAL;
    code = report(&c, "imported", c.put);
    return code == DL_EXIT_OK && some_failed ? DL_EXIT_PARTIAL : code;
}
