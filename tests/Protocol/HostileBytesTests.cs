using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>Every truncation and every single-bit flip of every golden frame, on every decoder.</summary>
public sealed class HostileBytesTests
{
    public static TheoryData<string> Files => [.. FrameVectors.All().Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void No_truncation_is_read_beyond_its_end(string file)
    {
        foreach (Vector vector in VectorFiles.Read(file).Vectors)
        {
            byte[] bytes = vector.Bytes;
            foreach (Decoder decoder in Decoders.Names.Select(Decoders.Named))
            {
                for (int count = 0; count <= bytes.Length; count++)
                {
                    // An exact array throws for a read behind its end; guards on both sides must not be looked at.
                    WireError exact = decoder.Read(bytes[..count]);
                    Assert.Equal(exact, ReadGuarded(decoder, bytes, count, 0x00));
                    Assert.Equal(exact, ReadGuarded(decoder, bytes, count, 0xFF));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_bit_flip_throws_or_keeps_the_tag(string file)
    {
        foreach (Vector vector in VectorFiles.Read(file).Vectors)
        {
            byte[] bytes = vector.Bytes;
            byte[]? key = vector.Verify == "ok" ? Convert.FromHexString(vector.Key!) : null;
            Decoder[] decoders = [.. Decoders.Names.Select(Decoders.Named)];
            for (int bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                foreach (Decoder decoder in decoders)
                {
                    Assert.True(Enum.IsDefined(decoder.Read(bytes)));
                }

                if (key is not null)
                {
                    Assert.Equal(WireError.TagMismatch, FrameSeal.Verify(bytes, key));
                }

                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_truncation_or_flip_stops_the_printer(string file)
    {
        foreach (Vector vector in VectorFiles.Read(file).Vectors)
        {
            byte[] bytes = vector.Bytes;
            for (int i = 0; i < bytes.Length; i++)
            {
                Assert.NotEmpty(FrameText.Describe(bytes.AsSpan(0, i)));
                byte flip = (byte)(1 << (i % 8));
                bytes[i] ^= flip;
                Assert.NotEmpty(FrameText.Describe(bytes));
                bytes[i] ^= flip;
            }
        }
    }

    [Fact]
    public void Both_header_readers_agree()
    {
        foreach (byte[] bytes in VectorFiles.ReadAll().SelectMany(f => f.Vectors).Select(v => v.Bytes))
        {
            for (int bit = 0; bit < Math.Min(bytes.Length, FrameHeader.Size) * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                CompareHeaders(bytes);
                CompareHeaders(bytes[..(bit / 8)]);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_failed_read_leaves_what_was_read_before(string file)
    {
        VectorFile vectors = VectorFiles.Read(file);
        Decoder decoder = Decoders.Named(vectors.Frame);
        Assert.Equal(WireError.None, decoder.Read(vectors.Vectors[0].Bytes));
        byte[] before = decoder.Write();
        foreach (Vector bad in vectors.Vectors.Where(v => v.Error != "None"))
        {
            Assert.NotEqual(WireError.None, decoder.Read(bad.Bytes));
            Assert.Equal(before, decoder.Write());
        }
    }

    /// <summary>A count that promises much makes no reader allocate: not even on the frames that are good.</summary>
    [Fact]
    public void Reading_allocates_nothing()
    {
        HelloFrame hello = new();
        ChallengeFrame challenge = new();
        EvidenceFrame evidence = new();
        AttestationResultFrame result = new();
        AttestationRefusalFrame refusal = new();
        ReceiptFrame receipt = new();
        CommandFrame command = new();
        CommandAckFrame acknowledgement = new();
        ConfigFrame config = new();
        ReportReader report = new();
        byte[][] frames = [.. VectorFiles.ReadAll().SelectMany(f => f.Vectors).Select(v => v.Bytes)];
        int good = 0;
        long before = 0;
        for (int round = 0; round < 2; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] frame in frames)
            {
                good += hello.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += challenge.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += evidence.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += result.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += refusal.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += command.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += acknowledgement.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += config.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                good += receipt.Read(frame, 0, frame.Length) == WireError.None ? 1 : 0;
                while (receipt.NextEntry())
                {
                    good++;
                }

                good += Records(frame, report);
            }
        }

        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(good > 500, $"{good} items read");
        Assert.Equal(0, after - before);
    }

    private static int Records(byte[] frame, ReportReader report)
    {
        if (RecordsFrameReader.Read(frame, out RecordsFrameReader reader) != WireError.None)
        {
            return 0;
        }

        int sightings = 0;
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                if (record.Check(report, out _) == RefusalReason.None && record.Kind == RecordKind.Report)
                {
                    foreach (sbyte rssiDbm in report.RssiDbm)
                    {
                        sightings += rssiDbm != 1 ? 1 : 0;
                    }
                }
            }
        }

        return sightings;
    }

    private static WireError ReadGuarded(Decoder decoder, byte[] bytes, int count, byte guard)
    {
        byte[] buffer = new byte[count + 48];
        Array.Fill(buffer, guard);
        bytes.AsSpan(0, count).CopyTo(buffer.AsSpan(16));
        return decoder.Read(buffer, 16, count);
    }

    private static void CompareHeaders(byte[] bytes)
    {
        FrameHeader arrays = new();
        FrameHeader spans = new();
        Assert.Equal(arrays.Read(bytes, 0, bytes.Length), spans.Read(bytes.AsSpan()));
        Assert.Equal((arrays.Type, arrays.SessionId), (spans.Type, spans.SessionId));
    }
}
