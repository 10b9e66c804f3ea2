/* A page's nodes: elements with the attributes that somebody reads, texts, and of comments that
 * they are there. What templates hold and what svg elements draw is not among them.
 *
 * Texts and values are slices of the page where nothing in them is a reference, else of the tree's
 * memory. Both live until the tree reads its next page. */
#ifndef DL_HTML_NODE_H
#define DL_HTML_NODE_H

#include <lexbor/core/base.h>
#include <lexbor/ns/const.h>
#include <lexbor/tag/const.h>

#include "base/str.h"

/* Attributes that are read by a stage or by the parser itself; others are dropped. By length. */
#define DL_ATTR_LIST(X)                                                                            \
    X(ID, "id")                                                                                    \
    X(REL, "rel")                                                                                  \
    X(DIR, "dir")                                                                                  \
    X(HREF, "href")                                                                                \
    X(TYPE, "type")                                                                                \
    X(NAME, "name")                                                                                \
    X(ROLE, "role")                                                                                \
    X(LANG, "lang")                                                                                \
    X(SIZE, "size")                                                                                \
    X(FACE, "face")                                                                                \
    X(CLASS, "class")                                                                              \
    X(STYLE, "style")                                                                              \
    X(COLOR, "color")                                                                              \
    X(HIDDEN, "hidden")                                                                            \
    X(CONTENT, "content")                                                                          \
    X(PROPERTY, "property")                                                                        \
    X(ITEMPROP, "itemprop")                                                                        \
    X(DATETIME, "datetime")                                                                        \
    X(XML_LANG, "xml:lang")                                                                        \
    X(ENCODING, "encoding")                                                                        \
    X(HTTP_EQUIV, "http-equiv")                                                                    \
    X(ARIA_HIDDEN, "aria-hidden")                                                                  \
    X(DATA_TESTID, "data-testid")                                                                  \
    X(DATA_MODULE, "data-module")                                                                  \
    X(DATA_COMPONENT, "data-component")

enum dl_attr_name {
#define X(name, text) DL_ATTR_##name,
    DL_ATTR_LIST(X)
#undef X
        DL_ATTRS, /* none of them; on a node: its own name, where the page made it up */
};
enum { DL_ATTR_NAME_MAX = 14 };

struct dl_attr {
    dl_str value; /* p NULL: written without one */
    enum dl_attr_name name;
};

enum dl_node_type { DL_NODE_ELEMENT = 1, DL_NODE_TEXT = 3, DL_NODE_COMMENT = 8 };

typedef struct dl_node {
    struct dl_node *parent, *first_child, *last_child, *next;
    union {
        const char *text;
        const struct dl_attr *attrs;
    };
    uint32_t n : 28;    /* bytes of text, or attributes */
    uint32_t flags : 4; /* of who builds the tree */
    uint16_t tag;       /* LXB_TAG_…; unknown ones: LXB_TAG__LAST_ENTRY and more */
    uint8_t type;       /* enum dl_node_type */
    uint8_t ns;         /* LXB_NS_… */
} dl_node;

/* False: no name of this length and first letter is in the list, of whatever case. */
bool dl_attr_may_be(dl_str name);
/* Place of a lower-case name in the list. */
enum dl_attr_name dl_attr_named(dl_str name);

static inline bool dl_node_is(const dl_node *node, lxb_tag_id_enum_t tag)
{
    return node->type == DL_NODE_ELEMENT && node->tag == tag && node->ns == LXB_NS_HTML;
}
static inline dl_str dl_node_text(const dl_node *node)
{
    return (dl_str){node->text, node->n};
}
/* False: an element of the text level by the standard, which ends no run of text. */
bool dl_node_is_block(const dl_node *node);
/* Of an element, in lower case. */
dl_str dl_node_name(const dl_node *node);
/* NULL when it is absent. */
const struct dl_attr *dl_node_find(const dl_node *node, enum dl_attr_name name);
/* Attribute by lower-case name; empty when absent (ret_has tells "" from absent, may be NULL). */
dl_str dl_node_attr(const dl_node *node, const char *name, bool *ret_has);
/* All text below a node, white space collapsed, at most max bytes. */
dl_str dl_node_all_text(dl_arena *arena, const dl_node *node, size_t max);
/* The same with block elements parted by " | ". */
dl_str dl_node_parted_text(dl_arena *arena, const dl_node *node, size_t max);

#endif
