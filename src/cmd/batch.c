#include "cmd/batch.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/utf8.h"

enum { ARENA_CAP = 256 << 20, LINE_MAX_BYTES = 64 << 20 };

struct batch {
    struct dl_cli *cli;
    dl_batch_fn fn;
    void *ctx;
    dl_arena *arena; /* reset for each document */
    dl_buf out;
    bool some_failed;
};

static void put_error(yyjson_mut_doc *json, const struct dl_diag *diag, enum dl_err err)
{
    yyjson_mut_val *e = dl_json_obj(json, yyjson_mut_doc_get_root(json), "error");
    dl_json_c(json, e, "code", dl_err_name(err));
    dl_json_c(json, e, "message", diag->message[0] != '\0' ? diag->message : dl_err_text(err));
    if (diag->message[0] != '\0' && diag->pos != DL_NO_POS)
        dl_json_int(json, e, "position", (int64_t)diag->pos);
}

static enum dl_err print_error(struct batch *b, dl_str input, struct dl_diag *diag, enum dl_err err)
{
    b->some_failed = true;
    dl_arena *small = dl_arena_new(1 << 20);
    if (small == NULL) return DL_ERR_NOMEM;
    yyjson_mut_doc *json = dl_json_new(small);
    if (json != NULL) {
        dl_json_str(json, yyjson_mut_doc_get_root(json), "input", dl_utf8_repair(small, input));
        put_error(json, diag, err);
        err = dl_json_line(json, small, &b->out);
    }
    dl_arena_free(small);
    return json == NULL ? DL_ERR_NOMEM : err;
}

static enum dl_err one(struct batch *b, const struct dl_batch_doc *doc)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf_reset(&b->out);
    yyjson_mut_doc *json = dl_json_new(b->arena);
    enum dl_err err = json == NULL ? DL_ERR_NOMEM : DL_OK;
    if (err == DL_OK) {
        yyjson_mut_val *object = yyjson_mut_doc_get_root(json);
        dl_json_str(json, object, "input", dl_utf8_repair(b->arena, doc->input));
        err = b->fn(b->ctx, b->arena, doc, json, object, &diag);
    }
    if (err == DL_OK) err = dl_json_line(json, b->arena, &b->out);
    if (err != DL_OK) {
        dl_buf_reset(&b->out);
        err = print_error(b, doc->input, &diag, err);
    }
    if (err == DL_OK) err = dl_io_write_fd(STDOUT_FILENO, b->out.p, b->out.n);
    dl_arena_reset(b->arena);
    return err;
}

static enum dl_err failed_input(struct batch *b, dl_str input, struct dl_diag *diag,
                                enum dl_err err)
{
    dl_buf_reset(&b->out);
    DL_TRY(print_error(b, input, diag, err));
    return dl_io_write_fd(STDOUT_FILENO, b->out.p, b->out.n);
}

static enum dl_err from_ndjson(struct batch *b, const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (fd < 0) {
        dl_fail(&diag, DL_ERR_NOT_FOUND, DL_NO_POS, "cannot open %s", path);
        return failed_input(b, dl_str_c(path), &diag, DL_ERR_NOT_FOUND);
    }
    dl_lines lines;
    dl_lines_init(&lines, fd, LINE_MAX_BYTES);
    enum dl_err err = DL_OK;
    dl_str line;
    for (;;) {
        enum dl_err got = dl_lines_next(&lines, &line);
        if (got == DL_ERR_NOT_FOUND) break;
        if (got == DL_OK && dl_str_trim(line).n == 0) continue;
        struct dl_batch_doc doc = {.input = DL_STR("-")};
        yyjson_doc *json = NULL;
        diag = (struct dl_diag){.pos = DL_NO_POS};
        if (got == DL_OK) got = dl_json_read(b->arena, line, &json, &diag);
        if (got == DL_OK) {
            doc.fields = yyjson_doc_get_root(json);
            dl_str id = dl_json_get_str(doc.fields, "id");
            if (id.n > 0) doc.input = id;
            err = one(b, &doc);
        } else {
            err = failed_input(b, doc.input, &diag, got);
        }
        if (err != DL_OK) break;
    }
    dl_lines_free(&lines);
    if (fd != STDIN_FILENO) close(fd);
    return err;
}

static enum dl_err from_file(struct batch *b, dl_str path)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf body = DL_BUF_INIT(DL_BATCH_MAX_DOC + 1);
    enum dl_err err = dl_io_read_file(path.p, DL_BATCH_MAX_DOC, &body, &diag);
    if (err == DL_OK)
        err = one(b, &(struct dl_batch_doc){.input = path, .body = dl_buf_slice(&body)});
    else
        err = failed_input(b, path, &diag, err);
    dl_buf_free(&body);
    return err;
}

static enum dl_err from_paths(struct batch *b)
{
    static const char *standard_input[] = {"-"};
    size_t n = b->cli->nargs > 0 ? b->cli->nargs : 1;
    const char **args = b->cli->nargs > 0 ? b->cli->args : standard_input;
    for (size_t i = 0; i < n; i++) {
        struct dl_diag diag = {.pos = DL_NO_POS};
        dl_str_vec paths = {0};
        enum dl_err err = dl_io_list(b->cli->arena, args[i], &paths, &diag);
        if (err != DL_OK) DL_TRY(failed_input(b, dl_str_c(args[i]), &diag, err));
        for (size_t k = 0; err == DL_OK && k < paths.n; k++) DL_TRY(from_file(b, paths.p[k]));
    }
    return DL_OK;
}

int dl_batch_run(struct dl_cli *cli, dl_batch_fn fn, void *ctx)
{
    struct batch b = {.cli = cli, .fn = fn, .ctx = ctx, .arena = dl_arena_new(ARENA_CAP)};
    dl_buf_init(&b.out, LINE_MAX_BYTES);
    if (b.arena == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    const char *batch_file = dl_cli_get(cli, "batch");
    enum dl_err err = batch_file != NULL ? from_ndjson(&b, batch_file) : from_paths(&b);
    dl_buf_free(&b.out);
    dl_arena_free(b.arena);
    if (err != DL_OK) return dl_cli_fail(cli, "%s", dl_err_text(err));
    return b.some_failed ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}
