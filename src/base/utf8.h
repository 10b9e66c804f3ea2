/* UTF-8: the border check. Everything behind it is valid (RFC 3629: no surrogates, no overlong). */
#ifndef DL_BASE_UTF8_H
#define DL_BASE_UTF8_H

#include "base/str.h"

bool dl_utf8_valid(dl_str s, size_t *ret_bad_pos); /* ret_bad_pos may be NULL */
/* Replaces each maximal invalid part by U+FFFD and drops NUL. Valid input is returned as it is. */
dl_str dl_utf8_repair(dl_arena *arena, dl_str s);
/* Any bytes as valid UTF-8, a character for each, and back: opaque bytes on their way through JSON.
 * What dl_utf8_of_bytes() did not make is given back as it is. */
dl_str dl_utf8_of_bytes(dl_arena *arena, dl_str bytes);
dl_str dl_utf8_to_bytes(dl_arena *arena, dl_str text);
uint32_t dl_utf8_next_wide(dl_str s, size_t *pos); /* the part of dl_utf8_next behind ASCII */
/* Code point at *pos (valid UTF-8), moves *pos behind it. Past the end: 0. */
static inline uint32_t dl_utf8_next(dl_str s, size_t *pos)
{
    if (*pos < s.n && (unsigned char)s.p[*pos] < 0x80) return (unsigned char)s.p[(*pos)++];
    return dl_utf8_next_wide(s, pos);
}
uint32_t dl_utf8_prev(dl_str s, size_t *pos); /* the one before *pos, moves *pos to its start */
size_t dl_utf8_put(uint32_t cp, char out[4]); /* bytes written; U+FFFD for what is no scalar */
void dl_buf_cp(dl_buf *buf, uint32_t cp);
size_t dl_utf8_count(dl_str s); /* code points */
/* Longest prefix of at most max bytes that cuts no character. */
dl_str dl_utf8_prefix(dl_str s, size_t max);
/* Is pos a character border of s? */
bool dl_utf8_is_border(dl_str s, size_t pos);
/* C0/C1 controls (but \t \n), bidi overrides, BOM and zero-width fillers dropped. ZWJ/ZWNJ stay:
 * Persian and Indic scripts and emoji need them. */
dl_str dl_utf8_clean(dl_arena *arena, dl_str s);

#endif
