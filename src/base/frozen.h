/* Structures that are made at build and lie ready in the program: nothing is read at its start.
 *
 * At build a freezer is told every block of memory that the structures consist of, and every
 * pointer in it; dl_freezer_write() makes an image of them. dl_frozen_open() gives them back:
 * blocks with pointers are copied and their pointers put right, plain blocks (tables, strings:
 * nearly all of it) are used where the image lies, so that processes share them. What comes back is
 * only read: no arena stands behind it.
 *
 * Image, native byte order (it belongs to the program that it was made with): "DLFROZE1";
 * u64 bytes of blocks with pointers, of plain blocks, number of pointers; u32 offsets of the
 * pointers, filled up to 16; the blocks. A pointer is 1 + offset of what it points at, from the
 * first block on; 0: NULL. The first block is the one that was told first. */
#ifndef DL_BASE_FROZEN_H
#define DL_BASE_FROZEN_H

#include "base/map.h"

typedef struct dl_freezer dl_freezer;

dl_freezer *dl_freezer_new(dl_arena *arena); /* NULL: out of memory */
enum dl_frozen_kind { DL_FROZEN_PLAIN, DL_FROZEN_POINTERS };

/* Blocks live until the writing; kind: are there pointers inside? */
void dl_freeze_block(dl_freezer *freezer, const void *block, size_t size, enum dl_frozen_kind kind);
/* The pointer at `field` and the block of `size` bytes that it leads to; NULL where that is 0. */
void dl_freeze_array(dl_freezer *freezer, const void *field, size_t size, enum dl_frozen_kind kind);
/* The pointer at `field` leads into a block that is told elsewhere, or is NULL. */
void dl_freeze_pointer(dl_freezer *freezer, const void *field);
/* The pointer at `field` is NULL in the image: arenas. */
void dl_freeze_drop(dl_freezer *freezer, const void *field);
void dl_freeze_str(dl_freezer *freezer, const dl_str *field);   /* the bytes are taken in, too */
void dl_map64_freeze(dl_freezer *freezer, const dl_map64 *map); /* a part of a block told before */
/* A word of a block that looks like a pointer into a block or into `text` and was not told, or a
 * pointer that leads nowhere: DL_ERR_STATE with its offset. */
enum dl_err dl_freezer_write(dl_freezer *freezer, dl_buf *out, struct dl_diag *diag) DL_MUST_USE;

/* *ret_root: the first block. The image outlives it; copies live in the arena. */
enum dl_err dl_frozen_open(dl_arena *arena, dl_str image, const void **ret_root,
                           struct dl_diag *diag) DL_MUST_USE;

#endif
