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
            int groupCount = printer.Count("group_count", 1, 1, WireLimits.MaxGroups, WireError.CountInvalid);
            for (int i = 0; i < groupCount && !printer.Stopped; i++)
            {
                printer.Title("group");
                printer.Number("boot", 4);
                printer.Number("floor", 4);
                int recordCount = printer.Count(
                    "record_count", 1, 1, WireLimits.MaxRecordsPerGroup, WireError.CountInvalid);
                for (int j = 0; j < recordCount && !printer.Stopped; j++)
                {
                    Record(ref printer);
                }
            }

            FrameText.Sealed(ref printer);
        }

        private static void Record(ref FramePrinter printer)
        {
            printer.Title("record");
            int start = printer.At;
            printer.Number("sequence", 4);
            RecordKind kind = (RecordKind)printer.Named<RecordKind>("kind");
            printer.Number("clock", 1);
            printer.Number("capture_ticks", 8);
            printer.Signed("epoch_unix_ms", 8);
            int length = printer.Count("length", 2, 0, RecordHeader.MaxBodySize, WireError.LengthInvalid);
            if (!printer.Stopped && length > printer.Left)
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
                    $"{window.Radio} open_ticks {Text(window.OpenTicks)} duration_ms {Text(window.DurationMs)}");
            }

            for (int i = 0; i < report.SightingCount; i++)
            {
                Sighting sighting = report[i];
                printer.Note(
                    "sighting",
                    $"window {Text(sighting.Window)} address {sighting.Address:x12} {sighting.AddressType} "
                        + $"rssi_dbm {Text(sighting.RssiDbm)}");
            }
        }

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
        }
    }
}
