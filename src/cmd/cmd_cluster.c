#include <fcntl.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/cli.h"
#include "story/stories.h"

enum { ARENA_CAP = 256 << 20, LINE_MAX_BYTES = 64 << 20 };

/* What is kept of each line until the stream has ended, for stories may still join. */
struct line {
    dl_str id;
    dl_str error;                          /* the finished line instead of an answer */
    uint64_t story, story_online, copy_of; /* keys are line numbers from 1 */
    uint64_t into; /* of the line that founded a story: the one it was joined into, 0: none */
    float similarity;
};

struct cluster {
    struct dl_cli *cli;
    struct dl_stories *stories;
    struct dl_featurer *featurer;
    dl_arena *arena;           /* reset for each document */
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

static enum dl_err one(struct cluster *c, dl_str text, struct line *line, struct dl_diag *diag)
{
    yyjson_doc *parsed;
    DL_TRY(dl_json_read(c->arena, text, &parsed, diag));
    yyjson_val *json = yyjson_doc_get_root(parsed);
    line->id = dl_str_dup(c->cli->arena, dl_json_get_str(json, "id"));
    if (line->id.n == 0) return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "no id");
    struct dl_features_input in = {.title = dl_json_get_str(json, "title"),
                                   .subtitle = dl_json_get_str(json, "subtitle"),
                                   .text = dl_json_get_str(json, "text"),
                                   .language = dl_json_get_str(json, "language")};
    struct dl_features features;
    DL_TRY(dl_features_make(c->featurer, c->arena, &in, &features));
    struct dl_story_doc doc = {.key = c->lines.n + 1, .features = &features};
    doc.outlet = dl_json_get_str(json, "outlet");
    host_of(dl_json_get_str(json, "url"), &doc.outlet);
    read_times(c, json, &doc);
    struct dl_story_result r;
    DL_TRY(dl_stories_add(c->stories, &doc, &r));
    line->story = r.story;
    line->story_online = dl_stories_now(c->stories, r.story);
    for (size_t i = 0; i < r.n_joins; i++)
        *into_of(c, line, r.joins[i].from) = r.joins[i].into;
    line->copy_of = r.copy_of;
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
    yyjson_mut_val *e = dl_json_obj(json, root, "error");
    dl_json_c(json, e, "code", dl_err_name(err));
    dl_json_c(json, e, "message", diag->message[0] != '\0' ? diag->message : dl_err_text(err));
    if (dl_json_line(json, c->arena, &out) == DL_OK)
        copy = dl_str_dup(c->cli->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static enum dl_err add_line(struct cluster *c, dl_str text, enum dl_err err)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct line line = {.id = {NULL, 0}};
    if (err == DL_OK) err = one(c, text, &line, &diag);
    if (err == DL_ERR_NOMEM) return err;
    if (err != DL_OK) {
        c->some_failed = true;
        line.error = error_line(c, line.id, err, &diag);
    }
    dl_arena_reset(c->arena);
    if (dl_vec_push(c->cli->arena, &c->lines, line) != DL_OK) return DL_ERR_NOMEM;
    return DL_OK;
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
        err = add_line(c, text, got);
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

static int run_all(struct cluster *c)
{
    static const char *standard_input[] = {"-"};
    size_t n = c->cli->nargs > 0 ? c->cli->nargs : 1;
    const char **paths = c->cli->nargs > 0 ? c->cli->args : standard_input;
    for (size_t i = 0; i < n; i++) {
        enum dl_err err = read_file(c, paths[i]);
        if (err != DL_OK) return dl_cli_fail(c->cli, "%s: %s", paths[i], dl_err_text(err));
    }
    enum dl_err err = print_all(c);
    if (err != DL_OK) return dl_cli_fail(c->cli, "%s", dl_err_text(err));
    return c->some_failed ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}

static int run(struct dl_cli *cli)
{
    const char *mode = dl_cli_get(cli, "lang-mode");
    if (mode != NULL && strcmp(mode, "mono") != 0 && strcmp(mode, "cross") != 0)
        return dl_cli_usage(cli, "--lang-mode wants mono or cross, not '%s'", mode);
    struct dl_stories_options options = {.one_language = mode && strcmp(mode, "mono") == 0};
    struct cluster c = {.cli = cli,
                        .stories = dl_stories_new(&options),
                        .featurer = dl_featurer_new(),
                        .arena = dl_arena_new(ARENA_CAP)};
    bool ready = c.stories != NULL && c.featurer != NULL && c.arena != NULL;
    int code = ready ? run_all(&c) : dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    dl_stories_free(c.stories);
    dl_featurer_free(c.featurer);
    if (c.arena != NULL) dl_arena_free(c.arena);
    return code;
}

const struct dl_command dl_cmd_cluster = {
    .name = "cluster",
    .summary = "group articles into stories and find copies",
    .arguments = "[FILE]...",
    .description =
        "Reads NDJSON articles in the order of their arrival (id, published, seen, language, title,\n"
        "subtitle, text, url, outlet) and prints one line for each: id, story, story_online (as it\n"
        "was when the article came), copy_of and similarity. A story is named by the id of the\n"
        "article that founded it.",
    .options = {{"lang-mode", 0, "MODE",
                 "cross: a story may hold several languages (default); mono: only one"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline cluster articles.ndjson", "stories of a stream"}, {NULL, NULL}},
    .run = run,
};
