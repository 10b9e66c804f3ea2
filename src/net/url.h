/* URLs: WHATWG parsing, the canonical form for de-duplication, SURT, registrable domain.
 *
 * Parsing is lexbor's (URL Standard). The canonical form is ours: it keeps what may lead to
 * another text and drops what cannot (see dl_url_canonical). Slices point into href, which lives
 * in the arena. Thread-safe (a parser per thread). Errors: DL_ERR_SYNTAX, DL_ERR_TOO_BIG. */
#ifndef DL_NET_URL_H
#define DL_NET_URL_H

#include "base/str.h"

enum { DL_URL_MAX = 64 << 10 }; /* longer ones are data, not addresses */

struct dl_url {
    dl_str href;                                                   /* serialised by the standard */
    dl_str scheme, credentials, host, port, path, query, fragment; /* without : @ ? # */
    bool has_query, has_fragment, is_opaque; /* opaque: "mailto:x", no authority */
};

/* base: empty for none, else an absolute URL. Input is trimmed as the standard says. */
enum dl_err dl_url_parse(dl_arena *arena, dl_str input, dl_str base,
                         struct dl_url *ret_url) DL_MUST_USE;
/* href of input against base, only when it is http or https; else empty. */
dl_str dl_url_resolve_web(dl_arena *arena, dl_str input, dl_str base);
bool dl_url_is_web(const struct dl_url *url);

/* Same text, same form: no credentials, fragment, default port, dot at the host's end; unreserved
 * octets unescaped, escapes in capitals; no double slashes; query without tracking parameters
 * (lexicon/web/tracking-parameters.tsv), session ids and empty parts, sorted. Idempotent.
 * Scheme, www. and case of the path are kept: they may matter. Other schemes: href as it is. */
dl_str dl_url_canonical(dl_arena *arena, const struct dl_url *url);
/* Sort-friendly form of archives: "com,example)/path?query". */
dl_str dl_url_surt(dl_arena *arena, const struct dl_url *url);
/* Public suffix plus one label (libpsl), ASCII; empty for addresses and bare suffixes. */
dl_str dl_url_registrable(dl_arena *arena, dl_str host);

#endif
