#include "page/typeset.h"

#include "base/utf8.h"

enum { LONG_RUN = 120 /* characters; prose even where nothing is punctuated */ };

size_t dl_typeset_next_start(const struct dl_typeset *t)
{
    bool gap = t->end > t->start && (t->space || t->broken);
    return (t->end > t->start ? t->end : t->text->n) + gap;
}

/* Before a visible character: the blank or line break that waits. */
static void settle(struct dl_typeset *t)
{
    if (t->end > t->start) {
        if (t->broken)
            dl_buf_byte(t->text, '\n');
        else if (t->space)
            dl_buf_byte(t->text, ' '), t->chars++, t->link_chars += t->in_link;
    }
    t->space = t->broken = false;
}

static void put(struct dl_typeset *t, const char *p, size_t n, uint32_t chars, uint32_t wide)
{
    settle(t);
    dl_buf_add(t->text, p, n);
    t->end = t->text->n;
    t->chars += chars;
    t->wide += wide;
    if (!t->in_link) return;
    t->link_chars += chars;
    t->link_wide += wide;
}

static bool is_dropped(uint32_t cp)
{
    return cp <= 0x9F || cp == 0x200B || cp == 0x200E || cp == 0x200F ||
           (cp >= 0x202A && cp <= 0x202E) || cp == 0x2060 || (cp >= 0x2066 && cp <= 0x2069) ||
           cp == 0xFEFF || (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE007F);
}

/* Thai, Lao, Burmese, Khmer: no blank between words, no full stop. */
static bool is_unspaced(uint32_t cp)
{
    return (cp >= 0xE00 && cp <= 0xEFF) || (cp >= 0x1000 && cp <= 0x109F) ||
           (cp >= 0x1780 && cp <= 0x17FF);
}

/* Han, Kana, Hangul: a character tells more than a letter. */
static bool is_wide(uint32_t cp)
{
    return (cp >= 0x2E80 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3) ||
           (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0xFF00 && cp <= 0xFFEF) ||
           (cp >= 0x20000 && cp <= 0x3FFFF);
}

static void wide_character(struct dl_typeset *t, dl_str s, size_t at, size_t next, uint32_t cp)
{
    if (cp == 0xA0 || cp == 0x3000 || cp == 0x2028)
        t->space = true;
    else if (!is_dropped(cp)) {
        t->unspaced += is_unspaced(cp);
        put(t, s.p + at, next - at, 1, is_wide(cp));
    }
}

static void verbatim(struct dl_typeset *t, unsigned char c)
{
    if (c == '\r') return;
    if (t->end <= t->start && c == '\n') return;
    bool visible = c != '\n' && c != ' ' && c != '\t';
    dl_buf_byte(t->text, (char)c);
    if (visible) t->end = t->text->n;
    t->chars += visible;
    t->space = t->broken = false;
}

/* Visible ASCII with single blanks within it, as it will be set. */
static size_t end_of_plain(dl_str s, size_t i)
{
    for (;;) {
        while (i < s.n && (unsigned char)(s.p[i] - '!') < 0x7F - '!')
            i++;
        if (s.n - i < 2 || s.p[i] != ' ' || (unsigned char)(s.p[i + 1] - '!') >= 0x7F - '!')
            return i;
        i++;
    }
}

void dl_typeset_text(struct dl_typeset *t, dl_str s)
{
    if (t->end < t->start) t->end = t->start;
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x80) {
            size_t at = i;
            uint32_t cp = dl_utf8_next(s, &i);
            wide_character(t, s, at, i, cp);
        } else if (c > ' ' && c != 0x7F) {
            size_t from = i;
            i = end_of_plain(s, i);
            put(t, s.p + from, i - from, (uint32_t)(i - from), 0);
        } else {
            if (t->verbatim > 0 && dl_is_space(c))
                verbatim(t, c);
            else if (dl_is_space(c))
                t->space = true;
            i++;
            while (t->verbatim == 0 && i < s.n && s.p[i] == ' ') /* an indented line's */
                i++, t->space = true;
        }
    }
}

bool dl_typeset_break(struct dl_typeset *t)
{
    bool second = t->broken;
    t->broken = t->end > t->start;
    return second;
}

/* Does the text end like a sentence, or hold the end of one? */
static bool is_prose(dl_str s)
{
    static const char *const stops[] = {"。", "！", "？", "؟", "۔", "।",
                                        "”",  "…",  "»",  "’", "։", "።"};
    size_t n = s.n;
    if (n == 0) return false;
    if (strchr(".!?\"':;)", s.p[n - 1]) != NULL) return true;
    bool ascii = true;
    for (size_t i = 0; i < n && ascii; i++)
        ascii = (unsigned char)s.p[i] < 0x80;
    for (size_t i = 0; !ascii && i < sizeof stops / sizeof *stops; i++)
        if (dl_str_ends(s, stops[i]) || (i < 6 && dl_str_find_c(s, stops[i], 0) != DL_NO_POS))
            return true;
    for (size_t i = 0; i + 1 < n; i++)
        if (s.p[i + 1] == ' ' && (s.p[i] == '.' || s.p[i] == ',')) return true;
    return false;
}

bool dl_typeset_end(struct dl_typeset *t, struct dl_typeset_run *ret_run)
{
    bool some = t->end > t->start;
    if (some) {
        dl_str text = {t->text->p + t->start, t->end - t->start};
        *ret_run = (struct dl_typeset_run){
            .start = (uint32_t)t->start,
            .end = (uint32_t)t->end,
            .chars = t->chars,
            .wide = t->wide,
            .link_chars = t->link_chars,
            .link_wide = t->link_wide,
            .is_prose = t->chars >= LONG_RUN || is_prose(text) || t->unspaced * 2 > t->chars,
        };
        dl_buf_byte(t->text, '\n'); /* parts the runs, for searches over the whole text */
    } else {
        t->text->n = t->start;
    }
    t->start = t->end = t->text->n;
    t->chars = t->wide = t->link_chars = t->link_wide = t->unspaced = 0;
    t->space = t->broken = false;
    return some;
}
