/* Which places a text speaks of, and where they lie.
 *
 * Names that lang/names.h found as places, and names in which a place stands for its people or its
 * bodies ("Texas beat Ohio", "Walker County Schools": use associative), as far as the lists or the
 * atlas have them. Demonyms stay demonyms. What nobody knows is told without a point.
 *
 * A name has one sense a text, unless its words say otherwise: "Paris, Texas" is settled by the
 * division, district or country behind it. All names are settled together (lang/senses.h). The
 * country of the outlet is half a mention. Linear in the text. Memory: the arena. Pure. */
#ifndef DL_LANG_PLACES_H
#define DL_LANG_PLACES_H

#include "lang/atlas.h"
#include "lang/names.h"

typedef struct dl_place {
    uint32_t first, last;         /* tokens */
    const struct dl_known *known; /* NULL: nobody knows where it is */
    uint8_t use;                  /* enum dl_place_use */
} dl_place;
typedef DL_VEC(dl_place) dl_places;

/* In text order. Entities get the sense that was found, and the number of their place. */
enum dl_err dl_places_find(const struct dl_naming *with, dl_arena *arena, const dl_words *words,
                           dl_str outlet_country, dl_entities *entities,
                           dl_places *ret_places) DL_MUST_USE;

#endif
