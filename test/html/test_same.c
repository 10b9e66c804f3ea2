/* The page's tree, both ways, against the library's own: the same nodes, the same of all that is
 * read. */
#include "html/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/html.h>

enum { DUMP_MAX = 8 << 20, INVENTED = 30000, PIECES = 24 };

/* Text of scripts and styles and what svg draws: nobody reads it. */
static bool is_unread(size_t tag, size_t ns, dl_str type)
{
    if (tag == LXB_TAG_SVG && ns == LXB_NS_SVG) return true;
    if (ns != LXB_NS_HTML) return false;
    if (tag == LXB_TAG_SCRIPT) return dl_str_ifind_c(type, "json", 0) == DL_NO_POS;
    return tag == LXB_TAG_STYLE;
}

/* The library ends some pages with a text of nothing. */
static void dump_node(dl_buf *out, size_t type, size_t ns, size_t tag, dl_str text)
{
    if (type == DL_NODE_TEXT && text.n == 0) return;
    dl_buf_fmt(out, "\n%zu %zu %zu", type, ns, tag < LXB_TAG__LAST_ENTRY ? tag : 0);
    dl_buf_str(out, text);
}

static void dump_attribute(dl_buf *out, size_t name, bool has_value, dl_str value)
{
    dl_buf_fmt(out, " %zu", name);
    if (!has_value) return;
    dl_buf_c(out, "=");
    dl_buf_str(out, value);
    dl_buf_c(out, "|");
}

static dl_str library_attributes(lxb_dom_node_t *n, dl_buf *out)
{
    dl_str type = {NULL, 0};
    lxb_dom_attr_t *a = lxb_dom_element_first_attribute(lxb_dom_interface_element(n));
    for (; a != NULL; a = a->next) {
        size_t len;
        const char *p = (const char *)lxb_dom_attr_local_name(a, &len);
        enum dl_attr_name name = dl_attr_named((dl_str){p, len});
        if (name == DL_ATTRS) continue;
        bool has = a->value != NULL && a->value->data != NULL;
        dl_str value = {NULL, 0};
        if (has) value = (dl_str){(const char *)a->value->data, a->value->length};
        if (name == DL_ATTR_TYPE) type = value;
        dump_attribute(out, name, has, value);
    }
    return type;
}

static void dump_library(lxb_dom_node_t *root, dl_buf *out)
{
    for (lxb_dom_node_t *n = root; n != NULL;) {
        dl_str type = {NULL, 0};
        dl_str text = {NULL, 0};
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            lexbor_str_t *s = &lxb_dom_interface_character_data(n)->data;
            text = (dl_str){(const char *)s->data, s->length};
        }
        dump_node(out, n->type, n->ns, n->local_name, text);
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT) type = library_attributes(n, out);
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && n->local_name >= LXB_TAG__LAST_ENTRY)
            dl_buf_c(out,
                     (const char *)lxb_dom_element_local_name(lxb_dom_interface_element(n), NULL));
        if (n->first_child != NULL && !is_unread(n->local_name, n->ns, type)) {
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

static void dump(const dl_node *root, dl_buf *out)
{
    for (const dl_node *n = root; n != NULL;) {
        dl_str type = {NULL, 0};
        dl_str text = n->type == DL_NODE_TEXT ? dl_node_text(n) : (dl_str){NULL, 0};
        dump_node(out, n->type, n->ns, n->tag, text);
        if (n->type == DL_NODE_ELEMENT) {
            for (const struct dl_attr *a = n->attrs; a < n->attrs + n->n; a++)
                if (a->name < DL_ATTRS) dump_attribute(out, a->name, a->value.p != NULL, a->value);
            if (n->tag >= LXB_TAG__LAST_ENTRY) dl_buf_str(out, dl_node_name(n));
            type = dl_node_attr(n, "type", NULL);
        }
        if (n->first_child != NULL && !is_unread(n->tag, n->ns, type)) {
            assert_true(n->first_child->parent == n);
            n = n->first_child;
            continue;
        }
        while (n != root && n->next == NULL) {
            assert_true(n->parent->last_child == n);
            n = n->parent;
            dl_buf_c(out, " <");
        }
        if (n == root) break;
        assert_true(n->next->parent == n->parent);
        n = n->next;
    }
}

struct lab {
    dl_tree *tree;
    lxb_html_document_t *plain;
    dl_buf one, two;
    size_t pages, own; /* how many of them were not left to the library */
};

static void compare(struct lab *lab, dl_str html, bool by_library)
{
    dl_buf_reset(&lab->one);
    dl_tree_by_library(lab->tree, by_library);
    assert_int_equal(dl_tree_parse(lab->tree, html, NULL), DL_OK);
    dump(dl_tree_root(lab->tree), &lab->one);
    assert_int_equal(dl_buf_failed(&lab->one), DL_OK);
    if (dl_str_eq(dl_buf_slice(&lab->one), dl_buf_slice(&lab->two))) return;
    print_message("# %s, of \"%.*s\"\n# read:%.*s\n# library:%.*s\n",
                  by_library ? "skimmed" : "own", DL_FMT(html), (int)lab->one.n, lab->one.p,
                  (int)lab->two.n, lab->two.p);
    fail();
}

static void check(struct lab *lab, dl_str html)
{
    dl_buf_reset(&lab->two);
    lxb_html_document_clean(lab->plain);
    lab->plain->dom_document.compat_mode = LXB_DOM_DOCUMENT_CMODE_NO_QUIRKS;
    assert_int_equal(lxb_html_document_parse(lab->plain, (const lxb_char_t *)html.p, html.n),
                     LXB_STATUS_OK);
    dump_library(lxb_dom_interface_node(lab->plain->dom_document.element), &lab->two);
    compare(lab, html, true);
    compare(lab, html, false);
    lab->pages++;
    lab->own += dl_tree_left_over(lab->tree) == NULL;
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
    "<svg><title>Icon</title><use y='#a'/></svg>",
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
    "<html>",
    "<head>",
    "</head>",
    "<body class=x lang=de id=z>",
    "</body>",
    "</html>",
    "</html><!-- y -->",
    "<head><title>x</title><meta name=a></head>",
    "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"x\">",
    "<!-->",
    "<!--->",
    "<!-- a -- b --!>",
    "<!x>",
    "<?xml version='1.0'?>",
    "</>",
    "</ x>",
    "<ul><li>a<li>b</ul>",
    "<li>",
    "</li>",
    "<dl><dt>a<dd>b</dl>",
    "<dd>",
    "</dt>",
    "</ul>",
    "<ol>",
    "<h1>",
    "</h1>",
    "<h2>x",
    "</h3>",
    "<form>",
    "</form>",
    "<button>",
    "</button>",
    "<pre>\n\nx",
    "</pre>",
    "<listing>\n",
    "<pre><pre>\nx",
    "<textarea>&#10;x</textarea>",
    "<b>",
    "</b>",
    "<i class=i>",
    "</i>",
    "<strong>",
    "</strong>",
    "<em><b><i>",
    "</em>",
    "<a href=#1><b>",
    "<a>",
    "<nobr>",
    "</nobr>",
    "<font color=red>",
    "</font>",
    "<object>",
    "</object>",
    "<applet>x",
    "</marquee>",
    "<table>",
    "</table>",
    "<table class=t>",
    "<tbody>",
    "</tbody>",
    "<thead>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<th>x",
    "<caption>",
    "</caption>",
    "<col>",
    "<colgroup>",
    "</colgroup>",
    " ",
    "<table> <tr> <td> x </td> </tr> </table>",
    "<input>",
    "<input type=hidden>",
    "<select>",
    "</select>",
    "<option>",
    "<optgroup>",
    "</option>",
    "<hr>",
    "<ruby>a<rt>b<rp>c</ruby>",
    "<rb>",
    "<rtc>",
    "</ruby>",
    "<rp>",
    "</br>",
    "</p>",
    "<br>",
    "<image src=x>",
    "<wbr>",
    "<param>",
    "<xmp><p></xmp>",
    "<noframes><p></noframes>",
    "<noembed><p></noembed>",
    "<frame>",
    "<noscript><img src=x></noscript>",
    "<noscript>",
    "</noscript>",
    "<link rel=x>",
    "<base href=x>",
    "<template><div><template>x</template></template>",
    "<template>",
    "</template>",
    "<template><td>x</td></template>",
    "<template><svg><g/></svg><script></div></script></template>",
    "<x-tip>",
    "</x-tip>",
    "<X-TIP id=u>",
    "<x-other>",
    "</x-other>",
    "<article>",
    "</article>",
    "<address>",
    "<div><p>",
    "<section><p>x",
    "</section>",
    "<main>",
    "<center>",
    "</center>",
    "<svg><desc>x</desc><a><text>t</text></a></svg>",
    "<svg></svg",
    "<svg><title><b>x</svg>",
    "<svg xml:lang=de class=s id=i>",
    "</svg>",
    "<math>",
    "</math>",
    "<math><mtext><p>x",
    "&#0;&#x80;&#xD800;&#x110000;&#13;&#;&#x;&#65",
    "&ampx &notit; &not &lt&gt; &nGt;&NotEqualTilde;",
    "<p id='&ampx &notit; &not= &lt&gt; &#65 &copy'>",
    "<p id=&amp;&x>",
    "&",
    "&a",
    "&amp",
    "\f",
    "\t\n",
    "x",
    "<div",
    "<div class='a' class=b CLASS=c>",
    "<p\n/id=\"x\"\t>",
    "<p/>",
    "<script></script",
    "<script><!-- x --></script>",
    "<script><!--",
    "<title>",
    "</title>",
    "<title>x</titles></TITLE >",
    "<style><!-- </style>",
    "<iframe>",
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
