"""TAP: a line for each check, the plan at the end."""
count = failed = 0


def ok(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good and detail != "":
        print("#", str(detail)[:4000].replace("\n", "\n# "), flush=True)


def end():
    """The exit status."""
    print(f"1..{count}")
    return failed > 0
