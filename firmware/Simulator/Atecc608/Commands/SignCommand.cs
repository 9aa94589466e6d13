using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Sign: the host's digest (external) or a statement about TempKey made by the chip (internal).</summary>
internal static class SignCommand
{
    private const byte External = 0x80;
    private const byte IncludeSerial = 0x40;
    private const byte Invalidate = 0x01;
    private const int InternalMessageSize = 55;

    internal static Response Execute(ChipCore core, in Command command)
    {
        bool external = (command.Mode & External) != 0;
        int known = external ? External | DigestSource.FromMessageDigest : IncludeSerial | Invalidate;
        if ((command.Mode & ~known) != 0 || command.Param2 >= DataZone.SlotCount || !command.Data.IsEmpty)
            return ChipStatus.ParseError;
        SlotPolicy slot = core.State.Policy(command.Param2);
        Rule permission = external ? Rule.ExternalSignNeedsPermission : Rule.InternalSignNeedsPermission;
        if (core.ForbidsKeyUse(slot)
            || core.Forbids(Rule.KeyKindHonoured, !slot.IsPrivateP256)
            || core.Forbids(permission, external ? !slot.ExternalSign : !slot.InternalSign)
            || core.Forbids(Rule.RandomNonceHonoured, slot.ReqRandom && !IsRandom(core, command.Mode))
            || !core.TryPrivateKey(command.Param2, out ReadOnlySpan<byte> scalar))
            return ChipStatus.ExecutionError;
        byte[] digest;
        if (external)
        {
            if (!DigestSource.TryTake(core, command.Mode, out digest)) return ChipStatus.ExecutionError;
        }
        else
        {
            TempKey tempKey = core.Ram.TempKey;
            if (!tempKey.IsData || core.Forbids(Rule.InternalSignNeedsGenKeyDigest, !tempKey.IsGenKeyDigest))
                return ChipStatus.ExecutionError;
            digest = SHA256.HashData(InternalMessage(core, command));
            tempKey.Invalidate();
        }

        return new Response(P256.Sign(scalar, digest));
    }

    /// <summary>A random TempKey, or (through the message digest buffer) a random number drawn since waking.</summary>
    private static bool IsRandom(ChipCore core, byte mode) => (mode & DigestSource.FromMessageDigest) != 0
        ? core.Ram.FreshRandom
        : core.Ram.TempKey.IsData && !core.Ram.TempKey.FixedSource;

    private static byte[] InternalMessage(ChipCore core, in Command command)
    {
        TempKey tempKey = core.Ram.TempKey;
        SlotPolicy described = core.State.Policy(tempKey.KeyId);
        byte[] serial = core.State.SerialNumber;
        bool withSerial = (command.Mode & IncludeSerial) != 0;
        byte[] message = new byte[InternalMessageSize];
        Span<byte> span = message;
        tempKey.Value[..VolatileMemory.WordSize].CopyTo(span);
        span[32] = (byte)Opcode.Sign;
        span[33] = command.Mode;
        BinaryPrimitives.WriteUInt16LittleEndian(span[34..], command.Param2);
        BinaryPrimitives.WriteUInt16LittleEndian(span[36..], described.SlotConfig);
        BinaryPrimitives.WriteUInt16LittleEndian(span[38..], described.KeyConfig);
        span[40] = tempKey.Flags;
        span[43] = serial[8];
        if (withSerial) serial.AsSpan(4, 4).CopyTo(span[44..]);
        serial.AsSpan(0, 2).CopyTo(span[48..]);
        if (withSerial) serial.AsSpan(2, 2).CopyTo(span[50..]);
        span[52] = core.State.SlotIsLocked(tempKey.KeyId) ? (byte)0 : (byte)1;
        return message;
    }
}
