#include "base/utf8.h"
#include "cmd/claim_text.h"
#include "cmd/reading.h"
#include "serve/said.h"
#include "serve/words.h"

enum {
    CLAIMS = 10,       /* claims shown, those of most documents */
    STATEMENTS = 1000, /* read for the list of sources */
    SOURCES = 20,      /* sources shown */
    PER_SOURCE = 3,    /* different statements shown of each */
    PER_WORDING = 6,   /* documents named for each */
    QUOTE_BYTES = 280, /* of a statement: a short quote, the rest is at its document */
};

struct story {
    struct dl_store_story head;
    dl_store_members members;
    dl_store_statements statements;
    dl_store_claims claims;
    bool more;
};

static enum dl_err gather(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor,
                          struct story *s, struct dl_diag *diag)
{
    dl_arena *arena = r->cli->arena;
    DL_TRY(dl_store_story(r->store, arena, id, &s->head, diag));
    DL_TRY(dl_store_story_members(r->store, arena, s->head.story, cursor, limit + 1, &s->members));
    s->more = s->members.n > limit;
    if (s->more) s->members.n = limit;
    DL_TRY(dl_store_story_claims(r->store, arena, s->head.story, CLAIMS, &s->claims));
    return dl_store_story_statements(r->store, arena, s->head.story, 0, STATEMENTS, &s->statements);
}

static void put_head(struct dl_term *t, const struct dl_store_story *s)
{
    dl_term_style(t, DL_STYLE_HEAD);
    dl_term_wrap(t, 0, 0, s->headline.n > 0 ? s->headline : DL_STR("(without a headline)"));
    dl_term_plain(t);
    dl_term_count(t, s->documents, "document", "documents");
    dl_buf_c(t->out, " · ");
    dl_term_count(t, s->copies, "copy", "copies");
    dl_buf_c(t->out, " · ");
    dl_term_count(t, s->outlets, "outlet", "outlets");
    dl_buf_c(t->out, " · ");
    dl_term_count(t, s->languages, "language", "languages");
    dl_buf_c(t->out, " · ");
    dl_term_count(t, s->countries, "country", "countries");
    dl_buf_c(t->out, "\nfirst seen by this store ");
    dl_term_when(t, s->first_seen_ms);
    dl_buf_c(t->out, ", newest document ");
    dl_term_when(t, s->last_seen_ms);
    dl_term_style(t, DL_STYLE_FAINT);
    dl_buf_c(t->out, "\nstory ");
    dl_term_id(t, &s->id);
    dl_term_plain(t);
    dl_buf_c(t->out, "\n");
}

static void put_member(struct dl_term *t, const struct dl_store_member *m)
{
    dl_buf_c(t->out, "\n  ");
    dl_term_when(t, m->seen_by_ms);
    dl_buf_c(t->out, "  ");
    dl_term_text(t, m->outlet_name.n > 0 ? m->outlet_name : m->outlet);
    if (m->country.n > 0) dl_buf_fmt(t->out, " · %.*s", DL_FMT(m->country));
    if (m->language.n > 0) dl_buf_c(t->out, " · "), dl_term_text(t, m->language);
    dl_buf_c(t->out, "\n");
    dl_term_wrap(t, 4, 0, m->title.n > 0 ? m->title : DL_STR("(without a title)"));
    if (m->is_copy) {
        dl_buf_fmt(t->out, "    copy: shares %d %% of its text with ", (int)(m->similarity * 100));
        dl_term_id(t, &m->copy_of);
        dl_buf_c(t->out, "\n");
    }
    dl_term_style(t, DL_STYLE_FAINT);
    dl_buf_c(t->out, "    document ");
    dl_term_id(t, &m->id);
    dl_buf_c(t->out, " · ");
    dl_term_count(t, m->n_statements, "statement", "statements");
    if (m->url.n > 0) {
        dl_buf_c(t->out, "\n    ");
        dl_term_text(t, m->url);
    }
    dl_term_plain(t);
    dl_buf_c(t->out, "\n");
}

/* --- who says so ---------------------------------------------------------------------------- */

static void put_telling(struct dl_term *t, const struct dl_wording *w)
{
    for (size_t i = 0; i < w->tellings.n && i < PER_WORDING; i++) {
        const struct dl_store_statement *s = w->tellings.p[i].statement;
        dl_buf_c(t->out, "    ");
        dl_term_text(t, s->outlet_name.n > 0 ? s->outlet_name : s->outlet);
        if (w->tellings.p[i].in_copy) dl_buf_c(t->out, " (copy)");
        if (s->cue.n > 0) dl_buf_c(t->out, " · \""), dl_term_text(t, s->cue);
        dl_buf_c(t->out, s->cue.n > 0 ? "\" · document " : " · document ");
        dl_term_id(t, &s->document);
        dl_buf_c(t->out, "\n");
    }
    if (w->tellings.n > PER_WORDING)
        dl_buf_fmt(t->out, "    and %zu more documents\n", w->tellings.n - PER_WORDING);
}

static void put_source(struct dl_term *t, const struct dl_said_by *by)
{
    dl_str anonymity = dl_words_anonymity(by->anonymity);
    dl_buf_c(t->out, "\n  ");
    dl_term_styled(t, DL_STYLE_HEAD,
                   by->source.n > 0 ? by->source
                   : by->own        ? DL_STR("the outlets in their own voice")
                                    : DL_STR("no source given"));
    if (by->source.n > 0) {
        dl_buf_c(t->out, " (");
        dl_term_text(t, dl_words_source_class(by->class));
        if (anonymity.n > 0) dl_buf_c(t->out, ", "), dl_term_text(t, anonymity);
        dl_buf_c(t->out, ")");
    }
    dl_buf_c(t->out, ": in ");
    dl_term_count(t, (int64_t)by->documents, "document", "documents");
    if (by->copies > 0) {
        dl_buf_c(t->out, ", ");
        dl_term_count(t, (int64_t)by->copies, "of them a copy", "of them copies");
    }
    dl_buf_c(t->out, "\n");
    for (size_t i = 0; i < by->wordings.n && i < PER_SOURCE; i++) {
        dl_term_wrap(t, 4, 0, dl_utf8_prefix(by->wordings.p[i]->first->content, QUOTE_BYTES));
        dl_term_style(t, DL_STYLE_FAINT);
        put_telling(t, by->wordings.p[i]);
        dl_term_plain(t);
    }
    if (by->wordings.n > PER_SOURCE)
        dl_buf_fmt(t->out, "    and %zu more statements\n", by->wordings.n - PER_SOURCE);
}

static enum dl_err put_sources(struct dl_reading_of *r, const struct story *s)
{
    dl_said said;
    DL_TRY(dl_said_group(r->cli->arena, &s->statements, &s->members, &said));
    if (said.n == 0) return DL_OK;
    dl_buf_c(&r->out, "\n");
    dl_term_styled(&r->term, DL_STYLE_HEAD, DL_STR("Who says so"));
    dl_buf_c(&r->out, "\n");
    for (size_t i = 0; i < said.n && i < SOURCES; i++)
        put_source(&r->term, said.p[i]);
    if (said.n > SOURCES) dl_buf_fmt(&r->out, "\n  and %zu more sources\n", said.n - SOURCES);
    return DL_OK;
}

static void put_claims(struct dl_term *t, const dl_store_claims *claims)
{
    if (claims->n == 0) return;
    dl_buf_c(t->out, "\n");
    dl_term_styled(t, DL_STYLE_HEAD, DL_STR("What is claimed, and on how many origins it rests"));
    dl_buf_c(t->out, "\n");
    for (size_t i = 0; i < claims->n; i++) {
        dl_buf_c(t->out, "\n");
        dl_claim_put_head(t, 2, &claims->p[i]);
    }
}

static int as_text(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor)
{
    struct story s = {0};
    struct dl_diag diag = {.pos = DL_NO_POS};
    enum dl_err err = gather(r, id, limit, cursor, &s, &diag);
    if (err != DL_OK) return dl_read_fail(r, err, &diag, "story");
    put_head(&r->term, &s.head);
    put_claims(&r->term, &s.claims);
    dl_buf_c(&r->out, "\n");
    dl_term_styled(&r->term, DL_STYLE_HEAD, DL_STR("Documents in order of arrival"));
    dl_buf_c(&r->out, "\n");
    for (size_t i = 0; i < s.members.n; i++)
        put_member(&r->term, &s.members.p[i]);
    if (s.more)
        dl_buf_fmt(&r->out, "\n  more documents: --cursor %lld\n",
                   (long long)s.members.p[s.members.n - 1].seq);
    err = put_sources(r, &s);
    if (err != DL_OK) return dl_read_fail(r, err, NULL, "story");
    return DL_EXIT_OK;
}

static int as_json(struct dl_reading_of *r, dl_str id, size_t limit, int64_t cursor)
{
    struct dl_api_answer answer;
    struct dl_diag diag = {.pos = DL_NO_POS};
    dl_str own;
    enum dl_err err = dl_api_begin(r->cli->arena, limit, cursor, dl_now_ms(), &answer);
    if (err == DL_OK) err = dl_api_one_story(&answer, r->store, id, &own, &diag);
    return err == DL_OK ? dl_read_json(r, &answer) : dl_read_fail(r, err, &diag, "story");
}

static int run(struct dl_cli *cli)
{
    struct dl_reading_of r;
    long limit, cursor;
    bool json = dl_cli_has(cli, "json");
    if (cli->nargs != 1) return dl_cli_usage(cli, "name one story: its id or the beginning of it");
    if (!dl_read_limits(cli, json ? DL_API_MEMBERS : DL_READ_LIMIT, &limit, &cursor))
        return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    dl_str id = dl_str_c(cli->args[0]);
    code = json ? as_json(&r, id, (size_t)limit, cursor) : as_text(&r, id, (size_t)limit, cursor);
    return dl_read_close(&r, code);
}

const struct dl_command dl_cmd_story = {
    .name = "story",
    .summary = "shows one story: what is claimed, its documents, who says what",
    .arguments = "ID",
    .description = "ID is the id of a story or the first six or more digits of it, as search and "
                   "the page show them. Copies are not confirmation: they are counted apart.",
    .options = {DL_STORE_OPTION, DL_JSON_OPTION, DL_LIMIT_OPTION, DL_CURSOR_OPTION},
    .examples =
        {
            {"dateline story 3fa85f645717", "one story"},
            {"dateline story --json 3fa85f645717 | jq .data[].outlet", "its outlets"},
        },
    .run = run,
};
