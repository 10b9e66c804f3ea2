/* What was read of one document, before it becomes JSON: for stages that go on from it
 * (story/sayings.h). Everything lies in the arena that was given. */
#ifndef DL_EVENT_ANALYSED_H
#define DL_EVENT_ANALYSED_H

#include "claim/why.h"
#include "event/analyse.h"
#include "event/events.h"
#include "lang/langid.h"
#include "lang/names_refer.h"
#include "lang/places.h"

/* One text of a document: what is known of its words. */
struct dl_analysed_part {
    dl_str text;
    struct dl_say_text say; /* points at words below: do not copy */
    dl_words words;
    dl_statements statements;
    dl_why *why; /* of an input that asks why; else NULL */
};

/* Everything that was read of a document, before it becomes JSON. Names, times and events are those
 * of the text. */
struct dl_analysed {
    struct dl_language language;
    const dl_pack *pack;
    dl_str revision; /* hex, of title and text: statements are named after it */
    struct dl_analysed_part title, deck, body;
    struct dl_say_below below; /* the body, for title and deck */
    dl_timexes times;
    dl_entities names;
    dl_mentions mentions;
    dl_places places;
    struct dl_event_text events_in;
    struct dl_events events;
};

/* Both steps of dl_analyse(). ret_analysed may not be moved. */
enum dl_err dl_analyse_read(const dl_analyser *analyser, dl_arena *arena,
                            const struct dl_analyse_input *in, struct dl_analysed *ret_analysed,
                            struct dl_diag *diag) DL_MUST_USE;
enum dl_err dl_analyse_json(const struct dl_analyse_input *in, const struct dl_analysed *analysed,
                            dl_arena *arena, yyjson_mut_doc *json,
                            yyjson_mut_val *object) DL_MUST_USE;

#endif
