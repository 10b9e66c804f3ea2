#!/usr/bin/env python3
"""`dateline trace FILE`: a page and a text that are in no store, who says what with its sentence.

usage: test_trace.py DATELINE
"""
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>EXAMPLE: Terminal closed</title></head>
<body><nav><a href="/">Home</a></nav><article><h1>EXAMPLE: Terminal closed</h1>
<p>NORDHAVEN, EXAMPLE. The port authority said on Tuesday that nine people were injured when an explosion
shook the grain terminal. The pier has been closed, and ships wait outside the port until the inquiry is over.</p>
<p>The terminal stores grain for three provinces. It was built forty years ago and was last repaired in the
spring of the year before last, when two cranes were replaced.</p></article></body></html>"""


def trace(dateline, path, *options):
    done = subprocess.run([dateline, "trace"] + list(options) + [path], capture_output=True, timeout=60,
                          check=False, env={"PATH": os.environ["PATH"], "DATELINE_STORE": "/nonexistent"})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def page_as_json(dateline, folder):
    path = os.path.join(folder, "page.html")
    code, out, err = trace(dateline, path, "--json", "--outlet", "Courier", "--url", "https://courier.example/1")
    answer = json.loads(out)
    said = [s for s in answer["statements"] if "port authority" in s["words"].get("source", "")]
    assert code == 0 and not err and said, out
    assert answer["title"] == "EXAMPLE: Terminal closed" and answer["url"] == "https://courier.example/1"
    assert said[0]["sentence"]["text"].startswith("The port authority said"), said[0]
    assert said[0]["traced"] is True and said[0]["chain"][0]["class"] == "media"
    assert "id" not in answer and "seen" not in answer


def page_as_text(dateline, folder):
    code, out, _ = trace(dateline, os.path.join(folder, "page.html"), "--outlet", "Courier")
    lines = out.splitlines()
    assert code == 0 and lines[0] == "EXAMPLE: Terminal closed" and lines[1].startswith("  Courier")
    assert any(line.strip().startswith("← The port authority") for line in lines), out


def text_is_text(dateline, folder):
    path = os.path.join(folder, "note")
    with open(path, "w", encoding="utf-8") as file:
        file.write("The minister said on Monday that the bridge would open in May.\n")
    code, out, _ = trace(dateline, path)
    assert code == 0 and "← The minister" in out and "the bridge would open in May" in out, out


def hostile_files_are_errors(dateline, folder):
    for name, body in {"deep": b"<div>" * 300000, "zeros": b"\0" * 5000, "empty": b"",
                       "broken": b"<html><body><p>\xff\xfe\xfd"}.items():
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(body)
        code, out, err = trace(dateline, path)
        assert code in (1, 3) and err.startswith("dateline trace: "), (name, code, out, err)


def no_such_file_is_asked_of_the_store(dateline, folder):
    code, _, err = trace(dateline, os.path.join(folder, "nothing"))
    assert code == 3 and "no store" in err, err


TEXT = """Odo Lemaire, a spokesman for the Ministry of Harbours, told Radio Marisol that the alarm was on. He said: "Nobody
switched it off."

The Courier, citing a person familiar with the inquiry, reported that the pumps had failed. Residents said that a person
familiar with the inquiry had spoken to them.

The security service released footage purportedly showing the explosion. The footage could not be verified.

In conclusion, the implications of the closure are serious.
"""


def note(folder):
    path = os.path.join(folder, "text")
    with open(path, "w", encoding="utf-8") as file:
        file.write(TEXT)
    return path


def value_of(v):
    """A plain string, or a typed one as PROV-JSON writes it."""
    if isinstance(v, dict):
        assert set(v) == {"$", "type"} and isinstance(v["$"], str), v
        return v["$"]
    assert isinstance(v, str), v
    return v


RELATIONS = {"wasAttributedTo": ("entity", "prov:entity", "agent", "prov:agent"),
             "wasDerivedFrom": ("entity", "prov:generatedEntity", "entity", "prov:usedEntity"),
             "actedOnBehalfOf": ("agent", "prov:delegate", "agent", "prov:responsible"),
             "hadMember": ("entity", "prov:collection", "entity", "prov:entity")}


def prov_is_sound(dateline, folder):
    code, out, err = trace(dateline, note(folder), "--prov", "--outlet", "Agency Veld")
    prov = json.loads(out)
    assert code == 0 and not err, err
    assert set(prov) == {"prefix", "agent", "entity"} | set(RELATIONS), set(prov)
    for name in list(prov["agent"]) + list(prov["entity"]):
        assert name.split(":")[0] in prov["prefix"], name
    seen = set()
    for kind, (left, left_key, right, right_key) in RELATIONS.items():
        for name, relation in prov[kind].items():
            assert name.startswith("_:") and name not in seen, name
            seen.add(name)
            assert relation[left_key] in prov[left] and relation[right_key] in prov[right], relation
            for key, v in relation.items():
                assert key.split(":")[0] in prov["prefix"] and value_of(v), (key, v)
    for record in list(prov["entity"].values()) + list(prov["agent"].values()):
        for key, v in record.items():
            assert key.split(":")[0] in prov["prefix"] and value_of(v), (key, v)


def prov_says_who(dateline, folder):
    prov = json.loads(trace(dateline, note(folder), "--prov", "--outlet", "Agency Veld")[1])
    label = {name: a["prov:label"] for name, a in prov["agent"].items()}
    behalf = {(label[r["prov:delegate"]].split(",")[0], label[r["prov:responsible"]]) for r in prov["actedOnBehalfOf"].values()}
    assert behalf == {("Odo Lemaire", "the Ministry of Harbours")}, behalf
    by = {r["prov:entity"]: r for r in prov["wasAttributedTo"].values()}
    types = {}
    for r in prov["wasDerivedFrom"].values():
        types.setdefault(value_of(r.get("prov:type", "")) if "prov:type" in r else "", []).append(r)
    assert set(types) == {"", "prov:Quotation", "prov:PrimarySource", "dateline:Evidence"}, set(types)
    ends = [label[by[r["prov:usedEntity"]]["prov:agent"]] for r in types["prov:PrimarySource"]]
    # Each of the unnamed is an agent of its own, whatever the words.
    unnamed = [n for n, words in label.items() if words == "a person familiar with the inquiry"]
    assert "a person familiar with the inquiry" in ends and len(unnamed) >= 1, ends
    he = [n for n, words in label.items() if words == "He"]
    assert len(he) == 1 and label[by[types["prov:Quotation"][0]["prov:usedEntity"]]["prov:agent"]] == "He"
    said = [e for e in prov["entity"].values() if value_of(e.get("prov:type", "")) == "dateline:Statement"]
    assert any(e.get("dateline:stance") == "distanced" for e in said)
    assert any(value_of(e["dateline:analysis"]) == "true" for e in said if "dateline:analysis" in e)
    evidence = [e for e in prov["entity"].values() if value_of(e.get("prov:type", "")) == "dateline:Evidence"]
    assert evidence[0]["dateline:kind"] == "footage" and value_of(evidence[0]["dateline:verified"]) == "false", evidence


def colour_repeats_what_words_say(dateline, folder):
    path = note(folder)
    plain = trace(dateline, path, "--all")[1]
    assert "\x1b" not in plain, "no terminal, no colour"
    _, coloured, _ = trace(dateline, path, "--all", "--color", "always")
    assert "\x1b[33mthe outlet keeps its distance\x1b[0m" in coloured, coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
    assert trace(dateline, path, "--all", "--color=never")[1] == plain
    code, _, err = trace(dateline, path, "--color", "sometimes")
    assert code == 2 and "sometimes" in err, err


def what_is_unclear_is_said(dateline, folder):
    _, out, _ = trace(dateline, note(folder), "--all")
    parts = [p for p in out.split("\n\n") if "the explosion" in p.splitlines()[0]]
    assert parts and "attribution unclear: read the sentence" in parts[0] and "traced" not in parts[0], out
    assert 'evidence: footage; the text says it could not be verified' in parts[0], parts[0]
    assert "the outlet's own analysis" in out and "speaks for the Ministry of Harbours" in out.replace("\n       ", " "), out


def options_that_do_not_fit(dateline, folder):
    path = note(folder)
    assert trace(dateline, path, "--json", "--prov")[0] == 2
    assert trace(dateline, path, "--fetch")[0] == 2


class Page(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        body = b"" if self.path == "/robots.txt" else PAGE.encode()
        self.send_response(404 if not body else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def page_of_the_web(dateline, _):
    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/a"
    code, out, err = trace(dateline, url, "--fetch", "--json", "--egress-allow", "127.0.0.1/32")
    shut, _, why = trace(dateline, url, "--fetch")
    server.shutdown()
    answer = json.loads(out)
    assert code == 0 and answer["url"] == url and answer["statements"], (out, err)
    assert shut == 1 and "not on the public Internet" in why, why


def why(dateline, *arguments):
    done = subprocess.run([dateline, "why"] + list(arguments), capture_output=True, timeout=60, check=False,
                          env={"PATH": os.environ["PATH"], "DATELINE_STORE": "/nonexistent"})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def why_tells_rule_spans_score_and_what_was_left(dateline, folder):
    path = note(folder)
    code, out, err = why(dateline, path, "--json")
    answer = json.loads(out)
    assert code == 0 and not err and len(answer["statements"]) > 4, err
    for s in answer["statements"]:
        score = 1.0
        for step in s["why"]["steps"]:
            score *= step["factor"]
        assert s["rule"] and s["why"]["steps"] and abs(min(score, 1) - s["score"]) < 0.01, s
        assert all(r["reason"] for r in s["why"]["rejected"]), s
    plain = json.loads(trace(dateline, path, "--json")[1])["statements"]
    assert [s["id"] for s in plain] == [s["id"] for s in answer["statements"]] and "why" not in plain[0]
    code, text, _ = why(dateline, path, "1")
    assert code == 0 and text.count("     rule ") == 1 and "source bytes 0 to" in text and "score " in text, text
    one = json.loads(why(dateline, path, plain[1]["id"][:10], "--json")[1])["statements"]
    assert [s["id"] for s in one] == [plain[1]["id"]]


def why_of_nothing(dateline, folder):
    assert why(dateline)[0] == 2
    code, out, err = why(dateline, note(folder), "99")
    assert code == 3 and not out and "no statement '99'" in err, err
    assert why(dateline, os.path.join(folder, "nothing"))[0] == 3


TESTS = [why_tells_rule_spans_score_and_what_was_left, why_of_nothing, prov_is_sound, prov_says_who, colour_repeats_what_words_say, what_is_unclear_is_said, options_that_do_not_fit, page_of_the_web,
         page_as_json, page_as_text, text_is_text, hostile_files_are_errors, no_such_file_is_asked_of_the_store]


def main():
    dateline = os.path.abspath(sys.argv[1])
    print(f"1..{len(TESTS)}")
    with tempfile.TemporaryDirectory(prefix="dateline-trace-") as folder:
        with open(os.path.join(folder, "page.html"), "w", encoding="utf-8") as file:
            file.write(PAGE)
        for number, test in enumerate(TESTS, 1):
            try:
                test(dateline, folder)
                print("ok", number, "-", test.__name__)
            except Exception as error:  # any fault is this test's
                print("not ok", number, "-", test.__name__)
                print(f"# {type(error).__name__}: {error}")
    return 0


sys.exit(main())
