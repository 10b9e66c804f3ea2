#include "feed/htmltree.h"

enum { LOOK_AT_MEMORY = 256 /* tokens; the list of chunks is short, but not free */ };

struct guard {
    lxb_html_document_t *document;
    lxb_html_tokenizer_token_f next; /* the parser's own handler */
    void *next_ctx;
    size_t tokens;
    bool full;
};

static size_t memory_of(const lexbor_mraw_t *mraw)
{
    size_t sum = 0;
    for (const lexbor_mem_chunk_t *c = mraw->mem->chunk; c != NULL; c = c->prev)
        sum += c->size;
    return sum;
}

static bool is_full(struct guard *g)
{
    if (g->full || ++g->tokens % LOOK_AT_MEMORY != 0) return g->full;
    const lxb_dom_document_t *d = &g->document->dom_document;
    return g->full = memory_of(d->mraw) + memory_of(d->text) > DL_HTML_MEMORY;
}

static void drop_attributes(lxb_html_token_t *token)
{
    size_t n = 0;
    for (lxb_html_token_attr_t *a = token->attr_first; a != NULL; a = a->next) {
        if (++n < DL_HTML_ATTRIBUTES) continue;
        a->next = NULL;
        token->attr_last = a;
        return;
    }
}

static lxb_html_token_t *on_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token,
                                  void *ctx)
{
    struct guard *g = ctx;
    bool is_element = token->tag_id >= LXB_TAG_A || token->tag_id == LXB_TAG__UNDEF;
    bool opens = is_element && (token->type & LXB_HTML_TOKEN_TYPE_CLOSE) == 0;
    bool too_deep = opens && tokenizer->tree->open_elements->length > DL_HTML_DEPTH;
    bool is_end = token->tag_id == LXB_TAG__END_OF_FILE;
    if (!is_end && (too_deep || is_full(g))) return token;
    drop_attributes(token);
    return g->next(tokenizer, token, g->next_ctx);
}

bool dl_html_tree_parse(lxb_html_document_t *document, dl_str html)
{
    if (html.n == 0) html = DL_STR(" ");
    if (lxb_html_document_parse_chunk_begin(document) != LXB_STATUS_OK) return false;
    lxb_html_tokenizer_t *tokenizer = ((lxb_html_parser_t *)document->dom_document.parser)->tkz;
    struct guard g = {document, tokenizer->callback_token_done, tokenizer->callback_token_ctx, 0,
                      false};
    lxb_html_tokenizer_callback_token_done_set(tokenizer, on_token, &g);
    lxb_status_t status =
        lxb_html_document_parse_chunk(document, (const lxb_char_t *)html.p, html.n);
    if (status == LXB_STATUS_OK) status = lxb_html_document_parse_chunk_end(document);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, g.next, g.next_ctx);
    return status == LXB_STATUS_OK;
}
