/* A small tree of an XML document, built from the events of feed/xmlsax.h (whose rules hold).
 *
 * Broken markup is recovered; what was wrong is kept as one warning. Limits: depth DL_XML_DEPTH
 * (DL_ERR_TOO_DEEP), nodes DL_XML_NODES (DL_ERR_TOO_BIG). Names are local names in lower case as
 * written; namespaces by URI. Plain documents take the short way of feed/xmlplain.h. Text is valid
 * UTF-8. Memory: the arena. Thread-safe. */
#ifndef DL_FEED_XMLTREE_H
#define DL_FEED_XMLTREE_H

#include "base/str.h"

enum { DL_XML_NODES = 500000 };

struct dl_xml_attr {
    struct dl_xml_attr *next;
    dl_str name, ns, value;
};

struct dl_xml {
    struct dl_xml *parent, *first, *last, *next;
    dl_str name, ns, text; /* an element has a name; a text node only text */
    struct dl_xml_attr *attrs;
    dl_str base;     /* xml:base in force as written, nearest first; empty: none */
    dl_str language; /* xml:lang in force; empty: none, or blanked */
};

enum dl_err dl_xml_parse(dl_arena *arena, dl_str bytes, dl_str charset, struct dl_xml **ret_root,
                         dl_str *ret_warning, struct dl_diag *diag) DL_MUST_USE;
/* The same, always by libxml2: what dl_xml_parse gives is what this gives, only sooner. */
enum dl_err dl_xml_recover(dl_arena *arena, dl_str bytes, dl_str charset, struct dl_xml **ret_root,
                           dl_str *ret_warning, struct dl_diag *diag) DL_MUST_USE;
/* Without namespace, or any. Here, as dl_xml_is: against a literal they fold to a few compares. */
static inline dl_str dl_xml_attr(const struct dl_xml *node, const char *name)
{
    for (const struct dl_xml_attr *a = node->attrs; a != NULL; a = a->next)
        if (dl_str_eq_c(a->name, name) && !dl_str_eq_c(a->ns, "xmlns")) return a->value;
    return (dl_str){NULL, 0};
}
dl_str dl_xml_attr_ns(const struct dl_xml *node, const char *ns, const char *name);
/* All text below, in order. */
dl_str dl_xml_text(dl_arena *arena, const struct dl_xml *node);
/* Markup of the children, as HTML. */
dl_str dl_xml_inner(dl_arena *arena, const struct dl_xml *node);
const struct dl_xml *dl_xml_child(const struct dl_xml *node, const char *name); /* any namespace */
static inline bool dl_xml_is(const struct dl_xml *node, const char *name)
{
    return dl_str_eq_c(node->name, name);
}

#endif
