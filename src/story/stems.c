#include "story/stems.h"

#include <libstemmer.h>
#include <stdio.h>

#include "base/asset.h"
#include "base/hash.h"
#include "base/utf8.h"

enum {
    STEMMERS = 32,   /* languages kept open; past it words stay as they are */
    CACHE = 1 << 15, /* direct-mapped, a power of two */
    LEAST = 3,       /* letters of a stem */
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
        dl_str endings;             /* of it then: lexicon/LANG/endings.tsv */
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

static void open_language(struct dl_stems *s, const char *language)
{
    char path[64];
    size_t i = s->n++;
    snprintf(s->stemmers[i].language, sizeof s->stemmers[i].language, "%s", language);
    s->stemmers[i].stemmer = sb_stemmer_new(language, "UTF_8");
    snprintf(path, sizeof path, "lexicon/%s/endings.tsv", language);
    if (!dl_asset_get(path, &s->stemmers[i].endings)) s->stemmers[i].endings.n = 0;
}

struct dl_stems_language dl_stems_language(struct dl_stems *s, const char *language)
{
    /* Seeded, or the word "en" in German and "de" in English would have one key. */
    struct dl_stems_language l = {.salt = dl_hash64_seed(dl_str_c(language), CACHE)};
    size_t i = 0;
    while (i < s->n && strcmp(s->stemmers[i].language, language) != 0)
        i++;
    if (i == s->n && (language[0] == '\0' || i == STEMMERS)) return l;
    if (i == s->n) open_language(s, language);
    l.stemmer = s->stemmers[i].stemmer;
    l.endings = s->stemmers[i].endings;
    return l;
}

/* The longest of the list's endings that leaves LEAST letters. */
static dl_str without_ending(dl_str word, dl_str endings)
{
    size_t least = 0, longest = 0;
    for (size_t i = 0; i < LEAST; i++)
        dl_utf8_next(word, &least);
    for (size_t from = 0; from < endings.n;) {
        size_t to = from;
        while (to < endings.n && endings.p[to] != '\n')
            to++;
        dl_str e = dl_str_sub(endings, from, to);
        from = to + 1;
        bool fits = e.n > longest && e.n + least <= word.n;
        if (fits && memcmp(word.p + word.n - e.n, e.p, e.n) == 0) longest = e.n;
    }
    return (dl_str){word.p, word.n - longest};
}

static dl_str cut_ending(dl_str word, size_t length)
{
    size_t drop = length >= DL_STEMS_LONG_WORD + 2 ? 2 : 1, pos = word.n;
    for (size_t i = 0; i < drop; i++)
        dl_utf8_prev(word, &pos);
    return (dl_str){word.p, pos};
}

static uint32_t stem_id(const struct dl_stems_language *l, const struct dl_word *word)
{
    dl_str stem = word->text;
    if (l->stemmer != NULL) {
        const sb_symbol *s = sb_stemmer_stem(l->stemmer, (const sb_symbol *)stem.p, (int)stem.n);
        if (s != NULL) stem = (dl_str){(const char *)s, (size_t)sb_stemmer_length(l->stemmer)};
    } else if (l->endings.n > 0) {
        stem = without_ending(stem, l->endings);
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
    if (slot->key != key) *slot = (struct slot){key, stem_id(language, word)};
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
