/* Who says what in a story: statements by their source, and the same words of one source together,
 * so that ten copies of one sentence are seen as one.
 *
 * Sources come in the order of their first statement; statements without a source behind them, and
 * last what the outlets say in their own voice. Everything lives in the arena. Linear. */
#ifndef DL_SERVE_SAID_H
#define DL_SERVE_SAID_H

#include "store/read.h"

struct dl_telling {
    const struct dl_store_statement *statement;
    bool in_copy; /* of a document that is a copy of another of the story */
};

struct dl_wording { /* one thing said, however often it was printed */
    const struct dl_store_statement *first;
    DL_VEC(struct dl_telling) tellings;
};

struct dl_said_by {
    dl_str source, class, anonymity; /* source empty: none given */
    bool own;                        /* the outlets themselves */
    size_t documents, copies;        /* in how many it is said; how many of these are copies */
    DL_VEC(struct dl_wording *) wordings;
};
typedef DL_VEC(struct dl_said_by *) dl_said;

enum dl_err dl_said_group(dl_arena *arena, const dl_store_statements *statements,
                          const dl_store_members *members, dl_said *ret_said) DL_MUST_USE;

#endif
