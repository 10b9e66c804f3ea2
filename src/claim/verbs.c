/* Statements from reporting verbs: where is the source, where is what it says. */
#include "claim/say.h"

/* Verbs that report in fewer uses than this need "that", a colon or a quotation beside them. */
static const float WEAK = 0.5f;

/* Below this a bare clause behind the verb is shown as unclear. */
static const float SURE = 0.8f;

enum { NAME_WORDS = 5 /* a longer quotation is no name */ };

/* What is seen around one verb. */
struct view {
    uint32_t cue, first, last; /* the verb's first token; the sentence */
    uint32_t limit;            /* first token behind the border on the left */
    uint32_t before;           /* end of the subject: cue without auxiliaries and adverbs */
    uint32_t right;            /* first token behind the cue, hearer and adjuncts */
    bool passive, negated, relative, trailing, modal;
    struct dl_span hearer, source, clause_object;
};

static bool usable(struct dl_span s)
{
    return s.last > s.first && s.last - s.first <= DL_SOURCE_MAX_TOKENS;
}

/* --- left of the verb --------------------------------------------------------------------- */

static uint32_t left_limit(const struct finder *f, uint32_t cue, uint32_t first)
{
    uint32_t i = cue;
    while (i > first) {
        uint32_t b = i - 1;
        if (say_mark(f, b, ')')) {
            while (b > first && !say_mark(f, b, '('))
                b--;
            i = b;
            continue;
        }
        if (say_is_border(f, b) && !(say_is_quote_mark(f, b) && f->w->p[b].mark == '\'')) break;
        i = b;
    }
    return i;
}

static void strip_auxiliaries(const struct finder *f, struct view *v)
{
    uint32_t end = v->cue;
    while (end > v->limit) {
        uint32_t b = end - 1;
        if (say_is(f, b, DL_CLASS_NEG)) v->negated = true;
        if (say_is(f, b, DL_CLASS_MODAL)) v->modal = true;
        if (say_is(f, b, DL_CLASS_BE)) v->passive = true;
        bool skip = say_is(f, b, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_NEG) ||
                    (say_is(f, b, DL_CLASS_ADV) && !say_cap(f, b)) ||
                    (f->english && say_lower_ends(f, b, "ly") && !say_cap(f, b) && b > v->limit);
        if (!skip || (say_is(f, b, DL_CLASS_PRON) && !say_is(f, b, DL_CLASS_AUX | DL_CLASS_NEG)))
            break;
        end = b;
    }
    v->before = end;
}

static uint32_t comma_before(const struct finder *f, uint32_t i, uint32_t first)
{
    while (i > first) {
        i--;
        if (say_is_comma(f, i)) return i;
        if (say_is_border(f, i)) return first;
    }
    return first;
}

static bool has_verb(const struct finder *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (say_verblike(f, i)) return true;
    return false;
}

static bool looks_apposed(const struct finder *f, uint32_t a, uint32_t end)
{
    if (a >= end || end - a > 30) return false;
    return f->w->p[a].kind == DL_TOKEN_NUMBER ||
           say_is(f, a,
                  DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_REL | DL_CLASS_PREP | DL_CLASS_NUM |
                      DL_CLASS_TITLE) ||
           !has_verb(f, a, end);
}

enum { APPOSITIONS = 4 /* "Schiff, 56, who has served for a decade, told" */ };

/* "Marten Groff, 58, denies": the subject lies before the appositions that end at `comma`. */
static struct dl_span behind_apposition(const struct finder *f, uint32_t comma, uint32_t first)
{
    struct dl_span best = {0, 0};
    uint32_t end = comma;
    for (unsigned k = 0; k < APPOSITIONS; k++) {
        uint32_t open = comma_before(f, end, first);
        if (open <= first || !say_is_comma(f, open) || !looks_apposed(f, open + 1, end))
            return best;
        uint32_t start = open;
        while (start > first && !say_is_border(f, start - 1))
            start--;
        struct dl_span subject = say_subject(f, start, open);
        bool more = start > first && say_is_comma(f, start - 1) &&
                    (f->w->p[start].kind == DL_TOKEN_NUMBER ||
                     say_is(f, start, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_REL));
        if (subject.first >= subject.last || subject.last - subject.first > 14) return best;
        if (has_verb(f, subject.first, subject.last) && !more) return best;
        best = (struct dl_span){subject.first, comma};
        if (!more) return best;
        end = open;
    }
    return best;
}

/* "Nadia Kerr, the mayor, Tuesday said" is rare; "its director, Selim Oran, said" is common: the
 * subject found is the second half of an apposition when a phrase with no verb stands before it. */
static struct dl_span with_first_half(const struct finder *f, struct dl_span subject,
                                      uint32_t first)
{
    if (subject.first == first || !say_is_comma(f, subject.first - 1)) return subject;
    uint32_t comma = subject.first - 1, start = comma;
    while (start > first && !say_is_border(f, start - 1))
        start--;
    bool names = say_cap(f, subject.first) && !say_is(f, subject.first, DL_CLASS_DET);
    bool title = say_is(f, subject.first, DL_CLASS_DET | DL_CLASS_POSS);
    if (!names && !title) return subject;
    struct dl_span half = say_subject(f, start, comma);
    uint32_t n = half.last - half.first;
    for (uint32_t k = half.first; k < half.last; k++)
        if (say_word(f, k, "to")) return subject; /* "plans to …": a clause */
    if (n == 0 || n > 12 || has_verb(f, half.first, half.last)) return subject;
    bool starts = say_is(f, half.first, DL_CLASS_DET | DL_CLASS_POSS) || say_cap(f, half.first);
    return starts ? (struct dl_span){half.first, subject.last} : subject;
}

static struct dl_span source_of_last(const struct finder *f, uint32_t sentence)
{
    if (f->out.n == 0) return (struct dl_span){0, 0};
    const dl_statement *s = &f->out.p[f->out.n - 1];
    return s->sentence == sentence ? s->source : (struct dl_span){0, 0};
}

/* The subject of the sentence's first verb, for "…, saying" and "… and said". */
static struct dl_span main_subject(const struct finder *f, uint32_t first, uint32_t end)
{
    uint32_t i = first;
    while (i < end && !say_verblike(f, i) && !say_is_border(f, i))
        i++;
    if (i == first || i >= end) return (struct dl_span){0, 0};
    struct dl_span s = say_subject(f, first, i);
    return s.last - s.first <= 15 ? s : (struct dl_span){0, 0};
}

/* --- right of the verb -------------------------------------------------------------------- */

static bool takes_hearer(const struct dl_cue *cue)
{
    return cue->act == DL_ACT_TELL ||
           (cue->act == DL_ACT_WARN && !dl_str_eq_c(cue->lemma, "predict")) ||
           dl_str_eq_c(cue->lemma, "ask") || dl_str_eq_c(cue->lemma, "promise") ||
           dl_str_eq_c(cue->lemma, "urge");
}

static bool content_opens(const struct finder *f, uint32_t i)
{
    return say_is(f, i, DL_CLASS_COMP) || say_is_quote_mark(f, i) || say_mark(f, i, ':');
}

/* Over adverbs, "on Monday", "in a statement", "to reporters" — as far as a border or "that". */
static uint32_t behind_adjuncts(const struct finder *f, uint32_t i, uint32_t last,
                                bool of_is_content)
{
    uint32_t start = i;
    while (i < last) {
        if (content_opens(f, i)) return i;
        if (say_is_border(f, i)) return i;
        bool adverb = say_is(f, i, DL_CLASS_ADV | DL_CLASS_TIME) && !say_is(f, i, DL_CLASS_DET);
        bool opens = say_word(f, i, "of") || say_word(f, i, "against") || say_word(f, i, "about") ||
                     say_word(f, i, "for") || say_word(f, i, "to");
        bool preposition = say_is(f, i, DL_CLASS_PREP) && !(of_is_content && i == start && opens);
        if (!adverb && !preposition) return i;
        if (adverb && !preposition) {
            i++;
            continue;
        }
        uint32_t k = i + 1;
        while (k < last && !say_is_border(f, k) && !content_opens(f, k)) {
            bool time = say_is(f, k - 1, DL_CLASS_TIME) || f->w->p[k - 1].kind == DL_TOKEN_NUMBER;
            if (k > i + 1 && time && say_starts_phrase(f, k, last) &&
                !say_is(f, k, DL_CLASS_TIME) && f->w->p[k].kind == DL_TOKEN_WORD)
                break;
            k++;
        }
        if (k >= last || say_is_border(f, k) || content_opens(f, k)) {
            /* "said in the house that burned down many had died": a verb inside is a clause. */
            return k;
        }
        i = k;
    }
    return i;
}

static void look_right(const struct finder *f, const struct hit *h, struct view *v)
{
    uint32_t i = h->at.last;
    while (i < v->last && say_is(f, i, DL_CLASS_ADV) && !say_is(f, i, DL_CLASS_TIME))
        i++;
    if (takes_hearer(h->cue) && i < v->last && say_starts_phrase(f, i, v->last)) {
        struct dl_span who = say_phrase(f, i, v->last);
        if (who.last > i && who.last - who.first <= 8 &&
            (h->cue->act == DL_ACT_TELL || content_opens(f, who.last) ||
             say_is(f, who.last, DL_CLASS_PREP))) {
            v->hearer = who;
            i = who.last;
        }
    }
    if (!f->english && say_hearer_at(f, i, v->last) == i) {
        uint32_t end = i + 1;
        while (end < v->last && !say_is_border(f, end) && !content_opens(f, end) &&
               (say_cap(f, end) || say_is(f, end, DL_CLASS_DET | DL_CLASS_PREP) ||
                say_medium_at(f, end, v->last)))
            end++;
        v->hearer = (struct dl_span){i + say_is(f, i, DL_CLASS_PREP), end};
        i = end;
    }
    bool of_is_content = h->cue->act == DL_ACT_WARN || h->cue->act == DL_ACT_CLAIM ||
                         h->cue->act == DL_ACT_ASK || h->cue->act == DL_ACT_SHOW;
    uint32_t plain = i;
    i = behind_adjuncts(f, i, v->last, of_is_content);
    v->trailing =
        i >= v->last || (say_is_border(f, i) && !say_is_quote_mark(f, i) && !say_mark(f, i, ':'));
    /* "denied to the court" has no content to the left; what looked like adjuncts is the content.
     */
    bool left_border = v->limit > v->first &&
                       (say_is_comma(f, v->limit - 1) || say_is_quote_mark(f, v->limit - 1));
    if (v->trailing && !left_border && i > plain && !say_is(f, plain, DL_CLASS_TIME)) {
        v->trailing = false;
        i = plain;
    }
    v->right = i;
}

/* --- contents ----------------------------------------------------------------------------- */

static const dl_quotation *quotation_at(const struct finder *f, uint32_t token)
{
    if (token >= f->w->n || f->w->p[token].quote == 0) return NULL;
    return &f->t->quotations.p[f->w->p[token].quote - 1];
}

/* A content that ends inside a quotation goes on to its end, in later sentences too. */
static uint32_t to_quote_end(const struct finder *f, uint32_t first, uint32_t last)
{
    const dl_quotation *q = last > first ? quotation_at(f, last - 1) : NULL;
    if (q == NULL && last < f->w->n && say_is_quote_mark(f, last)) return last;
    return q != NULL && q->last > last ? q->last : last;
}

static uint32_t content_end(const struct finder *f, uint32_t hit, uint32_t from, uint32_t last)
{
    uint32_t end = last;
    for (uint32_t k = hit + 1; k < f->hits.n; k++) {
        const struct hit *h = &f->hits.p[k];
        if (h->at.first >= last || h->sentence != f->hits.p[hit].sentence) break;
        if (h->at.first <= from || f->w->p[h->at.first].quote != 0) continue;
        uint32_t b = h->at.first - 1;
        bool joined = h->cue->kind == DL_CUE_VERB && h->cue->form == f->hits.p[hit].cue->form &&
                      say_is(f, b, DL_CLASS_CONJ);
        bool added = (h->cue->kind == DL_CUE_CONNECTOR ||
                      (h->cue->kind == DL_CUE_VERB && h->cue->form == DL_FORM_ING) ||
                      h->cue->kind == DL_CUE_PREP) &&
                     say_is_comma(f, b);
        if (joined || added) {
            end = b;
            break;
        }
    }
    for (uint32_t i = from + 3; i + 1 < end; i++) {
        if (f->w->p[i].quote != 0) continue;
        if (say_mark(f, i, ';') ||
            (say_is_comma(f, i) && (say_word(f, i + 1, "but") || say_word(f, i + 1, "while") ||
                                    say_word(f, i + 1, "although"))))
            return i;
    }
    return end;
}

static uint32_t behind_dateline(const struct finder *f, uint32_t first, uint32_t end)
{
    /* A dateline: "HALLGATE, Jan 12 (Meridian) - ". */
    for (uint32_t i = first; i < end && i < first + 14; i++) {
        bool dash = say_mark(f, i, '-') || say_mark(f, i, 0x2013) || say_mark(f, i, 0x2014);
        if (dash && (f->w->p[i].flags & DL_WORD_SPACE) && i + 1 < end &&
            (f->w->p[i + 1].flags & DL_WORD_SPACE) &&
            (f->w->p[first].flags & DL_WORD_UPPER || say_mark(f, i - 1, ')'))) {
            return i + 1;
        }
    }
    return first;
}

static uint32_t sentence_opening(const struct finder *f, uint32_t first, uint32_t end)
{
    first = behind_dateline(f, first, end);
    while (first < end && say_is(f, first, DL_CLASS_LEAD) && !say_is(f, first, DL_CLASS_DET) &&
           first + 1 < end && (say_is_comma(f, first + 1) || say_is(f, first, DL_CLASS_CONJ)))
        first += say_is_comma(f, first + 1) ? 2 : 1;
    return first;
}

/* What stands before the attribution: back to the start of the sentence, or of the quotation. */
static void content_left(struct finder *f, dl_statement *s, uint32_t first, uint32_t end)
{
    struct dl_span span = say_trim(f, (struct dl_span){first, end});
    if (span.first >= span.last) {
        /* `"…," he said` where the sentence begins behind the quotation's last mark. */
        span = (struct dl_span){first > 0 ? first - 1 : 0, first};
    }
    const dl_quotation *q = quotation_at(f, span.last > 0 ? span.last - 1 : 0);
    if (q != NULL && q->first <= first + 1) {
        say_content(f, s, q->first, span.last);
        return;
    }
    uint32_t open = sentence_opening(f, span.first, span.last);
    const struct hit *cut = NULL;
    (void)cut;
    say_content(f, s, open, span.last);
}

/* --- the verb ----------------------------------------------------------------------------- */

/* A mark around a name of few words, as in: der „Bay Herald“. */
static bool quoted_name(const struct finder *f, uint32_t i)
{
    if (f->english || !say_is_quote_mark(f, i)) return false;
    uint16_t q = i + 1 < f->w->n ? f->w->p[i + 1].quote : 0;
    if (q == 0 && i > 0) q = f->w->p[i - 1].quote;
    return q != 0 && f->t->quotations.p[q - 1].words <= NAME_WORDS;
}

static bool inverted_source(const struct finder *f, const struct view *v, uint32_t i,
                            struct dl_span *ret_source)
{
    if (i >= v->last || !say_starts_phrase(f, i, v->last)) return false;
    uint32_t end = i;
    while (end < v->last) {
        if (end > i && quoted_name(f, end)) {
            end++;
            continue;
        }
        if (say_is_border(f, end)) {
            /* "said John Smith, the mayor." takes the apposition along. */
            bool more = say_is_comma(f, end) && end + 1 < v->last &&
                        (say_is(f, end + 1, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_REL) ||
                         f->w->p[end + 1].kind == DL_TOKEN_NUMBER || say_cap(f, end + 1)) &&
                        end < i + 8;
            if (!more) break;
        }
        bool stop = end > i && (say_is(f, end, DL_CLASS_COMP | DL_CLASS_MODAL) ||
                                (say_is(f, end, DL_CLASS_PREP) && !say_word(f, end, "of") &&
                                 !say_word(f, end, "for") && !say_word(f, end, "at") &&
                                 !say_word(f, end, "with") && !say_word(f, end, "from")) ||
                                say_is(f, end, DL_CLASS_AUX | DL_CLASS_TIME));
        if (stop && !say_is(f, end, DL_CLASS_REL)) break;
        end++;
    }
    if (say_is(f, end, DL_CLASS_AUX | DL_CLASS_MODAL)) return false; /* a clause, no source */
    *ret_source = say_trim(f, (struct dl_span){i, end});
    return ret_source->last > ret_source->first &&
           ret_source->last - ret_source->first <= DL_SOURCE_MAX_TOKENS;
}

static const char *RULE_QUOTE = "quote-verb", *const RULE_INVERTED = "verb-source",
                  *const RULE_TRAIL = "trail", *const RULE_THAT = "verb-that",
                  *const RULE_BARE = "verb-clause", *const RULE_PARTICIPLE = "participle",
                  *const RULE_SHARED = "shared-subject", *const RULE_BY = "passive-by";

static dl_statement *make(struct finder *f, const struct hit *h, const struct view *v,
                          const char *rule, float score)
{
    dl_statement *s = say_new(f, rule, score * (0.5f + 0.5f * h->cue->reliability), h->sentence);
    if (s == NULL) return NULL;
    s->cue = h->at;
    s->source = v->source;
    s->stance = h->cue->stance;
    s->act = h->cue->act;
    if (h->cue->act == DL_ACT_DENY) s->certainty = DL_CERTAINTY_NEGATED;
    return s;
}

/* "released footage purportedly showing": the noun the participle hangs on. */
static struct dl_span noun_before_participle(const struct finder *f, const struct view *v)
{
    uint32_t start = v->before;
    while (start > v->limit && !say_verblike(f, start - 1) &&
           !say_is(f, start - 1, DL_CLASS_PREP | DL_CLASS_CONJ | DL_CLASS_COMP))
        start--;
    return say_trim(f, (struct dl_span){start, v->before});
}

/* The source from the left side; `rule` tells how it was found. */
static bool find_source(struct finder *f, const struct hit *h, struct view *v, const char **rule,
                        float *score)
{
    bool at_border = v->before == v->limit;
    bool behind_comma = v->limit > v->first && say_is_comma(f, v->limit - 1);
    if (!at_border && say_is(f, v->before - 1, DL_CLASS_REL) &&
        !say_word(f, v->before - 1, "what")) {
        v->relative = true;
        uint32_t end = v->before - 1;
        if (end > v->first && say_is_comma(f, end - 1)) end--;
        uint32_t from = left_limit(f, end, v->first);
        v->source = say_subject(f, from, end);
        if (usable(v->source)) v->source.last = v->before;
        *rule = "relative";
        *score = 0.5f;
        return usable(v->source);
    }
    bool joined = !at_border && say_is(f, v->before - 1, DL_CLASS_CONJ);
    if (!at_border && !joined && h->cue->form != DL_FORM_ING) {
        v->source = say_subject(f, v->limit, v->before);
        *score = has_verb(f, v->source.first, v->source.last) ? 0.55f : 0.9f;
        if (behind_comma) v->source = with_first_half(f, v->source, v->first);
        if (!f->english && say_is(f, v->source.first, DL_CLASS_PREP) &&
            !say_is(f, v->source.first, DL_CLASS_DET))
            return false;
        return usable(v->source);
    }
    if (behind_comma && h->cue->form != DL_FORM_ING) {
        v->source = behind_apposition(f, v->limit - 1, v->first);
        *score = 0.85f;
        *rule = "apposition";
        if (usable(v->source)) return true;
    }
    if (h->cue->form == DL_FORM_ING && h->cue->act == DL_ACT_SHOW) {
        v->source = noun_before_participle(f, v);
        *rule = RULE_PARTICIPLE;
        *score = 0.5f;
        return usable(v->source);
    }
    if (h->cue->form == DL_FORM_ING || joined || say_is(f, v->cue - 1, DL_CLASS_CONJ)) {
        v->source = source_of_last(f, h->sentence);
        if (!usable(v->source) && !behind_comma && !joined) return false;
        if (!usable(v->source)) v->source = main_subject(f, v->first, v->cue);
        *rule = h->cue->form == DL_FORM_ING ? RULE_PARTICIPLE : RULE_SHARED;
        *score = h->cue->form == DL_FORM_ING ? 0.5f : 0.56f;
        return usable(v->source);
    }
    return false;
}

/* German parts its verbs: "wies die Vorwürfe zurück". */
static uint32_t without_particle(const struct finder *f, uint32_t from, uint32_t end)
{
    static const char *const parts[] = {"zurück", "mit", "an",   "hin",
                                        "ein",    "zu",  "fest", "bekannt"};
    if (strcmp(f->t->cues->pack->code, "de") != 0) return end;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (end > from + 1 && say_word(f, end - 1, parts[k])) return end - 1;
    return end;
}

static void put_right(struct finder *f, dl_statement *s, uint32_t hit, const struct view *v,
                      uint32_t from)
{
    if (say_is(f, from, DL_CLASS_COMP) && say_word(f, from, "that"))
        from++;
    else if (!f->english && say_is(f, from, DL_CLASS_COMP))
        from++;
    uint32_t end = content_end(f, hit, from, v->last);
    end = to_quote_end(f, from, end);
    end = without_particle(f, from, end);
    say_content(f, s, from, end);
}

/* Over adverbs and "el jueves", "am Montag". */
static uint32_t behind_time(const struct finder *f, uint32_t i, uint32_t last)
{
    while (i < last) {
        bool time = say_is(f, i, DL_CLASS_ADV | DL_CLASS_TIME) && !say_cap(f, i);
        bool the_time = !f->english && say_is(f, i, DL_CLASS_DET | DL_CLASS_PREP) &&
                        say_is(f, i + 1, DL_CLASS_TIME);
        if (!time && !the_time) break;
        i += the_time ? 2 : 1;
    }
    return i;
}

/* `"…," said X` and `…, said X`. */
static bool try_inverted(struct finder *f, const struct hit *h, struct view *v)
{
    bool after_quote = v->limit > v->first && say_is_quote_mark(f, v->limit - 1);
    bool after_comma = v->limit > v->first && say_is_comma(f, v->limit - 1);
    bool sentence_start =
        v->limit == v->first && v->first > 0 && say_is_quote_mark(f, v->first - 1);
    if (h->cue->act == DL_ACT_TELL || h->cue->act == DL_ACT_SHOW) return false;
    if (after_comma && f->english && f->w->p[v->first].quote == 0 && !after_quote &&
        f->w->p[v->limit - 1].quote == 0 &&
        (!has_verb(f, v->first, v->limit) || usable(behind_apposition(f, v->limit - 1, v->first))))
        return false;
    if (v->before != v->limit || (!after_quote && !after_comma && !sentence_start)) return false;
    if (h->cue->form != DL_FORM_PAST && h->cue->form != DL_FORM_S && h->cue->form != DL_FORM_ANY &&
        h->cue->form != DL_FORM_BASE)
        return false;
    uint32_t i = behind_time(f, h->at.last, v->last);
    struct dl_span source, hearer = {0, 0};
    if (!f->english && say_is(f, i, DL_CLASS_PREP) && say_hearer_at(f, i, i + 4) == i) {
        hearer = say_phrase(f, i + 1, v->last);
        i = hearer.last;
    }
    if (!inverted_source(f, v, i, &source)) return false;
    if (!f->english && hearer.last == 0) {
        uint32_t at = say_hearer_at(f, source.first + 1, v->last);
        if (at < v->last && at <= source.last + 1) {
            uint32_t end = at;
            while (end < v->last && (!say_is_border(f, end) || quoted_name(f, end)))
                end++;
            hearer = (struct dl_span){at + 1, end};
            source = say_trim(f, (struct dl_span){source.first, at});
        }
    }
    v->source = source;
    dl_statement *s =
        make(f, h, v, after_quote || sentence_start ? RULE_QUOTE : RULE_INVERTED, 0.92f);
    if (s == NULL) return true;
    uint32_t behind = source.last;
    content_left(f, s, v->first, v->limit);
    behind = say_next_border(f, behind, v->last);
    if (behind + 1 < v->last && (say_is_comma(f, behind) || say_is_quote_mark(f, behind)))
        say_content(f, s, behind + 1, to_quote_end(f, behind + 1, v->last));
    if (hearer.last > hearer.first) say_told(f, s, hearer);
    return true;
}

/* "was rejected by the army": the one who says it stands behind. */
static bool try_passive(struct finder *f, const struct hit *h, struct view *v)
{
    if (!v->passive || h->cue->form != DL_FORM_PAST) return false;
    uint32_t i = h->at.last;
    if (h->cue->act == DL_ACT_TELL && say_word(f, i, "by")) {
        v->source = say_phrase(f, i + 1, v->last);
        uint32_t r = behind_adjuncts(f, v->source.last, v->last, false);
        dl_statement *s = usable(v->source) ? make(f, h, v, RULE_BY, 0.7f) : NULL;
        if (s != NULL && r < v->last) say_content(f, s, r + say_word(f, r, "that"), v->last);
        return true;
    }
    if (!say_word(f, i, "by")) return true; /* handled as hearsay, or says nothing of a source */
    v->source = say_phrase(f, i + 1, v->last);
    struct dl_span subject = say_subject(f, v->limit, v->before);
    dl_statement *s = usable(v->source) && usable(subject) ? make(f, h, v, RULE_BY, 0.6f) : NULL;
    if (s != NULL) say_content(f, s, subject.first, subject.last);
    return true;
}

/* "quoted the service as saying that": the quoted one is the source; the quoter a hop before it. */
static bool try_as_saying(struct finder *f, const struct hit *h, struct view *v)
{
    if (!dl_str_eq_c(h->cue->lemma, "quote") && !dl_str_eq_c(h->cue->lemma, "cite")) return false;
    struct dl_span who = say_phrase(f, h->at.last, v->last);
    uint32_t i = who.last;
    while (i < v->last && !say_word(f, i, "as") && !say_is_border(f, i))
        i++;
    if (!usable(who) || !say_word(f, i, "as") || !say_lower_ends(f, i + 1, "ing")) return false;
    dl_statement *s = make(f, h, v, "as-saying", 0.8f);
    if (s == NULL) return true;
    s->hop[0] = (struct dl_hop){.source = v->source, .cue = h->at};
    s->n_hops = 1;
    s->source = (struct dl_span){h->at.last, who.last};
    s->cue = (struct dl_span){h->at.first, i + 2};
    s->cue = (struct dl_span){i, i + 2};
    uint32_t from = i + 2;
    if (say_is(f, from, DL_CLASS_COMP)) from++;
    say_content(f, s, from, to_quote_end(f, from, v->last));
    return true;
}

static void told_hop(struct finder *f, dl_statement *s, const struct view *v)
{
    if (!usable(v->hearer) || dl_source_is_outlet(f->t, v->hearer)) return;
    uint8_t class, anonymity;
    dl_source_classify(f->t, v->hearer, &class, &anonymity);
    bool named = false;
    for (uint32_t i = v->hearer.first; i < v->hearer.last; i++)
        named = named || say_cap(f, i);
    if (class != DL_SOURCE_MEDIA || !named) return;
    s->hop[0] = (struct dl_hop){.source = v->hearer, .cue = s->cue};
    s->n_hops = 1;
}

/* What English does not do: verb first, verb last, "das berichtet X", source behind a V2 verb. */
static bool other_order(struct finder *f, uint32_t hit, struct view *v)
{
    const struct hit *h = &f->hits.p[hit];
    const char *code = f->t->cues->pack->code;
    const struct hit *b = hit > 0 ? &f->hits.p[hit - 1] : NULL;
    if (b != NULL && b->cue->kind == DL_CUE_PRIOR && b->sentence == h->sentence &&
        b->at.last <= h->at.first && h->at.first <= b->at.last + 2) {
        struct dl_span source;
        uint32_t i = behind_time(f, h->at.last, v->last);
        return inverted_source(f, v, i, &source) && say_prior(f, hit, source);
    }
    if (strcmp(code, "ar") == 0 && v->before == v->limit)
        return say_verb_first(f, hit, v->first, v->last);
    bool at_end = h->at.last >= v->last;
    if ((strcmp(code, "fa") == 0 || strcmp(code, "tr") == 0) && at_end && v->before > v->limit)
        return say_verb_last(f, hit, v->limit);
    /* "Am Montag sagte der Minister, …" */
    bool v2 = v->limit == v->first && v->before > v->limit &&
              say_is(f, v->limit, DL_CLASS_PREP | DL_CLASS_TIME | DL_CLASS_ADV) &&
              strcmp(code, "fa") != 0 && strcmp(code, "zh") != 0 && strcmp(code, "tr") != 0;
    struct dl_span source;
    if (!v2 || !inverted_source(f, v, behind_time(f, h->at.last, v->last), &source)) return false;
    uint32_t r = say_next_border(f, source.last, v->last);
    for (uint32_t k = source.last; k < r; k++)
        if (say_is(f, k, DL_CLASS_COMP)) r = k;
    if (r + 2 >= v->last) return false;
    v->source = source;
    dl_statement *s = make(f, h, v, "verb-second", 0.7f);
    if (s != NULL) put_right(f, s, hit, v, say_is_comma(f, r) ? r + 1 : r);
    return true;
}

void say_verb(struct finder *f, uint32_t hit)
{
    struct hit *h = &f->hits.p[hit];
    const dl_sentence *sentence = &f->t->sentences.p[h->sentence];
    struct view v = {.cue = h->at.first, .first = sentence->first, .last = sentence->last};
    while (v.last > v.first && f->w->p[v.last - 1].kind >= DL_TOKEN_PUNCT &&
           !say_mark(f, v.last - 1, ')'))
        v.last--;
    if (v.last < h->at.last) v.last = h->at.last;
    if (f->w->p[h->at.first].quote != 0) return; /* words of somebody, not of the outlet */
    v.first = behind_dateline(f, v.first, v.cue);
    v.limit = left_limit(f, v.cue, v.first);
    for (uint32_t k = hit; k > 0 && f->hits.p[k - 1].sentence == h->sentence; k--) {
        const struct hit *b = &f->hits.p[k - 1];
        if (b->cue->kind != DL_CUE_VERB || b->at.first < v.limit) continue;
        v.limit = b->at.last + (say_is(f, b->at.last, DL_CLASS_COMP) ? 1u : 0u);
        break;
    }
    if (v.limit > v.cue) return;
    strip_auxiliaries(f, &v);
    size_t before = f->out.n;
    if (h->statement == HIT_USED) return;
    if (!f->english && other_order(f, hit, &v)) goto done;
    if (try_passive(f, h, &v) || try_inverted(f, h, &v)) goto done;
    const char *rule = RULE_BARE;
    float score = 0.9f;
    if (!find_source(f, h, &v, &rule, &score)) return;
    if (try_as_saying(f, h, &v)) goto done;
    look_right(f, h, &v);
    uint32_t b = v.limit > v.first ? v.limit - 1 : v.first;
    bool left_border = v.limit > v.first &&
                       (say_is_comma(f, b) || say_is_quote_mark(f, b) || say_mark(f, b, 0x2014) ||
                        say_mark(f, b, 0x2013) || say_mark(f, b, '?') || say_mark(f, b, '!'));
    bool quote_before = v.limit == v.first && v.first > 0 && say_is_quote_mark(f, v.first - 1);
    uint32_t content_stop = v.source.first < v.limit ? v.source.first : v.limit;
    if (say_is(f, v.before, DL_CLASS_REL)) left_border = false;
    if (v.trailing) {
        if (f->english && h->cue->reliability < WEAK && !say_is_quote_mark(f, b) && !quote_before &&
            !(v.limit > v.first + 1 && f->w->p[v.limit - 2].quote != 0))
            return;
        bool before_source = (left_border || quote_before) && !v.relative &&
                             rule != RULE_PARTICIPLE && content_stop > v.first;
        if (quote_before && content_stop == v.first) before_source = true;
        if (before_source || quote_before) {
            dl_statement *s = make(
                f, h, &v, left_border && say_is_quote_mark(f, b) ? RULE_QUOTE : RULE_TRAIL, score);
            if (s == NULL) return;
            content_left(f, s, v.first, content_stop);
            if (v.right + 1 < v.last &&
                !(say_is_comma(f, v.right) && v.right + 1 < v.last &&
                  say_lower_ends(f, v.right + 1, "ing") && f->w->p[v.right + 1].quote == 0) &&
                content_end(f, hit, v.right, v.last) > v.right + 1)
                say_content(f, s, v.right + 1,
                            to_quote_end(f, v.right + 1, content_end(f, hit, v.right, v.last)));
            told_hop(f, s, &v);
        } else if (v.right < v.last && say_is_comma(f, v.right) && v.right + 2 < v.last &&
                   !say_lower_ends(f, v.right + 1, "ing") &&
                   !say_is(f, v.right + 1, DL_CLASS_REL | DL_CLASS_CONJ)) {
            dl_statement *s = make(f, h, &v, rule, score * 0.8f);
            if (s != NULL) {
                put_right(f, s, hit, &v, v.right + 1);
                told_hop(f, s, &v);
            }
        }
        goto done;
    }
    if (v.right >= v.last) return;
    bool that = say_is(f, v.right, DL_CLASS_COMP) || say_is_quote_mark(f, v.right) ||
                say_mark(f, v.right, ':');
    if (h->cue->act == DL_ACT_BELIEVE && !that) score *= 0.6f;
    bool weak = f->english && h->cue->reliability < WEAK;
    if (weak && !that) return;
    dl_statement *s = make(f, h, &v, that && rule == RULE_BARE ? RULE_THAT : rule,
                           that ? score : score * (h->cue->reliability < SURE ? 0.55f : 0.9f));
    if (s == NULL) return;
    uint32_t from = v.right;
    if (!that && say_is(f, from, DL_CLASS_PREP) && h->cue->act == DL_ACT_WARN) from++;
    put_right(f, s, hit, &v, from);
    told_hop(f, s, &v);
done:
    if (f->out.n > before) h->statement = (int32_t)f->out.n - 1;
}
