/* The memory of sites: kept so that a reading is a function of the ledger.
 *
 * The page entries of a host are numbered as they come in. Page n is read with what was learnt from
 * pages up to dl_site_known(n), whatever has been read meanwhile; until they all are read it waits.
 * So neither the readers' speed nor a crash nor a replay changes what is read. Samples are learnt
 * from in steps, in order; what the steps found is kept as long as a page may ask for it. Bounded:
 * DL_SITE_WINDOW samples and a few memories a site. Errors as store/ledger.h. */
#ifndef DL_STORE_LEDGER_SITE_H
#define DL_STORE_LEDGER_SITE_H

#include "store/ledger.h"

enum {
    DL_SITE_STEP = 4,      /* pages between two lessons */
    DL_SITE_LAG_PART = 8,  /* pages of one site that may be read at once: an eighth of those … */
    DL_SITE_LAG_LEAST = 3, /* … that came, so many at first, … */
    DL_SITE_LAG_MOST = 32, /* … and no more than any machine needs */
    DL_SITE_NEWS = 16,     /* changed templates of one turn that are told */
};

/* Up to which page of its site is known what page nth (from 1) is read with; 0: nothing is. */
int64_t dl_site_known(int64_t nth);

/* What page nth of the site is read with (page/site.h, packed; empty: nothing). *ret_ready false:
 * pages before it are still to be read. */
enum dl_err dl_ledger_site_memory(dl_ledger *ledger, dl_arena *arena, int64_t site, int64_t nth,
                                  bool *ret_ready, dl_str *ret_packed) DL_MUST_USE;
/* The newest of a host: most likely what its next page will be read with. */
enum dl_err dl_ledger_site_newest(dl_ledger *ledger, dl_arena *arena, dl_str host,
                                  dl_str *ret_packed) DL_MUST_USE;

struct dl_site_news {
    dl_str host, root_before, root;
};
/* Templates that changed since it was last asked; *ret_n at most DL_SITE_NEWS. */
enum dl_err dl_ledger_site_news(dl_ledger *ledger, dl_arena *arena,
                                struct dl_site_news ret_news[DL_SITE_NEWS],
                                size_t *ret_n) DL_MUST_USE;

#endif
