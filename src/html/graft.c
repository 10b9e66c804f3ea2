#include "html/graft.h"

#include <lexbor/dom/interfaces/character_data.h>

static size_t kept_of(lxb_dom_node_t *from, struct dl_attr kept[DL_ATTRS + 1])
{
    size_t n = 0;
    lxb_dom_attr_t *a = lxb_dom_element_first_attribute(lxb_dom_interface_element(from));
    for (; a != NULL && n < DL_ATTRS; a = a->next) {
        size_t len = 0;
        const lxb_char_t *p = lxb_dom_attr_local_name(a, &len);
        enum dl_attr_name name = dl_attr_named((dl_str){(const char *)p, p != NULL ? len : 0});
        if (name == DL_ATTRS) continue;
        kept[n].name = name;
        kept[n].value = (dl_str){NULL, 0};
        if (a->value != NULL && a->value->data != NULL)
            kept[n].value = (dl_str){(const char *)a->value->data, a->value->length};
        n++;
    }
    if (from->local_name < LXB_TAG__LAST_ENTRY) return n;
    size_t len = 0;
    const lxb_char_t *own = lxb_dom_element_local_name(lxb_dom_interface_element(from), &len);
    kept[n++] = (struct dl_attr){{(const char *)own, own != NULL ? len : 0}, DL_ATTRS};
    return n;
}

static bool copy_attributes(dl_arena *arena, lxb_dom_node_t *from, dl_node *to)
{
    struct dl_attr kept[DL_ATTRS + 1], *attrs;
    size_t n = kept_of(from, kept);
    if (n == 0) return true;
    attrs = dl_alloc(arena, n * sizeof *attrs);
    if (attrs == NULL) return false;
    memcpy(attrs, kept, n * sizeof *attrs);
    to->attrs = attrs;
    to->n = n & 0xFFFF;
    return true;
}

static dl_node *copy(dl_arena *arena, lxb_dom_node_t *from)
{
    dl_node *to = DL_NEW(arena, dl_node);
    if (to == NULL) return NULL;
    to->type = (uint8_t)from->type;
    to->ns = from->ns <= UINT8_MAX ? (uint8_t)from->ns : LXB_NS__UNDEF;
    to->tag =
        (uint16_t)(from->local_name < LXB_TAG__LAST_ENTRY ? from->local_name : LXB_TAG__LAST_ENTRY);
    if (from->type == LXB_DOM_NODE_TYPE_ELEMENT)
        return copy_attributes(arena, from, to) ? to : NULL;
    if (from->type != LXB_DOM_NODE_TYPE_TEXT) return to;
    const lexbor_str_t *s = &lxb_dom_interface_character_data(from)->data;
    to->text = (const char *)s->data;
    to->n = s->length & 0xFFFFFFF;
    return to;
}

static void append(dl_node *parent, dl_node *node)
{
    node->parent = parent;
    if (parent->last_child != NULL)
        parent->last_child->next = node;
    else
        parent->first_child = node;
    parent->last_child = node;
}

dl_node *dl_graft(dl_arena *arena, lxb_dom_node_t *root, const lxb_dom_node_t *body,
                  dl_node **ret_body)
{
    dl_node *first = copy(arena, root), *above = first;
    for (lxb_dom_node_t *n = root; above != NULL;) {
        if (n->first_child != NULL) {
            n = n->first_child;
        } else {
            while (n != root && n->next == NULL) {
                n = n->parent;
                above = above->parent;
            }
            if (n == root) return first;
            n = n->next;
            above = above->parent;
        }
        dl_node *node = copy(arena, n);
        if (node == NULL) return NULL;
        append(above, node);
        if (n == body) *ret_body = node;
        above = node;
    }
    return NULL;
}
