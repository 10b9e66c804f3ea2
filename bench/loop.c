/* One stage over the same bytes again and again in one process: what it costs without the start of
 * a program. usage: loop feed|warc|pages|lines|library|trees|extract FILE SECONDS; a line for each
 * part of the time: documents a second of processor time. */
#include <fcntl.h>
#include <lexbor/html/html.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/utf8.h"
#include "feed/feed.h"
#include "feed/warc.h"
#include "html/tree.h"
#include "page/page.h"

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A job reads the bytes once and says how many documents it has read; 0: it could not. */
struct loop {
    dl_arena *arena;
    dl_str bytes;
    dl_buf out;
    int fd;
    lxb_html_document_t *html;
    dl_page_reader *reader;
    dl_tree *tree;
};

static size_t feed(struct loop *l)
{
    struct dl_feed_input in = {.bytes = l->bytes, .url = DL_STR("https://paper.example/feed")};
    struct dl_feed *parsed;
    yyjson_mut_doc *json = dl_json_new(l->arena);
    if (json == NULL || dl_feed_parse(l->arena, &in, &parsed, NULL) != DL_OK) return 0;
    dl_feed_json(parsed, l->arena, json, yyjson_mut_doc_get_root(json));
    return dl_json_line(json, l->arena, &l->out) == DL_OK;
}

/* Records of an archive; with their pages as trees when `pages`. */
static size_t archive(struct loop *l, bool pages)
{
    dl_warc *warc;
    struct dl_warc_record record;
    size_t count = 0;
    if (lseek(l->fd, 0, SEEK_SET) != 0 || dl_warc_open(l->fd, NULL, &warc) != DL_OK) return 0;
    while (dl_warc_next(warc, &record) == DL_OK) {
        dl_str body;
        if (record.error != DL_OK) break;
        if (pages && !dl_str_eq_c(record.type, "response")) continue;
        if (pages) {
            if (dl_warc_body(warc, &record, &body, NULL) != DL_OK) break;
            if (l->tree == NULL) l->tree = dl_tree_new();
            if (l->tree == NULL ||
                dl_tree_parse(l->tree, dl_utf8_repair(l->arena, body), NULL) != DL_OK)
                break;
            dl_arena_reset(l->arena);
        }
        count++;
    }
    dl_warc_close(warc);
    return count;
}

static size_t scan(struct loop *l)
{
    return archive(l, false);
}

static size_t pages(struct loop *l)
{
    return archive(l, true);
}

enum what { LINES, LIBRARY, TREES, EXTRACT };

/* One page, at most as far as asked. */
static bool page(struct loop *l, yyjson_val *o, enum what what)
{
    struct dl_page_input input = {.bytes = dl_json_get_str(o, "html"),
                                  .url = dl_json_get_str(o, "url")};
    struct dl_page *read;
    if (what == LINES) return true;
    if (what == LIBRARY) {
        if (l->html == NULL) l->html = lxb_html_document_create();
        lxb_html_document_clean(l->html);
        return lxb_html_document_parse(l->html, (const lxb_char_t *)input.bytes.p, input.bytes.n) ==
               LXB_STATUS_OK;
    }
    if (what == TREES) {
        if (l->tree == NULL) l->tree = dl_tree_new();
        return l->tree != NULL && dl_tree_parse(l->tree, input.bytes, NULL) == DL_OK;
    }
    yyjson_mut_doc *json = dl_json_new(l->arena);
    if (l->reader == NULL) l->reader = dl_page_reader_new();
    if (json == NULL || l->reader == NULL ||
        dl_page_read(l->reader, l->arena, &input, &read, NULL) != DL_OK)
        return false;
    dl_page_json(read, l->arena, json, yyjson_mut_doc_get_root(json));
    return dl_json_line(json, l->arena, &l->out) == DL_OK;
}

/* NDJSON with html, url: only read; the tree of each page, the library's or ours; its article. */
static size_t lines(struct loop *l, enum what what)
{
    dl_str rest = l->bytes, line;
    size_t count = 0;
    while (rest.n > 0) {
        yyjson_doc *in;
        size_t end = dl_str_chr(rest, '\n', 0);
        line = dl_str_sub(rest, 0, end);
        rest = dl_str_sub(rest, end == DL_NO_POS ? rest.n : end + 1, rest.n);
        if (dl_json_read(l->arena, line, &in, NULL) != DL_OK) return 0;
        if (!page(l, yyjson_doc_get_root(in), what)) return 0;
        count++;
        dl_buf_reset(&l->out);
        dl_arena_reset(l->arena);
    }
    return count;
}

static size_t only_lines(struct loop *l)
{
    return lines(l, LINES);
}

static size_t library(struct loop *l)
{
    return lines(l, LIBRARY);
}

static size_t trees(struct loop *l)
{
    return lines(l, TREES);
}

static size_t extract(struct loop *l)
{
    return lines(l, EXTRACT);
}

static const struct {
    const char *name;
    size_t (*run)(struct loop *l);
} jobs[] = {{"feed", feed},       {"warc", scan},   {"pages", pages},    {"lines", only_lines},
            {"library", library}, {"trees", trees}, {"extract", extract}};

/* Documents a second of processor time; negative: it could not. */
static double rate(struct loop *l, size_t (*run)(struct loop *l), double seconds)
{
    size_t count = 0;
    double start = cpu_s(), now;
    do {
        size_t n = run(l);
        if (n == 0) return -1;
        count += n;
        dl_buf_reset(&l->out);
        dl_arena_reset(l->arena);
        now = cpu_s();
    } while (now - start < seconds);
    return (double)count / (now - start);
}

/* A line for each part of the time: a machine that does something else shows in their spread. */
static int measure(struct loop *l, size_t (*run)(struct loop *l), double seconds)
{
    enum { PARTS = 20 };
    for (int i = -1; i < PARTS; i++) { /* the first part warms up */
        double r = rate(l, run, seconds / PARTS);
        if (r < 0) return 1;
        if (i >= 0) printf("%.1f\n", r);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct loop l = {.arena = dl_arena_new(DL_ARENA_NO_CAP), .out = DL_BUF_INIT(64 << 20)};
    dl_buf file = DL_BUF_INIT((size_t)1 << 30);
    struct dl_diag diag = {0};
    dl_arena_keep_memory();
    if (argc != 4 || dl_io_read_file(argv[2], (size_t)1 << 30, &file, &diag) != DL_OK) return 2;
    l.bytes = dl_buf_slice(&file);
    l.fd = open(argv[2], O_RDONLY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        if (dl_str_eq_c(dl_str_c(argv[1]), jobs[i].name))
            return measure(&l, jobs[i].run, strtod(argv[3], NULL));
    return 2;
}
