/* The EXAMPLE world as a store on disk, always the same: make_world FOLDER (which must be empty).
 * For the command cases. */
#include <stdio.h>

#include "base/time.h"
#include "world.h"

int main(int argc, char **argv)
{
    struct dl_diag diag = {0};
    dl_time now;
    if (argc != 2 || !dl_time_parse(DL_STR("2026-11-24T12:00:00Z"), &now)) return 2;
    if (world_fill(argv[1], now.ms, 0, &diag) == DL_OK) return 0;
    fprintf(stderr, "make_world: %s\n", diag.message);
    return 1;
}
