using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>What the attacker knows of one board: what passed through his hands last.</summary>
/// <param name="id">Which.</param>
internal sealed class Victim(BeaconId id)
{
    /// <summary>Which.</summary>
    public BeaconId Id => id;

    /// <summary>Its id, as topics have it.</summary>
    public string IdText { get; } = id.ToString();

    /// <summary>Its last Hello.</summary>
    public byte[]? Hello { get; set; }

    /// <summary>The last Challenge that it was given.</summary>
    public byte[]? Challenge { get; set; }

    /// <summary>Its last session that either side named.</summary>
    public uint Session { get; set; }

    /// <summary>Its boot, as its token says.</summary>
    public uint Boot { get; set; } = 1;

    /// <summary>Its last CONNECT, which has its token.</summary>
    public byte[]? Connect { get; set; }

    /// <summary>Its last token.</summary>
    public string? Token { get; set; }

    /// <summary>A session over HTTP that was opened with a token of it.</summary>
    public string? Post { get; set; }

    /// <summary>Its connection, as long as it has one.</summary>
    public HostileTalk? Talk { get; set; }

    /// <summary>Learns from a frame.</summary>
    public void Learn(FrameType type, byte[] frame)
    {
        switch (type)
        {
            case FrameType.Hello:
                Hello = frame;
                break;
            case FrameType.Challenge:
                Challenge = frame;
                break;
            case FrameType.Records or FrameType.CommandAck or FrameType.Receipt or FrameType.AttestationResult:
                Session = BitConverter.ToUInt32(frame, 2);
                break;
        }
    }
}

/// <summary>A frame that passed, and whose it was.</summary>
/// <param name="Board">Whose.</param>
/// <param name="Type">What it is.</param>
/// <param name="IsUp">It went to the service.</param>
/// <param name="Frame">The whole frame.</param>
internal sealed record Captured(BeaconId Board, FrameType Type, bool IsUp, byte[] Frame);
