/* WebSub, the subscriber's side of the wire (W3C Recommendation of 2018; PubSubHubbub 0.4).
 *
 * Pure functions: what is sent to a hub, what it asks and delivers. Nothing here fetches, stores or
 * reads a clock. Text from outside comes as it was received; memory is the arena given. */
#ifndef DL_FEED_WEBSUB_H
#define DL_FEED_WEBSUB_H

#include "base/str.h"
#include "base/vec.h"

enum {
    DL_WEBSUB_BODY_MAX = 16 << 20,  /* of a delivery: as of a fetched feed */
    DL_WEBSUB_LINKS = 64,           /* of one Link header */
    DL_WEBSUB_CHALLENGE_MAX = 4096, /* hubs send 20 to 200 characters */
    DL_WEBSUB_TOKEN = 64,           /* hex digits in the callback's address */
};

/* Links of a Link header (RFC 8288) with their relations; several headers joined by commas. base:
 * for relative targets, may be empty. Only http and https come out. */
struct dl_websub_links {
    DL_VEC(dl_str) hubs;
    dl_str self;
};
enum dl_err dl_websub_links(dl_arena *arena, dl_str header, dl_str base,
                            struct dl_websub_links *ret_links) DL_MUST_USE;

/* "https://me.example/x/" of what an operator gives; DL_ERR_INVALID: no http(s) address, or one
 * with query, fragment or credentials. */
enum dl_err dl_websub_base(dl_arena *arena, dl_str given, dl_str *ret_base) DL_MUST_USE;
dl_str dl_websub_callback(dl_arena *arena, dl_str base, dl_str token);

/* The form that a subscriber posts to a hub (§5.1). */
struct dl_websub_ask {
    bool leave;
    dl_str callback, topic, secret;
    int64_t lease_s;
};
dl_str dl_websub_form(dl_arena *arena, const struct dl_websub_ask *ask);

/* May the challenge be sent back? It is text of a stranger: visible ASCII without markup, and not
 * long. */
bool dl_websub_challenge_is_sound(dl_str challenge);
/* Seconds of a hub.lease_seconds; 0 for none or nonsense. */
int64_t dl_websub_lease(dl_str text);

/* Is the body signed with the secret? header: X-Hub-Signature, "sha256=HEX" with sha1, sha256,
 * sha384 or sha512 (§7.1). The time does not tell where it differs. */
bool dl_websub_is_signed(dl_str header, dl_str secret, dl_str body);
/* Are both the same address, spelled perhaps in two ways? */
bool dl_websub_same_topic(dl_arena *arena, dl_str a, dl_str b);

#endif
