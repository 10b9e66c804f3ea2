#include "story/claims_json.h"

#include "claim/cues.h"
#include "claim/statements.h"

struct writer {
    const struct dl_claims_input *in;
    const struct dl_claim *claim;
    yyjson_mut_doc *json;
    bool whole;
};

static const char *const changes[] = {"attribution", "stance",         "certainty", "anonymity",
                                      "scope",       "evidence-hedge", "caveat",    "denial"};
static const char *const origin_kinds[] = {"source", "own-voice", "medium", "circular"};
static const char *const missing_kinds[] = {"nothing", "unnamed", "attribution",
                                            "route",   "owner",   "medium"};
static const char *const bounds[] = {"exact", "at-least", "at-most", "about"};
static const char *const quotes[] = {"indirect", "direct", "mixed"};

static dl_str id_of(const struct writer *w, uint32_t document)
{
    return w->in->docs[document].id;
}

static const struct dl_saying *saying_of(const struct writer *w,
                                         const struct dl_claim_wording *said)
{
    return &w->in->docs[said->document].sayings->sayings[said->saying];
}

static void put_ids(const struct writer *w, yyjson_mut_val *o, const char *key,
                    const uint32_t *documents, size_t n)
{
    yyjson_mut_val *list = dl_json_arr(w->json, o, key);
    for (size_t i = 0; i < n; i++)
        dl_json_push_str(w->json, list, id_of(w, documents[i]));
}

static void put_span(const struct writer *w, yyjson_mut_val *o, struct dl_part_span s)
{
    dl_json_int(w->json, o, "start", s.start);
    dl_json_int(w->json, o, "end", s.end);
    if (s.in != DL_IN_TEXT) dl_json_c(w->json, o, "in", s.in == DL_IN_TITLE ? "title" : "subtitle");
}

static void put_origin(const struct writer *w, yyjson_mut_val *o, const struct dl_origin *g)
{
    dl_json_c(w->json, o, "class", dl_source_class_name(g->class));
    if (!w->whole && g->kind == DL_ORIGIN_SOURCE)
        dl_json_c(w->json, o, "anonymity", dl_anonymity_name(g->anonymity));
    dl_json_str(w->json, o, "name", g->name);
    put_ids(w, o, "documents", g->docs, g->n_docs);
    dl_json_str(w->json, o, "first", id_of(w, g->first));
    if (g->kind == DL_ORIGIN_CIRCULAR) dl_json_bool(w->json, o, "circular", true);
    if (w->whole) {
        dl_json_c(w->json, o, "kind", origin_kinds[g->kind]);
        dl_json_c(w->json, o, "anonymity", dl_anonymity_name(g->anonymity));
    }
    if (g->party) dl_json_bool(w->json, o, "party", true);
    if (!w->whole) return;
    if (g->span.end > g->span.start) put_span(w, dl_json_obj(w->json, o, "span"), g->span);
    dl_json_int(w->json, o, "group", g->soft_group);
}

static void put_merge(const struct writer *w, yyjson_mut_val *o, const struct dl_merge *m)
{
    dl_json_c(w->json, o, "rule", dl_merge_name(m->rule));
    if (dl_merge_soft(m->rule)) dl_json_bool(w->json, o, "soft", true);
    if (w->whole && m->cut) dl_json_bool(w->json, o, "cut", true);
    dl_json_str(w->json, o, "a", id_of(w, m->a));
    dl_json_str(w->json, o, "b", id_of(w, m->b));
    yyjson_mut_val *list = dl_json_arr(w->json, o, "evidence");
    for (size_t i = 0; i < m->n_evidence; i++) {
        yyjson_mut_val *e = dl_json_push_obj(w->json, list);
        dl_json_str(w->json, e, "document", id_of(w, m->evidence[i].document));
        put_span(w, e, m->evidence[i].span);
    }
    if (!w->whole) return;
    list = dl_json_arr(w->json, o, "origins");
    yyjson_mut_arr_add_uint(w->json, list, m->origin_a);
    yyjson_mut_arr_add_uint(w->json, list, m->origin_b);
}

static void put_denial(const struct writer *w, yyjson_mut_val *o, const struct dl_denial *d)
{
    dl_json_c(w->json, o, "class", dl_source_class_name(d->class));
    dl_json_str(w->json, o, "name", d->name);
    put_ids(w, o, "documents", d->docs, d->n_docs);
    if (!w->whole) return;
    dl_json_c(w->json, o, "anonymity", dl_anonymity_name(d->anonymity));
    dl_json_int(w->json, o, "wording", d->wording);
}

static void put_change(const struct writer *w, yyjson_mut_val *list, const struct dl_hardening *h,
                       uint8_t bits, const char *kind)
{
    yyjson_mut_val *o = dl_json_push_obj(w->json, list);
    dl_json_str(w->json, o, "from", id_of(w, w->claim->wordings[h->from].document));
    dl_json_str(w->json, o, "to", id_of(w, w->claim->wordings[h->to].document));
    dl_json_c(w->json, o, "kind", kind);
    yyjson_mut_val *lost = dl_json_arr(w->json, o, "lost");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        if (bits & (1u << i)) dl_json_push_str(w->json, lost, dl_str_c(changes[i]));
    if (!w->whole) return;
    yyjson_mut_val *said = dl_json_arr(w->json, o, "wordings");
    yyjson_mut_arr_add_uint(w->json, said, h->from);
    yyjson_mut_arr_add_uint(w->json, said, h->to);
}

static void put_changes(const struct writer *w, yyjson_mut_val *o, const char *key,
                        const struct dl_hardening *p, size_t n)
{
    yyjson_mut_val *list = dl_json_arr(w->json, o, key);
    for (size_t i = 0; i < n; i++) {
        if (p[i].lost != 0) put_change(w, list, &p[i], p[i].lost, "hardened");
        if (p[i].gained != 0 && (w->whole || p[i].lost == 0))
            put_change(w, list, &p[i], p[i].gained, "softened");
    }
}

/* --- wordings ------------------------------------------------------------------------------- */

static void put_hops(const struct writer *w, yyjson_mut_val *o, const struct dl_sayings *all,
                     const struct dl_saying *s)
{
    yyjson_mut_val *list = s->n_hops > 0 ? dl_json_arr(w->json, o, "hops") : NULL;
    for (size_t i = 0; i < s->n_hops; i++) {
        const struct dl_actor *a = &all->actors[s->hops[i].actor];
        yyjson_mut_val *hop = dl_json_push_obj(w->json, list);
        dl_json_str(w->json, hop, "text", a->text);
        dl_json_int(w->json, hop, "depth", s->hops[i].depth);
        dl_json_c(w->json, hop, "class", dl_source_class_name(a->class));
        dl_json_c(w->json, hop, "anonymity", dl_anonymity_name(a->anonymity));
        put_span(w, hop, s->hops[i].span);
    }
}

static void put_evidence(const struct writer *w, yyjson_mut_val *o, const struct dl_saying *s)
{
    yyjson_mut_val *list = s->n_evidence > 0 ? dl_json_arr(w->json, o, "evidence") : NULL;
    for (size_t i = 0; i < s->n_evidence; i++) {
        yyjson_mut_val *e = dl_json_push_obj(w->json, list);
        dl_json_c(w->json, e, "kind", dl_evidence_name(s->evidence[i].kind));
        if (s->evidence[i].verified != 0)
            dl_json_bool(w->json, e, "verified", s->evidence[i].verified == 1);
    }
}

static void put_counts(const struct writer *w, yyjson_mut_val *o, const struct dl_gist *gist)
{
    yyjson_mut_val *list = gist->n_counts > 0 ? dl_json_arr(w->json, o, "counts") : NULL;
    for (size_t i = 0; i < gist->n_counts; i++) {
        yyjson_mut_val *c = dl_json_push_obj(w->json, list);
        dl_json_int(w->json, c, "value", gist->counts[i].value);
        dl_json_int(w->json, c, "unit", gist->counts[i].unit);
        dl_json_c(w->json, c, "bound", bounds[gist->counts[i].bound]);
    }
}

static void put_flag(const struct writer *w, yyjson_mut_val *o, const char *key, bool is_set)
{
    if (is_set) dl_json_bool(w->json, o, key, true);
}

static void put_wording(const struct writer *w, yyjson_mut_val *o,
                        const struct dl_claim_wording *said)
{
    const struct dl_saying *s = saying_of(w, said);
    dl_json_str(w->json, o, "document", id_of(w, said->document));
    dl_json_c(w->json, o, "statement", s->id);
    put_span(w, o, s->content);
    put_span(w, dl_json_obj(w->json, o, "sentence"), s->sentence);
    dl_json_str(w->json, o, "text", s->text);
    dl_json_c(w->json, o, "stance", dl_stance_name(s->stance));
    dl_json_c(w->json, o, "certainty", dl_certainty_name(s->certainty));
    dl_json_c(w->json, o, "quote", quotes[s->quote]);
    put_flag(w, o, "own", s->flags & DL_SAYING_OWN);
    put_flag(w, o, "denies", said->denies);
    put_flag(w, o, "in_title", said->title);
    put_flag(w, o, "caveat", s->flags & DL_SAYING_CAVEAT);
    put_flag(w, o, "hedged", s->flags & DL_SAYING_HEDGED);
    put_flag(w, o, "legal_formula", s->flags & DL_SAYING_LEGAL);
    dl_json_int(w->json, o, "fit", said->fit);
    put_hops(w, o, w->in->docs[said->document].sayings, s);
    put_evidence(w, o, s);
    put_counts(w, o, &s->gist);
}

static void put_missing(const struct writer *w, yyjson_mut_val *o, const struct dl_missing *m)
{
    if (m->kind == DL_MISSING_NOTHING) return;
    yyjson_mut_val *v = dl_json_obj(w->json, o, "missing");
    dl_json_c(w->json, v, "kind", missing_kinds[m->kind]);
    dl_json_str(w->json, v, "a", id_of(w, m->a));
    if (m->b != DL_NO_DOCUMENT) dl_json_str(w->json, v, "b", id_of(w, m->b));
    dl_json_int(w->json, v, "changes", m->changes);
}

static void put_party_free(const struct writer *w, yyjson_mut_val *o)
{
    const struct dl_claim *c = w->claim;
    yyjson_mut_val *in = w->whole ? o : dl_json_obj(w->json, o, "party_free");
    dl_json_int(w->json, in, w->whole ? "party_free_min" : "min", c->party_free_min);
    dl_json_int(w->json, in, w->whole ? "party_free_max" : "max", c->party_free_max);
}

void dl_claim_json(const struct dl_claims_input *in, const struct dl_claim *c, bool whole,
                   yyjson_mut_doc *json, yyjson_mut_val *o)
{
    struct writer w = {in, c, json, whole};
    put_ids(&w, o, "documents", c->docs, c->n_docs);
    dl_json_int(json, o, "origins_min", c->origins_min);
    dl_json_int(json, o, "origins_max", c->origins_max);
    dl_json_int(json, o, "origins_named", c->origins_named);
    put_party_free(&w, o);
    yyjson_mut_val *list = dl_json_arr(json, o, "origins");
    for (size_t i = 0; i < c->n_origins; i++)
        put_origin(&w, dl_json_push_obj(json, list), &c->origins[i]);
    list = dl_json_arr(json, o, "denied_by");
    for (size_t i = 0; i < c->n_denials; i++)
        put_denial(&w, dl_json_push_obj(json, list), &c->denials[i]);
    list = dl_json_arr(json, o, "merges");
    for (size_t i = 0; i < c->n_merges; i++)
        put_merge(&w, dl_json_push_obj(json, list), &c->merges[i]);
    put_changes(&w, o, "hardening", c->hardenings, c->n_hardenings);
    if (whole || c->n_titles > 0)
        put_changes(&w, o, whole ? "titles" : "headlines", c->titles, c->n_titles);
    put_missing(&w, o, &c->missing);
    if (!whole) return;
    list = dl_json_arr(json, o, "wordings");
    for (size_t i = 0; i < c->n_wordings; i++)
        put_wording(&w, dl_json_push_obj(json, list), &c->wordings[i]);
}
