#include "cmd/data_dir.h"
#include "cmd/reading.h"
#include "cmd/sources.h"

static const struct part {
    const char *name;
    int (*run)(struct dl_cli *cli, const char **args, size_t n);
} parts[] = {
    {"list", dl_sources_list},         {"add", dl_sources_add},       {"remove", dl_sources_remove},
    {"import", dl_sources_import},     {"export", dl_sources_export}, {"test", dl_sources_test},
    {"set", dl_sources_set},           {"show", dl_sources_show},     {"undo", dl_sources_undo},
    {"discover", dl_sources_discover},
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
    return dl_cli_usage(
        cli, "cannot '%s'; did you mean %s?", cli->args[0],
        near != NULL ? near
                     : "list, show, add, discover, remove, undo, set, import, export or test");
}

const struct dl_command dl_cmd_sources = {
    .name = "sources",
    .summary = "lists and changes what is polled",
    .arguments =
        "[list [OUTLET] | show OUTLET | add URL... | discover URL... | remove URL|OUTLET... | undo | set URL... | "
        "import OPML... | export | test URL...]",
    .description =
        "list shows every feed, how it fares and why it is polled next when it is; show tells of one "
        "source which channels it has, what each is worth, what was probably lost and whether its "
        "silence is surprising. add, remove and import work while a server runs and without one; "
        "what is there already stays. add of a home page (an address without a path) looks there "
        "for feeds and news sitemaps and adds them as channels of one source; discover only says "
        "what it finds. undo brings back what was removed last, with its history. export prints "
        "OPML with country, language, kind and outlet of each. test fetches each address once, "
        "obeying robots.txt, and says what is there; it stores nothing and exits 4 when one is "
        "bad.\n\nset changes how often feeds are polled, or moves one back whose address followed a redirect.\n\nThe outlet of a feed is its publisher: by default the registrable domain of the "
        "address.",
    .options = {DL_STORE_OPTION,
                DL_JSON_OPTION,
                {"limit", 'n', "N", "rows at most (default: all, with --json as the API)"},
                DL_CURSOR_OPTION,
                {"outlet", 0, "ID", "add: id of the publisher (default: domain of the address)"},
                {"name", 0, "NAME", "add: name of the publisher"},
                {"country", 0, "CC", "add: its country, ISO 3166-1; list: of this country"},
                {"language", 0, "TAG", "add: its language, BCP 47"},
                {"kind", 0, "KIND",
                 "add: agency, state-media, public-broadcaster, private, government, igo, ngo, "
                 "hazard"},
                {"feed-kind", 0, "KIND", "add: feed (default), sitemap or front (a front page)"},
                {"every-at-most", 0, "TIME",
                 "add, set: no oftener than that, like 30m or 6h (default: 15m)"},
                {"every-at-least", 0, "TIME",
                 "add, set: no rarer than that, unless its publisher asks (default: 24h)"},
                {"move-back", 0, NULL, "set: to the address it had before it moved, for good"},
                {"front", 0, NULL, "add: the front page too, where there is a feed"},
                {"failing", 0, NULL, "list: what fails, is blocked or gone"},
                {"silent", 0, NULL, "list: whose silence is surprising"},
                {"egress-allow", 0, "CIDRS",
                 "add, discover, test: addresses beyond the public Internet that may be asked"}},
    .examples =
        {
            {"dateline sources add https://example.org/ --country DE --language de",
             "what a publisher offers: feeds and news sitemaps"},
            {"dateline sources --silent --country DE", "who fell silent there"},
            {"dateline sources test https://example.org/rss.xml", "is it a feed, and a good one"},
            {"dateline sources import subscriptions.opml", "the list of a feed reader"},
            {"dateline sources export > sources.opml", "for another machine"},
        },
    .run = run,
};
