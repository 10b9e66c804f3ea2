/* The skimmed tree against the library's own: the same nodes, the same of all that is read. */
#include "page/skim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "page/tree.h"

enum { DUMP_MAX = 8 << 20, INVENTED = 20000, PIECES = 24 };

static bool is_kept_script(lxb_dom_node_t *n)
{
    return dl_str_ifind_c(dl_node_attr(n, "type", NULL), "json", 0) != DL_NO_POS;
}

/* Text of scripts and styles and what svg draws: nobody reads it. */
static bool is_unread(lxb_dom_node_t *n)
{
    if (n->local_name == LXB_TAG_SVG && n->ns == LXB_NS_SVG) return true;
    if (dl_node_is(n, LXB_TAG_SCRIPT)) return !is_kept_script(n);
    return dl_node_is(n, LXB_TAG_STYLE);
}

static void dump_attributes(lxb_dom_node_t *n, dl_buf *out)
{
    lxb_dom_attr_t *a = lxb_dom_element_first_attribute(lxb_dom_interface_element(n));
    for (; a != NULL; a = a->next) {
        size_t len;
        const char *p = (const char *)lxb_dom_attr_local_name(a, &len);
        if (!dl_skim_keeps((dl_str){p, len})) continue;
        dl_buf_fmt(out, " %.*s", (int)len, p);
        if (a->value == NULL || a->value->data == NULL) continue;
        dl_buf_c(out, "=");
        dl_buf_add(out, a->value->data, a->value->length);
        dl_buf_c(out, "|");
    }
}

static void dump(lxb_dom_node_t *root, dl_buf *out)
{
    for (lxb_dom_node_t *n = root; n != NULL;) {
        dl_buf_fmt(out, "\n%d %zu %zu", (int)n->type, (size_t)n->ns,
                   n->local_name < LXB_TAG__LAST_ENTRY ? (size_t)n->local_name : 0);
        bool unread = false;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) dl_buf_str(out, dl_node_text(n));
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT) {
            unread = is_unread(n);
            dump_attributes(n, out);
        }
        if (!unread && n->first_child != NULL) {
            n = n->first_child;
            continue;
        }
        while (n != root && n->next == NULL) {
            n = n->parent;
            dl_buf_c(out, " <");
        }
        if (n == root) break;
        n = n->next;
    }
}

struct lab {
    dl_tree *tree;
    lxb_html_document_t *plain;
    dl_buf one, two;
};

static void check(struct lab *lab, dl_str html)
{
    dl_buf_reset(&lab->one);
    dl_buf_reset(&lab->two);
    assert_int_equal(dl_tree_parse(lab->tree, html, NULL), DL_OK);
    dump(dl_tree_root(lab->tree), &lab->one);
    lxb_html_document_clean(lab->plain);
    assert_int_equal(lxb_html_document_parse(lab->plain, (const lxb_char_t *)html.p, html.n),
                     LXB_STATUS_OK);
    dump(lxb_dom_interface_node(lab->plain->dom_document.element), &lab->two);
    assert_int_equal(dl_buf_failed(&lab->one), DL_OK);
    if (dl_str_eq(dl_buf_slice(&lab->one), dl_buf_slice(&lab->two))) return;
    print_message("# of \"%.*s\"\n# skimmed:%.*s\n# plain:%.*s\n", DL_FMT(html), (int)lab->one.n,
                  lab->one.p, (int)lab->two.n, lab->two.p);
    fail();
}

static const char *const pieces[] = {
    "<div class=\"a b\" id='c' data-x=\"1 > 2 < 3 & 4\">",
    "</div>",
    "<p CLASS=\"Big\" onclick='x(\"</p>\")' style=\"display:none\">",
    "</p>",
    " text &amp; more &lt;b&gt; &copy; &#x1F525; &nosuch; ",
    "\n",
    "\r\n x \r y",
    "<a href=/x/y/ rel=tag>",
    "<a href=\"/x?a=1&amp;b=2&c=3\">",
    "</a>",
    "<a href='x' href='y' class=a class=b>",
    "<img src=a.png srcset=\"a 1x, b 2x\" alt='x'/>",
    "<input type=hidden disabled value='<'><br/ >",
    "<div hidden><span hidden=until-found aria-hidden=\"true\">",
    "</span>",
    "<script>var a = '</' + 'script>'; if (a < b && c > d) x()</script>",
    "<script><!-- <script> </script> --></script>",
    "<script type=\"application/ld+json\">{\"a\": \"<b>\"}\r\n</script>",
    "<script type='application/json' id=x>{\"a\": \"</scripts>\"}</SCRIPT >",
    "<script type=text/javascript src=x></script\n>",
    "<style>a > b { content: '</div>' } </style>",
    "<style media=x>p{}</styles></style/>",
    "<svg viewBox='0 0 1 1'><path d='M0<0'/><g fill=\"a>b\"><circle r=1></circle></g></svg>",
    "<svg><title>Icon</title><use xlink:href='#a'/></svg>",
    "<svg><g></svg>",
    "<svg><g></p></g><p>x</svg>",
    "<svg><foreignObject><div>x</foreignObject></svg>",
    "<svg><style>a{}<b></style></svg>",
    "<svg><!-- x --><path/></svg>",
    "<svg><svg></svg></svg>",
    "<svg/>",
    "<svg><script>a<b</script></svg>",
    "<svg><font color=red>x</svg>",
    "<math><mi>x</mi><annotation-xml encoding=\"text/html\"><p>y</annotation-xml></math>",
    "<title>A <b> &amp; </title>",
    "<textarea>\n<b class=\"x\"></textarea>",
    "<table><tr><td class='c'>x<div>y</table>",
    "<b><i></b>x</i>",
    "<!-- <p class='x'> -->",
    "<!doctype html>",
    "<html lang=en xml:lang='fr' dir=\"rtl\"><body class=q>",
    "<meta http-equiv=Content-Type content='text/html; charset=x' property=\"og:title\" name=a>",
    "<time datetime=\"2024-03-25\" itemprop='datePublished'>",
    "</time>",
    "<p data-component=\"x\" data-testid='y' data-module=z data-componentx=\"w\">",
    "<p =a =b class = \"x\" id= y role =z />",
    "<p class=\"\" id='' style=>",
    "<p class>",
    "<p class=\"a\"id=\"b\"/class='c'>",
    "<p a\"b='c' <d=e f>",
    "<p x=\"",
    "\"",
    "'",
    ">",
    "<",
    "</",
    "<p class",
    "<p class=",
    "<iframe src=x><p></iframe>",
    "<noscript><p class=n></noscript>",
    "<template><p class=t></template>",
    "<select><option class=o>x</select>",
    "<plaintext>",
    "北京 🔥 ünï",
};
enum { COUNT = sizeof pieces / sizeof *pieces };

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void pieces_alone_and_in_pairs(void **state)
{
    dl_buf html = DL_BUF_INIT(1 << 16);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k <= COUNT; k++) {
            dl_buf_reset(&html);
            dl_buf_c(&html, pieces[i]);
            if (k < COUNT) dl_buf_c(&html, pieces[k]);
            check(*state, dl_buf_slice(&html));
        }
    dl_buf_free(&html);
}

static void invented_pages(void **state)
{
    dl_buf html = DL_BUF_INIT(1 << 16);
    uint32_t seed = 1;
    for (size_t n = 0; n < INVENTED; n++) {
        dl_buf_reset(&html);
        for (size_t count = next(&seed) % PIECES; count > 0; count--)
            dl_buf_c(&html, pieces[next(&seed) % COUNT]);
        if (next(&seed) % 4 == 0 && html.n > 0) html.n = next(&seed) % html.n; /* cut off */
        if (next(&seed) % 8 == 0 && html.n > 0) html.p[next(&seed) % html.n] = '\0';
        check(*state, dl_buf_slice(&html));
    }
    dl_buf_free(&html);
}

static void long_attributes_and_texts(void **state)
{
    dl_buf html = DL_BUF_INIT(1 << 20);
    for (size_t n = 0; n < 70; n++) {
        dl_buf_reset(&html);
        dl_buf_c(&html, "<p class='");
        for (size_t i = 0; i < n; i++)
            dl_buf_c(&html, i % 7 == 6 ? " " : "x");
        dl_buf_c(&html, n % 3 == 0 ? "&amp;'>" : "'>");
        for (size_t i = 0; i < n; i++)
            dl_buf_c(&html, "y");
        dl_buf_c(&html, n % 2 == 0 ? "&lt;z" : "\rz");
        check(*state, dl_buf_slice(&html));
    }
    dl_buf_free(&html);
}

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);
    if (lab == NULL) return 1;
    lab->tree = dl_tree_new();
    lab->plain = lxb_html_document_create();
    dl_buf_init(&lab->one, DUMP_MAX);
    dl_buf_init(&lab->two, DUMP_MAX);
    *state = lab;
    return lab->tree == NULL || lab->plain == NULL;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;
    dl_tree_free(lab->tree);
    lxb_html_document_destroy(lab->plain);
    dl_buf_free(&lab->one);
    dl_buf_free(&lab->two);
    free(lab);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_alone_and_in_pairs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(invented_pages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_attributes_and_texts, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
