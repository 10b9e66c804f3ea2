#include "net/host_queue.h"

#include "base/hash.h"

enum { FIRST_BUCKETS = 256 };

struct dl_hosts {
    struct dl_host **buckets;
    size_t n_buckets, n_hosts;
    struct dl_host **heap; /* hosts that are free and waited for, soonest first */
    size_t n_heap, heap_cap;
    uint64_t tickets;
};

/* --- heap --------------------------------------------------------------------------------- */

static int64_t time_of(const struct dl_host *host)
{
    return host->ready_ms > host->backoff_ms ? host->ready_ms : host->backoff_ms;
}

static bool is_before(const struct dl_host *a, const struct dl_host *b)
{
    int64_t x = time_of(a), y = time_of(b);
    return x != y ? x < y : a->ticket < b->ticket;
}

static void put_at(dl_hosts *hosts, size_t at, struct dl_host *host)
{
    hosts->heap[at] = host;
    host->heap_at = at + 1;
}

static void sift(dl_hosts *hosts, size_t at)
{
    struct dl_host *host = hosts->heap[at];
    while (at > 0 && is_before(host, hosts->heap[(at - 1) / 2])) {
        put_at(hosts, at, hosts->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    for (size_t child; (child = 2 * at + 1) < hosts->n_heap; at = child) {
        if (child + 1 < hosts->n_heap && is_before(hosts->heap[child + 1], hosts->heap[child]))
            child++;
        if (!is_before(hosts->heap[child], host)) break;
        put_at(hosts, at, hosts->heap[child]);
    }
    put_at(hosts, at, host);
}

static void heap_remove(dl_hosts *hosts, struct dl_host *host)
{
    if (host->heap_at == 0) return;
    size_t at = host->heap_at - 1;
    host->heap_at = 0;
    struct dl_host *last = hosts->heap[--hosts->n_heap];
    if (last == host) return;
    put_at(hosts, at, last);
    sift(hosts, at);
}

/* Room was made when the host was made: every host fits. */
static void heap_update(dl_hosts *hosts, struct dl_host *host)
{
    heap_remove(hosts, host);
    if (host->busy || host->n_waiting == 0) return;
    host->ticket = ++hosts->tickets;
    put_at(hosts, hosts->n_heap++, host);
    sift(hosts, hosts->n_heap - 1);
}

/* --- table -------------------------------------------------------------------------------- */

dl_hosts *dl_hosts_new(void)
{
    dl_hosts *hosts = calloc(1, sizeof *hosts);
    if (hosts == NULL) return NULL;
    hosts->n_buckets = FIRST_BUCKETS;
    hosts->buckets = calloc(FIRST_BUCKETS, sizeof *hosts->buckets);
    if (hosts->buckets != NULL) return hosts;
    free(hosts);
    return NULL;
}

void dl_hosts_free(dl_hosts *hosts)
{
    if (hosts == NULL) return;
    for (size_t i = 0; i < hosts->n_buckets; i++) {
        for (struct dl_host *host = hosts->buckets[i], *next; host != NULL; host = next) {
            next = host->chain;
            free(host);
        }
    }
    free(hosts->buckets);
    free(hosts->heap);
    free(hosts);
}

static bool is_forgettable(const struct dl_host *host, int64_t now_ms)
{
    return !host->busy && host->n_waiting == 0 && time_of(host) <= now_ms &&
           host->addresses_until_ms <= now_ms;
}

static void forget(dl_hosts *hosts, int64_t now_ms)
{
    for (size_t i = 0; i < hosts->n_buckets; i++) {
        for (struct dl_host **at = &hosts->buckets[i], *host; (host = *at) != NULL;) {
            if (!is_forgettable(host, now_ms)) {
                at = &host->chain;
                continue;
            }
            *at = host->chain;
            hosts->n_hosts--;
            free(host);
        }
    }
}

static enum dl_err grow(dl_hosts *hosts)
{
    size_t n = hosts->n_buckets * 2;
    struct dl_host **buckets = calloc(n, sizeof *buckets);
    if (buckets == NULL) return DL_ERR_NOMEM;
    for (size_t i = 0; i < hosts->n_buckets; i++) {
        for (struct dl_host *host = hosts->buckets[i], *next; host != NULL; host = next) {
            next = host->chain;
            host->chain = buckets[host->hash & (n - 1)];
            buckets[host->hash & (n - 1)] = host;
        }
    }
    free(hosts->buckets);
    hosts->buckets = buckets;
    hosts->n_buckets = n;
    return DL_OK;
}

/* Forgetting first: a table of dead hosts does not grow. */
static enum dl_err make_room(dl_hosts *hosts, int64_t now_ms)
{
    if (hosts->n_hosts >= hosts->n_buckets) {
        forget(hosts, now_ms);
        if (hosts->n_hosts > hosts->n_buckets / 2) DL_TRY(grow(hosts));
    }
    if (hosts->n_hosts < hosts->heap_cap) return DL_OK;
    size_t cap = hosts->heap_cap == 0 ? FIRST_BUCKETS : hosts->heap_cap * 2;
    struct dl_host **heap = realloc(hosts->heap, cap * sizeof *heap);
    if (heap == NULL) return DL_ERR_NOMEM;
    hosts->heap = heap;
    hosts->heap_cap = cap;
    return DL_OK;
}

struct dl_host *dl_hosts_get(dl_hosts *hosts, dl_str name, int64_t now_ms)
{
    uint64_t hash = dl_hash64(name);
    struct dl_host *host = hosts->buckets[hash & (hosts->n_buckets - 1)];
    while (host != NULL && (host->hash != hash || !dl_str_eq(host->name, name)))
        host = host->chain;
    if (host != NULL) return host;
    if (make_room(hosts, now_ms) != DL_OK) return NULL;
    host = calloc(1, sizeof *host + name.n + 1);
    if (host == NULL) return NULL;
    char *copy = (char *)(host + 1);
    if (name.n > 0) memcpy(copy, name.p, name.n);
    host->name = (dl_str){copy, name.n};
    host->hash = hash;
    host->chain = hosts->buckets[hash & (hosts->n_buckets - 1)];
    hosts->buckets[hash & (hosts->n_buckets - 1)] = host;
    hosts->n_hosts++;
    return host;
}

/* --- queues ------------------------------------------------------------------------------- */

static void push_back(struct dl_waiting_list *list, struct dl_waiting *waiting)
{
    waiting->next = NULL;
    if (list->last != NULL)
        list->last->next = waiting;
    else
        list->first = waiting;
    list->last = waiting;
}

static void push_front(struct dl_waiting_list *list, struct dl_waiting *waiting)
{
    waiting->next = list->first;
    list->first = waiting;
    if (list->last == NULL) list->last = waiting;
}

static struct dl_waiting *take_first(struct dl_waiting_list *list)
{
    struct dl_waiting *waiting = list->first;
    if (waiting == NULL) return NULL;
    list->first = waiting->next;
    if (list->first == NULL) list->last = NULL;
    waiting->next = NULL;
    return waiting;
}

void dl_hosts_push(dl_hosts *hosts, struct dl_host *host, struct dl_waiting *waiting,
                   enum dl_place place)
{
    if (place == DL_PLACE_FRONT)
        push_front(&host->urgent, waiting);
    else
        push_back(place == DL_PLACE_URGENT ? &host->urgent : &host->normal, waiting);
    host->n_waiting++;
    if (host->heap_at == 0) heap_update(hosts, host);
}

struct dl_waiting *dl_hosts_pop(dl_hosts *hosts, int64_t now_ms, struct dl_host **ret_host)
{
    if (hosts->n_heap == 0 || time_of(hosts->heap[0]) > now_ms) return NULL;
    struct dl_host *host = hosts->heap[0];
    struct dl_waiting *waiting = take_first(&host->urgent);
    if (waiting == NULL) waiting = take_first(&host->normal);
    DL_ASSERT(waiting != NULL);
    host->n_waiting--;
    host->busy = true;
    heap_remove(hosts, host);
    *ret_host = host;
    return waiting;
}

void dl_hosts_done(dl_hosts *hosts, struct dl_host *host, int64_t ready_ms)
{
    DL_ASSERT(host->busy);
    host->busy = false;
    host->ready_ms = ready_ms;
    heap_update(hosts, host);
}

struct dl_waiting *dl_hosts_drain(dl_hosts *hosts, struct dl_host *host)
{
    struct dl_waiting *first = host->urgent.first;
    if (first == NULL)
        first = host->normal.first;
    else
        host->urgent.last->next = host->normal.first;
    host->urgent = host->normal = (struct dl_waiting_list){NULL, NULL};
    host->n_waiting = 0;
    heap_remove(hosts, host);
    return first;
}

int64_t dl_hosts_next_ms(const dl_hosts *hosts)
{
    return hosts->n_heap == 0 ? INT64_MAX : time_of(hosts->heap[0]);
}

size_t dl_hosts_waiting(const struct dl_host *host)
{
    return host->n_waiting;
}
