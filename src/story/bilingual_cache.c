#include <sys/stat.h>

#include "base/hash.h"
#include "base/io.h"
#include "story/bilingual_private.h"

/* Layout, native byte order (a cache is of its machine): struct head, then the senses. */
enum { SENSES_MAX = 4 << 20, VERSION = 1 };

struct head {
    char magic[8];
    uint64_t version, mark, n, hash;
};

static const char MAGIC[8] = "DLSENSE";

static bool path_of(const struct dl_bilingual *b, const char *language, char *ret, size_t size)
{
    if (b->cache == NULL) return false;
    return snprintf(ret, size, "%s/senses-%s", b->cache, language) < (int)size;
}

/* Which stems and words were used is part of the version of the features. */
static uint64_t version(void)
{
    return (uint64_t)DL_FEATURES_VERSION << 8 | VERSION;
}

static bool is_sound(const struct dl_sense *senses, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (senses[i].term < senses[i - 1].term) return false;
    for (size_t i = 0; i < n; i++)
        if (senses[i].share > DL_SENSE_ONE) return false;
    return true;
}

static bool take(dl_str bytes, uint64_t mark, struct dl_bilingual_held *held)
{
    struct head h;
    if (bytes.n < sizeof h) return false;
    memcpy(&h, bytes.p, sizeof h);
    dl_str rest = dl_str_sub(bytes, sizeof h, bytes.n);
    bool ours = memcmp(h.magic, MAGIC, sizeof h.magic) == 0 && h.version == version() &&
                h.mark == mark && h.n <= SENSES_MAX && rest.n == h.n * sizeof(struct dl_sense) &&
                h.hash == dl_hash64(rest);
    struct dl_sense *senses = ours ? malloc(rest.n + 1) : NULL;
    if (senses == NULL) return false;
    memcpy(senses, rest.p, rest.n);
    if (!is_sound(senses, h.n)) {
        free(senses);
        return false;
    }
    held->senses = senses;
    held->n_senses = h.n;
    return true;
}

bool dl_bilingual_load(const struct dl_bilingual *b, uint64_t mark, struct dl_bilingual_held *held)
{
    char path[DL_BILINGUAL_PATH];
    if (!path_of(b, held->language, path, sizeof path)) return false;
    size_t max = sizeof(struct head) + (size_t)SENSES_MAX * sizeof(struct dl_sense);
    dl_buf bytes = DL_BUF_INIT(max);
    bool taken =
        dl_io_read_file(path, max, &bytes, NULL) == DL_OK && take(dl_buf_slice(&bytes), mark, held);
    dl_buf_free(&bytes);
    return taken;
}

/* A cache that cannot be written costs time at the next start, nothing else. */
void dl_bilingual_save(const struct dl_bilingual *b, uint64_t mark,
                       const struct dl_bilingual_held *held)
{
    char path[DL_BILINGUAL_PATH];
    if (!path_of(b, held->language, path, sizeof path) || held->n_senses > SENSES_MAX) return;
    if (dl_io_make_dirs(b->cache, NULL) != DL_OK) return;
    dl_str senses = {(const char *)held->senses, held->n_senses * sizeof *held->senses};
    struct head h = {.version = version(), .mark = mark, .n = held->n_senses};
    memcpy(h.magic, MAGIC, sizeof h.magic);
    h.hash = dl_hash64(senses);
    dl_buf out = DL_BUF_INIT(sizeof h + senses.n);
    dl_buf_add(&out, &h, sizeof h);
    dl_buf_str(&out, senses);
    if (dl_buf_failed(&out) == DL_OK && dl_io_write_file(path, dl_buf_slice(&out), NULL) != DL_OK)
        remove(path);
    dl_buf_free(&out);
}
