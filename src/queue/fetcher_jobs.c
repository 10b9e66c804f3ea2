/* Jobs and sites: memory, look-up, who waits for which robots.txt. */
#include <stdlib.h>

#include "base/hash.h"
#include "queue/fetcher_private.h"

static uint64_t key_of(bool is_feed, int64_t id)
{
    return (uint64_t)id << 1 | is_feed;
}

/* --- sites -------------------------------------------------------------------------------- */

static dl_str origin_of(dl_str url)
{
    size_t host = dl_str_find_c(url, "://", 0), end = 0;
    if (host == DL_NO_POS) return url;
    for (end = host + 3; end < url.n && strchr("/?#", url.p[end]) == NULL;)
        end++;
    return dl_str_sub(url, 0, end);
}

static struct site *find_site(struct fetcher *f, dl_str origin, uint64_t hash)
{
    struct dl_table_node *node = dl_table_find(&f->sites, hash);
    while (node != NULL && !dl_str_eq(DL_ENTRY_OF(node, struct site, node)->origin, origin))
        node = dl_table_more(node);
    return node == NULL ? NULL : DL_ENTRY_OF(node, struct site, node);
}

static struct site *site_of(struct fetcher *f, dl_str url)
{
    dl_str origin = origin_of(url);
    uint64_t hash = dl_hash64(origin);
    struct site *site = find_site(f, origin, hash);
    if (site != NULL) return site;
    site = calloc(1, sizeof *site + origin.n + 1);
    if (site == NULL) return NULL;
    if (origin.n > 0) memcpy(site->text, origin.p, origin.n);
    site->origin = (dl_str){site->text, origin.n};
    if (dl_table_put(&f->sites, &site->node, hash) == DL_OK) return site;
    free(site);
    return NULL;
}

static void forget_idle(struct fetcher *f, struct site *site)
{
    if (site->n_jobs > 0 || site->n_robots > 0) return;
    dl_table_remove(&f->sites, &site->node);
    free(site);
}

void dl_fetcher_hold_site(struct site *site)
{
    site->n_robots++;
}

void dl_fetcher_leave_site(struct fetcher *f, struct site *site)
{
    site->n_robots--;
    forget_idle(f, site);
}

void dl_fetcher_wait(struct job *job)
{
    job->next_waiting = job->site->waiting;
    job->site->waiting = job;
}

struct job *dl_fetcher_take_waiting(struct site *site)
{
    struct job *first = site->waiting;
    site->waiting = NULL;
    return first;
}

/* --- jobs --------------------------------------------------------------------------------- */

bool dl_fetcher_has_room(const struct fetcher *f, bool for_feed)
{
    if (f->told_bytes >= DL_FETCHER_TOLD_MAX || f->jobs.n >= f->jobs_max) return false;
    return for_feed || f->n_pages < f->jobs_max / 2;
}

static bool site_has_room(const struct site *site, bool for_feed)
{
    return site->n_jobs < DL_FETCHER_SITE_JOBS &&
           (for_feed || site->n_pages < DL_FETCHER_SITE_PAGES);
}

static dl_str keep(char **at, dl_str s)
{
    dl_str kept = {*at, s.n};
    if (s.n > 0) memcpy(*at, s.p, s.n);
    *at += s.n;
    return kept;
}

static struct job *job_of(yyjson_val *row, bool is_feed, int64_t id)
{
    dl_str url = dl_json_get_str(row, "url"), outlet = dl_json_get_str(row, "outlet"),
           kind = dl_json_get_str(row, "kind"), etag = dl_json_get_str(row, "etag"),
           last_modified = dl_json_get_str(row, "last_modified"),
           source = dl_json_get_str(row, "source");
    struct job *job = calloc(1, sizeof *job + url.n + outlet.n + kind.n + etag.n + last_modified.n +
                                    source.n + 1);
    if (job == NULL) return NULL;
    char *at = job->text;
    job->url = keep(&at, url);
    job->outlet = keep(&at, outlet);
    job->kind = keep(&at, kind);
    job->etag = keep(&at, etag);
    job->last_modified = keep(&at, last_modified);
    job->source = keep(&at, source);
    job->is_feed = is_feed;
    job->id = id;
    job->tries = dl_json_get_int(row, "tries", 0);
    dl_buf_init(&job->answer, 1 << 20);
    dl_buf_init(&job->body, DL_HTTP_BODY_MAX + 1);
    dl_buf_init(&job->signals, DL_ROBOTS_MAX);
    return job;
}

struct job *dl_fetcher_new_job(struct fetcher *f, yyjson_val *row, bool is_feed)
{
    int64_t id = dl_json_get_int(row, is_feed ? "feed" : "document", 0);
    uint64_t key = key_of(is_feed, id);
    if (id <= 0 || dl_table_find(&f->jobs, key) != NULL) return NULL;
    struct site *site = site_of(f, dl_json_get_str(row, "url"));
    if (site == NULL) return NULL;
    struct job *job = site_has_room(site, is_feed) ? job_of(row, is_feed, id) : NULL;
    if (job == NULL || dl_table_put(&f->jobs, &job->by_key, key) != DL_OK) {
        free(job);
        forget_idle(f, site);
        return NULL;
    }
    job->fetcher = f;
    job->site = site;
    site->n_jobs++;
    site->n_pages += !is_feed;
    f->n_feeds += is_feed;
    f->n_pages += !is_feed;
    return job;
}

void dl_fetcher_end_job(struct job *job)
{
    struct fetcher *f = job->fetcher;
    struct site *site = job->site;
    if (job->request != 0) {
        dl_table_remove(&f->told, &job->by_request);
        f->told_bytes -= job->body.n;
    }
    dl_table_remove(&f->jobs, &job->by_key);
    f->n_feeds -= job->is_feed;
    f->n_pages -= !job->is_feed;
    site->n_jobs--;
    site->n_pages -= !job->is_feed;
    dl_buf_free(&job->answer);
    dl_buf_free(&job->body);
    dl_buf_free(&job->signals);
    free(job);
    forget_idle(f, site);
}

enum dl_err dl_fetcher_told(struct job *job, uint64_t request)
{
    struct fetcher *f = job->fetcher;
    if (job->request != 0) {
        dl_table_remove(&f->told, &job->by_request);
        f->told_bytes -= job->body.n;
    }
    job->request = 0;
    DL_TRY(dl_table_put(&f->told, &job->by_request, request));
    job->request = request;
    job->stage = JOB_TOLD;
    f->told_bytes += job->body.n;
    return DL_OK;
}

struct job *dl_fetcher_job_told(struct fetcher *f, uint64_t request)
{
    struct dl_table_node *node = dl_table_find(&f->told, request);
    return node == NULL ? NULL : DL_ENTRY_OF(node, struct job, by_request);
}
