#include "page/page.h"

#include <lexbor/core/base.h>

#include "base/utf8.h"
#include "net/url.h"
#include "page/article.h"
#include "page/charset.h"
#include "page/head.h"
#include "page/kind.h"
#include "page/meta.h"
#include "page/plain.h"
#include "page/rights.h"
#include "page/second.h"
#include "page/sitemark.h"

enum { LEXICON_MAX = 4 << 20, TEXT_MAX = 2 * DL_PAGE_MAX, KEEP_TEXT = 4 << 20 };
enum { SAMPLE_PATH_MAX = 4096 }; /* bytes, before it is cut */

struct dl_page_reader {
    dl_tree *tree;
    dl_arena *lexicon; /* lives as long as the reader */
    dl_cues *cues;
    struct dl_meta_words words;
    dl_state_words *state;
    dl_live_words *live;
    struct dl_kind_model *kinds;
    double features[DL_KIND_FEATURES]; /* of the last page */
    struct dl_second second;
    dl_buf text; /* of all runs; reused */
};

dl_page_reader *dl_page_reader_new(void)
{
    dl_page_reader *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    dl_buf_init(&r->text, TEXT_MAX);
    r->tree = dl_tree_new();
    r->lexicon = dl_arena_new(LEXICON_MAX);
    struct dl_diag diag;
    if (r->tree == NULL || r->lexicon == NULL ||
        dl_cues_new(r->lexicon, &r->cues, &diag) != DL_OK ||
        dl_meta_words_new(r->lexicon, &r->words, &diag) != DL_OK ||
        dl_state_words_new(r->lexicon, &r->state, &diag) != DL_OK ||
        dl_live_words_new(r->lexicon, &r->live, &diag) != DL_OK ||
        dl_kind_model_new(r->lexicon, &r->kinds, &diag) != DL_OK) {
        dl_page_reader_free(r);
        return NULL;
    }
    return r;
}

void dl_page_reader_free(dl_page_reader *reader)
{
    if (reader == NULL) return;
    dl_tree_free(reader->tree);
    dl_arena_free(reader->lexicon);
    dl_second_end(&reader->second);
    dl_buf_free(&reader->text);
    free(reader);
}

/* A large page's memory is given back. */
static void tidy(dl_page_reader *reader)
{
    if (reader->text.cap <= KEEP_TEXT) return;
    dl_buf_free(&reader->text);
    dl_buf_init(&reader->text, TEXT_MAX);
}

static enum dl_err warn(dl_arena *arena, struct dl_page *page, const char *text)
{
    return dl_vec_push(arena, &page->warnings, dl_str_c(text));
}

/* Plain text: paragraphs are parted by blank lines. */
static enum dl_err plain_text(dl_arena *arena, dl_str text, struct dl_page *page)
{
    dl_buf out;
    dl_buf_init(&out, text.n * 2 + 16);
    dl_str line;
    size_t start = 0;
    bool open = false;
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_str_line(&text, &line)) {
        line = dl_str_trim(line);
        if (line.n == 0) {
            open = false;
            continue;
        }
        if (out.n > 0) dl_buf_c(&out, open ? "\n" : "\n\n");
        if (!open) start = out.n;
        dl_buf_str(&out, line);
        struct dl_page_block block = {.start = start, .end = out.n, .kind = DL_BLOCK_PARAGRAPH};
        if (open)
            page->blocks.p[page->blocks.n - 1].end = out.n;
        else
            err = dl_vec_push(arena, &page->blocks, block);
        open = true;
    }
    page->text = dl_str_dup(arena, dl_buf_slice(&out));
    if (err == DL_OK) err = dl_buf_failed(&out);
    dl_buf_free(&out);
    return err;
}

/* Where the text of an article stands; what is none, or does not stand in the markup, tells nothing
 * of the site's articles. */
static enum dl_err sample_root(dl_arena *arena, const struct dl_scales *scales, bool in_markup,
                               struct dl_page *page)
{
    if (page->kind != DL_PAGE_ARTICLE || !in_markup || scales->blocks->elems.n == 0) {
        page->sample = (struct dl_site_sample){0};
        return DL_OK;
    }
    dl_buf path = DL_BUF_INIT(SAMPLE_PATH_MAX);
    dl_sitemark_path(scales->blocks, scales->root, &path);
    page->sample.root = dl_str_dup(arena, dl_buf_slice(&path));
    dl_buf_free(&path);
    return dl_arena_failed(arena);
}

static enum dl_err read_decoded(dl_page_reader *reader, dl_arena *arena,
                                const struct dl_page_input *in, dl_str html, struct dl_page *page,
                                struct dl_diag *diag)
{
    DL_TRY(dl_tree_parse(reader->tree, html, diag));
    dl_node *root = dl_tree_root(reader->tree);
    if (root == NULL) return DL_OK;
    struct dl_blocks blocks;
    struct dl_meta meta;
    struct dl_scales scales;
    DL_TRY(dl_blocks_read(arena, reader->cues, root, &reader->text, &blocks));
    DL_TRY(dl_meta_read(arena, &reader->words, &blocks, in->url, &meta));
    meta.seen = in->seen;
    DL_TRY(dl_meta_fill(arena, &meta, page));
    struct dl_anchors anchors = {page->title, page->description, in->site};
    DL_TRY(dl_scales_weigh(arena, reader->cues, &blocks, &anchors, &page->sample, &scales));
    DL_TRY(dl_meta_weighed(arena, &meta, &scales, page));
    struct dl_live live;
    struct dl_live_input lively = {reader->live, &blocks, &scales, &meta, page};
    DL_TRY(dl_live_find(arena, &lively, &live));
    struct dl_article_input article = {&blocks,           &scales,   page->title,
                                       page->description, meta.base, &live};
    DL_TRY(dl_article_find(arena, &article, page));
    DL_TRY(dl_meta_finish(arena, &meta, page));
    struct dl_second_input second = {reader->cues, reader->state, html, &meta};
    const char *text = page->text.p;
    DL_TRY(dl_second_read(arena, &reader->second, &second, page));
    bool in_markup = page->text.p == text;
    struct dl_kind_input kind = {&blocks, &scales, &meta, in_markup};
    dl_kind_features(&kind, page, reader->features);
    dl_kind_tell(reader->kinds, &kind, reader->features, page);
    return sample_root(arena, &scales, in_markup, page);
}

enum dl_err dl_page_read(dl_page_reader *reader, dl_arena *arena, const struct dl_page_input *in,
                         struct dl_page **ret_page, struct dl_diag *diag)
{
    struct dl_charset_input bytes = {in->bytes, in->content_type, in->url};
    struct dl_charset_text decoded;
    DL_TRY(dl_charset_decode(arena, &bytes, &decoded, diag));
    struct dl_page *page = DL_NEW(arena, struct dl_page);
    if (page == NULL) return dl_arena_failed(arena);
    page->kind = DL_PAGE_OTHER;
    page->url = dl_url_resolve_web(arena, in->url, (dl_str){NULL, 0});
    if (decoded.damaged) DL_TRY(warn(arena, page, "some bytes could not be decoded"));
    if (decoded.repaired) DL_TRY(warn(arena, page, "some text was encoded twice; it was repaired"));
    bool is_plain = dl_plain_is(decoded.text, in->content_type);
    enum dl_err err = is_plain ? dl_plain_read(arena, reader->words.dates, decoded.text, page)
                               : read_decoded(reader, arena, in, decoded.text, page, diag);
    tidy(reader);
    if (err == DL_OK) err = dl_rights_add(arena, in->signals, &page->rights);
    if (err == DL_OK) err = dl_arena_failed(arena);
    if (err == DL_OK) *ret_page = page;
    return err;
}

/* Does it hold a tag or a character reference? */
static bool has_markup(dl_str s)
{
    for (size_t i = 0; i + 2 < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i + 1];
        if (s.p[i] == '<' && (dl_is_alpha(c) || c == '/' || c == '!')) return true;
        if (s.p[i] == '&' && (dl_is_alpha(c) || c == '#')) return true;
    }
    return false;
}

static enum dl_err fragment(dl_page_reader *reader, dl_arena *arena, dl_str html, dl_str base,
                            struct dl_page *page, struct dl_diag *diag)
{
    struct dl_blocks blocks;
    if (!has_markup(html)) return plain_text(arena, dl_utf8_clean(arena, html), page);
    DL_TRY(dl_tree_parse(reader->tree, html, diag));
    dl_node *body = dl_tree_body(reader->tree);
    if (body == NULL) return DL_OK;
    DL_TRY(dl_blocks_read(arena, NULL, body, &reader->text, &blocks));
    return dl_article_set(arena, &blocks, NULL, base, NULL, page);
}

enum dl_err dl_page_fragment(dl_page_reader *reader, dl_arena *arena, dl_str html, dl_str base_url,
                             struct dl_page **ret_page, struct dl_diag *diag)
{
    if (html.n > DL_PAGE_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_PAGE_MAX, "the fragment is too long");
    struct dl_page *page = DL_NEW(arena, struct dl_page);
    if (page == NULL) return dl_arena_failed(arena);
    enum dl_err err = fragment(reader, arena, dl_utf8_repair(arena, html), base_url, page, diag);
    tidy(reader);
    page->kind = DL_PAGE_ARTICLE;
    page->confidence = page->text.n > 0 ? 1 : 0;
    if (err == DL_OK) err = dl_arena_failed(arena);
    if (err == DL_OK) *ret_page = page;
    return err;
}

const double *dl_page_features(const dl_page_reader *reader)
{
    return reader->features;
}

void dl_page_versions(dl_buf *out)
{
    dl_buf_fmt(out, "lexbor %s\n", LEXBOR_VERSION_STRING);
}
