/* Articles saved as plain text: lines in, the article out, without a tag to go by.
 *
 * Above the first long line stands the head: a line that is there twice is the title and what
 * stands before it is the site's name and motto, else the first line is the title; a line that
 * begins with a date gives the date, and what is glued to it the section. Below, short lines
 * without an end of sentence are headings. Lines wrapped at a column are joined. Pure; linear. */
#ifndef DL_PAGE_PLAIN_H
#define DL_PAGE_PLAIN_H

#include "page/datetext.h"
#include "page/page.h"

/* Text (valid UTF-8) that holds no markup. */
bool dl_plain_is(dl_str text, dl_str content_type);
/* Fills title, site, description, published, section, text, blocks, kind, confidence. */
enum dl_err dl_plain_read(dl_arena *arena, const dl_date_words *months, dl_str text,
                          struct dl_page *page) DL_MUST_USE;

#endif
