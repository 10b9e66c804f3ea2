/* What grammar says for and against the statements that the rules made. Tags are read for all
 * sentences with a reporting verb; a tree, which costs ten times that, only where the rule is one
 * that is often wrong. */
#include "claim/tree.h"
#include "claim/verb.h"

static bool quoted(const struct finder *f, const dl_statement *s)
{
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first; i < s->content[c].last; i++)
            if (f->w->p[i].quote != 0) return true;
    return false;
}

/* "tweets", "reports" that the tagger takes for nouns. */
static bool is_noun(const struct finder *f, const struct say_tree *t, const dl_statement *s)
{
    bool noun = false;
    for (uint32_t i = s->cue.first; i < s->cue.last; i++) {
        uint32_t u = tree_unit(t, i);
        if (u >= t->n) return false;
        enum dl_upos upos = tree_upos(f, t, u);
        if (upos == DL_UPOS_VERB || upos == DL_UPOS_AUX) return false;
        noun = noun || upos == DL_UPOS_NOUN || upos == DL_UPOS_PROPN;
    }
    return noun;
}

/* Does the tree give the verb the same subject? */
static uint8_t view(const struct finder *f, const dl_statement *s)
{
    struct dl_span subject;
    switch (tree_subject(f, s->sentence, s->cue, &subject)) {
    case TREE_NOT_KNOWN:
        return DL_TREE_NOT_ASKED;
    case TREE_NONE:
        return DL_TREE_SILENT;
    default:
        return subject.first < s->source.last && s->source.first < subject.last ? DL_TREE_AGREES
                                                                                : DL_TREE_DIFFERS;
    }
}

static bool clause_in(const struct finder *f, const struct say_tree *t, const dl_statement *s)
{
    if (quoted(f, s)) return true;
    for (unsigned c = 0; c < s->n_content; c++)
        if (tree_finite_in(f, t, s->content[c])) return true;
    return false;
}

/* Rules that borrow a subject from elsewhere in the sentence. */
static bool borrowed(const dl_statement *s)
{
    return s->rule == RULE_SHARED || s->rule == RULE_PARTICIPLE || strcmp(s->rule, "relative") == 0;
}

/* Verbs that nearly always report: "said". They need no tags. */
static const float SURE = 0.9f;

enum {
    HOLDERS = 8 /* statements made before, among which the one that holds this is looked for */
};

static bool held(const struct finder *f, size_t k)
{
    for (size_t o = k > HOLDERS ? k - HOLDERS : 0; o < f->out.n && o < k + HOLDERS; o++)
        if (o != k && say_holds(&f->out.p[o], &f->out.p[k])) return true;
    return false;
}

/* "Photographs show bullet holes": what shows is a thing, not somebody who "found a way". */
static bool evidence_shows(const struct finder *f, const dl_statement *s)
{
    uint8_t class, anonymity;
    dl_source_classify(f->t, s->source, &class, &anonymity);
    if (class == DL_SOURCE_DOCUMENT || class == DL_SOURCE_DATA || class == DL_SOURCE_SOCIAL)
        return true;
    for (uint32_t i = s->source.first; i < s->source.last; i++) {
        size_t n;
        enum dl_evidence_kind kind;
        if (dl_cues_evidence(f->t->cues, f->w, i, s->source.last, &n, &kind)) return true;
    }
    return false;
}

/* What grammar says against it; NULL: nothing. */
static const char *against(const struct finder *f, size_t k)
{
    dl_statement *s = &f->out.p[k];
    bool sure = s->rule == RULE_QUOTE || (s->reliability >= SURE && !borrowed(s));
    const struct say_tree *t = s->verb && !sure ? say_tags(f, s->sentence) : NULL;
    s->clause = true;
    if (t == NULL) return NULL;
    if (s->act != DL_ACT_SHOW && is_noun(f, t, s)) return "by its tag the word is a noun here";
    s->clause = clause_in(f, t, s);
    if (s->act == DL_ACT_DENY) return NULL;
    if (!s->clause && s->act == DL_ACT_SHOW && !evidence_shows(f, s))
        return "no clause follows, and what shows is no evidence";
    if (!s->clause && s->act != DL_ACT_SHOW && (held(f, k) || s->rule == RULE_PARTICIPLE))
        return "no clause follows, and it stands in what somebody else says";
    if (!borrowed(s)) return NULL;
    if (s->rule != RULE_PARTICIPLE && held(f, k))
        return "a borrowed subject in what somebody else says";
    s->tree = view(f, s);
    if (s->tree == DL_TREE_DIFFERS) return "the tree gives the verb another subject";
    return s->tree == DL_TREE_SILENT && s->rule == RULE_SHARED
               ? "the tree gives the verb no subject"
               : NULL;
}

void say_sift(struct finder *f)
{
    const char **drop = f->english ? DL_NEW_ARRAY(f->arena, const char *, f->out.n + 1) : NULL;
    if (drop == NULL) return; /* the arena remembers */
    for (size_t k = 0; k < f->out.n; k++)
        drop[k] = against(f, k);
    size_t kept = 0;
    for (size_t k = 0; k < f->out.n; k++) {
        if (drop[k] == NULL)
            f->out.p[kept++] = f->out.p[k];
        else
            say_left(f, &f->out.p[k], drop[k]);
    }
    f->out.n = kept;
}

/* Of ten sources inside of what somebody else says, six are another's words at second hand; without
 * a clause or quotation it may be no saying at all. Both fall below the gate, whatever the verb. */
static const float NESTED = 0.55f, NO_CLAUSE = 0.55f;
/* English scores as they come part right from wrong at 0.48; the gate is 0.5 everywhere. */
static const float ENGLISH_SCALE = 1.04f;

/* German marks what is said: "dass", a comma before the clause, a colon, quotation marks; and the
 * subjunctive. An object alone ("sagte Hilfe zu") is a saying in one of four, a clause in the
 * indicative in two of three. */
static const float OBJECT = 0.55f, INDICATIVE = 0.62f;

static float marked(const struct finder *f, const dl_statement *s)
{
    uint32_t first = s->content[0].first;
    bool right = first >= s->cue.last;
    bool comp = right && say_is(f, first - 1, DL_CLASS_COMP);
    if (right && !comp && !say_is_border(f, first - 1)) return OBJECT;
    if (comp || quoted(f, s) || say_mark(f, first - 1, ':')) return 1;
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first; i < s->content[c].last; i++)
            if (say_is(f, i, DL_CLASS_SUBJUNCTIVE) || say_word(f, i, "zu")) return 1;
    return INDICATIVE;
}

static void weigh_german(struct finder *f)
{
    for (size_t k = 0; k < f->out.n; k++) {
        dl_statement *s = &f->out.p[k];
        if (s->verb && s->n_content > 0 && s->content[0].first > 0)
            say_step(f, s, marked(f, s), "how German marks it as said");
    }
    for (size_t k = 0; k < f->out.n; k++) { /* a part is no surer than the whole */
        dl_statement *s = &f->out.p[k];
        const dl_statement *whole = s->part && s->parent >= 0 ? &f->out.p[s->parent] : NULL;
        if (whole != NULL && whole->score < s->score) s->score = whole->score;
    }
}

/* "a dit adieu": a verb of many uses with a mere noun behind it. */
static void weigh_object(struct finder *f, dl_statement *s)
{
    bool many = s->act == DL_ACT_SAY || s->act == DL_ACT_TELL || s->act == DL_ACT_REPORT ||
                s->act == DL_ACT_SHOW || s->act == DL_ACT_OTHER;
    if (!s->verb || s->rule != RULE_BARE || !many || s->stance == DL_STANCE_DENIED) return;
    const struct say_tree *t = say_tags(f, s->sentence);
    if (t != NULL && !clause_in(f, t, s))
        say_step(f, s, NO_CLAUSE, "what is said has no verb of its own");
}

void say_weigh(struct finder *f)
{
    for (size_t k = 0; k < f->out.n && f->romance; k++)
        weigh_object(f, &f->out.p[k]);
    if (f->german && f->trees != NULL) weigh_german(f);
    if (!f->english || f->trees == NULL) return;
    for (size_t k = 0; k < f->out.n; k++) {
        dl_statement *s = &f->out.p[k];
        if (!s->verb) continue;
        if (s->parent >= 0) say_step(f, s, NESTED, "it stands in what somebody else says");
        if (!s->clause) say_step(f, s, NO_CLAUSE, "what is said has no verb of its own");
        say_step(f, s, ENGLISH_SCALE, "so English scores meet the gate");
    }
}
