#include "feed/months.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/asset.h"
#include "base/map.h"

enum { WORD_MAX = 64 /* bytes: the longest name has 40 */ };

static const char *const english[] = {"january",   "february", "march",    "april",
                                      "may",       "june",     "july",     "august",
                                      "september", "october",  "november", "december"};

static int english_month(dl_str word)
{
    for (int i = 0; i < 12; i++)
        if (dl_str_ieq(word, dl_str_sub(dl_str_c(english[i]), 0, word.n))) return i + 1;
    return 0;
}

/* Lower case, accents dropped (marks of the Indic scripts are letters, those stay). */
static dl_str fold(dl_str word, char out[4 * WORD_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[WORD_MAX], apart[4 * WORD_MAX];
    int32_t n = 0, m = 0;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    u_strFromUTF8(wide, WORD_MAX, &n, word.p, (int32_t)word.n, &status);
    if (U_FAILURE(status)) return (dl_str){NULL, 0};
    m = unorm2_normalize(nfd, wide, n, apart, 4 * WORD_MAX, &status);
    if (U_FAILURE(status)) return (dl_str){NULL, 0};
    int32_t made = 0;
    for (int32_t i = 0; i < m;) {
        UChar32 cp;
        U16_NEXT(apart, i, m, cp);
        if (u_charType(cp) == U_NON_SPACING_MARK && cp < 0x900) continue;
        UBool full = false;
        U8_APPEND((uint8_t *)out, made, 4 * WORD_MAX, u_foldCase(cp, U_FOLD_CASE_DEFAULT), full);
        if (full) return (dl_str){NULL, 0};
    }
    return (dl_str){out, (size_t)made};
}

enum { MANY = 13 /* of a name that means different months in different languages */ };

/* The table with its names folded, made when a thread first meets a month that is not English:
 * folding a thousand names for each date would cost more than the feed. */
static _Thread_local dl_map folded_names;

static const uint8_t month_values[MANY + 1] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, MANY};

static enum dl_err add_name(dl_arena *arena, dl_str name, uint64_t month)
{
    char folded[4 * WORD_MAX];
    if (name.n < 3 || name.n > WORD_MAX || month < 1 || month > 12) return DL_OK;
    dl_str key = dl_str_dup(arena, fold(name, folded));
    const uint8_t *known = key.n > 0 ? dl_map_get(&folded_names, key) : NULL;
    if (key.n == 0 || (known != NULL && (*known == month || *known == MANY))) return DL_OK;
    return dl_map_set(&folded_names, key, (void *)&month_values[known != NULL ? MANY : month]);
}

static enum dl_err load_table(dl_arena *arena)
{
    dl_str text, cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    dl_map_init(&folded_names, arena);
    if (!dl_asset_get("lexicon/dates/months.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, NULL));
    size_t name = dl_tsv_column(&tsv, "name"), month = dl_tsv_column(&tsv, "month");
    if (name == DL_NO_POS || month == DL_NO_POS) return DL_ERR_SYNTAX;
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, NULL)) == DL_OK) {
        uint64_t value = 0;
        if (dl_str_u64(cells[month], &value)) DL_TRY(add_name(arena, cells[name], value));
    }
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static int table_month(dl_str word)
{
    if (word.n == 0) return 0;
    if (folded_names.arena == NULL) {
        dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
        /* Half a table would make dates depend on the memory there was. */
        if (arena == NULL || load_table(arena) != DL_OK) {
            dl_arena_free(arena);
            folded_names = (dl_map){0};
            return 0;
        }
    }
    const uint8_t *month = dl_map_get(&folded_names, word);
    return month == NULL || *month == MANY ? 0 : *month;
}

int dl_month_named(dl_str word)
{
    char folded[4 * WORD_MAX];
    while (word.n > 0 && word.p[word.n - 1] == '.')
        word.n--;
    if (word.n < 3 || word.n > WORD_MAX) return 0;
    int month = english_month(word);
    return month > 0 ? month : table_month(fold(word, folded));
}
