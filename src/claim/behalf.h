/* For whom a spokesperson speaks, where the source phrase tells it: "a spokesman for the port
 * authority", "ein Sprecher des Ministeriums", "Harbour Ministry spokeswoman Ana Roth".
 *
 * Words that mean spokesperson are class "spokes" of words.tsv. What is not told ("its spokesman")
 * is not looked for elsewhere. Pure; linear in the phrase. */
#ifndef DL_CLAIM_BEHALF_H
#define DL_CLAIM_BEHALF_H

#include "claim/statements.h"

/* False: no spokesperson, or not told for whom. */
bool dl_source_behalf(const struct dl_say_text *text, struct dl_span source,
                      struct dl_span *ret_body);

#endif
