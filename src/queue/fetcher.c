#include "queue/fetcher.h"

#include <poll.h>

#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/polite.h"
#include "net/robots_cache.h"
#include "queue/identity.h"
#include "queue/requests.h"
#include "queue/supervisor.h"

enum {
    JOBS_MAX = 512,      /* polls and pages under way, handed over or waiting for robots.txt */
    ASK_AHEAD = 128,     /* more than are under way, so that hosts that wait do not starve others */
    ASK_EVERY_MS = 1000, /* a new due time is noticed within a blink of a poll's interval */
    TICK_MS = 250,
    HOSTS = 20000, /* robots.txt remembered */
    SCRATCH = 64 << 20,
    REOPEN_PAUSE_MS = 200,
    AGAIN_MS = 15 * 60 * 1000,
};

enum stage { JOB_FREE, JOB_ROBOTS, JOB_FETCHING, JOB_TOLD };

struct job {
    struct fetcher *fetcher;
    enum stage stage;
    bool is_feed;
    int64_t id, tries; /* feed or document */
    dl_buf text;       /* the strings below */
    dl_str url, outlet, kind, etag, last_modified;
    uint64_t request;    /* told: id of the request */
    dl_buf answer, body; /* kept until the writer has them */
};

struct robots_job {
    struct fetcher *fetcher;
    dl_buf url;
};

struct fetcher {
    const struct dl_fetcher_options *options;
    dl_asker *asker;
    dl_client *client;
    dl_robots_cache *robots;
    dl_egress egress;
    dl_arena *scratch;
    struct job jobs[JOBS_MAX];
    size_t n_jobs, n_feeds;
    uint64_t work_request; /* 0: none is open */
    int64_t asked_ms;
    bool robots_came, lost_writer;
};

/* --- handing over ------------------------------------------------------------------------- */

static void send_job(struct fetcher *f, struct job *job)
{
    job->stage = JOB_TOLD;
    if (dl_asker_send(f->asker, DL_REQUEST_FETCHED, dl_buf_slice(&job->answer),
                      dl_buf_slice(&job->body), &job->request) != DL_OK)
        f->lost_writer = true;
}

static yyjson_mut_doc *answer_of(struct fetcher *f, const struct job *job)
{
    yyjson_mut_doc *json = dl_json_new(f->scratch);
    if (json == NULL) return NULL;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_int(json, o, job->is_feed ? "feed" : "document", job->id);
    dl_json_int(json, o, "at", dl_now_ms());
    dl_json_str(json, o, "url", job->url);
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
        job->stage = JOB_FREE; /* no memory: it is due again */
    else
        send_job(f, job);
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
    dl_json_str(json, o, "etag", dl_utf8_repair(f->scratch, r->etag));
    dl_json_str(json, o, "last_modified", dl_utf8_repair(f->scratch, r->last_modified));
    if (r->err != DL_OK) dl_json_c(json, o, "error", dl_fault_name(r->fault));
    if (r->err != DL_OK)
        dl_json_c(json, o, "why",
                  r->diag.message[0] != '\0' ? r->diag.message : dl_fault_text(r->fault));
    else if (r->status != 200 && r->status != 304)
        dl_json_str(json, o, "why", dl_str_fmt(f->scratch, "HTTP %d", r->status));
    int64_t wait = r->retry_after_s > 0 ? r->retry_after_s * 1000 : AGAIN_MS;
    if (may_work_later(r)) dl_json_int(json, o, "again", dl_now_ms() + wait);
    if (job->is_feed || r->n_hops == 0) return;
    struct dl_identity end;
    dl_identity_of(f->scratch, r->url, (dl_str){NULL, 0}, &end);
    dl_json_str(json, o, "final_url", end.url);
}

static void on_response(void *user, const struct dl_response *r)
{
    struct job *job = user;
    struct fetcher *f = job->fetcher;
    yyjson_mut_doc *json = answer_of(f, job);
    if (r->fault == DL_FAULT_CANCELLED) { /* we are ending */
        job->stage = JOB_FREE;
        return;
    }
    if (json != NULL) put_response(f, job, r, json);
    dl_buf_reset(&job->body);
    if (r->err == DL_OK && r->status == 200) dl_buf_str(&job->body, r->body);
    tell(f, job, json);
}

/* --- robots.txt --------------------------------------------------------------------------- */

static void on_robots(void *user, const struct dl_response *r)
{
    struct robots_job *job = user;
    job->fetcher->robots_came = true;
    if (r->fault != DL_FAULT_CANCELLED)
        dl_robots_cache_put(job->fetcher->robots, dl_buf_slice(&job->url), r, dl_now_ms());
    dl_buf_free(&job->url);
    free(job);
}

static void fetch_robots(struct fetcher *f, dl_str url)
{
    struct robots_job *job = calloc(1, sizeof *job);
    if (job == NULL) return;
    job->fetcher = f;
    dl_buf_init(&job->url, 1 << 16);
    dl_buf_str(&job->url, url);
    struct dl_request request = {
        .url = dl_buf_slice(&job->url), .body_max = DL_ROBOTS_MAX, .urgent = true};
    if (dl_client_submit(f->client, &request, on_robots, job) == DL_OK) return;
    dl_buf_free(&job->url);
    free(job); /* asked again when the cache thinks it lost */
}

static void fetch(struct fetcher *f, struct job *job, const struct dl_robots_advice *advice)
{
    struct dl_request request = {
        .url = job->url,
        .accept = job->is_feed ? DL_STR("application/atom+xml, application/rss+xml, "
                                        "application/feed+json, application/xml;q=0.9, */*;q=0.5")
                               : DL_STR("text/html, application/xhtml+xml, */*;q=0.1"),
        .etag = job->etag,
        .last_modified = job->last_modified,
        .gap_ms = advice->gap_ms,
    };
    job->stage = JOB_FETCHING;
    if (dl_client_submit(f->client, &request, on_response, job) != DL_OK) job->stage = JOB_FREE;
}

static void go_on(struct fetcher *f, struct job *job)
{
    struct dl_robots_advice advice = {0};
    switch (dl_robots_cache_ask(f->robots, job->url, dl_now_ms(), &advice)) {
    case DL_ROBOTS_FETCH:
        fetch_robots(f, advice.fetch);
        break;
    case DL_ROBOTS_WAIT:
        break;
    case DL_ROBOTS_ALLOWED:
        fetch(f, job, &advice);
        break;
    case DL_ROBOTS_DISALLOWED:
        tell_refused(f, job, &advice);
        break;
    }
}

/* --- work --------------------------------------------------------------------------------- */

static bool is_under_way(const struct fetcher *f, bool is_feed, int64_t id)
{
    for (size_t i = 0; i < JOBS_MAX; i++) {
        const struct job *job = &f->jobs[i];
        if (job->stage != JOB_FREE && job->is_feed == is_feed && job->id == id) return true;
    }
    return false;
}

static struct job *free_job(struct fetcher *f)
{
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (f->jobs[i].stage == JOB_FREE) return &f->jobs[i];
    return NULL;
}

static dl_str keep(dl_buf *text, dl_str s, size_t *at)
{
    dl_str kept = {text->p + *at, s.n};
    *at += s.n;
    return kept;
}

static void start_job(struct fetcher *f, yyjson_val *row, bool is_feed)
{
    int64_t id = dl_json_get_int(row, is_feed ? "feed" : "document", 0);
    struct job *job = free_job(f);
    if (job == NULL || id <= 0 || is_under_way(f, is_feed, id)) return;
    dl_str parts[] = {dl_json_get_str(row, "url"), dl_json_get_str(row, "outlet"),
                      dl_json_get_str(row, "kind"), dl_json_get_str(row, "etag"),
                      dl_json_get_str(row, "last_modified")};
    size_t at = 0;
    dl_buf_reset(&job->text);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        dl_buf_str(&job->text, parts[i]);
    if (dl_buf_failed(&job->text) != DL_OK) return;
    job->url = keep(&job->text, parts[0], &at);
    job->outlet = keep(&job->text, parts[1], &at);
    job->kind = keep(&job->text, parts[2], &at);
    job->etag = keep(&job->text, parts[3], &at);
    job->last_modified = keep(&job->text, parts[4], &at);
    job->fetcher = f;
    job->is_feed = is_feed;
    job->id = id;
    job->tries = dl_json_get_int(row, "tries", 0);
    job->stage = JOB_ROBOTS;
    go_on(f, job);
}

static void take_work(struct fetcher *f, dl_str text)
{
    yyjson_doc *doc;
    dl_arena *arena = dl_arena_new(SCRATCH);
    size_t i, n;
    yyjson_val *row;
    if (arena != NULL && dl_json_read(arena, text, &doc, NULL) == DL_OK) {
        yyjson_val *o = yyjson_doc_get_root(doc);
        yyjson_arr_foreach(yyjson_obj_get(o, "feeds"), i, n, row)
        {
            start_job(f, row, true);
        }
        yyjson_arr_foreach(yyjson_obj_get(o, "pages"), i, n, row)
        {
            start_job(f, row, false);
        }
    }
    dl_arena_free(arena);
}

static void count_jobs(struct fetcher *f)
{
    f->n_jobs = f->n_feeds = 0;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        f->n_jobs += f->jobs[i].stage != JOB_FREE;
        f->n_feeds += f->jobs[i].stage != JOB_FREE && f->jobs[i].is_feed;
    }
}

static void ask_for_work(struct fetcher *f)
{
    int64_t now = dl_monotonic_ms();
    count_jobs(f);
    if (f->work_request != 0 || now - f->asked_ms < ASK_EVERY_MS || f->n_jobs == JOBS_MAX) return;
    char text[80];
    snprintf(text, sizeof text, "{\"feeds\":%zu,\"pages\":%zu}", f->n_feeds + ASK_AHEAD,
             f->n_jobs - f->n_feeds + ASK_AHEAD);
    f->asked_ms = now;
    if (dl_asker_send(f->asker, DL_REQUEST_WORK, dl_str_c(text), (dl_str){NULL, 0},
                      &f->work_request) != DL_OK)
        f->lost_writer = true;
}

static void take_answer(struct fetcher *f, const struct dl_frame *frame)
{
    if (frame->id == f->work_request) {
        f->work_request = 0;
        if (frame->error == DL_OK) take_work(f, frame->part[0]);
        return;
    }
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &f->jobs[i];
        if (job->stage != JOB_TOLD || job->request != frame->id) continue;
        job->stage = JOB_FREE;
        if (frame->error != DL_OK)
            dl_log(DL_LOG_WARNING, "the writer refused what came", "url=%s why=%s",
                   dl_log_text(job->url), dl_log_text(frame->part[0]));
    }
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
    for (size_t i = 0; f->asker != NULL && i < JOBS_MAX; i++)
        if (f->jobs[i].stage == JOB_TOLD) send_job(f, &f->jobs[i]);
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

static void step(struct fetcher *f)
{
    take_answers(f);
    if (dl_client_run(f->client, 0) != DL_OK)
        dl_log(DL_LOG_WARNING, "the network client failed", "jobs=%zu", f->n_jobs);
    bool is_time = dl_monotonic_ms() - f->asked_ms >= ASK_EVERY_MS; /* for lost robots.txt */
    if (f->robots_came || is_time) {
        f->robots_came = false;
        for (size_t i = 0; i < JOBS_MAX; i++)
            if (f->jobs[i].stage == JOB_ROBOTS) go_on(f, &f->jobs[i]);
    }
    ask_for_work(f);
    if (f->lost_writer) find_writer(f);
}

static void wait_for_work(struct fetcher *f)
{
    int timeout = dl_client_timeout_ms(f->client);
    if (timeout < 0 || timeout > TICK_MS) timeout = TICK_MS;
    struct pollfd fds[] = {{dl_stop_fd(), POLLIN, 0},
                           {dl_asker_fd(f->asker), POLLIN, 0},
                           {dl_client_fd(f->client), POLLIN, 0}};
    poll(fds, 3, timeout);
}

static enum dl_err start(struct fetcher *f, struct dl_diag *diag)
{
    for (size_t i = 0; i < JOBS_MAX; i++) {
        dl_buf_init(&f->jobs[i].text, 1 << 20);
        dl_buf_init(&f->jobs[i].answer, 1 << 20);
        dl_buf_init(&f->jobs[i].body, DL_HTTP_BODY_MAX + 1);
    }
    struct dl_client_options options = {.user_agent = DL_USER_AGENT, .egress = &f->egress};
    f->scratch = dl_arena_new(SCRATCH);
    f->robots = dl_robots_cache_new(DL_ROBOTS_AGENT, HOSTS);
    if (f->scratch == NULL || f->robots == NULL) return DL_ERR_NOMEM;
    DL_TRY(dl_egress_allow_list(&f->egress, dl_str_c(f->options->egress_allow), diag));
    return dl_client_new(&options, &f->client, diag);
}

int dl_fetcher_main(const struct dl_fetcher_options *options)
{
    static struct fetcher f;
    struct dl_diag diag = {.pos = DL_NO_POS};
    f = (struct fetcher){.options = options};
    enum dl_err err = start(&f, &diag);
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
    dl_robots_cache_free(f.robots);
    dl_asker_free(f.asker);
    dl_arena_free(f.scratch);
    return 0;
}
