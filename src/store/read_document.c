/* A document: what it is, what was read from it, all its revisions and names. */
#include "net/url.h"
#include "store/blob.h"
#include "store/read_private.h"

/* An address may lead to documents of several outlets; the one seen first is meant. */
static enum dl_err by_alias(dl_store *s, dl_str value, int64_t *ret_document)
{
    if (value.n == 0) return DL_ERR_NOT_FOUND;
    dl_sql q = DL_STORE_SQL(s, READ_DOCUMENT_BY_ALIAS,
                            "SELECT a.document FROM outlet o CROSS JOIN alias a ON a.outlet = "
                            "o.outlet AND a.kind IN ('url', 'guid') AND a.value = ?1 ORDER BY "
                            "a.document LIMIT 1");
    dl_sql_str(&q, value);
    bool found = dl_sql_step(&q);
    if (found) *ret_document = dl_sql_get_int(&q, 0);
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    return found ? DL_OK : DL_ERR_NOT_FOUND;
}

static dl_str canonical_of(dl_arena *arena, dl_str text)
{
    struct dl_url url;
    if (dl_url_parse(arena, text, (dl_str){NULL, 0}, &url) != DL_OK) return (dl_str){NULL, 0};
    return dl_url_canonical(arena, &url);
}

static enum dl_err find(dl_store *s, dl_arena *arena, dl_str text, int64_t *ret_document,
                        struct dl_diag *diag)
{
    dl_id low, high;
    if (dl_store_id_range(text, &low, &high)) {
        enum dl_err err =
            dl_store_by_prefix(s, READ_DOCUMENT_BY_ID,
                               "SELECT document FROM document WHERE id BETWEEN ?1 AND ?2 LIMIT 2",
                               text, ret_document, diag);
        if (err != DL_ERR_NOT_FOUND) return err;
    }
    enum dl_err err = by_alias(s, text, ret_document);
    if (err == DL_ERR_NOT_FOUND) err = by_alias(s, canonical_of(arena, text), ret_document);
    if (err == DL_ERR_NOT_FOUND)
        dl_fail(diag, err, DL_NO_POS, "no document has this id, address or GUID");
    return err;
}

static enum dl_err base_of(dl_store *s, dl_arena *arena, int64_t document,
                           struct dl_store_document *ret)
{
    dl_sql q = DL_STORE_SQL(
        s, READ_DOCUMENT,
        "SELECT d.id, d.outlet, o.name, o.country, d.url, d.channel, d.seen_after, d.seen_by, "
        "d.revision, s.id, c.id, m.similarity, d.rights FROM document d JOIN outlet o USING (outlet) LEFT "
        "JOIN story s ON s.story = d.story LEFT JOIN story_document m ON m.document = d.document "
        "LEFT JOIN document c ON c.document = m.copy_of WHERE d.document = ?1");
    dl_sql_int(&q, document);
    bool found = dl_sql_step(&q), whole = false;
    if (found) {
        *ret = (struct dl_store_document){
            .document = document,
            .outlet = dl_sql_get_str(arena, &q, 1),
            .outlet_name = dl_sql_get_str(arena, &q, 2),
            .country = dl_sql_get_str(arena, &q, 3),
            .url = dl_sql_get_str(arena, &q, 4),
            .channel = dl_sql_get_str(arena, &q, 5),
            .seen_after_ms = dl_sql_get_int(&q, 6),
            .seen_by_ms = dl_sql_get_int(&q, 7),
            .revision_key = dl_sql_get_int(&q, 8),
            .similarity = dl_sql_get_real(&q, 11),
            .rights = (unsigned)dl_sql_get_int(&q, 12),
        };
        whole = dl_sql_get_id(&q, 0, &ret->id);
        ret->has_story = dl_sql_get_id(&q, 9, &ret->story);
        ret->is_copy = dl_sql_get_id(&q, 10, &ret->copy_of);
    }
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    return whole ? DL_OK : found ? DL_ERR_CORRUPT : DL_ERR_NOT_FOUND;
}

static enum dl_err result_of(dl_store *s, dl_arena *arena, int64_t revision, const char *stage,
                             dl_str *ret_body)
{
    dl_sql q = DL_STORE_SQL(s, READ_RESULT,
                            "SELECT packed, body FROM result WHERE revision = ?1 AND stage = ?2");
    dl_sql_int(&q, revision);
    dl_sql_str(&q, dl_str_c(stage));
    bool found = dl_sql_step(&q);
    int64_t packed = found ? dl_sql_get_int(&q, 0) : 0;
    dl_str stored = found ? dl_sql_get_str(arena, &q, 1) : (dl_str){NULL, 0};
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    DL_TRY(dl_arena_failed(arena));
    return dl_blob_unpack(arena, stored, packed, ret_body);
}

static enum dl_err revision_of(dl_store *s, dl_arena *arena, int64_t revision,
                               struct dl_store_document *d)
{
    dl_sql q = DL_STORE_SQL(s, READ_REVISION,
                            "SELECT id, kind, title, subtitle, text, language, section, "
                            "published_text FROM revision WHERE revision = ?1");
    dl_sql_int(&q, revision);
    if (dl_sql_step(&q)) {
        d->has_revision = dl_sql_get_id(&q, 0, &d->revision);
        d->kind = dl_sql_get_str(arena, &q, 1);
        d->title = dl_sql_get_str(arena, &q, 2);
        d->subtitle = dl_sql_get_str(arena, &q, 3);
        d->text = dl_sql_get_str(arena, &q, 4);
        d->language = dl_sql_get_str(arena, &q, 5);
        d->section = dl_sql_get_str(arena, &q, 6);
        d->published = dl_sql_get_str(arena, &q, 7);
    }
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    if (!d->has_revision) return DL_ERR_CORRUPT;
    d->revision_key = revision;
    DL_TRY(result_of(s, arena, revision, "extract", &d->extract));
    return result_of(s, arena, revision, "analyse", &d->analyse);
}

static enum dl_err revisions_of(dl_store *s, dl_arena *arena, int64_t shown,
                                struct dl_store_document *d)
{
    dl_sql q = DL_STORE_SQL(
        s, READ_REVISIONS,
        "SELECT r.id, r.seq, e.seen_by, r.kind, r.title, r.language, "
        "r.published_text, r.revision, e.seen_after FROM revision r LEFT JOIN entry e ON "
        "e.seq = r.seq WHERE r.document = ?1 ORDER BY r.seq LIMIT ?2");
    dl_sql_int(&q, d->document);
    dl_sql_int(&q, DL_STORE_LIST_MAX);
    while (dl_sql_step(&q)) {
        struct dl_store_revision r = {
            .seq = dl_sql_get_int(&q, 1),
            .seen_by_ms = dl_sql_get_int(&q, 2),
            .kind = dl_sql_get_str(arena, &q, 3),
            .title = dl_sql_get_str(arena, &q, 4),
            .language = dl_sql_get_str(arena, &q, 5),
            .published = dl_sql_get_str(arena, &q, 6),
            .shown = dl_sql_get_int(&q, 7) == shown,
            .seen_after_ms = dl_sql_get_int(&q, 8),
        };
        if (!dl_sql_get_id(&q, 0, &r.id)) return DL_ERR_CORRUPT;
        if (dl_vec_push(arena, &d->revisions, r) != DL_OK) break;
    }
    dl_sql_end(&q);
    return s->db.failed;
}

static enum dl_err aliases_of(dl_store *s, dl_arena *arena, struct dl_store_document *d)
{
    dl_sql q =
        DL_STORE_SQL(s, READ_ALIASES,
                     "SELECT outlet, kind, value, why FROM alias WHERE document = ?1 ORDER BY "
                     "kind DESC, value LIMIT ?2");
    dl_sql_int(&q, d->document);
    dl_sql_int(&q, DL_STORE_LIST_MAX);
    while (dl_sql_step(&q)) {
        struct dl_store_alias a = {dl_sql_get_str(arena, &q, 0), dl_sql_get_str(arena, &q, 1),
                                   dl_sql_get_str(arena, &q, 2), dl_sql_get_str(arena, &q, 3)};
        if (dl_vec_push(arena, &d->aliases, a) != DL_OK) break;
    }
    dl_sql_end(&q);
    return s->db.failed;
}

static enum dl_err sightings_of(dl_store *s, dl_arena *arena, struct dl_store_document *d)
{
    dl_sql q = DL_STORE_SQL(s, READ_SIGHTINGS,
                            "SELECT channel, seen_after, seen_by FROM sighting WHERE document = ?1 "
                            "ORDER BY seen_by, coalesce(seen_after, 0) DESC, channel");
    dl_sql_int(&q, d->document);
    while (dl_sql_step(&q)) {
        struct dl_store_sighting row = {dl_sql_get_str(arena, &q, 0), dl_sql_get_int(&q, 1),
                                        dl_sql_get_int(&q, 2)};
        if (dl_vec_push(arena, &d->sightings, row) != DL_OK) break;
    }
    dl_sql_end(&q);
    return s->db.failed;
}

static enum dl_err state_of(dl_store *s, dl_arena *arena, struct dl_store_document *d)
{
    dl_sql q = DL_STORE_SQL(s, READ_ENTRY_STATE,
                            "SELECT state, code, message FROM entry WHERE document = ?1 ORDER BY "
                            "seq DESC LIMIT 1");
    dl_sql_int(&q, d->document);
    if (dl_sql_step(&q)) {
        d->state = dl_sql_get_str(arena, &q, 0);
        d->code = dl_sql_get_str(arena, &q, 1);
        d->message = dl_sql_get_str(arena, &q, 2);
    }
    dl_sql_end(&q);
    return s->db.failed;
}

/* revision 0: the one shown. */
static enum dl_err whole(dl_store *s, dl_arena *arena, int64_t document, int64_t revision,
                         struct dl_store_document *ret_document)
{
    struct dl_store_document d;
    DL_TRY(base_of(s, arena, document, &d));
    int64_t shown = d.revision_key;
    if (revision == 0) revision = shown;
    if (revision != 0) DL_TRY(revision_of(s, arena, revision, &d));
    DL_TRY(revisions_of(s, arena, shown, &d));
    DL_TRY(aliases_of(s, arena, &d));
    DL_TRY(sightings_of(s, arena, &d));
    DL_TRY(state_of(s, arena, &d));
    DL_TRY(dl_arena_failed(arena));
    *ret_document = d;
    return DL_OK;
}

enum dl_err dl_store_document(dl_store *s, dl_arena *arena, dl_str id_or_url,
                              struct dl_store_document *ret_document, struct dl_diag *diag)
{
    bool own;
    int64_t document;
    DL_TRY(dl_store_enter(s, &own));
    enum dl_err err = find(s, arena, id_or_url, &document, diag);
    if (err == DL_OK) err = whole(s, arena, document, 0, ret_document);
    return dl_store_leave(s, own, err);
}

enum dl_err dl_store_document_at(dl_store *s, dl_arena *arena, const dl_id *revision,
                                 struct dl_store_document *ret_document)
{
    bool own;
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_REVISION_DOCUMENT,
                            "SELECT document, revision FROM revision WHERE id = ?1");
    dl_sql_id(&q, revision);
    bool found = dl_sql_step(&q);
    int64_t document = found ? dl_sql_get_int(&q, 0) : 0, key = found ? dl_sql_get_int(&q, 1) : 0;
    dl_sql_end(&q);
    enum dl_err err = found ? whole(s, arena, document, key, ret_document) : DL_ERR_NOT_FOUND;
    return dl_store_leave(s, own, err);
}

enum dl_err dl_store_walk_documents(dl_store *s, dl_arena *arena, int64_t after, size_t limit,
                                    dl_store_walk *ret_documents)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_walk documents = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_WALK_DOCUMENTS,
                            "SELECT document, id FROM document WHERE document > ?1 ORDER BY "
                            "document LIMIT ?2");
    dl_sql_int(&q, after);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_walked row = {.document = dl_sql_get_int(&q, 0)};
        err = dl_sql_get_id(&q, 1, &row.id) ? DL_OK : DL_ERR_CORRUPT;
        if (err == DL_OK) err = dl_vec_push(arena, &documents, row);
    }
    dl_sql_end(&q);
    if (err == DL_OK) err = dl_arena_failed(arena);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_documents = documents;
    return DL_OK;
}
