#include "base/json.h"
#include "base/utf8.h"
#include "cmd/side_reader.h"
#include "cmd/sources.h"
#include "cmd/term.h"
#include "cmd/web_input.h"
#include "feed/feed.h"
#include "feed/sitemap.h"

struct probe {
    struct dl_cli *cli;
    dl_arena *arena;
    dl_side_reader *reader;
    dl_egress egress;
    dl_polite *polite;
    struct dl_polite_answer answer;
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
    const dl_str ask[DL_FRAME_PARTS] = {p->answer.body, p->answer.url, p->answer.content_type};
    dl_str answer[DL_FRAME_PARTS];
    yyjson_doc *facts;
    enum dl_err err = dl_side_reader_ask(p->reader, p->arena, ask, answer, &diag);
    if (err == DL_OK) err = dl_json_read(p->arena, answer[0], &facts, &diag);
    if (err == DL_OK) {
        f->facts = yyjson_doc_get_root(facts);
        return NULL;
    }
    if (dl_str_ifind_c(dl_str_sub(p->answer.body, 0, 2000), "<html", 0) != DL_NO_POS)
        return "it is a web page, not a feed; 'dateline discover' finds the feeds that one names";
    return dl_str_cstr(p->arena,
                       dl_str_c(diag.message[0] != '\0' ? diag.message : dl_err_text(err)));
}

static void test_one(struct probe *p, struct finding *f)
{
    dl_polite_get(p->polite, p->arena, f->url,
                  DL_STR("application/atom+xml, application/rss+xml, application/feed+json, "
                         "application/xml;q=0.9, */*;q=0.5"),
                  &p->answer);
    f->why = p->answer.err != DL_OK ? p->answer.words : read_body(p, f);
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
    dl_buf_fmt(out, " · %.1f s\n", (double)p->answer.total_ms / 1000);
    if (!dl_str_eq(p->answer.url, f->url)) {
        dl_buf_c(out, "      it moved to ");
        dl_term_text(&t, p->answer.url);
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
    if (p->answer.status > 0) dl_json_int(json, o, "status", p->answer.status);
    if (dl_json_line(json, p->arena, out) != DL_OK) dl_buf_c(out, "{}\n");
}

static enum dl_err open_probe(struct probe *p, struct dl_diag *diag)
{
    DL_TRY(dl_side_reader_open(look, p, &p->reader));
    struct dl_polite_options options = {.egress = &p->egress};
    DL_TRY(dl_polite_new(&options, &p->polite, diag));
    p->arena = dl_arena_new(DL_ARENA_NO_CAP);
    return p->arena == NULL ? DL_ERR_NOMEM : DL_OK;
}

static void close_probe(struct probe *p)
{
    dl_polite_free(p->polite);
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
    if (!dl_cli_egress(cli, &p.egress)) return DL_EXIT_USAGE;
    enum dl_err err = open_probe(&p, &diag);
    int code =
        err == DL_OK
            ? test_all(&p, args, n)
            : dl_cli_fail(cli, "%s", diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    close_probe(&p);
    return code;
}
