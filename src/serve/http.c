#include "serve/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libdeflate.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "base/utf8.h"

struct dl_http {
    struct MHD_Daemon *daemon;
    dl_http_handler handler;
    size_t (*body_max)(void *ctx, struct dl_http_request *request);
    void *ctx;
    int listen_fd, port;
    atomic_size_t kept; /* bytes of bodies */
    bool loopback;
    atomic_ullong requests, bytes, by_class[6];
    atomic_uint in_flight;
};

/* One request, from its first header to its last byte. */
struct exchange {
    dl_http *http;
    dl_arena *arena;
    size_t received, body_max;
    dl_buf body; /* when body_max > 0 */
    bool no_room;
    int64_t begun_ms;
    void *later;
};

static const struct {
    const char *name, *value;
} always[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
     "base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Frame-Options", "DENY"},
};

static struct MHD_Connection *mhd(const struct dl_http_request *request)
{
    return (struct MHD_Connection *)request->connection;
}

dl_str dl_http_query(const struct dl_http_request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(mhd(request), MHD_GET_ARGUMENT_KIND, name);
    if (value == NULL) return (dl_str){NULL, 0};
    dl_str s = dl_utf8_repair(request->arena, dl_str_c(value));
    return dl_utf8_clean(request->arena, s);
}

dl_str dl_http_header(const struct dl_http_request *request, const char *name)
{
    return dl_str_c(MHD_lookup_connection_value(mhd(request), MHD_HEADER_KIND, name));
}

struct joined {
    dl_buf out;
    const char *name;
};

static enum MHD_Result join_header(void *ctx, enum MHD_ValueKind kind, const char *key,
                                   const char *value)
{
    (void)kind;
    struct joined *joined = ctx;
    if (value == NULL || !dl_str_ieq_c(dl_str_c(key), joined->name)) return MHD_YES;
    if (joined->out.n > 0) dl_buf_c(&joined->out, ", ");
    dl_buf_c(&joined->out, value);
    return MHD_YES;
}

dl_str dl_http_header_all(const struct dl_http_request *request, const char *name)
{
    struct joined joined = {.out = DL_BUF_INIT(DL_HTTP_POOL), .name = name};
    MHD_get_connection_values(mhd(request), MHD_HEADER_KIND, join_header, &joined);
    dl_str all = dl_str_dup(request->arena, dl_buf_slice(&joined.out));
    dl_buf_free(&joined.out);
    return all;
}

static bool header_safe(dl_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f) return false;
    return true;
}

void dl_http_add_header(struct dl_http_reply *reply, const char *name, dl_str value)
{
    if (reply->header_count == DL_HTTP_MAX_HEADERS || !header_safe(value)) return;
    reply->headers[reply->header_count].name = name;
    reply->headers[reply->header_count++].value = value;
}

static dl_str opaque_tag(dl_str tag)
{
    return dl_str_starts(tag, "W/") ? dl_str_sub(tag, 2, tag.n) : tag;
}

/* If-None-Match is compared weakly (RFC 9110, 13.1.2). */
static bool tag_listed(dl_str list, dl_str etag)
{
    dl_str part;
    while (dl_str_split(&list, ',', &part)) {
        part = dl_str_trim(part);
        if (dl_str_eq_c(part, "*") || dl_str_eq(opaque_tag(part), opaque_tag(etag))) return true;
    }
    return false;
}

bool dl_http_not_modified(const struct dl_http_request *request, struct dl_http_reply *reply,
                          const char *etag)
{
    if (etag != reply->etag) snprintf(reply->etag, sizeof reply->etag, "%s", etag);
    dl_str list = dl_http_header(request, "If-None-Match");
    if (list.n == 0 || !tag_listed(list, dl_str_c(etag))) return false;
    reply->status = 304;
    return true;
}

static bool takes_gzip(const struct dl_http_request *request)
{
    dl_str list = dl_http_header(request, "Accept-Encoding"), part;
    while (dl_str_split(&list, ',', &part)) {
        dl_str name = part, rest;
        size_t semicolon = dl_str_chr(part, ';', 0);
        if (semicolon != DL_NO_POS) name = dl_str_sub(part, 0, semicolon);
        if (!dl_str_ieq_c(dl_str_trim(name), "gzip")) continue;
        rest = semicolon == DL_NO_POS ? (dl_str){NULL, 0}
                                      : dl_str_trim(dl_str_sub(part, semicolon + 1, part.n));
        return !(dl_str_eq_c(rest, "q=0") || dl_str_starts(rest, "q=0.0"));
    }
    return false;
}

static bool compressible(const char *type)
{
    dl_str t = dl_str_c(type);
    return dl_str_starts(t, "text/") || dl_str_find_c(t, "json", 0) != DL_NO_POS ||
           dl_str_find_c(t, "xml", 0) != DL_NO_POS;
}

/* Replaces the body by its gzip form; on any trouble it stays as it is. */
static bool compress(dl_buf *body)
{
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
    if (c == NULL) return false;
    dl_buf packed = DL_BUF_INIT(DL_HTTP_MAX_REPLY_BODY);
    size_t bound = libdeflate_gzip_compress_bound(c, body->n);
    bool done = false;
    if (dl_buf_reserve(&packed, bound) == DL_OK) {
        packed.n = libdeflate_gzip_compress(c, body->p, body->n, packed.p, bound);
        done = packed.n > 0 && packed.n < body->n;
    }
    libdeflate_free_compressor(c);
    if (!done) return dl_buf_free(&packed), false;
    dl_buf_free(body);
    *body = packed;
    return true;
}

static ssize_t stream_read(void *ctx, uint64_t pos, char *p, size_t max)
{
    (void)pos;
    struct dl_http_stream *stream = ctx;
    ssize_t n = stream->read(stream->ctx, p, max);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static void stream_close(void *ctx)
{
    struct dl_http_stream *stream = ctx;
    stream->close(stream->ctx);
    free(stream);
}

enum { STREAM_BLOCK = 4096 };

static struct MHD_Response *stream_response(struct dl_http_reply *reply)
{
    struct dl_http_stream *stream = malloc(sizeof *stream);
    struct MHD_Response *response = NULL;
    if (stream != NULL) {
        *stream = reply->stream;
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read,
                                                     stream, stream_close);
    }
    if (response == NULL) {
        reply->stream.close(reply->stream.ctx);
        free(stream);
    }
    return response;
}

static void make_etag(struct dl_http_reply *reply)
{
    if (reply->etag[0] != '\0' || reply->status != 200) return;
    dl_str body = reply->fixed.p != NULL ? reply->fixed : dl_buf_slice(&reply->body);
    snprintf(reply->etag, sizeof reply->etag, "W/\"%016llx\"", (unsigned long long)dl_hash64(body));
}

static struct MHD_Response *fixed_response(const struct dl_http_reply *reply, bool gzip)
{
    dl_str s = gzip ? reply->fixed_gzip : reply->fixed;
    return MHD_create_response_from_buffer(s.n, (void *)(uintptr_t)s.p, MHD_RESPMEM_PERSISTENT);
}

/* Hands the body's memory over. */
static struct MHD_Response *body_response(struct dl_http_reply *reply)
{
    if (reply->body.p == NULL)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.n, reply->body.p, MHD_RESPMEM_MUST_FREE);
    if (response != NULL) reply->body.p = NULL;
    return response;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        dl_log(DL_LOG_DEBUG, "header refused", "name=%s", name);
}

static void add_headers(const struct dl_http_request *request, struct MHD_Response *response,
                        const struct dl_http_reply *reply, bool gzip)
{
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        add(response, always[i].name, always[i].value);
    if (reply->type != NULL) add(response, "Content-Type", reply->type);
    add(response, "Cache-Control", reply->cache != NULL ? reply->cache : "no-cache");
    if (reply->etag[0] != '\0') add(response, "ETag", reply->etag);
    if (reply->type != NULL && compressible(reply->type)) add(response, "Vary", "Accept-Encoding");
    if (gzip) add(response, "Content-Encoding", "gzip");
    for (size_t i = 0; i < reply->header_count; i++) {
        const char *value = dl_str_cstr(request->arena, reply->headers[i].value);
        if (value != NULL) add(response, reply->headers[i].name, value);
    }
}

static void empty_body(struct dl_http_reply *reply)
{
    dl_buf_free(&reply->body);
    dl_buf_init(&reply->body, DL_HTTP_MAX_REPLY_BODY);
    reply->fixed = reply->fixed_gzip = (dl_str){NULL, 0};
}

static struct MHD_Response *make_response(const struct dl_http_request *request,
                                          struct dl_http_reply *reply)
{
    if (reply->stream.read != NULL) {
        struct MHD_Response *response = stream_response(reply);
        if (response != NULL) add_headers(request, response, reply, false);
        return response;
    }
    make_etag(reply);
    if (reply->status == 200 && dl_http_not_modified(request, reply, reply->etag))
        empty_body(reply);
    size_t size = reply->fixed.p != NULL ? reply->fixed.n : reply->body.n;
    bool gzip = reply->type != NULL && size >= DL_HTTP_GZIP_MIN && compressible(reply->type) &&
                takes_gzip(request);
    if (gzip) gzip = reply->fixed.p != NULL ? reply->fixed_gzip.n > 0 : compress(&reply->body);
    struct MHD_Response *response =
        reply->fixed.p != NULL ? fixed_response(reply, gzip) : body_response(reply);
    if (response != NULL) add_headers(request, response, reply, gzip);
    return response;
}

static void count(dl_http *http, const struct dl_http_reply *reply, size_t size)
{
    http->requests++;
    http->bytes += size;
    http->by_class[reply->status / 100 % 6]++;
}

static struct dl_http_request request_of(const struct exchange *exchange,
                                         struct MHD_Connection *connection, const char *url,
                                         const char *method)
{
    struct dl_http_request request = {
        .method = dl_str_c(method),
        .path = dl_str_c(url),
        .arena = exchange->arena,
        .http = exchange->http,
        .connection = (struct dl_http_connection *)connection,
    };
    request.host = dl_http_header(&request, "Host");
    return request;
}

/* --- bodies ------------------------------------------------------------------------------- */

static size_t body_limit(const struct exchange *exchange)
{
    return exchange->body_max > 0 ? exchange->body_max : DL_HTTP_MAX_REQUEST_BODY;
}

static void drop_body(struct exchange *exchange)
{
    exchange->http->kept -= exchange->body.n;
    dl_buf_free(&exchange->body);
    dl_buf_init(&exchange->body, 0);
}

/* Kept, or counted and dropped. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t n)
{
    exchange->received += n;
    bool slow = dl_monotonic_ms() - exchange->begun_ms > DL_HTTP_BODY_S * 1000;
    bool far_too_big = exchange->received > body_limit(exchange) + 16 * DL_HTTP_MAX_REQUEST_BODY;
    if (slow || far_too_big) return MHD_NO;
    bool keep =
        exchange->body_max > 0 && !exchange->no_room && exchange->received <= exchange->body_max;
    if (keep && exchange->http->kept + n <= DL_HTTP_KEPT_MAX) {
        dl_buf_add(&exchange->body, data, n);
        if (dl_buf_failed(&exchange->body) != DL_OK) return MHD_NO;
        exchange->http->kept += n;
        return MHD_YES;
    }
    exchange->no_room |= keep;
    drop_body(exchange);
    return MHD_YES;
}

static void want_body(struct exchange *exchange, struct MHD_Connection *connection, const char *url,
                      const char *method)
{
    dl_http *http = exchange->http;
    struct dl_http_request request = request_of(exchange, connection, url, method);
    if (http->body_max == NULL || !dl_utf8_valid(request.path, NULL)) return;
    exchange->body_max = http->body_max(http->ctx, &request);
    dl_buf_init(&exchange->body, exchange->body_max);
}

static enum MHD_Result answer(struct exchange *exchange, struct MHD_Connection *connection,
                              const char *url, const char *method)
{
    dl_http *http = exchange->http;
    struct dl_http_request request = request_of(exchange, connection, url, method);
    struct dl_http_reply reply = {.status = 200};
    dl_buf_init(&reply.body, DL_HTTP_MAX_REPLY_BODY);
    request.body = dl_buf_slice(&exchange->body);
    request.later = exchange->later;
    if (exchange->received > body_limit(exchange)) request.refused = 413;
    if (exchange->no_room) request.refused = 503;
    if (!dl_utf8_valid(request.path, NULL)) {
        request.refused = 400;
        request.path = DL_STR("/");
    }
    http->handler(http->ctx, &request, &reply);
    exchange->later = reply.later;
    if (reply.later != NULL) {
        dl_buf_free(&reply.body);
        return MHD_YES;
    }
    count(http, &reply, reply.fixed.p != NULL ? reply.fixed.n : reply.body.n);
    struct MHD_Response *response = make_response(&request, &reply);
    enum MHD_Result result = MHD_NO;
    if (response != NULL) {
        result = MHD_queue_response(connection, (unsigned)reply.status, response);
        MHD_destroy_response(response);
    }
    dl_buf_free(&reply.body);
    dl_arena_free(exchange->arena); /* a stream may go on for days */
    exchange->arena = NULL;
    return result;
}

/* Answers past libmicrohttpd, which has no room left for it. */
static void refuse(dl_http *http, struct MHD_Connection *connection, const char *status)
{
    char reply[160];
    int n = snprintf(reply, sizeof reply,
                     "HTTP/1.1 %s\r\nContent-Length: 0\r\nX-Content-Type-Options: nosniff\r\n"
                     "Connection: close\r\n\r\n",
                     status);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info != NULL) {
        send(info->connect_fd, reply, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
        shutdown(info->connect_fd, SHUT_WR);
    }
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 1u);
    http->requests++;
    http->by_class[4]++;
}

/* Before libmicrohttpd takes the address apart: parameters that do not fit into its pool leave it
 * waiting for a request it cannot hold (0.9.75). What is given back is the request's state: there
 * is none yet, or REFUSED_EARLY. */
static char refused_early;

static void *on_address(void *ctx, const char *uri, struct MHD_Connection *connection)
{
    dl_http *http = ctx;
    size_t parameters = 1, n = 0;
    for (; uri[n] != '\0'; n++)
        parameters += uri[n] == '&';
    if (parameters <= DL_HTTP_MAX_PARAMETERS && n <= DL_HTTP_MAX_URI) return NULL;
    refuse(http, connection, "414 URI Too Long");
    return &refused_early;
}

/* What a header, a cookie or a parameter takes of the pool: itself and its text. */
static enum MHD_Result add_cost(void *ctx, enum MHD_ValueKind kind, const char *key,
                                const char *value)
{
    enum { RECORD = 64, BETWEEN = 4 };
    size_t *cost = ctx;
    (void)kind;
    *cost += RECORD + BETWEEN + strlen(key) + (value != NULL ? strlen(value) : 0);
    return MHD_YES;
}

/* A request that fits into the pool and leaves no room there for the answer's headers would be
 * closed without one: a hundred cookies that a browser has of other programs on this host. */
static bool leaves_no_room(struct MHD_Connection *connection)
{
    size_t cost = 0;
    MHD_get_connection_values(connection, MHD_HEADER_KIND | MHD_COOKIE_KIND | MHD_GET_ARGUMENT_KIND,
                              add_cost, &cost);
    return cost > DL_HTTP_POOL - DL_HTTP_ANSWER_ROOM;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    (void)version;
    dl_http *http = ctx;
    struct exchange *exchange = *state;
    if (*state == &refused_early) return MHD_NO;
    if (exchange == NULL && leaves_no_room(connection)) {
        refuse(http, connection, "431 Request Header Fields Too Large");
        return MHD_NO;
    }
    if (exchange == NULL) {
        exchange = calloc(1, sizeof *exchange);
        if (exchange == NULL) return MHD_NO;
        exchange->http = http;
        exchange->arena = dl_arena_new(DL_HTTP_REQUEST_MEMORY);
        exchange->begun_ms = dl_monotonic_ms();
        http->in_flight++;
        *state = exchange;
        if (exchange->arena == NULL) return MHD_NO;
        want_body(exchange, connection, url, method);
        return MHD_YES;
    }
    if (*size > 0) {
        size_t n = *size;
        *size = 0;
        return take_body(exchange, data, n);
    }
    return answer(exchange, connection, url, method);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    (void)connection, (void)why;
    dl_http *http = ctx;
    struct exchange *exchange = *state;
    if (exchange == NULL || *state == &refused_early) return;
    drop_body(exchange);
    dl_arena_free(exchange->arena);
    free(exchange);
    *state = NULL;
    http->in_flight--;
}

static void on_log(void *ctx, const char *format, va_list args)
{
    (void)ctx;
    char line[200];
    vsnprintf(line, sizeof line, format, args);
    dl_log(DL_LOG_DEBUG, "http server", "says=%s", dl_log_text(dl_str_trim(dl_str_c(line))));
}

static void learn_address(dl_http *http)
{
    struct sockaddr_storage any = {0};
    socklen_t size = sizeof any;
    if (getsockname(http->listen_fd, (struct sockaddr *)&any, &size) != 0) return;
    if (any.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&any;
        http->port = ntohs(v4->sin_port);
        http->loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    } else if (any.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&any;
        http->port = ntohs(v6->sin6_port);
        http->loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
}

enum dl_err dl_http_start(const struct dl_http_options *options, dl_http **ret_http,
                          struct dl_diag *diag)
{
    dl_http *http = calloc(1, sizeof *http);
    if (http == NULL) return dl_fail(diag, DL_ERR_NOMEM, DL_NO_POS, "no memory");
    http->handler = options->handler;
    http->body_max = options->body_max;
    http->ctx = options->ctx;
    http->listen_fd = options->listen_fd;
    if (options->listen_fd < 0) {
        enum dl_err err = dl_http_listen(options->address, options->port, &http->listen_fd, diag);
        if (err != DL_OK) return free(http), err;
    }
    learn_address(http);
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, http, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        http->listen_fd, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)DL_HTTP_THREADS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)DL_HTTP_POOL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)DL_HTTP_MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)DL_HTTP_IDLE_S,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_URI_LOG_CALLBACK, on_address,
        http, MHD_OPTION_END);
    if (http->daemon != NULL) return *ret_http = http, DL_OK;
    close(http->listen_fd);
    free(http);
    return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "the HTTP server does not start");
}

int dl_http_port(const dl_http *http)
{
    return http->port;
}

bool dl_http_is_loopback(const dl_http *http)
{
    return http->loopback;
}

void dl_http_stats(const dl_http *http, struct dl_http_stats *ret_stats)
{
    ret_stats->requests = http->requests;
    ret_stats->bytes = http->bytes;
    ret_stats->in_flight = http->in_flight;
    for (size_t i = 0; i < 6; i++)
        ret_stats->by_class[i] = http->by_class[i];
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    ret_stats->connections = info == NULL ? 0 : info->num_connections;
}

void dl_http_quiesce(dl_http *http)
{
    int fd = MHD_quiesce_daemon(http->daemon);
    if (fd >= 0) close(fd);
    http->listen_fd = -1;
}

void dl_http_stop(dl_http *http)
{
    if (http == NULL) return;
    MHD_stop_daemon(http->daemon);
    free(http);
}

void dl_http_pause(struct dl_http_connection *connection)
{
    MHD_suspend_connection((struct MHD_Connection *)connection);
}

void dl_http_wake(struct dl_http_connection *connection)
{
    MHD_resume_connection((struct MHD_Connection *)connection);
}
