/* What the readers found, into the ledger. */
#include "base/utf8.h"
#include "page/site.h"
#include "store/ledger_claims.h"
#include "store/ledger_private.h"
#include "story/edits.h"

enum dl_err dl_ledger_pending(dl_ledger *l, dl_arena *arena, int64_t after, size_t limit,
                              dl_entries *ret_entries)
{
    dl_entries entries = {0};
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PENDING,
        "SELECT e.seq, e.document, iif(e.undated, 0, e.seen_by), d.id, e.kind, e.outlet, d.url, o.country, o.language, "
        "o.name, e.segment, e.offset, e.tries, e.site, e.nth FROM entry e JOIN document d USING (document) JOIN "
        "outlet o ON o.outlet = e.outlet WHERE e.state = 'pending' AND e.seq > ?1 ORDER BY e.seq "
        "LIMIT ?2");
    dl_sql_int(&q, after);
    dl_sql_int(&q, (int64_t)limit);
    while (dl_sql_step(&q)) {
        struct dl_entry e = {
            .seq = dl_sql_get_int(&q, 0),
            .document = dl_sql_get_int(&q, 1),
            .fetched_ms = dl_sql_get_int(&q, 2),
            .kind = dl_sql_get_str(arena, &q, 4),
            .outlet = dl_sql_get_str(arena, &q, 5),
            .url = dl_sql_get_str(arena, &q, 6),
            .country = dl_sql_get_str(arena, &q, 7),
            .language = dl_sql_get_str(arena, &q, 8),
            .outlet_name = dl_sql_get_str(arena, &q, 9),
            .place = {dl_sql_get_int(&q, 10), dl_sql_get_int(&q, 11)},
            .tries = dl_sql_get_int(&q, 12),
            .site = dl_sql_get_int(&q, 13),
            .nth = dl_sql_get_int(&q, 14),
        };
        if (!dl_sql_get_id(&q, 3, &e.document_id)) return DL_ERR_CORRUPT;
        DL_TRY(dl_vec_push(arena, &entries, e));
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    *ret_entries = entries;
    return dl_arena_failed(arena);
}

enum dl_err dl_ledger_try(dl_ledger *l, int64_t seq)
{
    /* Wrong on purpose: the entry counts as done before it is read. */
    if (l->early_cursor) {
        dl_sql early =
            DL_LEDGER_SQL(l, SQL_TRY_EARLY, "UPDATE entry SET state = 'done' WHERE seq = ?1");
        dl_sql_int(&early, seq);
        return dl_sql_run(&early);
    }
    dl_sql q = DL_LEDGER_SQL(l, SQL_TRY, "UPDATE entry SET trying = 1 WHERE seq = ?1");
    dl_sql_int(&q, seq);
    return dl_sql_run(&q);
}

struct entry_facts {
    int64_t document, hour, tries, seen_by_ms;
    struct dl_site_place site;
    dl_id id;
    dl_str outlet, kind;
    bool pending;
};

static enum dl_err entry_facts(dl_ledger *l, dl_arena *arena, int64_t seq, struct entry_facts *ret)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_ENTRY,
        "SELECT e.document, e.hour, e.tries, e.seen_by, d.id, e.outlet, "
        "e.kind, e.state = 'pending' OR ?2, e.site, e.nth FROM entry e JOIN document d USING "
        "(document) WHERE e.seq = ?1");
    dl_sql_int(&q, seq);
    dl_sql_int(&q, l->early_cursor);
    bool found = dl_sql_step(&q);
    struct entry_facts f = {0};
    if (found) {
        f = (struct entry_facts){
            .document = dl_sql_get_int(&q, 0),
            .hour = dl_sql_get_int(&q, 1),
            .tries = dl_sql_get_int(&q, 2),
            .seen_by_ms = dl_sql_get_int(&q, 3),
            .outlet = dl_sql_get_str(arena, &q, 5),
            .kind = dl_sql_get_str(arena, &q, 6),
            .pending = dl_sql_get_int(&q, 7) != 0,
        };
        f.site = (struct dl_site_place){dl_sql_get_int(&q, 8), dl_sql_get_int(&q, 9), f.document,
                                        f.seen_by_ms};
        if (!dl_sql_get_id(&q, 4, &f.id)) return DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    if (!found) return DL_ERR_NOT_FOUND;
    *ret = f;
    return dl_arena_failed(arena);
}

static enum dl_err end_entry(dl_ledger *l, int64_t seq, const char *state, int64_t revision)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_ENTRY_DONE,
                             "UPDATE entry SET state = ?2, revision = nullif(?3, 0), trying = 0 "
                             "WHERE seq = ?1");
    dl_sql_int(&q, seq);
    dl_sql_str(&q, dl_str_c(state));
    dl_sql_int(&q, revision);
    return dl_sql_run(&q);
}

static enum dl_err put_result(dl_ledger *l, int64_t revision, const char *stage, int version,
                              dl_str body, bool pack)
{
    dl_str stored = body;
    int64_t packed = 0;
    if (pack) DL_TRY(dl_blob_pack(l->packer, body, &stored, &packed));
    dl_sql q = DL_LEDGER_SQL(l, SQL_RESULT,
                             "INSERT OR REPLACE INTO result (revision, stage, version, packed, "
                             "body) VALUES (?1, ?2, ?3, ?4, ?5)");
    dl_sql_int(&q, revision);
    dl_sql_str(&q, dl_str_c(stage));
    dl_sql_int(&q, version);
    dl_sql_int(&q, packed);
    dl_sql_blob(&q, stored.p, stored.n);
    return dl_sql_run(&q);
}

/* --- revisions ---------------------------------------------------------------------------- */

static int64_t revision_by_id(dl_ledger *l, const dl_id *id)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_REVISION_BY_ID, "SELECT revision FROM revision WHERE id = ?1");
    dl_sql_id(&q, id);
    int64_t revision = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return revision;
}

/* The wording before, of the same kind. */
struct before {
    int64_t revision; /* 0: there is none */
    bool is_noise;    /* they differ in noise at most */
    bool by_notice;   /* the later one says that it corrects something */
};

static enum dl_err wording_before(dl_ledger *l, dl_arena *arena, int64_t seq,
                                  const struct entry_facts *f, const struct dl_reading *r,
                                  struct before *ret)
{
    *ret = (struct before){0};
    dl_sql q = DL_LEDGER_SQL(l, SQL_REVISION_BEFORE,
                             "SELECT revision, title, subtitle, text FROM revision WHERE document "
                             "= ?1 AND kind = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT 1");
    dl_sql_int(&q, f->document);
    dl_sql_str(&q, f->kind);
    dl_sql_int(&q, seq);
    enum dl_err err = DL_OK;
    if (dl_sql_step(&q)) {
        struct dl_wording old = {.title = dl_sql_get_str(arena, &q, 1),
                                 .subtitle = dl_sql_get_str(arena, &q, 2),
                                 .text = dl_sql_get_str(arena, &q, 3)};
        struct dl_wording new = {.title = r->title, .subtitle = r->subtitle, .text = r->text};
        struct dl_edit edit = {0};
        ret->revision = dl_sql_get_int(&q, 0);
        ret->is_noise = dl_edit_is_noise(&old, &new);
        if (!ret->is_noise) err = dl_edit_find(arena, &old, &new, &edit);
        ret->by_notice = edit.by_notice;
    }
    dl_sql_end(&q);
    return err != DL_OK ? err : l->db.failed;
}

static enum dl_err put_edit(dl_ledger *l, const struct entry_facts *f, int64_t revision,
                            const struct before *before)
{
    if (before->revision == 0) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_PUT_EDIT,
                             "INSERT OR IGNORE INTO edit (revision, earlier, document, at, notice) "
                             "VALUES (?1, ?2, ?3, ?4, ?5)");
    const int64_t values[] = {revision, before->revision, f->document, f->seen_by_ms,
                              before->by_notice};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        dl_sql_int(&q, values[i]);
    return dl_sql_run(&q);
}

static int64_t new_revision(dl_ledger *l, dl_arena *arena, int64_t seq, const struct entry_facts *f,
                            const dl_id *id, const dl_id *hash, const struct dl_reading *r)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_NEW_REVISION,
                      "INSERT INTO revision (id, document, seq, hash, kind, title, subtitle, "
                      "text, language, section, published, published_text) VALUES (?1, ?2, "
                      "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, nullif(?11, 0), ?12)");
    dl_sql_id(&q, id);
    dl_sql_int(&q, f->document);
    dl_sql_int(&q, seq);
    dl_sql_id(&q, hash);
    dl_sql_str(&q, f->kind);
    dl_sql_str(&q, r->title);
    dl_sql_str(&q, r->subtitle);
    dl_sql_str(&q, r->text);
    dl_sql_str(&q, r->language);
    dl_sql_str(&q, r->section);
    dl_sql_int(&q, dl_time_is_set(r->published) ? r->published.ms : 0);
    dl_sql_str(&q, dl_time_format(arena, r->published));
    return dl_sql_run(&q) == DL_OK ? sqlite3_last_insert_rowid(l->db.handle) : 0;
}

static enum dl_err index_text(dl_ledger *l, int64_t revision, const struct dl_reading *r)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_FTS_ADD, "INSERT INTO fts (rowid, title, text) VALUES (?1, ?2, ?3)");
    dl_sql_int(&q, revision);
    dl_sql_str(&q, r->title);
    dl_sql_str(&q, r->text);
    return dl_sql_run(&q);
}

/* Shows the new revision; true when another was shown before it. A page says more than the feed
 * item that announced it, so an item never takes the place of a page. */
static enum dl_err show(dl_ledger *l, int64_t document, int64_t revision, dl_str kind,
                        bool *ret_replaced)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_SHOW_REVISION,
        "UPDATE document SET revision = ?2 WHERE document = ?1 AND (revision IS NULL OR ?3 <> "
        "'item' OR NOT EXISTS (SELECT 1 FROM revision r WHERE r.revision = document.revision AND "
        "r.kind <> 'item')) RETURNING (SELECT count(*) FROM revision r WHERE r.document = ?1)");
    dl_sql_int(&q, document);
    dl_sql_int(&q, revision);
    dl_sql_str(&q, kind);
    int64_t count = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    *ret_replaced = count > 1;
    return dl_sql_run(&q);
}

/* What its story claims is of the wording before. */
static enum dl_err claims_behind(dl_ledger *l, int64_t document)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_CLAIMS_BEHIND_DOCUMENT,
                      "SELECT story FROM document WHERE document = ?1 AND story IS NOT NULL");
    dl_sql_int(&q, document);
    int64_t story = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return story == 0 ? DL_OK : dl_ledger_claims_behind(l, story);
}

/* What the publisher allows, as the page says; an item's word counts until a page was read. */
static enum dl_err put_rights(dl_ledger *l, const struct entry_facts *f, unsigned rights)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_RIGHTS,
                             "UPDATE document SET rights = ?2 WHERE document = ?1 AND rights <> ?2 "
                             "AND (?3 <> 'item' OR NOT EXISTS (SELECT 1 FROM revision r WHERE "
                             "r.document = ?1 AND r.kind <> 'item'))");
    dl_sql_int(&q, f->document);
    dl_sql_int(&q, rights);
    dl_sql_str(&q, f->kind);
    return dl_sql_run(&q);
}

/* A reader may have been taken over by the page it read. */
static enum dl_err check_reading(dl_arena *arena, const struct dl_reading *r,
                                 yyjson_val **ret_analyse)
{
    const dl_str texts[] = {r->title, r->subtitle, r->text, r->language, r->section, r->canonical};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!dl_utf8_valid(texts[i], NULL)) return DL_ERR_ENCODING;
    struct dl_site_sample sample;
    if (r->sample.n > 0) DL_TRY(dl_sample_unpack(arena, r->sample, &sample));
    yyjson_doc *doc; /* what parses is valid UTF-8, too */
    if (r->extract.n > 0 && !r->extract_is_json)
        DL_TRY(dl_json_read(arena, r->extract, &doc, NULL));
    if (r->analyse.n > 0) {
        DL_TRY(dl_json_read(arena, r->analyse, &doc, NULL));
        *ret_analyse = yyjson_doc_get_root(doc);
    }
    /* While nothing is written it can still be refused. */
    return dl_arena_used(arena) > DL_READING_MEMORY ? DL_ERR_TOO_BIG : DL_OK;
}

enum dl_err dl_ledger_read_done(dl_ledger *l, dl_arena *arena, int64_t seq,
                                const struct dl_reading *r)
{
    DL_ASSERT(l->in_transaction);
    yyjson_val *analyse = NULL;
    DL_TRY(check_reading(arena, r, &analyse));
    struct entry_facts f;
    DL_TRY(entry_facts(l, arena, seq, &f));
    if (!f.pending) return DL_OK; /* told twice: nothing changes */
    DL_TRY(put_rights(l, &f, r->rights));
    dl_id hash = dl_content_hash(r->title, r->subtitle, r->text);
    dl_id id = dl_revision_id(&f.id, &hash);
    int64_t revision = revision_by_id(l, &id);
    struct before before = {0};
    if (revision == 0) DL_TRY(wording_before(l, arena, seq, &f, r, &before));
    if (before.is_noise) revision = before.revision;
    DL_TRY(l->db.failed);
    DL_TRY(dl_ledger_put_canonical(l, f.outlet, r->canonical, f.document, seq, f.seen_by_ms));
    if (revision != 0) {
        DL_TRY(dl_ledger_tally(l, SQL_TALLY_DUPLICATE, f.outlet, f.hour));
        DL_TRY(end_entry(l, seq, "same", revision));
        return dl_ledger_site_sample(l, &f.site, r->sample);
    }
    revision = new_revision(l, arena, seq, &f, &id, &hash, r);
    DL_TRY(index_text(l, revision, r));
    DL_TRY(put_result(l, revision, "extract", r->version_extract, r->extract, true));
    DL_TRY(put_result(l, revision, "analyse", r->version_analyse, r->analyse, true));
    DL_TRY(put_result(l, revision, "features", r->version_features, r->features, false));
    if (r->sayings.n > 0)
        DL_TRY(put_result(l, revision, "sayings", r->version_sayings, r->sayings, true));
    DL_TRY(put_edit(l, &f, revision, &before));
    DL_TRY(dl_ledger_put_said(l, arena, revision, &id, analyse, r));
    bool replaced;
    DL_TRY(show(l, f.document, revision, f.kind, &replaced));
    if (replaced) {
        dl_ledger_change(l, "document.revised", f.seen_by_ms, 0, f.document);
        DL_TRY(claims_behind(l, f.document));
    }
    DL_TRY(dl_ledger_tally(l, SQL_TALLY_STORED, f.outlet, f.hour));
    DL_TRY(end_entry(l, seq, "done", revision));
    DL_TRY(dl_ledger_site_sample(l, &f.site, r->sample));
    return dl_arena_failed(arena);
}

enum dl_err dl_ledger_read_failed(dl_ledger *l, int64_t seq, enum dl_err code, dl_str message,
                                  bool *ret_final)
{
    DL_ASSERT(l->in_transaction);
    dl_arena *arena = dl_arena_new(1 << 16);
    if (arena == NULL) return DL_ERR_NOMEM;
    struct entry_facts f;
    enum dl_err err = entry_facts(l, arena, seq, &f);
    if (err != DL_OK || !f.pending) {
        dl_arena_free(arena);
        *ret_final = true;
        return err;
    }
    bool rejected = dl_err_class(code) == DL_CLASS_REJECT;
    bool quarantined = !rejected && f.tries + 1 >= DL_TRIES_MAX;
    dl_sql q = DL_LEDGER_SQL(l, SQL_ENTRY_FAILED,
                             "UPDATE entry SET tries = tries + 1, trying = 0, state = ?2, code = "
                             "?3, message = ?4 WHERE seq = ?1");
    dl_sql_int(&q, seq);
    dl_sql_str(&q, rejected      ? DL_STR("rejected")
                   : quarantined ? DL_STR("quarantined")
                                 : DL_STR("pending"));
    dl_sql_str(&q, dl_str_c(dl_err_name(code)));
    dl_sql_str(&q, message);
    err = dl_sql_run(&q);
    if (err == DL_OK && (rejected || quarantined))
        err = dl_ledger_tally(l, rejected ? SQL_TALLY_REJECTED : SQL_TALLY_QUARANTINED, f.outlet,
                              f.hour);
    if (err == DL_OK) err = dl_ledger_site_sample(l, &f.site, (dl_str){NULL, 0});
    dl_arena_free(arena);
    *ret_final = rejected || quarantined;
    return err;
}
