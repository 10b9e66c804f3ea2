#include "page/live.h"

#include "base/asset.h"
#include "feed/feed_date.h"

enum {
    MARK_CHARS = 60,        /* a longer line tells more than a time */
    CLOCK_CHARS = 24,       /* a line that begins with a time of day and says little else */
    ENTRY_CHARS = 20,       /* less text is no entry */
    ENTRIES_MAX = 2000,     /* of one page */
    FEW = 3,                /* entries that make a page live without structured data */
    PIECE_CHARS = 25,       /* of a run of an entry that is neither sentence nor heading */
    COMPARED_MAX = 4 << 20, /* of runs with entries of the data */
    ALIKE = 30,             /* bytes of words by which an entry of the data is found */
};

struct dl_live_words {
    dl_page_strings title, address;
};

enum dl_err dl_live_words_new(dl_arena *arena, dl_live_words **ret_words, struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    enum dl_err err;
    struct dl_live_words *w = DL_NEW(arena, struct dl_live_words);
    if (w == NULL) return dl_arena_failed(arena);
    if (!dl_asset_get("lexicon/web/live-words.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        bool title = dl_str_eq_c(cell[1], "title");
        if (!title && !dl_str_eq_c(cell[1], "address"))
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "live-words.tsv, line %zu", tsv.line);
        dl_str word = dl_str_dup(arena, cell[0]); /* ends with NUL */
        DL_TRY(dl_vec_push(arena, title ? &w->title : &w->address, word));
    }
    *ret_words = w;
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

/* --- times --------------------------------------------------------------------------------- */

struct clock {
    int hour, minute;
    bool utc;
    size_t end;
};

static bool number(dl_str s, size_t *at, int *ret)
{
    size_t from = *at;
    *ret = 0;
    while (*at < s.n && *at - from < 2 && dl_is_digit((unsigned char)s.p[*at]))
        *ret = *ret * 10 + (s.p[(*at)++] - '0');
    return *at > from && (*at == s.n || !dl_is_digit((unsigned char)s.p[*at]));
}

/* 07:10 · 7.10am · 14h30 · 10時30分 */
static bool clock_at(dl_str s, size_t at, struct clock *ret)
{
    static const char *const parts[] = {":", ".", "h", "時", "点", "點", "시 "};
    struct clock c = {0};
    if (!number(s, &at, &c.hour)) return false;
    size_t k = 0, n = sizeof parts / sizeof *parts;
    while (k < n && !dl_str_starts(dl_str_sub(s, at, s.n), parts[k]))
        k++;
    if (k == n) return false;
    at += strlen(parts[k]);
    size_t from = at;
    if (!number(s, &at, &c.minute) || at != from + 2) return false;
    if (k == 1 && at + 1 < s.n && s.p[at] == '.' && dl_is_digit((unsigned char)s.p[at + 1]))
        return false; /* 25.03.2024 */
    dl_str rest = dl_str_trim(dl_str_sub(s, at, s.n));
    bool pm = dl_str_istarts(rest, "pm") || dl_str_istarts(rest, "p.m");
    bool am = dl_str_istarts(rest, "am") || dl_str_istarts(rest, "a.m");
    if (pm && c.hour < 12) c.hour += 12;
    if (am && c.hour == 12) c.hour = 0;
    c.utc =
        dl_str_find_c(rest, "GMT", 0) != DL_NO_POS || dl_str_find_c(rest, "UTC", 0) != DL_NO_POS;
    c.end = at;
    if (c.hour > 23 || c.minute > 59) return false;
    *ret = c;
    return true;
}

static bool find_clock(dl_str s, struct clock *ret)
{
    for (size_t i = 0; i < s.n && i < MARK_CHARS * 2; i++) {
        bool begins = dl_is_digit((unsigned char)s.p[i]) &&
                      (i == 0 || (!dl_is_alnum((unsigned char)s.p[i - 1]) &&
                                  strchr(":./-", s.p[i - 1]) == NULL));
        if (begins && clock_at(s, i, ret)) return true;
    }
    return false;
}

/* --- marks --------------------------------------------------------------------------------- */

struct mark {
    uint32_t elem, run;
    dl_time time; /* of minutes or finer, or not set */
    bool is_clock;
    struct clock clock;
};

struct find {
    dl_arena *arena;
    const struct dl_live_input *in;
    const struct dl_blocks *b;
    DL_VEC(struct mark) marks;
    struct dl_live out;
    struct dl_date_style style;
    dl_civil day; /* printed last before run day_until; year 0: none */
    uint32_t day_until;
    uint32_t *at;    /* an element: sums of the marks before it */
    uint32_t *chars; /* sums of characters of runs that nothing speaks against */
    uint32_t *dated; /* an element: children that hold marks and text */
    uint8_t *deep;   /* an element: entries are in it */
};

static bool parse(dl_str v, dl_time *ret)
{
    v = dl_str_trim(v);
    bool read = dl_time_parse(v, ret) || dl_feed_date(v, ret);
    return read && ret->precision >= DL_PREC_MINUTE;
}

static enum dl_err marks_of_signals(struct find *f)
{
    for (size_t i = 0; i < f->b->signals.n; i++) {
        const struct dl_signal *s = &f->b->signals.p[i];
        if (s->kind != DL_SIGNAL_TIME) continue;
        struct mark m = {.elem = s->elem, .run = s->block};
        dl_str value = dl_node_attr(s->node, "datetime", NULL);
        if (value.n == 0) value = dl_node_attr(s->node, "content", NULL);
        if (!parse(value, &m.time)) m.time = (dl_time){0};
        bool in_run = s->block < f->b->runs.n && f->b->runs.p[s->block].chars <= MARK_CHARS;
        if (in_run) m.is_clock = find_clock(dl_run_text(f->b, &f->b->runs.p[s->block]), &m.clock);
        if (!dl_time_is_set(m.time) && !m.is_clock) continue;
        DL_TRY(dl_vec_push(f->arena, &f->marks, m));
    }
    return DL_OK;
}

/* Lines that only tell a time, whatever element they stand in. */
static enum dl_err marks_of_lines(struct find *f)
{
    for (uint32_t i = 0; i < f->b->runs.n; i++) {
        const struct dl_run *r = &f->b->runs.p[i];
        struct clock c;
        if (r->chars > CLOCK_CHARS || !clock_at(dl_run_text(f->b, r), 0, &c)) continue;
        struct mark m = {.elem = r->elem, .run = i, .is_clock = true, .clock = c};
        DL_TRY(dl_vec_push(f->arena, &f->marks, m));
    }
    return DL_OK;
}

/* --- entries ------------------------------------------------------------------------------- */

static enum dl_err sums(struct find *f)
{
    size_t n = f->b->elems.n;
    f->at = dl_calloc(f->arena, n + 2, sizeof *f->at);
    f->dated = dl_calloc(f->arena, n + 1, sizeof *f->dated);
    f->deep = dl_calloc(f->arena, n + 1, 1);
    f->chars = dl_calloc(f->arena, f->b->runs.n + 1, sizeof *f->chars);
    DL_TRY(dl_arena_failed(f->arena));
    for (size_t i = 0; i < f->marks.n; i++)
        f->at[f->marks.p[i].elem + 1]++;
    for (size_t i = 0; i <= n; i++)
        f->at[i + 1] += f->at[i];
    for (size_t i = 0; i < f->b->runs.n; i++) {
        bool text =
            (f->out.against[i] & ~DL_AGAINST_PHRASE) == 0 && f->b->runs.p[i].chars >= ENTRY_CHARS;
        f->chars[i + 1] = f->chars[i] + (text ? f->b->runs.p[i].chars : 0);
    }
    return DL_OK;
}

/* In a box that is named live other names ("ticker") say nothing, but for comments. */
static enum dl_err pardon(struct find *f)
{
    uint8_t *in_live = dl_calloc(f->arena, f->b->elems.n + 1, 1);
    f->out.against = dl_calloc(f->arena, f->b->runs.n + 1, 1);
    DL_TRY(dl_arena_failed(f->arena));
    for (uint32_t i = 1; i < f->b->elems.n; i++) {
        const struct dl_elem *e = &f->b->elems.p[i];
        in_live[i] = (e->cues & DL_CUE_LIVE) != 0 || in_live[e->parent];
        if ((e->cues & DL_CUE_COMMENT) != 0) in_live[i] = 0;
    }
    for (size_t i = 0; i < f->b->runs.n; i++) {
        f->out.against[i] = f->in->scales->against[i];
        if (in_live[f->b->runs.p[i].elem]) f->out.against[i] &= (uint8_t)~DL_AGAINST_SOFT;
    }
    return DL_OK;
}

static bool is_dated(const struct find *f, uint32_t i)
{
    const struct dl_elem *e = &f->b->elems.p[i];
    return f->at[e->end] > f->at[i] && f->chars[e->b1] - f->chars[e->b0] >= ENTRY_CHARS;
}

static void count(struct find *f)
{
    for (uint32_t i = 1; i < f->b->elems.n; i++)
        if (is_dated(f, i)) f->dated[f->b->elems.p[i].parent]++;
    for (uint32_t i = (uint32_t)f->b->elems.n; i-- > 1;)
        if (f->dated[i] >= 2 || f->deep[i]) f->deep[f->b->elems.p[i].parent] = 1;
}

/* The day that is printed above a run, in a line of its own; else the page's own. Asked in the
 * order of the runs: each line is looked at once. */
static bool day_above(struct find *f, uint32_t run, dl_civil *ret)
{
    for (uint32_t i = f->day_until; i <= run && i < f->b->runs.n; i++) {
        const struct dl_run *r = &f->b->runs.p[i];
        struct dl_date_found d;
        size_t pos = 0;
        if (r->chars > MARK_CHARS) continue;
        if (!dl_date_next(f->in->meta->words->dates, dl_run_text(f->b, r), &f->style, &pos, &d))
            continue;
        f->day = (dl_civil){.year = d.year, .month = d.month, .day = d.day};
    }
    if (run >= f->day_until) f->day_until = run + 1;
    *ret = f->day;
    if (f->day.year != 0) return true;
    dl_time a = f->in->page->published, b = f->in->page->modified;
    if (!dl_time_is_set(a) || a.precision < DL_PREC_DAY) return false;
    dl_civil p = dl_civil_of(a, true), m = dl_time_is_set(b) ? dl_civil_of(b, true) : p;
    if (p.year != m.year || p.month != m.month || p.day != m.day) return false;
    *ret = (dl_civil){.year = p.year, .month = p.month, .day = p.day};
    return true;
}

static dl_time time_of(struct find *f, const struct mark *m)
{
    dl_civil c;
    if (dl_time_is_set(m->time)) return m->time;
    if (!m->is_clock || !day_above(f, m->run, &c)) return (dl_time){0};
    c.hour = m->clock.hour;
    c.minute = m->clock.minute;
    return dl_time_of_civil(&c, DL_PREC_MINUTE, m->clock.utc ? DL_ZONE_KNOWN : DL_ZONE_ASSUMED, 0);
}

static uint32_t heading_in(const struct find *f, uint32_t b0, uint32_t b1)
{
    for (uint32_t i = b0; i < b1; i++)
        if (f->b->runs.p[i].kind == DL_BLOCK_HEADING && f->out.against[i] == 0) return i;
    return UINT32_MAX;
}

/* The first mark of an element. Marks are sorted by neither: their element's range is asked. */
static enum dl_err add_entry(struct find *f, uint32_t elem, const struct mark *m)
{
    const struct dl_elem *e = &f->b->elems.p[elem];
    struct dl_live_entry entry = {e->b0, e->b1, heading_in(f, e->b0, e->b1), time_of(f, m),
                                  dl_node_attr(e->node, "id", NULL)};
    return f->out.entries.n < ENTRIES_MAX ? dl_vec_push(f->arena, &f->out.entries, entry) : DL_OK;
}

/* The first mark with the best time of each element: times for machines before clocks. */
static enum dl_err first_marks(const struct find *f, uint32_t **ret_first)
{
    size_t n = f->b->elems.n;
    uint32_t *first = dl_calloc(f->arena, n + 1, sizeof *first); /* index + 1 */
    if (first == NULL) return dl_arena_failed(f->arena);
    for (size_t i = 0; i < f->marks.n; i++)
        if (first[f->marks.p[i].elem] == 0) first[f->marks.p[i].elem] = (uint32_t)i + 1;
    for (uint32_t i = (uint32_t)n; i-- > 1;) {
        uint32_t *up = &first[f->b->elems.p[i].parent];
        if (first[i] == 0) continue;
        bool better = *up == 0 ||
                      (dl_time_is_set(f->marks.p[first[i] - 1].time) &&
                       !dl_time_is_set(f->marks.p[*up - 1].time)) ||
                      f->marks.p[first[i] - 1].run < f->marks.p[*up - 1].run;
        if (better) *up = first[i];
    }
    *ret_first = first;
    return DL_OK;
}

static enum dl_err entries(struct find *f)
{
    uint32_t *first = NULL;
    count(f);
    DL_TRY(first_marks(f, &first));
    for (uint32_t i = 1; i < f->b->elems.n; i++) {
        const struct dl_elem *e = &f->b->elems.p[i];
        if (f->dated[e->parent] < 2 || f->dated[i] >= 2 || f->deep[i] || !is_dated(f, i)) continue;
        if (e->kind == DL_BLOCK_TABLE || first[i] == 0) continue;
        DL_TRY(add_entry(f, i, &f->marks.p[first[i] - 1]));
        i = e->end - 1;
    }
    return DL_OK;
}

/* --- entries of the structured data -------------------------------------------------------- */

static bool begins(const struct find *f, uint32_t run, const struct dl_ld_update *u)
{
    dl_str text = dl_run_text(f->b, &f->b->runs.p[run]);
    if (u->headline.n > 0 && dl_same_words(text, u->headline)) return true;
    return u->headline.n == 0 && dl_starts_alike(text, u->body, ALIKE);
}

static enum dl_err entries_of_data(struct find *f)
{
    const struct dl_ld *ld = &f->in->meta->ld;
    DL_VEC(struct dl_live_entry) found = {0};
    size_t budget = COMPARED_MAX;
    for (uint32_t i = 0; i < f->b->runs.n; i++) {
        if (f->out.against[i] != 0) continue;
        for (size_t k = 0; k < ld->updates.n && budget > 0; k++, budget--) {
            if (!begins(f, i, &ld->updates.p[k])) continue;
            struct dl_live_entry e = {i, (uint32_t)f->b->runs.n, UINT32_MAX, {0}, {NULL, 0}};
            if (ld->updates.p[k].headline.n > 0) e.heading = i;
            if (!parse(ld->updates.p[k].published, &e.time)) e.time = (dl_time){0};
            if (found.n > 0) found.p[found.n - 1].b1 = i;
            DL_TRY(dl_vec_push(f->arena, &found, e));
            break;
        }
    }
    if (found.n > f->out.entries.n) {
        f->out.entries.n = 0;
        for (size_t i = 0; i < found.n; i++)
            DL_TRY(dl_vec_push(f->arena, &f->out.entries, found.p[i]));
    }
    return DL_OK;
}

/* --- is it live? --------------------------------------------------------------------------- */

static bool is_word_byte(char c)
{
    return dl_is_alnum((unsigned char)c) || (unsigned char)c >= 0xC0;
}

static bool says(dl_str text, const dl_page_strings *words)
{
    for (size_t i = 0; i < words->n; i++) {
        dl_str w = words->p[i];
        size_t at = dl_str_ifind_c(text, w.p, 0);
        for (; at != DL_NO_POS; at = dl_str_ifind_c(text, w.p, at + 1)) {
            bool wide = (unsigned char)w.p[0] >= 0xE0; /* scripts that do not part words */
            bool before = at == 0 || !is_word_byte(text.p[at - 1]);
            bool after = at + w.n >= text.n || !is_word_byte(text.p[at + w.n]);
            if (wide || (before && after)) return true;
        }
    }
    return false;
}

/* Names of the boxes around the first entry, and its own. */
static bool names_say(const struct find *f)
{
    uint32_t run = f->out.entries.p[0].b0;
    for (uint32_t e = f->b->runs.p[run].elem; e != 0; e = f->b->elems.p[e].parent)
        if ((f->b->elems.p[e].cues & DL_CUE_LIVE) != 0) return true;
    return false;
}

static size_t times_told(const struct find *f)
{
    size_t told = 0;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < f->out.entries.n; i++) {
        dl_time t = f->out.entries.p[i].time;
        bool other = !dl_time_is_set(t) || t.ms != last;
        told += other;
        if (dl_time_is_set(t)) last = t.ms;
    }
    return told;
}

static double judge(const struct find *f)
{
    const struct dl_live_input *in = f->in;
    size_t n = f->out.entries.n;
    if (n < 2 || times_told(f) < 2) return 0;
    if (in->meta->ld.is_live) return 0.97;
    if (n < FEW) return 0;
    bool title =
        says(in->page->title, &in->words->title) || says(in->meta->head.title, &in->words->title);
    dl_str address = in->page->url.n > 0 ? in->page->url : in->page->canonical;
    size_t path = address.n > 8 ? dl_str_chr(address, '/', 8) : DL_NO_POS;
    bool url = path != DL_NO_POS && says(dl_str_sub(address, path, address.n), &in->words->address);
    int cues = title + url + names_say(f);
    return cues == 0 ? 0 : cues == 1 ? 0.8 : 0.92;
}

enum dl_err dl_live_find(dl_arena *arena, const struct dl_live_input *in, struct dl_live *ret_live)
{
    struct find f = {.arena = arena, .in = in, .b = in->blocks};
    f.style.language = in->page->language;
    *ret_live = (struct dl_live){0};
    DL_TRY(marks_of_signals(&f));
    DL_TRY(marks_of_lines(&f));
    if (f.marks.n < 2 && in->meta->ld.updates.n < 2) return DL_OK;
    DL_TRY(pardon(&f));
    DL_TRY(sums(&f));
    DL_TRY(entries(&f));
    if (in->meta->ld.updates.n >= 2) DL_TRY(entries_of_data(&f));
    f.out.sure = judge(&f);
    if (f.out.sure <= 0) return DL_OK;
    f.out.marks = dl_calloc(arena, f.b->runs.n + 1, 1);
    if (f.out.marks == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < f.marks.n; i++) {
        const struct mark *m = &f.marks.p[i];
        if (m->run < f.b->runs.n && f.b->runs.p[m->run].chars <= MARK_CHARS &&
            f.b->runs.p[m->run].kind != DL_BLOCK_HEADING)
            f.out.marks[m->run] |= m->is_clock || f.b->runs.p[m->run].chars <= CLOCK_CHARS;
    }
    *ret_live = f.out;
    return DL_OK;
}

/* --- text ---------------------------------------------------------------------------------- */

static bool belongs(const struct dl_run *r, uint8_t against)
{
    if (against != 0) return false;
    bool told = r->kind == DL_BLOCK_HEADING || r->kind == DL_BLOCK_QUOTE ||
                r->kind == DL_BLOCK_LIST_ITEM || r->kind == DL_BLOCK_TABLE;
    return told || (r->flags & DL_RUN_SENTENCE) != 0 || r->chars >= PIECE_CHARS;
}

void dl_live_keep(const struct dl_live *live, const struct dl_blocks *blocks, uint8_t *keep)
{
    for (size_t i = 0; i < live->entries.n; i++)
        for (uint32_t k = live->entries.p[i].b0; k < live->entries.p[i].b1; k++)
            if (belongs(&blocks->runs.p[k], live->against[k])) keep[k] = 1;
    for (size_t k = 0; k < blocks->runs.n; k++)
        if (live->marks[k]) keep[k] = 0;
}

enum dl_err dl_live_items(dl_arena *arena, const struct dl_live *live,
                          const struct dl_blocks *blocks, const uint8_t *keep, const uint32_t *at,
                          struct dl_page *page)
{
    for (size_t i = 0; i < live->entries.n; i++) {
        const struct dl_live_entry *e = &live->entries.p[i];
        struct dl_page_item item = {.published = e->time};
        bool some = false;
        for (uint32_t k = e->b0; k < e->b1; k++) {
            if (!keep[k]) continue;
            if (!some) item.start = at[k];
            item.end = at[k] + blocks->runs.p[k].end - blocks->runs.p[k].start;
            some = true;
        }
        if (!some) continue;
        if (e->heading != UINT32_MAX && keep[e->heading])
            item.title = dl_str_dup(arena, dl_run_text(blocks, &blocks->runs.p[e->heading]));
        dl_str own = page->url.n > 0 ? page->url : page->canonical;
        size_t hash = dl_str_chr(own, '#', 0);
        if (hash != DL_NO_POS) own.n = hash;
        bool plain = e->id.n > 0 && e->id.n < 100;
        for (size_t k = 0; k < e->id.n && plain; k++)
            plain = dl_is_alnum((unsigned char)e->id.p[k]) || strchr("-_.:", e->id.p[k]) != NULL;
        if (own.n > 0 && plain)
            item.url = dl_str_fmt(arena, "%.*s#%.*s", DL_FMT(own), DL_FMT(e->id));
        DL_TRY(dl_vec_push(arena, &page->items, item));
    }
    if (page->items.n < 2) return dl_arena_failed(arena);
    page->kind = DL_PAGE_LIVE;
    page->kind_confidence = page->confidence = live->sure;
    return dl_arena_failed(arena);
}
