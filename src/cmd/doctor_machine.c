#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/time.h"
#include "cmd/doctor.h"
#include "cmd/versions.h"
#include "queue/sandbox.h"

enum {
    DEFAULT_PORT = 8440,
    FILES_MIN = 1024,      /* connections, readers, spool */
    BUNDLE_MAX = 16 << 20, /* of certificates: Debian's has 220 KB */
    HOUR_MS = 3600 * 1000,
};
#define CA_BUNDLE "/etc/ssl/certs/ca-certificates.crt"
#define RELEASED  "2026-01-01" /* no clock is right that stands before this program */

bool dl_version_at_least(dl_str have, const char *want)
{
    dl_str wanted = dl_str_c(want), w;
    size_t pos = 0;
    while (dl_str_split(&wanted, '.', &w)) {
        uint64_t need = 0, got = 0;
        size_t from = pos;
        if (!dl_str_u64(w, &need)) return false;
        while (pos < have.n && dl_is_digit((unsigned char)have.p[pos]))
            pos++;
        if (!dl_str_u64(dl_str_sub(have, from, pos), &got)) return need == 0;
        if (got != need) return got > need;
        if (pos < have.n && have.p[pos] == '.') pos++;
    }
    return true;
}

/* Least versions that Dateline is built and tested with. */
static const struct {
    const char *library, *least, *next;
} least[] = {
    {"lexbor", "2.4", "install liblexbor from a newer release (make setup does)"},
    {"yyjson", "0.10", "install libyyjson from a newer release (make setup does)"},
    {"libcurl", "7.88", "upgrade libcurl"},
    {"c-ares", "1.18", "upgrade c-ares"},
    {"libxml2", "2.9.14", "upgrade libxml2"},
    {"libmicrohttpd", "0.9.75", "upgrade libmicrohttpd"},
    {"sqlite", "3.40", "upgrade SQLite"},
    {"ICU", "72", "upgrade ICU"},
    {"zstd", "1.5", "upgrade zstd"},
    {"OpenSSL", "3.0", "upgrade OpenSSL"},
};

static void libraries(struct dl_doctor *d)
{
    size_t n = 0, old = 0;
    dl_str line, rest;
    dl_buf text = DL_BUF_INIT(1 << 16);
    dl_versions(&text);
    rest = dl_str_dup(d->cli->arena, dl_buf_slice(&text));
    dl_buf_free(&text);
    while (dl_str_line(&rest, &line)) {
        size_t space = dl_str_chr(line, ' ', 0);
        if (space == DL_NO_POS) continue;
        dl_str name = dl_str_sub(line, 0, space), version = dl_str_sub(line, space + 1, line.n);
        n++;
        for (size_t i = 0; i < sizeof least / sizeof *least; i++) {
            if (!dl_str_eq_c(name, least[i].library)) continue;
            if (dl_version_at_least(version, least[i].least)) continue;
            old++;
            dl_doctor_note(d, "libraries", DL_CHECK_BAD, least[i].next,
                           "%.*s %.*s is older than %s", DL_FMT(name), DL_FMT(version),
                           least[i].least);
        }
    }
    if (old == 0)
        dl_doctor_note(d, "libraries", DL_CHECK_OK, NULL,
                       "dateline " DL_VERSION ", %zu parts, none older than it needs "
                       "(--version lists them)",
                       n - 1);
}

static void clock_of_machine(struct dl_doctor *d)
{
    dl_time released;
    char now[32];
    struct timex state = {0};
    bool parsed = dl_time_parse(DL_STR(RELEASED), &released);
    dl_time_format_ms(d->now_ms, now);
    now[10] = ' ';
    now[16] = '\0';
    if (parsed && d->now_ms < released.ms)
        dl_doctor_note(d, "clock", DL_CHECK_BAD, "set the clock (timedatectl set-ntp true)",
                       "%s UTC is before this program was made", now);
    else if (d->newest_seen_ms > d->now_ms + HOUR_MS)
        dl_doctor_note(d, "clock", DL_CHECK_BAD, "set the clock (timedatectl set-ntp true)",
                       "%s UTC is before the newest document of the store was seen", now);
    else if (adjtimex(&state) < 0 || (state.status & STA_UNSYNC) != 0)
        dl_doctor_note(
            d, "clock", DL_CHECK_WARN,
            "install chrony or systemd-timesyncd: \"first seen\" is as good as the clock",
            "%s UTC, and nothing keeps it right", now);
    else
        dl_doctor_note(d, "clock", DL_CHECK_OK, NULL, "%s UTC, synchronised", now);
}

static void sandbox(struct dl_doctor *d)
{
    const char *missing = dl_sandbox_missing();
    if (missing == NULL)
        dl_doctor_note(d, "sandbox", DL_CHECK_OK, NULL,
                       "readers run under seccomp and Landlock, with limits");
    else
        dl_doctor_note(d, "sandbox", DL_CHECK_WARN,
                       "use a kernel with it (Linux 5.13 or newer), or allow it in the container",
                       "this kernel lacks %s: readers run with what is there", missing);
}

static void certificates(struct dl_doctor *d)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_buf bytes = DL_BUF_INIT(BUNDLE_MAX + 1);
    enum dl_err err = dl_io_read_file(CA_BUNDLE, BUNDLE_MAX, &bytes, &diag);
    size_t n = 0;
    dl_str text = dl_buf_slice(&bytes);
    for (size_t at = 0; err == DL_OK; n++, at++) {
        at = dl_str_find_c(text, "-----BEGIN CERTIFICATE-----", at);
        if (at == DL_NO_POS) break;
    }
    if (n > 0)
        dl_doctor_note(d, "certificates", DL_CHECK_OK, NULL, "%zu authorities in %s", n, CA_BUNDLE);
    else
        dl_doctor_note(d, "certificates", DL_CHECK_BAD,
                       "install ca-certificates: without it no https feed can be fetched", "%s %s",
                       CA_BUNDLE, err == DL_OK ? "holds none" : "cannot be read");
    dl_buf_free(&bytes);
}

static void network(struct dl_doctor *d)
{
    struct ifaddrs *list = NULL;
    size_t up = 0;
    if (getifaddrs(&list) != 0) return;
    for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
        bool address = i->ifa_addr != NULL &&
                       (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6);
        up += address && (i->ifa_flags & IFF_UP) != 0 && (i->ifa_flags & IFF_LOOPBACK) == 0;
    }
    freeifaddrs(list);
    if (up > 0)
        dl_doctor_note(d, "network", DL_CHECK_OK, NULL, "%zu %s beyond this machine", up,
                       up == 1 ? "address" : "addresses");
    else
        dl_doctor_note(d, "network", DL_CHECK_WARN,
                       "without one, 'dateline demo' and 'dateline ingest PATH' still work",
                       "no interface is up but loopback: nothing can be fetched");
}

static void limits(struct dl_doctor *d)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    bool enough = files.rlim_cur >= FILES_MIN;
    dl_doctor_note(d, "limits", enough ? DL_CHECK_OK : DL_CHECK_WARN,
                   enough ? NULL : "raise it: ulimit -n 4096",
                   "%ld cores, %llu open files a process", sysconf(_SC_NPROCESSORS_ONLN),
                   (unsigned long long)files.rlim_cur);
}

/* --- port ----------------------------------------------------------------------------------- */

/* "127.0.0.1:8440", "[::1]:8440", "8440" */
static bool address_of(const char *listen, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    char host[64] = "127.0.0.1";
    const char *colon = strrchr(listen, ':'), *digits = colon != NULL ? colon + 1 : listen;
    uint64_t port;
    if (!dl_str_u64(dl_str_c(digits), &port) || port == 0 || port > 65535) return false;
    if (colon != NULL) {
        size_t skip = listen[0] == '[', n = (size_t)(colon - listen);
        if (n < 1 + 2 * skip || n - 2 * skip >= sizeof host) return false;
        snprintf(host, sizeof host, "%.*s", (int)(n - 2 * skip), listen + skip);
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
    *ret = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *ret_size = sizeof *v4;
        return true;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) != 1) return false;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    *ret_size = sizeof *v6;
    return true;
}

/* 0, or why this address cannot be listened at. It is taken for a moment only. */
static int try_bind(const struct sockaddr_storage *address, socklen_t size)
{
    int on = 1, why = 0, fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (const struct sockaddr *)address, size) != 0) why = errno;
    close(fd);
    return why;
}

bool dl_doctor_port(struct dl_doctor *d, const char *listen)
{
    struct sockaddr_storage address;
    socklen_t size;
    char usual[32];
    snprintf(usual, sizeof usual, "127.0.0.1:%d", DEFAULT_PORT);
    const char *wanted = listen != NULL ? listen : usual;
    if (!address_of(wanted, &address, &size)) {
        dl_cli_usage(d->cli, "--listen wants ADDRESS:PORT, numbers only, not '%s'", wanted);
        return false;
    }
    int why = try_bind(&address, size);
    if (why == 0)
        dl_doctor_note(d, "port", DL_CHECK_OK, NULL, "%s is free", wanted);
    else if (why == EADDRINUSE && d->server)
        dl_doctor_note(d, "port", DL_CHECK_OK, NULL, "%s is in use, and a Dateline serves here",
                       wanted);
    else
        dl_doctor_note(d, "port", DL_CHECK_WARN,
                       "serve elsewhere: dateline serve --listen ADDR:PORT",
                       "%s cannot be listened at: %s", wanted, strerror(why));
    return true;
}

void dl_doctor_machine(struct dl_doctor *d)
{
    libraries(d);
    clock_of_machine(d);
    sandbox(d);
    certificates(d);
    network(d);
    limits(d);
}
