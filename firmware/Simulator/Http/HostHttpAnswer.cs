using System.Globalization;
using System.Text;

namespace LumenLink.Simulator;

/// <summary>
/// The answer that comes back on a connection: its head, then its body, by length, in chunks or to the end.
/// </summary>
internal sealed class HostHttpAnswer
{
    private readonly HostHttpConnection _connection;
    private readonly List<(string Name, string Value)> _headers = [];
    private long _left = long.MaxValue;
    private bool _isChunked;
    private bool _isFirstChunk = true;

    private HostHttpAnswer(HostHttpConnection connection) => _connection = connection;

    public int Status { get; private set; }

    /// <summary>-1 when the answer does not say.</summary>
    public long ContentLength { get; private set; } = -1;

    public IReadOnlyList<(string Name, string Value)> Headers => _headers;

    /// <summary>Waits for the head of the answer.</summary>
    /// <exception cref="HostSocketException">It did not come in time, or the connection broke.</exception>
    /// <exception cref="FormatException">It is not one of HTTP/1.0 or 1.1, or too long.</exception>
    public static HostHttpAnswer Receive(HostHttpConnection connection, int timeoutMs)
    {
        HostHttpAnswer answer = new(connection);
        bool isRead = false;
        connection.Do(async over => isRead = await answer.ReadHeadAsync(over).ConfigureAwait(false), timeoutMs);
        if (isRead) return answer;
        connection.Close();
        throw new FormatException("This is no answer of HTTP.");
    }

    /// <summary>The next bytes of the body; 0 at its end.</summary>
    /// <exception cref="HostSocketException">They did not come in time, or the connection broke.</exception>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        byte[] taken = [];
        if (count == 0 || _left == 0) return 0;
        _connection.Do(async over => taken = await ReadAsync(count, over).ConfigureAwait(false), timeoutMs);
        taken.CopyTo(buffer, offset);
        return taken.Length;
    }

    private async Task<bool> ReadHeadAsync(CancellationToken over)
    {
        int room = HostHttpLimits.HeadBytes;
        string? line = await LineAsync(room, over).ConfigureAwait(false);
        if (line is null || !line.StartsWith("HTTP/1.", StringComparison.OrdinalIgnoreCase)) return false;
        string[] words = line.Split(' ', 3);
        if (words.Length < 2 || !TryNumber(words[1], NumberStyles.None, out long status)) return false;
        Status = (int)status;
        while ((line = await LineAsync(room -= line.Length, over).ConfigureAwait(false)) is { Length: > 0 })
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !Take(line[..colon], line[(colon + 1)..].TrimStart())) return false;
        }

        return line is not null;
    }

    private bool Take(string name, string value)
    {
        _headers.Add((name, value));
        if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            _isChunked = value.Contains("chunked", StringComparison.OrdinalIgnoreCase);
            _left = _isChunked ? -1 : _left;
        }

        if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) return true;
        bool isNumber = TryNumber(value, NumberStyles.None, out long length);
        ContentLength = length;
        _left = length;
        return isNumber;
    }

    private async Task<byte[]> ReadAsync(int count, CancellationToken over)
    {
        if (_isChunked && _left <= 0) await NextChunkAsync(over).ConfigureAwait(false);
        if (_left == 0) return [];
        byte[] taken = await _connection.TakeAsync((int)Math.Min(count, _left), over).ConfigureAwait(false);
        _left -= taken.Length;
        if (_isChunked && _left == 0) _left = -1;
        return taken;
    }

    private async Task NextChunkAsync(CancellationToken over)
    {
        if (!_isFirstChunk) await LineAsync(HostHttpLimits.HeadBytes, over).ConfigureAwait(false);
        _isFirstChunk = false;
        string size = (await LineAsync(HostHttpLimits.HeadBytes, over).ConfigureAwait(false) ?? "").Split(';')[0];
        _left = TryNumber(size.Trim(), NumberStyles.AllowHexSpecifier, out long length) ? length : 0;
    }

    /// <summary>A line without its end; null when the bytes end before it or it is longer than allowed.</summary>
    private async Task<string?> LineAsync(int room, CancellationToken over)
    {
        StringBuilder line = new();
        while (line.Length < room)
        {
            int next = await _connection.ByteAsync(over).ConfigureAwait(false);
            if (next < 0) return null;
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }

        return null;
    }

    private static bool TryNumber(string text, NumberStyles style, out long number) =>
        long.TryParse(text, style, CultureInfo.InvariantCulture, out number);
}
