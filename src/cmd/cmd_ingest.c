#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "cmd/data_dir.h"
#include "cmd/ingest_web.h"
#include "cmd/replay.h"
#include "cmd/web_input.h"
#include "feed/warc.h"
#include "net/url.h"
#include "queue/sniff.h"
#include "queue/supervisor.h"

enum {
    SNIFF_BYTES = 4096,
    LINE_MAX_BYTES = 32 << 20, /* a page of 16 MiB as base64 */
    DOC_MEMORY = 96 << 20,
    MAX_READERS = 64,
    LISTED_PAGES = 100, /* of a sitemap: with the usual pause three minutes of one host */
    LISTED_MOST = 10000,
};

struct run {
    struct dl_cli *cli;
    dl_ingest *in;
    dl_ingest_web *web;
    dl_archive *archive; /* NULL: none is wanted */
    dl_arena *arena;     /* reset for each document */
    uint64_t skipped;
    bool found_input;
};

static dl_str option(const struct run *r, const char *name)
{
    return dl_str_c(dl_cli_get(r->cli, name));
}

static struct dl_ingest_facts facts_of(const struct run *r, dl_str name)
{
    return (struct dl_ingest_facts){
        .name = name,
        .kind = option(r, "kind"),
        .url = option(r, "url"),
        .outlet = option(r, "outlet"),
        .channel = DL_STR("file"),
    };
}

/* --- lines of articles -------------------------------------------------------------------- */

static void copy_field(yyjson_val *o, const char *key, dl_str *ret)
{
    dl_str value = dl_json_get_str(o, key);
    if (value.n > 0) *ret = value;
}

/* A line may hold a page: then its HTML is what is sent. */
static enum dl_err body_of(struct run *r, yyjson_val *o, dl_str line, struct dl_ingest_facts *f,
                           dl_str *ret_body)
{
    dl_str html = dl_json_get_str(o, "html"), coded = dl_json_get_str(o, "html_base64");
    *ret_body = html.n > 0 ? html : line;
    f->kind = html.n > 0 || coded.n > 0 ? DL_STR("page") : DL_STR("article");
    if (coded.n > 0 && !dl_base64_decode(r->arena, coded, ret_body)) return DL_ERR_ENCODING;
    return DL_OK;
}

static enum dl_err send_line(struct run *r, dl_str name, dl_str line, uint64_t weight,
                             struct dl_diag *diag)
{
    struct dl_ingest_facts f = facts_of(r, name);
    struct dl_diag why = {.pos = DL_NO_POS};
    yyjson_doc *doc;
    dl_str body = line;
    enum dl_err err = dl_json_read(r->arena, line, &doc, &why);
    yyjson_val *o = err == DL_OK ? yyjson_doc_get_root(doc) : NULL;
    if (err == DL_OK) err = body_of(r, o, line, &f, &body);
    if (err != DL_OK) {
        dl_ingest_failed(r->in, name, err, &why);
        return DL_OK;
    }
    f.weight = weight;
    copy_field(o, "id", &f.guid);
    copy_field(o, "url", &f.url);
    copy_field(o, "outlet", &f.outlet);
    copy_field(o, "outlet_name", &f.outlet_name);
    copy_field(o, "outlet_kind", &f.outlet_kind);
    copy_field(o, "country", &f.country);
    copy_field(o, "language", &f.language);
    copy_field(o, "content_type", &f.content_type);
    dl_time seen;
    yyjson_val *seen_val = yyjson_obj_get(o, "seen");
    copy_field(seen_val, "channel", &f.channel);
    if (dl_json_get_time(seen_val, "by", &seen)) f.seen_by_ms = seen.ms;
    return dl_ingest_send(r->in, &f, body, diag);
}

static enum dl_err send_lines(struct run *r, const char *path, int fd, struct dl_diag *diag)
{
    dl_lines lines;
    enum dl_err err = DL_OK;
    uint64_t number = 0;
    dl_lines_init(&lines, fd, LINE_MAX_BYTES);
    while (err == DL_OK && !dl_stop_wanted()) {
        dl_str line;
        enum dl_err got = dl_lines_next(&lines, &line);
        if (got == DL_ERR_NOT_FOUND || dl_stop_wanted()) break; /* half a line is none */
        dl_str name = dl_str_fmt(r->arena, "%s:%llu", path, (unsigned long long)++number);
        if (got == DL_ERR_IO || got == DL_ERR_NOMEM) err = got;
        if (got == DL_ERR_TOO_BIG) dl_ingest_failed(r->in, name, got, NULL);
        if (got == DL_OK && dl_str_trim(line).n > 0)
            err = send_line(r, name, line, line.n + 1, diag);
        dl_arena_reset(r->arena);
    }
    dl_lines_free(&lines);
    return err;
}

/* --- archives ----------------------------------------------------------------------------- */

static bool is_readable_type(dl_str type)
{
    static const char *const parts[] = {"html", "xml", "rss", "atom", "json"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (dl_str_ifind_c(type, parts[i], 0) != DL_NO_POS) return true;
    return type.n == 0;
}

static enum dl_err send_record(struct run *r, dl_str name, dl_warc *warc,
                               const struct dl_warc_record *record, struct dl_diag *diag)
{
    struct dl_diag why = {.pos = DL_NO_POS};
    dl_str body;
    if (record->error != DL_OK) {
        dl_fail(&why, record->error, DL_NO_POS, "%s", record->message);
        dl_ingest_failed(r->in, name, record->error, &why);
        return DL_OK;
    }
    bool is_answer = dl_str_eq_c(record->type, "response") || dl_str_eq_c(record->type, "resource");
    bool is_good = record->status == 200 || record->status == 0;
    if (!is_answer || !is_good || !is_readable_type(record->content_type)) {
        r->skipped++;
        return DL_OK;
    }
    enum dl_err err = dl_warc_body(warc, record, &body, &why);
    if (err != DL_OK) {
        dl_ingest_failed(r->in, name, err, &why);
        return DL_OK;
    }
    struct dl_ingest_facts f = facts_of(r, name);
    f.url = record->uri;
    f.content_type = record->content_type;
    f.weight = record->length;
    if (dl_time_is_set(record->date)) f.seen_by_ms = record->date.ms;
    bool is_page = dl_sniff(body, f.content_type, f.url) == DL_SNIFF_PAGE;
    if (is_page && f.kind.n == 0) f.kind = DL_STR("page");
    return dl_ingest_send(r->in, &f, body, diag);
}

static enum dl_err send_warc(struct run *r, const char *path, int fd, struct dl_diag *diag)
{
    dl_warc *warc;
    struct dl_warc_record record;
    enum dl_err err = dl_warc_open(fd, NULL, &warc);
    if (err != DL_OK) return err;
    dl_replay *replay = dl_replay_new(r->in, fd);
    if (replay == NULL) err = DL_ERR_NOMEM;
    while (err == DL_OK && !dl_stop_wanted()) {
        enum dl_err got = dl_warc_next(warc, &record);
        if (got == DL_ERR_NOT_FOUND) break;
        if (got != DL_OK) {
            dl_ingest_failed(r->in, dl_str_c(path), got, NULL);
            break;
        }
        dl_str name = dl_str_fmt(r->arena, "%s@%llu", path, (unsigned long long)record.offset);
        bool told;
        err = dl_replay_record(replay, name, warc, &record, &told, diag);
        if (err == DL_OK && !told) err = send_record(r, name, warc, &record, diag);
        dl_arena_reset(r->arena);
    }
    dl_replay_free(replay, dl_str_c(path));
    dl_warc_close(warc);
    return err;
}

/* --- files -------------------------------------------------------------------------------- */

static enum dl_err send_whole(struct run *r, const char *path, int fd, struct dl_diag *diag)
{
    struct dl_diag why = {.pos = DL_NO_POS};
    dl_buf body = DL_BUF_INIT(DL_INGEST_BODY_MAX + 1);
    enum dl_err err = dl_io_read_fd(fd, DL_INGEST_BODY_MAX, &body, &why), sent = DL_OK;
    if (dl_stop_wanted()) {
        err = DL_OK; /* half of it is not what was given */
    } else if (err == DL_OK) {
        struct dl_ingest_facts f = facts_of(r, dl_str_c(path));
        f.weight = body.n;
        sent = dl_ingest_send(r->in, &f, dl_buf_slice(&body), diag);
    } else {
        dl_ingest_failed(r->in, dl_str_c(path), err, &why);
    }
    dl_buf_free(&body);
    return sent;
}

static enum dl_sniffed sniff(dl_str kind, dl_str head, dl_str content_type, dl_str path)
{
    if (dl_str_eq_c(kind, "articles")) return DL_SNIFF_ARTICLES;
    if (dl_str_eq_c(kind, "warc")) return DL_SNIFF_WARC;
    enum dl_sniffed s = dl_sniff(head, content_type, path);
    /* One line that is longer than what was looked at. */
    bool ndjson = dl_str_ends(path, ".ndjson") || dl_str_ends(path, ".jsonl");
    return s == DL_SNIFF_ARTICLE && ndjson ? DL_SNIFF_ARTICLES : s;
}

static enum dl_sniffed sniff_fd(struct run *r, const char *path, int fd)
{
    char head[SNIFF_BYTES];
    ssize_t n = pread(fd, head, sizeof head, 0);
    return sniff(option(r, "kind"), (dl_str){head, n > 0 ? (size_t)n : 0}, (dl_str){NULL, 0},
                 dl_str_c(path));
}

static enum dl_err send_as(struct run *r, enum dl_sniffed kind, const char *path, int fd,
                           struct dl_diag *diag)
{
    switch (kind) {
    case DL_SNIFF_WARC:
        return send_warc(r, path, fd, diag);
    case DL_SNIFF_ARTICLES:
        return send_lines(r, path, fd, diag);
    default:
        return send_whole(r, path, fd, diag);
    }
}

static enum dl_err send_fd(struct run *r, const char *path, int fd, struct dl_diag *diag)
{
    return send_as(r, sniff_fd(r, path, fd), path, fd, diag);
}

static enum dl_err send_file(struct run *r, const char *path, struct dl_diag *diag)
{
    struct dl_diag why = {.pos = DL_NO_POS};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    r->found_input = true;
    if (fd < 0) {
        dl_fail(&why, DL_ERR_NOT_FOUND, DL_NO_POS, "cannot open it");
        dl_ingest_failed(r->in, dl_str_c(path), DL_ERR_NOT_FOUND, &why);
        return DL_OK;
    }
    enum dl_err err = send_fd(r, path, fd, diag);
    close(fd);
    return err;
}

/* --- addresses ---------------------------------------------------------------------------- */

/* Archives and lines are read from a descriptor. */
static enum dl_err send_as_file(struct run *r, const struct dl_fetched *what, enum dl_sniffed kind,
                                struct dl_diag *diag)
{
    const char *name = dl_str_cstr(r->cli->arena, what->name);
    int fd = memfd_create("fetched", MFD_CLOEXEC);
    if (fd < 0 || name == NULL) return fd < 0 ? DL_ERR_IO : DL_ERR_NOMEM;
    enum dl_err err = dl_io_write_fd(fd, what->body.p, what->body.n);
    if (err == DL_OK && lseek(fd, 0, SEEK_SET) != 0) err = DL_ERR_IO;
    if (err == DL_OK)
        err = kind == DL_SNIFF_WARC ? send_warc(r, name, fd, diag) : send_lines(r, name, fd, diag);
    close(fd);
    return err;
}

static const char *channel_of(enum dl_sniffed kind)
{
    return kind == DL_SNIFF_FEED ? "feed" : kind == DL_SNIFF_SITEMAP ? "sitemap" : "page";
}

static enum dl_err take_fetched(void *ctx, const struct dl_fetched *what, struct dl_diag *diag)
{
    struct run *r = ctx;
    struct dl_ingest_facts f = facts_of(r, what->name);
    if (what->is_listed) f.kind = what->is_sitemap ? DL_STR("sitemap") : (dl_str){NULL, 0};
    enum dl_sniffed kind = dl_sniff_named(f.kind);
    if (kind == DL_SNIFF_UNKNOWN) kind = sniff(f.kind, what->body, what->content_type, what->url);
    if (kind == DL_SNIFF_WARC || kind == DL_SNIFF_ARTICLES)
        return send_as_file(r, what, kind, diag);
    /* Compressed files that are no archives are sitemaps: nothing else is published so. */
    bool is_gzip = kind == DL_SNIFF_BINARY && dl_str_starts(what->body, "\x1f\x8b");
    if (is_gzip) kind = DL_SNIFF_SITEMAP;
    if (is_gzip && f.kind.n == 0) f.kind = DL_STR("sitemap");
    f.url = what->url;
    f.list_url = what->list_url;
    f.content_type = what->content_type;
    f.channel = dl_str_c(channel_of(kind));
    f.fetched = true;
    f.seen_by_ms = dl_now_ms();
    return dl_ingest_send(r->in, &f, what->body, diag);
}

/* Waits for bytes or for the wish to stop: who typed no file must be able to leave. */
static ssize_t read_or_stop(int from, char *piece, size_t n)
{
    struct pollfd fds[2] = {{from, POLLIN, 0}, {dl_stop_fd(), POLLIN, 0}};
    while (!dl_stop_wanted() && poll(fds, 2, -1) < 0 && errno == EINTR) {
    }
    return dl_stop_wanted() || fds[1].revents != 0 ? 0 : read(from, piece, n);
}

/* A process that gives out what was looked at, then the rest: a pipe cannot be looked at twice. */
static enum dl_err relay(int from, dl_str head, int *ret_fd, pid_t *ret_pid)
{
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) != 0) return DL_ERR_IO;
    pid_t pid = fork();
    if (pid == 0) {
        static char piece[1 << 16];
        close(pair[0]);
        signal(SIGPIPE, SIG_DFL); /* who reads may have had enough */
        signal(SIGTERM, SIG_DFL);
        bool good = dl_io_write_fd(pair[1], head.p, head.n) == DL_OK;
        for (ssize_t n; good && (n = read_or_stop(from, piece, sizeof piece)) > 0;)
            good = dl_io_write_fd(pair[1], piece, (size_t)n) == DL_OK;
        _exit(0);
    }
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return DL_ERR_IO;
    }
    *ret_fd = pair[0];
    *ret_pid = pid;
    return DL_OK;
}

/* Standard input may be a pipe without an end. */
static enum dl_err send_stdin(struct run *r, struct dl_diag *diag)
{
    char head[SNIFF_BYTES];
    size_t n = 0;
    if (isatty(STDIN_FILENO) == 1)
        fprintf(stderr, "reading standard input; Ctrl-D ends it, --help tells more\n");
    for (ssize_t got;
         n < sizeof head && (got = read_or_stop(STDIN_FILENO, head + n, sizeof head - n)) > 0;)
        n += (size_t)got;
    if (dl_stop_wanted()) return DL_OK;
    dl_str looked = {head, n};
    enum dl_sniffed kind = sniff(option(r, "kind"), looked, (dl_str){NULL, 0}, DL_STR("-"));
    int fd = -1;
    pid_t pid = 0;
    r->found_input = true;
    DL_TRY(relay(STDIN_FILENO, looked, &fd, &pid));
    enum dl_err err = send_as(r, kind, "-", fd, diag);
    close(fd);
    kill(pid, SIGTERM); /* it may wait for more input that nobody wants */
    waitpid(pid, NULL, 0);
    return err;
}

static uint64_t size_of(const dl_str_vec *paths)
{
    uint64_t total = 0;
    struct stat st;
    for (size_t i = 0; i < paths->n; i++)
        if (stat(paths->p[i].p, &st) == 0) total += (uint64_t)st.st_size;
    return total;
}

static enum dl_err list_all(struct run *r, dl_str_vec *ret_paths)
{
    for (size_t i = 0; i < r->cli->nargs; i++) {
        struct dl_diag why = {.pos = DL_NO_POS};
        dl_str_vec paths = {0};
        const char *arg = r->cli->args[i];
        if (strcmp(arg, "-") == 0 || dl_is_web_address(arg)) {
            DL_TRY(dl_vec_push(r->cli->arena, ret_paths, dl_str_c(arg)));
            continue;
        }
        enum dl_err err = dl_io_list(r->cli->arena, arg, &paths, &why);
        if (err != DL_OK) dl_ingest_failed(r->in, dl_str_c(arg), err, &why);
        for (size_t k = 0; err == DL_OK && k < paths.n; k++)
            DL_TRY(dl_vec_push(r->cli->arena, ret_paths, paths.p[k]));
    }
    return DL_OK;
}

static enum dl_err send_input(struct run *r, dl_str path, struct dl_diag *diag)
{
    if (strcmp(path.p, "-") == 0) return send_stdin(r, diag);
    if (!dl_is_web_address(path.p)) return send_file(r, path.p, diag);
    r->found_input = true;
    return dl_ingest_web_fetch(r->web, path, diag);
}

static enum dl_err send_all(struct run *r, struct dl_diag *diag)
{
    dl_str_vec paths = {0};
    DL_TRY(list_all(r, &paths));
    if (r->cli->nargs == 0) DL_TRY(dl_vec_push(r->cli->arena, &paths, DL_STR("-")));
    dl_progress_start(dl_ingest_progress(r->in), size_of(&paths));
    for (size_t i = 0; i < paths.n && !dl_stop_wanted(); i++)
        DL_TRY(send_input(r, paths.p[i], diag));
    if (!dl_stop_wanted()) DL_TRY(dl_ingest_web_listed(r->web, diag));
    return dl_ingest_settle(r->in, diag);
}

/* --- the command -------------------------------------------------------------------------- */

static void summary(const struct run *r)
{
    const struct dl_ingest_counts *c = dl_ingest_counts(r->in);
    const struct {
        uint64_t n;
        const char *name;
    } rows[] = {{c->fresh, "new"},
                {c->changed, "changed"},
                {c->duplicate, "duplicate"},
                {c->rejected, "rejected"},
                {c->quarantined, "quarantined"},
                {c->failed, "not readable"},
                {r->skipped, "other records"}};
    char text[32];
    fprintf(stderr, "%s %s", dl_progress_number(c->items, text),
            c->items == 1 ? "document" : "documents");
    const char *before = ": ";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].n == 0) continue;
        fprintf(stderr, "%s%s %s", before, dl_progress_number(rows[i].n, text), rows[i].name);
        before = ", ";
    }
    int64_t ms = dl_monotonic_ms() - dl_ingest_progress(r->in)->started_ms;
    fprintf(stderr, "; %s\n", dl_progress_duration(ms, text));
}

/* What sitemaps list and nobody fetched. */
static void summary_of_listed(const struct run *r)
{
    const struct dl_ingest_web_counts *c = dl_ingest_web_counts(r->web);
    const struct {
        uint64_t n;
        const char *name;
    } rows[] = {{c->pages_left, "pages (--limit N fetches more)"},
                {c->sitemaps_left, "sitemaps"},
                {c->elsewhere, "on other hosts"}};
    const char *before = "listed, not fetched: ";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32];
        if (rows[i].n == 0) continue;
        fprintf(stderr, "%s%s %s", before, dl_progress_number(rows[i].n, text), rows[i].name);
        before = ", ";
    }
    if (before[0] == ',') fputc('\n', stderr);
}

static int exit_code(const struct run *r)
{
    const struct dl_ingest_counts *c = dl_ingest_counts(r->in);
    if (c->failed + c->rejected + c->quarantined > 0) return DL_EXIT_PARTIAL;
    if (!r->found_input || c->inputs == 0) return DL_EXIT_NOTHING;
    return DL_EXIT_OK;
}

static int run_open(struct run *r)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_stop_on_signals();
    enum dl_err err = send_all(r, &diag);
    dl_progress_end(dl_ingest_progress(r->in));
    if (err != DL_OK)
        return dl_cli_fail(r->cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    summary(r);
    summary_of_listed(r);
    if (!dl_stop_wanted()) return exit_code(r);
    fprintf(stderr, "stopped; what was read is stored, the same command goes on from there\n");
    return DL_EXIT_FAILURE;
}

static enum dl_err open_archive(struct run *r, struct dl_diag *diag)
{
    struct dl_archive_options options = {.dir = dl_cli_get(r->cli, "archive"), .process = "ingest"};
    if (options.dir == NULL) return DL_OK;
    if (!dl_archive_format_named(dl_cli_get(r->cli, "archive-format"), &options.format))
        return DL_ERR_INVALID;
    DL_TRY(dl_archive_open(&options, &r->archive, diag));
    dl_ingest_set_archive(r->in, r->archive);
    dl_ingest_web_set_archive(r->web, r->archive);
    return DL_OK;
}

static enum dl_err open_run(struct run *r, const struct dl_local_options *options,
                            const dl_egress *egress, size_t limit, struct dl_diag *diag)
{
    r->arena = dl_arena_new(DOC_MEMORY);
    if (r->arena == NULL) return DL_ERR_NOMEM;
    DL_TRY(dl_ingest_open(options, &r->in, diag));
    r->web = dl_ingest_web_new(r->in, egress, limit, take_fetched, r);
    if (r->web == NULL) return DL_ERR_NOMEM;
    return open_archive(r, diag);
}

static bool check_options(struct dl_cli *cli)
{
    static const char *const kinds[] = {"page", "feed", "sitemap", "article", "articles", "warc"};
    const char *kind = dl_cli_get(cli, "kind"), *url = dl_cli_get(cli, "url");
    struct stat st;
    bool known = kind == NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        known = known || strcmp(kind, kinds[i]) == 0;
    if (!known)
        return dl_cli_usage(cli,
                            "no kind '%s'; kinds are page, feed, sitemap, article, articles and "
                            "warc",
                            kind),
               false;
    if (url == NULL) return true;
    struct dl_url parsed;
    bool web = dl_url_parse(cli->arena, dl_str_c(url), (dl_str){NULL, 0}, &parsed) == DL_OK &&
               dl_url_is_web(&parsed);
    if (!web) return dl_cli_usage(cli, "--url '%s' is no http or https address", url), false;
    if (cli->nargs > 1 || (cli->nargs == 1 && stat(cli->args[0], &st) == 0 && S_ISDIR(st.st_mode)))
        return dl_cli_usage(cli, "--url is the address of one file; name that file alone"), false;
    return true;
}

static int run(struct dl_cli *cli)
{
    dl_egress egress;
    long threads, limit, cores = sysconf(_SC_NPROCESSORS_ONLN);
    const char *address = dl_cli_web_address(cli);
    if (!dl_cli_int(cli, "threads", cores > 0 ? cores : 1, 1, MAX_READERS, &threads) ||
        !dl_cli_int(cli, "limit", LISTED_PAGES, 0, LISTED_MOST, &limit) ||
        !dl_cli_egress(cli, &egress))
        return DL_EXIT_USAGE;
    if (address != NULL && dl_cli_has(cli, "url"))
        return dl_cli_usage(cli, "--url is for a file; '%s' has its own address", address);
    const char *dir = dl_data_dir(cli);
    if (dir == NULL || !check_options(cli) || !dl_cli_archive(cli)) return DL_EXIT_USAGE;
    struct dl_local_options options = {.dir = dir,
                                       .readers = (unsigned)threads,
                                       .sandboxed = true,
                                       .poison = getenv("DATELINE_TEST_POISON") != NULL};
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct run r = {.cli = cli};
    enum dl_err err = open_run(&r, &options, &egress, (size_t)limit, &diag);
    int code;
    if (err == DL_OK) {
        code = run_open(&r);
    } else {
        dl_cli_fail(cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
        bool busy = err == DL_ERR_BUSY || err == DL_ERR_VERSION;
        code = busy ? DL_EXIT_BUSY : DL_EXIT_FAILURE;
    }
    dl_ingest_web_free(r.web);
    dl_ingest_close(r.in);
    dl_archive_close(r.archive);
    dl_arena_free(r.arena);
    return code;
}

const struct dl_command dl_cmd_ingest = {
    .name = "ingest",
    .summary = "read pages, feeds, archives and articles into the store",
    .arguments = "[FILE|FOLDER|URL]...",
    .description =
        "Takes HTML pages, feeds, sitemaps, WARC and ARC archives (plain, .gz, .zst) and lines of\n"
        "JSON articles (id, url, outlet, language, published, title, text …), reads them in\n"
        "sandboxed processes and stores what they say. With a running server it goes through\n"
        "that server.\n\n"
        "An address is fetched politely: robots.txt first, two seconds between requests to a host.\n"
        "Of a sitemap the pages that it lists are fetched too, those on its own host.\n\n"
        "What cannot be fetched or read gives one line with its error on standard output and exit\n"
        "code 4; bytes that no reader understands are kept and shown under Status. The same input\n"
        "again changes nothing.",
    .options = {DL_STORE_OPTION,
                {"url", 'u', "URL", "address of the page or feed, when there is only one"},
                {"outlet", 'o', "ID", "the outlet that published it (default: by address)"},
                {"kind", 'k', "KIND",
                 "page, feed, sitemap, article, articles or warc (default: by its bytes)"},
                {"limit", 'n', "N",
                 "pages at most that are fetched because a sitemap lists them (default: 100)"},
                DL_EGRESS_OPTION,
                DL_ARCHIVE_OPTIONS,
                {"threads", 't', "N", "reader processes (default: all cores)"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline ingest https://example.org/feed.xml", "what a feed says now"},
                 {"dateline ingest page.html feed.xml archive.warc.gz folder/", "what they hold"},
                 {"zcat articles.ndjson.gz | dateline ingest", "a stream of articles"},
                 {"dateline ingest --url https://example.org/a/1 a1.html",
                  "a page and its address"},
                 {NULL, NULL}},
    .run = run,
};
