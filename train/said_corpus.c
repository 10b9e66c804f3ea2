#include "train/said_corpus.h"

enum { TEXT_MAX = 1 << 20, DEPTH_MAX = 16 };

struct reader {
    dl_arena *arena;
    dl_buf text;
    dl_said_document now;
    dl_said_corpus corpus;
    size_t line;
    bool spaced, paragraph; /* paragraph: the next sentence opens one */
    struct dl_diag *diag;
};

static enum dl_err bad(const struct reader *r, const char *what)
{
    return dl_fail(r->diag, DL_ERR_SYNTAX, r->line, "line %zu: %s", r->line, what);
}

static enum dl_err end_document(struct reader *r)
{
    if (r->text.n == 0) return DL_OK;
    r->now.text = dl_str_dup(r->arena, dl_buf_slice(&r->text));
    enum dl_err err = dl_vec_push(r->arena, &r->corpus, r->now);
    dl_buf_reset(&r->text);
    r->now = (dl_said_document){0};
    r->paragraph = false;
    return err;
}

/* "s1 " behind the brace: role and number. */
static bool read_mark(dl_str at, unsigned *ret_role, unsigned *ret_number)
{
    static const char roles[] = "sct";
    if (at.n < 4 || at.p[2] != ' ' || at.p[1] < '1' || at.p[1] > '9') return false;
    const char *role = memchr(roles, at.p[0], DL_SAID_ROLES);
    if (role == NULL) return false;
    *ret_role = (unsigned)(role - roles);
    *ret_number = (unsigned)(at.p[1] - '1');
    return true;
}

struct open_mark {
    unsigned role, number;
    uint32_t start;
};

static enum dl_err close_mark(struct reader *r, const struct open_mark *mark, dl_said *said)
{
    dl_said *s = &said[mark->number];
    uint32_t end = (uint32_t)r->text.n;
    if (end == mark->start) return bad(r, "an empty mark");
    if (s->n[mark->role] == DL_SAID_SPANS) return bad(r, "too many spans of one role");
    s->span[mark->role][s->n[mark->role]++] = (struct dl_said_span){mark->start, end};
    return DL_OK;
}

static enum dl_err keep(struct reader *r, const dl_said *said)
{
    for (unsigned k = 0; k < DL_SAID_PER_LINE; k++) {
        const dl_said *s = &said[k];
        if (s->n[0] + s->n[1] + s->n[2] == 0) continue;
        if (s->n[DL_LEARNED_CONTENT] == 0) return bad(r, "a statement without its content");
        DL_TRY(dl_vec_push(r->arena, &r->now.said, *s));
    }
    return DL_OK;
}

static enum dl_err sentence(struct reader *r, dl_str line)
{
    struct open_mark open[DEPTH_MAX];
    dl_said said[DL_SAID_PER_LINE] = {0};
    size_t depth = 0;
    if (r->text.n == 0)
        r->now.line = r->line;
    else
        dl_buf_c(&r->text, r->paragraph ? "\n\n" : r->spaced ? " " : "");
    r->paragraph = false;
    r->now.sentences++;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '{') {
            struct open_mark mark = {.start = (uint32_t)r->text.n};
            if (depth == DEPTH_MAX) return bad(r, "too many marks in each other");
            if (!read_mark(dl_str_sub(line, i + 1, line.n), &mark.role, &mark.number))
                return bad(r, "an unknown mark");
            open[depth++] = mark;
            i += 3;
        } else if (line.p[i] == '}') {
            if (depth == 0) return bad(r, "a mark that was not opened");
            DL_TRY(close_mark(r, &open[--depth], said));
        } else {
            dl_buf_byte(&r->text, line.p[i]);
        }
    }
    if (depth > 0) return bad(r, "a mark that is not closed");
    return keep(r, said);
}

enum dl_err dl_said_read(dl_arena *arena, dl_str file, bool spaced, dl_said_corpus *ret_corpus,
                         struct dl_diag *diag)
{
    struct reader r = {.arena = arena, .spaced = spaced, .diag = diag};
    dl_buf_init(&r.text, TEXT_MAX);
    dl_str line;
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_str_line(&file, &line)) {
        r.line++;
        line = dl_str_trim(line);
        if (line.n == 0)
            err = end_document(&r);
        else if (dl_str_eq_c(line, "¶"))
            r.paragraph = r.text.n > 0;
        else if (line.p[0] != '#')
            err = sentence(&r, line);
    }
    if (err == DL_OK) err = end_document(&r);
    if (err == DL_OK) err = dl_buf_failed(&r.text);
    dl_buf_free(&r.text);
    if (err == DL_OK) *ret_corpus = r.corpus;
    return err;
}
