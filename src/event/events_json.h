/* Events, links and topics as the contract prints them. */
#ifndef DL_EVENT_EVENTS_JSON_H
#define DL_EVENT_EVENTS_JSON_H

#include "base/json.h"
#include "event/events.h"

void dl_events_json(const struct dl_event_text *text, const struct dl_events *events,
                    const dl_str *statement_ids, dl_arena *arena, dl_str revision,
                    yyjson_mut_doc *json, yyjson_mut_val *object);
/* Topics by how many of their words a text has; scores are shares of the text's topic words. */
void dl_topics_json(const struct dl_event_text *text, yyjson_mut_doc *json, yyjson_mut_val *object);

#endif
