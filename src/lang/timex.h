/* What the patterns for times share; private to lang.
 *
 * A scan stands in one sentence. A pattern looks at token i and, when a time starts there, fills
 * `out` and says so; values are TIMEX3 and live in the arena. Everything is pure and bounded by a
 * few tokens. */
#ifndef DL_LANG_TIMEX_H
#define DL_LANG_TIMEX_H

#include "lang/times.h"
#include "lang/words.h"

/* Kinds of words, column "kind" of times.tsv; the first three come from ICU. */
#define TIME_KINDS(X)                                                                              \
    X(month)                                                                                       \
    X(weekday)                                                                                     \
    X(day) X(unit) X(number) X(vague) X(ordinal) X(last) X(this) X(next) X(past) X(future) X(ago)  \
        X(later) X(ref) X(set) X(part) X(season)
enum time_kind {
#define X(name) T_##name,
    TIME_KINDS(X)
#undef X
        T_COUNT
};

extern const char *const timex_set_values[6], *const timex_ref_values[3];

/* Phrases found in this sentence: the patterns ask for those of a few words again and again. */
enum { TIMEX_HEARD = 16 /* a power of two; more words than a pattern looks ahead */ };
struct timex_heard {
    uint32_t at, tokens, link; /* at: 1 + token */
};

struct timex_scan {
    const dl_times *t;
    dl_arena *arena;
    const dl_words *w;
    uint32_t last; /* of the sentence */
    bool future;   /* a "will" stood before */
    bool dated;    /* published is known */
    int64_t today; /* days */
    dl_civil now;
    struct timex_heard *heard; /* TIMEX_HEARD of them, zero at the start of a sentence */
};

struct timex_word {
    bool there;
    uint32_t tokens;
    int value;
};

/* timex_value.c: words, numbers and values. */
size_t timex_phrase_at(const struct timex_scan *s, uint32_t i, uint32_t *ret_link);
struct timex_word timex_word_at(const struct timex_scan *s, uint32_t i, enum time_kind kind);
bool timex_text_is(const struct timex_scan *s, uint32_t i, const char *text);
bool timex_plain_number(const struct timex_scan *s, uint32_t i, uint64_t *ret);
bool timex_year_at(const struct timex_scan *s, uint32_t i, int *ret_year);
dl_str timex_day_value(const struct timex_scan *s, int64_t days);
dl_str timex_month_value(const struct timex_scan *s, int year, int month);
dl_str timex_shifted(const struct timex_scan *s, int unit, int steps);
dl_str timex_duration_value(const struct timex_scan *s, int unit, int count, bool vague);
bool timex_put(dl_timex *out, uint32_t first, uint32_t last, enum dl_timex_type type, dl_str value);
dl_str timex_date_value(const struct timex_scan *s, int year, int month, int day);
int64_t timex_weekday_near(const struct timex_scan *s, int weekday, int direction);
dl_str timex_with_part(const struct timex_scan *s, dl_str date, int part);

/* Patterns: timex_date.c, timex_span.c. */
bool timex_numeric(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_east_asian(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_month_date(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_weekday(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_relative_day(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_modified(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_quarter(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_counted(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_hyphened(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_clock_time(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_year(const struct timex_scan *s, uint32_t i, dl_timex *out);
bool timex_fixed(const struct timex_scan *s, uint32_t i, dl_timex *out);

#endif
