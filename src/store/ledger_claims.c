#include "store/ledger_claims.h"

#include "base/map.h"
#include "store/ledger_private.h"

/* --- which stories are behind --------------------------------------------------------------- */

enum dl_err dl_ledger_claims_behind(dl_ledger *l, int64_t story)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_CLAIMS_BEHIND,
                      "INSERT INTO claim_due (story, due, cost) SELECT story, ?2, 0 FROM story "
                      "WHERE story = ?1 AND documents > 1 ON CONFLICT DO UPDATE SET due = "
                      "excluded.due + min(cost * ?3, ?4) WHERE due = 0");
    dl_sql_int(&q, story);
    dl_sql_int(&q, dl_now_ms());
    dl_sql_int(&q, DL_CLAIM_PAUSE);
    dl_sql_int(&q, DL_CLAIM_PAUSE_MOST_MS);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_claims_due(dl_ledger *l, int64_t now_ms, bool calm,
                                 struct dl_claim_story *ret, bool *ret_more)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_CLAIMS_DUE,
                      "SELECT c.story, s.id, c.due, c.cost FROM claim_due c JOIN story s USING "
                      "(story) WHERE c.due <> 0 ORDER BY c.due LIMIT 1");
    bool any = dl_sql_step(&q), sound = false;
    struct dl_claim_story story = {0};
    int64_t due = 0;
    if (any) {
        story.story = dl_sql_get_int(&q, 0);
        sound = dl_sql_get_id(&q, 1, &story.id);
        due = dl_sql_get_int(&q, 2);
        if (calm) due -= dl_sql_get_int(&q, 3) * (DL_CLAIM_PAUSE - DL_CLAIM_PAUSE_CALM);
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_more = any;
    if (!sound || due > now_ms) return DL_ERR_NOT_FOUND;
    *ret = story;
    return DL_OK;
}

/* --- what is known of a story ---------------------------------------------------------------- */

static enum dl_err document_row(dl_arena *arena, const dl_sql *q, struct dl_claim_document *ret)
{
    *ret = (struct dl_claim_document){
        .document = dl_sql_get_int(q, 0),
        .seq = dl_sql_get_int(q, 1),
        .copy_of = dl_sql_get_int(q, 2), /* a document, for now */
        .similarity = dl_sql_get_real(q, 3),
        .outlet = dl_sql_get_str(arena, q, 6),
        .outlet_name = dl_sql_get_str(arena, q, 7),
        .country = dl_sql_get_str(arena, q, 8),
        .language = dl_sql_get_str(arena, q, 9),
        .title = dl_sql_get_str(arena, q, 10),
        .url = dl_sql_get_str(arena, q, 11),
        .seen_after_ms = dl_sql_get_int(q, 12),
        .seen_by_ms = dl_sql_get_int(q, 13),
        .published_ms = dl_sql_get_int(q, 14),
    };
    if (!dl_sql_get_id(q, 4, &ret->id) || !dl_sql_get_id(q, 5, &ret->revision))
        return DL_ERR_CORRUPT;
    if (dl_sql_is_null(q, 15)) return DL_OK;
    return dl_blob_unpack(arena, dl_sql_get_str(arena, q, 15), dl_sql_get_int(q, 16),
                          &ret->sayings);
}

/* Documents by their number are turned into places in the list, which is in order of arrival. */
static enum dl_err place_copies(dl_arena *arena, dl_claim_documents *documents)
{
    dl_map64 places;
    dl_map64_init(&places, arena);
    for (size_t i = 0; i < documents->n; i++) {
        struct dl_claim_document *d = &documents->p[i];
        uint64_t *from = d->copy_of == 0 ? NULL : dl_map64_get(&places, (uint64_t)d->copy_of);
        d->copy_of = from == NULL ? 0 : (int64_t)*from;
        uint64_t *own = dl_map64_at(&places, (uint64_t)d->document);
        if (own == NULL) return dl_arena_failed(arena);
        *own = i + 1;
    }
    return DL_OK;
}

enum dl_err dl_ledger_claim_documents(dl_ledger *l, dl_arena *arena, int64_t story,
                                      dl_claim_documents *ret)
{
    dl_claim_documents documents = {0};
    enum dl_err err = DL_OK;
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_CLAIM_DOCUMENTS,
        "SELECT m.document, m.seq, m.copy_of, m.similarity, d.id, r.id, d.outlet, o.name, "
        "o.country, r.language, r.title, d.url, d.seen_after, d.seen_by, r.published, x.body, "
        "x.packed FROM story_document m JOIN document d USING (document) JOIN outlet o ON o.outlet "
        "= d.outlet JOIN revision r ON r.revision = d.revision LEFT JOIN result x ON x.revision = "
        "d.revision AND x.stage = 'sayings' WHERE m.story = ?1 ORDER BY m.seq LIMIT ?2");
    dl_sql_int(&q, story);
    dl_sql_int(&q, DL_CLAIM_DOCUMENTS_MAX);
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_claim_document d;
        err = document_row(arena, &q, &d);
        if (err == DL_OK) err = dl_vec_push(arena, &documents, d);
    }
    dl_sql_end(&q);
    DL_TRY(err);
    DL_TRY(l->db.failed);
    DL_TRY(place_copies(arena, &documents));
    *ret = documents;
    return dl_arena_failed(arena);
}

/* --- what was made --------------------------------------------------------------------------- */

dl_id dl_claim_id(const dl_id *document, dl_str wording)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(document, hex);
    const dl_str parts[] = {DL_STR("claim1"), dl_str_c(hex), wording};
    return dl_id_of(parts, 3);
}

dl_id dl_origin_id(const dl_id *claim, const dl_id *document, dl_str name)
{
    char of[DL_ID_HEX + 1], first[DL_ID_HEX + 1];
    dl_id_hex(claim, of);
    dl_id_hex(document, first);
    const dl_str parts[] = {DL_STR("origin1"), dl_str_c(of), dl_str_c(first), name};
    return dl_id_of(parts, 4);
}

static enum dl_err put_origins(dl_ledger *l, int64_t claim, const struct dl_claim_row *r)
{
    for (size_t i = 0; i < r->n_origins; i++) {
        dl_sql q = DL_LEDGER_SQL(l, SQL_PUT_ORIGIN,
                                 "INSERT OR REPLACE INTO claim_origin (id, claim, n) VALUES (?1, "
                                 "?2, ?3)");
        dl_sql_id(&q, &r->origins[i]);
        dl_sql_int(&q, claim);
        dl_sql_int(&q, (int64_t)i);
        DL_TRY(dl_sql_run(&q));
    }
    return DL_OK;
}

static enum dl_err put_claim(dl_ledger *l, int64_t story, int64_t n, const struct dl_claim_row *r)
{
    dl_str stored;
    int64_t packed;
    DL_TRY(dl_blob_pack(l->packer, r->body, &stored, &packed));
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PUT_CLAIM,
        "INSERT OR REPLACE INTO claim (id, story, n, document, wording, language, documents, copies, "
        "outlets, origins_min, origins_max, origins_named, origins_free, circular, denials, "
        "hardened, softened, first_seen, last_seen, packed, body) VALUES (?1, ?2, ?3, ?4, "
        "coalesce(?5, ''), ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
        "?21)");
    dl_sql_id(&q, &r->id);
    const int64_t head[] = {story, n, r->document};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        dl_sql_int(&q, head[i]);
    dl_sql_str(&q, r->wording);
    dl_sql_str(&q, r->language);
    const int64_t counts[] = {
        r->documents,     r->copies,        r->outlets,      r->origins_min, r->origins_max,
        r->origins_named, r->origins_free,  r->circular,     r->denials,     r->hardened,
        r->softened,      r->first_seen_ms, r->last_seen_ms, packed};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        dl_sql_int(&q, counts[i]);
    dl_sql_blob(&q, stored.p, stored.n);
    DL_TRY(dl_sql_run(&q));
    return put_origins(l, sqlite3_last_insert_rowid(l->db.handle), r);
}

/* --- ids that stay --------------------------------------------------------------------------- */

struct old_claim {
    dl_id id;
    int64_t document;
    dl_str wording;
    bool kept; /* a claim of now has its id */
};
typedef DL_VEC(struct old_claim) old_claims;

static enum dl_err old_claims_of(dl_ledger *l, dl_arena *arena, int64_t story, old_claims *ret)
{
    old_claims claims = {0};
    enum dl_err err = DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_OLD_CLAIMS,
                             "SELECT id, document, wording FROM claim WHERE story = ?1 ORDER BY n, "
                             "claim");
    dl_sql_int(&q, story);
    while (err == DL_OK && dl_sql_step(&q)) {
        struct old_claim c = {.document = dl_sql_get_int(&q, 1),
                              .wording = dl_sql_get_str(arena, &q, 2)};
        err = dl_sql_get_id(&q, 0, &c.id) ? dl_vec_push(arena, &claims, c) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(err);
    *ret = claims;
    return l->db.failed;
}

static dl_str key_of(const dl_id *id)
{
    return (dl_str){(const char *)id, sizeof *id};
}

enum { GRAM = 4, GRAMS = 1024 /* bits; a wording has some three hundred */ };

static void grams_of(dl_str text, uint64_t bits[GRAMS / 64])
{
    memset(bits, 0, GRAMS / 8);
    for (size_t i = 0; i + GRAM <= text.n; i++) {
        uint64_t at = dl_hash64(dl_str_sub(text, i, i + GRAM)) % GRAMS;
        bits[at / 64] |= 1ULL << (at % 64);
    }
}

/* Half of the runs of four bytes are the same: a wording that was edited, in any script. */
static bool alike(dl_str a, dl_str b)
{
    uint64_t x[GRAMS / 64], y[GRAMS / 64];
    int both = 0, either = 0;
    grams_of(a, x);
    grams_of(b, y);
    for (size_t i = 0; i < GRAMS / 64; i++) {
        both += __builtin_popcountll(x[i] & y[i]);
        either += __builtin_popcountll(x[i] | y[i]);
    }
    return either > 0 && both * 2 >= either;
}

/* The founding document says it in another revision: the same words first, else alike ones. */
static struct old_claim *same_founder(const old_claims *old, const struct dl_claim_row *r)
{
    struct old_claim *found = NULL;
    for (size_t i = 0; i < old->n; i++) {
        struct old_claim *c = &old->p[i];
        if (c->kept || c->document != r->document) continue;
        if (dl_str_eq(c->wording, r->wording)) return c;
        if (found == NULL && alike(c->wording, r->wording)) found = c;
    }
    return found;
}

enum dl_err dl_ledger_name_claims(dl_ledger *l, dl_arena *arena, int64_t story,
                                  struct dl_claim_row *rows, size_t n)
{
    old_claims old;
    dl_map by_id;
    dl_map_init(&by_id, arena);
    DL_TRY(old_claims_of(l, arena, story, &old));
    for (size_t i = 0; i < old.n; i++)
        DL_TRY(dl_map_set(&by_id, key_of(&old.p[i].id), &old.p[i]));
    for (size_t i = 0; i < n; i++) {
        struct old_claim *same = dl_map_get(&by_id, key_of(&rows[i].id));
        if (same != NULL) same->kept = true;
    }
    for (size_t i = 0; i < n; i++) {
        if (dl_map_get(&by_id, key_of(&rows[i].id)) != NULL) continue;
        struct old_claim *c = same_founder(&old, &rows[i]);
        if (c == NULL) continue;
        c->kept = true;
        rows[i].id = c->id;
    }
    return dl_arena_failed(arena);
}

/* What led to a claim that was taken in leads on. */
static enum dl_err put_alias(dl_ledger *l, const dl_id *id, const dl_id *into)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CLAIM_ALIASES,
                             "UPDATE claim_alias SET into_id = ?2 WHERE into_id = ?1");
    dl_sql_id(&q, id);
    dl_sql_id(&q, into);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_CLAIM_ALIAS,
                      "INSERT OR REPLACE INTO claim_alias (id, into_id) VALUES (?1, ?2)");
    dl_sql_id(&q, id);
    dl_sql_id(&q, into);
    return dl_sql_run(&q);
}

/* Claims that the story had and has no more, by their ids. */
static enum dl_err gone_of(dl_arena *arena, old_claims *old, const struct dl_claim_row *rows,
                           size_t n, dl_map *ret_gone)
{
    dl_map_init(ret_gone, arena);
    for (size_t i = 0; i < old->n; i++)
        DL_TRY(dl_map_set(ret_gone, key_of(&old->p[i].id), &old->p[i]));
    for (size_t i = 0; i < n; i++) {
        struct old_claim *c = dl_map_get(ret_gone, key_of(&rows[i].id));
        if (c != NULL) c->kept = true;
    }
    return DL_OK;
}

static enum dl_err put_aliases(dl_ledger *l, const dl_map *gone, const struct dl_claim_row *row)
{
    for (size_t k = 0; k < row->n_within; k++) {
        struct old_claim *c = dl_map_get(gone, key_of(&row->within[k]));
        if (c == NULL || c->kept) continue;
        c->kept = true; /* it lives on there */
        DL_TRY(put_alias(l, &c->id, &row->id));
    }
    return DL_OK;
}

enum dl_err dl_ledger_claims_give_up(dl_ledger *l, int64_t story, int64_t cost_ms)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_CLAIMS_LOOKED,
                             "UPDATE claim_due SET due = 0, cost = ?2 WHERE story = ?1");
    dl_sql_int(&q, story);
    dl_sql_int(&q, cost_ms);
    return dl_sql_run(&q);
}

static enum dl_err forget(dl_ledger *l, int64_t story)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_ORIGINS_GONE,
                             "DELETE FROM claim_origin WHERE claim IN (SELECT claim FROM claim "
                             "WHERE story = ?1)");
    dl_sql_int(&q, story);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_CLAIMS_GONE, "DELETE FROM claim WHERE story = ?1");
    dl_sql_int(&q, story);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_put_claims(dl_ledger *l, dl_arena *arena, const struct dl_claim_story *story,
                                 const struct dl_claim_row *rows, size_t n, int64_t cost_ms,
                                 int64_t newest_ms)
{
    old_claims old;
    dl_map gone;
    DL_TRY(old_claims_of(l, arena, story->story, &old));
    DL_TRY(gone_of(arena, &old, rows, n, &gone));
    DL_TRY(forget(l, story->story));
    for (size_t i = 0; i < n; i++) {
        DL_TRY(put_claim(l, story->story, (int64_t)i, &rows[i]));
        DL_TRY(put_aliases(l, &gone, &rows[i]));
    }
    DL_TRY(dl_ledger_claims_give_up(l, story->story, cost_ms));
    dl_ledger_change(l, "story.changed", newest_ms, story->story, 0);
    return l->db.failed;
}
