#include "lang/spanning.h"

/* Places 0 … n. A circle of heads is drawn together into one of its places, its stand-in; every arc
 * between places remembers between which words it lies. */
struct circle {
    uint32_t first, n;  /* in members */
    uint32_t *stood_in; /* of each word, before */
};

struct work {
    size_t n, side;
    int64_t *score; /* [dependent][head] */
    uint16_t *to, *from;
    uint32_t *best, *stand_in, *mark;
    bool *there;
    uint32_t *members, *members_best; /* of all circles, one behind the other */
    size_t n_members;
    struct circle *circles;
    size_t n_circles;
};

static bool is_tree(const int32_t *scores, size_t n, uint32_t *heads)
{
    size_t roots = 0;
    for (size_t d = 1; d <= n; d++) {
        const int32_t *row = scores + d * (n + 1);
        size_t best = d == 1 && n > 1 ? 2 : 0;
        if (row[0] >= row[best]) best = 0;
        for (size_t h = 1; h <= n; h++)
            if (h != d && row[h] > row[best]) best = h;
        heads[d - 1] = (uint32_t)best;
        roots += best == 0;
    }
    for (size_t d = 1; d <= n; d++) {
        size_t at = d, steps = 0;
        while (at != 0 && steps++ <= n)
            at = heads[at - 1];
        if (at != 0) return false;
    }
    return roots == 1;
}

static enum dl_err begin(struct work *w, dl_arena *arena, const int32_t *scores, size_t n)
{
    size_t side = n + 1, cells = side * side;
    *w = (struct work){.n = n, .side = side};
    w->score = DL_NEW_ARRAY(arena, int64_t, cells);
    w->to = DL_NEW_ARRAY(arena, uint16_t, cells);
    w->from = DL_NEW_ARRAY(arena, uint16_t, cells);
    w->best = DL_NEW_ARRAY(arena, uint32_t, side);
    w->stand_in = DL_NEW_ARRAY(arena, uint32_t, side);
    w->mark = DL_NEW_ARRAY(arena, uint32_t, side);
    w->there = DL_NEW_ARRAY(arena, bool, side);
    w->members = DL_NEW_ARRAY(arena, uint32_t, 2 * side);
    w->members_best = DL_NEW_ARRAY(arena, uint32_t, 2 * side);
    w->circles = DL_NEW_ARRAY(arena, struct circle, side);
    if (w->circles == NULL || w->members_best == NULL || w->members == NULL || w->there == NULL ||
        w->mark == NULL || w->stand_in == NULL || w->best == NULL || w->from == NULL ||
        w->to == NULL || w->score == NULL)
        return dl_arena_failed(arena);
    for (size_t d = 0; d < side; d++) {
        w->there[d] = true;
        w->stand_in[d] = (uint32_t)d;
        for (size_t h = 0; h < side; h++) {
            /* an arc from the root costs more than all others can bring: one is left */
            w->score[d * side + h] = scores[d * side + h] - (h == 0 ? (int64_t)1 << 42 : 0);
            w->to[d * side + h] = (uint16_t)d;
            w->from[d * side + h] = (uint16_t)h;
        }
    }
    return DL_OK;
}

static void find_best(struct work *w)
{
    for (size_t d = 1; d < w->side; d++) {
        if (!w->there[d]) continue;
        size_t best = w->side;
        for (size_t h = 0; h < w->side; h++)
            if (w->there[h] && h != d &&
                (best == w->side || w->score[d * w->side + h] > w->score[d * w->side + best]))
                best = h;
        w->best[d] = (uint32_t)best;
    }
}

/* A place on a circle, 0: none. */
static uint32_t find_circle(struct work *w)
{
    memset(w->mark, 0, w->side * sizeof *w->mark);
    for (uint32_t d = 1; d < w->side; d++) {
        if (!w->there[d]) continue;
        uint32_t at = d;
        while (at != 0 && w->mark[at] == 0) {
            w->mark[at] = d;
            at = w->best[at];
        }
        if (at != 0 && w->mark[at] == d) return at;
    }
    return 0;
}

static void move(struct work *w, size_t to, size_t from, int64_t score)
{
    w->score[to] = score;
    w->to[to] = w->to[from];
    w->from[to] = w->from[from];
}

/* Arcs between a place outside and the circle: the best out of it and the best into it, which
 * takes the place of one of the circle's own. */
static void join_arcs(struct work *w, const struct circle *c, size_t outside)
{
    size_t out = 0, in = 0, side = w->side;
    int64_t out_score = INT64_MIN, in_score = INT64_MIN;
    for (size_t k = c->first; k < c->first + c->n; k++) {
        size_t m = w->members[k];
        int64_t s = w->score[outside * side + m];
        int64_t t = w->score[m * side + outside] - w->score[m * side + w->members_best[k]];
        if (s > out_score) out_score = s, out = m;
        if (t > in_score) in_score = t, in = m;
    }
    size_t rep = w->members[c->first];
    move(w, outside * side + rep, outside * side + out, out_score);
    move(w, rep * side + outside, in * side + outside, in_score);
}

static enum dl_err draw_together(struct work *w, dl_arena *arena, uint32_t at)
{
    struct circle *c = &w->circles[w->n_circles++];
    *c = (struct circle){.first = (uint32_t)w->n_members};
    c->stood_in = DL_NEW_ARRAY(arena, uint32_t, w->side);
    if (c->stood_in == NULL) return dl_arena_failed(arena);
    memcpy(c->stood_in, w->stand_in, w->side * sizeof *w->stand_in);
    uint32_t m = at;
    do {
        w->members[w->n_members] = m;
        w->members_best[w->n_members++] = w->best[m];
        w->there[m] = false;
        m = w->best[m];
    } while (m != at);
    c->n = (uint32_t)w->n_members - c->first;
    for (size_t o = 0; o < w->side; o++)
        if (w->there[o]) join_arcs(w, c, o);
    w->there[at] = true;
    for (size_t v = 0; v < w->side; v++)
        for (size_t k = c->first; k < w->n_members; k++)
            if (w->stand_in[v] == w->members[k]) {
                w->stand_in[v] = at;
                break;
            }
    return DL_OK;
}

static void take(struct work *w, uint32_t *heads, size_t d, size_t h)
{
    heads[w->to[d * w->side + h] - 1] = w->from[d * w->side + h];
}

/* The member by which the circle is entered from outside keeps that head, the others theirs. */
static void open_circle(struct work *w, const struct circle *c, uint32_t *heads)
{
    uint32_t entered = 0;
    for (size_t k = c->first; k < c->first + c->n; k++)
        for (size_t v = 1; v < w->side; v++)
            if (c->stood_in[v] == w->members[k] && heads[v - 1] != UINT32_MAX)
                entered = w->members[k];
    for (size_t k = c->first; k < c->first + c->n; k++)
        if (w->members[k] != entered) take(w, heads, w->members[k], w->members_best[k]);
}

enum dl_err dl_spanning_tree(dl_arena *arena, const int32_t *scores, size_t n, uint32_t *ret_heads)
{
    struct work w;
    DL_ASSERT(n <= DL_SPANNING_MAX);
    if (is_tree(scores, n, ret_heads)) return DL_OK;
    DL_TRY(begin(&w, arena, scores, n));
    for (;;) {
        find_best(&w);
        uint32_t at = find_circle(&w);
        if (at == 0) break;
        DL_TRY(draw_together(&w, arena, at));
    }
    for (size_t d = 0; d < n; d++)
        ret_heads[d] = UINT32_MAX;
    for (size_t d = 1; d <= n; d++)
        if (w.there[d]) take(&w, ret_heads, d, w.best[d]);
    for (size_t k = w.n_circles; k > 0; k--)
        open_circle(&w, &w.circles[k - 1], ret_heads);
    return DL_OK;
}
