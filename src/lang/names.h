/* Names and places of a text: lists first, then capitals.
 *
 * Known names by longest match; demonyms give a nationality, never a location. In languages with
 * capitals, runs of capitalised words that no list knows become persons (given names, titles before
 * them, surnames seen before) or organisations (words such as Ministry, acronyms). Places with one
 * name in several lands are settled by the division or country named behind them, by the countries
 * that the text names, and by population. Linear. Memory: the arena. */
#ifndef DL_LANG_NAMES_H
#define DL_LANG_NAMES_H

#include "base/vec.h"
#include "lang/gazetteer.h"
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
    const struct dl_known *known; /* NULL: told by its form alone */
} dl_entity;
typedef DL_VEC(dl_entity) dl_entities;

enum dl_err dl_names_find(const dl_gazetteer *gazetteer, const dl_phrases *countries,
                          const dl_pack *pack, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_str outlet_country,
                          dl_entities *ret_entities) DL_MUST_USE;
const char *dl_entity_type_name(enum dl_entity_type type);

#endif
