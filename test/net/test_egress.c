#include "net/egress.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/url.h"

static enum dl_err check_text(const dl_egress *egress, const char *host, struct dl_diag *diag)
{
    struct sockaddr_storage address;
    socklen_t length;
    if (!dl_address_parse(dl_str_c(host), 80, &address, &length))
        fail_msg("%s is no address", host);
    return dl_egress_check(egress, (struct sockaddr *)&address, length, diag);
}

/* First, last and one inside of each block, and the neighbours that are public. */
static const char *const refused[] = {
    "0.0.0.0",
    "0.1.2.3",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.192",
    "192.0.0.255",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::2]",
    "[::7f00:1]",
    "[::8.8.8.8]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:0.0.0.0]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:0:8.8.8.8]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::0.0.0.0]",
    "[64:ff9b:1::1]",
    "[64:ff9b:1::8.8.8.8]",
    "[64:ff9b:2::1]",
    "[100::1]",
    "[100:0:0:1::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:0:7f00:1::]",
    "[2001:1::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:30::1]",
    "[2001:1ff:ffff::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:0a00:1::1]",
    "[2002:808:808::1]",
    "[2620:4f:8000::1]",
    "[3ffe::1]",
    "[3fff::1]",
    "[3fff:fff::1]",
    "[4000::1]",
    "[5f00::1]",
    "[8000::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fdff::1]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[feff::1]",
    "[ff00::1]",
    "[ff02::1]",
    "[ffff::1]",
    "[2a00:1450::5efe:10.0.0.1]",
    "[2a00:1450::200:5efe:127.0.0.1]",
};
static const char *const granted[] = {
    "1.0.0.0",
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "[2000::1]",
    "[2001:200::1]",
    "[2001:4860:4860::8888]",
    "[2001:db7::1]",
    "[2001:db9::1]",
    "[2003::1]",
    "[2606:4700::1111]",
    "[2a00:1450:4001::200e]",
    "[3ffd::1]",
    "[3fff:1000::1]",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::808:808]",
    "[2a00:1450::5efe:8.8.8.8]",
};

/* The two registries of IANA, special-purpose addresses, row by row, and what else stands in no
 * public place: first, last and middle address of each are refused, and the diag names the block.
 * Checked 2026-11 against iana-ipv4-special-registry and iana-ipv6-special-registry. Rows that the
 * registries call globally reachable are anycast services, no publishers. */
static const struct {
    const char *network;
    unsigned prefix;
    const char *what;
} registry[] = {
    {"0.0.0.0", 8, "this network"},
    {"0.0.0.0", 32, "this network"},
    {"10.0.0.0", 8, "private"},
    {"100.64.0.0", 10, "shared by carriers"},
    {"127.0.0.0", 8, "loopback"},
    {"169.254.0.0", 16, "link-local"},
    {"172.16.0.0", 12, "private"},
    {"192.0.0.0", 24, "protocol assignments"},
    {"192.0.0.0", 29, "protocol assignments"},   /* IPv4 service continuity */
    {"192.0.0.8", 32, "protocol assignments"},   /* dummy */
    {"192.0.0.9", 32, "protocol assignments"},   /* PCP anycast */
    {"192.0.0.10", 32, "protocol assignments"},  /* TURN anycast */
    {"192.0.0.170", 31, "protocol assignments"}, /* NAT64 discovery */
    {"192.0.2.0", 24, "documentation"},
    {"192.31.196.0", 24, "AS112"},
    {"192.52.193.0", 24, "AMT"},
    {"192.88.99.0", 24, "6to4 relays"},
    {"192.88.99.2", 32, "6to4 relays"}, /* 6a44 */
    {"192.168.0.0", 16, "private"},
    {"192.175.48.0", 24, "AS112"},
    {"198.18.0.0", 15, "benchmarks"},
    {"198.51.100.0", 24, "documentation"},
    {"203.0.113.0", 24, "documentation"},
    {"224.0.0.0", 4, "multicast"},
    {"240.0.0.0", 4, "reserved"},
    {"255.255.255.255", 32, "reserved"},
    {"168.63.129.16", 32, "a cloud's host"},
    {"::1", 128, "loopback"},
    {"::", 128, "unspecified"},
    {"::2:0:0", 96, NULL},
    {"::7f00:0", 104, NULL}, /* IPv4-compatible: the IPv4 address or the block is named */
    {"::808:0", 112, "IPv4-compatible"},
    {"::ffff:10.0.0.0", 104, "private"},
    {"::ffff:127.0.0.0", 104, "loopback"},
    {"::ffff:0:0:0", 96, NULL}, /* IPv4-translated, RFC 2765 */
    {"64:ff9b::127.0.0.0", 104, "loopback"},
    {"64:ff9b::192.168.0.0", 112, "private"},
    {"64:ff9b:1::", 48, NULL},
    {"64:ff9b:1::808:0", 112, "local NAT64"},
    {"100::", 64, "discard"},
    {"100:0:0:1::", 64, "dummy"},
    {"2001::", 23, NULL},
    {"2001::", 32, NULL},                         /* Teredo */
    {"2001:1::1", 128, "protocol assignments"},   /* PCP anycast */
    {"2001:1::2", 128, "protocol assignments"},   /* TURN anycast */
    {"2001:1::3", 128, "protocol assignments"},   /* DNS-SD SRP anycast */
    {"2001:2::", 48, "protocol assignments"},     /* benchmarks */
    {"2001:3::", 32, "protocol assignments"},     /* AMT */
    {"2001:4:112::", 48, "protocol assignments"}, /* AS112 */
    {"2001:10::", 28, "protocol assignments"},    /* ORCHID */
    {"2001:20::", 28, "protocol assignments"},    /* ORCHIDv2 */
    {"2001:30::", 28, "protocol assignments"},    /* DRIP */
    {"2001:db8::", 32, "documentation"},
    {"2002::", 16, NULL},
    {"2002:808::", 32, "6to4"},
    {"2620:4f:8000::", 48, "AS112"},
    {"3ffe::", 16, "6bone"},
    {"3fff::", 20, "documentation"},
    {"5f00::", 16, "SRv6 segments"},
    {"fc00::", 7, "unique local"},
    {"fe80::", 10, "link-local"},
    {"fec0::", 10, "site-local"},
    {"ff00::", 8, "multicast"},
    {"4000::", 2, NULL},
    {"8000::", 1, NULL},
    {"200::", 7, "not global unicast"},
    {"1000::", 4, "not global unicast"},
};

static void check_row(size_t i, const unsigned char *bytes, int family)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    struct dl_diag diag = {0};
    char text[INET6_ADDRSTRLEN];
    bool v4 = family == AF_INET;
    memcpy(v4 ? (void *)&in.sin_addr : (void *)&in6.sin6_addr, bytes, v4 ? 4 : 16);
    const struct sockaddr *sa = v4 ? (struct sockaddr *)&in : (struct sockaddr *)&in6;
    inet_ntop(family, bytes, text, sizeof text);
    if (dl_egress_check(NULL, sa, v4 ? sizeof in : sizeof in6, &diag) != DL_ERR_DENIED)
        fail_msg("%s of %s/%u passed", text, registry[i].network, registry[i].prefix);
    if (registry[i].what != NULL && strstr(diag.message, registry[i].what) == NULL)
        fail_msg("%s of %s/%u: %s", text, registry[i].network, registry[i].prefix, diag.message);
}

static void every_row_of_the_registries_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof registry / sizeof *registry; i++) {
        int family = strchr(registry[i].network, ':') == NULL ? AF_INET : AF_INET6;
        unsigned bits = family == AF_INET ? 32 : 128;
        unsigned char bytes[16], first[16];
        assert_int_equal(inet_pton(family, registry[i].network, first), 1);
        check_row(i, first, family);
        for (int fill = 0; fill < 4; fill++) { /* host bits: all ones, two patterns, a single one */
            memcpy(bytes, first, sizeof bytes);
            for (unsigned bit = registry[i].prefix; bit < bits; bit++) {
                bool one =
                    fill == 0 || (fill == 3 ? bit + 1 == bits : bit % 2 == (unsigned)fill % 2);
                if (one) bytes[bit / 8] |= (unsigned char)(0x80u >> bit % 8);
            }
            check_row(i, bytes, family);
        }
    }
}

static void special_blocks_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct dl_diag diag = {0};
        if (check_text(NULL, refused[i], &diag) != DL_ERR_DENIED) fail_msg("%s passed", refused[i]);
        assert_int_equal(diag.code, DL_ERR_DENIED);
        assert_non_null(strstr(diag.message, "not on the public Internet ("));
    }
}

static void public_addresses_pass(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof granted / sizeof *granted; i++) {
        struct dl_diag diag = {0};
        if (check_text(NULL, granted[i], &diag) != DL_OK)
            fail_msg("%s: %s", granted[i], diag.message);
    }
}

/* What people write for 127.0.0.1, 169.254.169.254, 10.0.0.1: after the URL parser each is either
 * no URL, or a literal that is refused; none stays a name. */
static const char *const disguises[] = {
    "http://127.1/",
    "http://127.0.1/",
    "http://0177.1/",
    "http://0177.0.0.01/",
    "http://0x7f.1/",
    "http://0X7F.0.0.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0.0/",
    "http://0x/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://127\uff0e0\uff0e0\uff0e1/",
    "http://\U0001d7cf\U0001d7d0\U0001d7d5.0.0.1/",
    "http://a@127.0.0.1/",
    "http://8.8.8.8@127.0.0.1/",
    "http://8.8.8.8:80@127.0.0.1:80/",
    "http://127.0.0.1%00.example/",
    "http://127.0.0.1%2f/",
    "http://%31%32%37.0.0.1/",

    "http://127.0.0.1\\@8.8.8.8/",
    "http://127.0.0.1#@8.8.8.8/",
    "http://127.0.0.1?@8.8.8.8/",
    "http:127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:////127.0.0.1/",
    "http://\t127.0.0.1/",
    "http://127.0\n.0.1/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:7f00:0001]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:FF9B::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[::1%25lo]/",
    "http://[::1%lo]/",
    "http://[::1].example/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xA9FEA9FE/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://169.16689662/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://0xa.1/",
    "http://012.0.0.1/",
    "http://10.1/",
    "http://4294967295/",
    "http://256.256.256.256/",
    "http://127.0.0.0x1/",
    "http://1.2.3.4.5/",
    "http://4294967296/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://00000177.00.0000.01/",
};

static void disguises_are_refused(void **state)
{
    (void)state;
    dl_arena *arena = dl_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof disguises / sizeof *disguises; i++) {
        struct dl_url url;
        struct sockaddr_storage address;
        socklen_t length;
        dl_arena_reset(arena);
        if (dl_url_parse(arena, dl_str_c(disguises[i]), (dl_str){NULL, 0}, &url) != DL_OK) continue;
        if (!dl_address_parse(url.host, 80, &address, &length))
            fail_msg("%s stays a name: %.*s", disguises[i], DL_FMT(url.host));
        if (dl_egress_check(NULL, (struct sockaddr *)&address, length, NULL) != DL_ERR_DENIED)
            fail_msg("%s passed as %.*s", disguises[i], DL_FMT(url.host));
    }
    dl_arena_free(arena);
}

static void operator_opens_blocks(void **state)
{
    (void)state;
    dl_egress egress = {0};
    const char *const cidrs[] = {"127.0.0.0/8", "fd00::/8", "192.168.7.9", "10.8.0.0/13"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(dl_egress_allow(&egress, dl_str_c(cidrs[i]), NULL), DL_OK);
    const char *const open[] = {"127.0.0.1", "127.9.9.9",           "[::ffff:127.0.0.1]",
                                "[fd12::1]", "192.168.7.9",         "10.15.255.255",
                                "8.8.8.8",   "[64:ff9b::127.0.0.1]"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (check_text(&egress, open[i], NULL) != DL_OK) fail_msg("%s is shut", open[i]);
    const char *const shut[] = {"126.0.0.0.", "192.168.7.8",     "[fc12::1]",   "10.16.0.0",
                                "[::1]",      "[2002:7f00:1::]", "10.7.255.255"};
    for (size_t i = 1; i < sizeof shut / sizeof *shut; i++)
        if (check_text(&egress, shut[i], NULL) != DL_ERR_DENIED) fail_msg("%s is open", shut[i]);
    /* An open 6to4 block opens no way to a shut IPv4 address. */
    assert_int_equal(dl_egress_allow(&egress, DL_STR("2002::/16"), NULL), DL_OK);
    assert_int_equal(check_text(&egress, "[2002:a9fe:a9fe::]", NULL), DL_ERR_DENIED);
    assert_int_equal(check_text(&egress, "[2002:808:808::]", NULL), DL_OK);
}

static void lists_are_parted_by_commas(void **state)
{
    (void)state;
    dl_egress egress = {0};
    struct dl_diag diag = {0};
    assert_int_equal(dl_egress_allow_list(&egress, (dl_str){NULL, 0}, NULL), DL_OK);
    assert_int_equal(dl_egress_allow_list(&egress, DL_STR(""), NULL), DL_OK);
    assert_int_equal(egress.n, 0);
    assert_int_equal(dl_egress_allow_list(&egress, DL_STR("127.0.0.1, ,fd00::/8 ,"), NULL), DL_OK);
    assert_int_equal(egress.n, 2);
    assert_int_equal(check_text(&egress, "127.0.0.1", NULL), DL_OK);
    assert_int_equal(check_text(&egress, "[fd12::1]", NULL), DL_OK);
    assert_int_equal(check_text(&egress, "127.0.0.2", NULL), DL_ERR_DENIED);
    assert_int_equal(dl_egress_allow_list(&egress, DL_STR("10.0.0.0/8,all"), &diag), DL_ERR_SYNTAX);
    assert_true(diag.message[0] != '\0');
}

static void wrong_blocks_are_named(void **state)
{
    (void)state;
    dl_egress egress = {0};
    const char *const wrong[] = {"",           "/8",        "10.0.0.0/",   "10.0.0.0/33", "::/129",
                                 "10.0.0/8",   "localhost", "10.0.0.0/-1", "10.0.0.0/8 ", "[::1]",
                                 "1.2.3.4/0x8"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct dl_diag diag = {0};
        if (dl_egress_allow(&egress, dl_str_c(wrong[i]), &diag) != DL_ERR_SYNTAX)
            fail_msg("\"%s\" was taken", wrong[i]);
        assert_true(diag.message[0] != '\0');
    }
    assert_int_equal(egress.n, 0);
    for (size_t i = 0; i < DL_EGRESS_MAX_ALLOW; i++)
        assert_int_equal(dl_egress_allow(&egress, DL_STR("10.0.0.0/8"), NULL), DL_OK);
    assert_int_equal(dl_egress_allow(&egress, DL_STR("10.0.0.0/8"), NULL), DL_ERR_TOO_BIG);
}

static void only_checked_addresses_get_a_socket(void **state)
{
    (void)state;
    dl_egress egress = {0};
    struct sockaddr_storage address;
    socklen_t length;
    int fd = -7;
    assert_true(dl_address_parse(DL_STR("127.0.0.1"), 80, &address, &length));
    const struct sockaddr *sa = (struct sockaddr *)&address;
    assert_int_equal(dl_egress_open(NULL, sa, length, SOCK_STREAM, 0, &fd, NULL), DL_ERR_DENIED);
    assert_int_equal(fd, -7);
    assert_int_equal(dl_egress_allow(&egress, DL_STR("127.0.0.1"), NULL), DL_OK);
    assert_int_equal(dl_egress_open(&egress, sa, length, SOCK_STREAM, 0, &fd, NULL), DL_OK);
    assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    close(fd);
    struct sockaddr_storage local = {.ss_family = AF_UNIX};
    assert_int_equal(dl_egress_check(&egress, (struct sockaddr *)&local, sizeof local, NULL),
                     DL_ERR_DENIED);
    assert_int_equal(dl_egress_check(&egress, sa, 3, NULL), DL_ERR_DENIED);
}

static void names_are_no_literals(void **state)
{
    (void)state;
    struct sockaddr_storage address;
    socklen_t length;
    const char *const names[] = {"",     "localhost", "127.1",    "0x7f.1", "[127.0.0.1]",
                                 "[::1", "[]",        "1.2.3.4.", "::1%lo", "例え.テスト"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (dl_address_parse(dl_str_c(names[i]), 1, &address, &length))
            fail_msg("%s was taken for an address", names[i]);
    char text[DL_ADDRESS_TEXT];
    assert_true(dl_address_parse(DL_STR("[2001:DB8:0::1]"), 443, &address, &length));
    dl_address_format((struct sockaddr *)&address, text);
    assert_string_equal(text, "2001:db8::1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_registries_is_refused),
        cmocka_unit_test(special_blocks_are_refused),
        cmocka_unit_test(public_addresses_pass),
        cmocka_unit_test(disguises_are_refused),
        cmocka_unit_test(operator_opens_blocks),
        cmocka_unit_test(lists_are_parted_by_commas),
        cmocka_unit_test(wrong_blocks_are_named),
        cmocka_unit_test(only_checked_addresses_get_a_socket),
        cmocka_unit_test(names_are_no_literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
