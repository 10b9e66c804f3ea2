#include "claim/cues.h"
#include "claim/statements.h"
#include "story/pack.h"
#include "story/sayings.h"

/* Layout, little-endian; counts are u16 unless said:
 *   u8 version, u8[8] language, name of the outlet, counts of sayings, actors, credits, links,
 *   actors {text, span, name, u8 class, anonymity, flags, u16 body + 1},
 *   sayings {u8[24] id, two spans, text, u8 stance, certainty, quote, flags, u16 sentence, gist,
 *            u64 quoted, u8 hops, {u16 actor, u8 depth, span}..., u8 evidence,
 *            {u8 kind, verified}...},
 *   credits u16..., links u64...
 * text: u16 bytes and the bytes. span: u32 start, u32 end, u8 in.
 * name: u8 tokens, {u32 key, stem, concept, u8[8] sound, u8 flags}...
 * gist: u8 stems, keys, counts; terms {u32 id, u8 weight, u8 kind}; {u32 value, unit, u8 bound} */

enum { ID = DL_SAYING_ID };

static void put_text(dl_buf *out, dl_str text)
{
    dl_put_le(out, text.n, 2);
    dl_buf_str(out, text);
}

static void put_span(dl_buf *out, const struct dl_part_span *s)
{
    dl_put_le(out, s->start, 4);
    dl_put_le(out, s->end, 4);
    dl_put_le(out, s->in, 1);
}

static void put_name(dl_buf *out, const struct dl_byname *name)
{
    dl_put_le(out, name->n, 1);
    for (size_t i = 0; i < name->n; i++) {
        dl_put_le(out, name->t[i].key, 4);
        dl_put_le(out, name->t[i].stem, 4);
        dl_put_le(out, name->t[i].concept, 4);
        dl_buf_add(out, name->t[i].sound, DL_BYNAME_SOUND);
        dl_put_le(out, name->t[i].flags, 1);
    }
}

static void put_terms(dl_buf *out, const struct dl_gist_term *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dl_put_le(out, p[i].id, 4);
        dl_put_le(out, p[i].weight, 1);
        dl_put_le(out, p[i].kind, 1);
    }
}

static void put_gist(dl_buf *out, const struct dl_gist *g)
{
    dl_put_le(out, g->n_stems, 1);
    dl_put_le(out, g->n_keys, 1);
    dl_put_le(out, g->n_counts, 1);
    put_terms(out, g->stems, g->n_stems);
    put_terms(out, g->keys, g->n_keys);
    for (size_t i = 0; i < g->n_counts; i++) {
        dl_put_le(out, g->counts[i].value, 4);
        dl_put_le(out, g->counts[i].unit, 4);
        dl_put_le(out, g->counts[i].bound, 1);
    }
}

static void put_actor(dl_buf *out, const struct dl_actor *a)
{
    put_text(out, a->text);
    put_span(out, &a->span);
    put_name(out, &a->name);
    dl_put_le(out, a->class, 1);
    dl_put_le(out, a->anonymity, 1);
    dl_put_le(out, a->flags, 1);
    dl_put_le(out, (uint64_t)(a->body + 1), 2);
}

static void put_saying(dl_buf *out, const struct dl_saying *s)
{
    dl_buf_add(out, s->id, ID);
    put_span(out, &s->content);
    put_span(out, &s->sentence);
    put_text(out, s->text);
    dl_put_le(out, s->stance, 1);
    dl_put_le(out, s->certainty, 1);
    dl_put_le(out, s->quote, 1);
    dl_put_le(out, s->flags, 1);
    dl_put_le(out, s->sentence_no, 2);
    put_gist(out, &s->gist);
    dl_put_le(out, s->quoted, 8);
    dl_put_le(out, s->n_hops, 1);
    for (size_t i = 0; i < s->n_hops; i++) {
        dl_put_le(out, s->hops[i].actor, 2);
        dl_put_le(out, s->hops[i].depth, 1);
        put_span(out, &s->hops[i].span);
    }
    dl_put_le(out, s->n_evidence, 1);
    for (size_t i = 0; i < s->n_evidence; i++) {
        dl_put_le(out, s->evidence[i].kind, 1);
        dl_put_le(out, s->evidence[i].verified, 1);
    }
}

dl_str dl_sayings_pack(dl_arena *arena, const struct dl_sayings *s)
{
    dl_buf out = DL_BUF_INIT(DL_SAYINGS_MAX_PACKED);
    dl_put_le(&out, DL_SAYINGS_VERSION, 1);
    dl_buf_add(&out, s->language, sizeof s->language);
    put_name(&out, &s->outlet);
    dl_put_le(&out, s->n_sayings, 2);
    dl_put_le(&out, s->n_actors, 2);
    dl_put_le(&out, s->n_credits, 2);
    dl_put_le(&out, s->n_links, 2);
    for (size_t i = 0; i < s->n_actors; i++)
        put_actor(&out, &s->actors[i]);
    for (size_t i = 0; i < s->n_sayings; i++)
        put_saying(&out, &s->sayings[i]);
    for (size_t i = 0; i < s->n_credits; i++)
        dl_put_le(&out, s->credits[i], 2);
    for (size_t i = 0; i < s->n_links; i++)
        dl_put_le(&out, s->links[i], 8);
    dl_str packed = {NULL, 0};
    if (dl_buf_failed(&out) == DL_OK) packed = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return packed;
}

/* ------------------------------------------------------------------ reading */

static uint64_t get_max(struct dl_unpacking *u, size_t bytes, uint64_t max)
{
    uint64_t value = dl_get_le(u, bytes);
    if (value > max) u->bad = true;
    return u->bad ? 0 : value;
}

static void get_bytes(struct dl_unpacking *u, char *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (char)dl_get_le(u, 1);
}

static dl_str get_text(struct dl_unpacking *u, size_t max)
{
    size_t n = (size_t)get_max(u, 2, max);
    if (u->bytes.n - u->pos < n) u->bad = true;
    if (u->bad || n == 0) return (dl_str){NULL, 0};
    dl_str text = dl_str_dup(u->arena, dl_str_sub(u->bytes, u->pos, u->pos + n));
    u->pos += n;
    if (!dl_utf8_valid(text, NULL)) u->bad = true;
    return text;
}

static struct dl_part_span get_span(struct dl_unpacking *u)
{
    struct dl_part_span s;
    s.start = (uint32_t)dl_get_le(u, 4);
    s.end = (uint32_t)dl_get_le(u, 4);
    s.in = (uint8_t)get_max(u, 1, DL_IN_SUBTITLE);
    if (s.end < s.start) u->bad = true;
    return s;
}

static void get_name(struct dl_unpacking *u, struct dl_byname *name)
{
    name->n = (uint8_t)get_max(u, 1, DL_BYNAME_TOKENS);
    for (size_t i = 0; i < name->n; i++) {
        name->t[i].key = (uint32_t)dl_get_le(u, 4);
        name->t[i].stem = (uint32_t)dl_get_le(u, 4);
        name->t[i].concept = (uint32_t)dl_get_le(u, 4);
        get_bytes(u, name->t[i].sound, DL_BYNAME_SOUND);
        name->t[i].flags = (uint8_t)dl_get_le(u, 1);
    }
}

static const struct dl_gist_term *get_terms(struct dl_unpacking *u, size_t n)
{
    struct dl_gist_term *out = DL_NEW_ARRAY(u->arena, struct dl_gist_term, n + 1);
    for (size_t i = 0; out != NULL && i < n; i++) {
        out[i].id = (uint32_t)dl_get_le(u, 4);
        out[i].weight = (uint8_t)dl_get_le(u, 1);
        out[i].kind = (uint8_t)get_max(u, 1, DL_GIST_CONCEPT);
        if (i > 0 && out[i].id <= out[i - 1].id) u->bad = true;
    }
    return out;
}

static void get_gist(struct dl_unpacking *u, struct dl_gist *g)
{
    g->n_stems = (size_t)get_max(u, 1, DL_SAYING_STEMS);
    g->n_keys = (size_t)get_max(u, 1, DL_SAYING_KEYS);
    g->n_counts = (size_t)get_max(u, 1, DL_SAYING_COUNTS);
    g->stems = get_terms(u, g->n_stems);
    g->keys = get_terms(u, g->n_keys);
    struct dl_counted *counts = DL_NEW_ARRAY(u->arena, struct dl_counted, g->n_counts + 1);
    for (size_t i = 0; counts != NULL && i < g->n_counts; i++) {
        counts[i].value = (uint32_t)dl_get_le(u, 4);
        counts[i].unit = (uint32_t)dl_get_le(u, 4);
        counts[i].bound = (uint8_t)get_max(u, 1, DL_BOUND_ABOUT);
    }
    g->counts = counts;
}

static void get_actor(struct dl_unpacking *u, struct dl_actor *a, size_t n_actors)
{
    a->text = get_text(u, DL_ACTOR_TEXT);
    a->span = get_span(u);
    get_name(u, &a->name);
    a->class = (uint8_t)get_max(u, 1, DL_SOURCE_COUNT - 1);
    a->anonymity = (uint8_t)get_max(u, 1, DL_ANON_COUNT - 1);
    a->flags = (uint8_t)dl_get_le(u, 1);
    a->body = (int16_t)((int)get_max(u, 2, n_actors) - 1);
}

static void get_id(struct dl_unpacking *u, struct dl_saying *s)
{
    get_bytes(u, s->id, ID);
    for (size_t i = 0; i < ID; i++) {
        char c = s->id[i];
        if (!dl_is_digit((unsigned char)c) && !(c >= 'a' && c <= 'f')) u->bad = true;
    }
}

static void get_chain(struct dl_unpacking *u, struct dl_saying *s, size_t n_actors)
{
    s->n_hops = (uint8_t)get_max(u, 1, DL_SAYING_HOPS);
    for (size_t i = 0; i < s->n_hops; i++) {
        s->hops[i].actor = (uint16_t)dl_get_le(u, 2);
        s->hops[i].depth = (uint8_t)dl_get_le(u, 1);
        s->hops[i].span = get_span(u);
        if (s->hops[i].actor >= n_actors) u->bad = true;
        if (i > 0 && s->hops[i].depth < s->hops[i - 1].depth) u->bad = true;
    }
    s->n_evidence = (uint8_t)get_max(u, 1, DL_SAYING_EVIDENCE);
    for (size_t i = 0; i < s->n_evidence; i++) {
        s->evidence[i].kind = (uint8_t)get_max(u, 1, DL_EVIDENCE_COUNT - 1);
        s->evidence[i].verified = (uint8_t)get_max(u, 1, 2);
    }
}

static void get_saying(struct dl_unpacking *u, struct dl_saying *s, size_t n_actors)
{
    get_id(u, s);
    s->content = get_span(u);
    s->sentence = get_span(u);
    s->text = get_text(u, DL_SAYING_TEXT);
    s->stance = (uint8_t)get_max(u, 1, DL_STANCE_COUNT - 1);
    s->certainty = (uint8_t)get_max(u, 1, DL_CERTAINTY_COUNT - 1);
    s->quote = (uint8_t)get_max(u, 1, DL_QUOTE_MIXED);
    s->flags = (uint8_t)dl_get_le(u, 1);
    s->sentence_no = (uint16_t)dl_get_le(u, 2);
    get_gist(u, &s->gist);
    s->quoted = dl_get_le(u, 8);
    get_chain(u, s, n_actors);
}

static void get_language(struct dl_unpacking *u, char out[8])
{
    get_bytes(u, out, 8);
    bool ended = false;
    for (size_t i = 0; i < 8; i++) {
        bool letter = (out[i] >= 'a' && out[i] <= 'z') || out[i] == '-';
        if (out[i] == '\0') ended = true;
        if ((ended && out[i] != '\0') || (!ended && !letter)) u->bad = true;
    }
    if (!ended) u->bad = true;
}

static void get_lists(struct dl_unpacking *u, struct dl_sayings *s)
{
    uint16_t *credits = DL_NEW_ARRAY(u->arena, uint16_t, s->n_credits + 1);
    uint64_t *links = DL_NEW_ARRAY(u->arena, uint64_t, s->n_links + 1);
    for (size_t i = 0; credits != NULL && i < s->n_credits; i++) {
        credits[i] = (uint16_t)dl_get_le(u, 2);
        if (credits[i] >= s->n_actors) u->bad = true;
    }
    for (size_t i = 0; links != NULL && i < s->n_links; i++)
        links[i] = dl_get_le(u, 8);
    s->credits = credits;
    s->links = links;
}

enum dl_err dl_sayings_unpack(dl_arena *arena, dl_str bytes, struct dl_sayings *ret_sayings)
{
    struct dl_unpacking u = {.arena = arena, .bytes = bytes};
    struct dl_sayings s = {.n_sayings = 0};
    if (bytes.n == 0 || bytes.n > DL_SAYINGS_MAX_PACKED) return DL_ERR_CORRUPT;
    if (dl_get_le(&u, 1) != DL_SAYINGS_VERSION) return DL_ERR_VERSION;
    get_language(&u, s.language);
    get_name(&u, &s.outlet);
    s.n_sayings = (size_t)get_max(&u, 2, DL_SAYINGS_MAX);
    s.n_actors = (size_t)get_max(&u, 2, DL_ACTORS_MAX);
    s.n_credits = (size_t)get_max(&u, 2, DL_SAYING_CREDITS);
    s.n_links = (size_t)get_max(&u, 2, DL_SAYING_LINKS);
    struct dl_actor *actors = DL_NEW_ARRAY(arena, struct dl_actor, s.n_actors + 1);
    struct dl_saying *sayings = DL_NEW_ARRAY(arena, struct dl_saying, s.n_sayings + 1);
    for (size_t i = 0; actors != NULL && !u.bad && i < s.n_actors; i++)
        get_actor(&u, &actors[i], s.n_actors);
    for (size_t i = 0; sayings != NULL && !u.bad && i < s.n_sayings; i++)
        get_saying(&u, &sayings[i], s.n_actors);
    s.actors = actors;
    s.sayings = sayings;
    get_lists(&u, &s);
    if (dl_arena_failed(arena) != DL_OK) return dl_arena_failed(arena);
    if (u.bad || u.pos != bytes.n) return DL_ERR_CORRUPT;
    *ret_sayings = s;
    return DL_OK;
}
