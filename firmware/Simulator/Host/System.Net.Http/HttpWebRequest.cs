extern alias nano;

using System.Text;
using LumenLink.Simulator;
using NanoSocketError = nano::System.Net.Sockets.SocketError;
using NanoSocketException = nano::System.Net.Sockets.SocketException;
using SslProtocols = nano::System.Net.Security.SslProtocols;
using SslVerification = nano::System.Net.Security.SslVerification;

namespace System.Net;

/// <summary>
/// A request over HTTP, with the manners of the board: it resolves, connects and sends its head when its stream is
/// asked for, without regard to Timeout; every status is an answer; it has a connection of its own, which ends with it.
/// </summary>
public class HttpWebRequest : WebRequest
{
    private readonly HostHttpTarget _target;
    private HostHttpConnection? _connection;
    private HttpWebResponse? _response;
    private string _method = "GET";
    private long _contentLength = -1;
    private int _timeout = HostHttpLimits.AnswerMs;
    private int _readWriteTimeout = HostHttpLimits.ReadWriteMs;

    internal HttpWebRequest(HostHttpTarget target) => _target = target;

    public override int Timeout
    {
        get => _timeout;
        set => _timeout = value >= -1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public SslVerification SslVerification { get; set; }

    public SslProtocols SslProtocols { get; set; }

    public int ReadWriteTimeout
    {
        get => _readWriteTimeout;
        set
        {
            if (_connection is not null) throw new InvalidOperationException();
            _readWriteTimeout = value is > 0 or -1 ? value : throw new ArgumentOutOfRangeException(nameof(value));
        }
    }

    public override long ContentLength
    {
        get => _contentLength;
        set
        {
            if (_connection is not null) throw new InvalidOperationException();
            _contentLength = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
        }
    }

    public override string Method
    {
        get => _method;
        set => _method = value;
    }

    public bool KeepAlive { get; set; } = true;

    public override WebHeaderCollection Headers { get; set; } = new();

    public override string? ContentType
    {
        get => Headers["Content-Type"];
        set => Headers.SetInternal("Content-Type", value);
    }

    public override NanoStream GetRequestStream()
    {
        Strand.Pass();
        if (_method is "GET" or "HEAD") throw new ProtocolViolationException("HTTP Method is incorrect: " + _method);
        if (_method is "PUT" or "POST" && _contentLength < 0)
            throw new ProtocolViolationException("Content length must be present for this request");
        return new ConnectionStream(Submit(), null, _readWriteTimeout);
    }

    public override WebResponse GetResponse()
    {
        Strand.Pass();
        try
        {
            HostHttpConnection connection = _connection ?? Submit();
            HostHttpAnswer answer = HostHttpAnswer.Receive(connection, Shorter(_timeout, _readWriteTimeout));
            return _response = new HttpWebResponse(connection, answer, _readWriteTimeout);
        }
        catch (HostSocketException e)
        {
            throw new WebException("GetResponse() failed", Told(e));
        }
        catch (Exception e) when (e is not BoardStoppedException)
        {
            throw new WebException("GetResponse() failed", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_response is null) _connection?.Close();
    }

    internal static NanoSocketException Told(HostSocketException e) => new((NanoSocketError)e.Error);

    private static int Shorter(int firstMs, int secondMs) =>
        firstMs < 0 ? secondMs : secondMs < 0 ? firstMs : Math.Min(firstMs, secondMs);

    /// <summary>
    /// On the board a certificate is checked when it is required, and else not; without a version only TLS 1.3 is
    /// spoken, and with one before 1.2 that one.
    /// </summary>
    private HostTls Tls() => new(
        null,
        (SslProtocols & (SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12)) != 0,
        SslProtocols == SslProtocols.None || (SslProtocols & SslProtocols.Tls13) != 0);

    private HostHttpConnection Submit()
    {
        HostEndpoint endpoint = HostEndpoint.Resolve(_target.Host, _target.Port, _target.IsSecure ? Tls() : null)
            ?? throw new WebException("host not available", new NanoSocketException(NanoSocketError.HostNotFound));
        byte[] head = Head();
        try
        {
            _connection =
                HostHttpConnection.Open(endpoint, SslVerification == SslVerification.CertificateRequired);
            _connection.Write(head, 0, head.Length, _readWriteTimeout);
            return _connection;
        }
        catch (HostSocketException e) when (e.IsOfTls || _connection is not null)
        {
            throw Told(e);
        }
        catch (HostSocketException e)
        {
            throw new WebException("connection failed", Told(e));
        }
    }

    private byte[] Head()
    {
        if (_contentLength >= 0) Headers.SetInternal("Content-Length", $"{_contentLength}");
        Headers.SetInternal("Connection", KeepAlive ? "Keep-Alive" : "Close");
        Headers.SetInternal("Host", _target.HostHeader);
        StringBuilder head = new($"{_method} {_target.Path} HTTP/1.1\r\n");
        foreach ((string name, string value) in Headers.Headers) head.Append($"{name}: {value}\r\n");
        return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
    }
}
