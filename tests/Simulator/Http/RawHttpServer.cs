using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LumenLink.Tests.Simulator.Mqtt;

namespace LumenLink.Tests.Simulator.Http;

/// <summary>A server of HTTP that does nothing by itself: the test says what is answered, byte by byte.</summary>
internal sealed class RawHttpServer(X509Certificate2? certificate = null) : IDisposable
{
    private readonly TcpListener _listener = Started();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}/a/path";

    /// <summary>Requests that were answered by <see cref="Serve"/>, whole.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>An answer with a body and its length.</summary>
    public static string Answer(int status, string body, params string[] headers) =>
        $"HTTP/1.1 {status} Whatever\r\n{string.Concat(headers.Select(header => header + "\r\n"))}"
        + $"Content-Length: {body.Length}\r\n\r\n{body}";

    /// <summary>Takes the next connection.</summary>
    public async Task<RawHttpConnection> Accept()
    {
        Socket socket = await _listener.AcceptSocketAsync().WaitAsync(MqttBoard.Patience);
        return await RawHttpConnection.Of(new NetworkStream(socket, ownsSocket: true), certificate);
    }

    /// <summary>Answers every request with the same, or by turns, and ends its connection.</summary>
    public void Serve(params string[] answers) => _ = ServeAsync(answers);

    public void Dispose() => _listener.Dispose();

    private static TcpListener Started()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private async Task ServeAsync(string[] answers)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                using RawHttpConnection connection = await Accept();
                Requests.Enqueue(await connection.Request());
                connection.Send(answers[i % answers.Length]);
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The board left, or did not trust the server: then there is nothing to answer.
            }
        }
    }
}

/// <summary>One connection of a <see cref="RawHttpServer"/>.</summary>
internal sealed class RawHttpConnection(Stream stream) : IDisposable
{
    public static async Task<RawHttpConnection> Of(Stream stream, X509Certificate2? certificate)
    {
        if (certificate is null) return new(stream);
        SslStream protectedStream = new(stream);
        await protectedStream.AuthenticateAsServerAsync(certificate);
        return new(protectedStream);
    }

    /// <summary>The next request, head and body.</summary>
    public async Task<string> Request()
    {
        string text = "";
        byte[] buffer = new byte[4096];
        while (!IsWhole(text))
        {
            int count = await stream.ReadAsync(buffer).AsTask().WaitAsync(MqttBoard.Patience);
            if (count == 0) throw new IOException("The board hung up.");
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }

        return text;
    }

    public void Send(string text) => stream.Write(Encoding.Latin1.GetBytes(text));

    public void Dispose() => stream.Dispose();

    private static bool IsWhole(string text)
    {
        const string Length = "Content-Length: ";
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        int at = text.IndexOf(Length, StringComparison.Ordinal);
        int length = at < 0 || at > end
            ? 0
            : int.Parse(text[(at + Length.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
        return text.Length >= end + 4 + length;
    }
}
