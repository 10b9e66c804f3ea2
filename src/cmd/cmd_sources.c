#include "cmd/data_dir.h"
#include "cmd/reading.h"
#include "cmd/sources.h"

static const struct part {
    const char *name;
    int (*run)(struct dl_cli *cli, const char **args, size_t n);
} parts[] = {
    {"list", dl_sources_list},     {"add", dl_sources_add},       {"remove", dl_sources_remove},
    {"import", dl_sources_import}, {"export", dl_sources_export}, {"test", dl_sources_test},
    {"set", dl_sources_set},
};
enum { PARTS = sizeof parts / sizeof *parts };

static int run(struct dl_cli *cli)
{
    const char *names[PARTS];
    if (cli->nargs == 0) return dl_sources_list(cli, NULL, 0);
    for (size_t i = 0; i < PARTS; i++) {
        names[i] = parts[i].name;
        if (strcmp(cli->args[0], parts[i].name) == 0)
            return parts[i].run(cli, cli->args + 1, cli->nargs - 1);
    }
    const char *near = dl_cli_nearest(cli->args[0], names, PARTS);
    return dl_cli_usage(cli, "cannot '%s'; did you mean %s?", cli->args[0],
                        near != NULL ? near : "list, add, remove, import, export, set or test");
}

const struct dl_command dl_cmd_sources = {
    .name = "sources",
    .summary = "lists and changes what is polled",
    .arguments =
        "[list [OUTLET] | add URL... | remove URL... | set URL... | import OPML... | export | test URL...]",
    .description =
        "list shows every feed, how it fares and why it is polled next when it is. add, remove and "
        "import work while a server runs and without one; what is there already stays. export "
        "prints OPML with country, language, kind and outlet of each. test fetches each address once, obeying robots.txt, and says what is there; it stores nothing and exits 4 when one is bad.\n\nset changes how often feeds are polled, or moves one back whose address followed a redirect.\n\nThe outlet of a feed is "
        "its publisher: by default the registrable domain of the address.",
    .options = {DL_STORE_OPTION,
                DL_JSON_OPTION,
                {"limit", 'n', "N", "rows at most (default: all, with --json as the API)"},
                DL_CURSOR_OPTION,
                {"outlet", 0, "ID", "add: id of the publisher (default: domain of the address)"},
                {"name", 0, "NAME", "add: name of the publisher"},
                {"country", 0, "CC", "add: its country, ISO 3166-1"},
                {"language", 0, "TAG", "add: its language, BCP 47"},
                {"kind", 0, "KIND",
                 "add: agency, state-media, public-broadcaster, private, government, igo, ngo, "
                 "hazard"},
                {"feed-kind", 0, "KIND", "add: feed (default) or sitemap"},
                {"every-at-most", 0, "TIME",
                 "add, set: no oftener than that, like 30m or 6h (default: 15m)"},
                {"every-at-least", 0, "TIME",
                 "add, set: no rarer than that, unless its publisher asks (default: 24h)"},
                {"move-back", 0, NULL, "set: to the address it had before it moved, for good"},
                {"egress-allow", 0, "CIDRS",
                 "test: addresses beyond the public Internet that may be asked"}},
    .examples =
        {
            {"dateline sources", "every feed and how it fares"},
            {"dateline sources add https://example.org/rss.xml --country DE --language de",
             "one more feed"},
            {"dateline sources test https://example.org/rss.xml", "is it a feed, and a good one"},
            {"dateline sources import subscriptions.opml", "the list of a feed reader"},
            {"dateline sources export > sources.opml", "for another machine"},
        },
    .run = run,
};
