#include "net/robots_cache.h"

#include "base/map.h"
#include "base/utf8.h"
#include "net/client.h"
#include "net/url.h"

enum {
    SCRATCH_MAX = 64 << 20, /* of parsing one file; the result is packed */
    SITEMAPS = sizeof((struct dl_robots_advice *)0)->sitemaps / sizeof(dl_str),
    HTTP_TOO_MANY = 429,
    SHOWN_MAX = 100, /* of a rule in words */
};

struct entry {
    dl_str fetch;       /* key: URL of the robots.txt, behind this struct */
    bool young;         /* in the younger generation */
    int64_t asked_ms;   /* FETCH was given out; 0: nobody is fetching */
    int64_t set_ms;     /* when the state below was made; 0: never */
    int64_t until_ms;   /* and how long it holds */
    int64_t failing_ms; /* since when it gives no answer; 0: it does */
    unsigned failures;
    int status;             /* of the last failure; 0: none came */
    enum dl_fault fault;    /* of the last failure */
    struct dl_robots *copy; /* packed; NULL: the file says nothing */
    bool refuses;           /* nothing may be fetched now */
};

/* Two generations: what was not asked for while the younger one filled is forgotten with the older.
 */
struct generation {
    dl_arena *arena;
    dl_map map;
};

struct dl_robots_cache {
    char *agent;
    size_t max_hosts;
    struct generation young, old;
    dl_arena *scratch;
};

/* --- life --------------------------------------------------------------------------------- */

static bool begin_generation(struct generation *g)
{
    g->arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (g->arena == NULL) return false;
    dl_map_init(&g->map, g->arena);
    return true;
}

/* Entries that moved on to the younger generation stay. */
static void end_generation(struct generation *g, bool all)
{
    size_t pos = 0;
    dl_str key;
    void *value;
    if (g->arena == NULL) return;
    while (dl_map_next(&g->map, &pos, &key, &value)) {
        struct entry *e = value;
        if (!all && e->young) continue;
        free(e->copy);
        free(e);
    }
    dl_arena_free(g->arena);
}

dl_robots_cache *dl_robots_cache_new(const char *agent, size_t max_hosts)
{
    dl_robots_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) return NULL;
    cache->agent = strdup(agent);
    cache->max_hosts = max_hosts > 0 ? max_hosts : 1;
    cache->scratch = dl_arena_new(SCRATCH_MAX);
    bool whole = begin_generation(&cache->young) && begin_generation(&cache->old);
    if (whole && cache->agent != NULL && cache->scratch != NULL) return cache;
    dl_robots_cache_free(cache);
    return NULL;
}

void dl_robots_cache_free(dl_robots_cache *cache)
{
    if (cache == NULL) return;
    end_generation(&cache->old, false);
    end_generation(&cache->young, true);
    dl_arena_free(cache->scratch);
    free(cache->agent);
    free(cache);
}

size_t dl_robots_cache_hosts(const dl_robots_cache *cache)
{
    size_t pos = 0, n = cache->young.map.n;
    dl_str key;
    void *value;
    while (dl_map_next(&cache->old.map, &pos, &key, &value))
        n += !((struct entry *)value)->young;
    return n;
}

/* --- look-up ------------------------------------------------------------------------------ */

static struct entry *new_entry(dl_str fetch)
{
    struct entry *e = calloc(1, sizeof *e + fetch.n + 1);
    if (e == NULL) return NULL;
    memcpy(e + 1, fetch.p, fetch.n);
    e->fetch = (dl_str){(char *)(e + 1), fetch.n};
    return e;
}

static bool turn_generation(dl_robots_cache *cache)
{
    struct generation next;
    size_t pos = 0;
    dl_str key;
    void *value;
    if (!begin_generation(&next)) return false;
    end_generation(&cache->old, false);
    cache->old = cache->young;
    cache->young = next;
    while (dl_map_next(&cache->old.map, &pos, &key, &value))
        ((struct entry *)value)->young = false;
    return true;
}

static struct entry *find(dl_robots_cache *cache, dl_str fetch)
{
    struct entry *e = dl_map_get(&cache->young.map, fetch);
    return e != NULL ? e : dl_map_get(&cache->old.map, fetch);
}

static struct entry *find_or_make(dl_robots_cache *cache, dl_str fetch)
{
    struct entry *e = find(cache, fetch);
    if (e != NULL && e->young) return e;
    if (cache->young.map.n >= cache->max_hosts) {
        if (!turn_generation(cache)) return NULL;
        e = find(cache, fetch);
    }
    bool made = e == NULL;
    if (made) e = new_entry(fetch);
    if (e == NULL) return NULL;
    if (dl_map_set(&cache->young.map, e->fetch, e) != DL_OK) {
        if (made) free(e);
        return NULL;
    }
    e->young = true;
    return e;
}

/* --- asking ------------------------------------------------------------------------------- */

static bool is_over(const struct entry *e, int64_t now_ms)
{
    /* A clock that went back must not keep an answer for years. */
    return e->set_ms == 0 || now_ms >= e->until_ms || now_ms < e->set_ms - 86400000;
}

static bool is_pending(const struct entry *e, int64_t now_ms)
{
    return e->asked_ms != 0 && now_ms >= e->asked_ms &&
           now_ms < e->asked_ms + (int64_t)DL_ROBOTS_PENDING_S * 1000;
}

static void say_refusal(const struct entry *e, int64_t now_ms, struct dl_robots_advice *advice)
{
    int64_t minutes = (e->until_ms - now_ms + 59999) / 60000;
    char what[80];
    if (e->status > 0)
        snprintf(what, sizeof what, "HTTP %d", e->status);
    else
        snprintf(what, sizeof what, "%s", dl_fault_text(e->fault));
    snprintf(advice->why, sizeof advice->why,
             "robots.txt could not be read (%s); asked again in %lld min", what,
             (long long)(minutes > 0 ? minutes : 0));
}

static enum dl_robots_answer judge(dl_robots_cache *cache, const struct entry *e, dl_str url,
                                   struct dl_robots_advice *advice)
{
    const struct dl_robots *robots = e->copy;
    const struct dl_robots_rule *rule = NULL;
    bool allowed = true;
    if (robots == NULL) return DL_ROBOTS_ALLOWED;
    if (robots->crawl_delay_ms > 0) advice->gap_ms = (unsigned)robots->crawl_delay_ms;
    advice->n_sitemaps = robots->n_sitemaps;
    for (size_t i = 0; i < robots->n_sitemaps; i++)
        advice->sitemaps[i] = robots->sitemaps[i];
    advice->content_signal = robots->content_signal;
    advice->license = robots->license;
    if (dl_robots_check(robots, cache->scratch, url, &allowed, &rule) != DL_OK) allowed = false;
    if (rule != NULL) advice->rule = rule->line;
    if (allowed) return DL_ROBOTS_ALLOWED;
    dl_str shown = rule != NULL ? dl_utf8_prefix(rule->line, SHOWN_MAX)
                                : DL_STR("the address cannot be compared");
    snprintf(advice->why, sizeof advice->why, "robots.txt forbids it: %.*s", DL_FMT(shown));
    return DL_ROBOTS_DISALLOWED;
}

static enum dl_robots_answer refuse(struct dl_robots_advice *advice, const char *why)
{
    advice->again_ms = INT64_MAX;
    snprintf(advice->why, sizeof advice->why, "%s", why);
    return DL_ROBOTS_DISALLOWED;
}

enum dl_robots_answer dl_robots_cache_ask(dl_robots_cache *cache, dl_str url, int64_t now_ms,
                                          struct dl_robots_advice *ret_advice)
{
    struct dl_url parsed;
    *ret_advice = (struct dl_robots_advice){0};
    dl_arena_reset(cache->scratch);
    if (dl_url_parse(cache->scratch, url, (dl_str){NULL, 0}, &parsed) != DL_OK ||
        !dl_url_is_web(&parsed))
        return refuse(ret_advice, "the address is no http(s) URL");
    if (dl_str_eq_c(parsed.path, "/robots.txt")) return DL_ROBOTS_ALLOWED;
    dl_str fetch =
        dl_str_fmt(cache->scratch, "%.*s://%.*s%s%.*s/robots.txt", DL_FMT(parsed.scheme),
                   DL_FMT(parsed.host), parsed.port.n > 0 ? ":" : "", DL_FMT(parsed.port));
    struct entry *e = fetch.n > 0 ? find_or_make(cache, fetch) : NULL;
    if (e == NULL) return refuse(ret_advice, "no memory is left for robots.txt");
    ret_advice->fetch = e->fetch;
    if (is_pending(e, now_ms)) return DL_ROBOTS_WAIT;
    if (is_over(e, now_ms)) {
        e->asked_ms = now_ms;
        return DL_ROBOTS_FETCH;
    }
    ret_advice->again_ms = e->until_ms;
    if (!e->refuses) return judge(cache, e, parsed.href, ret_advice);
    say_refusal(e, now_ms, ret_advice);
    ret_advice->fault = e->fault;
    return DL_ROBOTS_DISALLOWED;
}

/* --- taking ------------------------------------------------------------------------------- */

static dl_str pack_str(char **at, dl_str s)
{
    char *p = *at;
    if (s.n > 0) memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    *at += s.n + 1;
    return (dl_str){p, s.n};
}

/* One block of the size it needs: ten thousand hosts are kept. */
static struct dl_robots *pack(const struct dl_robots *r)
{
    size_t sitemaps = r->n_sitemaps < SITEMAPS ? r->n_sitemaps : SITEMAPS;
    size_t size = sizeof *r + r->n_rules * sizeof *r->rules + sitemaps * sizeof(dl_str) +
                  r->content_signal.n + r->license.n + 2;
    for (size_t i = 0; i < r->n_rules; i++)
        size += r->rules[i].pattern.n + r->rules[i].line.n + 2;
    for (size_t i = 0; i < sitemaps; i++)
        size += r->sitemaps[i].n + 1;
    struct dl_robots *packed = malloc(size);
    if (packed == NULL) return NULL;
    *packed = *r;
    packed->n_sitemaps = sitemaps;
    packed->rules = (struct dl_robots_rule *)(packed + 1);
    packed->sitemaps = (dl_str *)(packed->rules + r->n_rules);
    char *at = (char *)(packed->sitemaps + sitemaps);
    for (size_t i = 0; i < r->n_rules; i++)
        packed->rules[i] = (struct dl_robots_rule){.pattern = pack_str(&at, r->rules[i].pattern),
                                                   .line = pack_str(&at, r->rules[i].line),
                                                   .allow = r->rules[i].allow};
    for (size_t i = 0; i < sitemaps; i++)
        packed->sitemaps[i] = pack_str(&at, r->sitemaps[i]);
    packed->content_signal = pack_str(&at, r->content_signal);
    packed->license = pack_str(&at, r->license);
    return packed;
}

static void settle(struct entry *e, struct dl_robots *copy, int64_t holds_s, int64_t now_ms)
{
    free(e->copy);
    e->copy = copy;
    e->refuses = false;
    e->failures = 0;
    e->failing_ms = 0;
    e->set_ms = now_ms;
    e->until_ms = now_ms + holds_s * 1000;
}

static int64_t holds_s(const struct dl_response *response)
{
    int64_t s = response->max_age_s;
    if (s < 0 || s > DL_ROBOTS_HOLDS_S) return DL_ROBOTS_HOLDS_S;
    return s < DL_ROBOTS_HOLDS_LEAST_S ? DL_ROBOTS_HOLDS_LEAST_S : s;
}

static void fail(struct entry *e, const struct dl_response *response, int64_t now_ms)
{
    int64_t wait_s = DL_ROBOTS_RETRY_S;
    if (e->failing_ms == 0) e->failing_ms = now_ms;
    for (unsigned i = 0; i < e->failures && wait_s < DL_ROBOTS_RETRY_MOST_S; i++)
        wait_s *= 2;
    if (wait_s > DL_ROBOTS_RETRY_MOST_S) wait_s = DL_ROBOTS_RETRY_MOST_S;
    if (response->retry_after_s > wait_s) wait_s = response->retry_after_s;
    if (wait_s > DL_ROBOTS_HOLDS_S) wait_s = DL_ROBOTS_HOLDS_S;
    e->failures++;
    e->status = response->err == DL_OK ? response->status : 0;
    e->fault = response->fault;
    e->set_ms = now_ms;
    e->until_ms = now_ms + wait_s * 1000;
    bool given_up = now_ms - e->failing_ms >= (int64_t)DL_ROBOTS_GIVE_UP_S * 1000;
    if (given_up) {
        free(e->copy);
        e->copy = NULL;
    }
    e->refuses = e->copy == NULL && !given_up;
}

static void take_file(dl_robots_cache *cache, struct entry *e, const struct dl_response *response,
                      int64_t now_ms)
{
    struct dl_robots robots;
    dl_arena_reset(cache->scratch);
    struct dl_robots *packed = NULL;
    if (dl_robots_parse(cache->scratch, response->body, dl_str_c(cache->agent), response->url,
                        &robots) == DL_OK)
        packed = pack(&robots);
    if (packed == NULL)
        fail(e, response, now_ms);
    else
        settle(e, packed, holds_s(response), now_ms);
}

void dl_robots_cache_put(dl_robots_cache *cache, dl_str fetch, const struct dl_response *response,
                         int64_t now_ms)
{
    struct entry *e = find(cache, fetch);
    int status = response->status;
    if (e == NULL) return;
    e->asked_ms = 0;
    if (response->fault == DL_FAULT_CANCELLED) return;
    bool no_file = status >= 300 && status < 500 && status != HTTP_TOO_MANY;
    if (response->err == DL_OK && status >= 200 && status < 300)
        take_file(cache, e, response, now_ms);
    else if (response->fault == DL_FAULT_REDIRECTS || (response->err == DL_OK && no_file))
        settle(e, NULL, holds_s(response), now_ms);
    else
        fail(e, response, now_ms);
}

/* --- over restarts ------------------------------------------------------------------------ */

static dl_str text_of(dl_arena *arena, const struct dl_robots *r)
{
    dl_buf text = DL_BUF_INIT(4 << 20);
    dl_buf_c(&text, "User-agent: *\n");
    for (size_t i = 0; i < r->n_rules; i++)
        dl_buf_str(&text, r->rules[i].line), dl_buf_c(&text, "\n");
    if (r->crawl_delay_ms >= 0)
        dl_buf_fmt(&text, "Crawl-delay: %lld.%03lld\n", (long long)r->crawl_delay_ms / 1000,
                   (long long)r->crawl_delay_ms % 1000);
    if (r->content_signal.n > 0)
        dl_buf_fmt(&text, "Content-Signal: %.*s\n", DL_FMT(r->content_signal));
    for (size_t i = 0; i < r->n_sitemaps; i++)
        dl_buf_fmt(&text, "Sitemap: %.*s\n", DL_FMT(r->sitemaps[i]));
    if (r->license.n > 0) dl_buf_fmt(&text, "License: %.*s\n", DL_FMT(r->license));
    dl_str kept = dl_str_dup(arena, dl_buf_slice(&text));
    dl_buf_free(&text);
    return kept;
}

bool dl_robots_cache_record(dl_robots_cache *cache, dl_str fetch, dl_arena *arena,
                            struct dl_robots_record *ret_record)
{
    const struct entry *e = find(cache, fetch);
    if (e == NULL || e->set_ms == 0) return false;
    *ret_record = (struct dl_robots_record){
        .url = dl_str_dup(arena, e->fetch),
        .set_ms = e->set_ms,
        .until_ms = e->until_ms,
        .failing_ms = e->failing_ms,
        .failures = e->failures,
        .status = e->status,
        .fault = e->fault,
        .text = e->copy != NULL ? text_of(arena, e->copy) : (dl_str){NULL, 0},
    };
    return dl_arena_failed(arena) == DL_OK;
}

void dl_robots_cache_restore(dl_robots_cache *cache, const struct dl_robots_record *r)
{
    struct dl_robots robots;
    struct entry *e = r->url.n > 0 ? find_or_make(cache, r->url) : NULL;
    if (e == NULL || e->set_ms != 0) return;
    if (r->text.n > 0) {
        dl_arena_reset(cache->scratch);
        if (dl_robots_parse(cache->scratch, r->text, dl_str_c(cache->agent), r->url, &robots) !=
            DL_OK)
            return;
        e->copy = pack(&robots);
        if (e->copy == NULL) return;
    }
    e->set_ms = r->set_ms;
    e->until_ms = r->until_ms;
    e->failing_ms = r->failures > 0 ? r->failing_ms : 0;
    e->failures = (unsigned)(r->failures > 0 ? r->failures : 0);
    e->status = r->status;
    e->fault = r->fault;
    bool given_up = r->set_ms - r->failing_ms >= (int64_t)DL_ROBOTS_GIVE_UP_S * 1000;
    e->refuses = e->failures > 0 && e->copy == NULL && !given_up;
}
