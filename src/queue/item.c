#include "queue/item.h"

enum { LEAD_BYTES = 80 }; /* of text that two articles do not share by chance */

dl_str dl_item_content(yyjson_val *item)
{
    dl_str best = dl_json_get_str(item, "summary");
    size_t i, n;
    yyjson_val *content;
    yyjson_arr_foreach(yyjson_obj_get(item, "content"), i, n, content)
    {
        dl_str value = dl_json_get_str(content, "value");
        if (value.n > best.n) best = value;
    }
    return best;
}

/* A tag begins with a letter, a slash or a mark; "a < b" does not. */
static bool opens_tag(dl_str s, size_t at)
{
    if (s.p[at] != '<' || at + 1 >= s.n) return false;
    unsigned char c = (unsigned char)s.p[at + 1];
    return (dl_is_alpha(c) || c == '/' || c == '!' || c == '?') &&
           dl_str_chr(s, '>', at) != DL_NO_POS;
}

/* Tags out, runs of white space to one space. */
static dl_str words_of(dl_arena *arena, dl_str s, bool has_markup)
{
    char *out = dl_alloc(arena, s.n + 1);
    size_t n = 0;
    bool space = false;
    if (out == NULL) return (dl_str){NULL, 0};
    for (size_t i = 0; i < s.n; i++) {
        bool tag = has_markup && opens_tag(s, i);
        if (tag) i = dl_str_chr(s, '>', i);
        if (tag || dl_is_space((unsigned char)s.p[i])) {
            space = n > 0;
            continue;
        }
        if (space) out[n++] = ' ';
        space = false;
        out[n++] = s.p[i];
    }
    out[n] = '\0';
    return (dl_str){out, n};
}

static int64_t published_of(yyjson_val *item, yyjson_val *fields)
{
    dl_time t;
    if (!dl_json_get_time(fields, "published", &t) && !dl_json_get_time(item, "updated", &t))
        return 0;
    return t.precision >= DL_PREC_MINUTE ? t.ms : 0;
}

bool dl_item_face(dl_arena *arena, yyjson_val *item, struct dl_item_face *ret)
{
    yyjson_val *news = yyjson_obj_get(item, "news");
    yyjson_val *fields = news != NULL ? news : item;
    dl_str content = dl_item_content(item);
    dl_str title = words_of(arena, dl_json_get_str(fields, "title"), false);
    dl_str text = words_of(arena, content, true);
    if (dl_arena_failed(arena) != DL_OK) return false;
    /* Pictures alone: then the markup is what it says. */
    const dl_str parts[] = {title, title.n + text.n > 0 ? text : content};
    *ret = (struct dl_item_face){
        .title = title,
        .hash = dl_id_of(parts, 2),
        .lead = text.n >= LEAD_BYTES ? (int64_t)(dl_hash64(text) | 1) : 0,
        .text_bytes = text.n,
        .published_ms = published_of(item, fields),
    };
    return true;
}
