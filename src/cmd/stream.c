#include "cmd/stream.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cmd/data_dir.h"
#include "story/trail.h"

enum {
    ARENA_CAP = 256 << 20,
    LINE_MAX_BYTES = 64 << 20,
    BATCH = 64, /* articles that wait while they are read: a few megabytes */
    ARTICLES = 2 * BATCH,
    MAX_THREADS = 256,
};

struct reader {
    dl_stream *stream;
    struct dl_featurer *featurer;
    size_t number;
    pthread_t thread;
    bool started;
};

struct batch {
    struct dl_stream_article articles[BATCH];
    size_t n;
};

struct dl_stream {
    struct dl_cli *cli;
    struct dl_stream_options options;
    struct dl_stories *stories;
    struct dl_bilingual *bilingual;
    struct reader *readers;
    size_t n_readers;
    struct batch batches[2]; /* one is filled and read while the one before it is taken */
    size_t filling;
    atomic_size_t next;    /* article of the batch that is to be read */
    struct dl_trail lines; /* struct dl_streamed; their ids in cli->arena */
    int64_t last_ms;
    bool some_failed;
};

size_t dl_stream_threads(const dl_stream *s)
{
    return s->n_readers;
}

size_t dl_stream_count(const dl_stream *s)
{
    return (size_t)s->lines.n;
}

struct dl_streamed *dl_stream_at(dl_stream *s, size_t line)
{
    return dl_trail_at(&s->lines, line);
}

uint32_t dl_stream_final(const dl_stream *s, uint32_t story)
{
    const struct dl_streamed *line;
    while ((line = dl_trail_at(&s->lines, story - 1))->into != 0)
        story = line->into;
    return story;
}

/* ------------------------------------------------------------------ reading, in parallel */

static enum dl_err read_article(struct reader *r, struct dl_stream_article *a)
{
    const struct dl_stream_options *options = &r->stream->options;
    yyjson_doc *parsed;
    DL_TRY(a->err);
    DL_TRY(dl_json_read(a->arena, a->line, &parsed, &a->diag));
    a->json = yyjson_doc_get_root(parsed);
    a->words = (struct dl_features_input){.title = dl_json_get_str(a->json, "title"),
                                          .subtitle = dl_json_get_str(a->json, "subtitle"),
                                          .text = dl_json_get_str(a->json, "text"),
                                          .language = dl_json_get_str(a->json, "language")};
    DL_TRY(dl_features_make(r->featurer, a->arena, &a->words, &a->features));
    return options->read != NULL ? options->read(options->ctx, r->number, a) : DL_OK;
}

static void *read_share(void *ctx)
{
    struct reader *r = ctx;
    dl_stream *s = r->stream;
    struct batch *b = &s->batches[s->filling];
    for (size_t i; (i = atomic_fetch_add(&s->next, 1)) < b->n;)
        b->articles[i].err = read_article(r, &b->articles[i]);
    return NULL;
}

/* ------------------------------------------------------------------ stories, in order */

static void host_of(dl_str url, dl_str *ret_host)
{
    size_t from = dl_str_find_c(url, "://", 0);
    if (from == DL_NO_POS) return;
    size_t to = from + 3;
    while (to < url.n && strchr("/?#", url.p[to]) == NULL)
        to++;
    if (to > from + 3) *ret_host = dl_str_sub(url, from + 3, to);
}

/* Arrival decides the order; its time is when it was seen, else published, else the last one's. */
static void read_times(dl_stream *s, yyjson_val *json, struct dl_story_doc *doc)
{
    dl_time t;
    if (dl_json_get_time(json, "published", &t)) doc->published_ms = t.ms;
    yyjson_val *seen = yyjson_obj_get(json, "seen");
    if (dl_json_get_time(seen, "by", &t) || dl_json_get_time(json, "seen", &t))
        doc->time_ms = t.ms;
    else
        doc->time_ms = doc->published_ms != 0 ? doc->published_ms : s->last_ms;
    if (doc->time_ms > s->last_ms) s->last_ms = doc->time_ms;
}

static void note_joins(dl_stream *s, const struct dl_story_join *joins, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dl_stream_at(s, joins[i].from - 1)->into = (uint32_t)joins[i].into;
}

static enum dl_err add(dl_stream *s, struct dl_stream_article *a, struct dl_streamed *line,
                       struct dl_story_doc *doc)
{
    *line = (struct dl_streamed){.id = {NULL, 0}};
    DL_TRY(a->err);
    line->id = dl_str_dup(s->cli->arena, dl_json_get_str(a->json, "id"));
    if (line->id.n == 0) return dl_fail(&a->diag, DL_ERR_INVALID, DL_NO_POS, "no id");
    doc->key = s->lines.n;
    doc->features = &a->features;
    doc->outlet = dl_json_get_str(a->json, "outlet");
    host_of(dl_json_get_str(a->json, "url"), &doc->outlet);
    read_times(s, a->json, doc);
    struct dl_story_result r;
    DL_TRY(dl_stories_add(s->stories, doc, &r));
    line->story = (uint32_t)r.story;
    line->story_online = (uint32_t)dl_stories_now(s->stories, r.story);
    note_joins(s, r.joins, r.n_joins);
    for (size_t i = 0; i < r.part.n; i++)
        dl_stream_at(s, r.part.moved[i] - 1)->story = (uint32_t)r.part.into;
    if (line->story == r.part.into) line->story_online = line->story;
    line->copy_of = (uint32_t)r.copy_of;
    line->translation_of = (uint32_t)r.translation_of;
    line->translation_similarity = (float)r.translation_similarity;
    line->similarity = (float)r.similarity;
    return DL_OK;
}

static dl_str error_line(dl_stream *s, const struct dl_stream_article *a, dl_str id,
                         enum dl_err err)
{
    dl_buf out = DL_BUF_INIT(1 << 20);
    dl_str copy = {NULL, 0};
    yyjson_mut_doc *json = dl_json_new(a->arena);
    if (json == NULL) return copy;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    dl_json_str(json, root, "id", id);
    dl_json_int(json, root, "line", (int64_t)s->lines.n);
    yyjson_mut_val *e = dl_json_obj(json, root, "error");
    dl_json_c(json, e, "code", dl_err_name(err));
    dl_json_c(json, e, "message", a->diag.message[0] != '\0' ? a->diag.message : dl_err_text(err));
    if (dl_json_line(json, a->arena, &out) == DL_OK)
        copy = dl_str_dup(s->cli->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static enum dl_err take(dl_stream *s, struct dl_stream_article *a)
{
    void *record;
    struct dl_story_doc doc = {.key = 0};
    DL_TRY(dl_trail_add(&s->lines, &record));
    struct dl_streamed *line = record;
    enum dl_err err = add(s, a, line, &doc);
    if (err == DL_ERR_NOMEM) return err;
    if (err != DL_OK) {
        s->some_failed = true;
        line->id = error_line(s, a, line->id, err);
        line->story = 0;
    }
    if (s->options.taken != NULL)
        DL_TRY(s->options.taken(s->options.ctx, a, line, doc.outlet, doc.time_ms));
    dl_arena_reset(a->arena);
    return DL_OK;
}

static enum dl_err take_all(dl_stream *s, struct batch *b)
{
    for (size_t i = 0; i < b->n; i++)
        DL_TRY(take(s, &b->articles[i]));
    b->n = 0;
    return DL_OK;
}

/* The batch that was filled is read, and the one before it taken meanwhile. What no other thread
 * reads is read here. */
static enum dl_err turn(dl_stream *s)
{
    atomic_store(&s->next, 0);
    for (size_t i = 1; i < s->n_readers && i < s->batches[s->filling].n; i++) {
        struct reader *r = &s->readers[i];
        r->started = pthread_create(&r->thread, NULL, read_share, r) == 0;
    }
    enum dl_err err = take_all(s, &s->batches[!s->filling]);
    read_share(&s->readers[0]);
    for (size_t i = 1; i < s->n_readers; i++) {
        if (s->readers[i].started) pthread_join(s->readers[i].thread, NULL);
        s->readers[i].started = false;
    }
    s->filling = !s->filling;
    return err;
}

static enum dl_err take_line(dl_stream *s, dl_str text, enum dl_err err)
{
    struct batch *b = &s->batches[s->filling];
    struct dl_stream_article *a = &b->articles[b->n++];
    *a = (struct dl_stream_article){.arena = a->arena, .err = err, .diag = {.pos = DL_NO_POS}};
    if (err == DL_OK) {
        a->line = dl_str_dup(a->arena, text);
        a->err = dl_arena_failed(a->arena);
    }
    return b->n == BATCH ? turn(s) : DL_OK;
}

static enum dl_err read_file(dl_stream *s, const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return DL_ERR_NOT_FOUND;
    dl_lines lines;
    dl_lines_init(&lines, fd, LINE_MAX_BYTES);
    enum dl_err err = DL_OK;
    for (dl_str text; err == DL_OK;) {
        enum dl_err got = dl_lines_next(&lines, &text);
        if (got == DL_ERR_NOT_FOUND) break;
        if (got == DL_ERR_IO || got == DL_ERR_NOMEM) err = got;
        if (err != DL_OK || (got == DL_OK && dl_str_trim(text).n == 0)) continue;
        err = take_line(s, text, got);
    }
    dl_lines_free(&lines);
    if (fd != STDIN_FILENO) close(fd);
    return err;
}

/* The stream has ended: stories that waited for their like need not wait any more. */
static enum dl_err settle(dl_stream *s)
{
    struct dl_story_join joins[DL_STORY_JOINS];
    enum dl_err err = DL_OK;
    for (size_t n; dl_stories_settle(s->stories, &n, joins, &err);)
        note_joins(s, joins, n);
    return err;
}

int dl_stream_run(dl_stream *s)
{
    static const char *standard_input[] = {"-"};
    size_t n = s->cli->nargs > 0 ? s->cli->nargs : 1;
    const char **paths = s->cli->nargs > 0 ? s->cli->args : standard_input;
    for (size_t i = 0; i < n; i++) {
        enum dl_err err = read_file(s, paths[i]);
        if (err != DL_OK) return dl_cli_fail(s->cli, "%s: %s", paths[i], dl_err_text(err));
    }
    enum dl_err err = turn(s);
    if (err == DL_OK) err = turn(s); /* nothing more to read, the last batch to take */
    if (err == DL_OK) err = settle(s);
    if (err == DL_OK && s->options.end != NULL) err = s->options.end(s->options.ctx, s);
    if (err != DL_OK) return dl_cli_fail(s->cli, "%s", dl_err_text(err));
    return s->some_failed ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}

/* ------------------------------------------------------------------ opening */

static bool open_all(dl_stream *s, size_t threads)
{
    s->bilingual = dl_bilingual_new(dl_bilingual_folder(), dl_cache_dir(s->cli));
    struct dl_stories_options options = {.one_language = s->options.one_language,
                                         .bilingual = s->bilingual};
    s->stories = dl_stories_new(&options);
    s->readers = calloc(threads, sizeof *s->readers);
    if (s->bilingual == NULL || s->stories == NULL || s->readers == NULL) return false;
    for (; s->n_readers < threads; s->n_readers++) {
        struct dl_featurer *featurer = dl_featurer_new();
        if (featurer == NULL) return false;
        s->readers[s->n_readers] =
            (struct reader){.stream = s, .featurer = featurer, .number = s->n_readers};
    }
    for (size_t i = 0; i < ARTICLES; i++) {
        dl_arena **arena = &s->batches[i / BATCH].articles[i % BATCH].arena;
        if ((*arena = dl_arena_new(ARENA_CAP)) == NULL) return false;
    }
    return true;
}

dl_stream *dl_stream_open(struct dl_cli *cli, const struct dl_stream_options *options,
                          int *ret_code)
{
    long threads, cores = sysconf(_SC_NPROCESSORS_ONLN);
    *ret_code = DL_EXIT_USAGE;
    if (!dl_cli_int(cli, "threads", cores > 0 ? cores : 1, 1, MAX_THREADS, &threads)) return NULL;
    dl_stream *s = calloc(1, sizeof *s);
    if (s != NULL) {
        s->cli = cli;
        s->options = *options;
        dl_trail_init(&s->lines, sizeof(struct dl_streamed));
        if (open_all(s, (size_t)threads)) return s;
    }
    dl_stream_free(s);
    *ret_code = dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    return NULL;
}

void dl_stream_free(dl_stream *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < s->n_readers; i++)
        dl_featurer_free(s->readers[i].featurer);
    for (size_t i = 0; i < ARTICLES; i++)
        dl_arena_free(s->batches[i / BATCH].articles[i % BATCH].arena);
    free(s->readers);
    dl_trail_free(&s->lines);
    dl_stories_free(s->stories);
    dl_bilingual_free(s->bilingual);
    free(s);
}
