#include "story/headline.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "base/vec.h"

enum {
    TITLE_BYTES = 512,  /* a longer title is judged by its beginning */
    LONG_WORD = 6,      /* short words are the frequent ones (Zipf): they count for less */
    FEW_WORDS = 4,      /* "Breaking news" says nothing */
    MANY_WORDS = 22,    /* what a line of a list holds */
    SHOUT_LETTERS = 12, /* fewer capitals may be acronyms */
    OUTLET_WORDS = 4,   /* behind the last bar or dash */
    OUTLET_REST = 4,    /* words that must be left before it */
    CHARS_PER_WORD = 2, /* of a script without spaces */
};

/* What each mark takes away from the agreement, which lies between 0 and 1. */
static const float COST_QUESTION = 0.15F;
static const float COST_SHOUTING = 0.15F;
static const float COST_EXCLAMATION = 0.12F;
static const float COST_TRAILING = 0.10F;
static const float COST_LENGTH = 0.15F;
static const float COST_OUTLET = 0.10F;
/* A later title must be better by this much: a headline that changes all the time informs badly. */
static const double CLEARLY = 0.01;

struct token {
    uint64_t hash;
    float weight;
};

struct title {
    DL_VEC(struct token) tokens; /* once read: each once, ascending */
    double weight;               /* of all of them */
    size_t words, capitals, smalls;
    size_t words_before_bar; /* the last bar or dash; 0: none */
    uint32_t last;           /* last character that is no space, quotation mark or bracket */
    uint32_t before_last;
    bool exclaims;
};

/* ------------------------------------------------------------------ reading */

static bool is_unspaced(uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)cp, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return true;
    default:
        return false;
    }
}

static bool is_wordy(uint32_t cp)
{
    uint32_t mask = U_MASK(u_charType((UChar32)cp));
    return (mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

static bool is_bar(uint32_t cp)
{
    static const uint32_t bars[] = {'|', '-', 0x2013, 0x2014, 0x00B7, 0x2022, 0xFF5C};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++)
        if (cp == bars[i]) return true;
    return false;
}

static bool is_closing(uint32_t cp)
{
    uint32_t mask = U_MASK(u_charType((UChar32)cp));
    return u_isUWhiteSpace((UChar32)cp) || cp == '"' || cp == '\'' ||
           (mask & (U_GC_PE_MASK | U_GC_PF_MASK | U_GC_CF_MASK)) != 0;
}

struct reader {
    dl_arena *arena;
    struct title *title;
    uint64_t word; /* hash of the word being read */
    size_t length;
    uint32_t before; /* the unspaced character before this one, 0: none */
    size_t unspaced; /* characters of scripts without spaces */
};

static enum dl_err add_token(struct reader *r, uint64_t hash, float weight)
{
    struct token token = {hash, weight};
    enum dl_err err = dl_vec_push(r->arena, &r->title->tokens, token);
    return err == DL_OK ? DL_OK : dl_arena_failed(r->arena);
}

static uint64_t mix(uint64_t hash, uint32_t cp)
{
    uint64_t both[2] = {hash, cp};
    return dl_hash64((dl_str){(const char *)both, sizeof both});
}

static enum dl_err end_word(struct reader *r)
{
    if (r->length == 0) return DL_OK;
    size_t length = r->length < LONG_WORD ? r->length : LONG_WORD;
    uint64_t hash = r->word;
    r->word = 0;
    r->length = 0;
    r->title->words++;
    return add_token(r, hash, (float)length / LONG_WORD);
}

static enum dl_err read_unspaced(struct reader *r, uint32_t cp)
{
    DL_TRY(end_word(r));
    uint32_t before = r->before;
    r->before = cp;
    if (r->unspaced++ % CHARS_PER_WORD == 0) r->title->words++;
    if (before == 0) return DL_OK;
    return add_token(r, mix(before, cp), 1);
}

static enum dl_err read_letter(struct reader *r, uint32_t cp)
{
    if (is_unspaced(cp)) return read_unspaced(r, cp);
    r->before = 0;
    uint32_t folded = (uint32_t)u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT);
    r->title->capitals += folded != cp && u_isUUppercase((UChar32)cp);
    r->title->smalls += (bool)u_isULowercase((UChar32)cp);
    r->word = mix(r->word, folded);
    r->length++;
    return DL_OK;
}

static enum dl_err read_mark(struct reader *r, uint32_t cp, uint32_t previous)
{
    DL_TRY(end_word(r));
    r->before = 0;
    bool parts = cp == '|' || previous == ' '; /* not the hyphen inside a word */
    if (is_bar(cp) && parts) r->title->words_before_bar = r->title->words;
    if (cp == '!' || cp == 0xFF01) r->title->exclaims = true;
    return DL_OK;
}

static int by_hash(const void *a, const void *b)
{
    const struct token *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

static void sort_tokens(struct title *t)
{
    size_t n = 0;
    if (t->tokens.n == 0) return;
    qsort(t->tokens.p, t->tokens.n, sizeof *t->tokens.p, by_hash);
    for (size_t i = 0; i < t->tokens.n; i++) {
        if (n > 0 && t->tokens.p[n - 1].hash == t->tokens.p[i].hash) continue;
        t->weight += (double)t->tokens.p[i].weight;
        t->tokens.p[n++] = t->tokens.p[i];
    }
    t->tokens.n = n;
}

static enum dl_err read_title(dl_arena *arena, dl_str text, struct title *ret_title)
{
    struct reader r = {.arena = arena, .title = ret_title};
    text = dl_utf8_prefix(text, TITLE_BYTES);
    uint32_t previous = ' ';
    for (size_t pos = 0; pos < text.n;) {
        uint32_t cp = dl_utf8_next(text, &pos);
        if (is_wordy(cp))
            DL_TRY(read_letter(&r, cp));
        else
            DL_TRY(read_mark(&r, cp, previous));
        if (!is_closing(cp)) {
            ret_title->before_last = ret_title->last;
            ret_title->last = cp;
        }
        previous = cp;
    }
    DL_TRY(end_word(&r));
    sort_tokens(ret_title);
    return DL_OK;
}

/* ------------------------------------------------------------------ judging */

static bool is_question(uint32_t last)
{
    return last == '?' || last == 0xFF1F || last == 0x061F || last == 0x037E || last == 0x055E;
}

static float cost_of(const struct title *t)
{
    float cost = 0;
    if (is_question(t->last)) cost += COST_QUESTION;
    if (t->exclaims) cost += COST_EXCLAMATION;
    if (t->last == 0x2026 || (t->last == '.' && t->before_last == '.')) cost += COST_TRAILING;
    if (t->capitals >= SHOUT_LETTERS && t->capitals > t->smalls) cost += COST_SHOUTING;
    if (t->words < FEW_WORDS || t->words > MANY_WORDS) cost += COST_LENGTH;
    size_t tail = t->words - t->words_before_bar;
    if (t->words_before_bar >= OUTLET_REST && tail > 0 && tail <= OUTLET_WORDS) cost += COST_OUTLET;
    return cost;
}

/* Dice coefficient of two titles' words, weighted. */
static double alike(const struct title *a, const struct title *b)
{
    double shared = 0;
    for (size_t i = 0, k = 0; i < a->tokens.n && k < b->tokens.n;) {
        uint64_t x = a->tokens.p[i].hash, y = b->tokens.p[k].hash;
        if (x == y) shared += (double)a->tokens.p[i].weight;
        i += x <= y;
        k += y <= x;
    }
    return shared > 0 ? 2 * shared / (a->weight + b->weight) : 0;
}

static size_t pick(const struct title *titles, size_t n)
{
    size_t best = DL_NO_POS;
    double best_score = 0;
    for (size_t i = 0; i < n; i++) {
        if (titles[i].words == 0) continue;
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            if (k != i) sum += alike(&titles[i], &titles[k]);
        double score = (n > 1 ? sum / (double)(n - 1) : 0) - (double)cost_of(&titles[i]);
        if (best != DL_NO_POS && score < best_score + CLEARLY) continue;
        best = i;
        best_score = score;
    }
    return best;
}

size_t dl_headline_pick(dl_arena *arena, const dl_str *titles, size_t count)
{
    if (count > DL_HEADLINE_MAX) count = DL_HEADLINE_MAX;
    struct title *read = DL_NEW_ARRAY(arena, struct title, count + 1);
    if (read == NULL) return DL_NO_POS;
    for (size_t i = 0; i < count; i++)
        if (read_title(arena, titles[i], &read[i]) != DL_OK) return DL_NO_POS;
    size_t best = pick(read, count);
    /* Pictures only, where nobody has words. */
    for (size_t i = 0; best == DL_NO_POS && i < count; i++)
        if (dl_str_trim(titles[i]).n > 0) best = i;
    return best;
}
