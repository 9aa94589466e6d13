namespace LumenLink.Client;

/// <summary>Where the service is: an address that calls are appended to.</summary>
/// <param name="Base">The address, with a slash at its end.</param>
internal sealed record ServiceAddress(Uri Base)
{
    private const string Path = "api/v1/";

    /// <summary>The address without what an application may have put into it, for messages.</summary>
    public string Text => Base.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <summary>An address that is fit to call.</summary>
    /// <exception cref="ArgumentException">It is not, or the key would be sent in clear.</exception>
    public static ServiceAddress Of(Uri? given, string? apiKey)
    {
        if (given is not { IsAbsoluteUri: true } || !(IsTls(given) || given.Scheme == "http")
            || given.UserInfo.Length > 0 || given.Query.Length > 0 || given.Fragment.Length > 0)
        {
            throw new ArgumentException("The service's address is one like https://lumen.example.");
        }

        if (apiKey is not null && !IsTls(given) && !given.IsLoopback)
            throw new ArgumentException("An API key is not sent in clear: give an https address.");
        if (apiKey is not null && !apiKey.All(c => c is > ' ' and <= '~'))
            throw new ArgumentException("An API key has visible ASCII characters only.");
        return new ServiceAddress(given.AbsolutePath.EndsWith("/", StringComparison.Ordinal)
            ? given
            : new Uri(given.AbsoluteUri + "/"));
    }

    /// <summary>The address of a call.</summary>
    public Uri Of(string call) => new(Base, Path + call);

    private static bool IsTls(Uri address) => address.Scheme == "https";
}
