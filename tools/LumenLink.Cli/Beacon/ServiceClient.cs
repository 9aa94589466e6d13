using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace LumenLink.Cli.Beacon;

/// <summary>The service's administrative calls.</summary>
internal sealed class ServiceClient : IDisposable
{
    /// <summary>Where the service's address may lie in the environment.</summary>
    public const string AddressVariable = "LUMENLINK_URL";

    /// <summary>
    /// Where the admin token may lie in the environment; there is no option, a command line is public.
    /// </summary>
    public const string TokenVariable = "LUMENLINK_ADMIN_TOKEN";

    private const string PublicPath = "api/v1/";
    private const string DefaultAddress = "http://127.0.0.1:8080";

    private readonly HttpClient http;
    private readonly string path;

    /// <param name="handler">Carries the calls.</param>
    /// <param name="given">The address that was given, or null.</param>
    /// <param name="path">Where its calls are below the administrative ones; empty for all.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="time">What is waited by when the service says that a call came too early; the system's.</param>
    public ServiceClient(
        HttpMessageHandler handler, string? given, string path, Func<string, string?> environment,
        TimeProvider? time = null)
    {
        Uri address = Address(given, environment);
        http = new HttpClient(new PatientHandler(handler, time ?? TimeProvider.System))
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
        };
        this.path = PublicPath + "admin/" + path;
        if (environment(TokenVariable) is not { Length: > 0 } token)
            return;
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
            throw new BeaconException("The admin token is not sent in clear: give an https address.", isInput: true);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The option that says where the service is.</summary>
    public static Option<string?> AddressOption() => new("--service")
    {
        Description = $"address of the service; else ${AddressVariable}, else {DefaultAddress}",
        HelpName = "URL",
    };

    /// <summary>The service's address, with a slash at its end.</summary>
    /// <param name="given">The address that was given, or null.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <exception cref="BeaconException">It is none.</exception>
    public static Uri Address(string? given, Func<string, string?> environment)
    {
        string? set = environment(AddressVariable);
        string text = given ?? (string.IsNullOrEmpty(set) ? DefaultAddress : set);
        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? address
                : throw new BeaconException("--service takes an address like https://host.", isInput: true);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>Reads.</summary>
    public Task<JsonElement> GetAsync(string call) => SendAsync(HttpMethod.Get, call, null);

    /// <summary>Reads what is not administrative.</summary>
    public Task<JsonElement> GetPublicAsync(string call) => SendToAsync(HttpMethod.Get, PublicPath + call, null);

    /// <summary>Asks for something.</summary>
    public Task<JsonElement> PostAsync(string call, object body) => SendAsync(HttpMethod.Post, call, Json(body));

    /// <summary>Puts something.</summary>
    public Task<JsonElement> PutAsync(string call, object body) => SendAsync(HttpMethod.Put, call, Json(body));

    /// <summary>Puts lines.</summary>
    public Task<JsonElement> PutAsync(string call, string lines) =>
        SendAsync(HttpMethod.Put, call, new StringContent(lines));

    /// <summary>Removes something.</summary>
    public Task<JsonElement> DeleteAsync(string call) => SendAsync(HttpMethod.Delete, call, null);

    private static ByteArrayContent Json(object body) => new(JsonSerializer.SerializeToUtf8Bytes(body))
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    private Task<JsonElement> SendAsync(HttpMethod method, string call, HttpContent? content) =>
        SendToAsync(method, path + call, content);

    private async Task<JsonElement> SendToAsync(HttpMethod method, string target, HttpContent? content)
    {
        using HttpRequestMessage request = new(method, target) { Content = content };
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request);
            byte[] body = await response.Content.ReadAsByteArrayAsync();
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted))
                throw Refusal(response.StatusCode, body);
            return JsonDocument.Parse(body).RootElement;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
        {
            throw new BeaconException(
                $"The service at {http.BaseAddress} cannot be reached: {problem.Message}", isInput: false);
        }
        catch (JsonException)
        {
            throw new BeaconException(
                $"What answers at {http.BaseAddress} is not this service.", isInput: false);
        }
    }

    private static BeaconException Refusal(HttpStatusCode status, byte[] body)
    {
        try
        {
            JsonElement problem = JsonDocument.Parse(body).RootElement;
            string code = problem.GetProperty("code").GetString()!;
            return new BeaconException(
                $"{problem.GetProperty("detail").GetString()} ({code})", isInput: false, code,
                status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict);
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new BeaconException($"The service refused with status {(int)status}.", isInput: false);
        }
    }
}
