/* Site memory: what the articles of one site have in common, learnt from those read before.
 *
 * A page leaves a sample: hashes of the texts that nothing speaks against, the place of its text in
 * the markup, which order its numeric dates have. From the newest samples of a site its memory is
 * learnt: texts that stand on several articles and are nobody's text, the roots articles have, the
 * order of day and month. The next page is read with it: a known text is left out unless it would
 * be too much of the page, a known root is preferred where the page's own weights bear it out.
 *
 * Pure functions; hashes are XXH3 and mean something within one site only. Packed forms are for
 * the store and for readers, little endian; what is unpacked is checked, as a reader may have been
 * taken over by a page of that site. Memory: the arena; errors: those of the arena, else
 * DL_ERR_CORRUPT. */
#ifndef DL_PAGE_SITE_H
#define DL_PAGE_SITE_H

#include "base/str.h"
#include "base/vec.h"

enum {
    DL_SITE_TEXTS = 256,      /* boilerplate texts of a site */
    DL_SITE_ROOTS = 4,        /* places of its articles: news, opinion, gallery … */
    DL_SAMPLE_TEXTS = 160,    /* of one page */
    DL_SITE_WINDOW = 32,      /* newest samples from which is learnt; older ones are forgotten */
    DL_SITE_PATH_BYTES = 240, /* of a place in words */
};

enum dl_date_order { DL_DATE_ORDER_UNKNOWN, DL_DATE_ORDER_DMY, DL_DATE_ORDER_MDY };

/* What is known of a site when one of its pages is read. */
struct dl_page_site {
    const uint64_t *texts; /* sorted: boilerplate */
    size_t n_texts;
    uint64_t roots[DL_SITE_ROOTS]; /* hashes of paths */
    size_t n_roots;
    enum dl_date_order date_order; /* of numeric dates such as 3/4/2026 */
};

struct dl_site_text {
    uint64_t hash;
    uint32_t chars;
    bool boxed; /* it stands in a box of its own, not among the paragraphs */
};
/* What a page tells of its site. */
struct dl_site_sample {
    DL_VEC(struct dl_site_text) texts; /* in document order */
    dl_str root; /* "body > div.page > article.story"; empty: no article. Its hash: dl_hash64 */
    uint32_t dmy, mdy; /* numeric dates that have one order only: 25/3/2026, 3/25/2026 */
};

/* A sample among those of its site, in the order in which they came. */
struct dl_site_article {
    uint64_t document; /* which article: samples of its revisions count once */
    struct dl_site_sample sample;
};
struct dl_site_lesson {
    struct dl_page_site site;
    size_t articles; /* that differ: neither revisions nor copies of each other */
    dl_str root;     /* most frequent one, in words */
    /* The newest articles stand elsewhere, all of them, and those before did not: the template was
     * changed. Then the memory is of the new template alone. */
    bool changed;
    size_t changed_at;  /* the first of them, as an index */
    dl_str root_before; /* most frequent one until then */
};
/* Nothing is learnt from fewer than DL_SITE_LEAST articles. A text is boilerplate when it stands
 * on so many and always in a box of its own, or on a third of them among the paragraphs (so that
 * the background paragraph of a running story stays), and is never the greater part of one.
 * Memory: n * n texts compared at worst, so n is DL_SITE_WINDOW at most; more are left out. */
enum { DL_SITE_LEAST = 3 };
enum dl_err dl_site_learn(dl_arena *arena, const struct dl_site_article *articles, size_t n,
                          struct dl_site_lesson *ret_lesson) DL_MUST_USE;

bool dl_site_has_text(const struct dl_page_site *site, uint64_t hash);

/* Would the page that left this sample, read with memory a, have been read in the same way with
 * memory b? false: it may be otherwise. */
bool dl_site_reads_alike(const struct dl_page_site *a, const struct dl_page_site *b,
                         const struct dl_site_sample *sample);

dl_str dl_site_pack(dl_arena *arena, const struct dl_page_site *site);
enum dl_err dl_site_unpack(dl_arena *arena, dl_str packed,
                           struct dl_page_site *ret_site) DL_MUST_USE;
dl_str dl_sample_pack(dl_arena *arena, const struct dl_site_sample *sample);
enum dl_err dl_sample_unpack(dl_arena *arena, dl_str packed,
                             struct dl_site_sample *ret_sample) DL_MUST_USE;

#endif
