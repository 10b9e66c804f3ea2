#include "story/wordscan.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "base/hash.h"
#include "base/utf8.h"

enum { CLASSES = 0x10000, RUN_MAX = 512 };

enum char_class {
    CLASS_UNKNOWN, /* not looked up yet */
    CLASS_BREAK,
    CLASS_STOP, /* ends a sentence */
    CLASS_LETTER,
    CLASS_DIGIT,
    CLASS_DROP, /* inside a word, without meaning for comparing */
    CLASS_UNSPACED,
};

struct dl_wordscan {
    uint8_t classes[CLASSES]; /* of the BMP, filled as characters come */
    UBreakIterator *breaks;
    const UNormalizer2 *nfkc;
};

struct dl_wordscan *dl_wordscan_new(void)
{
    struct dl_wordscan *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    UErrorCode status = U_ZERO_ERROR;
    s->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    s->nfkc = unorm2_getNFKCInstance(&status);
    if (U_SUCCESS(status)) return s;
    dl_wordscan_free(s);
    return NULL;
}

void dl_wordscan_free(struct dl_wordscan *s)
{
    if (s == NULL) return;
    if (s->breaks != NULL) ubrk_close(s->breaks);
    free(s);
}

static enum char_class class_of_letter(uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)cp, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return CLASS_UNSPACED;
    case USCRIPT_ARABIC:
    case USCRIPT_HEBREW:
    case USCRIPT_INHERITED:
        return u_charType((UChar32)cp) == U_NON_SPACING_MARK ? CLASS_DROP : CLASS_LETTER;
    default:
        return CLASS_LETTER;
    }
}

static enum char_class class_look_up(uint32_t cp)
{
    static const uint32_t tatweel = 0x640, long_vowel = 0x30FC, zwnj = 0x200C, zwj = 0x200D;
    if (cp == tatweel || cp == zwnj || cp == zwj) return CLASS_DROP;
    if (cp == long_vowel) return CLASS_UNSPACED;
    if (u_hasBinaryProperty((UChar32)cp, UCHAR_S_TERM) || cp == '\n' || cp == ':')
        return CLASS_STOP;
    uint32_t mask = U_MASK(u_charType((UChar32)cp));
    if (mask & U_GC_ND_MASK) return CLASS_DIGIT;
    if (mask & (U_GC_L_MASK | U_GC_M_MASK)) return class_of_letter(cp);
    return CLASS_BREAK;
}

static enum char_class class_of(struct dl_wordscan *s, uint32_t cp)
{
    if (cp >= CLASSES) return class_look_up(cp);
    if (s->classes[cp] == CLASS_UNKNOWN) s->classes[cp] = (uint8_t)class_look_up(cp);
    return s->classes[cp];
}

/* Combining marks on Latin, Greek or Cyrillic letters, ligatures, half and full width forms. */
static bool needs_nfkc(dl_str text)
{
    for (size_t i = 0; i + 1 < text.n; i++) {
        unsigned char a = (unsigned char)text.p[i], b = (unsigned char)text.p[i + 1];
        if (a < 0xCC) continue;
        if (a == 0xCC || (a == 0xCD && b < 0xB0)) return true;
        if (a == 0xEF && (b == 0xAC || b >= 0xBC)) return true;
    }
    return false;
}

static enum dl_err to_nfkc(struct dl_wordscan *s, dl_arena *arena, dl_str text, dl_str *ret_text)
{
    int32_t n = 0, room = (int32_t)text.n + 1;
    UErrorCode status = U_ZERO_ERROR;
    UChar *from = dl_alloc(arena, sizeof(UChar) * (size_t)room);
    UChar *to = dl_alloc(arena, sizeof(UChar) * (size_t)room * 2);
    char *out = dl_alloc(arena, (size_t)room * 6);
    if (from == NULL || to == NULL || out == NULL) return dl_arena_failed(arena);
    u_strFromUTF8(from, room, &n, text.p, (int32_t)text.n, &status);
    n = unorm2_normalize(s->nfkc, from, n, to, room * 2, &status);
    int32_t bytes = 0;
    u_strToUTF8(out, room * 6, &bytes, to, n, &status);
    /* A text that grows past twice its size is compared as it is. */
    *ret_text = U_SUCCESS(status) ? (dl_str){out, (size_t)bytes} : text;
    return DL_OK;
}

struct pen {
    dl_arena *arena;
    dl_word_vec *words;
    char *out;   /* folded text of all words, one after the other */
    size_t n;    /* used of out */
    size_t from; /* where the word being written begins */
    size_t length;
    uint8_t flags;
    bool start; /* the next word begins a sentence */
};

static enum dl_err end_word(struct pen *p)
{
    if (p->n == p->from) return DL_OK;
    dl_str text = {p->out + p->from, p->n - p->from};
    struct dl_word word = {.text = dl_utf8_prefix(text, DL_WORD_MAX_BYTES),
                           .hash = dl_hash64(text),
                           .length = (uint16_t)(p->length > UINT16_MAX ? UINT16_MAX : p->length),
                           .flags = p->flags};
    p->from = p->n;
    p->length = 0;
    p->flags = 0;
    p->start = false;
    if (p->words->n >= DL_WORDSCAN_MAX) return DL_OK;
    if (dl_vec_push(p->arena, p->words, word) != DL_OK) return dl_arena_failed(p->arena);
    return DL_OK;
}

static void begin(struct pen *p, uint8_t flags)
{
    if (p->n == p->from) p->flags = (uint8_t)(flags | (p->start ? DL_WORD_START : 0));
}

static void put(struct pen *p, uint32_t cp)
{
    p->n += dl_utf8_put(cp, p->out + p->n);
    p->length++;
}

static void put_letter(struct pen *p, uint32_t cp)
{
    if (cp < 0x80) {
        begin(p, cp >= 'A' && cp <= 'Z' ? DL_WORD_CAPITAL : 0);
        put(p, dl_to_lower((unsigned char)cp));
        return;
    }
    uint32_t folded = (uint32_t)u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT);
    begin(p, folded != cp && u_isUUppercase((UChar32)cp) ? DL_WORD_CAPITAL : 0);
    put(p, folded);
}

/* "120km", "120명", "120th" hold the number 120. */
static enum dl_err end_number(struct pen *p)
{
    if (p->n == p->from || !(p->flags & DL_WORD_NUMBER)) return DL_OK;
    bool start = p->flags & DL_WORD_START;
    DL_TRY(end_word(p));
    p->start = start; /* the capital behind it says as little */
    return DL_OK;
}

/* "1,200" and "1.200" are one number, "3.5" keeps its point. True when the mark was taken. */
static bool inside_number(struct pen *p, dl_str text, size_t next, uint32_t mark)
{
    if (!(p->flags & DL_WORD_NUMBER) || p->n == p->from) return false;
    if (mark != ',' && mark != '.' && mark != 0xA0 && mark != 0x202F && mark != 0x66C) return false;
    size_t digits = 0;
    while (next + digits < text.n && digits < 4 &&
           dl_is_digit((unsigned char)text.p[next + digits]))
        digits++;
    if (digits == 3) return true;
    if (digits == 0 || (mark != '.' && mark != ',')) return false;
    put(p, '.');
    return true;
}

/* One run of letters without spaces, parted by ICU's dictionary. */
static enum dl_err part_run(struct dl_wordscan *s, struct pen *p, const UChar *run,
                            const uint32_t *cps, const int32_t *at, size_t n)
{
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(s->breaks, run, at[n], &status);
    if (U_FAILURE(status)) return DL_ERR_STATE;
    size_t k = 0;
    ubrk_first(s->breaks);
    for (int32_t to = ubrk_next(s->breaks); to != UBRK_DONE; to = ubrk_next(s->breaks)) {
        for (; k < n && at[k] < to; k++) {
            begin(p, DL_WORD_UNSPACED);
            put(p, (uint32_t)u_foldCase((UChar32)cps[k], U_FOLD_CASE_DEFAULT));
        }
        DL_TRY(end_word(p));
    }
    return DL_OK;
}

static enum dl_err unspaced(struct dl_wordscan *s, struct pen *p, dl_str text, size_t *pos)
{
    UChar run[RUN_MAX * 2];
    uint32_t cps[RUN_MAX];
    int32_t at[RUN_MAX + 1], units = 0;
    size_t n = 0;
    while (*pos < text.n && n < RUN_MAX) {
        size_t next = *pos;
        uint32_t cp = dl_utf8_next(text, &next);
        enum char_class c = class_of(s, cp);
        if (c != CLASS_UNSPACED && c != CLASS_DROP) break;
        *pos = next;
        if (c == CLASS_DROP) continue;
        at[n] = units;
        cps[n++] = cp;
        U16_APPEND_UNSAFE(run, units, cp);
    }
    at[n] = units;
    return part_run(s, p, run, cps, at, n);
}

static enum dl_err scan(struct dl_wordscan *s, struct pen *p, dl_str text)
{
    for (size_t pos = 0; pos < text.n;) {
        size_t here = pos;
        uint32_t cp = dl_utf8_next(text, &pos);
        switch (class_of(s, cp)) {
        case CLASS_LETTER:
            DL_TRY(end_number(p));
            put_letter(p, cp);
            break;
        case CLASS_DIGIT:
            begin(p, DL_WORD_NUMBER);
            put(p, '0' + (uint32_t)u_charDigitValue((UChar32)cp));
            break;
        case CLASS_DROP:
            break;
        case CLASS_UNSPACED:
            DL_TRY(end_word(p));
            pos = here;
            DL_TRY(unspaced(s, p, text, &pos));
            break;
        case CLASS_STOP:
            if (inside_number(p, text, pos, cp)) break;
            DL_TRY(end_word(p));
            p->start = true;
            break;
        default:
            if (!inside_number(p, text, pos, cp)) DL_TRY(end_word(p));
        }
    }
    return end_word(p);
}

enum dl_err dl_wordscan_add(struct dl_wordscan *s, dl_arena *arena, dl_str text, dl_word_vec *words)
{
    if (needs_nfkc(text)) DL_TRY(to_nfkc(s, arena, text, &text));
    /* Folding keeps within four bytes a character, which took at least one: the worst is
     * a two-byte letter whose folded form takes three. */
    struct pen p = {.arena = arena, .words = words, .start = true};
    p.out = dl_alloc(arena, text.n * 2 + 8);
    if (p.out == NULL) return dl_arena_failed(arena);
    return scan(s, &p, text);
}
