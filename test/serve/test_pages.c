/* Pages, API, feeds and streams over the EXAMPLE world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <ftw.h>
#include <sys/wait.h>

#include "base/json.h"
#include "client.h"
#include "serve/web.h"
#include "store/ledger_source.h"
#include "world.h"
#include "world_claims.h"

static char dir[] = "/tmp/dateline-pages-XXXXXX";
static dl_web *web;
static int port;

static int start(void **state)
{
    (void)state;
    struct dl_diag diag = {0};
    if (mkdtemp(dir) == NULL || world_fill(dir, dl_now_ms(), 70, &diag) != DL_OK) {
        fprintf(stderr, "%s\n", diag.message);
        return -1;
    }
    struct dl_web_options options = {.store = dir,
                                     .address = "127.0.0.1",
                                     .listen_fd = -1,
                                     .full_text = true,
                                     .writer_fd = -1,
                                     .stop_fd = -1,
                                     .wake_fd = -1};
    if (dl_web_start(&options, &web, &diag) != DL_OK) return -1;
    port = dl_web_port(web);
    return 0;
}

static int unlink_one(const char *path, const struct stat *info, int flag, struct FTW *ftw)
{
    (void)info, (void)flag, (void)ftw;
    return remove(path);
}

static int stop(void **state)
{
    (void)state;
    dl_web_stop(web);
    nftw(dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

static struct answer get(const char *before, const char *id)
{
    char path[300];
    snprintf(path, sizeof path, "%s%s", before, id);
    return client_get(port, path);
}

static size_t times(const struct answer *a, const char *text)
{
    size_t n = 0;
    for (size_t at = 0; (at = dl_str_find_c(a->body, text, at)) != DL_NO_POS; at++)
        n++;
    return n;
}

static void now_lists_newest_first_with_counts(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/");
    assert_int_equal(a.status, 200);
    size_t fishing = dl_str_find_c(a.body, "fishing quota", 0);
    size_t grain = dl_str_find_c(a.body, "closes its grain terminal", 0);
    assert_true(fishing < grain && grain != DL_NO_POS);
    assert_true(answer_has(&a, "<b>4</b> documents</li><li><b>1</b> copy</li>"));
    assert_true(answer_has(&a, "<b>3</b> languages"));
    assert_int_equal(times(&a, "<li class=\"story\">"), 60);
    assert_true(answer_has(&a, "data-seq=\""));
    answer_free(&a);
}

static void older_stories_follow_by_cursor_without_gap(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/");
    size_t at = dl_str_find_c(a.body, "/?before=", 0);
    assert_true(at != DL_NO_POS);
    char cursor[32];
    snprintf(cursor, sizeof cursor, "%.20s", a.body.p + at + 9);
    *strchr(cursor, '"') = '\0';
    struct answer b = get("/?before=", cursor);
    assert_int_equal(b.status, 200);
    /* 70 made by number and 4 by hand: 60 and 14, none twice */
    assert_int_equal(times(&b, "<li class=\"story\">"), 14);
    assert_true(answer_has(&b, "Report number 1 of"));
    answer_free(&a);
    answer_free(&b);
    a = client_get(port, "/?before=-1");
    assert_int_equal(a.status, 400);
    answer_free(&a);
}

static void hostile_words_are_text_everywhere(void **state)
{
    (void)state;
    static const char *const paths[] = {"/", "/search?q=EXAMPLE+quotes", "/feed.atom", "/d/"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct answer a = get(paths[i], i == 3 ? world_document(WORLD_HOSTILE) : "");
        assert_int_equal(a.status, 200);
        assert_false(answer_has(&a, "<script>"));
        assert_false(answer_has(&a, "<img"));
        assert_false(answer_has(&a, "<u>"));
        assert_false(answer_has(&a, "\" onmouseover"));
        assert_false(answer_has(&a, "\u202e"));
        assert_true(answer_has(&a, "&lt;script&gt;"));
        answer_free(&a);
    }
}

static void story_shows_roles_reasons_and_sources(void **state)
{
    (void)state;
    struct answer a = get("/s/", world_story());
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "shares 92\u202f% of its text with"));
    assert_true(answer_has(&a, "seen 25\u00a0min earlier"));
    assert_true(answer_has(&a, "lang=\"fa\" dir=\"auto\">EXAMPLE: پایانه"));
    assert_true(answer_has(&a, "grain terminal</bdi>, <bdi dir=\"auto\">pier 4"));
    assert_true(answer_has(&a, "Two dock workers"));
    assert_true(answer_has(&a, "as a group"));
    assert_true(answer_has(&a, "<svg class=\"lane\""));
    answer_free(&a);
}

static void document_marks_statements_and_links_them(void **state)
{
    (void)state;
    struct answer a = get("/d/", world_document(WORLD_FIRST));
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "<span class=\"who\">The port authority of Nordhaven</span> <span "
                               "class=\"cue\">said</span>"));
    assert_true(answer_has(&a, "href=\"#st-2\""));
    assert_true(answer_has(&a, "<li id=\"st-2\">"));
    assert_true(answer_has(&a, "attribution unclear"));
    assert_int_equal(times(&a, "Nordhaven closes its grain terminal"), 2); /* tab and headline */
    assert_true(answer_has(&a, "24\u00a0Nov\u00a02026, 09:12\u00a0UTC"));
    assert_true(answer_has(&a, "href=\"https://agency-veld.example/grain-terminal\""));
    answer_free(&a);
}

static void document_tells_how_sure_its_times_are(void **state)
{
    (void)state;
    struct answer a = get("/d/", world_document(WORLD_FIRST));
    assert_true(answer_has(&a, "09:12\u00a0UTC</time> <span class=\"muted\">\u00b7 no zone given, "
                               "UTC assumed \u00b7 as handed in</span>"));
    assert_true(answer_has(&a, "<dt>Changed</dt><dd><time datetime=\"2026-11-24T12:40:00Z\">"));
    assert_true(answer_has(&a, "\u00b7 15:40 there (UTC+03:00) \u00b7 as handed in"));
    assert_true(answer_has(&a, "<dt>Reading</dt><dd>some bytes could not be decoded</dd>"));
    assert_true(answer_has(&a, "<dt>By</dt><dd><bdi dir=\"auto\">A. EXAMPLE</bdi></dd>"));
    answer_free(&a);
}

static void short_ids_lead_to_the_whole(void **state)
{
    (void)state;
    char prefix[13];
    snprintf(prefix, sizeof prefix, "%s", world_document(WORLD_FIRST));
    struct answer a = get("/d/", prefix);
    assert_int_equal(a.status, 308);
    char want[80];
    snprintf(want, sizeof want, "/d/%s", world_document(WORLD_FIRST));
    assert_true(dl_str_eq_c(answer_header(&a, "Location"), want));
    answer_free(&a);
}

static void unknown_objects_are_not_found(void **state)
{
    (void)state;
    static const char *const paths[] = {"/s/nothing", "/s/00000000000000", "/d/12345",
                                        "/api/v1/stories/x", "/api/v1/documents/%27%3B"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct answer a = get(paths[i], "");
        assert_int_equal(a.status, 404);
        answer_free(&a);
    }
}

static void sources_say_how_each_feed_fares(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/sources");
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "404: the feed is not there any more"));
    assert_true(answer_has(&a, "s-silent"));
    assert_true(answer_has(&a, "silent for 3 days; "));
    assert_true(answer_has(&a, "2 times it probably lost items"));
    assert_true(answer_has(&a, "s-failing"));
    assert_true(answer_has(&a, "s-waiting"));
    assert_true(answer_has(&a, "waits longer after each failure"));
    answer_free(&a);
}

static void sources_are_chosen_by_state_and_country(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/sources?health=silent");
    assert_true(answer_has(&a, "Radio Marisol"));
    assert_false(answer_has(&a, "Agency Veld"));
    assert_true(answer_has(&a, "href=\"/sources?health=silent\" aria-current=\"true\""));
    answer_free(&a);
    a = client_get(port, "/sources?country=XN");
    assert_true(answer_has(&a, "Nordhaven Courier"));
    assert_false(answer_has(&a, "Radio Marisol"));
    answer_free(&a);
    a = client_get(port, "/sources?country=%22%3E%3Cscript%3E");
    assert_int_equal(a.status, 200);
    assert_false(answer_has(&a, "><script>"));
    answer_free(&a);
}

static void a_source_shows_channels_losses_and_week(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/sources/nordhaven-courier");
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "news sitemap"));
    assert_true(answer_has(&a, "class=\"band\""));
    assert_true(answer_has(&a, "some were probably lost"));
    assert_true(answer_has(&a, "3 were back-filled from the sitemap"));
    assert_true(answer_has(&a, "of that time came through other channels"));
    assert_true(answer_has(&a, "before the others"));
    assert_true(answer_has(&a, "saw 100 % of 60"));
    assert_true(answer_has(&a, "polls that brought a list"));
    answer_free(&a);
    a = client_get(port, "/sources/khabar-daryaban");
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "lang=\"fa\" dir=\"auto\""));
    assert_true(answer_has(&a, "Nothing that is known of"));
    answer_free(&a);
    a = client_get(port, "/sources/nobody");
    assert_int_equal(a.status, 404);
    answer_free(&a);
}

static void a_source_shows_hubs_validators_moves_and_limits(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/sources/nordhaven-courier");
    assert_true(answer_has(&a, "delivers 100 % (4 of 4 items lately)"));
    assert_true(answer_has(&a, "delivery ignored: not signed by it"));
    assert_true(answer_has(&a, "not changed&quot; while there was news, found out on "));
    assert_true(answer_has(&a,
                           "It leads to https://www.nordhaven-courier.example/rss?a=1&amp;b=&lt;"
                           "2&gt;; when that lasts for a day"));
    assert_true(answer_has(&a, "set: every 30 min at the most often, every 6 h at least"));
    answer_free(&a);
    a = client_get(port, "/sources"); /* the list tells what must be known */
    assert_true(answer_has(&a, "It leads to https://www.nordhaven-courier"));
    assert_true(answer_has(&a, "for a month everything is asked for each time"));
    answer_free(&a);
    a = client_get(port, "/sources/radio-marisol"); /* nothing of the kind: nothing is said */
    assert_false(answer_has(&a, "Hubs"));
    assert_false(answer_has(&a, "set: every"));
    assert_false(answer_has(&a, "It leads to"));
    answer_free(&a);
}

static void status_balances_and_names_the_rejected(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/status");
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "Nothing is lost"));
    assert_true(answer_has(&a, "it is no text of a known kind"));
    assert_true(answer_has(&a, "libmicrohttpd"));
    answer_free(&a);
}

static void search_finds_in_every_script(void **state)
{
    (void)state;
    static const struct {
        const char *path, *found;
    } rows[] = {{"/search?q=gas+alarm", "<mark>gas</mark>"},
                {"/search?q=%E7%A0%81%E5%A4%B4", "诺德港"}, /* 码头 */
                {"/search?q=%D9%86%D9%88%D8%B1%D8%AF%D9%87%D8%A7%D9%88%D9%86", "پایانه"},
                {"/search?q=xyzzy", "Nothing matches"},
                {"/search", "How to search"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = client_get(port, rows[i].path);
        assert_int_equal(a.status, 200);
        assert_true(answer_has(&a, rows[i].found));
        answer_free(&a);
    }
    struct answer a = client_get(port, "/search?q=langg:fa");
    assert_int_equal(a.status, 422);
    answer_free(&a);
}

/* --- API ------------------------------------------------------------------------------------ */

static dl_arena *arena;

static yyjson_val *json_of(const struct answer *a)
{
    yyjson_doc *doc;
    assert_int_equal(dl_json_read(arena, a->body, &doc, NULL), DL_OK);
    return yyjson_doc_get_root(doc);
}

static int with_arena(void **state)
{
    (void)state;
    arena = dl_arena_new(1 << 24);
    return arena == NULL;
}

static int without_arena(void **state)
{
    (void)state;
    dl_arena_free(arena);
    return 0;
}

static void api_pages_through_all_stories_once(void **state)
{
    (void)state;
    char path[200] = "/api/v1/stories?limit=7";
    size_t seen = 0;
    int64_t last = INT64_MAX;
    for (int pages = 0; pages < 100; pages++) {
        struct answer a = client_get(port, path);
        assert_int_equal(a.status, 200);
        yyjson_val *root = json_of(&a), *data = yyjson_obj_get(root, "data"), *story;
        size_t i, max;
        yyjson_arr_foreach(data, i, max, story)
        {
            int64_t change = dl_json_get_int(story, "change", -1);
            assert_true(change < last);
            last = change;
            seen++;
        }
        dl_str next = dl_json_get_str(root, "next");
        assert_int_equal(answer_header(&a, "Link").n > 0, next.n > 0);
        snprintf(path, sizeof path, "/api/v1/stories?limit=7&cursor=%.*s", DL_FMT(next));
        answer_free(&a);
        if (next.n == 0) break;
    }
    assert_int_equal(seen, 74);
}

static void api_objects_have_the_shapes_of_the_contract(void **state)
{
    (void)state;
    struct answer a = get("/api/v1/documents/", world_document(WORLD_FIRST));
    assert_int_equal(a.status, 200);
    yyjson_val *d = json_of(&a);
    assert_true(dl_str_eq_c(dl_json_get_str(d, "id"), world_document(WORLD_FIRST)));
    assert_true(dl_str_eq_c(dl_json_get_str(d, "published"), "2026-11-24T09:12:00Z"));
    dl_str text = dl_json_get_str(d, "text");
    yyjson_val *said =
        yyjson_arr_get(yyjson_obj_get(yyjson_obj_get(d, "analyse"), "statements"), 1);
    yyjson_val *span = yyjson_arr_get_first(yyjson_obj_get(said, "source"));
    dl_str words = dl_str_sub(text, (size_t)dl_json_get_int(span, "start", 0),
                              (size_t)dl_json_get_int(span, "end", 0));
    assert_true(dl_str_starts(words, "Two dock workers"));
    assert_true(dl_json_get_str(yyjson_obj_get(d, "seen"), "by").n > 0);
    answer_free(&a);
    a = get("/api/v1/stories/", world_story());
    yyjson_val *members = yyjson_obj_get(json_of(&a), "data");
    assert_int_equal(yyjson_arr_size(members), 4);
    assert_true(dl_str_eq_c(dl_json_get_str(yyjson_arr_get(members, 1), "copy_of"),
                            world_document(WORLD_FIRST)));
    answer_free(&a);
    a = client_get(port, "/api/v1/status");
    assert_int_equal(dl_json_get_int(json_of(&a), "rejected", -1), 1);
    answer_free(&a);
    a = client_get(port, "/api/v1/sources");
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(json_of(&a), "data")), 7);
    answer_free(&a);
}

static void the_api_tells_of_one_source(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/api/v1/sources/nordhaven-courier");
    yyjson_val *o = json_of(&a), *loss = yyjson_arr_get(yyjson_obj_get(o, "losses"), 0);
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(o, "channels")), 2);
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(o, "losses")), 2);
    assert_int_equal(dl_json_get_int(loss, "filled", -1), 0);
    assert_true(yyjson_arr_size(yyjson_obj_get(o, "arrivals")) >= 167);
    yyjson_val *feed = yyjson_arr_get(yyjson_obj_get(o, "channels"), 0);
    assert_int_equal(dl_json_get_int(yyjson_obj_get(feed, "lead"), "seconds", 0), -12 * 60);
    assert_int_equal(dl_json_get_int(feed, "every_at_most_seconds", 0), 1800);
    assert_int_equal(dl_json_get_int(feed, "every_at_least_seconds", 0), 21600);
    assert_true(dl_str_ends(dl_json_get_str(feed, "moved_to"), "/rss?a=1&b=<2>"));
    assert_null(yyjson_obj_get(feed, "validators"));
    yyjson_val *hub = yyjson_arr_get(yyjson_obj_get(feed, "hubs"), 0);
    assert_true(dl_str_eq_c(dl_json_get_str(hub, "state"), "verified"));
    assert_int_equal(dl_json_get_int(hub, "hits", 0), 4);
    assert_int_equal(dl_json_get_int(hub, "ignored", 0), 1);
    yyjson_val *sitemap = yyjson_arr_get(yyjson_obj_get(o, "channels"), 1);
    yyjson_val *validators = yyjson_obj_get(sitemap, "validators");
    assert_true(yyjson_is_false(yyjson_obj_get(validators, "believed")));
    assert_int_equal(dl_json_get_str(validators, "untrusted_since").n, 24);
    assert_null(yyjson_obj_get(sitemap, "hubs"));
    answer_free(&a);
    a = client_get(port, "/api/v1/sources?health=silent,gone");
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(json_of(&a), "data")), 1);
    answer_free(&a);
    a = client_get(port, "/api/v1/sources?health=ill");
    assert_int_equal(a.status, 400);
    answer_free(&a);
    a = client_get(port, "/api/v1/sources?health=good&limit=1");
    assert_true(dl_str_find_c(answer_header(&a, "Link"), "health=good", 0) != DL_NO_POS);
    answer_free(&a);
    a = client_get(port, "/api/v1/sources/nobody");
    assert_int_equal(a.status, 404);
    answer_free(&a);
}

static void api_refuses_wrong_numbers(void **state)
{
    (void)state;
    static const char *const paths[] = {"/api/v1/stories?limit=501", "/api/v1/stories?limit=x",
                                        "/api/v1/stories?cursor=-4", "/api/v1/stream?after=soon"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct answer a = client_get(port, paths[i]);
        assert_int_equal(a.status, 400);
        assert_true(dl_str_eq_c(answer_header(&a, "Content-Type"), "application/problem+json"));
        answer_free(&a);
    }
}

static void feeds_are_well_formed_and_not_sent_twice(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/feed.json");
    yyjson_val *items = yyjson_obj_get(json_of(&a), "items");
    assert_int_equal(yyjson_arr_size(items), 60);
    dl_str etag = answer_header(&a, "ETag");
    char header[100];
    snprintf(header, sizeof header, "If-None-Match: %.*s\r\n", DL_FMT(etag));
    struct answer b = client_ask(port, "GET", "/feed.json", header);
    assert_int_equal(b.status, 304);
    answer_free(&b);
    answer_free(&a);
    a = client_get(port, "/feed.atom");
    assert_int_equal(times(&a, "<entry"), 60);
    assert_int_equal(times(&a, "</entry>"), 60);
    assert_true(answer_has(&a, "urn:dateline:story:"));
    answer_free(&a);
}

static void operations_answer(void **state)
{
    (void)state;
    struct answer a = client_get(port, "/readyz");
    assert_int_equal(a.status, 200);
    answer_free(&a);
    a = client_get(port, "/metrics");
    assert_true(answer_has(&a, "dateline_documents_total 7"));
    assert_true(answer_has(&a, "dateline_conservation_residual 0"));
    assert_true(answer_has(&a, "dateline_http_replies_total{class=\"2xx\"} "));
    answer_free(&a);
}

/* --- live, last: it adds to the world ------------------------------------------------------- */

static void a_change_in_the_ledger_reaches_the_stream(void **state)
{
    (void)state;
    int fd = client_connect(port);
    client_send(fd, DL_STR("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    dl_buf got = DL_BUF_INIT(CLIENT_MAX);
    while (dl_str_find_c(dl_buf_slice(&got), "event: ready", 0) == DL_NO_POS)
        assert_true(client_more(fd, &got, CLIENT_WAIT_MS));
    struct dl_diag diag;
    assert_int_equal(world_add_report(dir, dl_now_ms(), 70, &diag), DL_OK);
    dl_web_tick(web);
    while (dl_str_find_c(dl_buf_slice(&got), "event: story.", 0) == DL_NO_POS)
        assert_true(client_more(fd, &got, CLIENT_WAIT_MS));
    dl_buf_free(&got);
    close(fd);
}

static void whoever_comes_back_gets_what_was_missed(void **state)
{
    (void)state;
    int fd = client_connect(port);
    client_send(fd, DL_STR("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
                           "3\r\n\r\n"));
    dl_buf got = DL_BUF_INIT(CLIENT_MAX);
    char want[40];
    for (int seq = 4; seq <= 70; seq++) {
        snprintf(want, sizeof want, "id: %d\nevent: story.", seq);
        while (dl_str_find_c(dl_buf_slice(&got), want, 0) == DL_NO_POS)
            assert_true(client_more(fd, &got, CLIENT_WAIT_MS));
    }
    dl_buf_free(&got);
    close(fd);
}

static void empty_store_explains_itself(void **state)
{
    (void)state;
    char empty[] = "/tmp/dateline-empty-XXXXXX";
    struct dl_diag diag;
    dl_ledger *ledger;
    dl_web *fresh;
    struct dl_web_options options = {.store = empty,
                                     .address = "127.0.0.1",
                                     .listen_fd = -1,
                                     .writer_fd = -1,
                                     .stop_fd = -1,
                                     .wake_fd = -1};
    assert_non_null(mkdtemp(empty));
    assert_int_equal(dl_web_start(&options, &fresh, &diag), DL_OK);
    int at = dl_web_port(fresh);
    /* before there is a store */
    static const struct {
        const char *path;
        int before, after;
    } rows[] = {{"/", 200, 200},          {"/sources", 503, 200},        {"/status", 503, 200},
                {"/readyz", 503, 503},    {"/api/v1/stories", 503, 200}, {"/search?q=x", 503, 200},
                {"/feed.atom", 503, 200}, {"/metrics", 200, 200},        {"/healthz", 200, 200}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = client_get(at, rows[i].path);
        assert_int_equal(a.status, rows[i].before);
        answer_free(&a);
    }
    assert_int_equal(dl_ledger_open(&(struct dl_ledger_options){.dir = empty}, &ledger, &diag),
                     DL_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = client_get(at, rows[i].path);
        assert_int_equal(a.status, rows[i].after);
        if (i == 0) assert_true(answer_has(&a, "dateline demo") && !answer_has(&a, "--offline"));
        answer_free(&a);
    }
    dl_web_tick(fresh); /* now changes can be followed */
    struct answer ready = client_get(at, "/readyz");
    assert_int_equal(ready.status, 200);
    answer_free(&ready);
    int fd = client_connect(at);
    client_send(fd, DL_STR("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    dl_buf got = DL_BUF_INIT(CLIENT_MAX);
    while (dl_str_find_c(dl_buf_slice(&got), "event: ready", 0) == DL_NO_POS)
        assert_true(client_more(fd, &got, CLIENT_WAIT_MS));
    dl_buf_free(&got);
    close(fd);
    dl_web_stop(fresh);
    dl_ledger_close(ledger);
    nftw(empty, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Feeds that were asked and gave no answer, and nothing else: there is no network. */
static void no_network_is_said(void **state)
{
    (void)state;
    char lonely[] = "/tmp/dateline-pages-XXXXXX";
    struct dl_diag diag;
    dl_ledger *ledger;
    dl_web *site;
    assert_non_null(mkdtemp(lonely));
    assert_int_equal(dl_ledger_open(&(struct dl_ledger_options){.dir = lonely}, &ledger, &diag),
                     DL_OK);
    struct dl_outlet outlet = {.id = DL_STR("veld"), .name = DL_STR("Veld"), .listed = true};
    assert_int_equal(dl_ledger_put_outlet(ledger, &outlet), DL_OK);
    assert_int_equal(
        dl_ledger_put_channel(ledger,
                              &(struct dl_channel_put){.outlet = outlet.id,
                                                       .url = DL_STR("https://veld.example/f"),
                                                       .next_poll_ms = 1},
                              NULL),
        DL_OK);
    struct dl_feed_outcome outcome = {
        .feed = 1, .at_ms = dl_now_ms(), .result = DL_STR("no answer"), .next_poll_ms = 1};
    assert_int_equal(dl_ledger_feed_outcome(ledger, &outcome), DL_OK);
    struct dl_web_options options = {.store = lonely,
                                     .address = "127.0.0.1",
                                     .listen_fd = -1,
                                     .writer_fd = -1,
                                     .stop_fd = -1,
                                     .wake_fd = -1};
    assert_int_equal(dl_web_start(&options, &site, &diag), DL_OK);
    struct answer a = client_get(dl_web_port(site), "/");
    assert_true(answer_has(&a, "There is no network: 1 feed was asked and none answered"));
    assert_true(answer_has(&a, "dateline demo"));
    answer_free(&a);
    outcome.status = 503; /* an answer, if a sad one */
    assert_int_equal(dl_ledger_feed_outcome(ledger, &outcome), DL_OK);
    a = client_get(dl_web_port(site), "/");
    assert_false(answer_has(&a, "There is no network"));
    answer_free(&a);
    dl_web_stop(site);
    dl_ledger_close(ledger);
    nftw(lonely, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void traces_answer(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "/api/v1/documents/%s/trace", world_document(WORLD_FIRST));
    struct answer a = client_get(port, path);
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "\"words\":{\"source\":\"The port authority of Nordhaven\""));
    assert_true(answer_has(&a, "\"traced\":false"));
    answer_free(&a);
    snprintf(path, sizeof path, "/api/v1/stories/%s/trace", world_story());
    a = client_get(port, path);
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, world_document(WORLD_FIRST)));
    assert_false(answer_has(&a, "\"copy_of\""));
    answer_free(&a);
    a = client_get(port, "/api/v1/documents/ffffffffffff/trace");
    assert_int_equal(a.status, 404);
    answer_free(&a);
    snprintf(path, sizeof path, "/api/v1/stories/%.10s?limit=1", world_story());
    a = client_get(port, path);
    assert_int_equal(a.status, 308);
    assert_true(dl_str_find_c(a.head, "?limit=1&cursor=0", 0) != DL_NO_POS);
    answer_free(&a);
}

static void main_loop_stops_and_drains(void **state)
{
    (void)state;
    int stop_pipe[2];
    assert_int_equal(pipe(stop_pipe), 0);
    struct sockaddr_in any = {.sin_family = AF_INET};
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&any, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    getsockname(listener, (struct sockaddr *)&any, &size);
    pid_t child = fork();
    if (child == 0) {
        close(stop_pipe[1]);
        struct dl_web_options options = {.store = dir,
                                         .listen_fd = listener,
                                         .writer_fd = -1,
                                         .stop_fd = stop_pipe[0],
                                         .wake_fd = -1};
        _exit(dl_web_main(&options));
    }
    close(listener);
    int64_t started = dl_monotonic_ms();
    struct answer a = client_get(ntohs(any.sin_port), "/");
    assert_int_equal(a.status, 200);
    assert_true(dl_monotonic_ms() - started < 2000); /* 200 ms is the aim; machines are shared */
    answer_free(&a);
    int fd = client_connect(ntohs(any.sin_port)); /* a listener must not hold up the end */
    client_send(fd, DL_STR("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    dl_buf got = DL_BUF_INIT(CLIENT_MAX);
    assert_true(client_more(fd, &got, CLIENT_WAIT_MS));
    close(stop_pipe[1]);
    int status;
    started = dl_monotonic_ms();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_true(dl_monotonic_ms() - started < 5000);
    while (client_more(fd, &got, 1000)) {
    }
    close(fd);
    dl_buf_free(&got);
}

/* --- claims --------------------------------------------------------------------------------- */

static void a_story_shows_its_claims_with_three_numbers(void **state)
{
    (void)state;
    struct answer a = get("/s/", world_story());
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "at least nine people were injured</q></a>"));
    assert_true(answer_has(&a, "<b>1 to 2</b> independent origins"));
    assert_true(answer_has(&a, "no independent origin: a circle of citations"));
    assert_true(answer_has(&a, "<b>1</b> document carries a denial"));
    assert_true(answer_has(&a, "What was new when"));
    assert_true(answer_has(&a, "who is not watched is not counted"));
    assert_true(answer_has(&a, "class=\"m-denial\""));
    answer_free(&a);
}

static void a_claim_opens_every_number_to_its_rows(void **state)
{
    (void)state;
    struct answer a = get("/c/", world_claim(WORLD_CLAIM));
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "May be the same as"));
    assert_true(answer_has(&a, "a party to it"));
    assert_true(answer_has(&a, "one text is a copy of the other"));
    assert_true(answer_has(&a, "in doubt: counts in the lower number only"));
    assert_true(answer_has(&a, "the limits of its number, that it could not be verified"));
    assert_true(answer_has(&a, "whether the sources without a name are the same"));
    assert_true(answer_has(&a, "The number, by origin"));
    assert_true(answer_has(&a, "footage, not verified"));
    assert_true(answer_has(&a, "are one"));
    assert_true(answer_has(&a, "<button name=\"undo\" value=\"1\">"));
    assert_true(answer_has(&a, "lang=\"fa\" dir=\"auto\">نه نفر"));
    answer_free(&a);
    char prefix[13] = "";
    memcpy(prefix, world_claim(WORLD_CLAIM), 12);
    a = get("/c/", prefix);
    assert_int_equal(a.status, 308);
    answer_free(&a);
    a = get("/c/", "ffffffffffff");
    assert_int_equal(a.status, 404);
    answer_free(&a);
}

static void what_a_reader_made_up_does_no_harm(void **state)
{
    (void)state;
    struct answer a = get("/c/", world_claim(WORLD_CIRCLE));
    assert_int_equal(a.status, 200);
    assert_false(answer_has(&a, "<script>alert"));
    assert_false(answer_has(&a, "<b>A</b>"));
    assert_true(answer_has(&a, "only cite each other: counts 0"));
    answer_free(&a);
}

static void an_origin_shows_its_words(void **state)
{
    (void)state;
    struct answer a = get("/o/", world_claim(WORLD_ORIGIN));
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "<b>3</b> documents&#39; chains end here") ||
                answer_has(&a, "<b>3</b> documents' chains end here"));
    assert_true(answer_has(&a, "at least nine people were injured"));
    assert_false(answer_has(&a, "四号码头"));
    answer_free(&a);
    a = get("/o/", world_claim(WORLD_CLAIM));
    assert_int_equal(a.status, 404);
    answer_free(&a);
}

static void now_has_what_deserves_a_second_look(void **state)
{
    (void)state;
    struct answer a = get("/", "");
    assert_true(answer_has(&a, ">Contested</h2>"));
    assert_true(answer_has(&a, ">One origin, and spreading</h2>"));
    assert_true(answer_has(&a, "Corrections</h2>"));
    answer_free(&a);
}

static void two_documents_are_compared(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/%s", world_document(WORLD_COPY), world_document(WORLD_FIRST));
    struct answer a = get("/diff/", path);
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a,
                           "seen first</th><td data-label=\"Outlet\"><span class=\"outlet\"><bdi "
                           "dir=\"auto\">Agency Veld"));
    assert_true(answer_has(&a, "<del>"));
    answer_free(&a);
    a = get("/diff/ffffffffffff/", world_document(WORLD_FIRST));
    assert_int_equal(a.status, 404);
    answer_free(&a);
}

static void trends_open_to_their_documents(void **state)
{
    (void)state;
    struct answer a = get("/trends", "");
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "Nothing is forecast"));
    answer_free(&a);
    a = get("/trends/place?key=Nordhaven%7CXV&from=0&to=100000", "");
    assert_int_equal(a.status, 200);
    answer_free(&a);
    a = get("/trends/place?key=x", "");
    assert_int_equal(a.status, 400);
    answer_free(&a);
    a = get("/trends/person?key=x&from=0&to=1", "");
    assert_int_equal(a.status, 404);
    answer_free(&a);
}

static void forms_of_others_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *method, *headers;
        int status;
    } cases[] = {
        {"GET", "", 405},
        {"POST", "Origin: https://evil.example\r\nContent-Length: 0\r\n", 403},
        {"POST", "Sec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n", 403},
        {"POST", "Origin: null\r\nContent-Length: 0\r\n", 403},
        {"POST", "Content-Length: 0\r\n", 400},
        {"PUT", "Content-Length: 0\r\n", 405},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer a = client_ask(port, cases[i].method, "/decide", cases[i].headers);
        assert_int_equal(a.status, cases[i].status);
        answer_free(&a);
    }
}

static void the_api_tells_of_claims(void **state)
{
    (void)state;
    struct answer a = get("/api/v1/claims/", world_claim(WORLD_CLAIM));
    assert_int_equal(a.status, 200);
    assert_true(answer_has(&a, "\"origins_min\":1,\"origins_max\":2"));
    assert_true(answer_has(&a, "\"rule\":\"near-duplicate\""));
    assert_true(answer_has(&a, "\"decisions\":[{\"decision\":1,\"kind\":\"join\""));
    answer_free(&a);
    static const struct {
        const char *path;
        int status;
    } cases[] = {{"/api/v1/claims", 200},           {"/api/v1/claims?kind=spreading&hours=48", 200},
                 {"/api/v1/claims?kind=true", 400}, {"/api/v1/claims?hours=x", 400},
                 {"/api/v1/corrections", 200},      {"/api/v1/claims/ffffffffffff", 404}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        a = get(cases[i].path, "");
        assert_int_equal(a.status, cases[i].status);
        answer_free(&a);
    }
}

static void full_text_is_for_the_operator(void **state)
{
    (void)state;
    struct dl_web_options options = {.store = dir,
                                     .address = "127.0.0.1",
                                     .listen_fd = -1,
                                     .writer_fd = -1,
                                     .stop_fd = -1,
                                     .wake_fd = -1};
    struct dl_diag diag;
    dl_web *public;
    assert_int_equal(dl_web_start(&options, &public, &diag), DL_OK);
    char path[100];
    snprintf(path, sizeof path, "/api/v1/documents/%s", world_document(WORLD_FIRST));
    struct answer a = client_get(dl_web_port(public), path);
    assert_int_equal(a.status, 200);
    assert_false(answer_has(&a, "\"text\":"));
    answer_free(&a);
    snprintf(path, sizeof path, "/d/%s", world_document(WORLD_FIRST));
    a = client_get(dl_web_port(public), path);
    assert_true(answer_has(&a, "An excerpt; the whole text is at the outlet."));
    assert_false(answer_has(&a, "Ships wait outside"));
    answer_free(&a);
    dl_web_stop(public);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(now_lists_newest_first_with_counts),
        cmocka_unit_test(older_stories_follow_by_cursor_without_gap),
        cmocka_unit_test(hostile_words_are_text_everywhere),
        cmocka_unit_test(story_shows_roles_reasons_and_sources),
        cmocka_unit_test(document_marks_statements_and_links_them),
        cmocka_unit_test(document_tells_how_sure_its_times_are),
        cmocka_unit_test(short_ids_lead_to_the_whole),
        cmocka_unit_test(unknown_objects_are_not_found),
        cmocka_unit_test(sources_say_how_each_feed_fares),
        cmocka_unit_test(sources_are_chosen_by_state_and_country),
        cmocka_unit_test(a_source_shows_channels_losses_and_week),
        cmocka_unit_test(a_source_shows_hubs_validators_moves_and_limits),
        cmocka_unit_test_setup_teardown(the_api_tells_of_one_source, with_arena, without_arena),
        cmocka_unit_test(status_balances_and_names_the_rejected),
        cmocka_unit_test(search_finds_in_every_script),
        cmocka_unit_test_setup_teardown(api_pages_through_all_stories_once, with_arena,
                                        without_arena),
        cmocka_unit_test_setup_teardown(api_objects_have_the_shapes_of_the_contract, with_arena,
                                        without_arena),
        cmocka_unit_test(api_refuses_wrong_numbers),
        cmocka_unit_test_setup_teardown(feeds_are_well_formed_and_not_sent_twice, with_arena,
                                        without_arena),
        cmocka_unit_test(operations_answer),
        cmocka_unit_test(a_change_in_the_ledger_reaches_the_stream),
        cmocka_unit_test(whoever_comes_back_gets_what_was_missed),
        cmocka_unit_test(full_text_is_for_the_operator),
        cmocka_unit_test(empty_store_explains_itself),
        cmocka_unit_test(no_network_is_said),
        cmocka_unit_test(traces_answer),
        cmocka_unit_test(a_story_shows_its_claims_with_three_numbers),
        cmocka_unit_test(a_claim_opens_every_number_to_its_rows),
        cmocka_unit_test(what_a_reader_made_up_does_no_harm),
        cmocka_unit_test(an_origin_shows_its_words),
        cmocka_unit_test(now_has_what_deserves_a_second_look),
        cmocka_unit_test(two_documents_are_compared),
        cmocka_unit_test(trends_open_to_their_documents),
        cmocka_unit_test(forms_of_others_are_refused),
        cmocka_unit_test(the_api_tells_of_claims),
        cmocka_unit_test(main_loop_stops_and_drains),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
