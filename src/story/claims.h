/* Claims of a story: what its documents say, each once, with every wording, the independent
 * origins behind it, who denies it, and how its wording hardened (docs/METHOD.md, "Origins").
 *
 * In: the documents of one story in order of arrival, with their sayings. Out: claims in order of
 * their founding. A claim is founded by the first saying that no earlier claim holds and named
 * after it for good: a later document may join a claim, never two claims with each other, so that
 * the claims of n documents are the claims of the first n - 1 and what the last one adds.
 * Pure: same documents, same bytes. Memory: the arena; strings are slices of the sayings given.
 * Cost: linear in sayings for fixed limits; copies are folded into their originals.
 * Errors: DL_ERR_NOMEM, DL_ERR_TOO_BIG (arena). */
#ifndef DL_STORY_CLAIMS_H
#define DL_STORY_CLAIMS_H

#include "story/sayings.h"

enum {
    DL_CLAIMS_DOCUMENTS = 5000, /* of one story; later ones are left out */
    DL_CLAIMS_MAX = 20000,
};

#define DL_NO_DOCUMENT UINT32_MAX

struct dl_claim_doc {
    dl_str id;            /* the caller's name for it */
    dl_str outlet, owner; /* outlet id or name; owner: empty unknown. Equal owners: common-owner */
    dl_str url;           /* without its fragment; empty: none. Who links to it cites it */
    int64_t time_ms;      /* seen */
    uint32_t copy_of;     /* index of an earlier document, DL_NO_DOCUMENT */
    uint32_t translation_of;          /* likewise */
    uint32_t revision_of;             /* likewise: an earlier revision of the same document */
    const struct dl_sayings *sayings; /* NULL: nothing was read */
};

/* What a person decided about a claim; applied last, in order. a and b are documents. */
struct dl_claim_edit {
    dl_str claim; /* id */
    uint32_t a, b;
    bool cut; /* their origins are two; else they are one */
};

struct dl_claims_input {
    const struct dl_claim_doc *docs;
    size_t n_docs;
    const struct dl_claim_edit *edits;
    size_t n_edits;
};

/* One saying of the claim. */
struct dl_claim_wording {
    uint32_t document, saying; /* index into docs, into its sayings */
    bool denies;
    bool title;  /* stands in the title: compared with its own text only */
    uint8_t fit; /* per cent of likeness with which it joined; 100 for the founder */
};

#define DL_MERGE_RULES(X)                                                                          \
    X(same_artefact, "same-artefact", false)                                                       \
    X(same_person, "same-person", false)                                                           \
    X(same_institution, "same-institution", false)                                                 \
    X(near_duplicate, "near-duplicate", false)                                                     \
    X(wire_credit, "wire-credit", false)                                                           \
    X(citation, "citation", false)                                                                 \
    X(same_quote, "same-quote", false)                                                             \
    X(shared_error, "shared-error", false)                                                         \
    X(common_owner, "common-owner", true)                                                          \
    X(unnamed, "unnamed", true)                                                                    \
    X(uncited_relay, "uncited-relay", true)                                                        \
    X(unattributed, "unattributed", true)                                                          \
    X(person, "person", false)
enum dl_merge_rule {
#define X(name, text, soft) DL_MERGE_##name,
    DL_MERGE_RULES(X)
#undef X
        DL_MERGE_RULE_COUNT
};
const char *dl_merge_name(enum dl_merge_rule rule);
bool dl_merge_soft(enum dl_merge_rule rule);

enum { DL_MERGE_EVIDENCE = 2 };
struct dl_merge {
    uint8_t rule;
    bool cut;                    /* a person parted them */
    uint32_t a, b;               /* documents */
    uint32_t origin_a, origin_b; /* origins it joins: equal for sure ones, else two */
    size_t n_evidence;
    struct dl_merge_evidence {
        uint32_t document;
        struct dl_part_span span;
    } evidence[DL_MERGE_EVIDENCE];
};

enum dl_origin_kind {
    DL_ORIGIN_SOURCE,    /* somebody, or a document */
    DL_ORIGIN_OWN_VOICE, /* the outlet itself: no source told */
    DL_ORIGIN_MEDIUM,    /* a medium that is no outlet of the stream: not traced further */
    DL_ORIGIN_CIRCULAR   /* outlets that cite each other and nobody else */
};

struct dl_origin {
    uint8_t kind, class, anonymity;
    bool party; /* speaks of itself, or for a side */
    bool person;
    dl_str name;              /* as worded by its first document */
    uint32_t first;           /* document */
    struct dl_part_span span; /* of the name there; empty for an own voice */
    size_t n_docs;
    const uint32_t *docs; /* ascending: whose chains end here */
    uint32_t soft_group;  /* origins of one group may be one: index of its first */
};

struct dl_denial {
    uint32_t wording; /* index into wordings */
    uint8_t class, anonymity;
    dl_str name;
    size_t n_docs;
    const uint32_t *docs;
};

enum dl_change_bit {
    DL_CHANGE_ATTRIBUTION = 1,
    DL_CHANGE_STANCE = 2,
    DL_CHANGE_CERTAINTY = 4,
    DL_CHANGE_ANONYMITY = 8,
    DL_CHANGE_SCOPE = 16,
    DL_CHANGE_HEDGE = 32,
    DL_CHANGE_CAVEAT = 64,
    DL_CHANGE_DENIAL = 128
};
struct dl_hardening {
    uint32_t from, to;    /* wordings, earlier and later */
    uint8_t lost, gained; /* bits; lost: hardened, gained: softened */
};

/* What is not known and would change the count most. */
enum dl_missing_kind {
    DL_MISSING_NOTHING,
    DL_MISSING_UNNAMED,     /* are two unnamed sources one? */
    DL_MISSING_ATTRIBUTION, /* where has the outlet it from? */
    DL_MISSING_ROUTE,       /* did it take it over without saying so? */
    DL_MISSING_OWNER,       /* do two outlets of one owner work apart? */
    DL_MISSING_MEDIUM,      /* on whom does the medium rest that is not watched? */
    DL_MISSING_COUNT
};
struct dl_missing {
    uint8_t kind;     /* enum dl_missing_kind */
    uint32_t a, b;    /* documents */
    uint32_t changes; /* by how many origins the count could change */
};

struct dl_claim {
    char id[DL_SAYING_ID + 1]; /* of the saying that founded it */
    uint32_t document, saying; /* the founder */
    size_t n_wordings, n_docs, n_origins, n_merges, n_denials, n_hardenings;
    const struct dl_claim_wording *wordings; /* in order of arrival */
    const uint32_t *docs;                    /* ascending: all that state or deny it */
    const struct dl_origin *origins;         /* in order of their first documents */
    const struct dl_merge *merges;
    const struct dl_denial *denials;
    const struct dl_hardening *hardenings; /* text with text */
    const struct dl_hardening *titles;     /* a title firmer or softer than its own text */
    size_t n_titles;
    uint32_t origins_min, origins_max, origins_named;
    uint32_t party_free_min, party_free_max; /* without origins that are parties */
    struct dl_missing missing;
};

struct dl_claims {
    size_t n;
    const struct dl_claim *p;
};

enum dl_err dl_claims_of_story(dl_arena *arena, const struct dl_claims_input *in,
                               struct dl_claims *ret_claims) DL_MUST_USE;

#endif
