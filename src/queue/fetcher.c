#include "queue/fetcher.h"

#include <poll.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/utf8.h"
#include "net/polite.h"
#include "queue/fetcher_private.h"
#include "queue/identity.h"
#include "queue/signals.h"
#include "queue/supervisor.h"

enum {
    LOOK_EVERY_MS = 2000, /* at jobs whose robots.txt got lost */
    HOSTS = 20000,        /* robots.txt remembered */
    SCRATCH = 64 << 20,
    REOPEN_PAUSE_MS = 200,
    AGAIN_MS = 15 * 60 * 1000,
    FILES_BESIDE = 64, /* descriptors that are no fetch */
};

struct robots_job {
    struct fetcher *fetcher;
    struct site *site;
    dl_buf url;
};

/* --- handing over ------------------------------------------------------------------------- */

static void send_job(struct fetcher *f, struct job *job)
{
    uint64_t request;
    job->stage = JOB_TOLD;
    if (dl_asker_send(f->asker, DL_REQUEST_FETCHED, dl_buf_slice(&job->answer),
                      dl_buf_slice(&job->body), &request) != DL_OK ||
        dl_fetcher_told(job, request) != DL_OK)
        f->lost_writer = true; /* it is told again */
}

static yyjson_mut_doc *answer_of(struct fetcher *f, const struct job *job)
{
    yyjson_mut_doc *json = dl_json_new(f->scratch);
    if (json == NULL) return NULL;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_int(json, o, job->is_feed ? "feed" : "document", job->id);
    dl_json_int(json, o, "at", dl_now_ms());
    dl_json_str(json, o, "url", job->url);
    dl_archive_mark(f->archive, json, o);
    if (job->is_feed) {
        dl_json_str(json, o, "kind", job->kind);
        return json;
    }
    struct dl_identity id;
    dl_identity_of(f->scratch, job->url, (dl_str){NULL, 0}, &id);
    dl_identity_json(&id, json, o);
    dl_json_str(json, o, "outlet", job->outlet);
    dl_json_int(json, o, "tries", job->tries);
    return json;
}

static void tell(struct fetcher *f, struct job *job, yyjson_mut_doc *json)
{
    dl_buf_reset(&job->answer);
    if (json == NULL || dl_json_line(json, f->scratch, &job->answer) != DL_OK)
        dl_fetcher_end_job(job); /* no memory: it is due again */
    else {
        dl_archive_told(f->archive, DL_ARCHIVE_FETCHED_TYPE, job->url, dl_buf_slice(&job->answer),
                        job->source, dl_buf_slice(&job->body));
        send_job(f, job);
    }
    dl_arena_reset(f->scratch);
}

static void tell_refused(struct fetcher *f, struct job *job, const struct dl_robots_advice *advice)
{
    yyjson_mut_doc *json = answer_of(f, job);
    if (json != NULL) {
        yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
        int64_t now = dl_now_ms();
        bool is_for_good = advice->again_ms == INT64_MAX;
        dl_json_str(json, o, "why", dl_str_dup(f->scratch, dl_str_c(advice->why)));
        dl_json_c(json, o, "error",
                  advice->fault != DL_FAULT_NONE ? dl_fault_name(advice->fault) : "robots");
        if (!is_for_good && advice->again_ms > now)
            dl_json_int(json, o, "retry_after", (advice->again_ms - now) / 1000);
        dl_json_int(json, o, "again", is_for_good ? 0 : advice->again_ms);
    }
    dl_buf_reset(&job->body);
    tell(f, job, json);
}

static bool may_work_later(const struct dl_response *r)
{
    if (r->err != DL_OK) return dl_err_class(r->err) == DL_CLASS_RETRY;
    return r->status == 429 || r->status >= 500;
}

static void put_response(struct fetcher *f, const struct job *job, const struct dl_response *r,
                         yyjson_mut_doc *json)
{
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_int(json, o, "status", r->err == DL_OK ? r->status : 0);
    dl_json_str(json, o, "content_type", r->content_type);
    if (r->max_age_s >= 0) dl_json_int(json, o, "max_age", r->max_age_s);
    if (r->retry_after_s >= 0) dl_json_int(json, o, "retry_after", r->retry_after_s);
    dl_json_str(json, o, "etag", dl_utf8_of_bytes(f->scratch, r->etag));
    dl_json_str(json, o, "last_modified", dl_utf8_of_bytes(f->scratch, r->last_modified));
    if (r->err != DL_OK) dl_json_c(json, o, "error", dl_fault_name(r->fault));
    if (r->err != DL_OK)
        dl_json_c(json, o, "why",
                  r->diag.message[0] != '\0' ? r->diag.message : dl_fault_text(r->fault));
    else if (r->status != 200 && r->status != 304)
        dl_json_str(json, o, "why", dl_str_fmt(f->scratch, "HTTP %d", r->status));
    int64_t wait = r->retry_after_s > 0 ? r->retry_after_s * 1000 : AGAIN_MS;
    if (may_work_later(r)) dl_json_int(json, o, "again", dl_now_ms() + wait);
    if (job->is_feed) {
        dl_fetcher_hub_links(f->scratch, r, json, o);
        struct dl_identity at;
        dl_identity_of(f->scratch, r->url, (dl_str){NULL, 0}, &at);
        dl_json_str(json, o, "host", at.host);
        dl_json_str(json, o, "moved_to", r->permanent_url);
    }
    if (job->is_feed || r->n_hops == 0) return;
    struct dl_identity end;
    dl_identity_of(f->scratch, r->url, (dl_str){NULL, 0}, &end);
    dl_json_str(json, o, "final_url", end.url);
}

/* What headers and robots.txt say of rights, to be stored with the page. */
static void put_signals(const struct job *job, const struct dl_response *r, yyjson_mut_doc *json)
{
    dl_str rest = dl_buf_slice(&job->signals), line = {NULL, 0};
    struct dl_page_signals s = {.x_robots_tag = r->x_robots_tag,
                                .tdm_reservation = r->tdm_reservation,
                                .tdm_policy = r->tdm_policy,
                                .link = r->link};
    if (dl_str_line(&rest, &line)) s.content_signal = line;
    if (dl_str_line(&rest, &line)) s.robots_license = line;
    dl_signals_json(&s, json, yyjson_mut_doc_get_root(json));
}

static void on_response(void *user, const struct dl_response *r)
{
    struct job *job = user;
    struct fetcher *f = job->fetcher;
    if (r->fault == DL_FAULT_CANCELLED) { /* we are ending */
        dl_fetcher_end_job(job);
        return;
    }
    yyjson_mut_doc *json = answer_of(f, job);
    dl_archive_answer(f->archive, r);
    if (json != NULL) put_response(f, job, r, json);
    if (json != NULL && !job->is_feed && r->err == DL_OK) put_signals(job, r, json);
    dl_buf_reset(&job->body);
    if (r->err == DL_OK && r->status == 200) dl_buf_str(&job->body, r->body);
    tell(f, job, json);
}

/* --- robots.txt --------------------------------------------------------------------------- */

static void go_on_all(struct fetcher *f, struct site *site)
{
    dl_fetcher_hold_site(site);
    for (struct job *job = dl_fetcher_take_waiting(site), *next; job != NULL; job = next) {
        next = job->next_waiting;
        dl_fetcher_go_on(f, job);
    }
    dl_fetcher_leave_site(f, site);
}

static void on_robots(void *user, const struct dl_response *r)
{
    struct robots_job *job = user;
    struct fetcher *f = job->fetcher;
    if (r->fault != DL_FAULT_CANCELLED) {
        dl_archive_plain(f->archive, r);
        dl_robots_cache_put(f->robots, dl_buf_slice(&job->url), r, dl_now_ms());
        dl_fetcher_keep_robots(f, dl_buf_slice(&job->url));
        go_on_all(f, job->site);
    }
    dl_fetcher_leave_site(f, job->site);
    dl_buf_free(&job->url);
    free(job);
}

static void fetch_robots(struct fetcher *f, struct site *site, dl_str url)
{
    struct robots_job *job = calloc(1, sizeof *job);
    if (job == NULL) return;
    job->fetcher = f;
    job->site = site;
    dl_buf_init(&job->url, 1 << 16);
    dl_buf_str(&job->url, url);
    struct dl_request request = {
        .url = dl_buf_slice(&job->url), .body_max = DL_ROBOTS_MAX, .urgent = true, .more = true};
    if (dl_client_submit(f->client, &request, on_robots, job) == DL_OK) {
        dl_fetcher_hold_site(site);
        return;
    }
    dl_buf_free(&job->url);
    free(job); /* asked again when the cache thinks it lost */
}

static void fetch(struct fetcher *f, struct job *job, const struct dl_robots_advice *advice)
{
    struct dl_request request = {
        .url = job->url,
        .accept = job->is_feed && !dl_str_eq_c(job->kind, "front")
                      ? DL_STR("application/atom+xml, application/rss+xml, "
                               "application/feed+json, application/xml;q=0.9, */*;q=0.5")
                      : DL_STR("text/html, application/xhtml+xml, */*;q=0.1"),
        .etag = dl_utf8_to_bytes(f->scratch, job->etag),
        .last_modified = dl_utf8_to_bytes(f->scratch, job->last_modified),
        .gap_ms = advice->gap_ms,
        .urgent = job->is_feed, /* its due time is kept, also where many pages wait */
    };
    dl_buf_reset(&job->signals);
    dl_buf_str(&job->signals, advice->content_signal);
    dl_buf_byte(&job->signals, '\n');
    dl_buf_str(&job->signals, advice->license);
    job->stage = JOB_FETCHING;
    if (dl_client_submit(f->client, &request, on_response, job) != DL_OK) dl_fetcher_end_job(job);
}

void dl_fetcher_go_on(struct fetcher *f, struct job *job)
{
    struct dl_robots_advice advice = {0};
    job->stage = JOB_ROBOTS;
    switch (dl_robots_cache_ask(f->robots, job->url, dl_now_ms(), &advice)) {
    case DL_ROBOTS_FETCH:
        dl_fetcher_wait(job);
        fetch_robots(f, job->site, advice.fetch);
        break;
    case DL_ROBOTS_WAIT:
        dl_fetcher_wait(job);
        break;
    case DL_ROBOTS_ALLOWED:
        fetch(f, job, &advice);
        break;
    case DL_ROBOTS_DISALLOWED:
        tell_refused(f, job, &advice);
        break;
    }
}

/* --- the writer --------------------------------------------------------------------------- */

static void take_answer(struct fetcher *f, const struct dl_frame *frame)
{
    if (frame->id == f->work_request) {
        f->work_request = 0;
        f->is_known |= frame->error == DL_OK;
        if (frame->error == DL_OK) dl_fetcher_take_work(f, frame->part[0]);
        return;
    }
    struct job *job = dl_fetcher_job_told(f, frame->id);
    if (job == NULL) return;
    if (frame->error != DL_OK)
        dl_log(DL_LOG_WARNING, "the writer refused what came", "url=%s why=%s",
               dl_log_text(job->url), dl_log_text(frame->part[0]));
    dl_fetcher_end_job(job);
}

static int by_request(const void *a, const void *b)
{
    const struct job *const *x = a, *const *y = b;
    return (*x)->request < (*y)->request ? -1 : (*x)->request > (*y)->request;
}

/* In the order in which it was told, which the archive has too. */
static void tell_again(struct fetcher *f)
{
    struct job **told = calloc(f->jobs.n + 1, sizeof *told);
    size_t n = 0, chain = 0;
    struct dl_table_node *pos = NULL, *node;
    while (told != NULL && (node = dl_table_next(&f->jobs, &chain, &pos)) != NULL) {
        struct job *job = DL_ENTRY_OF(node, struct job, by_key);
        if (job->stage == JOB_TOLD) told[n++] = job;
    }
    if (told == NULL) f->lost_writer = true; /* tried again */
    if (n > 0) qsort(told, n, sizeof *told, by_request);
    for (size_t i = 0; i < n; i++)
        send_job(f, told[i]);
    free(told);
}

/* The writer died: what it did not confirm is told again. */
static void find_writer(struct fetcher *f)
{
    struct dl_diag diag;
    dl_asker_free(f->asker);
    f->asker = NULL;
    while (!dl_stop_wanted() && dl_asker_open(f->options->dir, &f->asker, &diag) != DL_OK) {
        f->asker = NULL;
        struct pollfd stop = {dl_stop_fd(), POLLIN, 0};
        poll(&stop, 1, REOPEN_PAUSE_MS);
    }
    f->lost_writer = false;
    f->work_request = 0;
    if (f->asker != NULL) tell_again(f);
}

/* --- the loop ----------------------------------------------------------------------------- */

static void take_answers(struct fetcher *f)
{
    struct dl_frame frame;
    enum dl_err err;
    while ((err = dl_asker_next(f->asker, 0, &frame)) == DL_OK)
        take_answer(f, &frame);
    if (err == DL_ERR_NETWORK) f->lost_writer = true;
}

/* Jobs whose robots.txt got lost, or that wait for one that another site fetches. */
static void look_at_waiting(struct fetcher *f)
{
    int64_t now = dl_monotonic_ms();
    if (now - f->waiting_looked_ms < LOOK_EVERY_MS) return;
    f->waiting_looked_ms = now;
    size_t chain = 0;
    struct dl_table_node *pos = NULL, *node;
    while ((node = dl_table_next(&f->sites, &chain, &pos)) != NULL) {
        struct site *site = DL_ENTRY_OF(node, struct site, node);
        if (site->waiting != NULL) go_on_all(f, site);
    }
}

static void step(struct fetcher *f)
{
    take_answers(f);
    if (dl_client_run(f->client, 0) != DL_OK)
        dl_log(DL_LOG_WARNING, "the network client failed", "jobs=%zu", f->jobs.n);
    look_at_waiting(f);
    dl_fetcher_hub_step(f->hubs);
    dl_fetcher_ask_for_work(f);
    dl_archive_step(f->archive);
    if (f->lost_writer) find_writer(f);
}

static void wait_for_work(struct fetcher *f)
{
    int timeout = dl_client_timeout_ms(f->client), work = dl_fetcher_work_timeout_ms(f);
    if (timeout < 0 || timeout > work) timeout = work;
    struct pollfd fds[] = {{dl_stop_fd(), POLLIN, 0},
                           {dl_asker_fd(f->asker), POLLIN, 0},
                           {dl_client_fd(f->client), POLLIN, 0}};
    poll(fds, 3, timeout);
}

/* A fetch is a descriptor, and one that its host's next request waits for: as many as we may have.
 * Half of the places are for hosts that take long, so that tarpits do not keep the others out
 * (net/client.h). */
static void set_limits(struct fetcher *f, struct dl_client_options *options)
{
    size_t fetches = f->options->fetches > 0 ? f->options->fetches : DL_FETCHES;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
        size_t most = files.rlim_max > 4 * FILES_BESIDE ? (files.rlim_max - FILES_BESIDE) / 2 : 2;
        if (most < fetches) {
            dl_log(DL_LOG_WARNING, "fewer fetches at once: the limit of open files is low",
                   "files=%llu fetches=%zu", (unsigned long long)files.rlim_max, most);
            fetches = most;
        }
    }
    options->max_in_flight = (unsigned)(fetches - fetches / 2);
    options->max_slow = (unsigned)(fetches / 2);
    f->jobs_max = fetches * DL_FETCHER_JOBS_PER_FETCH;
}

static enum dl_err start(struct fetcher *f, struct dl_diag *diag)
{
    struct dl_client_options options = {.user_agent = DL_USER_AGENT,
                                        .egress = &f->egress,
                                        .keep_heads = f->archive != NULL,
                                        .ca_file = f->options->ca_file,
                                        .dns_servers = f->options->dns};
    f->scratch = dl_arena_new(SCRATCH);
    f->robots = dl_robots_cache_new(DL_ROBOTS_AGENT, HOSTS);
    if (f->scratch == NULL || f->robots == NULL) return DL_ERR_NOMEM;
    DL_TRY(dl_egress_allow_list(&f->egress, dl_str_c(f->options->egress_allow), diag));
    set_limits(f, &options);
    dl_fetcher_work_start(f);
    DL_TRY(dl_client_new(&options, &f->client, diag));
    return dl_fetcher_hub_new(f->options->dir, f->client, &f->hubs);
}

static enum dl_err open_archive(struct fetcher *f, struct dl_diag *diag)
{
    const struct dl_fetcher_options *o = f->options;
    struct dl_archive_options options = {
        .dir = o->archive, .process = "serve", .want_pages = o->want_pages};
    if (o->archive == NULL) return DL_OK;
    if (!dl_archive_format_named(o->archive_format, &options.format)) return DL_ERR_INVALID;
    return dl_archive_open(&options, &f->archive, diag);
}

static void forget_all(struct fetcher *f)
{
    size_t chain = 0;
    struct dl_table_node *pos = NULL, *node;
    while ((node = dl_table_next(&f->jobs, &chain, &pos)) != NULL)
        dl_fetcher_end_job(DL_ENTRY_OF(node, struct job, by_key));
    dl_table_free(&f->jobs);
    dl_table_free(&f->told);
    dl_table_free(&f->sites);
}

int dl_fetcher_main(const struct dl_fetcher_options *options)
{
    static struct fetcher f;
    struct dl_diag diag = {.pos = DL_NO_POS};
    f = (struct fetcher){.options = options};
    enum dl_err err = open_archive(&f, &diag);
    if (err == DL_OK) err = start(&f, &diag);
    if (err != DL_OK) {
        dl_log(DL_LOG_ERROR, "fetching does not start", "why=%s",
               dl_log_text(dl_str_c(diag.message)));
        return err == DL_ERR_SYNTAX ? DL_CHILD_GIVE_UP + 2 : 1;
    }
    find_writer(&f);
    while (!dl_stop_wanted()) {
        wait_for_work(&f);
        step(&f);
    }
    dl_client_free(f.client);
    dl_archive_close(f.archive);
    forget_all(&f);
    dl_fetcher_hub_free(f.hubs);
    dl_robots_cache_free(f.robots);
    dl_asker_free(f.asker);
    dl_arena_free(f.scratch);
    return 0;
}
