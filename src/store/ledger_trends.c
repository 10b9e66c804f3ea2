/* What a document speaks of, counted by day. Only public bodies and groups are counted as parties:
 * those that have a code. */
#include "base/map.h"
#include "store/ledger_private.h"

enum {
    PER_KIND = 8, /* keys of a document: an article on twenty countries is about none of them */
    KEY_BYTES = 200,
    DAY_MS = 24 * 3600 * 1000,
};

struct counter {
    dl_ledger *l;
    dl_arena *arena;
    dl_map seen; /* keys of this document */
    const char *kind;
    int64_t document, day;
    size_t n;
    enum dl_err err;
};

static void count(struct counter *c, dl_str key)
{
    if (c->err != DL_OK || key.n == 0 || key.n > KEY_BYTES || c->n == PER_KIND) return;
    if (dl_map_get(&c->seen, key) != NULL) return;
    c->err = dl_map_set(&c->seen, key, c);
    c->n++;
    dl_sql q = DL_LEDGER_SQL(c->l, SQL_MENTION,
                             "INSERT OR IGNORE INTO mention (kind, key, day, document) VALUES (?1, "
                             "?2, ?3, ?4)");
    dl_sql_str(&q, dl_str_c(c->kind));
    dl_sql_str(&q, key);
    dl_sql_int(&q, c->day);
    dl_sql_int(&q, c->document);
    if (c->err == DL_OK) c->err = dl_sql_run(&q);
    q = DL_LEDGER_SQL(c->l, SQL_TREND,
                      "INSERT INTO trend (kind, key, day, n) VALUES (?1, ?2, ?3, 1) ON CONFLICT DO "
                      "UPDATE SET n = n + 1");
    dl_sql_str(&q, dl_str_c(c->kind));
    dl_sql_str(&q, key);
    dl_sql_int(&q, c->day);
    if (c->err == DL_OK) c->err = dl_sql_run(&q);
}

static void start(struct counter *c, const char *kind)
{
    c->kind = kind;
    c->n = 0;
    dl_map_init(&c->seen, c->arena);
}

static void count_places(struct counter *c, yyjson_val *places)
{
    size_t i, n;
    yyjson_val *p;
    start(c, "place");
    yyjson_arr_foreach(places, i, n, p)
    {
        dl_str name = dl_json_get_str(p, "name"), country = dl_json_get_str(p, "country");
        if (!dl_str_eq_c(dl_json_get_str(p, "use"), "literal") || country.n == 0) continue;
        count(c, dl_str_fmt(c->arena, "%.*s|%.*s", DL_FMT(name), DL_FMT(country)));
    }
}

static void count_topics(struct counter *c, yyjson_val *topics)
{
    size_t i, n;
    yyjson_val *t;
    start(c, "topic");
    yyjson_arr_foreach(topics, i, n, t)
    {
        dl_str id = dl_json_get_str(t, "medtop"), label = dl_json_get_str(t, "label");
        count(c, dl_str_fmt(c->arena, "%.*s|%.*s", DL_FMT(id), DL_FMT(label)));
    }
}

static dl_str code_of(yyjson_val *parties)
{
    return dl_json_get_str(yyjson_arr_get_first(parties), "code");
}

static void count_pairs(struct counter *c, yyjson_val *events)
{
    size_t i, n;
    yyjson_val *e;
    start(c, "pair");
    yyjson_arr_foreach(events, i, n, e)
    {
        dl_str actor = code_of(yyjson_obj_get(e, "actors"));
        dl_str recipient = code_of(yyjson_obj_get(e, "recipients"));
        dl_str act = dl_json_get_str(e, "act"), status = dl_json_get_str(e, "status");
        if (actor.n == 0 || recipient.n == 0) continue;
        count(c, dl_str_fmt(c->arena, "%.*s|%.*s|%.*s|%.*s", DL_FMT(actor), DL_FMT(recipient),
                            DL_FMT(act), DL_FMT(status)));
    }
}

static dl_str act_of(yyjson_val *events, dl_str id)
{
    size_t i, n;
    yyjson_val *e;
    yyjson_arr_foreach(events, i, n, e)
    {
        if (dl_str_eq(dl_json_get_str(e, "id"), id)) return dl_json_get_str(e, "act");
    }
    return (dl_str){NULL, 0};
}

static void count_links(struct counter *c, yyjson_val *links, yyjson_val *events)
{
    size_t i, n;
    yyjson_val *link;
    start(c, "link");
    yyjson_arr_foreach(links, i, n, link)
    {
        if (i == PER_KIND) break;
        dl_str type = dl_json_get_str(link, "type");
        dl_str from = act_of(events, dl_json_get_str(link, "from"));
        dl_str to = act_of(events, dl_json_get_str(link, "to"));
        count(c, dl_str_fmt(c->arena, "%.*s|%.*s|%.*s", DL_FMT(type), DL_FMT(from), DL_FMT(to)));
    }
}

/* The analysis of the entry that brought the document into its story. */
static enum dl_err analysis_of(dl_ledger *l, dl_arena *arena, int64_t seq, dl_str *ret)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_MENTIONED,
                             "SELECT x.body, x.packed FROM entry e JOIN result x ON x.revision = "
                             "e.revision AND x.stage = 'analyse' WHERE e.seq = ?1");
    dl_sql_int(&q, seq);
    bool found = dl_sql_step(&q);
    dl_str stored = found ? dl_sql_get_str(arena, &q, 0) : (dl_str){NULL, 0};
    int64_t packed = found ? dl_sql_get_int(&q, 1) : 0;
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return dl_blob_unpack(arena, stored, packed, ret);
}

enum dl_err dl_ledger_count_mentions(dl_ledger *l, dl_arena *arena, const struct dl_story_row *row)
{
    yyjson_doc *doc;
    dl_str text;
    DL_TRY(analysis_of(l, arena, row->seq, &text));
    if (text.n == 0 || dl_json_read(arena, text, &doc, NULL) != DL_OK) return DL_OK;
    yyjson_val *analyse = yyjson_doc_get_root(doc), *events = yyjson_obj_get(analyse, "events");
    struct counter c = {
        .l = l, .arena = arena, .document = row->document, .day = row->seen_by_ms / DAY_MS};
    count_places(&c, yyjson_obj_get(analyse, "places"));
    count_topics(&c, yyjson_obj_get(analyse, "topics"));
    count_pairs(&c, events);
    count_links(&c, yyjson_obj_get(analyse, "event_links"), events);
    return c.err != DL_OK ? c.err : dl_arena_failed(arena);
}
