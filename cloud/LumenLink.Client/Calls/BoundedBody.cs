namespace LumenLink.Client;

/// <summary>Reads bodies without trusting how long they are.</summary>
internal static class BoundedBody
{
    private const int BufferBytes = 8192;

    /// <summary>The whole body; null when it has more bytes than allowed.</summary>
    public static async Task<byte[]?> ReadAsync(
        HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
            return null;
        using Stream body = await content.ReadAsStreamAsync().ConfigureAwait(false);
        using MemoryStream whole = new();
        byte[] buffer = new byte[BufferBytes];
        while (await body.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false)
            is > 0 and var count)
        {
            if (whole.Length + count > maxBytes)
                return null;
            whole.Write(buffer, 0, count);
        }

        return whole.ToArray();
    }
}
