#include "page/dates.h"

#include "page/datevote.h"

enum { DAY_MS = 86400000, CLOCK_TIMES = 6, EVENTS = 3, HOST_LABEL = 2 };

int64_t dl_date_day(dl_time t)
{
    dl_civil c = dl_civil_of(t, true);
    return dl_days_from_civil(c.year, c.month, c.day);
}

bool dl_date_is_machine(const struct dl_date_candidate *c)
{
    return c->family == DL_FAMILY_META || c->family == DL_FAMILY_LD;
}

static int weight_of_day(const struct dl_date_vote *v, int64_t day)
{
    int sum = 0;
    for (size_t i = 0; i < v->n; i++)
        if (v->c[i].day == day) sum += v->c[i].weight;
    return sum;
}

/* The most exact time of a day, the earlier source first. */
static dl_time best_time(const struct dl_date_vote *v, int64_t day)
{
    dl_time best = {0};
    for (size_t i = 0; i < v->n; i++) {
        const dl_time *t = &v->c[i].time;
        if (v->c[i].day != day || v->c[i].weight == 0) continue;
        bool better = t->precision > best.precision && best.precision <= DL_PREC_DAY;
        if (!dl_time_is_set(best) || better) best = *t;
    }
    return best;
}

/* A UTC instant shortly before or after midnight, and another day printed on the page. */
static int64_t printed_day(const struct dl_date_vote *v, int64_t day, dl_time t)
{
    if (t.precision <= DL_PREC_DAY || (t.zone == DL_ZONE_KNOWN && t.offset_min != 0)) return day;
    int hour = dl_civil_of(t, true).hour;
    for (size_t i = 0; i < v->n; i++)
        if (v->c[i].visible && v->c[i].weight > 0 && v->c[i].day == day) return day;
    for (size_t i = 0; i < v->n; i++) {
        if (!v->c[i].visible || v->c[i].weight == 0) continue;
        if (v->c[i].day == day - 1 && hour <= 12) return day - 1;
        if (v->c[i].day == day + 1 && hour >= 10) return day + 1;
    }
    return day;
}

static int heaviest_day(const struct dl_date_vote *v, int64_t *ret_day)
{
    int best = 0;
    for (size_t i = 0; i < v->n; i++) {
        int weight = weight_of_day(v, v->c[i].day);
        if (weight > best) {
            best = weight;
            *ret_day = v->c[i].day;
        }
    }
    return best;
}

/* Days that only one kind of element gives again and again are the clock of the server. */
static void drop_clocks(struct dl_date_vote *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->c[i].family == DL_FAMILY_TIME && v->c[i].times >= CLOCK_TIMES &&
            v->c[i].time.precision >= DL_PREC_SECOND)
            v->c[i].weight = 0;
}

/* Many days in short lines, and no machine's: a list of events, but for what stands beside the
 * headline. */
static void drop_events(struct dl_date_vote *v)
{
    size_t days = 0;
    for (size_t i = 0; i < v->n; i++) {
        if (dl_date_is_machine(&v->c[i]) || v->c[i].labelled) return;
        days += v->c[i].family == DL_FAMILY_TEXT && v->c[i].weight > 0;
    }
    for (size_t i = 0; i < v->n && days >= EVENTS; i++)
        if (v->c[i].visible && v->c[i].listed) v->c[i].weight = 0;
}

/* Where the date of publication moves with each change, or with a move to another system, the date
 * that is printed is the right one, if it is earlier. */
static void drop_bumped(struct dl_date_vote *v)
{
    int64_t modified = v->modified_by_machine ? dl_date_day(v->modified) : INT64_MAX;
    int64_t printed = INT64_MAX, alone = INT64_MAX;
    size_t near = 0;
    for (size_t i = 0; i < v->n; i++) {
        const struct dl_date_candidate *c = &v->c[i];
        if (!c->visible || !c->near || c->weight == 0) continue;
        near += c->family == DL_FAMILY_TEXT;
        if (c->day < printed) printed = c->day;
        if (c->alone) alone = c->day;
    }
    if (near != 1) alone = INT64_MAX;
    for (size_t i = 0; i < v->n; i++) {
        struct dl_date_candidate *c = &v->c[i];
        if (!dl_date_is_machine(c)) continue;
        bool moved = c->day == modified && printed < modified - 1;
        if (moved || (alone != INT64_MAX && alone + 1 < c->day)) c->weight = DL_W_BUMPED;
    }
}

/* What one system writes in two places is said once. */
static void join_machines(struct dl_date_vote *v)
{
    for (size_t i = 0; i < v->n; i++)
        for (size_t k = 0; k < i; k++)
            if (v->c[i].family == DL_FAMILY_LD && v->c[k].family == DL_FAMILY_META &&
                v->c[i].time.ms == v->c[k].time.ms && v->c[i].weight > DL_W_SAME)
                v->c[i].weight = DL_W_SAME;
}

/* Where a clock is printed without its zone and a machine gives the instant, the two tell the
 * zone. */
static dl_time with_zone(const struct dl_date_vote *v, dl_time t)
{
    enum { MINUTE_MS = 60000, QUARTER = 15, FARTHEST = 14 * 60 };
    if (t.zone != DL_ZONE_ASSUMED) return t;
    for (size_t i = 0; i < v->n; i++) {
        const dl_time *m = &v->c[i].time;
        if (m->zone != DL_ZONE_KNOWN || m->precision < DL_PREC_MINUTE) continue;
        int64_t minutes = t.ms / MINUTE_MS - m->ms / MINUTE_MS;
        if (minutes % QUARTER != 0 || minutes > FARTHEST || minutes < -FARTHEST) continue;
        dl_time known = *m;
        known.offset_min = (int16_t)minutes;
        return known;
    }
    return t;
}

/* Nothing may be published after it was fetched; clocks and zones differ. */
static void drop_future(struct dl_date_vote *v)
{
    if (!dl_time_is_set(v->in->seen)) return;
    int64_t last = dl_date_day(v->in->seen) + 1;
    for (size_t i = 0; i < v->n; i++)
        if (v->c[i].day > last) v->c[i].weight = 0;
}

/* Nothing near the headline: those of most weight, if they agree. */
static bool far_day(struct dl_date_vote *v, int64_t *ret_day)
{
    int best = 0;
    bool found = false;
    for (size_t i = 0; i < v->n; i++) {
        bool change = v->modified_by_machine && v->c[i].day == dl_date_day(v->modified) &&
                      !v->c[i].labelled && !dl_date_is_machine(&v->c[i]);
        if (change) v->c[i].weight = 0;
        if (v->c[i].weight > best) best = v->c[i].weight;
    }
    int least = best >= DL_W_FAR_LABEL ? best : 1;
    for (size_t i = 0; i < v->n; i++) {
        if (v->c[i].weight < least) continue;
        if (found && v->c[i].day != *ret_day) return false;
        *ret_day = v->c[i].day;
        found = true;
    }
    return found;
}

static dl_time decide(struct dl_date_vote *v)
{
    int64_t day = 0;
    drop_future(v);
    drop_clocks(v);
    drop_events(v);
    drop_bumped(v);
    join_machines(v);
    if (heaviest_day(v, &day) < DL_W_ENOUGH) {
        dl_date_sources_far(v);
        drop_future(v);
        if (!far_day(v, &day)) return (dl_time){0};
    }
    return with_zone(v, best_time(v, printed_day(v, day, best_time(v, day))));
}

/* --- the order of day and month ------------------------------------------------------------ */

/* The country of the address; two-letter domains that are sold as words tell none. */
static dl_str country_of(dl_str url)
{
    static const char *const words[] = {"io", "co", "tv", "me", "ai", "fm", "ly", "cc",
                                        "ws", "gg", "to", "la", "eu", "sh", "im"};
    size_t from = dl_str_find_c(url, "://", 0);
    if (from == DL_NO_POS) return (dl_str){NULL, 0};
    size_t end = from + 3;
    while (end < url.n && strchr("/?#:", url.p[end]) == NULL)
        end++;
    dl_str host = dl_str_sub(url, from + 3, end);
    size_t dot = dl_str_rchr(host, '.');
    dl_str top = dot == DL_NO_POS ? (dl_str){NULL, 0} : dl_str_sub(host, dot + 1, host.n);
    if (top.n != HOST_LABEL || !dl_is_alpha((unsigned char)top.p[0])) return (dl_str){NULL, 0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dl_str_ieq_c(top, words[i])) return (dl_str){NULL, 0};
    return top;
}

/* What the site's other pages showed, else where the page is written: in most of the world the day
 * is first. */
static void learn_order(struct dl_date_vote *v)
{
    const struct dl_page_site *site = v->in->scales->site;
    dl_str language = v->in->language, country = country_of(v->in->url);
    v->style.language = language;
    if (site != NULL && site->date_order != DL_DATE_ORDER_UNKNOWN) {
        v->order_known = true;
        v->style.month_first = site->date_order == DL_DATE_ORDER_MDY;
        return;
    }
    v->order_known = language.n > 0 || country.n > 0;
    if (country.n > 0 && dl_str_chr(language, '-', 0) == DL_NO_POS)
        language = dl_str_fmt(v->arena, "%.*s-%c%c", DL_FMT(language), country.p[0] & ~0x20,
                              country.p[1] & ~0x20);
    v->style.month_first = dl_date_words_month_first(v->in->words, language);
}

/* The headline's run, and those of headings with the same words. */
static void find_heads(struct dl_date_vote *v)
{
    const struct dl_blocks *b = v->in->blocks;
    uint32_t title = v->in->scales->title_run;
    enum { HEADS = sizeof v->heads / sizeof *v->heads };
    if (title == UINT32_MAX) return;
    v->heads[v->n_heads++] = title;
    dl_str words = dl_run_text(b, &b->runs.p[title]);
    for (uint32_t i = 0; i < b->runs.n && v->n_heads < HEADS; i++)
        if (i != title && (b->runs.p[i].flags & DL_RUN_H1) != 0 &&
            dl_same_words(dl_run_text(b, &b->runs.p[i]), words))
            v->heads[v->n_heads++] = i;
}

enum dl_err dl_dates_find(dl_arena *arena, const struct dl_dates_input *in,
                          struct dl_dates *ret_dates)
{
    struct dl_date_vote v = {.arena = arena, .in = in};
    learn_order(&v);
    find_heads(&v);
    dl_date_sources(&v);
    struct dl_dates out = {.published = decide(&v), .modified = v.modified, .beside = v.beside};
    if (dl_time_is_set(out.modified) && dl_time_is_set(out.published) &&
        out.modified.ms + DAY_MS < out.published.ms)
        out.modified = (dl_time){0};
    DL_TRY(dl_arena_failed(arena));
    *ret_dates = out;
    return DL_OK;
}
