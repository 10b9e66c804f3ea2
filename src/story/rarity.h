/* Rarity: in how many documents a term has been, forgetting slowly, in fixed memory.
 *
 * A count-min sketch with conservative update (Cormode and Muthukrishnan 2005; Estan and Varghese
 * 2002) holds document counts; at DL_RARITY_WINDOW documents all counts are halved, so old news
 * fades. Before a language has been seen much, a term's length stands in for its count (Zipf: short
 * words are frequent), so that the first documents of a stream are not compared by "the" and "and".
 * Weights are logarithms of (documents of the language / documents with the term), never below 0.
 */
#ifndef DL_STORY_RARITY_H
#define DL_STORY_RARITY_H

#include "story/features.h"

enum { DL_RARITY_WINDOW = 1 << 19 };

struct dl_rarity;
struct dl_rarity *dl_rarity_new(void);
void dl_rarity_free(struct dl_rarity *rarity);
/* Counts the terms and anchors of one document. */
void dl_rarity_add(struct dl_rarity *rarity, const struct dl_features *features);
/* Counts one more thing that the document holds. */
void dl_rarity_count(struct dl_rarity *rarity, uint32_t id);
/* Index of a language (primary subtag) for the calls below; the table is bounded, the rest share.
 */
size_t dl_rarity_language(const struct dl_rarity *rarity, const char language[4]);
float dl_rarity_term(const struct dl_rarity *rarity, size_t language, uint32_t id, uint8_t flags,
                     uint8_t length);
float dl_rarity_anchor(const struct dl_rarity *rarity, uint32_t id);
/* It will be asked for soon: the counts lie far apart in memory. */
void dl_rarity_expect(const struct dl_rarity *rarity, uint32_t id);
uint32_t dl_rarity_language_documents(const struct dl_rarity *rarity, const char language[4]);
/* Documents counted so far, all languages. */
uint32_t dl_rarity_documents(const struct dl_rarity *rarity);
uint64_t dl_rarity_hash(const struct dl_rarity *rarity);
size_t dl_rarity_bytes(void);

#endif
