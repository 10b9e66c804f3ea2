#include "train/learn_statements.h"

#include <stdio.h>
#include <stdlib.h>

#include "train/material.h"
#include "train/weights.h"

struct learner {
    dl_weights *weights;
    int32_t slack;
};

static void read_steps(const dl_weights *weights, learned_transitions ret)
{
    memset(ret, 0, sizeof(learned_transitions));
    for (unsigned k = 0; k < LEARNED_BEFORE; k++)
        for (unsigned b = 0; b < DL_LEARNED_TAGS; b++) {
            uint64_t feature = learned_after(b, k);
            dl_weights_score(weights, &feature, 1, ret[k][b]);
        }
}

static void say(const struct learner *l, const struct said_lesson *lesson, uint8_t *tags)
{
    int32_t scores[LEARNED_WINDOW][DL_LEARNED_TAGS];
    learned_transitions steps;
    read_steps(l->weights, steps);
    for (uint32_t i = 0; i < lesson->n; i++) {
        for (unsigned k = 0; k < DL_LEARNED_TAGS; k++)
            scores[i][k] = k == lesson->gold[i] ? 0 : l->slack;
        dl_weights_score(l->weights, lesson->features + lesson->from[i],
                         lesson->from[i + 1] - lesson->from[i], scores[i]);
    }
    learned_best(scores, steps, lesson->before, NULL, lesson->n, tags);
}

static void correct(const struct learner *l, const struct said_lesson *lesson, const uint8_t *tags,
                    int64_t step)
{
    unsigned right = 0, said = 0;
    for (uint32_t i = 0; i < lesson->n; i++) {
        for (uint32_t k = lesson->from[i]; tags[i] != lesson->gold[i] && k < lesson->from[i + 1];
             k++) {
            dl_weights_update(l->weights, lesson->features[k], lesson->gold[i], lesson->weight,
                              step);
            dl_weights_update(l->weights, lesson->features[k], tags[i], -lesson->weight, step);
        }
        if (right != said || tags[i] != lesson->gold[i]) {
            dl_weights_update(l->weights, learned_after(right, lesson->before[i]), lesson->gold[i],
                              lesson->weight, step);
            dl_weights_update(l->weights, learned_after(said, lesson->before[i]), tags[i],
                              -lesson->weight, step);
        }
        right = lesson->gold[i];
        said = tags[i];
    }
}

static bool kept_back(const struct said_lesson *lesson, long folds, long fold)
{
    return lesson->document != UINT32_MAX && folds > 0 && lesson->document % folds == fold;
}

/* Transitions are learned, however rare. */
static void count_transitions(dl_weights *weights, long least)
{
    for (unsigned k = 0; k < LEARNED_BEFORE; k++)
        for (unsigned b = 0; b < DL_LEARNED_TAGS; b++)
            for (long t = 0; t < least; t++) {
                uint64_t feature = learned_after(b, k);
                dl_weights_count(weights, &feature, 1);
            }
}

static size_t one_epoch(const struct learner *l, const said_lessons *lessons, const uint32_t *order,
                        size_t n, int64_t *step)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++, ++*step) {
        const struct said_lesson *lesson = &lessons->p[order[i]];
        uint8_t tags[LEARNED_WINDOW];
        say(l, lesson, tags);
        if (memcmp(tags, lesson->gold, lesson->n) == 0) continue;
        wrong++;
        correct(l, lesson, tags, *step);
    }
    return wrong;
}

static void write_weights(const struct learner *l, const struct said_options *options,
                          int64_t steps, const struct said_head *head, dl_buf *out)
{
    dl_str labels[DL_LEARNED_TAGS];
    uint8_t pairs[2 * DL_LEARNED_PAIRS];
    for (unsigned k = 0; k < DL_LEARNED_TAGS; k++)
        labels[k] = dl_str_c(dl_learned_names[k]);
    dl_learned_put_margins(head->least, head->gate, pairs);
    dl_weights_fix(l->weights, dl_learned_margins_row(), pairs, DL_LEARNED_PAIRS);
    static const uint8_t yes[2] = {0, 1};
    for (size_t i = 0; i < head->n_languages; i++)
        dl_weights_fix(l->weights, dl_learned_language_row(head->languages[i]), yes, 1);
    if (dl_weights_write(l->weights, steps, (int)options->scale, (size_t)options->max_bytes, labels,
                         DL_LEARNED_TAGS, out) != DL_OK)
        dl_die("the weights cannot be written");
}

void said_learn(const said_lessons *lessons, const struct said_options *options, long folds,
                long fold, const struct said_head *head, dl_buf *out)
{
    struct learner l = {dl_weights_new((unsigned)options->least), (int32_t)options->slack};
    uint32_t *order = malloc(sizeof *order * (lessons->n + 1));
    if (order == NULL) dl_die("out of memory");
    size_t n = 0;
    for (size_t i = 0; i < lessons->n; i++) {
        const struct said_lesson *lesson = &lessons->p[i];
        if (kept_back(lesson, folds, fold)) continue;
        order[n++] = (uint32_t)i;
        dl_weights_count(l.weights, lesson->features, lesson->from[lesson->n]);
    }
    count_transitions(l.weights, options->least);
    uint64_t seed = 0x9E3779B97F4A7C15u;
    int64_t steps = 0;
    for (long epoch = 0; epoch < options->epochs; epoch++) {
        dl_shuffle(order, n, &seed);
        size_t wrong = one_epoch(&l, lessons, order, n, &steps);
        if (!options->quiet) fprintf(stderr, "epoch %ld: %zu of %zu wrong\n", epoch + 1, wrong, n);
    }
    write_weights(&l, options, steps, head, out);
    dl_weights_free(l.weights);
    free(order);
}
