#include <ftw.h>
#include <poll.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/log.h"
#include "cmd/data_dir.h"
#include "cmd/demo_material.h"
#include "cmd/ingest.h"
#include "cmd/service.h"

enum {
    ARTICLE_MEMORY = 4 << 20,
    MATERIAL_MAX = 1 << 20,
    SPEED_MOST = 100000,
    FTW_FDS = 16,
};

struct demo {
    const char *dir;
    long speed;
    bool is_temporary;
};

/* --- the replay, a process beside the others ---------------------------------------------- */

/* False when it is time to end. */
static bool wait_until(int64_t at_ms)
{
    for (int64_t left; !dl_stop_wanted() && (left = at_ms - dl_monotonic_ms()) > 0;) {
        struct pollfd stop = {dl_stop_fd(), POLLIN, 0};
        poll(&stop, 1, left > 1000 ? 1000 : (int)left);
    }
    return !dl_stop_wanted();
}

static enum dl_err send_article(dl_ingest *in, dl_arena *arena, const struct dl_demo_article *a,
                                int64_t start_ms, struct dl_diag *diag)
{
    static const char *const kinds[] = {"article", "page", "feed"};
    static const char *const channels[] = {"push", "page", "feed"};
    dl_buf bytes = DL_BUF_INIT(MATERIAL_MAX);
    enum dl_err err = dl_demo_write(arena, a, start_ms, &bytes);
    struct dl_ingest_facts facts = {
        .name = a->id,
        .kind = dl_str_c(kinds[a->form]),
        .channel = dl_str_c(channels[a->form]),
        .url = a->url,
        .content_type =
            a->form == DL_DEMO_PAGE ? DL_STR("text/html; charset=utf-8") : (dl_str){NULL, 0},
        .outlet = a->outlet,
        .outlet_name = a->outlet_name,
        .outlet_kind = a->outlet_kind,
        .country = a->country,
        .language = a->language,
    };
    if (err == DL_OK) err = dl_ingest_send(in, &facts, dl_buf_slice(&bytes), diag);
    if (err == DL_OK) err = dl_ingest_settle(in, diag);
    dl_buf_free(&bytes);
    return err;
}

static enum dl_err replay(const struct demo *d, dl_ingest *in, dl_arena *arena,
                          struct dl_diag *diag)
{
    dl_str world, line;
    int64_t start_ms = dl_now_ms(), began = dl_monotonic_ms();
    if (!dl_asset_get("demo/world.ndjson", &world)) return DL_ERR_NOT_FOUND;
    while (dl_str_line(&world, &line)) {
        struct dl_demo_article article;
        dl_arena_reset(arena);
        if (dl_str_trim(line).n == 0) continue;
        DL_TRY(dl_demo_read(arena, line, &article, diag));
        if (!wait_until(began + article.at_ms / d->speed)) return DL_OK;
        DL_TRY(send_article(in, arena, &article, start_ms, diag));
    }
    return DL_OK;
}

static int run_replay(void *ctx)
{
    const struct demo *d = ctx;
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_local_options options = {.dir = d->dir, .server_only = true};
    dl_ingest *in = NULL;
    dl_arena *arena = dl_arena_new(ARTICLE_MEMORY);
    enum dl_err err = arena == NULL ? DL_ERR_NOMEM : dl_ingest_open(&options, &in, &diag);
    if (err == DL_OK) err = replay(d, in, arena, &diag);
    if (err != DL_OK && !dl_stop_wanted())
        dl_log(DL_LOG_ERROR, "the replay ended", "code=%s why=%s", dl_err_name(err),
               dl_log_text(dl_str_c(diag.message)));
    else
        dl_log(DL_LOG_INFO, "the replay is over, the page stays", "speed=%ld", d->speed);
    dl_ingest_close(in);
    dl_arena_free(arena);
    while (wait_until(dl_monotonic_ms() + 3600000)) {
    }
    return 0;
}

/* --- the command -------------------------------------------------------------------------- */

static void tell_where(void *ctx, const char *url)
{
    const struct demo *d = ctx;
    fprintf(stderr,
            "An invented EXAMPLE world plays on %s (speed %ld, Ctrl-C ends it).\n"
            "The store is %s%s.\n",
            url, d->speed, d->dir, d->is_temporary ? ", removed at the end" : "");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int play(struct dl_cli *cli, struct demo *d)
{
    struct dl_service service = {
        .dir = d->dir,
        .offline = true,
        .sources = "",
        .extra = run_replay,
        .extra_name = "demo",
        .extra_ctx = d,
        .started = tell_where,
        .started_ctx = d,
    };
    return dl_service_run(cli, &service);
}

static int run(struct dl_cli *cli)
{
    struct demo d = {0};
    if (cli->nargs > 0) return dl_cli_usage(cli, "it takes no argument, not '%s'", cli->args[0]);
    if (!dl_cli_int(cli, "speed", 4, 1, SPEED_MOST, &d.speed)) return DL_EXIT_USAGE;
    if (dl_cli_has(cli, "store")) {
        d.dir = dl_data_dir(cli);
        return d.dir == NULL ? DL_EXIT_FAILURE : play(cli, &d);
    }
    const char *tmp = getenv("TMPDIR");
    dl_str dir = dl_str_fmt(cli->arena, "%s/dateline-demo-XXXXXX", tmp != NULL ? tmp : "/tmp");
    char *path = dl_str_cstr(cli->arena, dir);
    if (path == NULL || mkdtemp(path) == NULL)
        return dl_cli_fail(cli, "no temporary folder; --store DIR takes another");
    d.dir = path;
    d.is_temporary = true;
    int code = play(cli, &d);
    if (nftw(path, remove_one, FTW_FDS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
        fprintf(stderr, "%s could not be removed\n", path);
    return code;
}

const struct dl_command dl_cmd_demo = {
    .name = "demo",
    .summary = "play an invented EXAMPLE world through the same pipeline",
    .arguments = "",
    .description =
        "Needs no network. 85 invented articles of 28 invented outlets in ten languages come in as\n"
        "pages, feeds and articles over seven and a half minutes (at speed 1): copies, translations,\n"
        "denials, anonymous sources, hardening, a correction. Every headline is marked EXAMPLE.",
    .options = {{"speed", 'x', "N", "times as fast (default: 4, about two minutes)"},
                {"store", 's', "DIR", "keep the store there (default: a temporary folder)"},
                DL_SERVICE_OPTIONS,
                {NULL, 0, NULL, NULL}},
    .examples = {{"dateline demo", "on http://127.0.0.1:8440"},
                 {"dateline demo --speed 60 --listen 127.0.0.1:0",
                  "all within seconds, on a free port"},
                 {NULL, NULL}},
    .run = run,
};
