/* The atlas: small towns, counties, first-level divisions, seas, lakes, rivers, islands.
 *
 * What the lists of the gazetteer leave out because too many of its names are words as well. It is
 * asked for one name and answers with all places called so; whether a place is meant is for
 * lang/places.h to tell. Case, marks that lang/words.h folds, dots and hyphens do not count.
 *
 * The tables (lexicon/places/{towns,districts,provinces,nature}.tsv, written by tools/gazetteer)
 * stay in the binary; the index of 8 bytes a name is made at build, as the lexicons are
 * (event/lexicons.h). Then only read, by any thread. */
#ifndef DL_LANG_ATLAS_H
#define DL_LANG_ATLAS_H

#include "base/frozen.h"
#include "lang/gazetteer.h"

struct dl_atlas_entry;

typedef struct dl_atlas {
    dl_str table[4];
    uint32_t *heads;           /* bucket -> index of its first entry; one more than buckets */
    struct dl_atlas_entry *at; /* sorted by bucket, in each in the order of the tables */
    size_t n;
} dl_atlas;

enum { DL_ATLAS_MOST = 192 /* places of one name; Spanish saints have more, of no use */ };

/* Names of Latin script alone are in it. A row with another number of cells is refused. */
enum dl_err dl_atlas_open(dl_atlas *ret_atlas, dl_arena *arena, struct dl_diag *diag) DL_MUST_USE;
/* The index without its tables, and one that was frozen with the tables of this program. */
void dl_atlas_freeze(dl_freezer *freezer,
                     const dl_atlas *atlas); /* a part of a block told before */
enum dl_err dl_atlas_thaw(dl_atlas *ret_atlas, const dl_atlas *frozen,
                          struct dl_diag *diag) DL_MUST_USE;
/* Places with that name, the more important ones first within a table; at most `most`. Their
 * strings point into the tables. */
size_t dl_atlas_find(const dl_atlas *atlas, uint64_t key, struct dl_known *ret_known, size_t most);

#endif
