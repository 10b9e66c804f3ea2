/* Errors. One enum from one list (err.def); every code has a class that drives the pipeline.
 *
 * Functions return enum dl_err, outputs come last as ret_x and are untouched on failure.
 * Details go to the caller's struct dl_diag: code, a constant or formatted message, byte position.
 * A function that takes a diag accepts NULL. Nothing here allocates; all is thread-safe. */
#ifndef DL_BASE_ERR_H
#define DL_BASE_ERR_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum dl_err {
    DL_OK = 0,
#define DL_ERR_ROW(code, name, class, text) DL_ERR_##code,
#include "err.def"
#undef DL_ERR_ROW
    DL_ERR_COUNT
};

enum dl_err_class { DL_CLASS_NONE, DL_CLASS_RETRY, DL_CLASS_REJECT, DL_CLASS_BUG };

#define DL_MUST_USE     __attribute__((warn_unused_result))
#define DL_PRINTF(f, a) __attribute__((format(printf, f, a)))

#define DL_NO_POS ((size_t)-1)

struct dl_diag {
    enum dl_err code;
    size_t pos;        /* byte position in the input, DL_NO_POS when unknown */
    char message[200]; /* valid UTF-8, one line, no control characters */
};

const char *dl_err_name(enum dl_err err);
const char *dl_err_text(enum dl_err err);
enum dl_err_class dl_err_class(enum dl_err err);
/* DL_OK for a name that is not in the list. */
enum dl_err dl_err_from_name(const char *name);

/* Fills diag (NULL allowed) and returns code, so that `return dl_fail(...)` reads well. */
enum dl_err dl_fail(struct dl_diag *diag, enum dl_err code, size_t pos, const char *format, ...)
    DL_PRINTF(4, 5);

#define DL_TRY(expr)                                                                               \
    do {                                                                                           \
        enum dl_err dl_try_ = (expr);                                                              \
        if (dl_try_ != DL_OK) return dl_try_;                                                      \
    } while (0)

/* Stays on in releases: a broken invariant must not reach the store. */
#ifdef __cppcheck__ /* knows that abort() does not return, but not who calls it */
#define DL_ASSERT(cond)                                                                            \
    do {                                                                                           \
        if (!(cond)) abort();                                                                      \
    } while (0)
#else
#define DL_ASSERT(cond)                                                                            \
    do {                                                                                           \
        if (!(cond)) dl_assert_failed(#cond, __FILE__, __LINE__);                                  \
    } while (0)
#endif
_Noreturn void dl_assert_failed(const char *cond, const char *file, int line);

#endif
