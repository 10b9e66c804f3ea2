/* French, Italian, Portuguese and Spanish: order tells the subject of most reporting verbs; where
 * it leaves doubt, tags and the tree do. */
#include "claim/tree.h"
#include "claim/verb.h"

/* "«L'accusa»": an article and nothing before it makes a noun of the form. */
static bool noun_of_verb(const struct finder *f, const struct hit *h, const struct say_view *v)
{
    uint32_t i = h->at.first;
    if (i == v->limit || !say_is(f, i - 1, DL_CLASS_DET | DL_CLASS_POSS)) return false;
    bool opens = i - 1 == v->limit || say_is(f, i - 2, DL_CLASS_PREP | DL_CLASS_CONJ);
    return opens && !say_is(f, i - 1, DL_CLASS_AUX | DL_CLASS_PRON);
}

/* Where the last relative clause between two tokens opens; `last` when none does. */
static uint32_t relative_in(const struct finder *f, uint32_t first, uint32_t last)
{
    for (uint32_t i = first + 1; i + 1 < last; i++)
        if (say_is(f, i, DL_CLASS_REL)) return i;
    return last;
}

static bool no_verb_in(const struct finder *f, uint32_t first, uint32_t last)
{
    const struct say_tree *t = say_tags(f, f->w->p[first].sentence);
    if (t == NULL) return false;
    for (uint32_t i = first; i < last; i++)
        if (tree_verb_at(f, t, i) || say_is(f, i, DL_CLASS_AUX | DL_CLASS_MODAL)) return false;
    return true;
}

/* Does a noun phrase, and no more, stand from the start of the sentence to the clause on it? */
static bool opens_sentence(const struct finder *f, const struct say_view *v, uint32_t relative)
{
    uint32_t i = v->first;
    if (v->limit != i || say_is(f, i, DL_CLASS_ADV | DL_CLASS_CONJ | DL_CLASS_TIME)) return false;
    if (say_is(f, i, DL_CLASS_PREP) && !say_is(f, i, DL_CLASS_DET)) return false;
    return no_verb_in(f, i, relative);
}

/* "i medici che curano i feriti dicono che …": the noun before the clause, as the tree has it. */
static bool behind_relative_clause(struct finder *f, uint32_t hit, struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit];
    uint32_t relative = relative_in(f, v->limit, v->before);
    if (v->before == v->limit || relative == v->before) return false;
    struct dl_span who = {v->limit, relative};
    if (!opens_sentence(f, v, relative)) {
        enum tree_answer answer = tree_subject(f, h->sentence, h->at, &who);
        if (answer != TREE_FOUND && answer != TREE_SHARED) return false;
        if (who.first > relative || who.first < v->first || !verb_usable(who)) return false;
        if (who.last > relative) who.last = relative;
    }
    v->source = say_trim(f, who);
    verb_look_right(f, h, v);
    if (v->trailing) return false;
    verb_leading(f, hit, v, (struct verb_found){"relative-subject", 0.85f});
    return true;
}

/* "In una lettera, la ministra, Ada Neri, nega …": the subject opens behind the first comma. */
static bool behind_adverbial(struct finder *f, uint32_t hit, struct say_view *v)
{
    uint32_t i = v->first;
    if (v->before != v->limit || f->w->p[i].quote != 0) return false;
    if (!say_is(f, i, DL_CLASS_PREP)) return false;
    uint32_t comma = say_next_border(f, i, v->limit);
    uint32_t end = say_next_border(f, comma + 1, v->limit);
    if (!say_is_comma(f, comma) || !say_is_comma(f, end) || end + 1 >= v->limit) return false;
    if (!say_is_comma(f, v->limit - 1) || !no_verb_in(f, comma + 1, end)) return false;
    v->source = say_trim(f, (struct dl_span){comma + 1, v->limit - 1});
    if (!verb_usable(v->source)) return false;
    verb_look_right(f, &f->hits.p[hit], v);
    if (v->trailing) return false;
    verb_leading(f, hit, v, (struct verb_found){"apposition", 0.85f});
    return true;
}

bool verb_in_doubt(struct finder *f, uint32_t hit, struct say_view *v)
{
    return noun_of_verb(f, &f->hits.p[hit], v) || behind_relative_clause(f, hit, v) ||
           behind_adverbial(f, hit, v);
}

bool verb_apposed_subject(const struct finder *f, const struct say_view *v)
{
    uint32_t end = say_next_border(f, v->first, v->limit);
    if (end == v->first || end + 1 >= v->limit || !say_is_comma(f, end)) return false;
    if (f->w->p[v->first].quote != 0) return false;
    return no_verb_in(f, v->first, end);
}
