#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void open_said(struct said *s, const char *language, const char *outlet, const char *text,
                      bool trees, const struct dl_say_below *below)
{
    *s = (struct said){.arena = dl_arena_new(DL_ARENA_NO_CAP)};
    struct dl_diag diag = {0};
    assert_int_equal(dl_words_open(&diag), DL_OK);
    assert_int_equal(dl_pack_load(&s->pack, s->arena, language, &diag), DL_OK);
    assert_int_equal(dl_cues_load(&s->cues, s->arena, &s->pack, &diag), DL_OK);
    assert_int_equal(dl_words_split(&s->pack, s->arena, dl_str_c(text), &s->words), DL_OK);
    s->text = (struct dl_say_text){
        .cues = &s->cues, .words = &s->words, .outlet = dl_str_c(outlet), .below = below};
    assert_int_equal(dl_sentences_find(&s->pack, s->arena, &s->words, &s->text.sentences), DL_OK);
    assert_int_equal(dl_quotes_find(s->arena, &s->words, &s->text.quotations), DL_OK);
    if (trees) {
        assert_int_equal(dl_grammar_open(&s->grammar, s->arena, language, &diag), DL_OK);
        s->text.grammar = &s->grammar;
    }
    assert_int_equal(dl_statements_find(&s->text, s->arena, &s->statements), DL_OK);
}

void said_open(struct said *s, const char *language, const char *outlet, const char *text)
{
    open_said(s, language, outlet, text, false, NULL);
}

void said_open_with_trees(struct said *s, const char *language, const char *outlet,
                          const char *text)
{
    open_said(s, language, outlet, text, true, NULL);
}

void said_open_headline(struct said *s, const char *language, const char *outlet,
                        const char *headline, const char *article)
{
    struct said *under = malloc(sizeof *under);
    assert_non_null(under);
    open_said(under, language, outlet, article, false, NULL);
    struct dl_say_below below = {&under->words, &under->statements};
    open_said(s, language, outlet, headline, true, &below);
    s->article = under;
}

void said_close(struct said *s)
{
    if (s->article != NULL) {
        dl_arena_free(s->article->arena);
        free(s->article);
    }
    dl_arena_free(s->arena);
}

dl_str said_words(const struct said *s, struct dl_span span)
{
    if (span.first >= span.last) return DL_STR("");
    return dl_str_sub(s->words.text, s->words.p[span.first].start, s->words.p[span.last - 1].end);
}

const dl_statement *said_find(const struct said *s, const char *source, const char *content)
{
    for (size_t i = 0; i < s->statements.n; i++) {
        const dl_statement *st = &s->statements.p[i];
        if (dl_str_eq_c(said_words(s, st->source), source) &&
            dl_str_starts(said_words(s, st->content[0]), content))
            return st;
    }
    for (size_t i = 0; i < s->statements.n; i++)
        print_message("have: [%.*s] %.*s\n", DL_FMT(said_words(s, s->statements.p[i].source)),
                      DL_FMT(said_words(s, s->statements.p[i].content[0])));
    fail_msg("no statement [%s] %s", source, content);
    return NULL;
}
