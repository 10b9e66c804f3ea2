#include "serve/callback.h"

#include "base/json.h"
#include "base/utf8.h"
#include "feed/websub.h"
#include "serve/door.h"
#include "serve/limit.h"
#include "serve/pages.h"
#include "serve/web.h"
#include "store/read_hub.h"

enum {
    CALL_COST = 5,            /* a question of a hub, in units of the limit */
    BODY_PER_UNIT = 64 << 10, /* of a delivery: a full bucket for the largest */
    REASON_MAX = 200,
};

/* A call whose answer the writer gives. In the request's arena. */
struct call {
    enum dl_err err;
    dl_str challenge; /* to be sent back; empty: a delivery or a denial */
    struct dl_http_connection *connection;
};

static bool is_token(dl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!dl_is_digit((unsigned char)s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f')) return false;
    return s.n == DL_WEBSUB_TOKEN;
}

/* Whose address is it? False: the reply says why not. */
static bool find(struct dl_web *web, const struct dl_http_request *request,
                 struct dl_http_reply *reply, struct dl_store_callback *ret)
{
    enum dl_err err = DL_ERR_NOT_FOUND;
    if (is_token(request->params[0])) {
        dl_store *store = dl_web_read(web, reply);
        if (store == NULL) return false;
        err = dl_store_callback(store, request->arena, request->params[0], ret);
        dl_web_unread(web, store);
    }
    if (err == DL_ERR_NOT_FOUND) {
        dl_route_fail(reply, 404, "There is nothing at this address.");
        return false;
    }
    return !dl_web_failed(reply, err, "subscription");
}

static bool has_units(struct dl_web *web, const struct dl_store_callback *whose, double cost,
                      struct dl_http_reply *reply)
{
    if (dl_limit_take(dl_web_limit(web), whose->subscription, cost, dl_monotonic_ms())) return true;
    dl_http_add_header(reply, "Retry-After", DL_STR("10"));
    dl_route_fail(reply, 429, "That is more than a hub needs; later again.");
    return false;
}

/* --- through the door --------------------------------------------------------------------- */

static void on_answer(void *user, enum dl_err err)
{
    struct call *call = user;
    struct dl_http_connection *connection = call->connection;
    call->err = err;
    dl_http_wake(connection); /* call may be gone from here on */
}

static void ask(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply,
                enum dl_request_type type, yyjson_mut_doc *json, dl_str body, dl_str challenge)
{
    dl_str text;
    struct call *call = DL_NEW(request->arena, struct call);
    if (call == NULL || dl_json_text(json, request->arena, &text) != DL_OK) {
        dl_route_fail(reply, 503, "There is no memory for this now.");
        return;
    }
    *call = (struct call){.challenge = challenge, .connection = request->connection};
    reply->later = call;
    dl_http_pause(request->connection);
    dl_door_ask(dl_web_door(web), type, text, body, on_answer, call);
}

static void answer(const struct call *call, struct dl_http_reply *reply)
{
    if (call->err == DL_OK) {
        reply->status = call->challenge.n > 0 ? 200 : 202;
        reply->type = "text/plain; charset=utf-8";
        reply->cache = "no-store";
        dl_buf_str(&reply->body, call->challenge);
    } else if (call->err == DL_ERR_NOT_FOUND) {
        dl_route_fail(reply, 404, "Nothing of this was asked.");
    } else {
        dl_http_add_header(reply, "Retry-After", DL_STR("10"));
        dl_route_fail(reply, 503, "It cannot be stored now; later again.");
    }
}

/* --- the two kinds of calls --------------------------------------------------------------- */

/* Topic and challenge are as they must be; else the reply says so. */
static bool is_a_question(const struct dl_http_request *request, dl_str topic, dl_str mode,
                          dl_str challenge, struct dl_http_reply *reply)
{
    bool denial = dl_str_eq_c(mode, "denied");
    bool known = denial || dl_str_eq_c(mode, "subscribe") || dl_str_eq_c(mode, "unsubscribe");
    bool ours = dl_websub_same_topic(request->arena, dl_http_query(request, "hub.topic"), topic);
    if (known && ours && (denial || dl_websub_challenge_is_sound(challenge))) return true;
    dl_route_fail(reply, 404, "Nothing of this was asked.");
    return false;
}

static void asked(struct dl_web *web, struct dl_http_request *request, struct dl_http_reply *reply,
                  const struct dl_store_callback *whose)
{
    dl_str mode = dl_http_query(request, "hub.mode");
    dl_str challenge = dl_http_query(request, "hub.challenge");
    yyjson_mut_doc *json = dl_json_new(request->arena);
    if (json == NULL || !is_a_question(request, whose->topic, mode, challenge, reply)) return;
    if (!has_units(web, whose, CALL_COST, reply)) return;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "token", request->params[0]);
    dl_json_str(json, o, "mode", mode);
    dl_json_str(json, o, "topic", whose->topic);
    dl_json_str(json, o, "reason", dl_http_query(request, "hub.reason"));
    dl_json_int(json, o, "lease", dl_websub_lease(dl_http_query(request, "hub.lease_seconds")));
    if (dl_str_eq_c(mode, "denied")) challenge = (dl_str){NULL, 0};
    ask(web, request, reply, DL_REQUEST_HUB_CALLED, json, (dl_str){NULL, 0}, challenge);
}

/* NULL: a delivery as it should be. */
static const char *what_is_wrong(const struct dl_http_request *request,
                                 const struct dl_store_callback *whose)
{
    struct dl_websub_links links;
    dl_str signature = dl_http_header(request, "X-Hub-Signature");
    if (!dl_websub_is_signed(signature, whose->secret, request->body)) return "forged";
    dl_str link = dl_http_header_all(request, "Link");
    bool names =
        dl_websub_links(request->arena, link, whose->topic, &links) == DL_OK && links.self.n > 0;
    bool foreign = names && !dl_websub_same_topic(request->arena, links.self, whose->topic);
    return foreign ? "foreign" : NULL;
}

static void delivered(struct dl_web *web, struct dl_http_request *request,
                      struct dl_http_reply *reply, const struct dl_store_callback *whose)
{
    double cost = 1 + (double)request->body.n / BODY_PER_UNIT;
    yyjson_mut_doc *json = dl_json_new(request->arena);
    if (json == NULL || !has_units(web, whose, cost, reply)) return;
    const char *wrong = what_is_wrong(request, whose);
    dl_str content_type = dl_utf8_clean(
        request->arena, dl_utf8_repair(request->arena, dl_http_header(request, "Content-Type")));
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_int(json, o, "subscription", whose->subscription);
    dl_json_int(json, o, "at", dl_now_ms());
    dl_json_str(json, o, "url", whose->feed_url);
    dl_json_str(json, o, "kind", whose->feed_kind);
    dl_json_str(json, o, "content_type", content_type);
    if (wrong != NULL) dl_json_c(json, o, "came", wrong);
    ask(web, request, reply, DL_REQUEST_PUSHED, json,
        wrong != NULL ? (dl_str){NULL, 0} : request->body, (dl_str){NULL, 0});
}

void dl_route_websub(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    struct dl_store_callback whose;
    if (request->later != NULL) {
        answer(request->later, reply);
        return;
    }
    if (!find(web, request, reply, &whose)) return;
    if (!dl_str_eq_c(request->method, "POST"))
        asked(web, request, reply, &whose);
    else if (whose.left)
        dl_route_fail(reply, 410, "This subscription ended.");
    else
        delivered(web, request, reply, &whose);
}

size_t dl_callback_body_max(void *ctx, struct dl_http_request *request)
{
    struct dl_web *web = ctx;
    const struct dl_route *route = dl_route_find(request->path, request->params);
    if (route == NULL || route->run != dl_route_websub || !dl_str_eq_c(request->method, "POST"))
        return 0;
    struct dl_store_callback whose;
    struct dl_http_reply reply = {0};
    dl_buf_init(&reply.body, 1 << 16);
    bool known = find(web, request, &reply, &whose) && !whose.left;
    dl_buf_free(&reply.body);
    return known ? DL_WEBSUB_BODY_MAX : 0;
}
