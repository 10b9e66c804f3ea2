/* A story of thousands of documents takes time in proportion: of every kind, and of one kind only.
 * Each document gets an outlet and a source of its own, so that nothing is folded. */
#include <stdio.h>
#include <time.h>

#include "told.h"

enum { FEW = 750, MANY = 3000, LINEAR = MANY / FEW, RUNS = 3 };

enum kind { OWN, UNNAMED, PERSON, CITING, LINKING, BEHIND, DENYING, COPY, KINDS };

static const char *const texts[KINDS] = {
    [OWN] = "Nine sailors died on the ferry Aurora off Velm.",
    [UNNAMED] = "Nine sailors died on the ferry Aurora off Velm, according to a port official.",
    [PERSON] = "Nine sailors died on the ferry Aurora off Velm, Runa Holt said.",
    [CITING] = "Nine sailors died on the ferry Aurora off Velm, the Velm Echo reported.",
    [LINKING] = "Nine sailors died on the ferry Aurora off Velm.",
    [BEHIND] = "Nine sailors died on the ferry Aurora off Velm, the Velm Echo reported, citing a "
               "port official.",
    [DENYING] = "Runa Holt denied that nine sailors died on the ferry Aurora off Velm.",
    [COPY] = "Nine sailors died on the ferry Aurora off Velm, the harbour authority said.",
};

struct many {
    struct told *t;
    struct dl_claim_doc docs[MANY];
    struct dl_sayings sayings[MANY];
};

/* The same words of another name. */
static void rename_byname(struct dl_byname *name, uint32_t i)
{
    for (size_t k = 0; k < name->n; k++)
        if (name->t[k].flags & DL_BYNAME_CAP) {
            name->t[k].key += i * 2654435761u;
            name->t[k].stem += i * 2654435761u;
        }
}

static void make(struct many *m, uint32_t i, enum kind kind)
{
    struct told *t = m->t;
    struct dl_sayings *s = &m->sayings[i];
    *s = t->sayings[kind];
    struct dl_actor *actors = DL_NEW_ARRAY(t->arena, struct dl_actor, s->n_actors + 1);
    uint64_t *link = DL_NEW(t->arena, uint64_t);
    assert_non_null(actors);
    assert_non_null(link);
    for (size_t k = 0; k < s->n_actors; k++) {
        actors[k] = s->actors[k];
        /* An outlet that is cited is that of the document before. */
        bool outlet = kind == CITING || kind == BEHIND;
        rename_byname(&actors[k].name, outlet && i > 0 ? i - 1 : i);
    }
    s->actors = actors;
    rename_byname(&s->outlet, i);
    struct dl_claim_doc *d = &m->docs[i];
    *d = t->docs[kind];
    d->sayings = s;
    d->id = dl_str_fmt(t->arena, "d%u", i);
    d->outlet = dl_str_fmt(t->arena, "Velm Echo %u", i);
    d->owner = dl_str_fmt(t->arena, "Owner %u", i % 50);
    d->url = dl_str_fmt(t->arena, "https://echo.example/%u", i);
    if (kind == LINKING && i > 0) {
        *link = dl_hash64(m->docs[i - 1].url);
        s->links = link;
        s->n_links = 1;
    }
    if (kind == COPY && i > 0) d->copy_of = i - 1;
}

static double seconds(struct many *m, size_t n)
{
    double best = 1e9;
    for (int run = 0; run < RUNS; run++) {
        dl_arena *arena = dl_arena_new(512 << 20);
        struct dl_claims_input in = {m->docs, n, NULL, 0};
        struct dl_claims claims;
        struct timespec a, b;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
        assert_ok(dl_claims_of_story(arena, &in, &claims));
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
        double s = (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
        if (s < best) best = s;
        dl_arena_free(arena);
    }
    return best;
}

static void no_square_of_time(void **state)
{
    struct told *t = *state;
    struct many *m = DL_NEW(t->arena, struct many);
    assert_non_null(m);
    m->t = t;
    for (int k = 0; k < KINDS; k++)
        told_by(t, "Velm Echo", "en", "", texts[k]);
    for (int only = -1; only < KINDS; only++) {
        for (uint32_t i = 0; i < MANY; i++)
            make(m, i, only < 0 ? (enum kind)(i * 7 % KINDS) : (enum kind)only);
        double few = seconds(m, FEW), many = seconds(m, MANY);
        printf("# kind %d: %d documents %.1f ms, %d documents %.1f ms\n", only, FEW, few * 1e3,
               MANY, many * 1e3);
        assert_true(many < few * 2.5 * LINEAR + 0.01);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_square_of_time, told_start, told_end),
    };
    return cmocka_run_group_tests(tests, told_open, told_close);
}
