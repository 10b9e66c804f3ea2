/* What the parts of the recogniser of times share; private to lang.
 *
 * A sentence is cut into pieces: its tokens, those with digits, hyphens or apostrophes cut further
 * ("third-quarter", "14h30", "Mayıs'ta"). Forms (lexicon/dates/forms.tsv and
 * lexicon/LANG/timeforms.tsv, the patterns of CLDR) are sequences of words and slots in one trie;
 * the longest that fits at a piece and has a value wins. Pure; bounded by TIMEX_STEPS a piece. */
#ifndef DL_LANG_TIMEX_H
#define DL_LANG_TIMEX_H

#include "lang/times.h"
#include "lang/words.h"

/* Slots. First the kinds of words (column "kind" of times.tsv), then what digits may be. */
#define TIMEX_WORD_SLOTS(X)                                                                        \
    X(month)                                                                                       \
    X(weekday)                                                                                     \
    X(habit)                                                                                       \
    X(rel)                                                                                         \
    X(unit)                                                                                        \
    X(dual)                                                                                        \
    X(number)                                                                                      \
    X(vague)                                                                                       \
    X(ordinal)                                                                                     \
    X(last)                                                                                        \
    X(this)                                                                                        \
    X(next)                                                                                        \
    X(past)                                                                                        \
    X(future)                                                                                      \
    X(ago)                                                                                         \
    X(later)                                                                                       \
    X(ref)                                                                                         \
    X(set)                                                                                         \
    X(part)                                                                                        \
    X(today)                                                                                       \
    X(season) X(about) X(edge) X(pm) X(zone) X(every) X(decade) X(will) X(th) X(era) X(frac)
#define TIMEX_SLOTS(X)                                                                             \
    TIMEX_WORD_SLOTS(X)                                                                            \
    X(n)                                                                                           \
    X(day) X(mon) X(year) X(yy) X(h) X(min)
enum timex_slot {
    TIMEX_NONE,
#define X(name) TIMEX_##name,
    TIMEX_SLOTS(X)
#undef X
        TIMEX_COUNT
};

/* What a form means (column "means"); the rest of the cell is its argument. */
#define TIMEX_OPS(X)                                                                               \
    X(none)                                                                                        \
    X(date)                                                                                        \
    X(numeric)                                                                                     \
    X(ago)                                                                                         \
    X(later)                                                                                       \
    X(last)                                                                                        \
    X(this)                                                                                        \
    X(next)                                                                                        \
    X(duration)                                                                                    \
    X(span)                                                                                        \
    X(every)                                                                                       \
    X(quarter) X(half) X(decade) X(century) X(ref) X(set) X(range) X(shift) X(bound) X(weekday)
enum timex_op {
#define X(name) TIMEX_OP_##name,
    TIMEX_OPS(X)
#undef X
        TIMEX_OP_COUNT
};

enum {
    TIMEX_VALUE = 0xFFF, /* of a word: value + TIMEX_ZERO */
    TIMEX_ZERO = 1000,
    TIMEX_CAPITAL = 0x1000, /* counts only with a capital */
    TIMEX_WEAK = 0x2000,    /* alone it is another word: "may", "Mar" */
    TIMEX_DEPTH = 16,       /* pieces and slots of a form */
    TIMEX_STEPS = 400,      /* edges tried at one piece */
    TIMEX_FITS = 8,         /* readings kept at one piece */
    TIMEX_READINGS = 14     /* of one piece as slots */
};

/* A trie over keys: of words, and of slots, which stand for what fits them. */
struct timex_trie {
    dl_map64 edges, ends; /* end: 1 + index of a means, or a packed word */
    uint32_t nodes;
};
struct timex_means {
    uint8_t op, unit;
    int16_t n;
    dl_str text; /* of `ref` */
};
struct timex_link {
    uint32_t value, next; /* next: 1 + index */
};
struct dl_times {
    dl_arena *arena;
    const dl_pack *pack;
    char code[12];
    struct timex_trie words, forms;
    DL_VEC(struct timex_means) means;
    DL_VEC(struct timex_link) links;
    uint64_t first[1024]; /* bits: keys with which something may start */
};

struct timex_piece_number {
    int32_t value;  /* -1: no number */
    uint8_t digits; /* how many */
    uint32_t token; /* it is part of */
    bool inside;    /* of a number, not at its start */
    bool goes_on;   /* the number goes on behind it */
};
struct timex_pieces {
    dl_words w; /* as tokens */
    struct timex_piece_number *number;
    DL_VEC(dl_token) tokens;
    DL_VEC(struct timex_piece_number) numbers;
};

struct timex_reading {
    uint8_t slot, pieces;
    bool weak;
    int32_t value;
};

/* What was read in a form. */
struct timex_slots {
    const struct timex_means *means;
    uint32_t first, last, end; /* pieces; end: with the words around it */
    uint32_t first_end, split; /* of a range: where its first time ends, its second starts */
    int n, n2, frac, unit, month, month2, day, day2, year, year2, weekday, season, part, ordinal,
        rel, hour, minute, hour2, minute2, pm, decade, edge, ref, set, era;
    bool has_n, has_rel, has_weekday, has_part, vague, weak;
    uint8_t seen; /* slots */
};

struct timex_scan {
    const dl_times *t;
    dl_arena *arena;
    const struct timex_pieces *p;
    bool future;            /* a "will" stood before */
    bool dated;             /* published is known */
    bool timed;             /* to the minute */
    int64_t today, now_min; /* days; minutes since 1970 */
    dl_civil now;
    dl_calendars *calendars; /* opened at the first date of another calendar */
};

/* timex_pieces.c: the arrays of *pieces are used again from sentence to sentence. */
enum dl_err timex_pieces_cut(dl_arena *arena, const dl_words *words, uint32_t first, uint32_t last,
                             struct timex_pieces *pieces) DL_MUST_USE;

/* times_load.c: CLDR's code of a language where pages use another. */
const char *timex_cldr_code(const char *code);

/* timex_trie.c */
enum dl_err timex_add_word(dl_times *t, dl_str words, uint32_t packed) DL_MUST_USE;
/* DL_ERR_SYNTAX: no slot or no bracket of such a kind. */
enum dl_err timex_add_form(dl_times *t, dl_str form, const struct timex_means *means) DL_MUST_USE;
enum timex_slot timex_slot_named(dl_str name); /* TIMEX_NONE: there is none */
uint64_t timex_slot_symbol(enum timex_slot slot);
uint32_t timex_step(const struct timex_trie *trie, uint32_t node, uint64_t symbol); /* 0: none */
bool timex_may_start(const dl_times *t, uint64_t key);

/* timex_match.c: readings of pieces, and the forms that fit at piece i, the longest first. */
size_t timex_readings(const struct timex_scan *s, uint32_t i,
                      struct timex_reading ret_readings[TIMEX_READINGS]);
size_t timex_fit(const struct timex_scan *s, uint32_t i, struct timex_slots ret_fits[TIMEX_FITS]);

/* timex_mean.c: false when it has no value; *ret_second: of a range, its value is {NULL,0} else. */
struct timex_result {
    uint8_t type;
    dl_str value, second;
};
bool timex_mean(struct timex_scan *s, const struct timex_slots *slots,
                struct timex_result *ret_result);

/* timex_value.c */
dl_str timex_day_value(const struct timex_scan *s, int64_t days);
dl_str timex_month_value(const struct timex_scan *s, int year, int month);
dl_str timex_shifted(const struct timex_scan *s, int unit, int steps);
dl_str timex_duration_value(const struct timex_scan *s, int unit, int count, bool vague);
dl_str timex_date_value(const struct timex_scan *s, int year, int month, int day);
int64_t timex_weekday_near(const struct timex_scan *s, int weekday, int direction);
dl_str timex_with_part(const struct timex_scan *s, dl_str date, int part);
int timex_year_for(const struct timex_scan *s, int month, int day);

extern const char *const timex_set_values[6], *const timex_ref_values[3];

#endif
