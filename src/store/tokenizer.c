#include "store/tokenizer.h"

#include <sqlite3.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/utf8.h"

/* Longer words are cut: no query needs them and an index of 1 MB "words" would be an attack. */
enum { WORD_BYTES = 96, WORD_UNITS = 128, RUN_BYTES = 4096 };

enum script { OTHER, WORD, PAIRS, DICTIONARY };

struct tokens {
    dl_token_fn fn;
    void *ctx;
};

static enum script script_of(uint32_t cp)
{
    if (cp < 0x80) return dl_is_alnum((unsigned char)cp) ? WORD : OTHER;
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)cp, &status)) {
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

static int emit(struct tokens *t, const char *word, size_t n, size_t start, size_t end)
{
    return n == 0 ? 0 : t->fn(t->ctx, word, (int)n, (int)start, (int)end);
}

/* NFKC casefold, then without marks; 0 bytes when nothing is left. */
static size_t fold(dl_str word, char out[WORD_BYTES])
{
    UErrorCode status = U_ZERO_ERROR;
    UChar raw[WORD_UNITS], folded[WORD_UNITS], apart[WORD_UNITS];
    int32_t n = 0, len;
    const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&status);
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    u_strFromUTF8(raw, WORD_UNITS, &len, word.p, (int32_t)word.n, &status);
    len = unorm2_normalize(casefold, raw, len, folded, WORD_UNITS, &status);
    len = unorm2_normalize(nfd, folded, len, apart, WORD_UNITS, &status);
    if (U_FAILURE(status)) return 0;
    size_t bytes = 0;
    while (n < len) {
        UChar32 cp;
        U16_NEXT(apart, n, len, cp);
        if (u_charType(cp) == U_NON_SPACING_MARK || bytes + 4 > WORD_BYTES) continue;
        bytes += dl_utf8_put((uint32_t)cp, out + bytes);
    }
    return bytes;
}

static int word(struct tokens *t, dl_str text, size_t start, size_t end)
{
    char out[WORD_BYTES];
    dl_str w = dl_utf8_prefix(dl_str_sub(text, start, end), WORD_BYTES);
    size_t n = 0;
    bool ascii = true;
    for (size_t i = 0; i < w.n && ascii; i++) {
        ascii = (unsigned char)w.p[i] < 0x80;
        out[n++] = (char)dl_to_lower((unsigned char)w.p[i]);
    }
    if (!ascii) n = fold(w, out);
    return emit(t, out, n, start, end);
}

/* Overlapping pairs; the last character stands alone so that a star query finds it. */
static int pairs(struct tokens *t, dl_str text, size_t start, size_t end)
{
    for (size_t at = start; at < end;) {
        char out[WORD_BYTES];
        size_t next = at, after;
        dl_utf8_next(text, &next);
        after = next;
        if (next < end) dl_utf8_next(text, &after);
        size_t n = fold(dl_str_sub(text, at, after), out);
        int rc = emit(t, out, n, at, after);
        if (rc != 0) return rc;
        at = next;
    }
    return 0;
}

static int dictionary(struct tokens *t, dl_str text, size_t start, size_t end)
{
    UErrorCode status = U_ZERO_ERROR;
    UText ut = UTEXT_INITIALIZER;
    utext_openUTF8(&ut, text.p + start, (int64_t)(end - start), &status);
    UBreakIterator *words = ubrk_open(UBRK_WORD, "th", NULL, 0, &status);
    if (words != NULL) ubrk_setUText(words, &ut, &status);
    int rc = 0;
    if (U_SUCCESS(status)) {
        int32_t from = ubrk_first(words), to;
        while (rc == 0 && (to = ubrk_next(words)) != UBRK_DONE) {
            rc = word(t, text, start + (size_t)from, start + (size_t)to);
            from = to;
        }
    }
    if (words != NULL) ubrk_close(words);
    utext_close(&ut);
    return rc;
}

int dl_tokenize(dl_str text, dl_token_fn fn, void *ctx)
{
    struct tokens t = {fn, ctx};
    for (size_t at = 0; at < text.n;) {
        size_t start = at, end;
        enum script kind = script_of(dl_utf8_next(text, &at));
        if (kind == OTHER) continue;
        for (end = at; at < text.n; end = at) {
            enum script next = script_of(dl_utf8_next(text, &at));
            if (next != kind || end - start > RUN_BYTES) break;
        }
        at = end;
        int rc = kind == WORD    ? word(&t, text, start, end)
                 : kind == PAIRS ? pairs(&t, text, start, end)
                                 : dictionary(&t, text, start, end);
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
    static char nothing;
    *ret = (Fts5Tokenizer *)&nothing;
    return SQLITE_OK;
}

static void fts_delete(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

struct fts_call {
    void *ctx;
    int (*token)(void *, int, const char *, int, int, int);
};

static int fts_token(void *ctx, const char *token, int n, int start, int end)
{
    struct fts_call *call = ctx;
    return call->token(call->ctx, 0, token, n, start, end);
}

static int fts_tokenize(Fts5Tokenizer *tokenizer, void *ctx, int flags, const char *text, int n,
                        int (*token)(void *, int, const char *, int, int, int))
{
    (void)tokenizer;
    (void)flags;
    struct fts_call call = {ctx, token};
    dl_str s = {text, n < 0 ? 0 : (size_t)n};
    /* Everything in the store is valid; a query may come from anywhere. */
    if (!dl_utf8_valid(s, NULL)) return SQLITE_OK;
    return dl_tokenize(s, fts_token, &call);
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

enum dl_err dl_tokenizer_register(sqlite3 *db)
{
    static fts5_tokenizer tokenizer = {fts_create, fts_delete, fts_tokenize};
    fts5_api *api = api_of(db);
    if (api == NULL || api->iVersion < 2) return DL_ERR_VERSION;
    int rc = api->xCreateTokenizer(api, "dateline", NULL, &tokenizer, NULL);
    return rc == SQLITE_OK ? DL_OK : DL_ERR_NOMEM;
}
