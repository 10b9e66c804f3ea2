/* Features of one document: everything that clusters and finds copies needs to know of it.
 *
 * Made in the sandboxed readers, from one document alone; the writer (stories.h) only compares.
 * In: title, subtitle and text as valid UTF-8, the language as BCP 47 ("" when unknown).
 * Out: - prints: the DL_FEATURES_PRINTS smallest hashes of the text's shingles (five words; eight
 *        characters in Chinese, Japanese, Thai, Lao, Khmer, Burmese), ascending. A sketch whose
 *        hashes all lie below print_limit: two texts are compared below the smaller of both limits,
 *        which estimates containment without bias whatever their lengths.
 *      - terms: hashed stems with counts in title, lead and body; names and numbers are marked;
 *        the first words of a term's text are kept for "why is this here?".
 *      - anchors: what stays the same in another language: name skeletons, numbers, countries.
 *      - numbers: hashes of the numbers in the text; they tell a copy from a filled-in template.
 * Ids are 32-bit hashes: at ten million different words one in four hundred meets another, which
 * costs less than the memory that 64 bits would take.
 * Ownership: memory of the arena. Limits: the constants below, text past DL_FEATURES_MAX_TEXT is
 * not looked at. Threads: one featurer per thread (it caches stems). Linear in the text; no clock,
 * no locale; the same bytes for the same build and ICU. Errors: DL_ERR_NOMEM, DL_ERR_TOO_BIG
 * (arena); unpack: DL_ERR_VERSION, DL_ERR_CORRUPT. Sources: Broder, "On the resemblance and
 * containment of documents" (1997); Cohen and Kaplan, bottom-k sketches (PODC 2007); Porter's
 * Snowball stemmers; Zipf, "The Psycho-Biology of Language" (1935), for the law that frequent words
 * are short. */
#ifndef DL_STORY_FEATURES_H
#define DL_STORY_FEATURES_H

#include "base/str.h"

enum {
    DL_FEATURES_VERSION = 3,
    DL_FEATURES_MAX_TEXT = 64 << 10, /* bytes; 99.9 % of articles are shorter */
    DL_FEATURES_PRINTS = 128,        /* standard error of a containment of .5 under .05 */
    DL_FEATURES_TERMS = 128,         /* an article has about 250 different stems */
    DL_FEATURES_ANCHORS = 96,
    DL_FEATURES_NUMBERS = 24,
    DL_FEATURES_WORDS = 24,      /* terms whose text is kept */
    DL_FEATURES_WORD_BYTES = 32, /* of one such text */
    DL_FEATURES_MAX_PACKED = 8 << 10,
};

enum dl_term_flag {
    DL_TERM_NAME = 1,   /* written with a capital inside a sentence, or in a title */
    DL_TERM_NUMBER = 2, /* digits */
    DL_TERM_PAIR = 4,   /* two neighbouring words, where a word is only a syllable */
};

enum dl_anchor_kind {
    DL_ANCHOR_NAME,   /* the consonants of a word with a capital */
    DL_ANCHOR_WORD,   /* the same of a word in a script without capitals: a name or not */
    DL_ANCHOR_PREFIX, /* how either begins */
    DL_ANCHOR_NUMBER,
};

struct dl_term {
    uint32_t id;
    uint8_t title, lead, body; /* counts, saturated; lead = subtitle and first sentences */
    uint8_t flags;             /* enum dl_term_flag */
    uint8_t length;            /* of the word in characters: short words are frequent ones */
    dl_str text;               /* empty where it was not kept */
};

struct dl_anchor {
    uint32_t id;
    uint32_t term; /* id of the word's term, 0 for a number */
    uint8_t count, kind;
};

struct dl_features {
    uint64_t text_hash; /* of the words in order; 0 for no text */
    uint64_t title_hash;
    uint32_t words;       /* number of tokens looked at */
    uint32_t shingles;    /* different ones */
    uint32_t print_limit; /* prints are all hashes below it; UINT32_MAX: nothing was left out */
    char language[4];     /* primary subtag, NUL-terminated; "" unknown */
    size_t n_prints, n_terms, n_anchors, n_numbers;
    const uint32_t *prints;          /* ascending */
    const struct dl_term *terms;     /* ascending by id */
    const struct dl_anchor *anchors; /* ascending by id */
    const uint32_t *numbers;         /* ascending */
};

struct dl_features_input {
    dl_str title, subtitle, text;
    dl_str language;
};

struct dl_featurer;
struct dl_featurer *dl_featurer_new(void); /* NULL without memory */
void dl_featurer_free(struct dl_featurer *featurer);

enum dl_err dl_features_make(struct dl_featurer *featurer, dl_arena *arena,
                             const struct dl_features_input *in,
                             struct dl_features *ret_features) DL_MUST_USE;

/* Compact byte form for the ledger: little-endian, versioned. Empty on failure of the arena. */
dl_str dl_features_pack(dl_arena *arena, const struct dl_features *features);
/* Trusts nothing: counts, order, UTF-8 of the texts and the length are checked. */
enum dl_err dl_features_unpack(dl_arena *arena, dl_str bytes,
                               struct dl_features *ret_features) DL_MUST_USE;

#endif
