#include "net/egress.h"

#include <arpa/inet.h>
#include <errno.h>
#include <unistd.h>

/* --- blocks ------------------------------------------------------------------------------- */

struct block {
    const char *network; /* text, so that it can be compared with the registry by eye */
    unsigned prefix;
    const char *what;
};

/* IANA IPv4 Special-Purpose Address Registry, multicast, and what clouds keep for their host.
 * Blocks that the registry calls globally reachable (anycast of AS112, AMT, PCP, TURN) hold no
 * news site: they are refused too. */
static const struct block v4_blocks[] = {
    {"0.0.0.0", 8, "this network"},
    {"10.0.0.0", 8, "private"},
    {"100.64.0.0", 10, "shared by carriers"},
    {"127.0.0.0", 8, "loopback"},
    {"168.63.129.16", 32, "a cloud's host"},
    {"169.254.0.0", 16, "link-local"},
    {"172.16.0.0", 12, "private"},
    {"192.0.0.0", 24, "protocol assignments"},
    {"192.0.2.0", 24, "documentation"},
    {"192.31.196.0", 24, "AS112"},
    {"192.52.193.0", 24, "AMT"},
    {"192.88.99.0", 24, "6to4 relays"},
    {"192.168.0.0", 16, "private"},
    {"192.175.48.0", 24, "AS112"},
    {"198.18.0.0", 15, "benchmarks"},
    {"198.51.100.0", 24, "documentation"},
    {"203.0.113.0", 24, "documentation"},
    {"224.0.0.0", 4, "multicast"},
    {"240.0.0.0", 4, "reserved"},
};

/* IANA IPv6 Special-Purpose Address Registry, inside global unicast (2000::/3). All outside of it
 * is refused but NAT64 and v4-mapped, whose IPv4 address decides. */
static const struct block v6_blocks[] = {
    {"2001::", 23, "protocol assignments"},
    {"2001:db8::", 32, "documentation"},
    {"2002::", 16, "6to4"},
    {"2620:4f:8000::", 48, "AS112"},
    {"3ffe::", 16, "6bone"},
    {"3fff::", 20, "documentation"},
};

static const struct block v6_outside[] = {
    {"::", 128, "unspecified"},      {"::1", 128, "loopback"},
    {"::", 96, "IPv4-compatible"},   {"64:ff9b:1::", 48, "local NAT64"},
    {"100::", 64, "discard"},        {"100:0:0:1::", 64, "dummy"},
    {"5f00::", 16, "SRv6 segments"}, {"fc00::", 7, "unique local"},
    {"fe80::", 10, "link-local"},    {"fec0::", 10, "site-local"},
    {"ff00::", 8, "multicast"},
};

enum { V4_BYTES = 4, V6_BYTES = 16, V4_IN_V6 = 12, V6_BITS = 128 };

static bool in_prefix(const unsigned char *address, const unsigned char *network, unsigned prefix)
{
    unsigned whole = prefix / 8, rest = prefix % 8;
    if (memcmp(address, network, whole) != 0) return false;
    if (rest == 0) return true;
    unsigned char mask = (unsigned char)(0xFF00u >> rest);
    return (address[whole] & mask) == (network[whole] & mask);
}

static const char *find_block(int family, const struct block *blocks, size_t n,
                              const unsigned char *address)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char network[V6_BYTES];
        DL_ASSERT(inet_pton(family, blocks[i].network, network) == 1);
        if (in_prefix(address, network, blocks[i].prefix)) return blocks[i].what;
    }
    return NULL;
}

#define FIND_BLOCK(family, blocks, address)                                                        \
    find_block((family), (blocks), sizeof(blocks) / sizeof *(blocks), (address))

/* --- the check ---------------------------------------------------------------------------- */

static void map_v4(const unsigned char v4[V4_BYTES], unsigned char ret_v6[V6_BYTES])
{
    memset(ret_v6, 0, 10);
    ret_v6[10] = ret_v6[11] = 0xFF;
    memcpy(ret_v6 + V4_IN_V6, v4, V4_BYTES);
}

static bool is_allowed(const dl_egress *egress, const unsigned char v6[V6_BYTES])
{
    for (size_t i = 0; egress != NULL && i < egress->n; i++)
        if (in_prefix(v6, egress->allow[i].address, egress->allow[i].prefix)) return true;
    return false;
}

/* NULL when the address may be connected, else the block's name. */
static const char *check_v4(const dl_egress *egress, const unsigned char v4[V4_BYTES])
{
    unsigned char mapped[V6_BYTES];
    map_v4(v4, mapped);
    if (is_allowed(egress, mapped)) return NULL;
    return FIND_BLOCK(AF_INET, v4_blocks, v4);
}

struct embedded {
    size_t n; /* a Teredo address holds two: server and client */
    unsigned char v4[2][V4_BYTES];
    bool decides; /* the IPv6 address is nothing but a way to this IPv4 address */
};

static void embed(struct embedded *e, const unsigned char *v4, unsigned char flip)
{
    for (size_t i = 0; i < V4_BYTES; i++)
        e->v4[e->n][i] = v4[i] ^ flip;
    e->n++;
}

static bool has_prefix(const unsigned char *v6, const char *network, unsigned prefix)
{
    const struct block one = {network, prefix, ""};
    return find_block(AF_INET6, &one, 1, v6) != NULL;
}

static struct embedded unwrap(const unsigned char v6[V6_BYTES])
{
    struct embedded e = {0};
    if (has_prefix(v6, "::ffff:0:0", 96) || has_prefix(v6, "64:ff9b::", 96)) {
        embed(&e, v6 + V4_IN_V6, 0);
        e.decides = true;
    } else if (has_prefix(v6, "::", 96) || has_prefix(v6, "64:ff9b:1::", 48) ||
               has_prefix(v6, "::ffff:0:0:0", 96)) {
        embed(&e, v6 + V4_IN_V6, 0);
    } else if (has_prefix(v6, "2002::", 16)) {
        embed(&e, v6 + 2, 0);
    } else if (has_prefix(v6, "2001::", 32)) {
        embed(&e, v6 + 4, 0);
        embed(&e, v6 + V4_IN_V6, 0xFF); /* RFC 4380: the client's is stored inverted */
    } else if ((v6[8] & 0xFC) == 0 && v6[9] == 0 && v6[10] == 0x5E && v6[11] == 0xFE) {
        embed(&e, v6 + V4_IN_V6, 0); /* ISATAP, RFC 5214 */
    }
    return e;
}

static const char *check_v6(const dl_egress *egress, const unsigned char v6[V6_BYTES])
{
    struct embedded e = unwrap(v6);
    for (size_t i = 0; i < e.n; i++) {
        /* "::1" and "::" are IPv6's own: an IPv4 address of 0.x is not meant there. */
        const char *what = e.v4[i][0] == 0 ? NULL : check_v4(egress, e.v4[i]);
        if (what != NULL) return what;
    }
    if (is_allowed(egress, v6)) return NULL;
    if (e.decides) return check_v4(egress, e.v4[0]);
    if ((v6[0] & 0xE0) == 0x20) return FIND_BLOCK(AF_INET6, v6_blocks, v6);
    const char *what = FIND_BLOCK(AF_INET6, v6_outside, v6);
    return what != NULL ? what : "not global unicast";
}

enum dl_err dl_egress_check(const dl_egress *egress, const struct sockaddr *address,
                            socklen_t length, struct dl_diag *diag)
{
    const char *what = "not an Internet address";
    if (length >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        what = check_v4(egress, (const unsigned char *)&in.sin_addr);
    } else if (length >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        what = check_v6(egress, in6.sin6_addr.s6_addr);
    }
    if (what == NULL) return DL_OK;
    char text[DL_ADDRESS_TEXT] = "?";
    if (length >= sizeof(struct sockaddr_in)) dl_address_format(address, text);
    return dl_fail(diag, DL_ERR_DENIED, DL_NO_POS, "%s is not on the public Internet (%s)", text,
                   what);
}

enum dl_err dl_egress_open(const dl_egress *egress, const struct sockaddr *address,
                           socklen_t length, int type, int protocol, int *ret_fd,
                           struct dl_diag *diag)
{
    DL_TRY(dl_egress_check(egress, address, length, diag));
    return dl_egress_open_proxy(address, type, protocol, ret_fd, diag);
}

enum dl_err dl_egress_open_proxy(const struct sockaddr *address, int type, int protocol,
                                 int *ret_fd, struct dl_diag *diag)
{
    int fd = socket(address->sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0) return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "no socket: %s", strerrordesc_np(errno));
    *ret_fd = fd;
    return DL_OK;
}

/* --- the operator's list ------------------------------------------------------------------ */

static bool parse_network(dl_str text, unsigned char ret_v6[V6_BYTES], unsigned *ret_bits)
{
    char c[INET6_ADDRSTRLEN + 1];
    unsigned char v4[V4_BYTES];
    if (text.n == 0 || text.n >= sizeof c || memchr(text.p, '\0', text.n) != NULL) return false;
    memcpy(c, text.p, text.n);
    c[text.n] = '\0';
    if (inet_pton(AF_INET, c, v4) == 1) {
        map_v4(v4, ret_v6);
        *ret_bits = V4_BYTES * 8;
        return true;
    }
    *ret_bits = V6_BITS;
    return inet_pton(AF_INET6, c, ret_v6) == 1;
}

enum dl_err dl_egress_allow(dl_egress *egress, dl_str cidr, struct dl_diag *diag)
{
    struct dl_cidr entry;
    unsigned bits;
    size_t slash = dl_str_chr(cidr, '/', 0);
    if (egress->n >= DL_EGRESS_MAX_ALLOW)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "more than %d blocks are allowed",
                       DL_EGRESS_MAX_ALLOW);
    if (!parse_network(dl_str_sub(cidr, 0, slash), entry.address, &bits))
        return dl_fail(diag, DL_ERR_SYNTAX, 0, "not an address or a block like 10.0.0.0/8");
    uint64_t prefix = bits;
    if (slash != DL_NO_POS &&
        (!dl_str_u64(dl_str_sub(cidr, slash + 1, cidr.n), &prefix) || prefix > bits))
        return dl_fail(diag, DL_ERR_SYNTAX, slash, "the prefix is a number up to %u", bits);
    entry.prefix = (unsigned)prefix + (V6_BITS - bits);
    egress->allow[egress->n++] = entry;
    return DL_OK;
}

enum dl_err dl_egress_allow_list(dl_egress *egress, dl_str cidrs, struct dl_diag *diag)
{
    dl_str cidr;
    while (cidrs.p != NULL && dl_str_split(&cidrs, ',', &cidr))
        if (dl_str_trim(cidr).n > 0) DL_TRY(dl_egress_allow(egress, dl_str_trim(cidr), diag));
    return DL_OK;
}

/* --- text --------------------------------------------------------------------------------- */

bool dl_address_parse(dl_str host, uint16_t port, struct sockaddr_storage *ret_address,
                      socklen_t *ret_length)
{
    bool bracketed = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    if (bracketed) host = dl_str_sub(host, 1, host.n - 1);
    char c[INET6_ADDRSTRLEN + 1];
    if (host.n == 0 || host.n >= sizeof c || memchr(host.p, '\0', host.n) != NULL) return false;
    memcpy(c, host.p, host.n);
    c[host.n] = '\0';
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (!bracketed && inet_pton(AF_INET, c, &in.sin_addr) == 1) {
        memset(ret_address, 0, sizeof *ret_address);
        memcpy(ret_address, &in, sizeof in);
        *ret_length = sizeof in;
        return true;
    }
    if (inet_pton(AF_INET6, c, &in6.sin6_addr) != 1) return false;
    memset(ret_address, 0, sizeof *ret_address);
    memcpy(ret_address, &in6, sizeof in6);
    *ret_length = sizeof in6;
    return true;
}

void dl_address_format(const struct sockaddr *address, char ret_text[DL_ADDRESS_TEXT])
{
    const void *bytes = NULL;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->sa_family == AF_INET) {
        memcpy(&in, address, sizeof in);
        bytes = &in.sin_addr;
    } else if (address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        bytes = &in6.sin6_addr;
    }
    if (bytes == NULL || inet_ntop(address->sa_family, bytes, ret_text, DL_ADDRESS_TEXT) == NULL)
        memcpy(ret_text, "?", 2);
}
