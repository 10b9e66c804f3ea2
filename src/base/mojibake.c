#include "base/mojibake.h"

#include "base/utf8.h"
#include "base/vec.h"

enum {
    RUN_MAX = 4096,     /* bytes undone at once: longer runs are cut, at a whole character */
    ROUNDS = 3,         /* encoded again and again; nobody has seen four */
    OTHER_LETTERS = 3,  /* of a script that is not Latin: fewer come by chance */
    MIXED_EVIDENCE = 2, /* runs, in a piece of a text that is right elsewhere */
    WORD_MAX = 64,      /* bytes beside a run that are looked at for quotes */
    RIGHT_SHARE = 4,    /* one right piece of so many broken ones leaves the text broken */
};

/* --- bytes ---------------------------------------------------------------------------------- */

/* 0x80..0x9F of windows-1252; 0: the control of latin-1, which stands for itself in both. */
static const uint16_t latin_high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
/* 0x80..0xBF of windows-1251; behind it the Russian alphabet. */
static const uint16_t cyrillic_high[64] = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409,
    0x2039, 0x040A, 0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x0098, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0,
    0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB,
    0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
    0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};

static int latin_byte(uint32_t cp)
{
    if (cp >= 0x80 && cp <= 0xFF) return (int)cp;
    for (int i = 0; i < 32; i++)
        if (latin_high[i] == cp) return 0x80 + i;
    return -1;
}

static int cyrillic_byte(uint32_t cp)
{
    if (cp >= 0x0410 && cp <= 0x044F) return (int)(cp - 0x0410 + 0xC0);
    for (int i = 0; i < 64; i++)
        if (cyrillic_high[i] == cp) return 0x80 + i;
    return -1;
}

typedef int byte_of(uint32_t cp);

/* Do the characters at i stand for a sequence of UTF-8? Right text has two of them rarely, as in
 * "PÅ“", three and four hardly ever. */
static bool is_sequence(dl_str s, size_t i, byte_of *encoding)
{
    int lead = encoding(dl_utf8_next(s, &i));
    if (lead < 0xC2 || lead > 0xF4) return false;
    for (int n = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3; n > 0; n--) {
        int byte = i < s.n && (unsigned char)s.p[i] >= 0x80 ? encoding(dl_utf8_next(s, &i)) : -1;
        if (byte < 0x80 || byte >= 0xC0) return false;
    }
    return true;
}

static bool begins_at(dl_str s, size_t i)
{
    unsigned char c = (unsigned char)s.p[i];
    if (c == 0xC3) return is_sequence(s, i, latin_byte);
    return (c == 0xD0 || c == 0xD1) && is_sequence(s, i, cyrillic_byte);
}

/* Bytes that s, all beyond ASCII, stands for; 0: some character stands for none. */
static size_t bytes_of(dl_str s, byte_of *encoding, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        int byte = encoding(dl_utf8_next(s, &i));
        if (byte < 0) return 0;
        out[n++] = (char)byte;
    }
    return n;
}

/* s undone once into out, which is as long as s at least; empty: it cannot be. */
static dl_str undo_once(dl_str s, byte_of *encoding, char *out)
{
    dl_str bytes = {out, bytes_of(s, encoding, out)};
    return bytes.n > 1 && dl_utf8_valid(bytes, NULL) ? bytes : (dl_str){NULL, 0};
}

/* --- what came out -------------------------------------------------------------------------- */

enum script { ODD, SIGN, LATIN, OTHER };

static bool is_latin(uint32_t cp)
{
    if (cp >= 0xC0 && cp <= 0x17F) return cp != 0xD7 && cp != 0xF7;
    if (cp >= 0x1E00 && cp <= 0x1EFF) return true;
    /* Azerbaijani, Vietnamese and Romanian; the rest of the block is no living alphabet's. */
    return cp == 0x18F || cp == 0x259 || cp == 0x1A0 || cp == 0x1A1 || cp == 0x1AF || cp == 0x1B0 ||
           (cp >= 0x218 && cp <= 0x21B);
}

/* Scripts that newspapers are written in, by ranges; each its own number from OTHER on. */
static int script_of(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
        int script;
    } ranges[] = {
        {0x0370, 0x03FF, 3},  {0x0400, 0x052F, 4},  {0x0531, 0x058F, 5},  {0x0591, 0x05F4, 6},
        {0x0600, 0x06FF, 7},  {0x0750, 0x077F, 7},  {0x0900, 0x0DFF, 8},  {0x0E01, 0x0E5B, 9},
        {0x0E81, 0x0EDF, 10}, {0x0F00, 0x0FDA, 11}, {0x1000, 0x109F, 12}, {0x10A0, 0x10FF, 13},
        {0x1200, 0x137F, 14}, {0x1780, 0x17FF, 15}, {0x1F00, 0x1FFE, 3},  {0x3041, 0x30FF, 16},
        {0x3400, 0x9FFF, 16}, {0xAC00, 0xD7A3, 16}, {0xFB50, 0xFDFF, 7},  {0xFE70, 0xFEFC, 7}};
    if (is_latin(cp)) return LATIN;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last) return ranges[i].script;
    if ((cp >= 0xA0 && cp <= 0xBF) || cp == 0xD7 || cp == 0xF7) return SIGN;
    if (cp >= 0x2002 && cp <= 0x27BF) return cp < 0x2028 || cp > 0x202E ? SIGN : ODD;
    if (cp == 0x02C6 || cp == 0x02DC || cp == 0xFEFF || cp == 0xFE0F) return SIGN;
    if ((cp >= 0x0300 && cp <= 0x036F) || (cp >= 0x3000 && cp <= 0x303F)) return SIGN;
    if ((cp >= 0xFF00 && cp <= 0xFFEF) || (cp >= 0x1F000 && cp <= 0x1FAFF)) return SIGN;
    return ODD;
}

struct said {
    size_t latin, other, signs;
    int script; /* of the other letters; 0: none, -1: more than one */
};

static bool listen(dl_str s, struct said *said)
{
    for (size_t i = 0; i < s.n;) {
        int script = script_of(dl_utf8_next(s, &i));
        if (script == ODD) return false;
        said->signs += script == SIGN;
        said->latin += script == LATIN;
        if (script < OTHER) continue;
        said->other++;
        if (said->script != 0 && said->script != script) return said->script = -1, false;
        said->script = script;
    }
    return true;
}

/* Undone as far as it goes, into out (RUN_MAX bytes); empty where that says nothing. */
static dl_str undo_by(dl_str s, byte_of *encoding, char *out, struct said *said)
{
    char steps[2][RUN_MAX];
    dl_str best = {NULL, 0}, now = s;
    for (int round = 0; round < ROUNDS; round++) {
        struct said heard = {0};
        dl_str next = undo_once(now, encoding, steps[round & 1]);
        if (next.n == 0) break;
        /* The words Ні and Ті could be undone once more. */
        bool by_chance = round > 0 && encoding == cyrillic_byte && dl_utf8_count(next) < 2;
        if (!by_chance && listen(next, &heard)) {
            memcpy(out, next.p, next.n);
            best = (dl_str){out, next.n};
            *said = heard;
        }
        now = next;
    }
    return best;
}

static dl_str undo(dl_str s, char *out, struct said *said)
{
    dl_str undone = undo_by(s, latin_byte, out, said);
    return undone.n > 0 ? undone : undo_by(s, cyrillic_byte, out, said);
}

/* --- one run -------------------------------------------------------------------------------- */

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Marks that stand behind a word in right text, too: "PÅ“", "KOÇ’un". */
static bool closes(uint32_t cp)
{
    return cp == 0xBB || cp == 0x203A || cp == 0x2122 || (cp >= 0x2013 && cp <= 0x201D) ||
           cp == 0x2026;
}

/* Is it in or at a word as no right text has it? before, after: bytes beside it, '\0' at an end. */
static bool proves(dl_str run, dl_str undone, const struct said *said, char before, char after)
{
    size_t end = run.n, at = 0;
    bool word = is_lower(before) || is_lower(after) || is_upper(after);
    if (said->other >= 2) return true;
    if (said->other == 1) return false;
    if (said->latin >= 2) return word || is_upper(before);
    if (said->latin == 0 && undone.n == 2) /* U+0080..U+00BF: "Â£100", "20Â°C" */
        return dl_str_starts(run, "Â") && undone.p[1] != '\xAD' && !is_upper(before) &&
               (dl_is_alnum((unsigned char)before) || dl_is_alnum((unsigned char)after));
    if (said->latin == 0)
        return word || dl_is_alnum((unsigned char)before) || dl_is_alnum((unsigned char)after);
    uint32_t last = dl_utf8_prev(run, &end);
    bool is_two = undone.n == 2 && end > 0;
    if (is_two && closes(last) && !is_lower(before))
        return dl_utf8_next(run, &at) == 0xC3 && last != 0x2019 && is_upper(before) &&
               is_upper(after);
    return word;
}

/* --- pieces --------------------------------------------------------------------------------- */

struct piece {
    size_t start, end;
    size_t proofs;
    bool meta, code; /* in a tag, a title or a script; in <code> and its like */
    bool quoted;     /* a quotation mark stands before it */
};

struct verdict {
    size_t undone, proofs;
    bool right; /* letters beyond ASCII that are no mojibake */
};
typedef DL_VEC(struct piece) pieces;

/* A word in quotes or brackets, or all of the piece, stands there as an example; many languages
 * part no words, though. */
static bool is_example(dl_str s, size_t from, size_t to, const struct piece *p, bool is_long)
{

    size_t least = from > WORD_MAX ? from - WORD_MAX : 0, most = to + WORD_MAX;
    while (from > least && !dl_is_space((unsigned char)s.p[from - 1]))
        from--;
    while (to < s.n && to < most && !dl_is_space((unsigned char)s.p[to]))
        to++;
    if (from < to && strchr("'([`&", s.p[from]) != NULL) return true;
    return !p->meta && (p->quoted || !is_long) && dl_str_trim(s).n <= to - from;
}

/* The run at *pos, which moves behind it; long ones are cut where a sequence may begin. */
static dl_str run_at(dl_str s, size_t *pos)
{
    size_t from = *pos, i = from;
    while (i < s.n && (unsigned char)s.p[i] >= 0x80 && i - from < RUN_MAX - 4) {
        if (i - from >= RUN_MAX / 2 && begins_at(s, i)) break;
        dl_utf8_next(s, &i);
    }
    *pos = i;
    return dl_str_sub(s, from, i);
}

static bool is_signs(dl_str run)
{
    for (size_t i = 0; i < run.n;)
        if (script_of(dl_utf8_next(run, &i)) != SIGN) return false;
    return true;
}

/* Looks at one run; undone text goes behind out, if there is one, else the run as it is. */
static void judge_run(dl_str s, dl_str run, const struct piece *p, struct verdict *v, dl_buf *out)
{
    char text[RUN_MAX];
    struct said said = {0};
    size_t from = (size_t)(run.p - s.p), to = from + run.n;
    char before = from > 0 ? s.p[from - 1] : '\0', after = to < s.n ? s.p[to] : '\0';
    dl_str undone = {NULL, 0};
    if (begins_at(s, from)) undone = undo(run, text, &said);
    if (undone.n > 0) {
        v->undone++;
        if (!p->code && proves(run, undone, &said, before, after) &&
            !(v->proofs == 0 && is_example(s, from, to, p, said.other >= OTHER_LETTERS)))
            v->proofs++;
    } else if (!is_signs(run)) {
        v->right = true;
    }
    if (out != NULL) dl_buf_str(out, undone.n > 0 ? undone : run);
}

/* Addresses are left alone: they lead where they lead. */
static bool is_address(dl_str s)
{
    return dl_str_chr(s, '/', 0) != DL_NO_POS && dl_str_chr(s, ' ', 0) == DL_NO_POS;
}

static void judge(dl_str text, const struct piece *p, struct verdict *v, dl_buf *out)
{
    dl_str s = dl_str_sub(text, p->start, p->end);
    for (size_t i = 0; i < s.n;) {
        if ((unsigned char)s.p[i] < 0x80) {
            if (out != NULL) dl_buf_byte(out, s.p[i]);
            i++;
        } else {
            judge_run(s, run_at(s, &i), p, v, out);
        }
    }
    if (is_address(s)) v->undone = v->proofs = 0;
}

/* --- the text ------------------------------------------------------------------------------- */

/* " | ", " - ", " – ", " — ", " · ": what stands behind it is often the template's. */
static size_t separator(dl_str s, size_t i)
{
    static const char *const marks[] = {" | ", " - ", " – ", " — ", " · "};
    if (i + 1 >= s.n || strchr("|-\xE2\xC2", s.p[i + 1]) == NULL) return 0;
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
        if (dl_str_starts(dl_str_sub(s, i, s.n), marks[k])) return strlen(marks[k]);
    return 0;
}

static void enter_tag(dl_str rest, struct piece *p)
{
    static const char *const codes[] = {"<code", "<pre", "<kbd", "<samp", "<textarea"};
    p->code = false;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        p->code |= dl_str_istarts(rest, codes[i]);
    p->meta = true;
}

static void leave_tag(dl_str tag, struct piece *p)
{
    p->meta = dl_str_istarts(tag, "<title") || dl_str_istarts(tag, "<script");
}

/* The next piece with something beyond ASCII, from *pos on. p keeps where we are. */
static bool next_piece(dl_str s, size_t *pos, size_t *tag, struct piece *p)
{
    bool high = false;
    size_t i = *pos;
    p->quoted = i < s.n && i > 0 && s.p[i - 1] == '"';
    for (p->start = i; i < s.n; i++) {
        char c = s.p[i];
        size_t gap = c == ' ' ? separator(s, i) : c == '<' || c == '>' || c == '"' || c == '\n';
        high |= (unsigned char)c >= 0x80;
        if (gap > 0 && high) break;
        if (c == '<') {
            enter_tag(dl_str_sub(s, i, s.n), p);
            *tag = i;
        } else if (c == '>' && *tag != DL_NO_POS) {
            leave_tag(dl_str_sub(s, *tag, i), p);
            *tag = DL_NO_POS;
        }
        if (gap == 0) continue;
        p->quoted = c == '"';
        p->start = i + gap;
        i += gap - 1;
    }
    p->end = *pos = i;
    return high;
}

/* The next byte of a character with which mojibake may begin; s.n: none. */
static size_t suspect(dl_str s, size_t i)
{
    for (; s.n - i >= 8; i += 8) {
        uint64_t word;
        memcpy(&word, s.p + i, 8);
        if ((word & 0x8080808080808080u) == 0) continue;
        i += (size_t)__builtin_ctzll(word & 0x8080808080808080u) / 8;
        unsigned char c = (unsigned char)s.p[i];
        if (c == 0xC3 || c == 0xD0 || c == 0xD1) return i;
        i -= 7; /* one on */
    }
    while (i < s.n && (unsigned char)s.p[i] != 0xC3 && (unsigned char)s.p[i] != 0xD0 &&
           (unsigned char)s.p[i] != 0xD1)
        i++;
    return i;
}

/* Most texts are told here. */
static bool may_hold(dl_str s)
{
    size_t i = suspect(s, 0);
    while (i < s.n && !begins_at(s, i))
        i = suspect(s, i + 2 < s.n ? i + 2 : s.n);
    return i < s.n;
}

/* Verdicts of all pieces with something undone; whether the text as a whole is broken. */
static enum dl_err judge_all(dl_arena *arena, dl_str text, pieces *found, bool *ret_broken)
{
    struct piece p = {0};
    size_t pos = 0, tag = DL_NO_POS, right = 0, proved = 0;
    while (next_piece(text, &pos, &tag, &p)) {
        struct verdict v = {0};
        judge(text, &p, &v, NULL);
        right += v.right;
        proved += !v.right && v.proofs > 0;
        if (v.undone == 0 || v.right) continue;
        p.proofs = v.proofs;
        DL_TRY(dl_vec_push(arena, found, p));
    }
    *ret_broken = proved > 0 && right * RIGHT_SHARE <= proved;
    return DL_OK;
}

static bool is_wanted(const struct piece *p, bool broken)
{
    return broken || p->proofs >= MIXED_EVIDENCE || (p->meta && p->proofs > 0);
}

dl_str dl_mojibake_repair(dl_arena *arena, dl_str text)
{
    pieces found = {0};
    bool broken, changed = false;
    size_t at = 0;
    if (!may_hold(text) || judge_all(arena, text, &found, &broken) != DL_OK) return text;
    dl_buf out;
    dl_buf_init(&out, text.n + 1);
    for (size_t i = 0; i < found.n; i++) {
        const struct piece *p = &found.p[i];
        struct verdict v = {0};
        if (!is_wanted(p, broken)) continue;
        changed = true;
        dl_buf_str(&out, dl_str_sub(text, at, p->start));
        judge(text, p, &v, &out);
        at = p->end;
    }
    dl_buf_str(&out, dl_str_sub(text, at, text.n));
    dl_str repaired = text;
    if (changed && dl_buf_failed(&out) == DL_OK) repaired = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return repaired.p != NULL ? repaired : text;
}
