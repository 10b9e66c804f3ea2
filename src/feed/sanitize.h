/* HTML of strangers, made harmless: a safe subset out, by lexbor.
 *
 * Allowed elements and attributes only (no script, style, frame, form, event handler, style
 * attribute); links http, https and mailto, resolved against base; images http(s). What is not
 * allowed is unwrapped (its text stays) or, for active content, dropped whole. Output is valid
 * UTF-8, well-nested. Bounded: 16 MiB in, depth 512, 250,000 nodes (past them the rest is dropped).
 * Memory: the arena. A parser per thread is reused. */
#ifndef DL_FEED_SANITIZE_H
#define DL_FEED_SANITIZE_H

#include "base/str.h"

enum { DL_SANITIZE_DEPTH = 512, DL_SANITIZE_NODES = 250000 };

dl_str dl_sanitize_html(dl_arena *arena, dl_str html, dl_str base);
/* The text that a reader sees; blocks parted by a blank line when `paragraphs`, else by a space. */
dl_str dl_text_of_html(dl_arena *arena, dl_str html, bool paragraphs);
/* The start of html that has at most DL_SANITIZE_NODES tags: a tree takes 60 times its bytes. */
dl_str dl_html_bounded(dl_str html);
/* Does it look like markup, or is it plain text? */
bool dl_looks_like_html(dl_str s);

#endif
