/* Features of GeoNames: which an import takes, what they are called. From
 * lexicon/places/features.tsv; then only read, by any thread. */
#ifndef DL_LANG_FEATURES_H
#define DL_LANG_FEATURES_H

#include "lang/pack.h"

enum { DL_FEATURES_MAX = 512 };

typedef struct dl_features {
    struct dl_feature_row {
        dl_str feature, kind, label; /* "P.PPLC", "city", "capital" */
    } rows[DL_FEATURES_MAX];
    size_t n;
} dl_features;

enum dl_err dl_features_load(dl_features *ret_features, dl_arena *arena,
                             struct dl_diag *diag) DL_MUST_USE;
/* The row of "P.PPLC", else that of its class "P"; NULL: no such feature is taken. */
const struct dl_feature_row *dl_features_of(const dl_features *features, dl_str feature);
/* Is it in a list such as "A,P,S.AIRP"? "all" is everything; no list: what features.tsv takes. */
bool dl_features_takes(const dl_features *features, dl_str list, dl_str feature);
/* DL_ERR_INVALID for a list of anything but classes and features. */
enum dl_err dl_features_check_list(dl_str list, struct dl_diag *diag) DL_MUST_USE;

#endif
