/* Shared by the files that find the origins of one claim (origins.c tells how). */
#ifndef DL_STORY_ORIGINS_PRIVATE_H
#define DL_STORY_ORIGINS_PRIVATE_H

#include "story/claims_private.h"

enum {
    CITES = 8,     /* outlets that one carrier cites for one claim */
    RESTS_ON = 96, /* origins of one carrier: who cites all cannot make a square of them */
};

struct carrier {
    uint32_t document;
    bool attributed; /* some wording names a source */
    size_t n_cites, n_pairs;
    uint32_t first_pair, last_pair; /* 1 + index, 0 none */
    struct cite {
        uint32_t to; /* carrier */
        uint8_t rule;
        bool whole; /* names nobody behind the outlet: has all its terminals */
        struct dl_part_span span;
    } cites[CITES];
};

struct origin_draft {
    uint8_t kind;
    uint32_t document, actor; /* that named it first; actor UINT32_MAX for an own voice */
    struct dl_part_span span;
    uint32_t parent;
};

struct pair {
    uint32_t carrier, origin, next; /* next: 1 + index of the carrier's next one */
};

/* A source that a carrier names behind an outlet that carries the claim itself. */
struct via {
    uint32_t carrier, outlet, origin;
    struct dl_part_span span;
};

struct counting {
    dl_arena *arena;
    const struct dl_claims_input *in;
    const struct identities *who;
    const struct claim_draft *draft;
    struct dl_claim *claim;
    struct carrier *carriers;
    size_t n_carriers;
    dl_map64 by_outlet; /* first document of an outlet -> 1 + its first carrier */
    dl_map64 by_url;    /* hash of an address -> 1 + carrier */
    dl_map64 by_actor;  /* identity -> 1 + origin */
    dl_map64 has;       /* carrier and origin */
    DL_VEC(struct origin_draft) origins;
    DL_VEC(struct pair) pairs;
    DL_VEC(struct via) vias;
    DL_VEC(struct dl_merge) merges;
    enum dl_err failed;
};

/* origins.c */
void origins_failed(struct counting *c); /* remembers why the arena failed */
uint32_t origins_new(struct counting *c, enum dl_origin_kind kind, uint32_t document,
                     uint32_t actor, struct dl_part_span span);
uint32_t origins_root(struct counting *c, uint32_t origin);
void origins_unite(struct counting *c, uint32_t a, uint32_t b);
void origins_add_merge(struct counting *c, enum dl_merge_rule rule, uint32_t a, uint32_t b,
                       const struct dl_part_span *span_a, const struct dl_part_span *span_b);
/* A carrier rests on an origin; false when that was known, or is one too many. */
bool origins_add_pair(struct counting *c, uint32_t carrier, uint32_t origin);

/* carriers.c */
void origins_find_carriers(struct counting *c);
/* n_carriers for none */
size_t origins_carrier_of(const struct counting *c, uint32_t document);
/* The carrier of an outlet, other than `self`; n_carriers for none. */
size_t origins_carrier_of_outlet(const struct counting *c, uint32_t outlet, size_t self);
void origins_add_cite(struct counting *c, size_t self, size_t to, enum dl_merge_rule rule,
                      bool whole, struct dl_part_span span);

/* terminals.c */
void origins_find_terminals(struct counting *c);

/* origins_write.c */
void origins_write_origins(struct counting *c);
void origins_write_denials(struct counting *c);
void origins_write_documents(struct counting *c);

#endif
