/* Units, durations, quarters, sets, and words that only point: "now", "recently". */
#include "lang/timex.h"

struct amount {
    uint32_t tokens;
    int count;
    bool vague;
};

static struct amount amount_at(const struct timex_scan *s, uint32_t i)
{
    uint64_t number;
    struct timex_word vague = timex_word_at(s, i, T_vague);
    if (vague.there) return (struct amount){vague.tokens, 0, true};
    struct timex_word word = timex_word_at(s, i, T_number);
    if (word.there) return (struct amount){word.tokens, word.value, false};
    if (timex_plain_number(s, i, &number) && number < 1000 && s->w->p[i].kind == DL_TOKEN_NUMBER)
        return (struct amount){1, (int)number, false};
    return (struct amount){0};
}

/* "two years ago", "a week earlier", "the past two years", "six months", "a year". */
bool timex_counted(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    uint32_t at = i;
    bool the = timex_text_is(s, at, "the");
    at += the;
    struct timex_word past = timex_word_at(s, at, T_past), future = timex_word_at(s, at, T_future);
    at += past.there ? past.tokens : future.there ? future.tokens : 0;
    struct amount n = amount_at(s, at);
    if (n.tokens == 0 && !(the && past.there)) return false;
    if (n.tokens == 0) n.count = 1;
    struct timex_word unit = timex_word_at(s, at + n.tokens, T_unit);
    if (!unit.there || (the && !past.there && !future.there)) return false;
    uint32_t end = at + n.tokens + unit.tokens;
    bool shift = !past.there && !future.there;
    struct timex_word ago = shift ? timex_word_at(s, end, T_ago) : (struct timex_word){0};
    struct timex_word later = shift ? timex_word_at(s, end, T_later) : (struct timex_word){0};
    if ((ago.there && timex_text_is(s, end, "before")) ||
        (later.there && timex_text_is(s, end, "after")))
        ago.there = later.there = false;
    if (ago.there && n.vague)
        return timex_put(out, i, end + ago.tokens, DL_TIMEX_DATE, DL_STR("PAST_REF"));
    if (ago.there || later.there)
        return timex_put(out, i, end + (ago.there ? ago.tokens : later.tokens), DL_TIMEX_DATE,
                         timex_shifted(s, unit.value, ago.there ? -n.count : n.count));
    bool article = timex_text_is(s, at, "a") || timex_text_is(s, at, "an");
    if (article && (unit.value == 'S' || unit.value == 'Q')) return false;
    return timex_put(out, i, end, DL_TIMEX_DURATION,
                     timex_duration_value(s, unit.value, n.count, n.vague));
}

/* "two-year" */
bool timex_hyphened(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    dl_str text = dl_token_text(s->w, i);
    size_t dash = dl_str_chr(text, '-', 0);
    if (s->w->p[i].kind != DL_TOKEN_WORD || dash == DL_NO_POS || text.n > 30) return false;
    dl_str head = dl_str_sub(text, 0, dash), tail = dl_str_sub(text, dash + 1, text.n);
    static const struct {
        const char *name;
        int unit;
    } units[] = {{"day", 'D'},  {"week", 'W'},   {"month", 'M'}, {"year", 'Y'},
                 {"hour", 'H'}, {"minute", 'N'}, {"decade", 'E'}};
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        if (!dl_str_ieq_c(tail, units[k].name)) continue;
        uint64_t number;
        dl_token token = {.kind = DL_TOKEN_WORD, .key = dl_words_key(head)};
        dl_words one = {head, &token, 1};
        struct timex_scan sub = *s;
        struct timex_heard heard[TIMEX_HEARD] = {0};
        sub.heard = heard;
        sub.w = &one;
        sub.last = 1;
        struct timex_word word = timex_word_at(&sub, 0, T_number);
        int count = dl_str_u64(head, &number) && number < 1000 ? (int)number : word.value;
        if (count == 0) return false;
        return timex_put(out, i, i + 1, DL_TIMEX_DURATION,
                         timex_duration_value(s, units[k].unit, count, false));
    }
    return false;
}

/* "last week", "this year", "next month", "last summer". */
bool timex_modified(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    uint32_t at = i + timex_text_is(s, i, "the");
    struct timex_word last = timex_word_at(s, at, T_last), this = timex_word_at(s, at, T_this);
    struct timex_word next = timex_word_at(s, at, T_next);
    if (!last.there && !this.there && !next.there) return false;
    int steps = last.there ? -1 : next.there ? 1 : 0;
    struct timex_word unit = timex_word_at(s, at + 1, T_unit),
                      season = timex_word_at(s, at + 1, T_season);
    struct timex_word month = timex_word_at(s, at + 1, T_month);
    if (unit.there && unit.value != 'S' && unit.value != 'N' && unit.value != 'H')
        return timex_put(out, i, at + 1 + unit.tokens, DL_TIMEX_DATE,
                         timex_shifted(s, unit.value, steps));
    if (season.there && s->dated) {
        static const char *const codes[] = {"SP", "SU", "FA", "WI"};
        int k = season.value - 5;
        if (k < 0 || k > 3) return false;
        return timex_put(out, i, at + 2, DL_TIMEX_DATE,
                         dl_str_fmt(s->arena, "%04d-%s", s->now.year + steps, codes[k]));
    }
    if (!month.there || month.value < 1 || month.value > 12 || !s->dated) return false;
    int year = s->now.year;
    if (steps < 0 && month.value >= s->now.month) year--;
    if (steps > 0 && month.value <= s->now.month) year++;
    return timex_put(out, i, at + 1 + month.tokens, DL_TIMEX_DATE,
                     timex_month_value(s, year, month.value));
}

/* "the third quarter", "fourth-quarter", "the first half of 1998" */
bool timex_quarter(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    static const char *const glued[] = {"first-quarter", "second-quarter", "third-quarter",
                                        "fourth-quarter"};
    uint32_t at = i + timex_text_is(s, i, "the"), end = 0;
    int q = 0, year = 0;
    bool half = false;
    for (int k = 0; k < 4; k++)
        if (timex_text_is(s, at, glued[k])) q = k + 1, end = at + 1;
    struct timex_word ordinal = timex_word_at(s, at, T_ordinal);
    if (q == 0 && ordinal.there) {
        half = timex_text_is(s, at + 1, "half") && ordinal.value <= 2;
        if (!half && !timex_text_is(s, at + 1, "quarter")) return false;
        q = ordinal.value;
        end = at + 2;
    }
    if (q == 0 || !s->dated) return false;
    uint32_t y = end + (timex_text_is(s, end, "of"));
    if (timex_year_at(s, y, &year)) end = y + 1;
    if (year == 0) year = s->now.year - (!half && q > (s->now.month - 1) / 3 + 1);
    return timex_put(out, i, end, DL_TIMEX_DATE,
                     dl_str_fmt(s->arena, half ? "%04d-H%d" : "%04d-Q%d", year, q));
}

bool timex_fixed(const struct timex_scan *s, uint32_t i, dl_timex *out)
{
    struct timex_word ref = timex_word_at(s, i, T_ref), set = timex_word_at(s, i, T_set);
    if (set.there && set.value >= 0)
        return timex_put(out, i, i + set.tokens, DL_TIMEX_SET,
                         dl_str_c(timex_set_values[set.value]));
    if (ref.there && ref.value >= 0)
        return timex_put(out, i, i + ref.tokens, DL_TIMEX_DATE,
                         dl_str_c(timex_ref_values[ref.value]));
    return false;
}
