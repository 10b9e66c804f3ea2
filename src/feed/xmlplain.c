#include "feed/xmlplain.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "feed/xmlsax.h"

enum {
    BINDINGS = 64,   /* namespaces in force at once */
    ATTRIBUTES = 64, /* of one element: each new one is compared with all */
    NAME_MAX_BYTES = 64,
};

struct binding {
    dl_str prefix, uri;
};

struct open_element {
    const char *name; /* as written, with its prefix */
    size_t n, n_bindings;
};

struct scan {
    dl_arena *arena;
    const char *p, *end; /* what is left to read */
    char *out, *text;    /* strings are written here, each with a NUL; text: not yet in the tree */
    struct dl_xml *root, *top;
    size_t nodes, depth, n_bindings, n_bindings_before; /* before: the element that is read now */
    struct binding bindings[BINDINGS];
    struct open_element open[DL_XML_DEPTH];
};

/* --- bytes -------------------------------------------------------------------------------- */

/* Characters that XML does not have, and ends of lines that it rewrites. */
static bool has_unusual_bytes(dl_str s, bool *ret_ascii)
{
    enum { BLOCK = 4096 };
    const unsigned char *p = (const unsigned char *)s.p;
    unsigned char high = 0;
    for (size_t from = 0; from < s.n; from += BLOCK) {
        size_t to = s.n - from < BLOCK ? s.n : from + BLOCK;
        unsigned char bad = 0;
        for (size_t i = from; i < to; i++) {
            bad |= (unsigned char)((p[i] < 0x20) & (p[i] != '\t') & (p[i] != '\n'));
            high |= p[i];
        }
        if (bad != 0) return true;
    }
    *ret_ascii = high < 0x80;
    return false;
}

/* U+FFFE and U+FFFF are no characters of XML. */
static bool has_noncharacters(dl_str s)
{
    enum { BLOCK = 4096 };
    const unsigned char *p = (const unsigned char *)s.p;
    for (size_t from = 0; from + 2 < s.n; from += BLOCK) {
        size_t to = s.n - 2 - from < BLOCK ? s.n - 2 : from + BLOCK;
        unsigned char bad = 0;
        for (size_t i = from; i < to; i++)
            bad |= (unsigned char)((p[i] == 0xEF) & (p[i + 1] == 0xBF) & (p[i + 2] >= 0xBE));
        if (bad != 0) return true;
    }
    return false;
}

/* Encodings in which ASCII bytes are ASCII. */
static bool is_known_charset(dl_str name)
{
    static const char *const known[] = {"utf-8", "us-ascii", "iso-8859-1", "windows-1251",
                                        "windows-1252"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (dl_str_ieq_c(name, known[i])) return true;
    return false;
}

static bool is_xml_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end && is_xml_space(*s->p))
        s->p++;
}

static inline bool at(const struct scan *s, const char *literal)
{
    size_t n = strlen(literal);
    return (size_t)(s->end - s->p) >= n && memcmp(s->p, literal, n) == 0;
}

static inline bool take(struct scan *s, const char *literal)
{
    if (!at(s, literal)) return false;
    s->p += strlen(literal);
    return true;
}

static dl_str put(struct scan *s, const char *from, size_t n)
{
    char *start = s->out;
    if (n == 0) return (dl_str){"", 0};
    memcpy(start, from, n);
    start[n] = '\0';
    s->out += n + 1;
    return (dl_str){start, n};
}

static dl_str put_lower(struct scan *s, dl_str name)
{
    char *start = s->out;
    for (size_t i = 0; i < name.n; i++)
        start[i] = (char)dl_to_lower((unsigned char)name.p[i]);
    start[name.n] = '\0';
    s->out += name.n + 1;
    return (dl_str){start, name.n};
}

/* --- references --------------------------------------------------------------------------- */

static bool is_xml_char(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

/* Behind "&#". */
static bool number(struct scan *s, uint32_t *ret_c)
{
    enum { DIGITS = 7 };
    bool hex = take(s, "x");
    uint32_t c = 0;
    size_t n = 0;
    for (; s->p < s->end && n <= DIGITS && *s->p != ';'; s->p++, n++) {
        unsigned char d = (unsigned char)*s->p;
        if (dl_is_digit(d))
            c = c * (hex ? 16 : 10) + (d - '0');
        else if (hex && dl_is_alpha(d) && (d | 0x20) <= 'f')
            c = c * 16 + ((d | 0x20) - 'a' + 10);
        else
            return false;
    }
    *ret_c = c;
    return n > 0 && n <= DIGITS && take(s, ";") && is_xml_char(c);
}

static bool reference(struct scan *s)
{
    s->p++;
    if (take(s, "#")) {
        uint32_t c;
        if (!number(s, &c)) return false;
        s->out += dl_utf8_put(c, s->out);
        return true;
    }
    char is = take(s, "lt;")     ? '<'
              : take(s, "gt;")   ? '>'
              : take(s, "amp;")  ? '&'
              : take(s, "quot;") ? '"'
              : take(s, "apos;") ? '\''
                                 : '\0';
    *s->out = is;
    s->out += is != '\0';
    return is != '\0';
}

/* --- the tree ----------------------------------------------------------------------------- */

static struct dl_xml *add(struct scan *s)
{
    struct dl_xml *node = s->nodes++ >= DL_XML_NODES ? NULL : DL_NEW(s->arena, struct dl_xml);
    if (node == NULL) return NULL;
    node->parent = s->top;
    if (s->top == NULL)
        s->root = node;
    else if (s->top->last == NULL)
        s->top->first = s->top->last = node;
    else
        s->top->last = s->top->last->next = node;
    return node;
}

static bool flush_text(struct scan *s)
{
    if (s->text == NULL || s->out == s->text) return true;
    struct dl_xml *node = add(s);
    if (node == NULL) return false;
    node->text = (dl_str){s->text, (size_t)(s->out - s->text)};
    *s->out++ = '\0';
    return true;
}

static bool add_attribute(struct scan *s, struct dl_xml *node, dl_str name, dl_str ns, dl_str value)
{
    struct dl_xml_attr *a = DL_NEW(s->arena, struct dl_xml_attr);
    if (a == NULL) return false;
    *a = (struct dl_xml_attr){node->attrs, name, ns, value};
    node->attrs = a;
    return true;
}

/* --- tags --------------------------------------------------------------------------------- */

struct name {
    dl_str prefix, local;
};

/* A table: names are looked at byte by byte, and there are many. */
static bool is_name_byte(unsigned char c)
{
    static const bool is[256] = {['0' ... '9'] = true, ['a' ... 'z'] = true, ['A' ... 'Z'] = true,
                                 ['_'] = true,         ['-'] = true,         ['.'] = true};
    return is[c];
}

static bool part_of_name(struct scan *s, dl_str *ret)
{
    const char *start = s->p;
    if (start == s->end || !(dl_is_alpha((unsigned char)*start) || *start == '_')) return false;
    while (s->p < s->end && is_name_byte((unsigned char)*s->p))
        s->p++;
    *ret = (dl_str){start, (size_t)(s->p - start)};
    return ret->n <= NAME_MAX_BYTES;
}

static bool name(struct scan *s, struct name *ret)
{
    *ret = (struct name){0};
    if (!part_of_name(s, &ret->local)) return false;
    if (s->p == s->end || *s->p != ':') return true;
    s->p++;
    ret->prefix = ret->local;
    return part_of_name(s, &ret->local) && (s->p == s->end || *s->p != ':');
}

/* An attribute's value, behind its "=". */
static bool value(struct scan *s, dl_str *ret)
{
    char quote = s->p < s->end ? *s->p : '\0', *start = s->out;
    if (quote != '"' && quote != '\'') return false;
    s->p++;
    const char *end = memchr(s->p, quote, (size_t)(s->end - s->p));
    if (end == NULL) return false;
    while (s->p < end) {
        char c = *s->p;
        if (c == '<') return false;
        if (c == '&') {
            if (!reference(s) || s->p > end) return false;
            continue;
        }
        *s->out++ = is_xml_space(c) ? ' ' : c;
        s->p++;
    }
    s->p++;
    *ret = s->out > start ? (dl_str){start, (size_t)(s->out - start)} : (dl_str){"", 0};
    *s->out++ = '\0';
    return true;
}

/* libxml2 looks at what a namespace is called; these it finds nothing about. */
static bool is_plain_uri(dl_str uri)
{
    size_t host = dl_str_starts(uri, "http://") ? 7 : dl_str_starts(uri, "https://") ? 8 : 0, i;
    if (host == 0 || dl_str_eq_c(uri, "http://www.w3.org/XML/1998/namespace") ||
        dl_str_eq_c(uri, "http://www.w3.org/2000/xmlns/"))
        return false;
    for (i = host; i < uri.n && is_name_byte((unsigned char)uri.p[i]); i++) {
    }
    if (i == host) return false;
    for (bool in_fragment = false; i < uri.n; i++) {
        char c = uri.p[i];
        if (c == '#' && in_fragment) return false;
        in_fragment |= c == '#';
        if (!is_name_byte((unsigned char)c) && c != '/' && c != '#') return false;
    }
    return true;
}

static bool bind(struct scan *s, dl_str prefix, dl_str uri)
{
    if (s->n_bindings == BINDINGS || !is_plain_uri(uri) || dl_str_istarts(prefix, "xml"))
        return false;
    for (size_t i = s->n_bindings_before; i < s->n_bindings; i++)
        if (dl_str_eq(s->bindings[i].prefix, prefix)) return false;
    s->bindings[s->n_bindings++] = (struct binding){prefix, uri};
    return true;
}

/* The empty prefix may be unbound, others not. */
static bool resolve(const struct scan *s, dl_str prefix, dl_str *ret_uri)
{
    for (size_t i = s->n_bindings; i > 0; i--)
        if (dl_str_eq(s->bindings[i - 1].prefix, prefix))
            return *ret_uri = s->bindings[i - 1].uri, true;
    *ret_uri = (dl_str){"", 0};
    return prefix.n == 0;
}

/* "en", "pt-BR": of others libxml2 may find something wrong. */
static bool is_plain_language(dl_str s)
{
    bool starts = s.n >= 2 && dl_is_alpha((unsigned char)s.p[0]) &&
                  dl_is_alpha((unsigned char)s.p[1]) && s.p[0] > 'Z' && s.p[1] > 'Z';
    return starts && (s.n == 2 || (s.n == 5 && s.p[2] == '-' && s.p[3] >= 'A' && s.p[3] <= 'Z' &&
                                   s.p[4] >= 'A' && s.p[4] <= 'Z'));
}

struct attribute {
    struct name name;
    dl_str value;
};

static bool is_new_attribute(const struct attribute *all, size_t n, struct name new)
{
    for (size_t i = 0; i < n; i++)
        if (dl_str_eq(all[i].name.local, new.local) &&
            (all[i].name.prefix.n > 0) == (new.prefix.n > 0))
            return false;
    return true;
}

/* Behind the element's name: attributes up to the ">" or "/>" that ends the tag. */
static bool attributes(struct scan *s, struct attribute all[ATTRIBUTES], size_t *ret_n)
{
    for (*ret_n = 0;; ++*ret_n) {
        const char *before = s->p;
        skip_space(s);
        if (s->p == s->end) return false;
        if (*s->p == '>' || *s->p == '/') return true;
        struct attribute *a = &all[*ret_n];
        if (before == s->p || *ret_n == ATTRIBUTES || !name(s, &a->name) || !take(s, "=") ||
            !value(s, &a->value) || !is_new_attribute(all, *ret_n, a->name))
            return false;
    }
}

static bool put_declarations(struct scan *s, struct dl_xml *node, const struct attribute *a,
                             size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_default = a[i].name.prefix.n == 0 && dl_str_eq_c(a[i].name.local, "xmlns");
        if (!is_default && !dl_str_eq_c(a[i].name.prefix, "xmlns")) continue;
        dl_str prefix = is_default ? (dl_str){"", 0} : a[i].name.local;
        prefix = put(s, prefix.p, prefix.n);
        if (!bind(s, prefix, a[i].value) ||
            !add_attribute(s, node, prefix, DL_STR("xmlns"), a[i].value))
            return false;
    }
    return true;
}

static bool put_attribute(struct scan *s, struct dl_xml *node, const struct attribute *a)
{
    dl_str uri, prefix = a->name.prefix, local = put_lower(s, a->name.local);
    if (dl_str_eq_c(prefix, "xml")) {
        if (dl_str_eq_c(a->name.local, "base"))
            node->base = a->value;
        else if (dl_str_eq_c(a->name.local, "lang") && is_plain_language(a->value))
            node->language = a->value;
        else
            return false;
    } else if (dl_str_istarts(prefix, "xml") || !resolve(s, prefix, &uri)) {
        return false;
    }
    return add_attribute(s, node, local, put(s, prefix.p, prefix.n), a->value);
}

static bool put_attributes(struct scan *s, struct dl_xml *node, const struct attribute *a, size_t n)
{
    /* Prefixes may be declared behind their use; the list of a node is in reverse order. */
    struct dl_xml hold = {0};
    if (n == 0) return true;
    if (!put_declarations(s, &hold, a, n)) return false;
    for (size_t i = 0; i < n; i++) {
        bool is_declaration = dl_str_eq_c(a[i].name.prefix, "xmlns") ||
                              (a[i].name.prefix.n == 0 && dl_str_eq_c(a[i].name.local, "xmlns"));
        if (!is_declaration && !put_attribute(s, node, &a[i])) return false;
    }
    struct dl_xml_attr **last = &hold.attrs;
    while (*last != NULL)
        last = &(*last)->next;
    *last = node->attrs;
    node->attrs = hold.attrs;
    return true;
}

static void leave(struct scan *s)
{
    s->depth--;
    s->top = s->top->parent;
    s->n_bindings = s->open[s->depth].n_bindings;
    s->text = s->out;
}

static bool start_tag(struct scan *s)
{
    struct attribute all[ATTRIBUTES];
    struct name tag;
    size_t n;
    if (!flush_text(s) || s->depth + 1 >= DL_XML_DEPTH || (s->top == NULL && s->root != NULL))
        return false;
    struct dl_xml *node = add(s);
    const char *start = ++s->p;
    if (node == NULL || !name(s, &tag) || dl_str_istarts(tag.prefix, "xml")) return false;
    s->open[s->depth++] = (struct open_element){start, (size_t)(s->p - start), s->n_bindings};
    s->n_bindings_before = s->n_bindings;
    node->name = put_lower(s, tag.local);
    if (s->top != NULL) {
        node->base = s->top->base;
        node->language = s->top->language;
    }
    if (!attributes(s, all, &n) || !put_attributes(s, node, all, n) ||
        !resolve(s, tag.prefix, &node->ns))
        return false;
    bool is_empty = take(s, "/");
    if (!take(s, ">")) return false;
    s->top = node;
    s->text = s->out;
    if (is_empty) leave(s);
    return true;
}

static bool end_tag(struct scan *s)
{
    if (s->depth == 0 || !flush_text(s)) return false;
    const struct open_element *open = &s->open[s->depth - 1];
    s->p += 2;
    if ((size_t)(s->end - s->p) <= open->n || memcmp(s->p, open->name, open->n) != 0) return false;
    s->p += open->n;
    skip_space(s);
    if (!take(s, ">")) return false;
    leave(s);
    return true;
}

/* --- what is between tags ----------------------------------------------------------------- */

/* "]]>"; brackets are rare, so that they are looked for one by one. */
static const char *cdata_end(const char *p, const char *end)
{
    while (end - p >= 3 && (p = memchr(p, ']', (size_t)(end - p) - 2)) != NULL) {
        if (p[1] == ']' && p[2] == '>') return p;
        p++;
    }
    return NULL;
}

/* Most runs are short; a copy of fixed size is no call. What it writes too much is written again.
 */
static void put_run(struct scan *s, size_t n)
{
    enum { SHORT = 16 };
    if (n <= SHORT && s->end - s->p >= SHORT)
        memcpy(s->out, s->p, SHORT);
    else
        memcpy(s->out, s->p, n);
    s->out += n;
    s->p += n;
}

/* Where a tag, a reference or perhaps "]]>" begins. */
static const char *end_of_run(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i lt = _mm_set1_epi8('<'), amp = _mm_set1_epi8('&'), bracket = _mm_set1_epi8(']');
    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)p);
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, lt), _mm_cmpeq_epi8(v, amp));
        int found = _mm_movemask_epi8(_mm_or_si128(hit, _mm_cmpeq_epi8(v, bracket)));
        if (found != 0) return p + __builtin_ctz((unsigned)found);
    }
#endif
    while (p < end && *p != '<' && *p != '&' && *p != ']')
        p++;
    return p;
}

static bool run_of_text(struct scan *s)
{
    while (s->p < s->end && *s->p != '<') {
        const char *stop = end_of_run(s->p, s->end);
        if (stop < s->end && *stop == ']') {
            if (s->end - stop >= 3 && memcmp(stop, "]]>", 3) == 0) return false;
            stop++;
        }
        put_run(s, (size_t)(stop - s->p));
        if (s->p < s->end && *s->p == '&' && !reference(s)) return false;
    }
    return true;
}

static bool characters(struct scan *s)
{
    if (s->top != NULL) return run_of_text(s);
    skip_space(s);
    return s->p == s->end || *s->p == '<';
}

static bool comment(struct scan *s)
{
    s->p += 4;
    const char *end = memmem(s->p, (size_t)(s->end - s->p), "--", 2);
    if (end == NULL) return false;
    s->p = end + 2;
    return take(s, ">");
}

static bool cdata(struct scan *s)
{
    s->p += 9;
    const char *end = cdata_end(s->p, s->end);
    if (end == NULL || s->top == NULL) return false;
    size_t n = (size_t)(end - s->p);
    memcpy(s->out, s->p, n);
    s->out += n;
    s->p = end + 3;
    return true;
}

static bool stylesheet(struct scan *s)
{
    if (!take(s, "<?xml-stylesheet") || s->p == s->end || !is_xml_space(*s->p)) return false;
    const char *end = memmem(s->p, (size_t)(s->end - s->p), "?>", 2);
    if (end == NULL) return false;
    s->p = end + 2;
    return true;
}

static bool quoted(struct scan *s, dl_str *ret)
{
    char quote = s->p < s->end ? *s->p : '\0';
    if (quote != '"' && quote != '\'') return false;
    const char *end = memchr(s->p + 1, quote, (size_t)(s->end - s->p - 1));
    if (end == NULL) return false;
    *ret = (dl_str){s->p + 1, (size_t)(end - s->p - 1)};
    s->p = end + 1;
    return true;
}

static bool declaration(struct scan *s)
{
    dl_str version, encoding = DL_STR("utf-8"), alone = DL_STR("yes");
    if (!at(s, "<?xml ")) return true;
    take(s, "<?xml ");
    skip_space(s);
    if (!take(s, "version=") || !quoted(s, &version)) return false;
    if (take(s, " encoding=") && !quoted(s, &encoding)) return false;
    if (take(s, " standalone=") && !quoted(s, &alone)) return false;
    skip_space(s);
    return take(s, "?>") && dl_str_eq_c(version, "1.0") && is_known_charset(encoding) &&
           (dl_str_eq_c(alone, "yes") || dl_str_eq_c(alone, "no"));
}

static bool document(struct scan *s)
{
    if (!declaration(s)) return false;
    while (s->p < s->end) {
        char next = s->end - s->p > 1 ? s->p[1] : '\0';
        bool good = *s->p != '<'  ? characters(s)
                    : next == '/' ? end_tag(s)
                    : next == '!' ? (at(s, "<!--") ? comment(s) : at(s, "<![CDATA[") && cdata(s))
                    : next == '?' ? stylesheet(s)
                                  : start_tag(s);
        if (!good) return false;
    }
    return s->root != NULL && s->depth == 0;
}

enum dl_err dl_xml_plain(dl_arena *arena, dl_str bytes, dl_str charset, struct dl_xml **ret_root)
{
    bool is_ascii;
    if (dl_str_starts(bytes, "\xEF\xBB\xBF")) bytes = dl_str_sub(bytes, 3, bytes.n);
    if (bytes.n > DL_XML_PLAIN_MAX || bytes.n < 4 || bytes.p[0] != '<' ||
        has_unusual_bytes(bytes, &is_ascii) ||
        (is_ascii && charset.n > 0 && !is_known_charset(charset)) ||
        (!is_ascii && (!dl_utf8_valid(bytes, NULL) || has_noncharacters(bytes))))
        return DL_ERR_UNSUPPORTED;
    struct scan *s = DL_NEW(arena, struct scan);
    char *out = dl_alloc(arena, bytes.n + 17); /* a NUL, and a short copy */
    if (s == NULL || out == NULL) return dl_arena_failed(arena);
    *s = (struct scan){.arena = arena, .p = bytes.p, .end = bytes.p + bytes.n, .out = out};
    bool is_plain = document(s);
    DL_TRY(dl_arena_failed(arena));
    if (!is_plain) return DL_ERR_UNSUPPORTED;
    *ret_root = s->root;
    return DL_OK;
}
