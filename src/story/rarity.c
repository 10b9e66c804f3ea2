#include "story/rarity.h"

#include <math.h>

#include "base/hash.h"
#include "base/huge.h"

enum {
    ROWS = 3,
    CELLS = 1 << 20, /* per row, a power of two: about the living vocabulary of 30 languages */
    LANGUAGES = 256, /* the last one is shared by all that come late */
    PRIOR_DOCUMENTS = 40,
    LENGTHS = 7,
};

/* Share of documents that hold a word of this many characters, before anything is counted. */
static const float PRIOR_BY_LENGTH[LENGTHS] = {0.5F, 0.5F, 0.4F, 0.25F, 0.1F, 0.05F, 0.03F};
static const float PRIOR_NAME = 0.05F; /* countries and their leaders are in many */
static const float PRIOR_ANCHOR = 0.02F;

struct dl_rarity {
    uint32_t cells[ROWS][CELLS];
    uint32_t documents;
    size_t n_languages;
    struct {
        char code[4];
        uint32_t documents;
    } languages[LANGUAGES];
};

struct dl_rarity *dl_rarity_new(void)
{
    return dl_huge_new(sizeof(struct dl_rarity));
}

void dl_rarity_free(struct dl_rarity *r)
{
    dl_huge_free(r, sizeof *r);
}

static size_t cell_of(uint32_t id, size_t row)
{
    static const uint64_t odd[ROWS] = {0x9E3779B97F4A7C15U, 0xC2B2AE3D27D4EB4FU,
                                       0x165667B19E3779F9U};
    return (size_t)(((uint64_t)id + 1) * odd[row] >> 44) & (CELLS - 1);
}

static uint32_t count_of(const struct dl_rarity *r, uint32_t id)
{
    uint32_t least = UINT32_MAX;
    for (size_t row = 0; row < ROWS; row++) {
        uint32_t c = r->cells[row][cell_of(id, row)];
        if (c < least) least = c;
    }
    return least;
}

static void count(struct dl_rarity *r, uint32_t id)
{
    uint32_t now = count_of(r, id) + 1;
    for (size_t row = 0; row < ROWS; row++) {
        uint32_t *c = &r->cells[row][cell_of(id, row)];
        if (*c < now) *c = now;
    }
}

void dl_rarity_count(struct dl_rarity *r, uint32_t id)
{
    count(r, id);
}

static void halve(struct dl_rarity *r)
{
    for (size_t row = 0; row < ROWS; row++)
        for (size_t i = 0; i < CELLS; i++)
            r->cells[row][i] /= 2;
    for (size_t i = 0; i < r->n_languages; i++)
        r->languages[i].documents /= 2;
    r->documents /= 2;
}

size_t dl_rarity_language(const struct dl_rarity *r, const char language[4])
{
    size_t i = 0;
    while (i < r->n_languages && strcmp(r->languages[i].code, language) != 0)
        i++;
    return i < LANGUAGES ? i : LANGUAGES - 1;
}

void dl_rarity_add(struct dl_rarity *r, const struct dl_features *f)
{
    size_t i = dl_rarity_language(r, f->language);
    if (i == r->n_languages) {
        memcpy(r->languages[i].code, f->language, sizeof r->languages[i].code);
        r->n_languages++;
    }
    r->languages[i].documents++;
    r->documents++;
    for (size_t k = 0; k < f->n_terms; k++)
        count(r, f->terms[k].id);
    for (size_t k = 0; k < f->n_anchors; k++)
        count(r, f->anchors[k].id);
    if (r->documents >= DL_RARITY_WINDOW) halve(r);
}

static float weight(uint32_t documents, uint32_t held, float prior)
{
    float w = logf(((float)documents + PRIOR_DOCUMENTS) / ((float)held + prior * PRIOR_DOCUMENTS));
    return w > 0 ? w : 0;
}

float dl_rarity_term(const struct dl_rarity *r, size_t language, uint32_t id, uint8_t flags,
                     uint8_t length)
{
    bool promising = (flags & (DL_TERM_NAME | DL_TERM_NUMBER | DL_TERM_PAIR)) != 0;
    float prior = PRIOR_BY_LENGTH[length < LENGTHS ? length : LENGTHS - 1];
    return weight(r->languages[language].documents, count_of(r, id),
                  promising ? PRIOR_NAME : prior);
}

float dl_rarity_anchor(const struct dl_rarity *r, uint32_t id)
{
    return weight(r->documents, count_of(r, id), PRIOR_ANCHOR);
}

void dl_rarity_expect(const struct dl_rarity *r, uint32_t id)
{
    for (size_t row = 0; row < ROWS; row++)
        __builtin_prefetch(&r->cells[row][cell_of(id, row)]);
}

uint32_t dl_rarity_language_documents(const struct dl_rarity *r, const char language[4])
{
    return r->languages[dl_rarity_language(r, language)].documents;
}

uint32_t dl_rarity_documents(const struct dl_rarity *r)
{
    return r->documents;
}

uint64_t dl_rarity_hash(const struct dl_rarity *r)
{
    return dl_hash64((dl_str){(const char *)r, sizeof *r});
}

size_t dl_rarity_bytes(void)
{
    return sizeof(struct dl_rarity);
}
