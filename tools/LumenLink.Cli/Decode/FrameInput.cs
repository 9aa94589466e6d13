using System.Text;
using System.Text.Json;

namespace LumenLink.Cli.Decode;

/// <summary>Turns an argument, a file or standard input into frames.</summary>
internal static class FrameInput
{
    /// <summary>More is no file of frames but a mistake, and would be held in memory whole.</summary>
    internal const int MaxInputBytes = 16 * 1024 * 1024;

    /// <summary>Frames of hex digits, of the file of that name, or of standard input for "-".</summary>
    internal static List<InputFrame> Read(string source, Func<Stream> openInput)
    {
        if (source == "-")
        {
            return Frames(ReadBounded(openInput, "standard input"), "standard input");
        }

        if (string.IsNullOrWhiteSpace(source))
            throw new DecodeException("the argument is empty; give hex digits, a file, or - for standard input.");

        // Digits are digits even if a file is named so; an odd number of them may still be a file's name.
        if (HexText.LooksLike(source) && !(source.Length % 2 != 0 && File.Exists(source)))
            return [new InputFrame(HexText.Parse(source, "the argument"))];

        return Frames(ReadFile(source), source);
    }

    private static byte[] ReadFile(string path)
    {
        if (Directory.Exists(path))
            throw new DecodeException($"{path} is a folder; name a file in it.");
        if (!File.Exists(path))
        {
            throw new DecodeException(
                $"'{path}' is neither hex digits nor a file here; check the path, or give two hex digits a byte.");
        }

        return ReadBounded(() => File.OpenRead(path), path);
    }

    private static byte[] ReadBounded(Func<Stream> open, string name)
    {
        try
        {
            using Stream input = open();
            return ReadBounded(input, name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DecodeException($"{name} cannot be read; check that it may be: {error.Message}");
        }
    }

    /// <summary>Counts what arrives rather than asking for the length, which pipes and devices do not have.</summary>
    private static byte[] ReadBounded(Stream input, string name)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = input.Read(buffer)) > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > MaxInputBytes)
            {
                throw new DecodeException(
                    $"{name} is larger than {MaxInputBytes / (1024 * 1024)} MiB; split it, for example with "
                        + "'split -l 10000', and decode the parts.");
            }
        }

        return content.ToArray();
    }

    private static List<InputFrame> Frames(byte[] content, string name)
    {
        if (content.Length == 0)
            throw new DecodeException($"{name} is empty; it must hold a frame.");
        if (Text(content) is not { } text)
            return [new InputFrame(content)];

        List<InputFrame> frames = text.AsSpan().TrimStart() is ['{', ..] ? Vectors(text, name) : Lines(text, name);
        return frames.Count > 0
            ? frames
            : throw new DecodeException(
                $"{name} holds no frame, only blank lines or comments; write one a line, in hex.");
    }

    /// <summary>
    /// Null for a binary file. A frame begins with its version, a control character, so a file without control
    /// characters is meant as text: a slip in it is then reported as one, at its line.
    /// </summary>
    private static string? Text(byte[] content)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\uFEFF');
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static List<InputFrame> Lines(string text, string name)
    {
        var frames = new List<InputFrame>();
        int number = 0;
        foreach (ReadOnlySpan<char> whole in text.AsSpan().EnumerateLines())
        {
            number++;
            int comment = whole.IndexOf('#');
            ReadOnlySpan<char> line = comment < 0 ? whole : whole[..comment];
            if (!line.IsWhiteSpace())
                frames.Add(new InputFrame(HexText.Parse(line, $"{name}, line {number}"), $"line {number}"));
        }

        return frames;
    }

    private static List<InputFrame> Vectors(string text, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (!document.RootElement.TryGetProperty("vectors", out JsonElement vectors)
                || vectors.ValueKind != JsonValueKind.Array)
            {
                throw new DecodeException(
                    $"{name} is JSON without a list \"vectors\"; give a file of golden vectors, or hex.");
            }

            var frames = new List<InputFrame>();
            foreach (JsonElement vector in vectors.EnumerateArray())
                frames.Add(Vector(vector, name, frames.Count + 1));
            return frames;
        }
        catch (JsonException error)
        {
            throw new DecodeException(
                $"{name} begins like JSON but breaks at line {error.LineNumber + 1}; repair it, or give hex.");
        }
    }

    private static InputFrame Vector(JsonElement vector, string name, int number)
    {
        string? hex = Member(vector, "hex");
        if (hex is null)
            throw new DecodeException($"{name}, vector {number} has no text \"hex\"; add the frame's digits.");
        string label = new([.. (Member(vector, "name") ?? "").Select(c => char.IsControl(c) ? '?' : c)]);

        // A vector may be the frame of no bytes; a line cannot.
        return new InputFrame(hex.Length == 0 ? [] : HexText.Parse(hex, $"{name}, vector {number}"), label);
    }

    private static string? Member(JsonElement vector, string name) =>
        vector.ValueKind == JsonValueKind.Object && vector.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
