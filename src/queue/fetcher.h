/* The `fetch` process: asks the writer what is due, fetches it politely, hands over what came.
 *
 * The only process of `serve` that reaches the network, through net/client.h (egress gate, one
 * connection a host, pauses, limits). robots.txt is read and obeyed first. It keeps nothing: what
 * was under way when it ends is due again. */
#ifndef DL_QUEUE_FETCHER_H
#define DL_QUEUE_FETCHER_H

#include <stdbool.h>

struct dl_fetcher_options {
    const char *dir;            /* where the writer's socket is */
    const char *egress_allow;   /* ranges parted by commas, NULL: none */
    const char *ca_file;        /* PEM; NULL: the system's */
    const char *dns;            /* "192.0.2.1:53,…"; NULL: the system's */
    unsigned fetches;           /* on the wire at once; 2 or more; 0: 1,000 */
    const char *archive;        /* folder of WARC files (queue/archive.h); NULL: none */
    const char *archive_format; /* gz zst; NULL: gz */
    bool want_pages;            /* as the writer: told to the archive */
};

/* Works until dl_stop_wanted(). Exit code. */
int dl_fetcher_main(const struct dl_fetcher_options *options);

#endif
