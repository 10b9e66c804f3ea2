/* From the samples of a site to its memory. */
#include <stdlib.h>

#include "base/hash.h"
#include "page/site.h"

enum {
    COPY_PERCENT = 70,     /* of the shorter text stand in the other: a copy or a revision */
    PLAIN_PERCENT = 34,    /* of the articles hold a text that stands among the paragraphs */
    PLAIN_LEAST = 4,       /* and so many of them */
    TOO_MUCH_PERCENT = 40, /* of one article: its text, not its frame */
    DRIFT_RUN = 4,         /* articles in a row that stand elsewhere */
    DRIFT_BEFORE = 6,      /* and so many before that stood where they should */
    DRIFT_PERCENT = 80,
};

struct learner {
    dl_arena *arena;
    const struct dl_site_article *articles;
    size_t n;
    struct dl_site_text *sorted[DL_SITE_WINDOW]; /* texts of an article by hash, each once */
    size_t n_sorted[DL_SITE_WINDOW];
    uint32_t chars[DL_SITE_WINDOW];
    uint64_t root[DL_SITE_WINDOW];
    bool counts[DL_SITE_WINDOW]; /* neither a revision nor a copy of a later one */
};

static int by_hash(const void *a, const void *b)
{
    const struct dl_site_text *x = a, *y = b;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* --- which articles count ----------------------------------------------------------------- */

static enum dl_err sort_texts(struct learner *l, size_t i)
{
    const struct dl_site_sample *t = &l->articles[i].sample;
    struct dl_site_text *out = DL_NEW_ARRAY(l->arena, struct dl_site_text, t->texts.n + 1);
    if (out == NULL) return dl_arena_failed(l->arena);
    if (t->texts.n > 0) memcpy(out, t->texts.p, t->texts.n * sizeof *out);
    qsort(out, t->texts.n, sizeof *out, by_hash);
    size_t n = 0;
    for (size_t k = 0; k < t->texts.n; k++) {
        bool again = n > 0 && out[n - 1].hash == out[k].hash;
        if (again && !out[k].boxed) out[n - 1].boxed = false;
        if (again) continue;
        out[n++] = out[k];
        l->chars[i] += out[n - 1].chars;
    }
    l->sorted[i] = out;
    l->n_sorted[i] = n;
    l->root[i] = dl_hash64(t->root);
    return DL_OK;
}

static bool is_copy(const struct learner *l, size_t a, size_t b)
{
    uint32_t shared = 0, least = l->chars[a] < l->chars[b] ? l->chars[a] : l->chars[b];
    for (size_t i = 0, k = 0; i < l->n_sorted[a] && k < l->n_sorted[b];) {
        uint64_t x = l->sorted[a][i].hash, y = l->sorted[b][k].hash;
        if (x == y) shared += l->sorted[a][i].chars;
        i += x <= y;
        k += y <= x;
    }
    return (uint64_t)shared * 100 >= (uint64_t)least * COPY_PERCENT;
}

/* The newest of each stays. */
static enum dl_err choose_articles(struct learner *l)
{
    for (size_t i = 0; i < l->n; i++)
        DL_TRY(sort_texts(l, i));
    for (size_t i = l->n; i-- > 0;) {
        l->counts[i] = l->articles[i].sample.root.n > 0 && l->n_sorted[i] > 0;
        for (size_t k = i + 1; k < l->n && l->counts[i]; k++) {
            if (!l->counts[k]) continue;
            if (l->articles[i].document == l->articles[k].document || is_copy(l, i, k))
                l->counts[i] = false;
        }
    }
    return DL_OK;
}

static size_t count_from(const struct learner *l, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += l->counts[i];
    return n;
}

/* --- places ------------------------------------------------------------------------------- */

/* Roots of the articles [from, to) that stand on enough of them, the most frequent first. */
static size_t roots_of(const struct learner *l, size_t from, size_t to,
                       uint64_t ret_roots[DL_SITE_ROOTS], dl_str *ret_words)
{
    size_t n = 0, times[DL_SITE_ROOTS];
    for (size_t i = from; i < to; i++) {
        size_t count = 0, at;
        bool first = l->counts[i];
        for (size_t k = from; k < to && first; k++) {
            bool same = l->counts[k] && l->root[k] == l->root[i];
            if (same && k < i) first = false;
            count += same;
        }
        if (!first || count < DL_SITE_LEAST) continue;
        for (at = n; at > 0 && times[at - 1] < count; at--)
            if (at < DL_SITE_ROOTS) {
                times[at] = times[at - 1];
                ret_roots[at] = ret_roots[at - 1];
            }
        if (at == DL_SITE_ROOTS) continue;
        times[at] = count;
        ret_roots[at] = l->root[i];
        if (at == 0) *ret_words = l->articles[i].sample.root;
        if (n < DL_SITE_ROOTS) n++;
    }
    return n;
}

static bool is_among(uint64_t root, const uint64_t *roots, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (roots[i] == root) return true;
    return false;
}

/* The index at which the last DRIFT_RUN articles or more begin that stand elsewhere; n: none do. */
static size_t drift_at(const struct learner *l, dl_str *ret_before)
{
    uint64_t roots[DL_SITE_ROOTS];
    for (size_t at = l->n; at-- > 0;) {
        if (!l->counts[at] || count_from(l, at, l->n) < DRIFT_RUN) continue;
        size_t before = count_from(l, 0, at), held = 0, back = 0;
        if (before < DRIFT_BEFORE) break;
        size_t n = roots_of(l, 0, at, roots, ret_before);
        for (size_t i = 0; i < l->n; i++) {
            bool stands = l->counts[i] && is_among(l->root[i], roots, n);
            held += stands && i < at;
            back += stands && i >= at;
        }
        if (back > 0) break; /* and so it is for earlier ones */
        bool last_held = false;
        for (size_t i = at; i-- > 0;)
            if (l->counts[i]) {
                last_held = is_among(l->root[i], roots, n);
                break;
            }
        if (last_held && held * 100 >= before * DRIFT_PERCENT) return at;
    }
    return l->n;
}

/* --- texts -------------------------------------------------------------------------------- */

struct candidate {
    uint64_t hash;
    uint32_t articles;
    bool boxed, too_much;
};

static int by_rank(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->articles != y->articles) return x->articles > y->articles ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static int by_candidate_hash(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool is_boilerplate(const struct candidate *c, size_t articles)
{
    if (c->too_much || c->articles < DL_SITE_LEAST) return false;
    return c->boxed ||
           (c->articles >= PLAIN_LEAST && c->articles * 100 >= articles * PLAIN_PERCENT);
}

/* One candidate for each text of the articles [from, n); *ret_n of them. */
static struct candidate *candidates_of(const struct learner *l, size_t from, size_t *ret_n)
{
    size_t total = 0, n = 0, m = 0;
    for (size_t i = from; i < l->n; i++)
        total += l->counts[i] ? l->n_sorted[i] : 0;
    struct candidate *c = DL_NEW_ARRAY(l->arena, struct candidate, total + 1);
    for (size_t i = from; c != NULL && i < l->n; i++)
        for (size_t k = 0; l->counts[i] && k < l->n_sorted[i]; k++) {
            const struct dl_site_text *t = &l->sorted[i][k];
            bool too_much = (uint64_t)t->chars * 100 > (uint64_t)l->chars[i] * TOO_MUCH_PERCENT;
            c[n++] = (struct candidate){t->hash, 1, t->boxed, too_much};
        }
    if (c == NULL) return NULL;
    qsort(c, n, sizeof *c, by_candidate_hash);
    for (size_t i = 0; i < n; i++) {
        if (m > 0 && c[m - 1].hash == c[i].hash) {
            c[m - 1].articles++;
            c[m - 1].boxed &= c[i].boxed;
            c[m - 1].too_much |= c[i].too_much;
        } else {
            c[m++] = c[i];
        }
    }
    *ret_n = m;
    return c;
}

static enum dl_err learn_texts(struct learner *l, size_t from, struct dl_site_lesson *lesson)
{
    size_t n = 0, kept = 0;
    struct candidate *c = candidates_of(l, from, &n);
    uint64_t *texts = DL_NEW_ARRAY(l->arena, uint64_t, DL_SITE_TEXTS);
    if (c == NULL || texts == NULL) return dl_arena_failed(l->arena);
    qsort(c, n, sizeof *c, by_rank);
    for (size_t i = 0; i < n && kept < DL_SITE_TEXTS; i++)
        if (is_boilerplate(&c[i], lesson->articles)) texts[kept++] = c[i].hash;
    qsort(texts, kept, sizeof *texts, by_number);
    lesson->site.texts = texts;
    lesson->site.n_texts = kept;
    return DL_OK;
}

/* --- dates -------------------------------------------------------------------------------- */

/* Days past the 12th say it; one slip among ten articles is one. */
static enum dl_date_order learn_order(const struct learner *l, size_t from)
{
    size_t dmy = 0, mdy = 0;
    for (size_t i = from; i < l->n; i++) {
        const struct dl_site_sample *t = &l->articles[i].sample;
        dmy += l->counts[i] && t->dmy > t->mdy;
        mdy += l->counts[i] && t->mdy > t->dmy;
    }
    if (dmy >= DL_SITE_LEAST && mdy * 10 <= dmy) return DL_DATE_ORDER_DMY;
    if (mdy >= DL_SITE_LEAST && dmy * 10 <= mdy) return DL_DATE_ORDER_MDY;
    return DL_DATE_ORDER_UNKNOWN;
}

enum dl_err dl_site_learn(dl_arena *arena, const struct dl_site_article *articles, size_t n,
                          struct dl_site_lesson *ret_lesson)
{
    if (n > DL_SITE_WINDOW) {
        articles += n - DL_SITE_WINDOW;
        n = DL_SITE_WINDOW;
    }
    struct dl_site_lesson lesson = {0};
    struct learner *l = DL_NEW(arena, struct learner);
    if (l == NULL) return dl_arena_failed(arena);
    *l = (struct learner){.arena = arena, .articles = articles, .n = n};
    DL_TRY(choose_articles(l));
    lesson.changed_at = drift_at(l, &lesson.root_before);
    lesson.changed = lesson.changed_at < n;
    if (!lesson.changed) lesson.root_before = (dl_str){NULL, 0};
    size_t from = lesson.changed ? lesson.changed_at : 0;
    lesson.articles = count_from(l, from, n);
    lesson.site.date_order = learn_order(l, 0); /* who writes stays the same */
    if (lesson.articles >= DL_SITE_LEAST) {
        lesson.site.n_roots = roots_of(l, from, n, lesson.site.roots, &lesson.root);
        DL_TRY(learn_texts(l, from, &lesson));
    }
    *ret_lesson = lesson;
    return dl_arena_failed(arena);
}
