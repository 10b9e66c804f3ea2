/* Which of the places of one name is meant: all names of a text settled together.
 *
 * Each name has senses, the places called so. A sense starts with what speaks for it alone (people,
 * kind) and gains by what the other names of the text speak for: its country, its division, places
 * within about a hundred kilometres. The others speak with all their senses at once, each by its
 * share, so that many small places of one division find each other (mean field, ROUNDS rounds).
 * "Paris, Texas" leaves only senses that lie in a sense of the name behind.
 *
 * Linear in the number of senses: places near are counted by cells of one degree. */
#ifndef DL_LANG_SENSES_H
#define DL_LANG_SENSES_H

#include "base/map.h"
#include "base/vec.h"
#include "lang/gazetteer.h"

typedef struct dl_sense {
    const struct dl_known *known;
    float base, share, support;       /* support: what the text added in the last round */
    uint32_t country, division, cell; /* 1 + number in the tables of votes; 0: none */
    bool inside;                      /* the text names what it lies in */
} dl_sense;

typedef struct dl_name_senses {
    uint32_t first, n; /* into the senses */
    float weight;      /* how loud it votes: 0 for names that may be no places */
    bool settled;      /* some sense is `inside` */
    bool apart;        /* dl_senses_apart() was here */
} dl_name_senses;

typedef struct dl_senses {
    dl_arena *arena;
    DL_VEC(dl_sense) all;
    DL_VEC(dl_name_senses) names;
    DL_VEC(float) votes; /* of countries, divisions and cells */
    dl_map64 tables;     /* country, division or cell -> 1 + index into votes */
    dl_map64 pairs;      /* inner and outer names that met already */
} dl_senses;

void dl_senses_init(dl_senses *senses, dl_arena *arena);
/* A name and its places, in *ret_name its number. Unplaced and repeated divisions are left out. */
enum dl_err dl_senses_name(dl_senses *senses, const struct dl_known *const *known, size_t n,
                           uint32_t *ret_name) DL_MUST_USE;
/* "inner, outer": true when a sense of the one lies in a sense of the other. */
bool dl_senses_inside(dl_senses *senses, uint32_t inner, uint32_t outer);
/* The senses of `name` that `other` has too are hardly meant. */
void dl_senses_apart(dl_senses *senses, uint32_t name, uint32_t other);
enum dl_err dl_senses_settle(dl_senses *senses, dl_str outlet_country) DL_MUST_USE;
/* The best sense of a name, of those that lie in `outer` where one is given; NULL: none. */
const dl_sense *dl_senses_best(const dl_senses *senses, uint32_t name, const dl_name_senses *outer);

#endif
