/* "Who says so", of articles read by the real stages. */
#include "serve/who_says.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "who.h"

static dl_arena *arena;
static dl_buf out = DL_BUF_INIT(1 << 22);
static dl_traces traces;

static int start(void **state)
{
    (void)state;
    arena = dl_arena_new(DL_ARENA_NO_CAP);
    return arena == NULL;
}

static int stop(void **state)
{
    (void)state;
    dl_arena_free(arena);
    dl_buf_free(&out);
    return 0;
}

static void read_article(int which)
{
    const struct world_reading *r = &who_articles[which];
    struct dl_trace_text text = {dl_str_c(r->title), dl_str_c(r->subtitle), dl_str_c(r->text),
                                 DL_STR("Agency Veld (EXAMPLE)")};
    const char *json = who_analyse(arena, which);
    yyjson_doc *doc;
    assert_non_null(json);
    assert_int_equal(dl_json_read(arena, dl_str_c(json), &doc, NULL), DL_OK);
    assert_int_equal(dl_trace_read(arena, &text, yyjson_doc_get_root(doc), &traces), DL_OK);
}

static const char *shown(int which, size_t text_shown, bool quotes)
{
    dl_html h = dl_html_to(&out);
    struct dl_who_view view = {&traces, dl_str_c(who_articles[which].language), text_shown, quotes};
    dl_buf_reset(&out);
    dl_who_says(&h, &view);
    assert_int_equal(dl_buf_failed(&out), DL_OK);
    return out.p;
}

static void has(const char *page, const char *words)
{
    if (strstr(page, words) == NULL) print_message("%s\n", page);
    assert_non_null(strstr(page, words));
}

static void hops_lead_to_their_sentences(void **state)
{
    (void)state;
    read_article(WHO_ENGLISH);
    const char *page = shown(WHO_ENGLISH, SIZE_MAX, true);
    has(page, "href=\"#title\"");
    has(page, "href=\"#subtitle\"");
    has(page,
        "href=\"#s-20\"><bdi lang=\"en\" dir=\"auto\">Odo Lemaire, a spokesman for the Ministry "
        "of Harbours</bdi></a> <span class=\"muted\">official \u00b7 named \u00b7 speaks for <bdi "
        "lang=\"en\" dir=\"auto\">the Ministry of Harbours</bdi></span> <span class=\"cue\">");
    has(page, "The Nordhaven Courier</bdi></a> <span class=\"muted\">media");
    has(page, "a person familiar with the inquiry</bdi></a> <span class=\"muted\">unnamed source");
}

static void everything_is_told_in_words(void **state)
{
    (void)state;
    read_article(WHO_ENGLISH);
    const char *page = shown(WHO_ENGLISH, SIZE_MAX, true);
    has(page, "Denied</b> by <bdi lang=\"en\" dir=\"auto\">The company</bdi>");
    has(page, " \u00b7 denied: <a href=\"#st-");
    has(page, "<b>footage</b>");
    has(page, "the text says it could not be verified");
    has(page, "are a legal formula here");
    has(page, "<b>Attribution unclear.</b>");
    has(page, "id=\"analysis\">The outlet's own analysis</h3>");
    assert_null(strstr(page, "title=\""));
    const char *analysis = strstr(page, "id=\"analysis\"");
    has(analysis, "In conclusion, the implications");
    assert_null(strstr(analysis, "Odo Lemaire"));
}

/* Without the text, the sentence stands with its statement, when quotes are allowed. */
static void sentences_are_quoted_where_the_text_is_not(void **state)
{
    (void)state;
    read_article(WHO_ENGLISH);
    const char *page = shown(WHO_ENGLISH, 0, true);
    assert_null(strstr(page, "#s-"));
    has(page, "href=\"#q-");
    has(page, "<blockquote id=\"q-");
    has(page, "The company denied that the pumps were old.</bdi></blockquote>");
    page = shown(WHO_ENGLISH, 0, false);
    assert_null(strstr(page, "<blockquote"));
    assert_null(strstr(page, "#q-"));
    has(page, "<b>Attribution unclear.</b>");
}

static void other_scripts_keep_their_direction(void **state)
{
    (void)state;
    read_article(WHO_PERSIAN);
    const char *page = shown(WHO_PERSIAN, SIZE_MAX, true);
    has(page, "<bdi lang=\"fa\" dir=\"auto\">سخنگوی وزارت کشور</bdi></a>");
    has(page, "speaks for <bdi lang=\"fa\" dir=\"auto\">وزارت کشور</bdi>");
}

static void nothing_found_is_said_so(void **state)
{
    (void)state;
    traces = (dl_traces){0};
    has(shown(WHO_ENGLISH, 0, true), "Not found does not mean that none are there.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hops_lead_to_their_sentences),
        cmocka_unit_test(everything_is_told_in_words),
        cmocka_unit_test(sentences_are_quoted_where_the_text_is_not),
        cmocka_unit_test(other_scripts_keep_their_direction),
        cmocka_unit_test(nothing_found_is_said_so),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
