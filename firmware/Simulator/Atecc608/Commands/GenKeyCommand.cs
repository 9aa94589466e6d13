using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// GenKey: a new private key in a slot or TempKey, the public key of a slot, or a digest of a public key.
/// </summary>
internal static class GenKeyCommand
{
    private const byte NewKey = 0x04;
    private const byte Digest = 0x08;
    private const byte StoredDigest = 0x10;
    private const ushort TempKeyTarget = 0xFFFF;
    private const int OtherDataSize = 3;
    private const int ZerosInDigest = 25;

    internal static Response Execute(ChipCore core, in Command command)
    {
        bool stored = command.Mode == StoredDigest;
        if ((command.Mode & ~(NewKey | Digest)) != 0 && !stored) return ChipStatus.ParseError;
        if (command.Data.Length != (stored ? OtherDataSize : 0)) return ChipStatus.ParseError;
        if (command.Param2 == TempKeyTarget) return Ephemeral(core, command);
        if (command.Param2 >= DataZone.SlotCount) return ChipStatus.ParseError;
        if (core.Forbids(Rule.GenKeyAfterConfigLock, !core.State.ConfigLocked)) return ChipStatus.ExecutionError;
        if (stored) return DigestStored(core, command);
        SlotPolicy slot = core.State.Policy(command.Param2);
        if (core.Forbids(Rule.KeyKindHonoured, !slot.IsPrivateP256)) return ChipStatus.ExecutionError;
        bool digest = (command.Mode & Digest) != 0;
        if (digest && !IsDigestInput(core)) return ChipStatus.ExecutionError;
        bool create = (command.Mode & NewKey) != 0;
        if (create ? CreationForbidden(core, command.Param2, slot) : PublicForbidden(core, slot))
            return ChipStatus.ExecutionError;
        if (create) core.State.WriteSlot(command.Param2, 0, P256.GeneratePrivateKey(core.Options.Random));
        if (!core.TryPrivateKey(command.Param2, out ReadOnlySpan<byte> scalar)) return ChipStatus.ExecutionError;
        byte[] publicKey = P256.PublicKey(scalar);
        if (digest) LoadDigest(core, [command.Mode, (byte)command.Param2, 0], command.Param2, publicKey);
        return new Response(publicKey);
    }

    private static Response Ephemeral(ChipCore core, in Command command)
    {
        if (command.Mode != NewKey) return ChipStatus.ParseError;
        if (core.Forbids(Rule.GenKeyAfterConfigLock, !core.State.ConfigLocked)) return ChipStatus.ExecutionError;
        byte[] scalar = P256.GeneratePrivateKey(core.Options.Random);
        core.Ram.TempKey.LoadPrivateKey(scalar);
        return new Response(P256.PublicKey(scalar));
    }

    private static bool CreationForbidden(ChipCore core, int index, in SlotPolicy slot) =>
        core.Forbids(Rule.GenKeyNeedsPermission, !slot.GenKeyAllowed)
        || core.Forbids(Rule.LockedSlotUnchangeable, core.State.SlotIsLocked(index));

    private static bool PublicForbidden(ChipCore core, in SlotPolicy slot) =>
        core.Forbids(Rule.PublicKeyNeedsPubInfo, !slot.PubInfo);

    private static Response DigestStored(ChipCore core, in Command command)
    {
        bool isKey = DataZone.HoldsPublicKey(command.Param2) && core.State.Policy(command.Param2).IsPublicP256;
        if (!isKey) return ChipStatus.ExecutionError;
        if (!IsDigestInput(core)) return ChipStatus.ExecutionError;
        LoadDigest(core, command.Data, command.Param2, core.StoredPublicKey(command.Param2));
        return ChipStatus.Success;
    }

    private static bool IsDigestInput(ChipCore core) => core.Ram.TempKey.IsData;

    /// <summary>TempKey = SHA-256(TempKey | 40 | mode | key id LE, or the host's three bytes | SN8 | SN0 SN1 | 25
    /// zeros | X | Y).</summary>
    private static void LoadDigest(ChipCore core, ReadOnlySpan<byte> parameters, int slot, byte[] publicKey)
    {
        ReadOnlySpan<byte> tempKey = core.Ram.TempKey.Value[..VolatileMemory.WordSize];
        byte[] serial = core.State.SerialNumber;
        byte[] digest = SHA256.HashData(
            [
                .. tempKey, (byte)Opcode.GenKey, .. parameters, serial[8], serial[0], serial[1],
                .. new byte[ZerosInDigest], .. publicKey,
            ]);
        core.Ram.TempKey.LoadGenKeyDigest(digest, slot);
    }
}
