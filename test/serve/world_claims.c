#include "world_claims.h"

#include <string.h>

enum { DOCUMENTS = 4, BODY_MAX = 16 << 10 };

static char ids[WORLD_CLAIM_IDS][DL_ID_HEX + 1];

const char *world_claim(int which)
{
    return ids[which];
}

/* $0 … $3 stand for the ids of the documents. */
static dl_str with_ids(dl_arena *arena, const dl_claim_documents *d, const char *text)
{
    dl_buf out = DL_BUF_INIT(BODY_MAX);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p != '$') {
            dl_buf_byte(&out, *p);
            continue;
        }
        p++;
        dl_buf_str(&out, dl_id_str(arena, &d->p[*p - '0'].id));
    }
    dl_str body = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return body;
}

static const char claim[] =
    "{\"documents\":[\"$0\",\"$1\",\"$2\",\"$3\"],\"origins\":[{\"class\":\"official\",\"name\":\"The "
    "port authority of Nordhaven\",\"documents\":[\"$0\",\"$1\",\"$2\"],\"first\":\"$0\",\"kind\":"
    "\"source\",\"anonymity\":\"named\",\"party\":true,\"group\":0},{\"class\":\"official\",\"name\":"
    "\"港务局\",\"documents\":[\"$3\"],\"first\":\"$3\",\"kind\":\"source\",\"anonymity\":\"role\","
    "\"group\":0}],\"denied_by\":[{\"class\":\"official-political\",\"name\":\"وزارت بنادر\","
    "\"documents\":[\"$2\"],\"anonymity\":\"named\",\"wording\":2}],\"merges\":[{\"rule\":\"near-"
    "duplicate\",\"a\":\"$0\",\"b\":\"$1\",\"evidence\":[{\"document\":\"$1\",\"start\":20,\"end\":60}]"
    ",\"origins\":[0,0]},{\"rule\":\"unnamed\",\"soft\":true,\"a\":\"$0\",\"b\":\"$3\",\"evidence\":[],"
    "\"origins\":[0,1]}],\"hardening\":[{\"from\":\"$0\",\"to\":\"$3\",\"kind\":\"hardened\",\"lost\":["
    "\"scope\",\"caveat\"],\"wordings\":[0,3]}],\"titles\":[],\"missing\":{\"kind\":\"unnamed\",\"a\":"
    "\"$0\",\"b\":\"$3\",\"changes\":1},\"wordings\":[{\"document\":\"$0\",\"text\":\"at least nine "
    "people were injured\",\"stance\":\"neutral\",\"certainty\":\"asserted\",\"caveat\":true,\"fit\":"
    "100,\"hops\":[{\"text\":\"The port authority of Nordhaven\",\"depth\":1,\"class\":\"official\","
    "\"anonymity\":\"named\"}],\"counts\":[{\"value\":9,\"unit\":7,\"bound\":\"at-least\"}],"
    "\"evidence\":[{\"kind\":\"footage\",\"verified\":false}]},{\"document\":\"$1\",\"text\":\"nine "
    "people were injured\",\"stance\":\"neutral\",\"certainty\":\"asserted\",\"fit\":98},{\"document\":"
    "\"$2\",\"text\":\"نه نفر زخمی نشدند\",\"stance\":\"denied\",\"certainty\":\"negated\",\"denies\":"
    "true,\"fit\":70},{\"document\":\"$3\",\"text\":\"四号码头爆炸造成十二人受伤\",\"stance\":"
    "\"neutral\",\"certainty\":\"asserted\",\"fit\":60,\"counts\":[{\"value\":12,\"unit\":7,\"bound\":"
    "\"exact\"}]}]}";

static const char circle[] =
    "{\"documents\":[\"$0\",\"$1\"],\"origins\":[{\"class\":\"media\",\"name\":\"<b>A</b> and B\","
    "\"documents\":[\"$0\",\"$1\",\"no id\"],\"first\":\"$0\",\"kind\":\"circular\",\"circular\":true,"
    "\"anonymity\":\"named\",\"group\":99}],\"denied_by\":[],\"merges\":[{\"rule\":\"<i>\",\"a\":\"x\","
    "\"b\":\"$1\"}],\"hardening\":[{\"kind\":\"hardened\",\"lost\":[\"stance\"],\"wordings\":[7,-1]}],"
    "\"wordings\":[{\"document\":\"$1\",\"text\":\"<script>alert(1)</script>\",\"own\":true}]}";

static struct dl_claim_row row_of(const struct dl_claim_document *d, const char *wording)
{
    struct dl_claim_row row = {.document = d->document,
                               .wording = dl_str_c(wording),
                               .language = d->language,
                               .first_seen_ms = d->seen_by_ms};
    row.id = dl_claim_id(&d->id, row.wording);
    return row;
}

enum dl_err world_put_claims(dl_ledger *l, dl_arena *arena, int64_t story)
{
    struct dl_claim_story at = {.story = story};
    dl_claim_documents d;
    DL_TRY(dl_ledger_claim_documents(l, arena, story, &d));
    if (d.n < DOCUMENTS) return DL_ERR_STATE;
    struct dl_claim_row rows[] = {row_of(&d.p[0], "at least nine people were injured"),
                                  row_of(&d.p[1], "<script>alert(1)</script>")};
    dl_id origin = dl_origin_id(&rows[0].id, &d.p[0].id, DL_STR("The port authority of Nordhaven"));
    rows[0].origins = &origin;
    rows[0].n_origins = 1;
    rows[0].body = with_ids(arena, &d, claim);
    rows[1].body = with_ids(arena, &d, circle);
    for (size_t i = 0; i < 2; i++) {
        rows[i].documents = i == 0 ? 4 : 2;
        rows[i].copies = 1;
        rows[i].outlets = i == 0 ? 4 : 3;
        rows[i].last_seen_ms = d.p[3].seen_by_ms;
        dl_id_hex(&rows[i].id, ids[i]);
    }
    rows[0].origins_min = rows[0].origins_named = rows[0].origins_free = 1;
    rows[0].origins_max = 2;
    rows[0].denials = rows[0].hardened = 1;
    rows[1].circular = true;
    dl_id_hex(&origin, ids[WORLD_ORIGIN]);
    DL_TRY(dl_ledger_begin(l));
    DL_TRY(dl_ledger_put_claims(l, arena, &at, rows, 2, 1, d.p[3].seen_by_ms));
    struct dl_decision decision = {
        .at_ms = d.p[3].seen_by_ms, .claim = rows[0].id, .a = d.p[0].id, .b = d.p[3].id};
    DL_TRY(dl_ledger_decide(l, &decision));
    return dl_ledger_commit(l, NULL);
}
