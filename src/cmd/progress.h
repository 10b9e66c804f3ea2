/* A progress line on standard error: done of total, rate, time left, counts by outcome. Shown only
 * on a terminal; redrawn at most five times a second. Times by the monotonic clock. */
#ifndef DL_CMD_PROGRESS_H
#define DL_CMD_PROGRESS_H

#include "base/str.h"

enum { DL_PROGRESS_COUNTS = 6, DL_PROGRESS_DOING = 64 };

struct dl_progress {
    bool shown;
    int64_t started_ms, drawn_ms;
    uint64_t done_bytes, total_bytes; /* total 0: not known */
    uint64_t done;                    /* documents */
    struct {
        const char *name; /* NULL ends the list */
        uint64_t n;
    } counts[DL_PROGRESS_COUNTS];
    char doing[DL_PROGRESS_DOING]; /* what is waited for; empty: nothing */
};

void dl_progress_start(struct dl_progress *p, uint64_t total_bytes);
/* "fetching https://…" behind the counts; strangers' text: controls and what is not ASCII are not
 * shown. Empty: no longer. */
void dl_progress_doing(struct dl_progress *p, dl_str url);
void dl_progress_tick(struct dl_progress *p); /* draws when it is time to */
void dl_progress_end(struct dl_progress *p);  /* wipes the line */
/* "12,345" */
const char *dl_progress_number(uint64_t n, char buf[32]);
/* "1 h 02 min", "3 min 20 s", "12 s" */
const char *dl_progress_duration(int64_t ms, char buf[32]);

#endif
