#include "cmd/ingest_web.h"

#include "base/io.h"
#include "base/map.h"
#include "net/url.h"
#include "queue/supervisor.h"

enum {
    FETCH_MEMORY = 64 << 20,  /* a body of 16 MiB, the addresses of its hops, and their parsing */
    LISTED_MEMORY = 64 << 20, /* addresses to come: a sitemap of 50,000 has 5 MB of them */
    SCRATCH = 4 << 20,        /* two addresses being compared */
    DEEPEST = 1,              /* an index lists sitemaps; a second index below it does not exist */
};

static const char ACCEPT[] = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5";

struct dl_ingest_web {
    dl_ingest *ingest;
    dl_polite *polite; /* NULL until the first address */
    const dl_egress *egress;
    dl_archive *archive;
    size_t limit;
    dl_ingest_take take;
    void *ctx;
    dl_arena *fetch;   /* reset for each address */
    dl_arena *listed;  /* the lists below */
    dl_arena *scratch; /* reset for each listed address */
    dl_str_vec pages, sitemaps;
    dl_map known;
    int depth; /* of the sitemaps being read */
    struct dl_ingest_web_counts counts;
};

static bool go_on(void *ctx)
{
    dl_ingest_web *web = ctx;
    dl_progress_tick(dl_ingest_progress(web->ingest));
    return !dl_stop_wanted();
}

/* --- what sitemaps list ------------------------------------------------------------------- */

static bool same_place(const struct dl_url *a, const struct dl_url *b)
{
    return dl_str_eq(a->host, b->host) && dl_str_eq(a->port, b->port);
}

/* False without memory: then it is one of those that are left. */
static bool note(dl_ingest_web *web, dl_str href, dl_str *ret_kept)
{
    dl_str kept = dl_str_dup(web->listed, href);
    if (kept.n == 0 || dl_map_set(&web->known, kept, web) != DL_OK) return false;
    *ret_kept = kept;
    return true;
}

static bool keep(dl_ingest_web *web, dl_str_vec *list, dl_str href)
{
    dl_str kept;
    return list->n < web->limit && note(web, href, &kept) &&
           dl_vec_push(web->listed, list, kept) == DL_OK;
}

static void on_found(void *ctx, dl_str list_url, dl_str url, bool is_sitemap)
{
    dl_ingest_web *web = ctx;
    struct dl_url list, found;
    dl_arena_reset(web->scratch);
    if (dl_url_parse(web->scratch, list_url, DL_STR(""), &list) != DL_OK ||
        dl_url_parse(web->scratch, url, list_url, &found) != DL_OK || !dl_url_is_web(&found))
        return;
    if (!same_place(&list, &found)) {
        web->counts.elsewhere++;
        return;
    }
    if (dl_map_get(&web->known, found.href) != NULL) return;
    bool is_kept = is_sitemap ? web->depth < DEEPEST && keep(web, &web->sitemaps, found.href)
                              : keep(web, &web->pages, found.href);
    if (!is_kept && is_sitemap) web->counts.sitemaps_left++;
    if (!is_kept && !is_sitemap) web->counts.pages_left++;
}

/* --- fetching ----------------------------------------------------------------------------- */

static void archive(void *ctx, const struct dl_response *response)
{
    dl_ingest_web *web = ctx;
    dl_archive_plain(web->archive, response);
}

static enum dl_err open_net(dl_ingest_web *web, struct dl_diag *diag)
{
    struct dl_polite_options options = {.egress = web->egress,
                                        .go_on = go_on,
                                        .seen = web->archive != NULL ? archive : NULL,
                                        .ctx = web};
    return web->polite != NULL ? DL_OK : dl_polite_new(&options, &web->polite, diag);
}

static enum dl_err fetch(dl_ingest_web *web, struct dl_fetched *what, struct dl_diag *diag)
{
    struct dl_polite_answer answer;
    DL_TRY(open_net(web, diag));
    dl_arena_reset(web->fetch);
    dl_progress_doing(dl_ingest_progress(web->ingest), what->name);
    dl_polite_get(web->polite, web->fetch, what->name, dl_str_c(ACCEPT), &answer);
    dl_progress_doing(dl_ingest_progress(web->ingest), (dl_str){NULL, 0});
    if (dl_stop_wanted()) return DL_OK;
    if (answer.err != DL_OK) {
        struct dl_diag why = {.pos = DL_NO_POS};
        dl_fail(&why, answer.err, DL_NO_POS, "%s", answer.words);
        dl_ingest_failed(web->ingest, what->name, answer.err, &why);
        return DL_OK;
    }
    bool may_list = !what->is_listed || what->is_sitemap;
    what->url = answer.url;
    what->list_url = may_list ? answer.url : (dl_str){NULL, 0};
    what->content_type = answer.content_type;
    what->body = answer.body;
    return web->take(web->ctx, what, diag);
}

enum dl_err dl_ingest_web_fetch(dl_ingest_web *web, dl_str url, struct dl_diag *diag)
{
    struct dl_url parsed;
    dl_str kept;
    dl_arena_reset(web->scratch);
    if (dl_url_parse(web->scratch, url, DL_STR(""), &parsed) == DL_OK &&
        !note(web, parsed.href, &kept))
        return DL_ERR_TOO_BIG;
    struct dl_fetched what = {.name = url};
    return fetch(web, &what, diag);
}

enum dl_err dl_ingest_web_listed(dl_ingest_web *web, struct dl_diag *diag)
{
    DL_TRY(dl_ingest_drain(web->ingest, diag));
    web->depth = DEEPEST;
    size_t n = web->sitemaps.n;
    for (size_t i = 0; i < n && !dl_stop_wanted(); i++) {
        struct dl_fetched what = {
            .name = web->sitemaps.p[i], .is_listed = true, .is_sitemap = true};
        if (web->pages.n >= web->limit) { /* nothing of it would be taken */
            web->counts.sitemaps_left += n - i;
            break;
        }
        DL_TRY(fetch(web, &what, diag));
        DL_TRY(dl_ingest_drain(web->ingest, diag));
    }
    for (size_t i = 0; i < web->pages.n && !dl_stop_wanted(); i++) {
        struct dl_fetched what = {.name = web->pages.p[i], .is_listed = true};
        DL_TRY(fetch(web, &what, diag));
    }
    return DL_OK;
}

/* --- life --------------------------------------------------------------------------------- */

dl_ingest_web *dl_ingest_web_new(dl_ingest *ingest, const dl_egress *egress, size_t limit,
                                 dl_ingest_take take, void *ctx)
{
    dl_ingest_web *web = calloc(1, sizeof *web);
    if (web == NULL) return NULL;
    *web = (dl_ingest_web){.ingest = ingest,
                           .egress = egress,
                           .limit = limit,
                           .take = take,
                           .ctx = ctx,
                           .fetch = dl_arena_new(FETCH_MEMORY),
                           .listed = dl_arena_new(LISTED_MEMORY),
                           .scratch = dl_arena_new(SCRATCH)};
    if (web->fetch == NULL || web->listed == NULL || web->scratch == NULL) {
        dl_ingest_web_free(web);
        return NULL;
    }
    dl_map_init(&web->known, web->listed);
    dl_ingest_on_found(ingest, on_found, web);
    return web;
}

void dl_ingest_web_set_archive(dl_ingest_web *web, dl_archive *archive)
{
    web->archive = archive;
}

void dl_ingest_web_free(dl_ingest_web *web)
{
    if (web == NULL) return;
    dl_ingest_on_found(web->ingest, NULL, NULL);
    dl_polite_free(web->polite);
    dl_arena_free(web->fetch);
    dl_arena_free(web->listed);
    dl_arena_free(web->scratch);
    free(web);
}

const struct dl_ingest_web_counts *dl_ingest_web_counts(const dl_ingest_web *web)
{
    return &web->counts;
}
