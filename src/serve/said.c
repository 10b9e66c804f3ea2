#include "serve/said.h"

#include "base/map.h"

struct grouping {
    dl_arena *arena;
    dl_map sources, wordings, documents; /* keys are text made here */
    dl_map copies;                       /* ids of documents that are copies */
    dl_said named, unnamed, own;
};

static bool is_own_voice(const struct dl_store_statement *s)
{
    return s->source.n == 0 &&
           (dl_str_eq_c(s->stance, "own") || dl_str_eq_c(s->stance, "endorsed"));
}

static dl_str source_key(dl_arena *arena, const struct dl_store_statement *s)
{
    if (s->source.n == 0) return is_own_voice(s) ? DL_STR("own") : DL_STR("none");
    return dl_str_fmt(arena, "%.*s\n%.*s", DL_FMT(s->source_class),
                      DL_FMT(dl_str_lower_ascii(arena, s->source)));
}

static enum dl_err source_of(struct grouping *g, const struct dl_store_statement *s, dl_str key,
                             struct dl_said_by **ret_by)
{
    struct dl_said_by *by = dl_map_get(&g->sources, key);
    if (by == NULL) {
        by = DL_NEW(g->arena, struct dl_said_by);
        if (by == NULL) return dl_arena_failed(g->arena);
        by->own = is_own_voice(s);
        by->source = s->source;
        by->class = s->source_class;
        by->anonymity = s->anonymity;
        DL_TRY(dl_map_set(&g->sources, key, by));
        dl_said *list = by->own ? &g->own : s->source.n == 0 ? &g->unnamed : &g->named;
        DL_TRY(dl_vec_push(g->arena, list, by));
    }
    *ret_by = by;
    return DL_OK;
}

static enum dl_err wording_of(struct grouping *g, struct dl_said_by *by, dl_str source,
                              const struct dl_store_statement *s, struct dl_wording **ret_wording)
{
    dl_str words = dl_str_squeeze(g->arena, dl_str_lower_ascii(g->arena, s->content));
    dl_str key = dl_str_fmt(g->arena, "%.*s\n%.*s\n%.*s", DL_FMT(source), DL_FMT(s->certainty),
                            DL_FMT(words));
    struct dl_wording *w = dl_map_get(&g->wordings, key);
    if (w == NULL) {
        w = DL_NEW(g->arena, struct dl_wording);
        if (w == NULL) return dl_arena_failed(g->arena);
        w->first = s;
        DL_TRY(dl_map_set(&g->wordings, key, w));
        DL_TRY(dl_vec_push(g->arena, &by->wordings, w));
    }
    *ret_wording = w;
    return DL_OK;
}

static enum dl_err add(struct grouping *g, const struct dl_store_statement *s)
{
    struct dl_said_by *by = NULL;
    struct dl_wording *w = NULL;
    dl_str source = source_key(g->arena, s), id = dl_id_str(g->arena, &s->document);
    dl_str document = dl_str_fmt(g->arena, "%.*s\n%.*s", DL_FMT(source), DL_FMT(id));
    struct dl_telling telling = {s, dl_map_get(&g->copies, id) != NULL};
    DL_TRY(dl_arena_failed(g->arena));
    DL_TRY(source_of(g, s, source, &by));
    DL_TRY(wording_of(g, by, source, s, &w));
    if (dl_map_get(&g->documents, document) == NULL) {
        by->documents++;
        by->copies += telling.in_copy;
        DL_TRY(dl_map_set(&g->documents, document, by));
    }
    return dl_vec_push(g->arena, &w->tellings, telling);
}

static enum dl_err append(dl_arena *arena, dl_said *list, const dl_said *more)
{
    for (size_t i = 0; i < more->n; i++)
        DL_TRY(dl_vec_push(arena, list, more->p[i]));
    return DL_OK;
}

enum dl_err dl_said_group(dl_arena *arena, const dl_store_statements *statements,
                          const dl_store_members *members, dl_said *ret_said)
{
    struct grouping g = {.arena = arena};
    dl_map_init(&g.sources, arena);
    dl_map_init(&g.wordings, arena);
    dl_map_init(&g.documents, arena);
    dl_map_init(&g.copies, arena);
    for (size_t i = 0; i < members->n; i++)
        if (members->p[i].is_copy)
            DL_TRY(dl_map_set(&g.copies, dl_id_str(arena, &members->p[i].id), &members->p[i]));
    for (size_t i = 0; i < statements->n; i++)
        DL_TRY(add(&g, &statements->p[i]));
    DL_TRY(append(arena, &g.named, &g.unnamed));
    DL_TRY(append(arena, &g.named, &g.own));
    *ret_said = g.named;
    return DL_OK;
}
