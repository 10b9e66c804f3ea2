#include "lang/senses.h"

#include <math.h>

enum { ROUNDS = 4, NONE = 0 };

/* Set by reason, not fitted: a country of the whole text outweighs a factor of a thousand in
 * people, its division ten thousand, neighbours a hundred. */
static const float COUNTRY_GAIN = 3, DIVISION_GAIN = 4, NEAR_GAIN = 2;
static const float APART_LOSS = 3;                   /* a factor of a thousand */
static const float SHARP_FIRST = 0.6f, SHARP = 1.2f; /* of the shares */
static const float SMOOTH = 1;                       /* mentions of nowhere in particular */
static const float LEAST = 0.01f;                    /* a share too small to speak */

void dl_senses_init(dl_senses *s, dl_arena *arena)
{
    *s = (dl_senses){.arena = arena};
    dl_map64_init(&s->tables, arena);
    dl_map64_init(&s->pairs, arena);
}

static float base_of(const struct dl_known *k)
{
    float people = log10f((float)k->population + 10);
    switch ((enum dl_known_kind)k->kind) {
    case DL_KNOWN_COUNTRY:
    case DL_KNOWN_PEOPLE:
        return 7.5f;
    case DL_KNOWN_DIVISION: /* those of the lists are told without their people */
        return k->population == 0 ? 5.8f : fminf(people - 0.7f, 5.8f);
    case DL_KNOWN_CITY:
        return people + (k->capital ? 0.7f : 0);
    case DL_KNOWN_REGION:
        return 5.5f;
    case DL_KNOWN_DISTRICT:
        return 4.0f;
    case DL_KNOWN_NAME:
    case DL_KNOWN_PERSON:
    default:
        return 0;
    }
}

/* --- tables of votes ---------------------------------------------------------------------- */

static uint64_t country_key(const char *country)
{
    return (uint64_t)(unsigned char)country[0] << 8 | (unsigned char)country[1];
}

static uint64_t division_key(const struct dl_known *k)
{
    uint64_t key = country_key(k->country) << 24 | 1u << 23;
    for (int i = 0; i < 3 && k->admin[i] != '\0'; i++)
        key ^= (uint64_t)(unsigned char)k->admin[i] << (8 * i);
    return key | 1ull << 60;
}

static uint64_t cell_key(int lat, int lon)
{
    return 1ull << 61 | (uint64_t)((lat + 90) * 512 + (lon + 540) % 360);
}

static enum dl_err row_of(dl_senses *s, uint64_t key, uint32_t *ret_row)
{
    uint64_t *at = dl_map64_at(&s->tables, key);
    if (at == NULL) return dl_arena_failed(s->arena);
    if (*at == 0) {
        DL_TRY(dl_vec_push(s->arena, &s->votes, 0.0f));
        *at = s->votes.n;
    }
    *ret_row = (uint32_t)*at;
    return DL_OK;
}

static bool is_point(const struct dl_known *k)
{
    return k->kind == DL_KNOWN_CITY || k->kind == DL_KNOWN_DISTRICT;
}

static enum dl_err put_rows(dl_senses *s, dl_sense *sense)
{
    const struct dl_known *k = sense->known;
    if (k->country[0] != '\0') DL_TRY(row_of(s, country_key(k->country), &sense->country));
    if (k->admin[0] != '\0') DL_TRY(row_of(s, division_key(k), &sense->division));
    if (is_point(k))
        DL_TRY(row_of(s, cell_key((int)floorf(k->lat), (int)floorf(k->lon)), &sense->cell));
    return DL_OK;
}

static bool same_admin(const struct dl_known *a, const struct dl_known *b)
{
    return a->admin[0] != '\0' && strcmp(a->admin, b->admin) == 0; /* "": not told */
}

static bool repeated(const dl_senses *s, uint32_t first, const struct dl_known *k)
{
    for (size_t i = first; i < s->all.n; i++) {
        const struct dl_known *o = s->all.p[i].known;
        if (o == k || (k->geonames != 0 && o->geonames == k->geonames)) return true;
        if (o->kind != k->kind || strcmp(o->country, k->country) != 0) continue;
        if (k->kind == DL_KNOWN_COUNTRY || (k->kind == DL_KNOWN_DIVISION && same_admin(o, k)))
            return true;
    }
    return false;
}

enum dl_err dl_senses_name(dl_senses *s, const struct dl_known *const *known, size_t n,
                           uint32_t *ret_name)
{
    dl_name_senses name = {.first = (uint32_t)s->all.n};
    for (size_t i = 0; i < n; i++) {
        if (repeated(s, name.first, known[i])) continue;
        dl_sense sense = {.known = known[i], .base = base_of(known[i])};
        DL_TRY(put_rows(s, &sense));
        DL_TRY(dl_vec_push(s->arena, &s->all, sense));
    }
    name.n = (uint32_t)s->all.n - name.first;
    *ret_name = (uint32_t)s->names.n;
    return dl_vec_push(s->arena, &s->names, name);
}

/* --- what lies in what -------------------------------------------------------------------- */

enum { DISTRICT_KM = 90 /* from the middle of a county to its towns */ };

static float km(const struct dl_known *a, const struct dl_known *b)
{
    float north = (a->lat - b->lat) * 111, east = fabsf(a->lon - b->lon);
    if (east > 180) east = 360 - east;
    east *= 111 * cosf((a->lat + b->lat) / 2 * 0.01745329f);
    return sqrtf(north * north + east * east);
}

static bool is_inside(const struct dl_known *inner, const struct dl_known *outer)
{
    if (inner == outer || outer->country[0] == '\0' || strcmp(inner->country, outer->country) != 0)
        return false;
    switch (outer->kind) {
    case DL_KNOWN_COUNTRY:
        return inner->kind != DL_KNOWN_COUNTRY;
    case DL_KNOWN_DIVISION:
        return is_point(inner) && same_admin(inner, outer);
    case DL_KNOWN_DISTRICT:
        return inner->kind == DL_KNOWN_CITY && km(inner, outer) < DISTRICT_KM;
    default:
        return false;
    }
}

static bool pair_inside(dl_senses *s, const dl_name_senses *in, const dl_name_senses *out)
{
    bool any = false;
    for (uint32_t o = out->first; o < out->first + out->n; o++) {
        dl_sense *outer = &s->all.p[o];
        if (outer->known->kind == DL_KNOWN_CITY || outer->known->kind == DL_KNOWN_REGION) continue;
        for (uint32_t i = in->first; i < in->first + in->n; i++) {
            if (!is_inside(s->all.p[i].known, outer->known)) continue;
            s->all.p[i].inside = outer->inside = any = true;
        }
    }
    return any;
}

bool dl_senses_inside(dl_senses *s, uint32_t inner, uint32_t outer)
{
    if (inner == outer) return false;
    dl_name_senses *in = &s->names.p[inner], *out = &s->names.p[outer];
    uint64_t *met = dl_map64_at(&s->pairs, (uint64_t)inner << 32 | outer);
    if (met == NULL) return false;
    if (*met == 0) {
        *met = pair_inside(s, in, out) ? 2 : 1;
        in->settled |= *met == 2;
        out->settled |= *met == 2;
    }
    return *met == 2;
}

static bool has_place(const dl_senses *s, const dl_name_senses *n, const struct dl_known *k)
{
    for (uint32_t i = n->first; i < n->first + n->n; i++) {
        const struct dl_known *o = s->all.p[i].known;
        if (o == k || (k->geonames != 0 && o->geonames == k->geonames)) return true;
    }
    return false;
}

void dl_senses_apart(dl_senses *s, uint32_t name, uint32_t other)
{
    dl_name_senses *n = &s->names.p[name];
    if (n->apart) return;
    n->apart = true;
    for (uint32_t i = n->first; i < n->first + n->n; i++)
        if (has_place(s, &s->names.p[other], s->all.p[i].known)) s->all.p[i].base -= APART_LOSS;
}

/* --- settling ----------------------------------------------------------------------------- */

static void share(dl_senses *s, const dl_name_senses *n, float sharp)
{
    float best = -1, sum = 0;
    for (uint32_t i = n->first; i < n->first + n->n; i++) {
        dl_sense *x = &s->all.p[i];
        if ((x->inside || !n->settled) && x->base + x->support > best) best = x->base + x->support;
    }
    for (uint32_t i = n->first; i < n->first + n->n; i++) {
        dl_sense *x = &s->all.p[i];
        bool out = n->settled && !x->inside;
        x->share = out ? 0 : expf(sharp * (x->base + x->support - best));
        sum += x->share;
    }
    for (uint32_t i = n->first; i < n->first + n->n && sum > 0; i++) {
        float part = s->all.p[i].share / sum;
        s->all.p[i].share = part < LEAST ? 0 : part;
    }
}

struct totals {
    float countries, divisions;
};

static void vote(dl_senses *s, struct totals *t)
{
    for (size_t k = 0; k < s->names.n; k++) {
        const dl_name_senses *n = &s->names.p[k];
        for (uint32_t i = n->first; n->weight > 0 && i < n->first + n->n; i++) {
            const dl_sense *x = &s->all.p[i];
            float v = x->share * n->weight;
            if (x->country != NONE) {
                s->votes.p[x->country - 1] += v;
                t->countries += v;
            }
            if (x->division != NONE) {
                s->votes.p[x->division - 1] += v;
                t->divisions += v;
            }
            if (x->cell != NONE) s->votes.p[x->cell - 1] += v;
        }
    }
}

/* Votes of the cell of a place and the eight around it. */
static float around(const dl_senses *s, const struct dl_known *k)
{
    int lat = (int)floorf(k->lat), lon = (int)floorf(k->lon);
    float sum = 0;
    for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++) {
            const uint64_t *at = dl_map64_get(&s->tables, cell_key(lat + y, lon + x));
            if (at != NULL) sum += s->votes.p[*at - 1];
        }
    return sum;
}

/* What the others say of one row of the votes: their share of all, and whether they are many. */
static float share_of(float votes, float total)
{
    return votes / (total + SMOOTH);
}

static float many(float votes)
{
    return votes / (votes + 1);
}

/* Without what the name itself has told. */
static struct totals others_of(const dl_senses *s, const dl_name_senses *n, struct totals t)
{
    for (uint32_t i = n->first; i < n->first + n->n; i++) {
        const dl_sense *x = &s->all.p[i];
        if (x->country != NONE) t.countries -= x->share * n->weight;
        if (x->division != NONE) t.divisions -= x->share * n->weight;
    }
    if (t.countries < 0) t.countries = 0; /* rounding */
    if (t.divisions < 0) t.divisions = 0;
    return t;
}

static void support(dl_senses *s, const dl_name_senses *n, struct totals all)
{
    struct totals t = others_of(s, n, all);
    for (uint32_t i = n->first; i < n->first + n->n; i++) {
        dl_sense *x = &s->all.p[i];
        float own = x->share * n->weight, country = 0, division = 0, near = 0;
        if (x->country != NONE) country = s->votes.p[x->country - 1] - own;
        if (x->division != NONE) division = s->votes.p[x->division - 1] - own;
        if (x->cell != NONE)
            near = around(s, x->known) - own;
        else
            near = x->known->kind == DL_KNOWN_DIVISION ? division : country;
        float sum = COUNTRY_GAIN * share_of(country, t.countries) +
                    DIVISION_GAIN * share_of(division, t.divisions) + NEAR_GAIN * many(near);
        x->support = sum > 0 ? sum : 0;
    }
}

enum dl_err dl_senses_settle(dl_senses *s, dl_str outlet_country)
{
    uint32_t outlet = 0;
    if (outlet_country.n == 2) DL_TRY(row_of(s, country_key(outlet_country.p), &outlet));
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t k = 0; k < s->names.n; k++)
            share(s, &s->names.p[k], round == 0 ? SHARP_FIRST : SHARP);
        struct totals t = {0, 0};
        for (size_t i = 0; i < s->votes.n; i++)
            s->votes.p[i] = 0;
        vote(s, &t);
        if (outlet != NONE) {
            s->votes.p[outlet - 1] += 0.5f;
            t.countries += 0.5f;
        }
        for (size_t k = 0; k < s->names.n; k++)
            support(s, &s->names.p[k], t);
    }
    return dl_arena_failed(s->arena);
}

static bool in_any(const dl_senses *s, const dl_sense *x, const dl_name_senses *outer)
{
    for (uint32_t o = outer->first; o < outer->first + outer->n; o++)
        if (is_inside(x->known, s->all.p[o].known)) return true;
    return false;
}

const dl_sense *dl_senses_best(const dl_senses *s, uint32_t name, const dl_name_senses *outer)
{
    const dl_name_senses *n = &s->names.p[name];
    const dl_sense *best = NULL;
    for (uint32_t i = n->first; i < n->first + n->n; i++) {
        const dl_sense *x = &s->all.p[i];
        if (outer != NULL ? !in_any(s, x, outer) : n->settled && !x->inside) continue;
        if (best == NULL || x->base + x->support > best->base + best->support) best = x;
    }
    return best;
}
