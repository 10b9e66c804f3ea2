/* Rights signals: what a publisher says may be done with an article, gathered and made comparable.
 *
 * In: the page's own metas and links (meta.c), and what came beside the page: headers of its
 * answer, its site's robots.txt. Out: `rights` of the contract, each signal under its name as
 * found, and two keys that sum them up: directives  "noarchive nosnippet": of noindex nofollow
 * noarchive nosnippet, as meta robots and X-Robots-Tag give them to everybody or to us (what other
 * robots are told is kept, and binds them, not us) reserved    "tdm ai-train": uses that the
 * publisher keeps to himself: tdm (TDM Reservation Protocol, header or meta), and what
 * Content-Signal answers with "no" (search, ai-input, ai-train); noai and noimageai are ai-train
 * Found keys: robots googlebot googlebot-news x-robots-tag tdm-reservation tdm-policy copyright
 * license access content-signal robots-license (License: in robots.txt, RSL 1.0). Of one name the
 * page's own word comes before its header's.
 * Sources: RFC 9309; developers.google.com/search/docs/crawling-indexing/robots-meta-tag; W3C
 * TDMRep 2024; RSL 1.0; contentsignals.org. Pure; memory: the arena. */
#ifndef DL_PAGE_RIGHTS_H
#define DL_PAGE_RIGHTS_H

#include "page/page.h"

/* Bits of directives and reserved, as the store keeps them with a document. */
enum dl_rights_bit {
    DL_RIGHTS_NOINDEX = 1 << 0,
    DL_RIGHTS_NOFOLLOW = 1 << 1,
    DL_RIGHTS_NOARCHIVE = 1 << 2,
    DL_RIGHTS_NOSNIPPET = 1 << 3,
    DL_RIGHTS_TDM = 1 << 4,
    DL_RIGHTS_AI_TRAIN = 1 << 5,
    DL_RIGHTS_AI_INPUT = 1 << 6,
    DL_RIGHTS_SEARCH = 1 << 7,
    DL_RIGHTS_RESERVED = DL_RIGHTS_TDM | DL_RIGHTS_AI_TRAIN | DL_RIGHTS_AI_INPUT | DL_RIGHTS_SEARCH,
};

/* Adds what came beside the page (NULL: nothing), then sums up. Call once. */
enum dl_err dl_rights_add(dl_arena *arena, const struct dl_page_signals *signals,
                          dl_page_rights *rights) DL_MUST_USE;
/* Of the contract's object; NULL: 0. */
unsigned dl_rights_bits(yyjson_val *rights);
/* "noarchive nosnippet tdm" */
dl_str dl_rights_words(dl_arena *arena, unsigned bits);

#endif
