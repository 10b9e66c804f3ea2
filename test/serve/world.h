/* An invented EXAMPLE world in a ledger, for the tests of pages: countries, outlets and people do
 * not exist. Stories 1 to 4 are written by hand (copies, another language, anonymous sources, a
 * denial, right-to-left and CJK headlines, hostile markup); more are made by number. */
#ifndef DL_TEST_WORLD_H
#define DL_TEST_WORLD_H

#include "store/ledger.h"

/* Fills a new store in dir (which must be an empty folder); now_ms: the age of everything counts
 * from there. more: further stories with one document each. */
enum dl_err world_fill(const char *dir, int64_t now_ms, size_t more, struct dl_diag *diag);
/* Adds one document to the first story, as the writer would. */
enum dl_err world_add_report(const char *dir, int64_t now_ms, int number, struct dl_diag *diag);

/* Adds one more document, a story of its own, behind the others of world_fill(more) and `added`
 * ones before it, with what the real stage said of it. */
struct world_reading {
    const char *outlet, *slug, *language, *title, *subtitle, *text, *analyse;
};
enum dl_err world_add_reading(const char *dir, int64_t now_ms, size_t more, size_t added,
                              const struct world_reading *reading, struct dl_diag *diag);

/* Ids of the hand-written documents and of the first story, hex. */
enum { WORLD_FIRST, WORLD_COPY, WORLD_PERSIAN, WORLD_CHINESE, WORLD_HOSTILE, WORLD_IDS };
const char *world_document(int which);
const char *world_story(void);

#endif
