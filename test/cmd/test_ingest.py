#!/usr/bin/env python3
"""`ingest` with real files, a real store and real readers: good and bad input, and what is kept of it.

usage: test_ingest.py DATELINE
"""
import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

DATELINE = os.path.abspath(sys.argv[1])
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | EXAMPLE Courier</title>
<link rel="canonical" href="{url}"><meta property="og:site_name" content="EXAMPLE Courier">
<meta property="article:published_time" content="2031-05-02T10:00:00+02:00"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><article><h1>{title}</h1>{body}</article>
<footer><p>EXAMPLE Courier, all rights reserved.</p></footer></body></html>"""
BODY = ("<p>The council of Nordhaven said on Friday that the old bridge over the river would be closed until the "
        "autumn because two of its pillars have moved by several centimetres.</p><p>“Nobody will cross it "
        "before the engineers are sure,” said Odo Lemaire, the minister of works, who came to the town.</p>"
        "<p>According to the port authority, 1,200 people used the bridge each day, most of them on their way to "
        "the market on the other side.</p>")
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>EXAMPLE Radio</title>
<link>https://radio.example/</link><language>en</language>{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>https://radio.example/{n}</link><description>{text}</description></item>"

count = 0
failed = 0


def ok(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good and detail:
        print("#", str(detail).replace("\n", "\n# "))


class Store:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dateline-ingest-")
        self.dir = os.path.join(self.folder, "store")

    def file(self, name, data):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data if isinstance(data, bytes) else data.encode())
        return path

    def ingest(self, *args, stdin=b"", poison=False, timeout=120):
        env = dict(os.environ)
        if poison:
            env["DATELINE_TEST_POISON"] = "1"
        run = subprocess.run([DATELINE, "ingest", "--store", self.dir, *args], input=stdin, env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, check=False)
        self.errors = {}
        for line in run.stdout.splitlines():
            row = json.loads(line)
            self.errors[os.path.basename(row["input"])] = row["error"]["code"]
        self.stderr = run.stderr.decode()
        return run.returncode

    def one(self, sql, *args):
        with sqlite3.connect(f"file:{self.dir}/dateline.db?mode=ro", uri=True) as db:
            row = db.execute(sql, args).fetchone()
        return row if row is None or len(row) > 1 else row[0]

    def residual(self):
        return self.one("SELECT coalesce(sum(abs(residual)), 0) FROM v_conservation")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def page(n, title="EXAMPLE: Bridge closed", lang="en", body=BODY):
    return PAGE.format(lang=lang, title=title, url=f"https://courier.example/{n}", body=body)


def bad_input_costs_no_neighbour(s):
    s.file("in/a-good.html", page("a"))
    s.file("in/b-empty.html", b"")
    s.file("in/c-binary.html", bytes(range(256)) * 40)
    s.file("in/d-truncated.html", page("d", "EXAMPLE: Cut in the middle")[:700])
    s.file("in/e-deep.html", "<div>" * 200000 + "deep")
    s.file("in/f-latin1.html", page("f", "EXAMPLE: Café déjà fermé").encode("latin-1", "replace"))
    s.file("in/g-arabic.html", page("g", "EXAMPLE: إغلاق الجسر القديم", "ar",
                                    "<p>قالت بلدية المدينة إن الجسر القديم سيغلق حتى الخريف بسبب تحرك اثنين من أعمدته "
                                    "عدة سنتيمترات خلال الأيام الماضية.</p>" * 3))
    s.file("in/h-chinese.html", page("h", "EXAMPLE：旧桥关闭至秋季", "zh",
                                     "<p>市政府周五表示，由于两根桥墩移动了数厘米，横跨河流的旧桥将关闭至秋季，"
                                     "每天约有一千二百人使用该桥。</p>" * 3))
    s.file("in/i-badutf8.html", page("i", "EXAMPLE: Bad bytes").encode().replace(b"market", b"mar\xff\xfeket"))
    s.file("in/j-broken.xml", "<rss version='2.0'><channel><title>EXAMPLE</title><item><title>EXAMPLE one</ti")
    s.file("in/k-thai-emoji.html", page("k", "EXAMPLE: สะพานเก่าปิด 🌉", "th",
                                        "<p>สภาเมืองกล่าวเมื่อวันศุกร์ว่าสะพานเก่าจะปิดจนถึงฤดูใบไม้ร่วงเนื่องจากเสาสองต้นเคลื่อนที่หลายเซนติเมตร</p>" * 3))
    s.file("in/l-json.json", "{\"id\": ")
    with open(os.path.join(s.folder, "in/m-huge.html"), "wb") as out:
        out.truncate(100 << 20)
    s.file("in/z-good.html", page("z", "EXAMPLE: Market moves"))
    code = s.ingest(os.path.join(s.folder, "in"))
    ok(code == 4, "exit code 4 when some inputs failed", f"{code} {s.stderr}")
    for name, want in (("b-empty.html", "empty"), ("c-binary.html", "binary"), ("e-deep.html", "too_deep"),
                       ("m-huge.html", "too_big"), ("l-json.json", "syntax")):
        ok(s.errors.get(name) == want, f"{name} is {want}", s.errors)
    titles = [row[0] for row in sqlite3.connect(f"file:{s.dir}/dateline.db?mode=ro", uri=True).execute(
        "SELECT title FROM v_document WHERE title IS NOT NULL")]
    for want in ("EXAMPLE: Bridge closed", "EXAMPLE: Market moves", "EXAMPLE: إغلاق الجسر القديم",
                 "EXAMPLE：旧桥关闭至秋季", "EXAMPLE: สะพานเก่าปิด 🌉"):
        ok(want in titles, f"stored: {want}", titles)
    ok(s.one("SELECT count(*) FROM v_quarantine WHERE segment > 0 OR offset > 0") > 0,
       "what was rejected is kept with its bytes")
    ok(s.residual() == 0, "conservation residual is 0")
    before = s.one("SELECT count(*) FROM v_document")
    s.ingest(os.path.join(s.folder, "in"))
    ok(s.one("SELECT count(*) FROM v_document") == before, "the same again changes nothing")


def what_came_before_changes_no_reading(s):
    """The first pages of a site are read while they are looked at, later ones once more, with what is known of it."""
    brief = PAGE.format(lang="zh", title="EXAMPLE：{n}旧桥关闭至秋季", url="https://courier.example/{n}",
                        body="<p>市政府周五表示，由于两根桥墩移动了数厘米，横跨河流的旧桥将关闭至秋季，每天约有{n}人使用该桥。</p>")
    ago = page("ago{n}", "EXAMPLE: Hours ago {n}").replace("2031-05-02T10:00:00+02:00", "").replace(
        "<h1>", '<time>3 hours ago</time><h1>')
    for n in range(12):
        s.file(f"in/{n:02}-brief.html", brief.replace("{n}", str(1200 + n)))
        s.file(f"in/{n:02}-more.html", page(f"m{n}", f"EXAMPLE: Report {n}", body=BODY.replace("1,200", f"{n},200")))
        s.file(f"in/{n:02}-when.html", ago.replace("{n}", str(n)))
    ok(s.ingest("-t", "2", os.path.join(s.folder, "in")) == 0, "36 pages of one site", s.stderr)
    ok(s.one("SELECT count(*) FROM v_document WHERE title LIKE 'EXAMPLE：%'") == 12, "all of its briefs are stored",
       s.one("SELECT count(*) FROM v_document WHERE title LIKE 'EXAMPLE：%'"))
    ok(s.one("SELECT count(*) FROM revision WHERE title NOT LIKE '%Hours%' AND published IS NULL") == 0,
       "when they were published is known of all")
    ok(s.one("SELECT count(*) FROM revision WHERE title LIKE '%Hours%' AND published IS NOT NULL") == 0,
       "“3 hours ago” counts from no time that nobody told")


def poison_is_quarantined(s):
    s.file("in/a.html", page("a"))
    for kind in ("crash", "spin", "eat"):
        s.file(f"in/b-{kind}.html", page(kind, f"EXAMPLE: POISON {kind}"))
    s.file("in/c.html", page("c", "EXAMPLE: After the poison"))
    items = "".join(ITEM.format(n=n, title=t, text="EXAMPLE text of the item number %d." % n) for n, t in
                    enumerate(("EXAMPLE: First", "EXAMPLE: POISON crash", "EXAMPLE: Third")))
    s.file("in/d.xml", RSS.format(items=items))
    code = s.ingest(os.path.join(s.folder, "in"), poison=True, timeout=200)
    ok(code == 4, "exit code 4", f"{code} {s.stderr}")
    ok(s.errors.get("b-crash.html") == "crashed", "a reader that dies: crashed", s.errors)
    ok(s.errors.get("b-spin.html") in ("cpu_limit", "timeout"), "a reader that spins: cpu_limit", s.errors)
    ok(s.errors.get("b-eat.html") in ("too_big", "out_of_memory"), "a reader that eats: too_big", s.errors)
    ok(s.errors.get("d.xml") == "crashed", "an item that kills its reader", s.errors)
    ok(s.one("SELECT count(*) FROM v_entry WHERE state = 'quarantined' AND tries = 3") >= 3,
       "quarantined after three tries")
    ok(s.one("SELECT count(*) FROM v_document WHERE title IS NOT NULL") == 4,
       "nothing else is disturbed", s.one("SELECT group_concat(title, '; ') FROM v_document"))
    ok(s.residual() == 0, "conservation residual is 0")


def feeds_are_remembered(s):
    def feed(texts):
        return RSS.format(items="".join(ITEM.format(n=n, title=f"EXAMPLE: Item {n}", text=t)
                                        for n, t in enumerate(texts)))
    path = s.file("f.xml", feed(["EXAMPLE one is here.", "EXAMPLE two is here."]))
    ok(s.ingest(path) == 0, "a feed is taken in", s.stderr)
    ok(s.one("SELECT count(*) FROM v_document") == 2, "its items are documents")
    s.ingest(path)
    ok("2 duplicate" in s.stderr, "again: duplicates", s.stderr)
    s.file("f.xml", feed(["EXAMPLE one is here.", "EXAMPLE two has changed now.", "EXAMPLE three."]))
    s.ingest(path)
    ok("1 new" in s.stderr and "1 changed" in s.stderr and "1 duplicate" in s.stderr,
       "changed, new and duplicate are told apart", s.stderr)
    ok(s.one("SELECT count(*) FROM v_revision") == 4, "an edited item is a further revision")
    ok(s.residual() == 0, "conservation residual is 0")


def lines_and_archives(s):
    lines = [json.dumps({"id": "1", "url": "https://a.example/1", "outlet": "a", "title": "EXAMPLE: One",
                         "text": "EXAMPLE text that is here.", "language": "en"}), "{broken",
             json.dumps({"id": "only-id", "outlet": "a", "title": "EXAMPLE: No address", "text": "EXAMPLE words."}),
             json.dumps({"id": "3", "url": "https://a.example/3", "html": page("3", "EXAMPLE: Page in a line")})]
    code = s.ingest(stdin="\n".join(lines).encode())
    ok(code == 4 and s.errors == {"-:2": "syntax"}, "a broken line costs one line", f"{code} {s.errors}")
    ok(s.one("SELECT count(*) FROM v_document WHERE title IS NOT NULL") == 3, "the others are stored")
    body = page("w", "EXAMPLE: From the archive").encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    record = (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://courier.example/w\r\n"
              b"WARC-Date: 2024-05-02T09:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
              b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(http)
              + http + b"\r\n\r\n")
    path = s.file("x.warc.gz", gzip.compress(record))
    ok(s.ingest(path) == 0, "an archive is taken in", s.stderr)
    row = s.one("SELECT title, seen_by FROM v_document WHERE url = 'https://courier.example/w'")
    ok(row is not None and row[0] == "EXAMPLE: From the archive", "with its page", row)
    ok(row is not None and row[1] == 1714640400000, "seen when the archive says", row)


def endless_input_ends(s):
    endless = subprocess.Popen(["yes", "<p>EXAMPLE without an end"], stdout=subprocess.PIPE)
    run = subprocess.run([DATELINE, "ingest", "--store", s.dir, "-"], stdin=endless.stdout, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, timeout=60, check=False)
    endless.stdout.close()
    endless.wait(timeout=10)
    ok(run.returncode == 4 and b"too_big" in run.stdout, "standard input without an end is too_big", run)


def stopped_and_refused(s):
    s.file("a.html", page("a"))
    s.ingest(os.path.join(s.folder, "a.html"))
    db = sqlite3.connect(os.path.join(s.dir, "dateline.db"))
    db.execute("PRAGMA user_version = 9999")
    db.close()
    ok(s.ingest(os.path.join(s.folder, "a.html")) == 5, "a newer schema is exit code 5", s.stderr)
    ok("version" in s.stderr or "newer" in s.stderr, "and says so", s.stderr)


def ctrl_c_at_an_idle_input(s):
    run = subprocess.Popen([DATELINE, "ingest", "--store", s.dir], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    run.stdin.write(b'{"id": "1", ')
    run.stdin.flush()
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    try:
        code = run.wait(timeout=15)
    except subprocess.TimeoutExpired:
        run.kill()
        code = "it waits on"
    ok(code == 1, "Ctrl-C ends an ingest that waits for its input, with exit code 1", code)
    ok(b"stopped" in run.stderr.read(), "and says so")


def through_a_server(s):
    server = subprocess.Popen([DATELINE, "serve", "--offline", "--no-sources", "--store", s.dir, "--listen",
                               "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if os.path.exists(os.path.join(s.dir, "write.sock")):
                break
            time.sleep(0.02)
        s.file("a.html", page("a"))
        ok(s.ingest(os.path.join(s.folder, "a.html")) == 0, "with a running server it goes through it", s.stderr)
        ok(s.one("SELECT count(*) FROM v_story_document") == 1, "and is in its story when it returns")
    finally:
        began = time.time()
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=20)
    ok(code == 0 and time.time() - began < 10, "SIGTERM ends the server within ten seconds", code)


for test in (bad_input_costs_no_neighbour, what_came_before_changes_no_reading, poison_is_quarantined, feeds_are_remembered, lines_and_archives,
             endless_input_ends, stopped_and_refused, ctrl_c_at_an_idle_input, through_a_server):
    store = Store()
    try:
        test(store)
    finally:
        store.remove()
print(f"1..{count}")
