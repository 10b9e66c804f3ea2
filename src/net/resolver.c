#include "net/resolver.h"

#include <ares.h>
#include <pthread.h>
#include <sys/epoll.h>

struct dl_resolver {
    ares_channel channel;
    int epoll;
    uint64_t tag;
    size_t asked;
};

struct question {
    dl_resolver *resolver;
    dl_resolver_fn fn;
    void *user;
};

static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static int library_status;

static void start_library(void)
{
    library_status = ares_library_init(ARES_LIB_INIT_ALL);
}

socklen_t dl_address_length(const union dl_address *address)
{
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

static void watch(void *data, ares_socket_t fd, int readable, int writable)
{
    dl_resolver *r = data;
    struct epoll_event event = {.data.u64 = r->tag | (uint32_t)fd};
    event.events = (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0);
    if (event.events == 0)
        epoll_ctl(r->epoll, EPOLL_CTL_DEL, fd, NULL);
    else if (epoll_ctl(r->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
        epoll_ctl(r->epoll, EPOLL_CTL_ADD, fd, &event);
}

enum dl_err dl_resolver_new(const char *servers, int epoll, uint64_t tag,
                            dl_resolver **ret_resolver, struct dl_diag *diag)
{
    pthread_once(&library_once, start_library);
    dl_resolver *r = calloc(1, sizeof *r);
    if (r == NULL) return DL_ERR_NOMEM;
    r->epoll = epoll;
    r->tag = tag;
    struct ares_options options = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
                                   .timeout = DL_RESOLVER_TIMEOUT_MS,
                                   .tries = DL_RESOLVER_TRIES,
                                   .sock_state_cb = watch,
                                   .sock_state_cb_data = r};
    int status = library_status;
    if (status == ARES_SUCCESS)
        status = ares_init_options(&r->channel, &options,
                                   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                       ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) {
        free(r);
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "c-ares: %s", ares_strerror(status));
    }
    if (servers != NULL) status = ares_set_servers_ports_csv(r->channel, servers);
    if (status != ARES_SUCCESS) {
        dl_resolver_free(r);
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "no DNS servers: %s", servers);
    }
    *ret_resolver = r;
    return DL_OK;
}

void dl_resolver_free(dl_resolver *r)
{
    if (r == NULL) return;
    ares_destroy(r->channel);
    free(r);
}

static void take_answer(const struct ares_addrinfo *info, struct dl_addresses *ret_addresses)
{
    struct dl_addresses found = {.ttl_s = INT32_MAX};
    const struct ares_addrinfo_node *node = info->nodes;
    for (; node != NULL && found.n < DL_RESOLVER_ADDRESSES; node = node->ai_next) {
        if (node->ai_addrlen > sizeof *found.a) continue;
        memcpy(&found.a[found.n++], node->ai_addr, node->ai_addrlen);
        if (node->ai_ttl < found.ttl_s) found.ttl_s = node->ai_ttl;
    }
    *ret_addresses = found;
}

static void answered(void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
    struct question *question = arg;
    struct dl_addresses found = {0};
    (void)timeouts;
    if (status == ARES_SUCCESS && info != NULL) take_answer(info, &found);
    if (info != NULL) ares_freeaddrinfo(info);
    question->resolver->asked--;
    if (found.n > 0)
        question->fn(question->user, &found, NULL);
    else
        question->fn(question->user, NULL,
                     status == ARES_SUCCESS ? "it has no address" : ares_strerror(status));
    free(question);
}

void dl_resolver_ask(dl_resolver *r, const char *name, dl_resolver_fn fn, void *user)
{
    struct question *question = malloc(sizeof *question);
    if (question == NULL) {
        fn(user, NULL, "no memory");
        return;
    }
    *question = (struct question){r, fn, user};
    r->asked++;
    const struct ares_addrinfo_hints hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_NOSORT};
    ares_getaddrinfo(r->channel, name, NULL, &hints, answered, question);
}

void dl_resolver_event(dl_resolver *r, int fd, uint32_t events)
{
    bool broken = (events & (EPOLLERR | EPOLLHUP)) != 0;
    ares_process_fd(r->channel, broken || (events & EPOLLIN) ? fd : ARES_SOCKET_BAD,
                    broken || (events & EPOLLOUT) ? fd : ARES_SOCKET_BAD);
}

void dl_resolver_tick(dl_resolver *r)
{
    if (r->asked > 0) ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

int dl_resolver_timeout_ms(const dl_resolver *r)
{
    struct timeval most = {.tv_sec = 3600}, got;
    if (r->asked == 0) return -1;
    const struct timeval *left = ares_timeout(r->channel, &most, &got);
    return (int)(left->tv_sec * 1000 + (left->tv_usec + 999) / 1000);
}
