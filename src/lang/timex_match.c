/* Which forms fit at a piece. */
#include "lang/timex.h"

enum { NUMBER_WORDS = 6 };
/* Thai years, told from others by their size. */
enum { BUDDHIST_FROM = 2400, BUDDHIST_TO = 2650, BUDDHIST_AHEAD = 543 };

struct readings {
    struct timex_reading *p;
    size_t n;
};

static void add(struct readings *r, enum timex_slot slot, int32_t value, uint32_t pieces, bool weak)
{
    if (r->n < TIMEX_READINGS)
        r->p[r->n++] = (struct timex_reading){(uint8_t)slot, (uint8_t)pieces, weak, value};
}

static bool glued(const struct timex_scan *s, uint32_t i)
{
    return i < s->p->w.n && !(s->p->w.p[i].flags & DL_WORD_SPACE) &&
           s->p->w.p[i].kind < DL_TOKEN_LINE;
}

static bool key_is(const struct timex_scan *s, uint32_t i, const char *mark)
{
    return i < s->p->w.n && s->p->w.p[i].key == dl_hash64(dl_str_c(mark));
}

static void add_words(const struct timex_scan *s, uint32_t i, struct readings *r)
{
    const dl_times *t = s->t;
    uint32_t node = 0;
    for (uint32_t k = i; k < s->p->w.n && k - i < TIMEX_DEPTH; k++) {
        if (s->p->w.p[k].kind >= DL_TOKEN_LINE) return;
        node = timex_step(&t->words, node, s->p->w.p[k].key);
        if (node == 0) return;
        const uint64_t *end = dl_map64_get(&t->words.ends, node);
        for (uint32_t at = end == NULL ? 0 : (uint32_t)*end; at != 0;
             at = t->links.p[at - 1].next) {
            uint32_t v = t->links.p[at - 1].value;
            if ((v & TIMEX_CAPITAL) && !(s->p->w.p[i].flags & DL_WORD_CAP)) continue;
            add(r, (enum timex_slot)(v >> 16), (int32_t)(v & TIMEX_VALUE) - TIMEX_ZERO, k - i + 1,
                (v & TIMEX_WEAK) != 0);
        }
    }
}

static bool word_of(const struct timex_scan *s, uint32_t i, enum timex_slot slot,
                    struct timex_reading *ret)
{
    struct timex_reading list[TIMEX_READINGS];
    struct readings r = {list, 0};
    if (i >= s->p->w.n) return false;
    add_words(s, i, &r);
    for (size_t k = r.n; k-- > 0;)
        if (list[k].slot == slot) return *ret = list[k], true;
    return false;
}

/* "forty-two", "deux cents", "zweiundvierzig" (listed), 二十五, 二〇二四, "nineteen ninety-six". */
static void add_number_words(const struct timex_scan *s, uint32_t i, struct readings *r)
{
    struct timex_reading word;
    int32_t sum = 0, shown = 0, digits = 0, last = 0;
    uint32_t at = i, end = i;
    for (int words = 0; words < NUMBER_WORDS; words++) {
        if (!word_of(s, at, TIMEX_number, &word)) break;
        bool joins = word.value == 0 && s->p->w.p[at].mark < 0x3000;
        if (joins && words == 0) break;
        if (!joins) {
            bool times = word.value >= 10 && words > 0 && sum > 0 && sum < word.value &&
                         (word.value >= 100 || s->p->w.p[at].mark > 0x3000);
            bool more =
                words > 0 && word.value < last && last >= 10 && word.value > 0 && last % 10 == 0;
            bool digit = words == digits && word.value < 10 && s->p->w.p[at].mark > 0x3000;
            if (words == 1 && sum >= 10 && sum <= 20 && word.value >= 10 && word.value < 100 &&
                !times) {
                struct timex_reading one = {0};
                uint32_t behind = at + word.pieces;
                int32_t ones = 0;
                if (key_is(s, behind, "-")) behind++;
                if (word.value % 10 == 0 && word_of(s, behind, TIMEX_number, &one) &&
                    one.value > 0 && one.value < 10)
                    ones = one.value, behind += one.pieces;
                else
                    behind = at + word.pieces;
                add(r, TIMEX_year, sum * 100 + word.value + ones, behind - i, false);
            }
            if (digit && words > 0) {
                shown = shown * 10 + word.value;
                digits++;
            } else if (digit) {
                sum = shown = word.value;
                digits = 1;
            } else if (words == 0) {
                sum = word.value;
            }
            if (words > 0 && !times && !more && !digit) break;
            if (times) sum = sum * word.value;
            if (more && !times) sum += word.value;
            last = times ? word.value * 10 : word.value;
            if (times && last > 1000) last = 1000;
            end = at + word.pieces;
        }
        at += word.pieces;
        if (!joins && key_is(s, at, "-") && glued(s, at)) at++;
    }
    if (end == i) return;
    if (digits == 4 && shown >= 1000 && shown < 3000) {
        add(r, TIMEX_year, shown, 4, false);
        return;
    }
    if (digits > 1) return;
    add(r, TIMEX_n, sum, end - i, false);
    if (s->p->w.p[i].mark > 0x3000 && sum >= 1 && sum <= 31) {
        add(r, TIMEX_day, sum, end - i, false);
        if (sum <= 12) add(r, TIMEX_mon, sum, end - i, false);
        if (sum <= 24) add(r, TIMEX_h, sum, end - i, false);
    }
}

static void add_digits(const struct timex_scan *s, uint32_t i, struct readings *r)
{
    const struct timex_piece_number *n = &s->p->number[i];
    if (n->value < 0) return;
    int32_t v = n->value;
    struct timex_reading th;
    if (n->digits <= 2 && glued(s, i + 1) && word_of(s, i + 1, TIMEX_th, &th)) {
        if (v >= 1 && v <= 31) add(r, TIMEX_day, v, 1 + th.pieces, false);
        add(r, TIMEX_ordinal, v, 1 + th.pieces, false);
    }
    if (v > 0 && v < 4 && key_is(s, i + 1, "/") && i + 2 < s->p->w.n &&
        (s->p->number[i + 2].value == 2 || s->p->number[i + 2].value == 4))
        add(r, TIMEX_frac, v * 100 / s->p->number[i + 2].value, 3, false);
    add(r, TIMEX_n, v, 1, false);
    bool buddhist = v >= BUDDHIST_FROM && v <= BUDDHIST_TO && strcmp(s->t->code, "th") == 0;
    if (n->digits == 4 && v >= 1000 && v < 3000)
        add(r, TIMEX_year, buddhist ? v - BUDDHIST_AHEAD : v, 1, false);
    if (n->digits > 2) return;
    if (v >= 1 && v <= 31) add(r, TIMEX_day, v, 1, false);
    if (v >= 1 && v <= 12) add(r, TIMEX_mon, v, 1, false);
    if (v <= 24) add(r, TIMEX_h, v, 1, false);
    if (n->digits == 2) add(r, TIMEX_yy, v, 1, false);
    if (n->digits == 2 && v < 60) add(r, TIMEX_min, v, 1, false);
}

/* Centuries: "XX век", "XXe siècle". */
static void add_roman(const struct timex_scan *s, uint32_t i, struct readings *r)
{
    dl_str text = dl_token_text(&s->p->w, i);
    int sum = 0, last = 99;
    size_t k = 0;
    for (; k < text.n; k++) {
        int v = text.p[k] == 'X' ? 10 : text.p[k] == 'V' ? 5 : text.p[k] == 'I' ? 1 : 0;
        if (v == 0) break;
        sum += last < v ? v - 2 * last : v;
        last = v;
    }
    dl_str tail = dl_str_sub(text, k, text.n);
    if (k == 0 || (tail.n > 0 && !dl_str_eq_c(tail, "e") && !dl_str_eq_c(tail, "ème"))) return;
    if (sum > 0 && sum < 30) add(r, TIMEX_ordinal, sum, 1, false);
}

size_t timex_readings(const struct timex_scan *s, uint32_t i,
                      struct timex_reading ret_readings[TIMEX_READINGS])
{
    struct readings r = {ret_readings, 0};
    if (s->p->number[i].value >= 0) {
        add_digits(s, i, &r);
    } else if (timex_may_start(s->t, s->p->w.p[i].key)) {
        add_words(s, i, &r);
        for (size_t k = 0; k < r.n; k++)
            if (ret_readings[k].slot == TIMEX_number) {
                add_number_words(s, i, &r);
                break;
            }
    }
    if (r.n == 0 && strchr("IVX", (int)s->p->w.p[i].mark) != NULL && s->p->w.p[i].mark < 0x80)
        add_roman(s, i, &r);
    if (s->p->number[i].value < 0) {
        if (s->p->w.p[i].mark == 0xBD) add(&r, TIMEX_frac, 50, 1, false);
    }
    return r.n;
}

/* --- forms --------------------------------------------------------------------------------- */

/* Readings are asked for again and again while forms are tried. */
struct heard {
    uint32_t at, n; /* at: 1 + piece */
    struct timex_reading p[TIMEX_READINGS];
};

struct walk {
    const struct timex_scan *s;
    struct timex_slots *fits;
    size_t n;
    uint32_t from;
    int steps;
    struct heard heard[TIMEX_DEPTH];
};

static void twice(struct timex_slots *f, uint32_t at)
{
    if (f->split == 0) f->split = at;
}

#define SECOND(slot)                                                                               \
    if (seen)                                                                                      \
        f->slot##2 = value, twice(f, at);                                                          \
    else                                                                                           \
        f->slot = value;                                                                           \
    break

static void put(struct timex_slots *f, const struct timex_reading *r, uint32_t at)
{
    int value = r->value;
    if (r->weak) f->weak = true;
    bool seen;
    switch ((enum timex_slot)r->slot) {
    case TIMEX_month:
    case TIMEX_mon:
        seen = f->month > 0;
        SECOND(month);
    case TIMEX_day:
        seen = f->day > 0;
        SECOND(day);
    case TIMEX_year:
        seen = f->year > 0;
        SECOND(year);
    case TIMEX_yy:
        f->year = value + (value < 50 ? 2000 : 1900);
        break;
    case TIMEX_n:
        seen = f->has_n;
        f->has_n = true;
        SECOND(n);
    case TIMEX_h:
        seen = f->hour >= 0;
        SECOND(hour);
    case TIMEX_min:
        if (f->hour2 >= 0)
            f->minute2 = value;
        else
            f->minute = value;
        break;
    case TIMEX_weekday:
    case TIMEX_habit:
        f->has_weekday = true;
        f->weekday = value;
        break;
    case TIMEX_rel:
        f->has_rel = true;
        f->rel = value;
        break;
    case TIMEX_dual:
        f->has_n = true;
        f->n = 2;
        f->unit = value;
        break;
    case TIMEX_unit:
        f->unit = f->unit == 0 ? value : f->unit;
        break;
    case TIMEX_vague:
        f->vague = true;
        break;
    case TIMEX_part:
    case TIMEX_today:
        f->has_part = true;
        f->part = value;
        break;
#define ONE(slot)                                                                                  \
    case TIMEX_##slot:                                                                             \
        f->slot = value;                                                                           \
        break;
        ONE(season)
        ONE(ordinal)
        ONE(pm)
        ONE(decade)
        ONE(edge)
        ONE(ref)
        ONE(set)
        ONE(era)
        ONE(frac)
#undef ONE
    default:
        break;
    }
    if (f->split == 0) f->first_end = at + r->pieces;
}

static const struct heard *hear(struct walk *w, uint32_t i)
{
    struct heard *h = &w->heard[(i - w->from) % TIMEX_DEPTH];
    if (h->at != i + 1) {
        h->at = i + 1;
        h->n = (uint32_t)timex_readings(w->s, i, h->p);
    }
    return h;
}

/* Neither starts nor ends within a number or a word, but at a hyphen. */
static bool whole(const struct timex_scan *s, uint32_t first, uint32_t last)
{
    const dl_token *p = s->p->w.p;
    const struct timex_piece_number *n = s->p->number;
    if (first > 0 && n[first - 1].token == n[first].token) {
        if (n[first].value >= 0 && !n[first].inside) return false;
        if (p[first - 1].kind != DL_TOKEN_PUNCT || p[first - 1].mark == '.' ||
            p[first - 1].mark == ',' || p[first - 1].mark == ':')
            return false;
    }
    if (last < s->p->w.n && n[last].token == n[last - 1].token) {
        if (p[last].kind != DL_TOKEN_PUNCT || p[last].mark == ':' || p[last].mark == '/')
            return p[last].mark > 0x1000;
        if ((p[last].mark == '.' || p[last].mark == ',') && last + 1 < s->p->w.n &&
            n[last + 1].token == n[last].token)
            return false;
    }
    return true;
}

static void keep(struct walk *w, const struct timex_slots *f, uint32_t end, uint64_t means)
{
    if (f->last <= f->first || !whole(w->s, f->first, f->last)) return;
    enum timex_op op = (enum timex_op)w->s->t->means.p[means - 1].op;
    bool amount = op == TIMEX_OP_duration || op == TIMEX_OP_span;
    if (amount && key_is(w->s, f->last, "-") &&
        w->s->p->number[f->last].token == w->s->p->number[f->last - 1].token)
        return; /* "a year-earlier loss" */
    if (w->s->p->w.p[f->first].kind == DL_TOKEN_PUNCT && !key_is(w->s, f->first, "'"))
        return; /* the same without its comma is found one piece later */
    const struct timex_means *mean = &w->s->t->means.p[means - 1];
    size_t at = w->n; /* the longest first, of those the language's own, that were read first */
    while (at > 0 && (w->fits[at - 1].end < end ||
                      (w->fits[at - 1].end == end && w->fits[at - 1].means > mean)))
        at--;
    if (at == TIMEX_FITS) return;
    if (w->n == TIMEX_FITS) w->n--;
    memmove(&w->fits[at + 1], &w->fits[at], (w->n - at) * sizeof *w->fits);
    w->fits[at] = *f;
    w->fits[at].end = end;
    w->fits[at].means = mean;
    w->n++;
}

static void walk(struct walk *w, uint32_t node, uint32_t at, const struct timex_slots *f);

/* One edge further; `context`: the words stay outside of the time. */
static void further(struct walk *w, uint32_t node, uint64_t symbol, bool context, uint32_t at,
                    uint32_t pieces, const struct timex_reading *r, const struct timex_slots *f)
{
    if (--w->steps < 0) return;
    uint32_t next = timex_step(&w->s->t->forms, node, context ? ~symbol : symbol);
    if (next == 0) return;
    struct timex_slots then = *f;
    if (!context && r != NULL) put(&then, r, at);
    if (!context)
        then.last = at + pieces;
    else if (then.first == at)
        then.first = then.last = at + pieces;
    walk(w, next, at + pieces, &then);
}

static void walk(struct walk *w, uint32_t node, uint32_t at, const struct timex_slots *f)
{
    const struct timex_pieces *p = w->s->p;
    const uint64_t *end = node == 0 ? NULL : dl_map64_get(&w->s->t->forms.ends, node);
    if (end != NULL) keep(w, f, at, *end);
    if (at >= p->w.n || at - w->from >= TIMEX_DEPTH || p->w.p[at].kind >= DL_TOKEN_LINE) return;
    for (int context = 0; context < 2; context++)
        further(w, node, p->w.p[at].key, context, at, 1, NULL, f);
    const struct heard *h = hear(w, at);
    for (uint32_t k = 0; k < h->n; k++)
        for (int context = 0; context < 2; context++)
            further(w, node, timex_slot_symbol((enum timex_slot)h->p[k].slot), context, at,
                    h->p[k].pieces, &h->p[k], f);
}

size_t timex_fit(const struct timex_scan *s, uint32_t i, struct timex_slots ret_fits[TIMEX_FITS])
{
    struct walk w = {.s = s, .fits = ret_fits, .from = i, .steps = TIMEX_STEPS};
    struct timex_slots none = {.first = i,
                               .last = i,
                               .hour = -1,
                               .hour2 = -1,
                               .minute = -1,
                               .minute2 = -1,
                               .pm = -1,
                               .part = -1,
                               .season = -1,
                               .decade = -1};
    walk(&w, 0, i, &none);
    return w.n;
}
