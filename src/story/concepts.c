#include "story/concepts.h"

#include <stdlib.h>
#include <unicode/uchar.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

enum {
    LANGUAGES = 48,    /* kept open; later ones have no concepts */
    PREFIX_CHARS = 2,  /* a shorter beginning of a word says nothing */
    PREFIX_BYTES = 64, /* of a word looked at */
    NUMBER_MAX = 1 << 30
};

/* Forms of one sort in one language. */
struct forms {
    dl_phrases phrases;
    dl_map64 singles;    /* single words: key -> row */
    dl_map64 beginnings; /* of words: hash of the bytes -> row */
    dl_map64 endings;    /* likewise, of compounds */
    uint64_t lengths;    /* bit n: a beginning has n bytes */
    uint64_t end_lengths;
};

struct dl_concept_words {
    char code[8];
    const struct dl_concepts *all;
    struct forms things, marks;
    dl_map64 numbers;
    bool arabic;
};

struct dl_concepts {
    dl_arena *arena;
    dl_str table;
    size_t n_rows;
    struct dl_concept *rows;
    size_t n;
    struct dl_concept_words *of[LANGUAGES];
};

uint32_t dl_concept_id(const char *name)
{
    return (uint32_t)(dl_hash64_seed(dl_str_c(name), 0xC0) >> 32);
}

static bool kind_of(dl_str name, uint8_t *ret_kind)
{
    static const char *const names[] = {
#define X(name) #name,
        DL_CONCEPT_KINDS(X)
#undef X
    };
    for (uint8_t i = 0; i < DL_CONCEPT_KIND_COUNT; i++)
        if (dl_str_eq_c(name, names[i])) {
            *ret_kind = i;
            return true;
        }
    return false;
}

static enum dl_err read_rows(struct dl_concepts *c, struct dl_diag *diag)
{
    DL_VEC(struct dl_concept) rows = {0};
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    if (!dl_asset_get("lexicon/concepts.tsv", &c->table))
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "no lexicon/concepts.tsv");
    DL_TRY(dl_tsv_open(&tsv, c->table, diag));
    for (;;) {
        enum dl_err err = dl_tsv_next(&tsv, cells, diag);
        if (err == DL_ERR_NOT_FOUND) break;
        DL_TRY(err);
        struct dl_concept row = {dl_concept_id(dl_str_cstr(c->arena, cells[0])), 0};
        if (!kind_of(cells[1], &row.kind))
            return dl_fail(diag, DL_ERR_SYNTAX, tsv.line, "concepts.tsv:%zu: no kind", tsv.line);
        if (dl_vec_push(c->arena, &rows, row) != DL_OK) return dl_arena_failed(c->arena);
    }
    c->rows = rows.p;
    c->n_rows = rows.n;
    return DL_OK;
}

struct dl_concepts *dl_concepts_new(struct dl_diag *diag)
{
    struct dl_concepts *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    c->arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (c->arena != NULL && read_rows(c, diag) == DL_OK) return c;
    dl_concepts_free(c);
    return NULL;
}

void dl_concepts_free(struct dl_concepts *c)
{
    if (c == NULL) return;
    dl_arena_free(c->arena);
    free(c);
}

/* ------------------------------------------------------------------ one language */

static enum dl_err add_word(dl_map64 *map, dl_str norm, size_t row)
{
    uint64_t *at = dl_map64_at(map, dl_hash64(norm));
    if (at == NULL) return dl_arena_failed(map->arena);
    if (*at == 0) *at = row + 1; /* the upper row */
    return DL_OK;
}

static enum dl_err add_form(struct forms *f, const dl_pack *pack, dl_str form, size_t row)
{
    char buffer[DL_WORD_MAX];
    bool open = form.p[form.n - 1] == '*', ending = form.p[0] == '*';
    dl_str word = dl_str_sub(form, ending, form.n - open);
    dl_str norm = {buffer, dl_words_norm(word, buffer)};
    if (norm.n == 0 || norm.n >= PREFIX_BYTES) return DL_OK;
    if (ending) {
        f->end_lengths |= (uint64_t)1 << norm.n;
        return add_word(&f->endings, norm, row);
    }
    if (open) {
        f->lengths |= (uint64_t)1 << norm.n;
        return add_word(&f->beginnings, norm, row);
    }
    if (dl_str_chr(word, ' ', 0) == DL_NO_POS) DL_TRY(add_word(&f->singles, norm, row));
    return dl_phrases_add(&f->phrases, pack, word, (uint32_t)row);
}

static enum dl_err add_forms(struct forms *f, const dl_pack *pack, dl_str cell, size_t row)
{
    dl_str form;
    while (dl_str_split(&cell, '|', &form))
        if (form.n > 0) DL_TRY(add_form(f, pack, form, row));
    return DL_OK;
}

static enum dl_err add_column(struct dl_concepts *c, struct dl_concept_words *w,
                              const dl_pack *pack)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_tsv tsv;
    dl_str cells[DL_TSV_MAX_COLUMNS];
    DL_TRY(dl_tsv_open(&tsv, c->table, &diag));
    size_t column = dl_tsv_column(&tsv, w->code);
    if (column == DL_NO_POS || column < 2) return DL_OK;
    for (size_t row = 0; row < c->n_rows; row++) {
        DL_TRY(dl_tsv_next(&tsv, cells, &diag));
        struct forms *f = c->rows[row].kind == DL_CONCEPT_thing ? &w->things : &w->marks;
        DL_TRY(add_forms(f, pack, cells[column], row));
    }
    return DL_OK;
}

/* Number words of the lexicon of times. */
static enum dl_err add_numbers(struct dl_concepts *c, struct dl_concept_words *w)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_tsv tsv;
    dl_str text, cells[DL_TSV_MAX_COLUMNS];
    dl_str name = dl_str_fmt(c->arena, "lexicon/%s/times.tsv", w->code);
    if (name.p == NULL) return dl_arena_failed(c->arena);
    if (!dl_asset_get(name.p, &text)) return DL_OK;
    DL_TRY(dl_tsv_open(&tsv, text, &diag));
    for (enum dl_err err; (err = dl_tsv_next(&tsv, cells, &diag)) != DL_ERR_NOT_FOUND;) {
        DL_TRY(err);
        uint64_t value;
        dl_str form;
        if (!dl_str_eq_c(cells[0], "number") || !dl_str_u64(cells[2], &value)) continue;
        while (dl_str_split(&cells[1], '|', &form)) {
            uint64_t *at = dl_map64_at(&w->numbers, dl_words_key(form));
            if (at == NULL) return dl_arena_failed(c->arena);
            *at = value + 1;
        }
    }
    return DL_OK;
}

const struct dl_concept_words *dl_concepts_of(struct dl_concepts *c, const dl_pack *pack,
                                              const char *code)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->of[i]->code, code) == 0) return c->of[i];
    bool full = c->n == LANGUAGES;
    struct dl_concept_words *w = full ? c->of[LANGUAGES - 1] : NULL;
    if (full) return w;
    w = DL_NEW(c->arena, struct dl_concept_words);
    if (w == NULL) return NULL;
    w->all = c;
    size_t n = strlen(code);
    memcpy(w->code, code, n < sizeof w->code ? n : sizeof w->code - 1);
    w->arabic = strcmp(w->code, "ar") == 0;
    dl_phrases_init(&w->things.phrases, c->arena);
    dl_phrases_init(&w->marks.phrases, c->arena);
    dl_map64_init(&w->things.singles, c->arena);
    dl_map64_init(&w->marks.singles, c->arena);
    dl_map64_init(&w->things.endings, c->arena);
    dl_map64_init(&w->marks.endings, c->arena);
    dl_map64_init(&w->things.beginnings, c->arena);
    dl_map64_init(&w->marks.beginnings, c->arena);
    dl_map64_init(&w->numbers, c->arena);
    if (add_column(c, w, pack) != DL_OK || add_numbers(c, w) != DL_OK) return NULL;
    c->of[c->n++] = w;
    return w;
}

/* ------------------------------------------------------------------ asking */

/* The row of its longest ending that is listed: "Polizeisprecher". */
static size_t row_of_ending(const struct forms *f, dl_str norm)
{
    size_t row = 0;
    if (f->end_lengths == 0) return 0;
    for (size_t pos = norm.n; pos > 0;) {
        dl_utf8_prev(norm, &pos);
        size_t n = norm.n - pos;
        if (n >= PREFIX_BYTES) break;
        if (pos == 0 || !(f->end_lengths >> n & 1)) continue;
        const uint64_t *at = dl_map64_get(&f->endings, dl_hash64((dl_str){norm.p + pos, n}));
        if (at != NULL && *at != 0) row = (size_t)*at;
    }
    return row;
}

/* The row of a whole word, else of its longest beginning that is listed; 1 + index, 0 none. */
static size_t row_of(const struct forms *f, dl_str norm)
{
    size_t row = 0, chars = 0;
    const uint64_t *whole = dl_map64_get(&f->singles, dl_hash64(norm));
    if (whole != NULL && *whole != 0) return (size_t)*whole;
    for (size_t pos = 0; pos < norm.n && pos < PREFIX_BYTES;) {
        dl_utf8_next(norm, &pos);
        if (++chars < PREFIX_CHARS || pos >= PREFIX_BYTES || !(f->lengths >> pos & 1)) continue;
        const uint64_t *at = dl_map64_get(&f->beginnings, dl_hash64((dl_str){norm.p, pos}));
        if (at != NULL && *at != 0) row = (size_t)*at;
    }
    return row != 0 ? row : row_of_ending(f, norm);
}

/* Arabic writes "and", "for", "by" and the article with the word behind them. */
static bool strip_arabic(dl_str *norm)
{
    static const char *const heads[] = {"وال", "بال", "كال", "فال", "لل", "ال", "و", "ب", "ل", "ف"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t n = strlen(heads[i]);
        if (!dl_str_starts(*norm, heads[i]) || norm->n < n + 6) continue;
        *norm = dl_str_sub(*norm, n, norm->n);
        return true;
    }
    return false;
}

static size_t look(const struct dl_concept_words *w, const struct forms *f, const dl_words *words,
                   size_t i, size_t last, struct dl_concept *ret)
{
    uint32_t link, row;
    size_t n = dl_phrases_match(&f->phrases, words, i, last, &link);
    if (n > 0 && dl_phrases_value(&f->phrases, &link, &row)) {
        *ret = w->all->rows[row];
        return n;
    }
    if (words->p[i].kind != DL_TOKEN_WORD) return 0;
    char buffer[DL_WORD_MAX];
    dl_str norm = {buffer, dl_words_norm(dl_token_text(words, i), buffer)};
    size_t at = row_of(f, norm);
    for (int tries = 0; at == 0 && w->arabic && tries < 2 && strip_arabic(&norm); tries++)
        at = row_of(f, norm);
    if (at == 0) return 0;
    *ret = w->all->rows[at - 1];
    return 1;
}

size_t dl_concepts_thing(const struct dl_concept_words *w, const dl_words *words, size_t i,
                         size_t last, struct dl_concept *ret)
{
    return look(w, &w->things, words, i, last, ret);
}

size_t dl_concepts_mark(const struct dl_concept_words *w, const dl_words *words, size_t i,
                        size_t last, struct dl_concept *ret)
{
    return look(w, &w->marks, words, i, last, ret);
}

static bool digits(dl_str text, uint32_t *ret_value)
{
    uint32_t value = 0;
    size_t n = 0;
    for (size_t pos = 0; pos < text.n;) {
        uint32_t c = dl_utf8_next(text, &pos);
        int32_t digit = u_charDigitValue((UChar32)c);
        if (digit < 0 && n > 0 &&
            (c == ',' || c == '.' || c == '\'' || c == 0xA0 || c == 0x202F || c == 0x066C))
            continue;
        if (digit < 0 || value > NUMBER_MAX / 10) return false;
        value = value * 10 + (uint32_t)digit;
        n++;
    }
    *ret_value = value;
    return n > 0;
}

bool dl_concepts_number(const struct dl_concept_words *w, const dl_words *words, size_t i,
                        uint32_t *ret_value)
{
    const dl_token *t = &words->p[i];
    if (t->kind == DL_TOKEN_NUMBER) return digits(dl_token_text(words, i), ret_value);
    if (t->kind != DL_TOKEN_WORD) return false;
    const uint64_t *at = dl_map64_get(&w->numbers, t->key);
    if (at == NULL || *at == 0) return false;
    *ret_value = (uint32_t)(*at - 1);
    return true;
}
