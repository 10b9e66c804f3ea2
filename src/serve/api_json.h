/* The answers of /api/v1, read from the store and built as JSON: one place for the routes and for
 * `--json` of the commands, so that both give the same.
 *
 * Lists have the envelope {"data":[…],"next":"cursor","meta":{"seq","as_of"}}. The caller begins
 * and ends the store's moment. Everything lives in the arena; a failed answer is thrown away. */
#ifndef DL_SERVE_API_JSON_H
#define DL_SERVE_API_JSON_H

#include "serve/api.h"
#include "store/health.h"

enum {
    DL_API_LIMIT = 50, /* rows when none are asked for */
    DL_API_LIMIT_MAX = 500,
    DL_API_MEMBERS = DL_STORE_LIST_MAX - 1, /* a story is given whole where it can be */
};

struct dl_api_answer {
    dl_arena *arena;
    yyjson_mut_doc *doc;
    yyjson_mut_val *root;
    size_t limit;
    int64_t cursor, now_ms; /* cursor 0: from the first row */
    bool quiet;             /* no words of a text: its publisher allows none */
    bool more;              /* there are rows behind these: go on with `next` as cursor */
    int64_t next;
};

enum dl_err dl_api_begin(dl_arena *arena, size_t limit, int64_t cursor, int64_t now_ms,
                         struct dl_api_answer *ret_answer) DL_MUST_USE;

/* `next` and `meta`: the end of every list. */
enum dl_err dl_api_close_list(struct dl_api_answer *answer, dl_store *store) DL_MUST_USE;

enum dl_err dl_api_stories(struct dl_api_answer *answer, dl_store *store,
                           const struct dl_store_story_filter *filter) DL_MUST_USE;
/* ret_id: the story that answers, which may be another than was asked for (joins, short forms). */
enum dl_err dl_api_one_story(struct dl_api_answer *answer, dl_store *store, dl_str id,
                             dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_api_document(struct dl_api_answer *answer, dl_store *store, dl_str id,
                            bool with_text, dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;
struct dl_api_source_filter {
    dl_str outlet, country; /* empty: any */
    unsigned healths;       /* bits of enum dl_health; 0: any */
};
enum dl_err dl_api_sources(struct dl_api_answer *answer, dl_store *store,
                           const struct dl_api_source_filter *filter) DL_MUST_USE;
/* One outlet: channels with what each is worth, silence, losses, looks, arrivals by hour. */
enum dl_err dl_api_source(struct dl_api_answer *answer, dl_store *store, dl_str outlet) DL_MUST_USE;
enum dl_err dl_api_status(struct dl_api_answer *answer, dl_store *store) DL_MUST_USE;
enum dl_err dl_api_search(struct dl_api_answer *answer, dl_store *store,
                          const struct dl_query *query) DL_MUST_USE;
/* The fields of a document into the answer's object. */
void dl_api_put_document(struct dl_api_answer *answer, const struct dl_store_document *document,
                         bool with_text);
/* A document's trace into obj; document 0: it is of no store. */
enum dl_err dl_api_put_trace(struct dl_api_answer *answer, yyjson_mut_val *obj,
                             const struct dl_store_document *document) DL_MUST_USE;
/* Statements of a document, each with its sentence and its chain from the outlet outward. */
enum dl_err dl_api_trace_document(struct dl_api_answer *answer, dl_store *store, dl_str id,
                                  dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;
/* The same for the documents of a story, copies left out: they say nothing of their own. */
enum dl_err dl_api_trace_story(struct dl_api_answer *answer, dl_store *store, dl_str id,
                               dl_str *ret_id, struct dl_diag *diag) DL_MUST_USE;

#endif
