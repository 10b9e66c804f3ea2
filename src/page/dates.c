#include "page/dates.h"

#include "base/utf8.h"
#include "feed/feed_date.h"

/* Weights of the vote, in tenths. */
enum {
    W_META = 60,
    W_LD = 60,
    W_META_LOOSE = 40, /* names that some sites fill with the time of the request */
    W_ITEMPROP = 40,
    W_TIME_NEAR = 45,
    W_TIME = 15,
    W_CUED = 30,
    W_TEXT_NEAR = 25,
    W_TEXT_BEFORE = 20,
    W_FAR = 10,
    W_URL = 30,
    W_ENOUGH = 20,
};
enum {
    CANDIDATES_MAX = 64,
    NEAR_BEFORE = 8,
    NEAR_AFTER = 14,
    NOTE_REST = 60,  /* characters beside the date on a line that is no text of the article */
    SHORT_RUN = 160, /* a line that holds a date, not a paragraph that tells one */
    DAY_MS = 86400000,
};

struct candidate {
    dl_time time;
    int64_t day; /* civil, as printed */
    int weight;
    bool visible;
};

struct vote {
    dl_arena *arena;
    const struct dl_dates_input *in;
    struct dl_date_style style;
    struct candidate c[CANDIDATES_MAX];
    size_t n;
    dl_time modified;
    dl_str beside;
};

static int64_t day_of(dl_time t)
{
    dl_civil c = dl_civil_of(t, true);
    return dl_days_from_civil(c.year, c.month, c.day);
}

static void add(struct vote *v, dl_time t, int weight, bool visible)
{
    if (t.precision < DL_PREC_DAY || v->n >= CANDIDATES_MAX) return;
    dl_civil c = dl_civil_of(t, true);
    if (c.year < DL_DATE_FIRST_YEAR || c.year > DL_DATE_LAST_YEAR) return;
    v->c[v->n++] = (struct candidate){t, day_of(t), weight, visible};
}

/* A value that was written for machines; words are tried, too. */
static bool parse(const struct vote *v, dl_str value, dl_time *ret_time)
{
    struct dl_date_found found;
    size_t pos = 0;
    value = dl_str_trim(value);
    if (value.n < 8 || value.n > 80) return false;
    if (dl_time_parse(value, ret_time) && ret_time->precision >= DL_PREC_DAY) return true;
    if (dl_feed_date(value, ret_time) && ret_time->precision >= DL_PREC_DAY) return true;
    if (!dl_date_next(v->in->months, value, &v->style, &pos, &found)) return false;
    *ret_time = dl_date_time(&found);
    return true;
}

static void add_value(struct vote *v, dl_str value, int weight)
{
    dl_time t;
    if (parse(v, value, &t)) add(v, t, weight, false);
}

/* --- sources ------------------------------------------------------------------------------- */

/* Names that nobody listed, but that say what they are: "cms:publish-day". */
static void from_other_names(struct vote *v)
{
    if (v->n > 0) return;
    for (size_t i = 0; i < v->in->head->entries.n; i++) {
        const struct dl_head_entry *e = &v->in->head->entries.p[i];
        bool publish = dl_str_find_c(e->name, "publish", 0) != DL_NO_POS &&
                       dl_str_find_c(e->name, "publisher", 0) == DL_NO_POS;
        if (publish || dl_str_find_c(e->name, "pubdate", 0) != DL_NO_POS)
            add_value(v, e->value, W_META_LOOSE);
    }
}

static void from_head(struct vote *v)
{
    static const struct {
        const char *name;
        int weight;
    } names[] = {{"article:published_time", W_META},
                 {"og:article:published_time", W_META},
                 {"itemprop:datepublished", W_META},
                 {"datepublished", W_META},
                 {"parsely-pub-date", W_META},
                 {"sailthru.date", W_META},
                 {"citation_publication_date", W_META},
                 {"citation_online_date", W_META},
                 {"dcterms.issued", W_META},
                 {"dcterms.created", W_META},
                 {"dc.date.issued", W_META},
                 {"dc.date.created", W_META},
                 {"dc.date", W_META_LOOSE},
                 {"dcterms.date", W_META_LOOSE},
                 {"article:published", W_META},
                 {"article.published", W_META},
                 {"published_time", W_META},
                 {"og:published_time", W_META},
                 {"pubdate", W_META},
                 {"publishdate", W_META},
                 {"publish-date", W_META},
                 {"publish_date", W_META},
                 {"publication_date", W_META},
                 {"published-date", W_META},
                 {"cxenseparse:recs:publishtime", W_META},
                 {"cxenseparse:publishtime", W_META},
                 {"bt:pubdate", W_META},
                 {"ptime", W_META},
                 {"originalpublicationdate", W_META},
                 {"article_date_original", W_META},
                 {"rnews:datepublished", W_META},
                 {"date", W_META_LOOSE},
                 {"created", W_META_LOOSE},
                 {"itemprop:datecreated", W_META_LOOSE},
                 {"article:created", W_META_LOOSE},
                 {"timestamp", W_META_LOOSE}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_value(v, dl_head_get(v->in->head, names[i].name), names[i].weight);
    add_value(v, v->in->ld->published, W_LD);
    from_other_names(v);
}

static void find_modified(struct vote *v)
{
    static const char *const names[] = {"article:modified_time",
                                        "og:updated_time",
                                        "itemprop:datemodified",
                                        "dcterms.modified",
                                        "lastmod",
                                        "last-modified",
                                        NULL};
    dl_time t;
    if (parse(v, v->in->ld->modified, &t) || parse(v, dl_head_first(v->in->head, names), &t))
        v->modified = t;
}

/* /2024/03/25/ · /2024-03-25- · /20240325 */
static void from_url(struct vote *v)
{
    dl_str u = v->in->url;
    for (size_t i = 8; i + 8 <= u.n; i++) {
        if (!dl_is_digit((unsigned char)u.p[i]) || dl_is_digit((unsigned char)u.p[i - 1])) continue;
        size_t end = i;
        while (end < u.n &&
               (dl_is_digit((unsigned char)u.p[end]) || strchr("/-_.", u.p[end]) != NULL))
            end++;
        int part[3] = {0}, digits[3] = {0}, k = 0;
        for (size_t p = i; p < end && k < 3; p++) {
            if (!dl_is_digit((unsigned char)u.p[p])) {
                k++;
                continue;
            }
            part[k] = part[k] * 10 + (u.p[p] - '0');
            if (++digits[k] > 8) break;
        }
        struct dl_date_found d = {part[0], part[1], part[2], 0, 0, false};
        if (digits[0] == 8)
            d = (struct dl_date_found){
                part[0] / 10000, part[0] / 100 % 100, part[0] % 100, 0, 0, false};
        bool shape = digits[0] == 8 || (digits[0] == 4 && digits[1] >= 1 && digits[1] <= 2 &&
                                        digits[2] >= 1 && digits[2] <= 2);
        if (shape && d.year >= DL_DATE_FIRST_YEAR && d.year < 2100 && d.month >= 1 &&
            d.month <= 12 && d.day >= 1 && d.day <= dl_days_in_month(d.year, d.month)) {
            add(v, dl_date_time(&d), W_URL, false);
            return;
        }
        i = end;
    }
}

static uint32_t title_at(const struct vote *v)
{
    uint32_t title = v->in->scales->title_run;
    return title != UINT32_MAX ? title : v->in->blocks->elems.p[v->in->scales->root].b0;
}

static bool is_near(const struct vote *v, uint32_t run)
{
    uint32_t title = title_at(v);
    return run + NEAR_BEFORE >= title && run <= title + NEAR_AFTER;
}

static bool holds_word(dl_str s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (dl_str_ifind_c(s, *words, 0) != DL_NO_POS) return true;
    return false;
}

static bool speaks_of_change(dl_str s)
{
    static const char *const words[] = {
        "updat",      "modif",   "edited",  "aktualis", "mis à jour", "maj ",
        "actualiz",   "atualiz", "aggiorn", "обновл",   "оновл",      "zaktual",
        "bijgewerkt", "revised", "last-",   "최종수정", "更新",       NULL};
    return holds_word(s, words);
}

static void from_times(struct vote *v)
{
    for (size_t i = 0; i < v->in->blocks->signals.n; i++) {
        const struct dl_signal *s = &v->in->blocks->signals.p[i];
        if (s->kind != DL_SIGNAL_TIME) continue;
        dl_str value = dl_node_attr(s->node, "datetime", NULL),
               prop = dl_node_attr(s->node, "itemprop", NULL);
        if (value.n == 0) value = dl_node_attr(s->node, "content", NULL);
        bool machine = value.n > 0, near = is_near(v, s->block);
        if (!machine && !near) continue;
        if (!machine)
            value = dl_head_clean(v->arena, dl_node_all_text(v->arena, s->node, SHORT_RUN));
        dl_str name = dl_node_attr(s->node, "class", NULL);
        dl_time t;
        if (dl_str_ifind_c(prop, "modified", 0) != DL_NO_POS || speaks_of_change(name) ||
            (!machine && speaks_of_change(value))) {
            if (!dl_time_is_set(v->modified) && parse(v, value, &t)) v->modified = t;
            continue;
        }
        bool comment = s->block < v->in->blocks->runs.n &&
                       (v->in->scales->against[s->block] & DL_AGAINST_CARD) != 0;
        if (comment || !parse(v, value, &t)) continue;
        bool published = dl_str_ifind_c(prop, "published", 0) != DL_NO_POS;
        add(v, t,
            published  ? W_ITEMPROP
            : !machine ? W_CUED
            : near     ? W_TIME_NEAR
                       : W_TIME,
            !machine);
    }
}

/* What stands beside a date on its line, when it is a word or two. */
static dl_str rest_of(dl_str s, const struct dl_date_found *d)
{
    dl_str before = dl_str_trim(dl_str_sub(s, 0, d->start)),
           after = dl_str_trim(dl_str_sub(s, d->end, s.n));
    dl_str rest = before.n == 0 ? after : after.n == 0 ? before : (dl_str){NULL, 0};
    while (rest.n > 0 && strchr("|/-,:", rest.p[0]) != NULL)
        rest = dl_str_trim(dl_str_sub(rest, 1, rest.n));
    while (rest.n > 0 && strchr("|/-,:", rest.p[rest.n - 1]) != NULL)
        rest = dl_str_trim(dl_str_sub(rest, 0, rest.n - 1));
    size_t words = 1;
    for (size_t i = 0; i < rest.n; i++) {
        bool label = dl_str_starts(dl_str_sub(rest, i, rest.n), "：");
        if (dl_is_digit((unsigned char)rest.p[i]) || rest.p[i] == ':' || label)
            return (dl_str){NULL, 0};
        words += rest.p[i] == ' ';
    }
    return rest.n <= 40 && words <= 3 ? rest : (dl_str){NULL, 0};
}

static void from_text(struct vote *v)
{
    const struct dl_blocks *b = v->in->blocks;
    uint32_t title = title_at(v), from = title > NEAR_BEFORE ? title - NEAR_BEFORE : 0;
    for (uint32_t i = from; i < b->runs.n && i <= title + NEAR_AFTER; i++) {
        const struct dl_run *r = &b->runs.p[i];
        dl_str text = dl_run_text(b, r);
        struct dl_date_found d;
        size_t pos = 0;
        if (r->chars > SHORT_RUN || i == title ||
            (v->in->scales->against[i] & DL_AGAINST_CARD) != 0)
            continue;
        if (!dl_date_next(v->in->months, text, &v->style, &pos, &d)) continue;
        if (r->chars <= NOTE_REST + (d.end - d.start)) v->in->scales->notes[i] = 1;
        if (speaks_of_change(dl_str_sub(text, 0, d.start))) {
            if (!dl_time_is_set(v->modified)) v->modified = dl_date_time(&d);
            continue;
        }
        add(v, dl_date_time(&d), i > title ? W_TEXT_NEAR : W_TEXT_BEFORE, true);
        if (v->beside.n == 0 && i > title) v->beside = rest_of(text, &d);
    }
}

/* Lines elsewhere that are named as dates or as matters of the article: "posted on …" below it. */
static void from_far(struct vote *v)
{
    const struct dl_blocks *b = v->in->blocks;
    for (uint32_t i = 0; i < b->runs.n; i++) {
        const struct dl_run *r = &b->runs.p[i];
        const struct dl_elem *e = &b->elems.p[r->elem];
        unsigned cues = e->cues | b->elems.p[e->parent].cues;
        dl_str text = dl_run_text(b, r);
        struct dl_date_found d;
        size_t pos = 0;
        if (r->chars > SHORT_RUN || (cues & (DL_CUE_META | DL_CUE_DATE)) == 0) continue;
        if ((v->in->scales->against[i] & DL_AGAINST_CARD) != 0 || speaks_of_change(text)) continue;
        if (dl_date_next(v->in->months, text, &v->style, &pos, &d))
            add(v, dl_date_time(&d), W_FAR, true);
    }
}

/* Nothing near the headline: a day that all the rest agrees on. */
static bool is_unanimous(const struct vote *v)
{
    for (size_t i = 1; i < v->n; i++)
        if (v->c[i].day != v->c[0].day) return false;
    return v->n > 0;
}

/* --- the vote ------------------------------------------------------------------------------ */

static int weight_of_day(const struct vote *v, int64_t day)
{
    int sum = 0;
    for (size_t i = 0; i < v->n; i++)
        if (v->c[i].day == day) sum += v->c[i].weight;
    return sum;
}

/* The most exact time of a day, the earlier source first. */
static dl_time best_time(const struct vote *v, int64_t day)
{
    dl_time best = {0};
    for (size_t i = 0; i < v->n; i++) {
        const dl_time *t = &v->c[i].time;
        if (v->c[i].day != day) continue;
        bool better = t->precision > best.precision && best.precision <= DL_PREC_DAY;
        if (!dl_time_is_set(best) || better) best = *t;
    }
    return best;
}

/* A UTC instant shortly before or after midnight, and another day printed on the page. */
static int64_t printed_day(const struct vote *v, int64_t day, dl_time t)
{
    if (t.precision <= DL_PREC_DAY || (t.zone == DL_ZONE_KNOWN && t.offset_min != 0)) return day;
    int hour = dl_civil_of(t, true).hour;
    for (size_t i = 0; i < v->n; i++) {
        if (!v->c[i].visible) continue;
        if (v->c[i].day == day) return day;
    }
    for (size_t i = 0; i < v->n; i++) {
        if (!v->c[i].visible) continue;
        if (v->c[i].day == day - 1 && hour <= 12) return day - 1;
        if (v->c[i].day == day + 1 && hour >= 10) return day + 1;
    }
    return day;
}

static int heaviest_day(const struct vote *v, int64_t *ret_day)
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

static dl_time decide(struct vote *v)
{
    int64_t day = 0;
    int best = heaviest_day(v, &day);
    if (best < W_ENOUGH) {
        from_far(v);
        heaviest_day(v, &day);
        if (!is_unanimous(v)) return (dl_time){0};
    }
    return best_time(v, printed_day(v, day, best_time(v, day)));
}

/* 3/4/2024: what else is on the page, else the language; in most of the world the day is first. */
static bool month_comes_first(const struct dl_dates_input *in)
{
    dl_str l = in->language;
    bool english = l.n == 0 || dl_str_istarts(l, "en");
    static const char *const day_first[] = {"en-GB", "en-AU", "en-NZ", "en-IE", "en-IN", "en-ZA",
                                            "en-SG", "en-PK", "en-NG", "en-KE", "en-MY", "en-HK"};
    static const char *const countries[] = {".uk/", ".au/", ".nz/", ".ie/", ".in/", ".za/", ".sg/",
                                            ".ng/", ".ke/", ".pk/", ".gh/", ".my/", ".de/", ".fr/"};
    for (size_t i = 0; i < sizeof day_first / sizeof *day_first; i++)
        if (dl_str_ieq_c(l, day_first[i])) return false;
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
        if (dl_str_find_c(in->url, countries[i], 0) != DL_NO_POS) return false;
    return english;
}

enum dl_err dl_dates_find(dl_arena *arena, const struct dl_dates_input *in,
                          struct dl_dates *ret_dates)
{
    struct vote v = {.arena = arena, .in = in};
    v.style = (struct dl_date_style){month_comes_first(in), in->language};
    from_head(&v);
    from_url(&v);
    find_modified(&v);
    from_times(&v);
    from_text(&v);
    struct dl_dates out = {.published = decide(&v), .modified = v.modified, .beside = v.beside};
    if (dl_time_is_set(out.modified) && dl_time_is_set(out.published) &&
        out.modified.ms + DAY_MS < out.published.ms)
        out.modified = (dl_time){0};
    DL_TRY(dl_arena_failed(arena));
    *ret_dates = out;
    return DL_OK;
}
