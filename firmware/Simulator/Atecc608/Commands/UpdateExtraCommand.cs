namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>UpdateExtra: bytes 84 and 85 of the configuration; once each after the configuration is locked.</summary>
internal static class UpdateExtraCommand
{
    internal static Response Execute(ChipCore core, in Command command)
    {
        if (command.Mode > 1 || command.Param2 > byte.MaxValue || !command.Data.IsEmpty) return ChipStatus.ParseError;
        int offset = ConfigZone.UserExtra + command.Mode;
        bool used = core.State.ConfigLocked && core.State.Config[offset] != 0;
        if (core.Forbids(Rule.UpdateExtraOnce, used)) return ChipStatus.ExecutionError;
        core.State.WriteConfig(offset, [(byte)command.Param2]);
        return ChipStatus.Success;
    }
}
