/* A week of polls in simulated time: the real ledger, the real writer code for polls and work, the
 * real schedule and the real feed parser, against a farm of feeds that keeps its own record of who
 * asked what when. The clock is ours (the linker wraps dl_now_ms and dl_boot_ms), the wire is a
 * table. Dateline is ended at random moments with answers under way, the network fails, the clock
 * is set by ten years. Faults that are planted must be found, or the test itself is wrong.
 *
 * usage: test_week [full] */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/io.h"
#include "base/time.h"
#include "net/schedule.h"
#include "net/trust.h"
#include "queue/writer_private.h"
#include "store/ledger_private.h"
#include "store/ledger_source.h"

int64_t __wrap_dl_now_ms(void);
int64_t __wrap_dl_boot_ms(void);

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
static const int64_t DAY = 24 * (int64_t)HOUR, start = 1711324800000; /* Monday */

enum {
    FEEDS_MAX = 600,
    HOSTS_SHARED = 4, /* feeds of a host */
    TICK_MS = 40 * SECOND,
    SHOWN = 8, /* items in a feed */
    FLIGHTS = 4096,
    BURST =
        125, /* polls in a minute beyond the usual: those that waited start half a second apart */
};

static int64_t true_ms, wall_offset_ms; /* what the world knows, and by how much our clock is off */

int64_t __wrap_dl_now_ms(void)
{
    return true_ms + wall_offset_ms;
}

int64_t __wrap_dl_boot_ms(void)
{
    return true_ms - start + HOUR;
}

/* --- the farm ----------------------------------------------------------------------------- */

enum server { HONEST, DATED, NO_VALIDATORS, USELESS, FIXED_LIAR, DEAF_LIAR, SERVERS };
enum habit { PLAIN, MAX_AGE, TTL, SKIPS, BUSY, FLAKY, MOVED, MISSING, GONE, DEAD, BROKEN, HABITS };

struct feed {
    enum server server;
    enum habit habit;
    int host;
    int64_t every_ms; /* between its items */
    char url[64], new_url[64];

    /* what the farm saw and what it knows that Dateline committed */
    int64_t last_ms, first_ms, longest_ms, probe_ms, not_before_ms;
    int64_t polls, probes;
    char etag[64], etag_before[64], modified[64]; /* committed */
    bool has_etag;
};

struct answer {
    int status;
    enum dl_fault fault;
    char etag[64], modified[64];
    int64_t max_age_s, retry_s;
    bool moved;
    int64_t newest; /* of its items; -1: no body */
    bool broken;
};

struct flight {
    int feed; /* index */
    int64_t until_ms, asked_ms;
    struct answer answer;
};

enum planted { NO_FAULT, FORGETS_VALIDATORS, FORGETS_CLOCK, FORGETS_FLIGHTS, FORGETS_MAX_AGE };

struct week {
    struct feed feeds[FEEDS_MAX];
    int n_feeds;
    enum planted planted;
    int64_t host_later_ms[FEEDS_MAX], client_later_ms[FEEDS_MAX];
    bool network_down;
    struct flight flights[FLIGHTS];
    int n_flights;
    uint64_t seed;

    dl_writer w;
    struct dl_writer_options options;
    char dir[64];
    bool is_known; /* the writer knows its fetcher */

    int64_t polls, early, avoidable, stale, per_minute[8 * 24 * 60];
};

static uint64_t chance(struct week *k, uint64_t below)
{
    k->seed = k->seed * 6364136223846793005u + 1442695040888963407u;
    return (k->seed >> 33) % below;
}

static int64_t newest_of(const struct feed *f, int64_t at_ms)
{
    return (at_ms - start + 3 * DAY) / f->every_ms;
}

static struct answer good_answer(const struct feed *f, int64_t at_ms, dl_str etag, dl_str modified)
{
    struct answer a = {
        .status = 200, .max_age_s = -1, .retry_s = -1, .newest = newest_of(f, at_ms)};
    bool asked = etag.n + modified.n > 0;
    switch (f->server) {
    case HONEST:
        snprintf(a.etag, sizeof a.etag, "W/\"%" PRId64 "-%" PRIx64 "\"", a.newest, f->every_ms);
        snprintf(a.modified, sizeof a.modified, "m%" PRId64, a.newest);
        if (etag.n > 0 && dl_str_eq_c(etag, a.etag)) a.status = 304;
        break;
    case DATED:
        snprintf(a.modified, sizeof a.modified, "m%" PRId64, a.newest);
        if (dl_str_eq_c(modified, a.modified)) a.status = 304;
        break;
    case USELESS:
        snprintf(a.etag, sizeof a.etag, "\"%" PRId64 "\"", at_ms);
        break;
    case FIXED_LIAR: /* made once, kept for ever */
        snprintf(a.etag, sizeof a.etag, "\"fixed\"");
        if (asked) a.status = 304;
        break;
    case DEAF_LIAR: /* says 304 to whoever sends any */
        snprintf(a.etag, sizeof a.etag, "\"%" PRId64 "\"", a.newest);
        if (asked) a.status = 304;
        break;
    default:
        break;
    }
    return a;
}

static struct answer answer_of(struct week *k, struct feed *f, int64_t at_ms, dl_str etag,
                               dl_str modified, dl_str url)
{
    struct answer a = good_answer(f, at_ms, etag, modified);
    switch (f->habit) {
    case MAX_AGE:
        a.max_age_s = 2 * 3600;
        break;
    case BUSY:
        if (chance(k, 4) != 0) return a;
        a = (struct answer){.status = chance(k, 2) ? 429 : 503, .max_age_s = -1, .newest = -1};
        a.retry_s = 600 + (int64_t)chance(k, 30 * 3600);
        return a;
    case FLAKY:
        if (chance(k, 4) == 0)
            return (struct answer){.status = 500, .max_age_s = -1, .retry_s = -1, .newest = -1};
        if (chance(k, 4) == 0)
            return (struct answer){
                .fault = DL_FAULT_TIMEOUT, .max_age_s = -1, .retry_s = -1, .newest = -1};
        return a;
    case MOVED:
        a.moved = dl_str_eq_c(url, f->url);
        return a;
    case MISSING:
    case GONE:
        return (struct answer){
            .status = f->habit == GONE ? 410 : 404, .max_age_s = -1, .retry_s = -1, .newest = -1};
    case DEAD:
        return (struct answer){
            .fault = DL_FAULT_NAME, .max_age_s = -1, .retry_s = -1, .newest = -1};
    case BROKEN:
        a = (struct answer){
            .status = 200, .max_age_s = -1, .retry_s = -1, .newest = -1, .broken = true};
        return a;
    default:
        break;
    }
    return a;
}

/* Both are kept by who is a feed reader as one would wish for. */
static void judge_request(struct week *k, struct feed *f, dl_str etag, dl_str modified)
{
    int64_t now = true_ms;
    bool early = now < f->not_before_ms || now < k->host_later_ms[f->host] ||
                 (f->last_ms > 0 && now < f->last_ms + (int64_t)DL_POLL_FLOOR_S * 1000);
    k->early += early;
    bool knows = f->etag[0] != '\0' || f->modified[0] != '\0';
    bool liar = f->server == FIXED_LIAR || f->server == DEAF_LIAR;
    if (knows && etag.n + modified.n == 0) {
        bool weekly = f->probe_ms == 0 || now - f->probe_ms >= (int64_t)DL_TRUST_PROBE_S * 1000;
        if (!weekly && !(liar && f->probes > 0)) k->avoidable++;
        f->probes++;
        f->probe_ms = now;
    } else if (knows) {
        k->stale += !dl_str_eq_c(etag, f->etag) && !dl_str_eq_c(etag, f->etag_before);
        k->stale += f->modified[0] != '\0' && modified.n == 0; /* both are sent */
    }
    if (f->last_ms > 0 && now - f->last_ms > f->longest_ms) f->longest_ms = now - f->last_ms;
    if (f->first_ms == 0) f->first_ms = now;
    f->last_ms = now;
    f->polls++;
    k->polls++;
    int64_t minute = (now - start) / MINUTE;
    if (minute >= 0 && minute < (int64_t)(sizeof k->per_minute / sizeof *k->per_minute))
        k->per_minute[minute]++;
}

/* --- what stands where fetcher and wire are ------------------------------------------------ */

static bool is_under_way(const struct week *k, int feed)
{
    for (int i = 0; i < k->n_flights; i++)
        if (k->flights[i].feed == feed) return true;
    return false;
}

static void start_flight(struct week *k, int index, yyjson_val *row)
{
    struct feed *f = &k->feeds[index];
    dl_str etag = dl_json_get_str(row, "etag"), modified = dl_json_get_str(row, "last_modified");
    struct flight *flight = &k->flights[k->n_flights];
    if (is_under_way(k, index) || k->n_flights == FLIGHTS) return;
    *flight = (struct flight){.feed = index, .asked_ms = true_ms};
    if (true_ms < k->client_later_ms[f->host]) {
        flight->answer = (struct answer){.fault = DL_FAULT_BACKOFF, .max_age_s = -1, .newest = -1};
        flight->answer.retry_s = (k->client_later_ms[f->host] - true_ms + 999) / 1000;
    } else if (k->network_down) {
        flight->answer =
            (struct answer){.fault = DL_FAULT_NAME, .max_age_s = -1, .retry_s = -1, .newest = -1};
    } else {
        if (f->habit != DEAD) judge_request(k, f, etag, modified);
        flight->answer = answer_of(k, f, true_ms, etag, modified, dl_json_get_str(row, "url"));
        if (flight->answer.retry_s > 0 && flight->answer.status > 0)
            k->client_later_ms[f->host] = true_ms + flight->answer.retry_s * 1000;
    }
    flight->until_ms = true_ms + SECOND + (int64_t)chance(k, 50) * SECOND;
    k->n_flights++;
}

static struct op *new_op(uint32_t type, dl_str json)
{
    dl_arena *arena = dl_arena_new(DL_WRITER_OP_MEMORY);
    struct op *op = DL_NEW(arena, struct op);
    yyjson_doc *doc;
    op->type = type;
    op->arena = arena;
    op->found = dl_arena_new(DL_WRITER_FOUND_MEMORY);
    assert_int_equal(dl_json_read(arena, dl_str_dup(arena, json), &doc, NULL), DL_OK);
    op->request = yyjson_doc_get_root(doc);
    return op;
}

static void free_op(struct op *op)
{
    dl_arena_free(op->found);
    dl_arena_free(op->arena);
}

static void put_body(const struct feed *f, const struct answer *a, dl_buf *body)
{
    dl_buf_c(body, a->broken ? "<html><body>Not a feed"
                             : "<rss version='2.0'><channel><title>Новости 新闻</title>");
    if (a->broken) return;
    if (f->habit == TTL) dl_buf_c(body, "<ttl>120</ttl>");
    if (f->habit == SKIPS)
        dl_buf_c(body,
                 "<skipHours><hour>0</hour><hour>1</hour><hour>2</hour><hour>3</hour></skipHours>");
    for (int64_t i = a->newest; i > a->newest - SHOWN; i--)
        dl_buf_fmt(body,
                   "<item><guid>%s#%" PRId64 "</guid><title>Report %" PRId64
                   " of the day</title></item>",
                   f->url, i, i);
    dl_buf_c(body, "</channel></rss>");
}

/* As a reader answers to a look. */
static void look(struct op *op)
{
    struct dl_frame ask = {
        .type = DL_JOB_LOOK,
        .part = {DL_STR("{\"kind\":\"feed\",\"url\":\"https://f.example/\"}"), op->bytes}};
    struct dl_frame answer = {0};
    struct dl_diag diag = {0};
    op->look_error = dl_reader_work(NULL, op->found, &ask, &answer, &diag);
    for (size_t i = 0; op->look_error == DL_OK && i < DL_FRAME_PARTS; i++)
        op->looked[i] = dl_str_dup(op->found, answer.part[i]);
}

static void land(struct week *k, const struct flight *flight)
{
    const struct feed *f = &k->feeds[flight->feed];
    const struct answer *a = &flight->answer;
    dl_buf json = DL_BUF_INIT(1 << 16), body = DL_BUF_INIT(1 << 20);
    dl_buf_fmt(&json, "{\"feed\":%d,\"at\":%" PRId64 ",\"status\":%d,\"host\":\"h%d.example\"",
               flight->feed + 1, dl_now_ms(), a->fault == DL_FAULT_NONE ? a->status : 0, f->host);
    if (a->max_age_s >= 0 && k->planted != FORGETS_MAX_AGE)
        dl_buf_fmt(&json, ",\"max_age\":%" PRId64, a->max_age_s);
    if (a->retry_s >= 0) dl_buf_fmt(&json, ",\"retry_after\":%" PRId64, a->retry_s);
    if (a->fault != DL_FAULT_NONE)
        dl_buf_fmt(&json, ",\"error\":\"%s\",\"why\":\"%s\"", dl_fault_name(a->fault),
                   dl_fault_text(a->fault));
    if (a->modified[0] != '\0') dl_buf_fmt(&json, ",\"last_modified\":\"%s\"", a->modified);
    if (a->moved) dl_buf_fmt(&json, ",\"moved_to\":\"%s\"", f->new_url);
    if (a->etag[0] != '\0') {
        dl_buf_c(&json, ",\"etag\":\"");
        for (const char *c = a->etag; *c != '\0'; c++)
            dl_buf_fmt(&json, *c == '"' ? "\\%c" : "%c", *c);
        dl_buf_c(&json, "\"");
    }
    dl_buf_c(&json, "}");
    struct op *op = new_op(DL_REQUEST_FETCHED, dl_buf_slice(&json));
    if (a->status == 200) put_body(f, a, &body);
    op->bytes = dl_str_dup(op->arena, dl_buf_slice(&body));
    if (op->bytes.n > 0) look(op);
    assert_int_equal(dl_writer_take_fetched(&k->w, op), DL_OK);
    free_op(op);
    dl_buf_free(&json);
    dl_buf_free(&body);
}

/* From its commit on Dateline knows what the answer said. */
static void know(struct week *k, const struct flight *flight)
{
    struct feed *f = &k->feeds[flight->feed];
    const struct answer *a = &flight->answer;
    bool good = a->fault == DL_FAULT_NONE && (a->newest >= 0 || a->status == 304) && !a->broken;
    if (good && a->status <= 304) {
        if (strcmp(f->etag, a->etag) != 0) strcpy(f->etag_before, f->etag);
        strcpy(f->etag, a->etag);
        strcpy(f->modified, a->modified);
        int64_t asked_s = f->habit == TTL ? 7200 : a->max_age_s;
        f->not_before_ms = asked_s > 0 ? true_ms + asked_s * 1000 - MINUTE : 0;
    }
    if (a->retry_s > 0 && a->status > 0 &&
        k->host_later_ms[f->host] < flight->asked_ms + a->retry_s * 1000)
        k->host_later_ms[f->host] = flight->asked_ms + a->retry_s * 1000;
}

static void begin(struct week *k)
{
    assert_int_equal(dl_ledger_begin(k->w.ledger), DL_OK);
}

static void commit(struct week *k)
{
    struct dl_diag diag = {0};
    if (dl_ledger_commit(k->w.ledger, &diag) != DL_OK) fail_msg("%s", diag.message);
    dl_arena_reset(k->w.turn);
}

static void land_all(struct week *k)
{
    int left = 0;
    bool any = false;
    for (int i = 0; i < k->n_flights; i++)
        any |= k->flights[i].until_ms <= true_ms;
    if (!any) return;
    begin(k);
    for (int i = 0; i < k->n_flights; i++)
        if (k->flights[i].until_ms <= true_ms) land(k, &k->flights[i]);
    commit(k);
    for (int i = 0; i < k->n_flights; i++) {
        if (k->flights[i].until_ms <= true_ms)
            know(k, &k->flights[i]);
        else
            k->flights[left++] = k->flights[i];
    }
    k->n_flights = left;
}

static void work(struct week *k)
{
    char ask[200];
    snprintf(ask, sizeof ask,
             "{\"first\":%s,\"feeds\":[{\"low\":-1,\"high\":%" PRId64
             ",\"newest_first\":true,\"most\":500}]}",
             k->is_known ? "false" : "true", dl_now_ms());
    struct op *op = new_op(DL_REQUEST_WORK, dl_str_c(ask));
    begin(k);
    assert_int_equal(dl_writer_take_work(&k->w, op), DL_OK);
    dl_str reply = dl_str_dup(op->arena, op->reply);
    commit(k);
    k->is_known = true;
    yyjson_doc *doc;
    assert_int_equal(dl_json_read(op->arena, reply, &doc, NULL), DL_OK);
    yyjson_val *rows = yyjson_arr_get(yyjson_obj_get(yyjson_doc_get_root(doc), "feeds"), 0), *row;
    size_t i, n;
    yyjson_arr_foreach(rows, i, n, row)
    {
        start_flight(k, (int)dl_json_get_int(row, "feed", 1) - 1, row);
    }
    free_op(op);
}

/* --- the week ----------------------------------------------------------------------------- */

static void open_writer(struct week *k)
{
    struct dl_diag diag = {0};
    struct dl_ledger_options options = {.dir = k->dir};
    k->w = (dl_writer){.options = &k->options};
    if (dl_ledger_open(&options, &k->w.ledger, &diag) != DL_OK) fail_msg("%s", diag.message);
    k->w.turn = dl_arena_new(DL_WRITER_TURN_MEMORY);
    assert_int_equal(dl_writer_load_outlets(&k->w), DL_OK);
    k->is_known = false;
    memset(k->client_later_ms, 0, sizeof k->client_later_ms);
}

static void close_writer(struct week *k)
{
    dl_ledger_close(k->w.ledger);
    dl_arena_free(k->w.turn);
    dl_arena_free(k->w.outlets);
    free(k->w.waiters.p);
}

static void plant(struct week *k)
{
    const char *sql = k->planted == FORGETS_VALIDATORS
                          ? "UPDATE feed SET etag = NULL, last_modified = NULL"
                      : k->planted == FORGETS_CLOCK   ? "UPDATE feed SET next_poll = 0"
                      : k->planted == FORGETS_FLIGHTS ? "UPDATE feed SET handed = NULL"
                                                      : NULL;
    if (sql != NULL) assert_int_equal(dl_db_exec(&k->w.ledger->db, sql), DL_OK);
}

static void restart(struct week *k)
{
    close_writer(k);
    k->n_flights = 0; /* asked, and nobody is there to hear */
    true_ms += (int64_t)chance(k, 100) * SECOND;
    open_writer(k);
    plant(k);
}

static int64_t one(struct week *k, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(k->w.ledger->db.handle, sql, -1, &stmt, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
    sqlite3_finalize(stmt);
    return value;
}

static enum habit habit_of(int i)
{
    static const enum habit mix[20] = {PLAIN,   PLAIN, PLAIN, PLAIN,  PLAIN, PLAIN,  MAX_AGE,
                                       MAX_AGE, TTL,   SKIPS, BUSY,   FLAKY, FLAKY,  MOVED,
                                       MISSING, GONE,  DEAD,  BROKEN, PLAIN, MAX_AGE};
    return mix[i / SERVERS % 20];
}

static void build(struct week *k, int n, enum planted planted)
{
    static const int64_t rhythms[] = {20 * MINUTE, HOUR,      3 * HOUR,  12 * HOUR,
                                      4 * HOUR,    47 * HOUR, 100 * HOUR};
    *k = (struct week){.n_feeds = n, .planted = planted, .seed = 42};
    true_ms = start;
    wall_offset_ms = 0;
    snprintf(k->dir, sizeof k->dir, "%s/dl-week-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(k->dir));
    open_writer(k);
    struct dl_outlet outlet = {.id = DL_STR("farm.example"), .listed = true};
    begin(k);
    assert_int_equal(dl_writer_put_outlet(&k->w, &outlet), DL_OK);
    for (int i = 0; i < n; i++) {
        struct feed *f = &k->feeds[i];
        f->server = (enum server)(i % SERVERS);
        f->habit = habit_of(i);
        f->host = f->habit == BUSY ? i / (20 * SERVERS) : FEEDS_MAX / 2 + i / HOSTS_SHARED;
        f->every_ms = rhythms[i % 7] + i * 777;
        if (f->server == FIXED_LIAR || f->server == DEAF_LIAR) f->every_ms = 3 * HOUR + i * 777;
        snprintf(f->url, sizeof f->url, "https://h%d.example/%d.xml", f->host, i);
        snprintf(f->new_url, sizeof f->new_url, "https://h%d.example/new/%d.xml", f->host, i);
        assert_int_equal(dl_ledger_put_channel(k->w.ledger,
                                               &(struct dl_channel_put){
                                                   .outlet = outlet.id,
                                                   .url = dl_str_c(f->url),
                                                   .next_poll_ms = dl_schedule_spread(
                                                       dl_str_c(f->url), dl_now_ms(), (size_t)n)},
                                               NULL),
                         DL_OK);
    }
    commit(k);
}

static void end(struct week *k)
{
    char command[100];
    close_writer(k);
    static const char *const files[] = {"dateline.db", "dateline.db-wal", "dateline.db-shm",
                                        "lock"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(command, sizeof command, "%s/%s", k->dir, files[i]);
        unlink(command);
    }
    for (int i = 0; i < 50; i++) {
        snprintf(command, sizeof command, "%s/spool/%08d.seg", k->dir, i);
        unlink(command);
    }
    snprintf(command, sizeof command, "%s/spool", k->dir);
    rmdir(command);
    rmdir(k->dir);
}

/* Until a moment, ended `restarts` times at moments that nobody chose. */
static void run(struct week *k, int64_t until_ms, int restarts)
{
    int64_t span = until_ms - true_ms, begin_ms = true_ms;
    for (int done = 0; true_ms < until_ms; true_ms += TICK_MS) {
        land_all(k);
        work(k);
        if (restarts > 0 && (true_ms - begin_ms) * restarts / span > done) {
            done++;
            true_ms += (int64_t)chance(k, 20) * SECOND;
            restart(k);
        }
    }
}

static double mean_per_minute(const struct week *k, int64_t from, int64_t to)
{
    int64_t sum = 0;
    for (int64_t m = from; m < to; m++)
        sum += k->per_minute[m];
    return (double)sum / (double)(to - from);
}

static int64_t most_per_minute(const struct week *k, int64_t from, int64_t to)
{
    int64_t most = 0;
    for (int64_t m = from; m < to; m++)
        if (k->per_minute[m] > most) most = k->per_minute[m];
    return most;
}

static bool answers(const struct feed *f)
{
    return f->habit != BUSY && f->habit != MISSING && f->habit != GONE && f->habit != DEAD &&
           f->habit != BROKEN;
}

/* Looked at within the ceiling, its jitter and a restart's pause; whoever failed or asked for more,
 * as much longer. */
static int64_t longest_allowed(const struct feed *f)
{
    int64_t most = DAY + DAY / 10 + HOUR;
    if (f->habit == SKIPS) most += 5 * (int64_t)HOUR;
    return most;
}

static void check_week(struct week *k, int64_t days)
{
    int64_t minutes = days * 24 * 60;
    double mean = mean_per_minute(k, 60, minutes);
    int64_t most = most_per_minute(k, 60, minutes), too_long = 0, unpolled = 0;
    for (int i = 0; i < k->n_feeds; i++) {
        const struct feed *f = &k->feeds[i];
        if (f->habit == DEAD) continue;
        unpolled += f->polls == 0 && f->habit != BUSY; /* a host may want a day from all */
        bool late = answers(f) && f->longest_ms > longest_allowed(f);
        if (late)
            print_message("# feed %d, server %d, habit %d: %" PRId64 " min without a look\n", i,
                          f->server, f->habit, f->longest_ms / MINUTE);
        too_long += late;
    }
    print_message("# %d feeds, %" PRId64 " days: %" PRId64 " polls, early %" PRId64
                  ", avoidable %" PRId64 ", stale %" PRId64 ", %.1f a minute, %" PRId64
                  " at most\n",
                  k->n_feeds, days, k->polls, k->early, k->avoidable, k->stale, mean, most);
    assert_int_equal(k->early, 0);
    assert_int_equal(k->avoidable, 0);
    assert_int_equal(k->stale, 0);
    assert_int_equal(too_long, 0);
    assert_int_equal(unpolled, 0);
    assert_true((double)most <= 5 * mean + BURST);
    assert_true(k->polls > k->n_feeds * days * 5);
}

/* What was learnt of the feeds: no honest one is blamed, no liar gets away. */
static void check_ledger(struct week *k, int64_t days)
{
    int64_t liars = 0, moved = 0;
    for (int i = 0; i < k->n_feeds; i++) {
        const struct feed *f = &k->feeds[i];
        liars += (f->server == FIXED_LIAR || f->server == DEAF_LIAR) && answers(f) &&
                 f->habit != BUSY && f->habit != FLAKY;
        moved += f->habit == MOVED;
    }
    assert_true(liars > 0);
    char sql[200];
    snprintf(
        sql, sizeof sql,
        "SELECT count(*) FROM feed WHERE untrusted IS NOT NULL AND (feed - 1) %% %d IN (%d, %d)",
        SERVERS, FIXED_LIAR, DEAF_LIAR);
    print_message("# liars found %" PRId64 " of %" PRId64 "\n", one(k, sql), liars);
    if (days >= 3) assert_true(one(k, sql) >= liars);
    snprintf(
        sql, sizeof sql,
        "SELECT count(*) FROM feed WHERE untrusted IS NOT NULL AND (feed - 1) %% %d NOT IN (%d, %d)",
        SERVERS, FIXED_LIAR, DEAF_LIAR);
    assert_int_equal(one(k, sql), 0);
    if (days >= 3) {
        assert_int_equal(one(k, "SELECT count(*) FROM feed_address"), moved);
        assert_int_equal(one(k, "SELECT count(*) FROM feed WHERE url LIKE '%/new/%'"), moved);
        snprintf(
            sql, sizeof sql,
            "SELECT count(*) FROM feed WHERE note LIKE '%%of no use%%' AND (feed - 1) %% %d <> %d",
            SERVERS, USELESS);
        assert_int_equal(one(k, sql), 0);
        assert_true(one(k, "SELECT count(*) FROM feed WHERE note LIKE '%of no use%'") > 0);
    }
    assert_int_equal(
        one(k,
            "SELECT count(*) FROM feed WHERE removed = 0 AND (why IS NULL OR why NOT LIKE '%.')"),
        0);
    assert_int_equal(one(k, "SELECT count(*) FROM feed WHERE removed = 0 AND last_result IS NULL"),
                     0);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM feed WHERE next_poll > %" PRId64,
             dl_now_ms() + (int64_t)DL_POLL_FARTHEST_S * 1000);
    assert_int_equal(one(k, sql), 0);
}

static bool is_full;
static struct week week;

static void a_week_with_restarts(void **state)
{
    (void)state;
    int64_t days = is_full ? 7 : 3;
    build(&week, is_full ? 500 : 120, NO_FAULT);
    run(&week, start + days * DAY, is_full ? 50 : 20);
    check_week(&week, days);
    check_ledger(&week, days);
    end(&week);
}

/* Three hours without a network, then one without Dateline: nobody is blamed, nobody is swamped. */
static void an_outage_is_ours(void **state)
{
    (void)state;
    build(&week, 120, NO_FAULT);
    run(&week, start + 12 * HOUR, 2);
    int64_t before = one(&week, "SELECT count(*) FROM feed WHERE failures > 0");
    week.network_down = true;
    run(&week, start + 15 * (int64_t)HOUR, 2);
    assert_true(one(&week, "SELECT count(*) FROM feed WHERE failures > 0") <= before + 9);
    assert_true(
        one(&week, "SELECT count(*) FROM feed WHERE last_result = '" DL_NOBODY_REACHED "'") > 40);
    week.network_down = false;
    int64_t at = true_ms;
    run(&week, at + 40 * MINUTE, 0);
    int64_t late = 0;
    for (int i = 0; i < week.n_feeds; i++)
        late += week.feeds[i].habit == PLAIN && week.feeds[i].every_ms < 2 * HOUR &&
                week.feeds[i].last_ms < at;
    assert_int_equal(late, 0);
    close_writer(&week);
    week.n_flights = 0;
    true_ms += 3 * HOUR;
    open_writer(&week);
    at = true_ms;
    run(&week, start + DAY, 0);
    int64_t minute = (at - start) / MINUTE;
    double mean = mean_per_minute(&week, 120, 11 * 60);
    print_message("# after the absence %" PRId64 " polls a minute at most, %.1f before\n",
                  most_per_minute(&week, minute, minute + 60), mean);
    assert_true((double)most_per_minute(&week, minute, minute + 60) <= 5 * mean + BURST);
    assert_int_equal(week.early + week.avoidable, 0);
    end(&week);
}

static void a_clock_that_jumps(void **state)
{
    (void)state;
    static const int64_t jumps[] = {3650, -3650, -3650, 3650, 0};
    build(&week, 120, NO_FAULT);
    run(&week, start + 6 * (int64_t)HOUR, 0);
    for (size_t i = 0; i < 5; i++) { /* while it runs, and while it does not */
        wall_offset_ms += jumps[i] * DAY;
        if (i == 4) restart(&week);
        run(&week, true_ms + 8 * (int64_t)HOUR, 1);
    }
    assert_int_equal(week.early, 0);
    check_week(&week, 1);
    end(&week);
    /* Set back by ten years while nobody looked: polls go on within the quarter of an hour. */
    build(&week, 120, NO_FAULT);
    wall_offset_ms = 3650 * DAY;
    run(&week, start + 6 * (int64_t)HOUR, 0);
    close_writer(&week);
    week.n_flights = 0;
    wall_offset_ms = 0;
    true_ms += HOUR;
    open_writer(&week);
    int64_t at = true_ms;
    run(&week, at + 2 * (int64_t)HOUR, 0);
    int64_t late = 0;
    for (int i = 0; i < week.n_feeds; i++)
        late += week.feeds[i].habit == PLAIN && week.feeds[i].last_ms < at;
    assert_int_equal(late, 0);
    end(&week);
}

static void planted_faults_are_found(void **state)
{
    (void)state;
    for (enum planted p = FORGETS_VALIDATORS; p <= FORGETS_MAX_AGE; p++) {
        build(&week, 120, p);
        run(&week, start + 6 * (int64_t)HOUR, 8);
        print_message("# planted %d: early %" PRId64 ", avoidable %" PRId64 "\n", (int)p,
                      week.early, week.avoidable);
        if (p == FORGETS_VALIDATORS)
            assert_true(week.avoidable > 0);
        else
            assert_true(week.early > 0);
        end(&week);
    }
}

int main(int argc, char **argv)
{
    is_full = argc > 1 && strcmp(argv[1], "full") == 0;
    const struct CMUnitTest quick[] = {
        cmocka_unit_test(a_week_with_restarts),
        cmocka_unit_test(an_outage_is_ours),
        cmocka_unit_test(a_clock_that_jumps),
        cmocka_unit_test(planted_faults_are_found),
    };
    const struct CMUnitTest full[] = {cmocka_unit_test(a_week_with_restarts)};
    return is_full ? cmocka_run_group_tests(full, NULL, NULL)
                   : cmocka_run_group_tests(quick, NULL, NULL);
}
