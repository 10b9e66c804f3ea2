#include "lang/pack.h"

#include "lang/words.h"

static uint32_t class_bit(dl_str name)
{
#define X(text, constant)                                                                          \
    if (dl_str_eq_c(name, #text)) return DL_CLASS_##constant;
    DL_CLASSES(X)
#undef X
    return 0;
}

static enum dl_abbreviation abbreviation_kind(dl_str name)
{
    if (dl_str_eq_c(name, "title")) return DL_ABBR_TITLE;
    if (dl_str_eq_c(name, "name")) return DL_ABBR_NAME;
    if (dl_str_eq_c(name, "month")) return DL_ABBR_MONTH;
    if (dl_str_eq_c(name, "number")) return DL_ABBR_NUMBER;
    if (dl_str_eq_c(name, "count")) return DL_ABBR_COUNT;
    return DL_ABBR_OTHER;
}

enum dl_err dl_lexicon_open(dl_arena *arena, const char *code, const char *name, dl_tsv *ret_tsv,
                            bool *ret_there, struct dl_diag *diag)
{
    dl_str path = code[0] == '\0' ? dl_str_fmt(arena, "lexicon/%s", name)
                                  : dl_str_fmt(arena, "lexicon/%s/%s", code, name);
    dl_str bytes;
    if (path.p == NULL) return dl_arena_failed(arena);
    *ret_there = dl_asset_get(path.p, &bytes);
    if (!*ret_there) return DL_OK;
    return dl_tsv_open(ret_tsv, bytes, diag);
}

/* "fr" of "lexicon/fr/words.tsv"; empty for what is of no language. */
static dl_str language_in(dl_str path)
{
    dl_str folder = dl_str_sub(path, strlen("lexicon/"), path.n);
    size_t slash = dl_str_chr(folder, '/', 0);
    bool of_language = dl_str_ends(path, "/words.tsv") || dl_str_ends(path, "/names.tsv");
    return slash == DL_NO_POS || !of_language ? (dl_str){NULL, 0} : dl_str_sub(folder, 0, slash);
}

enum dl_err dl_lexicon_languages(char ret_codes[DL_LEXICON_LANGUAGES][8], size_t *ret_n,
                                 struct dl_diag *diag)
{
    dl_str path, bytes;
    size_t pos = 0, n = 1;
    snprintf(ret_codes[0], sizeof ret_codes[0], "en");
    while (dl_asset_next("lexicon/", &pos, &path, &bytes)) {
        dl_str code = language_in(path);
        if (code.n == 0 || dl_str_eq_c(code, "en") || dl_str_eq_c(code, ret_codes[n - 1])) continue;
        if (n == DL_LEXICON_LANGUAGES || code.n >= sizeof ret_codes[0])
            return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "lexicon/: at most %d languages",
                           DL_LEXICON_LANGUAGES);
        snprintf(ret_codes[n++], sizeof ret_codes[0], "%.*s", DL_FMT(code));
    }
    *ret_n = n;
    return DL_OK;
}

static enum dl_err load_abbreviations(dl_pack *pack, dl_arena *arena, struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, pack->code, "abbreviations.tsv", &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t word = dl_tsv_column(&tsv, "word"), kind = dl_tsv_column(&tsv, "kind");
    if (word == DL_NO_POS || kind == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/abbreviations.tsv: columns word, kind",
                       pack->code);
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        uint64_t *at = dl_map64_at(&pack->abbreviations, dl_words_key(cells[word]));
        if (at == NULL) return dl_arena_failed(arena);
        *at = abbreviation_kind(cells[kind]);
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static enum dl_err load_classes(dl_pack *pack, dl_arena *arena, const char *file,
                                struct dl_diag *diag)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(arena, pack->code, file, &tsv, &there, diag));
    if (!there) return DL_OK;
    size_t words = dl_tsv_column(&tsv, "words"), kind = dl_tsv_column(&tsv, "class");
    if (words == DL_NO_POS || kind == DL_NO_POS)
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "lexicon/%s/%s: columns class, words", pack->code,
                       file);
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, diag)) == DL_OK) {
        uint32_t bit = class_bit(cells[kind]);
        if (bit == 0)
            return dl_fail(diag, DL_ERR_SYNTAX, tsv.line, "lexicon/%s/%s:%zu: no class %.*s",
                           pack->code, file, tsv.line, DL_FMT(cells[kind]));
        dl_str rest = cells[words], one;
        while (dl_str_split(&rest, ' ', &one)) {
            if (one.n == 0) continue;
            uint64_t *at = dl_map64_at(&pack->classes, dl_words_key(one));
            if (at == NULL) return dl_arena_failed(arena);
            *at |= bit;
        }
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

enum dl_err dl_pack_load(dl_pack *ret_pack, dl_arena *arena, const char *code, struct dl_diag *diag)
{
    dl_pack pack = {0};
    snprintf(pack.code, sizeof pack.code, "%s", code);
    dl_map64_init(&pack.abbreviations, arena);
    dl_map64_init(&pack.classes, arena);
    pack.elides = strcmp(code, "fr") == 0 || strcmp(code, "it") == 0 || strcmp(code, "ca") == 0;
    pack.suffixed = strcmp(code, "tr") == 0 || strcmp(code, "az") == 0;
    pack.prefixed = strcmp(code, "ar") == 0;
    pack.ordinal_dots = strcmp(code, "de") == 0 || strcmp(code, "tr") == 0;
    pack.caseless = strcmp(code, "ar") == 0 || strcmp(code, "fa") == 0 || strcmp(code, "zh") == 0 ||
                    strcmp(code, "ja") == 0 || strcmp(code, "th") == 0 || strcmp(code, "he") == 0 ||
                    strcmp(code, "hi") == 0 || strcmp(code, "ko") == 0 || strcmp(code, "ur") == 0;
    DL_TRY(load_abbreviations(&pack, arena, diag));
    DL_TRY(load_classes(&pack, arena, "words.tsv", diag));
    DL_TRY(load_classes(&pack, arena, "common.tsv", diag));
    *ret_pack = pack;
    return DL_OK;
}

void dl_pack_freeze(dl_freezer *f, const dl_pack *pack)
{
    dl_map64_freeze(f, &pack->abbreviations);
    dl_map64_freeze(f, &pack->classes);
}

uint32_t dl_pack_classes(const dl_pack *pack, uint64_t key)
{
    if (pack == NULL || pack->classes.n == 0) return 0;
    const uint64_t *at = dl_map64_get(&pack->classes, key);
    return at == NULL ? 0 : (uint32_t)*at;
}

enum dl_abbreviation dl_pack_abbreviation(const dl_pack *pack, uint64_t key)
{
    if (pack == NULL || pack->abbreviations.n == 0) return DL_ABBR_NO;
    const uint64_t *at = dl_map64_get(&pack->abbreviations, key);
    return at == NULL ? DL_ABBR_NO : (enum dl_abbreviation) * at;
}

bool dl_pack_elides(const dl_pack *pack)
{
    return pack != NULL && pack->elides;
}
