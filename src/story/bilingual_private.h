/* Shared by the files of bilingual: the struct and its making. */
#ifndef DL_STORY_BILINGUAL_PRIVATE_H
#define DL_STORY_BILINGUAL_PRIVATE_H

#include "story/bilingual.h"
#include "story/stems.h"

enum {
    DL_BILINGUAL_LANGUAGES = 64, /* tables held; later languages have none */
    DL_BILINGUAL_PATH = 4096,
    DL_BILINGUAL_SOURCES = 12, /* dictionaries of one language */
    DL_BILINGUAL_BITS = 14,    /* of a term, which is a hash: a few senses have the same */
    DL_BILINGUAL_BUCKETS = 1 << DL_BILINGUAL_BITS,
};

/* A dictionary that tells of a language. */
struct dl_bilingual_source {
    char path[DL_BILINGUAL_PATH]; /* without its endings */
    char pivot[4];                /* the other side's language; "en" */
    bool reversed;                /* the language asked for is on the side of the translations */
    uint64_t mark;                /* of its files' sizes and times */
};

struct dl_bilingual_held {
    char language[4];
    struct dl_sense *senses; /* malloc */
    struct dl_known_form *known;
    size_t n_senses, n_known;
    uint32_t *senses_from, *known_from; /* as in the table */
};

struct dl_bilingual {
    char *dictionaries, *cache; /* NULL: none */
    struct dl_stems *stems;
    struct dl_wordscan *scan;
    dl_arena *scratch; /* reset for each entry or line */
    uint32_t *empty;   /* ascending */
    size_t n_empty;
    size_t n;
    struct dl_bilingual_held held[DL_BILINGUAL_LANGUAGES];
};

/* Words of a text as terms: false when there are none or more than max. */
bool dl_bilingual_terms(struct dl_bilingual *b, const struct dl_stems_language *language,
                        dl_str text, uint32_t *ret_terms, size_t max, size_t *ret_n);
/* bilingual_lists.c: known things, from lexicon/. */
enum dl_err dl_bilingual_lists(struct dl_bilingual *b, struct dl_bilingual_held *held) DL_MUST_USE;
/* bilingual_make.c: the sources that are there, and their senses. */
size_t dl_bilingual_sources(const struct dl_bilingual *b, const char language[4],
                            struct dl_bilingual_source ret_sources[DL_BILINGUAL_SOURCES]);
enum dl_err dl_bilingual_make(struct dl_bilingual *b, const struct dl_bilingual_source *sources,
                              size_t n, struct dl_bilingual_held *held) DL_MUST_USE;
/* The list of meanings in lexicon/ that a language has; false: none. */
bool dl_bilingual_list(const char *language, dl_str *ret_text);
/* bilingual_cache.c; mark: of all sources. Loading refuses whatever is not exactly that. */
bool dl_bilingual_load(const struct dl_bilingual *b, uint64_t mark, struct dl_bilingual_held *held);
void dl_bilingual_save(const struct dl_bilingual *b, uint64_t mark,
                       const struct dl_bilingual_held *held);

#endif
