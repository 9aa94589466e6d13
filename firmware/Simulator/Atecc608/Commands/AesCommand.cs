using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>AES-128, one block, with a key in a slot or in TempKey. GFM (mode 3) is a parse error.</summary>
internal static class AesCommand
{
    private const byte Encrypt = 0;
    private const byte Decrypt = 1;
    private const byte OperationMask = 0x3F;
    private const int KeyBlockShift = 6;
    private const ushort TempKeySource = 0xFFFF;
    private const int BlockSize = 16;

    internal static Response Execute(ChipCore core, in Command command)
    {
        int operation = command.Mode & OperationMask;
        if (operation > Decrypt || command.Data.Length != BlockSize) return ChipStatus.ParseError;
        if (core.Forbids(Rule.AesNeedsEnable, (core.State.Config[ConfigZone.AesEnable] & 1) == 0))
            return ChipStatus.ExecutionError;
        ReadOnlySpan<byte> keys;
        if (command.Param2 == TempKeySource)
        {
            keys = core.Ram.TempKey.IsData ? core.Ram.TempKey.Value : default;
        }
        else
        {
            if (command.Param2 >= DataZone.SlotCount) return ChipStatus.ParseError;
            SlotPolicy slot = core.State.Policy(command.Param2);
            if (core.ForbidsKeyUse(slot)
                || core.Forbids(Rule.KeyKindHonoured, slot.IsPrivate || slot.KeyType != SlotPolicy.KeyTypeAes))
                return ChipStatus.ExecutionError;
            keys = core.State.Slot(command.Param2);
        }

        int offset = (command.Mode >> KeyBlockShift) * BlockSize;
        if (offset + BlockSize > keys.Length) return ChipStatus.ExecutionError;
        using var aes = Aes.Create();
        aes.Key = keys.Slice(offset, BlockSize).ToArray();
        return new Response(operation == Encrypt
            ? aes.EncryptEcb(command.Data, PaddingMode.None)
            : aes.DecryptEcb(command.Data, PaddingMode.None));
    }
}
