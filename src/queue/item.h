/* An item of a feed or news sitemap, as the JSON line that readers make and the spool keeps. */
#ifndef DL_QUEUE_ITEM_H
#define DL_QUEUE_ITEM_H

#include "base/hash.h"
#include "base/json.h"

/* Its fullest text: the longest of summary and contents. HTML or plain. */
dl_str dl_item_content(yyjson_val *item);

/* By what an item is known again. */
struct dl_item_face {
    dl_str title;
    /* Of the bytes that matter, title and words: markup, white space, counting pixels and tracking
     * links change at every poll. */
    dl_id hash;
    int64_t lead;         /* of the words of its text alone; 0: fewer than 80 bytes */
    size_t text_bytes;    /* of these words */
    int64_t published_ms; /* 0: not known to the minute */
};
/* False without memory. */
bool dl_item_face(dl_arena *arena, yyjson_val *item, struct dl_item_face *ret_face);

#endif
