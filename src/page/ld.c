#include "page/ld.h"

#include "base/map.h"
#include "base/utf8.h"
#include "page/head.h"

enum {
    BYTES_MAX = 2 << 20, /* of all scripts together */
    DEPTH_MAX = 12,
    OBJECTS_MAX = 4000,
    PARTS_MAX = 16, /* objects one behind the other in a script */
    LIST_MAX = 40,
    UPDATES_MAX = 400,
    BODY_MAX = 256 << 10,
};

struct reader {
    dl_arena *arena;
    struct dl_ld *out;
    dl_map ids; /* @id -> object */
    yyjson_val *main;
    int rank;
    size_t objects;
    DL_VEC(yyjson_val *) found; /* all typed objects, in order */
};

/* --- text to JSON -------------------------------------------------------------------------- */

static dl_str text_of_script(dl_arena *arena, dl_node *script)
{
    dl_buf buf = DL_BUF_INIT(BYTES_MAX);
    for (dl_node *n = script->first_child; n != NULL; n = n->next)
        if (n->type == DL_NODE_TEXT) dl_buf_str(&buf, dl_node_text(n));
    dl_str copy = dl_str_dup(arena, dl_buf_slice(&buf));
    dl_buf_free(&buf);
    return copy;
}

/* Line ends within strings are common and forbidden; outside they may end a comment. */
static dl_str tidy(dl_str s)
{
    char *p = (char *)(uintptr_t)s.p;
    bool in_string = false;
    for (size_t i = 0; i < s.n; i++) {
        if (p[i] == '"') in_string = !in_string;
        if (p[i] == '\\' && in_string) i++;
        if (i < s.n && in_string && (unsigned char)p[i] < ' ') p[i] = ' ';
    }
    s = dl_str_trim(s);
    static const char *const openers[] = {"<!--", "<![CDATA[", "//<![CDATA[", "/*<![CDATA[*/",
                                          "// <![CDATA["};
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
        if (dl_str_starts(s, openers[i])) s = dl_str_trim(dl_str_sub(s, strlen(openers[i]), s.n));
    return s;
}

static bool is_too_deep(dl_str s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '{' || s.p[i] == '[') depth++;
        if ((s.p[i] == '}' || s.p[i] == ']') && depth > 0) depth--;
        if (depth > DL_JSON_MAX_DEPTH) return true;
    }
    return false;
}

/* Roots of all values in the script, one behind the other. */
static size_t parse(dl_arena *arena, dl_str s, yyjson_val *roots[PARTS_MAX])
{
    const yyjson_read_flag flags = YYJSON_READ_STOP_WHEN_DONE | YYJSON_READ_ALLOW_TRAILING_COMMAS |
                                   YYJSON_READ_ALLOW_COMMENTS | YYJSON_READ_ALLOW_INF_AND_NAN |
                                   YYJSON_READ_ALLOW_INVALID_UNICODE;
    size_t n = 0;
    if (is_too_deep(s)) return 0;
    yyjson_alc alc = dl_json_alc(arena);
    while (s.n > 1 && n < PARTS_MAX) {
        yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)s.p, s.n, flags, &alc, NULL);
        if (doc == NULL) break;
        roots[n++] = yyjson_doc_get_root(doc);
        s = dl_str_trim(dl_str_sub(s, yyjson_doc_get_read_size(doc), s.n));
        while (s.n > 0 && (s.p[0] == ';' || s.p[0] == ','))
            s = dl_str_trim(dl_str_sub(s, 1, s.n));
    }
    return n;
}

/* --- values -------------------------------------------------------------------------------- */

static dl_str clean(struct reader *r, yyjson_val *v)
{
    dl_str s = dl_json_val_str(v);
    if (s.n == 0) return (dl_str){NULL, 0};
    return dl_head_clean(r->arena, dl_utf8_repair(r->arena, s));
}

static yyjson_val *resolve(struct reader *r, yyjson_val *v)
{
    if (!yyjson_is_obj(v) || yyjson_obj_get(v, "name") != NULL) return v;
    dl_str id = dl_json_get_str(v, "@id");
    yyjson_val *target = id.n > 0 ? dl_map_get(&r->ids, id) : NULL;
    return target != NULL ? target : v;
}

/* A string, an object's name, or the first of a list. */
static dl_str name_of(struct reader *r, yyjson_val *v, const char *key)
{
    for (int depth = 0; depth < 4; depth++) {
        if (yyjson_is_arr(v)) v = yyjson_arr_get_first(v);
        v = resolve(r, v);
        if (yyjson_is_str(v)) return clean(r, v);
        if (!yyjson_is_obj(v)) break;
        v = yyjson_obj_get(v, key);
    }
    return (dl_str){NULL, 0};
}

static void push_name(struct reader *r, dl_page_strings *list, dl_str name)
{
    if (name.n == 0 || list->n >= LIST_MAX) return;
    for (size_t i = 0; i < list->n; i++)
        if (dl_str_eq(list->p[i], name)) return;
    if (dl_vec_push(r->arena, list, name) != DL_OK) return;
}

static void names_of(struct reader *r, yyjson_val *v, dl_page_strings *list)
{
    if (!yyjson_is_arr(v)) {
        push_name(r, list, name_of(r, v, "name"));
        return;
    }
    size_t i, max;
    yyjson_val *item;
    yyjson_arr_foreach(v, i, max, item)
    {
        if (i >= LIST_MAX) break;
        push_name(r, list, name_of(r, item, "name"));
    }
}

/* "a, b" or ["a", "b"] */
static void keywords_of(struct reader *r, yyjson_val *v)
{
    if (!yyjson_is_str(v)) {
        names_of(r, v, &r->out->keywords);
        return;
    }
    dl_str rest = clean(r, v), part;
    while (rest.p != NULL && dl_str_split(&rest, ',', &part))
        push_name(r, &r->out->keywords, dl_str_trim(part));
}

static dl_str image_of(struct reader *r, yyjson_val *v)
{
    dl_str url = name_of(r, v, "url");
    return url.n > 0 ? url : name_of(r, v, "contentUrl");
}

/* --- objects ------------------------------------------------------------------------------- */

static bool has_type(yyjson_val *obj, const char *part)
{
    yyjson_val *type = yyjson_obj_get(obj, "@type");
    if (yyjson_is_str(type)) return dl_str_ifind_c(dl_json_val_str(type), part, 0) != DL_NO_POS;
    size_t i, max;
    yyjson_val *item;
    if (yyjson_is_arr(type))
        yyjson_arr_foreach(type, i, max, item) if (yyjson_is_str(item) && i < 8 &&
                                                   dl_str_ifind_c(dl_json_val_str(item), part, 0) !=
                                                       DL_NO_POS) return true;
    return false;
}

/* How well an object may be the page's article. */
static int rank_of(yyjson_val *obj)
{
    if (has_type(obj, "LiveBlogPosting")) return 6;
    if (has_type(obj, "NewsArticle") || has_type(obj, "ReportageNews")) return 5;
    if (has_type(obj, "Article") || has_type(obj, "BlogPosting") || has_type(obj, "Report"))
        return 4;
    if (has_type(obj, "Review") || has_type(obj, "Recipe") || has_type(obj, "HowTo")) return 3;
    if (has_type(obj, "VideoObject")) return 2;
    if (has_type(obj, "WebPage")) return 1;
    return 0;
}

static void gather(struct reader *r, yyjson_val *v, int depth)
{
    size_t i, max;
    yyjson_val *key, *item;
    if (depth > DEPTH_MAX || r->objects > OBJECTS_MAX) return;
    if (yyjson_is_arr(v)) yyjson_arr_foreach(v, i, max, item) gather(r, item, depth + 1);
    if (!yyjson_is_obj(v)) return;
    r->objects++;
    dl_str id = dl_json_get_str(v, "@id");
    if (id.n > 0 && yyjson_obj_size(v) > 1 && dl_map_get(&r->ids, id) == NULL &&
        dl_map_set(&r->ids, id, v) != DL_OK)
        return;
    if (yyjson_obj_get(v, "@type") != NULL && dl_vec_push(r->arena, &r->found, v) != DL_OK) return;
    int rank = rank_of(v);
    if (rank > r->rank) {
        r->rank = rank;
        r->main = v;
    }
    yyjson_obj_foreach(v, i, max, key, item)
    {
        if (yyjson_is_ctn(item)) gather(r, item, depth + 1);
    }
}

static void crumbs_of(struct reader *r, yyjson_val *list)
{
    size_t i, max;
    yyjson_val *item, *items = yyjson_obj_get(list, "itemListElement");
    if (!yyjson_is_arr(items) || r->out->crumbs.n > 0) return;
    yyjson_arr_foreach(items, i, max, item)
    {
        if (i >= 8) break;
        dl_str name = name_of(r, yyjson_obj_get(item, "name"), "name");
        if (name.n == 0) name = name_of(r, yyjson_obj_get(item, "item"), "name");
        push_name(r, &r->out->crumbs, name);
    }
}

static void updates_of(struct reader *r, yyjson_val *list)
{
    size_t i, max;
    yyjson_val *v;
    if (!yyjson_is_arr(list)) return;
    yyjson_arr_foreach(list, i, max, v)
    {
        v = resolve(r, v);
        if (!yyjson_is_obj(v) || i >= UPDATES_MAX) continue;
        struct dl_ld_update u = {
            .headline = name_of(r, yyjson_obj_get(v, "headline"), "name"),
            .published = name_of(r, yyjson_obj_get(v, "datePublished"), "@value"),
            .body = dl_utf8_repair(r->arena, dl_json_get_str(v, "articleBody")),
            .url = name_of(r, yyjson_obj_get(v, "url"), "@id")};
        if (u.headline.n == 0 && u.body.n == 0) continue;
        if (dl_vec_push(r->arena, &r->out->updates, u) != DL_OK) return;
    }
}

static void read_main(struct reader *r, yyjson_val *m)
{
    struct dl_ld *o = r->out;
    o->is_live = has_type(m, "LiveBlogPosting");
    o->is_article = r->rank >= 4;
    o->is_video = r->rank == 2;
    o->headline = name_of(r, yyjson_obj_get(m, "headline"), "name");
    o->description = name_of(r, yyjson_obj_get(m, "description"), "name");
    o->published = name_of(r, yyjson_obj_get(m, "datePublished"), "@value");
    if (o->published.n == 0) o->published = name_of(r, yyjson_obj_get(m, "uploadDate"), "@value");
    o->modified = name_of(r, yyjson_obj_get(m, "dateModified"), "@value");
    o->publisher = name_of(r, yyjson_obj_get(m, "publisher"), "name");
    o->section = name_of(r, yyjson_obj_get(m, "articleSection"), "name");
    o->language = name_of(r, yyjson_obj_get(m, "inLanguage"), "alternateName");
    o->license = name_of(r, yyjson_obj_get(m, "license"), "url");
    o->image = image_of(r, yyjson_obj_get(m, "image"));
    if (o->image.n == 0) o->image = image_of(r, yyjson_obj_get(m, "thumbnailUrl"));
    names_of(r, yyjson_obj_get(m, "author"), &o->authors);
    if (o->authors.n == 0) names_of(r, yyjson_obj_get(m, "creator"), &o->authors);
    keywords_of(r, yyjson_obj_get(m, "keywords"));
    yyjson_val *open = yyjson_obj_get(m, "isAccessibleForFree");
    o->paid = yyjson_is_false(open) || dl_str_ieq_c(dl_json_val_str(open), "false");
    if (o->is_live) updates_of(r, yyjson_obj_get(m, "liveBlogUpdate"));
    dl_str body = dl_json_get_str(m, "articleBody");
    if (body.n > 0 && body.n <= BODY_MAX) o->body = dl_utf8_repair(r->arena, body);
}

static unsigned types_of(yyjson_val *obj)
{
    static const struct {
        const char *part;
        unsigned bit;
    } types[] = {{"Product", DL_LD_PRODUCT},
                 {"DiscussionForumPosting", DL_LD_THREAD},
                 {"QAPage", DL_LD_THREAD},
                 {"CollectionPage", DL_LD_LIST},
                 {"SearchResultsPage", DL_LD_LIST},
                 {"ProfilePage", DL_LD_LIST},
                 {"VideoObject", DL_LD_VIDEO},
                 {"LocalBusiness", DL_LD_BUSINESS},
                 {"SoftwareApplication", DL_LD_BUSINESS},
                 {"Service", DL_LD_BUSINESS},
                 {"FAQPage", DL_LD_BUSINESS}};
    unsigned bits = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (has_type(obj, types[i].part)) bits |= types[i].bit;
    if (has_type(obj, "ItemList") && !has_type(obj, "Breadcrumb")) bits |= DL_LD_LIST;
    return bits;
}

/* Dates that only the page's own object has; names of site and breadcrumbs. */
static void read_others(struct reader *r)
{
    for (size_t i = 0; i < r->found.n; i++) {
        yyjson_val *v = r->found.p[i];
        if (has_type(v, "BreadcrumbList")) crumbs_of(r, v);
        if (has_type(v, "WebSite") && r->out->site.n == 0)
            r->out->site = name_of(r, yyjson_obj_get(v, "name"), "name");
        r->out->types |= types_of(v);
        if (!has_type(v, "WebPage")) continue;
        if (r->out->published.n == 0)
            r->out->published = name_of(r, yyjson_obj_get(v, "datePublished"), "@value");
        if (r->out->modified.n == 0)
            r->out->modified = name_of(r, yyjson_obj_get(v, "dateModified"), "@value");
        if (r->out->language.n == 0)
            r->out->language = name_of(r, yyjson_obj_get(v, "inLanguage"), "alternateName");
    }
}

enum dl_err dl_ld_read(dl_arena *arena, const struct dl_blocks *blocks, struct dl_ld *ret_ld)
{
    struct dl_ld out = {0};
    struct reader r = {.arena = arena, .out = &out};
    size_t bytes = 0;
    dl_map_init(&r.ids, arena);
    for (size_t i = 0; i < blocks->signals.n && bytes < BYTES_MAX; i++) {
        if (blocks->signals.p[i].kind != DL_SIGNAL_JSON) continue;
        yyjson_val *roots[PARTS_MAX];
        dl_str text = text_of_script(arena, blocks->signals.p[i].node);
        DL_TRY(dl_arena_failed(arena));
        bytes += text.n + 64;
        text = tidy(text);
        size_t n = parse(arena, text, roots);
        if (n == 0 && dl_str_find_c(text, "&quot;", 0) != DL_NO_POS)
            n = parse(arena, dl_head_clean(arena, text), roots);
        for (size_t k = 0; k < n; k++)
            gather(&r, roots[k], 0);
    }
    if (r.main != NULL) read_main(&r, r.main);
    read_others(&r);
    DL_TRY(dl_arena_failed(arena));
    *ret_ld = out;
    return DL_OK;
}
