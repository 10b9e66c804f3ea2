#include "queue/signals.h"

void dl_signals_json(const struct dl_page_signals *s, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    size_t n = s->x_robots_tag.n + s->tdm_reservation.n + s->tdm_policy.n + s->link.n +
               s->content_signal.n + s->robots_license.n;
    if (n == 0) return;
    yyjson_mut_val *o = dl_json_obj(json, object, "signals");
    dl_json_str(json, o, "x_robots_tag", s->x_robots_tag);
    dl_json_str(json, o, "tdm_reservation", s->tdm_reservation);
    dl_json_str(json, o, "tdm_policy", s->tdm_policy);
    dl_json_str(json, o, "link", s->link);
    dl_json_str(json, o, "content_signal", s->content_signal);
    dl_json_str(json, o, "robots_license", s->robots_license);
}

struct dl_page_signals dl_signals_read(yyjson_val *o)
{
    return (struct dl_page_signals){
        .x_robots_tag = dl_json_get_str(o, "x_robots_tag"),
        .tdm_reservation = dl_json_get_str(o, "tdm_reservation"),
        .tdm_policy = dl_json_get_str(o, "tdm_policy"),
        .link = dl_json_get_str(o, "link"),
        .content_signal = dl_json_get_str(o, "content_signal"),
        .robots_license = dl_json_get_str(o, "robots_license"),
    };
}

dl_str dl_signals_line(dl_arena *arena, yyjson_val *o)
{
    struct dl_page_signals s = dl_signals_read(o);
    dl_str text = {NULL, 0};
    yyjson_mut_doc *json = dl_json_new(arena);
    if (o == NULL || json == NULL) return text;
    dl_signals_json(&s, json, yyjson_mut_doc_get_root(json));
    yyjson_mut_val *value = yyjson_mut_obj_get(yyjson_mut_doc_get_root(json), "signals");
    if (value == NULL) return text;
    yyjson_mut_doc_set_root(json, value);
    if (dl_json_text(json, arena, &text) != DL_OK) return (dl_str){NULL, 0};
    text = dl_str_trim(text);
    return text.n <= DL_SIGNALS_MAX ? text : (dl_str){NULL, 0};
}
