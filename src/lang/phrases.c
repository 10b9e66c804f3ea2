#include "lang/phrases.h"

enum { FILTER_LEAST = 9, BITS_A_WORD = 8 };

void dl_phrases_init(dl_phrases *phrases, dl_arena *arena)
{
    *phrases = (dl_phrases){.arena = arena, .nodes = 1};
    dl_map64_init(&phrases->first, arena);
    dl_map64_init(&phrases->edges, arena);
}

static uint64_t edge(uint32_t node, uint64_t key)
{
    uint64_t mixed = key ^ ((uint64_t)node * 0x9E3779B97F4A7C15u);
    return mixed ^ (mixed >> 29);
}

static void set_bit(dl_phrases *p, uint64_t key)
{
    uint64_t bit = dl_phrases_bit_(key) >> (64 - p->filter_log2);
    p->filter[bit / 64] |= (uint64_t)1 << bit % 64;
}

static enum dl_err grow_filter(dl_phrases *p)
{
    unsigned log2 = p->filter == NULL ? FILTER_LEAST : p->filter_log2 + 1;
    uint64_t *filter = DL_NEW_ARRAY(p->arena, uint64_t, (size_t)1 << (log2 - 6));
    if (filter == NULL) return dl_arena_failed(p->arena);
    p->filter = filter;
    p->filter_log2 = log2;
    for (size_t i = 0; i < p->first.cap; i++)
        if (p->first.slots[i].key != 0) set_bit(p, p->first.slots[i].key);
    if (p->first.has_zero) set_bit(p, 0);
    return DL_OK;
}

static enum dl_err add_first(dl_phrases *p, uint64_t key)
{
    if (p->filter == NULL || p->first.n * BITS_A_WORD >= (size_t)1 << p->filter_log2)
        DL_TRY(grow_filter(p));
    set_bit(p, key);
    return DL_OK;
}

/* A node whose payload has room. */
static enum dl_err add_node(dl_phrases *p, uint64_t *ret_node)
{
    if (p->nodes >= p->cap_nodes) {
        size_t cap = p->cap_nodes == 0 ? 64 : (size_t)p->cap_nodes * 2;
        uint32_t *grown = dl_realloc(p->arena, p->payload, p->cap_nodes * sizeof *p->payload,
                                     cap * sizeof *p->payload);
        if (grown == NULL) return dl_arena_failed(p->arena);
        memset(grown + p->cap_nodes, 0, (cap - p->cap_nodes) * sizeof *grown);
        p->payload = grown;
        p->cap_nodes = (uint32_t)cap;
    }
    *ret_node = p->nodes++;
    return DL_OK;
}

static enum dl_err add_link(dl_phrases *p, uint32_t node, uint32_t value)
{
    uint32_t *first = &p->payload[node];
    if (p->n_links == p->cap_links) {
        size_t cap = p->cap_links == 0 ? 256 : p->cap_links * 2;
        void *grown =
            dl_realloc(p->arena, p->links, p->cap_links * sizeof *p->links, cap * sizeof *p->links);
        if (grown == NULL) return dl_arena_failed(p->arena);
        p->links = grown;
        p->cap_links = cap;
    }
    p->links[p->n_links++] = (struct dl_phrase_link){value, 0};
    uint32_t made = (uint32_t)p->n_links; /* 1 + index */
    if (*first == 0) {
        *first = made;
        return DL_OK;
    }
    uint32_t at = *first;
    while (p->links[at - 1].next != 0)
        at = p->links[at - 1].next;
    p->links[at - 1].next = made;
    return DL_OK;
}

enum dl_err dl_phrases_add(dl_phrases *p, const struct dl_pack *pack, dl_str phrase, uint32_t value)
{
    dl_words words;
    DL_TRY(dl_words_split(pack, p->arena, phrase, &words));
    if (words.n == 0 || words.n > DL_PHRASE_MAX_WORDS) return DL_ERR_SYNTAX;
    uint32_t node = 0;
    for (size_t i = 0; i < words.n; i++) {
        uint64_t key = words.p[i].key;
        uint64_t *next =
            i == 0 ? dl_map64_at(&p->first, key) : dl_map64_at(&p->edges, edge(node, key));
        if (next == NULL) return dl_arena_failed(p->arena);
        if (*next == 0) DL_TRY(add_node(p, next));
        if (i == 0) DL_TRY(add_first(p, key));
        node = (uint32_t)*next;
    }
    return add_link(p, node, value);
}

size_t dl_phrases_match(const dl_phrases *p, const dl_words *words, size_t i, size_t last,
                        uint32_t *ret_link)
{
    if (i >= last || words->p[i].kind >= DL_TOKEN_LINE || !dl_phrases_may_start(p, words->p[i].key))
        return 0;
    const uint64_t *next = dl_map64_get(&p->first, words->p[i].key);
    size_t found = 0;
    for (size_t k = i + 1; next != NULL; k++) {
        uint32_t node = (uint32_t)*next;
        if (p->payload[node] != 0) {
            found = k - i;
            *ret_link = p->payload[node];
        }
        if (k >= last || k - i >= DL_PHRASE_MAX_WORDS || words->p[k].kind >= DL_TOKEN_LINE) break;
        next = dl_map64_get(&p->edges, edge(node, words->p[k].key));
    }
    return found;
}

bool dl_phrases_value(const dl_phrases *p, uint32_t *link, uint32_t *ret_value)
{
    if (*link == 0) return false;
    *ret_value = p->links[*link - 1].value;
    *link = p->links[*link - 1].next;
    return true;
}

void dl_phrases_freeze(dl_freezer *f, const dl_phrases *p)
{
    dl_freeze_drop(f, &p->arena);
    dl_map64_freeze(f, &p->first);
    dl_map64_freeze(f, &p->edges);
    size_t bits = p->filter == NULL ? 0 : (size_t)1 << p->filter_log2;
    dl_freeze_array(f, &p->filter, bits / 8, DL_FROZEN_PLAIN);
    size_t nodes = p->payload == NULL ? 0 : p->nodes;
    dl_freeze_array(f, &p->payload, nodes * sizeof *p->payload, DL_FROZEN_PLAIN);
    dl_freeze_array(f, &p->links, p->n_links * sizeof *p->links, DL_FROZEN_PLAIN);
}
