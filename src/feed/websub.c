#include "feed/websub.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "net/url.h"

/* --- Link --------------------------------------------------------------------------------- */

static void skip_space(dl_str *rest)
{
    while (rest->n > 0 && dl_is_space((unsigned char)rest->p[0]))
        *rest = dl_str_sub(*rest, 1, rest->n);
}

static bool take_byte(dl_str *rest, char c)
{
    skip_space(rest);
    if (rest->n == 0 || rest->p[0] != c) return false;
    *rest = dl_str_sub(*rest, 1, rest->n);
    return true;
}

static dl_str take_until(dl_str *rest, const char *stops)
{
    size_t n = 0;
    while (n < rest->n && strchr(stops, rest->p[n]) == NULL)
        n++;
    dl_str part = dl_str_sub(*rest, 0, n);
    *rest = dl_str_sub(*rest, n, rest->n);
    return dl_str_trim(part);
}

/* A quoted string may hold commas and semicolons; escapes do not occur in relations. */
static dl_str take_value(dl_str *rest)
{
    skip_space(rest);
    if (!take_byte(rest, '"')) return take_until(rest, ",;");
    size_t end = 0;
    while (end < rest->n && rest->p[end] != '"')
        end += rest->p[end] == '\\' && end + 1 < rest->n ? 2 : 1;
    dl_str value = dl_str_sub(*rest, 0, end);
    *rest = dl_str_sub(*rest, end + 1, rest->n);
    return value;
}

/* The first rel counts (RFC 8288, 3.3); anchor: the link speaks of something else. */
static dl_str take_rel(dl_str *rest)
{
    dl_str rel = {NULL, 0};
    bool is_ours = true;
    while (take_byte(rest, ';')) {
        dl_str name = take_until(rest, "=,;"), value = {NULL, 0};
        if (take_byte(rest, '=')) value = take_value(rest);
        if (dl_str_ieq_c(name, "rel") && rel.p == NULL) rel = value;
        if (dl_str_ieq_c(name, "anchor")) is_ours = false;
    }
    return is_ours ? rel : (dl_str){NULL, 0};
}

static bool has_rel(dl_str rels, const char *want)
{
    dl_str rel;
    while (dl_str_split(&rels, ' ', &rel))
        if (dl_str_ieq_c(dl_str_trim(rel), want)) return true;
    return false;
}

static enum dl_err put_link(dl_arena *arena, dl_str target, dl_str rel, dl_str base,
                            struct dl_websub_links *links)
{
    bool is_hub = has_rel(rel, "hub"), is_self = has_rel(rel, "self") && links->self.n == 0;
    if (!is_hub && !is_self) return DL_OK;
    dl_str url = dl_url_resolve_web(arena, target, base);
    if (url.n == 0) return dl_arena_failed(arena);
    if (is_self) links->self = url;
    return is_hub ? dl_vec_push(arena, &links->hubs, url) : DL_OK;
}

enum dl_err dl_websub_links(dl_arena *arena, dl_str header, dl_str base,
                            struct dl_websub_links *ret_links)
{
    struct dl_websub_links links = {0};
    dl_str rest = header;
    for (size_t i = 0; i < DL_WEBSUB_LINKS && rest.n > 0; i++) {
        if (take_byte(&rest, '<')) {
            dl_str target = take_until(&rest, ">");
            if (!take_byte(&rest, '>')) break;
            dl_str rel = take_rel(&rest);
            DL_TRY(put_link(arena, target, rel, base, &links));
        }
        take_until(&rest, ",");
        if (!take_byte(&rest, ',')) break;
    }
    *ret_links = links;
    return dl_arena_failed(arena);
}

/* --- what is sent ------------------------------------------------------------------------- */

enum dl_err dl_websub_base(dl_arena *arena, dl_str given, dl_str *ret_base)
{
    struct dl_url url;
    if (dl_url_parse(arena, given, (dl_str){NULL, 0}, &url) != DL_OK || !dl_url_is_web(&url) ||
        url.host.n == 0 || url.credentials.n > 0 || url.has_query || url.has_fragment)
        return DL_ERR_INVALID;
    bool ends = dl_str_ends(url.href, "/");
    *ret_base = ends ? url.href : dl_str_fmt(arena, "%.*s/", DL_FMT(url.href));
    return dl_arena_failed(arena);
}

dl_str dl_websub_callback(dl_arena *arena, dl_str base, dl_str token)
{
    return dl_str_fmt(arena, "%.*swebsub/%.*s", DL_FMT(base), DL_FMT(token));
}

static void put_field(dl_buf *out, const char *name, dl_str value)
{
    if (value.n == 0) return;
    if (out->n > 0) dl_buf_byte(out, '&');
    dl_buf_c(out, name);
    dl_buf_byte(out, '=');
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (dl_is_alnum(c) || memchr("-._~", c, 4) != NULL)
            dl_buf_byte(out, (char)c);
        else
            dl_buf_fmt(out, "%%%02X", c);
    }
}

dl_str dl_websub_form(dl_arena *arena, const struct dl_websub_ask *ask)
{
    dl_buf form = DL_BUF_INIT(4 * DL_URL_MAX * 2);
    char lease[24];
    snprintf(lease, sizeof lease, "%lld", (long long)ask->lease_s);
    put_field(&form, "hub.mode", ask->leave ? DL_STR("unsubscribe") : DL_STR("subscribe"));
    put_field(&form, "hub.topic", ask->topic);
    put_field(&form, "hub.callback", ask->callback);
    put_field(&form, "hub.verify", DL_STR("async")); /* hubs of version 0.3 want it */
    if (!ask->leave) {
        put_field(&form, "hub.secret", ask->secret);
        put_field(&form, "hub.lease_seconds", dl_str_c(lease));
    }
    dl_str text =
        dl_buf_failed(&form) == DL_OK ? dl_str_dup(arena, dl_buf_slice(&form)) : (dl_str){NULL, 0};
    dl_buf_free(&form);
    return text;
}

/* --- what comes --------------------------------------------------------------------------- */

bool dl_websub_challenge_is_sound(dl_str challenge)
{
    for (size_t i = 0; i < challenge.n; i++)
        if (challenge.p[i] <= ' ' || challenge.p[i] > '~' || strchr("<>&\"'", challenge.p[i]))
            return false;
    return challenge.n > 0 && challenge.n <= DL_WEBSUB_CHALLENGE_MAX;
}

int64_t dl_websub_lease(dl_str text)
{
    uint64_t seconds;
    if (!dl_str_u64(dl_str_trim(text), &seconds)) return 0;
    return seconds < INT32_MAX ? (int64_t)seconds : INT32_MAX;
}

static const EVP_MD *method_of(dl_str name)
{
    return dl_str_ieq_c(name, "sha1")     ? EVP_sha1()
           : dl_str_ieq_c(name, "sha256") ? EVP_sha256()
           : dl_str_ieq_c(name, "sha384") ? EVP_sha384()
           : dl_str_ieq_c(name, "sha512") ? EVP_sha512()
                                          : NULL;
}

static bool hex_is(dl_str hex, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char want[2 * EVP_MAX_MD_SIZE], have[2 * EVP_MAX_MD_SIZE];
    if (hex.n != 2 * n) return false;
    for (size_t i = 0; i < n; i++) {
        want[2 * i] = digits[bytes[i] >> 4];
        want[2 * i + 1] = digits[bytes[i] & 15];
    }
    for (size_t i = 0; i < hex.n; i++)
        have[i] = (char)dl_to_lower((unsigned char)hex.p[i]);
    return CRYPTO_memcmp(want, have, hex.n) == 0;
}

bool dl_websub_is_signed(dl_str header, dl_str secret, dl_str body)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    header = dl_str_trim(header);
    size_t equals = dl_str_chr(header, '=', 0);
    if (equals == DL_NO_POS || secret.n == 0 || secret.n > INT32_MAX) return false;
    const EVP_MD *method = method_of(dl_str_sub(header, 0, equals));
    if (method == NULL) return false;
    const unsigned char *bytes = (const unsigned char *)(body.n > 0 ? body.p : "");
    if (HMAC(method, secret.p, (int)secret.n, bytes, body.n, mac, &n) == NULL) return false;
    return hex_is(dl_str_sub(header, equals + 1, header.n), mac, n);
}

bool dl_websub_same_topic(dl_arena *arena, dl_str a, dl_str b)
{
    struct dl_url x, y;
    const dl_str none = {NULL, 0};
    if (dl_str_eq(a, b)) return true;
    return dl_url_parse(arena, a, none, &x) == DL_OK && dl_url_parse(arena, b, none, &y) == DL_OK &&
           dl_str_eq(x.href, y.href);
}
