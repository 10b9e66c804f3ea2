/* One sandboxed reader beside a command, for single documents of strangers: bytes in, parts out.
 * For many documents see batch.h. Open it before anything else is open: it is forked. */
#ifndef DL_CMD_SIDE_READER_H
#define DL_CMD_SIDE_READER_H

#include "queue/nursery.h"

typedef struct dl_side_reader dl_side_reader;

enum dl_err dl_side_reader_open(dl_reader_fn work, void *ctx,
                                dl_side_reader **ret_reader) DL_MUST_USE;
void dl_side_reader_close(dl_side_reader *reader); /* NULL ok */
/* Parts of the answer are copied into the arena; they are checked to be UTF-8, no more: a reader
 * is as hostile as what it read. A reader that died is replaced by the next call. */
enum dl_err dl_side_reader_ask(dl_side_reader *reader, dl_arena *arena,
                               const dl_str parts[DL_FRAME_PARTS], dl_str ret_parts[DL_FRAME_PARTS],
                               struct dl_diag *diag) DL_MUST_USE;

#endif
