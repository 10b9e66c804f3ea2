#include "cmd/sources_discover.h"

#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "cmd/side_reader.h"
#include "cmd/sources.h"
#include "cmd/term.h"
#include "cmd/web_input.h"
#include "feed/discover.h"
#include "feed/feed.h"
#include "feed/front.h"
#include "feed/sitemap.h"
#include "net/robots.h"
#include "net/url.h"

enum {
    FEEDS_MAX = 8,    /* of one site: more are its sections */
    SITEMAPS_MAX = 4, /* news sitemaps of one site: languages, editions */
    FRONT_LEAST = 5,  /* article links that make a front page */
    LISTED_MAX = 100, /* addresses out of one answer */
};

struct dl_prober {
    struct dl_cli *cli;
    dl_side_reader *reader;
    dl_egress egress;
    dl_polite *polite;
    dl_map asked; /* address -> anything */
    size_t fetches, feeds, sitemaps;
};

/* --- in the reader ------------------------------------------------------------------------ */

static void put_newest(const struct dl_feed *feed, dl_arena *arena, yyjson_mut_doc *json,
                       yyjson_mut_val *o)
{
    dl_time best = {0};
    for (size_t i = 0; i < feed->items.n; i++) {
        dl_time t = feed->items.p[i].published;
        if (!dl_time_is_set(t)) t = feed->items.p[i].updated;
        if (dl_time_is_set(t) && (!dl_time_is_set(best) || t.ms > best.ms)) best = t;
    }
    dl_json_time(json, o, "newest", arena, best);
}

static enum dl_err read_robots(dl_arena *arena, const struct dl_frame *ask, yyjson_mut_doc *json,
                               yyjson_mut_val *o)
{
    struct dl_robots robots;
    DL_TRY(dl_robots_parse(arena, ask->part[0], DL_STR(DL_ROBOTS_AGENT), ask->part[1], &robots));
    yyjson_mut_val *list = dl_json_arr(json, o, "sitemaps");
    for (size_t i = 0; i < robots.n_sitemaps && i < LISTED_MAX; i++)
        dl_json_push_str(json, list, robots.sitemaps[i]);
    return DL_OK;
}

static enum dl_err read_sitemap(dl_arena *arena, const struct dl_frame *ask, yyjson_mut_doc *json,
                                yyjson_mut_val *o)
{
    struct dl_sitemap *sitemap;
    DL_TRY(dl_sitemap_parse(arena, ask->part[0], ask->part[1], &sitemap, NULL));
    if (sitemap->kind == DL_SITEMAP_TEXT) return DL_ERR_UNSUPPORTED; /* any text would do */
    dl_json_c(json, o, "is", dl_sitemap_kind_name(sitemap->kind));
    dl_json_int(json, o, "items", (int64_t)sitemap->urls.n);
    yyjson_mut_val *list = dl_json_arr(json, o, "sitemaps");
    for (size_t i = 0; i < sitemap->urls.n && i < LISTED_MAX; i++)
        if (sitemap->kind == DL_SITEMAP_INDEX) dl_json_push_str(json, list, sitemap->urls.p[i].loc);
    return DL_OK;
}

static enum dl_err read_page(dl_arena *arena, const struct dl_frame *ask, yyjson_mut_doc *json,
                             yyjson_mut_val *o, struct dl_diag *diag)
{
    dl_discovered_vec feeds;
    dl_front_links links;
    DL_TRY(dl_discover_page(arena, ask->part[0], ask->part[1], &feeds, diag));
    DL_TRY(dl_front_read(arena, ask->part[0], ask->part[1], &links, diag));
    dl_json_c(json, o, "is", "page");
    dl_json_int(json, o, "items", (int64_t)links.n);
    dl_discover_json(&feeds, json, o);
    return DL_OK;
}

/* Parts: bytes, address, media type, "robots" or nothing. */
static enum dl_err look(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                        struct dl_frame *ret_answer, struct dl_diag *diag)
{
    (void)ctx;
    struct dl_feed_input in = {ask->part[0], ask->part[1], ask->part[2]};
    struct dl_feed *feed;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    bool html = dl_str_ifind_c(dl_str_sub(ask->part[0], 0, 2000), "<html", 0) != DL_NO_POS;
    if (ask->part[3].n > 0) {
        DL_TRY(read_robots(arena, ask, json, o));
    } else if (!html && dl_feed_parse(arena, &in, &feed, NULL) == DL_OK) {
        dl_json_c(json, o, "is", "feed");
        dl_json_str(json, o, "title", feed->title);
        dl_json_int(json, o, "items", (int64_t)feed->items.n);
        put_newest(feed, arena, json, o);
    } else if (html || read_sitemap(arena, ask, json, o) != DL_OK) {
        DL_TRY(read_page(arena, ask, json, o, diag));
    }
    return dl_json_text(json, arena, &ret_answer->part[0]);
}

/* --- fetching ----------------------------------------------------------------------------- */

struct answer {
    yyjson_val *facts; /* NULL: nothing came; why says what */
    dl_str url;
    const char *why;
};

static bool ask(dl_prober *p, dl_str url, const char *what, struct answer *ret)
{
    dl_arena *arena = p->cli->arena;
    struct dl_polite_answer came;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str parts[DL_FRAME_PARTS];
    yyjson_doc *doc;
    *ret = (struct answer){.url = url};
    if (p->fetches >= DL_DISCOVER_FETCHES || dl_map_get(&p->asked, url) != NULL) return false;
    if (dl_map_set(&p->asked, url, p) != DL_OK) return false;
    p->fetches++;
    dl_polite_get(p->polite, arena, url, (dl_str){NULL, 0}, &came);
    ret->url = came.url;
    ret->why = came.words;
    if (came.err != DL_OK) return false;
    const dl_str sent[DL_FRAME_PARTS] = {came.body, came.url, came.content_type, dl_str_c(what)};
    enum dl_err err = dl_side_reader_ask(p->reader, arena, sent, parts, &diag);
    if (err == DL_OK) err = dl_json_read(arena, parts[0], &doc, &diag);
    if (err == DL_OK) ret->facts = yyjson_doc_get_root(doc);
    if (err != DL_OK) ret->why = dl_str_cstr(arena, dl_str_c(diag.message));
    return err == DL_OK;
}

static bool is(const struct answer *a, const char *kind)
{
    return dl_str_eq_c(dl_json_get_str(a->facts, "is"), kind);
}

/* --- offers ------------------------------------------------------------------------------- */

/* The same list as Atom and as RSS, or under two addresses, is one offer. */
static bool is_there(const struct dl_site *site, const struct dl_offer *o)
{
    for (size_t i = 0; i < site->offers.n; i++) {
        const struct dl_offer *x = &site->offers.p[i];
        bool same_list = dl_str_eq(x->kind, o->kind) && dl_str_eq(x->title, o->title) &&
                         x->items == o->items && x->items > 0 && o->newest.n > 0 &&
                         dl_str_eq(x->newest, o->newest);
        if (dl_str_eq(x->url, o->url) || same_list) return true;
    }
    return false;
}

static void offer(dl_prober *p, struct dl_site *site, const char *kind, const struct answer *a)
{
    struct dl_offer o = {.kind = dl_str_c(kind),
                         .url = a->url,
                         .title = dl_json_get_str(a->facts, "title"),
                         .newest = dl_json_get_str(a->facts, "newest"),
                         .items = dl_json_get_int(a->facts, "items", 0)};
    if (is_there(site, &o) || dl_vec_push(p->cli->arena, &site->offers, o) != DL_OK) return;
    p->feeds += dl_str_eq_c(o.kind, "feed");
    p->sitemaps += dl_str_eq_c(o.kind, "sitemap");
}

static bool speaks_of_comments(dl_str url, dl_str title)
{
    return dl_str_ifind_c(url, "comments", 0) != DL_NO_POS ||
           dl_str_ifind_c(title, "comments", 0) != DL_NO_POS;
}

static void try_feeds(dl_prober *p, struct dl_site *site, yyjson_val *list)
{
    size_t i, n;
    yyjson_val *row;
    struct answer a;
    yyjson_arr_foreach(list, i, n, row)
    {
        dl_str url = dl_json_get_str(row, "url");
        if (p->feeds >= FEEDS_MAX || speaks_of_comments(url, dl_json_get_str(row, "title")))
            continue;
        if (ask(p, url, "", &a) && is(&a, "feed")) offer(p, site, "feed", &a);
    }
}

static void try_sitemap(dl_prober *p, struct dl_site *site, dl_str url, int depth);

/* Those whose name says news come first; of a long list of months the others tell nothing. */
static void try_sitemaps(dl_prober *p, struct dl_site *site, yyjson_val *list, int depth)
{
    enum { OTHERS = 3 };
    size_t i, n, others = 0;
    yyjson_val *row;
    for (int news = 1; news >= 0; news--) {
        yyjson_arr_foreach(list, i, n, row)
        {
            dl_str url = dl_json_val_str(row);
            bool named = dl_str_ifind_c(url, "news", 0) != DL_NO_POS ||
                         dl_str_ifind_c(url, "latest", 0) != DL_NO_POS;
            if (named != (news == 1) || p->sitemaps >= SITEMAPS_MAX) continue;
            if (!named && (p->sitemaps > 0 || ++others > OTHERS)) continue;
            try_sitemap(p, site, url, depth);
        }
    }
}

static void try_sitemap(dl_prober *p, struct dl_site *site, dl_str url, int depth)
{
    enum { DEPTH_MAX = 2 };
    struct answer a;
    if (!ask(p, url, "", &a)) return;
    if (is(&a, "news")) offer(p, site, "sitemap", &a);
    if (is(&a, "index") && depth < DEPTH_MAX)
        try_sitemaps(p, site, yyjson_obj_get(a.facts, "sitemaps"), depth + 1);
}

static bool is_sitemap_place(dl_str url)
{
    return dl_str_find_c(url, "sitemap", 0) != DL_NO_POS;
}

/* Where they usually are, for what was not named. */
static void try_places(dl_prober *p, struct dl_site *site, bool sitemaps)
{
    dl_discovered_vec places;
    struct answer a;
    if (dl_discover_well_known(p->cli->arena, site->url, &places) != DL_OK) return;
    for (size_t i = 0; i < places.n; i++) {
        bool is_place = is_sitemap_place(places.p[i].url);
        if (is_place != sitemaps || (sitemaps ? p->sitemaps : p->feeds) > 0) continue;
        if (sitemaps)
            try_sitemap(p, site, places.p[i].url, 0);
        else if (ask(p, places.p[i].url, "", &a) && is(&a, "feed"))
            offer(p, site, "feed", &a);
    }
}

static void look_around(dl_prober *p, struct dl_site *site, const struct answer *home)
{
    struct answer robots;
    if (is(home, "page")) try_feeds(p, site, yyjson_obj_get(home->facts, "feeds"));
    dl_str url = dl_url_resolve_web(p->cli->arena, DL_STR("/robots.txt"), site->url);
    if (ask(p, url, "robots", &robots))
        try_sitemaps(p, site, yyjson_obj_get(robots.facts, "sitemaps"), 0);
    if (p->feeds == 0) try_places(p, site, false);
    if (p->sitemaps == 0) try_places(p, site, true);
    if (is(home, "page") && dl_json_get_int(home->facts, "items", 0) >= FRONT_LEAST)
        offer(p, site, "front", home);
}

void dl_prober_look(dl_prober *p, dl_str url, struct dl_site *ret_site)
{
    struct answer home;
    *ret_site = (struct dl_site){.url = url};
    p->fetches = p->feeds = p->sitemaps = 0;
    dl_map_init(&p->asked, p->cli->arena);
    if (!ask(p, url, "", &home)) {
        ret_site->why = home.why != NULL ? home.why : "nothing came";
        return;
    }
    ret_site->url = home.url;
    ret_site->title = dl_json_get_str(home.facts, "title");
    if (is(&home, "feed")) offer(p, ret_site, "feed", &home);
    if (is(&home, "news")) offer(p, ret_site, "sitemap", &home);
    if (is(&home, "page") || is(&home, "index")) look_around(p, ret_site, &home);
    for (size_t i = 0; ret_site->title.n == 0 && i < ret_site->offers.n; i++)
        ret_site->title = ret_site->offers.p[i].title;
}

int dl_prober_open(struct dl_cli *cli, dl_prober **ret_prober)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_prober *p = DL_NEW(cli->arena, struct dl_prober);
    if (p == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    p->cli = cli;
    if (!dl_cli_egress(cli, &p->egress)) return DL_EXIT_USAGE;
    enum dl_err err = dl_side_reader_open(look, p, &p->reader);
    struct dl_polite_options options = {.egress = &p->egress};
    if (err == DL_OK) err = dl_polite_new(&options, &p->polite, &diag);
    *ret_prober = p;
    if (err == DL_OK) return DL_EXIT_OK;
    return dl_cli_fail(cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
}

void dl_prober_close(dl_prober *p)
{
    if (p == NULL) return;
    dl_polite_free(p->polite);
    dl_side_reader_close(p->reader);
}

/* --- the command -------------------------------------------------------------------------- */

static const char *kind_in_words(dl_str kind)
{
    return dl_str_eq_c(kind, "feed")      ? "feed"
           : dl_str_eq_c(kind, "sitemap") ? "news sitemap"
                                          : "front page";
}

static void put_text(const struct dl_site *site, dl_buf *out)
{
    enum { KIND = 14, INDENT = 16 };
    struct dl_term t = dl_term_to(out);
    dl_term_styled(&t, DL_STYLE_HEAD, site->title.n > 0 ? site->title : site->url);
    dl_buf_c(out, "\n");
    for (size_t i = 0; i < site->offers.n; i++) {
        const struct dl_offer *o = &site->offers.p[i];
        dl_buf_c(out, "  ");
        dl_term_cell(&t, dl_str_c(kind_in_words(o->kind)), KIND);
        dl_term_text(&t, o->url);
        dl_buf_fmt(out, "\n%*s", INDENT, "");
        if (o->title.n > 0) dl_term_text(&t, o->title), dl_buf_c(out, " · ");
        dl_term_count(&t, o->items, "article", "articles");
        if (o->newest.n > 0) dl_buf_fmt(out, " · newest %.*s", DL_FMT(o->newest));
        dl_buf_c(out, "\n");
    }
    if (site->offers.n == 0) {
        dl_buf_c(out, "  ");
        dl_term_wrap(&t, 2, 2,
                     site->why != NULL
                         ? dl_str_c(site->why)
                         : DL_STR("no feed, no news sitemap and no front page was found"));
    }
}

static void put_json(struct dl_cli *cli, const struct dl_site *site, dl_buf *out)
{
    yyjson_mut_doc *json = dl_json_new(cli->arena);
    if (json == NULL) return;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json), *list;
    dl_json_str(json, root, "url", site->url);
    dl_json_str(json, root, "title", site->title);
    list = dl_json_arr(json, root, "channels");
    for (size_t i = 0; i < site->offers.n; i++) {
        const struct dl_offer *offer_ = &site->offers.p[i];
        yyjson_mut_val *o = dl_json_push_obj(json, list);
        dl_json_str(json, o, "kind", offer_->kind);
        dl_json_str(json, o, "url", offer_->url);
        dl_json_str(json, o, "title", offer_->title);
        dl_json_int(json, o, "items", offer_->items);
        dl_json_str(json, o, "newest", offer_->newest);
    }
    if (site->why != NULL) dl_json_c(json, root, "why", site->why);
    if (dl_json_line(json, cli->arena, out) != DL_OK) dl_buf_c(out, "{}\n");
}

int dl_sources_discover(struct dl_cli *cli, const char **args, size_t n)
{
    dl_prober *p = NULL;
    size_t found = 0;
    if (n == 0) return dl_cli_usage(cli, "name at least one home page");
    int code = dl_prober_open(cli, &p);
    dl_buf out = DL_BUF_INIT(1 << 20);
    for (size_t i = 0; code == DL_EXIT_OK && i < n; i++) {
        struct dl_site site;
        dl_prober_look(p, dl_utf8_repair(cli->arena, dl_str_c(args[i])), &site);
        found += site.offers.n > 0;
        if (dl_cli_has(cli, "json"))
            put_json(cli, &site, &out);
        else
            put_text(&site, &out);
        code = dl_cli_print(cli, &out);
        dl_buf_reset(&out);
    }
    dl_buf_free(&out);
    dl_prober_close(p);
    if (code != DL_EXIT_OK) return code;
    return found == n ? DL_EXIT_OK : found > 0 ? DL_EXIT_PARTIAL : DL_EXIT_NOTHING;
}
