#include "cmd/service.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/log.h"
#include "feed/opml.h"
#include "feed/websub.h"
#include "queue/identity.h"
#include "serve/http.h"
#include "serve/web.h"

enum { ADDRESS_MAX = 64, SOURCES_MEMORY = 64 << 20, MAX_READERS = 64 };

struct run {
    struct dl_cli *cli;
    const struct dl_service *service;
    struct dl_writer_options write;
    struct dl_fetcher_options fetch;
    struct dl_web_options web;
    char url[ADDRESS_MAX + 32];
};

static int run_write(void *ctx)
{
    const struct run *r = ctx;
    return dl_writer_main(&r->write);
}

static int run_fetch(void *ctx)
{
    const struct run *r = ctx;
    return dl_fetcher_main(&r->fetch);
}

static int run_web(void *ctx)
{
    struct run *r = ctx;
    r->web.stop_fd = dl_stop_fd();
    return dl_web_main(&r->web);
}

/* --- the listener ------------------------------------------------------------------------- */

/* "127.0.0.1:8440", "[::1]:8440", "8440", "127.0.0.1" */
static bool split_address(const char *text, char address[ADDRESS_MAX], int *ret_port)
{
    dl_str s = dl_str_c(text), host = s, port = {NULL, 0};
    size_t colon = dl_str_rchr(s, ':');
    uint64_t number = DL_DEFAULT_PORT;
    if (dl_str_u64(s, &number)) {
        host = DL_STR("127.0.0.1");
    } else if (dl_str_starts(s, "[")) {
        size_t end = dl_str_chr(s, ']', 0);
        if (end == DL_NO_POS) return false;
        host = dl_str_sub(s, 1, end);
        if (end + 1 < s.n && s.p[end + 1] != ':') return false;
        port = dl_str_sub(s, end + 2, s.n);
    } else if (colon != DL_NO_POS) {
        host = dl_str_sub(s, 0, colon);
        port = dl_str_sub(s, colon + 1, s.n);
    }
    if (port.n > 0 && !dl_str_u64(port, &number)) return false;
    if (number > 65535 || host.n >= ADDRESS_MAX) return false;
    snprintf(address, ADDRESS_MAX, "%.*s", DL_FMT(host));
    if (dl_str_ieq_c(host, "localhost")) snprintf(address, ADDRESS_MAX, "127.0.0.1");
    *ret_port = (int)number;
    return true;
}

static int bound_port(int fd)
{
    struct sockaddr_storage any = {0};
    socklen_t size = sizeof any;
    if (getsockname(fd, (struct sockaddr *)&any, &size) != 0) return 0;
    return ntohs(any.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&any)->sin6_port
                                           : ((struct sockaddr_in *)&any)->sin_port);
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static int listen_there(struct run *r, char address[ADDRESS_MAX])
{
    const char *given = dl_cli_get(r->cli, "listen");
    struct dl_diag diag = {.pos = DL_NO_POS};
    int port;
    if (!split_address(given != NULL ? given : "127.0.0.1", address, &port))
        return dl_cli_usage(r->cli, "--listen wants ADDRESS:PORT, not '%s'", given);
    enum dl_err err = dl_http_listen(address, port, &r->web.listen_fd, &diag);
    if (err == DL_ERR_BUSY)
        return dl_cli_fail(r->cli,
                           "port %d is taken, perhaps by another dateline; --listen %s:0 "
                           "takes a free one",
                           port, address);
    if (err == DL_ERR_INVALID)
        return dl_cli_usage(r->cli,
                            "--listen wants a numeric address as 127.0.0.1:8440 or [::1]:8440, "
                            "not '%s'",
                            given);
    if (err != DL_OK) return dl_cli_fail(r->cli, "%s", diag.message);
    bool v6 = strchr(address, ':') != NULL;
    snprintf(r->url, sizeof r->url, "http://%s%s%s:%d", v6 ? "[" : "", address, v6 ? "]" : "",
             bound_port(r->web.listen_fd));
    return DL_EXIT_OK;
}

/* --- sources ------------------------------------------------------------------------------ */

static enum dl_err rows_of(struct dl_cli *cli, const struct dl_opml *opml,
                           struct dl_source_row **ret_rows)
{
    struct dl_source_row *rows = DL_NEW_ARRAY(cli->arena, struct dl_source_row, opml->feeds.n + 1);
    if (rows == NULL) return dl_arena_failed(cli->arena);
    for (size_t i = 0; i < opml->feeds.n; i++) {
        const struct dl_opml_feed *f = &opml->feeds.p[i];
        struct dl_identity id;
        dl_identity_of(cli->arena, f->site.n > 0 ? f->site : f->url, (dl_str){NULL, 0}, &id);
        rows[i] = (struct dl_source_row){
            .outlet = dl_identity_is_outlet(f->outlet) ? f->outlet : id.domain,
            .name = f->title,
            .country = f->country,
            .language = f->language,
            .kind = f->kind,
            .home = f->site,
            .url = f->url,
            .feed_kind = DL_STR("feed"),
            .title = f->title,
        };
    }
    *ret_rows = rows;
    return DL_OK;
}

static int load_sources(struct run *r)
{
    const char *path = r->service->sources;
    dl_str bytes;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf file = DL_BUF_INIT(DL_OPML_MAX + 1);
    struct dl_opml *opml;
    if (path != NULL && path[0] == '\0') return DL_EXIT_OK;
    enum dl_err err = DL_OK;
    if (path != NULL) {
        err = dl_io_read_file(path, DL_OPML_MAX, &file, &diag);
        bytes = dl_str_dup(r->cli->arena, dl_buf_slice(&file));
        dl_buf_free(&file);
    } else if (!dl_asset_get("sources/world.opml", &bytes)) {
        err = dl_fail(&diag, DL_ERR_STATE, DL_NO_POS, "the starter sources are not in this build");
    }
    if (err == DL_OK) err = dl_opml_parse(r->cli->arena, bytes, (dl_str){NULL, 0}, &opml, &diag);
    struct dl_source_row *rows = NULL;
    if (err == DL_OK) err = rows_of(r->cli, opml, &rows);
    if (err != DL_OK)
        return dl_cli_fail(r->cli, "%s: %s", path != NULL ? path : "starter sources",
                           diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    r->write.starter = rows;
    r->write.n_starter = opml->feeds.n;
    return DL_EXIT_OK;
}

/* --- all together ------------------------------------------------------------------------- */

static int websub_base(struct run *r)
{
    dl_str base;
    const char *given = r->service->websub_callback;
    r->write.websub_base = "";
    if (given == NULL) return DL_EXIT_OK;
    if (dl_websub_base(r->cli->arena, dl_str_c(given), &base) != DL_OK)
        return dl_cli_usage(
            r->cli, "--websub-callback wants an address as https://news.example/, not '%s'", given);
    r->write.websub_base = r->web.websub_base = dl_str_cstr(r->cli->arena, base);
    return r->write.websub_base != NULL ? DL_EXIT_OK : DL_EXIT_FAILURE;
}

static int load_reader(struct run *r)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    bool poison = getenv("DATELINE_TEST_POISON") != NULL;
    if (dl_reader_new(poison, &r->write.reader, &diag) != DL_OK)
        return dl_cli_fail(r->cli, "the readers cannot start: %s", diag.message);
    dl_reader_import(r->write.reader, r->service->dir);
    return DL_EXIT_OK;
}

static int supervise(struct run *r)
{
    const struct dl_service *s = r->service;
    struct dl_child children[4];
    unsigned n = 0;
    if (s->extra != NULL) children[n++] = (struct dl_child){s->extra_name, s->extra, s->extra_ctx};
    if (!s->offline) children[n++] = (struct dl_child){"fetch", run_fetch, r};
    children[n++] = (struct dl_child){"web", run_web, r};
    children[n++] = (struct dl_child){"write", run_write, r};
    dl_log_set(DL_LOG_INFO, "serve");
    dl_log(DL_LOG_INFO, "listening", "url=%s store=%s%s", r->url, dl_log_text(dl_str_c(s->dir)),
           s->offline ? " offline=1" : "");
    if (s->started != NULL) s->started(s->started_ctx, r->url);
    return dl_supervise(children, n);
}

int dl_service_run(struct dl_cli *cli, const struct dl_service *service)
{
    long threads, cores = sysconf(_SC_NPROCESSORS_ONLN);
    char address[ADDRESS_MAX];
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (!dl_cli_int(cli, "threads", cores > 0 ? cores : 1, 1, MAX_READERS, &threads))
        return DL_EXIT_USAGE;
    struct run r = {
        .cli = cli,
        .service = service,
        .write = {.dir = service->dir,
                  .readers = (unsigned)threads,
                  .sandboxed = true,
                  .want_pages = service->want_pages && !service->offline,
                  .ready_fd = -1},
        .fetch = service->fetch,
        .web = {.store = service->dir,
                .hosts = dl_cli_get(cli, "host"),
                .egress_allow = service->fetch.egress_allow,
                .offline = service->offline,
                .versions = dl_help_version,
                .writer_fd = -1,
                .wake_fd = -1},
    };
    r.fetch.dir = service->dir;
    int code = listen_there(&r, address);
    if (code == DL_EXIT_OK && dl_io_make_dirs(service->dir, &diag) != DL_OK)
        code = dl_cli_fail(cli, "%s", diag.message);
    r.web.full_text = service->full_text || (is_loopback(address) && r.web.hosts == NULL);
    if (code == DL_EXIT_OK) code = websub_base(&r);
    if (code == DL_EXIT_OK) code = load_sources(&r);
    if (code == DL_EXIT_OK) code = load_reader(&r);
    if (code == DL_EXIT_OK) code = supervise(&r);
    if (r.web.listen_fd > 0) close(r.web.listen_fd);
    dl_reader_free(r.write.reader);
    return code;
}
