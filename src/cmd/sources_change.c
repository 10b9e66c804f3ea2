#include <unistd.h>

#include "base/utf8.h"
#include "cmd/data_dir.h"
#include "cmd/sources.h"
#include "cmd/sources_discover.h"
#include "feed/discover.h"
#include "feed/opml.h"
#include "net/url.h"
#include "queue/identity.h"
#include "queue/local.h"

enum {
    AT_ONCE = 2000,         /* feeds of one request: a commit of some ten milliseconds */
    REQUEST_MAX = 16 << 20, /* of JSON */
    CODE_MAX = 35,          /* BCP 47 tags are shorter */
};

static const char *const kinds[] = {
    "agency", "state-media", "public-broadcaster", "private", "government", "igo", "ngo", "hazard"};

struct change {
    struct dl_cli *cli;
    const char *dir;
    dl_local *local; /* the server's writer, or one of our own */
    int64_t put, added, known, restored, removed;
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
    yyjson_val *o = yyjson_doc_get_root(read);
    c->put += dl_json_get_int(o, "put", 0);
    c->added += dl_json_get_int(o, "added", 0);
    c->known += dl_json_get_int(o, "known", 0);
    c->restored += dl_json_get_int(o, "restored", 0);
    c->removed += dl_json_get_int(o, "removed", 0);
    return DL_EXIT_OK;
}

/* "added 3 feeds, 2 were there already, 1 is back": only what happened. */
static void put_words(const struct change *c, const char *verb, dl_buf *out)
{
    const char *between = "";
    if (c->added > 0 || c->known + c->restored == 0) {
        dl_buf_fmt(out, "%s %lld %s", verb, (long long)c->added, c->added == 1 ? "feed" : "feeds");
        between = ", ";
    }
    if (c->restored > 0) {
        dl_buf_fmt(out, "%s%lld %s back", between, (long long)c->restored,
                   c->restored == 1 ? "is" : "are");
        between = ", ";
    }
    if (c->known > 0)
        dl_buf_fmt(out, "%s%lld %s already there", between, (long long)c->known,
                   c->known == 1 ? "is" : "are");
    dl_buf_c(out, "\n");
}

static int report(const struct change *c, const char *verb)
{
    dl_buf out = DL_BUF_INIT(4096);
    if (dl_cli_has(c->cli, "json"))
        dl_buf_fmt(&out,
                   "{\"put\":%lld,\"added\":%lld,\"known\":%lld,\"restored\":%lld,\"removed\":"
                   "%lld}\n",
                   (long long)c->put, (long long)c->added, (long long)c->known,
                   (long long)c->restored, (long long)c->removed);
    else if (c->removed > 0)
        dl_buf_fmt(&out, "removed %lld %s; 'dateline sources undo' brings %s back\n",
                   (long long)c->removed, c->removed == 1 ? "feed" : "feeds",
                   c->removed == 1 ? "it" : "them");
    else
        put_words(c, verb, &out);
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
        !dl_str_eq_c(feed_kind, "sitemap") && !dl_str_eq_c(feed_kind, "front"))
        return dl_cli_usage(cli, "--feed-kind is feed, sitemap or front, not '%s'", feed_kind.p),
               false;
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

static bool web_address(struct dl_cli *cli, const char *text, struct dl_url *ret_url)
{
    bool good = dl_url_parse(cli->arena, dl_str_c(text), (dl_str){NULL, 0}, ret_url) == DL_OK &&
                dl_url_is_web(ret_url);
    if (!good) dl_cli_usage(cli, "'%s' is no http or https address", text);
    return good;
}

struct adding {
    struct dl_cli *cli;
    yyjson_mut_doc *doc;
    yyjson_mut_val *list;
    size_t n;
};

static bool outlet_for(struct dl_cli *cli, const struct dl_url *url, dl_str *ret_outlet)
{
    *ret_outlet = dl_str_c(dl_cli_get(cli, "outlet"));
    if (ret_outlet->n == 0) *ret_outlet = outlet_of(cli->arena, url);
    if (dl_identity_is_outlet(*ret_outlet)) return true;
    dl_cli_usage(cli, "'%.*s' does not tell who publishes it; name its publisher with --outlet",
                 DL_FMT(url->href));
    return false;
}

static bool add_row(struct adding *a, dl_str outlet, dl_str url, dl_str kind, dl_str title,
                    dl_str home, dl_str site_name)
{
    yyjson_mut_val *row = dl_json_push_obj(a->doc, a->list);
    dl_json_str(a->doc, row, "outlet", outlet);
    put_option(a->cli, a->doc, row, "name", "name");
    dl_json_str(a->doc, row, "name_if_new", site_name);
    put_option(a->cli, a->doc, row, "country", "country");
    put_option(a->cli, a->doc, row, "language", "language");
    put_option(a->cli, a->doc, row, "kind", "kind");
    dl_json_str(a->doc, row, "home", home);
    dl_json_str(a->doc, row, "url", url);
    dl_json_str(a->doc, row, "feed_kind", kind);
    dl_json_str(a->doc, row, "title", title);
    a->n++;
    return dl_sources_put_pace(a->cli, a->doc, row);
}

/* Feeds and news sitemaps; the front page where there is no feed, or where it is asked for. */
static bool add_site(struct adding *a, dl_prober *prober, const struct dl_url *url, dl_buf *note)
{
    struct dl_site site;
    dl_str outlet;
    bool has_feed = false;
    if (!outlet_for(a->cli, url, &outlet)) return false;
    dl_prober_look(prober, url->href, &site);
    for (size_t i = 0; i < site.offers.n; i++)
        has_feed |= dl_str_eq_c(site.offers.p[i].kind, "feed");
    for (size_t i = 0; i < site.offers.n; i++) {
        const struct dl_offer *o = &site.offers.p[i];
        bool front = dl_str_eq_c(o->kind, "front");
        if (front && has_feed && !dl_cli_has(a->cli, "front")) continue;
        if (!add_row(a, outlet, o->url, o->kind, o->title, site.url, site.title)) return false;
        dl_buf_fmt(note, "%s %.*s\n",
                   front                             ? "front page  "
                   : dl_str_eq_c(o->kind, "sitemap") ? "news sitemap"
                                                     : "feed        ",
                   DL_FMT(o->url));
    }
    if (site.offers.n == 0)
        dl_cli_fail(a->cli, "%.*s: %s", DL_FMT(url->href),
                    site.why != NULL ? site.why
                                     : "no feed, no news sitemap and no front page was found");
    return true;
}

/* An address that is nothing but a host is a home page; all else is taken as it is. */
static bool is_home(struct dl_cli *cli, const struct dl_url *url)
{
    return !dl_cli_has(cli, "feed-kind") && url->path.n <= 1 && !url->has_query &&
           !dl_discover_looks_like_feed(cli->arena, url->href);
}

static int gather_rows(struct adding *a, dl_prober *prober, const struct dl_url *urls, size_t n)
{
    dl_buf note = DL_BUF_INIT(1 << 20);
    dl_str kind = dl_str_c(dl_cli_get(a->cli, "feed-kind")), outlet;
    const dl_str none = {NULL, 0};
    int code = DL_EXIT_OK;
    for (size_t i = 0; code == DL_EXIT_OK && i < n; i++) {
        bool good = is_home(a->cli, &urls[i]) ? add_site(a, prober, &urls[i], &note)
                                              : outlet_for(a->cli, &urls[i], &outlet);
        if (good && !is_home(a->cli, &urls[i]))
            good = add_row(a, outlet, urls[i].href, kind, none, none, none);
        if (!good) code = DL_EXIT_USAGE;
    }
    if (code == DL_EXIT_OK && note.n > 0 && !dl_cli_has(a->cli, "json"))
        code = dl_cli_print(a->cli, &note);
    dl_buf_free(&note);
    return code;
}

int dl_sources_add(struct dl_cli *cli, const char **args, size_t n)
{
    struct change c = {0};
    dl_prober *prober = NULL;
    bool homes = false;
    if (n == 0) return dl_cli_usage(cli, "name at least one address to add");
    if (!check_options(cli)) return DL_EXIT_USAGE;
    struct adding a = {.cli = cli, .doc = dl_json_new(cli->arena)};
    struct dl_url *urls = DL_NEW_ARRAY(cli->arena, struct dl_url, n);
    if (a.doc == NULL || urls == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    a.list = dl_json_arr(a.doc, yyjson_mut_doc_get_root(a.doc), "put");
    for (size_t i = 0; i < n; i++) {
        if (!web_address(cli, args[i], &urls[i])) return DL_EXIT_USAGE;
        homes |= is_home(cli, &urls[i]);
    }
    int code = homes ? dl_prober_open(cli, &prober) : DL_EXIT_OK;
    if (code == DL_EXIT_OK) code = gather_rows(&a, prober, urls, n);
    dl_prober_close(prober);
    if (code == DL_EXIT_OK && a.n == 0) code = DL_EXIT_NOTHING;
    if (code == DL_EXIT_OK) code = begin(&c, cli);
    if (code == DL_EXIT_OK) code = ask(&c, a.doc);
    dl_local_close(c.local);
    return code == DL_EXIT_OK ? report(&c, "added") : code;
}

/* --- remove, undo --------------------------------------------------------------------------- */

/* An address, as it is kept; or the id of an outlet, for all its channels. */
static bool what_to_remove(struct dl_cli *cli, const char *arg, dl_str *ret_what)
{
    struct dl_url url;
    *ret_what = dl_str_c(arg);
    if (dl_str_find_c(*ret_what, "://", 0) == DL_NO_POS && dl_identity_is_outlet(*ret_what))
        return true;
    if (!web_address(cli, arg, &url)) return false;
    *ret_what = url.href;
    return true;
}

static int change_once(struct dl_cli *cli, yyjson_mut_doc *doc, struct change *c)
{
    int code = begin(c, cli);
    if (code == DL_EXIT_OK) code = ask(c, doc);
    dl_local_close(c->local);
    return code;
}

int dl_sources_remove(struct dl_cli *cli, const char **args, size_t n)
{
    struct change c;
    if (n == 0) return dl_cli_usage(cli, "name at least one address or outlet to remove");
    yyjson_mut_doc *doc = dl_json_new(cli->arena);
    if (doc == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    yyjson_mut_val *list = dl_json_arr(doc, yyjson_mut_doc_get_root(doc), "remove");
    for (size_t i = 0; i < n; i++) {
        dl_str what;
        if (!what_to_remove(cli, args[i], &what)) return DL_EXIT_USAGE;
        dl_json_push_str(doc, list, what);
    }
    int code = change_once(cli, doc, &c);
    if (code != DL_EXIT_OK) return code;
    if (c.removed > 0) return report(&c, "removed");
    dl_cli_fail(cli, "no feed has this address or outlet; 'dateline sources' lists all");
    return DL_EXIT_NOTHING;
}

int dl_sources_undo(struct dl_cli *cli, const char **args, size_t n)
{
    struct change c;
    if (n > 0) return dl_cli_usage(cli, "undo takes no argument, not '%s'", args[0]);
    yyjson_mut_doc *doc = dl_json_new(cli->arena);
    if (doc == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    dl_json_bool(doc, yyjson_mut_doc_get_root(doc), "undo", true);
    int code = change_once(cli, doc, &c);
    if (code != DL_EXIT_OK) return code;
    if (c.restored > 0) return report(&c, "added");
    dl_cli_fail(cli, "nothing was removed");
    return DL_EXIT_NOTHING;
}

/* --- import --------------------------------------------------------------------------------- */

static dl_str joined(dl_arena *arena, const struct dl_opml_feed *f)
{
    dl_str text = {NULL, 0};
    for (size_t i = 0; i < f->categories.n; i++)
        text = i == 0 ? f->categories.p[0]
                      : dl_str_fmt(arena, "%.*s\n%.*s", DL_FMT(text), DL_FMT(f->categories.p[i]));
    return text;
}

/* A list that tells outlets apart names them, too; the title of a feed alone names nobody anew. */
static void import_row(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *list,
                       const struct dl_opml_feed *f)
{
    struct dl_url url;
    if (dl_url_parse(cli->arena, f->url, (dl_str){NULL, 0}, &url) != DL_OK) return;
    bool told = dl_identity_is_outlet(f->outlet);
    yyjson_mut_val *row = dl_json_push_obj(doc, list);
    dl_json_str(doc, row, "outlet", told ? f->outlet : outlet_of(cli->arena, &url));
    dl_json_str(doc, row, told ? "name" : "name_if_new", f->name.n > 0 ? f->name : f->title);
    if (is_code(f->country, 2, 2)) dl_json_str(doc, row, "country", f->country);
    if (is_code(f->language, 2, CODE_MAX)) dl_json_str(doc, row, "language", f->language);
    if (known_kind(f->kind)) dl_json_str(doc, row, "kind", f->kind);
    dl_json_str(doc, row, "home", f->site);
    dl_json_str(doc, row, "url", url.href);
    dl_json_str(doc, row, "feed_kind", f->channel);
    dl_json_str(doc, row, "title", f->title);
    dl_json_str(doc, row, "category", joined(cli->arena, f));
}

static int import_list(struct change *c, const struct dl_opml *opml)
{
    for (size_t from = 0; from < opml->feeds.n; from += AT_ONCE) {
        yyjson_mut_doc *doc = dl_json_new(c->cli->arena);
        if (doc == NULL) return dl_cli_fail(c->cli, "%s", dl_err_text(DL_ERR_NOMEM));
        dl_json_int(doc, yyjson_mut_doc_get_root(doc), "of", (int64_t)opml->feeds.n);
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
    code = report(&c, "imported");
    return code == DL_EXIT_OK && some_failed ? DL_EXIT_PARTIAL : code;
}
