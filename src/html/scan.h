/* Tags of a page as they stand in the bytes: names, the attributes that somebody reads, ends of raw
 * text. Works on a cursor; what it does not know it leaves to the caller by returning false.
 * Standard: WHATWG HTML, tokenization. */
#ifndef DL_HTML_SCAN_H
#define DL_HTML_SCAN_H

#include "html/node.h"

/* Names of elements and what the parser must know of each (html/grow.c). */
typedef struct dl_tag_names dl_tag_names;
dl_tag_names *dl_tag_names_new(void); /* NULL without memory */
void dl_tag_names_free(dl_tag_names *names);

struct dl_scan {
    const char *p, *end; /* what is left to read: no CR and no NUL in it */
    dl_arena *arena;     /* of values with references */
    const dl_tag_names *names;
};

struct dl_tag {
    dl_str name;  /* as written */
    uint16_t tag; /* LXB_TAG__UNDEF: one that the page made up */
    bool closes, closes_itself;
    uint32_t n;
    struct dl_attr attrs[DL_ATTRS + 1]; /* each once; and for a name, see there */
};

/* At "<" and a letter, or "</" and a letter; behind the ">" afterwards. Attributes of end tags are
 * passed over. False: the tag has no end, or more attributes than a page may have. */
bool dl_scan_tag(struct dl_scan *scan, struct dl_tag *ret_tag);

/* From here to the end tag of an element whose text is raw, which is passed over; false: there is
 * none, or it cannot be told in a simple way. */
bool dl_scan_raw(struct dl_scan *scan, uint16_t tag, dl_str *ret_text);
/* At "<!", "<?" or "</" without a letter: a comment, a doctype and their like. False: no end. */
bool dl_scan_comment(struct dl_scan *scan, dl_str *ret_text);
/* Behind the start tag of an svg element to behind its end tag; false: it holds what leads back
 * into HTML, or is not nested well. */
bool dl_scan_drawing(struct dl_scan *scan);
/* Behind the start tag of a template to behind its end tag; false: it may not be that simple. */
bool dl_scan_template(struct dl_scan *scan);

/* Does markup begin at this "<"? Else it is text. */
static inline bool dl_scan_is_markup(const char *p, const char *end)
{
    unsigned char c = end - p > 1 ? (unsigned char)p[1] : '\0';
    return dl_is_alpha(c) || c == '/' || c == '!' || c == '?';
}

static inline bool dl_scan_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f';
}

#endif
