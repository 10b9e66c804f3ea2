/* The short way for addresses that the URL Standard leaves as they are: absolute ones and paths
 * ("/a?b") whose bytes all mean themselves. What dl_url_parse gives is what this gives, only
 * sooner; a test holds both against each other. */
#ifndef DL_NET_URL_PLAIN_H
#define DL_NET_URL_PLAIN_H

#include "base/str.h"

/* The href of input against base, http or https; false: not plain. */
bool dl_url_plain(dl_arena *arena, dl_str input, dl_str base, dl_str *ret_href);

#endif
