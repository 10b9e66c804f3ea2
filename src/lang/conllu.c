#include "lang/conllu.h"

#include "base/vec.h"

enum { COLUMNS = 10 };

struct rows {
    DL_VEC(dl_conllu_word) words;
    dl_str comments, before;
};

static enum dl_err bad(const dl_conllu_reader *reader, struct dl_diag *diag, const char *what)
{
    return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "line %zu: %s", reader->line, what);
}

static dl_str value(const dl_str *cells, size_t n, size_t i)
{
    return i >= n || dl_str_eq_c(cells[i], "_") ? (dl_str){NULL, 0} : cells[i];
}

/* Two slices of one text that lie behind each other (line ends between them) as one. */
static dl_str joined(dl_str a, dl_str b)
{
    return a.n == 0 ? b : (dl_str){a.p, (size_t)(b.p + b.n - a.p)};
}

static enum dl_err take_word(dl_conllu_reader *reader, struct rows *rows, dl_arena *arena,
                             const dl_str *cells, size_t n, struct dl_diag *diag)
{
    uint64_t id, head = 0;
    if (!dl_str_u64(cells[0], &id) || id != rows->words.n + 1)
        return bad(reader, diag, "ID is not the next number");
    if (id > DL_CONLLU_MAX_WORDS) return bad(reader, diag, "sentence is too long");
    dl_str head_cell = value(cells, n, 6);
    if (head_cell.n > 0 && (!dl_str_u64(head_cell, &head) || head > DL_CONLLU_MAX_WORDS))
        return bad(reader, diag, "HEAD is no number of a word");
    dl_conllu_word word = {.form = cells[1], /* "_" is a word, too */
                           .lemma = value(cells, n, 2),
                           .upos = value(cells, n, 3),
                           .xpos = value(cells, n, 4),
                           .feats = value(cells, n, 5),
                           .head = (uint32_t)head,
                           .has_head = head_cell.n > 0,
                           .deprel = value(cells, n, 7),
                           .deps = value(cells, n, 8),
                           .misc = value(cells, n, 9),
                           .before = rows->before};
    rows->before = (dl_str){NULL, 0};
    return dl_vec_push(arena, &rows->words, word) == DL_OK ? DL_OK : dl_arena_failed(arena);
}

static enum dl_err take_row(dl_conllu_reader *reader, struct rows *rows, dl_arena *arena,
                            dl_str line, struct dl_diag *diag)
{
    dl_str cells[COLUMNS], rest = line, cell;
    size_t n = 0;
    while (dl_str_split(&rest, '\t', &cell)) {
        if (n == COLUMNS) return bad(reader, diag, "more than ten columns");
        cells[n++] = cell;
    }
    if (n < 2 || cells[0].n == 0 || cells[1].n == 0) return bad(reader, diag, "no ID and FORM");
    if (dl_str_chr(cells[0], '-', 0) != DL_NO_POS || dl_str_chr(cells[0], '.', 0) != DL_NO_POS) {
        rows->before = joined(rows->before, line);
        return DL_OK;
    }
    return take_word(reader, rows, arena, cells, n, diag);
}

static enum dl_err check_heads(const dl_conllu_reader *reader, const struct rows *rows,
                               struct dl_diag *diag)
{
    for (size_t i = 0; i < rows->words.n; i++)
        if (rows->words.p[i].head > rows->words.n)
            return bad(reader, diag, "HEAD is past the sentence");
    return DL_OK;
}

enum dl_err dl_conllu_next(dl_conllu_reader *reader, dl_arena *arena, dl_conllu_sentence *ret,
                           struct dl_diag *diag)
{
    struct rows rows = {.comments = {NULL, 0}};
    for (dl_str line; dl_str_line(&reader->rest, &line);) {
        reader->line++;
        if (line.n == 0) {
            if (rows.words.n > 0) break;
            continue;
        }
        if (line.p[0] == '#' && rows.words.n == 0 && rows.before.n == 0 &&
            dl_str_chr(line, '\t', 0) == DL_NO_POS) {
            rows.comments = joined(rows.comments, line);
            continue;
        }
        DL_TRY(take_row(reader, &rows, arena, line, diag));
    }
    if (rows.words.n == 0) return DL_ERR_NOT_FOUND;
    DL_TRY(check_heads(reader, &rows, diag));
    *ret = (dl_conllu_sentence){rows.comments, rows.words.p, rows.words.n, rows.before};
    return DL_OK;
}

static void print_cell(dl_buf *out, dl_str cell)
{
    dl_buf_byte(out, '\t');
    dl_buf_str(out, cell.n > 0 ? cell : DL_STR("_"));
}

static void print_lines(dl_buf *out, dl_str lines)
{
    for (dl_str line; dl_str_line(&lines, &line);) {
        if (line.n == 0) continue;
        dl_buf_str(out, line);
        dl_buf_byte(out, '\n');
    }
}

void dl_conllu_print(const dl_conllu_sentence *sentence, dl_buf *out)
{
    print_lines(out, sentence->comments);
    for (size_t i = 0; i < sentence->n; i++) {
        const dl_conllu_word *w = &sentence->words[i];
        print_lines(out, w->before);
        dl_buf_fmt(out, "%zu", i + 1);
        const dl_str cells[] = {w->form, w->lemma, w->upos, w->xpos, w->feats};
        for (size_t c = 0; c < sizeof cells / sizeof *cells; c++)
            print_cell(out, cells[c]);
        if (w->has_head)
            dl_buf_fmt(out, "\t%u", (unsigned)w->head);
        else
            print_cell(out, (dl_str){NULL, 0});
        print_cell(out, w->deprel);
        print_cell(out, w->deps);
        print_cell(out, w->misc);
        dl_buf_byte(out, '\n');
    }
    print_lines(out, sentence->after);
    dl_buf_byte(out, '\n');
}
