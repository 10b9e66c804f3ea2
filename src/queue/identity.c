#include "queue/identity.h"

#include "net/url.h"

enum {
    OUTLET_MAX = 200,
    GUID_MAX = 4096, /* longer ones are articles in the wrong field */
};

void dl_identity_of(dl_arena *arena, dl_str url, dl_str guid, struct dl_identity *ret)
{
    struct dl_identity id = {.guid = guid.n <= GUID_MAX ? guid : (dl_str){NULL, 0}};
    struct dl_url parsed;
    if (url.n > 0 && dl_url_parse(arena, url, (dl_str){NULL, 0}, &parsed) == DL_OK &&
        dl_url_is_web(&parsed)) {
        id.url = dl_url_canonical(arena, &parsed);
        id.shown_url = parsed.href;
        id.host = parsed.host;
        id.domain = dl_url_registrable(arena, parsed.host);
        if (id.domain.n == 0) id.domain = id.host;
    }
    *ret = id;
}

void dl_identity_json(const struct dl_identity *id, yyjson_mut_doc *json, yyjson_mut_val *object)
{
    yyjson_mut_val *o = dl_json_obj(json, object, "identity");
    dl_json_str(json, o, "url", id->url);
    dl_json_str(json, o, "shown_url", id->shown_url);
    dl_json_str(json, o, "guid", id->guid);
    dl_json_str(json, o, "host", id->host);
    dl_json_str(json, o, "domain", id->domain);
}

bool dl_identity_is_web(dl_str url)
{
    if (!dl_str_starts(url, "http://") && !dl_str_starts(url, "https://")) return false;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 127) return false;
    return url.n <= DL_URL_MAX;
}

bool dl_identity_is_outlet(dl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!dl_is_alnum((unsigned char)s.p[i]) && memchr(".-_", s.p[i], 3) == NULL) return false;
    return s.n > 0 && s.n <= OUTLET_MAX;
}

bool dl_identity_read(yyjson_val *object, struct dl_identity *ret)
{
    yyjson_val *o = yyjson_obj_get(object, "identity");
    struct dl_identity id = {
        .url = dl_json_get_str(o, "url"),
        .shown_url = dl_json_get_str(o, "shown_url"),
        .guid = dl_json_get_str(o, "guid"),
        .host = dl_json_get_str(o, "host"),
        .domain = dl_json_get_str(o, "domain"),
    };
    if (!dl_identity_is_web(id.url)) id.url = (dl_str){NULL, 0};
    if (!dl_identity_is_web(id.shown_url)) id.shown_url = id.url;
    if (id.guid.n > GUID_MAX) id.guid = (dl_str){NULL, 0};
    *ret = id;
    return id.url.n > 0 || id.guid.n > 0;
}
