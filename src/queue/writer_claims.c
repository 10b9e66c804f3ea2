/* Claims follow the stories: one story at a time, in transactions of their own. */
#include "base/log.h"
#include "queue/writer_private.h"
#include "store/ledger_claims.h"
#include "story/claims_json.h"

enum {
    KEPT = 60,           /* claims of a story that are kept: those that most documents carry */
    WORDINGS_KEPT = 400, /* of a claim, the first; the numbers are of all */
    MERGES_KEPT = 300,   /* likewise */
    MEMORY = 384 << 20,  /* of one story: what needs more keeps the claims that it has */
};

struct story {
    dl_arena *arena;
    struct dl_claim_story head;
    dl_claim_documents documents;
    struct dl_claims_input in;
    struct dl_claims claims;
    const struct dl_claim **kept;
    struct dl_claim_row *rows;
    size_t n;
};

static enum dl_err read_documents(dl_writer *w, struct story *s)
{
    dl_arena *arena = s->arena;
    DL_TRY(dl_ledger_claim_documents(w->ledger, arena, s->head.story, &s->documents));
    struct dl_claim_doc *docs = DL_NEW_ARRAY(arena, struct dl_claim_doc, s->documents.n + 1);
    if (docs == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < s->documents.n; i++) {
        const struct dl_claim_document *d = &s->documents.p[i];
        struct dl_sayings *sayings = DL_NEW(arena, struct dl_sayings);
        if (sayings == NULL) return dl_arena_failed(arena);
        /* Bytes of an older version say nothing until the document is read again. */
        enum dl_err err = dl_sayings_unpack(arena, d->sayings, sayings);
        if (err == DL_ERR_NOMEM || err == DL_ERR_TOO_BIG) return err;
        docs[i] = (struct dl_claim_doc){
            .id = dl_id_str(arena, &d->id),
            .outlet = d->outlet_name.n > 0 ? d->outlet_name : d->outlet, /* as texts name it */
            .url = d->url,
            .time_ms = d->seen_by_ms,
            .copy_of = d->copy_of == 0 ? DL_NO_DOCUMENT : (uint32_t)(d->copy_of - 1),
            .translation_of = DL_NO_DOCUMENT,
            .revision_of = DL_NO_DOCUMENT,
            .sayings = err == DL_OK ? sayings : NULL,
        };
    }
    s->in.docs = docs;
    s->in.n_docs = s->documents.n;
    return dl_arena_failed(arena);
}

/* --- which are kept -------------------------------------------------------------------------- */

/* More documents first, then as they were founded. */
static int by_weight(const void *a, const void *b)
{
    const struct dl_claim *x = *(const struct dl_claim *const *)a;
    const struct dl_claim *y = *(const struct dl_claim *const *)b;
    if (x->n_docs != y->n_docs) return x->n_docs > y->n_docs ? -1 : 1;
    return x < y ? -1 : 1;
}

/* What one document alone says is at the document. */
static bool is_shared(const struct dl_claim *c)
{
    return c->n_docs > 1 || c->n_denials > 0;
}

static enum dl_err keep(struct story *s)
{
    s->kept = DL_NEW_ARRAY(s->arena, const struct dl_claim *, s->claims.n + 1);
    if (s->kept == NULL) return dl_arena_failed(s->arena);
    s->n = 0;
    for (size_t i = 0; i < s->claims.n; i++)
        if (is_shared(&s->claims.p[i])) s->kept[s->n++] = &s->claims.p[i];
    qsort(s->kept, s->n, sizeof *s->kept, by_weight);
    if (s->n > KEPT) s->n = KEPT;
    return DL_OK;
}

/* --- rows ------------------------------------------------------------------------------------ */

static dl_str text_of(const struct story *s, uint32_t document, uint32_t saying)
{
    return s->in.docs[document].sayings->sayings[saying].text;
}

static enum dl_err ids_within(const struct story *s, const struct dl_claim *c,
                              struct dl_claim_row *row)
{
    dl_id *within = DL_NEW_ARRAY(s->arena, dl_id, c->n_wordings + 1);
    if (within == NULL) return dl_arena_failed(s->arena);
    for (size_t i = 0; i < c->n_wordings; i++) {
        const struct dl_claim_wording *said = &c->wordings[i];
        within[i] = dl_claim_id(&s->documents.p[said->document].id,
                                text_of(s, said->document, said->saying));
    }
    row->within = within;
    row->n_within = c->n_wordings;
    return DL_OK;
}

static enum dl_err body_of(const struct story *s, const struct dl_claim *c, dl_str *ret_body)
{
    struct dl_claim shown = *c;
    yyjson_mut_doc *json = dl_json_new(s->arena);
    if (json == NULL) return dl_arena_failed(s->arena);
    if (shown.n_wordings > WORDINGS_KEPT) shown.n_wordings = WORDINGS_KEPT;
    if (shown.n_merges > MERGES_KEPT) shown.n_merges = MERGES_KEPT;
    dl_claim_json(&s->in, &shown, true, json, yyjson_mut_doc_get_root(json));
    return dl_json_text(json, s->arena, ret_body);
}

/* Which of the story's documents say it, which deny it. */
static bool *marked(const struct story *s, const struct dl_claim *c, bool denies)
{
    bool *is = dl_calloc(s->arena, s->documents.n + 1, sizeof *is);
    for (size_t i = 0; is != NULL && i < c->n_wordings; i++)
        if (c->wordings[i].denies == denies) is[c->wordings[i].document] = true;
    return is;
}

/* Outlets, copies and times of the documents that say it: who only denies it spreads nothing. */
static enum dl_err count(const struct story *s, const struct dl_claim *c, struct dl_claim_row *row)
{
    dl_map outlets;
    dl_map_init(&outlets, s->arena);
    const bool *says = marked(s, c, false), *denies = marked(s, c, true);
    if (says == NULL || denies == NULL) return dl_arena_failed(s->arena);
    for (size_t i = 0; i < c->n_docs; i++) {
        const struct dl_claim_document *d = &s->documents.p[c->docs[i]];
        row->denials += denies[c->docs[i]];
        if (row->first_seen_ms == 0 || d->seen_by_ms < row->first_seen_ms)
            row->first_seen_ms = d->seen_by_ms;
        if (d->seen_by_ms > row->last_seen_ms) row->last_seen_ms = d->seen_by_ms;
        if (denies[c->docs[i]] && !says[c->docs[i]]) continue;
        if (dl_map_get(&outlets, d->outlet) == NULL) row->outlets++;
        DL_TRY(dl_map_set(&outlets, d->outlet, (void *)d));
        row->copies += d->copy_of != 0;
    }
    for (size_t i = 0; i < c->n_hardenings; i++) {
        row->hardened += c->hardenings[i].lost != 0;
        row->softened += c->hardenings[i].gained != 0;
    }
    for (size_t i = 0; i < c->n_origins; i++)
        row->circular |= c->origins[i].kind == DL_ORIGIN_CIRCULAR;
    return DL_OK;
}

static enum dl_err make_row(const struct story *s, const struct dl_claim *c,
                            struct dl_claim_row *row)
{
    const struct dl_claim_document *d = &s->documents.p[c->document];
    *row = (struct dl_claim_row){
        .document = d->document,
        .wording = text_of(s, c->document, c->saying),
        .language = d->language,
        .documents = (int64_t)c->n_docs,
        .origins_min = c->origins_min,
        .origins_max = c->origins_max,
        .origins_named = c->origins_named,
        .origins_free = c->party_free_max,
    };
    row->id = dl_claim_id(&d->id, row->wording);
    DL_TRY(count(s, c, row));
    DL_TRY(ids_within(s, c, row));
    return body_of(s, c, &row->body);
}

/* Named after the claim, which may have kept an older id. */
static enum dl_err name_origins(const struct story *s, const struct dl_claim *c,
                                struct dl_claim_row *row)
{
    dl_id *ids = DL_NEW_ARRAY(s->arena, dl_id, c->n_origins + 1);
    if (ids == NULL) return dl_arena_failed(s->arena);
    for (size_t i = 0; i < c->n_origins; i++)
        ids[i] =
            dl_origin_id(&row->id, &s->documents.p[c->origins[i].first].id, c->origins[i].name);
    row->origins = ids;
    row->n_origins = c->n_origins;
    return DL_OK;
}

static enum dl_err make_rows(dl_writer *w, struct story *s)
{
    DL_TRY(dl_claims_of_story(s->arena, &s->in, &s->claims));
    DL_TRY(keep(s));
    s->rows = DL_NEW_ARRAY(s->arena, struct dl_claim_row, s->n + 1);
    if (s->rows == NULL) return dl_arena_failed(s->arena);
    for (size_t i = 0; i < s->n; i++)
        DL_TRY(make_row(s, s->kept[i], &s->rows[i]));
    DL_TRY(dl_ledger_name_claims(w->ledger, s->arena, s->head.story, s->rows, s->n));
    for (size_t i = 0; i < s->n; i++)
        DL_TRY(name_origins(s, s->kept[i], &s->rows[i]));
    return DL_OK;
}

/* --- what people decided --------------------------------------------------------------------- */

static uint32_t place_of(const struct story *s, const dl_id *id)
{
    for (size_t i = 0; i < s->documents.n; i++)
        if (dl_id_eq(&s->documents.p[i].id, id)) return (uint32_t)i;
    return DL_NO_DOCUMENT;
}

static const struct dl_claim *claim_of(const struct story *s, const dl_id *id)
{
    for (size_t i = 0; i < s->n; i++)
        if (dl_id_eq(&s->rows[i].id, id)) return s->kept[i];
    return NULL;
}

/* Decisions are few, and speak of claims by the ids that these have had: known only now. */
static enum dl_err apply_decisions(dl_writer *w, struct story *s)
{
    dl_decisions decisions;
    DL_TRY(dl_ledger_claim_decisions(w->ledger, s->arena, s->head.story, &decisions));
    if (decisions.n == 0) return DL_OK;
    struct dl_claim_edit *edits = DL_NEW_ARRAY(s->arena, struct dl_claim_edit, decisions.n);
    if (edits == NULL) return dl_arena_failed(s->arena);
    size_t n = 0;
    for (size_t i = 0; i < decisions.n; i++) {
        const struct dl_decision *d = &decisions.p[i];
        const struct dl_claim *c = claim_of(s, &d->claim);
        uint32_t a = place_of(s, &d->a), b = place_of(s, &d->b);
        if (c == NULL || a == DL_NO_DOCUMENT || b == DL_NO_DOCUMENT) continue;
        edits[n++] = (struct dl_claim_edit){
            .claim = dl_str_c(c->id), .a = a < b ? a : b, .b = a < b ? b : a, .cut = d->split};
    }
    s->in.edits = edits;
    s->in.n_edits = n;
    return make_rows(w, s);
}

/* --- a step ---------------------------------------------------------------------------------- */

static enum dl_err put(dl_writer *w, struct story *s, int64_t since_ms, struct dl_diag *diag)
{
    int64_t newest_ms = 0;
    for (size_t i = 0; i < s->documents.n; i++)
        if (s->documents.p[i].seen_by_ms > newest_ms) newest_ms = s->documents.p[i].seen_by_ms;
    DL_TRY(dl_ledger_begin(w->ledger));
    enum dl_err err = dl_ledger_put_claims(w->ledger, s->arena, &s->head, s->rows, s->n,
                                           dl_monotonic_ms() - since_ms, newest_ms);
    if (err == DL_OK) return dl_ledger_commit(w->ledger, diag);
    dl_ledger_rollback(w->ledger);
    return err;
}

/* One story must not end the writer, now and again after each start. */
static enum dl_err give_up(dl_writer *w, const struct story *s, enum dl_err why, int64_t since_ms,
                           struct dl_diag *diag)
{
    if (why != DL_ERR_TOO_BIG && why != DL_ERR_CORRUPT && why != DL_ERR_INVALID) return why;
    char hex[DL_ID_HEX + 1];
    dl_id_hex(&s->head.id, hex);
    dl_log(DL_LOG_WARNING, "a story keeps the claims that it has", "story=%s code=%s", hex,
           dl_err_name(why));
    DL_TRY(dl_ledger_begin(w->ledger));
    DL_TRY(dl_ledger_claims_give_up(w->ledger, s->head.story, dl_monotonic_ms() - since_ms));
    return dl_ledger_commit(w->ledger, diag);
}

enum dl_err dl_writer_step_claims(dl_writer *w, bool calm)
{
    struct story s = {0};
    struct dl_diag diag = {.pos = DL_NO_POS};
    int64_t since_ms = dl_monotonic_ms();
    enum dl_err err =
        dl_ledger_claims_due(w->ledger, dl_now_ms(), calm, &s.head, &w->claims_behind);
    if (err == DL_ERR_NOT_FOUND) return DL_OK;
    DL_TRY(err);
    s.arena = dl_arena_new(MEMORY);
    if (s.arena == NULL) return DL_ERR_NOMEM;
    err = read_documents(w, &s);
    if (err == DL_OK) err = make_rows(w, &s);
    if (err == DL_OK) err = apply_decisions(w, &s);
    if (err == DL_OK) err = put(w, &s, since_ms, &diag);
    if (err != DL_OK) err = give_up(w, &s, err, since_ms, &diag);
    dl_arena_free(s.arena);
    return err;
}

/* --- a person decides ------------------------------------------------------------------------ */

static bool id_at(yyjson_val *o, const char *key, dl_id *ret)
{
    return dl_id_parse(dl_json_get_str(o, key), ret);
}

enum dl_err dl_writer_take_decision(dl_writer *w, struct op *op)
{
    int64_t undo = dl_json_get_int(op->request, "undo", 0);
    struct dl_decision d = {.at_ms = dl_now_ms(),
                            .split = yyjson_get_bool(yyjson_obj_get(op->request, "split"))};
    bool whole =
        undo > 0 || (id_at(op->request, "claim", &d.claim) && id_at(op->request, "a", &d.a) &&
                     id_at(op->request, "b", &d.b) && !dl_id_eq(&d.a, &d.b));
    enum dl_err err = !whole     ? DL_ERR_INVALID
                      : undo > 0 ? dl_ledger_undo(w->ledger, undo, d.at_ms)
                                 : dl_ledger_decide(w->ledger, &d);
    if (err == DL_ERR_INVALID || err == DL_ERR_NOT_FOUND) {
        op->refused = err;
        return DL_OK;
    }
    op->changed = 1;
    w->claims_behind = true;
    return err;
}
