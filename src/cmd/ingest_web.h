/* The addresses given to ingest: each is fetched politely and handed on; then, in their order,
 * the pages that fetched sitemaps list, on the sitemap's own host, up to a limit. Sitemaps of an
 * index are fetched too, those that they list are not. Failures become lines of the contract.
 * Nothing connects before the first address. Single thread. */
#ifndef DL_CMD_INGEST_WEB_H
#define DL_CMD_INGEST_WEB_H

#include "cmd/ingest.h"
#include "net/polite.h"

/* Valid during the call. */
struct dl_fetched {
    dl_str name;     /* as asked for */
    dl_str url;      /* where it was in the end */
    dl_str list_url; /* for dl_ingest_facts: what it lists is wanted */
    dl_str content_type, body;
    bool is_listed, is_sitemap; /* not an argument; and it was listed as a sitemap */
};
typedef enum dl_err (*dl_ingest_take)(void *ctx, const struct dl_fetched *what,
                                      struct dl_diag *diag);

struct dl_ingest_web_counts {
    uint64_t pages_left;    /* past the limit */
    uint64_t sitemaps_left; /* past it, or too deep */
    uint64_t elsewhere;     /* on other hosts */
};

typedef struct dl_ingest_web dl_ingest_web;
/* Takes over dl_ingest_on_found of ingest. egress must outlive it. NULL only without memory. */
/* Answers go to the archive as they come; NULL: to none. Before the first fetch. */
void dl_ingest_web_set_archive(dl_ingest_web *web, dl_archive *archive);
dl_ingest_web *dl_ingest_web_new(dl_ingest *ingest, const dl_egress *egress, size_t limit,
                                 dl_ingest_take take, void *ctx);
void dl_ingest_web_free(dl_ingest_web *web); /* NULL ok */

/* One argument. Errors: not of the address, those are printed; of what take did. */
enum dl_err dl_ingest_web_fetch(dl_ingest_web *web, dl_str url, struct dl_diag *diag) DL_MUST_USE;
/* What the sitemaps among the arguments list. */
enum dl_err dl_ingest_web_listed(dl_ingest_web *web, struct dl_diag *diag) DL_MUST_USE;
const struct dl_ingest_web_counts *dl_ingest_web_counts(const dl_ingest_web *web);

#endif
