#include "page/head.h"

#include "base/utf8.h"

enum {
    HEAD_MAX = 2000, /* a page with more is no page for people */
    VALUE_MAX = 8 << 10,
};

/* White space of Unicode that str_squeeze does not know. */
static dl_str fold(dl_arena *arena, dl_str s)
{
    char *out = dl_alloc(arena, s.n + 1);
    if (out == NULL) return (dl_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        if ((unsigned char)(s.p[i] - '!') < 0x7F - '!') {
            out[n++] = s.p[i++];
            continue;
        }
        uint32_t cp = dl_utf8_next(s, &i);
        bool space = cp == 0xA0 || cp == 0x3000 || cp == 0x2028 || cp == 0x2029 ||
                     (cp < 0x80 && dl_is_space((unsigned char)cp));
        if (space) {
            if (n > 0 && out[n - 1] != ' ') out[n++] = ' ';
            continue;
        }
        memcpy(out + n, s.p + at, i - at);
        n += i - at;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
    return (dl_str){out, n};
}

static dl_str unescape_common(dl_arena *arena, dl_str s)
{
    static const struct {
        const char *ref, *text;
    } refs[] = {{"&amp;", "&"},    {"&quot;", "\""}, {"&#039;", "'"},  {"&#39;", "'"},
                {"&apos;", "'"},   {"&lt;", "<"},    {"&gt;", ">"},    {"&nbsp;", " "},
                {"&#8217;", "’"},  {"&#8216;", "‘"}, {"&#8220;", "“"}, {"&#8221;", "”"},
                {"&#8211;", "–"},  {"&#8212;", "—"}, {"&rsquo;", "’"}, {"&lsquo;", "‘"},
                {"&ldquo;", "“"},  {"&rdquo;", "”"}, {"&ndash;", "–"}, {"&mdash;", "—"},
                {"&hellip;", "…"}, {"&#x27;", "'"},  {"&#8230;", "…"}, {"&#038;", "&"}};
    if (dl_str_chr(s, '&', 0) == DL_NO_POS || dl_str_chr(s, ';', 0) == DL_NO_POS) return s;
    char *out = dl_alloc(arena, s.n + 1);
    if (out == NULL) return s;
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        dl_str rest = dl_str_sub(s, i, s.n);
        size_t k = 0, count = sizeof refs / sizeof *refs;
        while (k < count && (rest.p[0] != '&' || !dl_str_starts(rest, refs[k].ref)))
            k++;
        if (k == count) {
            out[n++] = s.p[i++];
            continue;
        }
        size_t m = strlen(refs[k].text);
        memcpy(out + n, refs[k].text, m);
        n += m;
        i += strlen(refs[k].ref);
    }
    out[n] = '\0';
    return (dl_str){out, n};
}

dl_str dl_head_clean(dl_arena *arena, dl_str text)
{
    dl_str cut = dl_utf8_prefix(text, VALUE_MAX);
    return dl_utf8_clean(arena, fold(arena, unescape_common(arena, cut)));
}

static enum dl_err add(dl_arena *arena, struct dl_head *head, const char *prefix, dl_str name,
                       dl_str value, dl_node *node)
{
    struct dl_head_entry e = {.node = node};
    if (name.n == 0 || name.n > 100 || value.n == 0 || head->entries.n >= HEAD_MAX) return DL_OK;
    e.name =
        dl_str_lower_ascii(arena, dl_str_fmt(arena, "%s%.*s", prefix, DL_FMT(dl_str_trim(name))));
    e.value = dl_head_clean(arena, value);
    if (e.value.n == 0) return dl_arena_failed(arena);
    return dl_vec_push(arena, &head->entries, e);
}

static enum dl_err read_meta(dl_arena *arena, dl_node *n, struct dl_head *head)
{
    dl_str content = dl_node_attr(n, "content", NULL);
    DL_TRY(add(arena, head, "", dl_node_attr(n, "property", NULL), content, n));
    DL_TRY(add(arena, head, "", dl_node_attr(n, "name", NULL), content, n));
    DL_TRY(add(arena, head, "http:", dl_node_attr(n, "http-equiv", NULL), content, n));
    return add(arena, head, "itemprop:", dl_node_attr(n, "itemprop", NULL), content, n);
}

static enum dl_err read_link(dl_arena *arena, dl_node *n, struct dl_head *head)
{
    if (dl_node_is(n, LXB_TAG_BASE))
        return add(arena, head, "base:", DL_STR("href"), dl_node_attr(n, "href", NULL), n);
    dl_str rel = dl_node_attr(n, "rel", NULL), href = dl_node_attr(n, "href", NULL), word;
    while (dl_str_split(&rel, ' ', &word))
        DL_TRY(add(arena, head, "link:", word, href, n));
    return DL_OK;
}

enum dl_err dl_head_read(dl_arena *arena, const struct dl_blocks *blocks, struct dl_head *ret_head)
{
    struct dl_head head = {0};
    for (size_t i = 0; i < blocks->signals.n; i++) {
        const struct dl_signal *s = &blocks->signals.p[i];
        if (s->kind == DL_SIGNAL_META)
            DL_TRY(read_meta(arena, s->node, &head));
        else if (s->kind == DL_SIGNAL_LINK)
            DL_TRY(read_link(arena, s->node, &head));
        else if (s->kind == DL_SIGNAL_TITLE && head.title.n == 0)
            head.title = dl_head_clean(arena, dl_node_all_text(arena, s->node, VALUE_MAX));
    }
    DL_TRY(dl_arena_failed(arena));
    *ret_head = head;
    return DL_OK;
}

bool dl_head_each(const struct dl_head *head, const char *name, size_t *pos, dl_str *ret_value)
{
    while (*pos < head->entries.n) {
        const struct dl_head_entry *e = &head->entries.p[(*pos)++];
        if (!dl_str_eq_c(e->name, name)) continue;
        *ret_value = e->value;
        return true;
    }
    return false;
}

dl_str dl_head_get(const struct dl_head *head, const char *name)
{
    size_t pos = 0;
    dl_str value = {NULL, 0};
    return dl_head_each(head, name, &pos, &value) ? value : (dl_str){NULL, 0};
}

dl_str dl_head_first(const struct dl_head *head, const char *const *names)
{
    for (; *names != NULL; names++) {
        dl_str value = dl_head_get(head, *names);
        if (value.n > 0) return value;
    }
    return (dl_str){NULL, 0};
}
