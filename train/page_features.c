/* For train/fit-kinds: reads lines {"id", "url", "html_base64"} and prints what the kind of each
 * page is told from, a line "id TAB feature …" a page. */
#include <stdio.h>

#include "base/hash.h"
#include "base/json.h"
#include "page/kind.h"

static void one(dl_page_reader *reader, dl_arena *arena, dl_str line)
{
    struct dl_diag diag;
    yyjson_doc *doc;
    struct dl_page *page;
    struct dl_page_input in = {0};
    if (dl_json_read(arena, line, &doc, &diag) != DL_OK) return;
    yyjson_val *o = yyjson_doc_get_root(doc);
    dl_str id = dl_json_get_str(o, "id"), coded = dl_json_get_str(o, "html_base64");
    in.url = dl_json_get_str(o, "url");
    in.bytes = dl_json_get_str(o, "html");
    if (in.bytes.p == NULL && !dl_base64_decode(arena, coded, &in.bytes)) return;
    if (dl_page_read(reader, arena, &in, &page, &diag) != DL_OK) return;
    printf("%.*s", DL_FMT(id));
    for (size_t i = 0; i < DL_KIND_FEATURES; i++)
        printf("\t%.4f", dl_page_features(reader)[i]);
    printf("\n");
}

int main(void)
{
    dl_page_reader *reader = dl_page_reader_new();
    dl_arena *arena = dl_arena_new(512 << 20);
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    if (reader == NULL || arena == NULL) return 1;
    while ((n = getline(&line, &cap, stdin)) > 0) {
        one(reader, arena, (dl_str){line, (size_t)n});
        dl_arena_reset(arena);
    }
    free(line);
    dl_arena_free(arena);
    dl_page_reader_free(reader);
    return 0;
}
