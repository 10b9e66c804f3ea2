/* WebSub on the wire: Link headers, the form, signatures (RFC 2202 and 4231 vectors), challenges.
 */
#include "feed/websub.h"

#include "lab.h"

static struct dl_websub_links links_of(const char *header)
{
    struct dl_websub_links links;
    assert_int_equal(
        dl_websub_links(arena, dl_str_c(header), DL_STR("https://a.example/x/feed"), &links),
        DL_OK);
    return links;
}

static void links_are_found(void **state)
{
    (void)state;
    struct dl_websub_links l = links_of("<https://hub.example/>; rel=\"hub\", "
                                        "</feed>; rel=self, <b>;title=\"a, b; rel=hub\"; rel=next");
    assert_int_equal(l.hubs.n, 1);
    assert_str(l.hubs.p[0], "https://hub.example/");
    assert_str(l.self, "https://a.example/feed");
    l = links_of(
        "<//h.example/a,b>;REL = \"x Hub self\" ,<https://two.example/>; rel=hub; rel=next");
    assert_int_equal(l.hubs.n, 2);
    assert_str(l.hubs.p[0], "https://h.example/a,b");
    assert_str(l.self, "https://h.example/a,b");
    l = links_of("<https://h.example/>; rel=next; rel=hub"); /* the first rel counts */
    assert_int_equal(l.hubs.n, 0);
    l = links_of("<https://h.example/>; rel=hub; anchor=\"https://other.example/\"");
    assert_int_equal(l.hubs.n, 0);
    l = links_of("<https://first.example/>; rel=self, <https://second.example/>; rel=self");
    assert_str(l.self, "https://first.example/");
}

static void links_of_strangers_do_no_harm(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "<",
        ">",
        "<>",
        "<>;rel=hub",
        "hub",
        ",,,,",
        "<https://h.example/",
        "<javascript:alert(1)>; rel=hub",
        "<file:///etc/passwd>; rel=hub",
        "<https://h.example/>; rel=\"hub",
        "<https://h.example/>; rel=\"hub\\",
        ";rel=hub",
        "<https://h.example/> rel=hub",
        "<mailto:a@b.example>; rel=\"self hub\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct dl_websub_links l = links_of(bad[i]);
        for (size_t k = 0; k < l.hubs.n; k++)
            assert_true(dl_str_starts(l.hubs.p[k], "https://"));
        assert_int_equal(l.self.n, 0);
    }
    struct dl_websub_links l;
    dl_str many = lab_repeat("<https://h.example/>; rel=hub, ", 100000);
    assert_int_equal(dl_websub_links(arena, many, DL_STR(""), &l), DL_OK);
    assert_int_equal(l.hubs.n, DL_WEBSUB_LINKS);
}

static void the_form_says_what_is_asked(void **state)
{
    (void)state;
    struct dl_websub_ask ask = {
        .callback = DL_STR("https://me.example/websub/ab"),
        .topic = DL_STR("https://a.example/feed?x=1&y=\xe6\x96\xb0 +"),
        .secret = DL_STR("s3cret"),
        .lease_s = 864000,
    };
    assert_str(dl_websub_form(arena, &ask),
               "hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ffeed%3Fx%3D1%26y%3D%E6%96%B0"
               "%20%2B&hub.callback=https%3A%2F%2Fme.example%2Fwebsub%2Fab&hub.verify=async&"
               "hub.secret=s3cret&hub.lease_seconds=864000");
    ask.leave = true;
    assert_has(dl_websub_form(arena, &ask), "hub.mode=unsubscribe&");
    assert_has_not(dl_websub_form(arena, &ask), "secret");
}

static void a_base_is_an_address(void **state)
{
    (void)state;
    dl_str base;
    assert_int_equal(dl_websub_base(arena, DL_STR("https://me.example"), &base), DL_OK);
    assert_str(base, "https://me.example/");
    assert_int_equal(dl_websub_base(arena, DL_STR("http://me.example:81/news"), &base), DL_OK);
    assert_str(dl_websub_callback(arena, base, DL_STR("t0")),
               "http://me.example:81/news/websub/t0");
    static const char *const bad[] = {"",
                                      "me.example",
                                      "ftp://me.example/",
                                      "https://",
                                      "https://u:p@me.example/",
                                      "https://me.example/?a",
                                      "https://me.example/#a",
                                      "javascript:x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(dl_websub_base(arena, dl_str_c(bad[i]), &base), DL_ERR_INVALID);
}

static void signatures_are_checked(void **state)
{
    (void)state;
    const dl_str key = DL_STR("Jefe"), body = DL_STR("what do ya want for nothing?");
    static const char *const good[] = {
        "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        " SHA256=5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843 ",
        "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c7"
        "8b3239ecfab21649",
        "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d03"
        "4f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(dl_websub_is_signed(dl_str_c(good[i]), key, body));
        assert_false(dl_websub_is_signed(dl_str_c(good[i]), DL_STR("Jefd"), body));
        assert_false(dl_websub_is_signed(dl_str_c(good[i]), key, dl_str_sub(body, 1, body.n)));
        assert_false(dl_websub_is_signed(dl_str_c(good[i]), DL_STR(""), body));
    }
    static const char *const bad[] = {
        "",
        "=",
        "sha1",
        "sha1=",
        "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c7",
        "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c78",
        "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c7900",
        "md5=750c783e6ab0b503eaa86e310a5db738",
        "sha256=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dl_websub_is_signed(dl_str_c(bad[i]), key, body));
    assert_true(dl_websub_is_signed(DL_STR("sha1=3a84a218ee6665209bb70e84525dd837645a1965"),
                                    DL_STR("k"), (dl_str){NULL, 0}));
}

static void challenges_are_plain(void **state)
{
    (void)state;
    assert_true(dl_websub_challenge_is_sound(DL_STR("a-Z_0~")));
    assert_true(dl_websub_challenge_is_sound(lab_repeat("a", DL_WEBSUB_CHALLENGE_MAX)));
    assert_false(dl_websub_challenge_is_sound(lab_repeat("a", DL_WEBSUB_CHALLENGE_MAX + 1)));
    assert_false(dl_websub_challenge_is_sound(DL_STR("")));
    assert_false(dl_websub_challenge_is_sound(DL_STR("a b")));
    assert_false(dl_websub_challenge_is_sound(DL_STR("<b>a</b>")));
    assert_true(dl_websub_challenge_is_sound(DL_STR("aB+/0==")));
    assert_false(dl_websub_challenge_is_sound(DL_STR("\xd7\xa9")));
    assert_false(dl_websub_challenge_is_sound(DL_STR("a\r\nb")));
    assert_int_equal(dl_websub_lease(DL_STR(" 3600 ")), 3600);
    assert_int_equal(dl_websub_lease(DL_STR("99999999999999")), INT32_MAX);
    assert_int_equal(dl_websub_lease(DL_STR("-5")), 0);
    assert_int_equal(dl_websub_lease(DL_STR("soon")), 0);
}

static void topics_are_compared_as_addresses(void **state)
{
    (void)state;
    assert_true(
        dl_websub_same_topic(arena, DL_STR("https://A.example"), DL_STR("https://a.example/")));
    assert_true(dl_websub_same_topic(arena, DL_STR("x"), DL_STR("x")));
    assert_false(
        dl_websub_same_topic(arena, DL_STR("https://a.example/1"), DL_STR("https://a.example/2")));
    assert_false(
        dl_websub_same_topic(arena, DL_STR("http://a.example/"), DL_STR("https://a.example/")));
    assert_false(dl_websub_same_topic(arena, DL_STR(""), DL_STR("https://a.example/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(links_are_found),
        LAB_TEST(links_of_strangers_do_no_harm),
        LAB_TEST(the_form_says_what_is_asked),
        LAB_TEST(a_base_is_an_address),
        LAB_TEST(signatures_are_checked),
        LAB_TEST(challenges_are_plain),
        LAB_TEST(topics_are_compared_as_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
