#include "serve/web.h"

#include <libdeflate.h>
#include <microhttpd.h>
#include <poll.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "serve/api.h"
#include "serve/assets.h"
#include "serve/callback.h"
#include "serve/decide.h"
#include "serve/door.h"
#include "serve/http.h"
#include "serve/limit.h"
#include "serve/live.h"
#include "serve/route.h"
#include "serve/store_pool.h"

struct dl_web {
    struct dl_web_options options;
    int64_t started_ms;
    dl_http *http;
    dl_live *live;
    dl_store_pool *pool;
    dl_door *door;
    dl_limit *limit;
    bool live_begun;
};

/* Events for the live ring and for readers that come back. */
static enum dl_err fetch_changes(void *ctx, int64_t after, size_t limit, dl_live_sink event,
                                 void *sink)
{
    dl_web *web = ctx;
    dl_store *store;
    dl_arena *arena = dl_arena_new(DL_WEB_CHANGES_MEMORY);
    if (arena == NULL) return DL_ERR_NOMEM;
    enum dl_err err = dl_store_pool_take(web->pool, &store, NULL);
    if (err == DL_OK) {
        dl_store_changes rows;
        err = dl_store_list_changes(store, arena, after, limit, &rows);
        dl_store_pool_give(web->pool, store, err != DL_OK);
        for (size_t i = 0; err == DL_OK && i < rows.n; i++) {
            char type[40];
            snprintf(type, sizeof type, "%.*s", DL_FMT(rows.p[i].kind));
            event(sink, rows.p[i].seq, type, dl_api_change(arena, &rows.p[i]));
        }
    }
    dl_arena_free(arena);
    return err;
}

static void free_parts(dl_web *web)
{
    dl_door_free(web->door);
    dl_limit_free(web->limit);
    dl_live_free(web->live);
    dl_store_pool_free(web->pool);
    free(web);
}

/* How much of a request's body is kept: of our own forms, and of what hubs deliver. */
static size_t body_max(void *ctx, struct dl_http_request *request)
{
    const struct dl_route *route = dl_route_find(request->path, request->params);
    bool is_form = route != NULL && route->kind == DL_ROUTE_FORM;
    if (is_form) return dl_may_decide(ctx, request) ? DL_DECIDE_BODY_MAX : 0;
    return dl_callback_body_max(ctx, request);
}

enum dl_err dl_web_start(const struct dl_web_options *options, dl_web **ret_web,
                         struct dl_diag *diag)
{
    dl_web *web = calloc(1, sizeof *web);
    if (web == NULL) return dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "no memory");
    web->options = *options;
    web->started_ms = dl_now_ms();
    dl_asset_load();
    web->pool = dl_store_pool_new(options->store, DL_HTTP_THREADS + 1);
    web->live = dl_live_new(fetch_changes, web);
    web->limit = dl_limit_new();
    web->door = dl_door_new(web->options.store != NULL ? web->options.store : "");
    bool whole = web->pool != NULL && web->live != NULL && web->limit != NULL && web->door != NULL;
    struct dl_http_options http = {
        .address = options->address,
        .port = options->port,
        .listen_fd = options->listen_fd,
        .handler = dl_route_dispatch,
        .body_max = body_max,
        .ctx = web,
    };
    enum dl_err err = whole ? dl_http_start(&http, &web->http, diag)
                            : dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "no memory");
    if (err == DL_OK) {
        dl_web_tick(web);
        *ret_web = web;
        return DL_OK;
    }
    free_parts(web);
    return err;
}

/* The ring starts at what the store holds now; until there is a store nobody can listen. */
static bool begin_live(dl_web *web)
{
    dl_store *store;
    int64_t newest = 0;
    if (dl_store_pool_take(web->pool, &store, NULL) != DL_OK) return false;
    enum dl_err err = dl_store_newest_change(store, &newest);
    dl_store_pool_give(web->pool, store, err != DL_OK);
    if (err == DL_OK) dl_live_begin(web->live, newest);
    return err == DL_OK;
}

void dl_web_tick(dl_web *web)
{
    if (!web->live_begun) web->live_begun = begin_live(web);
    if (web->live_begun) dl_live_tick(web->live, dl_monotonic_ms());
}

static unsigned in_flight(const dl_web *web)
{
    struct dl_http_stats stats;
    dl_http_stats(web->http, &stats);
    return stats.in_flight;
}

static void drain(const dl_web *web, int64_t ms)
{
    int64_t until = dl_monotonic_ms() + ms;
    while (in_flight(web) > 0 && dl_monotonic_ms() < until)
        poll(NULL, 0, 5);
}

void dl_web_stop(dl_web *web)
{
    if (web == NULL) return;
    dl_http_quiesce(web->http);
    dl_live_stop(web->live);
    drain(web, DL_WEB_DRAIN_MS / 2);
    dl_door_stop(web->door); /* who still waits for the writer is sent away */
    drain(web, DL_WEB_DRAIN_MS / 2);
    dl_http_stop(web->http);
    free_parts(web);
}

/* True when it is time to stop. */
static bool wait_for_work(const struct dl_web_options *options)
{
    struct pollfd fds[2] = {{.fd = options->stop_fd, .events = POLLIN},
                            {.fd = options->wake_fd, .events = POLLIN}};
    if (poll(fds, 2, DL_WEB_TICK_MS) <= 0) return false;
    char waste[256]; /* one read: the descriptor may block, what is left wakes us again */
    if ((fds[1].revents & POLLIN) && read(options->wake_fd, waste, sizeof waste) < 0)
        dl_log(DL_LOG_WARNING, "wake-up lost", "fd=%d", options->wake_fd);
    return (fds[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

int dl_web_main(const struct dl_web_options *options)
{
    struct dl_diag diag;
    dl_web *web;
    if (dl_web_start(options, &web, &diag) != DL_OK) {
        dl_log(DL_LOG_ERROR, "web does not start", "why=%s", dl_log_text(dl_str_c(diag.message)));
        return 1;
    }
    dl_log(DL_LOG_INFO, "web serves", "port=%d", dl_web_port(web));
    while (!wait_for_work(options))
        dl_web_tick(web);
    dl_web_stop(web);
    return 0;
}

int dl_web_port(const dl_web *web)
{
    return dl_http_port(web->http);
}

bool dl_web_is_offline(const dl_web *web)
{
    return web->options.offline;
}

bool dl_web_shows_text(const dl_web *web)
{
    return web->options.full_text;
}

const char *dl_web_hosts(const dl_web *web)
{
    return web->options.hosts;
}

void dl_web_versions(const dl_web *web, dl_buf *out)
{
    if (web->options.versions != NULL)
        web->options.versions(out);
    else
        dl_serve_versions(out);
}

const char *dl_web_egress(const dl_web *web)
{
    return web->options.egress_allow;
}

int64_t dl_web_started_ms(const dl_web *web)
{
    return web->started_ms;
}

dl_live *dl_web_live(dl_web *web)
{
    return web->live;
}

dl_door *dl_web_door(dl_web *web)
{
    return web->door;
}

dl_limit *dl_web_limit(dl_web *web)
{
    return web->limit;
}

const char *dl_web_websub_base(const dl_web *web)
{
    return web->options.websub_base;
}

dl_store *dl_web_read(dl_web *web, struct dl_http_reply *reply)
{
    dl_store *store;
    struct dl_diag diag = {0};
    enum dl_err err = dl_store_pool_take(web->pool, &store, &diag);
    if (err == DL_OK) return store;
    dl_http_add_header(reply, "Retry-After", DL_STR("2"));
    dl_route_fail(reply, 503,
                  err == DL_ERR_NOT_FOUND
                      ? "There is no store yet. It is made when Dateline starts "
                        "or ingests for the first time."
                  : err == DL_ERR_VERSION ? "The store was made by another version of Dateline."
                                          : "The store cannot be read at the moment.");
    if (err != DL_ERR_NOT_FOUND)
        dl_log(DL_LOG_WARNING, "store not readable", "why=%s", dl_log_text(dl_str_c(diag.message)));
    return NULL;
}

void dl_web_unread(dl_web *web, dl_store *store)
{
    dl_store_pool_give(web->pool, store, false);
}

bool dl_web_failed(struct dl_http_reply *reply, enum dl_err err, const char *what)
{
    if (err == DL_OK) return false;
    char detail[120];
    if (err == DL_ERR_NOT_FOUND || err == DL_ERR_INVALID) {
        snprintf(detail, sizeof detail, "There is no such %s.", what);
        dl_route_fail(reply, 404, detail);
    } else if (err == DL_ERR_TIMEOUT) {
        snprintf(detail, sizeof detail, "Reading the %s took too long.", what);
        dl_http_add_header(reply, "Retry-After", DL_STR("5"));
        dl_route_fail(reply, 503, detail);
    } else {
        snprintf(detail, sizeof detail, "Reading the %s failed: %s.", what, dl_err_text(err));
        dl_route_fail(reply, 500, detail);
        dl_log(DL_LOG_WARNING, "read failed", "what=%s code=%s", what, dl_err_name(err));
    }
    return true;
}

void dl_serve_versions(dl_buf *out)
{
    dl_buf_fmt(out, "libmicrohttpd %s\nlibdeflate %s\n", MHD_get_version(),
               LIBDEFLATE_VERSION_STRING);
}
