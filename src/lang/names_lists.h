/* What the lists know at a place of a text, and which entry is meant when several carry the name.
 * Part of names.c: one finder a text, its first pass counts the countries that the text speaks of.
 */
#ifndef DL_LANG_NAMES_LISTS_H
#define DL_LANG_NAMES_LISTS_H

#include "lang/names.h"

enum { DL_COUNTRY_SLOTS = 26 * 26 };

struct dl_lists {
    const dl_gazetteer *g;
    const dl_phrases *countries;
    const dl_pack *pack;
    const dl_words *w;
    float votes[DL_COUNTRY_SLOTS];
    uint32_t first, last; /* of the sentence */
};

struct dl_listed {
    uint32_t tokens;                       /* 0: nothing */
    bool own;                              /* the list of the text's language knows it */
    const struct dl_known *known, *behind; /* behind: the division of "Paris, Texas" */
};

bool dl_lists_cap(const struct dl_lists *lists, uint32_t i);
bool dl_lists_has(const struct dl_lists *lists, uint32_t i, uint32_t classes);
struct dl_listed dl_lists_at(const struct dl_lists *lists, uint32_t i);
/* The entry whose name is exactly these tokens and whose kind is in `kinds` (bits). */
const struct dl_known *dl_lists_exact(const struct dl_lists *lists, uint32_t first, uint32_t last,
                                      uint32_t kinds);
void dl_lists_vote(struct dl_lists *lists, const dl_sentences *sentences, dl_str outlet_country);

#endif
