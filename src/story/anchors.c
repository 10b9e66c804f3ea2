#include "story/anchors.h"

#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/utf8.h"

enum {
    LETTERS = 0x10000, /* the BMP; letters beyond it give nothing */
    LATIN_MAX = 5,     /* ASCII letters kept of one letter ("shch") */
    SKELETON_MIN = 3,
    SKELETON_MAX = DL_SOUND_MAX,
    PREFIX_MIN = 4,
    PREFIX_LETTERS = 5, /* inflection comes behind */
    UNCASED_MIN = 3,    /* letters of a word in a script without capitals */
    WEIGHT_CAP = 4,     /* repeating a word in an uncased script makes it no name */
};

struct latin {
    char letters[LATIN_MAX];
    uint8_t n; /* letters + 1; 0: not looked up yet */
};

struct dl_anchorer {
    UTransliterator *to_latin;
    struct latin latin[LETTERS];
};

struct dl_anchorer *dl_anchorer_new(void)
{
    static const UChar id[] = u"NFKD; Any-Latin; Latin-ASCII; Lower";
    struct dl_anchorer *a = calloc(1, sizeof *a);
    if (a == NULL) return NULL;
    UErrorCode status = U_ZERO_ERROR;
    a->to_latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_SUCCESS(status)) return a;
    free(a);
    return NULL;
}

void dl_anchorer_free(struct dl_anchorer *a)
{
    if (a == NULL) return;
    utrans_close(a->to_latin);
    free(a);
}

static void look_up(struct dl_anchorer *a, uint32_t cp, struct latin *ret_latin)
{
    enum { ROOM = 32 };
    UChar text[ROOM] = {(UChar)cp};
    int32_t n = 1, limit = 1;
    UErrorCode status = U_ZERO_ERROR;
    utrans_transUChars(a->to_latin, text, &n, ROOM, 0, &limit, &status);
    ret_latin->n = 1;
    for (int32_t i = 0; U_SUCCESS(status) && i < n && ret_latin->n <= LATIN_MAX; i++)
        if (text[i] < 0x80 && dl_is_alpha((unsigned char)text[i]))
            ret_latin->letters[ret_latin->n++ - 1] = (char)text[i];
}

static const struct latin *latin_of(struct dl_anchorer *a, uint32_t cp)
{
    static const struct latin none = {.n = 1};
    if (cp >= LETTERS) return &none;
    struct latin *l = &a->latin[cp];
    if (l->n == 0) look_up(a, cp, l);
    return l;
}

/* Consonants that languages and scripts confuse fall together; 0 for what vanishes. */
static char consonant_class(char letter)
{
    static const char classes[26] = {
        0,   'P', 'K', 'T', 0,   'P', 'K', 0, 0,   'J', 'K', 'L', 'M', /* a-m */
        'N', 0,   'P', 'K', 'L', 'S', 'T', 0, 'P', 0,   'S', 0,   'S', /* n-z */
    };
    return classes[letter - 'a'];
}

struct sound {
    char skeleton[SKELETON_MAX], prefix[PREFIX_LETTERS];
    size_t n_skeleton, n_prefix;
};

static void hear(struct sound *s, char letter)
{
    if (s->n_prefix < PREFIX_LETTERS) s->prefix[s->n_prefix++] = letter;
    char c = consonant_class(letter);
    if (c == 0) return;
    char *last = s->n_skeleton > 0 ? &s->skeleton[s->n_skeleton - 1] : NULL;
    if (last != NULL && *last == 'M' && c == 'P') *last = 'N';
    if (last != NULL && *last == c) return;
    if (s->n_skeleton < SKELETON_MAX) s->skeleton[s->n_skeleton++] = c;
}

static struct sound sound_of(struct dl_anchorer *a, dl_str word)
{
    struct sound s = {.n_skeleton = 0};
    for (size_t pos = 0; pos < word.n;) {
        const struct latin *l = latin_of(a, dl_utf8_next(word, &pos));
        for (size_t i = 0; i + 1 < l->n; i++)
            hear(&s, l->letters[i]);
    }
    return s;
}

void dl_anchorer_sound(struct dl_anchorer *a, dl_str word, char ret_sound[DL_SOUND_MAX])
{
    struct sound s = sound_of(a, word);
    memset(ret_sound, 0, DL_SOUND_MAX);
    memcpy(ret_sound, s.skeleton, s.n_skeleton);
}

struct work {
    dl_arena *arena;
    dl_map64 index;
    DL_VEC(struct dl_anchor) found;
};

static enum dl_err add(struct work *w, const char *text, size_t n, enum dl_anchor_kind kind,
                       uint32_t term)
{
    /* Names and words meet. */
    uint64_t seed = kind == DL_ANCHOR_NUMBER ? 2 : kind == DL_ANCHOR_PREFIX ? 1 : 0;
    uint32_t id = (uint32_t)(dl_hash64_seed((dl_str){text, n}, seed + 1) >> 32);
    uint64_t *at = dl_map64_at(&w->index, id);
    if (at == NULL) return dl_arena_failed(w->arena);
    if (*at == 0) {
        struct dl_anchor fresh = {.id = id, .term = term, .kind = (uint8_t)kind};
        if (dl_vec_push(w->arena, &w->found, fresh) != DL_OK) return dl_arena_failed(w->arena);
        *at = w->found.n;
    }
    struct dl_anchor *anchor = &w->found.p[*at - 1];
    if (anchor->count < UINT8_MAX) anchor->count++;
    return DL_OK;
}

static bool is_cased(dl_str word)
{
    size_t pos = 0;
    return u_hasBinaryProperty((UChar32)dl_utf8_next(word, &pos), UCHAR_CASED);
}

static bool is_katakana(dl_str word)
{
    size_t pos = 0;
    uint32_t cp = dl_utf8_next(word, &pos);
    return cp >= 0x30A1 && cp <= 0x30FA;
}

static bool may_be_name(const struct dl_word *word)
{
    if (word->flags & DL_WORD_NUMBER) return false;
    if (word->flags & DL_WORD_UNSPACED)
        return is_katakana(word->text) && word->length >= UNCASED_MIN;
    if (is_cased(word->text)) return (word->flags & DL_WORD_CAPITAL) != 0;
    return word->length >= UNCASED_MIN;
}

static enum dl_err add_word(struct dl_anchorer *a, struct work *w, const struct dl_word *word,
                            uint32_t term)
{
    if (word->flags & DL_WORD_NUMBER)
        return word->length < 2 ? DL_OK : add(w, word->text.p, word->text.n, DL_ANCHOR_NUMBER, 0);
    if (!may_be_name(word)) return DL_OK;
    struct sound s = sound_of(a, word->text);
    bool named = is_cased(word->text) || is_katakana(word->text);
    if (s.n_skeleton >= SKELETON_MIN)
        DL_TRY(add(w, s.skeleton, s.n_skeleton, named ? DL_ANCHOR_NAME : DL_ANCHOR_WORD, term));
    if (s.n_prefix < PREFIX_MIN) return DL_OK;
    return add(w, s.prefix, s.n_prefix, DL_ANCHOR_PREFIX, term);
}

static int by_count(const void *a, const void *b)
{
    const struct dl_anchor *x = a, *y = b;
    int p = x->count < WEIGHT_CAP ? x->count : WEIGHT_CAP;
    int q = y->count < WEIGHT_CAP ? y->count : WEIGHT_CAP;
    if (p != q) return p < q ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_id(const void *a, const void *b)
{
    const struct dl_anchor *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

enum dl_err dl_anchors_make(struct dl_anchorer *a, dl_arena *arena, const struct dl_word *words,
                            const uint32_t *terms, size_t n, size_t title_end,
                            struct dl_features *f)
{
    struct work w = {.arena = arena};
    dl_map64_init(&w.index, arena);
    for (size_t i = 0; i < n; i++) {
        bool says_nothing = words[i].flags & DL_WORD_START && i >= title_end;
        if (!says_nothing || !is_cased(words[i].text)) DL_TRY(add_word(a, &w, &words[i], terms[i]));
    }
    if (w.found.n == 0) return DL_OK;
    qsort(w.found.p, w.found.n, sizeof *w.found.p, by_count);
    f->n_anchors = w.found.n < DL_FEATURES_ANCHORS ? w.found.n : DL_FEATURES_ANCHORS;
    qsort(w.found.p, f->n_anchors, sizeof *w.found.p, by_id);
    f->anchors = w.found.p;
    return DL_OK;
}
