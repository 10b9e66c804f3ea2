#include "store/tokenizer.h"

#include <sqlite3.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/hash.h"
#include "base/utf8.h"

/* Longer words are cut: no query needs them and an index of 1 MB "words" would be an attack. */
enum { WORD_BYTES = 96, WORD_UNITS = 256, RUN_BYTES = 4096 };

/* Words come again in every text: their folded forms are kept, direct-mapped. */
enum { FOLDS = 4096 /* a power of two */, FOLD_IN = 30, FOLD_OUT = 32 };
enum { CLASSES = 0x10000 /* the BMP */ };

enum script { OTHER, WORD, PAIRS, DICTIONARY };

struct folded {
    uint8_t in_n, out_n; /* in_n 0: empty */
    bool marks;
    char in[FOLD_IN], out[FOLD_OUT];
};

struct dl_tokenizer {
    const UNormalizer2 *casefold, *nfd, *nfc;
    UBreakIterator *dictionary; /* opened when first needed: costs 0.1 ms */
    struct folded folds[FOLDS];
    uint8_t classes[CLASSES]; /* 1 + enum script, filled as characters come */
};

struct run {
    struct dl_tokenizer *tokenizer;
    dl_str text;
    bool query;
    dl_token_fn fn;
    void *ctx;
};

struct dl_tokenizer *dl_tokenizer_new(void)
{
    UErrorCode status = U_ZERO_ERROR;
    struct dl_tokenizer *t = calloc(1, sizeof *t);
    if (t == NULL) return NULL;
    t->casefold = unorm2_getNFKCCasefoldInstance(&status);
    t->nfd = unorm2_getNFDInstance(&status);
    t->nfc = unorm2_getNFCInstance(&status);
    if (U_SUCCESS(status)) return t;
    free(t);
    return NULL;
}

void dl_tokenizer_free(struct dl_tokenizer *t)
{
    if (t == NULL) return;
    if (t->dictionary != NULL) ubrk_close(t->dictionary);
    free(t);
}

static UScriptCode script_code(uint32_t cp)
{
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript((UChar32)cp, &status);
}

static enum script script_look_up(uint32_t cp)
{
    /* The sound marks of Kana belong to no script of their own. */
    if (cp == 0x30FC || cp == 0xFF70) return PAIRS;
    switch (script_code(cp)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
        return u_isalnum((UChar32)cp) ? PAIRS : OTHER;
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return u_ispunct((UChar32)cp) ? OTHER : DICTIONARY;
    default:
        break;
    }
    int8_t type = u_charType((UChar32)cp);
    bool mark = type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
    return u_isalnum((UChar32)cp) || mark ? WORD : OTHER;
}

static enum script script_of(struct dl_tokenizer *t, uint32_t cp)
{
    if (cp < 0x80) return dl_is_alnum((unsigned char)cp) ? WORD : OTHER;
    if (cp >= CLASSES) return script_look_up(cp);
    if (t->classes[cp] == 0) t->classes[cp] = (uint8_t)(1 + script_look_up(cp));
    return (enum script)(t->classes[cp] - 1);
}

/* Accents and vowel points that writers leave out; not the vowel signs of Indic scripts. */
static bool is_left_out(UChar32 cp)
{
    if (u_charType(cp) != U_NON_SPACING_MARK) return false;
    switch (script_code((uint32_t)cp)) {
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED:
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
    case USCRIPT_ARABIC:
    case USCRIPT_HEBREW:
    case USCRIPT_SYRIAC:
        return true;
    default:
        return false;
    }
}

/* NFKC casefold; marks: also without the marks that are left out. 0: nothing is left. */
static size_t fold_look_up(const struct dl_tokenizer *t, dl_str word, bool marks,
                           char out[WORD_BYTES])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar raw[WORD_UNITS], folded[WORD_UNITS];
    int32_t len = 0, n = 0;
    u_strFromUTF8(raw, WORD_UNITS, &len, word.p, (int32_t)word.n, &status);
    len = unorm2_normalize(t->casefold, raw, len, folded, WORD_UNITS, &status);
    if (marks) {
        len = unorm2_normalize(t->nfd, folded, len, raw, WORD_UNITS, &status);
        int32_t kept = 0;
        for (int32_t at = 0; U_SUCCESS(status) && at < len;) {
            UChar32 cp;
            U16_NEXT(raw, at, len, cp);
            if (!is_left_out(cp)) U16_APPEND_UNSAFE(raw, kept, cp);
        }
        len = unorm2_normalize(t->nfc, raw, kept, folded, WORD_UNITS, &status);
    }
    if (U_FAILURE(status)) return 0;
    size_t bytes = 0;
    while (n < len) {
        UChar32 cp;
        U16_NEXT(folded, n, len, cp);
        if (bytes + 4 > WORD_BYTES) break;
        bytes += dl_utf8_put((uint32_t)cp, out + bytes);
    }
    return bytes;
}

static size_t fold(struct dl_tokenizer *t, dl_str word, bool marks, char out[WORD_BYTES])
{
    if (word.n > FOLD_IN) return fold_look_up(t, word, marks, out);
    struct folded *f = &t->folds[dl_hash64_seed(word, marks) & (FOLDS - 1)];
    if (f->in_n == word.n && f->marks == marks && memcmp(f->in, word.p, word.n) == 0) {
        memcpy(out, f->out, f->out_n);
        return f->out_n;
    }
    size_t n = fold_look_up(t, word, marks, out);
    if (n > FOLD_OUT) return n;
    *f = (struct folded){.in_n = (uint8_t)word.n, .out_n = (uint8_t)n, .marks = marks};
    memcpy(f->in, word.p, word.n);
    memcpy(f->out, out, n);
    return n;
}

static int word(const struct run *r, size_t start, size_t end)
{
    char out[WORD_BYTES];
    dl_str w = dl_utf8_prefix(dl_str_sub(r->text, start, end), WORD_BYTES);
    size_t n = 0;
    while (n < w.n && (unsigned char)w.p[n] < 0x80) {
        out[n] = (char)dl_to_lower((unsigned char)w.p[n]);
        n++;
    }
    if (n < w.n) n = fold(r->tokenizer, w, true, out);
    struct dl_token token = {.word = {out, n}, .start = start, .end = end};
    return n == 0 ? 0 : r->fn(r->ctx, &token);
}

/* Overlapping pairs. The last character stands at the place of the last pair, so that phrases go
 * on behind the run, and is found by its beginning. */
static int pairs(const struct run *r, size_t start, size_t end)
{
    for (size_t at = start; at < end;) {
        char out[WORD_BYTES];
        size_t next = at, after;
        dl_utf8_next(r->text, &next);
        after = next;
        if (next < end) dl_utf8_next(r->text, &after);
        struct dl_token token = {.start = at, .end = after};
        token.is_part = next >= end;
        token.same_place = token.is_part && at > start;
        if (token.same_place && r->query) return 0;
        token.word = (dl_str){out, fold(r->tokenizer, dl_str_sub(r->text, at, after), false, out)};
        int rc = token.word.n == 0 ? 0 : r->fn(r->ctx, &token);
        if (rc != 0) return rc;
        at = next;
    }
    return 0;
}

static int dictionary(const struct run *r, size_t start, size_t end)
{
    UErrorCode status = U_ZERO_ERROR;
    UText ut = UTEXT_INITIALIZER;
    UBreakIterator **words = &r->tokenizer->dictionary;
    if (*words == NULL) *words = ubrk_open(UBRK_WORD, "th", NULL, 0, &status);
    utext_openUTF8(&ut, r->text.p + start, (int64_t)(end - start), &status);
    if (*words != NULL) ubrk_setUText(*words, &ut, &status);
    int rc = 0;
    if (U_SUCCESS(status)) {
        int32_t from = ubrk_first(*words), to;
        while (rc == 0 && (to = ubrk_next(*words)) != UBRK_DONE) {
            rc = word(r, start + (size_t)from, start + (size_t)to);
            from = to;
        }
    }
    utext_close(&ut);
    return rc;
}

int dl_tokenize(struct dl_tokenizer *t, dl_str text, bool query, dl_token_fn fn, void *ctx)
{
    const struct run run = {t, text, query, fn, ctx};
    for (size_t at = 0; at < text.n;) {
        size_t start = at, end;
        enum script kind = script_of(t, dl_utf8_next(text, &at));
        if (kind == OTHER) continue;
        for (end = at; at < text.n; end = at) {
            enum script next = script_of(t, dl_utf8_next(text, &at));
            if (next != kind || end - start > RUN_BYTES) break;
        }
        at = end;
        int rc = kind == WORD    ? word(&run, start, end)
                 : kind == PAIRS ? pairs(&run, start, end)
                                 : dictionary(&run, start, end);
        if (rc != 0) return rc;
    }
    return 0;
}

/* --- FTS5 ---------------------------------------------------------------------------------- */

static int fts_create(void *ctx, const char **args, int nargs, Fts5Tokenizer **ret)
{
    (void)ctx;
    (void)args;
    (void)nargs;
    struct dl_tokenizer *t = dl_tokenizer_new();
    if (t == NULL) return SQLITE_NOMEM;
    *ret = (Fts5Tokenizer *)t;
    return SQLITE_OK;
}

static void fts_delete(Fts5Tokenizer *tokenizer)
{
    dl_tokenizer_free((struct dl_tokenizer *)tokenizer);
}

struct fts_call {
    void *ctx;
    int (*token)(void *, int, const char *, int, int, int);
};

static int fts_token(void *ctx, const struct dl_token *token)
{
    struct fts_call *call = ctx;
    return call->token(call->ctx, token->same_place ? FTS5_TOKEN_COLOCATED : 0, token->word.p,
                       (int)token->word.n, (int)token->start, (int)token->end);
}

static int fts_tokenize(Fts5Tokenizer *tokenizer, void *ctx, int flags, const char *text, int n,
                        int (*token)(void *, int, const char *, int, int, int))
{
    struct fts_call call = {ctx, token};
    dl_str s = {text, n < 0 ? 0 : (size_t)n};
    /* Everything in the store is valid; a query may come from anywhere. */
    if (!dl_utf8_valid(s, NULL)) return SQLITE_OK;
    return dl_tokenize((struct dl_tokenizer *)tokenizer, s, (flags & FTS5_TOKENIZE_QUERY) != 0,
                       fts_token, &call);
}

static fts5_api *api_of(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(stmt);
    }
    sqlite3_finalize(stmt);
    return api;
}

/* --- dl_has(text, words) ------------------------------------------------------------------- */

/* Words of a needle, looked for in a row. Short texts only, so plain search does. */
enum { NEEDLE_MAX = 16 };

struct needle {
    char words[NEEDLE_MAX][WORD_BYTES];
    size_t len[NEEDLE_MAX];
    bool part[NEEDLE_MAX];
    size_t n;
    bool at[NEEDLE_MAX]; /* at[k]: the last k+1 words of the text are the first k+1 of the needle */
    bool found;
};

static int take_word(void *ctx, const struct dl_token *token)
{
    struct needle *needle = ctx;
    if (needle->n == NEEDLE_MAX) return 1;
    memcpy(needle->words[needle->n], token->word.p, token->word.n);
    needle->part[needle->n] = token->is_part;
    needle->len[needle->n++] = token->word.n;
    return 0;
}

static int look_at(void *ctx, const struct dl_token *token)
{
    struct needle *n = ctx;
    if (token->same_place) return 0;
    for (size_t k = n->n; k-- > 0;) {
        bool same = n->part[k] ? token->word.n >= n->len[k] : token->word.n == n->len[k];
        n->at[k] =
            same && (k == 0 || n->at[k - 1]) && memcmp(n->words[k], token->word.p, n->len[k]) == 0;
    }
    n->found = n->at[n->n - 1];
    return n->found;
}

static void sql_has(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    (void)argc;
    struct needle needle = {.n = 0};
    struct dl_tokenizer *t = sqlite3_user_data(ctx);
    dl_str text = dl_str_c((const char *)sqlite3_value_text(argv[0]));
    dl_str words = dl_str_c((const char *)sqlite3_value_text(argv[1]));
    if (text.n > 0 && dl_utf8_valid(text, NULL) && dl_utf8_valid(words, NULL)) {
        dl_tokenize(t, words, true, take_word, &needle);
        if (needle.n > 0) dl_tokenize(t, text, false, look_at, &needle);
    }
    sqlite3_result_int(ctx, needle.found);
}

static void free_tokenizer(void *tokenizer)
{
    dl_tokenizer_free(tokenizer);
}

enum dl_err dl_tokenizer_register(sqlite3 *db)
{
    static fts5_tokenizer tokenizer = {fts_create, fts_delete, fts_tokenize};
    fts5_api *api = api_of(db);
    if (api == NULL || api->iVersion < 2) return DL_ERR_VERSION;
    if (api->xCreateTokenizer(api, "dateline", NULL, &tokenizer, NULL) != SQLITE_OK)
        return DL_ERR_NOMEM;
    struct dl_tokenizer *own = dl_tokenizer_new();
    if (own == NULL) return DL_ERR_NOMEM;
    int rc = sqlite3_create_function_v2(db, "dl_has", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, own,
                                        sql_has, NULL, NULL, free_tokenizer);
    return rc == SQLITE_OK ? DL_OK : DL_ERR_NOMEM; /* frees own when it fails, too */
}
