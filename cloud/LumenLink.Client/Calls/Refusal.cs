using System.Net.Http.Headers;
using System.Text.Json;

namespace LumenLink.Client;

/// <summary>Reads why a call was refused (RFC 9457), from whoever may have answered.</summary>
internal static class Refusal
{
    /// <summary>Bytes of a problem that are looked at.</summary>
    public const int MaxBytes = 64 << 10;

    private const int MaxCode = 64;
    private const int MaxSentence = 300;

    /// <summary>The refusal in an answer.</summary>
    public static LumenLinkException Of(HttpResponseMessage response, byte[] body, LumenLinkClientOptions options)
    {
        (string? code, string? detail) = Read(body);
        int status = (int)response.StatusCode;
        string message = detail is null
            ? $"The service refused with status {status}."
            : $"{Clean(detail, options.ApiKey)} ({code ?? $"status {status}"})";
        return new LumenLinkException(LumenLinkError.Refused, message)
        {
            Code = code,
            Status = status,
            RetryAfter = RetryAfter(response.Headers.RetryAfter, options.Time),
        };
    }

    private static (string? Code, string? Detail) Read(byte[] body)
    {
        try
        {
            using JsonDocument problem = JsonDocument.Parse(body);
            if (problem.RootElement.ValueKind != JsonValueKind.Object)
                return (null, null);
            string? code = Text(problem.RootElement, "code");
            return (code is not null && IsCode(code) ? code : null, Text(problem.RootElement, "detail"));
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            return (null, null); // no JSON; text that is no Unicode
        }
    }

    private static string? Text(JsonElement problem, string member) =>
        problem.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool IsCode(string code) =>
        code.Length is > 0 and <= MaxCode && code.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_');

    /// <summary>A sentence that can be shown and logged, whatever was sent: one line, short, without the key.</summary>
    private static string Clean(string sentence, string? apiKey)
    {
        string clean = apiKey is { Length: > 0 } ? sentence.Replace(apiKey, "…") : sentence;
        clean = new string([.. clean.Take(MaxSentence).Select(c => char.IsControl(c) ? ' ' : c)]);
        return clean.Length < MaxSentence ? clean : clean + "…";
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, TimeProvider time)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
