#!/usr/bin/env python3
"""kill -9 anything at any time: nothing lost, nothing twice.

A server takes in documents from a client while random processes of both are killed with SIGKILL.
Whoever died is started again; the client simply sends everything once more. At the end the ledger
is looked at. With --control the cursor is written early on purpose, and the test must find the
damage: it then succeeds when something was lost.

usage: test_crash.py DATELINE [--documents N] [--kills N] [--control] [--seed N]
"""
import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

CHUNKS = 30
WORDS = ("harbour council bridge minister river flood election market storm railway border teacher "
         "hospital strike budget island treaty valley station factory winter museum school judge").split()


def article(number, rng):
    place, topic = rng.choice(WORDS).title(), " ".join(rng.sample(WORDS, 3))
    body = " ".join(f"The {rng.choice(WORDS)} of {place} said the {rng.choice(WORDS)} number {number} "
                    f"would reach the {rng.choice(WORDS)} by {rng.randint(2, 28)} May." for _ in range(6))
    return {"id": f"crash-{number}", "url": f"https://outlet{number % 17}.example/news/{number}",
            "outlet": f"outlet{number % 17}", "language": "en",
            "published": f"2031-05-{number % 27 + 1:02d}T10:00:00Z",
            "title": f"EXAMPLE {place}: {topic} {number}", "text": body}


def children_of(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    found += [int(child)] + children_of(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


class Run:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.rng = random.Random(options.seed)
        self.store = os.path.join(folder, "store")
        self.socket = os.path.join(self.store, "write.sock")
        self.inputs = [os.path.join(folder, f"articles-{i:02}.ndjson") for i in range(CHUNKS)]
        self.chunk = 0  # the one that comes in; all before it were confirmed
        self.log = open(os.path.join(folder, "log"), "ab")
        self.env = dict(os.environ)
        if options.control:
            self.env["DATELINE_TEST_EARLY_CURSOR"] = "1"
        self.server = self.client = None
        self.kills = {}

    def start(self):
        if self.server is None or self.server.poll() is not None:
            if os.path.exists(self.socket):
                os.unlink(self.socket)  # of the one that was killed
            self.server = subprocess.Popen(
                [self.options.dateline, "serve", "--offline", "--store", self.store, "--listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=self.env)
            self.wait_for_socket()
        if self.client is not None and self.client.poll() is not None:
            self.chunk += self.client.returncode == 0
            self.client = None
        # Documents come in from the first kill to the last.
        due = self.chunk < CHUNKS and self.chunk <= sum(self.kills.values()) * CHUNKS // self.options.kills
        if self.client is None and due:
            self.client = subprocess.Popen(
                [self.options.dateline, "ingest", "--store", self.store, self.inputs[self.chunk]],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log, env=self.env)

    def wait_for_socket(self):
        for _ in range(500):
            if os.path.exists(self.socket) or self.server.poll() is not None:
                return
            time.sleep(0.01)

    def victims(self):
        """Running processes by what they are, so that each kind is hit as often as the others."""
        kinds = {"supervisor": [self.server.pid]}
        if self.client is not None and self.client.poll() is None:
            kinds["client"] = [self.client.pid]
        for pid in children_of(self.server.pid):
            try:
                with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                    kinds.setdefault(file.read().strip(), []).append(pid)
            except (ProcessLookupError, FileNotFoundError):
                pass
        return kinds

    def kill_one(self):
        kinds = self.victims()
        # The end of the supervisor is the end of all: seldom, so that the others are hit too.
        kind = self.rng.choices(sorted(kinds), [1 if k == "supervisor" else 3 for k in sorted(kinds)])[0]
        pid = self.rng.choice(kinds[kind])
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.kills[kind] = self.kills.get(kind, 0) + 1
        if kind in ("supervisor", "client"):
            (self.server if kind == "supervisor" else self.client).wait()

    def storm(self):
        while sum(self.kills.values()) < self.options.kills:
            self.start()
            time.sleep(self.rng.uniform(0.01, 0.12))
            self.kill_one()
        deadline = time.time() + 300
        while time.time() < deadline and self.chunk < CHUNKS:
            self.start()
            time.sleep(0.05)
        self.server.terminate()
        self.server.wait(timeout=30)

    def damage(self):
        db = sqlite3.connect(f"file:{self.store}/dateline.db?mode=ro", uri=True)
        one = lambda sql: db.execute(sql).fetchone()[0]
        n, problems = self.options.documents, []
        for what, sql, want in (
                ("documents", "SELECT count(*) FROM v_document", n),
                ("different URLs", "SELECT count(DISTINCT url) FROM v_document", n),
                ("documents with text", "SELECT count(*) FROM v_document WHERE title IS NOT NULL", n),
                ("documents in a story", "SELECT count(DISTINCT document) FROM v_story_document", n),
                ("story memberships", "SELECT count(*) FROM v_story_document", n),
                ("rows of the text index", "SELECT rows FROM v_index", n),
                ("conservation residual", "SELECT coalesce(sum(abs(residual)), 0) FROM v_conservation", 0)):
            got = one(sql)
            if got != want:
                problems.append(f"{what}: {got}, should be {want}")
        if one("PRAGMA integrity_check") != "ok":
            problems.append("integrity_check failed")
        return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dateline")
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.dateline = os.path.abspath(options.dateline)
    folder = tempfile.mkdtemp(prefix="dateline-crash-")
    run = Run(options, folder)
    rng = random.Random(options.seed)
    files = [open(path, "w", encoding="utf-8") for path in run.inputs]
    for number in range(options.documents):
        files[number * CHUNKS // options.documents].write(json.dumps(article(number, rng)) + "\n")
    for file in files:
        file.close()
    try:
        run.storm()
        problems = run.damage()
        print("# kills:", ", ".join(f"{name} {count}" for name, count in sorted(run.kills.items())))
        for problem in problems:
            print("#", problem)
        good = bool(problems) if options.control else not problems
        name = "the broken control is found out" if options.control else "nothing lost, nothing twice"
        print(f"1..1\n{'ok' if good else 'not ok'} 1 - {name} after {sum(run.kills.values())} kills")
        if not good:
            with open(os.path.join(folder, "log"), "rb") as file:
                sys.stderr.write(file.read()[-4000:].decode("utf-8", "replace"))
    finally:
        for process in (run.server, run.client):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


sys.exit(main())
