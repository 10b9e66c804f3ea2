#include <unistd.h>

#include "cmd/stream.h"

enum { OUT_MAX_BYTES = 64 << 20 };

static dl_str id_of(dl_stream *stream, uint64_t key)
{
    return dl_stream_at(stream, key - 1)->id;
}

static enum dl_err print_line(dl_stream *stream, const struct dl_streamed *line, dl_arena *arena,
                              dl_buf *out)
{
    if (line->story == 0) {
        dl_buf_str(out, line->id);
        return dl_buf_failed(out);
    }
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return DL_ERR_NOMEM;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    dl_json_str(json, root, "id", line->id);
    dl_json_str(json, root, "story", id_of(stream, dl_stream_final(stream, line->story)));
    dl_json_str(json, root, "story_online", id_of(stream, line->story_online));
    if (line->copy_of != 0) dl_json_str(json, root, "copy_of", id_of(stream, line->copy_of));
    if (line->similarity > 0) dl_json_score(json, root, "similarity", (double)line->similarity);
    if (line->translation_of != 0) {
        dl_json_str(json, root, "translation_of", id_of(stream, line->translation_of));
        dl_json_score(json, root, "translation_similarity", (double)line->translation_similarity);
    }
    return dl_json_line(json, arena, out);
}

static enum dl_err print_all(void *ctx, dl_stream *stream)
{
    enum { FLUSH = 1 << 20, ARENA_CAP = 256 << 20 };
    (void)ctx;
    dl_buf out = DL_BUF_INIT(OUT_MAX_BYTES);
    dl_arena *arena = dl_arena_new(ARENA_CAP);
    enum dl_err err = arena != NULL ? DL_OK : DL_ERR_NOMEM;
    size_t n = dl_stream_count(stream);
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        err = print_line(stream, dl_stream_at(stream, i), arena, &out);
        dl_arena_reset(arena);
        if (err != DL_OK || (out.n < FLUSH && i + 1 < n)) continue;
        err = dl_io_write_fd(STDOUT_FILENO, out.p, out.n);
        dl_buf_reset(&out);
    }
    dl_arena_free(arena);
    dl_buf_free(&out);
    return err;
}

static int run(struct dl_cli *cli)
{
    const char *mode = dl_cli_get(cli, "lang-mode");
    if (mode != NULL && strcmp(mode, "mono") != 0 && strcmp(mode, "cross") != 0)
        return dl_cli_usage(cli, "--lang-mode wants mono or cross, not '%s'", mode);
    struct dl_stream_options options = {.one_language = mode && strcmp(mode, "mono") == 0,
                                        .end = print_all};
    int code;
    dl_stream *stream = dl_stream_open(cli, &options, &code);
    if (stream == NULL) return code;
    code = dl_stream_run(stream);
    dl_stream_free(stream);
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
        "another article's in another language. A story is named by the id of one of its articles,\n"
        "mostly the one that founded it.",
    .options = {{"lang-mode", 0, "MODE",
                 "cross: a story may hold several languages (default); mono: only one"},
                {"threads", 't', "N", "threads that read words (default: all cores)"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline cluster articles.ndjson", "stories of a stream"}, {NULL, NULL}},
    .run = run,
};
