/* Weighing: what each run of text speaks for or against being the article, and the subtree that
 * holds most of it.
 *
 * Method: a flag by name or role is void where its element holds too much of the page's running
 * text (relative mass); headings that are links make teaser cards; title and description are
 * anchors; the root is the subtree of the greatest weight, by prefix sums, then narrowed while one
 * child holds most. Linear in elements and runs. Memory: the arena. */
#ifndef DL_PAGE_WEIGH_H
#define DL_PAGE_WEIGH_H

#include "page/blocks.h"
#include "page/site.h"

enum dl_against { /* why a run is left out */
                  DL_AGAINST_SOFT = 1 << 0,
                  DL_AGAINST_HARD = 1 << 1,
                  DL_AGAINST_CARD = 1 << 2,
                  DL_AGAINST_LINKS = 1 << 3,
                  DL_AGAINST_PHRASE = 1 << 4,
                  DL_AGAINST_CAPTION = 1 << 5,
                  DL_AGAINST_SITE = 1 << 6, /* it stands on other articles of the site, too */
};

struct dl_scales {
    const struct dl_blocks *blocks;
    uint8_t *against; /* a run */
    uint8_t *notes;   /* a run: a line with date or byline, set by their finders */
    uint8_t *good;    /* a run: is it running text? */
    double *weight;   /* sums: [i] = of the runs before i */
    uint32_t *mass;   /* sums of characters of running text */
    uint32_t *clean;  /* sums of those with nothing against them */
    uint32_t *count;  /* sums of running-text runs */
    uint32_t *chars, *links, *headings;
    uint32_t title_run;              /* run of the headline; UINT32_MAX when none */
    uint32_t root;                   /* element; 0 = the whole page */
    const struct dl_page_site *site; /* what is known of the site; NULL: nothing */
    struct dl_site_sample *sample;   /* what the page tells of its site */
};

struct dl_anchors {
    dl_str title, description;       /* may be empty */
    const struct dl_page_site *site; /* NULL: nothing is known of it */
};

/* sample: its texts are noted. */
enum dl_err dl_scales_weigh(dl_arena *arena, const dl_cues *cues, const struct dl_blocks *blocks,
                            const struct dl_anchors *anchors, struct dl_site_sample *sample,
                            struct dl_scales *ret_scales) DL_MUST_USE;

/* Same words in the same order, whatever the case, quotes and punctuation. */
bool dl_same_words(dl_str a, dl_str b);
/* Does a begin with the words of b, or b with those of a? Both at least min bytes of words. */
bool dl_starts_alike(dl_str a, dl_str b, size_t min);

#endif
