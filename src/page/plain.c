#include "page/plain.h"

#include <unicode/uchar.h>

#include "base/utf8.h"

enum {
    LOOK_AT = 64 << 10,  /* markup starts before that, or there is none */
    LONG_LINE = 120,     /* characters: a paragraph, no line of a head */
    LONG_WIDE = 50,      /* the same in scripts whose words need few characters */
    HEAD_LINES = 12,     /* site, motto, title, deck, byline, date, and some to spare */
    SHORT_LINE = 100,    /* bytes: a heading */
    WRAPPED_LEAST = 50,  /* bytes: a line that was wrapped at a column is so long at least */
    SECTION_MOST = 40,   /* bytes behind a date that are a section's name */
    LINES_MOST = 100000, /* 16 MiB of short lines; more is no article */
};

struct line {
    dl_str text;
    bool after_blank; /* an empty line stands before it */
};
typedef DL_VEC(struct line) lines;

bool dl_plain_is(dl_str text, dl_str content_type)
{
    if (dl_str_istarts(content_type, "text/plain")) return true;
    dl_str head = dl_str_sub(text, 0, LOOK_AT);
    for (size_t at = 0; (at = dl_str_chr(head, '<', at)) != DL_NO_POS; at++) {
        unsigned char next = at + 1 < head.n ? (unsigned char)head.p[at + 1] : ' ';
        if (dl_is_alpha(next) || next == '!' || next == '/' || next == '?') return false;
    }
    return true;
}

static enum dl_err split(dl_arena *arena, dl_str text, lines *out)
{
    dl_str raw;
    bool after_blank = true;
    while (dl_str_line(&text, &raw)) {
        dl_str s = dl_str_trim(raw);
        if (s.n > 0) {
            if (out->n == LINES_MOST) return DL_ERR_TOO_BIG;
            DL_TRY(dl_vec_push(arena, out, ((struct line){s, after_blank})));
        }
        after_blank = s.n == 0;
    }
    return DL_OK;
}

/* Ends of sentences in the scripts of the world; a heading has none. */
static bool ends_a_sentence(dl_str s)
{
    size_t pos = s.n;
    for (int i = 0; i < 3 && pos > 0; i++) {
        uint32_t c = dl_utf8_prev(s, &pos);
        switch (c) {
        case '.':
        case '!':
        case '?':
        case ':':
        case ';':
        case 0x2026: /* … */
        case 0x0589: /* Armenian */
        case 0x061B: /* Arabic semicolon */
        case 0x061F: /* Arabic question mark */
        case 0x06D4: /* Urdu full stop */
        case 0x0964: /* danda */
        case 0x1362: /* Ethiopic */
        case 0x3002: /* 。 */
        case 0xFF01:
        case 0xFF1F:
            return true;
        case '"':
        case '\'':
        case ')':
        case 0x201D: /* closing marks stand behind the end */
        case 0x2019:
        case 0x00BB:
        case 0x300D:
            continue;
        default:
            return false;
        }
    }
    return false;
}

static bool starts_low(dl_str s)
{
    size_t pos = 0;
    return u_islower((UChar32)dl_utf8_next(s, &pos));
}

/* Was this line cut off the one before it to fit a column? Where one was, the others of its
 * block were too. */
static bool goes_on(dl_str before, const struct line *l, bool joined)
{
    if (l->after_blank || before.n < WRAPPED_LEAST) return false;
    return joined || (!ends_a_sentence(before) && starts_low(l->text));
}

static enum dl_err join_wrapped(dl_arena *arena, lines *all)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n;) {
        dl_buf whole = DL_BUF_INIT(DL_PAGE_MAX);
        struct line first = all->p[i];
        dl_str before = first.text;
        bool joined = false;
        for (i++; i < all->n && goes_on(before, &all->p[i], joined); i++) {
            if (!joined) dl_buf_str(&whole, first.text);
            joined = true;
            before = all->p[i].text;
            dl_buf_byte(&whole, ' ');
            dl_buf_str(&whole, before);
        }
        if (joined) first.text = dl_str_dup(arena, dl_buf_slice(&whole));
        dl_buf_free(&whole);
        all->p[n++] = first;
    }
    all->n = n;
    return dl_arena_failed(arena);
}

static bool is_long(dl_str s)
{
    size_t n = s.n < LONG_WIDE ? 0 : dl_utf8_count(s);
    return n >= LONG_LINE || (n >= LONG_WIDE && s.n >= n * 5 / 2);
}

static size_t head_of(const lines *all)
{
    size_t n = 0;
    while (n < all->n && n < HEAD_LINES && !is_long(all->p[n].text))
        n++;
    return n < all->n && n < HEAD_LINES ? n : 0;
}

/* The line that stands twice in the head; n when none does. */
static size_t repeated(const lines *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (dl_str_eq(all->p[i].text, all->p[k].text)) return i;
    return n;
}

static bool take_date(const dl_date_words *months, dl_str line, struct dl_page *page)
{
    struct dl_date_style style = {0};
    struct dl_date_found found;
    size_t pos = 0;
    if (dl_time_is_set(page->published) || !dl_date_next(months, line, &style, &pos, &found) ||
        found.start != 0)
        return false;
    page->published = dl_date_time(&found);
    dl_str rest = dl_str_trim(dl_str_sub(line, found.end, line.n));
    while (rest.n > 0 && strchr("|/,;:-", rest.p[0]) != NULL)
        rest = dl_str_trim(dl_str_sub(rest, 1, rest.n));
    if (rest.n > 0 && rest.n <= SECTION_MOST && !ends_a_sentence(rest)) page->section = rest;
    return true;
}

static void read_head(const dl_date_words *months, const lines *all, size_t n, struct dl_page *page)
{
    size_t title = repeated(all, n);
    bool twice = title < n;
    if (!twice) title = 0;
    for (size_t i = 0; i < n; i++) {
        dl_str s = all->p[i].text;
        if (take_date(months, s, page)) {
            if (!twice && i == title) title++;
        } else if (i == title || dl_str_eq(s, page->title)) {
            page->title = s;
        } else if (i < title) {
            dl_str *place = page->site.n == 0 ? &page->site : &page->description;
            if (place->n == 0) *place = s;
        } else if (page->subtitle.n == 0) {
            page->subtitle = s;
        }
    }
}

static bool has_list_mark(dl_str *s)
{
    static const char *const marks[] = {"- ", "* ", "• ", "– "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (dl_str_starts(*s, marks[i])) {
            *s = dl_str_trim(dl_str_sub(*s, strlen(marks[i]), s->n));
            return s->n > 0;
        }
    return false;
}

static enum dl_err put_block(dl_arena *arena, dl_buf *text, dl_str s, enum dl_block_kind kind,
                             struct dl_page *page)
{
    if (text->n > 0) dl_buf_c(text, "\n\n");
    struct dl_page_block block = {.start = text->n, .end = text->n + s.n, .kind = kind};
    dl_buf_str(text, s);
    return dl_vec_push(arena, &page->blocks, block);
}

static enum dl_err read_body(dl_arena *arena, const lines *all, size_t from, struct dl_page *page)
{
    dl_buf text = DL_BUF_INIT(DL_PAGE_MAX);
    enum dl_err err = DL_OK;
    for (size_t i = from; err == DL_OK && i < all->n; i++) {
        dl_str s = all->p[i].text;
        enum dl_block_kind kind = has_list_mark(&s) ? DL_BLOCK_LIST_ITEM : DL_BLOCK_PARAGRAPH;
        bool is_heading =
            kind == DL_BLOCK_PARAGRAPH && s.n < SHORT_LINE && !ends_a_sentence(s) && i + 1 < all->n;
        err = put_block(arena, &text, s, is_heading ? DL_BLOCK_HEADING : kind, page);
    }
    if (err == DL_OK) err = dl_buf_failed(&text);
    if (err == DL_OK) page->text = dl_str_dup(arena, dl_buf_slice(&text));
    dl_buf_free(&text);
    return err != DL_OK ? err : dl_arena_failed(arena);
}

enum dl_err dl_plain_read(dl_arena *arena, const dl_date_words *months, dl_str text,
                          struct dl_page *page)
{
    lines all = {0};
    DL_TRY(split(arena, dl_utf8_clean(arena, text), &all));
    DL_TRY(join_wrapped(arena, &all));
    size_t head = head_of(&all);
    read_head(months, &all, head, page);
    DL_TRY(read_body(arena, &all, head, page));
    bool is_article = page->title.n > 0 && page->text.n >= LONG_LINE;
    page->kind = is_article ? DL_PAGE_ARTICLE : DL_PAGE_OTHER;
    page->confidence = is_article ? 0.7 : 0.3;
    return DL_OK;
}
