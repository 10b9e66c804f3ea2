#include "serve/worldmap.h"

#include <math.h>

#include "base/asset.h"

/* The drawing's own units: half pixels of a wide page. */
enum {
    WIDTH = 2000,
    HEIGHT = 890,
    OUTSIDE = 600,
    TOUCH = 110,
    MIN_RADIUS = 9,
    MAX_RADIUS = 16,
    NEAR = 3
};

/* From 84 degrees north to 61 south, and a little air. */
static const double WORLD_WIDTH = 5.44, WORLD_TOP = -1.33, WORLD_BOTTOM = 1.0908;
static const double SHAPE = (double)HEIGHT / WIDTH;
static const double NEAREST = 0.75; /* no closer: outlines have no more to show */
static const double UNIT = 0.02;    /* degrees, in world.tsv */

struct dl_map_point dl_worldmap_project(double lat, double lon)
{
    const double a1 = 1.340264, a2 = -0.081106, a3 = 0.000893, a4 = 0.003796;
    const double radian = M_PI / 180, root3 = 1.7320508075688772;
    double t = asin(root3 / 2 * sin(lat * radian)), t2 = t * t, t6 = t2 * t2 * t2;
    double x = 2 * root3 * lon * radian * cos(t) /
               (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1));
    double y = t * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1);
    return (struct dl_map_point){x, -y};
}

/* --- outlines ----------------------------------------------------------------------------- */

static bool next_number(dl_str *rest, long *ret_number)
{
    dl_str one;
    if (!dl_str_split(rest, ' ', &one)) return false;
    long n = 0;
    for (size_t i = one.n > 0 && one.p[0] == '-' ? 1 : 0; i < one.n && i < 8; i++)
        n = n * 10 + (one.p[i] - '0');
    *ret_number = one.n > 0 && one.p[0] == '-' ? -n : n;
    return true;
}

struct outline { /* a ring that is walked */
    dl_str rest;
    long x, y;
};

static bool step(struct outline *o, struct dl_map_point *ret_point)
{
    long dx, dy;
    if (!next_number(&o->rest, &dx) || !next_number(&o->rest, &dy)) return false;
    o->x += dx;
    o->y += dy;
    *ret_point = dl_worldmap_project((double)o->y * UNIT, (double)o->x * UNIT);
    return true;
}

static bool open_outlines(dl_tsv *tsv)
{
    dl_str text;
    return dl_asset_get("lexicon/places/world.tsv", &text) &&
           dl_tsv_open(tsv, text, NULL) == DL_OK && tsv->columns == 2;
}

struct box {
    double left, top, right, bottom;
};

static void widen(struct box *b, struct dl_map_point p)
{
    b->left = fmin(b->left, p.x);
    b->right = fmax(b->right, p.x);
    b->top = fmin(b->top, p.y);
    b->bottom = fmax(b->bottom, p.y);
}

/* Of its biggest part: overseas islands do not count. */
static void widen_by_country(struct box *b, dl_str country)
{
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    if (!open_outlines(&tsv)) return;
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        if (!dl_str_eq(cells[0], country)) continue;
        struct outline o = {.rest = dl_str_sub(cells[1], 0, dl_str_chr(cells[1], '|', 0))};
        struct dl_map_point p;
        while (step(&o, &p))
            widen(b, p);
    }
}

struct dl_map_view dl_worldmap_view(struct dl_pin *const *pins, size_t n, bool world)
{
    struct dl_map_view all = {-WORLD_WIDTH / 2, WORLD_TOP, WORLD_WIDTH};
    struct box b = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < n; i++)
        if (pins[i]->placed)
            widen(&b, dl_worldmap_project(pins[i]->lat, pins[i]->lon));
        else
            widen_by_country(&b, dl_str_c(pins[i]->country));
    if (world || b.left > b.right) return all;
    double width = fmax(b.right - b.left, (b.bottom - b.top) / SHAPE) * 1.3;
    width = fmax(width, NEAREST);
    if (width > WORLD_WIDTH * 0.7) return all;
    double left = (b.left + b.right - width) / 2, top = (b.top + b.bottom - width * SHAPE) / 2;
    left = fmin(fmax(left, all.left), -all.left - width);
    top = fmin(fmax(top, all.top), WORLD_BOTTOM - width * SHAPE);
    return (struct dl_map_view){left, top, width};
}

struct place {
    long x, y;
};

static struct place place_in(const struct dl_map_view *v, struct dl_map_point p)
{
    double scale = WIDTH / v->width;
    double x = fmin(fmax((p.x - v->left) * scale, -OUTSIDE), WIDTH + OUTSIDE);
    double y = fmin(fmax((p.y - v->top) * scale, -OUTSIDE), HEIGHT + OUTSIDE);
    return (struct place){lround(x), lround(y)};
}

static bool ring_shows(const struct dl_map_view *v, dl_str ring)
{
    struct outline o = {.rest = ring};
    struct dl_map_point p;
    struct box b = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    while (step(&o, &p))
        widen(&b, p);
    double pixel = NEAR * v->width / WIDTH;
    return b.right > v->left && b.left < v->left + v->width && b.bottom > v->top &&
           b.top < v->top + v->width * SHAPE &&
           (b.right - b.left > pixel || b.bottom - b.top > pixel);
}

/* Points that fall on one another at this size are drawn once; far outside many do. */
static void draw_ring(dl_html *h, const struct dl_map_view *v, dl_str ring)
{
    if (!ring_shows(v, ring)) return;
    struct outline o = {.rest = ring};
    struct dl_map_point p;
    struct place before = {0};
    for (bool first = true; step(&o, &p); first = false) {
        struct place here = place_in(v, p);
        if (first)
            dl_buf_fmt(h->out, "M%ld %ldl", here.x, here.y);
        else if (labs(here.x - before.x) + labs(here.y - before.y) < NEAR)
            continue;
        else
            dl_buf_fmt(h->out, "%ld %ld ", here.x - before.x, here.y - before.y);
        before = here;
    }
    DL_HTML(h, "z");
}

static bool is_hatched(struct dl_pin *const *pins, size_t n, dl_str country)
{
    for (size_t i = 0; i < n; i++)
        if (!pins[i]->placed && country.n > 0 && dl_str_eq_c(country, pins[i]->country))
            return true;
    return false;
}

static void draw_countries(dl_html *h, const struct dl_map_view *v, struct dl_pin *const *pins,
                           size_t n, bool hatched)
{
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS], ring;
    if (!open_outlines(&tsv)) return;
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        if (hatched && !is_hatched(pins, n, cells[0])) continue;
        while (dl_str_split(&cells[1], '|', &ring))
            draw_ring(h, v, ring);
    }
}

/* --- marks -------------------------------------------------------------------------------- */

uint32_t dl_worldmap_merge(const struct dl_map_view *v, struct dl_pin *const *pins, size_t n)
{
    uint32_t marks = 0;
    for (size_t i = 0; i < n; i++) {
        pins[i]->mark = 0;
        struct place here = place_in(v, dl_worldmap_project(pins[i]->lat, pins[i]->lon));
        if (!pins[i]->placed || here.x < 0 || here.x > WIDTH || here.y < 0 || here.y > HEIGHT)
            continue;
        for (size_t k = 0; k < i && pins[i]->mark == 0; k++) {
            if (pins[k]->mark == 0) continue;
            struct place there = place_in(v, dl_worldmap_project(pins[k]->lat, pins[k]->lon));
            if (labs(here.x - there.x) < TOUCH && labs(here.y - there.y) < TOUCH)
                pins[i]->mark = pins[k]->mark;
        }
        if (pins[i]->mark == 0) pins[i]->mark = ++marks;
    }
    return marks;
}

struct mark {
    struct place at; /* of its first pin: that of most documents */
    int64_t documents, places;
    bool area, alleged; /* all of it is */
};

static struct mark mark_of(const struct dl_map_view *v, struct dl_pin *const *pins, size_t n,
                           uint32_t number)
{
    struct mark m = {.area = true, .alleged = true};
    for (size_t i = 0; i < n; i++) {
        if (pins[i]->mark != number) continue;
        if (m.places++ == 0) m.at = place_in(v, dl_worldmap_project(pins[i]->lat, pins[i]->lon));
        m.documents += pins[i]->documents;
        m.area = m.area && pins[i]->area;
        m.alleged = m.alleged && pins[i]->alleged;
    }
    return m;
}

enum { NAMED = 4 };

/* "Kyiv, Odesa and 3 more: 12 documents" */
static void name_mark(dl_html *h, struct dl_pin *const *pins, size_t n, uint32_t number,
                      const struct mark *m)
{
    int64_t shown = 0;
    for (size_t i = 0; i < n && shown < NAMED; i++) {
        if (pins[i]->mark != number) continue;
        if (shown++ > 0) DL_HTML(h, ", ");
        dl_html_text(h, pins[i]->name);
    }
    if (m->places > shown) {
        DL_HTML(h, " and ");
        dl_html_int(h, m->places - shown);
        DL_HTML(h, " more");
    }
    DL_HTML(h, ": ");
    dl_html_int(h, m->documents);
    dl_html_c(h, m->documents == 1 ? " report" : " reports");
    if (m->alleged) DL_HTML(h, ", alleged only");
}

/* Marks at the edge stay whole, on a narrow page, too. */
static double percent(long at, int whole)
{
    return fmin(fmax((double)at * 100 / whole, 3), 97);
}

static void draw_mark(dl_html *h, const struct dl_map_view *v, struct dl_pin *const *pins, size_t n,
                      uint32_t number)
{
    struct mark m = mark_of(v, pins, n, number);
    int radius = MIN_RADIUS + 2 * (int)log2((double)(m.documents < 1 ? 1 : m.documents));
    DL_HTML(h, "<svg x=\"");
    dl_html_fixed(h, percent(m.at.x, WIDTH), 2);
    DL_HTML(h, "%\" y=\"");
    dl_html_fixed(h, percent(m.at.y, HEIGHT), 2);
    DL_HTML(h, "%\" overflow=\"visible\"><a href=\"#map-");
    dl_html_int(h, number);
    DL_HTML(h, "\"><title>");
    name_mark(h, pins, n, number, &m);
    DL_HTML(h, "</title><circle class=\"hit\" r=\"14\"/><circle class=\"");
    dl_html_c(h, m.area ? "pin area" : "pin");
    if (m.alleged) DL_HTML(h, " alleged");
    DL_HTML(h, "\" r=\"");
    dl_html_int(h, radius > MAX_RADIUS ? MAX_RADIUS : radius);
    DL_HTML(h, "\"/><text class=\"");
    dl_html_c(h, m.area || m.alleged ? "open" : "full");
    DL_HTML(h, "\" y=\"4\">");
    dl_html_int(h, m.documents);
    DL_HTML(h, "</text></a></svg>\n");
}

void dl_worldmap_draw(dl_html *h, const struct dl_map_view *view, struct dl_pin *const *pins,
                      size_t n, const char *title, const char *description)
{
    uint32_t marks = 0;
    DL_HTML(h, "<svg class=\"worldmap\" role=\"group\" aria-labelledby=\"map-title map-about\">"
               "<title id=\"map-title\">");
    dl_html_c(h, title);
    DL_HTML(h, "</title><desc id=\"map-about\">");
    dl_html_c(h, description);
    DL_HTML(h, "</desc><svg viewBox=\"0 0 2000 890\" preserveAspectRatio=\"none\" "
               "aria-hidden=\"true\"><defs><pattern id=\"map-hatch\" width=\"16\" height=\"16\" "
               "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path "
               "class=\"hatch\" d=\"M0 0V16\"/></pattern></defs><path class=\"land\" d=\"");
    draw_countries(h, view, pins, n, false);
    DL_HTML(h, "\"/><path class=\"around\" fill=\"url(#map-hatch)\" d=\"M0 0");
    draw_countries(h, view, pins, n, true);
    DL_HTML(h, "\"/></svg>\n");
    for (size_t i = 0; i < n; i++)
        if (pins[i]->mark > marks) draw_mark(h, view, pins, n, ++marks);
    DL_HTML(h, "</svg>\n");
}
