/* One client against the hostile server, and what it answered, copied. */
#ifndef TEST_NET_FETCHER_H
#define TEST_NET_FETCHER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/time.h"
#include "hostile.h"
#include "net/client.h"

struct outcome {
    unsigned calls;
    struct dl_response response; /* slices point into text */
    char *text;
    size_t used;
    int64_t at_ms;
};

static struct hostile *hostile;
static dl_client *client;
static dl_egress egress;

static inline dl_str kept(struct outcome *o, dl_str s)
{
    char *p = o->text + o->used;
    if (s.n > 0) memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    o->used += s.n + 1;
    return (dl_str){p, s.n};
}

static inline void keep_outcome(void *user, const struct dl_response *r)
{
    struct outcome *o = user;
    o->calls++;
    o->at_ms = dl_monotonic_ms();
    free(o->text);
    o->text = malloc(r->body.n + (1 << 20));
    o->used = 0;
    o->response = *r;
    dl_str *const slices[] = {&o->response.url,          &o->response.permanent_url,
                              &o->response.body,         &o->response.content_type,
                              &o->response.etag,         &o->response.last_modified,
                              &o->response.x_robots_tag, &o->response.link,
                              &o->response.location,     &o->response.content_language,
                              &o->response.heads.sent,   &o->response.heads.received};
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        *slices[i] = kept(o, *slices[i]);
    for (size_t i = 0; i < r->n_hops; i++) {
        struct dl_hop *hop = &o->response.hops[i];
        hop->url = kept(o, hop->url);
        hop->heads.sent = kept(o, hop->heads.sent);
        hop->heads.received = kept(o, hop->heads.received);
    }
}

/* "@" in a path stands for nothing; names are resolved by the hostile DNS server. */
static inline const char *url_of(const char *host, const char *path)
{
    static char urls[8][1024];
    static unsigned at;
    char *url = urls[at++ % 8];
    snprintf(url, sizeof urls[0], "http://%s:%u%s", host, hostile->port, path);
    return url;
}

static inline void start_client(struct dl_client_options options)
{
    static char servers[64];
    struct dl_diag diag = {0};
    snprintf(servers, sizeof servers, "127.0.0.1:%u", hostile->dns_port);
    dl_client_free(client);
    client = NULL;
    options.dns_servers = servers;
    if (options.user_agent == NULL) options.user_agent = "Dateline/test (+https://example.org)";
    if (options.egress == NULL && options.proxy == NULL) options.egress = &egress;
    if (dl_client_new(&options, &client, &diag) != DL_OK) fail_msg("%s", diag.message);
}

/* The hostile server under these names, its address opened. */
static inline void start_hostile(const struct name *names)
{
    hostile = hostile_start(names);
    assert_int_equal(dl_egress_allow(&egress, DL_STR("127.0.0.1"), NULL), DL_OK);
}

static inline int end_hostile(void **state)
{
    (void)state;
    dl_client_free(client);
    hostile_stop(hostile);
    return 0;
}

static inline void run_all(int most_ms)
{
    int64_t end = dl_monotonic_ms() + most_ms;
    while (dl_client_pending(client) > 0) {
        assert_int_equal(dl_client_run(client, 100), DL_OK);
        if (dl_monotonic_ms() > end) fail_msg("still waiting after %d ms", most_ms);
    }
    assert_int_equal(dl_client_in_flight(client), 0);
}

static inline void submit(struct outcome *o, const char *url, struct dl_request request)
{
    request.url = dl_str_c(url);
    assert_int_equal(dl_client_submit(client, &request, keep_outcome, o), DL_OK);
}

/* The last outcome's memory is given back at the next fetch. */
static inline const struct dl_response *fetch(const char *url, struct dl_request request)
{
    static struct outcome o;
    o.calls = 0;
    submit(&o, url, request);
    assert_int_equal(o.calls, 0);
    run_all(20000);
    assert_int_equal(o.calls, 1);
    return &o.response;
}

static inline const struct dl_response *get(const char *host, const char *path)
{
    return fetch(url_of(host, path), (struct dl_request){0});
}

#define assert_fault(r, wanted)                                                                    \
    do {                                                                                           \
        const struct dl_response *r_ = (r);                                                        \
        if (r_->fault != (wanted))                                                                 \
            fail_msg("wanted %s, got %s: %s (status %d)", dl_fault_name(wanted),                   \
                     dl_fault_name(r_->fault), r_->diag.message, r_->status);                      \
        assert_int_equal(r_->err, dl_fault_err(wanted));                                           \
    } while (0)

#define assert_str(s, wanted)                                                                      \
    do {                                                                                           \
        dl_str s_ = (s);                                                                           \
        if (!dl_str_eq_c(s_, wanted)) fail_msg("wanted \"%s\", got \"%.*s\"", wanted, DL_FMT(s_)); \
    } while (0)

#endif
