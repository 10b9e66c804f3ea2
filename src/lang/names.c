#include "lang/names.h"

#include <math.h>

#include "base/map.h"
#include "lang/words.h"

enum { COUNTRY_SLOTS = 26 * 26, RUN_MAX = 12 /* words of one name */ };

struct finder {
    const dl_gazetteer *g;
    const dl_phrases *countries;
    const dl_pack *pack;
    dl_arena *arena;
    const dl_words *w;
    dl_entities out;
    dl_map64 surnames;
    float votes[COUNTRY_SLOTS];
    uint32_t first, last; /* of the sentence */
    bool failed;
};

struct match {
    uint32_t tokens, link;
    const dl_phrases *in;
};

static bool has(const struct finder *f, uint32_t i, uint32_t classes)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].classes & classes) != 0;
}

static bool cap(const struct finder *f, uint32_t i)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_WORD && (f->w->p[i].flags & DL_WORD_CAP) &&
           !(f->w->p[i].flags & DL_WORD_CLITIC);
}

static bool is(const struct finder *f, uint32_t i, const char *text)
{
    return i < f->last && dl_str_ieq_c(dl_token_text(f->w, i), text);
}

static bool comma(const struct finder *f, uint32_t i)
{
    return i < f->last && f->w->p[i].kind == DL_TOKEN_PUNCT && f->w->p[i].mark == ',';
}

/* --- lists -------------------------------------------------------------------------------- */

static struct match match_at(const struct finder *f, uint32_t i)
{
    struct match m = {0}, own = {0};
    m.tokens = (uint32_t)dl_phrases_match(&f->g->english, f->w, i, f->last, &m.link);
    m.in = &f->g->english;
    if (f->countries != NULL) {
        own.tokens = (uint32_t)dl_phrases_match(f->countries, f->w, i, f->last, &own.link);
        own.in = f->countries;
    }
    return own.tokens > 0 && own.tokens >= m.tokens ? own : m;
}

/* Is the spelling right for this entry? Capitals where the list has them. */
static bool spelled(const struct finder *f, const struct dl_known *k, uint32_t i, uint32_t tokens)
{
    if (f->pack->caseless) return true;
    if (!cap(f, i) && !(k->kind == DL_KNOWN_NAME && tokens > 1)) return false;
    return !k->upper || (f->w->p[i].flags & DL_WORD_UPPER);
}

static size_t slot(const char *country)
{
    if (country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z')
        return COUNTRY_SLOTS;
    return (size_t)(country[0] - 'A') * 26 + (size_t)(country[1] - 'A');
}

static float vote(const struct finder *f, const char *country)
{
    size_t at = slot(country);
    return at < COUNTRY_SLOTS ? f->votes[at] : 0;
}

static void add_vote(struct finder *f, const char *country, float weight)
{
    size_t at = slot(country);
    if (at < COUNTRY_SLOTS && f->votes[at] < 8) f->votes[at] += weight;
}

/* What the entry is worth when several carry one name. */
static float weight(const struct finder *f, const struct dl_known *k, const struct dl_known *behind)
{
    static const float base[] = {
        [DL_KNOWN_COUNTRY] = 8.0f,  [DL_KNOWN_PEOPLE] = 7.5f, [DL_KNOWN_NAME] = 7.0f,
        [DL_KNOWN_DIVISION] = 5.8f, [DL_KNOWN_CITY] = 0,      [DL_KNOWN_REGION] = 6.5f};
    float w = base[k->kind];
    if (k->kind == DL_KNOWN_CITY) w = log10f((float)k->population + 1) + (k->capital ? 1.0f : 0);
    float votes = vote(f, k->country);
    w += votes > 3 ? 1.5f : votes * 0.5f;
    if (behind != NULL && strcmp(behind->country, k->country) == 0 &&
        (behind->admin[0] == '\0' || strcmp(behind->admin, k->admin) == 0) && behind != k)
        w += 5;
    return w;
}

static const struct dl_known *choose(const struct finder *f, struct match m, uint32_t i,
                                     const struct dl_known *behind)
{
    const struct dl_known *best = NULL;
    float best_weight = -1;
    uint32_t value;
    while (dl_phrases_value(m.in, &m.link, &value)) {
        const struct dl_known *k = &f->g->known[value];
        if (!spelled(f, k, i, m.tokens)) continue;
        float w = weight(f, k, behind);
        if (w > best_weight) {
            best = k;
            best_weight = w;
        }
    }
    return best;
}

/* "Paris, Texas": the division or country behind a comma. */
static const struct dl_known *named_behind(const struct finder *f, uint32_t i)
{
    if (!comma(f, i)) return NULL;
    struct match m = match_at(f, i + 1);
    if (m.tokens == 0) return NULL;
    const struct dl_known *k = choose(f, m, i + 1, NULL);
    return k != NULL && (k->kind == DL_KNOWN_DIVISION || k->kind == DL_KNOWN_COUNTRY) ? k : NULL;
}

static void emit(struct finder *f, uint32_t first, uint32_t last, enum dl_entity_type type,
                 const struct dl_known *known)
{
    dl_entity e = {first, last, (uint8_t)type, DL_USE_LITERAL, known};
    if (type == DL_ENTITY_NATIONALITY) e.use = DL_USE_DEMONYM;
    if (first >= last || dl_vec_push(f->arena, &f->out, e) != DL_OK) f->failed = first < last;
}

/* --- runs of capitals --------------------------------------------------------------------- */

static bool connects(const struct finder *f, uint32_t i)
{
    static const char *const words[] = {"of",  "de", "la", "del", "bin", "al",  "van", "von", "der",
                                        "den", "da", "do", "dos", "el",  "ibn", "for", "du",  "-"};
    if (i + 1 >= f->last || !cap(f, i + 1)) return false;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (is(f, i, words[k])) return true;
    return false;
}

static bool joins_org(const struct finder *f, uint32_t i)
{
    return is(f, i, "of") || is(f, i, "for");
}

static uint32_t run_end(const struct finder *f, uint32_t i)
{
    uint32_t end = i;
    while (end < f->last && end < i + RUN_MAX) {
        if (cap(f, end)) {
            end++;
            continue;
        }
        /* "of" only inside a body's name: "University of Halden", not "Friends of Anna". */
        bool org = end > i && has(f, end - 1, DL_CLASS_ORGWORD);
        if (end > i && connects(f, end) && (!joins_org(f, end) || org)) {
            end++;
            continue;
        }
        break;
    }
    return end;
}

static void remember(struct finder *f, uint32_t first, uint32_t last)
{
    if (last - first < 2) return;
    uint64_t *at = dl_map64_at(&f->surnames, f->w->p[last - 1].key);
    if (at != NULL) *at = 1;
}

static bool place_before(const struct finder *f, uint32_t i)
{
    return i > f->first && (is(f, i - 1, "in") || is(f, i - 1, "at") || is(f, i - 1, "from") ||
                            is(f, i - 1, "near") || is(f, i - 1, "to") || is(f, i - 1, "outside") ||
                            is(f, i - 1, "around") || is(f, i - 1, "of") || is(f, i - 1, "into"));
}

static bool doubtful_city(const struct finder *f, const struct dl_known *k, uint32_t i,
                          uint32_t tokens, const struct dl_known *behind)
{
    if (k->kind != DL_KNOWN_CITY || behind != NULL) return false;
    bool strong = place_before(f, i);
    if (tokens == 1 && has(f, i,
                           DL_CLASS_GIVEN | DL_CLASS_NOTNAME | DL_CLASS_TITLE | DL_CLASS_ORGWORD |
                               DL_CLASS_TIME | DL_CLASS_ADJ))
        return !strong || k->population < 100000;
    uint32_t least = strong                                              ? 0
                     : (f->w->p[i].flags & DL_WORD_FIRST) && tokens == 1 ? 300000
                                                                         : 60000;
    if (tokens == 1 && !strong && dl_map64_get(&f->surnames, f->w->p[i].key) != NULL) return true;
    return k->population < least;
}

static void unknown(struct finder *f, uint32_t first, uint32_t last)
{
    while (first < last && has(f, first, DL_CLASS_NOTNAME) && !has(f, first, DL_CLASS_GIVEN))
        first++;
    while (last > first && has(f, last - 1, DL_CLASS_NOTNAME))
        last--;
    uint32_t n = last - first;
    if (n == 0) return;
    const dl_token *t = &f->w->p[first];
    if (has(f, last - 1, DL_CLASS_ORGWORD) && n >= 2) {
        emit(f, first, last, DL_ENTITY_ORG, NULL);
    } else if (n == 1 && (t->flags & DL_WORD_UPPER) && t->end - t->start >= 2 &&
               t->end - t->start <= 6 && !(t->flags & DL_WORD_ABBR)) {
        emit(f, first, last, DL_ENTITY_ORG, NULL);
    } else if (n >= 2 && n <= 4) {
        emit(f, first, last, DL_ENTITY_PERSON, NULL);
        remember(f, first, last);
    } else if (n == 1 && (dl_map64_get(&f->surnames, t->key) != NULL ||
                          (has(f, first, DL_CLASS_GIVEN) && !(t->flags & DL_WORD_FIRST)) ||
                          (first > f->first && has(f, first - 1, DL_CLASS_TITLE)))) {
        emit(f, first, last, DL_ENTITY_PERSON, NULL);
    }
}

/* Where an unknown stretch ends: at a title, or at a known name that can stand alone. */
static uint32_t unknown_end(const struct finder *f, uint32_t i, uint32_t end)
{
    uint32_t k = i + 1;
    while (k < end && !has(f, k, DL_CLASS_TITLE))
        k++;
    return k;
}

static uint32_t one_name(struct finder *f, uint32_t i, uint32_t end)
{
    if (has(f, i, DL_CLASS_TITLE) && i + 1 < end) {
        emit(f, i, i + 1, DL_ENTITY_ROLE, NULL);
        return i + 1;
    }
    struct match m = match_at(f, i);
    const struct dl_known *behind = m.tokens > 0 ? named_behind(f, i + m.tokens) : NULL;
    const struct dl_known *k = m.tokens > 0 ? choose(f, m, i, behind) : NULL;
    uint32_t after = i + m.tokens;
    bool org_run = end - i >= 2 && has(f, end - 1, DL_CLASS_ORGWORD) && after < end;
    if (k != NULL && k->kind == DL_KNOWN_PEOPLE) {
        emit(f, i, after, DL_ENTITY_NATIONALITY, k);
        return after;
    }
    if (has(f, i, DL_CLASS_GIVEN) && end - i >= 2 && after < end && !org_run) k = NULL;
    if (k != NULL && k->kind == DL_KNOWN_NAME) {
        emit(f, i, after, k->name_kind == DL_NAME_ARMED ? DL_ENTITY_GROUP : DL_ENTITY_ORG, k);
        return after;
    }
    if (k != NULL && !org_run && !doubtful_city(f, k, i, m.tokens, behind) &&
        (after >= end || k->kind != DL_KNOWN_CITY || has(f, after, DL_CLASS_TITLE))) {
        emit(f, i, after, DL_ENTITY_PLACE, k);
        return after;
    }
    uint32_t stop = unknown_end(f, i, end);
    unknown(f, i, stop);
    return stop;
}

/* Returns where it came to: a known name may be longer than the run of capitals. */
static uint32_t run(struct finder *f, uint32_t i, uint32_t end)
{
    bool shout = end - i > 4;
    for (uint32_t k = i; k < end; k++)
        shout = shout && (f->w->p[k].flags & DL_WORD_UPPER);
    if (shout) return end; /* a headline in capitals tells nothing of names */
    /* The first word of a sentence is a name only when the lists or the next words say so. */
    if ((f->w->p[i].flags & DL_WORD_FIRST) && has(f, i, DL_CLASS_NOTNAME | DL_CLASS_TIME) &&
        !has(f, i, DL_CLASS_GIVEN)) {
        struct match m = match_at(f, i);
        if (m.tokens < 2) i++;
    }
    while (i < end)
        i = one_name(f, i, end);
    return i;
}

/* --- texts without capitals --------------------------------------------------------------- */

static void by_list(struct finder *f)
{
    for (uint32_t i = f->first; i < f->last; i++) {
        if (f->w->p[i].kind != DL_TOKEN_WORD) continue;
        struct match m = match_at(f, i);
        const struct dl_known *k = m.tokens > 0 ? choose(f, m, i, NULL) : NULL;
        if (k == NULL) continue;
        if (k->kind == DL_KNOWN_COUNTRY) emit(f, i, i + m.tokens, DL_ENTITY_PLACE, k);
        i += m.tokens - 1;
    }
}

/* German writes nouns with capitals: only lists and titles help there. */
static void by_list_and_case(struct finder *f)
{
    for (uint32_t i = f->first; i < f->last; i++) {
        if (!cap(f, i)) continue;
        struct match m = match_at(f, i);
        const struct dl_known *behind = m.tokens > 0 ? named_behind(f, i + m.tokens) : NULL;
        const struct dl_known *k = m.tokens > 0 ? choose(f, m, i, behind) : NULL;
        if (k == NULL || k->kind == DL_KNOWN_PEOPLE) continue;
        if (k->kind == DL_KNOWN_CITY && k->population < 200000) continue;
        enum dl_entity_type type = k->kind != DL_KNOWN_NAME        ? DL_ENTITY_PLACE
                                   : k->name_kind == DL_NAME_ARMED ? DL_ENTITY_GROUP
                                                                   : DL_ENTITY_ORG;
        emit(f, i, i + m.tokens, type, k);
        i += m.tokens - 1;
    }
}

static void in_sentence(struct finder *f)
{
    if (f->pack->caseless) {
        by_list(f);
        return;
    }
    if (strcmp(f->pack->code, "en") != 0) {
        by_list_and_case(f);
        return;
    }
    for (uint32_t i = f->first; i < f->last;) {
        if (!cap(f, i)) {
            i++;
            continue;
        }
        uint32_t end = run_end(f, i);
        uint32_t at = run(f, i, end);
        i = at > i ? at : i + 1;
    }
}

/* First pass: countries and peoples vote, so that order in the text does not matter. */
static void count_votes(struct finder *f, const dl_sentences *sentences)
{
    for (size_t s = 0; s < sentences->n; s++) {
        f->first = sentences->p[s].first;
        f->last = sentences->p[s].last;
        for (uint32_t i = f->first; i < f->last; i++) {
            if (!f->pack->caseless && !cap(f, i)) continue;
            struct match m = match_at(f, i);
            const struct dl_known *k = m.tokens > 0 ? choose(f, m, i, NULL) : NULL;
            if (k == NULL || k->kind == DL_KNOWN_NAME) continue;
            float w = k->kind == DL_KNOWN_COUNTRY || k->kind == DL_KNOWN_DIVISION ? 1.0f
                      : k->kind == DL_KNOWN_PEOPLE                                ? 0.5f
                                                                                  : 0.2f;
            add_vote(f, k->country, w);
            i += m.tokens - 1;
        }
    }
}

enum dl_err dl_names_find(const dl_gazetteer *gazetteer, const dl_phrases *countries,
                          const dl_pack *pack, dl_arena *arena, const dl_words *words,
                          const dl_sentences *sentences, dl_str outlet_country,
                          dl_entities *ret_entities)
{
    struct finder *f = DL_NEW(arena, struct finder);
    if (f == NULL) return dl_arena_failed(arena);
    *f = (struct finder){
        .g = gazetteer, .countries = countries, .pack = pack, .arena = arena, .w = words};
    dl_map64_init(&f->surnames, arena);
    if (outlet_country.n == 2)
        add_vote(f, (const char[]){outlet_country.p[0], outlet_country.p[1], 0}, 2);
    count_votes(f, sentences);
    for (size_t s = 0; s < sentences->n && !f->failed; s++) {
        f->first = sentences->p[s].first;
        f->last = sentences->p[s].last;
        in_sentence(f);
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
