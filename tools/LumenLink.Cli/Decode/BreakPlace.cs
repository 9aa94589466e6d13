using System.Globalization;
using System.Text.RegularExpressions;
using LumenLink.Protocol;

namespace LumenLink.Cli.Decode;

/// <summary>
/// Says where a frame breaks if its description does not: the description marks fields that do not fit, not values
/// that are forbidden.
/// </summary>
internal static partial class BreakPlace
{
    /// <summary>A line to add, or nothing if the frame is good or its description marks the place.</summary>
    internal static string Line(byte[] frame, WireError verdict, string description)
    {
        if (verdict == WireError.None || Marked().IsMatch(description))
            return "";
        return verdict switch
        {
            WireError.VersionUnknown => Field(0, "version", verdict),
            WireError.TypeUnknown => Field(1, "type", verdict),
            WireError.SessionNotZero or WireError.SessionMissing => Field(2, "session_id", verdict),
            WireError.TooLong when frame.Length > WireLimits.MaxFrameBytes =>
                Field(WireLimits.MaxFrameBytes, "end", verdict),
            WireError.TooShort => Field(frame.Length, "end", verdict),
            _ => $"       ! {verdict}: every field fits, a value above is one that shared-protocol/README.md forbids\n",
        };
    }

    private static string Field(int offset, string name, WireError verdict) =>
        string.Create(CultureInfo.InvariantCulture, $"{offset,5}    {name} = ! {verdict}\n");

    // The names of fields hold no "=", so that a text in the frame cannot pass for a mark.
    [GeneratedRegex(@"^ *\d+    [\w ]+ = ! ", RegexOptions.Multiline)]
    private static partial Regex Marked();
}
