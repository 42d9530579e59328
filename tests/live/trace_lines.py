"""What print_trace says: the lines of parse/trace_events.h, and what the traced program printed between them."""
from tap import check, equal


class Trace:
    def __init__(self, text):
        lines = text.splitlines()
        prefixes = ("attached ", "event ", "lost ")
        ours = [line for line in lines if line.startswith(prefixes)]
        self.printed = [line for line in lines if not line.startswith(prefixes)]
        check(ours and ours[0].startswith("attached ") and ours[-1].startswith("lost "), f"no whole trace: {text[:500]}")
        words = [dict(word.split("=", 1) for word in line.split(" ")[1:]) for line in ours]
        self.attached, self.events, last = words[0], words[1:-1], words[-1]
        self.lost = {name: int(value) for name, value in last.items()}

    def of(self, *calls):
        return [event for event in self.events if event["call"] in calls]


def tells_i386(seen):
    """Of `traced i386`, where the machine has that way."""
    told = [event for event in seen.events if "ret" in event]
    equal([(event["call"], event["ret"], event.get("way_i386")) for event in told],
          [("prctl", "0", "1"), ("open", "-2", "1"), ("landlock_restrict_self", "-9", "1"), ("setuid", "0", "1"),
           ("setuid", "0", "1")], "calls")
    equal(told[1]["text"], "/nowhere", "path")
    equal(told[2]["args"], "0xffffffff,0x0", "arguments")
