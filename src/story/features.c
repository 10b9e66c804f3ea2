#include "story/features.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/utf8.h"
#include "story/anchors.h"
#include "story/order.h"
#include "story/prints.h"
#include "story/stems.h"
#include "story/wordscan.h"

enum {
    LEAD_WORDS = 60, /* news says the main thing first */
    LONG_WORD = DL_STEMS_LONG_WORD,
    LETTERS_PER_HAN = 3,
    SYLLABLE_SAMPLE = 12, /* words needed to judge */
};
/* Mean letters of a word below which words are syllables (Vietnamese 3.3; English 4.7). */
static const double SYLLABLE_LENGTH = 3.9;

struct dl_featurer {
    struct dl_wordscan *scan;
    struct dl_anchorer *anchorer;
    struct dl_stems *stems;
};

struct dl_featurer *dl_featurer_new(void)
{
    struct dl_featurer *f = calloc(1, sizeof *f);
    if (f == NULL) return NULL;
    f->scan = dl_wordscan_new();
    f->anchorer = dl_anchorer_new();
    f->stems = dl_stems_new();
    if (f->scan != NULL && f->stems != NULL && f->anchorer != NULL) return f;
    dl_featurer_free(f);
    return NULL;
}

void dl_featurer_free(struct dl_featurer *f)
{
    if (f == NULL) return;
    dl_wordscan_free(f->scan);
    dl_anchorer_free(f->anchorer);
    dl_stems_free(f->stems);
    free(f);
}

static void primary_subtag(dl_str tag, char ret_language[4])
{
    size_t n = 0;
    while (n < tag.n && n < 4 && dl_is_alpha((unsigned char)tag.p[n]))
        n++;
    if (n < 2 || n > 3) return;
    for (size_t i = 0; i < n; i++)
        ret_language[i] = (char)dl_to_lower((unsigned char)tag.p[i]);
}

/* ------------------------------------------------------------------ terms */

struct work {
    struct dl_featurer *featurer;
    dl_arena *arena;
    struct dl_stems_language language;
    dl_map64 index;
    DL_VEC(struct dl_term) terms;
    dl_word_vec words; /* title, subtitle, text */
    uint32_t *ids;     /* of their terms */
    size_t title_end, lead_end, text_start;
    bool syllables, title_case;
};

static uint8_t term_flags(const struct work *w, size_t i)
{
    const struct dl_word *word = &w->words.p[i];
    if (word->flags & DL_WORD_NUMBER) return DL_TERM_NUMBER;
    if (!(word->flags & DL_WORD_CAPITAL) || word->flags & DL_WORD_START) return 0;
    return i < w->title_end && w->title_case ? 0 : DL_TERM_NAME;
}

static void count_up(uint8_t *count)
{
    if (*count < UINT8_MAX) (*count)++;
}

static enum dl_err add_term(struct work *w, size_t i, uint32_t id, uint8_t flags, uint8_t length)
{
    uint64_t *at = dl_map64_at(&w->index, id);
    if (at == NULL) return dl_arena_failed(w->arena);
    if (*at == 0) {
        struct dl_term fresh = {.id = id, .length = length, .text = w->words.p[i].text};
        if (dl_vec_push(w->arena, &w->terms, fresh) != DL_OK) return dl_arena_failed(w->arena);
        *at = w->terms.n;
    }
    struct dl_term *t = &w->terms.p[*at - 1];
    t->flags |= flags;
    if (i < w->title_end)
        count_up(&t->title);
    else
        count_up(&t->body);
    if (i >= w->title_end && i < w->lead_end) count_up(&t->lead);
    return DL_OK;
}

/* Letters that a word of an alphabet would have: a Han character or a kana holds about three. */
static uint8_t length_of(const struct dl_word *word)
{
    size_t pos = 0, length = word->length;
    uint32_t first = dl_utf8_next(word->text, &pos);
    if ((first >= 0x3040 && first < 0xA000) || first >= 0x20000) length *= LETTERS_PER_HAN;
    return (uint8_t)(length > UINT8_MAX ? UINT8_MAX : length);
}

static enum dl_err collect_terms(struct work *w)
{
    uint32_t before = 0;
    w->ids = DL_NEW_ARRAY(w->arena, uint32_t, w->words.n + 1);
    if (w->ids == NULL) return dl_arena_failed(w->arena);
    for (size_t i = 0; i < w->words.n; i++) {
        const struct dl_word *word = &w->words.p[i];
        uint32_t id = dl_stems_id(w->featurer->stems, &w->language, word);
        DL_TRY(add_term(w, i, id, term_flags(w, i), length_of(word)));
        bool follows = i > 0 && i != w->title_end && !(word->flags & DL_WORD_START);
        bool fragments = follows && dl_stems_is_fragment(word) && dl_stems_is_fragment(word - 1);
        if ((w->syllables && follows) || fragments) {
            uint32_t pair = dl_stems_pair(before, id);
            DL_TRY(add_term(w, i, pair, DL_TERM_PAIR | term_flags(w, i), LONG_WORD));
        }
        w->ids[i] = before = id;
    }
    return DL_OK;
}

/* How much a term is likely to tell, before anything is counted over documents. */
static int promise(const struct dl_term *t)
{
    static const uint8_t by_length[] = {0, 1, 2, 4, 8, 12, 15};
    int rarity = by_length[t->length < LONG_WORD ? t->length : LONG_WORD];
    if (t->flags & (DL_TERM_NAME | DL_TERM_NUMBER | DL_TERM_PAIR)) rarity += 8;
    int count = 3 * t->title + 2 * t->lead + (t->body > 8 ? 8 : t->body);
    return rarity * (count < 24 ? count : 24);
}

static const struct dl_term *term_of(const struct work *w, uint32_t id)
{
    return &w->terms.p[*dl_map64_get(&w->index, id) - 1];
}

static enum dl_err keep_terms(struct work *w, struct dl_features *f)
{
    size_t n = w->terms.n, kept = n < DL_FEATURES_TERMS ? n : DL_FEATURES_TERMS;
    uint64_t *order = DL_NEW_ARRAY(w->arena, uint64_t, 2 * n + 1);
    struct dl_term *terms = DL_NEW_ARRAY(w->arena, struct dl_term, kept + 1);
    if (order == NULL || terms == NULL) return dl_arena_failed(w->arena);
    for (size_t i = 0; i < n; i++)
        order[i] = dl_order_heavy((uint32_t)promise(&w->terms.p[i]), w->terms.p[i].id);
    dl_order_keys(order, order + n, n, DL_ORDER_HEAVY_BYTES);
    for (size_t i = 0; i < kept; i++)
        order[i] = order[i] << 32 | i; /* by id now */
    dl_order_keys(order, order + n, kept, 8);
    for (size_t i = 0; i < kept; i++) {
        terms[i] = *term_of(w, (uint32_t)(order[i] >> 32));
        bool worded = (uint32_t)order[i] < DL_FEATURES_WORDS;
        terms[i].text =
            worded ? dl_utf8_prefix(terms[i].text, DL_FEATURES_WORD_BYTES) : (dl_str){NULL, 0};
    }
    f->n_terms = kept;
    f->terms = terms;
    return DL_OK;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static enum dl_err collect_numbers(struct work *w, struct dl_features *f)
{
    uint32_t *out = DL_NEW_ARRAY(w->arena, uint32_t, DL_FEATURES_NUMBERS);
    if (out == NULL) return dl_arena_failed(w->arena);
    size_t n = 0;
    for (size_t i = w->text_start; i < w->words.n && n < DL_FEATURES_NUMBERS; i++) {
        if (!(w->words.p[i].flags & DL_WORD_NUMBER)) continue;
        uint32_t id = (uint32_t)(w->words.p[i].hash >> 32);
        size_t k = 0;
        while (k < n && out[k] != id)
            k++;
        if (k == n) out[n++] = id;
    }
    qsort(out, n, sizeof *out, by_number);
    f->numbers = out;
    f->n_numbers = n;
    return DL_OK;
}

/* ------------------------------------------------------------------ document */

static bool is_title_case(const struct dl_word *words, size_t n)
{
    size_t capital = 0, spelled = 0;
    for (size_t i = 0; i < n; i++) {
        if (words[i].flags & (DL_WORD_NUMBER | DL_WORD_UNSPACED) || words[i].length < 4) continue;
        spelled++;
        capital += (words[i].flags & DL_WORD_CAPITAL) != 0;
    }
    return capital * 10 > spelled * 7;
}

static bool is_syllabic(const struct dl_word *words, size_t n)
{
    size_t letters = 0, spelled = 0;
    for (size_t i = 0; i < n; i++) {
        if (words[i].flags & (DL_WORD_NUMBER | DL_WORD_UNSPACED)) continue;
        spelled++;
        letters += words[i].length;
    }
    return spelled >= SYLLABLE_SAMPLE && (double)letters / (double)spelled < SYLLABLE_LENGTH;
}

static enum dl_err scan_all(struct work *w, const struct dl_features_input *in)
{
    struct dl_wordscan *scan = w->featurer->scan;
    DL_TRY(dl_wordscan_add(scan, w->arena, dl_utf8_prefix(in->title, DL_FEATURES_MAX_TEXT),
                           &w->words));
    w->title_end = w->words.n;
    DL_TRY(dl_wordscan_add(scan, w->arena, dl_utf8_prefix(in->subtitle, DL_FEATURES_MAX_TEXT),
                           &w->words));
    w->text_start = w->words.n;
    w->lead_end = w->words.n + LEAD_WORDS;
    DL_TRY(
        dl_wordscan_add(scan, w->arena, dl_utf8_prefix(in->text, DL_FEATURES_MAX_TEXT), &w->words));
    w->title_case = is_title_case(w->words.p, w->title_end);
    w->syllables = is_syllabic(w->words.p, w->words.n);
    return DL_OK;
}

static uint64_t hash_title(const struct work *w)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < w->title_end; i++) {
        uint64_t both[2] = {hash, w->words.p[i].hash};
        hash = dl_hash64((dl_str){(const char *)both, sizeof both});
    }
    return hash;
}

enum dl_err dl_features_make(struct dl_featurer *featurer, dl_arena *arena,
                             const struct dl_features_input *in, struct dl_features *ret_features)
{
    struct dl_features f = {0};
    primary_subtag(in->language, f.language);
    struct work w = {.featurer = featurer, .arena = arena};
    w.language = dl_stems_language(featurer->stems, f.language);
    dl_map64_init(&w.index, arena);
    DL_TRY(scan_all(&w, in));
    f.words = (uint32_t)w.words.n;
    f.title_hash = hash_title(&w);
    DL_TRY(dl_prints_make(arena, w.words.p + w.text_start, w.words.n - w.text_start, &f));
    DL_TRY(collect_terms(&w));
    DL_TRY(collect_numbers(&w, &f));
    DL_TRY(keep_terms(&w, &f));
    DL_TRY(
        dl_anchors_make(featurer->anchorer, arena, w.words.p, w.ids, w.words.n, w.title_end, &f));
    *ret_features = f;
    return DL_OK;
}
