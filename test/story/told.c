#include "told.h"

#include <stdlib.h>

#include "event/analysed.h"

static dl_analyser *analyser;
static struct dl_sayer *sayer;

int told_open(void **state)
{
    (void)state;
    struct dl_diag diag = {.pos = DL_NO_POS};
    if (dl_analyser_new(&analyser, &diag) != DL_OK) return -1;
    sayer = dl_sayer_new(&diag);
    return sayer != NULL ? 0 : -1;
}

int told_close(void **state)
{
    (void)state;
    dl_sayer_free(sayer);
    dl_analyser_free(analyser);
    return 0;
}

int told_start(void **state)
{
    struct told *t = calloc(1, sizeof *t);
    if (t == NULL || (t->arena = dl_arena_new(256 << 20)) == NULL) return -1;
    *state = t;
    return 0;
}

int told_end(void **state)
{
    struct told *t = *state;
    dl_arena_free(t->arena);
    free(t);
    return 0;
}

static uint32_t told(struct told *t, struct dl_analyse_input in)
{
    assert_true(t->n < TOLD_MAX);
    struct dl_analysed *read = DL_NEW(t->arena, struct dl_analysed);
    struct dl_sayings made;
    struct dl_diag diag = {.pos = DL_NO_POS};
    assert_non_null(read);
    assert_ok(dl_analyse_read(analyser, t->arena, &in, read, &diag));
    assert_ok(dl_sayings_make(sayer, t->arena, &in, read, &made));
    dl_str packed = dl_sayings_pack(t->arena, &made);
    assert_true(packed.n > 0);
    assert_ok(dl_sayings_unpack(t->arena, packed, &t->sayings[t->n]));
    struct dl_claim_doc *doc = &t->docs[t->n];
    *doc = (struct dl_claim_doc){.outlet = in.outlet, .sayings = &t->sayings[t->n]};
    doc->id = dl_str_fmt(t->arena, "d%zu", t->n);
    doc->copy_of = doc->translation_of = doc->revision_of = DL_NO_DOCUMENT;
    return (uint32_t)t->n++;
}

uint32_t told_by(struct told *t, const char *outlet, const char *language, const char *title,
                 const char *text)
{
    return told(t, (struct dl_analyse_input){.text = dl_str_c(text),
                                             .title = dl_str_c(title),
                                             .outlet = dl_str_c(outlet),
                                             .language = dl_str_c(language)});
}

uint32_t told_linking(struct told *t, const char *outlet, const char *text, const char *href)
{
    struct dl_analyse_link link = {0, strlen(text), dl_str_c(href)};
    return told(t, (struct dl_analyse_input){.text = dl_str_c(text),
                                             .outlet = dl_str_c(outlet),
                                             .language = DL_STR("en"),
                                             .links = &link,
                                             .n_links = 1});
}

struct dl_claims told_claims(struct told *t, const struct dl_claim_edit *edits, size_t n_edits)
{
    struct dl_claims_input in = {t->docs, t->n, edits, n_edits};
    struct dl_claims claims;
    assert_ok(dl_claims_of_story(t->arena, &in, &claims));
    return claims;
}

const struct dl_claim *told_claim_of(const struct dl_claims *claims, uint32_t document)
{
    for (size_t i = 0; i < claims->n; i++)
        for (size_t k = 0; k < claims->p[i].n_docs; k++)
            if (claims->p[i].docs[k] == document) return &claims->p[i];
    fail_msg("document %u is in no claim", document);
    return NULL;
}

bool told_share(const struct dl_claim *claim, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < claim->n_origins; i++) {
        bool of_a = false, of_b = false;
        for (size_t k = 0; k < claim->origins[i].n_docs; k++) {
            of_a = of_a || claim->origins[i].docs[k] == a;
            of_b = of_b || claim->origins[i].docs[k] == b;
        }
        if (of_a && of_b) return true;
    }
    return false;
}

const struct dl_actor *told_actor(const struct told *t, uint32_t document, const char *text)
{
    const struct dl_sayings *s = &t->sayings[document];
    for (size_t i = 0; i < s->n_actors; i++)
        if (dl_str_find_c(s->actors[i].text, text, 0) != DL_NO_POS) return &s->actors[i];
    return NULL;
}
