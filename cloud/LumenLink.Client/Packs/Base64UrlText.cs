namespace LumenLink.Client;

/// <summary>Base64url without padding (RFC 7515 section 2).</summary>
internal static class Base64UrlText
{
    /// <summary>The text of bytes.</summary>
    public static string Encode(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Bytes of the one text that they have; null for every other text.</summary>
    public static byte[]? Decode(string? text)
    {
        if (text is null)
            return null;
        try
        {
            byte[] bytes = Convert.FromBase64String(
                text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4));
            return Encode(bytes) == text ? bytes : null; // no blanks, no padding, no bits left over
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
