#include "lang/tagger_word.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

enum { SHAPE_MAX = 12 };

static char class_of(uint32_t c)
{
    if (c < 0x80) {
        if (dl_is_digit((unsigned char)c)) return 'd';
        if (!dl_is_alpha((unsigned char)c)) return (char)c;
        return c <= 'Z' ? 'X' : 'x';
    }
    if (u_isdigit((UChar32)c)) return 'd';
    if (u_isUUppercase((UChar32)c)) return 'X';
    return u_isalpha((UChar32)c) ? 'x' : '*';
}

/* Flags and shape in one walk over the form as it is. */
static void look_at_shape(dl_str form, dl_tagger_word *w)
{
    char shape[SHAPE_MAX];
    size_t n = 0, upper = 0, lower = 0;
    for (size_t pos = 0; pos < form.n;) {
        char c = class_of(dl_utf8_next(form, &pos));
        if (n < SHAPE_MAX && (n == 0 || shape[n - 1] != c)) shape[n++] = c;
        upper += c == 'X';
        lower += c == 'x';
        if (c == 'd') w->flags |= DL_TAGGER_DIGIT;
        if (c == '-') w->flags |= DL_TAGGER_HYPHEN;
    }
    if (n > 0 && shape[0] == 'X') w->flags |= DL_TAGGER_CAP;
    if (upper > 1 && lower == 0) w->flags |= DL_TAGGER_UPPER;
    w->shape = dl_hash64((dl_str){shape, n});
}

static size_t normal_form(dl_str form, char norm[DL_WORD_MAX])
{
    size_t n = dl_words_norm(form, norm);
    for (size_t i = 0; i < n; i++)
        if (dl_is_digit((unsigned char)norm[i])) norm[i] = '0';
    return n;
}

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

void dl_tagger_word_look(dl_str form, dl_tagger_word *ret_word)
{
    char norm[DL_WORD_MAX];
    dl_tagger_word w = {.form = dl_hash64(form)};
    look_at_shape(form, &w);
    size_t n = normal_form(form, norm);
    w.norm = dl_hash64((dl_str){norm, n});
    for (size_t at = n, k = 0; at > 0 && k < DL_TAGGER_SUFFIXES;)
        if (starts_character(norm[--at])) w.suffix[k++] = dl_hash64((dl_str){norm + at, n - at});
    for (size_t at = 1, k = 0; at <= n && k < DL_TAGGER_PREFIXES; at++)
        if (at == n || starts_character(norm[at])) w.prefix[k++] = dl_hash64((dl_str){norm, at});
    *ret_word = w;
}
