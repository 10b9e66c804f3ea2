/* The words of the text index: an FTS5 tokenizer for every script.
 *
 * A word is a run of letters, digits and marks, NFKC-casefolded and without the marks that people
 * leave out when they type (so that naive finds naïve, and Arabic is found with or without vowel
 * signs; the vowels of Indic scripts stay). Runs of Han, Kana and Hangul give overlapping pairs of
 * characters, the last character at the place of the last pair: 北京 is found in 北京大学, and 学
 * by its beginning. Thai, Lao, Khmer and Burmese runs are cut by ICU's dictionaries. unicode61 does
 * none of the last two. Method: overlapping bigrams as in Lucene's CJKAnalyzer.
 *
 * A dl_tokenizer is not thread-safe. Linear in the text. */
#ifndef DL_STORE_TOKENIZER_H
#define DL_STORE_TOKENIZER_H

#include "base/str.h"

struct sqlite3;
struct dl_tokenizer;

/* Makes tokenize='dateline' known to a connection, and the SQL function dl_has(text, words): the
 * words stand in the text, in order. */
enum dl_err dl_tokenizer_register(struct sqlite3 *db) DL_MUST_USE;

struct dl_tokenizer *dl_tokenizer_new(void); /* NULL without memory or ICU data */
void dl_tokenizer_free(struct dl_tokenizer *tokenizer);

struct dl_token {
    dl_str word;       /* folded; valid during the call */
    size_t start, end; /* bytes of the text */
    bool same_place;   /* beside the token before, not behind it */
    bool is_part;      /* one character of a script that is indexed in pairs: only a beginning */
};
/* One call a token, in order; a return value other than 0 ends it and is returned. */
typedef int (*dl_token_fn)(void *ctx, const struct dl_token *token);
/* query: as a query is cut, which leaves out the last single character of a run of pairs. */
int dl_tokenize(struct dl_tokenizer *tokenizer, dl_str text, bool query, dl_token_fn fn, void *ctx);

#endif
