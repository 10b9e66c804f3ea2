/* An item of a feed or news sitemap, as the JSON line that readers make and the spool keeps. */
#ifndef DL_QUEUE_ITEM_H
#define DL_QUEUE_ITEM_H

#include "base/hash.h"
#include "base/json.h"

/* Its fullest text: the longest of summary and contents. HTML or plain. */
dl_str dl_item_content(yyjson_val *item);
/* Of the bytes that matter, title and text: counters and tracking links change at every poll. */
dl_id dl_item_hash(yyjson_val *item);

#endif
