using System.Net.Sockets;

namespace LumenLink.Simulator;

/// <summary>
/// One connection of a board to a server, without a thread of its own. While the network swallows everything nothing
/// passes in either direction; what the device writes stays in the board's buffer then.
/// </summary>
internal sealed class HostHttpConnection
{
    private readonly Lock _lock = new();
    private readonly BoardRun _run;
    private readonly SimNetwork _network;
    private readonly HostEndpoint _endpoint;
    private readonly bool _isSwallowed;
    private readonly NetworkGate _gate = new();
    private readonly AnswerHold _hold;
    private readonly NoticeHold _notice;
    private readonly CancellationTokenSource _over = new();
    private readonly MemoryStream _unsent = new();
    private readonly byte[] _buffer = new byte[HostHttpLimits.BufferBytes];
    private Stream? _stream;
    private int _start;
    private int _end;
    private bool _waits;

    private HostHttpConnection(BoardRun run, HostEndpoint endpoint, bool isSwallowed)
    {
        _run = run;
        _endpoint = endpoint;
        _network = run.Board.Network;
        _isSwallowed = isSwallowed;
        _hold = new AnswerHold(run.World);
        _notice = new NoticeHold(run.World);
        _gate.Set(!isSwallowed && !_network.IsBlackHole);
        _network.Changed += OnNetworkChanged;
        run.Stopping += Close;
    }

    /// <summary>Connects; the caller's strand must be one that can wait.</summary>
    /// <exception cref="HostSocketException">No connection came about.</exception>
    public static HostHttpConnection Open(HostEndpoint endpoint, bool verifies)
    {
        Strand strand = Strand.Current;
        SimNetwork network = strand.Run.Board.Network;
        ConnectionFate fate = network.FateOf(endpoint.Host, endpoint.Port);
        if (fate == ConnectionFate.Refused) throw new HostSocketException(SocketError.ConnectionRefused);
        bool isSwallowed = fate == ConnectionFate.BlackHole && !network.IsBlackHole;
        HostTrust trust = HostTrust.Of(strand, verifies);
        HostHttpConnection connection = new(strand.Run, endpoint, isSwallowed);
        connection.Do(
            over => connection.DialAsync(endpoint, trust, over),
            connection._gate.IsOpen ? HostNetLimits.OpenMs : HostNetLimits.SynMs);
        return connection;
    }

    /// <summary>
    /// Sends bytes. A board that is preempted keeps them until it waits for the answer: the server must not work on
    /// them while nothing stops the clock.
    /// </summary>
    /// <exception cref="HostSocketException">The connection broke, or the time ran out.</exception>
    public void Write(byte[] bytes, int offset, int count, int timeoutMs)
    {
        lock (_lock) _unsent.Write(bytes, offset, count);
        if (_over.IsCancellationRequested) throw new HostSocketException(SocketError.NotConnected);
        if (_gate.IsOpen && _run.Preemptor is null) Do(SendAsync, timeoutMs);
    }

    /// <summary>Does some receiving and waits for its end; the device stands still meanwhile.</summary>
    /// <param name="work">What; reads by <see cref="ByteAsync"/> and <see cref="TakeAsync"/>.</param>
    /// <param name="timeoutMs">For how long; -1 for ever. When it runs out the connection ends.</param>
    /// <exception cref="HostSocketException">The connection broke, or the time ran out.</exception>
    public void Do(Func<CancellationToken, Task> work, int timeoutMs)
    {
        Strand strand = Strand.Current;
        if (!strand.Blocks)
            throw new InvalidOperationException("A tick or a callback cannot wait for a server.");
        SocketError error = SocketError.TimedOut;
        Task task;
        using (ExecutionContext.SuppressFlow()) task = Task.Run(() => work(_over.Token));
        SetWaits(true);
        try
        {
            if (HostTask.Wait(strand, task, timeoutMs)) error = HostTask.ErrorOf(task);
        }
        finally
        {
            SetWaits(false);
            if (error != SocketError.Success) Close();
        }

        if (error != SocketError.Success) throw new HostSocketException(error);
    }

    /// <summary>The next byte that arrives; -1 at the end.</summary>
    public async Task<int> ByteAsync(CancellationToken over) =>
        await FillAsync(over).ConfigureAwait(false) == 0 ? -1 : _buffer[_start++];

    /// <summary>The next bytes that arrive, at least one and at most so many; none at the end.</summary>
    public async Task<byte[]> TakeAsync(int most, CancellationToken over)
    {
        int count = Math.Min(most, await FillAsync(over).ConfigureAwait(false));
        _start += count;
        return _buffer[(_start - count).._start];
    }

    /// <summary>Ends the connection; twice is harmless.</summary>
    public void Close()
    {
        if (_over.IsCancellationRequested) return;
        _notice.OnEnd();
        _network.Changed -= OnNetworkChanged;
        _run.Stopping -= Close;
        _over.Cancel();
        Interlocked.Exchange(ref _stream, null)?.Dispose();
    }

    private async Task DialAsync(HostEndpoint endpoint, HostTrust trust, CancellationToken over)
    {
        await _gate.WhenOpen.WaitAsync(over).ConfigureAwait(false);
        (_, Stream stream) = await HostDialer.DialAsync(endpoint, trust, over).ConfigureAwait(false);
        Interlocked.Exchange(ref _stream, stream);
        if (over.IsCancellationRequested) await stream.DisposeAsync().ConfigureAwait(false);
        over.ThrowIfCancellationRequested();
    }

    private async Task SendAsync(CancellationToken over)
    {
        byte[] unsent;
        lock (_lock)
        {
            unsent = _unsent.ToArray();
            _unsent.SetLength(0);
        }

        await Open().WriteAsync(unsent, over).ConfigureAwait(false);
    }

    private async Task<int> FillAsync(CancellationToken over)
    {
        if (_start < _end) return _end - _start;
        await _gate.WhenOpen.WaitAsync(over).ConfigureAwait(false);
        await SendAsync(over).ConfigureAwait(false);
        int count = await Open().ReadAsync(_buffer, over).ConfigureAwait(false);
        await _gate.WhenOpen.WaitAsync(over).ConfigureAwait(false);
        _start = 0;
        _end = count;
        return count;
    }

    private Stream Open() =>
        Volatile.Read(ref _stream) ?? throw new SocketException((int)SocketError.NotConnected);

    /// <summary>Real input and output stops a virtual clock, unless the network swallows it.</summary>
    private void SetWaits(bool waits)
    {
        _notice.Await(waits);
        lock (_lock)
        {
            _waits = waits;
            bool mayCome =
                _gate.IsOpen && _network.MayAnswer?.Invoke(_endpoint.Host, _endpoint.Port) != false;
            _hold.Set(waits && mayCome, asked: waits);
        }
    }

    private void OnNetworkChanged()
    {
        if (!_network.IsUp)
        {
            Close();
            return;
        }

        lock (_lock)
        {
            _gate.Set(!_isSwallowed && !_network.IsBlackHole);
            _hold.Set(_waits && _gate.IsOpen, asked: _gate.IsOpen);
        }
    }
}
