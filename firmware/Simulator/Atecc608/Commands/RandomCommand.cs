namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Random: 32 bytes; mode 0 updates the seed, mode 1 does not.</summary>
internal static class RandomCommand
{
    internal static Response Execute(ChipCore core, in Command command)
    {
        if (command.Mode > 1 || command.Param2 != 0 || !command.Data.IsEmpty) return ChipStatus.ParseError;
        if (command.Mode == 0) core.Ram.FreshRandom = true;
        return new Response(core.DrawRandom());
    }
}
