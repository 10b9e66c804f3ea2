#include "page/state.h"

#include "base/asset.h"
#include "base/map.h"
#include "page/state_set.h"
#include "page/weigh.h"

enum {
    VISITS = 1 << 20, /* of values, all counts and the setting together */
    LEAST = 600,      /* bytes; less text is no article that a page's markup could lack */
    CLIMB = 12,       /* containers from a title to its article */
    CLIMB_FAR = 2,    /* where the page's own title is not known */
    KEYS_MAX = 256,   /* objects tried where the page's own title is not known */
    FOUND_MAX = 16,   /* titles tried */
    ALIKE = 40,       /* bytes of words of a description */
    WORD_BYTES = 24,
    HTML_MAX = 4 << 20,
    ALONE = 4, /* times the text of any other */
};

struct dl_state_words {
    dl_map roles;
};

static const char *const role_names[] = {"none",    "type",  "paragraph", "heading",
                                         "item",    "quote", "inline",    "drop",
                                         "address", "title", "published"};

enum dl_err dl_state_words_new(dl_arena *arena, dl_state_words **ret_words, struct dl_diag *diag)
{
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    enum dl_err err;
    struct dl_state_words *w = DL_NEW(arena, struct dl_state_words);
    if (w == NULL) return dl_arena_failed(arena);
    dl_map_init(&w->roles, arena);
    if (!dl_asset_get("lexicon/web/state-words.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        size_t k = 1, n = sizeof role_names / sizeof *role_names;
        while (k < n && !dl_str_eq_c(cell[1], role_names[k]))
            k++;
        if (k == n || cell[0].n > WORD_BYTES)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "state-words.tsv, line %zu", tsv.line);
        DL_TRY(dl_map_set(&w->roles, cell[0], (void *)(uintptr_t)&role_names[k]));
    }
    *ret_words = w;
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

enum dl_state_role dl_state_role_of(const dl_state_words *words, dl_str name)
{
    char folded[WORD_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '_' || name.p[i] == '-' || name.p[i] == '/') continue;
        if (n == WORD_BYTES) return DL_ROLE_NONE;
        folded[n++] = (char)dl_to_lower((unsigned char)name.p[i]);
    }
    const char *const *role = dl_map_get(&words->roles, (dl_str){folded, n});
    return role == NULL ? DL_ROLE_NONE : (enum dl_state_role)(role - role_names);
}

/* --- candidates ---------------------------------------------------------------------------- */

struct found {
    uint32_t node, title;
    size_t mass;
};

struct search {
    dl_arena *arena;
    const struct dl_state_input *in;
    struct dl_state st;
    uint32_t *done, turn;
    size_t budget;
    struct found found[FOUND_MAX];
    size_t n;
};

static size_t set(struct search *s, uint32_t node, uint32_t title, dl_buf *out)
{
    struct dl_state_setter setter = {.words = s->in->words,
                                     .state = &s->st,
                                     .out = out,
                                     .title = title,
                                     .done = s->done,
                                     .turn = ++s->turn,
                                     .budget = &s->budget};
    dl_state_set(&setter, node);
    return setter.mass;
}

static uint32_t up(const struct search *s, uint32_t node)
{
    const struct dl_state_node *n = &s->st.nodes.p[node];
    return n->owner != 0 ? n->owner : n->parent;
}

static size_t texts_in(const struct search *s, uint32_t object)
{
    size_t texts = 0;
    for (uint32_t i = object + 1; i < s->st.nodes.p[object].end; i = s->st.nodes.p[i].end)
        texts +=
            s->st.nodes.p[i].kind == DL_STATE_STRING && dl_state_is_text(s->st.nodes.p[i].value);
    return texts;
}

/* Does its container hold others like it, each with a title (by the same key) and some text? */
static bool is_listed(const struct search *s, uint32_t around, uint32_t object, dl_str key)
{
    char name[WORD_BYTES + 1];
    if (key.n == 0 || key.n > WORD_BYTES) return false;
    memcpy(name, key.p, key.n);
    name[key.n] = '\0';
    size_t looked = 0;
    for (uint32_t i = around + 1; i < s->st.nodes.p[around].end && looked < 64;
         i = s->st.nodes.p[i].end, looked++)
        if (i != object && s->st.nodes.p[i].kind == DL_STATE_OBJECT &&
            dl_state_get(&s->st, i, name) != 0 && texts_in(s, i) >= 2)
            return true;
    return false;
}

/* The smallest container around a title that holds an article's text; 0: none. */
static uint32_t climb(struct search *s, uint32_t title, unsigned most, size_t *ret_mass)
{
    uint32_t below = title, at = up(s, title);
    for (unsigned step = 0; step < most && at != 0; step++) {
        *ret_mass = set(s, at, title, NULL);
        if (*ret_mass >= LEAST) return at;
        uint32_t around = up(s, at);
        if (is_listed(s, around, at, s->st.nodes.p[below].key)) return 0;
        below = at;
        at = around;
    }
    return 0;
}

static bool is_inside(const struct search *s, uint32_t a, uint32_t b)
{
    return a >= b && a < s->st.nodes.p[b].end;
}

/* Of two of which one holds the other, the inner one. */
static void keep(struct search *s, struct found f)
{
    for (size_t i = 0; i < s->n; i++) {
        if (is_inside(s, s->found[i].node, f.node)) return;
        if (!is_inside(s, f.node, s->found[i].node)) continue;
        s->found[i] = f;
        return;
    }
    if (s->n < FOUND_MAX) s->found[s->n++] = f;
}

static bool names_page(const struct search *s, const struct dl_state_node *n)
{
    if (n->value.n < 4 || n->value.n > 600) return false;
    for (size_t i = 0; i < s->in->title_count; i++)
        if (dl_same_words(n->value, s->in->titles[i])) return true;
    return s->in->description.n >= ALIKE && dl_starts_alike(n->value, s->in->description, ALIKE);
}

static void by_page(struct search *s)
{
    size_t tried = 0;
    for (uint32_t i = 1; i < s->st.nodes.n && tried < FOUND_MAX; i++) {
        const struct dl_state_node *n = &s->st.nodes.p[i];
        if (n->kind != DL_STATE_STRING || !names_page(s, n)) continue;
        struct found f = {.title = i};
        tried++;
        f.node = climb(s, i, CLIMB, &f.mass);
        if (f.node != 0) keep(s, f);
    }
}

/* Objects with a title of their own, where the page does not tell its own. */
static void by_keys(struct search *s)
{
    size_t tried = 0;
    for (uint32_t i = 1; i < s->st.nodes.n && s->n < FOUND_MAX && tried < KEYS_MAX; i++) {
        const struct dl_state_node *n = &s->st.nodes.p[i];
        if (n->kind != DL_STATE_STRING || !dl_state_is_text(n->value)) continue;
        if (n->value.n > 300 || dl_state_role_of(s->in->words, n->key) != DL_ROLE_TITLE) continue;
        struct found f = {.title = i};
        tried++;
        f.node = climb(s, i, CLIMB_FAR, &f.mass);
        if (f.node != 0) keep(s, f);
    }
}

static const struct found *heaviest(const struct search *s, size_t alone)
{
    const struct found *best = NULL;
    size_t second = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (best == NULL || s->found[i].mass > best->mass) {
            if (best != NULL) second = best->mass;
            best = &s->found[i];
        } else if (s->found[i].mass > second)
            second = s->found[i].mass;
    }
    return best != NULL && best->mass >= second * alone ? best : NULL;
}

static dl_time published_in(const struct search *s, uint32_t object)
{
    dl_time t;
    for (uint32_t i = object + 1; i < s->st.nodes.p[object].end; i = s->st.nodes.p[i].end) {
        const struct dl_state_node *n = &s->st.nodes.p[i];
        if (dl_state_role_of(s->in->words, n->key) != DL_ROLE_PUBLISHED) continue;
        if (n->ref != 0) n = &s->st.nodes.p[n->ref];
        if (n->kind == DL_STATE_STRING && dl_time_parse(n->value, &t) && t.precision >= DL_PREC_DAY)
            return t;
    }
    return (dl_time){0};
}

enum dl_err dl_state_find(dl_arena *arena, const struct dl_state_input *in,
                          struct dl_state_article *ret_article)
{
    struct search s = {.arena = arena, .in = in, .budget = VISITS};
    struct dl_state_article out = {0};
    DL_TRY(dl_state_read(arena, in->html, &s.st));
    s.done = dl_calloc(arena, s.st.nodes.n + 1, sizeof *s.done);
    if (s.done == NULL) return dl_arena_failed(arena);
    by_page(&s);
    const struct found *best = heaviest(&s, 1);
    if (best == NULL) {
        by_keys(&s);
        best = heaviest(&s, ALONE);
    }
    if (best != NULL) {
        dl_buf html = DL_BUF_INIT(HTML_MAX);
        dl_buf_c(&html, "<body>");
        s.budget = VISITS;
        set(&s, best->node, best->title, &html);
        out.html = dl_str_dup(arena, dl_buf_slice(&html));
        dl_buf_free(&html);
        out.title = s.st.nodes.p[best->title].value;
        out.published = published_in(&s, best->node);
    }
    *ret_article = out;
    return dl_arena_failed(arena);
}
