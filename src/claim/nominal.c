/* Turkish: what is said is a clause made a noun, before the verb ("köprünün kapalı olduğunu
 * söyledi"); the subject stands at the start of the sentence, or behind a participle ("… olduğunu
 * belirten Kaya"). After Göksel and Kerslake, Turkish: A Comprehensive Grammar, 2005, ch. 24. */
#include "claim/verb.h"

enum {
    SUBJECT_WORDS = 12, /* a longer opening is a clause */
    NOUN_WITHIN = 8,    /* words to the last noun of a subject that no comma parts off */
    ADVERBS = 4         /* words between the clause and its verb */
};

/* Endings of verbal nouns, the possessive included; a case may follow. */
static const char *const ENDINGS[] = {
    "dığı",    "diği",    "duğu",     "düğü",     "tığı",    "tiği",    "tuğu",    "tüğü",
    "acağı",   "eceği",   "dıkları",  "dikleri",  "dukları", "dükleri", "tıkları", "tikleri",
    "tukları", "tükleri", "acakları", "ecekleri", "ması",    "mesi",    "maları",  "meleri"};
static const char *const CASES[] = {"nı", "ni", "nu", "nü", "na", "ne", "ndan", "nden", ""};
static const char *const PARTICIPLES[] = {"en", "an"};
static const char *const PASSIVES[] = {"ldı",   "ldi",   "ldu",   "ldü",   "ndı",   "ndi",
                                       "lıyor", "liyor", "luyor", "lüyor", "niyor", "nıyor"};
static const char *const GENITIVES[] = {"nın", "nin", "nun", "nün"};
#define ENDS(f, i, list) ends_in((f), (i), (list), sizeof(list) / sizeof *(list))

static bool ends_in(const struct finder *f, uint32_t i, const char *const list[], size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (say_lower_ends(f, i, list[k])) return true;
    return false;
}

static bool verbal_noun(const struct finder *f, uint32_t i)
{
    if (i >= f->w->n || f->w->p[i].kind != DL_TOKEN_WORD) return false;
    dl_str word = dl_token_text(f->w, i);
    for (size_t c = 0; c < sizeof CASES / sizeof *CASES; c++) {
        size_t n = strlen(CASES[c]);
        if (n >= word.n || !dl_str_iends(word, CASES[c])) continue;
        dl_str rest = dl_str_sub(word, 0, word.n - n);
        for (size_t k = 0; k < sizeof ENDINGS / sizeof *ENDINGS; k++)
            if (rest.n > strlen(ENDINGS[k]) && dl_str_iends(rest, ENDINGS[k])) return true;
    }
    return false;
}

/* The verbal noun that the cue governs: before it, but for adverbs. */
static bool noun_before(const struct finder *f, const struct say_view *v, uint32_t *ret_noun)
{
    for (uint32_t i = v->cue; i > v->first && i + ADVERBS >= v->cue; i--) {
        if (say_is_border(f, i - 1)) return false;
        if (!verbal_noun(f, i - 1)) continue;
        *ret_noun = i - 1;
        return true;
    }
    return false;
}

/* Where what is said opens at the earliest: behind a verb of saying before it that is no part. */
static uint32_t content_from(const struct finder *f, uint32_t hit, const struct say_view *v)
{
    for (uint32_t k = hit; k > 0 && f->hits.p[k - 1].sentence == f->hits.p[hit].sentence; k--) {
        const struct hit *b = &f->hits.p[k - 1];
        if (b->at.first < v->first) continue;
        if (b->cue->kind == DL_CUE_CONNECTOR) return b->at.last;
        if (b->cue->kind != DL_CUE_VERB) continue;
        if (!verbal_noun(f, b->at.last - 1) && !ENDS(f, b->at.last - 1, PARTICIPLES))
            return b->at.last;
    }
    return v->first;
}

static bool noun_within(const struct finder *f, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (verbal_noun(f, i)) return true;
    return false;
}

/* "Sanık ise …", "Vali Nejat Sarıca, …", "Tarım müdürlüğü …": the subject that opens the sentence.
 * It ends at its comma, else at the last noun of an office or body, or with a run of names. */
static struct dl_span opening_subject(const struct finder *f, uint32_t first, uint32_t noun)
{
    uint32_t comma = say_next_border(f, first, noun);
    if (comma < noun && say_is_comma(f, comma) && comma - first <= SUBJECT_WORDS &&
        !noun_within(f, first, comma))
        return (struct dl_span){first, comma};
    uint32_t last = comma < first + NOUN_WITHIN ? comma : first + NOUN_WITHIN, names = first;
    while (names < last && say_cap(f, names) && !ENDS(f, names, GENITIVES))
        names++;
    for (uint32_t i = first; i < last && !verbal_noun(f, i); i++) {
        size_t n = 0;
        bool ise = i > first && say_word(f, i, "ise");
        if (ise) return (struct dl_span){first, i};
        bool head = dl_cues_head(f->t->cues, f->w, i, last, &n) != NULL;
        if (!head && !say_is(f, i, DL_CLASS_ORGWORD | DL_CLASS_TITLE)) continue;
        uint32_t end = i + (n > 1 ? (uint32_t)n : 1);
        if (ENDS(f, end - 1, GENITIVES)) continue;
        return (struct dl_span){first, end > names ? end : names};
    }
    return (struct dl_span){first, names > first + 1 ? names : first};
}

/* "… olduğunu belirten Kaya, …" */
static struct dl_span behind_participle(const struct finder *f, const struct hit *h, uint32_t last)
{
    struct dl_span none = {0, 0}, who = {h->at.last, say_next_border(f, h->at.last, last)};
    return who.last - who.first <= SUBJECT_WORDS ? who : none;
}

static bool clause_ends(const struct finder *f, const struct hit *h, const struct say_view *v)
{
    uint32_t i = h->at.last;
    return i >= v->last || say_is_border(f, i) || say_lower_ends(f, i - 1, "arak") ||
           say_lower_ends(f, i - 1, "erek");
}

bool say_nominal(struct finder *f, uint32_t hit, struct say_view *v)
{
    const struct hit *h = &f->hits.p[hit];
    uint32_t noun, from = content_from(f, hit, v);
    if (!noun_before(f, v, &noun)) return false;
    bool participle = h->at.last < v->last && ENDS(f, h->at.last - 1, PARTICIPLES);
    if (!participle && !clause_ends(f, h, v)) return false;
    struct dl_span who =
        participle ? behind_participle(f, h, v->last) : opening_subject(f, v->first, noun);
    if (!participle && who.last > from) from = who.last;
    if (say_word(f, from, "ise")) from++;
    v->source = say_trim(f, who);
    bool passive = ENDS(f, h->at.last - 1, PASSIVES);
    if (!verb_usable(v->source) && !passive) return true; /* nobody is named */
    dl_statement *s = verb_make(f, h, v, "verbal-noun", 0.85f);
    if (s == NULL) return true;
    if (!verb_usable(v->source)) {
        s->source = (struct dl_span){0, 0};
        s->stance = DL_STANCE_HEARSAY;
    }
    say_content(f, s, from, noun + 1);
    return true;
}
