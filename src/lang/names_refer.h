/* Who is meant by a short form: acronyms, surnames, "the ministry".
 *
 * An acronym is what stands in brackets beside a name of which it is the initials ("Federal Safety
 * Board (FSB)"), from there on in this document. A surname refers to the one person of the document
 * with that last name; "the ministry" to the one body before it whose name has that word, "the
 * group" to the one armed group before it. Where two could be meant, nothing is said. Linear. */
#ifndef DL_LANG_NAMES_REFER_H
#define DL_LANG_NAMES_REFER_H

#include "lang/names.h"

typedef struct dl_mention {
    uint32_t first, last; /* tokens */
    uint32_t entity;      /* index of the name it stands for */
} dl_mention;
typedef DL_VEC(dl_mention) dl_mentions;

/* In text order. Short names whose long form is known become known; acronyms and their long forms
 * that were not seen as names become names. */
enum dl_err dl_names_refer(dl_arena *arena, const dl_words *words, dl_entities *entities,
                           dl_mentions *ret_mentions) DL_MUST_USE;

#endif
