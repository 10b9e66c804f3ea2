/* The elements and character references that the short way of feed/htmlplain.c knows. */
#ifndef DL_FEED_HTMLPLAIN_TABLES_H
#define DL_FEED_HTMLPLAIN_TABLES_H

#include "base/str.h"

enum kind {
    FORMAT = 1,  /* elements that HTML opens again where they were cut off; here they never are */
    INLINE = 2,  /* no rule of its own */
    BLOCK = 4,   /* ends an open paragraph */
    HEADING = 8, /* a block that ends a heading right above it */
    LIST = 16,
    TERMS = 32,     /* dl */
    LIST_ITEM = 64, /* only in a list; elsewhere it may end another */
    TERM = 128,     /* dt, dd; the same with dl */
    EMPTY = 256,    /* no end tag */
    PARAGRAPH = 512,
    LINK = 1024, /* ends another that is open */
    ITEM = LIST_ITEM | TERM,
    ENDS_UNSAID = ITEM | PARAGRAPH, /* where what it stands in ends, or the next begins */
};

/* As it is put out: a copy of fixed size is no call. */
enum { MARK = 16 };

struct tag {
    char name[12];
    unsigned char n;
    unsigned short kind;
    char start[MARK], end[MARK]; /* start: without its ">" */
};

#define TAG(name, kind)                                                                            \
    {                                                                                              \
        name, sizeof(name) - 1, kind, "<" name, "</" name ">"                                      \
    }

/* The frequent ones first. The sanitiser keeps each of them. */
static const struct tag tags[] = {
    TAG("p", BLOCK | PARAGRAPH),
    TAG("a", FORMAT | LINK),
    TAG("br", INLINE | EMPTY),
    TAG("strong", FORMAT),
    TAG("em", FORMAT),
    TAG("img", INLINE | EMPTY),
    TAG("li", BLOCK | LIST_ITEM),
    TAG("span", INLINE),
    TAG("div", BLOCK),
    TAG("ul", BLOCK | LIST),
    TAG("b", FORMAT),
    TAG("i", FORMAT),
    TAG("figure", BLOCK),
    TAG("figcaption", BLOCK),
    TAG("h2", BLOCK | HEADING),
    TAG("h3", BLOCK | HEADING),
    TAG("h4", BLOCK | HEADING),
    TAG("blockquote", BLOCK),
    TAG("ol", BLOCK | LIST),
    TAG("h1", BLOCK | HEADING),
    TAG("section", BLOCK),
    TAG("article", BLOCK),
    TAG("source", INLINE | EMPTY),
    TAG("picture", INLINE),
    TAG("abbr", INLINE),
    TAG("acronym", INLINE),
    TAG("address", BLOCK),
    TAG("aside", BLOCK),
    TAG("audio", INLINE),
    TAG("bdi", INLINE),
    TAG("bdo", INLINE),
    TAG("big", FORMAT),
    TAG("center", BLOCK),
    TAG("cite", INLINE),
    TAG("code", FORMAT),
    TAG("dd", BLOCK | TERM),
    TAG("del", INLINE),
    TAG("dfn", INLINE),
    TAG("dl", BLOCK | TERMS),
    TAG("dt", BLOCK | TERM),
    TAG("font", FORMAT),
    TAG("footer", BLOCK),
    TAG("h5", BLOCK | HEADING),
    TAG("h6", BLOCK | HEADING),
    TAG("header", BLOCK),
    TAG("hr", BLOCK | EMPTY),
    TAG("ins", INLINE),
    TAG("kbd", INLINE),
    TAG("label", INLINE),
    TAG("main", BLOCK),
    TAG("mark", INLINE),
    TAG("nav", BLOCK),
    TAG("q", INLINE),
    TAG("s", FORMAT),
    TAG("samp", INLINE),
    TAG("small", FORMAT),
    TAG("strike", FORMAT),
    TAG("sub", INLINE),
    TAG("sup", INLINE),
    TAG("time", INLINE),
    TAG("tt", FORMAT),
    TAG("u", FORMAT),
    TAG("var", INLINE),
    TAG("video", INLINE),
    TAG("wbr", INLINE | EMPTY),
};

#define REFERENCE(name, is)                                                                        \
    {                                                                                              \
        {name, sizeof(name) - 1},                                                                  \
        {                                                                                          \
            is, sizeof(is) - 1                                                                     \
        }                                                                                          \
    }

static const struct {
    dl_str name, is;
} references[] = {
    REFERENCE("amp", "&"),         REFERENCE("nbsp", "\u00A0"),   REFERENCE("quot", "\""),
    REFERENCE("lt", "<"),          REFERENCE("gt", ">"),          REFERENCE("apos", "'"),
    REFERENCE("rsquo", "\u2019"),  REFERENCE("lsquo", "\u2018"),  REFERENCE("rdquo", "\u201D"),
    REFERENCE("ldquo", "\u201C"),  REFERENCE("ndash", "\u2013"),  REFERENCE("mdash", "\u2014"),
    REFERENCE("hellip", "\u2026"), REFERENCE("laquo", "\u00AB"),  REFERENCE("raquo", "\u00BB"),
    REFERENCE("copy", "\u00A9"),   REFERENCE("reg", "\u00AE"),    REFERENCE("euro", "\u20AC"),
    REFERENCE("pound", "\u00A3"),  REFERENCE("middot", "\u00B7"), REFERENCE("bull", "\u2022"),
    REFERENCE("deg", "\u00B0"),    REFERENCE("eacute", "\u00E9"), REFERENCE("egrave", "\u00E8"),
    REFERENCE("agrave", "\u00E0"), REFERENCE("ccedil", "\u00E7"), REFERENCE("uuml", "\u00FC"),
    REFERENCE("ouml", "\u00F6"),   REFERENCE("auml", "\u00E4"),   REFERENCE("szlig", "\u00DF"),
    REFERENCE("ntilde", "\u00F1"), REFERENCE("oacute", "\u00F3"), REFERENCE("iacute", "\u00ED"),
    REFERENCE("aacute", "\u00E1"), REFERENCE("uacute", "\u00FA"), REFERENCE("ecirc", "\u00EA"),
    REFERENCE("trade", "\u2122"),
};

#endif
