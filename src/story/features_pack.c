#include "base/utf8.h"
#include "story/features.h"

/* Layout, little-endian:
 *   u8 version, u8[3] language, u64 text_hash, u64 title_hash, u32 words, u32 shingles,
 *   u32 print_limit, u16 n_prints, u16 n_terms, u16 n_anchors, u16 n_numbers,
 *   prints u32..., numbers u32...,
 *   anchors {u32 id, u32 term, u8 count, u8 kind}...,
 *   terms {u32 id, u8 title, lead, body, flags, length, u8 text bytes, text}... */

static void put(dl_buf *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        dl_buf_byte(out, (char)(value >> (8 * i) & 0xFF));
}

static void put_head(dl_buf *out, const struct dl_features *f)
{
    put(out, DL_FEATURES_VERSION, 1);
    dl_buf_add(out, f->language, 3);
    put(out, f->text_hash, 8);
    put(out, f->title_hash, 8);
    put(out, f->words, 4);
    put(out, f->shingles, 4);
    put(out, f->print_limit, 4);
    put(out, f->n_prints, 2);
    put(out, f->n_terms, 2);
    put(out, f->n_anchors, 2);
    put(out, f->n_numbers, 2);
}

static void put_term(dl_buf *out, const struct dl_term *t)
{
    put(out, t->id, 4);
    put(out, t->title, 1);
    put(out, t->lead, 1);
    put(out, t->body, 1);
    put(out, t->flags, 1);
    put(out, t->length, 1);
    put(out, t->text.n, 1);
    dl_buf_str(out, t->text);
}

dl_str dl_features_pack(dl_arena *arena, const struct dl_features *f)
{
    dl_buf out = DL_BUF_INIT(DL_FEATURES_MAX_PACKED);
    put_head(&out, f);
    for (size_t i = 0; i < f->n_prints; i++)
        put(&out, f->prints[i], 4);
    for (size_t i = 0; i < f->n_numbers; i++)
        put(&out, f->numbers[i], 4);
    for (size_t i = 0; i < f->n_anchors; i++) {
        put(&out, f->anchors[i].id, 4);
        put(&out, f->anchors[i].term, 4);
        put(&out, f->anchors[i].count, 1);
        put(&out, f->anchors[i].kind, 1);
    }
    for (size_t i = 0; i < f->n_terms; i++)
        put_term(&out, &f->terms[i]);
    dl_str packed = {NULL, 0};
    if (dl_buf_failed(&out) == DL_OK) packed = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return packed;
}

/* ------------------------------------------------------------------ reading */

struct reader {
    dl_arena *arena;
    dl_str bytes;
    size_t pos;
    bool bad; /* ran past the end, or a value that cannot be */
};

static uint64_t get(struct reader *r, size_t bytes)
{
    if (r->bytes.n - r->pos < bytes) {
        r->bad = true;
        return 0;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)(unsigned char)r->bytes.p[r->pos++] << (8 * i);
    return value;
}

static size_t get_count(struct reader *r, size_t max)
{
    size_t n = (size_t)get(r, 2);
    if (n > max) r->bad = true;
    return r->bad ? 0 : n;
}

static void get_language(struct reader *r, char ret_language[4])
{
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        char c = (char)get(r, 1);
        bool letter = c >= 'a' && c <= 'z' && n == i;
        if (!letter && c != '\0') r->bad = true;
        ret_language[i] = c;
        n += letter;
    }
    if (n == 1) r->bad = true;
}

static void get_head(struct reader *r, struct dl_features *f)
{
    get_language(r, f->language);
    f->text_hash = get(r, 8);
    f->title_hash = get(r, 8);
    f->words = (uint32_t)get(r, 4);
    f->shingles = (uint32_t)get(r, 4);
    f->print_limit = (uint32_t)get(r, 4);
    f->n_prints = get_count(r, DL_FEATURES_PRINTS);
    f->n_terms = get_count(r, DL_FEATURES_TERMS);
    f->n_anchors = get_count(r, DL_FEATURES_ANCHORS);
    f->n_numbers = get_count(r, DL_FEATURES_NUMBERS);
}

static const uint32_t *get_ascending(struct reader *r, size_t n, uint32_t limit)
{
    uint32_t *out = DL_NEW_ARRAY(r->arena, uint32_t, n);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i] = (uint32_t)get(r, 4);
        if (i > 0 && out[i] <= out[i - 1]) r->bad = true;
        if (limit != UINT32_MAX && out[i] >= limit) r->bad = true;
    }
    return out;
}

static const struct dl_anchor *get_anchors(struct reader *r, size_t n)
{
    struct dl_anchor *out = DL_NEW_ARRAY(r->arena, struct dl_anchor, n);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i].id = (uint32_t)get(r, 4);
        out[i].term = (uint32_t)get(r, 4);
        out[i].count = (uint8_t)get(r, 1);
        out[i].kind = (uint8_t)get(r, 1);
        if (i > 0 && out[i].id <= out[i - 1].id) r->bad = true;
        if (out[i].kind > DL_ANCHOR_NUMBER) r->bad = true;
    }
    return out;
}

static dl_str get_text(struct reader *r)
{
    size_t n = (size_t)get(r, 1);
    if (n > DL_FEATURES_WORD_BYTES || r->bytes.n - r->pos < n) r->bad = true;
    if (r->bad || n == 0) return (dl_str){NULL, 0};
    dl_str text = dl_str_dup(r->arena, (dl_str){r->bytes.p + r->pos, n});
    r->pos += n;
    if (!dl_utf8_valid(text, NULL)) r->bad = true;
    return text;
}

static const struct dl_term *get_terms(struct reader *r, size_t n)
{
    struct dl_term *out = DL_NEW_ARRAY(r->arena, struct dl_term, n);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i].id = (uint32_t)get(r, 4);
        out[i].title = (uint8_t)get(r, 1);
        out[i].lead = (uint8_t)get(r, 1);
        out[i].body = (uint8_t)get(r, 1);
        out[i].flags = (uint8_t)get(r, 1);
        out[i].length = (uint8_t)get(r, 1);
        out[i].text = get_text(r);
        if (i > 0 && out[i].id <= out[i - 1].id) r->bad = true;
    }
    return out;
}

enum dl_err dl_features_unpack(dl_arena *arena, dl_str bytes, struct dl_features *ret_features)
{
    struct reader r = {.arena = arena, .bytes = bytes};
    struct dl_features f = {0};
    if (bytes.n > DL_FEATURES_MAX_PACKED) return DL_ERR_CORRUPT;
    if (get(&r, 1) != DL_FEATURES_VERSION) return bytes.n == 0 ? DL_ERR_CORRUPT : DL_ERR_VERSION;
    get_head(&r, &f);
    f.prints = get_ascending(&r, f.n_prints, f.print_limit);
    f.numbers = get_ascending(&r, f.n_numbers, UINT32_MAX);
    f.anchors = get_anchors(&r, f.n_anchors);
    f.terms = get_terms(&r, f.n_terms);
    if (dl_arena_failed(arena) != DL_OK) return dl_arena_failed(arena);
    if (r.bad || r.pos != bytes.n) return DL_ERR_CORRUPT;
    *ret_features = f;
    return DL_OK;
}
