#include "base/json.h"
#include "base/utf8.h"
#include "cmd/side_reader.h"
#include "cmd/sources.h"
#include "cmd/term.h"
#include "feed/feed.h"
#include "feed/sitemap.h"
#include "net/client.h"
#include "net/robots_cache.h"

enum { ROBOTS_HOSTS = 1000, ROBOTS_ROUNDS = 3, WAIT_MS = 1000 };
static const char USER_AGENT[] = "Dateline/0.1 (self-hosted news reader; robots.txt: dateline)";

struct probe {
    struct dl_cli *cli;
    dl_arena *arena;
    dl_side_reader *reader;
    dl_egress egress;
    dl_client *client;
    dl_robots_cache *robots;
    /* of the request under way */
    dl_str key; /* robots.txt that is fetched; empty: the feed */
    bool answered;
    enum dl_err err;
    int status;
    const char *words; /* of a fault */
    dl_str url, body, content_type;
    int64_t total_ms;
};

/* --- in the reader -------------------------------------------------------------------------- */

static void newest(const struct dl_feed *feed, dl_arena *arena, yyjson_mut_doc *json,
                   yyjson_mut_val *o)
{
    dl_time best = {0};
    for (size_t i = 0; i < feed->items.n; i++) {
        dl_time t = feed->items.p[i].published;
        if (!dl_time_is_set(t)) t = feed->items.p[i].updated;
        if (dl_time_is_set(t) && (!dl_time_is_set(best) || t.ms > best.ms)) best = t;
    }
    dl_json_time(json, o, "newest", arena, best);
}

static enum dl_err look_at_sitemap(dl_arena *arena, const struct dl_frame *ask,
                                   yyjson_mut_doc *json, yyjson_mut_val *o, struct dl_diag *diag)
{
    struct dl_sitemap *sitemap;
    DL_TRY(dl_sitemap_parse(arena, ask->part[0], ask->part[1], &sitemap, diag));
    if (sitemap->kind == DL_SITEMAP_TEXT) return DL_ERR_UNSUPPORTED; /* any text would do */
    dl_json_str(json, o, "format",
                dl_str_fmt(arena, "sitemap %s", dl_sitemap_kind_name(sitemap->kind)));
    dl_json_int(json, o, "items", (int64_t)sitemap->urls.n);
    return DL_OK;
}

/* Parts: bytes, address, media type; out: facts. */
static enum dl_err look(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                        struct dl_frame *ret_answer, struct dl_diag *diag)
{
    (void)ctx;
    struct dl_feed_input in = {ask->part[0], ask->part[1], ask->part[2]};
    struct dl_feed *feed;
    yyjson_mut_doc *json = dl_json_new(arena);
    if (json == NULL) return dl_arena_failed(arena);
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    enum dl_err err = dl_feed_parse(arena, &in, &feed, diag);
    if (err == DL_OK) {
        dl_json_c(json, o, "format", feed->format);
        dl_json_str(json, o, "title", feed->title);
        dl_json_str(json, o, "language", feed->language);
        dl_json_int(json, o, "items", (int64_t)feed->items.n);
        newest(feed, arena, json, o);
    } else if (look_at_sitemap(arena, ask, json, o, NULL) != DL_OK) {
        return err;
    }
    dl_buf line = DL_BUF_INIT(DL_FRAME_MAX_PART);
    err = dl_json_line(json, arena, &line);
    if (err == DL_OK) ret_answer->part[0] = dl_str_dup(arena, dl_buf_slice(&line));
    dl_buf_free(&line);
    return err == DL_OK ? dl_arena_failed(arena) : err;
}

/* --- the net -------------------------------------------------------------------------------- */

static void on_answer(void *user, const struct dl_response *r)
{
    struct probe *p = user;
    p->answered = true;
    if (p->key.n > 0) {
        dl_robots_cache_put(p->robots, p->key, r, dl_now_ms());
        return;
    }
    p->err = r->err;
    p->status = r->status;
    p->words = r->err != DL_OK ? dl_fault_text(r->fault) : NULL;
    p->url = dl_str_dup(p->arena, r->url);
    p->body = dl_str_dup(p->arena, r->body);
    p->content_type = dl_str_dup(p->arena, r->content_type);
    p->total_ms = r->total_ms;
}

static enum dl_err send_and_wait(struct probe *p, const struct dl_request *request)
{
    p->answered = false;
    DL_TRY(dl_client_submit(p->client, request, on_answer, p));
    while (!p->answered)
        DL_TRY(dl_client_run(p->client, WAIT_MS));
    return DL_OK;
}

/* robots.txt holds for people's questions too. NULL: it allows, else why not. */
static const char *robots_refuse(struct probe *p, dl_str url, unsigned *ret_gap_ms)
{
    struct dl_robots_advice advice = {0};
    for (int i = 0; i < ROBOTS_ROUNDS; i++) {
        enum dl_robots_answer answer = dl_robots_cache_ask(p->robots, url, dl_now_ms(), &advice);
        *ret_gap_ms = advice.gap_ms;
        if (answer == DL_ROBOTS_ALLOWED) return NULL;
        if (answer != DL_ROBOTS_FETCH) break;
        p->key = dl_str_dup(p->arena, advice.fetch);
        struct dl_request request = {.url = p->key, .body_max = DL_ROBOTS_MAX, .urgent = true};
        if (send_and_wait(p, &request) != DL_OK) return "its robots.txt could not be asked for";
    }
    return advice.why[0] != '\0' ? dl_str_cstr(p->arena, dl_str_c(advice.why))
                                 : "its robots.txt gave no answer";
}

/* --- one feed ------------------------------------------------------------------------------- */

struct finding {
    bool good;
    dl_str url;
    const char *why; /* when it is not good */
    yyjson_val *facts;
};

static const char *read_body(struct probe *p, struct finding *f)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    const dl_str ask[DL_FRAME_PARTS] = {p->body, p->url, p->content_type};
    dl_str answer[DL_FRAME_PARTS];
    yyjson_doc *facts;
    enum dl_err err = dl_side_reader_ask(p->reader, p->arena, ask, answer, &diag);
    if (err == DL_OK) err = dl_json_read(p->arena, answer[0], &facts, &diag);
    if (err == DL_OK) {
        f->facts = yyjson_doc_get_root(facts);
        return NULL;
    }
    if (dl_str_ifind_c(dl_str_sub(p->body, 0, 2000), "<html", 0) != DL_NO_POS)
        return "it is a web page, not a feed; 'dateline discover' finds the feeds that one names";
    return dl_str_cstr(p->arena,
                       dl_str_c(diag.message[0] != '\0' ? diag.message : dl_err_text(err)));
}

static void test_one(struct probe *p, struct finding *f)
{
    unsigned gap_ms = 0;
    f->why = robots_refuse(p, f->url, &gap_ms);
    if (f->why != NULL) return;
    p->key = (dl_str){NULL, 0};
    struct dl_request request = {
        .url = f->url,
        .accept = DL_STR("application/atom+xml, application/rss+xml, application/feed+json, "
                         "application/xml;q=0.9, */*;q=0.5"),
        .gap_ms = gap_ms,
    };
    if (send_and_wait(p, &request) != DL_OK)
        f->why = "it is no http or https address";
    else if (p->err != DL_OK)
        f->why = p->words != NULL && p->words[0] != '\0' ? p->words : dl_err_text(p->err);
    else if (p->status != 200)
        f->why = dl_str_fmt(p->arena, "HTTP status %d", p->status).p;
    else
        f->why = read_body(p, f);
    f->good = f->why == NULL;
}

static void put_text(struct probe *p, const struct finding *f, dl_buf *out)
{
    struct dl_term t = dl_term_to(out);
    dl_term_styled(&t, f->good ? DL_STYLE_GOOD : DL_STYLE_BAD,
                   f->good ? DL_STR("good") : DL_STR("bad"));
    dl_buf_c(out, f->good ? "  " : "   ");
    dl_term_text(&t, f->url);
    dl_buf_c(out, "\n      ");
    if (!f->good) {
        dl_term_wrap(&t, 6, 5, dl_str_c(f->why));
        return;
    }
    dl_str title = dl_json_get_str(f->facts, "title"),
           newest_item = dl_json_get_str(f->facts, "newest");
    if (title.n > 0) dl_term_text(&t, title), dl_buf_c(out, " · ");
    dl_buf_fmt(out, "%.*s · ", DL_FMT(dl_json_get_str(f->facts, "format")));
    dl_term_count(&t, dl_json_get_int(f->facts, "items", 0), "item", "items");
    if (newest_item.n > 0) dl_buf_fmt(out, " · newest %.*s", DL_FMT(newest_item));
    dl_buf_fmt(out, " · %.1f s\n", (double)p->total_ms / 1000);
    if (!dl_str_eq(p->url, f->url)) {
        dl_buf_c(out, "      it moved to ");
        dl_term_text(&t, p->url);
        dl_buf_c(out, "\n");
    }
}

static void put_json(struct probe *p, const struct finding *f, dl_buf *out)
{
    yyjson_mut_doc *json = dl_json_new(p->arena);
    if (json == NULL) return;
    yyjson_mut_val *o =
        f->facts != NULL ? yyjson_val_mut_copy(json, f->facts) : yyjson_mut_doc_get_root(json);
    yyjson_mut_doc_set_root(json, o);
    dl_json_str(json, o, "url", f->url);
    dl_json_bool(json, o, "good", f->good);
    if (f->why != NULL) dl_json_c(json, o, "why", f->why);
    if (p->status > 0) dl_json_int(json, o, "status", p->status);
    if (dl_json_line(json, p->arena, out) != DL_OK) dl_buf_c(out, "{}\n");
}

static enum dl_err open_probe(struct probe *p, struct dl_diag *diag)
{
    dl_str list = dl_str_c(dl_cli_get(p->cli, "egress-allow")), cidr;
    while (list.p != NULL && dl_str_split(&list, ',', &cidr))
        DL_TRY(dl_egress_allow(&p->egress, dl_str_trim(cidr), diag));
    DL_TRY(dl_side_reader_open(look, p, &p->reader));
    struct dl_client_options options = {.user_agent = USER_AGENT, .egress = &p->egress};
    DL_TRY(dl_client_new(&options, &p->client, diag));
    p->robots = dl_robots_cache_new("dateline", ROBOTS_HOSTS);
    p->arena = dl_arena_new(DL_ARENA_NO_CAP);
    return p->robots == NULL || p->arena == NULL ? DL_ERR_NOMEM : DL_OK;
}

static void close_probe(struct probe *p)
{
    dl_client_free(p->client);
    dl_robots_cache_free(p->robots);
    dl_side_reader_close(p->reader);
    dl_arena_free(p->arena);
}

static int test_all(struct probe *p, const char **args, size_t n)
{
    size_t failed = 0;
    int code = DL_EXIT_OK;
    dl_buf out = DL_BUF_INIT(1 << 20);
    for (size_t i = 0; code == DL_EXIT_OK && i < n; i++) {
        struct finding f = {.url = dl_utf8_repair(p->arena, dl_str_c(args[i]))};
        p->status = 0;
        test_one(p, &f);
        failed += !f.good;
        if (dl_cli_has(p->cli, "json"))
            put_json(p, &f, &out);
        else
            put_text(p, &f, &out);
        code = dl_cli_print(p->cli, &out);
        dl_buf_reset(&out);
        dl_arena_reset(p->arena);
    }
    dl_buf_free(&out);
    return code == DL_EXIT_OK && failed > 0 ? DL_EXIT_PARTIAL : code;
}

int dl_sources_test(struct dl_cli *cli, const char **args, size_t n)
{
    struct probe p = {.cli = cli};
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (n == 0) return dl_cli_usage(cli, "name at least one address to test");
    enum dl_err err = open_probe(&p, &diag);
    int code =
        err == DL_OK ? test_all(&p, args, n)
        : err == DL_ERR_SYNTAX
            ? dl_cli_usage(cli, "--egress-allow: %s", diag.message)
            : dl_cli_fail(cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    close_probe(&p);
    return code;
}
