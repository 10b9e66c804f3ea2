/* Where hubs call (WebSub): /websub/{token}, the address that each subscription has for itself.
 *
 * GET: the hub asks whether we meant it; the challenge goes back, as plain text, only for what the
 * writer says was asked. POST: a delivery; answered 2xx when its items are durable, or when it is
 * ignored (no or a wrong signature, another topic: only counted). Unknown tokens are 404, ended
 * ones 410, too much 429 or 413, a writer that is away 503: the hub comes again. Who knows a token
 * may call, so neither the Host header nor an origin matters. */
#ifndef DL_SERVE_CALLBACK_H
#define DL_SERVE_CALLBACK_H

#include "serve/http.h"

struct dl_web;

/* How much of a body is read, as dl_http_options.body_max. ctx: the dl_web. */
size_t dl_callback_body_max(void *ctx, struct dl_http_request *request);

#endif
