/* Copies: which earlier document a document shares its text with.
 *
 * Candidates share some of the DL_COPIES_INDEXED smallest prints; they are then compared by whole
 * sketches. Containment above SAME_TEXT of the shorter text makes a copy. Within one outlet that is
 * not enough, for its articles share furniture and templates: there nearly the whole text must
 * agree, and the numbers too. Numbers that contradict each other reject any copy (a template filled
 * in again is news), those left out that an outlet prints in most of its articles. The document
 * named is the earliest that holds about as much of the text as the best one, so that chains of
 * copies point at their beginning. Numbers: research by the project; see README.md. Memory: about
 * 0.61 kB a document, for the window. Errors: DL_ERR_NOMEM. */
#ifndef DL_STORY_COPIES_H
#define DL_STORY_COPIES_H

#include "story/features.h"
#include "story/ring.h"

enum { DL_COPIES_INDEXED = 16 };

struct dl_copies;

struct dl_copy {
    uint64_t key; /* of the document copied, 0: none */
    uint32_t story;
    float containment;
};

struct dl_copies *dl_copies_new(void);
void dl_copies_free(struct dl_copies *copies);
/* outlet: hash, 0 unknown. */
struct dl_copy dl_copies_find(struct dl_copies *copies, const struct dl_features *features,
                              uint32_t outlet, int64_t alive_from_ms);
/* story: the caller's number for the story it went to. */
enum dl_err dl_copies_add(struct dl_copies *copies, uint64_t key,
                          const struct dl_features *features, uint32_t outlet, uint32_t story,
                          int64_t time_ms, int64_t alive_from_ms) DL_MUST_USE;
/* The document of this number (they rise by one a document) went to another story. */
void dl_copies_move(struct dl_copies *copies, uint32_t number, uint32_t story);
size_t dl_copies_held(const struct dl_copies *copies);
size_t dl_copies_bytes(const struct dl_copies *copies);
uint64_t dl_copies_hash(const struct dl_copies *copies);

#endif
