#include "lang/cld2_shim.h"

#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

extern "C" int dl_cld2_detect(const char *text, int n, const char *hint, char *ret_code,
                              int code_size, int *ret_reliable)
{
    /* CLD2 leaves them alone where it does not like the text: control characters, for one. */
    CLD2::Language language3[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE,
                                   CLD2::UNKNOWN_LANGUAGE};
    int percent3[3] = {0, 0, 0}, text_bytes = 0, valid_bytes = 0;
    double score3[3] = {0, 0, 0};
    bool reliable = false;
    CLD2::CLDHints hints = {hint[0] != '\0' ? hint : nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
                            CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language best = CLD2::ExtDetectLanguageSummaryCheckUTF8(
        text, n, true, &hints, 0, language3, percent3, score3, nullptr, &text_bytes, &reliable,
        &valid_bytes);
    *ret_reliable = reliable ? 1 : 0;
    const char *code = best == CLD2::UNKNOWN_LANGUAGE ? "" : CLD2::LanguageCode(best);
    std::snprintf(ret_code, static_cast<size_t>(code_size), "%s", code);
    return best == language3[0] ? percent3[0] : 0;
}

extern "C" const char *dl_cld2_version(void)
{
    return CLD2::DetectLanguageVersion();
}
