#include "lang/names.h"

#include "lang/imported.h"
#include "lang/names_lists.h"
#include "lang/ner.h"

struct finder {
    struct dl_lists lists;
    dl_arena *arena;
    dl_entities out;
    dl_ner_names learned;
    size_t next; /* of the learned names */
    const dl_placefile *imported;
    bool failed;
};

enum {
    BIT_PLACES =
        1 << DL_KNOWN_COUNTRY | 1 << DL_KNOWN_DIVISION | 1 << DL_KNOWN_CITY | 1 << DL_KNOWN_REGION,
    BIT_NAME = 1 << DL_KNOWN_NAME,
    BIT_PERSON = 1 << DL_KNOWN_PERSON,
    /* Inhabitants a town needs to be meant where nothing else says that a place is meant. */
    TOWN_LEAST = 60000,
    TOWN_LEAST_FIRST = 300000, /* as the first word of its sentence */
    TOWN_LEAST_LISTED = 200000
};

static bool has(const struct finder *f, uint32_t i, uint32_t classes)
{
    return dl_lists_has(&f->lists, i, classes);
}

static void emit(struct finder *f, uint32_t first, uint32_t last, enum dl_entity_type type,
                 const struct dl_known *known)
{
    dl_entity e = {.first = first, .last = last, .type = (uint8_t)type, .known = known};
    if (type == DL_ENTITY_NATIONALITY) e.use = DL_USE_DEMONYM;
    if (first >= last || dl_vec_push(f->arena, &f->out, e) != DL_OK) f->failed = first < last;
}

static enum dl_entity_type type_of(const struct dl_known *k)
{
    if (k->kind == DL_KNOWN_PEOPLE) return DL_ENTITY_NATIONALITY;
    if (k->kind == DL_KNOWN_PERSON) return DL_ENTITY_PERSON;
    if (k->kind != DL_KNOWN_NAME) return DL_ENTITY_PLACE;
    return k->name_kind == DL_NAME_ARMED ? DL_ENTITY_GROUP : DL_ENTITY_ORG;
}

/* --- with a model ------------------------------------------------------------------------- */

static const dl_ner_name *learned_at(struct finder *f, uint32_t i)
{
    while (f->next < f->learned.n && f->learned.p[f->next].last <= i)
        f->next++;
    const dl_ner_name *n = f->next < f->learned.n ? &f->learned.p[f->next] : NULL;
    return n != NULL && n->first <= i ? n : NULL;
}

/* A name of the lists against what the recogniser saw on the same words. */
static bool list_wins(const struct dl_listed *l, const dl_ner_name *n, uint32_t i)
{
    uint32_t after = i + l->tokens;
    if (n == NULL) return true;
    if (n->first < i || n->last > after) return false;
    if (l->known->kind >= DL_KNOWN_NAME || l->known->kind == DL_KNOWN_PEOPLE) return true;
    if (n->last < after) return l->known->kind != DL_KNOWN_CITY; /* part of it */
    if (l->known->kind == DL_KNOWN_COUNTRY) return n->type != DL_NER_PER;
    return n->type == DL_NER_LOC;
}

/* A town that only the list sees. */
static bool town_stands(const struct finder *f, const struct dl_listed *l, uint32_t i)
{
    const struct dl_known *k = l->known;
    if (l->behind != NULL) return true;
    if (l->tokens == 1 &&
        has(f, i,
            DL_CLASS_GIVEN | DL_CLASS_NOTNAME | DL_CLASS_TITLE | DL_CLASS_ORGWORD | DL_CLASS_TIME |
                DL_CLASS_ADJ | DL_CLASS_COMMON))
        return false;
    bool first = l->tokens == 1 && (f->lists.w->p[i].flags & DL_WORD_FIRST);
    return k->population >= (first ? TOWN_LEAST_FIRST : TOWN_LEAST);
}

static bool list_stands(const struct finder *f, const struct dl_listed *l, uint32_t i,
                        const dl_ner_name *n)
{
    if (l->known == NULL || !list_wins(l, n, i)) return false;
    uint8_t kind = l->known->kind;
    if (n != NULL ||
        (kind != DL_KNOWN_CITY && kind != DL_KNOWN_REGION && kind != DL_KNOWN_DIVISION))
        return true;
    return kind != DL_KNOWN_CITY || town_stands(f, l, i);
}

/* What the lists do not have may have been imported. The text's words stand for the name. */
static const struct dl_known *imported(struct finder *f, uint32_t first, uint32_t last)
{
    struct dl_known found;
    const dl_words *w = f->lists.w;
    dl_str name = dl_str_sub(w->text, w->p[first].start, w->p[last - 1].end);
    if (f->imported == NULL ||
        dl_imported_find(f->imported, dl_words_name_key(name), &found, 1) == 0)
        return NULL;
    struct dl_known *kept = DL_NEW(f->arena, struct dl_known);
    if (kept == NULL)
        f->failed = true;
    else
        *kept = found;
    return kept;
}

static void emit_learned(struct finder *f, const dl_ner_name *n)
{
    const struct dl_known *k = NULL;
    enum dl_entity_type type = DL_ENTITY_PERSON;
    if (n->type == DL_NER_LOC) {
        type = DL_ENTITY_PLACE;
        k = dl_lists_exact(&f->lists, n->first, n->last, BIT_PLACES);
        if (k == NULL) k = imported(f, n->first, n->last);
    } else if (n->type == DL_NER_ORG) {
        type = DL_ENTITY_ORG;
        k = dl_lists_exact(&f->lists, n->first, n->last, BIT_NAME);
        if (k != NULL) type = type_of(k);
    } else {
        k = dl_lists_exact(&f->lists, n->first, n->last, BIT_PERSON);
    }
    emit(f, n->first, n->last, type, k);
}

/* One name, role or word at i; returns the token behind it. */
static uint32_t one(struct finder *f, uint32_t i)
{
    const dl_ner_name *n = learned_at(f, i);
    struct dl_listed l = {0};
    if (dl_lists_cap(&f->lists, i)) l = dl_lists_at(&f->lists, i);
    if (l.tokens > 0 && list_stands(f, &l, i, n)) {
        emit(f, i, i + l.tokens, type_of(l.known), l.known);
        return i + l.tokens;
    }
    if (n != NULL && n->first == i) {
        emit_learned(f, n);
        return n->last;
    }
    if (n == NULL && dl_lists_cap(&f->lists, i) && has(f, i, DL_CLASS_TITLE) &&
        dl_lists_cap(&f->lists, i + 1))
        emit(f, i, i + 1, DL_ENTITY_ROLE, NULL);
    return i + 1;
}

/* --- by lists alone ----------------------------------------------------------------------- */

/* Without capitals and the recogniser only what cannot well be another word. */
static bool listed_stands(const struct finder *f, const struct dl_listed *l, uint32_t i)
{
    const struct dl_known *k = l->known;
    if (k->kind == DL_KNOWN_CITY && l->tokens == 1 && has(f, i, DL_CLASS_TIME))
        return false; /* Persian "Monday" */
    return k->kind != DL_KNOWN_PEOPLE &&
           (l->own || k->kind != DL_KNOWN_CITY || k->population >= TOWN_LEAST_LISTED);
}

static uint32_t one_imported(struct finder *f, uint32_t i)
{
    struct dl_known found;
    size_t tokens = dl_imported_at(f->imported, f->lists.w, i, f->lists.last, &found);
    struct dl_known *kept = tokens > 0 ? DL_NEW(f->arena, struct dl_known) : NULL;
    if (tokens == 0 || kept == NULL) {
        f->failed = f->failed || tokens > 0;
        return i + 1;
    }
    *kept = found;
    emit(f, i, i + (uint32_t)tokens, DL_ENTITY_PLACE, kept);
    return i + (uint32_t)tokens;
}

static uint32_t one_by_list(struct finder *f, uint32_t i)
{
    bool caseless = f->lists.pack->caseless;
    if (f->lists.w->p[i].kind != DL_TOKEN_WORD || (!caseless && !dl_lists_cap(&f->lists, i)))
        return i + 1;
    struct dl_listed l = dl_lists_at(&f->lists, i);
    if (l.tokens == 0) return one_imported(f, i);
    bool stands = listed_stands(f, &l, i);
    if (stands) emit(f, i, i + l.tokens, type_of(l.known), l.known);
    return i + (stands || caseless ? l.tokens : 1);
}

static enum dl_err learn_names(struct finder *f, const struct dl_naming *with,
                               const dl_sentences *sentences)
{
    dl_ner_text text = {.gazetteer = with->gazetteer,
                        .countries = with->countries,
                        .pack = with->pack,
                        .words = f->lists.w,
                        .sentences = sentences,
                        .bare = with->bare};
    DL_TRY(dl_ner_prepare(&text, f->arena));
    return dl_ner_find(with->model, &text, f->arena, &f->learned);
}

enum dl_err dl_names_find(const struct dl_naming *with, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_str outlet_country,
                          dl_entities *ret_entities)
{
    struct finder *f = DL_NEW(arena, struct finder);
    if (f == NULL) return dl_arena_failed(arena);
    f->lists = (struct dl_lists){
        .g = with->gazetteer, .countries = with->countries, .pack = with->pack, .w = words};
    f->arena = arena;
    f->imported = with->imported;
    dl_lists_vote(&f->lists, sentences, outlet_country);
    bool learned = with->model != NULL && !with->pack->caseless;
    if (learned) DL_TRY(learn_names(f, with, sentences));
    for (size_t s = 0; s < sentences->n && !f->failed; s++) {
        f->lists.first = sentences->p[s].first;
        f->lists.last = sentences->p[s].last;
        for (uint32_t i = f->lists.first; i < f->lists.last;)
            i = learned ? one(f, i) : one_by_list(f, i);
    }
    if (f->failed) return dl_arena_failed(arena);
    *ret_entities = f->out;
    return DL_OK;
}

const char *dl_entity_type_name(enum dl_entity_type type)
{
    static const char *const names[] = {"person", "org", "group", "place", "nationality", "role"};
    return names[type];
}
