/* What a span of words says, in terms that can be compared: stems in one language; names by sound,
 * numbers and concepts across languages. */
#include <stdlib.h>

#include "base/utf8.h"
#include "story/sayer_private.h"

enum {
    WEIGHT_SHORT = 1,
    WEIGHT_WORD = 2,
    WEIGHT_LONG = 3, /* six letters and more */
    WEIGHT_NAME = 4,
    LONG = 6,
    MIDDLE = 4,
    SOUND_FULL = 3,  /* consonants from which a sound tells a name */
    UNIT_REACH = 4,  /* words behind a number in which what is counted stands */
    BOUND_REACH = 3, /* words between "at least" and its number */
    TERMS = 96,      /* collected before the heaviest are kept */
};

bool say_function_word(const dl_token *t)
{
    return (t->classes & (DL_CLASS_DET | DL_CLASS_PRON | DL_CLASS_PREP | DL_CLASS_CONJ |
                          DL_CLASS_COMP | DL_CLASS_AUX | DL_CLASS_MODAL | DL_CLASS_NEG |
                          DL_CLASS_REL | DL_CLASS_BE | DL_CLASS_POSS)) != 0;
}

static bool time_word(const dl_token *t)
{
    return (t->classes & (DL_CLASS_MONTH | DL_CLASS_WEEKDAY)) != 0;
}

static bool in_entity(const struct say_making *m, const struct say_part *part, uint32_t i)
{
    if (part->in != DL_IN_TEXT) return false;
    size_t low = 0, high = m->read->names.n;
    while (low < high) { /* names stand in text order */
        size_t middle = (low + high) / 2;
        if (m->read->names.p[middle].last <= i)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->read->names.n && m->read->names.p[low].first <= i &&
           m->read->names.p[low].type != DL_ENTITY_ROLE;
}

static bool uncased(const dl_token *t)
{
    return t->mark >= 0x0590; /* scripts behind Greek, Cyrillic and Armenian have no capitals */
}

bool say_name_token(const struct say_making *m, const struct say_part *part, uint32_t i)
{
    const dl_token *t = &part->read->words.p[i];
    if (t->kind != DL_TOKEN_WORD || say_function_word(t) || time_word(t)) return false;
    if (uncased(t)) return (t->classes & DL_CLASS_COMMON) == 0;
    if (!(t->flags & DL_WORD_CAP)) return false;
    if (in_entity(m, part, i)) return true;
    if (t->classes & (DL_CLASS_COMMON | DL_CLASS_NOTNAME | DL_CLASS_OPEN)) return false;
    return !m->german || !(t->flags & DL_WORD_FIRST);
}

/* ------------------------------------------------------------------ terms */

struct terms {
    struct dl_gist_term p[TERMS];
    size_t n;
};

static void add(struct terms *t, uint32_t id, int weight, enum dl_gist_kind kind)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->p[i].id == id) {
            if (t->p[i].weight < weight) t->p[i].weight = (uint8_t)weight;
            return;
        }
    if (t->n < TERMS) t->p[t->n++] = (struct dl_gist_term){id, (uint8_t)weight, (uint8_t)kind};
}

static uint32_t id_of(const void *p, size_t n, uint64_t seed)
{
    return (uint32_t)(dl_hash64_seed((dl_str){p, n}, seed) >> 32);
}

enum { SEED_SOUND = 0x501, SEED_FOUR, SEED_SHORT, SEED_NUMBER, SEED_CONCEPT, SEED_LETTERS };

static struct dl_word word_of(dl_str norm, const dl_token *t)
{
    struct dl_word w = {.text = norm, .hash = dl_hash64(norm)};
    w.length = (uint16_t)dl_utf8_count(norm);
    bool han = t->mark >= 0x2E80 && t->mark < 0xA4D0;
    if (han || t->mark >= 0x20000) w.flags |= DL_WORD_UNSPACED;
    return w;
}

/* Arabic script: the article, and endings that languages write differently. */
static dl_str bare_letters(dl_str norm)
{
    static const char *const heads[] = {"وال", "بال", "لل", "ال"};
    static const char *const tails[] = {"ية", "یه", "ات", "ة", "ه", "ي", "ی"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (dl_str_starts(norm, heads[i]) && norm.n >= strlen(heads[i]) + 4) {
            norm = dl_str_sub(norm, strlen(heads[i]), norm.n);
            break;
        }
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (dl_str_ends(norm, tails[i]) && norm.n >= strlen(tails[i]) + 6)
            return dl_str_sub(norm, 0, norm.n - strlen(tails[i]));
    return norm;
}

static bool arabic_script(const dl_token *t)
{
    return t->mark >= 0x0600 && t->mark < 0x0780;
}

/* Endings of cases and of adjectives change the last consonant: the first ones count by themselves,
 * too. */
static void add_sound(struct say_making *m, struct terms *keys, dl_str norm, bool surely)
{
    char sound[DL_SOUND_MAX];
    dl_anchorer_sound(m->sayer->anchorer, norm, sound);
    size_t n = 0;
    while (n < DL_SOUND_MAX && sound[n] != '\0')
        n++;
    if (n < 2) return;
    int weight = n < SOUND_FULL ? 2 : 3;
    add(keys, id_of(sound, n, SEED_SOUND), surely ? weight : weight - 1, DL_GIST_NAME);
    if (n > SOUND_FULL)
        add(keys, id_of(sound, SOUND_FULL + 1, SEED_FOUR), surely ? 2 : 1, DL_GIST_NAME);
    add(keys, id_of(sound, n > SOUND_FULL ? SOUND_FULL : 2, SEED_SHORT), 1, DL_GIST_NAME);
}

static void add_stem(struct say_making *m, struct terms *stems, dl_str norm, const dl_token *t,
                     bool name, uint32_t *before)
{
    struct dl_word word = word_of(norm, t);
    uint32_t id = dl_stems_id(m->sayer->stems, &m->stems, &word);
    int weight = name                    ? WEIGHT_NAME
                 : word.length >= LONG   ? WEIGHT_LONG
                 : word.length >= MIDDLE ? WEIGHT_WORD
                                         : WEIGHT_SHORT;
    if (!(word.flags & DL_WORD_UNSPACED)) {
        add(stems, id, weight, name ? DL_GIST_NAME : DL_GIST_WORD);
        *before = 0;
        return;
    }
    if (*before != 0) add(stems, dl_stems_pair(*before, id), WEIGHT_WORD, DL_GIST_WORD);
    *before = id;
}

static void add_word(struct say_making *m, const struct say_part *part, uint32_t i,
                     struct terms *stems, struct terms *keys, uint32_t *before)
{
    const dl_token *t = &part->read->words.p[i];
    bool name = say_name_token(m, part, i);
    bool sure = name && (uncased(t) || !(t->flags & DL_WORD_FIRST) || in_entity(m, part, i));
    char buffer[DL_WORD_MAX];
    dl_str norm = {buffer, dl_words_norm(dl_token_text(&part->read->words, i), buffer)};
    while (norm.n > 0) { /* parts of a compound by themselves */
        size_t cut = dl_str_chr(norm, '-', 0);
        dl_str piece = dl_str_sub(norm, 0, cut == DL_NO_POS ? norm.n : cut);
        norm = cut == DL_NO_POS ? (dl_str){NULL, 0} : dl_str_sub(norm, cut + 1, norm.n);
        if (piece.n == 0) continue;
        add_stem(m, stems, piece, t, name && !uncased(t), before);
        dl_str bare = arabic_script(t) ? bare_letters(piece) : piece;
        if (name) add_sound(m, keys, bare, sure && !uncased(t));
        if (arabic_script(t) && bare.n >= 6)
            add(keys, id_of(bare.p, bare.n, SEED_LETTERS), 2, DL_GIST_WORD);
    }
}

/* ------------------------------------------------------------------ what is counted */

static uint8_t bound_of(uint32_t mark)
{
    if (mark == dl_concept_id("least")) return DL_BOUND_LEAST;
    if (mark == dl_concept_id("most")) return DL_BOUND_MOST;
    return mark == dl_concept_id("about") ? DL_BOUND_ABOUT : DL_BOUND_EXACT;
}

static uint32_t unit_behind(struct say_making *m, const dl_words *words, uint32_t i, uint32_t last)
{
    uint32_t end = i + 1 + UNIT_REACH < last ? i + 1 + UNIT_REACH : last;
    for (uint32_t k = i + 1; k < end; k++) {
        struct dl_concept c;
        if (dl_concepts_thing(m->concepts, words, k, last, &c) > 0)
            return id_of(&c.id, sizeof c.id, SEED_CONCEPT);
    }
    return 0;
}

struct gisting {
    struct terms stems, keys;
    struct dl_counted counts[DL_SAYING_COUNTS];
    size_t n_counts;
    uint8_t bound;
    uint32_t bound_until;             /* token from which the bound is forgotten */
    uint32_t mark_until, thing_until; /* tokens of longer phrases are not looked at again */
};

static void add_number(struct say_making *m, const struct say_part *part, uint32_t i, uint32_t last,
                       uint32_t value, struct gisting *g)
{
    const dl_words *words = &part->read->words;
    bool of_date =
        (i > 0 && time_word(&words->p[i - 1])) || (i + 1 < words->n && time_word(&words->p[i + 1]));
    if (of_date) return;
    int weight = value > 12 ? 4 : 2;
    add(&g->keys, id_of(&value, sizeof value, SEED_NUMBER), weight, DL_GIST_NUMBER);
    add(&g->stems, id_of(&value, sizeof value, SEED_NUMBER), weight, DL_GIST_NUMBER);
    if (g->n_counts == DL_SAYING_COUNTS) return;
    uint8_t bound = i < g->bound_until ? g->bound : DL_BOUND_EXACT;
    g->counts[g->n_counts++] = (struct dl_counted){value, unit_behind(m, words, i, last), bound};
}

static void see_mark(struct gisting *g, uint32_t i, size_t tokens, const struct dl_concept *c)
{
    if (c->kind != DL_CONCEPT_bound) return;
    g->bound = bound_of(c->id);
    g->bound_until = i + (uint32_t)tokens + BOUND_REACH;
}

/* Concepts that nearly every story holds weigh less. */
static int concept_weight(uint32_t id)
{
    static const char *const common[] = {"resident", "government", "find",
                                         "plan",     "troops",     "money"};
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (id == dl_concept_id(common[i])) return 1;
    return 3;
}

static void gist_token(struct say_making *m, const struct say_part *part, uint32_t i,
                       struct dl_span span, struct gisting *g, uint32_t *before)
{
    const dl_words *words = &part->read->words;
    const dl_token *t = &words->p[i];
    struct dl_concept c;
    uint32_t value;
    if (t->kind != DL_TOKEN_WORD && t->kind != DL_TOKEN_NUMBER) {
        *before = 0;
        return;
    }
    size_t n = i >= g->mark_until ? dl_concepts_mark(m->concepts, words, i, span.last, &c) : 0;
    if (n > 0) see_mark(g, i, n, &c);
    if (n > 0) g->mark_until = i + (uint32_t)n;
    if (dl_concepts_number(m->concepts, words, i, &value)) {
        add_number(m, part, i, span.last, value, g);
        return;
    }
    if (i >= g->thing_until) {
        n = dl_concepts_thing(m->concepts, words, i, span.last, &c);
        if (n > 0)
            add(&g->keys, id_of(&c.id, sizeof c.id, SEED_CONCEPT), concept_weight(c.id),
                DL_GIST_CONCEPT);
        if (n > 0) g->thing_until = i + (uint32_t)n;
    }
    if (t->kind != DL_TOKEN_WORD || say_function_word(t) || time_word(t) ||
        (t->flags & DL_WORD_CLITIC))
        return;
    add_word(m, part, i, &g->stems, &g->keys, before);
}

static int by_weight(const void *a, const void *b)
{
    const struct dl_gist_term *x = a, *y = b;
    if (x->weight != y->weight) return x->weight < y->weight ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_id(const void *a, const void *b)
{
    const struct dl_gist_term *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static const struct dl_gist_term *keep(dl_arena *arena, struct terms *t, size_t max, size_t *ret_n)
{
    qsort(t->p, t->n, sizeof *t->p, by_weight);
    size_t n = t->n < max ? t->n : max;
    qsort(t->p, n, sizeof *t->p, by_id);
    struct dl_gist_term *out = DL_NEW_ARRAY(arena, struct dl_gist_term, n + 1);
    if (out == NULL) return NULL;
    memcpy(out, t->p, n * sizeof *out);
    *ret_n = n;
    return out;
}

enum dl_err say_gist(struct say_making *m, const struct say_part *part, struct dl_span span,
                     struct dl_gist *ret)
{
    struct gisting g = {.bound = DL_BOUND_EXACT};
    uint32_t before = 0;
    for (uint32_t i = span.first; i < span.last && i < part->read->words.n; i++)
        gist_token(m, part, i, span, &g, &before);
    struct dl_counted *counts = DL_NEW_ARRAY(m->arena, struct dl_counted, g.n_counts + 1);
    ret->stems = keep(m->arena, &g.stems, DL_SAYING_STEMS, &ret->n_stems);
    ret->keys = keep(m->arena, &g.keys, DL_SAYING_KEYS, &ret->n_keys);
    if (counts == NULL || ret->stems == NULL || ret->keys == NULL) return dl_arena_failed(m->arena);
    memcpy(counts, g.counts, g.n_counts * sizeof *counts);
    ret->counts = counts;
    ret->n_counts = g.n_counts;
    return DL_OK;
}

/* ------------------------------------------------------------------ names */

static void byname_token(struct say_making *m, const dl_words *words, uint32_t i, size_t last,
                         struct dl_byname_token *ret)
{
    const dl_token *t = &words->p[i];
    char buffer[DL_WORD_MAX];
    dl_str norm = {buffer, dl_words_norm(dl_token_text(words, i), buffer)};
    struct dl_word word = word_of(norm, t);
    struct dl_concept c;
    dl_str bare = arabic_script(t) ? bare_letters(norm) : norm;
    ret->key = id_of(bare.p, bare.n, SEED_LETTERS);
    ret->stem = dl_stems_id(m->sayer->stems, &m->stems, &word);
    dl_anchorer_sound(m->sayer->anchorer, bare, ret->sound);
    if (uncased(t)) ret->flags |= DL_BYNAME_UNCASED;
    if (t->flags & DL_WORD_CAP) ret->flags |= DL_BYNAME_CAP;
    if (t->mark < 0x250) ret->flags |= DL_BYNAME_LATIN;
    if (word.length <= 2 && !(t->flags & DL_WORD_UPPER) && !uncased(t))
        ret->flags |= DL_BYNAME_SHORT;
    if (dl_concepts_mark(m->concepts, words, i, last, &c) > 0) {
        if (c.kind == DL_CONCEPT_media) ret->flags |= DL_BYNAME_MEDIA;
        if (c.kind == DL_CONCEPT_role) ret->flags |= DL_BYNAME_ROLE;
        if (c.kind == DL_CONCEPT_role || c.kind == DL_CONCEPT_media) ret->concept = c.id;
    }
    if (ret->concept == 0 && dl_concepts_thing(m->concepts, words, i, last, &c) > 0)
    ret->concept = c.id;
}

void say_byname(struct say_making *m, const dl_words *words, struct dl_span span,
                struct dl_byname *ret)
{
    *ret = (struct dl_byname){.n = 0};
    for (uint32_t i = span.first; i < span.last && ret->n < DL_BYNAME_TOKENS; i++) {
        const dl_token *t = &words->p[i];
        if (t->kind != DL_TOKEN_WORD && t->kind != DL_TOKEN_NUMBER) continue;
        if ((t->flags & DL_WORD_CLITIC) || (say_function_word(t) && !(t->flags & DL_WORD_UPPER)))
            continue;
        byname_token(m, words, i, span.last, &ret->t[ret->n++]);
    }
}

struct dl_part_span say_span(const struct say_part *part, struct dl_span span)
{
    const dl_words *w = &part->read->words;
    if (span.last <= span.first || span.last > w->n) return (struct dl_part_span){0, 0, part->in};
    return (struct dl_part_span){w->p[span.first].start, w->p[span.last - 1].end, part->in};
}
