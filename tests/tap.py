"""Cases as sentences, reported as TAP. A case passes or fails; none can be skipped."""
import sys
import time
import traceback

_cases = []


def case(sentence):
    """Registers a function without arguments, or with those it is given by loops, as the proof of a sentence."""
    def register(function):
        _cases.append((sentence, function))
        return function
    return register


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what or 'value'}: got {got!r}, wanted {wanted!r}")


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def run(only=()):
    """Runs the cases whose sentence holds all the words; the exit status says whether all passed."""
    chosen = [(s, f) for s, f in _cases if all(word in s for word in only)]
    print(f"1..{len(chosen)}", flush=True)
    failed = 0
    for number, (sentence, function) in enumerate(chosen, start=1):
        start = time.monotonic()
        try:
            function()
            verdict = "ok"
        except Exception as wrong:  # whatever it is, the next case still runs
            verdict, failed = "not ok", failed + 1
            detail = str(wrong) if isinstance(wrong, AssertionError) else traceback.format_exc()
        print(f"{verdict} {number} - {sentence} # {(time.monotonic() - start) * 1000:.0f} ms", flush=True)
        if verdict == "not ok":
            print(*("#   " + line for line in detail.splitlines()), sep="\n", flush=True)
    if not chosen:
        print("not ok 1 - there is a case to run")
    return int(failed > 0 or not chosen)


def main():
    sys.exit(run())
