#include "feed/feed.h"

#include <libxml/xmlversion.h>

#include "base/mojibake.h"
#include "base/utf8.h"
#include "feed/feed_private.h"
#include "feed/sanitize.h"
#include "net/url.h"

static bool is_squeezed(dl_str s)
{
    bool after_space = true;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool space = c <= ' ' && dl_is_space(c);
        if (space && (after_space || c != ' ')) return false;
        after_space = space;
    }
    return s.n == 0 || !after_space;
}

dl_str dl_feed_plain(dl_arena *arena, dl_str s, bool is_html)
{
    s = dl_mojibake_repair(arena, s);
    if (is_html && dl_looks_like_html(s)) s = dl_text_of_html(arena, s, false);
    return dl_utf8_clean(arena, is_squeezed(s) ? s : dl_str_squeeze(arena, s));
}

static dl_str escape(dl_arena *arena, dl_str s)
{
    dl_buf out = DL_BUF_INIT(64 << 20);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '<')
            dl_buf_c(&out, "&lt;");
        else if (s.p[i] == '>')
            dl_buf_c(&out, "&gt;");
        else if (s.p[i] == '&')
            dl_buf_c(&out, "&amp;");
        else
            dl_buf_byte(&out, s.p[i]);
    }
    dl_str copy = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

dl_str dl_feed_html(struct dl_feed_reading *r, dl_str s, dl_str base, bool is_html)
{
    s = dl_mojibake_repair(r->arena, dl_str_trim(s));
    if (s.n == 0) return s;
    if (!is_html || !dl_looks_like_html(s)) return dl_utf8_clean(r->arena, escape(r->arena, s));
    return dl_utf8_clean(r->arena, dl_sanitize_html(r->arena, s, base.n > 0 ? base : r->url));
}

dl_str dl_feed_url(struct dl_feed_reading *r, dl_str s, dl_str base)
{
    s = dl_str_trim(s);
    if (s.n == 0) return s;
    return dl_url_resolve_web(r->arena, s, base.n > 0 ? base : r->url);
}

static bool is_binary(dl_str s)
{
    size_t n = s.n < 512 ? s.n : 512, zeros = 0;
    for (size_t i = 0; i < n; i++)
        zeros += s.p[i] == 0;
    /* UTF-16 has zeros in every second byte, and a mark or "<" in front. */
    bool utf16 = n >= 2 && (memcmp(s.p, "\xFF\xFE", 2) == 0 || memcmp(s.p, "\xFE\xFF", 2) == 0 ||
                            memcmp(s.p, "<\0", 2) == 0 || memcmp(s.p, "\0<", 2) == 0 ||
                            memcmp(s.p, "\0\0", 2) == 0);
    return zeros > 0 && !utf16;
}

/* charset=… of a content type. */
static dl_str charset_of(dl_str content_type)
{
    size_t at = dl_str_ifind_c(content_type, "charset=", 0);
    if (at == DL_NO_POS) return (dl_str){NULL, 0};
    dl_str value = dl_str_sub(content_type, at + 8, content_type.n);
    value = dl_str_trim(dl_str_sub(value, 0, dl_str_chr(value, ';', 0)));
    if (value.n > 1 && (value.p[0] == '"' || value.p[0] == '\''))
        value = dl_str_sub(value, 1, value.n - 1);
    return value;
}

static enum dl_err warn(struct dl_feed_reading *r, const char *code, dl_str message)
{
    struct dl_feed_warning w = {code, message};
    return dl_vec_push(r->arena, &r->feed->warnings, w);
}

/* What a server says wrongly makes stricter readers fail; its owner wants to know. */
static enum dl_err check_media_type(struct dl_feed_reading *r, const struct dl_feed_input *in)
{
    dl_str type = in->content_type;
    type = dl_str_trim(dl_str_sub(type, 0, dl_str_chr(type, ';', 0)));
    if (type.n == 0) return DL_OK;
    if (!dl_str_iends(type, "xml") && !dl_str_iends(type, "rss") && !dl_str_iends(type, "rdf"))
        return warn(r, "media-type", DL_STR("served as a type that is not XML"));
    bool ascii = true;
    for (size_t i = 0; i < in->bytes.n && ascii; i++)
        ascii = (unsigned char)in->bytes.p[i] < 0x80;
    if (dl_str_ieq_c(type, "text/xml") && !ascii && charset_of(in->content_type).n == 0)
        return warn(r, "media-type",
                    DL_STR("text/xml without a charset: US-ASCII to readers of RFC 3023"));
    return DL_OK;
}

static enum dl_err from_xml(struct dl_feed_reading *r, const struct dl_feed_input *in,
                            struct dl_diag *diag)
{
    struct dl_xml *root;
    dl_str warning, charset = charset_of(in->content_type);
    DL_TRY(dl_xml_parse(r->arena, in->bytes, charset, &root, &warning, diag));
    if (warning.n > 0) DL_TRY(warn(r, "not-well-formed", warning));
    DL_TRY(check_media_type(r, in));
    return dl_feed_from_xml(r, root, diag);
}

enum dl_err dl_feed_parse(dl_arena *arena, const struct dl_feed_input *in,
                          struct dl_feed **ret_feed, struct dl_diag *diag)
{
    struct dl_feed *feed = DL_NEW(arena, struct dl_feed);
    if (feed == NULL) return dl_arena_failed(arena);
    struct dl_feed_reading r = {.arena = arena, .feed = feed, .url = in->url};
    dl_str start = dl_str_trim(in->bytes);
    if (start.n == 0) return dl_fail(diag, DL_ERR_EMPTY, 0, "nothing in it");
    if (in->bytes.n > DL_FEED_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_FEED_MAX, "larger than %d MiB", DL_FEED_MAX >> 20);
    if (is_binary(in->bytes)) return dl_fail(diag, DL_ERR_BINARY, 0, "binary data");
    if (dl_str_starts(start, "\xEF\xBB\xBF")) start = dl_str_trim(dl_str_sub(start, 3, start.n));
    bool json = start.n > 0 && start.p[0] == '{';
    DL_TRY(json ? dl_feed_from_json(&r, start, diag) : from_xml(&r, in, diag));
    DL_TRY(dl_arena_failed(arena));
    *ret_feed = feed;
    return DL_OK;
}

void dl_feed_versions(dl_buf *out)
{
    dl_buf_c(out, "libxml2 " LIBXML_DOTTED_VERSION "\n");
}
