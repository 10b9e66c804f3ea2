/* Stories, their documents and statements. */
#include "store/read_private.h"

enum {
    JOINS_MAX = 1000, /* of joins in a row: more is a circle, which cannot be */
    PARTS_MAX = 20,   /* told of a story */
};

#define STORY_COLUMNS                                                                              \
    "s.story, s.id, r.title, r.language, d.outlet, o.name, d.id, s.documents, s.copies, "          \
    "s.outlets, s.languages, s.countries, s.first_seen, s.last_seen, s.last_change FROM story s "  \
    "JOIN document d ON d.document = s.headline JOIN outlet o ON o.outlet = d.outlet LEFT JOIN "   \
    "revision r ON r.revision = d.revision "

static bool story_row(dl_arena *arena, const dl_sql *q, struct dl_store_story *ret)
{
    *ret = (struct dl_store_story){
        .story = dl_sql_get_int(q, 0),
        .headline = dl_sql_get_str(arena, q, 2),
        .language = dl_sql_get_str(arena, q, 3),
        .outlet = dl_sql_get_str(arena, q, 4),
        .outlet_name = dl_sql_get_str(arena, q, 5),
        .documents = dl_sql_get_int(q, 7),
        .copies = dl_sql_get_int(q, 8),
        .outlets = dl_sql_get_int(q, 9),
        .languages = dl_sql_get_int(q, 10),
        .countries = dl_sql_get_int(q, 11),
        .first_seen_ms = dl_sql_get_int(q, 12),
        .last_seen_ms = dl_sql_get_int(q, 13),
        .change = dl_sql_get_int(q, 14),
    };
    return dl_sql_get_id(q, 1, &ret->id) && dl_sql_get_id(q, 6, &ret->document);
}

static enum dl_err story_rows(dl_arena *arena, dl_sql *q, dl_store_stories *stories)
{
    enum dl_err err = DL_OK;
    while (err == DL_OK && dl_sql_step(q)) {
        struct dl_store_story story;
        err = story_row(arena, q, &story) ? DL_OK : DL_ERR_CORRUPT;
        if (err == DL_OK) err = dl_vec_push(arena, stories, story);
    }
    dl_sql_end(q);
    return err == DL_OK ? dl_arena_failed(arena) : err;
}

/* The whole condition is one text, so that the statement stays prepared. */
#define HAS_FACET(kind, n)                                                                         \
    "AND (" n " IS NULL OR EXISTS (SELECT 1 FROM story_facet f WHERE f.story = s.story AND "       \
    "f.kind = '" kind "' AND f.value = " n ")) "

enum dl_err dl_store_list_stories(dl_store *s, dl_arena *arena,
                                  const struct dl_store_story_filter *filter,
                                  dl_store_stories *ret_stories)
{
    bool own;
    dl_store_stories stories = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q =
        DL_STORE_SQL(s, READ_STORIES,
                     "SELECT " STORY_COLUMNS
                     "WHERE s.joined_into IS NULL AND s.last_change < ?1 " HAS_FACET("outlet", "?3")
                         HAS_FACET("language", "?4")
                             HAS_FACET("country", "?5") "ORDER BY s.last_change DESC LIMIT ?2");
    dl_sql_int(&q, filter->before > 0 ? filter->before : INT64_MAX);
    dl_sql_int(&q, (int64_t)dl_store_limit(filter->limit));
    dl_sql_str(&q, filter->outlet);
    dl_sql_str(&q, filter->language);
    dl_sql_str(&q, filter->country);
    enum dl_err err = story_rows(arena, &q, &stories);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_stories = stories;
    return DL_OK;
}

enum dl_err dl_store_walk_stories(dl_store *s, dl_arena *arena, int64_t after, size_t limit,
                                  dl_store_stories *ret_stories)
{
    bool own;
    dl_store_stories stories = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_WALK_STORIES,
                            "SELECT " STORY_COLUMNS "WHERE s.joined_into IS NULL AND s.story > ?1 "
                            "ORDER BY s.story LIMIT ?2");
    dl_sql_int(&q, after);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    enum dl_err err = story_rows(arena, &q, &stories);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_stories = stories;
    return DL_OK;
}

/* The story that lives on. */
static int64_t joined_into(dl_store *s, int64_t story)
{
    for (int i = 0; i < JOINS_MAX; i++) {
        dl_sql q =
            DL_STORE_SQL(s, READ_STORY_JOINED, "SELECT joined_into FROM story WHERE story = ?1");
        dl_sql_int(&q, story);
        int64_t into = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
        dl_sql_end(&q);
        if (into == 0) return story;
        story = into;
    }
    return 0;
}

enum dl_err dl_store_story_by_key(dl_store *s, dl_arena *arena, int64_t story,
                                  struct dl_store_story *ret_story)
{
    struct dl_store_story row;
    dl_sql q = DL_STORE_SQL(s, READ_STORY_BY_KEY, "SELECT " STORY_COLUMNS "WHERE s.story = ?1");
    dl_sql_int(&q, joined_into(s, story));
    bool found = dl_sql_step(&q), whole = found && story_row(arena, &q, &row);
    dl_sql_end(&q);
    DL_TRY(s->db.failed);
    if (!whole) return found ? DL_ERR_CORRUPT : DL_ERR_NOT_FOUND;
    DL_TRY(dl_arena_failed(arena));
    *ret_story = row;
    return DL_OK;
}

enum dl_err dl_store_story(dl_store *s, dl_arena *arena, dl_str id,
                           struct dl_store_story *ret_story, struct dl_diag *diag)
{
    bool own;
    int64_t story;
    DL_TRY(dl_store_enter(s, &own));
    enum dl_err err = dl_store_by_prefix(
        s, READ_STORY_BY_ID, "SELECT story FROM story WHERE id BETWEEN ?1 AND ?2 LIMIT 2", id,
        &story, diag);
    if (err == DL_OK) err = dl_store_story_by_key(s, arena, story, ret_story);
    return dl_store_leave(s, own, err);
}

enum dl_err dl_store_story_facets(dl_store *s, dl_arena *arena, int64_t story, const char *kind,
                                  dl_store_facets *ret_facets)
{
    bool own;
    dl_store_facets facets = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(s, READ_FACETS,
                            "SELECT value, n FROM story_facet WHERE story = ?1 AND kind = ?2 ORDER "
                            "BY n DESC, value LIMIT ?3");
    dl_sql_int(&q, story);
    dl_sql_str(&q, dl_str_c(kind));
    dl_sql_int(&q, DL_STORE_LIST_MAX);
    while (dl_sql_step(&q)) {
        struct dl_store_facet f = {dl_sql_get_str(arena, &q, 0), dl_sql_get_int(&q, 1)};
        if (dl_vec_push(arena, &facets, f) != DL_OK) break;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, dl_arena_failed(arena)));
    *ret_facets = facets;
    return DL_OK;
}

static bool member_row(dl_arena *arena, const dl_sql *q, struct dl_store_member *ret)
{
    *ret = (struct dl_store_member){
        .seq = dl_sql_get_int(q, 0),
        .document = dl_sql_get_int(q, 1),
        .outlet = dl_sql_get_str(arena, q, 3),
        .outlet_name = dl_sql_get_str(arena, q, 4),
        .country = dl_sql_get_str(arena, q, 5),
        .url = dl_sql_get_str(arena, q, 6),
        .title = dl_sql_get_str(arena, q, 7),
        .language = dl_sql_get_str(arena, q, 8),
        .published = dl_sql_get_str(arena, q, 9),
        .lead = dl_sql_get_text(arena, q, 10, DL_STORE_LEAD),
        .seen_after_ms = dl_sql_get_int(q, 11),
        .seen_by_ms = dl_sql_get_int(q, 12),
        .channel = dl_sql_get_str(arena, q, 13),
        .similarity = dl_sql_get_real(q, 15),
        .evidence = dl_sql_get_str(arena, q, 16),
        .n_statements = dl_sql_get_int(q, 17),
        .is_corrected = dl_sql_get_int(q, 18) != 0,
        .is_quiet = dl_sql_get_int(q, 19) != 0,
    };
    ret->is_copy = dl_sql_get_id(q, 14, &ret->copy_of);
    return dl_sql_get_id(q, 2, &ret->id);
}

enum dl_err dl_store_story_members(dl_store *s, dl_arena *arena, int64_t story, int64_t after,
                                   size_t limit, dl_store_members *ret_members)
{
    bool own;
    enum dl_err err = DL_OK;
    dl_store_members members = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_MEMBERS,
        "SELECT m.seq, d.document, d.id, d.outlet, o.name, o.country, d.url, r.title, r.language, "
        "r.published_text, CASE WHEN d.rights & 8 THEN NULL ELSE substr(r.text, 1, 400) END, d.seen_after, d.seen_by, d.channel, c.id, "
        "m.similarity, m.evidence, (SELECT count(*) FROM statement t WHERE t.revision = "
        "d.revision), EXISTS (SELECT 1 FROM edit x WHERE x.document = d.document AND x.notice = 1), "
        "d.rights & 8 FROM story_document m JOIN document d USING (document) JOIN outlet o ON "
        "o.outlet = d.outlet LEFT JOIN revision r ON r.revision = d.revision LEFT JOIN document c "
        "ON c.document = m.copy_of WHERE m.story = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3");
    dl_sql_int(&q, story);
    dl_sql_int(&q, after);
    dl_sql_int(&q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_member m;
        err = member_row(arena, &q, &m) ? DL_OK : DL_ERR_CORRUPT;
        if (err == DL_OK) err = dl_vec_push(arena, &members, m);
    }
    dl_sql_end(&q);
    if (err == DL_OK) err = dl_arena_failed(arena);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_members = members;
    return DL_OK;
}

static bool statement_row(dl_arena *arena, const dl_sql *q, struct dl_store_statement *ret)
{
    *ret = (struct dl_store_statement){
        .key = dl_sql_get_int(q, 0),
        .outlet = dl_sql_get_str(arena, q, 3),
        .outlet_name = dl_sql_get_str(arena, q, 4),
        .source = dl_sql_get_str(arena, q, 5),
        .source_class = dl_sql_get_str(arena, q, 6),
        .anonymity = dl_sql_get_str(arena, q, 7),
        .stance = dl_sql_get_str(arena, q, 8),
        .certainty = dl_sql_get_str(arena, q, 9),
        .quote = dl_sql_get_str(arena, q, 10),
        .cue = dl_sql_get_str(arena, q, 11),
        .content = dl_sql_get_str(arena, q, 12),
        .rule = dl_sql_get_str(arena, q, 13),
        .score = dl_sql_get_real(q, 14),
        .spans = dl_sql_get_str(arena, q, 15),
    };
    return dl_sql_get_id(q, 1, &ret->id) && dl_sql_get_id(q, 2, &ret->document);
}

#define STATEMENT_COLUMNS                                                                          \
    "t.statement, t.id, d.id, d.outlet, o.name, t.source, t.source_class, t.anonymity, t.stance, " \
    "t.certainty, t.quote, t.cue, t.content, t.rule, t.score, t.spans "

static enum dl_err statement_rows(dl_arena *arena, dl_sql *q, size_t limit,
                                  dl_store_statements *statements)
{
    enum dl_err err = DL_OK;
    dl_sql_int(q, (int64_t)dl_store_limit(limit));
    while (err == DL_OK && dl_sql_step(q)) {
        struct dl_store_statement t;
        err = statement_row(arena, q, &t) ? DL_OK : DL_ERR_CORRUPT;
        if (err == DL_OK) err = dl_vec_push(arena, statements, t);
    }
    dl_sql_end(q);
    return err == DL_OK ? dl_arena_failed(arena) : err;
}

enum dl_err dl_store_story_statements(dl_store *s, dl_arena *arena, int64_t story, int64_t after,
                                      size_t limit, dl_store_statements *ret_statements)
{
    bool own;
    dl_store_statements statements = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_STORY_STATEMENTS,
        "SELECT " STATEMENT_COLUMNS "FROM story_document m JOIN document d USING (document) JOIN "
        "outlet o ON o.outlet = d.outlet JOIN statement t ON t.revision = d.revision WHERE "
        "m.story = ?1 AND t.statement > ?2 ORDER BY t.statement LIMIT ?3");
    dl_sql_int(&q, story);
    dl_sql_int(&q, after);
    enum dl_err err = statement_rows(arena, &q, limit, &statements);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_statements = statements;
    return DL_OK;
}

enum dl_err dl_store_document_statements(dl_store *s, dl_arena *arena, int64_t document,
                                         int64_t after, size_t limit,
                                         dl_store_statements *ret_statements)
{
    bool own;
    dl_store_statements statements = {0};
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_DOCUMENT_STATEMENTS,
        "SELECT " STATEMENT_COLUMNS "FROM document d JOIN outlet o ON o.outlet = d.outlet JOIN "
        "statement t ON t.revision = d.revision WHERE d.document = ?1 AND t.statement > ?2 "
        "ORDER BY t.statement LIMIT ?3");
    dl_sql_int(&q, document);
    dl_sql_int(&q, after);
    enum dl_err err = statement_rows(arena, &q, limit, &statements);
    DL_TRY(dl_store_leave(s, own, err));
    *ret_statements = statements;
    return DL_OK;
}

enum dl_err dl_store_story_parts(dl_store *s, dl_arena *arena, int64_t story,
                                 dl_store_parts *ret_parts)
{
    bool own;
    dl_store_parts parts = {0};
    enum dl_err err = DL_OK;
    DL_TRY(dl_store_enter(s, &own));
    dl_sql q = DL_STORE_SQL(
        s, READ_STORY_PARTS,
        "SELECT o.id, r.title, r.language, e.seen_by, p.n, p.from_story = ?1 FROM (SELECT seq, "
        "from_story, into_story, count(*) AS n FROM story_part WHERE from_story = ?1 OR into_story "
        "= ?1 GROUP BY seq) p JOIN entry e ON e.seq = p.seq JOIN story o ON o.story = "
        "iif(p.from_story = ?1, p.into_story, p.from_story) JOIN document d ON d.document = "
        "o.headline LEFT JOIN revision r ON r.revision = d.revision WHERE coalesce(o.joined_into, 0) "
        "<> ?1 ORDER BY p.seq DESC LIMIT ?2");
    dl_sql_int(&q, story);
    dl_sql_int(&q, PARTS_MAX);
    while (err == DL_OK && dl_sql_step(&q)) {
        struct dl_store_part part = {.headline = dl_sql_get_str(arena, &q, 1),
                                     .language = dl_sql_get_str(arena, &q, 2),
                                     .at_ms = dl_sql_get_int(&q, 3),
                                     .documents = dl_sql_get_int(&q, 4),
                                     .is_rest = dl_sql_get_int(&q, 5) != 0};
        bool whole = dl_sql_get_id(&q, 0, &part.other);
        err = whole ? dl_vec_push(arena, &parts, part) : DL_ERR_CORRUPT;
    }
    dl_sql_end(&q);
    DL_TRY(dl_store_leave(s, own, err == DL_OK ? dl_arena_failed(arena) : err));
    *ret_parts = parts;
    return DL_OK;
}
