/* The source behind its verb, the verb first or last, "das berichtet X". */
#include "claim/verb.h"

enum { NAME_WORDS = 5 /* a longer quotation is no name */ };

/* A mark around a name of few words, as in: der „Bay Herald“. */
static bool quoted_name(const struct finder *f, uint32_t i)
{
    if (f->english || !say_is_quote_mark(f, i)) return false;
    uint16_t q = i + 1 < f->w->n ? f->w->p[i + 1].quote : 0;
    if (q == 0 && i > 0) q = f->w->p[i - 1].quote;
    return q != 0 && f->t->quotations.p[q - 1].words <= NAME_WORDS;
}

/* Words behind the verb within which one more apposition may open; outside English an object may
 * stand there. */
enum { APPOSED_WITHIN = 24, APPOSED_WITHIN_OTHER = 8 };

/* Does the comma at i open more about the source: its age, its office, a clause on it? */
static bool apposition_opens(const struct finder *f, uint32_t i, uint32_t last)
{
    uint32_t a = i + 1;
    if (!say_is_comma(f, i) || a >= last) return false;
    if (say_is(f, a, DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_REL) || say_cap(f, a) ||
        f->w->p[a].kind == DL_TOKEN_NUMBER)
        return true;
    /* "president of the union" */
    return f->english && say_starts_phrase(f, a, last) && !say_lower_ends(f, a, "ing") &&
           !verb_inside(f, a, say_next_border(f, a, last));
}

/* "who was helping passengers": one past the relative clause that opens at i; i when none does. */
static uint32_t behind_relative(const struct finder *f, uint32_t i, uint32_t last)
{
    if (!say_is(f, i, DL_CLASS_REL)) return i;
    bool comma = i > 0 && say_is_comma(f, i - 1);
    /* "that" and "que" open what is said; "who" behind a noun does not. */
    bool opens_content = say_is(f, i, DL_CLASS_COMP) && (!f->english || say_word(f, i, "that"));
    if (opens_content && !comma) return i;
    uint32_t end = say_next_border(f, i, last);
    /* German articles are pronouns too; a German clause ends in its verb, an apposition in a noun.
     */
    if (say_is(f, i, DL_CLASS_DET) && (!comma || end < i + 2 || say_cap(f, end - 1))) return i;
    return end;
}

/* No part of a noun phrase behind its first word. */
static bool ends_phrase(const struct finder *f, uint32_t i, bool apposed)
{
    if (say_is(f, i, DL_CLASS_REL) || say_genitive(f, i)) return false;
    if (say_is(f, i, DL_CLASS_COMP | DL_CLASS_MODAL | DL_CLASS_AUX | DL_CLASS_TIME)) return true;
    if (apposed && f->english) return false;
    return say_is(f, i, DL_CLASS_PREP) && !say_word(f, i, "of") && !say_word(f, i, "for") &&
           !say_word(f, i, "at") && !say_word(f, i, "with") && !say_word(f, i, "from");
}

/* "said John Smith, 45, the mayor, who had led the search." takes all of it along; elsewhere than
 * in English the clause is left out. ret_end: behind all of it. */
static bool inverted_source(const struct finder *f, const struct say_view *v, uint32_t i,
                            struct dl_span *ret_source, uint32_t *ret_end)
{
    if (i >= v->last || !say_starts_phrase(f, i, v->last)) return false;
    uint32_t within = i + (f->english ? APPOSED_WITHIN : APPOSED_WITHIN_OTHER);
    uint32_t end = i, core = 0; /* core: end of what stands before the first clause */
    while (end < v->last) {
        if (end > i && quoted_name(f, end)) {
            end++;
            continue;
        }
        uint32_t clause = end > i ? behind_relative(f, end, v->last) : end;
        if (clause > end) {
            if (core == 0) core = end;
            end = clause;
            if (f->english) continue;
            break;
        }
        if (say_is_border(f, end)) {
            if (core == 0 && f->english) core = end;
            if (!apposition_opens(f, end, v->last) || end >= within) break;
        }
        if (end > i && ends_phrase(f, end, core > 0)) break;
        end++;
    }
    if (say_is(f, end, DL_CLASS_AUX | DL_CLASS_MODAL)) {
        /* A clause: no source, but behind a quotation the name before it is one. */
        if (core == 0 || v->limit == 0 || !say_is_quote_mark(f, v->limit - 1)) return false;
        end = core;
    }
    *ret_end = end;
    bool cut = core > i && (!f->english || end - i > DL_SOURCE_MAX_TOKENS);
    *ret_source = say_trim(f, (struct dl_span){i, cut ? core : end});
    return verb_usable(*ret_source);
}

static bool dash(const struct finder *f, uint32_t i)
{
    return say_mark(f, i, 0x2013) || say_mark(f, i, 0x2014) || say_mark(f, i, '-');
}

/* "Celebi, die ihn vertritt, nennt …": the sentence opens with a noun phrase and no clause. In
 * German a word in small letters is of one when it is of a closed class or stands before a noun. */
bool verb_opens_with_noun_phrase(const struct finder *f, const struct say_view *v)
{
    uint32_t end = say_next_border(f, v->first, v->limit);
    if (end == v->first || end + 1 >= v->limit || !say_is_comma(f, end)) return false;
    if (f->w->p[v->first].quote != 0) return false;
    for (uint32_t i = v->first; i < end; i++) {
        static const uint32_t closed = DL_CLASS_DET | DL_CLASS_POSS | DL_CLASS_PREP |
                                       DL_CLASS_CONJ | DL_CLASS_NUM | DL_CLASS_TITLE;
        bool small = f->w->p[i].kind == DL_TOKEN_WORD && !say_cap(f, i);
        if (small && !say_is(f, i, closed) && !(i + 1 < end && say_cap(f, i + 1))) return false;
        if (say_is(f, i, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_VERB | DL_CLASS_COMP))
            return false;
    }
    return true;
}

/* "ha confidato alla radio che …": what is said stands behind the verb, with no subject between. */
static bool clause_opens_at(const struct finder *f, uint32_t i, uint32_t last)
{
    if (!say_is(f, i, DL_CLASS_PREP | DL_CLASS_COMP) && !say_is_colon(f, i)) return false;
    while (i < last && !say_is(f, i, DL_CLASS_COMP) && !say_is_border(f, i))
        i++;
    return i < last && (say_is(f, i, DL_CLASS_COMP) || say_is_colon(f, i));
}

/* `"…," said X` and `…, said X`. */
bool verb_inverted(struct finder *f, const struct hit *h, struct say_view *v)
{
    uint32_t edge = v->limit; /* Russian and Spanish set a dash before the verb: «…», — сказал */
    bool dashed = edge > v->first + 1 && dash(f, edge - 1);
    if (dashed && (say_is_comma(f, edge - 2) || say_is_quote_mark(f, edge - 2))) edge--;
    bool after_quote = edge > v->first && say_is_quote_mark(f, edge - 1);
    bool after_comma = edge > v->first && say_is_comma(f, edge - 1);
    bool sentence_start = edge == v->first && v->first > 0 && say_is_quote_mark(f, v->first - 1);
    if ((h->cue->act == DL_ACT_TELL && f->english) || h->cue->act == DL_ACT_SHOW) return false;
    if (after_comma && f->english && f->w->p[v->first].quote == 0 && !after_quote &&
        f->w->p[v->limit - 1].quote == 0 &&
        (!verb_inside(f, v->first, v->limit) ||
         verb_usable(verb_apposition(f, v->limit - 1, v->first))))
        return false;
    bool pronoun = say_is(f, h->at.last, DL_CLASS_PRON) && !say_is(f, h->at.last, DL_CLASS_DET);
    if (f->german && after_comma && !pronoun && verb_opens_with_noun_phrase(f, v)) return false;
    if (f->romance && after_comma && !pronoun && verb_apposed_subject(f, v)) return false;
    if (f->romance && !after_quote && clause_opens_at(f, h->at.last, v->last)) return false;
    if (v->before != v->limit || (!after_quote && !after_comma && !sentence_start)) return false;
    if (h->cue->form != DL_FORM_PAST && h->cue->form != DL_FORM_S && h->cue->form != DL_FORM_ANY &&
        h->cue->form != DL_FORM_BASE)
        return false;
    uint32_t i = verb_time(f, h->at.last, v->last);
    struct dl_span source, hearer = {0, 0};
    uint32_t behind;
    if (say_locative(f, i)) i++;
    if (!f->english && say_is(f, i, DL_CLASS_PREP) && say_hearer_at(f, i, i + 4) == i) {
        hearer = say_phrase(f, i + 1, v->last);
        i = hearer.last;
    }
    if (!inverted_source(f, v, i, &source, &behind)) return false;
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
        verb_make(f, h, v, after_quote || sentence_start ? RULE_QUOTE : RULE_INVERTED, 0.92f);
    if (s == NULL) return true;
    verb_content_left(f, s, v->first, v->limit);
    verb_content_behind(f, s, say_next_border(f, behind, v->last), v->last);
    if (hearer.last > hearer.first) say_told(f, s, hearer);
    return true;
}

/* What English does not do: verb first, verb last, "das berichtet X", source behind a V2 verb. */
bool verb_other_order(struct finder *f, uint32_t hit, struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit];
    const char *code = f->t->cues->pack->code;
    const struct hit *b = hit > 0 ? &f->hits.p[hit - 1] : NULL;
    if (b != NULL && b->cue->kind == DL_CUE_PRIOR && b->sentence == h->sentence &&
        b->at.last <= h->at.first && h->at.first <= b->at.last + 2) {
        struct dl_span source;
        uint32_t i = verb_time(f, h->at.last, v->last), end;
        return inverted_source(f, v, i, &source, &end) && say_prior(f, hit, source);
    }
    if (strcmp(code, "ar") == 0 && v->before == v->limit)
        return say_verb_first(f, hit, v->first, v->last);
    bool at_end = h->at.last >= v->last;
    if (strcmp(code, "tr") == 0 && say_nominal(f, hit, v)) return true;
    if (strcmp(code, "tr") == 0 && at_end && say_comma_subject(f, hit, v->first)) return true;
    if ((strcmp(code, "fa") == 0 || strcmp(code, "tr") == 0) && at_end && v->before > v->limit)
        return say_verb_last(f, hit, v->limit);
    /* "Am Montag sagte der Minister, …" */
    bool v2 = v->limit == v->first && v->before > v->limit &&
              say_is(f, v->limit, DL_CLASS_PREP | DL_CLASS_TIME | DL_CLASS_ADV) &&
              strcmp(code, "fa") != 0 && strcmp(code, "zh") != 0 && strcmp(code, "tr") != 0;
    struct dl_span source;
    uint32_t i = verb_time(f, h->at.last, v->last), end;
    if (!v2 || !inverted_source(f, v, i, &source, &end)) return false;
    uint32_t r = say_next_border(f, end, v->last);
    for (uint32_t k = source.last; k < r; k++)
        if (say_is(f, k, DL_CLASS_COMP)) r = k;
    if (r + 2 >= v->last) return false;
    v->source = source;
    dl_statement *s = verb_make(f, h, v, "verb-second", 0.7f);
    if (s != NULL) verb_content_right(f, s, hit, v, say_is_comma(f, r) ? r + 1 : r);
    return true;
}
