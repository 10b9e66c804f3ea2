#include <limits.h>

#include "cmd/reading.h"
#include "cmd/sources.h"
#include "feed/opml.h"
#include "serve/source_health.h"
#include "serve/words.h"

enum {
    FEEDS_MAX = 1000000, /* more than anybody follows */
    PAGE = 500,          /* feeds read at once */
    INDENT = 11,         /* behind sign and word of the health */
};

static dl_str name_of(const struct dl_store_feed *f)
{
    return f->outlet_name.n > 0 ? f->outlet_name : f->outlet;
}

static void indent(struct dl_term *t)
{
    dl_buf_fmt(t->out, "%*s", INDENT, "");
}

static void put_facts(struct dl_term *t, const struct dl_store_feed *f)
{
    dl_term_styled(t, DL_STYLE_HEAD, name_of(f));
    if (f->country.n > 0) dl_buf_c(t->out, " · "), dl_term_text(t, f->country);
    if (f->language.n > 0) dl_buf_c(t->out, " · "), dl_term_text(t, f->language);
    if (f->outlet_kind.n > 0) {
        dl_buf_c(t->out, " · ");
        dl_term_text(t, dl_words_kind(f->outlet_kind));
    }
    dl_buf_c(t->out, "\n");
    indent(t);
    dl_term_text(t, f->url);
    if (!dl_str_eq_c(f->kind, "feed")) {
        dl_buf_c(t->out, " · ");
        dl_term_text(t, dl_words_feed_kind(f->kind));
    }
    dl_buf_c(t->out, "\n");
}

/* A channel that is no feed says so; what the numbers of its outlet say, too. */
static void put_findings(struct dl_reading_of *r, const struct dl_store_feed *f,
                         enum dl_health health)
{
    struct dl_term *t = &r->term;
    dl_str words = {NULL, 0};
    if (health == DL_HEALTH_SILENT || health == DL_HEALTH_QUIET)
        words = dl_words_silence(r->cli->arena, &f->silence);
    if (words.n > 0) {
        indent(t);
        dl_term_text(t, words);
        dl_buf_c(t->out, "\n");
    }
    if (f->losses == 0) return;
    indent(t);
    dl_buf_fmt(t->out, "probably lost items %lld %s, last ", (long long)f->losses,
               f->losses == 1 ? "time" : "times");
    dl_term_when(t, f->last_loss_ms);
    dl_buf_c(t->out, "\n");
}

static void put_polls(struct dl_term *t, const struct dl_store_feed *f)
{
    if (f->last_poll_ms > 0) {
        indent(t);
        dl_buf_fmt(t->out, "%lld new of %lld items · last poll ", (long long)f->items_new,
                   (long long)f->items_seen);
        dl_term_when(t, f->last_poll_ms);
        if (f->last_result.n > 0) dl_buf_c(t->out, ": "), dl_term_text(t, f->last_result);
        dl_buf_c(t->out, "\n");
    }
    if (f->next_poll_ms <= 0) return;
    indent(t);
    dl_buf_c(t->out, "next poll ");
    dl_term_when(t, f->next_poll_ms);
    if (f->why.n > 0) dl_buf_c(t->out, ": "), dl_term_text(t, f->why);
    dl_buf_c(t->out, "\n");
}

static void put_notes(struct dl_reading_of *r, const struct dl_store_feed *f)
{
    dl_str notes = dl_words_notes(r->cli->arena, f);
    if (notes.n == 0) return;
    indent(&r->term);
    dl_term_text(&r->term, notes);
    dl_buf_c(r->term.out, "\n");
}

static void put_feed(struct dl_reading_of *r, const struct dl_store_feed *f, enum dl_health health)
{
    struct dl_term *t = &r->term;
    dl_term_style(t, health == DL_HEALTH_GOOD                                   ? DL_STYLE_GOOD
                     : health == DL_HEALTH_QUIET || health == DL_HEALTH_WAITING ? DL_STYLE_FAINT
                                                                                : DL_STYLE_BAD);
    dl_buf_fmt(t->out, "%s ", dl_source_health_sign(health));
    dl_term_cell(t, dl_str_c(dl_source_health_word(health)), INDENT - 2);
    dl_term_plain(t);
    put_facts(t, f);
    put_findings(r, f, health);
    put_polls(t, f);
    put_notes(r, f);
}

static void put_sums(struct dl_term *t, const size_t sums[DL_HEALTH_COUNT], size_t n)
{
    dl_buf_c(t->out, "\n");
    dl_term_count(t, (int64_t)n, "feed", "feeds");
    const char *between = ": ";
    for (int h = 0; h < DL_HEALTH_COUNT; h++) {
        if (sums[h] == 0) continue;
        dl_buf_fmt(t->out, "%s%zu %s", between, sums[h], dl_source_health_word((enum dl_health)h));
        between = ", ";
    }
    dl_buf_c(t->out, "\n");
}

static int nothing(struct dl_reading_of *r, const struct dl_api_source_filter *filter)
{
    if (filter->healths != 0 || filter->country.n > 0)
        dl_cli_fail(r->cli, "no feed is like that; 'dateline sources' lists all");
    else if (filter->outlet.n > 0)
        dl_cli_fail(r->cli, "no feed of an outlet '%.*s'; 'dateline sources' lists all",
                    DL_FMT(filter->outlet));
    else
        dl_cli_fail(r->cli, "there is no feed yet; 'dateline sources add URL' or 'dateline sources "
                            "import FILE' adds some, 'dateline serve' brings starter sources");
    return DL_EXIT_NOTHING;
}

static int list_text(struct dl_reading_of *r, const struct dl_api_source_filter *filter,
                     size_t limit, int64_t after)
{
    size_t sums[DL_HEALTH_COUNT] = {0}, n = 0;
    int64_t now_ms = dl_now_ms();
    struct dl_store_feed_filter page = {
        .outlet = filter->outlet, .country = filter->country, .after = after, .limit = PAGE};
    for (bool end = false; !end && n < limit;) {
        dl_store_feeds feeds;
        enum dl_err err = dl_store_list_feeds(r->store, r->cli->arena, &page, &feeds);
        if (err != DL_OK) return dl_read_fail(r, err, NULL, "list of sources");
        for (size_t i = 0; i < feeds.n && n < limit; i++) {
            enum dl_health health = dl_source_health(&feeds.p[i], now_ms);
            page.after = feeds.p[i].feed;
            if (filter->healths != 0 && (filter->healths >> health & 1) == 0) continue;
            put_feed(r, &feeds.p[i], health);
            sums[health]++;
            n++;
        }
        end = feeds.n < page.limit;
    }
    if (n == 0) return nothing(r, filter);
    put_sums(&r->term, sums, n);
    return DL_EXIT_OK;
}

static int list_json(struct dl_reading_of *r, const struct dl_api_source_filter *filter,
                     size_t limit, int64_t cursor)
{
    struct dl_api_answer a;
    enum dl_err err = dl_api_begin(r->cli->arena, limit, cursor, dl_now_ms(), &a);
    if (err == DL_OK) err = dl_api_sources(&a, r->store, filter);
    if (err != DL_OK) return dl_read_fail(r, err, NULL, "list of sources");
    int code = dl_read_json(r, &a);
    bool empty = yyjson_mut_arr_size(yyjson_mut_obj_get(a.root, "data")) == 0;
    return code == DL_EXIT_OK && empty ? DL_EXIT_NOTHING : code;
}

static struct dl_api_source_filter filter_of(struct dl_cli *cli, dl_str outlet)
{
    struct dl_api_source_filter filter = {.outlet = outlet,
                                          .country = dl_str_c(dl_cli_get(cli, "country"))};
    if (dl_cli_has(cli, "failing"))
        filter.healths |= 1u << DL_HEALTH_FAILING | 1u << DL_HEALTH_BLOCKED | 1u << DL_HEALTH_GONE;
    if (dl_cli_has(cli, "silent")) filter.healths |= 1u << DL_HEALTH_SILENT;
    return filter;
}

int dl_sources_list(struct dl_cli *cli, const char **args, size_t n)
{
    struct dl_reading_of r;
    long limit, cursor;
    bool json = dl_cli_has(cli, "json");
    if (n > 1) return dl_cli_usage(cli, "list shows one outlet or all, not %zu", n);
    if (!dl_cli_int(cli, "limit", json ? DL_API_LIMIT : FEEDS_MAX, 1,
                    json ? DL_API_LIMIT_MAX : FEEDS_MAX, &limit) ||
        !dl_cli_int(cli, "cursor", 0, 0, LONG_MAX, &cursor))
        return DL_EXIT_USAGE;
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    struct dl_api_source_filter filter =
        filter_of(cli, n == 1 ? dl_str_c(args[0]) : (dl_str){NULL, 0});
    code = json ? list_json(&r, &filter, (size_t)limit, cursor)
                : list_text(&r, &filter, (size_t)limit, cursor);
    return dl_read_close(&r, code);
}

/* --- export --------------------------------------------------------------------------------- */

/* Its groups as they came in; else the kind of its outlet. */
static enum dl_err put_groups(dl_arena *arena, const struct dl_store_feed *f,
                              struct dl_opml_feed *out)
{
    dl_str rest = f->category, line;
    while (dl_str_line(&rest, &line))
        DL_TRY(dl_vec_push(arena, &out->categories, line));
    if (out->categories.n == 0 && f->outlet_kind.n > 0)
        DL_TRY(dl_vec_push(arena, &out->categories, dl_words_kind(f->outlet_kind)));
    return DL_OK;
}

static enum dl_err gather(struct dl_reading_of *r, struct dl_opml *opml)
{
    dl_arena *arena = r->cli->arena;
    struct dl_store_feed_filter page = {.limit = PAGE};
    for (bool end = false; !end;) {
        dl_store_feeds feeds;
        DL_TRY(dl_store_list_feeds(r->store, arena, &page, &feeds));
        for (size_t i = 0; i < feeds.n; i++) {
            const struct dl_store_feed *f = &feeds.p[i];
            struct dl_opml_feed out = {.url = f->url,
                                       .title = f->title.n > 0 ? f->title : name_of(f),
                                       .site = f->home,
                                       .country = f->country,
                                       .language = f->language,
                                       .kind = f->outlet_kind,
                                       .outlet = f->outlet,
                                       .name = f->outlet_name,
                                       .channel = f->kind};
            DL_TRY(put_groups(arena, f, &out));
            DL_TRY(dl_vec_push(arena, &opml->feeds, out));
            page.after = f->feed;
        }
        end = feeds.n < page.limit;
    }
    return DL_OK;
}

static dl_str group_of(const struct dl_opml_feed *f)
{
    return f->categories.n > 0 ? f->categories.p[0] : (dl_str){NULL, 0};
}

/* What is of one group stands together. */
static int by_group(const void *a, const void *b)
{
    const struct dl_opml_feed *x = a, *y = b;
    int order = dl_str_cmp(group_of(x), group_of(y));
    if (order == 0) order = dl_str_cmp(x->outlet, y->outlet);
    return order != 0 ? order : dl_str_cmp(x->url, y->url);
}

int dl_sources_export(struct dl_cli *cli, const char **args, size_t n)
{
    struct dl_reading_of r;
    struct dl_opml opml = {.title = DL_STR("Dateline: sources")};
    if (n > 0) return dl_cli_usage(cli, "export takes no argument, not '%s'", args[0]);
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    enum dl_err err = gather(&r, &opml);
    if (err != DL_OK) {
        code = dl_read_fail(&r, err, NULL, "list of sources");
    } else if (opml.feeds.n == 0) {
        code = nothing(&r, &(struct dl_api_source_filter){0});
    } else {
        qsort(opml.feeds.p, opml.feeds.n, sizeof *opml.feeds.p, by_group);
        dl_opml_write(&opml, &r.out);
    }
    return dl_read_close(&r, code);
}
