/* Material into the ledger: who is it, is it new, which place does it get. */
#include "store/ledger.h"
#include "store/ledger_private.h"

dl_id dl_document_id(dl_str outlet, dl_str url, dl_str guid)
{
    const dl_str parts[] = {DL_STR("doc1"), outlet, url.n > 0 ? url : guid};
    return dl_id_of(parts, 3);
}

dl_id dl_revision_id(const dl_id *document, const dl_id *hash)
{
    char document_hex[DL_ID_HEX + 1], hash_hex[DL_ID_HEX + 1];
    dl_id_hex(document, document_hex);
    dl_id_hex(hash, hash_hex);
    const dl_str parts[] = {DL_STR("rev1"), dl_str_c(document_hex), dl_str_c(hash_hex)};
    return dl_id_of(parts, 3);
}

dl_id dl_content_hash(dl_str title, dl_str subtitle, dl_str text)
{
    const dl_str parts[] = {title, subtitle, text};
    return dl_id_of(parts, 3);
}

dl_id dl_story_id(const dl_id *document)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(document, hex);
    const dl_str parts[] = {DL_STR("story1"), dl_str_c(hex)};
    return dl_id_of(parts, 2);
}

struct known {
    int64_t document; /* 0: none */
    dl_id id;
};

static struct known known_from(dl_sql *q)
{
    struct known known = {0};
    if (dl_sql_step(q)) {
        known.document = dl_sql_get_int(q, 0);
        if (!dl_sql_get_id(q, 1, &known.id)) known.document = 0;
    }
    dl_sql_end(q);
    return known;
}

static struct known find_alias(dl_ledger *l, dl_str outlet, const char *kind, dl_str value)
{
    if (value.n == 0) return (struct known){0};
    dl_sql q = DL_LEDGER_SQL(l, SQL_FIND_ALIAS,
                             "SELECT d.document, d.id FROM alias a JOIN document d USING "
                             "(document) WHERE a.outlet = ?1 AND a.kind = ?2 AND a.value = ?3");
    dl_sql_str(&q, outlet);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    return known_from(&q);
}

static struct known document_by_id(dl_ledger *l, const dl_id *id)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_DOCUMENT_BY_ID, "SELECT document, id FROM document WHERE id = ?1");
    dl_sql_id(&q, id);
    return known_from(&q);
}

/* The document that this material is about, when there is one. */
static struct known find_document(dl_ledger *l, const struct dl_material *m, const dl_id *id)
{
    struct known known = find_alias(l, m->outlet, "url", m->url);
    if (known.document == 0) known = find_alias(l, m->outlet, "guid", m->guid);
    if (known.document == 0) known = document_by_id(l, id);
    return known;
}

enum dl_err dl_ledger_put_alias(dl_ledger *l, dl_str outlet, const char *kind, dl_str value,
                                int64_t document)
{
    if (value.n == 0) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_PUT_ALIAS,
                             "INSERT OR IGNORE INTO alias (outlet, kind, value, document) VALUES "
                             "(?1, ?2, ?3, ?4)");
    dl_sql_str(&q, outlet);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    dl_sql_int(&q, document);
    return dl_sql_run(&q);
}

static int64_t new_document(dl_ledger *l, const struct dl_material *m, const dl_id *id)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_NEW_DOCUMENT,
                             "INSERT INTO document (id, outlet, url, seen_after, seen_by, channel) "
                             "VALUES (?1, ?2, ?3, nullif(?4, 0), ?5, ?6)");
    dl_sql_id(&q, id);
    dl_sql_str(&q, m->outlet);
    dl_sql_str(&q, m->shown_url.n > 0 ? m->shown_url : m->url);
    dl_sql_int(&q, m->seen_after_ms);
    dl_sql_int(&q, m->seen_by_ms);
    dl_sql_str(&q, m->channel);
    return dl_sql_run(&q) == DL_OK ? sqlite3_last_insert_rowid(l->db.handle) : 0;
}

/* Any entry counts, not the newest alone: two feeds of an outlet word the same item differently,
 * and a page stands between two looks at its item. */
static bool same_material(dl_ledger *l, int64_t document, const dl_id *hash)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_DOCUMENT_HASH,
                             "SELECT 1 FROM entry WHERE document = ?1 AND hash = ?2 LIMIT 1");
    dl_sql_int(&q, document);
    dl_sql_id(&q, hash);
    bool same = dl_sql_step(&q);
    dl_sql_end(&q);
    return same;
}

bool dl_ledger_knows(dl_ledger *l, const struct dl_material *m)
{
    dl_id id = dl_document_id(m->outlet, m->url, m->guid);
    struct known known = find_document(l, m, &id);
    return known.document != 0 && same_material(l, known.document, &m->hash);
}

static enum dl_err new_entry(dl_ledger *l, const struct dl_material *m, int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_NEW_ENTRY,
                             "INSERT INTO entry (document, outlet, kind, hash, segment, offset, "
                             "hour, seen_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    dl_sql_int(&q, document);
    dl_sql_str(&q, m->outlet);
    dl_sql_str(&q, m->kind);
    dl_sql_id(&q, &m->hash);
    dl_sql_int(&q, m->place.segment);
    dl_sql_int(&q, m->place.offset);
    dl_sql_int(&q, m->seen_by_ms / HOUR_MS);
    dl_sql_int(&q, m->seen_by_ms);
    return dl_sql_run(&q);
}

static enum dl_err new_page_job(dl_ledger *l, const struct dl_material *m, int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_NEW_PAGE_JOB,
                             "INSERT OR IGNORE INTO page_job (document, url, not_before) VALUES "
                             "(?1, ?2, ?3)");
    dl_sql_int(&q, document);
    dl_sql_str(&q, m->shown_url.n > 0 ? m->shown_url : m->url);
    dl_sql_int(&q, m->seen_by_ms);
    return dl_sql_run(&q);
}

static bool is_blocked(dl_ledger *l, const dl_id *id)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_TOMBSTONE, "SELECT 1 FROM tombstone WHERE key = ?1");
    dl_sql_id(&q, id);
    bool blocked = dl_sql_step(&q);
    dl_sql_end(&q);
    return blocked;
}

struct place {
    const struct dl_material *material;
    dl_id id; /* of the document */
    size_t index;
};

/* (seen, document id): what the readers' speed cannot change. */
static int by_seen_and_id(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->material->seen_by_ms != y->material->seen_by_ms)
        return x->material->seen_by_ms < y->material->seen_by_ms ? -1 : 1;
    int r = dl_id_cmp(&x->id, &y->id);
    return r != 0 ? r : x->index < y->index ? -1 : 1;
}

static enum dl_err take_one(dl_ledger *l, struct place *p, struct dl_taken *ret_taken)
{
    const struct dl_material *m = p->material;
    int64_t hour = m->seen_by_ms / HOUR_MS;
    if (is_blocked(l, &p->id)) {
        *ret_taken = (struct dl_taken){.as = DL_TAKEN_BLOCKED};
        return l->db.failed;
    }
    DL_TRY(dl_ledger_tally(l, SQL_TALLY_SEEN, m->outlet, hour));
    /* Looked up again: two items of one poll may be the same document. */
    int64_t document = find_document(l, m, &p->id).document;
    enum dl_taken_as as = document == 0 ? DL_TAKEN_NEW : DL_TAKEN_CHANGED;
    if (document == 0) {
        document = new_document(l, m, &p->id);
        if (m->wants_page && m->url.n > 0) DL_TRY(new_page_job(l, m, document));
    } else if (same_material(l, document, &m->hash)) {
        as = DL_TAKEN_DUPLICATE;
        DL_TRY(dl_ledger_tally(l, SQL_TALLY_DUPLICATE, m->outlet, hour));
    }
    DL_TRY(dl_ledger_put_alias(l, m->outlet, "url", m->url, document));
    DL_TRY(dl_ledger_put_alias(l, m->outlet, "guid", m->guid, document));
    if (as != DL_TAKEN_DUPLICATE) DL_TRY(new_entry(l, m, document));
    int64_t seq = as == DL_TAKEN_DUPLICATE ? 0 : sqlite3_last_insert_rowid(l->db.handle);
    *ret_taken = (struct dl_taken){as, document, seq};
    return l->db.failed;
}

enum dl_err dl_ledger_take(dl_ledger *l, dl_arena *arena, const struct dl_material *material,
                           size_t n, struct dl_taken *ret_taken)
{
    DL_ASSERT(l->in_transaction);
    if (n == 0) return DL_OK;
    struct place *places = DL_NEW_ARRAY(arena, struct place, n);
    if (places == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++) {
        const struct dl_material *m = &material[i];
        DL_ASSERT(m->outlet.n > 0 && (m->url.n > 0 || m->guid.n > 0));
        dl_id id = dl_document_id(m->outlet, m->url, m->guid);
        struct known known = find_document(l, m, &id);
        places[i] = (struct place){m, known.document != 0 ? known.id : id, i};
    }
    DL_TRY(l->db.failed);
    qsort(places, n, sizeof *places, by_seen_and_id);
    for (size_t i = 0; i < n; i++) {
        struct dl_taken taken;
        DL_TRY(take_one(l, &places[i], &taken));
        if (ret_taken != NULL) ret_taken[places[i].index] = taken;
    }
    return DL_OK;
}

enum dl_err dl_ledger_note_poll(dl_ledger *l, int64_t feed, int64_t at_ms,
                                struct dl_spool_place place, int64_t items, int64_t fresh)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_NOTE_POLL,
                             "INSERT INTO poll (feed, at, segment, offset, items, fresh) VALUES "
                             "(nullif(?1, 0), ?2, ?3, ?4, ?5, ?6)");
    dl_sql_int(&q, feed);
    dl_sql_int(&q, at_ms);
    dl_sql_int(&q, place.segment);
    dl_sql_int(&q, place.offset);
    dl_sql_int(&q, items);
    dl_sql_int(&q, fresh);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_refuse(dl_ledger *l, dl_str outlet, int64_t seen_ms, bool quarantined)
{
    DL_TRY(dl_ledger_tally(l, SQL_TALLY_SEEN, outlet, seen_ms / HOUR_MS));
    return dl_ledger_tally(l, quarantined ? SQL_TALLY_QUARANTINED : SQL_TALLY_REJECTED, outlet,
                           seen_ms / HOUR_MS);
}
