#include "story/keymap.h"

enum { FIRST_CAP = 1 << 8 };

void dl_keymap_free(struct dl_keymap *m)
{
    free(m->slots);
    *m = (struct dl_keymap){0};
}

static size_t home_of(const struct dl_keymap *m, uint64_t key)
{
    return (size_t)(key * 0x9E3779B97F4A7C15U >> 32) & (m->cap - 1);
}

/* Slot of the key, or the free one where it belongs. */
static size_t slot_of(const struct dl_keymap *m, uint64_t key)
{
    size_t i = home_of(m, key);
    while (m->slots[i].key != 0 && m->slots[i].key != key)
        i = (i + 1) & (m->cap - 1);
    return i;
}

bool dl_keymap_get(const struct dl_keymap *m, uint64_t key, uint32_t *ret_value)
{
    if (m->cap == 0 || key == 0) return false;
    size_t i = slot_of(m, key);
    if (m->slots[i].key == 0) return false;
    *ret_value = m->slots[i].value;
    return true;
}

static enum dl_err grow(struct dl_keymap *m)
{
    struct dl_keymap bigger = {.n = m->n, .cap = m->cap == 0 ? FIRST_CAP : m->cap * 2};
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (bigger.slots == NULL) return DL_ERR_NOMEM;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].key != 0) bigger.slots[slot_of(&bigger, m->slots[i].key)] = m->slots[i];
    free(m->slots);
    *m = bigger;
    return DL_OK;
}

enum dl_err dl_keymap_set(struct dl_keymap *m, uint64_t key, uint32_t value)
{
    DL_ASSERT(key != 0);
    if ((m->n + 1) * 4 > m->cap * 3) DL_TRY(grow(m));
    size_t i = slot_of(m, key);
    m->n += m->slots[i].key == 0;
    m->slots[i].key = key;
    m->slots[i].value = value;
    return DL_OK;
}

void dl_keymap_remove(struct dl_keymap *m, uint64_t key)
{
    if (m->cap == 0 || key == 0) return;
    size_t gap = slot_of(m, key), mask = m->cap - 1;
    if (m->slots[gap].key == 0) return;
    for (size_t i = (gap + 1) & mask; m->slots[i].key != 0; i = (i + 1) & mask) {
        size_t home = home_of(m, m->slots[i].key);
        if (((i - home) & mask) < ((i - gap) & mask)) continue;
        m->slots[gap] = m->slots[i];
        gap = i;
    }
    m->slots[gap].key = 0;
    m->n--;
}
