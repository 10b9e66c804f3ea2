/* Drawings as inline SVG: the sparkline of arrivals, the lanes of a story or claim over time, dots
 * on a scale of numbers.
 *
 * Shape grammar, never colour alone: ■ original report, ● copy, ◆ in another language than the
 * first, ○ without a source, ✕ denial, ▲ corrected. Positions are percentages, so a drawing is as
 * wide as its place and reads at 320 px. A drawing says in its label what it shows; the same data
 * stands in a table beside it. */
#ifndef DL_SERVE_SVG_H
#define DL_SERVE_SVG_H

#include "serve/html.h"

enum { DL_SPARK_BINS = 24, DL_LANES_MAX = 12, DL_LANE_MARKS = 300 };

/* What one bin means, for the label: "per hour, last 24 hours". */
void dl_svg_spark(dl_html *h, const uint32_t bins[DL_SPARK_BINS], const char *what);

/* A week by hours: what came, and the band in which nine of ten such hours are. items < 0: nobody
 * looked, which is hatched. Text stands beside it, not in it: the drawing is stretched. */
enum { DL_WEEK_HOURS = 168 };
struct dl_week_hour {
    int items;
    double low, high;
};
void dl_svg_week(dl_html *h, const struct dl_week_hour hours[DL_WEEK_HOURS], dl_str label);

enum dl_mark {
    DL_MARK_FIRST,
    DL_MARK_COPY,
    DL_MARK_TRANSLATION,
    DL_MARK_NO_SOURCE,
    DL_MARK_DENIAL,
    DL_MARK_CORRECTION,
    DL_MARKS
};
const char *dl_mark_sign(enum dl_mark mark); /* ■ ● ◆ ○ ✕ ▲ */
const char *dl_mark_word(enum dl_mark mark); /* "original", … */

struct dl_arrival {
    int64_t ms;
    enum dl_mark mark;
    dl_str lane, language; /* arrivals of one name share a lane */
    bool hatched;          /* of the lane: it is not known where it comes from */
};
/* Arrivals in order of time. More lanes than DL_LANES_MAX: the last one is `others`, literal. */
void dl_svg_lanes(dl_html *h, dl_arena *arena, const struct dl_arrival *arrivals, size_t n,
                  const char *others);

/* Numbers that were told, one row a lane, a dot each; equal ones stand on each other. */
struct dl_dot {
    int64_t value;
    dl_str lane, language;
    enum dl_mark mark;
};
void dl_svg_dots(dl_html *h, dl_arena *arena, const struct dl_dot *dots, size_t n,
                 const char *others);

#endif
