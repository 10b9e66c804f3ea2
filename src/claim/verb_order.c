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

static bool inverted_source(const struct finder *f, const struct say_view *v, uint32_t i,
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

/* `"…," said X` and `…, said X`. */
bool verb_inverted(struct finder *f, const struct hit *h, struct say_view *v)
{
    bool after_quote = v->limit > v->first && say_is_quote_mark(f, v->limit - 1);
    bool after_comma = v->limit > v->first && say_is_comma(f, v->limit - 1);
    bool sentence_start =
        v->limit == v->first && v->first > 0 && say_is_quote_mark(f, v->first - 1);
    if (h->cue->act == DL_ACT_TELL || h->cue->act == DL_ACT_SHOW) return false;
    if (after_comma && f->english && f->w->p[v->first].quote == 0 && !after_quote &&
        f->w->p[v->limit - 1].quote == 0 &&
        (!verb_inside(f, v->first, v->limit) ||
         verb_usable(verb_apposition(f, v->limit - 1, v->first))))
        return false;
    if (v->before != v->limit || (!after_quote && !after_comma && !sentence_start)) return false;
    if (h->cue->form != DL_FORM_PAST && h->cue->form != DL_FORM_S && h->cue->form != DL_FORM_ANY &&
        h->cue->form != DL_FORM_BASE)
        return false;
    uint32_t i = verb_time(f, h->at.last, v->last);
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
        verb_make(f, h, v, after_quote || sentence_start ? RULE_QUOTE : RULE_INVERTED, 0.92f);
    if (s == NULL) return true;
    uint32_t behind = source.last;
    verb_content_left(f, s, v->first, v->limit);
    behind = say_next_border(f, behind, v->last);
    if (behind + 1 < v->last && (say_is_comma(f, behind) || say_is_quote_mark(f, behind)))
        say_content(f, s, behind + 1, verb_quote_end(f, behind + 1, v->last));
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
        uint32_t i = verb_time(f, h->at.last, v->last);
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
    if (!v2 || !inverted_source(f, v, verb_time(f, h->at.last, v->last), &source)) return false;
    uint32_t r = say_next_border(f, source.last, v->last);
    for (uint32_t k = source.last; k < r; k++)
        if (say_is(f, k, DL_CLASS_COMP)) r = k;
    if (r + 2 >= v->last) return false;
    v->source = source;
    dl_statement *s = verb_make(f, h, v, "verb-second", 0.7f);
    if (s != NULL) verb_content_right(f, s, hit, v, say_is_comma(f, r) ? r + 1 : r);
    return true;
}
