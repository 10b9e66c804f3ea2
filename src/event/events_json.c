#include "event/events_json.h"

struct writer {
    const struct dl_event_text *t;
    const dl_words *w;
    dl_arena *arena;
    yyjson_mut_doc *json;
};

static void put_span(const struct writer *w, yyjson_mut_val *obj, uint32_t first, uint32_t last)
{
    dl_json_int(w->json, obj, "start", w->w->p[first].start);
    dl_json_int(w->json, obj, "end", w->w->p[last - 1].end);
}

static void put_parties(const struct writer *w, yyjson_mut_val *obj, const char *key,
                        const struct dl_party *parties, size_t n)
{
    yyjson_mut_val *arr = dl_json_arr(w->json, obj, key);
    for (size_t i = 0; i < n; i++) {
        const struct dl_party *p = &parties[i];
        yyjson_mut_val *party = dl_json_push_obj(w->json, arr);
        put_span(w, party, p->first, p->last);
        dl_json_str(w->json, party, "name",
                    dl_str_sub(w->w->text, w->w->p[p->first].start, w->w->p[p->last - 1].end));
        dl_str code =
            dl_str_fmt(w->arena, "%s%s%.*s", p->country,
                       p->country[0] != '\0' && p->sector.n > 0 ? " " : "", DL_FMT(p->sector));
        dl_json_str(w->json, party, "code", code);
    }
}

static dl_str id_of(const struct writer *w, dl_str revision, const dl_event *e)
{
    dl_str span = dl_str_fmt(w->arena, "%u-%u", e->first, e->last);
    dl_str parts[] = {DL_STR("event"), revision, span, e->act->act, dl_str_c(e->rule)};
    dl_id id = dl_id_of(parts, sizeof parts / sizeof *parts);
    return dl_str_sub(dl_id_str(w->arena, &id), 0, 24);
}

static void put_why(const struct writer *w, yyjson_mut_val *obj, const dl_event *e)
{
    yyjson_mut_val *arr = dl_json_arr(w->json, obj, "why");
    yyjson_mut_val *rule = dl_json_push_obj(w->json, arr);
    dl_json_c(w->json, rule, "rule", e->rule);
    put_span(w, rule, e->first, e->last);
    if (e->status_last <= e->status_first) return;
    yyjson_mut_val *status = dl_json_push_obj(w->json, arr);
    dl_json_c(w->json, status, "rule", "status-cue");
    put_span(w, status, e->status_first, e->status_last);
}

static void put_event(const struct writer *w, yyjson_mut_val *obj, const dl_event *e, dl_str id,
                      const dl_str *statement_ids)
{
    dl_json_str(w->json, obj, "id", id);
    dl_json_str(w->json, obj, "act", e->act->act);
    yyjson_mut_val *mode = dl_json_arr(w->json, obj, "mode");
    dl_json_push_str(w->json, mode, e->act->mode);
    dl_json_str(w->json, obj, "cameo", e->act->cameo);
    dl_json_c(w->json, obj, "status", dl_status_name(e->status));
    put_parties(w, obj, "actors", e->actor, e->n_actors);
    put_parties(w, obj, "recipients", e->recipient, e->n_recipients);
    if (e->place >= 0) {
        dl_json_int(w->json, obj, "place", e->place);
        dl_json_c(w->json, obj, "place_relation", "occurs-in");
    }
    if (e->time >= 0) dl_json_str(w->json, obj, "time", w->t->times->p[e->time].value);
    put_span(w, dl_json_obj(w->json, obj, "trigger"), e->first, e->last);
    dl_json_int(w->json, obj, "sentence", e->sentence);
    if (e->statement >= 0 && statement_ids != NULL)
        dl_json_str(w->json, obj, "statement", statement_ids[e->statement]);
    put_why(w, obj, e);
}

void dl_events_json(const struct dl_event_text *text, const struct dl_events *events,
                    const dl_str *statement_ids, dl_arena *arena, dl_str revision,
                    yyjson_mut_doc *json, yyjson_mut_val *object)
{
    struct writer w = {text, text->say->words, arena, json};
    dl_str *ids = DL_NEW_ARRAY(arena, dl_str, events->events.n + 1);
    if (ids == NULL) return; /* the arena remembers */
    yyjson_mut_val *arr = dl_json_arr(json, object, "events");
    for (size_t i = 0; i < events->events.n; i++) {
        ids[i] = id_of(&w, revision, &events->events.p[i]);
        put_event(&w, dl_json_push_obj(json, arr), &events->events.p[i], ids[i], statement_ids);
    }
    arr = dl_json_arr(json, object, "event_links");
    for (size_t i = 0; i < events->links.n; i++) {
        const dl_event_link *link = &events->links.p[i];
        yyjson_mut_val *obj = dl_json_push_obj(json, arr);
        dl_json_str(json, obj, "from", ids[link->from]);
        dl_json_str(json, obj, "to", ids[link->to]);
        dl_json_str(json, obj, "type", link->type);
        put_span(&w, dl_json_obj(json, obj, "cue"), link->first, link->last);
    }
    dl_json_int(json, object, "refused", (int64_t)events->refused);
}

enum { TOPIC_LEAST = 2 /* one word alone names no topic */, TOPICS_MAX = 64 };

void dl_topics_json(const struct dl_event_text *text, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    unsigned hits[TOPICS_MAX] = {0}, all = 0;
    const dl_words *w = text->say->words;
    const dl_acts *acts = text->acts;
    for (size_t i = 0; i < w->n; i++) {
        uint32_t link, value;
        if (w->p[i].kind != DL_TOKEN_WORD) continue;
        if (dl_phrases_match(&acts->topics, w, i, w->n, &link) == 0) continue;
        while (dl_phrases_value(&acts->topics, &link, &value))
            if (value < TOPICS_MAX) {
                hits[value]++;
                all++;
            }
    }
    yyjson_mut_val *arr = dl_json_arr(json, object, "topics");
    for (size_t k = 0; k < acts->n_topics && k < TOPICS_MAX; k++) {
        if (hits[k] < TOPIC_LEAST || hits[k] * 12 < all) continue;
        yyjson_mut_val *topic = dl_json_push_obj(json, arr);
        dl_json_str(json, topic, "medtop", acts->topic[k].medtop);
        dl_json_str(json, topic, "label", acts->topic[k].label);
        dl_json_score(json, topic, "score", (double)hits[k] / (double)all);
    }
}
