#!/usr/bin/env python3
"""Addresses as arguments of `ingest` and `extract`: a real publisher on loopback.

usage: test_url_args.py DATELINE
"""
import gzip
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

DATELINE = os.path.abspath(sys.argv[1])
TEXT = ("The minister of works said on Friday that the old bridge of the town would be closed until the autumn because "
        "two of its pillars have moved by several centimetres since the spring. ") * 3
WORDS = {"1": "Report one", "2": "Deux mots", "3": "گزارش سوم", "4": "报道四 🚲", "5": "ข่าวห้า", "6": "تقرير ستة", "7": "Seven"}
count = failed = 0


def ok(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good and detail != "":
        print("#", str(detail).replace("\n", "\n# "))


def page(n):
    title = f"EXAMPLE: {WORDS[n]}"
    return (f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
            f"<p>{TEXT}</p><p>{n} {TEXT}</p></body></html>").encode()


def warc(base):
    body = page("7")
    http_part = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {base}/old/7\r\nWARC-Date: 2031-05-02T10:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000007>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http_part)}\r\n\r\n")
    return gzip.compress(head.encode() + http_part + b"\r\n\r\n")


class Publisher(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []
    agents = set()
    lock = threading.Lock()

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", kind="text/html; charset=utf-8", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def urlset(self, paths):
        locs = "".join(f"<url><loc>{p}</loc></url>" for p in paths)
        return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{locs}</urlset>".encode()

    def do_GET(self):
        with self.lock:
            self.seen.append(self.path)
            self.agents.add(self.headers.get("User-Agent"))
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        path = self.path
        if path == "/robots.txt":
            return self.reply(200, b"User-agent: *\nDisallow: /private\n", "text/plain")
        if path.startswith("/news/"):
            return self.reply(200, page(path[6:]))
        if path == "/moved/2":
            return self.reply(301, Location="/news/2")
        if path == "/to-private":
            return self.reply(302, Location="/private/1")
        if path == "/round":
            return self.reply(302, Location="/round")
        if path == "/feed.xml":
            items = "".join(f"<item><title>EXAMPLE: item {n}</title><link>{base}/items/{n}</link><description>{TEXT}"
                            "</description></item>" for n in (1, 2))
            return self.reply(200, f"<rss version='2.0'><channel><title>EXAMPLE</title><link>{base}/</link>{items}"
                                   "</channel></rss>".encode(), "application/rss+xml")
        if path == "/index.xml":
            maps = "".join(f"<sitemap><loc>{p}</loc></sitemap>" for p in
                           (f"{base}/sub.xml.gz", f"{base}/deep.xml", "http://elsewhere.invalid/sitemap.xml"))
            return self.reply(200, f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{maps}"
                                   "</sitemapindex>".encode(), "application/xml")
        if path == "/sub.xml.gz":
            return self.reply(200, gzip.compress(self.urlset([f"{base}/news/{n}" for n in "3443"])), "application/x-gzip")
        if path == "/deep.xml":
            return self.reply(200, f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{base}"
                                   "/deeper.xml</loc></sitemap></sitemapindex>".encode(), "application/xml")
        if path == "/sitemap.xml":
            return self.reply(200, self.urlset([f"{base}/news/5", f"{base}/private/1", f"{base}/news/6", f"{base}/news/1",
                                                "http://elsewhere.invalid/1"]), "application/xml")
        if path == "/archive.warc.gz":
            return self.reply(200, warc(base), "application/warc")
        if path == "/lines":
            rows = [{"id": f"l{n}", "url": f"{base}/lines/{n}", "title": f"EXAMPLE line {n}", "text": TEXT} for n in (1, 2)]
            return self.reply(200, "".join(json.dumps(r) + "\n" for r in rows).encode(), "application/x-ndjson")
        if path == "/broken":
            return self.reply(503, b"later")
        return self.reply(404, b"nothing")


class World:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dateline-url-")
        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
        self.base = f"http://127.0.0.1:{self.web.server_address[1]}"
        threading.Thread(target=self.web.serve_forever, daemon=True).start()

    def run(self, command, *args, allow=True):
        """Exit code, lines on standard output, standard error; what was asked for meanwhile is in self.asked."""
        before = len(Publisher.seen)
        options = ["--egress-allow", "127.0.0.1/32"] if allow else []
        if command == "ingest":
            options += ["--store", os.path.join(self.folder, "store")]
        done = subprocess.run([DATELINE, command, *options, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=180, check=False)
        self.asked = Publisher.seen[before:]
        self.rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.errors = {row["input"].replace(self.base, ""): row["error"] for row in self.rows if "error" in row}
        self.stderr = done.stderr.decode()
        return done.returncode

    def one(self, sql):
        with sqlite3.connect(f"file:{self.folder}/store/dateline.db?mode=ro", uri=True) as db:
            row = db.execute(sql).fetchone()
        return row[0]

    def documents(self):
        return self.one("SELECT count(*) FROM v_document")


def extract(w):
    path = os.path.join(w.folder, "page.html")
    with open(path, "wb") as out:
        out.write(page("3"))
    code = w.run("extract", w.base + "/moved/2", path, w.base + "/news/4", w.base + "/absent")
    ok(code == 4, "one bad address among good ones gives 4", w.stderr)
    ok([row["input"] for row in w.rows] == [w.base + "/moved/2", path, w.base + "/news/4", w.base + "/absent"],
       "addresses and files keep their order", w.rows)
    ok(w.rows[0].get("url") == w.base + "/news/2", "the address is the last one", w.rows[0].get("url"))
    ok([row.get("title") for row in w.rows[:3]] == [f"EXAMPLE: {WORDS[n]}" for n in "234"], "and they are read", w.rows)
    ok(w.errors["/absent"] == {"code": "not_found", "message": "HTTP status 404"}, "a status is an error with its code", w.errors)
    ok(w.asked[0] == "/robots.txt" and w.asked.count("/robots.txt") == 1, "robots.txt first, and once", w.asked)
    ok(w.run("extract", w.base + "/to-private", w.base + "/private/1") == 4, "nothing but forbidden ones gives 4")
    ok(all(w.errors[p]["code"] == "denied" and "robots.txt forbids it" in w.errors[p]["message"]
           for p in ("/to-private", "/private/1")), "what robots.txt forbids is denied, behind a redirect too", w.errors)
    ok("/private/1" not in w.asked, "and not asked for", w.asked)
    ok(w.run("extract", "--in-process", w.base + "/news/1") == 0 and w.rows[0]["url"] == w.base + "/news/1",
       "without readers too", w.rows)


def faults(w):
    code = w.run("ingest", "http://publisher.invalid/a", "http://publisher.invalid/b", w.base + "/broken", w.base + "/round",
                 "http://127.0.0.1:1/", "https://", w.base + "/private/x")
    ok(code == 4, "faults give 4", w.stderr)
    ok(w.errors["http://publisher.invalid/a"]["code"] == w.errors["http://publisher.invalid/b"]["code"] == "network"
       and "could not be resolved" in w.errors["http://publisher.invalid/b"]["message"], "a name that does not exist", w.errors)
    ok(w.errors["/broken"] == {"code": "busy", "message": "HTTP status 503"}, "a status", w.errors)
    ok(w.errors["/round"]["code"] == "denied" and "circle" in w.errors["/round"]["message"], "redirects without end", w.errors)
    ok(w.asked.count("/round") == 6, "end after five", w.asked)
    ok(w.errors["http://127.0.0.1:1/"]["code"] == "network", "nobody listens", w.errors)
    ok(w.errors["https://"]["code"] == "syntax", "no address", w.errors)
    ok(w.errors["/private/x"]["code"] == "denied", "robots.txt forbids", w.errors)
    ok(w.documents() == 0, "nothing of it is a document")
    for command in ("ingest", "extract"):
        ok(w.run(command, w.base + "/news/1", allow=False) == 4 and w.errors["/news/1"]["code"] == "denied"
           and w.asked == [], f"{command}: loopback is refused without --egress-allow, and not asked", (w.errors, w.asked))


def ingest(w):
    code = w.run("ingest", w.base + "/moved/2", w.base + "/feed.xml", w.base + "/archive.warc.gz", w.base + "/lines")
    ok(code == 0 and w.rows == [], "page, feed, archive and lines are read", (w.rows, w.stderr))
    ok(w.documents() == 6, "each document of them once", w.documents())
    ok(w.one("SELECT count(*) FROM v_alias WHERE value LIKE '%/news/2'") == 1, "the page has its last address")
    ok(w.one("SELECT count(*) FROM v_alias WHERE value LIKE '%/old/7'") == 1, "the archive's page has the archive's address")
    channels = w.one("SELECT group_concat(DISTINCT channel) FROM (SELECT channel FROM v_document ORDER BY 1)")
    ok(channels == "feed,file,page", "channels say how it came", channels)
    ok(w.run("ingest", w.base + "/moved/2") == 0 and w.documents() == 6, "again changes nothing", w.documents())


def sitemaps(w):
    code = w.run("ingest", "--limit", "3", w.base + "/sitemap.xml")
    ok(code == 4 and list(w.errors) == ["/private/1"], "a sitemap's pages are fetched, as robots.txt allows", (w.errors, w.stderr))
    ok([p for p in w.asked if p != "/robots.txt"] == ["/sitemap.xml", "/news/5", "/news/6"], "in its order", w.asked)
    ok("listed, not fetched: 1 pages (--limit N fetches more), 1 on other hosts" in w.stderr,
       "it says what was left", w.stderr)
    ok(w.documents() == 8, "and they are documents", w.documents())
    code = w.run("ingest", w.base + "/index.xml", w.base + "/news/3")
    ok(code == 0, "an index is read", (w.rows, w.stderr))
    ok([p for p in w.asked if p != "/robots.txt"] == ["/index.xml", "/news/3", "/sub.xml.gz", "/deep.xml", "/news/4"],
       "one level down, packed ones too, no page twice", w.asked)
    ok("listed, not fetched: 1 sitemaps, 1 on other hosts" in w.stderr, "the deeper one is left", w.stderr)
    ok(w.documents() == 10, "their pages are documents", w.documents())
    ok(w.run("ingest", "--limit", "0", w.base + "/sitemap.xml") in (0, 3) and w.asked[1:] == ["/sitemap.xml"],
       "limit 0 fetches no page", (w.asked, w.stderr))
    ok(w.one("SELECT coalesce(sum(abs(residual)), 0) FROM v_conservation") == 0, "conservation residual is 0")


def main():
    w = World()
    try:
        for part in (extract, faults, ingest, sitemaps):
            part(w)
        ok(len(Publisher.agents) == 1 and next(iter(Publisher.agents)).startswith("Dateline/"), "it says who it is",
           Publisher.agents)
    finally:
        w.web.shutdown()
        shutil.rmtree(w.folder, ignore_errors=True)
    print(f"1..{count}")


main()
