using LumenLink.Simulator;

namespace System.Net;

/// <summary>A request to a server.</summary>
public abstract class WebRequest : MarshalByRefObject, IDisposable
{
    public virtual string Method
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public virtual WebHeaderCollection Headers
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public virtual long ContentLength
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public virtual string? ContentType
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public virtual int Timeout
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static WebRequest Create(string requestUriString) => new HttpWebRequest(
        HostHttpTarget.Parse(requestUriString) ?? throw new ArgumentException(requestUriString));

    public void Dispose() => Dispose(true);

    protected virtual void Dispose(bool disposing)
    {
    }

    public virtual NanoStream GetRequestStream() => throw new NotSupportedException();

    public virtual WebResponse GetResponse() => throw new NotSupportedException();
}

/// <summary>What a server answered.</summary>
public abstract class WebResponse : MarshalByRefObject, IDisposable
{
    public virtual long ContentLength
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public virtual WebHeaderCollection Headers => throw new NotSupportedException();

    public virtual NanoStream GetResponseStream() => throw new NotSupportedException();

    public virtual void Close() => Dispose(true);

    public void Dispose() => Dispose(true);

    protected virtual void Dispose(bool disposing)
    {
    }
}
