/* Strings: a slice {p, n} that owns nothing, and a growing buffer that must state its maximum.
 *
 * Slices are not NUL-terminated. Text that came from outside is checked once as UTF-8 at the
 * border (base/utf8.h) and is valid from there on. */
#ifndef DL_BASE_STR_H
#define DL_BASE_STR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

typedef struct dl_str {
    const char *p;
    size_t n;
} dl_str;

#define DL_STR(literal) ((dl_str){"" literal, sizeof(literal) - 1})
/* printf("%.*s", DL_FMT(s)) */
#define DL_FMT(s) (int)((s).n > 0x7FFFFFFF ? 0x7FFFFFFF : (s).n), (s).p != NULL ? (s).p : ""

/* Here, not in str.c: they stand in every inner loop, and against a literal they fold to a few
 * compares. */
static inline dl_str dl_str_c(const char *c) /* NULL gives the empty slice */
{
    return c == NULL ? (dl_str){NULL, 0} : (dl_str){c, strlen(c)};
}

static inline bool dl_str_eq(dl_str a, dl_str b)
{
    /* Most that differ do so at once: no call for them. */
    return a.n == b.n && (a.n == 0 || (a.p[0] == b.p[0] && memcmp(a.p, b.p, a.n) == 0));
}

static inline bool dl_str_eq_c(dl_str a, const char *c)
{
    return dl_str_eq(a, dl_str_c(c));
}

static inline dl_str dl_str_sub(dl_str s, size_t from, size_t to) /* clamped */
{
    if (to > s.n) to = s.n;
    if (from > to) from = to;
    return (dl_str){s.p == NULL ? NULL : s.p + from, to - from};
}

bool dl_str_ieq(dl_str a, dl_str b); /* ASCII letters only, as protocols want it */
bool dl_str_ieq_c(dl_str a, const char *c);
int dl_str_cmp(dl_str a, dl_str b); /* byte order */
bool dl_str_starts(dl_str s, const char *prefix);
bool dl_str_istarts(dl_str s, const char *prefix);
bool dl_str_ends(dl_str s, const char *suffix);
bool dl_str_iends(dl_str s, const char *suffix);
dl_str dl_str_trim(dl_str s); /* ASCII white space */
/* Byte position of the first match at or after from, DL_NO_POS when there is none. */
size_t dl_str_find(dl_str s, dl_str needle, size_t from);
size_t dl_str_find_c(dl_str s, const char *needle, size_t from);
size_t dl_str_ifind_c(dl_str s, const char *needle, size_t from); /* ASCII case-insensitive */
size_t dl_str_chr(dl_str s, char c, size_t from);
size_t dl_str_rchr(dl_str s, char c);
/* Takes up to the next separator off the front of *rest; false when *rest is used up
 * (rest->p == NULL). "a,,b" gives "a", "", "b". */
bool dl_str_split(dl_str *rest, char separator, dl_str *ret_part);
/* Next line without its end (LF, CRLF or CR); false at the end of *rest. */
bool dl_str_line(dl_str *rest, dl_str *ret_line);
/* Decimal digits only, no sign, no spaces; false on anything else or overflow. */
bool dl_str_u64(dl_str s, uint64_t *ret_value);

/* Copies into the arena, NUL-terminated behind n. Failure: {NULL, 0} (see dl_arena_failed). */
dl_str dl_str_dup(dl_arena *arena, dl_str s);
char *dl_str_cstr(dl_arena *arena, dl_str s);
dl_str dl_str_fmt(dl_arena *arena, const char *format, ...) DL_PRINTF(2, 3);
dl_str dl_str_lower_ascii(dl_arena *arena, dl_str s);
/* Runs of ASCII white space become one space, none at the ends. */
dl_str dl_str_squeeze(dl_arena *arena, dl_str s);
/* Ends of lines of all systems (CRLF, CR) as LF; s itself where it has no CR. */
dl_str dl_str_unix_lines(dl_arena *arena, dl_str s);

static inline bool dl_is_space(unsigned char c) /* ASCII: space \t \n \v \f \r */
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool dl_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool dl_is_alpha(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool dl_is_alnum(unsigned char c)
{
    return dl_is_digit(c) || dl_is_alpha(c);
}

static inline unsigned char dl_to_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

/* Buffer on malloc. Past its maximum, or without memory, it turns failed, keeps what it has and
 * ignores what follows; check dl_buf_failed() once. Always NUL-terminated when p != NULL. */
typedef struct dl_buf {
    char *p;
    size_t n, cap, max;
    enum dl_err failed;
} dl_buf;

#define DL_BUF_INIT(maximum)                                                                       \
    {                                                                                              \
        NULL, 0, 0, (maximum), DL_OK                                                               \
    }
void dl_buf_init(dl_buf *buf, size_t max);
void dl_buf_free(dl_buf *buf);
void dl_buf_reset(dl_buf *buf);                              /* keeps the memory */
void dl_buf_add_grown(dl_buf *buf, const void *p, size_t n); /* dl_buf_add where there is no room */
static inline void dl_buf_add(dl_buf *buf, const void *p, size_t n)
{
    if (n >= buf->cap - buf->n || n > buf->max - buf->n || buf->failed != DL_OK || n == 0) {
        dl_buf_add_grown(buf, p, n);
        return;
    }
    memcpy(buf->p + buf->n, p, n);
    buf->n += n;
    buf->p[buf->n] = '\0';
}

static inline void dl_buf_str(dl_buf *buf, dl_str s)
{
    dl_buf_add(buf, s.p, s.n);
}

static inline void dl_buf_c(dl_buf *buf, const char *c)
{
    dl_buf_add(buf, c, strlen(c));
}

static inline void dl_buf_byte(dl_buf *buf, char c)
{
    dl_buf_add(buf, &c, 1);
}

void dl_buf_fmt(dl_buf *buf, const char *format, ...) DL_PRINTF(2, 3);
enum dl_err dl_buf_reserve(dl_buf *buf, size_t n) DL_MUST_USE; /* room for n more */
enum dl_err dl_buf_failed(const dl_buf *buf);
dl_str dl_buf_slice(const dl_buf *buf);

#endif
