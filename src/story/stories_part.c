/* One story becomes two. */
#include "story/parting.h"
#include "story/stories_private.h"

static const float UNSEEN = 0.5F; /* texts that speak for the mean share of a term */

/* The members of a strand that are held, from old to new, and whether each goes. */
struct muster {
    size_t n;
    uint32_t at[DL_STORIES_PART_MOST]; /* number + 1 */
    uint8_t side[DL_STORIES_PART_MOST];
};

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool gather(const struct dl_stories *s, uint32_t strand, struct muster *m)
{
    const struct dl_member *member;
    uint32_t at = s->table.strands[strand].newest;
    m->n = 0;
    for (; (member = dl_members_at(&s->members, at)) != NULL; at = member->before) {
        if (m->n == DL_STORIES_PART_MOST) return false;
        m->side[m->n] = 0;
        m->at[m->n++] = at;
    }
    qsort(m->at, m->n, sizeof *m->at, by_number);
    return true;
}

/* Index of a member, by number + 1; DL_NO_POS: it is not among them. */
static size_t place_of(const struct muster *m, uint32_t at)
{
    const uint32_t *found = at != 0 ? bsearch(&at, m->at, m->n, sizeof *m->at, by_number) : NULL;
    return found != NULL ? (size_t)(found - m->at) : DL_NO_POS;
}

/* --- deciding ----------------------------------------------------------------------------- */

static void read_text(const struct dl_stories *s, const struct dl_member *member,
                      struct dl_parting_text *ret)
{
    ret->n = member->n_terms;
    for (size_t i = 0; i < ret->n; i++) {
        struct dl_member_term t = dl_members_term(&s->members, member, i);
        size_t k = i;
        for (; k > 0 && ret->terms[k - 1].id > t.id; k--)
            ret->terms[k] = ret->terms[k - 1];
        ret->terms[k] = t;
    }
}

/* Copies go where their text goes. */
static void follow_texts(const struct dl_stories *s, struct muster *m)
{
    for (size_t i = 0; i < m->n; i++) {
        size_t original = place_of(m, dl_members_at(&s->members, m->at[i])->original);
        if (original != DL_NO_POS) m->side[i] = m->side[original];
    }
}

static bool decide(const struct dl_stories *s, struct muster *m)
{
    struct dl_parting_text texts[DL_PARTING_MOST], headline;
    uint8_t side[DL_PARTING_MOST];
    size_t n = 0, k = 0;
    for (size_t i = 0; i < m->n; i++) {
        const struct dl_member *member = dl_members_at(&s->members, m->at[i]);
        if (!member->is_text) continue;
        if (n == DL_PARTING_MOST) return false;
        read_text(s, member, &texts[n++]);
    }
    if (!dl_parting_find(texts, n, side)) return false;
    for (size_t i = 0; i < m->n; i++) {
        const struct dl_member *member = dl_members_at(&s->members, m->at[i]);
        if (member->original != 0) continue;
        if (!member->is_text) read_text(s, member, &headline);
        m->side[i] = member->is_text ? side[k++] : dl_parting_side(texts, n, side, &headline);
    }
    follow_texts(s, m);
    return true;
}

/* Who founded the story stays. */
static void keep_founder(const struct dl_stories *s, struct muster *m, uint64_t key)
{
    size_t founder = place_of(m, dl_members_find(&s->members, key));
    if (founder == DL_NO_POS || m->side[founder] == 0) return;
    for (size_t i = 0; i < m->n; i++)
        m->side[i] ^= 1;
}

/* The first that goes and founded no story: stories are named by their documents. 0: none. */
static uint64_t new_key(const struct dl_stories *s, const struct muster *m)
{
    uint32_t story;
    for (size_t i = 0; i < m->n; i++) {
        uint64_t key = dl_members_at(&s->members, m->at[i])->key;
        if (m->side[i] != 0 && !dl_keymap_get(&s->table.keys, key, &story)) return key;
    }
    return 0;
}

/* --- doing -------------------------------------------------------------------------------- */

/* Of each entry of the centroid: how much of it the texts that go hold. */
static void share_entries(const struct dl_stories *s, const struct muster *m,
                          const struct dl_centroid *c, float mean, float *ret_share)
{
    uint32_t held[DL_CENTROID_MAX][2] = {{0}};
    for (size_t i = 0; i < m->n; i++) {
        const struct dl_member *member = dl_members_at(&s->members, m->at[i]);
        for (size_t k = 0; k < member->n_terms; k++) {
            size_t at = dl_centroid_find(c, dl_members_term(&s->members, member, k).id);
            if (at != DL_NO_POS) held[at][m->side[i]]++;
        }
    }
    for (size_t i = 0; i < c->n; i++)
        ret_share[i] =
            ((float)held[i][1] + UNSEEN * mean) / ((float)held[i][0] + (float)held[i][1] + UNSEEN);
}

static void chain_up(struct dl_stories *s, const struct muster *m, struct dl_strand *own,
                     struct dl_strand *other)
{
    own->newest = other->newest = own->texts = other->texts = 0;
    for (size_t i = 0; i < m->n; i++) {
        struct dl_member *member = dl_members_at(&s->members, m->at[i]);
        struct dl_strand *t = m->side[i] != 0 ? other : own;
        member->before = t->newest;
        t->newest = m->at[i];
        t->texts += member->is_text;
    }
}

static enum dl_err post(struct dl_stories *s, const struct muster *m, uint32_t strand)
{
    int64_t alive_from_ms = s->clock_ms - s->options.window_ms;
    struct dl_centroid *c = &s->table.strands[strand].terms;
    for (size_t i = 0; i < m->n; i++) {
        const struct dl_member *member = dl_members_at(&s->members, m->at[i]);
        for (size_t k = 0; m->side[i] != 0 && k < member->n_terms && k < DL_STORIES_INDEXED; k++) {
            uint32_t id = dl_members_term(&s->members, member, k).id;
            if (!dl_centroid_due(c, id, dl_stories_hour(s), dl_stories_renew_hours(s))) continue;
            DL_TRY(dl_ring_add(&s->index, id, strand, s->clock_ms, alive_from_ms));
        }
    }
    return DL_OK;
}

static enum dl_err part(struct dl_stories *s, uint32_t strand, const struct muster *m, uint64_t key)
{
    uint32_t from = s->table.strands[strand].story, into, other, moved = 0;
    const struct dl_member *first = NULL, *last = NULL;
    for (size_t i = 0; i < m->n; i++) {
        if (m->side[i] == 0) continue;
        last = dl_members_at(&s->members, m->at[i]);
        if (first == NULL) first = last;
        moved++;
    }
    DL_ASSERT(first != NULL); /* somebody goes */
    char language[4];
    memcpy(language, s->table.strands[strand].language, sizeof language);
    DL_TRY(dl_strands_found(&s->table, key, first->time_ms, &into));
    DL_TRY(dl_strands_take(&s->table, into, language, &other));
    struct dl_strand_story *a = &s->table.stories[from], *b = &s->table.stories[into];
    b->last_ms = last->time_ms;
    b->documents = moved;
    b->parted = a->key;
    a->documents -= moved < a->documents ? moved : a->documents;
    float share[DL_CENTROID_MAX];
    struct dl_strand *t = &s->table.strands[strand];
    share_entries(s, m, &t->terms, (float)moved / (float)m->n, share);
    DL_TRY(dl_centroid_part(&t->terms, share, moved, &s->table.strands[other].terms));
    chain_up(s, m, t, &s->table.strands[other]);
    for (size_t i = 0; i < m->n; i++)
        if (m->side[i] != 0) dl_copies_move(s->copies, m->at[i] - 1, into);
    return post(s, m, other);
}

enum dl_err dl_stories_part(struct dl_stories *s, uint32_t strand, struct dl_story_part *ret_part)
{
    struct muster m;
    *ret_part = (struct dl_story_part){.n = 0};
    if (!dl_parting_due(s->table.strands[strand].texts) || !gather(s, strand, &m)) return DL_OK;
    uint64_t from = s->table.stories[s->table.strands[strand].story].key;
    if (!decide(s, &m)) return DL_OK;
    keep_founder(s, &m, from);
    uint64_t key = new_key(s, &m);
    if (key == 0) return DL_OK;
    size_t n = 0;
    for (size_t i = 0; i < m.n; i++) {
        if (m.side[i] == 0) continue;
        s->moved[n++] = dl_members_at(&s->members, m.at[i])->key;
    }
    DL_TRY(part(s, strand, &m, key));
    *ret_part = (struct dl_story_part){from, key, n, s->moved};
    return DL_OK;
}

enum dl_err dl_stories_part_again(struct dl_stories *s, uint32_t strand,
                                  const struct dl_story_part *decided)
{
    struct muster m;
    size_t goes = 0;
    uint32_t story;
    if (!gather(s, strand, &m)) return DL_OK;
    for (size_t i = 0; i < decided->n; i++) {
        size_t at = place_of(&m, dl_members_find(&s->members, decided->moved[i]));
        if (at == DL_NO_POS) continue; /* older than the window */
        m.side[at] = 1;
        goes++;
    }
    if (goes == 0 || dl_keymap_get(&s->table.keys, decided->into, &story)) return DL_OK;
    return part(s, strand, &m, decided->into);
}

bool dl_stories_were_parted(const struct dl_stories *s, uint32_t a, uint32_t b)
{
    const struct dl_strand_story *x = &s->table.stories[a], *y = &s->table.stories[b];
    return (x->parted != 0 && dl_stories_now(s, x->parted) == y->key) ||
           (y->parted != 0 && dl_stories_now(s, y->parted) == x->key);
}
