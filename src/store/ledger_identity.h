/* Which document a piece of material is about: GUID, address and content, each worth what the feed
 * showed it to be worth.
 *
 * An address decides, unless it stood for several articles at once. A GUID decides where the
 * address is the same or missing; at another address the article must also look the same, unless
 * the feed's GUIDs are known to hold. Content decides last, where there is enough of it. In doubt
 * two articles stay two: a copy is seen later (src/story), a swallowed article never.
 * Evidence is counted for each feed (identity_trust); each alias keeps how it was found, each
 * identifier that lost its worth keeps why (identity_void). Ids of documents never change. */
#ifndef DL_STORE_LEDGER_IDENTITY_H
#define DL_STORE_LEDGER_IDENTITY_H

#include "base/map.h"
#include "store/ledger.h"

struct dl_guid_trust {
    int64_t guid_held, guid_churned, guid_reused, url_churned, url_shared;
};

/* The material of one poll. */
struct dl_identifier {
    dl_ledger *ledger;
    dl_arena *arena;
    dl_str outlet;
    int64_t feed;
    bool has_voids;             /* the outlet has identifiers that identify none */
    struct dl_guid_trust trust; /* as it was, and what this poll adds */
    struct dl_guid_trust seen;
    dl_map64 claims; /* document -> hash of the address under which it stands in this poll */
};

struct dl_who {
    const struct dl_material *material;
    dl_str url, guid; /* those that identify; empty: none, or void */
    dl_id id;         /* of the document, or that it would get */
    int64_t document; /* 0: none yet */
    const char *why;  /* how it was found, when not by what it is known under; else NULL */
    bool held, reused, churned;
    size_t index;
};

enum dl_err dl_identify_begin(dl_ledger *ledger, dl_arena *arena, struct dl_who *who, size_t n,
                              struct dl_identifier *ret_identifier) DL_MUST_USE;
/* Sets document (0: a new one), id and why. Later articles of the same poll may change it. */
enum dl_err dl_identify(struct dl_identifier *identifier, struct dl_who *who) DL_MUST_USE;
/* Its document is known or made: names, face, evidence. changed: the material is no duplicate. */
enum dl_err dl_identified(struct dl_identifier *identifier, struct dl_who *who,
                          bool changed) DL_MUST_USE;
enum dl_err dl_identify_end(struct dl_identifier *identifier) DL_MUST_USE;

#endif
