#include "store/ledger_hub.h"

#include <sys/random.h>

#include "store/ledger_private.h"

enum { TOKEN_BYTES = 32, TOKEN_HEX = 2 * TOKEN_BYTES };

/* A hub is relied on: it confirmed, it delivered, and it missed little lately. */
#define TRUSTED                                                                                    \
    "(s.state = 'verified' AND s.listed = 1 AND s.lease_end > ?1 AND s.hits >= 3 AND "             \
    "s.missed * 10 <= s.hits AND s.missed_row < 3 AND (h.hits + h.missed < 20 OR "                 \
    "h.missed * 5 <= h.hits))"
_Static_assert(DL_HUB_HITS_LEAST == 3 && DL_HUB_MISSED_ROW == 3, "as in TRUSTED");

static void random_hex(char ret[TOKEN_HEX + 1])
{
    unsigned char bytes[TOKEN_BYTES];
    DL_ASSERT(getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static int64_t pause_ms(int64_t tries)
{
    int64_t pause = DL_HUB_RETRY_MS;
    for (int64_t i = 1; i < tries && pause < DL_HUB_RETRY_MOST_MS; i++)
        pause *= 2;
    return pause < DL_HUB_RETRY_MOST_MS ? pause : DL_HUB_RETRY_MOST_MS;
}

/* --- what is wanted ----------------------------------------------------------------------- */

enum dl_err dl_ledger_hub_base(dl_ledger *l, dl_str base, int64_t now_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_BASE,
                             "INSERT INTO meta (key, value) VALUES ('websub_callback', ?1) ON "
                             "CONFLICT (key) DO UPDATE SET value = excluded.value");
    dl_sql_str(&q, base);
    DL_TRY(dl_sql_run(&q));
    if (base.n == 0) return DL_OK;
    q = DL_LEDGER_SQL(l, SQL_HUB_MOVED,
                      "UPDATE subscription SET state = 'wanted', why = 'our address changed', "
                      "base = ?1, tries = 0, next_try = ?2, asked = NULL WHERE base IS NOT ?1 "
                      "AND state <> 'left'");
    dl_sql_str(&q, base);
    dl_sql_int(&q, now_ms);
    return dl_sql_run(&q);
}

static enum dl_err put_hub(dl_ledger *l, dl_str url, int64_t *ret_hub)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_PUT, "INSERT OR IGNORE INTO hub (url) VALUES (?1)");
    dl_sql_str(&q, url);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_HUB_ID, "SELECT hub FROM hub WHERE url = ?1");
    dl_sql_str(&q, url);
    *ret_hub = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return l->db.failed;
}

static enum dl_err put_named(dl_ledger *l, int64_t feed, const struct dl_hub_named *named,
                             int64_t now_ms, int64_t *ret_subscription)
{
    int64_t hub;
    char token[TOKEN_HEX + 1], secret[TOKEN_HEX + 1];
    random_hex(token);
    random_hex(secret);
    dl_id hash = dl_sha256(dl_str_c(token));
    DL_TRY(put_hub(l, named->hub, &hub));
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_WANT,
        "INSERT INTO subscription (feed, hub, topic, token, token_hash, secret, base, next_try) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, (SELECT value FROM meta WHERE key = 'websub_callback'), "
        "?7) ON CONFLICT (feed, hub, topic) DO UPDATE SET listed = 1, tries = 0, next_try = ?7, "
        "asked = NULL, base = excluded.base, state = CASE state WHEN 'left' THEN 'wanted' ELSE "
        "state END WHERE listed = 0 OR state = 'left'");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, hub);
    dl_sql_str(&q, named->topic);
    dl_sql_str(&q, dl_str_c(token));
    dl_sql_id(&q, &hash);
    dl_sql_str(&q, dl_str_c(secret));
    dl_sql_int(&q, now_ms);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_HUB_WANTED,
                      "SELECT subscription FROM subscription WHERE feed = ?1 AND hub = ?2 AND "
                      "topic = ?3");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, hub);
    dl_sql_str(&q, named->topic);
    *ret_subscription = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_hub_named(dl_ledger *l, int64_t feed, const struct dl_hub_named *named,
                                size_t n, int64_t now_ms)
{
    int64_t kept[DL_HUBS_PER_FEED] = {0};
    for (size_t i = 0; i < n && i < DL_HUBS_PER_FEED; i++)
        DL_TRY(put_named(l, feed, &named[i], now_ms, &kept[i]));
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_UNLIST,
                             "UPDATE subscription SET listed = 0, tries = 0, asked = NULL, "
                             "why = 'the feed no longer names it' WHERE feed = ?1 AND listed = 1 "
                             "AND subscription NOT IN (?2, ?3)");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, kept[0]);
    dl_sql_int(&q, kept[1]);
    return dl_sql_run(&q);
}

/* --- what is asked ------------------------------------------------------------------------ */

static enum dl_err mark_asked(dl_ledger *l, const struct dl_hub_job *job, int64_t tries,
                              int64_t now_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_ASKED,
                             "UPDATE subscription SET asked = ?2, asked_at = ?3, tries = ?4, "
                             "next_try = ?5 WHERE subscription = ?1");
    dl_sql_int(&q, job->subscription);
    dl_sql_str(&q, job->leave ? DL_STR("unsubscribe") : DL_STR("subscribe"));
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, tries);
    dl_sql_int(&q, now_ms + pause_ms(tries));
    return dl_sql_run(&q);
}

/* A subscription that is to be left is due once it is known, then with its pauses. */
static enum dl_err list_due(dl_ledger *l, dl_arena *arena, int64_t now_ms, size_t limit,
                            dl_hub_jobs *jobs, int64_t *tries)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_DUE,
        "SELECT s.subscription, s.listed = 0 OR f.removed <> 0 AS leave, h.url, s.topic, s.token, "
        "s.secret, s.tries FROM subscription s JOIN feed f USING (feed) JOIN hub h USING (hub) "
        "WHERE s.state <> 'left' AND CASE WHEN s.listed = 0 OR f.removed <> 0 THEN s.state = "
        "'verified' AND (s.asked IS NOT 'unsubscribe' OR s.next_try <= ?1) ELSE s.next_try <= ?1 "
        "END ORDER BY s.next_try LIMIT ?2");
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, (int64_t)limit);
    while (jobs->n < limit && dl_sql_step(&q)) {
        struct dl_hub_job job = {
            .subscription = dl_sql_get_int(&q, 0),
            .leave = dl_sql_get_int(&q, 1) != 0,
            .hub = dl_sql_get_str(arena, &q, 2),
            .topic = dl_sql_get_str(arena, &q, 3),
            .token = dl_sql_get_str(arena, &q, 4),
            .secret = dl_sql_get_str(arena, &q, 5),
        };
        tries[jobs->n] = dl_sql_get_int(&q, 6);
        DL_TRY(dl_vec_push(arena, jobs, job));
    }
    dl_sql_end(&q);
    return l->db.failed;
}

enum dl_err dl_ledger_hub_due(dl_ledger *l, dl_arena *arena, int64_t now_ms, size_t limit,
                              dl_hub_jobs *ret_jobs)
{
    dl_hub_jobs jobs = {0};
    int64_t *tries = DL_NEW_ARRAY(arena, int64_t, limit + 1);
    if (tries == NULL) return dl_arena_failed(arena);
    DL_TRY(list_due(l, arena, now_ms, limit, &jobs, tries));
    for (size_t i = 0; i < jobs.n; i++)
        DL_TRY(mark_asked(l, &jobs.p[i], tries[i] + 1, now_ms));
    *ret_jobs = jobs;
    return dl_arena_failed(arena);
}

enum dl_err dl_ledger_hub_refused(dl_ledger *l, int64_t subscription, dl_str why, int64_t again_ms,
                                  int64_t now_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_REFUSED,
                             "UPDATE subscription SET why = ?2, asked = NULL, next_try = "
                             "max(next_try, ?3, ?4) WHERE subscription = ?1");
    dl_sql_int(&q, subscription);
    dl_sql_str(&q, dl_str_sub(why, 0, DL_HUB_WHY));
    dl_sql_int(&q, again_ms);
    dl_sql_int(&q, now_ms + DL_HUB_RETRY_MS);
    return dl_sql_run(&q);
}

/* --- what a hub says ---------------------------------------------------------------------- */

static enum dl_err verified(dl_ledger *l, int64_t subscription, int64_t lease_s, int64_t now_ms)
{
    if (lease_s <= 0) lease_s = DL_HUB_LEASE_S;
    if (lease_s > DL_HUB_LEASE_MOST_S) lease_s = DL_HUB_LEASE_MOST_S;
    int64_t renew_s = (lease_s > DL_HUB_LEASE_LEAST_S ? lease_s : DL_HUB_LEASE_LEAST_S) / 5 * 4;
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_VERIFIED,
        "UPDATE subscription SET verified_at = CASE WHEN state = 'verified' AND lease_end > ?2 "
        "THEN verified_at ELSE ?2 END, state = 'verified', why = NULL, tries = 0, lease_end = ?3, "
        "next_try = ?4 WHERE subscription = ?1");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, now_ms);
    dl_sql_int(&q, now_ms + lease_s * 1000);
    dl_sql_int(&q, now_ms + renew_s * 1000);
    return dl_sql_run(&q);
}

static enum dl_err left(dl_ledger *l, int64_t subscription)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_LEFT,
                             "UPDATE subscription SET state = 'left', tries = 0, relied = 0 WHERE "
                             "subscription = ?1");
    dl_sql_int(&q, subscription);
    return dl_sql_run(&q);
}

static enum dl_err denied(dl_ledger *l, int64_t subscription, dl_str reason, int64_t now_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_DENIED,
                             "UPDATE subscription SET state = 'denied', why = ?2, asked = NULL, "
                             "tries = 0, next_try = ?3 WHERE subscription = ?1");
    dl_sql_int(&q, subscription);
    dl_sql_str(&q, dl_str_sub(reason, 0, DL_HUB_WHY));
    dl_sql_int(&q, now_ms + DL_HUB_DENIED_MS);
    DL_TRY(dl_sql_run(&q));
    return dl_ledger_hub_tick(l, now_ms); /* the polls return */
}

struct asked {
    int64_t subscription;
    bool subscribe, unsubscribe, topic;
};

static struct asked asked_by_token(dl_ledger *l, const struct dl_hub_call *call, int64_t now_ms)
{
    struct asked asked = {0};
    dl_id hash = dl_sha256(call->token);
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_BY_TOKEN,
        "SELECT s.subscription, s.asked = 'subscribe' AND s.listed = 1 AND f.removed = 0, s.asked "
        "= 'unsubscribe', s.topic = ?2, s.asked_at > ?3 FROM subscription s JOIN feed f USING "
        "(feed) WHERE s.token_hash = ?1");
    dl_sql_id(&q, &hash);
    dl_sql_str(&q, call->topic);
    dl_sql_int(&q, now_ms - DL_HUB_ANSWER_MS);
    if (dl_sql_step(&q)) {
        bool lately = dl_sql_get_int(&q, 4) != 0;
        asked = (struct asked){dl_sql_get_int(&q, 0), lately && dl_sql_get_int(&q, 1) != 0,
                               lately && dl_sql_get_int(&q, 2) != 0, dl_sql_get_int(&q, 3) != 0};
    }
    dl_sql_end(&q);
    return asked;
}

enum dl_err dl_ledger_hub_called(dl_ledger *l, const struct dl_hub_call *call, int64_t now_ms)
{
    struct asked asked = asked_by_token(l, call, now_ms);
    DL_TRY(l->db.failed);
    if (asked.subscription == 0 || !asked.topic) return DL_ERR_NOT_FOUND;
    if (dl_str_eq_c(call->mode, "denied"))
        return denied(l, asked.subscription, call->reason, now_ms);
    if (dl_str_eq_c(call->mode, "subscribe") && asked.subscribe)
        return verified(l, asked.subscription, call->lease_s, now_ms);
    if (dl_str_eq_c(call->mode, "unsubscribe") && asked.unsubscribe)
        return left(l, asked.subscription);
    return DL_ERR_NOT_FOUND;
}

/* --- what a hub delivers ------------------------------------------------------------------ */

enum dl_err dl_ledger_hub_feed(dl_ledger *l, int64_t subscription, int64_t *ret_feed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_FEED,
                             "SELECT s.feed FROM subscription s JOIN feed f USING (feed) WHERE "
                             "s.subscription = ?1 AND s.state <> 'left' AND f.removed = 0");
    dl_sql_int(&q, subscription);
    int64_t feed = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    if (feed == 0) return DL_ERR_NOT_FOUND;
    *ret_feed = feed;
    return DL_OK;
}

static enum dl_err hit(dl_ledger *l, int64_t subscription, int64_t n)
{
    if (n == 0) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_HIT,
        "UPDATE subscription SET missed = CASE WHEN hits + missed >= ?3 THEN missed / 2 ELSE "
        "missed END, hits = CASE WHEN hits + missed >= ?3 THEN hits / 2 ELSE hits END + ?2, "
        "missed_row = 0 WHERE subscription = ?1");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, n);
    dl_sql_int(&q, DL_HUB_RECENT);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(
        l, SQL_HUB_HITS,
        "UPDATE hub SET missed = CASE WHEN hits + missed >= ?3 THEN missed / 2 ELSE missed END, "
        "hits = CASE WHEN hits + missed >= ?3 THEN hits / 2 ELSE hits END + ?2 WHERE hub = (SELECT "
        "hub FROM subscription WHERE subscription = ?1)");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, n);
    dl_sql_int(&q, DL_HUB_RECENT_ALL);
    return dl_sql_run(&q);
}

/* Was it late? Then it no longer is: once, however often it is delivered. */
static bool came_late(dl_ledger *l, int64_t subscription, int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_LATE_CAME,
                             "DELETE FROM hub_late WHERE document = ?1 AND subscription = ?2");
    dl_sql_int(&q, document);
    dl_sql_int(&q, subscription);
    return dl_sql_run(&q) == DL_OK && sqlite3_changes(l->db.handle) > 0;
}

static enum dl_err note_delivery(dl_ledger *l, int64_t subscription, struct dl_spool_place place,
                                 int64_t items, int64_t fresh, int64_t at_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_DELIVERY,
                             "INSERT INTO delivery (subscription, at, segment, offset, items, "
                             "fresh) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, at_ms);
    dl_sql_int(&q, place.segment);
    dl_sql_int(&q, place.offset);
    dl_sql_int(&q, items);
    dl_sql_int(&q, fresh);
    return dl_sql_run(&q);
}

static enum dl_err came_with_items(dl_ledger *l, int64_t subscription, const struct dl_taken *taken,
                                   size_t n, struct dl_spool_place place, int64_t at_ms)
{
    int64_t fresh = 0, changed = 0, late = 0;
    for (size_t i = 0; i < n; i++) {
        fresh += taken[i].as == DL_TAKEN_NEW;
        changed += taken[i].as == DL_TAKEN_CHANGED;
        bool known = taken[i].as == DL_TAKEN_CHANGED || taken[i].as == DL_TAKEN_DUPLICATE;
        late += known && came_late(l, subscription, taken[i].document);
    }
    DL_TRY(hit(l, subscription, fresh + late));
    if (fresh + changed > 0)
        DL_TRY(note_delivery(l, subscription, place, (int64_t)n, fresh, at_ms));
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_FRESH,
                             "UPDATE feed SET items_seen = items_seen + ?2, items_new = items_new "
                             "+ ?3, last_new = CASE WHEN ?3 > 0 THEN ?4 ELSE last_new END WHERE "
                             "feed = (SELECT feed FROM subscription WHERE subscription = ?1)");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, (int64_t)n);
    dl_sql_int(&q, fresh);
    dl_sql_int(&q, at_ms);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_HUB_DELIVERED,
                      "UPDATE subscription SET deliveries = deliveries + 1, last_delivery = ?2, "
                      "fresh = fresh + ?3, fresh_since_poll = fresh_since_poll + ?3 WHERE "
                      "subscription = ?1");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, at_ms);
    dl_sql_int(&q, fresh);
    return dl_sql_run(&q);
}

/* The feed is looked at now, but a hub cannot make us look all the time. */
static enum dl_err look_now(dl_ledger *l, int64_t subscription, int64_t at_ms)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_LOOK,
        "UPDATE feed SET next_poll = max(?2, coalesce(last_poll, 0) + ?3), why = 'its hub says "
        "that there is something new' WHERE feed = (SELECT feed FROM subscription WHERE "
        "subscription = ?1) AND next_poll > max(?2, coalesce(last_poll, 0) + ?3)");
    dl_sql_int(&q, subscription);
    dl_sql_int(&q, at_ms + DL_HUB_LOOK_MS);
    dl_sql_int(&q, DL_HUB_PING_GAP_MS);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_hub_came(dl_ledger *l, int64_t subscription, enum dl_hub_came came,
                               const struct dl_taken *taken, size_t n, struct dl_spool_place place,
                               int64_t at_ms)
{
    if (came == DL_HUB_ITEMS) return came_with_items(l, subscription, taken, n, place, at_ms);
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_COUNT,
        "UPDATE subscription SET thin = thin + (?2 = 'thin'), unreadable = unreadable + (?2 = "
        "'unreadable'), forged = forged + (?2 = 'forged'), foreign_topic = foreign_topic + (?2 = "
        "'foreign'), pinged = CASE WHEN ?2 IN ('thin', 'unreadable') THEN ?3 ELSE pinged END, "
        "last_delivery = CASE WHEN ?2 IN ('thin', 'unreadable') THEN ?3 ELSE last_delivery END "
        "WHERE subscription = ?1");
    static const char *const words[] = {
        [DL_HUB_THIN] = "thin",
        [DL_HUB_UNREADABLE] = "unreadable",
        [DL_HUB_FORGED] = "forged",
        [DL_HUB_FOREIGN] = "foreign",
    };
    dl_sql_int(&q, subscription);
    dl_sql_str(&q, dl_str_c(words[came]));
    dl_sql_int(&q, at_ms);
    DL_TRY(dl_sql_run(&q));
    bool look = came == DL_HUB_THIN || came == DL_HUB_UNREADABLE;
    return look ? look_now(l, subscription, at_ms) : DL_OK;
}

/* --- the tally ---------------------------------------------------------------------------- */

/* Subscriptions that were to deliver what this poll saw first. pinged: the hub told us to look. */
struct expecting {
    int64_t subscription[DL_HUBS_PER_FEED];
    bool pinged[DL_HUBS_PER_FEED];
    size_t n;
    bool any; /* subscriptions, whatever they are to deliver */
};

static void list_expecting(dl_ledger *l, int64_t feed, int64_t last_good_ms, int64_t at_ms,
                           struct expecting *ret, int64_t *ret_fresh)
{
    *ret_fresh = 0;
    *ret = (struct expecting){0};
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HUB_TRUSTED,
        "SELECT s.subscription, s.state = 'verified' AND s.listed = 1 AND s.verified_at <= ?2 AND "
        "s.lease_end > ?3, coalesce(s.pinged, 0) > ?2, s.fresh_since_poll FROM subscription s "
        "WHERE s.feed = ?1");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, last_good_ms);
    dl_sql_int(&q, at_ms);
    while (dl_sql_step(&q)) {
        *ret_fresh += dl_sql_get_int(&q, 3);
        ret->any = true;
        bool expects = last_good_ms > 0 && dl_sql_get_int(&q, 1) != 0;
        if (!expects || ret->n == DL_HUBS_PER_FEED) continue;
        ret->subscription[ret->n] = dl_sql_get_int(&q, 0);
        ret->pinged[ret->n++] = dl_sql_get_int(&q, 2) != 0;
    }
    dl_sql_end(&q);
}

static enum dl_err note_late(dl_ledger *l, int64_t subscription, const struct dl_taken *taken,
                             size_t n, bool pinged, int64_t at_ms)
{
    int64_t fresh = 0;
    for (size_t i = 0; i < n; i++) {
        if (taken[i].as != DL_TAKEN_NEW) continue;
        fresh++;
        if (pinged) continue;
        dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_LATE,
                                 "INSERT OR IGNORE INTO hub_late (document, subscription, at) "
                                 "VALUES (?1, ?2, ?3)");
        dl_sql_int(&q, taken[i].document);
        dl_sql_int(&q, subscription);
        dl_sql_int(&q, at_ms);
        DL_TRY(dl_sql_run(&q));
    }
    return pinged ? hit(l, subscription, fresh) : DL_OK;
}

static enum dl_err rely(dl_ledger *l, int64_t feed, int64_t at_ms, bool *ret_pushed)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_RELY,
                             "UPDATE subscription SET relied = 1 WHERE feed = ?2 AND subscription "
                             "IN (SELECT s.subscription FROM subscription s JOIN hub h USING (hub) "
                             "WHERE s.feed = ?2 AND " TRUSTED ")");
    dl_sql_int(&q, at_ms);
    dl_sql_int(&q, feed);
    DL_TRY(dl_sql_run(&q));
    *ret_pushed = sqlite3_changes(l->db.handle) > 0;
    return DL_OK;
}

enum dl_err dl_ledger_hub_polled(dl_ledger *l, int64_t feed, const struct dl_taken *taken, size_t n,
                                 int64_t last_good_ms, int64_t at_ms, struct dl_hub_plan *ret_plan)
{
    struct expecting expecting;
    struct dl_hub_plan plan = {0};
    list_expecting(l, feed, last_good_ms, at_ms, &expecting, &plan.fresh);
    for (size_t i = 0; i < expecting.n; i++)
        DL_TRY(note_late(l, expecting.subscription[i], taken, n, expecting.pinged[i], at_ms));
    if (plan.fresh > 0) {
        dl_sql q = DL_LEDGER_SQL(l, SQL_HUB_POLLED,
                                 "UPDATE subscription SET fresh_since_poll = 0 WHERE feed = ?1");
        dl_sql_int(&q, feed);
        DL_TRY(dl_sql_run(&q));
    }
    if (expecting.any) DL_TRY(rely(l, feed, at_ms, &plan.pushed));
    DL_TRY(l->db.failed);
    *ret_plan = plan;
    return DL_OK;
}

static enum dl_err with_time(dl_ledger *l, enum dl_ledger_slot slot, const char *sql, int64_t ms)
{
    dl_sql q = DL_LEDGER_SQL(l, slot, sql);
    dl_sql_int(&q, ms);
    return dl_sql_run(&q);
}

static enum dl_err settle_late(dl_ledger *l, int64_t before_ms)
{
    DL_TRY(with_time(l, SQL_HUB_MISSED,
                     "UPDATE subscription SET missed = missed + late.n, missed_row = missed_row + "
                     "late.n FROM (SELECT subscription AS of, count(*) AS n FROM hub_late WHERE at "
                     "<= ?1 GROUP BY subscription) AS late WHERE subscription = late.of",
                     before_ms));
    if (sqlite3_changes(l->db.handle) == 0) return DL_OK;
    DL_TRY(
        with_time(l, SQL_HUB_MISSES,
                  "UPDATE hub SET missed = missed + late.n FROM (SELECT s.hub AS of, count(*) AS "
                  "n FROM hub_late JOIN subscription s USING (subscription) WHERE at <= ?1 "
                  "GROUP BY s.hub) AS late WHERE hub = late.of",
                  before_ms));
    return with_time(l, SQL_HUB_LATE_GONE, "DELETE FROM hub_late WHERE at <= ?1", before_ms);
}

static enum dl_err end_leases(dl_ledger *l, int64_t now_ms)
{
    DL_TRY(with_time(l, SQL_HUB_EXPIRED,
                     "UPDATE subscription SET state = CASE WHEN listed = 0 OR (SELECT removed FROM "
                     "feed f WHERE f.feed = subscription.feed) THEN 'left' ELSE 'wanted' END, why "
                     "= coalesce(why, 'the lease ended') WHERE state = 'verified' AND lease_end <= "
                     "?1",
                     now_ms));
    return with_time(l, SQL_HUB_GONE,
                     "UPDATE subscription SET state = 'left' WHERE state IN ('wanted', 'denied') "
                     "AND next_try <= ?1 AND (listed = 0 OR (SELECT removed FROM feed f WHERE "
                     "f.feed = subscription.feed))",
                     now_ms);
}

/* A feed that waited for its hub goes back to its own rhythm. */
static enum dl_err return_polls(dl_ledger *l, int64_t now_ms)
{
    DL_TRY(with_time(
        l, SQL_HUB_BACK,
        "UPDATE feed SET next_poll = min(next_poll, max(?1, coalesce(last_poll, 0) + interval)), "
        "why = 'its hub no longer delivers' WHERE feed IN (SELECT s.feed FROM subscription s JOIN "
        "hub h USING (hub) WHERE s.relied = 1 AND NOT " TRUSTED ") AND NOT EXISTS (SELECT 1 FROM "
        "subscription s JOIN hub h USING (hub) WHERE s.feed = feed.feed AND " TRUSTED ") AND "
        "next_poll > max(?1, coalesce(last_poll, 0) + interval)",
        now_ms));
    return with_time(l, SQL_HUB_UNRELY,
                     "UPDATE subscription SET relied = 0 WHERE relied = 1 AND subscription IN "
                     "(SELECT s.subscription FROM subscription s JOIN hub h USING (hub) WHERE "
                     "NOT " TRUSTED ")",
                     now_ms);
}

enum dl_err dl_ledger_hub_tick(dl_ledger *l, int64_t now_ms)
{
    DL_TRY(settle_late(l, now_ms - DL_HUB_GRACE_MS));
    DL_TRY(end_leases(l, now_ms));
    return return_polls(l, now_ms);
}
