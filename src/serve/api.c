#include "serve/api.h"

void dl_api_id(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
               const dl_id *id)
{
    dl_json_str(doc, obj, key, dl_id_str(arena, id));
}

void dl_api_ms(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key, dl_arena *arena,
               int64_t ms)
{
    if (ms <= 0) return;
    dl_time t = {.ms = ms, .precision = DL_PREC_MS, .zone = DL_ZONE_KNOWN};
    dl_json_time(doc, obj, key, arena, t);
}

void dl_api_seen(yyjson_mut_doc *doc, yyjson_mut_val *obj, dl_arena *arena, int64_t after_ms,
                 int64_t by_ms, dl_str channel)
{
    yyjson_mut_val *seen = dl_json_obj(doc, obj, "seen");
    dl_api_ms(doc, seen, "after", arena, after_ms);
    dl_api_ms(doc, seen, "by", arena, by_ms);
    dl_json_str(doc, seen, "channel", channel);
}

void dl_api_story(yyjson_mut_doc *doc, yyjson_mut_val *obj, dl_arena *arena,
                  const struct dl_store_story *s)
{
    dl_api_id(doc, obj, "id", arena, &s->id);
    dl_json_str(doc, obj, "headline", s->headline);
    dl_json_str(doc, obj, "language", s->language);
    dl_api_id(doc, obj, "headline_document", arena, &s->document);
    dl_json_str(doc, obj, "outlet", s->outlet);
    dl_json_str(doc, obj, "outlet_name", s->outlet_name);
    dl_json_int(doc, obj, "documents", s->documents);
    dl_json_int(doc, obj, "copies", s->copies);
    dl_json_int(doc, obj, "outlets", s->outlets);
    dl_json_int(doc, obj, "languages", s->languages);
    dl_json_int(doc, obj, "countries", s->countries);
    dl_api_ms(doc, obj, "first_seen", arena, s->first_seen_ms);
    dl_api_ms(doc, obj, "last_seen", arena, s->last_seen_ms);
    dl_json_int(doc, obj, "change", s->change);
}

void dl_api_statement(yyjson_mut_doc *doc, yyjson_mut_val *obj, dl_arena *arena,
                      const struct dl_store_statement *s)
{
    yyjson_doc *spans;
    dl_api_id(doc, obj, "id", arena, &s->id);
    dl_api_id(doc, obj, "document", arena, &s->document);
    dl_json_str(doc, obj, "outlet", s->outlet);
    dl_json_str(doc, obj, "outlet_name", s->outlet_name);
    dl_json_str(doc, obj, "source", s->source);
    dl_json_str(doc, obj, "source_class", s->source_class);
    dl_json_str(doc, obj, "anonymity", s->anonymity);
    dl_json_str(doc, obj, "stance", s->stance);
    dl_json_str(doc, obj, "certainty", s->certainty);
    dl_json_str(doc, obj, "quote", s->quote);
    dl_json_str(doc, obj, "cue", s->cue);
    dl_json_str(doc, obj, "content", s->content);
    dl_json_str(doc, obj, "rule", s->rule);
    dl_json_score(doc, obj, "score", s->score);
    if (s->spans.n > 0 && dl_json_read(arena, s->spans, &spans, NULL) == DL_OK)
        yyjson_mut_obj_add_val(doc, obj, "spans",
                               yyjson_val_mut_copy(doc, yyjson_doc_get_root(spans)));
}

dl_str dl_api_change(dl_arena *arena, const struct dl_store_change *c)
{
    yyjson_mut_doc *doc = dl_json_new(arena);
    if (doc == NULL) return DL_STR("{}");
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    dl_json_int(doc, root, "seq", c->seq);
    dl_json_str(doc, root, "type", c->kind);
    dl_api_ms(doc, root, "at", arena, c->at_ms);
    if (c->has_story) dl_api_id(doc, root, "story", arena, &c->story);
    if (c->has_document) dl_api_id(doc, root, "document", arena, &c->document);
    if (c->has_joined) dl_api_id(doc, root, "joined", arena, &c->joined);
    dl_buf line = DL_BUF_INIT(1 << 16);
    dl_str text = dl_json_line(doc, arena, &line) == DL_OK
                      ? dl_str_dup(arena, dl_str_trim(dl_buf_slice(&line)))
                      : DL_STR("{}");
    dl_buf_free(&line);
    return text;
}
