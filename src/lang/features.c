#include "lang/features.h"

enum dl_err dl_features_load(dl_features *ret_features, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    ret_features->n = 0;
    DL_TRY(dl_lexicon_open(arena, "places", "features.tsv", &tsv, &there, diag));
    if (!there || tsv.columns != 3)
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "lexicon/places/features.tsv: columns");
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        if (ret_features->n == DL_FEATURES_MAX)
            return dl_fail(diag, DL_ERR_TOO_BIG, 0, "lexicon/places/features.tsv: too many rows");
        ret_features->rows[ret_features->n++] =
            (struct dl_feature_row){cells[0], cells[1], cells[2]};
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static const struct dl_feature_row *exactly(const dl_features *f, dl_str feature)
{
    for (size_t i = 0; i < f->n; i++)
        if (dl_str_eq(f->rows[i].feature, feature)) return &f->rows[i];
    return NULL;
}

const struct dl_feature_row *dl_features_of(const dl_features *f, dl_str feature)
{
    const struct dl_feature_row *row = exactly(f, feature);
    return row != NULL ? row : exactly(f, dl_str_sub(feature, 0, 1));
}

bool dl_features_takes(const dl_features *f, dl_str list, dl_str feature)
{
    if (list.n == 0) {
        const struct dl_feature_row *row = dl_features_of(f, feature);
        return row != NULL && !dl_str_eq_c(row->kind, "-");
    }
    dl_str one;
    while (dl_str_split(&list, ',', &one))
        if (dl_str_eq_c(one, "all") || dl_str_eq(one, feature) ||
            (one.n == 1 && feature.n > 0 && one.p[0] == feature.p[0]))
            return true;
    return false;
}

enum dl_err dl_features_check_list(dl_str list, struct dl_diag *diag)
{
    dl_str one;
    while (dl_str_split(&list, ',', &one)) {
        bool good = one.n == 1 || (one.n >= 3 && one.n <= 12 && one.p[1] == '.');
        good = good && dl_str_find(DL_STR("AHLPRSTUV"), dl_str_sub(one, 0, 1), 0) != DL_NO_POS;
        for (size_t i = 2; i < one.n; i++)
            good = good &&
                   (dl_is_digit((unsigned char)one.p[i]) || (one.p[i] >= 'A' && one.p[i] <= 'Z'));
        if (!good && !dl_str_eq_c(one, "all"))
            return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS,
                           "'%.*s' is no feature class (A H L P R S T U V) or code (S.AIRP)",
                           DL_FMT(one));
    }
    return DL_OK;
}
