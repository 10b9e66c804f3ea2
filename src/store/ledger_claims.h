/* Claims of stories in the ledger, write side: which stories wait for theirs, what is known of a
 * story's documents, what was made of it, and what people decided about it.
 *
 * Claims are a function of a story's documents in their order, of what these say (result
 * "sayings") and of the decisions that stand: making them again changes nothing. A claim's id never
 * changes; one that became part of an older one leads there (claim_alias). Strings live in the
 * arena; times are ms since 1970 UTC, 0: not known. Errors as in ledger.h. */
#ifndef DL_STORE_LEDGER_CLAIMS_H
#define DL_STORE_LEDGER_CLAIMS_H

#include "store/ledger.h"

enum {
    DL_CLAIM_DOCUMENTS_MAX = 1500, /* of a story that are looked at, the oldest: 15 MB of sayings */
    DL_CLAIM_PAUSE = 10,           /* a story rests so many times what it cost last … */
    DL_CLAIM_PAUSE_CALM = 2,       /* … so many when there is nothing else to do … */
    DL_CLAIM_PAUSE_MOST_MS = 60 * 1000, /* … and no longer, so that a stream does not starve it */
};

/* The next story whose claims are behind and that has rested. calm: there is nothing else to do.
 * DL_ERR_NOT_FOUND: none is due now; *ret_more: one will be. */
struct dl_claim_story {
    int64_t story;
    dl_id id;
};
enum dl_err dl_ledger_claims_due(dl_ledger *ledger, int64_t now_ms, bool calm,
                                 struct dl_claim_story *ret_story, bool *ret_more) DL_MUST_USE;

struct dl_claim_document {
    int64_t document, seq;
    int64_t copy_of; /* its place among the documents + 1; 0: no copy, or of none of these */
    double similarity;
    dl_id id, revision;
    dl_str outlet, outlet_name, country, language, title, url;
    int64_t seen_after_ms, seen_by_ms, published_ms;
    dl_str sayings; /* packed (story/sayings.h); empty: not known */
};
typedef DL_VEC(struct dl_claim_document) dl_claim_documents;
/* In order of arrival, the revisions shown. */
enum dl_err dl_ledger_claim_documents(dl_ledger *ledger, dl_arena *arena, int64_t story,
                                      dl_claim_documents *ret_documents) DL_MUST_USE;

struct dl_decision {
    int64_t decision, at_ms, undone_ms;
    dl_id claim, a, b; /* documents, the smaller id first */
    bool split;        /* their origins are not one; else they are */
};
typedef DL_VEC(struct dl_decision) dl_decisions;
/* Those that stand for claims of the story, in the order in which they were made. */
enum dl_err dl_ledger_claim_decisions(dl_ledger *ledger, dl_arena *arena, int64_t story,
                                      dl_decisions *ret_decisions) DL_MUST_USE;
/* A person decides; the claim's story is due again. DL_ERR_NOT_FOUND: there is no such claim. The
 * same decision again, and one that undoes what is undone, change nothing. */
enum dl_err dl_ledger_decide(dl_ledger *ledger, const struct dl_decision *decision) DL_MUST_USE;
enum dl_err dl_ledger_undo(dl_ledger *ledger, int64_t decision, int64_t now_ms) DL_MUST_USE;

struct dl_claim_row {
    dl_id id;
    int64_t document;
    dl_str wording, language;
    int64_t documents, copies, outlets, origins_min, origins_max, origins_named, origins_free;
    int64_t denials, hardened, softened, first_seen_ms, last_seen_ms;
    bool circular;
    dl_str body; /* JSON */
    const dl_id
        *within; /* ids of claims that this one may have taken in: what it says and they did */
    size_t n_within;
    const dl_id *origins; /* in the order of the body's */
    size_t n_origins;
};
/* A claim that the story had keeps its id also when its founding document says it in another
 * revision: rows[i].id becomes what it has been. */
enum dl_err dl_ledger_name_claims(dl_ledger *ledger, dl_arena *arena, int64_t story,
                                  struct dl_claim_row *rows, size_t n) DL_MUST_USE;
/* In the place of what the story had. cost_ms: what it took; newest_ms: of its newest document. */
enum dl_err dl_ledger_put_claims(dl_ledger *ledger, dl_arena *arena,
                                 const struct dl_claim_story *story,
                                 const struct dl_claim_row *rows, size_t n, int64_t cost_ms,
                                 int64_t newest_ms) DL_MUST_USE;
/* The story keeps the claims that it has: new ones cannot be made (too much, or damaged). */
enum dl_err dl_ledger_claims_give_up(dl_ledger *ledger, int64_t story, int64_t cost_ms) DL_MUST_USE;
/* The story's claims are behind from now on. A story of one document has none: there is nothing
 * that several say alike. */
enum dl_err dl_ledger_claims_behind(dl_ledger *ledger, int64_t story) DL_MUST_USE;
/* SHA-256("claim1" document wording): of the first document that says it, in its words. */
dl_id dl_claim_id(const dl_id *document, dl_str wording);
/* SHA-256("origin1" claim document name): of the first document whose chain ends there, in its
 * words. */
dl_id dl_origin_id(const dl_id *claim, const dl_id *document, dl_str name);

#endif
