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
    KdfOutputProtection,
    KdfIvHonoured,
}

/// <summary>Which rules hold. All of them, except inside the emulator's own tests.</summary>
internal sealed class ChipPolicy
{
    private readonly Func<Rule, bool> holds;

    private ChipPolicy(Func<Rule, bool> holds) => this.holds = holds;

    internal static ChipPolicy Full { get; } = new(_ => true);

    /// <summary>A chip that allows everything: what a policy test must tell from a real one.</summary>
    internal static ChipPolicy Permissive { get; } = new(_ => false);

    internal static ChipPolicy Without(Rule rule) => new(other => other != rule);

    /// <summary>True when <paramref name="rule"/> holds and its <paramref name="condition"/> is met: refuse.</summary>
    internal bool Forbids(Rule rule, bool condition) => condition && holds(rule);
}
