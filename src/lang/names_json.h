/* Entities and places as the contract prints them. */
#ifndef DL_LANG_NAMES_JSON_H
#define DL_LANG_NAMES_JSON_H

#include "base/json.h"
#include "lang/names_refer.h"
#include "lang/places.h"

/* Adds "entities" and "places"; places stand in text order, so that an index names one. Where
 * nobody knows a place it has no point, and its kind is locality. published, if set, tells which
 * offices were held ("office" of a person). "coreferences", where there are any, name entities by
 * index. */
void dl_names_json(const dl_entities *entities, const dl_mentions *mentions,
                   const dl_places *places, const dl_words *words, dl_time published,
                   dl_arena *arena, yyjson_mut_doc *json, yyjson_mut_val *object);

#endif
