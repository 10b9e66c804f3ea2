#!/usr/bin/env python3
"""Pages with what must be read out of them: cases/NAME/{page.html, args?, expect.json}.

expect.json holds the keys that must be equal; "blocks" as [kind, text] pairs, "links" as
[text, href], "items" with their text in place of the span; a key with null must be absent. --update writes what the program says now.
"""
import json
import os
import subprocess
import sys


def read(case):
    args = []
    if os.path.exists(os.path.join(case, "args")):
        args = open(os.path.join(case, "args"), encoding="utf-8").read().split()
    page = open(os.path.join(case, "page.html"), "rb").read()
    run = subprocess.run([os.environ["DATELINE"], "extract", *args], input=page,
                         capture_output=True, check=False)
    o = json.loads(run.stdout)
    text = o.get("text", "").encode()
    o["blocks"] = [[b["kind"], text[b["start"]:b["end"]].decode()] for b in o.get("blocks", [])]
    o["links"] = [[text[b["start"]:b["end"]].decode(), b["href"]] for b in o.get("links", [])]
    for i in o.get("items", []):
        i["text"] = text[i.pop("start"):i.pop("end")].decode()
    for key in ("input", "text", "confidence", "kind_confidence"):
        o.pop(key, None)
    return o


def main():
    update = "--update" in sys.argv
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases")
    failed = 0
    names = sorted(os.listdir(root))
    print(f"1..{len(names)}")
    for i, name in enumerate(names, 1):
        case = os.path.join(root, name)
        got = read(case)
        path = os.path.join(case, "expect.json")
        if update:
            with open(path, "w", encoding="utf-8") as f:
                json.dump(got, f, ensure_ascii=False, indent=1)
                f.write("\n")
        want = json.load(open(path, encoding="utf-8"))
        bad = [k for k in want if got.get(k) != want[k]]
        print(f"{'not ok' if bad else 'ok'} {i} - {name}")
        for k in bad:
            print(f"# {k}: wanted {json.dumps(want[k], ensure_ascii=False)}")
            print(f"#      got    {json.dumps(got.get(k), ensure_ascii=False)}")
        failed += bool(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
