/* The encoding of bytes that nobody declared, or declared wrongly.
 *
 * uchardet looks at the text without tags; where the page's language or its address's country
 * speaks against its answer, the encoding usual there is tried and the more plausible text wins. */
#ifndef DL_PAGE_CHARSET_GUESS_H
#define DL_PAGE_CHARSET_GUESS_H

#include <lexbor/encoding/encoding.h>

#include "page/charset.h"

/* never NULL; fallback (may be NULL) where nothing better is found. */
const lxb_encoding_data_t *dl_charset_guess(const struct dl_charset_input *in,
                                            const lxb_encoding_data_t *fallback);

/* In charset.c: bytes by an encoding, as UTF-8 behind out; NUL is dropped. */
void dl_charset_convert(const lxb_encoding_data_t *data, dl_str bytes, dl_buf *out,
                        bool *ret_damaged);

#endif
