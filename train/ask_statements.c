#include "train/learn_statements.h"
#include "train/material.h"

/* A hop of a statement, told as one: who, by which cue, what. */
struct told {
    struct dl_span source, cue[2];
    const dl_statement *s;
};

static bool overlap(struct dl_span a, struct dl_span b)
{
    return a.first < b.last && b.first < a.last;
}

static size_t tell(const dl_statements *all, struct told *told, size_t cap)
{
    size_t n = 0;
    for (size_t k = 0; k < all->n; k++) {
        const dl_statement *s = &all->p[k];
        if (s->part || strcmp(s->rule, "comment") == 0 || strcmp(s->rule, "subjunctive") == 0)
            continue;
        struct told one = {s->source, {s->cue, {0, 0}}, s};
        if (s->n_hops < DL_STATEMENT_HOPS) one.cue[1] = s->hop[s->n_hops].cue;
        if (n < cap) told[n++] = one;
        for (unsigned h = 0; h < s->n_hops && n < cap; h++)
            if (s->parent < 0)
                told[n++] = (struct told){s->hop[h].source, {s->hop[h].cue, {0, 0}}, s};
    }
    return n;
}

static bool touches(const struct said_gold *gold, unsigned role, struct dl_span at)
{
    for (unsigned k = 0; k < gold->n[role]; k++)
        if (overlap(gold->span[role][k], at)) return true;
    return false;
}

static bool is_linked(const struct said_gold *gold, const struct told *t)
{
    bool source = gold->n[DL_LEARNED_SOURCE] == 0 ? t->source.first == t->source.last
                                                  : touches(gold, DL_LEARNED_SOURCE, t->source);
    return source &&
           (touches(gold, DL_LEARNED_CUE, t->cue[0]) || touches(gold, DL_LEARNED_CUE, t->cue[1]));
}

static bool in_any(const struct dl_span *spans, size_t n, uint32_t i)
{
    for (size_t k = 0; k < n; k++)
        if (spans[k].first <= i && i < spans[k].last) return true;
    return false;
}

/* Half of the words of both contents are shared. */
static bool same_content(const dl_words *w, const struct said_gold *gold, const dl_statement *s)
{
    size_t both = 0, either = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        if (w->p[i].kind > DL_TOKEN_NUMBER) continue;
        bool a = in_any(gold->span[DL_LEARNED_CONTENT], gold->n[DL_LEARNED_CONTENT], i);
        bool b = in_any(s->content, s->n_content, i);
        both += a && b;
        either += a || b;
    }
    return either > 0 && 2 * both >= either;
}

enum { MANY = 512 /* statements of one document of the corpus */ };

struct answers {
    struct told told[MANY];
    struct said_gold gold[MANY];
    bool used[MANY], seen[MANY];
    size_t n, n_gold;
};

/* Does gold hold it? Each gold statement is right once. */
static bool judge(const struct said_text *text, struct answers *a, const struct told *t,
                  bool *ret_linked)
{
    *ret_linked = false;
    for (size_t g = 0; g < a->n_gold; g++) {
        if (!is_linked(&a->gold[g], t)) continue;
        *ret_linked = a->seen[g] = true;
        if (a->used[g] || !same_content(&text->words, &a->gold[g], t->s)) continue;
        return a->used[g] = true;
    }
    return false;
}

static bool is_learned(const struct told *t)
{
    return strcmp(t->s->rule, "learned") == 0 && t->source.first == t->s->source.first;
}

static void count(const struct said_text *text, struct answers *a, struct said_tally *tally,
                  dl_arena *arena, said_samples *samples)
{
    for (size_t k = 0; k < a->n; k++) {
        const struct told *t = &a->told[k];
        bool linked, right = judge(text, a, t, &linked), gated = t->s->score >= 0.5f;
        tally->said++;
        tally->right += right;
        tally->links += linked;
        tally->gated += gated;
        tally->gated_linked += gated && linked;
        if (!is_learned(t)) continue;
        tally->added++;
        tally->added_right += right;
        tally->added_linked += linked;
        struct said_sample sample = {t->s->margin, right, linked};
        if (dl_vec_push(arena, samples, sample) != DL_OK) dl_die("out of memory");
    }
    tally->gold += a->n_gold;
    for (size_t g = 0; g < a->n_gold; g++) {
        tally->found += a->used[g];
        tally->linked += a->seen[g];
    }
}

void said_ask(dl_arena *arena, const struct said_tools *tools, const dl_said_document *document,
              const dl_learned *learned, struct said_tally *tally, said_samples *samples)
{
    dl_arena *scratch = dl_arena_new(DL_ARENA_NO_CAP);
    struct answers *a = scratch == NULL ? NULL : DL_NEW(scratch, struct answers);
    struct said_text text;
    dl_statements all;
    if (a == NULL) dl_die("out of memory");
    said_text_read(&text, tools, scratch, document->text);
    text.say.learned = learned;
    if (dl_statements_find(&text.say, scratch, &all) != DL_OK) dl_die("a text cannot be read");
    a->n = tell(&all, a->told, MANY);
    for (size_t k = 0; k < document->said.n && a->n_gold < MANY; k++) {
        said_gold_of(&text, &document->said.p[k], &a->gold[a->n_gold]);
        a->n_gold += a->gold[a->n_gold].n[DL_LEARNED_CUE] > 0; /* without one nothing is asked */
    }
    count(&text, a, tally, arena, samples);
    dl_arena_free(scratch);
}
