using System.Net.Sockets;
using MQTTnet.Packets;

namespace LumenLink.Simulator;

/// <summary>
/// The part of a connect during which the device's code stands still: the connection opens, the broker answers.
/// </summary>
/// <param name="endpoint">Where to.</param>
internal sealed class MqttOpening(HostEndpoint endpoint)
{
    /// <summary>
    /// 0, or why the broker refuses, in the words of the protocol's version; both words are in the packet, translated.
    /// </summary>
    public static int CodeOf(MqttConnAckPacket answer, int version) =>
        version == 5 ? (int)answer.ReasonCode : (int)answer.ReturnCode;

    /// <summary>
    /// Opens a connection and waits for the broker's answer; the caller's strand must be one that can.
    /// </summary>
    /// <param name="link">Not open yet; dropped when it does not come about.</param>
    /// <param name="request">What the device says.</param>
    public HostMqttConnected Open(MqttLink link, HostMqttConnect request)
    {
        Strand strand = Strand.Current;
        SocketError error = Dial(strand, link, request);
        if (error != SocketError.Success) return new(HostMqttOutcome.NotOpened, Error: (int)error);
        link.Send(HostMqttPackets.Connect(request));
        HostTask.Wait(strand, link.ConnAck, HostMqttLimits.ConnectAnswerMs);
        MqttConnAckPacket? answer = link.ConnAck.IsCompleted ? link.ConnAck.Result : null;
        if (answer is null) return new(HostMqttOutcome.NotAnswered);
        return new(HostMqttOutcome.Answered, CodeOf(answer, request.Version));
    }

    private SocketError Dial(Strand strand, MqttLink link, HostMqttConnect request)
    {
        if (!strand.Run.Wifi.IsConnected)
        {
            link.Drop();
            return SocketError.NetworkUnreachable;
        }

        if (link.IsOver) return SocketError.ConnectionRefused;
        MqttDialer dialer = new(endpoint, HostTrust.Of(strand, request.Verifies)) { Version = request.Version };
        Task opening;
        using (ExecutionContext.SuppressFlow()) opening = Task.Run(() => link.OpenAsync(dialer));
        int limitMs = link.Passes ? HostNetLimits.OpenMs : HostNetLimits.SynMs;
        SocketError error = Await(strand, link, opening, limitMs);
        if (error != SocketError.Success) link.Drop();
        return error;
    }
    private static SocketError Await(Strand strand, MqttLink link, Task opening, int limitMs)
    {
        link.Notice.Await(true);
        try
        {
            return HostTask.Wait(strand, opening, limitMs) ? HostTask.ErrorOf(opening) : SocketError.TimedOut;
        }
        finally
        {
            link.Notice.Await(false);
        }
    }
}
