#include "store/arrivals.h"

#include "store/read_private.h"

static void count_story(dl_store *s, int64_t story, int64_t until_ms, int64_t bin_ms,
                        uint32_t bins[DL_STORE_BINS])
{
    int64_t from = until_ms - DL_STORE_BINS * bin_ms;
    dl_sql q = DL_STORE_SQL(s, READ_ARRIVALS,
                            "SELECT d.seen_by FROM story_document m JOIN document d USING "
                            "(document) WHERE m.story = ?1 LIMIT ?2");
    dl_sql_int(&q, story);
    dl_sql_int(&q, DL_STORE_ARRIVALS_MAX);
    while (dl_sql_step(&q)) {
        int64_t at = dl_sql_get_int(&q, 0);
        if (at >= from && at < until_ms) bins[(at - from) / bin_ms]++;
    }
    dl_sql_end(&q);
}

enum dl_err dl_store_arrivals(dl_store *s, const int64_t *stories, size_t n, int64_t until_ms,
                              int64_t bin_ms, uint32_t (*ret_bins)[DL_STORE_BINS])
{
    bool own;
    if (bin_ms <= 0) return DL_ERR_INVALID;
    DL_TRY(dl_store_enter(s, &own));
    memset(ret_bins, 0, n * sizeof *ret_bins);
    for (size_t i = 0; i < n; i++)
        count_story(s, stories[i], until_ms, bin_ms, ret_bins[i]);
    return dl_store_leave(s, own, DL_OK);
}
