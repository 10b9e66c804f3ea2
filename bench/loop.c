/* One stage over the same bytes again and again in one process: what it costs without the start of
 * a program. usage: loop feed|warc|pages|lines|library|trees|extract|tag|parse FILE SECONDS; a
 * line for each part of the time: documents (tag, parse: sentences) a second of processor time. */
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
#include "lang/parse_text.h"
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
    dl_grammar grammar;
    struct sentence *sentences; /* of the file, looked at and tagged once */
    size_t n_sentences;
    dl_arena *kept;
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

/* --- tags and trees: a sentence a line, words between blanks, English ----------------------- */

struct sentence {
    size_t n;
    dl_str *forms;
    dl_tagger_word *seen;
    uint8_t *tags;
    dl_parse_word *words;
    dl_parse_arc *arcs;
};

static bool keep(struct loop *l, dl_str line, struct sentence *s)
{
    dl_str word;
    size_t most = line.n / 2 + 1;
    *s = (struct sentence){.forms = DL_NEW_ARRAY(l->kept, dl_str, most),
                           .seen = DL_NEW_ARRAY(l->kept, dl_tagger_word, most),
                           .tags = DL_NEW_ARRAY(l->kept, uint8_t, most),
                           .words = DL_NEW_ARRAY(l->kept, dl_parse_word, most),
                           .arcs = DL_NEW_ARRAY(l->kept, dl_parse_arc, most)};
    if (dl_arena_failed(l->kept) != DL_OK) return false;
    while (dl_str_split(&line, ' ', &word))
        if (word.n > 0) s->forms[s->n++] = word;
    for (size_t i = 0; i < s->n; i++)
        dl_tagger_word_look(s->forms[i], &s->seen[i]);
    if (dl_tagger_tag(l->grammar.tagger, l->arena, s->seen, s->n, s->tags) != DL_OK) return false;
    for (size_t i = 0; i < s->n; i++)
        s->words[i] = dl_parse_word_of(&s->seen[i], &l->grammar.tagger->labels[s->tags[i]]);
    return true;
}

static bool keep_all(struct loop *l)
{
    dl_str rest = l->bytes, line;
    if (l->sentences != NULL) return true;
    l->kept = dl_arena_new(DL_ARENA_NO_CAP);
    if (l->kept == NULL || dl_words_open(NULL) != DL_OK ||
        dl_grammar_open(&l->grammar, l->kept, "en", NULL) != DL_OK)
        return false;
    l->sentences = DL_NEW_ARRAY(l->kept, struct sentence, l->bytes.n / 2 + 1);
    while (l->sentences != NULL && dl_str_split(&rest, '\n', &line))
        if (line.n > 0 && !keep(l, line, &l->sentences[l->n_sentences++])) return false;
    return l->sentences != NULL;
}

/* From the words' letters to tags. */
static size_t tag(struct loop *l)
{
    if (!keep_all(l)) return 0;
    for (size_t k = 0; k < l->n_sentences; k++) {
        struct sentence *s = &l->sentences[k];
        for (size_t i = 0; i < s->n; i++)
            dl_tagger_word_look(s->forms[i], &s->seen[i]);
        if (dl_tagger_tag(l->grammar.tagger, l->arena, s->seen, s->n, s->tags) != DL_OK) return 0;
        dl_arena_reset(l->arena);
    }
    return l->n_sentences;
}

/* From tagged words to trees. */
static size_t parse(struct loop *l)
{
    if (!keep_all(l)) return 0;
    for (size_t k = 0; k < l->n_sentences; k++) {
        struct sentence *s = &l->sentences[k];
        if (dl_parser_parse(l->grammar.parser, l->arena, s->words, s->n, s->arcs) != DL_OK)
            return 0;
        dl_arena_reset(l->arena);
    }
    return l->n_sentences;
}

static const struct {
    const char *name;
    size_t (*run)(struct loop *l);
} jobs[] = {{"feed", feed},        {"warc", scan},       {"pages", pages},
            {"lines", only_lines}, {"library", library}, {"trees", trees},
            {"extract", extract},  {"tag", tag},         {"parse", parse}};

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
