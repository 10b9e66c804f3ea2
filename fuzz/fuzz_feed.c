/* All that reads lists of feeds and articles: feeds, sitemaps, OPML, discovery. What comes out must
 * be valid UTF-8, and OPML must read back what it writes. */
#include <stdint.h>

#include "base/utf8.h"
#include "feed/discover.h"
#include "feed/feed.h"
#include "feed/htmlplain.h"
#include "feed/opml.h"
#include "feed/sanitize.h"
#include "feed/sanitize_private.h"
#include "feed/sitemap.h"
#include "feed/xmlplain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const dl_str url = {"https://news.example/a/feed", 27};

static void check(dl_arena *arena, yyjson_mut_doc *json)
{
    dl_buf out = DL_BUF_INIT(64 << 20);
    if (dl_json_line(json, arena, &out) == DL_OK)
        DL_ASSERT(dl_utf8_valid(dl_buf_slice(&out), NULL));
    dl_buf_free(&out);
}

/* What is plain enough for a short way comes out as by the long one. */
static void short_ways(dl_arena *arena, dl_str bytes)
{
    struct dl_xml *plain, *root;
    dl_str clean, warning = {NULL, 0}, html = dl_utf8_repair(arena, bytes);
    if (dl_xml_plain(arena, bytes, (dl_str){NULL, 0}, &plain) == DL_OK) {
        DL_ASSERT(dl_xml_recover(arena, bytes, (dl_str){NULL, 0}, &root, &warning, NULL) == DL_OK);
        DL_ASSERT(warning.n == 0 && dl_str_eq(plain->name, root->name));
        DL_ASSERT(dl_str_eq(dl_xml_inner(arena, plain), dl_xml_inner(arena, root)));
    }
    if (dl_html_plain(arena, html, url, &clean))
        DL_ASSERT(dl_str_eq(clean, dl_sanitize_tree(arena, html, url)));
    if (dl_html_plain_text(arena, html, &clean))
        DL_ASSERT(
            dl_str_eq(dl_text_of_html(arena, html, false), dl_text_of_tree(arena, html, false)));
}

static void feed(dl_arena *arena, dl_str bytes)
{
    struct dl_feed_input in = {bytes, url, {NULL, 0}};
    struct dl_feed *parsed;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL || dl_feed_parse(arena, &in, &parsed, NULL) != DL_OK) return;
    dl_feed_json(parsed, arena, json, yyjson_mut_doc_get_root(json));
    check(arena, json);
}

static void sitemap(dl_arena *arena, dl_str bytes)
{
    struct dl_sitemap *map;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL || dl_sitemap_parse(arena, bytes, url, &map, NULL) != DL_OK) return;
    dl_sitemap_json(map, arena, json, yyjson_mut_doc_get_root(json));
    check(arena, json);
}

static void opml(dl_arena *arena, dl_str bytes)
{
    struct dl_opml *list, *again;
    dl_buf out = DL_BUF_INIT(64 << 20);
    if (dl_opml_parse(arena, bytes, url, &list, NULL) != DL_OK) return;
    dl_opml_write(list, &out);
    if (dl_buf_failed(&out) == DL_OK &&
        dl_opml_parse(arena, dl_buf_slice(&out), url, &again, NULL) == DL_OK)
        DL_ASSERT(again->feeds.n == list->feeds.n);
    dl_buf_free(&out);
}

static void discover(dl_arena *arena, dl_str bytes)
{
    dl_discovered_vec feeds;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL || dl_discover_page(arena, bytes, url, &feeds, NULL) != DL_OK) return;
    dl_discover_json(&feeds, json, yyjson_mut_doc_get_root(json));
    check(arena, json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(dl_arena *, dl_str) = {feed, sitemap, opml, discover,
                                                          short_ways};
    dl_str bytes = {(const char *)data, size};
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        dl_arena *arena = dl_arena_new(256 << 20);
        if (arena != NULL) readers[i](arena, bytes);
        dl_arena_free(arena);
    }
    return 0;
}
