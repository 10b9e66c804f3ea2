#include "world.h"

#include "world_claims.h"

#include "store/ledger_hub.h"
#include "store/ledger_source.h"

#include "base/json.h"
#include "net/trust.h"

enum { MINUTE = 60 * 1000, SAID_MAX = 4, SPANS_MAX = 16 };

struct said {
    const char *class, *anonymity, *quote, *certainty, *stance;
};

struct article {
    const char *outlet, *slug, *language, *title, *subtitle, *section, *published;
    const char *text;                  /* {1s|source} {1c|cue} {1w|content}: spans of statement 1 */
    int minutes_ago, founder, copy_of; /* founder, copy_of: numbers of articles from 1, 0: none */
    double similarity;
    const char *evidence;
    const char *events;  /* places and events of the analysis, JSON */
    const char *analyse; /* the whole analysis, in place of what follows; NULL: none */
    struct said said[SAID_MAX];
};

static const struct {
    const char *id, *name, *country, *language, *kind;
} outlets[] = {
    {"nordhaven-courier", "Nordhaven Courier (EXAMPLE)", "XN", "en", "private"},
    {"agency-veld", "Agency Veld (EXAMPLE)", "XV", "en", "agency"},
    {"radio-marisol", "Radio Marisol (EXAMPLE)", "XM", "es", "public-broadcaster"},
    {"khabar-daryaban", "خبر دریابان (EXAMPLE)", "XD", "fa", "state-media"},
    {"lianshan-daily", "莲山日报 (EXAMPLE)", "XL", "zh", "private"},
    {"sumber-timur", "Sumber Timur (EXAMPLE)", "XS", "id", "private"},
};

#define SAID_NONE                                                                                  \
    {                                                                                              \
        0                                                                                          \
    }
static const struct article articles[] = {
    {.outlet = "agency-veld",
     .slug = "grain-terminal",
     .language = "en",
     .title = "EXAMPLE: Nordhaven closes its grain terminal after an explosion at pier 4",
     .subtitle = "Port authority speaks of nine injured",
     .section = "World",
     .published = "2026-11-24T09:12:00Z",
     .text =
         "NORDHAVEN, EXAMPLE. {1s|The port authority of Nordhaven} {1c|said} on Tuesday that "
         "{1w|nine people were injured when an explosion shook pier 4 of the grain "
         "terminal}.\n\n{2s|Two dock workers, who asked not to be named,} {2c|claimed} that {2w|a "
         "gas alarm had been switched off the evening before}.\n\nThe ministry of harbours of "
         "Veldria closed the terminal until further notice. {3c|It was reportedly} {3w|the third "
         "accident at the pier this year}.\n\nShips wait outside the port.",
     .minutes_ago = 190,
     .events =
         "{\"places\":[{\"name\":\"Nordhaven\",\"kind\":\"city\",\"country\":\"XV\",\"lat\":53.55,\"lon\":8.13,\"geonames\":990001}"
         ",{\"name\":\"Nordhaven Roads\",\"kind\":\"region\",\"country\":\"XV\",\"lat\":54.1,\"lon\":7.9}"
         ",{\"name\":\"Veldria\",\"kind\":\"country\",\"country\":\"IS\",\"lat\":64.9,\"lon\":-18.5}"
         ",{\"name\":\"Port Ysel\",\"kind\":\"city\",\"country\":\"XV\",\"lat\":60.2,\"lon\":24.9}"
         "],\"events\":[{\"act\":\"ASSAULT\",\"status\":\"occurred\",\"place\":0,\"place_relation\":\"occurs-in\"}"
         ",{\"act\":\"ACCUSE\",\"status\":\"alleged\",\"place\":1,\"place_relation\":\"occurs-in\"}"
         ",{\"act\":\"SANCTION\",\"status\":\"occurred\",\"place\":2,\"place_relation\":\"occurs-in\"}"
         ",{\"act\":\"THREATEN\",\"status\":\"planned\",\"place\":3,\"place_relation\":\"occurs-in\"}"
         "]}",
     .founder = 1,
     .said = {{"official", "named", "indirect", "asserted", "neutral"},
              {"witness", "group", "indirect", "asserted", "distanced"},
              {"none", "none", "indirect", "asserted", "hearsay"}}},
    {.outlet = "nordhaven-courier",
     .slug = "explosion-pier-4",
     .language = "en",
     .title = "EXAMPLE: Grain terminal closed after explosion at pier 4 in Nordhaven",
     .published = "2026-11-24T09:40:00Z",
     .text = "NORDHAVEN, EXAMPLE. {1s|The port authority of Nordhaven} {1c|said} on Tuesday that "
             "{1w|nine people were injured when an explosion shook pier 4 of the grain "
             "terminal}.\n\nThe ministry of harbours of Veldria closed the terminal until further "
             "notice.",
     .minutes_ago = 165,
     .founder = 1,
     .copy_of = 1,
     .similarity = 0.92,
     .evidence = "[{\"text\":\"grain terminal\",\"weight\":0.61},{\"text\":\"pier 4\",\"weight\":"
                 "0.42},{\"text\":\"Nordhaven\",\"weight\":0.4}]",
     .said = {{"official", "named", "indirect", "asserted", "neutral"}}},
    {.outlet = "khabar-daryaban",
     .slug = "nordhaven",
     .language = "fa",
     .title = "EXAMPLE: پایانه غلات نوردهاون پس از انفجار در اسکله ۴ بسته شد",
     .published = "2026-11-24T10:05:00Z",
     .text = "نوردهاون، EXAMPLE. {1s|اداره بندر نوردهاون} {1c|گفت} {1w|نه نفر در انفجار اسکله ۴ "
             "زخمی شدند}.\n\nوزارت بنادر پایانه را تا اطلاع ثانوی بست.",
     .minutes_ago = 120,
     .events =
         "{\"places\":[{\"name\":\"نوردهاون\",\"kind\":\"city\",\"country\":\"XV\",\"lat\":53.55,\"lon\":8.13,\"geonames\":990001}"
         ",{\"name\":\"Old Quay\",\"kind\":\"locality\",\"country\":\"XV\",\"lat\":53.4,\"lon\":8.3}"
         "],\"events\":[{\"act\":\"ASSAULT\",\"status\":\"occurred\",\"place\":0,\"place_relation\":\"occurs-in\"}"
         ",{\"act\":\"COERCE\",\"status\":\"alleged\",\"place\":1,\"place_relation\":\"occurs-in\"}"
         "]}",
     .founder = 1,
     .evidence = "[{\"text\":\"نوردهاون\",\"weight\":0.5},{\"text\":\"اسکله ۴\",\"weight\":0.3}]",
     .said = {{"official", "named", "indirect", "asserted", "neutral"}}},
    {.outlet = "lianshan-daily",
     .slug = "nordhaven",
     .language = "zh",
     .title = "EXAMPLE：诺德港四号码头爆炸后粮食码头关闭",
     .published = "2026-11-24T10:30:00Z",
     .text =
         "诺德港，EXAMPLE。{1s|港务局}{1c|表示}，{1w|四号码头爆炸造成九人受伤}。\n\n港口部下令关闭"
         "码头，直至另行通知。",
     .minutes_ago = 75,
     .founder = 1,
     .evidence = "[{\"text\":\"诺德港\",\"weight\":0.5},{\"text\":\"四号码头\",\"weight\":0.3}]",
     .said = {{"official", "named", "indirect", "asserted", "neutral"}}},
    {.outlet = "sumber-timur",
     .slug = "hostile",
     .language = "x\"><script>alert(1)</script>",
     .title = "EXAMPLE: <script>alert('headline')</script> \u202egnp.exe\u202c \" onmouseover=\"x",
     .subtitle = "<img src=x onerror=alert(1)>",
     .text = "EXAMPLE. </p><script>alert(2)</script> {1s|<b>Nobody</b>} {1c|said} {1w|\"quotes\" & "
             "<i>more</i>}.",
     .minutes_ago = 40,
     .founder = 5,
     .said = {{"<u>class</u>", "named", "direct", "asserted", "own"}}},
    {.outlet = "radio-marisol",
     .slug = "desmentido",
     .language = "es",
     .title = "EXAMPLE: La empresa del puerto niega que se apagara la alarma de gas",
     .published = "2026-11-24",
     .text = "PUERTO MARISOL, EXAMPLE. {1s|Un portavoz de la empresa Granera del Norte} {1c|negó} "
             "que {1w|la alarma de gas estuviera apagada}.",
     .minutes_ago = 31,
     .events =
         "{\"places\":[{\"name\":\"Puerto Marisol\",\"kind\":\"city\",\"country\":\"XM\",\"lat\":-17.8,\"lon\":179.4,\"geonames\":990002}"
         ",{\"name\":\"Isla de Sal\",\"kind\":\"city\",\"country\":\"XM\",\"lat\":-16.6,\"lon\":-179.7,\"geonames\":990003}"
         "],\"events\":[{\"act\":\"ACCUSE\",\"status\":\"occurred\",\"place\":0,\"place_relation\":\"occurs-in\"}"
         ",{\"act\":\"AID\",\"status\":\"ongoing\",\"place\":1,\"place_relation\":\"occurs-in\"}"
         "]}",
     .founder = 6,
     .said = {{"company", "role", "indirect", "negated", "neutral"}}},
    {.outlet = "nordhaven-courier",
     .slug = "fishing-quota",
     .language = "en",
     .title = "EXAMPLE: Veldria and Marisol agree on a fishing quota for the Long Bank",
     .published = "2026-11-24T11:45:00Z",
     .text = "EXAMPLE. {1s|The fisheries minister of Veldria, Odo Lemaire,} {1c|announced} that "
             "{1w|both countries will share the Long Bank from January}.",
     .minutes_ago = 12,
     .founder = 7,
     .said = {{"official-political", "named", "indirect", "future", "neutral"}}},
    {.outlet = "agency-veld",
     .slug = "fishing-quota",
     .language = "en",
     .title = "EXAMPLE: Long Bank to be shared from January",
     .published = "2026-11-24T11:50:00Z",
     .text = "EXAMPLE. Both countries will share the Long Bank from January.",
     .minutes_ago = 4,
     .founder = 7,
     .evidence = "[{\"text\":\"Long Bank\",\"weight\":0.7}]"},
};
enum { ARTICLES = sizeof articles / sizeof *articles };

static char ids[ARTICLES][DL_ID_HEX + 1], story_id[DL_ID_HEX + 1];

const char *world_document(int which)
{
    return ids[which];
}

const char *world_story(void)
{
    return story_id;
}

/* --- text with spans ------------------------------------------------------------------------ */

struct spans {
    struct {
        int statement;
        char kind;
        size_t start, end;
    } p[SPANS_MAX];
    size_t n;
};

static dl_str strip(dl_arena *arena, const char *marked, struct spans *spans)
{
    dl_buf out = DL_BUF_INIT(1 << 16);
    for (const char *c = marked; *c != '\0'; c++) {
        if (*c == '{' && c[1] != '\0' && c[2] != '\0' && c[3] == '|') {
            spans->p[spans->n].statement = c[1] - '0';
            spans->p[spans->n].kind = c[2];
            spans->p[spans->n].start = out.n;
            c += 3;
        } else if (*c == '}') {
            spans->p[spans->n++].end = out.n;
        } else {
            dl_buf_byte(&out, *c);
        }
    }
    dl_str text = dl_str_dup(arena, dl_buf_slice(&out));
    dl_buf_free(&out);
    return text;
}

static dl_str line_of(dl_arena *arena, yyjson_mut_doc *doc)
{
    dl_buf line = DL_BUF_INIT(1 << 16);
    dl_str text = dl_json_line(doc, arena, &line) == DL_OK ? dl_str_dup(arena, dl_buf_slice(&line))
                                                           : (dl_str){NULL, 0};
    dl_buf_free(&line);
    return text;
}

static void put_spans(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *key,
                      const struct spans *spans, int statement)
{
    yyjson_mut_val *list = dl_json_arr(doc, obj, key);
    char kind = key[0] == 's' ? 's' : key[1] == 'u' ? 'c' : 'w';
    for (size_t i = 0; i < spans->n; i++)
        if (spans->p[i].statement == statement && spans->p[i].kind == kind)
            dl_json_push_span(doc, list, spans->p[i].start, spans->p[i].end);
}

static dl_str analyse_json(dl_arena *arena, const struct article *a, const struct spans *spans)
{
    yyjson_mut_doc *doc = dl_json_new(arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    dl_json_c(doc, root, "language", a->language);
    yyjson_doc *events;
    if (a->events != NULL && dl_json_read(arena, dl_str_c(a->events), &events, NULL) == DL_OK) {
        static const char *const keys[] = {"places", "events"};
        for (size_t i = 0; i < 2; i++)
            yyjson_mut_obj_add_val(
                doc, root, keys[i],
                yyjson_val_mut_copy(doc, yyjson_obj_get(yyjson_doc_get_root(events), keys[i])));
    }
    yyjson_mut_val *list = dl_json_arr(doc, root, "statements");
    for (int i = 0; i < SAID_MAX && a->said[i].class != NULL; i++) {
        yyjson_mut_val *s = dl_json_push_obj(doc, list);
        put_spans(doc, s, "cue", spans, i + 1);
        put_spans(doc, s, "source", spans, i + 1);
        put_spans(doc, s, "content", spans, i + 1);
        dl_json_c(doc, s, "quote", a->said[i].quote);
        dl_json_c(doc, s, "source_class", a->said[i].class);
        dl_json_c(doc, s, "anonymity", a->said[i].anonymity);
        dl_json_c(doc, s, "stance", a->said[i].stance);
        dl_json_c(doc, s, "certainty", a->said[i].certainty);
        dl_json_c(doc, s, "rule", "test");
        dl_json_score(doc, s, "score", i == 2 ? 0.4 : 0.8);
    }
    return line_of(arena, doc);
}

static dl_str extract_json(dl_arena *arena, const struct article *a, dl_str text)
{
    yyjson_mut_doc *doc = dl_json_new(arena);
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    dl_json_c(doc, root, "title", a->title);
    dl_json_push_str(doc, dl_json_arr(doc, root, "byline"), DL_STR("A. EXAMPLE"));
    if (a->slug != NULL &&
        strcmp(a->slug, "grain-terminal") == 0) { /* one that tells more than others */
        dl_json_c(doc, root, "modified", "2026-11-24T15:40:00+03:00");
        dl_json_c(doc, root, "published_zone", "assumed");
        dl_json_push_str(doc, dl_json_arr(doc, root, "warnings"),
                         DL_STR("some bytes could not be decoded"));
    }
    yyjson_mut_val *blocks = dl_json_arr(doc, root, "blocks");
    for (size_t from = 0; from < text.n;) {
        size_t end = dl_str_find_c(text, "\n\n", from);
        if (end == DL_NO_POS) end = text.n;
        dl_json_c(doc, dl_json_push_span(doc, blocks, from, end), "kind", "paragraph");
        from = end + 2;
    }
    return line_of(arena, doc);
}

/* --- the writer's steps --------------------------------------------------------------------- */

static enum dl_err put_sources(dl_ledger *l, int64_t now_ms)
{
    for (size_t i = 0; i < sizeof outlets / sizeof *outlets; i++) {
        struct dl_outlet o = {dl_str_c(outlets[i].id),
                              dl_str_c(outlets[i].name),
                              dl_str_c(outlets[i].country),
                              dl_str_c(outlets[i].language),
                              dl_str_c(outlets[i].kind),
                              DL_STR("https://news.example/"),
                              true};
        char url[100];
        snprintf(url, sizeof url, "https://%s.example/feed.xml", outlets[i].id);
        DL_TRY(dl_ledger_put_outlet(l, &o));
        DL_TRY(dl_ledger_put_channel(l,
                                     &(struct dl_channel_put){.outlet = o.id,
                                                              .url = dl_str_c(url),
                                                              .title = DL_STR("News"),
                                                              .next_poll_ms = now_ms},
                                     NULL));
    }
    return DL_OK;
}

/* The feeds fare differently: fine, failing, down, never polled. */
static enum dl_err put_outcomes(dl_ledger *l, int64_t now_ms)
{
    for (int feed = 1; feed <= 5; feed++) {
        bool good = feed <= 3;
        for (int i = 0; i < (feed == 5 ? 4 : 1); i++) {
            struct dl_feed_outcome o = {
                .feed = feed,
                .at_ms = now_ms - 8 * MINUTE,
                .status = good        ? 200
                          : feed == 4 ? 503
                                      : 404,
                .good = good,
                .result = good        ? DL_STR("200, 25 items, 3 new")
                          : feed == 4 ? DL_STR("503: the site has trouble")
                                      : DL_STR("404: the feed is not there any more"),
                .next_poll_ms = now_ms + (good ? 7 : 60) * MINUTE,
                .interval_ms = 15 * MINUTE,
                .why = good ? DL_STR("news comes every 11 min here")
                            : DL_STR("waits longer after each failure"),
                .items = good ? 25 : 0,
                .fresh = good ? 3 : 0,
            };
            DL_TRY(dl_ledger_feed_outcome(l, &o));
        }
    }
    return DL_OK;
}

static struct dl_material material_of(dl_arena *arena, const struct article *a, int64_t seen_ms)
{
    dl_str url = dl_str_fmt(arena, "https://%s.example/%s", a->outlet, a->slug);
    return (struct dl_material){
        .kind = DL_STR("article"),
        .outlet = dl_str_c(a->outlet),
        .url = url,
        .channel = DL_STR("feed"),
        .hash = dl_sha256(dl_str_c(a->title)),
        .seen_after_ms = seen_ms - 15 * MINUTE,
        .seen_by_ms = seen_ms,
    };
}

static enum dl_err take_and_read(dl_ledger *l, dl_arena *arena, const struct article *a,
                                 int64_t seen_ms, int64_t seq)
{
    struct dl_material m = material_of(arena, a, seen_ms);
    DL_TRY(dl_spool_append(dl_ledger_spool(l), dl_str_c(a->text), &m.place, NULL));
    DL_TRY(dl_ledger_take(l, arena, &m, 1, NULL));
    struct spans spans = {0};
    dl_str text = strip(arena, a->text, &spans);
    struct dl_reading r = {
        .title = dl_str_c(a->title),
        .subtitle = dl_str_c(a->subtitle),
        .text = text,
        .language = dl_str_c(a->language),
        .section = dl_str_c(a->section),
        .extract = extract_json(arena, a, text),
        .analyse = a->analyse != NULL ? dl_str_c(a->analyse) : analyse_json(arena, a, &spans),
        .features = DL_STR("none"),
        .version_extract = 1,
        .version_analyse = 1,
        .version_features = 1,
    };
    if (a->published != NULL && !dl_time_parse(dl_str_c(a->published), &r.published))
        return DL_ERR_INVALID;
    return dl_ledger_read_done(l, arena, seq, &r);
}

static enum dl_err one_step(dl_ledger *l, dl_arena *arena, const struct article *a, int64_t now_ms,
                            int64_t seq, struct dl_diag *diag)
{
    int64_t seen_ms = now_ms - (int64_t)a->minutes_ago * MINUTE;
    DL_TRY(dl_ledger_begin(l));
    DL_TRY(take_and_read(l, arena, a, seen_ms, seq));
    DL_TRY(dl_ledger_commit(l, diag));
    dl_story_rows rows;
    DL_TRY(dl_ledger_story_next(l, arena, 1, &rows));
    if (rows.n != 1) return dl_fail(diag, DL_ERR_STATE, DL_NO_POS, "no row for the story stage");
    struct dl_assignment assignment = {.row = &rows.p[0],
                                       .story = a->founder,
                                       .copy_of = a->copy_of,
                                       .similarity = a->similarity,
                                       .evidence = dl_str_c(a->evidence)};
    return dl_ledger_story_commit(l, arena, &assignment, 1, rows.p[0].seq, diag);
}

static enum dl_err reject_one(dl_ledger *l, dl_arena *arena, int64_t now_ms, int64_t seq)
{
    struct article a = {.outlet = "sumber-timur", .slug = "broken", .title = "x", .text = "\x01"};
    struct dl_material m = material_of(arena, &a, now_ms - 50 * MINUTE);
    bool final;
    DL_TRY(dl_ledger_begin(l));
    DL_TRY(dl_spool_append(dl_ledger_spool(l), DL_STR("x"), &m.place, NULL));
    DL_TRY(dl_ledger_take(l, arena, &m, 1, NULL));
    DL_TRY(dl_ledger_read_failed(l, seq, DL_ERR_BINARY, DL_STR("it is no text of a known kind"),
                                 &final));
    return dl_ledger_commit(l, NULL);
}

/* --- sources: a second channel, what it saw, what was lost, who fell silent ----------------- */

/* Twelve weeks of looks, two articles an hour by day; it ends `quiet_h` hours ago. */
static enum dl_err put_rhythm(dl_ledger *l, const char *outlet, int64_t now_ms, int quiet_h)
{
    struct dl_rhythm r = {0};
    const int64_t hour = 60 * MINUTE;
    for (int64_t at = now_ms - 12 * 7 * 24 * hour; at < now_ms - 8 * MINUTE; at += hour) {
        int64_t n = at / hour, of_day = n % 24;
        bool publishes = of_day >= 6 && of_day < 22 && n * 2654435761 % 7 > 1;
        bool silent = at > now_ms - quiet_h * hour;
        dl_rhythm_look(&r, at, publishes && !silent ? (uint32_t)(1 + n * 40503 % 5) : 0);
    }
    return dl_ledger_put_rhythm(l, dl_str_c(outlet), &r);
}

/* The feed shows the newest documents, the sitemap all, some minutes earlier. */
static enum dl_err put_sightings(dl_ledger *l, dl_arena *arena, int64_t feed, int64_t sitemap,
                                 int64_t now_ms)
{
    enum { SHOWN = 20, ALL = 60 };
    const struct {
        int64_t feed, minutes;
        int from, to;
    } looks[] = {{sitemap, 600, 0, 10},       {feed, 599, 5, 10},     {sitemap, 300, 10, 40},
                 {feed, 288, 20, SHOWN + 20}, {sitemap, 60, 40, ALL}, {feed, 54, 42, 60}};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        int64_t documents[ALL], at = now_ms - looks[i].minutes * MINUTE;
        size_t n = 0;
        for (int d = looks[i].from; d < looks[i].to; d++)
            documents[n++] = 1000000 + d; /* of no page: they only are counted */
        struct dl_look look = {looks[i].feed, i < 2 ? 0 : at - 300 * MINUTE, at, false};
        struct dl_saw saw;
        DL_TRY(dl_ledger_saw(l, arena, &look, documents, n, &saw));
        if (looks[i].feed != feed || i < 2) continue;
        DL_TRY(dl_ledger_lost(l, &look, &saw));
        dl_open_losses open;
        DL_TRY(dl_ledger_open_losses(l, arena, sitemap, &open));
        for (size_t k = 0; k < open.n && i < 4; k++)
            DL_TRY(dl_ledger_fill(l, open.p[k].loss, at + MINUTE, 3));
    }
    return DL_OK;
}

#define COURIER "https://nordhaven-courier.example/feed.xml"

/* A hub that delivered four articles first, and once what it had not signed. */
static enum dl_err put_hub(dl_ledger *l, dl_arena *arena, int64_t feed, int64_t now_ms)
{
    enum { DELIVERED = 4 };
    struct dl_hub_named hub = {DL_STR("https://hub.example/"), DL_STR(COURIER)};
    struct dl_taken taken[DELIVERED];
    dl_hub_jobs jobs;
    for (int i = 0; i < DELIVERED; i++)
        taken[i] = (struct dl_taken){.document = 1000060 + i, .as = DL_TAKEN_NEW};
    DL_TRY(dl_ledger_hub_base(l, DL_STR("https://desk.example/"), now_ms - 600 * MINUTE));
    DL_TRY(dl_ledger_hub_named(l, feed, &hub, 1, now_ms - 600 * MINUTE));
    DL_TRY(dl_ledger_hub_due(l, arena, now_ms - 600 * MINUTE, 1, &jobs));
    if (jobs.n != 1) return DL_ERR_STATE;
    struct dl_hub_call call = {.token = jobs.p[0].token,
                               .mode = DL_STR("subscribe"),
                               .topic = hub.topic,
                               .lease_s = DL_HUB_LEASE_S};
    struct dl_spool_place place = {0};
    int64_t id = jobs.p[0].subscription;
    DL_TRY(dl_ledger_hub_called(l, &call, now_ms - 600 * MINUTE));
    DL_TRY(dl_ledger_hub_came(l, id, DL_HUB_ITEMS, taken, DELIVERED, place, now_ms - 8 * MINUTE));
    return dl_ledger_hub_came(l, id, DL_HUB_FORGED, NULL, 0, place, now_ms - 8 * MINUTE);
}

/* A person set how often the feed is polled, and it is about to move. */
static enum dl_err put_standing(dl_ledger *l, dl_arena *arena, int64_t feed, int64_t now_ms)
{
    bool found;
    struct dl_feed_outcome o = {
        .feed = feed,
        .at_ms = now_ms - 8 * MINUTE,
        .status = 304,
        .good = true,
        .unchanged = true,
        .result = DL_STR("nothing has changed (HTTP 304)"),
        .next_poll_ms = now_ms + 22 * MINUTE,
        .interval_ms = 30 * MINUTE,
        .why = DL_STR("You set that it is looked at every 30 min at the most often."),
        .state = {.moved_to = DL_STR("https://www.nordhaven-courier.example/rss?a=1&b=<2>"),
                  .moved_since_ms = now_ms - 8 * MINUTE,
                  .moved_seen = 1}};
    DL_TRY(dl_ledger_feed_outcome(l, &o));
    DL_TRY(dl_ledger_set_pace(l, DL_STR(COURIER), 1800, 21600, now_ms, &found));
    return found ? put_hub(l, arena, feed, now_ms) : DL_ERR_STATE;
}

static enum dl_err put_channels(dl_ledger *l, dl_arena *arena, int64_t now_ms)
{
    enum dl_put_as as;
    char note[DL_TRUST_WORDS];
    struct dl_trust liar = {.untrusted_ms = now_ms - 3 * 24 * 60 * MINUTE};
    dl_trust_say(&liar, note);
    struct dl_channel_put sitemap = {.outlet = DL_STR("nordhaven-courier"),
                                     .url = DL_STR("https://nordhaven-courier.example/news.xml"),
                                     .kind = DL_STR("sitemap"),
                                     .title = DL_STR("News"),
                                     .next_poll_ms = now_ms + 12 * MINUTE};
    DL_TRY(dl_ledger_put_channel(l, &sitemap, &as));
    struct dl_feed_outcome o = {
        .feed = 7,
        .at_ms = now_ms - 6 * MINUTE,
        .status = 200,
        .good = true,
        .result = DL_STR("60 items, 2 new"),
        .next_poll_ms = now_ms + 12 * MINUTE,
        .interval_ms = 18 * MINUTE,
        .why = DL_STR("in 18 min: about 3 new items an hour"),
        .items = 60,
        .fresh = 2,
        .state = {.untrusted_ms = liar.untrusted_ms, .note = dl_str_c(note)}};
    DL_TRY(dl_ledger_feed_outcome(l, &o));
    DL_TRY(put_standing(l, arena, 1, now_ms));
    DL_TRY(put_rhythm(l, "nordhaven-courier", now_ms, 0));
    DL_TRY(put_rhythm(l, "radio-marisol", now_ms, 62));
    for (int i = 0; i < 5; i++)
        DL_TRY(dl_ledger_note_poll(l, i % 2 == 0 ? 1 : 7, now_ms - (54 + i * 60) * MINUTE,
                                   (struct dl_spool_place){0}, i % 2 == 0 ? 20 : 60, 3 + i));
    return put_sightings(l, arena, 1, 7, now_ms);
}

static enum dl_err fill(dl_ledger *l, dl_arena *arena, int64_t now_ms, size_t more,
                        struct dl_diag *diag)
{
    DL_TRY(dl_ledger_begin(l));
    DL_TRY(put_sources(l, now_ms));
    DL_TRY(put_outcomes(l, now_ms));
    DL_TRY(put_channels(l, arena, now_ms));
    DL_TRY(dl_ledger_commit(l, diag));
    int64_t seq = 1;
    for (size_t i = 0; i < more; i++) {
        char title[80], slug[40];
        snprintf(title, sizeof title, "EXAMPLE: Report number %zu of the harbour office", i + 1);
        snprintf(slug, sizeof slug, "report-%zu", i + 1);
        struct article a = {.outlet = outlets[i % 6].id,
                            .slug = slug,
                            .language = "en",
                            .title = title,
                            .text = "EXAMPLE. Nothing happened.",
                            .minutes_ago = (int)(more - i) / 10 + 200,
                            .founder = (int)seq};
        DL_TRY(one_step(l, arena, &a, now_ms, seq++, diag));
        if (i % 64 == 0) dl_arena_reset(arena);
    }
    for (size_t i = 0; i < ARTICLES; i++) {
        struct article a = articles[i];
        int base = (int)more;
        a.founder += base;
        if (a.copy_of != 0) a.copy_of += base;
        dl_str url = material_of(arena, &a, 0).url;
        dl_id id = dl_document_id(dl_str_c(a.outlet), url, (dl_str){NULL, 0});
        dl_id_hex(&id, ids[i]);
        if (i == 0) {
            dl_id story = dl_story_id(&id);
            dl_id_hex(&story, story_id);
        }
        DL_TRY(one_step(l, arena, &a, now_ms, seq++, diag));
    }
    DL_TRY(world_put_claims(l, arena, (int64_t)more + 1));
    return reject_one(l, arena, now_ms, seq);
}

static enum dl_err with_ledger(const char *dir, dl_ledger **ret_ledger, dl_arena **ret_arena,
                               struct dl_diag *diag)
{
    struct dl_ledger_options options = {.dir = dir};
    *ret_arena = dl_arena_new(DL_ARENA_NO_CAP);
    return *ret_arena == NULL ? DL_ERR_NOMEM : dl_ledger_open(&options, ret_ledger, diag);
}

enum dl_err world_fill(const char *dir, int64_t now_ms, size_t more, struct dl_diag *diag)
{
    dl_ledger *l;
    dl_arena *arena;
    enum dl_err err = with_ledger(dir, &l, &arena, diag);
    if (err == DL_OK) {
        err = fill(l, arena, now_ms, more, diag);
        dl_ledger_close(l);
    }
    dl_arena_free(arena);
    return err;
}

enum dl_err world_add_report(const char *dir, int64_t now_ms, int number, struct dl_diag *diag)
{
    dl_ledger *l;
    dl_arena *arena;
    enum dl_err err = with_ledger(dir, &l, &arena, diag);
    if (err == DL_OK) {
        char title[80], slug[40];
        snprintf(title, sizeof title, "EXAMPLE: Further report %d on the grain terminal", number);
        snprintf(slug, sizeof slug, "further-%d", number);
        struct article a = {.outlet = "agency-veld",
                            .slug = slug,
                            .language = "en",
                            .title = title,
                            .text = "EXAMPLE. More.",
                            .founder = 1};
        err = one_step(l, arena, &a, now_ms, ARTICLES + 1 + number, diag);
        dl_ledger_close(l);
    }
    dl_arena_free(arena);
    return err;
}

enum dl_err world_add_reading(const char *dir, int64_t now_ms, size_t more, size_t added,
                              const struct world_reading *r, struct dl_diag *diag)
{
    dl_ledger *l;
    dl_arena *arena;
    enum dl_err err = with_ledger(dir, &l, &arena, diag);
    if (err == DL_OK) {
        int64_t seq = (int64_t)(more + ARTICLES + 2 + added); /* one was rejected */
        struct article a = {.outlet = r->outlet,
                            .slug = r->slug,
                            .language = r->language,
                            .title = r->title,
                            .subtitle = r->subtitle,
                            .published = "2026-11-24",
                            .text = r->text,
                            .minutes_ago = 200,
                            .founder = (int)seq,
                            .analyse = r->analyse};
        err = one_step(l, arena, &a, now_ms, seq, diag);
        dl_ledger_close(l);
    }
    dl_arena_free(arena);
    return err;
}
