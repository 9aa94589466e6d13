#!/usr/bin/env python3
"""A second decoder of the wire, written from shared-protocol/README.md alone: reads every golden frame and compares.

For each vector: accepted or refused, under the name of the error; for Records each record's fate, the digest of all
sightings and what statuses and diagnostics say. Needs Python 3 and nothing else; shares no code with the product. Exit
status 1 and a line per difference if any. An argument names another directory of vectors.
"""
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
FAILED = []
CHECKED = 0

# Sections 2 and 6.
NO_SESSION, SESSION = 0, 1
TYPES = {0x01: NO_SESSION, 0x02: NO_SESSION, 0x03: SESSION, 0x04: SESSION, 0x81: NO_SESSION, 0x82: SESSION,
         0x83: NO_SESSION, 0x84: SESSION, 0x85: SESSION, 0x86: SESSION}
MAX_FRAME, MAX_HELLO, MAX_BODY, MAX_GROUPS = 2048, 96, 1526, 8
MAX_WINDOWS, MAX_ADDRESSES, MAX_WINDOW_MS = 16, 64, 16777216
MAX_CLAIMS, MAX_SECRETS, MAX_SECRET, MAX_ASCII = 16, 8, 32, 32
MAX_BITMAP, MAX_REFUSED, MAX_BOOT, MAX_GAP_MS = 32, 32, 2097151, 1073741824
MAX_CONFIG, MAX_DIAGNOSTICS, CERTIFICATE = 1024, 1024, 141
SIGHTING_FIELDS, EXTRA_COMMAS = 6, 5
MAX_EXTRAS, WIDTHS = 64, {1: 3, 2: 8, 3: 3, 4: 64, 5: 32}
DETAILS = {1: (1, 1), 2: (4,) * 3, 3: (4,) * 5, 4: (4,) * 4, 5: (1,), 6: (4,), 7: (4,) * 4, 8: (4,)}  # field sizes
BASE_MS, DAY_MS = 1577836800000, 86400000  # 2020-01-01 UTC


class Wrong(Exception):
    """Bytes that do not follow the specification; its argument is the name of section 9."""


def need(condition, error):
    if not condition:
        raise Wrong(error)


class Bytes:
    """Little-endian fields from front to end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def left(self):
        return len(self.data) - self.at

    def take(self, size):
        need(size <= self.left(), "TooShort")
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "little")


def extensions(rest):
    while rest.left():
        need(rest.left() >= 2, "ExtensionMalformed")
        rest.number(1)
        size = rest.number(1)
        need(size <= rest.left(), "ExtensionMalformed")
        rest.take(size)


def header(frame, expected):
    need(len(frame) > 0, "TooShort")
    need(frame[0] == 1, "VersionUnknown")
    need(len(frame) <= MAX_FRAME, "TooLong")
    need(len(frame) >= 6, "TooShort")
    kind, session = frame[1], int.from_bytes(frame[2:6], "little")
    need(kind in TYPES, "TypeUnknown")
    if TYPES[kind] == SESSION:
        need(session != 0, "SessionMissing")
    else:
        need(session == 0, "SessionNotZero")
    need(kind == expected, "TypeNotExpected")


def inner(frame, fixed, tail):
    """What lies between the header and a tail of that many bytes; the fixed part has to be there."""
    need(len(frame) >= 6 + fixed + tail, "TooShort")
    return Bytes(frame[6:len(frame) - tail])


def ascii_text(data):
    need(all(0x20 <= byte <= 0x7E for byte in data), "ValueInvalid")


def text_lines(data):
    need(all(0x20 <= byte <= 0x7E or byte == 0x0A for byte in data), "ValueInvalid")


def hello(frame):
    header(frame, 0x01)
    need(len(frame) <= MAX_HELLO, "TooLong")
    rest = inner(frame, 52, 0)
    rest.take(48)
    low, high = rest.number(1), rest.number(1)
    need(low >= 1 and high >= low, "ValueInvalid")
    rest.number(2)
    extensions(rest)


def certificate(rest, usage=1):
    rest.take(8)
    need(rest.number(1) == usage, "ValueInvalid")
    rest.take(132)


def challenge(frame):
    header(frame, 0x81)
    rest = inner(frame, 249, 80)
    rest.take(108)
    certificate(rest)
    extensions(rest)


def evidence(frame):
    header(frame, 0x02)
    need(len(frame) >= 7, "TooShort")
    size = frame[6]
    need(58 <= size <= MAX_HELLO, "LengthInvalid")
    need(len(frame) >= 7 + size + 155 + 64, "TooShort")
    hello(frame[7:7 + size])
    rest = Bytes(frame[7 + size:len(frame) - 64])
    rest.take(140)
    boot = rest.number(4)
    need(1 <= boot <= MAX_BOOT, "ValueInvalid")
    rest.take(10)
    count = rest.number(1)
    need(count <= MAX_CLAIMS, "CountInvalid")
    seen = set()
    for _ in range(count):
        claim, length = rest.number(1), rest.number(1)
        need(length <= rest.left(), "TooShort")
        data = rest.take(length)
        if 1 <= claim <= 6:
            need(claim not in seen, "Repeated")
            seen.add(claim)
            need(length <= MAX_ASCII if claim <= 4 else length == 32, "LengthInvalid")
            if claim <= 4:
                ascii_text(data)
    extensions(rest)


def result(frame):
    header(frame, 0x82)
    rest = inner(frame, 13, 8)
    rest.take(12)
    count = rest.number(1)
    need(count <= MAX_SECRETS, "CountInvalid")
    for _ in range(count):
        secret, length = rest.number(1), rest.number(1)
        need(length == {1: 21, 2: 18}.get(secret, min(length, MAX_SECRET)), "LengthInvalid")
        rest.take(length)
    extensions(rest)


def refusal(frame):
    header(frame, 0x83)
    need(len(frame) >= 28, "TooShort")
    need(frame[22] != 0, "ValueInvalid")
    need(frame[27] <= 1, "ValueInvalid")
    if frame[27] == 0:
        need(len(frame) == 28, "TooLong")
        return
    rest = inner(frame, 22 + CERTIFICATE, 64)
    rest.take(22)
    certificate(rest)
    extensions(rest)


def receipt(frame):
    header(frame, 0x84)
    rest = inner(frame, 1 + 10, 8)
    count = rest.number(1)
    need(1 <= count <= MAX_GROUPS, "CountInvalid")
    boots = set()
    for _ in range(count):
        boot = rest.number(4)
        rest.number(4)
        need(1 <= boot <= MAX_BOOT, "ValueInvalid")
        length = rest.number(1)
        need(length <= MAX_BITMAP, "LengthInvalid")
        rest.take(length)
        refused = rest.number(1)
        need(refused <= MAX_REFUSED, "CountInvalid")
        need(5 * refused <= rest.left(), "TooShort")
        for _ in range(refused):
            need(rest.number(4) != 0, "ValueInvalid")
            need(rest.number(1) != 0, "ValueInvalid")
        need(boot not in boots, "Repeated")
        boots.add(boot)
    extensions(rest)


# --- Section 12

def command(frame):
    header(frame, 0x86)
    rest = inner(frame, 15, 8)
    need(rest.number(4) != 0, "ValueInvalid")
    need(rest.number(8) < 1 << 63, "ValueInvalid")
    rest.take(3)
    extensions(rest)


def config(frame):
    header(frame, 0x85)
    rest = inner(frame, 6 + CERTIFICATE, 64 + 8)
    need(rest.number(4) != 0, "ValueInvalid")
    length = rest.number(2)
    need(length <= MAX_CONFIG, "LengthInvalid")
    need(length + CERTIFICATE <= rest.left(), "TooShort")
    text_lines(rest.take(length))
    certificate(rest, usage=2)
    extensions(rest)


def command_ack(frame):
    header(frame, 0x04)
    rest = inner(frame, 7, 8)
    need(rest.number(1) in (1, 2), "ValueInvalid")
    need(rest.number(4) != 0, "ValueInvalid")
    need(rest.number(1) != 0, "ValueInvalid")
    length = rest.number(1)
    need(length <= MAX_ASCII, "LengthInvalid")
    ascii_text(rest.take(length))
    extensions(rest)


# --- Section 4

def records(frame):
    """The groups as (boot, records), boot 0 for the session's own; a record as (sequence, clock, time, kind, body)."""
    header(frame, 0x03)
    rest = inner(frame, 0, 8)
    groups, boots, more = [], set(), True
    while more:
        need(len(groups) < MAX_GROUPS, "CountInvalid")
        form = rest.number(1)
        gives_boot, gives_floor, more = form & 0x20, form & 0x40, form & 0x80
        boot = rest.number(3) if gives_boot else 0
        floor = rest.number(3) if gives_floor else None
        need(rest.left() >= 10, "TooShort")
        first = int.from_bytes(rest.data[rest.at:rest.at + 3], "little")
        need(not gives_boot or 1 <= boot <= MAX_BOOT, "ValueInvalid")
        need(floor not in (0, first), "ValueInvalid")
        floor = first if floor is None else floor
        need(floor != 0, "ValueInvalid")
        here = []
        for _ in range((form & 0x1F) + 1):
            need(rest.left() >= 10, "TooShort")
            sequence, time, word = rest.number(3), rest.number(5), rest.number(2)
            length, clock, kind = word & 0x7FF, word >> 11 & 1, word >> 12
            need(length <= MAX_BODY, "LengthInvalid")
            need(sequence != 0 and sequence >= floor, "ValueInvalid")
            here.append((sequence, clock, time + (BASE_MS if clock else 0), kind, rest.take(length)))
        need(boot not in boots, "Repeated")
        boots.add(boot)
        groups.append((boot, here))
    extensions(rest)
    return groups


# The report

class Bits:
    """The least significant bit of a byte first, of numbers too."""

    def __init__(self, data):
        self.number, self.size, self.at = int.from_bytes(data, "little"), 8 * len(data), 0

    def take(self, count):
        need(self.at + count <= self.size, "TooShort")
        self.at += count
        return self.number >> (self.at - count) & (1 << count) - 1

    def unary(self):
        rest = self.number >> self.at
        need(rest, "TooShort")
        zeros = (rest & -rest).bit_length() - 1
        self.at += zeros + 1
        return zeros

    def eg(self, k):
        bits = self.unary() + k
        return (1 << bits) + self.take(bits) - (1 << k)

    def zz(self, k):
        return signed(self.eg(k))


def signed(value):
    return value >> 1 if value % 2 == 0 else -(value + 1 >> 1)


def window_times(bits, count, time):
    jitter, end_gap = bits.take(3), bits.eg(0)
    gap, close = bits.eg(6) if count > 1 else 0, time - end_gap
    need(end_gap <= MAX_GAP_MS and close >= 0, "ValueInvalid")
    duration = 10000 - gap + bits.zz(2)
    times = []
    for i in range(count):
        if i and jitter != 7:
            duration += bits.zz(jitter)
        start = close - duration
        need(0 <= duration <= MAX_WINDOW_MS and start >= 0, "ValueInvalid")
        times.append((start, duration))
        if i == count - 1:
            break
        if i and jitter != 7:
            gap += bits.zz(jitter)
        need(0 <= gap <= MAX_GAP_MS and start >= gap, "ValueInvalid")
        close = start - gap
    return times[::-1]


def block(bits, radio, time, lines):
    count = bits.take(4) + 1
    times = window_times(bits, count, time)
    n = bits.eg(3)
    need(n <= MAX_ADDRESSES, "CountInvalid")
    has_extras = bits.take(1)
    need(n > 0 or not has_extras, "ReservedNotZero")
    if n == 0:
        return
    types = bits.take(2)
    own = [bits.take(2) if types == 3 else types for _ in range(n)]
    need(max(own) <= 2, "ValueInvalid")
    heard = [bits.take(count) if count > 1 else 1 for _ in range(n)]
    need(all(heard), "ValueInvalid")
    signals = sum(row.bit_count() for row in heard)
    base, order, rice = -4 * bits.take(5), 47 - (n.bit_length() - 1), bits.take(3)
    low_addresses, low_signals = [bits.take(order) for _ in range(n)], [bits.take(rice) for _ in range(signals)]
    gaps = [low + (bits.unary() << order) for low in low_addresses]
    quotients = [bits.unary() for _ in range(signals)]
    need(max(quotients) <= 7, "ValueInvalid")
    quotients = [bits.take(9 - rice) if quotient == 7 else quotient for quotient in quotients]
    steps = iter([signed(low + (quotient << rice)) for low, quotient in zip(low_signals, quotients)])
    addresses = [sum(gaps[:i + 1]) + i for i in range(n)]
    need(addresses[-1] < 1 << 48, "ValueInvalid")
    for address, kind, row in zip(addresses, own, heard):
        twice = None
        for window in (w for w in range(count) if row >> w & 1):
            step = next(steps)
            dbm = step + (base if twice is None else twice // 2)
            need(-128 <= dbm <= 127, "ValueInvalid")
            twice = 2 * dbm if twice is None else twice + step
            start, duration = times[window]
            lines.append((radio, start, duration, f"{address:012x}", kind, dbm))
    if has_extras:
        columns(bits, radio, addresses, lines)


def columns(bits, radio, addresses, lines):
    last, known = 0, 0
    while True:
        kind = bits.take(4)
        if kind == 0:
            need(last, "ValueInvalid")
            return
        width = bits.take(6) + 1
        need(kind > last and WIDTHS.get(kind, width) == width, "ValueInvalid")
        last, has = kind, [bits.take(1) for _ in addresses]
        need(any(has), "ValueInvalid")
        known += sum(has) if kind in WIDTHS else 0
        need(known <= MAX_EXTRAS, "CountInvalid")
        for address, is_said in zip(addresses, has):
            value = bits.take(width) if is_said else None
            if is_said and kind in WIDTHS:
                lines.append((radio, f"{address:012x}", kind, value))


def report(clock, time, body):
    bits, lines = Bits(body), []
    raw, gives_day, ble, wifi = (bits.take(1) for _ in range(4))
    day = bits.take(16) if gives_day else 0
    need(not (raw and gives_day), "ReservedNotZero")
    if not raw and not gives_day:
        need(clock, "ValueInvalid")
        day = time // DAY_MS
    if ble:
        block(bits, 1, time, lines)
    if wifi:
        block(bits, 2, time, lines)
    need(bits.size - bits.at < 8, "TooLong")
    need(bits.take(bits.size - bits.at) == 0, "ReservedNotZero")
    return day, lines


def status(body):
    """The boot reason, and the known details: ids with their numbers."""
    need(len(body) >= 39, "TooShort")
    need(body[38] <= MAX_ASCII, "LengthInvalid")
    rest = Bytes(body[39:])
    ascii_text(rest.take(body[38]))
    known = {}
    while rest.left():
        detail, size = rest.number(1), rest.number(1)
        data = Bytes(rest.take(size))
        if detail in DETAILS:
            need(detail not in known, "Repeated")
            need(size == sum(DETAILS[detail]), "LengthInvalid")
            known[detail] = [data.number(each) for each in DETAILS[detail]]
    return body[8], known


def judge(record, boot, lines, statuses, diagnostics):
    """Why a receipt would refuse the record; adds the lines of its sightings, or the line of another kind."""
    sequence, clock, time, kind, body = record
    try:
        if kind == 1:
            day, heard = report(clock, time, body)
            for one in heard:
                start = f"{boot},{sequence}," + (f"{day}," if len(one) == SIGHTING_FIELDS else "")
                lines.append(start + ",".join(map(str, one)) + "\n")
        elif kind == 2:
            reason, known = status(body)
            details = [f" {detail}:" + ",".join(map(str, known[detail])) for detail in sorted(known)]
            statuses.append(f"{boot},{sequence},{reason}" + "".join(details))
        elif kind == 3:
            need(len(body) <= MAX_DIAGNOSTICS, "LengthInvalid")
            text_lines(body)
            diagnostics.append(f"{boot},{sequence}," + body.decode("ascii"))
        else:
            return "KindUnknown"
    except Wrong:
        return "BodyMalformed"
    return None


def check(name, actual, expected):
    global CHECKED
    CHECKED += 1
    if actual != expected:
        FAILED.append(name)
        print(f"DIFFERS {name}: {actual!r} is not {expected!r}")


def check_vector(frame, vector):
    decoders = {"Hello": hello, "Challenge": challenge, "Evidence": evidence, "AttestationResult": result,
                "AttestationRefusal": refusal, "Records": records, "Receipt": receipt, "Command": command,
                "Config": config, "CommandAck": command_ack}
    name, data = f"{frame} {vector['name']}", bytes.fromhex(vector["hex"])
    try:
        read, error = decoders[frame](data), "None"
    except Wrong as wrong:
        read, error = None, wrong.args[0]
    check(name, error, vector["error"])
    if frame != "Records" or read is None:
        return
    lines, statuses, diagnostics, fates = [], [], [], set()
    for boot, here in read:
        fates |= {judge(record, boot, lines, statuses, diagnostics) for record in here}
    check(name + " refusal", ",".join(sorted(fates - {None})) or None, vector.get("refusal"))
    if vector.get("refusal") is None:
        digest = hashlib.sha256("".join(sorted(lines)).encode("ascii")).hexdigest()
        sightings = sum(line.count(",") != EXTRA_COMMAS for line in lines)
        check(name + " sightings", (sightings, digest), (vector["sightings"], vector["sightings_sha256"]))
        check(name + " statuses", statuses, vector.get("statuses", []))
        check(name + " diagnostics", diagnostics, vector.get("diagnostics", []))


def main():
    for path in sorted(HERE.glob("*.json")):
        if path.name != "crypto.json":
            file = json.loads(path.read_text(encoding="utf-8"))
            for vector in file["vectors"]:
                check_vector(file["frame"], vector)
    print(f"{CHECKED - len(FAILED)} values agree, {len(FAILED)} differ")
    return 1 if FAILED or CHECKED < 150 else 0


if __name__ == "__main__":
    sys.exit(main())
