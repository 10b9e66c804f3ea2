#include "feed/sanitize.h"

#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/html.h>

#include "base/utf8.h"
#include "net/url.h"

static const char *const allowed[] = {
    "a",      "abbr",  "acronym", "address",  "area",       "article", "aside",   "audio",
    "b",      "bdi",   "bdo",     "big",      "blockquote", "br",      "caption", "center",
    "cite",   "code",  "col",     "colgroup", "dd",         "del",     "dfn",     "dir",
    "div",    "dl",    "dt",      "em",       "figcaption", "figure",  "font",    "footer",
    "h1",     "h2",    "h3",      "h4",       "h5",         "h6",      "header",  "hr",
    "i",      "img",   "ins",     "kbd",      "label",      "legend",  "li",      "main",
    "map",    "mark",  "menu",    "nav",      "ol",         "p",       "picture", "pre",
    "q",      "rp",    "rt",      "ruby",     "s",          "samp",    "section", "small",
    "source", "span",  "strike",  "strong",   "sub",        "sup",     "table",   "tbody",
    "td",     "tfoot", "th",      "thead",    "time",       "tr",      "tt",      "u",
    "ul",     "var",   "video",   "wbr",
};
/* These go with everything in them. */
static const char *const dropped[] = {
    "script",   "style",    "iframe", "frame", "frameset", "object", "embed",   "applet",
    "noscript", "template", "svg",    "math",  "base",     "meta",   "link",    "title",
    "head",     "textarea", "select", "xml",   "param",    "canvas", "noembed", "noframes"};
static const char *const attributes[] = {"alt",    "cite",  "colspan", "datetime", "dir",
                                         "height", "href",  "lang",    "rowspan",  "src",
                                         "start",  "title", "width",   "align",    "abbr"};
static const char *const blocks[] = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt",   "figure", "h1",
    "h2",      "h3",      "h4",    "h5",         "h6", "hr",  "li", "main", "ol",     "p",
    "pre",     "section", "table", "td",         "th", "tr",  "ul", "br"};

static bool in_list(dl_str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq_c(name, list[i])) return true;
    return false;
}
#define IN(name, list) in_list(name, list, sizeof(list) / sizeof *(list))

static _Thread_local lxb_html_document_t *document;

static lxb_dom_node_t *parse(dl_str html)
{
    if (document == NULL) document = lxb_html_document_create();
    if (document == NULL) return NULL;
    lxb_html_document_clean(document);
    const char *bytes = html.p != NULL ? html.p : "";
    if (lxb_html_document_parse(document, (const lxb_char_t *)bytes, html.n) != LXB_STATUS_OK)
        return NULL;
    return lxb_dom_interface_node(lxb_html_document_body_element(document));
}

static dl_str name_of(lxb_dom_node_t *node)
{
    size_t n = 0;
    const lxb_char_t *p = lxb_dom_element_local_name(lxb_dom_interface_element(node), &n);
    return (dl_str){(const char *)p, n};
}

static dl_str text_of(lxb_dom_node_t *node)
{
    lexbor_str_t *s = &lxb_dom_interface_character_data(node)->data;
    return (dl_str){(const char *)s->data, s->length};
}

static void put_escaped(dl_buf *out, dl_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '<':
            dl_buf_c(out, "&lt;");
            break;
        case '>':
            dl_buf_c(out, "&gt;");
            break;
        case '&':
            dl_buf_c(out, "&amp;");
            break;
        case '"':
            dl_buf_c(out, "&quot;");
            break;
        case '\0':
            break;
        default:
            dl_buf_byte(out, s.p[i]);
        }
    }
}

static void put_attributes(dl_buf *out, dl_arena *arena, lxb_dom_node_t *node, dl_str base)
{
    lxb_dom_attr_t *a = lxb_dom_element_first_attribute(lxb_dom_interface_element(node));
    for (; a != NULL; a = lxb_dom_element_next_attribute(a)) {
        size_t n = 0, vn = 0;
        const lxb_char_t *np = lxb_dom_attr_local_name(a, &n);
        const lxb_char_t *vp = lxb_dom_attr_value(a, &vn);
        dl_str name = {(const char *)np, n}, value = {(const char *)vp, vn};
        if (!IN(name, attributes)) continue;
        bool is_link =
            dl_str_eq_c(name, "href") || dl_str_eq_c(name, "src") || dl_str_eq_c(name, "cite");
        if (is_link) {
            dl_str trimmed = dl_str_trim(value);
            bool mail = dl_str_istarts(trimmed, "mailto:") && dl_str_eq_c(name, "href");
            value = mail ? trimmed : dl_url_resolve_web(arena, trimmed, base);
            if (value.n == 0) continue;
        }
        dl_buf_byte(out, ' ');
        dl_buf_str(out, name);
        dl_buf_c(out, "=\"");
        put_escaped(out, value);
        dl_buf_byte(out, '"');
    }
}

static bool is_void(dl_str name)
{
    static const char *const names[] = {"br", "img", "hr", "col", "area", "wbr", "source"};
    return IN(name, names);
}

struct walk {
    lxb_dom_node_t *root, *node;
    size_t depth, nodes;
};

/* Pre-order without recursion; *left gets true when an element is left. */
static lxb_dom_node_t *step(struct walk *w, bool enter, void (*leave)(void *, lxb_dom_node_t *),
                            void *ctx)
{
    lxb_dom_node_t *n = w->node;
    if (++w->nodes > DL_SANITIZE_NODES) enter = false;
    if (enter && n->first_child != NULL && w->depth < DL_SANITIZE_DEPTH) {
        w->depth++;
        return w->node = n->first_child;
    }
    for (;;) {
        if (n == w->root) return w->node = NULL;
        if (leave != NULL && n->type == LXB_DOM_NODE_TYPE_ELEMENT) leave(ctx, n);
        if (n->next != NULL && w->nodes <= DL_SANITIZE_NODES) return w->node = n->next;
        n = n->parent;
        w->depth--;
    }
}

static void close_tag(void *ctx, lxb_dom_node_t *node)
{
    dl_str name = name_of(node);
    if (!IN(name, allowed) || is_void(name)) return;
    dl_buf_c(ctx, "</");
    dl_buf_str(ctx, name);
    dl_buf_byte(ctx, '>');
}

dl_str dl_sanitize_html(dl_arena *arena, dl_str html, dl_str base)
{
    lxb_dom_node_t *body = parse(dl_utf8_repair(arena, html));
    if (body == NULL) return (dl_str){NULL, 0};
    dl_buf out = DL_BUF_INIT(64 << 20);
    struct walk w = {.root = body, .node = body};
    while (w.node != NULL) {
        lxb_dom_node_t *n = w.node;
        bool enter = true;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            put_escaped(&out, text_of(n));
        } else if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && n != body) {
            dl_str name = name_of(n);
            enter = !IN(name, dropped);
            if (enter && IN(name, allowed)) {
                dl_buf_byte(&out, '<');
                dl_buf_str(&out, name);
                put_attributes(&out, arena, n, base);
                dl_buf_byte(&out, '>');
            }
        }
        step(&w, enter, close_tag, &out);
    }
    dl_str clean = dl_str_dup(arena, dl_str_trim(dl_buf_slice(&out)));
    dl_buf_free(&out);
    return clean;
}

struct text_out {
    dl_buf buf;
    bool paragraphs, pending;
};

static void part(void *ctx, lxb_dom_node_t *node)
{
    struct text_out *t = ctx;
    if (IN(name_of(node), blocks)) t->pending = true;
}

static void put_text(struct text_out *t, dl_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool space =
            dl_is_space(c) || (c == 0xC2 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0xA0);
        bool at_start = t->buf.n == 0 || t->buf.p[t->buf.n - 1] == '\n';
        if (space) {
            if (c == 0xC2) i++;
            if (!at_start && t->buf.p[t->buf.n - 1] != ' ') dl_buf_byte(&t->buf, ' ');
            continue;
        }
        if (t->pending && t->buf.n > 0) {
            while (t->buf.n > 0 && t->buf.p[t->buf.n - 1] == ' ')
                t->buf.n--;
            dl_buf_c(&t->buf, t->paragraphs ? "\n\n" : " ");
        }
        t->pending = false;
        if (c != 0) dl_buf_byte(&t->buf, (char)c);
    }
}

dl_str dl_text_of_html(dl_arena *arena, dl_str html, bool paragraphs)
{
    lxb_dom_node_t *body = parse(dl_utf8_repair(arena, html));
    if (body == NULL) return (dl_str){NULL, 0};
    struct text_out t = {.buf = DL_BUF_INIT(64 << 20), .paragraphs = paragraphs};
    struct walk w = {.root = body, .node = body};
    while (w.node != NULL) {
        lxb_dom_node_t *n = w.node;
        bool enter = true;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            put_text(&t, text_of(n));
        } else if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && n != body) {
            enter = !IN(name_of(n), dropped);
            part(&t, n);
        }
        step(&w, enter, part, &t);
    }
    dl_str text = dl_str_dup(arena, dl_str_trim(dl_buf_slice(&t.buf)));
    dl_buf_free(&t.buf);
    return text;
}

bool dl_looks_like_html(dl_str s)
{
    for (size_t i = 0; i + 2 < s.n; i++) {
        char c = s.p[i + 1];
        if (s.p[i] == '<' && (dl_is_alpha((unsigned char)c) || c == '/' || c == '!')) {
            if (dl_str_chr(s, '>', i) != DL_NO_POS) return true;
        }
        if (s.p[i] == '&' && (c == '#' || dl_is_alpha((unsigned char)c))) {
            size_t end = dl_str_chr(s, ';', i);
            if (end != DL_NO_POS && end - i <= 10) return true;
        }
    }
    return false;
}
