#include "store/read_claims.h"

#include "store/blob.h"
#include "store/read_private.h"

#define CLAIM_COLUMNS                                                                                                                \
    "c.claim, c.n, c.id, s.id, d.id, CASE WHEN d.rights & 8 THEN '' ELSE c.wording END, c.language, d.outlet, o.name, c.documents, " \
    "c.copies, c.outlets, c.origins_min, c.origins_max, c.origins_named, c.origins_free, "                                           \
    "c.denials, c.hardened, c.softened, c.first_seen, c.last_seen, c.circular"
#define CLAIM_TABLES                                                                               \
    " FROM claim c JOIN story s ON s.story = c.story JOIN document d ON d.document = c.document "  \
    "JOIN outlet o ON o.outlet = d.outlet "
enum { BODY = 22 };

static enum dl_err claim_row(dl_arena *arena, const dl_sql *q, bool with_body,
                             struct dl_store_claim *ret)
{
    *ret = (struct dl_store_claim){
        .claim = dl_sql_get_int(q, 0),
        .n = dl_sql_get_int(q, 1),
        .wording = dl_sql_get_str(arena, q, 5),
        .language = dl_sql_get_str(arena, q, 6),
        .outlet = dl_sql_get_str(arena, q, 7),
        .outlet_name = dl_sql_get_str(arena, q, 8),
        .documents = dl_sql_get_int(q, 9),
        .copies = dl_sql_get_int(q, 10),
        .outlets = dl_sql_get_int(q, 11),
        .origins_min = dl_sql_get_int(q, 12),
        .origins_max = dl_sql_get_int(q, 13),
        .origins_named = dl_sql_get_int(q, 14),
        .origins_free = dl_sql_get_int(q, 15),
        .denials = dl_sql_get_int(q, 16),
        .hardened = dl_sql_get_int(q, 17),
        .softened = dl_sql_get_int(q, 18),
        .first_seen_ms = dl_sql_get_int(q, 19),
        .last_seen_ms = dl_sql_get_int(q, 20),
        .circular = dl_sql_get_int(q, 21) != 0,
    };
    if (!dl_sql_get_id(q, 2, &ret->id) || !dl_sql_get_id(q, 3, &ret->story) ||
        !dl_sql_get_id(q, 4, &ret->document))
        return DL_ERR_CORRUPT;
    if (!with_body) return DL_OK;
    return dl_blob_unpack(arena, dl_sql_get_str(arena, q, BODY), dl_sql_get_int(q, BODY + 1),
                          &ret->body);
}

static enum dl_err claim_rows(dl_arena *arena, dl_sql *q, bool with_body, dl_store_claims *claims)
{
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_sql_step(q)) {
        struct dl_store_claim c;
        err = claim_row(arena, q, with_body, &c);
        if (err == DL_OK) err = dl_vec_push(arena, claims, c);
    }
    dl_sql_end(q);
    return err == DL_OK ? dl_arena_failed(arena) : err;
}

enum dl_err dl_store_story_claims(dl_store *s, dl_arena *arena, int64_t story, size_t limit,
                                  dl_store_claims *ret)
{
    bool own;
    dl_store_claims claims = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_STORY_CLAIMS,
                            "SELECT " CLAIM_COLUMNS ", c.body, c.packed" CLAIM_TABLES
                            "WHERE c.story = ?1 ORDER BY c.n LIMIT ?2");
    dl_sql_int(&q, story);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    enum dl_err err = claim_rows(arena, &q, true, &claims);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = claims;
    return DL_OK;
}

/* --- one claim ------------------------------------------------------------------------------ */

static enum dl_err claim_by_key(dl_store *s, dl_arena *arena, int64_t claim,
                                struct dl_store_claim *ret)
{
    dl_store_claims claims = {0};
    dl_sql q = DL_STORE_SQL(s, READ_CLAIM_BY_KEY,
                            "SELECT " CLAIM_COLUMNS ", c.body, c.packed" CLAIM_TABLES
                            "WHERE c.claim = ?1");
    dl_sql_int(&q, claim);
    DL_TRY(claim_rows(arena, &q, true, &claims));
    DL_TRY(s->db.failed);
    if (claims.n == 0) return DL_ERR_NOT_FOUND;
    *ret = claims.p[0];
    return DL_OK;
}

enum dl_err dl_store_claim(dl_store *s, dl_arena *arena, dl_str id, struct dl_store_claim *ret,
                           struct dl_diag *diag)
{
    bool own;
    int64_t claim;
    DL_TRY(dl_store_enter(s, &own));
    enum dl_err err =
        dl_store_by_prefix(s, READ_CLAIM_BY_ID,
                           "SELECT claim FROM claim WHERE id BETWEEN ?1 AND ?2 UNION SELECT "
                           "c.claim FROM claim_alias a JOIN claim c ON c.id = a.into_id WHERE a.id "
                           "BETWEEN ?1 AND ?2 LIMIT 2",
                           id, &claim, diag);
    if (err == DL_OK) err = claim_by_key(s, arena, claim, ret);
    return dl_store_leave(s, own, err);
}

static enum dl_err origin_at(dl_store *s, const dl_id *low, const dl_id *high, int64_t *ret_claim,
                             size_t *ret_n)
{
    dl_sql q = DL_STORE_SQL(s, READ_ORIGIN,
                            "SELECT claim, n FROM claim_origin WHERE id BETWEEN ?1 AND ?2 LIMIT 1");
    dl_sql_id(&q, low);
    dl_sql_id(&q, high);
    bool found = dl_sql_step(&q);
    *ret_claim = found ? dl_sql_get_int(&q, 0) : 0;
    *ret_n = found ? (size_t)dl_sql_get_int(&q, 1) : 0;
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    return found ? DL_OK : DL_ERR_NOT_FOUND;
}

enum dl_err dl_store_origin(dl_store *s, dl_arena *arena, dl_str id, struct dl_store_claim *ret,
                            size_t *ret_n, struct dl_diag *diag)
{
    bool own;
    dl_id low, high;
    int64_t claim;
    if (!dl_store_id_range(id, &low, &high))
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "an id is %d to %d hexadecimal digits",
                       DL_STORE_PREFIX_MIN, DL_ID_HEX);
    DL_TRY(dl_store_enter(s, &own));
    enum dl_err err = origin_at(s, &low, &high, &claim, ret_n);
    if (err == DL_OK) err = claim_by_key(s, arena, claim, ret);
    return dl_store_leave(s, own, err);
}

enum dl_err dl_store_claim_origins(dl_store *s, dl_arena *arena, int64_t claim,
                                   dl_store_origin_ids *ret)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_origin_ids ids = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_ORIGIN_IDS,
                            "SELECT id, n FROM claim_origin WHERE claim = ?1 ORDER BY n");
    dl_sql_int(&q, claim);
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_origin_id o = {.n = (size_t)dl_sql_get_int(&q, 1)};
        err = dl_sql_get_id(&q, 0, &o.id) ? dl_vec_push(arena, &ids, o) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = ids;
    return DL_OK;
}

/* --- over all stories ------------------------------------------------------------------------ */

enum dl_err dl_store_list_claims(dl_store *s, dl_arena *arena, enum dl_claims_kind kind,
                                 int64_t since_ms, size_t limit, dl_store_claims *ret)
{
    bool own;
    dl_store_claims claims = {0};
    DL_TRY(dl_store_enter(s, &own));
    /* max() of a group: the other columns are of the row that has it. */
    dl_sql q = kind == DL_CLAIMS_CONTESTED
                   ? DL_STORE_SQL(s, READ_CONTESTED,
                                  "SELECT " CLAIM_COLUMNS ", max(c.documents * 1000 - "
                                  "c.n)" CLAIM_TABLES
                                  "WHERE c.denials > 0 AND c.last_seen >= ?1 GROUP BY c.story "
                                  "ORDER BY max(c.last_seen) DESC, c.story DESC LIMIT ?2")
                   : DL_STORE_SQL(s, READ_SPREADING,
                                  "SELECT " CLAIM_COLUMNS ", max(c.outlets * 1000 - "
                                  "c.n)" CLAIM_TABLES
                                  "WHERE c.origins_max <= 1 AND c.outlets >= 3 AND c.last_seen >= "
                                  "?1 GROUP BY c.story ORDER BY c.outlets DESC, c.story DESC LIMIT "
                                  "?2");
    dl_sql_int(&q, since_ms);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    enum dl_err err = claim_rows(arena, &q, false, &claims);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = claims;
    return DL_OK;
}

enum dl_err dl_store_list_corrections(dl_store *s, dl_arena *arena, int64_t since_ms, size_t limit,
                                      dl_store_edits *ret)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_edits edits = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_CORRECTIONS,
        "SELECT d.id, r.id, b.id, st.id, r.title, r.language, d.outlet, o.name, e.at FROM edit e "
        "JOIN document d USING (document) JOIN outlet o ON o.outlet = d.outlet JOIN revision r ON "
        "r.revision = e.revision JOIN revision b ON b.revision = e.earlier LEFT JOIN story st ON "
        "st.story = d.story WHERE e.notice = 1 AND e.at >= ?1 ORDER BY e.at DESC, e.revision DESC "
        "LIMIT ?2");
    dl_sql_int(&q, since_ms);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_edit e = {.title = dl_sql_get_str(arena, &q, 4),
                                  .language = dl_sql_get_str(arena, &q, 5),
                                  .outlet = dl_sql_get_str(arena, &q, 6),
                                  .outlet_name = dl_sql_get_str(arena, &q, 7),
                                  .at_ms = dl_sql_get_int(&q, 8)};
        e.has_story = dl_sql_get_id(&q, 3, &e.story);
        bool sound = dl_sql_get_id(&q, 0, &e.document) && dl_sql_get_id(&q, 1, &e.revision) &&
                     dl_sql_get_id(&q, 2, &e.earlier);
        err = sound ? dl_vec_push(arena, &edits, e) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = edits;
    return DL_OK;
}

enum dl_err dl_store_claim_decisions(dl_store *s, dl_arena *arena, const dl_id *claim,
                                     dl_store_decisions *ret)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_decisions decisions = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_DECISIONS,
        "SELECT x.decision, x.at, x.undone, x.kind = 'split', x.a, x.b, oa.name, ob.name FROM "
        "decision x LEFT JOIN document da ON da.id = x.a LEFT JOIN outlet oa ON oa.outlet = "
        "da.outlet LEFT JOIN document db ON db.id = x.b LEFT JOIN outlet ob ON ob.outlet = "
        "db.outlet WHERE x.claim_id = ?1 OR x.claim_id IN (SELECT id FROM claim_alias WHERE into_id "
        "= ?1) ORDER BY x.decision LIMIT ?2");
    dl_sql_id(&q, claim);
    dl_sql_int(&q, DL_STORE_LIST_MAX);
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_decision d = {.decision = dl_sql_get_int(&q, 0),
                                      .at_ms = dl_sql_get_int(&q, 1),
                                      .undone_ms = dl_sql_get_int(&q, 2),
                                      .split = dl_sql_get_int(&q, 3) != 0,
                                      .outlet_a = dl_sql_get_str(arena, &q, 6),
                                      .outlet_b = dl_sql_get_str(arena, &q, 7)};
        bool sound = dl_sql_get_id(&q, 4, &d.a) && dl_sql_get_id(&q, 5, &d.b);
        err = sound ? dl_vec_push(arena, &decisions, d) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = decisions;
    return DL_OK;
}

enum dl_err dl_store_story_quiet(dl_store *s, dl_arena *arena, int64_t story,
                                 dl_store_documents_quiet *ret)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_documents_quiet ids = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q =
        DL_STORE_SQL(s, READ_QUIET, "SELECT id FROM document WHERE story = ?1 AND rights & 8");
    dl_sql_int(&q, story);
    while (err == DL_OK && dl_sql_step(&q)) {
        dl_id id;
        err = dl_sql_get_id(&q, 0, &id) ? dl_vec_push(arena, &ids, id) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, err));
    *ret = ids;
    return DL_OK;
}

enum dl_err dl_store_watched(dl_store *s, int64_t *ret_outlets, int64_t *ret_countries)
{
    bool own;
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_WATCHED,
                            "SELECT count(*), count(DISTINCT country) FROM outlet o WHERE EXISTS "
                            "(SELECT 1 FROM feed f WHERE f.outlet = o.outlet AND f.removed = 0) OR "
                            "EXISTS (SELECT 1 FROM alias a WHERE a.outlet = o.outlet)");
    bool found = dl_sql_step(&q);
    *ret_outlets = found ? dl_sql_get_int(&q, 0) : 0;
    *ret_countries = found ? dl_sql_get_int(&q, 1) : 0;
    dl_sql_end(&q);
    return dl_store_leave(s, own, s->db.failed);
}
