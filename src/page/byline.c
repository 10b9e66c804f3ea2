#include "page/byline.h"

#include "base/asset.h"
#include "base/map.h"
#include "base/utf8.h"

enum {
    NAME_MAX_BYTES = 120,
    NAME_WORDS = 6,
    NAMES_MAX = 20,
    INITIALS = 4, /* bytes: fewer are initials in place of a picture */
    BYLINE_MAX = 400,
    BYLINE_PART = 120,
    BEFORE_TITLE = 8, /* runs around the headline in which a byline stands */
    AFTER_TITLE = 14,
};

enum role { ROLE_BEFORE, ROLE_AFTER, ROLE_JOIN, ROLE_ROLE, ROLE_NONE, ROLE_PATH, ROLES };

struct dl_byline_words {
    DL_VEC(dl_str) list[ROLES];
};

enum dl_err dl_byline_words_new(dl_arena *arena, dl_byline_words **ret_words, struct dl_diag *diag)
{
    static const char *const roles[ROLES] = {"before", "after", "join", "role", "none", "path"};
    dl_str text, cell[DL_TSV_MAX_COLUMNS];
    dl_tsv tsv;
    struct dl_byline_words *w = DL_NEW(arena, struct dl_byline_words);
    if (w == NULL) return dl_arena_failed(arena);
    if (!dl_asset_get("lexicon/web/byline-words.tsv", &text)) return DL_ERR_NOT_FOUND;
    DL_TRY(dl_tsv_open(&tsv, text, diag));
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cell, diag)) == DL_OK) {
        int role = 0;
        while (role < ROLES && !dl_str_eq_c(cell[1], roles[role]))
            role++;
        if (role == ROLES)
            return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "byline-words.tsv, line %zu", tsv.line);
        DL_TRY(dl_vec_push(arena, &w->list[role], cell[0]));
    }
    if (err != DL_ERR_NOT_FOUND) return err;
    *ret_words = w;
    return DL_OK;
}

/* --- one byline ---------------------------------------------------------------------------- */

static bool is_border(dl_str s, size_t at)
{
    return at >= s.n || !(dl_is_alnum((unsigned char)s.p[at]) || (unsigned char)s.p[at] >= 0x80);
}

static bool starts_with_word(dl_str s, dl_str word)
{
    if (word.n > s.n || !dl_str_ieq(dl_str_sub(s, 0, word.n), word)) return false;
    bool own_end = !dl_is_alnum((unsigned char)word.p[word.n - 1]); /* "by:", "文/" */
    return own_end || is_border(s, word.n);
}

static dl_str strip_before(const dl_byline_words *w, dl_str s)
{
    for (bool again = true; again;) {
        again = false;
        size_t best = 0;
        for (size_t i = 0; i < w->list[ROLE_BEFORE].n; i++) {
            dl_str word = w->list[ROLE_BEFORE].p[i];
            if (word.n > best && starts_with_word(s, word)) best = word.n;
        }
        if (best == 0) break;
        s = dl_str_trim(dl_str_sub(s, best, s.n));
        while (s.n > 0 && strchr(":-|,", s.p[0]) != NULL)
            s = dl_str_trim(dl_str_sub(s, 1, s.n)), again = true;
        again = true;
    }
    return s;
}

/* Where names end: a date, a bar, a word like "updated". */
static dl_str cut_after(const dl_byline_words *w, dl_str s)
{
    static const char *const marks[] = {"|",   "•", "·", "⋅", " - ", " – ",
                                        " — ", "(", "[", "→", "»",   "\n"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = dl_str_find_c(s, marks[i], 0);
        if (at != DL_NO_POS && at > 0) s = dl_str_trim(dl_str_sub(s, 0, at));
    }
    for (size_t i = 0; i < s.n; i++) {
        if (dl_is_digit((unsigned char)s.p[i]) && (i == 0 || s.p[i - 1] == ' ')) {
            s = dl_str_trim(dl_str_sub(s, 0, i));
            break;
        }
    }
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i - 1] != ' ') continue;
        for (size_t k = 0; k < w->list[ROLE_AFTER].n; k++)
            if (starts_with_word(dl_str_sub(s, i, s.n), w->list[ROLE_AFTER].p[k]))
                return dl_str_trim(dl_str_sub(s, 0, i));
    }
    return s;
}

/* Length of a joining word or mark at position i of s; 0 when there is none. */
static size_t joint(const dl_byline_words *w, dl_str s, size_t i)
{
    if (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '/') return 1;
    if (i == 0 || s.p[i - 1] != ' ') return 0;
    for (size_t k = 0; k < w->list[ROLE_JOIN].n; k++) {
        dl_str word = w->list[ROLE_JOIN].p[k];
        if (i + word.n < s.n && s.p[i + word.n] == ' ' &&
            dl_str_ieq(dl_str_sub(s, i, i + word.n), word))
            return word.n;
    }
    return 0;
}

/* "MD", "RD", "Ph.D.": belongs to the name before it. */
static bool is_degree(dl_str s)
{
    if (s.n == 0 || s.n > 7) return false;
    size_t upper = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (!dl_is_alpha(c) && c != '.' && c != '-') return false;
        upper += c >= 'A' && c <= 'Z';
    }
    return upper >= 2 || (upper == 1 && s.n <= 3 && s.p[s.n - 1] == '.');
}

static bool is_name(const dl_byline_words *w, dl_str s)
{
    size_t words = 1, letters = 0;
    if (s.n < 2 || s.n > NAME_MAX_BYTES) return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        words += c == ' ';
        bool mark = c == 0xE2 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0x80;
        if (mark) i += 2;
        letters += !mark && (dl_is_alpha(c) || c >= 0x80);
        if (c == '@' || c == '<' || c == '{' || c == '=') return false;
    }
    if (letters < 2 || words > NAME_WORDS) return false;
    if (dl_str_ifind_c(s, "http", 0) != DL_NO_POS || dl_str_ifind_c(s, "www.", 0) != DL_NO_POS)
        return false;
    for (size_t k = 0; k < w->list[ROLE_NONE].n; k++)
        if (dl_str_ieq(s, w->list[ROLE_NONE].p[k])) return false;
    return true;
}

static dl_str trim_marks(dl_str s)
{
    s = dl_str_trim(s);
    while (s.n > 0 && strchr(".,:;-|*\"'", s.p[0]) != NULL)
        s = dl_str_trim(dl_str_sub(s, 1, s.n));
    while (s.n > 0 && strchr(",:;-|*\"'", s.p[s.n - 1]) != NULL)
        s = dl_str_trim(dl_str_sub(s, 0, s.n - 1));
    return s;
}

/* "Jane Doe, Security Expert" */
static bool tells_role(const dl_byline_words *w, dl_str s)
{
    dl_str word;
    while (s.p != NULL && dl_str_split(&s, ' ', &word))
        for (size_t k = 0; k < w->list[ROLE_ROLE].n; k++)
            if (dl_str_ieq(word, w->list[ROLE_ROLE].p[k])) return true;
    return false;
}

static enum dl_err take_name(dl_arena *arena, const dl_byline_words *w, dl_str part,
                             dl_page_strings *names)
{
    part = trim_marks(strip_before(w, trim_marks(part)));
    if (is_degree(part) && names->n > 0 && !dl_str_eq(names->p[names->n - 1], part)) {
        dl_str *last = &names->p[names->n - 1];
        *last = dl_str_fmt(arena, "%.*s, %.*s", DL_FMT(*last), DL_FMT(part));
        return DL_OK;
    }
    if (!is_name(w, part) || names->n >= NAMES_MAX) return DL_OK;
    if (names->n > 0 && tells_role(w, part)) return DL_OK;
    for (size_t i = 0; i < names->n; i++)
        if (dl_same_words(names->p[i], part)) return DL_OK;
    return dl_vec_push(arena, names, part);
}

enum dl_err dl_byline_names(dl_arena *arena, const dl_byline_words *words, dl_str text,
                            dl_page_strings *names)
{
    dl_str s = dl_utf8_prefix(dl_str_trim(text), BYLINE_MAX);
    s = cut_after(words, strip_before(words, trim_marks(s)));
    size_t start = 0;
    if (dl_str_ifind_c(s, "http", 0) != DL_NO_POS) return DL_OK;
    for (size_t i = 0; i < s.n; i++) {
        size_t n = joint(words, s, i);
        if (n == 0) continue;
        DL_TRY(take_name(arena, words, dl_str_sub(s, start, i), names));
        start = i + n;
    }
    return take_name(arena, words, dl_str_sub(s, start, s.n), names);
}

/* --- all of a page ------------------------------------------------------------------------- */

struct finder {
    dl_arena *arena;
    const struct dl_byline_input *in;
    dl_page_strings ld, meta, seen;
};

/* Journals write "Doe, Jane" in an element of each author. */
static dl_str turned(dl_arena *arena, const char *field, dl_str value)
{
    size_t comma = dl_str_chr(value, ',', 0);
    bool one = comma != DL_NO_POS && dl_str_chr(value, ',', comma + 1) == DL_NO_POS &&
               dl_str_chr(value, ';', 0) == DL_NO_POS;
    if (strcmp(field, "citation_author") != 0 || !one) return value;
    dl_str last = dl_str_trim(dl_str_sub(value, 0, comma)),
           first = dl_str_trim(dl_str_sub(value, comma + 1, value.n));
    return dl_str_fmt(arena, "%.*s %.*s", DL_FMT(first), DL_FMT(last));
}

static enum dl_err from_meta(struct finder *f)
{
    static const char *const names[] = {"author",
                                        "article:author",
                                        "parsely-author",
                                        "sailthru.author",
                                        "dc.creator",
                                        "dcterms.creator",
                                        "byl",
                                        "citation_author",
                                        "og:article:author",
                                        "itemprop:author",
                                        "article:author_name",
                                        "cxenseparse:author"};
    for (size_t i = 0; i < sizeof names / sizeof *names && f->meta.n == 0; i++) {
        size_t pos = 0;
        dl_str value;
        while (dl_head_each(f->in->head, names[i], &pos, &value))
            DL_TRY(dl_byline_names(f->arena, f->in->words, turned(f->arena, names[i], value),
                                   &f->meta));
    }
    return DL_OK;
}

static enum dl_err from_ld(struct finder *f)
{
    for (size_t i = 0; i < f->in->ld->authors.n; i++)
        DL_TRY(dl_byline_names(f->arena, f->in->words, f->in->ld->authors.p[i], &f->ld));
    return DL_OK;
}

/* Near the headline; elsewhere stand authors of comments and of other articles. */
static bool is_near(const struct finder *f, const struct dl_signal *s)
{
    uint32_t title = f->in->scales->title_run;
    if (title == UINT32_MAX) title = f->in->blocks->elems.p[f->in->scales->root].b0;
    return s->block + BEFORE_TITLE >= title && s->block <= title + AFTER_TITLE;
}

/* The first part of a signal's text that gives names. */
static enum dl_err names_in(struct finder *f, dl_str text, dl_page_strings *names)
{
    while (text.p != NULL && text.n > 0 && names->n == 0) {
        size_t bar = dl_str_find_c(text, " | ", 0);
        dl_str part = dl_str_sub(text, 0, bar);
        text = bar == DL_NO_POS ? (dl_str){NULL, 0} : dl_str_sub(text, bar + 3, text.n);
        if (part.n > BYLINE_PART) continue;
        DL_TRY(dl_byline_names(f->arena, f->in->words, part, names));
        if (names->n == 1 && dl_same_words(names->p[0], f->in->title)) names->n = 0;
    }
    return DL_OK;
}

/* A name by its look: a capital first, where the script has them. */
static bool looks_like_name(dl_str s)
{
    return !(s.p[0] >= 'a' && s.p[0] <= 'z');
}

static enum dl_err from_signals(struct finder *f, bool near)
{
    for (size_t i = 0; i < f->in->blocks->signals.n && f->seen.n == 0; i++) {
        const struct dl_signal *s = &f->in->blocks->signals.p[i];
        if (s->kind != DL_SIGNAL_AUTHOR || is_near(f, s) != near) continue;
        unsigned cues = f->in->blocks->elems.p[s->elem].cues;
        if (!near && (cues & (DL_CUE_COMMENT | DL_CUE_RELATED)) != 0) continue;
        if (!near && dl_node_attr(s->node, "rel", NULL).n == 0 &&
            dl_node_attr(s->node, "itemprop", NULL).n == 0)
            continue;
        dl_str text = dl_node_parted_text(f->arena, s->node, BYLINE_MAX);
        dl_page_strings names = {0};
        DL_TRY(names_in(f, dl_head_clean(f->arena, text), &names));
        if (names.n > 0 && looks_like_name(names.p[0])) f->seen = names;
    }
    return DL_OK;
}

/* "By Jane Doe" on a line of its own. */
static enum dl_err from_lines(struct finder *f, bool near)
{
    const struct dl_blocks *b = f->in->blocks;
    for (size_t i = 0; i < b->runs.n; i++) {
        struct dl_signal at = {.block = (uint32_t)i};
        dl_str text = dl_run_text(b, &b->runs.p[i]), rest;
        if (text.n > BYLINE_PART || i == f->in->scales->title_run || is_near(f, &at) != near)
            continue;
        if ((f->in->scales->against[i] & DL_AGAINST_CARD) != 0) continue;
        if (!near && !dl_str_istarts(text, "written by ")) continue;
        rest = strip_before(f->in->words, text);
        if (rest.n == text.n || rest.n == 0 || !looks_like_name(rest)) continue;
        dl_page_strings names = {0};
        DL_TRY(dl_byline_names(f->arena, f->in->words, rest, &names));
        if (near && names.n > 0) f->in->scales->notes[i] = 1;
        if (f->seen.n == 0) f->seen = names;
    }
    return DL_OK;
}

/* "/authors/jane-doe": does the address lead to an author's page? */
static bool leads_to_author(const struct finder *f, dl_str href)
{
    dl_str part;
    size_t scheme = dl_str_find_c(href, "://", 0);
    if (scheme != DL_NO_POS) href = dl_str_sub(href, scheme + 3, href.n);
    href = dl_str_sub(href, 0, dl_str_chr(href, '?', 0));
    while (href.p != NULL && dl_str_split(&href, '/', &part))
        for (size_t k = 0; k < f->in->words->list[ROLE_PATH].n && href.n > 1; k++)
            if (dl_str_ieq(part, f->in->words->list[ROLE_PATH].p[k])) return true;
    return false;
}

/* "Articles by Jane", "Follow Jane" */
static bool is_invitation(const struct finder *f, dl_str text)
{
    dl_str first;
    if (!dl_str_split(&text, ' ', &first)) return false;
    for (size_t k = 0; k < f->in->words->list[ROLE_NONE].n; k++)
        if (dl_str_ieq(first, f->in->words->list[ROLE_NONE].p[k])) return true;
    return false;
}

/* Links to authors' pages near the headline: those of the first line that has some. */
static enum dl_err from_links(struct finder *f)
{
    const struct dl_blocks *b = f->in->blocks;
    size_t run = 0, first = SIZE_MAX;
    dl_page_strings names = {0};
    for (size_t i = 0; i < b->links.n && run <= first; i++) {
        const struct dl_run_link *l = &b->links.p[i];
        while (run < b->runs.n && b->runs.p[run].end <= l->start)
            run++;
        struct dl_signal at = {.block = (uint32_t)run};
        if (run == b->runs.n || l->end - l->start > BYLINE_PART || !is_near(f, &at)) continue;
        if ((f->in->scales->against[run] & DL_AGAINST_CARD) != 0) continue;
        if (!leads_to_author(f, l->href)) continue;
        dl_str text = dl_str_sub(b->text, l->start, l->end);
        if (text.n < INITIALS || is_invitation(f, text) || !looks_like_name(text) || run > first)
            continue;
        DL_TRY(dl_byline_names(f->arena, f->in->words, text, &names));
        if (names.n > 0) first = run;
    }
    f->seen = names;
    return DL_OK;
}

/* Is the line nothing but a word that stands before names: "Author(s)", "Written by"? */
static bool is_name_label(const struct finder *f, dl_str s)
{
    for (size_t i = 0; i < f->in->words->list[ROLE_BEFORE].n; i++)
        if (dl_str_ieq(f->in->words->list[ROLE_BEFORE].p[i], s)) return true;
    return false;
}

/* The lines below such a word. */
static enum dl_err from_labels(struct finder *f)
{
    const struct dl_blocks *b = f->in->blocks;
    for (size_t i = 0; i + 1 < b->runs.n && f->seen.n == 0; i++) {
        dl_str label = dl_run_text(b, &b->runs.p[i]);
        if (label.n > 24 || (f->in->scales->against[i] & DL_AGAINST_CARD) != 0) continue;
        if (!is_name_label(f, label)) continue;
        for (size_t k = i + 1; k < b->runs.n && k <= i + 4; k++) {
            dl_str text = dl_run_text(b, &b->runs.p[k]);
            if (text.n < INITIALS) continue;
            bool goes_on = k == i + 1 || b->runs.p[k].kind == DL_BLOCK_LIST_ITEM;
            if (text.n > BYLINE_PART || text.n == 0 || !goes_on || !looks_like_name(text)) break;
            DL_TRY(dl_byline_names(f->arena, f->in->words, text, &f->seen));
        }
    }
    return DL_OK;
}

/* "Published August 7, 2023 by Jane Doe" */
static enum dl_err from_dated_lines(struct finder *f)
{
    const struct dl_blocks *b = f->in->blocks;
    for (size_t i = 0; i < b->runs.n && f->seen.n == 0; i++) {
        struct dl_signal at = {.block = (uint32_t)i};
        dl_str text = dl_run_text(b, &b->runs.p[i]);
        if (text.n > BYLINE_PART || !is_near(f, &at) || i == f->in->scales->title_run) continue;
        if ((f->in->scales->against[i] & DL_AGAINST_CARD) != 0) continue;
        size_t digit = text.n;
        while (digit > 0 && !dl_is_digit((unsigned char)text.p[digit - 1]))
            digit--;
        if (digit == 0) continue;
        dl_str rest = trim_marks(dl_str_sub(text, digit, text.n));
        dl_str name = strip_before(f->in->words, rest);
        if (name.n == rest.n || name.n == 0 || !looks_like_name(name)) continue;
        DL_TRY(dl_byline_names(f->arena, f->in->words, name, &f->seen));
    }
    return DL_OK;
}

static enum dl_err from_page(struct finder *f)
{
    DL_TRY(from_signals(f, true));
    DL_TRY(from_lines(f, true));
    if (f->seen.n == 0) DL_TRY(from_dated_lines(f));
    if (f->seen.n == 0) DL_TRY(from_links(f));
    if (f->seen.n > 0) return DL_OK;
    DL_TRY(from_signals(f, false));
    if (f->seen.n == 0) DL_TRY(from_labels(f));
    return f->seen.n > 0 ? DL_OK : from_lines(f, false);
}

static bool agree(const dl_page_strings *a, const dl_page_strings *b)
{
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (dl_same_words(a->p[i], b->p[k]) || dl_starts_alike(a->p[i], b->p[k], 6))
                return true;
    return false;
}

static bool is_site(const struct finder *f, const dl_page_strings *a)
{
    return a->n == 1 &&
           (dl_same_words(a->p[0], f->in->site) || dl_same_words(a->p[0], f->in->ld->publisher));
}

/* "jdoe42", "andrew.keaveney": an account, not a name. */
static bool is_account(const dl_page_strings *a)
{
    if (a->n != 1) return false;
    dl_str s = a->p[0];
    bool plain = true;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == ' ' || c >= 0x80 || (c >= 'A' && c <= 'Z')) plain = false;
    }
    return plain;
}

static bool is_person(const struct finder *f, const dl_page_strings *a)
{
    return a->n > 0 && !is_site(f, a) && !is_account(a);
}

static const dl_page_strings *decide(const struct finder *f)
{
    static const dl_page_strings nobody;
    const dl_page_strings *agreed = NULL;
    if (f->ld.n > 0 && (agree(&f->ld, &f->meta) || agree(&f->ld, &f->seen)))
        agreed = &f->ld;
    else if (f->meta.n > 0 && agree(&f->meta, &f->seen))
        agreed = &f->meta;
    /* A field for one author holds the first of those that another element names. */
    if (agreed != NULL && agreed->n == 1 && f->meta.n > 1 && agree(agreed, &f->meta))
        return &f->meta;
    if (agreed != NULL) return agreed;
    const dl_page_strings *ranked[] = {&f->ld, &f->meta, &f->seen};
    for (size_t i = 0; i < 3; i++)
        if (is_person(f, ranked[i])) return ranked[i];
    /* A name of the site is nobody's; an account that no reader sees is none of theirs. */
    if (f->seen.n > 0 && !is_site(f, &f->seen)) return &f->seen;
    for (size_t i = 0; i < 2; i++)
        if (ranked[i]->n > 0 && !is_site(f, ranked[i]) && !is_account(ranked[i])) return ranked[i];
    return &nobody;
}

enum dl_err dl_byline_find(dl_arena *arena, const struct dl_byline_input *in,
                           dl_page_strings *ret_names)
{
    struct finder f = {.arena = arena, .in = in};
    DL_TRY(from_ld(&f));
    DL_TRY(from_meta(&f));
    DL_TRY(from_page(&f));
    *ret_names = *decide(&f);
    return dl_arena_failed(arena);
}
