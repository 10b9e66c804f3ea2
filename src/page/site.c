#include "page/site.h"

#include "base/hash.h"
#include "base/utf8.h"

enum { FORMAT = 1, WORD = 8 };

bool dl_site_has_text(const struct dl_page_site *site, uint64_t hash)
{
    size_t low = 0, high = site->n_texts;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (site->texts[middle] == hash) return true;
        if (site->texts[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool has_root(const struct dl_page_site *site, uint64_t root)
{
    for (size_t i = 0; i < site->n_roots; i++)
        if (site->roots[i] == root) return true;
    return false;
}

static bool same_roots(const struct dl_page_site *a, const struct dl_page_site *b)
{
    for (size_t i = 0; i < a->n_roots; i++)
        if (!has_root(b, a->roots[i])) return false;
    return a->n_roots == b->n_roots;
}

bool dl_site_reads_alike(const struct dl_page_site *a, const struct dl_page_site *b,
                         const struct dl_site_sample *sample)
{
    if (sample->root.n == 0 || a->date_order != b->date_order) return false;
    /* Its own root, found without help, is one of those that b would help to. */
    bool own = a->n_roots == 0 && has_root(b, dl_hash64(sample->root));
    if (!own && !same_roots(a, b)) return false;
    for (size_t i = 0; i < sample->texts.n; i++) {
        uint64_t hash = sample->texts.p[i].hash;
        if (dl_site_has_text(a, hash) != dl_site_has_text(b, hash)) return false;
    }
    return true;
}

/* --- packed ------------------------------------------------------------------------------- */

static void put_number(dl_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        dl_buf_byte(out, (char)(value >> 8 * i & 0xff));
}

/* Takes from the front of s; 0 and *bad when too little is there. */
static uint64_t take_number(dl_str *s, size_t bytes, bool *bad)
{
    uint64_t value = 0;
    if (s->n < bytes) {
        *bad = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)s->p[i] << 8 * i;
    *s = dl_str_sub(*s, bytes, s->n);
    return value;
}

static dl_str finish(dl_arena *arena, dl_buf *out)
{
    dl_str packed = {NULL, 0};
    if (dl_buf_failed(out) == DL_OK) packed = dl_str_dup(arena, dl_buf_slice(out));
    dl_buf_free(out);
    return packed;
}

dl_str dl_site_pack(dl_arena *arena, const struct dl_page_site *site)
{
    dl_buf out = DL_BUF_INIT(4 + WORD * (DL_SITE_ROOTS + DL_SITE_TEXTS));
    put_number(&out, FORMAT, 1);
    put_number(&out, site->date_order, 1);
    put_number(&out, site->n_roots, 1);
    for (size_t i = 0; i < site->n_roots; i++)
        put_number(&out, site->roots[i], WORD);
    for (size_t i = 0; i < site->n_texts; i++)
        put_number(&out, site->texts[i], WORD);
    return finish(arena, &out);
}

enum dl_err dl_site_unpack(dl_arena *arena, dl_str packed, struct dl_page_site *ret_site)
{
    bool bad = false;
    struct dl_page_site site = {0};
    bad |= take_number(&packed, 1, &bad) != FORMAT;
    site.date_order = (enum dl_date_order)take_number(&packed, 1, &bad);
    site.n_roots = take_number(&packed, 1, &bad);
    if (bad || site.n_roots > DL_SITE_ROOTS || site.date_order > DL_DATE_ORDER_MDY)
        return DL_ERR_CORRUPT;
    for (size_t i = 0; i < site.n_roots; i++)
        site.roots[i] = take_number(&packed, WORD, &bad);
    site.n_texts = packed.n / WORD;
    if (bad || site.n_texts > DL_SITE_TEXTS || packed.n % WORD != 0) return DL_ERR_CORRUPT;
    uint64_t *texts = DL_NEW_ARRAY(arena, uint64_t, site.n_texts + 1);
    if (texts == NULL) return dl_arena_failed(arena);
    for (size_t i = 0; i < site.n_texts; i++)
        texts[i] = take_number(&packed, WORD, &bad);
    site.texts = texts;
    *ret_site = site;
    return DL_OK;
}

/* A text is 10 bytes: its hash, its characters with the bit of the box. */
enum { CHARS_MAX = 0x7fff, BOXED = 0x8000, DATES_MAX = 255 };

dl_str dl_sample_pack(dl_arena *arena, const struct dl_site_sample *sample)
{
    dl_buf out = DL_BUF_INIT(8 + DL_SITE_PATH_BYTES + (WORD + 2) * DL_SAMPLE_TEXTS);
    put_number(&out, FORMAT, 1);
    put_number(&out, sample->dmy < DATES_MAX ? sample->dmy : DATES_MAX, 1);
    put_number(&out, sample->mdy < DATES_MAX ? sample->mdy : DATES_MAX, 1);
    put_number(&out, sample->root.n, 1);
    dl_buf_str(&out, sample->root);
    for (size_t i = 0; i < sample->texts.n; i++) {
        const struct dl_site_text *t = &sample->texts.p[i];
        put_number(&out, t->hash, WORD);
        uint32_t chars = t->chars < CHARS_MAX ? t->chars : CHARS_MAX;
        put_number(&out, chars | (t->boxed ? BOXED : 0u), 2);
    }
    return finish(arena, &out);
}

enum dl_err dl_sample_unpack(dl_arena *arena, dl_str packed, struct dl_site_sample *ret_sample)
{
    bool bad = false;
    struct dl_site_sample sample = {0};
    bad |= take_number(&packed, 1, &bad) != FORMAT;
    sample.dmy = (uint32_t)take_number(&packed, 1, &bad);
    sample.mdy = (uint32_t)take_number(&packed, 1, &bad);
    size_t root = take_number(&packed, 1, &bad);
    if (bad || root > packed.n || root > DL_SITE_PATH_BYTES) return DL_ERR_CORRUPT;
    sample.root = dl_str_sub(packed, 0, root);
    packed = dl_str_sub(packed, root, packed.n);
    size_t n = packed.n / (WORD + 2);
    if (n > DL_SAMPLE_TEXTS || packed.n % (WORD + 2) != 0 || !dl_utf8_valid(sample.root, NULL))
        return DL_ERR_CORRUPT;
    for (size_t i = 0; i < n; i++) {
        struct dl_site_text t = {.hash = take_number(&packed, WORD, &bad)};
        uint32_t chars = (uint32_t)take_number(&packed, 2, &bad);
        t.chars = chars & CHARS_MAX;
        t.boxed = (chars & BOXED) != 0;
        DL_TRY(dl_vec_push(arena, &sample.texts, t));
    }
    *ret_sample = sample;
    return DL_OK;
}
