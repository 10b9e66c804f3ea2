/* Trained weights: one file a task and language, used where it lies (mapped or compiled in).
 *
 * A linear model over hashed features. Little-endian, version 1:
 *
 *   0  "DLWEIGHT"; 8  u32 version; 12  u32 bytes of the whole file
 *   16 u64 XXH3 of the bytes from 24 on; 24 u32 labels; 28 u32 log2 of the buckets
 *   32 u32 bytes of label names; 36 u32 bytes of rows
 *   40 the names, each ended by LF, filled up with LF to a multiple of 4,
 *      u32 start[buckets + 1]: where in the rows each bucket begins,
 *      the rows: u16 check, u8 n, n times (u8 label, i8 weight)
 *
 * The highest bits of a feature's hash give the bucket, the lowest 16 its check; a row is found by
 * walking its bucket (about eight rows). A label may stand twice in a row: a weight past a byte is
 * laid in several. Which features a hash stands for only the task knows (tagger.c, parse.c).
 *
 * dl_model_open() proves checksum and every bound, so that scoring checks none; what is damaged is
 * refused with DL_ERR_SYNTAX. To walk through all rows of all languages costs more than the rest of
 * a start: of bytes that lie in the program itself it looks at the head alone, the build has called
 * dl_model_check() on them (tools/freeze-lexicons.c). The bytes must outlive the model, which owns
 * nothing; then it is only read, by any thread. */
#ifndef DL_LANG_MODEL_H
#define DL_LANG_MODEL_H

#include "base/hash.h"

#define DL_MODEL_MAGIC "DLWEIGHT"
enum {
    DL_MODEL_VERSION = 1,
    DL_MODEL_HEAD = 40,
    DL_MODEL_MAX_LABELS = 255,
    DL_MODEL_MAX_BYTES = 6 << 20, /* of a file: what a language may cost */
    DL_MODEL_MAX_LOG2 = 18,
    DL_MODEL_MAX_LABEL = 64, /* bytes of a name */
};

typedef struct dl_model {
    dl_str labels[DL_MODEL_MAX_LABELS];
    size_t n_labels;
    const uint8_t *starts; /* unaligned u32 */
    const uint8_t *rows;
    size_t n_rows; /* bytes */
    unsigned shift;
} dl_model;

typedef struct dl_model_row {
    const uint8_t *p; /* n pairs of label and weight */
    size_t n;
} dl_model_row;

enum dl_err dl_model_open(dl_model *ret_model, dl_str bytes, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_model_check(dl_str bytes, struct dl_diag *diag) DL_MUST_USE; /* all of it, always */

static inline uint32_t dl_model_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline dl_model_row dl_model_find(const dl_model *model, uint64_t feature)
{
    const uint8_t *start = model->starts + 4 * (feature >> model->shift);
    const uint8_t *p = model->rows + dl_model_u32(start);
    const uint8_t *end = model->rows + dl_model_u32(start + 4);
    for (; p < end; p += 3 + 2 * (size_t)p[2])
        if ((uint16_t)(p[0] | p[1] << 8) == (uint16_t)feature) return (dl_model_row){p + 3, p[2]};
    return (dl_model_row){NULL, 0};
}

/* Adds the feature's weights to the scores of its labels. */
static inline void dl_model_add(const dl_model *model, uint64_t feature, int32_t *scores)
{
    dl_model_row row = dl_model_find(model, feature);
    for (size_t i = 0; i < row.n; i++)
        scores[row.p[2 * i]] += (int8_t)row.p[2 * i + 1];
}

/* The same for many: all are asked for before the first is waited for, as most miss the caches. */
static inline void dl_model_score(const dl_model *model, const uint64_t *features, size_t n,
                                  int32_t *scores)
{
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(model->starts + 4 * (features[k] >> model->shift));
    for (size_t k = 0; k < n; k++)
        __builtin_prefetch(model->rows +
                           dl_model_u32(model->starts + 4 * (features[k] >> model->shift)));
    for (size_t k = 0; k < n; k++)
        dl_model_add(model, features[k], scores);
}

/* Hash of a feature: its template and up to three values. Spread over all 64 bits. */
static inline uint64_t dl_feature(uint64_t kind, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t h = (kind + 1) * 0x9E3779B97F4A7C15u;
    h = (h ^ a) * 0xFF51AFD7ED558CCDu;
    h = (h ^ (h >> 32) ^ b) * 0xC4CEB9FE1A85EC53u;
    h = (h ^ (h >> 32) ^ c) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

#endif
