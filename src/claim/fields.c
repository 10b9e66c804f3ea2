#include "claim/fields.h"

/* Function words whose form tells the case; the articles "der", "die", "das" do not. */
static const char *const DATIVE[] = {"dem",   "den",    "einem", "diesem", "seinem",
                                     "ihrem", "diesen", "einen", "ihm",    "ihnen",
                                     "ihn",   "sich",   "mir",   "uns",    "mich"};
static const char *const GENITIVE[] = {"des",    "der",    "eines", "einer", "dieser", "dieses",
                                       "seiner", "seines", "ihrer", "ihres", "unserer"};
static const char *const ATTACHED[] = {"von", "vom", "für", "zur", "zum", "des"};
static const char *const ATTACHED_TO_NAMES[] = {"in", "im", "aus", "bei", "beim"};
static const char *const NOMINATIVE[] = {"er", "ich", "wir", "man", "es"};
static const char *const FOCUS[] = {"auch", "selbst", "sogar", "nur", "allein"};
static const char *const WERDEN[] = {"wird",   "werden", "wurde", "wurden",
                                     "worden", "werde",  "würde", "würden"};
static const char *const ABLE[] = {"kann", "können", "konnte", "konnten", "könne"};

#define ONE_OF(f, i, list) one_of(f, i, list, sizeof(list) / sizeof *(list))

static bool one_of(const struct finder *f, uint32_t i, const char *const *list, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (say_word(f, i, list[k])) return true;
    return false;
}

static enum dl_upos pos(const struct finder *f, const struct say_tree *t, uint32_t i)
{
    uint32_t u = tree_unit(t, i);
    return u < t->n ? tree_upos(f, t, u) : DL_UPOS_COUNT;
}

/* Nouns have capitals, whatever the tagger says; behind the first word it is sure. */
static bool noun(const struct finder *f, const struct say_tree *t, uint32_t i)
{
    enum dl_upos upos = pos(f, t, i);
    if (upos == DL_UPOS_COUNT) return false;
    bool sure = say_cap(f, i) && !(f->w->p[i].flags & DL_WORD_FIRST);
    char first = f->w->text.p[f->w->p[i].start];
    bool small = !say_cap(f, i) && !(first >= '0' && first <= '9'); /* "der 58-Jährige" */
    return (upos == DL_UPOS_NOUN && !small) || upos == DL_UPOS_PROPN ||
           (sure && upos != DL_UPOS_PRON);
}

static bool verbal(enum dl_upos upos)
{
    return upos == DL_UPOS_VERB || upos == DL_UPOS_AUX;
}

/* --- noun phrases -------------------------------------------------------------------------- */

enum {
    APPOSITION_TOKENS = 14, /* longer ones are the next clause */
    APPOSITIONS = 3,
    NAME_TOKENS = 6, /* of a name in quotation marks or brackets */
    SKIPS = 5        /* members of the clause between a verb and its subject */
};

/* ", Sprecher der Polizei,": the closing border; the comma itself when it opens a clause. */
static uint32_t apposition_end(const struct finder *f, const struct say_tree *t, uint32_t comma,
                               uint32_t last)
{
    uint32_t i = comma + 1, end = say_next_border(f, i, last);
    if (!say_is_comma(f, comma) || end <= i || end - i > APPOSITION_TOKENS) return comma;
    if (end < last && !say_is_comma(f, end)) return comma;
    bool named = false;
    for (uint32_t k = i; k < end; k++) {
        if (verbal(pos(f, t, k)) || pos(f, t, k) == DL_UPOS_SCONJ || say_is(f, k, DL_CLASS_COMP))
            return comma;
        named = named || noun(f, t, k);
    }
    enum dl_upos opens = pos(f, t, i);
    bool member = opens == DL_UPOS_ADP || opens == DL_UPOS_CCONJ || opens == DL_UPOS_ADV ||
                  say_word(f, i, "so");
    return named && !member ? end : comma;
}

/* One past the name in marks or brackets that opens at i; i when none does: what begins with a
 * small letter is what somebody said. */
static uint32_t behind_marks(const struct finder *f, uint32_t i, uint32_t last)
{
    bool bracket = say_mark(f, i, '(');
    if (!bracket && (!say_is_quote_mark(f, i) || !say_cap(f, i + 1))) return i;
    for (uint32_t k = i + 1; k < last && k <= i + NAME_TOKENS + 1; k++)
        if (bracket ? say_mark(f, k, ')') : say_is_quote_mark(f, k)) return k > i + 1 ? k + 1 : i;
    return i;
}

static bool attaches(const struct finder *f, const struct say_tree *t, uint32_t i)
{
    if (say_is(f, i + 1, DL_CLASS_TIME) || say_is(f, i + 2, DL_CLASS_TIME)) return false;
    return ONE_OF(f, i, ATTACHED) || (ONE_OF(f, i, ATTACHED_TO_NAMES) && noun(f, t, i + 1));
}

/* Does the word at k belong to the phrase, of which `noun_seen` tells whether it has its noun? */
static bool goes_along(const struct finder *f, const struct say_tree *t, uint32_t k, bool noun_seen)
{
    enum dl_upos before = noun_seen ? pos(f, t, k - 1) : DL_UPOS_DET;
    bool linked = before == DL_UPOS_DET || before == DL_UPOS_ADP || before == DL_UPOS_CCONJ ||
                  before == DL_UPOS_ADJ || before == DL_UPOS_NUM;
    switch (pos(f, t, k)) {
    case DL_UPOS_DET:
    case DL_UPOS_PRON:
        return linked || ONE_OF(f, k, GENITIVE);
    case DL_UPOS_NUM:
    case DL_UPOS_ADJ:
    case DL_UPOS_ADV:
        return linked;
    case DL_UPOS_ADP:
        return noun_seen && attaches(f, t, k);
    case DL_UPOS_CCONJ:
        return noun_seen && !verbal(pos(f, t, k + 1)) && pos(f, t, k + 1) != DL_UPOS_ADP &&
               !say_word(f, k, "sowohl");
    case DL_UPOS_PUNCT:
    case DL_UPOS_SYM:
    case DL_UPOS_X:
        return true;
    default:
        return false;
    }
}

struct dl_span fields_phrase(const struct finder *f, uint32_t i, uint32_t last)
{
    struct dl_span none = {i, i};
    const struct say_tree *t = i < last ? say_tags(f, f->w->p[i].sentence) : NULL;
    if (t == NULL || pos(f, t, i) == DL_UPOS_ADP) return none;
    if (pos(f, t, i) == DL_UPOS_PRON && !noun(f, t, i + 1)) return (struct dl_span){i, i + 1};
    while (i + 1 < last && pos(f, t, i) == DL_UPOS_ADV && pos(f, t, i + 1) != DL_UPOS_NUM)
        i++;
    uint32_t end = i, k = i;
    unsigned appositions = 0;
    while (k < last) {
        uint32_t behind = behind_marks(f, k, last);
        if (behind == k && say_is_comma(f, k) && end > i && appositions++ < APPOSITIONS)
            behind = apposition_end(f, t, k, last);
        if (behind > k && (end > i || say_is_quote_mark(f, k))) {
            end = k = behind;
            continue;
        }
        if (say_is_border(f, k)) break;
        if (noun(f, t, k) ||
            (end > i && f->w->p[k].kind == DL_TOKEN_NUMBER && verbal(pos(f, t, k + 1))))
            end = k + 1;
        else if (!goes_along(f, t, k, end > i))
            break;
        k++;
    }
    return say_is_quote_mark(f, i) ? say_trim(f, (struct dl_span){i, end})
                                   : (struct dl_span){i, end};
}

struct dl_span fields_phrase_before(const struct finder *f, uint32_t first, uint32_t end)
{
    uint32_t start = end;
    const struct say_tree *t = end > first ? say_tags(f, f->w->p[end - 1].sentence) : NULL;
    for (; t != NULL && start > first && !say_is_border(f, start - 1); start--) {
        enum dl_upos upos = pos(f, t, start - 1);
        /* "erwirtschaftet": an adjective that stands before its noun has an ending */
        char last = f->w->text.p[f->w->p[start - 1].end - 1];
        if (upos == DL_UPOS_ADJ && strchr("enrsm", last) == NULL) break;
        bool of = start < end && (say_word(f, start - 1, "von") || say_word(f, start - 1, "vom"));
        if (verbal(upos) || upos == DL_UPOS_ADV || (upos == DL_UPOS_ADP && !of) ||
            upos == DL_UPOS_PRON || upos == DL_UPOS_SCONJ)
            break;
    }
    return say_trim(f, (struct dl_span){start, end});
}

uint32_t fields_border(const struct finder *f, uint32_t i, uint32_t last)
{
    uint32_t border = say_next_border(f, i, last);
    uint32_t closed = say_is_quote_mark(f, last) ? last + 1 : last; /* the last mark is outside */
    /* "der Zeitung „Bote“", "dem „Boten“", but "einen „Akt der Willkür“" */
    bool of_noun = border > 0 && (say_cap(f, border - 1) || say_word(f, border - 1, "dem") ||
                                  say_word(f, border - 1, "der"));
    uint32_t behind = of_noun && border < last ? behind_marks(f, border, closed) : border;
    return behind > border ? say_next_border(f, behind, last) : border;
}

bool fields_modifies(const struct finder *f, uint32_t i)
{
    const struct say_tree *t = i < f->w->n ? say_tags(f, f->w->p[i].sentence) : NULL;
    if (t == NULL || say_cap(f, i)) return false;
    enum dl_upos upos = pos(f, t, i);
    return upos == DL_UPOS_DET || upos == DL_UPOS_ADJ || upos == DL_UPOS_ADP;
}

bool fields_relative(const struct finder *f, uint32_t i)
{
    const struct say_tree *t = i < f->w->n ? say_tags(f, f->w->p[i].sentence) : NULL;
    if (t == NULL) return false;
    i += pos(f, t, i) == DL_UPOS_ADP;
    return say_is(f, i, DL_CLASS_REL | DL_CLASS_DET) && pos(f, t, i) == DL_UPOS_PRON;
}

/* --- the subject --------------------------------------------------------------------------- */

struct clause {
    const struct finder *f;
    const struct say_tree *t;
    const struct say_view *v;
    uint32_t open;   /* behind border and conjunction */
    uint32_t finite; /* the verb itself or its auxiliary */
    uint32_t behind; /* where its right-hand side begins */
};

/* "letzte Woche": an accusative of time is no subject. */
static bool of_time(const struct finder *f, struct dl_span s)
{
    return s.last > s.first && say_is(f, s.last - 1, DL_CLASS_TIME);
}

/* The subject behind the finite verb: over adverbs, "am Montag", pronouns and nouns of other cases.
 */
static struct dl_span subject_behind(const struct clause *c)
{
    const struct finder *f = c->f;
    uint32_t i = c->behind, last = c->v->last;
    struct dl_span hearer = {0, 0};
    for (unsigned skips = 0; skips < SKIPS && i < last && !say_is_border(f, i);) {
        enum dl_upos upos = pos(f, c->t, i);
        if (upos == DL_UPOS_SCONJ || say_is(f, i, DL_CLASS_COMP)) break;
        if ((upos == DL_UPOS_ADV || upos == DL_UPOS_PART || upos == DL_UPOS_ADJ) &&
            !noun(f, c->t, i + 1)) {
            i++;
            continue;
        }
        struct dl_span s = fields_phrase(f, i + (upos == DL_UPOS_ADP), last);
        if (s.last <= s.first) break;
        bool other = upos == DL_UPOS_ADP || ONE_OF(f, s.first, DATIVE) || of_time(f, s);
        bool medium = say_word(f, s.first, "der") && say_hearer_at(f, s.first, s.last) == s.first;
        if (!other && !medium) return s;
        if (medium && hearer.last == 0) hearer = s;
        i = s.last;
        skips++;
    }
    return hearer;
}

/* ", wie die Polizei am Montag mitteilte" */
static enum fields_answer of_wie_clause(const struct clause *c, uint32_t cue,
                                        struct dl_span *ret_subject)
{
    struct clause inner = *c;
    struct say_view v = *c->v;
    v.last = cue;
    inner.v = &v;
    inner.behind = c->open + 1;
    struct dl_span s = subject_behind(&inner);
    if (s.last <= s.first) return FIELDS_DOUBT;
    *ret_subject = s;
    return FIELDS_FOUND;
}

/* The member before the finite verb of a main clause: is it the subject? */
static enum fields_answer of_main_clause(const struct clause *c, struct dl_span *ret_subject)
{
    const struct finder *f = c->f;
    struct dl_span fore = say_trim(f, (struct dl_span){c->open, c->finite});
    struct dl_span behind = subject_behind(c);
    bool focus = ONE_OF(f, fore.first, FOCUS) && fore.last > fore.first + 1;
    uint32_t opens = fore.first + focus;
    while (opens + 1 < fore.last && pos(f, c->t, opens) == DL_UPOS_ADV)
        opens++; /* "bereits vor zwei Wochen" */
    enum dl_upos upos = pos(f, c->t, opens);
    if (say_is(f, opens, DL_CLASS_ADV | DL_CLASS_OPEN) && opens + 1 == fore.last &&
        !say_is(f, opens, DL_CLASS_DET | DL_CLASS_PRON))
        upos = DL_UPOS_ADV; /* "Unterdessen", which the tagger takes for a name */
    bool any_noun = upos == DL_UPOS_PRON;
    for (uint32_t k = opens; k < fore.last && upos != DL_UPOS_ADV; k++)
        any_noun = any_noun || noun(f, c->t, k);
    bool object = ONE_OF(f, opens, DATIVE) || say_word(f, opens, "das") ||
                  say_word(f, opens, "dies") || say_word(f, opens, "so");
    bool adverbial = upos == DL_UPOS_ADP || !any_noun || of_time(f, fore);
    if (behind.last > behind.first &&
        (adverbial || object || ONE_OF(f, behind.first, NOMINATIVE))) {
        *ret_subject = behind;
        return FIELDS_FOUND;
    }
    if (object && noun(f, c->t, fore.last - 1)) object = false; /* "das Werk" */
    if (object || of_time(f, fore) || (adverbial && !say_is(f, opens, DL_CLASS_PREP)) || !any_noun)
        return FIELDS_DOUBT;
    /* "Von der Leyen", but "Aus Kreisen verlautete": a name opens so, too. */
    if (adverbial && !say_is(f, opens + 1, DL_CLASS_DET)) return FIELDS_DOUBT;
    if (say_word(f, opens, "der") && behind.last > behind.first) {
        if (say_word(f, behind.first, "der")) return FIELDS_DOUBT;
        /* "Der Zeitung sagte Bek" */
        if (say_hearer_at(f, opens, fore.last) == opens) fore = behind;
    }
    *ret_subject = fore;
    return FIELDS_FOUND;
}

/* The statement before, of the same sentence, from which "und erklärte" has its subject. */
static bool shared(const struct finder *f, const struct hit *h, struct dl_span *ret_subject)
{
    const dl_statement *s = f->out.n > 0 ? &f->out.p[f->out.n - 1] : NULL;
    if (s == NULL || s->sentence != h->sentence || s->source.last <= s->source.first) return false;
    *ret_subject = s->source;
    return s->verb && s->source.last <= h->at.first;
}

static uint32_t auxiliary(const struct finder *f, const struct say_tree *t, uint32_t from,
                          uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (pos(f, t, i) == DL_UPOS_AUX ||
            (say_is(f, i, DL_CLASS_AUX | DL_CLASS_MODAL) && pos(f, t, i) == DL_UPOS_VERB))
            return i;
    return to;
}

/* "den bereits erwähnten Politikern": an adjective by its tag, in a clause that has a verb. */
static bool attribute(const struct finder *f, const struct say_tree *t, const struct hit *h,
                      const struct say_view *v)
{
    if (pos(f, t, h->at.first) != DL_UPOS_ADJ || !noun(f, t, h->at.last)) return false;
    uint32_t end = say_next_border(f, h->at.last, v->last);
    for (uint32_t i = v->limit; i < end; i++)
        if (verbal(pos(f, t, i))) return true;
    return false;
}

/* "Die Partei, die den Sieg beanspruchte, beschuldigte …": the subject of a verb behind a comma
 * opens the sentence, when only a clause on it stands between. */
static struct dl_span opening_phrase(const struct finder *f, const struct say_tree *t,
                                     const struct say_view *v)
{
    struct dl_span none = {0, 0};
    uint32_t end = say_next_border(f, v->first, v->limit);
    if (end + 1 >= v->limit || !say_is_comma(f, end) || !fields_relative(f, end + 1)) return none;
    if (say_next_border(f, end + 1, v->limit) + 1 != v->limit) return none;
    for (uint32_t i = v->first; i < end; i++)
        if (verbal(pos(f, t, i)) || pos(f, t, i) == DL_UPOS_SCONJ) return none;
    enum dl_upos upos = pos(f, t, v->first);
    bool phrase = upos == DL_UPOS_DET || upos == DL_UPOS_NOUN || upos == DL_UPOS_PROPN;
    return phrase ? (struct dl_span){v->first, end} : none;
}

static bool dash_or_colon(const struct finder *f, uint32_t i)
{
    return say_mark(f, i, ':') || say_mark(f, i, ';') || say_mark(f, i, 0x2013) ||
           say_mark(f, i, 0x2014);
}

enum fields_answer fields_subject(const struct finder *f, const struct hit *h,
                                  const struct say_view *v, struct dl_span *ret_subject)
{
    const struct say_tree *t = say_tags(f, h->sentence);
    uint32_t cue = h->at.first;
    if (t == NULL) return FIELDS_DOUBT;
    if (cue > v->first && pos(f, t, cue - 1) == DL_UPOS_CCONJ)
        return shared(f, h, ret_subject) ? FIELDS_FOUND : FIELDS_DOUBT;
    if (attribute(f, t, h, v)) return FIELDS_NONE;
    struct clause c = {f, t, v, v->limit, cue, h->at.last};
    bool conj = c.open < cue && pos(f, t, c.open) == DL_UPOS_CCONJ;
    c.open += conj;
    bool starts = v->limit == v->first;
    uint32_t aux = auxiliary(f, t, c.open, cue);
    if (aux < cue) {
        if (ONE_OF(f, aux, WERDEN) || ONE_OF(f, aux, ABLE)) return FIELDS_NONE;
        if (say_is(f, aux, DL_CLASS_BE | DL_CLASS_MODAL)) return FIELDS_DOUBT;
        c.finite = aux;
        c.behind = aux + 1;
    }
    bool last = h->at.last >= v->last || say_is_border(f, h->at.last) ||
                say_is(f, h->at.last, DL_CLASS_AUX);
    if (say_word(f, c.open, "wie") && last) return of_wie_clause(&c, cue, ret_subject);
    if (pos(f, t, c.open) == DL_UPOS_SCONJ || say_is(f, c.open, DL_CLASS_COMP)) return FIELDS_DOUBT;
    if (ONE_OF(f, h->at.last, WERDEN)) return FIELDS_NONE;
    if (say_is(f, h->at.last, DL_CLASS_AUX) && aux >= cue) return FIELDS_DOUBT;
    if (c.finite == c.open) { /* verb first: behind a quotation, or behind what was said */
        if (conj || (starts && (v->first == 0 || !say_is_quote_mark(f, v->first - 1))))
            return FIELDS_DOUBT;
        struct dl_span first = starts ? (struct dl_span){0, 0} : opening_phrase(f, t, v);
        if (first.last > first.first) {
            *ret_subject = first;
            return FIELDS_FOUND;
        }
        if (!starts && !say_is_quote_mark(f, v->limit - 1) && verb_opens_with_noun_phrase(f, v))
            return FIELDS_DOUBT;
        struct dl_span s = subject_behind(&c);
        if (s.last <= s.first) return FIELDS_DOUBT;
        *ret_subject = s;
        return FIELDS_FOUND;
    }
    if (!starts && !dash_or_colon(f, v->limit - 1)) return FIELDS_DOUBT;
    return of_main_clause(&c, ret_subject);
}
