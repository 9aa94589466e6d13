using LumenLink.Simulator;

namespace System.Net;

/// <summary>An answer over HTTP; its end is the end of the connection.</summary>
public class HttpWebResponse : WebResponse
{
    private readonly HostHttpConnection _connection;
    private readonly HostHttpAnswer _answer;
    private readonly int _readMs;

    internal HttpWebResponse(HostHttpConnection connection, HostHttpAnswer answer, int readMs)
    {
        _connection = connection;
        _answer = answer;
        _readMs = readMs;
        foreach ((string name, string value) in answer.Headers) Headers.AddInternal(name, value);
    }

    public override WebHeaderCollection Headers { get; } = new();

    public override long ContentLength => _answer.ContentLength;

    public HttpStatusCode StatusCode => (HttpStatusCode)_answer.Status;

    public override NanoStream GetResponseStream() => new ConnectionStream(_connection, _answer, _readMs);

    public override void Close() => Dispose(true);

    protected override void Dispose(bool disposing) => _connection.Close();
}
