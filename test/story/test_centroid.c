/* Rarity and centroids: rare words weigh more, sums stay bounded, the cosine of a thing with itself
 * is 1. And the small tables below them. */
#include "material.h"

#include "story/ballot.h"
#include "story/centroid.h"
#include "story/keymap.h"
#include "story/order.h"
#include "story/ring.h"

static void rare_words_weigh_more(void **state)
{
    struct material *m = *state;
    struct dl_rarity *r = dl_rarity_new();
    struct dl_features common = material_features(m, "en", "", "harbour harbour town"),
                       once = material_features(m, "en", "", "lighthouse");
    for (int i = 0; i < 500; i++)
        dl_rarity_add(r, &common);
    dl_rarity_add(r, &once);
    size_t en = dl_rarity_language(r, "en\0");
    uint32_t often = material_term(&common, "harbour")->id,
             seldom = material_term(&once, "lighthouse")->id;
    assert_true(dl_rarity_term(r, en, seldom, 0, 10) > 3 * dl_rarity_term(r, en, often, 0, 7));
    assert_true(dl_rarity_term(r, en, often, 0, 7) >= 0);
    assert_int_equal(dl_rarity_documents(r), 501);
    dl_rarity_free(r);
}

static void unseen_words_go_by_length_and_kind(void **state)
{
    (void)state;
    struct dl_rarity *r = dl_rarity_new();
    size_t en = dl_rarity_language(r, "en\0");
    assert_true(dl_rarity_term(r, en, 1, 0, 3) < dl_rarity_term(r, en, 1, 0, 8));
    assert_true(dl_rarity_term(r, en, 1, 0, 3) < dl_rarity_term(r, en, 1, DL_TERM_NAME, 3));
    assert_true(dl_rarity_term(r, en, 1, 0, 0) > 0);
    dl_rarity_free(r);
}

static void languages_are_counted_apart_and_bounded(void **state)
{
    struct material *m = *state;
    struct dl_rarity *r = dl_rarity_new();
    for (int i = 0; i < 700; i++) {
        char code[4] = {(char)('a' + i % 26), (char)('a' + i / 26), '\0', '\0'};
        struct dl_features f = material_features(m, code, "", "word");
        dl_rarity_add(r, &f);
        assert_true(dl_rarity_language(r, code) < 256);
    }
    assert_int_equal(dl_rarity_language(r, "aa\0"), 0);
    dl_rarity_free(r);
}

static void old_counts_fade(void **state)
{
    struct material *m = *state;
    struct dl_rarity *r = dl_rarity_new();
    struct dl_features f = material_features(m, "en", "", "harbour");
    for (uint32_t i = 0; i < DL_RARITY_WINDOW; i++)
        dl_rarity_add(r, &f);
    assert_int_equal(dl_rarity_documents(r), DL_RARITY_WINDOW / 2);
    dl_rarity_free(r);
}

/* ------------------------------------------------------------------ centroids */

static void make(struct material *m, const struct dl_rarity *r, const char *text,
                 struct dl_docvec *v)
{
    struct dl_features f = material_features(m, "en", text, text);
    dl_docvec_make(&f, r, v);
}

static void cosines_are_what_they_say(void **state)
{
    struct material *m = *state;
    struct dl_rarity *r = dl_rarity_new();
    struct dl_docvec a, b;
    make(m, r, material_prose(m, 1, 6), &a);
    make(m, r, material_prose(m, 2, 6), &b);
    struct dl_centroid c = {0};
    struct dl_match none = dl_centroid_compare(&c, &a);
    assert_true(none.all <= 0 && none.title <= 0 && none.names <= 0);
    assert_ok(dl_centroid_add(&c, &a));
    struct dl_match same = dl_centroid_compare(&c, &a), other = dl_centroid_compare(&c, &b);
    assert_true(same.all > 0.999F && same.all < 1.001F);
    assert_true(same.title > 0.999F && same.names > 0.999F);
    assert_true(same.head_in > 0.999F && same.head_in < 1.001F && same.head_of > 0.999F);
    assert_true(other.all < 0.2F && other.head_in < 0.7F);
    assert_ok(dl_centroid_add(&c, &b));
    struct dl_match half = dl_centroid_compare(&c, &a);
    assert_true(half.all > 0.5F && half.all < 0.95F);
    assert_true(half.head_in > half.head_of && half.head_of > other.head_of);
    dl_centroid_free(&c);
    dl_rarity_free(r);
}

static void sums_are_bounded_and_in_order(void **state)
{
    struct material *m = *state;
    struct dl_rarity *r = dl_rarity_new();
    struct dl_centroid c = {0}, d = {0};
    struct dl_docvec v;
    for (uint32_t i = 0; i < 40; i++) {
        make(m, r, material_prose(m, i, 20), &v);
        assert_ok(dl_centroid_add(i % 2 ? &c : &d, &v));
        assert_true(c.n <= DL_CENTROID_MAX);
        for (size_t k = 1; k < c.n; k++)
            assert_true(c.entries[k].id > c.entries[k - 1].id);
    }
    assert_ok(dl_centroid_join(&c, &d));
    assert_int_equal(c.documents, 40);
    assert_true(c.n <= DL_CENTROID_MAX);
    assert_true(dl_centroid_compare_both(&c, &c).all > 0.999F);
    dl_centroid_free(&c);
    dl_centroid_free(&d);
    dl_rarity_free(r);
}

/* ------------------------------------------------------------------ tables */

static void a_keymap_forgets_without_losing(void **state)
{
    (void)state;
    struct dl_keymap map = {0};
    uint32_t value;
    for (uint64_t k = 1; k <= 5000; k++)
        assert_ok(dl_keymap_set(&map, k * 31, (uint32_t)k));
    for (uint64_t k = 1; k <= 5000; k += 2)
        dl_keymap_remove(&map, k * 31);
    dl_keymap_remove(&map, 7);
    for (uint64_t k = 1; k <= 5000; k++) {
        bool found = dl_keymap_get(&map, k * 31, &value);
        assert_int_equal(found, k % 2 == 0);
        if (found) assert_int_equal(value, k);
    }
    assert_int_equal(map.n, 2500);
    assert_false(dl_keymap_get(&map, 0, &value));
    dl_keymap_free(&map);
}

static void a_ring_gives_the_newest_first(void **state)
{
    (void)state;
    struct dl_ring ring = {0};
    uint32_t value, want = 19999;
    for (uint32_t i = 0; i < 20000; i++)
        assert_ok(dl_ring_add(&ring, i % 2 ? 5 : 1000 + i, i, i, i < 19999 ? 0 : 10000));
    struct dl_ring_walk w = dl_ring_find(&ring, 5, 1 << 20);
    while (dl_ring_next(&w, &value)) {
        assert_int_equal(value, want);
        want -= 2;
    }
    assert_true(want < 10000 && want > 8000); /* whole blocks are kept */
    w = dl_ring_find(&ring, 5, 3);
    size_t steps = 0;
    while (dl_ring_next(&w, &value))
        steps++;
    assert_true(steps <= 3);
    w = dl_ring_find(&ring, 77, 100);
    assert_false(dl_ring_next(&w, &value));
    dl_ring_free(&ring);
}

static void a_ring_does_not_grow_with_the_past(void **state)
{
    (void)state;
    struct dl_ring ring = {0};
    for (uint32_t i = 0; i < 2000000; i++)
        assert_ok(dl_ring_add(&ring, i, i, i, (int64_t)i - 3000));
    assert_true(ring.bits <= 13);
    assert_true(ring.entries.n - ring.entries.oldest <= 3000 + 2048);
    assert_true(dl_ring_bytes(&ring) < 5 << 20); /* 16 of them were put */
    dl_ring_free(&ring);
}

/* Every key against all that was ever put, over many a splitting of buckets. */
static void a_ring_loses_and_mixes_up_nothing(void **state)
{
    (void)state;
    enum { PUT = 60000, KEYS = 700, WINDOW = 50000 };
    static uint32_t keys[PUT];
    struct dl_ring ring = {0};
    srand(11);
    for (uint32_t i = 0; i < PUT; i++) {
        uint32_t k = (uint32_t)rand() % KEYS * ((uint32_t)rand() % KEYS) % KEYS; /* some often */
        keys[i] = k * (k % 3 == 0 ? 1U : k % 3 == 1 ? 0x10000U : 0x9E3779B9U);
        int64_t now = i;
        assert_ok(dl_ring_add(&ring, keys[i], i, now, now - WINDOW));
    }
    assert_true(ring.bits > 14);
    for (uint32_t last = PUT - KEYS; last < PUT; last++) {
        struct dl_ring_walk w = dl_ring_find(&ring, keys[last], UINT32_MAX);
        uint32_t value;
        for (uint32_t i = PUT; i-- > ring.entries.oldest;) {
            if (keys[i] != keys[last]) continue;
            assert_true(dl_ring_next(&w, &value));
            assert_int_equal(value, i);
        }
        assert_false(dl_ring_next(&w, &value));
    }
    dl_ring_free(&ring);
}

static void a_trail_forgets_the_oldest(void **state)
{
    (void)state;
    struct dl_trail trail;
    dl_trail_init(&trail, 3);
    for (uint64_t i = 0; i < 9000000; i++) {
        void *record;
        assert_ok(dl_trail_add(&trail, &record));
        memcpy(record, &i, 3);
        if (i % 1000 == 6) dl_trail_forget(&trail, i * 3 / 4);
    }
    assert_int_equal(trail.n, 9000000);
    for (uint64_t i = trail.oldest; i < trail.n; i++)
        if (memcmp(dl_trail_at(&trail, (uint32_t)i), &i, 3) != 0) fail();
    size_t held = (size_t)(trail.n - trail.oldest), bytes = dl_trail_bytes(&trail);
    assert_true(held < 2260000 && bytes >= held * 3 && bytes < held * 3 + (7 << 20));
    dl_trail_forget(&trail, trail.n);
    assert_true(dl_trail_bytes(&trail) < 7 << 20);
    dl_trail_free(&trail);
}

static void ballots_count_and_are_bounded(void **state)
{
    (void)state;
    static struct dl_ballot b;
    for (uint32_t i = 0; i < 3 * DL_BALLOT_TABLE; i++)
        dl_ballot_vote(&b, i, 1);
    dl_ballot_vote(&b, 9, 1);
    dl_ballot_vote(&b, 4, 1);
    assert_int_equal(dl_ballot_count(&b, 3), 3);
    assert_int_equal(b.rows[0].candidate, 4);
    assert_int_equal(b.rows[1].candidate, 9);
    assert_int_equal(b.rows[2].candidate, 0);
    assert_int_equal(dl_ballot_count(&b, 3), 0);
}

static void a_ballot_is_taken_whole(void **state)
{
    (void)state;
    static struct dl_ballot b;
    dl_ballot_vote(&b, 7, 1);
    dl_ballot_vote(&b, 3, 2);
    dl_ballot_vote(&b, 7, 1);
    assert_int_equal(dl_ballot_take(&b), 2);
    assert_int_equal(b.rows[0].candidate, 7);
    assert_true(dl_ballot_leads(&b.rows[1], &b.rows[0])); /* as many votes, smaller number */
    assert_false(dl_ballot_leads(&b.rows[0], &b.rows[1]));
    assert_int_equal(dl_ballot_take(&b), 0);
}

static void keys_are_put_in_order(void **state)
{
    (void)state;
    enum { MOST = 600 };
    uint64_t keys[MOST], scratch[MOST], seed = 1;
    for (size_t n = 0; n <= MOST; n = 2 * n + 1) {
        uint64_t sum = 0, after = 0;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            keys[i] = dl_order_heavy((uint32_t)(seed >> 60) << 16, (uint32_t)(seed >> 20));
            sum += keys[i];
        }
        dl_order_keys(keys, scratch, n, DL_ORDER_HEAVY_BYTES);
        for (size_t i = 0; i < n; i++) {
            after += keys[i];
            if (i == 0) continue;
            uint32_t x = dl_order_weight(keys[i - 1]), y = dl_order_weight(keys[i]);
            assert_true(x > y || (x == y && (uint32_t)keys[i - 1] <= (uint32_t)keys[i]));
        }
        assert_true(sum == after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rare_words_weigh_more),
        cmocka_unit_test(unseen_words_go_by_length_and_kind),
        cmocka_unit_test(languages_are_counted_apart_and_bounded),
        cmocka_unit_test(old_counts_fade),
        cmocka_unit_test(cosines_are_what_they_say),
        cmocka_unit_test(sums_are_bounded_and_in_order),
        cmocka_unit_test(a_keymap_forgets_without_losing),
        cmocka_unit_test(a_ring_gives_the_newest_first),
        cmocka_unit_test(a_ring_does_not_grow_with_the_past),
        cmocka_unit_test(a_ring_loses_and_mixes_up_nothing),
        cmocka_unit_test(a_trail_forgets_the_oldest),
        cmocka_unit_test(ballots_count_and_are_bounded),
        cmocka_unit_test(a_ballot_is_taken_whole),
        cmocka_unit_test(keys_are_put_in_order),
    };
    return cmocka_run_group_tests(tests, material_open, material_close);
}
