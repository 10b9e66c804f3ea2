/* What on a page speaks for a day; see page/datevote.h. */
#include "base/utf8.h"
#include "feed/feed_date.h"
#include "page/datevote.h"

enum {
    NEAR_BEFORE = 8,
    NEAR_AFTER = 14,
    BESIDE_BEFORE = 1, /* so near the headline a date belongs to it, in whatever box it stands */
    BESIDE_AFTER = 2,
    NOTE_REST = 60,  /* characters beside the date on a line that is no text of the article */
    SHORT_RUN = 160, /* a line that holds a date, not a paragraph that tells one */
    LABELLED_RUN = 400,
    AFTER_BYTES = 90, /* of the words behind a date */
    SINCE_RUN = 60,
    LABEL_RUN = 40, /* a line before the date that only says which it is */
    ANCESTORS = 8,
    ORDER_RUNS = 400, /* looked at for dates that have one order only */
};

/* --- candidates ---------------------------------------------------------------------------- */

static struct dl_date_candidate *same_voice(struct dl_date_vote *v, int64_t day,
                                            enum dl_date_family family)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->c[i].family == family && v->c[i].day == day) return &v->c[i];
    return NULL;
}

static struct dl_date_candidate *add(struct dl_date_vote *v, dl_time t, enum dl_date_family family,
                                     int weight)
{
    if (t.precision < DL_PREC_DAY) return NULL;
    int64_t day = dl_date_day(t);
    dl_civil c = dl_civil_of(t, true);
    if (c.year < DL_DATE_FIRST_YEAR || c.year > DL_DATE_LAST_YEAR) return NULL;
    struct dl_date_candidate *known = same_voice(v, day, family);
    if (known != NULL) {
        known->times += known->time.ms == t.ms;
        if (weight > known->weight) known->weight = weight;
        if (known->time.precision <= DL_PREC_DAY && t.precision > known->time.precision)
            known->time = t;
        return known;
    }
    if (v->n >= DL_DATE_CANDIDATES) return NULL;
    v->c[v->n] = (struct dl_date_candidate){
        .time = t, .day = day, .weight = weight, .times = 1, .family = (uint8_t)family};
    return &v->c[v->n++];
}

/* A value that was written for machines; words are tried, too. */
static bool parse(const struct dl_date_vote *v, dl_str value, dl_time *ret_time)
{
    struct dl_date_found found;
    size_t pos = 0;
    value = dl_str_trim(value);
    if (value.n < 8 || value.n > 80) return false;
    if (dl_time_parse(value, ret_time) && ret_time->precision >= DL_PREC_DAY) return true;
    if (dl_feed_date(value, ret_time) && ret_time->precision >= DL_PREC_DAY) return true;
    if (!dl_date_next(v->in->words, value, &v->style, &pos, &found)) return false;
    *ret_time = dl_date_time(&found);
    return true;
}

static void add_value(struct dl_date_vote *v, dl_str value, enum dl_date_family family, int weight)
{
    dl_time t;
    if (value.n > 0 && parse(v, value, &t)) add(v, t, family, weight);
}

/* --- the head ------------------------------------------------------------------------------ */

static bool holds(dl_str s, const char *word)
{
    return dl_str_find_c(s, word, 0) != DL_NO_POS;
}

/* Names that nobody listed, but that say what they are: "cms:publish-day". */
static void from_other_names(struct dl_date_vote *v)
{
    if (v->n > 0) return;
    for (size_t i = 0; i < v->in->head->entries.n; i++) {
        const struct dl_head_entry *e = &v->in->head->entries.p[i];
        bool publish = (holds(e->name, "publish") && !holds(e->name, "publisher")) ||
                       holds(e->name, "pubdate") || holds(e->name, "release_date");
        bool other = holds(e->name, "last") || holds(e->name, "updat") || holds(e->name, "modif") ||
                     holds(e->name, "expir");
        if (publish && !other) add_value(v, e->value, DL_FAMILY_META, DL_W_META_LOOSE);
    }
}

static void from_head(struct dl_date_vote *v)
{
    static const struct {
        const char *name;
        int weight;
    } names[] = {{"article:published_time", DL_W_META},
                 {"og:article:published_time", DL_W_META},
                 {"itemprop:datepublished", DL_W_META},
                 {"datepublished", DL_W_META},
                 {"parsely-pub-date", DL_W_META},
                 {"sailthru.date", DL_W_META},
                 {"citation_publication_date", DL_W_META},
                 {"citation_online_date", DL_W_META},
                 {"dcterms.issued", DL_W_META},
                 {"dcterms.created", DL_W_META},
                 {"dc.date.issued", DL_W_META},
                 {"dc.date.created", DL_W_META},
                 {"dc.date", DL_W_META_LOOSE},
                 {"dcterms.date", DL_W_META_LOOSE},
                 {"article:published", DL_W_META},
                 {"article.published", DL_W_META},
                 {"published_time", DL_W_META},
                 {"og:published_time", DL_W_META},
                 {"og:pubdate", DL_W_META},
                 {"pubdate", DL_W_META},
                 {"publishdate", DL_W_META},
                 {"publish-date", DL_W_META},
                 {"publish_date", DL_W_META},
                 {"publication_date", DL_W_META},
                 {"published-date", DL_W_META},
                 {"cxenseparse:recs:publishtime", DL_W_META},
                 {"cxenseparse:publishtime", DL_W_META},
                 {"bt:pubdate", DL_W_META},
                 {"ptime", DL_W_META},
                 {"originalpublicationdate", DL_W_META},
                 {"article_date_original", DL_W_META},
                 {"rnews:datepublished", DL_W_META},
                 {"date", DL_W_META_LOOSE},
                 {"created", DL_W_META_LOOSE},
                 {"itemprop:datecreated", DL_W_META_LOOSE},
                 {"article:created", DL_W_META_LOOSE},
                 {"citation_date", DL_W_META_LOOSE},
                 {"timestamp", DL_W_META_LOOSE}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_value(v, dl_head_get(v->in->head, names[i].name), DL_FAMILY_META, names[i].weight);
    add_value(v, v->in->ld->published, DL_FAMILY_LD, DL_W_LD);
    from_other_names(v);
}

static void find_modified(struct dl_date_vote *v)
{
    static const char *const names[] = {"article:modified_time",
                                        "og:updated_time",
                                        "itemprop:datemodified",
                                        "dcterms.modified",
                                        "lastmod",
                                        "last-modified",
                                        NULL};
    dl_time t;
    if (parse(v, v->in->ld->modified, &t) || parse(v, dl_head_first(v->in->head, names), &t)) {
        v->modified = t;
        v->modified_by_machine = true;
    }
}

/* /2024/03/25/ · /2024-03-25- · /20240325 */
static void from_url(struct dl_date_vote *v)
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
        struct dl_date_found d = {.year = part[0], .month = part[1], .day = part[2]};
        if (digits[0] == 8)
            d = (struct dl_date_found){
                .year = part[0] / 10000, .month = part[0] / 100 % 100, .day = part[0] % 100};
        bool shape = digits[0] == 8 || (digits[0] == 4 && digits[1] >= 1 && digits[1] <= 2 &&
                                        digits[2] >= 1 && digits[2] <= 2);
        if (shape && d.year >= DL_DATE_FIRST_YEAR && d.year < 2100 && d.month >= 1 &&
            d.month <= 12 && d.day >= 1 && d.day <= dl_days_in_month(d.year, d.month)) {
            add(v, dl_date_time(&d), DL_FAMILY_URL, DL_W_URL);
            return;
        }
        i = end;
    }
}

/* --- places -------------------------------------------------------------------------------- */

static bool within(const struct dl_date_vote *v, uint32_t run, uint32_t before, uint32_t after)
{
    uint32_t root = v->in->blocks->elems.p[v->in->scales->root].b0;
    if (v->n_heads == 0) return run + before >= root && run <= root + after;
    for (size_t i = 0; i < v->n_heads; i++)
        if (run + before >= v->heads[i] && run <= v->heads[i] + after) return true;
    return false;
}

static bool is_near(const struct dl_date_vote *v, uint32_t run)
{
    return within(v, run, NEAR_BEFORE, NEAR_AFTER);
}

static bool is_head(const struct dl_date_vote *v, uint32_t run)
{
    for (size_t i = 0; i < v->n_heads; i++)
        if (v->heads[i] == run) return true;
    return false;
}

/* Is it a card's, a quotation's? */
static bool is_foreign(const struct dl_date_vote *v, uint32_t run)
{
    if (run >= v->in->blocks->runs.n) return false;
    if (v->in->blocks->runs.p[run].kind == DL_BLOCK_QUOTE) return true;
    bool card = (v->in->scales->against[run] & DL_AGAINST_CARD) != 0;
    bool beside = v->n_heads > 0 && within(v, run, BESIDE_BEFORE, BESIDE_AFTER);
    return card && !beside;
}

static bool is_comment(const struct dl_date_vote *v, uint32_t elem)
{
    const struct dl_elem *e = v->in->blocks->elems.p;
    for (int i = 0; i < ANCESTORS; i++, elem = e[elem].parent) {
        if ((e[elem].cues & DL_CUE_COMMENT) != 0) return true;
        if (elem == 0) break;
    }
    return false;
}

/* A digit, or a letter of a script that has its own ones. */
static bool has_digit(dl_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (dl_is_digit(c) || (c >= 0xD8 && c != 0xE2)) return true;
    }
    return false;
}

static bool holds_date(const struct dl_date_vote *v, dl_str text)
{
    struct dl_date_found d;
    size_t pos = 0;
    return has_digit(text) && dl_date_next(v->in->words, text, &v->style, &pos, &d);
}

/* What the words before a date say, which may stand on the line above. */
static enum dl_date_label label_before(const struct dl_date_vote *v, uint32_t run, dl_str before)
{
    if (dl_str_trim(before).n > 0) return dl_date_words_label(v->in->words, before);
    if (run == 0 || run > v->in->blocks->runs.n) return DL_LABEL_NONE;
    const struct dl_run *above = &v->in->blocks->runs.p[run - 1];
    dl_str text = dl_run_text(v->in->blocks, above);
    if (above->chars > LABEL_RUN || holds_date(v, text) || is_head(v, run - 1))
        return DL_LABEL_NONE;
    return dl_date_words_label(v->in->words, text);
}

static void add_label(struct dl_date_candidate *c, enum dl_date_label label)
{
    if (c == NULL || c->labelled) return;
    c->labelled = label == DL_LABEL_PUBLISHED || label == DL_LABEL_ORIGIN;
    c->weight += label == DL_LABEL_ORIGIN ? DL_W_ORIGIN : c->labelled ? DL_W_LABEL : 0;
}

static void set_modified(struct dl_date_vote *v, dl_time t)
{
    if (!dl_time_is_set(v->modified) && t.precision >= DL_PREC_DAY) v->modified = t;
}

/* --- time elements ------------------------------------------------------------------------- */

struct time_element {
    dl_str value, text, prop, class;
    uint32_t run;
    bool machine, near;
};

static enum dl_date_label label_of_time(const struct dl_date_vote *v, const struct time_element *t)
{
    if (dl_str_ifind_c(t->prop, "modified", 0) != DL_NO_POS) return DL_LABEL_UPDATED;
    if (dl_date_words_label(v->in->words, t->class) == DL_LABEL_UPDATED) return DL_LABEL_UPDATED;
    enum dl_date_label own = dl_date_words_label(v->in->words, t->text);
    if (own != DL_LABEL_NONE || t->run >= v->in->blocks->runs.n) return own;
    dl_str line = dl_run_text(v->in->blocks, &v->in->blocks->runs.p[t->run]);
    if (line.n > LABELLED_RUN || t->text.n == 0) return DL_LABEL_NONE;
    size_t at = dl_str_find(line, t->text, 0);
    return at == DL_NO_POS ? DL_LABEL_NONE : label_before(v, t->run, dl_str_sub(line, 0, at));
}

static bool time_of_text(struct dl_date_vote *v, dl_str text, dl_time *ret_time)
{
    struct dl_date_found d;
    struct dl_date_since since;
    size_t pos = 0;
    if (dl_date_next(v->in->words, text, &v->style, &pos, &d)) {
        *ret_time = dl_date_time(&d);
        return !d.ambiguous || v->order_known;
    }
    if (!dl_date_since_find(v->in->words, text, &since)) return false;
    *ret_time = dl_date_since_time(&since, v->in->seen);
    return dl_time_is_set(*ret_time);
}

static void take_time(struct dl_date_vote *v, const struct time_element *e)
{
    dl_time t;
    bool parsed = e->machine ? parse(v, e->value, &t) : time_of_text(v, e->text, &t);
    if (!parsed) return;
    enum dl_date_label label = label_of_time(v, e);
    if (label == DL_LABEL_UPDATED) {
        set_modified(v, t);
        return;
    }
    bool prop = dl_str_ifind_c(e->prop, "published", 0) != DL_NO_POS ||
                dl_str_ifind_c(e->prop, "created", 0) != DL_NO_POS;
    int weight = prop          ? DL_W_ITEMPROP
                 : !e->machine ? DL_W_CUED
                 : e->near     ? DL_W_TIME_NEAR
                               : DL_W_TIME;
    struct dl_date_candidate *c = add(v, t, prop ? DL_FAMILY_PROP : DL_FAMILY_TIME, weight);
    if (c == NULL) return;
    c->visible |= !e->machine;
    c->near |= e->near;
    c->listed = true;
}

static void from_times(struct dl_date_vote *v)
{
    for (size_t i = 0; i < v->in->blocks->signals.n; i++) {
        const struct dl_signal *s = &v->in->blocks->signals.p[i];
        if (s->kind != DL_SIGNAL_TIME || is_foreign(v, s->block)) continue;
        struct time_element e = {.value = dl_node_attr(s->node, "datetime", NULL),
                                 .prop = dl_node_attr(s->node, "itemprop", NULL),
                                 .class = dl_node_attr(s->node, "class", NULL),
                                 .run = s->block,
                                 .near = is_near(v, s->block)};
        if (e.value.n == 0) e.value = dl_node_attr(s->node, "content", NULL);
        e.machine = e.value.n > 0;
        if (!e.near && (!e.machine || is_comment(v, s->elem))) continue;
        if (e.near)
            e.text = dl_head_clean(v->arena, dl_node_all_text(v->arena, s->node, SHORT_RUN));
        take_time(v, &e);
    }
}

/* --- lines --------------------------------------------------------------------------------- */

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

/* 3/4/2024, and a machine says April 3rd: so it is. False: nobody knows. */
static bool settle_order(struct dl_date_vote *v, struct dl_date_found *d)
{
    struct dl_date_found other = *d;
    if (!d->ambiguous) return true;
    other.month = d->day;
    other.day = d->month;
    int64_t as_is = dl_date_day(dl_date_time(d)), turned = dl_date_day(dl_date_time(&other));
    for (size_t i = 0; i < v->n; i++) {
        if (v->c[i].visible) continue;
        if (v->c[i].day == as_is) return true;
        if (v->c[i].day == turned) return *d = other, true;
    }
    return v->order_known;
}

struct line {
    uint32_t run;
    dl_str text;
    bool short_enough; /* for dates that nothing is said of */
};

/* "25.03.2024 (updated)", "wurde am 25.03.2024 um 14:48 veröffentlicht"; not what is said of the
 * next date of the line. */
static enum dl_date_label label_after(const struct dl_date_vote *v, dl_str text,
                                      const struct dl_date_found *d)
{
    struct dl_date_found next;
    size_t pos = d->end;
    if (dl_date_next(v->in->words, text, &v->style, &pos, &next)) return DL_LABEL_NONE;
    dl_str after = dl_utf8_prefix(dl_str_sub(text, d->end, text.n), AFTER_BYTES);
    return dl_date_words_label(v->in->words, after);
}

/* Is it a line for the date, no sentence that tells one? */
static bool is_for_date(const struct dl_date_vote *v, const struct dl_run *r, size_t date)
{
    unsigned cues = v->in->blocks->elems.p[r->elem].cues;
    bool cued = (cues & (DL_CUE_META | DL_CUE_DATE | DL_CUE_AUTHOR)) != 0;
    return r->chars <= (cued ? SHORT_RUN : NOTE_REST + date);
}

static void take_date(struct dl_date_vote *v, const struct line *l, struct dl_date_found *d,
                      dl_str before, bool first)
{
    enum dl_date_label label = label_before(v, l->run, before);
    if (label == DL_LABEL_NONE && first) label = label_after(v, l->text, d);
    if (!settle_order(v, d)) return;
    if (label == DL_LABEL_UPDATED) {
        set_modified(v, dl_date_clock(l->text, d));
        return;
    }
    if (label == DL_LABEL_NONE && (!l->short_enough || !first)) return;
    bool behind = v->n_heads == 0 || within(v, l->run, 0, NEAR_AFTER);
    struct dl_date_candidate *c = add(v, dl_date_clock(l->text, d), DL_FAMILY_TEXT,
                                      behind ? DL_W_TEXT_NEAR : DL_W_TEXT_BEFORE);
    if (c == NULL) return;
    c->visible = c->near = true;
    c->alone |= d->start == 0 && d->end == l->text.n && behind;
    c->listed = v->in->blocks->runs.p[l->run].kind == DL_BLOCK_LIST_ITEM || v->n_heads == 0 ||
                !within(v, l->run, BESIDE_BEFORE, BESIDE_AFTER);
    add_label(c, label);
    if (v->beside.n == 0 && behind) v->beside = rest_of(l->text, d);
}

/* "3 hours ago", on a line that says little else. */
static void take_since(struct dl_date_vote *v, const struct line *l)
{
    struct dl_date_since since;
    if (v->in->blocks->runs.p[l->run].chars > SINCE_RUN) return;
    if (!dl_date_since_find(v->in->words, l->text, &since)) return;
    if (!since.has_number && since.end - since.start < l->text.n) {
        unsigned cues = v->in->blocks->elems.p[v->in->blocks->runs.p[l->run].elem].cues;
        if ((cues & (DL_CUE_DATE | DL_CUE_META)) == 0) return;
    }
    v->in->scales->notes[l->run] = 1;
    dl_time t = dl_date_since_time(&since, v->in->seen);
    if (!dl_time_is_set(t)) return;
    if (label_before(v, l->run, dl_str_sub(l->text, 0, since.start)) == DL_LABEL_UPDATED) {
        set_modified(v, t);
        return;
    }
    struct dl_date_candidate *c = add(v, t, DL_FAMILY_TEXT, DL_W_TEXT_NEAR);
    if (c != NULL) c->visible = c->near = true;
}

static void from_line(struct dl_date_vote *v, uint32_t i)
{
    const struct dl_run *r = &v->in->blocks->runs.p[i];
    struct line l = {i, dl_run_text(v->in->blocks, r), false};
    struct dl_date_found d;
    size_t pos = 0, before = 0;
    bool first = true;
    if (r->chars > LABELLED_RUN || is_head(v, i) || is_foreign(v, i)) return;
    while (has_digit(l.text) && dl_date_next(v->in->words, l.text, &v->style, &pos, &d)) {
        if (first && r->chars <= NOTE_REST + (d.end - d.start)) v->in->scales->notes[i] = 1;
        l.short_enough = is_for_date(v, r, d.end - d.start);
        take_date(v, &l, &d, dl_str_sub(l.text, before, d.start), first);
        before = d.end;
        first = false;
    }
    if (first) take_since(v, &l);
}

static void from_lines(struct dl_date_vote *v)
{
    uint32_t n = (uint32_t)v->in->blocks->runs.n;
    uint32_t from = v->n_heads == 0 ? v->in->blocks->elems.p[v->in->scales->root].b0 : v->heads[0];
    uint32_t last = 0;
    for (size_t k = 0; k < v->n_heads || k == 0; k++) {
        uint32_t head = v->n_heads == 0 ? from : v->heads[k];
        uint32_t i = head > NEAR_BEFORE ? head - NEAR_BEFORE : 0;
        for (i = k > 0 && i < last && head > last ? last : i; i < n && i <= head + NEAR_AFTER; i++)
            from_line(v, i);
        last = i;
    }
}

/* "This article was first published on …" above or below the text. */
static void from_origins(struct dl_date_vote *v)
{
    enum { BELOW = 12 };
    const struct dl_elem *root = &v->in->blocks->elems.p[v->in->scales->root];
    uint32_t from = root->b1 > BELOW ? root->b1 - BELOW : 0;
    for (uint32_t i = from; i < v->in->blocks->runs.n && i < root->b1 + BELOW; i++) {
        const struct dl_run *r = &v->in->blocks->runs.p[i];
        dl_str text = dl_run_text(v->in->blocks, r);
        struct dl_date_found d;
        size_t pos = 0;
        if (r->chars > LABELLED_RUN || is_near(v, i) || is_foreign(v, i) || !has_digit(text))
            continue;
        if (!dl_date_next(v->in->words, text, &v->style, &pos, &d) || !settle_order(v, &d))
            continue;
        if (dl_date_words_label(v->in->words, dl_str_sub(text, 0, d.start)) != DL_LABEL_ORIGIN)
            continue;
        struct dl_date_candidate *c = add(v, dl_date_time(&d), DL_FAMILY_TEXT, DL_W_TEXT_NEAR);
        add_label(c, DL_LABEL_ORIGIN);
    }
}

/* Days above 12 show the order of day and month, for this page and for the site's others. */
static void learn_from_lines(struct dl_date_vote *v)
{
    const struct dl_blocks *b = v->in->blocks;
    struct dl_date_found d;
    uint32_t dmy = 0, mdy = 0, looked = 0;
    for (size_t i = 0; i < b->runs.n && looked < ORDER_RUNS; i++) {
        dl_str text = dl_run_text(b, &b->runs.p[i]);
        size_t slash = b->runs.p[i].chars <= SHORT_RUN ? dl_str_chr(text, '/', 0) : DL_NO_POS;
        if (slash == DL_NO_POS || slash + 2 > text.n || !has_digit(text)) continue;
        looked++;
        for (size_t pos = 0; dl_date_next(v->in->words, text, &v->style, &pos, &d);) {
            dmy += d.order < 0;
            mdy += d.order > 0;
        }
    }
    if (v->in->scales->sample != NULL) {
        v->in->scales->sample->dmy = dmy;
        v->in->scales->sample->mdy = mdy;
    }
    if ((dmy > 0) == (mdy > 0)) return;
    v->order_known = true;
    v->style.month_first = mdy > 0;
}

void dl_date_sources(struct dl_date_vote *v)
{
    learn_from_lines(v);
    from_head(v);
    from_url(v);
    find_modified(v);
    from_times(v);
    from_lines(v);
    from_origins(v);
}

/* Lines elsewhere that are named as dates or as matters of the article, or that say what they are:
 * "posted on …" below it. */
void dl_date_sources_far(struct dl_date_vote *v)
{
    const struct dl_blocks *b = v->in->blocks;
    for (uint32_t i = 0; i < b->runs.n; i++) {
        const struct dl_run *r = &b->runs.p[i];
        const struct dl_elem *e = &b->elems.p[r->elem];
        unsigned cues = e->cues | b->elems.p[e->parent].cues;
        dl_str text = dl_run_text(b, r);
        struct dl_date_found d;
        size_t pos = 0;
        bool cued = (cues & (DL_CUE_META | DL_CUE_DATE)) != 0 && r->chars <= SHORT_RUN;
        if (!has_digit(text) || r->chars > LABELLED_RUN || is_foreign(v, i) || is_head(v, i))
            continue;
        if (!dl_date_next(v->in->words, text, &v->style, &pos, &d) || !settle_order(v, &d))
            continue;
        enum dl_date_label label = label_before(v, i, dl_str_sub(text, 0, d.start));
        if (label == DL_LABEL_NONE) label = label_after(v, text, &d);
        bool said = label == DL_LABEL_PUBLISHED && !is_comment(v, r->elem);
        if (label == DL_LABEL_UPDATED || (!said && !cued)) continue;
        struct dl_date_candidate *c =
            add(v, dl_date_time(&d), DL_FAMILY_FAR, said ? DL_W_FAR_LABEL : DL_W_FAR);
        if (c == NULL) continue;
        c->visible = true;
        c->labelled |= said;
    }
}
