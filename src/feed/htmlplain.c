#include "feed/htmlplain.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "feed/htmlplain_tables.h"
#include "feed/sanitize_private.h"
#include "net/url.h"

enum {
    DEPTH = 64,
    TAGS = 20000, /* a tree of more nodes may be cut */
    ATTRIBUTES = 32,
    NAME_MAX_BYTES = 32,
    REFERENCE_MAX = 8, /* letters of the names below */
    OUT_MAX = 8 << 20, /* six bytes for each quotation mark, and addresses made whole */
};

struct scan {
    dl_arena *arena;
    const char *p, *end; /* what is left to read */
    dl_buf *out;
    dl_str base;
    size_t tags, depth, paragraphs, links; /* open ones; tags: all */
    const struct tag *open[DEPTH];
};

/* --- runs --------------------------------------------------------------------------------- */

static const bool is_special[256] = {
    ['<'] = true, ['>'] = true, ['&'] = true, ['"'] = true, ['\r'] = true, ['\0'] = true};

/* The first byte that is not simply itself, in the source or in what is put out. */
static const char *special(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i lt = _mm_set1_epi8('<'), gt = _mm_set1_epi8('>'), amp = _mm_set1_epi8('&'),
                  quote = _mm_set1_epi8('"'), cr = _mm_set1_epi8('\r'), nul = _mm_setzero_si128();
    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)p);
        __m128i a = _mm_or_si128(_mm_cmpeq_epi8(v, lt), _mm_cmpeq_epi8(v, gt));
        __m128i b = _mm_or_si128(_mm_cmpeq_epi8(v, amp), _mm_cmpeq_epi8(v, quote));
        __m128i c = _mm_or_si128(_mm_cmpeq_epi8(v, cr), _mm_cmpeq_epi8(v, nul));
        int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), c));
        if (found != 0) return p + __builtin_ctz((unsigned)found);
    }
#endif
    while (p < end && !is_special[(unsigned char)*p])
        p++;
    return p;
}

static bool is_html_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end && is_html_space(*s->p))
        s->p++;
}

static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c) return false;
    s->p++;
    return true;
}

/* --- references --------------------------------------------------------------------------- */

/* Numbers that mean the character they name, and nothing that HTML replaces. */
static bool is_sound(uint32_t c)
{
    return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0x7E) || (c >= 0xA0 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF && (c & 0xFFFE) != 0xFFFE);
}

static void put_escaped_byte(dl_buf *out, char c)
{
    if (c == '<')
        dl_buf_c(out, "&lt;");
    else if (c == '>')
        dl_buf_c(out, "&gt;");
    else if (c == '&')
        dl_buf_c(out, "&amp;");
    else if (c == '"')
        dl_buf_c(out, "&quot;");
    else
        dl_buf_byte(out, c);
}

struct character {
    char p[4];
    size_t n;
};

/* Behind "&#". */
static bool number(struct scan *s, struct character *ret)
{
    enum { DIGITS = 7 };
    bool hex = take(s, 'x') || take(s, 'X');
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
    ret->n = dl_utf8_put(c, ret->p);
    return n > 0 && n <= DIGITS && take(s, ';') && is_sound(c);
}

static bool named(dl_str name, struct character *ret)
{
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        if (!dl_str_eq(name, references[i].name)) continue;
        ret->n = references[i].is.n;
        memcpy(ret->p, references[i].is.p, ret->n);
        return true;
    }
    return false;
}

/* At "&". In attributes a name before "=" is the name of a parameter. */
static bool reference(struct scan *s, bool in_attribute, struct character *ret)
{
    const char *start = ++s->p;
    if (take(s, '#')) return number(s, ret);
    while (s->p < s->end && dl_is_alnum((unsigned char)*s->p))
        s->p++;
    dl_str name = {start, (size_t)(s->p - start)};
    if (name.n == 0 || (in_attribute && s->p < s->end && *s->p == '=')) {
        s->p = start;
        *ret = (struct character){"&", 1};
        return true;
    }
    return name.n <= REFERENCE_MAX && take(s, ';') && named(name, ret);
}

static void put_character(dl_buf *out, const struct character *c)
{
    if (c->n == 1)
        put_escaped_byte(out, c->p[0]);
    else
        dl_buf_add(out, c->p, c->n);
}

/* Most runs are short; a copy of fixed size is no call. */
static void put_run(struct scan *s, size_t n)
{
    enum { SHORT = 16 };
    dl_buf *out = s->out;
    if (n <= SHORT && s->end - s->p >= SHORT && out->cap - out->n > SHORT &&
        out->max - out->n > SHORT) {
        memcpy(out->p + out->n, s->p, SHORT);
        out->n += n;
    } else {
        dl_buf_add(out, s->p, n);
    }
    s->p += n;
}

/* Text up to end, escaped; outside of attributes, up to a "<". */
static bool put_text(struct scan *s, const char *end, bool in_attribute)
{
    while (s->p < end) {
        const char *stop = special(s->p, end);
        put_run(s, (size_t)(stop - s->p));
        if (stop == end || (*stop == '<' && !in_attribute)) break;
        if (*stop == '&') {
            struct character c;
            if (!reference(s, in_attribute, &c) || s->p > end) return false;
            put_character(s->out, &c);
        } else if (*stop == '"' || *stop == '>' || *stop == '<') {
            put_escaped_byte(s->out, *s->p++);
        } else {
            return false;
        }
    }
    return true;
}

/* --- attributes --------------------------------------------------------------------------- */

struct attribute {
    dl_str name, value; /* value: as written */
    bool has_value;
};

enum { OF_NAME = 1, OF_BARE_VALUE = 2, OF_BOTH = OF_NAME | OF_BARE_VALUE };

static const unsigned char byte_of[256] = {
    ['0' ... '9'] = OF_BOTH, ['a' ... 'z'] = OF_BOTH, ['A' ... 'Z'] = OF_BOTH,
    ['-'] = OF_BOTH,         ['_'] = OF_BOTH,         ['.'] = OF_BOTH,
    [':'] = OF_NAME,         ['%'] = OF_BARE_VALUE,   ['#'] = OF_BARE_VALUE,
};

static bool is_of(char c, unsigned what)
{
    return (byte_of[(unsigned char)c] & what) != 0;
}

static bool attribute_value(struct scan *s, dl_str *ret)
{
    char quote = s->p < s->end ? *s->p : '\0';
    if (quote == '"' || quote == '\'') {
        s->p++;
        const char *end = memchr(s->p, quote, (size_t)(s->end - s->p));
        if (end == NULL) return false;
        *ret = (dl_str){s->p, (size_t)(end - s->p)};
        s->p = end + 1;
        return s->p < s->end && (is_html_space(*s->p) || *s->p == '>' || *s->p == '/');
    }
    *ret = (dl_str){s->p, 0};
    for (; s->p < s->end && is_of(*s->p, OF_BARE_VALUE); s->p++)
        ret->n++;
    return ret->n > 0 && s->p < s->end && (is_html_space(*s->p) || *s->p == '>');
}

static bool next_attribute(struct scan *s, struct attribute *ret)
{
    *ret = (struct attribute){.name = {s->p, 0}};
    for (; s->p < s->end && is_of(*s->p, OF_NAME); s->p++)
        ret->name.n++;
    if (ret->name.n == 0 || ret->name.n > NAME_MAX_BYTES || s->p == s->end) return false;
    if (take(s, '=')) return ret->has_value = true, attribute_value(s, &ret->value);
    return is_html_space(*s->p) || *s->p == '>' || *s->p == '/';
}

/* Text without its references. */
static bool decoded(struct scan *s, dl_str value, bool in_attribute, dl_str *ret)
{
    struct scan one; /* a cursor for references only: the rest is not looked at */
    one.p = value.p;
    one.end = value.p + value.n;
    *ret = value;
    if (value.n == 0 || memchr(value.p, '&', value.n) == NULL) return true;
    char *p = dl_alloc(s->arena, value.n + 1);
    size_t n = 0;
    while (p != NULL && one.p < one.end) {
        const char *amp = memchr(one.p, '&', (size_t)(one.end - one.p)), *run = one.p;
        struct character c = {.n = 0};
        one.p = amp != NULL ? amp : one.end;
        memcpy(p + n, run, (size_t)(one.p - run));
        n += (size_t)(one.p - run);
        if (amp != NULL && !reference(&one, in_attribute, &c)) return false;
        memcpy(p + n, c.p, c.n);
        n += c.n;
    }
    *ret = (dl_str){p, n};
    return p != NULL;
}

static void put_decoded(dl_buf *out, dl_str value)
{
    const char *p = value.p, *end = value.p + value.n;
    while (p < end) {
        const char *stop = special(p, end);
        dl_buf_add(out, p, (size_t)(stop - p));
        if (stop < end) put_escaped_byte(out, *stop++);
        p = stop;
    }
}

static void put_name(struct scan *s, dl_str name)
{
    dl_buf_byte(s->out, ' ');
    dl_buf_str(s->out, name);
    dl_buf_c(s->out, "=\"");
}

static bool put_link(struct scan *s, dl_str name, dl_str written)
{
    dl_str value;
    if (memchr(written.p, '\r', written.n) != NULL || !decoded(s, written, true, &value))
        return false;
    value = dl_safe_link(s->arena, name, value, s->base);
    if (value.n == 0) return true;
    put_name(s, name);
    put_decoded(s->out, value);
    dl_buf_byte(s->out, '"');
    return true;
}

static bool put_attribute(struct scan *s, const struct attribute *a, unsigned *seen)
{
    char small[NAME_MAX_BYTES];
    for (size_t i = 0; i < a->name.n; i++)
        small[i] = (char)dl_to_lower((unsigned char)a->name.p[i]);
    int which = dl_safe_attribute((dl_str){small, a->name.n});
    if (which < 0) return true;
    if ((*seen >> which & 1) != 0 || !a->has_value) return false;
    *seen |= 1U << which;
    dl_str name = {small, a->name.n};
    if (dl_is_link_attribute(name)) return put_link(s, name, a->value);
    put_name(s, name);
    const char *behind = s->p, *end = a->value.p + a->value.n;
    s->p = a->value.p;
    if (!put_text(s, end, true)) return false;
    s->p = behind;
    dl_buf_byte(s->out, '"');
    return true;
}

/* Up to the end of the tag. */
static bool attributes(struct scan *s, bool is_empty)
{
    unsigned seen = 0;
    for (size_t n = 0; n < ATTRIBUTES; n++) {
        struct attribute a;
        skip_space(s);
        if (take(s, '>')) return true;
        if (take(s, '/')) return is_empty && take(s, '>');
        if (!next_attribute(s, &a) || !put_attribute(s, &a, &seen)) return false;
    }
    return false;
}

/* --- tags --------------------------------------------------------------------------------- */

static const struct tag *tag_of(struct scan *s)
{
    char name[sizeof tags->name] = {0};
    size_t n = 0;
    for (; s->p < s->end && dl_is_alnum((unsigned char)*s->p) && n < sizeof name; s->p++)
        name[n++] = (char)dl_to_lower((unsigned char)*s->p);
    if (n == 0 || n == sizeof name || s->p == s->end) return NULL;
    if (!is_html_space(*s->p) && *s->p != '>' && *s->p != '/') return NULL;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (memcmp(tags[i].name, name, sizeof name) == 0) return &tags[i];
    return NULL;
}

static unsigned kind_above(const struct scan *s, size_t depth)
{
    return depth > 0 ? s->open[depth - 1]->kind : 0;
}

static void put_mark(dl_buf *out, const char mark[MARK], size_t n)
{
    if (out->cap - out->n > MARK && out->max - out->n > MARK && out->failed == DL_OK) {
        memcpy(out->p + out->n, mark, MARK);
        out->n += n;
    } else {
        dl_buf_add(out, mark, n);
    }
}

static void put_end(struct scan *s)
{
    const struct tag *t = s->open[--s->depth];
    s->paragraphs -= (t->kind & PARAGRAPH) != 0;
    s->links -= (t->kind & LINK) != 0;
    put_mark(s->out, t->end, t->n + 3u);
}

/* Ends what HTML ends unsaid before t: the item that t follows, the paragraph right above. */
static void end_before(struct scan *s, const struct tag *t)
{
    size_t depth = s->depth;
    if ((t->kind & ITEM) != 0) {
        if ((kind_above(s, depth) & PARAGRAPH) != 0) depth--;
        if ((kind_above(s, depth) & t->kind & ITEM) != 0)
            while (s->depth >= depth)
                put_end(s);
    }
    if ((t->kind & BLOCK) != 0 && (kind_above(s, s->depth) & PARAGRAPH) != 0) put_end(s);
}

/* Would HTML put it right here, and end nothing more for it? */
static bool may_open(const struct scan *s, const struct tag *t)
{
    unsigned above = kind_above(s, s->depth);
    if ((t->kind & BLOCK) != 0 && s->paragraphs > 0) return false;
    if ((t->kind & HEADING) != 0 && (above & HEADING) != 0) return false;
    if ((t->kind & LIST_ITEM) != 0 && (above & LIST) == 0) return false;
    if ((t->kind & TERM) != 0 && (above & TERMS) == 0) return false;
    return (t->kind & LINK) == 0 || s->links == 0;
}

static bool start_tag(struct scan *s)
{
    s->p++;
    const struct tag *t = tag_of(s);
    if (t == NULL || ++s->tags > TAGS) return false;
    end_before(s, t);
    if (!may_open(s, t)) return false;
    put_mark(s->out, t->start, t->n + 1u);
    if (!attributes(s, (t->kind & EMPTY) != 0)) return false;
    dl_buf_byte(s->out, '>');
    if ((t->kind & EMPTY) != 0) return true;
    if (s->depth == DEPTH) return false;
    s->open[s->depth++] = t;
    s->paragraphs += (t->kind & PARAGRAPH) != 0;
    s->links += (t->kind & LINK) != 0;
    return true;
}

/* Does the name of t stand here? */
static bool is_named(const struct scan *s, const struct tag *t)
{
    if ((size_t)(s->end - s->p) <= t->n || dl_is_alnum((unsigned char)s->p[t->n])) return false;
    return dl_str_ieq((dl_str){s->p, t->n}, (dl_str){t->name, t->n});
}

static bool end_tag(struct scan *s)
{
    size_t depth = s->depth;
    s->p += 2;
    while (depth > 0 && !is_named(s, s->open[depth - 1]))
        if ((s->open[--depth]->kind & ENDS_UNSAID) == 0) return false;
    /* Only a block ends them with itself. */
    if (depth == 0 || (depth < s->depth && (kind_above(s, depth) & BLOCK) == 0)) return false;
    s->p += s->open[depth - 1]->n;
    skip_space(s);
    if (!take(s, '>')) return false;
    while (s->depth >= depth)
        put_end(s);
    return true;
}

static bool comment(struct scan *s)
{
    if (s->end - s->p < 7 || memcmp(s->p, "<!--", 4) != 0) return false;
    s->p += 4;
    const char *end = memmem(s->p, (size_t)(s->end - s->p), "--", 2);
    if (end == NULL || *s->p == '>' || *s->p == '-' || ++s->tags > TAGS) return false;
    s->p = end + 2;
    return take(s, '>');
}

static bool fragment(struct scan *s)
{
    while (s->p < s->end) {
        if (*s->p != '<' && !put_text(s, s->end, false)) return false;
        if (s->p == s->end) break;
        char next = s->end - s->p > 1 ? s->p[1] : '\0';
        bool good = next == '/' ? end_tag(s) : next == '!' ? comment(s) : start_tag(s);
        if (!good) return false;
    }
    while (s->depth > 0) /* all ends where the text does */
        put_end(s);
    return dl_buf_failed(s->out) == DL_OK;
}

/* Kept for the next fragment: most are of one size. */
static dl_buf *buffer(void)
{
    static _Thread_local dl_buf out = DL_BUF_INIT(OUT_MAX);
    dl_buf_reset(&out);
    return &out;
}

bool dl_html_plain(dl_arena *arena, dl_str html, dl_str base, dl_str *ret_clean)
{
    if (html.n == 0 || html.n > DL_HTML_PLAIN_MAX) return false;
    struct scan s; /* without its stack, which need not be cleared */
    s.arena = arena;
    s.p = html.p;
    s.end = html.p + html.n;
    s.out = buffer();
    s.base = base;
    s.tags = s.depth = s.paragraphs = s.links = 0;
    if (!fragment(&s)) return false;
    *ret_clean = dl_str_dup(arena, dl_str_trim(dl_buf_slice(s.out)));
    return ret_clean->p != NULL;
}

bool dl_html_plain_text(dl_arena *arena, dl_str html, dl_str *ret_text)
{
    struct scan s; /* only for memory */
    s.arena = arena;
    if (html.n == 0 || memchr(html.p, '<', html.n) != NULL) return false;
    return decoded(&s, html, false, ret_text);
}
