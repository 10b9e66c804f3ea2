#include "page/charset.h"

#include <lexbor/encoding/encoding.h>

#include "base/mojibake.h"
#include "base/utf8.h"
#include "page/charset_guess.h"
#include "page/page.h"

enum {
    PRESCAN = 256 << 10, /* some pages declare themselves behind inlined styles */
    DECODE_STEP = 4096,
    UTF16_SAMPLE = 4096,
    BAD_SHARE = 1000, /* less than one byte of so many: UTF-8 all the same */
};

/* --- what is declared ---------------------------------------------------------------------- */

static const lxb_encoding_data_t *by_label(dl_str label)
{
    if (label.n == 0) return NULL;
    return lxb_encoding_data_by_pre_name((const lxb_char_t *)label.p, label.n);
}

/* The value behind "charset" and "=" in s, from position at. */
static dl_str charset_value(dl_str s, size_t at)
{
    while ((at = dl_str_ifind_c(s, "charset", at)) != DL_NO_POS) {
        at += 7;
        while (at < s.n && dl_is_space((unsigned char)s.p[at]))
            at++;
        if (at >= s.n || s.p[at] != '=') continue;
        at++;
        while (at < s.n && (dl_is_space((unsigned char)s.p[at]) || strchr("\"'", s.p[at]) != NULL))
            at++;
        size_t end = at;
        while (end < s.n && strchr("\"' ;>/\t\r\n", s.p[end]) == NULL)
            end++;
        return dl_str_sub(s, at, end);
    }
    return (dl_str){NULL, 0};
}

static const lxb_encoding_data_t *from_xml_declaration(dl_str head)
{
    if (!dl_str_starts(head, "<?xml")) return NULL;
    dl_str decl = dl_str_sub(head, 0, dl_str_find_c(head, "?>", 0));
    size_t at = dl_str_find_c(decl, "encoding=", 0);
    if (decl.n > 300 || at == DL_NO_POS || at + 10 >= decl.n) return NULL;
    size_t end = dl_str_chr(decl, decl.p[at + 9], at + 10);
    return by_label(dl_str_sub(decl, at + 10, end == DL_NO_POS ? decl.n : end));
}

static const lxb_encoding_data_t *from_meta(dl_str bytes)
{
    dl_str head = dl_str_sub(bytes, 0, PRESCAN);
    for (size_t at = 0; (at = dl_str_chr(head, '<', at)) != DL_NO_POS;) {
        dl_str rest = dl_str_sub(head, at, head.n);
        if (dl_str_starts(rest, "<!--")) {
            size_t end = dl_str_find_c(rest, "-->", 4);
            if (end == DL_NO_POS) break;
            at += end;
        } else if (dl_str_istarts(rest, "<meta") && rest.n > 5 &&
                   !dl_is_alnum((unsigned char)rest.p[5])) {
            size_t end = dl_str_chr(rest, '>', 0);
            dl_str value = charset_value(dl_str_sub(rest, 0, end), 5);
            const lxb_encoding_data_t *found = by_label(value);
            if (found != NULL) return found;
        }
        at++;
    }
    return from_xml_declaration(head);
}

/* What a declaration means for bytes that could be read to find it. */
static const lxb_encoding_data_t *meant(const lxb_encoding_data_t *data)
{
    if (data == NULL) return NULL;
    switch (data->encoding) {
    case LXB_ENCODING_UTF_16BE:
    case LXB_ENCODING_UTF_16LE:
        return lxb_encoding_data(LXB_ENCODING_UTF_8);
    case LXB_ENCODING_X_USER_DEFINED:
        return lxb_encoding_data(LXB_ENCODING_WINDOWS_1252);
    case LXB_ENCODING_REPLACEMENT:
        return NULL;
    default:
        return data;
    }
}

/* --- what the bytes are -------------------------------------------------------------------- */

/* UTF-16 without a mark: one of two bytes is NUL all over the markup. */
static lxb_encoding_t look_of_utf16(dl_str bytes)
{
    size_t zeros[2] = {0}, n = bytes.n < UTF16_SAMPLE ? bytes.n : UTF16_SAMPLE;
    for (size_t i = 0; i < n; i++)
        zeros[i & 1] += bytes.p[i] == '\0';
    if (n < 8) return LXB_ENCODING_UNDEFINED;
    if (zeros[1] > n / 8 && zeros[0] < n / 50) return LXB_ENCODING_UTF_16LE;
    if (zeros[0] > n / 8 && zeros[1] < n / 50) return LXB_ENCODING_UTF_16BE;
    return LXB_ENCODING_UNDEFINED;
}

struct utf8_count {
    size_t sequences, bad, high;
};

/* Well-formed sequences of two and more bytes, and bytes that are in none. */
static struct utf8_count count_utf8(dl_str s)
{
    struct utf8_count c = {0};
    for (size_t i = 0; i < s.n;) {
        uint64_t word;
        if (s.n - i >= 8 && (memcpy(&word, s.p + i, 8), (word & 0x8080808080808080u) == 0)) {
            i += 8;
            continue;
        }
        unsigned char b = (unsigned char)s.p[i];
        if (b < 0x80) {
            i++;
            continue;
        }
        size_t len = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
        c.high++;
        if (len <= s.n - i && dl_utf8_valid(dl_str_sub(s, i, i + len), NULL)) {
            c.sequences++;
            i += len;
        } else {
            c.bad++;
            i++;
        }
    }
    return c;
}

static bool has_high(dl_str s)
{
    size_t i = 0;
    for (; s.n - i >= 64; i += 64) {
        uint64_t w[8];
        memcpy(w, s.p + i, 64);
        if (((w[0] | w[1] | w[2] | w[3] | w[4] | w[5] | w[6] | w[7]) & 0x8080808080808080u) != 0)
            return true;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i < s.n;
}

static bool is_single_latin(const lxb_encoding_data_t *data)
{
    return data->encoding == LXB_ENCODING_WINDOWS_1252 ||
           data->encoding == LXB_ENCODING_MACINTOSH || data->encoding == LXB_ENCODING_ISO_8859_15;
}

/* Signs such as 1/4 and (R) between letters are letters of another encoding: "Po\xBE" "ar". */
static bool is_sign_in_word(dl_str s, size_t i)
{
    unsigned char c = (unsigned char)s.p[i];
    if (c < 0xA1 || c > 0xBF || c == 0xAA || c == 0xBA || c == 0xAB || c == 0xBB || c == 0xAD ||
        c == 0xB7 || i == 0 || i + 1 >= s.n)
        return false;
    return dl_is_alpha((unsigned char)s.p[i - 1]) && dl_is_alpha((unsigned char)s.p[i + 1]);
}

/* "iso-8859-1" stands on pages of every script; no Latin language has so many high bytes. */
static bool contradicts_latin(dl_str bytes)
{
    size_t high = 0, letters = 0, signs = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        if (c == '<') {
            size_t end = dl_str_chr(bytes, '>', i);
            if (end == DL_NO_POS) break;
            i = end;
        } else if (c >= 0x80) {
            high++;
            signs += is_sign_in_word(bytes, i);
        } else {
            letters += dl_is_alpha(c);
        }
    }
    return signs >= 3 || (high > 20 && high * 5 > (letters + high) * 2);
}

/* ret_sound: the bytes were seen to be valid UTF-8. */
static const lxb_encoding_data_t *choose(const struct dl_charset_input *in, bool *ret_declared,
                                         bool *ret_sound)
{
    dl_str bytes = in->bytes;
    const lxb_encoding_data_t *header = by_label(charset_value(in->content_type, 0));
    lxb_encoding_t utf16 = look_of_utf16(bytes);
    *ret_declared = header != NULL;
    if (utf16 != LXB_ENCODING_UNDEFINED) return lxb_encoding_data(utf16);
    const lxb_encoding_data_t *declared = meant(header);
    if (declared == NULL) declared = meant(from_meta(bytes));
    *ret_declared = declared != NULL;
    struct utf8_count c = {0};
    *ret_sound = dl_utf8_valid(bytes, NULL);
    if (!*ret_sound)
        c = count_utf8(bytes);
    else
        c.high = has_high(bytes);
    if (c.bad == 0 && c.high == 0 && dl_str_chr(bytes, '\x1B', 0) != DL_NO_POS &&
        dl_str_find_c(bytes, "\x1B$", 0) != DL_NO_POS)
        return lxb_encoding_data(LXB_ENCODING_ISO_2022_JP);
    if (c.bad == 0) return lxb_encoding_data(LXB_ENCODING_UTF_8);
    bool says_utf8 = declared != NULL && declared->encoding == LXB_ENCODING_UTF_8;
    /* A foreign piece in a long page: what is right in it stays right. */
    bool few_bad = says_utf8 && c.bad <= 4 * c.sequences && c.bad < bytes.n / BAD_SHARE;
    if (few_bad || c.sequences >= (says_utf8 ? c.bad : 4 * c.bad))
        return lxb_encoding_data(LXB_ENCODING_UTF_8);
    if (declared != NULL && !says_utf8 && !(is_single_latin(declared) && contradicts_latin(bytes)))
        return declared;
    *ret_declared = false;
    return dl_charset_guess(in, says_utf8 || declared == NULL ? NULL : declared);
}

/* --- decoding ------------------------------------------------------------------------------ */

static void put_all(dl_buf *out, const lxb_codepoint_t *cp, size_t n, bool *damaged)
{
    for (size_t i = 0; i < n; i++) {
        if (cp[i] == 0xFFFD) *damaged = true;
        if (cp[i] != 0) dl_buf_cp(out, cp[i]);
    }
}

void dl_charset_convert(const lxb_encoding_data_t *data, dl_str bytes, dl_buf *out,
                        bool *ret_damaged)
{
    static const lxb_codepoint_t replacement[] = {0xFFFD};
    lxb_codepoint_t cps[DECODE_STEP];
    lxb_encoding_decode_t decode;
    const lxb_char_t *p = (const lxb_char_t *)bytes.p, *end = p + bytes.n;
    if (lxb_encoding_decode_init(&decode, data, cps, DECODE_STEP) != LXB_STATUS_OK) return;
    lxb_encoding_decode_replace_set(&decode, replacement, 1);
    lxb_status_t status;
    do {
        status = data->decode(&decode, &p, end);
        put_all(out, cps, lxb_encoding_decode_buf_used(&decode), ret_damaged);
        lxb_encoding_decode_buf_used_set(&decode, 0);
    } while (status == LXB_STATUS_SMALL_BUFFER);
    lxb_encoding_decode_finish(&decode);
    put_all(out, cps, lxb_encoding_decode_buf_used(&decode), ret_damaged);
}

static enum dl_err convert(dl_arena *arena, const lxb_encoding_data_t *data, dl_str bytes,
                           struct dl_charset_text *out)
{
    dl_buf buf = DL_BUF_INIT((size_t)DL_PAGE_MAX * 3 + 16);
    enum dl_err err = dl_buf_reserve(&buf, bytes.n + bytes.n / 2);
    dl_charset_convert(data, bytes, &buf, &out->damaged);
    if (err == DL_OK) err = dl_buf_failed(&buf);
    out->text = dl_str_dup(arena, dl_buf_slice(&buf));
    dl_buf_free(&buf);
    return err != DL_OK ? err : dl_arena_failed(arena);
}

/* The standard's marks; they win over everything. */
static const lxb_encoding_data_t *from_mark(dl_str *bytes)
{
    static const struct {
        const char *mark;
        size_t n;
        lxb_encoding_t encoding;
    } marks[] = {{"\xEF\xBB\xBF", 3, LXB_ENCODING_UTF_8},
                 {"\xFF\xFE", 2, LXB_ENCODING_UTF_16LE},
                 {"\xFE\xFF", 2, LXB_ENCODING_UTF_16BE}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (bytes->n < marks[i].n || memcmp(bytes->p, marks[i].mark, marks[i].n) != 0) continue;
        *bytes = dl_str_sub(*bytes, marks[i].n, bytes->n);
        return lxb_encoding_data(marks[i].encoding);
    }
    return NULL;
}

/* What the bytes are when they are no page; NULL: they may be one. */
static const char *other_kind(dl_str s)
{
    static const struct {
        const char *magic;
        size_t n;
        const char *name;
    } kinds[] = {{"\x1F\x8B\x08", 3, "gzip data; gunzip it first"},
                 {"\x89PNG\r\n", 6, "a PNG image"},
                 {"\xFF\xD8\xFF", 3, "a JPEG image"},
                 {"%PDF-", 5, "a PDF document"},
                 {"PK\3\4", 4, "a ZIP archive or an office document"},
                 {"GIF8", 4, "a GIF image"},
                 {"\x7F"
                  "ELF",
                  4, "a program"},
                 {"OggS", 4, "Ogg sound or film"},
                 {"ID3\3", 4, "MP3 sound"},
                 {"Rar!", 4, "a RAR archive"},
                 {"\x28\xB5\x2F\xFD", 4, "zstd data; decompress it first"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (s.n >= kinds[i].n && memcmp(s.p, kinds[i].magic, kinds[i].n) == 0) return kinds[i].name;
    return NULL;
}

enum dl_err dl_charset_decode(dl_arena *arena, const struct dl_charset_input *in,
                              struct dl_charset_text *ret_text, struct dl_diag *diag)
{
    if (in->bytes.n > DL_PAGE_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_PAGE_MAX, "the page is longer than %d bytes",
                       DL_PAGE_MAX);
    if (in->bytes.n == 0) return dl_fail(diag, DL_ERR_EMPTY, 0, "the page is empty");
    const char *kind = other_kind(in->bytes);
    if (kind != NULL) return dl_fail(diag, DL_ERR_BINARY, 0, "this is no page, but %s", kind);
    struct dl_charset_text out = {.declared = true};
    struct dl_charset_input rest = *in;
    const lxb_encoding_data_t *data = from_mark(&rest.bytes);
    bool sound = false;
    if (data == NULL) data = choose(&rest, &out.declared, &sound);
    out.name = (const char *)data->name;
    sound = sound && memchr(rest.bytes.p, '\0', rest.bytes.n) == NULL;
    if (data->encoding == LXB_ENCODING_UTF_8 && sound) {
        out.text = rest.bytes;
    } else if (data->encoding == LXB_ENCODING_UTF_8) {
        out.text = dl_utf8_repair(arena, rest.bytes);
        out.damaged = out.text.p != rest.bytes.p && !dl_utf8_valid(rest.bytes, NULL);
        DL_TRY(dl_arena_failed(arena));
    } else {
        DL_TRY(convert(arena, data, rest.bytes, &out));
    }
    dl_str repaired = dl_mojibake_repair(arena, out.text);
    out.repaired = repaired.p != out.text.p;
    out.text = repaired;
    *ret_text = out;
    return dl_arena_failed(arena);
}
