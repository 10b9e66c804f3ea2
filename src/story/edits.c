#include "story/edits.h"

#include <pthread.h>
#include <unicode/uchar.h>

#include "base/asset.h"
#include "base/map.h"
#include "base/utf8.h"
#include "lang/words.h"
#include "page/cues.h"

enum {
    LINE_BYTES = 160,    /* of furniture; longer lines are text */
    PHRASE_BYTES = 64,   /* of furniture, folded */
    LINES_MAX = 1 << 20, /* of a text, as a loop's end */
};

/* --- tables ------------------------------------------------------------------------------- */

static struct {
    pthread_once_t once;
    struct dl_diag diag;
    enum dl_err err;
    dl_arena *arena;
    dl_cues *boilerplate;
    dl_map furniture; /* folded phrase -> itself */
    uint64_t lengths; /* bit set: their lengths */
    DL_VEC(dl_str) notices;
} tables = {.once = PTHREAD_ONCE_INIT};

static enum dl_err put_phrase(dl_str phrase, dl_str kind, size_t line)
{
    char norm[DL_WORD_MAX];
    dl_str folded = {norm, dl_words_norm(phrase, norm)};
    folded = dl_str_dup(tables.arena, folded);
    bool is_notice = dl_str_eq_c(kind, "notice");
    if (folded.n == 0 || folded.n >= PHRASE_BYTES ||
        (!is_notice && !dl_str_eq_c(kind, "furniture")))
        return dl_fail(&tables.diag, DL_ERR_SYNTAX, DL_NO_POS, "furniture.tsv, line %zu", line);
    if (is_notice) return dl_vec_push(tables.arena, &tables.notices, folded);
    tables.lengths |= 1ull << folded.n;
    return dl_map_set(&tables.furniture, folded, (void *)folded.p);
}

static enum dl_err load_tables(void)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    tables.arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (tables.arena == NULL) return DL_ERR_NOMEM;
    dl_map_init(&tables.furniture, tables.arena);
    DL_TRY(dl_cues_new(tables.arena, &tables.boilerplate, &tables.diag));
    if (!dl_asset_get("lexicon/web/furniture.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, &tables.diag));
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cell, &tables.diag)) == DL_OK)
        DL_TRY(put_phrase(cell[0], cell[1], tsv.line));
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

static void load_once(void)
{
    tables.err = load_tables();
}

enum dl_err dl_edits_open(struct dl_diag *diag)
{
    pthread_once(&tables.once, load_once);
    if (tables.err != DL_OK && diag != NULL) *diag = tables.diag;
    return tables.err;
}

/* --- noise -------------------------------------------------------------------------------- */

static bool is_letter(dl_str s, size_t pos)
{
    return pos < s.n && u_isalpha((UChar32)dl_utf8_next(s, &pos));
}

/* Scripts that write spaces part words by them; a phrase of the others may end anywhere. */
static bool ends_word(dl_str line, size_t at)
{
    size_t before = at;
    uint32_t c = dl_utf8_prev(line, &before);
    bool spaced = c < 0x0E00 || (c > 0x0EFF && c < 0x2E80) || (c >= 0xAC00 && c < 0xF900);
    return !spaced || !is_letter(line, at);
}

/* Bytes of the longest listed phrase that stands at pos; 0: none. */
static size_t phrase_at(dl_str line, size_t pos)
{
    size_t most = line.n - pos < PHRASE_BYTES ? line.n - pos : PHRASE_BYTES - 1;
    for (size_t n = most; n > 0; n--) {
        if ((tables.lengths >> n & 1) == 0) continue;
        bool is = dl_map_get(&tables.furniture, dl_str_sub(line, pos, pos + n)) != NULL;
        if (is && ends_word(line, pos + n)) return n;
    }
    return 0;
}

static bool is_furniture(dl_str raw)
{
    char norm[DL_WORD_MAX];
    if (raw.n > LINE_BYTES) return false;
    dl_str line = {norm, dl_words_norm(raw, norm)};
    size_t phrases = 0;
    for (size_t pos = 0; pos < line.n;) {
        size_t next = pos, n;
        uint32_t c = dl_utf8_next(line, &next);
        if (!u_isalpha((UChar32)c)) {
            pos = next;
            continue;
        }
        n = phrase_at(line, pos);
        if (n == 0) return false;
        phrases++;
        pos += n;
    }
    return phrases > 0;
}

/* Next line that is text; false at the end. */
static bool next_text(dl_str *rest, dl_str *ret_line)
{
    for (size_t i = 0; i < LINES_MAX && dl_str_line(rest, ret_line); i++) {
        dl_str line = *ret_line = dl_str_trim(*ret_line);
        if (line.n > 0 && !is_furniture(line) && !dl_cues_phrase(tables.boilerplate, line))
            return true;
    }
    return false;
}

static uint32_t next_typed(dl_str s, size_t *pos)
{
    while (*pos < s.n) {
        uint32_t c = dl_utf8_next(s, pos);
        if (!dl_diff_is_filler(c)) return dl_diff_as_typed(c);
    }
    return 0;
}

/* The same letters, whatever white space and kinds of marks stand there. */
static bool same_line(dl_str a, dl_str b)
{
    size_t at = 0, bt = 0;
    uint32_t x, y;
    if (dl_str_eq(a, b)) return true;
    do {
        x = next_typed(a, &at);
        y = next_typed(b, &bt);
    } while (x == y && x != 0);
    return x == y;
}

static bool same_text(dl_str a, dl_str b)
{
    dl_str x, y;
    for (;;) {
        bool has_x = next_text(&a, &x), has_y = next_text(&b, &y);
        if (!has_x || !has_y) return has_x == has_y;
        if (!same_line(x, y)) return false;
    }
}

bool dl_edit_is_noise(const struct dl_wording *old, const struct dl_wording *new)
{
    if (dl_edits_open(NULL) != DL_OK) return false;
    return same_line(old->title, new->title) && same_line(old->subtitle, new->subtitle) &&
           same_text(old->text, new->text);
}

/* --- owning up ---------------------------------------------------------------------------- */

static bool is_later(const struct dl_wording *old, const struct dl_wording *new)
{
    if (!dl_time_is_set(new->modified)) return false;
    if (dl_time_is_set(old->modified)) return new->modified.ms > old->modified.ms;
    return !dl_time_is_set(new->published) || new->modified.ms > new->published.ms;
}

static bool has_notice(dl_str line)
{
    /* Long lines in pieces: a notice opens or closes a paragraph. */
    const dl_str ends[] = {dl_utf8_prefix(line, LINE_BYTES),
                           line.n > LINE_BYTES ? dl_str_sub(line, line.n - LINE_BYTES, line.n)
                                               : (dl_str){NULL, 0}};
    for (size_t e = 0; e < 2; e++) {
        char norm[DL_WORD_MAX];
        size_t skip = 0;
        while (skip < ends[e].n && !dl_utf8_is_border(ends[e], skip))
            skip++;
        dl_str folded = {norm, dl_words_norm(dl_str_sub(ends[e], skip, ends[e].n), norm)};
        for (size_t i = 0; i < tables.notices.n; i++)
            if (dl_str_find(folded, tables.notices.p[i], 0) != DL_NO_POS) return true;
    }
    return false;
}

static dl_str line_around(dl_str text, size_t start, size_t end)
{
    while (start > 0 && text.p[start - 1] != '\n')
        start--;
    while (end < text.n && text.p[end] != '\n')
        end++;
    return dl_str_sub(text, start, end);
}

/* Was something put into a line that says so? */
static bool brings_notice(const struct dl_diff *d, dl_str text)
{
    for (size_t i = 0; i < d->runs.n; i++) {
        const struct dl_diff_run *r = &d->runs.p[i];
        if (r->op != DL_DIFF_INSERTED) continue;
        dl_str rest = line_around(text, r->new_start, r->new_end), line;
        while (dl_str_line(&rest, &line))
            if (has_notice(line)) return true;
    }
    return false;
}

static enum dl_err diff_field(dl_arena *arena, dl_str old, dl_str new, struct dl_diff *ret)
{
    if (same_line(old, new)) return DL_OK;
    return dl_diff_make(arena, old, new, ret);
}

const char *dl_edit_class_name(enum dl_edit_class class)
{
    static const char *const names[] = {"none", "noise", "marked", "silent"};
    return names[class];
}

enum dl_err dl_edit_find(dl_arena *arena, const struct dl_wording *old,
                         const struct dl_wording *new, struct dl_edit *ret)
{
    struct dl_edit e = {0};
    struct dl_diag diag;
    DL_TRY(dl_edits_open(&diag));
    DL_TRY(diff_field(arena, old->title, new->title, &e.title));
    DL_TRY(diff_field(arena, old->subtitle, new->subtitle, &e.subtitle));
    DL_TRY(diff_field(arena, old->text, new->text, &e.text));
    if (e.title.runs.n + e.subtitle.runs.n + e.text.runs.n == 0) {
        *ret = e;
        return DL_OK;
    }
    e.by_date = is_later(old, new);
    e.by_notice = brings_notice(&e.text, new->text);
    e.class = dl_edit_is_noise(old, new) ? DL_EDIT_NOISE
              : e.by_date || e.by_notice ? DL_EDIT_MARKED
                                         : DL_EDIT_SILENT;
    *ret = e;
    return DL_OK;
}
