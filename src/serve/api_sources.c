/* Sources in /api/v1: every feed with how it fares, one outlet with all that is known of it. */
#include "serve/api_json.h"
#include "serve/source_health.h"

static const int64_t HOUR_MS = 3600000;

/* Only what says something: below that, there is no silence to speak of. */
static void put_silence(struct dl_api_answer *a, yyjson_mut_val *obj, const struct dl_silence *s)
{
    if (!s->known) return;
    yyjson_mut_val *o = dl_json_obj(a->doc, obj, "silence");
    dl_json_int(a->doc, o, "seconds", s->ms / 1000);
    dl_json_int(a->doc, o, "longest_seconds", s->usual_ms / 1000);
    dl_json_int(a->doc, o, "one_in", (int64_t)(s->odds + 0.5));
    dl_json_bool(a->doc, o, "surprising", s->surprising);
    dl_json_str(a->doc, o, "words", dl_words_silence(a->arena, s));
}

static void put_lines(struct dl_api_answer *a, yyjson_mut_val *obj, const char *key, dl_str lines)
{
    dl_str line;
    if (lines.n == 0) return;
    yyjson_mut_val *list = dl_json_arr(a->doc, obj, key);
    while (dl_str_line(&lines, &line))
        dl_json_push_str(a->doc, list, line);
}

/* Where ETag and Last-Modified are of no use or lie. */
static void put_validators(struct dl_api_answer *a, yyjson_mut_val *obj,
                           const struct dl_store_feed *f)
{
    if (f->note.n == 0) return;
    yyjson_mut_val *o = dl_json_obj(a->doc, obj, "validators");
    dl_json_bool(a->doc, o, "believed", f->untrusted_ms == 0);
    dl_api_ms(a->doc, o, "untrusted_since", a->arena, f->untrusted_ms);
    dl_json_str(a->doc, o, "words", f->note);
}

static void put_feed(struct dl_api_answer *a, yyjson_mut_val *obj, const struct dl_store_feed *f)
{
    dl_json_str(a->doc, obj, "outlet", f->outlet);
    dl_json_str(a->doc, obj, "name", f->outlet_name);
    dl_json_str(a->doc, obj, "country", f->country);
    dl_json_str(a->doc, obj, "language", f->language);
    dl_json_str(a->doc, obj, "outlet_kind", f->outlet_kind);
    dl_json_str(a->doc, obj, "url", f->url);
    dl_json_str(a->doc, obj, "kind", f->kind);
    dl_json_str(a->doc, obj, "title", f->title);
    dl_json_c(a->doc, obj, "health", dl_source_health_name(dl_source_health(f, a->now_ms)));
    dl_json_str(a->doc, obj, "last_result", f->last_result);
    if (f->last_status > 0) dl_json_int(a->doc, obj, "last_status", f->last_status);
    dl_api_ms(a->doc, obj, "last_poll", a->arena, f->last_poll_ms);
    dl_api_ms(a->doc, obj, "last_good", a->arena, f->last_good_ms);
    dl_api_ms(a->doc, obj, "last_new", a->arena, f->last_new_ms);
    dl_api_ms(a->doc, obj, "next_poll", a->arena, f->next_poll_ms);
    dl_json_str(a->doc, obj, "why", f->why);
    dl_json_int(a->doc, obj, "failures", f->failures);
    dl_json_int(a->doc, obj, "polls", f->polls);
    dl_json_int(a->doc, obj, "unchanged", f->unchanged);
    dl_json_int(a->doc, obj, "items_seen", f->items_seen);
    dl_json_int(a->doc, obj, "items_new", f->items_new);
    if (f->blocked) dl_json_bool(a->doc, obj, "blocked", true);
    if (f->losses > 0) dl_json_int(a->doc, obj, "losses", f->losses);
    dl_api_ms(a->doc, obj, "last_loss", a->arena, f->last_loss_ms);
    if (f->floor_s > 0) dl_json_int(a->doc, obj, "every_at_most_seconds", f->floor_s);
    if (f->ceiling_s > 0) dl_json_int(a->doc, obj, "every_at_least_seconds", f->ceiling_s);
    put_validators(a, obj, f);
    dl_json_str(a->doc, obj, "moved_to", f->moved_to);
    dl_json_str(a->doc, obj, "was_at", f->was_at);
    put_lines(a, obj, "categories", f->category);
    put_silence(a, obj, &f->silence);
}

/* --- list ----------------------------------------------------------------------------------- */

static bool wanted(const struct dl_api_source_filter *filter, const struct dl_store_feed *f,
                   int64_t now_ms)
{
    return filter->healths == 0 || (filter->healths >> dl_source_health(f, now_ms) & 1) != 0;
}

/* Health is no column: rows are read until enough of them are wanted, one more than the limit. */
static enum dl_err gather(struct dl_api_answer *a, dl_store *store,
                          const struct dl_api_source_filter *filter, dl_store_feeds *ret_feeds)
{
    struct dl_store_feed_filter page = {.outlet = filter->outlet,
                                        .country = filter->country,
                                        .after = a->cursor,
                                        .limit = DL_API_LIMIT_MAX};
    if (filter->healths == 0) page.limit = a->limit + 1;
    for (bool end = false; !end && ret_feeds->n <= a->limit;) {
        dl_store_feeds some = {0};
        DL_TRY(dl_store_list_feeds(store, a->arena, &page, &some));
        for (size_t i = 0; i < some.n && ret_feeds->n <= a->limit; i++) {
            page.after = some.p[i].feed;
            if (wanted(filter, &some.p[i], a->now_ms))
                DL_TRY(dl_vec_push(a->arena, ret_feeds, some.p[i]));
        }
        end = some.n < page.limit;
    }
    return DL_OK;
}

enum dl_err dl_api_sources(struct dl_api_answer *a, dl_store *store,
                           const struct dl_api_source_filter *filter)
{
    dl_store_feeds feeds = {0};
    DL_TRY(gather(a, store, filter, &feeds));
    size_t shown = feeds.n < a->limit ? feeds.n : a->limit;
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < shown; i++)
        put_feed(a, dl_json_push_obj(a->doc, data), &feeds.p[i]);
    a->more = feeds.n > shown && shown > 0;
    if (a->more) a->next = feeds.p[shown - 1].feed;
    return dl_api_close_list(a, store);
}

/* --- one outlet ----------------------------------------------------------------------------- */

static void put_hub(struct dl_api_answer *a, yyjson_mut_val *o,
                    const struct dl_store_subscription *s)
{
    dl_json_str(a->doc, o, "hub", s->hub);
    dl_json_str(a->doc, o, "topic", s->topic);
    dl_json_str(a->doc, o, "state", s->state);
    dl_json_str(a->doc, o, "why", s->why);
    dl_json_str(a->doc, o, "words", dl_store_subscription_words(a->arena, s));
    dl_api_ms(a->doc, o, "lease_end", a->arena, s->lease_end_ms);
    dl_api_ms(a->doc, o, "last_delivery", a->arena, s->last_delivery_ms);
    dl_json_int(a->doc, o, "hits", s->hits);
    dl_json_int(a->doc, o, "missed", s->missed);
    dl_json_int(a->doc, o, "deliveries", s->deliveries);
    dl_json_int(a->doc, o, "thin", s->thin);
    dl_json_int(a->doc, o, "unreadable", s->unreadable);
    dl_json_int(a->doc, o, "ignored", s->forged + s->foreign);
    dl_json_bool(a->doc, o, "relied", s->relied);
}

static void put_hubs(struct dl_api_answer *a, yyjson_mut_val *obj, int64_t feed,
                     const dl_store_subscriptions *hubs)
{
    yyjson_mut_val *list = NULL;
    for (size_t i = 0; i < hubs->n; i++) {
        if (hubs->p[i].feed != feed) continue;
        if (list == NULL) list = dl_json_arr(a->doc, obj, "hubs");
        put_hub(a, dl_json_push_obj(a->doc, list), &hubs->p[i]);
    }
}

static void put_channel(struct dl_api_answer *a, yyjson_mut_val *obj,
                        const struct dl_store_channel *c, const dl_store_subscriptions *hubs)
{
    put_feed(a, obj, &c->feed);
    if (c->documents > 0) {
        yyjson_mut_val *o = dl_json_obj(a->doc, obj, "coverage");
        dl_json_int(a->doc, o, "documents", c->documents);
        dl_json_int(a->doc, o, "seen", c->seen);
        dl_json_int(a->doc, o, "first", c->first);
        dl_json_int(a->doc, o, "pushed", c->pushed);
    }
    if (c->compared > 0) {
        yyjson_mut_val *o = dl_json_obj(a->doc, obj, "lead");
        dl_json_int(a->doc, o, "seconds", c->lead_ms / 1000);
        dl_json_int(a->doc, o, "documents", c->compared);
    }
    dl_json_str(a->doc, obj, "identity", dl_words_trust(a->arena, c));
    put_hubs(a, obj, c->feed.feed, hubs);
}

static void put_loss(struct dl_api_answer *a, yyjson_mut_val *obj, const struct dl_store_loss *l)
{
    dl_json_str(a->doc, obj, "url", l->url);
    dl_api_ms(a->doc, obj, "after", a->arena, l->after_ms);
    dl_api_ms(a->doc, obj, "at", a->arena, l->at_ms);
    dl_json_int(a->doc, obj, "before", l->before);
    dl_json_int(a->doc, obj, "items", l->items);
    dl_json_int(a->doc, obj, "covered", l->covered);
    dl_json_str(a->doc, obj, "asked", l->asked_url);
    dl_api_ms(a->doc, obj, "looked", a->arena, l->looked_ms);
    dl_json_int(a->doc, obj, "filled", l->filled);
    dl_json_str(a->doc, obj, "words", dl_words_loss(a->arena, l));
}

static void put_site(struct dl_api_answer *a, yyjson_mut_val *o, const struct dl_store_site *s)
{
    dl_json_str(a->doc, o, "host", s->host);
    dl_json_int(a->doc, o, "pages", s->pages);
    dl_json_int(a->doc, o, "articles", s->articles);
    dl_json_int(a->doc, o, "boilerplate_texts", s->texts);
    dl_json_str(a->doc, o, "date_order", s->date_order);
    dl_json_str(a->doc, o, "root", s->root);
    dl_json_str(a->doc, o, "root_before", s->root_before);
    dl_api_ms(a->doc, o, "template_changed", a->arena, s->changed_ms);
    dl_json_str(a->doc, o, "words", dl_words_site(a->arena, s));
}

/* The last 168 hours, oldest first: arrivals, and what is usual at that hour. */
static void put_arrivals(struct dl_api_answer *a, const struct dl_store_source *s)
{
    if (s->rhythm.since_ms == 0) return;
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "arrivals");
    int64_t now = s->rhythm.seen_ms / HOUR_MS;
    for (int64_t hour = now - DL_RHYTHM_HOURS + 1; hour <= now; hour++) {
        int n = dl_rhythm_arrivals(&s->rhythm, hour * HOUR_MS);
        struct dl_expected e = dl_rhythm_expected(&s->rhythm, hour * HOUR_MS);
        if (n < 0) continue; /* nobody looked */
        yyjson_mut_val *o = dl_json_push_obj(a->doc, list);
        dl_api_ms(a->doc, o, "hour", a->arena, hour * HOUR_MS);
        dl_json_int(a->doc, o, "items", n);
        dl_json_score(a->doc, o, "usual", e.mean);
        dl_json_score(a->doc, o, "low", e.low);
        dl_json_score(a->doc, o, "high", e.high);
    }
}

enum dl_err dl_api_source(struct dl_api_answer *a, dl_store *store, dl_str outlet)
{
    struct dl_store_source s;
    DL_TRY(dl_store_source(store, a->arena, outlet, &s));
    dl_json_str(a->doc, a->root, "outlet", s.outlet);
    dl_json_str(a->doc, a->root, "name", s.name);
    dl_json_str(a->doc, a->root, "country", s.country);
    dl_json_str(a->doc, a->root, "language", s.language);
    dl_json_str(a->doc, a->root, "outlet_kind", s.kind);
    dl_json_str(a->doc, a->root, "home", s.home);
    dl_json_c(a->doc, a->root, "health",
              dl_source_health_name(dl_source_health_of_all(&s, a->now_ms)));
    put_silence(a, a->root, &s.silence);
    dl_json_int(a->doc, a->root, "articles", s.articles);
    dl_json_int(a->doc, a->root, "edited", s.edited);
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "channels");
    for (size_t i = 0; i < s.channels.n; i++)
        put_channel(a, dl_json_push_obj(a->doc, list), &s.channels.p[i], &s.hubs);
    if (s.sites.n > 0) list = dl_json_arr(a->doc, a->root, "sites");
    for (size_t i = 0; i < s.sites.n; i++)
        put_site(a, dl_json_push_obj(a->doc, list), &s.sites.p[i]);
    list = dl_json_arr(a->doc, a->root, "losses");
    for (size_t i = 0; i < s.losses.n; i++)
        put_loss(a, dl_json_push_obj(a->doc, list), &s.losses.p[i]);
    list = dl_json_arr(a->doc, a->root, "polls");
    for (size_t i = 0; i < s.polls.n; i++) {
        yyjson_mut_val *o = dl_json_push_obj(a->doc, list);
        dl_json_str(a->doc, o, "url", s.polls.p[i].url);
        dl_api_ms(a->doc, o, "at", a->arena, s.polls.p[i].at_ms);
        dl_json_int(a->doc, o, "items", s.polls.p[i].items);
        dl_json_int(a->doc, o, "new", s.polls.p[i].fresh);
    }
    put_arrivals(a, &s);
    return DL_OK;
}
