/* A briefing as Markdown (CommonMark) and as HTML: one walk, two ways to write. */
#include "base/utf8.h"
#include "cmd/brief.h"
#include "serve/claims_show.h"
#include "serve/words.h"

enum { QUOTE_BYTES = 280, NAMED = 6 /* origins and deniers named of a claim */ };

struct writer {
    dl_buf *out;
    dl_arena *arena;
    dl_html html;
    bool is_html;
    const char *base; /* NULL: no links */
};

/* --- pieces
 * ---------------------------------------------------------------------------------------- */

/* Marks of Markdown in the words of others are words, and what turns a line around is dropped. */
static void put_text(struct writer *w, dl_str text)
{
    if (w->is_html) {
        dl_html_text(&w->html, text);
        return;
    }
    text = dl_utf8_clean(w->arena, text);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c == 0x7F) c = ' ';
        if (strchr("\\`*_{}[]<>#|~", c) != NULL && c != 0) dl_buf_byte(w->out, '\\');
        dl_buf_byte(w->out, (char)c);
    }
}

static void put_c(struct writer *w, const char *text)
{
    if (w->is_html)
        dl_html_c(&w->html, text);
    else
        dl_buf_c(w->out, text);
}

/* Either literal. */
#define PUT(w, html_, markdown)                                                                    \
    do {                                                                                           \
        if ((w)->is_html)                                                                          \
            DL_HTML(&(w)->html, html_);                                                            \
        else                                                                                       \
            dl_buf_c((w)->out, markdown);                                                          \
    } while (false)

static void put_foreign(struct writer *w, dl_str language, dl_str text)
{
    if (w->is_html)
        dl_html_foreign(&w->html, language, text);
    else
        put_text(w, text);
}

static void put_address(struct writer *w, const char *path, const dl_id *id)
{
    char hex[DL_ID_HEX + 1];
    dl_id_hex(id, hex);
    dl_buf_fmt(w->out, "%s%s%s", w->base, path, hex);
}

static void begin_link(struct writer *w, const char *path, const dl_id *id)
{
    if (w->base == NULL || id == NULL) return;
    if (!w->is_html) {
        dl_buf_c(w->out, "[");
        return;
    }
    DL_HTML(&w->html, "<a href=\"");
    put_address(w, path, id);
    DL_HTML(&w->html, "\">");
}

static void end_link(struct writer *w, const char *path, const dl_id *id)
{
    if (w->base == NULL || id == NULL) return;
    if (w->is_html) {
        DL_HTML(&w->html, "</a>");
        return;
    }
    dl_buf_c(w->out, "](");
    put_address(w, path, id);
    dl_buf_c(w->out, ")");
}

static void put_count(struct writer *w, int64_t n, const char *one, const char *many)
{
    dl_buf_fmt(w->out, "%lld ", (long long)n);
    put_c(w, n == 1 ? one : many);
}

static void put_when(struct writer *w, int64_t ms)
{
    char text[32]; /* "2024-03-25T10:00:00.000Z": shown to the minute */
    dl_time_format_ms(ms, text);
    text[10] = ' ';
    text[16] = '\0';
    put_c(w, text);
    put_c(w, " UTC");
}

static dl_str name_of(dl_str name, dl_str id)
{
    return name.n > 0 ? name : id;
}

/* --- a claim
 * ---------------------------------------------------------------------------------------- */

static void put_origins(struct writer *w, const struct dl_claim_view *v)
{
    const struct dl_store_claim *c = &v->row;
    if (c->origins_max == 0)
        put_c(w, c->circular ? "no independent origin, a circle of citations"
                             : "no independent origin");
    else if (c->origins_min == c->origins_max)
        put_count(w, c->origins_max, "independent origin", "independent origins");
    else
        dl_buf_fmt(w->out, "%lld to %lld independent origins", (long long)c->origins_min,
                   (long long)c->origins_max);
    size_t shown = 0;
    for (size_t i = 0; i < v->origins.n && shown < NAMED; i++) {
        const struct dl_view_origin *o = &v->origins.p[i];
        if (!dl_show_is_traced(o)) continue;
        put_c(w, shown++ == 0 ? " (" : "; ");
        put_foreign(w, o->first != NULL ? o->first->language : (dl_str){NULL, 0}, o->name);
        put_c(w, ", ");
        put_text(w, dl_words_source_class(o->class));
        if (o->party) put_c(w, ", a party to it");
    }
    if (shown > 0) put_c(w, ")");
}

static void put_denials(struct writer *w, const struct dl_claim_view *v)
{
    for (size_t i = 0; i < v->denials.n && i < NAMED; i++) {
        const struct dl_view_denial *d = &v->denials.p[i];
        const struct dl_store_member *m = d->documents.n > 0 ? d->documents.p[0] : NULL;
        PUT(w, "<br>", "  \n  ");
        put_c(w, "denied by ");
        put_foreign(w, m != NULL ? m->language : (dl_str){NULL, 0}, d->name);
        if (m == NULL) continue;
        put_c(w, " (");
        begin_link(w, "/d/", &m->id);
        put_text(w, name_of(m->outlet_name, m->outlet));
        end_link(w, "/d/", &m->id);
        put_c(w, ")");
    }
}

static void put_changes(struct writer *w, const struct dl_claim_view *v)
{
    for (size_t i = 0; i < v->changes.n && i < NAMED; i++) {
        const struct dl_view_change *c = &v->changes.p[i];
        const struct dl_store_member *from = v->wordings.p[c->from].document;
        const struct dl_store_member *to = v->wordings.p[c->to].document;
        if (from == NULL || to == NULL) continue;
        PUT(w, "<br>", "  \n  ");
        put_c(w, c->softened ? "softer in " : "firmer in ");
        begin_link(w, "/d/", &to->id);
        put_text(w, name_of(to->outlet_name, to->outlet));
        end_link(w, "/d/", &to->id);
        put_c(w, " than in ");
        begin_link(w, "/d/", &from->id);
        put_text(w, name_of(from->outlet_name, from->outlet));
        end_link(w, "/d/", &from->id);
        put_c(w, c->softened ? ", gained: " : ", lost: ");
        for (size_t k = 0; k < c->n_lost; k++) {
            if (k > 0) put_c(w, ", ");
            put_text(w, dl_show_changed(c->lost[k]));
        }
    }
}

static void put_claim(struct writer *w, const struct dl_claim_view *v)
{
    const struct dl_store_claim *c = &v->row;
    if (c->wording.n == 0) return; /* its publisher allows no words to be shown */
    PUT(w, "<li>", "- ");
    begin_link(w, "/c/", &c->id);
    PUT(w, "<q>", "\xe2\x80\x9c");
    put_foreign(w, c->language, dl_utf8_prefix(c->wording, QUOTE_BYTES));
    PUT(w, "</q>", "\xe2\x80\x9d");
    end_link(w, "/c/", &c->id);
    put_c(w, " \xe2\x80\x94 ");
    put_foreign(w, (dl_str){NULL, 0}, name_of(c->outlet_name, c->outlet));
    put_c(w, "; ");
    put_count(w, c->documents, "document", "documents");
    put_c(w, "; ");
    put_origins(w, v);
    put_denials(w, v);
    put_changes(w, v);
    PUT(w, "</li>\n", "\n");
}

/* --- the whole
 * --------------------------------------------------------------------------------------- */

static void put_story(struct writer *w, const struct dl_brief_story *s)
{
    const struct dl_store_story *story = &s->story;
    PUT(w, "<h2>", "\n## ");
    begin_link(w, "/s/", &story->id);
    put_foreign(w, story->language,
                story->headline.n > 0 ? story->headline : DL_STR("Without a headline"));
    end_link(w, "/s/", &story->id);
    PUT(w, "</h2>\n<p>", "\n\n");
    put_foreign(w, (dl_str){NULL, 0}, name_of(story->outlet_name, story->outlet));
    put_c(w, "; ");
    put_count(w, story->documents, "document", "documents");
    put_c(w, ", ");
    put_count(w, story->copies, "of them a copy", "of them copies");
    put_c(w, "; ");
    put_count(w, story->outlets, "outlet", "outlets");
    put_c(w, " in ");
    put_count(w, story->countries, "country", "countries");
    put_c(w, "; first seen here ");
    put_when(w, story->first_seen_ms);
    PUT(w, "</p>\n", "\n\n");
    if (s->n_claims == 0) return;
    PUT(w, "<ul>\n", "");
    for (size_t i = 0; i < s->n_claims; i++)
        put_claim(w, &s->claims[i]);
    PUT(w, "</ul>\n", "");
}

static void put_corrections(struct writer *w, const dl_store_edits *edits)
{
    if (edits->n == 0) return;
    PUT(w, "<h2>Corrections</h2>\n<ul>\n", "\n## Corrections\n\n");
    for (size_t i = 0; i < edits->n; i++) {
        const struct dl_store_edit *e = &edits->p[i];
        PUT(w, "<li>", "- ");
        begin_link(w, "/d/", &e->document);
        put_foreign(w, e->language, e->title);
        end_link(w, "/d/", &e->document);
        put_c(w, " \xe2\x80\x94 ");
        put_foreign(w, (dl_str){NULL, 0}, name_of(e->outlet_name, e->outlet));
        put_c(w, ", ");
        put_when(w, e->at_ms);
        PUT(w, "</li>\n", "\n");
    }
    PUT(w, "</ul>\n", "");
}

static void put_head(struct writer *w, const struct dl_brief *b)
{
    PUT(w,
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Briefing</title>\n"
        "<h1>Briefing</h1>\n<p>",
        "# Briefing\n\n");
    put_when(w, b->since_ms);
    put_c(w, " to ");
    put_when(w, b->until_ms);
    if (b->query.n > 0) {
        put_c(w, ", ");
        put_text(w, b->query);
    }
    put_c(w, ". ");
    put_count(w, b->watched, "outlet is watched", "outlets are watched");
    put_c(w, ", in ");
    put_count(w, b->watched_countries, "country", "countries");
    put_c(w,
          ". Documents, copies and independent origins are separate numbers; what is true is not "
          "said. Headlines and claims stand in the words of the outlet named beside them.");
    PUT(w, "</p>\n", "\n");
}

static void put_all(struct writer *w, const struct dl_brief *b)
{
    put_head(w, b);
    for (size_t i = 0; i < b->stories.n; i++)
        put_story(w, &b->stories.p[i]);
    if (b->stories.n == 0)
        PUT(w, "<p>No story changed in this time.</p>\n", "\nNo story changed in this time.\n");
    put_corrections(w, &b->corrections);
    PUT(w, "</html>\n", "");
}

void dl_brief_markdown(dl_buf *out, dl_arena *arena, const struct dl_brief *brief, const char *base)
{
    struct writer w = {.out = out, .arena = arena, .base = base};
    put_all(&w, brief);
}

void dl_brief_html(dl_buf *out, const struct dl_brief *brief, const char *base)
{
    struct writer w = {.out = out, .html = dl_html_to(out), .is_html = true, .base = base};
    put_all(&w, brief);
}
