#include "serve/api_claims.h"

#include "base/map.h"

enum { BODIES_MAX = 8 << 20 /* of a list: the claims behind are asked for one by one */ };

static void put_row(struct dl_api_answer *a, yyjson_mut_val *o, const struct dl_store_claim *c)
{
    dl_api_id(a->doc, o, "id", a->arena, &c->id);
    dl_api_id(a->doc, o, "story", a->arena, &c->story);
    dl_api_id(a->doc, o, "document", a->arena, &c->document);
    dl_json_str(a->doc, o, "claim", c->wording);
    dl_json_str(a->doc, o, "language", c->language);
    dl_json_str(a->doc, o, "outlet", c->outlet);
    const struct {
        const char *key;
        int64_t number;
    } numbers[] = {{"document_count", c->documents},
                   {"copies", c->copies},
                   {"outlets", c->outlets},
                   {"origins_min", c->origins_min},
                   {"origins_max", c->origins_max},
                   {"origins_named", c->origins_named},
                   {"origins_party_free", c->origins_free},
                   {"denials", c->denials},
                   {"hardened", c->hardened},
                   {"softened", c->softened}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        dl_json_int(a->doc, o, numbers[i].key, numbers[i].number);
    if (c->circular) dl_json_bool(a->doc, o, "circular", true);
    dl_api_ms(a->doc, o, "first_seen", a->arena, c->first_seen_ms);
    dl_api_ms(a->doc, o, "last_seen", a->arena, c->last_seen_ms);
}

/* Words of documents whose publishers allow none to be shown. */
static void hush(yyjson_mut_val *list, const char *owner, const dl_map *quiet)
{
    static const char *const words[] = {"text", "name", "hops"};
    size_t i, n;
    yyjson_mut_val *v;
    yyjson_mut_arr_foreach(list, i, n, v)
    {
        yyjson_mut_val *of = yyjson_mut_obj_get(v, owner);
        if (yyjson_mut_is_arr(of)) of = yyjson_mut_arr_get_first(of);
        dl_str id = {yyjson_mut_get_str(of), yyjson_mut_get_len(of)};
        if (id.p != NULL && dl_map_get(quiet, id) == NULL) continue;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            yyjson_mut_obj_remove_key(v, words[k]);
    }
}

/* The body's lists beside the row; its numbers are the row's. */
static void put_body(struct dl_api_answer *a, yyjson_mut_val *o, const struct dl_store_claim *c,
                     const dl_map *quiet)
{
    yyjson_doc *doc;
    if (c->body.n == 0 || dl_json_read(a->arena, c->body, &doc, NULL) != DL_OK) return;
    yyjson_val *body = yyjson_doc_get_root(doc), *key, *value;
    yyjson_obj_iter iter = yyjson_obj_iter_with(body);
    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        value = yyjson_obj_iter_get_val(key);
        if (!yyjson_is_arr(value) && !yyjson_is_obj(value)) continue;
        yyjson_mut_obj_add(o, yyjson_val_mut_copy(a->doc, key), yyjson_val_mut_copy(a->doc, value));
    }
    hush(yyjson_mut_obj_get(o, "wordings"), "document", quiet);
    hush(yyjson_mut_obj_get(o, "origins"), "first", quiet);
    hush(yyjson_mut_obj_get(o, "denied_by"), "documents", quiet);
}

/* Ids of the story's documents whose publishers allow no words to be shown. */
static enum dl_err quiet_of(struct dl_api_answer *a, dl_store *store, int64_t story, dl_map *ret)
{
    dl_store_documents_quiet ids;
    dl_map_init(ret, a->arena);
    DL_TRY(dl_store_story_quiet(store, a->arena, story, &ids));
    for (size_t i = 0; i < ids.n; i++)
        DL_TRY(dl_map_set(ret, dl_id_str(a->arena, &ids.p[i]), ids.p));
    return DL_OK;
}

enum dl_err dl_api_claim(struct dl_api_answer *a, dl_store *store, dl_str id, dl_str *ret_id,
                         struct dl_diag *diag)
{
    struct dl_store_claim c;
    dl_store_decisions decisions;
    DL_TRY(dl_store_claim(store, a->arena, id, &c, diag));
    DL_TRY(dl_store_claim_decisions(store, a->arena, &c.id, &decisions));
    struct dl_store_story story;
    dl_map quiet;
    DL_TRY(dl_store_story(store, a->arena, dl_id_str(a->arena, &c.story), &story, NULL));
    DL_TRY(quiet_of(a, store, story.story, &quiet));
    put_row(a, a->root, &c);
    put_body(a, a->root, &c, &quiet);
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "decisions");
    for (size_t i = 0; i < decisions.n; i++) {
        const struct dl_store_decision *d = &decisions.p[i];
        yyjson_mut_val *o = dl_json_push_obj(a->doc, list);
        dl_json_int(a->doc, o, "decision", d->decision);
        dl_json_c(a->doc, o, "kind", d->split ? "split" : "join");
        dl_api_id(a->doc, o, "a", a->arena, &d->a);
        dl_api_id(a->doc, o, "b", a->arena, &d->b);
        dl_api_ms(a->doc, o, "at", a->arena, d->at_ms);
        dl_api_ms(a->doc, o, "undone", a->arena, d->undone_ms);
    }
    *ret_id = dl_id_str(a->arena, &c.id);
    return dl_arena_failed(a->arena);
}

enum dl_err dl_api_story_claims(struct dl_api_answer *a, dl_store *store, dl_str id, dl_str *ret_id,
                                struct dl_diag *diag)
{
    struct dl_store_story story;
    dl_store_claims claims;
    dl_map quiet;
    size_t bytes = 0;
    DL_TRY(dl_store_story(store, a->arena, id, &story, diag));
    DL_TRY(dl_store_story_claims(store, a->arena, story.story, a->limit, &claims));
    DL_TRY(quiet_of(a, store, story.story, &quiet));
    dl_api_id(a->doc, a->root, "id", a->arena, &story.id);
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < claims.n; i++) {
        yyjson_mut_val *o = dl_json_push_obj(a->doc, list);
        put_row(a, o, &claims.p[i]);
        bytes += claims.p[i].body.n;
        if (bytes <= BODIES_MAX) put_body(a, o, &claims.p[i], &quiet);
    }
    *ret_id = dl_id_str(a->arena, &story.id);
    return dl_api_close_list(a, store);
}

enum dl_err dl_api_claims(struct dl_api_answer *a, dl_store *store, enum dl_claims_kind kind,
                          int64_t since_ms)
{
    dl_store_claims claims;
    DL_TRY(dl_store_list_claims(store, a->arena, kind, since_ms, a->limit, &claims));
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < claims.n; i++)
        put_row(a, dl_json_push_obj(a->doc, list), &claims.p[i]);
    return dl_api_close_list(a, store);
}

enum dl_err dl_api_corrections(struct dl_api_answer *a, dl_store *store, int64_t since_ms)
{
    dl_store_edits edits;
    DL_TRY(dl_store_list_corrections(store, a->arena, since_ms, a->limit, &edits));
    yyjson_mut_val *list = dl_json_arr(a->doc, a->root, "data");
    for (size_t i = 0; i < edits.n; i++) {
        const struct dl_store_edit *e = &edits.p[i];
        yyjson_mut_val *o = dl_json_push_obj(a->doc, list);
        dl_api_id(a->doc, o, "document", a->arena, &e->document);
        dl_api_id(a->doc, o, "revision", a->arena, &e->revision);
        dl_api_id(a->doc, o, "earlier", a->arena, &e->earlier);
        if (e->has_story) dl_api_id(a->doc, o, "story", a->arena, &e->story);
        dl_json_str(a->doc, o, "title", e->title);
        dl_json_str(a->doc, o, "language", e->language);
        dl_json_str(a->doc, o, "outlet", e->outlet);
        dl_api_ms(a->doc, o, "at", a->arena, e->at_ms);
    }
    return dl_api_close_list(a, store);
}
