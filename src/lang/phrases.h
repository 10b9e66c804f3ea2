/* Phrases of one or more words, found by longest match: cues, names, heads of noun phrases.
 *
 * A trie over keys of normal forms in one hash table. Built once (dl_phrases_add), then only read,
 * by any thread. One phrase may carry several payloads; they come out in the order of adding. */
#ifndef DL_LANG_PHRASES_H
#define DL_LANG_PHRASES_H

#include "base/frozen.h"
#include "lang/words.h"

typedef struct dl_phrases {
    dl_arena *arena;
    dl_map64 edges;   /* hash of (node, word) -> node */
    dl_map64 payload; /* node -> 1 + index of the first link */
    struct dl_phrase_link {
        uint32_t value, next; /* next: 1 + index */
    } * links;
    size_t n_links, cap_links;
    uint32_t nodes;
} dl_phrases;

enum { DL_PHRASE_MAX_WORDS = 16 };

void dl_phrases_init(dl_phrases *phrases, dl_arena *arena);
enum dl_err dl_phrases_add(dl_phrases *phrases, const struct dl_pack *pack, dl_str phrase,
                           uint32_t value) DL_MUST_USE;

/* Longest phrase that starts at token i and ends before `last`: its number of tokens, 0 when none.
 * Values: *ret_link is a cursor for dl_phrases_value(). */
size_t dl_phrases_match(const dl_phrases *phrases, const dl_words *words, size_t i, size_t last,
                        uint32_t *ret_link);
void dl_phrases_freeze(dl_freezer *freezer, const dl_phrases *phrases);
bool dl_phrases_value(const dl_phrases *phrases, uint32_t *link, uint32_t *ret_value);

#endif
