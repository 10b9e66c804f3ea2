/* Texts of every kind, made by rule: fragments in many scripts and traps, alone and mixed. */
#ifndef TEST_ANYTEXT_H
#define TEST_ANYTEXT_H

#include "base/arena.h"
#include "base/str.h"

enum { ANYTEXT_FRAGMENTS = 72 };
extern const char *const anytext_fragments[ANYTEXT_FRAGMENTS];

/* The fragment again and again, to at most n bytes; always whole fragments. */
dl_str anytext_repeated(dl_arena *arena, const char *fragment, size_t n);
/* Fragments by chance; cut: anywhere between characters, not only at their ends. */
dl_str anytext_mixed(dl_arena *arena, uint32_t seed, size_t n, bool cut);
/* Characters of all planes by chance. */
dl_str anytext_noise(dl_arena *arena, uint32_t seed, size_t n);

#endif
