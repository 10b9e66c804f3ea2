/* What the files of the fetcher share.
 *
 * A job goes: due (fetcher_work.c) → robots.txt → the client's queue and the wire → told to the
 * writer (fetcher.c) → confirmed, and over. fetcher_jobs.c keeps them and what is known by site. */
#ifndef DL_QUEUE_FETCHER_PRIVATE_H
#define DL_QUEUE_FETCHER_PRIVATE_H

#include "base/json.h"
#include "base/table.h"
#include "net/client.h"
#include "net/robots_cache.h"
#include "queue/archive.h"
#include "queue/fetcher.h"
#include "queue/fetcher_hub.h"
#include "queue/requests.h"

enum {
    DL_FETCHES = 1000,              /* on the wire at once: 200 a second with 5 s each, and 95 MB */
    DL_FETCHER_JOBS_PER_FETCH = 4,  /* jobs for one that may be on the wire: hosts make them wait */
    DL_FETCHER_SITE_JOBS = 64,      /* of one site, at 2 s each: two minutes; more only take room */
    DL_FETCHER_SITE_PAGES = 32,     /* pages among them: its feeds are not kept out */
    DL_FETCHER_TOLD_MAX = 64 << 20, /* bytes the writer has not confirmed: past it nothing starts */
};

enum stage { JOB_ROBOTS, JOB_FETCHING, JOB_TOLD };

struct job {
    struct dl_table_node by_key, by_request; /* by_request: while it is told */
    struct fetcher *fetcher;
    struct site *site;
    struct job *next_waiting; /* for the site's robots.txt */
    enum stage stage;
    bool is_feed;
    int64_t id, tries; /* feed or document */
    dl_str url, outlet, kind, etag, last_modified;
    dl_str source;       /* names of its feed or document, for the archive */
    uint64_t request;    /* told: id of the request */
    dl_buf answer, body; /* kept until the writer has them */
    dl_buf signals;      /* what robots.txt says of rights: Content-Signal, a line feed, License */
    char text[];         /* the strings */
};

/* Scheme, host and port: what one robots.txt speaks for. Lives while a job or a fetch of its
 * robots.txt does. */
struct site {
    struct dl_table_node node;
    dl_str origin;
    size_t n_jobs, n_pages, n_robots; /* n_robots: fetches under way */
    struct job *waiting;              /* jobs of stage JOB_ROBOTS */
    char text[];
};

/* What is due and not yet started, seen through windows: what became due since we last looked, and
 * a sweep over what is due longer (fetcher_work.c). Places are (ms, id). */
struct place {
    int64_t ms, id;
};
struct due {
    struct place fresh; /* all that was due until there was seen */
    struct place low, high;
    bool sweeping, oldest_first;
    int64_t swept_ms;              /* monotonic: when the last sweep was over */
    size_t most_fresh, most_swept; /* rows asked for */
    int64_t asked_until;           /* of the fresh window under way */
};

struct fetcher {
    const struct dl_fetcher_options *options;
    dl_asker *asker;
    dl_client *client;
    dl_robots_cache *robots;
    dl_fetcher_hub *hubs;
    dl_archive *archive; /* NULL: none is wanted */
    dl_egress egress;
    dl_arena *scratch;
    dl_table jobs, told, sites;
    size_t jobs_max, n_feeds, n_pages, told_bytes;
    struct due feeds, pages;
    uint64_t work_request; /* 0: none is open */
    int64_t asked_ms, next_due_ms, looked_ms, waiting_looked_ms;
    bool cut;      /* more is due than was asked for */
    double starts; /* of feeds that are behind: so many may be started now */
    double starts_per_s;
    bool lost_writer;
    bool is_known; /* the writer knows that we are another fetcher than the last */
};

/* --- fetcher_jobs.c ----------------------------------------------------------------------- */

/* A row of the writer's answer becomes a job; NULL when it is one already, its site has enough, or
 * memory is short: it stays due. */
struct job *dl_fetcher_new_job(struct fetcher *f, yyjson_val *row, bool is_feed);
void dl_fetcher_end_job(struct job *job);
/* The job waits for its site's robots.txt; the site's waiting jobs, taken from it. */
void dl_fetcher_wait(struct job *job);
struct job *dl_fetcher_take_waiting(struct site *site);
void dl_fetcher_hold_site(struct site *site); /* for a fetch of its robots.txt */
void dl_fetcher_leave_site(struct fetcher *f, struct site *site);
/* The request that tells it, for its answer. */
enum dl_err dl_fetcher_told(struct job *job, uint64_t request) DL_MUST_USE;
struct job *dl_fetcher_job_told(struct fetcher *f, uint64_t request);
bool dl_fetcher_has_room(const struct fetcher *f, bool for_feed);

/* --- fetcher_work.c ----------------------------------------------------------------------- */

void dl_fetcher_work_start(struct fetcher *f);
/* When it is time and there is room. */
void dl_fetcher_ask_for_work(struct fetcher *f);
void dl_fetcher_take_work(struct fetcher *f, dl_str text);
int dl_fetcher_work_timeout_ms(const struct fetcher *f);

/* --- fetcher_robots.c --------------------------------------------------------------------- */

void dl_fetcher_keep_robots(struct fetcher *f, dl_str url); /* tells the writer what it says */
void dl_fetcher_take_robots(struct fetcher *f, yyjson_val *rows);

/* --- fetcher.c ---------------------------------------------------------------------------- */

/* The job's next step: robots.txt, then the fetch. */
void dl_fetcher_go_on(struct fetcher *f, struct job *job);

#endif
