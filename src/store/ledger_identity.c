#include "store/ledger_identity.h"

#include "base/utf8.h"
#include "lang/alike.h"
#include "store/ledger_private.h"

enum {
    ALIKE = 50,             /* percent of pairs: an edited headline has more, another one less */
    ALIKE_DATED = 80,       /* where only the time of publication is the same */
    ALIKE_KEY = 25,         /* where the publisher's own number is the same too */
    TEXT_TELLS = 80,        /* bytes of text that two articles do not share by chance */
    TITLE_TELLS = 20,       /* bytes of a headline, where the time agrees too */
    TITLE_KEPT = 200,       /* bytes of it in face */
    ALIASES_MAX = 32,       /* of a document and kind: session ids in addresses never end */
    CANDIDATES = 8,         /* looked at: a batch published at one second */
    TRUST_AT = 3,           /* times that are no accident */
    REUSED_AT = 2,          /* two others under a known GUID: worse than useless */
    GUIDS_USUAL = 2,        /* two feeds of an outlet may name an article differently */
    SAME_TIME_MS = HOUR_MS, /* a corrected time of publication */
    OTHER_DAY_MS = 12 * HOUR_MS,
};

/* --- what is known of a document ---------------------------------------------------------- */

struct face {
    int64_t document, content, lead, published_ms;
    bool has_guid, there;
    dl_id id;
    dl_str title, url;
};

static int64_t content_key(const struct dl_material *m)
{
    int64_t key;
    memcpy(&key, m->hash.b, sizeof key);
    return key;
}

static bool is_item(const struct dl_material *m)
{
    return dl_str_eq_c(m->kind, "item");
}

#define FACE_COLUMNS                                                                               \
    "d.document, d.id, d.url, f.content, f.lead, f.published, f.has_guid, f.title, f.document IS " \
    "NOT NULL"

static struct face face_row(dl_arena *arena, dl_sql *q)
{
    struct face f = {
        .document = dl_sql_get_int(q, 0),
        .url = dl_sql_get_str(arena, q, 2),
        .content = dl_sql_get_int(q, 3),
        .lead = dl_sql_get_int(q, 4),
        .published_ms = dl_sql_get_int(q, 5),
        .has_guid = dl_sql_get_int(q, 6) != 0,
        .title = dl_sql_get_str(arena, q, 7),
        .there = dl_sql_get_int(q, 8) != 0,
    };
    if (!dl_sql_get_id(q, 1, &f.id)) f.document = 0;
    return f;
}

/* by: how an alias came to lead there; empty: firmly. */
static struct face by_alias(struct dl_identifier *x, const char *kind, dl_str value, dl_str *ret_by)
{
    struct face f = {0};
    if (value.n == 0) return f;
    dl_sql q = DL_LEDGER_SQL(x->ledger, SQL_FIND_ALIAS,
                             "SELECT " FACE_COLUMNS ", a.why FROM alias a JOIN document d USING "
                             "(document) LEFT JOIN face f USING (document) WHERE a.outlet = ?1 AND "
                             "a.kind = ?2 AND a.value = ?3");
    dl_sql_str(&q, x->outlet);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    if (dl_sql_step(&q)) {
        f = face_row(x->arena, &q);
        *ret_by = dl_sql_get_str(x->arena, &q, 9);
    }
    dl_sql_end(&q);
    return f;
}

/* Does the address or GUID identify nothing? */
static bool is_void(struct dl_identifier *x, const char *kind, dl_str value)
{
    if (!x->has_voids || value.n == 0) return false;
    dl_sql q = DL_LEDGER_SQL(x->ledger, SQL_IS_VOID,
                             "SELECT 1 FROM identity_void WHERE outlet = ?1 AND kind = ?2 AND "
                             "value = ?3");
    dl_sql_str(&q, x->outlet);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    bool is = dl_sql_step(&q);
    dl_sql_end(&q);
    return is;
}

static enum dl_err make_void(struct dl_identifier *x, const char *kind, dl_str value, int64_t at_ms,
                             const char *why)
{
    if (value.n == 0) return DL_OK;
    x->has_voids = true;
    dl_sql q = DL_LEDGER_SQL(x->ledger, SQL_MAKE_VOID,
                             "INSERT OR IGNORE INTO identity_void (outlet, kind, value, at, why) "
                             "VALUES (?1, ?2, ?3, ?4, ?5)");
    dl_sql_str(&q, x->outlet);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    dl_sql_int(&q, at_ms);
    dl_sql_str(&q, dl_str_c(why));
    return dl_sql_run(&q);
}

/* --- rules -------------------------------------------------------------------------------- */

static bool guids_hold(const struct dl_guid_trust *t)
{
    return t->guid_held >= TRUST_AT && t->guid_reused == 0;
}

static bool guids_churn(const struct dl_guid_trust *t)
{
    return t->guid_churned >= TRUST_AT && t->guid_churned > t->guid_held;
}

static uint64_t claim_of(dl_str url)
{
    return dl_hash64(url) | 1;
}

/* Stands the document in this poll at another address? */
static bool is_claimed(const struct dl_identifier *x, int64_t document, dl_str url)
{
    const uint64_t *claim = dl_map64_get(&x->claims, (uint64_t)document);
    return claim != NULL && *claim != claim_of(url);
}

static int64_t apart(const struct face *f, const struct dl_material *m)
{
    if (f->published_ms == 0 || m->published_ms == 0) return 0;
    int64_t d = f->published_ms - m->published_ms;
    return d < 0 ? -d : d;
}

static bool looks_same(const struct face *f, const struct dl_material *m)
{
    if (f->content == content_key(m)) return true;
    if (f->lead != 0 && f->lead == m->lead) return true;
    if (dl_alike_percent(f->title, m->title) < ALIKE) return false;
    /* "Figures of 3 March", "Figures of 4 March" */
    return apart(f, m) < OTHER_DAY_MS || dl_alike_numbers(f->title, m->title);
}

/* The GUID leads to f, the address does not. */
static bool guid_is_right(const struct dl_identifier *x, const struct dl_who *who,
                          const struct face *f)
{
    const struct dl_material *m = who->material;
    if (who->url.n == 0 || !f->there || !is_item(m)) return true;
    if (f->content == content_key(m)) return true;
    if (is_claimed(x, f->document, who->url)) return false;
    if (x->trust.guid_reused >= REUSED_AT) return false;
    return guids_hold(&x->trust) || looks_same(f, m);
}

static bool content_is_right(const struct dl_identifier *x, const struct dl_who *who,
                             const struct face *f)
{
    const struct dl_material *m = who->material;
    bool same_path = dl_str_eq(dl_str_sub(f->url, 0, dl_str_chr(f->url, '?', 0)),
                               dl_str_sub(m->shown_url, 0, dl_str_chr(m->shown_url, '?', 0)));
    if (m->text_bytes >= TEXT_TELLS) return same_path || apart(f, m) <= SAME_TIME_MS;
    if (is_claimed(x, f->document, who->url)) return false;
    bool same_time = m->published_ms != 0 && f->published_ms == m->published_ms;
    return m->title.n >= TITLE_TELLS && same_time;
}

/* "20240325", "202403": all articles of a day or month share it. */
static bool is_date(dl_str number)
{
    bool century = dl_str_starts(number, "20") || dl_str_starts(number, "19");
    return century && (number.n == 8 || number.n == 6);
}

/* Long numbers in paths are keys of the publisher's own store: "/12345678-a-new-slug". */
static bool share_key(dl_str a, dl_str b)
{
    enum { KEY_DIGITS = 5 };
    for (size_t i = 0; i < a.n;) {
        size_t start = i;
        while (i < a.n && dl_is_digit((unsigned char)a.p[i]))
            i++;
        dl_str number = dl_str_sub(a, start, i);
        bool is_key = number.n >= KEY_DIGITS && !is_date(number);
        size_t at = is_key ? dl_str_find(b, number, 0) : DL_NO_POS;
        if (at != DL_NO_POS) {
            bool left = at == 0 || !dl_is_digit((unsigned char)b.p[at - 1]);
            bool right = at + number.n == b.n || !dl_is_digit((unsigned char)b.p[at + number.n]);
            if (left && right) return true;
        }
        if (i == start) i++;
    }
    return false;
}

static bool time_is_right(const struct dl_identifier *x, const struct dl_who *who,
                          const struct face *f)
{
    const struct dl_material *m = who->material;
    bool two_guids = f->has_guid && who->guid.n > 0 && !dl_str_eq(who->guid, m->shown_url);
    if (two_guids && !guids_churn(&x->trust)) return false;
    if (is_claimed(x, f->document, who->url)) return false;
    unsigned alike = dl_alike_percent(f->title, m->title);
    if (share_key(f->url, m->shown_url)) return alike >= ALIKE_KEY;
    /* Batches are published at full hours: reports from many towns, alike but for the name. */
    bool is_batch = m->published_ms % HOUR_MS == 0;
    return !is_batch && alike >= ALIKE_DATED && dl_alike_numbers(f->title, m->title);
}

/* --- looking ------------------------------------------------------------------------------ */

static bool found(struct dl_who *who, const struct face *f, const char *why)
{
    who->document = f->document;
    who->id = f->id;
    who->why = why;
    return true;
}

static dl_str other_scheme(dl_arena *arena, dl_str url)
{
    if (dl_str_starts(url, "https://"))
        return dl_str_fmt(arena, "http://%.*s", DL_FMT(dl_str_sub(url, 8, url.n)));
    if (!dl_str_starts(url, "http://")) return (dl_str){NULL, 0};
    return dl_str_fmt(arena, "https://%.*s", DL_FMT(dl_str_sub(url, 7, url.n)));
}

static bool find_url(struct dl_identifier *x, struct dl_who *who)
{
    dl_str by = {NULL, 0};
    struct face f = by_alias(x, "url", who->url, &by);
    /* A page's word for its own address, or where a redirect ended, is less than an item's. */
    bool soft = dl_str_eq_c(by, "canonical") || dl_str_eq_c(by, "redirect");
    bool doubted = soft && f.there && is_item(who->material) && !looks_same(&f, who->material);
    if (f.document != 0 && !doubted) return found(who, &f, NULL);
    if (f.document != 0 || !is_item(who->material)) return false;
    f = by_alias(x, "url", other_scheme(x->arena, who->url), &by);
    return f.document != 0 && found(who, &f, "scheme");
}

static bool find_guid(struct dl_identifier *x, struct dl_who *who, int64_t *ret_not)
{
    dl_str by;
    struct face f = by_alias(x, "guid", who->guid, &by);
    if (f.document == 0) return false;
    if (!guid_is_right(x, who, &f)) {
        *ret_not = f.document;
        who->reused = true;
        return false;
    }
    who->held = who->churned = who->url.n > 0 && f.there;
    return found(who, &f, who->url.n > 0 ? "guid" : NULL);
}

static bool find_face(struct dl_identifier *x, struct dl_who *who, bool by_time, int64_t is_not)
{
    const struct dl_material *m = who->material;
    if (!is_item(m) || (by_time && m->published_ms == 0)) return false;
    dl_sql q =
        by_time
            ? DL_LEDGER_SQL(x->ledger, SQL_FACE_PUBLISHED,
                            "SELECT " FACE_COLUMNS " FROM face f JOIN document d USING (document) "
                            "WHERE f.published = ?1 AND f.outlet = ?2 ORDER BY d.document LIMIT ?3")
            : DL_LEDGER_SQL(x->ledger, SQL_FACE_CONTENT,
                            "SELECT " FACE_COLUMNS " FROM face f JOIN document d USING (document) "
                            "WHERE f.content = ?1 AND f.outlet = ?2 ORDER BY d.document LIMIT ?3");
    dl_sql_int(&q, by_time ? m->published_ms : content_key(m));
    dl_sql_str(&q, x->outlet);
    dl_sql_int(&q, CANDIDATES);
    bool is = false;
    while (!is && dl_sql_step(&q)) {
        struct face f = face_row(x->arena, &q);
        if (f.document == 0 || f.document == is_not) continue;
        is = by_time ? time_is_right(x, who, &f) : content_is_right(x, who, &f);
        if (is) found(who, &f, by_time ? "time and headline" : "content");
    }
    dl_sql_end(&q);
    who->churned = is && who->url.n > 0;
    return is;
}

static bool find_id(struct dl_identifier *x, struct dl_who *who)
{
    dl_sql q =
        DL_LEDGER_SQL(x->ledger, SQL_DOCUMENT_BY_ID, "SELECT document FROM document WHERE id = ?1");
    dl_sql_id(&q, &who->id);
    who->document = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return who->document != 0;
}

/* Neither address nor GUID that identifies it: what it says. */
static enum dl_err own_id(struct dl_identifier *x, struct dl_who *who)
{
    if (who->url.n + who->guid.n == 0) {
        char hex[DL_ID_HEX + 1];
        dl_id_hex(&who->material->hash, hex);
        who->guid = dl_str_fmt(x->arena, "content:%s", hex);
    }
    who->id = dl_document_id(x->outlet, who->url, who->guid);
    return dl_arena_failed(x->arena);
}

enum dl_err dl_identify(struct dl_identifier *x, struct dl_who *who)
{
    int64_t is_not = 0;
    who->held = who->reused = who->churned = false;
    who->why = NULL;
    DL_TRY(own_id(x, who));
    bool is = find_url(x, who) || find_guid(x, who, &is_not) || find_face(x, who, false, is_not) ||
              find_face(x, who, true, is_not) || find_id(x, who);
    if (!is) who->document = 0;
    return x->ledger->db.failed;
}

/* --- one poll ----------------------------------------------------------------------------- */

static bool differ(const struct dl_material *a, const struct dl_material *b)
{
    if (dl_id_eq(&a->hash, &b->hash) || (a->lead != 0 && a->lead == b->lead)) return false;
    return dl_alike_percent(a->title, b->title) < ALIKE || !dl_alike_numbers(a->title, b->title);
}

/* The same address or GUID twice in one poll, for articles that differ: it tells nothing. */
static enum dl_err find_doubles(struct dl_identifier *x, const struct dl_who *who, size_t n)
{
    dl_map urls, guids;
    dl_map_init(&urls, x->arena);
    dl_map_init(&guids, x->arena);
    for (size_t i = 0; i < n; i++) {
        const struct dl_material *m = who[i].material;
        if (!is_item(m)) return DL_OK;
        const struct dl_material *at_url = m->url.n > 0 ? dl_map_get(&urls, m->url) : NULL;
        const struct dl_material *of_guid = m->guid.n > 0 ? dl_map_get(&guids, m->guid) : NULL;
        if (at_url != NULL && differ(at_url, m) && !is_void(x, "url", m->url)) {
            x->seen.url_shared++;
            DL_TRY(make_void(x, "url", m->url, m->seen_by_ms, "several articles at once"));
        }
        if (of_guid != NULL && differ(of_guid, m) && !is_void(x, "guid", m->guid)) {
            x->seen.guid_reused++;
            DL_TRY(make_void(x, "guid", m->guid, m->seen_by_ms, "several articles at once"));
        }
        if (m->url.n > 0 && at_url == NULL) DL_TRY(dl_map_set(&urls, m->url, (void *)m));
        if (m->guid.n > 0 && of_guid == NULL) DL_TRY(dl_map_set(&guids, m->guid, (void *)m));
    }
    return DL_OK;
}

static void read_trust(struct dl_identifier *x)
{
    dl_sql q = DL_LEDGER_SQL(x->ledger, SQL_TRUST,
                             "SELECT guid_held, guid_churned, guid_reused, url_churned, url_shared "
                             "FROM identity_trust WHERE outlet = ?1 AND feed = ?2");
    dl_sql_str(&q, x->outlet);
    dl_sql_int(&q, x->feed);
    if (dl_sql_step(&q))
        x->trust = (struct dl_guid_trust){dl_sql_get_int(&q, 0), dl_sql_get_int(&q, 1),
                                          dl_sql_get_int(&q, 2), dl_sql_get_int(&q, 3),
                                          dl_sql_get_int(&q, 4)};
    dl_sql_end(&q);
    dl_sql v = DL_LEDGER_SQL(x->ledger, SQL_HAS_VOIDS,
                             "SELECT 1 FROM identity_void WHERE outlet = ?1 LIMIT 1");
    dl_sql_str(&v, x->outlet);
    x->has_voids = dl_sql_step(&v);
    dl_sql_end(&v);
}

static enum dl_err claim(struct dl_identifier *x, int64_t document, dl_str url)
{
    uint64_t *slot = dl_map64_at(&x->claims, (uint64_t)document);
    if (slot == NULL) return dl_arena_failed(x->arena);
    if (*slot == 0) *slot = claim_of(url);
    return DL_OK;
}

/* Documents that stand in this poll under an address they are known by. */
static enum dl_err claim_known(struct dl_identifier *x, struct dl_who *who, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct dl_material *m = who[i].material;
        who[i].url = is_void(x, "url", m->url) ? (dl_str){NULL, 0} : m->url;
        who[i].guid = is_void(x, "guid", m->guid) ? (dl_str){NULL, 0} : m->guid;
        dl_str by;
        struct face f = by_alias(x, "url", who[i].url, &by);
        if (f.document != 0) DL_TRY(claim(x, f.document, who[i].url));
    }
    return x->ledger->db.failed;
}

enum dl_err dl_identify_begin(dl_ledger *l, dl_arena *arena, struct dl_who *who, size_t n,
                              struct dl_identifier *ret)
{
    *ret = (struct dl_identifier){.ledger = l,
                                  .arena = arena,
                                  .outlet = who[0].material->outlet,
                                  .feed = who[0].material->feed};
    dl_map64_init(&ret->claims, arena);
    read_trust(ret);
    if (n > 1) DL_TRY(find_doubles(ret, who, n));
    return claim_known(ret, who, n);
}

/* --- its names ---------------------------------------------------------------------------- */

static enum dl_err put_guid(struct dl_identifier *x, struct dl_who *who)
{
    dl_str by;
    if (who->guid.n == 0) return DL_OK;
    struct face f = by_alias(x, "guid", who->guid, &by);
    if (f.document == who->document) return DL_OK;
    if (f.document != 0) {
        who->reused = true;
        return make_void(x, "guid", who->guid, who->material->seen_by_ms, "another article");
    }
    dl_sql q = DL_LEDGER_SQL(x->ledger, SQL_COUNT_ALIASES,
                             "SELECT count(*) FROM alias WHERE document = ?1 AND kind = 'guid'");
    dl_sql_int(&q, who->document);
    int64_t known = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    x->seen.guid_churned += known >= GUIDS_USUAL && who->url.n > 0;
    if (known >= GUIDS_USUAL && guids_churn(&x->trust)) return DL_OK;
    return dl_ledger_put_alias(x->ledger, x->outlet, "guid", who->guid, who->document, NULL);
}

static enum dl_err put_face(struct dl_identifier *x, const struct dl_who *who)
{
    const struct dl_material *m = who->material;
    dl_sql q = DL_LEDGER_SQL(x->ledger, SQL_PUT_FACE,
                             "INSERT OR REPLACE INTO face (document, outlet, content, lead, "
                             "published, has_guid, title) VALUES (?1, ?2, ?3, ?4, nullif(?5, 0), "
                             "?6, ?7)");
    dl_sql_int(&q, who->document);
    dl_sql_str(&q, x->outlet);
    dl_sql_int(&q, content_key(m));
    dl_sql_int(&q, m->lead);
    dl_sql_int(&q, m->published_ms);
    dl_sql_int(&q, m->guid.n > 0 && !dl_str_eq(m->guid, m->shown_url));
    dl_sql_str(&q, dl_utf8_prefix(m->title, TITLE_KEPT));
    return dl_sql_run(&q);
}

enum dl_err dl_identified(struct dl_identifier *x, struct dl_who *who, bool changed)
{
    DL_TRY(claim(x, who->document, who->url));
    DL_TRY(dl_ledger_put_alias(x->ledger, x->outlet, "url", who->url, who->document, who->why));
    DL_TRY(put_guid(x, who));
    x->seen.guid_held += who->held;
    x->seen.guid_reused += who->reused;
    x->seen.url_churned += who->churned;
    if (who->reused)
        DL_TRY(make_void(x, "guid", who->guid, who->material->seen_by_ms, "another article"));
    return changed && is_item(who->material) ? put_face(x, who) : x->ledger->db.failed;
}

enum dl_err dl_identify_end(struct dl_identifier *x)
{
    const struct dl_guid_trust *s = &x->seen;
    if (s->guid_held + s->guid_churned + s->guid_reused + s->url_churned + s->url_shared == 0)
        return DL_OK;
    dl_sql q = DL_LEDGER_SQL(
        x->ledger, SQL_PUT_TRUST,
        "INSERT INTO identity_trust (outlet, feed, guid_held, guid_churned, guid_reused, "
        "url_churned, url_shared) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (outlet, feed) DO "
        "UPDATE SET guid_held = guid_held + ?3, guid_churned = guid_churned + ?4, guid_reused = "
        "guid_reused + ?5, url_churned = url_churned + ?6, url_shared = url_shared + ?7");
    dl_sql_str(&q, x->outlet);
    dl_sql_int(&q, x->feed);
    const int64_t counts[] = {s->guid_held, s->guid_churned, s->guid_reused, s->url_churned,
                              s->url_shared};
    for (size_t i = 0; i < 5; i++)
        dl_sql_int(&q, counts[i]);
    return dl_sql_run(&q);
}

enum dl_err dl_ledger_put_alias(dl_ledger *l, dl_str outlet, const char *kind, dl_str value,
                                int64_t document, const char *why)
{
    bool soft = why != NULL && (strcmp(why, "canonical") == 0 || strcmp(why, "redirect") == 0);
    /* Front pages are where articles go that are gone. */
    size_t host = dl_str_find_c(value, "://", 0);
    bool is_front = host != DL_NO_POS && dl_str_chr(value, '/', host + 3) + 1 == value.n;
    if (value.n == 0 || (soft && is_front)) return DL_OK;
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_PUT_ALIAS,
        "INSERT INTO alias (outlet, kind, value, document, why) SELECT ?1, ?2, ?3, ?4, ?5 WHERE "
        "(SELECT count(*) FROM alias WHERE document = ?4 AND kind = ?2) < ?6 ON CONFLICT (outlet, "
        "kind, value) DO UPDATE SET document = ?4, why = ?5 WHERE NOT ?7 AND document <> ?4 AND "
        "why IN ('canonical', 'redirect')");
    dl_sql_str(&q, outlet);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_str(&q, value);
    dl_sql_int(&q, document);
    dl_sql_str(&q, dl_str_c(why));
    dl_sql_int(&q, ALIASES_MAX);
    dl_sql_int(&q, soft);
    return dl_sql_run(&q);
}
