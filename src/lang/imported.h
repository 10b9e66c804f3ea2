/* Places of an imported gazetteer (placefile.h) as entries of the lists. Pure. */
#ifndef DL_LANG_IMPORTED_H
#define DL_LANG_IMPORTED_H

#include "lang/gazetteer.h"
#include "lang/placefile.h"

enum {
    /* Inhabitants that make a name a place where no recogniser looks at the text: as for the towns
     * of the lists. */
    DL_IMPORTED_LEAST = 200000,
};

/* Places with the name of this key, the most populous first; at most `most`. Their names point into
 * the file. file: NULL for none. */
size_t dl_imported_find(const dl_placefile *file, uint64_t key, struct dl_known *ret_known,
                        size_t most);
/* The most populous place whose name begins at token i and ends before `last`, the longest name
 * first, when it has DL_IMPORTED_LEAST inhabitants; the number of tokens, 0: none. */
size_t dl_imported_at(const dl_placefile *file, const dl_words *words, size_t i, size_t last,
                      struct dl_known *ret_known);

#endif
