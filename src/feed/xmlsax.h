/* XML as events, from libxml2's SAX2 push parser in recovery mode: one place for its settings.
 *
 * No DTD is loaded, no network or file touched. Entities: numbers, the five of XML, HTML's named
 * ones (feeds use them without a DTD), and what the document itself declares as at most
 * DL_SAX_ENTITY bytes of plain text: nothing is ever expanded twice. Any other stays as it is
 * written. Broken markup is recovered; the first thing that was wrong is given to `warn`. What
 * stands before the first "<" is skipped; bytes that are valid UTF-8 are read as that, for
 * declarations lie far more often than bytes. Limits: depth DL_XML_DEPTH (DL_ERR_TOO_DEEP),
 * DL_SAX_ATTRS attributes of one element (libxml2 compares each pair of them). Slices live until
 * the handler returns and are valid UTF-8. Linear in the input. Thread-safe. */
#ifndef DL_FEED_XMLSAX_H
#define DL_FEED_XMLSAX_H

#include "base/str.h"

enum {
    DL_XML_DEPTH = 256, /* deeper than any real document; DESIGN 7 */
    DL_SAX_ATTRS = 256, /* real elements have below 30 */
    DL_SAX_ENTITY = 64, /* a character or a short name: more would be a bomb's first stage */
};

struct dl_sax_attr {
    dl_str name, ns, value; /* name in lower case; ns: prefix as written or empty; declarations
                               of namespaces have the ns "xmlns" and their prefix as name */
};

struct dl_sax_element {
    dl_str name, ns; /* name in lower case; ns: URI, or the prefix where it is not declared */
    size_t n_attrs;
    const struct dl_sax_attr *attrs;
};

/* A handler that fails ends the parse with its error. NULL handlers are skipped. */
struct dl_sax {
    void *ctx;
    enum dl_err (*start)(void *ctx, const struct dl_sax_element *element);
    enum dl_err (*end)(void *ctx, dl_str name);
    enum dl_err (*text)(void *ctx, dl_str text); /* in pieces */
    void (*warn)(void *ctx, dl_str message);     /* once at most */
};

/* charset: of the transport, empty for what the document says. DL_ERR_TOO_DEEP, DL_ERR_TOO_BIG,
 * DL_ERR_NOMEM, or what a handler gave; a broken document is no error. */
enum dl_err dl_sax_parse(dl_arena *arena, dl_str bytes, dl_str charset, const struct dl_sax *sax,
                         struct dl_diag *diag) DL_MUST_USE;

#endif
