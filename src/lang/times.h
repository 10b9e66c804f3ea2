/* Times in a text, with TIMEX3 values relative to the time of publication.
 *
 * Absolute dates by the month and weekday names that ICU (CLDR) gives for a language, numeric dates
 * of all scripts, relative days; in English also units, quarters, durations, sets, parts of days
 * and seasons from lexicon/en/times.tsv. A date that needs a reference and has none gets no value
 * but
 * XXXX parts. A weekday is the last one before publication, or the next behind "will" and "next".
 * No clock is read.
 *
 * Method: TIMEX3 of TimeML 1.2.1; patterns from left to right, the first that fits wins. Linear. */
#ifndef DL_LANG_TIMES_H
#define DL_LANG_TIMES_H

#include "base/time.h"
#include "base/vec.h"
#include "lang/pack.h"
#include "lang/phrases.h"
#include "lang/sentences.h"

enum dl_timex_type { DL_TIMEX_DATE, DL_TIMEX_TIME, DL_TIMEX_DURATION, DL_TIMEX_SET };

typedef struct dl_timex {
    uint32_t first, last; /* tokens */
    uint8_t type;
    dl_str value;
} dl_timex;
typedef DL_VEC(dl_timex) dl_timexes;

typedef struct dl_times {
    dl_phrases words; /* value: kind << 16 | (value + 1000) */
} dl_times;

enum dl_err dl_times_load(dl_times *ret_times, dl_arena *arena, const dl_pack *pack,
                          struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_times_find(const dl_times *times, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_time published,
                          dl_timexes *ret_times) DL_MUST_USE;
const char *dl_timex_type_name(enum dl_timex_type type);

#endif
