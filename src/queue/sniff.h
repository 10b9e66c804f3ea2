/* Of what kind are these bytes? Looks at the first kilobyte, the media type and the address; a
 * wrong guess costs an error of the parser, no more. */
#ifndef DL_QUEUE_SNIFF_H
#define DL_QUEUE_SNIFF_H

#include "base/str.h"

enum dl_sniffed {
    DL_SNIFF_UNKNOWN,
    DL_SNIFF_EMPTY,
    DL_SNIFF_BINARY,
    DL_SNIFF_PAGE, /* HTML, or plain text */
    DL_SNIFF_FEED,
    DL_SNIFF_SITEMAP,
    DL_SNIFF_FRONT,    /* named only: a page that is read for its links */
    DL_SNIFF_ARTICLE,  /* JSON object with text or title */
    DL_SNIFF_ARTICLES, /* lines of them */
    DL_SNIFF_WARC,
};

enum dl_sniffed dl_sniff(dl_str bytes, dl_str content_type, dl_str url);
/* "page feed sitemap article"; UNKNOWN for another. */
enum dl_sniffed dl_sniff_named(dl_str kind);

#endif
