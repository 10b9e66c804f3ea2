/* Sayings: what one document says and who says so, made small enough to keep for every document.
 *
 * A saying is what a statement (claim/statements.h) says, or a sentence or title that the outlet
 * states in its own voice. It keeps where it stands, a few words to show, what it needs for being
 * compared with sayings of other documents and languages, and its chain: hops over actors.
 * Actors are whom the document names as sources, each once: "she", "Calder" and "Mayor Ines Calder"
 * are one, as far as the words say so. A spokesman keeps the body he speaks for.
 *
 * Made in the readers from the analysed text (dl_sayings_make), kept as bytes; whatever bytes come,
 * dl_sayings_unpack refuses them or returns what is sound. Memory: the arena. One sayer a thread
 * (it caches stems and sounds). Linear in the text. Errors: DL_ERR_NOMEM, TOO_BIG (arena);
 * unpack: DL_ERR_VERSION, DL_ERR_CORRUPT. */
#ifndef DL_STORY_SAYINGS_H
#define DL_STORY_SAYINGS_H

#include "base/hash.h"
#include "story/byname.h"

struct dl_analyse_input;
struct dl_analysed; /* event/analysed.h */

enum {
    DL_SAYINGS_VERSION = 2,
    DL_SAYING_ID = 24,    /* as DL_STATEMENT_ID */
    DL_SAYINGS_MAX = 96,  /* a document; the first ones: news says the main thing first */
    DL_SAYINGS_OWN = 12,  /* of them in the outlet's own voice */
    DL_SAYING_STEMS = 32, /* words that are compared in one language */
    DL_SAYING_KEYS = 32,  /* what is compared across languages */
    DL_SAYING_COUNTS = 6,
    DL_SAYING_HOPS = 8,
    DL_SAYING_EVIDENCE = 4,
    DL_SAYING_TEXT = 320, /* bytes of wording kept */
    DL_ACTORS_MAX = 64,
    DL_ACTOR_TEXT = 120, /* bytes */
    DL_SAYING_CREDITS = 4,
    DL_SAYING_LINKS = 24,
    DL_SAYINGS_MAX_PACKED = 64 << 10,
};

enum dl_in { DL_IN_TEXT, DL_IN_TITLE, DL_IN_SUBTITLE };
struct dl_part_span {
    uint32_t start, end; /* bytes */
    uint8_t in;          /* enum dl_in */
};

/* A term that is compared; the heavier, the more it tells. */
struct dl_gist_term {
    uint32_t id;
    uint8_t weight, kind;
};
enum dl_gist_kind { DL_GIST_WORD, DL_GIST_NAME, DL_GIST_NUMBER, DL_GIST_CONCEPT };

enum dl_bound { DL_BOUND_EXACT, DL_BOUND_LEAST, DL_BOUND_MOST, DL_BOUND_ABOUT };
struct dl_counted {
    uint32_t value;
    uint32_t unit; /* key across languages of what is counted, 0 unknown */
    uint8_t bound; /* "at least 14" */
};

struct dl_gist {
    size_t n_stems, n_keys, n_counts;
    const struct dl_gist_term *stems; /* ascending by id: one language */
    const struct dl_gist_term *keys;  /* ascending by id: names by sound, numbers, concepts */
    const struct dl_counted *counts;
};

enum dl_actor_flag {
    DL_ACTOR_PERSON = 1,
    DL_ACTOR_FORMER = 2, /* "former chief engineer": no longer speaks for anybody */
    DL_ACTOR_SPEAKS = 4, /* a spokesman */
    DL_ACTOR_HEADS = 8,  /* "its director": speaks for the body by office */
    DL_ACTOR_PLURAL = 16,
    DL_ACTOR_EVIDENCE = 32 /* a document, footage, data: speaks only through who shows it */
};

struct dl_actor {
    dl_str text; /* the fullest wording, at most DL_ACTOR_TEXT bytes */
    struct dl_part_span span;
    struct dl_byname name;
    uint8_t class, anonymity; /* enums of claim/cues.h */
    uint8_t flags;            /* enum dl_actor_flag */
    int16_t body;             /* actor for whom it speaks, -1 none told */
};

struct dl_saying_hop {
    uint16_t actor;
    uint8_t depth;            /* 1 is next to the outlet; several of one depth: "X and Y" */
    struct dl_part_span span; /* its words here */
};

enum dl_saying_flag {
    DL_SAYING_OWN = 1,          /* the outlet's own voice */
    DL_SAYING_DENIES = 2,       /* it is denied that … */
    DL_SAYING_LEAD = 4,         /* in the first sentences of the text, or the title */
    DL_SAYING_CAVEAT = 8,       /* "could not verify" stands near */
    DL_SAYING_HEDGED = 16,      /* "purportedly showing" */
    DL_SAYING_LEGAL = 32,       /* the alleged culprit before a verdict: a formula */
    DL_SAYING_SAME_BREATH = 64, /* content goes on speaking of the saying before ("these cracks") */
    DL_SAYING_REPORT_OF = 128   /* of a denial: what is denied are reports ("the account") */
};

struct dl_saying {
    char id[DL_SAYING_ID + 1]; /* hex digits, of the statement where there is one */
    struct dl_part_span content, sentence;
    dl_str text; /* of the content */
    uint8_t stance, certainty, quote;
    uint8_t flags; /* enum dl_saying_flag */
    uint16_t sentence_no;
    struct dl_gist gist;
    uint64_t quoted; /* hash of words in quotation marks, six or more; 0 none */
    uint8_t n_hops, n_evidence;
    struct dl_saying_hop hops[DL_SAYING_HOPS];
    struct dl_saying_evidence {
        uint8_t kind, verified; /* as in claim/statements.h */
    } evidence[DL_SAYING_EVIDENCE];
};

struct dl_sayings {
    char language[8];
    struct dl_byname outlet;
    size_t n_sayings, n_actors, n_credits, n_links;
    const struct dl_saying *sayings; /* in text order, those of the title first */
    const struct dl_actor *actors;
    const uint16_t *credits; /* actors that a dateline or credit line names */
    const uint64_t *links;   /* hashes of the addresses linked to, without their fragments */
};

struct dl_sayer;
struct dl_sayer *dl_sayer_new(struct dl_diag *diag); /* NULL without memory or for a bad lexicon */
void dl_sayer_free(struct dl_sayer *sayer);

enum dl_err dl_sayings_make(struct dl_sayer *sayer, dl_arena *arena,
                            const struct dl_analyse_input *in, const struct dl_analysed *read,
                            struct dl_sayings *ret_sayings) DL_MUST_USE;

/* Little-endian, versioned. Empty on failure of the arena. */
dl_str dl_sayings_pack(dl_arena *arena, const struct dl_sayings *sayings);
enum dl_err dl_sayings_unpack(dl_arena *arena, dl_str bytes,
                              struct dl_sayings *ret_sayings) DL_MUST_USE;

#endif
