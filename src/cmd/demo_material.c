#include "cmd/demo_material.h"

#include "base/asset.h"
#include "base/hash.h"

static const char *const templates[] = {"demo/page-paper.html", "demo/page-portal.html",
                                        "demo/page-plain.html"};

enum dl_err dl_demo_read(dl_arena *arena, dl_str line, struct dl_demo_article *ret,
                         struct dl_diag *diag)
{
    yyjson_doc *doc;
    DL_TRY(dl_json_read(arena, line, &doc, diag));
    yyjson_val *o = yyjson_doc_get_root(doc);
    dl_str as = dl_json_get_str(o, "as");
    *ret = (struct dl_demo_article){
        .at_ms = dl_json_get_int(o, "at_ms", 0),
        .form = dl_str_eq_c(as, "page")   ? DL_DEMO_PAGE
                : dl_str_eq_c(as, "feed") ? DL_DEMO_FEED
                                          : DL_DEMO_ARTICLE,
        .id = dl_json_get_str(o, "id"),
        .url = dl_json_get_str(o, "url"),
        .outlet = dl_json_get_str(o, "outlet"),
        .outlet_name = dl_json_get_str(o, "outlet_name"),
        .outlet_kind = dl_json_get_str(o, "outlet_kind"),
        .country = dl_json_get_str(o, "country"),
        .language = dl_json_get_str(o, "language"),
        .title = dl_json_get_str(o, "title"),
        .subtitle = dl_json_get_str(o, "subtitle"),
        .text = dl_json_get_str(o, "text"),
        .published_offset_ms = dl_json_get_int(o, "published_offset_ms", 0),
    };
    return DL_OK;
}

static void put_escaped(dl_buf *out, dl_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '<')
            dl_buf_c(out, "&lt;");
        else if (c == '>')
            dl_buf_c(out, "&gt;");
        else if (c == '&')
            dl_buf_c(out, "&amp;");
        else if (c == '"')
            dl_buf_c(out, "&quot;");
        else
            dl_buf_byte(out, c);
    }
}

static void put_paragraphs(dl_buf *out, dl_str text)
{
    for (size_t at = 0; at < text.n;) {
        size_t end = dl_str_find_c(text, "\n\n", at);
        if (end == DL_NO_POS) end = text.n;
        dl_buf_c(out, "<p>");
        put_escaped(out, dl_str_sub(text, at, end));
        dl_buf_c(out, "</p>\n");
        at = end + 2;
    }
}

/* "</script>" in a title would end the element it stands in. */
static enum dl_err put_json(dl_arena *arena, dl_buf *out, dl_str s)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    dl_str text;
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_doc_set_root(json, yyjson_mut_strn(json, s.p, s.n));
    DL_TRY(dl_json_text(json, arena, &text));
    for (size_t i = 0; i < text.n; i++)
        dl_buf_c(out, text.p[i] == '/' ? "\\/" : (char[]){text.p[i], '\0'});
    return DL_OK;
}

static bool is_right_to_left(dl_str language)
{
    return dl_str_eq_c(language, "ar") || dl_str_eq_c(language, "fa");
}

struct fill {
    const struct dl_demo_article *article;
    char published[32], day[32];
};

static enum dl_err put_field(dl_arena *arena, const struct fill *f, dl_str name, dl_buf *out)
{
    const struct dl_demo_article *a = f->article;
    if (dl_str_eq_c(name, "paragraphs"))
        put_paragraphs(out, a->text);
    else if (dl_str_eq_c(name, "title_json"))
        return put_json(arena, out, a->title);
    else if (dl_str_eq_c(name, "outlet_json"))
        return put_json(arena, out, a->outlet_name);
    else if (dl_str_eq_c(name, "direction"))
        dl_buf_c(out, is_right_to_left(a->language) ? "rtl" : "ltr");
    else if (dl_str_eq_c(name, "published"))
        dl_buf_c(out, f->published);
    else if (dl_str_eq_c(name, "day"))
        dl_buf_c(out, f->day);
    else
        put_escaped(out, dl_str_eq_c(name, "title")      ? a->title
                         : dl_str_eq_c(name, "subtitle") ? a->subtitle
                         : dl_str_eq_c(name, "outlet")   ? a->outlet_name
                         : dl_str_eq_c(name, "url")      ? a->url
                                                         : a->language);
    return DL_OK;
}

static enum dl_err put_page(dl_arena *arena, const struct fill *f, dl_buf *out)
{
    /* An outlet keeps its look. */
    size_t which = dl_hash64(f->article->outlet) % (sizeof templates / sizeof *templates);
    dl_str page;
    if (!dl_asset_get(templates[which], &page)) return DL_ERR_STATE;
    for (size_t at = 0; at < page.n;) {
        size_t open = dl_str_find_c(page, "{{", at);
        size_t close = open == DL_NO_POS ? DL_NO_POS : dl_str_find_c(page, "}}", open);
        if (close == DL_NO_POS) open = page.n;
        dl_buf_str(out, dl_str_sub(page, at, open));
        if (close == DL_NO_POS) break;
        DL_TRY(put_field(arena, f, dl_str_sub(page, open + 2, close), out));
        at = close + 2;
    }
    return dl_buf_failed(out);
}

static void put_element(dl_buf *out, const char *name, dl_str text)
{
    dl_buf_fmt(out, "<%s>", name);
    put_escaped(out, text);
    dl_buf_fmt(out, "</%s>\n", name);
}

static enum dl_err put_feed(const struct fill *f, dl_buf *out)
{
    const struct dl_demo_article *a = f->article;
    dl_buf body = DL_BUF_INIT(1 << 20);
    put_paragraphs(&body, a->text);
    dl_buf_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
                  "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\n");
    put_element(out, "title", a->outlet_name);
    put_element(out, "link", dl_str_sub(a->url, 0, dl_str_chr(a->url, '/', 8)));
    put_element(out, "language", a->language);
    dl_buf_c(out, "<item>\n");
    put_element(out, "title", a->title);
    put_element(out, "link", a->url);
    put_element(out, "guid", a->url);
    put_element(out, "dc:date", dl_str_c(f->published));
    put_element(out, "description", dl_buf_slice(&body));
    dl_buf_c(out, "</item>\n</channel></rss>\n");
    dl_buf_free(&body);
    return dl_buf_failed(out);
}

static enum dl_err put_article(dl_arena *arena, const struct fill *f, dl_buf *out)
{
    const struct dl_demo_article *a = f->article;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "url", a->url);
    dl_json_str(json, o, "language", a->language);
    dl_json_c(json, o, "published", f->published);
    dl_json_str(json, o, "title", a->title);
    dl_json_str(json, o, "subtitle", a->subtitle);
    dl_json_str(json, o, "text", a->text);
    dl_json_str(json, o, "outlet_name", a->outlet_name);
    return dl_json_line(json, arena, out);
}

enum dl_err dl_demo_write(dl_arena *arena, const struct dl_demo_article *article, int64_t start_ms,
                          dl_buf *out)
{
    struct fill f = {.article = article};
    int64_t published_ms = start_ms + article->published_offset_ms;
    dl_time_format_ms(published_ms, f.published);
    snprintf(f.day, sizeof f.day, "%.10s", f.published);
    if (article->form == DL_DEMO_PAGE) return put_page(arena, &f, out);
    if (article->form == DL_DEMO_FEED) return put_feed(&f, out);
    return put_article(arena, &f, out);
}
