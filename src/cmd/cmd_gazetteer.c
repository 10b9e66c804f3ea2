#include <errno.h>
#include <unistd.h>

#include "cmd/data_dir.h"
#include "cmd/gazetteer.h"
#include "cmd/reading.h"
#include "lang/placebuild.h"
#include "lang/placefile.h"
#include "queue/sandbox.h"

const char *dl_gazetteer_path(struct dl_cli *cli)
{
    const char *file = dl_cli_get(cli, "file");
    if (file != NULL && file[0] == '\0') {
        dl_cli_usage(cli, "--file wants the path of a file");
        return NULL;
    }
    if (file != NULL) return file;
    const char *dir = dl_data_dir(cli);
    return dir == NULL ? NULL : dl_str_fmt(cli->arena, "%s/%s", dir, DL_PLACEFILE_NAME).p;
}

static const char *of_store(struct dl_cli *cli)
{
    const char *dir = dl_data_dir(cli);
    return dir == NULL ? NULL : dl_str_fmt(cli->arena, "%s/%s", dir, DL_PLACEFILE_NAME).p;
}

int dl_gazetteer_take(struct dl_cli *cli, dl_analyser *analyser)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    size_t bytes;
    bool named = dl_cli_knows(cli, "gazetteer") && dl_cli_has(cli, "gazetteer");
    const char *path = named ? dl_cli_get(cli, "gazetteer") : of_store(cli);
    if (named && strcmp(path, "none") == 0) return DL_EXIT_OK;
    if (path == NULL) return DL_EXIT_OK;
    enum dl_err err = dl_analyser_import(analyser, path, &bytes, &diag);
    if (err == DL_OK) dl_sandbox_mapped(bytes);
    if (err == DL_OK || (err == DL_ERR_NOT_FOUND && !named)) return DL_EXIT_OK;
    if (dl_cli_knows(cli, "gazetteer"))
        return dl_cli_fail(cli, "%s; or say --gazetteer none", diag.message);
    fprintf(stderr, "dateline %s: imported places are not used: %s\n", cli->command->name,
            diag.message);
    return DL_EXIT_OK;
}

static int remove_it(struct dl_cli *cli, const char **args, size_t n)
{
    (void)args;
    if (n > 0) return dl_cli_usage(cli, "remove takes no name; it removes what was imported");
    const char *path = dl_gazetteer_path(cli);
    if (path == NULL) return DL_EXIT_USAGE;
    dl_placebuild_tidy(path);
    if (unlink(path) == 0) {
        printf("Removed %s. What is built in is used again; a running server keeps the old one "
               "until it is started again.\n",
               path);
        return DL_EXIT_OK;
    }
    if (errno != ENOENT) return dl_cli_fail(cli, "cannot remove %s: %s", path, strerror(errno));
    dl_cli_fail(cli, "nothing was imported; only what is built in is used");
    return DL_EXIT_NOTHING;
}

static const struct part {
    const char *name;
    int (*run)(struct dl_cli *cli, const char **args, size_t n);
} parts[] = {{"show", dl_gazetteer_show}, {"import", dl_gazetteer_import}, {"remove", remove_it}};
enum { PARTS = sizeof parts / sizeof *parts };

static int run(struct dl_cli *cli)
{
    const char *names[PARTS];
    if (cli->nargs == 0) return dl_gazetteer_show(cli, NULL, 0);
    for (size_t i = 0; i < PARTS; i++) {
        names[i] = parts[i].name;
        if (strcmp(cli->args[0], parts[i].name) == 0)
            return parts[i].run(cli, cli->args + 1, cli->nargs - 1);
    }
    const char *near = dl_cli_nearest(cli->args[0], names, PARTS);
    return dl_cli_usage(cli, "cannot '%s'; did you mean %s?", cli->args[0],
                        near != NULL ? near : "show, import or remove");
}

const struct dl_command dl_cmd_gazetteer = {
    .name = "gazetteer",
    .summary = "takes in places of GeoNames, beside those built in",
    .arguments = "[show [NAME] | import FILE... | remove]",
    .description =
        "Built in are countries, first-level divisions and 15,000 cities in many languages, and for names in Latin letters 150,000 more towns, counties and waters, which show does not list. import compiles dumps of "
        "GeoNames into one file of the store, which analyse, ingest and serve then use as well: "
        "allCountries.txt, cities500.txt or one country's XX.txt; alternateNamesV2.txt for names in "
        "other languages; admin1CodesASCII.txt and admin2Codes.txt for names of divisions. Fetch "
        "them from https://download.geonames.org/export/dump/ and give them as they are: plain, "
        ".zip, .gz or .zst, in any order, all in one command, as an import replaces the one before "
        "it. The file is replaced when all is written; when something fails the old one stays. A "
        "running server uses it from its next start; texts read before keep their places.\n\n"
        "Lines that do not follow the format are counted and named, and the others are taken. "
        "Memory stays under half a gigabyte for the whole world (12 million places); the store's "
        "disk needs about as much room as the unpacked dump while it works.\n\n"
        "By default all of class A (countries, divisions) and P (towns) is taken, and of the rest "
        "what news speaks of: mountains, islands, capes, deserts (T), oceans, seas, gulfs, straits, "
        "lakes, rivers, canals (H), regions, parks, ports, bases, oil fields (L), airports, air "
        "bases, dams, power stations, refineries (S); nothing that is no more. --classes says "
        "otherwise.\n\nshow says what was imported, or which places carry a name. remove undoes "
        "the import.\n\n" DL_GAZETTEER_CREDIT ".",
    .options = {DL_STORE_OPTION,
                {"file", 'f', "FILE", "this file in place of the store's"},
                {"classes", 'c', "LIST",
                 "import: feature classes and codes, like A,P,S.AIRP; or all"},
                {"json", 'j', NULL, "print one JSON object"}},
    .examples =
        {
            {"dateline gazetteer import allCountries.zip alternateNamesV2.zip admin1CodesASCII.txt "
             "admin2Codes.txt",
             "the world, in all languages"},
            {"dateline gazetteer import cities500.zip", "towns from 500 people"},
            {"dateline gazetteer import --classes P,S.AIRP UA.txt PL.txt",
             "towns and airports of two countries"},
            {"dateline gazetteer show Springfield", "which places are called so"},
            {"dateline gazetteer remove", "back to what is built in"},
        },
    .run = run,
};
