#include "html/grow_private.h"

enum {
    SLAB = 256,       /* nodes that are asked for at once */
    STEPS = 4 << 20,  /* through siblings: a page that makes many of them is left over */
    MERGED = 1 << 20, /* bytes of text that was put together */
};

/* --- nodes --------------------------------------------------------------------------------- */

static dl_node *new_node(struct grow *g)
{
    if (g->n_fresh == 0) {
        g->fresh = dl_alloc(g->arena, SLAB * sizeof *g->fresh);
        if (g->fresh == NULL) {
            leave(g, "memory");
            return &g->nowhere;
        }
        g->n_fresh = SLAB;
    }
    g->n_fresh--;
    *g->fresh = (dl_node){.ns = LXB_NS_HTML};
    return g->fresh++;
}

static dl_node *new_element(struct grow *g, uint16_t tag, const struct dl_attr *attrs, uint32_t n)
{
    dl_node *node = new_node(g);
    node->type = DL_NODE_ELEMENT;
    node->tag = tag;
    node->attrs = attrs;
    node->n = n & 0xFFFF;
    return node;
}

static dl_node *element_of(struct grow *g, const struct dl_tag *t)
{
    struct dl_attr *attrs = NULL;
    if (t->n > 0) attrs = dl_alloc(g->arena, t->n * sizeof *attrs);
    if (attrs != NULL) memcpy(attrs, t->attrs, t->n * sizeof *attrs);
    if (t->n > 0 && attrs == NULL) leave(g, "memory");
    return new_element(g, t->tag, attrs, attrs != NULL ? t->n : 0);
}

static dl_node *copy_of(struct grow *g, const dl_node *node)
{
    return new_element(g, node->tag, node->attrs, node->n);
}

/* --- where nodes go ------------------------------------------------------------------------ */

static dl_node *sibling_before(struct grow *g, const dl_node *node)
{
    dl_node *at = node->parent->first_child;
    if (at == node) return NULL;
    while (at->next != node) {
        at = at->next;
        if (++g->steps > STEPS) leave(g, "steps");
    }
    return at;
}

static void append(dl_node *parent, dl_node *node)
{
    node->parent = parent;
    node->next = NULL;
    if (parent->last_child != NULL)
        parent->last_child->next = node;
    else
        parent->first_child = node;
    parent->last_child = node;
}

static void insert_before(struct grow *g, dl_node *node, dl_node *before)
{
    dl_node *prev = sibling_before(g, before);
    node->parent = before->parent;
    node->next = before;
    if (prev != NULL)
        prev->next = node;
    else
        before->parent->first_child = node;
}

static void take_out(struct grow *g, dl_node *node)
{
    dl_node *parent = node->parent;
    if (parent == NULL) return;
    dl_node *prev = sibling_before(g, node);
    if (prev != NULL)
        prev->next = node->next;
    else
        parent->first_child = node->next;
    if (parent->last_child == node) parent->last_child = prev;
    node->parent = node->next = NULL;
}

struct place {
    dl_node *parent, *before;
};

static struct place place_in(const struct grow *g, dl_node *target)
{
    if (!g->foster || (sets_of(target) & DL_SET_TABLE) == 0) return (struct place){target, NULL};
    size_t i = g->depth;
    while (i > 0 && g->open[i - 1]->tag != LXB_TAG_TABLE)
        i--;
    if (i == 0) return (struct place){g->open[0], NULL};
    dl_node *table = g->open[i - 1];
    if (table->parent != NULL) return (struct place){table->parent, table};
    return (struct place){g->open[i - 2], NULL};
}

static void put(struct grow *g, struct place place, dl_node *node)
{
    if (place.before != NULL)
        insert_before(g, node, place.before);
    else
        append(place.parent, node);
}

dl_node *insert(struct grow *g, const struct dl_tag *t)
{
    dl_node *node = element_of(g, t);
    if (g->depth > 0) put(g, place_in(g, top(g)), node);
    push(g, node);
    return node;
}

dl_node *insert_named(struct grow *g, uint16_t tag)
{
    struct dl_tag t;
    t.tag = tag;
    t.n = 0;
    return insert(g, &t);
}

void insert_closed(struct grow *g, const struct dl_tag *t)
{
    put(g, place_in(g, top(g)), element_of(g, t));
}

void add_attributes(struct grow *g, dl_node *node, const struct dl_tag *t)
{
    struct dl_attr *all = dl_alloc(g->arena, (node->n + t->n + 1) * sizeof *all);
    size_t n = node->n;
    if (all == NULL) {
        leave(g, "memory");
        return;
    }
    if (n > 0) memcpy(all, node->attrs, n * sizeof *all);
    for (size_t i = 0; i < t->n; i++)
        if (dl_node_find(node, t->attrs[i].name) == NULL) all[n++] = t->attrs[i];
    node->attrs = all;
    node->n = n & 0xFFFF;
}

static void lengthen(struct grow *g, dl_node *node, dl_str more)
{
    size_t n = node->n + more.n;
    char *text = dl_alloc(g->arena, n);
    g->merged += n;
    if (text == NULL || g->merged > MERGED) {
        leave(g, "texts in pieces");
        return;
    }
    memcpy(text, node->text, node->n);
    memcpy(text + node->n, more.p, more.n);
    node->text = text;
    node->n = n & 0xFFFFFFF;
}

void put_text(struct grow *g, dl_str text)
{
    if (text.n == 0) return;
    struct place place = place_in(g, top(g));
    dl_node *last =
        place.before != NULL ? sibling_before(g, place.before) : place.parent->last_child;
    if (last != NULL && last->type == DL_NODE_TEXT) {
        lengthen(g, last, text);
        return;
    }
    dl_node *node = new_node(g);
    node->type = DL_NODE_TEXT;
    node->tag = LXB_TAG__TEXT;
    node->text = text.p;
    node->n = text.n & 0xFFFFFFF;
    put(g, place, node);
}

void put_comment(struct grow *g, dl_node *parent)
{
    dl_node *node = new_node(g);
    node->type = DL_NODE_COMMENT;
    node->tag = LXB_TAG__EM_COMMENT;
    append(parent, node);
}

/* --- the stack of open elements ------------------------------------------------------------ */

void push(struct grow *g, dl_node *node)
{
    if (g->depth == OPEN_MAX) {
        leave(g, "depth");
        return;
    }
    node->flags = IS_OPEN;
    g->paragraphs += node->tag == LXB_TAG_P;
    g->open[g->depth++] = node;
}

void pop(struct grow *g)
{
    dl_node *node = g->open[--g->depth];
    node->flags = 0;
    g->paragraphs -= node->tag == LXB_TAG_P;
}

void pop_until(struct grow *g, uint16_t tag)
{
    while (g->depth > 1 && top(g)->tag != tag)
        pop(g);
    if (g->depth > 1) pop(g);
}

void pop_to(struct grow *g, const dl_node *node)
{
    while (g->depth > 1 && top(g) != node)
        pop(g);
    if (g->depth > 1) pop(g);
}

void drop_open(struct grow *g, dl_node *node)
{
    size_t i = g->depth;
    while (i > 0 && g->open[i - 1] != node)
        i--;
    if (i == 0) return;
    memmove(&g->open[i - 1], &g->open[i], (g->depth - i) * sizeof *g->open);
    g->depth--;
    node->flags = 0;
    g->paragraphs -= node->tag == LXB_TAG_P;
}

bool in_scope(const struct grow *g, uint16_t tag, unsigned stops)
{
    for (size_t i = g->depth; i > 0; i--) {
        if (g->open[i - 1]->tag == tag) return true;
        if ((sets_of(g->open[i - 1]) & stops) != 0) return false;
    }
    return false;
}

bool node_in_scope(const struct grow *g, const dl_node *node)
{
    for (size_t i = g->depth; i > 0; i--) {
        if (g->open[i - 1] == node) return true;
        if ((sets_of(g->open[i - 1]) & DL_SET_SCOPE) != 0) return false;
    }
    return false;
}

void imply_ends(struct grow *g, uint16_t except)
{
    while ((sets_of(top(g)) & DL_SET_IMPLIED) != 0 && top(g)->tag != except)
        pop(g);
}

/* --- formatting elements ------------------------------------------------------------------- */

static void add(struct grow *g, dl_node *node)
{
    if (g->n_formats == FORMATS_MAX)
        leave(g, "formatting elements");
    else
        g->formats[g->n_formats++] = node;
}

void add_marker(struct grow *g)
{
    add(g, NULL);
}

void clear_to_marker(struct grow *g)
{
    while (g->n_formats > 0 && g->formats[--g->n_formats] != NULL) {
    }
}

/* Three of a kind are the most; whether they are of one kind, the attributes that are not kept
 * would have to tell. */
void add_format(struct grow *g, dl_node *node)
{
    size_t same = 0;
    for (size_t i = g->n_formats; i > 0 && g->formats[i - 1] != NULL; i--)
        same += g->formats[i - 1]->tag == node->tag && g->formats[i - 1]->n == node->n;
    if (same >= 3) leave(g, "many of one formatting element");
    add(g, node);
}

static void drop_format_at(struct grow *g, size_t at)
{
    g->n_formats--;
    memmove(&g->formats[at], &g->formats[at + 1], (g->n_formats - at) * sizeof *g->formats);
}

static bool find_format(const struct grow *g, const dl_node *node, size_t *ret_at)
{
    for (size_t i = g->n_formats; i > 0; i--) {
        if (g->formats[i - 1] != node) continue;
        *ret_at = i - 1;
        return true;
    }
    return false;
}

void drop_format(struct grow *g, const dl_node *node)
{
    size_t at;
    if (find_format(g, node, &at)) drop_format_at(g, at);
}

dl_node *format_named(const struct grow *g, uint16_t tag)
{
    for (size_t i = g->n_formats; i > 0 && g->formats[i - 1] != NULL; i--)
        if (g->formats[i - 1]->tag == tag) return g->formats[i - 1];
    return NULL;
}

static bool waits(const dl_node *format)
{
    return format != NULL && (format->flags & IS_OPEN) == 0;
}

bool formats_wait(const struct grow *g)
{
    return g->n_formats > 0 && waits(g->formats[g->n_formats - 1]);
}

void reconstruct(struct grow *g)
{
    size_t i = g->n_formats;
    if (!formats_wait(g)) return;
    while (i > 0 && waits(g->formats[i - 1]))
        i--;
    for (; i < g->n_formats && g->left_over == NULL; i++) {
        dl_node *copy = copy_of(g, g->formats[i]);
        put(g, place_in(g, top(g)), copy);
        push(g, copy);
        g->formats[i] = copy;
    }
}

/* --- the adoption agency ------------------------------------------------------------------- */

static size_t place_of_open(const struct grow *g, const dl_node *node)
{
    size_t i = g->depth;
    while (i > 0 && g->open[i - 1] != node)
        i--;
    return i; /* one more than its index */
}

/* The first special element above the formatting element; 0: none. */
static size_t furthest_block(const struct grow *g, size_t from)
{
    for (size_t i = from; i < g->depth; i++)
        if ((sets_of(g->open[i]) & DL_SET_SPECIAL) != 0) return i;
    return 0;
}

/* The elements between both are copied, each with the last one in it; ret_bookmark: where the
 * formatting element's copy goes in the list. */
static dl_node *copy_between(struct grow *g, const dl_node *format, size_t block, size_t *bookmark)
{
    dl_node *last = g->open[block], *furthest = last;
    size_t at = block, in_formats;
    for (size_t count = 1; g->left_over == NULL; count++) {
        dl_node *node = g->open[--at];
        if (node == format) break;
        bool listed = find_format(g, node, &in_formats);
        if (count > 3 && listed) {
            drop_format_at(g, in_formats);
            listed = false;
        }
        if (!listed) {
            drop_open(g, node);
            continue;
        }
        dl_node *copy = copy_of(g, node);
        g->formats[in_formats] = copy;
        g->open[at] = copy;
        copy->flags = IS_OPEN;
        node->flags = 0;
        if (last == furthest) *bookmark = in_formats + 1;
        take_out(g, last);
        append(copy, last);
        last = copy;
    }
    return last;
}

static void move_children(dl_node *from, dl_node *to)
{
    for (dl_node *n = from->first_child; n != NULL; n = n->next)
        n->parent = to;
    to->first_child = from->first_child;
    to->last_child = from->last_child;
    from->first_child = from->last_child = NULL;
}

static void put_format_at(struct grow *g, size_t at, dl_node *node)
{
    memmove(&g->formats[at + 1], &g->formats[at], (g->n_formats - at) * sizeof *g->formats);
    g->formats[at] = node;
    g->n_formats++;
}

static void open_behind(struct grow *g, const dl_node *block, dl_node *node)
{
    size_t at = place_of_open(g, block);
    if (g->depth == OPEN_MAX) {
        leave(g, "depth");
        return;
    }
    memmove(&g->open[at + 1], &g->open[at], (g->depth - at) * sizeof *g->open);
    g->open[at] = node;
    g->depth++;
    node->flags = IS_OPEN;
}

static void swap(struct grow *g, dl_node *format, size_t at_open, size_t block)
{
    size_t bookmark = 0, listed = 0;
    dl_node *furthest = g->open[block], *ancestor = g->open[at_open - 1];
    find_format(g, format, &bookmark);
    dl_node *last = copy_between(g, format, block, &bookmark);
    if (g->left_over != NULL) return;
    take_out(g, last);
    put(g, place_in(g, ancestor), last);
    dl_node *copy = copy_of(g, format);
    move_children(furthest, copy);
    append(furthest, copy);
    /* As lexbor has it: taken out first, then put where the bookmark was. */
    if (find_format(g, format, &listed)) drop_format_at(g, listed);
    if (bookmark > g->n_formats) bookmark = g->n_formats;
    put_format_at(g, bookmark, copy);
    drop_open(g, format);
    open_behind(g, furthest, copy);
}

bool adopt(struct grow *g, uint16_t tag)
{
    enum { ROUNDS = 8 };
    size_t unused;
    if (top(g)->tag == tag && !find_format(g, top(g), &unused)) return pop(g), true;
    for (int i = 0; i < ROUNDS && g->left_over == NULL; i++) {
        dl_node *format = format_named(g, tag);
        if (format == NULL) return false;
        size_t at = place_of_open(g, format);
        if (at == 0) return drop_format(g, format), true;
        if (!node_in_scope(g, format)) return true;
        size_t block = furthest_block(g, at);
        if (block == 0) {
            pop_to(g, format);
            drop_format(g, format);
            return true;
        }
        swap(g, format, at - 1, block);
    }
    return true;
}
