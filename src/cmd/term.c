#include "cmd/term.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/time.h"
#include "base/utf8.h"

enum { WIDTH_MIN = 40, WIDTH_MAX = 100 }; /* longer lines are hard to read */

static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no != NULL && no[0] != '\0') return false;
    if (term == NULL || strcmp(term, "dumb") == 0) return false;
    return isatty(STDOUT_FILENO) == 1;
}

static size_t terminal_width(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return DL_TERM_WIDTH;
    return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

struct dl_term dl_term_to(dl_buf *out)
{
    return (struct dl_term){out, wants_colour(), terminal_width()};
}

bool dl_term_colour(struct dl_term *t, const char *when)
{
    if (when == NULL || strcmp(when, "auto") == 0) return true;
    bool always = strcmp(when, "always") == 0;
    if (!always && strcmp(when, "never") != 0) return false;
    t->colour = always;
    return true;
}

void dl_term_style(struct dl_term *t, enum dl_style style)
{
    static const char *const codes[] = {
        [DL_STYLE_HEAD] = "\x1b[1m",  [DL_STYLE_FAINT] = "\x1b[2m", [DL_STYLE_MARK] = "\x1b[1;4m",
        [DL_STYLE_GOOD] = "\x1b[32m", [DL_STYLE_WARN] = "\x1b[33m", [DL_STYLE_BAD] = "\x1b[1;31m"};
    if (t->colour) dl_buf_c(t->out, codes[style]);
}

void dl_term_plain(struct dl_term *t)
{
    if (t->colour) dl_buf_c(t->out, "\x1b[0m");
}

/* What would move the cursor or turn the direction of a line (Unicode TR 36). */
static bool is_unsafe(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x200e || cp == 0x200f ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x061c ||
           cp == 0xfeff;
}

static size_t columns_of(uint32_t cp)
{
    bool wide = (cp >= 0x1100 && cp <= 0x115f) || (cp >= 0x2e80 && cp <= 0xa4cf) ||
                (cp >= 0xac00 && cp <= 0xd7a3) || (cp >= 0xf900 && cp <= 0xfaff) ||
                (cp >= 0xfe30 && cp <= 0xfe4f) || (cp >= 0xff00 && cp <= 0xff60) ||
                (cp >= 0xffe0 && cp <= 0xffe6) || (cp >= 0x1f300 && cp <= 0x1faff) ||
                (cp >= 0x20000 && cp <= 0x3fffd);
    bool joins = (cp >= 0x300 && cp <= 0x36f) || cp == 0x200c || cp == 0x200d ||
                 (cp >= 0xfe00 && cp <= 0xfe0f);
    return wide ? 2 : joins ? 0 : 1;
}

size_t dl_term_columns(dl_str text)
{
    size_t columns = 0;
    for (size_t pos = 0; pos < text.n;)
        columns += columns_of(dl_utf8_next(text, &pos));
    return columns;
}

void dl_term_text(struct dl_term *t, dl_str text)
{
    bool space = false;
    for (size_t pos = 0; pos < text.n;) {
        uint32_t cp = dl_utf8_next(text, &pos);
        bool blank = cp == ' ' || is_unsafe(cp);
        if (blank && !space) dl_buf_byte(t->out, ' ');
        if (!blank) dl_buf_cp(t->out, cp);
        space = blank;
    }
}

void dl_term_styled(struct dl_term *t, enum dl_style style, dl_str text)
{
    dl_term_style(t, style);
    dl_term_text(t, text);
    dl_term_plain(t);
}

static void spaces(struct dl_term *t, size_t n)
{
    while (n-- > 0)
        dl_buf_byte(t->out, ' ');
}

/* Next run without blanks from *pos on; false at the end. */
static bool next_word(dl_str text, size_t *pos, dl_str *ret_word, size_t *ret_columns)
{
    size_t start = *pos, columns = 0;
    for (size_t at = start; at < text.n;) {
        uint32_t cp = dl_utf8_next(text, &at);
        bool blank = cp == ' ' || is_unsafe(cp);
        if (blank && columns > 0) break;
        if (blank) start = at;
        if (!blank) columns += columns_of(cp) + (columns == 0 && columns_of(cp) == 0);
        *pos = at;
    }
    *ret_word = dl_str_sub(text, start, *pos);
    *ret_columns = columns;
    return columns > 0;
}

static void marked_word(struct dl_term *t, dl_str text, dl_str word, const struct dl_term_mark *m,
                        size_t n)
{
    size_t from = (size_t)(word.p - text.p), to = from + word.n, at = from;
    for (size_t i = 0; i < n && t->colour; i++) {
        size_t start = m[i].start < at ? at : m[i].start, end = m[i].end < to ? m[i].end : to;
        if (start >= end) continue;
        dl_buf_str(t->out, dl_str_sub(text, at, start));
        dl_term_style(t, DL_STYLE_MARK);
        dl_buf_str(t->out, dl_str_sub(text, start, end));
        dl_term_plain(t);
        at = end;
    }
    dl_buf_str(t->out, dl_str_sub(text, at, to));
}

void dl_term_wrap_marked(struct dl_term *t, size_t indent, size_t first, dl_str text,
                         const struct dl_term_mark *marks, size_t n_marks)
{
    size_t pos = 0, used = first == 0 ? indent : first, columns;
    bool fresh = first == 0;
    dl_str word;
    if (fresh) spaces(t, indent);
    while (next_word(text, &pos, &word, &columns)) {
        if (!fresh && used + 1 + columns > t->width) {
            dl_buf_byte(t->out, '\n');
            spaces(t, indent);
            used = indent;
            fresh = true;
        }
        if (!fresh) dl_buf_byte(t->out, ' '), used++;
        marked_word(t, text, word, marks, n_marks);
        used += columns;
        fresh = false;
    }
    dl_buf_byte(t->out, '\n');
}

void dl_term_wrap(struct dl_term *t, size_t indent, size_t first, dl_str text)
{
    dl_term_wrap_marked(t, indent, first, text, NULL, 0);
}

void dl_term_count(struct dl_term *t, int64_t number, const char *one, const char *many)
{
    dl_buf_fmt(t->out, "%lld %s", (long long)number, number == 1 ? one : many);
}

void dl_term_id(struct dl_term *t, const dl_id *id)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(id, hex);
    dl_buf_add(t->out, hex, DL_TERM_ID);
}

void dl_term_when(struct dl_term *t, int64_t ms)
{
    char text[32];
    if (ms <= 0) {
        dl_buf_c(t->out, "never");
        return;
    }
    dl_time_format_ms(ms, text);
    dl_buf_fmt(t->out, "%.10s %.5s UTC", text, text + 11);
}

void dl_term_cell(struct dl_term *t, dl_str text, size_t columns)
{
    size_t used = 0;
    bool fits = dl_term_columns(text) <= columns;
    for (size_t pos = 0; pos < text.n;) {
        uint32_t cp = dl_utf8_next(text, &pos);
        size_t n = columns_of(cp);
        if (used + n > columns - (fits ? 0 : 1)) break;
        if (is_unsafe(cp)) cp = ' ';
        dl_buf_cp(t->out, cp);
        used += n;
    }
    if (!fits) dl_buf_c(t->out, "…"), used++;
    spaces(t, columns > used ? columns - used : 0);
}
