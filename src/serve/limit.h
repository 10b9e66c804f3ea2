/* How much one who knows an address may ask: a bucket for each key, filled at a steady rate.
 *
 * A fixed table: a key that falls on another's place takes it over with a full bucket. So the limit
 * bounds what one caller costs; what all cost together is bounded elsewhere. Thread-safe. */
#ifndef DL_SERVE_LIMIT_H
#define DL_SERVE_LIMIT_H

#include "base/str.h"

enum {
    DL_LIMIT_PER_S = 50, /* units a second: a live blog's hub sends one in some seconds */
    DL_LIMIT_BURST = 200,
    DL_LIMIT_PLACES = 4096,
};

typedef struct dl_limit dl_limit;
dl_limit *dl_limit_new(void);
void dl_limit_free(dl_limit *limit); /* NULL ok */
/* Takes cost units (at most a full bucket) of the key; false: there are not so many. */
bool dl_limit_take(dl_limit *limit, int64_t key, double cost, int64_t now_ms);

#endif
