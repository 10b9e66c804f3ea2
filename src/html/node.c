#include "html/node.h"

#include <lexbor/tag/tag.h>

#include "base/utf8.h"

static const char *const names[DL_ATTRS] = {
#define X(name, text) text,
    DL_ATTR_LIST(X)
#undef X
};

/* Where the names of a length begin. */
static const uint8_t begins[DL_ATTR_NAME_MAX + 2] = {
    0,
    0,
    DL_ATTR_ID,
    DL_ATTR_REL,
    DL_ATTR_HREF,
    DL_ATTR_CLASS,
    DL_ATTR_HIDDEN,
    DL_ATTR_CONTENT,
    DL_ATTR_PROPERTY,
    DL_ATTR_HTTP_EQUIV,
    DL_ATTR_HTTP_EQUIV,
    DL_ATTR_ARIA_HIDDEN,
    DL_ATTR_DATA_COMPONENT,
    DL_ATTR_DATA_COMPONENT,
    DL_ATTR_DATA_COMPONENT,
    DL_ATTRS,
};

#define L(letter) (1U << ((letter) - 'a'))
/* First letters of the names of a length. */
static const uint32_t letters[DL_ATTR_NAME_MAX + 1] = {
    [2] = L('i'),
    [3] = L('d') | L('r'),
    [4] = L('f') | L('h') | L('l') | L('n') | L('r') | L('s') | L('t'),
    [5] = L('c') | L('s'),
    [6] = L('h'),
    [7] = L('c'),
    [8] = L('d') | L('e') | L('i') | L('p') | L('x'),
    [10] = L('h'),
    [11] = L('a') | L('d'),
    [14] = L('d'),
};
#undef L

bool dl_attr_may_be(dl_str name)
{
    unsigned letter = ((unsigned char)*name.p | 0x20U) - 'a';
    return name.n <= DL_ATTR_NAME_MAX && letter < 26 && (letters[name.n] >> letter & 1) != 0;
}

enum dl_attr_name dl_attr_named(dl_str name)
{
    if (name.n > DL_ATTR_NAME_MAX) return DL_ATTRS;
    for (size_t i = begins[name.n]; i < begins[name.n + 1]; i++)
        if (names[i][0] == name.p[0] && memcmp(names[i], name.p, name.n) == 0)
            return (enum dl_attr_name)i;
    return DL_ATTRS;
}

const struct dl_attr *dl_node_find(const dl_node *node, enum dl_attr_name name)
{
    if (node->type != DL_NODE_ELEMENT) return NULL;
    for (uint32_t i = 0; i < node->n; i++)
        if (node->attrs[i].name == name) return &node->attrs[i];
    return NULL;
}

/* Text-level elements by the standard; everything else ends a run of text. */
bool dl_node_is_block(const dl_node *node)
{
    if (node->ns != LXB_NS_HTML) return false;
    switch (node->tag) {
    case LXB_TAG_A:
    case LXB_TAG_ABBR:
    case LXB_TAG_ACRONYM:
    case LXB_TAG_B:
    case LXB_TAG_BDI:
    case LXB_TAG_BDO:
    case LXB_TAG_BIG:
    case LXB_TAG_BR:
    case LXB_TAG_CITE:
    case LXB_TAG_CODE:
    case LXB_TAG_DATA:
    case LXB_TAG_DEL:
    case LXB_TAG_DFN:
    case LXB_TAG_EM:
    case LXB_TAG_FONT:
    case LXB_TAG_I:
    case LXB_TAG_IMG:
    case LXB_TAG_INS:
    case LXB_TAG_KBD:
    case LXB_TAG_LABEL:
    case LXB_TAG_LINK:
    case LXB_TAG_MARK:
    case LXB_TAG_MATH:
    case LXB_TAG_META:
    case LXB_TAG_NOBR:
    case LXB_TAG_Q:
    case LXB_TAG_RB:
    case LXB_TAG_RP:
    case LXB_TAG_RT:
    case LXB_TAG_RUBY:
    case LXB_TAG_S:
    case LXB_TAG_SAMP:
    case LXB_TAG_SCRIPT:
    case LXB_TAG_SMALL:
    case LXB_TAG_SPAN:
    case LXB_TAG_STRIKE:
    case LXB_TAG_STRONG:
    case LXB_TAG_STYLE:
    case LXB_TAG_SUB:
    case LXB_TAG_SUP:
    case LXB_TAG_SVG:
    case LXB_TAG_TEMPLATE:
    case LXB_TAG_TIME:
    case LXB_TAG_TT:
    case LXB_TAG_U:
    case LXB_TAG_VAR:
    case LXB_TAG_WBR:
    case LXB_TAG_NOSCRIPT:
    case LXB_TAG_PICTURE:
    case LXB_TAG_BUTTON:
        return false;
    default:
        /* Elements that the page made up (x-tooltip) are inline, as a browser has them. */
        return node->tag < LXB_TAG__LAST_ENTRY;
    }
}

dl_str dl_node_name(const dl_node *node)
{
    const struct dl_attr *own = dl_node_find(node, DL_ATTRS);
    size_t n = 0;
    if (own != NULL) return own->value;
    const lxb_char_t *name = lxb_tag_name_by_id(node->tag, &n);
    return (dl_str){(const char *)name, name != NULL ? n : 0};
}

dl_str dl_node_attr(const dl_node *node, const char *name, bool *ret_has)
{
    enum dl_attr_name wanted = dl_attr_named(dl_str_c(name));
    DL_ASSERT(wanted < DL_ATTRS);
    const struct dl_attr *a = dl_node_find(node, wanted);
    if (ret_has != NULL) *ret_has = a != NULL;
    return a != NULL ? a->value : (dl_str){NULL, 0};
}

static dl_str text_below(dl_arena *arena, const dl_node *root, size_t max, const char *gap)
{
    dl_buf buf = DL_BUF_INIT(max + 4);
    for (const dl_node *n = root; n != NULL && buf.n < max;) {
        bool skip =
            dl_node_is(n, LXB_TAG_SCRIPT) || dl_node_is(n, LXB_TAG_STYLE) || n->ns == LXB_NS_SVG;
        if (n->type == DL_NODE_TEXT) dl_buf_str(&buf, dl_utf8_prefix(dl_node_text(n), max - buf.n));
        if (n->first_child != NULL && !skip) {
            n = n->first_child;
            continue;
        }
        while (n != root && n->next == NULL)
            n = n->parent;
        if (n == root) break;
        n = n->next; /* not null: the loop above stopped there */
        // cppcheck-suppress nullPointerRedundantCheck
        if (n->type == DL_NODE_ELEMENT && (dl_node_is_block(n) || dl_node_is(n, LXB_TAG_BR)))
            dl_buf_c(&buf, gap);
    }
    dl_str text = dl_str_squeeze(arena, dl_buf_slice(&buf));
    dl_buf_free(&buf);
    return text;
}

dl_str dl_node_all_text(dl_arena *arena, const dl_node *node, size_t max)
{
    return text_below(arena, node, max, " ");
}

dl_str dl_node_parted_text(dl_arena *arena, const dl_node *node, size_t max)
{
    return text_below(arena, node, max, " | ");
}
