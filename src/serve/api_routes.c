/* The handlers of /api/v1. */
#include "serve/api_claims.h"
#include "serve/edits.h"
#include "serve/live.h"
#include "serve/pages.h"
#include "serve/source_health.h"
#include "serve/web.h"

/* One answer under way. */
struct call {
    struct dl_web *web;
    struct dl_http_request *request;
    struct dl_http_reply *reply;
    dl_store *store;
    struct dl_api_answer answer;
};

static bool number(const struct call *c, const char *name, uint64_t max, uint64_t *ret_value)
{
    dl_str text = dl_http_query(c->request, name);
    uint64_t value;
    if (text.n == 0) return true;
    if (!dl_str_u64(text, &value) || value > max) {
        char detail[80];
        snprintf(detail, sizeof detail, "?%s= wants a whole number of at most %llu.", name,
                 (unsigned long long)max);
        dl_route_fail(c->reply, 400, detail);
        return false;
    }
    *ret_value = value;
    return true;
}

/* False: the reply is an error already. */
static bool begin(struct call *c, struct dl_web *web, struct dl_http_request *request,
                  struct dl_http_reply *reply, size_t usual_limit)
{
    uint64_t limit = usual_limit, cursor = 0;
    *c = (struct call){.web = web, .request = request, .reply = reply};
    if (!number(c, "limit", DL_API_LIMIT_MAX, &limit) || !number(c, "cursor", INT64_MAX, &cursor))
        return false;
    if (dl_api_begin(request->arena, (size_t)limit, (int64_t)cursor, dl_now_ms(), &c->answer) !=
        DL_OK) {
        dl_route_fail(reply, 503, "There was no memory for the answer.");
        return false;
    }
    c->store = dl_web_read(web, reply);
    return c->store != NULL;
}

/* Link header (RFC 8288): the same request with another cursor. */
static void link_next(struct call *c)
{
    static const char *const kept[] = {"q", "outlet", "language", "country", "health"};
    dl_buf out = DL_BUF_INIT(16384);
    dl_html html = dl_html_to(&out);
    dl_buf_fmt(&out, "<%.*s?", DL_FMT(c->request->path));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        dl_str value = dl_http_query(c->request, kept[i]);
        if (value.n == 0) continue;
        dl_buf_fmt(&out, "%s=", kept[i]);
        dl_html_query_part(&html, value);
        dl_buf_byte(&out, '&');
    }
    dl_buf_fmt(&out, "limit=%zu&cursor=%lld>; rel=\"next\"", c->answer.limit,
               (long long)c->answer.next);
    if (dl_buf_failed(&out) == DL_OK)
        dl_http_add_header(c->reply, "Link", dl_str_dup(c->request->arena, dl_buf_slice(&out)));
    dl_buf_free(&out);
}

/* Sends the answer, or the error that err means. */
static void finish(struct call *c, enum dl_err err, const char *what)
{
    dl_web_unread(c->web, c->store);
    if (dl_web_failed(c->reply, err, what)) return;
    if (c->answer.more) link_next(c);
    c->reply->type = "application/json";
    if (dl_json_line(c->answer.doc, c->answer.arena, &c->reply->body) != DL_OK)
        dl_route_fail(c->reply, 500, "The answer could not be written.");
}

/* The same for one object, which may live under another id than the one asked for. */
static void finish_one(struct call *c, enum dl_err err, const char *what, const char *before,
                       dl_str id, const char *behind)
{
    if (err != DL_OK || dl_str_eq(id, c->request->params[0])) {
        finish(c, err, what);
        return;
    }
    dl_web_unread(c->web, c->store);
    dl_str page = {NULL, 0};
    if (dl_http_query(c->request, "limit").n + dl_http_query(c->request, "cursor").n > 0)
        page = dl_str_fmt(c->request->arena, "?limit=%zu&cursor=%lld", c->answer.limit,
                          (long long)c->answer.cursor);
    dl_route_redirect(c->reply, dl_str_fmt(c->request->arena, "%s%.*s%s%.*s", before, DL_FMT(id),
                                           behind, DL_FMT(page)));
}

void dl_route_api_stories(struct dl_web *web, struct dl_http_request *request,
                          struct dl_http_reply *reply)
{
    struct call c;
    if (!begin(&c, web, request, reply, DL_API_LIMIT)) return;
    struct dl_store_story_filter filter = {.outlet = dl_http_query(request, "outlet"),
                                           .language = dl_http_query(request, "language"),
                                           .country = dl_http_query(request, "country")};
    finish(&c, dl_api_stories(&c.answer, c.store, &filter), "list of stories");
}

void dl_route_api_story(struct dl_web *web, struct dl_http_request *request,
                        struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_MEMBERS))
        return;
    enum dl_err err = dl_api_one_story(&c.answer, c.store, request->params[0], &id, NULL);
    finish_one(&c, err, "story", "/api/v1/stories/", id, "");
}

void dl_route_api_story_trace(struct dl_web *web, struct dl_http_request *request,
                              struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err = dl_api_trace_story(&c.answer, c.store, request->params[0], &id, NULL);
    finish_one(&c, err, "story", "/api/v1/stories/", id, "/trace");
}

void dl_route_api_document(struct dl_web *web, struct dl_http_request *request,
                           struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err =
        dl_api_document(&c.answer, c.store, request->params[0], dl_web_shows_text(web), &id, NULL);
    finish_one(&c, err, "document", "/api/v1/documents/", id, "");
}

void dl_route_api_document_trace(struct dl_web *web, struct dl_http_request *request,
                                 struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err = dl_api_trace_document(&c.answer, c.store, request->params[0], &id, NULL);
    finish_one(&c, err, "document", "/api/v1/documents/", id, "/trace");
}

void dl_route_api_revisions(struct dl_web *web, struct dl_http_request *request,
                            struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err = dl_api_revisions(&c.answer, c.store, request->params[0], &id, NULL);
    finish_one(&c, err, "document", "/api/v1/documents/", id, "/revisions");
}

void dl_route_api_diff(struct dl_web *web, struct dl_http_request *request,
                       struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0}, with = dl_http_query(request, "with");
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    bool whole = dl_web_shows_text(web);
    if (with.n > 0) {
        finish(&c, dl_api_edits_between(&c.answer, c.store, request->params[0], with, whole, NULL),
               "document");
        return;
    }
    enum dl_err err = dl_api_edits(&c.answer, c.store, request->params[0], whole, &id, NULL);
    finish_one(&c, err, "document", "/api/v1/documents/", id, "/diff");
}

/* --- claims ----------------------------------------------------------------------------------- */

enum { DAY_HOURS = 24, HOURS_MOST = 24 * 366, HOUR_MS = 3600 * 1000 };

static int64_t since(const struct call *c, uint64_t hours)
{
    return c->answer.now_ms - (int64_t)hours * HOUR_MS;
}

void dl_route_api_claims(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    struct call c = {.request = request, .reply = reply};
    uint64_t hours = DAY_HOURS;
    dl_str kind = dl_http_query(request, "kind");
    bool spreading = dl_str_eq_c(kind, "spreading");
    if (!number(&c, "hours", HOURS_MOST, &hours)) return;
    if (!spreading && kind.n > 0 && !dl_str_eq_c(kind, "contested")) {
        dl_route_fail(reply, 400, "?kind= wants contested or spreading.");
        return;
    }
    if (!begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_claims_kind which = spreading ? DL_CLAIMS_SPREADING : DL_CLAIMS_CONTESTED;
    finish(&c, dl_api_claims(&c.answer, c.store, which, since(&c, hours)), "list of claims");
}

void dl_route_api_corrections(struct dl_web *web, struct dl_http_request *request,
                              struct dl_http_reply *reply)
{
    struct call c = {.request = request, .reply = reply};
    uint64_t hours = DAY_HOURS;
    if (!number(&c, "hours", HOURS_MOST, &hours)) return;
    if (!begin(&c, web, request, reply, DL_API_LIMIT)) return;
    finish(&c, dl_api_corrections(&c.answer, c.store, since(&c, hours)), "list of corrections");
}

void dl_route_api_claim(struct dl_web *web, struct dl_http_request *request,
                        struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err = dl_api_claim(&c.answer, c.store, request->params[0], &id, NULL);
    finish_one(&c, err, "claim", "/api/v1/claims/", id, "");
}

void dl_route_api_story_claims(struct dl_web *web, struct dl_http_request *request,
                               struct dl_http_reply *reply)
{
    struct call c;
    dl_str id = {NULL, 0};
    if (!dl_route_wants_id(request, reply) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err = dl_api_story_claims(&c.answer, c.store, request->params[0], &id, NULL);
    finish_one(&c, err, "story", "/api/v1/stories/", id, "/claims");
}

/* --- sources ---------------------------------------------------------------------------------- */

/* "silent", "failing,blocked"; false: the reply is an error already. */
static bool healths(const struct call *c, unsigned *ret_healths)
{
    dl_str rest = dl_http_query(c->request, "health"), part;
    enum dl_health health;
    *ret_healths = 0;
    while (rest.n > 0 && dl_str_split(&rest, ',', &part)) {
        if (!dl_source_health_from(part, &health)) {
            dl_route_fail(c->reply, 400,
                          "?health= wants some of good, quiet, silent, failing, "
                          "blocked, gone, waiting.");
            return false;
        }
        *ret_healths |= 1u << health;
    }
    return true;
}

void dl_route_api_sources(struct dl_web *web, struct dl_http_request *request,
                          struct dl_http_reply *reply)
{
    struct call c = {.request = request, .reply = reply};
    struct dl_api_source_filter filter = {.outlet = dl_http_query(request, "outlet"),
                                          .country = dl_http_query(request, "country")};
    if (!healths(&c, &filter.healths) || !begin(&c, web, request, reply, DL_API_LIMIT)) return;
    finish(&c, dl_api_sources(&c.answer, c.store, &filter), "list of sources");
}

void dl_route_api_source(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    struct call c;
    if (!begin(&c, web, request, reply, DL_API_LIMIT)) return;
    finish(&c, dl_api_source(&c.answer, c.store, request->params[0]), "source");
}

static void put_versions(struct dl_api_answer *a, const struct dl_web *web)
{
    dl_buf lines = DL_BUF_INIT(4096);
    dl_web_versions(web, &lines);
    dl_str rest = dl_str_dup(a->arena, dl_buf_slice(&lines)), line;
    yyjson_mut_val *obj = dl_json_obj(a->doc, a->root, "versions");
    while (dl_str_line(&rest, &line)) {
        size_t space = dl_str_chr(line, ' ', 0);
        const char *key =
            space == DL_NO_POS ? NULL : dl_str_cstr(a->arena, dl_str_sub(line, 0, space));
        if (key != NULL) dl_json_str(a->doc, obj, key, dl_str_sub(line, space + 1, line.n));
    }
    dl_buf_free(&lines);
}

void dl_route_api_status(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    struct call c;
    if (!begin(&c, web, request, reply, DL_API_LIMIT)) return;
    enum dl_err err = dl_api_status(&c.answer, c.store);
    dl_json_bool(c.answer.doc, c.answer.root, "offline", dl_web_is_offline(web));
    put_versions(&c.answer, web);
    finish(&c, err, "status");
}

/* --- search, stream ------------------------------------------------------------------------- */

static bool parse_query(struct dl_http_request *request, struct dl_http_reply *reply,
                        struct dl_query *query)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = dl_query_parse(request->arena, dl_http_query(request, "q"), query, &diag);
    if (err == DL_OK) return true;
    const char *why = diag.message[0] != '\0' ? diag.message : dl_err_text(err);
    dl_route_fail(reply, err == DL_ERR_SYNTAX ? 422 : 400, why);
    return false;
}

void dl_route_api_search(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    struct call c;
    struct dl_query query;
    if (!parse_query(request, reply, &query)) return;
    if (!begin(&c, web, request, reply, DL_API_LIMIT)) return;
    finish(&c, dl_api_search(&c.answer, c.store, &query), "search");
}

void dl_route_api_stream(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    dl_str last = dl_http_header(request, "Last-Event-ID");
    if (last.n == 0) last = dl_http_query(request, "after");
    uint64_t after = 0;
    if (last.n > 0 && (!dl_str_u64(last, &after) || after > INT64_MAX)) {
        dl_route_fail(reply, 400, "Last-Event-ID and ?after= want the number of an event.");
        return;
    }
    if (dl_live_open(dl_web_live(web), request, reply, last.n > 0 ? (int64_t)after : -1)) return;
    dl_http_add_header(reply, "Retry-After", DL_STR("5"));
    dl_route_fail(reply, 503, "There are too many listeners, or the store is not there yet.");
}
