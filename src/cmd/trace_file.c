#include "cmd/trace_file.h"

#include <unistd.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/batch.h"
#include "cmd/gazetteer.h"
#include "cmd/side_reader.h"
#include "cmd/web_input.h"
#include "event/analyse.h"
#include "page/page.h"

enum { SNIFF_BYTES = 1024 };

static const char ACCEPT[] = "text/html,application/xhtml+xml,text/plain;q=0.5";

struct job {
    struct dl_cli *cli;
    dl_str url; /* where the bytes came from */
    bool why;
    const struct dl_store_document *document; /* to be read again; NULL: bytes are read */
    dl_analyser *analyser;
};

/* --- in the reader -------------------------------------------------------------------------- */

static bool is_page(dl_str bytes)
{
    dl_str head = dl_str_trim(dl_str_sub(bytes, 0, SNIFF_BYTES));
    if (dl_str_starts(head, "\xef\xbb\xbf")) head = dl_str_trim(dl_str_sub(head, 3, head.n));
    return dl_str_starts(head, "<") || dl_str_ifind_c(head, "<html", 0) != DL_NO_POS;
}

static void of_page(dl_arena *arena, const struct dl_page *page, struct dl_analyse_input *in)
{
    in->text = page->text;
    in->title = page->title;
    in->subtitle = page->subtitle;
    in->published = page->published;
    if (in->language.n == 0) in->language = page->language;
    if (in->outlet.n == 0) in->outlet = page->site;
    struct dl_analyse_link *links = DL_NEW_ARRAY(arena, struct dl_analyse_link, page->links.n + 1);
    if (links == NULL) return;
    for (size_t i = 0; i < page->links.n; i++)
        links[i] = (struct dl_analyse_link){page->links.p[i].start, page->links.p[i].end,
                                            page->links.p[i].href};
    in->links = links;
    in->n_links = page->links.n;
}

static enum dl_err read_input(struct job *job, dl_arena *arena, dl_str bytes,
                              struct dl_analyse_input *in, dl_str *ret_url, struct dl_diag *diag)
{
    struct dl_page_input page_in = {.bytes = bytes, .url = job->url};
    *in = (struct dl_analyse_input){.language = dl_str_c(dl_cli_get(job->cli, "lang")),
                                    .outlet = dl_str_c(dl_cli_get(job->cli, "outlet"))};
    *ret_url = page_in.url;
    if (!is_page(bytes)) {
        in->text = dl_utf8_repair(arena, bytes);
        return DL_OK;
    }
    struct dl_page *page;
    dl_page_reader *reader = dl_page_reader_new();
    if (reader == NULL) return DL_ERR_NOMEM;
    enum dl_err err = dl_page_read(reader, arena, &page_in, &page, diag);
    if (err == DL_OK && page->text.n == 0)
        err = dl_fail(diag, DL_ERR_EMPTY, DL_NO_POS, "the page has no article");
    if (err == DL_OK) {
        of_page(arena, page, in);
        if (page->canonical.n > 0) *ret_url = page->canonical;
    }
    dl_page_reader_free(reader);
    return err;
}

static enum dl_err line_of(yyjson_mut_doc *json, dl_arena *arena, dl_str *ret_line)
{
    dl_buf out = DL_BUF_INIT(DL_FRAME_MAX_PART);
    enum dl_err err = dl_json_line(json, arena, &out);
    if (err == DL_OK) *ret_line = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return err == DL_OK ? dl_arena_failed(arena) : err;
}

/* Parts of the question as of a document: text, title, deck. */
static void of_document(const struct job *job, const struct dl_frame *ask,
                        struct dl_analyse_input *in)
{
    const struct dl_store_document *d = job->document;
    *in = (struct dl_analyse_input){.text = ask->part[0],
                                    .title = ask->part[1],
                                    .subtitle = ask->part[2],
                                    .language = d->language,
                                    .country = d->country,
                                    .outlet = d->outlet_name.n > 0 ? d->outlet_name : d->outlet};
    (void)dl_time_parse(d->published, &in->published);
}

/* Parts: bytes in; facts, text, analysis out. */
static enum dl_err work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                        struct dl_frame *ret_answer, struct dl_diag *diag)
{
    struct job *job = ctx;
    struct dl_analyse_input in;
    dl_str url = {NULL, 0};
    if (job->document != NULL)
        of_document(job, ask, &in);
    else
        DL_TRY(read_input(job, arena, ask->part[0], &in, &url, diag));
    in.why = job->why;
    yyjson_mut_doc *facts = dl_json_new(arena), *json = dl_json_new(arena);
    if (facts == NULL || json == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_analyse(job->analyser, arena, &in, json, yyjson_mut_doc_get_root(json), diag));
    yyjson_mut_val *root = yyjson_mut_doc_get_root(facts);
    dl_json_str(facts, root, "title", in.title);
    dl_json_str(facts, root, "subtitle", in.subtitle);
    dl_json_str(facts, root, "outlet", in.outlet);
    dl_json_str(facts, root, "language", in.language);
    dl_json_str(facts, root, "url", url);
    dl_json_time(facts, root, "published", arena, in.published);
    DL_TRY(line_of(facts, arena, &ret_answer->part[0]));
    ret_answer->part[1] = in.text;
    return line_of(json, arena, &ret_answer->part[2]);
}

/* --- in the command ------------------------------------------------------------------------- */

/* A reader is as hostile as what it read: its answer is looked at like input. */
static enum dl_err take_answer(dl_arena *arena, const dl_str parts[DL_FRAME_PARTS],
                               struct dl_store_document *ret, struct dl_diag *diag)
{
    yyjson_doc *facts, *analyse;
    DL_TRY(dl_json_read(arena, parts[0], &facts, diag));
    DL_TRY(dl_json_read(arena, parts[2], &analyse, diag));
    yyjson_val *f = yyjson_doc_get_root(facts);
    dl_str told = dl_json_get_str(yyjson_doc_get_root(analyse), "language"),
           declared = dl_json_get_str(f, "language");
    *ret = (struct dl_store_document){
        .title = dl_json_get_str(f, "title"),
        .subtitle = dl_json_get_str(f, "subtitle"),
        .outlet_name = dl_json_get_str(f, "outlet"),
        .language = told.n > 0 ? told : declared,
        .url = dl_json_get_str(f, "url"),
        .published = dl_json_get_str(f, "published"),
        .text = parts[1],
        .analyse = parts[2],
    };
    return DL_OK;
}

static enum dl_err in_reader(struct job *job, const dl_str ask[DL_FRAME_PARTS],
                             struct dl_store_document *ret, struct dl_diag *diag)
{
    dl_str answer[DL_FRAME_PARTS];
    dl_side_reader *reader;
    DL_TRY(dl_side_reader_open(work, job, &reader));
    enum dl_err err = dl_side_reader_ask(reader, job->cli->arena, ask, answer, diag);
    dl_side_reader_close(reader);
    return err == DL_OK ? take_answer(job->cli->arena, answer, ret, diag) : err;
}

static enum dl_err fetch(struct job *job, const char *address, dl_buf *bytes, struct dl_diag *diag)
{
    dl_egress egress;
    dl_polite *polite;
    struct dl_polite_answer answer;
    if (!dl_cli_egress(job->cli, &egress))
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "--egress-allow is wrong");
    struct dl_polite_options options = {.egress = &egress};
    DL_TRY(dl_polite_new(&options, &polite, diag));
    dl_polite_get(polite, job->cli->arena, dl_str_c(address), dl_str_c(ACCEPT), &answer);
    dl_polite_free(polite);
    if (answer.err != DL_OK) return dl_fail(diag, answer.err, DL_NO_POS, "%s", answer.words);
    job->url = answer.url;
    dl_buf_str(bytes, answer.body);
    return dl_buf_failed(bytes);
}

/* Everything is closed again when the reader is forked. */
static enum dl_err get(struct job *job, const char *path, dl_buf *bytes, struct dl_diag *diag)
{
    job->url = dl_str_c(dl_cli_get(job->cli, "url"));
    if (dl_is_web_address(path))
        DL_TRY(fetch(job, path, bytes, diag));
    else
        DL_TRY(dl_io_read_file(path, DL_BATCH_MAX_DOC, bytes, diag));
    return bytes->n > 0 ? DL_OK : dl_fail(diag, DL_ERR_EMPTY, DL_NO_POS, "it is empty");
}

static enum dl_err read_with(struct job *job, const dl_str ask[DL_FRAME_PARTS],
                             struct dl_store_document *ret, struct dl_diag *diag)
{
    enum dl_err err = dl_analyser_new(&job->analyser, diag);
    if (err == DL_OK && dl_gazetteer_take(job->cli, job->analyser) != DL_EXIT_OK)
        err = DL_ERR_INVALID;
    if (err == DL_OK) err = in_reader(job, ask, ret, diag);
    dl_analyser_free(job->analyser);
    return err;
}

enum dl_err dl_trace_file(struct dl_cli *cli, const char *path, bool why,
                          struct dl_store_document *ret_document, struct dl_diag *diag)
{
    struct job job = {.cli = cli, .why = why};
    dl_buf bytes = DL_BUF_INIT(DL_BATCH_MAX_DOC + 1);
    enum dl_err err = get(&job, path, &bytes, diag);
    const dl_str ask[DL_FRAME_PARTS] = {dl_buf_slice(&bytes)};
    if (err == DL_OK) err = read_with(&job, ask, ret_document, diag);
    dl_buf_free(&bytes);
    return err;
}

enum dl_err dl_trace_again(struct dl_cli *cli, const struct dl_store_document *d,
                           struct dl_store_document *ret_document, struct dl_diag *diag)
{
    struct job job = {.cli = cli, .why = true, .document = d};
    const dl_str ask[DL_FRAME_PARTS] = {d->text, d->title, d->subtitle};
    struct dl_store_document again;
    DL_TRY(read_with(&job, ask, &again, diag));
    *ret_document = *d;
    ret_document->analyse = again.analyse;
    return DL_OK;
}

/* What is there as a file is one, unless it looks like an id. */
bool dl_trace_is_file(const char *text)
{
    dl_id id;
    char whole[DL_ID_HEX + 1];
    size_t n = strlen(text);
    if (strcmp(text, "-") == 0) return true;
    memset(whole, '0', DL_ID_HEX);
    if (n >= DL_STORE_PREFIX_MIN && n <= DL_ID_HEX) {
        memcpy(whole, text, n);
        if (dl_id_parse((dl_str){whole, DL_ID_HEX}, &id)) return false;
    }
    return strstr(text, "://") == NULL && access(text, F_OK) == 0;
}
