/* Names to addresses, by c-ares, without threads. Sockets are put into the caller's epoll set.
 *
 * Only the servers that the operator's system (or options) names are asked; /etc/hosts counts,
 * search domains and aliases do not. Nothing is cached here. What comes back is not checked: the
 * egress gate does that with every address that is connected. */
#ifndef DL_NET_RESOLVER_H
#define DL_NET_RESOLVER_H

#include <netinet/in.h>

#include "base/str.h"

enum {
    DL_RESOLVER_ADDRESSES = 8,     /* kept of an answer; happy eyeballs tries no more */
    DL_RESOLVER_TIMEOUT_MS = 2500, /* of the first try; later ones wait longer */
    DL_RESOLVER_TRIES = 3,
};

union dl_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct dl_addresses {
    size_t n;
    int64_t ttl_s; /* least of the answer's */
    union dl_address a[DL_RESOLVER_ADDRESSES];
};

socklen_t dl_address_length(const union dl_address *address);

/* addresses NULL: not found, and why says it in words. */
typedef void (*dl_resolver_fn)(void *user, const struct dl_addresses *addresses, const char *why);

typedef struct dl_resolver dl_resolver;

/* servers: "127.0.0.1:5353,…" or NULL. Events of a socket fd carry data.u64 = tag | fd. */
enum dl_err dl_resolver_new(const char *servers, int epoll, uint64_t tag,
                            dl_resolver **ret_resolver, struct dl_diag *diag) DL_MUST_USE;
void dl_resolver_free(dl_resolver *resolver); /* what is under way is answered "not found" */

/* fn may be called from inside. */
void dl_resolver_ask(dl_resolver *resolver, const char *name, dl_resolver_fn fn, void *user);
void dl_resolver_event(dl_resolver *resolver, int fd, uint32_t events);
void dl_resolver_tick(dl_resolver *resolver);            /* time-outs */
int dl_resolver_timeout_ms(const dl_resolver *resolver); /* until the next tick; -1: none */

#endif
