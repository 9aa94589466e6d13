using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>One decoder as the tests see it: reads part of a buffer; writes what it read last.</summary>
public abstract class Decoder
{
    public WireError Read(byte[] frame) => Read(frame, 0, frame.Length);

    public abstract WireError Read(byte[] buffer, int offset, int count);

    /// <summary>The last frame read, written anew.</summary>
    public abstract byte[] Write();
}

/// <summary>All decoders, by the name of their frame.</summary>
public static class Decoders
{
    public static IEnumerable<string> Names =>
    [
        "Hello", "Challenge", "Evidence", "AttestationResult", "AttestationRefusal", "Records", "Receipt", "Command",
        "Config", "CommandAck",
    ];

    public static Decoder Named(string name) => name switch
    {
        "Hello" => Of(new HelloFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "Challenge" => Of(new ChallengeFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "Evidence" => Of(new EvidenceFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "AttestationResult" => Of(
            new AttestationResultFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "AttestationRefusal" => Of(
            new AttestationRefusalFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "Command" => Of(new CommandFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "Config" => Of(new ConfigFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "CommandAck" => Of(new CommandAckFrame(), (f, b, o, c) => f.Read(b, o, c), (f, b) => f.Write(b, 0)),
        "Receipt" => new ReceiptDecoder(),
        "Records" => new RecordsDecoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static FrameDecoder<T> Of<T>(
        T frame, Func<T, byte[], int, int, WireError> read, Func<T, byte[], int> write) => new(frame, read, write);

    private sealed class FrameDecoder<T>(
        T frame, Func<T, byte[], int, int, WireError> read, Func<T, byte[], int> write) : Decoder
    {
        public override WireError Read(byte[] buffer, int offset, int count) => read(frame, buffer, offset, count);

        public override byte[] Write()
        {
            byte[] buffer = new byte[WireLimits.MaxFrameBytes];
            return buffer[..write(frame, buffer)];
        }
    }

    /// <summary>Reads frame and entries; keeps the entries so that they can be written.</summary>
    private sealed class ReceiptDecoder : Decoder
    {
        private readonly ReceiptFrame frame = new();
        private readonly List<ReceiptEntry> entries = [];

        public override WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = frame.Read(buffer, offset, count);
            if (error == WireError.None)
            {
                entries.Clear();
                while (frame.NextEntry())
                {
                    entries.Add(Copy(frame.Entry));
                }
            }

            return error;
        }

        public override byte[] Write()
        {
            byte[] buffer = new byte[WireLimits.MaxFrameBytes];
            ReceiptFrame writer = new();
            Assert.True(writer.Begin(buffer, 0, frame.SessionId));
            Assert.All(entries, e => Assert.True(writer.TryAdd(e)));
            return buffer[..writer.Finish()];
        }

        private static ReceiptEntry Copy(ReceiptEntry entry)
        {
            ReceiptEntry copy = new();
            copy.Reset(entry.Boot, entry.SettledThrough);
            copy.BitmapLength = entry.BitmapLength;
            entry.Bitmap.CopyTo(copy.Bitmap, 0);
            for (int i = 0; i < entry.RefusedCount; i++)
            {
                Assert.True(copy.TryRefuse(entry.RefusedSequences[i], (RefusalReason)entry.RefusedReasons[i]));
            }

            return copy;
        }
    }

    /// <summary>
    /// Reads frame, groups, records and bodies to the end; writes what a device's writer makes of the same records.
    /// </summary>
    private sealed class RecordsDecoder : Decoder
    {
        private byte[] last = [];

        public override WireError Read(byte[] buffer, int offset, int count)
        {
            ReadOnlySpan<byte> frame = buffer.AsSpan(offset, count);
            WireError error = RecordsFrameReader.Read(frame, out RecordsFrameReader reader, Exchange.Boot);
            if (error == WireError.None)
            {
                Visit.Everything(reader);
                last = frame.ToArray();
            }

            return error;
        }

        public override byte[] Write()
        {
            Assert.Equal(WireError.None, RecordsFrameReader.Read(last, out RecordsFrameReader reader, Exchange.Boot));
            byte[] buffer = new byte[WireLimits.MaxFrameBytes];
            RecordsFrameWriter writer = new();
            Assert.True(writer.Begin(buffer, 0, buffer.Length, reader.SessionId, Exchange.Boot));
            foreach (RecordGroup group in reader)
            {
                Assert.True(writer.BeginGroup(group.Boot, group.Floor));
                foreach (RecordView record in group)
                {
                    byte[] bytes = record.Bytes.ToArray();
                    Assert.True(writer.TryAddRecord(bytes, 0, bytes.Length));
                }
            }

            return buffer[..writer.Finish()];
        }
    }
}
