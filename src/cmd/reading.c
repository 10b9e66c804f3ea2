#include "cmd/reading.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

enum { OUT_MAX = 256 << 20 }; /* one answer; lists are limited */

static int no_store(struct dl_cli *cli, const char *dir)
{
    const char *database = dl_str_fmt(cli->arena, "%s/dateline.db", dir).p;
    if (database != NULL && access(database, R_OK) != 0 && errno == EACCES)
        return dl_cli_fail(cli,
                           "%s may not be read by this user; run as its owner, or name "
                           "another with --store",
                           dir);
    dl_cli_fail(
        cli,
        "there is no store in %s yet; 'dateline serve' or 'dateline ingest PATH' makes one, "
        "--store DIR names another",
        dir);
    return DL_EXIT_NOTHING;
}

static int cannot_open(struct dl_cli *cli, const char *dir, enum dl_err err,
                       const struct dl_diag *diag)
{
    const char *why = diag->message[0] != '\0' ? diag->message : dl_err_text(err);
    if (err == DL_ERR_NOT_FOUND) return no_store(cli, dir);
    if (err == DL_ERR_VERSION) {
        dl_cli_fail(cli, "%s: %s; use the Dateline that made it, or name another with --store", dir,
                    why);
        return DL_EXIT_BUSY;
    }
    if (err == DL_ERR_BUSY) {
        dl_cli_fail(cli, "the store in %s is busy; try again in a moment", dir);
        return DL_EXIT_BUSY;
    }
    return dl_cli_fail(cli, "cannot read the store in %s: %s; 'dateline doctor' looks deeper", dir,
                       why);
}

int dl_read_open(struct dl_cli *cli, struct dl_reading_of *ret)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    const char *dir = dl_data_dir(cli);
    if (dir == NULL) return DL_EXIT_USAGE;
    *ret = (struct dl_reading_of){.cli = cli, .dir = dir};
    enum dl_err err = dl_store_open(dir, &ret->store, &diag);
    if (err == DL_OK) err = dl_store_begin(ret->store);
    if (err != DL_OK) {
        dl_store_close(ret->store);
        return cannot_open(cli, dir, err, &diag);
    }
    dl_buf_init(&ret->out, OUT_MAX);
    ret->term = dl_term_to(&ret->out);
    return DL_EXIT_OK;
}

int dl_read_close(struct dl_reading_of *r, int code)
{
    bool prints = code == DL_EXIT_OK || code == DL_EXIT_NOTHING;
    if (prints && dl_cli_print(r->cli, &r->out) != DL_EXIT_OK) code = DL_EXIT_FAILURE;
    dl_buf_free(&r->out);
    dl_store_end(r->store);
    dl_store_close(r->store);
    return code;
}

int dl_read_fail(const struct dl_reading_of *r, enum dl_err err, const struct dl_diag *diag,
                 const char *what)
{
    const char *why = diag != NULL && diag->message[0] != '\0' ? diag->message : NULL;
    switch (err) {
    case DL_ERR_NOT_FOUND:
        dl_cli_fail(r->cli, "no %s '%s': %s; 'dateline search WORDS' shows ids", what,
                    r->cli->nargs > 0 ? r->cli->args[0] : "",
                    why != NULL ? why : "the store does not have it");
        return DL_EXIT_NOTHING;
    case DL_ERR_INVALID:
        return dl_cli_usage(r->cli, "%s", why != NULL ? why : dl_err_text(err));
    case DL_ERR_BUSY:
        dl_cli_fail(r->cli, "the store is busy; try again in a moment");
        return DL_EXIT_BUSY;
    case DL_ERR_TIMEOUT:
        return dl_cli_fail(r->cli,
                           "reading the %s took too long; ask for less, with --limit or "
                           "more words",
                           what);
    default:
        return dl_cli_fail(r->cli, "reading the %s failed: %s", what,
                           why != NULL ? why : dl_err_text(err));
    }
}

bool dl_read_limits(struct dl_cli *cli, long usual, long *ret_limit, long *ret_cursor)
{
    return dl_cli_int(cli, "limit", usual, 1, DL_API_LIMIT_MAX, ret_limit) &&
           dl_cli_int(cli, "cursor", 0, 0, LONG_MAX, ret_cursor);
}

int dl_read_json(struct dl_reading_of *r, const struct dl_api_answer *answer)
{
    enum dl_err err = dl_json_line(answer->doc, answer->arena, &r->out);
    return err == DL_OK ? DL_EXIT_OK : dl_cli_fail(r->cli, "%s", dl_err_text(err));
}
