/* What kind of page it is: article, index, video or other (live: page/live.h), with a probability.
 *
 * A softmax over a few counts of the page; the weights are data (lexicon/web/page-kinds.tsv),
 * fitted by train/fit-kinds; src/page/README.md has the reliability that was measured. Video
 * is told by rule. A page that is surely an index gives no text, nor does one with hardly any. */
#ifndef DL_PAGE_KIND_H
#define DL_PAGE_KIND_H

#include "page/meta.h"

enum { DL_KIND_FEATURES = 24 };
enum { DL_KIND_CLASSES = 3 }; /* article, index, other */

struct dl_kind_model {
    double weight[DL_KIND_CLASSES][DL_KIND_FEATURES];
};
enum dl_err dl_kind_model_new(dl_arena *arena, struct dl_kind_model **ret_model,
                              struct dl_diag *diag) DL_MUST_USE;

struct dl_kind_input {
    const struct dl_blocks *blocks;
    const struct dl_scales *scales;
    const struct dl_meta *meta;
    bool in_markup; /* else the text is out of data, around which the markup is a shell */
};
extern const char *const dl_kind_names[DL_KIND_FEATURES]; /* of the features */
void dl_kind_features(const struct dl_kind_input *in, const struct dl_page *page,
                      double ret_features[DL_KIND_FEATURES]);
/* Sets kind and kind_confidence, scales confidence, and takes the text of pages without article. */
void dl_kind_tell(const struct dl_kind_model *model, const struct dl_kind_input *in,
                  const double *features, struct dl_page *page);

#endif
