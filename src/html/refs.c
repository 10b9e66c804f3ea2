#include "html/refs.h"

#include <lexbor/core/sbst.h>
#include <lexbor/html/tokenizer/res.h>

#include "base/utf8.h"

/* Where Windows-1252 has a character and Unicode a control (WHATWG). */
static const uint16_t controls[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
};

static uint32_t meant(uint32_t c)
{
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0xFFFD;
    return c >= 0x80 && c <= 0x9F ? controls[c - 0x80] : c;
}

static int digit(unsigned char c, bool hex)
{
    if (dl_is_digit(c)) return c - '0';
    return hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

struct text {
    const char *p, *end; /* what is left */
    char *out;
};

/* At "&#"; false: no number. */
static bool number(struct text *t)
{
    const char *p = t->p + 2;
    uint32_t c = 0;
    bool hex = p < t->end && (*p | 0x20) == 'x';
    const char *from = p += hex;
    for (int d; p < t->end && (d = digit((unsigned char)*p, hex)) >= 0; p++)
        if (c <= 0x10FFFF) c = c * (hex ? 16 : 10) + (uint32_t)d;
    if (p == from) return false;
    t->p = p + (p < t->end && *p == ';');
    t->out += dl_utf8_put(meant(c), t->out);
    return true;
}

/* At "&"; false: no name. The longest that is one counts. */
static bool name(struct text *t, bool in_attribute)
{
    const lexbor_sbst_entry_static_t *all = lxb_html_tokenizer_res_entities_sbst, *best = NULL;
    const char *behind = NULL;
    const lexbor_sbst_entry_static_t *e = all + 1;
    for (const char *p = t->p + 1; p < t->end && e != all; e = &all[e->next]) {
        e = lexbor_sbst_entry_static_find(all, e, (lxb_char_t)*p++);
        if (e == NULL) break;
        if (e->value == NULL) continue;
        best = e;
        behind = p;
    }
    if (best == NULL) return false;
    if (in_attribute && behind[-1] != ';' && behind < t->end &&
        (*behind == '=' || dl_is_alnum((unsigned char)*behind)))
        return false;
    memcpy(t->out, best->value, best->value_len);
    t->out += best->value_len;
    t->p = behind;
    return true;
}

dl_str dl_refs_decode(dl_arena *arena, dl_str s, bool in_attribute)
{
    /* The longest for its name is "&nGt;": six bytes for five. */
    size_t room = s.n + s.n / 4 + 8;
    struct text t = {.p = s.p, .end = s.p + s.n, .out = dl_alloc(arena, room)};
    char *start = t.out;
    if (start == NULL) return (dl_str){NULL, 0};
    while (t.p < t.end) {
        const char *amp = memchr(t.p, '&', (size_t)(t.end - t.p));
        size_t run = (size_t)((amp != NULL ? amp : t.end) - t.p);
        memcpy(t.out, t.p, run);
        t.out += run;
        t.p += run;
        if (amp == NULL) break;
        bool is_number = t.end - t.p > 2 && t.p[1] == '#';
        if (!(is_number ? number(&t) : name(&t, in_attribute))) *t.out++ = *t.p++;
    }
    DL_ASSERT((size_t)(t.out - start) <= room);
    return (dl_str){start, (size_t)(t.out - start)};
}
