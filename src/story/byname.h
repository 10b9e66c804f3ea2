/* Names as words of a document give them, made so that two of them can be compared: spelled alike
 * in one script, sounding alike across scripts.
 *
 * A token keeps a hash of its normal form and stem, and its consonants (story/anchors.h). Function
 * words are left out; general words ("service", "newspaper") are marked by being in lower case.
 * Pure; the tokens lie in the arena of who made them. */
#ifndef DL_STORY_BYNAME_H
#define DL_STORY_BYNAME_H

#include "base/str.h"

enum { DL_BYNAME_TOKENS = 10, DL_BYNAME_SOUND = 8 /* DL_SOUND_MAX of story/anchors.h */ };

enum dl_byname_flag {
    DL_BYNAME_CAP = 1,   /* written with a capital, in a script that has them */
    DL_BYNAME_LATIN = 2, /* Latin script: compared by letters with others of it */
    DL_BYNAME_MEDIA = 4, /* a word for a medium: "newspaper", "agency" */
    DL_BYNAME_ROLE = 8,  /* a word for an office: "spokesman", "mayor", "director" */
    DL_BYNAME_UNCASED = 16,
    DL_BYNAME_SHORT = 32 /* one or two letters: an article in some language */
};

struct dl_byname_token {
    uint32_t key, stem, concept; /* hashes; concept: of a thing known in many languages, 0 none */
    char sound[DL_BYNAME_SOUND]; /* consonant classes, padded with NUL */
    uint8_t flags;
};

struct dl_byname {
    struct dl_byname_token t[DL_BYNAME_TOKENS];
    uint8_t n;
};

/* Does `name` hold the whole of `outlet`, and beside it nothing but words for media? */
bool dl_byname_is_outlet(const struct dl_byname *name, const struct dl_byname *outlet);

/* Keys under which an outlet is found by names: dl_byname_is_outlet needs one key of both.
 * At most DL_BYNAME_KEYS; returns how many. */
enum { DL_BYNAME_KEYS = 3 * DL_BYNAME_TOKENS * (DL_BYNAME_TOKENS + 1) / 2 };
size_t dl_byname_outlet_keys(const struct dl_byname *outlet, uint64_t ret_keys[DL_BYNAME_KEYS]);
size_t dl_byname_name_keys(const struct dl_byname *name, uint64_t ret_keys[DL_BYNAME_KEYS]);

/* How surely two names mean one thing: 0 no sign, 1 share what only names share across scripts or
 * languages, 2 one holds all words of the other, 3 the same words. */
int dl_byname_alike(const struct dl_byname *a, const struct dl_byname *b);

/* Has it a word that only this one has: a proper name? */
bool dl_byname_proper(const struct dl_byname *name);

#endif
