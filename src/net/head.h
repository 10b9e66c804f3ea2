/* The head of an HTTP answer, taken line by line as curl gives it.
 *
 * A status line begins it anew (100 Continue, 103 Early Hints come before the answer). Text is made
 * valid UTF-8 without control characters; etag, last_modified and location keep their bytes but CR,
 * LF and NUL. Of a header that comes twice the first counts; Link, X-Robots-Tag, Cache-Control and
 * Content-Encoding are lists and are joined. Memory: the arena. */
#ifndef DL_NET_HEAD_H
#define DL_NET_HEAD_H

#include "base/str.h"

struct dl_head {
    int status; /* 0: no status line yet */
    dl_str content_type, etag, last_modified, x_robots_tag, link, location, content_language;
    dl_str tdm_reservation, tdm_policy; /* TDM Reservation Protocol */
    dl_str cache_control, retry_after, content_encoding;
};

/* With its line end. Unknown headers cost nothing. */
void dl_head_line(struct dl_head *head, dl_arena *arena, dl_str line);
/* Cache-Control: max-age in seconds; 0 with no-cache or no-store; -1: none. */
int64_t dl_head_max_age(const struct dl_head *head);
/* Retry-After, a number or a date, in seconds from now_ms (wall clock); -1: none. */
int64_t dl_head_retry_after(const struct dl_head *head, int64_t now_ms);

#endif
