#include "serve/edits.h"

#include "base/utf8.h"
#include "page/rights.h"

enum { EXCERPT = 280 }; /* bytes of changed words where the text is not ours to give */

static dl_time time_in(yyjson_val *extract, const char *key)
{
    dl_time t;
    return dl_json_get_time(extract, key, &t) ? t : (dl_time){0};
}

static struct dl_edited_side side_of(dl_arena *arena, const struct dl_store_document *d)
{
    yyjson_doc *doc = NULL;
    bool has = d->extract.n > 0 && dl_json_read(arena, d->extract, &doc, NULL) == DL_OK;
    yyjson_val *extract = has ? yyjson_doc_get_root(doc) : NULL;
    struct dl_edited_side side = {
        .document = d->id,
        .revision = d->revision,
        .kind = d->kind,
        .language = d->language,
        .wording = {d->title, d->subtitle, d->text, time_in(extract, "published"),
                    time_in(extract, "modified")},
    };
    for (size_t i = 0; i < d->revisions.n; i++) {
        const struct dl_store_revision *r = &d->revisions.p[i];
        if (!dl_id_eq(&r->id, &d->revision)) continue;
        side.seen_after_ms = r->seen_after_ms;
        side.seen_by_ms = r->seen_by_ms;
    }
    return side;
}

static bool same_kind(dl_str a, dl_str b)
{
    return dl_str_eq_c(a, "item") == dl_str_eq_c(b, "item");
}

/* The wording before the i-th; DL_NO_POS: it is the first of its kind. */
static size_t before(const struct dl_store_document *d, size_t i)
{
    for (size_t k = i; k-- > 0;)
        if (same_kind(d->revisions.p[k].kind, d->revisions.p[i].kind)) return k;
    return DL_NO_POS;
}

static enum dl_err read_side(dl_arena *arena, dl_store *store, const struct dl_store_revision *r,
                             struct dl_edited_side *ret)
{
    struct dl_store_document at;
    DL_TRY(dl_store_document_at(store, arena, &r->id, &at));
    *ret = side_of(arena, &at);
    return DL_OK;
}

enum dl_err dl_edits_of(dl_arena *arena, dl_store *store, const struct dl_store_document *d,
                        dl_edited_vec *ret)
{
    dl_edited_vec edits = {0};
    for (size_t i = d->revisions.n; i-- > 0 && edits.n < DL_EDITS_MAX;) {
        size_t k = before(d, i);
        struct dl_edited e;
        if (k == DL_NO_POS) continue;
        DL_TRY(read_side(arena, store, &d->revisions.p[k], &e.old));
        DL_TRY(read_side(arena, store, &d->revisions.p[i], &e.new));
        DL_TRY(dl_edit_find(arena, &e.old.wording, &e.new.wording, &e.edit));
        DL_TRY(dl_vec_push(arena, &edits, e));
    }
    *ret = edits;
    return DL_OK;
}

enum dl_err dl_edits_between(dl_arena *arena, const struct dl_store_document *a,
                             const struct dl_store_document *b, struct dl_edited *ret)
{
    struct dl_edited e = {.old = side_of(arena, a), .new = side_of(arena, b)};
    DL_TRY(dl_edit_find(arena, &e.old.wording, &e.new.wording, &e.edit));
    *ret = e;
    return DL_OK;
}

/* --- JSON --------------------------------------------------------------------------------- */

static void put_side(struct dl_api_answer *a, yyjson_mut_val *obj, const char *key,
                     const struct dl_edited_side *side)
{
    yyjson_mut_val *o = dl_json_obj(a->doc, obj, key);
    dl_api_id(a->doc, o, "document", a->arena, &side->document);
    dl_api_id(a->doc, o, "revision", a->arena, &side->revision);
    dl_json_str(a->doc, o, "kind", side->kind);
    dl_json_str(a->doc, o, "language", side->language);
    dl_json_time(a->doc, o, "published", a->arena, side->wording.published);
    dl_json_time(a->doc, o, "modified", a->arena, side->wording.modified);
    dl_api_seen(a->doc, o, a->arena, side->seen_after_ms, side->seen_by_ms, (dl_str){NULL, 0});
}

static void put_span(struct dl_api_answer *a, yyjson_mut_val *run, const char *key, size_t start,
                     size_t end)
{
    if (start == end) return;
    yyjson_mut_val *o = dl_json_obj(a->doc, run, key);
    dl_json_int(a->doc, o, "start", (int64_t)start);
    dl_json_int(a->doc, o, "end", (int64_t)end);
}

static void put_diff(struct dl_api_answer *a, yyjson_mut_val *obj, const char *key,
                     const struct dl_diff *d, dl_str old, dl_str new, bool with_text)
{
    if (d->runs.n == 0) return;
    yyjson_mut_val *o = dl_json_obj(a->doc, obj, key), *runs = dl_json_arr(a->doc, o, "runs");
    for (size_t i = 0; i < d->runs.n; i++) {
        const struct dl_diff_run *r = &d->runs.p[i];
        yyjson_mut_val *run = dl_json_push_obj(a->doc, runs);
        bool gone = r->op == DL_DIFF_DELETED;
        dl_str words = gone ? dl_str_sub(old, r->old_start, r->old_end)
                            : dl_str_sub(new, r->new_start, r->new_end);
        dl_json_c(a->doc, run, "op", dl_diff_op_name(r->op));
        put_span(a, run, "old", r->old_start, r->old_end);
        put_span(a, run, "new", r->new_start, r->new_end);
        if (r->op != DL_DIFF_SAME && !a->quiet)
            dl_json_str(a->doc, run, "text", with_text ? words : dl_utf8_prefix(words, EXCERPT));
    }
    dl_json_int(a->doc, o, "kept", (int64_t)d->kept);
    dl_json_int(a->doc, o, "deleted", (int64_t)d->deleted);
    dl_json_int(a->doc, o, "inserted", (int64_t)d->inserted);
    if (d->by_paragraph) dl_json_bool(a->doc, o, "by_paragraph", true);
}

static void put_edited(struct dl_api_answer *a, yyjson_mut_val *obj, const struct dl_edited *e,
                       bool is_edit, bool with_text)
{
    const struct dl_wording *old = &e->old.wording, *new = &e->new.wording;
    put_side(a, obj, "from", &e->old);
    put_side(a, obj, "to", &e->new);
    if (is_edit) {
        dl_json_c(a->doc, obj, "edit", dl_edit_class_name(e->edit.class));
        yyjson_mut_val *marks =
            e->edit.by_date || e->edit.by_notice ? dl_json_arr(a->doc, obj, "marks") : NULL;
        if (e->edit.by_date) dl_json_push_str(a->doc, marks, DL_STR("modified"));
        if (e->edit.by_notice) dl_json_push_str(a->doc, marks, DL_STR("notice"));
    }
    put_diff(a, obj, "title", &e->edit.title, old->title, new->title, true);
    put_diff(a, obj, "subtitle", &e->edit.subtitle, old->subtitle, new->subtitle, true);
    put_diff(a, obj, "text", &e->edit.text, old->text, new->text, with_text);
}

enum dl_err dl_api_edits(struct dl_api_answer *a, dl_store *store, dl_str id, bool with_text,
                         dl_str *ret_id, struct dl_diag *diag)
{
    struct dl_store_document d;
    dl_edited_vec edits;
    DL_TRY(dl_store_document(store, a->arena, id, &d, diag));
    DL_TRY(dl_edits_of(a->arena, store, &d, &edits));
    dl_api_id(a->doc, a->root, "document", a->arena, &d.id);
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    a->quiet = !with_text && (d.rights & DL_RIGHTS_NOSNIPPET) != 0;
    for (size_t i = 0; i < edits.n; i++)
        put_edited(a, dl_json_push_obj(a->doc, data), &edits.p[i], true, with_text);
    *ret_id = dl_id_str(a->arena, &d.id);
    return dl_arena_failed(a->arena);
}

enum dl_err dl_api_edits_between(struct dl_api_answer *a, dl_store *store, dl_str one, dl_str other,
                                 bool with_text, struct dl_diag *diag)
{
    struct dl_store_document x, y;
    struct dl_edited e;
    DL_TRY(dl_store_document(store, a->arena, one, &x, diag));
    DL_TRY(dl_store_document(store, a->arena, other, &y, diag));
    DL_TRY(dl_edits_between(a->arena, &x, &y, &e));
    a->quiet = !with_text && ((x.rights | y.rights) & DL_RIGHTS_NOSNIPPET) != 0;
    put_edited(a, dl_json_push_obj(a->doc, dl_json_arr(a->doc, a->root, "data")), &e, false,
               with_text);
    return dl_arena_failed(a->arena);
}

enum dl_err dl_api_revisions(struct dl_api_answer *a, dl_store *store, dl_str id, dl_str *ret_id,
                             struct dl_diag *diag)
{
    struct dl_store_document d;
    dl_edited_vec edits;
    DL_TRY(dl_store_document(store, a->arena, id, &d, diag));
    DL_TRY(dl_edits_of(a->arena, store, &d, &edits));
    dl_api_id(a->doc, a->root, "document", a->arena, &d.id);
    yyjson_mut_val *data = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < d.revisions.n; i++) {
        const struct dl_store_revision *r = &d.revisions.p[i];
        yyjson_mut_val *o = dl_json_push_obj(a->doc, data);
        dl_api_id(a->doc, o, "id", a->arena, &r->id);
        dl_json_str(a->doc, o, "kind", r->kind);
        dl_json_str(a->doc, o, "title", r->title);
        dl_json_str(a->doc, o, "language", r->language);
        dl_json_str(a->doc, o, "published", r->published);
        dl_api_seen(a->doc, o, a->arena, r->seen_after_ms, r->seen_by_ms, (dl_str){NULL, 0});
        dl_json_bool(a->doc, o, "shown", r->shown);
        for (size_t k = 0; k < edits.n; k++)
            if (dl_id_eq(&edits.p[k].new.revision, &r->id))
                dl_json_c(a->doc, o, "edit", dl_edit_class_name(edits.p[k].edit.class));
    }
    *ret_id = dl_id_str(a->arena, &d.id);
    return dl_arena_failed(a->arena);
}
