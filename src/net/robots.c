#include "net/robots.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "net/url.h"

/* --- one line ----------------------------------------------------------------------------- */

enum key {
    KEY_NONE,
    KEY_AGENT,
    KEY_ALLOW,
    KEY_DISALLOW,
    KEY_DELAY,
    KEY_SITEMAP,
    KEY_SIGNAL,
    KEY_LICENSE
};

static const struct {
    const char *name;
    enum key key;
    unsigned slips; /* typing errors that still mean it; "allow" is short and near to other words */
} keys[] = {
    {"user-agent", KEY_AGENT, 2},  {"disallow", KEY_DISALLOW, 2}, {"allow", KEY_ALLOW, 1},
    {"crawl-delay", KEY_DELAY, 2}, {"sitemap", KEY_SITEMAP, 1},   {"content-signal", KEY_SIGNAL, 2},
    {"license", KEY_LICENSE, 0},
};

enum { KEY_LENGTH_MAX = 20 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours (optimal string alignment). */
static unsigned slips(dl_str a, dl_str b)
{
    unsigned rows[3][KEY_LENGTH_MAX + 1], *before = rows[0], *last = rows[1], *row = rows[2];
    for (unsigned j = 0; j <= b.n; j++)
        last[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.n; j++) {
            unsigned change = dl_to_lower((unsigned char)a.p[i - 1]) != (unsigned char)b.p[j - 1];
            row[j] = least(least(row[j - 1] + 1, last[j] + 1), last[j - 1] + change);
            if (i > 1 && j > 1 && dl_to_lower((unsigned char)a.p[i - 1]) == b.p[j - 2] &&
                dl_to_lower((unsigned char)a.p[i - 2]) == b.p[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        unsigned *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b.n];
}

static enum key key_of(dl_str name)
{
    enum key best = KEY_NONE;
    unsigned best_slips = 3;
    if (name.n == 0 || name.n > KEY_LENGTH_MAX) return KEY_NONE;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (dl_str_ieq_c(name, keys[i].name)) return keys[i].key;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        unsigned n = slips(name, dl_str_c(keys[i].name));
        if (n <= keys[i].slips && n < best_slips) {
            best = keys[i].key;
            best_slips = n;
        }
    }
    return best;
}

/* "key: value", or "key value" where the colon was forgotten: then these two words alone. */
static enum key split_line(dl_str line, dl_str *ret_value)
{
    size_t colon = dl_str_chr(line, ':', 0);
    enum key key = KEY_NONE;
    if (colon != DL_NO_POS) key = key_of(dl_str_trim(dl_str_sub(line, 0, colon)));
    if (key != KEY_NONE) {
        *ret_value = dl_str_trim(dl_str_sub(line, colon + 1, line.n));
        return key;
    }
    size_t space = 0;
    while (space < line.n && !dl_is_space((unsigned char)line.p[space]))
        space++;
    dl_str value = dl_str_trim(dl_str_sub(line, space, line.n));
    for (size_t i = 0; i < value.n; i++)
        if (dl_is_space((unsigned char)value.p[i])) return KEY_NONE;
    if (value.n == 0) return KEY_NONE;
    *ret_value = value;
    return key_of(dl_str_sub(line, 0, space));
}

/* --- text --------------------------------------------------------------------------------- */

static void put_utf16(dl_buf *out, dl_str s, bool big)
{
    uint32_t high = 0;
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        unsigned char a = (unsigned char)s.p[i], b = (unsigned char)s.p[i + 1];
        uint32_t unit = big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
        if (unit >= 0xD800 && unit < 0xDC00) {
            high = unit;
        } else if (unit >= 0xDC00 && unit < 0xE000) {
            if (high != 0) dl_buf_cp(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
            high = 0;
        } else {
            dl_buf_cp(out, unit);
            high = 0;
        }
    }
}

/* Bytes without byte order mark and beyond the limit cut at a line's end. */
static enum dl_err text_of(dl_arena *arena, dl_str bytes, dl_str *ret_text, bool *ret_cut)
{
    *ret_cut = bytes.n > DL_ROBOTS_MAX;
    if (*ret_cut) {
        bytes = dl_str_sub(bytes, 0, DL_ROBOTS_MAX);
        size_t end = dl_str_rchr(bytes, '\n');
        if (end != DL_NO_POS) bytes = dl_str_sub(bytes, 0, end);
    }
    bool little = dl_str_starts(bytes, "\xFF\xFE"), big = dl_str_starts(bytes, "\xFE\xFF");
    if (little || big) {
        dl_buf out = DL_BUF_INIT(DL_ROBOTS_MAX * 2);
        put_utf16(&out, dl_str_sub(bytes, 2, bytes.n), big);
        *ret_text = dl_str_dup(arena, dl_buf_slice(&out));
        enum dl_err err = dl_buf_failed(&out);
        dl_buf_free(&out);
        return err != DL_OK ? err : dl_arena_failed(arena);
    }
    /* A mark that an editor damaged still is no letter of the first key. */
    if (dl_str_starts(bytes, "\xEF")) bytes = dl_str_sub(bytes, 1, bytes.n);
    if (dl_str_starts(bytes, "\xBB")) bytes = dl_str_sub(bytes, 1, bytes.n);
    if (dl_str_starts(bytes, "\xBF")) bytes = dl_str_sub(bytes, 1, bytes.n);
    *ret_text = bytes;
    return DL_OK;
}

static dl_str without_tags(dl_arena *arena, dl_str line)
{
    char *out = dl_alloc(arena, line.n + 1);
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; out != NULL && i < line.n; i++) {
        if (line.p[i] == '<') inside = true;
        if (!inside) out[n++] = line.p[i];
        if (line.p[i] == '>') inside = false;
    }
    return (dl_str){out, n};
}

static bool is_escaped_octet(dl_str s, size_t i, unsigned *ret_octet)
{
    static const char digits[] = "0123456789abcdef";
    if (i + 2 >= s.n || s.p[i] != '%') return false;
    const char *hi = memchr(digits, dl_to_lower((unsigned char)s.p[i + 1]), 16);
    const char *lo = memchr(digits, dl_to_lower((unsigned char)s.p[i + 2]), 16);
    if (hi == NULL || lo == NULL) return false;
    *ret_octet = (unsigned)(hi - digits) << 4 | (unsigned)(lo - digits);
    return true;
}

static bool needs_escape(unsigned c)
{
    return c <= 0x20 || c >= 0x7F || strchr("\"<>\\^`{|}", (int)c) != NULL;
}

static bool is_unreserved(unsigned c)
{
    return dl_is_alnum((unsigned char)c) || strchr("-._~", (int)c) != NULL;
}

/* The form in which patterns and paths are compared (RFC 9309 2.2.2). "*" and "$" are signs in a
 * pattern and octets in a path: there they get their escape. */
static dl_str normal_form(dl_arena *arena, dl_str s, bool is_pattern)
{
    dl_buf out = DL_BUF_INIT(3 * (size_t)DL_ROBOTS_LINE_MAX + DL_URL_MAX);
    unsigned octet = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_escaped_octet(s, i, &octet)) {
            i += 2;
            if (octet != 0 && is_unreserved(octet))
                dl_buf_byte(&out, (char)octet);
            else
                dl_buf_fmt(&out, "%%%02X", octet);
        } else if (c == '*' && is_pattern) {
            if (out.n == 0 || out.p[out.n - 1] != '*') dl_buf_byte(&out, '*');
        } else if (c == '$' && is_pattern && i + 1 == s.n) {
            dl_buf_byte(&out, '$');
        } else if (needs_escape(c) || c == '*' || c == '$') {
            dl_buf_fmt(&out, "%%%02X", c);
        } else {
            dl_buf_byte(&out, (char)c);
        }
    }
    dl_str form = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return form;
}

/* --- the file ----------------------------------------------------------------------------- */

/* What two kinds of groups say: those that name the agent, and those of "*". */
struct group {
    DL_VEC(struct dl_robots_rule) rules;
    int64_t delay_ms;
    dl_str signal;
    bool exists;
};

enum scope { SCOPE_NAMED = 1, SCOPE_ALL = 2 };

struct parser {
    dl_arena *arena;
    dl_str agent, base;
    struct group named, all;
    unsigned rules_scope, delay_scope; /* set of enum scope that the lines now speak to */
    bool rules_closed, delay_closed;   /* the next User-agent line begins a new list */
    bool in_group, is_html;
    dl_str file_signal, license;
    DL_VEC(dl_str) sitemaps;
};

static bool is_token(unsigned char c)
{
    return dl_is_alnum(c) || c == '-' || c == '_';
}

static dl_str token_at(dl_str s, size_t from)
{
    size_t end = from;
    while (end < s.n && is_token((unsigned char)s.p[end]))
        end++;
    return dl_str_sub(s, from, end);
}

/* Which scopes a User-agent line opens: "*", or the agent among its words. */
static unsigned scope_of(dl_str value, dl_str agent)
{
    unsigned scope = 0;
    bool word_start = true;
    if (value.n > 0 && value.p[0] == '*' &&
        (value.n == 1 || dl_is_space((unsigned char)value.p[1]) || value.p[1] == ','))
        return SCOPE_ALL;
    for (size_t i = 0; i < value.n; i++) {
        if (word_start && is_token((unsigned char)value.p[i])) {
            dl_str token = token_at(value, i);
            if (dl_str_ieq(token, agent)) scope |= SCOPE_NAMED;
            i += token.n - 1;
            word_start = false;
        } else {
            word_start = value.p[i] == ',' || dl_is_space((unsigned char)value.p[i]);
        }
    }
    return scope;
}

static void take_agent(struct parser *p, dl_str value)
{
    unsigned scope = scope_of(value, p->agent);
    if (p->rules_closed) p->rules_scope = 0;
    if (p->rules_closed || p->delay_closed) p->delay_scope = 0;
    p->rules_closed = p->delay_closed = false;
    p->rules_scope |= scope;
    p->delay_scope |= scope;
    p->in_group = true;
    if (scope & SCOPE_NAMED) p->named.exists = true;
    if (scope & SCOPE_ALL) p->all.exists = true;
}

static enum dl_err add_rule(struct parser *p, struct dl_robots_rule rule)
{
    DL_TRY(dl_arena_failed(p->arena));
    if ((p->rules_scope & SCOPE_NAMED) && p->named.rules.n < DL_ROBOTS_RULES_MAX)
        DL_TRY(dl_vec_push(p->arena, &p->named.rules, rule));
    if ((p->rules_scope & SCOPE_ALL) && p->all.rules.n < DL_ROBOTS_RULES_MAX)
        DL_TRY(dl_vec_push(p->arena, &p->all.rules, rule));
    return DL_OK;
}

static enum dl_err take_rule(struct parser *p, dl_str value, bool allow)
{
    p->rules_closed = true;
    if (value.n == 0 || p->rules_scope == 0) return DL_OK;
    dl_str shown = dl_utf8_clean(p->arena, dl_utf8_repair(p->arena, value));
    struct dl_robots_rule rule = {
        .allow = allow,
        .pattern = normal_form(p->arena, value, true),
        .line = dl_str_fmt(p->arena, "%s: %.*s", allow ? "Allow" : "Disallow", DL_FMT(shown)),
    };
    DL_TRY(add_rule(p, rule));
    /* Who allows a folder's index page by name means the folder's address too. */
    size_t index = dl_str_rchr(rule.pattern, '/');
    if (!allow || index == DL_NO_POS) return DL_OK;
    dl_str file = dl_str_sub(rule.pattern, index + 1, rule.pattern.n);
    if (!dl_str_eq_c(file, "index.html") && !dl_str_eq_c(file, "index.htm")) return DL_OK;
    rule.pattern = dl_str_fmt(p->arena, "%.*s$", DL_FMT(dl_str_sub(rule.pattern, 0, index + 1)));
    return add_rule(p, rule);
}

/* Decimal seconds; -1 for what is none. */
static int64_t delay_of(dl_str value)
{
    int64_t ms = 0, unit = 1000;
    size_t i = 0;
    for (; i < value.n && dl_is_digit((unsigned char)value.p[i]); i++)
        if (ms < DL_ROBOTS_DELAY_MAX_MS) ms = ms * 10 + (value.p[i] - '0') * 1000;
    size_t digits = i;
    if (i < value.n && value.p[i] == '.') {
        for (i++; i < value.n && dl_is_digit((unsigned char)value.p[i]); i++, digits++)
            ms += (value.p[i] - '0') * (unit /= 10);
    }
    if (digits == 0 || (i < value.n && !dl_is_space((unsigned char)value.p[i]) &&
                        strchr("s;,", value.p[i]) == NULL))
        return -1;
    return ms < DL_ROBOTS_DELAY_MAX_MS ? ms : DL_ROBOTS_DELAY_MAX_MS;
}

/* A group's first delay counts; groups of the same agent are one. */
static void take_delay(struct parser *p, dl_str value)
{
    int64_t ms = delay_of(value);
    p->delay_closed = true;
    if (ms < 0) return;
    if ((p->delay_scope & SCOPE_NAMED) && p->named.delay_ms < 0) p->named.delay_ms = ms;
    if ((p->delay_scope & SCOPE_ALL) && p->all.delay_ms < 0) p->all.delay_ms = ms;
}

static dl_str shown(struct parser *p, dl_str value)
{
    return dl_str_squeeze(p->arena, dl_utf8_clean(p->arena, dl_utf8_repair(p->arena, value)));
}

static void take_signal(struct parser *p, dl_str value)
{
    if (!p->in_group && p->file_signal.n == 0) p->file_signal = shown(p, value);
    if ((p->rules_scope & SCOPE_NAMED) && p->named.signal.n == 0) p->named.signal = shown(p, value);
    if ((p->rules_scope & SCOPE_ALL) && p->all.signal.n == 0) p->all.signal = shown(p, value);
}

static enum dl_err take_sitemap(struct parser *p, dl_str value)
{
    if (p->sitemaps.n >= DL_ROBOTS_SITEMAPS_MAX) return DL_OK;
    dl_str url = dl_url_resolve_web(p->arena, value, p->base);
    if (url.n == 0 && p->base.n > 0) url = dl_url_resolve_web(p->arena, value, (dl_str){NULL, 0});
    return url.n == 0 ? dl_arena_failed(p->arena) : dl_vec_push(p->arena, &p->sitemaps, url);
}

static enum dl_err take_line(struct parser *p, dl_str line)
{
    dl_str value = {NULL, 0};
    line = dl_str_sub(line, 0, DL_ROBOTS_LINE_MAX);
    if (p->is_html) line = without_tags(p->arena, line);
    line = dl_str_trim(dl_str_sub(line, 0, dl_str_chr(line, '#', 0)));
    switch (split_line(line, &value)) {
    case KEY_AGENT:
        take_agent(p, value);
        break;
    case KEY_ALLOW:
        return take_rule(p, value, true);
    case KEY_DISALLOW:
        return take_rule(p, value, false);
    case KEY_DELAY:
        take_delay(p, value);
        break;
    case KEY_SIGNAL:
        take_signal(p, value);
        break;
    case KEY_SITEMAP:
        return take_sitemap(p, value);
    case KEY_LICENSE:
        if (p->license.n == 0) p->license = dl_url_resolve_web(p->arena, value, p->base);
        break;
    case KEY_NONE:
        break;
    }
    return dl_arena_failed(p->arena);
}

enum dl_err dl_robots_parse(dl_arena *arena, dl_str bytes, dl_str agent, dl_str base,
                            struct dl_robots *ret_robots)
{
    struct parser p = {.arena = arena, .agent = token_at(agent, 0), .base = base};
    struct dl_robots robots = {.crawl_delay_ms = -1};
    dl_str text, line;
    p.named.delay_ms = p.all.delay_ms = -1;
    DL_TRY(text_of(arena, bytes, &text, &robots.cut));
    p.is_html = dl_str_starts(dl_str_trim(text), "<");
    while (dl_str_line(&text, &line))
        DL_TRY(take_line(&p, line));
    const struct group *group = p.named.exists ? &p.named : &p.all;
    robots.named = p.named.exists;
    robots.rules = group->rules.p;
    robots.n_rules = group->rules.n;
    robots.crawl_delay_ms = group->delay_ms;
    robots.content_signal = group->signal.n > 0 ? group->signal : p.file_signal;
    robots.license = p.license;
    robots.sitemaps = p.sitemaps.p;
    robots.n_sitemaps = p.sitemaps.n;
    DL_TRY(dl_arena_failed(arena));
    *ret_robots = robots;
    return DL_OK;
}

/* --- matching ----------------------------------------------------------------------------- */

/* Leftmost places for the parts between "*": no part is looked for twice, so a rule costs the
 * path's length and its own. */
static bool matches(dl_str pattern, dl_str path)
{
    bool to_end = dl_str_ends(pattern, "$");
    if (to_end) pattern.n--;
    size_t at = 0;
    bool first = true;
    dl_str part;
    while (dl_str_split(&pattern, '*', &part)) {
        bool last = pattern.p == NULL;
        dl_str rest = dl_str_sub(path, at, path.n);
        if (last && to_end && !first)
            return rest.n >= part.n && memcmp(rest.p + rest.n - part.n, part.p, part.n) == 0;
        size_t found = 0;
        if (first && (rest.n < part.n || memcmp(rest.p, part.p, part.n) != 0)) return false;
        if (!first && part.n > 0) found = dl_str_find(rest, part, 0);
        if (found == DL_NO_POS) return false;
        at += found + part.n;
        first = false;
        if (last) break;
    }
    return !to_end || at == path.n;
}

static const struct dl_robots_rule *decide(const struct dl_robots *robots, dl_str path)
{
    const struct dl_robots_rule *best = NULL;
    for (size_t i = 0; i < robots->n_rules; i++) {
        const struct dl_robots_rule *rule = &robots->rules[i];
        size_t n = rule->pattern.n;
        if (best != NULL && (n < best->pattern.n || (n == best->pattern.n && !rule->allow)))
            continue;
        if (matches(rule->pattern, path)) best = rule;
    }
    return best;
}

enum dl_err dl_robots_check(const struct dl_robots *robots, dl_arena *arena, dl_str url,
                            bool *ret_allowed, const struct dl_robots_rule **ret_rule)
{
    struct dl_url parsed;
    DL_TRY(dl_url_parse(arena, url, (dl_str){NULL, 0}, &parsed));
    if (!dl_url_is_web(&parsed)) return DL_ERR_SYNTAX;
    dl_str path = parsed.path;
    if (parsed.has_query)
        path = dl_str_fmt(arena, "%.*s?%.*s", DL_FMT(parsed.path), DL_FMT(parsed.query));
    path = dl_str_sub(normal_form(arena, path, false), 0, DL_ROBOTS_PATH_MAX);
    DL_TRY(dl_arena_failed(arena));
    const struct dl_robots_rule *rule = NULL;
    if (!dl_str_eq_c(path, "/robots.txt")) rule = decide(robots, path);
    *ret_allowed = rule == NULL || rule->allow;
    if (ret_rule != NULL) *ret_rule = rule;
    return DL_OK;
}
