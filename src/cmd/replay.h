/* Reading an archive that Dateline wrote: what the writer was told then it is told again, in the
 * same order, with the same times (docs/archive.md). Archives of others have no such records, and
 * their responses are read as pages and feeds by who calls. One object a file. */
#ifndef DL_CMD_REPLAY_H
#define DL_CMD_REPLAY_H

#include "cmd/ingest.h"
#include "feed/warc.h"

typedef struct dl_replay dl_replay;

/* fd: of the file being read, for bodies that stand in it before (revisits). */
dl_replay *dl_replay_new(dl_ingest *ingest, int fd); /* NULL: no memory */
/* Answers that were told and whose bodies never came are told as failed. */
void dl_replay_free(dl_replay *replay, dl_str name);

/* Takes a record of such an archive; *ret_taken: it is one, and the caller leaves it alone.
 * name: of the record, for errors. Errors: the writer is gone for good. */
enum dl_err dl_replay_record(dl_replay *replay, dl_str name, dl_warc *warc,
                             const struct dl_warc_record *record, bool *ret_taken,
                             struct dl_diag *diag) DL_MUST_USE;

#endif
