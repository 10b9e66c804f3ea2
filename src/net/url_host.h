/* Hosts of URLs, before the parser sees them: "domain to ASCII" of the URL Standard.
 *
 * lexbor's own is stricter with ASCII hosts (a label "xn--…" that decodes to nothing, names past
 * 253 octets) and laxer with others (joiners, bidi, hyphens) than the standard. So a host that
 * needs it is taken out of the text, made ASCII by ICU's UTS 46, and a placeholder goes through the
 * parser in its place. Addresses, opaque hosts and the hosts of all that is no http, https, ws,
 * wss, ftp stay lexbor's. Also here: dot segments, with which lexbor loses slashes. */
#ifndef DL_NET_URL_HOST_H
#define DL_NET_URL_HOST_H

#include "base/str.h"

enum { DL_URL_MARKED_MAX = 1 << 20 };

#define DL_URL_PLACEHOLDER      "placeholder.invalid"
#define DL_URL_BASE_PLACEHOLDER "base-placeholder.invalid"

/* *ret_text: what to parse; *ret_host: the host that the placeholder stands for in it, empty when
 * nothing was replaced. base_scheme: of the base URL, empty for none. Errors: SYNTAX. */
enum dl_err dl_url_prepare(dl_arena *arena, dl_str input, dl_str base_scheme,
                           const char *placeholder, dl_str *ret_text, dl_str *ret_host) DL_MUST_USE;
/* "https" of "https:x"; empty when there is none. */
dl_str dl_url_scheme(dl_str text);
/* http, https, ws, wss, ftp with an authority of its own: its base does not matter. */
bool dl_url_is_absolute(dl_str text);

/* lexbor passes over two bytes behind a "%" that begins no escape, whatever they are: spaces,
 * slashes, the query's mark. So it is shown `mark` in the place of such ones of a path. */
dl_str dl_url_mark_percents(dl_arena *arena, dl_str text, dl_str base_scheme, dl_str mark);

/* Of a path: does it hold dot segments? lexbor overlooks some in relative ones. */
bool dl_url_has_dots(dl_str path);

/* Does the path of an address begin with "//", and hold no dot segment that could take it away?
 * lexbor forgets the first slash when a character behind needs to be encoded. */
bool dl_url_begins_twice(dl_str text, dl_str base_scheme);

#endif
