/* Which documents are of one outlet, and which actors are outlets of the story. */
#include "base/hash.h"
#include "story/claims_private.h"

struct node {
    uint32_t document, next; /* next: 1 + index of an older node of the key */
};

struct outlets {
    dl_arena *arena;
    const struct dl_claims_input *in;
    struct identities *who;
    dl_map64 by_name; /* hash of an outlet -> 1 + its first document */
    dl_map64 by_key;  /* dl_byname_outlet_keys -> 1 + newest node */
    DL_VEC(struct node) nodes;
};

static enum dl_err index_outlet(struct outlets *o, uint32_t document)
{
    uint64_t keys[DL_BYNAME_KEYS];
    size_t n = dl_byname_outlet_keys(&o->in->docs[document].sayings->outlet, keys);
    for (size_t i = 0; i < n; i++) {
        uint64_t *at = dl_map64_at(&o->by_key, keys[i]);
        struct node node = {document, at != NULL ? (uint32_t)*at : 0};
        if (at == NULL || dl_vec_push(o->arena, &o->nodes, node) != DL_OK)
            return dl_arena_failed(o->arena);
        *at = o->nodes.n;
    }
    return DL_OK;
}

/* The first outlet of which the actor has the name, 1 + its first document; 0 none. */
static uint32_t outlet_named(const struct outlets *o, const struct dl_byname *name)
{
    enum { STEPS = 64 /* outlets that sound alike: no story has as many */ };
    uint64_t keys[DL_BYNAME_KEYS];
    uint32_t first = 0;
    size_t n = dl_byname_name_keys(name, keys);
    for (size_t i = 0; i < n; i++) {
        const uint64_t *at = dl_map64_get(&o->by_key, keys[i]);
        size_t steps = 0;
        for (uint64_t k = at != NULL ? *at : 0; k != 0 && steps < STEPS; steps++) {
            uint32_t document = o->nodes.p[k - 1].document;
            k = o->nodes.p[k - 1].next;
            if (first != 0 && document + 1 >= first) continue;
            if (dl_byname_is_outlet(name, &o->in->docs[document].sayings->outlet))
                first = document + 1;
        }
    }
    return first;
}

enum dl_err outlets_find(dl_arena *arena, const struct dl_claims_input *in, size_t n_docs,
                         struct identities *who)
{
    struct outlets o = {.arena = arena, .in = in, .who = who};
    dl_map64_init(&o.by_name, arena);
    dl_map64_init(&o.by_key, arena);
    for (uint32_t d = 0; d < n_docs; d++) {
        who->outlet[d] = d;
        uint64_t *at = dl_map64_at(&o.by_name, dl_hash64(in->docs[d].outlet));
        if (at == NULL) return dl_arena_failed(arena);
        if (*at != 0) who->outlet[d] = (uint32_t)*at - 1;
        if (*at != 0 || in->docs[d].sayings == NULL) continue;
        *at = (uint64_t)d + 1;
        DL_TRY(index_outlet(&o, d));
    }
    for (uint32_t d = 0; d < n_docs; d++) {
        const struct dl_sayings *s = in->docs[d].sayings;
        for (uint32_t a = 0; s != NULL && a < s->n_actors; a++)
            who->outlet_of[who->first_of[d] + a] = outlet_named(&o, &s->actors[a].name);
    }
    return DL_OK;
}
