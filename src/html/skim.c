#include "html/skim.h"

#include <lexbor/html/tokenizer/state.h>
#include <lexbor/html/tokenizer/state_rawtext.h>
#include <lexbor/html/tokenizer/state_script.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Exported by the library, declared in none of its headers. */
lxb_dom_attr_data_t *lxb_dom_attr_local_name_append(lexbor_hash_t *hash, const lxb_char_t *name,
                                                    size_t length);

typedef const lxb_char_t *pos;

enum { NAME_MAX_BYTES = DL_ATTR_NAME_MAX };

/* --- attributes ---------------------------------------------------------------------------- */

static const unsigned char ends_name[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\f'] = 1, ['\r'] = 1, [' '] = 1, ['/'] = 1, ['>'] = 1, ['='] = 1};
static const unsigned char is_blank[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\f'] = 1, ['\r'] = 1, [' '] = 1};

static pos behind_blanks(pos p, pos end)
{
    while (p < end && is_blank[*p])
        p++;
    return p;
}

struct attribute {
    dl_str name; /* lower case; empty: longer than any that is kept */
    dl_str value;
    bool has_value, is_plain; /* plain: nothing in it that the library would change */
    pos next;
};

static pos end_of_plain(pos p, pos end);

static bool is_plain_value(dl_str s)
{
    for (pos p = (pos)s.p, end = p + s.n; (p = end_of_plain(p, end)) < end; p++)
        if (*p != '<') return false;
    return true;
}

/* False: its end is not there. */
static bool read_value(pos p, pos end, struct attribute *a)
{
    p = behind_blanks(p, end);
    if (p == end) return false;
    pos from = p, to;
    if (*p == '"' || *p == '\'') {
        from = p + 1;
        to = memchr(from, *p, (size_t)(end - from));
        if (to == NULL) return false;
        a->next = to + 1;
        a->has_value = true;
    } else {
        while (p < end && !is_blank[*p] && *p != '>')
            p++;
        if (p == end) return false;
        a->next = to = p;
        a->is_plain = false; /* rare */
    }
    a->value = (dl_str){(const char *)from, (size_t)(to - from)};
    return true;
}

static bool read_attribute(pos p, pos end, char name[NAME_MAX_BYTES], struct attribute *a)
{
    size_t n = 0;
    a->is_plain = true;
    a->has_value = false;
    for (; p < end && !ends_name[*p]; p++, n++) {
        if (n >= NAME_MAX_BYTES) continue;
        unsigned char lower = dl_to_lower(*p);
        a->is_plain &= lower == *p;
        name[n] = (char)lower;
    }
    a->name = (dl_str){name, n <= NAME_MAX_BYTES ? n : 0};
    a->next = p;
    p = behind_blanks(p, end);
    if (p == end) return false;
    return *p != '=' || read_value(p + 1, end, a);
}

/* As the library's states do it. False: no memory. */
static bool add(struct dl_skim *skim, lxb_html_tokenizer_t *t, pos at, const struct attribute *a,
                size_t as)
{
    if (skim->names[as] == NULL)
        skim->names[as] =
            lxb_dom_attr_local_name_append(t->attrs, (const lxb_char_t *)a->name.p, a->name.n);
    lxb_html_tokenizer_attr_last_duplicate(t);
    lxb_html_token_attr_t *attr = lxb_html_token_attr_append(t->token, t->dobj_token_attr);
    if (attr == NULL) return false;
    attr->name_begin = at;
    attr->name_end = at + a->name.n;
    attr->name = skim->names[as];
    attr->value_begin = (const lxb_char_t *)a->value.p;
    attr->value_end = attr->value_begin + a->value.n;
    attr->value_size = a->value.n;
    attr->value = lexbor_mraw_alloc(t->attrs_mraw, a->value.n + 1);
    if (attr->name == NULL || attr->value == NULL) return false;
    memcpy(attr->value, a->value.p, a->value.n);
    attr->value[a->value.n] = '\0';
    return true;
}

/* From a place before an attribute's name to the end of the tag, or to what is not plain. */
static pos attributes(struct dl_skim *skim, lxb_html_tokenizer_t *t, pos p, pos end)
{
    char name[NAME_MAX_BYTES];
    for (;;) {
        struct attribute a = {.has_value = false};
        p = behind_blanks(p, end);
        if (p == end || ends_name[*p] || *p == '\0') break;
        if (!read_attribute(p, end, name, &a)) break;
        size_t as = dl_attr_named(a.name);
        if (as < DL_ATTRS) {
            if (!a.has_value || !a.is_plain || !is_plain_value(a.value)) break;
            if (!add(skim, t, p, &a, as)) {
                t->status = LXB_STATUS_ERROR_MEMORY_ALLOCATION;
                return end;
            }
        }
        p = a.next;
    }
    return p == end ? end : lxb_html_tokenizer_state_before_attribute_name(t, p, end);
}

/* --- text ---------------------------------------------------------------------------------- */

/* The first '<', '&', CR or NUL. */
static pos end_of_plain(pos p, pos end)
{
#ifdef __SSE2__
    const __m128i tag = _mm_set1_epi8('<'), ref = _mm_set1_epi8('&'), cr = _mm_set1_epi8('\r');
    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)p);
        __m128i hit = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(v, tag), _mm_cmpeq_epi8(v, ref)),
            _mm_or_si128(_mm_cmpeq_epi8(v, cr), _mm_cmpeq_epi8(v, _mm_setzero_si128())));
        int found = _mm_movemask_epi8(hit);
        if (found != 0) return p + __builtin_ctz((unsigned)found);
    }
#endif
    while (p < end && *p != '<' && *p != '&' && *p != '\r' && *p != '\0')
        p++;
    return p;
}

/* In the data state: what is plain goes to the token's text in one piece. */
static pos text(lxb_html_tokenizer_t *t, pos data, pos end)
{
    pos to = end_of_plain(data, end);
    if (lxb_html_tokenizer_temp_append(t, data, (size_t)(to - data)) != LXB_STATUS_OK) return end;
    return to == end ? end : t->state(t, to, end);
}

/* The element's end tag; NULL when there is none or a comment begins before it. */
static pos end_of_raw(pos data, pos end, const char *close)
{
    size_t n = strlen(close);
    pos p = data;
    while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        dl_str rest = {(const char *)p, (size_t)(end - p)};
        if (dl_str_starts(rest, "<!--")) return NULL;
        if (rest.n > n && rest.p[1] == '/' && dl_str_istarts(rest, close) &&
            (is_blank[p[n]] || p[n] == '/' || p[n] == '>'))
            return p;
        p++;
    }
    return NULL;
}

/* The text of a script or style, in one piece or not at all. */
static pos raw_text(lxb_html_tokenizer_t *t, pos data, pos end, const char *close, bool keep)
{
    pos to = end_of_raw(data, end, close);
    if (to == NULL) return t->state(t, data, end);
    if (!keep) return t->state(t, to, end);
    dl_str s = {(const char *)data, (size_t)(to - data)};
    t->state(t, data, data); /* begins the token and goes to the state behind it */
    if (memchr(s.p, '\r', s.n) != NULL || memchr(s.p, '\0', s.n) != NULL) return data;
    return lxb_html_tokenizer_temp_append(t, data, s.n) == LXB_STATUS_OK ? to : end;
}

/* --- drawings ------------------------------------------------------------------------------ */

enum { SVG_DEPTH = 32, SVG_NAME = 24 };

struct drawing {
    struct {
        char name[SVG_NAME];
        size_t n;
    } open[SVG_DEPTH];
    size_t depth;
};

/* Elements that draw, and those with text alone; none that leads back into HTML. */
static bool draws(dl_str name)
{
    static const char *const names[] = {
        "path",           "g",        "circle", "rect",   "line",     "polygon", "polyline",
        "ellipse",        "use",      "defs",   "symbol", "clippath", "mask",    "stop",
        "lineargradient", "tspan",    "text",   "filter", "animate",  "pattern", "animatetransform",
        "radialgradient", "metadata", "style",  "title",  "desc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dl_str_eq_c(name, names[i])) return true;
    return false;
}

static bool holds_text_only(dl_str name)
{
    return dl_str_eq_c(name, "style") || dl_str_eq_c(name, "title") || dl_str_eq_c(name, "desc");
}

/* Behind the tag's '>'; NULL: it has none. */
static pos behind_tag(pos p, pos end, bool *ret_closes_itself)
{
    char name[NAME_MAX_BYTES];
    *ret_closes_itself = false;
    for (;;) {
        struct attribute a = {0};
        p = behind_blanks(p, end);
        if (p == end) return NULL;
        if (*p == '>') return p + 1;
        if (*p == '/') {
            *ret_closes_itself = p + 1 < end && p[1] == '>';
            p++;
            continue;
        }
        if (*p == '=' || *p == '\0' || !read_attribute(p, end, name, &a)) return NULL;
        p = a.next;
    }
}

/* One tag of a drawing; false: it is not as plain as that. */
static bool draw(struct drawing *d, pos *at, pos end)
{
    pos p = *at + 1;
    bool closes = p < end && *p == '/', closes_itself;
    char name[SVG_NAME];
    size_t n = 0;
    for (p += closes; p < end && n < SVG_NAME && dl_is_alpha(*p); p++)
        name[n++] = (char)dl_to_lower(*p);
    if (n == 0 || n == SVG_NAME || p == end || (!is_blank[*p] && *p != '/' && *p != '>'))
        return false;
    dl_str top = {NULL, 0}, own = {name, n};
    if (d->depth > 0) top = (dl_str){d->open[d->depth - 1].name, d->open[d->depth - 1].n};
    *at = behind_tag(p, end, &closes_itself);
    if (*at == NULL) return false;
    if (closes) return dl_str_eq(top, own) && d->depth-- > 0;
    if (!draws(own) || holds_text_only(top) || d->depth == SVG_DEPTH) return false;
    if (closes_itself) return true;
    memcpy(d->open[d->depth].name, name, n);
    d->open[d->depth++].n = n;
    return true;
}

/* The end tag of a drawing that holds plain shapes, well nested; else where it stands. */
static pos end_of_drawing(pos data, pos end)
{
    struct drawing d;
    d.depth = 0;
    for (pos p = data; (p = memchr(p, '<', (size_t)(end - p))) != NULL;) {
        dl_str rest = {(const char *)p, (size_t)(end - p)};
        if (d.depth == 0 && dl_str_istarts(rest, "</svg>")) return p;
        if (!draw(&d, &p, end)) break;
    }
    return data;
}

/* --- all ----------------------------------------------------------------------------------- */

static pos step(struct dl_skim *skim, lxb_html_tokenizer_t *t, pos data, pos end)
{
    if (t->state == lxb_html_tokenizer_state_before_attribute_name)
        return attributes(skim, t, data, end);
    if (t->state == skim->data_state) return text(t, data, end);
    if (t->state == lxb_html_tokenizer_state_data_before) {
        if (skim->at_drawing) data = end_of_drawing(data, end);
        skim->at_drawing = false;
        data = t->state(t, data, end);
        skim->data_state = t->state;
        return data;
    }
    if (t->state == lxb_html_tokenizer_state_script_data_before)
        return raw_text(t, data, end, "</script", skim->data_script);
    if (t->state == lxb_html_tokenizer_state_rawtext_before && t->tmp_tag_id == LXB_TAG_STYLE)
        return raw_text(t, data, end, "</style", false);
    return t->state(t, data, end);
}

lxb_status_t dl_skim_chunk(struct dl_skim *skim, lxb_html_tokenizer_t *tokenizer, dl_str html)
{
    pos data = (pos)html.p, end = data + html.n;
    *skim = (struct dl_skim){0}; /* names live as long as the document */
    tokenizer->is_eof = false;
    tokenizer->status = LXB_STATUS_OK;
    tokenizer->last = end;
    while (data < end)
        data = step(skim, tokenizer, data, end);
    return tokenizer->status;
}

static bool is_json(const lxb_html_token_t *script)
{
    for (const lxb_html_token_attr_t *a = script->attr_first; a != NULL; a = a->next) {
        size_t n;
        if (a->name == NULL || a->value == NULL) continue;
        const lxb_char_t *name =
            lxb_html_token_attr_name((lxb_html_token_attr_t *)(uintptr_t)a, &n);
        dl_str value = {(const char *)a->value, a->value_size};
        if (dl_str_eq_c((dl_str){(const char *)name, n}, "type") &&
            dl_str_ifind_c(value, "json", 0) != DL_NO_POS)
            return true;
    }
    return false;
}

void dl_skim_script(struct dl_skim *skim, const lxb_html_token_t *token)
{
    skim->data_script = is_json(token);
}

void dl_skim_drawing(struct dl_skim *skim, lxb_html_tree_t *tree)
{
    const lxb_dom_node_t *top = lxb_html_tree_current_node(tree);
    skim->at_drawing = top != NULL && top->local_name == LXB_TAG_SVG && top->ns == LXB_NS_SVG;
}
