#include "lang/names_refer.h"

#include "base/utf8.h"

enum { NOBODY = 0, TWO = UINT32_MAX, ACRONYM_MAX = 8 /* letters */ };

struct refer {
    dl_arena *arena;
    const dl_words *w;
    dl_entities *names;
    /* key -> 1 + index of the one name it stands for, or TWO */
    dl_map64 acronyms, surnames, bodies;
    uint32_t group; /* 1 + index of the one armed group so far */
    dl_mentions out;
    bool failed;
};

static bool same_name(const struct refer *r, uint32_t a, uint32_t b)
{
    const dl_entity *x = &r->names->p[a], *y = &r->names->p[b];
    if (x->known != NULL && y->known != NULL) return dl_str_eq(x->known->name, y->known->name);
    if (x->last - x->first != y->last - y->first) return false;
    for (uint32_t i = 0; i < x->last - x->first; i++)
        if (r->w->p[x->first + i].key != r->w->p[y->first + i].key) return false;
    return true;
}

static uint32_t joined(const struct refer *r, uint32_t before, uint32_t index)
{
    if (before == NOBODY || before == TWO) return before == TWO ? TWO : index + 1;
    return same_name(r, before - 1, index) ? before : TWO;
}

static void learn(struct refer *r, dl_map64 *map, uint64_t key, uint32_t index)
{
    uint64_t *at = dl_map64_at(map, key);
    if (at == NULL)
        r->failed = true;
    else
        *at = joined(r, (uint32_t)*at, index);
}

static uint32_t meant(const dl_map64 *map, uint64_t key)
{
    const uint64_t *at = dl_map64_get(map, key);
    return at == NULL || *at == TWO ? NOBODY : (uint32_t)*at;
}

static bool mark_at(const struct refer *r, uint32_t i, uint32_t mark)
{
    return i < r->w->n && r->w->p[i].kind == DL_TOKEN_PUNCT && r->w->p[i].mark == mark;
}

/* Letters of the acronym in the order of the name's words, each at the head of one. */
static bool initials(const struct refer *r, const dl_entity *e, dl_str acronym)
{
    size_t pos = 0;
    uint32_t letters = 0;
    for (uint32_t i = e->first; i < e->last && pos < acronym.n; i++) {
        size_t behind = pos;
        if (r->w->p[i].mark != dl_utf8_next(acronym, &behind)) continue;
        pos = behind;
        letters++;
    }
    return pos >= acronym.n && letters >= 2 && letters <= ACRONYM_MAX;
}

/* "Federal Safety Board (FSB)": the token in brackets behind a name of two words or more. */
static void learn_acronym(struct refer *r, uint32_t index)
{
    const dl_entity *e = &r->names->p[index];
    bool body =
        e->type == DL_ENTITY_ORG || e->type == DL_ENTITY_GROUP || e->type == DL_ENTITY_PLACE;
    if (!body || e->last - e->first < 2 || !mark_at(r, e->last, '(') ||
        !mark_at(r, e->last + 2, ')'))
        return;
    const dl_token *t = &r->w->p[e->last + 1];
    if (t->kind != DL_TOKEN_WORD || !(t->flags & DL_WORD_UPPER)) return;
    if (initials(r, e, dl_token_text(r->w, e->last + 1))) learn(r, &r->acronyms, t->key, index);
}

static void mention(struct refer *r, uint32_t first, uint32_t last, uint32_t one_based)
{
    dl_mention m = {first, last, one_based - 1};
    if (dl_vec_push(r->arena, &r->out, m) != DL_OK) r->failed = true;
}

/* A name of one word: an acronym or a surname. */
static void refer_name(struct refer *r, uint32_t index)
{
    dl_entity *e = &r->names->p[index];
    if (e->last - e->first != 1) return;
    uint64_t key = r->w->p[e->first].key;
    uint32_t to = NOBODY;
    if (r->w->p[e->first].flags & DL_WORD_UPPER) to = meant(&r->acronyms, key);
    if (to == NOBODY && e->type == DL_ENTITY_PERSON) to = meant(&r->surnames, key);
    if (to == NOBODY || to - 1 == index) return;
    const dl_entity *whole = &r->names->p[to - 1];
    if (e->known == NULL)
        *e = (dl_entity){.first = e->first,
                         .last = e->last,
                         .type = whole->type,
                         .use = whole->use,
                         .known = whole->known};
    mention(r, e->first, e->last, to);
}

/* "the ministry", "the group": a common word with its article. */
static void refer_word(struct refer *r, uint32_t i)
{
    const dl_token *t = &r->w->p[i];
    if (i == 0 || !(t->classes & (DL_CLASS_ORGWORD | DL_CLASS_GROUPWORD)) ||
        !(r->w->p[i - 1].classes & DL_CLASS_DET))
        return;
    uint32_t to = meant(&r->bodies, t->key);
    if (to == NOBODY && (t->classes & DL_CLASS_GROUPWORD) && r->group != TWO) to = r->group;
    if (to != NOBODY) mention(r, i - 1, i + 1, to);
}

/* "The Interior Ministry" that was not seen as a name: "the ministry" may be it. */
static void doubt_word(struct refer *r, uint32_t i)
{
    const dl_token *t = &r->w->p[i];
    if (i == 0 || !(t->classes & (DL_CLASS_ORGWORD | DL_CLASS_GROUPWORD)) ||
        !(t->flags & DL_WORD_CAP) || !(r->w->p[i - 1].flags & DL_WORD_CAP) ||
        (r->w->p[i - 1].classes & DL_CLASS_DET))
        return;
    uint64_t *at = dl_map64_at(&r->bodies, t->key);
    if (at == NULL)
        r->failed = true;
    else
        *at = TWO;
}

/* --- long forms and acronyms that were not seen as names ------------------------------------ */

/* First token of the words whose initials stand in brackets at i; i where there are none. */
static uint32_t long_form(const dl_words *w, uint32_t i)
{
    dl_str acronym = dl_token_text(w, i + 1);
    uint32_t at = i, skipped = 0;
    for (size_t left = acronym.n; left > 0 && at > 0 && skipped < 3;) {
        const dl_token *t = &w->p[at - 1];
        if (t->kind != DL_TOKEN_WORD || (t->sentence != w->p[i].sentence)) return i;
        if ((t->flags & DL_WORD_CAP) && t->mark == (unsigned char)acronym.p[left - 1]) {
            left--;
            skipped = 0;
        } else if ((t->flags & DL_WORD_CAP) || t->end - t->start > 3 || at == i) {
            return i;
        } else {
            skipped++;
        }
        at--;
        if (left == 0) return i - at >= 2 ? at : i;
    }
    return i;
}

static bool bracketed(const dl_words *w, uint32_t i)
{
    if (i + 2 >= w->n || w->p[i].kind != DL_TOKEN_PUNCT || w->p[i].mark != '(' ||
        w->p[i + 2].kind != DL_TOKEN_PUNCT || w->p[i + 2].mark != ')')
        return false;
    const dl_token *t = &w->p[i + 1];
    return t->kind == DL_TOKEN_WORD && (t->flags & DL_WORD_UPPER) &&
           t->end - t->start <= ACRONYM_MAX;
}

/* Ends of spans that are names by the table of acronyms, by their first token; 0: none. */
static enum dl_err by_acronyms(dl_arena *arena, const dl_words *w, uint32_t **ret_ends)
{
    dl_map64 table;
    dl_map64_init(&table, arena);
    *ret_ends = NULL;
    for (uint32_t i = 0; i < w->n; i++) {
        uint32_t first = bracketed(w, i) ? long_form(w, i) : i;
        if (first == i) continue;
        if (*ret_ends == NULL) *ret_ends = DL_NEW_ARRAY(arena, uint32_t, w->n + 1);
        uint64_t *known = dl_map64_at(&table, w->p[i + 1].key);
        if (*ret_ends == NULL || known == NULL) return dl_arena_failed(arena);
        (*ret_ends)[first] = i;
        *known = 1;
    }
    for (uint32_t i = 0; *ret_ends != NULL && i < w->n; i++)
        if ((w->p[i].flags & DL_WORD_UPPER) && (*ret_ends)[i] == 0 &&
            dl_map64_get(&table, w->p[i].key) != NULL)
            (*ret_ends)[i] = i + 1;
    return DL_OK;
}

/* Names in text order, with those of the table; a longer one takes the place of its parts. */
static enum dl_err with_acronyms(dl_arena *arena, const dl_words *w, dl_entities *names)
{
    uint32_t *ends;
    dl_entities out = {0};
    size_t k = 0;
    DL_TRY(by_acronyms(arena, w, &ends));
    if (ends == NULL) return DL_OK;
    for (uint32_t i = 0; i < w->n;) {
        const dl_entity *e = k < names->n ? &names->p[k] : NULL;
        bool here = e != NULL && e->first == i;
        size_t behind = k;
        while (behind < names->n && names->p[behind].last <= ends[i])
            behind++;
        bool crossed = behind < names->n && names->p[behind].first < ends[i];
        if (ends[i] > 0 && !crossed && !(here && e->last == ends[i])) {
            dl_entity org = {.first = i, .last = ends[i], .type = DL_ENTITY_ORG};
            DL_TRY(dl_vec_push(arena, &out, org));
            k = behind;
            i = ends[i];
        } else if (here) {
            DL_TRY(dl_vec_push(arena, &out, *e));
            k++;
            i = e->last;
        } else {
            i++;
        }
    }
    *names = out;
    return DL_OK;
}

static void learn_surname(struct refer *r, uint32_t index)
{
    const dl_entity *e = &r->names->p[index];
    if (e->type == DL_ENTITY_PERSON && e->last - e->first >= 2)
        learn(r, &r->surnames, r->w->p[e->last - 1].key, index);
}

static void learn_body(struct refer *r, uint32_t index)
{
    const dl_entity *e = &r->names->p[index];
    if (e->type == DL_ENTITY_GROUP) r->group = joined(r, r->group, index);
    if (e->type != DL_ENTITY_ORG && e->type != DL_ENTITY_GROUP) return;
    for (uint32_t i = e->first; i < e->last; i++)
        if (r->w->p[i].classes & (DL_CLASS_ORGWORD | DL_CLASS_GROUPWORD))
            learn(r, &r->bodies, r->w->p[i].key, index);
}

enum dl_err dl_names_refer(dl_arena *arena, const dl_words *words, dl_entities *entities,
                           dl_mentions *ret_mentions)
{
    DL_TRY(with_acronyms(arena, words, entities));
    struct refer r = {.arena = arena, .w = words, .names = entities};
    dl_map64_init(&r.acronyms, arena);
    dl_map64_init(&r.surnames, arena);
    dl_map64_init(&r.bodies, arena);
    for (uint32_t k = 0; k < entities->n && !r.failed; k++)
        learn_surname(&r, k);
    uint32_t i = 0;
    for (uint32_t k = 0; k <= entities->n && !r.failed; k++) {
        uint32_t stop = k < entities->n ? entities->p[k].first : (uint32_t)words->n;
        for (; i < stop; i++) {
            refer_word(&r, i);
            doubt_word(&r, i);
        }
        if (k == entities->n) break;
        learn_acronym(&r, k);
        refer_name(&r, k);
        learn_body(&r, k);
        i = entities->p[k].last;
    }
    if (r.failed) return dl_arena_failed(arena);
    *ret_mentions = r.out;
    return DL_OK;
}
