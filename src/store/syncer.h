/* Makes what was written to a descriptor durable, in a thread beside the one that goes on working.
 *
 * dl_syncer_begin() says that there is something; it costs nothing. dl_syncer_wait() returns when
 * all that was written before it is durable: 0, or the errno of the first fdatasync() that failed,
 * for good (a kernel may have dropped pages then, and the next sync would say nothing). One thread
 * uses it. */
#ifndef DL_STORE_SYNCER_H
#define DL_STORE_SYNCER_H

typedef struct dl_syncer dl_syncer;

dl_syncer *dl_syncer_new(void);         /* NULL without memory or threads */
void dl_syncer_free(dl_syncer *syncer); /* ends after what was begun; NULL ok */
void dl_syncer_begin(dl_syncer *syncer, int fd);
int dl_syncer_wait(dl_syncer *syncer, int fd);

#endif
