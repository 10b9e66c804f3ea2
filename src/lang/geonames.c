#include "lang/geonames.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"

enum { PLACE_COLUMNS = 19, NAME_COLUMNS = 10, OLD_NAME_COLUMNS = 8, DIVISION_COLUMNS = 4 };

/* Number of columns, PLACE_COLUMNS + 1 for more. */
static size_t columns(dl_str line, dl_str cells[PLACE_COLUMNS])
{
    size_t n = 0;
    dl_str one;
    while (dl_str_split(&line, '\t', &one)) {
        if (n == PLACE_COLUMNS) return n + 1;
        cells[n++] = one;
    }
    return n;
}

static bool id_of(dl_str s, uint32_t *ret_id)
{
    uint64_t id;
    if (!dl_str_u64(s, &id) || id == 0 || id >= DL_GEONAMES_MAX_ID) return false;
    *ret_id = (uint32_t)id;
    return true;
}

enum dl_geonames_kind dl_geonames_kind_of(dl_str line)
{
    dl_str cells[PLACE_COLUMNS] = {0};
    uint32_t id, of;
    size_t n = columns(line, cells);
    if (n == PLACE_COLUMNS && id_of(cells[0], &id)) return DL_GEONAMES_PLACES;
    if ((n == NAME_COLUMNS || n == OLD_NAME_COLUMNS) && id_of(cells[0], &id) &&
        id_of(cells[1], &of))
        return DL_GEONAMES_NAMES;
    if (n == DIVISION_COLUMNS && cells[0].n > 3 && cells[0].p[2] == '.' && id_of(cells[3], &id))
        return DL_GEONAMES_DIVISIONS;
    return DL_GEONAMES_NONE;
}

static enum dl_err wrong(struct dl_diag *diag, const char *what, dl_str cell)
{
    char shown[41] = "";
    size_t n = cell.n < 40 ? cell.n : 40;
    for (size_t i = 0; i < n; i++) /* a stranger's bytes */
        shown[i] = (char)(cell.p[i] >= ' ' && cell.p[i] < 127 ? cell.p[i] : '?');
    return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "%s: '%s'", what, shown);
}

static enum dl_err wrong_columns(struct dl_diag *diag, size_t n, const char *right)
{
    return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "%zu columns%s instead of %s",
                   n > PLACE_COLUMNS ? (size_t)PLACE_COLUMNS : n,
                   n > PLACE_COLUMNS ? " or more" : "", right);
}

static bool degrees(dl_str s, double most, int32_t *ret_e5)
{
    char copy[24], *end;
    if (s.n == 0 || s.n >= sizeof copy) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!dl_is_digit((unsigned char)s.p[i]) && s.p[i] != '.' && s.p[i] != '-') return false;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    double value = strtod(copy, &end);
    if (*end != '\0' || !(value >= -most && value <= most)) return false;
    *ret_e5 = (int32_t)lround(value * 1e5);
    return true;
}

static bool is_upper_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || dl_is_digit((unsigned char)c);
}

static bool put_feature(struct dl_geonames_place *p, dl_str class, dl_str code)
{
    if (class.n != 1 || class.p[0] < 'A' || class.p[0] > 'Z' || code.n > 9) return false;
    for (size_t i = 0; i < code.n; i++)
        if (!is_upper_or_digit(code.p[i])) return false;
    snprintf(p->feature, sizeof p->feature, "%c%s%.*s", class.p[0], code.n > 0 ? "." : "",
             DL_FMT(code));
    return true;
}

static bool is_text(dl_str s, size_t max)
{
    return s.n > 0 && s.n <= max && dl_utf8_valid(s, NULL);
}

enum dl_err dl_geonames_place(dl_str line, struct dl_geonames_place *ret_place,
                              struct dl_diag *diag)
{
    dl_str c[PLACE_COLUMNS] = {0};
    struct dl_geonames_place p = {0};
    uint64_t population = 0;
    size_t n = columns(line, c);
    if (n != PLACE_COLUMNS) return wrong_columns(diag, n, "19");
    if (!id_of(c[0], &p.id)) return wrong(diag, "geonameid is no number", c[0]);
    if (!is_text(c[1], DL_GEONAMES_MAX_NAME)) return wrong(diag, "name is no UTF-8", c[1]);
    if (!degrees(c[4], 90, &p.lat)) return wrong(diag, "latitude is none", c[4]);
    if (!degrees(c[5], 180, &p.lon)) return wrong(diag, "longitude is none", c[5]);
    if (c[6].n > 0 && !put_feature(&p, c[6], c[7])) return wrong(diag, "no such feature", c[7]);
    if (c[14].n > 0 && !dl_str_u64(c[14], &population))
        return wrong(diag, "population is no number", c[14]);
    if (c[8].n == 2 && dl_is_alpha((unsigned char)c[8].p[0])) memcpy(p.country, c[8].p, 2);
    p.name = c[1];
    p.ascii = c[2];
    p.alternates = c[3];
    p.admin1 = c[10];
    p.admin2 = c[11];
    p.modified = c[18];
    p.population = population > UINT32_MAX ? UINT32_MAX : (uint32_t)population;
    *ret_place = p;
    return DL_OK;
}

enum dl_err dl_geonames_name(dl_str line, struct dl_geonames_name *ret_name, struct dl_diag *diag)
{
    dl_str c[PLACE_COLUMNS] = {0};
    struct dl_geonames_name name = {0};
    size_t n = columns(line, c);
    if (n != NAME_COLUMNS && n != OLD_NAME_COLUMNS) return wrong_columns(diag, n, "10 or 8");
    if (!id_of(c[1], &name.id)) return wrong(diag, "geonameid is no number", c[1]);
    if (c[3].n == 0 || !dl_utf8_valid(c[3], NULL)) return wrong(diag, "name is no UTF-8", c[3]);
    name.language = c[2];
    name.name = c[3];
    *ret_name = name;
    return DL_OK;
}

enum dl_err dl_geonames_division(dl_str line, struct dl_geonames_division *ret_division,
                                 struct dl_diag *diag)
{
    dl_str c[PLACE_COLUMNS] = {0};
    struct dl_geonames_division d = {0};
    size_t n = columns(line, c);
    if (n != DIVISION_COLUMNS) return wrong_columns(diag, n, "4");
    if (!is_text(c[0], 100) || c[0].n < 4 || c[0].p[2] != '.')
        return wrong(diag, "code is none such as US.CA", c[0]);
    if (!is_text(c[1], DL_GEONAMES_MAX_NAME)) return wrong(diag, "name is no UTF-8", c[1]);
    if (c[3].n > 0 && !id_of(c[3], &d.id)) return wrong(diag, "geonameid is no number", c[3]);
    d.code = c[0];
    d.name = c[1];
    *ret_division = d;
    return DL_OK;
}

bool dl_geonames_is_name(dl_str language)
{
    static const char *const no_names[] = {"link", "post", "iata", "icao", "faac", "unlc",
                                           "wkdt", "tcid", "abbr", "phon", "piny"};
    for (size_t i = 0; i < sizeof no_names / sizeof *no_names; i++)
        if (dl_str_eq_c(language, no_names[i])) return false;
    return true;
}
