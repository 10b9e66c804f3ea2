#include "serve/worldmap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "serve/happened.h"

static dl_arena *arena;

static struct dl_pin pin(double lat, double lon, int64_t documents)
{
    return (struct dl_pin){
        .lat = lat, .lon = lon, .placed = true, .name = DL_STR("x"), .documents = documents};
}

/* From the paper's own implementation notes: the globe is 2 x 2.7066 wide and 2 x 1.3173 high. */
static void the_projection_is_equal_earth(void **state)
{
    (void)state;
    struct dl_map_point p = dl_worldmap_project(0, 0);
    assert_float_equal(p.x, 0, 1e-9);
    assert_float_equal(p.y, 0, 1e-9);
    p = dl_worldmap_project(0, 180);
    assert_float_equal(p.x, 2.7066, 1e-3);
    p = dl_worldmap_project(90, 0);
    assert_float_equal(p.y, -1.3173, 1e-3);
    struct dl_map_point west = dl_worldmap_project(-40, -100), east = dl_worldmap_project(40, 100);
    assert_float_equal(west.x, -east.x, 1e-9);
    assert_float_equal(west.y, -east.y, 1e-9);
}

/* Cells of one degree at the equator and at 60 degrees have areas as on the globe: 2 to 1. */
static void areas_are_kept(void **state)
{
    (void)state;
    double at[2], lats[2] = {0, 60};
    for (int i = 0; i < 2; i++) {
        struct dl_map_point a = dl_worldmap_project(lats[i] - 0.5, -0.5),
                            b = dl_worldmap_project(lats[i] + 0.5, 0.5);
        at[i] = (b.x - a.x) * (a.y - b.y);
    }
    assert_float_equal((float)(at[0] / at[1]), 2.0f, 0.02f);
}

static void the_view_holds_all_pins(void **state)
{
    (void)state;
    struct dl_pin a = pin(50, 10, 1), b = pin(48, 30, 1), fiji = pin(-17, 179, 1),
                  beyond = pin(-16, -179, 1);
    struct dl_pin *two[] = {&a, &b}, *over[] = {&fiji, &beyond};
    struct dl_map_view v = dl_worldmap_view(two, 2, false), all = dl_worldmap_view(two, 2, true);
    struct dl_map_point p = dl_worldmap_project(48, 30);
    assert_true(v.width < all.width / 2);
    assert_true(p.x > v.left && p.x < v.left + v.width && p.y > v.top &&
                p.y < v.top + v.width * 0.445);
    struct dl_map_view world = dl_worldmap_view(over, 2, false); /* both sides of the meridian */
    assert_float_equal(world.width, all.width, 1e-9);
    assert_float_equal(dl_worldmap_view(over, 0, false).width, all.width, 1e-9);
}

static void close_pins_are_one_mark(void **state)
{
    (void)state;
    struct dl_pin berlin = pin(52.5, 13.4, 3), potsdam = pin(52.4, 13.1, 1),
                  tokyo = pin(35.7, 139.7, 1), pole = pin(-85, 0, 1),
                  country = {.country = "DE", .documents = 1};
    struct dl_pin *pins[] = {&berlin, &potsdam, &tokyo, &pole, &country};
    struct dl_map_view v = dl_worldmap_view(pins, 5, true);
    assert_int_equal(dl_worldmap_merge(&v, pins, 5), 2);
    assert_int_equal(berlin.mark, 1);
    assert_int_equal(potsdam.mark, 1);
    assert_int_equal(tokyo.mark, 2);
    assert_int_equal(pole.mark, 0); /* south of what is drawn */
    assert_int_equal(country.mark, 0);
}

static bool has(const dl_buf *b, const char *text)
{
    return dl_str_find_c(dl_buf_slice(b), text, 0) != DL_NO_POS;
}

static void a_drawing_is_escaped_and_whole(void **state)
{
    (void)state;
    dl_buf out = DL_BUF_INIT(1 << 20);
    dl_html h = dl_html_to(&out);
    struct dl_pin hostile = pin(52.5, 13.4, 2), country = {.country = "FR", .documents = 1};
    hostile.name = DL_STR("</title><script>alert(1)</script>");
    struct dl_pin *pins[] = {&hostile, &country};
    struct dl_map_view v = dl_worldmap_view(pins, 2, true);
    dl_worldmap_merge(&v, pins, 2);
    dl_worldmap_draw(&h, &v, pins, 2, "Title", "About");
    assert_int_equal(dl_buf_failed(&out), DL_OK);
    assert_false(has(&out, "<script"));
    assert_true(has(&out, "&lt;/title") || has(&out, "&lt;/title&gt;"));
    assert_true(has(&out, "href=\"#map-1\""));
    assert_true(has(&out, ": 2 reports"));
    assert_false(has(&out, "nan") || has(&out, "inf"));
    size_t around = dl_str_find_c(dl_buf_slice(&out), "class=\"around\"", 0);
    assert_true(dl_str_find_c(dl_buf_slice(&out), "M0 0M", around) != DL_NO_POS); /* France */
    assert_in_range(out.n, 20000, 90000);
    dl_buf_free(&out);
}

static void only_what_happened_is_gathered(void **state)
{
    (void)state;
    static const char analysis[] =
        "{\"places\":[{\"name\":\"Aville\",\"kind\":\"city\",\"country\":\"FR\",\"lat\":48,\"lon\":2},"
        "{\"name\":\"France\",\"kind\":\"country\",\"country\":\"FR\",\"lat\":47,\"lon\":2},"
        "{\"name\":\"Off\",\"kind\":\"city\",\"lat\":95,\"lon\":2}],\"events\":["
        "{\"act\":\"ASSAULT\",\"status\":\"planned\",\"place\":0,\"place_relation\":\"occurs-in\"},"
        "{\"act\":\"PROTEST\",\"status\":\"denied\",\"place\":0,\"place_relation\":\"occurs-in\"},"
        "{\"act\":\"AID\",\"status\":\"occurred\",\"place\":0,\"place_relation\":\"speaking-from\"},"
        "{\"act\":\"AID\",\"status\":\"occurred\",\"place\":9,\"place_relation\":\"occurs-in\"},"
        "{\"act\":\"AID\",\"status\":\"alleged\",\"place\":1,\"place_relation\":\"occurs-in\"},"
        "{\"act\":\"AID\",\"status\":\"occurred\",\"place\":2,\"place_relation\":\"occurs-in\"},"
        "{\"act\":\"COERCE\",\"status\":\"occurred\"}]}";
    struct dl_store_analysed rows[] = {{.analyse = dl_str_c(analysis)},
                                       {.analyse = DL_STR("{\"events\":7}")},
                                       {.analyse = DL_STR("no JSON")},
                                       {.analyse = dl_str_c(analysis)}};
    dl_store_analyses analyses = {.p = rows, .n = 4};
    dl_happened places;
    assert_int_equal(dl_happened_gather(arena, &analyses, &places), DL_OK);
    assert_int_equal(places.n, 2);
    const struct dl_happened_place *france = &places.p[0], *off = &places.p[1];
    assert_true(dl_str_eq_c(france->name, "France") && !france->pin.placed);
    assert_int_equal(france->pin.documents, 2);
    assert_true(france->pin.alleged);
    assert_true(dl_str_eq_c(off->name, "Off") && !off->pin.placed && !off->pin.alleged);
}

static int setup(void **state)
{
    (void)state;
    arena = dl_arena_new(16 << 20);
    return arena == NULL;
}

static int teardown(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_projection_is_equal_earth),
        cmocka_unit_test(areas_are_kept),
        cmocka_unit_test(the_view_holds_all_pins),
        cmocka_unit_test(close_pins_are_one_mark),
        cmocka_unit_test(a_drawing_is_escaped_and_whole),
        cmocka_unit_test(only_what_happened_is_gathered),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
