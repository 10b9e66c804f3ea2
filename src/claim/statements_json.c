#include "claim/statements_json.h"

#include "claim/behalf.h"

struct writer {
    const struct dl_say_text *t;
    dl_arena *arena;
    yyjson_mut_doc *json;
    const char *in;
};

static void put_span(const struct writer *w, yyjson_mut_val *obj, struct dl_span s)
{
    dl_json_int(w->json, obj, "start", w->t->words->p[s.first].start);
    dl_json_int(w->json, obj, "end", w->t->words->p[s.last - 1].end);
    if (w->in != NULL) dl_json_c(w->json, obj, "in", w->in);
}

static void put_list(const struct writer *w, yyjson_mut_val *obj, const char *key,
                     const struct dl_span *spans, size_t n)
{
    yyjson_mut_val *arr = dl_json_arr(w->json, obj, key);
    for (size_t i = 0; i < n; i++)
        if (spans[i].last > spans[i].first) put_span(w, dl_json_push_obj(w->json, arr), spans[i]);
}

static dl_str words_of(const struct writer *w, struct dl_span s)
{
    return dl_str_sub(w->t->words->text, w->t->words->p[s.first].start,
                      w->t->words->p[s.last - 1].end);
}

static void put_hop(const struct writer *w, yyjson_mut_val *chain, const struct dl_hop *hop)
{
    struct dl_span source = hop->source;
    /* "sources within the group who": the pronoun belongs to the statement, not to the name. */
    if (source.last > source.first + 1 && (w->t->words->p[source.last - 1].classes & DL_CLASS_REL))
        source.last--;
    if (source.last <= source.first) return;
    yyjson_mut_val *obj = dl_json_push_obj(w->json, chain);
    dl_json_str(w->json, obj, "text", words_of(w, source));
    put_span(w, obj, source);
    dl_json_c(w->json, obj, "class", dl_source_class_name(hop->class));
    dl_json_c(w->json, obj, "anonymity", dl_anonymity_name(hop->anonymity));
    if (source.last - source.first == 1 &&
        (w->t->words->p[source.first].classes & (DL_CLASS_PRON | DL_CLASS_DET)) == DL_CLASS_PRON)
        dl_json_bool(w->json, obj, "pronoun", true);
    struct dl_span body;
    if (dl_source_behalf(w->t, source, &body)) {
        yyjson_mut_val *behalf = dl_json_obj(w->json, obj, "on_behalf_of");
        dl_json_str(w->json, behalf, "text", words_of(w, body));
        put_span(w, behalf, body);
    }
    if (hop->cue.last > hop->cue.first) {
        yyjson_mut_val *cue = dl_json_obj(w->json, obj, "cue");
        put_span(w, cue, hop->cue);
    }
}

static void put_chain(const struct writer *w, yyjson_mut_val *obj, const dl_statement *s)
{
    yyjson_mut_val *chain = dl_json_arr(w->json, obj, "chain");
    if (w->t->outlet.n > 0) {
        yyjson_mut_val *outlet = dl_json_push_obj(w->json, chain);
        dl_json_str(w->json, outlet, "text", w->t->outlet);
        dl_json_c(w->json, outlet, "class", dl_source_class_name(DL_SOURCE_MEDIA));
        dl_json_c(w->json, outlet, "anonymity", dl_anonymity_name(DL_ANON_NAMED));
    } else {
        dl_json_c(w->json, dl_json_push_obj(w->json, chain), "class",
                  dl_source_class_name(DL_SOURCE_MEDIA));
    }
    for (unsigned i = 0; i < s->n_hops; i++)
        put_hop(w, chain, &s->hop[i]);
    /* A connector ("citing") leads to the origin; without one the verb does. */
    struct dl_span cue = s->n_hops < DL_STATEMENT_HOPS ? s->hop[s->n_hops].cue : s->cue;
    struct dl_hop last = {.source = s->source,
                          .cue = cue.last > cue.first ? cue : s->cue,
                          .class = s->class,
                          .anonymity = s->anonymity};
    put_hop(w, chain, &last);
}

static void put_evidence(const struct writer *w, yyjson_mut_val *obj, const dl_statement *s)
{
    if (s->n_evidence == 0) return;
    yyjson_mut_val *arr = dl_json_arr(w->json, obj, "evidence");
    for (unsigned i = 0; i < s->n_evidence; i++) {
        yyjson_mut_val *e = dl_json_push_obj(w->json, arr);
        dl_json_c(w->json, e, "kind", dl_evidence_name(s->evidence[i].kind));
        put_span(w, e, s->evidence[i].span);
        if (s->evidence[i].verified != 0)
            dl_json_bool(w->json, e, "verified", s->evidence[i].verified == 1);
    }
}

dl_str dl_statement_id(dl_arena *arena, dl_str revision, const char *in, const dl_statement *s)
{
    dl_str spans = dl_str_fmt(arena, "%s:%u-%u:%u-%u:%u-%u", in != NULL ? in : "text", s->cue.first,
                              s->cue.last, s->source.first, s->source.last, s->content[0].first,
                              s->content[s->n_content - 1].last);
    dl_str parts[] = {DL_STR("statement"), revision, spans, dl_str_c(s->rule)};
    dl_id id = dl_id_of(parts, sizeof parts / sizeof *parts);
    return dl_str_sub(dl_id_str(arena, &id), 0, DL_STATEMENT_ID);
}

static void put_statement(const struct writer *w, yyjson_mut_val *obj, const dl_statement *s,
                          dl_str id, const dl_str *ids)
{
    static const char *const kinds[] = {"indirect", "direct", "mixed"};
    dl_json_str(w->json, obj, "id", id);
    put_list(w, obj, "cue", &s->cue, 1);
    put_list(w, obj, "source", &s->source, 1);
    put_list(w, obj, "content", s->content, s->n_content);
    dl_json_c(w->json, obj, "quote", kinds[s->quote]);
    dl_json_c(w->json, obj, "source_class", dl_source_class_name(s->class));
    dl_json_c(w->json, obj, "anonymity", dl_anonymity_name(s->anonymity));
    dl_json_c(w->json, obj, "stance", dl_stance_name(s->stance));
    dl_json_c(w->json, obj, "certainty", dl_certainty_name(s->certainty));
    if (s->legal_formula) dl_json_bool(w->json, obj, "legal_formula", true);
    if (s->parent >= 0) dl_json_str(w->json, obj, "parent", ids[s->parent]);
    put_chain(w, obj, s);
    put_evidence(w, obj, s);
    dl_json_c(w->json, obj, "rule", s->rule);
    dl_json_score(w->json, obj, "score", s->score > 1 ? 1 : s->score);
}

void dl_statements_json(const struct dl_say_text *text, const dl_statements *statements,
                        dl_arena *arena, dl_str revision, const char *in, yyjson_mut_doc *json,
                        yyjson_mut_val *array, dl_str *ret_ids)
{
    struct writer w = {text, arena, json, in};
    dl_str *ids = ret_ids != NULL ? ret_ids : DL_NEW_ARRAY(arena, dl_str, statements->n + 1);
    if (ids == NULL) return; /* the arena remembers */
    for (size_t i = 0; i < statements->n; i++)
        ids[i] = dl_statement_id(arena, revision, in, &statements->p[i]);
    for (size_t i = 0; i < statements->n; i++)
        put_statement(&w, dl_json_push_obj(json, array), &statements->p[i], ids[i], ids);
}
