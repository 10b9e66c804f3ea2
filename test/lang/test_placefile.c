/* The compiler of GeoNames' dumps and the file it makes; dumps in test/lang/geonames are invented.
 */
#include "lang/placefile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "lang/placebuild.h"

static dl_arena *arena;
static dl_pack pack;
static dl_features features;
static char folder[] = "/tmp/dateline-places-XXXXXX";
static dl_str made; /* of all files, in memory */

static const char *path_of(const char *name)
{
    return dl_str_fmt(arena, "%s/%s", folder, name).p;
}

static void add_file(dl_placebuild *b, const char *name, enum dl_geonames_kind kind)
{
    dl_buf text = DL_BUF_INIT(1 << 20);
    dl_str rest, line;
    const char *root = getenv("SOURCE_ROOT");
    dl_str path = dl_str_fmt(arena, "%s/test/lang/geonames/%s", root != NULL ? root : ".", name);
    assert_int_equal(dl_io_read_file(path.p, 1 << 20, &text, NULL), DL_OK);
    rest = dl_buf_slice(&text);
    while (dl_str_line(&rest, &line))
        if (line.n > 0 && line.p[0] != '#') {
            assert_int_equal(dl_geonames_kind_of(line), kind);
            assert_int_equal(dl_placebuild_line(b, kind, line, NULL), DL_OK);
        }
    dl_buf_free(&text);
}

static dl_str build(size_t memory, dl_str classes)
{
    struct dl_placebuild_options options = {.folder = folder,
                                            .pack = &pack,
                                            .features = &features,
                                            .classes = classes,
                                            .memory = memory};
    dl_placebuild *b;
    assert_int_equal(dl_placebuild_new(&options, &b, NULL), DL_OK);
    add_file(b, "places.txt", DL_GEONAMES_PLACES);
    add_file(b, "places.txt", DL_GEONAMES_PLACES); /* once more: nothing changes */
    add_file(b, "admin1CodesASCII.txt", DL_GEONAMES_DIVISIONS);
    add_file(b, "admin2Codes.txt", DL_GEONAMES_DIVISIONS);
    add_file(b, "alternateNamesV2.txt", DL_GEONAMES_NAMES);
    const char *path = path_of("made.places");
    assert_int_equal(dl_placebuild_write(b, path, DL_STR("{}"), NULL), DL_OK);
    dl_placebuild_free(b);
    dl_buf bytes = DL_BUF_INIT(1 << 20);
    assert_int_equal(dl_io_read_file(path, 1 << 20, &bytes, NULL), DL_OK);
    dl_str copy = dl_str_dup(arena, dl_buf_slice(&bytes));
    dl_buf_free(&bytes);
    return copy;
}

/* Id of the first place of that name, 0 when there is none. */
static uint32_t first_of(const dl_placefile *f, const char *name, size_t *ret_places)
{
    struct dl_place_row row = {0};
    uint32_t key, end;
    *ret_places = 0;
    if (!dl_placefile_find(f, dl_words_name_key(dl_str_c(name)), &key, &end)) return 0;
    *ret_places = end - key;
    assert_true(dl_placefile_row(f, key, &row));
    return row.id;
}

static void names_of_all_scripts_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t id;
        size_t places;
    } rows[] = {
        {"Veldstad", 910010, 2}, /* the bigger one first */
        {"VELDSTAD", 910010, 2},
        {"Feldstadt", 910010, 1},
        {"Вельдстад", 910010, 1},
        {"فلدشتات", 910010, 1},
        {"دار البحر", 910013, 1},
        {"Dar al Bahr", 910013, 1}, /* hyphens do not count */
        {"莲山市", 910014, 1},
        {"蓮山", 910014, 1},
        {"บ้านทะเลหลวง", 910015, 1},
        {"St Aldo", 910012, 1}, /* nor dots */
        {"Veldstad Airport", 910022, 1},
        {"Grimm", 910020, 1},
        {"VLD", 0, 0},     /* a code */
        {"Q910010", 0, 0}, /* a link */
        {"Of no place", 0, 0},
        {"Old Veldstad", 0, 0}, /* is no more */
        {"Hotel Veld", 0, 0},   /* not by default */
        {"", 0, 0},
    };
    dl_placefile f;
    size_t places;
    assert_int_equal(dl_placefile_of_bytes(&f, made, NULL), DL_OK);
    assert_int_equal(dl_placefile_check(&f, NULL), DL_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(first_of(&f, rows[i].name, &places), rows[i].id);
        assert_int_equal(places, rows[i].places);
    }
}

static void a_row_tells_point_people_and_division(void **state)
{
    (void)state;
    dl_placefile f;
    struct dl_place_row row;
    struct dl_place_division d;
    uint32_t key, end;
    assert_int_equal(dl_placefile_of_bytes(&f, made, NULL), DL_OK);
    assert_true(dl_placefile_find(&f, dl_words_name_key(DL_STR("veldstad")), &key, &end));
    assert_true(dl_placefile_row(&f, key, &row));
    assert_string_equal(row.country, "XN");
    assert_string_equal(row.code, "P.PPLA");
    assert_int_equal(row.population, 412345);
    assert_true(row.lat > 52.3666 && row.lat < 52.3667 && row.lon > 5.0666 && row.lon < 5.0667);
    assert_true(dl_placefile_division(&f, row.division, &d));
    assert_true(dl_str_eq_c(d.name, "Lower Veld") && dl_str_eq_c(d.code, "XN.07.012"));
    assert_true(dl_placefile_division(&f, d.parent, &d));
    assert_true(dl_str_eq_c(d.name, "Veldmark") && d.parent == 0);
    assert_false(dl_placefile_division(&f, 0, &d));
    assert_true(dl_placefile_row(&f, key + 1, &row));
    assert_int_equal(row.id, 910011);
    assert_false(dl_placefile_row(&f, f.keys, &row));
}

static void the_longest_name_in_a_text_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at, tokens;
    } rows[] = {
        {"At Veldstad Airport nobody waited.", 1, 2},
        {"At Veldstad harbour nobody waited.", 1, 1},
        {"The Strait of Marisol is closed.", 1, 3},
        {"The Strait of Nothing is closed.", 1, 0},
        {"官员在莲山市说", 3, 3},
        {"At Veldstad\n\nAirport news", 1, 1}, /* not over a paragraph */
    };
    dl_placefile f;
    assert_int_equal(dl_placefile_of_bytes(&f, made, NULL), DL_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dl_words words;
        uint32_t key, end;
        assert_int_equal(dl_words_split(&pack, arena, dl_str_c(rows[i].text), &words), DL_OK);
        assert_int_equal(dl_placefile_match(&f, &words, rows[i].at, words.n, &key, &end),
                         rows[i].tokens);
    }
}

static void the_same_dump_gives_the_same_bytes(void **state)
{
    (void)state;
    dl_str outside = build(400, (dl_str){NULL, 0}); /* many runs of a dozen records */
    assert_int_equal(outside.n, made.n);
    assert_memory_equal(outside.p, made.p, made.n);
}

static void classes_are_taken_as_asked(void **state)
{
    (void)state;
    dl_placefile f;
    size_t places;
    dl_str bytes = build(0, DL_STR("S,P.PPLH"));
    assert_int_equal(dl_placefile_of_bytes(&f, bytes, NULL), DL_OK);
    assert_int_equal(f.rows, 4);
    assert_int_equal(first_of(&f, "Hotel Veld", &places), 910023);
    assert_int_equal(first_of(&f, "Old Veldstad", &places), 910016);
    assert_int_equal(first_of(&f, "Veldstad", &places), 0);
    assert_int_equal(dl_features_check_list(DL_STR("A,P,S.AIRP,all"), NULL), DL_OK);
    assert_int_equal(dl_features_check_list(DL_STR("A,hotels"), NULL), DL_ERR_INVALID);
    assert_int_equal(dl_features_check_list(DL_STR("A,,P"), NULL), DL_ERR_INVALID);
}

static void broken_lines_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *line, *message;
    } rows[] = {
        {"1\ta\ta", "3 columns instead of 19"},
        {"0\ta\ta\t\t1\t1\tP\tPPL\tXN\t\t\t\t\t\t0\t\t\t\t", "geonameid is no number: '0'"},
        {"1\t\ta\t\t1\t1\tP\tPPL\tXN\t\t\t\t\t\t0\t\t\t\t", "name is no UTF-8: ''"},
        {"1\t\xFF\ta\t\t1\t1\tP\tPPL\tXN\t\t\t\t\t\t0\t\t\t\t", "name is no UTF-8: '?'"},
        {"1\ta\ta\t\tnan\t1\tP\tPPL\tXN\t\t\t\t\t\t0\t\t\t\t", "latitude is none: 'nan'"},
        {"1\ta\ta\t\t1\t181\tP\tPPL\tXN\t\t\t\t\t\t0\t\t\t\t", "longitude is none: '181'"},
        {"1\ta\ta\t\t1\t1\tPP\tPPL\tXN\t\t\t\t\t\t0\t\t\t\t", "no such feature: 'PPL'"},
        {"1\ta\ta\t\t1\t1\tP\tPPL\tXN\t\t\t\t\t\t-3\t\t\t\t", "population is no number: '-3'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dl_geonames_place p;
        struct dl_diag diag;
        assert_int_equal(dl_geonames_place(dl_str_c(rows[i].line), &p, &diag), DL_ERR_SYNTAX);
        assert_string_equal(diag.message, rows[i].message);
    }
}

/* Everything that can be asked of a file, whatever is in it. */
static void ask_all(const dl_placefile *f)
{
    struct dl_place_row row;
    struct dl_place_division d;
    uint32_t key, end;
    for (uint32_t i = 0; i < 64; i++) {
        if (dl_placefile_row(f, i, &row)) (void)dl_placefile_division(f, row.division, &d);
        (void)dl_placefile_division(f, i, &d);
    }
    (void)dl_placefile_find(f, dl_words_name_key(DL_STR("Veldstad")), &key, &end);
    (void)dl_placefile_find(f, UINT64_MAX, &key, &end);
}

static void damage_never_crashes(void **state)
{
    (void)state;
    dl_placefile f;
    char *copy = dl_alloc(arena, made.n);
    for (size_t n = 0; n < made.n; n++) {
        char *cut = malloc(n + 1); /* of its own, so that a sanitizer sees each step too far */
        memcpy(cut, made.p, n);
        assert_int_not_equal(dl_placefile_of_bytes(&f, (dl_str){cut, n}, NULL), DL_OK);
        free(cut);
    }
    for (size_t i = 0; i < made.n; i++) {
        memcpy(copy, made.p, made.n);
        copy[i] = (char)(copy[i] ^ 0xA5);
        if (dl_placefile_of_bytes(&f, (dl_str){copy, made.n}, NULL) != DL_OK) continue;
        ask_all(&f);
        if (i >= DL_PLACEFILE_HEAD) assert_int_equal(dl_placefile_check(&f, NULL), DL_ERR_CORRUPT);
    }
}

static void errors_say_what_to_do(void **state)
{
    (void)state;
    dl_placefile f;
    struct dl_diag diag;
    char *copy = dl_alloc(arena, made.n);
    memcpy(copy, made.p, made.n);
    copy[8] = 9;
    assert_int_equal(dl_placefile_of_bytes(&f, (dl_str){copy, made.n}, &diag), DL_ERR_VERSION);
    assert_non_null(strstr(diag.message, "import it again"));
    assert_int_equal(dl_placefile_of_bytes(&f, dl_str_sub(made, 0, 500), &diag), DL_ERR_TRUNCATED);
    assert_int_equal(dl_placefile_open(&f, "/nowhere/x.places", &diag), DL_ERR_NOT_FOUND);
    assert_int_equal(dl_placefile_open(&f, "/", &diag), DL_ERR_SYNTAX);
    assert_int_equal(dl_placefile_open(&f, path_of("made.places"), &diag), DL_OK);
    dl_placefile_close(&f);
    dl_placefile_close(&f);
}

static void what_fails_leaves_the_old_file(void **state)
{
    (void)state;
    struct dl_placebuild_options options = {.folder = folder, .pack = &pack, .features = &features};
    dl_placebuild *b;
    assert_int_equal(dl_placebuild_new(&options, &b, NULL), DL_OK);
    struct dl_diag diag;
    assert_int_equal(dl_placebuild_write(b, "/nowhere/x.places", DL_STR("{}"), &diag), DL_ERR_IO);
    assert_non_null(strstr(diag.message, "No such file"));
    dl_placebuild_free(b);
    options.folder = "/nowhere";
    assert_int_equal(dl_placebuild_new(&options, &b, NULL), DL_ERR_IO);
}

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(64 << 20);
    if (mkdtemp(folder) == NULL || dl_words_open(NULL) != DL_OK ||
        dl_pack_load(&pack, arena, "en", NULL) != DL_OK ||
        dl_features_load(&features, arena, NULL) != DL_OK)
        return 1;
    made = build(0, (dl_str){NULL, 0});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path_of("made.places"));
    rmdir(folder);
    dl_arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_all_scripts_are_found),
        cmocka_unit_test(a_row_tells_point_people_and_division),
        cmocka_unit_test(the_longest_name_in_a_text_is_found),
        cmocka_unit_test(the_same_dump_gives_the_same_bytes),
        cmocka_unit_test(classes_are_taken_as_asked),
        cmocka_unit_test(broken_lines_are_named),
        cmocka_unit_test(damage_never_crashes),
        cmocka_unit_test(errors_say_what_to_do),
        cmocka_unit_test(what_fails_leaves_the_old_file),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
