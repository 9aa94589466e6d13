using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;

namespace LumenLink.Simulator;

/// <summary>Opens connections to brokers, with MQTT's framing on top.</summary>
/// <param name="endpoint">Where to.</param>
/// <param name="trust">Whom the board trusts.</param>
internal sealed class MqttDialer(HostEndpoint endpoint, HostTrust trust)
{
    /// <summary>Protocol level: 3, 4 or 5.</summary>
    public required int Version { get; init; }

    /// <summary>Connects; throws as <see cref="HostDialer"/> does.</summary>
    public async Task<(Socket Socket, MqttChannelAdapter Adapter)> DialAsync(CancellationToken cancellation)
    {
        (Socket socket, Stream stream) =
            await HostDialer.DialAsync(endpoint, trust, cancellation).ConfigureAwait(false);
        MqttFrameGuard guarded = new(stream, HostMqttLimits.ReceivedPacketBytes);
        MqttTcpChannel channel = new(guarded, socket.LocalEndPoint, socket.RemoteEndPoint, null);
        MqttBufferWriter buffer = new(HostMqttLimits.SendBufferBytes, HostMqttLimits.SendBufferBytesMax);
        MqttPacketFormatterAdapter formatter = new((MqttProtocolVersion)Version, buffer);
        MqttChannelAdapter adapter = new(channel, formatter, MqttNetNullLogger.Instance)
        {
            AllowPacketFragmentation = false,
        };
        return (socket, adapter);
    }
}
