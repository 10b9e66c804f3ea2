/* Lines of the dumps of GeoNames (download.geonames.org/export/dump/readme.txt), tab-separated
 * UTF-8 without header:
 *
 *   places      19 columns: geonameid, name, asciiname, alternatenames (by commas), latitude,
 *               longitude, class, code, country, cc2, admin1-4, population, elevation, dem,
 * timezone, modified (allCountries.txt, cities500.txt, XX.txt, no-country.txt) names       10
 * columns: alternateNameId, geonameid, language, name, preferred, short, colloquial, historic,
 * from, to; 8 in older dumps (alternateNamesV2.txt) divisions   4 columns: code ("US.CA",
 * "US.CA.037"), name, ascii name, geonameid (admin1CodesASCII.txt, admin2Codes.txt)
 *
 * Pure; slices point into the line. DL_ERR_SYNTAX names the column and what stands there. */
#ifndef DL_LANG_GEONAMES_H
#define DL_LANG_GEONAMES_H

#include "base/str.h"

enum dl_geonames_kind {
    DL_GEONAMES_NONE,
    DL_GEONAMES_PLACES,
    DL_GEONAMES_NAMES,
    DL_GEONAMES_DIVISIONS
};

enum { DL_GEONAMES_MAX_ID = 1 << 28, DL_GEONAMES_MAX_NAME = 800 /* bytes: 200 characters */ };

struct dl_geonames_place {
    uint32_t id, population;
    dl_str name, ascii, alternates;
    int32_t lat, lon; /* 1e-5 degrees */
    char feature[12]; /* "P.PPLC" */
    char country[2];  /* NUL: of none */
    dl_str admin1, admin2, modified;
};
struct dl_geonames_name {
    uint32_t id;
    dl_str language, name; /* language may be "link", "iata", … */
};
struct dl_geonames_division {
    dl_str code, name;
    uint32_t id; /* 0: not given */
};

/* What a file is, told by its first line that is no comment. */
enum dl_geonames_kind dl_geonames_kind_of(dl_str line);
enum dl_err dl_geonames_place(dl_str line, struct dl_geonames_place *ret_place,
                              struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_geonames_name(dl_str line, struct dl_geonames_name *ret_name,
                             struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_geonames_division(dl_str line, struct dl_geonames_division *ret_division,
                                 struct dl_diag *diag) DL_MUST_USE;
/* Is a name of that "language" a name at all? Links, post codes and codes of airports are not. */
bool dl_geonames_is_name(dl_str language);

#endif
