/* Statements: who says what, through whom, how firmly (CONTRACT.md, "dateline analyse").
 *
 * In: words, sentences and quotations of one text, the cue lexicon of its language, the outlet.
 * Out: statements in text order. Spans are tokens here and bytes in JSON; they come from the text
 * word by word. Each statement names the rule that made it and a score; 0.5 is the gate of the
 * face.
 *
 * Method: cues by longest match; per kind of cue a few patterns over clause borders, noun phrases
 * and quotations (rules are named: "verb-that", "quote-verb", "accord", …). What fits no pattern is
 * left out. Titles and descriptors stay in the source span word by word. A source that says nothing
 * of who it is stays unnamed; it is never joined to a person.
 *
 * Linear in tokens for fixed limits below. Memory: the arena. Pure. */
#ifndef DL_CLAIM_STATEMENTS_H
#define DL_CLAIM_STATEMENTS_H

#include "base/vec.h"
#include "claim/cues.h"
#include "claim/learned.h"
#include "claim/quotes.h"
#include "lang/parse_text.h"

enum {
    DL_STATEMENT_SPANS = 8, /* discontinuous content: more are joined into the last */
    DL_STATEMENT_HOPS = 5,  /* behind the outlet; deeper chains are cut and scored down */
    DL_STATEMENT_EVIDENCE = 4,
    DL_STATEMENTS_MAX = 4096, /* a text has no more; guards against hostile ones */
    DL_SOURCE_MAX_TOKENS = 40 /* longer subjects are clauses, not sources */
};

struct dl_span {
    uint32_t first, last; /* tokens, last exclusive */
};

struct dl_hop {
    struct dl_span source, cue;
    uint8_t class, anonymity;
};

struct dl_evidence {
    struct dl_span span;
    uint8_t kind;
    uint8_t verified; /* 0 not said, 1 verified, 2 could not be verified */
};

/* The source of the rules beside the subject of the tree. */
enum dl_tree_view { DL_TREE_NOT_ASKED, DL_TREE_AGREES, DL_TREE_SILENT, DL_TREE_DIFFERS };

enum dl_quote_kind { DL_QUOTE_INDIRECT, DL_QUOTE_DIRECT, DL_QUOTE_MIXED };

typedef struct dl_statement {
    struct dl_span cue, source; /* empty: first == last */
    struct dl_span content[DL_STATEMENT_SPANS];
    uint8_t n_content, quote, class, anonymity, stance, certainty;
    uint8_t n_hops, n_evidence;
    bool pronoun, legal_formula;
    bool part;         /* words in quotation marks of the statement that is its parent */
    bool verb;         /* made from a reporting verb */
    bool clause;       /* what is said has a verb of its own, or stands in quotation marks */
    uint8_t tree;      /* what the tree says of the source: enum dl_tree_view */
    float reliability; /* of the verb, from the lexicon */
    struct dl_hop hop[DL_STATEMENT_HOPS];
    struct dl_evidence evidence[DL_STATEMENT_EVIDENCE];
    struct dl_span cue_before; /* of what has no cue: that of the statement it goes on from */
    uint32_t sentence;
    int32_t parent; /* index, -1 for none */
    const char *rule;
    float score;
    uint8_t act;    /* enum dl_cue_act */
    int32_t margin; /* of a learned one, learned.h */
    uint32_t made;  /* number in the order of making: why.h */
} dl_statement;

typedef DL_VEC(dl_statement) dl_statements;

/* The article under a headline: whose surnames it may use. */
struct dl_say_below {
    const dl_words *words;
    const dl_statements *statements;
};

struct dl_say_text {
    const dl_cues *cues;
    dl_words *words;
    dl_sentences sentences;
    dl_quotations quotations;
    dl_str outlet;
    const dl_grammar *grammar;        /* NULL: rules of order alone */
    const struct dl_say_below *below; /* of a headline or a deck; NULL: it is none */
    const dl_learned *learned;        /* NULL: what the rules find, and no more */
    const dl_grammar *tags;           /* for what is learned: a tagger; NULL: grammar, or none */
};

enum dl_err dl_statements_find(const struct dl_say_text *text, dl_arena *arena,
                               dl_statements *ret_statements) DL_MUST_USE;

/* Do the rules of this language ask for tags or trees, when they are there? */
bool dl_statements_ask_grammar(const dl_pack *pack);

/* Class and anonymity of a source phrase by its head word and its names. */
void dl_source_classify(const struct dl_say_text *text, struct dl_span source, uint8_t *ret_class,
                        uint8_t *ret_anonymity);
/* Is this phrase the outlet itself ("the Courier" of "The Hallgate Courier")? */
bool dl_source_is_outlet(const struct dl_say_text *text, struct dl_span phrase);

#endif
