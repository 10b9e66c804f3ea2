#include "story/members.h"

enum { TERM_BYTES = 5, WALK_MOST = 4096 };

void dl_members_init(struct dl_members *m)
{
    dl_trail_init(&m->rows, sizeof(struct dl_member));
    dl_trail_init(&m->terms, TERM_BYTES);
}

void dl_members_free(struct dl_members *m)
{
    dl_trail_free(&m->rows);
    dl_trail_free(&m->terms);
}

struct dl_member *dl_members_at(const struct dl_members *m, uint32_t at)
{
    bool held = at != 0 && dl_trail_holds(&m->rows, at - 1);
    return held ? dl_trail_at(&m->rows, at - 1) : NULL;
}

struct dl_member_term dl_members_term(const struct dl_members *m, const struct dl_member *member,
                                      size_t i)
{
    struct dl_member_term t;
    const char *p = dl_trail_at(&m->terms, member->terms_at + (uint32_t)i);
    memcpy(&t.id, p, sizeof t.id);
    t.rarity = (uint8_t)p[sizeof t.id];
    return t;
}

static enum dl_err keep_terms(struct dl_members *m, const struct dl_docvec *vec)
{
    void *record;
    for (size_t i = 0; i < vec->n_heavy; i++) {
        const struct dl_entry *e = &vec->entries[vec->heavy[i]];
        DL_TRY(dl_trail_add(&m->terms, &record));
        memcpy(record, &e->id, sizeof e->id);
        ((char *)record)[sizeof e->id] = (char)e->rarity;
    }
    return DL_OK;
}

enum dl_err dl_members_add(struct dl_members *m, uint64_t key, uint64_t copy_of, int64_t time_ms,
                           const struct dl_docvec *vec, bool is_text, uint32_t *newest)
{
    void *record;
    struct dl_member row = {.key = key,
                            .time_ms = time_ms,
                            .before = *newest,
                            .is_text = is_text,
                            .original = copy_of == 0 ? 0 : dl_members_find(m, copy_of),
                            .terms_at = (uint32_t)m->terms.n};
    if (copy_of == 0) {
        row.n_terms = (uint8_t)vec->n_heavy;
        DL_TRY(keep_terms(m, vec));
    }
    DL_TRY(dl_trail_add(&m->rows, &record));
    *(struct dl_member *)record = row;
    *newest = (uint32_t)m->rows.n;
    return DL_OK;
}

void dl_members_keep(struct dl_members *m, uint64_t n)
{
    while (m->rows.n - m->rows.oldest > n) {
        const struct dl_member *row = dl_trail_at(&m->rows, m->rows.oldest);
        dl_trail_forget(&m->terms, m->terms.oldest + row->n_terms);
        dl_trail_forget(&m->rows, m->rows.oldest + 1);
    }
}

uint32_t dl_members_find(const struct dl_members *m, uint64_t key)
{
    uint64_t low = m->rows.oldest, high = m->rows.n;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (((struct dl_member *)dl_trail_at(&m->rows, middle))->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < m->rows.n && ((struct dl_member *)dl_trail_at(&m->rows, low))->key == key;
    return found ? (uint32_t)low + 1 : 0;
}

uint32_t dl_members_join(struct dl_members *m, uint32_t newest, uint32_t other)
{
    uint32_t joined = 0, *end = &joined, n = (uint32_t)m->rows.n;
    struct dl_member *a = dl_members_at(m, newest), *b = dl_members_at(m, other);
    for (unsigned k = 0; a != NULL && b != NULL && k < WALK_MOST; k++) {
        bool own = n - newest < n - other;
        *end = own ? newest : other;
        end = own ? &a->before : &b->before;
        uint32_t *next = own ? &newest : &other;
        *next = *end;
        if (own)
            a = dl_members_at(m, newest);
        else
            b = dl_members_at(m, other);
    }
    *end = a != NULL ? newest : b != NULL ? other : 0;
    return joined;
}

size_t dl_members_bytes(const struct dl_members *m)
{
    return dl_trail_bytes(&m->rows) + dl_trail_bytes(&m->terms);
}
