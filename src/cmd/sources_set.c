/* `dateline sources set`: how often a feed is polled, and where it was before it moved. */
#include <limits.h>

#include "base/json.h"
#include "cmd/data_dir.h"
#include "cmd/sources.h"
#include "net/schedule.h"
#include "net/url.h"
#include "queue/local.h"

enum { WEEK_S = 7 * 24 * 3600 };

/* "90s", "30m", "6h", "2d"; a bare number are minutes; "default": 0. -1: no such time. */
static int64_t seconds_of(const char *text)
{
    char *end;
    if (strcmp(text, "default") == 0) return 0;
    long n = strtol(text, &end, 10);
    if (end == text || n <= 0 || n > INT_MAX) return -1;
    int64_t unit = strcmp(end, "s") == 0                   ? 1
                   : *end == '\0' || strcmp(end, "m") == 0 ? 60
                   : strcmp(end, "h") == 0                 ? 3600
                   : strcmp(end, "d") == 0                 ? 86400
                                                           : 0;
    int64_t s = n * unit;
    return s >= DL_POLL_FLOOR_LEAST_S && s <= WEEK_S ? s : -1;
}

bool dl_sources_put_pace(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *row)
{
    static const char *const options[][2] = {{"every-at-most", "floor"},
                                             {"every-at-least", "ceiling"}};
    int64_t s[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        const char *text = dl_cli_get(cli, options[i][0]);
        if (text == NULL) continue;
        s[i] = seconds_of(text);
        if (s[i] < 0) {
            dl_cli_usage(cli,
                         "--%s wants a time from 1m to 7d like 30m or 6h, or 'default', not '%s'",
                         options[i][0], text);
            return false;
        }
        dl_json_int(doc, row, options[i][1], s[i]);
    }
    if (s[0] <= s[1] || s[1] == 0) return true;
    dl_cli_usage(cli, "--every-at-least cannot be a shorter time than --every-at-most");
    return false;
}

static bool set_row(struct dl_cli *cli, yyjson_mut_doc *doc, yyjson_mut_val *list, const char *text)
{
    struct dl_url url;
    bool good = dl_url_parse(cli->arena, dl_str_c(text), (dl_str){NULL, 0}, &url) == DL_OK;
    if (!good || !dl_url_is_web(&url)) {
        dl_cli_usage(cli, "'%s' is no http or https address", text);
        return false;
    }
    yyjson_mut_val *row = dl_json_push_obj(doc, list);
    dl_json_str(doc, row, "url", url.href);
    if (dl_cli_has(cli, "move-back")) dl_json_bool(doc, row, "move_back", true);
    return dl_sources_put_pace(cli, doc, row);
}

static int ask(struct dl_cli *cli, yyjson_mut_doc *doc, int64_t *ret_set)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_local_options options = {.dir = dl_data_dir(cli), .readers = 1, .sandboxed = true};
    dl_local *local = NULL;
    dl_str json;
    struct dl_frame answer;
    yyjson_doc *read;
    if (options.dir == NULL) return DL_EXIT_USAGE;
    enum dl_err err = dl_json_text(doc, cli->arena, &json);
    if (err == DL_OK) err = dl_local_open(&options, &local, &diag);
    if (err == DL_OK)
        err = dl_asker_ask(dl_local_asker(local), DL_REQUEST_SOURCES, json, (dl_str){NULL, 0},
                           &answer, &diag);
    if (err == DL_OK) err = dl_json_read(cli->arena, answer.part[0], &read, &diag);
    if (err == DL_OK) *ret_set = dl_json_get_int(yyjson_doc_get_root(read), "set", 0);
    dl_local_close(local);
    if (err == DL_OK) return DL_EXIT_OK;
    dl_cli_fail(cli, "%s: %s", options.dir,
                diag.message[0] != '\0' ? diag.message : dl_err_text(err));
    return err == DL_ERR_BUSY || err == DL_ERR_VERSION ? DL_EXIT_BUSY : DL_EXIT_FAILURE;
}

int dl_sources_set(struct dl_cli *cli, const char **args, size_t n)
{
    bool pace = dl_cli_has(cli, "every-at-least") || dl_cli_has(cli, "every-at-most");
    if (n == 0) return dl_cli_usage(cli, "name at least one address to set");
    if (pace == dl_cli_has(cli, "move-back"))
        return dl_cli_usage(cli, "set wants --every-at-most and --every-at-least, or --move-back");
    yyjson_mut_doc *doc = dl_json_new(cli->arena);
    if (doc == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    yyjson_mut_val *list = dl_json_arr(doc, yyjson_mut_doc_get_root(doc), "set");
    for (size_t i = 0; i < n; i++)
        if (!set_row(cli, doc, list, args[i])) return DL_EXIT_USAGE;
    int64_t set = 0;
    int code = ask(cli, doc, &set);
    if (code != DL_EXIT_OK) return code;
    if (set == 0) {
        dl_cli_fail(cli, pace ? "no feed has this address; 'dateline sources' lists all"
                              : "no feed of this address has moved; 'dateline sources' lists all");
        return DL_EXIT_NOTHING;
    }
    dl_buf out = DL_BUF_INIT(200);
    dl_buf_fmt(&out, "set %lld %s\n", (long long)set, set == 1 ? "feed" : "feeds");
    code = dl_cli_print(cli, &out);
    dl_buf_free(&out);
    return code;
}
