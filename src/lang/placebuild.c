#include "lang/placebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/extsort.h"
#include "base/utf8.h"

static int by_id(const void *a, const void *b)
{
    const struct dl_placebuild_row *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_key(const void *a, const void *b)
{
    const struct dl_placebuild_key *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

static FILE *nameless(const char *folder)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/.names-XXXXXX", folder) >= (int)sizeof path) return NULL;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) return NULL;
    unlink(path);
    FILE *file = fdopen(fd, "w+");
    if (file == NULL) close(fd);
    return file;
}

enum dl_err dl_placebuild_new(const struct dl_placebuild_options *options,
                              dl_placebuild **ret_build, struct dl_diag *diag)
{
    dl_placebuild *b = calloc(1, sizeof *b);
    if (b == NULL) return DL_ERR_NOMEM;
    b->options = *options;
    if (b->options.memory == 0) b->options.memory = DL_PLACEBUILD_MEMORY;
    b->arena = dl_arena_new(DL_ARENA_NO_CAP);
    b->line = dl_arena_new(64 << 20);
    b->ids = calloc(DL_GEONAMES_MAX_ID / 64, sizeof *b->ids); /* touched where ids are */
    enum dl_err err = b->arena == NULL || b->line == NULL || b->ids == NULL ? DL_ERR_NOMEM : DL_OK;
    if (err == DL_OK)
        err = dl_extsort_new(options->folder, sizeof(struct dl_placebuild_row), b->options.memory,
                             by_id, &b->rows);
    if (err == DL_OK)
        err = dl_extsort_new(options->folder, sizeof(struct dl_placebuild_key), b->options.memory,
                             by_key, &b->keys);
    if (err == DL_OK && (b->text = nameless(options->folder)) == NULL)
        err = dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write in %s: %s", options->folder,
                      strerror(errno));
    if (err != DL_OK) {
        dl_placebuild_free(b);
        return err;
    }
    dl_map64_init(&b->division_of, b->arena);
    *ret_build = b;
    return DL_OK;
}

void dl_placebuild_free(dl_placebuild *b)
{
    if (b == NULL) return;
    if (b->text != NULL) fclose(b->text);
    dl_extsort_free(b->rows);
    dl_extsort_free(b->keys);
    free(b->ids);
    if (b->arena != NULL) dl_arena_free(b->arena);
    if (b->line != NULL) dl_arena_free(b->line);
    free(b);
}

struct dl_placebuild_counts dl_placebuild_counts(const dl_placebuild *b)
{
    return b->counts;
}

enum dl_err dl_placebuild_text(dl_placebuild *b, dl_str text, uint32_t *ret_at)
{
    if (b->n_text + text.n > UINT32_MAX) return DL_ERR_TOO_BIG;
    if (text.n > 0 && fwrite(text.p, 1, text.n, b->text) != text.n) return DL_ERR_IO;
    *ret_at = (uint32_t)b->n_text;
    b->n_text += text.n;
    return DL_OK;
}

/* --- names -------------------------------------------------------------------------------- */

static enum dl_err add_key(dl_placebuild *b, uint64_t key, uint32_t value, uint32_t start)
{
    b->n_keys++;
    return dl_extsort_add(b->keys, &(struct dl_placebuild_key){key, value, start});
}

static enum dl_err note_start(dl_placebuild *b, uint64_t word, size_t words)
{
    uint64_t key = dl_placefile_start(word);
    size_t at = key % DL_PLACEBUILD_SEEN;
    if (b->seen[at].key == key && b->seen[at].words >= words) return DL_OK;
    b->seen[at].key = key;
    b->seen[at].words = words;
    return add_key(b, key, (uint32_t)words, 1);
}

static enum dl_err add_name(dl_placebuild *b, dl_str name, uint32_t id)
{
    dl_words words;
    bool word = false;
    uint64_t key = dl_words_name_key(name);
    if (key == 0) return DL_OK;
    if (name.n > DL_GEONAMES_MAX_NAME) return DL_OK;
    dl_arena_reset(b->line);
    DL_TRY(dl_words_split(b->options.pack, b->line, name, &words));
    if (words.n == 0 || words.n > DL_PLACEFILE_WORDS) return DL_OK;
    for (size_t i = 0; i < words.n; i++) {
        if (words.p[i].kind >= DL_TOKEN_LINE) return DL_OK;
        word = word || words.p[i].kind == DL_TOKEN_WORD;
    }
    if (!word) return DL_OK;
    b->counts.names++;
    DL_TRY(add_key(b, key, id, 0));
    return note_start(b, words.p[0].key, words.n);
}

/* Codes of airports, states and registers, and what is too short to be looked for. */
static bool is_code(dl_str name)
{
    bool ascii = true, upper = true;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        ascii = ascii && c < 128;
        upper = upper && ((c >= 'A' && c <= 'Z') || dl_is_digit(c));
    }
    return ascii && (name.n <= 2 || (upper && name.n <= 4));
}

static enum dl_err add_names(dl_placebuild *b, const struct dl_geonames_place *p)
{
    dl_str rest = p->alternates, one;
    DL_TRY(add_name(b, p->name, p->id));
    if (p->ascii.n > 0 && dl_utf8_valid(p->ascii, NULL) && !dl_str_eq(p->ascii, p->name))
        DL_TRY(add_name(b, p->ascii, p->id));
    if (!dl_utf8_valid(rest, NULL)) return DL_OK;
    while (dl_str_split(&rest, ',', &one))
        if (one.n > 0 && !is_code(one)) DL_TRY(add_name(b, one, p->id));
    return DL_OK;
}

/* --- places ------------------------------------------------------------------------------- */

static enum dl_err division_at(dl_placebuild *b, dl_str code, uint32_t parent, uint32_t *ret_number)
{
    uint64_t *at = dl_map64_at(&b->division_of, dl_hash64(code));
    if (at == NULL) return dl_arena_failed(b->arena);
    if (*at == 0) {
        struct dl_placebuild_division d = {.code = dl_str_dup(b->arena, code), .parent = parent};
        DL_TRY(dl_vec_push(b->arena, &b->divisions, d));
        at = dl_map64_get(&b->division_of, dl_hash64(code));
        *at = b->divisions.n;
    }
    *ret_number = (uint32_t)*at;
    return DL_OK;
}

/* "US.CA", then "US.CA.037" below it; GeoNames writes 00 where there is none. */
static enum dl_err division_of(dl_placebuild *b, const struct dl_geonames_place *p,
                               uint32_t *ret_number)
{
    char code[128];
    *ret_number = 0;
    if (p->country[0] == '\0' || p->admin1.n == 0 || p->admin1.n > 20 ||
        dl_str_eq_c(p->admin1, "00") || !dl_utf8_valid(p->admin1, NULL))
        return DL_OK;
    int n = snprintf(code, sizeof code, "%.2s.%.*s", p->country, DL_FMT(p->admin1));
    DL_TRY(division_at(b, (dl_str){code, (size_t)n}, 0, ret_number));
    if (p->admin2.n == 0 || p->admin2.n > 80 || !dl_utf8_valid(p->admin2, NULL)) return DL_OK;
    n += snprintf(code + n, sizeof code - (size_t)n, ".%.*s", DL_FMT(p->admin2));
    return division_at(b, (dl_str){code, (size_t)n}, *ret_number, ret_number);
}

static enum dl_err name_division(dl_placebuild *b, uint32_t number, dl_str name, uint32_t id)
{
    struct dl_placebuild_division *d = &b->divisions.p[number - 1];
    if (d->name.n > 0) return DL_OK;
    d->name = dl_str_dup(b->arena, name);
    d->id = id;
    return dl_arena_failed(b->arena);
}

static enum dl_err code_at(dl_placebuild *b, const char *feature, uint16_t *ret_code)
{
    size_t i = 0;
    while (i < b->n_codes && strncmp(b->codes[i], feature, DL_PLACEFILE_CODE) != 0)
        i++;
    if (i == DL_PLACEBUILD_CODES) return DL_ERR_TOO_BIG;
    if (i == b->n_codes) memcpy(b->codes[b->n_codes++], feature, strlen(feature));
    *ret_code = (uint16_t)i;
    return DL_OK;
}

static enum dl_err add_place(dl_placebuild *b, const struct dl_geonames_place *p)
{
    struct dl_placebuild_row row = {.id = p->id,
                                    .lat = p->lat,
                                    .lon = p->lon,
                                    .population = p->population,
                                    .n_name = (uint16_t)p->name.n};
    uint64_t *bits = &b->ids[p->id / 64], bit = (uint64_t)1 << p->id % 64;
    if (!dl_features_takes(b->options.features, b->options.classes, dl_str_c(p->feature))) {
        b->counts.skipped++;
        return DL_OK;
    }
    if (*bits & bit) {
        b->counts.again++;
        return DL_OK;
    }
    *bits |= bit;
    memcpy(row.country, p->country, 2);
    DL_TRY(code_at(b, p->feature, &row.code));
    DL_TRY(division_of(b, p, &row.division));
    if (row.division != 0 && strcmp(p->feature, "A.ADM1") == 0 && p->admin2.n == 0)
        DL_TRY(name_division(b, row.division, p->name, p->id));
    if (row.division != 0 && strcmp(p->feature, "A.ADM2") == 0 && p->admin2.n > 0)
        DL_TRY(name_division(b, row.division, p->name, p->id));
    DL_TRY(dl_placebuild_text(b, p->name, &row.name));
    DL_TRY(dl_extsort_add(b->rows, &row));
    b->counts.rows++;
    if (p->modified.n == 10 && memcmp(p->modified.p, b->counts.newest, 10) > 0 &&
        dl_is_digit((unsigned char)p->modified.p[0]) && dl_utf8_valid(p->modified, NULL))
        memcpy(b->counts.newest, p->modified.p, 10);
    return add_names(b, p);
}

static enum dl_err add_alternate(dl_placebuild *b, const struct dl_geonames_name *n)
{
    bool there = b->ids[n->id / 64] >> n->id % 64 & 1;
    if (!there || !dl_geonames_is_name(n->language) || is_code(n->name)) {
        b->counts.skipped++;
        return DL_OK;
    }
    return add_name(b, n->name, n->id);
}

/* Only divisions in which a place lies. */
static enum dl_err add_division(dl_placebuild *b, const struct dl_geonames_division *d)
{
    const uint64_t *at = dl_map64_get(&b->division_of, dl_hash64(d->code));
    if (at == NULL) return DL_OK;
    struct dl_placebuild_division *there = &b->divisions.p[*at - 1];
    there->name = dl_str_dup(b->arena, d->name); /* of the list, rather than of its row */
    there->id = d->id;
    return dl_arena_failed(b->arena);
}

enum dl_err dl_placebuild_line(dl_placebuild *b, enum dl_geonames_kind kind, dl_str line,
                               struct dl_diag *diag)
{
    struct dl_geonames_place place;
    struct dl_geonames_name name;
    struct dl_geonames_division division;
    enum dl_err err = DL_OK;
    switch (kind) {
    case DL_GEONAMES_PLACES:
        DL_TRY(dl_geonames_place(line, &place, diag));
        err = add_place(b, &place);
        break;
    case DL_GEONAMES_NAMES:
        DL_TRY(dl_geonames_name(line, &name, diag));
        err = add_alternate(b, &name);
        break;
    case DL_GEONAMES_DIVISIONS:
        DL_TRY(dl_geonames_division(line, &division, diag));
        err = add_division(b, &division);
        break;
    case DL_GEONAMES_NONE:
        break;
    }
    DL_ASSERT(err != DL_ERR_SYNTAX);
    return err == DL_OK ? DL_OK : dl_fail(diag, err, DL_NO_POS, "%s", dl_err_text(err));
}
