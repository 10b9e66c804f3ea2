/* What the files of the farm share: one process, one epoll loop. */
#ifndef TEST_FARM_H
#define TEST_FARM_H

#include <openssl/ssl.h>

#include "base/time.h"
#include "world.h"

enum { REQUEST_MAX = 8192, REPLY_MAX = 1 << 20 };

/* --- tally.c: what the guests did --------------------------------------------------------- */

struct feed_book {
    int64_t may_ms; /* not asked before: floor, max-age, Retry-After of the last answer */
    uint32_t asked, newest_shown;
    bool has_validators; /* it was given some */
};
struct site_book {
    int64_t ended_ms; /* monotonic */
    int64_t later_until_ms;
    int64_t least_gap_ms; /* between the end of an answer and the next request; -1: none yet */
    uint16_t open, most_open, under_way, most_under_way;
    uint32_t robots;
};
struct book {
    const struct world *world;
    struct feed_book *feeds;
    struct site_book *sites;
    uint64_t polls, status[600], early, unconditional, connections, handshakes, resumed, bytes,
        robots, pages, over_later, twice, elsewhere;
    uint64_t this_s, most_per_s; /* requests */
    int64_t second;
    int64_t floor_ms, begun_ms;
    FILE *log; /* "guid published shown", a line for an item that a feed shows first; may be NULL */
};

void book_start(struct book *book, const struct world *world, int64_t floor_ms, FILE *log);
void book_reset(struct book *book);   /* counts, not what was promised */
void book_forgive(struct book *book); /* as if every wait were over */
void book_request(struct book *book, int64_t now_ms);
void book_put(const struct book *book, dl_buf *out); /* as JSON */

/* --- reply.c: what a request gets --------------------------------------------------------- */

struct reply {
    int status;
    int64_t delay_ms;
    uint32_t site;
    bool known_site, close;
};
/* request ends with an empty line. The reply with its head is put into out. */
struct reply reply_to(const struct world *world, struct book *book, char *request, int64_t now_ms,
                      dl_buf *out);

/* --- tls.c -------------------------------------------------------------------------------- */

/* A CA of our own, written to path; certificates are made as names are asked for. Beside sN.test:
 * expired.test, self-signed.test and wrong.test are as they say. */
SSL_CTX *tls_start(const char *ca_path);

/* --- names.c ------------------------------------------------------------------------------ */

int names_open(uint16_t port);
void names_answer(int fd); /* one question: every name of .test lives on the farm */

#endif
