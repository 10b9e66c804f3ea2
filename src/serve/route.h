/* Which handler answers a request: the table of routes.def, the checks that hold for all of them,
 * and the replies when there is none.
 *
 * Checks: GET or HEAD only (405; POST for a form of ours, GET or POST for a hook, an address that
 * only who was given it knows), and on a loopback listener the Host header must name loopback
 * or one of the hosts that the operator allowed, or a page of a stranger could read us through
 * DNS rebinding (421). Errors are an HTML page, or problem+json (RFC 9457) below /api. */
#ifndef DL_SERVE_ROUTE_H
#define DL_SERVE_ROUTE_H

#include "serve/http.h"

struct dl_web;

enum dl_route_kind {
    DL_ROUTE_PAGE,
    DL_ROUTE_API,
    DL_ROUTE_LIVE,
    DL_ROUTE_FEED,
    DL_ROUTE_OPS,
    DL_ROUTE_FILE,
    DL_ROUTE_FORM,
    DL_ROUTE_HOOK
};

typedef void (*dl_route_fn)(struct dl_web *web, struct dl_http_request *request,
                            struct dl_http_reply *reply);

struct dl_route {
    const char *pattern, *name, *what;
    enum dl_route_kind kind;
    dl_route_fn run;
};

extern const struct dl_route dl_routes[]; /* ends with a NULL pattern */

/* The route of a path; fills params. NULL: none. */
const struct dl_route *dl_route_find(dl_str path, dl_str params[DL_HTTP_MAX_PARAMS]);
bool dl_route_host_allowed(dl_str host, const char *allowed); /* allowed: comma list or NULL */

/* The dl_http_handler; ctx is a struct dl_web. */
void dl_route_dispatch(void *ctx, struct dl_http_request *request, struct dl_http_reply *reply);

/* Makes the reply an error; dispatch renders it in the form of the route. detail: one sentence
 * for a person, our own words. */
void dl_route_fail(struct dl_http_reply *reply, int status, const char *detail);

/* 308 to an address of ours: the object lives under another id, or this was a short form. */
void dl_route_redirect(struct dl_http_reply *reply, dl_str path);

/* Is it an id or the beginning of one, 6 to 64 hex digits? Else the reply is made a 404. */
bool dl_route_wants_id(const struct dl_http_request *request, struct dl_http_reply *reply);

#endif
