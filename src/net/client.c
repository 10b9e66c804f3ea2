#include "net/client.h"

#include <brotli/decode.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <ares.h>
#include <libpsl.h>

#include "base/utf8.h"
#include "net/client_private.h"
#include "net/url.h"

enum {
    MAX_IN_FLIGHT = 256,
    SLOW_SHARE = 4,
    MAX_QUEUED = 100000,
    BODY_MEMORY = 256 << 20,
    EVENTS = 128,
    BACKOFF_MAX_MS = 24 * 3600 * 1000, /* longer waits are the scheduler's to remember */
    ARENA_MAX = 4 << 20,               /* heads and addresses of one exchange: 64 KiB of headers */
};

#define SYSTEM_CA_FILE "/etc/ssl/certs/ca-certificates.crt"
#define TAG_CURL       ((uint64_t)1 << 32)
#define TAG_ARES       ((uint64_t)2 << 32)

/* --- faults ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text;
    enum dl_err err;
} faults[DL_FAULT_COUNT] = {
    [DL_FAULT_NONE] = {"none", "no fault", DL_OK},
#define DL_FAULT_ROW(code, name, err, text) [DL_FAULT_##code] = {name, text, DL_ERR_##err},
#include "net/client_fault.def"
#undef DL_FAULT_ROW
};

const char *dl_fault_name(enum dl_fault fault)
{
    return faults[fault < DL_FAULT_COUNT ? fault : DL_FAULT_INTERNAL].name;
}

const char *dl_fault_text(enum dl_fault fault)
{
    return faults[fault < DL_FAULT_COUNT ? fault : DL_FAULT_INTERNAL].text;
}

enum dl_err dl_fault_err(enum dl_fault fault)
{
    return faults[fault < DL_FAULT_COUNT ? fault : DL_FAULT_INTERNAL].err;
}

/* --- descriptors of curl ------------------------------------------------------------------ */

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *mark)
{
    dl_client *client = user;
    struct epoll_event event = {.data.u64 = TAG_CURL | (uint32_t)fd};
    (void)easy;
    (void)mark;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(client->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(client->epoll, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
    return epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -1;
}

static int set_timer(CURLM *multi, long timeout_ms, void *user)
{
    dl_client *client = user;
    (void)multi;
    client->curl_due_ms = timeout_ms < 0 ? -1 : dl_monotonic_ms() + timeout_ms;
    return 0;
}

CURL *dl_client_take_handle(dl_client *client)
{
    return client->n_idle > 0 ? client->idle[--client->n_idle] : curl_easy_init();
}

dl_arena *dl_client_take_arena(dl_client *client)
{
    return client->n_arenas > 0 ? client->arenas[--client->n_arenas] : dl_arena_new(ARENA_MAX);
}

static void give_arena(dl_client *client, dl_arena *arena)
{
    if (arena == NULL) return;
    if (client->n_arenas == DL_IDLE_HANDLES) {
        dl_arena_free(arena);
        return;
    }
    dl_arena_reset(arena);
    client->arenas[client->n_arenas++] = arena;
}

/* --- life --------------------------------------------------------------------------------- */

static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static CURLcode library_code;

static void start_library(void)
{
    library_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static enum dl_err copy_options(dl_client *client, const struct dl_client_options *o)
{
    client->user_agent = strdup(o->user_agent);
    client->ca_file = strdup(o->ca_file != NULL ? o->ca_file : SYSTEM_CA_FILE);
    if (o->proxy != NULL) client->proxy = strdup(o->proxy);
    client->egress = o->egress;
    client->max_in_flight = o->max_in_flight > 0 ? o->max_in_flight : MAX_IN_FLIGHT;
    client->max_slow = o->max_slow > 0 ? o->max_slow : SLOW_SHARE * client->max_in_flight;
    client->patience_ms = o->patience_ms > 0 ? o->patience_ms : DL_HTTP_PATIENCE_MS;
    client->max_queued = o->max_queued > 0 ? o->max_queued : MAX_QUEUED;
    client->body_memory = o->body_memory > 0 ? o->body_memory : BODY_MEMORY;
    client->total_ms = o->total_ms > 0 ? o->total_ms : DL_HTTP_TOTAL_MS;
    client->slow_s = o->slow_s > 0 ? o->slow_s : DL_HTTP_SLOW_S;
    client->no_gap = o->no_gap;
    client->keep_heads = o->keep_heads;
    bool copied = client->user_agent != NULL && client->ca_file != NULL &&
                  (o->proxy == NULL || client->proxy != NULL);
    return copied ? DL_OK : DL_ERR_NOMEM;
}

static enum dl_err open_parts(dl_client *client, const struct dl_client_options *options,
                              struct dl_diag *diag)
{
    DL_TRY(copy_options(client, options));
    client->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (client->epoll < 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "epoll: %s", strerrordesc_np(errno));
    DL_TRY(dl_resolver_new(options->dns_servers, client->epoll, TAG_ARES, &client->resolver, diag));
    client->hosts = dl_hosts_new();
    client->multi = curl_multi_init();
    if (client->hosts == NULL || client->multi == NULL) return DL_ERR_NOMEM;
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    /* All that are under way, and as many that wait for their host's next request. */
    long connections = 2 * (long)(client->max_in_flight + client->max_slow);
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, connections);
    return DL_OK;
}

enum dl_err dl_client_new(const struct dl_client_options *options, dl_client **ret_client,
                          struct dl_diag *diag)
{
    if (options->user_agent == NULL || options->user_agent[0] == '\0')
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "a User-Agent is required");
    pthread_once(&library_once, start_library);
    if (library_code != CURLE_OK)
        return dl_fail(diag, DL_ERR_STATE, DL_NO_POS, "libcurl does not start");
    dl_client *client = calloc(1, sizeof *client);
    if (client == NULL) return DL_ERR_NOMEM;
    client->epoll = -1;
    client->curl_due_ms = -1;
    client->finished_end = &client->finished;
    enum dl_err err = open_parts(client, options, diag);
    if (err != DL_OK) {
        dl_client_free(client);
        return err;
    }
    *ret_client = client;
    return DL_OK;
}

static size_t deliver(dl_client *client);

static void answer_all(dl_client *client)
{
    for (struct exchange *x = client->all, *after; x != NULL; x = after) {
        after = x->after;
        if (x->stage == STAGE_FINISHED) continue;
        dl_exchange_unwire(x);
        dl_client_finish(x, DL_FAULT_CANCELLED, "");
    }
    deliver(client);
}

void dl_client_free(dl_client *client)
{
    if (client == NULL) return;
    client->closing = true;
    /* Its callbacks look at exchanges: it goes before them. */
    dl_resolver_free(client->resolver);
    answer_all(client);
    for (size_t i = 0; i < client->n_idle; i++)
        curl_easy_cleanup(client->idle[i]);
    for (size_t i = 0; i < client->n_arenas; i++)
        dl_arena_free(client->arenas[i]);
    if (client->multi != NULL) curl_multi_cleanup(client->multi);
    dl_hosts_free(client->hosts);
    if (client->epoll >= 0) close(client->epoll);
    free(client->user_agent);
    free(client->proxy);
    free(client->ca_file);
    free(client);
}

/* --- submitting --------------------------------------------------------------------------- */

static bool is_header(dl_str line)
{
    size_t colon = dl_str_chr(line, ':', 0);
    if (line.n == 0) return true;
    for (size_t i = 0; i < line.n; i++)
        if ((unsigned char)line.p[i] < 0x20 || line.p[i] == 0x7F) return false;
    return colon != DL_NO_POS && colon > 0;
}

static bool is_value(dl_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '\r' || value.p[i] == '\n' || value.p[i] == '\0') return false;
    return true;
}

static bool is_valid(const struct dl_request *r)
{
    static const char *const methods[] = {"GET", "HEAD", "POST"};
    bool known = r->method == NULL;
    for (size_t i = 0; !known && i < sizeof methods / sizeof *methods; i++)
        known = strcmp(r->method, methods[i]) == 0;
    for (size_t i = 0; i < DL_HTTP_EXTRA_HEADERS; i++)
        known = known && is_header(r->headers[i]);
    return known && is_value(r->accept) && is_value(r->etag) && is_value(r->last_modified) &&
           is_value(r->content_type);
}

static dl_str keep(char **at, dl_str s)
{
    char *p = *at;
    if (s.n > 0) memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    *at += s.n + 1;
    return (dl_str){p, s.n};
}

/* One block for the exchange and all its text: a hundred thousand may wait. */
static struct exchange *new_exchange(dl_client *client, const struct dl_request *r,
                                     const struct exchange *aim)
{
    size_t n = aim->href.n + aim->host_name.n + aim->credentials.n + r->body.n + r->content_type.n +
               r->accept.n + r->etag.n + r->last_modified.n;
    for (size_t i = 0; i < DL_HTTP_EXTRA_HEADERS; i++)
        n += r->headers[i].n;
    struct exchange *x = calloc(1, sizeof *x + n + 8 + DL_HTTP_EXTRA_HEADERS);
    if (x == NULL) return NULL;
    char *at = x->text;
    x->client = client;
    x->request = *r;
    x->href = x->request.url = keep(&at, aim->href);
    x->host_name = keep(&at, aim->host_name);
    x->credentials = keep(&at, aim->credentials);
    x->port = aim->port;
    x->request.body = keep(&at, r->body);
    x->request.content_type = keep(&at, r->content_type);
    x->request.accept = keep(&at, r->accept);
    x->request.etag = keep(&at, r->etag);
    x->request.last_modified = keep(&at, r->last_modified);
    for (size_t i = 0; i < DL_HTTP_EXTRA_HEADERS; i++)
        x->request.headers[i] = keep(&at, r->headers[i]);
    x->get = r->method == NULL || strcmp(r->method, "POST") != 0;
    x->first_origin = x->only_permanent = true;
    x->response.max_age_s = x->response.retry_after_s = -1;
    return x;
}

void dl_client_enqueue(struct exchange *x, enum dl_place place)
{
    dl_client *client = x->client;
    int64_t now = dl_monotonic_ms();
    struct dl_host *host = dl_hosts_get(client->hosts, x->host_name, now);
    x->stage = STAGE_WAITING;
    x->queued_ms = now;
    x->host = host;
    if (host == NULL) {
        dl_client_finish(x, DL_FAULT_MEMORY, "");
    } else if (host->backoff_ms > now) {
        x->response.retry_after_s = (host->backoff_ms - now + 999) / 1000;
        dl_client_finish(x, DL_FAULT_BACKOFF, "");
    } else {
        dl_hosts_push(client->hosts, host, &x->waiting, place);
    }
}

static void link_exchange(struct exchange *x)
{
    dl_client *client = x->client;
    x->after = client->all;
    if (client->all != NULL) client->all->before = x;
    client->all = x;
    client->pending++;
}

static bool is_full(dl_client *client, dl_str host_name)
{
    const struct dl_host *host = dl_hosts_get(client->hosts, host_name, dl_monotonic_ms());
    return host != NULL && dl_hosts_waiting(host) >= DL_HOST_QUEUE_MAX;
}

enum dl_err dl_client_submit(dl_client *client, const struct dl_request *request, dl_client_fn fn,
                             void *user)
{
    if (client->closing || client->pending >= client->max_queued) return DL_ERR_BUSY;
    if (!is_valid(request)) return DL_ERR_INVALID;
    dl_arena *arena = dl_client_take_arena(client);
    if (arena == NULL) return DL_ERR_NOMEM;
    struct exchange aim;
    enum dl_err err = dl_exchange_aim(&aim, arena, request->url, (dl_str){NULL, 0});
    bool full = err == DL_OK && is_full(client, aim.host_name);
    struct exchange *x = err == DL_OK && !full ? new_exchange(client, request, &aim) : NULL;
    give_arena(client, arena);
    if (err != DL_OK) return err == DL_ERR_NOMEM ? err : DL_ERR_SYNTAX;
    if (full) return DL_ERR_BUSY;
    if (x == NULL) return DL_ERR_NOMEM;
    x->fn = fn;
    x->user = user;
    link_exchange(x);
    dl_client_enqueue(x, request->urgent ? DL_PLACE_URGENT : DL_PLACE_BACK);
    return DL_OK;
}

/* --- finishing ---------------------------------------------------------------------------- */

void dl_client_finish(struct exchange *x, enum dl_fault fault, const char *detail)
{
    dl_client *client = x->client;
    struct dl_response *r = &x->response;
    DL_ASSERT(x->stage != STAGE_FINISHED);
    x->stage = STAGE_FINISHED;
    r->fault = fault;
    r->err = dl_fault_err(fault);
    if (fault == DL_FAULT_NONE) r->body = dl_buf_slice(&x->body);
    if (fault != DL_FAULT_NONE) {
        bool more = detail != NULL && detail[0] != '\0' && dl_utf8_valid(dl_str_c(detail), NULL);
        dl_fail(&r->diag, r->err, DL_NO_POS, more ? "%s: %s" : "%s", dl_fault_text(fault), detail);
    }
    r->url = x->href;
    *client->finished_end = x;
    client->finished_end = &x->next_finished;
}

static void fail_waiting(dl_client *client, struct dl_host *host, int64_t seconds)
{
    for (struct dl_waiting *w = dl_hosts_drain(client->hosts, host), *next; w != NULL; w = next) {
        struct exchange *x = (struct exchange *)w;
        next = w->next;
        x->response.retry_after_s = seconds;
        x->response.wait_ms += dl_monotonic_ms() - x->queued_ms;
        dl_client_finish(x, DL_FAULT_BACKOFF, "");
    }
}

/* --- who is under way ---------------------------------------------------------------------- */

static void note_start(dl_client *client, struct exchange *x)
{
    client->in_flight++;
    x->is_slow = false;
    x->newer = NULL;
    x->older = client->newest;
    *(client->newest != NULL ? &client->newest->newer : &client->oldest) = x;
    client->newest = x;
}

static void leave_line(dl_client *client, struct exchange *x)
{
    *(x->older != NULL ? &x->older->newer : &client->oldest) = x->newer;
    *(x->newer != NULL ? &x->newer->older : &client->newest) = x->older;
}

static void note_end(dl_client *client, struct exchange *x)
{
    client->in_flight--;
    if (x->is_slow)
        client->n_slow--;
    else
        leave_line(client, x);
}

/* Tarpits would hold every place for a minute: who takes long gives it to one that waits. */
static bool is_full_line(const dl_client *client)
{
    return client->in_flight - client->n_slow >= client->max_in_flight;
}

static int64_t patience_ends_ms(const dl_client *client)
{
    bool may = client->oldest != NULL && client->n_slow < client->max_slow;
    return may ? client->oldest->hop_ms + client->patience_ms : INT64_MAX;
}

static void call_slow(dl_client *client, int64_t now)
{
    while (is_full_line(client) && patience_ends_ms(client) <= now) {
        struct exchange *x = client->oldest;
        leave_line(client, x);
        x->is_slow = true;
        client->n_slow++;
    }
}

void dl_client_release_host(struct exchange *x, int64_t said_later_s)
{
    dl_client *client = x->client;
    int64_t now = dl_monotonic_ms(), gap = DL_HOST_GAP_MS;
    if (x->request.gap_ms > 0 && x->response.n_hops == 0) gap = x->request.gap_ms;
    if (gap > DL_HOST_GAP_MAX_MS) gap = DL_HOST_GAP_MAX_MS;
    if (client->no_gap) gap = 0;
    int64_t later = said_later_s > 0 ? said_later_s * 1000 : 0;
    if (later > BACKOFF_MAX_MS) later = BACKOFF_MAX_MS;
    note_end(client, x);
    if (later > DL_HOST_GAP_MAX_MS) {
        x->host->backoff_ms = now + later;
        fail_waiting(client, x->host, later / 1000);
    } else if (later > gap) {
        gap = later;
    }
    dl_hosts_done(client->hosts, x->host, now + gap);
    x->host = NULL;
}

static void unlink_exchange(struct exchange *x)
{
    dl_client *client = x->client;
    if (x->before != NULL)
        x->before->after = x->after;
    else
        client->all = x->after;
    if (x->after != NULL) x->after->before = x->before;
    client->pending--;
}

/* Only what was finished before: a callback that submits in a circle must not hold up the loop. */
static size_t deliver(dl_client *client)
{
    struct exchange *x = client->finished;
    size_t n = 0;
    client->finished = NULL;
    client->finished_end = &client->finished;
    for (struct exchange *next; x != NULL; x = next, n++) {
        next = x->next_finished;
        unlink_exchange(x);
        x->fn(x->user, &x->response);
        client->body_bytes -= x->counted;
        dl_buf_free(&x->body);
        dl_buf_free(&x->sent);
        dl_buf_free(&x->received);
        give_arena(client, x->arena);
        free(x);
    }
    return n;
}

/* --- the loop ----------------------------------------------------------------------------- */

static size_t start_ready(dl_client *client)
{
    int64_t now = dl_monotonic_ms();
    size_t n = 0;
    struct dl_host *host;
    struct dl_waiting *waiting;
    call_slow(client, now);
    while (!is_full_line(client) && (waiting = dl_hosts_pop(client->hosts, now, &host)) != NULL) {
        struct exchange *x = (struct exchange *)waiting;
        x->host = host;
        note_start(client, x);
        n++;
        dl_exchange_start(x);
    }
    return n;
}

static void take_messages(dl_client *client)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(client->multi, &left)) != NULL;) {
        struct exchange *x = NULL;
        if (m->msg != CURLMSG_DONE) continue;
        CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &x);
        dl_exchange_done(x, code);
    }
}

static void on_event(dl_client *client, const struct epoll_event *event)
{
    int fd = (int)(uint32_t)event->data.u64, running, what = 0;
    if (event->data.u64 & TAG_ARES) {
        dl_resolver_event(client->resolver, fd, event->events);
        return;
    }
    if (event->events & (EPOLLIN | EPOLLHUP)) what |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT) what |= CURL_CSELECT_OUT;
    if (event->events & EPOLLERR) what |= CURL_CSELECT_ERR;
    curl_multi_socket_action(client->multi, fd, what, &running);
}

static void on_time(dl_client *client)
{
    int running;
    if (client->curl_due_ms >= 0 && client->curl_due_ms <= dl_monotonic_ms()) {
        client->curl_due_ms = -1;
        curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    if (dl_resolver_timeout_ms(client->resolver) == 0) dl_resolver_tick(client->resolver);
}

static int sooner(int a, int64_t b)
{
    if (b < 0) b = 0;
    if (b > INT_MAX) b = INT_MAX;
    return a < 0 || b < a ? (int)b : a;
}

int dl_client_timeout_ms(dl_client *client)
{
    if (client->finished != NULL) return 0;
    int64_t now = dl_monotonic_ms(), next = dl_hosts_next_ms(client->hosts);
    int timeout = dl_resolver_timeout_ms(client->resolver);
    if (client->curl_due_ms >= 0) timeout = sooner(timeout, client->curl_due_ms - now);
    /* A full line moves on when the oldest in it is called slow. */
    if (next != INT64_MAX && is_full_line(client) && patience_ends_ms(client) > next)
        next = patience_ends_ms(client);
    if (next != INT64_MAX) timeout = sooner(timeout, next - now);
    return timeout;
}

static enum dl_err round_once(dl_client *client, int timeout_ms, size_t *ret_done)
{
    struct epoll_event events[EVENTS];
    size_t done = start_ready(client);
    int wait = dl_client_timeout_ms(client);
    if (timeout_ms >= 0 && (wait < 0 || wait > timeout_ms)) wait = timeout_ms;
    int n = epoll_wait(client->epoll, events, EVENTS, wait);
    if (n < 0 && errno != EINTR) return DL_ERR_IO;
    for (int i = 0; i < n; i++)
        on_event(client, &events[i]);
    on_time(client);
    take_messages(client);
    done += start_ready(client);
    *ret_done = done + deliver(client) + (n > 0 ? (size_t)n : 0);
    return DL_OK;
}

enum dl_err dl_client_run(dl_client *client, int timeout_ms)
{
    int64_t end = dl_monotonic_ms() + timeout_ms;
    for (size_t done = 0; done == 0;) {
        int64_t left = timeout_ms < 0 ? -1 : end - dl_monotonic_ms();
        bool last = timeout_ms >= 0 && left <= 0;
        if (timeout_ms < 0 && client->pending == 0) return DL_OK;
        DL_TRY(round_once(client, last ? 0 : (int)left, &done));
        if (last) break;
    }
    return DL_OK;
}

size_t dl_client_pending(const dl_client *client)
{
    return client->pending;
}

size_t dl_client_in_flight(const dl_client *client)
{
    return client->in_flight;
}

int dl_client_fd(const dl_client *client)
{
    return client->epoll;
}

void dl_net_versions(dl_buf *out)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    uint32_t br = BrotliDecoderVersion();
    dl_buf_fmt(out, "libcurl %s\n", curl->version);
    if (curl->ssl_version != NULL) dl_buf_fmt(out, "%s\n", curl->ssl_version);
    dl_buf_fmt(out, "c-ares %s\n", ares_version(NULL));
    dl_buf_fmt(out, "zlib %s\nbrotli %u.%u.%u\nzstd %s\n", zlibVersion(), br >> 24,
               br >> 12 & 0xFFF, br & 0xFFF, ZSTD_versionString());
    dl_buf_fmt(out, "libpsl %s\n", psl_get_version());
}
