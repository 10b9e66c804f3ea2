#include "page/title.h"

#include "page/weigh.h"

enum { HEADINGS_MAX = 16, TITLE_BYTES = 1200, SITE_PART = 60, WORDS_BYTES = 8 };

static const char *const separators[] = {" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " • ",
                                         " · ", " / ", " ‹ ", " › ", " ❘ ",  "｜",  " ¦ "};

/* "标题_网站": a low line between characters that are not Latin. */
static size_t low_line(dl_str s, bool last)
{
    size_t found = DL_NO_POS;
    for (size_t i = 1; i + 1 < s.n; i++) {
        if (s.p[i] != '_' || (unsigned char)s.p[i - 1] < 0x80 || (unsigned char)s.p[i + 1] < 0x80)
            continue;
        found = i;
        if (!last) break;
    }
    return found;
}

/* Position of the last separator in s, its length in *ret_n; DL_NO_POS when there is none. */
static size_t last_separator(dl_str s, size_t *ret_n)
{
    size_t best = low_line(s, true);
    *ret_n = 1;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t at = DL_NO_POS, next = 0;
        while ((next = dl_str_find_c(s, separators[i], next)) != DL_NO_POS)
            at = next++;
        if (at == DL_NO_POS || (best != DL_NO_POS && at < best)) continue;
        best = at;
        *ret_n = strlen(separators[i]);
    }
    return best;
}

static size_t first_separator(dl_str s, size_t *ret_n)
{
    size_t best = low_line(s, false);
    *ret_n = 1;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        size_t at = dl_str_find_c(s, separators[i], 0);
        if (at == DL_NO_POS || (best != DL_NO_POS && at > best)) continue;
        best = at;
        *ret_n = strlen(separators[i]);
    }
    return best;
}

static size_t words_in(dl_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == ' ';
    return n + 1;
}

dl_str dl_title_without_site(dl_str title, dl_str site, dl_str *ret_cut)
{
    size_t n = 0, at = first_separator(title, &n);
    *ret_cut = (dl_str){NULL, 0};
    if (at == DL_NO_POS) return title;
    dl_str head = dl_str_trim(dl_str_sub(title, 0, at));
    dl_str rest = dl_str_trim(dl_str_sub(title, at + n, title.n));
    if (site.n > 0 && dl_same_words(head, site)) {
        *ret_cut = head;
        return rest;
    }
    /* From the end: the site, and before it often a section. */
    dl_str left = title;
    for (int parts = 0; parts < 3 && (at = last_separator(left, &n)) != DL_NO_POS; parts++) {
        dl_str part = dl_str_trim(dl_str_sub(left, at + n, left.n));
        dl_str before = dl_str_trim(dl_str_sub(left, 0, at));
        bool is_site = site.n > 0 && dl_same_words(part, site);
        if (part.n > SITE_PART || (!is_site && (words_in(part) > 4 || before.n <= part.n))) break;
        if (parts == 0 || is_site) *ret_cut = part;
        left = before;
        if (parts > 0 && !is_site) break;
    }
    return left;
}

/* Is part, by its words, somewhere in whole? */
static bool holds(dl_str whole, dl_str part)
{
    if (part.n < WORDS_BYTES) return dl_same_words(whole, part);
    if (dl_starts_alike(part, whole, part.n / 2) && part.n <= whole.n + 4) return true;
    for (size_t i = 0; i + part.n / 2 < whole.n && i < TITLE_BYTES; i++) {
        bool border = i == 0 || dl_is_space((unsigned char)whole.p[i - 1]);
        if (!border) continue;
        dl_str rest = dl_str_sub(whole, i, whole.n);
        if (rest.n + 8 >= part.n && dl_starts_alike(part, rest, part.n / 2) && rest.n >= part.n)
            return true;
    }
    return false;
}

struct titles {
    dl_str h1[HEADINGS_MAX];
    size_t n;
    dl_str og, page, headline;
};

static void collect(dl_arena *arena, const struct dl_title_input *in, struct titles *t)
{
    static const char *const sharing[] = {
        "og:title",      "twitter:title",  "dc.title", "dcterms.title",
        "parsely-title", "sailthru.title", NULL};
    t->og = dl_head_first(in->head, sharing);
    t->page = in->head->title;
    t->headline = dl_head_clean(arena, in->headline);
    for (size_t i = 0; i < in->blocks->signals.n && t->n < HEADINGS_MAX; i++) {
        const struct dl_signal *s = &in->blocks->signals.p[i];
        if (s->kind != DL_SIGNAL_HEADING) continue;
        dl_str text = dl_head_clean(arena, dl_node_all_text(arena, s->node, TITLE_BYTES));
        bool again = t->n > 0 && dl_same_words(t->h1[t->n - 1], text);
        if (text.n > 0 && !again) t->h1[t->n++] = text;
    }
}

static dl_str agreed_heading(const struct titles *t, dl_str site)
{
    for (size_t i = 0; i < t->n; i++) {
        if (site.n > 0 && dl_same_words(t->h1[i], site)) continue;
        if (t->h1[i].n < 4) continue;
        if (holds(t->page, t->h1[i]) || holds(t->og, t->h1[i]) || holds(t->headline, t->h1[i]))
            return t->h1[i];
    }
    return (dl_str){NULL, 0};
}

enum dl_err dl_title_find(dl_arena *arena, const struct dl_title_input *in, dl_str *ret_title)
{
    struct titles t = {0};
    dl_str cut;
    collect(arena, in, &t);
    DL_TRY(dl_arena_failed(arena));
    dl_str title = agreed_heading(&t, in->site);
    if (title.n == 0) title = t.headline;
    if (title.n == 0 && t.n == 1 && !dl_same_words(t.h1[0], in->site)) title = t.h1[0];
    if (title.n == 0) title = dl_title_without_site(t.og, in->site, &cut);
    if (title.n == 0) title = dl_title_without_site(t.page, in->site, &cut);
    if (title.n == 0 && t.n > 0) title = t.h1[0];
    *ret_title = title;
    return DL_OK;
}
