#include "serve/source_health.h"

static const struct {
    const char *name, *word, *sign;
} rows[] = {
    [DL_HEALTH_GOOD] = {"good", "fine", "\u25cf"},
    [DL_HEALTH_QUIET] = {"quiet", "quiet", "\u25cb"},
    [DL_HEALTH_SILENT] = {"silent", "silent", "\u25c7"},
    [DL_HEALTH_FAILING] = {"failing", "failing", "\u25b2"},
    [DL_HEALTH_BLOCKED] = {"blocked", "blocked", "\u25a0"},
    [DL_HEALTH_GONE] = {"gone", "gone", "\u2715"},
    [DL_HEALTH_WAITING] = {"waiting", "waiting", "\u2026"},
};

static bool is_refusal(int64_t status)
{
    return status == 401 || status == 402 || status == 403 || status == 451;
}

static enum dl_health when_it_fails(const struct dl_store_feed *f)
{
    if (f->blocked || is_refusal(f->last_status)) return DL_HEALTH_BLOCKED;
    bool gone = f->last_status == 410 || (f->last_status == 404 && f->failures >= DL_GONE_FAILURES);
    return gone ? DL_HEALTH_GONE : DL_HEALTH_FAILING;
}

enum dl_health dl_source_health(const struct dl_store_feed *f, int64_t now_ms)
{
    if (f->last_poll_ms == 0) return DL_HEALTH_WAITING;
    if (f->failures > 0) return when_it_fails(f);
    if (f->silence.known)
        return f->silence.surprising ? DL_HEALTH_SILENT
               : f->silence.long_    ? DL_HEALTH_QUIET
                                     : DL_HEALTH_GOOD;
    if (f->last_new_ms == 0 || now_ms - f->last_new_ms > DL_QUIET_MS) return DL_HEALTH_QUIET;
    return DL_HEALTH_GOOD;
}

static const enum dl_health by_need[] = {
    DL_HEALTH_SILENT, DL_HEALTH_BLOCKED, DL_HEALTH_GONE,    DL_HEALTH_FAILING,
    DL_HEALTH_QUIET,  DL_HEALTH_GOOD,    DL_HEALTH_WAITING,
};
_Static_assert(sizeof by_need / sizeof *by_need == DL_HEALTH_COUNT, "each once");

enum dl_health dl_source_health_by_need(size_t n)
{
    return by_need[n < DL_HEALTH_COUNT ? n : DL_HEALTH_COUNT - 1];
}

/* How sure it is that the outlet is heard. */
enum dl_health dl_source_health_of_all(const struct dl_store_source *s, int64_t now_ms)
{
    static const enum dl_health best[] = {DL_HEALTH_GOOD,    DL_HEALTH_QUIET,   DL_HEALTH_SILENT,
                                          DL_HEALTH_FAILING, DL_HEALTH_WAITING, DL_HEALTH_BLOCKED,
                                          DL_HEALTH_GONE};
    for (size_t k = 0; k < sizeof best / sizeof *best; k++)
        for (size_t i = 0; i < s->channels.n; i++)
            if (dl_source_health(&s->channels.p[i].feed, now_ms) == best[k]) return best[k];
    return DL_HEALTH_WAITING;
}

const char *dl_source_health_name(enum dl_health health)
{
    return rows[health].name;
}

const char *dl_source_health_word(enum dl_health health)
{
    return rows[health].word;
}

const char *dl_source_health_sign(enum dl_health health)
{
    return rows[health].sign;
}

bool dl_source_health_from(dl_str name, enum dl_health *ret_health)
{
    for (int h = 0; h < DL_HEALTH_COUNT; h++) {
        if (!dl_str_eq_c(name, rows[h].name) && !dl_str_eq_c(name, rows[h].word)) continue;
        *ret_health = (enum dl_health)h;
        return true;
    }
    return false;
}

/* --- words -------------------------------------------------------------------------------- */

dl_str dl_words_span(dl_arena *arena, int64_t ms)
{
    long long min = ms / 60000, h = (ms / 60000 + 30) / 60, d = (h + 12) / 24;
    if (min < 1) return DL_STR("less than a minute");
    if (min < 100) return dl_str_fmt(arena, "%lld min", min);
    if (h < 48) return dl_str_fmt(arena, "%lld h", h);
    return dl_str_fmt(arena, "%lld days", d);
}

static dl_str odds(dl_arena *arena, double odds_)
{
    if (odds_ >= 1e6) return DL_STR("less than 1 in a million");
    long long n = (long long)(odds_ + 0.5), unit = n >= 10000  ? 1000
                                                   : n >= 1000 ? 100
                                                   : n >= 100  ? 10
                                                               : 1;
    return dl_str_fmt(arena, "1 in %lld", n / unit * unit);
}

dl_str dl_words_silence(dl_arena *arena, const struct dl_silence *s)
{
    if (!s->known || !(s->long_ || s->surprising)) return (dl_str){NULL, 0};
    return dl_str_fmt(arena,
                      "silent for %.*s; %.*s silences of this source last so long; the longest "
                      "before was %.*s",
                      DL_FMT(dl_words_span(arena, s->ms)), DL_FMT(odds(arena, s->odds)),
                      DL_FMT(dl_words_span(arena, s->usual_ms)));
}

static dl_str how_filled(dl_arena *arena, const struct dl_store_loss *l)
{
    bool front = dl_str_eq_c(l->asked_kind, "front");
    const char *who = front ? "front page" : "sitemap";
    if (l->asked_url.n == 0)
        return DL_STR(" There is no news sitemap or front page to fill in from; 'dateline sources "
                      "discover' may find one.");
    if (l->looked_ms == 0) return dl_str_fmt(arena, " The %s is asked to fill in.", who);
    if (l->filled == 0) return dl_str_fmt(arena, " The %s had nothing more of that time.", who);
    return dl_str_fmt(arena, " %lld %s back-filled from the %s.", (long long)l->filled,
                      l->filled == 1 ? "was" : "were", who);
}

dl_str dl_words_loss(dl_arena *arena, const struct dl_store_loss *l)
{
    dl_str covered = {NULL, 0};
    if (l->covered > 0)
        covered = dl_str_fmt(arena, " %lld of that time came through other channels.",
                             (long long)l->covered);
    return dl_str_fmt(arena,
                      "Two looks %.*s apart shared no item (%lld, then %lld): some were "
                      "probably lost.%.*s%.*s",
                      DL_FMT(dl_words_span(arena, l->at_ms - l->after_ms)), (long long)l->before,
                      (long long)l->items, DL_FMT(covered), DL_FMT(how_filled(arena, l)));
}

static long long percent(int64_t part, int64_t of)
{
    return of > 0 ? (part * 200 + of) / (2 * of) : 0;
}

dl_str dl_words_lead(dl_arena *arena, const struct dl_store_channel *c)
{
    enum { SAME_MS = 60000 };
    if (c->compared == 0) return (dl_str){NULL, 0};
    int64_t lead = c->lead_ms;
    if (lead < SAME_MS && lead > -SAME_MS) return DL_STR("usually with the others");
    return dl_str_fmt(arena, "usually %.*s %s the others",
                      DL_FMT(dl_words_span(arena, lead < 0 ? -lead : lead)),
                      lead < 0 ? "after" : "before");
}

dl_str dl_words_notes(dl_arena *arena, const struct dl_store_feed *f)
{
    dl_str words = f->note;
    const char *space = words.n > 0 ? " " : "";
    if (f->was_at.n > 0) {
        words = dl_str_fmt(arena, "%.*s%sIt moved here from %.*s.", DL_FMT(words), space,
                           DL_FMT(f->was_at));
        space = " ";
    }
    if (f->moved_to.n == 0) return words;
    return dl_str_fmt(arena,
                      "%.*s%sIt leads to %.*s; when that lasts for a day, it is its address.",
                      DL_FMT(words), space, DL_FMT(f->moved_to));
}

dl_str dl_words_pace(dl_arena *arena, const struct dl_store_feed *f)
{
    dl_str most = dl_words_span(arena, f->floor_s * 1000),
           least = dl_words_span(arena, f->ceiling_s * 1000);
    if (f->floor_s > 0 && f->ceiling_s > 0)
        return dl_str_fmt(arena, "set: every %.*s at the most often, every %.*s at least",
                          DL_FMT(most), DL_FMT(least));
    if (f->floor_s > 0) return dl_str_fmt(arena, "set: every %.*s at the most often", DL_FMT(most));
    if (f->ceiling_s > 0) return dl_str_fmt(arena, "set: every %.*s at least", DL_FMT(least));
    return (dl_str){NULL, 0};
}

dl_str dl_words_coverage(dl_arena *arena, const struct dl_store_channel *c)
{
    if (c->documents == 0) return (dl_str){NULL, 0};
    return dl_str_fmt(arena, "saw %lld %% of %lld", percent(c->seen, c->documents),
                      (long long)c->documents);
}

/* The effect of a new template passes: it is learnt like one that was never seen. */
dl_str dl_words_site(dl_arena *arena, const struct dl_store_site *s)
{
    enum { RELEARNT = 8 /* articles */ };
    if (s->changed_ms == 0 && s->root.n == 0)
        return dl_str_fmt(arena, "%lld pages read; what they have in common is not known yet",
                          (long long)s->pages);
    if (s->changed_ms == 0 || s->articles >= RELEARNT)
        return dl_str_fmt(arena,
                          "its articles stand in %.*s; %lld texts that are on several of them are "
                          "left out%s",
                          DL_FMT(s->root), (long long)s->texts,
                          s->changed_ms != 0 ? "; its template was changed" : "");
    return dl_str_fmt(arena,
                      "the site changed its template: its articles stood in %.*s, now in %.*s. "
                      "Until some more of them are read, texts that are on several may stand in "
                      "an article, and parts may be missing",
                      DL_FMT(s->root_before),
                      DL_FMT(s->root.n > 0 ? s->root : DL_STR("other places")));
}

dl_str dl_words_trust(dl_arena *arena, const struct dl_store_channel *c)
{
    if (c->guid_churned + c->guid_reused + c->url_shared == 0) return (dl_str){NULL, 0};
    dl_buf out = DL_BUF_INIT(400);
    const char *between = "";
    const struct {
        int64_t n;
        const char *words;
    } facts[] = {{c->guid_churned, "GUIDs changed under the same article"},
                 {c->guid_reused, "GUIDs were used again for another"},
                 {c->url_shared, "addresses stand for several articles"}};
    for (size_t i = 0; i < 3; i++) {
        if (facts[i].n == 0) continue;
        dl_buf_fmt(&out, "%s%lld %s", between, (long long)facts[i].n, facts[i].words);
        between = ", ";
    }
    dl_str words = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return words;
}
