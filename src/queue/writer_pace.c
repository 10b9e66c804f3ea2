/* What is not a feed's fault: a new fetcher, an absence, a clock that was set, a network that is
 * down. */
#include "base/log.h"
#include "net/schedule.h"
#include "queue/writer_private.h"

enum {
    JUMP_MS = 5 * 60 * 1000,   /* clocks are corrected by less without anybody noticing */
    ABSENT_MS = 5 * 60 * 1000, /* the fetcher asks each second: the machine slept, or we ended */
    LATE_MS = 2 * 60 * 1000,   /* who waits longer after an absence is started in turn */
    HOSTS_DOWN = 4,            /* of one host alone the network is not known */
};

/* --- clocks and absences ------------------------------------------------------------------ */

enum dl_err dl_writer_watch_clock(dl_writer *w)
{
    int64_t offset = dl_now_ms() - dl_boot_ms(), by = offset - w->pace.offset_ms;
    bool known = w->pace.offset_ms != 0;
    w->pace.offset_ms = offset;
    if (!known || (by < JUMP_MS && by > -JUMP_MS)) return DL_OK;
    dl_log(DL_LOG_WARNING, "the clock was set; plans keep their distance", "by_s=%lld",
           (long long)(by / 1000));
    return dl_ledger_shift_plans(w->ledger, by);
}

enum dl_err dl_writer_come_back(dl_writer *w, bool new_fetcher)
{
    int64_t now = dl_now_ms(), boot = dl_boot_ms();
    bool absent = w->pace.asked_ms == 0 || boot - w->pace.asked_ms > ABSENT_MS;
    size_t n = 0;
    DL_TRY(dl_writer_watch_clock(w));
    w->pace.asked_ms = boot;
    if (new_fetcher) DL_TRY(dl_ledger_feeds_in_doubt(w->ledger, (int64_t)DL_POLL_FLOOR_S * 1000));
    if (!new_fetcher && !absent) return DL_OK;
    DL_TRY(dl_ledger_catch_up(w->ledger, now, LATE_MS, (int64_t)DL_POLL_FARTHEST_S * 1000,
                              dl_schedule_step_ms, &n));
    if (n > 0) dl_log(DL_LOG_INFO, "feeds waited, they are polled in turn", "feeds=%zu", n);
    return DL_OK;
}

/* --- the network -------------------------------------------------------------------------- */

static bool reaches_nobody(int status, enum dl_fault fault)
{
    return status == 0 &&
           (fault == DL_FAULT_NAME || fault == DL_FAULT_CONNECT || fault == DL_FAULT_TIMEOUT);
}

static size_t hosts_of(const dl_writer *w)
{
    size_t hosts = 0;
    for (size_t i = 0; i < w->reach.n; i++) {
        size_t j = 0;
        while (j < i && w->reach.polls[j].host != w->reach.polls[i].host)
            j++;
        hosts += j == i;
    }
    return hosts;
}

static enum dl_err unblame(dl_writer *w, int64_t now_ms)
{
    for (size_t i = 0; i < w->reach.n; i++)
        DL_TRY(dl_ledger_feed_unblame(
            w->ledger, w->reach.polls[i].feed, now_ms + (int64_t)DL_POLL_FLOOR_S * 1000,
            DL_STR(DL_NOBODY_REACHED),
            DL_STR("No feed could be reached, so the fault is probably at this end; it is not "
                   "counted against the feed.")));
    return DL_OK;
}

enum dl_err dl_writer_reach(dl_writer *w, const struct dl_feed_row *row, dl_str host, int status,
                            enum dl_fault fault, int64_t now_ms, bool *ret_ours)
{
    *ret_ours = false;
    if (dl_schedule_end(status, fault, false, false) == DL_POLL_UNASKED) return DL_OK;
    if (!reaches_nobody(status, fault)) {
        if (w->reach.down)
            dl_log(DL_LOG_INFO, "the network is back", "feed=%lld", (long long)row->feed);
        w->reach.n = 0;
        w->reach.down = false;
        return DL_OK;
    }
    *ret_ours = w->reach.down;
    if (w->reach.down) return DL_OK;
    if (w->reach.n == DL_WRITER_REACH_MAX) { /* all of too few hosts: the newest count */
        for (size_t i = 1; i < w->reach.n; i++)
            w->reach.polls[i - 1] = w->reach.polls[i];
        w->reach.n--;
    }
    w->reach.polls[w->reach.n].feed = row->feed;
    w->reach.polls[w->reach.n++].host = dl_hash64(host.n > 0 ? host : row->outlet);
    w->reach.down = w->reach.n == DL_WRITER_REACH_MAX && hosts_of(w) >= HOSTS_DOWN;
    if (!w->reach.down) return DL_OK;
    dl_log(DL_LOG_WARNING, "nobody can be reached, feeds are not blamed", "polls=%d",
           DL_WRITER_REACH_MAX);
    *ret_ours = true;
    w->reach.n--; /* this one is not written yet */
    return unblame(w, now_ms);
}
