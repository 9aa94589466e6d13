using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// The talk of one board with a broker, packet by packet, so that the world's clock stands still until the broker has
/// said all that it has to say to what the board said, and the board has taken it in: however long either takes, the
/// answers come at the virtual time of the question, acknowledgements first.
/// </summary>
/// <remarks>
/// A broker handles a connection's packets in order and sends from its queues for messages and for pings in turn. When
/// no message comes between the answers to two pings, none is left. The board's end acknowledges a message when it has
/// told the board of it.
/// </remarks>
/// <param name="world">Whose clock.</param>
/// <param name="toBoard">Takes packets for the board.</param>
/// <param name="toBroker">Takes packets for the broker.</param>
/// <param name="isLost">Whether a frame is acknowledged and goes no further, in either direction.</param>
internal sealed class BrokerTalk(SimWorld world, Stream toBoard, Stream toBroker, Func<byte[], bool> isLost)
    : ITalk, IDisposable
{
    /// <summary>
    /// The clock goes on without an answer or acknowledgement that has not come by then: a board whose queue is full
    /// gives none.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _order = new(1);
    private readonly Queue<bool> _pingsAreOurs = [];
    private readonly List<byte[]> _kept = [];
    private readonly HashSet<int> _unacknowledged = [];
    private IDisposable? _fence;
    private IDisposable? _delivery;
    private Timer? _patience;
    private int _answersWanted;
    private TaskCompletionSource? _quiet;

    /// <inheritdoc/>
    public async Task UpAsync(byte[] packet, CancellationToken cancellation)
    {
        await _order.WaitAsync(cancellation);
        try
        {
            int type = MqttWire.TypeOf(packet);
            if (type == MqttWire.PingRequest)
                _pingsAreOurs.Enqueue(false);
            if (IsLost(packet))
                _kept.Add(MqttWire.AckOf(MqttWire.IdOf(packet)));
            else
                await toBroker.WriteAsync(packet, cancellation);
            if (type is MqttWire.Publish or MqttWire.Subscribe)
            {
                bool isPinging = _fence is not null;
                _fence ??= world.HoldClock();
                _answersWanted = isPinging ? 3 : 2; // the ping on its way was sent before this
                if (!isPinging)
                    await PingAsync(cancellation);
            }
            else if (type == MqttWire.PubAck && _unacknowledged.Remove(MqttWire.IdOf(packet)))
            {
                EndDelivery();
            }
        }
        finally
        {
            _order.Release();
        }
    }

    /// <inheritdoc/>
    public async Task DownAsync(byte[] packet, CancellationToken cancellation)
    {
        await _order.WaitAsync(cancellation);
        try
        {
            int type = MqttWire.TypeOf(packet);
            if (type == MqttWire.PingResponse && _pingsAreOurs.TryDequeue(out bool isOurs) && isOurs)
            {
                if (--_answersWanted > 0)
                    await PingAsync(cancellation);
                else
                    await OpenAsync(cancellation);
                return;
            }

            if (type == MqttWire.Publish)
                _answersWanted = Math.Max(_answersWanted, 2);
            if (IsLost(packet))
                await toBroker.WriteAsync(MqttWire.AckOf(MqttWire.IdOf(packet)), cancellation);
            else if (_fence is null)
                await DeliverAsync(packet, cancellation);
            else
                _kept.Add(packet);
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>The board has gone: done when the broker has seen to all that it said.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        await _order.WaitAsync(cancellation);
        try
        {
            _delivery?.Dispose();
            if (_fence is null)
                return;
            _quiet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        finally
        {
            _order.Release();
        }

        await _quiet.Task.WaitAsync(cancellation);
    }

    /// <summary>The connection is over: nothing is waited for any more.</summary>
    public void Dispose()
    {
        _fence?.Dispose();
        _delivery?.Dispose();
        _patience?.Dispose();
    }

    private bool IsLost(byte[] packet) => MqttWire.TypeOf(packet) == MqttWire.Publish
        && MqttWire.IdOf(packet) != 0 && isLost(MqttWire.MessageOf(packet).Payload);

    private async Task PingAsync(CancellationToken cancellation)
    {
        _pingsAreOurs.Enqueue(true);
        await toBroker.WriteAsync(MqttWire.Ping, cancellation);
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        foreach (byte[] packet in _kept.OrderBy(packet => MqttWire.TypeOf(packet) == MqttWire.Publish))
            await DeliverAsync(packet, cancellation);
        _kept.Clear();
        _fence?.Dispose();
        _fence = null;
        _quiet?.TrySetResult();
    }

    private async Task DeliverAsync(byte[] packet, CancellationToken cancellation)
    {
        if (_quiet is not null)
            return;
        if (MqttWire.TypeOf(packet) == MqttWire.Publish && MqttWire.IdOf(packet) is var id and not 0)
        {
            _unacknowledged.Add(id);
            IDisposable hold = _delivery ??= world.HoldClock();
            _patience?.Dispose();
            _patience = new Timer(_ => hold.Dispose(), null, Patience, Timeout.InfiniteTimeSpan);
        }

        await toBoard.WriteAsync(packet, cancellation);
    }

    private void EndDelivery()
    {
        if (_unacknowledged.Count > 0)
            return;
        _patience?.Dispose();
        _delivery?.Dispose();
        _delivery = null;
    }
}
