#include "base/utf8.h"
#include "cmd/batch.h"
#include "lang/conllu.h"
#include "lang/langid.h"
#include "lang/pack.h"
#include "lang/parse_text.h"

/* Languages with models (models/README.md). */
static const char *const codes[] = {"en", "de", "es", "fr", "it", "pt", "ru",
                                    "ar", "fa", "hi", "ja", "ko", "tr", "zh"};
enum { LANGUAGES = sizeof codes / sizeof *codes };

struct job {
    struct dl_cli *cli;
    bool conllu_in, conllu_out, tree;
    bool there[LANGUAGES];
    dl_grammar grammar[LANGUAGES];
    dl_pack pack[LANGUAGES];
};

static enum dl_err open_language(struct job *job, size_t i, struct dl_diag *diag)
{
    enum dl_err err = dl_grammar_open(&job->grammar[i], job->cli->arena, codes[i], diag);
    if (err == DL_ERR_NOT_FOUND) return DL_OK;
    job->there[i] = err == DL_OK;
    return err == DL_OK ? dl_pack_load(&job->pack[i], job->cli->arena, codes[i], diag) : err;
}

static enum dl_err grammar_for(const struct job *job, dl_str code, size_t *ret_index,
                               struct dl_diag *diag)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        if (dl_str_eq_c(code, codes[i]) && job->there[i]) {
            *ret_index = i;
            return DL_OK;
        }
    return dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "no tagger for the language %.*s",
                   DL_FMT(code));
}

static dl_str relation_of(const dl_grammar *g, const dl_unit *unit)
{
    return dl_parser_relation(g->parser, unit->relation);
}

/* --- CoNLL-U ------------------------------------------------------------------------------- */

static void annotate(const struct job *job, const dl_grammar *g, const dl_unit *units,
                     dl_conllu_sentence *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct dl_tagger_label *label = &g->tagger->labels[units[i].tag];
        s->words[i].upos = dl_str_c(dl_upos_name(label->upos));
        s->words[i].xpos = label->xpos;
        if (!job->tree || g->parser == NULL) continue;
        s->words[i].head = units[i].head;
        s->words[i].has_head = true;
        s->words[i].deprel = relation_of(g, &units[i]);
    }
}

static enum dl_err read_conllu(const struct job *job, const dl_grammar *g, dl_arena *arena,
                               dl_str body, dl_buf *out, struct dl_diag *diag)
{
    dl_conllu_reader reader = {.rest = body};
    dl_conllu_sentence s;
    enum dl_err err;
    while ((err = dl_conllu_next(&reader, arena, &s, diag)) == DL_OK) {
        dl_str *forms = DL_NEW_ARRAY(arena, dl_str, s.n);
        dl_unit *units = DL_NEW_ARRAY(arena, dl_unit, s.n);
        if (forms == NULL || units == NULL) return dl_arena_failed(arena);
        for (size_t i = 0; i < s.n; i++)
            forms[i] = s.words[i].form;
        DL_TRY(dl_grammar_read_forms(g, arena, forms, s.n, job->tree, units));
        annotate(job, g, units, &s);
        dl_conllu_print(&s, out);
    }
    return err == DL_ERR_NOT_FOUND ? dl_buf_failed(out) : err;
}

/* --- running text -------------------------------------------------------------------------- */

static void put_json(const struct job *job, const dl_grammar *g, dl_str text, yyjson_mut_doc *json,
                     yyjson_mut_val *sentence, const dl_unit *units, size_t n)
{
    yyjson_mut_val *words = dl_json_arr(json, sentence, "words");
    for (size_t i = 0; i < n; i++) {
        const struct dl_tagger_label *label = &g->tagger->labels[units[i].tag];
        yyjson_mut_val *w = dl_json_push_span(json, words, units[i].start, units[i].end);
        dl_json_str(json, w, "form", dl_str_sub(text, units[i].start, units[i].end));
        dl_json_c(json, w, "upos", dl_upos_name(label->upos));
        dl_json_str(json, w, "xpos", label->xpos);
        if (!job->tree || g->parser == NULL) continue;
        dl_json_int(json, w, "head", units[i].head);
        dl_json_str(json, w, "relation", relation_of(g, &units[i]));
    }
}

static enum dl_err put_conllu(const struct job *job, const dl_grammar *g, dl_arena *arena,
                              dl_str text, const dl_sentence *sentence, const dl_unit *units,
                              size_t n, dl_buf *out)
{
    dl_conllu_sentence s = {.n = n, .words = DL_NEW_ARRAY(arena, dl_conllu_word, n + 1)};
    dl_str line = dl_str_squeeze(arena, dl_str_sub(text, sentence->start, sentence->end));
    s.comments = dl_str_fmt(arena, "# text = %.*s", DL_FMT(line));
    if (s.words == NULL || s.comments.p == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++) {
        s.words[i].form = dl_str_sub(text, units[i].start, units[i].end);
        if (i + 1 < n && units[i].end == units[i + 1].start)
            s.words[i].misc = DL_STR("SpaceAfter=No");
    }
    annotate(job, g, units, &s);
    dl_conllu_print(&s, out);
    return dl_buf_failed(out);
}

static enum dl_err read_text(const struct job *job, size_t language, dl_arena *arena, dl_str text,
                             yyjson_mut_doc *json, yyjson_mut_val *object, dl_buf *plain)
{
    const dl_grammar *g = &job->grammar[language];
    dl_words words;
    dl_sentences sentences;
    DL_TRY(dl_words_split(&job->pack[language], arena, text, &words));
    DL_TRY(dl_sentences_find(&job->pack[language], arena, &words, &sentences));
    yyjson_mut_val *list = dl_json_arr(json, object, "sentences");
    for (size_t i = 0; i < sentences.n; i++) {
        const dl_sentence *s = &sentences.p[i];
        dl_unit *units;
        size_t n;
        DL_TRY(dl_grammar_read(g, arena, &words, s, job->tree, &units, &n));
        if (job->conllu_out)
            DL_TRY(put_conllu(job, g, arena, text, s, units, n, plain));
        else
            put_json(job, g, text, json, dl_json_push_span(json, list, s->start, s->end), units, n);
    }
    return dl_arena_failed(arena);
}

static enum dl_err parse(void *ctx, dl_arena *arena, const struct dl_batch_doc *doc,
                         yyjson_mut_doc *json, yyjson_mut_val *object, struct dl_diag *diag)
{
    const struct job *job = ctx;
    size_t language;
    struct dl_language told;
    dl_str declared = dl_str_c(dl_cli_get(job->cli, "lang"));
    dl_str text = doc->fields != NULL ? dl_json_get_str(doc->fields, "text")
                                      : dl_utf8_repair(arena, doc->body);
    if (doc->fields != NULL && dl_json_get_str(doc->fields, "language").n > 0)
        declared = dl_json_get_str(doc->fields, "language");
    if (job->conllu_in) {
        DL_TRY(grammar_for(job, declared, &language, diag));
        return read_conllu(job, &job->grammar[language], arena, text, doc->plain, diag);
    }
    dl_langid_tell(text, declared, &told);
    DL_TRY(grammar_for(job, declared.n > 0 ? declared : dl_str_c(told.base), &language, diag));
    dl_json_c(json, object, "language", codes[language]);
    return read_text(job, language, arena, text, json, object, doc->plain);
}

static int run(struct dl_cli *cli)
{
    struct dl_diag diag = {.pos = DL_NO_POS};
    const char *lang = dl_cli_get(cli, "lang"), *format = dl_cli_get(cli, "format");
    struct job *job = DL_NEW(cli->arena, struct job);
    if (job == NULL) return dl_cli_fail(cli, "%s", dl_err_text(DL_ERR_NOMEM));
    job->cli = cli;
    job->conllu_in = dl_cli_has(cli, "conllu");
    job->tree = !dl_cli_has(cli, "tags-only");
    job->conllu_out = job->conllu_in || (format != NULL && strcmp(format, "conllu") == 0);
    if (format != NULL && !job->conllu_out && strcmp(format, "json") != 0)
        return dl_cli_usage(cli, "--format is json or conllu, not %s", format);
    if (job->conllu_in && lang == NULL)
        return dl_cli_usage(cli, "--conllu needs the language: --lang LANG");
    if (dl_words_open(&diag) != DL_OK) return dl_cli_fail(cli, "%s", diag.message);
    for (size_t i = 0; i < LANGUAGES; i++)
        if ((lang == NULL || strcmp(lang, codes[i]) == 0) && open_language(job, i, &diag) != DL_OK)
            return dl_cli_fail(cli, "%s: %s", codes[i], diag.message);
    struct dl_language warm; /* CLD2 fills tables on first use */
    dl_langid_tell(DL_STR("The road is open again."), (dl_str){NULL, 0}, &warm);
    return dl_batch_run(cli, parse, job);
}

const struct dl_command dl_cmd_parse = {
    .name = "parse",
    .summary = "tags words and draws dependency trees",
    .arguments = "[FILE]...",
    .description =
        "Prints the sentences of each text with the part of speech of every word (universal tags; "
        "for English the Penn tag as well), its head and its relation to it, as one JSON line or "
        "as CoNLL-U.\n\nWith --conllu the input is CoNLL-U with its words cut; tags, heads and "
        "relations are filled in, all else is kept. Models exist for the languages with a free "
        "treebank; models/README.md names data, licences and scores.\n\nBatch documents have the "
        "fields id, text, language.",
    .options = {{"lang", 'l', "LANG", "language of the text (en, de, ja …); else told from it"},
                {"conllu", 'c', NULL, "the input is CoNLL-U, and so is the output"},
                {"format", 'f', "FORMAT", "json (default) or conllu"},
                {"tags-only", 0, NULL, "no trees"},
                DL_BATCH_OPTIONS},
    .examples =
        {
            {"echo 'The ferry sank.' | dateline parse --format conllu", "one sentence as a table"},
            {"dateline parse --lang en --conllu words.conllu", "words somebody else has cut"},
            {"dateline parse --tags-only article.txt | jq -r '.sentences[].words[].upos'",
             "parts of speech alone"},
        },
    .run = run,
};
