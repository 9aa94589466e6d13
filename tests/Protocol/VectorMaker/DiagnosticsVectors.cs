using System.Text;
using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>Records frames that hold diagnostics.</summary>
internal static class DiagnosticsVectors
{
    private const string Text = "firmware 0.1.0\nheap_free_bytes 43210\nqueue 3 900\n";

    public static IEnumerable<Vector> Make(byte[] key)
    {
        byte[] text = Encoding.ASCII.GetBytes(Text);
        byte[] longest = FrameVectors.Repeat(0x7E, WireLimits.MaxDiagnosticsBytes - 1);
        byte[] Record(uint sequence, params byte[] body) =>
            RecordsVectors.Header(sequence, RecordKind.Diagnostics, body, captureTicks: 60_000);
        byte[] Frame(params byte[][] records) => RecordsVectors.Frame(key, [(Exchange.Boot, 1, records)]);
        Vector Good(string name, params byte[] body) => Sealed(name, Frame(Record(1, body)), key);
        Vector Bad(string name, params byte[] body) =>
            Good(name, body) with { Refusal = nameof(RefusalReason.BodyMalformed) };
        return
        [
            Good("diagnostics", text),
            Sealed("diagnostics_behind_status", Frame(StatusVectors.Status(1), Record(2, text)), key),
            Good("diagnostics_empty"),
            Good("diagnostics_unended", text[..^1]),
            Good("diagnostics_longest", [.. longest, TextLines.LineFeed]),
            Bad("diagnostics_1025", [.. longest, 0x7E, TextLines.LineFeed]),
            Bad("diagnostics_control_character", text.With(3, 0x1F)),
            Bad("diagnostics_carriage_return", text.With(14, 0x0D)),
            Bad("diagnostics_not_ascii", text.With(text.Length - 1, 0x7F)),
        ];
    }
}
