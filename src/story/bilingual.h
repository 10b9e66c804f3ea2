/* What words of other languages mean in English: tables from a term of a language (stems.h) to
 * concepts, which are terms of English, with the share of each meaning.
 *
 * Two sources. The project's own lists (lexicon/): names of countries, cities, bodies and persons
 * in many languages, each a known thing with an id of its own, and the words of news for languages
 * that have no free dictionary (LANG/meanings.tsv). And the bilingual dictionaries that
 * the machine's owner has installed (dictd's folder; Debian: dict-freedict-*): read at run time,
 * never shipped; without them the known things remain. A language's dictionaries with English are
 * read in both directions, then those with German and French, whose words go on to English by
 * their own tables. A meaning's share is 1 / number of meanings, summed over dictionaries.
 *
 * A table is made when its language is first asked for (a large dictionary: about two seconds) and
 * kept as a file in the cache folder, where the next process finds it in milliseconds: it holds
 * the sizes and times of the dictionaries and a hash of itself, and is made anew when one differs.
 * Ownership: the struct's. Threads: none, the first question changes it. Limits: constants in the
 * source; damaged dictionaries give less, never an error. */
#ifndef DL_STORY_BILINGUAL_H
#define DL_STORY_BILINGUAL_H

#include "story/features.h"

enum { DL_SENSES_MAX = 8 /* of a term: what is rarer is hardly meant */, DL_KNOWN_TERMS = 4 };

struct dl_sense {
    uint32_t term, concept; /* concept: id of the English term */
    uint32_t share;         /* of all meanings of the term, in 1 / DL_SENSE_ONE */
};
enum { DL_SENSE_ONE = 1 << 16 };

/* A name of something known: all of its terms are in the text. */
struct dl_known_form {
    uint32_t terms[DL_KNOWN_TERMS];
    uint32_t thing;
    uint16_t n;
    bool capitals; /* written in capitals only (US, WHO) */
    bool place;
};

/* Ascending by term, by first term. */
struct dl_bilingual_table {
    const struct dl_sense *senses;
    const struct dl_known_form *known;
    size_t n_senses, n_known;
    /* Where those begin whose term has these upper bits (DL_BILINGUAL_BUCKETS + 1 each). */
    const uint32_t *senses_from, *known_from;
};

struct dl_bilingual;
/* Folders; NULL: no dictionaries, no cache. NULL without memory. */
struct dl_bilingual *dl_bilingual_new(const char *dictionaries, const char *cache);
void dl_bilingual_free(struct dl_bilingual *bilingual);

/* The table of a language (primary subtag), good until dl_bilingual_free(). English has known
 * things only. */
struct dl_bilingual_table dl_bilingual_table(struct dl_bilingual *bilingual, const char *language);
/* The meanings of a term; *ret_n 0: none. */
const struct dl_sense *dl_bilingual_senses(const struct dl_bilingual_table *table, uint32_t term,
                                           size_t *ret_n);
/* First form whose first term is this one or a greater one. */
size_t dl_bilingual_known(const struct dl_bilingual_table *table, uint32_t term);
/* English words that mean nothing by themselves ("of", "which"). */
bool dl_bilingual_is_empty(const struct dl_bilingual *bilingual, uint32_t english_term);

/* Where the machine's dictionaries are: $DATELINE_DICTIONARIES, else dictd's folder. NULL where the
 * variable is empty: none are to be read. */
const char *dl_bilingual_folder(void);

#endif
