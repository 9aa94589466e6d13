extern alias nano;

using System;
using System.Collections;
using LumenLink.Simulator;
using nano::nanoFramework.M2Mqtt;
using nano::nanoFramework.M2Mqtt.Messages;
using nanoFramework.M2Mqtt.Exceptions;
using NanoCertificate = nano::System.Security.Cryptography.X509Certificates.X509Certificate;
using NanoSocketError = nano::System.Net.Sockets.SocketError;
using NanoSocketException = nano::System.Net.Sockets.SocketException;

namespace nanoFramework.M2Mqtt;

/// <summary>A client of a real broker, with M2Mqtt's manners. Client certificates are not supported.</summary>
public class MqttClient : IMqttClient, IDisposable
{
    private const ushort DefaultKeepAliveS = 60;

    private HostMqttClient _host = null!;
    private MqttSettings _settings = null!;
    private bool _protocolIsUnknown;

    public MqttClient(string brokerHostName)
        : this(brokerHostName, MqttSettings.BrokerDefaultPort, false, null, null, MqttSslProtocols.None)
    {
    }

    public MqttClient(
        string brokerHostName,
        int brokerPort,
        bool secure,
        NanoCertificate? caCert,
        NanoCertificate? clientCert,
        MqttSslProtocols sslProtocol) =>
        Prepare(brokerHostName, brokerPort, secure, caCert, clientCert, sslProtocol);

    public event IMqttClient.MqttMsgPublishEventHandler? MqttMsgPublishReceived;

    public event IMqttClient.MqttMsgPublishedEventHandler? MqttMsgPublished;

    public event IMqttClient.MqttMsgSubscribedEventHandler? MqttMsgSubscribed;

    public event IMqttClient.MqttMsgUnsubscribedEventHandler? MqttMsgUnsubscribed;

    public event IMqttClient.ConnectionClosedEventHandler? ConnectionClosed;

    public bool IsConnected
    {
        get
        {
            Strand.Pass();
            return _host.IsConnected;
        }
    }

    public string? ClientId { get; private set; }

    public MqttProtocolVersion ProtocolVersion { get; set; }

    public uint SessionExpiryInterval { get; set; }

    public ushort ReceiveMaximum { get; set; } = ushort.MaxValue;

    public uint MaximumPacketSize { get; set; }

    public MqttSettings Settings => _settings;

    public void Init(
        string brokerHostName,
        int brokerPort,
        bool secure,
        byte[]? caCert,
        byte[]? clientCert,
        MqttSslProtocols sslProtocol) =>
        Prepare(
            brokerHostName,
            brokerPort,
            secure,
            caCert is null ? null : new NanoCertificate(caCert),
            clientCert is null ? null : new NanoCertificate(clientCert),
            sslProtocol);

    public MqttReasonCode Connect(string clientId) => Connect(clientId, true);

    public MqttReasonCode Connect(string clientId, bool cleanSession) =>
        Connect(clientId, null, null, cleanSession, DefaultKeepAliveS);

    public MqttReasonCode Connect(string clientId, string? username, string? password) =>
        Connect(clientId, username, password, true, DefaultKeepAliveS);

    public MqttReasonCode Connect(
        string clientId, string? username, string? password, bool cleanSession, ushort keepAlivePeriod) =>
        Connect(
            clientId,
            username,
            password,
            false,
            MqttQoSLevel.AtMostOnce,
            false,
            null,
            null,
            cleanSession,
            keepAlivePeriod);

    public MqttReasonCode Connect(
        string clientId,
        string? username,
        string? password,
        bool willRetain,
        MqttQoSLevel willQosLevel,
        bool willFlag,
        string? willTopic,
        string? willMessage,
        bool cleanSession,
        ushort keepAlivePeriod)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        CheckWill(willRetain, willQosLevel, willFlag, willTopic, willMessage);
        if (_protocolIsUnknown)
            throw new MqttConnectionException("Exception connecting to the broker", new ArgumentException());
        Strand.HostCall();
        HostMqttConnected connected = _host.Connect(new HostMqttConnect
        {
            Version = (int)ProtocolVersion,
            ClientId = clientId,
            User = username,
            Password = password,
            Will = willFlag ? new HostMqttWill(willTopic!, willMessage!, (int)willQosLevel, willRetain) : null,
            CleanSession = cleanSession,
            KeepAliveS = keepAlivePeriod,
            SessionExpiryS = SessionExpiryInterval,
            ReceiveMaximum = ReceiveMaximum,
            MaximumPacketBytes = MaximumPacketSize,
            Verifies = _settings.ValidateServerCertificate,
        });
        if (connected.Outcome == HostMqttOutcome.NotOpened)
        {
            NanoSocketException error = new((NanoSocketError)connected.Error);
            throw new MqttConnectionException($"Socket exception connecting to the broker: {error.ErrorCode}", error);
        }

        if (connected.Outcome == HostMqttOutcome.NotAnswered) throw new MqttCommunicationException();
        MqttReasonCode code = (MqttReasonCode)connected.Code;
        if (code == MqttReasonCode.Success) ClientId = clientId;
        return code;
    }

    public void Disconnect()
    {
        Strand.Pass();
        if (!_host.Disconnect()) throw new MqttCommunicationException(new NullReferenceException());
    }

    public void Close()
    {
        Strand.Pass();
        _host.Close();
    }

    public void Dispose() => Close();

    public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
    {
        Strand.Pass();
        return _host.Subscribe(topics, qosLevels is null ? null : Array.ConvertAll(qosLevels, level => (int)level));
    }

    public ushort Unsubscribe(string[] topics)
    {
        Strand.Pass();
        return _host.Unsubscribe(topics);
    }

    public ushort Publish(string topic, byte[]? message) => Publish(topic, message, null);

    public ushort Publish(string topic, byte[]? message, string? contentType) =>
        Publish(topic, message, contentType, null);

    public ushort Publish(string topic, byte[]? message, string? contentType, ArrayList? userProperties) =>
        Publish(topic, message, contentType, userProperties, MqttQoSLevel.AtMostOnce, false);

    public ushort Publish(
        string topic,
        byte[]? message,
        string? contentType,
        ArrayList? userProperties,
        MqttQoSLevel qosLevel,
        bool retain)
    {
        bool hasProperties = userProperties is { Count: > 0 };
        bool needsVersion5 = hasProperties || !string.IsNullOrEmpty(contentType);
        if (needsVersion5 && ProtocolVersion < MqttProtocolVersion.Version_5) throw new NotSupportedException();
        if (hasProperties) throw new ArgumentException("The type of user properties is not in use.");
        Strand.Pass();
        int id = _host.Publish(topic, message, (int)qosLevel, retain, contentType);
        if (id < 0) throw new MqttClientException(MqttClientErrorCode.InflightQueueFull);
        return (ushort)id;
    }

    /// <summary>With a flag, topic and message must be there; without, they must not.</summary>
    private static void CheckWill(bool retain, MqttQoSLevel qos, bool flag, string? topic, string? message)
    {
        bool isRight = flag
            ? !string.IsNullOrEmpty(topic) && !string.IsNullOrEmpty(message)
            : !retain;
        if (!isRight || qos is < MqttQoSLevel.AtMostOnce or > MqttQoSLevel.ExactlyOnce)
            throw new MqttClientException(MqttClientErrorCode.WillWrong);
    }

    private void Prepare(
        string host,
        int port,
        bool secure,
        NanoCertificate? caCert,
        NanoCertificate? clientCert,
        MqttSslProtocols protocol)
    {
        if (clientCert is not null) throw new NotSupportedException("The simulator has no client certificates.");
        ProtocolVersion = MqttProtocolVersion.Version_3_1_1;
        _settings = MqttSettings.Of(Strand.HostCall().Run);
        if (secure) _settings.SslPort = port;
        else _settings.Port = port;
        HostTls? tls = secure ? TlsOf(caCert, protocol) : null;
        HostEndpoint endpoint = HostEndpoint.Resolve(host, port, tls)
            ?? throw new NanoSocketException(NanoSocketError.HostNotFound);
        _host = new HostMqttClient(endpoint, _settings, new Events(this));
    }

    /// <summary>A version that the device cannot do shows when it connects.</summary>
    private HostTls TlsOf(NanoCertificate? caCert, MqttSslProtocols protocol)
    {
        bool any = protocol == MqttSslProtocols.None;
        bool allows12 = any || protocol == MqttSslProtocols.TLSv1_2;
        bool allows13 = any || protocol == MqttSslProtocols.TLSv1_3;
        _protocolIsUnknown = !allows12 && !allows13;
        return new HostTls(caCert?.GetRawCertData(), allows12, allows13);
    }

    private sealed class Events(MqttClient client) : IHostMqttEvents
    {
        public void OnReceived(string topic, byte[] message, bool isDuplicate, int qos, bool isRetained) =>
            client.MqttMsgPublishReceived?.Invoke(
                client, new MqttMsgPublishEventArgs(topic, message, isDuplicate, (MqttQoSLevel)qos, isRetained));

        public void OnPublished(ushort messageId, bool isPublished) =>
            client.MqttMsgPublished?.Invoke(client, new MqttMsgPublishedEventArgs(messageId, isPublished));

        public void OnSubscribed(ushort messageId, byte[] granted) =>
            client.MqttMsgSubscribed?.Invoke(
                client,
                new MqttMsgSubscribedEventArgs(messageId, Array.ConvertAll(granted, level => (MqttQoSLevel)level)));

        public void OnUnsubscribed(ushort messageId) =>
            client.MqttMsgUnsubscribed?.Invoke(client, new MqttMsgUnsubscribedEventArgs(messageId));

        public void OnConnectionClosed() => client.ConnectionClosed?.Invoke(client, EventArgs.Empty);
    }
}
