/* Where documents say that something happened: places of their events, documents and acts of each.
 *
 * Only events that occurred or are said to have: what is planned, threatened, denied or supposed
 * has no place in the world yet. Only a place that stands in the clause of its event
 * (place_relation "occurs-in"). Pure; strings point into the analyses or the arena. */
#ifndef DL_SERVE_HAPPENED_H
#define DL_SERVE_HAPPENED_H

#include "serve/worldmap.h"
#include "store/read.h"

enum { DL_HAPPENED_ACTS = 6 /* different ones kept of a document at a place */ };

struct dl_happening {
    const struct dl_store_analysed *document;
    struct {
        dl_str act, status;
    } acts[DL_HAPPENED_ACTS];
    size_t n_acts;
};
struct dl_happened_place {
    dl_str name, kind, country;
    DL_VEC(struct dl_happening) in; /* a document each */
    struct dl_pin pin;
};
typedef DL_VEC(struct dl_happened_place) dl_happened;

/* Most documents first, then as they come. What cannot be read of an analysis is left out. */
enum dl_err dl_happened_gather(dl_arena *arena, const dl_store_analyses *analyses,
                               dl_happened *ret_places) DL_MUST_USE;
/* The map with its table: a figure and a table of the same data. what: for its title, "this story".
 * Nothing when there is no place. */
void dl_happened_show(dl_html *h, dl_arena *arena, dl_happened *places, bool world,
                      const char *what);

#endif
