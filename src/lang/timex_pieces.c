/* Pieces of a sentence: its tokens, cut at digits, hyphens and apostrophes. */
#include <unicode/uchar.h>

#include "base/utf8.h"
#include "lang/timex.h"

enum {
    DIGITS_MAX = 4,
    TOKEN_MAX = 64 /* bytes; no longer token says a time */
};

struct cutter {
    dl_arena *arena;
    const dl_words *words;
    struct timex_pieces *out;
    bool failed;
};

static int digit_of(uint32_t c)
{
    if (c < 0x80) return c >= '0' && c <= '9' ? (int)c - '0' : -1;
    return c >= 0x0660 ? u_charDigitValue((UChar32)c) : -1;
}

static bool hyphen(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2014) || c == 0x2212 || c == 0x301C || c == 0xFF5E;
}

static bool apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

static void push(struct cutter *k, const dl_token *token, struct timex_piece_number number)
{
    dl_token t = *token;
    if (t.kind == DL_TOKEN_PUNCT && hyphen(t.mark)) t.key = dl_hash64(DL_STR("-"));
    if (t.kind == DL_TOKEN_PUNCT && (t.mark == 0xFF1A || t.mark == 0xFE13))
        t.key = dl_hash64(DL_STR(":"));
    if (dl_vec_push(k->arena, &k->out->tokens, t) != DL_OK ||
        dl_vec_push(k->arena, &k->out->numbers, number) != DL_OK)
        k->failed = true;
}

enum run { RUN_LETTERS, RUN_DIGITS, RUN_MARK };

static enum run run_of(uint32_t c)
{
    if (digit_of(c) >= 0) return RUN_DIGITS;
    bool mark = c < 0x80 ? !dl_is_alpha((unsigned char)c) && c != '_' && c != '.'
                         : hyphen(c) || apostrophe(c) || c == 0x066B || c == 0x066C;
    return mark ? RUN_MARK : RUN_LETTERS;
}

/* End of the run that starts at pos; a mark is a run of its own. Digits with thousands' commas are
 * one. */
static size_t run_end(dl_str text, size_t pos, size_t end, enum run kind)
{
    while (pos < end) {
        size_t at = pos;
        if (run_of(dl_utf8_next(text, &pos)) != kind) return at;
        if (kind == RUN_MARK) return pos;
    }
    return end;
}

static struct timex_piece_number number_of(dl_str digits)
{
    struct timex_piece_number n = {.value = 0};
    for (size_t pos = 0; pos < digits.n;) {
        int d = digit_of(dl_utf8_next(digits, &pos));
        n.digits++;
        if (n.digits > DIGITS_MAX) return (struct timex_piece_number){.value = -1};
        n.value = n.value * 10 + d;
    }
    return n;
}

static void cut(struct cutter *k, uint32_t i)
{
    const dl_token *t = &k->words->p[i];
    dl_str text = k->words->text;
    for (size_t pos = t->start; pos < t->end && !k->failed;) {
        size_t next = pos;
        uint32_t c = dl_utf8_next(text, &next);
        enum run kind = run_of(c);
        size_t end = run_end(text, pos, t->end, kind);
        /* A dot at the end of letters stays; between digits it is a mark. */
        if (kind == RUN_LETTERS && c == '.') end = next, kind = RUN_MARK;
        dl_str run = dl_str_sub(text, pos, end);
        dl_token piece = {.start = (uint32_t)pos, .end = (uint32_t)end, .mark = c};
        piece.sentence = t->sentence;
        piece.flags =
            pos == t->start ? t->flags : (uint8_t)(t->flags & ~(DL_WORD_SPACE | DL_WORD_FIRST));
        piece.kind = kind == RUN_DIGITS ? DL_TOKEN_NUMBER
                     : kind == RUN_MARK ? DL_TOKEN_PUNCT
                                        : DL_TOKEN_WORD;
        piece.key = kind == RUN_MARK ? dl_hash64(run) : dl_words_key(run);
        if (kind == RUN_MARK && apostrophe(c)) piece.key = dl_hash64(DL_STR("'"));
        struct timex_piece_number n = {.value = -1};
        if (kind == RUN_DIGITS) n = number_of(run);
        n.token = i;
        n.inside = t->kind == DL_TOKEN_NUMBER && pos > t->start;
        n.goes_on = t->kind == DL_TOKEN_NUMBER && end < t->end;
        push(k, &piece, n);
        pos = end;
    }
}

static bool is_cut(const dl_words *words, uint32_t i)
{
    const dl_token *t = &words->p[i];
    if (t->end - t->start > TOKEN_MAX) return false;
    if (t->kind == DL_TOKEN_NUMBER) return true;
    if (t->kind != DL_TOKEN_WORD || (t->flags & DL_WORD_CLITIC)) return false;
    if (t->end - t->start == 1) return false;
    dl_str text = dl_token_text(words, i);
    for (size_t k = 0; k < text.n; k++) {
        unsigned char c = (unsigned char)text.p[k];
        if (c == '-' || c == '\'' || (c >= '0' && c <= '9') || c == 0xE2) return k > 0 || c != '\'';
        if (c >= 0xD9 && c <= 0xE9 && c != 0xE2) {
            size_t pos = k;
            if (u_charDigitValue((UChar32)dl_utf8_next(text, &pos)) >= 0) return true;
        }
        if (c >= 0xC0) k += c >= 0xE0 ? 2 : 1;
    }
    return false;
}

enum dl_err timex_pieces_cut(dl_arena *arena, const dl_words *words, uint32_t first, uint32_t last,
                             struct timex_pieces *pieces)
{
    struct cutter k = {arena, words, pieces, false};
    pieces->tokens.n = pieces->numbers.n = 0;
    for (uint32_t i = first; i < last && !k.failed; i++) {
        if (words->p[i].kind == DL_TOKEN_LINE) continue;
        if (is_cut(words, i))
            cut(&k, i);
        else
            push(&k, &words->p[i], (struct timex_piece_number){.value = -1, .token = i});
    }
    if (k.failed) return dl_arena_failed(arena);
    pieces->w = (dl_words){words->text, pieces->tokens.p, pieces->tokens.n};
    pieces->number = pieces->numbers.p;
    return DL_OK;
}
