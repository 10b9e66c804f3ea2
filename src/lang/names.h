/* Names and places of a text: the lists first, then the learned recogniser.
 *
 * Who decides: what the lists know of countries, peoples, bodies and groups is so, unless the
 * recogniser sees a longer name around it ("Bank of China") or a person ("Jordan said he"). Towns
 * are so when the recogniser sees a place there, or when nothing speaks against them. All else is
 * what the recogniser says. Where there is no model for a language, the lists alone speak. Demonyms
 * give a nationality, never a location. Places with one name in several lands are settled by the
 * division or country named behind them, by the countries that the text names, and by population.
 * Linear. Memory: the arena. */
#ifndef DL_LANG_NAMES_H
#define DL_LANG_NAMES_H

#include "base/vec.h"
#include "lang/gazetteer.h"
#include "lang/model.h"
#include "lang/placefile.h"
#include "lang/sentences.h"

enum dl_entity_type {
    DL_ENTITY_PERSON,
    DL_ENTITY_ORG,
    DL_ENTITY_GROUP,
    DL_ENTITY_PLACE,
    DL_ENTITY_NATIONALITY,
    DL_ENTITY_ROLE
};
enum dl_place_use { DL_USE_LITERAL, DL_USE_ASSOCIATIVE, DL_USE_DEMONYM };

typedef struct dl_entity {
    uint32_t first, last;
    uint8_t type, use;            /* use: of places and nationalities */
    uint32_t place;               /* 1 + its number among the places; 0: none (places.h) */
    const struct dl_known *known; /* NULL: told by its form alone */
} dl_entity;
typedef DL_VEC(dl_entity) dl_entities;

struct dl_atlas;

struct dl_naming {
    const dl_gazetteer *gazetteer;
    const struct dl_atlas *atlas; /* for dl_places_find() */
    const dl_phrases *countries;  /* in the language of the text; may be NULL */
    const dl_pack *pack;
    const dl_model *model;        /* of the recogniser (ner.h); NULL: lists only */
    bool bare;                    /* the model was learned from other languages */
    const dl_placefile *imported; /* places that the user took in; NULL: none */
};

enum dl_err dl_names_find(const struct dl_naming *with, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_str outlet_country,
                          dl_entities *ret_entities) DL_MUST_USE;
const char *dl_entity_type_name(enum dl_entity_type type);

#endif
