#include "cmd/web_input.h"

#include <unistd.h>

#include "base/io.h"
#include "queue/archive.h"

bool dl_is_web_address(const char *arg)
{
    dl_str s = dl_str_c(arg);
    return dl_str_istarts(s, "http://") || dl_str_istarts(s, "https://");
}

const char *dl_cli_web_address(const struct dl_cli *cli)
{
    for (size_t i = 0; i < cli->nargs; i++)
        if (dl_is_web_address(cli->args[i])) return cli->args[i];
    return NULL;
}

bool dl_cli_egress(const struct dl_cli *cli, dl_egress *ret_egress)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_egress egress = {0};
    dl_str list = dl_str_c(dl_cli_get(cli, "egress-allow"));
    if (dl_egress_allow_list(&egress, list, &diag) != DL_OK) {
        dl_cli_usage(cli, "--egress-allow: %s", diag.message);
        return false;
    }
    *ret_egress = egress;
    return true;
}

bool dl_cli_archive(struct dl_cli *cli)
{
    const char *dir = dl_cli_get(cli, "archive"), *format = dl_cli_get(cli, "archive-format");
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_warc_format unused;
    if (!dl_archive_format_named(format, &unused)) {
        dl_cli_usage(cli, "no archive format '%s'; formats are gz and zst", format);
        return false;
    }
    if (dir == NULL) {
        if (format != NULL) dl_cli_usage(cli, "--archive-format needs --archive DIR");
        return format == NULL;
    }
    if (dl_io_make_dirs(dir, &diag) == DL_OK && access(dir, W_OK) == 0) return true;
    dl_cli_usage(cli, "cannot write archives to %s", dir);
    return false;
}
