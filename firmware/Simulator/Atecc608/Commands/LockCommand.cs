namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Lock: configuration, data with OTP, or one slot; for good. The summary is the CRC of the zone.</summary>
internal static class LockCommand
{
    private const byte IgnoreSummary = 0x80;
    private const byte ConfigTarget = 0;
    private const byte DataTarget = 1;
    private const byte SlotTarget = 2;

    internal static Response Execute(ChipCore core, in Command command)
    {
        if (!command.Data.IsEmpty) return ChipStatus.ParseError;
        int slot = (command.Mode >> 2) & 0x0F;
        bool ignoreSummary = (command.Mode & IgnoreSummary) != 0;
        switch (command.Mode & ~(IgnoreSummary | (0x0F << 2)))
        {
            case ConfigTarget when slot == 0:
                ushort config = ChipCrc.Compute(core.State.Config);
                if (core.Forbids(Rule.LockSummaryChecked, !ignoreSummary && command.Param2 != config))
                    return ChipStatus.ExecutionError;
                return Config(core);
            case DataTarget when slot == 0:
                ushort data = core.State.DataSummary();
                if (core.Forbids(Rule.LockSummaryChecked, !ignoreSummary && command.Param2 != data))
                    return ChipStatus.ExecutionError;
                return Data(core);
            case SlotTarget:
                return Slot(core, slot);
            default:
                return ChipStatus.ParseError;
        }
    }

    private static Response Config(ChipCore core)
    {
        if (core.Forbids(Rule.LockOnce, core.State.ConfigLocked)) return ChipStatus.ExecutionError;
        core.State.WriteConfig(ConfigZone.LockConfig, [ConfigZone.Locked]);
        return ChipStatus.Success;
    }

    private static Response Data(ChipCore core)
    {
        if (core.Forbids(Rule.DataLockAfterConfigLock, !core.State.ConfigLocked)) return ChipStatus.ExecutionError;
        if (core.Forbids(Rule.LockOnce, core.State.DataLocked)) return ChipStatus.ExecutionError;
        core.State.WriteConfig(ConfigZone.LockValue, [ConfigZone.Locked]);
        return ChipStatus.Success;
    }

    private static Response Slot(ChipCore core, int slot)
    {
        ChipState state = core.State;
        if (core.Forbids(Rule.SlotLockAfterConfigLock, !state.ConfigLocked)
            || core.Forbids(Rule.SlotLockNeedsLockable, !state.Policy(slot).Lockable)
            || core.Forbids(Rule.LockOnce, state.SlotIsLocked(slot)))
            return ChipStatus.ExecutionError;
        state.LockSlot(slot);
        return ChipStatus.Success;
    }
}
