#include "event/acts.h"

#include "base/vec.h"

enum { ROWS_MAX = 2048 /* rows of one table; a lexicon is smaller by far */ };

struct table {
    dl_arena *arena;
    const dl_pack *pack;
    struct dl_diag *diag;
    dl_acts *acts;
};

typedef enum dl_err (*row_fn)(struct table *t, const dl_str *cells);

static enum dl_err add_forms(struct table *t, dl_phrases *phrases, dl_str forms, uint32_t value)
{
    dl_str form;
    while (dl_str_split(&forms, '|', &form))
        if (form.n > 0) DL_TRY(dl_phrases_add(phrases, t->pack, form, value));
    return DL_OK;
}

static enum dl_err act_row(struct table *t, const dl_str *cells)
{
    dl_acts *a = t->acts;
    if (a->n_acts >= ROWS_MAX) return DL_ERR_TOO_BIG;
    a->act[a->n_acts] =
        (struct dl_act){cells[1], cells[2], cells[3], dl_str_eq_c(cells[0], "verb")};
    return add_forms(t, &a->acts, cells[4], (uint32_t)a->n_acts++);
}

static enum dl_err agent_row(struct table *t, const dl_str *cells)
{
    dl_acts *a = t->acts;
    if (a->n_sectors >= ROWS_MAX) return DL_ERR_TOO_BIG;
    a->sector[a->n_sectors] = cells[1];
    return add_forms(t, &a->agents, cells[0], (uint32_t)a->n_sectors++);
}

static enum dl_err link_row(struct table *t, const dl_str *cells)
{
    dl_acts *a = t->acts;
    if (a->n_links >= ROWS_MAX) return DL_ERR_TOO_BIG;
    a->link[a->n_links] = cells[0];
    return add_forms(t, &a->links, cells[1], (uint32_t)a->n_links++);
}

static enum dl_err topic_row(struct table *t, const dl_str *cells)
{
    dl_acts *a = t->acts;
    if (a->n_topics >= ROWS_MAX) return DL_ERR_TOO_BIG;
    a->topic[a->n_topics] = (struct dl_topic){cells[0], cells[1]};
    return add_forms(t, &a->topics, cells[2], (uint32_t)a->n_topics++);
}

static enum dl_err read_table(struct table *t, const char *name, const char *const *columns,
                              row_fn row)
{
    dl_tsv tsv;
    bool there;
    DL_TRY(dl_lexicon_open(t->arena, t->pack->code, name, &tsv, &there, t->diag));
    if (!there) return DL_OK;
    for (size_t i = 0; columns[i] != NULL; i++)
        if (dl_tsv_column(&tsv, columns[i]) != i)
            return dl_fail(t->diag, DL_ERR_SYNTAX, 0, "lexicon/%s/%s: no column %s", t->pack->code,
                           name, columns[i]);
    dl_str cells[DL_TSV_MAX_COLUMNS];
    enum dl_err err;
    while ((err = dl_tsv_next(&tsv, cells, t->diag)) == DL_OK)
        DL_TRY(row(t, cells));
    return err == DL_ERR_NOT_FOUND ? DL_OK : err;
}

enum dl_err dl_acts_load(dl_acts *ret_acts, dl_arena *arena, const dl_pack *pack,
                         struct dl_diag *diag)
{
    dl_acts *a = ret_acts;
    *a = (dl_acts){.act = DL_NEW_ARRAY(arena, struct dl_act, ROWS_MAX),
                   .sector = DL_NEW_ARRAY(arena, dl_str, ROWS_MAX),
                   .link = DL_NEW_ARRAY(arena, dl_str, ROWS_MAX),
                   .topic = DL_NEW_ARRAY(arena, struct dl_topic, ROWS_MAX)};
    if (a->topic == NULL || a->link == NULL || a->sector == NULL || a->act == NULL)
        return dl_arena_failed(arena);
    dl_phrases_init(&a->acts, arena);
    dl_phrases_init(&a->agents, arena);
    dl_phrases_init(&a->links, arena);
    dl_phrases_init(&a->topics, arena);
    struct table t = {arena, pack, diag, a};
    DL_TRY(read_table(&t, "acts.tsv",
                      (const char *const[]){"kind", "act", "mode", "cameo", "forms", NULL},
                      act_row));
    DL_TRY(read_table(&t, "agents.tsv", (const char *const[]){"words", "sector", NULL}, agent_row));
    DL_TRY(read_table(&t, "links.tsv", (const char *const[]){"type", "words", NULL}, link_row));
    return read_table(&t, "topics.tsv", (const char *const[]){"medtop", "label", "words", NULL},
                      topic_row);
}

static void freeze_strings(dl_freezer *f, dl_str *const *list, size_t n)
{
    dl_freeze_array(f, list, n * sizeof **list, DL_FROZEN_POINTERS);
    for (size_t i = 0; i < n; i++)
        dl_freeze_str(f, &(*list)[i]);
}

void dl_acts_freeze(dl_freezer *f, const dl_acts *a)
{
    dl_freeze_array(f, &a->act, a->n_acts * sizeof *a->act, DL_FROZEN_POINTERS);
    for (size_t i = 0; i < a->n_acts; i++) {
        dl_freeze_str(f, &a->act[i].act);
        dl_freeze_str(f, &a->act[i].mode);
        dl_freeze_str(f, &a->act[i].cameo);
    }
    dl_freeze_array(f, &a->topic, a->n_topics * sizeof *a->topic, DL_FROZEN_POINTERS);
    for (size_t i = 0; i < a->n_topics; i++) {
        dl_freeze_str(f, &a->topic[i].medtop);
        dl_freeze_str(f, &a->topic[i].label);
    }
    freeze_strings(f, &a->sector, a->n_sectors);
    freeze_strings(f, &a->link, a->n_links);
    dl_phrases_freeze(f, &a->acts);
    dl_phrases_freeze(f, &a->agents);
    dl_phrases_freeze(f, &a->links);
    dl_phrases_freeze(f, &a->topics);
}
