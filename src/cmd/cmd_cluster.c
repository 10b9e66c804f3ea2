#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/cli.h"
#include "cmd/data_dir.h"
#include "story/stories.h"

enum {
    ARENA_CAP = 256 << 20,
    LINE_MAX_BYTES = 64 << 20,
    BATCH = 64, /* articles that wait while their words are read: a few megabytes */
    MAX_THREADS = 256,
};

/* What is kept of each line until the stream has ended, for stories may still join. */
struct line {
    dl_str id;
    dl_str error;                          /* the finished line instead of an answer */
    uint64_t story, story_online, copy_of; /* keys are line numbers from 1 */
    uint64_t into; /* of the line that founded a story: the one it was joined into, 0: none */
    uint64_t translation_of;
    float similarity, translation_similarity;
};

/* An article whose words are read by one thread before it is added in order. */
struct article {
    dl_arena *arena;
    dl_str text; /* the line */
    yyjson_val *json;
    struct dl_features features;
    enum dl_err err;
    struct dl_diag diag;
};

struct reader {
    struct cluster *cluster;
    struct dl_featurer *featurer;
    size_t first; /* reads every n-th article of a batch from this one on */
    pthread_t thread;
};

struct cluster {
    struct dl_cli *cli;
    struct dl_stories *stories;
    struct dl_bilingual *bilingual;
    struct reader *readers;
    size_t n_readers;
    struct article batch[BATCH];
    size_t n_batch;
    dl_arena *arena;           /* reset for each answer */
    DL_VEC(struct line) lines; /* in cli->arena */
    int64_t last_ms;
    bool some_failed;
};

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
static void read_times(struct cluster *c, yyjson_val *json, struct dl_story_doc *doc)
{
    dl_time t;
    if (dl_json_get_time(json, "published", &t)) doc->published_ms = t.ms;
    yyjson_val *seen = yyjson_obj_get(json, "seen");
    if (dl_json_get_time(seen, "by", &t) || dl_json_get_time(json, "seen", &t))
        doc->time_ms = t.ms;
    else
        doc->time_ms = doc->published_ms != 0 ? doc->published_ms : c->last_ms;
    if (doc->time_ms > c->last_ms) c->last_ms = doc->time_ms;
}

/* line is the one being read: it is not among the others yet. */
static uint64_t *into_of(struct cluster *c, struct line *line, uint64_t key)
{
    return key == c->lines.n + 1 ? &line->into : &c->lines.p[key - 1].into;
}

static uint64_t final_of(const struct cluster *c, uint64_t key)
{
    while (c->lines.p[key - 1].into != 0)
        key = c->lines.p[key - 1].into;
    return key;
}

static enum dl_err add(struct cluster *c, struct article *a, struct line *line)
{
    DL_TRY(a->err);
    line->id = dl_str_dup(c->cli->arena, dl_json_get_str(a->json, "id"));
    if (line->id.n == 0) return dl_fail(&a->diag, DL_ERR_INVALID, DL_NO_POS, "no id");
    struct dl_story_doc doc = {.key = c->lines.n + 1, .features = &a->features};
    doc.outlet = dl_json_get_str(a->json, "outlet");
    host_of(dl_json_get_str(a->json, "url"), &doc.outlet);
    read_times(c, a->json, &doc);
    struct dl_story_result r;
    DL_TRY(dl_stories_add(c->stories, &doc, &r));
    line->story = r.story;
    line->story_online = dl_stories_now(c->stories, r.story);
    for (size_t i = 0; i < r.n_joins; i++)
        *into_of(c, line, r.joins[i].from) = r.joins[i].into;
    line->copy_of = r.copy_of;
    line->translation_of = r.translation_of;
    line->translation_similarity = (float)r.translation_similarity;
    line->similarity = (float)r.similarity;
    return DL_OK;
}

static dl_str error_line(struct cluster *c, dl_str id, enum dl_err err, const struct dl_diag *diag)
{
    dl_buf out = DL_BUF_INIT(1 << 20);
    dl_str copy = {NULL, 0};
    yyjson_mut_doc *json = dl_json_new(c->arena);
    if (json == NULL) return copy;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    dl_json_str(json, root, "id", id);
    dl_json_int(json, root, "line", (int64_t)c->lines.n + 1);
    yyjson_mut_val *e = dl_json_obj(json, root, "error");
    dl_json_c(json, e, "code", dl_err_name(err));
    dl_json_c(json, e, "message", diag->message[0] != '\0' ? diag->message : dl_err_text(err));
    if (dl_json_line(json, c->arena, &out) == DL_OK)
        copy = dl_str_dup(c->cli->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static enum dl_err add_article(struct cluster *c, struct article *a)
{
    struct line line = {.id = {NULL, 0}};
    enum dl_err err = add(c, a, &line);
    if (err == DL_ERR_NOMEM) return err;
    if (err != DL_OK) {
        c->some_failed = true;
        line.error = error_line(c, line.id, err, &a->diag);
    }
    dl_arena_reset(c->arena);
    dl_arena_reset(a->arena);
    if (dl_vec_push(c->cli->arena, &c->lines, line) != DL_OK) return DL_ERR_NOMEM;
    return DL_OK;
}

/* ------------------------------------------------------------------ reading, in parallel */

static enum dl_err read_words(struct dl_featurer *featurer, struct article *a)
{
    yyjson_doc *parsed;
    DL_TRY(a->err);
    DL_TRY(dl_json_read(a->arena, a->text, &parsed, &a->diag));
    a->json = yyjson_doc_get_root(parsed);
    struct dl_features_input in = {.title = dl_json_get_str(a->json, "title"),
                                   .subtitle = dl_json_get_str(a->json, "subtitle"),
                                   .text = dl_json_get_str(a->json, "text"),
                                   .language = dl_json_get_str(a->json, "language")};
    return dl_features_make(featurer, a->arena, &in, &a->features);
}

static void *read_share(void *ctx)
{
    struct reader *r = ctx;
    for (size_t i = r->first; i < r->cluster->n_batch; i += r->cluster->n_readers)
        r->cluster->batch[i].err = read_words(r->featurer, &r->cluster->batch[i]);
    return NULL;
}

/* Words are read by all threads, articles are added by this one: order and bytes are the same
 * whatever their number. A thread that does not start has its share read here. */
static enum dl_err flush(struct cluster *c)
{
    bool started[MAX_THREADS] = {false};
    for (size_t i = 1; i < c->n_readers && i < c->n_batch; i++)
        started[i] = pthread_create(&c->readers[i].thread, NULL, read_share, &c->readers[i]) == 0;
    for (size_t i = 0; i < c->n_readers; i++)
        if (!started[i]) read_share(&c->readers[i]);
    for (size_t i = 1; i < c->n_readers; i++)
        if (started[i]) pthread_join(c->readers[i].thread, NULL);
    for (size_t i = 0; i < c->n_batch; i++)
        DL_TRY(add_article(c, &c->batch[i]));
    c->n_batch = 0;
    return DL_OK;
}

static enum dl_err take_line(struct cluster *c, dl_str text, enum dl_err err)
{
    struct article *a = &c->batch[c->n_batch++];
    a->diag = (struct dl_diag){.pos = DL_NO_POS};
    a->err = err;
    if (err == DL_OK) {
        a->text = dl_str_dup(a->arena, text);
        a->err = dl_arena_failed(a->arena);
    }
    return c->n_batch == BATCH ? flush(c) : DL_OK;
}

static enum dl_err read_file(struct cluster *c, const char *path)
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
        err = take_line(c, text, got);
    }
    dl_lines_free(&lines);
    if (fd != STDIN_FILENO) close(fd);
    return err;
}

static dl_str id_of(const struct cluster *c, uint64_t key)
{
    return c->lines.p[key - 1].id;
}

static enum dl_err print_line(struct cluster *c, const struct line *line, dl_buf *out)
{
    if (line->error.n > 0) {
        dl_buf_str(out, line->error);
        return dl_buf_failed(out);
    }
    yyjson_mut_doc *json = dl_json_new(c->arena);
    if (json == NULL) return DL_ERR_NOMEM;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    dl_json_str(json, root, "id", line->id);
    dl_json_str(json, root, "story", id_of(c, final_of(c, line->story)));
    dl_json_str(json, root, "story_online", id_of(c, line->story_online));
    if (line->copy_of != 0) dl_json_str(json, root, "copy_of", id_of(c, line->copy_of));
    if (line->similarity > 0) dl_json_score(json, root, "similarity", (double)line->similarity);
    if (line->translation_of != 0) {
        dl_json_str(json, root, "translation_of", id_of(c, line->translation_of));
        dl_json_score(json, root, "translation_similarity", (double)line->translation_similarity);
    }
    return dl_json_line(json, c->arena, out);
}

static enum dl_err print_all(struct cluster *c)
{
    enum { FLUSH = 1 << 20 };
    dl_buf out = DL_BUF_INIT(LINE_MAX_BYTES);
    enum dl_err err = DL_OK;
    for (size_t i = 0; err == DL_OK && i < c->lines.n; i++) {
        err = print_line(c, &c->lines.p[i], &out);
        dl_arena_reset(c->arena);
        if (err != DL_OK || (out.n < FLUSH && i + 1 < c->lines.n)) continue;
        err = dl_io_write_fd(STDOUT_FILENO, out.p, out.n);
        dl_buf_reset(&out);
    }
    dl_buf_free(&out);
    return err;
}

/* The stream has ended: stories that waited for their like need not wait any more. */
static enum dl_err settle(struct cluster *c)
{
    struct dl_story_join joins[DL_STORY_JOINS];
    enum dl_err err = DL_OK;
    for (size_t n; dl_stories_settle(c->stories, &n, joins, &err);)
        for (size_t i = 0; i < n; i++)
            c->lines.p[joins[i].from - 1].into = joins[i].into;
    return err;
}

static int run_all(struct cluster *c)
{
    static const char *standard_input[] = {"-"};
    size_t n = c->cli->nargs > 0 ? c->cli->nargs : 1;
    const char **paths = c->cli->nargs > 0 ? c->cli->args : standard_input;
    for (size_t i = 0; i < n; i++) {
        enum dl_err err = read_file(c, paths[i]);
        if (err != DL_OK) return dl_cli_fail(c->cli, "%s: %s", paths[i], dl_err_text(err));
    }
    enum dl_err err = flush(c);
    if (err == DL_OK) err = settle(c);
    if (err == DL_OK) err = print_all(c);
    if (err != DL_OK) return dl_cli_fail(c->cli, "%s", dl_err_text(err));
    return c->some_failed ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}

static bool open_all(struct cluster *c, size_t threads)
{
    c->arena = dl_arena_new(ARENA_CAP);
    c->readers = calloc(threads, sizeof *c->readers);
    if (c->stories == NULL || c->bilingual == NULL || c->arena == NULL || c->readers == NULL)
        return false;
    for (; c->n_readers < threads; c->n_readers++) {
        struct dl_featurer *featurer = dl_featurer_new();
        if (featurer == NULL) return false;
        c->readers[c->n_readers] = (struct reader){c, featurer, c->n_readers, 0};
    }
    for (size_t i = 0; i < BATCH; i++)
        if ((c->batch[i].arena = dl_arena_new(ARENA_CAP)) == NULL) return false;
    return true;
}

static void close_all(struct cluster *c)
{
    for (size_t i = 0; i < c->n_readers; i++)
        dl_featurer_free(c->readers[i].featurer);
    for (size_t i = 0; i < BATCH; i++)
        dl_arena_free(c->batch[i].arena);
    free(c->readers);
    dl_stories_free(c->stories);
    dl_bilingual_free(c->bilingual);
    dl_arena_free(c->arena);
}

static int run(struct dl_cli *cli)
{
    const char *mode = dl_cli_get(cli, "lang-mode");
    if (mode != NULL && strcmp(mode, "mono") != 0 && strcmp(mode, "cross") != 0)
        return dl_cli_usage(cli, "--lang-mode wants mono or cross, not '%s'", mode);
    long threads, cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!dl_cli_int(cli, "threads", cores > 0 ? cores : 1, 1, MAX_THREADS, &threads))
        return DL_EXIT_USAGE;
    struct dl_stories_options options = {.one_language = mode && strcmp(mode, "mono") == 0};
    struct cluster *c = calloc(1, sizeof *c);
    if (c == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    c->cli = cli;
    c->bilingual = dl_bilingual_new(dl_bilingual_folder(), dl_cache_dir(cli));
    options.bilingual = c->bilingual;
    c->stories = dl_stories_new(&options);
    bool ready = open_all(c, (size_t)threads);
    int code = ready ? run_all(c) : dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    close_all(c);
    free(c);
    return code;
}

const struct dl_command dl_cmd_cluster = {
    .name = "cluster",
    .summary = "group articles into stories and find copies",
    .arguments = "[FILE]...",
    .description =
        "Reads NDJSON articles in the order of their arrival (id, published, seen, language, title,\n"
        "subtitle, text, url, outlet) and prints one line for each: id, story, story_online (as it\n"
        "was when the article came), copy_of and similarity, and translation_of where the text is\n"
        "another article's in another language. A story is named by the id of the article that\n"
        "founded it.",
    .options = {{"lang-mode", 0, "MODE",
                 "cross: a story may hold several languages (default); mono: only one"},
                {"threads", 't', "N", "threads that read words (default: all cores)"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline cluster articles.ndjson", "stories of a stream"}, {NULL, NULL}},
    .run = run,
};
