#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/asset.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "story/bilingual_private.h"

enum { ARENA_CAP = 64 << 20, NAME_BYTES = 256 };

struct listing {
    struct dl_bilingual *b;
    struct dl_bilingual_held *held;
    struct dl_stems_language language;
    dl_arena *arena;
    struct {
        size_t n, cap;
        struct dl_known_form *p;
    } forms;
};

/* Things are named as the lists in English have them; countries by their code. */
static uint32_t thing_of(dl_str country, dl_str name)
{
    uint64_t seed = dl_hash64(country);
    return name.n == 0 ? (uint32_t)(seed >> 32) : (uint32_t)(dl_hash64_seed(name, seed) >> 32);
}

static bool in_capitals(dl_str form)
{
    for (size_t pos = 0; pos < form.n;) {
        UChar32 cp = (UChar32)dl_utf8_next(form, &pos);
        if (u_isalpha(cp) && !u_isupper(cp)) return false;
    }
    return true;
}

static enum dl_err add_form(struct listing *l, dl_str form, uint32_t thing, bool place)
{
    struct dl_known_form k = {.thing = thing};
    size_t n;
    form = dl_str_trim(form);
    bool fits = dl_bilingual_terms(l->b, &l->language, form, k.terms, DL_KNOWN_TERMS, &n);
    dl_arena_reset(l->b->scratch);
    if (!fits) return DL_OK;
    k.n = (uint16_t)n;
    k.capitals = in_capitals(form);
    k.place = place;
    return dl_vec_push(l->arena, &l->forms, k);
}

/* Forms parted by '|'. */
static enum dl_err add_forms(struct listing *l, dl_str forms, uint32_t thing, bool place)
{
    for (size_t from = 0; from < forms.n;) {
        size_t to = from;
        while (to < forms.n && forms.p[to] != '|')
            to++;
        DL_TRY(add_form(l, dl_str_sub(forms, from, to), thing, place));
        from = to + 1;
    }
    return DL_OK;
}

static dl_str first_form(dl_str forms)
{
    size_t to = 0;
    while (to < forms.n && forms.p[to] != '|')
        to++;
    return dl_str_sub(forms, 0, to);
}

/* ------------------------------------------------------------------ countries */

static enum dl_err add_country_name(struct listing *l, dl_str country)
{
    char locale[16], name[NAME_BYTES];
    UChar wide[NAME_BYTES];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (country.n != 2) return DL_OK;
    snprintf(locale, sizeof locale, "und_%.2s", country.p);
    uloc_getDisplayCountry(locale, l->held->language, wide, NAME_BYTES, &status);
    u_strToUTF8(name, NAME_BYTES, &n, wide, -1, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING) return DL_OK;
    return add_form(l, (dl_str){name, (size_t)n}, thing_of(country, (dl_str){NULL, 0}), true);
}

static enum dl_err add_countries(struct listing *l)
{
    dl_str text, cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    bool english = strcmp(l->held->language, "en") == 0;
    if (!dl_asset_get("lexicon/places/countries.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, NULL));
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        uint32_t thing = thing_of(cells[0], (dl_str){NULL, 0});
        DL_TRY(add_country_name(l, cells[0]));
        if (!english) continue;
        DL_TRY(add_forms(l, cells[3], thing, true));
        DL_TRY(add_forms(l, cells[4], thing, true));
    }
    return DL_OK;
}

/* ------------------------------------------------------------------ lists */

/* LANG/places.tsv: forms, country, name of a city or division. */
static enum dl_err add_places(struct listing *l, dl_str text, bool in_english)
{
    dl_str cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    DL_TRY(dl_tsv_open(&tsv, text, NULL));
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        uint32_t thing = thing_of(cells[1], cells[2]);
        DL_TRY(add_forms(l, in_english ? cells[2] : cells[0], thing, true));
    }
    return DL_OK;
}

/* names.tsv and leaders.tsv: names|…; LANG/names.tsv: forms, name. */
static enum dl_err add_names(struct listing *l, dl_str text, size_t name_column)
{
    dl_str cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    DL_TRY(dl_tsv_open(&tsv, text, NULL));
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK)
        DL_TRY(add_forms(l, cells[0], thing_of((dl_str){"name", 4}, first_form(cells[name_column])),
                         false));
    return DL_OK;
}

static enum dl_err add_lists(struct listing *l)
{
    dl_str name, text;
    char path[64];
    DL_TRY(add_countries(l));
    if (strcmp(l->held->language, "en") == 0) {
        static const dl_str end = {"/places.tsv", 11};
        for (size_t pos = 0; dl_asset_next("lexicon/", &pos, &name, &text);)
            if (name.n > end.n && memcmp(name.p + name.n - end.n, end.p, end.n) == 0)
                DL_TRY(add_places(l, text, true));
        if (dl_asset_get("lexicon/names.tsv", &text)) DL_TRY(add_names(l, text, 0));
        if (dl_asset_get("lexicon/leaders.tsv", &text)) DL_TRY(add_names(l, text, 0));
        return DL_OK;
    }
    snprintf(path, sizeof path, "lexicon/%s/places.tsv", l->held->language);
    if (dl_asset_get(path, &text)) DL_TRY(add_places(l, text, false));
    snprintf(path, sizeof path, "lexicon/%s/names.tsv", l->held->language);
    if (dl_asset_get(path, &text)) DL_TRY(add_names(l, text, 1));
    return DL_OK;
}

static int by_terms(const void *a, const void *b)
{
    const struct dl_known_form *x = a, *y = b;
    for (size_t i = 0; i < DL_KNOWN_TERMS; i++)
        if (x->terms[i] != y->terms[i]) return x->terms[i] < y->terms[i] ? -1 : 1;
    if (x->thing != y->thing) return x->thing < y->thing ? -1 : 1;
    return (x->capitals > y->capitals) - (x->capitals < y->capitals);
}

static size_t without_repeats(struct dl_known_form *p, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = kept > 0 && p[kept - 1].thing == p[i].thing &&
                    memcmp(p[kept - 1].terms, p[i].terms, sizeof p[i].terms) == 0;
        if (!same) p[kept++] = p[i];
    }
    return kept;
}

enum dl_err dl_bilingual_lists(struct dl_bilingual *b, struct dl_bilingual_held *held)
{
    struct listing l = {.b = b, .held = held, .arena = dl_arena_new(ARENA_CAP)};
    if (l.arena == NULL) return DL_ERR_NOMEM;
    l.language = dl_stems_language(b->stems, held->language);
    enum dl_err err = add_lists(&l);
    if (err == DL_OK && l.forms.n > 0) {
        qsort(l.forms.p, l.forms.n, sizeof *l.forms.p, by_terms);
        held->n_known = without_repeats(l.forms.p, l.forms.n);
        held->known = malloc(held->n_known * sizeof *held->known);
        if (held->known != NULL)
            memcpy(held->known, l.forms.p, held->n_known * sizeof *held->known);
        else
            err = DL_ERR_NOMEM, held->n_known = 0;
    }
    dl_arena_free(l.arena);
    return err;
}
