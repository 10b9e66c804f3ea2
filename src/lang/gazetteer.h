/* What is known by name: countries (ICU's names in all languages of the lexicon), first-level
 * divisions, cities (GeoNames), regions, words for peoples, and bodies, groups, agencies, media
 * from lexicon/names.tsv. Read once, then only read, by any thread. */
#ifndef DL_LANG_GAZETTEER_H
#define DL_LANG_GAZETTEER_H

#include "lang/pack.h"
#include "lang/phrases.h"

enum dl_known_kind {
    DL_KNOWN_COUNTRY,
    DL_KNOWN_PEOPLE, /* a demonym: nationality, never a location */
    DL_KNOWN_DIVISION,
    DL_KNOWN_CITY,
    DL_KNOWN_REGION,
    DL_KNOWN_DISTRICT, /* second level: a county */
    DL_KNOWN_NAME,     /* from here on nothing is a place */
    DL_KNOWN_PERSON    /* who holds or held an office of state */
};

/* Column "kind" of names.tsv. */
enum dl_name_kind {
    DL_NAME_IGO,
    DL_NAME_NGO,
    DL_NAME_ARMED,
    DL_NAME_OFFICIAL,
    DL_NAME_COMPANY,
    DL_NAME_MEDIA
};

struct dl_known {
    dl_str name;     /* normal form: the first one of its row */
    dl_str office;   /* of a person */
    dl_str from, to; /* its dates, YYYY-MM-DD; `to` is empty while it lasts */
    char country[4], admin[4];
    uint8_t kind, name_kind;
    bool upper; /* only in capitals: WHO, IS, US */
    bool capital, placed;
    float lat, lon;
    uint32_t population, geonames;
};

typedef struct dl_gazetteer {
    dl_arena *arena;
    struct dl_known *known;
    size_t n, cap;
    dl_phrases english; /* all of it, in English */
    const dl_pack *pack;
    dl_map64 persons; /* key of a word -> DL_PERSON_* */
    dl_map64 index;   /* hash of kind of thing, country and normal form -> 1 + index of known */
} dl_gazetteer;

/* Of a place, as people and JSON have it: "admin2". */
const char *dl_known_kind_name(enum dl_known_kind kind);

enum { DL_PERSON_GIVEN = 1, DL_PERSON_SURNAME = 2 };

enum dl_err dl_gazetteer_load(dl_gazetteer *ret_gazetteer, dl_arena *arena, const dl_pack *english,
                              struct dl_diag *diag) DL_MUST_USE;
/* Names in one more language, as phrases over the same entries: countries by ICU and
 * lexicon/LANG/places.tsv, cities and divisions by the latter, bodies, groups and persons by
 * lexicon/LANG/names.tsv. Written forms of other cases stand in the files. */
enum dl_err dl_gazetteer_language(dl_gazetteer *gazetteer, dl_arena *arena, const dl_pack *pack,
                                  dl_phrases *ret_phrases, struct dl_diag *diag) DL_MUST_USE;
void dl_gazetteer_freeze(dl_freezer *freezer, const dl_gazetteer *gazetteer); /* base/frozen.h */

#endif
