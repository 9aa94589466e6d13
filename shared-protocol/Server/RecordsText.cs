using System;
using System.Globalization;

namespace LumenLink.Protocol
{
    /// <summary>The part of <see cref="FrameText"/> that prints Records frames.</summary>
    internal static class RecordsText
    {
        internal static void Fields(ref FramePrinter printer)
        {
            printer.Reserve(FrameTag.Size);
            bool more = true;
            for (int i = 0; more && !printer.Stopped; i++)
            {
                if (i == WireLimits.MaxGroups)
                {
                    printer.Stop("group", WireError.CountInvalid);
                    return;
                }

                more = Group(ref printer);
            }

            FrameText.Sealed(ref printer);
        }

        /// <summary>Prints a group; true if another follows.</summary>
        private static bool Group(ref FramePrinter printer)
        {
            printer.Title("group");
            int form = (int)printer.Number("form", 1);
            int recordCount = (form & GroupLayout.CountMask) + 1;
            printer.Note("record_count", Text(recordCount));
            if ((form & GroupLayout.GivesBoot) != 0)
            {
                printer.Number("boot", GroupLayout.FieldSize);
            }
            else
            {
                printer.Note("boot", "the session's own");
            }

            if ((form & GroupLayout.GivesFloor) != 0)
            {
                printer.Number("floor", GroupLayout.FieldSize);
            }
            else
            {
                printer.Note("floor", "the first sequence");
            }

            for (int j = 0; j < recordCount && !printer.Stopped; j++)
            {
                Record(ref printer);
            }

            return (form & GroupLayout.MoreFollow) != 0;
        }

        /// <summary>Prints one record.</summary>
        internal static void Record(ref FramePrinter printer)
        {
            printer.Title("record");
            int start = printer.At;
            printer.Number("sequence", 3);
            printer.Number("time_ms", 5);
            int form = (int)printer.Number("form", 2);
            int length = form & RecordHeader.LengthMask;
            RecordKind kind = (RecordKind)(form >> RecordHeader.KindShift);
            if (printer.Stopped)
            {
                return;
            }

            bool isClockSet = ((form >> RecordHeader.ClockShift) & 1) != 0;
            printer.Note("kind", Enum.IsDefined(kind) ? $"{Text((int)kind)} {kind}" : $"{Text((int)kind)} (unknown)");
            printer.Note("clock", isClockSet ? "set: time_ms counts from 2020-01-01 UTC" : "not set: from boot");
            printer.Note("length", Text(length));
            if (length > RecordHeader.MaxBodySize)
            {
                printer.Stop("length", WireError.LengthInvalid);
            }
            else if (length > printer.Left)
            {
                printer.Stop("body", WireError.TooShort);
            }

            int end = printer.At + length;
            switch (kind)
            {
                case RecordKind.Report:
                    printer.Bytes("body", length);
                    Report(ref printer, start);
                    break;
                case RecordKind.Status:
                    Status(ref printer, end);
                    break;
                case RecordKind.Diagnostics:
                    printer.Lines("line", length);
                    break;
            }

            // A body that is not understood does not hide the records behind it.
            printer.Bytes("rest of body", Math.Max(0, end - printer.At), onlyIfAny: true);
        }

        /// <summary>What the bits of a report say; the record was walked over from its start.</summary>
        private static void Report(ref FramePrinter printer, int start)
        {
            if (printer.Stopped)
            {
                return;
            }

            ReportReader report = new();
            WireError error = report.Read(RecordView.Over(printer.From(start)));
            if (error != WireError.None)
            {
                printer.Note("report", $"! {error} at bit {Text(report.BitPosition)} of the body");
                return;
            }

            printer.Note("addressing", report.Addressing.ToString());
            printer.Note("key_day", Text(report.KeyDay));
            for (int i = 0; i < report.WindowCount; i++)
            {
                ReportWindow window = report.Windows[i];
                printer.Note(
                    $"window {Text(i)}",
                    $"{window.Radio} open_ms {Text(window.OpenMs)} duration_ms {Text(window.DurationMs)}");
            }

            for (int i = 0; i < report.SightingCount; i++)
            {
                Sighting sighting = report[i];
                printer.Note(
                    "sighting",
                    $"window {Text(sighting.Window)} address {sighting.Address:x12} {sighting.AddressType} "
                        + $"rssi_dbm {Text(sighting.RssiDbm)}");
            }

            foreach (AddressExtra extra in report.Extras)
            {
                printer.Note("extra", $"{extra.Radio} address {extra.Address:x12} {extra.Kind} {Text(extra)}");
            }

            if (report.UnknownExtraColumns > 0)
            {
                printer.Note("unknown extras", Text(report.UnknownExtraColumns));
            }
        }

        private static string Text(AddressExtra extra) => extra.Kind switch
        {
            ReportExtra.TxPower => Text((sbyte)extra.Value) + " dBm",
            ReportExtra.Recognised => $"{extra.Value} {(RecognisedAs)extra.Value}",
            ReportExtra.Eid => extra.Value.ToString("x16", CultureInfo.InvariantCulture),
            ReportExtra.Fingerprint => extra.Value.ToString("x8", CultureInfo.InvariantCulture),
            _ => Text(extra.Value),
        };

        private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

        private static void Status(ref FramePrinter printer, int end)
        {
            if (end - printer.At < StatusBody.FixedSize)
            {
                return;
            }

            printer.Number("uptime_ms", 8);
            printer.Named<BootReason>("boot_reason");
            printer.Number("heap_free_bytes", 4);
            printer.Number("heap_largest_bytes", 4);
            printer.Number("queue_records", 4);
            printer.Number("queue_bytes", 4);
            printer.Number("dropped_records", 4);
            printer.Number("dropped_sightings", 4);
            printer.Number("stale_events", 4);
            printer.Signed("wifi_rssi_dbm", 1);
            int length = (int)printer.Number("version_length", 1);
            printer.Ascii("firmware_version", Math.Min(length, end - printer.At));
            bool fits = length <= WireLimits.MaxAsciiBytes;
            while (fits && !printer.Stopped && end - printer.At >= StatusDetails.HeaderSize)
            {
                fits = Detail(ref printer, end);
            }
        }

        /// <summary>Prints a detail of a status; false if it runs past the body.</summary>
        private static bool Detail(ref FramePrinter printer, int end)
        {
            StatusDetail id = (StatusDetail)printer.Named<StatusDetail>("detail");
            int length = (int)printer.Number("length", 1);
            if (length > end - printer.At)
            {
                return false;
            }

            if (length != StatusDetailValues.SizeOf(id))
            {
                printer.Bytes("data", length, onlyIfAny: true);
                return true;
            }

            switch (id)
            {
                case StatusDetail.Transport:
                    printer.Named<TransportKind>("kind");
                    printer.Number("index", 1);
                    break;
                case StatusDetail.RadioDuty:
                    Numbers(ref printer, "advertise_tenths", "ble_scan_tenths", "wifi_scan_tenths");
                    break;
                case StatusDetail.Filtered:
                    Numbers(ref printer, "rssi", "address", "service", "manufacturer", "unchanged");
                    break;
                case StatusDetail.Link:
                    Numbers(ref printer, "connects", "connect_failures", "receipts_missed", "downlink_refused");
                    break;
                case StatusDetail.SecurityLevel:
                    printer.Named<KeyHome>("level");
                    break;
                case StatusDetail.ConfigVersion:
                    Numbers(ref printer, "config_version");
                    break;
                case StatusDetail.Faults:
                    Numbers(ref printer, "radio", "chip", "torn_records", "other");
                    break;
                case StatusDetail.EidPeriod:
                    Numbers(ref printer, "eid_period");
                    break;
            }

            return true;
        }

        private static void Numbers(ref FramePrinter printer, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                printer.Number(name, 4);
            }
        }
    }
}
