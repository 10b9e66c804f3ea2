#include "feed/xmltree.h"

#include "base/utf8.h"
#include "feed/xmlplain.h"
#include "feed/xmlsax.h"

struct build {
    dl_arena *arena;
    struct dl_xml *root, *top;
    size_t nodes;
    dl_buf text; /* characters not yet put into the tree */
    dl_str warning;
};

static struct dl_xml *add(struct build *b)
{
    struct dl_xml *node = b->nodes++ >= DL_XML_NODES ? NULL : DL_NEW(b->arena, struct dl_xml);
    if (node == NULL) return NULL;
    node->parent = b->top;
    if (b->top == NULL) {
        if (b->root == NULL) b->root = node;
    } else if (b->top->last == NULL) {
        b->top->first = b->top->last = node;
    } else {
        b->top->last->next = node;
        b->top->last = node;
    }
    return node;
}

static enum dl_err flush_text(struct build *b)
{
    if (b->text.n == 0) return DL_OK;
    if (b->top != NULL) {
        struct dl_xml *node = add(b);
        if (node == NULL) return DL_ERR_TOO_BIG;
        node->text = dl_str_dup(b->arena, dl_buf_slice(&b->text));
    }
    dl_buf_reset(&b->text);
    return DL_OK;
}

static dl_str copy(struct build *b, dl_str s)
{
    return s.n > 0 ? dl_str_dup(b->arena, s) : (dl_str){"", 0};
}

static enum dl_err on_start(void *ctx, const struct dl_sax_element *e)
{
    struct build *b = ctx;
    DL_TRY(flush_text(b));
    struct dl_xml *node = add(b);
    if (node == NULL) return DL_ERR_TOO_BIG;
    node->name = copy(b, e->name);
    /* Most elements share the namespace of their parent. */
    bool same = b->top != NULL && dl_str_eq(b->top->ns, e->ns);
    node->ns = same ? b->top->ns : copy(b, e->ns);
    if (b->top != NULL) {
        node->base = b->top->base;
        node->language = b->top->language;
    }
    for (size_t i = 0; i < e->n_attrs; i++) {
        struct dl_xml_attr *a = DL_NEW(b->arena, struct dl_xml_attr);
        if (a == NULL) return dl_arena_failed(b->arena);
        *a = (struct dl_xml_attr){node->attrs, copy(b, e->attrs[i].name), copy(b, e->attrs[i].ns),
                                  copy(b, e->attrs[i].value)};
        node->attrs = a;
        if (!dl_str_eq_c(a->ns, "xml")) continue;
        if (dl_str_eq_c(a->name, "base")) node->base = a->value;
        if (dl_str_eq_c(a->name, "lang")) node->language = a->value;
    }
    b->top = node;
    return DL_OK;
}

static enum dl_err on_end(void *ctx, dl_str name)
{
    struct build *b = ctx;
    (void)name;
    DL_TRY(flush_text(b));
    if (b->top != NULL) b->top = b->top->parent;
    return DL_OK;
}

static enum dl_err on_text(void *ctx, dl_str text)
{
    struct build *b = ctx;
    dl_buf_str(&b->text, text);
    return dl_buf_failed(&b->text);
}

static void on_warning(void *ctx, dl_str message)
{
    ((struct build *)ctx)->warning = message;
}

/* XML ends all lines in LF before anything else is read (XML 1.0, 2.11); libxml2, given bytes piece
 * by piece, forgets it in CDATA. Bytes of other encodings than UTF-8 are left to it all the same.
 */
static dl_str with_lines(dl_arena *arena, dl_str bytes)
{
    bool is_utf8 = bytes.n > 0 && memchr(bytes.p, '\r', bytes.n) != NULL &&
                   memchr(bytes.p, '\0', bytes.n) == NULL && dl_utf8_valid(bytes, NULL);
    return is_utf8 ? dl_str_unix_lines(arena, bytes) : bytes;
}

enum dl_err dl_xml_parse(dl_arena *arena, dl_str bytes, dl_str charset, struct dl_xml **ret_root,
                         dl_str *ret_warning, struct dl_diag *diag)
{
    bytes = with_lines(arena, bytes);
    DL_TRY(dl_arena_failed(arena));
    enum dl_err plain = dl_xml_plain(arena, bytes, charset, ret_root);
    if (plain == DL_ERR_UNSUPPORTED)
        return dl_xml_recover(arena, bytes, charset, ret_root, ret_warning, diag);
    *ret_warning = (dl_str){NULL, 0};
    return plain;
}

enum dl_err dl_xml_recover(dl_arena *arena, dl_str bytes, dl_str charset, struct dl_xml **ret_root,
                           dl_str *ret_warning, struct dl_diag *diag)
{
    struct build b = {.arena = arena, .text = DL_BUF_INIT(64 << 20)};
    struct dl_sax sax = {&b, on_start, on_end, on_text, on_warning};
    enum dl_err err = dl_sax_parse(arena, bytes, charset, &sax, diag);
    if (err == DL_OK) err = flush_text(&b);
    dl_buf_free(&b.text);
    if (err == DL_ERR_TOO_BIG && b.nodes > DL_XML_NODES)
        return dl_fail(diag, err, DL_NO_POS, "more than %d XML nodes", DL_XML_NODES);
    DL_TRY(err);
    DL_TRY(dl_arena_failed(arena));
    if (b.root == NULL)
        return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "no XML element%s%.*s",
                       b.warning.n > 0 ? ": " : "", DL_FMT(b.warning));
    *ret_root = b.root;
    *ret_warning = b.warning;
    return DL_OK;
}

/* --- looking ------------------------------------------------------------------------------ */

const struct dl_xml *dl_xml_child(const struct dl_xml *node, const char *name)
{
    for (const struct dl_xml *c = node->first; c != NULL; c = c->next)
        if (dl_xml_is(c, name)) return c;
    return NULL;
}

dl_str dl_xml_attr_ns(const struct dl_xml *node, const char *ns, const char *name)
{
    for (const struct dl_xml_attr *a = node->attrs; a != NULL; a = a->next)
        if (dl_str_eq_c(a->name, name) && dl_str_eq_c(a->ns, ns)) return a->value;
    return (dl_str){NULL, 0};
}

/* Walks the subtree without recursion; enter is called for nodes, leave for elements. */
static const struct dl_xml *next_in(const struct dl_xml *root, const struct dl_xml *node,
                                    void (*leave)(dl_buf *, const struct dl_xml *), dl_buf *out)
{
    if (node->first != NULL) return node->first;
    if (leave != NULL && node->name.n > 0 && node != root) leave(out, node);
    while (node != root && node->next == NULL) {
        node = node->parent;
        if (leave != NULL && node != root) leave(out, node);
    }
    return node == root ? NULL : node->next;
}

dl_str dl_xml_text(dl_arena *arena, const struct dl_xml *root)
{
    if (root->first != NULL && root->first == root->last && root->first->name.n == 0)
        return root->first->text;
    dl_buf out = DL_BUF_INIT(64 << 20);
    for (const struct dl_xml *n = root; n != NULL; n = next_in(root, n, NULL, NULL))
        dl_buf_str(&out, n->text);
    dl_str text = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return text;
}

static void put_escaped(dl_buf *out, dl_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *as = s.p[i] == '<'   ? "&lt;"
                         : s.p[i] == '>' ? "&gt;"
                         : s.p[i] == '&' ? "&amp;"
                         : s.p[i] == '"' ? "&quot;"
                                         : NULL;
        if (as != NULL)
            dl_buf_c(out, as);
        else
            dl_buf_byte(out, s.p[i]);
    }
}

static void put_open(dl_buf *out, const struct dl_xml *n)
{
    dl_buf_byte(out, '<');
    dl_buf_str(out, n->name);
    for (const struct dl_xml_attr *a = n->attrs; a != NULL; a = a->next) {
        if (dl_str_eq_c(a->ns, "xmlns")) continue;
        dl_buf_byte(out, ' ');
        dl_buf_str(out, a->name);
        dl_buf_c(out, "=\"");
        put_escaped(out, a->value);
        dl_buf_byte(out, '"');
    }
    dl_buf_byte(out, '>');
}

static bool is_void(dl_str name)
{
    static const char *const names[] = {"br", "img", "hr", "input", "col", "area", "wbr", "source"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dl_str_eq_c(name, names[i])) return true;
    return false;
}

static void put_close(dl_buf *out, const struct dl_xml *n)
{
    if (is_void(n->name)) return;
    dl_buf_c(out, "</");
    dl_buf_str(out, n->name);
    dl_buf_byte(out, '>');
}

dl_str dl_xml_inner(dl_arena *arena, const struct dl_xml *root)
{
    dl_buf out = DL_BUF_INIT(64 << 20);
    for (const struct dl_xml *n = root; n != NULL; n = next_in(root, n, put_close, &out)) {
        if (n == root) continue;
        if (n->name.n > 0)
            put_open(&out, n);
        else
            put_escaped(&out, n->text);
    }
    dl_str html = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return html;
}
