#include "cmd/trace_file.h"

#include "base/json.h"
#include "base/utf8.h"
#include "cmd/batch.h"
#include "event/analyse.h"
#include "page/page.h"
#include "queue/pool.h"
#include "queue/sandbox.h"

enum { SNIFF_BYTES = 1024 };

struct job {
    struct dl_cli *cli;
    dl_analyser *analyser;
    struct dl_store_document *document; /* filled by the parent */
    struct dl_diag *diag;
    enum dl_err err;
    bool done;
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
    struct dl_page_input page_in = {.bytes = bytes, .url = dl_str_c(dl_cli_get(job->cli, "url"))};
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

/* Parts: bytes in; facts, text, analysis out. */
static enum dl_err work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                        struct dl_frame *ret_answer, struct dl_diag *diag)
{
    struct job *job = ctx;
    struct dl_analyse_input in;
    dl_str url;
    DL_TRY(read_input(job, arena, ask->part[0], &in, &url, diag));
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
static enum dl_err take_answer(struct job *job, const struct dl_frame *answer)
{
    dl_arena *arena = job->cli->arena;
    yyjson_doc *facts, *analyse;
    dl_str parts[3];
    for (size_t i = 0; i < 3; i++) {
        if (!dl_utf8_valid(answer->part[i], NULL)) return DL_ERR_ENCODING;
        parts[i] = dl_str_dup(arena, answer->part[i]);
    }
    DL_TRY(dl_arena_failed(arena));
    DL_TRY(dl_json_read(arena, parts[0], &facts, job->diag));
    DL_TRY(dl_json_read(arena, parts[2], &analyse, job->diag));
    yyjson_val *f = yyjson_doc_get_root(facts);
    dl_str told = dl_json_get_str(yyjson_doc_get_root(analyse), "language"),
           declared = dl_json_get_str(f, "language");
    *job->document = (struct dl_store_document){
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

static void done(void *ctx, void *of_job, const struct dl_frame *answer, const struct dl_diag *diag)
{
    (void)ctx;
    struct job *job = of_job;
    job->done = true;
    job->err = (enum dl_err)answer->error;
    if (job->err == DL_OK)
        job->err = take_answer(job, answer);
    else
        *job->diag = *diag;
}

static enum dl_err in_reader(struct job *job, dl_str bytes)
{
    struct dl_nursery_options options = {.work = work, .ctx = job, .sandboxed = true};
    const dl_str parts[DL_FRAME_PARTS] = {bytes};
    dl_nursery *nursery;
    dl_pool *pool = NULL;
    DL_TRY(dl_nursery_start(&options, &nursery));
    enum dl_err err = dl_pool_new(nursery, 1, done, NULL, &pool);
    if (err == DL_OK) err = dl_pool_submit(pool, 1, parts, job);
    while (err == DL_OK && !job->done)
        err = dl_pool_wait(pool, DL_READER_WALL_MS / 2);
    dl_pool_free(pool);
    dl_nursery_stop(nursery);
    return err == DL_OK ? job->err : err;
}

enum dl_err dl_trace_file(struct dl_cli *cli, const char *path,
                          struct dl_store_document *ret_document, struct dl_diag *diag)
{
    struct job job = {.cli = cli, .document = ret_document, .diag = diag};
    dl_buf bytes = DL_BUF_INIT(DL_BATCH_MAX_DOC + 1);
    enum dl_err err = dl_io_read_file(path, DL_BATCH_MAX_DOC, &bytes, diag);
    if (err == DL_OK && bytes.n == 0) err = dl_fail(diag, DL_ERR_EMPTY, DL_NO_POS, "it is empty");
    if (err == DL_OK) err = dl_analyser_new(&job.analyser, diag);
    if (err == DL_OK) err = in_reader(&job, dl_buf_slice(&bytes));
    dl_analyser_free(job.analyser);
    dl_buf_free(&bytes);
    return err;
}
