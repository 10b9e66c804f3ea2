#include "claim/why.h"

#include "claim/say.h"

/* --- the recorder --------------------------------------------------------------------------- */

void say_note(struct finder *f, const dl_statement *s, float factor, const char *what)
{
    struct dl_why_step step = {s->made, factor, what};
    if (f->why == NULL || f->why->steps.n >= DL_WHY_MAX) return;
    if (dl_vec_push(f->arena, &f->why->steps, step) != DL_OK) f->failed = true;
}

void say_step(struct finder *f, dl_statement *s, float factor, const char *what)
{
    s->score *= factor;
    if (f->why != NULL) say_note(f, s, factor, what);
}

static void leave(struct finder *f, struct dl_why_left left)
{
    if (f->why->left.n >= DL_WHY_MAX) return;
    if (dl_vec_push(f->arena, &f->why->left, left) != DL_OK) f->failed = true;
}

void say_left(struct finder *f, const dl_statement *s, const char *reason)
{
    struct dl_why_left left = {.cue = s->cue,
                               .source = s->source,
                               .sentence = s->sentence,
                               .score = s->score,
                               .rule = s->rule,
                               .reason = reason};
    if (f->why == NULL) return;
    if (s->n_content > 0)
        left.content = (struct dl_span){s->content[0].first, s->content[s->n_content - 1].last};
    leave(f, left);
}

void say_left_words(struct finder *f, struct dl_span cue, uint32_t sentence, const char *reason)
{
    if (f->why == NULL) return;
    leave(f, (struct dl_why_left){.cue = cue, .sentence = sentence, .reason = reason});
}

void say_left_hit(struct finder *f, uint32_t hit)
{
    const struct hit *h = &f->hits.p[hit];
    bool quoted = f->w->p[h->at.first].quote != 0;
    if (f->why == NULL || h->statement != -1) return;
    if (h->cue->kind != DL_CUE_VERB && h->cue->kind != DL_CUE_PREP && h->cue->kind != DL_CUE_POST &&
        h->cue->kind != DL_CUE_NOUN)
        return;
    say_left_words(f, h->at, h->sentence,
                   quoted ? "stands in quotation marks: somebody's words, not the outlet's"
                          : "no pattern with a source and what it says fits here");
}

/* --- JSON ----------------------------------------------------------------------------------- */

struct writer {
    const struct dl_say_text *t;
    yyjson_mut_doc *json;
    const char *in;
};

static void put_span(const struct writer *w, yyjson_mut_val *obj, const char *key, struct dl_span s)
{
    if (s.first >= s.last) return;
    yyjson_mut_val *span =
        dl_json_push_span(w->json, dl_json_arr(w->json, obj, key), w->t->words->p[s.first].start,
                          w->t->words->p[s.last - 1].end);
    if (w->in != NULL) dl_json_c(w->json, span, "in", w->in);
}

static void put_steps(const struct writer *w, yyjson_mut_val *obj, const dl_why *why, uint32_t made)
{
    yyjson_mut_val *steps = dl_json_arr(w->json, obj, "steps");
    for (size_t i = 0; i < why->steps.n; i++) {
        if (why->steps.p[i].made != made) continue;
        yyjson_mut_val *step = dl_json_push_obj(w->json, steps);
        dl_json_c(w->json, step, "what", why->steps.p[i].what);
        dl_json_score(w->json, step, "factor", why->steps.p[i].factor);
    }
}

static void put_left(const struct writer *w, yyjson_mut_val *obj, const dl_why *why,
                     const dl_statement *s)
{
    yyjson_mut_val *rejected = dl_json_arr(w->json, obj, "rejected");
    for (size_t i = 0; i < why->left.n; i++) {
        const struct dl_why_left *l = &why->left.p[i];
        /* The words that this statement was made of after all are no other reading. */
        bool same = l->rule == NULL && l->cue.first < s->cue.last && s->cue.first < l->cue.last;
        if (l->sentence != s->sentence || same) continue;
        yyjson_mut_val *one = dl_json_push_obj(w->json, rejected);
        put_span(w, one, "cue", l->cue);
        put_span(w, one, "source", l->source);
        put_span(w, one, "content", l->content);
        if (l->rule != NULL) {
            dl_json_c(w->json, one, "rule", l->rule);
            dl_json_score(w->json, one, "score", l->score > 1 ? 1 : l->score);
        }
        dl_json_c(w->json, one, "reason", l->reason);
    }
}

enum { CANDIDATES = 8 /* other sources told of one statement */ };

static bool overlap(struct dl_span a, struct dl_span b)
{
    return a.first < b.last && b.first < a.last;
}

/* Why a phrase that could be a source is not the one of s; NULL: it is, or a hop of its chain. */
static const char *not_source(const dl_statement *s, struct dl_span phrase)
{
    if (overlap(phrase, s->source) || overlap(phrase, s->cue)) return NULL;
    for (unsigned i = 0; i < s->n_hops; i++)
        if (overlap(phrase, s->hop[i].source)) return NULL;
    for (unsigned c = 0; c < s->n_content; c++)
        if (overlap(phrase, s->content[c])) return "no source: it stands in what is said";
    return s->source.last > s->source.first ? "no source: the rule found another subject of the cue"
                                            : "no source: nothing joins it to the cue";
}

/* Phrases of the sentence whose head could say something, and did not. */
static void put_candidates(const struct writer *w, yyjson_mut_val *obj, const dl_statement *s)
{
    struct finder f = {.t = w->t, .w = w->t->words};
    const dl_sentence *at = &w->t->sentences.p[s->sentence];
    yyjson_mut_val *rejected = yyjson_mut_obj_get(obj, "rejected");
    unsigned put = 0;
    for (uint32_t i = at->first; i < at->last && put < CANDIDATES; i++) {
        size_t n;
        if (dl_cues_head(w->t->cues, w->t->words, i, at->last, &n) == NULL) continue;
        struct dl_span phrase = {i, i + (uint32_t)n};
        while (phrase.first > at->first &&
               (say_cap(&f, phrase.first - 1) || (say_is(&f, phrase.first - 1, DL_CLASS_DET) &&
                                                  !say_is(&f, phrase.first - 1, DL_CLASS_COMP))))
            phrase.first--;
        while (phrase.last < at->last && say_cap(&f, phrase.last))
            phrase.last++;
        i = phrase.last - 1;
        const char *reason = not_source(s, phrase);
        if (reason == NULL) continue;
        yyjson_mut_val *one = dl_json_push_obj(w->json, rejected);
        put_span(w, one, "source", phrase);
        dl_json_c(w->json, one, "reason", reason);
        put++;
    }
}

void dl_why_json(const struct dl_say_text *text, const dl_statements *statements, const dl_why *why,
                 const char *in, yyjson_mut_doc *json, yyjson_mut_val *array, size_t first)
{
    struct writer w = {text, json, in};
    size_t i, n;
    yyjson_mut_val *object;
    yyjson_mut_arr_foreach(array, i, n, object)
    {
        if (i < first || i - first >= statements->n) continue;
        yyjson_mut_val *obj = dl_json_obj(json, object, "why");
        put_steps(&w, obj, why, statements->p[i - first].made);
        put_left(&w, obj, why, &statements->p[i - first]);
        put_candidates(&w, obj, &statements->p[i - first]);
    }
}
