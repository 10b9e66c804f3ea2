/* The short way through the sanitiser against the tree's: what it lets through, the tree lets
 * through byte for byte. */
#include "feed/htmlplain.h"

#include "feed/sanitize.h"
#include "feed/sanitize_private.h"
#include "lab.h"

static const dl_str base = {"https://news.example/a/feed?x=1", 31};

static void same(dl_str html, dl_str plain, dl_str tree)
{
    if (dl_str_eq(plain, tree)) return;
    print_message("# of \"%.*s\":\n# plain \"%.*s\"\n# tree  \"%.*s\"\n", DL_FMT(html),
                  DL_FMT(plain), DL_FMT(tree));
    fail();
}

static bool is_plain(dl_str html)
{
    dl_str plain;
    if (dl_html_plain_text(arena, html, &plain))
        same(html, dl_text_of_html(arena, html, true), dl_text_of_tree(arena, html, true));
    bool is = dl_html_plain(arena, dl_str_unix_lines(arena, html), base, &plain);
    if (is) same(html, plain, dl_sanitize_tree(arena, html, base));
    return is;
}

static const char *const plain_ones[] = {
    "text",
    " \n<p>One</p>\n ",
    "<P CLASS='x' onclick=\"a()\">Zwei <B>drei</B> &amp; vier &ndash; «fünf» 北京 🔥</P><br/><br>",
    "<p>a</p><ul><li>x<ul><li><p>y</p></li></ul></li>\n<li>z</li></ul><dl><dt>a</dt><dd>b</dd></dl>",
    "<a href='/b?c=1&d=2&amp;e=3' title=\"a &quot;b&quot; 'c' <d>\" rel=nofollow>x</a>",
    "<a href=\"javascript:alert(1)\">x</a><a href=' JavaScript:x'>y</a><a href='data:text/html,x'>z</a>",
    "<a href='&#106;avascript:x'>x</a><a href='java\tscript:x'>y</a><a href='mailto:a@b.example'>m</a>",
    "<img src=\"//img.example/a b.jpg\" alt='' width=10 height=\"20\" onerror=x><img src='../c.png'/>",
    "<div><div><h2>a</h2><h3>b <i>c</i></h3><hr></div></div><blockquote cite='x'><p>q</p></blockquote>",
    "<b><p>x</p></b><i><i><i><i>y</i></i></i></i><a>b</a><a>c</a>",
    "a <!-- x --><!--more-->b & c &&d= \"e\" > f &#8217; &#x1F525; &#39; &nbsp;",
    "<picture><source src='a.webp' type=x><img src=b></picture><video src='c.mp4' controls></video>",
    "a\rb\r\nc<p\r\nalt='\r\n'>d\n\r<a\rhref='e\r\nf' title='g\rh'>i</a\r></p\r\n>\r",
    "a<p>b<p>c<div>d<p>e</div>f<h2>g<p>h</h2><p>i<hr>j<b>k",
    "<ul><li>a<li><p>b<p>c<li>d</ul><dl><dt>e<dd>f<p>g<dt>h<dd><ul><li>i</ul>j</dl><ol><p>k<li>l",
    "<time datetime='2024'>x</time><span lang=ru dir='rtl' style='x'>y</span><sup>1</sup>",
};

static void plain_fragments_come_out_as_of_the_tree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain_ones / sizeof *plain_ones; i++)
        if (!is_plain(dl_str_c(plain_ones[i])) != (strstr(plain_ones[i], "&&d=") != NULL))
            print_message("# %s\n", plain_ones[i]), fail();
}

static void what_html_would_move_is_left_to_the_tree(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "<p>a<p>b</p></p>",
        "<p><div></div></p>",
        "<p><b>a<p>b</b>",
        "<p><span>a<div>b",
        "<span><p>a</span>",
        "<b><p>a</b>",
        "<h1><p>a<h2>b",
        "<ul><li><div><p>a<li>b",
        "<ul><li><b>a<li>b",
        "<ul><li>a<ol></ul>",
        "<div><p>a</pre></div>",
        "<b><i></b></i>",
        "<a><a></a></a>",
        "<li>x</li>",
        "<ul><li><li></li></li></ul>",
        "<dd>x</dd>",
        "<h1><h2></h2></h1>",
        "</p>",
        "<br></br>",
        "<p/>",
        "<table><tr><td>x</td></tr></table>",
        "<script>x</script>",
        "<svg></svg>",
        "<style>x</style>",
        "<iframe></iframe>",
        "<form></form>",
        "<textarea></textarea>",
        "<x>y</x>",
        "<pre>\nx</pre>",
        "<noscript><p>x</p></noscript>",
        "<template></template>",
        "<plaintext>",
        "<title>x</title>",
        "<body>",
        "<html>",
        "<math></math>",
        "<select></select>",
        "<nobr></nobr>",
        "a < b",
        "a <",
        "<",
        "<p",
        "<p ",
        "<p a",
        "<p a=",
        "<p a='",
        "<p a='b",
        "<p a='b'",
        "<p a='b'c>",
        "<p a = 'b'>x</p>",
        "<p a=b/c>x</p>",
        "<a href='a' href='b'>x</a>",
        "<img alt>",
        "<p \"a\">x</p>",
        "<!x>",
        "<!DOCTYPE html>",
        "<!-->x-->",
        "<!--->x-->",
        "<!--a--b-->",
        "<!--a--!>",
        "<!--a",
        "<?x?>",
        "&copy",
        "&copy2;",
        "&copyx",
        "&x;",
        "&#0;",
        "&#128;",
        "&#xD800;",
        "&#1;",
        "&#;",
        "&#12",
        "&#x;",
        "<a href='?a&copy'>x</a>",
        "<a title='&lt'>x</a>",
        "<p\f>x</p>",
        "<ruby>a<rt>b</ruby>",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_plain(dl_str_c(others[i]))) print_message("# %s\n", others[i]), fail();
    assert_false(is_plain(lab_repeat("<div>", 70)));
    assert_false(is_plain(lab_repeat("<br>", 20001)));
    assert_false(is_plain(lab_repeat("x", DL_HTML_PLAIN_MAX + 1)));
}

static const char *const names[] = {
    "a",         "abbr",    "acronym",  "address",    "article",    "aside",   "audio",
    "b",         "bdi",     "bdo",      "big",        "blockquote", "br",      "center",
    "cite",      "code",    "dd",       "del",        "dfn",        "dir",     "div",
    "dl",        "dt",      "em",       "figcaption", "figure",     "font",    "footer",
    "h1",        "h2",      "h6",       "header",     "hr",         "i",       "img",
    "ins",       "kbd",     "label",    "li",         "main",       "mark",    "menu",
    "nav",       "ol",      "p",        "picture",    "pre",        "q",       "s",
    "samp",      "section", "small",    "source",     "span",       "strike",  "strong",
    "sub",       "sup",     "table",    "td",         "tr",         "time",    "tt",
    "u",         "ul",      "var",      "video",      "wbr",        "button",  "form",
    "select",    "option",  "svg",      "math",       "script",     "style",   "title",
    "textarea",  "iframe",  "noscript", "template",   "ruby",       "rt",      "object",
    "nobr",      "marquee", "details",  "input",      "body",       "html",    "head",
    "base",      "link",    "meta",     "image",      "isindex",    "listing", "xmp",
    "plaintext", "caption", "colgroup", "frame",      "param",      "P",       "LI",
};
static const char *const attributes[] = {
    " href='/x'",
    " href=\"https://a.example/b?c&d=1#e\"",
    " src=x",
    " onclick='x()'",
    " style=\"a\"",
    " title='&lt;b&gt; &amp; &#34; &copy; &x; &y= \"'",
    " alt=\"\"",
    " class=a",
    " CITE='q'",
    " alt",
    " hidden",
    " href='javascript:x'",
    " src='data:x'",
    " width=10",
    "\n",
    "/",
    " x:href='y'",
    " =",
    " href='mailto:x'",
    " href=' https://b.example '",
    " src=\"\xC3\xA4\"",
    " datetime='a\nb'",
    " title='a\r\nb'",
    " lang=de",
};
static const char *const others[] = {
    "text",         " ",        "\n",         "é",       "&amp;",    "&",
    "&nbsp;",       "&#8217;",  "&#60;",      "&lt;",    "<",        ">",
    "\"",           "'",        "<!-- c -->", "<!--",    "-->",      "北",
    "\xE2\x80\x8B", "]]>",      "&quot;",     "&notit;", "&hellip;", "\t",
    "\x0B",         "\x0C",     "\x01",       "</",      "</>",      "<!",
    "\r",           "\xC2\xA0",
};
#define ANY(list) list[random_below(seed, sizeof(list) / sizeof *(list))]

/* Mostly well nested, sometimes not. */
static dl_str invented(uint64_t *seed)
{
    const char *open[16];
    size_t depth = 0, n = 1 + random_below(seed, 14);
    dl_buf out = DL_BUF_INIT(1 << 20);
    for (size_t i = 0; i < n; i++) {
        size_t what = random_below(seed, 8);
        if (what < 3 && depth < 16) {
            const char *tag = ANY(names);
            dl_buf_fmt(&out, "<%s", tag);
            for (size_t k = random_below(seed, 3); k > 0; k--)
                dl_buf_c(&out, ANY(attributes));
            dl_buf_byte(&out, '>');
            bool is_empty =
                strstr(" br hr img source wbr input ", dl_str_fmt(arena, " %s ", tag).p) != NULL;
            if (!is_empty) open[depth++] = tag;
        } else if (what < 5 && depth > 0) {
            bool wrong = random_below(seed, 20) == 0;
            dl_buf_fmt(&out, "</%s>", wrong ? ANY(names) : open[--depth]);
        } else {
            dl_buf_c(&out, ANY(others));
        }
    }
    while (depth > 0 && random_below(seed, 20) != 0)
        dl_buf_fmt(&out, "</%s>", open[--depth]);
    dl_str copy = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static void invented_fragments_come_out_alike(void **state)
{
    (void)state;
    uint64_t seed = 11;
    size_t plain = 0;
    for (size_t i = 0; i < 120000; i++) {
        plain += is_plain(invented(&seed));
        dl_arena_reset(arena);
    }
    assert_true(plain > 10000); /* else nothing was compared */
}

/* Each pair of elements, one in the other and one behind the other. */
static void every_pair_of_elements_comes_out_alike(void **state)
{
    (void)state;
    size_t n = sizeof names / sizeof *names, plain = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            const char *a = names[i], *b = names[k];
            plain += is_plain(dl_str_fmt(arena, "<%s>x<%s>y</%s>z</%s>w", a, b, b, a));
            plain += is_plain(dl_str_fmt(arena, "<%s>x<%s>y", a, b));
            plain += is_plain(dl_str_fmt(arena, "<p><%s>x</%s><%s>y</%s></p>", a, a, b, b));
            plain += is_plain(dl_str_fmt(arena, "<%s>x</%s>\n<%s>y</%s>", a, a, b, b));
            plain += is_plain(dl_str_fmt(arena, "<ul><li><%s><i><%s>y</%s></i></%s>", a, b, b, a));
            plain += is_plain(
                dl_str_fmt(arena, "<ul><li><%s><i><%s>y</%s></i></%s></li></ul>", a, b, b, a));
            dl_arena_reset(arena);
        }
    assert_true(plain > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(plain_fragments_come_out_as_of_the_tree),
        LAB_TEST(what_html_would_move_is_left_to_the_tree),
        LAB_TEST(every_pair_of_elements_comes_out_alike),
        LAB_TEST(invented_fragments_come_out_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
