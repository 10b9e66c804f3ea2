/* The fetcher's way to hubs (WebSub): asks the writer what is to be asked of hubs, posts it through
 * the client (egress gate, pauses, limits: no way around them), tells the writer of refusals. A hub
 * that accepts confirms over the callback, not here.
 *
 * It has a connection of its own to the writer and keeps nothing: what was under way when it ends
 * is due again. robots.txt is not asked: a hub is an address that its publisher gives to programs.
 * Same thread as the client. */
#ifndef DL_QUEUE_FETCHER_HUB_H
#define DL_QUEUE_FETCHER_HUB_H

#include "base/json.h"
#include "net/client.h"

typedef struct dl_fetcher_hub dl_fetcher_hub;

/* dir and client outlive it; the client is freed first (its last answers come then). */
enum dl_err dl_fetcher_hub_new(const char *dir, dl_client *client,
                               dl_fetcher_hub **ret_hub) DL_MUST_USE;
void dl_fetcher_hub_free(dl_fetcher_hub *hub); /* NULL ok */
void dl_fetcher_hub_step(dl_fetcher_hub *hub); /* NULL ok; at least twice a second */

/* "hubs" and "self" that the answer's Link header names, for the writer. */
void dl_fetcher_hub_links(dl_arena *arena, const struct dl_response *response, yyjson_mut_doc *json,
                          yyjson_mut_val *object);

#endif
