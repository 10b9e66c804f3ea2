#include "lang/atlas.h"

#include <stdlib.h>

#include "base/vec.h"
#include "lang/words.h"

enum { BUCKETS = 1 << 17, TABLES = 4, MOST_CELLS = 7 };

struct dl_atlas_entry {
    uint32_t row, check; /* row: table in the low bits, then the offset of its line */
};

enum cell { NAMES, COUNTRY, ADMIN, LAT, LON, POPULATION, GEONAMES, CELLS };

/* Where the cells stand; -1: not there. */
static const struct {
    const char *name, *header;
    int8_t cells, at[CELLS];
    uint8_t kind;
} tables[TABLES] = {
    {"provinces.tsv",
     "names\tcountry\tadmin\tlat\tlon\tpopulation\tgeonames",
     7,
     {0, 1, 2, 3, 4, 5, 6},
     DL_KNOWN_DIVISION},
    {"districts.tsv",
     "names\tcountry\tadmin\tlat\tlon",
     5,
     {0, 1, 2, 3, 4, -1, -1},
     DL_KNOWN_DISTRICT},
    {"towns.tsv",
     "names\tcountry\tadmin\tlat\tlon\tpopulation\tgeonames",
     7,
     {0, 1, 2, 3, 4, 5, 6},
     DL_KNOWN_CITY},
    {"nature.tsv", "names\tkind\tlat\tlon", 4, {0, -1, -1, 2, 3, -1, -1}, DL_KNOWN_REGION},
};

static uint32_t bucket_of(uint64_t key)
{
    return (uint32_t)(key >> 32) & (BUCKETS - 1);
}

static enum dl_err bad_row(const char *name, size_t line, struct dl_diag *diag)
{
    return dl_fail(diag, DL_ERR_SYNTAX, line, "lexicon/places/%s line %zu: cells", name, line);
}

struct keyed {
    uint64_t key;
    uint32_t row;
};

struct reading {
    dl_arena *arena; /* for the time of reading */
    DL_VEC(struct keyed) names;
};

static enum dl_err read_row(struct reading *r, dl_str forms, unsigned table, uint32_t offset)
{
    dl_str form;
    while (dl_str_split(&forms, '|', &form)) {
        struct keyed k = {dl_words_name_key(form), offset << 2 | table};
        DL_TRY(dl_vec_push(r->arena, &r->names, k));
    }
    return DL_OK;
}

static int cells_of(dl_str line)
{
    int n = 1;
    for (size_t i = 0; i < line.n; i++)
        n += line.p[i] == '\t';
    return n;
}

static enum dl_err read_rows(struct reading *r, dl_str text, unsigned table, struct dl_diag *diag)
{
    bool header = true;
    size_t number = 1;
    for (size_t at = 0, end; at < text.n; at = end + 1, number++) {
        end = dl_str_chr(text, '\n', at);
        if (end == DL_NO_POS) end = text.n;
        dl_str line = dl_str_sub(text, at, end);
        if (line.n == 0 || line.p[0] == '#') continue;
        bool good = header ? dl_str_eq_c(line, tables[table].header)
                           : cells_of(line) == tables[table].cells;
        if (!good) return bad_row(tables[table].name, number, diag);
        dl_str forms = dl_str_sub(line, 0, dl_str_chr(line, '\t', 0));
        if (!header) DL_TRY(read_row(r, forms, table, (uint32_t)at));
        header = false;
    }
    return DL_OK;
}

static enum dl_err find_tables(dl_atlas *a, struct dl_diag *diag)
{
    for (unsigned t = 0; t < TABLES; t++) {
        char path[64];
        snprintf(path, sizeof path, "lexicon/places/%s", tables[t].name);
        if (!dl_asset_get(path, &a->table[t]))
            return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "%s is missing", path);
        if (a->table[t].n >= UINT32_MAX >> 2) return bad_row(tables[t].name, 0, diag);
    }
    return DL_OK;
}

static enum dl_err read_tables(dl_atlas *a, struct reading *r, struct dl_diag *diag)
{
    DL_TRY(find_tables(a, diag));
    for (unsigned t = 0; t < TABLES; t++)
        DL_TRY(read_rows(r, a->table[t], t, diag));
    return DL_OK;
}

/* Names by bucket, in each in the order of reading. */
static void sort(dl_atlas *a, const struct keyed *names)
{
    uint32_t *next = a->heads + 1;
    for (size_t i = 0; i < a->n; i++)
        if (bucket_of(names[i].key) + 1 < BUCKETS) next[bucket_of(names[i].key) + 1]++;
    for (uint32_t b = 1; b < BUCKETS; b++)
        next[b] += next[b - 1];
    for (size_t i = 0; i < a->n; i++)
        a->at[next[bucket_of(names[i].key)]++] =
            (struct dl_atlas_entry){names[i].row, (uint32_t)names[i].key};
}

enum dl_err dl_atlas_open(dl_atlas *ret_atlas, dl_arena *arena, struct dl_diag *diag)
{
    struct reading r = {.arena = dl_arena_new(DL_ARENA_NO_CAP)};
    if (r.arena == NULL) return DL_ERR_NOMEM;
    dl_atlas *a = ret_atlas;
    *a = (dl_atlas){.heads = DL_NEW_ARRAY(arena, uint32_t, BUCKETS + 1)};
    enum dl_err err = a->heads == NULL ? dl_arena_failed(arena) : read_tables(a, &r, diag);
    if (err == DL_OK) {
        a->n = r.names.n;
        a->at = DL_NEW_ARRAY(arena, struct dl_atlas_entry, a->n + 1);
        if (a->at == NULL)
            err = dl_arena_failed(arena);
        else
            sort(a, r.names.p);
    }
    dl_arena_free(r.arena);
    return err;
}

void dl_atlas_freeze(dl_freezer *freezer, const dl_atlas *atlas)
{
    for (unsigned t = 0; t < TABLES; t++)
        dl_freeze_drop(freezer, &atlas->table[t].p);
    dl_freeze_array(freezer, &atlas->heads, (BUCKETS + 1) * sizeof *atlas->heads, DL_FROZEN_PLAIN);
    dl_freeze_array(freezer, &atlas->at, atlas->n * sizeof *atlas->at, DL_FROZEN_PLAIN);
}

enum dl_err dl_atlas_thaw(dl_atlas *ret_atlas, const dl_atlas *frozen, struct dl_diag *diag)
{
    *ret_atlas = *frozen;
    return find_tables(ret_atlas, diag);
}

static float number(dl_str cell)
{
    char copy[24];
    if (cell.n == 0 || cell.n >= sizeof copy) return 0;
    memcpy(copy, cell.p, cell.n);
    copy[cell.n] = '\0';
    return strtof(copy, NULL);
}

static void put_code(char ret_code[4], dl_str code)
{
    size_t n = code.n > 3 ? 3 : code.n;
    if (n > 0) memcpy(ret_code, code.p, n);
    ret_code[n] = '\0';
}

static struct dl_known known_of(const dl_atlas *a, uint32_t row)
{
    unsigned table = row & 3;
    dl_str line, rest = dl_str_sub(a->table[table], row >> 2, a->table[table].n);
    dl_str cell[MOST_CELLS] = {{0}}, got[CELLS] = {{0}};
    (void)dl_str_line(&rest, &line);
    for (size_t i = 0; i < MOST_CELLS && dl_str_split(&line, '\t', &cell[i]); i++)
        continue;
    for (size_t i = 0; i < CELLS; i++)
        if (tables[table].at[i] >= 0) got[i] = cell[tables[table].at[i]];
    uint64_t population = 0, geonames = 0;
    (void)(dl_str_u64(got[POPULATION], &population) && dl_str_u64(got[GEONAMES], &geonames));
    struct dl_known k = {.name = dl_str_sub(got[NAMES], 0, dl_str_chr(got[NAMES], '|', 0)),
                         .kind = tables[table].kind,
                         .placed = true,
                         .lat = number(got[LAT]),
                         .lon = number(got[LON]),
                         .population = (uint32_t)population,
                         .geonames = (uint32_t)geonames};
    put_code(k.country, got[COUNTRY]);
    put_code(k.admin, got[ADMIN]);
    return k;
}

size_t dl_atlas_find(const dl_atlas *a, uint64_t key, struct dl_known *ret_known, size_t most)
{
    size_t n = 0;
    if (key == 0) return 0;
    for (uint32_t i = a->heads[bucket_of(key)]; i < a->heads[bucket_of(key) + 1] && n < most; i++)
        if (a->at[i].check == (uint32_t)key) ret_known[n++] = known_of(a, a->at[i].row);
    return n;
}
