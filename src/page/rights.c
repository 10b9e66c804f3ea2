#include "page/rights.h"

enum {
    VALUE_MAX = 500, /* of a signal kept; longer ones are cut at nothing: they are mistakes */
};

static const struct {
    const char *word;
    unsigned bit;
} words[] = {
    {"noindex", DL_RIGHTS_NOINDEX},
    {"nofollow", DL_RIGHTS_NOFOLLOW},
    {"noarchive", DL_RIGHTS_NOARCHIVE},
    {"nosnippet", DL_RIGHTS_NOSNIPPET},
    {"tdm", DL_RIGHTS_TDM},
    {"ai-train", DL_RIGHTS_AI_TRAIN},
    {"ai-input", DL_RIGHTS_AI_INPUT},
    {"search", DL_RIGHTS_SEARCH},
};

static const struct {
    const char *directive;
    unsigned bits;
} directives[] = {
    {"noindex", DL_RIGHTS_NOINDEX},
    {"nofollow", DL_RIGHTS_NOFOLLOW},
    {"none", DL_RIGHTS_NOINDEX | DL_RIGHTS_NOFOLLOW},
    {"noarchive", DL_RIGHTS_NOARCHIVE},
    {"nocache", DL_RIGHTS_NOARCHIVE},
    {"nosnippet", DL_RIGHTS_NOSNIPPET},
    {"max-snippet:0", DL_RIGHTS_NOSNIPPET},
    {"noai", DL_RIGHTS_AI_TRAIN},
    {"noimageai", DL_RIGHTS_AI_TRAIN},
};

static dl_str get(const dl_page_rights *rights, const char *name)
{
    for (size_t i = 0; i < rights->n; i++)
        if (dl_str_eq_c(rights->p[i].name, name)) return rights->p[i].value;
    return (dl_str){NULL, 0};
}

static enum dl_err put(dl_arena *arena, dl_page_rights *rights, const char *name, dl_str value)
{
    struct dl_page_right r = {dl_str_c(name), dl_str_trim(value)};
    if (r.value.n == 0 || r.value.n > VALUE_MAX || get(rights, name).n > 0) return DL_OK;
    return dl_vec_push(arena, rights, r);
}

static unsigned bits_of(dl_str directive)
{
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (dl_str_ieq_c(directive, directives[i].directive)) return directives[i].bits;
    return 0;
}

/* "max-snippet: 0" and "unavailable_after: …" have colons of their own. */
static bool names_agent(dl_str before_colon)
{
    return bits_of(before_colon) == 0 && !dl_str_istarts(before_colon, "max-") &&
           !dl_str_istarts(before_colon, "unavailable_after");
}

static dl_str without_spaces(dl_arena *arena, dl_str s)
{
    char *out = dl_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; out != NULL && i < s.n; i++)
        if (!dl_is_space((unsigned char)s.p[i])) out[n++] = s.p[i];
    return (dl_str){out, n};
}

/* A list of directives; "agent: a, b" binds that agent from there on. */
static unsigned directive_bits(dl_arena *arena, dl_str list)
{
    unsigned bits = 0;
    bool ours = true;
    dl_str part;
    while (list.p != NULL && dl_str_split(&list, ',', &part)) {
        size_t colon = dl_str_chr(part, ':', 0);
        dl_str agent = dl_str_trim(dl_str_sub(part, 0, colon));
        if (colon != DL_NO_POS && names_agent(agent)) {
            ours = dl_str_ieq_c(agent, "dateline") || dl_str_eq_c(agent, "*");
            part = dl_str_sub(part, colon + 1, part.n);
        }
        if (ours) bits |= bits_of(without_spaces(arena, part));
    }
    return bits;
}

/* "search=yes, ai-train=no" */
static unsigned signal_bits(dl_arena *arena, dl_str list)
{
    unsigned bits = 0;
    dl_str part;
    while (list.p != NULL && dl_str_split(&list, ',', &part)) {
        part = without_spaces(arena, part);
        if (dl_str_ieq_c(part, "ai-train=no")) bits |= DL_RIGHTS_AI_TRAIN;
        if (dl_str_ieq_c(part, "ai-input=no")) bits |= DL_RIGHTS_AI_INPUT;
        if (dl_str_ieq_c(part, "search=no")) bits |= DL_RIGHTS_SEARCH;
    }
    return bits;
}

/* Link: <https://…>; rel="license" (RFC 8288). */
static dl_str license_link(dl_str header)
{
    size_t at = 0;
    for (size_t start; (start = dl_str_chr(header, '<', at)) != DL_NO_POS;) {
        size_t end = dl_str_chr(header, '>', start);
        if (end == DL_NO_POS) break;
        size_t next = dl_str_chr(header, '<', end);
        dl_str params = dl_str_sub(header, end + 1, next == DL_NO_POS ? header.n : next);
        dl_str url = dl_str_sub(header, start + 1, end);
        size_t rel = dl_str_ifind_c(params, "rel=", 0);
        dl_str value = rel == DL_NO_POS ? (dl_str){NULL, 0} : dl_str_sub(params, rel + 4, params.n);
        if (dl_str_starts(value, "\"")) value = dl_str_sub(value, 1, value.n);
        bool is = dl_str_istarts(value, "license") &&
                  (value.n == 7 || strchr("\";, ", value.p[7]) != NULL);
        if (is && (dl_str_starts(url, "https://") || dl_str_starts(url, "http://"))) return url;
        at = end;
    }
    return (dl_str){NULL, 0};
}

static dl_str words_of(dl_arena *arena, unsigned bits, unsigned wanted)
{
    dl_str out = {NULL, 0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((bits & wanted & words[i].bit) != 0)
            out = dl_str_fmt(arena, "%.*s%s%s", DL_FMT(out), out.n > 0 ? " " : "", words[i].word);
    return out;
}

dl_str dl_rights_words(dl_arena *arena, unsigned bits)
{
    return words_of(arena, bits, ~0u);
}

static enum dl_err put_signals(dl_arena *arena, const struct dl_page_signals *s,
                               dl_page_rights *rights)
{
    DL_TRY(put(arena, rights, "x-robots-tag", s->x_robots_tag));
    DL_TRY(put(arena, rights, "tdm-reservation", s->tdm_reservation));
    DL_TRY(put(arena, rights, "tdm-policy", s->tdm_policy));
    DL_TRY(put(arena, rights, "license", license_link(s->link)));
    DL_TRY(put(arena, rights, "content-signal", s->content_signal));
    return put(arena, rights, "robots-license", s->robots_license);
}

enum dl_err dl_rights_add(dl_arena *arena, const struct dl_page_signals *signals,
                          dl_page_rights *rights)
{
    if (signals != NULL) DL_TRY(put_signals(arena, signals, rights));
    unsigned bits = directive_bits(arena, get(rights, "robots")) |
                    directive_bits(arena, get(rights, "x-robots-tag")) |
                    signal_bits(arena, get(rights, "content-signal"));
    if (dl_str_eq_c(get(rights, "tdm-reservation"), "1")) bits |= DL_RIGHTS_TDM;
    DL_TRY(put(arena, rights, "directives", words_of(arena, bits, ~(unsigned)DL_RIGHTS_RESERVED)));
    DL_TRY(put(arena, rights, "reserved", words_of(arena, bits, DL_RIGHTS_RESERVED)));
    return dl_arena_failed(arena);
}

static unsigned bits_in(dl_str list)
{
    unsigned bits = 0;
    dl_str part;
    while (list.p != NULL && dl_str_split(&list, ' ', &part))
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (dl_str_eq_c(part, words[i].word)) bits |= words[i].bit;
    return bits;
}

unsigned dl_rights_bits(yyjson_val *rights)
{
    return bits_in(dl_json_get_str(rights, "directives")) |
           bits_in(dl_json_get_str(rights, "reserved"));
}
