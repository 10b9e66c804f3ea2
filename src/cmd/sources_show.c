/* `dateline sources show OUTLET`: what is known of one source. */
#include "cmd/reading.h"
#include "cmd/sources.h"
#include "serve/source_health.h"
#include "serve/words.h"

enum { INDENT = 2, POLLS = 8, LOSSES = 8 };

static void put_head(struct dl_reading_of *r, const struct dl_store_source *s)
{
    struct dl_term *t = &r->term;
    enum dl_health health = dl_source_health_of_all(s, dl_now_ms());
    dl_term_styled(t, DL_STYLE_HEAD, s->name.n > 0 ? s->name : s->outlet);
    dl_str facts[] = {s->outlet, s->country, s->language,
                      s->kind.n > 0 ? dl_words_kind(s->kind) : (dl_str){NULL, 0}, s->home};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (facts[i].n > 0) dl_buf_c(t->out, " · "), dl_term_text(t, facts[i]);
    dl_buf_fmt(t->out, "\n%s %s", dl_source_health_sign(health), dl_source_health_word(health));
    dl_str words = dl_words_silence(r->cli->arena, &s->silence);
    if (words.n > 0) dl_buf_c(t->out, ": "), dl_term_text(t, words);
    if (!s->silence.known)
        dl_buf_c(t->out, " (its rhythm is not known yet: that takes two weeks and eight silences)");
    dl_buf_c(t->out, "\n");
    if (s->articles > 0)
        dl_buf_fmt(t->out, "%lld of its last %lld articles were edited after they were seen\n",
                   (long long)s->edited, (long long)s->articles);
}

static void put_line(struct dl_term *t, dl_str words)
{
    if (words.n == 0) return;
    dl_buf_fmt(t->out, "%*s", 2 * INDENT, "");
    dl_term_text(t, words);
    dl_buf_c(t->out, "\n");
}

static void put_hubs(struct dl_reading_of *r, const struct dl_store_source *s, int64_t feed)
{
    dl_arena *arena = r->cli->arena;
    for (size_t i = 0; i < s->hubs.n; i++) {
        const struct dl_store_subscription *hub = &s->hubs.p[i];
        long long ignored = hub->forged + hub->foreign;
        if (hub->feed != feed) continue;
        put_line(&r->term, dl_str_fmt(arena, "hub %.*s: %.*s", DL_FMT(hub->hub),
                                      DL_FMT(dl_store_subscription_words(arena, hub))));
        if (ignored > 0)
            put_line(&r->term, dl_str_fmt(arena, "%lld %s ignored: not signed by it", ignored,
                                          ignored == 1 ? "delivery" : "deliveries"));
    }
}

static void put_channel(struct dl_reading_of *r, const struct dl_store_source *s,
                        const struct dl_store_channel *c)
{
    struct dl_term *t = &r->term;
    dl_arena *arena = r->cli->arena;
    const struct dl_store_feed *f = &c->feed;
    enum dl_health health = dl_source_health(f, dl_now_ms());
    dl_buf_fmt(t->out, "\n%*s", INDENT, "");
    dl_term_styled(t, DL_STYLE_HEAD, dl_words_feed_kind(f->kind));
    dl_buf_c(t->out, " ");
    dl_term_text(t, f->url);
    dl_buf_fmt(t->out, "\n%*s%s %s", 2 * INDENT, "", dl_source_health_sign(health),
               dl_source_health_word(health));
    if (f->last_result.n > 0) dl_buf_c(t->out, ": "), dl_term_text(t, f->last_result);
    dl_buf_fmt(t->out, "\n%*slast new ", 2 * INDENT, "");
    dl_term_when(t, f->last_new_ms);
    dl_buf_c(t->out, " · next poll ");
    dl_term_when(t, f->next_poll_ms);
    if (f->why.n > 0) dl_buf_c(t->out, ": "), dl_term_text(t, f->why);
    dl_buf_c(t->out, "\n");
    put_line(t, dl_words_notes(arena, f));
    put_line(t, dl_words_pace(arena, f));
    put_line(t, dl_words_coverage(arena, c));
    if (c->first > 0) put_line(t, dl_str_fmt(arena, "%lld came here first", (long long)c->first));
    if (c->pushed > 0) put_line(t, dl_str_fmt(arena, "%lld came by push", (long long)c->pushed));
    put_line(t, dl_words_lead(arena, c));
    put_line(t, dl_words_trust(arena, c));
    put_hubs(r, s, f->feed);
}

static void put_losses(struct dl_reading_of *r, const struct dl_store_source *s)
{
    struct dl_term *t = &r->term;
    if (s->losses.n == 0) return;
    dl_buf_c(t->out, "\nProbably lost\n");
    for (size_t i = 0; i < s->losses.n && i < LOSSES; i++) {
        dl_buf_fmt(t->out, "%*s", INDENT, "");
        dl_term_when(t, s->losses.p[i].at_ms);
        dl_buf_c(t->out, "\n");
        dl_term_wrap(t, 2 * INDENT, 0, dl_words_loss(r->cli->arena, &s->losses.p[i]));
    }
}

static void put_sites(struct dl_reading_of *r, const struct dl_store_source *s)
{
    struct dl_term *t = &r->term;
    if (s->sites.n == 0) return;
    dl_buf_c(t->out, "\nPages\n");
    for (size_t i = 0; i < s->sites.n; i++) {
        const struct dl_store_site *site = &s->sites.p[i];
        dl_buf_fmt(t->out, "%*s", INDENT, "");
        dl_term_text(t, site->host);
        if (site->changed_ms > 0) {
            dl_buf_c(t->out, "  new template since ");
            dl_term_when(t, site->changed_ms);
        }
        dl_buf_c(t->out, "\n");
        dl_term_wrap(t, 2 * INDENT, 0, dl_words_site(r->cli->arena, site));
    }
}

static void put_polls(struct dl_reading_of *r, const struct dl_store_source *s)
{
    struct dl_term *t = &r->term;
    if (s->polls.n == 0) return;
    dl_buf_c(t->out, "\nPolls that brought a list\n");
    for (size_t i = 0; i < s->polls.n && i < POLLS; i++) {
        const struct dl_store_poll *p = &s->polls.p[i];
        dl_buf_fmt(t->out, "%*s", INDENT, "");
        dl_term_when(t, p->at_ms);
        dl_buf_fmt(t->out, "  %lld items, %lld new  ", (long long)p->items, (long long)p->fresh);
        dl_term_text(t, p->url);
        dl_buf_c(t->out, "\n");
    }
}

static int show(struct dl_reading_of *r, dl_str outlet)
{
    struct dl_store_source s;
    enum dl_err err = dl_store_source(r->store, r->cli->arena, outlet, &s);
    if (err == DL_ERR_NOT_FOUND) {
        dl_cli_fail(r->cli, "no source '%.*s'; 'dateline sources' lists all", DL_FMT(outlet));
        return DL_EXIT_NOTHING;
    }
    if (err != DL_OK) return dl_read_fail(r, err, NULL, "source");
    put_head(r, &s);
    for (size_t i = 0; i < s.channels.n; i++)
        put_channel(r, &s, &s.channels.p[i]);
    put_losses(r, &s);
    put_sites(r, &s);
    put_polls(r, &s);
    return DL_EXIT_OK;
}

static int show_json(struct dl_reading_of *r, dl_str outlet)
{
    struct dl_api_answer a;
    enum dl_err err = dl_api_begin(r->cli->arena, DL_API_LIMIT, 0, dl_now_ms(), &a);
    if (err == DL_OK) err = dl_api_source(&a, r->store, outlet);
    return err == DL_OK ? dl_read_json(r, &a) : dl_read_fail(r, err, NULL, "source");
}

int dl_sources_show(struct dl_cli *cli, const char **args, size_t n)
{
    struct dl_reading_of r;
    if (n != 1) return dl_cli_usage(cli, "show wants the id of one outlet");
    int code = dl_read_open(cli, &r);
    if (code != DL_EXIT_OK) return code;
    dl_str outlet = dl_str_c(args[0]);
    code = dl_cli_has(cli, "json") ? show_json(&r, outlet) : show(&r, outlet);
    return dl_read_close(&r, code);
}
