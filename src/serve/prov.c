#include "serve/prov.h"

#include "base/hash.h"

#define NS "urn:dateline:ns:"

static yyjson_mut_val *section(struct dl_prov *p, const char *name)
{
    yyjson_mut_val *obj = yyjson_mut_obj_get(p->root, name);
    return obj != NULL ? obj : dl_json_obj(p->doc, p->root, name);
}

static yyjson_mut_val *put_record(struct dl_prov *p, const char *kind, dl_str id)
{
    yyjson_mut_val *obj = yyjson_mut_obj(p->doc);
    yyjson_mut_obj_add(section(p, kind), yyjson_mut_strn(p->doc, id.p, id.n), obj);
    return obj;
}

/* The record of an identifier; *ret_new: it was not there before. NULL: the arena is full. */
static yyjson_mut_val *record(struct dl_prov *p, const char *kind, dl_str id, bool *ret_new)
{
    yyjson_mut_val *obj = dl_map_get(&p->records, id);
    *ret_new = obj == NULL;
    if (obj != NULL) return obj;
    obj = put_record(p, kind, id);
    return obj != NULL && dl_map_set(&p->records, id, obj) == DL_OK ? obj : NULL;
}

/* A relation has no identifier that matters to others: a blank one. */
static yyjson_mut_val *relation(struct dl_prov *p, const char *kind)
{
    return put_record(p, kind, dl_str_fmt(p->arena, "_:r%zu", ++p->relations));
}

static void put_name(struct dl_prov *p, yyjson_mut_val *obj, const char *key, const char *name)
{
    yyjson_mut_val *value = dl_json_obj(p->doc, obj, key);
    dl_json_c(p->doc, value, "$", name);
    dl_json_c(p->doc, value, "type", "prov:QUALIFIED_NAME");
}

static void put_bool(struct dl_prov *p, yyjson_mut_val *obj, const char *key, bool is)
{
    yyjson_mut_val *value = dl_json_obj(p->doc, obj, key);
    dl_json_c(p->doc, value, "$", is ? "true" : "false");
    dl_json_c(p->doc, value, "type", "xsd:boolean");
}

static void put_number(struct dl_prov *p, yyjson_mut_val *obj, const char *key, double number)
{
    yyjson_mut_val *value = dl_json_obj(p->doc, obj, key);
    dl_json_str(p->doc, value, "$", dl_str_fmt(p->arena, "%.3f", number));
    dl_json_c(p->doc, value, "type", "xsd:decimal");
}

static void put_time(struct dl_prov *p, yyjson_mut_val *obj, const char *key, dl_str time)
{
    if (time.n == 0) return;
    yyjson_mut_val *value = dl_json_obj(p->doc, obj, key);
    dl_json_str(p->doc, value, "$", time);
    dl_json_c(p->doc, value, "type",
              dl_str_chr(time, 'T', 0) == DL_NO_POS ? "xsd:date" : "xsd:dateTime");
}

enum dl_err dl_prov_begin(struct dl_prov *ret_prov, dl_arena *arena)
{
    struct dl_prov p = {.doc = dl_json_new(arena), .arena = arena};
    if (p.doc == NULL) return dl_arena_failed(arena);
    p.root = yyjson_mut_doc_get_root(p.doc);
    dl_map_init(&p.records, arena);
    yyjson_mut_val *prefix = dl_json_obj(p.doc, p.root, "prefix");
    dl_json_c(p.doc, prefix, "prov", "http://www.w3.org/ns/prov#");
    dl_json_c(p.doc, prefix, "xsd", "http://www.w3.org/2001/XMLSchema#");
    dl_json_c(p.doc, prefix, "dateline", NS);
    dl_json_c(p.doc, prefix, "doc", "urn:dateline:document:");
    dl_json_c(p.doc, prefix, "said", "urn:dateline:statement:");
    dl_json_c(p.doc, prefix, "who", "urn:dateline:source:");
    dl_json_c(p.doc, prefix, "outlet", "urn:dateline:outlet:");
    *ret_prov = p;
    return dl_arena_failed(arena);
}

/* --- one document --------------------------------------------------------------------------- */

struct of_document {
    struct dl_prov *p;
    const struct dl_store_document *d;
    dl_str key; /* 12 hex digits: of its id, or of its words when it is in no store */
    dl_str entity, outlet;
};

static dl_str hash_of(dl_arena *arena, const dl_str *parts, size_t n)
{
    dl_id id = dl_id_of(parts, n);
    return dl_str_sub(dl_id_str(arena, &id), 0, 12);
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Ids of outlets are names already; the outlet of a file has only words. */
static dl_str outlet_id(struct of_document *o)
{
    dl_str id = o->d->outlet;
    bool name = id.n > 0;
    for (size_t i = 0; i < id.n; i++)
        name = name && is_name_byte(id.p[i]);
    if (name) return dl_str_fmt(o->p->arena, "outlet:%.*s", DL_FMT(id));
    dl_str parts[] = {DL_STR("outlet"), id, o->d->outlet_name};
    dl_str key = o->d->outlet_name.n > 0 || id.n > 0 ? hash_of(o->p->arena, parts, 3) : o->key;
    return dl_str_fmt(o->p->arena, "outlet:%.*s", DL_FMT(key));
}

static void put_outlet(struct of_document *o)
{
    bool fresh;
    yyjson_mut_val *agent = record(o->p, "agent", o->outlet, &fresh);
    if (!fresh) return;
    put_name(o->p, agent, "prov:type", "prov:Organization");
    dl_json_str(o->p->doc, agent, "prov:label",
                o->d->outlet_name.n > 0 ? o->d->outlet_name : o->d->outlet);
    dl_json_str(o->p->doc, agent, "dateline:country", o->d->country);
}

static void put_document(struct of_document *o)
{
    bool fresh;
    struct dl_prov *p = o->p;
    yyjson_mut_val *entity = record(p, "entity", o->entity, &fresh);
    put_name(p, entity, "prov:type", "prov:Collection");
    dl_json_str(p->doc, entity, "prov:label", o->d->title);
    dl_json_str(p->doc, entity, "dateline:url", o->d->url);
    dl_json_str(p->doc, entity, "dateline:language", o->d->language);
    put_time(p, entity, "dateline:published", o->d->published);
    yyjson_mut_val *by = relation(p, "wasAttributedTo");
    dl_json_str(p->doc, by, "prov:entity", o->entity);
    dl_json_str(p->doc, by, "prov:agent", o->outlet);
}

/* An agent of the named is one by its words; the unnamed are nobody else. */
static dl_str agent_of(struct of_document *o, const struct dl_trace_hop *hop, dl_str entity)
{
    struct dl_prov *p = o->p;
    bool named = dl_str_eq_c(hop->anonymity, "named") && !hop->pronoun, fresh;
    dl_str parts[] = {o->key, named ? hop->text : entity, hop->class};
    dl_str id = dl_str_fmt(p->arena, "who:%.*s", DL_FMT(hash_of(p->arena, parts, 3)));
    yyjson_mut_val *agent = record(p, "agent", id, &fresh);
    if (!fresh) return id;
    dl_json_str(p->doc, agent, "prov:label", hop->text);
    dl_json_str(p->doc, agent, "dateline:class", hop->class);
    dl_json_str(p->doc, agent, "dateline:anonymity", hop->anonymity);
    if (hop->on_behalf_of.n == 0) return id;
    dl_str body_parts[] = {o->key, hop->on_behalf_of};
    dl_str body = dl_str_fmt(p->arena, "who:%.*s", DL_FMT(hash_of(p->arena, body_parts, 2)));
    yyjson_mut_val *responsible = record(p, "agent", body, &fresh);
    if (fresh) dl_json_str(p->doc, responsible, "prov:label", hop->on_behalf_of);
    yyjson_mut_val *behalf = relation(p, "actedOnBehalfOf");
    dl_json_str(p->doc, behalf, "prov:delegate", id);
    dl_json_str(p->doc, behalf, "prov:responsible", body);
    return id;
}

static void derived(struct of_document *o, dl_str from, dl_str used, const char *type)
{
    yyjson_mut_val *r = relation(o->p, "wasDerivedFrom");
    dl_json_str(o->p->doc, r, "prov:generatedEntity", from);
    dl_json_str(o->p->doc, r, "prov:usedEntity", used);
    if (type != NULL) put_name(o->p, r, "prov:type", type);
}

static yyjson_mut_val *attributed(struct of_document *o, dl_str entity, dl_str agent)
{
    yyjson_mut_val *r = relation(o->p, "wasAttributedTo");
    dl_json_str(o->p->doc, r, "prov:entity", entity);
    dl_json_str(o->p->doc, r, "prov:agent", agent);
    return r;
}

static void put_statement(struct of_document *o, dl_str id, const struct dl_trace *t)
{
    struct dl_prov *p = o->p;
    bool fresh;
    yyjson_mut_val *e = record(p, "entity", id, &fresh);
    static const char *const same[] = {"stance", "certainty", "quote", "rule"};
    put_name(p, e, "prov:type", "dateline:Statement");
    dl_json_str(p->doc, e, "prov:value", t->content);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        dl_json_str(p->doc, e, dl_str_cstr(p->arena, dl_str_fmt(p->arena, "dateline:%s", same[i])),
                    dl_json_get_str(t->statement, same[i]));
    put_number(p, e, "dateline:score", dl_json_get_num(t->statement, "score", 1));
    if (t->unclear) dl_json_c(p->doc, e, "dateline:attribution", "unclear");
    if (t->legal_formula) put_bool(p, e, "dateline:legalFormula", true);
    if (t->voice == DL_VOICE_ANALYSIS) put_bool(p, e, "dateline:analysis", true);
    dl_json_str(p->doc, e, "dateline:sentence", t->sentence);
    if (t->at.field != NULL) dl_json_c(p->doc, e, "dateline:in", t->at.field);
    yyjson_mut_val *member = relation(p, "hadMember");
    dl_json_str(p->doc, member, "prov:collection", o->entity);
    dl_json_str(p->doc, member, "prov:entity", id);
    yyjson_mut_val *by = attributed(o, id, o->outlet);
    dl_json_str(p->doc, by, "dateline:stance", dl_json_get_str(t->statement, "stance"));
}

/* What hop i said, as the hop before it passes it on. */
static dl_str put_hop(struct of_document *o, dl_str id, const struct dl_trace *t, size_t i)
{
    struct dl_prov *p = o->p;
    bool fresh, last = i + 1 == t->hops.n;
    const struct dl_trace_hop *hop = &t->hops.p[i];
    dl_str said = dl_str_fmt(p->arena, "%.*s-%zu", DL_FMT(id), i);
    yyjson_mut_val *e = record(p, "entity", said, &fresh);
    put_name(p, e, "prov:type", "dateline:Utterance");
    if (last) dl_json_str(p->doc, e, "prov:value", t->content);
    yyjson_mut_val *by = attributed(o, said, agent_of(o, hop, said));
    dl_json_str(p->doc, by, "dateline:cue", hop->cue);
    dl_json_str(p->doc, by, "dateline:class", hop->class);
    dl_json_str(p->doc, by, "dateline:anonymity", hop->anonymity);
    return said;
}

static void put_evidence(struct of_document *o, dl_str said, const struct dl_trace *t)
{
    struct dl_prov *p = o->p;
    for (size_t i = 0; i < t->evidence.n; i++) {
        const struct dl_trace_evidence *v = &t->evidence.p[i];
        bool fresh;
        dl_str id = dl_str_fmt(p->arena, "%.*s-e%zu", DL_FMT(said), i + 1);
        yyjson_mut_val *e = record(p, "entity", id, &fresh);
        put_name(p, e, "prov:type", "dateline:Evidence");
        dl_json_str(p->doc, e, "prov:label", v->words);
        dl_json_str(p->doc, e, "dateline:kind", v->kind);
        if (v->check != DL_TRACE_NOT_SAID)
            put_bool(p, e, "dateline:verified", v->check == DL_TRACE_VERIFIED);
        derived(o, said, id, "dateline:Evidence");
    }
}

static dl_str statement_id(struct of_document *o, const struct dl_trace *t, size_t number)
{
    dl_str id = dl_json_get_str(t->statement, "id");
    bool name = id.n > 0 && id.n <= DL_ID_HEX;
    for (size_t i = 0; i < id.n && name; i++)
        name = is_name_byte(id.p[i]);
    /* The same words in two documents have one id; the document's tells them apart. */
    return name ? dl_str_fmt(o->p->arena, "said:%.*s-%.*s", DL_FMT(o->key), DL_FMT(id))
                : dl_str_fmt(o->p->arena, "said:%.*s-%zu", DL_FMT(o->key), number);
}

static void put_chain(struct of_document *o, const struct dl_trace *t, size_t number)
{
    dl_str id = statement_id(o, t, number), from = id;
    bool fresh;
    record(o->p, "entity", id, &fresh);
    if (!fresh) id = from = dl_str_fmt(o->p->arena, "%.*s-%zu", DL_FMT(id), number);
    put_statement(o, id, t);
    dl_str quote = dl_json_get_str(t->statement, "quote");
    const char *type = dl_str_eq_c(quote, "direct") ? "prov:Quotation" : NULL;
    for (size_t i = 1; i < t->hops.n; i++) {
        dl_str said = put_hop(o, id, t, i);
        derived(o, from, said, type);
        from = said;
    }
    if (t->hops.n > 1) derived(o, id, from, "prov:PrimarySource");
    put_evidence(o, from, t);
}

enum dl_err dl_prov_document(struct dl_prov *prov, const struct dl_store_document *d,
                             const dl_traces *traces)
{
    struct of_document o = {.p = prov, .d = d};
    dl_str parts[] = {DL_STR("file"), d->url, d->title, d->text};
    o.key = d->document > 0 ? dl_str_sub(dl_id_str(prov->arena, &d->id), 0, 12)
                            : hash_of(prov->arena, parts, 4);
    o.entity = dl_str_fmt(prov->arena, "doc:%.*s", DL_FMT(o.key));
    o.outlet = outlet_id(&o);
    put_outlet(&o);
    put_document(&o);
    for (size_t i = 0; i < traces->n; i++)
        put_chain(&o, &traces->p[i], i + 1);
    return dl_arena_failed(prov->arena);
}
