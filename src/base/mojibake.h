/* Mojibake: UTF-8 that somebody read as windows-1252, latin-1 or windows-1251 and encoded again,
 * once or more ("cafÃ©", "donâ€™t", "РџРѕСЂС‚").
 *
 * A run of characters beyond ASCII is undone where every character stands for a byte of one of
 * these encodings, the bytes are whole UTF-8, and what they say is letters of one script or usual
 * signs. A piece of the text (between tags, quotes and separators) changes only as a whole: when
 * all of its runs can be undone, or those left are signs, and one of them at least lies in or at a
 * word as no right text has it. Where the text holds right letters beyond ASCII elsewhere, a piece
 * needs two such runs, or to be metadata. Words quoted, alone or in <code> prove nothing: they are
 * written about mojibake. Linear; ASCII costs one search for a byte. */
#ifndef DL_BASE_MOJIBAKE_H
#define DL_BASE_MOJIBAKE_H

#include "base/str.h"

/* text: valid UTF-8, plain or HTML. What is right comes back as it is, with the same address.
 * Without memory: as it is, and the arena has failed. */
dl_str dl_mojibake_repair(dl_arena *arena, dl_str text);

#endif
