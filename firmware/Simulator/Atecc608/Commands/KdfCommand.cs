using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// KDF: derives 32 or 64 bytes from a key and a message. PRF is that of TLS 1.2 (RFC 5246, section 5), HKDF is one
/// HMAC-SHA-256, the step of which RFC 5869 makes extract and expand, AES is one block under the key and 16 zeros.
/// The encrypted output (IO protection key) is refused.
/// </summary>
internal static class KdfCommand
{
    private const byte AlgorithmMask = 0x60;
    private const byte Prf = 0x00;
    private const byte AesBlock = 0x20;
    private const byte Hkdf = 0x40;
    private const byte SourceMask = 0x03;
    private const byte SourceSlot = 0x02;
    private const byte ReservedMask = 0x80;
    private const int DetailsSize = 4;
    private const int MaximumMessage = 128;
    private const int AesMessage = 16;

    internal static Response Execute(ChipCore core, in Command command)
    {
        if ((command.Mode & ReservedMask) != 0 || command.Data.Length < DetailsSize
            || !KdfTarget.TryParse(command.Mode, command.Param2, out KdfTarget target))
            return ChipStatus.ParseError;
        var details = new KdfDetails(command.Data[..DetailsSize]);
        ReadOnlySpan<byte> message = command.Data[DetailsSize..];
        byte algorithm = (byte)(command.Mode & AlgorithmMask);
        bool known = algorithm switch
        {
            Prf => details.IsPrf,
            AesBlock => details.IsAes,
            Hkdf => details.IsHkdf,
            _ => false,
        };
        int wanted = algorithm == AesBlock ? AesMessage : details.MessageLength;
        if (!known || message.Length != wanted || wanted > MaximumMessage) return ChipStatus.ParseError;
        int slot = command.Param2 & 0xFF;
        bool fromSlot = (command.Mode & SourceMask) == SourceSlot;
        if (fromSlot && slot >= DataZone.SlotCount) return ChipStatus.ParseError;
        if (fromSlot && SourceForbidden(core, slot, algorithm)) return ChipStatus.ExecutionError;
        ReadOnlySpan<byte> source = Source(core, command.Mode & SourceMask, slot);
        byte[]? result = algorithm switch
        {
            Prf => DerivePrf(source, message, details),
            AesBlock => DeriveAes(core, source, message, details),
            _ => DeriveHkdf(core, source, message, details),
        };
        return result is null ? ChipStatus.ExecutionError : target.Deliver(core, result, details.SplitsOutput);
    }

    private static bool SourceForbidden(ChipCore core, int index, byte algorithm)
    {
        SlotPolicy slot = core.State.Policy(index);
        int kind = algorithm == AesBlock ? SlotPolicy.KeyTypeAes : SlotPolicy.KeyTypeSha;
        return core.ForbidsKeyUse(slot)
            || core.Forbids(Rule.KeyKindHonoured, slot.IsPrivate || slot.KeyType != kind)
            || core.Forbids(Rule.NoMacHonoured, slot.NoMac)
            || core.Forbids(Rule.RandomNonceHonoured, slot.ReqRandom && !core.Ram.FreshRandom);
    }

    private static ReadOnlySpan<byte> Source(ChipCore core, int source, int slot)
    {
        VolatileMemory ram = core.Ram;
        return source switch
        {
            0 => ram.TempKey.IsData ? ram.TempKey.Value : default,
            1 => ram.TempKey.IsData ? ram.TempKey.Value[VolatileMemory.WordSize..] : default,
            SourceSlot => core.State.Slot(slot),
            _ => ram.AlternateKey,
        };
    }

    private static byte[]? DerivePrf(ReadOnlySpan<byte> source, ReadOnlySpan<byte> message, in KdfDetails details)
    {
        if (source.Length < details.PrfKeyLength) return null;
        ReadOnlySpan<byte> key = source[..details.PrfKeyLength];
        byte[] result = new byte[details.PrfResultLength];
        byte[] chain = message.ToArray();
        for (int offset = 0; offset < result.Length; offset += HMACSHA256.HashSizeInBytes)
        {
            chain = HMACSHA256.HashData(key, chain);
            HMACSHA256.HashData(key, [.. chain, .. message], result.AsSpan(offset));
        }

        return result;
    }

    private static byte[]? DeriveAes(
        ChipCore core, ReadOnlySpan<byte> source, ReadOnlySpan<byte> message, in KdfDetails details)
    {
        int enabled = core.State.Word(ConfigZone.ChipOptions) & ConfigZone.ChipOptionsKdfAes;
        bool off = enabled == 0 || (core.State.Config[ConfigZone.AesEnable] & 1) == 0;
        if (core.Forbids(Rule.AesNeedsEnable, off)) return null;
        int offset = details.AesKeyBlock * AesMessage;
        if (source.Length < offset + AesMessage) return null;
        using var aes = Aes.Create();
        aes.Key = source.Slice(offset, AesMessage).ToArray();
        return [.. aes.EncryptEcb(message, PaddingMode.None), .. new byte[AesMessage]];
    }

    private static byte[]? DeriveHkdf(
        ChipCore core, ReadOnlySpan<byte> source, ReadOnlySpan<byte> message, in KdfDetails details)
    {
        byte[] key = new byte[VolatileMemory.WordSize];
        if (!details.HkdfZeroKey)
        {
            if (source.Length < key.Length) return null;
            source[..key.Length].CopyTo(key);
        }

        ReadOnlySpan<byte> text = message;
        switch (details.HkdfMessage)
        {
            case KdfDetails.MessageInSlot:
                if (SourceForbidden(core, details.HkdfMessageSlot, Hkdf)) return null;
                text = core.State.Slot(details.HkdfMessageSlot)[..VolatileMemory.WordSize];
                break;
            case KdfDetails.MessageInTempKey:
                if (!core.Ram.TempKey.IsData) return null;
                text = core.Ram.TempKey.Value;
                break;
            case KdfDetails.MessageWithIv:
                if (core.Forbids(Rule.KdfIvHonoured, !HoldsIv(core, message))) return null;
                break;
        }

        return HMACSHA256.HashData(key, text);
    }

    /// <summary>The two bytes of KdfIvStr stand in the message where KdfIvLoc says.</summary>
    private static bool HoldsIv(ChipCore core, ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> config = core.State.Config;
        ReadOnlySpan<byte> iv = config.Slice(ConfigZone.KdfIvText, 2);
        int at = config[ConfigZone.KdfIvLocation];
        return at + iv.Length <= message.Length && message.Slice(at, iv.Length).SequenceEqual(iv);
    }
}
