namespace LumenLink.Simulator.Atecc608.Commands;

/// <summary>
/// Write in the clear. An encrypted write needs a TempKey made by GenDig, which this emulator does not have, so it
/// ends as on a chip without one: execution error.
/// </summary>
internal static class WriteCommand
{
    private const int MacSize = 32;

    internal static Response Execute(ChipCore core, in Command command)
    {
        const int known = ZoneAddress.ZoneMask | ZoneAddress.Block | ZoneAddress.Encrypted;
        if ((command.Mode & ~known) != 0) return ChipStatus.ParseError;
        if (!ZoneAddress.TryParse(command.Mode, command.Param2, out ZoneAddress address)) return ChipStatus.ParseError;
        bool encrypted = (command.Mode & ZoneAddress.Encrypted) != 0;
        if (encrypted && address.IsWord) return ChipStatus.ParseError;
        if (command.Data.Length != address.Size + (encrypted ? MacSize : 0)) return ChipStatus.ParseError;
        if (core.Forbids(Rule.EncryptedTransfersNeedGenDig, encrypted)) return ChipStatus.ExecutionError;
        if (Forbidden(core, address)) return ChipStatus.ExecutionError;
        Store(core.State, address, command.Data[..address.Inside]);
        return ChipStatus.Success;
    }

    private static bool Forbidden(ChipCore core, in ZoneAddress address) => address.Zone switch
    {
        Zone.Config => ConfigForbidden(core, address),
        Zone.Otp => UnlockedZoneForbidden(core, address)
            || core.Forbids(Rule.OtpClosedByDataLock, core.State.DataLocked),
        _ => UnlockedZoneForbidden(core, address) || SlotForbidden(core, address),
    };

    private static bool ConfigForbidden(ChipCore core, in ZoneAddress address)
    {
        bool touchesFixed = address.Offset < ConfigZone.FirstWritable
            || (address.Offset <= ConfigZone.UserExtra && address.Offset + address.Size > ConfigZone.UserExtra);
        return core.Forbids(Rule.ConfigZoneClosedByLock, core.State.ConfigLocked)
            || core.Forbids(Rule.FactoryBytesReadOnly, touchesFixed);
    }

    private static bool UnlockedZoneForbidden(ChipCore core, in ZoneAddress address) =>
        core.Forbids(Rule.DataZoneClosedBeforeConfigLock, !core.State.ConfigLocked)
        || core.Forbids(Rule.DataBlocksOnlyBeforeDataLock, address.IsWord && !core.State.DataLocked);

    private static bool SlotForbidden(ChipCore core, in ZoneAddress address)
    {
        ChipState state = core.State;
        SlotPolicy slot = state.Policy(address.Slot);
        return core.Forbids(Rule.LockedSlotUnchangeable, state.SlotIsLocked(address.Slot))
            || core.Forbids(Rule.PrivateKeysNotWritable, slot.IsPrivate)
            || core.Forbids(Rule.WriteConfigHonoured, state.DataLocked && !slot.WriteAlways)
            || core.Forbids(Rule.SecretsWrittenInBlocks, slot.IsSecret && address.IsWord);
    }

    private static void Store(ChipState state, in ZoneAddress address, ReadOnlySpan<byte> data)
    {
        switch (address.Zone)
        {
            case Zone.Config:
                state.WriteConfig(address.Offset, data);
                break;
            case Zone.Otp:
                state.WriteOtp(address.Offset, data);
                break;
            default:
                state.WriteSlot(address.Slot, address.Offset, data);
                break;
        }
    }
}
