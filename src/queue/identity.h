/* Who published something, as far as its address tells: made by readers and clients, so that the
 * writer, who holds the database, parses no address.
 *
 * In JSON, under "identity": url (canonical form), shown_url (as published), host, domain (public
 * suffix plus one label). The guid stands there when there is no address. */
#ifndef DL_QUEUE_IDENTITY_H
#define DL_QUEUE_IDENTITY_H

#include "base/json.h"

struct dl_identity {
    dl_str url, shown_url, guid, host, domain;
};

/* Parses url; what is no http(s) address leaves everything but guid empty. */
void dl_identity_of(dl_arena *arena, dl_str url, dl_str guid, struct dl_identity *ret);
void dl_identity_json(const struct dl_identity *id, yyjson_mut_doc *json, yyjson_mut_val *object);
/* http(s), no controls or spaces, not too long: what may be stored and shown as a link. */
/* An outlet's id, as sources/ has them: letters, digits, dots, dashes. */
bool dl_identity_is_outlet(dl_str s);
bool dl_identity_is_web(dl_str url);
/* Reads it back, checked: http(s) only, no controls, lengths. False when neither url nor guid. */
bool dl_identity_read(yyjson_val *object, struct dl_identity *ret);

#endif
