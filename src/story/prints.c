#include "story/prints.h"

#include "base/hash.h"
#include "base/utf8.h"

/* A text of fewer words says nothing by being repeated. */
enum { MIN_WORDS = 8 };

static uint32_t hash_bytes(const void *p, size_t n)
{
    return (uint32_t)(dl_hash64((dl_str){p, n}) >> 32);
}

static bool mostly_unspaced(const struct dl_word *words, size_t n)
{
    size_t unspaced = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        all += words[i].length;
        if (words[i].flags & DL_WORD_UNSPACED) unspaced += words[i].length;
    }
    return unspaced * 2 > all;
}

static size_t word_shingles(const struct dl_word *words, size_t n, uint32_t *out)
{
    uint64_t run[DL_PRINT_WORDS];
    for (size_t i = 0; i + DL_PRINT_WORDS <= n; i++) {
        for (size_t k = 0; k < DL_PRINT_WORDS; k++)
            run[k] = words[i + k].hash;
        out[i] = hash_bytes(run, sizeof run);
    }
    return n < DL_PRINT_WORDS ? 0 : n - DL_PRINT_WORDS + 1;
}

static size_t char_shingles(const uint32_t *chars, size_t n, uint32_t *out)
{
    for (size_t i = 0; i + DL_PRINT_CHARS <= n; i++)
        out[i] = hash_bytes(chars + i, DL_PRINT_CHARS * sizeof *chars);
    return n < DL_PRINT_CHARS ? 0 : n - DL_PRINT_CHARS + 1;
}

static size_t to_chars(const struct dl_word *words, size_t n, uint32_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t pos = 0; pos < words[i].text.n;)
            out[count++] = dl_utf8_next(words[i].text, &pos);
    return count;
}

static size_t total_bytes(const struct dl_word *words, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += words[i].text.n;
    return bytes;
}

static uint64_t hash_text(const struct dl_word *words, size_t n)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t both[2] = {hash, words[i].hash};
        hash = dl_hash64((dl_str){(const char *)both, sizeof both});
    }
    return hash;
}

/* By bytes, least first: a text has some hundreds of hashes, and qsort calls back for each pair. */
static void sort_hashes(uint32_t *hashes, uint32_t *scratch, size_t n)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t starts[257] = {0};
        for (size_t i = 0; i < n; i++)
            starts[(hashes[i] >> shift & 0xFF) + 1]++;
        for (size_t k = 1; k < 257; k++)
            starts[k] += starts[k - 1];
        for (size_t i = 0; i < n; i++)
            scratch[starts[hashes[i] >> shift & 0xFF]++] = hashes[i];
        uint32_t *swap = hashes;
        hashes = scratch;
        scratch = swap;
    }
}

static void keep_smallest(uint32_t *hashes, uint32_t *scratch, size_t n, struct dl_features *f)
{
    sort_hashes(hashes, scratch, n); /* four passes: back where they began */
    size_t unique = 0;
    for (size_t i = 0; i < n; i++)
        if (unique == 0 || hashes[unique - 1] != hashes[i]) hashes[unique++] = hashes[i];
    bool all = unique <= DL_FEATURES_PRINTS;
    f->shingles = (uint32_t)unique;
    f->prints = hashes;
    f->n_prints = all ? unique : DL_FEATURES_PRINTS;
    f->print_limit = all ? UINT32_MAX : hashes[DL_FEATURES_PRINTS];
}

enum dl_err dl_prints_make(dl_arena *arena, const struct dl_word *words, size_t n,
                           struct dl_features *f)
{
    f->print_limit = UINT32_MAX;
    bool chars = mostly_unspaced(words, n);
    if (n < MIN_WORDS) return DL_OK;
    size_t room = chars ? total_bytes(words, n) : n;
    uint32_t *hashes = DL_NEW_ARRAY(arena, uint32_t, room);
    uint32_t *spelled = DL_NEW_ARRAY(arena, uint32_t, room);
    if (hashes == NULL || spelled == NULL) return dl_arena_failed(arena);
    size_t count = chars ? char_shingles(spelled, to_chars(words, n, spelled), hashes)
                         : word_shingles(words, n, hashes);
    f->text_hash = hash_text(words, n);
    keep_smallest(hashes, spelled, count, f);
    return DL_OK;
}

static size_t below(const uint32_t *prints, size_t n, uint32_t limit)
{
    while (n > 0 && prints[n - 1] >= limit && limit != UINT32_MAX)
        n--;
    return n;
}

struct dl_containment dl_prints_compare(const uint32_t *a, size_t n_a, uint32_t limit_a,
                                        const uint32_t *b, size_t n_b, uint32_t limit_b)
{
    uint32_t limit = limit_a < limit_b ? limit_a : limit_b;
    n_a = below(a, n_a, limit);
    n_b = below(b, n_b, limit);
    struct dl_containment c = {.smaller = (uint32_t)(n_a < n_b ? n_a : n_b)};
    for (size_t i = 0, k = 0; i < n_a && k < n_b;) {
        c.shared += a[i] == b[k];
        uint32_t x = a[i], y = b[k];
        i += x <= y;
        k += y <= x;
    }
    return c;
}
