using System.Buffers.Binary;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Counter: reads or increments one of the two monotonic counters; the answer is little-endian.</summary>
internal static class CounterCommand
{
    private const byte ReadMode = 0;
    private const byte IncrementMode = 1;

    internal static Response Execute(ChipCore core, in Command command)
    {
        if (command.Mode > IncrementMode || command.Param2 >= ChipState.CounterCount || !command.Data.IsEmpty)
            return ChipStatus.ParseError;
        if (core.Forbids(Rule.CounterAfterConfigLock, !core.State.ConfigLocked)) return ChipStatus.ExecutionError;
        uint value = core.State.Counter(command.Param2);
        if (command.Mode != ReadMode)
        {
            if (core.Forbids(Rule.CounterStopsAtMaximum, value >= ChipState.CounterMaximum))
                return ChipStatus.ExecutionError;
            core.State.SetCounter(command.Param2, ++value);
        }

        byte[] payload = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, value);
        return new Response(payload);
    }
}
