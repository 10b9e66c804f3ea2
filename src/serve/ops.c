/* For machines that watch: /healthz, /readyz, /metrics; and the list of routes. */
#include "base/json.h"
#include "serve/pages.h"
#include "serve/web.h"

static const char text_type[] = "text/plain; charset=utf-8";

void dl_route_healthz(struct dl_web *web, struct dl_http_request *request,
                      struct dl_http_reply *reply)
{
    (void)web, (void)request;
    reply->type = text_type;
    reply->cache = "no-store";
    dl_buf_c(&reply->body, "ok\n");
}

void dl_route_api_index(struct dl_web *web, struct dl_http_request *request,
                        struct dl_http_reply *reply)
{
    (void)web;
    yyjson_mut_doc *doc = dl_json_new(request->arena);
    if (doc == NULL) return;
    yyjson_mut_val *list = dl_json_arr(doc, yyjson_mut_doc_get_root(doc), "routes");
    for (const struct dl_route *route = dl_routes; route->pattern != NULL; route++) {
        yyjson_mut_val *row = dl_json_push_obj(doc, list);
        dl_json_c(doc, row, "method", "GET");
        dl_json_c(doc, row, "path", route->pattern);
        dl_json_c(doc, row, "what", route->what);
    }
    reply->type = "application/json";
    if (dl_json_line(doc, request->arena, &reply->body) != DL_OK)
        dl_route_fail(reply, 500, "The list could not be written.");
}
