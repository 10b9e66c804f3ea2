/* How alike two short texts are, in any script: pairs of neighbouring letters they share.
 *
 * Letters and digits only, case folded one by one; all else parts words. A pair spans a word's
 * border, so that Chinese and Thai need no word list. Dice's coefficient of the two multisets
 * (Dice 1945; bigrams: Adamson and Boreham 1974). Pure, no memory, linear. */
#ifndef DL_LANG_ALIKE_H
#define DL_LANG_ALIKE_H

#include "base/str.h"

enum { DL_ALIKE_BYTES = 400 }; /* of each text that count: a title is shorter */

unsigned dl_alike_percent(dl_str a, dl_str b); /* 0..100; two texts without letters: 0 */
/* The same numbers in the same order ("4 March", "5 March": no). Digits of any script. */
bool dl_alike_numbers(dl_str a, dl_str b);

#endif
