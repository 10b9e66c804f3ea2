#include <errno.h>
#include <unistd.h>

#include "cmd/data_dir.h"
#include "cmd/service.h"
#include "cmd/web_input.h"

enum { FETCHES_MOST = 20000 }; /* 95 KB each */

static bool is_readable(struct dl_cli *cli, const char *path)
{
    if (path == NULL || access(path, R_OK) == 0) return true;
    dl_cli_fail(cli, "--ca-file %s: %s", path, strerror(errno));
    return false;
}

static int run(struct dl_cli *cli)
{
    long fetches;
    if (!dl_cli_int(cli, "fetches", 0, 2, FETCHES_MOST, &fetches)) return DL_EXIT_USAGE;
    if (!is_readable(cli, dl_cli_get(cli, "ca-file"))) return DL_EXIT_FAILURE;
    struct dl_service service = {
        .dir = dl_data_dir(cli),
        .offline = dl_cli_has(cli, "offline"),
        .sources = dl_cli_has(cli, "no-sources") ? "" : dl_cli_get(cli, "sources"),
        .fetch = {.egress_allow = dl_cli_get(cli, "egress-allow"),
                  .ca_file = dl_cli_get(cli, "ca-file"),
                  .dns = dl_cli_get(cli, "dns"),
                  .fetches = (unsigned)fetches,
                  .archive = dl_cli_get(cli, "archive"),
                  .archive_format = dl_cli_get(cli, "archive-format"),
                  .want_pages = !dl_cli_has(cli, "no-pages")},
        .websub_callback = dl_cli_get(cli, "websub-callback"),
        .want_pages = !dl_cli_has(cli, "no-pages"),
        .full_text = dl_cli_has(cli, "full-text"),
    };
    if (service.dir == NULL) return DL_EXIT_USAGE;
    if (cli->nargs > 0) return dl_cli_usage(cli, "it takes no argument, not '%s'", cli->args[0]);
    if (!dl_cli_archive(cli)) return DL_EXIT_USAGE;
    return dl_service_run(cli, &service);
}

const struct dl_command dl_cmd_serve = {
    .name = "serve",
    .summary = "fetch, read and serve the page, the API and the feeds",
    .arguments = "",
    .description =
        "Polls the sources politely, reads what they publish in sandboxed processes, and serves the\n"
        "page on http://127.0.0.1:8440. A new store starts with the starter sources. SIGTERM ends\n"
        "it within ten seconds; after a crash of any process it goes on where the store stands.\n\n"
        "On a loopback address documents show their full text, for you; elsewhere headline, short\n"
        "quote and link, unless --full-text is given. TLS is for a proxy in front (--host).",
    .options = {DL_STORE_OPTION,
                DL_SERVICE_OPTIONS,
                {"offline", 0, NULL, "fetch nothing, serve what is stored"},
                {"sources", 0, "OPML", "sources for a new store, in place of the starter sources"},
                {"no-sources", 0, NULL, "a new store starts without sources"},
                {"no-pages", 0, NULL, "read the feeds alone, not the pages behind their items"},
                DL_ARCHIVE_OPTIONS,
                {"full-text", 0, NULL, "documents show all their text also to others"},
                {"websub-callback", 0, "URL",
                 "where hubs of feeds reach this server, as https://news.example/: they push what "
                 "is new (default: hubs are not asked)"},
                {"egress-allow", 0, "CIDRS",
                 "addresses beyond the public Internet that may be fetched (shown on Status)"},
                {"fetches", 0, "N", "at most N fetches at once, one a host (default: 1000)"},
                {"ca-file", 0, "FILE", "certificates (PEM) to trust in place of the system's"},
                {"dns", 0, "SERVERS",
                 "name servers to ask in place of the system's, as 192.0.2.1:53,…"},
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline serve", "the page with the starter sources"},
                 {"dateline serve --offline --listen 127.0.0.1:9000", "only what is stored"},
                 {NULL, NULL}},
    .run = run,
};
