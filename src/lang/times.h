/* Times in a text, with TIMEX3 values relative to the time of publication.
 *
 * Words and forms are data: names of months and weekdays from ICU, "3 days ago", "next week" of all
 * languages from lexicon/dates (CLDR), more words and forms of a language in lexicon/LANG/times.tsv
 * and timeforms.tsv, forms of all languages in lexicon/dates/forms.tsv. A date that needs a
 * reference and has none gets XXXX parts or is none. A weekday is the last one before publication,
 * or the next behind "will" and "next". Dates of other calendars come out as Gregorian. No clock is
 * read.
 *
 * Method: TIMEX3 of TimeML 1.2.1; from left to right, the longest form that has a value wins.
 * Linear; the work at one word is bounded. */
#ifndef DL_LANG_TIMES_H
#define DL_LANG_TIMES_H

#include "base/time.h"
#include "base/vec.h"
#include "lang/pack.h"
#include "lang/sentences.h"
#include "page/calendar.h"

enum dl_timex_type { DL_TIMEX_DATE, DL_TIMEX_TIME, DL_TIMEX_DURATION, DL_TIMEX_SET };

typedef struct dl_timex {
    uint32_t first, last; /* tokens it touches */
    uint32_t start, end;  /* bytes */
    uint8_t type;
    dl_str value;
} dl_timex;
typedef DL_VEC(dl_timex) dl_timexes;

/* What is known of one language; then only read, by any thread. code: BCP 47 language, also one
 * that the pack is not of. DL_ERR_SYNTAX names a bad line of the lexicon in diag. */
typedef struct dl_times dl_times;
enum dl_err dl_times_load(dl_times **ret_times, dl_arena *arena, const dl_pack *pack,
                          const char *code, struct dl_diag *diag) DL_MUST_USE;

/* All languages, each loaded when it is first asked for. Any thread; pack must stay. */
typedef struct dl_timebook dl_timebook;
enum dl_err dl_timebook_new(dl_arena *arena, dl_timebook **ret_book) DL_MUST_USE;
enum dl_err dl_timebook_get(dl_timebook *book, const dl_pack *pack, const char *code,
                            const dl_times **ret_times, struct dl_diag *diag) DL_MUST_USE;

enum dl_err dl_times_find(const dl_times *times, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_time published,
                          dl_timexes *ret_times) DL_MUST_USE;
const char *dl_timex_type_name(enum dl_timex_type type);

#endif
