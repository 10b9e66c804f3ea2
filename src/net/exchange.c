#include <openssl/x509_vfy.h>
#include <unistd.h>

#include "base/utf8.h"
#include "net/client_private.h"
#include "net/url.h"

enum {
    CONNECT_MS = 20 * 1000, /* of the total; a host that is there answers within seconds */
    IDLE_CONNECTION_S = 20, /* longer than the usual pause, so that pages of a host share one */
    PIN_S = 2,              /* a pinned address is used at once; curl walks its table each time */
    DISCARDED_MAX = 256 << 10, /* body of a redirect, which nobody reads */
    NOT_SAID_LATER_S = 60,     /* 429 without Retry-After */
    PIN_MAX = 1024,
};

/* --- where to ----------------------------------------------------------------------------- */

enum dl_err dl_exchange_aim(struct exchange *x, dl_arena *arena, dl_str url, dl_str base)
{
    struct dl_url parsed;
    DL_TRY(dl_url_parse(arena, url, base, &parsed));
    if (!dl_url_is_web(&parsed)) return DL_ERR_DENIED;
    bool https = dl_str_eq_c(parsed.scheme, "https");
    uint64_t port = https ? 443 : 80;
    if (parsed.port.n > 0) dl_str_u64(parsed.port, &port);
    dl_str host = parsed.host;
    while (host.n > 1 && host.p[host.n - 1] == '.')
        host.n--;
    dl_str colon = parsed.port.n > 0 ? DL_STR(":") : DL_STR("");
    dl_str mark = parsed.has_query ? DL_STR("?") : DL_STR("");
    dl_str href = dl_str_fmt(arena, "%.*s://%.*s%.*s%.*s%.*s%.*s%.*s", DL_FMT(parsed.scheme),
                             DL_FMT(host), DL_FMT(colon), DL_FMT(parsed.port), DL_FMT(parsed.path),
                             DL_FMT(mark), DL_FMT(parsed.query));
    DL_TRY(dl_arena_failed(arena));
    x->href = href;
    x->host_name = host;
    x->credentials = parsed.credentials;
    x->port = (uint16_t)port;
    return DL_OK;
}

static dl_str origin_of(dl_str href)
{
    size_t end = dl_str_find_c(href, "/", sizeof "https://" - 1);
    return dl_str_sub(href, 0, end);
}

/* --- callbacks of curl -------------------------------------------------------------------- */

static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *x = user;
    int fd;
    (void)purpose;
    /* With a proxy every connection is to it; the target was checked and is pinned behind it. */
    enum dl_err err = x->client->proxy != NULL
                          ? dl_egress_open_proxy(&address->addr, address->socktype,
                                                 address->protocol, &fd, &x->gate)
                          : dl_egress_open(x->client->egress, &address->addr, address->addrlen,
                                           address->socktype, address->protocol, &fd, &x->gate);
    if (err == DL_OK) return fd;
    if (err != DL_ERR_DENIED) x->fault = DL_FAULT_MEMORY; /* out of descriptors: ours, not theirs */
    return CURL_SOCKET_BAD;
}

/* A status line begins it anew. */
static void keep_received(struct exchange *x, dl_str line)
{
    if (!x->client->keep_heads) return;
    if (dl_str_starts(line, "HTTP/")) dl_buf_reset(&x->received);
    dl_buf_str(&x->received, line);
}

/* What was sent on one connection before, a proxy's CONNECT, is not what the publisher was asked.
 */
static int take_trace(CURL *easy, curl_infotype type, char *p, size_t n, void *user)
{
    struct exchange *x = user;
    (void)easy;
    if (type != CURLINFO_HEADER_OUT) return 0;
    dl_buf_reset(&x->sent);
    dl_buf_add(&x->sent, p, n);
    return 0;
}

static size_t take_header(char *p, size_t size, size_t n, void *user)
{
    struct exchange *x = user;
    n *= size;
    x->header_bytes += n;
    if (x->header_bytes > DL_HTTP_HEADER_MAX || ++x->header_lines > DL_HTTP_HEADER_LINES) {
        x->fault = DL_FAULT_HEADERS;
        return 0;
    }
    dl_str line = {p, n};
    if (x->head_ended && !dl_str_starts(line, "HTTP/")) return n; /* a trailer says nothing */
    dl_head_line(&x->head, x->arena, line);
    keep_received(x, line);
    x->head_ended = n <= 2 && p[n - 1] == '\n';
    return n;
}

static bool follows(const struct exchange *x)
{
    int status = x->head.status;
    return !x->request.no_redirects && x->head.location.n > 0 &&
           (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

static enum dl_fault begin_body(struct exchange *x)
{
    x->body_begun = true;
    x->discards = follows(x);
    if (x->discards) return DL_FAULT_NONE;
    return dl_decoder_start(&x->decoder, dl_coding_of(x->head.content_encoding));
}

static enum dl_fault take_body(struct exchange *x, const char *p, size_t n)
{
    dl_client *client = x->client;
    x->wire_bytes += n;
    if (!x->body_begun) {
        enum dl_fault fault = begin_body(x);
        if (fault != DL_FAULT_NONE) return fault;
    }
    if (x->discards) return x->wire_bytes > DISCARDED_MAX ? DL_FAULT_BODY : DL_FAULT_NONE;
    if (x->wire_bytes > DL_HTTP_WIRE_MAX) return DL_FAULT_BODY;
    enum dl_fault fault = dl_decoder_feed(&x->decoder, p, n, &x->body);
    client->body_bytes += x->body.cap - x->counted;
    x->counted = x->body.cap;
    if (fault == DL_FAULT_NONE && client->body_bytes > client->body_memory) fault = DL_FAULT_MEMORY;
    return fault;
}

static size_t take_body_bytes(char *p, size_t size, size_t n, void *user)
{
    struct exchange *x = user;
    x->fault = take_body(x, p, size * n);
    return x->fault == DL_FAULT_NONE ? size * n : 0;
}

/* --- one hop ------------------------------------------------------------------------------ */

static void add_header(struct exchange *x, const char *name, dl_str value)
{
    if (value.n == 0) return;
    dl_str line = name == NULL ? dl_str_dup(x->arena, value)
                               : dl_str_fmt(x->arena, "%s: %.*s", name, DL_FMT(value));
    struct curl_slist *more = line.p == NULL ? NULL : curl_slist_append(x->headers, line.p);
    if (more != NULL) x->headers = more;
}

static void set_headers(struct exchange *x)
{
    const struct dl_request *r = &x->request;
    add_header(x, "Accept", r->accept.n > 0 ? r->accept : DL_STR("*/*"));
    add_header(x, "Accept-Encoding", DL_STR(DL_CODING_ACCEPT));
    add_header(x, "If-None-Match", r->etag);
    add_header(x, "If-Modified-Since", r->last_modified);
    if (!x->get) {
        add_header(x, "Content-Type",
                   r->content_type.n > 0 ? r->content_type : DL_STR("application/octet-stream"));
        add_header(x, NULL, DL_STR("Expect:"));
    }
    for (size_t i = 0; x->first_origin && i < DL_HTTP_EXTRA_HEADERS; i++)
        add_header(x, NULL, r->headers[i]);
    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
}

static void set_method(struct exchange *x)
{
    if (!x->get) {
        curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->request.body.n);
        curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS,
                         x->request.body.p != NULL ? x->request.body.p : "");
    } else if (x->request.method != NULL && strcmp(x->request.method, "HEAD") == 0) {
        curl_easy_setopt(x->easy, CURLOPT_NOBODY, 1L);
    }
}

/* Credentials go to the first origin alone: by the URL, as curl decodes them there. */
static dl_str url_for_curl(struct exchange *x)
{
    if (!x->first_origin || x->credentials.n == 0) return dl_str_dup(x->arena, x->href);
    size_t after = dl_str_find_c(x->href, "://", 0) + 3;
    return dl_str_fmt(x->arena, "%.*s%.*s@%.*s", DL_FMT(dl_str_sub(x->href, 0, after)),
                      DL_FMT(x->credentials), DL_FMT(dl_str_sub(x->href, after, x->href.n)));
}

static void set_options(struct exchange *x)
{
    CURL *easy = x->easy;
    dl_client *client = x->client;
    long left_ms = (long)client->total_ms - (long)x->spent_ms;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, x);
    curl_easy_setopt(easy, CURLOPT_URL, url_for_curl(x).p);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent);
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->curl_text);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left_ms > 1 ? left_ms : 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)DL_HTTP_SLOW_BYTES);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)client->slow_s);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)DL_HTTP_WIRE_MAX);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_CONNECTION_S);
    /* Kept only for who waits: curl looks through all that it keeps, for each transfer. */
    bool kept = x->request.more || dl_hosts_waiting(x->host) > 0;
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, kept ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, (long)PIN_S);
    /* An environment's proxy is not the operator's choice here; "" also turns that off. */
    curl_easy_setopt(easy, CURLOPT_PROXY, client->proxy != NULL ? client->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* With a CApath curl reads all certificates anew for each connection: 20 ms. */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CAINFO, client->ca_file);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, x);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
    if (!client->keep_heads) return;
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L); /* the only way to what is really sent */
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, take_trace);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, x);
}

/* The checked addresses as curl's "+host:port:address,address", or through a proxy as a tunnel to
 * the first of them. */
static bool pin(struct exchange *x, const struct dl_addresses *addresses)
{
    char line[PIN_MAX];
    bool tunnel = x->client->proxy != NULL;
    int n =
        snprintf(line, sizeof line, "%s%.*s:%u:", tunnel ? "" : "+", DL_FMT(x->host_name), x->port);
    for (size_t i = 0; i < addresses->n && n > 0 && (size_t)n < sizeof line; i++) {
        char text[DL_ADDRESS_TEXT];
        const union dl_address *a = &addresses->a[i];
        bool v6 = a->any.sa_family == AF_INET6;
        dl_address_format(&a->any, text);
        n += snprintf(line + n, sizeof line - (size_t)n, "%s%s%s%s", i > 0 ? "," : "",
                      v6 ? "[" : "", text, v6 ? "]" : "");
        if (tunnel) break;
    }
    if (n <= 0 || (size_t)n >= sizeof line - 8) return false;
    if (tunnel) snprintf(line + n, sizeof line - (size_t)n, ":%u", x->port);
    x->pins = curl_slist_append(NULL, line);
    curl_easy_setopt(x->easy, tunnel ? CURLOPT_CONNECT_TO : CURLOPT_RESOLVE, x->pins);
    return x->pins != NULL;
}

/* addresses: those that passed the gate; n = 0 for a literal host. */
static void send_hop(struct exchange *x, const struct dl_addresses *addresses)
{
    x->easy = dl_client_take_handle(x->client);
    if (x->easy == NULL) {
        dl_client_release_host(x, -1);
        dl_client_finish(x, DL_FAULT_MEMORY, "");
        return;
    }
    dl_buf_init(&x->body, x->request.body_max > 0 && x->request.body_max < DL_HTTP_BODY_MAX
                              ? x->request.body_max
                              : DL_HTTP_BODY_MAX);
    set_options(x);
    set_method(x);
    set_headers(x);
    bool pinned = addresses->n == 0 || pin(x, addresses);
    x->stage = STAGE_WIRE;
    if (pinned && dl_arena_failed(x->arena) == DL_OK &&
        curl_multi_add_handle(x->client->multi, x->easy) == CURLM_OK)
        return;
    dl_exchange_unwire(x);
    dl_client_release_host(x, -1);
    dl_client_finish(x, DL_FAULT_INTERNAL, "the transfer does not start");
}

static void resolved(void *user, const struct dl_addresses *found, const char *why)
{
    struct exchange *x = user;
    struct dl_addresses good = {0};
    x->response.resolve_ms = dl_monotonic_ms() - x->hop_ms;
    for (size_t i = 0; found != NULL && i < found->n; i++)
        if (dl_egress_check(x->client->egress, &found->a[i].any, dl_address_length(&found->a[i]),
                            &x->gate) == DL_OK)
            good.a[good.n++] = found->a[i];
    if (good.n > 0) {
        x->gate.message[0] = '\0';
        send_hop(x, &good);
        return;
    }
    dl_client_release_host(x, -1);
    dl_client_finish(x, found == NULL ? DL_FAULT_NAME : DL_FAULT_ADDRESS,
                     found == NULL ? why : x->gate.message);
}

/* An answer that holds for a while is kept with the host; TTL 0 is asked for every time. */
static void resolved_fresh(void *user, const struct dl_addresses *found, const char *why)
{
    enum { KEPT_MOST_S = 600 };
    struct exchange *x = user;
    if (x->client->closing) return;
    if (found != NULL && found->ttl_s > 0) {
        int64_t seconds = found->ttl_s < KEPT_MOST_S ? found->ttl_s : KEPT_MOST_S;
        x->host->addresses = *found;
        x->host->addresses_until_ms = dl_monotonic_ms() + seconds * 1000;
    }
    resolved(x, found, why);
}

static void begin_hop(struct exchange *x)
{
    x->hop_ms = dl_monotonic_ms();
    x->head = (struct dl_head){0};
    x->decoder = (struct dl_decoder){.ended = true};
    x->header_bytes = x->header_lines = x->wire_bytes = 0;
    x->response.heads = (struct dl_heads){0};
    x->sent.max = x->received.max = 2 * (size_t)DL_HTTP_HEADER_MAX;
    dl_buf_reset(&x->sent);
    dl_buf_reset(&x->received);
    x->body_begun = x->discards = x->head_ended = false;
    x->fault = DL_FAULT_NONE;
    x->gate.message[0] = x->curl_text[0] = '\0';
    x->stage = STAGE_RESOLVING;
}

void dl_exchange_start(struct exchange *x)
{
    struct sockaddr_storage literal;
    socklen_t length;
    begin_hop(x);
    x->response.wait_ms += x->hop_ms - x->queued_ms;
    if (x->arena == NULL) x->arena = dl_client_take_arena(x->client);
    if (x->arena == NULL) {
        dl_client_release_host(x, -1);
        dl_client_finish(x, DL_FAULT_MEMORY, "");
        return;
    }
    if (dl_address_parse(x->host_name, x->port, &literal, &length)) {
        const struct dl_addresses none = {0};
        if (dl_egress_check(x->client->egress, (struct sockaddr *)&literal, length, &x->gate) ==
            DL_OK) {
            send_hop(x, &none);
            return;
        }
        dl_client_release_host(x, -1);
        dl_client_finish(x, DL_FAULT_ADDRESS, x->gate.message);
        return;
    }
    if (x->host->addresses.n > 0 && x->host->addresses_until_ms > x->hop_ms) {
        const struct dl_addresses kept = x->host->addresses;
        resolved(x, &kept, NULL);
        return;
    }
    char *name = dl_str_cstr(x->arena, x->host_name);
    dl_resolver_ask(x->client->resolver, name != NULL ? name : "", resolved_fresh, x);
}

void dl_exchange_unwire(struct exchange *x)
{
    dl_client *client = x->client;
    if (x->easy != NULL) {
        curl_multi_remove_handle(client->multi, x->easy);
        if (client->n_idle < DL_IDLE_HANDLES) {
            curl_easy_reset(x->easy);
            client->idle[client->n_idle++] = x->easy;
        } else {
            curl_easy_cleanup(x->easy);
        }
    }
    x->easy = NULL;
    curl_slist_free_all(x->headers);
    curl_slist_free_all(x->pins);
    x->headers = x->pins = NULL;
    dl_decoder_finish(&x->decoder);
}

/* --- the end of a hop --------------------------------------------------------------------- */

static enum dl_fault certificate_fault(const struct exchange *x)
{
    long verdict = X509_V_OK;
    curl_easy_getinfo(x->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
    switch (verdict) {
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED: /* curl's start: the chain was good, then it compared the name */
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return DL_FAULT_CERT_NAME;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return DL_FAULT_CERT_TIME;
    default:
        return DL_FAULT_CERT_ISSUER;
    }
}

static enum dl_fault fault_of(const struct exchange *x, CURLcode code)
{
    if (x->fault != DL_FAULT_NONE) return x->fault;
    switch (code) {
    case CURLE_OK:
        return x->head_ended ? DL_FAULT_NONE : DL_FAULT_TRUNCATED;
    case CURLE_URL_MALFORMAT:
        return DL_FAULT_URL;
    case CURLE_COULDNT_RESOLVE_HOST:
        return DL_FAULT_NAME;
    case CURLE_COULDNT_CONNECT:
        return x->gate.message[0] != '\0' ? DL_FAULT_ADDRESS : DL_FAULT_CONNECT;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return DL_FAULT_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return strncmp(x->curl_text, "Operation too slow", 18) == 0 ? DL_FAULT_SLOW
                                                                    : DL_FAULT_TIMEOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return certificate_fault(x);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
        return DL_FAULT_TLS;
    case CURLE_FILESIZE_EXCEEDED:
        return DL_FAULT_BODY;
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return DL_FAULT_TRUNCATED;
    case CURLE_OUT_OF_MEMORY:
        return DL_FAULT_MEMORY;
    case CURLE_FAILED_INIT:
    case CURLE_BAD_FUNCTION_ARGUMENT:
        return DL_FAULT_INTERNAL;
    default:
        return DL_FAULT_PROTOCOL;
    }
}

static int64_t info_ms(CURL *easy, CURLINFO info)
{
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, info, &microseconds);
    return (int64_t)microseconds / 1000;
}

static void take_facts(struct exchange *x)
{
    struct dl_response *r = &x->response;
    char *address = NULL;
    r->status = x->head.status;
    r->heads = (struct dl_heads){dl_buf_slice(&x->sent), dl_buf_slice(&x->received)};
    r->wire_bytes = x->wire_bytes;
    r->connect_ms = info_ms(x->easy, CURLINFO_APPCONNECT_TIME_T);
    if (r->connect_ms == 0) r->connect_ms = info_ms(x->easy, CURLINFO_CONNECT_TIME_T);
    r->first_byte_ms = info_ms(x->easy, CURLINFO_STARTTRANSFER_TIME_T);
    curl_easy_getinfo(x->easy, CURLINFO_PRIMARY_IP, &address);
    snprintf(r->address, sizeof r->address, "%s", address != NULL ? address : "");
    x->spent_ms += dl_monotonic_ms() - x->hop_ms;
    r->total_ms = x->spent_ms;
}

static void take_head(struct exchange *x)
{
    struct dl_response *r = &x->response;
    const struct dl_head *head = &x->head;
    r->content_type = head->content_type;
    r->etag = head->etag;
    r->last_modified = head->last_modified;
    r->x_robots_tag = head->x_robots_tag;
    r->tdm_reservation = head->tdm_reservation;
    r->tdm_policy = head->tdm_policy;
    r->link = head->link;
    r->location = head->location;
    r->content_language = head->content_language;
    r->max_age_s = dl_head_max_age(head);
    r->retry_after_s = dl_head_retry_after(head, dl_now_ms());
}

static struct dl_heads heads_of(struct exchange *x)
{
    if (!x->client->keep_heads) return (struct dl_heads){0};
    return (struct dl_heads){dl_str_dup(x->arena, dl_buf_slice(&x->sent)),
                             dl_str_dup(x->arena, dl_buf_slice(&x->received))};
}

/* A redirect in a circle, too many, or to what is no http(s) address. */
static enum dl_fault redirect(struct exchange *x)
{
    struct dl_response *r = &x->response;
    dl_str from = dl_str_dup(x->arena, x->href);
    int status = x->head.status;
    if (r->n_hops >= DL_HTTP_REDIRECTS) return DL_FAULT_REDIRECTS;
    struct dl_hop *hop = &r->hops[r->n_hops++];
    *hop = (struct dl_hop){status, from, heads_of(x), x->wire_bytes, ""};
    memcpy(hop->address, r->address, sizeof hop->address);
    enum dl_err err = dl_exchange_aim(x, x->arena, x->head.location, from);
    if (err == DL_ERR_DENIED) return DL_FAULT_SCHEME;
    if (err != DL_OK) return DL_FAULT_URL;
    for (size_t i = 0; i < r->n_hops; i++)
        if (dl_str_eq(r->hops[i].url, x->href) && (status != 303 || x->get))
            return DL_FAULT_REDIRECTS;
    x->credentials = (dl_str){NULL, 0};
    /* Once left, the first origin's headers are not given back to it: the way came from a stranger.
     */
    x->first_origin = x->first_origin && dl_str_eq(origin_of(x->href), origin_of(from));
    x->only_permanent = x->only_permanent && (status == 301 || status == 308);
    if (x->only_permanent) r->permanent_url = x->href;
    if (status == 301 || status == 302 || status == 303) x->get = true;
    return DL_FAULT_NONE;
}

static int64_t said_later(const struct exchange *x)
{
    if (x->head.status != 429 && x->head.status != 503) return -1;
    int64_t seconds = dl_head_retry_after(&x->head, dl_now_ms());
    return seconds < 0 && x->head.status == 429 ? NOT_SAID_LATER_S : seconds;
}

void dl_exchange_done(struct exchange *x, CURLcode code)
{
    bool left_off = x->discards && x->fault == DL_FAULT_BODY;
    enum dl_fault fault = left_off ? DL_FAULT_NONE : fault_of(x, code);
    char detail[CURL_ERROR_SIZE];
    take_facts(x);
    if (fault == DL_FAULT_NONE && !x->discards) fault = dl_decoder_finish(&x->decoder);
    snprintf(detail, sizeof detail, "%s",
             x->gate.message[0] != '\0' ? x->gate.message : x->curl_text);
    dl_exchange_unwire(x);
    dl_client_release_host(x, said_later(x));
    if (fault == DL_FAULT_NONE && follows(x)) {
        fault = redirect(x);
        if (fault == DL_FAULT_NONE) {
            dl_buf_free(&x->body);
            dl_client_enqueue(x, DL_PLACE_FRONT);
            return;
        }
    }
    take_head(x);
    dl_client_finish(x, fault, detail);
}
