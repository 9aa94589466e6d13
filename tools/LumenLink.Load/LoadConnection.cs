using System.Buffers;
using System.Diagnostics;
using LumenLink.Protocol;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace LumenLink.Load;

/// <summary>What became of a publish.</summary>
internal enum SendOutcome
{
    /// <summary>The service's sealed receipt says that the record is stored.</summary>
    Receipted,

    /// <summary>The receipt says that it is refused for good.</summary>
    RecordRefused,

    /// <summary>The broker acknowledged it with a reason other than success.</summary>
    PublishRefused,

    /// <summary>No receipt came in time.</summary>
    NoReceipt,

    /// <summary>The connection is gone.</summary>
    Disconnected,
}

/// <summary>A beacon at the broker: one frame on its way at a time, as a beacon does it.</summary>
internal sealed class LoadConnection : IAsyncDisposable
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which a beacon pings the broker, as the firmware has it.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly LoadBeacon _beacon;
    private readonly ReceiptFrame _receipt = new();
    private TaskCompletionSource<byte[]> _answer = NewSource<byte[]>();
    private volatile Waiting? _waiting;
    private string _upTopic = MqttTopics.ConnectionUp;

    private LoadConnection(LoadBeacon beacon)
    {
        _beacon = beacon;
        _client.ApplicationMessageReceivedAsync += OnMessageAsync;
        _client.DisconnectedAsync += _ =>
        {
            _waiting?.Outcome.TrySetResult(SendOutcome.Disconnected);
            _answer.TrySetException(new LoadException($"{beacon.Name}: the connection ended."));
            return Task.CompletedTask;
        };
    }

    /// <summary>Whose.</summary>
    public LoadBeacon Beacon => _beacon;

    /// <summary>The session, once attested.</summary>
    public LoadSession? Session { get; private set; }

    /// <summary>Connects with a token and attests.</summary>
    /// <exception cref="LoadException">The service says no, or nothing.</exception>
    public static async Task<LoadConnection> AttestAsync(
        LoadBeacon beacon, LoadTarget target, CancellationToken cancellation)
    {
        LoadConnection connection = new(beacon);
        try
        {
            await connection.ConnectAsync(target, cancellation);
            byte[] challenge = await connection.AskAsync(beacon.Hello, FrameType.Challenge, cancellation);
            byte[] result = await connection.AskAsync(
                beacon.Evidence(challenge), FrameType.AttestationResult, cancellation);
            connection.Session = beacon.Accept(result)
                ?? throw new LoadException($"{beacon.Name}: the result is not sealed under the session's keys.");
            return connection;
        }
        catch (Exception problem)
        {
            await connection.DisposeAsync();
            if (problem is MqttCommunicationException or TimeoutException or InvalidOperationException)
                throw new LoadException($"{beacon.Name}: {problem.Message}");
            throw;
        }
    }

    /// <summary>Publishes a frame at QoS 1 and waits for the PUBACK and for the receipt.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>What became of it, and the timestamp of the receipt.</returns>
    public async Task<(SendOutcome Outcome, long ReceiptedAt)> SendAsync(LoadFrame frame)
    {
        Waiting waiting = new(frame.Sequence);
        _waiting = waiting;
        try
        {
            MqttClientPublishResult acknowledged = await PublishAsync(frame.Bytes, CancellationToken.None);
            return acknowledged.ReasonCode != MqttClientPublishReasonCode.Success
                ? (SendOutcome.PublishRefused, 0)
                : (await waiting.Outcome.Task.WaitAsync(AnswerWithin), waiting.ReceiptedAt);
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
        {
            return (SendOutcome.NoReceipt, 0);
        }
        catch (Exception problem) when (problem is MqttCommunicationException or InvalidOperationException)
        {
            return (SendOutcome.Disconnected, 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client.IsConnected)
                await _client.DisconnectAsync();
        }
        catch (MqttCommunicationException)
        {
            // The other side was first.
        }

        _client.Dispose();
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ConnectAsync(LoadTarget target, CancellationToken cancellation)
    {
        _upTopic = target.NeedsFullTopic ? MqttTopics.Up(_beacon.IdText) : MqttTopics.ConnectionUp;
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer(target.Host, target.Port).WithClientId(_beacon.IdText)
            .WithCredentials(_beacon.IdText, _beacon.NextToken(target.Audience))
            .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
            .WithTimeout(AnswerWithin).WithKeepAlivePeriod(KeepAlive);
        if (target.IsTls)
            options.WithTlsOptions(tls => tls.UseTls());
        MqttClientConnectResult result = await _client.ConnectAsync(options.Build(), cancellation);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new LoadException($"{_beacon.Name}: the broker says {result.ResultCode}.");
        await _client.SubscribeAsync(
            MqttTopics.Down(_beacon.IdText), MqttQualityOfServiceLevel.AtLeastOnce, cancellation);
    }

    private async Task<byte[]> AskAsync(byte[] frame, FrameType wanted, CancellationToken cancellation)
    {
        _answer = NewSource<byte[]>();
        await PublishAsync(frame, cancellation);
        byte[] answer = await _answer.Task.WaitAsync(AnswerWithin, cancellation);
        FrameHeader header = new();
        return header.Read(answer) == WireError.None && header.Type == wanted
            ? answer
            : throw new LoadException($"{_beacon.Name}: the service answers {header.Type}, not {wanted}.");
    }

    private Task<MqttClientPublishResult> PublishAsync(byte[] frame, CancellationToken cancellation) =>
        _client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = _upTopic,
                PayloadSegment = frame,
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            },
            cancellation);

    private Task OnMessageAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        byte[] frame = args.ApplicationMessage.Payload.ToArray();
        if (Session is { } session)
            OnReceipt(session, frame);
        else
            _answer.TrySetResult(frame);
        return Task.CompletedTask;
    }

    /// <summary>Only what the session sealed settles anything.</summary>
    private void OnReceipt(LoadSession session, byte[] frame)
    {
        long now = Stopwatch.GetTimestamp();
        if (_waiting is not { } waiting || !session.Opens(frame)
            || _receipt.Read(frame, 0, frame.Length) != WireError.None)
            return;
        while (_receipt.NextEntry())
        {
            if (_receipt.Entry.Boot != LoadBeacon.Boot || !_receipt.Entry.IsSettled(waiting.Sequence))
                continue;
            waiting.ReceiptedAt = now;
            bool isRefused = _receipt.Entry.ReasonFor(waiting.Sequence) != RefusalReason.None;
            waiting.Outcome.TrySetResult(isRefused ? SendOutcome.RecordRefused : SendOutcome.Receipted);
        }
    }

    private sealed class Waiting(uint sequence)
    {
        public uint Sequence => sequence;

        public long ReceiptedAt { get; set; }

        public TaskCompletionSource<SendOutcome> Outcome { get; } = NewSource<SendOutcome>();
    }
}
