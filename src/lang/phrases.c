#include "lang/phrases.h"

void dl_phrases_init(dl_phrases *phrases, dl_arena *arena)
{
    *phrases = (dl_phrases){.arena = arena, .nodes = 1};
    dl_map64_init(&phrases->edges, arena);
    dl_map64_init(&phrases->payload, arena);
}

static uint64_t edge(uint32_t node, uint64_t key)
{
    uint64_t mixed = key ^ ((uint64_t)node * 0x9E3779B97F4A7C15u);
    return mixed ^ (mixed >> 29);
}

static enum dl_err add_link(dl_phrases *p, uint32_t node, uint32_t value)
{
    uint64_t *first = dl_map64_at(&p->payload, node);
    if (first == NULL) return dl_arena_failed(p->arena);
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
    uint32_t at = (uint32_t)*first;
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
        uint64_t *next = dl_map64_at(&p->edges, edge(node, words.p[i].key));
        if (next == NULL) return dl_arena_failed(p->arena);
        if (*next == 0) *next = p->nodes++;
        node = (uint32_t)*next;
    }
    return add_link(p, node, value);
}

size_t dl_phrases_match(const dl_phrases *p, const dl_words *words, size_t i, size_t last,
                        uint32_t *ret_link)
{
    uint32_t node = 0;
    size_t found = 0;
    for (size_t k = i; k < last && k - i < DL_PHRASE_MAX_WORDS; k++) {
        if (words->p[k].kind >= DL_TOKEN_LINE) break;
        const uint64_t *next = dl_map64_get(&p->edges, edge(node, words->p[k].key));
        if (next == NULL) break;
        node = (uint32_t)*next;
        const uint64_t *first = dl_map64_get(&p->payload, node);
        if (first == NULL) continue;
        found = k - i + 1;
        *ret_link = (uint32_t)*first;
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
    dl_map64_freeze(f, &p->edges);
    dl_map64_freeze(f, &p->payload);
    dl_freeze_array(f, &p->links, p->n_links * sizeof *p->links, DL_FROZEN_PLAIN);
}
