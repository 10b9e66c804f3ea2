/* The contract's codes in words for people. Unknown codes are shown as they are. */
#ifndef DL_SERVE_WORDS_H
#define DL_SERVE_WORDS_H

#include "base/str.h"

dl_str dl_words_source_class(dl_str code); /* "official-political" -> "politician or authority" */
dl_str dl_words_anonymity(dl_str code);
dl_str dl_words_certainty(dl_str code);
dl_str dl_words_stance(dl_str code); /* of the outlet towards the statement */
dl_str dl_words_quote(dl_str code);
dl_str dl_words_evidence(dl_str kind); /* "satellite" -> "satellite image" */
dl_str dl_words_check(int check);      /* enum of trace.h: what the text says of checking it */
/* What kind of hedge it is, beside the words that hedge; empty for a plain statement. */
dl_str dl_words_hedge(dl_str stance, dl_str certainty);
dl_str dl_words_rule(dl_str rule); /* "verb-that" -> how it was found, in words */
dl_str dl_words_kind(dl_str code); /* of an outlet */
dl_str dl_words_channel(dl_str code);
dl_str dl_words_feed_kind(dl_str code); /* "sitemap" -> "news sitemap" */

#endif
