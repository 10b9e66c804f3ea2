/* For train/fit-stories: reads articles (NDJSON in order of arrival; "gold": the story of each),
 * puts each where it belongs and prints how it meets the stories there are: a line
 * "same TAB headline TAB document TAB part …" for each piece of its own story and for the likest
 * others, the likest first.
 * usage: story_pairs PIECES MIXED < ARTICLES: of a thousand articles so many begin a new piece of
 * their story, and so many go into the likest wrong one, as it happens without gold. */
#include <stdio.h>

#include "base/hash.h"
#include "base/json.h"
#include "story/score.h"
#include "story/strands.h"

enum { OTHERS = 6, LOOKED_AT = 24, MOST_PAIRS = 1 << 16, THIS_PIECE = 300 };
static const int64_t WINDOW_MS = (int64_t)7 * 24 * 3600 * 1000;

struct pair {
    uint32_t strand;
    struct dl_match match;
};

struct trainer {
    dl_arena *arena;
    struct dl_featurer *featurer;
    struct dl_rarity *rarity;
    struct dl_strands table;
    uint64_t *gold; /* by number of the story in the table */
    struct dl_docvec vec;
    struct dl_features features;
    int64_t clock_ms;
    uint64_t documents, random, gold_now;
    uint32_t pieces, mixed; /* in a thousand */
    struct pair pairs[MOST_PAIRS];
};

static uint32_t draw(struct trainer *t)
{
    t->random ^= t->random << 13;
    t->random ^= t->random >> 7;
    t->random ^= t->random << 17;
    return (uint32_t)(t->random >> 33) % 1000;
}

static int by_likeness(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->match.all > y->match.all) return -1;
    if (x->match.all < y->match.all) return 1;
    return (x->strand > y->strand) - (x->strand < y->strand);
}

static size_t meet_all(struct trainer *t)
{
    size_t n = 0;
    for (uint32_t i = 0; i < t->table.n_strands && n < MOST_PAIRS; i++) {
        const struct dl_strand *s = &t->table.strands[i];
        bool fits = s->used && memcmp(s->language, t->features.language, 4) == 0;
        if (!fits || t->table.stories[s->story].last_ms < t->clock_ms - WINDOW_MS) continue;
        t->pairs[n] = (struct pair){i, dl_centroid_compare(&s->terms, &t->vec)};
        n += t->pairs[n].match.mass > 0;
    }
    qsort(t->pairs, n, sizeof *t->pairs, by_likeness);
    return n;
}

static void print_pair(const struct trainer *t, const struct pair *p, float rest, bool same)
{
    const struct dl_strand *s = &t->table.strands[p->strand];
    const struct dl_strand_story *story = &t->table.stories[s->story];
    struct dl_score_input in = {.match = p->match,
                                .documents = s->terms.documents,
                                .gap_ms = t->clock_ms - story->last_ms,
                                .age_ms = story->last_ms - story->first_ms,
                                .terms = t->vec.n,
                                .rest = rest};
    double parts[DL_SCORE_PARTS];
    dl_score_parts(&in, parts);
    printf("%d\t%d\t%llu", same, dl_score_is_headline(in.terms), (unsigned long long)t->documents);
    for (size_t i = 0; i < DL_SCORE_PARTS; i++)
        printf("\t%.6g", parts[i]);
    printf("\n");
}

/* Prints the pairs; the story to go to, and the likest wrong one (UINT32_MAX: none). */
static uint32_t choose(struct trainer *t, size_t n, uint32_t *ret_wrong)
{
    float all[LOOKED_AT];
    size_t looked = n < LOOKED_AT ? n : LOOKED_AT, others = 0;
    uint32_t own = UINT32_MAX;
    for (size_t i = 0; i < looked; i++)
        all[i] = t->pairs[i].match.all;
    *ret_wrong = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        uint32_t story = t->table.strands[t->pairs[i].strand].story;
        bool same = t->gold[story] == t->gold_now;
        if (!same && others++ >= OTHERS) continue;
        print_pair(t, &t->pairs[i], dl_score_rest(all, looked, t->pairs[i].match.all), same);
        if (same && (own == UINT32_MAX || draw(t) < THIS_PIECE)) own = story;
        if (!same && others == 1) *ret_wrong = story;
    }
    return own;
}

static enum dl_err put(struct trainer *t, uint32_t own, uint32_t wrong)
{
    uint32_t story = own, strand;
    if (own == UINT32_MAX || draw(t) < t->pieces) {
        DL_TRY(dl_strands_found(&t->table, t->documents, t->clock_ms, &story));
        uint64_t *grown = realloc(t->gold, t->table.cap_stories * sizeof *grown);
        if (grown == NULL) return DL_ERR_NOMEM;
        t->gold = grown;
        t->gold[story] = t->gold_now;
    }
    if (wrong != UINT32_MAX && draw(t) < t->mixed) story = wrong;
    DL_TRY(dl_strands_take(&t->table, story, t->features.language, &strand));
    t->table.stories[story].documents++;
    t->table.stories[story].last_ms = t->clock_ms;
    DL_TRY(dl_centroid_add(&t->table.strands[strand].terms, &t->vec));
    dl_rarity_add(t->rarity, &t->features);
    return DL_OK;
}

static enum dl_err one(struct trainer *t, dl_str line)
{
    struct dl_diag diag;
    yyjson_doc *doc;
    dl_time when;
    DL_TRY(dl_json_read(t->arena, line, &doc, &diag));
    yyjson_val *o = yyjson_doc_get_root(doc);
    struct dl_features_input in = {.title = dl_json_get_str(o, "title"),
                                   .subtitle = dl_json_get_str(o, "subtitle"),
                                   .text = dl_json_get_str(o, "text"),
                                   .language = dl_json_get_str(o, "language")};
    DL_TRY(dl_features_make(t->featurer, t->arena, &in, &t->features));
    if (dl_json_get_time(o, "published", &when) && when.ms > t->clock_ms) t->clock_ms = when.ms;
    t->gold_now = dl_hash64(dl_json_get_str(o, "gold"));
    t->documents++;
    dl_docvec_make(&t->features, t->rarity, &t->vec);
    uint32_t wrong, own = choose(t, meet_all(t), &wrong);
    return put(t, own, wrong);
}

int main(int argc, char **argv)
{
    struct trainer *t = calloc(1, sizeof *t);
    if (t == NULL || argc != 3) return 2;
    t->arena = dl_arena_new(512 << 20);
    t->featurer = dl_featurer_new();
    t->rarity = dl_rarity_new();
    t->random = 88172645463325252U;
    t->clock_ms = INT64_MIN / 2;
    t->pieces = (uint32_t)atoi(argv[1]);
    t->mixed = (uint32_t)atoi(argv[2]);
    if (t->arena == NULL || t->featurer == NULL || t->rarity == NULL) return 1;
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    while ((n = getline(&line, &cap, stdin)) > 0) {
        if (one(t, (dl_str){line, (size_t)n}) != DL_OK) return 1;
        dl_arena_reset(t->arena);
    }
    free(line);
    free(t->gold);
    dl_strands_free(&t->table);
    dl_rarity_free(t->rarity);
    dl_featurer_free(t->featurer);
    dl_arena_free(t->arena);
    free(t);
    return 0;
}
