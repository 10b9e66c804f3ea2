#include "base/utf8.h"
#include "cmd/reading.h"
#include "serve/edits.h"

enum { AROUND = 100 }; /* bytes of what did not change, on each side of what did */

static dl_str ending(dl_str s, size_t most)
{
    size_t from = s.n > most ? s.n - most : 0;
    while (from < s.n && !dl_utf8_is_border(s, from))
        from++;
    return dl_str_sub(s, from, s.n);
}

static void put_same(struct dl_term *t, dl_str text, bool is_first, bool is_last)
{
    dl_str head = is_first ? (dl_str){NULL, 0} : dl_utf8_prefix(text, AROUND);
    dl_str rest = dl_str_sub(text, head.n, text.n);
    dl_str tail = is_last ? (dl_str){NULL, 0} : ending(rest, AROUND);
    dl_term_text(t, head);
    if (head.n + tail.n < text.n) dl_buf_c(t->out, " … ");
    dl_term_text(t, tail);
}

/* [-out-]{+in+}: the marks tell it, colour only helps. */
static void put_changed(struct dl_term *t, enum dl_diff_op op, dl_str text)
{
    bool gone = op == DL_DIFF_DELETED;
    dl_term_style(t, gone ? DL_STYLE_BAD : DL_STYLE_GOOD);
    dl_buf_c(t->out, gone ? "[-" : "{+");
    dl_term_text(t, dl_str_trim(text));
    dl_buf_c(t->out, gone ? "-]" : "+}");
    dl_term_plain(t);
}

static void put_diff(struct dl_term *t, const char *name, const struct dl_diff *d, dl_str old,
                     dl_str new)
{
    if (d->runs.n == 0) return;
    dl_buf_fmt(t->out, "  %s (%zu words out, %zu in): ", name, d->deleted, d->inserted);
    for (size_t i = 0; i < d->runs.n; i++) {
        const struct dl_diff_run *r = &d->runs.p[i];
        bool gone = r->op == DL_DIFF_DELETED;
        dl_str text = gone ? dl_str_sub(old, r->old_start, r->old_end)
                           : dl_str_sub(new, r->new_start, r->new_end);
        if (r->op == DL_DIFF_SAME)
            put_same(t, text, i == 0, i + 1 == d->runs.n);
        else
            put_changed(t, r->op, text);
        bool before_insertion = i + 1 < d->runs.n && r[1].op == DL_DIFF_INSERTED;
        bool parted = text.n > 0 && dl_is_space((unsigned char)text.p[text.n - 1]);
        if (r->op != DL_DIFF_SAME && parted && !before_insertion && i + 1 < d->runs.n)
            dl_buf_c(t->out, " ");
    }
    dl_buf_c(t->out, "\n");
}

static void put_edited(struct dl_term *t, const struct dl_edited *e)
{
    const struct dl_wording *old = &e->old.wording, *new = &e->new.wording;
    put_diff(t, "headline", &e->edit.title, old->title, new->title);
    put_diff(t, "subtitle", &e->edit.subtitle, old->subtitle, new->subtitle);
    put_diff(t, "text", &e->edit.text, old->text, new->text);
    if (e->edit.title.runs.n + e->edit.subtitle.runs.n + e->edit.text.runs.n == 0)
        dl_buf_c(t->out, "  the same words\n");
}

static void put_when(struct dl_term *t, const struct dl_edited_side *s)
{
    if (s->seen_after_ms > 0) {
        dl_buf_c(t->out, "between ");
        dl_term_when(t, s->seen_after_ms);
        dl_buf_c(t->out, " and ");
    } else {
        dl_buf_c(t->out, "by ");
    }
    dl_term_when(t, s->seen_by_ms);
}

static void put_edit(struct dl_term *t, const struct dl_edited *e)
{
    const struct dl_edit *edit = &e->edit;
    dl_term_style(t, DL_STYLE_HEAD);
    dl_buf_c(t->out, edit->class == DL_EDIT_SILENT   ? "edited silently "
                     : edit->class == DL_EDIT_MARKED ? "edited "
                                                     : "nothing changed that says anything ");
    put_when(t, &e->new);
    if (edit->by_notice) dl_buf_c(t->out, ", with a notice");
    if (edit->by_date) dl_buf_c(t->out, ", with a later date of modification");
    dl_term_plain(t);
    dl_buf_c(t->out, "\n");
    put_edited(t, e);
}

static enum dl_err one_text(struct dl_reading_of *r, dl_str id, bool *ret_any, struct dl_diag *diag)
{
    struct dl_store_document d;
    dl_edited_vec edits;
    DL_TRY(dl_store_document(r->store, r->cli->arena, id, &d, diag));
    DL_TRY(dl_edits_of(r->cli->arena, r->store, &d, &edits));
    for (size_t i = 0; i < edits.n; i++)
        put_edit(&r->term, &edits.p[i]);
    *ret_any = edits.n > 0;
    return DL_OK;
}

static enum dl_err two_texts(struct dl_reading_of *r, dl_str a, dl_str b, struct dl_diag *diag)
{
    struct dl_store_document x, y;
    struct dl_edited e;
    DL_TRY(dl_store_document(r->store, r->cli->arena, a, &x, diag));
    DL_TRY(dl_store_document(r->store, r->cli->arena, b, &y, diag));
    DL_TRY(dl_edits_between(r->cli->arena, &x, &y, &e));
    put_edited(&r->term, &e);
    return DL_OK;
}

static int as_text(struct dl_reading_of *r)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str a = dl_str_c(r->cli->args[0]);
    bool any = true;
    enum dl_err err = r->cli->nargs == 2 ? two_texts(r, a, dl_str_c(r->cli->args[1]), &diag)
                                         : one_text(r, a, &any, &diag);
    if (err != DL_OK) return dl_read_fail(r, err, &diag, "document");
    if (any) return DL_EXIT_OK;
    dl_cli_fail(r->cli, "the document has one wording so far");
    return DL_EXIT_NOTHING;
}

static int as_json(struct dl_reading_of *r)
{
    struct dl_api_answer answer;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str own, a = dl_str_c(r->cli->args[0]);
    enum dl_err err = dl_api_begin(r->cli->arena, DL_API_LIMIT, 0, dl_now_ms(), &answer);
    if (err == DL_OK)
        err = r->cli->nargs == 2 ? dl_api_edits_between(&answer, r->store, a,
                                                        dl_str_c(r->cli->args[1]), true, &diag)
                                 : dl_api_edits(&answer, r->store, a, true, &own, &diag);
    return err == DL_OK ? dl_read_json(r, &answer) : dl_read_fail(r, err, &diag, "document");
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    if (cli->nargs < 1 || cli->nargs > 2)
        return dl_cli_usage(cli, "name one document, or two to compare");
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    code = dl_cli_has(cli, "json") ? as_json(&r) : as_text(&r);
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_diff = {
    .name = "diff",
    .summary = "shows how a document was edited, or how two differ",
    .arguments = "DOCUMENT [DOCUMENT]",
    .description =
        "DOCUMENT is an id, the first six or more digits of it, or an address. One document: each "
        "of its edits, newest first, with the interval in which it came. An edit is silent when "
        "words changed and the publisher gave neither a later date of modification nor a notice of "
        "correction. Counters, times passed and adverts are no edits.\n\nWords are marked "
        "[-out-]{+in+}, in every script. Exit code 3 for a document that was not edited.",
    .options = {DL_STORE_OPTION, DL_JSON_OPTION},
    .examples =
        {
            {"dateline diff 3fa85f645717", "how the document was edited"},
            {"dateline diff 3fa85f645717 90ab12cd34ef", "the words in which two differ"},
            {"dateline diff --json 3fa85f645717 | jq -r .data[].edit", "silent or marked"},
        },
    .run = run,
};
