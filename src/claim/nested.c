/* Words in quotation marks inside what is reported: what the reporter leaves in the mouth of who
 * said it. Each hangs on a statement made before. */
#include "claim/say.h"

/* A name in quotation marks is no quotation: it has capitals on every word, or stands hard behind
 * the noun that says what it names. One noun alone is a word of who speaks: in einen „Bunker“. */
static bool words_of_somebody(const struct finder *f, const dl_quotation *q)
{
    uint32_t small = 0, words = 0;
    for (uint32_t i = q->first; i < q->last; i++) {
        words += f->w->p[i].kind == DL_TOKEN_WORD;
        small += f->w->p[i].kind == DL_TOKEN_WORD && !say_cap(f, i);
    }
    if (!q->closed) return false;
    if (small > 0) return true;
    bool named =
        q->first < 2 || say_cap(f, q->first - 2) || (f->w->p[q->first].flags & DL_WORD_UPPER);
    return words == 1 && q->last - q->first == 1 && !named;
}

static uint32_t words_outside(const struct finder *f, const dl_statement *s, const dl_quotation *q)
{
    uint32_t n = 0;
    for (unsigned c = 0; c < s->n_content; c++)
        for (uint32_t i = s->content[c].first; i < s->content[c].last; i++)
            n += f->w->p[i].kind == DL_TOKEN_WORD && (i < q->first || i >= q->last);
    return n;
}

static bool contains(const dl_statement *s, struct dl_span words)
{
    for (unsigned c = 0; c < s->n_content; c++)
        if (s->content[c].first <= words.first && words.last <= s->content[c].last) return true;
    return false;
}

static void quoted_part(struct finder *f, const dl_quotation *q, size_t known)
{
    struct dl_span words = say_trim(f, (struct dl_span){q->first, q->last});
    size_t best = known;
    uint32_t least = UINT32_MAX;
    for (size_t k = 0; k < known; k++) {
        const dl_statement *s = &f->out.p[k];
        if (s->source.last <= s->source.first || !contains(s, words)) continue;
        uint32_t outside = words_outside(f, s, q);
        if (outside == 0) return; /* the quotation is the content */
        if (outside >= least) continue;
        least = outside;
        best = k;
    }
    if (best == known) return;
    dl_statement *s = say_after(f, "quoted-part", &f->out.p[best], f->out.p[best].sentence);
    if (s == NULL) return;
    s->part = true;
    s->cue = s->cue_before;
    s->certainty = f->out.p[best].certainty;
    s->quote = DL_QUOTE_DIRECT;
    say_content(f, s, q->first, q->last);
}

void say_quoted_parts(struct finder *f)
{
    if (!f->german) return;
    size_t known = f->out.n;
    for (size_t k = 0; k < f->t->quotations.n; k++)
        if (words_of_somebody(f, &f->t->quotations.p[k]))
            quoted_part(f, &f->t->quotations.p[k], known);
}
