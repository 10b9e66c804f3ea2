/* An imported gazetteer, or, when it is none, lines of a dump of GeoNames. */
#include <stdint.h>

#include "base/utf8.h"
#include "lang/geonames.h"
#include "lang/placefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ASKED = 256 };

static void ask(const dl_placefile *f)
{
    struct dl_place_row row;
    struct dl_place_division d;
    uint32_t key, end;
    for (uint32_t i = 0; i < ASKED; i++) {
        if (dl_placefile_row(f, i, &row)) {
            DL_ASSERT(dl_utf8_valid(row.name, NULL) && row.lat <= 90 && row.lon <= 180);
            (void)dl_placefile_find(f, dl_words_name_key(row.name), &key, &end);
        }
        if (dl_placefile_division(f, i, &d)) DL_ASSERT(dl_utf8_valid(d.name, NULL));
    }
    DL_ASSERT(dl_placefile_check(f, NULL) == DL_OK || f->n > DL_PLACEFILE_HEAD);
}

static void read_line(dl_str line)
{
    struct dl_geonames_place place;
    struct dl_geonames_name name;
    struct dl_geonames_division division;
    struct dl_diag diag;
    (void)dl_geonames_kind_of(line);
    if (dl_geonames_place(line, &place, &diag) == DL_OK)
        DL_ASSERT(dl_utf8_valid(place.name, NULL) && place.lat <= 9000000);
    if (dl_geonames_name(line, &name, &diag) == DL_OK) DL_ASSERT(dl_utf8_valid(name.name, NULL));
    if (dl_geonames_division(line, &division, &diag) == DL_OK)
        DL_ASSERT(dl_utf8_valid(division.code, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dl_str in = {(const char *)data, size}, line;
    dl_placefile f;
    if (dl_placefile_of_bytes(&f, in, NULL) == DL_OK)
        ask(&f);
    else
        while (dl_str_line(&in, &line))
            read_line(line);
    return 0;
}
