#include "feed/xmltree.h"

#include <lexbor/html/html.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "base/utf8.h"

struct build {
    dl_arena *arena;
    struct dl_xml *root, *top;
    size_t depth, nodes;
    dl_buf text; /* characters not yet put into the tree */
    dl_str warning;
    enum dl_err failed;
};

static dl_str copy(struct build *b, const xmlChar *s, size_t n)
{
    return dl_str_dup(b->arena, dl_utf8_repair(b->arena, (dl_str){(const char *)s, n}));
}

static struct dl_xml *add(struct build *b)
{
    if (++b->nodes > DL_XML_NODES) b->failed = DL_ERR_TOO_BIG;
    struct dl_xml *node = b->failed != DL_OK ? NULL : DL_NEW(b->arena, struct dl_xml);
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

static void flush_text(struct build *b)
{
    if (b->text.n == 0) return;
    struct dl_xml *node = b->top != NULL ? add(b) : NULL;
    if (node != NULL) node->text = copy(b, (const xmlChar *)b->text.p, b->text.n);
    dl_buf_reset(&b->text);
}

static dl_str name_of(struct build *b, const xmlChar *name)
{
    return dl_str_lower_ascii(b->arena, dl_str_c((const char *)name));
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_ns, const xmlChar **namespaces, int n_attrs, int n_default,
                     const xmlChar **attrs)
{
    struct build *b = ctx;
    (void)n_ns;
    (void)namespaces;
    (void)n_default;
    flush_text(b);
    if (++b->depth > DL_XML_DEPTH) b->failed = DL_ERR_TOO_DEEP;
    struct dl_xml *node = add(b);
    if (node == NULL) return;
    node->name = name_of(b, name);
    /* An undeclared prefix is kept as the namespace: feeds forget declarations. */
    node->ns = copy(b,
                    uri != NULL      ? uri
                    : prefix != NULL ? prefix
                                     : (const xmlChar *)"",
                    strlen((const char *)(uri != NULL      ? uri
                                          : prefix != NULL ? prefix
                                                           : (const xmlChar *)"")));
    if (b->top != NULL) node->base = b->top->base;
    for (int i = 0; i < n_attrs; i++, attrs += 5) {
        struct dl_xml_attr *a = DL_NEW(b->arena, struct dl_xml_attr);
        if (a == NULL) return;
        a->name = name_of(b, attrs[0]);
        a->ns = dl_str_c(attrs[1] == NULL
                             ? ""
                             : (const char *)copy(b, attrs[1], strlen((const char *)attrs[1])).p);
        a->value = copy(b, attrs[3], (size_t)(attrs[4] - attrs[3]));
        a->next = node->attrs;
        node->attrs = a;
        if (dl_str_eq_c(a->name, "base") && dl_str_eq_c(a->ns, "xml")) node->base = a->value;
    }
    b->top = node;
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct build *b = ctx;
    (void)name;
    (void)prefix;
    (void)uri;
    flush_text(b);
    if (b->depth > 0) b->depth--;
    if (b->top != NULL) b->top = b->top->parent;
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
    struct build *b = ctx;
    if (b->failed == DL_OK && n > 0) dl_buf_add(&b->text, text, (size_t)n);
}

/* HTML's names, for feeds that use them without a DTD. */
static void put_entity(struct build *b, const char *name)
{
    dl_buf html = DL_BUF_INIT(64);
    dl_buf_fmt(&html, "&%.32s;", name);
    lxb_html_document_t *doc = lxb_html_document_create();
    if (doc != NULL &&
        lxb_html_document_parse(doc, (const lxb_char_t *)html.p, html.n) == LXB_STATUS_OK) {
        size_t n = 0;
        lxb_char_t *text = lxb_dom_node_text_content(
            lxb_dom_interface_node(lxb_html_document_body_element(doc)), &n);
        if (text != NULL) dl_buf_add(&b->text, text, n);
    }
    lxb_html_document_destroy(doc);
    dl_buf_free(&html);
}

static void on_reference(void *ctx, const xmlChar *name)
{
    struct build *b = ctx;
    if (b->failed == DL_OK) put_entity(b, (const char *)name);
}

static xmlEntityPtr get_entity(void *ctx, const xmlChar *name)
{
    (void)ctx;
    return xmlGetPredefinedEntity(name);
}

static void on_error(void *ctx, xmlErrorPtr error)
{
    struct build *b = ctx;
    if (b->warning.n > 0 || error == NULL || error->message == NULL) return;
    b->warning = dl_str_fmt(b->arena, "line %d: %.120s", error->line, error->message);
    b->warning = dl_str_trim(dl_utf8_repair(b->arena, b->warning));
}

static void no_message(void *ctx, const char *format, ...)
{
    (void)ctx;
    (void)format;
}

enum dl_err dl_xml_parse(dl_arena *arena, dl_str bytes, dl_str charset, struct dl_xml **ret_root,
                         dl_str *ret_warning, struct dl_diag *diag)
{
    struct build b = {.arena = arena, .text = DL_BUF_INIT(64 << 20)};
    xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
                         .startElementNs = on_start,
                         .endElementNs = on_end,
                         .characters = on_text,
                         .ignorableWhitespace = on_text,
                         .cdataBlock = on_text,
                         .reference = on_reference,
                         .getEntity = get_entity,
                         .serror = on_error,
                         .error = no_message,
                         .warning = no_message};
    xmlParserCtxtPtr ctxt = xmlCreatePushParserCtxt(&sax, &b, NULL, 0, NULL);
    if (ctxt == NULL) return DL_ERR_NOMEM;
    xmlCtxtUseOptions(ctxt, XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOBLANKS * 0);
    if (charset.n > 0) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", DL_FMT(charset));
        xmlCharEncodingHandlerPtr handler = xmlFindCharEncodingHandler(name);
        if (handler != NULL) xmlSwitchToEncoding(ctxt, handler);
    }
    enum { STEP = 64 << 10 };
    for (size_t at = 0; at < bytes.n && b.failed == DL_OK; at += STEP) {
        size_t n = bytes.n - at < STEP ? bytes.n - at : STEP;
        xmlParseChunk(ctxt, bytes.p + at, (int)n, at + n == bytes.n);
    }
    flush_text(&b);
    xmlFreeParserCtxt(ctxt);
    dl_buf_free(&b.text);
    if (b.failed == DL_ERR_TOO_DEEP)
        return dl_fail(diag, b.failed, DL_NO_POS, "XML nested deeper than %d", DL_XML_DEPTH);
    if (b.failed != DL_OK)
        return dl_fail(diag, b.failed, DL_NO_POS, "more than %d XML nodes", DL_XML_NODES);
    DL_TRY(dl_arena_failed(arena));
    if (b.root == NULL)
        return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "no XML element%s%.*s",
                       b.warning.n > 0 ? ": " : "", DL_FMT(b.warning));
    *ret_root = b.root;
    *ret_warning = b.warning;
    return DL_OK;
}

/* --- looking ------------------------------------------------------------------------------ */

bool dl_xml_is(const struct dl_xml *node, const char *name)
{
    return dl_str_eq_c(node->name, name);
}

const struct dl_xml *dl_xml_child(const struct dl_xml *node, const char *name)
{
    for (const struct dl_xml *c = node->first; c != NULL; c = c->next)
        if (dl_xml_is(c, name)) return c;
    return NULL;
}

dl_str dl_xml_attr(const struct dl_xml *node, const char *name)
{
    for (const struct dl_xml_attr *a = node->attrs; a != NULL; a = a->next)
        if (dl_str_eq_c(a->name, name)) return a->value;
    return (dl_str){NULL, 0};
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
