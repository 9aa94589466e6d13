using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Broker;

/// <summary>How the way to the beacons over MQTT is.</summary>
public enum BrokerHealth
{
    /// <summary>Frames come and go.</summary>
    Ok,

    /// <summary>
    /// Frames come and go; connections cannot be ended there, because the broker has no such call or refuses it.
    /// </summary>
    CannotDisconnect,

    /// <summary>The embedded broker does not listen.</summary>
    NotListening,

    /// <summary>The broker beside the service cannot be reached, or does not take the service as its client.</summary>
    Away,
}

/// <summary>The way to the beacons over MQTT: the broker inside the service, or one beside it.</summary>
internal interface IBroker
{
    /// <summary>How it is; known without asking.</summary>
    BrokerHealth Health { get; }

    /// <summary>False if nothing that is sent to the beacon now can arrive.</summary>
    bool CanReach(BeaconId beacon);

    /// <summary>
    /// Sends a frame down to a beacon. Never throws for a beacon or broker that is away: the frame is lost then.
    /// </summary>
    Task SendAsync(BeaconId beacon, ReadOnlyMemory<byte> frame);
}

/// <summary>Ends connections of beacons, at whichever broker they are.</summary>
public interface IBrokerConnections
{
    /// <summary>
    /// Has the beacon's connection ended if it has one; what it sends afterwards is refused by token or commit. Does
    /// not wait for it, and a broker that is away is told when it is back.
    /// </summary>
    /// <param name="beacon">Which.</param>
    /// <param name="reason">Why, for the log.</param>
    Task DisconnectAsync(BeaconId beacon, IngestOutcome reason);
}
