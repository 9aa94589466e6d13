namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// Where traces are sent: a collector that speaks OTLP over HTTP, at its base address as OpenTelemetry's own settings
/// name it.
/// </summary>
internal static class TraceAddress
{
    /// <summary>What stands behind the base address, by the OTLP specification.</summary>
    private const string TracesPath = "v1/traces";

    /// <summary>The address that spans are posted to.</summary>
    /// <param name="text">Value of the setting.</param>
    /// <param name="fault">What is wrong, never what was written; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static Uri? Read(string text, out string fault)
    {
        fault = "";
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            fault = "it is no URL with the scheme http or https";
        else if (uri.UserInfo.Length > 0)
            fault = "it has a user: give what the collector asks for as OTEL_EXPORTER_OTLP_HEADERS";
        else if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            fault = "it has a '?' or '#'";
        return fault.Length > 0 ? null : new Uri($"{uri!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{TracesPath}");
    }

    /// <summary>True if nobody on the way reads or changes what is sent there.</summary>
    public static bool IsProtected(Uri address) => address.Scheme == "https" || address.IsLoopback;
}
