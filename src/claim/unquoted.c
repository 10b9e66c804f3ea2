/* What stands in quotation marks and is no quotation: names of newspapers, ships and parties
 * (газета «Залив», 《晚报》), and the words of the author that Slavic print sets into a quotation
 * («Мы знали, — сказал мэр. — Нас не слушали»). Not in English and German, which have their own. */
#include "claim/say.h"

enum {
    NAME_WORDS = 5,      /* a longer quotation is no name */
    NAME_CHARACTERS = 12 /* the same where a token is a character */
};

static bool is_dash(const struct finder *f, uint32_t i)
{
    return say_mark(f, i, 0x2013) || say_mark(f, i, 0x2014);
}

static bool verb_ends_at(const struct finder *f, uint32_t end)
{
    size_t n;
    for (uint32_t k = 1; k <= 4 && k <= end; k++)
        if (dl_cues_match(f->t->cues, f->w, end - k, end, 1u << DL_CUE_VERB, &n) != NULL && n == k)
            return true;
    return false;
}

static bool head_ends_at(const struct finder *f, uint32_t end)
{
    size_t n;
    for (uint32_t k = 1; k <= 2 && k <= end; k++)
        if (dl_cues_head(f->t->cues, f->w, end - k, end, &n) != NULL && n == k) return true;
    return false;
}

/* Nothing but words, numbers and hyphens: marks of a sentence are of somebody's words. */
static bool plain(const struct finder *f, const dl_quotation *q)
{
    for (uint32_t i = q->first; i < q->last; i++)
        if (f->w->p[i].kind > DL_TOKEN_NUMBER && !say_mark(f, i, '-')) return false;
    return true;
}

static bool clause_opens(const struct finder *f, uint32_t i, uint32_t last)
{
    return say_is(f, i, DL_CLASS_COMP) ||
           (say_is_comma(f, i) && i + 1 < last && say_is(f, i + 1, DL_CLASS_COMP));
}

/* "«Береговой листок» пишет, что …": what is said stands in a clause behind the verb. */
static bool clause_follows(const struct finder *f, uint32_t i, uint32_t last)
{
    if (i >= last || f->w->p[i].kind != DL_TOKEN_WORD) return false;
    uint32_t border = say_next_border(f, i, last);
    for (uint32_t k = i; k < border; k++)
        if (say_is(f, k, DL_CLASS_COMP)) return true;
    return clause_opens(f, border, last);
}

static bool is_name(const struct finder *f, const dl_quotation *q)
{
    const dl_pack *pack = f->t->cues->pack;
    bool characters = strcmp(pack->code, "zh") == 0 || strcmp(pack->code, "ja") == 0;
    if (!q->closed || q->dash || q->words == 0 || q->first == 0) return false;
    if (say_mark(f, q->first - 1, 0x300A)) return true; /* 《》 stand about titles alone */
    uint32_t limit = characters ? NAME_CHARACTERS : NAME_WORDS;
    if (q->last - q->first > limit || !plain(f, q)) return false;
    if (!pack->caseless && !say_cap(f, q->first)) return false;
    const dl_sentence *s = &f->t->sentences.p[f->w->p[q->first].sentence];
    uint32_t open = q->first - 1, behind = q->last + 1;
    bool starts = open <= s->first || say_is(f, open - 1, DL_CLASS_CONJ);
    if (starts || say_is_border(f, open - 1)) return clause_follows(f, behind, s->last);
    if (head_ends_at(f, open) || say_is(f, open - 1, DL_CLASS_PREP)) return true;
    if (verb_ends_at(f, open)) /* «рассказал „Листку“, что …» */
        return clause_opens(f, behind, s->last);
    /* Where the verb stands last, a subject may stand hard before what it says. */
    bool verb_last = strcmp(pack->code, "tr") == 0 || strcmp(pack->code, "fa") == 0;
    return !verb_last && strcmp(pack->code, "ar") != 0;
}

static void no_quotation(const struct finder *f, uint32_t first, uint32_t last, uint8_t flag)
{
    for (uint32_t i = first; i < last; i++) {
        f->w->p[i].quote = 0;
        f->w->p[i].flags |= flag;
    }
}

void say_names_in_marks(struct finder *f)
{
    if (f->english || f->german) return;
    for (size_t k = 0; k < f->t->quotations.n; k++) {
        const dl_quotation *q = &f->t->quotations.p[k];
        if (is_name(f, q)) no_quotation(f, q->first - 1, q->last + 1, DL_WORD_NAMED);
    }
}

/* The author's words open with a dash behind a mark and go on to the next such dash. */
static void set_in(const struct finder *f, const struct hit *h)
{
    uint16_t number = f->w->p[h->at.first].quote;
    uint32_t dash = h->at.first - 1;
    if (number == 0 || h->at.first < 2) return;
    const dl_quotation *q = &f->t->quotations.p[number - 1];
    uint32_t end = h->at.last, last = q->last;
    /* Dialogue behind a dash: "– Süt nereye gidiyor? diye sordu muhtar." */
    bool mark = say_is_comma(f, dash) || say_mark(f, dash, '?') || say_mark(f, dash, '!');
    if (q->dash && mark) no_quotation(f, h->at.first, last, 0);
    if (q->dash || !is_dash(f, dash) || f->w->p[dash - 1].kind != DL_TOKEN_PUNCT) return;
    while (end < last && !(is_dash(f, end) && f->w->p[end - 1].kind == DL_TOKEN_PUNCT))
        end++;
    if (end < last) end++;
    no_quotation(f, dash, end, 0);
}

void say_authors_words(struct finder *f)
{
    if (f->english || f->german) return;
    for (size_t k = 0; k < f->hits.n; k++)
        if (f->hits.p[k].cue->kind == DL_CUE_VERB) set_in(f, &f->hits.p[k]);
}
