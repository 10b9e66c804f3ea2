#include "lang/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "train/weights.h"

static const dl_str labels[] = {{"NOUN", 4}, {"VERB", 4}, {"X", 1}};

static void make(dl_buf *out)
{
    dl_weights *w = dl_weights_new(2);
    for (uint64_t f = 0; f < 300; f++) {
        dl_weights_update(w, dl_feature(1, f, 0, 0), (unsigned)(f % 3), 1, 1);
        dl_weights_update(w, dl_feature(1, f, 0, 0), (unsigned)((f + 1) % 3), -1, 1);
    }
    for (int i = 0; i < 40; i++)
        dl_weights_update(w, dl_feature(2, 7, 0, 0), 1, 1, 0);
    static const uint8_t list[] = {2, 1};
    dl_weights_fix(w, dl_feature(3, 9, 0, 0), list, 1);
    assert_int_equal(dl_weights_write(w, 10, 16, 1 << 20, labels, 3, out), DL_OK);
    dl_weights_free(w);
}

static void test_weights_come_back(void **state)
{
    (void)state;
    dl_buf bytes = DL_BUF_INIT(1 << 20);
    dl_model model;
    make(&bytes);
    assert_int_equal(dl_model_open(&model, dl_buf_slice(&bytes), NULL), DL_OK);
    assert_int_equal(model.n_labels, 3);
    assert_true(dl_str_eq_c(model.labels[1], "VERB"));
    int32_t scores[3] = {0};
    dl_model_add(&model, dl_feature(1, 4, 0, 0), scores); /* (1 - 1/10) * 16, rounded */
    assert_int_equal(scores[1], 14);
    assert_int_equal(scores[2], -14);
    dl_model_add(&model, dl_feature(2, 7, 0, 0), scores); /* past a byte: 40 * 16 */
    assert_int_equal(scores[1], 654);
    dl_model_add(&model, dl_feature(1, 301, 0, 0), scores);
    assert_int_equal(scores[0], 0);
    assert_int_equal(dl_model_find(&model, dl_feature(3, 9, 0, 0)).n, 1);
    dl_buf_free(&bytes);
}

static void test_smallest_are_left_out(void **state)
{
    (void)state;
    dl_buf bytes = DL_BUF_INIT(1 << 20);
    dl_model model;
    dl_weights *w = dl_weights_new(2);
    for (uint64_t f = 0; f < 20000; f++)
        dl_weights_update(w, dl_feature(1, f, 0, 0), 0, f % 10 == 0 ? 4 : 1, 0);
    assert_int_equal(dl_weights_write(w, 10, 16, 40000, labels, 3, &bytes), DL_OK);
    assert_true(bytes.n <= 40000);
    assert_int_equal(dl_model_open(&model, dl_buf_slice(&bytes), NULL), DL_OK);
    int32_t scores[3] = {0};
    dl_model_add(&model, dl_feature(1, 10, 0, 0), scores);
    assert_int_equal(scores[0], 64);
    dl_model_add(&model, dl_feature(1, 11, 0, 0), scores);
    assert_int_equal(scores[0], 64);
    dl_weights_free(w);
    dl_buf_free(&bytes);
}

/* Any byte changed, any end cut off: refused. With the checksum put right as well: refused, or
 * harmless (the sanitizers watch). */
static void test_damage_is_refused(void **state)
{
    (void)state;
    dl_buf bytes = DL_BUF_INIT(1 << 20);
    make(&bytes);
    char *copy = malloc(bytes.n);
    dl_model model;
    for (size_t i = 0; i < bytes.n; i++) {
        memcpy(copy, bytes.p, bytes.n);
        copy[i] = (char)(copy[i] ^ 0x81);
        struct dl_diag diag = {.pos = DL_NO_POS};
        assert_int_equal(dl_model_open(&model, (dl_str){copy, bytes.n}, &diag), DL_ERR_SYNTAX);
        uint64_t sum = dl_hash64((dl_str){copy + 24, bytes.n - 24});
        for (int b = 0; b < 8; b++)
            copy[16 + b] = (char)(sum >> (8 * b));
        if (dl_model_open(&model, (dl_str){copy, bytes.n}, NULL) != DL_OK) continue;
        int32_t scores[DL_MODEL_MAX_LABELS] = {0};
        for (uint64_t f = 0; f < 400; f++)
            dl_model_add(&model, dl_feature(1, f, 0, 0), scores);
    }
    for (size_t n = 0; n < bytes.n; n++)
        assert_int_equal(dl_model_open(&model, (dl_str){bytes.p, n}, NULL), DL_ERR_SYNTAX);
    free(copy);
    dl_buf_free(&bytes);
}

/* The mean of two rounds of ten steps: (1 - 1/10) and (3 - 3/10), times 16. */
static void test_rounds_have_a_mean(void **state)
{
    (void)state;
    dl_buf bytes = DL_BUF_INIT(1 << 20);
    dl_model model;
    dl_weights *w = dl_weights_new(2);
    dl_weights_update(w, dl_feature(1, 4, 0, 0), 1, 1, 1);
    dl_weights_again(w, 10);
    int32_t scores[3] = {0};
    const uint64_t feature = dl_feature(1, 4, 0, 0);
    dl_weights_score(w, &feature, 1, scores);
    assert_int_equal(scores[1], 0); /* from nothing */
    dl_weights_update(w, feature, 1, 3, 1);
    assert_int_equal(dl_weights_write(w, 10, 16, 1 << 20, labels, 3, &bytes), DL_OK);
    assert_int_equal(dl_model_open(&model, dl_buf_slice(&bytes), NULL), DL_OK);
    dl_model_add(&model, feature, scores);
    assert_int_equal(scores[1], 29); /* 28.8 */
    dl_weights_free(w);
    dl_buf_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_come_back),
        cmocka_unit_test(test_smallest_are_left_out),
        cmocka_unit_test(test_rounds_have_a_mean),
        cmocka_unit_test(test_damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
