using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>
/// The golden frames on disk. To write them anew after a change of the maker: LUMENLINK_WRITE_VECTORS=1 dotnet test.
/// </summary>
public sealed class VectorTests
{
    public static TheoryData<string> Files => [.. FrameVectors.All().Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Frames_on_disk_are_what_the_writers_make(string file)
    {
        Compare(file, JsonSerializer.Serialize(FrameVectors.All()[file](), VectorFiles.Json));
    }

    [Fact]
    public void Keys_and_hashes_on_disk_are_what_the_code_makes()
    {
        Compare("crypto", CryptoVectors.Make());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_frame_reads_as_its_vector_says(string file)
    {
        VectorFile vectors = VectorFiles.Read(file);
        Decoder decoder = Decoders.Named(vectors.Frame);
        foreach (Vector vector in vectors.Vectors)
        {
            Assert.Equal((vector.Name, vector.Error), (vector.Name, decoder.Read(vector.Bytes).ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_kind_of_case_is_there(string file)
    {
        string[] names = [.. VectorFiles.Read(file).Vectors.Select(v => v.Name)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Contains("ok", names);
        Assert.Contains("min", names);
        Assert.Contains(names, n => n.StartsWith("max", StringComparison.Ordinal));
        Assert.Contains("extension", names);
        Assert.Contains("truncated", names);
        Assert.Contains("extension_broken", names);
    }

    [Fact]
    public void Tags_are_as_the_vectors_say()
    {
        int checkedTags = 0;
        foreach (Vector vector in VectorFiles.ReadAll().SelectMany(f => f.Vectors).Where(v => v.Key is not null))
        {
            WireError error = FrameSeal.Verify(vector.Bytes, Convert.FromHexString(vector.Key!));
            string verdict = error == WireError.None ? "ok" : error.ToString();
            Assert.Equal((vector.Name, vector.Verify), (vector.Name, verdict));
            byte[] mac = System.Security.Cryptography.HMACSHA256.HashData(
                Convert.FromHexString(vector.Key!), vector.Bytes.AsSpan(..^FrameTag.Size));
            Assert.Equal(error == WireError.None, FrameTag.Matches(vector.Bytes, 0, vector.Bytes.Length, mac));
            checkedTags++;
        }

        Assert.True(checkedTags > 50);
    }

    [Fact]
    public void Records_are_refused_as_the_vectors_say()
    {
        foreach (Vector vector in VectorFiles.Read("records").Vectors.Where(v => v.Error == "None"))
        {
            Assert.Equal(WireError.None, RecordsFrameReader.Read(vector.Bytes, out RecordsFrameReader reader));
            RefusalReason worst = RefusalReason.None;
            foreach (RecordGroup group in reader)
            {
                foreach (RecordView record in group)
                {
                    RefusalReason reason = record.Check(new ReportReader(), out WireError error);
                    Assert.Equal(reason == RefusalReason.BodyMalformed, error != WireError.None);
                    worst = reason == RefusalReason.None ? worst : reason;
                }
            }

            Assert.Equal((vector.Name, vector.Refusal ?? "None"), (vector.Name, worst.ToString()));
        }
    }

    [Fact]
    public void Only_the_receipt_that_says_so_grants_the_short_topic()
    {
        foreach (Vector vector in VectorFiles.Read("receipt").Vectors.Where(v => v.Error == "None"))
        {
            ReceiptFrame receipt = new();
            Assert.Equal(WireError.None, receipt.Read(vector.Bytes, 0, vector.Bytes.Length));
            Assert.Equal((vector.Name, vector.Name == "short_topic"), (vector.Name, receipt.GrantsShortTopic));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_read_writes_the_same_bytes(string file)
    {
        VectorFile vectors = VectorFiles.Read(file);
        Decoder decoder = Decoders.Named(vectors.Frame);
        foreach (Vector vector in vectors.Vectors.Where(v => v.Name is "ok" or "min"))
        {
            Assert.Equal(WireError.None, decoder.Read(vector.Bytes));
            byte[] again = decoder.Write();
            if (vector.Key is not null)
            {
                FrameSeal.Seal(again, Convert.FromHexString(vector.Key));
            }

            Assert.Equal(vector.Hex, Convert.ToHexStringLower(again));
        }
    }

    private static void Compare(string name, string made)
    {
        string path = Path.Combine(VectorFiles.Directory, name + ".json");
        if (Environment.GetEnvironmentVariable("LUMENLINK_WRITE_VECTORS") == "1")
        {
            File.WriteAllText(path, made + "\n");
        }

        Assert.Equal(File.ReadAllText(path), made + "\n");
    }
}
