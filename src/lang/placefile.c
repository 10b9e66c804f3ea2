#include "lang/placefile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

static uint32_t u16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const unsigned char *p)
{
    return u16(p) | u16(p + 2) << 16;
}

static uint64_t u64(const unsigned char *p)
{
    return u32(p) | (uint64_t)u32(p + 4) << 32;
}

static enum dl_err damaged(struct dl_diag *diag, size_t pos, const char *what)
{
    return dl_fail(diag, DL_ERR_SYNTAX, pos, "the gazetteer is damaged: %s; import it again", what);
}

/* Sections follow each other without gaps, so their sum is the size of the file. */
static bool sections_add_up(dl_placefile *f, const unsigned char *p, uint64_t n_note)
{
    uint64_t sizes[] = {(uint64_t)f->rows * DL_PLACEFILE_ROW,
                        (uint64_t)f->keys * DL_PLACEFILE_KEY,
                        (((uint64_t)1 << f->log2) + 1) * 4,
                        (uint64_t)f->divisions * DL_PLACEFILE_DIVISION,
                        (uint64_t)f->codes * DL_PLACEFILE_CODE,
                        f->n_text,
                        n_note};
    uint64_t *starts[] = {&f->at_rows,      &f->at_keys,  &f->at_buckets,
                          &f->at_divisions, &f->at_codes, &f->at_text};
    uint64_t at = DL_PLACEFILE_HEAD;
    for (size_t i = 0; i < 7; i++) {
        if (u64(p + 64 + 8 * i) != at || sizes[i] > f->n - at) return false;
        if (i < 6) *starts[i] = at;
        if (i == 6) f->note = (dl_str){(const char *)p + at, (size_t)sizes[i]};
        at += sizes[i];
    }
    return at == f->n;
}

enum dl_err dl_placefile_of_bytes(dl_placefile *ret_file, dl_str bytes, struct dl_diag *diag)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (bytes.n < DL_PLACEFILE_HEAD || memcmp(p, "DLPLACES", 8) != 0)
        return dl_fail(diag, DL_ERR_SYNTAX, 0,
                       "this is no gazetteer of 'dateline gazetteer import'");
    if (u32(p + 8) != DL_PLACEFILE_VERSION)
        return dl_fail(
            diag, DL_ERR_VERSION, 8,
            "the gazetteer is of another version of Dateline (%u, not %d); import it again",
            u32(p + 8), DL_PLACEFILE_VERSION);
    if (u32(p + 12) != DL_PLACEFILE_HEAD) return damaged(diag, 12, "its head");
    if (u64(p + 16) != bytes.n)
        return dl_fail(diag, DL_ERR_TRUNCATED, 16,
                       "the gazetteer has %zu bytes instead of %llu; import it again", bytes.n,
                       (unsigned long long)u64(p + 16));
    dl_placefile f = {.p = p,
                      .n = bytes.n,
                      .rows = u32(p + 32),
                      .keys = u32(p + 36),
                      .log2 = u32(p + 40),
                      .divisions = u32(p + 44),
                      .codes = u32(p + 48),
                      .n_text = u64(p + 56)};
    if (f.log2 < 1 || f.log2 > 30) return damaged(diag, 40, "buckets");
    if (f.n_text > f.n || u32(p + 52) > DL_PLACEFILE_NOTE || !sections_add_up(&f, p, u32(p + 52)))
        return damaged(diag, 64, "its parts do not add up");
    if (!dl_utf8_valid(f.note, NULL)) return damaged(diag, f.n - f.note.n, "its note");
    *ret_file = f;
    return DL_OK;
}

enum dl_err dl_placefile_open(dl_placefile *ret_file, const char *path, struct dl_diag *diag)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return dl_fail(diag, errno == ENOENT ? DL_ERR_NOT_FOUND : DL_ERR_IO, DL_NO_POS,
                       "cannot open the gazetteer %s: %s", path, strerror(errno));
    struct stat st;
    size_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
    void *p = n == 0 ? MAP_FAILED : mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return dl_fail(diag, n == 0 ? DL_ERR_SYNTAX : DL_ERR_IO, DL_NO_POS,
                       "cannot map the gazetteer %s", path);
    enum dl_err err = dl_placefile_of_bytes(ret_file, (dl_str){p, n}, diag);
    if (err != DL_OK)
        munmap(p, n);
    else {
        ret_file->mapped = true;
        madvise(p, n, MADV_RANDOM);
    }
    return err;
}

void dl_placefile_close(dl_placefile *f)
{
    if (f->mapped) munmap((void *)(uintptr_t)f->p, f->n);
    *f = (dl_placefile){0};
}

enum dl_err dl_placefile_check(const dl_placefile *f, struct dl_diag *diag)
{
    uint64_t sum = 0;
    dl_str all = {(const char *)f->p, f->n};
    for (size_t at = DL_PLACEFILE_HEAD; at < f->n; at += DL_PLACEFILE_CHUNK)
        sum = dl_hash64_seed(dl_str_sub(all, at, at + DL_PLACEFILE_CHUNK), sum);
    if (sum == u64(f->p + 24)) return DL_OK;
    return dl_fail(diag, DL_ERR_CORRUPT, 24, "the gazetteer's checksum is wrong; import it again");
}

bool dl_placefile_find(const dl_placefile *f, uint64_t key, uint32_t *ret_key, uint32_t *ret_end)
{
    if (key == 0) return false;
    const unsigned char *bucket = f->p + f->at_buckets + 4 * (key >> (64 - f->log2));
    uint32_t at = u32(bucket), end = u32(bucket + 4);
    if (end > f->keys) return false;
    const unsigned char *keys = f->p + f->at_keys;
    while (at < end && u64(keys + (size_t)at * DL_PLACEFILE_KEY) < key)
        at++;
    *ret_key = at;
    while (at < end && u64(keys + (size_t)at * DL_PLACEFILE_KEY) == key)
        at++;
    *ret_end = at;
    return at > *ret_key;
}

static uint32_t value_of(const dl_placefile *f, uint32_t key)
{
    return u32(f->p + f->at_keys + (size_t)key * DL_PLACEFILE_KEY + 8);
}

size_t dl_placefile_match(const dl_placefile *f, const dl_words *words, size_t i, size_t last,
                          uint32_t *ret_key, uint32_t *ret_end)
{
    uint32_t at, end;
    if (i >= last || !dl_placefile_find(f, dl_placefile_start(words->p[i].key), &at, &end))
        return 0;
    size_t longest = value_of(f, at), found = 0;
    if (longest > DL_PLACEFILE_WORDS) longest = DL_PLACEFILE_WORDS;
    for (size_t k = i; k < last && k - i < longest && words->p[k].kind < DL_TOKEN_LINE; k++) {
        dl_str name = dl_str_sub(words->text, words->p[i].start, words->p[k].end);
        if (!dl_placefile_find(f, dl_words_name_key(name), &at, &end)) continue;
        found = k - i + 1;
        *ret_key = at;
        *ret_end = end;
    }
    return found;
}

static bool text_at(const dl_placefile *f, uint32_t at, uint32_t n, dl_str *ret)
{
    *ret = (dl_str){(const char *)f->p + f->at_text + at, n};
    return (uint64_t)at + n <= f->n_text && dl_utf8_valid(*ret, NULL);
}

static bool is_country(const unsigned char *p)
{
    return p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' && p[1] <= 'Z';
}

bool dl_placefile_row(const dl_placefile *f, uint32_t key, struct dl_place_row *ret_row)
{
    if (key >= f->keys) return false;
    uint32_t row = value_of(f, key);
    if (row >= f->rows) return false;
    const unsigned char *p = f->p + f->at_rows + (size_t)row * DL_PLACEFILE_ROW;
    int32_t lat = (int32_t)u32(p + 8), lon = (int32_t)u32(p + 12);
    struct dl_place_row r = {.id = u32(p), .population = u32(p + 16), .division = u32(p + 20)};
    if (!text_at(f, u32(p + 4), u16(p + 24), &r.name) || lat < -9000000 || lat > 9000000 ||
        lon < -18000000 || lon > 18000000 || u16(p + 28) >= f->codes)
        return false;
    if (is_country(p + 26)) memcpy(r.country, p + 26, 2);
    memcpy(r.code, f->p + f->at_codes + (size_t)u16(p + 28) * DL_PLACEFILE_CODE, DL_PLACEFILE_CODE);
    for (char *c = r.code; *c != '\0'; c++)
        if (!dl_is_alnum((unsigned char)*c) && *c != '.') *c = '?';
    r.lat = lat / 1e5;
    r.lon = lon / 1e5;
    *ret_row = r;
    return true;
}

bool dl_placefile_division(const dl_placefile *f, uint32_t division, struct dl_place_division *ret)
{
    if (division == 0 || division > f->divisions) return false;
    const unsigned char *p =
        f->p + f->at_divisions + (size_t)(division - 1) * DL_PLACEFILE_DIVISION;
    struct dl_place_division d = {.parent = u32(p + 12)};
    if (!text_at(f, u32(p), u16(p + 8), &d.code) || !text_at(f, u32(p + 4), u16(p + 10), &d.name))
        return false;
    *ret = d;
    return true;
}
