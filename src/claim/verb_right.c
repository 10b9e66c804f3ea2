/* Right of a reporting verb: hearer, adjuncts, times. */
#include "claim/verb.h"

static bool takes_hearer(const struct dl_cue *cue)
{
    return cue->act == DL_ACT_TELL ||
           (cue->act == DL_ACT_WARN && !dl_str_eq_c(cue->lemma, "predict")) ||
           dl_str_eq_c(cue->lemma, "ask") || dl_str_eq_c(cue->lemma, "promise") ||
           dl_str_eq_c(cue->lemma, "urge");
}

static bool content_opens(const struct finder *f, uint32_t i)
{
    return say_is(f, i, DL_CLASS_COMP) || say_is_quote_mark(f, i) || say_is_colon(f, i);
}

/* Over adverbs, "on Monday", "in a statement", "to reporters" — as far as a border or "that". */
uint32_t verb_adjuncts(const struct finder *f, uint32_t i, uint32_t last, bool of_is_content)
{
    uint32_t start = i;
    while (i < last) {
        if (content_opens(f, i)) return i;
        if (say_is_border(f, i)) return i;
        bool adverb = say_is(f, i, DL_CLASS_ADV | DL_CLASS_TIME) && !say_is(f, i, DL_CLASS_DET);
        bool opens = say_is(f, i, DL_CLASS_ABOUT);
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

enum { HEARER_WORDS = 6 /* words between the verb and the comma of its clause */ };

/* «рассказал газете, что …»: the comma before the clause, over hearer and adjuncts; i for none. */
static uint32_t clause_near(const struct finder *f, uint32_t i, uint32_t last)
{
    uint32_t border = say_next_border(f, i, last);
    bool clause =
        border + 1 < last && say_is_comma(f, border) && say_is(f, border + 1, DL_CLASS_COMP);
    return clause && border - i <= HEARER_WORDS ? border : i;
}

void verb_look_right(const struct finder *f, const struct hit *h, struct say_view *v)
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
    uint32_t named = i; /* «рассказал „Листку“» */
    while (named < v->last && (f->w->p[named].flags & DL_WORD_NAMED))
        named++;
    if (named > i) {
        v->hearer = (struct dl_span){i, named};
        i = named;
    } else if (!f->english && say_hearer_at(f, i, v->last) == i) {
        uint32_t end = i + 1;
        while (end < v->last && !say_is_border(f, end) && !content_opens(f, end) &&
               (say_cap(f, end) || say_is(f, end, DL_CLASS_DET | DL_CLASS_PREP) ||
                say_medium_at(f, end, v->last)))
            end++;
        v->hearer = (struct dl_span){i + say_is(f, i, DL_CLASS_PREP), end};
        i = end;
    }
    bool of_is_content = f->romance || h->cue->act == DL_ACT_WARN || h->cue->act == DL_ACT_CLAIM ||
                         h->cue->act == DL_ACT_ASK || h->cue->act == DL_ACT_SHOW;
    uint32_t plain = i;
    i = verb_adjuncts(f, i, v->last, of_is_content);
    v->trailing =
        i >= v->last || (say_is_border(f, i) && !say_is_quote_mark(f, i) && !say_is_colon(f, i));
    /* "denied to the court" has no content to the left; what looked like adjuncts is the content.
     */
    bool left_border = v->limit > v->first &&
                       (say_is_comma(f, v->limit - 1) || say_is_quote_mark(f, v->limit - 1));
    if (v->trailing && !left_border && i > plain && !say_is(f, plain, DL_CLASS_TIME)) {
        v->trailing = false;
        i = plain;
    }
    uint32_t clause = v->trailing || f->english || f->german ? i : clause_near(f, i, v->last);
    v->trailing = v->trailing || clause > i;
    v->right = clause;
}

/* Over adverbs and "el jueves", "am Montag". */
uint32_t verb_time(const struct finder *f, uint32_t i, uint32_t last)
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
