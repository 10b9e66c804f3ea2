#include "html/grow_private.h"
#include "html/refs.h"

/* --- text ---------------------------------------------------------------------------------- */

void body_text(struct grow *g, dl_str text)
{
    reconstruct(g);
    put_text(g, text);
}

static dl_str without_newline(dl_str s)
{
    return s.n > 0 && s.p[0] == '\n' ? dl_str_sub(s, 1, s.n) : s;
}

/* An element whose text holds no tags: to behind its end tag. */
static void raw(struct grow *g, const struct dl_tag *t, bool with_text)
{
    dl_str text;
    bool has_refs = t->tag == LXB_TAG_TITLE || t->tag == LXB_TAG_TEXTAREA;
    dl_node *node = insert(g, t);
    if (!dl_scan_raw(&g->scan, t->tag, &text)) {
        leave(g, "raw text without a simple end");
        return;
    }
    if (has_refs && memchr(text.p, '&', text.n) != NULL)
        text = dl_refs_decode(g->arena, text, false);
    if (t->tag == LXB_TAG_TEXTAREA) text = without_newline(text);
    /* The library opens formatting elements in a textarea, too. */
    if (t->tag == LXB_TAG_TEXTAREA && text.n > 0 && formats_wait(g)) leave(g, "textarea");
    if (with_text && g->left_over == NULL && top(g) == node) put_text(g, text);
    pop(g);
}

/* A script's text is there only where its type says JSON. */
static bool is_data(const struct dl_tag *script)
{
    for (size_t i = 0; i < script->n; i++)
        if (script->attrs[i].name == DL_ATTR_TYPE)
            return dl_str_ifind_c(script->attrs[i].value, "json", 0) != DL_NO_POS;
    return false;
}

/* --- heads --------------------------------------------------------------------------------- */

static void template(struct grow *g, const struct dl_tag *t)
{
    insert(g, t);
    if (!dl_scan_template(&g->scan)) leave(g, "template");
    pop(g);
}

bool head_start(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_BASE:
    case LXB_TAG_BASEFONT:
    case LXB_TAG_BGSOUND:
    case LXB_TAG_LINK:
    case LXB_TAG_META:
        insert_closed(g, t);
        return true;
    case LXB_TAG_TITLE:
    case LXB_TAG_NOFRAMES:
        raw(g, t, true);
        return true;
    case LXB_TAG_STYLE:
        raw(g, t, false);
        return true;
    case LXB_TAG_SCRIPT:
        raw(g, t, is_data(t));
        return true;
    case LXB_TAG_TEMPLATE:
        template(g, t);
        return true;
    default:
        return false;
    }
}

/* --- start tags ---------------------------------------------------------------------------- */

static bool has_paragraph(const struct grow *g)
{
    return g->paragraphs > 0 && in_scope(g, LXB_TAG_P, DL_SET_SCOPE | DL_SET_BUTTON_SCOPE);
}

static void end_paragraph(struct grow *g)
{
    if (!has_paragraph(g)) return;
    imply_ends(g, LXB_TAG_P);
    pop_until(g, LXB_TAG_P);
}

static bool ends_item(uint16_t open, uint16_t tag)
{
    if (tag == LXB_TAG_LI) return open == LXB_TAG_LI;
    return open == LXB_TAG_DD || open == LXB_TAG_DT;
}

/* Before an li, dd or dt: the one that is open. */
static void end_item(struct grow *g, uint16_t tag)
{
    for (size_t i = g->depth; i > 0; i--) {
        uint16_t open = g->open[i - 1]->tag;
        if (ends_item(open, tag)) {
            imply_ends(g, open);
            pop_until(g, open);
            return;
        }
        bool special = (dl_tag_rule(open).sets & DL_SET_SPECIAL) != 0;
        if (special && open != LXB_TAG_ADDRESS && open != LXB_TAG_DIV && open != LXB_TAG_P) return;
    }
}

static void link_start(struct grow *g, const struct dl_tag *t)
{
    dl_node *open = format_named(g, LXB_TAG_A);
    if (open != NULL) {
        adopt(g, LXB_TAG_A);
        drop_format(g, open);
        drop_open(g, open);
    }
    reconstruct(g);
    add_format(g, insert(g, t));
}

static bool in_select(const struct grow *g)
{
    return in_scope(g, LXB_TAG_SELECT, DL_SET_SCOPE);
}

static void table_start(struct grow *g, const struct dl_tag *t)
{
    if (g->doctype == UNSURE && has_paragraph(g)) leave(g, "table in a paragraph, odd doctype");
    if (g->doctype == NO_QUIRKS) end_paragraph(g);
    insert(g, t);
    g->mode = IN_TABLE;
}

static void option_start(struct grow *g, const struct dl_tag *t)
{
    bool is_option = t->tag == LXB_TAG_OPTION;
    if (in_select(g))
        imply_ends(g, is_option ? LXB_TAG_OPTGROUP : LXB_TAG__UNDEF);
    else if (top(g)->tag == LXB_TAG_OPTION)
        pop(g);
    reconstruct(g);
    insert(g, t);
}

static void button_start(struct grow *g, const struct dl_tag *t)
{
    if (in_scope(g, LXB_TAG_BUTTON, DL_SET_SCOPE)) {
        imply_ends(g, LXB_TAG__UNDEF);
        pop_until(g, LXB_TAG_BUTTON);
    }
    reconstruct(g);
    insert(g, t);
}

static void svg_start(struct grow *g, struct dl_tag *t)
{
    reconstruct(g);
    for (size_t i = 0; i < t->n; i++)
        if (t->attrs[i].name == DL_ATTR_XML_LANG) leave(g, "svg with a language");
    insert(g, t)->ns = LXB_NS_SVG;
    if (!t->closes_itself && !dl_scan_drawing(&g->scan)) leave(g, "drawing");
    pop(g);
}

static void select_start(struct grow *g, const struct dl_tag *t)
{
    if (in_select(g)) {
        pop_until(g, LXB_TAG_SELECT);
        return;
    }
    reconstruct(g);
    insert(g, t);
}

static void form_start(struct grow *g, const struct dl_tag *t)
{
    if (g->form != NULL) return;
    end_paragraph(g);
    g->form = insert(g, t);
}

static void ruby_start(struct grow *g, const struct dl_tag *t, uint16_t except)
{
    if (in_scope(g, LXB_TAG_RUBY, DL_SET_SCOPE)) imply_ends(g, except);
    insert(g, t);
}

static void block_start(struct grow *g, const struct dl_tag *t)
{
    end_paragraph(g);
    insert(g, t);
}

static void heading_start(struct grow *g, const struct dl_tag *t)
{
    end_paragraph(g);
    if (is_heading(top(g))) pop(g);
    insert(g, t);
}

/* html or body a second time. */
static void again(struct grow *g, const struct dl_tag *t)
{
    size_t at = t->tag == LXB_TAG_BODY;
    if (g->depth > at && g->open[at]->tag == t->tag) add_attributes(g, g->open[at], t);
}

/* Elements without content. */
static void empty_start(struct grow *g, const struct dl_tag *t, enum dl_start_rule rule)
{
    if (rule == DL_START_INPUT && in_select(g)) pop_until(g, LXB_TAG_SELECT);
    if (rule == DL_START_HR) {
        end_paragraph(g);
        if (in_select(g)) imply_ends(g, LXB_TAG__UNDEF);
    } else if (rule != DL_START_PARAM) {
        reconstruct(g);
    }
    insert_closed(g, t);
}

bool body_start(struct grow *g, struct dl_tag *t)
{
    if (t->tag == LXB_TAG_IMAGE) {
        if (g->foster) leave(g, "image in a table"); /* the library loses it */
        t->tag = LXB_TAG_IMG;
    }
    enum dl_start_rule rule = dl_tag_rule(t->tag).start;
    switch (rule) {
    case DL_START_OTHER:
        reconstruct(g);
        insert(g, t);
        break;
    case DL_START_BLOCK:
        block_start(g, t);
        break;
    case DL_START_HEADING:
        heading_start(g, t);
        break;
    case DL_START_PRE:
        block_start(g, t);
        g->skip_newline = true;
        break;
    case DL_START_FORM:
        form_start(g, t);
        break;
    case DL_START_LI:
    case DL_START_TERM:
        end_item(g, t->tag);
        block_start(g, t);
        break;
    case DL_START_BUTTON:
        button_start(g, t);
        break;
    case DL_START_A:
        link_start(g, t);
        break;
    case DL_START_FORMAT:
        reconstruct(g);
        add_format(g, insert(g, t));
        break;
    case DL_START_OBJECT:
        reconstruct(g);
        insert(g, t);
        add_marker(g);
        break;
    case DL_START_TABLE:
        table_start(g, t);
        break;
    case DL_START_VOID:
    case DL_START_INPUT:
    case DL_START_PARAM:
    case DL_START_HR:
        empty_start(g, t, rule);
        break;
    case DL_START_XMP:
        end_paragraph(g);
        reconstruct(g);
        raw(g, t, true);
        break;
    case DL_START_TEXTAREA:
    case DL_START_RAW:
        raw(g, t, true);
        break;
    case DL_START_HEAD:
        head_start(g, t);
        break;
    case DL_START_SELECT:
        select_start(g, t);
        break;
    case DL_START_OPTION:
    case DL_START_OPTGROUP:
        option_start(g, t);
        break;
    case DL_START_RB:
        ruby_start(g, t, LXB_TAG__UNDEF);
        break;
    case DL_START_RT:
        ruby_start(g, t, LXB_TAG_RTC);
        break;
    case DL_START_SVG:
        svg_start(g, t);
        break;
    case DL_START_IGNORED:
        break;
    case DL_START_AGAIN:
        again(g, t);
        break;
    case DL_START_LEFT_OVER:
        leave(g, "math, nobr, plaintext or frameset");
        break;
    }
    return true;
}

/* --- end tags ------------------------------------------------------------------------------ */

static void end_in_scope(struct grow *g, uint16_t tag, unsigned stops, uint16_t except)
{
    if (!in_scope(g, tag, stops)) return;
    imply_ends(g, except);
    pop_until(g, tag);
}

static void other_end(struct grow *g, uint16_t tag)
{
    for (size_t i = g->depth; i > 0; i--) {
        dl_node *node = g->open[i - 1];
        if (node->tag == tag) {
            imply_ends(g, tag);
            pop_to(g, node);
            return;
        }
        if ((sets_of(node) & DL_SET_SPECIAL) != 0) return;
    }
}

static void heading_end(struct grow *g)
{
    size_t i = g->depth;
    while (i > 0 && !is_heading(g->open[i - 1]))
        if ((sets_of(g->open[--i]) & DL_SET_SCOPE) != 0) return;
    if (i == 0) return;
    imply_ends(g, LXB_TAG__UNDEF);
    while (!is_heading(top(g)))
        pop(g);
    pop(g);
}

static void form_end(struct grow *g)
{
    dl_node *form = g->form;
    g->form = NULL;
    if (form == NULL || !node_in_scope(g, form)) return;
    imply_ends(g, LXB_TAG__UNDEF);
    drop_open(g, form);
}

static void paragraph_end(struct grow *g)
{
    if (!has_paragraph(g)) insert_named(g, LXB_TAG_P);
    end_paragraph(g);
}

static void br_end(struct grow *g, struct dl_tag *t)
{
    t->n = 0;
    reconstruct(g);
    insert_closed(g, t);
}

bool body_end(struct grow *g, struct dl_tag *t)
{
    switch ((enum dl_end_rule)dl_tag_rule(t->tag).end) {
    case DL_END_OTHER:
        other_end(g, t->tag);
        break;
    case DL_END_BLOCK:
        end_in_scope(g, t->tag, DL_SET_SCOPE, LXB_TAG__UNDEF);
        break;
    case DL_END_FORM:
        form_end(g);
        break;
    case DL_END_P:
        paragraph_end(g);
        break;
    case DL_END_LI:
        end_in_scope(g, t->tag, DL_SET_SCOPE | DL_SET_LIST_SCOPE, LXB_TAG_LI);
        break;
    case DL_END_TERM:
        end_in_scope(g, t->tag, DL_SET_SCOPE, t->tag);
        break;
    case DL_END_HEADING:
        heading_end(g);
        break;
    case DL_END_FORMAT:
        if (!adopt(g, t->tag)) other_end(g, t->tag);
        break;
    case DL_END_OBJECT:
        if (!in_scope(g, t->tag, DL_SET_SCOPE)) break;
        end_in_scope(g, t->tag, DL_SET_SCOPE, LXB_TAG__UNDEF);
        clear_to_marker(g);
        break;
    case DL_END_BR:
        br_end(g, t);
        break;
    case DL_END_BODY:
    case DL_END_HTML:
        if (!in_scope(g, LXB_TAG_BODY, DL_SET_SCOPE)) break;
        g->mode = AFTER_BODY;
        return t->tag == LXB_TAG_BODY;
    case DL_END_TEMPLATE:
        break;
    }
    return true;
}
