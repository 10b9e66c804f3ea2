/* Statements alone: words, sentences and quotations are found once, then statements again and
 * again in one process. usage: sayings LANG FILE SECONDS tree|rules; FILE is plain text, texts
 * parted by a form feed. A line for each part of the time: tokens a second of processor time. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/io.h"
#include "claim/statements.h"

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct texts {
    dl_pack pack;
    dl_cues cues;
    dl_grammar grammar;
    dl_learned learned;
    struct dl_say_text *say;
    dl_words *words;
    size_t n, tokens;
};

static enum dl_err read_texts(struct texts *t, dl_arena *arena, dl_str all)
{
    dl_str rest = all, one;
    size_t cap = 1;
    for (size_t i = 0; i < all.n; i++)
        cap += all.p[i] == '\f';
    t->say = DL_NEW_ARRAY(arena, struct dl_say_text, cap);
    t->words = DL_NEW_ARRAY(arena, dl_words, cap);
    if (t->say == NULL || t->words == NULL) return dl_arena_failed(arena);
    while (dl_str_split(&rest, '\f', &one) && t->n < cap) {
        struct dl_say_text *say = &t->say[t->n];
        *say = (struct dl_say_text){.cues = &t->cues, .words = &t->words[t->n]};
        DL_TRY(dl_words_split(&t->pack, arena, one, say->words));
        DL_TRY(dl_sentences_find(&t->pack, arena, say->words, &say->sentences));
        DL_TRY(dl_quotes_find(arena, say->words, &say->quotations));
        t->tokens += say->words->n;
        t->n++;
    }
    return DL_OK;
}

static double rate(struct texts *t, dl_arena *arena, double seconds)
{
    double start = cpu_s(), now;
    size_t tokens = 0;
    do {
        for (size_t i = 0; i < t->n; i++) {
            dl_statements found;
            if (dl_statements_find(&t->say[i], arena, &found) != DL_OK) return -1;
            dl_arena_reset(arena);
        }
        tokens += t->tokens;
        now = cpu_s();
    } while (now - start < seconds);
    return (double)tokens / (now - start);
}

int main(int argc, char **argv)
{
    enum { PARTS = 20 };
    static struct texts t;
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP), *scratch = dl_arena_new(DL_ARENA_NO_CAP);
    dl_buf file = DL_BUF_INIT((size_t)1 << 30);
    struct dl_diag diag = {0};
    dl_arena_keep_memory();
    if (argc != 5 || dl_io_read_file(argv[2], (size_t)1 << 30, &file, &diag) != DL_OK) return 2;
    if (dl_words_open(&diag) != DL_OK || dl_pack_load(&t.pack, arena, argv[1], &diag) != DL_OK ||
        dl_cues_load(&t.cues, arena, &t.pack, &diag) != DL_OK ||
        read_texts(&t, arena, dl_buf_slice(&file)) != DL_OK || t.tokens == 0)
        return 2;
    bool tree = dl_str_eq_c(dl_str_c(argv[4]), "tree");
    if (tree && dl_grammar_open(&t.grammar, arena, argv[1], &diag) != DL_OK) return 2;
    for (size_t i = 0; i < t.n && tree; i++)
        t.say[i].grammar = &t.grammar;
    if (tree && dl_learned_open(&t.learned, &diag) != DL_OK) return 2;
    for (size_t i = 0; i < t.n && tree; i++)
        t.say[i].learned = &t.learned;
    double seconds = strtod(argv[3], NULL);
    for (int i = -1; i < PARTS; i++) { /* the first part warms up */
        double r = rate(&t, scratch, seconds / PARTS);
        if (r < 0) return 1;
        if (i >= 0) printf("%.0f\n", r);
    }
    return 0;
}
