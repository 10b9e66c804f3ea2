/* The pages over the EXAMPLE world, for the browser tests and for looking at them:
 *     site FOLDER [PORT [STORIES]]
 * fills a store in the empty FOLDER, prints "port N", serves until standard input ends. A line
 * "report" on standard input adds a document to the first story. */
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "serve/web.h"
#include "who.h"

static int fail(const char *what, const struct dl_diag *diag)
{
    fprintf(stderr, "site: %s: %s\n", what, diag->message);
    return 1;
}

int main(int argc, char **argv)
{
    struct dl_diag diag = {0};
    if (argc < 2) return fail("usage: site FOLDER [PORT [STORIES]]", &diag);
    size_t more = argc > 3 ? (size_t)atol(argv[3]) : 0;
    int64_t now_ms = dl_now_ms();
    if (strcmp(argv[1], "-") != 0 && (world_fill(argv[1], now_ms, more, &diag) != DL_OK ||
                                      who_fill(argv[1], now_ms, more, &diag) != DL_OK))
        return fail("the world cannot be made", &diag);
    int stop[2];
    if (pipe(stop) != 0) return 1;
    struct dl_web_options options = {
        .store = argv[1],
        .address = "127.0.0.1",
        .port = argc > 2 ? atoi(argv[2]) : 0,
        .listen_fd = -1,
        .full_text = true,
        .offline = true,
        .writer_fd = -1,
        .stop_fd = -1,
        .wake_fd = -1,
    };
    dl_web *web;
    if (dl_web_start(&options, &web, &diag) != DL_OK) return fail("it does not start", &diag);
    printf("port %d\n", dl_web_port(web));
    fflush(stdout);
    char line[64];
    for (int n = 1; fgets(line, sizeof line, stdin) != NULL; n++) {
        if (strcmp(line, "report\n") == 0 &&
            world_add_report(argv[1], dl_now_ms(), n, &diag) != DL_OK)
            return fail("no further report", &diag);
        dl_web_tick(web);
    }
    dl_web_stop(web);
    return 0;
}
