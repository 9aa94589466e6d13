namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Read in the clear: the configuration always, OTP and data after the data lock, never a secret.</summary>
internal static class ReadCommand
{
    internal static Response Execute(ChipCore core, in Command command)
    {
        bool knownMode = (command.Mode & ~(ZoneAddress.ZoneMask | ZoneAddress.Block)) == 0;
        if (!knownMode || !command.Data.IsEmpty) return ChipStatus.ParseError;
        if (!ZoneAddress.TryParse(command.Mode, command.Param2, out ZoneAddress address)) return ChipStatus.ParseError;
        if (address.Inside < address.Size) return ChipStatus.ExecutionError;
        ChipState state = core.State;
        if (address.Zone == Zone.Config) return Bytes(state.Config, address);
        if (core.Forbids(Rule.DataZoneUnreadableBeforeDataLock, !state.DataLocked)) return ChipStatus.ExecutionError;
        if (address.Zone == Zone.Otp) return Bytes(state.Otp, address);
        SlotPolicy slot = state.Policy(address.Slot);
        if (core.Forbids(Rule.SecretsUnreadable, slot.IsPrivate || slot.IsSecret || slot.EncryptRead))
            return ChipStatus.ExecutionError;
        return Bytes(state.Slot(address.Slot), address);
    }

    private static Response Bytes(ReadOnlySpan<byte> zone, in ZoneAddress address) =>
        new(zone.Slice(address.Offset, address.Size).ToArray());
}
