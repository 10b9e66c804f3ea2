#!/usr/bin/env python3
"""Claims end to end: the invented world of the demo through real readers, a writer, a server.

Numbers of origins, denials, hardening, the circle, decisions and their undoing, the briefing, the
page with every mark of its lanes, and the same store from the same documents in one go or in two.

usage: test_claims.py DATELINE WORLD.ndjson
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

from tap import end, ok

DATELINE = os.path.abspath(sys.argv[1])
os.environ["DATELINE_DICTIONARIES"] = ""  # what the machine has is no matter of tests
START = datetime(2026, 11, 24, 7, 0, tzinfo=timezone.utc)


def articles():
    for line in open(sys.argv[2], encoding="utf-8"):
        row = json.loads(line)
        seen = START + timedelta(milliseconds=row["at_ms"] * 300)
        keep = ("url", "outlet", "outlet_name", "country", "language", "title", "subtitle", "text")
        yield {"id": row["id"], "seen": {"by": seen.strftime("%Y-%m-%dT%H:%M:%SZ")},
               **{k: row[k] for k in keep if k in row}}


def run(store, *args, code=0):
    done = subprocess.run([DATELINE, args[0], "--store", store, *args[1:]], capture_output=True, timeout=120, check=False)
    if done.returncode != code:
        ok(False, f"{' '.join(args)[:60]} ends with {code}", done.stderr.decode() + done.stdout.decode()[:500])
    return done.stdout.decode()


def ingest(store, rows):
    path = store + ".ndjson"
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    run(store, "ingest", path)


def rows_of(dump, table):
    return [line for line in dump.splitlines() if line.startswith('{"table":"%s"' % table)]


class Page:
    def __init__(self, store):
        self.server = subprocess.Popen([DATELINE, "serve", "--offline", "--store", store, "--listen", "127.0.0.1:0"],
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.base = next(m.group(0) for line in self.server.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))

    def get(self, path):
        with urllib.request.urlopen(self.base + path, timeout=20) as answer:
            return answer.read().decode()

    def json(self, path):
        return json.loads(self.get("/api/v1" + path))

    def post(self, form, headers=()):
        request = urllib.request.Request(self.base + "/decide", urllib.parse.urlencode(form).encode(), dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.geturl()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=30)


def numbers(page):
    stories = [s["id"] for s in page.json("/stories?limit=100")["data"]]
    claims = [c for s in stories for c in page.json(f"/stories/{s}/claims")["data"]]
    ok(len(claims) > 20, "documents of the world share claims", len(claims))
    ok(all(0 <= c["origins_min"] <= c["origins_max"] for c in claims), "the origins are an interval")
    ok(all(c["origins_max"] <= len(c["documents"]) + 2 for c in claims), "of no more than there are documents to tell of them",
       [c for c in claims if c["origins_max"] > len(c["documents"]) + 2][:1])
    unnamed = [o for c in claims for o in c["origins"] if o["anonymity"] in ("bare", "group") and o["class"] == "individual"]
    ok(not unnamed, "who has no name is no person", unnamed[:2])
    for c in claims:
        for wording in c.get("wordings", []):
            document = page.json(f"/documents/{wording['document']}")
            where = document.get(wording.get("in", "text"), "")
            words = where.encode()[wording["start"]:wording["end"]].decode()
            if not words.startswith(wording["text"][:20]):
                ok(False, "every wording stands where it says", (wording, words))
                return claims
    ok(True, "every wording stands where it says")
    return claims


def marks(page, claims):
    lanes = "".join(page.get(f"/c/{c['id']}") for c in claims)
    for name in ("first", "copy", "lang", "none", "denial", "correction"):
        ok(f'class="m-{name}"' in lanes, f"the lanes show the mark of {name}")
    ok('class="lane hatched"' in lanes, "what is not traced is hatched")
    ok("firmer" in lanes and "softer" in lanes, "wordings that became firmer and softer are shown")


def decisions(page, store, claims):
    claim = next(c for c in claims if any(m.get("soft") for m in c["merges"]))
    merge = next(m for m in claim["merges"] if m.get("soft"))
    form = {"claim": claim["id"], "a": merge["a"], "b": merge["b"], "kind": "join"}
    ok(page.post(form, [("Origin", "https://evil.example")])[0] == 403, "a form of another site is refused")
    ok(page.post({**form, "a": "xyz"})[0] == 400, "a form without ids is refused")
    ok(page.post({**form, "claim": "0" * 64})[0] == 404, "there is no such claim")
    status, where = page.post(form)
    ok(status == 200 and where.endswith("/c/" + claim["id"]), "a decision leads back to its claim", where)

    def after(want):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            now = page.json("/claims/" + claim["id"])
            if [bool(d.get("undone")) for d in now["decisions"]] == want and any(
                    m["rule"] == "person" for m in now["merges"]) == (not all(want)):
                return now
            time.sleep(.05)
        return now

    joined = after([False])
    ok(any(m["rule"] == "person" for m in joined["merges"]), "the origins are one, because a person says so", joined["merges"])
    ok(joined["origins_max"] <= claim["origins_max"], "and count so", (joined["origins_max"], claim["origins_max"]))
    number = joined["decisions"][0]["decision"]
    ok(page.post({"claim": claim["id"], "undo": number})[0] == 200, "it is undone")
    undone = after([True])
    ok(undone["origins_max"] == claim["origins_max"] and undone["decisions"][0].get("undone"),
       "and the count is what it was; both are kept", undone["decisions"])
    text = run(store, "claim", "--split", claim["id"][:12], merge["a"][:12], merge["b"][:12])
    ok("are not one" in text, "the command decides through the server's door", text[-400:])


def briefing(store, claims):
    text = run(store, "brief", "--since", "2026-11-20", "--base", "http://127.0.0.1:1")
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    ok(len(lines) > 10 and all("\u2014" in line for line in lines), "every line of a briefing names its outlet", lines[:3])
    wordings = {c["claim"][:40] for c in claims}
    known = sum(any(w.replace("*", "\\*") in line for w in wordings) for line in lines)
    ok(known >= len(lines) * 0.6, "and says it in words that stand somewhere", (known, len(lines)))
    page = run(store, "brief", "--html", "--since", "2026-11-20", "(explosion OR tren OR поезд)")
    ok(page.startswith("<!doctype html>") and "<script" not in page, "a page of it, for a question")
    run(store, "brief", "--since", "yesterday", code=2)


def main():
    rows = list(articles())
    with tempfile.TemporaryDirectory(prefix="dateline-claims-") as folder:
        store, again = os.path.join(folder, "store"), os.path.join(folder, "again")
        ingest(store, rows)
        for part in (rows[:30], rows[30:]):
            ingest(again, part)
        dumps = [run(s, "export", "ledger") for s in (store, again)]
        for table in ("claim", "trend", "mention"):
            one, two = (rows_of(d, table) for d in dumps)
            ok(one and one == two, f"rows of {table} are the same, made in one go or in two", (len(one), len(two)))
        page = Page(store)
        try:
            claims = numbers(page)
            marks(page, claims)
            recent = page.json("/claims?kind=contested&hours=8000")["data"]
            ok(recent and all(c["denials"] > 0 for c in recent), "contested claims carry a denial", recent[:1])
            corrected = page.json("/corrections?hours=8000")["data"]
            ok(any("14" in c["title"] for c in corrected), "a correction is found", corrected)
            plan = next(s["id"] for s in page.json("/stories?limit=100")["data"] if "Ash Banner plans" in s["headline"])
            told = page.json(f"/stories/{plan}/claims")["data"]
            ok(any(c["denials"] for c in told) and any(c["hardened"] for c in told), "the plan is denied, and hardened on its way",
               [(c["claim"][:40], c["denials"], c["hardened"]) for c in told])
            decisions(page, store, claims)
        finally:
            page.stop()
        briefing(store, claims)
    return end()


sys.exit(main())
