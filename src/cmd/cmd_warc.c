#include <fcntl.h>
#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/cli.h"
#include "feed/warc.h"

static void put_error(yyjson_mut_doc *json, yyjson_mut_val *o, const struct dl_warc_record *r)
{
    if (r->error == DL_OK) return;
    yyjson_mut_val *e = dl_json_obj(json, o, "error");
    dl_json_c(json, e, "code", dl_err_name(r->error));
    dl_json_c(json, e, "message", r->message);
    dl_json_int(json, e, "position", (int64_t)r->error_offset);
}

static void put_digest(yyjson_mut_doc *json, yyjson_mut_val *o, const char *key,
                       enum dl_warc_digest digest)
{
    if (digest != DL_DIGEST_NONE) dl_json_bool(json, o, key, digest == DL_DIGEST_OK);
}

static enum dl_err put_record(dl_arena *arena, const char *path, const struct dl_warc_record *r,
                              dl_buf *out)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "input", dl_utf8_repair(arena, dl_str_c(path)));
    dl_json_int(json, o, "offset", (int64_t)r->offset);
    if (r->length > 0) dl_json_int(json, o, "length", (int64_t)r->length);
    dl_json_str(json, o, "type", r->type);
    dl_json_str(json, o, "uri", r->uri);
    dl_json_time(json, o, "date", arena, r->date);
    if (r->status > 0) dl_json_int(json, o, "status", r->status);
    dl_json_str(json, o, "content_type", r->content_type);
    put_digest(json, o, "payload_digest_ok", r->payload_digest);
    put_digest(json, o, "block_digest_ok", r->block_digest);
    dl_json_str(json, o, "truncated", r->truncated);
    put_error(json, o, r);
    return dl_json_line(json, arena, out);
}

enum { OUT_STEP = 64 << 10 };

struct reading {
    dl_arena *arena;
    dl_buf out;
    bool damaged;
};

static enum dl_err flush(struct reading *run, size_t above)
{
    if (run->out.n <= above) return DL_OK;
    DL_TRY(dl_io_write_fd(STDOUT_FILENO, run->out.p, run->out.n));
    dl_buf_reset(&run->out);
    return DL_OK;
}

static enum dl_err read_all(struct reading *run, const char *path, int fd)
{
    dl_warc *w;
    struct dl_warc_record r;
    DL_TRY(dl_warc_open(fd, NULL, &w));
    enum dl_err err;
    while ((err = dl_warc_next(w, &r)) == DL_OK) {
        run->damaged |= r.error != DL_OK;
        dl_arena_reset(run->arena);
        err = put_record(run->arena, path, &r, &run->out);
        if (err == DL_OK) err = flush(run, OUT_STEP);
        if (err != DL_OK) break;
    }
    dl_warc_close(w);
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static enum dl_err one(struct reading *run, const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct dl_warc_record failed = {.error = DL_ERR_NOT_FOUND, .message = "cannot open it"};
    enum dl_err err = DL_OK;
    if (fd >= 0) err = read_all(run, path, fd);
    if (fd > STDIN_FILENO) close(fd);
    if (fd >= 0 && err != DL_ERR_IO) return err;
    if (err == DL_ERR_IO)
        failed = (struct dl_warc_record){.error = err, .message = "cannot read it"};
    run->damaged = true;
    dl_arena_reset(run->arena);
    return put_record(run->arena, path, &failed, &run->out);
}

static enum dl_err all(struct reading *run, struct dl_cli *cli)
{
    static const char *standard_input[] = {"-"};
    const char **args = cli->nargs > 0 ? cli->args : standard_input;
    for (size_t i = 0; i < (cli->nargs > 0 ? cli->nargs : 1); i++) {
        struct dl_diag diag = {.pos = DL_NO_POS};
        dl_str_vec paths = {0};
        if (dl_io_list(cli->arena, args[i], &paths, &diag) != DL_OK) {
            DL_TRY(one(run, args[i]));
            continue;
        }
        for (size_t k = 0; k < paths.n; k++)
            DL_TRY(one(run, paths.p[k].p));
    }
    return flush(run, 0);
}

static int run(struct dl_cli *cli)
{
    struct reading r = {.arena = dl_arena_new(DL_ARENA_NO_CAP), .out = DL_BUF_INIT(16 << 20)};
    enum dl_err err = r.arena == NULL ? DL_ERR_NOMEM : all(&r, cli);
    dl_buf_free(&r.out);
    dl_arena_free(r.arena);
    if (err != DL_OK) return dl_cli_fail(cli, "%s", dl_err_text(err));
    return r.damaged ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}

const struct dl_command dl_cmd_warc = {
    .name = "warc",
    .summary = "lists the records of web archives (WARC, ARC)",
    .arguments = "[FILE]...",
    .description =
        "One JSON line for each record: offset, length, type, uri, date, status, content_type, "
        "payload_digest_ok, block_digest_ok, truncated, error. Plain, gzip and zstd files.\n\n"
        "Damage is reported as a line with error; reading goes on at the next sound record, and "
        "the exit code is 4.",
    .options = {{"threads", 't', "N", "accepted as of the other commands; one file is one thread"}},
    .examples =
        {
            {"dateline warc news.warc.gz | jq -r 'select(.status==200).uri'",
             "pages of an archive"},
        },
    .run = run,
};
