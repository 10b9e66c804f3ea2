#include "queue/fetcher_hub.h"

#include "base/utf8.h"
#include "feed/websub.h"
#include "queue/requests.h"

enum {
    JOBS_MAX = 32,       /* requests to hubs under way */
    ASK_EVERY_MS = 2000, /* nobody waits for a subscription */
    REOPEN_EVERY_MS = 500,
    MEMORY = 4 << 20,                /* one list of jobs, one form */
    WHY_MAX = 120,                   /* of what a hub says */
    HUB_BODY_MAX = 64 << 10,         /* of a hub's answer: a word or two */
    PERMANENT_MS = 24 * 3600 * 1000, /* after "bad request": its mind does not change in a minute */
    LEASE_S = 10 * 86400,
};

struct job {
    dl_fetcher_hub *hub;
    int64_t subscription; /* 0: free */
};

struct dl_fetcher_hub {
    const char *dir;
    dl_client *client;
    dl_asker *asker;
    dl_arena *arena;
    struct job jobs[JOBS_MAX];
    size_t n_jobs;
    uint64_t request; /* 0: none is open */
    int64_t asked_ms, opened_ms;
};

enum dl_err dl_fetcher_hub_new(const char *dir, dl_client *client, dl_fetcher_hub **ret_hub)
{
    dl_fetcher_hub *hub = calloc(1, sizeof *hub);
    if (hub == NULL) return DL_ERR_NOMEM;
    *hub = (dl_fetcher_hub){.dir = dir, .client = client, .arena = dl_arena_new(MEMORY)};
    if (hub->arena == NULL) {
        free(hub);
        return DL_ERR_NOMEM;
    }
    *ret_hub = hub;
    return DL_OK;
}

void dl_fetcher_hub_free(dl_fetcher_hub *hub)
{
    if (hub == NULL) return;
    dl_asker_free(hub->asker);
    dl_arena_free(hub->arena);
    free(hub);
}

static void lose(dl_fetcher_hub *hub)
{
    dl_asker_free(hub->asker);
    hub->asker = NULL;
    hub->request = 0;
}

/* --- answers of hubs ---------------------------------------------------------------------- */

/* Only 307 and 308 repeat a POST; after the others a page was fetched, nobody was asked. */
static bool was_asked(const struct dl_response *r)
{
    for (size_t i = 0; i < r->n_hops; i++)
        if (r->hops[i].status != 307 && r->hops[i].status != 308) return false;
    return true;
}

static dl_str words_of(dl_arena *arena, const struct dl_response *r)
{
    if (r->err != DL_OK)
        return dl_str_c(r->diag.message[0] != '\0' ? r->diag.message : dl_fault_text(r->fault));
    if (!was_asked(r)) return DL_STR("it sends us to a page (a redirect that does not repeat)");
    dl_str said = {NULL, 0};
    if (dl_str_istarts(r->content_type, "text/plain"))
        said = dl_str_squeeze(
            arena, dl_utf8_clean(arena, dl_utf8_repair(arena, dl_str_sub(r->body, 0, WHY_MAX))));
    return dl_str_fmt(arena, "HTTP %d%s%.*s", r->status, said.n > 0 ? ": " : "", DL_FMT(said));
}

static int64_t again_ms(const struct dl_response *r)
{
    if (r->err != DL_OK) return 0;
    if (r->retry_after_s > 0) return dl_now_ms() + r->retry_after_s * 1000;
    bool permanent = r->status >= 400 && r->status < 500 && r->status != 408 && r->status != 429;
    return permanent || !was_asked(r) ? dl_now_ms() + PERMANENT_MS : 0;
}

static void on_answer(void *user, const struct dl_response *r)
{
    struct job *job = user;
    dl_fetcher_hub *hub = job->hub;
    int64_t subscription = job->subscription;
    job->subscription = 0;
    hub->n_jobs--;
    bool accepted = r->err == DL_OK && r->status >= 200 && r->status < 300 && was_asked(r);
    if (accepted || r->fault == DL_FAULT_CANCELLED || hub->asker == NULL) return;
    dl_arena *arena = dl_arena_new(MEMORY);
    yyjson_mut_doc *json = arena != NULL ? dl_json_new(arena) : NULL;
    if (json != NULL) {
        yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
        dl_str text;
        uint64_t id;
        dl_json_int(json, o, "subscription", subscription);
        dl_json_str(json, o, "why", words_of(arena, r));
        dl_json_int(json, o, "again", again_ms(r));
        if (dl_json_text(json, arena, &text) == DL_OK &&
            dl_asker_send(hub->asker, DL_REQUEST_HUB_TOLD, text, (dl_str){NULL, 0}, &id) != DL_OK)
            lose(hub);
    }
    dl_arena_free(arena);
}

/* --- questions to hubs -------------------------------------------------------------------- */

static struct job *free_job(dl_fetcher_hub *hub)
{
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (hub->jobs[i].subscription == 0) return &hub->jobs[i];
    return NULL;
}

static void start(dl_fetcher_hub *hub, yyjson_val *row)
{
    struct job *job = free_job(hub);
    struct dl_websub_ask ask = {
        .leave = yyjson_get_bool(yyjson_obj_get(row, "leave")),
        .callback = dl_json_get_str(row, "callback"),
        .topic = dl_json_get_str(row, "topic"),
        .secret = dl_json_get_str(row, "secret"),
        .lease_s = LEASE_S,
    };
    struct dl_request request = {
        .url = dl_json_get_str(row, "hub"),
        .method = "POST",
        .body = dl_websub_form(hub->arena, &ask),
        .content_type = DL_STR("application/x-www-form-urlencoded"),
        .body_max = HUB_BODY_MAX,
    };
    int64_t subscription = dl_json_get_int(row, "subscription", 0);
    if (job == NULL || subscription <= 0 || request.body.n == 0) return;
    *job = (struct job){hub, subscription};
    if (dl_client_submit(hub->client, &request, on_answer, job) == DL_OK)
        hub->n_jobs++;
    else
        job->subscription = 0; /* due again after its pause */
}

static void take(dl_fetcher_hub *hub, const struct dl_frame *frame)
{
    yyjson_doc *doc;
    size_t i, n;
    yyjson_val *row;
    if (frame->id != hub->request) return; /* of a refusal told */
    hub->request = 0;
    if (frame->error != DL_OK || dl_json_read(hub->arena, frame->part[0], &doc, NULL) != DL_OK)
        return;
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(doc), "jobs"), i, n, row)
    {
        start(hub, row);
    }
    dl_arena_reset(hub->arena);
}

static void ask(dl_fetcher_hub *hub)
{
    char text[40];
    int64_t now = dl_monotonic_ms();
    if (hub->request != 0 || now - hub->asked_ms < ASK_EVERY_MS || hub->n_jobs == JOBS_MAX) return;
    hub->asked_ms = now;
    snprintf(text, sizeof text, "{\"n\":%zu}", JOBS_MAX - hub->n_jobs);
    if (dl_asker_send(hub->asker, DL_REQUEST_HUBS, dl_str_c(text), (dl_str){NULL, 0},
                      &hub->request) != DL_OK)
        lose(hub);
}

static void find_writer(dl_fetcher_hub *hub)
{
    struct dl_diag diag;
    int64_t now = dl_monotonic_ms();
    if (hub->asker != NULL || now - hub->opened_ms < REOPEN_EVERY_MS) return;
    hub->opened_ms = now;
    if (dl_asker_open(hub->dir, &hub->asker, &diag) != DL_OK) hub->asker = NULL;
}

void dl_fetcher_hub_step(dl_fetcher_hub *hub)
{
    struct dl_frame frame;
    enum dl_err err;
    if (hub == NULL) return;
    find_writer(hub);
    if (hub->asker == NULL) return;
    while ((err = dl_asker_next(hub->asker, 0, &frame)) == DL_OK)
        take(hub, &frame);
    if (err == DL_ERR_NETWORK)
        lose(hub);
    else
        ask(hub);
}

/* --- what a feed's answer says ------------------------------------------------------------ */

void dl_fetcher_hub_links(dl_arena *arena, const struct dl_response *r, yyjson_mut_doc *json,
                          yyjson_mut_val *object)
{
    struct dl_websub_links links;
    if (r->link.n == 0 || dl_websub_links(arena, r->link, r->url, &links) != DL_OK) return;
    dl_json_str(json, object, "self", links.self);
    if (links.hubs.n == 0) return;
    yyjson_mut_val *list = dl_json_arr(json, object, "hubs");
    for (size_t i = 0; i < links.hubs.n; i++)
        dl_json_push_str(json, list, links.hubs.p[i]);
}
