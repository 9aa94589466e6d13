using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Query;
using Sighting = LumenLink.Rendezvous.Query.Sighting;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Follow;

/// <summary>This part: what the service did with the record, and what it shows of it.</summary>
internal static partial class JourneySteps
{
    /// <summary>Rows of sightings and items of the answer that are shown of a record.</summary>
    internal const int MaxShown = 16;

    private static JourneyStep Decision(JourneyFacts facts)
    {
        const string Document = Architecture + ", \"In the service\"";
        List<JourneyTime> times = [new("committed", facts.At, JourneyClock.Service)];
        List<JourneyFact> known = [];
        if (facts.Sightings.Count > 0 && facts.Sightings[0].View.Quality != CaptureQuality.Received)
        {
            long latency = facts.At.ToUnixTimeMilliseconds() - CloseOf(facts.Sightings);
            known.Add(new("from the window's close to the commit, ms", Text(latency)));
            if (latency < 0)
                known.Add(new("order", "the beacon's clock is ahead of the service's"));
        }

        if (facts.Books.Record is not { } record)
        {
            return new(
                JourneyPart.Decision, "The record was stored once, in one transaction with the others of its batch.",
                false, "The row of its identity is not kept any more: a mark stands for it.", Document, times, known);
        }

        known.Insert(0, new("refused", $"{Text((int)record.Refused)} {record.Refused}"));
        (string happened, IngestOutcome? outcome) = record.Refused switch
        {
            RefusalReason.None => (
                "The record was new, so it was stored with its rows, in one durable transaction with the others of its "
                    + "batch.",
                (IngestOutcome?)null),
            RefusalReason.NotStorable => (
                "The database took it never, so it was set aside, and the others of its frame were stored.",
                IngestOutcome.SetAside),
            _ => (
                "The record was refused, and remembered so that it does not come again; the others of its frame were "
                    + "stored.",
                null),
        };
        known.Insert(0, new(
            "outcome",
            outcome?.ToString()
                ?? $"{IngestOutcome.Accepted}; {IngestOutcome.SetAside} if another record of the frame was set aside"));
        return new(
            JourneyPart.Decision, happened, true,
            "When the frame arrived is not kept: the commit's time is.", Document, times,
            known);
    }

    private static JourneyStep Receipt(JourneyFacts facts)
    {
        const string Document = Specification + ", section 5";
        const string NotKept = "Receipts are not kept, nor when they were sent: the mark that they are made from is.";
        if (facts.Books.Marks is not { } marks)
        {
            return new(
                JourneyPart.Receipt, "After the commit the beacon was told by a sealed receipt.", false, NotKept,
                Document, [], []);
        }

        bool isBelow = facts.Name.Sequence <= marks.SettledThrough;
        return new(
            JourneyPart.Receipt,
            isBelow
                ? "After the commit the beacon was told by a sealed receipt; what it says now is that every record of "
                    + $"the boot up to {Text(marks.SettledThrough)} is settled, this one among them."
                : $"After the commit the beacon was told by a sealed receipt; records of the boot up to "
                    + $"{Text(marks.SettledThrough)} are settled, and its bitmap names this one, for one before it is "
                    + "missing.",
            false, NotKept, Document, [],
            [
                new("boot", Text(facts.Name.Boot)), new("settled_through", Text(marks.SettledThrough)),
                new("covered by", isBelow ? "the range" : "the bitmap"),
                new("pruned_through", Text(marks.PrunedThrough)),
            ]);
    }

    private static JourneyStep Rows(JourneyFacts facts)
    {
        List<JourneyRow> rows = [];
        if (facts.Books.Record is { } record)
        {
            rows.Add(new(
                "frames", $"beacon_id, boot, seq = {facts.Name}",
                [
                    new("kind", Text(record.Kind)), new("refused", Text((int)record.Refused)),
                    new("received_at", FullTime(record.ReceivedAt)),
                ]));
        }

        if (facts.Books.Marks is { } marks)
        {
            rows.Add(new(
                "boot_progress", $"beacon_id, boot = {facts.Name.Beacon}:{Text(facts.Name.Boot)}",
                [
                    new("settled_through", Text(marks.SettledThrough)),
                    new("pruned_through", Text(marks.PrunedThrough)),
                ]));
        }

        if (facts.Status is { } status)
        {
            rows.Add(new(
                "beacon_statuses",
                $"beacon_id, received_at, boot, seq = {facts.Name.Beacon}, {FullTime(facts.At)}, "
                    + $"{Text(facts.Name.Boot)}, {Text(facts.Name.Sequence)}",
                [
                    new("captured_unix_ms", Text(status.Status.CapturedUnixMs)),
                    new("uptime_ms", Text(status.Status.UptimeMs)),
                    new("queue_records", Text(status.Status.QueueRecords)),
                    new("firmware_version", status.Status.FirmwareVersion),
                ]));
        }

        rows.AddRange(Shown(facts).Select(RowOf));
        int sightings = facts.Sightings.Count;
        return new(
            JourneyPart.Rows, $"The store holds {Count(sightings, "row")} of its sightings.", true,
            sightings > rows.Count && facts.Followed is null ? $"Only the first {Text(MaxShown)} are shown." : null,
            Architecture + ", \"In the service\", 10", [], [new("rows of sightings", Text(sightings))], Rows: rows);
    }

    private static JourneyRow RowOf(FollowedSighting row) => new(
        row.Table, $"row_id = {Text(row.View.RowId)}",
        [
            new("beacon_id", row.View.Beacon.ToString()), new("boot", Text(row.Record.Boot)),
            new("seq", Text(row.Record.Sequence)), new("received_at", FullTime(row.View.ReceivedAt)),
            new("window_open_unix_ms", Text(row.View.WindowOpenUnixMs)), new("duration_ms", Text(row.DurationMs)),
            new("quality", Text((int)row.View.Quality)), new("radio", Text(row.View.Radio)),
            new("address", FleetWords.Address(row.View.Address)), new("address_type", Text(row.AddressType)),
            new("key_day", Text(row.View.KeyDay)), new("rssi_dbm", Text(row.View.RssiDbm)),
        ]);

    private static JourneyStep Answer(JourneyFacts facts)
    {
        const string Document = "docs/operating.md; /openapi/v1.json";
        Sighting[] sightings = [.. Shown(facts).Select(row => Sighting.Of(row.View))];
        if (facts.Status is { } status)
        {
            return new(
                JourneyPart.Answer, "The API shows it as a status of its beacon.", true, null, Document, [], [],
                Answer: new JourneyAnswer(
                    $"/api/v1/beacons/{facts.Name.Beacon}/statuses?from={FullTime(facts.At)}&limit=1",
                    [], StatusRecord.Of(new StatusRecordView(facts.Name.Boot, facts.Name.Sequence, status))));
        }

        if (sightings.Length == 0)
        {
            return new(
                JourneyPart.Answer, "The API shows nothing of it.", false,
                facts.Kind == RecordKind.Diagnostics
                    ? $"Diagnostics are for operators: GET /api/v1/admin/beacons/{facts.Name.Beacon}/diagnostics."
                    : "There are no rows to show.",
                Document, [], []);
        }

        // The newest row below the next id is the row itself, and a page of a moment is what came in it.
        string link = facts.Followed is { } one
            ? $"/api/v1/sightings?cursor={Text((decimal)one.View.RowId + 1)}&limit=1"
            : $"/api/v1/sightings?beacon={facts.Name.Beacon}&from={FullTime(facts.At)}"
                + $"&to={FullTime(facts.At.AddMilliseconds(1))}";
        return new(
            JourneyPart.Answer, "Whoever may read asks the API for it and gets this.", true, null, Document, [], [],
            Answer: new JourneyAnswer(link, sightings, null));
    }

    private static IEnumerable<FollowedSighting> Shown(JourneyFacts facts) =>
        facts.Followed is { } one ? [one] : facts.Sightings.Take(MaxShown);
}
