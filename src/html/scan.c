#include "html/scan.h"

#include <lexbor/tag/tag.h>

#include "html/refs.h"

enum {
    ATTRIBUTES_MAX = 512, /* on one tag, as html/tree.c */
    NAME_BYTES = 24,      /* "feconvolvematrix" and more */
    SLOTS = 1024,
    DRAWING_DEPTH = 32,
};

/* --- names of elements --------------------------------------------------------------------- */

struct slot {
    union {
        char name[NAME_BYTES]; /* filled up with zeros */
        uint64_t first;
    };
    uint16_t tag;
    uint8_t n; /* 0: empty */
};

struct dl_tag_names {
    struct slot slots[SLOTS];
};

static size_t place_of(const char name[NAME_BYTES], size_t n)
{
    uint64_t first;
    memcpy(&first, name, sizeof first);
    return (size_t)((first + n) * 0x9E3779B97F4A7C15u >> 54);
}

static void remember(dl_tag_names *names, const char *name, size_t n, uint16_t tag)
{
    char padded[NAME_BYTES] = {0};
    if (n == 0 || n > NAME_BYTES || !dl_is_alpha((unsigned char)name[0])) return;
    memcpy(padded, name, n);
    size_t at = place_of(padded, n);
    while (names->slots[at].n > 0)
        at = (at + 1) % SLOTS;
    memcpy(names->slots[at].name, padded, NAME_BYTES);
    names->slots[at].n = (uint8_t)n;
    names->slots[at].tag = tag;
}

dl_tag_names *dl_tag_names_new(void)
{
    dl_tag_names *names = calloc(1, sizeof *names);
    for (uint16_t tag = 1; names != NULL && tag < LXB_TAG__LAST_ENTRY; tag++) {
        size_t n = 0;
        const lxb_char_t *name = lxb_tag_name_by_id(tag, &n);
        if (name != NULL) remember(names, (const char *)name, n, tag);
    }
    return names;
}

void dl_tag_names_free(dl_tag_names *names)
{
    free(names);
}

static uint16_t tag_named(const dl_tag_names *names, const char name[NAME_BYTES], size_t n)
{
    uint64_t first;
    memcpy(&first, name, sizeof first);
    for (size_t at = place_of(name, n); names->slots[at].n > 0; at = (at + 1) % SLOTS) {
        const struct slot *s = &names->slots[at];
        if (s->n != n || s->first != first) continue;
        if (n <= sizeof first || memcmp(s->name, name, NAME_BYTES) == 0) return s->tag;
    }
    return LXB_TAG__UNDEF;
}

static const bool ends_tag_name[256] = {
    ['\t'] = true, ['\n'] = true, ['\f'] = true, [' '] = true, ['/'] = true, ['>'] = true};

static bool read_name(struct dl_scan *s, struct dl_tag *ret)
{
    char name[NAME_BYTES] = {0};
    const char *p = s->p;
    for (size_t n = 0; p < s->end && !ends_tag_name[(unsigned char)*p]; p++, n++)
        if (n < NAME_BYTES) name[n] = (char)dl_to_lower((unsigned char)*p);
    if (p == s->end) return false;
    ret->name = (dl_str){s->p, (size_t)(p - s->p)};
    ret->tag = ret->name.n <= NAME_BYTES ? tag_named(s->names, name, ret->name.n) : LXB_TAG__UNDEF;
    s->p = p;
    return true;
}

/* --- attributes ---------------------------------------------------------------------------- */

static const bool ends_name[256] = {['\t'] = true, ['\n'] = true, ['\f'] = true, [' '] = true,
                                    ['/'] = true,  ['>'] = true,  ['='] = true};

static const char *behind_blanks(const char *p, const char *end)
{
    while (p < end && dl_scan_is_blank(*p))
        p++;
    return p;
}

/* Behind "=". False: it has no end. */
static bool read_value(struct dl_scan *s, dl_str *ret)
{
    const char *p = behind_blanks(s->p, s->end), *from = p;
    if (p == s->end) return false;
    if (*p == '"' || *p == '\'') {
        from = p + 1;
        p = memchr(from, *p, (size_t)(s->end - from));
        if (p == NULL) return false;
        s->p = p + 1;
    } else {
        while (p < s->end && !dl_scan_is_blank(*p) && *p != '>')
            p++;
        if (p == s->end) return false;
        s->p = p;
    }
    *ret = (dl_str){p > from || *p != '>' ? from : NULL, (size_t)(p - from)}; /* "x=>": none */
    return true;
}

static enum dl_attr_name kept_as(dl_str name)
{
    char small[DL_ATTR_NAME_MAX];
    if (!dl_attr_may_be(name)) return DL_ATTRS;
    for (size_t i = 0; i < name.n; i++)
        small[i] = (char)dl_to_lower((unsigned char)name.p[i]);
    return dl_attr_named((dl_str){small, name.n});
}

static void keep(struct dl_scan *s, struct dl_tag *t, enum dl_attr_name as, dl_str value,
                 uint32_t *seen)
{
    if (as == DL_ATTRS || t->closes || (*seen >> as & 1) != 0) return;
    *seen |= 1U << as;
    if (value.n > 0 && memchr(value.p, '&', value.n) != NULL)
        value = dl_refs_decode(s->arena, value, true);
    t->attrs[t->n++] = (struct dl_attr){value, as};
}

static bool attribute(struct dl_scan *s, struct dl_tag *t, uint32_t *seen)
{
    const char *p = s->p + (*s->p == '='); /* there, it is part of the name */
    while (p < s->end && !ends_name[(unsigned char)*p])
        p++;
    dl_str name = {s->p, (size_t)(p - s->p)}, value = {NULL, 0};
    s->p = behind_blanks(p, s->end);
    if (s->p == s->end) return false;
    if (*s->p == '=') {
        s->p++;
        if (!read_value(s, &value)) return false;
    }
    keep(s, t, kept_as(name), value, seen);
    return true;
}

/* To behind the ">". */
static bool attributes(struct dl_scan *s, struct dl_tag *t)
{
    uint32_t seen = 0;
    for (size_t count = 0; count <= ATTRIBUTES_MAX;) {
        s->p = behind_blanks(s->p, s->end);
        if (s->p == s->end) return false;
        if (*s->p == '>') return s->p++, true;
        if (*s->p == '/') {
            s->p++;
            t->closes_itself = s->p < s->end && *s->p == '>';
            continue;
        }
        if (!attribute(s, t, &seen)) return false;
        count++;
    }
    return false;
}

bool dl_scan_tag(struct dl_scan *s, struct dl_tag *ret)
{
    ret->closes = s->p[1] == '/';
    ret->closes_itself = false;
    ret->n = 0;
    s->p += 1 + ret->closes;
    if (!read_name(s, ret)) return false;
    if (*s->p == '>') return s->p++, true;
    return attributes(s, ret);
}

/* --- raw text and comments ----------------------------------------------------------------- */

static const char *name_of(uint16_t tag, size_t *ret_n)
{
    return (const char *)lxb_tag_name_by_id(tag, ret_n);
}

static bool ends_raw(const char *p, const char *end, const char *name, size_t n)
{
    return (size_t)(end - p) > n + 2 && p[1] == '/' && ends_tag_name[(unsigned char)p[n + 2]] &&
           dl_str_ieq((dl_str){p + 2, n}, (dl_str){name, n});
}

bool dl_scan_raw(struct dl_scan *s, uint16_t tag, dl_str *ret)
{
    size_t n = 0;
    const char *name = name_of(tag, &n), *p = s->p;
    struct dl_tag end;
    bool escaped = false; /* there, "<script" would make its end tag text */
    for (;; p++) {
        p = memchr(p, '<', (size_t)(s->end - p));
        if (p == NULL) return false;
        if (ends_raw(p, s->end, name, n)) break;
        if (tag != LXB_TAG_SCRIPT) continue;
        dl_str rest = {p, (size_t)(s->end - p)};
        escaped |= dl_str_starts(rest, "<!--");
        if (escaped && dl_str_istarts(rest, "<script")) return false;
    }
    *ret = (dl_str){s->p, (size_t)(p - s->p)};
    s->p = p;
    return dl_scan_tag(s, &end);
}

/* Behind "<!--": the end's first byte behind it; NULL: none. */
static const char *end_of_comment(const char *p, const char *end)
{
    if (p < end && *p == '>') return p + 1;
    if (end - p > 1 && p[0] == '-' && p[1] == '>') return p + 2;
    while ((p = memmem(p, (size_t)(end - p), "--", 2)) != NULL) {
        if (end - p > 2 && p[2] == '>') return p + 3;
        if (end - p > 3 && p[2] == '!' && p[3] == '>') return p + 4;
        p++;
    }
    return NULL;
}

bool dl_scan_comment(struct dl_scan *s, dl_str *ret)
{
    const char *p = s->p, *behind;
    if (dl_str_starts((dl_str){p, (size_t)(s->end - p)}, "<!--")) {
        behind = end_of_comment(p + 4, s->end);
    } else {
        behind = memchr(p, '>', (size_t)(s->end - p));
        if (behind != NULL) behind++;
    }
    if (behind == NULL) return false;
    *ret = (dl_str){p, (size_t)(behind - p)};
    s->p = behind;
    return true;
}

/* --- what nobody reads --------------------------------------------------------------------- */

/* Goes to the next tag; comments are passed over. */
static bool next_tag(struct dl_scan *s, struct dl_tag *ret)
{
    dl_str comment;
    while ((s->p = memchr(s->p, '<', (size_t)(s->end - s->p))) != NULL) {
        if (!dl_scan_is_markup(s->p, s->end)) {
            s->p++;
            continue;
        }
        if (dl_is_alpha((unsigned char)s->p[1])) return dl_scan_tag(s, ret);
        if (s->p[1] == '/' && s->end - s->p > 2 && dl_is_alpha((unsigned char)s->p[2]))
            return dl_scan_tag(s, ret);
        if (!dl_scan_comment(s, &comment)) return false;
    }
    return false;
}

/* Elements that end a drawing, lead back into HTML or hold a script. */
static bool leaves_drawing(uint16_t tag)
{
    switch (tag) {
    case LXB_TAG_B:
    case LXB_TAG_BIG:
    case LXB_TAG_BLOCKQUOTE:
    case LXB_TAG_BODY:
    case LXB_TAG_BR:
    case LXB_TAG_CENTER:
    case LXB_TAG_CODE:
    case LXB_TAG_DD:
    case LXB_TAG_DIV:
    case LXB_TAG_DL:
    case LXB_TAG_DT:
    case LXB_TAG_EM:
    case LXB_TAG_EMBED:
    case LXB_TAG_H1:
    case LXB_TAG_H2:
    case LXB_TAG_H3:
    case LXB_TAG_H4:
    case LXB_TAG_H5:
    case LXB_TAG_H6:
    case LXB_TAG_HEAD:
    case LXB_TAG_HR:
    case LXB_TAG_I:
    case LXB_TAG_IMG:
    case LXB_TAG_LI:
    case LXB_TAG_LISTING:
    case LXB_TAG_MENU:
    case LXB_TAG_META:
    case LXB_TAG_NOBR:
    case LXB_TAG_OL:
    case LXB_TAG_P:
    case LXB_TAG_PRE:
    case LXB_TAG_RUBY:
    case LXB_TAG_S:
    case LXB_TAG_SMALL:
    case LXB_TAG_SPAN:
    case LXB_TAG_STRONG:
    case LXB_TAG_STRIKE:
    case LXB_TAG_SUB:
    case LXB_TAG_SUP:
    case LXB_TAG_TABLE:
    case LXB_TAG_TT:
    case LXB_TAG_U:
    case LXB_TAG_UL:
    case LXB_TAG_VAR:
    case LXB_TAG_FONT:
    case LXB_TAG_SCRIPT:
    case LXB_TAG_FOREIGNOBJECT:
        return true;
    default:
        return false;
    }
}

static bool holds_text_only(dl_str name)
{
    return dl_str_ieq_c(name, "title") || dl_str_ieq_c(name, "desc") || dl_str_ieq_c(name, "style");
}

bool dl_scan_drawing(struct dl_scan *s)
{
    dl_str open[DRAWING_DEPTH + 1] = {DL_STR("svg")};
    struct dl_tag t;
    size_t depth = 1;
    while (depth > 0) {
        if (!next_tag(s, &t)) return false;
        dl_str top = open[depth - 1];
        if (t.closes) {
            if (!dl_str_ieq(top, t.name)) return false;
            depth--;
            continue;
        }
        if (leaves_drawing(t.tag) || holds_text_only(top)) return false;
        if (t.closes_itself) continue;
        if (depth > DRAWING_DEPTH) return false;
        open[depth++] = t.name;
    }
    return true;
}

enum inside { PLAIN, RAW, DRAWING, NESTED, STRANGE };

/* STRANGE: what opens something in a template that its end tag may not close, or where a raw
 * element's start tag may be ignored. */
static enum inside in_template(uint16_t tag)
{
    switch (tag) {
    case LXB_TAG_SCRIPT:
    case LXB_TAG_STYLE:
    case LXB_TAG_TITLE:
    case LXB_TAG_TEXTAREA:
    case LXB_TAG_IFRAME:
    case LXB_TAG_NOEMBED:
    case LXB_TAG_NOFRAMES:
    case LXB_TAG_XMP:
        return RAW;
    case LXB_TAG_SVG:
        return DRAWING;
    case LXB_TAG_TEMPLATE:
        return NESTED;
    case LXB_TAG_MATH:
    case LXB_TAG_PLAINTEXT:
    case LXB_TAG_FRAMESET:
    case LXB_TAG_COL:
    case LXB_TAG_COLGROUP:
    case LXB_TAG_CAPTION:
    case LXB_TAG_TD:
    case LXB_TAG_TH:
    case LXB_TAG_APPLET:
    case LXB_TAG_MARQUEE:
    case LXB_TAG_OBJECT:
        return STRANGE;
    default:
        return PLAIN;
    }
}

bool dl_scan_template(struct dl_scan *s)
{
    struct dl_tag t;
    dl_str text;
    for (size_t depth = 1; depth > 0;) {
        if (!next_tag(s, &t)) return false;
        if (t.closes) {
            depth -= t.tag == LXB_TAG_TEMPLATE;
            continue;
        }
        enum inside kind = in_template(t.tag);
        if (kind == STRANGE) return false;
        depth += kind == NESTED;
        if (kind == RAW && !dl_scan_raw(s, t.tag, &text)) return false;
        if (kind == DRAWING && !t.closes_itself && !dl_scan_drawing(s)) return false;
    }
    return true;
}
