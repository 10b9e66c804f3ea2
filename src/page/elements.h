/* What a single element is: block or inline, left out or read, and what its attributes say. */
#ifndef DL_PAGE_ELEMENTS_H
#define DL_PAGE_ELEMENTS_H

#include "html/tree.h"
#include "page/cues.h"

struct dl_attributes {
    dl_str href, type, id;
    unsigned cues; /* enum dl_cue of class, id and their like */
    uint8_t hard;  /* enum dl_hard of tag, role and itemprop */
    bool is_invisible;
    bool is_date, is_author, is_crumb, is_tag, is_license;
};

/* cues NULL: names are not read. */
void dl_attributes_read(const dl_node *node, const dl_cues *cues, struct dl_cue_memo *memo,
                        struct dl_attributes *ret);
bool dl_tag_is_skipped(const dl_node *node);
unsigned dl_heading_level(uint16_t tag); /* 1..6, 0 for others */

#endif
