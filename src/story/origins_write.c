/* The answer: a claim's origins, who denies it, its documents. */
#include <stdlib.h>

#include "story/origins_private.h"

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static const uint32_t *sorted(uint32_t *docs, size_t *n)
{
    qsort(docs, *n, sizeof *docs, by_number);
    size_t k = 0;
    for (size_t i = 0; i < *n; i++)
        if (k == 0 || docs[k - 1] != docs[i]) docs[k++] = docs[i];
    *n = k;
    return docs;
}

static bool party(const struct counting *c, const struct dl_actor *a)
{
    if (a->class == DL_SOURCE_ARMED) return true;
    const struct dl_saying *s = saying_of(c->in, c->draft->document, c->draft->saying);
    for (size_t i = 0; i < a->name.n; i++)
        for (size_t k = 0; k < s->gist.n_stems; k++)
            if (s->gist.stems[k].kind == DL_GIST_NAME && s->gist.stems[k].id == a->name.t[i].stem)
                return true;
    return false;
}

static void describe(const struct counting *c, const struct origin_draft *from, struct dl_origin *o)
{
    o->kind = from->kind;
    o->first = from->document;
    o->span = from->span;
    if (from->actor == UINT32_MAX) {
        o->class = from->kind == DL_ORIGIN_CIRCULAR ? DL_SOURCE_MEDIA : DL_SOURCE_NONE;
        o->anonymity = DL_ANON_NONE;
        o->name = c->in->docs[from->document].outlet;
        return;
    }
    const struct dl_actor *a = actor_of(c->in, from->document, from->actor);
    if (a->body >= 0) a = actor_of(c->in, from->document, (uint32_t)a->body);
    o->class = a->class;
    o->anonymity = a->anonymity;
    o->name = a->text;
    o->person = a->flags & DL_ACTOR_PERSON;
    o->party = party(c, a);
}

static int by_first(const void *a, const void *b)
{
    const struct dl_origin *x = a, *y = b;
    if (x->docs[0] != y->docs[0]) return x->docs[0] < y->docs[0] ? -1 : 1;
    return (x->soft_group > y->soft_group) - (x->soft_group < y->soft_group);
}

void origins_write_origins(struct counting *c)
{
    struct dl_origin *out = DL_NEW_ARRAY(c->arena, struct dl_origin, c->origins.n + 1);
    uint32_t *at = DL_NEW_ARRAY(c->arena, uint32_t, c->origins.n + 1);
    size_t n = 0;
    if (out == NULL || at == NULL) return origins_failed(c);
    for (uint32_t i = 0; i < c->origins.n; i++) {
        at[i] = origins_root(c, i) == i ? (uint32_t)n : at[origins_root(c, i)];
        if (at[i] == n) describe(c, &c->origins.p[i], &out[n++]);
    }
    for (size_t i = 0; i < c->pairs.n; i++)
        out[at[c->pairs.p[i].origin]].n_docs++;
    for (size_t i = 0; i < n; i++) {
        out[i].docs = DL_NEW_ARRAY(c->arena, uint32_t, out[i].n_docs + 1);
        if (out[i].docs == NULL) return origins_failed(c);
        out[i].n_docs = 0;
    }
    for (size_t i = 0; i < c->pairs.n; i++) {
        struct dl_origin *o = &out[at[c->pairs.p[i].origin]];
        ((uint32_t *)o->docs)[o->n_docs++] = c->carriers[c->pairs.p[i].carrier].document;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        out[i].docs = sorted((uint32_t *)out[i].docs, &out[i].n_docs);
        out[i].soft_group = (uint32_t)i;
        if (out[i].n_docs > 0) out[kept++] = out[i];
    }
    qsort(out, kept, sizeof *out, by_first);
    c->claim->origins = out;
    c->claim->n_origins = kept;
}

static void describe_denier(const struct counting *c, uint32_t document, const struct dl_saying *s,
                            struct dl_denial *d)
{
    if (s->n_hops == 0) return;
    const struct dl_actor *a = actor_of(c->in, document, s->hops[s->n_hops - 1].actor);
    if (a->body >= 0) a = actor_of(c->in, document, (uint32_t)a->body);
    d->class = a->class;
    d->anonymity = a->anonymity;
    d->name = a->text;
}

/* Who denies: 0 nobody told, else 1 + the identity. */
static uint64_t denier(const struct counting *c, uint32_t document, const struct dl_saying *s)
{
    if (s->n_hops == 0) return 0;
    return identity_of(c->who, document, s->hops[s->n_hops - 1].actor) + 1;
}

/* Denials in order of their first wording; their documents lie in one array, counted first. */
void origins_write_denials(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    DL_VEC(struct dl_denial) out = {0};
    dl_map64 by;
    dl_map64_init(&by, c->arena);
    size_t n = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        if (!w->p[i].denies) continue;
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        uint64_t *at = dl_map64_at(&by, denier(c, w->p[i].document, s));
        if (at == NULL) return origins_failed(c);
        if (*at == 0) {
            struct dl_denial d = {.wording = i};
            describe_denier(c, w->p[i].document, s, &d);
            if (dl_vec_push(c->arena, &out, d) != DL_OK) return origins_failed(c);
            *at = out.n;
        }
        out.p[*at - 1].n_docs++;
        n++;
    }
    uint32_t *docs = DL_NEW_ARRAY(c->arena, uint32_t, n + 1);
    if (docs == NULL) return origins_failed(c);
    for (size_t i = 0; i < out.n; i++) {
        out.p[i].docs = docs;
        docs += out.p[i].n_docs;
        out.p[i].n_docs = 0;
    }
    for (uint32_t i = 0; i < w->n; i++) {
        if (!w->p[i].denies) continue;
        const struct dl_saying *s = saying_of(c->in, w->p[i].document, w->p[i].saying);
        struct dl_denial *d = &out.p[*dl_map64_get(&by, denier(c, w->p[i].document, s)) - 1];
        ((uint32_t *)d->docs)[d->n_docs++] = w->p[i].document;
    }
    for (size_t i = 0; i < out.n; i++)
        out.p[i].docs = sorted((uint32_t *)out.p[i].docs, &out.p[i].n_docs);
    c->claim->denials = out.p;
    c->claim->n_denials = out.n;
}

void origins_write_documents(struct counting *c)
{
    const dl_wordings *w = &c->draft->wordings;
    uint32_t *docs = DL_NEW_ARRAY(c->arena, uint32_t, w->n + 1);
    if (docs == NULL) return origins_failed(c);
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        if (!w->p[i].title) docs[n++] = w->p[i].document;
    c->claim->docs = sorted(docs, &n);
    c->claim->n_docs = n;
}
