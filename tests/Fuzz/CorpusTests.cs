using LumenLink.Fuzz;
using LumenLink.Protocol;

namespace LumenLink.Tests.Fuzz;

/// <summary>The corpus goes through its targets without a finding; hostile bytes cost bounded work.</summary>
public sealed class CorpusTests
{
    /// <summary>Characters that a byte of a frame may become: a few bits can be a line.</summary>
    private const int TextPerByte = 256;

    /// <summary>Sightings that a byte of a frame may become: a bit of presence and one of signal each.</summary>
    private const int SightingsPerByte = 4;

    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
                folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("not inside the repository");
        }
    }

    public static TheoryData<string> Names => [.. Targets.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_file_goes_through_its_target(string target)
    {
        string[] files = Directory.GetFiles(Path.Combine(Root, "tests", "corpus", target));
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Exception? finding = Record.Exception(() => Targets.All[target](File.ReadAllBytes(file)));
            Assert.True(finding is null, $"{file}: {finding}");
        }
    }

    [Fact]
    public void The_corpus_has_every_golden_frame()
    {
        int compared = 0;
        foreach ((string target, string file, byte[] bytes) in Corpus.Seeds(Path.Combine(Root, "tests", "vectors")))
        {
            string path = Path.Combine(Root, "tests", "corpus", target, file);
            Assert.True(
                File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes),
                $"{path} is not the golden frame; run: lumen-fuzz corpus tests/vectors tests/corpus");
            compared++;
        }

        Assert.True(compared > 100);
    }

    [Fact]
    public void A_byte_becomes_a_bounded_number_of_sightings_and_characters()
    {
        byte[] frame = Densest(out int sightings);
        Assert.Equal(sightings, Read(frame, new ReportReader()));
        Assert.InRange(sightings, frame.Length, SightingsPerByte * frame.Length);
        Assert.StartsWith("valid, ", FrameText.Describe(frame), StringComparison.Ordinal);
        IEnumerable<byte[]> all = Directory
            .GetFiles(Path.Combine(Root, "tests", "corpus"), "*", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes);
        foreach (byte[] bytes in all.Append(frame).Append(new byte[1 << 20]))
            Assert.InRange(FrameText.Describe(bytes).Length, 1, (TextPerByte * bytes.Length) + TextPerByte);
    }

    [Fact]
    public void The_worst_frame_allocates_nothing_when_it_is_decoded()
    {
        byte[] frame = Densest(out _);
        ReportReader report = new();
        Assert.True(Read(frame, report) > 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int sightings = Read(frame, report);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sightings > 0);
    }

    /// <summary>
    /// The frame with most sightings a byte: addresses in a row, each heard in every window, as loud as expected.
    /// No writer makes it: it charges every sighting what it may cost.
    /// </summary>
    private static byte[] Densest(out int sightings)
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        RecordsFrameWriter frame = new();
        Assert.True(frame.Begin(buffer, 0, buffer.Length, 1, 1) && frame.BeginGroup(1, 1));
        foreach ((uint sequence, int blocks) in new[] { (1u, 2), (2u, 1) })
        {
            byte[] record = DensestRecord(sequence, blocks);
            Assert.True(frame.TryAddRecord(record, 0, record.Length));
        }

        sightings = 3 * WireLimits.MaxWindowsPerBlock * WireLimits.MaxAddressesPerBlock;
        return buffer[..frame.Finish()];
    }

    private static byte[] DensestRecord(uint sequence, int blocks)
    {
        byte[] record = new byte[WireLimits.MaxRecordBytes];
        BitWriter bits = new();
        bits.Begin(record, RecordHeader.Size, RecordHeader.MaxBodySize);
        bits.Bits(blocks == 2 ? 0b1101u : 0b0101u, 4);
        for (int block = 0; block < blocks; block++)
        {
            bits.Bits(WireLimits.MaxWindowsPerBlock - 1, 4);
            bits.Bits(7, 3);
            bits.ExpGolomb(0, 0);
            bits.ExpGolomb(0, 6);
            bits.ExpGolomb(0, 2);
            bits.ExpGolomb(WireLimits.MaxAddressesPerBlock, 3);
            bits.Bits(0, 1);
            bits.Bits(0, 2);
            for (int i = 0; i < WireLimits.MaxAddressesPerBlock; i++) bits.Bits(0xFFFF, 16);
            bits.Bits(0, 8);
            for (int i = 0; i < WireLimits.MaxAddressesPerBlock; i++) bits.Bits(0, 41);
            for (int i = 0; i < WireLimits.MaxAddressesPerBlock; i++) bits.Bits(1, 1);
            for (int i = 0; i < WireLimits.MaxAddressesPerBlock; i++) bits.Bits(0xFFFF, 16);
        }

        int length = bits.Finish();
        RecordHeader header = new() { Sequence = sequence, Kind = RecordKind.Report };
        header.BodyLength = length - RecordHeader.Size;
        header.SetTime(1_000_000, 0);
        Assert.Equal(RecordHeader.Size, header.Write(record, 0));
        return record[..length];
    }

    private static int Read(byte[] frame, ReportReader report)
    {
        int sightings = 0;
        if (RecordsFrameReader.Read(frame, out RecordsFrameReader reader) != WireError.None) return sightings;
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
                sightings += record.Check(report, out _) == RefusalReason.None ? report.SightingCount : 0;
        }

        return sightings;
    }
}
