using System.Text.Json;

namespace LumenLink.Tests.Cli;

/// <summary>A frame of tests/vectors and what it is expected to be.</summary>
internal sealed record GoldenVector(
    string Name, string Hex, string Error, string? Refusal = null, string? Key = null, string? Verify = null);

internal static class GoldenVectors
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record VectorFile(GoldenVector[] Vectors);

    public static string Folder { get; } = Find();

    public static string[] Files { get; } =
    [
        .. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Where(f => f != "crypto.json").Order(),
    ];

    public static string PathOf(string file) => Path.Combine(Folder, file);

    public static GoldenVector[] Read(string file) =>
        JsonSerializer.Deserialize<VectorFile>(File.ReadAllText(PathOf(file)), Json)!.Vectors;

    public static GoldenVector Named(string file, string name) => Read(file).Single(v => v.Name == name);

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "LumenLink.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new DirectoryNotFoundException("LumenLink.sln"), "tests", "vectors");
    }
}
