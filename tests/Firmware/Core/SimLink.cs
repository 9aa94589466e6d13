using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>One of several transports to the same service, with its own troubles.</summary>
internal sealed class SimLink : ILink
{
    private readonly Queue<byte[]> waiting = new();
    private AutoResetEvent? wake;
    private bool isOpen;

    internal SimService Service { get; set; } = null!;

    /// <summary>How the next attempts to connect end.</summary>
    internal LinkOutcome Outcome { get; set; } = LinkOutcome.Connected;

    /// <summary>How long an attempt to connect takes, as into a black hole.</summary>
    internal int ConnectMs { get; set; }

    /// <summary>It takes everything, and nothing arrives.</summary>
    internal bool Swallows { get; set; }

    /// <summary>It sends only in its work, as posts over HTTP do.</summary>
    internal bool IsPosting { get; init; }

    /// <summary>Attempts to connect so far.</summary>
    internal int Attempts { get; private set; }

    /// <summary>Frames that went through it.</summary>
    internal int Frames { get; private set; }

    public int RetryAfterS { get; set; }

    public TransportKind Kind => IsPosting ? TransportKind.Http : TransportKind.Mqtt;

    public bool IsConnected => isOpen;

    public bool HasWork => waiting.Count > 0;

    public LinkOutcome Connect(string clientId, string user, string password)
    {
        Attempts++;
        Service.Clock.Advance(ConnectMs);
        waiting.Clear();
        isOpen = Outcome == LinkOutcome.Connected;
        if (isOpen) Assert.Equal(LinkOutcome.Connected, Service.Connect(clientId, user, password));
        return Outcome;
    }

    public void Disconnect()
    {
        isOpen = false;
        Service.Disconnect();
    }

    public bool Publish(string topic, byte[] payload, int count)
    {
        if (!isOpen) return false;
        byte[] frame = payload[..count];
        if (IsPosting)
        {
            if (waiting.Count == 4) return false;
            waiting.Enqueue(frame);
            return true;
        }

        return Send(topic, frame);
    }

    public void Work()
    {
        while (waiting.TryDequeue(out byte[]? frame)) Send("", frame);
    }

    /// <summary>It dies: attempts end like this, and a connection is gone.</summary>
    internal void Die(LinkOutcome outcome)
    {
        Outcome = outcome;
        if (!isOpen) return;
        isOpen = false;
        Service.Cut();
        wake!.Set();
    }

    internal void Reset(AutoResetEvent loop)
    {
        wake = loop;
        isOpen = false;
        waiting.Clear();
    }

    private bool Send(string topic, byte[] frame)
    {
        Frames++;
        return Swallows || Service.Publish(topic, frame, frame.Length);
    }
}
