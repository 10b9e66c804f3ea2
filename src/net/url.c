#include "net/url.h"

#include <lexbor/url/url.h>
#include <libpsl.h>
#include <pthread.h>

#include "base/asset.h"
#include "base/map.h"
#include "net/url_host.h"
#include "net/url_plain.h"

/* --- parsing ------------------------------------------------------------------------------ */

static _Thread_local lxb_url_parser_t *parser;
static pthread_key_t parser_key; /* frees it when its thread ends */
static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void free_parser(void *p)
{
    lxb_url_parser_memory_destroy(p);
    lxb_url_parser_destroy(p, true);
}

static void make_key(void)
{
    DL_ASSERT(pthread_key_create(&parser_key, free_parser) == 0);
}

static lxb_url_parser_t *clean_parser(void)
{
    if (parser == NULL) {
        parser = lxb_url_parser_create();
        if (lxb_url_parser_init(parser, NULL) != LXB_STATUS_OK) {
            parser = lxb_url_parser_destroy(parser, true);
            return NULL;
        }
        pthread_once(&parser_once, make_key);
        pthread_setspecific(parser_key, parser);
    }
    lxb_url_parser_clean(parser);
    lexbor_mraw_clean(parser->mraw);
    return parser;
}

static lxb_status_t append(const lxb_char_t *data, size_t len, void *ctx)
{
    dl_buf_add(ctx, data, len);
    return LXB_STATUS_OK;
}

/* The parts of an href that the standard's serialiser wrote. */
static struct dl_url parts_of(dl_str href)
{
    struct dl_url u = {.href = href};
    size_t hash = dl_str_chr(href, '#', 0);
    u.has_fragment = hash != DL_NO_POS;
    if (u.has_fragment) u.fragment = dl_str_sub(href, hash + 1, href.n);
    dl_str rest = dl_str_sub(href, 0, u.has_fragment ? hash : href.n);
    size_t mark = dl_str_chr(rest, '?', 0);
    u.has_query = mark != DL_NO_POS;
    if (u.has_query) u.query = dl_str_sub(rest, mark + 1, rest.n);
    rest = dl_str_sub(rest, 0, u.has_query ? mark : rest.n);
    size_t colon = dl_str_chr(rest, ':', 0);
    if (colon == DL_NO_POS) return u;
    u.scheme = dl_str_sub(rest, 0, colon);
    rest = dl_str_sub(rest, colon + 1, rest.n);
    u.is_opaque = !dl_str_starts(rest, "//");
    if (u.is_opaque) {
        u.path = rest;
        return u;
    }
    size_t slash = dl_str_chr(rest, '/', 2);
    dl_str authority = dl_str_sub(rest, 2, slash);
    if (slash != DL_NO_POS) u.path = dl_str_sub(rest, slash, rest.n);
    size_t at = dl_str_rchr(authority, '@');
    if (at != DL_NO_POS) {
        u.credentials = dl_str_sub(authority, 0, at);
        authority = dl_str_sub(authority, at + 1, authority.n);
    }
    size_t port = dl_str_rchr(authority, ':');
    size_t bracket = dl_str_rchr(authority, ']');
    bool has_port = port != DL_NO_POS && (bracket == DL_NO_POS || port > bracket);
    u.host = dl_str_sub(authority, 0, has_port ? port : authority.n);
    if (has_port) u.port = dl_str_sub(authority, port + 1, authority.n);
    return u;
}

static bool is_address(dl_str host)
{
    if (host.n == 0 || host.p[0] == '[') return true;
    for (size_t i = 0; i < host.n; i++)
        if (!dl_is_digit((unsigned char)host.p[i]) && host.p[i] != '.') return false;
    return true;
}

/* Puts a host in the place of the one that is there. */
static dl_str with_host(dl_arena *arena, const struct dl_url *url, dl_str host)
{
    size_t at = (size_t)(url->host.p - url->href.p);
    return dl_str_fmt(arena, "%.*s%.*s%.*s", DL_FMT(dl_str_sub(url->href, 0, at)), DL_FMT(host),
                      DL_FMT(dl_str_sub(url->href, at + url->host.n, url->href.n)));
}

/* A space at the end of an opaque path would be lost when the rest is cut off. */
static dl_str with_space_kept(dl_arena *arena, const struct dl_url *url)
{
    if (!url->is_opaque || !dl_str_ends(url->path, " ") || (!url->has_query && !url->has_fragment))
        return url->href;
    size_t end = (size_t)(url->path.p - url->href.p) + url->path.n;
    return dl_str_fmt(arena, "%.*s%%20%.*s", DL_FMT(dl_str_sub(url->href, 0, end - 1)),
                      DL_FMT(dl_str_sub(url->href, end, url->href.n)));
}

static enum dl_err parse_text(dl_arena *arena, dl_str text, dl_str base, dl_str *ret_href)
{
    lxb_url_parser_t *p = clean_parser();
    if (p == NULL) return DL_ERR_NOMEM;
    const lxb_url_t *base_url = NULL;
    if (base.n > 0) {
        base_url = lxb_url_parse(p, NULL, (const lxb_char_t *)base.p, base.n);
        if (base_url == NULL) return DL_ERR_SYNTAX;
        lxb_url_parser_clean(p);
    }
    const char *bytes = text.p != NULL ? text.p : "";
    const lxb_url_t *url = lxb_url_parse(p, base_url, (const lxb_char_t *)bytes, text.n);
    if (url == NULL) return DL_ERR_SYNTAX;
    dl_buf out = DL_BUF_INIT(DL_URL_MAX * 4);
    lxb_status_t status = lxb_url_serialize(url, append, &out, false);
    enum dl_err err = dl_buf_failed(&out);
    if (err == DL_OK && status != LXB_STATUS_OK) err = DL_ERR_SYNTAX;
    if (err == DL_OK) *ret_href = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return err != DL_OK ? err : dl_arena_failed(arena);
}

/* As parse_text(), without what lexbor makes of stray percent signs. */
static enum dl_err parse_marked(dl_arena *arena, dl_str text, dl_str base, dl_str *ret_href)
{
    if (dl_str_chr(text, '%', 0) == DL_NO_POS && dl_str_chr(base, '%', 0) == DL_NO_POS)
        return parse_text(arena, text, base, ret_href);
    char mark[16] = "zq";
    for (unsigned n = 0;
         dl_str_ifind_c(text, mark, 0) != DL_NO_POS || dl_str_ifind_c(base, mark, 0) != DL_NO_POS;
         n++)
        snprintf(mark, sizeof mark, "zq%uz", n);
    dl_str marked = dl_url_mark_percents(arena, text, dl_url_scheme(base), dl_str_c(mark)), href;
    DL_TRY(parse_text(arena, marked,
                      dl_url_mark_percents(arena, base, (dl_str){NULL, 0}, dl_str_c(mark)), &href));
    dl_buf out = DL_BUF_INIT(DL_URL_MARKED_MAX);
    for (size_t at = 0, next; at < href.n; at = next) {
        size_t found = dl_str_find_c(href, mark, at);
        dl_buf_str(&out, dl_str_sub(href, at, found));
        if (found != DL_NO_POS) dl_buf_byte(&out, '%');
        next = found == DL_NO_POS ? href.n : found + strlen(mark);
    }
    *ret_href = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return dl_arena_failed(arena);
}

enum dl_err dl_url_parse(dl_arena *arena, dl_str input, dl_str base, struct dl_url *ret_url)
{
    dl_str text, href, host, base_text = {NULL, 0}, base_host = {NULL, 0};
    if (input.n > DL_URL_MAX || base.n > DL_URL_MAX) return DL_ERR_TOO_BIG;
    if (dl_url_is_absolute(input)) base.n = 0;
    if (base.n > 0)
        DL_TRY(dl_url_prepare(arena, base, (dl_str){NULL, 0}, DL_URL_BASE_PLACEHOLDER, &base_text,
                              &base_host));
    DL_TRY(
        dl_url_prepare(arena, input, dl_url_scheme(base_text), DL_URL_PLACEHOLDER, &text, &host));
    DL_TRY(parse_marked(arena, text, base_text, &href));
    struct dl_url url = parts_of(href);
    if (dl_url_begins_twice(text, dl_url_scheme(base_text)) && !dl_str_starts(url.path, "//")) {
        size_t path = (size_t)(url.path.p - href.p);
        href = dl_str_fmt(arena, "%.*s/%.*s", DL_FMT(dl_str_sub(href, 0, path)),
                          DL_FMT(dl_str_sub(href, path, href.n)));
        url = parts_of(href);
    }
    if (base_host.n > 0 && dl_str_eq_c(url.host, DL_URL_BASE_PLACEHOLDER)) host = base_host;
    if (host.n > 0) {
        href = with_host(arena, &url, host);
        url = parts_of(href);
    }
    /* lexbor leaves quotes behind an opaque path as they are; parsed again they are encoded. */
    if (url.is_opaque && (url.has_query || url.has_fragment)) {
        DL_TRY(parse_marked(arena, href, (dl_str){NULL, 0}, &href));
        url = parts_of(href);
    }
    if (base.n > 0 && (dl_url_has_dots(url.path) || dl_str_eq_c(url.scheme, "file")))
        return dl_url_parse(arena, href, (dl_str){NULL, 0}, ret_url);
    href = with_space_kept(arena, &url);
    DL_TRY(dl_arena_failed(arena));
    *ret_url = href.p == url.href.p ? url : parts_of(href);
    return DL_OK;
}

bool dl_url_is_web(const struct dl_url *url)
{
    return (dl_str_eq_c(url->scheme, "http") || dl_str_eq_c(url->scheme, "https")) &&
           url->host.n > 0;
}

dl_str dl_url_resolve_web(dl_arena *arena, dl_str input, dl_str base)
{
    struct dl_url url;
    dl_str href;
    if (dl_url_plain(arena, input, base, &href)) return href;
    if (dl_url_parse(arena, input, base, &url) == DL_OK && dl_url_is_web(&url)) return url.href;
    return (dl_str){NULL, 0};
}

/* --- canonical form ----------------------------------------------------------------------- */

struct tracking {
    dl_map exact;
    dl_str prefixes[64], suffixes[16];
    size_t n, n_suffixes;
};

static struct tracking tracking;
static pthread_once_t tracking_once = PTHREAD_ONCE_INIT;

static void load_tracking(void)
{
    static char present;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    dl_str text, cells[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    struct dl_diag diag = {0};
    DL_ASSERT(arena != NULL && dl_asset_get("lexicon/web/tracking-parameters.tsv", &text));
    DL_ASSERT(dl_tsv_open(&tsv, text, &diag) == DL_OK);
    dl_map_init(&tracking.exact, arena);
    for (enum dl_err err; (err = dl_tsv_next(&tsv, cells, &diag)) != DL_ERR_NOT_FOUND;) {
        DL_ASSERT(err == DL_OK && cells[0].n > 0);
        if (dl_str_ends(cells[0], "*") && tracking.n < 64)
            tracking.prefixes[tracking.n++] = dl_str_sub(cells[0], 0, cells[0].n - 1);
        else if (dl_str_starts(cells[0], "*") && tracking.n_suffixes < 16)
            tracking.suffixes[tracking.n_suffixes++] = dl_str_sub(cells[0], 1, cells[0].n);
        else
            DL_ASSERT(dl_map_set(&tracking.exact, cells[0], &present) == DL_OK);
    }
}

static bool is_tracking(dl_arena *arena, dl_str name)
{
    pthread_once(&tracking_once, load_tracking);
    dl_str lower = dl_str_lower_ascii(arena, name);
    if (dl_map_get(&tracking.exact, lower) != NULL) return true;
    for (size_t i = 0; i < tracking.n; i++)
        if (lower.n > tracking.prefixes[i].n &&
            memcmp(lower.p, tracking.prefixes[i].p, tracking.prefixes[i].n) == 0)
            return true;
    for (size_t i = 0; i < tracking.n_suffixes; i++) {
        dl_str suffix = tracking.suffixes[i];
        if (lower.n > suffix.n && memcmp(lower.p + lower.n - suffix.n, suffix.p, suffix.n) == 0)
            return true;
    }
    return false;
}

static int hex_value(char c)
{
    if (dl_is_digit((unsigned char)c)) return c - '0';
    c = (char)dl_to_lower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_unreserved(unsigned char c)
{
    return dl_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Unreserved octets plain, all other escapes in capitals, stray octets escaped. */
static void put_normal(dl_buf *out, dl_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        int hi = -1, lo = -1;
        if (c == '%' && i + 2 < s.n) {
            hi = hex_value(s.p[i + 1]);
            lo = hex_value(s.p[i + 2]);
        }
        if (hi >= 0 && lo >= 0) {
            unsigned char octet = (unsigned char)(hi << 4 | lo);
            if (is_unreserved(octet))
                dl_buf_byte(out, (char)octet);
            else
                dl_buf_fmt(out, "%%%02X", octet);
            i += 2;
        } else if (c <= 0x20 || c >= 0x7F || strchr("\"<>[\\]^`{|}", c) != NULL) {
            dl_buf_fmt(out, "%%%02X", c);
        } else {
            dl_buf_byte(out, (char)c);
        }
    }
}

/* ";jsessionid=…" and PHP's in a path segment. */
static dl_str without_session(dl_str path)
{
    size_t at = dl_str_ifind_c(path, ";jsessionid=", 0);
    if (at == DL_NO_POS) at = dl_str_ifind_c(path, ";phpsessid=", 0);
    if (at == DL_NO_POS) at = dl_str_ifind_c(path, ";sid=", 0);
    return at == DL_NO_POS ? path : dl_str_sub(path, 0, at);
}

static size_t token_end(dl_str s, size_t at)
{
    while (at < s.n && (dl_is_alnum((unsigned char)s.p[at]) || s.p[at] == '-' || s.p[at] == '_'))
        at++;
    return at;
}

/* ASP.NET's session in a segment of its own: "(24 letters)", "(S(24 letters))", "(A(…)S(…))". */
static bool is_cookieless(dl_str segment)
{
    enum { TOKEN_LEAST = 24 };
    if (segment.n < TOKEN_LEAST + 2 || segment.p[0] != '(') return false;
    dl_str inside = dl_str_sub(segment, 1, segment.n - 1);
    if (segment.p[segment.n - 1] != ')') return false;
    if (token_end(inside, 0) == inside.n) return inside.n == TOKEN_LEAST;
    for (size_t at = 0, end; at < inside.n; at = end + 1) {
        if (strchr("AFSX", inside.p[at]) == NULL || at + 1 >= inside.n || inside.p[at + 1] != '(')
            return false;
        end = token_end(inside, at + 2);
        if (end < at + 2 + TOKEN_LEAST || end >= inside.n || inside.p[end] != ')') return false;
    }
    return true;
}

/* Segments are kept on a stack of positions: "." goes, ".." takes its parent along. */
static void put_path(dl_buf *out, dl_arena *arena, dl_str path)
{
    dl_buf normal = DL_BUF_INIT(DL_URL_MAX * 4);
    put_normal(&normal, without_session(path));
    dl_str rest = dl_buf_slice(&normal), part;
    size_t root = out->n;
    bool folder = true;
    (void)arena;
    while (dl_str_split(&rest, '/', &part)) {
        bool last = rest.p == NULL;
        folder =
            part.n == 0 || dl_str_eq_c(part, ".") || dl_str_eq_c(part, "..") || is_cookieless(part);
        if (dl_str_eq_c(part, "..")) {
            while (out->n > root && out->p[out->n - 1] != '/')
                out->n--;
            if (out->n > root) out->n--;
        } else if (!folder) {
            dl_buf_byte(out, '/');
            dl_buf_str(out, part);
        }
        if (last) break;
    }
    if (folder) dl_buf_byte(out, '/');
    dl_buf_free(&normal);
}

static int by_bytes(const void *a, const void *b)
{
    return dl_str_cmp(*(const dl_str *)a, *(const dl_str *)b);
}

enum { MAX_PARAMETERS = 256 };

static void put_query(dl_buf *out, dl_arena *arena, dl_str query)
{
    dl_str parts[MAX_PARAMETERS], rest = query, part;
    size_t n = 0;
    while (n < MAX_PARAMETERS && dl_str_split(&rest, '&', &part)) {
        dl_buf normal = DL_BUF_INIT(DL_URL_MAX * 4);
        put_normal(&normal, part);
        dl_str kept = dl_str_dup(arena, dl_buf_slice(&normal));
        dl_buf_free(&normal);
        size_t equals = dl_str_chr(kept, '=', 0);
        dl_str name = dl_str_sub(kept, 0, equals);
        bool empty = name.n == 0 || equals == kept.n - 1;
        if (kept.n > 0 && !empty && !is_tracking(arena, name)) parts[n++] = kept;
    }
    if (n > 1) qsort(parts, n, sizeof *parts, by_bytes);
    for (size_t i = 0; i < n; i++) {
        dl_buf_byte(out, i == 0 ? '?' : '&');
        dl_buf_str(out, parts[i]);
    }
}

/* "example.org." is "example.org"; but "3.." is a name and "3" would be an address. */
static dl_str without_dots(dl_str host)
{
    dl_str bare = host;
    while (bare.n > 1 && bare.p[bare.n - 1] == '.')
        bare.n--;
    size_t dot = dl_str_rchr(bare, '.');
    dl_str last = dl_str_sub(bare, dot == DL_NO_POS ? 0 : dot + 1, bare.n);
    return last.n > 0 && dl_is_digit((unsigned char)last.p[0]) ? host : bare;
}

dl_str dl_url_canonical(dl_arena *arena, const struct dl_url *url)
{
    if (!dl_url_is_web(url)) return url->href;
    dl_buf out = DL_BUF_INIT(DL_URL_MAX * 8);
    dl_str host = without_dots(url->host);
    dl_buf_str(&out, url->scheme);
    dl_buf_c(&out, "://");
    dl_buf_str(&out, host);
    if (url->port.n > 0) {
        dl_buf_byte(&out, ':');
        dl_buf_str(&out, url->port);
    }
    put_path(&out, arena, url->path);
    put_query(&out, arena, url->query);
    dl_str result = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return result;
}

/* --- hosts -------------------------------------------------------------------------------- */

dl_str dl_url_surt(dl_arena *arena, const struct dl_url *url)
{
    dl_buf out = DL_BUF_INIT(DL_URL_MAX * 8);
    dl_str host = url->host;
    if (dl_str_istarts(host, "www.")) host = dl_str_sub(host, 4, host.n);
    if (is_address(host)) {
        dl_buf_str(&out, host);
    } else {
        for (size_t end = host.n; end > 0;) {
            size_t dot = dl_str_rchr(dl_str_sub(host, 0, end), '.');
            size_t start = dot == DL_NO_POS ? 0 : dot + 1;
            if (end != host.n) dl_buf_byte(&out, ',');
            dl_buf_str(&out, dl_str_sub(host, start, end));
            if (dot == DL_NO_POS) break;
            end = dot;
        }
    }
    if (url->port.n > 0) dl_buf_fmt(&out, ":%.*s", DL_FMT(url->port));
    dl_buf_byte(&out, ')');
    put_path(&out, arena, url->path);
    put_query(&out, arena, url->query);
    dl_str result = dl_str_lower_ascii(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return result;
}

dl_str dl_url_registrable(dl_arena *arena, dl_str host)
{
    const psl_ctx_t *psl = psl_builtin();
    while (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    if (psl == NULL || is_address(host) || host.p[0] == '.' || host.n > 255)
        return (dl_str){NULL, 0};
    dl_str lower = dl_str_lower_ascii(arena, host);
    if (lower.p == NULL) return lower;
    const char *domain = psl_registrable_domain(psl, lower.p);
    return domain == NULL ? (dl_str){NULL, 0} : dl_str_dup(arena, dl_str_c(domain));
}
