#include "lang/model.h"

#include "base/asset.h"

static enum dl_err damaged(struct dl_diag *diag, size_t pos, const char *what)
{
    return dl_fail(diag, DL_ERR_SYNTAX, pos, "model: %s", what);
}

static enum dl_err read_labels(dl_model *model, dl_str names, struct dl_diag *diag)
{
    for (dl_str name; dl_str_split(&names, '\n', &name);) {
        if (name.n == 0) continue; /* the fill */
        if (name.n > DL_MODEL_MAX_LABEL || model->n_labels == DL_MODEL_MAX_LABELS)
            return damaged(diag, DL_MODEL_HEAD, "names of labels");
        model->labels[model->n_labels++] = name;
    }
    return DL_OK;
}

/* Every row ends where its bucket ends, and names labels that are there. */
static bool rows_sound(const dl_model *model)
{
    size_t buckets = (size_t)1 << (64 - model->shift), at = 0;
    for (size_t b = 0; b < buckets; b++) {
        size_t end = dl_model_u32(model->starts + 4 * (b + 1));
        if (dl_model_u32(model->starts + 4 * b) != at || end > model->n_rows || end < at)
            return false;
        while (at < end) {
            if (end - at < 3 || end - at - 3 < 2 * (size_t)model->rows[at + 2]) return false;
            size_t n = model->rows[at + 2];
            for (size_t i = 0; i < n; i++)
                if (model->rows[at + 3 + 2 * i] >= model->n_labels) return false;
            at += 3 + 2 * n;
        }
    }
    return at == model->n_rows;
}

static enum dl_err open_head(dl_model *ret_model, dl_str bytes, struct dl_diag *diag)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < DL_MODEL_HEAD || memcmp(p, DL_MODEL_MAGIC, 8) != 0)
        return damaged(diag, 0, "no weights");
    if (dl_model_u32(p + 8) != DL_MODEL_VERSION) return damaged(diag, 8, "of another version");
    if (dl_model_u32(p + 12) != bytes.n || bytes.n > DL_MODEL_MAX_BYTES)
        return damaged(diag, 12, "cut off, or too big");
    uint32_t labels = dl_model_u32(p + 24), log2 = dl_model_u32(p + 28);
    size_t names = dl_model_u32(p + 32), rows = dl_model_u32(p + 36);
    if (log2 < 1 || log2 > DL_MODEL_MAX_LOG2) return damaged(diag, 28, "buckets");
    size_t starts = (((size_t)1 << log2) + 1) * 4;
    if (names % 4 != 0 || DL_MODEL_HEAD + names + starts + rows != bytes.n)
        return damaged(diag, 32, "parts do not add up");
    dl_model model = {.shift = 64 - log2, .n_rows = rows};
    DL_TRY(read_labels(&model, dl_str_sub(bytes, DL_MODEL_HEAD, DL_MODEL_HEAD + names), diag));
    if (model.n_labels != labels || labels == 0)
        return damaged(diag, DL_MODEL_HEAD, "number of labels");
    model.starts = p + DL_MODEL_HEAD + names;
    model.rows = model.starts + starts;
    *ret_model = model;
    return DL_OK;
}

enum dl_err dl_model_check(dl_str bytes, struct dl_diag *diag)
{
    dl_model model;
    DL_TRY(open_head(&model, bytes, diag));
    const uint8_t *p = (const uint8_t *)bytes.p;
    uint64_t sum = (uint64_t)dl_model_u32(p + 16) | (uint64_t)dl_model_u32(p + 20) << 32;
    if (dl_hash64(dl_str_sub(bytes, 24, bytes.n)) != sum)
        return damaged(diag, 16, "checksum is wrong");
    return rows_sound(&model) ? DL_OK : damaged(diag, DL_MODEL_HEAD, "rows");
}

enum dl_err dl_model_open(dl_model *ret_model, dl_str bytes, struct dl_diag *diag)
{
    if (!dl_asset_holds(bytes.p)) DL_TRY(dl_model_check(bytes, diag));
    return open_head(ret_model, bytes, diag);
}
