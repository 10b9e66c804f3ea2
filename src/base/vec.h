/* Typed growing arrays on an arena.
 *
 *     struct { size_t n, cap; struct item *p; } items = {0};      or  DL_VEC(struct item) items;
 *     if (dl_vec_push(arena, &items, item) != DL_OK) return dl_arena_failed(arena);
 */
#ifndef DL_BASE_VEC_H
#define DL_BASE_VEC_H

#include "base/arena.h"

#define DL_VEC(type)                                                                               \
    struct {                                                                                       \
        size_t n, cap;                                                                             \
        type *p;                                                                                   \
    }

static inline void *dl_vec_grow_(dl_arena *arena, void *p, size_t cap, size_t size, size_t *ret_cap)
{
    size_t want = cap == 0 ? 8 : cap * 2;
    if (want > (size_t)-1 / 2 / size) return NULL;
    void *grown = dl_realloc(arena, p, cap * size, want * size);
    if (grown != NULL) *ret_cap = want;
    return grown;
}

/* Room for one more; evaluates to true on success. */
#define dl_vec_room(arena, v)                                                                      \
    ((v)->n < (v)->cap || ({                                                                       \
         void *dl_grown_ = dl_vec_grow_((arena), (v)->p, (v)->cap, sizeof *(v)->p, &(v)->cap);     \
         if (dl_grown_ != NULL) (v)->p = dl_grown_;                                                \
         dl_grown_ != NULL;                                                                        \
     }))

#define dl_vec_push(arena, v, value)                                                               \
    (dl_vec_room((arena), (v)) ? ((v)->p[(v)->n++] = (value), DL_OK) : DL_ERR_TOO_BIG)

#endif
