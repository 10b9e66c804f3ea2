#include "lang/tagger.h"

static const char *const names[] = {
#define X(name) #name,
    DL_UPOS(X)
#undef X
};

/* Templates are numbered in the order of adding; their numbers are part of the model. */
enum { KIND_LIST = 1000 };

const char *dl_upos_name(enum dl_upos upos)
{
    return names[upos];
}

uint64_t dl_tagger_word_list(const dl_tagger_word *word)
{
    return dl_feature(KIND_LIST, word->norm, 0, 0);
}

uint64_t dl_tagger_may_be(const dl_tagger_word *word, dl_model_row row)
{
    if (row.n > 0) return dl_hash64((dl_str){(const char *)row.p, 2 * row.n});
    return 1u + word->flags; /* not known: as it looks */
}

bool dl_tagger_titled(const dl_tagger_word *words, size_t n)
{
    size_t letters = 0, caps = 0;
    for (size_t i = 0; i < n; i++) {
        caps += (words[i].flags & DL_TAGGER_CAP) != 0;
        letters += words[i].prefix[2] != 0 && (words[i].flags & DL_TAGGER_DIGIT) == 0;
    }
    return n > 3 && caps * 10 > letters * 7;
}

struct adder {
    uint64_t *out;
    size_t n;
};

static inline void add(struct adder *a, uint64_t x, uint64_t y, uint64_t z)
{
    a->out[a->n] = dl_feature(a->n, x, y, z);
    a->n++;
}

static const dl_tagger_word border = {.form = 1, .norm = 1, .suffix = {1, 1, 1, 1, 1}, .shape = 1};

static const dl_tagger_word *word_at(const dl_tagger_sentence *s, size_t i)
{
    return i < s->n ? &s->words[i] : &border; /* i - 1 of 0 wraps */
}

/* A capital that neither the sentence's start nor a headline explains: another word than in lower
 * case ("the Shuttle" is a name whatever a shuttle is). */
static uint64_t name_like(const dl_tagger_sentence *s, size_t i)
{
    return i > 0 && i < s->n && !s->titled && (s->words[i].flags & DL_TAGGER_CAP) != 0;
}

static void add_own(struct adder *a, const dl_tagger_sentence *s, size_t i)
{
    const dl_tagger_word *w = &s->words[i];
    uint64_t place = (i == 0 ? 1u : 0u) | (s->titled ? 2u : 0u), name = name_like(s, i);
    add(a, 0, 0, 0);
    add(a, w->form, 0, 0);
    add(a, w->norm, name, 0);
    for (size_t k = 0; k < DL_TAGGER_SUFFIXES; k++)
        add(a, w->suffix[k], name, 0);
    for (size_t k = 0; k < DL_TAGGER_PREFIXES; k++)
        add(a, w->prefix[k], name, 0);
    add(a, w->shape, place, 0);
    add(a, w->flags, place, w->suffix[1]);
    add(a, w->flags, place, w->suffix[2]);
    add(a, s->may_be[i], w->flags, place);
}

static void add_around(struct adder *a, const dl_tagger_sentence *s, size_t i)
{
    const dl_tagger_word *w = &s->words[i], *l1 = word_at(s, i - 1), *l2 = word_at(s, i - 2),
                         *r1 = word_at(s, i + 1), *r2 = word_at(s, i + 2);
    add(a, l1->norm, 0, 0);
    add(a, l2->norm, 0, 0);
    add(a, r1->norm, 0, 0);
    add(a, r2->norm, 0, 0);
    add(a, l1->norm, w->norm, 0);
    add(a, w->norm, r1->norm, 0);
    add(a, l1->norm, r1->norm, 0);
    add(a, r1->norm, r2->norm, 0);
    add(a, l1->suffix[2], 0, 0);
    add(a, r1->suffix[2], 0, 0);
    add(a, r1->suffix[1], w->suffix[1], 0);
    add(a, l1->shape, w->shape, r1->shape);
    add(a, r1->flags, w->flags, w->suffix[2]);
}

static void add_tags(struct adder *a, const dl_tagger_sentence *s, size_t i, unsigned t1,
                     unsigned t2)
{
    const dl_tagger_word *w = &s->words[i], *r1 = word_at(s, i + 1);
    uint64_t may1 = i + 1 < s->n ? s->may_be[i + 1] : 0, may2 = i + 2 < s->n ? s->may_be[i + 2] : 0;
    uint64_t both = (uint64_t)t1 << 8 | t2, name = name_like(s, i), next = name_like(s, i + 1);
    add(a, t1, 0, 0);
    add(a, both, 0, 0);
    add(a, t1, w->norm, name);
    add(a, both, w->norm, name);
    add(a, t1, w->suffix[2], name);
    add(a, t1, w->shape, 0);
    add(a, t1, r1->norm, next);
    add(a, t2, w->norm, name);
    add(a, may1, next, 0);
    add(a, may1, may2, next);
    add(a, may1, w->norm, name << 1 | next);
    add(a, may1, t1, name << 1 | next);
    add(a, may1, both, name << 1 | next);
    add(a, may1, s->may_be[i], name << 1 | next);
    add(a, t1, s->may_be[i], may1 ^ (name << 1 | next));
    add(a, may1, w->suffix[2], name << 1 | next);
}

/* Treebanks of one language differ in their guidelines. What is most of a word's tag is learned a
 * second time for each: words that are read here have the first one's. */
static void add_house(struct adder *a, const dl_tagger_sentence *s, size_t i, unsigned t1,
                      unsigned t2)
{
    const dl_tagger_word *w = &s->words[i];
    uint64_t name = name_like(s, i), house = s->house;
    add(a, house, 0, 0);
    add(a, w->form, house, 0);
    add(a, w->norm, house, name);
    add(a, w->suffix[1], house, name);
    add(a, w->suffix[2], house, name);
    add(a, w->shape, house, i == 0);
    add(a, s->may_be[i], house, w->flags);
    add(a, (uint64_t)t1 << 8 | t2, house, name);
    add(a, t1, w->norm, house);
}

size_t dl_tagger_features(const dl_tagger_sentence *sentence, size_t i, unsigned before1,
                          unsigned before2, uint64_t ret_features[DL_TAGGER_FEATURES])
{
    struct adder a = {ret_features, 0};
    add_own(&a, sentence, i);
    add_around(&a, sentence, i);
    add_tags(&a, sentence, i, before1, before2);
    add_house(&a, sentence, i, before1, before2);
    DL_ASSERT(a.n <= DL_TAGGER_FEATURES);
    return a.n;
}

enum dl_err dl_tagger_open(dl_tagger *ret_tagger, dl_str bytes, struct dl_diag *diag)
{
    dl_tagger t;
    DL_TRY(dl_model_open(&t.model, bytes, diag));
    for (size_t i = 0; i < t.model.n_labels; i++) {
        dl_str rest = t.model.labels[i], upos;
        struct dl_tagger_label *label = &t.labels[i];
        label->fine = dl_hash64(rest);
        dl_str_split(&rest, ' ', &upos);
        label->coarse = dl_hash64(upos);
        label->xpos = rest;
        label->upos = DL_UPOS_COUNT;
        for (unsigned u = 0; u < DL_UPOS_COUNT; u++)
            if (dl_str_eq_c(upos, names[u])) label->upos = (enum dl_upos)u;
        if (label->upos == DL_UPOS_COUNT)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_MODEL_HEAD, "model: no universal tag %.*s",
                           DL_FMT(upos));
    }
    *ret_tagger = t;
    return DL_OK;
}

static uint8_t best_of(const int32_t *scores, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (scores[i] > scores[best]) best = i;
    return (uint8_t)best;
}

enum dl_err dl_tagger_tag(const dl_tagger *tagger, dl_arena *arena, const dl_tagger_word *words,
                          size_t n, uint8_t *ret_tags)
{
    const dl_model *model = &tagger->model;
    if (n == 0) return DL_OK;
    uint64_t *may_be = DL_NEW_ARRAY(arena, uint64_t, n);
    if (may_be == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++)
        may_be[i] =
            dl_tagger_may_be(&words[i], dl_model_find(model, dl_tagger_word_list(&words[i])));
    dl_tagger_sentence s = {words, n, may_be, dl_tagger_titled(words, n), 0};
    unsigned before1 = 0, before2 = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t features[DL_TAGGER_FEATURES];
        int32_t scores[DL_MODEL_MAX_LABELS] = {0};
        size_t n_features = dl_tagger_features(&s, i, before1, before2, features);
        dl_model_score(model, features, n_features, scores);
        ret_tags[i] = best_of(scores, model->n_labels);
        before2 = before1;
        before1 = ret_tags[i] + 1u;
    }
    return DL_OK;
}
