#include "serve/route.h"

#include "serve/pages.h"
#include "serve/web.h"
#include "store/read.h"

const struct dl_route dl_routes[] = {
#define DL_ROUTE(pattern, name, kind, what)                                                        \
    {pattern, #name, what, DL_ROUTE_##kind, dl_route_##name},
#include "serve/routes.def"
#undef DL_ROUTE
    {NULL, NULL, NULL, DL_ROUTE_PAGE, NULL},
};

static bool next_segment(dl_str *rest, dl_str *ret_segment)
{
    if (rest->n == 0 || rest->p[0] != '/') return false;
    size_t end = dl_str_chr(*rest, '/', 1);
    if (end == DL_NO_POS) end = rest->n;
    *ret_segment = dl_str_sub(*rest, 1, end);
    *rest = dl_str_sub(*rest, end, rest->n);
    return true;
}

static bool matches(dl_str pattern, dl_str path, dl_str params[DL_HTTP_MAX_PARAMS])
{
    size_t n = 0;
    dl_str want, have;
    while (next_segment(&pattern, &want)) {
        if (!next_segment(&path, &have)) return false;
        if (dl_str_starts(want, "{")) {
            if (have.n == 0 || n == DL_HTTP_MAX_PARAMS) return false;
            params[n++] = have;
        } else if (!dl_str_eq(want, have)) {
            return false;
        }
    }
    return path.n == 0;
}

const struct dl_route *dl_route_find(dl_str path, dl_str params[DL_HTTP_MAX_PARAMS])
{
    for (const struct dl_route *route = dl_routes; route->pattern != NULL; route++)
        if (matches(dl_str_c(route->pattern), path, params)) return route;
    return NULL;
}

/* "[::1]:8440", "localhost:8440", "127.0.0.1" without the port. */
static dl_str without_port(dl_str host)
{
    if (dl_str_starts(host, "[")) {
        size_t end = dl_str_chr(host, ']', 0);
        bool ends = end != DL_NO_POS && (end + 1 == host.n || host.p[end + 1] == ':');
        return ends ? dl_str_sub(host, 0, end + 1) : host;
    }
    size_t colon = dl_str_rchr(host, ':');
    return colon == DL_NO_POS ? host : dl_str_sub(host, 0, colon);
}

bool dl_route_host_allowed(dl_str host, const char *allowed)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};
    host = without_port(host);
    for (size_t i = 0; i < sizeof loopback / sizeof *loopback; i++)
        if (dl_str_ieq_c(host, loopback[i])) return true;
    dl_str list = dl_str_c(allowed), name;
    while (dl_str_split(&list, ',', &name)) {
        name = dl_str_trim(name);
        if (name.n > 0 && dl_str_ieq(name, host)) return true;
    }
    return false;
}

void dl_route_fail(struct dl_http_reply *reply, int status, const char *detail)
{
    dl_buf_reset(&reply->body);
    dl_buf_c(&reply->body, detail); /* dispatch wraps it */
    reply->status = status;
    reply->type = NULL;
}

void dl_route_redirect(struct dl_http_reply *reply, dl_str path)
{
    dl_http_add_header(reply, "Location", path);
    dl_buf_reset(&reply->body);
    reply->status = 308;
}

bool dl_route_wants_id(const struct dl_http_request *request, struct dl_http_reply *reply)
{
    dl_str id = request->params[0];
    bool good = id.n >= DL_STORE_PREFIX_MIN && id.n <= DL_ID_HEX;
    for (size_t i = 0; good && i < id.n; i++)
        good = dl_is_digit((unsigned char)id.p[i]) || (id.p[i] >= 'a' && id.p[i] <= 'f');
    if (!good) dl_route_fail(reply, 404, "There is nothing with this id.");
    return good;
}

static const char *refusal(int status)
{
    return status == 413   ? "The request is larger than Dateline reads."
           : status == 503 ? "Too much is sent at once; later again."
                           : "The request is not written as HTTP wants it.";
}

/* What may be asked of a route. */
static const struct {
    const char *one, *other; /* methods */
    const char *allow, *otherwise;
} asking[] = {
    [DL_ROUTE_PAGE] = {"GET", "HEAD", "GET, HEAD", "Only GET and HEAD are answered here."},
    [DL_ROUTE_FORM] = {"POST", "POST", "POST", "Only POST is answered here."},
    [DL_ROUTE_HOOK] = {"GET", "POST", "GET, POST", "Only GET and POST are answered here."},
};

static void run(struct dl_web *web, const struct dl_route *route, struct dl_http_request *request,
                struct dl_http_reply *reply)
{
    bool is_hook = route != NULL && route->kind == DL_ROUTE_HOOK;
    bool is_form = route != NULL && route->kind == DL_ROUTE_FORM;
    size_t how = is_hook ? DL_ROUTE_HOOK : is_form ? DL_ROUTE_FORM : DL_ROUTE_PAGE;
    bool fits = dl_str_eq_c(request->method, asking[how].one) ||
                dl_str_eq_c(request->method, asking[how].other);
    if (request->refused != 0) {
        dl_route_fail(reply, request->refused, refusal(request->refused));
    } else if (!is_hook && dl_http_is_loopback(request->http) &&
               !dl_route_host_allowed(request->host, dl_web_hosts(web))) {
        dl_route_fail(reply, 421, "This address answers only for its own host name.");
    } else if (route == NULL) {
        dl_route_fail(reply, 404, "There is nothing at this address.");
    } else if (!fits) {
        dl_http_add_header(reply, "Allow", dl_str_c(asking[how].allow));
        dl_route_fail(reply, 405, asking[how].otherwise);
    } else {
        route->run(web, request, reply);
    }
}

void dl_route_dispatch(void *ctx, struct dl_http_request *request, struct dl_http_reply *reply)
{
    struct dl_web *web = ctx;
    const struct dl_route *route = dl_route_find(request->path, request->params);
    run(web, route, request, reply);
    if (reply->later != NULL) return;
    if (dl_buf_failed(&reply->body) != DL_OK)
        dl_route_fail(reply, 500, "The answer is larger than Dateline sends.");
    if (reply->status < 400 || reply->type != NULL) return;
    dl_str detail = dl_str_dup(request->arena, dl_buf_slice(&reply->body));
    dl_buf_reset(&reply->body);
    reply->cache = "no-store";
    bool wants_json =
        dl_str_starts(request->path, "/api/") ||
        (route != NULL && route->kind != DL_ROUTE_PAGE && route->kind != DL_ROUTE_FORM);
    if (wants_json)
        dl_page_problem(request, reply, detail);
    else
        dl_page_error(web, request, reply, detail);
}
