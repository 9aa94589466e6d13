namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// Verify with a public key from the host (external) or from a slot (stored). Validation of public keys is not here,
/// so a slot whose key must be validated is refused.
/// </summary>
internal static class VerifyCommand
{
    private const byte Stored = 0x00;
    private const byte External = 0x02;
    private const ushort KeyTypeP256 = 0x0004;

    internal static Response Execute(ChipCore core, in Command command)
    {
        switch (command.Mode & ~DigestSource.FromMessageDigest)
        {
            case External when command.Param2 == KeyTypeP256
                && command.Data.Length == P256.SignatureSize + P256.PublicKeySize:
                return Check(core, command, command.Data[P256.SignatureSize..]);
            case Stored when command.Param2 < DataZone.SlotCount && command.Data.Length == P256.SignatureSize:
                return CheckStored(core, command);
            default:
                return ChipStatus.ParseError;
        }
    }

    private static Response CheckStored(ChipCore core, in Command command)
    {
        SlotPolicy slot = core.State.Policy(command.Param2);
        if (!DataZone.HoldsPublicKey(command.Param2)
            || core.ForbidsKeyUse(slot)
            || core.Forbids(Rule.KeyKindHonoured, !slot.IsPublicP256)
            || core.Forbids(Rule.PublicKeyMustBeValidated, slot.PubInfo))
            return ChipStatus.ExecutionError;
        return Check(core, command, core.StoredPublicKey(command.Param2));
    }

    private static Response Check(ChipCore core, in Command command, ReadOnlySpan<byte> publicKey)
    {
        if (!DigestSource.TryTake(core, command.Mode, out byte[] digest)) return ChipStatus.ExecutionError;
        return P256.Verify(publicKey, digest, command.Data[..P256.SignatureSize]) switch
        {
            true => ChipStatus.Success,
            false => ChipStatus.Miscompare,
            null => ChipStatus.EccFault,
        };
    }
}
