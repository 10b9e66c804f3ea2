/* A store in a temporary folder, and short ways to put things into it. */
#ifndef DL_TEST_STORE_FIXTURE_H
#define DL_TEST_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/ledger.h"
#include "store/read.h"

struct fixture {
    char dir[64];
    dl_arena *arena;
    dl_ledger *ledger;
    int64_t now_ms;
};

struct said {
    const char *outlet, *url, *title, *text, *language;
    const char *analyse; /* JSON, NULL: none */
};

void fixture_open(struct fixture *f);
void fixture_reopen(struct fixture *f); /* closes and opens the ledger */
void fixture_close(struct fixture *f);  /* and removes the folder */
void fixture_outlet(struct fixture *f, const char *id, const char *name, const char *country);
struct dl_material fixture_material(struct fixture *f, const char *outlet, const char *url,
                                    const char *bytes);
/* Takes and commits one piece of material. */
enum dl_taken_as fixture_take(struct fixture *f, const char *outlet, const char *url,
                              const char *bytes);
/* Takes, reads and commits; the entry's seq. */
int64_t fixture_say(struct fixture *f, const struct said *said);
/* Puts all that waits into stories: story[i] is the seq of the founder of the i-th row, 0 founds;
 * rows past n found their own. */
void fixture_assign(struct fixture *f, const int64_t *story, size_t n);
int64_t fixture_count(struct fixture *f,
                      const char *sql); /* one number, by a connection of its own */
void fixture_remove(const char *dir);

#define assert_ok(expr)      assert_int_equal((expr), DL_OK)
#define assert_str(slice, c) assert_true(dl_str_eq_c((slice), (c)))

#endif
