#include "page/skim.h"

#include <lexbor/html/tokenizer/state.h>
#include <lexbor/html/tokenizer/state_rawtext.h>
#include <lexbor/html/tokenizer/state_script.h>

/* Exported by the library, declared in none of its headers. */
lxb_dom_attr_data_t *lxb_dom_attr_local_name_append(lexbor_hash_t *hash, const lxb_char_t *name,
                                                    size_t length);

typedef const lxb_char_t *pos;

enum { NAME_MAX_BYTES = 14 /* "data-component" */ };

/* --- names --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t n;
} kept[DL_SKIM_NAMES] = {
#define NAME(literal)                                                                              \
    {                                                                                              \
        literal, sizeof literal - 1                                                                \
    }
    NAME("class"),
    NAME("id"),
    NAME("href"),
    NAME("style"),
    NAME("type"),
    NAME("rel"),
    NAME("role"),
    NAME("name"),
    NAME("content"),
    NAME("property"),
    NAME("itemprop"),
    NAME("datetime"),
    NAME("hidden"),
    NAME("lang"),
    NAME("xml:lang"),
    NAME("dir"),
    NAME("http-equiv"),
    NAME("aria-hidden"),
    NAME("data-testid"),
    NAME("data-module"),
    NAME("data-component"),
    /* the parser's own: font in SVG, annotation-xml */
    NAME("size"),
    NAME("face"),
    NAME("color"),
    NAME("encoding"),
#undef NAME
};
static const uint32_t lengths =
    1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11 | 1 << 14;

/* Place in kept[], DL_SKIM_NAMES when it is none of them. */
static size_t kept_as(dl_str name)
{
    if (name.n > NAME_MAX_BYTES || (lengths >> name.n & 1) == 0) return DL_SKIM_NAMES;
    for (size_t i = 0; i < DL_SKIM_NAMES; i++)
        if (kept[i].n == name.n && kept[i].name[0] == name.p[0] &&
            memcmp(kept[i].name, name.p, name.n) == 0)
            return i;
    return DL_SKIM_NAMES;
}

bool dl_skim_keeps(dl_str name)
{
    return kept_as(name) < DL_SKIM_NAMES;
}

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

static bool is_plain_value(dl_str s)
{
    return memchr(s.p, '&', s.n) == NULL && memchr(s.p, '\r', s.n) == NULL &&
           memchr(s.p, '\0', s.n) == NULL;
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
    attr->name = lxb_dom_attr_local_name_append(t->attrs, (const lxb_char_t *)a->name.p, a->name.n);
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
        size_t as = kept_as(a.name);
        if (as < DL_SKIM_NAMES) {
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

/* --- raw text ------------------------------------------------------------------------------ */

/* The element's end tag; where it stands already when there is none or it is not plain. */
static pos end_of_raw(pos data, pos end, const char *close)
{
    size_t n = strlen(close);
    pos p = data;
    while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        dl_str rest = {(const char *)p, (size_t)(end - p)};
        if (dl_str_starts(rest, "<!--")) return data;
        if (rest.n > n && rest.p[1] == '/' && dl_str_istarts(rest, close) &&
            (is_blank[p[n]] || p[n] == '/' || p[n] == '>'))
            return p;
        p++;
    }
    return data;
}

static pos step(struct dl_skim *skim, lxb_html_tokenizer_t *t, pos data, pos end)
{
    if (t->state == lxb_html_tokenizer_state_before_attribute_name)
        return attributes(skim, t, data, end);
    if (t->state == lxb_html_tokenizer_state_script_data_before && !skim->data_script)
        data = end_of_raw(data, end, "</script");
    else if (t->state == lxb_html_tokenizer_state_rawtext_before && t->tmp_tag_id == LXB_TAG_STYLE)
        data = end_of_raw(data, end, "</style");
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

void dl_skim_token(struct dl_skim *skim, const lxb_html_token_t *token)
{
    if (token->tag_id != LXB_TAG_SCRIPT) return;
    skim->data_script = false;
    for (const lxb_html_token_attr_t *a = token->attr_first; a != NULL; a = a->next) {
        size_t n;
        if (a->name == NULL || a->value == NULL) continue;
        const lxb_char_t *name =
            lxb_html_token_attr_name((lxb_html_token_attr_t *)(uintptr_t)a, &n);
        if (dl_str_eq_c((dl_str){(const char *)name, n}, "type") &&
            dl_str_ifind_c((dl_str){(const char *)a->value, a->value_size}, "json", 0) != DL_NO_POS)
            skim->data_script = true;
    }
}
