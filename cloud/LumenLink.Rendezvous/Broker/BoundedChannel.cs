using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using MQTTnet.Exceptions;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// One TCP connection as MQTTnet reads it. MQTTnet takes a packet's length from its first
/// bytes and allocates a buffer of that length, up to 256 MB, before CONNECT too, and has no
/// option against it. Therefore the fixed header is followed here, and a packet that is too
/// long ends the connection with its last length byte: before anything is allocated for it.
/// </summary>
internal sealed class BoundedChannel(
    Stream stream, Socket socket, bool isSecure, int maxPacketBytes, Action onTooLarge)
    : IMqttChannel
{
    private readonly EndPoint local = socket.LocalEndPoint!;
    private readonly EndPoint? remote = socket.RemoteEndPoint;
    private PacketLength length;

    /// <summary>
    /// True when nothing that the client sent waits to be read; false over TLS, where that cannot be told.
    /// </summary>
    public bool IsAllRead
    {
        get
        {
            try
            {
                return !isSecure && socket.Available == 0;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate => null;

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => remote;

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => local;

    /// <inheritdoc/>
    public bool IsSecureConnection => isSecure;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read;
        try
        {
            read = await stream.ReadAsync(buffer.AsMemory(offset, count), cancellationToken);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
        catch (IOException exception)
        {
            throw new MqttCommunicationException(exception);
        }

        if (!length.Follow(buffer.AsSpan(offset, read), maxPacketBytes))
        {
            onTooLarge();
            throw new MqttProtocolViolationException("The packet is too large.");
        }

        return read;
    }

    /// <summary>
    /// One write a packet: MQTTnet keeps head and payload apart, and each write is a call of the system and a segment.
    /// </summary>
    public async Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(buffer.IsSingleSegment ? buffer.First : buffer.ToArray(), cancellationToken);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException)
        {
            throw new MqttCommunicationException(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}

/// <summary>
/// Follows the fixed headers in a stream of MQTT packets: one byte of type and flags,
/// then the remaining length, 7 bits a byte, at most 4 bytes; then as many bytes of body.
/// </summary>
internal struct PacketLength
{
    private const int MaxLengthBytes = 4;
    private int lengthBytes;
    private int bodyLeft;
    private bool inHeader;

    /// <summary>
    /// Goes over received bytes; false when a packet is longer than allowed or its length is malformed.
    /// </summary>
    public bool Follow(ReadOnlySpan<byte> bytes, int maxPacketBytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bodyLeft > 0 && !inHeader)
            {
                int skipped = Math.Min(bodyLeft, bytes.Length);
                bodyLeft -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            if (!inHeader)
            {
                inHeader = true;
                lengthBytes = 0;
                bodyLeft = 0;
            }
            else if (!TakeLengthByte(bytes[0], maxPacketBytes))
            {
                return false;
            }

            bytes = bytes[1..];
        }

        return true;
    }

    private bool TakeLengthByte(byte value, int maxPacketBytes)
    {
        bodyLeft |= (value & 0x7F) << (7 * lengthBytes);
        lengthBytes++;
        bool more = (value & 0x80) != 0;
        inHeader = more;
        return bodyLeft <= maxPacketBytes && !(more && lengthBytes == MaxLengthBytes);
    }
}
