#include "page/language.h"

#include "base/utf8.h"

enum { TAG_MAX = 35, SAMPLE = 2000 };

dl_str dl_language_tag(dl_arena *arena, dl_str declared)
{
    dl_str s = dl_str_trim(declared);
    char tag[TAG_MAX + 1];
    size_t n = 0, part = 0, parts = 0;
    for (size_t i = 0; i <= s.n && n < TAG_MAX; i++) {
        unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0;
        if (dl_is_alnum(c)) {
            if (part == 0 && parts > 0) tag[n++] = '-';
            if (parts == 0 && !dl_is_alpha(c)) return (dl_str){NULL, 0};
            tag[n++] = (char)dl_to_lower(c);
            if (++part > 8) return (dl_str){NULL, 0};
            continue;
        }
        if (parts == 0 && (part < 2 || part > 3)) return (dl_str){NULL, 0};
        /* A region is written in capitals, a script with one. */
        if (parts > 0 && part == 2)
            for (size_t k = n - 2; k < n; k++)
                tag[k] = (char)(tag[k] - (dl_is_alpha((unsigned char)tag[k]) ? 32 : 0));
        if (parts > 0 && part == 4 && dl_is_alpha((unsigned char)tag[n - 4]))
            tag[n - 4] = (char)(tag[n - 4] - 32);
        if (c != '-' && c != '_') break;
        parts++;
        part = 0;
    }
    while (n > 0 && tag[n - 1] == '-')
        n--;
    if (dl_str_eq_c((dl_str){tag, n}, "und") || dl_str_starts((dl_str){tag, n}, "mul"))
        return (dl_str){NULL, 0};
    return dl_str_dup(arena, (dl_str){tag, n});
}

bool dl_language_is_rtl(dl_str tag)
{
    static const char *const languages[] = {"ar", "fa", "he", "iw",  "ur",  "ps",  "yi",
                                            "dv", "ug", "sd", "ckb", "syr", "arc", "azb"};
    size_t end = dl_str_chr(tag, '-', 0);
    dl_str primary = dl_str_sub(tag, 0, end == DL_NO_POS ? tag.n : end);
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (dl_str_eq_c(primary, languages[i])) return true;
    return false;
}

bool dl_text_is_rtl(dl_str text)
{
    size_t rtl = 0, other = 0;
    text = dl_utf8_prefix(text, SAMPLE);
    for (size_t i = 0; i < text.n;) {
        uint32_t cp = dl_utf8_next(text, &i);
        if ((cp >= 0x590 && cp <= 0x8FF) || (cp >= 0xFB1D && cp <= 0xFEFC))
            rtl++;
        else if (cp >= 0x80 || dl_is_alpha((unsigned char)cp))
            other++;
    }
    return rtl > other;
}
