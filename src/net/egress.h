/* The egress gate: the only place that opens a socket to a fetched or delivered address.
 *
 * Every address that a stranger may have chosen (feeds, redirects, hubs, webhooks) is checked as
 * the very sockaddr that will be connected, against all special-purpose blocks of IANA (RFC 6890
 * and its registries), with the IPv4 address inside a v4-mapped, v4-compatible, NAT64, 6to4 or
 * Teredo address checked too. What is not global unicast is refused with DL_ERR_DENIED.
 * The operator's list (--egress-allow CIDR) opens blocks for tests and intranets.
 * A dl_egress is a plain record: filled once, then only read; thread-safe from there on. */
#ifndef DL_NET_EGRESS_H
#define DL_NET_EGRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/str.h"

enum {
    DL_EGRESS_MAX_ALLOW = 32, /* an operator's list is short; a longer one is a mistake */
    DL_ADDRESS_TEXT = 64,     /* room for "[v6%scope]:port" */
};

struct dl_cidr {
    unsigned char address[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned prefix;           /* of 128 bits */
};

typedef struct dl_egress {
    size_t n;
    struct dl_cidr allow[DL_EGRESS_MAX_ALLOW];
} dl_egress;

/* "10.0.0.0/8", "fd00::/8", "127.0.0.1". Errors: SYNTAX, TOO_BIG (list full). */
enum dl_err dl_egress_allow(dl_egress *egress, dl_str cidr, struct dl_diag *diag) DL_MUST_USE;
/* "10.0.0.0/8, fd00::/8": what --egress-allow takes. Empty: nothing. */
enum dl_err dl_egress_allow_list(dl_egress *egress, dl_str cidrs, struct dl_diag *diag) DL_MUST_USE;

/* May this address be connected? egress NULL: nothing is allowed beyond the public Internet.
 * DL_ERR_DENIED with the block's name in diag. Ports do not matter. */
enum dl_err dl_egress_check(const dl_egress *egress, const struct sockaddr *address,
                            socklen_t length, struct dl_diag *diag) DL_MUST_USE;

/* Checks, then gives a close-on-exec, non-blocking socket for exactly this address. */
enum dl_err dl_egress_open(const dl_egress *egress, const struct sockaddr *address,
                           socklen_t length, int type, int protocol, int *ret_fd,
                           struct dl_diag *diag) DL_MUST_USE;

/* To the operator's proxy, and to nothing else: it alone is not checked, what lies behind it is
 * (net/exchange.c). */
enum dl_err dl_egress_open_proxy(const struct sockaddr *address, int type, int protocol,
                                 int *ret_fd, struct dl_diag *diag) DL_MUST_USE;

/* A literal host ("127.0.0.1", "[::1]") as sockaddr; false for names. */
bool dl_address_parse(dl_str host, uint16_t port, struct sockaddr_storage *ret_address,
                      socklen_t *ret_length);
/* Numeric form without port, for logs and results. */
void dl_address_format(const struct sockaddr *address, char ret_text[DL_ADDRESS_TEXT]);

#endif
