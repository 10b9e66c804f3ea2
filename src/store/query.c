#include "store/query.h"

#include "base/utf8.h"
#include "store/tokenizer.h"

enum { NAME_MAX_BYTES = 16, MATCH_MAX = 1 << 16, NEAR_DISTANCE = 2 };

/* One list of fields, and words that people say for them. */
static const struct {
    const char *name;
    enum dl_query_field field;
} fields[] = {{"lang", DL_QUERY_LANG},     {"from", DL_QUERY_FROM},   {"country", DL_QUERY_COUNTRY},
              {"source", DL_QUERY_SOURCE}, {"since", DL_QUERY_SINCE}, {"until", DL_QUERY_UNTIL}};
enum { FIELDS = sizeof fields / sizeof *fields };
static const struct {
    const char *said, *meant;
} synonyms[] = {{"language", "lang"}, {"outlet", "from"},  {"site", "from"},  {"publisher", "from"},
                {"cc", "country"},    {"by", "source"},    {"who", "source"}, {"after", "since"},
                {"start", "since"},   {"before", "until"}, {"end", "until"}};

struct parser {
    dl_arena *arena;
    dl_str text;
    size_t pos;
    struct dl_query *query;
    struct dl_tokenizer *tokenizer;
    dl_buf match, exclude;
    struct dl_diag *diag;
    size_t n; /* terms and fields so far */
};

/* A word or phrase as typed. */
struct term {
    dl_str text;
    bool prefix, quoted;
    size_t pos;
};

/* --- characters --------------------------------------------------------------------------- */

static uint32_t peek(const struct parser *p, size_t *ret_next)
{
    size_t next = p->pos;
    uint32_t cp = p->pos < p->text.n ? dl_utf8_next(p->text, &next) : 0;
    *ret_next = next;
    return cp;
}

static bool is_blank(uint32_t cp)
{
    return cp <= ' ' || cp == 0x7F || cp == 0xA0 || cp == 0x3000;
}

/* Straight and typographic double quotes, of any kind: people paste. */
static bool is_quote(uint32_t cp)
{
    return cp == '"' || (cp >= 0x201C && cp <= 0x201F) || cp == 0xAB || cp == 0xBB || cp == 0xFF02;
}

static void skip_blanks(struct parser *p)
{
    for (size_t next; p->pos < p->text.n && is_blank(peek(p, &next)); p->pos = next) {
    }
}

static enum dl_err wrong(struct parser *p, size_t pos, const char *words)
{
    return dl_fail(p->diag, DL_ERR_SYNTAX, pos, "%s (at byte %zu)", words, pos);
}

/* --- terms -------------------------------------------------------------------------------- */

static enum dl_err take_phrase(struct parser *p, struct term *ret)
{
    size_t open = p->pos, next, start;
    peek(p, &next);
    start = p->pos = next;
    for (;;) {
        uint32_t cp = peek(p, &next);
        if (p->pos >= p->text.n) return wrong(p, open, "a quotation mark is not closed");
        if (is_quote(cp)) break;
        p->pos = next;
    }
    *ret = (struct term){dl_str_sub(p->text, start, p->pos), false, true, open};
    p->pos = next;
    return DL_OK;
}

static struct term take_word(struct parser *p)
{
    size_t start = p->pos, next;
    while (p->pos < p->text.n) {
        uint32_t cp = peek(p, &next);
        if (is_blank(cp) || is_quote(cp) || cp == '(' || cp == ')') break;
        p->pos = next;
    }
    struct term t = {dl_str_sub(p->text, start, p->pos), false, false, start};
    if (t.text.n > 1 && t.text.p[t.text.n - 1] == '*') {
        t.prefix = true;
        t.text.n--;
    }
    return t;
}

static enum dl_err take_term(struct parser *p, struct term *ret)
{
    size_t next;
    if (++p->n > DL_QUERY_TERMS_MAX)
        return dl_fail(p->diag, DL_ERR_TOO_BIG, p->pos, "more than %d words", DL_QUERY_TERMS_MAX);
    if (is_quote(peek(p, &next))) return take_phrase(p, ret);
    *ret = take_word(p);
    return DL_OK;
}

struct token_facts {
    size_t n;
    bool ends_in_part;
};

static int note_token(void *ctx, const struct dl_token *token)
{
    struct token_facts *facts = ctx;
    facts->n++;
    facts->ends_in_part = token->is_part;
    return 0;
}

/* Appends the term as a quoted string, which FTS5 cuts into words itself; "" when it has none. */
static bool add_match(struct parser *p, const struct term *t, dl_buf *out, const char *joint)
{
    struct token_facts facts = {0};
    dl_tokenize(p->tokenizer, t->text, true, note_token, &facts);
    if (facts.n == 0) return false;
    if (out->n > 0 && out->p[out->n - 1] != '(') dl_buf_c(out, joint);
    dl_buf_byte(out, '"');
    for (size_t i = 0; i < t->text.n; i++) {
        if (t->text.p[i] == '"') dl_buf_byte(out, '"');
        dl_buf_byte(out, t->text.p[i] == '\0' ? ' ' : t->text.p[i]);
    }
    dl_buf_c(out, t->prefix || facts.ends_in_part ? "\"*" : "\"");
    return true;
}

static enum dl_err add_shown(struct parser *p, const struct term *t)
{
    struct dl_query_term term = {t->text, t->prefix};
    return dl_vec_push(p->arena, &p->query->terms, term);
}

/* "(a b OR c)", behind the parenthesis. */
static enum dl_err take_group(struct parser *p, size_t open)
{
    dl_buf group = DL_BUF_INIT(MATCH_MAX);
    enum dl_err err = DL_OK;
    const char *joint = " AND ";
    bool any = false;
    dl_buf_byte(&group, '(');
    for (size_t next;;) {
        struct term t;
        skip_blanks(p);
        uint32_t cp = peek(p, &next);
        if (p->pos >= p->text.n) err = wrong(p, open, "a parenthesis is not closed");
        if (cp == '(') err = wrong(p, p->pos, "parentheses do not stand in one another");
        if (cp == '-') err = wrong(p, p->pos, "what must not be there stands outside parentheses");
        if (err != DL_OK || cp == ')') break;
        err = take_term(p, &t);
        if (err != DL_OK) break;
        if (!t.quoted && dl_str_eq_c(t.text, "OR")) {
            joint = ") OR (";
            continue;
        }
        if (!add_match(p, &t, &group, joint)) continue;
        joint = " AND ";
        any = true;
        err = add_shown(p, &t);
    }
    p->pos++;
    if (err == DL_OK && any) {
        dl_buf_fmt(&p->match, "%s(%.*s))", p->match.n > 0 ? " AND " : "",
                   DL_FMT(dl_buf_slice(&group)));
        err = dl_buf_failed(&p->match);
    }
    dl_buf_free(&group);
    return err;
}

/* --- fields ------------------------------------------------------------------------------- */

static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_BYTES + 1], n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t left = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t above = row[j], best = left + (a[i - 1] != b[j - 1]);
            if (above + 1 < best) best = above + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            left = above;
            row[j] = best;
        }
    }
    return row[n];
}

static enum dl_err unknown_field(struct parser *p, const char *name, size_t pos)
{
    const char *near = NULL;
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcmp(name, synonyms[i].said) == 0) near = synonyms[i].meant;
    for (size_t i = 0; near == NULL && i < FIELDS; i++)
        if (distance(name, fields[i].name) <= NEAR_DISTANCE) near = fields[i].name;
    if (near != NULL)
        return dl_fail(p->diag, DL_ERR_SYNTAX, pos,
                       "no field '%s:'; did you mean '%s:'? (at byte %zu)", name, near, pos);
    return dl_fail(p->diag, DL_ERR_SYNTAX, pos,
                   "no field '%s:'; there are lang: from: country: source: since: until:, and "
                   "quotation marks make it text (at byte %zu)",
                   name, pos);
}

/* First ms behind the day, month … that t names. */
static int64_t end_of(dl_time t)
{
    static const int64_t day = 86400000;
    dl_civil c = dl_civil_of(t, false);
    switch (t.precision) {
    case DL_PREC_YEAR:
        return dl_days_from_civil(c.year + 1, 1, 1) * day;
    case DL_PREC_MONTH:
        return t.ms + dl_days_in_month(c.year, c.month) * day;
    case DL_PREC_DAY:
        return t.ms + day;
    case DL_PREC_MINUTE:
        return t.ms + 60000;
    case DL_PREC_SECOND:
        return t.ms + 1000;
    default:
        return t.ms + 1;
    }
}

static enum dl_err check_value(struct parser *p, struct dl_query_filter *f, const struct term *t)
{
    dl_time time;
    f->value = dl_str_trim(t->text);
    if (f->value.n == 0) return wrong(p, t->pos, "a field wants a value behind its colon");
    switch (f->field) {
    case DL_QUERY_LANG:
        f->value = dl_str_lower_ascii(p->arena, f->value);
        return dl_arena_failed(p->arena);
    case DL_QUERY_COUNTRY:
        if (f->value.n == 2 && dl_is_alpha((unsigned char)f->value.p[0]) &&
            dl_is_alpha((unsigned char)f->value.p[1]))
            return DL_OK;
        return wrong(p, t->pos, "a country is two letters, as in country:UA");
    case DL_QUERY_SINCE:
    case DL_QUERY_UNTIL:
        if (f->negated) return wrong(p, t->pos, "since: and until: cannot be negated");
        if (!dl_time_parse(f->value, &time))
            return wrong(p, t->pos, "a time is a date, as in since:2024-03-25");
        f->ms = f->field == DL_QUERY_SINCE ? time.ms : end_of(time);
        return DL_OK;
    default:
        return DL_OK;
    }
}

/* Length of a field's name with its colon at pos, 0 for what is none: "12:30", "http://…". */
static size_t field_length(const struct parser *p, size_t pos)
{
    size_t n = 0;
    while (pos + n < p->text.n && dl_is_alpha((unsigned char)p->text.p[pos + n]))
        n++;
    bool named = n > 0 && n < NAME_MAX_BYTES && pos + n < p->text.n && p->text.p[pos + n] == ':';
    dl_str rest = dl_str_sub(p->text, pos + n + 1, p->text.n);
    return named && !dl_str_starts(rest, "//") ? n + 1 : 0;
}

static enum dl_err take_field(struct parser *p, size_t length, bool negated)
{
    char name[NAME_MAX_BYTES + 1];
    size_t pos = p->pos, k = 0;
    for (size_t i = 0; i + 1 < length; i++)
        name[i] = (char)dl_to_lower((unsigned char)p->text.p[pos + i]);
    name[length - 1] = '\0';
    while (k < FIELDS && strcmp(fields[k].name, name) != 0)
        k++;
    if (k == FIELDS) return unknown_field(p, name, pos);
    struct dl_query_filter f = {.field = fields[k].field, .negated = negated};
    struct term value;
    p->pos += length;
    DL_TRY(take_term(p, &value));
    DL_TRY(check_value(p, &f, &value));
    return dl_vec_push(p->arena, &p->query->filters, f);
}

/* --- all ---------------------------------------------------------------------------------- */

static enum dl_err take_one(struct parser *p)
{
    size_t next;
    uint32_t cp = peek(p, &next);
    if (cp == ')') return wrong(p, p->pos, "this parenthesis was not opened");
    if (cp == '(') {
        size_t open = p->pos;
        p->pos = next;
        return take_group(p, open);
    }
    bool negated = cp == '-' && next < p->text.n && !is_blank((unsigned char)p->text.p[next]);
    if (negated) p->pos = next;
    if (negated && peek(p, &next) == '(')
        return wrong(p, p->pos, "a minus stands before a word, a phrase or a field");
    size_t length = field_length(p, p->pos);
    if (length > 0) return take_field(p, length, negated);
    struct term t;
    DL_TRY(take_term(p, &t));
    if (!t.quoted && dl_str_eq_c(t.text, "OR"))
        return wrong(p, t.pos, "alternatives stand in parentheses: (this OR that)");
    if (negated) {
        add_match(p, &t, &p->exclude, " OR ");
        return DL_OK;
    }
    return add_match(p, &t, &p->match, " AND ") ? add_shown(p, &t) : DL_OK;
}

static enum dl_err parse(struct parser *p)
{
    for (skip_blanks(p); p->pos < p->text.n; skip_blanks(p))
        DL_TRY(take_one(p));
    DL_TRY(dl_buf_failed(&p->match));
    DL_TRY(dl_buf_failed(&p->exclude));
    if (p->match.n == 0 && p->query->filters.n == 0)
        return dl_fail(p->diag, DL_ERR_EMPTY, DL_NO_POS,
                       p->exclude.n > 0 ? "say also what should be there"
                                        : "there is no word to look for");
    p->query->match = dl_str_dup(p->arena, dl_buf_slice(&p->match));
    p->query->exclude = dl_str_dup(p->arena, dl_buf_slice(&p->exclude));
    return dl_arena_failed(p->arena);
}

enum dl_err dl_query_parse(dl_arena *arena, dl_str text, struct dl_query *ret_query,
                           struct dl_diag *diag)
{
    size_t bad;
    if (text.n > DL_QUERY_MAX)
        return dl_fail(diag, DL_ERR_TOO_BIG, DL_NO_POS, "longer than %d bytes", DL_QUERY_MAX);
    if (!dl_utf8_valid(text, &bad))
        return dl_fail(diag, DL_ERR_ENCODING, bad, "the search is not valid UTF-8");
    struct dl_query query = {0};
    struct parser p = {.arena = arena,
                       .text = dl_str_dup(arena, text),
                       .query = &query,
                       .tokenizer = dl_tokenizer_new(),
                       .match = DL_BUF_INIT(MATCH_MAX),
                       .exclude = DL_BUF_INIT(MATCH_MAX),
                       .diag = diag};
    enum dl_err err = p.tokenizer == NULL ? DL_ERR_NOMEM : dl_arena_failed(arena);
    if (err == DL_OK) err = parse(&p);
    dl_tokenizer_free(p.tokenizer);
    dl_buf_free(&p.match);
    dl_buf_free(&p.exclude);
    if (err == DL_OK) *ret_query = query;
    return err;
}
