#include "story/diff.h"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "base/hash.h"
#include "base/utf8.h"

const char *dl_diff_op_name(enum dl_diff_op op)
{
    static const char *const names[] = {"same", "deleted", "inserted"};
    return names[op];
}

struct word {
    uint32_t start, end;
    uint64_t hash;
};
typedef DL_VEC(struct word) words;

struct side {
    dl_str text;
    words words;
    bool *changed; /* by word */
};

/* --- words -------------------------------------------------------------------------------- */

uint32_t dl_diff_as_typed(uint32_t c)
{
    if (c == 0x2018 || c == 0x2019 || c == 0x201A || c == 0x2032 || c == 0x02BC) return '\'';
    if (c == 0x201C || c == 0x201D || c == 0x201E || c == 0x2033 || c == 0xAB || c == 0xBB)
        return '"';
    return c >= 0x2010 && c <= 0x2015 ? '-' : c;
}

bool dl_diff_is_filler(uint32_t c)
{
    return u_isUWhiteSpace((UChar32)c) || c == 0xAD || c == 0x200B || c == 0xFEFF || c == 0x2060;
}

/* Of its letters, as typed; 0: white space only. */
static uint64_t word_hash(dl_str word)
{
    uint64_t h = 0;
    for (size_t pos = 0; pos < word.n;) {
        uint32_t c = dl_utf8_next(word, &pos);
        if (!dl_diff_is_filler(c)) h = (h ^ dl_diff_as_typed(c)) * 0x9E3779B97F4A7C15ull + 1;
    }
    return h;
}

static enum dl_err put_word(dl_arena *arena, dl_str text, size_t start, size_t end, words *out)
{
    struct word w = {(uint32_t)start, (uint32_t)end, word_hash(dl_str_sub(text, start, end))};
    return w.hash == 0 ? DL_OK : dl_vec_push(arena, out, w);
}

static enum dl_err split_paragraphs(dl_arena *arena, dl_str text, words *out)
{
    for (size_t at = 0; at < text.n;) {
        size_t end = dl_str_chr(text, '\n', at);
        end = end == DL_NO_POS ? text.n : end + 1;
        DL_TRY(put_word(arena, text, at, end, out));
        at = end;
    }
    return DL_OK;
}

static enum dl_err split_words(dl_arena *arena, dl_str text, words *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UText *utext = utext_openUTF8(NULL, text.p != NULL ? text.p : "", (int64_t)text.n, &status);
    UBreakIterator *it = ubrk_open(UBRK_WORD, "root", NULL, 0, &status);
    ubrk_setUText(it, utext, &status);
    enum dl_err err = U_FAILURE(status) ? DL_ERR_STATE : DL_OK;
    int32_t start = err == DL_OK ? ubrk_first(it) : 0, end;
    while (err == DL_OK && out->n <= DL_DIFF_WORDS_MAX && (end = ubrk_next(it)) != UBRK_DONE) {
        err = put_word(arena, text, (size_t)start, (size_t)end, out);
        start = end;
    }
    ubrk_close(it);
    utext_close(utext);
    return err;
}

/* --- Myers -------------------------------------------------------------------------------- */

struct search {
    struct side *old, *new;
    int32_t *forward, *backward; /* furthest reached on each diagonal, as position in old */
};

struct box {
    int32_t top, bottom, left, right; /* old[top, bottom), new[left, right) */
};

static bool same(const struct search *s, int32_t x, int32_t y)
{
    return s->old->words.p[x].hash == s->new->words.p[y].hash;
}

/* Of a diagonal that no way inside the box reaches. */
enum { NOWHERE = INT32_MIN / 2 };

/* Furthest position in old on diagonal k after one more change; n and m: the box's sides. */
static int32_t advance(const int32_t *v, int32_t k, int32_t n, int32_t m)
{
    int32_t right = v[k - 1] + 1, down = v[k + 1];
    if (right > n) right = NOWHERE;
    if (down - k > m) down = NOWHERE;
    int32_t x = right > down ? right : down;
    return x < 0 || x < k ? NOWHERE : x;
}

/* One more change forward from the top left; true: met the backward paths at *x, *y. */
static bool go_forward(struct search *s, const struct box *b, int32_t d, int32_t *x, int32_t *y)
{
    int32_t n = b->bottom - b->top, m = b->right - b->left, delta = n - m;
    for (int32_t k = -d; k <= d; k += 2) {
        int32_t px = s->forward[k] = advance(s->forward, k, n, m), py = px - k;
        if (px < 0) continue;
        while (px < n && py < m && same(s, b->top + px, b->left + py))
            px++, py++;
        s->forward[k] = px;
        int32_t back = delta - k;
        bool asked = (delta & 1) != 0 && back > -d && back < d;
        if (!asked || px + s->backward[back] < n) continue;
        *x = px;
        *y = py;
        return true;
    }
    return false;
}

static bool go_backward(struct search *s, const struct box *b, int32_t d, int32_t *x, int32_t *y)
{
    int32_t n = b->bottom - b->top, m = b->right - b->left, delta = n - m;
    for (int32_t k = -d; k <= d; k += 2) {
        int32_t px = s->backward[k] = advance(s->backward, k, n, m), py = px - k;
        if (px < 0) continue;
        while (px < n && py < m && same(s, b->bottom - 1 - px, b->right - 1 - py))
            px++, py++;
        s->backward[k] = px;
        int32_t fore = delta - k;
        bool asked = (delta & 1) == 0 && fore >= -d && fore <= d;
        if (!asked || px + s->forward[fore] < n) continue;
        *x = n - px;
        *y = m - py;
        return true;
    }
    return false;
}

/* Too expensive: the furthest point reached from the top left. */
static void furthest(const struct search *s, int32_t d, int32_t *x, int32_t *y)
{
    int32_t best = -1;
    for (int32_t k = -d; k <= d; k += 2) {
        int32_t px = s->forward[k], py = px - k;
        if (px < 0 || px + py <= best) continue;
        best = px + py;
        *x = px;
        *y = py;
    }
}

/* A point on a shortest way through the box, both sides of it non-empty. */
static void split_box(struct search *s, const struct box *b, int32_t *x, int32_t *y)
{
    int32_t most = b->bottom - b->top + b->right - b->left;
    for (int32_t d = 0; d <= most; d++) {
        s->forward[d + 1] = s->forward[-d - 1] = NOWHERE;
        s->backward[d + 1] = s->backward[-d - 1] = NOWHERE;
        if (d == 0) s->forward[1] = s->backward[1] = 0;
        if (go_forward(s, b, d, x, y) || go_backward(s, b, d, x, y)) return;
        if (d < DL_DIFF_COST_MAX) continue;
        furthest(s, d, x, y);
        return;
    }
}

static void mark(bool *changed, int32_t from, int32_t to)
{
    for (int32_t i = from; i < to; i++)
        changed[i] = true;
}

static void compare(struct search *s, struct box b)
{
    for (;;) {
        while (b.top < b.bottom && b.left < b.right && same(s, b.top, b.left))
            b.top++, b.left++;
        while (b.top < b.bottom && b.left < b.right && same(s, b.bottom - 1, b.right - 1))
            b.bottom--, b.right--;
        if (b.top == b.bottom || b.left == b.right) {
            mark(s->old->changed, b.top, b.bottom);
            mark(s->new->changed, b.left, b.right);
            return;
        }
        int32_t x = 0, y = 0;
        split_box(s, &b, &x, &y);
        struct box first = {b.top, b.top + x, b.left, b.left + y};
        struct box second = {b.top + x, b.bottom, b.left + y, b.right};
        bool stuck = (x == 0 && y == 0) || (first.bottom == b.bottom && first.right == b.right);
        if (stuck) {
            mark(s->old->changed, b.top, b.bottom);
            mark(s->new->changed, b.left, b.right);
            return;
        }
        /* The smaller one on the stack: its depth is a logarithm. */
        bool first_is_small = x + y <= (b.bottom - b.top + b.right - b.left) / 2;
        compare(s, first_is_small ? first : second);
        b = first_is_small ? second : first;
    }
}

/* --- runs --------------------------------------------------------------------------------- */

struct cursor {
    size_t old, new; /* words */
};

static size_t count_same(const struct search *s, struct cursor c)
{
    size_t n = 0;
    while (c.old + n < s->old->words.n && c.new + n < s->new->words.n &&
           !s->old->changed[c.old + n] && !s->new->changed[c.new + n])
        n++;
    return n;
}

static size_t count_changed(const struct side *side, size_t at)
{
    size_t n = 0;
    while (at + n < side->words.n && side->changed[at + n])
        n++;
    return n;
}

/* One or two words that stayed between large changes are chance: a comma, an article. */
static void join_changes(struct search *s)
{
    enum { ISLAND = 2, SEA = 6 };
    struct cursor c = {0, 0};
    size_t before = 0;
    while (c.old < s->old->words.n || c.new < s->new->words.n) {
        size_t d = count_changed(s->old, c.old), i = count_changed(s->new, c.new);
        c.old += d, c.new += i;
        before += d + i;
        size_t n = count_same(s, c);
        size_t after = count_changed(s->old, c.old + n) + count_changed(s->new, c.new + n);
        bool chance = n > 0 && n <= ISLAND && before >= SEA && after >= SEA;
        if (chance) {
            mark(s->old->changed, (int32_t)c.old, (int32_t)(c.old + n));
            mark(s->new->changed, (int32_t)c.new, (int32_t)(c.new + n));
        }
        before = chance ? before + 2 * n : 0;
        c.old += n, c.new += n;
        if (d + i + n == 0) break;
    }
}

/* Byte at which the word begins; behind the last: the end of the text. */
static size_t begin_of(const struct side *side, size_t word)
{
    return word < side->words.n ? side->words.p[word].start : side->text.n;
}

static enum dl_err put_run(dl_arena *arena, const struct search *s, enum dl_diff_op op,
                           struct cursor *c, size_t old, size_t new, dl_diff_runs *out)
{
    if (old + new == 0) return DL_OK;
    struct dl_diff_run run = {op, begin_of(s->old, c->old), begin_of(s->old, c->old + old),
                              begin_of(s->new, c->new), begin_of(s->new, c->new + new)};
    c->old += old;
    c->new += new;
    return dl_vec_push(arena, out, run);
}

static enum dl_err put_runs(dl_arena *arena, struct search *s, struct dl_diff *d)
{
    struct cursor c = {0, 0};
    while (c.old < s->old->words.n || c.new < s->new->words.n) {
        size_t same_n = count_same(s, c);
        DL_TRY(put_run(arena, s, DL_DIFF_SAME, &c, same_n, same_n, &d->runs));
        size_t deleted = count_changed(s->old, c.old), inserted = count_changed(s->new, c.new);
        DL_TRY(put_run(arena, s, DL_DIFF_DELETED, &c, deleted, 0, &d->runs));
        DL_TRY(put_run(arena, s, DL_DIFF_INSERTED, &c, 0, inserted, &d->runs));
        DL_ASSERT(same_n + deleted + inserted > 0);
        d->kept += same_n;
        d->deleted += deleted;
        d->inserted += inserted;
    }
    return DL_OK;
}

static enum dl_err prepare(dl_arena *arena, struct side *side)
{
    side->changed = DL_NEW_ARRAY(arena, bool, side->words.n + 1);
    return side->changed != NULL ? DL_OK : dl_arena_failed(arena);
}

enum dl_err dl_diff_make(dl_arena *arena, dl_str old, dl_str new, struct dl_diff *ret)
{
    struct side a = {.text = old}, b = {.text = new};
    struct dl_diff d = {0};
    if (old.n > UINT32_MAX || new.n > UINT32_MAX) return DL_ERR_TOO_BIG;
    DL_TRY(split_words(arena, old, &a.words));
    DL_TRY(split_words(arena, new, &b.words));
    d.by_paragraph = a.words.n > DL_DIFF_WORDS_MAX || b.words.n > DL_DIFF_WORDS_MAX;
    if (d.by_paragraph) {
        a.words.n = b.words.n = 0;
        DL_TRY(split_paragraphs(arena, old, &a.words));
        DL_TRY(split_paragraphs(arena, new, &b.words));
    }
    if (a.words.n > INT32_MAX / 4 || b.words.n > INT32_MAX / 4) return DL_ERR_TOO_BIG;
    DL_TRY(prepare(arena, &a));
    DL_TRY(prepare(arena, &b));
    size_t reach =
        a.words.n + b.words.n < DL_DIFF_COST_MAX ? a.words.n + b.words.n : DL_DIFF_COST_MAX;
    int32_t *room = DL_NEW_ARRAY(arena, int32_t, 4 * reach + 16);
    if (room == NULL) return dl_arena_failed(arena);
    struct search s = {&a, &b, room + reach + 3, room + 3 * reach + 11};
    compare(&s, (struct box){0, (int32_t)a.words.n, 0, (int32_t)b.words.n});
    join_changes(&s);
    DL_TRY(put_runs(arena, &s, &d));
    *ret = d;
    return dl_arena_failed(arena);
}
