#include "net/url_plain.h"

enum { LABEL_MAX = 63, PLAIN_MAX = 4096 };

enum { PATH = 1, QUERY = 2, FRAGMENT = 4, ALL = PATH | QUERY | FRAGMENT };

/* Bytes that are written as they are; "%" too, whatever follows it. */
static const unsigned char part_of[256] = {
    ['0' ... '9'] = ALL,
    ['a' ... 'z'] = ALL,
    ['A' ... 'Z'] = ALL,
    ['-'] = ALL,
    ['.'] = ALL,
    ['_'] = ALL,
    ['~'] = ALL,
    ['!'] = ALL,
    ['$'] = ALL,
    ['&'] = ALL,
    ['('] = ALL,
    [')'] = ALL,
    ['*'] = ALL,
    ['+'] = ALL,
    [','] = ALL,
    [';'] = ALL,
    ['='] = ALL,
    [':'] = ALL,
    ['@'] = ALL,
    ['/'] = ALL,
    ['%'] = ALL,
    ['\''] = PATH | FRAGMENT,
    ['?'] = QUERY | FRAGMENT,
};

static size_t run_of(dl_str s, size_t from, unsigned part)
{
    while (from < s.n && (part_of[(unsigned char)s.p[from]] & part) != 0)
        from++;
    return from;
}

/* The end of a path; "/..", "/%2e" and their like, which are taken out of it, end it too. */
static size_t path_end(dl_str s)
{
    size_t at = 0;
    for (bool after_slash = false; at < s.n; at++) {
        char c = s.p[at];
        if ((part_of[(unsigned char)c] & PATH) == 0 || (after_slash && (c == '.' || c == '%')))
            break;
        after_slash = c == '/';
    }
    return at;
}

/* From the path on. */
static bool is_plain_tail(dl_str s)
{
    if (s.n == 0 || s.p[0] != '/') return false;
    size_t at = path_end(s);
    if (at < s.n && s.p[at] == '?') at = run_of(s, at + 1, QUERY);
    if (at < s.n && s.p[at] == '#') at = run_of(s, at + 1, FRAGMENT);
    return at == s.n;
}

/* A name of small letters and digits whose last label is no number: its end, 0 for others. */
static size_t host_end(dl_str s, size_t from)
{
    size_t at = from, label = from;
    bool letters = true;
    for (; at < s.n && s.p[at] != '/'; at++) {
        char c = s.p[at];
        bool is_letter = c >= 'a' && c <= 'z';
        if (c == '.') {
            if (at == label || s.p[at - 1] == '-') return 0;
            label = at + 1;
            letters = true;
            continue;
        }
        if (c == '-' && (at == label || s.p[at - 1] == '-')) return 0; /* "xn--" among them */
        if (!is_letter && !dl_is_digit((unsigned char)c) && c != '-') return 0;
        if (at - label >= LABEL_MAX) return 0;
        letters &= is_letter;
    }
    return at > label && letters && label > from ? at : 0;
}

/* Bytes before the path of a plain absolute address; 0 for others. */
static size_t origin_of(dl_str s)
{
    size_t host = dl_str_starts(s, "https://") ? 8 : dl_str_starts(s, "http://") ? 7 : 0;
    return host > 0 ? host_end(s, host) : 0;
}

bool dl_url_plain(dl_arena *arena, dl_str input, dl_str base, dl_str *ret_href)
{
    if (input.n == 0 || input.n > PLAIN_MAX || base.n > PLAIN_MAX) return false;
    size_t origin = origin_of(input);
    if (origin > 0) {
        if (!is_plain_tail(dl_str_sub(input, origin, input.n))) return false;
        *ret_href = dl_str_dup(arena, input);
        return ret_href->p != NULL;
    }
    if (dl_str_starts(input, "//") || !is_plain_tail(input)) return false;
    origin = origin_of(base);
    if (origin == 0 || !is_plain_tail(dl_str_sub(base, origin, base.n))) return false;
    char *p = dl_alloc(arena, origin + input.n + 1);
    if (p == NULL) return false;
    memcpy(p, base.p, origin);
    memcpy(p + origin, input.p, input.n);
    p[origin + input.n] = '\0';
    *ret_href = (dl_str){p, origin + input.n};
    return true;
}
