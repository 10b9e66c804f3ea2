/* Counts in how many of its uses a cue told a source, by Dateline's own rules, and prints
 * lexicon/LANG/cues.tsv with the columns `seen` and `attributive` filled in:
 *   count_cues LANG FILE.conllu... > cues.tsv
 * Hedges, caveats and the like tell no source: theirs stay 0. Texts are the "# text" lines, parted
 * where a document or paragraph begins; without such marks each sentence stands alone. The same
 * files give the same bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "claim/statements.h"
#include "train/material.h"

struct tally {
    const char *cue; /* where the cell of the row begins */
    unsigned seen, attributive;
};

struct counter {
    dl_pack pack;
    dl_cues cues;
    struct tally *tally;
    size_t n;
};

static const unsigned counted = 1u << DL_CUE_VERB | 1u << DL_CUE_NOUN | 1u << DL_CUE_PREP |
                                1u << DL_CUE_POST | 1u << DL_CUE_CONNECTOR;

static struct tally *tally_of(struct counter *c, const struct dl_cue *cue)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->tally[i].cue == cue->lemma.p) return &c->tally[i];
    c->tally[c->n] = (struct tally){.cue = cue->lemma.p};
    return &c->tally[c->n++];
}

static bool touches(struct dl_span s, uint32_t first, uint32_t last)
{
    return s.first < last && first < s.last;
}

static bool tells_a_source(const dl_statements *all, uint32_t first, uint32_t last)
{
    for (size_t i = 0; i < all->n; i++) {
        const dl_statement *s = &all->p[i];
        if (s->source.first < s->source.last && touches(s->cue, first, last)) return true;
        for (unsigned h = 0; h <= s->n_hops && h < DL_STATEMENT_HOPS; h++)
            if (touches(s->hop[h].cue, first, last)) return true;
    }
    return false;
}

static void count_text(struct counter *c, dl_arena *arena, dl_str text)
{
    dl_words words = {0};
    dl_statements statements = {0};
    struct dl_say_text say = {.cues = &c->cues, .words = &words};
    if (dl_words_split(&c->pack, arena, text, &words) != DL_OK ||
        dl_sentences_find(&c->pack, arena, &words, &say.sentences) != DL_OK ||
        dl_quotes_find(arena, &words, &say.quotations) != DL_OK ||
        dl_statements_find(&say, arena, &statements) != DL_OK)
        dl_die("a text cannot be read");
    for (size_t s = 0; s < say.sentences.n; s++) {
        uint32_t last = say.sentences.p[s].last;
        for (uint32_t i = say.sentences.p[s].first; i < last; i++) {
            size_t n;
            const struct dl_cue *cue = dl_cues_match(&c->cues, &words, i, last, counted, &n);
            if (cue == NULL || words.p[i].quote != 0) continue;
            struct tally *t = tally_of(c, cue);
            t->seen++;
            t->attributive += tells_a_source(&statements, i, i + (uint32_t)n);
            i += (uint32_t)n - 1;
        }
    }
}

enum {
    TEXT_MAX = 50000, /* bytes read at once; a longer document is cut between sentences */
    FILE_MAX = 1 << 30
};

static void count_file(struct counter *c, const char *path)
{
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct dl_diag diag = {0};
    dl_buf file, text;
    dl_buf_init(&file, FILE_MAX);
    dl_buf_init(&text, TEXT_MAX * 2);
    if (arena == NULL || dl_io_read_file(path, FILE_MAX, &file, &diag) != DL_OK)
        dl_die("%s: cannot be read", path);
    dl_str rest = dl_buf_slice(&file), line;
    bool parted = dl_str_find_c(rest, "# newpar", 0) != DL_NO_POS ||
                  dl_str_find_c(rest, "# newdoc", 0) != DL_NO_POS;
    while (dl_str_line(&rest, &line)) {
        bool begins = dl_str_starts(line, "# newdoc") || dl_str_starts(line, "# newpar");
        bool sentence = dl_str_starts(line, "# text = ");
        if (begins || (sentence && !parted)) dl_buf_c(&text, "\n\n");
        if (sentence) {
            dl_buf_str(&text, dl_str_trim(dl_str_sub(line, strlen("# text = "), line.n)));
            dl_buf_c(&text, " ");
        }
        if (dl_buf_slice(&text).n < TEXT_MAX) continue;
        count_text(c, arena, dl_buf_slice(&text));
        dl_arena_reset(arena);
        dl_buf_reset(&text);
    }
    if (dl_buf_slice(&text).n > 0) count_text(c, arena, dl_buf_slice(&text));
    dl_buf_free(&text);
    dl_buf_free(&file);
    dl_arena_free(arena);
}

/* The rows of the lexicon as they are, the two columns as counted. */
static void print(struct counter *c, dl_arena *arena)
{
    dl_tsv tsv;
    bool there;
    if (dl_lexicon_open(arena, c->pack.code, "cues.tsv", &tsv, &there, NULL) != DL_OK || !there)
        dl_die("no cues for %s", c->pack.code);
    size_t cue = dl_tsv_column(&tsv, "cue"), seen = dl_tsv_column(&tsv, "seen"),
           attributive = dl_tsv_column(&tsv, "attributive");
    printf("%.*s\n", DL_FMT(tsv.header));
    dl_str cells[DL_TSV_MAX_COLUMNS];
    while (dl_tsv_next(&tsv, cells, NULL) == DL_OK) {
        struct tally t = {0};
        for (size_t i = 0; i < c->n; i++)
            if (c->tally[i].cue == cells[cue].p) t = c->tally[i];
        for (size_t k = 0; k < tsv.columns; k++) {
            if (k == seen || k == attributive)
                printf("%u", k == seen ? t.seen : t.attributive);
            else
                printf("%.*s", DL_FMT(cells[k]));
            putchar(k + 1 < tsv.columns ? '\t' : '\n');
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) dl_die("usage: count_cues LANG FILE.conllu...");
    dl_arena *arena = dl_arena_new(DL_ARENA_NO_CAP);
    struct dl_diag diag = {0};
    struct counter c = {0};
    if (arena == NULL || dl_words_open(&diag) != DL_OK ||
        dl_pack_load(&c.pack, arena, argv[1], &diag) != DL_OK ||
        dl_cues_load(&c.cues, arena, &c.pack, &diag) != DL_OK)
        dl_die("the lexicon of %s cannot be read", argv[1]);
    c.tally = calloc(c.cues.n_cues + 1, sizeof *c.tally);
    if (c.tally == NULL) dl_die("out of memory");
    for (int i = 2; i < argc; i++)
        count_file(&c, argv[i]);
    print(&c, arena);
    free(c.tally);
    dl_arena_free(arena);
    return 0;
}
