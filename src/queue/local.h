/* A way to the writer of a data folder, whether a server runs there or not.
 *
 * With a server: its socket. Without: a writer of our own is forked and ends with us. Whoever
 * finds the writer gone (it was another command's, or killed) opens again and sends again:
 * requests are idempotent. */
#ifndef DL_QUEUE_LOCAL_H
#define DL_QUEUE_LOCAL_H

#include "queue/requests.h"
#include "queue/writer.h"

typedef struct dl_local dl_local;

struct dl_local_options {
    const char *dir;
    unsigned readers; /* of a writer of our own */
    bool sandboxed;
    bool poison;      /* see queue/reader.h */
    bool server_only; /* wait for a server's writer, start none */
};

/* Errors: BUSY (locked by something that does not answer), VERSION, IO. */
enum dl_err dl_local_open(const struct dl_local_options *options, dl_local **ret_local,
                          struct dl_diag *diag) DL_MUST_USE;
/* Lets a writer of our own finish and end. NULL ok. */
void dl_local_close(dl_local *local);
dl_asker *dl_local_asker(dl_local *local);
/* After DL_ERR_NETWORK: what was not answered must be sent again. */
enum dl_err dl_local_reopen(dl_local *local, struct dl_diag *diag) DL_MUST_USE;

#endif
