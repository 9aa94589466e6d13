namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// ECDH between the host's public key and a private key in a slot or in TempKey. The secret goes to the host, to
/// TempKey or into the next slot; the encrypted output (IO protection key) is refused.
/// </summary>
internal static class EcdhCommand
{
    private const byte SourceTempKey = 0x01;
    private const byte EncryptOutput = 0x02;
    private const byte OutputMask = 0x0C;
    private const byte OutputByConfig = 0x00;
    private const byte OutputSlot = 0x04;
    private const byte OutputTempKey = 0x08;
    private const byte OutputClear = 0x0C;

    internal static Response Execute(ChipCore core, in Command command)
    {
        const int known = SourceTempKey | EncryptOutput | OutputMask;
        if ((command.Mode & ~known) != 0 || command.Data.Length != P256.PublicKeySize) return ChipStatus.ParseError;
        if ((command.Mode & EncryptOutput) != 0) return ChipStatus.ExecutionError;
        return (command.Mode & SourceTempKey) != 0 ? FromTempKey(core, command) : FromSlot(core, command);
    }

    private static Response FromTempKey(ChipCore core, in Command command)
    {
        int output = command.Mode & OutputMask;
        if (!core.Ram.TempKey.IsPrivateKey || output == OutputSlot) return ChipStatus.ExecutionError;
        if (output == OutputByConfig) output = OutputClear;
        return Agree(core, core.Ram.TempKey.Value, command.Data, output, target: 0);
    }

    private static Response FromSlot(ChipCore core, in Command command)
    {
        if (command.Param2 >= DataZone.SlotCount) return ChipStatus.ParseError;
        SlotPolicy slot = core.State.Policy(command.Param2);
        int output = command.Mode & OutputMask;
        if (output == OutputByConfig) output = slot.EcdhIntoNextSlot ? OutputSlot : OutputClear;
        int target = command.Param2 + 1;
        if (core.ForbidsKeyUse(slot)
            || core.Forbids(Rule.KeyKindHonoured, !slot.IsPrivateP256)
            || core.Forbids(Rule.EcdhNeedsPermission, !slot.Ecdh)
            || core.Forbids(Rule.EcdhOutputBoundToSlot, slot.EcdhIntoNextSlot != (output == OutputSlot))
            || (output == OutputSlot && !IsTarget(core, target))
            || !core.TryPrivateKey(command.Param2, out ReadOnlySpan<byte> scalar))
            return ChipStatus.ExecutionError;
        return Agree(core, scalar, command.Data, output, target);
    }

    private static bool IsTarget(ChipCore core, int slot) =>
        slot < DataZone.SlotCount
        && !core.State.Policy(slot).IsPrivate
        && !core.Forbids(Rule.LockedSlotUnchangeable, core.State.SlotIsLocked(slot));

    private static Response Agree(
        ChipCore core, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> peer, int output, int target)
    {
        bool protectedOutput = (core.State.Word(ConfigZone.ChipOptions) & ConfigZone.ChipOptionsEcdhProtection) != 0;
        if (core.Forbids(Rule.EcdhOutputProtection, protectedOutput && output == OutputClear))
            return ChipStatus.ExecutionError;
        byte[]? secret = P256.SharedSecret(scalar, peer);
        if (secret is null) return ChipStatus.EccFault;
        switch (output)
        {
            case OutputSlot:
                core.State.WriteSlot(target, 0, secret);
                return ChipStatus.Success;
            case OutputTempKey:
                core.Ram.TempKey.Load(secret, fixedSource: true);
                return ChipStatus.Success;
            default:
                return new Response(secret);
        }
    }
}
