using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Control;

/// <summary>Writes what goes down to a beacon, sealed under a session.</summary>
internal static class ControlFrames
{
    /// <summary>The sealed frames of what is due, a command first.</summary>
    public static List<ReadOnlyMemory<byte>> Write(LiveSession session, ControlDue due)
    {
        List<ReadOnlyMemory<byte>> frames = [];
        if (due.Command is { } command)
            frames.Add(Write(session, command));
        if (due.SignedConfiguration is { } signed)
            frames.Add(Wrap(session, signed));
        return frames;
    }

    private static byte[] Write(LiveSession session, CommandView command)
    {
        CommandFrame frame = new()
        {
            SessionId = session.Id,
            CommandId = command.Id,
            ExpiresUnixMs = command.ExpiresAt.ToUnixTimeMilliseconds(),
            Command = command.Command,
            Argument = command.Argument,
        };
        byte[] bytes = new byte[CommandFrame.MinSize];
        frame.Write(bytes, 0);
        session.Seal(bytes);
        return bytes;
    }

    /// <summary>Header and tag around bytes that were signed once.</summary>
    private static byte[] Wrap(LiveSession session, byte[] signed)
    {
        byte[] frame = new byte[FrameHeader.Size + signed.Length + FrameTag.Size];
        FrameHeader.Write(frame, 0, FrameType.Config, session.Id);
        signed.CopyTo(frame, ConfigFrame.SignedFrom);
        session.Seal(frame);
        return frame;
    }
}
