#include "cmd/csv.h"

#include <inttypes.h>

#include "base/utf8.h"

static bool is_formula(dl_str text)
{
    size_t pos = 0;
    while (pos < text.n && text.p[pos] == ' ')
        pos++;
    if (pos == text.n) return false;
    uint32_t first = dl_utf8_next(text, &pos);
    return first == '=' || first == '+' || first == '-' || first == '@' || first == '\t' ||
           first == '\r' || first == '\n' || first == 0xff1d || first == 0xff0b ||
           first == 0xff0d || first == 0xff20;
}

void dl_csv_cell(dl_buf *out, dl_str text)
{
    bool formula = is_formula(text), quoted = formula;
    for (size_t i = 0; i < text.n && !quoted; i++)
        quoted = strchr("\",\r\n", text.p[i]) != NULL && text.p[i] != '\0';
    if (!quoted) {
        dl_buf_str(out, text);
        return;
    }
    dl_buf_c(out, formula ? "\"'" : "\"");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"') dl_buf_byte(out, '"');
        dl_buf_byte(out, text.p[i]);
    }
    dl_buf_byte(out, '"');
}

void dl_csv_header(dl_buf *out, const char *const *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dl_buf_fmt(out, "%s%s", columns[i], i + 1 < n ? "," : "\r\n");
}

static yyjson_mut_val *at_path(yyjson_mut_val *object, const char *path)
{
    dl_str rest = dl_str_c(path), key;
    while (object != NULL && dl_str_split(&rest, '.', &key))
        object = yyjson_mut_obj_getn(object, key.p, key.n);
    return object;
}

static void put_value(dl_buf *out, yyjson_mut_val *value)
{
    if (yyjson_mut_is_str(value))
        dl_csv_cell(out, (dl_str){yyjson_mut_get_str(value), yyjson_mut_get_len(value)});
    else if (yyjson_mut_is_bool(value))
        dl_buf_c(out, yyjson_mut_get_bool(value) ? "true" : "false");
    else if (yyjson_mut_is_real(value))
        dl_buf_fmt(out, "%g", yyjson_mut_get_real(value));
    else if (yyjson_mut_is_int(value))
        dl_buf_fmt(out, "%" PRId64, yyjson_mut_get_sint(value));
}

void dl_csv_row(dl_buf *out, const char *const *columns, size_t n, yyjson_mut_val *object)
{
    for (size_t i = 0; i < n; i++) {
        put_value(out, at_path(object, columns[i]));
        dl_buf_c(out, i + 1 < n ? "," : "\r\n");
    }
}
