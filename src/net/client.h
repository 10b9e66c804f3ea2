/* HTTP client: many polite fetches in one thread.
 *
 * One curl multi handle and one c-ares channel on one epoll descriptor. Requests wait in the
 * client's own queues, one for each host, never inside curl: one connection to a host, a pause
 * between requests to it (default 2 s, or the host's crawl-delay), and a host that said "later"
 * (429, 503 with Retry-After) is left alone. A request that has been under way for 5 s gives its
 * place to one that waits, until four times as many are slow as may be under way: a thousand hosts
 * that let us wait cost the others seconds, not minutes.
 * Every hop is a URL of http or https whose addresses were resolved, checked and pinned, and whose
 * connected address passed the egress gate (net/egress.h). Redirects are followed here: at most 5,
 * each one listed. Credentials in a URL and caller's headers do not cross to another origin.
 * Bodies: gzip, br or zstd, one layer, 16 MiB decoded, 100:1 after 1 MiB, for every status.
 * Time: 60 s for a request on the wire, at least 200 B/s after 30 s. Headers: 64 KiB, 200 lines.
 *
 * robots.txt is the caller's (net/robots_cache.h): the client does not look at it.
 * Not thread-safe; the callback runs inside dl_client_run() and may submit and cancel. */
#ifndef DL_NET_CLIENT_H
#define DL_NET_CLIENT_H

#include "base/str.h"
#include "net/egress.h"

enum {
    DL_HTTP_BODY_MAX = 16 << 20,  /* decoded; the largest real page seen was 1.5 MB */
    DL_HTTP_WIRE_MAX = 10 << 20,  /* as sent; 16 MiB of text never needs more */
    DL_HTTP_RATIO_MAX = 100,      /* real pages: 4.5 median, 8.3 most */
    DL_HTTP_RATIO_FROM = 1 << 20, /* below, a bomb does no harm and short answers vary */
    DL_HTTP_HEADER_MAX = 64 << 10,
    DL_HTTP_HEADER_LINES = 200, /* status lines too; answers of busy sites have sixty */
    DL_HTTP_TOTAL_MS = 60 * 1000,
    DL_HTTP_SLOW_BYTES = 200, /* per second, over DL_HTTP_SLOW_S */
    DL_HTTP_SLOW_S = 30,
    DL_HTTP_PATIENCE_MS = 5000, /* then a request goes on without holding up those that wait */
    DL_HTTP_REDIRECTS = 5,
    DL_HTTP_EXTRA_HEADERS = 8,
    DL_HOST_GAP_MS = 2000,
    DL_HOST_GAP_MAX_MS = 60 * 1000, /* a longer crawl-delay is the scheduler's, not a queue's */
    DL_HOST_QUEUE_MAX = 2000,       /* requests waiting for one host */
};

/* What went wrong, finer than enum dl_err; each has a name and words (client_fault.def). */
enum dl_fault {
    DL_FAULT_NONE = 0,
#define DL_FAULT_ROW(code, name, err, text) DL_FAULT_##code,
#include "net/client_fault.def"
#undef DL_FAULT_ROW
    DL_FAULT_COUNT
};
const char *dl_fault_name(enum dl_fault fault); /* "body_too_big" */
const char *dl_fault_text(enum dl_fault fault); /* for a person */
enum dl_err dl_fault_err(enum dl_fault fault);  /* the code that drives the pipeline */

/* Zero means the default. Strings are copied. */
struct dl_client_options {
    const char *user_agent;  /* honest: name, version, where to read about it; required */
    const dl_egress *egress; /* NULL: public addresses only; must outlive the client */
    const char *proxy;       /* operator's "http://host:port"; it alone may be private */
    const char *ca_file;     /* NULL: the system's bundle */
    const char *dns_servers; /* "127.0.0.1:5353,…"; NULL: the system's */
    unsigned max_in_flight;  /* 256, those called slow not counted */
    unsigned max_slow;       /* under way for longer than patience_ms; 4 times max_in_flight */
    unsigned patience_ms;    /* DL_HTTP_PATIENCE_MS; shorter in tests */
    unsigned max_queued;     /* 100,000: past it dl_client_submit() gives DL_ERR_BUSY */
    size_t body_memory;      /* bytes of all bodies being received; 256 MiB */
    unsigned total_ms;       /* DL_HTTP_TOTAL_MS; shorter in tests */
    unsigned slow_s;         /* DL_HTTP_SLOW_S; shorter in tests */
    bool no_gap;             /* no pause between requests to a host: loopback tests only */
    bool keep_heads;         /* heads as sent and as received are given, for archives */
};

struct dl_request {
    dl_str url;          /* http(s); parsed by net/url.h */
    const char *method;  /* NULL: GET; "POST" and "HEAD" are the others */
    dl_str body;         /* of a POST */
    dl_str content_type; /* of a POST */
    dl_str accept;       /* empty: any */
    dl_str etag;         /* opaque, quotes and W/ included; sent as If-None-Match */
    dl_str last_modified;
    dl_str headers[DL_HTTP_EXTRA_HEADERS]; /* "Name: value", to the first origin only */
    unsigned gap_ms;                       /* the host's crawl-delay; 0: the default */
    size_t body_max;                       /* below DL_HTTP_BODY_MAX; 0: that */
    bool urgent;       /* before the host's other requests (robots.txt, deliveries) */
    bool more;         /* another request to this host follows soon: its connection is kept */
    bool no_redirects; /* give a 3xx as it is (deliveries) */
};

/* Heads byte for byte, with their empty line, when they are kept: of the request (with all that was
 * in it, credentials too) and of the answer. */
struct dl_heads {
    dl_str sent, received;
};

struct dl_hop {
    int status;
    dl_str url;
    struct dl_heads heads;
    size_t wire_bytes; /* of its body, which is not kept */
    char address[DL_ADDRESS_TEXT];
};

/* Lives until the callback returns. Text is valid UTF-8 and without control characters, the body,
 * the ETag and Last-Modified excepted: those are the bytes as they came (header bytes without
 * CR, LF and NUL). Missing headers are empty slices, missing numbers -1. */
struct dl_response {
    enum dl_err err; /* DL_OK for every complete answer, whatever its status */
    enum dl_fault fault;
    struct dl_diag diag; /* words, when err is set */
    int status;          /* 0 when none came; set beside err where one came */

    dl_str url;           /* final */
    dl_str permanent_url; /* where 301/308 alone led to; empty when they did not start the way */
    size_t n_hops;        /* redirects followed */
    struct dl_hop hops[DL_HTTP_REDIRECTS];

    struct dl_heads heads; /* of the last hop */
    dl_str body;           /* decoded */
    dl_str content_type, etag, last_modified, x_robots_tag, link, location, content_language;
    dl_str tdm_reservation, tdm_policy;
    int64_t max_age_s;     /* Cache-Control: max-age; 0 with no-cache or no-store */
    int64_t retry_after_s; /* from now; dates are turned into seconds */
    size_t wire_bytes;     /* of the body as sent */

    char address[DL_ADDRESS_TEXT];                           /* connected */
    int64_t wait_ms;                                         /* in the queue */
    int64_t resolve_ms, connect_ms, first_byte_ms, total_ms; /* of the last hop; total of all */
};

typedef struct dl_client dl_client;
typedef void (*dl_client_fn)(void *user, const struct dl_response *response);

enum dl_err dl_client_new(const struct dl_client_options *options, dl_client **ret_client,
                          struct dl_diag *diag) DL_MUST_USE;
/* Requests still under way are answered with DL_FAULT_CANCELLED first. NULL ok. */
void dl_client_free(dl_client *client);

/* The callback comes exactly once for every DL_OK, never from inside this call. Everything in
 * request is copied. Errors: SYNTAX (no http(s) URL), INVALID (header with line break, method),
 * BUSY (queues full). */
enum dl_err dl_client_submit(dl_client *client, const struct dl_request *request, dl_client_fn fn,
                             void *user) DL_MUST_USE;

/* Works for at most timeout_ms (0: what is ready; -1: until something happened), returns after
 * the first round in which something did. Requests not yet answered: dl_client_pending(). */
enum dl_err dl_client_run(dl_client *client, int timeout_ms) DL_MUST_USE;
size_t dl_client_pending(const dl_client *client);
size_t dl_client_in_flight(const dl_client *client);

/* For an outer poll loop: readable when dl_client_run(client, 0) has work; also call that when
 * dl_client_timeout_ms() has passed (-1: no deadline). */
int dl_client_fd(const dl_client *client);
int dl_client_timeout_ms(dl_client *client);

/* "libcurl 7.88.1" and so on, a line each; for `dateline --version` and doctor. */
void dl_net_versions(dl_buf *out);

#endif
