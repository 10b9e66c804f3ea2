/* Phrases of one or more words, found by longest match: cues, names, heads of noun phrases.
 *
 * A trie over keys of normal forms in hash tables. Built once (dl_phrases_add), then only read, by
 * any thread. One phrase may carry several payloads; they come out in the order of adding. Most
 * words start no phrase: a filter of a few bits a first word, small enough to stay in the caches,
 * tells that of nine in ten of them. */
#ifndef DL_LANG_PHRASES_H
#define DL_LANG_PHRASES_H

#include "base/frozen.h"
#include "lang/words.h"

typedef struct dl_phrases {
    dl_arena *arena;
    dl_map64 first;       /* first word -> node */
    dl_map64 edges;       /* hash of (node, further word) -> node */
    uint64_t *filter;     /* bits of first words */
    unsigned filter_log2; /* of its bits */
    uint32_t *payload;    /* of a node: 1 + index of its first link, or 0 */
    struct dl_phrase_link {
        uint32_t value, next; /* next: 1 + index */
    } * links;
    size_t n_links, cap_links;
    uint32_t nodes, cap_nodes;
} dl_phrases;

enum { DL_PHRASE_MAX_WORDS = 16 };

void dl_phrases_init(dl_phrases *phrases, dl_arena *arena);
enum dl_err dl_phrases_add(dl_phrases *phrases, const struct dl_pack *pack, dl_str phrase,
                           uint32_t value) DL_MUST_USE;

static inline uint64_t dl_phrases_bit_(uint64_t key)
{
    return key * 0x9E3779B97F4A7C15u;
}

/* False: no phrase starts with this word. True: one may. */
static inline bool dl_phrases_may_start(const dl_phrases *phrases, uint64_t key)
{
    if (phrases->filter == NULL) return false;
    uint64_t bit = dl_phrases_bit_(key) >> (64 - phrases->filter_log2);
    return (phrases->filter[bit / 64] >> bit % 64 & 1) != 0;
}

/* Longest phrase that starts at token i and ends before `last`: its number of tokens, 0 when none.
 * Values: *ret_link is a cursor for dl_phrases_value(). */
size_t dl_phrases_match(const dl_phrases *phrases, const dl_words *words, size_t i, size_t last,
                        uint32_t *ret_link);
void dl_phrases_freeze(dl_freezer *freezer, const dl_phrases *phrases);
bool dl_phrases_value(const dl_phrases *phrases, uint32_t *link, uint32_t *ret_value);

#endif
