#include "serve/unknown.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/map.h"

enum { PAGE = 200 /* analyses at once: a moment of the store each */, NAME_MAX_BYTES = 120 };

struct counting {
    dl_arena *arena;
    dl_unknown_names names;
    dl_map64 of_name;   /* hash of a name -> 1 + index */
    dl_map64 in_outlet; /* hash of name and outlet -> 1 */
    dl_map64 newest;    /* hash of a name -> key of the document it was counted in last */
};

static bool worth_counting(yyjson_val *entity, dl_str *ret_name, const char **ret_type)
{
    const char *type = yyjson_get_str(yyjson_obj_get(entity, "type"));
    yyjson_val *name = yyjson_obj_get(entity, "name");
    if (type == NULL || name == NULL || yyjson_obj_get(entity, "id") != NULL) return false;
    if (strcmp(type, "role") == 0 || strcmp(type, "nationality") == 0) return false;
    *ret_name = (dl_str){yyjson_get_str(name), yyjson_get_len(name)};
    *ret_type = type;
    return ret_name->p != NULL && ret_name->n > 0 && ret_name->n <= NAME_MAX_BYTES;
}

static enum dl_err first_use(struct counting *c, dl_str name, const char *type,
                             const struct dl_store_analysed *d, yyjson_val *entity)
{
    struct dl_unknown_name n = {.name = dl_str_dup(c->arena, name),
                                .last_ms = d->seen_by_ms,
                                .document = d->id,
                                .start = yyjson_get_uint(yyjson_obj_get(entity, "start")),
                                .end = yyjson_get_uint(yyjson_obj_get(entity, "end"))};
    snprintf(n.type, sizeof n.type, "%s", type);
    return n.name.p == NULL ? dl_arena_failed(c->arena) : dl_vec_push(c->arena, &c->names, n);
}

static enum dl_err count(struct counting *c, const struct dl_store_analysed *d, yyjson_val *entity)
{
    dl_str name;
    const char *type;
    if (!worth_counting(entity, &name, &type)) return DL_OK;
    uint64_t hash = dl_hash64(name);
    if (c->names.n >= DL_UNKNOWN_NAMES && dl_map64_get(&c->of_name, hash) == NULL) return DL_OK;
    uint64_t *at = dl_map64_at(&c->of_name, hash), *newest = dl_map64_at(&c->newest, hash);
    if (at == NULL || newest == NULL) return dl_arena_failed(c->arena);
    if (*newest == (uint64_t)d->document) return DL_OK; /* once a document */
    *newest = (uint64_t)d->document;
    if (*at == 0) {
        DL_TRY(first_use(c, name, type, d, entity));
        *at = c->names.n;
    }
    struct dl_unknown_name *n = &c->names.p[*at - 1];
    n->documents++;
    n->first_ms = d->seen_by_ms;
    uint64_t *outlet = dl_map64_at(&c->in_outlet, dl_hash64_seed(d->outlet, hash));
    if (outlet == NULL) return dl_arena_failed(c->arena);
    n->outlets += *outlet == 0;
    *outlet = 1;
    return DL_OK;
}

static enum dl_err count_document(struct counting *c, dl_arena *page,
                                  const struct dl_store_analysed *d)
{
    yyjson_doc *json;
    size_t i, n;
    yyjson_val *entity;
    DL_TRY(dl_json_read(page, d->analyse, &json, NULL));
    yyjson_arr_foreach(yyjson_obj_get(yyjson_doc_get_root(json), "entities"), i, n, entity)
    {
        DL_TRY(count(c, d, entity));
    }
    return DL_OK;
}

static int by_spread(const void *a, const void *b)
{
    const struct dl_unknown_name *x = a, *y = b;
    if (x->outlets != y->outlets) return x->outlets > y->outlets ? -1 : 1;
    if (x->documents != y->documents) return x->documents > y->documents ? -1 : 1;
    return dl_str_cmp(x->name, y->name);
}

static enum dl_err walk(struct counting *c, dl_store *store, dl_arena *page, size_t documents)
{
    int64_t before = 0;
    dl_store_analyses rows;
    for (size_t done = 0; done < documents; done += rows.n) {
        size_t some = documents - done < PAGE ? documents - done : PAGE;
        dl_arena_reset(page);
        DL_TRY(dl_store_walk_analysed(store, page, before, some, &rows));
        if (rows.n == 0) break;
        for (size_t i = 0; i < rows.n; i++)
            DL_TRY(count_document(c, page, &rows.p[i]));
        before = rows.p[rows.n - 1].document;
    }
    return DL_OK;
}

enum dl_err dl_unknown_gather(dl_store *store, dl_arena *arena, size_t documents, size_t limit,
                              dl_unknown_names *ret_names)
{
    struct counting c = {.arena = arena};
    dl_map64_init(&c.of_name, arena);
    dl_map64_init(&c.in_outlet, arena);
    dl_map64_init(&c.newest, arena);
    dl_arena *page = dl_arena_new(DL_ARENA_NO_CAP);
    if (page == NULL) return DL_ERR_NOMEM;
    enum dl_err err =
        walk(&c, store, page, documents < DL_UNKNOWN_DOCUMENTS ? documents : DL_UNKNOWN_DOCUMENTS);
    dl_arena_free(page);
    DL_TRY(err);
    size_t kept = 0;
    for (size_t i = 0; i < c.names.n; i++)
        if (c.names.p[i].documents > 1) c.names.p[kept++] = c.names.p[i];
    if (kept > 0) qsort(c.names.p, kept, sizeof *c.names.p, by_spread);
    c.names.n = kept < limit ? kept : limit;
    *ret_names = c.names;
    return DL_OK;
}
