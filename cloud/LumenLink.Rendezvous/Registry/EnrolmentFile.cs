using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Rendezvous.Registry;

/// <summary>
/// One enrolment as a JSON file: name, region, public_key (base64), certificate (PEM), level, hardware_model.
/// </summary>
internal static class EnrolmentFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Reads a file.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(string path, out EnrolmentRequest? request)
    {
        request = null;
        try
        {
            if (new FileInfo(path).Length > EnrolmentPolicy.MaxFileBytes)
                return $"it is larger than {EnrolmentPolicy.MaxFileBytes} bytes";
            request = JsonSerializer.Deserialize<EnrolmentRequest>(File.ReadAllBytes(path), Options);
            return request is null ? "it is empty" : null;
        }
        catch (JsonException exception)
        {
            return $"it is not an enrolment: {exception.Message}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read: {exception.Message}";
        }
    }
}
