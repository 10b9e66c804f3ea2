/* Documents for the tests of sayings and claims: short invented news, read as readers do. */
#ifndef DL_TEST_STORY_TOLD_H
#define DL_TEST_STORY_TOLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story/claims.h"

#define assert_ok(expr) assert_int_equal((expr), DL_OK)

enum { TOLD_MAX = 64 };

struct told {
    dl_arena *arena;
    size_t n;
    struct dl_claim_doc docs[TOLD_MAX];
    struct dl_sayings sayings[TOLD_MAX];
};

int told_open(void **state); /* of a group */
int told_close(void **state);
int told_start(void **state); /* of a test: sets *state to an empty struct told */
int told_end(void **state);

/* Adds a document, through its packed bytes; its index. */
uint32_t told_by(struct told *t, const char *outlet, const char *language, const char *title,
                 const char *text);
uint32_t told_linking(struct told *t, const char *outlet, const char *text, const char *href);
struct dl_claims told_claims(struct told *t, const struct dl_claim_edit *edits, size_t n_edits);
/* The claim that document i founded or joined first; fails the test when there is none. */
const struct dl_claim *told_claim_of(const struct dl_claims *claims, uint32_t document);
/* Do both documents share an origin of the claim? */
bool told_share(const struct dl_claim *claim, uint32_t a, uint32_t b);
const struct dl_actor *told_actor(const struct told *t, uint32_t document, const char *text);

#endif
