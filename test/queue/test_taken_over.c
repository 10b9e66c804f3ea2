/* A reader that a page has taken over: whatever it answers costs its own document and nothing
 * else. The writer is the real one; the linker puts dl_reader_work of this file before the real
 * one, which still reads all other documents. */
#include "queue/reader.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/json.h"
#include "base/utf8.h"
#include "queue/local.h"

enum { BIG = 60 << 20, READERS = 2 };

/* --- the reader --------------------------------------------------------------------------- */

enum dl_err __real_dl_reader_work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                                  struct dl_frame *ret_answer, struct dl_diag *diag);
enum dl_err __wrap_dl_reader_work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                                  struct dl_frame *ret_answer, struct dl_diag *diag);

/* [1,1,1,…]: each byte of it costs eight when it is parsed. */
static dl_str many_values(dl_arena *arena, size_t n)
{
    char *p = dl_alloc(arena, n + 2);
    if (p == NULL) _exit(3);
    for (size_t i = 0; i < n; i++)
        p[i] = i % 2 == 0 ? '1' : ',';
    memmove(p + 1, p, n - 1);
    p[0] = '[';
    p[n - 1 + (n % 2 == 0)] = ']';
    return (dl_str){p, n + (n % 2 == 0)};
}

static dl_str filled(dl_arena *arena, char c, size_t n)
{
    char *p = dl_alloc(arena, n);
    if (p == NULL) _exit(3);
    memset(p, c, n);
    return (dl_str){p, n};
}

static dl_str repeated(dl_arena *arena, const char *line, size_t times)
{
    size_t n = strlen(line);
    char *p = dl_alloc(arena, n * times);
    if (p == NULL) _exit(3);
    for (size_t i = 0; i < times; i++)
        memcpy(p + i * n, line, n);
    return (dl_str){p, n * times};
}

/* The end of the socket pair that the reader holds. */
static int own_socket(void)
{
    for (int fd = 63; fd > 2; fd--) {
        int type;
        socklen_t size = sizeof type;
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM)
            return fd;
    }
    _exit(3);
}

static void flood(const void *p, size_t n)
{
    for (int fd = own_socket();;)
        if (send(fd, p, n, MSG_NOSIGNAL) < 0) _exit(3);
}

static void flood_with_frames(const struct dl_frame *frame)
{
    dl_outbox out;
    dl_outbox_init(&out);
    for (int fd = own_socket();;)
        if (dl_frame_write(&out, fd, frame) != DL_OK) _exit(3);
}

#define SPAN "{\"start\":0,\"end\":9000000000000000000}"
static const char GIANT_SPANS[] =
    "{\"language\":\"en\",\"sentences\":[" SPAN ",{\"start\":-5,\"end\":3}],\"statements\":[{"
    "\"id\":\"s1\",\"cue\":[" SPAN "],\"source\":[" SPAN ",7,null,\"x\"],\"content\":{\"a\":1},"
    "\"chain\":[" SPAN ",{\"text\":[]}],\"score\":1e308}],\"events\":[{\"id\":7,\"actors\":\"x\","
    "\"trigger\":" SPAN ",\"place\":-99999999,\"sentence\":9999999999}],\"places\":[[]],"
    "\"event_links\":[{\"from\":\"nobody\",\"to\":{}}]}";

static const char HOSTILE_HEAD[] =
    "{\"title\":\"Taken over <script>alert(1)</script>\",\"language\":\"../../x\","
    "\"published\":\"99999-99-99\",\"material\":\"article\",\"site\":\"../../etc\",\"identity\":{"
    "\"url\":\"javascript:alert(1)\",\"shown_url\":\"data:text/html,x\",\"guid\":\"../g\","
    "\"host\":\"../x\",\"domain\":\"../../x\"}}";

enum attack {
    EMPTY,
    NO_JSON,
    SPACES,
    MANY_VALUES_FIRST,
    MANY_VALUES_SECOND,
    DEEP,
    NO_UTF8,
    NO_FEATURES,
    CUT_FEATURES,
    WRONG_FEATURES,
    EVERYTHING_BIG,
    BIG_TEXT,
    BAD_WORDS,
    LONG_SPANS,
    HEAD,
    LIST_OF_MILLIONS,
    LIST_OF_ONE_LINE,
    LIST_OF_GARBAGE,
    WRONG_SAMPLE,
    WRONG_HEAD,
    OTHER_TYPE,
    WIRE_GARBAGE,
    WIRE_FLOOD,
    WIRE_FRAMES,
    WIRE_HALF,
    ATTACKS,
};

static enum dl_err attack(enum attack a, dl_arena *arena, struct dl_frame *f, struct dl_diag *diag)
{
    dl_str *part = f->part;
    switch (a) {
    case EMPTY:
        for (size_t i = 0; i < DL_FRAME_PARTS; i++)
            part[i] = (dl_str){NULL, 0};
        break;
    case NO_JSON:
        part[0] = DL_STR("{\"title\":");
        break;
    case SPACES:
        part[0] = part[2] = DL_STR("   \n ");
        break;
    case MANY_VALUES_FIRST:
        part[0] = many_values(arena, BIG);
        break;
    case MANY_VALUES_SECOND:
        part[2] = many_values(arena, BIG);
        break;
    case DEEP:
        part[2] = filled(arena, '[', 1 << 20);
        break;
    case NO_UTF8:
        part[1] = filled(arena, '\xff', 1 << 20);
        break;
    case NO_FEATURES:
        part[3] = (dl_str){NULL, 0};
        break;
    case CUT_FEATURES:
        part[3].n /= 2;
        break;
    case WRONG_FEATURES: {
        char *p = (char *)(uintptr_t)filled(arena, '\xff', part[3].n).p;
        p[0] = part[3].p[0];
        part[3].p = p;
        break;
    }
    case EVERYTHING_BIG:
        part[0] = part[1] = part[2] = part[3] = filled(arena, 'a', BIG);
        break;
    case BIG_TEXT:
        part[1] = filled(arena, 'a', BIG);
        break;
    case BAD_WORDS:
        return dl_fail(diag, DL_ERR_SYNTAX, DL_NO_POS, "\xff\xfe no\x1b[31m words \xe2\x80");
    case LONG_SPANS:
        part[2] = dl_str_c(GIANT_SPANS);
        break;
    case HEAD:
        part[0] = part[5] = dl_str_c(HOSTILE_HEAD);
        break;
    case LIST_OF_MILLIONS:
        part[5] = (dl_str){NULL, 0};
        part[0] = DL_STR("{\"material\":\"feed\"}");
        part[1] = repeated(arena, "{\"identity\":{\"guid\":\"a\"}}\n", 2000000);
        break;
    case LIST_OF_ONE_LINE:
        part[5] = (dl_str){NULL, 0};
        part[0] = DL_STR("{\"material\":\"feed\"}");
        part[1] = many_values(arena, BIG);
        break;
    case LIST_OF_GARBAGE:
        part[5] = (dl_str){NULL, 0};
        part[0] = DL_STR("{\"material\":\"sitemap\",\"title\":7,\"pages\":[1,{},[]],\"sitemaps\":"
                         "\"x\"}");
        part[1] = DL_STR("[]\nnull\n{\n\xff\n{\"identity\":{\"url\":7}}\n\n"
                         "{\"identity\":{\"guid\":\"only\"},\"title\":{}}\n");
        break;
    case WRONG_SAMPLE:
        part[4] = filled(arena, '\xff', 1 << 20);
        break;
    case WRONG_HEAD:
        part[5] = DL_STR("{\"material\":");
        break;
    case OTHER_TYPE:
        f->type = 77;
        break;
    case WIRE_GARBAGE:
        flood("garbage on the wire ", 20);
        break;
    case WIRE_FLOOD:
        flood(filled(arena, '\0', 1 << 20).p, 1 << 20);
        break;
    case WIRE_FRAMES:
        flood_with_frames(f);
        break;
    default: { /* half of a header, then nothing more */
        (void)!send(own_socket(), "RFLD", 4, MSG_NOSIGNAL);
        _exit(0);
    }
    }
    return DL_OK;
}

enum dl_err __wrap_dl_reader_work(void *ctx, dl_arena *arena, const struct dl_frame *ask,
                                  struct dl_frame *ret_answer, struct dl_diag *diag)
{
    size_t at = dl_str_find_c(ask->part[1], "ATTACK-", 0);
    enum dl_err err = __real_dl_reader_work(ctx, arena, ask, ret_answer, diag);
    if (at == DL_NO_POS || err != DL_OK) return err;
    return attack((enum attack)(ask->part[1].p[at + 7] - 'A'), arena, ret_answer, diag);
}

/* --- the writer --------------------------------------------------------------------------- */

struct place {
    dl_arena *arena;
    dl_local *local;
    char dir[64];
};

static int set_up(void **state)
{
    static struct place p;
    strcpy(p.dir, "/tmp/dateline-taken-XXXXXX");
    p.arena = dl_arena_new(64 << 20);
    if (mkdtemp(p.dir) == NULL) return 1;
    /* Without the sandbox: one that was taken over and still finds its socket. */
    struct dl_local_options o = {.dir = p.dir, .readers = READERS};
    struct dl_diag diag = {0};
    if (dl_local_open(&o, &p.local, &diag) != DL_OK) {
        print_error("%s\n", diag.message);
        return 1;
    }
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    dl_str_vec paths;
    char socket_path[100];
    dl_local_close(p->local);
    assert_int_equal(dl_io_list(p->arena, p->dir, &paths, NULL), DL_OK);
    for (size_t i = 0; i < paths.n; i++) {
        char *slash = strrchr(paths.p[i].p, '/');
        unlink(paths.p[i].p);
        *slash = '\0';
        if (strcmp(paths.p[i].p, p->dir) != 0) rmdir(paths.p[i].p);
    }
    snprintf(socket_path, sizeof socket_path, "%s/write.sock", p->dir);
    unlink(socket_path);
    rmdir(p->dir);
    dl_arena_free(p->arena);
    return 0;
}

static dl_str ingest(struct place *p, bool look, const char *mark, int n)
{
    struct dl_frame answer;
    struct dl_diag diag = {0};
    dl_str json = look ? DL_STR("{\"name\":\"a\",\"kind\":\"article\"}")
                       : dl_str_fmt(p->arena,
                                    "{\"name\":\"a\",\"kind\":\"article\",\"identity\":{\"url\":"
                                    "\"https://a.example/%s%d\",\"host\":\"a.example\",\"domain\":"
                                    "\"a.example\"}}",
                                    mark, n);
    dl_str bytes =
        dl_str_fmt(p->arena,
                   "{\"title\":\"Bridge %d was opened by the mayor\",\"text\":\"%s%c The mayor "
                   "opened bridge %d in Riga on Monday, the city said.\"}",
                   n, mark, 'A' + n, n);
    enum dl_err err =
        dl_asker_ask(dl_local_asker(p->local), DL_REQUEST_INGEST, json, bytes, &answer, &diag);
    if (err != DL_OK) print_error("%s %d: %s %s\n", mark, n, dl_err_name(err), diag.message);
    assert_int_not_equal(err, DL_ERR_NETWORK); /* the writer is gone */
    return err == DL_OK ? dl_str_dup(p->arena, answer.part[0]) : (dl_str){NULL, 0};
}

static void settle(struct place *p)
{
    struct dl_frame answer;
    assert_int_equal(dl_asker_ask(dl_local_asker(p->local), DL_REQUEST_SETTLED, DL_STR("{}"),
                                  DL_STR(""), &answer, NULL),
                     DL_OK);
}

static void run_attacks(struct place *p, bool look)
{
    for (int a = 0; a < ATTACKS; a++) {
        dl_str answer = ingest(p, look, "ATTACK-", a);
        assert_true(dl_utf8_valid(answer, NULL));
        yyjson_doc *doc;
        if (answer.n > 0) assert_int_equal(dl_json_read(p->arena, answer, &doc, NULL), DL_OK);
        if (answer.n > 0 && a == BAD_WORDS)
            assert_true(dl_str_find_c(answer, "\"rejected\":1", 0) != DL_NO_POS);
        dl_str neighbour = ingest(p, look, look ? "look-" : "entry-", a);
        if (dl_str_find_c(neighbour, "\"read\":1", 0) == DL_NO_POS)
            print_error("after attack %d: %.*s\n", a, DL_FMT(neighbour));
        assert_true(dl_str_find_c(neighbour, "\"read\":1", 0) != DL_NO_POS);
        settle(p);
    }
}

static void on_entries(void **state)
{
    run_attacks(*state, false);
}

static void on_looks(void **state)
{
    run_attacks(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(on_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(on_looks, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
