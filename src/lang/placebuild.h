/* The compiler of placefile.h: lines of GeoNames in, one mapped file out.
 *
 * Places first, then names and divisions, each any number of files; then one dl_placebuild_write().
 * Memory is bounded whatever the size of the dump (about 300 MB for the world): rows and keys are
 * sorted outside (base/extsort.h), names lie in a temporary file in `folder`; the file itself is
 * written beside its path, synced and renamed, so the path is whole or as it was. The same lines
 * give the same bytes. A place that comes again (cities500.txt and allCountries.txt) counts once,
 * as it came first.
 *
 * Of alternative names those are not looked up that are codes (GeoNames' link, post, iata …; four
 * capitals or fewer), nor those of one or two ASCII letters. One thread. */
#ifndef DL_LANG_PLACEBUILD_H
#define DL_LANG_PLACEBUILD_H

#include "base/vec.h"
#include "lang/features.h"
#include "lang/geonames.h"
#include "lang/placefile.h"

typedef struct dl_placebuild dl_placebuild;

struct dl_placebuild_options {
    const char *folder;  /* for temporary files: that of the path is best */
    const dl_pack *pack; /* English: how names are cut into words */
    const dl_features *features;
    dl_str classes; /* see dl_features_takes() */
    size_t memory;  /* for sorting, bytes; 0: DL_PLACEBUILD_MEMORY */
    void (*tick)(void *ctx, uint64_t done, uint64_t total); /* while writing; may be NULL */
    void *ctx;
};
enum { DL_PLACEBUILD_MEMORY = 64 << 20 };

struct dl_placebuild_counts {
    uint64_t rows, names, divisions; /* of what was taken */
    uint64_t skipped;                /* places of other classes, and names of them */
    uint64_t again;                  /* places that were there already */
    char newest[11];                 /* modified: YYYY-MM-DD */
};

enum dl_err dl_placebuild_new(const struct dl_placebuild_options *options,
                              dl_placebuild **ret_build, struct dl_diag *diag) DL_MUST_USE;
void dl_placebuild_free(dl_placebuild *build);
/* One line. DL_ERR_SYNTAX: the line is broken (diag says how), the next may come; any other error
 * ends the work. */
enum dl_err dl_placebuild_line(dl_placebuild *build, enum dl_geonames_kind kind, dl_str line,
                               struct dl_diag *diag) DL_MUST_USE;
struct dl_placebuild_counts dl_placebuild_counts(const dl_placebuild *build);
/* note: JSON, at most DL_PLACEFILE_NOTE bytes. */
/* Takes away what a killed writer left beside `path`; leaves what one is writing now. */
void dl_placebuild_tidy(const char *path);
enum dl_err dl_placebuild_write(dl_placebuild *build, const char *path, dl_str note,
                                struct dl_diag *diag) DL_MUST_USE;

/* Between placebuild.c, which gathers, and placewrite.c. */
struct dl_placebuild_row {
    uint32_t id, name;
    int32_t lat, lon;
    uint32_t population, division;
    uint16_t n_name, code;
    char country[2];
};
struct dl_placebuild_key {
    uint64_t key;
    uint32_t value; /* id of a place, or the greatest number of words */
    uint32_t start; /* 1: the latter */
};
struct dl_placebuild_division {
    dl_str code, name;
    uint32_t parent, id;
};
enum { DL_PLACEBUILD_CODES = 1024, DL_PLACEBUILD_SEEN = 1 << 16 };

struct dl_extsort;
struct dl_placebuild {
    struct dl_placebuild_options options;
    dl_arena *arena, *line;
    struct dl_extsort *rows, *keys;
    FILE *text;
    uint64_t n_text, n_keys;
    uint64_t *ids; /* bits of the ids that are there */
    DL_VEC(struct dl_placebuild_division) divisions;
    dl_map64 division_of; /* hash of the code -> 1 + index */
    char codes[DL_PLACEBUILD_CODES][DL_PLACEFILE_CODE];
    size_t n_codes;
    struct {
        uint64_t key;
        size_t words;
    } seen[DL_PLACEBUILD_SEEN]; /* starts that were noted: most come again and again */
    struct dl_placebuild_counts counts;
};
/* Puts text to the rest; TOO_BIG past 4 GiB. */
enum dl_err dl_placebuild_text(dl_placebuild *build, dl_str text, uint32_t *ret_at) DL_MUST_USE;

#endif
