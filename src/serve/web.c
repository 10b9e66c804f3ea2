#include "serve/web.h"

#include <libdeflate.h>
#include <microhttpd.h>
#include <poll.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "serve/assets.h"
#include "serve/http.h"
#include "serve/route.h"

struct dl_web {
    struct dl_web_options options;
    dl_http *http;
};

enum dl_err dl_web_start(const struct dl_web_options *options, dl_web **ret_web,
                         struct dl_diag *diag)
{
    dl_web *web = calloc(1, sizeof *web);
    if (web == NULL) return dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "no memory");
    web->options = *options;
    dl_asset_load();
    struct dl_http_options http = {
        .address = options->address,
        .port = options->port,
        .listen_fd = options->listen_fd,
        .handler = dl_route_dispatch,
        .ctx = web,
    };
    enum dl_err err = dl_http_start(&http, &web->http, diag);
    if (err != DL_OK) return free(web), err;
    return *ret_web = web, DL_OK;
}

void dl_web_tick(dl_web *web)
{
    (void)web;
}

static unsigned in_flight(const dl_web *web)
{
    struct dl_http_stats stats;
    dl_http_stats(web->http, &stats);
    return stats.in_flight;
}

void dl_web_stop(dl_web *web)
{
    if (web == NULL) return;
    dl_http_quiesce(web->http);
    int64_t until = dl_monotonic_ms() + DL_WEB_DRAIN_MS;
    while (in_flight(web) > 0 && dl_monotonic_ms() < until)
        poll(NULL, 0, 5);
    dl_http_stop(web->http);
    free(web);
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
    dl_log(DL_LOG_INFO, "web serves", "address=%s port=%d", options->address, dl_web_port(web));
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

const char *dl_web_hosts(const dl_web *web)
{
    return web->options.hosts;
}

void dl_serve_versions(dl_buf *out)
{
    dl_buf_fmt(out, "libmicrohttpd %s\nlibdeflate %s\n", MHD_get_version(),
               LIBDEFLATE_VERSION_STRING);
}
