/* Language tag and direction as a page declares them. */
#ifndef DL_PAGE_LANGUAGE_H
#define DL_PAGE_LANGUAGE_H

#include "base/str.h"

/* BCP 47 of "en_US", "EN", "de-de", "en, fr"; empty for what is no tag. */
dl_str dl_language_tag(dl_arena *arena, dl_str declared);
/* Is the language written from right to left? */
bool dl_language_is_rtl(dl_str tag);
/* Is most of the text? */
bool dl_text_is_rtl(dl_str text);

#endif
