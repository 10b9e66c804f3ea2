#include "story/strands.h"

enum { FIRST_CAP = 256 };

void dl_strands_free(struct dl_strands *t)
{
    for (size_t i = 0; i < t->n_strands; i++)
        dl_centroid_free(&t->strands[i].terms);
    free(t->strands);
    free(t->stories);
    dl_keymap_free(&t->keys);
    *t = (struct dl_strands){0};
}

static enum dl_err more(void **slots, size_t *cap, size_t size)
{
    size_t want = *cap == 0 ? FIRST_CAP : *cap * 2;
    void *grown = realloc(*slots, want * size);
    if (grown == NULL) return DL_ERR_NOMEM;
    memset((char *)grown + *cap * size, 0, (want - *cap) * size);
    *slots = grown;
    *cap = want;
    return DL_OK;
}

enum dl_err dl_strands_found(struct dl_strands *t, uint64_t key, int64_t first_ms,
                             uint32_t *ret_story)
{
    uint32_t i = t->free_story - 1;
    if (t->free_story != 0) {
        t->free_story = t->stories[i].strands;
    } else {
        if (t->n_stories == t->cap_stories)
            DL_TRY(more((void **)&t->stories, &t->cap_stories, sizeof *t->stories));
        i = (uint32_t)t->n_stories++;
    }
    t->stories[i] = (struct dl_strand_story){.key = key, .first_ms = first_ms};
    t->held++;
    *ret_story = i;
    return dl_keymap_set(&t->keys, key, i);
}

uint32_t dl_strands_of(const struct dl_strands *t, uint32_t story, const char language[4])
{
    uint32_t i = t->stories[story].strands;
    while (i != 0 && memcmp(t->strands[i - 1].language, language, 4) != 0)
        i = t->strands[i - 1].next;
    return i;
}

enum dl_err dl_strands_take(struct dl_strands *t, uint32_t story, const char language[4],
                            uint32_t *ret_strand)
{
    uint32_t held = dl_strands_of(t, story, language);
    if (held != 0) {
        *ret_strand = held - 1;
        return DL_OK;
    }
    uint32_t i = t->free_strand - 1;
    if (t->free_strand != 0) {
        t->free_strand = t->strands[i].next;
    } else {
        if (t->n_strands == t->cap_strands)
            DL_TRY(more((void **)&t->strands, &t->cap_strands, sizeof *t->strands));
        i = (uint32_t)t->n_strands++;
    }
    struct dl_strand_story *owner = &t->stories[story];
    t->strands[i] = (struct dl_strand){.story = story, .next = owner->strands, .used = true};
    memcpy(t->strands[i].language, language, sizeof t->strands[i].language);
    owner->strands = i + 1;
    *ret_strand = i;
    return DL_OK;
}

static void free_strand(struct dl_strands *t, uint32_t i)
{
    dl_centroid_free(&t->strands[i].terms);
    t->strands[i] = (struct dl_strand){.next = t->free_strand};
    t->free_strand = i + 1;
}

void dl_strands_drop(struct dl_strands *t, uint32_t i)
{
    struct dl_strand_story *story = &t->stories[i];
    for (uint32_t k = story->strands; k != 0;) {
        uint32_t next = t->strands[k - 1].next;
        free_strand(t, k - 1);
        k = next;
    }
    if (story->into != 0) t->stories[story->into - 1].joined--;
    dl_keymap_remove(&t->keys, story->key);
    *story = (struct dl_strand_story){.strands = t->free_story};
    t->free_story = i + 1;
    t->held--;
}

static enum dl_err join_strand(struct dl_strands *t, uint32_t from, uint32_t story)
{
    uint32_t into = dl_strands_of(t, story, t->strands[from].language);
    if (into == 0) {
        t->strands[from].story = story;
        t->strands[from].next = t->stories[story].strands;
        t->stories[story].strands = from + 1;
        return DL_OK;
    }
    DL_TRY(dl_centroid_join(&t->strands[into - 1].terms, &t->strands[from].terms));
    free_strand(t, from);
    return DL_OK;
}

enum dl_err dl_strands_join(struct dl_strands *t, uint32_t from, uint32_t into)
{
    struct dl_strand_story *a = &t->stories[from], *b = &t->stories[into];
    for (uint32_t k = a->strands; k != 0;) {
        uint32_t next = t->strands[k - 1].next;
        DL_TRY(join_strand(t, k - 1, into));
        k = next;
    }
    a->strands = 0;
    a->into = into + 1;
    b->joined++;
    b->documents += a->documents;
    if (a->first_ms < b->first_ms) b->first_ms = a->first_ms;
    if (a->last_ms > b->last_ms) b->last_ms = a->last_ms;
    return DL_OK;
}

uint32_t dl_strands_follow(const struct dl_strands *t, uint32_t story)
{
    while (t->stories[story].into != 0)
        story = t->stories[story].into - 1;
    return story;
}

bool dl_strands_next_old(struct dl_strands *t, int64_t alive_from_ms, uint32_t *ret_story)
{
    if (t->n_stories == 0) return false;
    t->sweep = (t->sweep + 1) % t->n_stories;
    const struct dl_strand_story *story = &t->stories[t->sweep];
    if (story->key == 0 || story->last_ms >= alive_from_ms || story->joined != 0) return false;
    *ret_story = (uint32_t)t->sweep;
    return true;
}

size_t dl_strands_bytes(const struct dl_strands *t)
{
    size_t bytes = t->cap_stories * sizeof *t->stories + t->cap_strands * sizeof *t->strands +
                   t->keys.cap * sizeof *t->keys.slots;
    for (size_t i = 0; i < t->n_strands; i++)
        bytes += t->strands[i].terms.cap * sizeof(struct dl_entry);
    return bytes;
}
