/* Words and forms of times, as tries over the keys of pieces. */
#include "lang/timex.h"

enum {
    NODES_MAX = 64, /* where a form with all its alternatives may stand at once */
    SYMBOL_SLOT = 0x5107
};

struct nodes {
    uint32_t p[NODES_MAX];
    size_t n;
};

struct compiler {
    dl_times *t;
    bool context;
    enum dl_err err;
};

uint64_t timex_slot_symbol(enum timex_slot slot)
{
    return ((uint64_t)slot + SYMBOL_SLOT) * 0x9E3779B97F4A7C15u;
}

static uint64_t edge(uint32_t node, uint64_t symbol)
{
    uint64_t mixed = symbol ^ ((uint64_t)node * 0xD6E8FEB86659FD93u);
    return mixed ^ (mixed >> 31);
}

uint32_t timex_step(const struct timex_trie *trie, uint32_t node, uint64_t symbol)
{
    const uint64_t *to = dl_map64_get(&trie->edges, edge(node, symbol));
    return to == NULL ? 0 : (uint32_t)*to;
}

bool timex_may_start(const dl_times *t, uint64_t key)
{
    return t->first[key >> 6 & 1023] >> (key & 63) & 1;
}

static uint32_t child(dl_times *t, struct timex_trie *trie, uint32_t node, uint64_t symbol)
{
    uint64_t *to = dl_map64_at(&trie->edges, edge(node, symbol));
    if (to == NULL) return 0;
    if (node == 0) t->first[symbol >> 6 & 1023] |= (uint64_t)1 << (symbol & 63);
    if (*to == 0) *to = ++trie->nodes;
    return (uint32_t)*to;
}

static enum dl_err split(dl_times *t, dl_str text, struct timex_pieces *ret_pieces)
{
    dl_words words;
    *ret_pieces = (struct timex_pieces){0};
    DL_TRY(dl_words_split(t->pack, t->arena, text, &words));
    return timex_pieces_cut(t->arena, &words, 0, (uint32_t)words.n, ret_pieces);
}

enum dl_err timex_add_word(dl_times *t, dl_str words, uint32_t packed)
{
    struct timex_pieces p;
    DL_TRY(split(t, words, &p));
    if (p.w.n == 0 || p.w.n > TIMEX_DEPTH) return DL_ERR_SYNTAX;
    uint32_t node = 0;
    for (size_t i = 0; i < p.w.n; i++)
        if ((node = child(t, &t->words, node, p.w.p[i].key)) == 0) return DL_ERR_NOMEM;
    uint64_t *end = dl_map64_at(&t->words.ends, node);
    if (end == NULL) return DL_ERR_NOMEM;
    for (uint32_t at = (uint32_t)*end; at != 0; at = t->links.p[at - 1].next)
        if (t->links.p[at - 1].value == packed) return DL_OK;
    struct timex_link link = {packed, (uint32_t)*end};
    if (dl_vec_push(t->arena, &t->links, link) != DL_OK) return dl_arena_failed(t->arena);
    *end = t->links.n;
    return DL_OK;
}

enum timex_slot timex_slot_named(dl_str name)
{
#define X(slot)                                                                                    \
    if (dl_str_eq_c(name, #slot)) return TIMEX_##slot;
    TIMEX_SLOTS(X)
#undef X
    return TIMEX_NONE;
}

/* All nodes one symbol further. Words around a time ("~from") have symbols of their own. */
static void advance(struct compiler *c, const struct nodes *from, uint64_t symbol, struct nodes *to)
{
    for (size_t i = 0; i < from->n && to->n < NODES_MAX; i++) {
        uint32_t node = child(c->t, &c->t->forms, from->p[i], c->context ? ~symbol : symbol);
        if (node == 0) c->err = DL_ERR_NOMEM;
        to->p[to->n++] = node;
    }
    if (to->n == NODES_MAX) c->err = DL_ERR_SYNTAX;
}

static void add_literal(struct compiler *c, const struct nodes *from, dl_str text, struct nodes *to)
{
    struct timex_pieces p;
    enum dl_err err = split(c->t, text, &p);
    if (err != DL_OK || p.w.n == 0) {
        c->err = err != DL_OK ? err : DL_ERR_SYNTAX;
        return;
    }
    struct nodes at = *from;
    for (size_t i = 0; i < p.w.n && c->err == DL_OK; i++) {
        struct nodes next = {.n = 0};
        if (c->context && i == 0)
            c->t->first[p.w.p[i].key >> 6 & 1023] |= (uint64_t)1 << (p.w.p[i].key & 63);
        advance(c, &at, p.w.p[i].key, i + 1 == p.w.n ? to : &next);
        at = next;
    }
}

/* One word of a form: alternatives parted by "/", each a slot in <> or a literal. */
static void add_element(struct compiler *c, struct nodes *at, dl_str element)
{
    struct nodes next = {.n = 0};
    dl_str one, rest = element;
    c->context = element.n > 1 && element.p[0] == '~';
    if (c->context) rest = dl_str_sub(rest, 1, rest.n);
    if (rest.n == 1)
        add_literal(c, at, rest, &next);
    else
        while (c->err == DL_OK && dl_str_split(&rest, '/', &one)) {
            if (one.n > 2 && one.p[0] == '<' && one.p[one.n - 1] == '>') {
                enum timex_slot slot = timex_slot_named(dl_str_sub(one, 1, one.n - 1));
                if (slot == TIMEX_NONE) c->err = DL_ERR_SYNTAX;
                advance(c, at, timex_slot_symbol(slot), &next);
            } else {
                add_literal(c, at, one, &next);
            }
        }
    *at = next;
}

static void join(struct nodes *to, const struct nodes *more)
{
    for (size_t i = 0; i < more->n && to->n < NODES_MAX; i++)
        to->p[to->n++] = more->p[i];
}

static void add_sequence(struct compiler *c, struct nodes *at, dl_str form)
{
    struct nodes before = {.n = 0};
    bool open = false;
    dl_str rest = form, word;
    while (c->err == DL_OK && dl_str_split(&rest, ' ', &word)) {
        if (word.n == 0) continue;
        bool opens = word.p[0] == '[' && word.n > 1,
             closes = word.p[word.n - 1] == ']' && word.n > 1;
        if (opens) {
            if (open) c->err = DL_ERR_SYNTAX;
            before = *at;
            open = true;
        }
        if (closes && !open) c->err = DL_ERR_SYNTAX;
        if (c->err == DL_OK) add_element(c, at, dl_str_sub(word, opens, word.n - closes));
        if (closes) {
            join(at, &before);
            open = false;
        }
    }
    if (open) c->err = DL_ERR_SYNTAX;
}

enum dl_err timex_add_form(dl_times *t, dl_str form, const struct timex_means *means)
{
    struct compiler c = {.t = t, .err = DL_OK};
    struct nodes at = {.n = 1};
    add_sequence(&c, &at, form);
    if (c.err != DL_OK) return c.err;
    if (dl_vec_push(t->arena, &t->means, *means) != DL_OK) return dl_arena_failed(t->arena);
    for (size_t i = 0; i < at.n; i++) {
        if (at.p[i] == 0) return DL_ERR_SYNTAX; /* a form of nothing */
        uint64_t *end = dl_map64_at(&t->forms.ends, at.p[i]);
        if (end == NULL) return dl_arena_failed(t->arena);
        if (*end == 0) *end = t->means.n; /* the first row wins */
    }
    return DL_OK;
}
