/* Words of a text for comparing it with others: folded, in order, in every script.
 *
 * A word is a run of letters, marks and digits; apostrophes and hyphens part words, so that
 * "Trump's" meets "Trump". Letters are case-folded one by one (no locale), Arabic and Hebrew vowel
 * points and fillers are dropped, digits of all scripts become ASCII and grouping marks inside a
 * number vanish ("1,200" = "1200"). Text with combining marks or compatibility forms is NFKC first.
 * Runs of scripts that write no spaces (Han, kana, Thai, Lao, Khmer, Burmese) are parted by ICU's
 * dictionaries and marked DL_WORD_UNSPACED.
 * Words live in the arena. One scanner per thread. Linear; at most DL_WORDSCAN_MAX words. */
#ifndef DL_STORY_WORDSCAN_H
#define DL_STORY_WORDSCAN_H

#include "base/str.h"
#include "base/vec.h"

enum { DL_WORDSCAN_MAX = 32 << 10, DL_WORD_MAX_BYTES = 96 };

enum dl_word_flag {
    DL_WORD_CAPITAL = 1,  /* begins with an upper-case letter */
    DL_WORD_NUMBER = 2,   /* begins with a digit */
    DL_WORD_START = 4,    /* first of a sentence or paragraph: a capital says nothing */
    DL_WORD_UNSPACED = 8, /* script without spaces */
};

struct dl_word {
    dl_str text;     /* folded; longer words are cut at DL_WORD_MAX_BYTES */
    uint64_t hash;   /* of the whole folded word */
    uint16_t length; /* code points, saturated */
    uint8_t flags;
};

typedef DL_VEC(struct dl_word) dl_word_vec;

struct dl_wordscan;
struct dl_wordscan *dl_wordscan_new(void); /* NULL without memory or ICU data */
void dl_wordscan_free(struct dl_wordscan *scan);
/* Appends the words of text. */
enum dl_err dl_wordscan_add(struct dl_wordscan *scan, dl_arena *arena, dl_str text,
                            dl_word_vec *words) DL_MUST_USE;

#endif
