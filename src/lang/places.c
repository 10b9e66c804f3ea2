#include "lang/places.h"

#include "lang/imported.h"
#include "lang/senses.h"

/* Why a name may be a place. */
enum ground {
    AS_PLACE,  /* it was found as one */
    AS_PEOPLE, /* a demonym */
    AS_BODY,   /* found as a body, and called like a place */
    IN_BODY,   /* a part of a body's name */
    IN_PLACE,  /* a part of the name of a place that nobody knows */
    AS_PERSON, /* found as a person, and called like a place */
    LOOSE      /* no name at all for the recogniser */
};

enum { NO_ENTITY = UINT32_MAX, LONGEST = 4 /* words of a loose name */, SAME_MOST = 255 };

struct mention {
    uint32_t first, last, entity;
    uint32_t name, outer; /* 1 + number; 0: none */
    uint8_t ground;
    bool sure;
};

struct uses { /* of a name in the text */
    uint32_t sure, person;
};

struct finder {
    const struct dl_naming *with;
    dl_arena *arena;
    const dl_words *w;
    dl_entities *entities;
    dl_senses senses;
    dl_map64 names; /* key -> 1 + number of the name */
    DL_VEC(struct uses) uses;
    DL_VEC(struct mention) mentions;
    const struct dl_known *found[SAME_MOST + 1];
    size_t n_found;
};

/* Support that makes a place of what nothing else calls one; about half of the gains. */
static const float DOUBT_SUPPORT = 3.0f;

static bool is_word(const struct finder *f, uint32_t i)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_WORD;
}

static bool capital(const struct finder *f, uint32_t i)
{
    return is_word(f, i) && (f->w->p[i].flags & DL_WORD_CAP) &&
           !(f->w->p[i].flags & DL_WORD_CLITIC);
}

static bool mark(const struct finder *f, uint32_t i, uint32_t c)
{
    return i < f->w->n && f->w->p[i].kind == DL_TOKEN_PUNCT && f->w->p[i].mark == c;
}

static dl_str span_text(const struct finder *f, uint32_t first, uint32_t last)
{
    return dl_str_sub(f->w->text, f->w->p[first].start, f->w->p[last - 1].end);
}

/* --- the places of a name ----------------------------------------------------------------- */

static void found(struct finder *f, const struct dl_known *k)
{
    if (f->n_found < SAME_MOST && k->kind < DL_KNOWN_NAME && k->kind != DL_KNOWN_PEOPLE)
        f->found[f->n_found++] = k;
}

static void find_listed(struct finder *f, const dl_phrases *in, uint32_t first, uint32_t last)
{
    uint32_t link, value;
    if (in == NULL || first == last ||
        dl_phrases_match(in, f->w, first, last, &link) != last - first)
        return;
    while (dl_phrases_value(in, &link, &value)) {
        const struct dl_known *k = &f->with->gazetteer->known[value];
        if (!k->upper || (f->w->p[first].flags & DL_WORD_UPPER)) found(f, k);
    }
}

static enum dl_err keep(struct finder *f, const struct dl_known *known, size_t n)
{
    if (n == 0) return DL_OK;
    struct dl_known *kept = DL_NEW_ARRAY(f->arena, struct dl_known, n);
    if (kept == NULL) return dl_arena_failed(f->arena);
    memcpy(kept, known, n * sizeof *kept);
    for (size_t i = 0; i < n; i++)
        found(f, &kept[i]);
    return DL_OK;
}

static enum dl_err find_in_atlas(struct finder *f, uint64_t key)
{
    struct dl_known known[DL_ATLAS_MOST];
    return keep(f, known, dl_atlas_find(f->with->atlas, key, known, DL_ATLAS_MOST));
}

static enum dl_err find_imported(struct finder *f, uint64_t key)
{
    struct dl_known known[DL_PLACEFILE_SAME];
    if (f->with->imported == NULL) return DL_OK;
    size_t n = dl_imported_find(f->with->imported, key, known, DL_PLACEFILE_SAME);
    return keep(f, known, n);
}

/* "us": what the lists have under "US" is another name. */
static bool misses_capitals(const struct finder *f, uint32_t first, uint32_t last)
{
    uint32_t link, value;
    const dl_phrases *in = &f->with->gazetteer->english;
    if (last - first != 1 || (f->w->p[first].flags & DL_WORD_UPPER) ||
        dl_phrases_match(in, f->w, first, last, &link) != 1)
        return false;
    while (dl_phrases_value(in, &link, &value))
        if (f->with->gazetteer->known[value].upper) return true;
    return false;
}

/* Number of the name with this key, its places looked up at the first time; 0: nobody has it. */
static enum dl_err name_of(struct finder *f, uint64_t key, uint32_t first, uint32_t last,
                           uint32_t *ret_name)
{
    uint64_t *at = dl_map64_at(&f->names, misses_capitals(f, first, last) ? key ^ 1 : key);
    if (at == NULL) return dl_arena_failed(f->arena);
    if (*at == 0) {
        f->n_found = 0;
        find_listed(f, &f->with->gazetteer->english, first, last);
        find_listed(f, f->with->countries, first, last);
        DL_TRY(find_in_atlas(f, key));
        if (first < last) DL_TRY(find_imported(f, key));
        *at = UINT32_MAX;
        if (f->n_found > 0) {
            uint32_t name;
            DL_TRY(dl_senses_name(&f->senses, f->found, f->n_found, &name));
            DL_TRY(dl_vec_push(f->arena, &f->uses, (struct uses){0}));
            *at = name + 1;
        }
    }
    *ret_name = *at == UINT32_MAX ? 0 : (uint32_t)*at;
    return DL_OK;
}

static enum dl_err name_at(struct finder *f, uint32_t first, uint32_t last, uint32_t *ret_name)
{
    return name_of(f, dl_words_name_key(span_text(f, first, last)), first, last, ret_name);
}

/* "North Dallas", "Zamfara State": what is left without such words. */
static enum dl_err core_at(struct finder *f, uint32_t first, uint32_t last, uint32_t *ret_name)
{
    DL_TRY(name_at(f, first, last, ret_name));
    uint32_t a = first, b = last;
    while (*ret_name == 0 && b - a > 1) {
        if (is_word(f, a) && (f->w->p[a].classes & DL_CLASS_PLACEWORD))
            a++;
        else if (is_word(f, b - 1) && (f->w->p[b - 1].classes & DL_CLASS_PLACEWORD))
            b--;
        else
            break;
        DL_TRY(name_at(f, a, b, ret_name));
    }
    return DL_OK;
}

/* --- mentions ----------------------------------------------------------------------------- */

static enum dl_err push(struct finder *f, struct mention m)
{
    return dl_vec_push(f->arena, &f->mentions, m);
}

static bool word_of_its_own(const struct finder *f, uint32_t i)
{
    return (f->w->p[i].classes & (DL_CLASS_NOTNAME | DL_CLASS_COMMON | DL_CLASS_TITLE |
                                  DL_CLASS_ORGWORD | DL_CLASS_TIME | DL_CLASS_ADJ | DL_CLASS_DET |
                                  DL_CLASS_PRON | DL_CLASS_PREP | DL_CLASS_CONJ | DL_CLASS_VERB |
                                  DL_CLASS_ADV | DL_CLASS_MONTH | DL_CLASS_WEEKDAY)) != 0;
}

/* "Walker County Fairgrounds", "University of Georgia": places in a longer name. */
static enum dl_err parts(struct finder *f, uint32_t index, uint8_t ground)
{
    const dl_entity *e = &f->entities->p[index];
    struct mention m = {.entity = index, .ground = ground};
    for (m.first = e->first; m.first < e->last; m.first++) {
        uint32_t longest = e->last - m.first < LONGEST ? e->last - m.first : LONGEST;
        if (m.first == e->first && longest == e->last - e->first) longest--;
        for (m.last = m.first + longest; m.last > m.first; m.last--) {
            if (!capital(f, m.first) || !capital(f, m.last - 1) ||
                (m.last == m.first + 1 && word_of_its_own(f, m.first)))
                continue;
            DL_TRY(name_at(f, m.first, m.last, &m.name));
            if (m.name == 0) continue;
            DL_TRY(push(f, m));
            m.first = m.last - 1;
            break;
        }
    }
    return DL_OK;
}

static enum dl_err body(struct finder *f, uint32_t index)
{
    const dl_entity *e = &f->entities->p[index];
    struct mention m = {.first = e->first, .last = e->last, .entity = index, .ground = AS_BODY};
    if (e->known != NULL) return DL_OK;
    DL_TRY(name_at(f, m.first, m.last, &m.name));
    return m.name > 0 ? push(f, m) : parts(f, index, IN_BODY);
}

/* "Paris, TX": codes of states only behind another name. */
static enum dl_err postal(struct finder *f, struct mention *m)
{
    const struct mention *before = f->mentions.n > 0 ? &f->mentions.p[f->mentions.n - 1] : NULL;
    dl_str text = span_text(f, m->first, m->first + 1);
    bool behind = before != NULL && (before->last == m->first ||
                                     (before->last + 1 == m->first && mark(f, before->last, ',')));
    if (!behind || text.n != 2 || !(f->w->p[m->first].flags & DL_WORD_UPPER)) return DL_OK;
    char code[6] = {'U', 'S', '-', text.p[0], text.p[1]};
    m->last = m->first + 1;
    return name_of(f, dl_words_name_key((dl_str){code, 5}), m->first, m->first, &m->name);
}

/* What the lists told already is a name of one sense. */
static enum dl_err name_told(struct finder *f, const struct dl_known *known, uint32_t *ret_name)
{
    DL_TRY(dl_senses_name(&f->senses, &known, 1, ret_name));
    ++*ret_name;
    return dl_vec_push(f->arena, &f->uses, (struct uses){0});
}

static enum dl_err entity(struct finder *f, uint32_t index)
{
    const dl_entity *e = &f->entities->p[index];
    struct mention m = {.first = e->first, .last = e->last, .entity = index};
    switch ((enum dl_entity_type)e->type) {
    case DL_ENTITY_PLACE:
        m.sure = true;
        if (m.last - m.first == 1) DL_TRY(postal(f, &m));
        if (m.name == 0) DL_TRY(core_at(f, m.first, m.last, &m.name));
        if (m.name == 0 && e->known != NULL) DL_TRY(name_told(f, e->known, &m.name));
        DL_TRY(push(f, m));
        return m.name == 0 ? parts(f, index, IN_PLACE) : DL_OK;
    case DL_ENTITY_NATIONALITY:
        m.ground = AS_PEOPLE;
        if (e->known == NULL) return DL_OK;
        DL_TRY(name_told(f, e->known, &m.name));
        f->senses.names.p[m.name - 1].weight = 0.5f;
        return push(f, m);
    case DL_ENTITY_PERSON:
        m.ground = AS_PERSON;
        if (e->known == NULL) DL_TRY(name_at(f, m.first, m.last, &m.name));
        return m.name > 0 ? push(f, m) : DL_OK;
    case DL_ENTITY_ORG:
        return body(f, index);
    case DL_ENTITY_GROUP:
    case DL_ENTITY_ROLE:
    default:
        return DL_OK;
    }
}

static enum dl_err loose(struct finder *f, uint32_t *i, uint32_t stop)
{
    struct mention m = {.first = *i, .entity = NO_ENTITY, .ground = LOOSE};
    ++*i;
    if (!capital(f, m.first)) return DL_OK;
    DL_TRY(postal(f, &m));
    if (m.name > 0) return push(f, m);
    for (uint32_t last = stop < m.first + LONGEST ? stop : m.first + LONGEST; last > m.first;
         last--) {
        if (!capital(f, last - 1) || (last == m.first + 1 && word_of_its_own(f, m.first))) continue;
        DL_TRY(name_at(f, m.first, last, &m.name));
        if (m.name == 0) continue;
        m.last = last;
        *i = last;
        return push(f, m);
    }
    return DL_OK;
}

static enum dl_err gather(struct finder *f)
{
    uint32_t i = 0;
    for (uint32_t k = 0; k <= f->entities->n; k++) {
        uint32_t stop = k < f->entities->n ? f->entities->p[k].first : (uint32_t)f->w->n;
        while (!f->with->pack->caseless && i < stop)
            DL_TRY(loose(f, &i, stop));
        if (k == f->entities->n) break;
        DL_TRY(entity(f, k));
        if (f->entities->p[k].last > i) i = f->entities->p[k].last;
    }
    return DL_OK;
}

/* --- "Paris, Texas" ----------------------------------------------------------------------- */

static uint8_t top_kind(const struct finder *f, uint32_t name)
{
    const dl_name_senses *n = &f->senses.names.p[name];
    const dl_sense *top = &f->senses.all.p[n->first];
    for (uint32_t i = n->first; i < n->first + n->n; i++)
        if (f->senses.all.p[i].base > top->base) top = &f->senses.all.p[i];
    return top->known->kind;
}

/* "Alabama, Georgia and Texas" are neighbours in a list. */
static bool in_series(const struct finder *f, const struct mention *a, const struct mention *b)
{
    uint8_t kind = top_kind(f, a->name - 1);
    return (kind == DL_KNOWN_DIVISION || kind == DL_KNOWN_COUNTRY) &&
           kind == top_kind(f, b->name - 1);
}

static void contain(struct finder *f)
{
    for (size_t k = 0; k + 1 < f->mentions.n; k++) {
        struct mention *a = &f->mentions.p[k], *b = a + 1;
        bool apart = b->first == a->last + 1 && (mark(f, a->last, ',') || mark(f, a->last, '('));
        bool code = b->first == a->last && b->ground == LOOSE;
        if (a->name == 0 || b->name == 0 || (!apart && !code) || a->ground == AS_PEOPLE ||
            b->ground == AS_PEOPLE || b->ground == IN_BODY || b->ground == IN_PLACE ||
            in_series(f, a, b))
            continue;
        if (!dl_senses_inside(&f->senses, a->name - 1, b->name - 1)) continue;
        a->outer = b->name;
        a->sure = b->sure = true;
    }
}

/* Names that are places somewhere in the text vote, louder when they come often. */
static void weigh(struct finder *f)
{
    for (size_t k = 0; k < f->mentions.n; k++) {
        const struct mention *m = &f->mentions.p[k];
        if (m->name == 0 || m->ground == AS_PEOPLE) continue;
        f->uses.p[m->name - 1].person += m->ground == AS_PERSON;
        if (!m->sure) continue;
        float *weight = &f->senses.names.p[m->name - 1].weight;
        *weight = *weight == 0 ? 1 : *weight < 3 ? *weight + 0.3f : 3;
        f->uses.p[m->name - 1].sure++;
    }
}

/* Who writes "New York City" means another thing by "New York". */
static void keep_apart(struct finder *f)
{
    for (size_t k = 0; k < f->mentions.n; k++) {
        const struct mention *m = &f->mentions.p[k];
        if (m->name == 0 || f->uses.p[m->name - 1].sure == 0) continue;
        char text[DL_WORD_MAX];
        dl_str name = span_text(f, m->first, m->last);
        int n = snprintf(text, sizeof text, "%.*s City", DL_FMT(name));
        if (n <= 0 || (size_t)n >= sizeof text) continue;
        const uint64_t *city =
            dl_map64_get(&f->names, dl_words_name_key((dl_str){text, (size_t)n}));
        if (city == NULL || *city == UINT32_MAX || f->uses.p[*city - 1].sure == 0) continue;
        dl_senses_apart(&f->senses, m->name - 1, (uint32_t)*city - 1);
    }
}

/* --- what is told ------------------------------------------------------------------------- */

static bool stands(const struct finder *f, const struct mention *m, const dl_sense *s)
{
    if (m->sure || m->ground == AS_PEOPLE) return true;
    const struct uses *uses = &f->uses.p[m->name - 1];
    uint8_t kind = s->known->kind;
    switch ((enum ground)m->ground) {
    case AS_BODY:
        return uses->sure > 0 || kind == DL_KNOWN_COUNTRY || kind == DL_KNOWN_DIVISION ||
               s->support >= DOUBT_SUPPORT;
    case IN_BODY:
    case IN_PLACE: /* of the atlas only what fits: it has a division called "Bay" */
        return uses->sure > 0 || s->support >= DOUBT_SUPPORT || kind == DL_KNOWN_COUNTRY ||
               (kind == DL_KNOWN_DIVISION && s->known->geonames == 0) ||
               (kind == DL_KNOWN_DISTRICT && m->last - m->first > 1);
    case AS_PERSON:
        return uses->sure > 0 && uses->sure >= uses->person;
    case LOOSE:
        return uses->sure > 0 ||
               (s->support >= DOUBT_SUPPORT && m->first > 0 && is_word(f, m->first - 1) &&
                (f->w->p[m->first - 1].classes & DL_CLASS_PREP));
    case AS_PLACE:
    case AS_PEOPLE:
    default:
        return true;
    }
}

/* Is a part of this unknown name told in its stead? */
static bool part_stands(const struct finder *f, size_t k)
{
    uint32_t entity = f->mentions.p[k].entity;
    for (k++; k < f->mentions.n && f->mentions.p[k].entity == entity; k++) {
        const dl_sense *s = dl_senses_best(&f->senses, f->mentions.p[k].name - 1, NULL);
        if (s != NULL && stands(f, &f->mentions.p[k], s)) return true;
    }
    return false;
}

static enum dl_err tell(struct finder *f, const struct mention *m, dl_places *places)
{
    dl_place p = {.first = m->first, .last = m->last};
    dl_entity *e = m->entity == NO_ENTITY ? NULL : &f->entities->p[m->entity];
    const dl_sense *s = NULL;
    if (m->ground == AS_PEOPLE) {
        p.known = e->known;
        p.use = DL_USE_DEMONYM;
    } else if (m->name > 0) {
        s = dl_senses_best(&f->senses, m->name - 1,
                           m->outer > 0 ? &f->senses.names.p[m->outer - 1] : NULL);
        if (s == NULL || !stands(f, m, s)) return DL_OK;
        p.known = s->known;
        bool body = !m->sure && (m->ground == AS_BODY || m->ground == IN_BODY);
        p.use = body ? DL_USE_ASSOCIATIVE : DL_USE_LITERAL;
    }
    if (e != NULL && (m->ground == AS_PLACE || m->ground == AS_PEOPLE)) {
        e->known = p.known;
        e->place = (uint32_t)places->n + 1;
    }
    return dl_vec_push(f->arena, places, p);
}

enum dl_err dl_places_find(const struct dl_naming *with, dl_arena *arena, const dl_words *words,
                           dl_str outlet_country, dl_entities *entities, dl_places *ret_places)
{
    struct finder *f = DL_NEW(arena, struct finder);
    if (f == NULL) return dl_arena_failed(arena);
    f->with = with;
    f->arena = arena;
    f->w = words;
    f->entities = entities;
    dl_senses_init(&f->senses, arena);
    dl_map64_init(&f->names, arena);
    DL_TRY(gather(f));
    contain(f);
    weigh(f);
    keep_apart(f);
    DL_TRY(dl_senses_settle(&f->senses, outlet_country));
    dl_places places = {0};
    for (size_t k = 0; k < f->mentions.n; k++)
        if (f->mentions.p[k].name > 0 || !part_stands(f, k))
            DL_TRY(tell(f, &f->mentions.p[k], &places));
    *ret_places = places;
    return dl_arena_failed(arena);
}
