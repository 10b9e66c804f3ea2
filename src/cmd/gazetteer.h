/* The parts of `dateline gazetteer`. Each returns an enum dl_exit. */
#ifndef DL_CMD_GAZETTEER_H
#define DL_CMD_GAZETTEER_H

#include "cmd/cli.h"
#include "event/analyse.h"

/* The mapped file of --file, else of the store; NULL after saying why there is none. */
const char *dl_gazetteer_path(struct dl_cli *cli);
/* For commands that read texts, before readers are forked: takes in the file of --gazetteer, else
 * what was imported into the store, if anything was. A damaged file ends a command that has
 * --gazetteer, so that "none" can be said; others say so and go on without it. */
int dl_gazetteer_take(struct dl_cli *cli, dl_analyser *analyser);

int dl_gazetteer_import(struct dl_cli *cli, const char **files, size_t n);
int dl_gazetteer_show(struct dl_cli *cli, const char **names, size_t n);

#define DL_GAZETTEER_CREDIT                                                                        \
    "Places from GeoNames (https://www.geonames.org), CC BY 4.0 "                                  \
    "(https://creativecommons.org/licenses/by/4.0/)"

#endif
