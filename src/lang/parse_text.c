#include "lang/parse_text.h"

#include "base/asset.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { JOIN_MAX = 6 /* characters of the longest word of Han and Kana that is looked for */ };

static bool model_bytes(const char *code, const char *name, dl_str *ret_bytes)
{
    char path[64];
    snprintf(path, sizeof path, "models/%s-%.8s.bin", name, code);
    return dl_asset_get(path, ret_bytes);
}

enum dl_err dl_grammar_open(dl_grammar *ret_grammar, dl_arena *arena, const char *code,
                            struct dl_diag *diag)
{
    dl_str bytes;
    dl_grammar g = {.english = strcmp(code, "en") == 0, .suffixed = strcmp(code, "tr") == 0};
    if (!model_bytes(code, "tagger", &bytes))
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "no tagger for the language %.8s", code);
    dl_tagger *tagger = DL_NEW(arena, dl_tagger);
    if (tagger == NULL) return dl_arena_failed(arena);
    DL_TRY(dl_tagger_open(tagger, bytes, diag));
    g.tagger = tagger;
    if (model_bytes(code, "parser", &bytes)) {
        dl_parser *parser = DL_NEW(arena, dl_parser);
        if (parser == NULL) return dl_arena_failed(arena);
        DL_TRY(dl_parser_open(parser, bytes, diag));
        g.parser = parser;
    }
    *ret_grammar = g;
    return DL_OK;
}

/* --- units --------------------------------------------------------------------------------- */

struct cutter {
    const dl_grammar *grammar;
    dl_arena *arena;
    const dl_words *words;
    DL_VEC(dl_unit) out;
    bool failed;
};

static void push(struct cutter *c, size_t token, size_t start, size_t end)
{
    dl_unit unit = {.start = (uint32_t)start, .end = (uint32_t)end, .token = (uint32_t)token};
    if (start < end && dl_vec_push(c->arena, &c->out, unit) != DL_OK) c->failed = true;
}

static bool one_of_many(const dl_words *words, size_t i)
{
    const dl_token *t = &words->p[i];
    return t->kind == DL_TOKEN_WORD && t->mark >= 0x3005 && t->end - t->start <= 4 &&
           ((t->mark <= 0x9FFF && t->mark != 0x3007) || t->mark >= 0xF900);
}

static bool known(const dl_tagger *tagger, dl_str form)
{
    dl_tagger_word word;
    dl_tagger_word_look(form, &word);
    return dl_model_find(&tagger->model, dl_tagger_word_list(&word)).n > 0;
}

/* The longest word that the model knows from token i on, else the one character. */
static size_t join(struct cutter *c, size_t i, size_t last)
{
    size_t run = 1;
    while (i + run < last && run < JOIN_MAX && one_of_many(c->words, i + run) &&
           c->words->p[i + run].start == c->words->p[i + run - 1].end)
        run++;
    uint32_t start = c->words->p[i].start;
    while (run > 1 && !known(c->grammar->tagger,
                             dl_str_sub(c->words->text, start, c->words->p[i + run - 1].end)))
        run--;
    push(c, i, start, c->words->p[i + run - 1].end);
    return run;
}

/* "well-known" is three words; "don't" is "do" and "n't"; "cannot" is "can" and "not". */
static void cut_word(struct cutter *c, size_t i)
{
    const dl_token *t = &c->words->p[i];
    dl_str text = dl_token_text(c->words, i);
    size_t end = text.n, from = 0;
    bool negated = dl_str_iends(text, "n't") || dl_str_iends(text, "n\xE2\x80\x99t");
    if (negated && text.n > 3) end -= dl_str_iends(text, "n't") ? 3 : 5;
    if (dl_str_ieq_c(text, "cannot")) end = 3;
    for (size_t at; (at = dl_str_chr(dl_str_sub(text, 0, end), '-', from)) != DL_NO_POS;
         from = at + 1) {
        push(c, i, t->start + from, t->start + at);
        push(c, i, t->start + at, t->start + at + 1);
    }
    push(c, i, t->start + from, t->start + end);
    push(c, i, t->start + end, t->end);
}

static enum dl_err cut(struct cutter *c, const dl_sentence *sentence)
{
    for (size_t i = sentence->first; i < sentence->last; i++) {
        const dl_token *t = &c->words->p[i];
        if (t->kind == DL_TOKEN_LINE || t->kind == DL_TOKEN_PARA) continue;
        if (one_of_many(c->words, i))
            i += join(c, i, sentence->last) - 1;
        else if (c->grammar->english && t->kind == DL_TOKEN_WORD)
            cut_word(c, i);
        else if (c->grammar->suffixed && (t->flags & DL_WORD_CLITIC) && c->out.n > 0)
            c->out.p[c->out.n - 1].end = t->end;
        else
            push(c, i, t->start, t->end);
    }
    return c->failed ? dl_arena_failed(c->arena) : DL_OK;
}

/* --- reading ------------------------------------------------------------------------------- */

static enum dl_err add_tree(const dl_grammar *grammar, dl_arena *arena, const dl_tagger_word *words,
                            size_t n, dl_unit *units)
{
    dl_parse_word *seen = DL_NEW_ARRAY(arena, dl_parse_word, n);
    dl_parse_arc *arcs = DL_NEW_ARRAY(arena, dl_parse_arc, n);
    if (seen == NULL || arcs == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++)
        seen[i] = dl_parse_word_of(&words[i], &grammar->tagger->labels[units[i].tag]);
    DL_TRY(dl_parser_parse(grammar->parser, arena, seen, n, arcs));
    for (size_t i = 0; i < n; i++) {
        units[i].head = arcs[i].head;
        units[i].relation = arcs[i].relation;
    }
    return DL_OK;
}

enum dl_err dl_grammar_read_forms(const dl_grammar *grammar, dl_arena *arena, const dl_str *forms,
                                  size_t n, bool tree, dl_unit *ret_units)
{
    if (n == 0) return DL_OK;
    dl_tagger_word *words = DL_NEW_ARRAY(arena, dl_tagger_word, n);
    uint8_t *tags = DL_NEW_ARRAY(arena, uint8_t, n);
    if (words == NULL || tags == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < n; i++)
        dl_tagger_word_look(forms[i], &words[i]);
    DL_TRY(dl_tagger_tag(grammar->tagger, arena, words, n, tags));
    for (size_t i = 0; i < n; i++)
        ret_units[i].tag = tags[i];
    return tree && grammar->parser != NULL ? add_tree(grammar, arena, words, n, ret_units) : DL_OK;
}

enum dl_err dl_grammar_read(const dl_grammar *grammar, dl_arena *arena, const dl_words *words,
                            const dl_sentence *sentence, bool tree, dl_unit **ret_units,
                            size_t *ret_n)
{
    struct cutter c = {.grammar = grammar, .arena = arena, .words = words};
    DL_TRY(cut(&c, sentence));
    dl_str *forms = DL_NEW_ARRAY(arena, dl_str, c.out.n + 1);
    if (forms == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < c.out.n; i++)
        forms[i] = dl_str_sub(words->text, c.out.p[i].start, c.out.p[i].end);
    DL_TRY(dl_grammar_read_forms(grammar, arena, forms, c.out.n, tree, c.out.p));
    *ret_units = c.out.p;
    *ret_n = c.out.n;
    return DL_OK;
}
