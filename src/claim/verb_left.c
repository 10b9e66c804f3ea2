/* Left of a reporting verb: auxiliaries, subject, appositions. */
#include "claim/verb.h"

bool verb_usable(struct dl_span s)
{
    return s.last > s.first && s.last - s.first <= DL_SOURCE_MAX_TOKENS;
}

uint32_t verb_left_limit(const struct finder *f, uint32_t cue, uint32_t first)
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
        if (say_is_border(f, b)) break;
        i = b;
    }
    return i;
}

void verb_auxiliaries(const struct finder *f, struct say_view *v)
{
    uint32_t end = v->cue;
    while (end > v->limit) {
        uint32_t b = end - 1;
        if (say_is(f, b, DL_CLASS_BE)) v->passive = true;
        if (say_is(f, b, DL_CLASS_NEG)) v->negated = true;
        bool clitic = say_is(f, b, DL_CLASS_CLITIC) && b > v->limit;
        if (clitic && say_is(f, end, DL_CLASS_BE)) v->passive = false; /* "s'est plainte" */
        bool skip = clitic || say_is(f, b, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_NEG) ||
                    (say_is(f, b, DL_CLASS_ADV) && !say_cap(f, b)) ||
                    (f->english && say_lower_ends(f, b, "ly") && !say_cap(f, b) && b > v->limit);
        bool pronoun =
            say_is(f, b, DL_CLASS_PRON) && !say_is(f, b, DL_CLASS_AUX | DL_CLASS_NEG) && !clitic;
        if (!skip || pronoun) break;
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

bool verb_inside(const struct finder *f, uint32_t from, uint32_t to)
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
           !verb_inside(f, a, end);
}

enum { APPOSITIONS = 4 /* "Schiff, 56, who has served for a decade, told" */ };

/* "Marten Groff, 58, denies": the subject lies before the appositions that end at `comma`. */
struct dl_span verb_apposition(const struct finder *f, uint32_t comma, uint32_t first)
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
        if (verb_inside(f, subject.first, subject.last) && !more) return best;
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
    if (n == 0 || n > 12 || verb_inside(f, half.first, half.last)) return subject;
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
    while (f->romance && i > first && say_is(f, i - 1, DL_CLASS_NEG | DL_CLASS_CLITIC))
        i--; /* "non lo ha" */
    struct dl_span s = say_subject(f, first, i);
    return s.last - s.first <= 15 ? s : (struct dl_span){0, 0};
}

/* "released footage purportedly showing": the noun the participle hangs on. */
static struct dl_span noun_before_participle(const struct finder *f, const struct say_view *v)
{
    uint32_t start = v->before;
    while (start > v->limit && !say_verblike(f, start - 1) &&
           !say_is(f, start - 1, DL_CLASS_PREP | DL_CLASS_CONJ | DL_CLASS_COMP))
        start--;
    return say_trim(f, (struct dl_span){start, v->before});
}

static bool clause_behind(const struct finder *f, uint32_t i)
{
    return say_is_colon(f, i) || (say_is_comma(f, i) && say_is(f, i + 1, DL_CLASS_COMP));
}

/* The source from the left side; `rule` tells how it was found. */
bool verb_find_source(struct finder *f, const struct hit *h, struct say_view *v, const char **rule,
                      float *score)
{
    bool at_border = v->before == v->limit;
    bool behind_comma = v->limit > v->first && say_is_comma(f, v->limit - 1);
    if (!at_border && say_is(f, v->before - 1, DL_CLASS_REL) &&
        !say_word(f, v->before - 1, "what")) {
        v->relative = true;
        uint32_t end = v->before - 1;
        if (end > v->first && say_is_comma(f, end - 1)) end--;
        uint32_t from = verb_left_limit(f, end, v->first);
        v->source = say_subject(f, from, end);
        if (verb_usable(v->source)) v->source.last = v->before;
        *rule = "relative";
        *score = 0.5f;
        return verb_usable(v->source);
    }
    bool joined = !at_border && say_is(f, v->before - 1, DL_CLASS_CONJ);
    if (!at_border && !joined && h->cue->form != DL_FORM_ING) {
        v->source = say_subject(f, v->limit, v->before);
        *score = verb_inside(f, v->source.first, v->source.last) ? 0.55f : 0.9f;
        if (behind_comma) v->source = with_first_half(f, v->source, v->first);
        while (!f->english && !f->german && v->source.first + 1 < v->source.last &&
               say_is(f, v->source.first, DL_CLASS_ADV) &&
               !say_is(f, v->source.first, DL_CLASS_DET | DL_CLASS_PRON))
            v->source.first++; /* «Вчера мэр заявил» */
        if (say_locative(f, v->source.first) && clause_behind(f, h->at.last))
            v->source.first++;
        else if (!f->english && say_is(f, v->source.first, DL_CLASS_PREP) &&
                 !say_is(f, v->source.first, DL_CLASS_DET))
            return false;
        return verb_usable(v->source);
    }
    if (behind_comma && h->cue->form != DL_FORM_ING) {
        v->source = verb_apposition(f, v->limit - 1, v->first);
        *score = 0.85f;
        *rule = "apposition";
        if (verb_usable(v->source)) return true;
    }
    if (h->cue->form == DL_FORM_ING && h->cue->act == DL_ACT_SHOW) {
        v->source = noun_before_participle(f, v);
        *rule = RULE_PARTICIPLE;
        *score = 0.5f;
        return verb_usable(v->source);
    }
    if (h->cue->form == DL_FORM_ING || joined || say_is(f, v->cue - 1, DL_CLASS_CONJ)) {
        v->source = source_of_last(f, h->sentence);
        if (!verb_usable(v->source) && !behind_comma && !joined) return false;
        if (!verb_usable(v->source)) v->source = main_subject(f, v->first, v->cue);
        *rule = h->cue->form == DL_FORM_ING ? RULE_PARTICIPLE : RULE_SHARED;
        *score = h->cue->form == DL_FORM_ING ? 0.5f : 0.56f;
        return verb_usable(v->source);
    }
    return false;
}
