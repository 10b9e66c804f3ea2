#include "page/node.h"

#include <lexbor/tag/tag.h>

#include "base/utf8.h"
#include "page/elements.h"

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
