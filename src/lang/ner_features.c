/* What the recogniser looks at. */
#include "lang/ner.h"

enum {
    GAP = 2, /* words without capitals that a stretch bridges: "Ministry of the Interior" */
    STRETCH_MAX = 200,
};

/* Lists that know a stretch of words, as bits. */
enum {
    IN_COUNTRY = 1,
    IN_PEOPLE = 2,
    IN_DIVISION = 4,
    IN_TOWN = 8,
    IN_VILLAGE = 16,
    IN_REGION = 32,
    IN_BODY = 64,
    IN_GROUP = 128,
    IN_BEGIN = 256,
    IN_INSIDE = 512,
    IN_LAST = 1024,
    IN_LEADER = 2048
};
enum { TOWN_LEAST = 100000 /* inhabitants */ };

/* What the document does elsewhere with a word, as bits of the map's value. */
enum {
    USE_LOWER = 1,
    USE_CAP_INSIDE = 2,
    USE_CAP_TWICE = 4,
    USE_AFTER_GIVEN = 8, /* behind a given name or a title */
    USE_IN_BODY = 16,    /* in a run that ends in "Ministry", "Inc." and their like */
    USE_IN_RUN = 32
};

struct dl_ner_word {
    uint64_t suffix3, suffix2, prefix3, prefix2;
    uint16_t lists;
    uint8_t shape, person, use;
    bool capital;
    uint32_t run_first, run_last; /* of the run of capitals it stands in */
};

enum shape {
    SHAPE_LOWER,
    SHAPE_CAP,
    SHAPE_UPPER,
    SHAPE_LETTER, /* one capital */
    SHAPE_INITIAL,
    SHAPE_ACRONYM, /* with dots */
    SHAPE_MIXED,   /* McDonald, al-Ani, eBay */
    SHAPE_HYPHEN,
    SHAPE_DIGITS,
    SHAPE_NUMBER,
    SHAPE_CLITIC,
    SHAPE_MARK /* + kinds of marks */
};

static uint8_t shape_of(const dl_token *t, dl_str text)
{
    if (t->kind == DL_TOKEN_NUMBER) return SHAPE_NUMBER;
    if (t->kind != DL_TOKEN_WORD)
        return (uint8_t)(SHAPE_MARK + (t->mark < 128 ? t->mark % 100 : 100));
    if (t->flags & DL_WORD_CLITIC) return SHAPE_CLITIC;
    bool upper_inside = false, hyphen = false, digit = false, dot = false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        upper_inside = upper_inside || (i > 0 && c >= 'A' && c <= 'Z');
        hyphen = hyphen || c == '-';
        digit = digit || dl_is_digit(c);
        dot = dot || c == '.';
    }
    if (digit) return SHAPE_DIGITS;
    if (dot && (t->flags & DL_WORD_UPPER)) return text.n == 2 ? SHAPE_INITIAL : SHAPE_ACRONYM;
    if (t->flags & DL_WORD_UPPER) return SHAPE_UPPER;
    if ((t->flags & DL_WORD_CAP) && text.n <= 2 && (text.n == 1 || dot)) return SHAPE_LETTER;
    if (hyphen && (upper_inside || (t->flags & DL_WORD_CAP))) return SHAPE_HYPHEN;
    if (upper_inside) return SHAPE_MIXED;
    return t->flags & DL_WORD_CAP ? SHAPE_CAP : SHAPE_LOWER;
}

/* Bytes from the start, or from the end, that hold n characters. */
static dl_str head(dl_str s, size_t n)
{
    size_t i = 0;
    while (i < s.n && n-- > 0)
        do
            i++;
        while (i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80);
    return dl_str_sub(s, 0, i);
}

static dl_str tail(dl_str s, size_t n)
{
    size_t i = s.n;
    while (i > 0 && n-- > 0)
        do
            i--;
        while (i > 0 && ((unsigned char)s.p[i] & 0xC0) == 0x80);
    return dl_str_sub(s, i, s.n);
}

static uint16_t list_bit(const struct dl_known *k)
{
    switch ((enum dl_known_kind)k->kind) {
    case DL_KNOWN_COUNTRY:
        return IN_COUNTRY;
    case DL_KNOWN_PEOPLE:
        return IN_PEOPLE;
    case DL_KNOWN_DIVISION:
        return IN_DIVISION;
    case DL_KNOWN_CITY:
        return k->capital || k->population >= TOWN_LEAST ? IN_TOWN : IN_VILLAGE;
    case DL_KNOWN_REGION:
    case DL_KNOWN_DISTRICT:
        return IN_REGION;
    case DL_KNOWN_PERSON:
        return IN_LEADER;
    case DL_KNOWN_NAME:
    default:
        return k->name_kind == DL_NAME_ARMED ? IN_GROUP : IN_BODY;
    }
}

static uint32_t mark_lists(const dl_ner_text *t, const dl_phrases *in, uint32_t i, uint32_t last)
{
    uint32_t link, value, n = (uint32_t)dl_phrases_match(in, t->words, i, last, &link);
    uint16_t bits = 0;
    while (n > 0 && dl_phrases_value(in, &link, &value)) {
        const struct dl_known *k = &t->gazetteer->known[value];
        if (!k->upper || (t->words->p[i].flags & DL_WORD_UPPER)) bits |= list_bit(k);
    }
    for (uint32_t k = 0; bits != 0 && k < n; k++) {
        uint16_t part = (uint16_t)(k == 0 ? IN_BEGIN : IN_INSIDE);
        t->seen[i + k].lists |= (uint16_t)(bits | part | (k + 1 == n ? IN_LAST : 0));
    }
    return bits != 0 ? n : 0;
}

/* Endings that the list has, as "-ович": of patronymics and surnames. */
static uint8_t person_by_ending(const dl_map64 *persons, dl_str norm)
{
    enum { SHORTEST = 12, LONGEST = 5 /* bytes of a word; characters of an ending */ };
    char form[DL_WORD_MAX + 1] = {'-'};
    const uint64_t *found = NULL;
    for (size_t n = LONGEST; norm.n >= SHORTEST && found == NULL && n >= 2; n--) {
        dl_str end = tail(norm, n);
        memcpy(form + 1, end.p, end.n);
        found = dl_map64_get(persons, dl_hash64((dl_str){form, end.n + 1}));
    }
    return found != NULL ? (uint8_t)*found : 0;
}

/* Given names and surnames; of Slavic ones also the other cases: "Путина", "Сергею". */
static uint8_t person_of(const dl_map64 *persons, dl_str norm, uint64_t key)
{
    static const char *const ends[] = {"", "а", "я", "й", "ь"};
    const uint64_t *found = dl_map64_get(persons, key);
    if (found != NULL || norm.n < 8 || ((unsigned char)norm.p[0] & 0xFE) != 0xD0)
        return found != NULL ? (uint8_t)*found : 0;
    char form[DL_WORD_MAX + 4];
    for (size_t cut = 2; cut <= 4 && found == NULL; cut += 2)
        for (size_t k = 0; k < sizeof ends / sizeof *ends && found == NULL; k++) {
            memcpy(form, norm.p, norm.n - cut);
            memcpy(form + norm.n - cut, ends[k], strlen(ends[k]));
            found =
                dl_map64_get(persons, dl_hash64((dl_str){form, norm.n - cut + strlen(ends[k])}));
        }
    return found != NULL ? (uint8_t)*found : person_by_ending(persons, norm);
}

static void see_word(const dl_ner_text *t, uint32_t i)
{
    const dl_token *token = &t->words->p[i];
    dl_ner_word *w = &t->seen[i];
    dl_str text = dl_token_text(t->words, i);
    w->shape = shape_of(token, text);
    w->capital = (token->kind == DL_TOKEN_WORD && (token->flags & DL_WORD_CAP) &&
                  !(token->flags & DL_WORD_CLITIC)) ||
                 w->shape == SHAPE_MIXED || w->shape == SHAPE_HYPHEN;
    if (!w->capital) return;
    char norm[DL_WORD_MAX];
    dl_str n = {norm, dl_words_norm(text, norm)};
    w->suffix3 = dl_hash64(tail(n, 3));
    w->suffix2 = dl_hash64(tail(n, 2));
    w->prefix3 = dl_hash64(head(n, 3));
    w->prefix2 = dl_hash64(head(n, 2));
    w->person = person_of(&t->gazetteer->persons, n, token->key);
}

static bool runs_on(const dl_ner_text *t, uint32_t i)
{
    return t->seen[i].capital;
}

static enum dl_err use_word(dl_ner_text *t, dl_arena *arena, const dl_sentence *s, uint32_t i)
{
    const dl_token *token = &t->words->p[i];
    if (token->kind != DL_TOKEN_WORD) return DL_OK;
    dl_ner_word *w = &t->seen[i];
    if (!w->capital && (w->shape != SHAPE_LOWER || (token->classes & DL_CLASS_NOTNAME)))
        return DL_OK;
    uint64_t *use = dl_map64_at(&t->uses, token->key);
    if (use == NULL) return dl_arena_failed(arena);
    if (!w->capital) {
        *use |= USE_LOWER;
        return DL_OK;
    }
    if (!(token->flags & DL_WORD_FIRST) && w->shape != SHAPE_UPPER) *use |= USE_CAP_INSIDE;
    if (*use & 1u << 16) *use |= USE_CAP_TWICE;
    *use |= 1u << 16;
    if (w->run_last - w->run_first < 2) return DL_OK;
    *use |= USE_IN_RUN;
    const dl_token *before = i > s->first ? &t->words->p[i - 1] : NULL;
    if (i > w->run_first &&
        ((before->classes & DL_CLASS_TITLE) || (t->seen[i - 1].person & DL_PERSON_GIVEN)))
        *use |= USE_AFTER_GIVEN;
    if (t->words->p[w->run_last - 1].classes & DL_CLASS_ORGWORD) *use |= USE_IN_BODY;
    return DL_OK;
}

static enum dl_err see_sentence(dl_ner_text *t, dl_arena *arena, const dl_sentence *s)
{
    for (uint32_t i = s->first; i < s->last; i++)
        see_word(t, i);
    for (uint32_t i = s->first; i < s->last;) {
        uint32_t n = 0;
        if (t->seen[i].capital) {
            n = mark_lists(t, &t->gazetteer->english, i, s->last);
            if (t->countries != NULL) {
                uint32_t own = mark_lists(t, t->countries, i, s->last);
                if (own > n) n = own;
            }
        }
        i += n > 0 ? n : 1;
    }
    for (uint32_t i = s->first; i < s->last;) {
        uint32_t end = i;
        while (end < s->last && runs_on(t, end))
            end++;
        for (uint32_t k = i; k < end; k++) {
            t->seen[k].run_first = i;
            t->seen[k].run_last = end;
        }
        i = end > i ? end : i + 1;
    }
    for (uint32_t i = s->first; i < s->last; i++)
        DL_TRY(use_word(t, arena, s, i));
    return DL_OK;
}

enum dl_err dl_ner_prepare(dl_ner_text *t, dl_arena *arena)
{
    dl_map64_init(&t->uses, arena);
    t->seen = DL_NEW_ARRAY(arena, dl_ner_word, t->words->n + 1);
    if (t->seen == NULL) return dl_arena_failed(arena);
    for (size_t s = 0; s < t->sentences->n; s++)
        DL_TRY(see_sentence(t, arena, &t->sentences->p[s]));
    for (size_t i = 0; i < t->words->n; i++) {
        const uint64_t *use =
            t->seen[i].capital ? dl_map64_get(&t->uses, t->words->p[i].key) : NULL;
        if (use != NULL) t->seen[i].use = (uint8_t)*use;
    }
    return DL_OK;
}

bool dl_ner_stretch(const dl_ner_text *t, const dl_sentence *s, uint32_t *at, uint32_t *ret_first,
                    uint32_t *ret_last)
{
    uint32_t i = *at < s->first ? s->first : *at;
    while (i < s->last && !t->seen[i].capital)
        i++;
    if (i >= s->last) return false;
    uint32_t end = i + 1;
    for (uint32_t k = end; k < s->last && k <= end + GAP && k < i + STRETCH_MAX; k++) {
        if (t->words->p[k].kind >= DL_TOKEN_LINE) break;
        if (t->seen[k].capital) end = k + 1;
    }
    *ret_first = i;
    *ret_last = *at = end;
    return true;
}

/* --- features ----------------------------------------------------------------------------- */

struct view {
    const dl_ner_text *t;
    const dl_sentence *s;
    uint64_t *out;
    size_t n;
};

/* Templates that hold words or parts of them: of no use in another language. */
static bool lexical(unsigned template)
{
    return template <= 18 || (template >= 24 && template <= 27) || template == 33 || template == 34;
}

static void put(struct view *v, unsigned template, uint64_t a, uint64_t b, uint64_t c)
{
    if (v->t->bare && lexical(template)) return;
    if (v->n < DL_NER_FEATURES) v->out[v->n++] = dl_feature(template, a, b, c);
}

static uint64_t key_at(const struct view *v, int64_t i)
{
    if (i < v->s->first) return 1;
    if (i >= v->s->last) return 2;
    return v->t->words->p[i].key;
}

static uint32_t shape_at(const struct view *v, int64_t i)
{
    return i < v->s->first ? 253 : i >= v->s->last ? 254 : v->t->seen[i].shape;
}

static uint32_t lists_at(const struct view *v, int64_t i)
{
    return i < v->s->first || i >= v->s->last ? 0 : v->t->seen[i].lists;
}

/* Word classes that say something of names. */
static uint32_t classes_at(const struct view *v, int64_t i)
{
    enum {
        TELLING = DL_CLASS_DET | DL_CLASS_PREP | DL_CLASS_CONJ | DL_CLASS_TIME | DL_CLASS_POSS |
                  DL_CLASS_TITLE | DL_CLASS_ORGWORD | DL_CLASS_VERB | DL_CLASS_AUX |
                  DL_CLASS_COMMON | DL_CLASS_PRON | DL_CLASS_MONTH
    };
    if (i < v->s->first || i >= v->s->last) return 1u << 31;
    const dl_token *t = &v->t->words->p[i];
    return t->kind == DL_TOKEN_WORD ? t->classes & TELLING : 1u << 30;
}

static uint32_t person_at(const struct view *v, int64_t i)
{
    if (i < v->s->first || i >= v->s->last) return 9;
    return v->t->seen[i].person + (v->t->seen[i].capital ? 4u : 0);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void words_around(struct view *v, int64_t i)
{
    uint64_t w = key_at(v, i), shape = shape_at(v, i);
    put(v, 1, w, 0, 0);
    put(v, 2, w, shape, 0);
    put(v, 3, key_at(v, i - 1), 0, 0);
    put(v, 4, key_at(v, i + 1), 0, 0);
    put(v, 5, key_at(v, i - 2), 0, 0);
    put(v, 6, key_at(v, i + 2), 0, 0);
    put(v, 7, key_at(v, i - 1), w, 0);
    put(v, 8, w, key_at(v, i + 1), 0);
    put(v, 9, key_at(v, i - 1), shape, 0);
    put(v, 10, key_at(v, i + 1), shape, 0);
    put(v, 11, key_at(v, i - 2), key_at(v, i - 1), 0);
    put(v, 12, key_at(v, i + 1), key_at(v, i + 2), 0);
}

static void forms_around(struct view *v, int64_t i)
{
    const dl_ner_word *w = &v->t->seen[i];
    uint64_t shape = w->shape;
    if (w->capital) {
        put(v, 15, w->suffix3, 0, 0);
        put(v, 16, w->suffix2, shape, 0);
        put(v, 17, w->prefix3, 0, 0);
        put(v, 18, w->prefix2, w->suffix2, 0);
    }
    put(v, 19, shape, 0, 0);
    put(v, 20, shape_at(v, i - 1), shape, shape_at(v, i + 1));
    put(v, 21, shape_at(v, i - 2), shape_at(v, i - 1), shape);
    put(v, 22, shape, shape_at(v, i + 1), shape_at(v, i + 2));
    uint32_t length = w->capital ? w->run_last - w->run_first : 0;
    uint32_t place = w->capital ? (uint32_t)i - w->run_first : 0;
    put(v, 23, least(length, 5), least(place, 5), shape);
    if (w->capital) {
        put(v, 24, key_at(v, w->run_last - 1), least(w->run_last - 1 - (uint32_t)i, 3), 0);
        put(v, 25, key_at(v, w->run_first), least(place, 3), 0);
        put(v, 26, key_at(v, (int64_t)w->run_last), least(w->run_last - 1 - (uint32_t)i, 3), 0);
        put(v, 27, key_at(v, (int64_t)w->run_first - 1), least(place, 3), 0);
        put(v, 28, classes_at(v, w->run_last - 1) & (DL_CLASS_ORGWORD | DL_CLASS_COMMON),
            least(length, 4), least(place, 3));
        put(v, 29, classes_at(v, w->run_first) & (DL_CLASS_ORGWORD | DL_CLASS_TITLE),
            least(length, 4), least(place, 3));
    }
}

static void lists_around(struct view *v, int64_t i)
{
    uint64_t lists = lists_at(v, i), shape = shape_at(v, i);
    put(v, 30, lists, shape, 0);
    put(v, 31, lists_at(v, i - 1), lists, 0);
    put(v, 32, lists, lists_at(v, i + 1), 0);
    put(v, 33, key_at(v, i - 1), lists, 0);
    put(v, 34, lists, key_at(v, i + 1), 0);
    put(v, 35, lists, person_at(v, i), person_at(v, i + 1));
    put(v, 36, person_at(v, i - 1), person_at(v, i), person_at(v, i + 1));
    put(v, 37, person_at(v, i), shape, classes_at(v, i));
    put(v, 38, classes_at(v, i), shape, 0);
    put(v, 39, classes_at(v, i - 1), classes_at(v, i), shape);
    put(v, 40, classes_at(v, i), classes_at(v, i + 1), shape);
    put(v, 41, classes_at(v, i - 1), lists, person_at(v, i));
    put(v, 42, classes_at(v, i + 1), lists, person_at(v, i));
}

static void document_around(struct view *v, int64_t i)
{
    const dl_ner_word *w = &v->t->seen[i];
    const dl_token *token = &v->t->words->p[i];
    uint64_t first = token->flags & DL_WORD_FIRST;
    put(v, 45, w->use, w->shape, first);
    put(v, 46, w->use, w->person, w->lists);
    put(v, 47, first, classes_at(v, i), w->shape);
    put(v, 48, first, person_at(v, i), least(v->s->last - v->s->first, 6));
}

size_t dl_ner_features(const dl_ner_text *t, uint32_t first, uint32_t last, uint32_t i,
                       uint64_t ret_features[DL_NER_FEATURES])
{
    struct view v = {t, &t->sentences->p[t->words->p[i].sentence], ret_features, 0};
    (void)first;
    (void)last;
    words_around(&v, i);
    forms_around(&v, i);
    lists_around(&v, i);
    document_around(&v, i);
    return v.n;
}

uint64_t dl_ner_after(unsigned tag)
{
    return dl_feature(60, tag, 0, 0);
}
