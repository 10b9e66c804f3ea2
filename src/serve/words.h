/* The contract's codes in words for people. Unknown codes are shown as they are. */
#ifndef DL_SERVE_WORDS_H
#define DL_SERVE_WORDS_H

#include "base/str.h"

dl_str dl_words_source_class(dl_str code); /* "official-political" -> "politician or authority" */
dl_str dl_words_anonymity(dl_str code);
dl_str dl_words_certainty(dl_str code);
dl_str dl_words_stance(dl_str code); /* of the outlet towards the statement */
dl_str dl_words_quote(dl_str code);
dl_str dl_words_kind(dl_str code); /* of an outlet */
dl_str dl_words_channel(dl_str code);
dl_str dl_words_feed_kind(dl_str code); /* "sitemap" -> "news sitemap" */

#endif
