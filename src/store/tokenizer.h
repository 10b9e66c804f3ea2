/* The words of the text index: an FTS5 tokenizer for every script.
 *
 * A word is a run of letters, digits and marks, NFKC-casefolded and without diacritics (so that
 * naive finds naïve and Arabic is found with or without vowel signs). Runs of Han, Kana and Hangul
 * give overlapping pairs of characters: 北京 is found in 北京大学. Thai, Lao, Khmer and Burmese
 * runs are cut by ICU's dictionaries. unicode61 does none of the last two. A query of one Han
 * character finds words that begin with it when written with a star. */
#ifndef DL_STORE_TOKENIZER_H
#define DL_STORE_TOKENIZER_H

#include "base/str.h"

struct sqlite3;
/* Makes tokenize='dateline' known to a connection. */
enum dl_err dl_tokenizer_register(struct sqlite3 *db) DL_MUST_USE;

/* One call a word, in order; a return value other than 0 ends it and is returned. */
typedef int (*dl_token_fn)(void *ctx, const char *word, int n, int start, int end);
int dl_tokenize(dl_str text, dl_token_fn fn, void *ctx);

#endif
