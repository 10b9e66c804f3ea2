#include "net/url_host.h"

#include <pthread.h>
#include <unicode/uidna.h>

#include "base/utf8.h"
#include "net/url.h"

enum { NAME_SURE = 200 }; /* lexbor takes names up to here; the standard has no limit */

/* --- IDNA --------------------------------------------------------------------------------- */

static pthread_once_t uts46_once = PTHREAD_ONCE_INIT;
static UIDNA *uts46; /* immutable from here on, ICU's promise */

static void open_uts46(void)
{
    UErrorCode code = U_ZERO_ERROR;
    uts46 = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE |
                                UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ,
                            &code);
    DL_ASSERT(U_SUCCESS(code));
}

/* What CheckHyphens=false and VerifyDnsLength=false forgive. */
static const uint32_t forgiven = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                 UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                 UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

static enum dl_err idna_to_ascii(dl_arena *arena, dl_str host, dl_str *ret_ascii)
{
    /* Mappings lengthen (one ligature of 18 letters), punycode adds a label's "xn--" and digits. */
    size_t room = host.n * 8 + 64;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode code = U_ZERO_ERROR;
    pthread_once(&uts46_once, open_uts46);
    char *out = dl_alloc(arena, room);
    if (out == NULL) return dl_arena_failed(arena);
    int32_t n =
        uidna_nameToASCII_UTF8(uts46, host.p, (int32_t)host.n, out, (int32_t)room, &info, &code);
    if (U_FAILURE(code) || n <= 0 || (size_t)n > room || (info.errors & ~forgiven) != 0)
        return DL_ERR_SYNTAX;
    *ret_ascii = (dl_str){out, (size_t)n};
    return DL_OK;
}

/* --- one host ----------------------------------------------------------------------------- */

static bool is_ascii(dl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

static bool has_punycode(dl_str host)
{
    for (size_t at = 0; (at = dl_str_ifind_c(host, "xn--", at)) != DL_NO_POS; at++)
        if (at == 0 || host.p[at - 1] == '.') return true;
    return false;
}

static int hex(char c)
{
    if (dl_is_digit((unsigned char)c)) return c - '0';
    c = (char)dl_to_lower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static dl_str percent_decode(dl_arena *arena, dl_str s)
{
    char *out = dl_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < s.n; i++) {
        int hi = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1;
        int lo = hi >= 0 ? hex(s.p[i + 2]) : -1;
        out[n++] = lo >= 0 ? (char)(hi << 4 | lo) : s.p[i];
        if (lo >= 0) i += 2;
    }
    return (dl_str){out, n};
}

/* Forbidden domain code points of the standard. */
static bool is_forbidden(unsigned char c)
{
    return c <= 0x20 || c == 0x7F || strchr("#/:<>?@[\\]^|%", c) != NULL;
}

/* "ends in a number": then it is an IPv4 address or nothing, and lexbor's to parse. */
static bool ends_in_number(dl_str host)
{
    if (dl_str_ends(host, ".")) host.n--;
    size_t dot = dl_str_rchr(host, '.');
    dl_str last = dl_str_sub(host, dot == DL_NO_POS ? 0 : dot + 1, host.n);
    bool digits = last.n > 0, hexes = dl_str_istarts(last, "0x");
    for (size_t i = 0; i < last.n; i++) {
        digits = digits && dl_is_digit((unsigned char)last.p[i]);
        hexes = hexes && (i < 2 || hex(last.p[i]) >= 0);
    }
    return digits || hexes;
}

static enum dl_err to_ascii(dl_arena *arena, dl_str raw, dl_str *ret_host)
{
    dl_str host = percent_decode(arena, raw), ascii = {NULL, 0};
    DL_TRY(dl_arena_failed(arena));
    if (!dl_utf8_valid(host, NULL)) return DL_ERR_SYNTAX;
    if (is_ascii(host))
        ascii = dl_str_lower_ascii(arena, host);
    else
        DL_TRY(idna_to_ascii(arena, host, &ascii));
    DL_TRY(dl_arena_failed(arena));
    for (size_t i = 0; i < ascii.n; i++)
        if (is_forbidden((unsigned char)ascii.p[i])) return DL_ERR_SYNTAX;
    *ret_host = ascii;
    return ascii.n > 0 ? DL_OK : DL_ERR_SYNTAX;
}

/* --- where the host stands ---------------------------------------------------------------- */

static dl_str without_ends(dl_str s)
{
    while (s.n > 0 && (unsigned char)s.p[0] <= 0x20)
        s = dl_str_sub(s, 1, s.n);
    while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= 0x20)
        s.n--;
    return s;
}

/* The input as the parser reads it: trimmed, without tabs and line ends. */
static dl_str stripped(dl_arena *arena, dl_str s)
{
    s = without_ends(s);
    char *out = dl_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < s.n; i++)
        if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r') out[n++] = s.p[i];
    return (dl_str){out, n};
}

dl_str dl_url_scheme(dl_str s)
{
    if (s.n == 0 || !dl_is_alpha((unsigned char)s.p[0])) return (dl_str){NULL, 0};
    size_t i = 1;
    while (i < s.n && (dl_is_alnum((unsigned char)s.p[i]) || strchr("+-.", s.p[i]) != NULL) &&
           s.p[i] != '\0')
        i++;
    return i < s.n && s.p[i] == ':' ? dl_str_sub(s, 0, i) : (dl_str){NULL, 0};
}

static bool is_special(dl_str scheme)
{
    static const char *const special[] = {"http", "https", "ws", "wss", "ftp"};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (dl_str_ieq_c(scheme, special[i])) return true;
    return false;
}

/* Not by strchr alone: it finds a NUL in any list. */
static bool ends_authority(char c)
{
    return c != '\0' && strchr("/\\?#", c) != NULL;
}

static bool is_slash(dl_str s, size_t i)
{
    return i < s.n && (s.p[i] == '/' || s.p[i] == '\\');
}

bool dl_url_is_absolute(dl_str s)
{
    dl_str scheme = dl_url_scheme(s);
    return is_special(scheme) && is_slash(s, scheme.n + 1) && is_slash(s, scheme.n + 2);
}

/* Start of the authority, DL_NO_POS when the text has none of its own. */
static size_t find_authority(dl_str s, dl_str base_scheme)
{
    dl_str scheme = dl_url_scheme(s);
    size_t at = scheme.n > 0 ? scheme.n + 1 : 0;
    if (!is_special(scheme.n > 0 ? scheme : base_scheme)) return DL_NO_POS;
    bool relative = scheme.n == 0 || dl_str_ieq(scheme, base_scheme);
    if (relative && !(is_slash(s, at) && is_slash(s, at + 1))) return DL_NO_POS;
    while (is_slash(s, at))
        at++;
    return at;
}

static bool is_drive(dl_str s)
{
    return s.n == 2 && dl_is_alpha((unsigned char)s.p[0]) && (s.p[1] == ':' || s.p[1] == '|');
}

/* Start of the path of a file: address, DL_NO_POS of others. It has a host behind two slashes only,
 * and none where a drive stands ("c:", "c|"). */
static size_t find_file_path(dl_str s, dl_str base_scheme)
{
    dl_str scheme = dl_url_scheme(s);
    size_t at = scheme.n > 0 ? scheme.n + 1 : 0;
    if (!dl_str_ieq_c(scheme.n > 0 ? scheme : base_scheme, "file")) return DL_NO_POS;
    if (!is_slash(s, at) || !is_slash(s, at + 1)) return at;
    size_t host = at += 2;
    while (at < s.n && !ends_authority(s.p[at]))
        at++;
    return is_drive(dl_str_sub(s, host, at)) ? host : at;
}

static void find_host(dl_str s, size_t authority, size_t *ret_from, size_t *ret_to)
{
    size_t end = authority, from = authority;
    while (end < s.n && !ends_authority(s.p[end]))
        end++;
    for (size_t i = authority; i < end; i++)
        if (s.p[i] == '@') from = i + 1;
    size_t to = from;
    while (to < end && s.p[to] != ':')
        to++;
    *ret_from = from;
    *ret_to = to;
}

/* --- dot segments ------------------------------------------------------------------------- */

/* Length of "." or "%2e" at i, 0 when there is neither. */
static size_t dot_at(dl_str s, size_t i)
{
    if (i < s.n && s.p[i] == '.') return 1;
    return i + 2 < s.n && s.p[i] == '%' && s.p[i + 1] == '2' && (s.p[i + 2] | 0x20) == 'e' ? 3 : 0;
}

static bool is_dot_segment(dl_str s, size_t at)
{
    size_t first = dot_at(s, at), second = first > 0 ? dot_at(s, at + first) : 0;
    size_t end = at + first + second;
    return first > 0 && (end >= s.n || ends_authority(s.p[end]));
}

static size_t path_end(dl_str s, size_t from)
{
    while (from < s.n && s.p[from] != '?' && s.p[from] != '#')
        from++;
    return from;
}

static size_t segment_end(dl_str s, size_t from, size_t end)
{
    while (from < end && !is_slash(s, from))
        from++;
    return from;
}

bool dl_url_has_dots(dl_str path)
{
    for (size_t at = 0; is_slash(path, at); at = segment_end(path, at + 1, path.n))
        if (is_dot_segment(path, at + 1)) return true;
    return false;
}

/* Takes the last segment of out's path, which begins at `from`; the drive of a file stays. */
static void shorten(dl_buf *out, size_t from, bool is_file)
{
    size_t at = out->n;
    while (at > from && !is_slash(dl_buf_slice(out), at - 1))
        at--;
    if (at == from) return;
    bool only = at == from + 1;
    if (is_file && only && is_drive(dl_str_sub(dl_buf_slice(out), at, out->n))) return;
    out->n = at - 1;
}

/* The path at `from`, which begins with a slash, without its dot segments: lexbor loses a slash
 * with "//./" and glues a last one to the query. */
static dl_str without_dots(dl_arena *arena, dl_str s, size_t from, bool is_file)
{
    size_t end = path_end(s, from);
    if (!dl_url_has_dots(dl_str_sub(s, from, end))) return s;
    dl_buf out = DL_BUF_INIT(4 * (size_t)DL_URL_MAX);
    dl_buf_str(&out, dl_str_sub(s, 0, from));
    for (size_t at = from, stop; at < end; at = stop) {
        stop = segment_end(s, at + 1, end);
        if (!is_dot_segment(s, at + 1)) {
            dl_buf_str(&out, dl_str_sub(s, at, stop));
            continue;
        }
        size_t first = dot_at(s, at + 1);
        if (at + 1 + first < stop) shorten(&out, from, is_file);
        if (stop == end) dl_buf_byte(&out, '/');
    }
    dl_buf_str(&out, dl_str_sub(s, end, s.n));
    s = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return s;
}

/* A relative path that ends in a dot segment before "?" or "#" gets the slash that the standard
 * gives it. */
static dl_str with_plain_end(dl_arena *arena, dl_str s, size_t from)
{
    size_t end = path_end(s, from), at = end;
    while (at > from && !is_slash(s, at - 1))
        at--;
    if (end == s.n || !is_dot_segment(s, at)) return s;
    return dl_str_fmt(arena, "%.*s/%.*s", DL_FMT(dl_str_sub(s, 0, end)),
                      DL_FMT(dl_str_sub(s, end, s.n)));
}

/* What lexbor gets wrong of a path at `from`; without a host before it, "/.//x" must not become
 * one. alone: no base of its scheme. */
static dl_str with_plain_path(dl_arena *arena, dl_str s, size_t from, bool has_host, bool is_file,
                              bool alone)
{
    if (is_file && !is_slash(s, from) && (alone || has_host)) {
        /* "file:x" and "file://c:" say no more than "file:///x" and "file:///c:". */
        s = dl_str_fmt(arena, "%.*s%s%.*s", DL_FMT(dl_str_sub(s, 0, from)), has_host ? "/" : "///",
                       DL_FMT(dl_str_sub(s, from, s.n)));
        from += has_host ? 0 : 2;
        has_host = true;
        if (s.p == NULL) return s;
    }
    if (!is_slash(s, from)) return with_plain_end(arena, s, from);
    dl_str plain = without_dots(arena, s, from, is_file);
    if (has_host || !is_slash(plain, from + 1)) return plain;
    if (!is_file || !alone) return s;
    return dl_str_fmt(arena, "%.*s//%.*s", DL_FMT(dl_str_sub(plain, 0, from)),
                      DL_FMT(dl_str_sub(plain, from, plain.n)));
}

bool dl_url_begins_twice(dl_str text, dl_str base_scheme)
{
    dl_str scheme = dl_url_scheme(text);
    size_t at = find_authority(text, base_scheme), file = find_file_path(text, base_scheme);
    bool other = at == DL_NO_POS && file == DL_NO_POS && scheme.n > 0 && !is_special(scheme);
    if (other && dl_str_starts(dl_str_sub(text, scheme.n, text.n), "://")) at = scheme.n + 3;
    if (at == DL_NO_POS) at = file;
    if (at == DL_NO_POS) return false;
    while (file == DL_NO_POS && at < text.n && !ends_authority(text.p[at]))
        at++;
    bool twice = other ? dl_str_starts(dl_str_sub(text, at, text.n), "//")
                       : is_slash(text, at) && is_slash(text, at + 1);
    if (!twice) return false;
    for (; at < text.n && text.p[at] != '?' && text.p[at] != '#'; at++)
        if ((text.p[at] == '/' || (!other && text.p[at] == '\\')) && is_dot_segment(text, at + 1))
            return false;
    return true;
}

/* --- percent signs ------------------------------------------------------------------------ */

/* Start of the path, DL_NO_POS when it is opaque. */
static size_t find_path(dl_str s, dl_str base_scheme)
{
    dl_str scheme = dl_url_scheme(s);
    size_t at = find_authority(s, base_scheme), file = find_file_path(s, base_scheme);
    if (file != DL_NO_POS) return file;
    if (at == DL_NO_POS) {
        at = scheme.n > 0 ? scheme.n + 1 : 0;
        bool opaque = scheme.n > 0 && !is_special(scheme) && !is_slash(s, at);
        if (opaque) return DL_NO_POS;
        if (!is_slash(s, at) || !is_slash(s, at + 1)) return at;
        at += 2;
    }
    while (at < s.n && !ends_authority(s.p[at]))
        at++;
    return at;
}

static bool is_stray_percent(dl_str s, size_t i)
{
    return s.p[i] == '%' && !(i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0);
}

static size_t find_stray_percent(dl_str s, size_t from, size_t end)
{
    while (from < end && !is_stray_percent(s, from))
        from++;
    return from < end ? from : DL_NO_POS;
}

dl_str dl_url_mark_percents(dl_arena *arena, dl_str s, dl_str base_scheme, dl_str mark)
{
    size_t path = find_path(s, base_scheme), end = path == DL_NO_POS ? 0 : path_end(s, path);
    size_t at = path == DL_NO_POS ? path : find_stray_percent(s, path, end);
    if (at == DL_NO_POS) return s;
    dl_buf out = DL_BUF_INIT(DL_URL_MARKED_MAX);
    dl_buf_str(&out, dl_str_sub(s, 0, at));
    for (; at < end; at++)
        if (is_stray_percent(s, at))
            dl_buf_str(&out, mark);
        else
            dl_buf_byte(&out, s.p[at]);
    dl_buf_str(&out, dl_str_sub(s, end, s.n));
    s = dl_buf_failed(&out) == DL_OK ? dl_str_dup(arena, dl_buf_slice(&out)) : s;
    dl_buf_free(&out);
    return s;
}

static bool is_lost(char c)
{
    return c == '\0' || c == '\xFF';
}

/* A NUL is "%00" wherever one may stand, and wrong in a host as that is; text behind one would be
 * lost in C. 0xFF, which is no UTF-8, lexbor would leave as it is. */
static dl_str with_plain_nuls(dl_arena *arena, dl_str s)
{
    s = without_ends(s);
    if (dl_str_chr(s, '\0', 0) == DL_NO_POS && dl_str_chr(s, '\xFF', 0) == DL_NO_POS) return s;
    dl_buf out = DL_BUF_INIT(3 * (size_t)DL_URL_MAX);
    for (size_t i = 0; i < s.n; i++)
        if (is_lost(s.p[i]))
            dl_buf_fmt(&out, "%%%02X", (unsigned char)s.p[i]);
        else
            dl_buf_byte(&out, s.p[i]);
    s = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return s;
}

enum dl_err dl_url_prepare(dl_arena *arena, dl_str input, dl_str base_scheme,
                           const char *placeholder, dl_str *ret_text, dl_str *ret_host)
{
    if (!dl_utf8_valid(input, NULL)) input = dl_utf8_repair(arena, input);
    input = with_plain_nuls(arena, input);
    dl_str s = stripped(arena, input), host = {NULL, 0};
    size_t from, to, authority = find_authority(s, base_scheme);
    DL_TRY(dl_arena_failed(arena));
    *ret_text = s;
    *ret_host = host;
    if (authority == DL_NO_POS) {
        dl_str scheme = dl_url_scheme(s);
        size_t begin = scheme.n > 0 ? scheme.n + 1 : 0, path = find_file_path(s, base_scheme);
        bool is_file = path != DL_NO_POS;
        bool relative = scheme.n == 0 || dl_str_ieq(scheme, base_scheme);
        if (!is_file && !(relative && is_special(base_scheme))) return DL_OK;
        if (!is_file) path = begin;
        *ret_text = with_plain_path(arena, s, path, path > begin, is_file,
                                    !dl_str_ieq_c(base_scheme, "file"));
        return dl_arena_failed(arena);
    }
    find_host(s, authority, &from, &to);
    dl_str raw = dl_str_sub(s, from, to);
    size_t path = to;
    while (path < s.n && !ends_authority(s.p[path]))
        path++;
    if (is_slash(s, path)) s = without_dots(arena, s, path, false);
    *ret_text = s;
    bool needs = !is_ascii(raw) || has_punycode(raw) || raw.n > NAME_SURE ||
                 dl_str_chr(raw, '%', 0) != DL_NO_POS;
    if (raw.n == 0 || raw.p[0] == '[' || !needs) return dl_arena_failed(arena);
    DL_TRY(to_ascii(arena, raw, &host));
    bool number = ends_in_number(host);
    *ret_text =
        dl_str_fmt(arena, "%.*s%.*s%.*s", DL_FMT(dl_str_sub(s, 0, from)),
                   DL_FMT(number ? host : dl_str_c(placeholder)), DL_FMT(dl_str_sub(s, to, s.n)));
    if (!number) *ret_host = host;
    return dl_arena_failed(arena);
}
