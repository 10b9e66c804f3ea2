#include "story/features.h"
#include "story/pack.h"

/* Layout, little-endian:
 *   u8 version, u8[3] language, u64 text_hash, u64 title_hash, u32 words, u32 shingles,
 *   u32 print_limit, u16 n_prints, u16 n_terms, u16 n_anchors, u16 n_numbers,
 *   prints u32..., numbers u32...,
 *   anchors {u32 id, u32 term, u8 count, u8 kind}...,
 *   terms {u32 id, u8 title, lead, body, flags, length, u8 text bytes, text}... */

static void put_head(dl_buf *out, const struct dl_features *f)
{
    dl_put_le(out, DL_FEATURES_VERSION, 1);
    dl_buf_add(out, f->language, 3);
    dl_put_le(out, f->text_hash, 8);
    dl_put_le(out, f->title_hash, 8);
    dl_put_le(out, f->words, 4);
    dl_put_le(out, f->shingles, 4);
    dl_put_le(out, f->print_limit, 4);
    dl_put_le(out, f->n_prints, 2);
    dl_put_le(out, f->n_terms, 2);
    dl_put_le(out, f->n_anchors, 2);
    dl_put_le(out, f->n_numbers, 2);
}

static void put_term(dl_buf *out, const struct dl_term *t)
{
    dl_put_le(out, t->id, 4);
    dl_put_le(out, t->title, 1);
    dl_put_le(out, t->lead, 1);
    dl_put_le(out, t->body, 1);
    dl_put_le(out, t->flags, 1);
    dl_put_le(out, t->length, 1);
    dl_put_le(out, t->text.n, 1);
    dl_buf_str(out, t->text);
}

dl_str dl_features_pack(dl_arena *arena, const struct dl_features *f)
{
    dl_buf out = DL_BUF_INIT(DL_FEATURES_MAX_PACKED);
    put_head(&out, f);
    for (size_t i = 0; i < f->n_prints; i++)
        dl_put_le(&out, f->prints[i], 4);
    for (size_t i = 0; i < f->n_numbers; i++)
        dl_put_le(&out, f->numbers[i], 4);
    for (size_t i = 0; i < f->n_anchors; i++) {
        dl_put_le(&out, f->anchors[i].id, 4);
        dl_put_le(&out, f->anchors[i].term, 4);
        dl_put_le(&out, f->anchors[i].count, 1);
        dl_put_le(&out, f->anchors[i].kind, 1);
    }
    for (size_t i = 0; i < f->n_terms; i++)
        put_term(&out, &f->terms[i]);
    dl_str packed = {NULL, 0};
    if (dl_buf_failed(&out) == DL_OK) packed = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return packed;
}

/* ------------------------------------------------------------------ reading */

static size_t get_count(struct dl_unpacking *r, size_t max)
{
    size_t n = (size_t)dl_get_le(r, 2);
    if (n > max) r->bad = true;
    return r->bad ? 0 : n;
}

static void get_language(struct dl_unpacking *r, char ret_language[4])
{
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        char c = (char)dl_get_le(r, 1);
        bool letter = c >= 'a' && c <= 'z' && n == i;
        if (!letter && c != '\0') r->bad = true;
        ret_language[i] = c;
        n += letter;
    }
    if (n == 1) r->bad = true;
}

static void get_head(struct dl_unpacking *r, struct dl_features *f)
{
    get_language(r, f->language);
    f->text_hash = dl_get_le(r, 8);
    f->title_hash = dl_get_le(r, 8);
    f->words = (uint32_t)dl_get_le(r, 4);
    f->shingles = (uint32_t)dl_get_le(r, 4);
    f->print_limit = (uint32_t)dl_get_le(r, 4);
    f->n_prints = get_count(r, DL_FEATURES_PRINTS);
    f->n_terms = get_count(r, DL_FEATURES_TERMS);
    f->n_anchors = get_count(r, DL_FEATURES_ANCHORS);
    f->n_numbers = get_count(r, DL_FEATURES_NUMBERS);
}

static const uint32_t *get_ascending(struct dl_unpacking *r, size_t n, uint32_t limit)
{
    uint32_t *out = DL_NEW_ARRAY(r->arena, uint32_t, n);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i] = (uint32_t)dl_get_le(r, 4);
        if (i > 0 && out[i] <= out[i - 1]) r->bad = true;
        if (limit != UINT32_MAX && out[i] >= limit) r->bad = true;
    }
    return out;
}

static const struct dl_anchor *get_anchors(struct dl_unpacking *r, size_t n)
{
    struct dl_anchor *out = DL_NEW_ARRAY(r->arena, struct dl_anchor, n);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i].id = (uint32_t)dl_get_le(r, 4);
        out[i].term = (uint32_t)dl_get_le(r, 4);
        out[i].count = (uint8_t)dl_get_le(r, 1);
        out[i].kind = (uint8_t)dl_get_le(r, 1);
        if (i > 0 && out[i].id <= out[i - 1].id) r->bad = true;
        if (out[i].kind > DL_ANCHOR_NUMBER) r->bad = true;
    }
    return out;
}

static dl_str get_text(struct dl_unpacking *r)
{
    size_t n = (size_t)dl_get_le(r, 1);
    if (n > DL_FEATURES_WORD_BYTES || r->bytes.n - r->pos < n) r->bad = true;
    if (r->bad || n == 0) return (dl_str){NULL, 0};
    dl_str text = dl_str_dup(r->arena, (dl_str){r->bytes.p + r->pos, n});
    r->pos += n;
    if (!dl_utf8_valid(text, NULL)) r->bad = true;
    return text;
}

static const struct dl_term *get_terms(struct dl_unpacking *r, size_t n)
{
    struct dl_term *out = DL_NEW_ARRAY(r->arena, struct dl_term, n);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i].id = (uint32_t)dl_get_le(r, 4);
        out[i].title = (uint8_t)dl_get_le(r, 1);
        out[i].lead = (uint8_t)dl_get_le(r, 1);
        out[i].body = (uint8_t)dl_get_le(r, 1);
        out[i].flags = (uint8_t)dl_get_le(r, 1);
        out[i].length = (uint8_t)dl_get_le(r, 1);
        out[i].text = get_text(r);
        if (i > 0 && out[i].id <= out[i - 1].id) r->bad = true;
    }
    return out;
}

enum dl_err dl_features_unpack(dl_arena *arena, dl_str bytes, struct dl_features *ret_features)
{
    struct dl_unpacking r = {.arena = arena, .bytes = bytes};
    struct dl_features f = {0};
    if (bytes.n > DL_FEATURES_MAX_PACKED) return DL_ERR_CORRUPT;
    if (dl_get_le(&r, 1) != DL_FEATURES_VERSION)
        return bytes.n == 0 ? DL_ERR_CORRUPT : DL_ERR_VERSION;
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
