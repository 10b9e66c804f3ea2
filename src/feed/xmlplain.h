/* The short way into a tree of XML: one pass over documents that hold nothing unusual.
 *
 * A document is plain when it is well-formed UTF-8 without a DTD, with ASCII names, declared
 * prefixes, no references but numbers and the five of XML, and no more of each thing than usual
 * documents have. Of a plain one the tree is the same, byte for byte, as the one libxml2 leads to
 * (feed/xmltree.h; a test and a fuzz target hold both against each other). Anything else, and
 * anything in doubt, is DL_ERR_UNSUPPORTED: libxml2 reads it, recovers it, and says what is wrong.
 * Memory: the arena; the tree does not point into bytes. Linear. Thread-safe. */
#ifndef DL_FEED_XMLPLAIN_H
#define DL_FEED_XMLPLAIN_H

#include "feed/xmltree.h"

enum { DL_XML_PLAIN_MAX = 4 << 20 /* bytes; beyond, libxml2 has limits of its own */ };

enum dl_err dl_xml_plain(dl_arena *arena, dl_str bytes, dl_str charset,
                         struct dl_xml **ret_root) DL_MUST_USE;

#endif
