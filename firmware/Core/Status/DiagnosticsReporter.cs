using LumenLink.Beacon.Control;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Status
{
    /// <summary>
    /// Puts diagnostics records into the queue: what the beacon knows of itself, as text for people. No secrets, and no
    /// name of a network: numbers, and words that the firmware itself knows.
    /// </summary>
    public sealed class DiagnosticsReporter
    {
        private readonly BeaconParts _parts;
        private readonly DeviceClaims _claims;
        private readonly IBoardHealth _health;
        private readonly string _region;
        private readonly byte[] _record;

        /// <summary>Composes the reporter.</summary>
        /// <param name="parts">What there is to tell about.</param>
        /// <param name="claims">Names and versions of the firmware.</param>
        /// <param name="health">The board's memory.</param>
        /// <param name="region">Where the beacon stands; empty if it does not know.</param>
        /// <param name="scratch">Room for a record, shared with whatever else the loop writes.</param>
        public DiagnosticsReporter(
            BeaconParts parts, DeviceClaims claims, IBoardHealth health, string region, byte[] scratch)
        {
            _parts = parts;
            _claims = claims;
            _health = health;
            _region = region;
            _record = scratch;
        }

        /// <summary>Reports now.</summary>
        public void Report(long nowMs)
        {
            LineWriter lines = new LineWriter();
            lines.Start(_record, RecordHeader.Size, WireLimits.MaxDiagnosticsBytes);
            TellBoot(lines, nowMs);
            TellControl(lines);
            TellLink(lines, _parts.Clock.LinkMs);
            TellQueue(lines);
            TellRadio(lines);
            RecordHeader header = new RecordHeader
            {
                Sequence = _parts.Queue.NextSequence,
                Kind = RecordKind.Diagnostics,
                BodyLength = lines.At - RecordHeader.Size,
            };
            header.SetTime((ulong)nowMs, _parts.Clock.UtcEpochMs);
            if (header.Write(_record, 0) > 0)
            {
                _parts.Queue.Add(_record, lines.At);
            }
        }

        private void TellBoot(LineWriter lines, long nowMs)
        {
            StatusBody body = new StatusBody();
            _health.Describe(body);
            lines.Line("firmware").Add(_claims.SwName).Add(_claims.SwVersion).End();
            lines.Line("image").Add(_claims.Target).Add(_claims.ClrVersion).End();
            if (_region.Length > 0)
            {
                lines.Line("region").Add(_region).End();
            }

            lines.Line("boot").Add("number", _parts.Identity.Boot).Add("reason", (int)_parts.Supervisor.BootReason)
                .Add("uptime_ms", nowMs).End();
            lines.Line("clock").Add("is_set", _parts.Clock.IsUtcSet ? 1 : 0)
                .Add("unix_ms", _parts.Clock.IsUtcSet ? _parts.Clock.UtcEpochMs + nowMs : 0).End();
            lines.Line("memory").Add("free_bytes", body.HeapFreeBytes).Add("largest_bytes", body.HeapLargestBytes)
                .End();
            lines.Line("faults").Add("chip", _parts.Counters.ChipFailures).Add("radio", _parts.Counters.RadioFaults)
                .Add("other", _parts.Counters.Faults).End();
        }

        private void TellQueue(LineWriter lines)
        {
            lines.Line("queue").Add("segments", _parts.Queue.SegmentCount).Add("bytes", _parts.Queue.FlashBytes)
                .Add("records", _parts.Queue.Count).Add("dropped", _parts.Counters.DroppedRecords)
                .Add("torn", _parts.Counters.TornRecords).End();
        }

        private void TellLink(LineWriter lines, long linkMs)
        {
            LinkKeeper keeper = _parts.Keeper;
            for (int i = 0; i < keeper.Count; i++)
            {
                bool isUp = keeper.Kind != TransportKind.None && keeper.Current == i;
                lines.Line("transport").Add("index", i).Add("kind", (int)keeper.KindOf(i)).Add("is_up", isUp ? 1 : 0)
                    .Add("outcome", (int)keeper.OutcomeOf(i)).Add("failures", keeper.FailuresOf(i)).End();
            }

            BeaconCounters counters = _parts.Counters;
            lines.Line("link").Add("connects", counters.Connects).Add("failures", counters.ConnectFailures)
                .Add("receipts_missed", counters.ReceiptsMissed).Add("downlink_refused", counters.DownlinkRefused)
                .End();
            Session? session = _parts.Attestation.Current;
            lines.Line("attestation").Add("sessions", counters.Attestations)
                .Add("age_s", session == null ? -1 : (linkMs - session.BeganLinkMs) / 1000)
                .Add("refusal", counters.RefusalOutcome).End();
        }

        private void TellRadio(LineWriter lines)
        {
            BeaconCounters counters = _parts.Counters;
            lines.Line("radio").Add("stretch", _parts.Radio.Stretch).Add("advertise_ms", counters.AdvertiseMs)
                .Add("ble_scan_ms", counters.BleScanMs).Add("wifi_scan_ms", counters.WifiScanMs)
                .Add("stale", counters.StaleEvents).Add("dropped", counters.DroppedSightings).End();
            lines.Line("filtered").Add("rssi", counters.FilteredByRssi).Add("address", counters.FilteredByAddress)
                .Add("service", counters.FilteredByService).Add("manufacturer", counters.FilteredByManufacturer)
                .Add("unchanged", counters.FilteredUnchanged).End();
            lines.Line("identifier").Add("is_known", _parts.Identifier.IsKnown ? 1 : 0)
                .Add("period", _parts.Identifier.Period).End();
        }

        private void TellControl(LineWriter lines)
        {
            ConfigLedger configs = _parts.Configs;
            lines.Line("configuration").Add("in_effect", configs.InEffect).Add("highest", configs.Highest)
                .Add("outcome", (int)configs.Outcome).Add("trial", configs.TrialVersion)
                .Add("stage", (int)configs.Stage).End();
            lines.Line("command").Add("id", _parts.Commands.Id).Add("outcome", (int)_parts.Commands.Outcome).End();
        }
    }
}
