namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// One refusal of the chip; each can be switched off by the test that proves the refusal is what is tested.
/// </summary>
internal enum Rule
{
    ConfigZoneClosedByLock,
    FactoryBytesReadOnly,
    DataZoneClosedBeforeConfigLock,
    DataZoneUnreadableBeforeDataLock,
    DataBlocksOnlyBeforeDataLock,
    OtpClosedByDataLock,
    SecretsUnreadable,
    SecretsWrittenInBlocks,
    PrivateKeysNotWritable,
    WriteConfigHonoured,
    LockedSlotUnchangeable,
    EncryptedTransfersNeedGenDig,
    LockOnce,
    LockSummaryChecked,
    DataLockAfterConfigLock,
    SlotLockAfterConfigLock,
    SlotLockNeedsLockable,
    UpdateExtraOnce,
    CounterAfterConfigLock,
    CounterStopsAtMaximum,
    TestRandomBeforeConfigLock,
    KeyUseAfterDataLock,
    KeyKindHonoured,
    GenKeyAfterConfigLock,
    GenKeyNeedsPermission,
    PublicKeyNeedsPubInfo,
    ExternalSignNeedsPermission,
    InternalSignNeedsPermission,
    InternalSignNeedsGenKeyDigest,
    RandomNonceHonoured,
    PublicKeyMustBeValidated,
    EcdhNeedsPermission,
    EcdhOutputBoundToSlot,
    EcdhOutputProtection,
    NoMacHonoured,
    AuthorizationRequired,
    PersistentDisableHonoured,
    LimitedUseHonoured,
    AesNeedsEnable,
}

/// <summary>Which rules hold. All of them, except inside the emulator's own tests.</summary>
internal sealed class ChipPolicy
{
    private readonly Rule? disabled;

    private ChipPolicy(Rule? disabled) => this.disabled = disabled;

    internal static ChipPolicy Full { get; } = new(null);

    internal static ChipPolicy Without(Rule rule) => new(rule);

    /// <summary>True when <paramref name="rule"/> holds and its <paramref name="condition"/> is met: refuse.</summary>
    internal bool Forbids(Rule rule, bool condition) => condition && disabled != rule;
}
