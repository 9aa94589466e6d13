using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>
/// One golden frame: bytes, the error that reading them gives, and the key of its tag where it has one. Of Records that
/// are good as a whole: how many sightings, the digest of their lines, a line a status, and the texts of Diagnostics.
/// Of a Config: the hash of the message that is signed, and whether the signature is over it (see the file's note).
/// </summary>
public sealed record Vector(
    string Name,
    string Hex,
    string Error,
    string? Key = null,
    string? Verify = null,
    string? Refusal = null,
    int? Sightings = null,
    string? SightingsSha256 = null,
    IReadOnlyList<string>? Statuses = null,
    IReadOnlyList<string>? Diagnostics = null,
    string? SignedSha256 = null,
    string? Signature = null)
{
    [JsonIgnore]
    public byte[] Bytes => Convert.FromHexString(Hex);
}

/// <summary>All golden frames of one type.</summary>
public sealed record VectorFile(string Frame, string Note, IReadOnlyList<Vector> Vectors);

public static class VectorFiles
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string RepositoryRoot { get; } = FindRoot();

    public static string Directory => Path.Combine(RepositoryRoot, "tests", "vectors");

    public static VectorFile Read(string name) => ReadPath(Path.Combine(Directory, name + ".json"));

    public static VectorFile ReadPath(string path) =>
        JsonSerializer.Deserialize<VectorFile>(File.ReadAllText(path), Json)!;

    public static IEnumerable<VectorFile> ReadAll() => FrameVectors.All().Keys.Select(Read);

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "LumenLink.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("No LumenLink.sln above the tests.");
    }
}
