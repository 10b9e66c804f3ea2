#include "lang/words.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "lang/pack.h"

/* Opened once: ICU reads its data on opening, which a sandboxed reader could not do. */
static UBreakIterator *spaceless_words;

enum dl_err dl_words_open(struct dl_diag *diag)
{
    if (spaceless_words != NULL) return DL_OK;
    UErrorCode status = U_ZERO_ERROR;
    static const UChar warm[] = {0x0E44, 0x0E17, 0x0E22, 0x0E01, 0x0E1B, 0x0E23, 0};
    UBreakIterator *it = ubrk_open(UBRK_WORD, "th", warm, 6, &status);
    if (U_FAILURE(status))
        return dl_fail(diag, DL_ERR_STATE, DL_NO_POS, "ICU gives no word iterator");
    while (ubrk_next(it) != UBRK_DONE)
        continue;
    spaceless_words = it;
    return DL_OK;
}

/* --- normal form -------------------------------------------------------------------------- */

static uint32_t fold(uint32_t c)
{
    if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    switch (c) {
    case 0x2019:
    case 0x02BC:
    case 0x2018:
        return '\'';
    case 0x0622:
    case 0x0623:
    case 0x0625:
    case 0x0671:
        return 0x0627;
    case 0x0649:
    case 0x06CC:
        return 0x064A;
    case 0x06A9:
        return 0x0643;
    case 0x06C0:
        return 0x0647;
    case 0x0624:
        return 0x0648;
    case 0x0401:
    case 0x0451:
        return 0x0435;
    case 0x2010:
    case 0x2011:
        return '-';
    case 0x0130:
        return 'i';
    default:
        break;
    }
    if (c >= 0xFF01 && c <= 0xFF5E) return fold(c - 0xFEE0);
    return (uint32_t)u_tolower((UChar32)c);
}

static bool dropped(uint32_t c)
{
    return (c >= 0x064B && c <= 0x0652) || c == 0x0640 || c == 0x0670 || c == 0x0301 ||
           (c >= 0x200B && c <= 0x200F) || c == 0x00AD || c == 0xFEFF ||
           (c >= 0xFE00 && c <= 0xFE0F);
}

size_t dl_words_norm(dl_str word, char ret_norm[DL_WORD_MAX])
{
    size_t n = 0;
    for (size_t pos = 0; pos < word.n && n + 4 <= DL_WORD_MAX;) {
        uint32_t c = dl_utf8_next(word, &pos);
        if (c < 0x80)
            ret_norm[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        else if (!dropped(c))
            n += dl_utf8_put(fold(c), ret_norm + n);
    }
    return n;
}

uint64_t dl_words_key(dl_str word)
{
    char norm[DL_WORD_MAX];
    size_t n = dl_words_norm(word, norm);
    return dl_hash64((dl_str){norm, n});
}

uint64_t dl_words_name_key(dl_str name)
{
    char norm[DL_WORD_MAX];
    size_t n = dl_words_norm(name, norm), out = 0;
    for (size_t i = 0; i < n; i++) {
        bool space = norm[i] == '-' || (unsigned char)norm[i] <= ' ';
        if (norm[i] == '.' || (space && (out == 0 || norm[out - 1] == ' '))) continue;
        norm[out++] = space ? ' ' : norm[i];
    }
    if (out > 0 && norm[out - 1] == ' ') out--;
    return out == 0 ? 0 : dl_hash64((dl_str){norm, out});
}

dl_str dl_token_text(const dl_words *words, size_t i)
{
    return dl_str_sub(words->text, words->p[i].start, words->p[i].end);
}

/* --- characters --------------------------------------------------------------------------- */

enum char_class { C_SPACE, C_LINE, C_LETTER, C_DIGIT, C_MARK_IN, C_IDEOGRAM, C_SPACELESS, C_PUNCT };

static bool ideogram(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
           (c >= 0x20000 && c <= 0x323AF) || (c >= 0xF900 && c <= 0xFAFF) || c == 0x3005;
}

static bool spaceless(uint32_t c)
{
    return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
           (c >= 0x1780 && c <= 0x17FF);
}

static enum char_class wide_class_of(uint32_t c)
{
    if (ideogram(c)) return C_IDEOGRAM;
    int8_t type = u_charType((UChar32)c);
    if (spaceless(c) && type != U_DECIMAL_DIGIT_NUMBER) return C_SPACELESS;
    switch (type) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_TITLECASE_LETTER:
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
        return C_LETTER;
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
        return C_MARK_IN;
    case U_DECIMAL_DIGIT_NUMBER:
        return C_DIGIT;
    case U_SPACE_SEPARATOR:
    case U_CONTROL_CHAR:
        return C_SPACE;
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
        return C_LINE;
    default:
        return C_PUNCT;
    }
}

static enum char_class class_of(uint32_t c)
{
    if (c >= 0x80) return wide_class_of(c);
    if (dl_is_alpha((unsigned char)c)) return C_LETTER;
    if (dl_is_digit((unsigned char)c)) return C_DIGIT;
    if (c == '\n') return C_LINE;
    return c <= ' ' || c == 0x7F ? C_SPACE : C_PUNCT;
}

/* --- splitting ---------------------------------------------------------------------------- */

struct split {
    const struct dl_pack *pack;
    dl_arena *arena;
    dl_str text;
    DL_VEC(dl_token) out;
    bool space, failed;
};

static void push(struct split *s, size_t start, size_t end, enum dl_token_kind kind, uint8_t flags)
{
    size_t at = start;
    dl_token t = {.start = (uint32_t)start, .end = (uint32_t)end, .kind = (uint8_t)kind};
    t.mark = end > start ? dl_utf8_next(s->text, &at) : 0;
    t.flags = (uint8_t)(flags | (s->space ? DL_WORD_SPACE : 0));
    t.key = kind == DL_TOKEN_PUNCT ? dl_hash64(dl_str_sub(s->text, start, end))
                                   : dl_words_key(dl_str_sub(s->text, start, end));
    if (kind == DL_TOKEN_WORD) t.classes = dl_pack_classes(s->pack, t.key);
    if (dl_vec_push(s->arena, &s->out, t) != DL_OK) s->failed = true;
    s->space = false;
}

static uint8_t case_flags(dl_str word)
{
    size_t letters = 0, upper = 0, pos = 0;
    uint32_t first = dl_utf8_next(word, &pos);
    bool cap = first < 0x80 ? first >= 'A' && first <= 'Z' : u_isUUppercase((UChar32)first) != 0;
    if (!cap) return 0;
    for (pos = 0; pos < word.n;) {
        uint32_t c = dl_utf8_next(word, &pos);
        bool ascii = c < 0x80;
        if (ascii ? !dl_is_alpha((unsigned char)c) : !u_isalpha((UChar32)c)) continue;
        letters++;
        upper += ascii ? c <= 'Z' : u_isUUppercase((UChar32)c) != 0;
    }
    return (uint8_t)(DL_WORD_CAP | (letters >= 2 && upper == letters ? DL_WORD_UPPER : 0));
}

static bool apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

/* "U.S." and "a.m.": single letters with dots. Returns the end behind the last dot, or 0. */
static size_t acronym_end(dl_str text, size_t start)
{
    size_t pos = start, end = 0;
    for (unsigned letters = 0; letters < 8; letters++) {
        if (pos >= text.n) break;
        uint32_t c = dl_utf8_next(text, &pos);
        if (class_of(c) != C_LETTER || pos >= text.n || text.p[pos] != '.') break;
        pos++;
        if (letters > 0) end = pos;
    }
    size_t behind = end;
    if (end > 0 && behind < text.n && class_of(dl_utf8_next(text, &behind)) == C_LETTER) return 0;
    return end;
}

/* "Ph.D.", "p.ex.": parts with dots that the list knows as one. Returns its end, or 0. */
static size_t listed_end(const struct dl_pack *pack, dl_str text, size_t start)
{
    enum { LONGEST = 16 /* bytes */ };
    size_t end = 0, dots = 0;
    for (size_t pos = start; pos < text.n && pos - start < LONGEST;) {
        size_t at = pos;
        uint32_t c = dl_utf8_next(text, &pos);
        if (c != '.' && class_of(c) != C_LETTER) break;
        if (c != '.') continue;
        if (at == start || ++dots > 4) break;
        if (dots > 1 && dl_pack_abbreviation(pack, dl_words_key(dl_str_sub(text, start, pos))) != 0)
            end = pos;
    }
    return end;
}

/* Word characters: letters, digits and marks; ' - . between letters where they join. Where articles
 * are elided the first apostrophe is the end. */
static size_t word_end(dl_str text, size_t start, bool elides, size_t *ret_apostrophe)
{
    size_t pos = start, end = start;
    *ret_apostrophe = 0;
    while (pos < text.n) {
        size_t at = pos;
        uint32_t c = dl_utf8_next(text, &pos);
        enum char_class k = class_of(c);
        if (k == C_LETTER || k == C_DIGIT || k == C_MARK_IN) {
            end = pos;
            continue;
        }
        bool joins = c == '-' || c == 0x2010 || c == 0x2011 || c == '_' || c == 0x00B7 ||
                     apostrophe(c) || c == '&';
        if (!joins || pos >= text.n) break;
        size_t behind = pos;
        enum char_class next = class_of(dl_utf8_next(text, &behind));
        if (next != C_LETTER && !(next == C_DIGIT && !apostrophe(c))) break;
        if (apostrophe(c) && *ret_apostrophe == 0) *ret_apostrophe = at;
        if (apostrophe(c) && elides) return pos;
    }
    return end;
}

static void push_word(struct split *s, size_t start, size_t end)
{
    push(s, start, end, DL_TOKEN_WORD, case_flags(dl_str_sub(s->text, start, end)));
}

/* 's, 'd, 'll … are cut off behind, in Turkish all suffixes. n't stays whole. */
static void split_apostrophe(struct split *s, size_t start, size_t at, size_t end)
{
    size_t behind = at;
    dl_utf8_next(s->text, &behind);
    dl_str tail = dl_str_sub(s->text, behind, end);
    bool clitic = dl_str_ieq_c(tail, "s") || dl_str_ieq_c(tail, "re") || dl_str_ieq_c(tail, "ve") ||
                  dl_str_ieq_c(tail, "ll") || dl_str_ieq_c(tail, "d") || dl_str_ieq_c(tail, "m");
    if (!clitic && !(s->pack != NULL && s->pack->suffixed)) {
        push_word(s, start, end);
        return;
    }
    push_word(s, start, at);
    push(s, at, end, DL_TOKEN_WORD, DL_WORD_CLITIC);
}

/* Does a number follow, behind one space at most? */
static bool number_follows(dl_str text, size_t pos)
{
    if (pos < text.n && class_of(dl_utf8_next(text, &(size_t){pos})) == C_SPACE)
        dl_utf8_next(text, &pos);
    return pos < text.n && class_of(dl_utf8_next(text, &pos)) == C_DIGIT;
}

/* Is the word an abbreviation, together with the dot at `end`? */
static bool abbreviated(const struct split *s, size_t start, size_t end)
{
    if (end >= s->text.n || s->text.p[end] != '.' || end - start >= 12) return false;
    uint64_t key = dl_words_key(dl_str_sub(s->text, start, end + 1));
    enum dl_abbreviation kind = dl_pack_abbreviation(s->pack, key);
    return kind != DL_ABBR_NO && (kind != DL_ABBR_NUMBER || number_follows(s->text, end + 1));
}

static size_t take_word(struct split *s, size_t start)
{
    size_t end = acronym_end(s->text, start), at;
    if (end > 0) {
        push(s, start, end, DL_TOKEN_WORD, DL_WORD_ABBR | DL_WORD_CAP | DL_WORD_UPPER);
        return end;
    }
    bool elides = dl_pack_elides(s->pack);
    end = word_end(s->text, start, elides, &at);
    bool dot = end < s->text.n && s->text.p[end] == '.';
    size_t listed = dot ? listed_end(s->pack, s->text, start) : 0;
    if (listed == 0 && abbreviated(s, start, end)) listed = end + 1;
    if (listed > 0) {
        uint8_t flags = case_flags(dl_str_sub(s->text, start, end));
        push(s, start, listed, DL_TOKEN_WORD, (uint8_t)(flags | DL_WORD_ABBR));
        return listed;
    }
    if (at > start && at < end && !elides)
        split_apostrophe(s, start, at, end);
    else
        push_word(s, start, end);
    return end;
}

/* 1,000.5 · 3:30 · 25.03.2024 · 2024-03-25 · 34-year-old is a word. */
static size_t take_number(struct split *s, size_t start)
{
    size_t pos = start, end = start;
    bool letters = false;
    while (pos < s->text.n) {
        uint32_t c = dl_utf8_next(s->text, &pos);
        enum char_class k = class_of(c);
        if (k == C_DIGIT || k == C_LETTER || k == C_MARK_IN) {
            letters = letters || k == C_LETTER;
            end = pos;
            continue;
        }
        if (c != ',' && c != '.' && c != ':' && c != '-' && c != '/' && c != 0x2013 &&
            c != 0x066B && c != 0x066C)
            break;
        size_t behind = pos;
        if (pos >= s->text.n) break;
        enum char_class next = class_of(dl_utf8_next(s->text, &behind));
        if (next != C_DIGIT && !(next == C_LETTER && c == '-')) break;
    }
    push(s, start, end, letters ? DL_TOKEN_WORD : DL_TOKEN_NUMBER, 0);
    return end;
}

static size_t take_lines(struct split *s, size_t start)
{
    size_t pos = start, end = start, lines = 0;
    while (pos < s->text.n) {
        uint32_t c = dl_utf8_next(s->text, &pos);
        enum char_class k = class_of(c);
        if (k != C_SPACE && k != C_LINE) break;
        lines += k == C_LINE ? 1 + (c == 0x2029) : 0;
        end = pos;
    }
    push(s, start, start, lines > 1 ? DL_TOKEN_PARA : DL_TOKEN_LINE, 0);
    s->space = true;
    return end;
}

/* One run of Thai, Lao, Khmer or Burmese through ICU. */
static size_t take_spaceless(struct split *s, size_t start)
{
    size_t pos = start, end = start;
    while (pos < s->text.n) {
        enum char_class k = class_of(dl_utf8_next(s->text, &pos));
        if (k != C_SPACELESS && k != C_MARK_IN) break;
        end = pos;
    }
    UErrorCode status = U_ZERO_ERROR;
    UText text = UTEXT_INITIALIZER;
    utext_openUTF8(&text, s->text.p + start, (int64_t)(end - start), &status);
    UBreakIterator *it = ubrk_clone(spaceless_words, &status);
    if (it != NULL) ubrk_setUText(it, &text, &status);
    int32_t from = 0;
    for (int32_t to; U_SUCCESS(status) && it != NULL && (to = ubrk_next(it)) != UBRK_DONE;
         from = to)
        push_word(s, start + (size_t)from, start + (size_t)to);
    if (start + (size_t)from < end) push_word(s, start + (size_t)from, end);
    ubrk_close(it);
    utext_close(&text);
    return end;
}

/* Typewriters' quotation marks, `` and '', are one mark. */
static size_t take_mark(struct split *s, size_t pos, size_t behind, uint32_t c)
{
    bool twin = (c == '\'' || c == '`') && behind < s->text.n && s->text.p[behind] == (char)c;
    push(s, pos, behind + twin, DL_TOKEN_PUNCT, 0);
    if (twin && !s->failed) s->out.p[s->out.n - 1].mark = '"';
    return behind + twin;
}

static size_t take(struct split *s, size_t pos)
{
    size_t behind = pos;
    uint32_t c = dl_utf8_next(s->text, &behind);
    switch (class_of(c)) {
    case C_SPACE:
        s->space = true;
        return behind;
    case C_LINE:
        return take_lines(s, pos);
    case C_LETTER:
        return take_word(s, pos);
    case C_DIGIT:
        return take_number(s, pos);
    case C_IDEOGRAM:
        push(s, pos, behind, DL_TOKEN_WORD, 0);
        return behind;
    case C_SPACELESS:
        return take_spaceless(s, pos);
    case C_MARK_IN: /* stray: without a letter before it */
        return behind;
    case C_PUNCT:
    default:
        return take_mark(s, pos, behind, c);
    }
}

enum dl_err dl_words_split(const struct dl_pack *pack, dl_arena *arena, dl_str text,
                           dl_words *ret_words)
{
    struct split s = {.pack = pack, .arena = arena, .text = text};
    for (size_t pos = 0; pos < text.n && !s.failed;)
        pos = take(&s, pos);
    if (s.failed) return dl_arena_failed(arena);
    *ret_words = (dl_words){text, s.out.p, s.out.n};
    return DL_OK;
}
