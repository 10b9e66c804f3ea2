#include "cmd/brief.h"

enum { MEMBERS = DL_STORE_LIST_MAX, LOOKED_AT = 400 /* stories that changed, the newest */ };

/* --- which stories -------------------------------------------------------------------------------
 */

/* More outlets first: what many report leads. Then the newest. */
static int by_outlets(const void *a, const void *b)
{
    const struct dl_store_story *x = a, *y = b;
    if (x->outlets != y->outlets) return x->outlets > y->outlets ? -1 : 1;
    return x->change > y->change ? -1 : x->change < y->change;
}

static enum dl_err changed_stories(dl_store *store, dl_arena *arena, int64_t since_ms,
                                   dl_store_stories *ret)
{
    struct dl_store_story_filter filter = {.limit = LOOKED_AT};
    dl_store_stories all;
    DL_TRY(dl_store_list_stories(store, arena, &filter, &all));
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.p[i].last_seen_ms >= since_ms) all.p[n++] = all.p[i];
    all.n = n;
    *ret = all;
    return DL_OK;
}

/* Stories of the documents that the query finds, each once. */
static enum dl_err found_stories(dl_store *store, dl_arena *arena, const struct dl_query *query,
                                 int64_t since_ms, dl_store_stories *ret)
{
    struct dl_search_options options = {.limit = LOOKED_AT};
    dl_search_hits hits;
    dl_store_stories stories = {0};
    dl_map known;
    dl_map_init(&known, arena);
    DL_TRY(dl_search_documents(store, arena, query, &options, &hits));
    for (size_t i = 0; i < hits.n; i++) {
        struct dl_store_story s;
        dl_str id = dl_id_str(arena, &hits.p[i].story);
        if (!hits.p[i].has_story || dl_map_get(&known, id) != NULL) continue;
        DL_TRY(dl_store_story(store, arena, id, &s, NULL));
        DL_TRY(dl_map_set(&known, id, ret));
        if (s.last_seen_ms >= since_ms) DL_TRY(dl_vec_push(arena, &stories, s));
    }
    *ret = stories;
    return dl_arena_failed(arena);
}

static enum dl_err put_story(dl_store *store, dl_arena *arena, const struct dl_store_story *story,
                             struct dl_brief *brief)
{
    struct dl_brief_story s = {.story = *story};
    dl_store_claims claims;
    dl_store_members members;
    dl_map by_id;
    DL_TRY(dl_store_story_claims(store, arena, story->story, DL_BRIEF_CLAIMS, &claims));
    DL_TRY(dl_store_story_members(store, arena, story->story, 0, MEMBERS, &members));
    DL_TRY(dl_claim_members(arena, &members, &by_id));
    for (size_t i = 0; i < claims.n; i++)
        DL_TRY(dl_claim_view(arena, &claims.p[i], &by_id, NULL, &s.claims[s.n_claims++]));
    return dl_vec_push(arena, &brief->stories, s);
}

enum dl_err dl_brief_gather(dl_store *store, dl_arena *arena, const struct dl_query *query,
                            int64_t since_ms, int64_t until_ms, size_t limit, struct dl_brief *ret)
{
    dl_store_stories stories;
    *ret = (struct dl_brief){.since_ms = since_ms, .until_ms = until_ms};
    DL_TRY(dl_store_watched(store, &ret->watched, &ret->watched_countries));
    DL_TRY(query == NULL ? changed_stories(store, arena, since_ms, &stories)
                         : found_stories(store, arena, query, since_ms, &stories));
    qsort(stories.p, stories.n, sizeof *stories.p, by_outlets);
    for (size_t i = 0; i < stories.n && i < limit; i++)
        DL_TRY(put_story(store, arena, &stories.p[i], ret));
    if (query != NULL) return DL_OK; /* of everything, they would not be what was asked for */
    return dl_store_list_corrections(store, arena, since_ms, DL_BRIEF_STORIES, &ret->corrections);
}
