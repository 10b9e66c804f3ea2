#include "lang/names_json.h"

/* Did the person hold the office on that day? The dates of the list are days of the calendar. */
static bool in_office(const struct dl_known *k, dl_time when)
{
    dl_time from, to;
    if (k->office.n == 0 || when.precision < DL_PREC_DAY || !dl_time_parse(k->from, &from))
        return false;
    return from.ms <= when.ms && (!dl_time_parse(k->to, &to) || when.ms < to.ms);
}

static void put_entity(const dl_entity *e, const dl_words *words, dl_time published,
                       dl_arena *arena, yyjson_mut_doc *json, yyjson_mut_val *arr)
{
    size_t start = words->p[e->first].start, end = words->p[e->last - 1].end;
    yyjson_mut_val *obj = dl_json_push_span(json, arr, start, end);
    dl_json_c(json, obj, "type", dl_entity_type_name(e->type));
    dl_json_str(json, obj, "name",
                e->known != NULL ? e->known->name : dl_str_sub(words->text, start, end));
    if (e->known == NULL) return;
    if (e->known->geonames != 0)
        dl_json_str(json, obj, "id", dl_str_fmt(arena, "geonames:%u", e->known->geonames));
    else if (e->known->kind == DL_KNOWN_COUNTRY || e->known->kind == DL_KNOWN_PEOPLE)
        dl_json_str(json, obj, "id", dl_str_fmt(arena, "country:%s", e->known->country));
    else
        dl_json_str(json, obj, "id", dl_str_fmt(arena, "name:%.*s", DL_FMT(e->known->name)));
    dl_json_c(json, obj, "country", e->known->country[0] != '\0' ? e->known->country : NULL);
    if (in_office(e->known, published)) dl_json_str(json, obj, "office", e->known->office);
}

static void put_place(const dl_place *p, const dl_words *words, yyjson_mut_doc *json,
                      yyjson_mut_val *arr)
{
    static const char *const uses[] = {"literal", "associative", "demonym"};
    const struct dl_known *k = p->known;
    size_t start = words->p[p->first].start, end = words->p[p->last - 1].end;
    yyjson_mut_val *obj = dl_json_push_span(json, arr, start, end);
    dl_json_str(json, obj, "name", k != NULL ? k->name : dl_str_sub(words->text, start, end));
    dl_json_c(json, obj, "kind", k != NULL ? dl_known_kind_name(k->kind) : "locality");
    dl_json_c(json, obj, "country", k != NULL && k->country[0] != '\0' ? k->country : NULL);
    if (k != NULL && k->placed) {
        dl_json_score(json, obj, "lat", (double)k->lat);
        dl_json_score(json, obj, "lon", (double)k->lon);
    }
    if (k != NULL && k->geonames != 0) dl_json_int(json, obj, "geonames", k->geonames);
    dl_json_c(json, obj, "use", uses[p->use]);
}

static void put_mentions(const dl_mentions *mentions, const dl_words *words, yyjson_mut_doc *json,
                         yyjson_mut_val *object)
{
    if (mentions->n == 0) return;
    yyjson_mut_val *arr = dl_json_arr(json, object, "coreferences");
    for (size_t i = 0; i < mentions->n; i++) {
        const dl_mention *m = &mentions->p[i];
        yyjson_mut_val *obj =
            dl_json_push_span(json, arr, words->p[m->first].start, words->p[m->last - 1].end);
        dl_json_int(json, obj, "entity", m->entity);
    }
}

void dl_names_json(const dl_entities *entities, const dl_mentions *mentions,
                   const dl_places *places, const dl_words *words, dl_time published,
                   dl_arena *arena, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    yyjson_mut_val *arr = dl_json_arr(json, object, "entities");
    for (size_t i = 0; i < entities->n; i++)
        put_entity(&entities->p[i], words, published, arena, json, arr);
    arr = dl_json_arr(json, object, "places");
    for (size_t i = 0; i < places->n; i++)
        put_place(&places->p[i], words, json, arr);
    put_mentions(mentions, words, json, object);
}
