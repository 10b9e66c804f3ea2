#!/usr/bin/env python3
"""A hostile publisher against every way in: what the program connects to, keeps and says.

The publisher listens on every loopback address; 127.0.0.1 alone is allowed. Each connect() of each process is
written down by watch.so (test/net/watch.c), so "nobody was led inside" is what the kernel was asked, not what
the program says of itself.

usage: test_hostile.py DATELINE WATCH_SO [PART...]
"""
import gzip
import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import tap
from loopback import wait_for
from tap import ok

DATELINE, WATCH, PARTS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
CPU_S = 4 * (4 if "asan" in DATELINE or "tsan" in DATELINE else 1)  # the reader's two and one more, start and end of the program
INSIDE = ["127.0.0.2", "127.9.9.9", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.1", "192.168.0.1",
          "198.18.0.1", "0.0.0.0", "240.0.0.1", "2130706434", "0x7f.2", "0177.0.0.2", "[::1]", "[::ffff:127.0.0.2]",
          "[::127.0.0.2]", "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:2]", "[2002:7f00:2::1]", "a@127.0.0.2", "127.0.0.2."]
SCHEMES = ["file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://127.0.0.1/x", "dict://127.0.0.1/d", "data:text/html,x",
           "javascript:alert(1)", "exec:touch /tmp/x", "filter:sh -c x:http://a.example/"]
TEXT = ("The minister of works said on Friday that the old bridge of the town would be closed until the autumn because two of "
        "its pillars have moved by several centimetres since the spring. ") * 3
PITS = int(os.environ.get("HOSTILE_PITS", "100"))  # 1,000: by hand


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def rss(items, head=""):
    return f"<?xml version='1.0'?>{head}<rss version='2.0'><channel><title>EXAMPLE</title><link>http://a.example/</link>{items}</channel></rss>".encode()


def item(n, link, title=None, guid=None):
    return (f"<item><title>{title or f'EXAMPLE: item {n}'}</title><link>{escaped(link)}</link>"
            f"<guid>{escaped(guid or link)}</guid><description>{TEXT}</description></item>")


OPEN = re.compile(r"127\.0\.(0\.1|1\.\d+) ")  # 127.0.1.n: feeds with hubs


# --- the publisher ------------------------------------------------------------------------------

class Publisher:
    def __init__(self):
        self.asked, self.inside, self.posts, self.lock = [], [], [], threading.Lock()
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("0.0.0.0", 0))
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.pits = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            s, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(s,), daemon=True).start()

    def serve(self, s):
        try:
            local = s.getsockname()[0]
            data = b""
            while b"\r\n\r\n" not in data:
                part = s.recv(65536)
                if not part:
                    return
                data += part
            head, _, body = data.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            while length and len(body) < int(length.group(1)):
                body += s.recv(65536)
            path = data.split(b" ")[1].decode("latin-1")
            with self.lock:
                (self.asked if OPEN.match(local + " ") else self.inside).append(path)
                if data.startswith(b"POST"):
                    self.posts.append((local, path))
            if local in self.pits:
                s.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
                while True:  # a byte a second, for as long as it is wanted
                    s.sendall(b"#")
                    time.sleep(1)
            s.sendall(self.reply(path))
        except OSError:
            pass
        finally:
            s.close()

    def to_inside(self, n):
        host = INSIDE[n % len(INSIDE)]
        return f"http://{host}:{self.port}/secret"

    def hubs(self):
        """Hubs inside, hubs of other schemes, hubs that lead inside, and one that is as it should be."""
        return ([self.to_inside(n) for n in range(len(INSIDE))] + SCHEMES + [f"{self.base}/hub-to/{n}" for n in range(4)]
                + [f"{self.base}/hub"])

    def reply(self, path):
        base, kind, status, more = self.base, "text/html; charset=utf-8", "200 OK", ""
        body = b"nothing"
        number = int(re.search(r"\d+$", path).group()) if re.search(r"\d+$", path) else 0
        if path == "/robots.txt":
            kind, body = "text/plain", b"User-agent: *\nDisallow:\n"
        elif path.startswith("/to/"):
            status, more = "302 Found", f"Location: {self.to_inside(number)}\r\n"
        elif path.startswith("/scheme/"):
            status, more = "301 Moved", f"Location: {SCHEMES[number % len(SCHEMES)]}\r\n"
        elif path.startswith("/refresh/"):
            target = self.to_inside(number)
            more = f"Refresh: 0; url={target}\r\n"
            body = (f"<html><head><meta http-equiv=refresh content='0;url={target}'><base href='{target}'><link rel=alternate "
                    f"type=application/rss+xml href='{target}'><link rel=icon href='{target}'><title>EXAMPLE refresh {number}</title>"
                    f"</head><body><h1>EXAMPLE refresh {number}</h1><p>{TEXT}</p><p>{TEXT}</p><img src='{target}'>"
                    f"<iframe src='{target}'></iframe></body></html>").encode()
        elif path == "/index.xml":
            kind = "application/xml"
            maps = "".join(f"<sitemap><loc>{escaped(u)}</loc></sitemap>" for u in
                           [self.to_inside(n) for n in range(len(INSIDE))] + SCHEMES + [f"{base}/map.xml", f"{base}/to/5"])
            body = f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{maps}</sitemapindex>".encode()
        elif path == "/map.xml":
            kind = "application/xml"
            pages = "".join(f"<url><loc>{escaped(u)}</loc></url>" for u in
                            [self.to_inside(n) for n in range(len(INSIDE))] + SCHEMES + [f"{base}/to/6", f"{base}/page/1"])
            body = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{pages}</urlset>".encode()
        elif path == "/inside.xml":
            kind = "application/rss+xml"
            links = [self.to_inside(n) for n in range(len(INSIDE))] + SCHEMES + [f"{base}/to/7", f"{base}/refresh/8", f"{base}/page/2"]
            body = rss("".join(item(n, u) + f"<item><title>EXAMPLE enclosure {n}</title><guid>g{n}</guid><enclosure url='{escaped(u)}' "
                               f"type='text/html' length='1'/><comments>{escaped(u)}</comments><description>{TEXT}</description></item>"
                               for n, u in enumerate(links)))
        elif path == "/xxe.xml":
            kind = "application/rss+xml"
            head = (f"<!DOCTYPE rss SYSTEM '{base}/dtd' [<!ENTITY % p SYSTEM '{base}/parameter'> %p; <!ENTITY e SYSTEM '{base}/entity'>"
                    "<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY a 'aaaaaaaaaaaaaaaa'>]>")
            body = rss(item(1, f"{base}/page/3", "EXAMPLE xxe &e;&f;"), head)
        elif path == "/bomb.xml":
            kind = "application/rss+xml"
            levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
            body = rss(item(1, f"{base}/page/4", "EXAMPLE bomb &e11;"), f"<!DOCTYPE rss [<!ENTITY e0 'ha'>{levels}]>")
        elif path == "/deep.xml":
            kind, body = "application/rss+xml", b"<rss><channel>" + b"<a>" * 1000000
        elif path == "/attributes.xml":
            kind = "application/rss+xml"
            body = b"<rss><channel><item " + b" ".join(b"a%d='x'" % n for n in range(400000)) + b"/></channel></rss>"
        elif path == "/thousand.xml":
            kind = "application/rss+xml"
            body = rss("".join(item(1, f"{base}/page/5?utm_source={n}") for n in range(1000)))
        elif path == "/bytes.xml":
            kind = "application/rss+xml; charset=x-unknown\x1b[31m"
            more = "ETag: \"\x1b]0;x\x07\"\r\nX-Robots-Tag: \x1b[31m\r\n"
            body = (b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>EXAMPLE \xff\xc0\x80\xed\xa0\x80\xf5</title>"
                    b"<link>http://a.example/</link>" + b"".join(
                        b"<item><title>EXAMPLE bytes %d " % n + junk + b"</title><link>" + base.encode() + b"/page/%d" % (100 + n)
                        + b"</link><description>" + TEXT.encode() + junk + b"</description></item>" for n, junk in enumerate(
                            [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"&#0;&#x1b;[31m", b"\x1b[31m", b"\xe2\x80\xae",
                             b"\r\nSet-Cookie: x", "\U0001f4f0 نص 新聞".encode(), b"\xf0\x9f\x98"])) + b"</channel></rss>")
        elif path == "/esc.xml":
            status, kind = "404 Not\x1b[31mFound", "text/\x1b[31mplain"
        elif path == "/gzip.xml":
            kind, more, body = "application/rss+xml", "Content-Encoding: gzip\r\n", BOMB
        elif path.startswith("/hub-to/"):
            status, more = "307 Go", f"Location: {self.to_inside(number)}\r\n"
        elif path.startswith("/hubs/"):
            kind, hub = "application/rss+xml", self.hubs()[number]
            more = f'Link: <{hub}>; rel="hub"\r\n' if number % 2 else ""
            body = rss(f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href=\"{escaped(hub)}\"/>")
        elif path == "/good.xml":
            kind, body = "application/rss+xml", rss(item(1, f"{base}/page/9", "EXAMPLE the healthy one"))
        elif path.startswith("/page/"):
            body = (f"<html><head><title>EXAMPLE page {number}</title></head><body><h1>EXAMPLE page {number}</h1><p>{TEXT}</p>"
                    f"<p>{TEXT}</p></body></html>").encode()
        else:
            status = "404 Not Found"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return head.encode("latin-1") + body


BOMB = gzip.compress(b"\0" * (64 << 20))


def revisit(base, inside):
    """An archive whose records speak of addresses inside: read, never fetched."""
    out = b""
    for n, target in enumerate(inside):
        http_part = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        head = (f"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: {target}\r\nWARC-Date: 2031-05-02T10:00:00Z\r\n"
                f"WARC-Refers-To-Target-URI: {target}\r\nWARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012d}>\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(http_part)}\r\n\r\n")
        out += gzip.compress(head.encode() + http_part + b"\r\n\r\n")
    return out


# --- the program, watched -----------------------------------------------------------------------

class World:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dateline-hostile-")
        self.web = Publisher()
        self.connects = os.path.join(self.folder, "connects")
        self.env = {**os.environ, "LD_PRELOAD": WATCH, "WATCH_CONNECTS": self.connects,
                    "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", "")}

    def strays(self, reset=True):
        """Addresses other than 127.0.0.1 that anything tried to connect; None: nobody connected at all."""
        try:
            with open(self.connects, encoding="utf-8") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            return None
        if reset:
            os.unlink(self.connects)
        if not lines:
            return None
        return [line for line in lines if not OPEN.match(line)]

    def run(self, *args, allow=True):
        options = ["--egress-allow", "127.0.0.1/32"] if allow else []
        done = subprocess.run([DATELINE, args[0], *options, *args[1:]], stdin=subprocess.DEVNULL, capture_output=True, timeout=300,
                              check=False, env=self.env)
        self.stdout, self.stderr = done.stdout, done.stderr
        return done.returncode

    def no_way_in(self, name, connected=True):
        strays = self.strays()
        ok(not strays and not self.web.inside and (strays is not None or not connected), f"{name}: nobody inside is connected",
           (strays, self.web.inside[:5]))
        both = self.stdout + self.stderr
        ok(not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", both), f"{name}: no control characters are printed", both[-300:])


def commands(w):
    store = os.path.join(w.folder, "store")
    inside = [w.web.to_inside(n) for n in range(len(INSIDE))]
    hops = [f"{w.web.base}/to/{n}" for n in range(len(INSIDE))] + [f"{w.web.base}/scheme/{n}" for n in range(len(SCHEMES))]
    pages = [f"{w.web.base}/refresh/{n}" for n in range(3)]
    for command in (["ingest", "--store", store], ["extract"], ["sources", "test"]):
        name = " ".join(command[:1] + command[1:2] * (command[0] == "sources"))
        if command[0] == "sources":
            code = w.run("sources", *command[1:], *inside)
        else:
            code = w.run(*command, *inside)
        ok(code == 4, f"{name}: addresses inside are refused", (code, w.stderr[-500:]))
        w.no_way_in(f"{name} of addresses", connected=False)
    # A command is polite to 127.0.0.1, two seconds a request: hops are tried over the three commands.
    for i, command in enumerate((["ingest", "--store", store], ["extract"], ["sources", "test"])):
        w.run(*command, *hops[i::8][:4], *pages[i:i + 1])
        w.no_way_in(f"{command[0]} over redirects and refreshes")
    ok("/secret" not in w.web.asked, "no refresh is followed to the allowed address either", w.web.asked[-5:])
    w.run("ingest", "--store", store, "--limit", "100", f"{w.web.base}/index.xml")
    w.no_way_in("ingest of sitemaps")
    warc = os.path.join(w.folder, "r.warc.gz")
    with open(warc, "wb") as out:
        out.write(revisit(w.web.base, inside))
    w.run("ingest", "--store", store, warc, f"{w.web.base}/xxe.xml")
    ok(not {"/dtd", "/entity", "/parameter"} & set(w.web.asked), "no entity and no DTD is fetched", w.web.asked[-5:])
    w.no_way_in("ingest of revisits and entities")


def sources(w, store):
    opml = os.path.join(w.folder, "hostile.opml")
    urls = [w.web.to_inside(n) for n in range(len(INSIDE))] + SCHEMES
    urls += [f"{w.web.base}/{name}" for name in ("inside.xml", "xxe.xml", "bomb.xml", "deep.xml", "attributes.xml", "thousand.xml",
                                                 "bytes.xml", "esc.xml", "gzip.xml", "to/1", "to/2", "scheme/0", "good.xml")]
    with open(opml, "w", encoding="utf-8") as out:
        out.write(f"<!DOCTYPE opml [<!ENTITY x SYSTEM '{w.web.base}/opml-entity'>]><opml version='2.0'><body>" + "".join(
            f"<outline type='rss' text='EXAMPLE {n}&x;' outlet='o{n}.example' country='XA' kind='private' xmlUrl=\"{escaped(u)}\" "
            f"htmlUrl='javascript:x' url='file:///etc/passwd'/>" for n, u in enumerate(urls))
            + "<outline type='include' url='" + w.web.base + "/include.opml'/></body></opml>")
    ok(w.run("sources", "--store", store, "import", opml, allow=False) in (0, 4), "an OPML of strangers is imported", w.stderr)
    ok(w.strays() is None, "importing connects to nobody")
    w.run("sources", "--store", store, "list", allow=False)
    ok(not any(s.split(":")[0].encode() + b":" in w.stdout for s in SCHEMES), "only web addresses become sources", w.stdout[:500])
    return opml


def one(store, sql):
    try:
        with sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True) as db:
            row = db.execute(sql).fetchone()
        return row[0] if row else None
    except sqlite3.OperationalError:
        return None


def start(w, store, *more):
    w.log = os.path.join(w.folder, "log")
    with open(w.log, "ab") as log:
        return subprocess.Popen([DATELINE, "serve", "--store", store, "--listen", "127.0.0.1:0", *more], stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log, env=w.env)


def stop(server):
    server.send_signal(signal.SIGTERM)
    try:
        return server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        return None


def served(w):
    store = os.path.join(w.folder, "served")
    sources(w, store)
    server = start(w, store, "--no-sources", "--egress-allow", "127.0.0.1/32", "--threads", "2")
    try:
        done = wait_for(lambda: one(store, "SELECT count(*) FROM v_source WHERE last_result IS NULL") == 0, 120)
        ok(done, "every source has its result", one(store, "SELECT count(*) FROM v_source WHERE last_result IS NULL"))
        wait_for(lambda: "/page/2" in w.web.asked, 40)
        time.sleep(2)
    finally:
        code = stop(server)
    ok(code == 0, "it ends well", code)
    with open(w.log, "rb") as log:
        w.stdout, w.stderr = log.read(), b""
    w.no_way_in("serve of feeds, pages, robots.txt, redirects")
    ok(not {"/dtd", "/entity", "/parameter", "/opml-entity", "/include.opml"} & set(w.web.asked), "no entity, no DTD, no include is fetched")
    ok("/secret" not in w.web.asked, "what a page or feed names is not fetched by its own wish")
    results = dict(sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True).execute("SELECT url, last_result FROM v_source").fetchall())
    named = {re.sub(r".*:\d+/", "", url): result or "" for url, result in results.items()}
    for name, want in (("bomb.xml", ("new", "readable")), ("deep.xml", ("deep", "readable")), ("attributes.xml", ("attributes", "readable")),
                       ("gzip.xml", ("unpacks",)), ("thousand.xml", ("1 new",)), ("good.xml", ("1 new",)), ("scheme/0", ("not http",)),
                       ("to/1", ("public Internet",)), ("bytes.xml", ("new",)), ("esc.xml", ("404",))):
        ok(any(word in named.get(name, "") for word in want), f"{name} is told in words: {named.get(name)!r}", named)
    ok(one(store, "SELECT count(*) FROM v_alias WHERE value LIKE '%/page/5%' AND kind = 'url'") == 1, "an item that comes a thousand times is one row")
    kept_well(store)


def kept_well(store):
    db = sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True)
    db.text_factory = bytes
    bad_text, bad_url, cells = [], [], 0
    tables = [r[0].decode() for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
    for table in tables:
        cursor = db.execute(f'SELECT * FROM "{table}"')
        names = [c[0] for c in cursor.description]
        for row in cursor:
            for name, value in zip(names, row):
                if not isinstance(value, bytes) or name in ("body", "data", "block", "bytes", "id", "hash"):
                    continue
                cells += 1
                if ("url" in name or name in ("home", "site", "link")) and value and not re.match(rb"https?://", value):
                    bad_url.append((table, name, value[:60]))
    texts = [r for t, c in (("v_document", "headline"), ("v_document", "title"), ("v_revision", "title"), ("v_source", "title"),
                            ("v_source", "last_result"), ("v_alias", "value")) for r in cells_of(db, t, c)]
    for value in texts:
        try:
            text = value.decode()
        except UnicodeDecodeError:
            bad_text.append(value[:80])
            continue
        if re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", text):
            bad_text.append(value[:80])
    ok(cells > 100 and not bad_url, "every address that is kept is of the web", bad_url[:5])
    ok(len(texts) > 20 and not bad_text, "every text that is kept is UTF-8 without control characters", bad_text[:5])


def cells_of(db, table, column):
    try:
        return [r[0] for r in db.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL") if isinstance(r[0], bytes)]
    except sqlite3.OperationalError:
        return []


def hubs(w):
    """Feeds name hubs inside, and hubs that send inside: nobody there is asked to push."""
    store, opml = os.path.join(w.folder, "hubs"), os.path.join(w.folder, "hubs.opml")
    named = w.web.hubs()
    with open(opml, "w", encoding="utf-8") as out:
        out.write("<opml version='2.0'><body>" + "".join(
            f"<outline type='rss' text='EXAMPLE' outlet='h{n}.example' xmlUrl='http://127.0.1.{n + 1}:{w.web.port}/hubs/{n}'/>"
            for n in range(len(named))) + "</body></opml>")
    w.run("sources", "--store", store, "import", opml, allow=False)
    server = start(w, store, "--no-sources", "--no-pages", "--egress-allow", "127.0.0.1/32,127.0.1.0/24",
                   "--threads", "1", "--websub-callback", "http://127.0.0.1:1/")
    try:
        ok(wait_for(lambda: one(store, "SELECT count(*) FROM v_source WHERE last_result IS NULL") == 0, 60), "feeds with hubs are read",
           one(store, "SELECT group_concat(url) FROM v_source WHERE last_result IS NULL"))
        untold = "SELECT count(*) FROM v_subscription WHERE why IS NULL AND hub NOT LIKE '%/hub'"
        ok(wait_for(lambda: one(store, "SELECT count(*) FROM v_subscription") and one(store, untold) == 0 and
                    any(path == "/hub" for _, path in w.web.posts), 60), "every hub inside is refused in words", one(store, untold))
    finally:
        ok(stop(server) == 0, "and it ends well")
    rows = sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True).execute("SELECT hub, state, why FROM v_subscription").fetchall()
    print("#", len(rows), "subscriptions:", sorted({str(why) for _, _, why in rows}), flush=True)
    ok(len(rows) > 20 and all(hub.startswith("http") for hub, _, _ in rows), "hubs of other schemes are none", rows)
    ok(all(why and "public Internet" in why for hub, _, why in rows if not hub.endswith("/hub")), "they are not of the public Internet", rows)
    ok(all(state == "wanted" for _, state, _ in rows), "and none is relied on", rows)
    ok({path for _, path in w.web.posts} == {"/hub", *(f"/hub-to/{n}" for n in range(4))}, "hubs outside are asked", w.web.posts)
    with open(w.log, "rb") as log:
        w.stdout, w.stderr = log.read(), b""
    w.no_way_in("hubs that feeds name")


MIB10 = 10 << 20


def filled(head, unit, tail=""):
    """Ten mebibytes of unit; {n} in it counts."""
    if "{n}" not in unit:
        return (head + unit * (MIB10 // len(unit)) + tail).encode()
    out, size = [head], 0
    for n in range(MIB10):
        part = unit.replace("{n}", str(n))
        out.append(part)
        size += len(part)
        if size >= MIB10:
            break
    return "".join([*out, tail]).encode()


def made_to_be_slow():
    rss_head = "<rss version='2.0'><channel>"
    million = 1000000
    return {
        "a million levels": (rss_head + "<a>" * million).encode(),
        "a million levels, closed": (rss_head + "<a>" * million + "</a>" * million).encode(),
        "a million levels of HTML": (rss_head + "<item><title>EXAMPLE</title><description>" + "&lt;div&gt;" * million).encode(),
        "a million levels of formatting": (rss_head + "<item><title>EXAMPLE</title><description><![CDATA[" + "<b><i>x" * million).encode(),
        "a million levels of JSON": ('{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * million).encode(),
        "attributes": filled(rss_head + "<item ", "a{n}='x' "),
        "attributes of many elements": filled(rss_head, "<a " + " ".join(f"b{n}='x'" for n in range(60)) + "/>"),
        "namespaces": filled(rss_head, "<p{n}:a xmlns:p{n}='http://a.example/{n}'/>"),
        "namespaces in each other": filled(rss_head + "".join(f"<a xmlns:p{n}='u{n}'>" for n in range(200)), "<p7:b q{n}:c='x'/>"),
        "names": filled(rss_head, "<a{n}/>"),
        "declared entities": filled("<!DOCTYPE rss [", "<!ENTITY e{n} 'x'>", "]>" + rss_head + "<title>&e1;</title>"),
        "used entities": filled(rss_head + "<title>", "&e{n};"),
        "entities in attributes": filled(rss_head + "<a b='", "&e{n};"),
        "a name without end": filled(rss_head + "<", "a"),
        "a value without end": filled(rss_head + "<a b='", "x"),
        "an entity without end": filled(rss_head + "<title>&", "a"),
        "comments without end": filled(rss_head, "<!--"),
        "sections without end": filled(rss_head, "<![CDATA["),
        "instructions without end": filled(rss_head, "<?a "),
        "types without end": filled("", "<!DOCTYPE a ["),
        "tags in tags": filled(rss_head, "<a b='<"),
        "quotes": filled(rss_head + "<a ", "\"'"),
        "a base in each": filled(rss_head, "<item xml:base='/{n}/'><link>x</link></item>"),
        "links": filled(rss_head + "<item><title>EXAMPLE</title>", "<link>http://a.example/{n}</link>"),
        "markup in a title": filled(rss_head + "<item><title>", "&lt;b&gt;&amp;amp;"),
        "tables": filled(rss_head + "<item><title>EXAMPLE</title><description><![CDATA[", "<table><td>"),
    }


def algorithms(w):
    """Documents that are slow by design: each ends with its reader's two seconds, and the one behind it is read."""
    good, bad = os.path.join(w.folder, "good.xml"), os.path.join(w.folder, "bad.xml")
    with open(good, "wb") as out:
        out.write(rss(item(1, "http://a.example/1", "EXAMPLE behind it")))
    worst, ends = 0, {}
    for name, body in made_to_be_slow().items():
        with open(bad, "wb") as out:
            out.write(body)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code = w.run("feed", "--threads", "1", bad, good, allow=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        worst = max(worst, cpu)
        lines = [json.loads(line) for line in w.stdout.splitlines()]
        told = [line.get("error", {}).get("code", "read") for line in lines]
        ends[name] = f"{told[0] if told else None} {cpu:.1f} s"
        ok(code in (0, 4) and len(lines) == 2 and lines[1].get("items", [{}])[0].get("title") == "EXAMPLE behind it" and cpu < CPU_S,
           f"{name}: {ends[name]}", (code, told, cpu, w.stderr[-300:]))
    print(f"# the slowest took {worst:.1f} s of processor time", flush=True)


def tarpits(w):
    """A hundred hosts that send a byte a second are due before the healthy one; 32 may be asked at once."""
    store = os.path.join(w.folder, "pits")
    w.web.pits = {f"127.1.{n // 250}.{n % 250 + 1}" for n in range(PITS)}
    opml = os.path.join(w.folder, "pits.opml")
    with open(opml, "w", encoding="utf-8") as out:
        out.write("<opml version='2.0'><body>" + "".join(
            f"<outline type='rss' text='EXAMPLE' outlet='p{h}.example' xmlUrl='http://{h}:{w.web.port}/pit.xml'/>" for h in sorted(w.web.pits))
            + f"<outline type='rss' text='EXAMPLE' outlet='good.example' xmlUrl='{w.web.base}/good.xml'/></body></opml>")
    w.run("sources", "--store", store, "import", opml, allow=False)
    with sqlite3.connect(os.path.join(store, "dateline.db")) as db:
        db.execute("UPDATE feed SET next_poll = CASE WHEN url LIKE '%good.xml' THEN 2 ELSE 1 END")
    begin = time.time()
    server = start(w, store, "--no-sources", "--egress-allow", "127.0.0.0/8", "--fetches", "32", "--threads", "1")
    try:
        came = wait_for(lambda: one(store, "SELECT count(*) FROM v_document") == 1, 110 + PITS)
        took = time.time() - begin
        # Those that waited start half a second apart; then two rounds of the time a request may take.
        ok(came and took < PITS / 2 + 120, f"a healthy feed behind {PITS} tarpits is read after {took:.0f} s", one(store, "SELECT count(*) FROM v_document"))
        ok(len(w.web.inside) >= 60, "while the tarpits hold their connections", len(w.web.inside))
    finally:
        ok(stop(server) == 0, "and it ends in time, tarpits or not")
    w.web.pits, w.web.inside = set(), []
    w.strays()


def main():
    w = World()
    try:
        for part in (commands, served, hubs, algorithms, tarpits):
            if not PARTS or part.__name__ in PARTS:
                part(w)
    finally:
        if tap.failed and os.path.exists(os.path.join(w.folder, "log")):
            with open(w.log, encoding="utf-8", errors="replace") as log:
                sys.stderr.write(log.read()[-3000:])
        shutil.rmtree(w.folder, ignore_errors=True)
    return tap.end()


sys.exit(main())
