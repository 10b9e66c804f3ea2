#include "story/parting.h"

#include <math.h>

enum {
    LEAST = 8,       /* texts that can be told apart */
    LEAST_GROUP = 4, /* texts of either group */
    GROUP_PART = 6,  /* and this part of all */
    SEEDS = 12,      /* least alike pairs from which groups are grown */
    ROUNDS = 12,
};
static const float APART = 0.56F; /* mean cosine across, in those within */

struct groups {
    size_t n;
    float alike[DL_PARTING_MOST][DL_PARTING_MOST]; /* cosines */
};

bool dl_parting_due(size_t texts)
{
    size_t step = LEAST;
    while (step * 2 <= texts)
        step *= 2;
    return texts <= DL_PARTING_MOST && (texts == step || texts == step * 3 / 2);
}

/* Not divided by their lengths. */
static float product(const struct dl_parting_text *a, const struct dl_parting_text *b)
{
    double shared = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        uint32_t x = a->terms[i].id, y = b->terms[k].id;
        if (x == y) shared += (double)a->terms[i].rarity * b->terms[k].rarity;
        i += x <= y;
        k += y <= x;
    }
    return (float)shared;
}

static void compare_all(const struct dl_parting_text *texts, struct groups *g)
{
    float length[DL_PARTING_MOST];
    for (size_t i = 0; i < g->n; i++)
        length[i] = sqrtf(product(&texts[i], &texts[i]));
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k <= i; k++) {
            float both = length[i] * length[k];
            float c = both > 0 ? product(&texts[i], &texts[k]) / both : 0;
            g->alike[i][k] = g->alike[k][i] = c;
        }
}

/* How like text i is to the others of a side, on average. */
static float likeness(const struct groups *g, const uint8_t *side, size_t i, uint8_t of)
{
    float sum = 0;
    size_t n = 0;
    for (size_t k = 0; k < g->n; k++) {
        if (side[k] != of || k == i) continue;
        sum += g->alike[i][k];
        n++;
    }
    return n > 0 ? sum / (float)n : 0;
}

static void grow(const struct groups *g, size_t a, size_t b, uint8_t *side)
{
    uint8_t next[DL_PARTING_MOST];
    for (size_t i = 0; i < g->n; i++)
        side[i] = g->alike[i][a] < g->alike[i][b];
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < g->n; i++)
            next[i] = likeness(g, side, i, 0) < likeness(g, side, i, 1);
        if (memcmp(next, side, g->n) == 0) return;
        memcpy(side, next, g->n);
    }
}

/* Mean cosine across in those within; 1 or more: there are no two groups. */
static float apart(const struct groups *g, const uint8_t *side)
{
    double across = 0, within[2] = {0, 0};
    size_t n[2] = {0, 0};
    for (size_t i = 0; i < g->n; i++)
        n[side[i]]++;
    size_t least = g->n / GROUP_PART > LEAST_GROUP ? g->n / GROUP_PART : LEAST_GROUP;
    if (n[0] < least || n[1] < least) return 1;
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < i; k++) {
            double c = (double)g->alike[i][k];
            if (side[i] != side[k])
                across += c;
            else
                within[side[i]] += c;
        }
    for (size_t s = 0; s < 2; s++)
        within[s] /= (double)(n[s] * (n[s] - 1)) / 2;
    double both = sqrt(within[0] * within[1]);
    return both > 0 ? (float)(across / (double)(n[0] * n[1]) / both) : 1;
}

struct seed {
    uint8_t a, b;
    float alike;
};

/* The least alike pairs, of equal ones those that come first. */
static size_t seeds_of(const struct groups *g, struct seed *ret_seeds)
{
    size_t n = 0;
    for (uint8_t i = 0; i < g->n; i++)
        for (uint8_t k = (uint8_t)(i + 1); k < g->n; k++) {
            float c = g->alike[i][k];
            if (n == SEEDS && c >= ret_seeds[n - 1].alike) continue;
            size_t at = n < SEEDS ? n++ : n - 1;
            for (; at > 0 && ret_seeds[at - 1].alike > c; at--)
                ret_seeds[at] = ret_seeds[at - 1];
            ret_seeds[at] = (struct seed){i, k, c};
        }
    return n;
}

bool dl_parting_find(const struct dl_parting_text *texts, size_t n,
                     uint8_t ret_side[DL_PARTING_MOST])
{
    struct groups g = {.n = n};
    struct seed seeds[SEEDS];
    uint8_t side[DL_PARTING_MOST];
    float best = APART;
    DL_ASSERT(n <= DL_PARTING_MOST);
    if (n < LEAST) return false;
    compare_all(texts, &g);
    size_t n_seeds = seeds_of(&g, seeds);
    for (size_t i = 0; i < n_seeds; i++) {
        grow(&g, seeds[i].a, seeds[i].b, side);
        float found = apart(&g, side);
        if (found >= best) continue;
        best = found;
        memcpy(ret_side, side, n);
    }
    if (best >= APART) return false;
    uint8_t first = ret_side[0];
    for (size_t i = 0; i < n; i++)
        ret_side[i] ^= first;
    return true;
}

uint8_t dl_parting_side(const struct dl_parting_text *texts, size_t n,
                        const uint8_t side[DL_PARTING_MOST], const struct dl_parting_text *text)
{
    float sum[2] = {0, 0};
    size_t count[2] = {0, 0};
    for (size_t i = 0; i < n; i++) {
        float length = sqrtf(product(&texts[i], &texts[i]));
        if (length > 0) sum[side[i]] += product(&texts[i], text) / length;
        count[side[i]]++;
    }
    return sum[1] * (float)count[0] > sum[0] * (float)count[1];
}
