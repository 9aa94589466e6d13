using LumenLink.Simulator.Atecc608.Commands;

namespace LumenLink.Simulator.Atecc608;

/// <summary>What every command works on, and the way from opcode to command.</summary>
internal sealed class ChipCore
{
    internal ChipCore(ChipState state, ChipOptions options)
    {
        State = state;
        Options = options;
    }

    internal ChipState State { get; }

    internal ChipOptions Options { get; }

    internal VolatileMemory Ram { get; } = new();

    internal Response Execute(in Command command)
    {
        if (command.Opcode != Opcode.Sha) Ram.StopHash();
        return command.Opcode switch
        {
            Opcode.Info => InfoCommand.Execute(this, command),
            Opcode.Random => RandomCommand.Execute(this, command),
            Opcode.Nonce => NonceCommand.Execute(this, command),
            Opcode.Read => ReadCommand.Execute(this, command),
            Opcode.Write => WriteCommand.Execute(this, command),
            Opcode.Lock => LockCommand.Execute(this, command),
            Opcode.UpdateExtra => UpdateExtraCommand.Execute(this, command),
            Opcode.Counter => CounterCommand.Execute(this, command),
            Opcode.GenKey => GenKeyCommand.Execute(this, command),
            Opcode.Sign => SignCommand.Execute(this, command),
            Opcode.Verify => VerifyCommand.Execute(this, command),
            Opcode.Ecdh => EcdhCommand.Execute(this, command),
            Opcode.Sha => ShaCommand.Execute(this, command),
            Opcode.Aes => AesCommand.Execute(this, command),
            Opcode.Kdf => KdfCommand.Execute(this, command),
            Opcode.SelfTest => SelfTestCommand.Execute(this, command),
            _ => ChipStatus.ParseError,
        };
    }

    internal bool Forbids(Rule rule, bool condition) => Options.Policy.Forbids(rule, condition);

    /// <summary>The refusals common to every use of a stored key: before the data lock, and by KeyConfig.</summary>
    internal bool ForbidsKeyUse(in SlotPolicy slot) =>
        Forbids(Rule.KeyUseAfterDataLock, !State.DataLocked)
        || Forbids(Rule.AuthorizationRequired, slot.ReqAuth)
        || Forbids(Rule.PersistentDisableHonoured, slot.PersistentDisable && !Ram.KeyPermission)
        || Forbids(Rule.LimitedUseHonoured, slot.LimitedUse);

    /// <summary>The private key in a slot; false when the slot holds no scalar of the curve.</summary>
    internal bool TryPrivateKey(int slot, out ReadOnlySpan<byte> scalar)
    {
        scalar = State.Slot(slot)[..P256.ScalarSize];
        return P256.IsPrivateKey(scalar);
    }

    /// <summary>X||Y of the public key stored in a slot of 72 bytes or more.</summary>
    internal byte[] StoredPublicKey(int slot)
    {
        ReadOnlySpan<byte> data = State.Slot(slot);
        ReadOnlySpan<byte> x = data.Slice(DataZone.PublicKeyPad, P256.ScalarSize);
        ReadOnlySpan<byte> y = data.Slice((2 * DataZone.PublicKeyPad) + P256.ScalarSize, P256.ScalarSize);
        return [.. x, .. y];
    }

    /// <summary>Random bytes, or the fixed test pattern FF FF 00 00 while the configuration is unlocked.</summary>
    internal byte[] DrawRandom()
    {
        byte[] bytes = new byte[VolatileMemory.WordSize];
        if (!Forbids(Rule.TestRandomBeforeConfigLock, !State.ConfigLocked)) Options.Random.Fill(bytes);
        else for (int i = 0; i < bytes.Length; i++) bytes[i] = (i & 2) == 0 ? (byte)0xFF : (byte)0x00;
        return bytes;
    }
}
