#include "material.h"

int material_open(void **state)
{
    static struct material m;
    m.arena = dl_arena_new(DL_ARENA_NO_CAP);
    m.featurer = dl_featurer_new();
    *state = &m;
    return m.arena == NULL || m.featurer == NULL;
}

int material_close(void **state)
{
    struct material *m = *state;
    dl_featurer_free(m->featurer);
    dl_arena_free(m->arena);
    return 0;
}

struct dl_features material_features(struct material *m, const char *language, const char *title,
                                     const char *text)
{
    struct dl_features_input in = {
        .title = dl_str_c(title), .text = dl_str_c(text), .language = dl_str_c(language)};
    struct dl_features f;
    assert_ok(dl_features_make(m->featurer, m->arena, &in, &f));
    return f;
}

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}

static void put_word(dl_buf *out, uint32_t *state, bool capital)
{
    static const char *const syllables[] = {"ba",  "ke",  "ri", "mo", "tu",  "sal", "ven", "dor",
                                            "pim", "zar", "lo", "fe", "gan", "hul", "nis", "co"};
    size_t n = 2 + next_random(state) % 3;
    for (size_t i = 0; i < n; i++) {
        const char *s = syllables[next_random(state) >> 8 & 15];
        dl_buf_byte(out, capital && i == 0 ? (char)(s[0] - 32) : s[0]);
        dl_buf_c(out, s + 1);
    }
}

const char *material_prose(struct material *m, uint32_t seed, size_t sentences)
{
    uint32_t state = seed * 2654435761U + 88172645U;
    dl_buf out = DL_BUF_INIT(1 << 20);
    for (size_t i = 0; i < sentences; i++)
        for (size_t k = 0; k < 10; k++) {
            put_word(&out, &state, k == 0 || k == 4);
            dl_buf_c(&out, k < 9 ? " " : ". ");
        }
    const char *text = dl_str_cstr(m->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    assert_non_null(text);
    return text;
}

const char *material_join(struct material *m, const char *a, const char *b, const char *c)
{
    return dl_str_cstr(m->arena, dl_str_fmt(m->arena, "%s%s%s", a, b, c));
}

const struct dl_term *material_term(const struct dl_features *f, const char *text)
{
    for (size_t i = 0; i < f->n_terms; i++)
        if (dl_str_eq_c(f->terms[i].text, text)) return &f->terms[i];
    return NULL;
}
