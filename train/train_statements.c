/* Trains the model of what the rules miss (claim/learned.h).
 *
 *     train_statements --out models/statements.bin [--silver LANG=FILE.conllu]...
 * CORPUS/LANG.txt... train_statements --cross 5 [--silver …]… CORPUS/LANG.txt...
 *
 * Learns from the annotated texts (said_corpus.h) and, for less, from what the rules are sure of in
 * the "# text" lines of treebanks. First it asks itself by cross-validation: each part of the
 * documents is read with weights of the others. From that come the two margins of the file: the
 * least at which a statement is made (--least-right of a hundred added are right, of what is added
 * at the margin and above), and the one from which 95 of a hundred sources are right, with at least
 * GATE_LEAST to show it; else no learned statement passes the gate. --silent LANG: it is learned
 * from, and not served. Prints the table; without --out nothing is written. The same files give the
 * same bytes. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "train/learn_statements.h"
#include "train/material.h"

enum {
    FILE_MAX = 1 << 30,
    LANGUAGES = 24,
    FOLDS_MAX = 20,
    SILVER_TEXT = 20000,   /* bytes read at once */
    SILVER_LESSONS = 1500, /* of a language */
    GATE_LEAST = 40        /* statements that must show what is right at the gate */
};

struct options {
    const char *out;
    long cross, least_right;
    struct said_options learn;
    const char *silver[LANGUAGES * 2];
    const char *silent[LANGUAGES];
    size_t n_silver, n_silent;
};

struct document {
    const struct said_tools *tools;
    size_t language;
    const dl_said_document *d;
};

struct course {
    struct options options;
    dl_arena *arena;
    struct said_tools *tools[LANGUAGES];
    size_t n_tools;
    DL_VEC(struct document) documents;
    said_lessons lessons;
    dl_buf models[FOLDS_MAX];
};

static struct said_tools *tools_of(struct course *c, const char *code)
{
    for (size_t i = 0; i < c->n_tools; i++)
        if (strcmp(c->tools[i]->code, code) == 0) return c->tools[i];
    if (c->n_tools == LANGUAGES) dl_die("too many languages");
    struct said_tools *tools = DL_NEW(c->arena, struct said_tools);
    if (tools == NULL) dl_die("out of memory");
    said_tools_open(tools, c->arena, code);
    return c->tools[c->n_tools++] = tools;
}

static dl_str load(dl_arena *arena, const char *path)
{
    struct dl_diag diag = {0};
    dl_buf bytes = DL_BUF_INIT(FILE_MAX);
    if (dl_io_read_file(path, FILE_MAX, &bytes, &diag) != DL_OK)
        dl_die("%s: %s", path, diag.message);
    dl_str kept = dl_str_dup(arena, dl_buf_slice(&bytes));
    dl_buf_free(&bytes);
    return kept;
}

/* --- material ------------------------------------------------------------------------------- */

static void read_corpus(struct course *c, const char *path)
{
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    char code[8];
    snprintf(code, sizeof code, "%.*s", (int)strcspn(name, "."), name);
    struct said_tools *tools = tools_of(c, code);
    dl_said_corpus corpus;
    struct dl_diag diag = {0};
    bool spaced = strcmp(code, "zh") != 0 && strcmp(code, "ja") != 0;
    if (dl_said_read(c->arena, load(c->arena, path), spaced, &corpus, &diag) != DL_OK)
        dl_die("%s: %s", path, diag.message);
    size_t language = 0;
    while (c->tools[language] != tools)
        language++;
    for (size_t i = 0; i < corpus.n; i++) {
        struct document d = {tools, language, &corpus.p[i]};
        said_learn_gold(&c->lessons, c->arena, tools, d.d, (uint32_t)c->documents.n);
        if (dl_vec_push(c->arena, &c->documents, d) != DL_OK) dl_die("out of memory");
    }
}

static void read_silver(struct course *c, const char *what)
{
    const char *path = strchr(what, '=');
    if (path == NULL) dl_die("--silver LANG=FILE");
    char code[8];
    snprintf(code, sizeof code, "%.*s", (int)(path - what), what);
    struct said_tools *tools = tools_of(c, code);
    dl_str rest = load(c->arena, path + 1), line;
    dl_buf text = DL_BUF_INIT(SILVER_TEXT * 2);
    size_t before = c->lessons.n;
    for (bool more = true; more && c->lessons.n - before < SILVER_LESSONS;) {
        more = dl_str_line(&rest, &line);
        if (more && dl_str_starts(line, "# newdoc")) dl_buf_c(&text, "\n\n");
        if (more && dl_str_starts(line, "# text = ")) {
            dl_buf_str(&text, dl_str_trim(dl_str_sub(line, strlen("# text = "), line.n)));
            dl_buf_c(&text, " ");
        }
        if (dl_buf_slice(&text).n < SILVER_TEXT && more) continue;
        dl_str kept = dl_str_dup(c->arena, dl_buf_slice(&text));
        if (kept.n > 0) said_learn_silver(&c->lessons, c->arena, tools, kept);
        dl_buf_reset(&text);
    }
    dl_buf_free(&text);
    fprintf(stderr, "%s: %zu lessons\n", path + 1, c->lessons.n - before);
}

/* --- asking itself -------------------------------------------------------------------------- */

struct asked {
    struct said_tally rules[LANGUAGES + 1], both[LANGUAGES + 1]; /* the last: all */
    said_samples samples;
};

static void add_up(struct said_tally *to, const struct said_tally *t)
{
    const size_t *from = (const size_t *)t;
    for (size_t i = 0; i < sizeof *t / sizeof *from; i++)
        ((size_t *)to)[i] += from[i];
}

/* All documents, each with the model that has not seen it. */
static void ask(const struct course *c, int32_t least, int32_t gate, struct asked *asked)
{
    memset(asked->both, 0, sizeof asked->both);
    memset(asked->rules, 0, sizeof asked->rules);
    asked->samples.n = 0;
    for (size_t i = 0; i < c->documents.n; i++) {
        const struct document *d = &c->documents.p[i];
        dl_learned learned;
        if (dl_learned_read(&learned, dl_buf_slice(&c->models[i % (size_t)c->options.cross]),
                            NULL) != DL_OK)
            dl_die("the weights cannot be read");
        learned.least = least;
        learned.gate = gate;
        said_ask(c->arena, d->tools, d->d, NULL, &asked->rules[d->language], &asked->samples);
        said_ask(c->arena, d->tools, d->d, &learned, &asked->both[d->language], &asked->samples);
    }
    for (size_t i = 0; i < c->n_tools; i++) {
        add_up(&asked->rules[LANGUAGES], &asked->rules[i]);
        add_up(&asked->both[LANGUAGES], &asked->both[i]);
    }
}

static double share(size_t part, size_t all)
{
    return all == 0 ? 0 : 100.0 * (double)part / (double)all;
}

static void print_row(const char *name, const struct said_tally *a, const struct said_tally *b)
{
    const struct said_tally *both[] = {a, b};
    printf("%-4s %5zu", name, a->gold);
    for (size_t i = 0; i < 2; i++) {
        const struct said_tally *t = both[i];
        double p = share(t->right, t->said), r = share(t->found, t->gold);
        printf(" | %5.1f %5.1f %5.1f  %5.1f %5.1f", p, r, p + r > 0 ? 2 * p * r / (p + r) : 0,
               share(t->links, t->said), share(t->linked, t->gold));
    }
    printf(" | %4zu %5.1f %5.1f | %5.1f %5.1f\n", b->added, share(b->added_linked, b->added),
           share(b->added_right, b->added), share(a->gated_linked, a->gated),
           share(b->gated_linked, b->gated));
}

static void print(const struct course *c, const struct asked *asked)
{
    puts(
        "          rules: P R F1, source P R        | with what is learned             | added, right source, all"
        " | gated P before, now");
    for (size_t i = 0; i < c->n_tools; i++)
        if (asked->rules[i].gold > 0)
            print_row(c->tools[i]->code, &asked->rules[i], &asked->both[i]);
    print_row("all", &asked->rules[LANGUAGES], &asked->both[LANGUAGES]);
}

static int by_margin(const void *a, const void *b)
{
    return ((const struct said_sample *)b)->margin - ((const struct said_sample *)a)->margin;
}

/* The least margin above which so many of a hundred are right; 0 when none is. */
static int32_t margin_for(const struct said_sample *samples, size_t n, double percent, bool source,
                          size_t at_least)
{
    size_t right = 0;
    int32_t best = 0;
    for (size_t i = 0; i < n; i++) {
        right += source ? samples[i].linked : samples[i].right;
        bool last_of_margin = i + 1 == n || samples[i + 1].margin < samples[i].margin;
        if (last_of_margin && i + 1 >= at_least && share(right, i + 1) >= percent)
            best = samples[i].margin;
    }
    return best;
}

static void print_margins(const struct said_sample *samples, size_t n)
{
    size_t right = 0, linked = 0;
    for (size_t i = 0; i < n; i++) {
        right += samples[i].right;
        linked += samples[i].linked;
        if ((i + 1) % (n / 12 + 1) == 0 || i + 1 == n)
            printf("margin >= %7d: %4zu, right source %5.1f, all right %5.1f\n", samples[i].margin,
                   i + 1, share(linked, i + 1), share(right, i + 1));
    }
}

/* The languages of the corpus; for a file without those that are to be silent. */
static struct said_head head_of(const struct course *c, int32_t least, int32_t gate, bool file)
{
    struct said_head head = {.least = least, .gate = gate};
    for (size_t i = 0; i < c->n_tools; i++) {
        bool silent = false;
        for (size_t k = 0; file && k < c->options.n_silent; k++)
            silent = silent || strcmp(c->options.silent[k], c->tools[i]->code) == 0;
        if (!silent) head.languages[head.n_languages++] = c->tools[i]->code;
    }
    return head;
}

static void cross(struct course *c, int32_t *ret_least, int32_t *ret_gate)
{
    static struct asked asked;
    struct said_head all = head_of(c, 0, 0, false);
    for (long fold = 0; fold < c->options.cross; fold++) {
        dl_buf_init(&c->models[fold], FILE_MAX);
        said_learn(&c->lessons, &c->options.learn, c->options.cross, fold, &all, &c->models[fold]);
    }
    ask(c, 0, 0, &asked);
    qsort(asked.samples.p, asked.samples.n, sizeof *asked.samples.p, by_margin);
    print_margins(asked.samples.p, asked.samples.n);
    *ret_least =
        margin_for(asked.samples.p, asked.samples.n, (double)c->options.least_right, false, 1);
    *ret_gate = margin_for(asked.samples.p, asked.samples.n, 95, true, GATE_LEAST);
    if (*ret_gate != 0 && *ret_gate <= *ret_least) *ret_gate = *ret_least + 1;
    printf("least margin %d, gate %d\n", *ret_least, *ret_gate);
    ask(c, *ret_least, *ret_gate, &asked);
    print(c, &asked);
}

static long number(const char *text)
{
    uint64_t v;
    if (!dl_str_u64(dl_str_c(text), &v) || v > 1 << 30) dl_die("no number: %s", text);
    return (long)v;
}

static void read_options(struct options *o, int argc, char **argv)
{
    static const struct option options[] = {
        {"out", 1, NULL, 'o'},         {"cross", 1, NULL, 'c'}, {"epochs", 1, NULL, 'e'},
        {"scale", 1, NULL, 's'},       {"least", 1, NULL, 'l'}, {"max-bytes", 1, NULL, 'm'},
        {"silver", 1, NULL, 'v'},      {"slack", 1, NULL, 'k'}, {"silent", 1, NULL, 'q'},
        {"least-right", 1, NULL, 'r'}, {NULL, 0, NULL, 0}};
    *o = (struct options){.cross = 5, .least_right = 60};
    o->learn = (struct said_options){
        .epochs = 20, .scale = 4, .max_bytes = 1000000, .least = 2, .slack = 64, .quiet = true};
    long *const numbers[128] = {
        ['c'] = &o->cross,       ['e'] = &o->learn.epochs,    ['s'] = &o->learn.scale,
        ['l'] = &o->learn.least, ['m'] = &o->learn.max_bytes, ['k'] = &o->learn.slack,
        ['r'] = &o->least_right};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'o')
            o->out = optarg;
        else if (option == 'q' && o->n_silent < LANGUAGES)
            o->silent[o->n_silent++] = optarg;
        else if (option == 'v' && o->n_silver < LANGUAGES * 2)
            o->silver[o->n_silver++] = optarg;
        else if (option < 128 && numbers[option] != NULL)
            *numbers[option] = number(optarg);
        else
            dl_die("usage: see the head of train_statements.c");
    }
    if (o->cross < 2 || o->cross > FOLDS_MAX) dl_die("--cross from 2 to %d", FOLDS_MAX);
}

int main(int argc, char **argv)
{
    static struct course c;
    struct dl_diag diag = {0};
    int32_t least, gate;
    read_options(&c.options, argc, argv);
    c.arena = dl_arena_new(DL_ARENA_NO_CAP);
    if (c.arena == NULL || optind == argc) dl_die("no texts");
    for (int i = optind; i < argc; i++)
        read_corpus(&c, argv[i]);
    for (size_t i = 0; i < c.options.n_silver; i++)
        read_silver(&c, c.options.silver[i]);
    fprintf(stderr, "%zu documents, %zu lessons\n", c.documents.n, c.lessons.n);
    cross(&c, &least, &gate);
    if (c.options.out == NULL) return 0;
    dl_buf out = DL_BUF_INIT(FILE_MAX);
    c.options.learn.quiet = false;
    struct said_head head = head_of(&c, least, gate, true);
    said_learn(&c.lessons, &c.options.learn, 0, 0, &head, &out);
    if (dl_io_write_file(c.options.out, dl_buf_slice(&out), &diag) != DL_OK)
        dl_die("%s: %s", c.options.out, diag.message);
    fprintf(stderr, "%s: %zu bytes\n", c.options.out, out.n);
    return 0;
}
