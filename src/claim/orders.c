/* Word orders other than English: the verb first (Arabic), the verb last (Persian, Turkish), and
 * hearers that stand beside an inverted subject ("declaró la alcaldesa al diario …"). */
#include "claim/say.h"

/* The noun phrase that a head word opens at i: the head, and one word more when there is room, as
 * Arabic and Persian set the name of a body behind its kind. */
struct dl_span say_head_phrase(const struct finder *f, uint32_t i, uint32_t last)
{
    size_t n = 0;
    const struct dl_head *head = dl_cues_head(f->t->cues, f->w, i, last, &n);
    if (head == NULL) return (struct dl_span){i, i};
    uint32_t end = i + (uint32_t)n;
    bool more = head->anonymity != DL_ANON_BARE && n == 1 && end + 2 < last &&
                f->w->p[end].kind == DL_TOKEN_WORD &&
                !say_is(f, end, DL_CLASS_PREP | DL_CLASS_COMP | DL_CLASS_CONJ | DL_CLASS_AUX);
    return (struct dl_span){i, end + more};
}

bool say_medium_at(const struct finder *f, uint32_t i, uint32_t last)
{
    size_t n;
    const struct dl_head *head = dl_cues_head(f->t->cues, f->w, i, last, &n);
    return head != NULL && head->class == DL_SOURCE_MEDIA;
}

/* Where a hearer opens in [first, last): a preposition or article before a medium. `last` if none.
 */
uint32_t say_hearer_at(const struct finder *f, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i + 1 < last; i++) {
        size_t n;
        if (!say_is(f, i, DL_CLASS_PREP | DL_CLASS_DET)) continue;
        if (dl_cues_match(f->t->cues, f->w, i, last, 1u << DL_CUE_CONNECTOR, &n) != NULL)
            return last;
        for (uint32_t k = i + 1; k < last && k < i + 4; k++) {
            const struct dl_head *head = dl_cues_head(f->t->cues, f->w, k, last, &n);
            if (head != NULL && head->class == DL_SOURCE_MEDIA) return i;
            if (head != NULL) k += (uint32_t)n - 1; /* "conferenza stampa" */
        }
    }
    return last;
}

static uint32_t find_comp(const struct finder *f, uint32_t i, uint32_t last)
{
    while (i < last && !say_is(f, i, DL_CLASS_COMP) && !say_is_quote_mark(f, i) &&
           !say_is_colon(f, i))
        i++;
    return i;
}

static uint32_t source_end(const struct finder *f, uint32_t i, uint32_t last)
{
    uint32_t first = i;
    while (i < last && !say_is_border(f, i) && !say_is(f, i, DL_CLASS_TIME)) {
        if (i > first && say_is(f, i, DL_CLASS_PREP)) break;
        /* "to the newspaper X" is one word and its name. */
        if (i > first && f->w->p[i].mark == 0x0644 && say_medium_at(f, i, last)) break;
        i++;
    }
    return i;
}

/* What a cue says of its statement. */
static void said_by(dl_statement *s, const struct hit *h, struct dl_span source)
{
    s->cue = h->at;
    s->source = source;
    s->stance = h->cue->stance;
    s->act = h->cue->act;
    if (h->cue->act == DL_ACT_DENY) s->certainty = DL_CERTAINTY_NEGATED;
}

/* "وأضاف أن …": whoever spoke in the sentence before. */
static bool says_more(struct finder *f, const struct hit *h, uint32_t last)
{
    if (f->out.n == 0 || h->sentence == 0) return false;
    const dl_statement *before = &f->out.p[f->out.n - 1];
    bool near =
        before->sentence + 1 == h->sentence &&
        f->t->sentences.p[before->sentence].paragraph == f->t->sentences.p[h->sentence].paragraph;
    struct dl_span source = before->source;
    if (!near || source.first >= source.last) return false;
    dl_statement *s = say_new(f, "verb-alone", 0.7f * h->cue->reliability, h->sentence);
    if (s == NULL) return true;
    said_by(s, h, source);
    say_content(f, s, h->at.last + 1, last);
    return true;
}

/* "قال X إن …": source up to the comp, content behind it. */
bool say_verb_first(struct finder *f, uint32_t hit, uint32_t first, uint32_t last)
{
    const struct hit *h = &f->hits.p[hit];
    uint32_t i = h->at.last, comp = find_comp(f, i, last);
    (void)first;
    /* A cue of several words names what speaks: "جاء في البيان أن". */
    if (comp == i && h->at.last == h->at.first + 1 && say_is(f, i, DL_CLASS_COMP))
        return says_more(f, h, last);
    if (i >= last || !say_starts_phrase(f, i, last)) return false;
    struct dl_span source = {i, source_end(f, i, comp)}, content = {comp, last};
    if (comp < last) {
        content.first = comp + say_is(f, comp, DL_CLASS_COMP);
    } else {
        source = say_head_phrase(f, i, last);
        content.first = source.last;
    }
    source = say_trim(f, source);
    if (source.first >= source.last || source.last - source.first > DL_SOURCE_MAX_TOKENS)
        return false;
    dl_statement *s =
        say_new(f, "verb-first", (comp < last ? 0.8f : 0.6f) * h->cue->reliability, h->sentence);
    if (s == NULL) return true;
    said_by(s, h, source);
    say_content(f, s, content.first, content.last);
    for (uint32_t k = source.last; k < comp && k < source.last + 2; k++)
        if (comp < last && say_medium_at(f, k, comp))
            say_told(f, s, (struct dl_span){k, source_end(f, k, comp)});
    return true;
}

/* "X … را تکذیب کرد": source at the start of the clause, content between it and the verb. */
bool say_verb_last(struct finder *f, uint32_t hit, uint32_t limit)
{
    const struct hit *h = &f->hits.p[hit];
    struct dl_span source = say_head_phrase(f, limit, h->at.first);
    if (source.first >= source.last || source.last + 1 > h->at.first) return false;
    uint32_t end = h->at.first;
    if (end > source.last && say_word(f, end - 1, "را")) end--;
    dl_statement *s = say_new(f, "verb-last", 0.6f * h->cue->reliability, h->sentence);
    if (s == NULL) return true;
    said_by(s, h, source);
    say_content(f, s, source.last, end);
    return true;
}

enum { COMMA_SUBJECT_WORDS = 12 /* a longer opening is a clause */ };

/* Does the phrase name somebody: a head of the lexicon, or a name of two words? */
static bool names_somebody(const struct finder *f, struct dl_span s)
{
    unsigned capitals = 0;
    for (uint32_t i = s.first; i < s.last; i++) {
        size_t n;
        if (dl_cues_head(f->t->cues, f->w, i, s.last, &n) != NULL) return true;
        capitals += say_cap(f, i);
    }
    return capitals > 1;
}

/* "Bakan, köprünün kapalı olduğunu söyledi": Turkish parts the subject off with a comma. */
bool say_comma_subject(struct finder *f, uint32_t hit, uint32_t first)
{
    const struct hit *h = &f->hits.p[hit];
    uint32_t comma = say_next_border(f, first, h->at.first);
    if (!say_is_comma(f, comma) || comma >= h->at.first || comma - first > COMMA_SUBJECT_WORDS)
        return false;
    struct dl_span source = say_trim(f, (struct dl_span){first, comma});
    if (source.first >= source.last || !names_somebody(f, source)) return false;
    dl_statement *s = say_new(f, "comma-subject", 0.7f * h->cue->reliability, h->sentence);
    if (s == NULL) return true;
    said_by(s, h, source);
    /* "…, yaptığı paylaşımda “…” dedi": the quotation is all that is said. */
    uint32_t from = comma + 1, end = h->at.first;
    uint16_t quote = end >= 2 && say_is_quote_mark(f, end - 1) ? f->w->p[end - 2].quote : 0;
    if (quote != 0 && f->t->quotations.p[quote - 1].first > comma)
        from = f->t->quotations.p[quote - 1].first;
    say_content(f, s, from, end);
    return true;
}

/* The hearer becomes a hop when it is a medium other than the outlet. */
void say_told(struct finder *f, dl_statement *s, struct dl_span hearer)
{
    while (hearer.first < hearer.last && say_is(f, hearer.first, DL_CLASS_PREP) &&
           !say_medium_at(f, hearer.first, hearer.last))
        hearer.first++;
    hearer = say_trim(f, hearer);
    if (hearer.first >= hearer.last || dl_source_is_outlet(f->t, hearer) || s->n_hops > 0) return;
    s->hop[0] = (struct dl_hop){.source = hearer, .cue = s->cue};
    s->n_hops = 1;
}

/* "Об этом сообщает X", "Das berichtet X": what is said is the sentence before. */
bool say_prior(struct finder *f, uint32_t hit, struct dl_span source)
{
    const struct hit *h = &f->hits.p[hit];
    if (h->sentence == 0 || source.first >= source.last) return false;
    const dl_sentence *before = &f->t->sentences.p[h->sentence - 1];
    if (before->paragraph + 1 < f->t->sentences.p[h->sentence].paragraph) return false;
    dl_statement *s = say_new(f, "prior", 0.7f * h->cue->reliability, h->sentence);
    if (s == NULL) return true;
    s->cue = h->at;
    s->source = source;
    s->stance = h->cue->stance;
    s->act = h->cue->act;
    say_content(f, s, before->first, before->last);
    return true;
}
