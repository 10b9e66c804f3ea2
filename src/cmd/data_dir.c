#include "cmd/data_dir.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <unistd.h>

/* Account of the user, for who runs without $HOME (cron, systemd units). */
static const char *home(void)
{
    const char *dir = getenv("HOME");
    if (dir != NULL && dir[0] == '/') return dir;
    const struct passwd *user = getpwuid(getuid());
    return user != NULL && user->pw_dir[0] == '/' ? user->pw_dir : NULL;
}

static const char *absolute(struct dl_cli *cli, const char *path)
{
    char here[PATH_MAX];
    if (path[0] == '/') return dl_str_cstr(cli->arena, dl_str_c(path));
    if (getcwd(here, sizeof here) != NULL) {
        const char *rest = strncmp(path, "./", 2) == 0 ? path + 2 : path;
        bool same = strcmp(path, ".") == 0;
        return dl_str_fmt(cli->arena, "%s%s%s", here, same ? "" : "/", same ? "" : rest).p;
    }
    dl_cli_fail(cli, "cannot tell the folder it runs in: %s; name an absolute path with --store",
                strerror(errno));
    return NULL;
}

static const char *of_user(struct dl_cli *cli)
{
    const char *data = getenv("XDG_DATA_HOME"), *dir = home();
    /* The specification has relative paths ignored. */
    if (data != NULL && data[0] == '/') return dl_str_fmt(cli->arena, "%s/dateline", data).p;
    if (dir != NULL) return dl_str_fmt(cli->arena, "%s/.local/share/dateline", dir).p;
    dl_cli_fail(cli, "no home directory is known; name a data directory with --store DIR");
    return NULL;
}

const char *dl_data_dir(struct dl_cli *cli)
{
    const char *given = dl_cli_get(cli, "store"), *environment = getenv("DATELINE_STORE");
    const char *dir = given != NULL ? given : environment;
    if (given != NULL && given[0] == '\0') {
        dl_cli_usage(cli, "--store wants the path of a folder");
        return NULL;
    }
    if (dir != NULL && strstr(dir, "://") != NULL) {
        dl_cli_usage(cli, "the store is a folder; this build opens no '%.*s://' store",
                     (int)strcspn(dir, ":"), dir);
        return NULL;
    }
    return dir != NULL && dir[0] != '\0' ? absolute(cli, dir) : of_user(cli);
}

const char *dl_cache_dir(struct dl_cli *cli)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *dir = home();
    if (cache != NULL && cache[0] == '/') return dl_str_fmt(cli->arena, "%s/dateline", cache).p;
    return dir != NULL ? dl_str_fmt(cli->arena, "%s/.cache/dateline", dir).p : NULL;
}
