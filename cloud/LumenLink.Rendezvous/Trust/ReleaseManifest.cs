using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Rendezvous.Trust;

/// <summary>An assembly of a firmware image, as the beacon states it.</summary>
/// <param name="Name">Simple name.</param>
/// <param name="Version">Four numbers.</param>
internal sealed record ReleaseAssembly(string Name, string Version);

/// <summary>What a release deploys on some kinds of board.</summary>
/// <param name="HardwareModels">Hardware models of the specification's Hello that it is for.</param>
/// <param name="Assemblies">In the order of the measurement.</param>
internal sealed record ReleaseImage(IReadOnlyList<int> HardwareModels, IReadOnlyList<ReleaseAssembly> Assemblies)
{
    /// <summary>
    /// The claim that boards with this image make: SHA-256 over one line "name version" for each assembly, each ended
    /// by a line feed; hexadecimal.
    /// </summary>
    [JsonIgnore]
    public string Measurement => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(Assemblies.Select(one => $"{one.Name} {one.Version}\n")))));
}

/// <summary>A release: its name, when it was made, and what it deploys.</summary>
/// <param name="Release">Its name: letters, digits, dots and dashes, 64 at most; names its file.</param>
/// <param name="IssuedAt">Unix seconds.</param>
/// <param name="Images">At least one.</param>
internal sealed record ReleaseManifest(string Release, long IssuedAt, IReadOnlyList<ReleaseImage> Images)
{
    /// <summary>Longest manifest, bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int MaxName = 64;
    private const int MaxImages = 64;
    private const int MaxAssemblies = 32;

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Its JSON.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Strict);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static ReleaseManifest Read(ReadOnlySpan<byte> json)
    {
        ReleaseManifest read;
        try
        {
            read = JsonSerializer.Deserialize<ReleaseManifest>(json, Strict)
                ?? throw new FormatException("it is empty");
        }
        catch (JsonException problem)
        {
            throw new FormatException(problem.Message, problem);
        }

        return read.Problem() is { } wrong ? throw new FormatException(wrong) : read;
    }

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem() =>
        !IsName(Release)
            ? $"a release is called by 1 to {MaxName} letters, digits, dots and dashes, no dot or dash first"
        : Images.Count is 0 or > MaxImages ? $"a release has 1 to {MaxImages} images"
        : Images.Any(image => image.HardwareModels.Count == 0
            || image.HardwareModels.Any(model => model is < 1 or > ushort.MaxValue))
            ? "each image names its hardware models, numbers from 1 to 65535"
        : Images.Any(image => image.Assemblies.Count is 0 or > MaxAssemblies)
            ? $"each image has 1 to {MaxAssemblies} assemblies"
        : Images.SelectMany(image => image.Assemblies).FirstOrDefault(one => !IsAssembly(one)) is { } bad
            ? $"\"{bad.Name} {bad.Version}\" is not the name and the version of an assembly"
        : Images.SelectMany(image => image.HardwareModels).GroupBy(model => model)
            .FirstOrDefault(same => same.Count() > 1) is { } twice
            ? string.Create(CultureInfo.InvariantCulture, $"two images are for hardware model {twice.Key}")
        : null;

    /// <summary>True for what may be the name of a release, and so of a file.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(text[0])
            && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-');

    private static bool IsAssembly(ReleaseAssembly one) =>
        one.Name.Length is > 0 and <= MaxName && one.Name.All(letter => letter is > ' ' and <= '~')
            && Version.TryParse(one.Version, out Version? version) && version.Revision >= 0
                && version.ToString() == one.Version;
}
