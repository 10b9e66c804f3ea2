/* Rights signals that came beside a page, as JSON: from the fetcher to the reader, and in the spool
 * behind the page's media type.
 *
 * {"x_robots_tag","tdm_reservation","tdm_policy","link","content_signal","robots_license"}; each as
 * sent, absent when there was none. */
#ifndef DL_QUEUE_SIGNALS_H
#define DL_QUEUE_SIGNALS_H

#include "base/json.h"
#include "page/page.h"

enum { DL_SIGNALS_MAX = 16 << 10 }; /* bytes as JSON; headers have at most 64 KiB together */

/* Under "signals" of object; nothing when there are none. */
void dl_signals_json(const struct dl_page_signals *signals, yyjson_mut_doc *json,
                     yyjson_mut_val *object);
/* obj: the value of "signals"; NULL: none. */
struct dl_page_signals dl_signals_read(yyjson_val *obj);
/* The value as one line without a tab; empty: there are none, or too much. */
dl_str dl_signals_line(dl_arena *arena, yyjson_val *obj);

#endif
