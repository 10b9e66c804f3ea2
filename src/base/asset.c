#include "base/asset.h"

bool dl_asset_get(const char *name, dl_str *ret_bytes)
{
    for (const dl_asset *a = dl_assets; a->name != NULL; a++) {
        if (strcmp(a->name, name) != 0) continue;
        *ret_bytes = (dl_str){a->start, (size_t)(a->end - a->start)};
        return true;
    }
    return false;
}

bool dl_asset_holds(const char *p)
{
    for (const dl_asset *a = dl_assets; a->name != NULL; a++)
        if (p >= a->start && p < a->end) return true;
    return false;
}

bool dl_asset_next(const char *prefix, size_t *pos, dl_str *ret_name, dl_str *ret_bytes)
{
    for (; dl_assets[*pos].name != NULL; (*pos)++) {
        const dl_asset *a = &dl_assets[*pos];
        if (strncmp(a->name, prefix, strlen(prefix)) != 0) continue;
        *ret_name = dl_str_c(a->name);
        *ret_bytes = (dl_str){a->start, (size_t)(a->end - a->start)};
        (*pos)++;
        return true;
    }
    return false;
}

static bool next_row(dl_tsv *tsv, dl_str *ret_row)
{
    while (dl_str_line(&tsv->rest, ret_row)) {
        tsv->line++;
        if (dl_str_trim(*ret_row).n > 0 && ret_row->p[0] != '#') return true;
    }
    return false;
}

static size_t cells_of(dl_str row, dl_str cells[DL_TSV_MAX_COLUMNS])
{
    size_t n = 0;
    dl_str cell;
    while (dl_str_split(&row, '\t', &cell)) {
        if (n == DL_TSV_MAX_COLUMNS) return n + 1;
        cells[n++] = dl_str_trim(cell);
    }
    return n;
}

enum dl_err dl_tsv_open(dl_tsv *tsv, dl_str text, struct dl_diag *diag)
{
    *tsv = (dl_tsv){.rest = text};
    dl_str cells[DL_TSV_MAX_COLUMNS];
    if (!next_row(tsv, &tsv->header)) return dl_fail(diag, DL_ERR_EMPTY, 0, "no header line");
    tsv->columns = cells_of(tsv->header, cells);
    if (tsv->columns > DL_TSV_MAX_COLUMNS)
        return dl_fail(diag, DL_ERR_TOO_BIG, 0, "more than %d columns", DL_TSV_MAX_COLUMNS);
    return DL_OK;
}

size_t dl_tsv_column(const dl_tsv *tsv, const char *name)
{
    dl_str cells[DL_TSV_MAX_COLUMNS];
    size_t n = cells_of(tsv->header, cells);
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq_c(cells[i], name)) return i;
    return DL_NO_POS;
}

enum dl_err dl_tsv_next(dl_tsv *tsv, dl_str cells[DL_TSV_MAX_COLUMNS], struct dl_diag *diag)
{
    dl_str row;
    if (!next_row(tsv, &row)) return DL_ERR_NOT_FOUND;
    size_t n = cells_of(row, cells);
    if (n == tsv->columns) return DL_OK;
    return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "line %zu has %zu cells, the header %zu",
                   tsv->line, n, tsv->columns);
}
