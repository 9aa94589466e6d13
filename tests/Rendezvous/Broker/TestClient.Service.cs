using LumenLink.Tests.Rendezvous.Support;
using MQTTnet;
using MQTTnet.Formatter;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>The client at the embedded broker of a <see cref="TestService"/>.</summary>
internal sealed partial class TestClient
{
    /// <summary>Connects with a fresh token and subscribes to the beacon's down topic.</summary>
    public static Task<TestClient> ConnectAsync(
        TestService service, TestBeacon beacon, MqttProtocolVersion version = MqttProtocolVersion.V500) =>
        ConnectAsync(service.Broker.Port, beacon, version);

    public Task<MqttClientConnectResultCode> TryConnectAsync(
        TestService service, string password, string? userName = null) =>
        TryConnectAsync(service.Broker.Port, password, MqttProtocolVersion.V500, userName);
}
