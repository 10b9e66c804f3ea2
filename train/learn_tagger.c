#include "base/map.h"
#include "train/learn.h"
#include "train/weights.h"

enum { LIST_LEAST = 3 /* occurrences before a word's tags are listed */, LIST_SHARE = 20 };
enum { FORGET_RARE = 30, FORGET_FREQUENT = 2 /* percent */ };

struct teacher {
    const dl_material *m;
    dl_weights *weights;
    dl_arena *arena;
    uint32_t *order;
    size_t n;
    int64_t step;
    size_t wrong;
    uint64_t seed;
};

struct counts {
    const dl_tagger_word *word;
    uint32_t all, of[DL_MODEL_MAX_LABELS];
};

static struct counts *counts_of(dl_map64 *map, dl_arena *arena, const dl_tagger_word *word)
{
    uint64_t *at = dl_map64_at(map, word->norm);
    if (at == NULL) dl_die("out of memory");
    if (*at == 0) {
        struct counts *c = DL_NEW(arena, struct counts);
        if (c == NULL) dl_die("out of memory");
        c->word = word;
        *at = (uint64_t)(uintptr_t)c;
    }
    return (struct counts *)(uintptr_t)*at;
}

static void fix_list(struct teacher *t, const struct counts *c)
{
    uint8_t pairs[2 * DL_MODEL_MAX_LABELS];
    size_t n = 0;
    for (size_t l = 0; l < t->m->n_labels; l++) {
        if (c->of[l] * LIST_SHARE < c->all) continue;
        pairs[2 * n] = (uint8_t)l;
        pairs[2 * n++ + 1] = 1;
    }
    if (n > 0) dl_weights_fix(t->weights, dl_tagger_word_list(c->word), pairs, n);
}

static void count_words(struct teacher *t, dl_map64 *map, const dl_sample *s)
{
    for (size_t k = 0; s != NULL && k < s->text.n; k++) {
        struct counts *c = counts_of(map, t->arena, &s->words[k]);
        c->all++;
        c->of[s->tags[k]]++;
    }
}

static void list_counted(struct teacher *t, dl_map64 *map, const dl_sample *s)
{
    for (size_t k = 0; s != NULL && k < s->text.n; k++) {
        struct counts *c = counts_of(map, t->arena, &s->words[k]);
        if (c->all >= LIST_LEAST) fix_list(t, c);
        c->all = 0;
    }
}

/* The tags that frequent words have, as rows of the model. */
static void list_words(struct teacher *t)
{
    dl_map64 map;
    dl_map64_init(&map, t->arena);
    for (size_t i = 0; i < t->n; i++) {
        const dl_sample *s = &t->m->p[t->order[i]];
        count_words(t, &map, s);
        count_words(t, &map, s->written);
    }
    for (size_t i = 0; i < t->n; i++) {
        const dl_sample *s = &t->m->p[t->order[i]];
        list_counted(t, &map, s);
        list_counted(t, &map, s->written);
    }
}

static size_t best_of(const int32_t *scores, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (scores[i] > scores[best]) best = i;
    return best;
}

/* Features of the word as if it had never been seen: rare words are often learned so, for the words
 * of tomorrow's news will not be known either. */
static size_t features_without_word(const dl_tagger_sentence *s, size_t i, unsigned before1,
                                    unsigned before2, uint64_t features[DL_TAGGER_FEATURES])
{
    uint64_t others[DL_TAGGER_FEATURES];
    dl_tagger_word *word = (dl_tagger_word *)(uintptr_t)&s->words[i], kept = *word;
    size_t n = dl_tagger_features(s, i, before1, before2, features), left = 0;
    word->form ^= 1;
    word->norm ^= 1;
    word->suffix[DL_TAGGER_SUFFIXES - 1] ^= 1;
    word->prefix[DL_TAGGER_PREFIXES - 1] ^= 1;
    dl_tagger_features(s, i, before1, before2, others);
    *word = kept;
    for (size_t k = 0; k < n; k++)
        if (features[k] == others[k]) features[left++] = features[k];
    return left;
}

static bool to_forget(struct teacher *t, const dl_tagger_word *word)
{
    bool frequent = dl_weights_fixed(t->weights, dl_tagger_word_list(word)).n > 0;
    return dl_random(&t->seed) % 100 < (frequent ? FORGET_FREQUENT : FORGET_RARE);
}

static size_t learn_word(struct teacher *t, const dl_tagger_sentence *s, size_t i, size_t gold,
                         unsigned before1, unsigned before2)
{
    uint64_t features[DL_TAGGER_FEATURES];
    int32_t scores[DL_MODEL_MAX_LABELS] = {0};
    size_t n = to_forget(t, &s->words[i]) ? features_without_word(s, i, before1, before2, features)
                                          : dl_tagger_features(s, i, before1, before2, features);
    dl_weights_score(t->weights, features, n, scores);
    size_t said = best_of(scores, t->m->n_labels);
    t->step++;
    if (said == gold) return said;
    t->wrong++;
    for (size_t k = 0; k < n; k++) {
        dl_weights_update(t->weights, features[k], (unsigned)gold, 1, t->step);
        dl_weights_update(t->weights, features[k], (unsigned)said, -1, t->step);
    }
    return said;
}

/* With count: features are counted along the gold tags, and nothing is learned. */
static void learn_sample(struct teacher *t, const dl_sample *sample, bool count)
{
    size_t n = sample->text.n;
    uint64_t may_be[DL_CONLLU_MAX_WORDS], features[DL_TAGGER_FEATURES];
    for (size_t i = 0; i < n; i++)
        may_be[i] =
            dl_tagger_may_be(&sample->words[i],
                             dl_weights_fixed(t->weights, dl_tagger_word_list(&sample->words[i])));
    dl_tagger_sentence s = {sample->words, n, may_be, dl_tagger_titled(sample->words, n),
                            sample->house};
    unsigned before1 = 0, before2 = 0;
    for (size_t i = 0; i < n; i++) {
        size_t said = sample->tags[i];
        if (count)
            dl_weights_count(t->weights, features,
                             dl_tagger_features(&s, i, before1, before2, features));
        else
            said = learn_word(t, &s, i, sample->tags[i], before1, before2);
        before2 = before1;
        before1 = (unsigned)said + 1;
    }
}

void dl_learn_tagger(const dl_material *material, const struct dl_learn_options *options,
                     size_t folds, size_t fold, dl_buf *out)
{
    struct teacher t = {.m = material, .weights = dl_weights_new((unsigned)options->least)};
    t.arena = dl_arena_new(DL_ARENA_NO_CAP);
    t.order = t.arena == NULL ? NULL : DL_NEW_ARRAY(t.arena, uint32_t, material->n + 1);
    if (t.order == NULL) dl_die("out of memory");
    for (size_t i = 0; i < material->n; i++)
        if (folds == 0 || i % folds != fold) t.order[t.n++] = (uint32_t)i;
    list_words(&t);
    t.seed = 0x5EED5EED5EED5EEDu;
    for (size_t i = 0; i < t.n; i++) {
        const dl_sample *s = &material->p[t.order[i]];
        if (s->again) continue;
        learn_sample(&t, s, true);
        if (s->written != NULL) learn_sample(&t, s->written, true);
    }
    long rounds = options->rounds > 0 ? options->rounds : 1;
    for (long e = 0; e < rounds * options->epochs; e++) {
        if (e > 0 && e % options->epochs == 0) {
            dl_weights_again(t.weights, t.step);
            t.step = 0;
        }
        dl_shuffle(t.order, t.n, &t.seed);
        t.wrong = 0;
        for (size_t i = 0; i < t.n; i++) {
            const dl_sample *s = &material->p[t.order[i]];
            learn_sample(&t, s, false);
            if (s->written != NULL) learn_sample(&t, s->written, false);
        }
        if (!options->quiet) fprintf(stderr, "epoch %ld: %zu wrong\n", e + 1, t.wrong);
    }
    if (dl_weights_write(t.weights, t.step, (int)options->scale, options->max_bytes,
                         material->labels, material->n_labels, out) != DL_OK)
        dl_die("the model does not fit");
    dl_weights_free(t.weights);
    dl_arena_free(t.arena);
}
