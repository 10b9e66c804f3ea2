/* Cues where they stand: longest match, and no nouns or adjectives taken for verbs. */
#include "claim/say.h"

/* "the report said": a noun's place, not a verb's. */
static bool noun_before(const struct finder *f, uint32_t i, uint32_t first)
{
    if (i == first) return false;
    uint32_t b = i - 1;
    if (say_is(f, b, DL_CLASS_DET | DL_CLASS_POSS) && !say_is(f, b, DL_CLASS_PRON)) return true;
    if (say_is(f, b, DL_CLASS_DET) && !say_is(f, b, DL_CLASS_COMP) && !say_word(f, b, "this") &&
        !say_word(f, b, "some") && !say_word(f, b, "many") && !say_word(f, b, "all") &&
        !say_word(f, b, "others"))
        return true;
    if (f->w->p[b].flags & DL_WORD_CLITIC) return say_word(f, b, "'s") || say_lower_ends(f, b, "s");
    return say_is(f, b, DL_CLASS_PREP) && !say_word(f, b, "to") && !say_is(f, b, DL_CLASS_CONJ);
}

static bool plural_before(const struct finder *f, uint32_t i, uint32_t first)
{
    uint32_t b = i;
    while (b > first && say_is(f, b - 1, DL_CLASS_ADV))
        b--;
    if (b == first) return false;
    b--;
    if (say_word(f, b, "did") || say_word(f, b, "do") || say_word(f, b, "does")) return true;
    if (say_is(f, b, DL_CLASS_PRON))
        return !say_word(f, b, "he") && !say_word(f, b, "she") && !say_word(f, b, "it");
    if (say_is(f, b, DL_CLASS_REL)) return true;
    return say_lower_ends(f, b, "s") || say_word(f, b, "police") || say_word(f, b, "people") ||
           say_word(f, b, "media") || say_word(f, b, "who");
}

/* "Photographs provided by the group show": the plural stands first. */
static bool plural_subject(const struct finder *f, uint32_t i, uint32_t first)
{
    uint32_t start = i;
    while (start > first && !say_is_border(f, start - 1))
        start--;
    for (uint32_t k = start; k < i && k < start + 4; k++)
        if (say_lower_ends(f, k, "s") && !say_is(f, k, DL_CLASS_DET | DL_CLASS_POSS)) return true;
    return false;
}

/* A month, a name: no hedge. */
static bool capital_hedge(const struct finder *f, uint32_t i, size_t n)
{
    if (!f->english || n > 1 || !(f->w->p[i].flags & DL_WORD_CAP)) return false;
    if (!(f->w->p[i].flags & DL_WORD_FIRST)) return true;
    return i + 1 < f->w->n && f->w->p[i + 1].kind == DL_TOKEN_NUMBER;
}

/* "wies … zurück": a verb that is told apart by its particle needs it at the end of a clause. */
static bool particle_follows(const struct finder *f, const struct dl_cue *cue, uint32_t i,
                             uint32_t last)
{
    static const char *const particles[] = {"zurück", "vor", "mit", "an", "ein"};
    size_t space = dl_str_chr(cue->lemma, ' ', 0);
    if (space == DL_NO_POS) return true;
    dl_str particle = dl_str_sub(cue->lemma, space + 1, cue->lemma.n),
           form = dl_token_text(f->w, i);
    bool listed = false;
    for (size_t k = 0; k < sizeof particles / sizeof *particles; k++)
        listed = listed || dl_str_eq_c(particle, particles[k]);
    /* A form of another verb, or one that has its particle in it: "zurückgewiesen". */
    if (!listed || form.p[0] != cue->lemma.p[0]) return true;
    for (uint32_t k = i + 1; k < last; k++) {
        bool ends = k + 1 >= last || say_is_border(f, k + 1) || say_is(f, k + 1, DL_CLASS_CONJ);
        if (ends && dl_str_eq(dl_token_text(f->w, k), particle)) return true;
    }
    return false;
}

/* German nouns have capitals; "zu sagen" says nothing yet; ", so der Sprecher" attributes only
 * behind a mark and before a noun phrase. */
static bool german_verb_here(const struct finder *f, const struct dl_cue *cue, struct dl_span at,
                             uint32_t first, uint32_t last)
{
    uint32_t i = at.first;
    if ((f->w->p[i].flags & DL_WORD_CAP) && !(f->w->p[i].flags & DL_WORD_FIRST)) return false;
    if (i > first && say_word(f, i - 1, "zu")) return false;
    if (at.last - i > 1) return true;
    if (!say_word(f, i, "so")) return particle_follows(f, cue, i, last);
    bool behind_mark = i > first && (say_is_comma(f, i - 1) || say_is_quote_mark(f, i - 1));
    bool before_noun = at.last < last && (say_cap(f, at.last) || say_is(f, at.last, DL_CLASS_DET));
    return behind_mark && before_noun;
}

enum { AUXILIARY_WITHIN = 6 /* tokens from a participle back to "ha", as in "a-t-elle déclaré" */ };

/* "azúcar añadido", "rilanciata dalla radio": a participle says nothing without "ha". */
static bool auxiliary_before(const struct finder *f, uint32_t i, uint32_t first)
{
    static const uint32_t between =
        DL_CLASS_ADV | DL_CLASS_NEG | DL_CLASS_CLITIC | DL_CLASS_PRON | DL_CLASS_TIME;
    for (unsigned n = 0; i > first && n < AUXILIARY_WITHIN; n++, i--) {
        if (say_is(f, i - 1, DL_CLASS_AUX | DL_CLASS_MODAL)) return true;
        bool short_word = f->w->p[i - 1].end - f->w->p[i - 1].start == 1; /* "-", "t" */
        if (!short_word && !say_is(f, i - 1, between)) return false;
    }
    return false;
}

/* Is the verb form at `at` really a verb here? */
static bool verb_here(const struct finder *f, const struct dl_cue *cue, struct dl_span at,
                      uint32_t first, uint32_t last)
{
    if (f->german) return german_verb_here(f, cue, at, first, last);
    if (f->romance && cue->form == DL_FORM_PAST) return auxiliary_before(f, at.first, first);
    if (!f->english) return true;
    uint32_t i = at.first;
    if ((f->w->p[i].flags & DL_WORD_CAP) && !(f->w->p[i].flags & DL_WORD_FIRST)) return false;
    if (noun_before(f, i, first)) return false;
    switch (cue->form) {
    case DL_FORM_BASE:
        return plural_before(f, i, first) ||
               (cue->act == DL_ACT_SHOW && plural_subject(f, i, first));
    case DL_FORM_S:
        /* "reports that", "claims of": a noun at the start of a sentence or behind an adjective. */
        return i > first && !say_is(f, i - 1, DL_CLASS_ADJ | DL_CLASS_CONJ) &&
               !say_is(f, i - 1, DL_CLASS_PREP) && f->w->p[i - 1].kind <= DL_TOKEN_PUNCT &&
               !(say_lower_ends(f, i - 1, "ed") && !say_is(f, i - 1, DL_CLASS_ADV)) &&
               !(at.last < last && say_is(f, at.last, DL_CLASS_AUX));
    case DL_FORM_ING:
        return i > first && !say_is(f, i - 1, DL_CLASS_PREP) && cue->act != DL_ACT_BELIEVE;
    case DL_FORM_PAST:
        return !(i > first && say_is(f, i - 1, DL_CLASS_ADJ));
    default:
        return true;
    }
}

enum { SPLIT_BORDERS = 3 /* a particle stands at the end of this or one of the next clauses */ };

static const struct dl_cue *verb_of(const struct finder *f, struct dl_token *tokens, size_t words)
{
    struct dl_words few = {f->w->text, tokens, words};
    size_t n;
    const struct dl_cue *cue = dl_cues_match(f->t->cues, &few, 0, words, 1u << DL_CUE_VERB, &n);
    return n == words ? cue : NULL;
}

/* "gab … bekannt", "ging … davon aus": the form of the lexicon with its last word or two at the end
 * of a clause. NULL: none. */
static const struct dl_cue *split_verb(const struct finder *f, uint32_t i, uint32_t last)
{
    struct dl_token form[3] = {f->w->p[i]};
    unsigned borders = 0;
    for (uint32_t k = i + 2; k < last && borders < SPLIT_BORDERS; k++) {
        bool ends = k + 1 >= last || say_is_border(f, k + 1) || say_is(f, k + 1, DL_CLASS_CONJ);
        if (!ends) continue;
        borders++;
        if (f->w->p[k].kind != DL_TOKEN_WORD || say_cap(f, k)) continue;
        form[1] = f->w->p[k];
        const struct dl_cue *cue = verb_of(f, form, 2);
        if (cue != NULL) return cue;
        if (f->w->p[k - 1].kind != DL_TOKEN_WORD || say_cap(f, k - 1)) continue;
        form[1] = f->w->p[k - 1];
        form[2] = f->w->p[k];
        cue = verb_of(f, form, 3);
        if (cue != NULL) return cue;
    }
    return NULL;
}

static bool add(struct finder *f, const struct dl_cue *cue, uint32_t i, size_t n, uint32_t sentence)
{
    struct hit hit = {cue, {i, i + (uint32_t)n}, sentence, -1};
    if (f->hits.n >= DL_STATEMENTS_MAX || dl_vec_push(f->arena, &f->hits, hit) != DL_OK) {
        f->failed = f->failed || dl_arena_failed(f->arena) != DL_OK;
        return false;
    }
    return true;
}

enum {
    ACCORD_WITHIN = 6, /* words between "nach" and the noun of saying */
    ACCORD_STEM = 5    /* bytes of the shortest noun at the end of a compound */
};

/* Is the noun at k, or what its compound ends in, one that the lexicon has behind "nach"? */
static const struct dl_cue *accord_noun(const struct finder *f, uint32_t nach, uint32_t k)
{
    struct dl_token pair[2] = {f->w->p[nach], f->w->p[k]};
    struct dl_words two = {f->w->text, pair, 2};
    dl_str word = dl_token_text(f->w, k);
    if (word.n > DL_WORD_MAX) return NULL;
    for (size_t cut = 0; cut + ACCORD_STEM <= word.n; cut++) {
        if (((unsigned char)word.p[cut] & 0xC0) == 0x80) continue;
        if (cut > 0) pair[1].key = dl_words_key(dl_str_sub(word, cut, word.n));
        size_t n;
        const struct dl_cue *cue = dl_cues_match(f->t->cues, &two, 0, 2, 1u << DL_CUE_PREP, &n);
        if (cue != NULL && n == 2) return cue;
    }
    return NULL;
}

/* "Nach übereinstimmenden Angaben der …", "nach NASA-Angaben", "ihrer Meinung nach": the cue is
 * "nach", its source opens with the noun. */
static const struct dl_cue *accord_at(const struct finder *f, uint32_t i, const dl_sentence *s)
{
    for (uint32_t k = i + 1; k < s->last && k <= i + ACCORD_WITHIN; k++) {
        if (say_is_border(f, k) || say_is(f, k, DL_CLASS_COMP | DL_CLASS_CONJ)) break;
        if (!say_cap(f, k)) continue;
        const struct dl_cue *cue = accord_noun(f, i, k);
        if (cue != NULL) return cue;
        if (!say_is(f, k, DL_CLASS_DET | DL_CLASS_ADJ) && !say_mark(f, k + 1, '-')) break;
    }
    return NULL;
}

/* "wurde laut": no source behind it. */
static bool before_noun(const struct finder *f, uint32_t i, uint32_t last)
{
    for (uint32_t k = i; k < last && k < i + 4; k++) {
        if (say_cap(f, k) || f->w->p[k].quote != 0 || say_is_quote_mark(f, k)) return true;
        if (say_is_border(f, k) || say_is(f, k, DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_COMP) ||
            (say_is(f, k, DL_CLASS_PREP) && !say_is(f, k, DL_CLASS_DET)))
            return false;
    }
    return false;
}

/* "l'accusa" at the start of a phrase; in "lo accusa" somebody stands before it. */
static bool article_opens(const struct finder *f, uint32_t i, uint32_t first)
{
    if (!say_is(f, i, DL_CLASS_DET | DL_CLASS_POSS)) return false;
    return i == first || say_is_border(f, i - 1) || say_is(f, i - 1, DL_CLASS_PREP | DL_CLASS_CONJ);
}

static void in_sentence(struct finder *f, uint32_t number)
{
    const dl_sentence *s = &f->t->sentences.p[number];
    static const unsigned others = 1u << DL_CUE_NOUN | 1u << DL_CUE_PREP | 1u << DL_CUE_POST |
                                   1u << DL_CUE_CONNECTOR | 1u << DL_CUE_HEDGE |
                                   1u << DL_CUE_CAVEAT | 1u << DL_CUE_DECLINE |
                                   1u << DL_CUE_COMMENT | 1u << DL_CUE_PRIOR;
    for (uint32_t i = s->first; i < s->last; i++) {
        if (f->w->p[i].kind != DL_TOKEN_WORD || (f->w->p[i].flags & DL_WORD_NAMED)) continue;
        size_t n, other_n;
        const struct dl_cue *verb =
            dl_cues_match(f->t->cues, f->w, i, s->last, 1u << DL_CUE_VERB, &n);
        const struct dl_cue *other = dl_cues_match(f->t->cues, f->w, i, s->last, others, &other_n);
        bool noun = other != NULL && other->kind == DL_CUE_NOUN && f->romance && i > s->first;
        if (noun && article_opens(f, i - 1, s->first)) verb = NULL;
        /* "dicen que" is hearsay only where nobody stands before it. */
        bool within = other != NULL && other->kind == DL_CUE_HEDGE && other_n > 1;
        if (verb == NULL && f->romance && within && i > s->first && !say_is_border(f, i - 1)) {
            verb = dl_cues_match(f->t->cues, f->w, i, i + 1, 1u << DL_CUE_VERB, &n);
            if (verb != NULL) other = NULL;
        }
        if (verb == NULL && f->german && !say_cap(f, i) && !f->w->p[i].quote) {
            verb = split_verb(f, i, s->last);
            n = 1;
        }
        bool aloud = other != NULL && f->german && other->kind == DL_CUE_PREP &&
                     say_word(f, i, "laut") && !before_noun(f, i + 1, s->last);
        if (aloud) continue;
        if (f->german && (other == NULL || other->kind != DL_CUE_PREP) && say_word(f, i, "nach")) {
            const struct dl_cue *accord = accord_at(f, i, s);
            if (accord != NULL) other = accord, other_n = 1;
        }
        if (verb != NULL &&
            verb_here(f, verb, (struct dl_span){i, i + (uint32_t)n}, s->first, s->last)) {
            if (!add(f, verb, i, n, number)) return;
            i += (uint32_t)n - 1;
        } else if (other != NULL && !capital_hedge(f, i, other_n)) {
            if (!add(f, other, i, other_n, number)) return;
            i += (uint32_t)other_n - 1;
        } else if (verb != NULL && f->why != NULL) {
            say_left_words(f, (struct dl_span){i, i + (uint32_t)n}, number,
                           "no verb of saying here, by its form and the words beside it");
        }
    }
}

void say_find_hits(struct finder *f)
{
    for (uint32_t i = 0; i < f->t->sentences.n && !f->failed; i++)
        in_sentence(f, i);
}
