#include "serve/claim_view.h"

struct reader {
    dl_arena *arena;
    const dl_map *by_id;
    struct dl_claim_view *view;
};

enum dl_err dl_claim_members(dl_arena *arena, const dl_store_members *members, dl_map *ret)
{
    dl_map_init(ret, arena);
    for (size_t i = 0; i < members->n; i++)
        DL_TRY(dl_map_set(ret, dl_id_str(arena, &members->p[i].id), &members->p[i]));
    return DL_OK;
}

static const struct dl_store_member *member(const struct reader *r, dl_str id)
{
    return dl_map_get(r->by_id, id);
}

static const struct dl_store_member *member_at(const struct reader *r, yyjson_val *o,
                                               const char *key)
{
    return member(r, dl_json_get_str(o, key));
}

/* Its publisher allows no words of it to be shown. */
static bool is_quiet(const struct dl_store_member *m)
{
    return m != NULL && m->is_quiet;
}

static bool flag(yyjson_val *o, const char *key)
{
    return yyjson_get_bool(yyjson_obj_get(o, key));
}

static size_t number_at(yyjson_val *list, size_t i)
{
    yyjson_val *v = yyjson_arr_get(list, i);
    return yyjson_is_uint(v) ? (size_t)yyjson_get_uint(v) : DL_NO_POS;
}

static enum dl_err carriers(const struct reader *r, yyjson_val *list, dl_carriers *ret)
{
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(list, i, n, v)
    {
        const struct dl_store_member *m = member(r, dl_json_val_str(v));
        if (m != NULL) DL_TRY(dl_vec_push(r->arena, ret, m));
    }
    return DL_OK;
}

/* --- wordings ------------------------------------------------------------------------------- */

static void hops_of(yyjson_val *list, struct dl_view_wording *w)
{
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(list, i, n, v)
    {
        if (w->n_hops == DL_CLAIM_HOPS) break;
        w->hops[w->n_hops++] =
            (struct dl_view_hop){dl_json_get_str(v, "text"), dl_json_get_str(v, "class"),
                                 dl_json_get_str(v, "anonymity"), dl_json_get_int(v, "depth", 1)};
    }
}

static void counts_of(yyjson_val *list, struct dl_view_wording *w)
{
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(list, i, n, v)
    {
        if (w->n_counts == DL_CLAIM_COUNTS) break;
        w->counts[w->n_counts++] =
            (struct dl_view_count){dl_json_get_int(v, "value", 0), dl_json_get_int(v, "unit", 0),
                                   dl_json_get_str(v, "bound")};
    }
}

static enum dl_err wording(const struct reader *r, yyjson_val *v)
{
    struct dl_view_wording w = {
        .document = member_at(r, v, "document"),
        .start = dl_json_get_int(v, "start", 0),
        .end = dl_json_get_int(v, "end", 0),
        .in = dl_json_get_str(v, "in"),
        .statement = dl_json_get_str(v, "statement"),
        .text = dl_json_get_str(v, "text"),
        .stance = dl_json_get_str(v, "stance"),
        .certainty = dl_json_get_str(v, "certainty"),
        .quote = dl_json_get_str(v, "quote"),
        .own = flag(v, "own"),
        .denies = flag(v, "denies"),
        .in_title = flag(v, "in_title"),
        .caveat = flag(v, "caveat"),
        .hedged = flag(v, "hedged"),
        .legal_formula = flag(v, "legal_formula"),
        .fit = dl_json_get_int(v, "fit", 0),
    };
    if (w.document != NULL && w.document->is_quiet)
        w.text = (dl_str){NULL, 0};
    else
        hops_of(yyjson_obj_get(v, "hops"), &w);
    counts_of(yyjson_obj_get(v, "counts"), &w);
    yyjson_val *evidence = yyjson_arr_get_first(yyjson_obj_get(v, "evidence"));
    yyjson_val *verified = yyjson_obj_get(evidence, "verified");
    w.evidence = dl_json_get_str(evidence, "kind");
    if (yyjson_is_bool(verified))
        w.verified = yyjson_get_bool(verified) ? DL_STR("verified") : DL_STR("not verified");
    /* Its place counts: changes speak of wordings by it. */
    return dl_vec_push(r->arena, &r->view->wordings, w);
}

/* --- origins, merges, denials ---------------------------------------------------------------- */

static enum dl_err origin(const struct reader *r, yyjson_val *v)
{
    struct dl_view_origin o = {
        .name = dl_json_get_str(v, "name"),
        .class = dl_json_get_str(v, "class"),
        .anonymity = dl_json_get_str(v, "anonymity"),
        .kind = dl_json_get_str(v, "kind"),
        .party = flag(v, "party"),
        .circular = flag(v, "circular"),
        .group = (size_t)dl_json_get_int(v, "group", 0),
        .first = member_at(r, v, "first"),
    };
    o.n_documents = yyjson_arr_size(yyjson_obj_get(v, "documents"));
    if (is_quiet(o.first)) o.name = (dl_str){NULL, 0};
    DL_TRY(carriers(r, yyjson_obj_get(v, "documents"), &o.documents));
    return dl_vec_push(r->arena, &r->view->origins, o);
}

static enum dl_err merge(const struct reader *r, yyjson_val *v)
{
    yyjson_val *list = yyjson_obj_get(v, "origins"), *e;
    struct dl_view_merge m = {
        .rule = dl_json_get_str(v, "rule"),
        .soft = flag(v, "soft"),
        .cut = flag(v, "cut"),
        .a = member_at(r, v, "a"),
        .b = member_at(r, v, "b"),
        .origin_a = number_at(list, 0),
        .origin_b = number_at(list, 1),
    };
    size_t i, n;
    yyjson_arr_foreach(yyjson_obj_get(v, "evidence"), i, n, e)
    {
        const struct dl_store_member *d = member_at(r, e, "document");
        if (d == NULL || m.n_evidence == 2) continue;
        m.evidence[m.n_evidence++] = (struct dl_view_evidence){d, dl_json_get_int(e, "start", 0),
                                                               dl_json_get_int(e, "end", 0)};
    }
    if (m.a == NULL || m.b == NULL) return DL_OK;
    return dl_vec_push(r->arena, &r->view->merges, m);
}

static enum dl_err denial(const struct reader *r, yyjson_val *v)
{
    struct dl_view_denial d = {.name = dl_json_get_str(v, "name"),
                               .class = dl_json_get_str(v, "class"),
                               .anonymity = dl_json_get_str(v, "anonymity")};
    DL_TRY(carriers(r, yyjson_obj_get(v, "documents"), &d.documents));
    if (d.documents.n == 0 || is_quiet(d.documents.p[0])) d.name = (dl_str){NULL, 0};
    return dl_vec_push(r->arena, &r->view->denials, d);
}

static bool change(yyjson_val *v, size_t wordings, struct dl_view_change *ret)
{
    yyjson_val *said = yyjson_obj_get(v, "wordings"), *lost;
    *ret = (struct dl_view_change){.softened = dl_str_eq_c(dl_json_get_str(v, "kind"), "softened"),
                                   .from = number_at(said, 0),
                                   .to = number_at(said, 1)};
    size_t i, n;
    yyjson_arr_foreach(yyjson_obj_get(v, "lost"), i, n, lost)
    {
        if (ret->n_lost < DL_CLAIM_LOST) ret->lost[ret->n_lost++] = dl_json_val_str(lost);
    }
    return ret->from < wordings && ret->to < wordings && ret->n_lost > 0;
}

/* --- the body -------------------------------------------------------------------------------- */

typedef enum dl_err (*row_fn)(const struct reader *r, yyjson_val *v);

static enum dl_err each(const struct reader *r, yyjson_val *body, const char *key, row_fn fn)
{
    size_t i, n;
    yyjson_val *v;
    yyjson_arr_foreach(yyjson_obj_get(body, key), i, n, v) DL_TRY(fn(r, v));
    return DL_OK;
}

static enum dl_err changes(const struct reader *r, yyjson_val *body)
{
    size_t i, n;
    yyjson_val *v;
    struct dl_view_change c;
    struct dl_claim_view *view = r->view;
    yyjson_arr_foreach(yyjson_obj_get(body, "hardening"), i, n, v)
    {
        if (change(v, view->wordings.n, &c)) DL_TRY(dl_vec_push(r->arena, &view->changes, c));
    }
    yyjson_arr_foreach(yyjson_obj_get(body, "titles"), i, n, v)
    {
        if (change(v, view->wordings.n, &c)) DL_TRY(dl_vec_push(r->arena, &view->titles, c));
    }
    return DL_OK;
}

enum dl_err dl_claim_view(dl_arena *arena, const struct dl_store_claim *row, const dl_map *by_id,
                          const dl_store_origin_ids *ids, struct dl_claim_view *ret)
{
    yyjson_doc *doc;
    *ret = (struct dl_claim_view){.row = *row};
    struct reader r = {arena, by_id, ret};
    if (row->body.n == 0 || dl_json_read(arena, row->body, &doc, NULL) != DL_OK)
        return dl_arena_failed(arena);
    yyjson_val *body = yyjson_doc_get_root(doc);
    DL_TRY(each(&r, body, "wordings", wording));
    DL_TRY(each(&r, body, "origins", origin));
    DL_TRY(each(&r, body, "merges", merge));
    DL_TRY(each(&r, body, "denied_by", denial));
    DL_TRY(changes(&r, body));
    for (size_t i = 0; ids != NULL && i < ids->n; i++) {
        if (ids->p[i].n >= ret->origins.n) continue;
        ret->origins.p[ids->p[i].n].id = ids->p[i].id;
        ret->origins.p[ids->p[i].n].has_id = true;
    }
    yyjson_val *missing = yyjson_obj_get(body, "missing");
    ret->missing = dl_json_get_str(missing, "kind");
    ret->missing_a = member_at(&r, missing, "a");
    ret->missing_b = member_at(&r, missing, "b");
    ret->missing_changes = dl_json_get_int(missing, "changes", 0);
    return dl_arena_failed(arena);
}
