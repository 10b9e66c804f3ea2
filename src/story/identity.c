/* Which actors of a story's documents are one: persons, institutions, artefacts.
 *
 * By name only: what names alone say surely. Sources without a name are never joined here, and no
 * unnamed source is ever joined to a person. A spokesman is one with the body he speaks for. */
#include "story/claims_private.h"
#include "story/concepts.h"

enum {
    NEWEST = 24,    /* actors with a common word that are compared */
    CONSONANTS = 4, /* of a name across scripts: "Abu Tarek" has four */
};

/* "police", "the court": a body, though it is told as many. */
static bool collective(const struct dl_actor *a)
{
    static const char *const bodies[] = {"police", "court", "government", "parliament",
                                         "firefighters"};
    if (class_family(a->class) != class_family(DL_SOURCE_OFFICIAL) || a->name.n == 0) return false;
    for (size_t i = 0; i < a->name.n; i++) {
        bool body = false;
        for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++)
        body = body || a->name.t[i].concept == dl_concept_id(bodies[k]);
        if (!body) return false;
    }
    return a->anonymity == DL_ANON_GROUP;
}

bool actor_unnamed(const struct dl_actor *a)
{
    if (a->flags & DL_ACTOR_EVIDENCE || collective(a)) return false;
    return a->anonymity == DL_ANON_ROLE || a->anonymity == DL_ANON_GROUP ||
           a->anonymity == DL_ANON_BARE || a->class == DL_SOURCE_UNNAMED;
}

int class_family(uint8_t class)
{
    switch (class) {
    case DL_SOURCE_POLITICAL:
    case DL_SOURCE_OFFICIAL:
        return 1;
    case DL_SOURCE_ARMED:
        return 2;
    case DL_SOURCE_NGO:
    case DL_SOURCE_IGO:
        return 3;
    case DL_SOURCE_WITNESS:
    case DL_SOURCE_INDIVIDUAL:
    case DL_SOURCE_EXPERT:
        return 4;
    case DL_SOURCE_DOCUMENT:
    case DL_SOURCE_DATA:
    case DL_SOURCE_SOCIAL:
        return 5;
    case DL_SOURCE_COMPANY:
        return 6;
    case DL_SOURCE_MEDIA:
        return 7;
    default:
        return 0;
    }
}

static uint32_t root(const struct identities *w, uint32_t i)
{
    while (w->parent[i] != i)
        i = w->parent[i] = w->parent[w->parent[i]];
    return i;
}

uint32_t identity_of(const struct identities *w, uint32_t document, uint32_t actor)
{
    return root(w, w->first_of[document] + actor);
}

static void unite(struct identities *w, uint32_t a, uint32_t b, enum dl_merge_rule rule)
{
    a = root(w, a);
    b = root(w, b);
    if (a == b) return;
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    w->parent[high] = low;
    w->rule[high] = (uint8_t)rule;
}

/* ------------------------------------------------------------------ who is who */

static size_t consonants(const struct dl_byname_token *t)
{
    size_t n = 0;
    while (n < DL_BYNAME_SOUND && t->sound[n] != '\0')
        n++;
    return n;
}

static bool name_token(const struct dl_byname_token *t)
{
    return (t->flags & (DL_BYNAME_CAP | DL_BYNAME_UNCASED)) &&
           !(t->flags & (DL_BYNAME_ROLE | DL_BYNAME_MEDIA));
}

static bool token_alike(const struct dl_byname_token *a, const struct dl_byname_token *b)
{
    if (a->key == b->key || a->stem == b->stem) return true;
    bool scripts = ((a->flags ^ b->flags) & (DL_BYNAME_LATIN | DL_BYNAME_UNCASED)) != 0;
    return scripts && consonants(a) > 0 && memcmp(a->sound, b->sound, DL_BYNAME_SOUND) == 0;
}

/* Name words of a that b has, too. */
static size_t names_shared(const struct dl_byname *a, const struct dl_byname *b, size_t *ret_of,
                           size_t *ret_consonants)
{
    size_t n = 0;
    *ret_of = *ret_consonants = 0;
    for (size_t i = 0; i < a->n; i++) {
        if (!name_token(&a->t[i])) continue;
        ++*ret_of;
        for (size_t k = 0; k < b->n; k++) {
            if (!name_token(&b->t[k]) || !token_alike(&a->t[i], &b->t[k])) continue;
            n++;
            *ret_consonants += consonants(&a->t[i]);
            break;
        }
    }
    return n;
}

static bool same_person(const struct dl_actor *a, const struct dl_actor *b)
{
    size_t of_a, of_b, weight_a, weight_b;
    size_t n = names_shared(&a->name, &b->name, &of_a, &weight_a);
    size_t k = names_shared(&b->name, &a->name, &of_b, &weight_b);
    if (n == 0 || k == 0 || weight_a < CONSONANTS - 1) return false;
    if (n >= 2 && k >= 2) return weight_a >= CONSONANTS;
    return n == of_a || k == of_b;
}

/* What the names of a are about, and b, too. "minister" alone tells no ministry from another. */
static uint32_t concepts_shared(const struct dl_byname *a, const struct dl_byname *b, bool *ret_all)
{
    uint32_t n = 0, minister = dl_concept_id("minister");
    *ret_all = true;
    for (size_t i = 0; i < a->n; i++) {
        if (a->t[i].concept == 0 || a->t[i].concept == minister) continue;
        bool there = false;
        for (size_t k = 0; k < b->n && !there; k++)
        there = a->t[i].concept == b->t[k].concept;
        n += there;
        *ret_all = *ret_all && there;
    }
    return n;
}

static bool same_body(const struct dl_actor *a, const char *lang_a, const struct dl_actor *b,
                      const char *lang_b)
{
    if (class_family(a->class) != class_family(b->class)) return false;
    int alike = dl_byname_alike(&a->name, &b->name);
    size_t of, weight;
    size_t shared = names_shared(&a->name, &b->name, &of, &weight);
    if (alike == 3) return true;
    bool one_language = strcmp(lang_a, lang_b) == 0;
    if (alike == 2 && (one_language || shared > 0)) return shared > 0;
    /* "the rights organisation Open Door", "Open Door, a rights group": the name alone is the same.
     */
    size_t of_b, weight_b;
    size_t back = names_shared(&b->name, &a->name, &of_b, &weight_b);
    if (shared > 0 && shared == of && back == of_b && weight >= CONSONANTS) return true;
    if (one_language) return false;
    bool all_a, all_b;
    uint32_t things = concepts_shared(&a->name, &b->name, &all_a);
    concepts_shared(&b->name, &a->name, &all_b);
    if (shared > 0 && weight >= 2) return things > 0 || a->class == b->class;
    bool proper = dl_byname_proper(&a->name) && dl_byname_proper(&b->name);
    return things > 0 && all_a && all_b && !proper && a->class == b->class;
}

static bool same_artefact(const struct dl_actor *a, const struct dl_actor *b)
{
    size_t of, weight, fewer = a->name.n < b->name.n ? a->name.n : b->name.n;
    int alike = dl_byname_alike(&a->name, &b->name);
    if (alike == 3 && fewer >= 2) return true;
    return alike >= 2 && names_shared(&a->name, &b->name, &of, &weight) > 0;
}

/* In scripts without capitals a name behind an office is not always seen: it stands in the words.
 */
static bool name_in_words(const struct dl_actor *a)
{
    bool office = (a->flags & (DL_ACTOR_HEADS | DL_ACTOR_SPEAKS)) && !(a->flags & DL_ACTOR_PLURAL);
    return office && a->anonymity == DL_ANON_ROLE && a->name.n > 2 &&
           a->name.t[0].flags & DL_BYNAME_UNCASED;
}

static bool named_alike(const struct dl_actor *a, const struct dl_actor *b)
{
    bool known_a = !actor_unnamed(a) || name_in_words(a),
         known_b = !actor_unnamed(b) || name_in_words(b);
    if (!known_a || !known_b) return false;
    size_t of, weight, n = names_shared(&a->name, &b->name, &of, &weight);
    bool offices = a->flags & b->flags & DL_ACTOR_HEADS; /* the surname of one office-holder */
    return n >= 2 ? weight >= CONSONANTS : n == 1 && offices && weight >= CONSONANTS - 1;
}

static bool same_actor(const struct dl_actor *a, const char *lang_a, const struct dl_actor *b,
                       const char *lang_b, enum dl_merge_rule *ret_rule)
{
    *ret_rule = DL_MERGE_same_person;
    if ((name_in_words(a) || name_in_words(b)) && a->flags & b->flags & DL_ACTOR_PERSON)
        return named_alike(a, b);
    if (actor_unnamed(a) || actor_unnamed(b)) return false;
    bool thing_a = a->flags & DL_ACTOR_EVIDENCE, thing_b = b->flags & DL_ACTOR_EVIDENCE;
    bool person_a = a->flags & DL_ACTOR_PERSON, person_b = b->flags & DL_ACTOR_PERSON;
    if (thing_a != thing_b) return false;
    if (thing_a) {
        *ret_rule = DL_MERGE_same_artefact;
        return same_artefact(a, b);
    }
    if (person_a && person_b) {
        *ret_rule = DL_MERGE_same_person;
        return same_person(a, b);
    }
    if (person_a != person_b) {
        /* Recognisers do not know persons in every language: the whole name must be there. */
        *ret_rule = DL_MERGE_same_person;
        bool uncased = a->name.n > 0 && b->name.n > 0 &&
                       ((a->name.t[0].flags ^ b->name.t[0].flags) & DL_BYNAME_UNCASED);
        return uncased && same_person(a, b) && dl_byname_alike(&a->name, &b->name) > 0;
    }
    *ret_rule = DL_MERGE_same_institution;
    return same_body(a, lang_a, b, lang_b);
}

/* ------------------------------------------------------------------ all actors */

struct node {
    uint32_t actor, next;
};

struct naming {
    dl_arena *arena;
    const struct dl_claims_input *in;
    struct identities *who;
    uint32_t *doc_of; /* of an actor's number */
    dl_map64 index;
    DL_VEC(struct node) nodes;
};

static const struct dl_actor *numbered(const struct naming *n, uint32_t number,
                                       const char **ret_language)
{
    uint32_t document = n->doc_of[number];
    *ret_language = n->in->docs[document].sayings->language;
    return actor_of(n->in, document, number - n->who->first_of[document]);
}

static enum dl_err try_key(struct naming *n, uint64_t key, uint32_t number)
{
    const char *lang_a, *lang_b;
    const struct dl_actor *a = numbered(n, number, &lang_a);
    uint64_t *at = dl_map64_at(&n->index, key | 1);
    if (at == NULL) return dl_arena_failed(n->arena);
    size_t steps = 0;
    for (uint64_t k = *at; k != 0 && steps < NEWEST; steps++) {
        uint32_t other = n->nodes.p[k - 1].actor;
        k = n->nodes.p[k - 1].next;
        enum dl_merge_rule rule;
        if (n->doc_of[other] == n->doc_of[number] || root(n->who, other) == root(n->who, number))
            continue;
        const struct dl_actor *b = numbered(n, other, &lang_b);
        if (same_actor(a, lang_a, b, lang_b, &rule)) unite(n->who, number, other, rule);
    }
    if (*at != 0 && n->nodes.p[*at - 1].actor == number) return DL_OK;
    struct node node = {number, (uint32_t)*at};
    if (dl_vec_push(n->arena, &n->nodes, node) != DL_OK) return dl_arena_failed(n->arena);
    *at = n->nodes.n;
    return DL_OK;
}

static enum dl_err try_names(struct naming *n, uint32_t number)
{
    const char *language;
    const struct dl_actor *a = numbered(n, number, &language);
    if (actor_unnamed(a) && !name_in_words(a)) return DL_OK; /* is joined to nobody */
    for (size_t i = 0; i < a->name.n; i++) {
        const struct dl_byname_token *t = &a->name.t[i];
        DL_TRY(try_key(n, (uint64_t)t->stem << 3 | 0, number));
        DL_TRY(try_key(n, (uint64_t)t->key << 3 | 2, number));
        if (t->concept != 0) DL_TRY(try_key(n, (uint64_t)t->concept << 3 | 4, number));
        if (consonants(t) >= 2)
            DL_TRY(try_key(n, dl_hash64((dl_str){t->sound, DL_BYNAME_SOUND}) << 3 | 6, number));
    }
    return DL_OK;
}

static void speak_for_bodies(const struct dl_claims_input *in, size_t n_docs,
                             struct identities *who)
{
    for (uint32_t d = 0; d < n_docs; d++) {
        const struct dl_sayings *s = in->docs[d].sayings;
        for (uint32_t a = 0; s != NULL && a < s->n_actors; a++)
            if (s->actors[a].body >= 0 && !(s->actors[a].flags & DL_ACTOR_FORMER))
                unite(who, who->first_of[d] + a, who->first_of[d] + (uint32_t)s->actors[a].body,
                      DL_MERGE_same_institution);
    }
}

enum dl_err identities_find(dl_arena *arena, const struct dl_claims_input *in,
                            struct identities *ret)
{
    size_t n = in->n_docs < DL_CLAIMS_DOCUMENTS ? in->n_docs : DL_CLAIMS_DOCUMENTS;
    struct naming naming = {.arena = arena, .in = in, .who = ret};
    uint32_t total = 0;
    ret->first_of = DL_NEW_ARRAY(arena, uint32_t, n + 1);
    ret->outlet = DL_NEW_ARRAY(arena, uint32_t, n + 1);
    if (ret->first_of == NULL || ret->outlet == NULL) return dl_arena_failed(arena);
    for (size_t d = 0; d < n; d++) {
        ret->first_of[d] = total;
        if (in->docs[d].sayings != NULL) total += (uint32_t)in->docs[d].sayings->n_actors;
    }
    ret->first_of[n] = total;
    ret->parent = DL_NEW_ARRAY(arena, uint32_t, total + 1);
    ret->rule = DL_NEW_ARRAY(arena, uint8_t, total + 1);
    ret->outlet_of = DL_NEW_ARRAY(arena, uint32_t, total + 1);
    naming.doc_of = DL_NEW_ARRAY(arena, uint32_t, total + 1);
    if (dl_arena_failed(arena) != DL_OK) return dl_arena_failed(arena);
    for (uint32_t d = 0; d < n; d++)
        for (uint32_t i = ret->first_of[d]; i < ret->first_of[d + 1]; i++) {
            ret->parent[i] = i;
            naming.doc_of[i] = d;
        }
    dl_map64_init(&naming.index, arena);
    speak_for_bodies(in, n, ret);
    DL_TRY(outlets_find(arena, in, n, ret));
    for (uint32_t i = 0; i < total; i++)
        DL_TRY(try_names(&naming, i));
    return DL_OK;
}
