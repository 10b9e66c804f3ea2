/* Text for people on standard output: one line stays one line, upstream text cannot move the
 * cursor, and colour comes only on a terminal without $NO_COLOR (no-color.org).
 *
 * Colour never tells anything alone. Widths count code points, East Asian wide ones twice. */
#ifndef DL_CMD_TERM_H
#define DL_CMD_TERM_H

#include "base/hash.h"
#include "base/str.h"

enum { DL_TERM_WIDTH = 80, DL_TERM_ID = 12 }; /* hex digits shown: unique among billions */

enum dl_style {
    DL_STYLE_HEAD,
    DL_STYLE_FAINT,
    DL_STYLE_MARK,
    DL_STYLE_GOOD,
    DL_STYLE_WARN,
    DL_STYLE_BAD,
    DL_STYLE_COUNT
};

struct dl_term {
    dl_buf *out;
    bool colour;
    size_t width; /* of the terminal; DL_TERM_WIDTH when it is none */
};

struct dl_term dl_term_to(dl_buf *out);
/* What --color says: "auto" (or NULL) as above, "always", "never". False: none of these. */
bool dl_term_colour(struct dl_term *t, const char *when);
#define DL_COLOR_OPTION                                                                            \
    {                                                                                              \
        "color", 0, "WHEN", "colour: auto (on a terminal), always, never"                          \
    }
void dl_term_style(struct dl_term *t, enum dl_style style);
void dl_term_plain(struct dl_term *t); /* ends the style */

/* Controls, bidi controls and line feeds become one space. */
void dl_term_text(struct dl_term *t, dl_str text);
void dl_term_styled(struct dl_term *t, enum dl_style style, dl_str text);
/* The same, wrapped at spaces; each line begins with `indent` spaces and ends with a line feed.
 * first: columns already used on the first line. */
void dl_term_wrap(struct dl_term *t, size_t indent, size_t first, dl_str text);
struct dl_term_mark {
    size_t start, end; /* bytes of the text, in order */
};
void dl_term_wrap_marked(struct dl_term *t, size_t indent, size_t first, dl_str text,
                         const struct dl_term_mark *marks, size_t n_marks);
/* "3 documents": number and its label. */
void dl_term_count(struct dl_term *t, int64_t number, const char *one, const char *many);
void dl_term_id(struct dl_term *t, const dl_id *id);
/* "2024-03-25 10:00 UTC"; "never" for 0. */
void dl_term_when(struct dl_term *t, int64_t ms);
size_t dl_term_columns(dl_str text);
/* Text cut or filled to so many columns. */
void dl_term_cell(struct dl_term *t, dl_str text, size_t columns);

#endif
