/* Decisions of a person: the origins of two documents of a claim are one, or are not; and undo.
 *
 * Forms without a script: POST /decide, answered 303 to the claim. Whoever may decide is the
 * operator: the listener is loopback's and stands behind no proxy (no other host names). Forms of
 * other sites are refused by Origin and Sec-Fetch-Site (OWASP, cross-site request forgery). What is
 * decided goes through the writer's door and is kept with its time; undo keeps both. */
#ifndef DL_SERVE_DECIDE_H
#define DL_SERVE_DECIDE_H

#include "base/hash.h"
#include "serve/html.h"
#include "serve/route.h"

enum { DL_DECIDE_BODY_MAX = 1024 /* three ids and a word */ };

bool dl_may_decide(const struct dl_web *web, const struct dl_http_request *request);
/* A form of one button; split: their origins are not one. */
void dl_decide_button(dl_html *h, const dl_id *claim, const dl_id *a, const dl_id *b, bool split);
void dl_undo_button(dl_html *h, const dl_id *claim, int64_t decision);

#endif
