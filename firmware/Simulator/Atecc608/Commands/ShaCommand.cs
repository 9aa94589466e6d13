using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// SHA: SHA-256 and HMAC-SHA-256 in steps. Saving and loading the context (modes 6, 7) is a parse error.
/// </summary>
internal static class ShaCommand
{
    private const byte StepMask = 0x07;
    private const byte Start = 0;
    private const byte Update = 1;
    private const byte End = 2;
    private const byte Public = 3;
    private const byte HmacStart = 4;
    private const byte TargetTempKey = 0x00;
    private const byte TargetMessageDigest = 0x40;
    private const byte TargetOutputOnly = 0xC0;
    private const ushort TempKeySource = 0xFFFF;
    private const int BlockSize = 64;

    internal static Response Execute(ChipCore core, in Command command)
    {
        int step = command.Mode & StepMask;
        if (step != End && command.Mode != step) return ChipStatus.ParseError;
        return step switch
        {
            Start => StartHash(core, command),
            Update => Append(core, command),
            End => Finish(core, command),
            Public => AppendPublicKey(core, command),
            HmacStart => StartHmac(core, command),
            _ => ChipStatus.ParseError,
        };
    }

    private static Response StartHash(ChipCore core, in Command command)
    {
        if (command.Param2 != 0 || !command.Data.IsEmpty) return ChipStatus.ParseError;
        core.Ram.StartHash(IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        return ChipStatus.Success;
    }

    private static Response StartHmac(ChipCore core, in Command command)
    {
        if (!command.Data.IsEmpty) return ChipStatus.ParseError;
        ReadOnlySpan<byte> key;
        if (command.Param2 == TempKeySource)
        {
            if (!core.Ram.TempKey.IsData) return ChipStatus.ExecutionError;
            key = core.Ram.TempKey.Value;
        }
        else
        {
            if (command.Param2 >= DataZone.SlotCount) return ChipStatus.ParseError;
            SlotPolicy slot = core.State.Policy(command.Param2);
            if (core.ForbidsKeyUse(slot)
                || core.Forbids(Rule.KeyKindHonoured, slot.IsPrivate || slot.KeyType != SlotPolicy.KeyTypeSha)
                || core.Forbids(Rule.NoMacHonoured, slot.NoMac))
                return ChipStatus.ExecutionError;
            key = core.State.Slot(command.Param2);
        }

        byte[] hmacKey = key[..VolatileMemory.WordSize].ToArray();
        core.Ram.StartHash(IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, hmacKey));
        return ChipStatus.Success;
    }

    private static Response Append(ChipCore core, in Command command)
    {
        if (command.Param2 != BlockSize || command.Data.Length != BlockSize) return ChipStatus.ParseError;
        if (core.Ram.Hash is null) return ChipStatus.ExecutionError;
        core.Ram.Hash.AppendData(command.Data);
        return ChipStatus.Success;
    }

    private static Response AppendPublicKey(ChipCore core, in Command command)
    {
        if (command.Param2 >= DataZone.SlotCount || !command.Data.IsEmpty) return ChipStatus.ParseError;
        bool isKey = DataZone.HoldsPublicKey(command.Param2) && core.State.Policy(command.Param2).IsPublicP256;
        if (core.Ram.Hash is null || !isKey) return ChipStatus.ExecutionError;
        core.Ram.Hash.AppendData(core.StoredPublicKey(command.Param2));
        return ChipStatus.Success;
    }

    private static Response Finish(ChipCore core, in Command command)
    {
        int target = command.Mode & ~StepMask;
        bool knownTarget = target is TargetTempKey or TargetMessageDigest or TargetOutputOnly;
        if (!knownTarget || command.Param2 != command.Data.Length || command.Data.Length >= BlockSize)
            return ChipStatus.ParseError;
        if (core.Ram.Hash is null) return ChipStatus.ExecutionError;
        core.Ram.Hash.AppendData(command.Data);
        byte[] digest = core.Ram.Hash.GetHashAndReset();
        core.Ram.StopHash();
        if (target == TargetTempKey) core.Ram.TempKey.Load(digest, fixedSource: true);
        else if (target == TargetMessageDigest) core.Ram.MessageDigest = digest;
        return new Response(digest);
    }
}
