#include "lang/alike.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

enum { BUCKETS = 1024 }; /* of pairs; two titles of 60 letters share one by chance rarely */

/* Next letter or digit, folded; 0 at the end. */
static uint32_t next_letter(dl_str s, size_t *pos)
{
    while (*pos < s.n) {
        UChar32 c = (UChar32)dl_utf8_next(s, pos);
        if (u_isdigit(c)) return (uint32_t)('0' + u_charDigitValue(c));
        if (u_isalpha(c)) return (uint32_t)u_foldCase(c, U_FOLD_CASE_DEFAULT);
    }
    return 0;
}

static unsigned count_pairs(dl_str s, int step, int16_t counts[BUCKETS], unsigned *ret_shared)
{
    size_t pos = 0;
    unsigned n = 0;
    uint32_t before = next_letter(s, &pos), c;
    while (before != 0 && (c = next_letter(s, &pos)) != 0) {
        uint64_t mixed = ((uint64_t)before << 32 | c) * 0x9E3779B97F4A7C15ull;
        int16_t *bucket = &counts[mixed >> 54];
        if (step < 0 && *bucket > 0) (*ret_shared)++;
        *bucket = (int16_t)(*bucket + step);
        before = c;
        n++;
    }
    return n;
}

unsigned dl_alike_percent(dl_str a, dl_str b)
{
    int16_t counts[BUCKETS] = {0};
    unsigned shared = 0;
    unsigned in_a = count_pairs(dl_utf8_prefix(a, DL_ALIKE_BYTES), 1, counts, &shared);
    unsigned in_b = count_pairs(dl_utf8_prefix(b, DL_ALIKE_BYTES), -1, counts, &shared);
    return in_a + in_b == 0 ? 0 : shared * 200 / (in_a + in_b);
}

static bool next_number(dl_str s, size_t *pos, uint64_t *ret_number)
{
    bool in = false;
    uint64_t number = 0;
    while (*pos < s.n) {
        UChar32 c = (UChar32)dl_utf8_next(s, pos);
        if (u_isdigit(c)) {
            number = number * 10 + (uint64_t)u_charDigitValue(c);
            in = true;
        } else if (in) {
            break;
        }
    }
    *ret_number = number;
    return in;
}

bool dl_alike_numbers(dl_str a, dl_str b)
{
    size_t at = 0, bt = 0;
    for (;;) {
        uint64_t x, y;
        bool has_x = next_number(a, &at, &x), has_y = next_number(b, &bt, &y);
        if (has_x != has_y || x != y) return false;
        if (!has_x) return true;
    }
}
