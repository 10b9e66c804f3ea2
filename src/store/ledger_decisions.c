/* What people decided about the origins of claims. */
#include "store/ledger_claims.h"
#include "store/ledger_private.h"

enum dl_err dl_ledger_claim_decisions(dl_ledger *l, dl_arena *arena, int64_t story,
                                      dl_decisions *ret)
{
    dl_decisions decisions = {0};
    enum dl_err err = DL_OK;
    /* Of a claim that became part of another, too: alias rows are few. */
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_CLAIM_DECISIONS,
        "SELECT x.decision, x.at, c.id, x.a, x.b, x.kind = 'split' FROM claim c JOIN decision x ON "
        "x.claim_id = c.id OR x.claim_id IN (SELECT y.id FROM claim_alias y WHERE y.into_id = "
        "c.id) WHERE c.story = ?1 AND x.undone IS NULL ORDER BY x.decision");
    dl_sql_int(&q, story);
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_decision d = {.decision = dl_sql_get_int(&q, 0),
                                .at_ms = dl_sql_get_int(&q, 1),
                                .split = dl_sql_get_int(&q, 5) != 0};
        bool sound = dl_sql_get_id(&q, 2, &d.claim) && dl_sql_get_id(&q, 3, &d.a) &&
                     dl_sql_get_id(&q, 4, &d.b);
        err = sound ? dl_vec_push(arena, &decisions, d) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(err);
    *ret = decisions;
    return l->db.failed;
}

static int64_t story_of_claim(dl_ledger *l, const dl_id *claim)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CLAIM_STORY,
                             "SELECT story FROM claim WHERE id = coalesce((SELECT into_id FROM "
                             "claim_alias WHERE id = ?1), ?1)");
    dl_sql_id(&q, claim);
    int64_t story = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return story;
}

static bool is_of(dl_ledger *l, int64_t story, const dl_id *document)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_CLAIM_HAS, "SELECT 1 FROM document WHERE id = ?2 AND story = ?1");
    dl_sql_int(&q, story);
    dl_sql_id(&q, document);
    bool found = dl_sql_step(&q);
    dl_sql_end(&q);
    return found;
}

enum dl_err dl_ledger_decide(dl_ledger *l, const struct dl_decision *d)
{
    int64_t story = story_of_claim(l, &d->claim);
    bool known = story != 0 && is_of(l, story, &d->a) && is_of(l, story, &d->b);
    DL_TRY(l->db.failed);
    if (!known) return DL_ERR_NOT_FOUND;
    bool ordered = memcmp(&d->a, &d->b, sizeof d->a) <= 0;
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_DECIDE,
        "INSERT INTO decision (at, claim_id, kind, a, b) SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT "
        "EXISTS (SELECT 1 FROM decision WHERE claim_id = ?2 AND kind = ?3 AND a = ?4 AND b = ?5 "
        "AND undone IS NULL)");
    dl_sql_int(&q, d->at_ms);
    dl_sql_id(&q, &d->claim);
    dl_sql_str(&q, d->split ? DL_STR("split") : DL_STR("join"));
    dl_sql_id(&q, ordered ? &d->a : &d->b);
    dl_sql_id(&q, ordered ? &d->b : &d->a);
    DL_TRY(dl_sql_run(&q));
    return dl_ledger_claims_behind(l, story);
}

enum dl_err dl_ledger_undo(dl_ledger *l, int64_t decision, int64_t now_ms)
{
    dl_id claim;
    dl_sql q = DL_LEDGER_SQL(l, SQL_UNDO,
                             "UPDATE decision SET undone = coalesce(undone, ?2) WHERE decision = "
                             "?1 RETURNING coalesce((SELECT into_id FROM claim_alias WHERE id = "
                             "claim_id), claim_id)");
    dl_sql_int(&q, decision);
    dl_sql_int(&q, now_ms);
    bool found = dl_sql_step(&q) && dl_sql_get_id(&q, 0, &claim);
    DL_TRY(dl_sql_run(&q));
    if (!found) return DL_ERR_NOT_FOUND;
    int64_t story = story_of_claim(l, &claim);
    return story == 0 ? l->db.failed : dl_ledger_claims_behind(l, story);
}
