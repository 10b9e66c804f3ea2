#include "store/read_hub.h"

#include "base/time.h"
#include "store/read_private.h"

enum { ITEMS_TO_SAY = 3 };

enum dl_err dl_store_callback(dl_store *s, dl_arena *arena, dl_str token,
                              struct dl_store_callback *ret)
{
    bool own;
    DL_TRY(dl_store_enter(s, &own));
    dl_id hash = dl_sha256(token);
    dl_sql q = DL_STORE_SQL(s, READ_CALLBACK,
                            "SELECT s.subscription, f.url, f.kind, s.topic, s.secret, s.state = "
                            "'left' OR f.removed FROM subscription s JOIN feed f USING (feed) "
                            "WHERE s.token_hash = ?1");
    dl_sql_id(&q, &hash);
    bool found = dl_sql_step(&q);
    if (found)
        *ret = (struct dl_store_callback){
            .subscription = dl_sql_get_int(&q, 0),
            .feed_url = dl_sql_get_str(arena, &q, 1),
            .feed_kind = dl_sql_get_str(arena, &q, 2),
            .topic = dl_sql_get_str(arena, &q, 3),
            .secret = dl_sql_get_str(arena, &q, 4),
            .left = dl_sql_get_int(&q, 5) != 0,
        };
    dl_sql_end(&q);
    enum dl_err err = found ? dl_arena_failed(arena) : DL_ERR_NOT_FOUND;
    return dl_store_leave(s, own, err);
}

static struct dl_store_subscription subscription_row(dl_arena *arena, const dl_sql *q)
{
    return (struct dl_store_subscription){
        .feed = dl_sql_get_int(q, 0),
        .outlet = dl_sql_get_str(arena, q, 1),
        .feed_url = dl_sql_get_str(arena, q, 2),
        .hub = dl_sql_get_str(arena, q, 3),
        .topic = dl_sql_get_str(arena, q, 4),
        .state = dl_sql_get_str(arena, q, 5),
        .why = dl_sql_get_str(arena, q, 6),
        .next_try_ms = dl_sql_get_int(q, 7),
        .verified_at_ms = dl_sql_get_int(q, 8),
        .lease_end_ms = dl_sql_get_int(q, 9),
        .last_delivery_ms = dl_sql_get_int(q, 10),
        .hits = dl_sql_get_int(q, 11),
        .missed = dl_sql_get_int(q, 12),
        .hub_hits = dl_sql_get_int(q, 13),
        .hub_missed = dl_sql_get_int(q, 14),
        .deliveries = dl_sql_get_int(q, 15),
        .thin = dl_sql_get_int(q, 16),
        .unreadable = dl_sql_get_int(q, 17),
        .forged = dl_sql_get_int(q, 18),
        .foreign = dl_sql_get_int(q, 19),
        .fresh = dl_sql_get_int(q, 20),
        .relied = dl_sql_get_int(q, 21) != 0,
        .has_base = dl_sql_get_int(q, 22) != 0,
    };
}

enum dl_err dl_store_list_subscriptions(dl_store *s, dl_arena *arena, int64_t feed, size_t limit,
                                        dl_store_subscriptions *ret)
{
    bool own;
    dl_store_subscriptions rows = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_SUBSCRIPTIONS,
        "SELECT s.feed, f.outlet, f.url, h.url, s.topic, s.state, s.why, s.next_try, "
        "s.verified_at, s.lease_end, s.last_delivery, s.hits, s.missed, h.hits, h.missed, "
        "s.deliveries, s.thin, s.unreadable, s.forged, s.foreign_topic, s.fresh, s.relied, EXISTS "
        "(SELECT 1 FROM meta WHERE key = 'websub_callback' AND value IS NOT NULL) FROM "
        "subscription s JOIN feed f USING (feed) JOIN hub h USING (hub) WHERE s.state <> 'left' "
        "AND f.removed = 0 AND (?1 = 0 OR s.feed = ?1) ORDER BY h.url, s.feed LIMIT ?2");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (dl_sql_step(&q))
        if (dl_vec_push(arena, &rows, subscription_row(arena, &q)) != DL_OK) break;
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, dl_arena_failed(arena)));
    *ret = rows;
    return DL_OK;
}

int dl_store_delivers_percent(int64_t hits, int64_t missed)
{
    if (hits + missed < ITEMS_TO_SAY) return -1;
    return (int)(hits * 100 / (hits + missed));
}

static dl_str tally_words(dl_arena *arena, const struct dl_store_subscription *s)
{
    int percent = dl_store_delivers_percent(s->hits, s->missed);
    if (percent < 0) return DL_STR("subscribed, too few items yet to say whether it delivers");
    return dl_str_fmt(arena, "delivers %d %% (%lld of %lld items lately)%s", percent,
                      (long long)s->hits, (long long)(s->hits + s->missed),
                      s->relied ? "; polls only check" : "; polled as well");
}

dl_str dl_store_subscription_words(dl_arena *arena, const struct dl_store_subscription *s)
{
    char until[32];
    if (dl_str_eq_c(s->state, "verified")) {
        dl_time_format_ms(s->lease_end_ms, until);
        return dl_str_fmt(arena, "%.*s, subscribed until %.10s", DL_FMT(tally_words(arena, s)),
                          until);
    }
    if (!s->has_base)
        return DL_STR("not subscribed: no address for hubs is given (serve --websub-callback)");
    const char *state = dl_str_eq_c(s->state, "denied") ? "the hub refused" : "not subscribed yet";
    if (s->why.n == 0) return dl_str_c(state);
    return dl_str_fmt(arena, "%s: %.*s", state, DL_FMT(s->why));
}
