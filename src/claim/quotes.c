#include "claim/quotes.h"

#include "base/vec.h"

enum { QUOTATIONS_MAX = 65535 /* dl_token.quote is 16 bits wide */ };

struct machine {
    dl_arena *arena;
    dl_words *w;
    DL_VEC(dl_quotation) out;
    uint32_t paragraph;
    bool open;
    bool carried; /* the paragraph before ended inside a quotation */
    uint32_t close_mark, depth, open_mark;
    dl_quotation now;
    bool failed;
};

/* The mark that closes what c opens; 0 when c opens nothing. */
static uint32_t closer(uint32_t c)
{
    switch (c) {
    case 0x201C:
        return 0x201D;
    case 0x201D:
        return 0x201D; /* Swedish and Finnish print ”…” */
    case 0x2018:
        return 0x2019;
    case 0x00AB:
        return 0x00BB;
    case 0x00BB:
        return 0x00AB;
    case 0x2039:
        return 0x203A;
    case 0x203A:
        return 0x2039;
    case 0x201E:
        return 0x201C;
    case 0x201A:
        return 0x2018;
    case 0x300C:
        return 0x300D;
    case 0x300E:
        return 0x300F;
    case 0x300A:
        return 0x300B;
    case 0xFF02:
        return 0xFF02;
    case '"':
        return '"';
    case '\'':
        return '\'';
    default:
        return 0;
    }
}

static bool word_at(const dl_words *w, size_t i)
{
    return i < w->n && w->p[i].kind <= DL_TOKEN_NUMBER;
}

/* Does an ASCII or single mark open here? It has a space (or nothing, or a bracket) before it and a
 * word or mark hard behind it. */
static bool may_open(const dl_words *w, size_t i)
{
    uint32_t c = w->p[i].mark;
    if (i + 1 >= w->n || w->p[i + 1].kind >= DL_TOKEN_LINE) return false;
    bool before = i == 0 || (w->p[i].flags & DL_WORD_SPACE) || w->p[i - 1].kind != DL_TOKEN_WORD;
    bool behind = !(w->p[i + 1].flags & DL_WORD_SPACE);
    if (c == '"') return before && (behind || i == 0 || w->p[i - 1].kind >= DL_TOKEN_LINE);
    if (c == '\'' || c == 0x2018) return before && behind && word_at(w, i + 1);
    if (c == 0x201D || c == 0x00BB || c == 0x203A) return before && behind && word_at(w, i + 1);
    return true;
}

static bool closes(const struct machine *m, size_t i)
{
    uint32_t c = m->w->p[i].mark;
    if (c == m->close_mark) {
        if (c != '\'' && c != 0x2019) return true;
        return !(m->w->p[i].flags & DL_WORD_SPACE) &&
               (i + 1 >= m->w->n || m->w->p[i + 1].kind != DL_TOKEN_WORD ||
                (m->w->p[i + 1].flags & DL_WORD_SPACE));
    }
    /* „…” beside „…“, and “…" where an editor mixed them. */
    if (m->open_mark == 0x201E)
        return c == 0x201D || (c == '"' && !(m->w->p[i].flags & DL_WORD_SPACE));
    if (m->open_mark == 0x201C) return c == '"' && !(m->w->p[i].flags & DL_WORD_SPACE);
    return false;
}

static void open_at(struct machine *m, size_t i, bool continues)
{
    m->open = true;
    m->open_mark = m->w->p[i].mark;
    m->close_mark = closer(m->open_mark);
    m->depth = 0;
    m->now =
        (dl_quotation){.first = (uint32_t)i + 1, .paragraph = m->paragraph, .continues = continues};
}

static void end_at(struct machine *m, size_t i, bool closed)
{
    m->open = false;
    m->now.last = (uint32_t)i;
    m->now.closed = closed;
    m->now.words = 0;
    if (m->now.last <= m->now.first || m->out.n >= QUOTATIONS_MAX) return;
    /* A stray single mark must not swallow a paragraph: only closed ones count. */
    if (!closed && (m->open_mark == '\'' || m->open_mark == 0x2018)) return;
    for (size_t k = m->now.first; k < i; k++) {
        m->w->p[k].quote = (uint16_t)(m->out.n + 1);
        m->now.words += m->w->p[k].kind == DL_TOKEN_WORD;
    }
    if (dl_vec_push(m->arena, &m->out, m->now) != DL_OK) m->failed = true;
}

static void paragraph_ends(struct machine *m, size_t i)
{
    m->carried = m->open && !m->now.dash;
    if (m->open) end_at(m, i, m->now.dash);
    m->paragraph++;
}

static bool dialogue_dash(const dl_words *w, size_t i)
{
    uint32_t c = w->p[i].mark;
    bool dash = c == 0x2014 || c == 0x2013 || c == 0x2015;
    return dash && i + 1 < w->n && w->p[i + 1].kind == DL_TOKEN_WORD &&
           (w->p[i + 1].flags & DL_WORD_SPACE);
}

static void see_mark(struct machine *m, size_t i, bool at_start)
{
    uint32_t c = m->w->p[i].mark;
    if (at_start && !m->open && dialogue_dash(m->w, i)) {
        open_at(m, i, false);
        m->close_mark = c;
        m->now.dash = true;
        return;
    }
    if (m->open) {
        if (closer(c) != 0 && c == m->open_mark && c != m->close_mark)
            m->depth++;
        else if (closes(m, i) && m->depth > 0)
            m->depth--;
        else if (closes(m, i))
            end_at(m, i, true);
        return;
    }
    if (closer(c) != 0 && may_open(m->w, i)) open_at(m, i, at_start && m->carried);
}

enum dl_err dl_quotes_find(dl_arena *arena, dl_words *words, dl_quotations *ret_quotations)
{
    struct machine m = {.arena = arena, .w = words};
    bool at_start = true;
    for (size_t i = 0; i < words->n && !m.failed; i++) {
        if (words->p[i].kind == DL_TOKEN_PARA) {
            paragraph_ends(&m, i);
            at_start = true;
            continue;
        }
        if (words->p[i].kind == DL_TOKEN_PUNCT) see_mark(&m, i, at_start);
        if (at_start && words->p[i].kind < DL_TOKEN_LINE) at_start = false, m.carried = false;
    }
    paragraph_ends(&m, words->n);
    if (m.failed) return dl_arena_failed(arena);
    *ret_quotations = (dl_quotations){m.out.p, m.out.n};
    return DL_OK;
}
