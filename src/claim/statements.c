#include "claim/statements.h"

#include "claim/tree.h"

dl_statement *say_new(struct finder *f, const char *rule, float score, uint32_t sentence)
{
    dl_statement s = {
        .rule = rule, .score = score, .sentence = sentence, .parent = -1, .act = DL_ACT_OTHER};
    s.made = ++f->made;
    if (f->out.n >= DL_STATEMENTS_MAX) return NULL;
    if (dl_vec_push(f->arena, &f->out, s) != DL_OK) {
        f->failed = true;
        return NULL;
    }
    say_note(f, &f->out.p[f->out.n - 1], score, "what the rule is worth");
    return &f->out.p[f->out.n - 1];
}

/* Contents keep text order and never overlap; past the limit the last one grows. */
void say_content(struct finder *f, dl_statement *s, uint32_t first, uint32_t last)
{
    struct dl_span span = say_trim(f, (struct dl_span){first, last});
    if (span.first >= span.last) return;
    for (unsigned c = 0; c < s->n_content; c++)
        if (span.first < s->content[c].last && s->content[c].first < span.last) return;
    if (s->n_content == DL_STATEMENT_SPANS) {
        if (span.last > s->content[s->n_content - 1].last)
            s->content[s->n_content - 1].last = span.last;
        return;
    }
    unsigned at = s->n_content++;
    while (at > 0 && s->content[at - 1].first > span.first) {
        s->content[at] = s->content[at - 1];
        at--;
    }
    s->content[at] = span;
}

static void drop_empty(struct finder *f)
{
    size_t kept = 0;
    for (size_t k = 0; k < f->out.n; k++) {
        if (f->out.p[k].n_content > 0)
            f->out.p[kept++] = f->out.p[k];
        else
            say_left(f, &f->out.p[k], "nothing that is said was found beside it");
    }
    f->out.n = kept;
}

static void by_kind(struct finder *f, uint32_t hit)
{
    switch (f->hits.p[hit].cue->kind) {
    case DL_CUE_VERB:
        say_verb(f, hit);
        break;
    case DL_CUE_PREP:
    case DL_CUE_POST:
        say_preposition(f, hit);
        break;
    case DL_CUE_NOUN:
        say_noun(f, hit);
        break;
    default:
        break;
    }
}

static bool is_romance(const dl_pack *pack)
{
    static const char *const codes[] = {"es", "fr", "it", "pt"};
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
        if (strcmp(pack->code, codes[k]) == 0) return true;
    return false;
}

bool dl_statements_ask_grammar(const dl_pack *pack)
{
    return strcmp(pack->code, "en") == 0 || strcmp(pack->code, "de") == 0 || is_romance(pack);
}

void say_rules(struct finder *f)
{
    if (f->t->below == NULL) say_labels(f);
    say_headline_case(f);
    say_names_in_marks(f);
    say_find_hits(f);
    say_authors_words(f);
    for (uint32_t k = 0; k < f->hits.n && !f->failed; k++) {
        size_t before = f->out.n;
        by_kind(f, k);
        if (f->out.n == before) say_left_hit(f, k);
    }
    drop_empty(f);
    say_sift(f);
}

struct finder say_finder(const struct dl_say_text *text, dl_arena *arena)
{
    struct finder f = {.t = text,
                       .w = text->words,
                       .arena = arena,
                       .english = strcmp(text->cues->pack->code, "en") == 0,
                       .german = strcmp(text->cues->pack->code, "de") == 0,
                       .romance = is_romance(text->cues->pack)};
    if (text->grammar != NULL)
        f.trees = DL_NEW_ARRAY(arena, struct say_tree, text->sentences.n + 1);
    return f;
}

static enum dl_err find(const struct dl_say_text *text, dl_arena *arena, dl_why *why,
                        dl_statements *ret_statements)
{
    struct finder f = say_finder(text, arena);
    f.why = why;
    say_rules(&f);
    say_learned(&f);
    say_connectors(&f);
    say_headline(&f);
    say_order(&f);
    say_marks(&f);
    say_loose_quotes(&f);
    say_order(&f);
    say_go_on(&f);
    say_quoted_parts(&f);
    say_own_voice(&f);
    say_order(&f);
    say_chains(&f);
    say_headline_classes(&f);
    say_weigh(&f);
    if (f.failed) return dl_arena_failed(arena) != DL_OK ? dl_arena_failed(arena) : DL_ERR_TOO_BIG;
    *ret_statements = f.out;
    return DL_OK;
}

enum dl_err dl_statements_find(const struct dl_say_text *text, dl_arena *arena,
                               dl_statements *ret_statements)
{
    return find(text, arena, NULL, ret_statements);
}

enum dl_err dl_statements_why(const struct dl_say_text *text, dl_arena *arena,
                              dl_statements *ret_statements, dl_why *ret_why)
{
    *ret_why = (dl_why){.arena = arena};
    return find(text, arena, ret_why, ret_statements);
}
