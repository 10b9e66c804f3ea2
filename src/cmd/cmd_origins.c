#include <unistd.h>

#include "cmd/stream.h"
#include "event/analysed.h"
#include "story/claims_json.h"
#include "story/relays.h"

enum { LINE_MAX_BYTES = 64 << 20 };

/* What is kept of an article beside its story until the stream has ended. */
struct article {
    dl_str outlet, owner, url;
    dl_str sayings; /* packed, as the ledger keeps them */
    int64_t time_ms;
};

struct origins {
    dl_arena *keep; /* of the command */
    dl_stream *stream;
    dl_analyser *analyser;
    struct dl_sayer **sayers;        /* one for each thread */
    DL_VEC(struct article) articles; /* as the stream's lines */
};

/* ------------------------------------------------------------------ article by article */

static enum dl_err read_links(dl_arena *arena, yyjson_val *json, struct dl_analyse_input *in)
{
    yyjson_val *links = yyjson_obj_get(json, "links"), *link;
    size_t n = yyjson_arr_size(links), i, max;
    struct dl_analyse_link *out = DL_NEW_ARRAY(arena, struct dl_analyse_link, n + 1);
    if (out == NULL) return dl_arena_failed(arena);
    yyjson_arr_foreach(links, i, max, link)
    {
        dl_str href =
            yyjson_is_str(link) ? dl_str_c(yyjson_get_str(link)) : dl_json_get_str(link, "href");
        if (href.n > 0) out[in->n_links++] = (struct dl_analyse_link){0, 0, href};
    }
    in->links = out;
    return DL_OK;
}

static enum dl_err read_article(void *ctx, size_t thread, struct dl_stream_article *a)
{
    struct origins *o = ctx;
    struct dl_analyse_input in = {.text = a->words.text,
                                  .title = a->words.title,
                                  .subtitle = a->words.subtitle,
                                  .language = a->words.language,
                                  .outlet = dl_json_get_str(a->json, "outlet"),
                                  .country = dl_json_get_str(a->json, "country")};
    (void)dl_json_get_time(a->json, "published", &in.published);
    DL_TRY(read_links(a->arena, a->json, &in));
    struct dl_analysed *read = DL_NEW(a->arena, struct dl_analysed);
    struct dl_sayings sayings;
    if (read == NULL) return dl_arena_failed(a->arena);
    DL_TRY(dl_analyse_read(o->analyser, a->arena, &in, read, &a->diag));
    DL_TRY(dl_sayings_make(o->sayers[thread], a->arena, &in, read, &sayings));
    a->more = dl_sayings_pack(a->arena, &sayings);
    return a->more.n > 0 ? DL_OK : DL_ERR_TOO_BIG;
}

static enum dl_err keep_article(void *ctx, const struct dl_stream_article *read,
                                const struct dl_streamed *kept, dl_str host, int64_t time_ms)
{
    struct origins *o = ctx;
    struct article a = {.time_ms = time_ms};
    if (kept->story != 0) {
        dl_str outlet = dl_json_get_str(read->json, "outlet");
        dl_str url = dl_json_get_str(read->json, "url");
        size_t fragment = dl_str_chr(url, '#', 0);
        a.outlet = dl_str_dup(o->keep, outlet.n > 0 ? outlet : host);
        a.owner = dl_str_dup(o->keep, dl_json_get_str(read->json, "owner"));
        a.url = dl_str_dup(o->keep, dl_str_sub(url, 0, fragment == DL_NO_POS ? url.n : fragment));
        a.sayings = dl_str_dup(o->keep, read->more);
        DL_TRY(dl_arena_failed(o->keep));
    }
    return dl_vec_push(o->keep, &o->articles, a) == DL_OK ? DL_OK : DL_ERR_NOMEM;
}

/* ------------------------------------------------------------------ story by story */

static enum dl_err print_claim(const struct dl_claims_input *in, const struct dl_claim *c,
                               dl_str story, dl_arena *arena, dl_buf *out)
{
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return DL_ERR_NOMEM;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(json);
    const struct dl_saying *founder = &in->docs[c->document].sayings->sayings[c->saying];
    dl_json_str(json, root, "claim", founder->text);
    dl_json_str(json, root, "id", dl_str_c(c->id));
    dl_json_str(json, root, "story", story);
    dl_claim_json(in, c, false, json, root);
    return dl_json_line(json, arena, out);
}

struct line {
    size_t article; /* of the claim's founder: lines are in the order of their first articles */
    uint32_t order; /* within it */
    dl_str text;
};
typedef DL_VEC(struct line) line_vec;

static int by_article(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->article != y->article) return x->article < y->article ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Members ascend. */
static uint32_t member_at(const size_t *members, size_t n, uint64_t article)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (members[middle] < article)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && members[low] == article ? (uint32_t)low : DL_NO_DOCUMENT;
}

static enum dl_err print_story(struct origins *o, dl_arena *arena, const size_t *members, size_t n,
                               line_vec *lines)
{
    struct dl_claim_doc *docs = DL_NEW_ARRAY(arena, struct dl_claim_doc, n);
    struct dl_sayings *sayings = DL_NEW_ARRAY(arena, struct dl_sayings, n);
    if (docs == NULL || sayings == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++) {
        const struct article *a = &o->articles.p[members[i]];
        const struct dl_streamed *kept = dl_stream_at(o->stream, members[i]);
        DL_TRY(dl_sayings_unpack(arena, a->sayings, &sayings[i]));
        docs[i] = (struct dl_claim_doc){.id = kept->id, .outlet = a->outlet, .owner = a->owner};
        docs[i].time_ms = a->time_ms;
        docs[i].url = a->url;
        docs[i].sayings = &sayings[i];
        docs[i].copy_of = docs[i].translation_of = docs[i].revision_of = DL_NO_DOCUMENT;
        if (kept->copy_of != 0) docs[i].copy_of = member_at(members, i, kept->copy_of - 1);
    }
    struct dl_claims_input in = {.docs = docs, .n_docs = n};
    struct dl_claims claims;
    DL_TRY(dl_claims_of_story(arena, &in, &claims));
    uint32_t story = dl_stream_final(o->stream, dl_stream_at(o->stream, members[0])->story);
    for (size_t i = 0; i < claims.n; i++) {
        dl_buf out = DL_BUF_INIT(LINE_MAX_BYTES);
        enum dl_err err =
            print_claim(&in, &claims.p[i], dl_stream_at(o->stream, story - 1)->id, arena, &out);
        struct line line = {members[claims.p[i].document], (uint32_t)i, {NULL, 0}};
        if (err == DL_OK) line.text = dl_str_dup(o->keep, dl_buf_slice(&out));
        dl_buf_free(&out);
        DL_TRY(err);
        if (dl_vec_push(o->keep, lines, line) != DL_OK) return DL_ERR_NOMEM;
    }
    return DL_OK;
}

static enum dl_err all_stories(struct origins *o, line_vec *lines)
{
    size_t n = o->articles.n;
    uint32_t *next = DL_NEW_ARRAY(o->keep, uint32_t, n + 1);
    uint32_t *last = DL_NEW_ARRAY(o->keep, uint32_t, n + 1);
    size_t *members = DL_NEW_ARRAY(o->keep, size_t, n + 1);
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    enum dl_err err = next && last && members && arena ? DL_OK : DL_ERR_NOMEM;
    for (size_t i = 0; err == DL_OK && i < n; i++) { /* chains of members, by founder */
        const struct dl_streamed *kept = dl_stream_at(o->stream, i);
        if (kept->story == 0) {
            struct line line = {i, 0, kept->id};
            if (dl_vec_push(o->keep, lines, line) != DL_OK) err = DL_ERR_NOMEM;
            continue;
        }
        uint32_t story = dl_stream_final(o->stream, kept->story);
        if (last[story] != 0) next[last[story]] = (uint32_t)i + 1;
        last[story] = (uint32_t)i + 1;
    }
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        uint32_t story = dl_stream_at(o->stream, i)->story;
        if (story == 0 || dl_stream_final(o->stream, story) != i + 1) continue;
        size_t count = 0;
        for (size_t k = i + 1; k != 0; k = next[k])
            members[count++] = k - 1;
        err = print_story(o, arena, members, count, lines);
        dl_arena_reset(arena);
    }
    dl_arena_free(arena);
    return err;
}

/* Stories that citations and openings tell to be one; keys are of the founders, as joins are. */
static enum dl_err join_stories(struct origins *o)
{
    size_t n = o->articles.n;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct dl_relay_doc *docs =
        arena != NULL ? DL_NEW_ARRAY(arena, struct dl_relay_doc, n + 1) : NULL;
    struct dl_sayings *sayings =
        arena != NULL ? DL_NEW_ARRAY(arena, struct dl_sayings, n + 1) : NULL;
    enum dl_err err = docs != NULL && sayings != NULL ? DL_OK : DL_ERR_NOMEM;
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        const struct article *a = &o->articles.p[i];
        uint32_t story = dl_stream_at(o->stream, i)->story;
        docs[i] = (struct dl_relay_doc){.outlet = a->outlet, .time_ms = a->time_ms};
        docs[i].story = story != 0 ? dl_stream_final(o->stream, story) - 1 : (uint32_t)i;
        if (story == 0) continue;
        err = dl_sayings_unpack(arena, a->sayings, &sayings[i]);
        docs[i].sayings = &sayings[i];
    }
    if (err == DL_OK) err = dl_relays_join(arena, docs, n);
    for (size_t i = 0; err == DL_OK && i < n; i++) {
        uint32_t story = dl_stream_at(o->stream, i)->story;
        if (story == 0) continue;
        uint32_t founder = dl_stream_final(o->stream, story);
        if (founder != docs[i].story + 1)
            dl_stream_at(o->stream, founder - 1)->into = docs[i].story + 1;
    }
    dl_arena_free(arena);
    return err;
}

static enum dl_err print_all(void *ctx, dl_stream *stream)
{
    struct origins *o = ctx;
    line_vec lines = {0};
    o->stream = stream;
    DL_TRY(join_stories(o));
    DL_TRY(all_stories(o, &lines));
    if (lines.n > 1) qsort(lines.p, lines.n, sizeof *lines.p, by_article);
    for (size_t i = 0; i < lines.n; i++)
        DL_TRY(dl_io_write_fd(STDOUT_FILENO, lines.p[i].text.p, lines.p[i].text.n));
    return DL_OK;
}

static enum dl_err open_readers(struct origins *o, size_t threads, struct dl_diag *diag)
{
    DL_TRY(dl_analyser_new(&o->analyser, diag));
    o->sayers = DL_NEW_ARRAY(o->keep, struct dl_sayer *, threads);
    if (o->sayers == NULL) return DL_ERR_NOMEM;
    for (size_t i = 0; i < threads; i++)
        if ((o->sayers[i] = dl_sayer_new(diag)) == NULL) return DL_ERR_NOMEM;
    return DL_OK;
}

static int run(struct dl_cli *cli)
{
    struct origins o = {.keep = cli->arena};
    struct dl_stream_options options = {
        .ctx = &o, .read = read_article, .taken = keep_article, .end = print_all};
    struct dl_diag diag = {.pos = DL_NO_POS};
    int code;
    dl_stream *stream = dl_stream_open(cli, &options, &code);
    if (stream == NULL) return code;
    size_t threads = dl_stream_threads(stream);
    enum dl_err err = open_readers(&o, threads, &diag);
    const char *why = diag.message[0] != '\0' ? diag.message : dl_err_text(DL_ERR_NOMEM);
    code = err == DL_OK ? dl_stream_run(stream) : dl_cli_fail(cli, "%s", why);
    for (size_t i = 0; o.sayers != NULL && i < threads; i++)
        dl_sayer_free(o.sayers[i]);
    dl_analyser_free(o.analyser);
    dl_stream_free(stream);
    return code;
}

const struct dl_command dl_cmd_origins = {
    .name = "origins",
    .summary = "count the independent origins of each claim",
    .arguments = "[FILE]...",
    .description =
        "Reads NDJSON articles in the order of their arrival (id, published, seen, language, title,\n"
        "subtitle, text, url, outlet, country, owner, links) and prints one line for each claim:\n"
        "the documents that state or deny it, on how many independent origins it rests (an\n"
        "interval), why origins were taken for one, who denies it, and how its wording hardened.",
    .options = {{"threads", 't', "N", "threads that read articles (default: all cores)"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline origins articles.ndjson", "claims of a stream"},
                 {"dateline origins articles.ndjson | jq 'select(.origins_max == 1)'",
                  "what rests on one origin"},
                 {NULL, NULL}},
    .run = run,
};
