#include "lang/imported.h"

enum { ONE_HAN = 3 /* bytes: one character alone is a word of its own */ };

static uint8_t kind_of(const char *code)
{
    if (code[0] == 'P') return DL_KNOWN_CITY;
    if (code[0] != 'A') return DL_KNOWN_REGION;
    if (strncmp(code, "A.PCL", 5) == 0) return DL_KNOWN_COUNTRY;
    return strcmp(code, "A.ADM1") == 0 ? DL_KNOWN_DIVISION : DL_KNOWN_DISTRICT;
}

/* "US.CA.037": CA */
static void put_admin(struct dl_known *k, dl_str code)
{
    dl_str rest = dl_str_sub(code, 3, code.n), admin;
    if (!dl_str_split(&rest, '.', &admin) || admin.n == 0 || admin.n > 3) return;
    memcpy(k->admin, admin.p, admin.n);
}

static bool known_at(const dl_placefile *file, uint32_t key, struct dl_known *ret_known)
{
    struct dl_place_row row;
    struct dl_place_division division;
    if (!dl_placefile_row(file, key, &row)) return false;
    struct dl_known k = {.name = row.name,
                         .kind = kind_of(row.code),
                         .placed = true,
                         .capital = strcmp(row.code, "P.PPLC") == 0,
                         .lat = (float)row.lat,
                         .lon = (float)row.lon,
                         .population = row.population,
                         .geonames = row.id};
    memcpy(k.country, row.country, sizeof k.country);
    if (dl_placefile_division(file, row.division, &division)) put_admin(&k, division.code);
    *ret_known = k;
    return true;
}

size_t dl_imported_find(const dl_placefile *file, uint64_t key, struct dl_known *ret_known,
                        size_t most)
{
    uint32_t at, end;
    size_t n = 0;
    if (file == NULL || !dl_placefile_find(file, key, &at, &end)) return 0;
    for (; at < end && n < most; at++)
        if (known_at(file, at, &ret_known[n])) n++;
    return n;
}

size_t dl_imported_at(const dl_placefile *file, const dl_words *words, size_t i, size_t last,
                      struct dl_known *ret_known)
{
    uint32_t key, end;
    if (file == NULL) return 0;
    size_t n = dl_placefile_match(file, words, i, last, &key, &end);
    if (n == 0 || words->p[i + n - 1].end - words->p[i].start <= ONE_HAN) return 0;
    return known_at(file, key, ret_known) && ret_known->population >= DL_IMPORTED_LEAST ? n : 0;
}
