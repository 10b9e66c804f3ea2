#include "claim/tree.h"

enum { TREE_MAX_TOKENS = 160 /* longer sentences are lists; their trees are guesses */ };

static const struct say_tree *read(const struct finder *f, uint32_t sentence, bool heads)
{
    const dl_grammar *g = f->t->grammar;
    if (g == NULL || g->parser == NULL || f->trees == NULL) return NULL;
    struct say_tree *t = &f->trees[sentence];
    if (!t->tagged || (heads && !t->parsed)) {
        const dl_sentence *s = &f->t->sentences.p[sentence];
        dl_unit *unit;
        size_t n;
        t->tagged = true;
        t->parsed = heads;
        if (s->last - s->first <= TREE_MAX_TOKENS &&
            dl_grammar_read(g, f->arena, f->w, s, heads, &unit, &n) == DL_OK) {
            t->unit = unit;
            t->n = (uint32_t)n;
        }
    }
    return t->n > 0 ? t : NULL;
}

const struct say_tree *say_tree(const struct finder *f, uint32_t sentence)
{
    return read(f, sentence, true);
}

const struct say_tree *say_tags(const struct finder *f, uint32_t sentence)
{
    return read(f, sentence, false);
}

uint32_t tree_unit(const struct say_tree *t, uint32_t token)
{
    uint32_t low = 0, high = t->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->unit[middle].token < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->n && t->unit[low].token == token ? low : t->n;
}

enum dl_upos tree_upos(const struct finder *f, const struct say_tree *t, uint32_t unit)
{
    return f->t->grammar->tagger->labels[t->unit[unit].tag].upos;
}

bool tree_is(const struct finder *f, const struct say_tree *t, uint32_t unit, const char *relation)
{
    dl_str name = dl_parser_relation(f->t->grammar->parser, t->unit[unit].relation);
    size_t colon = dl_str_chr(name, ':', 0);
    if (colon != DL_NO_POS && strchr(relation, ':') == NULL) name = dl_str_sub(name, 0, colon);
    return dl_str_eq_c(name, relation);
}

bool tree_verb_at(const struct finder *f, const struct say_tree *t, uint32_t token)
{
    uint32_t u = tree_unit(t, token);
    if (u >= t->n) return false;
    enum dl_upos upos = tree_upos(f, t, u);
    return upos == DL_UPOS_VERB || upos == DL_UPOS_AUX;
}

static bool under(const struct say_tree *t, uint32_t unit, uint32_t top)
{
    for (uint32_t steps = 0; steps <= t->n; steps++) {
        if (unit == top) return true;
        if (t->unit[unit].head == 0) return false;
        unit = t->unit[unit].head - 1;
    }
    return false;
}

static bool clause_on_noun(const struct finder *f, const struct say_tree *t, uint32_t unit)
{
    return tree_is(f, t, unit, "acl") || tree_is(f, t, unit, "parataxis") ||
           tree_is(f, t, unit, "ccomp") || tree_is(f, t, unit, "advcl") ||
           tree_is(f, t, unit, "discourse");
}

struct dl_span tree_phrase(const struct finder *f, const struct say_tree *t, uint32_t unit)
{
    uint32_t first = unit, last = unit + 1;
    while (first > 0 && under(t, first - 1, unit))
        first--;
    while (last < t->n && under(t, last, unit))
        last++;
    for (uint32_t u = unit + 1; u < last; u++) {
        if (!clause_on_noun(f, t, u)) continue;
        while (u > unit + 1 && under(t, u - 1, u)) /* cannot be: heads of clauses stand inside */
            u--;
        uint32_t open = u;
        for (uint32_t k = unit + 1; k < u; k++)
            if (under(t, k, u)) {
                open = k;
                break;
            }
        last = open;
        break;
    }
    struct dl_span s = {t->unit[first].token, t->unit[last - 1].token + 1};
    return say_trim(f, s);
}

static uint32_t child(const struct finder *f, const struct say_tree *t, uint32_t verb,
                      const char *relation)
{
    for (uint32_t u = 0; u < t->n; u++)
        if (t->unit[u].head == verb + 1 && tree_is(f, t, u, relation)) return u;
    return t->n;
}

static bool joins_verbs(const struct finder *f, const struct say_tree *t, uint32_t u)
{
    return tree_is(f, t, u, "conj") || tree_is(f, t, u, "xcomp") || tree_is(f, t, u, "aux") ||
           tree_is(f, t, u, "cop");
}

/* The verb of a cue: "bekannt gab" has it last. */
static uint32_t verb_of(const struct finder *f, const struct say_tree *t, struct dl_span cue)
{
    for (uint32_t i = cue.first; i < cue.last; i++) {
        uint32_t u = tree_unit(t, i);
        if (u < t->n && tree_upos(f, t, u) == DL_UPOS_VERB) return u;
    }
    return tree_unit(t, cue.first);
}

enum { ANTECEDENT_WITHIN = 16 /* tokens from the noun to its "who", appositions included */ };

/* "the minister, who": the noun goes along with its pronoun when it is near. */
static struct dl_span with_antecedent(const struct finder *f, const struct say_tree *t,
                                      uint32_t verb, struct dl_span pronoun)
{
    if (t->unit[verb].head == 0) return pronoun;
    struct dl_span noun = tree_phrase(f, t, t->unit[verb].head - 1);
    bool near = noun.first < pronoun.first && pronoun.last - noun.first <= ANTECEDENT_WITHIN;
    return near ? (struct dl_span){noun.first, pronoun.last} : pronoun;
}

enum tree_answer tree_subject(const struct finder *f, uint32_t sentence, struct dl_span cue,
                              struct dl_span *ret_subject)
{
    const struct say_tree *t = say_tree(f, sentence);
    if (t == NULL) return TREE_NOT_KNOWN;
    uint32_t verb = verb_of(f, t, cue);
    if (verb >= t->n) return TREE_NOT_KNOWN;
    enum dl_upos upos = tree_upos(f, t, verb);
    if (upos != DL_UPOS_VERB && upos != DL_UPOS_AUX) return TREE_NOT_KNOWN;
    enum tree_answer answer = TREE_FOUND;
    uint32_t subject = child(f, t, verb, "nsubj");
    for (unsigned up = 0; up < 3 && subject >= t->n && t->unit[verb].head != 0; up++) {
        if (tree_is(f, t, verb, "acl")) break;
        if (!joins_verbs(f, t, verb)) return TREE_NONE;
        if (tree_is(f, t, verb, "conj")) answer = TREE_SHARED;
        verb = t->unit[verb].head - 1;
        subject = child(f, t, verb, "nsubj");
    }
    if (subject >= t->n) return TREE_NONE;
    if (tree_is(f, t, subject, "nsubj:pass")) return TREE_NONE;
    *ret_subject = tree_phrase(f, t, subject);
    if (ret_subject->last <= ret_subject->first) return TREE_NONE;
    if (tree_upos(f, t, subject) != DL_UPOS_PRON || !tree_is(f, t, verb, "acl")) return answer;
    *ret_subject = with_antecedent(f, t, verb, *ret_subject);
    return TREE_RELATIVE;
}

bool tree_clause(const struct finder *f, const struct say_tree *t, uint32_t verb)
{
    static const char *const clauses[] = {"ccomp", "parataxis"};
    for (size_t k = 0; k < sizeof clauses / sizeof *clauses; k++)
        if (child(f, t, verb, clauses[k]) < t->n) return true;
    return tree_is(f, t, verb, "parataxis");
}

/* English tells finite verbs by their fine tags. */
static bool finite_verb(const struct finder *f, const struct say_tree *t, uint32_t unit)
{
    enum dl_upos upos = tree_upos(f, t, unit);
    if (upos != DL_UPOS_VERB && upos != DL_UPOS_AUX) return false;
    dl_str fine = f->t->grammar->tagger->labels[t->unit[unit].tag].xpos;
    static const char *const tags[] = {"VBD", "VBZ", "VBP", "MD"};
    for (size_t k = 0; k < sizeof tags / sizeof *tags; k++)
        if (dl_str_eq_c(fine, tags[k])) return true;
    return fine.n == 0;
}

bool tree_finite_in(const struct finder *f, const struct say_tree *t, struct dl_span span)
{
    for (uint32_t u = 0; u < t->n; u++)
        if (span.first <= t->unit[u].token && t->unit[u].token < span.last && finite_verb(f, t, u))
            return true;
    return false;
}
