"""The farm and a Dateline that fetches from it, for the test and for bench/farm. Standard library only."""
import json
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.request


class Farm:
    """The farm's process; book() is what it saw of its guests."""

    def __init__(self, program, folder, *options):
        self.ca, self.list, self.shown, self.validators = (
            os.path.join(folder, name) for name in ('ca.pem', 'farm.opml', 'shown', 'validators'))
        self.process = subprocess.Popen([program, '--ca', self.ca, '--list', self.list, '--log', self.shown,
                                         '--validators', self.validators, *map(str, options)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        words = self.process.stdout.readline().decode()
        found = re.match(r'ready http=(\d+) tls=(\d+) dns=(\d+)', words)
        if not found:
            raise RuntimeError('the farm does not start')
        self.http, self.tls, self.dns = map(int, found.groups())

    def book(self, then='book'):
        """Its figures; then: book (go on), reset (begin anew), forgive (and every wait is over)."""
        url = f'http://127.0.0.1:{self.http}/book' + ('' if then == 'book' else f'/{then}')
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Serve:
    """`dateline serve` at the farm."""

    def __init__(self, dateline, farm, store, *more):
        self.store, self.log = store, tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [dateline, 'serve', '--store', store, '--listen', '127.0.0.1:0', '--egress-allow', '127.0.0.0/8',
             '--ca-file', farm.ca, '--dns', f'127.0.0.1:{farm.dns}', *more],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def words(self):
        return os.pread(self.log.fileno(), 1 << 24, 0).decode(errors='replace')

    def one(self, sql):
        """First column of the first row; None while there is no store."""
        try:
            db = sqlite3.connect(f'file:{self.store}/dateline.db?mode=ro', uri=True, timeout=30)
            try:
                row = db.execute(sql).fetchone()
            finally:
                db.close()
            return row[0] if row else None
        except sqlite3.OperationalError:
            return None

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


def change(store, *statements):
    """Changes a store that no server has open."""
    db = sqlite3.connect(os.path.join(store, 'dateline.db'))
    for sql in statements:
        db.execute(sql)
    db.commit()
    db.close()


def wait_for(what, seconds, every=0.1):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(every)
    return False
