/* The lexicon of events: words for acts (PLOVER types, CAMEO codes), for those who act, for links
 * between events, for topics. Read once from lexicon/LANG, then only read, by any thread. */
#ifndef DL_EVENT_ACTS_H
#define DL_EVENT_ACTS_H

#include "lang/pack.h"
#include "lang/phrases.h"

struct dl_act {
    dl_str act, mode, cameo;
    bool verb;
};

struct dl_topic {
    dl_str medtop, label;
};

typedef struct dl_acts {
    struct dl_act *act;
    dl_str *sector, *link;
    struct dl_topic *topic;
    size_t n_acts, n_sectors, n_links, n_topics;
    dl_phrases acts, agents, links, topics;
} dl_acts;

enum dl_err dl_acts_load(dl_acts *ret_acts, dl_arena *arena, const dl_pack *pack,
                         struct dl_diag *diag) DL_MUST_USE;
void dl_acts_freeze(dl_freezer *freezer, const dl_acts *acts); /* base/frozen.h */

#endif
