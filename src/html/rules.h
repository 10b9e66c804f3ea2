/* What the HTML standard says of each element by name: what its tags do within a body, and in which
 * of its sets it is. For html/grow.c. */
#ifndef DL_HTML_RULES_H
#define DL_HTML_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <lexbor/core/base.h>
#include <lexbor/tag/const.h>

enum dl_start_rule {
    DL_START_OTHER,
    DL_START_BLOCK,
    DL_START_HEADING,
    DL_START_PRE,
    DL_START_FORM,
    DL_START_LI,
    DL_START_TERM,
    DL_START_BUTTON,
    DL_START_A,
    DL_START_FORMAT,
    DL_START_OBJECT,
    DL_START_TABLE,
    DL_START_VOID,
    DL_START_INPUT,
    DL_START_PARAM,
    DL_START_HR,
    DL_START_TEXTAREA,
    DL_START_XMP,
    DL_START_RAW,
    DL_START_HEAD, /* as in a head */
    DL_START_SELECT,
    DL_START_OPTION,
    DL_START_OPTGROUP,
    DL_START_RB,
    DL_START_RT,
    DL_START_SVG,
    DL_START_IGNORED,
    DL_START_AGAIN, /* html, body */
    DL_START_LEFT_OVER,
};

enum dl_end_rule {
    DL_END_OTHER,
    DL_END_BLOCK,
    DL_END_FORM,
    DL_END_P,
    DL_END_LI,
    DL_END_TERM,
    DL_END_HEADING,
    DL_END_FORMAT,
    DL_END_OBJECT,
    DL_END_BR,
    DL_END_BODY,
    DL_END_HTML,
    DL_END_TEMPLATE,
};

enum dl_tag_set {
    DL_SET_SPECIAL = 1 << 0,
    DL_SET_SCOPE = 1 << 1,      /* ends the search "in scope" */
    DL_SET_LIST_SCOPE = 1 << 2, /* … "in list item scope", beside those */
    DL_SET_BUTTON_SCOPE = 1 << 3,
    DL_SET_TABLE_SCOPE = 1 << 4,
    DL_SET_IMPLIED = 1 << 5, /* its end tag may be left out */
    DL_SET_HEADING = 1 << 6,
    DL_SET_TABLE = 1 << 7, /* table, tbody, tfoot, thead, tr: text in it goes before it */
};

struct dl_tag_rule {
    uint8_t start, end, sets;
};

extern const struct dl_tag_rule dl_tag_rules[LXB_TAG__LAST_ENTRY];

static inline struct dl_tag_rule dl_tag_rule(uint16_t tag)
{
    return tag < LXB_TAG__LAST_ENTRY ? dl_tag_rules[tag] : (struct dl_tag_rule){0, 0, 0};
}

#endif
