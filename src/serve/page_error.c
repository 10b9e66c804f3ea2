#include "base/json.h"
#include "serve/pages.h"
#include "serve/view.h"

const char *dl_page_status_title(int status)
{
    switch (status) {
    case 400:
        return "Bad request";
    case 404:
        return "Not found";
    case 405:
        return "Method not allowed";
    case 410:
        return "Taken down";
    case 413:
        return "Too large";
    case 421:
        return "Wrong host";
    case 422:
        return "Cannot be done";
    case 503:
        return "Not ready yet";
    default:
        return status < 500 ? "Request refused" : "Something went wrong";
    }
}

void dl_page_error(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply,
                   dl_str detail)
{
    (void)request;
    const char *title = dl_page_status_title(reply->status);
    dl_html html = dl_html_to(&reply->body), *h = &html;
    struct dl_view view = {.title = dl_str_c(title), .sequence = -1, .now_ms = dl_now_ms()};
    dl_view_begin(h, web, &view);
    DL_HTML(h, "<section class=\"notice\"><h1>");
    dl_html_c(h, title);
    DL_HTML(h, "</h1><p>");
    dl_html_text(h, detail);
    DL_HTML(h, "</p><p><a href=\"/\">To the stories of now</a></p><p class=\"muted\">Error ");
    dl_html_int(h, reply->status);
    DL_HTML(h, "</p></section>\n");
    dl_view_end(h, &view);
    reply->type = "text/html; charset=utf-8";
}

void dl_page_problem(struct dl_http_request *request, struct dl_http_reply *reply, dl_str detail)
{
    yyjson_mut_doc *doc = dl_json_new(request->arena);
    if (doc == NULL) return;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    dl_json_c(doc, root, "type", "about:blank");
    dl_json_c(doc, root, "title", dl_page_status_title(reply->status));
    dl_json_int(doc, root, "status", reply->status);
    dl_json_str(doc, root, "detail", detail);
    reply->type = "application/problem+json";
    if (dl_json_line(doc, request->arena, &reply->body) != DL_OK) dl_buf_reset(&reply->body);
}
