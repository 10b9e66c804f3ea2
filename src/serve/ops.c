/* For machines that watch: /healthz, /readyz, /metrics; and the list of routes. */
#include "base/json.h"
#include "serve/live.h"
#include "serve/pages.h"
#include "serve/web.h"
#include "store/health.h"

static const char text_type[] = "text/plain; charset=utf-8";

void dl_route_healthz(struct dl_web *web, struct dl_http_request *request,
                      struct dl_http_reply *reply)
{
    (void)web, (void)request;
    reply->type = text_type;
    reply->cache = "no-store";
    dl_buf_c(&reply->body, "ok\n");
}

void dl_route_readyz(struct dl_web *web, struct dl_http_request *request,
                     struct dl_http_reply *reply)
{
    (void)request;
    int64_t sequence;
    reply->type = text_type;
    reply->cache = "no-store";
    dl_store *store = dl_web_read(web, reply);
    if (store == NULL) return;
    enum dl_err err = dl_store_newest_change(store, &sequence);
    dl_web_unread(web, store);
    if (dl_web_failed(reply, err, "store")) return;
    if (!dl_live_has_begun(dl_web_live(web))) {
        dl_route_fail(reply, 503, "The stream of changes has not begun yet; try again at once.");
        return;
    }
    reply->type = text_type;
    dl_buf_c(&reply->body, "ready\n");
}

static void metric(dl_buf *out, const char *name, const char *kind, const char *help, int64_t value)
{
    dl_buf_fmt(out, "# HELP dateline_%s %s\n# TYPE dateline_%s %s\ndateline_%s %lld\n", name, help,
               name, kind, name, (long long)value);
}

static void http_metrics(dl_buf *out, const dl_http *http)
{
    struct dl_http_stats s;
    dl_http_stats(http, &s);
    dl_buf_c(out, "# HELP dateline_http_replies_total Replies by class of status.\n"
                  "# TYPE dateline_http_replies_total counter\n");
    for (int i = 1; i < 6; i++)
        dl_buf_fmt(out, "dateline_http_replies_total{class=\"%dxx\"} %llu\n", i,
                   (unsigned long long)s.by_class[i]);
    metric(out, "http_body_bytes_total", "counter", "Bytes of bodies before compression.",
           (int64_t)s.bytes);
    metric(out, "http_connections", "gauge", "Open connections.", s.connections);
    metric(out, "http_requests_in_flight", "gauge", "Requests being answered.", s.in_flight);
}

static void live_metrics(dl_buf *out, struct dl_web *web)
{
    struct dl_live_stats s;
    dl_live_stats(dl_web_live(web), &s);
    metric(out, "stream_readers", "gauge", "Listeners of the event stream.", s.readers);
    metric(out, "stream_events_total", "counter", "Events given to listeners.", (int64_t)s.sent);
    metric(out, "stream_dropped_total", "counter", "Listeners that were too slow.",
           (int64_t)s.dropped);
}

/* Age in seconds of something, 0 when there is nothing. */
static int64_t age_s(int64_t ms, int64_t now_ms)
{
    return ms <= 0 || ms > now_ms ? 0 : (now_ms - ms) / 1000;
}

static void store_metrics(dl_buf *out, const struct dl_store_status *s, int64_t now_ms)
{
    metric(out, "documents_total", "counter", "Documents stored.", s->documents);
    metric(out, "revisions_total", "counter", "Revisions stored.", s->revisions);
    metric(out, "statements_total", "counter", "Statements found.", s->statements);
    metric(out, "stories_open", "gauge", "Stories.", s->stories);
    metric(out, "entries_pending", "gauge", "Entries that wait for a reader.", s->pending);
    metric(out, "oldest_pending_seconds", "gauge", "Age of the oldest of them.",
           age_s(s->oldest_pending_ms, now_ms));
    metric(out, "story_lag_entries", "gauge", "Entries read but not in a story yet.", s->story_lag);
    metric(out, "quarantined", "gauge", "Entries that three readers failed on.", s->quarantined);
    metric(out, "rejected", "gauge", "Entries that never will be readable.", s->rejected);
    metric(out, "conservation_residual", "gauge", "Documents unaccounted for; must be 0.",
           s->day.residual);
    metric(out, "feeds", "gauge", "Feeds.", s->feeds);
    metric(out, "feeds_due", "gauge", "Feeds to be polled now.", s->feeds_due);
    metric(out, "feeds_failing", "gauge", "Feeds that failed three times in a row.",
           s->feeds_failing);
    metric(out, "pages_waiting", "gauge", "Pages to be fetched.", s->pages_waiting);
    metric(out, "newest_document_age_seconds", "gauge", "Since the newest document was seen.",
           age_s(s->newest_seen_ms, now_ms));
    metric(out, "change_sequence", "counter", "Sequence of the newest change.", s->newest_change);
    metric(out, "database_bytes", "gauge", "Size of the database.", s->database_bytes);
}

/* Without a store there are still the numbers of this process. */
void dl_route_metrics(struct dl_web *web, struct dl_http_request *request,
                      struct dl_http_reply *reply)
{
    struct dl_http_reply refusal = {0};
    dl_buf_init(&refusal.body, 4096);
    struct dl_store_status status;
    int64_t now_ms = dl_now_ms();
    dl_store *store = dl_web_read(web, &refusal);
    bool known = store != NULL && dl_store_status(store, now_ms, &status) == DL_OK;
    if (store != NULL) dl_web_unread(web, store);
    dl_buf_free(&refusal.body);
    metric(&reply->body, "store_up", "gauge", "1 when the store can be read.", known);
    if (known) store_metrics(&reply->body, &status, now_ms);
    http_metrics(&reply->body, request->http);
    live_metrics(&reply->body, web);
    reply->type = "text/plain; version=0.0.4; charset=utf-8";
    reply->cache = "no-store";
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
