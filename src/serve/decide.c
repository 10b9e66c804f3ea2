#include "serve/decide.h"

#include "base/json.h"
#include "serve/door.h"
#include "serve/pages.h"
#include "serve/web.h"

/* A decision whose answer the writer gives. In the request's arena. */
struct asked {
    enum dl_err err;
    dl_str claim;
    struct dl_http_connection *connection;
};

bool dl_may_decide(const struct dl_web *web, const struct dl_http_request *request)
{
    return dl_http_is_loopback(request->http) && dl_web_hosts(web) == NULL;
}

/* --- buttons ------------------------------------------------------------------------------------
 */

static void hidden(dl_html *h, const char *name, const dl_id *id)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(id, hex);
    DL_HTML(h, "<input type=\"hidden\"");
    DL_ATTR(h, "name", dl_str_c(name));
    DL_ATTR(h, "value", dl_str_c(hex));
    DL_HTML(h, ">");
}

void dl_decide_button(dl_html *h, const dl_id *claim, const dl_id *a, const dl_id *b, bool split)
{
    DL_HTML(h, "<form method=\"post\" action=\"/decide\" class=\"decide\">");
    hidden(h, "claim", claim);
    hidden(h, "a", a);
    hidden(h, "b", b);
    DL_HTML(h, "<button name=\"kind\"");
    DL_ATTR(h, "value", split ? DL_STR("split") : DL_STR("join"));
    DL_HTML(h, ">");
    dl_html_c(h, split ? "not one" : "one");
    DL_HTML(h, "</button></form>");
}

void dl_undo_button(dl_html *h, const dl_id *claim, int64_t decision)
{
    DL_HTML(h, "<form method=\"post\" action=\"/decide\" class=\"decide\">");
    hidden(h, "claim", claim);
    DL_HTML(h, "<button name=\"undo\"");
    DL_ATTR_INT(h, "value", decision);
    DL_HTML(h, ">undo</button></form>");
}

/* --- the form -----------------------------------------------------------------------------------
 */

/* Value of a field; ids and words need no decoding, anything else is no value of ours. */
static dl_str field(dl_str body, const char *name)
{
    size_t n = strlen(name);
    for (size_t at = 0; at < body.n;) {
        size_t end = dl_str_find_c(body, "&", at);
        if (end == DL_NO_POS) end = body.n;
        dl_str pair = dl_str_sub(body, at, end);
        if (pair.n > n && memcmp(pair.p, name, n) == 0 && pair.p[n] == '=')
            return dl_str_sub(pair, n + 1, pair.n);
        at = end + 1;
    }
    return (dl_str){NULL, 0};
}

/* Browsers name where a form stands; who names nothing is no browser, and may do what it likes. */
static bool is_own_form(const struct dl_http_request *request)
{
    dl_str site = dl_http_header(request, "Sec-Fetch-Site");
    if (site.n > 0 && !dl_str_eq_c(site, "same-origin") && !dl_str_eq_c(site, "none")) return false;
    dl_str origin = dl_http_header(request, "Origin");
    size_t at = dl_str_find_c(origin, "://", 0);
    if (origin.n == 0) return true;
    return at != DL_NO_POS && dl_str_eq(dl_str_sub(origin, at + 3, origin.n), request->host);
}

/* NULL: the form does not say what to do. */
static yyjson_mut_doc *request_of(dl_arena *arena, dl_str body)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return NULL;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_str undo = field(body, "undo"), kind = field(body, "kind");
    uint64_t number = 0;
    if (undo.n > 0) {
        if (!dl_str_u64(undo, &number) || number == 0 || number > INT64_MAX) return NULL;
        dl_json_int(json, o, "undo", (int64_t)number);
        return json;
    }
    bool split = dl_str_eq_c(kind, "split");
    static const char *const ids[] = {"claim", "a", "b"};
    if (!split && !dl_str_eq_c(kind, "join")) return NULL;
    dl_json_bool(json, o, "split", split);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        dl_id id;
        if (!dl_id_parse(field(body, ids[i]), &id)) return NULL;
        dl_json_str(json, o, ids[i], field(body, ids[i]));
    }
    return json;
}

static void on_answer(void *user, enum dl_err err)
{
    struct asked *asked = user;
    struct dl_http_connection *connection = asked->connection;
    asked->err = err;
    dl_http_wake(connection); /* asked may be gone from here on */
}

static void answer(const struct dl_http_request *request, const struct asked *asked,
                   struct dl_http_reply *reply)
{
    if (asked->err == DL_ERR_NOT_FOUND || asked->err == DL_ERR_INVALID) {
        dl_route_fail(reply, 404, "There is no such claim, document or decision.");
    } else if (asked->err != DL_OK) {
        dl_http_add_header(reply, "Retry-After", DL_STR("10"));
        dl_route_fail(reply, 503, "It cannot be stored now; later again.");
    } else {
        reply->status = 303;
        reply->cache = "no-store";
        reply->type = "text/plain; charset=utf-8";
        dl_http_add_header(reply, "Location",
                           dl_str_fmt(request->arena, "/c/%.*s", DL_FMT(asked->claim)));
    }
}

void dl_route_decide(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    if (request->later != NULL) {
        answer(request, request->later, reply);
        return;
    }
    if (!dl_may_decide(web, request) || !is_own_form(request)) {
        dl_route_fail(reply, 403, "Decisions are made by the operator, on the page of a claim.");
        return;
    }
    dl_id claim;
    dl_str text, body = dl_str_dup(request->arena, request->body);
    struct asked *asked = DL_NEW(request->arena, struct asked);
    yyjson_mut_doc *json = request_of(request->arena, body);
    if (asked == NULL || json == NULL || !dl_id_parse(field(body, "claim"), &claim) ||
        dl_json_text(json, request->arena, &text) != DL_OK) {
        dl_route_fail(reply, 400, "The form names a claim, two documents and what to do.");
        return;
    }
    *asked = (struct asked){.claim = field(body, "claim"), .connection = request->connection};
    reply->later = asked;
    dl_http_pause(request->connection);
    dl_door_ask(dl_web_door(web), DL_REQUEST_DECIDE, text, (dl_str){NULL, 0}, on_answer, asked);
}
