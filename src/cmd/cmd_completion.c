#include "cmd/cli.h"

static int run(struct dl_cli *cli)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    dl_buf out = DL_BUF_INIT(1 << 20);
    if (cli->nargs != 1) return dl_cli_usage(cli, "name one shell: bash, zsh or fish");
    enum dl_err err = dl_help_completion(cli->args[0], &out);
    int code = DL_EXIT_OK;
    if (err == DL_ERR_NOT_FOUND) {
        const char *near = dl_cli_nearest(cli->args[0], shells, 3);
        code = dl_cli_usage(cli, "no shell '%s'; did you mean %s?", cli->args[0],
                            near != NULL ? near : "bash, zsh or fish");
    } else {
        code = dl_cli_print(cli, &out);
    }
    dl_buf_free(&out);
    return code;
}

const struct dl_command dl_cmd_completion = {
    .name = "completion",
    .summary = "prints completion for a shell",
    .arguments = "bash|zsh|fish",
    .examples =
        {
            {"dateline completion bash > /etc/bash_completion.d/dateline", "for all users"},
            {"source <(dateline completion zsh)", "for this shell only"},
        },
    .run = run,
};
