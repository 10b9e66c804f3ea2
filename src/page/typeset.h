/* Text nodes in, runs of clean text out: white space folded, controls and fillers dropped, line
 * breaks kept as a line feed, two of them end the run. Counts characters as they pass. */
#ifndef DL_PAGE_TYPESET_H
#define DL_PAGE_TYPESET_H

#include "base/str.h"

struct dl_typeset {
    dl_buf *text;
    size_t start, end;           /* of the run under way: end = behind the last visible character */
    unsigned verbatim;           /* open pre elements */
    bool in_link, space, broken; /* a blank or a line break waits for the next character */
    uint32_t chars, wide, link_chars, link_wide;
    uint32_t unspaced; /* of scripts that part neither words nor sentences by marks */
};

struct dl_typeset_run {
    uint32_t start, end, chars, wide, link_chars, link_wide; /* wide: scripts without spaces */
    bool is_prose;
};

void dl_typeset_text(struct dl_typeset *t, dl_str s);
/* A br; true when it is the second in a row and the run should end. */
bool dl_typeset_break(struct dl_typeset *t);
/* False when nothing visible was set. Starts the next run behind it. */
bool dl_typeset_end(struct dl_typeset *t, struct dl_typeset_run *ret_run);
/* Where the next character will stand. */
size_t dl_typeset_next_start(const struct dl_typeset *t);

#endif
