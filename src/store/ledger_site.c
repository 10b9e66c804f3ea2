#include "store/ledger_site.h"

#include "page/site.h"
#include "store/ledger_private.h"

enum { LESSON_MEMORY = 16 << 20 };

int64_t dl_site_known(int64_t nth)
{
    int64_t lag = nth / DL_SITE_LAG_PART;
    if (lag < DL_SITE_LAG_LEAST) lag = DL_SITE_LAG_LEAST;
    if (lag > DL_SITE_LAG_MOST) lag = DL_SITE_LAG_MOST;
    return nth <= lag ? 0 : (nth - lag) / DL_SITE_STEP * DL_SITE_STEP;
}

enum dl_err dl_ledger_site_number(dl_ledger *l, dl_str host, int64_t *ret_site, int64_t *ret_nth)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_SITE_NUMBER,
                             "INSERT INTO site (host, taken) VALUES (?1, 1) ON CONFLICT (host) DO "
                             "UPDATE SET taken = taken + 1 RETURNING site, taken");
    dl_sql_str(&q, host);
    if (dl_sql_step(&q)) {
        *ret_site = dl_sql_get_int(&q, 0);
        *ret_nth = dl_sql_get_int(&q, 1);
    }
    return dl_sql_run(&q);
}

/* --- lessons ------------------------------------------------------------------------------ */

struct site {
    int64_t site, taken, learnt, since;
};

static enum dl_err read_site(dl_ledger *l, int64_t id, struct site *ret)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_SITE, "SELECT taken, learnt, since FROM site WHERE site = ?1");
    dl_sql_int(&q, id);
    *ret = (struct site){.site = id};
    if (dl_sql_step(&q))
        *ret =
            (struct site){id, dl_sql_get_int(&q, 0), dl_sql_get_int(&q, 1), dl_sql_get_int(&q, 2)};
    dl_sql_end(&q);
    return l->db.failed;
}

/* The first page that is still to be read; INT64_MAX: none. */
static enum dl_err first_pending(dl_ledger *l, int64_t site, int64_t *ret_nth)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_SITE_PENDING,
                             "SELECT nth FROM entry WHERE state = 'pending' AND site = ?1 ORDER BY "
                             "nth LIMIT 1");
    dl_sql_int(&q, site);
    *ret_nth = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : INT64_MAX;
    dl_sql_end(&q);
    return l->db.failed;
}

struct samples {
    struct dl_site_article articles[DL_SITE_WINDOW];
    int64_t nth[DL_SITE_WINDOW], seen_by_ms[DL_SITE_WINDOW];
    size_t n;
};

static void turn_round(struct samples *s)
{
    for (size_t i = 0, k = s->n; i + 1 < k; i++) {
        k--;
        struct dl_site_article article = s->articles[i];
        int64_t nth = s->nth[i], seen = s->seen_by_ms[i];
        s->articles[i] = s->articles[k];
        s->nth[i] = s->nth[k];
        s->seen_by_ms[i] = s->seen_by_ms[k];
        s->articles[k] = article;
        s->nth[k] = nth;
        s->seen_by_ms[k] = seen;
    }
}

/* The newest up to nth, in their order. What does not unpack was checked when it came. */
static enum dl_err read_samples(dl_ledger *l, dl_arena *arena, const struct site *site, int64_t nth,
                                struct samples *s)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_SITE_SAMPLES,
                             "SELECT nth, document, seen_by, packed FROM site_sample WHERE site = "
                             "?1 AND nth <= ?2 AND nth >= ?3 ORDER BY nth DESC LIMIT ?4");
    dl_sql_int(&q, site->site);
    dl_sql_int(&q, nth);
    dl_sql_int(&q, site->since);
    dl_sql_int(&q, DL_SITE_WINDOW);
    while (dl_sql_step(&q)) {
        struct dl_site_article *a = &s->articles[s->n];
        if (dl_sample_unpack(arena, dl_sql_get_str(arena, &q, 3), &a->sample) != DL_OK) continue;
        s->nth[s->n] = dl_sql_get_int(&q, 0);
        a->document = (uint64_t)dl_sql_get_int(&q, 1);
        s->seen_by_ms[s->n++] = dl_sql_get_int(&q, 2);
    }
    dl_sql_end(&q);
    turn_round(s);
    DL_TRY(l->db.failed);
    return dl_arena_failed(arena);
}

static enum dl_err put_lesson(dl_ledger *l, const struct site *site, const struct samples *s,
                              const struct dl_site_lesson *lesson)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_SITE_LEARNT,
        "UPDATE site SET learnt = ?2, since = ?3, articles = ?4, root = ?5, changed = "
        "coalesce(nullif(?6, 0), changed), root_before = coalesce(?7, root_before) WHERE site = "
        "?1");
    dl_sql_int(&q, site->site);
    dl_sql_int(&q, site->learnt);
    dl_sql_int(&q, site->since);
    dl_sql_int(&q, (int64_t)lesson->articles);
    dl_sql_str(&q, lesson->root);
    dl_sql_int(&q, lesson->changed ? s->seen_by_ms[lesson->changed_at] : 0);
    dl_sql_str(&q, lesson->root_before);
    DL_TRY(dl_sql_run(&q));
    if (lesson->changed && l->n_site_news < DL_SITE_NEWS)
        l->site_news[l->n_site_news++] = site->site;
    return DL_OK;
}

/* Samples and memories that nobody will ask for any more. */
static enum dl_err forget(dl_ledger *l, const struct site *site, int64_t oldest)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_SITE_FORGET, "DELETE FROM site_sample WHERE site = ?1 AND nth < ?2");
    dl_sql_int(&q, site->site);
    dl_sql_int(&q, oldest);
    DL_TRY(dl_sql_run(&q));
    q = DL_LEDGER_SQL(l, SQL_SITE_FORGET_MEMORY,
                      "DELETE FROM site_memory WHERE site = ?1 AND nth < (SELECT max(nth) FROM "
                      "site_memory WHERE site = ?1 AND nth <= ?2)");
    dl_sql_int(&q, site->site);
    dl_sql_int(&q, dl_site_known(site->learnt + 1));
    return dl_sql_run(&q);
}

static enum dl_err memory_of(dl_ledger *l, dl_arena *arena, int64_t site, int64_t nth,
                             dl_str *ret_packed)
{
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_SITE_MEMORY,
                      "SELECT packed FROM site_memory WHERE site = ?1 AND nth <= ?2 ORDER BY "
                      "nth DESC LIMIT 1");
    dl_sql_int(&q, site);
    dl_sql_int(&q, nth);
    *ret_packed = (dl_str){NULL, 0};
    if (dl_sql_step(&q)) *ret_packed = dl_sql_get_str(arena, &q, 0);
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return dl_arena_failed(arena);
}

static enum dl_err put_memory(dl_ledger *l, dl_arena *arena, const struct site *site,
                              const struct dl_page_site *memory)
{
    dl_str before, packed = {NULL, 0};
    bool empty =
        memory->n_texts == 0 && memory->n_roots == 0 && memory->date_order == DL_DATE_ORDER_UNKNOWN;
    if (!empty) packed = dl_site_pack(arena, memory);
    DL_TRY(memory_of(l, arena, site->site, site->learnt, &before));
    if (dl_str_eq(packed, before)) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(l, SQL_SITE_PUT_MEMORY,
                             "INSERT INTO site_memory (site, nth, packed) VALUES (?1, ?2, ?3)");
    dl_sql_int(&q, site->site);
    dl_sql_int(&q, site->learnt);
    dl_sql_blob(&q, packed.n > 0 ? packed.p : "", packed.n);
    return dl_sql_run(&q);
}

static enum dl_err learn(dl_ledger *l, dl_arena *arena, struct site *site, int64_t nth)
{
    struct dl_site_lesson lesson;
    struct samples *s = DL_NEW(arena, struct samples);
    if (s == NULL) return dl_arena_failed(arena);
    DL_TRY(read_samples(l, arena, site, nth, s));
    DL_TRY(dl_site_learn(arena, s->articles, s->n, &lesson));
    site->learnt = nth;
    if (lesson.changed) site->since = s->nth[lesson.changed_at];
    DL_TRY(put_lesson(l, site, s, &lesson));
    DL_TRY(put_memory(l, arena, site, &lesson.site));
    return forget(l, site, s->n == DL_SITE_WINDOW ? s->nth[0] : site->since);
}

enum dl_err dl_ledger_site_step(dl_ledger *l, int64_t id)
{
    struct site site;
    int64_t pending;
    DL_TRY(read_site(l, id, &site));
    if (site.learnt + DL_SITE_STEP > site.taken) return DL_OK;
    DL_TRY(first_pending(l, id, &pending));
    if (site.learnt + DL_SITE_STEP >= pending) return DL_OK;
    dl_arena *arena = dl_arena_new(LESSON_MEMORY);
    if (arena == NULL) return DL_ERR_NOMEM;
    enum dl_err err = DL_OK;
    while (err == DL_OK && site.learnt + DL_SITE_STEP <= site.taken &&
           site.learnt + DL_SITE_STEP < pending) {
        err = learn(l, arena, &site, site.learnt + DL_SITE_STEP);
        dl_arena_reset(arena);
    }
    dl_arena_free(arena);
    return err;
}

enum dl_err dl_ledger_site_sample(dl_ledger *l, const struct dl_site_place *at, dl_str packed)
{
    if (at->site == 0) return DL_OK;
    if (packed.n > 0) {
        dl_sql q = DL_LEDGER_SQL(l, SQL_SITE_PUT_SAMPLE,
                                 "INSERT OR REPLACE INTO site_sample (site, nth, document, "
                                 "seen_by, packed) VALUES (?1, ?2, ?3, ?4, ?5)");
        dl_sql_int(&q, at->site);
        dl_sql_int(&q, at->nth);
        dl_sql_int(&q, at->document);
        dl_sql_int(&q, at->seen_by_ms);
        dl_sql_blob(&q, packed.p, packed.n);
        DL_TRY(dl_sql_run(&q));
    }
    return dl_ledger_site_step(l, at->site);
}

/* --- for the writer ----------------------------------------------------------------------- */

enum dl_err dl_ledger_site_memory(dl_ledger *l, dl_arena *arena, int64_t site, int64_t nth,
                                  bool *ret_ready, dl_str *ret_packed)
{
    struct site row;
    int64_t known = dl_site_known(nth);
    *ret_packed = (dl_str){NULL, 0};
    *ret_ready = true;
    if (site == 0 || known == 0) return DL_OK;
    DL_TRY(read_site(l, site, &row));
    if (row.learnt < known) { /* an entry may have ended in another way than by a reading */
        DL_TRY(dl_ledger_site_step(l, site));
        DL_TRY(read_site(l, site, &row));
    }
    *ret_ready = row.learnt >= known;
    return *ret_ready ? memory_of(l, arena, site, known, ret_packed) : DL_OK;
}

enum dl_err dl_ledger_site_newest(dl_ledger *l, dl_arena *arena, dl_str host, dl_str *ret_packed)
{
    *ret_packed = (dl_str){NULL, 0};
    if (host.n == 0) return DL_OK;
    dl_sql q =
        DL_LEDGER_SQL(l, SQL_SITE_NEWEST, "SELECT site, taken + 1 FROM site WHERE host = ?1");
    dl_sql_str(&q, host);
    int64_t site = 0, next = 0;
    if (dl_sql_step(&q)) {
        site = dl_sql_get_int(&q, 0);
        next = dl_sql_get_int(&q, 1);
    }
    dl_sql_end(&q);
    DL_TRY(l->db.failed);
    return site == 0 ? DL_OK : memory_of(l, arena, site, dl_site_known(next), ret_packed);
}

enum dl_err dl_ledger_site_news(dl_ledger *l, dl_arena *arena,
                                struct dl_site_news ret_news[DL_SITE_NEWS], size_t *ret_n)
{
    *ret_n = 0;
    for (size_t i = 0; i < l->n_site_news; i++) {
        dl_sql q = DL_LEDGER_SQL(l, SQL_SITE_NEWS,
                                 "SELECT host, root_before, root FROM site WHERE site = ?1");
        dl_sql_int(&q, l->site_news[i]);
        if (dl_sql_step(&q))
            ret_news[(*ret_n)++] =
                (struct dl_site_news){dl_sql_get_str(arena, &q, 0), dl_sql_get_str(arena, &q, 1),
                                      dl_sql_get_str(arena, &q, 2)};
        dl_sql_end(&q);
    }
    l->n_site_news = 0;
    DL_TRY(l->db.failed);
    return dl_arena_failed(arena);
}
