#include "page/state_read.h"

#include "base/map.h"
#include "base/utf8.h"

enum {
    BYTES_MAX = 6 << 20,  /* of scripts; more is code */
    NODES_MAX = 120000,   /* of 64 bytes */
    DEPTH_MAX = 200,      /* of containers */
    NEST_MAX = 3,         /* strings that hold data that holds strings … */
    NESTED_BYTES = 64,    /* shorter strings hold no data worth it */
    EXPRESSION_MAX = 512, /* of a value that is neither string nor container */
    FLAT_MIN = 8,         /* values of a list of numbered values */
};

struct scan {
    dl_arena *arena;
    struct dl_state *out;
    const char *p, *end;
    uint32_t open; /* innermost open container */
    unsigned depth, nest;
    dl_buf stream;
};

static void read_text(struct scan *s, dl_str text);

/* --- nodes --------------------------------------------------------------------------------- */

static bool push(struct scan *s, enum dl_state_kind kind, dl_str key, dl_str value)
{
    if (s->out->nodes.n >= NODES_MAX) return false;
    uint32_t at = (uint32_t)s->out->nodes.n;
    struct dl_state_node n = {
        .parent = s->open, .end = at + 1, .kind = (uint8_t)kind, .key = key, .value = value};
    if (dl_vec_push(s->arena, &s->out->nodes, n) != DL_OK) return false;
    if (kind <= DL_STATE_ARRAY) {
        s->open = at;
        s->depth++;
    }
    return true;
}

static void close_one(struct scan *s)
{
    struct dl_state_node *n = &s->out->nodes.p[s->open];
    n->end = (uint32_t)s->out->nodes.n;
    s->open = n->parent;
    s->depth--;
}

uint32_t dl_state_get(const struct dl_state *state, uint32_t object, const char *key)
{
    const struct dl_state_node *o = &state->nodes.p[object];
    for (uint32_t i = object + 1; o->kind == DL_STATE_OBJECT && i < o->end;
         i = state->nodes.p[i].end)
        if (dl_str_eq_c(state->nodes.p[i].key, key)) return i;
    return 0;
}

/* --- strings ------------------------------------------------------------------------------- */

static bool hex(const char *p, const char *end, size_t n, uint32_t *ret)
{
    uint32_t v = 0;
    if ((size_t)(end - p) < n) return false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = dl_to_lower((unsigned char)p[i]);
        if (dl_is_digit(c))
            v = v * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            v = v * 16 + (c - 'a' + 10u);
        else
            return false;
    }
    *ret = v;
    return true;
}

/* Behind the backslash; the place behind the escape. */
static const char *unescape(dl_buf *out, const char *p, const char *end)
{
    uint32_t cp, low;
    if (*p == 'u' && hex(p + 1, end, 4, &cp)) {
        p += 5;
        bool pair = cp >= 0xD800 && cp < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
                    hex(p + 2, end, 4, &low) && low >= 0xDC00 && low < 0xE000;
        if (pair) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
            p += 6;
        }
        dl_buf_cp(out, cp);
        return p;
    }
    if (*p == 'x' && hex(p + 1, end, 2, &cp)) {
        dl_buf_cp(out, cp);
        return p + 3;
    }
    if (strchr("ntrbfv", *p) != NULL && *p != '\0')
        dl_buf_byte(out, *p == 'n' ? '\n' : ' ');
    else if (*p != '\n')
        dl_buf_byte(out, *p);
    return p + 1;
}

/* At an opening quote; false: it has no end. */
static bool read_string(struct scan *s, dl_str *ret)
{
    char quote = *s->p++;
    const char *from = s->p;
    bool escapes = false;
    for (; s->p < s->end && *s->p != quote; s->p++) {
        if (*s->p == '\n' && quote != '`') return false;
        if (*s->p != '\\') continue;
        escapes = true;
        if (++s->p == s->end) return false;
    }
    if (s->p >= s->end) return false;
    dl_str raw = {from, (size_t)(s->p - from)};
    s->p++;
    *ret = raw;
    if (!escapes) return true;
    dl_buf out = DL_BUF_INIT(raw.n + 16);
    for (const char *p = raw.p, *end = raw.p + raw.n; p < end;) {
        const char *next = memchr(p, '\\', (size_t)(end - p));
        if (next == NULL) next = end;
        dl_buf_add(&out, p, (size_t)(next - p));
        p = next < end ? unescape(&out, next + 1, end) : end;
    }
    *ret = dl_str_dup(s->arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return ret->p != NULL || raw.n == 0;
}

static dl_str unpercent(dl_arena *arena, dl_str v)
{
    char *to = dl_alloc(arena, v.n + 1);
    size_t n = 0;
    for (size_t i = 0; to != NULL && i < v.n; i++) {
        uint32_t byte;
        if (v.p[i] == '%' && hex(v.p + i + 1, v.p + v.n, 2, &byte)) {
            to[n++] = (char)byte;
            i += 2;
        } else
            to[n++] = v.p[i];
    }
    return dl_utf8_repair(arena, (dl_str){to, to == NULL ? 0 : n});
}

/* Does a string hold data itself? */
static bool holds_data(dl_str v)
{
    v = dl_str_trim(v);
    if (v.n < NESTED_BYTES) return false;
    char last = v.p[v.n - 1];
    if (v.p[0] == '{') return last == '}' && v.p[1] == '"';
    return v.p[0] == '[' && last == ']' && strchr("{[\"1", v.p[1]) != NULL;
}

static bool take_string(struct scan *s, dl_str key, dl_str v)
{
    if (s->nest < NEST_MAX && v.n >= NESTED_BYTES &&
        (dl_str_istarts(v, "%7B%22") || dl_str_istarts(v, "%5B%7B")))
        v = unpercent(s->arena, v);
    if (s->nest >= NEST_MAX || !holds_data(v)) return push(s, DL_STATE_STRING, key, v);
    struct scan inner = *s;
    if (!push(&inner, DL_STATE_OBJECT, key, (dl_str){NULL, 0})) return false;
    inner.nest++;
    read_text(&inner, v);
    s->stream = inner.stream;
    s->out->nodes.p[inner.open].end = (uint32_t)s->out->nodes.n;
    return true;
}

/* --- values -------------------------------------------------------------------------------- */

static void blanks(struct scan *s)
{
    for (;;) {
        while (s->p < s->end && dl_is_space((unsigned char)*s->p))
            s->p++;
        if (s->end - s->p < 2 || s->p[0] != '/') return;
        const char *to = NULL;
        if (s->p[1] == '/')
            to = memchr(s->p, '\n', (size_t)(s->end - s->p));
        else if (s->p[1] == '*')
            to = memmem(s->p + 2, (size_t)(s->end - s->p - 2), "*/", 2);
        else
            return;
        if (to == NULL) s->p = s->end;
        if (to != NULL) s->p = to + (*to == '*' ? 2 : 1);
    }
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

static bool is_name(char c)
{
    return dl_is_alnum((unsigned char)c) || c == '_' || c == '$' || c == '-' ||
           (unsigned char)c >= 0x80;
}

/* A number, a name, a call: up to what parts values. */
static bool expression(struct scan *s, dl_str key)
{
    const char *from = s->p;
    unsigned parens = 0;
    dl_str skipped;
    while (s->p < s->end) {
        char c = *s->p;
        if (parens == 0 && strchr(",}]", c) != NULL) break;
        if (c == '{' || c == ';' || s->p - from > EXPRESSION_MAX) return false;
        if (is_quote(c)) {
            if (!read_string(s, &skipped)) return false;
            continue;
        }
        if (c == '(') parens++;
        if (c == ')' && parens-- == 0) return false;
        s->p++;
    }
    dl_str v = dl_str_trim((dl_str){from, (size_t)(s->p - from)});
    if (v.n == 0) return false; /* a brace that closes nothing here: no data */
    return s->p < s->end && push(s, DL_STATE_OTHER, key, v);
}

/* One value with its key; a container is only opened. */
static bool value(struct scan *s, dl_str key)
{
    char c = *s->p;
    dl_str v;
    if (c == '{' || c == '[') {
        if (s->depth >= DEPTH_MAX) return false;
        s->p++;
        return push(s, c == '{' ? DL_STATE_OBJECT : DL_STATE_ARRAY, key, (dl_str){NULL, 0});
    }
    if (!is_quote(c)) return expression(s, key);
    if (!read_string(s, &v)) return false;
    blanks(s);
    if (s->p < s->end && strchr(",}]", *s->p) == NULL) return false; /* code, no data */
    return take_string(s, key, v);
}

static bool read_key(struct scan *s, dl_str *ret)
{
    if (is_quote(*s->p)) {
        if (!read_string(s, ret)) return false;
    } else {
        const char *from = s->p;
        while (s->p < s->end && is_name(*s->p))
            s->p++;
        *ret = (dl_str){from, (size_t)(s->p - from)};
        if (ret->n == 0) return false;
    }
    blanks(s);
    if (s->p >= s->end || *s->p != ':') return false;
    s->p++;
    blanks(s);
    return s->p < s->end;
}

/* At a brace or bracket: the container with all in it, as far as it is data. */
static void container(struct scan *s)
{
    uint32_t outside = s->open;
    unsigned depth = s->depth;
    bool fits = value(s, (dl_str){NULL, 0});
    while (fits && s->open != outside) {
        dl_str key = {NULL, 0};
        bool object = s->out->nodes.p[s->open].kind == DL_STATE_OBJECT;
        blanks(s);
        if (s->p >= s->end) break;
        if (*s->p == (object ? '}' : ']')) {
            s->p++;
            close_one(s);
            continue;
        }
        if (*s->p == ',') {
            s->p++;
            continue;
        }
        if (object && !read_key(s, &key)) break;
        fits = value(s, key);
    }
    while (s->open != outside)
        close_one(s);
    s->depth = depth;
}

/* React's stream of components: self.__next_f.push([1,"…"]). */
static bool pushed(struct scan *s, const char *from)
{
    static const char mark[] = "__next_f.push(";
    size_t n = sizeof mark - 1;
    if (*s->p != '[' || (size_t)(s->p - from) < n || memcmp(s->p - n, mark, n) != 0) return false;
    dl_str v;
    s->p++;
    while (s->p < s->end && (dl_is_digit((unsigned char)*s->p) || *s->p == ','))
        s->p++;
    if (s->p < s->end && is_quote(*s->p) && read_string(s, &v)) dl_buf_str(&s->stream, v);
    return true;
}

/* Code or data: all containers, and strings that hold some. */
static void read_text(struct scan *s, dl_str text)
{
    s->p = text.p;
    s->end = text.p + text.n;
    while (s->p < s->end && s->out->nodes.n < NODES_MAX) {
        char c = *s->p;
        dl_str v;
        const char *at = s->p;
        if (c == '{' || c == '[') {
            if (!pushed(s, text.p)) container(s);
        } else if (is_quote(c)) {
            if (!read_string(s, &v)) continue;
            if (holds_data(v) || dl_str_istarts(v, "%7B%22")) take_string(s, (dl_str){NULL, 0}, v);
        } else if (c == '/') {
            blanks(s);
        }
        if (s->p == at) s->p++;
    }
}

/* --- component stream ---------------------------------------------------------------------- */

/* Rows "1a:[…]" up to the line's end, and "1b:T4f2,text" of so many bytes. */
static void read_rows(struct scan *s, dl_str stream)
{
    const char *p = stream.p, *end = p + stream.n;
    while (p < end) {
        const char *from = p;
        uint32_t bytes;
        while (p < end && dl_is_alnum((unsigned char)*p) && p - from < 8)
            p++;
        dl_str id = {from, (size_t)(p - from)};
        if (p < end && *p == ':' && p + 1 < end && p[1] == 'T') {
            const char *comma = memchr(p, ',', (size_t)(end - p) < 12 ? (size_t)(end - p) : 12);
            if (comma == NULL || !hex(p + 2, end, (size_t)(comma - p - 2), &bytes)) return;
            size_t left = (size_t)(end - comma - 1);
            dl_str v = dl_utf8_prefix((dl_str){comma + 1, left}, bytes < left ? bytes : left);
            if (!take_string(s, id, v)) return;
            p = v.p + v.n;
            continue;
        }
        const char *line = memchr(p, '\n', (size_t)(end - p));
        if (line == NULL) line = end;
        struct scan row = *s;
        if (p < end && *p == ':' && id.n > 0 && p + 1 < line && (p[1] == '[' || p[1] == '{')) {
            row.p = p + 1;
            row.end = line;
            size_t at = s->out->nodes.n;
            container(&row);
            if (at < s->out->nodes.n) s->out->nodes.p[at].key = id;
        }
        p = line + (line < end);
    }
}

/* --- references ---------------------------------------------------------------------------- */

static void link_to(struct dl_state *st, uint32_t from, uint32_t to)
{
    if (to == 0 || to == from) return;
    st->nodes.p[from].ref = to;
    if (st->nodes.p[to].owner == 0) st->nodes.p[to].owner = st->nodes.p[from].parent;
}

/* "$1a", "$L1a" → row 1a */
static dl_str row_named(dl_str v)
{
    if (v.n < 2 || v.n > 9 || v.p[0] != '$') return (dl_str){NULL, 0};
    return dl_str_sub(v, v.p[1] == 'L' || v.p[1] == '@' ? 2 : 1, v.n);
}

/* {"__ref":"Body:1"} and {"type":"id","id":"Body:1"} of stores, rows of streams: by key. */
static enum dl_err link_names(dl_arena *arena, struct dl_state *st)
{
    dl_map named;
    dl_map_init(&named, arena);
    for (uint32_t i = 1; i < st->nodes.n; i++) {
        struct dl_state_node *n = &st->nodes.p[i];
        bool is_row = st->nodes.p[n->parent].parent == 0 && n->key.n > 0 && n->key.n < 9;
        bool is_record = n->kind == DL_STATE_OBJECT && dl_str_chr(n->key, ':', 0) != DL_NO_POS;
        if ((is_row || is_record) && dl_map_get(&named, n->key) == NULL)
            DL_TRY(dl_map_set(&named, n->key, (void *)(uintptr_t)i));
    }
    for (uint32_t i = 1; i < st->nodes.n; i++) {
        struct dl_state_node *n = &st->nodes.p[i];
        dl_str name = n->kind == DL_STATE_STRING ? row_named(n->value) : (dl_str){NULL, 0};
        uint32_t from = i;
        bool names = dl_str_eq_c(n->key, "__ref") || dl_str_eq_c(n->key, "id");
        if (n->kind == DL_STATE_STRING && names && st->nodes.p[n->parent].end <= i + 3) {
            name = n->value;
            from = n->parent;
        }
        if (name.n > 0) link_to(st, from, (uint32_t)(uintptr_t)dl_map_get(&named, name));
    }
    return DL_OK;
}

/* A list of numbered values, whose containers hold numbers of values (devalue). */
static enum dl_err link_numbers(dl_arena *arena, struct dl_state *st, uint32_t list)
{
    DL_VEC(uint32_t) at = {0};
    uint32_t end = st->nodes.p[list].end;
    for (uint32_t i = list + 1; i < end; i = st->nodes.p[i].end)
        DL_TRY(dl_vec_push(arena, &at, i));
    if (at.n < FLAT_MIN) return DL_OK;
    for (uint32_t i = list + 1; i < end; i++) {
        const struct dl_state_node *n = &st->nodes.p[i];
        bool inner = n->parent != list && st->nodes.p[n->parent].parent == list;
        if (inner && n->kind <= DL_STATE_ARRAY) return DL_OK; /* nested: no such list */
    }
    for (uint32_t i = list + 1; i < end; i++) {
        const struct dl_state_node *n = &st->nodes.p[i];
        uint64_t number;
        if (n->kind != DL_STATE_OTHER || n->parent == list) continue;
        if (dl_str_u64(n->value, &number) && number > 0 && number < at.n)
            link_to(st, i, at.p[number]);
    }
    return DL_OK;
}

/* --- scripts ------------------------------------------------------------------------------- */

static bool is_data(dl_str tag)
{
    size_t type = dl_str_ifind_c(tag, "type=", 0);
    if (dl_str_ifind_c(tag, " src=", 0) != DL_NO_POS) return false;
    if (type == DL_NO_POS) return true;
    dl_str v = dl_str_sub(tag, type + 5, type + 40);
    return (dl_str_ifind_c(v, "json", 0) != DL_NO_POS &&
            dl_str_ifind_c(v, "ld+", 0) == DL_NO_POS) ||
           dl_str_ifind_c(v, "javascript", 0) != DL_NO_POS ||
           dl_str_ifind_c(v, "module", 0) != DL_NO_POS;
}

static void read_scripts(struct scan *s, dl_str html)
{
    size_t bytes = 0;
    for (size_t at = 0; (at = dl_str_chr(html, '<', at)) != DL_NO_POS && bytes < BYTES_MAX;) {
        if (!dl_str_istarts(dl_str_sub(html, at, at + 7), "<script")) {
            at++;
            continue;
        }
        size_t open = dl_str_chr(html, '>', at);
        if (open == DL_NO_POS) return;
        size_t close = open;
        while ((close = dl_str_find_c(html, "</", close + 1)) != DL_NO_POS)
            if (dl_str_istarts(dl_str_sub(html, close, close + 8), "</script")) break;
        if (close == DL_NO_POS) return;
        if (is_data(dl_str_sub(html, at, open))) {
            dl_str text = dl_str_sub(html, open + 1, close);
            text.n = text.n < BYTES_MAX - bytes ? text.n : BYTES_MAX - bytes;
            bytes += text.n;
            read_text(s, text);
        }
        at = close + 2;
    }
}

/* Data of a component in an attribute: data-page="{&quot;…". */
static void read_attributes(struct scan *s, dl_str html)
{
    static const char *const from[] = {"&quot;", "&amp;", "&lt;", "&gt;", "&#39;", "&#039;"};
    static const char to[] = "\"&<>''";
    for (size_t at = 0; (at = dl_str_find_c(html, "=\"{&quot;", at)) != DL_NO_POS;) {
        size_t end = dl_str_chr(html, '"', at + 2);
        if (end == DL_NO_POS || s->out->nodes.n >= NODES_MAX) return;
        dl_str v = dl_str_sub(html, at + 2, end);
        char *p = dl_alloc(s->arena, v.n + 1);
        size_t n = 0;
        for (size_t i = 0; p != NULL && i < v.n; i++) {
            p[n++] = v.p[i];
            for (size_t k = 0; v.p[i] == '&' && k < sizeof from / sizeof *from; k++) {
                if (!dl_str_starts(dl_str_sub(v, i, v.n), from[k])) continue;
                p[n - 1] = to[k];
                i += strlen(from[k]) - 1;
                break;
            }
        }
        if (p != NULL && n < BYTES_MAX) read_text(s, (dl_str){p, n});
        at = end;
    }
}

enum dl_err dl_state_read(dl_arena *arena, dl_str html, struct dl_state *ret_state)
{
    struct dl_state st = {0};
    struct scan s = {.arena = arena, .out = &st};
    dl_buf_init(&s.stream, BYTES_MAX);
    push(&s, DL_STATE_ARRAY, (dl_str){NULL, 0}, (dl_str){NULL, 0});
    DL_TRY(dl_arena_failed(arena));
    s.open = 0;
    read_scripts(&s, html);
    read_attributes(&s, html);
    uint32_t lists = (uint32_t)st.nodes.n;
    st.stream = dl_str_dup(arena, dl_buf_slice(&s.stream));
    dl_buf_free(&s.stream);
    DL_TRY(dl_arena_failed(arena));
    if (st.stream.n > 0 && push(&s, DL_STATE_OBJECT, (dl_str){NULL, 0}, (dl_str){NULL, 0})) {
        read_rows(&s, st.stream);
        close_one(&s);
    }
    st.nodes.p[0].end = (uint32_t)st.nodes.n;
    DL_TRY(link_names(arena, &st));
    for (uint32_t i = 1; i < lists; i = st.nodes.p[i].end)
        if (st.nodes.p[i].kind == DL_STATE_ARRAY) DL_TRY(link_numbers(arena, &st, i));
    *ret_state = st;
    return dl_arena_failed(arena);
}
