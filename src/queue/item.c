#include "queue/item.h"

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

dl_id dl_item_hash(yyjson_val *item)
{
    yyjson_val *news = yyjson_obj_get(item, "news");
    const dl_str parts[] = {dl_json_get_str(news != NULL ? news : item, "title"),
                            dl_item_content(item)};
    return dl_id_of(parts, 2);
}
