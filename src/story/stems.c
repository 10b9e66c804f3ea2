#include "story/stems.h"

#include <libstemmer.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/utf8.h"

enum {
    STEMMERS = 32,   /* languages kept open; past it words stay as they are */
    CACHE = 1 << 15, /* direct-mapped, a power of two */
};

struct slot {
    uint64_t key;
    uint32_t id;
};

struct dl_stems {
    size_t n;
    struct {
        char language[4];
        struct sb_stemmer *stemmer; /* NULL: libstemmer does not know the language */
    } stemmers[STEMMERS];
    struct slot cache[CACHE];
};

struct dl_stems *dl_stems_new(void)
{
    return calloc(1, sizeof(struct dl_stems));
}

void dl_stems_free(struct dl_stems *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < s->n; i++)
        sb_stemmer_delete(s->stemmers[i].stemmer);
    free(s);
}

static struct sb_stemmer *stemmer_of(struct dl_stems *s, const char *language)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->stemmers[i].language, language) == 0) return s->stemmers[i].stemmer;
    if (language[0] == '\0' || s->n == STEMMERS) return NULL;
    size_t i = s->n++;
    snprintf(s->stemmers[i].language, sizeof s->stemmers[i].language, "%s", language);
    s->stemmers[i].stemmer = sb_stemmer_new(language, "UTF_8");
    return s->stemmers[i].stemmer;
}

struct dl_stems_language dl_stems_language(struct dl_stems *s, const char *language)
{
    /* Seeded, or the word "en" in German and "de" in English would have one key. */
    return (struct dl_stems_language){stemmer_of(s, language),
                                      dl_hash64_seed(dl_str_c(language), CACHE)};
}

static dl_str cut_ending(dl_str word, size_t length)
{
    size_t drop = length >= DL_STEMS_LONG_WORD + 2 ? 2 : 1, pos = word.n;
    for (size_t i = 0; i < drop; i++)
        dl_utf8_prev(word, &pos);
    return (dl_str){word.p, pos};
}

static uint32_t stem_id(struct sb_stemmer *stemmer, const struct dl_word *word)
{
    dl_str stem = word->text;
    if (stemmer != NULL) {
        const sb_symbol *s = sb_stemmer_stem(stemmer, (const sb_symbol *)stem.p, (int)stem.n);
        if (s != NULL) stem = (dl_str){(const char *)s, (size_t)sb_stemmer_length(stemmer)};
    } else if (word->length >= DL_STEMS_LONG_WORD) {
        stem = cut_ending(stem, word->length);
    }
    return (uint32_t)(dl_hash64(stem) >> 32);
}

uint32_t dl_stems_id(struct dl_stems *s, const struct dl_stems_language *language,
                     const struct dl_word *word)
{
    if (word->flags & (DL_WORD_NUMBER | DL_WORD_UNSPACED)) return (uint32_t)(word->hash >> 32);
    uint64_t key = word->hash ^ language->salt;
    struct slot *slot = &s->cache[key & (CACHE - 1)];
    if (slot->key != key) *slot = (struct slot){key, stem_id(language->stemmer, word)};
    return slot->id;
}

bool dl_stems_is_fragment(const struct dl_word *word)
{
    return (word->flags & DL_WORD_UNSPACED) && word->length == 1;
}

uint32_t dl_stems_pair(uint32_t before, uint32_t id)
{
    uint32_t both[2] = {before, id};
    return (uint32_t)(dl_hash64((dl_str){(const char *)both, sizeof both}) >> 32);
}
