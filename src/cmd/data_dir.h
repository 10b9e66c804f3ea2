/* The data directory of a command: --store DIR, else $DATELINE_STORE, else $XDG_DATA_HOME/dateline,
 * else ~/.local/share/dateline (XDG Base Directory Specification 0.8). Names it only: whoever
 * writes makes it. Put DL_STORE_OPTION into the command's options. */
#ifndef DL_CMD_DATA_DIR_H
#define DL_CMD_DATA_DIR_H

#include "cmd/cli.h"

#define DL_STORE_OPTION                                                                            \
    {                                                                                              \
        "store", 's', "DIR",                                                                       \
            "data directory (default: $DATELINE_STORE or ~/.local/share/dateline)"                 \
    }

/* Absolute path in cli->arena; NULL after printing why there is none. */
const char *dl_data_dir(struct dl_cli *cli);

/* For what can be made again: $XDG_CACHE_HOME/dateline, else ~/.cache/dateline. Names it only; NULL
 * where there is none. */
const char *dl_cache_dir(struct dl_cli *cli);

#endif
