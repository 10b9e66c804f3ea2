/* What a publisher offers: feeds, news sitemaps and the front page behind the address of a home
 * page. Fetched politely (robots.txt, the host's pause), read in the sandbox, at most
 * DL_DISCOVER_FETCHES addresses a site. */
#ifndef DL_CMD_SOURCES_DISCOVER_H
#define DL_CMD_SOURCES_DISCOVER_H

#include "base/vec.h"
#include "cmd/cli.h"

enum { DL_DISCOVER_FETCHES = 24 /* a minute at two seconds each */ };

struct dl_offer {
    dl_str kind;               /* feed sitemap front */
    dl_str url, title, newest; /* newest: RFC 3339, may be empty */
    int64_t items;
};
typedef DL_VEC(struct dl_offer) dl_offers;

struct dl_site {
    dl_str url, title;
    const char *why; /* the address itself gave nothing; NULL: it did */
    dl_offers offers;
};

typedef struct dl_prober dl_prober;
/* Forks its reader: to be opened before anything else is. Exit code. */
int dl_prober_open(struct dl_cli *cli, dl_prober **ret_prober);
void dl_prober_close(dl_prober *prober); /* NULL ok */
/* Text lives in the arena of the command. */
void dl_prober_look(dl_prober *prober, dl_str url, struct dl_site *ret_site);

#endif
