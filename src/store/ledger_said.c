/* What a text says, as rows: statements and events, for queries. The JSON of the stage has it all.
 */
#include "base/json.h"
#include "base/utf8.h"
#include "store/ledger.h"
#include "store/ledger_private.h"

enum {
    SHOWN_BYTES = 400, /* of a source or content kept for queries; the spans hold the rest */
    SPANS_MAX = 64 << 10,
    ROWS_MAX = 2000, /* of one text: an article has tens */
};

static const char *const lists[] = {"cue", "source", "content"};
enum { LISTS = sizeof lists / sizeof *lists };

/* The text that a span speaks of. */
static dl_str text_of(yyjson_val *span, const struct dl_reading *r)
{
    dl_str in = dl_json_get_str(span, "in");
    return dl_str_eq_c(in, "title")      ? r->title
           : dl_str_eq_c(in, "subtitle") ? r->subtitle
                                         : r->text;
}

/* Spans come from a reader, which a hostile page may have taken over. */
static bool words_at(yyjson_val *span, const struct dl_reading *r, dl_str *ret_words)
{
    dl_str text = text_of(span, r);
    int64_t start = dl_json_get_int(span, "start", -1), end = dl_json_get_int(span, "end", -1);
    if (start < 0 || end < start || (uint64_t)end > text.n ||
        !dl_utf8_is_border(text, (size_t)start) || !dl_utf8_is_border(text, (size_t)end))
        return false;
    *ret_words = dl_str_sub(text, (size_t)start, (size_t)end);
    return true;
}

static void add_words(dl_buf *out, dl_str words)
{
    if (out->n > SHOWN_BYTES) return;
    if (out->n > 0) dl_buf_c(out, " … ");
    dl_buf_str(out, dl_utf8_prefix(words, SHOWN_BYTES));
}

static dl_str shown(dl_arena *arena, dl_buf *out)
{
    dl_str copy = dl_str_dup(arena, dl_utf8_prefix(dl_buf_slice(out), SHOWN_BYTES));
    dl_buf_free(out);
    return copy;
}

/* The words of a list of spans. */
static dl_str words_of(dl_arena *arena, yyjson_val *spans, const struct dl_reading *r)
{
    dl_buf out = DL_BUF_INIT(SHOWN_BYTES * 3);
    size_t i, n;
    yyjson_val *span;
    dl_str words;
    yyjson_arr_foreach(spans, i, n, span)
    {
        if (words_at(span, r, &words)) add_words(&out, words);
    }
    return shown(arena, &out);
}

/* The names of a list of actors; their words where they have no name. */
static dl_str names_of(dl_arena *arena, yyjson_val *actors, const struct dl_reading *r)
{
    dl_buf out = DL_BUF_INIT(SHOWN_BYTES * 3);
    size_t i, n;
    yyjson_val *actor;
    yyjson_arr_foreach(actors, i, n, actor)
    {
        dl_str name = dl_json_get_str(actor, "name");
        if (name.n > 0 || words_at(actor, r, &name)) add_words(&out, name);
    }
    return shown(arena, &out);
}

/* Of words_at(): not negative. A text has hundreds of them, too many for printf. */
static void add_number(dl_buf *out, int64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    dl_buf_add(out, digits + at, sizeof digits - at);
}

static void spans_json(yyjson_val *statement, const struct dl_reading *r, dl_buf *out)
{
    for (size_t k = 0; k < LISTS; k++) {
        size_t i, n, put = 0;
        yyjson_val *span;
        dl_str words;
        dl_buf_c(out, k == 0 ? "{\"" : "],\"");
        dl_buf_c(out, lists[k]);
        dl_buf_c(out, "\":[");
        yyjson_arr_foreach(yyjson_obj_get(statement, lists[k]), i, n, span)
        {
            if (!words_at(span, r, &words)) continue;
            dl_str in = dl_json_get_str(span, "in");
            dl_buf_c(out, put++ > 0 ? ",{\"start\":" : "{\"start\":");
            add_number(out, dl_json_get_int(span, "start", 0));
            dl_buf_c(out, ",\"end\":");
            add_number(out, dl_json_get_int(span, "end", 0));
            dl_buf_c(out, dl_str_eq_c(in, "title")      ? ",\"in\":\"title\"}"
                          : dl_str_eq_c(in, "subtitle") ? ",\"in\":\"subtitle\"}"
                                                        : "}");
        }
    }
    dl_buf_c(out, "]}");
}

/* SHA-256("stmt1" revision stage spans rule), spans as their JSON. */
static dl_id statement_id(const dl_id *revision, dl_str spans, dl_str rule)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(revision, hex);
    const dl_str parts[] = {DL_STR("stmt1"), dl_str_c(hex), DL_STR("analyse"), spans, rule};
    return dl_id_of(parts, 5);
}

static enum dl_err put_statement(dl_ledger *l, dl_arena *arena, int64_t revision,
                                 const dl_id *revision_id, int64_t n, yyjson_val *s,
                                 const struct dl_reading *r)
{
    dl_buf buf = DL_BUF_INIT(SPANS_MAX);
    spans_json(s, r, &buf);
    dl_str spans = dl_str_dup(arena, dl_buf_slice(&buf));
    enum dl_err err = dl_buf_failed(&buf);
    dl_buf_free(&buf);
    if (err != DL_OK) return err == DL_ERR_TOO_BIG ? DL_OK : err; /* no statement is so long */
    dl_id id = statement_id(revision_id, spans, dl_json_get_str(s, "rule"));
    dl_sql q = DL_LEDGER_SQL(l, SQL_STATEMENT,
                             "INSERT INTO statement (id, revision, n, source, source_class, "
                             "anonymity, stance, certainty, quote, cue, content, rule, score, "
                             "spans) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                             "?13, ?14)");
    dl_sql_id(&q, &id);
    dl_sql_int(&q, revision);
    dl_sql_int(&q, n);
    dl_sql_str(&q, words_of(arena, yyjson_obj_get(s, "source"), r));
    dl_sql_str(&q, dl_json_get_str(s, "source_class"));
    dl_sql_str(&q, dl_json_get_str(s, "anonymity"));
    dl_sql_str(&q, dl_json_get_str(s, "stance"));
    dl_sql_str(&q, dl_json_get_str(s, "certainty"));
    dl_sql_str(&q, dl_json_get_str(s, "quote"));
    dl_sql_str(&q, words_of(arena, yyjson_obj_get(s, "cue"), r));
    dl_sql_str(&q, words_of(arena, yyjson_obj_get(s, "content"), r));
    dl_sql_str(&q, dl_json_get_str(s, "rule"));
    dl_sql_real(&q, dl_json_get_num(s, "score", 0));
    dl_sql_str(&q, spans);
    return dl_sql_run(&q);
}

static enum dl_err put_event(dl_ledger *l, dl_arena *arena, int64_t revision, int64_t n,
                             yyjson_val *e, yyjson_val *places, const struct dl_reading *r)
{
    dl_str act = dl_json_get_str(e, "act");
    if (act.n == 0) return DL_OK;
    int64_t at = dl_json_get_int(e, "place", -1);
    yyjson_val *place = at < 0 ? NULL : yyjson_arr_get(places, (size_t)at);
    dl_sql q = DL_LEDGER_SQL(l, SQL_EVENT,
                             "INSERT INTO event (revision, n, act, status, actors, recipients, "
                             "place, country, time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    dl_sql_int(&q, revision);
    dl_sql_int(&q, n);
    dl_sql_str(&q, act);
    dl_sql_str(&q, dl_json_get_str(e, "status"));
    dl_sql_str(&q, names_of(arena, yyjson_obj_get(e, "actors"), r));
    dl_sql_str(&q, names_of(arena, yyjson_obj_get(e, "recipients"), r));
    dl_sql_str(&q, dl_json_get_str(place, "name"));
    dl_sql_str(&q, dl_json_get_str(place, "country"));
    dl_sql_str(&q, dl_json_get_str(e, "time"));
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_put_said(dl_ledger *l, dl_arena *arena, int64_t revision,
                               const dl_id *revision_id, yyjson_val *analyse,
                               const struct dl_reading *r)
{
    yyjson_val *val;
    size_t i, n;
    yyjson_arr_foreach(yyjson_obj_get(analyse, "statements"), i, n, val)
    {
        if (i < ROWS_MAX)
            DL_TRY(put_statement(l, arena, revision, revision_id, (int64_t)i, val, r));
    }
    yyjson_val *places = yyjson_obj_get(analyse, "places");
    yyjson_arr_foreach(yyjson_obj_get(analyse, "events"), i, n, val)
    {
        if (i < ROWS_MAX) DL_TRY(put_event(l, arena, revision, (int64_t)i, val, places, r));
    }
    return dl_arena_failed(arena);
}
