#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static dl_arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = dl_arena_new(4 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

/* FIPS 180-2, appendix B. */
static void sha256_gives_the_known_values(void **state)
{
    (void)state;
    static const struct {
        const char *in, *hex;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < 3; i++) {
        dl_id id = dl_sha256(dl_str_c(rows[i].in)), back;
        assert_string_equal(dl_id_str(arena, &id).p, rows[i].hex);
        assert_true(dl_id_parse(dl_str_c(rows[i].hex), &back));
        assert_true(dl_id_eq(&id, &back));
    }
}

static void ids_refuse_what_is_no_hex(void **state)
{
    (void)state;
    dl_id id = dl_sha256(DL_STR("kept")), before = id;
    char hex[DL_ID_HEX + 1];
    dl_id_hex(&id, hex);
    assert_false(dl_id_parse((dl_str){hex, 63}, &id));
    hex[10] = 'g';
    assert_false(dl_id_parse((dl_str){hex, 64}, &id));
    hex[10] = '\0';
    assert_false(dl_id_parse((dl_str){hex, 64}, &id));
    assert_true(dl_id_eq(&id, &before));
    assert_true(dl_id_parse(
        DL_STR("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), &id));
}

static void no_two_lists_of_parts_meet(void **state)
{
    (void)state;
    const dl_str lists[][3] = {
        {DL_STR("ab"), DL_STR("c"), DL_STR("")}, {DL_STR("a"), DL_STR("bc"), DL_STR("")},
        {DL_STR("abc"), DL_STR(""), DL_STR("")}, {DL_STR(""), DL_STR("abc"), DL_STR("")},
        {DL_STR(""), DL_STR(""), DL_STR("abc")},
    };
    dl_id ids[15];
    size_t n = 0;
    for (size_t i = 0; i < 5; i++)
        for (size_t count = 1; count <= 3; count++)
            if (count == 3 || lists[i][count].n > 0) ids[n++] = dl_id_of(lists[i], count);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            assert_false(dl_id_eq(&ids[i], &ids[k]));
    assert_true(n >= 8);
}

/* An id that has been given never changes: this one is of the first release. */
static void ids_are_what_they_were(void **state)
{
    (void)state;
    const dl_str parts[] = {DL_STR("doc1"), DL_STR("a.example"), DL_STR("https://a.example/1")};
    dl_id id = dl_id_of(parts, 3),
          same = dl_sha256(DL_STR("doc1\0a.example\0https://a.example/1\0"));
    assert_true(dl_id_eq(&id, &same));
}

/* RFC 3720, B.4. */
static void crc32c_gives_the_known_values(void **state)
{
    (void)state;
    unsigned char bytes[32] = {0};
    assert_int_equal(dl_crc32c(0, bytes, 32), 0x8A9136AA);
    memset(bytes, 0xFF, 32);
    assert_int_equal(dl_crc32c(0, bytes, 32), 0x62A8AB43);
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(dl_crc32c(0, bytes, 32), 0x46DD794E);
    assert_int_equal(dl_crc32c(0, "123456789", 9), 0xE3069283);
    for (size_t cut = 0; cut <= 32; cut++)
        assert_int_equal(dl_crc32c(dl_crc32c(0, bytes, cut), bytes + cut, 32 - cut), 0x46DD794E);
}

/* RFC 4648, section 10. */
static void base64_gives_the_known_values(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < 7; i++) {
        dl_str bytes;
        assert_string_equal(dl_base64_encode(arena, dl_str_c(rows[i][0])).p, rows[i][1]);
        assert_true(dl_base64_decode(arena, dl_str_c(rows[i][1]), &bytes));
        assert_true(dl_str_eq_c(bytes, rows[i][0]));
    }
}

static void base64_keeps_every_byte(void **state)
{
    (void)state;
    char all[256];
    for (size_t i = 0; i < 256; i++)
        all[i] = (char)i;
    for (size_t n = 0; n <= 256; n++) {
        dl_str back, text = dl_base64_encode(arena, (dl_str){all, n});
        assert_true(dl_base64_decode(arena, text, &back));
        assert_true(dl_str_eq(back, (dl_str){all, n}));
    }
}

/* In long runs too, which are decoded in wide steps: each byte in each place. */
static void base64_sees_each_wrong_byte(void **state)
{
    (void)state;
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[48];
    for (size_t at = 0; at < 36; at++)
        for (int c = 1; c < 256; c++) {
            memset(text, 'A', sizeof text);
            text[at] = (char)c;
            const char *digit = strchr(digits, c);
            dl_str bytes;
            bool good = dl_base64_decode(arena, (dl_str){text, sizeof text}, &bytes);
            if (digit != NULL) {
                unsigned v = (unsigned)(digit - digits) << (18 - 6 * (at % 4));
                const unsigned char want[3] = {v >> 16 & 255, v >> 8 & 255, v & 255};
                assert_true(good && bytes.n == sizeof text / 4 * 3);
                assert_memory_equal(bytes.p + at / 4 * 3, want, sizeof want);
            } else if (!dl_is_space((unsigned char)c)) {
                assert_false(good);
            }
            dl_arena_reset(arena);
        }
}

static void base64_refuses_what_is_wrong(void **state)
{
    (void)state;
    dl_str bytes = DL_STR("kept");
    static const char *const bad[] = {
        "Z", "Zm9vZ", "Zg==Zg", "Zm9v!", "Zg===", "Zm-_", "\xff\xff", "Zm9v====", "="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dl_base64_decode(arena, dl_str_c(bad[i]), &bytes));
    assert_string_equal(bytes.p, "kept");
    assert_true(dl_base64_decode(arena, DL_STR(" Zm9\r\n\tvYg\n=="), &bytes));
    assert_true(dl_str_eq_c(bytes, "foob"));
    assert_true(dl_base64_decode(arena, DL_STR("Zm9vYg"), &bytes)); /* padding left out */
    assert_true(dl_str_eq_c(bytes, "foob"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_known_values),
        cmocka_unit_test(ids_refuse_what_is_no_hex),
        cmocka_unit_test(no_two_lists_of_parts_meet),
        cmocka_unit_test(ids_are_what_they_were),
        cmocka_unit_test(crc32c_gives_the_known_values),
        cmocka_unit_test(base64_gives_the_known_values),
        cmocka_unit_test(base64_keeps_every_byte),
        cmocka_unit_test(base64_sees_each_wrong_byte),
        cmocka_unit_test(base64_refuses_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
