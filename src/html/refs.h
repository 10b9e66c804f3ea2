/* Character references of HTML: "&amp;", "&#x1F525;", and "&copy" without its semicolon.
 * Standard: WHATWG HTML, character reference state. The table of names is lexbor's. */
#ifndef DL_HTML_REFS_H
#define DL_HTML_REFS_H

#include "base/str.h"

/* The text with its references replaced, on the arena. In the values of attributes a name without
 * semicolon before "=", a letter or a digit is no reference. */
dl_str dl_refs_decode(dl_arena *arena, dl_str s, bool in_attribute);

#endif
