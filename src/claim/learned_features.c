/* Features of a token as seen from a focus. */
#include "claim/learned_sight.h"

struct view {
    const struct learned_sight *s;
    uint64_t *out;
    size_t n;
};

static void put(struct view *v, unsigned template, uint64_t a, uint64_t b, uint64_t c)
{
    if (v->n < LEARNED_FEATURES) v->out[v->n++] = dl_feature(template, a, b, c);
}

static bool inside(const struct view *v, int64_t i)
{
    return i >= v->s->focus->first && i < v->s->focus->last;
}

static uint64_t key_at(const struct view *v, int64_t i)
{
    return inside(v, i) ? v->s->f->w->p[i].key : i < v->s->focus->first ? 1 : 2;
}

static const struct learned_word *word_at(const struct view *v, int64_t i)
{
    static const struct learned_word none = {.shape = 255, .classes = 1u << 31};
    return inside(v, i) ? &v->s->word[i - v->s->focus->first] : &none;
}

/* Classes that say something of phrases and clauses. */
static uint64_t classes(const struct learned_word *w)
{
    static const uint32_t telling =
        DL_CLASS_DET | DL_CLASS_PRON | DL_CLASS_PREP | DL_CLASS_CONJ | DL_CLASS_COMP |
        DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_ADV | DL_CLASS_NEG | DL_CLASS_TIME | DL_CLASS_REL |
        DL_CLASS_POSS | DL_CLASS_NUM | DL_CLASS_VERB | DL_CLASS_TITLE | DL_CLASS_ORGWORD |
        DL_CLASS_GIVEN | DL_CLASS_WEEKDAY | DL_CLASS_MONTH | 1u << 31;
    return w->classes & telling;
}

enum { FAR = 7 };

/* From -FAR to FAR: tokens to the cue in growing steps, 0 in it. */
static int64_t distance(const struct view *v, uint32_t i)
{
    static const uint32_t steps[] = {1, 2, 3, 5, 8, 13};
    struct dl_span at = v->s->focus->at;
    if (i >= at.first && i < at.last) return 0;
    uint32_t d = i < at.first ? at.first - i : i - at.last + 1;
    int64_t k = 0;
    while (k + 1 < FAR && d > steps[k])
        k++;
    return i < at.first ? -(k + 1) : k + 1;
}

static int64_t borders(const struct view *v, const struct learned_word *w)
{
    int64_t b = (int64_t)w->borders - v->s->focus_borders;
    return b < -3 ? -3 : b > 3 ? 3 : b;
}

static void words_around(struct view *v, int64_t i, uint64_t side)
{
    const struct learned_word *w = word_at(v, i);
    uint64_t key = key_at(v, i);
    put(v, 1, key, 0, 0);
    put(v, 2, key, side, 0);
    put(v, 3, key_at(v, i - 1), side, 0);
    put(v, 4, key_at(v, i + 1), side, 0);
    put(v, 5, key_at(v, i - 1), key, 0);
    put(v, 6, key, key_at(v, i + 1), 0);
    put(v, 7, key_at(v, i - 2), key_at(v, i - 1), 0);
    put(v, 8, key_at(v, i + 1), key_at(v, i + 2), 0);
    put(v, 9, w->suffix, side, v->s->language);
    put(v, 10, w->prefix, w->shape, v->s->language);
}

static void forms_around(struct view *v, int64_t i, uint64_t side)
{
    const struct learned_word *before = word_at(v, i - 1), *w = word_at(v, i),
                              *after = word_at(v, i + 1), *far = word_at(v, i + 2);
    put(v, 15, w->shape, side, 0);
    put(v, 16, before->shape, w->shape, after->shape);
    put(v, 17, before->shape, w->shape, side);
    put(v, 18, w->shape, after->shape, far->shape);
    put(v, 19, classes(w), side, 0);
    put(v, 20, classes(before), classes(w), side);
    put(v, 21, classes(w), classes(after), side);
    put(v, 22, classes(w), w->shape, v->s->language);
    put(v, 23, w->starter_classes, side, v->s->kind);
    put(v, 24, w->starter, side, v->s->language);
    put(v, 25, w->head, side, v->s->kind);
    put(v, 26, before->head, w->head, after->head);
    put(v, 27, w->head, w->shape, classes(w));
    put(v, 28, w->cue, w->reliability, side);
    put(v, 29, before->cue, after->cue, side);
}

static void from_the_focus(struct view *v, uint32_t i)
{
    const struct learned_sight *s = v->s;
    const struct learned_focus *focus = s->focus;
    const struct learned_word *w = word_at(v, i);
    uint64_t d = (uint64_t)distance(v, i), b = (uint64_t)borders(v, w);
    uint64_t act = focus->cue != NULL ? focus->cue->act : 99;
    uint64_t grade = focus->cue != NULL ? (uint64_t)(focus->cue->reliability * 4) : 9;
    uint64_t quote = s->f->w->p[i].quote != 0;
    bool same = quote && s->f->w->p[i].quote == s->f->w->p[focus->at.first].quote;
    uint64_t at = quote + (same ? 1 : 0);
    put(v, 35, s->kind, d, b);
    put(v, 36, s->kind, d, w->shape);
    put(v, 37, s->kind, d, classes(w));
    put(v, 38, s->kind, b, s->quotes * 4 + at);
    put(v, 39, act, b, at);
    put(v, 40, s->lemma, b, at);
    put(v, 41, s->lemma, d, 0);
    put(v, 42, s->language, s->kind * 16 + d, b);
    put(v, 43, s->language, s->kind * 16 + b, s->quotes * 4 + at);
    put(v, 44, grade, s->kind, b);
    uint64_t state = focus->answered ? 1 : focus->refused ? 2 : 0;
    put(v, 45, state, s->kind, b);
    put(v, 46, state, grade, at);
    put(v, 58, state, s->language, d);
    put(v, 47, w->left * 2u + w->right, s->kind, b);
    put(v, 48, w->left * 2u + w->right, act, classes(w));
    put(v, 49, w->left * 2u + w->right, s->language, s->quotes);
    put(v, 50, w->rules, s->kind, b);
    put(v, 51, w->rules, word_at(v, (int64_t)i - 1)->rules, s->language);
    put(v, 52, key_at(v, focus->at.last), b, d);
    put(v, 53, key_at(v, (int64_t)focus->at.first - 1), b, d);
    put(v, 54, classes(word_at(v, focus->at.last)), b, at);
    put(v, 55, classes(word_at(v, (int64_t)focus->at.first - 1)), b, at);
    put(v, 56, word_at(v, focus->at.last)->shape, word_at(v, (int64_t)focus->at.first - 1)->shape,
        b);
    put(v, 57, w->starter_classes, b, at);
}

/* Parts of speech, and how many other verbs stand between a token and the cue. */
static void by_tags(struct view *v, uint32_t i, uint64_t side)
{
    const struct learned_word *before = word_at(v, (int64_t)i - 1), *w = word_at(v, i),
                              *after = word_at(v, (int64_t)i + 1);
    if (w->upos == 0) return;
    int64_t verbs = (int64_t)w->verbs - v->s->focus_verbs;
    uint64_t between = (uint64_t)(verbs < -2 ? -2 : verbs > 2 ? 2 : verbs);
    uint64_t d = (uint64_t)distance(v, i), b = (uint64_t)borders(v, w);
    put(v, 60, w->upos, side, v->s->kind);
    put(v, 61, before->upos, w->upos, after->upos);
    put(v, 62, before->upos, w->upos, side);
    put(v, 63, w->upos, d, 0);
    put(v, 64, between, b, w->upos);
    put(v, 65, between, d, v->s->language);
    put(v, 66, between, b, v->s->lemma);
    put(v, 67, w->left * 2u + w->right, w->upos, between);
}

size_t learned_features(const struct learned_sight *sight, uint32_t i,
                        uint64_t ret_features[LEARNED_FEATURES])
{
    struct view v = {sight, ret_features, 0};
    struct dl_span at = sight->focus->at;
    uint64_t side = i < at.first ? 0 : i < at.last ? 1 : 2;
    words_around(&v, i, side);
    forms_around(&v, i, side);
    from_the_focus(&v, i);
    by_tags(&v, i, side);
    return v.n;
}

uint64_t learned_after(unsigned tag, unsigned before)
{
    return dl_feature(70, tag, before, 0);
}
