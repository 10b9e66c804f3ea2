#include "feed/xmlsax.h"

#include <lexbor/html/html.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "base/map.h"
#include "base/utf8.h"

enum {
    OPTIONS = XML_PARSE_RECOVER | XML_PARSE_NONET,
    NAME_MAX_BYTES = 32,   /* the longest name of HTML has 31 letters */
    ENTITY_LOOKUPS = 4096, /* HTML has 2,231 names; more different ones are noise */
    FIRST_STEP = 4 << 10,  /* libxml2 guesses the encoding from the first bytes */
    STEP = 1 << 20,        /* it looks over what it holds at each step: few steps, linear time */
};

/* libxml2 takes a predefined entity's text as it is, but only its first byte inside attributes;
 * there a general one is used, which it leaves as "&name;" for unescape() below. */
struct html_entity {
    xmlEntity in_text, in_attr;
    dl_str value;
};

struct run {
    dl_arena *arena;
    const struct dl_sax *sax;
    xmlParserCtxtPtr ctxt;
    dl_map entities; /* name -> struct html_entity */
    size_t depth;
    dl_buf scratch; /* names and values of the element that is being reported */
    lxb_html_document_t *html;
    bool warned;
    enum dl_err failed;
};

static void stop(struct run *r, enum dl_err err)
{
    if (err == DL_OK || r->failed != DL_OK) return;
    r->failed = err;
    xmlStopParser(r->ctxt);
}

static dl_str slice(const xmlChar *s)
{
    return dl_str_c((const char *)s);
}

/* --- entities ----------------------------------------------------------------------------- */

static dl_str html_value(struct run *r, dl_str name)
{
    dl_str markup = dl_str_fmt(r->arena, "&%.*s;", DL_FMT(name));
    if (r->html == NULL) r->html = lxb_html_document_create();
    if (r->html == NULL) return (dl_str){NULL, 0};
    lxb_html_document_clean(r->html);
    if (lxb_html_document_parse(r->html, (const lxb_char_t *)markup.p, markup.n) != LXB_STATUS_OK)
        return (dl_str){NULL, 0};
    size_t n = 0;
    lxb_dom_node_t *body = lxb_dom_interface_node(lxb_html_document_body_element(r->html));
    lxb_char_t *text = lxb_dom_node_text_content(body, &n);
    dl_str value = {(const char *)text, text != NULL ? n : 0};
    bool known = value.n > 0 && !dl_str_starts(value, "&");
    return known ? dl_str_dup(r->arena, value) : (dl_str){NULL, 0};
}

static struct html_entity *add_entity(struct run *r, dl_str name, dl_str value)
{
    struct html_entity *e = DL_NEW(r->arena, struct html_entity);
    name = dl_str_dup(r->arena, name);
    if (e == NULL || name.p == NULL || dl_map_set(&r->entities, name, e) != DL_OK) return NULL;
    e->value = value;
    e->in_text = (xmlEntity){.type = XML_ENTITY_DECL,
                             .name = (const xmlChar *)name.p,
                             .content = (xmlChar *)e->value.p,
                             .length = (int)e->value.n,
                             .orig = (xmlChar *)"", /* else libxml2 hangs its own copy here */
                             .etype = XML_INTERNAL_PREDEFINED_ENTITY};
    e->in_attr = e->in_text;
    e->in_attr.etype = XML_INTERNAL_GENERAL_ENTITY;
    e->in_attr.checked = 2; /* looked at, holds no "<" */
    return e;
}

static struct html_entity *entity_of(struct run *r, dl_str name)
{
    if (name.n == 0 || name.n > NAME_MAX_BYTES) return NULL;
    struct html_entity *e = dl_map_get(&r->entities, name);
    if (e != NULL || r->entities.n >= ENTITY_LOOKUPS) return e;
    dl_str value = html_value(r, name);
    /* XHTML 1.0 has other angle brackets than HTML; what nobody knows stays as it is written. */
    if (dl_str_eq_c(name, "lang")) value = DL_STR("\u2329");
    if (dl_str_eq_c(name, "rang")) value = DL_STR("\u232A");
    if (value.n == 0) value = dl_str_fmt(r->arena, "&%.*s;", DL_FMT(name));
    return add_entity(r, name, value);
}

static void on_entity(void *ctx, const xmlChar *name, int type, const xmlChar *public_id,
                      const xmlChar *system_id, xmlChar *content)
{
    struct run *r = ctx;
    (void)public_id, (void)system_id;
    dl_str value = dl_utf8_repair(r->arena, slice(content));
    bool plain = type == XML_INTERNAL_GENERAL_ENTITY && value.n > 0 && value.n <= DL_SAX_ENTITY &&
                 dl_str_chr(value, '&', 0) == DL_NO_POS && dl_str_chr(value, '<', 0) == DL_NO_POS;
    if (!plain || slice(name).n > NAME_MAX_BYTES || r->entities.n >= ENTITY_LOOKUPS) return;
    if (dl_map_get(&r->entities, slice(name)) != NULL) return; /* the first declaration counts */
    add_entity(r, slice(name), dl_str_dup(r->arena, value));
}

static xmlEntityPtr get_entity(void *ctx, const xmlChar *name)
{
    struct run *r = ctx;
    xmlEntityPtr predefined = xmlGetPredefinedEntity(name);
    if (predefined != NULL) return predefined;
    struct html_entity *e = entity_of(r, slice(name));
    if (e == NULL || e->value.n == 0) return NULL;
    return r->ctxt->instate == XML_PARSER_ATTRIBUTE_VALUE ? &e->in_attr : &e->in_text;
}

/* In attributes libxml2 leaves "&#38;" for each "&", and HTML's entities as they were written. */
static void put_value(struct run *r, dl_str raw)
{
    for (size_t at = 0; at < raw.n;) {
        size_t amp = dl_str_chr(raw, '&', at);
        dl_buf_str(&r->scratch, dl_str_sub(raw, at, amp));
        if (amp == DL_NO_POS) return;
        dl_str window = dl_str_sub(raw, amp, amp + NAME_MAX_BYTES + 2);
        size_t end = dl_str_chr(window, ';', 0);
        struct html_entity *e = end == DL_NO_POS ? NULL : entity_of(r, dl_str_sub(window, 1, end));
        if (dl_str_starts(window, "&#38;")) {
            dl_buf_byte(&r->scratch, '&');
            at = amp + 5;
        } else if (e != NULL && e->value.n > 0) {
            dl_buf_str(&r->scratch, e->value);
            at = amp + end + 1;
        } else {
            dl_buf_byte(&r->scratch, '&');
            at = amp + 1;
        }
    }
}

/* --- events ------------------------------------------------------------------------------- */

struct place {
    size_t at, n;
};

static struct place put(struct run *r, dl_str s)
{
    struct place p = {r->scratch.n, s.n};
    dl_buf_str(&r->scratch, s);
    return p;
}

static struct place put_lower(struct run *r, dl_str s)
{
    struct place p = put(r, s);
    for (size_t i = p.at; i < r->scratch.n; i++)
        r->scratch.p[i] = (char)dl_to_lower((unsigned char)r->scratch.p[i]);
    return p;
}

static dl_str placed(const struct run *r, struct place p)
{
    return dl_str_sub(dl_buf_slice(&r->scratch), p.at, p.at + p.n);
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_ns, const xmlChar **namespaces, int n_attrs, int n_default,
                     const xmlChar **raw)
{
    struct run *r = ctx;
    struct dl_sax_attr attrs[DL_SAX_ATTRS];
    struct place names[DL_SAX_ATTRS], values[DL_SAX_ATTRS];
    (void)n_default;
    if (r->failed != DL_OK) return;
    if (++r->depth > DL_XML_DEPTH) {
        stop(r, DL_ERR_TOO_DEEP);
        return;
    }
    dl_buf_reset(&r->scratch);
    struct place element = put_lower(r, slice(name));
    size_t n = n_attrs > DL_SAX_ATTRS ? DL_SAX_ATTRS : (size_t)n_attrs, all = n;
    for (int i = 0; i < n_ns && all < DL_SAX_ATTRS; i++, all++) {
        names[all] = put(r, slice(namespaces[2 * i]));
        attrs[all].ns = DL_STR("xmlns");
        values[all] = put(r, dl_utf8_repair(r->arena, slice(namespaces[2 * i + 1])));
    }
    for (size_t i = 0; i < n; i++) {
        const xmlChar **a = raw + i * 5; /* local name, prefix, URI, value, its end */
        names[i] = put_lower(r, slice(a[0]));
        attrs[i].ns = slice(a[1]);
        values[i].at = r->scratch.n;
        put_value(r, dl_utf8_repair(r->arena, (dl_str){(const char *)a[3], (size_t)(a[4] - a[3])}));
        values[i].n = r->scratch.n - values[i].at;
    }
    if (dl_buf_failed(&r->scratch) != DL_OK) {
        stop(r, dl_buf_failed(&r->scratch));
        return;
    }
    for (size_t i = 0; i < all; i++) {
        attrs[i].name = placed(r, names[i]);
        attrs[i].value = placed(r, values[i]);
    }
    /* An undeclared prefix is kept as the namespace: feeds forget declarations. */
    struct dl_sax_element e = {placed(r, element), slice(uri != NULL ? uri : prefix), all, attrs};
    if (r->sax->start != NULL) stop(r, r->sax->start(r->sax->ctx, &e));
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct run *r = ctx;
    (void)prefix, (void)uri;
    if (r->failed != DL_OK) return;
    if (r->depth > 0) r->depth--;
    dl_buf_reset(&r->scratch);
    struct place p = put_lower(r, slice(name));
    if (r->sax->end != NULL) stop(r, r->sax->end(r->sax->ctx, placed(r, p)));
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
    struct run *r = ctx;
    if (r->failed != DL_OK || n <= 0 || r->sax->text == NULL) return;
    dl_str s = dl_utf8_repair(r->arena, (dl_str){(const char *)text, (size_t)n});
    stop(r, r->sax->text(r->sax->ctx, s));
}

static void on_error(void *ctx, xmlErrorPtr error)
{
    struct run *r = ctx;
    if (r->warned || error == NULL || error->message == NULL) return;
    r->warned = true;
    dl_str message = dl_str_fmt(r->arena, "line %d: %.120s", error->line, error->message);
    message = dl_str_squeeze(r->arena, dl_utf8_repair(r->arena, message));
    if (r->sax->warn != NULL) r->sax->warn(r->sax->ctx, message);
}

static void no_message(void *ctx, const char *format, ...)
{
    (void)ctx, (void)format;
}

/* --- the parse ---------------------------------------------------------------------------- */

/* libxml2 compares each attribute of an element with each other; a tag with a million of them
 * would take hours. So they are counted before it sees them. */
static bool too_many_attributes(dl_str s)
{
    size_t at = 0;
    while ((at = dl_str_chr(s, '<', at)) != DL_NO_POS) {
        dl_str rest = dl_str_sub(s, at, s.n);
        const char *end = dl_str_starts(rest, "<!--")        ? "-->"
                          : dl_str_starts(rest, "<![CDATA[") ? "]]>"
                          : dl_str_starts(rest, "<?")        ? "?>"
                                                             : NULL;
        if (end != NULL) {
            at = dl_str_find_c(s, end, at + 2);
            if (at == DL_NO_POS) return false;
            continue;
        }
        size_t equals = 0;
        char quote = 0;
        for (at++; at < s.n; at++) {
            char c = s.p[at];
            if (quote != 0 ? c == quote : c == '>' || c == '<') {
                if (quote == 0) break;
                quote = 0;
            } else if (quote == 0) {
                equals += c == '=';
                if ((c == '"' || c == '\'') && at > 0 && s.p[at - 1] == '=') quote = c;
            }
            if (equals > DL_SAX_ATTRS) return true;
        }
    }
    return false;
}

static bool is_utf16(dl_str s)
{
    return s.n >= 2 && (s.p[0] == 0 || s.p[1] == 0 || (unsigned char)s.p[0] >= 0xFE);
}

static bool is_ascii(dl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

/* What stands before the XML declaration or the first tag (BOM apart) is not XML. */
static dl_str without_junk(struct run *r, dl_str s)
{
    if (dl_str_starts(s, "\xEF\xBB\xBF")) s = dl_str_sub(s, 3, s.n);
    size_t lt = dl_str_chr(s, '<', 0);
    if (lt == DL_NO_POS || lt == 0) return s;
    r->warned = true;
    if (r->sax->warn != NULL) r->sax->warn(r->sax->ctx, DL_STR("text before the document"));
    return dl_str_sub(s, lt, s.n);
}

static enum dl_err parse(struct run *r, dl_str bytes, dl_str charset)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_start,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .ignorableWhitespace = on_text,
                             .cdataBlock = on_text,
                             .getEntity = get_entity,
                             .entityDecl = on_entity,
                             .serror = on_error,
                             .error = no_message,
                             .warning = no_message};
    r->ctxt = xmlCreatePushParserCtxt(&handler, r, NULL, 0, NULL);
    if (r->ctxt == NULL) return DL_ERR_NOMEM;
    xmlCtxtUseOptions(r->ctxt, OPTIONS);
    if (charset.n > 0 && charset.n < 64) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", DL_FMT(charset));
        xmlCharEncodingHandlerPtr encoding = xmlFindCharEncodingHandler(name);
        if (encoding != NULL && xmlSwitchToEncoding(r->ctxt, encoding) == 0)
            xmlCtxtUseOptions(r->ctxt, OPTIONS | XML_PARSE_IGNORE_ENC);
    }
    for (size_t at = 0, n; at < bytes.n && r->failed == DL_OK; at += n) {
        n = at == 0 ? FIRST_STEP : STEP;
        if (n > bytes.n - at) n = bytes.n - at;
        xmlParseChunk(r->ctxt, bytes.p + at, (int)n, at + n == bytes.n);
    }
    xmlFreeDoc(r->ctxt->myDoc); /* made where a DTD declares entities */
    xmlFreeParserCtxt(r->ctxt);
    return r->failed;
}

enum dl_err dl_sax_parse(dl_arena *arena, dl_str bytes, dl_str charset, const struct dl_sax *sax,
                         struct dl_diag *diag)
{
    struct run r = {.arena = arena, .sax = sax, .scratch = DL_BUF_INIT(32 << 20)};
    if (!is_utf16(bytes)) {
        bytes = without_junk(&r, bytes);
        if (!is_ascii(bytes) && dl_utf8_valid(bytes, NULL)) charset = DL_STR("UTF-8");
    }
    if (too_many_attributes(bytes))
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "more than %d attributes of one element",
                       DL_SAX_ATTRS);
    dl_map_init(&r.entities, arena);
    enum dl_err err = parse(&r, bytes, charset);
    lxb_html_document_destroy(r.html);
    dl_buf_free(&r.scratch);
    if (err == DL_ERR_TOO_DEEP)
        return dl_fail(diag, err, DL_NO_POS, "XML nested deeper than %d", DL_XML_DEPTH);
    return err;
}
