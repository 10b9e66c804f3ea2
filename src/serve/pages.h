/* The handlers of routes.def and the two forms of an error. Each fills the reply from the store;
 * none of them writes. A missing object is 404, a store that is not there yet 503. */
#ifndef DL_SERVE_PAGES_H
#define DL_SERVE_PAGES_H

#include "serve/route.h"

#define DL_ROUTE(pattern, name, kind, what)                                                        \
    void dl_route_##name(struct dl_web *web, struct dl_http_request *request,                      \
                         struct dl_http_reply *reply);
#include "serve/routes.def"
#undef DL_ROUTE

/* Body and type for reply->status. */
void dl_page_error(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply,
                   dl_str detail);
void dl_page_problem(struct dl_http_request *request, struct dl_http_reply *reply, dl_str detail);
const char *dl_page_status_title(int status);

#endif
