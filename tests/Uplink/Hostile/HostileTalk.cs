using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>
/// The attacker in one connection of a board. What he does not pass on he acknowledges, as the broker that he owns
/// would.
/// </summary>
/// <param name="broker">Decides, remembers.</param>
/// <param name="talk">The true connection.</param>
internal sealed class HostileTalk(HostileBroker broker, BrokerTalk talk) : ITalk
{
    /// <summary>Identifiers of messages of his own to a board: beyond those that a broker comes to.</summary>
    private const int FirstOwnId = 0x8000;

    private readonly List<byte[]> _heldUp = [];
    private readonly List<byte[]> _heldDown = [];
    private CancellationToken _over;
    private Victim? _board;
    private Random _up = new(0);
    private Random _down = new(0);
    private int _ownId = FirstOwnId;

    /// <summary>It has ended.</summary>
    public bool IsOver => _over.IsCancellationRequested;

    /// <inheritdoc/>
    public async Task UpAsync(byte[] packet, CancellationToken cancellation)
    {
        broker.Transcript.Add(packet);
        _over = cancellation;
        if (MqttWire.TypeOf(packet) == MqttWire.Connect)
        {
            (_board, _up, _down) = broker.OnConnect(packet);
            await talk.UpAsync(await broker.ConnectAsync(_board, packet, _up), cancellation);
        }
        else if (_board is not null && IsFrame(packet, isUp: true, out byte[] frame))
        {
            await FrameUpAsync(_board, packet, frame);
        }
        else
        {
            await talk.UpAsync(packet, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task DownAsync(byte[] packet, CancellationToken cancellation)
    {
        broker.Transcript.Add(packet);
        if (MqttWire.TypeOf(packet) == MqttWire.ConnAck && packet[^1] == 0 && _board is not null)
            _board.Talk = this;
        if (_board is not null && IsFrame(packet, isUp: false, out byte[] frame))
            await FrameDownAsync(_board, packet, frame);
        else
            await talk.DownAsync(packet, cancellation);
    }

    /// <summary>Sends a frame to the service as the board, beside what it sends itself.</summary>
    public Task SendUpAsync(byte[] frame)
    {
        byte[] packet = MqttWire.MessageTo(MqttTopics.Up(_board!.IdText), frame, 0);
        broker.Transcript.Add(packet);
        return talk.UpAsync(packet, _over);
    }

    /// <summary>Sends a frame to the board as the service.</summary>
    public Task SendDownAsync(byte[] frame)
    {
        int id = Interlocked.Increment(ref _ownId) | FirstOwnId;
        byte[] packet = MqttWire.MessageTo(MqttTopics.Down(_board!.IdText), frame, id & 0xFFFF);
        broker.Transcript.Add(packet);
        return talk.DownAsync(packet, _over);
    }

    private static bool IsFrame(byte[] packet, bool isUp, out byte[] frame)
    {
        frame = [];
        if (MqttWire.TypeOf(packet) != MqttWire.Publish)
            return false;
        (string topic, frame) = MqttWire.MessageOf(packet);
        return isUp ? !topic.EndsWith("/s", StringComparison.Ordinal) : topic.EndsWith("/d", StringComparison.Ordinal);
    }

    private async Task FrameUpAsync(Victim board, byte[] packet, byte[] frame)
    {
        broker.TakeGenuine(board, frame, isUp: true);
        if (await broker.TakesOverAsync(board, frame))
        {
            await talk.DownAsync(MqttWire.AckOf(MqttWire.IdOf(packet)), _over);
            return;
        }

        Trick trick = broker.Draw(_up, isUp: true);
        if (trick is Trick.Dropped or Trick.Delayed or Trick.Reordered or Trick.Diverted)
            await talk.DownAsync(MqttWire.AckOf(MqttWire.IdOf(packet)), _over);
        switch (trick)
        {
            case Trick.Dropped:
                if ((FrameType)frame[1] == FrameType.Records)
                    await broker.ReceiptAsync(board);
                return;
            case Trick.Delayed:
                broker.Later(_up, () => broker.SendUpAsync(board, frame));
                return;
            case Trick.Reordered:
                _heldUp.Add(frame);
                return;
            case Trick.Diverted:
                await broker.SendUpAsync(broker.AnotherThan(board, _up), frame);
                break;
            default:
                await talk.UpAsync(Again(packet, Altered(trick, frame, _up)), _over);
                break;
        }

        if (trick == Trick.Duplicated)
            await broker.SendUpAsync(board, frame);
        foreach (byte[] held in Take(_heldUp))
            await broker.SendUpAsync(board, held);
        await broker.ImproviseAsync(_up, isUp: true);
    }

    private async Task FrameDownAsync(Victim board, byte[] packet, byte[] frame)
    {
        broker.TakeGenuine(board, frame, isUp: false);
        if (await broker.AnswersHimselfAsync(board, frame))
            return;
        Trick trick = broker.Draw(_down, isUp: false);
        if (trick is Trick.Dropped or Trick.Delayed or Trick.Reordered or Trick.Diverted
            && MqttWire.IdOf(packet) is var id and not 0)
            await talk.UpAsync(MqttWire.AckOf(id), _over);
        switch (trick)
        {
            case Trick.Dropped:
                return;
            case Trick.Delayed:
                broker.Later(_down, () => broker.SendDownAsync(board, frame));
                return;
            case Trick.Reordered:
                _heldDown.Add(frame);
                return;
            case Trick.Diverted:
                await broker.SendDownAsync(broker.AnotherThan(board, _down), frame);
                break;
            default:
                await talk.DownAsync(Again(packet, Altered(trick, frame, _down)), _over);
                break;
        }

        if (trick == Trick.Duplicated)
            await broker.SendDownAsync(board, frame);
        foreach (byte[] held in Take(_heldDown))
            await broker.SendDownAsync(board, held);
        await broker.ImproviseAsync(_down, isUp: false);
    }

    private byte[] Altered(Trick trick, byte[] frame, Random random)
    {
        switch (trick)
        {
            case Trick.BitsFlipped when (FrameType)frame[1] == FrameType.Evidence && random.Next(2) == 0:
                return Forger.Negated(frame);
            case Trick.BitsFlipped:
                return Flipped(frame, random);
            case Trick.Truncated:
                return frame[..random.Next(frame.Length)];
            case Trick.Spliced:
                byte[] spliced = [.. frame];
                byte[] body = broker.Any(random);
                int from = Math.Min(6, frame.Length);
                int count = Math.Min(frame.Length - from, Math.Max(0, body.Length - from));
                body.AsSpan(Math.Min(from, body.Length), count).CopyTo(spliced.AsSpan(from));
                byte[] tag = broker.Any(random);
                int last = Math.Min(FrameTag.Size, Math.Min(tag.Length, frame.Length));
                tag.AsSpan(tag.Length - last).CopyTo(spliced.AsSpan(frame.Length - last));
                return spliced;
            default:
                return frame;
        }
    }

    /// <summary>One to three bits of a frame, anywhere.</summary>
    public static byte[] Flipped(byte[] frame, Random random)
    {
        byte[] flipped = [.. frame];
        for (int bits = random.Next(1, 4); bits > 0; bits--)
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Again(byte[] packet, byte[] frame) =>
        MqttWire.MessageTo(MqttWire.MessageOf(packet).Topic, frame, MqttWire.IdOf(packet));

    private static byte[][] Take(List<byte[]> held)
    {
        byte[][] taken = [.. held];
        held.Clear();
        return taken;
    }
}
