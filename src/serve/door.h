/* The way of the `web` process to the writer: requests out, answers back, while the connections of
 * those who wait are paused.
 *
 * One thread owns the socket (queue/requests.h). A request is sent again when the writer is gone
 * and comes back: requests are idempotent. What is not answered within DL_DOOR_WAIT_MS ends with
 * DL_ERR_TIMEOUT; at the stop all ends with DL_ERR_NETWORK. Thread-safe. */
#ifndef DL_SERVE_DOOR_H
#define DL_SERVE_DOOR_H

#include "queue/requests.h"

enum {
    DL_DOOR_MAX = 256,           /* requests under way: each holds a connection */
    DL_DOOR_WAIT_MS = 15 * 1000, /* who delivers gives up after some 20 s and comes again */
};

typedef struct dl_door dl_door;
/* On the door's thread. err: the writer's, or the door's own. */
typedef void (*dl_door_fn)(void *user, enum dl_err err);

dl_door *dl_door_new(const char *dir); /* dir outlives it */
/* fn is called once, perhaps before this returns; json and bytes live until then. */
void dl_door_ask(dl_door *door, enum dl_request_type type, dl_str json, dl_str bytes, dl_door_fn fn,
                 void *user);
void dl_door_stop(dl_door *door);
void dl_door_free(dl_door *door); /* stopped; NULL ok */

#endif
