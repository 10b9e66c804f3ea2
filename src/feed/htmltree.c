#include "feed/htmltree.h"

#include "net/url.h"

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

bool dl_html_is(const lxb_dom_node_t *node, lxb_tag_id_t tag)
{
    return node->type == LXB_DOM_NODE_TYPE_ELEMENT && node->local_name == tag;
}

lxb_dom_node_t *dl_html_next(const lxb_dom_node_t *root, lxb_dom_node_t *node)
{
    if (node->first_child != NULL) return node->first_child;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node == root ? NULL : node->next;
}

dl_str dl_html_attr(lxb_dom_node_t *element, const char *name)
{
    size_t n = 0;
    const lxb_char_t *p = lxb_dom_element_get_attribute(lxb_dom_interface_element(element),
                                                        (const lxb_char_t *)name, strlen(name), &n);
    return (dl_str){(const char *)p, p != NULL ? n : 0};
}

dl_str dl_html_base(dl_arena *arena, lxb_dom_node_t *root, dl_str url)
{
    for (lxb_dom_node_t *n = root; n != NULL; n = dl_html_next(root, n)) {
        if (!dl_html_is(n, LXB_TAG_BASE)) continue;
        dl_str href = dl_str_trim(dl_html_attr(n, "href"));
        if (href.n == 0) continue;
        dl_str base = dl_url_resolve_web(arena, href, url);
        return base.n > 0 ? base : url;
    }
    return url;
}
