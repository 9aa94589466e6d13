using LumenLink.Simulator;

namespace System.Net;

/// <summary>
/// What a request writes to and an answer is read from: one connection. Closing it ends that, also when the answer has
/// not come yet.
/// </summary>
internal sealed class ConnectionStream(HostHttpConnection connection, HostHttpAnswer? answer, int timeoutMs)
    : NanoStream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanTimeout => true;

    public override bool CanWrite => true;

    public override long Length => 0;

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, NanoSeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override int Read(SpanByte buffer) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count)
    {
        Strand.Pass();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, buffer.Length - offset);
        try
        {
            return answer?.Read(buffer, offset, count, timeoutMs) ?? throw new NotSupportedException();
        }
        catch (HostSocketException e)
        {
            throw HttpWebRequest.Told(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Strand.Pass();
        try
        {
            connection.Write(buffer, offset, count, timeoutMs);
        }
        catch (HostSocketException e)
        {
            throw HttpWebRequest.Told(e);
        }
    }

    protected override void Dispose(bool disposing) => connection.Close();
}
