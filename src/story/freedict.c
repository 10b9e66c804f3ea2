#include "story/freedict.h"

#include "base/io.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "feed/inflate.h"

/* ------------------------------------------------------------------ one entry */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '~'; /* eng-hin writes "~" between words */
}

static char closing(char c)
{
    switch (c) {
    case '(':
        return ')';
    case '[':
        return ']';
    case '<':
        return '>';
    case '{':
        return '}';
    case '"':
        return '"';
    default:
        return '\0';
    }
}

/* Past a bracket, a quotation or the sound between slashes that starts at i; i itself else. */
static size_t skip_aside(dl_str line, size_t i)
{
    char end = closing(line.p[i]);
    bool sound = line.p[i] == '/' && (i == 0 || is_blank(line.p[i - 1]));
    if (end == '\0' && !sound) return i;
    while (sound && i + 1 < line.n && line.p[i + 1] == '/')
        i++;
    if (sound) end = '/';
    char begin = line.p[i];
    for (size_t depth = 1; ++i < line.n;) {
        if (line.p[i] == end && --depth == 0) break;
        depth += line.p[i] == begin && begin != end;
    }
    while (sound && i < line.n && line.p[i] == '/')
        i++;
    return sound || i == line.n ? i : i + 1;
}

static bool is_mark(dl_str word)
{
    if (word.p[0] == '_') return true; /* "_n.": Mueller's grammar */
    return dl_is_digit((unsigned char)word.p[0]) || word.p[word.n - 1] == '.';
}

/* Words of the line parted by single spaces and what parts translations by '\n', without asides and
 * marks; at out, which has room for the line. */
static size_t clean(dl_str line, char *out)
{
    size_t n = 0, start = 0; /* start: of the word being written */
    for (size_t i = 0; i <= line.n;) {
        size_t past = i < line.n ? skip_aside(line, i) : i;
        size_t parted = i < line.n && (line.p[i] == ',' || line.p[i] == ';') ? 1 : 0;
        if (line.n - i >= 3 &&
            (memcmp(line.p + i, "、", 3) == 0 || memcmp(line.p + i, "；", 3) == 0 ||
             memcmp(line.p + i, "，", 3) == 0))
            parted = 3;
        if (i < line.n && past == i && parted == 0 && !is_blank(line.p[i])) {
            out[n++] = line.p[i++];
            continue;
        }
        if (n > start && is_mark((dl_str){out + start, n - start})) n = start;
        while (n > 0 && out[n - 1] == ' ' && parted > 0)
            n--;
        if (n > 0 && out[n - 1] != '\n' && out[n - 1] != ' ') out[n++] = parted > 0 ? '\n' : ' ';
        start = n;
        i = past > i ? past : i + (parted > 0 ? parted : 1);
    }
    while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\n'))
        n--;
    return n;
}

static size_t part(dl_str text, dl_str *ret_parts, size_t n, size_t max)
{
    for (size_t from = 0; from < text.n && n < max;) {
        size_t to = from;
        while (to < text.n && text.p[to] != '\n')
            to++;
        if (to > from) ret_parts[n++] = dl_str_sub(text, from, to);
        from = to + 1;
    }
    return n;
}

/* Notes ("see: …", "Note: …") and examples, which stand in quotation marks. */
static bool is_note(dl_str line)
{
    if (line.n == 0 || line.p[0] == '"') return true;
    size_t i = 0;
    while (i < line.n && !is_blank(line.p[i]))
        i++;
    return i > 0 && line.p[i - 1] == ':';
}

bool dl_freedict_parse(dl_str text, char *scratch, struct dl_freedict_entry *ret_entry)
{
    struct dl_freedict_entry e = {.n_heads = 0};
    bool open = true; /* the first line of translations is still to come */
    for (size_t from = 0; from < text.n;) {
        size_t to = from;
        while (to < text.n && text.p[to] != '\n')
            to++;
        dl_str line = dl_str_trim(dl_str_sub(text, from, to));
        from = to + 1;
        bool numbered = line.n > 0 && dl_is_digit((unsigned char)line.p[0]);
        if (is_note(line) || (e.n_heads > 0 && !numbered && !open)) continue;
        size_t n = clean(line, scratch);
        dl_str cleaned = {scratch, n};
        scratch += n;
        if (n == 0 && !numbered) continue;
        if (e.n_heads == 0) {
            e.n_heads = part(cleaned, e.heads, 0, DL_FREEDICT_HEADS);
            continue;
        }
        e.n_pieces = part(cleaned, e.pieces, e.n_pieces, DL_FREEDICT_PIECES);
        open = false;
    }
    if (e.n_heads == 0 || e.n_pieces == 0) return false;
    *ret_entry = e;
    return true;
}

/* ------------------------------------------------------------------ files */

struct place {
    uint32_t at, n;
};

typedef DL_VEC(struct place) places;

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->n > y->n) - (x->n < y->n);
}

/* dictd's numbers: base 64, the highest digit first. */
static bool read_number(dl_str digits, uint32_t *ret_number)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint64_t number = 0;
    if (digits.n == 0 || digits.n > 6) return false;
    for (size_t i = 0; i < digits.n; i++) {
        const char *at = digits.p[i] != '\0' ? strchr(alphabet, digits.p[i]) : NULL;
        if (at == NULL) return false;
        number = number * 64 + (uint64_t)(at - alphabet);
    }
    *ret_number = (uint32_t)number;
    return number <= UINT32_MAX;
}

static bool read_place(dl_str line, struct place *ret_place)
{
    size_t end = line.n, second = end;
    while (second > 0 && line.p[second - 1] != '\t')
        second--;
    size_t first = second > 0 ? second - 1 : 0;
    while (first > 0 && line.p[first - 1] != '\t')
        first--;
    if (first == 0 || second == 0) return false;
    if (line.n >= 2 && memcmp(line.p, "00", 2) == 0) return false; /* about the dictionary */
    return read_number(dl_str_sub(line, first, second - 1), &ret_place->at) &&
           read_number(dl_str_sub(line, second, end), &ret_place->n);
}

static enum dl_err read_index(dl_arena *arena, dl_str text, places *ret_places)
{
    for (size_t from = 0; from < text.n;) {
        const char *end = memchr(text.p + from, '\n', text.n - from);
        size_t to = end != NULL ? (size_t)(end - text.p) : text.n;
        struct place p;
        if (read_place(dl_str_sub(text, from, to), &p)) DL_TRY(dl_vec_push(arena, ret_places, p));
        from = to + 1;
    }
    if (ret_places->n > 0) qsort(ret_places->p, ret_places->n, sizeof *ret_places->p, by_place);
    return DL_OK;
}

static enum dl_err read_entries(dl_str dict, const places *all, dl_freedict_fn fn, void *ctx)
{
    char scratch[DL_FREEDICT_ENTRY_MAX * 2];
    for (size_t i = 0; i < all->n; i++) {
        const struct place *p = &all->p[i];
        if (i > 0 && p->at == p[-1].at) continue; /* one entry under several headwords */
        if (p->at >= dict.n || p->n > dict.n - p->at) continue;
        dl_str text = {dict.p + p->at, p->n};
        text = dl_utf8_prefix(text, DL_FREEDICT_ENTRY_MAX);
        struct dl_freedict_entry e;
        if (!dl_utf8_valid(text, NULL) || !dl_freedict_parse(text, scratch, &e)) continue;
        DL_TRY(fn(ctx, &e));
    }
    return DL_OK;
}

static enum dl_err read_file(const char *path, const char *end, size_t max, dl_buf *out)
{
    char name[4096];
    if (snprintf(name, sizeof name, "%s%s", path, end) >= (int)sizeof name) return DL_ERR_NOT_FOUND;
    return dl_io_read_file(name, max, out, NULL);
}

static enum dl_err read_both(const char *path, dl_arena *arena, dl_buf *dict, places *all)
{
    dl_buf packed = DL_BUF_INIT(DL_FREEDICT_MAX), index = DL_BUF_INIT(DL_FREEDICT_INDEX_MAX);
    enum dl_err err = read_file(path, ".index", DL_FREEDICT_INDEX_MAX, &index);
    if (err == DL_OK) err = read_index(arena, dl_buf_slice(&index), all);
    if (err == DL_OK) err = read_file(path, ".dict.dz", DL_FREEDICT_MAX, &packed);
    if (err == DL_OK) err = dl_inflate(DL_CODING_GZIP, dl_buf_slice(&packed), dict, NULL);
    dl_buf_free(&packed);
    dl_buf_free(&index);
    return err;
}

enum dl_err dl_freedict_read(const char *path, dl_freedict_fn fn, void *ctx)
{
    dl_arena *arena = dl_arena_new(DL_FREEDICT_INDEX_MAX);
    if (arena == NULL) return DL_ERR_NOMEM;
    dl_buf dict = DL_BUF_INIT(DL_FREEDICT_MAX);
    places all = {0};
    enum dl_err err = read_both(path, arena, &dict, &all);
    if (err == DL_OK) err = read_entries(dl_buf_slice(&dict), &all, fn, ctx);
    dl_buf_free(&dict);
    dl_arena_free(arena);
    return err;
}
