#include "base/str.h"

#include <stdarg.h>

bool dl_str_ieq(dl_str a, dl_str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (dl_to_lower((unsigned char)a.p[i]) != dl_to_lower((unsigned char)b.p[i])) return false;
    return true;
}

bool dl_str_ieq_c(dl_str a, const char *c)
{
    return dl_str_ieq(a, dl_str_c(c));
}

int dl_str_cmp(dl_str a, dl_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int r = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (r != 0) return r < 0 ? -1 : 1;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool dl_str_starts(dl_str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return n == 0 || (s.n >= n && memcmp(s.p, prefix, n) == 0);
}

bool dl_str_istarts(dl_str s, const char *prefix)
{
    size_t n = strlen(prefix);
    return s.n >= n && dl_str_ieq((dl_str){s.p, n}, (dl_str){prefix, n});
}

bool dl_str_ends(dl_str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return n == 0 || (s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0);
}

bool dl_str_iends(dl_str s, const char *suffix)
{
    size_t n = strlen(suffix);
    return n == 0 || (s.n >= n && dl_str_ieq((dl_str){s.p + s.n - n, n}, (dl_str){suffix, n}));
}

dl_str dl_str_trim(dl_str s)
{
    while (s.n > 0 && dl_is_space((unsigned char)s.p[0]))
        s.p++, s.n--;
    while (s.n > 0 && dl_is_space((unsigned char)s.p[s.n - 1]))
        s.n--;
    return s;
}

size_t dl_str_find(dl_str s, dl_str needle, size_t from)
{
    if (from > s.n || needle.n > s.n - from) return DL_NO_POS;
    if (needle.n == 0) return from;
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit == NULL ? DL_NO_POS : (size_t)(hit - s.p);
}

size_t dl_str_find_c(dl_str s, const char *needle, size_t from)
{
    return dl_str_find(s, dl_str_c(needle), from);
}

size_t dl_str_ifind_c(dl_str s, const char *needle, size_t from)
{
    size_t n = strlen(needle);
    unsigned char first = dl_to_lower((unsigned char)needle[0]);
    bool letter = dl_is_alpha(first);
    for (size_t i = from; n <= s.n && i <= s.n - n; i++) {
        if (n > 0 && !letter) {
            i = dl_str_chr(dl_str_sub(s, 0, s.n - n + 1), needle[0], i);
            if (i == DL_NO_POS) break;
        } else if (n > 0 && dl_to_lower((unsigned char)s.p[i]) != first) {
            continue;
        }
        if (dl_str_ieq((dl_str){s.p + i, n}, (dl_str){needle, n})) return i;
    }
    return DL_NO_POS;
}

size_t dl_str_chr(dl_str s, char c, size_t from)
{
    if (from >= s.n) return DL_NO_POS;
    const char *hit = memchr(s.p + from, c, s.n - from);
    return hit == NULL ? DL_NO_POS : (size_t)(hit - s.p);
}

size_t dl_str_rchr(dl_str s, char c)
{
    const char *hit = s.n > 0 ? memrchr(s.p, c, s.n) : NULL;
    return hit == NULL ? DL_NO_POS : (size_t)(hit - s.p);
}

bool dl_str_split(dl_str *rest, char separator, dl_str *ret_part)
{
    if (rest->p == NULL) return false;
    size_t at = dl_str_chr(*rest, separator, 0);
    if (at == DL_NO_POS) {
        *ret_part = *rest;
        *rest = (dl_str){NULL, 0};
        return true;
    }
    *ret_part = (dl_str){rest->p, at};
    *rest = (dl_str){rest->p + at + 1, rest->n - at - 1};
    return true;
}

bool dl_str_line(dl_str *rest, dl_str *ret_line)
{
    if (rest->n == 0) return false;
    size_t i = 0;
    while (i < rest->n && rest->p[i] != '\n' && rest->p[i] != '\r')
        i++;
    *ret_line = (dl_str){rest->p, i};
    if (i < rest->n) {
        bool crlf = rest->p[i] == '\r' && i + 1 < rest->n && rest->p[i + 1] == '\n';
        i += crlf ? 2 : 1;
    }
    *rest = (dl_str){rest->p + i, rest->n - i};
    return true;
}

bool dl_str_u64(dl_str s, uint64_t *ret_value)
{
    if (s.n == 0 || s.n > 20) return false;
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!dl_is_digit((unsigned char)s.p[i])) return false;
        uint64_t d = (uint64_t)(s.p[i] - '0');
        if (v > (UINT64_MAX - d) / 10) return false;
        v = v * 10 + d;
    }
    *ret_value = v;
    return true;
}

dl_str dl_str_dup(dl_arena *arena, dl_str s)
{
    char *p = dl_alloc(arena, s.n + 1);
    if (p == NULL) return (dl_str){NULL, 0};
    if (s.n > 0) memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (dl_str){p, s.n};
}

char *dl_str_cstr(dl_arena *arena, dl_str s)
{
    return (char *)dl_str_dup(arena, s).p;
}

dl_str dl_str_fmt(dl_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : dl_alloc(arena, (size_t)n + 1);
    if (p != NULL) vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p == NULL ? (dl_str){NULL, 0} : (dl_str){p, (size_t)n};
}

dl_str dl_str_lower_ascii(dl_arena *arena, dl_str s)
{
    dl_str copy = dl_str_dup(arena, s);
    for (size_t i = 0; i < copy.n; i++)
        ((char *)copy.p)[i] = (char)dl_to_lower((unsigned char)copy.p[i]);
    return copy;
}

dl_str dl_str_squeeze(dl_arena *arena, dl_str s)
{
    s = dl_str_trim(s);
    char *p = dl_alloc(arena, s.n + 1);
    if (p == NULL) return (dl_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!dl_is_space((unsigned char)s.p[i]))
            p[n++] = s.p[i];
        else if (p[n - 1] != ' ')
            p[n++] = ' ';
    }
    p[n] = '\0';
    return (dl_str){p, n};
}

dl_str dl_str_unix_lines(dl_arena *arena, dl_str s)
{
    size_t at = dl_str_chr(s, '\r', 0), from = 0, n = 0;
    if (at == DL_NO_POS) return s;
    char *p = dl_alloc(arena, s.n + 1);
    if (p == NULL) return (dl_str){NULL, 0};
    for (; at != DL_NO_POS; at = dl_str_chr(s, '\r', from)) {
        memcpy(p + n, s.p + from, at - from);
        n += at - from;
        p[n++] = '\n';
        from = at + 1;
        if (from < s.n && s.p[from] == '\n') from++;
    }
    memcpy(p + n, s.p + from, s.n - from);
    n += s.n - from;
    p[n] = '\0';
    return (dl_str){p, n};
}

void dl_buf_init(dl_buf *buf, size_t max)
{
    *buf = (dl_buf)DL_BUF_INIT(max);
}

void dl_buf_free(dl_buf *buf)
{
    free(buf->p);
    *buf = (dl_buf)DL_BUF_INIT(buf->max);
}

void dl_buf_reset(dl_buf *buf)
{
    buf->n = 0;
    buf->failed = DL_OK;
    if (buf->p != NULL) buf->p[0] = '\0';
}

enum dl_err dl_buf_reserve(dl_buf *buf, size_t n)
{
    if (buf->failed != DL_OK) return buf->failed;
    if (n > buf->max - buf->n) return buf->failed = DL_ERR_TOO_BIG;
    if (buf->n + n < buf->cap) return DL_OK;
    size_t cap = buf->cap < 256 ? 256 : buf->cap * 2;
    if (cap < buf->n + n + 1) cap = buf->n + n + 1;
    char *p = realloc(buf->p, cap);
    if (p == NULL) return buf->failed = DL_ERR_NOMEM;
    buf->p = p;
    buf->cap = cap;
    buf->p[buf->n] = '\0';
    return DL_OK;
}

void dl_buf_add_grown(dl_buf *buf, const void *p, size_t n)
{
    if (n == 0 || dl_buf_reserve(buf, n) != DL_OK) return;
    memcpy(buf->p + buf->n, p, n);
    buf->n += n;
    buf->p[buf->n] = '\0';
}

void dl_buf_fmt(dl_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0 && dl_buf_reserve(buf, (size_t)n) == DL_OK) {
        vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

enum dl_err dl_buf_failed(const dl_buf *buf)
{
    return buf->failed;
}

dl_str dl_buf_slice(const dl_buf *buf)
{
    return (dl_str){buf->p, buf->n};
}
