#include "base/err.h"

#include <stdarg.h>
#include <string.h>

struct row {
    const char *name;
    enum dl_err_class class;
    const char *text;
};

static const struct row rows[DL_ERR_COUNT] = {
    [DL_OK] = {"ok", DL_CLASS_NONE, "fine"},
#define DL_ERR_ROW(code, name, class, text) [DL_ERR_##code] = {name, DL_CLASS_##class, text},
#include "base/err.def"
#undef DL_ERR_ROW
};

static const struct row *row_of(enum dl_err err)
{
    DL_ASSERT((unsigned)err < DL_ERR_COUNT);
    return &rows[err];
}

const char *dl_err_name(enum dl_err err)
{
    return row_of(err)->name;
}

const char *dl_err_text(enum dl_err err)
{
    return row_of(err)->text;
}

enum dl_err_class dl_err_class(enum dl_err err)
{
    return row_of(err)->class;
}

enum dl_err dl_err_from_name(const char *name)
{
    for (unsigned i = 1; i < DL_ERR_COUNT; i++)
        if (strcmp(rows[i].name, name) == 0) return (enum dl_err)i;
    return DL_OK;
}

enum dl_err dl_fail(struct dl_diag *diag, enum dl_err code, size_t pos, const char *format, ...)
{
    if (diag == NULL) return code;
    diag->code = code;
    diag->pos = pos;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(diag->message, sizeof diag->message, format, args);
    va_end(args);
    if (n < 0) diag->message[0] = '\0';
    size_t len = strlen(diag->message);
    /* A cut inside a character would make the message invalid UTF-8. */
    if ((size_t)n >= sizeof diag->message)
        while (len > 0 && ((unsigned char)diag->message[--len] & 0xC0) == 0x80) {
        }
    diag->message[len] = '\0';
    for (char *p = diag->message; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F) *p = ' ';
    return code;
}

_Noreturn void dl_assert_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr, "dateline: %s:%d: broken invariant: %s\n", file, line, cond);
    abort();
}
