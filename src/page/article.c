#include "page/article.h"

#include "base/map.h"
#include "base/utf8.h"

enum {
    GALLERY = 3,        /* captions that make a gallery */
    LITTLE_TEXT = 150,  /* characters; less is hardly an article */
    ARTICLE_TEXT = 400, /* enough to be sure */
    DECK_MIN = 25,
    DECK_MAX = 500,
    OWN_WORDS = 8,    /* characters of a paragraph outside its links */
    DECK_SEARCH = 12, /* runs behind the headline */
    TAIL_SENTENCE = 30,
    LEAD_CHARS = 40,
    AUTHOR_TAIL = 6, /* runs at the end where the author is told of */
};
static const double little_cover = 0.6, double_share = 0.35, double_dense = 0.7;

struct choice {
    dl_arena *arena;
    const struct dl_article_input *in;
    const struct dl_blocks *b;
    const struct dl_scales *s;
    uint8_t *keep;
    size_t last;   /* kept run of running text */
    uint32_t deck; /* run; UINT32_MAX = none */
    dl_str deck_text;
};

static const struct dl_run *run_at(const struct choice *c, size_t i)
{
    return &c->b->runs.p[i];
}

static bool echoes_title(const struct choice *c, size_t i)
{
    const struct dl_run *r = run_at(c, i);
    if (i == c->s->title_run || (r->flags & DL_RUN_H1) != 0) return true;
    return r->chars < 400 && dl_same_words(dl_run_text(c->b, r), c->in->title);
}

static bool is_clean(const struct choice *c, size_t i)
{
    return c->s->against[i] == 0;
}

/* --- deck ---------------------------------------------------------------------------------- */

static bool says_deck(const struct choice *c, uint32_t elem)
{
    for (int up = 0; up < 3 && elem != 0; up++, elem = c->b->elems.p[elem].parent) {
        const struct dl_elem *e = &c->b->elems.p[elem];
        if (e->b1 - e->b0 > 3) return false;
        if ((e->cues & DL_CUE_DECK) != 0) return true;
    }
    return false;
}

/* The standfirst: between headline and text, named so, set as a heading, or the description. */
static void find_deck(struct choice *c)
{
    uint32_t title = c->s->title_run;
    uint32_t from = title == UINT32_MAX ? c->b->elems.p[c->s->root].b0 : title + 1;
    for (uint32_t i = from; i < c->b->runs.n && i < from + DECK_SEARCH; i++) {
        const struct dl_run *r = run_at(c, i);
        dl_str text = dl_run_text(c->b, r);
        unsigned against =
            c->s->against[i] & (DL_AGAINST_HARD | DL_AGAINST_CARD | DL_AGAINST_CAPTION);
        if (r->chars < DECK_MIN || r->chars > DECK_MAX || against != 0 || echoes_title(c, i))
            continue;
        bool named = says_deck(c, r->elem);
        bool heading = r->kind == DL_BLOCK_HEADING && i <= from + 2 && title != UINT32_MAX &&
                       (r->flags & DL_RUN_SENTENCE) != 0 && r->chars >= 40;
        bool described = !named && c->in->description.n >= 40 && c->s->good[i] == 0 &&
                         dl_same_words(text, c->in->description);
        if (named || heading || described) {
            c->deck = i;
            c->deck_text = text;
            return;
        }
        if (c->s->good[i] && is_clean(c, i)) return;
    }
}

/* --- the first candidate ------------------------------------------------------------------- */

static bool belongs(const struct choice *c, size_t i)
{
    if (!is_clean(c, i) || i == c->deck || c->s->notes[i] != 0) return false;
    return !echoes_title(c, i);
}

static void take_root(struct choice *c)
{
    const struct dl_elem *root = &c->b->elems.p[c->s->root];
    for (uint32_t i = root->b0; i < root->b1; i++)
        c->keep[i] = belongs(c, i);
}

/* Prose, if shorter than a paragraph. */
static bool is_sentence(const struct choice *c, size_t i)
{
    const struct dl_run *r = run_at(c, i);
    return r->chars >= TAIL_SENTENCE && (r->flags & DL_RUN_SENTENCE) != 0 &&
           r->kind != DL_BLOCK_HEADING;
}

static bool first_last(const struct choice *c, size_t *ret_first, size_t *ret_last)
{
    size_t first = DL_NO_POS, last = 0;
    for (size_t i = 0; i < c->b->runs.n; i++) {
        if (!c->keep[i] || !c->s->good[i]) continue;
        if (first == DL_NO_POS) first = i;
        last = i;
    }
    *ret_first = first;
    *ret_last = last;
    return first != DL_NO_POS;
}

/* A p beside the last good one: a signature, a thank-you. */
static bool is_next_paragraph(const struct choice *c, size_t last, size_t i)
{
    const struct dl_elem *a = &c->b->elems.p[run_at(c, last)->elem];
    const struct dl_elem *b = &c->b->elems.p[run_at(c, i)->elem];
    return b->tag == LXB_TAG_P && a->parent == b->parent && run_at(c, i)->link_chars == 0;
}

static bool is_item(const struct choice *c, size_t i)
{
    return run_at(c, i)->kind == DL_BLOCK_LIST_ITEM || run_at(c, i)->kind == DL_BLOCK_TABLE;
}

/* A heading right behind the text, a list or table right behind it. */
static bool heads_items(const struct choice *c, size_t i)
{
    return run_at(c, i)->kind == DL_BLOCK_HEADING && c->keep[i - 1] != 0 && i + 1 < c->b->runs.n &&
           c->keep[i + 1] != 0 && is_item(c, i + 1);
}

/* A p or list beside the first paragraph that is too long for a label. */
static bool is_lead_paragraph(const struct choice *c, size_t first, size_t i)
{
    const struct dl_run *r = run_at(c, i);
    const struct dl_elem *a = &c->b->elems.p[run_at(c, first)->elem], *b = &c->b->elems.p[r->elem];
    if (r->kind == DL_BLOCK_LIST_ITEM) return a->parent == c->b->elems.p[b->parent].parent;
    return b->tag == LXB_TAG_P && a->parent == b->parent && r->chars >= LEAD_CHARS;
}

/* Lead: dates, names, labels before the first paragraph. Tail: headings and labels after it. */
static void trim(struct choice *c)
{
    size_t first, last;
    if (!first_last(c, &first, &last)) return;
    bool open = true; /* between lead and first paragraph only what touches it stays */
    for (size_t i = first; i-- > 0;) {
        if (!c->keep[i]) continue;
        bool after_title = c->s->title_run == UINT32_MAX || i > c->s->title_run;
        bool heading = run_at(c, i)->kind == DL_BLOCK_HEADING && i + 1 == first;
        bool beside = is_lead_paragraph(c, first, i);
        if (open && after_title && (is_sentence(c, i) || heading || beside)) continue;
        c->keep[i] = 0;
        open = false;
    }
    for (size_t i = last + 1; i < c->b->runs.n; i++) {
        if (!c->keep[i]) continue;
        bool goes_on = c->keep[i - 1] != 0 && (is_item(c, i) || is_next_paragraph(c, last, i));
        if (!is_sentence(c, i) && !goes_on && !heads_items(c, i)) c->keep[i] = 0;
    }
    for (size_t i = c->b->runs.n; i-- > last + 1;) {
        if (!c->keep[i]) continue;
        if (run_at(c, i)->kind != DL_BLOCK_HEADING) break;
        c->keep[i] = 0;
    }
}

/* --- links in running text ----------------------------------------------------------------- */

static bool is_only_linked(const struct choice *c, size_t i)
{
    return !c->keep[i] && c->s->against[i] == DL_AGAINST_LINKS && i != c->deck;
}

static uint32_t parent_of(const struct choice *c, size_t i)
{
    return c->b->elems.p[run_at(c, i)->elem].parent;
}

/* A paragraph that is mostly link, between two of the text: "Read our review of …". */
static bool is_between(const struct choice *c, size_t i)
{
    if (i == 0 || i + 1 >= c->b->runs.n || !c->keep[i - 1] || !c->keep[i + 1]) return false;
    const struct dl_run *r = run_at(c, i);
    uint32_t parent = parent_of(c, i);
    return r->kind == DL_BLOCK_PARAGRAPH && r->chars >= r->link_chars + OWN_WORDS &&
           parent_of(c, i - 1) == parent && parent_of(c, i + 1) == parent;
}

/* "We asked three of them:" before the list, more text behind it. */
static bool is_announced(const struct choice *c, const struct dl_elem *list)
{
    if (list->b0 == 0 || !c->keep[list->b0 - 1] || list->b1 > c->last) return false;
    const struct dl_run *r = run_at(c, list->b0 - 1);
    dl_str text = dl_run_text(c->b, r);
    return r->kind != DL_BLOCK_HEADING && (dl_str_ends(text, ":") || dl_str_ends(text, "："));
}

/* The linked items of a list of which most is text, or which the text announces. */
static void mend_list(struct choice *c, const struct dl_elem *list)
{
    size_t kept = 0, linked = 0;
    for (uint32_t i = list->b0; i < list->b1; i++) {
        kept += c->keep[i];
        linked += is_only_linked(c, i);
    }
    if ((kept < 2 || kept < linked) && !is_announced(c, list)) return;
    for (uint32_t i = list->b0; i < list->b1; i++)
        if (is_only_linked(c, i)) c->keep[i] = 1;
}

/* Takes back what was left out for its links alone. */
static void mend(struct choice *c)
{
    const struct dl_elem *root = &c->b->elems.p[c->s->root];
    size_t first;
    if (!first_last(c, &first, &c->last)) return;
    for (uint32_t i = root->b0; i < root->b1; i++)
        if (is_only_linked(c, i) && is_between(c, i)) c->keep[i] = 1;
    for (uint32_t i = c->s->root; i < root->end; i++) {
        const struct dl_elem *e = &c->b->elems.p[i];
        if (e->tag != LXB_TAG_UL && e->tag != LXB_TAG_OL) continue;
        mend_list(c, e);
        i = e->end - 1;
    }
}

/* --- who wrote it -------------------------------------------------------------------------- */

static bool starts_with_author(const dl_page_strings *byline, dl_str text)
{
    if (text.n > 0 && text.p[0] == '(') text = dl_str_sub(text, 1, text.n);
    for (size_t i = 0; i < byline->n; i++) {
        dl_str name = byline->p[i];
        if (name.n >= 4 && text.n > name.n + 1 && dl_str_eq(dl_str_sub(text, 0, name.n), name) &&
            text.p[name.n] == ' ')
            return true;
    }
    return false;
}

/* "Jane Doe is a writer in Berlin": first or among the last paragraphs, it is about the author. */
static void drop_author(struct choice *c, const dl_page_strings *byline)
{
    size_t first, last, behind = 0;
    if (byline->n == 0 || !first_last(c, &first, &last)) return;
    for (size_t i = c->b->runs.n; i-- > first && behind < AUTHOR_TAIL;) {
        if (!c->keep[i]) continue;
        behind++;
        if (i > first && starts_with_author(byline, dl_run_text(c->b, run_at(c, i))))
            c->keep[i] = 0;
    }
    if (first != last && starts_with_author(byline, dl_run_text(c->b, run_at(c, first))))
        c->keep[first] = 0;
}

/* --- the second candidate ------------------------------------------------------------------ */

static uint32_t kept_mass(const struct choice *c)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < c->b->runs.n; i++)
        if (c->keep[i]) sum += c->s->mass[i + 1] - c->s->mass[i];
    return sum;
}

/* All clean running text behind the headline, with the headings and sentences between. */
static void take_all(struct choice *c)
{
    size_t from = c->s->title_run == UINT32_MAX ? 0 : c->s->title_run;
    for (size_t i = 0; i < c->b->runs.n; i++)
        c->keep[i] = i >= from && belongs(c, i);
    trim(c);
}

static void choose(struct choice *c, const dl_page_strings *byline)
{
    take_root(c);
    trim(c);
    size_t from = c->s->title_run == UINT32_MAX ? 0 : c->s->title_run;
    uint32_t clean = c->s->clean[c->b->runs.n] - c->s->clean[from];
    if (kept_mass(c) < clean * little_cover) take_all(c);
    mend(c);
    drop_author(c, byline);
}

/* --- text that stands twice ---------------------------------------------------------------- */

/* Marks what stood before, word for word. */
static enum dl_err find_again(const struct choice *c, uint8_t *again)
{
    dl_map seen;
    dl_map_init(&seen, c->arena);
    for (size_t i = 0; i < c->b->runs.n; i++) {
        if (!c->keep[i]) continue;
        dl_str text = dl_run_text(c->b, run_at(c, i));
        again[i] = dl_map_get(&seen, text) != NULL;
        if (!again[i]) DL_TRY(dl_map_set(&seen, text, c->keep + i));
    }
    return DL_OK;
}

/* A page may hold its article once for wide and once for narrow screens: a stretch whose
 * paragraphs all stood before. Single paragraphs that come again are the author's. */
static enum dl_err drop_double(struct choice *c)
{
    size_t n = c->b->runs.n, first = n, last = 0;
    uint32_t twice = 0, stretch = 0;
    uint8_t *again = dl_calloc(c->arena, n + 1, 1);
    if (again == NULL) return dl_arena_failed(c->arena);
    DL_TRY(find_again(c, again));
    for (size_t i = 0; i < n; i++) {
        if (!again[i] || !c->s->good[i]) continue;
        if (first == n) first = i;
        last = i;
        twice += c->s->mass[i + 1] - c->s->mass[i];
    }
    for (size_t i = first; i < n && i <= last; i++)
        if (c->keep[i]) stretch += c->s->mass[i + 1] - c->s->mass[i];
    if (twice <= kept_mass(c) * double_share || twice < stretch * double_dense) return DL_OK;
    for (size_t i = first; i < n; i++)
        if (again[i]) c->keep[i] = 0;
    return DL_OK;
}

/* --- galleries, and what follows an article ------------------------------------------------ */

static size_t kept_chars(const struct choice *c)
{
    size_t sum = 0;
    for (size_t i = 0; i < c->b->runs.n; i++)
        if (c->keep[i]) sum += run_at(c, i)->chars;
    return sum;
}

/* Pictures with no text between: their captions are the text. */
static void take_captions(struct choice *c)
{
    if (c->s->title_run == UINT32_MAX || kept_chars(c) >= LITTLE_TEXT) return;
    size_t captions = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = c->s->title_run + 1; i < c->b->runs.n; i++) {
            bool caption = c->s->against[i] == DL_AGAINST_CAPTION && run_at(c, i)->link_chars == 0;
            if (pass == 0) captions += caption;
            if (pass == 1 && caption && captions >= GALLERY) c->keep[i] = 1;
        }
}

static uint32_t article_around(const struct choice *c, uint32_t elem)
{
    while (elem != 0 && c->b->elems.p[elem].tag != LXB_TAG_ARTICLE)
        elem = c->b->elems.p[elem].parent;
    return elem;
}

/* Pages that go on scrolling hold the next article below, with a headline of its own. */
static void drop_next(struct choice *c)
{
    if (c->s->title_run == UINT32_MAX) return;
    uint32_t own = article_around(c, run_at(c, c->s->title_run)->elem);
    if (own == 0) return;
    const struct dl_elem *first = &c->b->elems.p[own];
    size_t chars = 0;
    for (uint32_t i = first->b0; i < first->b1; i++)
        if (c->keep[i]) chars += run_at(c, i)->chars;
    if (chars < LITTLE_TEXT) return;
    for (uint32_t i = first->b1; i < c->b->runs.n; i++) {
        uint32_t next =
            (run_at(c, i)->flags & DL_RUN_H1) != 0 ? article_around(c, run_at(c, i)->elem) : 0;
        if (next == 0 || next < first->end) continue;
        for (uint32_t k = c->b->elems.p[next].b0; k < c->b->elems.p[next].b1; k++)
            c->keep[k] = 0;
    }
}

/* --- judgement ----------------------------------------------------------------------------- */

static void judge(const struct choice *c, struct dl_page *page)
{
    size_t n = c->b->runs.n, chars = kept_chars(c);
    double links = c->s->chars[n] == 0 ? 0 : (double)c->s->links[n] / c->s->chars[n];
    double share = c->s->clean[n] == 0 ? 0 : (double)kept_mass(c) / c->s->clean[n];
    page->kind = DL_PAGE_ARTICLE;
    if (chars < LITTLE_TEXT) page->kind = links > 0.5 ? DL_PAGE_INDEX : DL_PAGE_OTHER;
    double sure = chars >= ARTICLE_TEXT ? 0.5 : 0.5 * (double)chars / ARTICLE_TEXT;
    sure += 0.3 * (share > 1 ? 1 : share);
    if (c->s->title_run != UINT32_MAX) sure += 0.15;
    page->confidence = page->kind == DL_PAGE_ARTICLE ? sure : 0.5;
}

enum dl_err dl_article_find(dl_arena *arena, const struct dl_article_input *in,
                            struct dl_page *page)
{
    struct choice c = {
        .arena = arena, .in = in, .b = in->blocks, .s = in->scales, .deck = UINT32_MAX};
    c.keep = dl_calloc(arena, in->blocks->runs.n + 1, 1);
    DL_TRY(dl_arena_failed(arena));
    find_deck(&c);
    choose(&c, &page->byline);
    bool live = in->live != NULL && in->live->entries.n > 0;
    if (live)
        dl_live_keep(in->live, in->blocks, c.keep);
    else
        DL_TRY(drop_double(&c));
    if (!live) drop_next(&c);
    if (!live) take_captions(&c);
    judge(&c, page);
    if (c.deck != UINT32_MAX) page->subtitle = dl_str_dup(arena, c.deck_text);
    DL_TRY(dl_arena_failed(arena));
    if (page->kind == DL_PAGE_INDEX && !live) return DL_OK;
    uint32_t *at = live ? dl_calloc(arena, in->blocks->runs.n + 1, sizeof *at) : NULL;
    DL_TRY(dl_arena_failed(arena));
    DL_TRY(dl_article_set(arena, in->blocks, c.keep, in->base, at, page));
    return live ? dl_live_items(arena, in->live, in->blocks, c.keep, at, page) : DL_OK;
}
