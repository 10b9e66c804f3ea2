#include "html/grow.h"

#include "html/grow_private.h"
#include "html/refs.h"

/* --- before the body ----------------------------------------------------------------------- */

static void html_element(struct grow *g, const struct dl_tag *t)
{
    g->root = insert(g, t);
    g->mode = BEFORE_HEAD;
}

static void head_element(struct grow *g, const struct dl_tag *t)
{
    g->head = insert(g, t);
    g->mode = IN_HEAD;
}

static void body_element(struct grow *g, const struct dl_tag *t)
{
    g->body = insert(g, t);
    g->mode = IN_BODY;
}

/* What nobody wrote, until the next mode. */
static void go_on(struct grow *g)
{
    struct dl_tag none;
    none.n = 0;
    switch (g->mode) {
    case BEFORE_HTML:
        none.tag = LXB_TAG_HTML;
        html_element(g, &none);
        return;
    case BEFORE_HEAD:
        none.tag = LXB_TAG_HEAD;
        head_element(g, &none);
        return;
    case IN_HEAD:
        pop(g);
        g->mode = AFTER_HEAD;
        return;
    case IN_HEAD_NOSCRIPT:
        pop(g);
        g->mode = IN_HEAD;
        return;
    default:
        none.tag = LXB_TAG_BODY;
        body_element(g, &none);
    }
}

static bool go_on_with_it(struct grow *g)
{
    go_on(g);
    return false;
}

static bool in_head_start(struct grow *g, struct dl_tag *t)
{
    if (t->tag == LXB_TAG_HTML) return body_start(g, t);
    if (t->tag == LXB_TAG_HEAD || head_start(g, t)) return true;
    if (t->tag != LXB_TAG_NOSCRIPT) return go_on_with_it(g);
    insert(g, t);
    g->mode = IN_HEAD_NOSCRIPT;
    return true;
}

static bool in_head_noscript_start(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_HTML:
        return body_start(g, t);
    case LXB_TAG_BASEFONT:
    case LXB_TAG_BGSOUND:
    case LXB_TAG_LINK:
    case LXB_TAG_META:
    case LXB_TAG_NOFRAMES:
    case LXB_TAG_STYLE:
        return head_start(g, t);
    case LXB_TAG_HEAD:
    case LXB_TAG_NOSCRIPT:
        return true;
    default:
        return go_on_with_it(g);
    }
}

static bool after_head_start(struct grow *g, struct dl_tag *t)
{
    if (t->tag == LXB_TAG_HTML) return body_start(g, t);
    if (t->tag == LXB_TAG_HEAD) return true;
    if (t->tag == LXB_TAG_BODY) return body_element(g, t), true;
    if (t->tag == LXB_TAG_FRAMESET) return leave(g, "frameset"), true;
    push(g, g->head);
    bool done = head_start(g, t);
    drop_open(g, g->head);
    return done || go_on_with_it(g);
}

/* End tags that nobody opened, before there is a body. */
static bool early_end(struct grow *g, const struct dl_tag *t)
{
    bool goes_on = t->tag == LXB_TAG_BODY || t->tag == LXB_TAG_HTML || t->tag == LXB_TAG_BR;
    switch (g->mode) {
    case BEFORE_HTML:
    case BEFORE_HEAD:
        return !(goes_on || t->tag == LXB_TAG_HEAD) || go_on_with_it(g);
    case IN_HEAD:
        return !(goes_on || t->tag == LXB_TAG_HEAD) || (go_on_with_it(g) || t->tag == LXB_TAG_HEAD);
    case IN_HEAD_NOSCRIPT:
        if (t->tag == LXB_TAG_NOSCRIPT) return go_on(g), true;
        return t->tag != LXB_TAG_BR || go_on_with_it(g);
    default:
        return !goes_on || go_on_with_it(g);
    }
}

/* --- tags ---------------------------------------------------------------------------------- */

static bool start(struct grow *g, struct dl_tag *t)
{
    switch (g->mode) {
    case BEFORE_HTML:
        return t->tag == LXB_TAG_HTML ? html_element(g, t), true : go_on_with_it(g);
    case BEFORE_HEAD:
        if (t->tag == LXB_TAG_HTML) return body_start(g, t);
        return t->tag == LXB_TAG_HEAD ? head_element(g, t), true : go_on_with_it(g);
    case IN_HEAD:
        return in_head_start(g, t);
    case IN_HEAD_NOSCRIPT:
        return in_head_noscript_start(g, t);
    case AFTER_HEAD:
        return after_head_start(g, t);
    case IN_BODY:
        return body_start(g, t);
    case IN_TABLE:
        return in_table_start(g, t);
    case IN_TABLE_BODY:
        return in_table_body_start(g, t);
    case IN_ROW:
        return in_row_start(g, t);
    case IN_CELL:
        return in_cell_start(g, t);
    case IN_CAPTION:
        return in_caption_start(g, t);
    case IN_COLUMN_GROUP:
        return in_column_group_start(g, t);
    default:
        if (t->tag == LXB_TAG_HTML) return body_start(g, t);
        g->mode = IN_BODY;
        return false;
    }
}

static bool end(struct grow *g, struct dl_tag *t)
{
    switch (g->mode) {
    case IN_BODY:
        return body_end(g, t);
    case IN_TABLE:
        return in_table_end(g, t);
    case IN_TABLE_BODY:
        return in_table_body_end(g, t);
    case IN_ROW:
        return in_row_end(g, t);
    case IN_CELL:
        return in_cell_end(g, t);
    case IN_CAPTION:
        return in_caption_end(g, t);
    case IN_COLUMN_GROUP:
        return in_column_group_end(g, t);
    case AFTER_BODY:
        g->mode = t->tag == LXB_TAG_HTML ? AFTER_AFTER_BODY : IN_BODY;
        return t->tag == LXB_TAG_HTML;
    case AFTER_AFTER_BODY:
        g->mode = IN_BODY;
        return false;
    default:
        return early_end(g, t);
    }
}

/* A number for a name that the page made up. */
static uint16_t made_up(struct grow *g, dl_str name)
{
    size_t at = name.n;
    for (size_t i = 0; i < name.n && i < 16; i++)
        at = at * 31 + dl_to_lower((unsigned char)name.p[i]);
    for (at %= NAMES; g->made_up[at].n > 0; at = (at + 1) % NAMES)
        if (dl_str_ieq(g->made_up[at], name)) return (uint16_t)(LXB_TAG__LAST_ENTRY + at);
    if (++g->n_made_up > NAMES / 2) leave(g, "many names of its own");
    g->made_up[at] = name;
    return (uint16_t)(LXB_TAG__LAST_ENTRY + at);
}

static void name_it(struct grow *g, struct dl_tag *t)
{
    t->tag = made_up(g, t->name);
    if (t->closes) return;
    char *small = dl_alloc(g->arena, t->name.n);
    for (size_t i = 0; small != NULL && i < t->name.n; i++)
        small[i] = (char)dl_to_lower((unsigned char)t->name.p[i]);
    if (small == NULL) return;
    t->attrs[t->n++] = (struct dl_attr){{small, t->name.n}, DL_ATTRS};
}

static void tag(struct grow *g)
{
    struct dl_tag t;
    if (!dl_scan_tag(&g->scan, &t)) {
        leave(g, "tag without end");
        return;
    }
    g->skip_newline = false;
    if (g->doctype == UNSEEN) g->doctype = QUIRKS;
    if (t.tag == LXB_TAG__UNDEF) name_it(g, &t);
    while (g->left_over == NULL && !(t.closes ? end(g, &t) : start(g, &t))) {
    }
}

/* --- text, comments ------------------------------------------------------------------------ */

/* Before the body: blanks are kept within head and behind it, other text begins the body. */
static void early_text(struct grow *g, dl_str text)
{
    while (g->mode < IN_BODY && g->left_over == NULL) {
        size_t blanks = blank_start(text);
        if (g->mode >= IN_HEAD) put_text(g, dl_str_sub(text, 0, blanks));
        text = dl_str_sub(text, blanks, text.n);
        if (text.n == 0) return;
        if (g->doctype == UNSEEN) g->doctype = QUIRKS;
        go_on(g);
    }
    if (g->left_over == NULL) body_text(g, text);
}

static void put(struct grow *g, dl_str text)
{
    if (text.n == 0) return;
    switch (g->mode) {
    case IN_BODY:
    case IN_CELL:
    case IN_CAPTION:
        body_text(g, text);
        return;
    case IN_TABLE:
    case IN_TABLE_BODY:
    case IN_ROW:
        table_text(g, text);
        return;
    case IN_COLUMN_GROUP:
        column_group_text(g, text);
        return;
    case AFTER_BODY:
    case AFTER_AFTER_BODY:
        if (blank_start(text) < text.n) g->mode = IN_BODY;
        body_text(g, text);
        return;
    default:
        early_text(g, text);
    }
}

/* Where blanks alone are told from other text, the library does not take a form feed for one. */
static bool is_odd(const struct grow *g, dl_str text)
{
    bool plain = g->mode == IN_BODY || g->mode == IN_CELL || g->mode == IN_CAPTION;
    return !plain && memchr(text.p, '\f', text.n) != NULL;
}

static const char *end_of_text(const char *p, const char *end)
{
    while ((p = memchr(p, '<', (size_t)(end - p))) != NULL && !dl_scan_is_markup(p, end))
        p++;
    return p != NULL ? p : end;
}

static void text(struct grow *g)
{
    const char *to = end_of_text(g->scan.p, g->scan.end);
    dl_str s = {g->scan.p, (size_t)(to - g->scan.p)};
    g->scan.p = to;
    if (memchr(s.p, '&', s.n) != NULL) s = dl_refs_decode(g->arena, s, false);
    if (g->skip_newline && s.n > 0 && s.p[0] == '\n') s = dl_str_sub(s, 1, s.n);
    g->skip_newline = false;
    if (is_odd(g, s))
        leave(g, "form feed");
    else
        put(g, s);
}

static void doctype(struct grow *g, dl_str s)
{
    if (g->doctype != UNSEEN) return;
    s = dl_str_trim(dl_str_sub(s, 9, s.n - 1));
    g->doctype = dl_str_ieq_c(s, "html") ? NO_QUIRKS : UNSURE;
}

static void comment(struct grow *g)
{
    dl_str s;
    if (dl_str_starts((dl_str){g->scan.p, (size_t)(g->scan.end - g->scan.p)}, "</>")) {
        if (g->mode >= IN_TABLE && g->mode <= IN_ROW) leave(g, "nothing in a table");
        g->scan.p += 3;
        return;
    }
    if (!dl_scan_comment(&g->scan, &s)) {
        leave(g, "comment without end");
        return;
    }
    g->skip_newline = false;
    if (dl_str_istarts(s, "<!doctype")) {
        doctype(g, s);
        if (g->mode == IN_COLUMN_GROUP) leave(g, "doctype"); /* the library ends the group */
    } else if (g->mode == AFTER_BODY) {
        put_comment(g, g->open[0]);
    } else if (g->mode != BEFORE_HTML && g->mode != AFTER_AFTER_BODY) {
        put_comment(g, top(g));
    }
}

/* --- all ----------------------------------------------------------------------------------- */

static bool begins_tag(const char *p, const char *end)
{
    p += p[1] == '/';
    return end - p > 1 && dl_is_alpha((unsigned char)p[1]);
}

static void step(struct grow *g)
{
    struct dl_scan *s = &g->scan;
    if (*s->p != '<' || !dl_scan_is_markup(s->p, s->end))
        text(g);
    else if (begins_tag(s->p, s->end))
        tag(g);
    else
        comment(g);
    if (++g->tokens > 2 * DL_TREE_ELEMENTS) leave(g, "tokens");
}

/* Line ends are line feeds. */
static dl_str lines_of(dl_arena *arena, dl_str html)
{
    if (html.n == 0 || memchr(html.p, '\r', html.n) == NULL) return html;
    char *out = dl_alloc(arena, html.n), *to = out;
    const char *p = html.p, *end = p + html.n;
    while (out != NULL && p < end) {
        const char *cr = memchr(p, '\r', (size_t)(end - p));
        size_t n = (size_t)((cr != NULL ? cr : end) - p);
        memcpy(to, p, n);
        to += n;
        p += n;
        if (cr == NULL) break;
        *to++ = '\n';
        p += 1 + (end - p > 1 && p[1] == '\n');
    }
    return (dl_str){out, out != NULL ? (size_t)(to - out) : 0};
}

void dl_grow(dl_arena *arena, const dl_tag_names *names, dl_str html, struct dl_grown *ret)
{
    struct grow g = {.arena = arena};
    bool has_nul = html.n > 0 && memchr(html.p, '\0', html.n) != NULL;
    dl_str lines = lines_of(arena, html);
    g.scan = (struct dl_scan){lines.p, lines.p + lines.n, arena, names};
    if (has_nul) leave(&g, "NUL");
    while (g.scan.p < g.scan.end && g.left_over == NULL)
        step(&g);
    while (g.mode < IN_BODY && g.left_over == NULL)
        go_on(&g);
    if (dl_arena_failed(arena) != DL_OK) leave(&g, "memory");
    *ret = (struct dl_grown){g.root, g.body, g.left_over};
}
