/* Where the content of a statement begins and ends. */
#include "claim/verb.h"

static const dl_quotation *quotation_at(const struct finder *f, uint32_t token)
{
    if (token >= f->w->n || f->w->p[token].quote == 0) return NULL;
    return &f->t->quotations.p[f->w->p[token].quote - 1];
}

/* A content that ends inside a quotation goes on to its end, in later sentences too. */
uint32_t verb_quote_end(const struct finder *f, uint32_t first, uint32_t last)
{
    const dl_quotation *q = last > first ? quotation_at(f, last - 1) : NULL;
    if (q == NULL && last < f->w->n && say_is_quote_mark(f, last)) return last;
    return q != NULL && q->last > last ? q->last : last;
}

uint32_t verb_content_end(const struct finder *f, uint32_t hit, uint32_t from, uint32_t last)
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
        /* "…, but that …" goes on with what was said. */
        bool that = i + 2 < end && say_word(f, i + 2, "that");
        if (f->w->p[i].quote != 0 || that) continue;
        if (say_mark(f, i, ';') ||
            (say_is_comma(f, i) && (say_word(f, i + 1, "but") || say_word(f, i + 1, "while") ||
                                    say_word(f, i + 1, "although"))))
            return i;
    }
    return end;
}

uint32_t verb_dateline(const struct finder *f, uint32_t first, uint32_t end)
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
    first = verb_dateline(f, first, end);
    while (first < end && say_is(f, first, DL_CLASS_LEAD) && !say_is(f, first, DL_CLASS_DET) &&
           first + 1 < end && (say_is_comma(f, first + 1) || say_is(f, first, DL_CLASS_CONJ)))
        first += say_is_comma(f, first + 1) ? 2 : 1;
    return first;
}

/* What stands before the attribution: back to the start of the sentence, or of the quotation. */
void verb_content_left(struct finder *f, dl_statement *s, uint32_t first, uint32_t end)
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
    say_content(f, s, open, span.last);
}

/* German parts its verbs: "wies die Vorwürfe zurück". */
static uint32_t without_particle(const struct finder *f, uint32_t from, uint32_t end)
{
    static const char *const parts[] = {"zurück", "mit", "an",   "hin",
                                        "ein",    "zu",  "fest", "bekannt"};
    if (!f->german) return end;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (end > from + 1 && say_word(f, end - 1, parts[k])) return end - 1;
    return end;
}

/* "wirft der Regierung vor, dass …": the content opens behind the particle and its comma. */
static uint32_t behind_particle(const struct finder *f, const struct dl_cue *cue, uint32_t from,
                                uint32_t last)
{
    size_t space = dl_str_chr(cue->lemma, ' ', 0);
    if (!f->german || space == DL_NO_POS) return from;
    uint32_t border = say_next_border(f, from, last);
    if (border == from || border + 2 >= last || !say_is_comma(f, border)) return from;
    for (size_t next; (next = dl_str_chr(cue->lemma, ' ', space + 1)) != DL_NO_POS;)
        space = next; /* "geht davon aus" */
    dl_str particle = dl_str_sub(cue->lemma, space + 1, cue->lemma.n);
    return dl_str_eq(dl_token_text(f->w, border - 1), particle) ? border + 1 : from;
}

void verb_content_right(struct finder *f, dl_statement *s, uint32_t hit, const struct say_view *v,
                        uint32_t from)
{
    from = behind_particle(f, f->hits.p[hit].cue, from, v->last);
    if (say_is(f, from, DL_CLASS_COMP) && say_word(f, from, "that"))
        from++;
    else if (!f->english && say_is(f, from, DL_CLASS_COMP))
        from++;
    uint32_t end = verb_content_end(f, hit, from, v->last);
    end = verb_quote_end(f, from, end);
    end = without_particle(f, from, end);
    say_content(f, s, from, end);
}

/* The rest of a content that the attribution at `border` stands in the middle of. Words of a
 * quotation go on in quotation marks; what stands there without is the outlet's. */
void verb_content_behind(struct finder *f, dl_statement *s, uint32_t border, uint32_t last)
{
    bool resumes = border + 2 < last && say_mark(f, border, '.') && f->w->p[border + 2].quote != 0;
    if (border >= last || (!say_is_comma(f, border) && !say_is_quote_mark(f, border) && !resumes))
        return;
    uint32_t from = border + 1;
    bool quoted = f->english && s->n_content > 0 && quotation_at(f, s->content[0].last - 1) != NULL;
    while (quoted && from < last && f->w->p[from].quote == 0)
        from++;
    if (from < last) say_content(f, s, from, verb_quote_end(f, from, last));
}
