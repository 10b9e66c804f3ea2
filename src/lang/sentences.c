#include "lang/sentences.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "lang/pack.h"

enum {
    HEADING_MAX = 12, /* tokens of a line that may be a heading */
    SENTENCE_MAX =
        1000, /* tokens; later steps look over whole sentences, a list or attack is cut */
};

static bool is_end(uint32_t c)
{
    switch (c) {
    case '.':
    case '!':
    case '?':
    case 0x2026:
    case 0x203C:
    case 0x2047:
    case 0x2048:
    case 0x2049:
    case 0x3002:
    case 0xFF01:
    case 0xFF1F:
    case 0xFF0E:
    case 0xFF61:
    case 0x061F:
    case 0x06D4:
    case 0x0964:
    case 0x0965:
    case 0x1362:
    case 0x0589:
    case 0x104B:
    case 0x17D4:
        return true;
    default:
        return false;
    }
}

static bool is_wide_end(uint32_t c)
{
    return is_end(c) && c >= 0x300; /* needs no white space behind it */
}

static bool is_closing(uint32_t c)
{
    switch (c) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case 0x201D:
    case 0x2019:
    case 0x00BB:
    case 0x203A:
    case 0x300D:
    case 0x300F:
    case 0xFF09:
    case 0x3011:
    case 0x300B:
    case 0x201C:
        return true;
    default:
        return false;
    }
}

static bool is_dash(uint32_t c)
{
    return c == 0x2014 || c == 0x2013 || c == '-';
}

/* " !»" closes in French, where white space stands on both sides; German » opens without. */
static bool closes_apart(const dl_words *w, size_t i)
{
    return (w->p[i].mark == 0x00BB || w->p[i].mark == 0x203A) &&
           (i + 1 >= w->n || w->p[i + 1].kind >= DL_TOKEN_PUNCT ||
            (w->p[i + 1].flags & DL_WORD_SPACE));
}

/* Skips marks that close behind the end mark at i. An ASCII " or a “ with a space before it opens
 * the next sentence instead. */
static size_t behind_closing(const dl_words *w, size_t i)
{
    while (i < w->n && w->p[i].kind == DL_TOKEN_PUNCT &&
           (is_end(w->p[i].mark) ||
            (is_closing(w->p[i].mark) && (!(w->p[i].flags & DL_WORD_SPACE) || closes_apart(w, i)))))
        i++;
    return i;
}

static bool lower_start(const dl_token *t)
{
    return t->kind == DL_TOKEN_WORD && !(t->flags & DL_WORD_CAP) && u_islower((UChar32)t->mark);
}

static bool initial(const dl_words *w, size_t i)
{
    const dl_token *t = &w->p[i];
    return t->kind == DL_TOKEN_WORD && (t->flags & DL_WORD_CAP) && t->end - t->start <= 2 &&
           dl_utf8_count(dl_token_text(w, i)) == 1 && t->mark != 'I';
}

enum { OPENERS = DL_CLASS_DET | DL_CLASS_PRON | DL_CLASS_OPEN | DL_CLASS_PREP | DL_CLASS_CONJ };

static bool opens(const dl_token *t)
{
    return t->kind == DL_TOKEN_WORD && (t->flags & DL_WORD_CAP) && (t->classes & OPENERS) != 0;
}

/* "3. Mai", "20. Yüzyıl": the dot of an ordinal, unless what follows opens sentences only; the
 * number of a list's item stands alone at its head. */
static bool ordinal(const dl_pack *pack, const dl_words *w, size_t i, size_t next)
{
    const dl_token *number = &w->p[i - 1];
    if (!pack->ordinal_dots || number->kind != DL_TOKEN_NUMBER || next != i + 1 ||
        number->end - number->start > 2)
        return false;
    bool item = i < 2 || w->p[i - 2].kind != DL_TOKEN_WORD;
    return item || !opens(&w->p[next]) || !(w->p[next].classes & (DL_CLASS_DET | DL_CLASS_PRON));
}

/* Behind the marks that close: "«Нет!» — крикнула она", "「はい。」と言った". */
static bool goes_on(const dl_words *w, size_t i, size_t next)
{
    if (next >= w->n || w->p[next].kind >= DL_TOKEN_LINE) return false;
    if (w->p[i].mark == 0x2026 && lower_start(&w->p[next])) return true; /* "bis […] dahin" */
    if (is_wide_end(w->p[i].mark))
        return next > i + 1 && !(w->p[next].flags & DL_WORD_SPACE) &&
               (w->p[next].classes & DL_CLASS_PREP);
    if (w->p[next].kind == DL_TOKEN_PUNCT && is_dash(w->p[next].mark) && next > i + 1 &&
        next + 1 < w->n)
        next++;
    return lower_start(&w->p[next]) || w->p[next].mark == '/';
}

/* Does the sentence end at the end mark i, seen together with what is before and behind? */
static bool ends_here(const dl_pack *pack, const dl_words *w, size_t i, size_t next)
{
    uint32_t mark = w->p[i].mark;
    if (goes_on(w, i, next)) return false;
    if (is_wide_end(mark)) return true;
    if (next >= w->n || w->p[next].kind >= DL_TOKEN_LINE) return true;
    if (!(w->p[next].flags & DL_WORD_SPACE) &&
        !(w->p[next].kind == DL_TOKEN_WORD && i > 0 && w->p[i - 1].kind == DL_TOKEN_WORD &&
          (w->p[next].flags & DL_WORD_CAP)))
        return false;
    if (mark == '.' && i > 0)
        return !(initial(w, i - 1) && next == i + 1) && !ordinal(pack, w, i, next);
    return true;
}

/* An abbreviation's own dot ends a sentence only where the next word cannot go on. */
static bool abbreviation_ends(const dl_pack *pack, const dl_words *w, size_t i)
{
    if (i + 1 >= w->n || w->p[i + 1].kind >= DL_TOKEN_LINE) return false;
    const dl_token *next = &w->p[i + 1];
    enum dl_abbreviation kind = dl_pack_abbreviation(pack, w->p[i].key);
    bool counts = i > 0 && (w->p[i - 1].kind == DL_TOKEN_NUMBER ||
                            (w->p[i - 1].flags & DL_WORD_ABBR)); /* "и т. д." */
    if (kind == DL_ABBR_TITLE || kind == DL_ABBR_MONTH || kind == DL_ABBR_NAME ||
        kind == DL_ABBR_NUMBER || (kind == DL_ABBR_COUNT && !counts))
        return false;
    return opens(next);
}

struct finder {
    dl_arena *arena;
    dl_words *w;
    DL_VEC(dl_sentence) out;
    uint32_t paragraph;
    bool failed;
};

static void close_sentence(struct finder *f, size_t first, size_t last)
{
    while (first < last && f->w->p[first].kind >= DL_TOKEN_LINE)
        first++;
    while (last > first && f->w->p[last - 1].kind >= DL_TOKEN_LINE)
        last--;
    if (first == last) return;
    dl_sentence s = {f->w->p[first].start, f->w->p[last - 1].end, (uint32_t)first, (uint32_t)last,
                     f->paragraph};
    for (size_t i = first; i < last; i++)
        f->w->p[i].sentence = (uint32_t)f->out.n;
    size_t word = first;
    while (word < last && f->w->p[word].kind == DL_TOKEN_PUNCT)
        word++;
    if (word < last) f->w->p[word].flags |= DL_WORD_FIRST;
    if (dl_vec_push(f->arena, &f->out, s) != DL_OK) f->failed = true;
}

/* A short line without end mark, before a line that starts as sentences do: a heading or a label.
 */
static bool line_ends(const dl_words *w, size_t first, size_t i)
{
    if (i + 1 >= w->n || i - first > HEADING_MAX) return false;
    return !lower_start(&w->p[i + 1]);
}

enum dl_err dl_sentences_find(const dl_pack *pack, dl_arena *arena, dl_words *words,
                              dl_sentences *ret_sentences)
{
    struct finder f = {.arena = arena, .w = words};
    size_t first = 0, i = 0;
    while (i < words->n && !f.failed) {
        const dl_token *t = &words->p[i];
        size_t next = i + 1;
        bool ends = false;
        if (t->kind == DL_TOKEN_PARA)
            ends = true;
        else if (t->kind == DL_TOKEN_LINE)
            ends = line_ends(words, first, i);
        else if (t->kind == DL_TOKEN_WORD && (t->flags & DL_WORD_ABBR))
            ends = abbreviation_ends(pack, words, i);
        else if (t->kind == DL_TOKEN_PUNCT && is_end(t->mark)) {
            next = behind_closing(words, i + 1);
            ends = ends_here(pack, words, i, next);
        }
        ends = ends || next - first >= SENTENCE_MAX;
        if (ends) {
            close_sentence(&f, first, next);
            first = next;
        }
        if (t->kind == DL_TOKEN_PARA) f.paragraph++;
        i = next;
    }
    close_sentence(&f, first, words->n);
    if (f.failed) return dl_arena_failed(arena);
    *ret_sentences = (dl_sentences){f.out.p, f.out.n};
    return DL_OK;
}
