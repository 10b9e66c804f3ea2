#include "lang/gazetteer.h"

#include <stdlib.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "lang/words.h"

static uint64_t index_key(dl_str name, const char *country, bool place)
{
    uint64_t seed = place ? (uint64_t)country[0] << 8 | (uint64_t)country[1] : 1;
    return dl_hash64_seed(name, seed);
}

/* Of cities with one name in a country the biggest is found. */
static enum dl_err index_known(dl_gazetteer *g, const struct dl_known *k, uint32_t index)
{
    if (k->name.n == 0) return DL_OK;
    uint64_t *at = dl_map64_at(&g->index, index_key(k->name, k->country, k->kind < DL_KNOWN_NAME));
    if (at == NULL) return dl_arena_failed(g->arena);
    if (*at == 0 || (k->kind == DL_KNOWN_CITY && g->known[*at - 1].population < k->population))
        *at = index + 1;
    return DL_OK;
}

static enum dl_err add(dl_gazetteer *g, struct dl_known known, uint32_t *ret_index)
{
    if (g->n == g->cap) {
        size_t cap = g->cap == 0 ? 4096 : g->cap * 2;
        void *grown =
            dl_realloc(g->arena, g->known, g->cap * sizeof *g->known, cap * sizeof *g->known);
        if (grown == NULL) return dl_arena_failed(g->arena);
        g->known = grown;
        g->cap = cap;
    }
    *ret_index = (uint32_t)g->n;
    g->known[g->n++] = known;
    return index_known(g, &known, *ret_index);
}

static bool all_upper(dl_str s)
{
    size_t letters = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (!dl_is_alpha((unsigned char)s.p[i])) continue;
        if (s.p[i] >= 'a') return false;
        letters++;
    }
    return letters > 1;
}

static void put_code(char ret_code[4], dl_str code)
{
    if (code.n > 3) code.n = 3;
    memcpy(ret_code, code.p != NULL ? code.p : "", code.n);
    ret_code[code.n] = '\0';
}

static double decimal(dl_str s)
{
    char copy[24];
    if (s.n == 0 || s.n >= sizeof copy) return 0;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return strtod(copy, NULL);
}

/* Each form of a cell is one entry: the capital rule differs between "IMF" and its long name. */
static enum dl_err add_forms(dl_gazetteer *g, struct dl_known known, dl_str forms)
{
    dl_str form;
    uint32_t index = 0;
    while (dl_str_split(&forms, '|', &form)) {
        if (form.n == 0) continue;
        if (known.name.n == 0) known.name = form;
        known.upper = all_upper(form);
        DL_TRY(add(g, known, &index));
        DL_TRY(dl_phrases_add(&g->english, g->pack, form, index));
    }
    return DL_OK;
}

typedef enum dl_err (*row_fn)(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag);

/* Reads a table whose columns stand in this order; the header is checked. */
static enum dl_err read_table(dl_gazetteer *g, const char *folder, const char *name,
                              const char *const *columns, row_fn row, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(g->arena, folder, name, &tsv, &there, diag));
    if (!there)
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "lexicon/%s/%s is missing", folder, name);
    for (size_t i = 0; columns[i] != NULL; i++)
        if (dl_tsv_column(&tsv, columns[i]) != i)
            return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/%s: no column %s", folder, name,
                           columns[i]);
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK)
        DL_TRY(row(g, cells, diag));
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static dl_str country_name(dl_arena *arena, const char *country, const char *language)
{
    char region[8], utf8[200];
    UChar name[128];
    int32_t bytes = 0;
    UErrorCode status = U_ZERO_ERROR;
    snprintf(region, sizeof region, "_%s", country);
    int32_t n = uloc_getDisplayCountry(region, language, name, 128, &status);
    if (status != U_ZERO_ERROR || n <= 0) return (dl_str){NULL, 0};
    u_strToUTF8(utf8, sizeof utf8, &bytes, name, n, &status);
    if (U_FAILURE(status) || bytes <= 2) return (dl_str){NULL, 0};
    return dl_str_dup(arena, (dl_str){utf8, (size_t)bytes});
}

static enum dl_err country_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    (void)diag;
    struct dl_known known = {.kind = DL_KNOWN_COUNTRY,
                             .placed = cells[1].n > 0,
                             .lat = (float)decimal(cells[1]),
                             .lon = (float)decimal(cells[2])};
    put_code(known.country, cells[0]);
    known.name = country_name(g->arena, known.country, "en");
    if (known.name.n == 0) return DL_OK;
    DL_TRY(add_forms(g, known, known.name));
    DL_TRY(add_forms(g, known, cells[3]));
    known.kind = DL_KNOWN_PEOPLE;
    return add_forms(g, known, cells[4]);
}

static enum dl_err division_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    (void)diag;
    struct dl_known known = {.kind = DL_KNOWN_DIVISION,
                             .placed = true,
                             .lat = (float)decimal(cells[3]),
                             .lon = (float)decimal(cells[4])};
    put_code(known.country, cells[1]);
    put_code(known.admin, cells[2]);
    return add_forms(g, known, cells[0]);
}

static enum dl_err city_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    uint64_t population, geonames;
    if (!dl_str_u64(cells[6], &population) || !dl_str_u64(cells[7], &geonames))
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/places/cities.tsv: %.*s", DL_FMT(cells[0]));
    struct dl_known known = {.name = cells[0],
                             .kind = DL_KNOWN_CITY,
                             .placed = true,
                             .capital = cells[3].n > 0,
                             .lat = (float)decimal(cells[4]),
                             .lon = (float)decimal(cells[5]),
                             .population = (uint32_t)population,
                             .geonames = (uint32_t)geonames};
    put_code(known.country, cells[1]);
    put_code(known.admin, cells[2]);
    uint32_t index = 0;
    DL_TRY(add(g, known, &index));
    enum dl_err err = dl_phrases_add(&g->english, g->pack, cells[0], index);
    return err == DL_ERR_SYNTAX ? DL_OK : err; /* no word in it, or too many */
}

static enum dl_err alias_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->known[i].kind == DL_KNOWN_CITY && dl_str_eq(g->known[i].name, cells[1]))
            return dl_phrases_add(&g->english, g->pack, cells[0], (uint32_t)i);
    return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/places/aliases.tsv: no city %.*s",
                   DL_FMT(cells[1]));
}

static enum dl_err region_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    (void)diag;
    struct dl_known known = {.kind = DL_KNOWN_REGION,
                             .placed = true,
                             .lat = (float)decimal(cells[1]),
                             .lon = (float)decimal(cells[2])};
    return add_forms(g, known, cells[0]);
}

static enum dl_err name_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    static const char *const kinds[] = {"igo", "ngo", "armed", "official", "company", "media"};
    struct dl_known known = {.kind = DL_KNOWN_NAME};
    size_t k = 0;
    while (k < 6 && !dl_str_eq_c(cells[1], kinds[k]))
        k++;
    if (k == 6)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/names.tsv: no kind %.*s", DL_FMT(cells[1]));
    known.name_kind = (uint8_t)k;
    put_code(known.country, cells[2]);
    return add_forms(g, known, cells[0]);
}

static enum dl_err person_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    uint64_t bit = dl_str_eq_c(cells[0], "given")     ? DL_PERSON_GIVEN
                   : dl_str_eq_c(cells[0], "surname") ? DL_PERSON_SURNAME
                                                      : 0;
    if (bit == 0)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/persons.tsv: no class %.*s",
                       DL_FMT(cells[0]));
    dl_str rest = cells[1], one;
    while (dl_str_split(&rest, ' ', &one)) {
        if (one.n == 0) continue;
        uint64_t *at = dl_map64_at(&g->persons, dl_words_key(one));
        if (at == NULL) return dl_arena_failed(g->arena);
        *at |= bit;
    }
    return DL_OK;
}

static enum dl_err leader_row(dl_gazetteer *g, const dl_str *cells, struct dl_diag *diag)
{
    (void)diag;
    struct dl_known known = {
        .kind = DL_KNOWN_PERSON, .office = cells[1], .from = cells[3], .to = cells[4]};
    put_code(known.country, cells[2]);
    return add_forms(g, known, cells[0]);
}

const char *dl_known_kind_name(enum dl_known_kind kind)
{
    static const char *const names[] = {"country", "country", "admin1", "city", "region", "admin2"};
    return kind < DL_KNOWN_NAME ? names[kind] : NULL;
}

enum dl_err dl_gazetteer_load(dl_gazetteer *ret_gazetteer, dl_arena *arena, const dl_pack *english,
                              struct dl_diag *diag)
{
    dl_gazetteer *g = ret_gazetteer;
    *g = (dl_gazetteer){.arena = arena, .pack = english};
    dl_phrases_init(&g->english, arena);
    dl_map64_init(&g->persons, arena);
    dl_map64_init(&g->index, arena);
    DL_TRY(read_table(g, "", "persons.tsv", (const char *const[]){"class", "words", NULL},
                      person_row, diag));
    DL_TRY(read_table(g, "places", "countries.tsv",
                      (const char *const[]){"country", "lat", "lon", "names", "people", NULL},
                      country_row, diag));
    DL_TRY(read_table(g, "", "names.tsv", (const char *const[]){"names", "kind", "country", NULL},
                      name_row, diag));
    DL_TRY(read_table(g, "", "leaders.tsv",
                      (const char *const[]){"names", "office", "country", "from", "to", NULL},
                      leader_row, diag));
    DL_TRY(read_table(g, "places", "divisions.tsv",
                      (const char *const[]){"names", "country", "admin", "lat", "lon", NULL},
                      division_row, diag));
    DL_TRY(read_table(g, "places", "cities.tsv",
                      (const char *const[]){"name", "country", "admin", "kind", "lat", "lon",
                                            "population", "geonames", NULL},
                      city_row, diag));
    DL_TRY(read_table(g, "places", "aliases.tsv", (const char *const[]){"alias", "name", NULL},
                      alias_row, diag));
    return read_table(g, "places", "regions.tsv", (const char *const[]){"name", "lat", "lon", NULL},
                      region_row, diag);
}

/* --- one more language -------------------------------------------------------------------- */

struct local {
    dl_gazetteer *g;
    dl_arena *arena;
    const dl_pack *pack;
    dl_phrases *into;
};

static enum dl_err add_local(const struct local *l, dl_str forms, uint32_t index)
{
    dl_str form;
    while (dl_str_split(&forms, '|', &form)) {
        if (form.n == 0) continue;
        enum dl_err err = dl_phrases_add(l->into, l->pack, form, index);
        if (err != DL_OK && err != DL_ERR_SYNTAX) return err;
    }
    return DL_OK;
}

static enum dl_err place_row(const struct local *l, const dl_str *cells, const char *file,
                             struct dl_diag *diag)
{
    char country[4];
    put_code(country, cells[1]);
    dl_str name = cells[2].n > 0 ? cells[2] : country_name(l->arena, country, "en");
    uint64_t *at = dl_map64_get(&l->g->index, index_key(name, country, true));
    uint32_t index = 0;
    if (at != NULL)
        index = (uint32_t)*at - 1;
    else if (cells[2].n > 0) { /* a division that the lists of the world do not have */
        struct dl_known known = {.kind = DL_KNOWN_DIVISION, .name = name};
        put_code(known.country, cells[1]);
        DL_TRY(add(l->g, known, &index));
    } else
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "%s: no country %s", file, country);
    return add_local(l, cells[0], index);
}

static enum dl_err body_row(const struct local *l, const dl_str *cells, const char *file,
                            struct dl_diag *diag)
{
    uint64_t *at = dl_map64_get(&l->g->index, index_key(cells[1], "", false));
    if (at == NULL)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "%s: no name %.*s", file, DL_FMT(cells[1]));
    dl_str forms = cells[0], form;
    while (dl_str_split(&forms, '|', &form)) {
        struct dl_known known = l->g->known[*at - 1];
        uint32_t index;
        known.upper = all_upper(form);
        DL_TRY(add(l->g, known, &index));
        DL_TRY(add_local(l, form, index));
    }
    return DL_OK;
}

typedef enum dl_err (*local_fn)(const struct local *l, const dl_str *cells, const char *file,
                                struct dl_diag *diag);

static enum dl_err read_local(const struct local *l, const char *name, size_t columns, local_fn row,
                              struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(l->arena, l->pack->code, name, &tsv, &there, diag));
    if (!there) return DL_OK;
    if (tsv.columns != columns)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/%s: columns", l->pack->code, name);
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK)
        DL_TRY(row(l, cells, name, diag));
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static enum dl_err add_countries(const struct local *l)
{
    const char *before = "";
    for (size_t i = 0; i < l->g->n && l->g->known[i].kind <= DL_KNOWN_PEOPLE; i++) {
        const struct dl_known *k = &l->g->known[i];
        if (k->kind != DL_KNOWN_COUNTRY || strcmp(before, k->country) == 0) continue;
        before = k->country;
        dl_str name = country_name(l->arena, k->country, l->pack->code);
        if (name.n > 0) DL_TRY(add_local(l, name, (uint32_t)i));
    }
    return DL_OK;
}

enum dl_err dl_gazetteer_language(dl_gazetteer *g, dl_arena *arena, const dl_pack *pack,
                                  dl_phrases *ret_phrases, struct dl_diag *diag)
{
    struct local l = {g, arena, pack, ret_phrases};
    dl_phrases_init(ret_phrases, arena);
    DL_TRY(add_countries(&l));
    DL_TRY(read_local(&l, "places.tsv", 3, place_row, diag));
    return read_local(&l, "names.tsv", 2, body_row, diag);
}

void dl_gazetteer_freeze(dl_freezer *f, const dl_gazetteer *g)
{
    dl_freeze_drop(f, &g->arena);
    dl_freeze_pointer(f, &g->pack);
    dl_freeze_array(f, &g->known, g->n * sizeof *g->known, DL_FROZEN_POINTERS);
    for (size_t i = 0; i < g->n; i++) {
        dl_freeze_str(f, &g->known[i].name);
        dl_freeze_str(f, &g->known[i].office);
        dl_freeze_str(f, &g->known[i].from);
        dl_freeze_str(f, &g->known[i].to);
    }
    dl_phrases_freeze(f, &g->english);
    dl_map64_freeze(f, &g->persons);
    dl_map64_freeze(f, &g->index);
}
