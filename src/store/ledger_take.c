/* Material into the ledger: who is it, is it new, which place does it get. */
#include "store/ledger.h"
#include "store/ledger_identity.h"
#include "store/ledger_private.h"

enum { HOST_BYTES = 253 /* of a name in the DNS */ };

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

/* First seen is an interval of the way in that saw it first; of each way its first is kept. */
static enum dl_err put_sighting(dl_ledger *l, const struct dl_material *m, int64_t document)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_SIGHTING,
        "INSERT INTO sighting (document, channel, seen_after, seen_by) VALUES (?1, ?2, nullif(?3, "
        "0), ?4) ON CONFLICT (document, channel) DO UPDATE SET seen_after = nullif(?3, 0), seen_by "
        "= ?4 WHERE ?4 < seen_by OR (?4 = seen_by AND ?3 > coalesce(seen_after, 0))");
    dl_sql_int(&q, document);
    dl_sql_str(&q, m->channel);
    dl_sql_int(&q, m->seen_after_ms);
    dl_sql_int(&q, m->seen_by_ms);
    DL_TRY(dl_sql_run(&q));
    if (sqlite3_changes(l->db.handle) == 0) return DL_OK;
    dl_sql u = DL_LEDGER_SQL(
        l, SQL_FIRST_SEEN,
        "UPDATE document SET channel = ?2, seen_after = nullif(?3, 0), seen_by = ?4 WHERE document "
        "= ?1 AND (?4 < seen_by OR (?4 = seen_by AND ?3 > coalesce(seen_after, 0)))");
    dl_sql_int(&u, document);
    dl_sql_str(&u, m->channel);
    dl_sql_int(&u, m->seen_after_ms);
    dl_sql_int(&u, m->seen_by_ms);
    return dl_sql_run(&u);
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

static enum dl_err new_entry(dl_ledger *l, const struct dl_material *m, struct dl_taken *taken)
{
    struct dl_spool_place place = m->place;
    struct dl_diag diag;
    if (m->bytes.n > 0) DL_TRY(dl_spool_append(l->spool, m->bytes, &place, &diag));
    if (m->host.n > 0 && m->host.n <= HOST_BYTES)
        DL_TRY(dl_ledger_site_number(l, m->host, &taken->site, &taken->nth));
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_NEW_ENTRY,
        "INSERT INTO entry (document, outlet, kind, hash, segment, offset, "
        "hour, seen_by, seen_after, site, nth, undated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
        "nullif(?9, 0), nullif(?10, 0), nullif(?11, 0), nullif(?12, 0))");
    dl_sql_int(&q, taken->document);
    dl_sql_str(&q, m->outlet);
    dl_sql_str(&q, m->kind);
    dl_sql_id(&q, &m->hash);
    dl_sql_int(&q, place.segment);
    dl_sql_int(&q, place.offset);
    dl_sql_int(&q, m->seen_by_ms / HOUR_MS);
    dl_sql_int(&q, m->seen_by_ms);
    dl_sql_int(&q, m->seen_after_ms);
    dl_sql_int(&q, taken->site);
    dl_sql_int(&q, taken->nth);
    dl_sql_int(&q, m->undated);
    DL_TRY(dl_sql_run(&q));
    taken->seq = sqlite3_last_insert_rowid(l->db.handle);
    return DL_OK;
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

/* (seen, document id): what the readers' speed cannot change. */
static int by_seen_and_id(const void *a, const void *b)
{
    const struct dl_who *x = a, *y = b;
    if (x->material->seen_by_ms != y->material->seen_by_ms)
        return x->material->seen_by_ms < y->material->seen_by_ms ? -1 : 1;
    int r = dl_id_cmp(&x->id, &y->id);
    return r != 0 ? r : x->index < y->index ? -1 : 1;
}

/* Pages that the address of several articles leads to are about none of them. */
static bool wants_page(const struct dl_who *who)
{
    return who->material->wants_page && who->url.n > 0;
}

static enum dl_err take_one(struct dl_identifier *x, struct dl_who *who, struct dl_taken *ret_taken)
{
    dl_ledger *l = x->ledger;
    const struct dl_material *m = who->material;
    int64_t hour = m->seen_by_ms / HOUR_MS;
    /* Looked up again: two items of one poll may be the same document. */
    if (who->document == 0) DL_TRY(dl_identify(x, who));
    if (is_blocked(l, &who->id)) {
        *ret_taken = (struct dl_taken){.as = DL_TAKEN_BLOCKED};
        return l->db.failed;
    }
    DL_TRY(dl_ledger_tally(l, SQL_TALLY_SEEN, m->outlet, hour));
    enum dl_taken_as as = who->document == 0 ? DL_TAKEN_NEW : DL_TAKEN_CHANGED;
    if (who->document == 0) {
        who->document = new_document(l, m, &who->id);
        if (wants_page(who)) DL_TRY(new_page_job(l, m, who->document));
    } else if (same_material(l, who->document, &m->hash)) {
        as = DL_TAKEN_DUPLICATE;
        DL_TRY(dl_ledger_tally(l, SQL_TALLY_DUPLICATE, m->outlet, hour));
    }
    DL_TRY(dl_identified(x, who, as != DL_TAKEN_DUPLICATE));
    if (as == DL_TAKEN_CHANGED && dl_str_eq_c(m->kind, "item"))
        DL_TRY(dl_ledger_page_changed(l, who->document, m->seen_by_ms));
    DL_TRY(put_sighting(l, m, who->document));
    *ret_taken = (struct dl_taken){.as = as, .document = who->document, .id = who->id};
    if (as != DL_TAKEN_DUPLICATE) DL_TRY(new_entry(l, m, ret_taken));
    return l->db.failed;
}

static enum dl_err known(dl_ledger *l, struct dl_who *who)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_DOCUMENT_ID, "SELECT id FROM document WHERE document = ?1");
    dl_sql_int(&q, who->material->document);
    bool there = dl_sql_step(&q) && dl_sql_get_id(&q, 0, &who->id);
    dl_sql_end(&q);
    if (there) who->document = who->material->document;
    return l->db.failed;
}

enum dl_err dl_ledger_take(dl_ledger *l, dl_arena *arena, const struct dl_material *material,
                           size_t n, struct dl_taken *ret_taken)
{
    DL_ASSERT(l->in_transaction);
    struct dl_identifier x;
    if (n == 0) return DL_OK;
    struct dl_who *who = DL_NEW_ARRAY(arena, struct dl_who, n);
    if (who == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++) {
        DL_ASSERT(material[i].outlet.n > 0);
        who[i].material = &material[i];
        who[i].index = i;
    }
    DL_TRY(dl_identify_begin(l, arena, who, n, &x));
    for (size_t i = 0; i < n; i++) {
        if (material[i].document != 0) DL_TRY(known(l, &who[i]));
        if (who[i].document == 0) DL_TRY(dl_identify(&x, &who[i]));
    }
    qsort(who, n, sizeof *who, by_seen_and_id);
    for (size_t i = 0; i < n; i++) {
        struct dl_taken taken;
        DL_TRY(take_one(&x, &who[i], &taken));
        if (ret_taken != NULL) ret_taken[who[i].index] = taken;
    }
    return dl_identify_end(&x);
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
