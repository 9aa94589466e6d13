namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Info: revision, whether a key is valid, state of TempKey, GPIO (none), the key permission latch.</summary>
internal static class InfoCommand
{
    private const byte TempKeyValid = 0x80;

    internal static Response Execute(ChipCore core, in Command command)
    {
        if (!command.Data.IsEmpty) return ChipStatus.ParseError;
        return command.Mode switch
        {
            0 => new Response(core.State.Config.Slice(ConfigZone.Revision, 4).ToArray()),
            1 => KeyValid(core, command.Param2),
            2 => new Response([core.Ram.TempKey.Flags, core.Ram.TempKey.IsValid ? TempKeyValid : (byte)0, 0, 0]),
            3 => new Response(new byte[4]),
            4 => KeyPermission(core, command.Param2),
            _ => ChipStatus.ParseError,
        };
    }

    private static Response KeyValid(ChipCore core, ushort slot)
    {
        if (slot >= DataZone.SlotCount) return ChipStatus.ParseError;
        bool valid = core.State.Policy(slot).IsPrivateP256 && core.TryPrivateKey(slot, out _);
        return new Response([valid ? (byte)1 : (byte)0, 0, 0, 0]);
    }

    private static Response KeyPermission(ChipCore core, ushort param2)
    {
        if (param2 > 3) return ChipStatus.ParseError;
        if ((param2 & 2) != 0) core.Ram.KeyPermission = (param2 & 1) != 0;
        return new Response([core.Ram.KeyPermission ? (byte)1 : (byte)0, 0, 0, 0]);
    }
}
