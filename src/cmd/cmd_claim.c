#include "cmd/claim_text.h"
#include "cmd/reading.h"
#include "queue/local.h"
#include "serve/api_claims.h"

enum { MEMBERS = DL_STORE_LIST_MAX };

/* --- what a person decides ---------------------------------------------------------------------
 */

static int refused(struct dl_cli *cli, enum dl_err err, const struct dl_diag *diag)
{
    const char *why = diag->message[0] != '\0' ? diag->message : dl_err_text(err);
    if (err == DL_ERR_NOT_FOUND || err == DL_ERR_INVALID) {
        dl_cli_fail(cli, "there is no such claim, document or decision here");
        return DL_EXIT_NOTHING;
    }
    dl_cli_fail(cli, "it could not be decided: %s", why);
    return err == DL_ERR_BUSY || err == DL_ERR_VERSION ? DL_EXIT_BUSY : DL_EXIT_FAILURE;
}

/* Asks, and waits until the claims are made again. */
static int decide(struct dl_cli *cli, yyjson_mut_doc *json)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    struct dl_frame answer;
    const dl_str nothing = {NULL, 0};
    dl_str text;
    dl_local *local;
    const char *dir = dl_data_dir(cli);
    if (dir == NULL) return DL_EXIT_USAGE;
    struct dl_local_options options = {.dir = dir, .readers = 1, .sandboxed = true};
    enum dl_err err = dl_json_text(json, cli->arena, &text);
    if (err == DL_OK) err = dl_local_open(&options, &local, &diag);
    if (err != DL_OK) return refused(cli, err, &diag);
    err = dl_asker_ask(dl_local_asker(local), DL_REQUEST_DECIDE, text, nothing, &answer, &diag);
    if (err == DL_OK)
        err = dl_asker_ask(dl_local_asker(local), DL_REQUEST_SETTLED, DL_STR("{}"), nothing,
                           &answer, &diag);
    dl_local_close(local);
    return err == DL_OK ? DL_EXIT_OK : refused(cli, err, &diag);
}

/* Ids may be given by their beginnings. */
static enum dl_err whole_ids(struct dl_cli *cli, dl_store *store, yyjson_mut_doc *json,
                             struct dl_diag *diag)
{
    struct dl_store_claim claim;
    struct dl_store_document a, b;
    dl_arena *arena = cli->arena;
    yyjson_mut_val *o = yyjson_mut_doc_get_root(json);
    DL_TRY(dl_store_claim(store, arena, dl_str_c(cli->args[0]), &claim, diag));
    DL_TRY(dl_store_document(store, arena, dl_str_c(cli->args[1]), &a, diag));
    DL_TRY(dl_store_document(store, arena, dl_str_c(cli->args[2]), &b, diag));
    dl_api_id(json, o, "claim", arena, &claim.id);
    dl_api_id(json, o, "a", arena, &a.id);
    dl_api_id(json, o, "b", arena, &b.id);
    dl_json_bool(json, o, "split", dl_cli_has(cli, "split"));
    return DL_OK;
}

static int join_or_split(struct dl_cli *cli, yyjson_mut_doc *json)
{
    struct dl_reading_of r;
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (cli->nargs != 3)
        return dl_cli_usage(cli,
                            "name the claim and two of its documents: CLAIM DOCUMENT DOCUMENT");
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    enum dl_err err = whole_ids(cli, r.store, json, &diag);
    if (err != DL_OK) code = dl_read_fail(&r, err, &diag, "claim or document");
    code = dl_read_close(&r, code);
    return code == DL_EXIT_OK ? decide(cli, json) : code;
}

/* DL_EXIT_OK: go on and show the claim. */
static int change(struct dl_cli *cli)
{
    long undo = 0;
    yyjson_mut_doc *json = dl_json_new(cli->arena);
    if (json == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    if (dl_cli_has(cli, "split") || dl_cli_has(cli, "join")) return join_or_split(cli, json);
    if (!dl_cli_has(cli, "undo")) return DL_EXIT_OK;
    if (!dl_cli_int(cli, "undo", 0, 1, INT32_MAX, &undo)) return DL_EXIT_USAGE;
    dl_json_int(json, yyjson_mut_doc_get_root(json), "undo", undo);
    return decide(cli, json);
}

/* --- the claim -----------------------------------------------------------------------------------
 */

static void put_decisions(struct dl_term *t, const dl_store_decisions *decisions)
{
    if (decisions->n == 0) return;
    dl_buf_c(t->out, "\n  Decided by a person\n");
    for (size_t i = 0; i < decisions->n; i++) {
        const struct dl_store_decision *d = &decisions->p[i];
        dl_buf_fmt(t->out, "    %lld. ", (long long)d->decision);
        dl_term_when(t, d->at_ms);
        dl_buf_c(t->out, ": the origins of ");
        dl_term_text(t, d->outlet_a);
        dl_buf_c(t->out, " and ");
        dl_term_text(t, d->outlet_b);
        dl_buf_c(t->out, d->split ? " are not one" : " are one");
        if (d->undone_ms > 0) dl_buf_c(t->out, "; taken back "), dl_term_when(t, d->undone_ms);
        dl_buf_c(t->out, "\n");
    }
}

static enum dl_err put_claim(struct dl_reading_of *r, dl_str id, struct dl_diag *diag)
{
    dl_arena *arena = r->cli->arena;
    struct dl_store_claim claim;
    struct dl_store_story story;
    dl_store_members members;
    dl_store_decisions decisions;
    struct dl_claim_view view;
    dl_map by_id;
    DL_TRY(dl_store_claim(r->store, arena, id, &claim, diag));
    DL_TRY(dl_store_story(r->store, arena, dl_id_str(arena, &claim.story), &story, diag));
    DL_TRY(dl_store_story_members(r->store, arena, story.story, 0, MEMBERS, &members));
    DL_TRY(dl_store_claim_decisions(r->store, arena, &claim.id, &decisions));
    DL_TRY(dl_claim_members(arena, &members, &by_id));
    DL_TRY(dl_claim_view(arena, &claim, &by_id, NULL, &view));
    dl_claim_put_head(&r->term, 0, &claim);
    dl_term_style(&r->term, DL_STYLE_FAINT);
    dl_buf_c(&r->out, "story ");
    dl_term_id(&r->term, &story.id);
    dl_buf_c(&r->out, " ");
    dl_term_text(&r->term, story.headline);
    dl_term_plain(&r->term);
    dl_buf_c(&r->out, "\n");
    dl_claim_put_origins(&r->term, &view);
    dl_claim_put_changes(&r->term, arena, &view);
    dl_claim_put_merges(&r->term, &view);
    put_decisions(&r->term, &decisions);
    return DL_OK;
}

static int as_json(struct dl_reading_of *r, dl_str id)
{
    struct dl_api_answer answer;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str own;
    enum dl_err err = dl_api_begin(r->cli->arena, DL_API_LIMIT, 0, dl_now_ms(), &answer);
    if (err == DL_OK) err = dl_api_claim(&answer, r->store, id, &own, &diag);
    return err == DL_OK ? dl_read_json(r, &answer) : dl_read_fail(r, err, &diag, "claim");
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    struct dl_diag diag = {.pos = DL_NO_POS};
    bool decides = dl_cli_has(cli, "split") || dl_cli_has(cli, "join");
    if (cli->nargs < 1 || (cli->nargs != 1 && !decides))
        return dl_cli_usage(cli, "name one claim: its id or the beginning of it");
    int code = change(cli);
    if (code == DL_EXIT_OK) code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    dl_str id = dl_str_c(cli->args[0]);
    if (dl_cli_has(cli, "json")) return dl_read_close(&r, as_json(&r, id));
    enum dl_err err = put_claim(&r, id, &diag);
    return dl_read_close(&r, err == DL_OK ? DL_EXIT_OK : dl_read_fail(&r, err, &diag, "claim"));
}

const struct dl_command dl_cmd_claim = {
    .name = "claim",
    .summary = "shows one claim: its origins, why they count, how its wording changed",
    .arguments = "ID [DOCUMENT DOCUMENT]",
    .description =
        "ID is the id of a claim or the first six or more digits of it, as story and the page show "
        "them. Documents, copies and independent origins are three numbers; the origins are an "
        "interval: sources without a name may be one or several. Whether the claim is true is not "
        "said.\n\n--split and --join decide whether the origins of two of its documents are one; "
        "the decision is kept with its time, counts from then on, and --undo takes it back.",
    .options = {DL_STORE_OPTION,
                DL_JSON_OPTION,
                {"split", 0, NULL, "the origins of the two documents are not one"},
                {"join", 0, NULL, "the origins of the two documents are one"},
                {"undo", 0, "N", "take decision N back"}},
    .examples =
        {
            {"dateline claim 3fa85f645717", "one claim"},
            {"dateline claim --json 3fa85f645717 | jq .merges", "why documents count as one"},
            {"dateline claim --split 3fa85f645717 90ab12cd34ef 77aa88bb99cc",
             "two documents have their own origins"},
        },
    .run = run,
};
