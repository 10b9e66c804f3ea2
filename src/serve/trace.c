#include "serve/trace.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/utf8.h"

static dl_str field_of(const struct dl_trace_text *t, const char *field)
{
    if (field == NULL) return t->text;
    return strcmp(field, "title") == 0 ? t->title : t->subtitle;
}

/* "title" and "subtitle" as constants; NULL for the text. */
static const char *field_name(yyjson_val *span)
{
    dl_str in = dl_json_get_str(span, "in");
    if (dl_str_eq_c(in, "title")) return "title";
    return dl_str_eq_c(in, "subtitle") ? "subtitle" : NULL;
}

static bool span_of(yyjson_val *span, dl_str text, size_t *ret_start, size_t *ret_end)
{
    int64_t start = dl_json_get_int(span, "start", -1), end = dl_json_get_int(span, "end", -1);
    if (start < 0 || end <= start || (uint64_t)end > text.n) return false;
    if (!dl_utf8_is_border(text, (size_t)start) || !dl_utf8_is_border(text, (size_t)end))
        return false;
    *ret_start = (size_t)start;
    *ret_end = (size_t)end;
    return true;
}

/* The words of a list of spans, parted by " … ". */
static dl_str words_of(dl_arena *arena, const struct dl_trace_text *t, yyjson_val *spans)
{
    yyjson_val *span;
    size_t i, max;
    dl_buf out = DL_BUF_INIT(8 * DL_TRACE_WORDS);
    yyjson_arr_foreach(spans, i, max, span)
    {
        size_t start, end;
        dl_str text = field_of(t, field_name(span));
        if (out.n > DL_TRACE_WORDS || !span_of(span, text, &start, &end)) continue;
        if (out.n > 0) dl_buf_c(&out, " … ");
        dl_buf_str(&out, dl_utf8_prefix(dl_str_sub(text, start, end), DL_TRACE_WORDS));
    }
    dl_str whole = dl_buf_slice(&out), shown = dl_utf8_prefix(whole, DL_TRACE_WORDS);
    dl_str words =
        shown.n < whole.n ? dl_str_fmt(arena, "%.*s…", DL_FMT(shown)) : dl_str_dup(arena, whole);
    dl_buf_free(&out);
    return words;
}

/* The first of the statement's cue, content and source that lies in its text. */
static bool anchor(yyjson_val *statement, const struct dl_trace_text *t, const char **ret_field,
                   size_t *ret_pos)
{
    static const char *const keys[] = {"cue", "content", "source"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        yyjson_val *span = yyjson_arr_get_first(yyjson_obj_get(statement, keys[k]));
        size_t end;
        *ret_field = field_name(span);
        if (span != NULL && span_of(span, field_of(t, *ret_field), ret_pos, &end)) return true;
    }
    return false;
}

struct range {
    size_t start, end;
};

struct reading {
    dl_arena *arena;
    const struct dl_trace_text *text;
    DL_VEC(struct range) sentences; /* of the text, in order */
};

static enum dl_err read_sentences(struct reading *r, yyjson_val *analyse)
{
    yyjson_val *sentence;
    size_t i, max, behind = 0;
    yyjson_arr_foreach(yyjson_obj_get(analyse, "sentences"), i, max, sentence)
    {
        struct range s;
        if (!span_of(sentence, r->text->text, &s.start, &s.end) || s.start < behind) continue;
        behind = s.end;
        DL_TRY(dl_vec_push(r->arena, &r->sentences, s));
    }
    return DL_OK;
}

static bool sentence_at(const struct reading *r, size_t pos, struct range *ret_range)
{
    size_t low = 0, high = r->sentences.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->sentences.p[middle].end <= pos)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == r->sentences.n || r->sentences.p[low].start > pos) return false;
    *ret_range = r->sentences.p[low];
    return true;
}

/* Without sentences: what of the paragraph stands near; text without any line feed may be long. */
static struct range paragraph_at(dl_str text, size_t pos)
{
    size_t start = pos, end = pos;
    while (start > 0 && pos - start < DL_TRACE_WORDS && text.p[start - 1] != '\n')
        start--;
    while (end < text.n && end - pos < DL_TRACE_WORDS && text.p[end] != '\n')
        end++;
    while (start < pos && !dl_utf8_is_border(text, start))
        start++;
    while (end > pos && !dl_utf8_is_border(text, end))
        end--;
    return (struct range){start, end};
}

static struct dl_trace_place place_of(const struct reading *r, const char *field, size_t pos)
{
    struct range range = {0, field_of(r->text, field).n};
    if (field == NULL && !sentence_at(r, pos, &range)) range = paragraph_at(r->text->text, pos);
    return (struct dl_trace_place){field, range.start, range.end};
}

static void put_sentence(const struct reading *r, struct dl_trace *t)
{
    size_t pos;
    const char *field;
    if (!anchor(t->statement, r->text, &field, &pos)) return;
    t->at = place_of(r, field, pos);
    t->sentence = dl_str_trim(dl_str_sub(field_of(r->text, field), t->at.start, t->at.end));
    dl_str shown = dl_utf8_prefix(t->sentence, DL_TRACE_WORDS);
    if (shown.n < t->sentence.n) t->sentence = dl_str_fmt(r->arena, "%.*s…", DL_FMT(shown));
}

/* --- chains --------------------------------------------------------------------------------- */

/* The contract lets a hop's cue be its words or its span. */
static dl_str cue_of(const struct reading *r, yyjson_val *hop)
{
    size_t start, end;
    yyjson_val *cue = yyjson_obj_get(hop, "cue");
    dl_str text = field_of(r->text, field_name(cue));
    if (yyjson_is_str(cue)) return dl_json_val_str(cue);
    return span_of(cue, text, &start, &end) ? dl_str_sub(text, start, end) : (dl_str){NULL, 0};
}

static enum dl_err given_chain(const struct reading *r, yyjson_val *chain, struct dl_trace *t)
{
    yyjson_val *hop;
    size_t i, max, start, end;
    yyjson_arr_foreach(chain, i, max, hop)
    {
        const char *field = field_name(hop);
        struct dl_trace_hop h = {
            .text = dl_json_get_str(hop, "text"),
            .class = dl_json_get_str(hop, "class"),
            .anonymity = dl_json_get_str(hop, "anonymity"),
            .cue = cue_of(r, hop),
            .pronoun = yyjson_is_true(yyjson_obj_get(hop, "pronoun")),
            .on_behalf_of = dl_json_get_str(yyjson_obj_get(hop, "on_behalf_of"), "text"),
        };
        if (i == 0 && h.text.n == 0) h.text = r->text->outlet_name;
        if (span_of(hop, field_of(r->text, field), &start, &end)) h.at = place_of(r, field, start);
        DL_TRY(dl_vec_push(r->arena, &t->hops, h));
    }
    return DL_OK;
}

/* Outlet ← source: all that a statement without a chain tells. */
static enum dl_err plain_chain(const struct reading *r, struct dl_trace *t)
{
    dl_str class = dl_json_get_str(t->statement, "source_class");
    struct dl_trace_hop outlet = {.text = r->text->outlet_name, .class = DL_STR("media")};
    struct dl_trace_hop source = {.text = t->source,
                                  .class = class,
                                  .anonymity = dl_json_get_str(t->statement, "anonymity"),
                                  .cue = t->cue,
                                  .at = t->at};
    DL_TRY(dl_vec_push(r->arena, &t->hops, outlet));
    if (class.n == 0 || dl_str_eq_c(class, "none")) return DL_OK;
    return dl_vec_push(r->arena, &t->hops, source);
}

static enum dl_err read_evidence(const struct reading *r, struct dl_trace *t)
{
    yyjson_val *one;
    size_t i, max, start, end;
    yyjson_arr_foreach(yyjson_obj_get(t->statement, "evidence"), i, max, one)
    {
        yyjson_val *verified = yyjson_obj_get(one, "verified");
        struct dl_trace_evidence e = {.kind = dl_json_get_str(one, "kind")};
        dl_str text = field_of(r->text, field_name(one));
        if (span_of(one, text, &start, &end)) e.words = dl_str_sub(text, start, end);
        if (yyjson_is_bool(verified))
            e.check = yyjson_is_true(verified) ? DL_TRACE_VERIFIED : DL_TRACE_NOT_VERIFIED;
        DL_TRY(dl_vec_push(r->arena, &t->evidence, e));
    }
    return DL_OK;
}

/* Nobody behind the outlet, and nothing kept at a distance from it. */
static enum dl_trace_voice voice_of(const struct dl_trace *t)
{
    dl_str stance = dl_json_get_str(t->statement, "stance");
    if (dl_str_eq_c(dl_json_get_str(t->statement, "rule"), "comment")) return DL_VOICE_ANALYSIS;
    bool own = dl_str_eq_c(stance, "own") || dl_str_eq_c(stance, "endorsed");
    return !t->traced && own ? DL_VOICE_OUTLET : DL_VOICE_SOURCE;
}

static enum dl_err read_one(const struct reading *r, yyjson_val *statement,
                            struct dl_trace *ret_trace)
{
    struct dl_trace t = {
        .statement = statement,
        .source = words_of(r->arena, r->text, yyjson_obj_get(statement, "source")),
        .cue = words_of(r->arena, r->text, yyjson_obj_get(statement, "cue")),
        .content = words_of(r->arena, r->text, yyjson_obj_get(statement, "content")),
        .parent = -1,
        .unclear = dl_json_get_num(statement, "score", 1) < DL_TRACE_GATE,
        .legal_formula = yyjson_is_true(yyjson_obj_get(statement, "legal_formula")),
        .denied = dl_str_eq_c(dl_json_get_str(statement, "stance"), "denied"),
    };
    put_sentence(r, &t);
    yyjson_val *chain = yyjson_obj_get(statement, "chain");
    bool given = yyjson_is_arr(chain) && yyjson_arr_size(chain) > 0;
    DL_TRY(given ? given_chain(r, chain, &t) : plain_chain(r, &t));
    DL_TRY(read_evidence(r, &t));
    t.traced = t.hops.n > 1;
    t.voice = voice_of(&t);
    *ret_trace = t;
    return dl_arena_failed(r->arena);
}

/* A parent is the last statement with that id: the same words may be read twice. */
static enum dl_err find_parents(dl_arena *arena, dl_traces *traces)
{
    dl_map64 ids; /* to index + 1 */
    dl_map64_init(&ids, arena);
    for (size_t i = 0; i < traces->n; i++) {
        dl_str id = dl_json_get_str(traces->p[i].statement, "id");
        uint64_t *at = id.n > 0 ? dl_map64_at(&ids, dl_hash64(id)) : NULL;
        if (at != NULL) *at = i + 1;
    }
    for (size_t i = 0; i < traces->n; i++) {
        dl_str parent = dl_json_get_str(traces->p[i].statement, "parent");
        const uint64_t *at = parent.n > 0 ? dl_map64_get(&ids, dl_hash64(parent)) : NULL;
        if (at != NULL && *at != i + 1) traces->p[i].parent = (int32_t)(*at - 1);
    }
    return dl_arena_failed(arena);
}

enum dl_err dl_trace_read(dl_arena *arena, const struct dl_trace_text *text, yyjson_val *analyse,
                          dl_traces *ret_traces)
{
    static const char *const lists[] = {"title_statements", "statements"};
    struct reading r = {.arena = arena, .text = text};
    yyjson_val *statement;
    size_t i, max;
    dl_traces traces = {0};
    DL_TRY(read_sentences(&r, analyse));
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        yyjson_arr_foreach(yyjson_obj_get(analyse, lists[k]), i, max, statement)
        {
            struct dl_trace t;
            if (!yyjson_is_obj(statement) || traces.n == DL_TRACE_MAX) continue;
            DL_TRY(read_one(&r, statement, &t));
            DL_TRY(dl_vec_push(arena, &traces, t));
        }
    DL_TRY(find_parents(arena, &traces));
    *ret_traces = traces;
    return DL_OK;
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void put_chain(const struct dl_trace *t, yyjson_mut_doc *doc, yyjson_mut_val *obj)
{
    yyjson_mut_val *chain = dl_json_arr(doc, obj, "chain");
    for (size_t i = 0; i < t->hops.n; i++) {
        yyjson_mut_val *hop = dl_json_push_obj(doc, chain);
        dl_json_str(doc, hop, "text", t->hops.p[i].text);
        dl_json_str(doc, hop, "class", t->hops.p[i].class);
        dl_json_str(doc, hop, "anonymity", t->hops.p[i].anonymity);
        dl_json_str(doc, hop, "cue", t->hops.p[i].cue);
    }
}

static void put_trace(const struct dl_trace *t, yyjson_mut_doc *doc, yyjson_mut_val *obj)
{
    yyjson_mut_val *words = dl_json_obj(doc, obj, "words");
    dl_json_str(doc, words, "source", t->source);
    dl_json_str(doc, words, "cue", t->cue);
    dl_json_str(doc, words, "content", t->content);
    if (t->sentence.n > 0) {
        yyjson_mut_val *sentence = dl_json_obj(doc, obj, "sentence");
        dl_json_int(doc, sentence, "start", (int64_t)t->at.start);
        dl_json_int(doc, sentence, "end", (int64_t)t->at.end);
        if (t->at.field != NULL) dl_json_c(doc, sentence, "in", t->at.field);
        dl_json_str(doc, sentence, "text", t->sentence);
    }
    if (yyjson_mut_obj_get(obj, "chain") == NULL) put_chain(t, doc, obj);
    dl_json_bool(doc, obj, "traced", t->traced);
}

void dl_trace_json(const dl_traces *traces, yyjson_mut_doc *doc, yyjson_mut_val *list)
{
    for (size_t i = 0; i < traces->n; i++) {
        yyjson_mut_val *obj = yyjson_val_mut_copy(doc, traces->p[i].statement);
        if (obj == NULL) return;
        put_trace(&traces->p[i], doc, obj);
        yyjson_mut_arr_append(list, obj);
    }
}
