#include "page/state_set.h"

enum { PIECE = 60 /* bytes; a shorter text on its own is a label */, SET_DEPTH = 96 };

bool dl_state_is_text(dl_str v)
{
    bool blank = false, wide = false, brace = false, tag = false;
    if (v.n < 2 || strchr("/#.$@{", v.p[0]) != NULL) return false;
    for (size_t i = 0; i < v.n; i++) {
        blank |= v.p[i] == ' ' || v.p[i] == '\n';
        wide |= (unsigned char)v.p[i] >= 0x80;
        brace |= v.p[i] == '{' || v.p[i] == '}';
        tag |= v.p[i] == '<';
    }
    if (brace && !tag) return false;
    if (!blank && dl_str_istarts(v, "http")) return false;
    return blank || wide;
}

static bool has_tags(dl_str v)
{
    for (size_t i = 0; i + 2 < v.n; i++)
        if (v.p[i] == '<' && (dl_is_alpha((unsigned char)v.p[i + 1]) || v.p[i + 1] == '/'))
            return true;
    return false;
}

/* --- writing ------------------------------------------------------------------------------- */

static void put(struct dl_state_setter *s, dl_str text)
{
    if (s->out != NULL) dl_buf_str(s->out, text);
}

static void put_c(struct dl_state_setter *s, const char *text)
{
    if (s->out != NULL) dl_buf_c(s->out, text);
}

/* References that are written already stay. */
static void put_escaped(struct dl_state_setter *s, dl_str v)
{
    for (size_t i = 0, from = 0; i <= v.n && s->out != NULL; i++) {
        if (i < v.n && v.p[i] != '<' && v.p[i] != '\n') continue;
        dl_buf_str(s->out, dl_str_sub(v, from, i));
        from = i + 1;
        if (i == v.n) break;
        bool blank_line = v.p[i] == '\n' && i + 1 < v.n && v.p[i + 1] == '\n';
        dl_buf_c(s->out, v.p[i] == '<' ? "&lt;" : blank_line ? "<br><br>" : "<br>");
    }
}

static void put_open(struct dl_state_setter *s, const char *tag, dl_str key)
{
    put_c(s, "<");
    put_c(s, tag);
    bool plain = key.n > 0 && key.n < 40;
    for (size_t i = 0; i < key.n && plain; i++)
        plain = dl_is_alnum((unsigned char)key.p[i]) || strchr("_- ", key.p[i]) != NULL;
    if (plain) {
        put_c(s, " class=\"");
        put(s, key);
        put_c(s, "\"");
    }
    put_c(s, ">");
}

static void put_close(struct dl_state_setter *s, const char *tag)
{
    put_c(s, "</");
    put_c(s, tag);
    put_c(s, ">");
}

/* --- values -------------------------------------------------------------------------------- */

static void set_string(struct dl_state_setter *s, const struct dl_state_node *n)
{
    dl_str v = n->value;
    if (s->paragraph > 0) {
        s->mass += v.n;
        has_tags(v) ? put(s, v) : put_escaped(s, v);
        return;
    }
    if (!dl_state_is_text(v)) return;
    if (v.n >= PIECE) s->mass += v.n;
    bool markup = has_tags(v);
    put_open(s, markup ? "dir" : "p", n->key);
    markup ? put(s, v) : put_escaped(s, v);
    put_close(s, markup ? "dir" : "p");
}

static void set_children(struct dl_state_setter *s, uint32_t node, uint32_t from)
{
    const struct dl_state *st = s->state;
    for (uint32_t i = from; i < st->nodes.p[node].end; i = st->nodes.p[i].end)
        dl_state_set(s, i);
}

static enum dl_state_role role_of_object(const struct dl_state_setter *s, uint32_t object)
{
    const struct dl_state *st = s->state;
    enum dl_state_role found = DL_ROLE_NONE;
    for (uint32_t i = object + 1; i < st->nodes.p[object].end; i = st->nodes.p[i].end) {
        const struct dl_state_node *n = &st->nodes.p[i];
        if (n->kind == DL_STATE_OTHER && n->ref != 0) n = &st->nodes.p[n->ref];
        if (n->kind != DL_STATE_STRING || n->value.n > 40) continue;
        if (dl_state_role_of(s->words, st->nodes.p[i].key) != DL_ROLE_TYPE) continue;
        enum dl_state_role role = dl_state_role_of(s->words, n->value);
        /* The style of a block says more than that it is one. */
        if (role > found && role >= DL_ROLE_PARAGRAPH && role <= DL_ROLE_INLINE) found = role;
    }
    return found;
}

static void set_as(struct dl_state_setter *s, uint32_t node, const char *tag)
{
    put_open(s, tag, (dl_str){NULL, 0});
    s->paragraph++;
    set_children(s, node, node + 1);
    s->paragraph--;
    put_close(s, tag);
}

static void set_box(struct dl_state_setter *s, uint32_t node)
{
    if (s->paragraph == 0) put_open(s, "dir", s->state->nodes.p[node].key);
    set_children(s, node, node + 1);
    if (s->paragraph == 0) put_close(s, "dir");
}

/* Another article: it has a title and an address. */
static bool is_teaser(const struct dl_state_setter *s, uint32_t object)
{
    const struct dl_state *st = s->state;
    bool title = false, address = false;
    if (s->depth <= 1 || (s->title >= object && s->title < st->nodes.p[object].end)) return false;
    for (uint32_t i = object + 1; i < st->nodes.p[object].end; i = st->nodes.p[i].end) {
        enum dl_state_role role = dl_state_role_of(s->words, st->nodes.p[i].key);
        title |= role == DL_ROLE_TITLE;
        address |= role == DL_ROLE_ADDRESS;
    }
    return title && address;
}

static void set_object(struct dl_state_setter *s, uint32_t node)
{
    static const char *const tags[] = {[DL_ROLE_PARAGRAPH] = "p",
                                       [DL_ROLE_HEADING] = "h2",
                                       [DL_ROLE_ITEM] = "li",
                                       [DL_ROLE_QUOTE] = "blockquote"};
    enum dl_state_role role = role_of_object(s, node);
    if (is_teaser(s, node)) return;
    if (s->paragraph > 0 || role < DL_ROLE_PARAGRAPH || role >= DL_ROLE_INLINE)
        set_box(s, node);
    else
        set_as(s, node, tags[role]);
}

/* ["$","p",null,{"children":…}]: an element of a component stream. */
static bool set_element(struct dl_state_setter *s, uint32_t node)
{
    static const char *const inline_tags[] = {"a", "b",     "i",   "em",  "strong", "span",
                                              "u", "small", "sup", "sub", "time",   "mark"};
    static const char *const block_tags[] = {
        "p",   "h1",         "h2",         "h3",   "h4",      "h5",      "h6",     "li",
        "ul",  "ol",         "td",         "th",   "tr",      "table",   "dl",     "dt",
        "dd",  "blockquote", "pre",        "main", "article", "section", "header", "footer",
        "nav", "aside",      "figcaption", "div",  "figure"};
    const struct dl_state_node *n = s->state->nodes.p;
    uint32_t type = node + 1 < n[node].end ? n[node + 1].end : n[node].end;
    if (type >= n[node].end || n[node + 1].kind != DL_STATE_STRING ||
        !dl_str_eq_c(n[node + 1].value, "$") || n[type].kind != DL_STATE_STRING)
        return false;
    uint32_t props = type, last = type;
    for (uint32_t i = type; i < n[node].end; i = n[i].end) {
        last = i;
        if (n[i].kind == DL_STATE_OBJECT) props = i;
    }
    if (props == type) props = last;
    dl_str name = n[type].value;
    for (size_t i = 0; i < sizeof inline_tags / sizeof *inline_tags; i++)
        if (dl_str_eq_c(name, inline_tags[i])) {
            uint32_t inner = dl_state_get(s->state, props, "children");
            bool alone = s->paragraph == 0;
            if (alone) put_open(s, "p", (dl_str){NULL, 0});
            s->paragraph++;
            if (inner != 0) dl_state_set(s, inner);
            s->paragraph--;
            if (alone) put_close(s, "p");
            return true;
        }
    for (size_t i = 0; i < sizeof block_tags / sizeof *block_tags; i++) {
        if (!dl_str_eq_c(name, block_tags[i])) continue;
        bool text = i < 8 || (i >= 10 && i < 12) || (i >= 15 && i < 19);
        uint32_t inner = dl_state_get(s->state, props, "children"),
                 html = dl_state_get(s->state, props, "dangerouslySetInnerHTML"),
                 class = dl_state_get(s->state, props, "className");
        put_open(s, block_tags[i], class != 0 ? n[class].value : (dl_str){NULL, 0});
        s->paragraph += text;
        if (inner != 0) dl_state_set(s, inner);
        if (html != 0) dl_state_set(s, html);
        s->paragraph -= text;
        put_close(s, block_tags[i]);
        return true;
    }
    bool component = name.n > 0 && name.p[0] == '$';
    if (component && props != type) dl_state_set(s, props);
    return true; /* styles, scripts, drawings */
}

void dl_state_set(struct dl_state_setter *s, uint32_t node)
{
    const struct dl_state_node *n = &s->state->nodes.p[node];
    if (*s->budget == 0 || s->depth >= SET_DEPTH || s->done[node] == s->turn) return;
    s->done[node] = s->turn;
    (*s->budget)--;
    s->depth++;
    enum dl_state_role role = n->key.n > 0 ? dl_state_role_of(s->words, n->key) : DL_ROLE_NONE;
    bool tells_type = role == DL_ROLE_TYPE && n->kind != DL_STATE_OBJECT;
    if (role == DL_ROLE_DROP || role == DL_ROLE_ADDRESS || tells_type) {
        s->depth--;
        return;
    }
    if (n->ref != 0)
        dl_state_set(s, n->ref);
    else if (n->kind == DL_STATE_STRING)
        set_string(s, n);
    else if (n->kind == DL_STATE_OBJECT)
        set_object(s, node);
    else if (n->kind == DL_STATE_ARRAY && !set_element(s, node))
        set_box(s, node);
    s->depth--;
}
