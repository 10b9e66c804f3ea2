/* Places in one file, used where it lies (mapped): what `dateline gazetteer import` compiles out of
 * GeoNames, and what names are looked up in beside the lists of the lexicon.
 *
 * Little-endian, version 1; offsets from the start of the file, sections in this order:
 *
 *   0   "DLPLACES"
 *   8   u32 version; 12 u32 bytes of this head (DL_PLACEFILE_HEAD)
 *   16  u64 bytes of the file
 *   24  u64 checksum: XXH3 of the bytes behind the head, by pieces of 1 MiB, each seeded with
 *       the sum before it, the first with 0
 *   32  u32 rows, keys, log2 of the buckets, divisions, codes, bytes of the note
 *   56  u64 bytes of text
 *   64  u64 offset of each section: rows, keys, buckets, divisions, codes, text, note
 *
 * A row (32 bytes, by id): u32 id of GeoNames, u32 name (in text), i32 latitude, i32 longitude in
 * 1e-5 degrees, u32 population, u32 1 + division (0: none), u16 bytes of the name, 2 letters of
 * the country, u16 code, u16 0.
 *
 * A key (12 bytes, by key, then population from the biggest): u64 dl_words_name_key(), u32 row. Of
 * the names that begin with one word the greatest number of words stands as a "row" under another
 * hash of that word. A bucket: u32 first key, by the highest bits of the key; one more at the end.
 *
 * A division (20 bytes): u32 code, u32 name, u16 bytes of each, u32 1 + parent, u32 id. A code (12
 * bytes): "P.PPLC", filled up with NUL. Text: UTF-8. Note: JSON, what the file was made of.
 *
 * dl_placefile_open() checks head and sections only, as a map of the whole world is half a
 * gigabyte; every look-up checks its own bounds, so that a damaged file gives wrong places but no
 * crash. dl_placefile_check() reads all of it. Then only read, by any thread, also over fork(). */
#ifndef DL_LANG_PLACEFILE_H
#define DL_LANG_PLACEFILE_H

#include "lang/words.h"

enum {
    DL_PLACEFILE_VERSION = 1,
    DL_PLACEFILE_HEAD = 128,
    DL_PLACEFILE_ROW = 32,
    DL_PLACEFILE_KEY = 12,
    DL_PLACEFILE_DIVISION = 20,
    DL_PLACEFILE_CODE = 12,
    DL_PLACEFILE_SAME = 64,  /* rows kept for one name: the most populous */
    DL_PLACEFILE_WORDS = 12, /* of a name; longer ones are not looked for */
    DL_PLACEFILE_CHUNK = 1 << 20,
    DL_PLACEFILE_NOTE = 1 << 20,
};
#define DL_PLACEFILE_NAME "gazetteer.places" /* in the store's folder */

typedef struct dl_placefile {
    const unsigned char *p;
    size_t n;
    uint32_t rows, keys, log2, divisions, codes;
    uint64_t at_rows, at_keys, at_buckets, at_divisions, at_codes, at_text, n_text;
    dl_str note;
    bool mapped;
} dl_placefile;

struct dl_place_row {
    uint32_t id, population, division; /* 1 + division */
    double lat, lon;
    dl_str name;
    char country[4], code[DL_PLACEFILE_CODE + 1];
};
struct dl_place_division {
    dl_str code, name;
    uint32_t parent; /* 1 + division */
};

/* DL_ERR_NOT_FOUND: no such file; DL_ERR_SYNTAX: none of ours; DL_ERR_VERSION; DL_ERR_TRUNCATED. */
enum dl_err dl_placefile_open(dl_placefile *ret_file, const char *path,
                              struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_placefile_of_bytes(dl_placefile *ret_file, dl_str bytes,
                                  struct dl_diag *diag) DL_MUST_USE;
void dl_placefile_close(dl_placefile *file); /* of zeroes: nothing */
/* The checksum: DL_ERR_CORRUPT when it is wrong. */
enum dl_err dl_placefile_check(const dl_placefile *file, struct dl_diag *diag) DL_MUST_USE;

/* The longest name that starts at token i and ends before `last`: its number of tokens, 0 when
 * none. Its rows: keys *ret_key up to *ret_end. */
size_t dl_placefile_match(const dl_placefile *file, const dl_words *words, size_t i, size_t last,
                          uint32_t *ret_key, uint32_t *ret_end);
/* Places with exactly this name. */
bool dl_placefile_find(const dl_placefile *file, uint64_t key, uint32_t *ret_key,
                       uint32_t *ret_end);
bool dl_placefile_row(const dl_placefile *file, uint32_t key, struct dl_place_row *ret_row);
bool dl_placefile_division(const dl_placefile *file, uint32_t division,
                           struct dl_place_division *ret_division); /* 1 + its number */

/* Under which the greatest number of words stands. */
static inline uint64_t dl_placefile_start(uint64_t word)
{
    uint64_t h = (word ^ 0x5851F42D4C957F2Du) * 0xFF51AFD7ED558CCDu;
    return h ^ (h >> 29);
}

#endif
