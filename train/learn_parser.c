#include "lang/parse_state.h"
#include "train/learn.h"
#include "train/weights.h"

enum { FOLLOW_FROM = 1 /* epoch from which own mistakes are followed */, FOLLOW_OF_100 = 90 };

struct lesson {
    const dl_sample *sample;
    dl_parse_word *words;
    uint8_t *gold; /* relations */
};

struct teacher {
    const dl_material *m;
    dl_weights *weights;
    dl_arena *arena;
    dl_str relations[DL_PARSE_MAX_RELATIONS];
    size_t n_relations, n_actions;
    struct lesson *lessons, *written; /* of each sample; written: sample NULL for none */
    int64_t step;
    size_t wrong;
    uint64_t seed;
    bool follow;
};

static uint8_t relation_of(struct teacher *t, dl_str name)
{
    for (size_t i = 0; i < t->n_relations; i++)
        if (dl_str_eq(t->relations[i], name)) return (uint8_t)i;
    if (t->n_relations == DL_PARSE_MAX_RELATIONS || name.n + 1 > DL_MODEL_MAX_LABEL || name.n == 0)
        dl_die("too many relations, or a bad name: %.*s", DL_FMT(name));
    t->relations[t->n_relations] = name;
    return (uint8_t)t->n_relations++;
}

static struct lesson look_at(struct teacher *t, const dl_sample *s)
{
    struct lesson lesson = {.sample = s,
                            .words = DL_NEW_ARRAY(t->arena, dl_parse_word, s->text.n),
                            .gold = DL_NEW_ARRAY(t->arena, uint8_t, s->text.n)};
    if (lesson.words == NULL || lesson.gold == NULL) dl_die("out of memory");
    for (size_t k = 0; k < s->text.n; k++) {
        const dl_conllu_word *w = &s->text.words[k];
        dl_str name = t->m->labels[s->tags[k]];
        struct dl_tagger_label label = {.coarse = dl_hash64(w->upos), .fine = dl_hash64(name)};
        label.upos = dl_str_eq_c(w->upos, "VERB")    ? DL_UPOS_VERB
                     : dl_str_eq_c(w->upos, "PUNCT") ? DL_UPOS_PUNCT
                                                     : DL_UPOS_X;
        lesson.words[k] = dl_parse_word_of(&s->words[k], &label);
        lesson.gold[k] = relation_of(t, w->deprel);
    }
    return lesson;
}

/* Gold arcs that an action makes impossible (Goldberg & Nivre 2013, arc-hybrid). */
static void costs_of(const dl_parse_state *s, const dl_conllu_sentence *gold, int ret_costs[3])
{
    uint32_t s0 = s->stack[s->depth - 1], s1 = s->depth > 1 ? s->stack[s->depth - 2] : 0;
    uint32_t b = s->next;
    int below = 0; /* children of s0 in the buffer */
    for (uint32_t d = b; d <= s->n; d++)
        below += s0 != 0 && gold->words[d - 1].head == s0;
    int left = below, right = below, shift = 0;
    if (s0 != 0) {
        uint32_t h = gold->words[s0 - 1].head;
        left += (s->depth > 1 && h == s1) || h > b;
        right += h >= b;
    }
    for (size_t k = 0; b <= s->n && k < s->depth; k++) {
        uint32_t at = s->stack[k];
        shift += at != 0 && gold->words[at - 1].head == b;
        shift += k + 1 < s->depth && gold->words[b - 1].head == at;
    }
    ret_costs[DL_PARSE_SHIFT] = shift;
    ret_costs[DL_PARSE_LEFT] = left;
    ret_costs[DL_PARSE_RIGHT] = right;
}

/* The gold relation when the action makes a gold arc, else any will do. */
static bool relation_right(const dl_parse_state *s, const dl_conllu_sentence *gold,
                           const uint8_t *relations, size_t action)
{
    if (action == 0) return true;
    uint32_t s0 = s->stack[s->depth - 1];
    uint32_t head = action % 2 == 1 ? s->next : s->stack[s->depth - 2];
    return gold->words[s0 - 1].head != head || relations[s0 - 1] == (action - 1) / 2;
}

static size_t best_right(const struct teacher *t, const dl_parse_state *s,
                         const dl_conllu_sentence *gold, const uint8_t *relations,
                         const int32_t *scores)
{
    int costs[3], least = 1 << 30;
    costs_of(s, gold, costs);
    for (int m = 0; m < 3; m++)
        if (!dl_parse_may(s, (enum dl_parse_move)m))
            costs[m] = 1 << 30;
        else if (costs[m] < least)
            least = costs[m];
    size_t best = t->n_actions;
    for (size_t a = 0; a < t->n_actions; a++)
        if (costs[dl_parse_move_of(a)] == least && relation_right(s, gold, relations, a) &&
            (best == t->n_actions || scores[a] > scores[best]))
            best = a;
    DL_ASSERT(best < t->n_actions);
    return best;
}

static void learn_action(struct teacher *t, dl_parse_state *s, const dl_conllu_sentence *gold,
                         const uint8_t *relations)
{
    uint64_t features[DL_PARSE_FEATURES];
    int32_t scores[DL_MODEL_MAX_LABELS] = {0};
    size_t n = dl_parse_features(s, features);
    dl_weights_score(t->weights, features, n, scores);
    size_t said = dl_parse_best(s, scores, t->n_actions);
    size_t right = best_right(t, s, gold, relations, scores);
    t->step++;
    /* as good as the best that is right: also right */
    if (said != right) {
        t->wrong++;
        for (size_t k = 0; k < n; k++) {
            dl_weights_update(t->weights, features[k], (unsigned)right, 1, t->step);
            dl_weights_update(t->weights, features[k], (unsigned)said, -1, t->step);
        }
    }
    bool follow = t->follow && dl_random(&t->seed) % 100 < FOLLOW_OF_100;
    dl_parse_do(s, follow ? said : right);
}

/* Along the gold tree, without weights: counts the features. */
static void count_action(struct teacher *t, dl_parse_state *s, const dl_conllu_sentence *gold,
                         const uint8_t *relations)
{
    uint64_t features[DL_PARSE_FEATURES];
    static const int32_t scores[DL_MODEL_MAX_LABELS];
    dl_weights_count(t->weights, features, dl_parse_features(s, features));
    dl_parse_do(s, best_right(t, s, gold, relations, scores));
}

static void learn_sample(struct teacher *t, const struct lesson *lesson, bool count,
                         dl_arena *scratch)
{
    const dl_sample *sample = lesson->sample;
    dl_parse_state s;
    if (sample == NULL) return;
    dl_arena_reset(scratch);
    if (dl_parse_begin(&s, scratch, lesson->words, sample->text.n) != DL_OK)
        dl_die("out of memory");
    s.house = sample->house;
    while (!dl_parse_done(&s))
        if (count)
            count_action(t, &s, &sample->text, lesson->gold);
        else
            learn_action(t, &s, &sample->text, lesson->gold);
}

static const struct lesson *pick(struct teacher *t, size_t i)
{
    bool written = t->written[i].sample != NULL && dl_random(&t->seed) >> 63 != 0;
    return written ? &t->written[i] : &t->lessons[i];
}

static void name_actions(struct teacher *t, dl_str names[DL_MODEL_MAX_LABELS])
{
    names[0] = DL_STR("=");
    for (size_t r = 0; r < t->n_relations; r++) {
        names[1 + 2 * r] = dl_str_fmt(t->arena, "<%.*s", DL_FMT(t->relations[r]));
        names[2 + 2 * r] = dl_str_fmt(t->arena, ">%.*s", DL_FMT(t->relations[r]));
    }
}

void dl_learn_parser(const dl_material *material, const struct dl_learn_options *options,
                     dl_buf *out)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP), *scratch = dl_arena_new(DL_ARENA_NO_CAP);
    struct teacher t = {
        .m = material, .weights = dl_weights_new((unsigned)options->least), .arena = arena};
    if (arena == NULL || scratch == NULL) dl_die("out of memory");
    t.seed = 0x5EED5EED5EED5EEDu;
    t.lessons = DL_NEW_ARRAY(arena, struct lesson, material->n);
    t.written = DL_NEW_ARRAY(arena, struct lesson, material->n);
    uint32_t *order = DL_NEW_ARRAY(arena, uint32_t, material->n);
    if (t.lessons == NULL || t.written == NULL || order == NULL) dl_die("out of memory");
    for (size_t i = 0; i < material->n; i++) {
        order[i] = (uint32_t)i;
        t.lessons[i] = look_at(&t, &material->p[i]);
        if (material->p[i].written != NULL) t.written[i] = look_at(&t, material->p[i].written);
    }
    t.n_actions = 1 + 2 * t.n_relations;
    for (size_t i = 0; i < material->n; i++) {
        learn_sample(&t, &t.lessons[i], true, scratch);
        learn_sample(&t, &t.written[i], true, scratch);
    }
    for (long e = 0; e < options->epochs; e++) {
        dl_shuffle(order, material->n, &t.seed);
        t.wrong = 0;
        t.follow = e >= FOLLOW_FROM;
        for (size_t i = 0; i < material->n; i++)
            learn_sample(&t, pick(&t, order[i]), false, scratch);
        if (!options->quiet) fprintf(stderr, "epoch %ld: %zu wrong\n", e + 1, t.wrong);
    }
    dl_str names[DL_MODEL_MAX_LABELS];
    name_actions(&t, names);
    if (dl_weights_write(t.weights, t.step, (int)options->scale, options->max_bytes, names,
                         t.n_actions, out) != DL_OK)
        dl_die("the model does not fit");
    dl_weights_free(t.weights);
    dl_arena_free(scratch);
    dl_arena_free(arena);
}
