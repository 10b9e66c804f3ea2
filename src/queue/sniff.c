#include "queue/sniff.h"

enum { LOOK_AT = 4096 }; /* comments and doctypes come before a root element */

static bool has(dl_str s, const char *what)
{
    return dl_str_ifind_c(s, what, 0) != DL_NO_POS;
}

static enum dl_sniffed of_markup(dl_str head)
{
    if (has(head, "<urlset") || has(head, "<sitemapindex")) return DL_SNIFF_SITEMAP;
    size_t html = dl_str_ifind_c(head, "<html", 0);
    static const char *const roots[] = {"<rss", "<feed", "<rdf:rdf", "<rdf", "<channel"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t at = dl_str_ifind_c(head, roots[i], 0);
        if (at != DL_NO_POS && (html == DL_NO_POS || at < html)) return DL_SNIFF_FEED;
    }
    return DL_SNIFF_PAGE;
}

static enum dl_sniffed of_json(dl_str bytes, dl_str head)
{
    if (has(head, "jsonfeed.org/version")) return DL_SNIFF_FEED;
    size_t line = dl_str_chr(bytes, '\n', 0);
    bool more = line != DL_NO_POS && dl_str_trim(dl_str_sub(bytes, line, bytes.n)).n > 0;
    /* Lines of objects; an object over several lines opens with a line that is only a brace. */
    if (more && line > 2) return DL_SNIFF_ARTICLES;
    return DL_SNIFF_ARTICLE;
}

/* Controls that no text has; UTF-16 has NULs, but starts with its mark. */
static bool is_binary(dl_str bytes, dl_str head)
{
    if (dl_str_starts(bytes, "\xff\xfe") || dl_str_starts(bytes, "\xfe\xff")) return false;
    size_t controls = 0;
    for (size_t i = 0; i < head.n; i++) {
        unsigned char c = (unsigned char)head.p[i];
        controls += c < 9 || (c > 13 && c < 32 && c != 27);
    }
    return controls * 50 > head.n;
}

enum dl_sniffed dl_sniff(dl_str bytes, dl_str content_type, dl_str url)
{
    if (dl_str_starts(bytes, "WARC/") || dl_str_starts(bytes, "filedesc://")) return DL_SNIFF_WARC;
    if (dl_str_starts(bytes, "\x1f\x8b") || dl_str_starts(bytes, "\x28\xb5\x2f\xfd"))
        return dl_str_find_c(url, "warc", 0) != DL_NO_POS ||
                       dl_str_find_c(url, ".arc", 0) != DL_NO_POS
                   ? DL_SNIFF_WARC
                   : DL_SNIFF_BINARY;
    dl_str text = bytes;
    if (dl_str_starts(text, "\xef\xbb\xbf")) text = dl_str_sub(text, 3, text.n);
    text = dl_str_trim(text);
    if (text.n == 0) return DL_SNIFF_EMPTY;
    dl_str head = dl_str_sub(text, 0, LOOK_AT);
    if (is_binary(bytes, head)) return DL_SNIFF_BINARY;
    if (text.p[0] == '{') return of_json(text, head);
    if (text.p[0] == '<') return of_markup(head);
    if (has(content_type, "html") || has(head, "<html") || has(head, "<body")) return DL_SNIFF_PAGE;
    if (has(content_type, "xml") || has(content_type, "rss") || has(head, "<?xml"))
        return of_markup(head);
    return DL_SNIFF_PAGE; /* plain text is read by its lines */
}

enum dl_sniffed dl_sniff_named(dl_str kind)
{
    return dl_str_eq_c(kind, "page")      ? DL_SNIFF_PAGE
           : dl_str_eq_c(kind, "feed")    ? DL_SNIFF_FEED
           : dl_str_eq_c(kind, "sitemap") ? DL_SNIFF_SITEMAP
           : dl_str_eq_c(kind, "front")   ? DL_SNIFF_FRONT
           : dl_str_eq_c(kind, "article") ? DL_SNIFF_ARTICLE
                                          : DL_SNIFF_UNKNOWN;
}
