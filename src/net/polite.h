/* One polite GET and wait, for commands: robots.txt first, then the address, hop by hop.
 *
 * Every hop of a redirect is asked of its host's robots.txt too (net/robots_cache.h), passes the
 * egress gate and the client's limits (net/client.h), and waits for the host's pause. For many
 * fetches at once there is the client itself. Not thread-safe. */
#ifndef DL_NET_POLITE_H
#define DL_NET_POLITE_H

#include "net/client.h"

/* Who we say we are, everywhere; and the word that robots.txt files may use for us. */
#define DL_USER_AGENT   "Dateline/0.1 (self-hosted news reader; robots.txt: dateline)"
#define DL_ROBOTS_AGENT "dateline"

enum { DL_POLITE_TICK_MS = 200 }; /* how often go_on is asked while waiting */

struct dl_polite_options {
    const dl_egress *egress;  /* NULL: public addresses only; must outlive the object */
    bool (*go_on)(void *ctx); /* NULL: always; false ends the wait, for this and later ones */
    void (*seen)(void *ctx, const struct dl_response *response); /* each answer; NULL: nobody */
    void *ctx;
    const char *dns_servers; /* as of the client; for tests */
    bool no_gap;             /* as of the client; for tests */
};

/* Text lives in the arena of the call; missing text is an empty slice. */
struct dl_polite_answer {
    enum dl_err err;     /* DL_OK only for status 200; DENIED for what robots.txt forbids */
    enum dl_fault fault; /* of the network; NONE for robots.txt and for a status */
    const char *words;   /* why err is set, for a person; NULL for DL_OK */
    int status;          /* last one; 0 when none came */
    dl_str url;          /* final, serialised */
    dl_str body, content_type;
    int64_t total_ms; /* on the wire, all hops */
};

typedef struct dl_polite dl_polite;
enum dl_err dl_polite_new(const struct dl_polite_options *options, dl_polite **ret_polite,
                          struct dl_diag *diag) DL_MUST_USE;
void dl_polite_free(dl_polite *polite); /* NULL ok */

/* accept: empty for any. */
void dl_polite_get(dl_polite *polite, dl_arena *arena, dl_str url, dl_str accept,
                   struct dl_polite_answer *ret_answer);

#endif
