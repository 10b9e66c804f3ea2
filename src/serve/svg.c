#include "serve/svg.h"

#include "base/map.h"

enum { BAR = 4, SPARK_HEIGHT = 20 };

static const struct {
    const char *sign, *word;
} marks[] = {
    [DL_MARK_FIRST] = {"\u25a0", "original"},
    [DL_MARK_COPY] = {"\u25cf", "copy"},
    [DL_MARK_TRANSLATION] = {"\u25c6", "other language"},
    [DL_MARK_NO_SOURCE] = {"\u25cb", "without a source"},
    [DL_MARK_DENIAL] = {"\u2715", "denial"},
    [DL_MARK_CORRECTION] = {"\u25b2", "corrected"},
};

const char *dl_mark_sign(enum dl_mark mark)
{
    return marks[mark].sign;
}

const char *dl_mark_word(enum dl_mark mark)
{
    return marks[mark].word;
}

void dl_svg_spark(dl_html *h, const uint32_t bins[DL_SPARK_BINS], const char *what)
{
    uint32_t top = 0;
    for (size_t i = 0; i < DL_SPARK_BINS; i++)
        if (bins[i] > top) top = bins[i];
    if (top == 0) return;
    DL_HTML(h, "<svg class=\"spark\" viewBox=\"0 0 96 20\" width=\"96\" height=\"20\" role=\"img\" "
               "aria-label=\"Arrivals ");
    dl_html_c(h, what);
    DL_HTML(h, ", at most ");
    dl_html_int(h, top);
    DL_HTML(h, "\"><path d=\"");
    for (size_t i = 0; i < DL_SPARK_BINS; i++) {
        if (bins[i] == 0) continue;
        uint32_t height = 1 + (uint32_t)((uint64_t)bins[i] * (SPARK_HEIGHT - 2) / top);
        dl_buf_fmt(h->out, "M%zu 20v-%uh3v%u", i * BAR, height, height);
    }
    DL_HTML(h, "z\"/></svg>");
}

enum { WEEK_BAR = 4, WEEK_HEIGHT = 96 };

static double top_of_week(const struct dl_week_hour hours[DL_WEEK_HOURS])
{
    double top = 1;
    for (size_t i = 0; i < DL_WEEK_HOURS; i++) {
        if (hours[i].items > top) top = hours[i].items;
        if (hours[i].high > top) top = hours[i].high;
    }
    return top;
}

static double height_in(double top, double items)
{
    return WEEK_HEIGHT - items * (WEEK_HEIGHT - 2) / top;
}

/* Along the upper edge and back along the lower one. */
static void draw_band(dl_html *h, const struct dl_week_hour hours[DL_WEEK_HOURS], double top)
{
    DL_HTML(h, "<path class=\"band\" d=\"M0 96");
    for (int i = 0; i < DL_WEEK_HOURS; i++)
        dl_buf_fmt(h->out, "L%d %.1fH%d", i * WEEK_BAR, height_in(top, hours[i].high),
                   (i + 1) * WEEK_BAR);
    for (int i = DL_WEEK_HOURS - 1; i >= 0; i--)
        dl_buf_fmt(h->out, "L%d %.1fH%d", (i + 1) * WEEK_BAR, height_in(top, hours[i].low),
                   i * WEEK_BAR);
    DL_HTML(h, "z\"/>");
}

void dl_svg_week(dl_html *h, const struct dl_week_hour hours[DL_WEEK_HOURS], dl_str label)
{
    double top = top_of_week(hours);
    DL_HTML(h, "<svg class=\"week\" viewBox=\"0 0 672 96\" preserveAspectRatio=\"none\" "
               "role=\"img\"");
    DL_ATTR(h, "aria-label", label);
    DL_HTML(h, ">");
    draw_band(h, hours, top);
    DL_HTML(h, "<path class=\"away\" d=\"M0 96");
    for (int i = 0; i < DL_WEEK_HOURS; i++)
        if (hours[i].items < 0) dl_buf_fmt(h->out, "M%d 0v96h4v-96z", i * WEEK_BAR);
    DL_HTML(h, "\"/><path class=\"days\" d=\"M0 96");
    for (int i = 24; i < DL_WEEK_HOURS; i += 24)
        dl_buf_fmt(h->out, "M%d 0v96", i * WEEK_BAR);
    DL_HTML(h, "\"/><path class=\"bars\" d=\"M0 96");
    for (int i = 0; i < DL_WEEK_HOURS; i++)
        if (hours[i].items > 0)
            dl_buf_fmt(h->out, "M%d 96V%.1fh3V96z", i * WEEK_BAR, height_in(top, hours[i].items));
    DL_HTML(h, "\"/></svg>\n");
}

/* --- lanes ---------------------------------------------------------------------------------- */

struct lane {
    dl_str name, language;
    size_t n;
    bool hatched;
};

/* What stands on a lane: a time or a number. */
struct point {
    int64_t at;
    enum dl_mark mark;
    uint8_t lane;
};

struct chart {
    struct point *points;
    size_t n, lane_count;
    struct lane lanes[DL_LANES_MAX];
    int64_t from, to;
    const char *others;
    bool used[DL_MARKS];
    dl_map known; /* lanes by name */
};

static struct chart *chart_new(dl_arena *arena, size_t n, const char *others)
{
    struct chart *chart = DL_NEW(arena, struct chart);
    if (chart == NULL) return NULL;
    *chart = (struct chart){.others = others, .points = DL_NEW_ARRAY(arena, struct point, n)};
    dl_map_init(&chart->known, arena);
    return chart->points == NULL ? NULL : chart;
}

/* Lanes by their first point; the last lane takes all further ones. */
static struct lane *lane_of(struct chart *chart, dl_str name, dl_str language)
{
    struct lane *lane = dl_map_get(&chart->known, name);
    if (lane != NULL) return lane;
    bool full = chart->lane_count == DL_LANES_MAX;
    lane = &chart->lanes[full ? DL_LANES_MAX - 1 : chart->lane_count++];
    if (!full) *lane = (struct lane){.name = name, .language = language};
    if (full) {
        lane->name = dl_str_c(chart->others);
        lane->language = DL_STR("en");
    }
    return dl_map_set(&chart->known, name, lane) == DL_OK ? lane : NULL;
}

static bool put_point(struct chart *chart, int64_t at, enum dl_mark mark, dl_str name,
                      dl_str language, bool hatched)
{
    struct lane *lane = lane_of(chart, name, language);
    if (lane == NULL) return false;
    lane->n++;
    lane->hatched |= hatched;
    chart->used[mark] = true;
    if (chart->n == 0 || at < chart->from) chart->from = at;
    if (chart->n == 0 || at > chart->to) chart->to = at;
    chart->points[chart->n++] = (struct point){at, mark, (uint8_t)(lane - chart->lanes)};
    return true;
}

/* Thousandths of the width: 15 … 985, so that marks at the ends are whole. */
static unsigned place(const struct chart *chart, int64_t at)
{
    int64_t span = chart->to - chart->from;
    if (span <= 0) return 15;
    return (unsigned)(15 + (double)(at - chart->from) * 970 / (double)span);
}

static void draw_mark(dl_html *h, enum dl_mark mark, unsigned at)
{
    static const char *const shapes[] = {
        [DL_MARK_FIRST] = "<path class=\"m-first\" d=\"M-5-5H5V5H-5Z\"/>",
        [DL_MARK_COPY] = "<circle class=\"m-copy\" r=\"4.5\"/>",
        [DL_MARK_TRANSLATION] = "<path class=\"m-lang\" d=\"M0-6 6 0 0 6-6 0Z\"/>",
        [DL_MARK_NO_SOURCE] = "<circle class=\"m-none\" r=\"4.5\"/>",
        [DL_MARK_DENIAL] = "<path class=\"m-denial\" d=\"M-5-5 5 5M-5 5 5-5\"/>",
        [DL_MARK_CORRECTION] = "<path class=\"m-correction\" d=\"M0-6 6 5H-6Z\"/>",
    };
    dl_buf_fmt(h->out, "<svg x=\"%u.%u%%\" y=\"11\" overflow=\"visible\">%s</svg>", at / 10,
               at % 10, shapes[mark]);
}

static void draw_lane(dl_html *h, const struct chart *chart, size_t number)
{
    const struct lane *lane = &chart->lanes[number];
    DL_HTML(h, "<li><span class=\"lane-name\">");
    dl_html_foreign(h, lane->language, lane->name);
    DL_HTML(h, " <span class=\"n muted\">");
    dl_html_int(h, (int64_t)lane->n);
    DL_HTML(h, "</span></span><svg class=\"lane");
    if (lane->hatched) DL_HTML(h, " hatched");
    DL_HTML(h, "\" height=\"22\" aria-hidden=\"true\"><path class=\"axis\" d=\"M0 11H9999\"/>");
    size_t drawn = 0;
    for (size_t i = 0; i < chart->n && drawn < DL_LANE_MARKS; i++) {
        if (chart->points[i].lane != number) continue;
        draw_mark(h, chart->points[i].mark, place(chart, chart->points[i].at));
        drawn++;
    }
    DL_HTML(h, "</svg></li>\n");
}

static void legend(dl_html *h, const struct chart *chart)
{
    DL_HTML(h, "<p class=\"legend\">");
    for (enum dl_mark m = DL_MARK_FIRST; m < DL_MARKS; m++) {
        if (!chart->used[m]) continue;
        DL_HTML(h, "<span><span class=\"sign\" aria-hidden=\"true\">");
        dl_html_c(h, dl_mark_sign(m));
        DL_HTML(h, "</span> ");
        dl_html_c(h, dl_mark_word(m));
        DL_HTML(h, "</span> ");
    }
    DL_HTML(h, "</p>\n");
}

static void draw_lanes(dl_html *h, const struct chart *chart)
{
    DL_HTML(h, "<figure class=\"chart\"><figcaption>");
    legend(h, chart);
    DL_HTML(h, "</figcaption><ol class=\"lanes\">\n");
    for (size_t i = 0; i < chart->lane_count; i++)
        draw_lane(h, chart, i);
    DL_HTML(h, "</ol><p class=\"ends\"><span>");
}

static void axis_time(dl_html *h, int64_t ms)
{
    dl_html_time(h, (dl_time){.ms = ms, .precision = DL_PREC_SECOND, .zone = DL_ZONE_KNOWN});
}

void dl_svg_lanes(dl_html *h, dl_arena *arena, const struct dl_arrival *arrivals, size_t n,
                  const char *others)
{
    struct chart *chart = n == 0 ? NULL : chart_new(arena, n, others);
    if (chart == NULL) return;
    for (size_t i = 0; i < n; i++) {
        const struct dl_arrival *a = &arrivals[i];
        if (!put_point(chart, a->ms, a->mark, a->lane, a->language, a->hatched)) return;
    }
    draw_lanes(h, chart);
    axis_time(h, chart->from);
    DL_HTML(h, "</span><span>");
    if (chart->to > chart->from) axis_time(h, chart->to);
    DL_HTML(h, "</span></p></figure>\n");
}

void dl_svg_dots(dl_html *h, dl_arena *arena, const struct dl_dot *dots, size_t n,
                 const char *others)
{
    struct chart *chart = n == 0 ? NULL : chart_new(arena, n, others);
    if (chart == NULL) return;
    for (size_t i = 0; i < n; i++)
        if (!put_point(chart, dots[i].value, dots[i].mark, dots[i].lane, dots[i].language, false))
            return;
    draw_lanes(h, chart);
    dl_html_number(h, chart->from);
    DL_HTML(h, "</span><span>");
    if (chart->to > chart->from) dl_html_number(h, chart->to);
    DL_HTML(h, "</span></p></figure>\n");
}
