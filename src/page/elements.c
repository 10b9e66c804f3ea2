#include "page/elements.h"

#include "page/blocks.h"

bool dl_tag_is_skipped(const dl_node *node)
{
    switch (node->tag) {
    case LXB_TAG_SCRIPT:
    case LXB_TAG_STYLE:
    case LXB_TAG_NOSCRIPT:
    case LXB_TAG_TEMPLATE:
    case LXB_TAG_SVG:
    case LXB_TAG_IFRAME:
    case LXB_TAG_BUTTON:
    case LXB_TAG_SELECT:
    case LXB_TAG_INPUT:
    case LXB_TAG_TEXTAREA:
    case LXB_TAG_CANVAS:
    case LXB_TAG_VIDEO:
    case LXB_TAG_AUDIO:
    case LXB_TAG_OBJECT:
    case LXB_TAG_EMBED:
    case LXB_TAG_APPLET:
    case LXB_TAG_NOEMBED:
    case LXB_TAG_NOFRAMES:
    case LXB_TAG_DATALIST:
    case LXB_TAG_OPTION:
    case LXB_TAG_MAP:
    case LXB_TAG_RP:
    case LXB_TAG_DIALOG:
    case LXB_TAG_TITLE:
    case LXB_TAG_META:
    case LXB_TAG_LINK:
    case LXB_TAG_IMG:
        return true;
    default:
        return false;
    }
}

unsigned dl_heading_level(uint16_t tag)
{
    switch (tag) {
    case LXB_TAG_H1:
        return 1;
    case LXB_TAG_H2:
        return 2;
    case LXB_TAG_H3:
        return 3;
    case LXB_TAG_H4:
        return 4;
    case LXB_TAG_H5:
        return 5;
    case LXB_TAG_H6:
        return 6;
    default:
        return 0;
    }
}

static uint8_t hard_of_tag(uint16_t tag)
{
    switch (tag) {
    case LXB_TAG_ASIDE:
        return DL_HARD_ASIDE;
    case LXB_TAG_NAV:
        return DL_HARD_NAV;
    case LXB_TAG_FOOTER:
        return DL_HARD_FOOTER;
    case LXB_TAG_HEADER:
        return DL_HARD_HEADER;
    case LXB_TAG_FIGCAPTION:
        return DL_HARD_CAPTION;
    case LXB_TAG_ARTICLE:
    case LXB_TAG_MAIN:
        return DL_HARD_ARTICLE;
    default:
        return 0;
    }
}

static uint8_t hard_of_role(dl_str role)
{
    static const struct {
        const char *role;
        uint8_t hard;
    } roles[] = {{"navigation", DL_HARD_NAV},      {"menu", DL_HARD_NAV},
                 {"menubar", DL_HARD_NAV},         {"search", DL_HARD_NAV},
                 {"complementary", DL_HARD_ASIDE}, {"dialog", DL_HARD_ASIDE},
                 {"alertdialog", DL_HARD_ASIDE},   {"banner", DL_HARD_HEADER},
                 {"contentinfo", DL_HARD_FOOTER},  {"main", DL_HARD_ARTICLE},
                 {"article", DL_HARD_ARTICLE}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (dl_str_ieq_c(dl_str_trim(role), roles[i].role)) return roles[i].hard;
    return 0;
}

static bool has_word(dl_str s, const char *word)
{
    size_t n = strlen(word);
    for (size_t at = 0; (at = dl_str_ifind_c(s, word, at)) != DL_NO_POS; at += n) {
        bool before = at == 0 || dl_is_space((unsigned char)s.p[at - 1]);
        bool after = at + n == s.n || dl_is_space((unsigned char)s.p[at + n]);
        if (before && after) return true;
    }
    return false;
}

static void itemprop(dl_str v, struct dl_attributes *out)
{
    if (has_word(v, "articleBody")) out->hard |= DL_HARD_BODY;
    if (has_word(v, "author") || has_word(v, "creator")) out->is_author = true;
    if (has_word(v, "datePublished") || has_word(v, "dateCreated") || has_word(v, "dateModified"))
        out->is_date = true;
    if (has_word(v, "breadcrumb")) out->is_crumb = true;
}

static void rel(dl_str v, struct dl_attributes *out)
{
    out->is_author |= has_word(v, "author");
    out->is_tag |= has_word(v, "tag");
    out->is_license |= has_word(v, "license");
}

static bool hides(dl_str style)
{
    size_t at = dl_str_ifind_c(style, "display", 0);
    if (at == DL_NO_POS) return false;
    dl_str rest = dl_str_trim(dl_str_sub(style, at + 7, style.n));
    if (rest.n == 0 || rest.p[0] != ':') return false;
    return dl_str_istarts(dl_str_trim(dl_str_sub(rest, 1, rest.n)), "none");
}

/* React streams the article in <div hidden id="S:1"> and moves it by script. */
static bool is_streamed(dl_str id)
{
    return id.n >= 3 && (id.p[0] == 'S' || id.p[0] == 's') && id.p[1] == ':' &&
           dl_is_alnum((unsigned char)id.p[2]);
}

/* A folded panel of an accordion or a tab is there to be opened and read (WAI-ARIA patterns). */
static bool is_panel(dl_str role)
{
    return dl_str_ieq_c(dl_str_trim(role), "region") || dl_str_ieq_c(dl_str_trim(role), "tabpanel");
}

struct visibility {
    bool hidden, panel;
};

struct names {
    const dl_cues *cues;
    struct dl_cue_memo *memo;
};

static unsigned cues_of(const struct names *names, dl_str v)
{
    return dl_cues_remembered(names->cues, names->memo, v);
}

static bool is_invisible(const struct visibility *seen, dl_str id)
{
    return seen->hidden && !seen->panel && !is_streamed(id);
}

static void one(const struct dl_attr *a, const struct names *names, struct dl_attributes *out,
                struct visibility *seen)
{
    dl_str v = a->value;
    switch (a->name) {
    case DL_ATTR_ID:
        out->id = v;
        out->cues |= cues_of(names, v);
        break;
    case DL_ATTR_CLASS:
    case DL_ATTR_DATA_COMPONENT:
    case DL_ATTR_DATA_TESTID:
    case DL_ATTR_DATA_MODULE:
        out->cues |= cues_of(names, v);
        break;
    case DL_ATTR_REL:
        rel(v, out);
        break;
    case DL_ATTR_ROLE:
        out->hard |= hard_of_role(v);
        seen->panel |= is_panel(v);
        break;
    case DL_ATTR_STYLE:
        seen->hidden |= hides(v);
        break;
    case DL_ATTR_HIDDEN:
        seen->hidden = !dl_str_ieq_c(v, "until-found");
        break;
    case DL_ATTR_ITEMPROP:
        itemprop(v, out);
        break;
    case DL_ATTR_ARIA_HIDDEN:
        out->hard |= dl_str_ieq_c(v, "true") ? DL_HARD_HIDDEN : 0;
        break;
    default:
        break;
    }
}

void dl_attributes_read(const dl_node *node, const dl_cues *cues, struct dl_cue_memo *memo,
                        struct dl_attributes *ret)
{
    struct names names = {cues, memo};
    struct dl_attributes out = {.hard = cues == NULL ? 0 : hard_of_tag(node->tag)};
    struct visibility seen = {0};
    for (uint32_t i = 0; i < node->n; i++) { /* attrs is NULL where there are none */
        const struct dl_attr *a = &node->attrs[i];
        if (a->name == DL_ATTR_HREF)
            out.href = a->value;
        else if (a->name == DL_ATTR_TYPE)
            out.type = a->value;
        else if (a->value.p == NULL)
            seen.hidden |= a->name == DL_ATTR_HIDDEN;
        else if (cues != NULL)
            one(a, &names, &out, &seen);
    }
    if (cues != NULL && node->tag == LXB_TAG_FORM) out.cues |= DL_CUE_WIDGET;
    out.is_author |= (out.cues & DL_CUE_AUTHOR) != 0;
    out.is_date |= (out.cues & DL_CUE_DATE) != 0;
    out.is_crumb |= (out.cues & DL_CUE_CRUMB) != 0;
    out.is_invisible = is_invisible(&seen, out.id);
    *ret = out;
}
