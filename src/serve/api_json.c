#include "serve/api_json.h"

#include "page/rights.h"
#include "serve/trace.h"

enum dl_err dl_api_begin(dl_arena *arena, size_t limit, int64_t cursor, int64_t now_ms,
                         struct dl_api_answer *ret_answer)
{
    yyjson_mut_doc *doc = dl_json_new(arena);
    if (doc == NULL) return dl_arena_failed(arena);
    *ret_answer = (struct dl_api_answer){.arena = arena,
                                         .doc = doc,
                                         .root = yyjson_mut_doc_get_root(doc),
                                         .limit = limit,
                                         .cursor = cursor,
                                         .now_ms = now_ms};
    return DL_OK;
}

/* One row more than the limit was read: then there is a page behind this one. */
static void more(struct dl_api_answer *a, size_t rows, int64_t key_of_last)
{
    if (rows <= a->limit || a->limit == 0) return;
    a->more = true;
    a->next = key_of_last;
}

/* `next` and `meta`: the end of every list. */
enum dl_err dl_api_close_list(struct dl_api_answer *a, dl_store *store)
{
    int64_t sequence;
    DL_TRY(dl_store_newest_change(store, &sequence));
    if (a->more)
        dl_json_str(a->doc, a->root, "next", dl_str_fmt(a->arena, "%lld", (long long)a->next));
    yyjson_mut_val *meta = dl_json_obj(a->doc, a->root, "meta");
    dl_json_int(a->doc, meta, "seq", sequence);
    dl_api_ms(a->doc, meta, "as_of", a->arena, a->now_ms);
    return DL_OK;
}

static size_t shown(const struct dl_api_answer *a, size_t rows)
{
    return rows < a->limit ? rows : a->limit;
}

/* Key of the last row shown, 0 when there is none. */
#define KEY_OF_LAST(a, rows, member)                                                               \
    (shown((a), (rows).n) > 0 ? (rows).p[shown((a), (rows).n) - 1].member : 0)

/* --- rows ----------------------------------------------------------------------------------- */

static void put_member(struct dl_api_answer *a, yyjson_mut_val *obj,
                       const struct dl_store_member *m)
{
    dl_api_id(a->doc, obj, "id", a->arena, &m->id);
    dl_json_str(a->doc, obj, "title", m->title);
    dl_json_str(a->doc, obj, "language", m->language);
    dl_json_str(a->doc, obj, "outlet", m->outlet);
    dl_json_str(a->doc, obj, "outlet_name", m->outlet_name);
    dl_json_str(a->doc, obj, "country", m->country);
    dl_json_str(a->doc, obj, "url", m->url);
    dl_json_str(a->doc, obj, "published", m->published);
    dl_api_seen(a->doc, obj, a->arena, m->seen_after_ms, m->seen_by_ms, m->channel);
    if (m->is_copy) dl_api_id(a->doc, obj, "copy_of", a->arena, &m->copy_of);
    dl_json_score(a->doc, obj, "similarity", m->similarity);
    dl_json_int(a->doc, obj, "statements", m->n_statements);
    yyjson_doc *why;
    if (m->evidence.n > 0 && dl_json_read(a->arena, m->evidence, &why, NULL) == DL_OK)
        yyjson_mut_obj_add_val(a->doc, obj, "evidence",
                               yyjson_val_mut_copy(a->doc, yyjson_doc_get_root(why)));
}

static void put_json(struct dl_api_answer *a, const char *key, dl_str json)
{
    yyjson_doc *doc;
    if (json.n == 0 || dl_json_read(a->arena, json, &doc, NULL) != DL_OK) return;
    yyjson_mut_obj_add_val(a->doc, a->root, key,
                           yyjson_val_mut_copy(a->doc, yyjson_doc_get_root(doc)));
}

static void put_revisions(struct dl_api_answer *a, const struct dl_store_document *d)
{
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "revisions");
    for (size_t i = 0; i < d->revisions.n; i++) {
        const struct dl_store_revision *r = &d->revisions.p[i];
        yyjson_mut_val *obj = dl_json_push_obj(a->doc, list);
        dl_api_id(a->doc, obj, "id", a->arena, &r->id);
        dl_json_str(a->doc, obj, "kind", r->kind);
        dl_json_str(a->doc, obj, "title", r->title);
        dl_json_str(a->doc, obj, "language", r->language);
        dl_json_str(a->doc, obj, "published", r->published);
        dl_api_ms(a->doc, obj, "seen_after", a->arena, r->seen_after_ms);
        dl_api_ms(a->doc, obj, "seen_by", a->arena, r->seen_by_ms);
        dl_json_bool(a->doc, obj, "shown", r->shown);
    }
}

static void put_sightings(struct dl_api_answer *a, const struct dl_store_document *d)
{
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "sightings");
    for (size_t i = 0; i < d->sightings.n; i++) {
        const struct dl_store_sighting *s = &d->sightings.p[i];
        yyjson_mut_val *obj = dl_json_push_obj(a->doc, list);
        dl_api_ms(a->doc, obj, "after", a->arena, s->seen_after_ms);
        dl_api_ms(a->doc, obj, "by", a->arena, s->seen_by_ms);
        dl_json_str(a->doc, obj, "channel", s->channel);
    }
}

/* Names that came later, and how they were found to lead here. */
static void put_aliases(struct dl_api_answer *a, const struct dl_store_document *d)
{
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "aliases");
    for (size_t i = 0; i < d->aliases.n; i++) {
        yyjson_mut_val *obj = dl_json_push_obj(a->doc, list);
        dl_json_str(a->doc, obj, "kind", d->aliases.p[i].kind);
        dl_json_str(a->doc, obj, "value", d->aliases.p[i].value);
        dl_json_str(a->doc, obj, "why", d->aliases.p[i].why);
    }
}

void dl_api_put_document(struct dl_api_answer *a, const struct dl_store_document *d, bool with_text)
{
    dl_api_id(a->doc, a->root, "id", a->arena, &d->id);
    if (d->has_revision) dl_api_id(a->doc, a->root, "revision", a->arena, &d->revision);
    if (d->has_story) dl_api_id(a->doc, a->root, "story", a->arena, &d->story);
    dl_json_str(a->doc, a->root, "outlet", d->outlet);
    dl_json_str(a->doc, a->root, "outlet_name", d->outlet_name);
    dl_json_str(a->doc, a->root, "country", d->country);
    dl_json_str(a->doc, a->root, "url", d->url);
    dl_json_str(a->doc, a->root, "title", d->title);
    dl_json_str(a->doc, a->root, "subtitle", d->subtitle);
    dl_json_str(a->doc, a->root, "language", d->language);
    dl_json_str(a->doc, a->root, "section", d->section);
    dl_json_str(a->doc, a->root, "published", d->published);
    dl_api_seen(a->doc, a->root, a->arena, d->seen_after_ms, d->seen_by_ms, d->channel);
    if (d->is_copy) {
        dl_api_id(a->doc, a->root, "copy_of", a->arena, &d->copy_of);
        dl_json_score(a->doc, a->root, "similarity", d->similarity);
    }
    dl_json_str(a->doc, a->root, "state", d->state);
    dl_json_str(a->doc, a->root, "code", d->code);
    dl_json_str(a->doc, a->root, "message", d->message);
    if (with_text) dl_json_str(a->doc, a->root, "text", d->text);
    put_revisions(a, d);
    put_sightings(a, d);
    dl_json_str(a->doc, a->root, "rights", dl_rights_words(a->arena, d->rights));
    put_aliases(a, d);
    put_json(a, "extract", d->extract);
    put_json(a, "analyse", d->analyse);
}

static void put_tally(struct dl_api_answer *a, const struct dl_store_tally *t)
{
    yyjson_mut_val *obj = dl_json_obj(a->doc, a->root, "last_24_hours");
    dl_json_int(a->doc, obj, "seen", t->seen);
    dl_json_int(a->doc, obj, "stored", t->stored);
    dl_json_int(a->doc, obj, "duplicate", t->duplicate);
    dl_json_int(a->doc, obj, "rejected", t->rejected);
    dl_json_int(a->doc, obj, "quarantined", t->quarantined);
    dl_json_int(a->doc, obj, "in_flight", t->in_flight);
    dl_json_int(a->doc, obj, "residual", t->residual);
}

static void put_spans(struct dl_api_answer *a, yyjson_mut_val *obj, const char *key,
                      const struct dl_span *spans, size_t n)
{
    yyjson_mut_val *list = dl_json_arr(a->doc, obj, key);
    for (size_t i = 0; i < n; i++)
        dl_json_push_span(a->doc, list, spans[i].start, spans[i].end);
}

static void put_hit(struct dl_api_answer *a, yyjson_mut_val *obj, const struct dl_search_hit *hit)
{
    dl_api_id(a->doc, obj, "id", a->arena, &hit->document);
    dl_json_str(a->doc, obj, "title", hit->title);
    dl_json_str(a->doc, obj, "language", hit->language);
    dl_json_str(a->doc, obj, "outlet", hit->outlet);
    dl_json_str(a->doc, obj, "outlet_name", hit->outlet_name);
    dl_json_str(a->doc, obj, "country", hit->country);
    dl_json_str(a->doc, obj, "url", hit->url);
    dl_json_str(a->doc, obj, "published", hit->published);
    dl_api_ms(a->doc, obj, "seen_by", a->arena, hit->seen_by_ms);
    if (hit->has_story) dl_api_id(a->doc, obj, "story", a->arena, &hit->story);
    dl_json_str(a->doc, obj, "snippet", hit->snippet);
    put_spans(a, obj, "marks", hit->marks, hit->n_marks);
    put_spans(a, obj, "title_marks", hit->title_marks, hit->n_title_marks);
}

/* --- answers -------------------------------------------------------------------------------- */

enum dl_err dl_api_stories(struct dl_api_answer *a, dl_store *store,
                           const struct dl_store_story_filter *filter)
{
    struct dl_store_story_filter wanted = *filter;
    dl_store_stories stories;
    wanted.before = a->cursor;
    wanted.limit = a->limit + 1;
    DL_TRY(dl_store_list_stories(store, a->arena, &wanted, &stories));
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < shown(a, stories.n); i++)
        dl_api_story(a->doc, dl_json_push_obj(a->doc, data), a->arena, &stories.p[i]);
    more(a, stories.n, KEY_OF_LAST(a, stories, change));
    return dl_api_close_list(a, store);
}

/* Stories that it was one with once. */
static void put_parts(struct dl_api_answer *a, const dl_store_parts *parts)
{
    if (parts->n == 0) return;
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "parted");
    for (size_t i = 0; i < parts->n; i++) {
        const struct dl_store_part *p = &parts->p[i];
        yyjson_mut_val *obj = dl_json_push_obj(a->doc, list);
        dl_api_id(a->doc, obj, "story", a->arena, &p->other);
        dl_api_ms(a->doc, obj, "at", a->arena, p->at_ms);
        dl_json_int(a->doc, obj, p->is_rest ? "documents_gone" : "documents_come", p->documents);
    }
}

enum dl_err dl_api_one_story(struct dl_api_answer *a, dl_store *store, dl_str id, dl_str *ret_id,
                             struct dl_diag *diag)
{
    struct dl_store_story story;
    dl_store_members members;
    dl_store_parts parts;
    DL_TRY(dl_store_story(store, a->arena, id, &story, diag));
    DL_TRY(dl_store_story_parts(store, a->arena, story.story, &parts));
    DL_TRY(dl_store_story_members(store, a->arena, story.story, a->cursor, a->limit + 1, &members));
    dl_api_story(a->doc, a->root, a->arena, &story);
    put_parts(a, &parts);
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < shown(a, members.n); i++)
        put_member(a, dl_json_push_obj(a->doc, data), &members.p[i]);
    more(a, members.n, KEY_OF_LAST(a, members, seq));
    *ret_id = dl_id_str(a->arena, &story.id);
    return dl_api_close_list(a, store);
}

enum dl_err dl_api_document(struct dl_api_answer *a, dl_store *store, dl_str id, bool with_text,
                            dl_str *ret_id, struct dl_diag *diag)
{
    struct dl_store_document d;
    DL_TRY(dl_store_document(store, a->arena, id, &d, diag));
    dl_api_put_document(a, &d, with_text);
    *ret_id = dl_id_str(a->arena, &d.id);
    return DL_OK;
}

enum dl_err dl_api_status(struct dl_api_answer *a, dl_store *store)
{
    struct dl_store_status s;
    DL_TRY(dl_store_status(store, a->now_ms, &s));
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
        dl_json_int(a->doc, a->root, rows[i].key, rows[i].number);
    dl_api_ms(a->doc, a->root, "oldest_pending", a->arena, s.oldest_pending_ms);
    dl_api_ms(a->doc, a->root, "newest_seen", a->arena, s.newest_seen_ms);
    dl_api_ms(a->doc, a->root, "newest_change", a->arena, s.newest_change_ms);
    put_tally(a, &s.day);
    return DL_OK;
}

enum dl_err dl_api_search(struct dl_api_answer *a, dl_store *store, const struct dl_query *query)
{
    dl_search_hits hits;
    int64_t total;
    struct dl_search_options options = {.before = a->cursor, .limit = a->limit + 1};
    DL_TRY(dl_search_documents(store, a->arena, query, &options, &hits));
    DL_TRY(dl_search_count(store, query, &total));
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < shown(a, hits.n); i++)
        put_hit(a, dl_json_push_obj(a->doc, data), &hits.p[i]);
    more(a, hits.n, KEY_OF_LAST(a, hits, key));
    dl_json_int(a->doc, a->root, "total", total);
    dl_json_bool(a->doc, a->root, "total_is_exact", total < DL_SEARCH_COUNT_MAX);
    return dl_api_close_list(a, store);
}

/* --- traces --------------------------------------------------------------------------------- */

enum dl_err dl_api_put_trace(struct dl_api_answer *a, yyjson_mut_val *obj,
                             const struct dl_store_document *d)
{
    struct dl_trace_text text = {d->title, d->subtitle, d->text,
                                 d->outlet_name.n > 0 ? d->outlet_name : d->outlet};
    yyjson_doc *analyse = NULL;
    dl_traces traces;
    if (d->analyse.n > 0) DL_TRY(dl_json_read(a->arena, d->analyse, &analyse, NULL));
    DL_TRY(dl_trace_read(a->arena, &text, yyjson_doc_get_root(analyse), &traces));
    if (d->document > 0) dl_api_id(a->doc, obj, "id", a->arena, &d->id);
    if (d->has_story) dl_api_id(a->doc, obj, "story", a->arena, &d->story);
    dl_json_str(a->doc, obj, "outlet", d->outlet);
    dl_json_str(a->doc, obj, "outlet_name", d->outlet_name);
    dl_json_str(a->doc, obj, "country", d->country);
    dl_json_str(a->doc, obj, "url", d->url);
    dl_json_str(a->doc, obj, "title", d->title);
    dl_json_str(a->doc, obj, "language", d->language);
    dl_json_str(a->doc, obj, "published", d->published);
    if (d->document > 0)
        dl_api_seen(a->doc, obj, a->arena, d->seen_after_ms, d->seen_by_ms, d->channel);
    dl_trace_json(&traces, a->doc, dl_json_arr(a->doc, obj, "statements"));
    return DL_OK;
}

enum dl_err dl_api_trace_document(struct dl_api_answer *a, dl_store *store, dl_str id,
                                  dl_str *ret_id, struct dl_diag *diag)
{
    struct dl_store_document d;
    DL_TRY(dl_store_document(store, a->arena, id, &d, diag));
    *ret_id = dl_id_str(a->arena, &d.id);
    return dl_api_put_trace(a, a->root, &d);
}

enum dl_err dl_api_trace_story(struct dl_api_answer *a, dl_store *store, dl_str id, dl_str *ret_id,
                               struct dl_diag *diag)
{
    struct dl_store_story story;
    dl_store_members members;
    DL_TRY(dl_store_story(store, a->arena, id, &story, diag));
    DL_TRY(dl_store_story_members(store, a->arena, story.story, a->cursor, a->limit + 1, &members));
    dl_api_story(a->doc, a->root, a->arena, &story);
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < shown(a, members.n); i++) {
        struct dl_store_document d;
        if (members.p[i].is_copy) continue;
        DL_TRY(dl_store_document(store, a->arena, dl_id_str(a->arena, &members.p[i].id), &d, NULL));
        DL_TRY(dl_api_put_trace(a, dl_json_push_obj(a->doc, data), &d));
    }
    more(a, members.n, KEY_OF_LAST(a, members, seq));
    *ret_id = dl_id_str(a->arena, &story.id);
    return dl_api_close_list(a, store);
}
