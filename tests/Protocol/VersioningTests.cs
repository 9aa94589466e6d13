using System.Globalization;
using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>Section 8 of the specification: what old frames and new fields do to this code.</summary>
public sealed class VersioningTests
{
    private static readonly SpecTable Published = Table(Specification.VersionsKey);

    [Fact]
    public void Frames_of_every_published_version_decode()
    {
        foreach (string[] row in Published.Rows)
        {
            HashSet<string> decoded = [];
            foreach (VectorFile file in FramesIn(row[2].Trim('`')))
            {
                foreach (Vector vector in file.Vectors.Where(vector => vector.Error == nameof(WireError.None)))
                {
                    Assert.Equal(row[0], vector.Bytes[0].ToString(CultureInfo.InvariantCulture));
                    WireError error = Decoders.Named(file.Frame).Read(vector.Bytes);
                    Assert.Equal((vector.Name, WireError.None), (vector.Name, error));
                    decoded.Add(file.Frame);
                }
            }

            Assert.Equal(Enum.GetNames<FrameType>().Order(), decoded.Order());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(WireVersion.Major + 1)]
    [InlineData(byte.MaxValue)]
    public void Another_major_version_is_refused_by_name_whatever_follows(int version)
    {
        foreach (VectorFile file in VectorFiles.ReadAll())
        {
            foreach (Vector vector in file.Vectors.Where(vector => vector.Bytes.Length > 0))
            {
                byte[] frame = [(byte)version, .. vector.Bytes.AsSpan(1)];
                Assert.Equal(WireError.VersionUnknown, Decoders.Named(file.Frame).Read(frame));
            }
        }
    }

    [Fact]
    public void An_extension_that_is_not_known_is_skipped_and_shown()
    {
        foreach (VectorFile file in VectorFiles.ReadAll())
        {
            Vector vector = file.Vectors.Single(vector => vector.Name == "extension");
            Assert.Equal(WireError.None, Decoders.Named(file.Frame).Read(vector.Bytes));
            Assert.Contains("extension", FrameText.Describe(vector.Bytes), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<VectorFile> FramesIn(string folder) => Directory
        .GetFiles(Path.Combine(VectorFiles.RepositoryRoot, folder), "*.json")
        .Where(path => Path.GetFileName(path) != "crypto.json")
        .Select(VectorFiles.ReadPath);

    private static SpecTable Table(string key) => SpecTable
        .Of(File.ReadAllText(Path.Combine(VectorFiles.RepositoryRoot, "shared-protocol", "README.md")))
        .Single(table => table.Key == key);
}
