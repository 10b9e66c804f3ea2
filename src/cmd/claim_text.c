#include "cmd/claim_text.h"

#include "base/utf8.h"
#include "serve/claims_show.h"
#include "serve/words.h"

enum { QUOTE_BYTES = 280, NAMED = 8 /* documents named of each */ };

void dl_claim_put_counts(struct dl_term *t, const struct dl_store_claim *c)
{
    dl_term_count(t, c->documents, "document", "documents");
    if (c->copies > 0) {
        dl_buf_c(t->out, ", ");
        dl_term_count(t, c->copies, "of them a copy", "of them copies");
    }
    dl_buf_c(t->out, " · ");
    if (c->origins_max == 0)
        dl_buf_c(t->out, c->circular ? "no independent origin: a circle of citations"
                                     : "no independent origin");
    else if (c->origins_min == c->origins_max)
        dl_term_count(t, c->origins_max, "independent origin", "independent origins");
    else
        dl_buf_fmt(t->out, "%lld to %lld independent origins", (long long)c->origins_min,
                   (long long)c->origins_max);
    if (c->denials > 0) {
        dl_buf_c(t->out, " · denied in ");
        dl_term_count(t, c->denials, "document", "documents");
    }
    dl_buf_c(t->out, "\n");
}

void dl_claim_put_head(struct dl_term *t, size_t indent, const struct dl_store_claim *c)
{
    dl_str words = c->wording.n > 0
                       ? dl_utf8_prefix(c->wording, QUOTE_BYTES)
                       : DL_STR("(words that its publisher does not allow to be shown)");
    dl_term_style(t, DL_STYLE_HEAD);
    dl_term_wrap(t, indent, 0, words);
    dl_term_plain(t);
    dl_buf_fmt(t->out, "%*s", (int)indent, "");
    dl_claim_put_counts(t, c);
    dl_term_style(t, DL_STYLE_FAINT);
    dl_buf_fmt(t->out, "%*sclaim ", (int)indent, "");
    dl_term_id(t, &c->id);
    dl_term_plain(t);
    dl_buf_c(t->out, "\n");
}

static void put_document(struct dl_term *t, const struct dl_store_member *m)
{
    dl_term_text(t, m->outlet_name.n > 0 ? m->outlet_name : m->outlet);
    if (m->is_copy) dl_buf_c(t->out, " (copy)");
    dl_buf_c(t->out, " ");
    dl_term_style(t, DL_STYLE_FAINT);
    dl_term_id(t, &m->id);
    dl_term_plain(t);
}

static void put_documents(struct dl_term *t, const dl_carriers *documents)
{
    for (size_t i = 0; i < documents->n && i < NAMED; i++) {
        dl_buf_c(t->out, "      ");
        put_document(t, documents->p[i]);
        dl_buf_c(t->out, "\n");
    }
    if (documents->n > NAMED)
        dl_buf_fmt(t->out, "      and %zu more documents\n", documents->n - NAMED);
}

static void put_who(struct dl_term *t, dl_str name, dl_str class, dl_str anonymity)
{
    dl_str words = dl_words_anonymity(anonymity);
    dl_term_styled(t, DL_STYLE_HEAD, name.n > 0 ? name : DL_STR("without a name"));
    dl_buf_c(t->out, " (");
    dl_term_text(t, dl_words_source_class(class));
    if (words.n > 0) dl_buf_c(t->out, ", "), dl_term_text(t, words);
    dl_buf_c(t->out, ")");
}

static void put_origin(struct dl_term *t, const struct dl_claim_view *v, size_t i)
{
    const struct dl_view_origin *o = &v->origins.p[i];
    dl_buf_c(t->out, "    ");
    put_who(t, o->name, o->class, o->anonymity);
    if (o->party) dl_buf_c(t->out, ", a party to it");
    if (o->circular) dl_buf_c(t->out, ", a circle of citations: counts 0");
    if (dl_str_eq_c(o->kind, "medium")) dl_buf_c(t->out, ", not traced further");
    if (o->group != i && o->group < v->origins.n) {
        dl_buf_c(t->out, ", may be the same as ");
        dl_term_text(t, v->origins.p[o->group].name);
    }
    dl_buf_c(t->out, "\n");
    put_documents(t, &o->documents);
}

void dl_claim_put_origins(struct dl_term *t, const struct dl_claim_view *v)
{
    dl_buf_c(t->out, "\n  Origins\n");
    for (size_t i = 0; i < v->origins.n; i++)
        put_origin(t, v, i);
    for (size_t i = 0; i < v->denials.n; i++) {
        const struct dl_view_denial *d = &v->denials.p[i];
        dl_buf_c(t->out, "    denied by ");
        put_who(t, d->name, d->class, d->anonymity);
        dl_buf_c(t->out, "\n");
        put_documents(t, &d->documents);
    }
    if (v->denials.n == 0) dl_buf_c(t->out, "    no denial was found\n");
}

static void put_quote(struct dl_term *t, dl_arena *arena, const char *sign,
                      const struct dl_view_wording *w)
{
    dl_str name = w->document->outlet_name.n > 0 ? w->document->outlet_name : w->document->outlet;
    dl_str text = dl_utf8_prefix(w->text, QUOTE_BYTES);
    dl_term_wrap(t, 6, 0, dl_str_fmt(arena, "%s %.*s: \"%.*s\"", sign, DL_FMT(name), DL_FMT(text)));
}

static void put_change(struct dl_term *t, dl_arena *arena, const struct dl_claim_view *v,
                       const struct dl_view_change *c)
{
    const struct dl_view_wording *from = &v->wordings.p[c->from], *to = &v->wordings.p[c->to];
    if (from->document == NULL || to->document == NULL) return;
    dl_buf_c(t->out, c->softened ? "    softer, gained: " : "    firmer, lost: ");
    for (size_t i = 0; i < c->n_lost; i++) {
        if (i > 0) dl_buf_c(t->out, ", ");
        dl_term_text(t, dl_show_changed(c->lost[i]));
    }
    dl_buf_c(t->out, "\n");
    put_quote(t, arena, "from", from);
    put_quote(t, arena, "to  ", to);
}

void dl_claim_put_changes(struct dl_term *t, dl_arena *arena, const struct dl_claim_view *v)
{
    if (v->changes.n + v->titles.n == 0) return;
    dl_buf_c(t->out, "\n  How the wording changed\n");
    for (size_t i = 0; i < v->changes.n; i++)
        put_change(t, arena, v, &v->changes.p[i]);
    if (v->titles.n > 0) dl_buf_c(t->out, "  Headlines beside their own text\n");
    for (size_t i = 0; i < v->titles.n; i++)
        put_change(t, arena, v, &v->titles.p[i]);
}

void dl_claim_put_merges(struct dl_term *t, const struct dl_claim_view *v)
{
    if (v->merges.n == 0) return;
    dl_buf_c(t->out, "\n  Why documents count as one origin\n");
    for (size_t i = 0; i < v->merges.n; i++) {
        const struct dl_view_merge *m = &v->merges.p[i];
        dl_buf_c(t->out, "    ");
        put_document(t, m->a);
        dl_buf_c(t->out, " and ");
        put_document(t, m->b);
        dl_buf_c(t->out, ": ");
        dl_term_text(t, dl_show_rule(m->rule));
        dl_buf_c(t->out, m->cut ? " (parted by a person)\n" : m->soft ? " (in doubt)\n" : "\n");
    }
}
