/* Chains of sources as W3C PROV (Recommendation of 2013) in its JSON form (PROV-JSON, Member
 * Submission of 24 April 2013).
 *
 * - A document, each of its statements, and what each hop of a chain said are entities; the outlet
 *   and every source are agents.
 * - wasAttributedTo joins what is said to who says it, with the cue, class and anonymity of the hop
 *   and the stance of the outlet as attributes (qualified attribution).
 * - wasDerivedFrom leads from hop to hop: of type prov:Quotation where the words stand in quotation
 *   marks, and from the statement to the end of its chain of type prov:PrimarySource.
 * - Evidence objects are entities that what was said was derived from (dateline:Evidence).
 * - actedOnBehalfOf joins a spokesperson to the body it speaks for, where the text tells it.
 * - hadMember: the document is the collection of its statements.
 *
 * A source is one agent for all statements only when it is named, by the same words and no pronoun;
 * others have an agent of their own each time, so that nobody unnamed is joined to anybody.
 * Statements below the gate are marked (dateline:attribution "unclear"). What PROV has no words for
 * is in the namespace urn:dateline:ns:. Identifiers hold the id of the document, so that files can
 * be merged.
 */
#ifndef DL_SERVE_PROV_H
#define DL_SERVE_PROV_H

#include "base/map.h"
#include "serve/trace.h"
#include "store/read.h"

/* The object that all documents of one answer are put into. */
struct dl_prov {
    yyjson_mut_doc *doc;
    yyjson_mut_val *root;
    dl_arena *arena;
    dl_map records;   /* by identifier */
    size_t relations; /* blank identifiers used so far */
};

enum dl_err dl_prov_begin(struct dl_prov *ret_prov, dl_arena *arena) DL_MUST_USE;
enum dl_err dl_prov_document(struct dl_prov *prov, const struct dl_store_document *document,
                             const dl_traces *traces) DL_MUST_USE;

#endif
