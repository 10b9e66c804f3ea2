/* The short way into a tree against libxml2's: what it reads, it reads as libxml2 does. */
#include "feed/xmlplain.h"

#include "lab.h"

static void same_str(dl_str a, dl_str b)
{
    if (dl_str_eq(a, b)) return;
    print_message("# \"%.*s\" is not \"%.*s\"\n", DL_FMT(a), DL_FMT(b));
    fail();
}

static void same_attributes(const struct dl_xml_attr *a, const struct dl_xml_attr *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        same_str(a->name, b->name);
        same_str(a->ns, b->ns);
        same_str(a->value, b->value);
    }
    assert_true(a == NULL && b == NULL);
}

static void same_tree(const struct dl_xml *a, const struct dl_xml *b)
{
    same_str(a->name, b->name);
    same_str(a->ns, b->ns);
    same_str(a->text, b->text);
    same_str(a->base, b->base);
    same_str(a->language, b->language);
    same_attributes(a->attrs, b->attrs);
    assert_int_equal(a->text.n > 0 ? a->text.p[a->text.n] : 0, 0);
    const struct dl_xml *x = a->first, *y = b->first;
    for (; x != NULL && y != NULL; x = x->next, y = y->next)
        same_tree(x, y);
    assert_true(x == NULL && y == NULL);
}

/* Is it read by the short way? Then both must agree, and libxml2 must find nothing wrong. */
static bool is_plain(dl_str bytes)
{
    struct dl_xml *plain = NULL, *root = NULL;
    dl_str warning = {NULL, 0};
    struct dl_diag diag = {0};
    enum dl_err err = dl_xml_plain(arena, bytes, (dl_str){NULL, 0}, &plain);
    assert_true(err == DL_OK || err == DL_ERR_UNSUPPORTED);
    if (err != DL_OK) return false;
    err = dl_xml_recover(arena, bytes, (dl_str){NULL, 0}, &root, &warning, &diag);
    if (err != DL_OK || warning.n > 0)
        print_message("# %s %.*s: %.*s\n", diag.message, DL_FMT(warning), DL_FMT(bytes));
    assert_int_equal(err, DL_OK);
    assert_int_equal(warning.n, 0);
    same_tree(plain, root);
    return true;
}

static bool is_plain_c(const char *text)
{
    return is_plain(dl_str_c(text));
}

#define DC " xmlns:dc='http://purl.org/dc/elements/1.1/'"

static const char *const plain_ones[] = {
    "<a/>",
    "<a></a>",
    "\xEF\xBB\xBF<rss/>",
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- x -->\n<A B='c'>t</A>\n<!--y-->\n",
    "<?xml version='1.0' standalone='yes' ?><?xml-stylesheet href=\"x\"?><a>\n\t<b> </b>é</a>",
    "<a x='1' y=\"&lt;&#233;&#x1F525; &amp;amp;\n\t'\"/>",
    "<a>1 &lt; 2 &amp;&amp; &quot;&apos;&#13;&#8211;&#X;</a>",
    "<a>one<!-- - -->two<![CDATA[<p>]] >&amp;]]>three<b/>four<![CDATA[]]></a>",
    "<a>]] ]&gt; ]]&gt;</a>",
    "<rss" DC "><dc:Date dc:x='1' x='2'>é 北京</dc:Date></rss>",
    "<dc:rss" DC "/>",
    "<f xmlns='http://www.w3.org/2005/Atom' xml:lang='en-US' xml:base='http://x.example/'>"
    "<e xml:lang='de'><t/></e><div xmlns='http://www.w3.org/1999/xhtml' xml:base='b'><p/></div>"
    "<g xmlns:x='http://a.example/#b'><x:h/></g></f>",
};

static void plain_documents_are_read_as_libxml2_reads_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plain_ones / sizeof *plain_ones; i++) {
        bool has_bad = strstr(plain_ones[i], "&#X;") != NULL;
        if (is_plain_c(plain_ones[i]) == has_bad) print_message("# %s\n", plain_ones[i]), fail();
    }
}

static void anything_unusual_is_left_to_libxml2(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        " <a/>",
        "x<a/>",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "<a",
        "<a b></a>",
        "<a b=c/>",
        "<a b='1' b='2'/>",
        "<a b='<'/>",
        "<a b = '1'/>",
        "<a b='1'c='2'/>",
        "<a>&nbsp;</a>",
        "<a>&x</a>",
        "<a>& </a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&#99999999999;</a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><!-- --->",
        "<a>\r\n</a>",
        "<a>\x01</a>",
        "<a>\xFF</a>",
        "<a>\xEF\xBF\xBE</a>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<a><?php x ?></a>",
        "<b:a/>",
        "<a b:c='1'/>",
        "<a xmlns:b=''/>",
        "<a xmlns='x'/>",
        "<a xmlns:xml='http://x/'/>",
        "<a xmlns:b='http://x.example/' xmlns:b='http://y.example/'/>",
        "<a:b:c/>",
        "<é/>",
        "<a xml:space='preserve'/>",
        "<a xml:lang='*'/>",
        "<?xml version='1.1'?><a/>",
        "<?xml version='1.0' encoding='utf-16'?><a/>",
        "<?xml version='1.0' encoding='x'?><a/>",
        "<a b='1",
        "<a b='1'",
        "<a><![CDATA[x</a>",
        "<![CDATA[x]]><a/>",
        "<a>&lt</a>",
        "<a/ >",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_plain_c(others[i])) print_message("# %s\n", others[i]), fail();
    struct dl_xml *root;
    assert_int_equal(dl_xml_plain(arena, DL_STR("<a/>"), DL_STR("utf-16"), &root),
                     DL_ERR_UNSUPPORTED);
    assert_int_equal(dl_xml_plain(arena, DL_STR("<a/>"), DL_STR("UTF-8"), &root), DL_OK);
}

/* Whole or broken, in CDATA too. */
static void lines_of_all_systems_are_read_alike(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "<?xml version='1.0'?>\n<a\nb='c\nd'>\n\ne<![CDATA[<p>\n\nf]]>\n</a\n>\n",
        "<a>\n<b>é\n<![CDATA[\n<p>\n]]></a>\n",
        "\n<a>&nbsp;\n<![CDATA[\n]]>\n</a>",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct dl_xml *want, *root;
        dl_str warning, lf = dl_str_c(documents[i]);
        assert_int_equal(dl_xml_parse(arena, lf, DL_STR(""), &want, &warning, NULL), DL_OK);
        for (size_t ends = 0; ends < 2; ends++) {
            dl_buf out = DL_BUF_INIT(1 << 20);
            for (size_t k = 0; k < lf.n; k++)
                dl_buf_c(&out, lf.p[k] != '\n' ? (char[]){lf.p[k], 0} : ends == 0 ? "\r\n" : "\r");
            dl_str bytes = dl_buf_slice(&out);
            assert_int_equal(dl_xml_parse(arena, bytes, DL_STR(""), &root, &warning, NULL), DL_OK);
            same_tree(root, want);
            assert_int_equal(warning.n > 0, i > 0);
            dl_buf_free(&out);
        }
    }
}

static void depth_and_namespaces_have_limits(void **state)
{
    (void)state;
    for (size_t depth = 200; depth < 300; depth++) {
        dl_buf out = DL_BUF_INIT(1 << 20);
        for (size_t i = 0; i < depth; i++)
            dl_buf_fmt(&out, "<a xmlns:b%zu='http://x.example/%zu'>", i % 3, i);
        for (size_t i = 0; i < depth; i++)
            dl_buf_c(&out, "</a>");
        assert_false(is_plain(dl_buf_slice(&out)));
        dl_buf_reset(&out);
        for (size_t i = 0; i < depth; i++)
            dl_buf_c(&out, "<a>");
        for (size_t i = 0; i < depth; i++)
            dl_buf_c(&out, "</a>");
        assert_int_equal(is_plain(dl_buf_slice(&out)), depth < 256);
        dl_buf_free(&out);
    }
}

/* Little pieces of XML in any order, and documents with pieces put in. */
static dl_str invented(uint64_t *seed)
{
    static const char *const pieces[] = {
        "<a>",
        "</a>",
        "<b/>",
        "<A b='1'>",
        "</A>",
        "<c:d>",
        "</c:d>",
        " xmlns:c='http://c.example'",
        " xmlns='http://d.example/x#y'",
        " xml:lang='en'",
        " xml:base='/q'",
        "text",
        " ",
        "\n",
        "é",
        "&amp;",
        "&#65;",
        "&#x41;",
        "&lt;",
        "&",
        ";",
        "<",
        ">",
        "'",
        "\"",
        "=",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "-",
        "?>",
        "<?xml-stylesheet ",
        "\t",
        "\xF0\x9F\x94\xA5",
        "\xC3",
        "/>",
        "/",
        " x='&quot;'",
        " x=\"a>b\"",
        ":",
        "<?xml version='1.0'?>",
        "\r",
        "\x7F",
        "]",
        "!",
    };
    dl_buf out = DL_BUF_INIT(1 << 20);
    size_t n = random_below(seed, 12);
    bool from_document = random_below(seed, 2) == 0;
    if (from_document)
        dl_buf_c(&out, plain_ones[random_below(seed, sizeof plain_ones / sizeof *plain_ones)]);
    else
        dl_buf_c(&out, "<a>");
    for (size_t i = 0; i < n; i++) {
        const char *piece = pieces[random_below(seed, sizeof pieces / sizeof *pieces)];
        size_t place = from_document && n > 3 ? random_below(seed, out.n + 1) : out.n;
        dl_str before = dl_str_dup(arena, dl_buf_slice(&out));
        dl_buf_reset(&out);
        dl_buf_str(&out, dl_str_sub(before, 0, place));
        dl_buf_c(&out, piece);
        dl_buf_str(&out, dl_str_sub(before, place, before.n));
    }
    if (!from_document) dl_buf_c(&out, "</a>");
    dl_str copy = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return copy;
}

static void invented_documents_are_read_alike(void **state)
{
    (void)state;
    uint64_t seed = 7;
    size_t plain = 0;
    for (size_t i = 0; i < 60000; i++) {
        plain += is_plain(invented(&seed));
        dl_arena_reset(arena);
    }
    assert_true(plain > 3000); /* else nothing was compared */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(plain_documents_are_read_as_libxml2_reads_them),
        LAB_TEST(anything_unusual_is_left_to_libxml2),
        LAB_TEST(lines_of_all_systems_are_read_alike),
        LAB_TEST(depth_and_namespaces_have_limits),
        LAB_TEST(invented_documents_are_read_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
