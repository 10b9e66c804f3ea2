/* Order, parents, chains: from the outlet outward to the origin. */
#include <stdlib.h>

#include "claim/say.h"

static uint32_t place(const dl_statement *s)
{
    return s->cue.last > s->cue.first && !s->part ? s->cue.first : s->content[0].first;
}

static int by_place(const void *a, const void *b)
{
    const dl_statement *x = a, *y = b;
    uint32_t xs = place(x), ys = place(y);
    if (xs != ys) return xs < ys ? -1 : 1;
    uint32_t xc = x->n_content > 0 ? x->content[0].first : 0;
    uint32_t yc = y->n_content > 0 ? y->content[0].first : 0;
    return xc < yc ? -1 : xc > yc;
}

void say_order(struct finder *f)
{
    if (f->out.n > 1) qsort(f->out.p, f->out.n, sizeof *f->out.p, by_place);
}

bool say_holds(const dl_statement *outer, const dl_statement *inner)
{
    if (inner->cue.first == inner->cue.last) return false;
    for (unsigned c = 0; c < outer->n_content; c++)
        if (outer->content[c].first <= inner->cue.first &&
            inner->cue.last <= outer->content[c].last)
            return true;
    return false;
}

static uint32_t width(const dl_statement *s)
{
    uint32_t n = 0;
    for (unsigned c = 0; c < s->n_content; c++)
        n += s->content[c].last - s->content[c].first;
    return n;
}

enum { LOOK_AROUND = 24 /* statements on either side that may hold this one */ };

/* Is `part` a quotation out of what `whole` says? */
static bool whole_of(const dl_statement *whole, const dl_statement *part)
{
    struct dl_span cue = whole->cue.last > whole->cue.first ? whole->cue : whole->cue_before;
    if (whole->part || cue.first != part->cue.first || whole->source.first != part->source.first)
        return false;
    for (unsigned c = 0; c < whole->n_content; c++)
        if (whole->content[c].first <= part->content[0].first &&
            part->content[0].last <= whole->content[c].last)
            return true;
    return false;
}

static void find_parent(struct finder *f, size_t k)
{
    dl_statement *s = &f->out.p[k];
    size_t from = k > LOOK_AROUND ? k - LOOK_AROUND : 0;
    size_t to = k + LOOK_AROUND < f->out.n ? k + LOOK_AROUND : f->out.n;
    uint32_t best = UINT32_MAX;
    for (size_t o = from; o < to; o++) {
        const dl_statement *outer = &f->out.p[o];
        if (s->part && o != k && whole_of(outer, s)) s->parent = (int32_t)o;
        if (s->part) continue;
        if (o == k || outer->source.first == outer->source.last || !say_holds(outer, s)) continue;
        if (say_holds(s, outer) || width(outer) >= best) continue;
        best = width(outer);
        s->parent = (int32_t)o;
    }
}

static bool person(uint8_t class)
{
    return class != DL_SOURCE_NONE && class != DL_SOURCE_DOCUMENT && class != DL_SOURCE_DATA &&
           class != DL_SOURCE_MEDIA && class != DL_SOURCE_SOCIAL;
}

/* "their spokesman", "its director": the body they speak for stands before them. */
static void body_before(struct finder *f, dl_statement *s)
{
    static const uint32_t back = 60; /* tokens: about two sentences */
    bool its = say_word(f, s->source.first, "its") || say_word(f, s->source.first, "their");
    if (!its) return;
    uint32_t from = s->source.first > back ? s->source.first - back : 0;
    for (uint32_t i = s->source.first; i > from; i--) {
        size_t n;
        const struct dl_head *head = dl_cues_head(f->t->cues, f->w, i - 1, s->source.first, &n);
        if (head == NULL) continue;
        if (head->class == DL_SOURCE_ARMED || head->class == DL_SOURCE_NGO ||
            head->class == DL_SOURCE_COMPANY || head->class == DL_SOURCE_IGO ||
            head->class == DL_SOURCE_MEDIA || head->class == DL_SOURCE_OFFICIAL) {
            s->class = head->class;
            if (s->anonymity == DL_ANON_ROLE && say_lower_ends(f, s->source.last - 1, "s"))
                s->anonymity = DL_ANON_GROUP;
            return;
        }
    }
}

/* A pronoun speaks for the last source; a lone surname for the full name that held it. */
static void resolve(struct finder *f, size_t k)
{
    dl_statement *s = &f->out.p[k];
    if (s->source.first == s->source.last) return;
    bool pronoun = s->source.last - s->source.first == 1 &&
                   say_is(f, s->source.first, DL_CLASS_PRON) &&
                   !say_is(f, s->source.first, DL_CLASS_DET);
    s->pronoun = pronoun;
    bool unclear = s->class == DL_SOURCE_INDIVIDUAL || s->class == DL_SOURCE_UNNAMED;
    bool the_body =
        s->source.last - s->source.first == 2 && say_is(f, s->source.first, DL_CLASS_DET);
    body_before(f, s);
    /* "Meridian reported": a bare name that reports is a medium. */
    if (s->class == DL_SOURCE_INDIVIDUAL && s->act == DL_ACT_REPORT && f->english &&
        s->source.last - s->source.first <= 2 &&
        !say_is(f, s->source.first, DL_CLASS_GIVEN | DL_CLASS_TITLE))
        s->class = DL_SOURCE_MEDIA;
    if (!pronoun && !unclear && !the_body) return;
    uint64_t last_name = f->w->p[s->source.last - 1].key;
    for (size_t o = k; o > 0; o--) {
        const dl_statement *before = &f->out.p[o - 1];
        if (before->source.first == before->source.last) continue;
        if (pronoun) {
            if (!person(before->class)) continue;
            s->class = before->class;
            s->anonymity = before->anonymity;
            return;
        }
        if (k - o > 60) return;
        for (uint32_t i = before->source.first; i < before->source.last; i++) {
            bool same =
                f->w->p[i].key == last_name && before->source.last - before->source.first > 1;
            if (!same || !(the_body || (say_cap(f, i) && person(before->class)))) continue;
            s->class = before->class;
            if (s->anonymity == DL_ANON_NONE) s->anonymity = before->anonymity;
            return;
        }
    }
}

/* Hops of the statement that holds this one come first. */
static void inherit(struct finder *f, size_t k)
{
    dl_statement *s = &f->out.p[k];
    if (s->parent < 0) return;
    const dl_statement *outer = &f->out.p[s->parent];
    if (s->part) { /* the same speaker: no hop more */
        s->n_hops = outer->n_hops;
        memcpy(s->hop, outer->hop, sizeof s->hop);
        return;
    }
    unsigned more = outer->n_hops + 1u;
    if (more + s->n_hops + 1 > DL_STATEMENT_HOPS) return;
    for (unsigned i = s->n_hops + 1u; i > 0; i--) /* with the connector behind the last */
        s->hop[i - 1 + more] = s->hop[i - 1];
    for (unsigned i = 0; i < outer->n_hops; i++)
        s->hop[i] = outer->hop[i];
    s->hop[outer->n_hops] = (struct dl_hop){.source = outer->source, .cue = outer->cue};
    s->n_hops = (uint8_t)(s->n_hops + more);
}

/* Who stands between the outlet and a source passes something on: a bare name there is a medium. */
static void classify_hop(const struct finder *f, const dl_statement *s, struct dl_hop *hop)
{
    dl_source_classify(f->t, hop->source, &hop->class, &hop->anonymity);
    if (hop->class == DL_SOURCE_INDIVIDUAL && s->act == DL_ACT_REPORT &&
        hop->source.last - hop->source.first <= 3 &&
        !say_is(f, hop->source.first, DL_CLASS_GIVEN | DL_CLASS_TITLE))
        hop->class = DL_SOURCE_MEDIA;
}

void say_chains(struct finder *f)
{
    for (size_t k = 0; k < f->out.n; k++)
        find_parent(f, k);
    for (size_t k = 0; k < f->out.n; k++)
        dl_source_classify(f->t, f->out.p[k].source, &f->out.p[k].class, &f->out.p[k].anonymity);
    for (size_t k = 0; k < f->out.n; k++)
        resolve(f, k);
    for (size_t k = 0; k < f->out.n; k++)
        inherit(f, k);
    for (size_t k = 0; k < f->out.n; k++)
        for (unsigned i = 0; i < f->out.p[k].n_hops; i++)
            classify_hop(f, &f->out.p[k], &f->out.p[k].hop[i]);
}
