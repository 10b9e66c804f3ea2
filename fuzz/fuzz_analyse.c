/* Any text in any language: the record is JSON, and every span of it lies on borders of the text.
 * The first line of an input names the language; read twice, it gives the same bytes. */
#include <stdint.h>

#include "../test/event/spans.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "event/analyse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t analyse(const dl_analyser *analyser, dl_arena *arena,
                        const struct dl_analyse_input *in)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    DL_ASSERT(json != NULL);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    if (dl_analyse(analyser, arena, in, json, root, NULL) != DL_OK) return 0;
    DL_ASSERT(spans_sound(root, in->text));
    dl_buf out = DL_BUF_INIT(64 << 20);
    DL_ASSERT(dl_json_line(json, arena, &out) == DL_OK);
    DL_ASSERT(dl_utf8_valid(dl_buf_slice(&out), NULL));
    uint64_t hash = dl_hash64(dl_buf_slice(&out));
    dl_buf_free(&out);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dl_analyser *analyser;
    static dl_arena *arena;
    if (arena == NULL) {
        arena = dl_arena_new(256 << 20);
        DL_ASSERT(arena != NULL && dl_analyser_new(&analyser, NULL) == DL_OK);
    }
    dl_str rest = dl_utf8_repair(arena, (dl_str){(const char *)data, size}), language = DL_STR("");
    (void)dl_str_split(&rest, '\n', &language);
    struct dl_analyse_input in = {.text = rest, .language = language, .outlet = DL_STR("Bay Post")};
    DL_ASSERT(dl_time_parse(DL_STR("2031-05-14T10:00:00Z"), &in.published));
    uint64_t once = analyse(analyser, arena, &in);
    DL_ASSERT(analyse(analyser, arena, &in) == once);
    dl_arena_reset(arena);
    return 0;
}
