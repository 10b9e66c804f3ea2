#include "page/weigh.h"

#include "base/utf8.h"
#include "page/elements.h"
#include "page/sitemark.h"

/* Numbers of the method, found on pages of many sites. */
enum {
    GOOD_CHARS = 80,     /* a paragraph of running text */
    CARD_CHARS = 900,    /* a teaser is smaller */
    TEASER_CHARS = 350,  /* not counting links */
    SHORT_ARTICLE = 300, /* before a list of teasers */
    CARD_CLIMB = 6,      /* elements from a heading to its card */
    ARIA_HIDDEN_CHARS = 500,
    PHRASE_CHARS = 200, /* what begins like boilerplate and is longer is none */
    TELL_LEAST = 20,
    TELL_CHARS = 350,
    LINK_CAP = 300,
    FLAG_CAP = 400,
};
static const double void_share = 0.40, void_soft_share = 0.15, void_most_share = 0.75,
                    void_all_share = 0.95, little_told = 0.05;

/* --- words --------------------------------------------------------------------------------- */

/* Next word character of s as a folded byte or a byte of a longer character; -1 at the end. */
static int next_folded(dl_str s, size_t *at)
{
    while (*at < s.n) {
        unsigned char c = (unsigned char)s.p[(*at)++];
        if (c == 0xE2 && *at + 1 < s.n && (unsigned char)s.p[*at] == 0x80) {
            *at += 2; /* quotes, dashes, ellipsis */
            continue;
        }
        if (c >= 0x80 || dl_is_alnum(c)) return dl_to_lower(c);
    }
    return -1;
}

bool dl_same_words(dl_str a, dl_str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        int x = next_folded(a, &i), y = next_folded(b, &k);
        if (x != y) return false;
        if (x < 0) return a.n > 0 && b.n > 0;
    }
}

bool dl_starts_alike(dl_str a, dl_str b, size_t min)
{
    size_t i = 0, k = 0;
    for (size_t n = 0;; n++) {
        int x = next_folded(a, &i), y = next_folded(b, &k);
        if (x < 0 || y < 0) return n >= min;
        if (x != y) return false;
    }
}

/* --- sums ---------------------------------------------------------------------------------- */

struct weigh {
    dl_arena *arena;
    const dl_cues *cues;
    const struct dl_blocks *b;
    const struct dl_anchors *anchors;
    uint32_t told;      /* characters of running text outside comments */
    unsigned void_cues; /* words that hold too much of the page's text */
    struct dl_scales out;
};

static double link_share(uint32_t links, uint32_t chars)
{
    return chars == 0 ? 0 : (double)links / chars;
}

static bool is_good(const struct dl_run *r)
{
    return r->chars >= GOOD_CHARS && (r->flags & DL_RUN_SENTENCE) != 0 &&
           r->kind != DL_BLOCK_HEADING && link_share(r->link_chars, r->chars) < 0.5;
}

static enum dl_err sums(struct weigh *w)
{
    size_t n = w->b->runs.n;
    struct dl_scales *s = &w->out;
    s->against = dl_calloc(w->arena, n + 1, 1);
    s->good = dl_calloc(w->arena, n + 1, 1);
    s->notes = dl_calloc(w->arena, n + 1, 1);
    s->weight = DL_NEW_ARRAY(w->arena, double, n + 1);
    s->mass = DL_NEW_ARRAY(w->arena, uint32_t, n + 1);
    s->clean = DL_NEW_ARRAY(w->arena, uint32_t, n + 1);
    s->count = DL_NEW_ARRAY(w->arena, uint32_t, n + 1);
    s->chars = DL_NEW_ARRAY(w->arena, uint32_t, n + 1);
    s->links = DL_NEW_ARRAY(w->arena, uint32_t, n + 1);
    s->headings = DL_NEW_ARRAY(w->arena, uint32_t, n + 1);
    DL_TRY(dl_arena_failed(w->arena));
    for (size_t i = 0; i < n; i++) {
        const struct dl_run *r = &w->b->runs.p[i];
        s->good[i] = is_good(r);
        s->mass[i + 1] = s->mass[i] + (s->good[i] ? r->chars - r->link_chars : 0);
        s->count[i + 1] = s->count[i] + s->good[i];
        s->chars[i + 1] = s->chars[i] + r->chars;
        s->links[i + 1] = s->links[i] + r->link_chars;
        s->headings[i + 1] = s->headings[i] + (r->kind == DL_BLOCK_HEADING);
    }
    return DL_OK;
}
#define SUM(array, e) ((array)[(e)->b1] - (array)[(e)->b0])

/* --- headline ------------------------------------------------------------------------------ */

/* The headline's run: an h1 with the title's words, else another heading, else any run. */
static uint32_t find_title(const struct weigh *w)
{
    uint32_t best = UINT32_MAX;
    int rank = 0;
    dl_str title = w->anchors->title;
    for (size_t i = 0; i < w->b->runs.n && title.n > 0; i++) {
        const struct dl_run *r = &w->b->runs.p[i];
        int as = (r->flags & DL_RUN_H1) != 0 ? 3 : r->kind == DL_BLOCK_HEADING ? 2 : 1;
        if (as <= rank || r->chars > 400 || !dl_same_words(dl_run_text(w->b, r), title)) continue;
        if (as == 1 && link_share(r->link_chars, r->chars) > 0.5) continue;
        best = (uint32_t)i;
        rank = as;
    }
    return best;
}

/* --- flags --------------------------------------------------------------------------------- */

/* How much of the page's text a flagged part may hold. Sidebars, footers and menus that do not
 * hold the headline stand beside the article; comments behind it may be nearly all of the page. */
static double limit_of(const struct weigh *w, const struct dl_elem *e, unsigned soft)
{
    uint32_t title = w->out.title_run;
    bool apart = title != UINT32_MAX && (title < e->b0 || title >= e->b1);
    bool named = (e->cues & (DL_CUE_SIDE | DL_CUE_FOOTER | DL_CUE_NAV)) != 0 &&
                 (e->hard & (DL_HARD_ASIDE | DL_HARD_FOOTER | DL_HARD_NAV)) != 0;
    if ((soft & DL_CUE_COMMENT) != 0 && apart && title < e->b0) return void_all_share;
    if ((soft & (DL_CUE_COMMENT | DL_CUE_LEGAL)) != 0 || (apart && named)) return void_most_share;
    return void_share;
}

/* The relative-mass test: who holds so much of the page's text is no ornament of it. */
static unsigned own_flags(const struct weigh *w, const struct dl_elem *e)
{
    const struct dl_scales *s = &w->out;
    unsigned soft = e->cues & DL_CUE_SOFT & ~w->void_cues;
    unsigned hard = e->hard & (DL_HARD_ASIDE | DL_HARD_NAV | DL_HARD_FOOTER | DL_HARD_CAPTION);
    if ((e->cues & DL_CUE_BODY) != 0 || (e->hard & DL_HARD_BODY) != 0) soft = 0;
    /* A heading's own id is made of its words: "#discussion", "#follow-the-money". */
    if (dl_heading_level(e->tag) > 0) soft &= DL_CUE_CAPTION | DL_CUE_HIDDEN;
    if ((e->hard & DL_HARD_HIDDEN) != 0 && SUM(s->chars, e) < ARIA_HIDDEN_CHARS)
        hard |= DL_HARD_HIDDEN;
    /* Buttons for sharing hold no prose; embedded posts do. */
    uint32_t chars = SUM(s->chars, e), links = SUM(s->links, e);
    if ((soft & DL_CUE_SHARE) != 0 && chars > links + GOOD_CHARS && link_share(links, chars) < 0.6)
        soft &= ~(unsigned)DL_CUE_SHARE;
    /* What leads nowhere is no teaser: text behind "read more", a carousel of quotes. */
    if ((soft & DL_CUE_RELATED) != 0 && links == 0 && SUM(s->count, e) > 0)
        soft &= ~(unsigned)DL_CUE_RELATED;
    if (soft == 0 && hard == 0) return 0;
    bool comment = (soft & DL_CUE_COMMENT) != 0;
    uint32_t total = comment ? s->mass[w->b->runs.n] : w->told;
    double share = total == 0 ? 0 : (double)SUM(s->mass, e) / total;
    if (share > limit_of(w, e, soft)) return 0;
    const unsigned firm =
        DL_CUE_COMMENT | DL_CUE_LEGAL | DL_CUE_RELATED | DL_CUE_CAPTION | DL_CUE_PROMO;
    bool stubborn = (soft & firm) != 0;
    if (share > void_soft_share && !stubborn && SUM(s->count, e) >= 2 &&
        link_share(SUM(s->links, e), SUM(s->chars, e)) < 0.2)
        soft = 0;
    if (soft == DL_CUE_CAPTION && hard == 0) return DL_AGAINST_CAPTION;
    if (hard == DL_HARD_CAPTION) return DL_AGAINST_CAPTION;
    return (soft != 0 ? DL_AGAINST_SOFT : 0u) | (hard != 0 ? DL_AGAINST_HARD : 0u);
}

/* The same test for a word used all over the page: site builders call each paragraph a widget. */
static void void_common_cues(struct weigh *w, uint32_t *cues)
{
    uint32_t mass[32] = {0}, total = w->out.mass[w->b->runs.n];
    w->told = total;
    for (size_t i = 0; i < w->b->elems.n; i++)
        cues[i] =
            (i > 0 ? cues[w->b->elems.p[i].parent] : 0) | (w->b->elems.p[i].cues & DL_CUE_SOFT);
    for (size_t i = 0; i < w->b->runs.n; i++) {
        uint32_t m = w->out.mass[i + 1] - w->out.mass[i];
        for (unsigned bits = cues[w->b->runs.p[i].elem]; m > 0 && bits != 0; bits &= bits - 1)
            mass[__builtin_ctz(bits)] += m;
        if (i > w->out.title_run && (cues[w->b->runs.p[i].elem] & DL_CUE_COMMENT) != 0)
            w->told -= m;
    }
    if (w->told < total * little_told) w->told = total;
    for (unsigned bit = 0; bit < 17; bit++) {
        if ((1u << bit & (DL_CUE_COMMENT | DL_CUE_RELATED | DL_CUE_CAPTION | DL_CUE_LEGAL)) != 0)
            continue;
        if (mass[bit] > total * void_share) w->void_cues |= 1u << bit;
    }
}

static bool is_boilerplate(const struct weigh *w, const struct dl_run *r, unsigned against)
{
    dl_str text = dl_run_text(w->b, r);
    if (r->chars < PHRASE_CHARS && dl_cues_phrase(w->cues, text)) return true;
    bool may = against == 0 && r->chars >= TELL_LEAST && r->chars < TELL_CHARS;
    return may && r->kind != DL_BLOCK_HEADING && dl_cues_tell(w->cues, text);
}

static enum dl_err flag_runs(struct weigh *w)
{
    size_t n = w->b->elems.n;
    uint8_t *flags = dl_calloc(w->arena, n + 1, 1);
    uint32_t *cues = dl_calloc(w->arena, n + 1, sizeof *cues);
    DL_TRY(dl_arena_failed(w->arena));
    void_common_cues(w, cues);
    for (size_t i = 0; i < n; i++) {
        const struct dl_elem *e = &w->b->elems.p[i];
        if (i > 0) flags[i] = flags[e->parent];
        if (i > 0 && e->b1 > e->b0) flags[i] |= (uint8_t)own_flags(w, e);
    }
    for (size_t i = 0; i < w->b->runs.n; i++) {
        const struct dl_run *r = &w->b->runs.p[i];
        w->out.against[i] |= flags[r->elem];
        if (r->kind == DL_BLOCK_CAPTION) w->out.against[i] |= DL_AGAINST_CAPTION;
        if (link_share(r->link_chars, r->chars) > 0.6 && r->kind != DL_BLOCK_HEADING)
            w->out.against[i] |= DL_AGAINST_LINKS;
        if (is_boilerplate(w, r, w->out.against[i])) w->out.against[i] |= DL_AGAINST_PHRASE;
    }
    return DL_OK;
}

/* The small box around a heading that is a link. */
static uint32_t card_of(const struct weigh *w, const struct dl_run *heading)
{
    uint32_t card = heading->elem, at = heading->elem;
    for (int up = 0; up < CARD_CLIMB && at != 0; up++) {
        at = w->b->elems.p[at].parent;
        const struct dl_elem *e = &w->b->elems.p[at];
        if (SUM(w->out.chars, e) > CARD_CHARS || SUM(w->out.headings, e) > 1) break;
        card = at;
    }
    return card;
}

static bool heads_card(const struct dl_run *r)
{
    return r->kind == DL_BLOCK_HEADING && (r->flags & DL_RUN_H1) == 0 &&
           link_share(r->link_chars, r->chars) > 0.6;
}

/* A heading of the text whose words lead elsewhere ("3. The Red Lamp"): in no box of its own,
 * with a paragraph of the same box behind it. */
static bool heads_text(const struct weigh *w, size_t i)
{
    if (i + 1 >= w->b->runs.n || !w->out.good[i + 1]) return false;
    const struct dl_run *r = &w->b->runs.p[i], *next = &w->b->runs.p[i + 1];
    const struct dl_elem *box = &w->b->elems.p[w->b->elems.p[r->elem].parent];
    return w->b->elems.p[next->elem].parent == w->b->elems.p[r->elem].parent &&
           SUM(w->out.mass, box) > CARD_CHARS;
}

static bool is_list(uint32_t items, uint32_t cards)
{
    return items >= 2 && items * 3 > cards;
}

/* A heading that is a link, alone in a small box: a teaser of another article. Where many of the
 * boxes side by side hold too much for a teaser, they are the items of a list that is read here. */
static enum dl_err flag_cards(struct weigh *w)
{
    struct dl_scales *s = &w->out;
    uint32_t *cards = dl_calloc(w->arena, w->b->elems.n + 1, sizeof *cards);
    uint32_t *items = dl_calloc(w->arena, w->b->elems.n + 1, sizeof *items);
    DL_TRY(dl_arena_failed(w->arena));
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < w->b->runs.n; i++) {
            if (!heads_card(&w->b->runs.p[i]) || heads_text(w, i)) continue;
            const struct dl_elem *e = &w->b->elems.p[card_of(w, &w->b->runs.p[i])];
            bool teaser = SUM(s->chars, e) - SUM(s->links, e) <= TEASER_CHARS;
            if (pass == 0) (teaser ? cards : items)[e->parent]++;
            if (pass == 0 || !teaser || is_list(items[e->parent], cards[e->parent])) continue;
            for (uint32_t k = e->b0; k < e->b1; k++)
                s->against[k] |= DL_AGAINST_CARD;
        }
    return DL_OK;
}

/* The end of a heading's section: the next heading of its rank in the box that it heads. */
static size_t section_end(const struct weigh *w, size_t i)
{
    const struct dl_run *r = &w->b->runs.p[i];
    uint32_t box = r->elem;
    while (box != 0 && w->b->elems.p[box].b1 - w->b->elems.p[box].b0 < 2)
        box = w->b->elems.p[box].parent;
    size_t end = i + 1;
    for (; end < w->b->elems.p[box].b1; end++) {
        const struct dl_run *next = &w->b->runs.p[end];
        if (next->kind == DL_BLOCK_HEADING && next->level <= r->level) break;
    }
    return end;
}

/* Does each paragraph stand in a box of its own, as teasers do and an article's paragraphs do not?
 */
static bool are_boxes(const struct weigh *w, size_t from, size_t to)
{
    uint32_t last = UINT32_MAX;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (!w->out.good[i]) continue;
        uint32_t parent = w->b->elems.p[w->b->runs.p[i].elem].parent;
        if (parent == last) return false;
        last = parent;
        n++;
    }
    return n >= 2;
}

/* What stands under a heading that is a boilerplate phrase: related articles, sources, about the
 * author. Behind the greater part of the page's text, or plainly a list of teasers. */
static void flag_sections(struct weigh *w)
{
    struct dl_scales *s = &w->out;
    size_t n = w->b->runs.n;
    for (size_t i = 0; i < n; i++) {
        const struct dl_run *r = &w->b->runs.p[i];
        if (r->kind != DL_BLOCK_HEADING || (s->against[i] & DL_AGAINST_PHRASE) == 0) continue;
        size_t end = section_end(w, i);
        bool late = s->clean[i] > s->clean[n] / 2;
        bool small = s->clean[end] - s->clean[i] < s->clean[n] * void_share;
        bool teasers = s->mass[i] > SHORT_ARTICLE && are_boxes(w, i, end);
        if ((late && small) || teasers)
            for (size_t k = i; k < end; k++)
                s->against[k] |= DL_AGAINST_SOFT;
    }
}

static void sum_clean(struct weigh *w)
{
    struct dl_scales *s = &w->out;
    for (size_t i = 0; i < w->b->runs.n; i++)
        s->clean[i + 1] = s->clean[i] + (s->against[i] == 0 ? s->mass[i + 1] - s->mass[i] : 0);
}

/* --- weights ------------------------------------------------------------------------------- */

static double weight_of(const struct weigh *w, size_t i)
{
    const struct dl_run *r = &w->b->runs.p[i];
    unsigned against = w->out.against[i];
    double chars = r->chars, capped = chars < FLAG_CAP ? chars : FLAG_CAP;
    double linked = link_share(r->link_chars, r->chars);
    if ((against & DL_AGAINST_HARD) != 0) return -capped * 0.5 - 8;
    if ((against & (DL_AGAINST_SOFT | DL_AGAINST_CARD | DL_AGAINST_SITE)) != 0)
        return -capped * 0.25 - 8;
    if ((against & DL_AGAINST_CAPTION) != 0) return -5;
    if ((against & DL_AGAINST_PHRASE) != 0) return -20;
    if (linked > 0.5) return -(chars < LINK_CAP ? chars : LINK_CAP) * 0.5 - 25;
    if (w->out.good[i]) return chars * (1 - linked);
    if (chars >= GOOD_CHARS / 2 && (r->flags & DL_RUN_SENTENCE) != 0) return chars * 0.3;
    if (linked < 0.2 && r->kind == DL_BLOCK_TABLE) return chars * 0.2;
    if (linked < 0.2 && r->kind == DL_BLOCK_LIST_ITEM && chars > 15) return chars * 0.1;
    return r->kind == DL_BLOCK_HEADING ? -3 : -8;
}

static void weigh_all(struct weigh *w)
{
    struct dl_scales *s = &w->out;
    unsigned after = 0;
    for (size_t i = 0; i < w->b->runs.n; i++) {
        double weight = weight_of(w, i);
        if (s->title_run != UINT32_MAX && s->against[i] == 0 && s->good[i]) {
            if (i < s->title_run) weight *= 0.3;
            if (i > s->title_run && after < 5) weight += 120 - 20 * after++;
        }
        if (weight > 0 &&
            dl_starts_alike(dl_run_text(w->b, &w->b->runs.p[i]), w->anchors->description, 40))
            weight += 250;
        s->weight[i + 1] = s->weight[i] + weight;
    }
}

/* --- root ---------------------------------------------------------------------------------- */

static double factor_of(const struct dl_elem *e)
{
    if ((e->hard & DL_HARD_BODY) != 0 || (e->cues & DL_CUE_BODY) != 0) return 1.25;
    return (e->hard & DL_HARD_ARTICLE) != 0 ? 1.1 : 1;
}

static uint32_t heaviest(const struct weigh *w)
{
    double best = 0;
    uint32_t root = 0;
    for (size_t i = 0; i < w->b->elems.n; i++) {
        const struct dl_elem *e = &w->b->elems.p[i];
        double weight = SUM(w->out.weight, e) * factor_of(e);
        /* Of equals the innermost. */
        if (weight > 0 && weight >= best) {
            best = weight;
            root = (uint32_t)i;
        }
    }
    return root;
}

/* Goes down while one child holds most and all that it leaves behind is flagged. */
static uint32_t narrow(const struct weigh *w, uint32_t root)
{
    const struct dl_scales *s = &w->out;
    for (;;) {
        const struct dl_elem *e = &w->b->elems.p[root];
        uint32_t child = 0, mass = SUM(s->mass, e);
        for (uint32_t i = root + 1; i < e->end; i = w->b->elems.p[i].end) {
            const struct dl_elem *c = &w->b->elems.p[i];
            if (SUM(s->mass, c) >= mass * 0.6) child = i;
        }
        if (child == 0) return root;
        const struct dl_elem *c = &w->b->elems.p[child];
        if (SUM(s->clean, e) > SUM(s->clean, c)) return root; /* unflagged text beside the child */
        if (c->b1 - c->b0 == 1 && e->b1 - e->b0 > 1) return root;
        root = child;
    }
}

enum dl_err dl_scales_weigh(dl_arena *arena, const dl_cues *cues, const struct dl_blocks *blocks,
                            const struct dl_anchors *anchors, struct dl_site_sample *sample,
                            struct dl_scales *ret_scales)
{
    struct weigh w = {.arena = arena, .cues = cues, .b = blocks, .anchors = anchors};
    w.out.blocks = blocks;
    w.out.site = anchors->site;
    w.out.sample = sample;
    DL_TRY(sums(&w));
    w.out.title_run = find_title(&w);
    DL_TRY(flag_runs(&w));
    DL_TRY(flag_cards(&w));
    sum_clean(&w);
    flag_sections(&w);
    sum_clean(&w);
    DL_TRY(dl_sitemark_texts(arena, &w.out));
    weigh_all(&w);
    w.out.root = dl_sitemark_root(&w.out, narrow(&w, heaviest(&w)));
    *ret_scales = w.out;
    return DL_OK;
}
