namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>Where the result of KDF goes.</summary>
internal readonly struct KdfTarget
{
    private const byte Mask = 0x1C;
    private const byte TempKey = 0x00;
    private const byte TempKeyUpper = 0x04;
    private const byte Slot = 0x08;
    private const byte AlternateKey = 0x0C;
    private const byte Output = 0x10;
    private const byte OutputEncrypted = 0x14;

    private readonly byte place;
    private readonly int slot;

    private KdfTarget(byte place, int slot)
    {
        this.place = place;
        this.slot = slot;
    }

    internal static bool TryParse(byte mode, ushort param2, out KdfTarget target)
    {
        byte place = (byte)(mode & Mask);
        target = new KdfTarget(place, param2 >> 8);
        return place <= OutputEncrypted && (place != Slot || target.slot < DataZone.SlotCount);
    }

    internal Response Deliver(ChipCore core, byte[] result, bool split)
    {
        byte[] kept = split ? result[..VolatileMemory.WordSize] : result;
        byte[] shown = split ? result[VolatileMemory.WordSize..] : result;
        bool isShown = split || place == Output;
        bool isProtected = (core.State.Word(ConfigZone.ChipOptions) & ConfigZone.ChipOptionsKdfProtection) != 0;
        if (place == OutputEncrypted || core.Forbids(Rule.KdfOutputProtection, isShown && isProtected))
            return ChipStatus.ExecutionError;
        if (place == Output) return split ? ChipStatus.ExecutionError : new Response(shown);
        if (!TryKeep(core, kept)) return ChipStatus.ExecutionError;
        return isShown ? new Response(shown) : ChipStatus.Success;
    }

    private bool TryKeep(ChipCore core, byte[] bytes)
    {
        bool isWord = bytes.Length == VolatileMemory.WordSize;
        switch (place)
        {
            case TempKey:
                core.Ram.TempKey.Load(bytes, fixedSource: true);
                return true;
            case TempKeyUpper:
                return isWord && core.Ram.TempKey.TryLoadUpper(bytes);
            case AlternateKey:
                if (isWord) core.Ram.AlternateKey = bytes;
                return isWord;
            default:
                if (SlotForbidden(core) || bytes.Length > DataZone.SlotSize(slot)) return false;
                core.State.WriteSlot(slot, 0, bytes);
                return true;
        }
    }

    private bool SlotForbidden(ChipCore core)
    {
        SlotPolicy policy = core.State.Policy(slot);
        return core.Forbids(Rule.KeyUseAfterDataLock, !core.State.DataLocked)
            || core.Forbids(Rule.PrivateKeysNotWritable, policy.IsPrivate)
            || core.Forbids(Rule.WriteConfigHonoured, !policy.WriteAlways)
            || core.Forbids(Rule.LockedSlotUnchangeable, core.State.SlotIsLocked(slot));
    }
}
