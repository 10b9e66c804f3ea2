/* robots.txt: what one product token may fetch (RFC 9309), and what real files get wrong.
 *
 * In: the file's bytes, any encoding of ASCII, UTF-8 or UTF-16 with BOM; the first 500 KiB count.
 * Out: the rules of the groups that name the agent, or those of "*", the longest match wins and
 * Allow wins a tie. Beyond the RFC: keys with a typo, a missing colon, HTML around the lines,
 * several agents in one line, Crawl-delay, Sitemap, Content-Signal, License. Crawl-delay ends a
 * list of agents for the delay alone: for rules the RFC's groups hold.
 * Patterns and paths meet in one form: octets that need no escape plain, all others %XX.
 * Everything returned lives in the arena, is valid UTF-8 and holds no control characters. Pure.
 * Cost: a rule costs the path's length at most, and paths count up to a line's length. */
#ifndef DL_NET_ROBOTS_H
#define DL_NET_ROBOTS_H

#include "base/str.h"

enum {
    DL_ROBOTS_MAX = 500 << 10,     /* the RFC's least limit; what follows is not read */
    DL_ROBOTS_LINE_MAX = 2083 * 8, /* of a line; eight times the longest URL browsers took */
    DL_ROBOTS_RULES_MAX = 50000,   /* of one agent: 500 KiB of "Allow: /x" are fewer */
    DL_ROBOTS_SITEMAPS_MAX = 1000, /* listed; a news site has below 50 */
    DL_ROBOTS_PATH_MAX = DL_ROBOTS_LINE_MAX, /* longer paths are compared by their first octets */
    DL_ROBOTS_DELAY_MAX_MS = 86400000, /* a Crawl-delay past a day is a mistake: taken as a day */
};

struct dl_robots_rule {
    dl_str pattern; /* normal form, "*" and a last "$" as wildcards */
    dl_str line;    /* as written: "Disallow: /private/" */
    bool allow;
};

struct dl_robots {
    size_t n_rules, n_sitemaps;
    struct dl_robots_rule *rules;
    dl_str *sitemaps;       /* absolute, http or https, in the file's order */
    int64_t crawl_delay_ms; /* -1: none */
    dl_str
        content_signal; /* "search=yes, ai-train=no"; of the group, else of the file; empty: none */
    dl_str license;     /* URL of a licence (RSL); empty: none */
    bool named;         /* a group names the agent: it is not "*" that speaks */
    bool cut;           /* longer than DL_ROBOTS_MAX */
};

/* agent: product token, or a User-Agent line that begins with it. base: URL of the file, for
 * relative sitemaps; may be empty. Errors: TOO_BIG, NOMEM (arena). */
enum dl_err dl_robots_parse(dl_arena *arena, dl_str bytes, dl_str agent, dl_str base,
                            struct dl_robots *ret_robots) DL_MUST_USE;

/* May url (http, https) be fetched? /robots.txt always may. *ret_rule: the rule that decided, NULL
 * when none did; may be NULL. Errors: SYNTAX, TOO_BIG. arena: scratch. */
enum dl_err dl_robots_check(const struct dl_robots *robots, dl_arena *arena, dl_str url,
                            bool *ret_allowed, const struct dl_robots_rule **ret_rule) DL_MUST_USE;

#endif
