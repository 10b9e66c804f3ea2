/* The language of a text: CLD2, with the declared language as its prior.
 *
 * CLD2's tables are compiled in; nothing is read. Short or mixed text falls back to the declared
 * language, then to the script where a script has one main language, then to "und". Codes are BCP
 * 47 language subtags, with script or region only where CLD2 tells them apart (zh, zh-Hant). Pure.
 */
#ifndef DL_LANG_LANGID_H
#define DL_LANG_LANGID_H

#include "base/str.h"

enum { DL_LANG_CODE_MAX = 16 };

struct dl_language {
    char code[DL_LANG_CODE_MAX]; /* "und" when nothing tells */
    char base[8];                /* the language alone, which picks the lexicon folder */
    bool reliable, rtl;
};

/* Looks at the first 3 KiB: more rarely changes the answer. */
void dl_langid_tell(dl_str text, dl_str declared, struct dl_language *ret_language);
const char *dl_langid_version(void);

#endif
