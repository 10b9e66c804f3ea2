/* The processes behind `serve` and `demo`: fetch, write with its readers, web. */
#ifndef DL_CMD_SERVICE_H
#define DL_CMD_SERVICE_H

#include "cmd/cli.h"
#include "queue/fetcher.h"
#include "queue/supervisor.h"
#include "queue/writer.h"

enum { DL_DEFAULT_PORT = 8440 };

/* The options that both have. */
#define DL_SERVICE_OPTIONS                                                                         \
    {"listen", 'l', "ADDR:PORT", "where the page is served (default: 127.0.0.1:8440)"},            \
        {"host", 0, "NAMES", "names a proxy calls this server by, parted by commas"},              \
    {                                                                                              \
        "threads", 't', "N", "reader processes (default: all cores)"                               \
    }

struct dl_service {
    const char *dir;
    bool offline;
    const char *sources;             /* OPML file; NULL: the starter sources; "": none */
    struct dl_fetcher_options fetch; /* as the operator wants it; dir is set here */
    const char *websub_callback;     /* where hubs reach us; NULL: nowhere */
    bool want_pages;
    bool full_text;
    /* One more process beside the others, ended first; NULL: none. It is told the data folder. */
    int (*extra)(void *ctx);
    const char *extra_name;
    void *extra_ctx;
    void (*started)(void *ctx, const char *url); /* the page listens there; NULL ok */
    void *started_ctx;
};

/* Runs until SIGTERM or SIGINT. Exit code. */
int dl_service_run(struct dl_cli *cli, const struct dl_service *service);

#endif
