/* Which document's title stands for a story. Chosen again when the story has grown by a quarter,
 * and no more once as many titles as dl_headline_pick() looks at are there: a story of n documents
 * is looked at about 20 times, whatever n is. */
#include "store/ledger.h"
#include "store/ledger_private.h"
#include "story/headline.h"

enum {
    MEMBERS_LOOKED_AT = 4 * DL_HEADLINE_MAX, /* copies and other languages are passed over */
    ALWAYS_BELOW = 4,                        /* documents: each arrival counts */
    SCRATCH_MAX = 8 << 20,
};

static bool is_due(int64_t documents)
{
    if (documents < 2 || documents > MEMBERS_LOOKED_AT) return false;
    int64_t step = ALWAYS_BELOW;
    while (step < documents)
        step += step / 4;
    return documents <= ALWAYS_BELOW || step == documents;
}

/* By the wording with which they came into the story: what is read at the same time, a page behind
 * its item, does not change the choice. Originals in the language that most documents have; the
 * founder's when two have as many. */
static enum dl_err candidates(dl_ledger *l, dl_arena *arena, int64_t story, dl_str *titles,
                              int64_t *documents, size_t *ret_n)
{
    dl_sql q = DL_LEDGER_SQL(
        l, SQL_HEADLINE_TITLES,
        "SELECT m.document, r.title FROM (SELECT document, copy_of, seq FROM story_document WHERE "
        "story = ?1 ORDER BY document LIMIT ?2) m JOIN entry e ON e.seq = m.seq JOIN revision r ON "
        "r.revision = e.revision WHERE m.copy_of IS NULL AND r.title <> '' AND coalesce(r.language, '') = "
        "coalesce((SELECT f.value FROM story_facet f JOIN story s USING (story) JOIN entry fe ON "
        "fe.seq = s.story LEFT JOIN revision fr ON fr.revision = fe.revision WHERE f.story = "
        "?1 AND f.kind = 'language' ORDER BY f.n DESC, f.value IS fr.language DESC, f.value LIMIT "
        "1), '') ORDER BY m.document LIMIT ?3");
    dl_sql_int(&q, story);
    dl_sql_int(&q, MEMBERS_LOOKED_AT);
    dl_sql_int(&q, DL_HEADLINE_MAX);
    size_t n = 0;
    while (n < DL_HEADLINE_MAX && dl_sql_step(&q)) {
        documents[n] = dl_sql_get_int(&q, 0);
        titles[n++] = dl_sql_get_str(arena, &q, 1);
    }
    dl_sql_end(&q);
    *ret_n = n;
    return l->db.failed;
}

static enum dl_err choose(dl_ledger *l, dl_arena *arena, int64_t story)
{
    dl_str titles[DL_HEADLINE_MAX];
    int64_t documents[DL_HEADLINE_MAX];
    size_t n;
    DL_TRY(candidates(l, arena, story, titles, documents, &n));
    size_t best = dl_headline_pick(arena, titles, n);
    DL_TRY(dl_arena_failed(arena));
    if (best == DL_NO_POS) return DL_OK; /* the founder stays */
    dl_sql q = DL_LEDGER_SQL(l, SQL_HEADLINE,
                             "UPDATE story SET headline = ?2 WHERE story = ?1 AND headline <> ?2");
    dl_sql_int(&q, story);
    dl_sql_int(&q, documents[best]);
    return dl_sql_run(&q);
}

static int64_t documents_of(dl_ledger *l, int64_t story)
{
    dl_sql q = DL_LEDGER_SQL(l, SQL_HEADLINE_DUE, "SELECT documents FROM story WHERE story = ?1");
    dl_sql_int(&q, story);
    int64_t documents = dl_sql_step(&q) ? dl_sql_get_int(&q, 0) : 0;
    dl_sql_end(&q);
    return documents;
}

enum dl_err dl_ledger_headline(dl_ledger *l, int64_t story, bool joined)
{
    int64_t documents = documents_of(l, story);
    DL_TRY(l->db.failed);
    if (!joined && !is_due(documents)) return DL_OK;
    dl_arena *scratch = dl_arena_new(SCRATCH_MAX);
    if (scratch == NULL) return DL_ERR_NOMEM;
    enum dl_err err = choose(l, scratch, story);
    dl_arena_free(scratch);
    return err;
}
