/* `dateline doctor`: is this machine, this data directory and this store fit to run on? Each check
 * notes one line: state, what was found, what to do next. Nothing is changed and nothing fetched.
 */
#ifndef DL_CMD_DOCTOR_H
#define DL_CMD_DOCTOR_H

#include "base/vec.h"
#include "cmd/cli.h"

enum dl_check_state { DL_CHECK_OK, DL_CHECK_WARN, DL_CHECK_BAD };

struct dl_check {
    const char *name;
    enum dl_check_state state;
    dl_str what;
    const char *next; /* what to do; NULL: nothing */
};

struct dl_doctor {
    struct dl_cli *cli;
    const char *dir;
    bool server;                    /* a writer answers on its socket */
    int64_t now_ms, newest_seen_ms; /* 0: no store */
    DL_VEC(struct dl_check) checks;
};

void dl_doctor_note(struct dl_doctor *d, const char *name, enum dl_check_state state,
                    const char *next, const char *format, ...) DL_PRINTF(5, 6);

/* doctor_store.c; before the machine, whose checks look at what was found */
void dl_doctor_store(struct dl_doctor *d);
/* doctor_machine.c */
void dl_doctor_machine(struct dl_doctor *d);
bool dl_doctor_port(struct dl_doctor *d, const char *listen); /* false: usage error, printed */
/* Is have ("3.40.1-x") at least want ("3.40")? */
bool dl_version_at_least(dl_str have, const char *want);

#endif
