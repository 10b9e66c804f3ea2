#include "story/bridgevec.h"

#include <math.h>

#include "story/order.h"

enum {
    CANDIDATES = 1024, /* anchors and senses of one document */
    CONCEPTS = DL_FEATURES_TERMS * DL_SENSES_MAX,
    SLOTS = 2048,   /* twice as many, a power of two */
    NAMES_MAX = 48, /* of each kind kept */
    PLACES_MAX = 24,
    NUMBERS_MAX = 16,
    COUNTED_SHARE = DL_SENSE_ONE / 5, /* of a meaning that counts as said */
};

static const float NUMBER_RARITY = 4; /* numbers are not counted: they seldom come again */

/* One entry of each id: of several words for a concept the most telling one. */
struct candidates {
    size_t n, offered;
    struct dl_entry p[CANDIDATES];
    uint16_t slots[SLOTS]; /* index + 1; 0: free */
};

static uint16_t fixed(double value, double one)
{
    double f = value * one + 0.5;
    return f < UINT16_MAX ? (uint16_t)f : UINT16_MAX;
}

static uint8_t fixed_rarity(float value)
{
    double f = (double)value * DL_ENTRY_RARITY + 0.5;
    return f < UINT8_MAX ? (uint8_t)f : UINT8_MAX;
}

/* Kinds lie apart, or an English term and the concept of its name would be counted as one. */
static uint32_t concept_id(uint32_t term)
{
    return (term ^ 0x5BD1E995U) * 0x9E3779B1U;
}

static uint32_t known_id(uint32_t thing)
{
    return (thing ^ 0x27D4EB2FU) * 0x85EBCA6BU;
}

static uint16_t *slot_of(struct candidates *c, uint32_t id)
{
    size_t i = (id * 0x9E3779B1U) >> 21 & (SLOTS - 1);
    while (c->slots[i] != 0 && c->p[c->slots[i] - 1].id != id)
        i = (i + 1) & (SLOTS - 1);
    return &c->slots[i];
}

static void add(struct candidates *c, uint32_t id, double tf, float rarity, uint8_t kind)
{
    if (c->offered == CANDIDATES || rarity <= 0) return;
    c->offered++;
    struct dl_entry e = {.id = id,
                         .all = fixed(tf, DL_ENTRY_ONE),
                         .title = kind == DL_BRIDGE_NUMBER ? DL_ENTRY_HEAD : 0,
                         .rarity = fixed_rarity(rarity),
                         .flags = kind};
    uint16_t *slot = slot_of(c, id);
    if (*slot == 0) {
        c->p[c->n++] = e;
        *slot = (uint16_t)c->n;
    } else if (e.all > c->p[*slot - 1].all) {
        c->p[*slot - 1] = e;
    }
}

static size_t index_of(const struct dl_features *f, uint32_t term)
{
    size_t low = 0, high = f->n_terms;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->terms[middle].id < term)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->n_terms && f->terms[low].id == term ? low : DL_NO_POS;
}

/* A word without capitals that the dictionary has is no name; one of a place tells of the place. */
static void add_anchors(struct candidates *c, const struct dl_bilingual_table *table,
                        const struct dl_features *f, const bool *in_place,
                        const struct dl_rarity *rarity)
{
    for (size_t i = 0; i < f->n_anchors; i++)
        if (f->anchors[i].kind != DL_ANCHOR_NUMBER) dl_rarity_expect(rarity, f->anchors[i].id);
    for (size_t i = 0; i < f->n_anchors; i++) {
        const struct dl_anchor *a = &f->anchors[i];
        double tf = 1 + log(a->count > 0 ? a->count : 1);
        if (a->kind == DL_ANCHOR_NUMBER) {
            add(c, a->id, tf, NUMBER_RARITY, DL_BRIDGE_NUMBER);
            continue;
        }
        size_t n = 0, at = index_of(f, a->term);
        if (a->kind == DL_ANCHOR_WORD) dl_bilingual_senses(table, a->term, &n);
        if (n > 0) continue;
        bool place = at != DL_NO_POS && in_place[at];
        add(c, a->id, tf, dl_rarity_anchor(rarity, a->id),
            place ? DL_BRIDGE_PLACE : DL_BRIDGE_NAME);
    }
}

/* ------------------------------------------------------------------ concepts */

static double term_tf(const struct dl_term *t)
{
    int tf = t->body + t->lead + 2 * t->title;
    return 1 + log(tf > 0 ? tf : 1);
}

/* Concepts found, until all of them are: their rarities are then on their way from memory. */
struct concepts {
    size_t n;
    struct {
        double tf, share;
        float own; /* rarity of the word in its language */
        uint32_t id;
    } p[CONCEPTS];
};

static void find_concept(struct concepts *found, const struct dl_bilingual *b,
                         const struct dl_rarity *rarity, double tf, float own, uint32_t term,
                         double share)
{
    if (found->n == CONCEPTS || own <= 0 || dl_bilingual_is_empty(b, term)) return;
    size_t i = found->n++;
    found->p[i].tf = tf;
    found->p[i].share = share;
    found->p[i].own = own;
    found->p[i].id = concept_id(term);
    dl_rarity_expect(rarity, found->p[i].id);
}

static void add_found(struct candidates *c, const struct concepts *found,
                      const struct dl_rarity *rarity)
{
    for (size_t i = 0; i < found->n; i++) {
        uint32_t id = found->p[i].id;
        float own = found->p[i].own, common = dl_rarity_anchor(rarity, id);
        add(c, id, found->p[i].tf * sqrt(found->p[i].share), own < common ? own : common,
            DL_BRIDGE_CONCEPT | DL_BRIDGE_OWN);
    }
}

static void add_concepts(struct candidates *c, const struct dl_bilingual *b,
                         const struct dl_bilingual_table *table, const struct dl_features *f,
                         const bool *in_place, const struct dl_rarity *rarity)
{
    bool english = strcmp(f->language, "en") == 0;
    size_t language = dl_rarity_language(rarity, f->language);
    struct concepts found;
    found.n = 0;
    for (size_t i = 0; i < f->n_terms; i++) {
        const struct dl_term *t = &f->terms[i];
        if (t->flags & DL_TERM_NUMBER || in_place[i]) continue;
        float own = dl_rarity_term(rarity, language, t->id, t->flags & DL_TERM_PAIR, t->length);
        double tf = term_tf(t);
        size_t n = 0;
        const struct dl_sense *senses = english ? NULL : dl_bilingual_senses(table, t->id, &n);
        if (english && t->length > 2) find_concept(&found, b, rarity, tf, own, t->id, 1);
        for (size_t k = 0; k < n; k++)
            find_concept(&found, b, rarity, tf, own, senses[k].concept,
                         (double)senses[k].share / DL_SENSE_ONE);
    }
    add_found(c, &found, rarity);
}

/* ------------------------------------------------------------------ known things */

static bool holds(const struct dl_features *f, const struct dl_known_form *k, double *ret_tf)
{
    *ret_tf = 100;
    for (size_t i = 0; i < k->n; i++) {
        size_t at = index_of(f, k->terms[i]);
        if (at == DL_NO_POS) return false;
        const struct dl_term *t = &f->terms[at];
        if (k->capitals && !(t->flags & (DL_TERM_NAME | DL_TERM_PAIR))) return false;
        if (term_tf(t) < *ret_tf) *ret_tf = term_tf(t);
    }
    return true;
}

static void add_known(struct candidates *c, const struct dl_bilingual_table *table,
                      const struct dl_features *f, const struct dl_rarity *rarity, bool *in_place)
{
    for (size_t i = 0; i < f->n_terms; i++) {
        uint32_t id = f->terms[i].id;
        size_t at = dl_bilingual_known(table, id);
        for (; at < table->n_known && table->known[at].terms[0] == id; at++) {
            const struct dl_known_form *k = &table->known[at];
            double tf;
            if (!holds(f, k, &tf)) continue;
            for (size_t m = 0; m < k->n && k->place; m++)
                in_place[index_of(f, k->terms[m])] = true;
            uint32_t thing = known_id(k->thing);
            add(c, thing, tf, dl_rarity_anchor(rarity, thing),
                DL_BRIDGE_OWN | (k->place ? DL_BRIDGE_PLACE : DL_BRIDGE_NAME));
        }
    }
}

/* Words of other languages for a people or a country, as the dictionaries have them. */
static void add_known_concepts(struct candidates *c, const struct dl_bilingual_table *english,
                               const struct dl_bilingual_table *table, const struct dl_features *f,
                               const struct dl_rarity *rarity, bool *in_place)
{
    for (size_t i = 0; i < f->n_terms; i++) {
        size_t n;
        const struct dl_sense *s = dl_bilingual_senses(table, f->terms[i].id, &n);
        for (size_t k = 0; k < n && s[k].share >= COUNTED_SHARE; k++) {
            size_t at = dl_bilingual_known(english, s[k].concept);
            for (; at < english->n_known && english->known[at].terms[0] == s[k].concept; at++) {
                const struct dl_known_form *form = &english->known[at];
                if (form->n > 1 || form->capitals || !form->place) continue;
                uint32_t thing = known_id(form->thing);
                in_place[i] = true;
                add(c, thing, term_tf(&f->terms[i]), dl_rarity_anchor(rarity, thing),
                    DL_BRIDGE_PLACE | DL_BRIDGE_OWN);
            }
        }
    }
}

/* ------------------------------------------------------------------ choosing */

enum { NAME, CONCEPT, PLACE, NUMBER, KINDS };

static size_t kind_of(unsigned flags)
{
    if (flags & DL_BRIDGE_PLACE) return PLACE;
    if (flags & DL_BRIDGE_CONCEPT) return CONCEPT;
    return flags & DL_BRIDGE_NUMBER ? NUMBER : NAME;
}

static size_t room_of(size_t kind)
{
    static const size_t room[KINDS] = {NAMES_MAX, DL_BRIDGE_ENTRIES, PLACES_MAX, NUMBERS_MAX};
    return room[kind];
}

static void choose(struct candidates *c, struct dl_bridge_vec *v)
{
    uint64_t keys[CANDIDATES], scratch[CANDIDATES];
    struct dl_entry chosen[DL_BRIDGE_ENTRIES]; /* by falling weight */
    size_t used[KINDS] = {0}, n = 0;
    for (size_t i = 0; i < c->n; i++)
        keys[i] = dl_order_heavy(dl_entry_weight(&c->p[i]), c->p[i].id);
    dl_order_keys(keys, scratch, c->n, DL_ORDER_HEAVY_BYTES);
    for (size_t i = 0; i < c->n && n < DL_BRIDGE_ENTRIES; i++) {
        const struct dl_entry *e = &c->p[*slot_of(c, (uint32_t)keys[i]) - 1];
        size_t kind = kind_of(e->flags);
        if (used[kind]++ < room_of(kind)) chosen[n++] = *e;
    }
    for (size_t i = 0; i < n; i++)
        keys[i] = (uint64_t)chosen[i].id << 8 | i;
    dl_order_keys(keys, scratch, n, 5);
    v->n = n;
    for (size_t i = 0; i < n; i++) {
        size_t at = keys[i] & 0xFF;
        v->entries[i] = chosen[at];
        v->order[at] = (uint16_t)i;
    }
}

void dl_bridge_vec_make(struct dl_bilingual *b, const struct dl_features *f,
                        const struct dl_rarity *rarity, struct dl_bridge_vec *ret_vec)
{
    struct candidates c;
    struct dl_bilingual_table table = {0};
    bool in_place[DL_FEATURES_TERMS] = {false};
    c.n = c.offered = 0;
    memset(c.slots, 0, sizeof c.slots);
    if (b != NULL) {
        table = dl_bilingual_table(b, f->language);
        struct dl_bilingual_table english = dl_bilingual_table(b, "en");
        add_known(&c, &table, f, rarity, in_place);
        add_known_concepts(&c, &english, &table, f, rarity, in_place);
    }
    add_anchors(&c, &table, f, in_place, rarity);
    if (b != NULL) add_concepts(&c, b, &table, f, in_place, rarity);
    choose(&c, ret_vec);
}

void dl_bridge_vec_count(const struct dl_bridge_vec *v, struct dl_rarity *rarity)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->entries[i].flags & DL_BRIDGE_OWN) dl_rarity_count(rarity, v->entries[i].id);
}

/* ------------------------------------------------------------------ comparing */

struct kind_sums {
    double a, b, dot, shared_a, shared_b, mass;
    unsigned n, n_a, n_b; /* shared, of each */
};

/* Entries a list is taken to have at least, the missing ones shared with nobody: of a headline, or
 * in a language of which few words are known, two that agree are no sign that all do. */
static const unsigned FEWEST[KINDS] = {10, 40, 1, 1};

static double filled(double sum, unsigned n, unsigned fewest)
{
    return n > 0 && n < fewest ? sum * fewest / n : sum;
}

static void square(const struct dl_entry *e, size_t n, struct kind_sums *s, bool second)
{
    for (size_t i = 0; i < n; i++) {
        double w = dl_entry_weight(&e[i]);
        struct kind_sums *k = &s[kind_of(e[i].flags)];
        *(second ? &k->b : &k->a) += w * w;
        *(second ? &k->n_b : &k->n_a) += 1;
    }
    for (size_t i = 0; i < KINDS; i++) {
        double *sum = second ? &s[i].b : &s[i].a;
        *sum = filled(*sum, second ? s[i].n_b : s[i].n_a, FEWEST[i]);
    }
}

static float cosine(double dot, double a, double b)
{
    return a > 0 && b > 0 ? (float)(dot / sqrt(a * b)) : 0;
}

static float share(const struct kind_sums *s)
{
    double x = s->a > 0 ? s->shared_a / s->a : 0, y = s->b > 0 ? s->shared_b / s->b : 0;
    return (float)(x > y ? x : y);
}

/* A name that either side knows as a place's is one. */
static size_t kind_both(const struct dl_entry *a, const struct dl_entry *b)
{
    return kind_of((unsigned)a->flags | b->flags);
}

static void meet(const struct dl_entry *x, const struct dl_entry *y, struct kind_sums *s)
{
    double p = dl_entry_weight(x), q = dl_entry_weight(y);
    s->dot += p * q;
    s->shared_a += p * p;
    s->shared_b += q * q;
    s->mass += (double)(x->rarity < y->rarity ? x->rarity : y->rarity) / DL_ENTRY_RARITY;
    s->n++;
}

struct dl_bridge_match dl_bridge_compare(const struct dl_entry *a, size_t n_a,
                                         const struct dl_entry *b, size_t n_b)
{
    struct kind_sums s[KINDS] = {{0}};
    square(a, n_a, s, false);
    square(b, n_b, s, true);
    for (size_t i = 0, k = 0; i < n_a && k < n_b;) {
        uint32_t x = a[i].id, y = b[k].id;
        if (x == y) meet(&a[i], &b[k], &s[kind_both(&a[i], &b[k])]);
        i += x <= y;
        k += y <= x;
    }
    double dot = s[NAME].dot + s[CONCEPT].dot;
    return (struct dl_bridge_match){
        .names = cosine(s[NAME].dot, s[NAME].a, s[NAME].b),
        .concepts = cosine(s[CONCEPT].dot, s[CONCEPT].a, s[CONCEPT].b),
        .places = cosine(s[PLACE].dot, s[PLACE].a, s[PLACE].b),
        .numbers = cosine(s[NUMBER].dot, s[NUMBER].a, s[NUMBER].b),
        .all = cosine(dot, s[NAME].a + s[CONCEPT].a, s[NAME].b + s[CONCEPT].b),
        .names_in = share(&s[NAME]),
        .concepts_in = share(&s[CONCEPT]),
        .names_mass = (float)s[NAME].mass,
        .concepts_mass = (float)s[CONCEPT].mass,
        .places_mass = (float)s[PLACE].mass,
        .numbers_mass = (float)s[NUMBER].mass,
        .n_names = s[NAME].n,
        .n_concepts = s[CONCEPT].n,
        .n_places = s[PLACE].n,
    };
}
