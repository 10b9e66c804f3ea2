/* A bilingual dictionary in dictd's format, as Debian's dict-freedict-* packages install them:
 * NAME.index (headword, TAB, offset and length in base 64) and NAME.dict.dz (gzip).
 *
 * The files are the machine owner's and may be damaged: every offset is checked, an entry that
 * makes no sense is passed over, a file that cannot be unpacked is an error.
 * An entry's text is a line of headwords, then translations: the first line that says something
 * and those with a number before them; what follows a number's line are glosses. What stands in
 * brackets, between slashes (sound) or before a colon (notes) is left out, commas and semicolons
 * part what is left. So the layouts of FreeDict, WikDict, JMdict and Mueller are all read.
 * Memory: the unpacked dictionary (at most DL_FREEDICT_MAX) during the call. Pure but for reading
 * the two files. Errors: DL_ERR_NOT_FOUND, DL_ERR_IO, DL_ERR_CORRUPT, DL_ERR_TOO_BIG, DL_ERR_NOMEM.
 */
#ifndef DL_STORY_FREEDICT_H
#define DL_STORY_FREEDICT_H

#include "base/str.h"

enum {
    DL_FREEDICT_MAX = 192 << 20,      /* bytes unpacked; the largest of 2022 has 100 MB */
    DL_FREEDICT_INDEX_MAX = 64 << 20, /* bytes; the largest has 13 MB */
    DL_FREEDICT_ENTRY_MAX = 4 << 10,  /* bytes read of an entry: what is behind are examples */
    DL_FREEDICT_HEADS = 4,
    DL_FREEDICT_PIECES = 16,
};

struct dl_freedict_entry {
    size_t n_heads, n_pieces;
    dl_str heads[DL_FREEDICT_HEADS];   /* as written, of one word or several */
    dl_str pieces[DL_FREEDICT_PIECES]; /* translations */
};

/* Texts live during the call. An error ends the reading. */
typedef enum dl_err (*dl_freedict_fn)(void *ctx, const struct dl_freedict_entry *entry);

/* path: without ".index" and ".dict.dz". Entries come in the order of the file. */
enum dl_err dl_freedict_read(const char *path, dl_freedict_fn fn, void *ctx) DL_MUST_USE;
/* One entry's text; scratch has room for as many bytes. False: nothing is translated in it. */
bool dl_freedict_parse(dl_str text, char *scratch, struct dl_freedict_entry *ret_entry);

#endif
