/* The handlers of /api/v1. */
#include "serve/api.h"
#include "serve/live.h"
#include "serve/pages.h"
#include "serve/source_health.h"
#include "serve/web.h"

enum {
    LIMIT = 50,
    LIMIT_MAX = 500,
    MEMBERS_MAX = 1000, /* what the store gives at once */
};

/* One answer under way. */
struct call {
    dl_arena *arena;
    struct dl_http_request *request;
    struct dl_http_reply *reply;
    yyjson_mut_doc *doc;
    yyjson_mut_val *root;
    uint64_t limit, cursor;
    int64_t sequence;
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
static bool begin(struct call *c, struct dl_http_request *request, struct dl_http_reply *reply)
{
    *c = (struct call){.arena = request->arena, .request = request, .reply = reply, .limit = LIMIT};
    if (!number(c, "limit", LIMIT_MAX, &c->limit) || !number(c, "cursor", INT64_MAX, &c->cursor))
        return false;
    c->doc = dl_json_new(c->arena);
    c->root = c->doc == NULL ? NULL : yyjson_mut_doc_get_root(c->doc);
    if (c->root == NULL) dl_route_fail(reply, 503, "There was no memory for the answer.");
    return c->root != NULL;
}

static void finish(struct call *c)
{
    c->reply->type = "application/json";
    if (dl_json_line(c->doc, c->arena, &c->reply->body) != DL_OK)
        dl_route_fail(c->reply, 500, "The answer could not be written.");
}

/* `next` and the Link header: the same request with another cursor. */
static void next_page(struct call *c, int64_t cursor, const char *query)
{
    dl_json_str(c->doc, c->root, "next", dl_str_fmt(c->arena, "%lld", (long long)cursor));
    dl_str link = dl_str_fmt(c->arena, "<%.*s?%s%slimit=%llu&cursor=%lld>; rel=\"next\"",
                             DL_FMT(c->request->path), query, query[0] != '\0' ? "&" : "",
                             (unsigned long long)c->limit, (long long)cursor);
    dl_http_add_header(c->reply, "Link", link);
}

static void meta(struct call *c)
{
    yyjson_mut_val *meta = dl_json_obj(c->doc, c->root, "meta");
    dl_json_int(c->doc, meta, "seq", c->sequence);
    dl_api_ms(c->doc, meta, "as_of", c->arena, dl_now_ms());
}

/* --- stories -------------------------------------------------------------------------------- */

void dl_route_api_stories(struct dl_web *web, struct dl_http_request *request,
                          struct dl_http_reply *reply)
{
    struct call c;
    if (!begin(&c, request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    dl_store_stories stories = {0};
    struct dl_store_story_filter filter = {.outlet = dl_http_query(request, "outlet"),
                                           .language = dl_http_query(request, "language"),
                                           .country = dl_http_query(request, "country"),
                                           .before = (int64_t)c.cursor,
                                           .limit = c.limit + 1};
    enum dl_err err = dl_store_newest_change(store, &c.sequence);
    if (err == DL_OK) err = dl_store_list_stories(store, c.arena, &filter, &stories);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "list of stories")) return;
    yyjson_mut_val *data = dl_json_arr(c.doc, c.root, "data");
    for (size_t i = 0; i < stories.n && i < c.limit; i++)
        dl_api_story(c.doc, dl_json_push_obj(c.doc, data), c.arena, &stories.p[i]);
    if (stories.n > c.limit && c.limit > 0 &&
        filter.outlet.n + filter.language.n + filter.country.n == 0)
        next_page(&c, stories.p[c.limit - 1].change, "");
    else if (stories.n > c.limit && c.limit > 0)
        dl_json_str(c.doc, c.root, "next",
                    dl_str_fmt(c.arena, "%lld", (long long)stories.p[c.limit - 1].change));
    meta(&c);
    finish(&c);
}

static void put_member(struct call *c, yyjson_mut_val *obj, const struct dl_store_member *m)
{
    dl_api_id(c->doc, obj, "id", c->arena, &m->id);
    dl_json_str(c->doc, obj, "title", m->title);
    dl_json_str(c->doc, obj, "language", m->language);
    dl_json_str(c->doc, obj, "outlet", m->outlet);
    dl_json_str(c->doc, obj, "outlet_name", m->outlet_name);
    dl_json_str(c->doc, obj, "country", m->country);
    dl_json_str(c->doc, obj, "url", m->url);
    dl_json_str(c->doc, obj, "published", m->published);
    dl_api_seen(c->doc, obj, c->arena, m->seen_after_ms, m->seen_by_ms, m->channel);
    if (m->is_copy) dl_api_id(c->doc, obj, "copy_of", c->arena, &m->copy_of);
    dl_json_score(c->doc, obj, "similarity", m->similarity);
    dl_json_int(c->doc, obj, "statements", m->n_statements);
    yyjson_doc *why;
    if (m->evidence.n > 0 && dl_json_read(c->arena, m->evidence, &why, NULL) == DL_OK)
        yyjson_mut_obj_add_val(c->doc, obj, "evidence",
                               yyjson_val_mut_copy(c->doc, yyjson_doc_get_root(why)));
}

void dl_route_api_story(struct dl_web *web, struct dl_http_request *request,
                        struct dl_http_reply *reply)
{
    struct call c;
    if (!dl_route_wants_id(request, reply) || !begin(&c, request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    struct dl_store_story story;
    dl_store_members members = {0};
    size_t limit = dl_http_query(request, "limit").n > 0 ? c.limit : MEMBERS_MAX - 1;
    enum dl_err err = dl_store_newest_change(store, &c.sequence);
    if (err == DL_OK) err = dl_store_story(store, c.arena, request->params[0], &story, NULL);
    if (err == DL_OK)
        err = dl_store_story_members(store, c.arena, story.story, (int64_t)c.cursor, limit + 1,
                                     &members);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "story")) return;
    dl_str own = dl_id_str(c.arena, &story.id);
    if (!dl_str_eq(own, request->params[0])) {
        dl_route_redirect(reply, dl_str_fmt(c.arena, "/api/v1/stories/%.*s", DL_FMT(own)));
        return;
    }
    dl_api_story(c.doc, c.root, c.arena, &story);
    yyjson_mut_val *data = dl_json_arr(c.doc, c.root, "data");
    for (size_t i = 0; i < members.n && i < limit; i++)
        put_member(&c, dl_json_push_obj(c.doc, data), &members.p[i]);
    c.limit = limit;
    if (members.n > limit && limit > 0) next_page(&c, members.p[limit - 1].seq, "");
    meta(&c);
    finish(&c);
}

/* --- documents ------------------------------------------------------------------------------ */

static void put_json(struct call *c, const char *key, dl_str json)
{
    yyjson_doc *doc;
    if (json.n == 0 || dl_json_read(c->arena, json, &doc, NULL) != DL_OK) return;
    yyjson_mut_obj_add_val(c->doc, c->root, key,
                           yyjson_val_mut_copy(c->doc, yyjson_doc_get_root(doc)));
}

static void put_revisions(struct call *c, const struct dl_store_document *d)
{
    yyjson_mut_val *list = dl_json_arr(c->doc, c->root, "revisions");
    for (size_t i = 0; i < d->revisions.n; i++) {
        const struct dl_store_revision *r = &d->revisions.p[i];
        yyjson_mut_val *obj = dl_json_push_obj(c->doc, list);
        dl_api_id(c->doc, obj, "id", c->arena, &r->id);
        dl_json_str(c->doc, obj, "kind", r->kind);
        dl_json_str(c->doc, obj, "title", r->title);
        dl_json_str(c->doc, obj, "language", r->language);
        dl_json_str(c->doc, obj, "published", r->published);
        dl_api_ms(c->doc, obj, "seen_by", c->arena, r->seen_by_ms);
        dl_json_bool(c->doc, obj, "shown", r->shown);
    }
}

static void put_document(struct call *c, const struct dl_store_document *d, bool with_text)
{
    dl_api_id(c->doc, c->root, "id", c->arena, &d->id);
    if (d->has_revision) dl_api_id(c->doc, c->root, "revision", c->arena, &d->revision);
    if (d->has_story) dl_api_id(c->doc, c->root, "story", c->arena, &d->story);
    dl_json_str(c->doc, c->root, "outlet", d->outlet);
    dl_json_str(c->doc, c->root, "outlet_name", d->outlet_name);
    dl_json_str(c->doc, c->root, "country", d->country);
    dl_json_str(c->doc, c->root, "url", d->url);
    dl_json_str(c->doc, c->root, "title", d->title);
    dl_json_str(c->doc, c->root, "subtitle", d->subtitle);
    dl_json_str(c->doc, c->root, "language", d->language);
    dl_json_str(c->doc, c->root, "section", d->section);
    dl_json_str(c->doc, c->root, "published", d->published);
    dl_api_seen(c->doc, c->root, c->arena, d->seen_after_ms, d->seen_by_ms, d->channel);
    if (d->is_copy) {
        dl_api_id(c->doc, c->root, "copy_of", c->arena, &d->copy_of);
        dl_json_score(c->doc, c->root, "similarity", d->similarity);
    }
    dl_json_str(c->doc, c->root, "state", d->state);
    dl_json_str(c->doc, c->root, "code", d->code);
    dl_json_str(c->doc, c->root, "message", d->message);
    if (with_text) dl_json_str(c->doc, c->root, "text", d->text);
    put_revisions(c, d);
    put_json(c, "extract", d->extract);
    put_json(c, "analyse", d->analyse);
}

void dl_route_api_document(struct dl_web *web, struct dl_http_request *request,
                           struct dl_http_reply *reply)
{
    struct call c;
    if (!dl_route_wants_id(request, reply) || !begin(&c, request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    struct dl_store_document d;
    enum dl_err err = dl_store_document(store, c.arena, request->params[0], &d, NULL);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "document")) return;
    dl_str own = dl_id_str(c.arena, &d.id);
    if (!dl_str_eq(own, request->params[0])) {
        dl_route_redirect(reply, dl_str_fmt(c.arena, "/api/v1/documents/%.*s", DL_FMT(own)));
        return;
    }
    put_document(&c, &d, dl_web_shows_text(web));
    finish(&c);
}

/* --- sources, status ------------------------------------------------------------------------ */

static void put_feed(struct call *c, yyjson_mut_val *obj, const struct dl_store_feed *f,
                     int64_t now_ms)
{
    dl_json_str(c->doc, obj, "outlet", f->outlet);
    dl_json_str(c->doc, obj, "name", f->outlet_name);
    dl_json_str(c->doc, obj, "country", f->country);
    dl_json_str(c->doc, obj, "language", f->language);
    dl_json_str(c->doc, obj, "outlet_kind", f->outlet_kind);
    dl_json_str(c->doc, obj, "url", f->url);
    dl_json_str(c->doc, obj, "kind", f->kind);
    dl_json_str(c->doc, obj, "title", f->title);
    dl_json_c(c->doc, obj, "health", dl_source_health_name(dl_source_health(f, now_ms)));
    dl_json_str(c->doc, obj, "last_result", f->last_result);
    if (f->last_status > 0) dl_json_int(c->doc, obj, "last_status", f->last_status);
    dl_api_ms(c->doc, obj, "last_poll", c->arena, f->last_poll_ms);
    dl_api_ms(c->doc, obj, "last_good", c->arena, f->last_good_ms);
    dl_api_ms(c->doc, obj, "last_new", c->arena, f->last_new_ms);
    dl_api_ms(c->doc, obj, "next_poll", c->arena, f->next_poll_ms);
    dl_json_str(c->doc, obj, "why", f->why);
    dl_json_int(c->doc, obj, "failures", f->failures);
    dl_json_int(c->doc, obj, "polls", f->polls);
    dl_json_int(c->doc, obj, "unchanged", f->unchanged);
    dl_json_int(c->doc, obj, "items_seen", f->items_seen);
    dl_json_int(c->doc, obj, "items_new", f->items_new);
}

void dl_route_api_sources(struct dl_web *web, struct dl_http_request *request,
                          struct dl_http_reply *reply)
{
    struct call c;
    if (!begin(&c, request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    dl_store_feeds feeds = {0};
    enum dl_err err = dl_store_newest_change(store, &c.sequence);
    if (err == DL_OK)
        err = dl_store_list_feeds(store, c.arena, dl_http_query(request, "outlet"),
                                  (int64_t)c.cursor, c.limit + 1, &feeds);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "list of sources")) return;
    yyjson_mut_val *data = dl_json_arr(c.doc, c.root, "data");
    int64_t now_ms = dl_now_ms();
    for (size_t i = 0; i < feeds.n && i < c.limit; i++)
        put_feed(&c, dl_json_push_obj(c.doc, data), &feeds.p[i], now_ms);
    if (feeds.n > c.limit && c.limit > 0) next_page(&c, feeds.p[c.limit - 1].feed, "");
    meta(&c);
    finish(&c);
}

static void put_tally(struct call *c, const struct dl_store_tally *t)
{
    yyjson_mut_val *obj = dl_json_obj(c->doc, c->root, "last_24_hours");
    dl_json_int(c->doc, obj, "seen", t->seen);
    dl_json_int(c->doc, obj, "stored", t->stored);
    dl_json_int(c->doc, obj, "duplicate", t->duplicate);
    dl_json_int(c->doc, obj, "rejected", t->rejected);
    dl_json_int(c->doc, obj, "quarantined", t->quarantined);
    dl_json_int(c->doc, obj, "in_flight", t->in_flight);
    dl_json_int(c->doc, obj, "residual", t->residual);
}

static void put_versions(struct call *c, const struct dl_web *web)
{
    dl_buf lines = DL_BUF_INIT(4096);
    dl_web_versions(web, &lines);
    dl_str rest = dl_str_dup(c->arena, dl_buf_slice(&lines)), line;
    yyjson_mut_val *obj = dl_json_obj(c->doc, c->root, "versions");
    while (dl_str_line(&rest, &line)) {
        size_t space = dl_str_chr(line, ' ', 0);
        const char *key =
            space == DL_NO_POS ? NULL : dl_str_cstr(c->arena, dl_str_sub(line, 0, space));
        if (key != NULL) dl_json_str(c->doc, obj, key, dl_str_sub(line, space + 1, line.n));
    }
    dl_buf_free(&lines);
}

void dl_route_api_status(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    struct call c;
    if (!begin(&c, request, reply)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    struct dl_store_status s;
    enum dl_err err = dl_store_status(store, dl_now_ms(), &s);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "status")) return;
    const struct {
        const char *key;
        int64_t number;
    } rows[] = {
        {"documents", s.documents},   {"revisions", s.revisions},
        {"statements", s.statements}, {"stories", s.stories},
        {"outlets", s.outlets},       {"pending", s.pending},
        {"story_lag", s.story_lag},   {"quarantined", s.quarantined},
        {"rejected", s.rejected},     {"feeds", s.feeds},
        {"feeds_due", s.feeds_due},   {"feeds_failing", s.feeds_failing},
        {"pages_due", s.pages_due},   {"pages_waiting", s.pages_waiting},
        {"seq", s.newest_change},     {"database_bytes", s.database_bytes},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        dl_json_int(c.doc, c.root, rows[i].key, rows[i].number);
    dl_api_ms(c.doc, c.root, "oldest_pending", c.arena, s.oldest_pending_ms);
    dl_api_ms(c.doc, c.root, "newest_seen", c.arena, s.newest_seen_ms);
    dl_api_ms(c.doc, c.root, "newest_change", c.arena, s.newest_change_ms);
    dl_json_bool(c.doc, c.root, "offline", dl_web_is_offline(web));
    put_tally(&c, &s.day);
    put_versions(&c, web);
    finish(&c);
}

/* --- search, stream ------------------------------------------------------------------------- */

static void put_spans(struct call *c, yyjson_mut_val *obj, const char *key,
                      const struct dl_span *spans, size_t n)
{
    yyjson_mut_val *list = dl_json_arr(c->doc, obj, key);
    for (size_t i = 0; i < n; i++)
        dl_json_push_span(c->doc, list, spans[i].start, spans[i].end);
}

static void put_hit(struct call *c, yyjson_mut_val *obj, const struct dl_search_hit *hit)
{
    dl_api_id(c->doc, obj, "id", c->arena, &hit->document);
    dl_json_str(c->doc, obj, "title", hit->title);
    dl_json_str(c->doc, obj, "language", hit->language);
    dl_json_str(c->doc, obj, "outlet", hit->outlet);
    dl_json_str(c->doc, obj, "outlet_name", hit->outlet_name);
    dl_json_str(c->doc, obj, "country", hit->country);
    dl_json_str(c->doc, obj, "url", hit->url);
    dl_json_str(c->doc, obj, "published", hit->published);
    dl_api_ms(c->doc, obj, "seen_by", c->arena, hit->seen_by_ms);
    if (hit->has_story) dl_api_id(c->doc, obj, "story", c->arena, &hit->story);
    dl_json_str(c->doc, obj, "snippet", hit->snippet);
    put_spans(c, obj, "marks", hit->marks, hit->n_marks);
    put_spans(c, obj, "title_marks", hit->title_marks, hit->n_title_marks);
}

static bool parse_query(struct call *c, dl_str text, struct dl_query *query)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = dl_query_parse(c->arena, text, query, &diag);
    if (err == DL_OK) return true;
    char detail[300];
    int n = snprintf(detail, sizeof detail, "%s",
                     diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    if (diag.pos != DL_NO_POS && n > 0 && (size_t)n < sizeof detail)
        snprintf(detail + n, sizeof detail - (size_t)n, " (at byte %zu)", diag.pos);
    dl_route_fail(c->reply, err == DL_ERR_SYNTAX ? 422 : 400, detail);
    return false;
}

void dl_route_api_search(struct dl_web *web, struct dl_http_request *request,
                         struct dl_http_reply *reply)
{
    struct call c;
    struct dl_query query;
    if (!begin(&c, request, reply)) return;
    dl_str text = dl_http_query(request, "q");
    if (!parse_query(&c, text, &query)) return;
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    dl_search_hits hits = {0};
    int64_t total = 0;
    struct dl_search_options options = {.before = (int64_t)c.cursor, .limit = c.limit + 1};
    enum dl_err err = dl_store_newest_change(store, &c.sequence);
    if (err == DL_OK) err = dl_search_documents(store, c.arena, &query, &options, &hits);
    if (err == DL_OK) err = dl_search_count(store, &query, &total);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "search")) return;
    yyjson_mut_val *data = dl_json_arr(c.doc, c.root, "data");
    for (size_t i = 0; i < hits.n && i < c.limit; i++)
        put_hit(&c, dl_json_push_obj(c.doc, data), &hits.p[i]);
    if (hits.n > c.limit && c.limit > 0) {
        dl_buf encoded = DL_BUF_INIT(8192);
        dl_html html = dl_html_to(&encoded);
        dl_buf_c(&encoded, "q=");
        dl_html_query_part(&html, text);
        if (dl_buf_failed(&encoded) == DL_OK) next_page(&c, hits.p[c.limit - 1].key, encoded.p);
        dl_buf_free(&encoded);
    }
    dl_json_int(c.doc, c.root, "total", total);
    dl_json_bool(c.doc, c.root, "total_is_exact", total < DL_SEARCH_COUNT_MAX);
    meta(&c);
    finish(&c);
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
