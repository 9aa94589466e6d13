#!/usr/bin/env python3
"""Checks the report of a replay against its trace, with nothing of the project's own code.

    check_replay.py TRACE REPORT.json

From the trace and the scan windows alone it computes the rows that a radio would deliver (the first sighting of an address in
each window, as the chip reports it) and compares their digest with the one computed from the store. Only for runs with
--privacy raw, where stored addresses are the trace's. Exit status 0 when everything holds; every finding is a line.
"""

import bisect
import hashlib
import json
import sys

MIN_COVERAGE = 0.80


def read_trace(path):
    """receiver -> [(milliseconds, address, rssi)], in order of time."""
    sightings = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            seconds, receiver, address, rssi = line.split(",")[:4]
            entry = (float(seconds) * 1000.0, address.strip().lower().replace(":", ""), int(float(rssi)))
            sightings.setdefault(receiver.strip(), []).append(entry)
    for entries in sightings.values():
        entries.sort(key=lambda entry: entry[0])
    return sightings


def rows_of(receiver, entries, windows):
    """The rows that the windows let through, as the lines that are hashed."""
    rows = []
    times = [entry[0] for entry in entries]
    for opened, closed in windows:
        heard = set()
        for index in range(bisect.bisect_left(times, opened), bisect.bisect_left(times, closed)):
            _, address, rssi = entries[index]
            if address not in heard:
                heard.add(address)
                rows.append(f"{receiver},{opened},{address},{rssi}")
    return rows


def gapless_pairs(entries, windows):
    """(address, window) pairs if each window lasted until the next one opened, and windows went on before and after.

    Windows grow while nothing changes around a beacon, so the last one counts to its own end, not to a period's.
    """
    opens = sorted(opened for opened, _ in windows)
    if not opens:
        return len({address for _, address, _ in entries})
    gaps = sorted(later - earlier for earlier, later in zip(opens, opens[1:]))
    period = gaps[len(gaps) // 2] if gaps else max(closed - opened for opened, closed in windows)
    last_close = max(closed for _, closed in windows)
    pairs = set()
    for time, address, _ in entries:
        if time < opens[0]:
            slot = ("before", int((opens[0] - time) // period))
        elif time >= last_close:
            slot = ("after", int((time - last_close) // period))
        else:
            slot = ("in", bisect.bisect_right(opens, time) - 1)
        pairs.add((address, slot))
    return len(pairs)


def check(trace_path, report_path):
    trace = read_trace(trace_path)
    with open(report_path, encoding="utf-8") as file:
        report = json.load(file)
    findings, rows, delivered_total, pairs_total = [], [], 0, 0
    receivers = {entry["receiver"]: entry for entry in report["receivers"]}
    if sorted(receivers) != sorted(trace):
        findings.append(f"receivers differ: report {sorted(receivers)}, trace {sorted(trace)}")
    for name, entry in receivers.items():
        entries = trace.get(name, [])
        counts = [entry[key] for key in ("delivered", "reported", "stored")]
        if entry["trace"] != len(entries):
            findings.append(f"{name}: {entry['trace']} lines reported, {len(entries)} in the trace")
        if len(set(counts)) != 1 or counts[0] == 0:
            findings.append(f"{name}: delivered, reported, stored = {counts}: not equal, or zero")
        for opened, closed in entry["windows"]:
            if closed < opened:
                findings.append(f"{name}: window {opened} to {closed}")
        expected = rows_of(name, entries, entry["windows"])
        if len(expected) != entry["delivered"]:
            findings.append(f"{name}: {len(expected)} rows by trace and windows, {entry['delivered']} delivered")
        rows += expected
        delivered_total += entry["delivered"]
        pairs_total += gapless_pairs(entries, entry["windows"])
    if delivered_total < MIN_COVERAGE * pairs_total:
        findings.append(f"coverage: {delivered_total} delivered of {pairs_total} pairs without gaps")
    if report["attested"] != len(receivers):
        findings.append(f"attested: {report['attested']} of {len(receivers)}")
    digest = hashlib.sha256("".join(row + "\n" for row in sorted(rows)).encode("ascii")).hexdigest()
    if digest != report["rows_sha256"]:
        findings.append(f"rows: {digest} by trace and windows, {report['rows_sha256']} by the store")
    print(f"{len(receivers)} receivers, {len(rows)} rows, coverage {delivered_total}/{pairs_total}")
    return findings


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    findings = check(sys.argv[1], sys.argv[2])
    for finding in findings:
        print("WRONG " + finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
