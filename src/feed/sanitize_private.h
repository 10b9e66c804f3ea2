/* What may stay in sanitised HTML, said once for both ways through the sanitiser. */
#ifndef DL_FEED_SANITIZE_PRIVATE_H
#define DL_FEED_SANITIZE_PRIVATE_H

#include "base/str.h"

/* A number below 32 for an attribute that may stay, -1 for others. name: in lower case. */
int dl_safe_attribute(dl_str name);
/* Does the attribute hold an address? */
bool dl_is_link_attribute(dl_str name);
/* The address as it may stay: http, https, and mailto in href; else empty. */
dl_str dl_safe_link(dl_arena *arena, dl_str name, dl_str value, dl_str base);

/* The long way, by HTML's rules; html: valid UTF-8. What feed/sanitize.h gives is what these give,
 * only sooner. */
dl_str dl_sanitize_tree(dl_arena *arena, dl_str html, dl_str base);
dl_str dl_text_of_tree(dl_arena *arena, dl_str html, bool paragraphs);

#endif
