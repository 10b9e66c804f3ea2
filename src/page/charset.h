/* Charsets: bytes as received in, valid UTF-8 out, and which encoding it was.
 *
 * Order: byte order mark; strict validation of the whole document as UTF-8; the header; <meta> or
 * the XML declaration; what the bytes look like (uchardet on the text without tags, the language
 * and country as hints). A declared encoding that the bytes contradict is put aside. Labels and
 * decoders are those of the WHATWG Encoding Standard (lexbor). Declared UTF-8 with a few bad bytes
 * stays UTF-8. Mojibake is repaired. Result: arena, or the input itself.
 * Errors: DL_ERR_EMPTY, DL_ERR_BINARY, DL_ERR_TOO_BIG, DL_ERR_NOMEM. */
#ifndef DL_PAGE_CHARSET_H
#define DL_PAGE_CHARSET_H

#include "base/str.h"

struct dl_charset_input {
    dl_str bytes, content_type;
    dl_str url; /* its country is a hint for undeclared bytes */
};

struct dl_charset_text {
    dl_str text;      /* valid UTF-8 without byte order mark and NUL */
    const char *name; /* WHATWG name */
    bool declared;    /* by mark, header or meta, and kept */
    bool damaged;     /* bytes were replaced by U+FFFD */
    bool repaired;    /* parts had been encoded twice (base/mojibake.h) */
};

enum dl_err dl_charset_decode(dl_arena *arena, const struct dl_charset_input *in,
                              struct dl_charset_text *ret_text, struct dl_diag *diag) DL_MUST_USE;

#endif
