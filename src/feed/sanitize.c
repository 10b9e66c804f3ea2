#include "feed/sanitize.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/utf8.h"
#include "feed/htmlplain.h"
#include "feed/htmltree.h"
#include "feed/sanitize_private.h"
#include "net/url.h"

enum treatment {
    UNWRAP, /* the tag goes, what is in it stays: the default */
    KEEP = 1,
    VOID = 2,  /* kept, has no end tag */
    DROP = 4,  /* goes with everything in it */
    BLOCK = 8, /* parts the text around it */
    RAW = 16,  /* its text is markup that the parser left alone */
};

static const uint8_t treatments[LXB_TAG__LAST_ENTRY] = {
    [LXB_TAG_A] = KEEP,
    [LXB_TAG_ABBR] = KEEP,
    [LXB_TAG_ACRONYM] = KEEP,
    [LXB_TAG_ADDRESS] = KEEP | BLOCK,
    [LXB_TAG_AREA] = KEEP | VOID,
    [LXB_TAG_ARTICLE] = KEEP | BLOCK,
    [LXB_TAG_ASIDE] = KEEP | BLOCK,
    [LXB_TAG_AUDIO] = KEEP,
    [LXB_TAG_B] = KEEP,
    [LXB_TAG_BDI] = KEEP,
    [LXB_TAG_BDO] = KEEP,
    [LXB_TAG_BIG] = KEEP,
    [LXB_TAG_BLOCKQUOTE] = KEEP | BLOCK,
    [LXB_TAG_BR] = KEEP | VOID | BLOCK,
    [LXB_TAG_CAPTION] = KEEP | BLOCK,
    [LXB_TAG_CENTER] = KEEP | BLOCK,
    [LXB_TAG_CITE] = KEEP,
    [LXB_TAG_CODE] = KEEP,
    [LXB_TAG_COL] = KEEP | VOID,
    [LXB_TAG_COLGROUP] = KEEP,
    [LXB_TAG_DD] = KEEP | BLOCK,
    [LXB_TAG_DEL] = KEEP,
    [LXB_TAG_DFN] = KEEP,
    [LXB_TAG_DIR] = KEEP | BLOCK,
    [LXB_TAG_DIV] = KEEP | BLOCK,
    [LXB_TAG_DL] = KEEP | BLOCK,
    [LXB_TAG_DT] = KEEP | BLOCK,
    [LXB_TAG_EM] = KEEP,
    [LXB_TAG_FIGCAPTION] = KEEP | BLOCK,
    [LXB_TAG_FIGURE] = KEEP | BLOCK,
    [LXB_TAG_FONT] = KEEP,
    [LXB_TAG_FOOTER] = KEEP | BLOCK,
    [LXB_TAG_H1] = KEEP | BLOCK,
    [LXB_TAG_H2] = KEEP | BLOCK,
    [LXB_TAG_H3] = KEEP | BLOCK,
    [LXB_TAG_H4] = KEEP | BLOCK,
    [LXB_TAG_H5] = KEEP | BLOCK,
    [LXB_TAG_H6] = KEEP | BLOCK,
    [LXB_TAG_HEADER] = KEEP | BLOCK,
    [LXB_TAG_HR] = KEEP | VOID | BLOCK,
    [LXB_TAG_I] = KEEP,
    [LXB_TAG_IMG] = KEEP | VOID,
    [LXB_TAG_INS] = KEEP,
    [LXB_TAG_KBD] = KEEP,
    [LXB_TAG_LABEL] = KEEP,
    [LXB_TAG_LEGEND] = KEEP | BLOCK,
    [LXB_TAG_LI] = KEEP | BLOCK,
    [LXB_TAG_MAIN] = KEEP | BLOCK,
    [LXB_TAG_MAP] = KEEP,
    [LXB_TAG_MARK] = KEEP,
    [LXB_TAG_MENU] = KEEP | BLOCK,
    [LXB_TAG_NAV] = KEEP | BLOCK,
    [LXB_TAG_OL] = KEEP | BLOCK,
    [LXB_TAG_P] = KEEP | BLOCK,
    [LXB_TAG_PICTURE] = KEEP,
    [LXB_TAG_PRE] = KEEP | BLOCK,
    [LXB_TAG_Q] = KEEP,
    [LXB_TAG_RP] = KEEP,
    [LXB_TAG_RT] = KEEP,
    [LXB_TAG_RUBY] = KEEP,
    [LXB_TAG_S] = KEEP,
    [LXB_TAG_SAMP] = KEEP,
    [LXB_TAG_SECTION] = KEEP | BLOCK,
    [LXB_TAG_SMALL] = KEEP,
    [LXB_TAG_SOURCE] = KEEP | VOID,
    [LXB_TAG_SPAN] = KEEP,
    [LXB_TAG_STRIKE] = KEEP,
    [LXB_TAG_STRONG] = KEEP,
    [LXB_TAG_SUB] = KEEP,
    [LXB_TAG_SUP] = KEEP,
    [LXB_TAG_TABLE] = KEEP | BLOCK,
    [LXB_TAG_TBODY] = KEEP,
    [LXB_TAG_TD] = KEEP | BLOCK,
    [LXB_TAG_TFOOT] = KEEP,
    [LXB_TAG_TH] = KEEP | BLOCK,
    [LXB_TAG_THEAD] = KEEP,
    [LXB_TAG_TIME] = KEEP,
    [LXB_TAG_TR] = KEEP | BLOCK,
    [LXB_TAG_TT] = KEEP,
    [LXB_TAG_U] = KEEP,
    [LXB_TAG_UL] = KEEP | BLOCK,
    [LXB_TAG_VAR] = KEEP,
    [LXB_TAG_VIDEO] = KEEP,
    [LXB_TAG_WBR] = KEEP | VOID,
    [LXB_TAG_TITLE] = BLOCK, /* a whole page as content: its title is text like any other */
    [LXB_TAG_IFRAME] = RAW,
    [LXB_TAG_SCRIPT] = DROP,
    [LXB_TAG_STYLE] = DROP,
    [LXB_TAG_FRAME] = DROP,
    [LXB_TAG_FRAMESET] = DROP,
    [LXB_TAG_EMBED] = DROP,
    [LXB_TAG_NOSCRIPT] = DROP,
    [LXB_TAG_TEMPLATE] = DROP,
    [LXB_TAG_SVG] = DROP,
    [LXB_TAG_MATH] = DROP,
    [LXB_TAG_BASE] = DROP,
    [LXB_TAG_META] = DROP,
    [LXB_TAG_LINK] = DROP,
    [LXB_TAG_TEXTAREA] = DROP,
    [LXB_TAG_SELECT] = DROP,
    [LXB_TAG_PARAM] = DROP,
    [LXB_TAG_CANVAS] = DROP,
    [LXB_TAG_NOEMBED] = DROP,
    [LXB_TAG_NOFRAMES] = DROP,
};
static const dl_str attributes[] = {{"href", 4},     {"src", 3},    {"alt", 3},   {"title", 5},
                                    {"width", 5},    {"height", 6}, {"lang", 4},  {"dir", 3},
                                    {"datetime", 8}, {"cite", 4},   {"start", 5}, {"colspan", 7},
                                    {"rowspan", 7},  {"align", 5},  {"abbr", 4}};

static _Thread_local lxb_html_document_t *document;

dl_str dl_html_bounded(dl_str html)
{
    size_t tags = 0, at = 0;
    for (; (at = dl_str_chr(html, '<', at)) != DL_NO_POS; at++)
        if (++tags > DL_SANITIZE_NODES) return dl_str_sub(html, 0, at);
    return html;
}

static lxb_dom_node_t *parse(dl_str html)
{
    html = dl_html_bounded(html);
    if (document == NULL) document = lxb_html_document_create();
    if (document == NULL) return NULL;
    lxb_html_document_clean(document);
    if (!dl_html_tree_parse(document, html)) return NULL;
    return lxb_dom_interface_node(document->dom_document.element);
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

static unsigned treatment_of(lxb_dom_node_t *node)
{
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT) return UNWRAP;
    if (node->ns != LXB_NS_HTML)
        return DROP; /* drawings and formulas: active content hides there */
    if (node->local_name < LXB_TAG__LAST_ENTRY) return treatments[node->local_name];
    return dl_str_eq_c(name_of(node), "xml") ? DROP : UNWRAP; /* islands of office programs */
}

static void put_escaped(dl_buf *out, dl_str s)
{
    static const char *const as[256] = {
        ['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;", ['\0'] = ""};
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *escaped = as[(unsigned char)s.p[i]];
        if (escaped == NULL) continue;
        dl_buf_add(out, s.p + from, i - from);
        dl_buf_c(out, escaped);
        from = i + 1;
    }
    dl_buf_add(out, s.p + from, s.n - from);
}

/* An iframe's text is markup that was not parsed: of it only the words are kept. */
static dl_str without_tags(dl_arena *arena, dl_str s)
{
    char *p = dl_alloc(arena, s.n + 1);
    size_t n = 0;
    if (p == NULL) return (dl_str){NULL, 0};
    for (size_t i = 0; i < s.n; i++) {
        size_t end = s.p[i] == '<' ? dl_str_chr(s, '>', i) : DL_NO_POS;
        if (s.p[i] == '<' && end == DL_NO_POS) break;
        if (end != DL_NO_POS)
            i = end;
        else
            p[n++] = s.p[i];
    }
    return (dl_str){p, n};
}

int dl_safe_attribute(dl_str name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (name.n == attributes[i].n && name.p[0] == attributes[i].p[0] &&
            memcmp(name.p, attributes[i].p, name.n) == 0)
            return (int)i;
    return -1;
}

bool dl_is_link_attribute(dl_str name)
{
    return dl_str_eq_c(name, "href") || dl_str_eq_c(name, "src") || dl_str_eq_c(name, "cite");
}

dl_str dl_safe_link(dl_arena *arena, dl_str name, dl_str value, dl_str base)
{
    value = dl_str_trim(value);
    if (dl_str_istarts(value, "mailto:") && dl_str_eq_c(name, "href")) return value;
    return dl_url_resolve_web(arena, value, base);
}

static void put_attributes(dl_buf *out, dl_arena *arena, lxb_dom_node_t *node, dl_str base)
{
    lxb_dom_attr_t *a = lxb_dom_element_first_attribute(lxb_dom_interface_element(node));
    for (; a != NULL; a = lxb_dom_element_next_attribute(a)) {
        size_t n = 0, vn = 0;
        const lxb_char_t *np = lxb_dom_attr_local_name(a, &n);
        const lxb_char_t *vp = lxb_dom_attr_value(a, &vn);
        dl_str name = {(const char *)np, n}, value = {(const char *)vp, vn};
        if (dl_safe_attribute(name) < 0) continue;
        if (dl_is_link_attribute(name)) {
            value = dl_safe_link(arena, name, value, base);
            if (value.n == 0) continue;
        }
        dl_buf_byte(out, ' ');
        dl_buf_str(out, name);
        dl_buf_c(out, "=\"");
        put_escaped(out, value);
        dl_buf_byte(out, '"');
    }
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
    unsigned how = treatment_of(node);
    if (node->local_name == LXB_TAG_TITLE) dl_buf_byte(ctx, ' ');
    if ((how & (KEEP | VOID)) != KEEP) return;
    dl_buf_c(ctx, "</");
    dl_buf_str(ctx, name_of(node));
    dl_buf_byte(ctx, '>');
}

/* "<!" that begins no comment, doctype or CDATA is text of people who draw arrows; HTML would make
 * a comment of all that follows. */
static dl_str spare_arrows(dl_arena *arena, dl_str html)
{
    size_t at = dl_str_find_c(html, "<!", 0), from = 0;
    if (at == DL_NO_POS) return html;
    dl_buf out = DL_BUF_INIT(64 << 20);
    for (; at != DL_NO_POS; at = dl_str_find_c(html, "<!", at + 2)) {
        unsigned char c = at + 2 < html.n ? (unsigned char)html.p[at + 2] : ' ';
        if (c == '-' || c == '[' || dl_is_alpha(c)) continue;
        dl_buf_str(&out, dl_str_sub(html, from, at));
        dl_buf_c(&out, "&lt;");
        from = at + 1;
    }
    if (from > 0) {
        dl_buf_str(&out, dl_str_sub(html, from, html.n));
        html = dl_str_dup(arena, dl_buf_slice(&out));
    }
    dl_buf_free(&out);
    return html;
}

static dl_str shown_text(dl_arena *arena, lxb_dom_node_t *node)
{
    bool raw = node->parent != NULL && (treatment_of(node->parent) & RAW) != 0;
    return raw ? without_tags(arena, text_of(node)) : text_of(node);
}

dl_str dl_sanitize_html(dl_arena *arena, dl_str html, dl_str base)
{
    dl_str clean;
    html = dl_str_unix_lines(arena, dl_utf8_repair(arena, html)); /* as HTML reads its input */
    if (dl_html_plain(arena, html, base, &clean)) return clean;
    return dl_sanitize_tree(arena, html, base);
}

dl_str dl_sanitize_tree(dl_arena *arena, dl_str html, dl_str base)
{
    lxb_dom_node_t *root = parse(spare_arrows(arena, html));
    if (root == NULL) return (dl_str){NULL, 0};
    dl_buf out = DL_BUF_INIT(64 << 20);
    struct walk w = {.root = root, .node = root};
    while (w.node != NULL) {
        lxb_dom_node_t *n = w.node;
        unsigned how = treatment_of(n);
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            put_escaped(&out, shown_text(arena, n));
        } else if ((how & KEEP) != 0) {
            dl_buf_byte(&out, '<');
            dl_buf_str(&out, name_of(n));
            put_attributes(&out, arena, n, base);
            dl_buf_byte(&out, '>');
        }
        step(&w, (how & DROP) == 0, close_tag, &out);
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
    if ((treatment_of(node) & BLOCK) != 0) t->pending = true;
}

/* Bytes of white space at the start of s: ASCII, or a no-break space. */
static size_t space_at(dl_str s, size_t at)
{
    unsigned char c = (unsigned char)s.p[at];
    if (c > ' ' && c != 0xC2) return 0;
    if (dl_is_space(c) || c == '\0') return 1;
    return at + 1 < s.n && memcmp(s.p + at, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

static void put_word(struct text_out *t, dl_str word)
{
    if (t->pending && t->buf.n > 0) {
        while (t->buf.n > 0 && t->buf.p[t->buf.n - 1] == ' ')
            t->buf.n--;
        dl_buf_c(&t->buf, t->paragraphs ? "\n\n" : " ");
    }
    t->pending = false;
    dl_buf_str(&t->buf, word);
}

static void put_text(struct text_out *t, dl_str s)
{
    for (size_t at = 0; at < s.n;) {
        size_t space = space_at(s, at), start = at;
        if (space > 0) {
            char last = t->buf.n > 0 ? t->buf.p[t->buf.n - 1] : '\n';
            if (last != '\n' && last != ' ') dl_buf_byte(&t->buf, ' ');
            at += space;
            continue;
        }
        while (at < s.n && space_at(s, at) == 0)
            at++;
        put_word(t, dl_str_sub(s, start, at));
    }
}

/* What put_text makes of all the text there is. */
static dl_str folded(dl_arena *arena, dl_str s)
{
    char *p = dl_alloc(arena, s.n + 1);
    size_t n = 0;
    if (p == NULL) return (dl_str){NULL, 0};
    for (size_t at = 0, space; at<s.n; at += space> 0 ? space : 1) {
        space = space_at(s, at);
        if (space == 0)
            p[n++] = s.p[at];
        else if (n > 0 && p[n - 1] != ' ')
            p[n++] = ' ';
    }
    if (n > 0 && p[n - 1] == ' ') n--;
    p[n] = '\0';
    return (dl_str){p, n};
}

dl_str dl_text_of_html(dl_arena *arena, dl_str html, bool paragraphs)
{
    dl_str plain;
    html = dl_str_unix_lines(arena, dl_utf8_repair(arena, html));
    if (!dl_html_plain_text(arena, html, &plain)) return dl_text_of_tree(arena, html, paragraphs);
    return folded(arena, plain);
}

dl_str dl_text_of_tree(dl_arena *arena, dl_str html, bool paragraphs)
{
    lxb_dom_node_t *root = parse(spare_arrows(arena, html));
    if (root == NULL) return (dl_str){NULL, 0};
    struct text_out t = {.buf = DL_BUF_INIT(64 << 20), .paragraphs = paragraphs};
    struct walk w = {.root = root, .node = root};
    while (w.node != NULL) {
        lxb_dom_node_t *n = w.node;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) put_text(&t, shown_text(arena, n));
        part(&t, n);
        step(&w, (treatment_of(n) & DROP) == 0, part, &t);
    }
    dl_str text = dl_str_dup(arena, dl_str_trim(dl_buf_slice(&t.buf)));
    dl_buf_free(&t.buf);
    return text;
}

bool dl_looks_like_html(dl_str s)
{
    enum { ENTITY_MAX = 12 };
    size_t last = dl_str_rchr(s, '>');
    for (size_t i = 0; (i = dl_str_chr(s, '<', i)) != DL_NO_POS && i + 2 < s.n; i++) {
        char c = s.p[i + 1];
        if ((dl_is_alpha((unsigned char)c) || c == '/' || c == '!') && last != DL_NO_POS &&
            last > i)
            return true;
    }
    for (size_t i = 0; (i = dl_str_chr(s, '&', i)) != DL_NO_POS && i + 2 < s.n; i++) {
        char c = s.p[i + 1];
        if ((c == '#' || dl_is_alpha((unsigned char)c)) &&
            dl_str_chr(dl_str_sub(s, i, i + ENTITY_MAX), ';', 0) != DL_NO_POS)
            return true;
    }
    return false;
}
