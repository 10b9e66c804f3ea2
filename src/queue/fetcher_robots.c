/* robots.txt over restarts: the writer keeps what each host said, the fetcher that comes next gets
 * it back with its first work. */
#include "base/utf8.h"
#include "queue/fetcher_private.h"

enum {
    KEPT_MOST = 8 << 10, /* of one file, our rules only: who has more is asked again */
    SCRATCH = 1 << 20,
};

static dl_str json_of(dl_arena *arena, const struct dl_robots_record *r)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    dl_str text = {NULL, 0};
    if (json == NULL) return text;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    dl_json_str(json, o, "robots", r->url);
    dl_json_int(json, o, "at", r->set_ms);
    dl_json_int(json, o, "until", r->until_ms);
    if (r->failures > 0) {
        dl_json_int(json, o, "failing", r->failing_ms);
        dl_json_int(json, o, "failures", r->failures);
        dl_json_int(json, o, "status", r->status);
        dl_json_c(json, o, "fault", dl_fault_name(r->fault));
    }
    dl_json_str(json, o, "text", dl_utf8_of_bytes(arena, r->text));
    return dl_json_text(json, arena, &text) == DL_OK ? text : (dl_str){NULL, 0};
}

void dl_fetcher_keep_robots(struct fetcher *f, dl_str url)
{
    struct dl_robots_record record;
    uint64_t request; /* nobody waits: what is not kept is fetched again */
    dl_arena *arena = dl_arena_new(SCRATCH);
    if (arena != NULL && dl_robots_cache_record(f->robots, url, arena, &record) &&
        record.text.n <= KEPT_MOST) {
        dl_str json = json_of(arena, &record);
        if (json.n > 0 &&
            dl_asker_send(f->asker, DL_REQUEST_FETCHED, json, (dl_str){NULL, 0}, &request) != DL_OK)
            f->lost_writer = true;
    }
    dl_arena_free(arena);
}

static enum dl_fault fault_named(dl_str name)
{
    for (enum dl_fault f = DL_FAULT_NONE + 1; f < DL_FAULT_COUNT; f++)
        if (dl_str_eq_c(name, dl_fault_name(f))) return f;
    return DL_FAULT_NONE;
}

void dl_fetcher_take_robots(struct fetcher *f, yyjson_val *rows)
{
    size_t i, n;
    yyjson_val *row;
    yyjson_arr_foreach(rows, i, n, row)
    {
        dl_arena *arena = dl_arena_new(SCRATCH);
        if (arena == NULL) return;
        struct dl_robots_record record = {
            .url = dl_json_get_str(row, "robots"),
            .set_ms = dl_json_get_int(row, "at", 0),
            .until_ms = dl_json_get_int(row, "until", 0),
            .failing_ms = dl_json_get_int(row, "failing", 0),
            .failures = dl_json_get_int(row, "failures", 0),
            .status = (int)dl_json_get_int(row, "status", 0),
            .fault = fault_named(dl_json_get_str(row, "fault")),
            .text = dl_utf8_to_bytes(arena, dl_json_get_str(row, "text")),
        };
        dl_robots_cache_restore(f->robots, &record);
        dl_arena_free(arena);
    }
}
