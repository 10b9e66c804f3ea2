#include "html/grow_private.h"

static void clear_back_to(struct grow *g, uint16_t a, uint16_t b, uint16_t c)
{
    while (g->depth > 1 && top(g)->tag != a && top(g)->tag != b && top(g)->tag != c)
        pop(g);
}

static void back_to_table(struct grow *g)
{
    clear_back_to(g, LXB_TAG_TABLE, LXB_TAG_TABLE, LXB_TAG_TABLE);
}

static void back_to_table_body(struct grow *g)
{
    clear_back_to(g, LXB_TAG_TBODY, LXB_TAG_TFOOT, LXB_TAG_THEAD);
}

static void back_to_row(struct grow *g)
{
    clear_back_to(g, LXB_TAG_TR, LXB_TAG_TR, LXB_TAG_TR);
}

static bool in_table_scope(const struct grow *g, uint16_t tag)
{
    return in_scope(g, tag, DL_SET_TABLE_SCOPE);
}

/* The mode that the open elements tell. */
static void reset_mode(struct grow *g)
{
    for (size_t i = g->depth; i > 0; i--) {
        switch (g->open[i - 1]->tag) {
        case LXB_TAG_TD:
        case LXB_TAG_TH:
            g->mode = IN_CELL;
            return;
        case LXB_TAG_TR:
            g->mode = IN_ROW;
            return;
        case LXB_TAG_TBODY:
        case LXB_TAG_TFOOT:
        case LXB_TAG_THEAD:
            g->mode = IN_TABLE_BODY;
            return;
        case LXB_TAG_CAPTION:
            g->mode = IN_CAPTION;
            return;
        case LXB_TAG_COLGROUP:
            g->mode = IN_COLUMN_GROUP;
            return;
        case LXB_TAG_TABLE:
            g->mode = IN_TABLE;
            return;
        default:
            break;
        }
    }
    g->mode = IN_BODY;
}

static bool as_in_body(struct grow *g, struct dl_tag *t)
{
    g->foster = true;
    bool done = t->closes ? body_end(g, t) : body_start(g, t);
    g->foster = false;
    return done;
}

static bool is_hidden(const struct dl_tag *input)
{
    for (size_t i = 0; i < input->n; i++)
        if (input->attrs[i].name == DL_ATTR_TYPE)
            return dl_str_ieq_c(input->attrs[i].value, "hidden");
    return false;
}

/* A table that is ended by another one, or by its end tag. */
static bool end_table(struct grow *g)
{
    if (!in_table_scope(g, LXB_TAG_TABLE)) return false;
    pop_until(g, LXB_TAG_TABLE);
    reset_mode(g);
    return true;
}

static bool table_part(struct grow *g, const struct dl_tag *t, enum mode mode)
{
    back_to_table(g);
    if (mode == IN_CAPTION) add_marker(g);
    insert(g, t);
    g->mode = mode;
    return true;
}

static bool implied_part(struct grow *g, uint16_t tag, enum mode mode)
{
    back_to_table(g);
    insert_named(g, tag);
    g->mode = mode;
    return false;
}

bool in_table_start(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_CAPTION:
        return table_part(g, t, IN_CAPTION);
    case LXB_TAG_COLGROUP:
        return table_part(g, t, IN_COLUMN_GROUP);
    case LXB_TAG_COL:
        return implied_part(g, LXB_TAG_COLGROUP, IN_COLUMN_GROUP);
    case LXB_TAG_TBODY:
    case LXB_TAG_TFOOT:
    case LXB_TAG_THEAD:
        return table_part(g, t, IN_TABLE_BODY);
    case LXB_TAG_TD:
    case LXB_TAG_TH:
    case LXB_TAG_TR:
        return implied_part(g, LXB_TAG_TBODY, IN_TABLE_BODY);
    case LXB_TAG_TABLE:
        return !end_table(g);
    case LXB_TAG_STYLE:
    case LXB_TAG_SCRIPT:
    case LXB_TAG_TEMPLATE:
        return head_start(g, t);
    case LXB_TAG_INPUT:
        if (!is_hidden(t)) return as_in_body(g, t);
        insert_closed(g, t);
        return true;
    case LXB_TAG_FORM:
        if (g->form != NULL) return true;
        g->form = insert(g, t);
        pop(g);
        return true;
    default:
        return as_in_body(g, t);
    }
}

bool in_table_end(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_TABLE:
        end_table(g);
        return true;
    case LXB_TAG_BODY:
    case LXB_TAG_CAPTION:
    case LXB_TAG_COL:
    case LXB_TAG_COLGROUP:
    case LXB_TAG_HTML:
    case LXB_TAG_TBODY:
    case LXB_TAG_TD:
    case LXB_TAG_TFOOT:
    case LXB_TAG_TH:
    case LXB_TAG_THEAD:
    case LXB_TAG_TR:
    case LXB_TAG_TEMPLATE:
        return true;
    default:
        return as_in_body(g, t);
    }
}

static bool end_table_body(struct grow *g)
{
    back_to_table_body(g);
    pop(g);
    g->mode = IN_TABLE;
    return false;
}

static bool some_table_body(const struct grow *g)
{
    return in_table_scope(g, LXB_TAG_TBODY) || in_table_scope(g, LXB_TAG_THEAD) ||
           in_table_scope(g, LXB_TAG_TFOOT);
}

bool in_table_body_start(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_TR:
        back_to_table_body(g);
        insert(g, t);
        g->mode = IN_ROW;
        return true;
    case LXB_TAG_TD:
    case LXB_TAG_TH:
        back_to_table_body(g);
        insert_named(g, LXB_TAG_TR);
        g->mode = IN_ROW;
        return false;
    case LXB_TAG_CAPTION:
    case LXB_TAG_COL:
    case LXB_TAG_COLGROUP:
    case LXB_TAG_TBODY:
    case LXB_TAG_TFOOT:
    case LXB_TAG_THEAD:
        return !some_table_body(g) || end_table_body(g);
    default:
        return in_table_start(g, t);
    }
}

bool in_table_body_end(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_TBODY:
    case LXB_TAG_TFOOT:
    case LXB_TAG_THEAD:
        if (in_table_scope(g, t->tag)) end_table_body(g);
        return true;
    case LXB_TAG_TABLE:
        return !some_table_body(g) || end_table_body(g);
    default:
        return in_table_end(g, t);
    }
}

static bool end_row(struct grow *g)
{
    if (!in_table_scope(g, LXB_TAG_TR)) return true;
    back_to_row(g);
    pop(g);
    g->mode = IN_TABLE_BODY;
    return false;
}

bool in_row_start(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_TD:
    case LXB_TAG_TH:
        back_to_row(g);
        insert(g, t);
        g->mode = IN_CELL;
        add_marker(g);
        return true;
    case LXB_TAG_CAPTION:
    case LXB_TAG_COL:
    case LXB_TAG_COLGROUP:
    case LXB_TAG_TBODY:
    case LXB_TAG_TFOOT:
    case LXB_TAG_THEAD:
    case LXB_TAG_TR:
        return end_row(g);
    default:
        return in_table_start(g, t);
    }
}

bool in_row_end(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_TR:
        end_row(g);
        return true;
    case LXB_TAG_TABLE:
        return end_row(g);
    case LXB_TAG_TBODY:
    case LXB_TAG_TFOOT:
    case LXB_TAG_THEAD:
        return !in_table_scope(g, t->tag) || end_row(g);
    default:
        return in_table_end(g, t);
    }
}

static void end_cell(struct grow *g)
{
    imply_ends(g, LXB_TAG__UNDEF);
    clear_back_to(g, LXB_TAG_TD, LXB_TAG_TH, LXB_TAG_TD);
    pop(g);
    clear_to_marker(g);
    g->mode = IN_ROW;
}

static bool some_cell(const struct grow *g)
{
    return in_table_scope(g, LXB_TAG_TD) || in_table_scope(g, LXB_TAG_TH);
}

static bool is_table_part(uint16_t tag)
{
    switch (tag) {
    case LXB_TAG_CAPTION:
    case LXB_TAG_COL:
    case LXB_TAG_COLGROUP:
    case LXB_TAG_TBODY:
    case LXB_TAG_TD:
    case LXB_TAG_TFOOT:
    case LXB_TAG_TH:
    case LXB_TAG_THEAD:
    case LXB_TAG_TR:
        return true;
    default:
        return false;
    }
}

bool in_cell_start(struct grow *g, struct dl_tag *t)
{
    if (!is_table_part(t->tag)) return body_start(g, t);
    if (!some_cell(g)) return true;
    end_cell(g);
    return false;
}

bool in_cell_end(struct grow *g, struct dl_tag *t)
{
    switch (t->tag) {
    case LXB_TAG_TD:
    case LXB_TAG_TH:
        if (!in_table_scope(g, t->tag)) return true;
        imply_ends(g, LXB_TAG__UNDEF);
        pop_until(g, t->tag);
        clear_to_marker(g);
        g->mode = IN_ROW;
        return true;
    case LXB_TAG_BODY:
    case LXB_TAG_CAPTION:
    case LXB_TAG_COL:
    case LXB_TAG_COLGROUP:
    case LXB_TAG_HTML:
        return true;
    case LXB_TAG_TABLE:
    case LXB_TAG_TBODY:
    case LXB_TAG_TFOOT:
    case LXB_TAG_THEAD:
    case LXB_TAG_TR:
        if (!in_table_scope(g, t->tag)) return true;
        end_cell(g);
        return false;
    default:
        return body_end(g, t);
    }
}

static bool end_caption(struct grow *g)
{
    if (!in_table_scope(g, LXB_TAG_CAPTION)) return false;
    imply_ends(g, LXB_TAG__UNDEF);
    pop_until(g, LXB_TAG_CAPTION);
    clear_to_marker(g);
    g->mode = IN_TABLE;
    return true;
}

bool in_caption_start(struct grow *g, struct dl_tag *t)
{
    return is_table_part(t->tag) ? !end_caption(g) : body_start(g, t);
}

bool in_caption_end(struct grow *g, struct dl_tag *t)
{
    if (t->tag == LXB_TAG_CAPTION) return end_caption(g), true;
    if (t->tag == LXB_TAG_TABLE) return !end_caption(g);
    if (is_table_part(t->tag) || t->tag == LXB_TAG_BODY || t->tag == LXB_TAG_HTML) return true;
    return body_end(g, t);
}

static bool end_column_group(struct grow *g)
{
    if (top(g)->tag != LXB_TAG_COLGROUP) return true;
    pop(g);
    g->mode = IN_TABLE;
    return false;
}

bool in_column_group_start(struct grow *g, struct dl_tag *t)
{
    if (t->tag == LXB_TAG_HTML) return body_start(g, t);
    if (t->tag == LXB_TAG_TEMPLATE) return head_start(g, t);
    if (t->tag != LXB_TAG_COL) return end_column_group(g);
    insert_closed(g, t);
    return true;
}

bool in_column_group_end(struct grow *g, const struct dl_tag *t)
{
    if (t->tag == LXB_TAG_COL || t->tag == LXB_TAG_TEMPLATE) return true;
    return end_column_group(g) || t->tag == LXB_TAG_COLGROUP;
}

/* --- text ---------------------------------------------------------------------------------- */

void table_text(struct grow *g, dl_str text)
{
    if ((sets_of(top(g)) & DL_SET_TABLE) != 0 && blank_start(text) == text.n) {
        put_text(g, text);
        return;
    }
    g->foster = true;
    body_text(g, text);
    g->foster = false;
}

void column_group_text(struct grow *g, dl_str text)
{
    size_t blanks = blank_start(text);
    put_text(g, dl_str_sub(text, 0, blanks));
    text = dl_str_sub(text, blanks, text.n);
    if (text.n == 0 || end_column_group(g)) return;
    table_text(g, text);
}
