using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Nonce: a random nonce into TempKey, or 32 or 64 bytes from the host into a buffer.</summary>
internal static class NonceCommand
{
    private const byte KindMask = 0x03;
    private const byte RandomSeedUpdate = 0x00;
    private const byte RandomNoSeedUpdate = 0x01;
    private const byte PassThrough = 0x03;
    private const byte Long = 0x20;
    private const byte TargetMask = 0xC0;
    private const byte TargetTempKey = 0x00;
    private const byte TargetMessageDigest = 0x40;
    private const byte TargetAlternateKey = 0x80;
    private const byte ReservedMask = 0x1C;
    private const int HostNonceSize = 20;
    private const ushort ReturnTempKey = 0x8000;

    internal static Response Execute(ChipCore core, in Command command)
    {
        if ((command.Mode & ReservedMask) != 0) return ChipStatus.ParseError;
        return (command.Mode & KindMask) switch
        {
            RandomSeedUpdate or RandomNoSeedUpdate => Random(core, command),
            PassThrough => Fixed(core, command),
            _ => ChipStatus.ParseError,
        };
    }

    private static Response Random(ChipCore core, in Command command)
    {
        bool knownParam2 = command.Param2 is 0 or ReturnTempKey;
        if (command.Mode > RandomNoSeedUpdate || command.Data.Length != HostNonceSize || !knownParam2)
            return ChipStatus.ParseError;
        byte[] random = core.DrawRandom();
        byte[] nonce = SHA256.HashData([.. random, .. command.Data, (byte)Opcode.Nonce, command.Mode, 0x00]);
        core.Ram.TempKey.Load(nonce, fixedSource: false);
        if (command.Mode == RandomSeedUpdate) core.Ram.FreshRandom = true;
        return new Response(command.Param2 == ReturnTempKey ? nonce : random);
    }

    private static Response Fixed(ChipCore core, in Command command)
    {
        bool isLong = (command.Mode & Long) != 0;
        int size = isLong ? 2 * VolatileMemory.WordSize : VolatileMemory.WordSize;
        if (command.Data.Length != size || command.Param2 != 0) return ChipStatus.ParseError;
        switch (command.Mode & TargetMask)
        {
            case TargetTempKey:
                core.Ram.TempKey.Load(command.Data, fixedSource: true);
                return ChipStatus.Success;
            case TargetMessageDigest:
                core.Ram.MessageDigest = command.Data.ToArray();
                return ChipStatus.Success;
            case TargetAlternateKey when !isLong:
                core.Ram.AlternateKey = command.Data.ToArray();
                return ChipStatus.Success;
            default:
                return ChipStatus.ParseError;
        }
    }
}
