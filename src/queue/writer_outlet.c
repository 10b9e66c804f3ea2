/* Who publishes where: the outlets of the ledger by id, host and domain. */
#include "base/utf8.h"
#include "queue/writer_private.h"

enum {
    OUTLETS_MEMORY = 64 << 20,
    NAME_MAX_ = 200, /* longer ones are no names, and all stay in memory */
};

static dl_str host_of(dl_str url)
{
    size_t at = dl_str_find_c(url, "://", 0);
    if (at == DL_NO_POS) return (dl_str){NULL, 0};
    dl_str rest = dl_str_sub(url, at + 3, url.n);
    size_t end = dl_str_chr(rest, '/', 0);
    return dl_str_sub(rest, 0, end);
}

/* "www.bbc.co.uk" and "bbc.co.uk" are one place; more than that an address does not tell here. */
static dl_str without_www(dl_str host)
{
    return dl_str_starts(host, "www.") ? dl_str_sub(host, 4, host.n) : host;
}

/* What is not told stays as it was, in the ledger too. */
static dl_str newer(dl_writer *w, dl_str known, dl_str told)
{
    return told.n > 0 && !dl_str_eq(known, told) ? dl_str_dup(w->outlets, told) : known;
}

static enum dl_err remember(dl_writer *w, const struct dl_outlet *outlet)
{
    struct dl_outlet *o = dl_map_get(&w->by_id, outlet->id);
    bool is_new = o == NULL;
    if (is_new) o = DL_NEW(w->outlets, struct dl_outlet);
    if (o == NULL) return dl_arena_failed(w->outlets);
    *o = (struct dl_outlet){
        .id = is_new ? dl_str_dup(w->outlets, outlet->id) : o->id,
        .name = newer(w, o->name, outlet->name),
        .country = newer(w, o->country, outlet->country),
        .language = newer(w, o->language, outlet->language),
        .kind = newer(w, o->kind, outlet->kind),
        .home = newer(w, o->home, outlet->home),
        .listed = o->listed || outlet->listed,
    };
    DL_TRY(dl_arena_failed(w->outlets));
    if (is_new) DL_TRY(dl_map_set(&w->by_id, o->id, o));
    dl_str host = without_www(host_of(o->home));
    if (host.n > 0 && dl_map_get(&w->by_host, host) == NULL)
        DL_TRY(dl_map_set(&w->by_host, host, o));
    return DL_OK;
}

enum dl_err dl_writer_load_outlets(dl_writer *w)
{
    dl_outlets rows;
    w->outlets = dl_arena_new(OUTLETS_MEMORY);
    if (w->outlets == NULL) return DL_ERR_NOMEM;
    dl_map_init(&w->by_id, w->outlets);
    dl_map_init(&w->by_host, w->outlets);
    DL_TRY(dl_ledger_list_outlets(w->ledger, w->turn, &rows));
    for (size_t i = 0; i < rows.n; i++)
        DL_TRY(remember(w, &rows.p[i]));
    dl_arena_reset(w->turn);
    return DL_OK;
}

const struct dl_outlet *dl_writer_outlet_by_id(const dl_writer *w, dl_str id)
{
    return dl_map_get(&w->by_id, id);
}

enum dl_err dl_writer_put_outlet(dl_writer *w, const struct dl_outlet *outlet)
{
    DL_TRY(dl_ledger_put_outlet(w->ledger, outlet));
    return remember(w, outlet);
}

static enum dl_err make(dl_writer *w, yyjson_val *request, dl_str id, dl_str name,
                        const struct dl_identity *identity, const struct dl_outlet **ret_outlet)
{
    dl_str given = dl_json_get_str(request, "outlet_name");
    struct dl_outlet outlet = {
        .id = id,
        .name = dl_utf8_prefix(given.n > 0 ? given : name, NAME_MAX_),
        .country = dl_utf8_prefix(dl_json_get_str(request, "country"), NAME_MAX_),
        .language = dl_utf8_prefix(dl_json_get_str(request, "language"), NAME_MAX_),
        .kind = dl_utf8_prefix(dl_json_get_str(request, "outlet_kind"), NAME_MAX_),
        .home = identity->host.n > 0 ? dl_str_fmt(w->turn, "https://%.*s/", DL_FMT(identity->host))
                                     : (dl_str){NULL, 0},
    };
    DL_TRY(dl_writer_put_outlet(w, &outlet));
    *ret_outlet = dl_writer_outlet_by_id(w, id);
    return *ret_outlet != NULL ? DL_OK : DL_ERR_STATE;
}

/* What has no address is told apart by what it calls itself: "local.global-news". */
static dl_str local_id(dl_arena *arena, dl_str site)
{
    enum { SLUG_MAX = 60 };
    char slug[SLUG_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < site.n; i++) {
        unsigned char c = (unsigned char)site.p[i];
        if (c >= 0x80 || n == SLUG_MAX) {
            return dl_str_fmt(arena, "local.%016llx", (unsigned long long)dl_hash64(site));
        } else if (dl_is_alnum(c)) {
            slug[n++] = (char)dl_to_lower(c);
        } else if (n > 0 && slug[n - 1] != '-') {
            slug[n++] = '-';
        }
    }
    while (n > 0 && slug[n - 1] == '-')
        n--;
    if (n == 0) return DL_STR("local");
    return dl_str_fmt(arena, "local.%.*s", (int)n, slug);
}

enum dl_err dl_writer_outlet(dl_writer *w, yyjson_val *request, const struct dl_identity *identity,
                             dl_str site, const struct dl_outlet **ret_outlet)
{
    dl_str id = dl_json_get_str(request, "outlet");
    if (!dl_identity_is_outlet(id)) {
        *ret_outlet = dl_map_get(&w->by_host, without_www(identity->host));
        if (*ret_outlet != NULL) return DL_OK;
        id = identity->domain;
    }
    if (!dl_identity_is_outlet(id)) id = local_id(w->turn, site);
    *ret_outlet = dl_writer_outlet_by_id(w, id);
    if (*ret_outlet != NULL) return DL_OK;
    return make(w, request, id, site.n > 0 ? site : id, identity, ret_outlet);
}
