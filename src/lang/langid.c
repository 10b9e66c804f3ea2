#include "lang/langid.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/utf8.h"
#include "lang/cld2_shim.h"

enum {
    LOOK_AT = 3 << 10, /* bytes; of the letters of an article more tell nothing new */
    SHORT_TEXT = 200,  /* bytes below which a declared language outweighs a guess */
};

struct script_language {
    UScriptCode script;
    const char *code;
};
/* Scripts that one language uses nearly alone; the others stay unknown. */
static const struct script_language of_script[] = {
    {USCRIPT_ARABIC, "ar"},   {USCRIPT_HAN, "zh"},      {USCRIPT_HIRAGANA, "ja"},
    {USCRIPT_KATAKANA, "ja"}, {USCRIPT_HANGUL, "ko"},   {USCRIPT_THAI, "th"},
    {USCRIPT_HEBREW, "he"},   {USCRIPT_GREEK, "el"},    {USCRIPT_DEVANAGARI, "hi"},
    {USCRIPT_CYRILLIC, "ru"}, {USCRIPT_ARMENIAN, "hy"}, {USCRIPT_GEORGIAN, "ka"},
    {USCRIPT_BENGALI, "bn"},  {USCRIPT_TAMIL, "ta"},    {USCRIPT_LAO, "lo"},
    {USCRIPT_KHMER, "km"},    {USCRIPT_MYANMAR, "my"},  {USCRIPT_ETHIOPIC, "am"},
};

static UScriptCode main_script(dl_str text)
{
    unsigned counts[USCRIPT_CODE_LIMIT] = {0};
    UScriptCode best = USCRIPT_COMMON;
    for (size_t pos = 0; pos < text.n && pos < 2048;) {
        UErrorCode status = U_ZERO_ERROR;
        UScriptCode script = uscript_getScript((UChar32)dl_utf8_next(text, &pos), &status);
        if (U_FAILURE(status) || script <= USCRIPT_INHERITED || script >= USCRIPT_CODE_LIMIT)
            continue;
        if (++counts[script] > counts[best] || best == USCRIPT_COMMON) best = script;
    }
    return best;
}

/* "fa-IR", "EN_us" and "pt-br" give "fa", "en", "pt". */
static void base_of(dl_str code, char ret_base[8])
{
    size_t n = 0;
    while (n < code.n && n < 7 && dl_is_alpha((unsigned char)code.p[n])) {
        ret_base[n] = (char)dl_to_lower((unsigned char)code.p[n]);
        n++;
    }
    if (n < code.n && n >= 7) n = 0;
    if (n < 2 || n > 3) n = 0;
    ret_base[n] = '\0';
    if (strcmp(ret_base, "iw") == 0) memcpy(ret_base, "he", 3);
    if (strcmp(ret_base, "in") == 0) memcpy(ret_base, "id", 3);
    if (strcmp(ret_base, "nb") == 0 || strcmp(ret_base, "nn") == 0) memcpy(ret_base, "no", 3);
    if (strcmp(ret_base, "per") == 0 || strcmp(ret_base, "fas") == 0) memcpy(ret_base, "fa", 3);
}

/* Is it a language written in this script? Catches wrong labels such as "en" on Arabic pages. */
static bool script_fits(const char *base, UScriptCode script)
{
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode scripts[16];
    int32_t n = uscript_getCode(base, scripts, 16, &status);
    if (U_FAILURE(status) || n == 0 || script == USCRIPT_COMMON) return true;
    for (int32_t i = 0; i < n; i++)
        if (scripts[i] == script) return true;
    return script == USCRIPT_HAN && strcmp(base, "ja") == 0;
}

static const char *by_script(UScriptCode script)
{
    for (size_t i = 0; i < sizeof of_script / sizeof *of_script; i++)
        if (of_script[i].script == script) return of_script[i].code;
    return "";
}

void dl_langid_tell(dl_str text, dl_str declared, struct dl_language *ret_language)
{
    struct dl_language l = {.code = "und"};
    char hint[8], found[DL_LANG_CODE_MAX] = "";
    int reliable = 0;
    text = dl_utf8_prefix(text, LOOK_AT);
    base_of(declared, hint);
    UScriptCode script = main_script(text);
    if (hint[0] != '\0' && !script_fits(hint, script)) hint[0] = '\0';
    int percent = dl_cld2_detect(text.p != NULL ? text.p : "", (int)text.n, hint, found,
                                 (int)sizeof found, &reliable);
    bool sure = reliable != 0 && percent >= 60 && found[0] != '\0';
    if (sure && hint[0] != '\0' && text.n < SHORT_TEXT && strncmp(found, hint, strlen(hint)) != 0)
        sure = false;
    const char *code = sure ? found : hint[0] != '\0' ? hint : found[0] != '\0' ? found : "";
    if (code[0] == '\0') code = by_script(script);
    if (code[0] != '\0') snprintf(l.code, sizeof l.code, "%s", code);
    base_of(dl_str_c(l.code), l.base);
    if (strchr(l.code, '-') == NULL && l.base[0] != '\0' && strcmp(l.code, "und") != 0)
        memcpy(l.code, l.base, strlen(l.base) + 1);
    l.reliable = sure;
    l.rtl = script == USCRIPT_ARABIC || script == USCRIPT_HEBREW || script == USCRIPT_SYRIAC ||
            script == USCRIPT_THAANA;
    *ret_language = l;
}

const char *dl_langid_version(void)
{
    return dl_cld2_version();
}
