/* The short way through the sanitiser: one pass over fragments that hold nothing unusual.
 *
 * A fragment is plain when the tree that HTML's rules build of it is the nesting of its tags as
 * they are written: known elements, each ended by its own end tag or, paragraphs and items, where
 * HTML ends them unsaid; none that moves others, quoted attributes, references that end in ";". Of
 * a plain one the answer is the same, byte for byte, as that of the tree (feed/sanitize.h; a test
 * and a fuzz target hold both against each other). Anything else, and anything in doubt, is not
 * plain: HTML's rules decide about it. html: valid UTF-8. Memory: the arena; a buffer per thread is
 * kept. Linear. */
#ifndef DL_FEED_HTMLPLAIN_H
#define DL_FEED_HTMLPLAIN_H

#include "base/str.h"

enum { DL_HTML_PLAIN_MAX = 256 << 10 /* bytes; beyond, a tree has limits of its own */ };

/* The sanitised fragment, trimmed; false: not plain, or no memory. */
bool dl_html_plain(dl_arena *arena, dl_str html, dl_str base, dl_str *ret_clean);
/* The text of markup without tags: its references as characters. False: not plain. */
bool dl_html_plain_text(dl_arena *arena, dl_str html, dl_str *ret_text);

#endif
