/* What is known before a text is read: word classes, cues, acts and names of every language,
 * the gazetteer and the atlas.
 *
 * The build makes it once from lexicon/ and lays it into the program (tools/freeze-lexicons.c,
 * base/frozen.h); a program without that image reads the tables at its start, with the same result.
 * Then only read, by any thread; processes share the pages. */
#ifndef DL_EVENT_LEXICONS_H
#define DL_EVENT_LEXICONS_H

#include "claim/cues.h"
#include "event/acts.h"
#include "lang/atlas.h"

typedef struct dl_lexicons {
    struct dl_lexicon {
        dl_pack pack;
        dl_cues cues;
        dl_acts acts;
        dl_phrases
            names; /* of the gazetteer, in this language; none in English: they are its own */
    } * of;        /* English first; n of them, and "und" for all languages without a folder */
    size_t n;
    dl_gazetteer gazetteer;
    dl_atlas atlas; /* for dl_atlas_thaw() */
} dl_lexicons;

/* Of a language's base ("fr"); n where it has no folder. */
size_t dl_lexicons_index(const dl_lexicons *lexicons, const char *base);

/* The image of the program, else the tables. DL_ERR_SYNTAX for a bad line, named in diag. Memory:
 * the arena. */
enum dl_err dl_lexicons_open(const dl_lexicons **ret_lexicons, dl_arena *arena,
                             struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_lexicons_read(const dl_lexicons **ret_lexicons, dl_arena *arena,
                             struct dl_diag *diag) DL_MUST_USE; /* always the tables */
enum dl_err dl_lexicons_freeze(const dl_lexicons *lexicons, dl_arena *arena, dl_buf *out,
                               struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_lexicons_thaw(const dl_lexicons **ret_lexicons, dl_arena *arena, dl_str image,
                             struct dl_diag *diag) DL_MUST_USE;

#endif
