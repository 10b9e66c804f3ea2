#include "net/polite.h"

#include "base/time.h"
#include "net/robots_cache.h"
#include "net/url.h"

enum {
    HOSTS = 1000,      /* robots.txt remembered: more than a command line names */
    ROBOTS_ROUNDS = 3, /* ask, fetch, ask again; one more for a copy that just ran out */
};

struct dl_polite {
    struct dl_polite_options options;
    dl_client *client;
    dl_robots_cache *robots;
    bool stopped; /* a request may be under way that nobody waits for */
    /* of the request under way */
    bool answered;
    dl_arena *arena;
    dl_str robots_key, location;
    struct dl_polite_answer *answer;
};

enum dl_err dl_polite_new(const struct dl_polite_options *options, dl_polite **ret_polite,
                          struct dl_diag *diag)
{
    dl_polite *p = calloc(1, sizeof *p);
    if (p == NULL) return DL_ERR_NOMEM;
    p->options = *options;
    struct dl_client_options client = {.user_agent = DL_USER_AGENT,
                                       .egress = options->egress,
                                       .dns_servers = options->dns_servers,
                                       .no_gap = options->no_gap,
                                       .keep_heads = options->seen != NULL};
    p->robots = dl_robots_cache_new(DL_ROBOTS_AGENT, HOSTS);
    enum dl_err err = p->robots == NULL ? DL_ERR_NOMEM : dl_client_new(&client, &p->client, diag);
    if (err != DL_OK) {
        dl_polite_free(p);
        return err;
    }
    *ret_polite = p;
    return DL_OK;
}

void dl_polite_free(dl_polite *p)
{
    if (p == NULL) return;
    dl_client_free(p->client);
    dl_robots_cache_free(p->robots);
    free(p);
}

/* --- one request -------------------------------------------------------------------------- */

static void refuse(struct dl_polite_answer *answer, enum dl_err err, const char *words)
{
    answer->err = err;
    answer->words = words != NULL ? words : dl_err_text(err);
}

static void refuse_fault(struct dl_polite_answer *answer, enum dl_fault fault)
{
    answer->fault = fault;
    refuse(answer, dl_fault_err(fault), dl_fault_text(fault));
}

static const char *words_of(const struct dl_response *r)
{
    return r->diag.message[0] != '\0' ? r->diag.message : dl_fault_text(r->fault);
}

static enum dl_fault send_and_wait(dl_polite *p, const struct dl_request *request, dl_client_fn fn)
{
    if (p->stopped) return DL_FAULT_CANCELLED;
    p->answered = false;
    enum dl_err err = dl_client_submit(p->client, request, fn, p);
    if (err != DL_OK) return err == DL_ERR_SYNTAX ? DL_FAULT_URL : DL_FAULT_INTERNAL;
    while (!p->answered) {
        p->stopped = p->options.go_on != NULL && !p->options.go_on(p->options.ctx);
        if (p->stopped) return DL_FAULT_CANCELLED;
        p->stopped = dl_client_run(p->client, DL_POLITE_TICK_MS) != DL_OK;
        if (p->stopped) return DL_FAULT_INTERNAL;
    }
    return DL_FAULT_NONE;
}

static void show(const dl_polite *p, const struct dl_response *r)
{
    if (p->options.seen != NULL && r->fault != DL_FAULT_CANCELLED)
        p->options.seen(p->options.ctx, r);
}

/* --- robots.txt --------------------------------------------------------------------------- */

static void on_robots(void *user, const struct dl_response *r)
{
    dl_polite *p = user;
    p->answered = true;
    show(p, r);
    if (r->fault != DL_FAULT_CANCELLED)
        dl_robots_cache_put(p->robots, p->robots_key, r, dl_now_ms());
}

/* A host that cannot be reached is that fault, not a ban. */
static void refuse_by_robots(dl_polite *p, const struct dl_robots_advice *advice)
{
    if (advice->fault != DL_FAULT_NONE) {
        refuse_fault(p->answer, advice->fault);
        p->answer->words =
            dl_str_fmt(p->arena, "robots.txt could not be read: %s", p->answer->words).p;
        return;
    }
    const char *why = advice->why[0] != '\0' ? advice->why : "its robots.txt gave no answer";
    refuse(p->answer, DL_ERR_DENIED, dl_str_cstr(p->arena, dl_str_c(why)));
}

/* Asked of the copy that is kept, or of the host. False: the answer says why not. */
static bool robots_allow(dl_polite *p, dl_str url, unsigned *ret_gap_ms)
{
    struct dl_robots_advice advice = {0};
    for (int i = 0; i < ROBOTS_ROUNDS; i++) {
        enum dl_robots_answer said = dl_robots_cache_ask(p->robots, url, dl_now_ms(), &advice);
        *ret_gap_ms = advice.gap_ms;
        if (said == DL_ROBOTS_ALLOWED) return true;
        if (said != DL_ROBOTS_FETCH) break;
        p->robots_key = dl_str_dup(p->arena, advice.fetch);
        struct dl_request request = {
            .url = p->robots_key, .body_max = DL_ROBOTS_MAX, .urgent = true};
        enum dl_fault fault = send_and_wait(p, &request, on_robots);
        if (fault == DL_FAULT_NONE) continue;
        refuse_fault(p->answer, fault);
        return false;
    }
    refuse_by_robots(p, &advice);
    return false;
}

/* --- the address -------------------------------------------------------------------------- */

static enum dl_err err_of_status(int status)
{
    switch (status) {
    case 200:
        return DL_OK;
    case 404:
    case 410:
        return DL_ERR_NOT_FOUND;
    case 401:
    case 402:
    case 403:
    case 451:
        return DL_ERR_DENIED;
    case 429:
    case 503:
        return DL_ERR_BUSY;
    default:
        return status >= 500 ? DL_ERR_NETWORK : DL_ERR_UNSUPPORTED;
    }
}

static void on_answer(void *user, const struct dl_response *r)
{
    dl_polite *p = user;
    p->answered = true;
    if (r->fault == DL_FAULT_CANCELLED) return;
    show(p, r);
    struct dl_polite_answer *a = p->answer;
    a->total_ms += r->total_ms;
    a->status = r->status;
    if (r->err != DL_OK) {
        a->fault = r->fault;
        refuse(a, r->err, dl_str_cstr(p->arena, dl_str_c(words_of(r))));
        return;
    }
    a->content_type = dl_str_dup(p->arena, r->content_type);
    p->location = dl_str_dup(p->arena, r->location);
    if (r->status == 200)
        a->body = dl_str_dup(p->arena, r->body);
    else
        refuse(a, err_of_status(r->status), dl_str_fmt(p->arena, "HTTP status %d", r->status).p);
}

static bool is_redirect(const dl_polite *p)
{
    int status = p->answer->fault == DL_FAULT_NONE ? p->answer->status : 0;
    return p->location.n > 0 &&
           (status == 301 || status == 302 || status == 303 || status == 307 || status == 308);
}

/* False: the answer says why not. */
static bool get_hop(dl_polite *p, dl_str accept)
{
    unsigned gap_ms = 0;
    if (!robots_allow(p, p->answer->url, &gap_ms)) return false;
    p->answer->err = DL_OK;
    p->answer->words = NULL;
    p->location = (dl_str){NULL, 0};
    struct dl_request request = {
        .url = p->answer->url, .accept = accept, .gap_ms = gap_ms, .no_redirects = true};
    enum dl_fault fault = send_and_wait(p, &request, on_answer);
    if (fault != DL_FAULT_NONE) refuse_fault(p->answer, fault);
    return fault == DL_FAULT_NONE;
}

void dl_polite_get(dl_polite *p, dl_arena *arena, dl_str url, dl_str accept,
                   struct dl_polite_answer *ret_answer)
{
    *ret_answer = (struct dl_polite_answer){.url = dl_url_resolve_web(arena, url, DL_STR(""))};
    p->arena = arena;
    p->answer = ret_answer;
    if (ret_answer->url.n == 0) {
        ret_answer->url = url;
        refuse_fault(ret_answer, DL_FAULT_URL);
        return;
    }
    for (int hops = 0; get_hop(p, accept) && is_redirect(p); hops++) {
        dl_str next = dl_url_resolve_web(arena, p->location, ret_answer->url);
        if (next.n == 0 || hops == DL_HTTP_REDIRECTS) {
            refuse_fault(ret_answer, next.n == 0 ? DL_FAULT_SCHEME : DL_FAULT_REDIRECTS);
            break;
        }
        ret_answer->url = next;
    }
    if (dl_arena_failed(arena) != DL_OK) refuse(ret_answer, dl_arena_failed(arena), NULL);
    p->answer = NULL;
    p->arena = NULL;
}
