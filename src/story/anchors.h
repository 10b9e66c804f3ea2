/* Anchors: what one article shares with its counterpart in another language.
 *
 * Names by sound: each letter of a name is mapped by itself through ICU (Any-Latin, Latin-ASCII) to
 * a consonant class, vowels vanish, so that "Trump", "Трамп", "ترامب" and "トランプ" meet. Scripts
 * with capitals give capitalised words, others every word long enough (rarity decides later);
 * katakana runs are names, Han words are left to dictionaries. Numbers of two digits and more.
 * terms: the id of each word's term.
 * Sets anchors and n_anchors. One anchorer per thread (it caches letters). */
#ifndef DL_STORY_ANCHORS_H
#define DL_STORY_ANCHORS_H

#include "story/features.h"
#include "story/wordscan.h"

struct dl_anchorer;
struct dl_anchorer *dl_anchorer_new(void);
void dl_anchorer_free(struct dl_anchorer *anchorer);
enum { DL_SOUND_MAX = 8 };
/* Consonant classes of a word, padded with NUL: "Behr" and "Бер" give one. */
void dl_anchorer_sound(struct dl_anchorer *anchorer, dl_str word, char ret_sound[DL_SOUND_MAX]);
enum dl_err dl_anchors_make(struct dl_anchorer *anchorer, dl_arena *arena,
                            const struct dl_word *words, const uint32_t *terms, size_t n,
                            size_t title_end, struct dl_features *features) DL_MUST_USE;

#endif
