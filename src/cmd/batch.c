#include "cmd/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "cmd/web_input.h"
#include "queue/pool.h"
#include "queue/sandbox.h"

enum {
    LINE_MAX_BYTES = DL_FRAME_MAX_PART,
    WINDOW = 256, /* answers that may wait for an earlier one */
    PLAIN_MAX = 64 << 20,
    KEEP_LINE = 4 << 20,     /* bytes: memory of longer lines is given back */
    FETCH_MEMORY = 64 << 20, /* a body of 16 MiB and the addresses of its hops */
};

static const char ACCEPT[] = "text/html, application/xhtml+xml, */*;q=0.1";

/* JOB_PLACE: a line of the batch file, by its place; readers have the file open. */
enum job_type { JOB_FILE = 1, JOB_LINE, JOB_PLACE };

struct place {
    uint64_t at, n;
};

struct slot {
    struct batch *batch;
    dl_buf answer; /* what will be printed */
    dl_buf name;   /* of a file; else the line, which names itself */
    struct place place;
    uint32_t type;
    bool ready;
};

struct batch {
    struct dl_cli *cli;
    dl_batch_fn fn;
    void *ctx;
    dl_pool *pool;   /* NULL: in this process */
    dl_arena *arena; /* in this process: reset for each document */
    struct slot slots[WINDOW];
    struct slot *waiting[WINDOW]; /* those in use, a ring in input order */
    struct slot *spare[WINDOW];   /* the others; the last used is taken first: it is warm */
    size_t first, count, n_spare;
    int fd;        /* batch file; -1: standard input or not there */
    bool by_place; /* readers read the lines themselves */
    bool takes_addresses;
    bool for_people; /* what is printed is no JSON: errors go to standard error */
    dl_egress egress;
    dl_polite *polite; /* NULL until the first address */
    bool some_failed;
};

enum dl_err dl_batch_body(dl_arena *arena, yyjson_val *fields, dl_str *ret_body, dl_str *ret_url,
                          struct dl_diag *diag)
{
    dl_str body;
    if (!dl_base64_decode(arena, dl_json_get_str(fields, "body_base64"), &body))
        return dl_fail(diag, DL_ERR_ENCODING, DL_NO_POS, "body_base64 is no base64");
    *ret_body = body;
    *ret_url = dl_json_get_str(fields, "url");
    return DL_OK;
}

/* --- in the reader ------------------------------------------------------------------------ */

static enum dl_err run_stage(struct batch *b, dl_arena *arena, const struct dl_batch_doc *doc,
                             dl_buf *out, struct dl_diag *diag)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *object = yyjson_mut_doc_get_root(json);
    dl_json_str(json, object, "input", dl_utf8_repair(arena, doc->input));
    DL_TRY(b->fn(b->ctx, arena, doc, json, object, diag));
    if (doc->plain->n > 0 || dl_buf_failed(doc->plain) != DL_OK) {
        dl_buf_str(out, dl_buf_slice(doc->plain));
        return dl_buf_failed(doc->plain) != DL_OK ? dl_buf_failed(doc->plain) : dl_buf_failed(out);
    }
    return dl_json_line(json, arena, out);
}

static enum dl_err read_place(int fd, struct place place, dl_buf *out)
{
    dl_buf_reset(out);
    if (place.n > LINE_MAX_BYTES) return DL_ERR_TOO_BIG;
    DL_TRY(dl_buf_reserve(out, place.n));
    while (out->n < place.n) {
        ssize_t got = pread(fd, out->p + out->n, place.n - out->n, (off_t)(place.at + out->n));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return DL_ERR_IO; /* also where somebody made the file shorter */
        out->n += (size_t)got;
    }
    return DL_OK;
}

static enum dl_err line_of(const struct batch *b, const struct dl_frame *ask, dl_str *ret_line)
{
    static dl_buf line = DL_BUF_INIT(LINE_MAX_BYTES + 1);
    struct place place;
    *ret_line = ask->part[1];
    if (ask->type != JOB_PLACE) return DL_OK;
    DL_ASSERT(ask->part[1].n == sizeof place);
    memcpy(&place, ask->part[1].p, sizeof place);
    if (line.cap > KEEP_LINE && place.n < KEEP_LINE) dl_buf_free(&line);
    DL_TRY(read_place(b->fd, place, &line));
    *ret_line = dl_buf_slice(&line);
    return DL_OK;
}

static enum dl_err work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                        struct dl_frame *ret_answer, struct dl_diag *diag)
{
    static dl_buf out = DL_BUF_INIT(LINE_MAX_BYTES), plain = DL_BUF_INIT(PLAIN_MAX);
    struct dl_batch_doc doc = {.input = ask->part[0], .plain = &plain};
    dl_buf_reset(&out);
    dl_buf_reset(&plain);
    if (ask->type != JOB_FILE) {
        yyjson_doc *json;
        dl_str line;
        DL_TRY(line_of(ctx, ask, &line));
        DL_TRY(dl_json_read(arena, line, &json, diag));
        doc.fields = yyjson_doc_get_root(json);
        dl_str id = dl_json_get_str(doc.fields, "id");
        doc.input = id.n > 0 ? id : DL_STR("-");
    } else {
        doc.body = ask->part[1];
        doc.url = ask->part[2];
        doc.content_type = ask->part[3];
    }
    DL_TRY(run_stage(ctx, arena, &doc, &out, diag));
    ret_answer->part[0] = dl_buf_slice(&out);
    return DL_OK;
}

/* --- in the command ----------------------------------------------------------------------- */

static void put_error(yyjson_mut_doc *json, const struct dl_diag *diag, enum dl_err err)
{
    yyjson_mut_val *e = dl_json_obj(json, yyjson_mut_doc_get_root(json), "error");
    dl_json_c(json, e, "code", dl_err_name(err));
    dl_json_c(json, e, "message", diag->message[0] != '\0' ? diag->message : dl_err_text(err));
    if (diag->pos != DL_NO_POS) dl_json_int(json, e, "position", (int64_t)diag->pos);
}

/* The document's id, for the error line of a document that could not be read. */
static dl_str name_of(dl_arena *arena, struct slot *slot)
{
    yyjson_doc *json;
    dl_str id = {NULL, 0};
    if (slot->type == JOB_FILE) return dl_buf_slice(&slot->name);
    if (slot->type == JOB_PLACE && read_place(slot->batch->fd, slot->place, &slot->name) != DL_OK)
        return DL_STR("-");
    if (dl_json_read(arena, dl_buf_slice(&slot->name), &json, NULL) == DL_OK)
        id = dl_json_get_str(yyjson_doc_get_root(json), "id");
    return id.n > 0 ? id : DL_STR("-");
}

/* Names and messages may hold bytes of strangers: none of them reaches a terminal as a command. */
static void tell_people(dl_arena *arena, dl_str name, enum dl_err err, const struct dl_diag *diag)
{
    const char *message = diag->message[0] != '\0' ? diag->message : dl_err_text(err);
    dl_str safe = dl_utf8_clean(arena, dl_utf8_repair(arena, dl_str_c(message)));
    name = dl_utf8_clean(arena, name);
    fprintf(stderr, "dateline: %.*s: %.*s (%s)\n", DL_FMT(name), DL_FMT(safe), dl_err_name(err));
}

static enum dl_err fail_slot(struct slot *slot, enum dl_err err, const struct dl_diag *diag)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    yyjson_mut_doc *json = arena == NULL ? NULL : dl_json_new(arena);
    enum dl_err result = DL_ERR_NOMEM;
    dl_buf_reset(&slot->answer);
    if (json != NULL && slot->batch->for_people) {
        tell_people(arena, dl_utf8_repair(arena, name_of(arena, slot)), err, diag);
        result = DL_OK;
    } else if (json != NULL) {
        dl_str name = dl_utf8_repair(arena, name_of(arena, slot));
        dl_json_str(json, yyjson_mut_doc_get_root(json), "input", name);
        put_error(json, diag, err);
        result = dl_json_line(json, arena, &slot->answer);
    }
    dl_arena_free(arena);
    slot->batch->some_failed = true;
    slot->ready = true;
    return result;
}

static void done(void *ctx, void *job, const struct dl_frame *answer, const struct dl_diag *diag)
{
    (void)ctx;
    struct slot *slot = job;
    enum dl_err err = (enum dl_err)answer->error;
    if (err == DL_OK) {
        dl_buf_reset(&slot->answer);
        dl_buf_str(&slot->answer, answer->part[0]);
        slot->ready = true;
        err = dl_buf_failed(&slot->answer);
        if (err == DL_OK) return;
    }
    if (fail_slot(slot, err, diag) != DL_OK) dl_buf_reset(&slot->answer);
}

static enum dl_err print_ready(struct batch *b)
{
    while (b->count > 0 && b->waiting[b->first]->ready) {
        struct slot *slot = b->waiting[b->first];
        DL_TRY(dl_io_write_fd(STDOUT_FILENO, slot->answer.p, slot->answer.n));
        b->spare[b->n_spare++] = slot;
        b->first = (b->first + 1) % WINDOW;
        b->count--;
    }
    return DL_OK;
}

static enum dl_err new_slot(struct batch *b, uint32_t type, dl_str name, struct slot **ret_slot)
{
    while (b->count == WINDOW || (b->pool != NULL && !dl_pool_has_room(b->pool))) {
        DL_TRY(dl_pool_wait(b->pool, DL_READER_WALL_MS / 2));
        DL_TRY(print_ready(b));
    }
    struct slot *slot = b->spare[--b->n_spare];
    b->waiting[(b->first + b->count++) % WINDOW] = slot;
    slot->type = type;
    slot->ready = false;
    dl_buf_reset(&slot->name);
    dl_buf_str(&slot->name, name);
    *ret_slot = slot;
    return dl_buf_failed(&slot->name);
}

static enum dl_err run_here(struct batch *b, const struct dl_frame *ask, struct slot *slot)
{
    struct dl_frame answer = {0};
    struct dl_diag diag = {.pos = DL_NO_POS};
    answer.error = work(b, b->arena, ask, &answer, &diag);
    done(b, slot, &answer, &diag);
    dl_arena_reset(b->arena);
    return print_ready(b);
}

/* Parts: name, body; url and media type of what was fetched. */
static enum dl_err submit(struct batch *b, const struct dl_frame *ask)
{
    struct slot *slot;
    uint32_t type = ask->type;
    /* A line names itself; keeping it whole serves only the error message. */
    DL_TRY(new_slot(b, type, ask->part[type == JOB_LINE ? 1 : 0], &slot));
    if (type == JOB_PLACE) memcpy(&slot->place, ask->part[1].p, sizeof slot->place);
    if (b->pool == NULL) return run_here(b, ask, slot);
    DL_TRY(dl_pool_submit(b->pool, type, ask->part, slot));
    return print_ready(b);
}

static enum dl_err failed_input(struct batch *b, dl_str name, enum dl_err err,
                                const struct dl_diag *diag)
{
    struct slot *slot;
    DL_TRY(new_slot(b, JOB_FILE, name, &slot));
    DL_TRY(fail_slot(slot, err, diag));
    return print_ready(b);
}

static enum dl_err submit_line(struct batch *b, const dl_lines *lines, dl_str line)
{
    struct dl_frame ask = {.type = JOB_LINE, .part = {DL_STR("-"), line}};
    struct place place = {lines->total - (uint64_t)(lines->buf.p + lines->buf.n - line.p), line.n};
    if (b->by_place) {
        ask.type = JOB_PLACE;
        ask.part[1] = (dl_str){(const char *)&place, sizeof place};
    }
    return submit(b, &ask);
}

static enum dl_err from_ndjson(struct batch *b, const char *path)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    bool is_stdin = strcmp(path, "-") == 0;
    if (!is_stdin && b->fd < 0) {
        dl_fail(&diag, DL_ERR_NOT_FOUND, DL_NO_POS, "cannot open it");
        return failed_input(b, dl_str_c(path), DL_ERR_NOT_FOUND, &diag);
    }
    dl_lines lines;
    dl_lines_init(&lines, is_stdin ? STDIN_FILENO : b->fd, LINE_MAX_BYTES);
    enum dl_err err = DL_OK;
    while (err == DL_OK) {
        dl_str line;
        enum dl_err got = dl_lines_next(&lines, &line);
        if (got == DL_ERR_NOT_FOUND) break;
        if (got != DL_OK)
            err = failed_input(b, DL_STR("-"), got, &diag);
        else if (dl_str_trim(line).n > 0)
            err = submit_line(b, &lines, line);
    }
    dl_lines_free(&lines);
    return err;
}

/* Before the readers are forked: they keep the file open. */
static void open_batch_file(struct batch *b)
{
    const char *path = dl_cli_get(b->cli, "batch");
    struct stat is;
    b->fd = -1;
    if (path == NULL || strcmp(path, "-") == 0) return;
    b->fd = open(path, O_RDONLY | O_CLOEXEC);
    b->by_place = b->fd >= 0 && fstat(b->fd, &is) == 0 && S_ISREG(is.st_mode);
}

static enum dl_err from_file(struct batch *b, dl_str path)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf body = DL_BUF_INIT(DL_BATCH_MAX_DOC + 1);
    enum dl_err err = dl_io_read_file(path.p, DL_BATCH_MAX_DOC, &body, &diag);
    struct dl_frame ask = {.type = JOB_FILE, .part = {path, dl_buf_slice(&body)}};
    err = err == DL_OK ? submit(b, &ask) : failed_input(b, path, err, &diag);
    dl_buf_free(&body);
    return err;
}

/* Readers are looked after while the network is waited for: their wall clock runs. */
static bool look_after_readers(void *ctx)
{
    struct batch *b = ctx;
    return b->pool == NULL || (dl_pool_wait(b->pool, 0) == DL_OK && print_ready(b) == DL_OK);
}

static enum dl_err from_address(struct batch *b, const char *address)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_polite_options options = {
        .egress = &b->egress, .go_on = look_after_readers, .ctx = b};
    struct dl_polite_answer answer;
    if (b->polite == NULL) DL_TRY(dl_polite_new(&options, &b->polite, &diag));
    dl_arena *arena = dl_arena_new(FETCH_MEMORY);
    if (arena == NULL) return DL_ERR_NOMEM;
    dl_polite_get(b->polite, arena, dl_str_c(address), dl_str_c(ACCEPT), &answer);
    struct dl_frame ask = {
        .type = JOB_FILE,
        .part = {dl_str_c(address), answer.body, answer.url, answer.content_type}};
    bool closed = answer.err == DL_ERR_DENIED && strstr(answer.words, "public Internet") != NULL;
    const char *next = closed ? "; if it is yours, name its network with --egress-allow" : "";
    if (answer.err != DL_OK) dl_fail(&diag, answer.err, DL_NO_POS, "%s%s", answer.words, next);
    enum dl_err err =
        answer.err == DL_OK ? submit(b, &ask) : failed_input(b, ask.part[0], answer.err, &diag);
    dl_arena_free(arena);
    return err;
}

/* "news.example/a" is no file, and meant as no file. */
static void hint_at_address(const struct batch *b, const char *arg, struct dl_diag *diag)
{
    dl_str s = dl_str_c(arg), host = dl_str_sub(s, 0, dl_str_chr(s, '/', 0));
    bool looks = dl_str_find_c(s, "://", 0) != DL_NO_POS || dl_str_istarts(s, "www.") ||
                 (host.n < s.n && dl_str_chr(host, '.', 1) != DL_NO_POS);
    if (!b->takes_addresses || host.n == 0 || !looks) return;
    dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS,
            "there is no file %s; an address begins with https:// or http://", arg);
}

static enum dl_err from_paths(struct batch *b)
{
    static const char *standard_input[] = {"-"};
    size_t n = b->cli->nargs > 0 ? b->cli->nargs : 1;
    const char **args = b->cli->nargs > 0 ? b->cli->args : standard_input;
    for (size_t i = 0; i < n; i++) {
        struct dl_diag diag = {.pos = DL_NO_POS};
        dl_str_vec paths = {0};
        if (b->takes_addresses && dl_is_web_address(args[i])) {
            DL_TRY(from_address(b, args[i]));
            continue;
        }
        enum dl_err err = dl_io_list(b->cli->arena, args[i], &paths, &diag);
        if (err == DL_ERR_NOT_FOUND) hint_at_address(b, args[i], &diag);
        if (err != DL_OK) DL_TRY(failed_input(b, dl_str_c(args[i]), err, &diag));
        for (size_t k = 0; err == DL_OK && k < paths.n; k++)
            DL_TRY(from_file(b, paths.p[k]));
    }
    return DL_OK;
}

static enum dl_err run_all(struct batch *b)
{
    const char *batch_file = dl_cli_get(b->cli, "batch");
    DL_TRY(batch_file != NULL ? from_ndjson(b, batch_file) : from_paths(b));
    while (b->count > 0) {
        DL_TRY(print_ready(b));
        if (b->count > 0) DL_TRY(dl_pool_wait(b->pool, DL_READER_WALL_MS / 2));
    }
    return DL_OK;
}

static bool prints_for_people(const struct dl_cli *cli)
{
    if (!dl_cli_knows(cli, "format") || !dl_cli_has(cli, "format")) return false;
    return strcmp(dl_cli_get(cli, "format"), "json") != 0;
}

int dl_batch_run(struct dl_cli *cli, dl_batch_fn fn, void *ctx)
{
    long threads;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!dl_cli_int(cli, "threads", cores > 0 ? cores : 1, 1, DL_POOL_MAX_READERS, &threads))
        return DL_EXIT_USAGE;
    struct batch *b = dl_calloc(cli->arena, 1, sizeof *b);
    if (b == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    *b = (struct batch){.cli = cli,
                        .fn = fn,
                        .ctx = ctx,
                        .takes_addresses = dl_cli_knows(cli, "egress-allow"),
                        .for_people = prints_for_people(cli)};
    if (b->takes_addresses && !dl_cli_egress(cli, &b->egress)) return DL_EXIT_USAGE;
    for (size_t i = 0; i < WINDOW; i++) {
        b->slots[i].batch = b;
        b->spare[b->n_spare++] = &b->slots[i];
        dl_buf_init(&b->slots[i].answer, 2 * (size_t)LINE_MAX_BYTES);
        dl_buf_init(&b->slots[i].name, LINE_MAX_BYTES + 1);
    }
    open_batch_file(b);
    struct dl_nursery_options options = {.work = work, .ctx = b, .sandboxed = true};
    dl_nursery *nursery = NULL;
    enum dl_err err = DL_OK;
    if (dl_cli_has(cli, "in-process")) {
        b->arena = dl_arena_new(DL_READER_HEAP_MAX);
        if (b->arena == NULL) err = DL_ERR_NOMEM;
    } else {
        err = dl_nursery_start(&options, &nursery);
        if (err == DL_OK) err = dl_pool_new(nursery, (unsigned)threads, done, b, &b->pool);
    }
    if (err == DL_OK) err = run_all(b);
    dl_polite_free(b->polite);
    dl_pool_free(b->pool);
    dl_nursery_stop(nursery);
    dl_arena_free(b->arena);
    if (b->fd >= 0) close(b->fd);
    for (size_t i = 0; i < WINDOW; i++) {
        dl_buf_free(&b->slots[i].answer);
        dl_buf_free(&b->slots[i].name);
    }
    if (err != DL_OK) return dl_cli_fail(cli, "%s", dl_err_text(err));
    return b->some_failed ? DL_EXIT_PARTIAL : DL_EXIT_OK;
}
