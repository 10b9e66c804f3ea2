/* Map of u64 keys (never 0) to u32, with removal: linear probing, the gap closed by shifting back
 * (Knuth, TAOCP 3, 6.4 R). On malloc. Its order never reaches an output: there is no walk. */
#ifndef DL_STORY_KEYMAP_H
#define DL_STORY_KEYMAP_H

#include "base/str.h"

struct dl_keymap {
    struct dl_keymap_slot {
        uint64_t key;
        uint32_t value;
    } * slots;
    size_t n, cap;
};

void dl_keymap_free(struct dl_keymap *map);
bool dl_keymap_get(const struct dl_keymap *map, uint64_t key, uint32_t *ret_value);
enum dl_err dl_keymap_set(struct dl_keymap *map, uint64_t key, uint32_t value) DL_MUST_USE;
void dl_keymap_remove(struct dl_keymap *map, uint64_t key);

#endif
