namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// The two directions of one connection of a board with a broker, packet by packet: each in its order, the two at the
/// same time.
/// </summary>
internal interface ITalk
{
    /// <summary>Takes a packet of the board.</summary>
    Task UpAsync(byte[] packet, CancellationToken cancellation);

    /// <summary>Takes a packet of the broker.</summary>
    Task DownAsync(byte[] packet, CancellationToken cancellation);
}
