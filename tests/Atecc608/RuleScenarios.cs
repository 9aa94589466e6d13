using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>A chip made ready, and the one command on it that a rule refuses.</summary>
internal sealed record RuleScenario(Rule Rule, Func<ChipPolicy, Rig> Prepare, Func<Rig, byte[]> Attempt)
{
    internal byte[] Run(ChipPolicy policy) => Attempt(Prepare(policy));
}

/// <summary>At least one scenario for each rule.</summary>
internal static class RuleScenarios
{
    private const ushort Signer = 0x2083;
    private const ushort Agreer = 0x2087;
    private const ushort PrivateKey = 0x0033;
    private const ushort Open = 0x0000;
    private const ushort Closed = 0x8F8F;
    private const ushort ShaKey = 0x001C;
    private const ushort AesKey = 0x0018;
    private const ushort PublicKey = 0x0010;

    private static readonly byte[] Block = new byte[32];
    private static readonly byte[] Peer = Reference.Rfc5903InitiatorPublic;

    internal static IReadOnlyList<RuleScenario> All { get; } =
        [.. Zones(), .. Locks(), .. Keys(), .. KeyUse(), .. Kdf()];

    private static IEnumerable<RuleScenario> Zones()
    {
        yield return new(Rule.ConfigZoneClosedByLock, At(Stage.ConfigLocked),
            r => r.Do(Opcode.Write, 0, 5, 1, 2, 3, 4));
        foreach (int word in new[] { 0, 1, 2, 3, 21 })
            yield return new(Rule.FactoryBytesReadOnly, At(Stage.Unlocked),
                r => r.Do(Opcode.Write, 0, word, 1, 2, 3, 4));
        foreach (int block in new[] { 0, 2 })
            yield return new(Rule.FactoryBytesReadOnly, At(Stage.Unlocked),
                r => r.Do(Opcode.Write, 0x80, block * 8, Block));
        yield return new(Rule.DataZoneClosedBeforeConfigLock, At(Stage.Unlocked),
            r => r.Do(Opcode.Write, 0x82, 8 << 3, Block));
        yield return new(Rule.DataZoneClosedBeforeConfigLock, At(Stage.Unlocked),
            r => r.Do(Opcode.Write, 0x81, 0, Block));
        foreach (Stage stage in new[] { Stage.Unlocked, Stage.ConfigLocked })
        {
            foreach ((byte mode, int address) in new[] { ((byte)0x02, 8 << 3), ((byte)0x82, 8 << 3), ((byte)0x01, 0) })
                yield return new(Rule.DataZoneUnreadableBeforeDataLock, At(stage),
                    r => r.Do(Opcode.Read, mode, address));
        }

        yield return new(Rule.DataBlocksOnlyBeforeDataLock, At(Stage.ConfigLocked),
            r => r.Do(Opcode.Write, 2, 8 << 3, 1, 2, 3, 4));
        yield return new(Rule.OtpClosedByDataLock, At(Stage.DataLocked), r => r.Do(Opcode.Write, 1, 0, 1, 2, 3, 4));
        foreach ((ushort slot, ushort key) in new[]
        {
            (Signer, PrivateKey), (Open, PrivateKey), (Closed, ShaKey), ((ushort)0x0040, ShaKey),
        })
            yield return new(Rule.SecretsUnreadable, At(Stage.DataLocked, (1, slot, key)),
                r => r.Do(Opcode.Read, 0x82, 1 << 3));
        yield return new(Rule.SecretsWrittenInBlocks, At(Stage.DataLocked, (1, 0x0080, ShaKey)),
            r => r.Do(Opcode.Write, 2, 1 << 3, 1, 2, 3, 4));
        yield return new(Rule.PrivateKeysNotWritable, At(Stage.ConfigLocked, (1, Signer, PrivateKey)),
            r => r.Do(Opcode.Write, 0x82, 1 << 3, Block));
        foreach (ushort slot in new ushort[] { 0x1000, 0x2000, 0x4000, 0x8000 })
            yield return new(Rule.WriteConfigHonoured, At(Stage.DataLocked, (9, slot, ShaKey)),
                r => r.Do(Opcode.Write, 0x82, 9 << 3, Block));
        yield return new(Rule.EncryptedTransfersNeedGenDig, At(Stage.DataLocked, (9, Open, ShaKey)),
            r => r.Do(Opcode.Write, 0xC2, 9 << 3, new byte[64]));
        yield return new(Rule.LockedSlotUnchangeable, Locked(Stage.DataLocked, 9, Open, ShaKey),
            r => r.Do(Opcode.Write, 0x82, 9 << 3, Block));
        yield return new(Rule.LockedSlotUnchangeable, Locked(Stage.ConfigLocked, 9, Open, ShaKey),
            r => r.Do(Opcode.Write, 0x82, 9 << 3, Block));
    }

    private static IEnumerable<RuleScenario> Locks()
    {
        yield return new(Rule.LockOnce, At(Stage.ConfigLocked), r => r.Do(Opcode.Lock, 0x80, 0));
        yield return new(Rule.LockOnce, At(Stage.DataLocked), r => r.Do(Opcode.Lock, 0x81, 0));
        yield return new(Rule.LockOnce, Locked(Stage.DataLocked, 0, Signer, PrivateKey),
            r => r.Do(Opcode.Lock, 0x02, 0));
        yield return new(Rule.LockSummaryChecked, At(Stage.Unlocked),
            r => r.Do(Opcode.Lock, 0x00, WrongConfigSummary(r)));
        yield return new(Rule.LockSummaryChecked, At(Stage.ConfigLocked),
            r => r.Do(Opcode.Lock, 0x01, r.State.DataSummary() ^ 1));
        yield return new(Rule.DataLockAfterConfigLock, At(Stage.Unlocked), r => r.Do(Opcode.Lock, 0x81, 0));
        yield return new(Rule.SlotLockAfterConfigLock, At(Stage.Unlocked, (0, Signer, PrivateKey)),
            r => r.Do(Opcode.Lock, 0x02, 0));
        yield return new(Rule.SlotLockNeedsLockable, At(Stage.DataLocked, (0, Signer, 0x0013)),
            r => r.Do(Opcode.Lock, 0x02, 0));
        foreach (byte mode in new byte[] { 0, 1 })
            yield return new(Rule.UpdateExtraOnce, With(Stage.ConfigLocked,
                r => r.Do(Opcode.UpdateExtra, mode, 7)), r => r.Do(Opcode.UpdateExtra, mode, 8));
        yield return new(Rule.CounterAfterConfigLock, At(Stage.Unlocked), r => r.Do(Opcode.Counter, 1, 0));
        yield return new(Rule.CounterStopsAtMaximum, With(Stage.DataLocked,
            r => r.State.SetCounter(0, 2_097_151)), r => r.Do(Opcode.Counter, 1, 0));
    }

    private static IEnumerable<RuleScenario> Keys()
    {
        yield return new(Rule.GenKeyAfterConfigLock, At(Stage.Unlocked, (0, Signer, PrivateKey)),
            r => r.Do(Opcode.GenKey, 4, 0));
        yield return new(Rule.GenKeyAfterConfigLock, At(Stage.Unlocked), r => r.Do(Opcode.GenKey, 4, 0xFFFF));
        yield return new(Rule.GenKeyNeedsPermission, At(Stage.ConfigLocked, (0, 0x0083, PrivateKey)),
            r => r.Do(Opcode.GenKey, 4, 0));
        yield return new(Rule.GenKeyNeedsPermission, At(Stage.DataLocked, (0, 0xD083, PrivateKey)),
            r => r.Do(Opcode.GenKey, 4, 0));
        yield return new(Rule.LockedSlotUnchangeable, Locked(Stage.DataLocked, 0, Signer, PrivateKey),
            r => r.Do(Opcode.GenKey, 4, 0));
        yield return new(Rule.KeyKindHonoured, At(Stage.ConfigLocked, (0, Signer, ShaKey)),
            r => r.Do(Opcode.GenKey, 4, 0));
        yield return new(Rule.KeyKindHonoured, At(Stage.ConfigLocked, (0, Signer, 0x001D)),
            r => r.Do(Opcode.GenKey, 4, 0));
        yield return new(Rule.PublicKeyNeedsPubInfo, WithKey(Stage.DataLocked, Signer, 0x0031),
            r => r.Do(Opcode.GenKey, 0, 0));
    }

    private static IEnumerable<RuleScenario> KeyUse()
    {
        yield return Sign(Rule.KeyUseAfterDataLock, Stage.ConfigLocked, Signer, PrivateKey);
        yield return Sign(Rule.ExternalSignNeedsPermission, Stage.DataLocked, 0x2086, PrivateKey);
        yield return Sign(Rule.KeyKindHonoured, Stage.DataLocked, Signer, 0x0032);
        yield return Sign(Rule.RandomNonceHonoured, Stage.DataLocked, Signer, 0x0073);
        yield return Sign(Rule.AuthorizationRequired, Stage.DataLocked, Signer, 0x00B3);
        yield return Sign(Rule.PersistentDisableHonoured, Stage.DataLocked, Signer, 0x1033);
        yield return Sign(Rule.LimitedUseHonoured, Stage.DataLocked, 0x20A3, PrivateKey);
        yield return new(Rule.RandomNonceHonoured, WithKey(Stage.DataLocked, Signer, 0x0073, LoadTempKey),
            r => r.Do(Opcode.Sign, 0x80, 0));
        yield return new(
            Rule.InternalSignNeedsPermission,
            WithKey(Stage.DataLocked, 0x2081, PrivateKey, LoadGenKeyDigest),
            r => r.Do(Opcode.Sign, 0, 0));
        yield return new(Rule.InternalSignNeedsGenKeyDigest, WithKey(Stage.DataLocked, Signer, PrivateKey, LoadTempKey),
            r => r.Do(Opcode.Sign, 0, 0));
        foreach ((Rule rule, Stage stage, ushort key) in new[]
        {
            (Rule.PublicKeyMustBeValidated, Stage.DataLocked, (ushort)0x0012),
            (Rule.KeyKindHonoured, Stage.DataLocked, ShaKey),
            (Rule.KeyUseAfterDataLock, Stage.ConfigLocked, PublicKey),
        })
            yield return new(rule, StoredKey(stage, key), r => r.Do(Opcode.Verify, 0x20, 9, new byte[64]));
        yield return new(Rule.EcdhNeedsPermission, WithKey(Stage.DataLocked, Signer, PrivateKey),
            r => r.Do(Opcode.Ecdh, 0x0C, 0, Peer));
        yield return new(Rule.KeyUseAfterDataLock, WithKey(Stage.ConfigLocked, Agreer, PrivateKey),
            r => r.Do(Opcode.Ecdh, 0x0C, 0, Peer));
        yield return new(Rule.KeyKindHonoured, WithKey(Stage.DataLocked, Agreer, 0x0032),
            r => r.Do(Opcode.Ecdh, 0x0C, 0, Peer));
        foreach ((byte mode, ushort slot) in new[]
        {
            ((byte)0x0C, (ushort)0x208F), ((byte)0x08, (ushort)0x208F), ((byte)0x04, Agreer),
        })
            yield return new(Rule.EcdhOutputBoundToSlot, WithKey(Stage.DataLocked, slot, PrivateKey, CloseSlot1),
                r => r.Do(Opcode.Ecdh, mode, 0, Peer));
        yield return new(Rule.LockedSlotUnchangeable, WithKey(Stage.DataLocked, 0x208F, PrivateKey, LockSlot1),
            r => r.Do(Opcode.Ecdh, 0x04, 0, Peer));
        yield return new(Rule.EcdhOutputProtection, WithKey(Stage.DataLocked, Agreer, PrivateKey, ProtectEcdh),
            r => r.Do(Opcode.Ecdh, 0x0C, 0, Peer));
        yield return new(Rule.EcdhOutputProtection, WithKey(Stage.DataLocked, Agreer, PrivateKey, ProtectEphemeral),
            r => r.Do(Opcode.Ecdh, 0x0D, 0, Peer));
        yield return new(Rule.NoMacHonoured, At(Stage.DataLocked, (4, 0x8F9F, ShaKey)), r => r.Do(Opcode.Sha, 4, 4));
        yield return new(Rule.KeyKindHonoured, At(Stage.DataLocked, (4, Closed, AesKey)), r => r.Do(Opcode.Sha, 4, 4));
        yield return new(Rule.KeyKindHonoured, At(Stage.DataLocked, (4, Closed, 0x001D)), r => r.Do(Opcode.Sha, 4, 4));
        yield return new(Rule.KeyUseAfterDataLock, At(Stage.ConfigLocked, (4, Closed, ShaKey)),
            r => r.Do(Opcode.Sha, 4, 4));
        yield return new(Rule.KeyKindHonoured, At(Stage.DataLocked, (4, Closed, ShaKey)),
            r => r.Do(Opcode.Aes, 0, 4, new byte[16]));
        yield return new(Rule.KeyUseAfterDataLock, At(Stage.ConfigLocked, (4, Closed, AesKey)),
            r => r.Do(Opcode.Aes, 0, 4, new byte[16]));
        yield return new(Rule.AesNeedsEnable, With(Stage.DataLocked, DisableAes),
            r => r.Do(Opcode.Aes, 0, 0xFFFF, new byte[16]));
    }

    private static IEnumerable<RuleScenario> Kdf()
    {
        foreach ((Rule rule, Stage stage, ushort slot, ushort key) in new[]
        {
            (Rule.KeyUseAfterDataLock, Stage.ConfigLocked, Closed, ShaKey),
            (Rule.KeyKindHonoured, Stage.DataLocked, Closed, AesKey),
            (Rule.KeyKindHonoured, Stage.DataLocked, Closed, (ushort)0x001D),
            (Rule.NoMacHonoured, Stage.DataLocked, (ushort)0x8F9F, ShaKey),
            (Rule.LimitedUseHonoured, Stage.DataLocked, (ushort)0x8FAF, ShaKey),
            (Rule.AuthorizationRequired, Stage.DataLocked, Closed, (ushort)0x009C),
            (Rule.PersistentDisableHonoured, Stage.DataLocked, Closed, (ushort)0x101C),
            (Rule.RandomNonceHonoured, Stage.DataLocked, Closed, (ushort)0x005C),
        })
        {
            yield return new(rule, At(stage, (4, slot, key)), r => r.Do(Opcode.Kdf, 0x52, 4, KdfHkdf));
            yield return new(rule, WithTempKey(stage, (4, slot, key)),
                r => r.Do(Opcode.Kdf, 0x50, 0, 0x00, 0x04, 0, 0));
        }

        yield return new(Rule.KeyKindHonoured, At(Stage.DataLocked, (4, Closed, AesKey)),
            r => r.Do(Opcode.Kdf, 0x12, 4, KdfPrf));
        yield return new(Rule.KeyKindHonoured, WithKdfAes((4, Closed, ShaKey)),
            r => r.Do(Opcode.Kdf, 0x32, 4, KdfAes));
        yield return new(Rule.AesNeedsEnable, WithTempKey(Stage.DataLocked), r => r.Do(Opcode.Kdf, 0x30, 0, KdfAes));
        yield return new(Rule.KdfIvHonoured, WithTempKey(Stage.DataLocked), r => r.Do(Opcode.Kdf, 0x50, 0, KdfIv));
        yield return new(Rule.KdfOutputProtection, WithKdfProtection, r => r.Do(Opcode.Kdf, 0x50, 0, KdfHkdf));
        yield return new(Rule.KdfOutputProtection, WithKdfProtection,
            r => r.Do(Opcode.Kdf, 0x00, 0, [0x01, 0x03, 0, 16, .. Block[..16]]));
        foreach ((Rule rule, Stage stage, ushort slot, ushort key) in new[]
        {
            (Rule.KeyUseAfterDataLock, Stage.ConfigLocked, Open, ShaKey),
            (Rule.PrivateKeysNotWritable, Stage.DataLocked, Open, PrivateKey),
            (Rule.WriteConfigHonoured, Stage.DataLocked, (ushort)0x8000, ShaKey),
        })
            yield return new(rule, WithTempKey(stage, (9, slot, key)), r => r.Do(Opcode.Kdf, 0x48, 9 << 8, KdfHkdf));
        yield return new(Rule.LockedSlotUnchangeable, WithLockedSlot9, r => r.Do(Opcode.Kdf, 0x48, 9 << 8, KdfHkdf));
    }

    private static byte[] KdfHkdf => [0x02, 0, 0, 16, .. Block[..16]];

    private static byte[] KdfPrf => [0x01, 0, 0, 16, .. Block[..16]];

    private static byte[] KdfAes => [0, 0, 0, 0, .. Block[..16]];

    /// <summary>The message has zeros where the two bytes of KdfIvStr should stand.</summary>
    private static byte[] KdfIv => [0x03, 0, 0, 16, .. Block[..16]];

    private static Func<ChipPolicy, Rig> WithTempKey(
        Stage stage, params (int Slot, ushort Slots, ushort Key)[] slots) => policy =>
    {
        Rig rig = Rig.At(stage, policy, slots);
        LoadTempKey(rig);
        rig.State.WriteConfig(ConfigZone.KdfIvText, [0x69, 0x76]);
        return rig;
    };

    private static Func<ChipPolicy, Rig> WithKdfAes(params (int Slot, ushort Slots, ushort Key)[] slots) => policy =>
    {
        Rig rig = Rig.At(Stage.DataLocked, policy, slots);
        rig.State.WriteConfig(ConfigZone.ChipOptions, [0x04]);
        return rig;
    };

    private static Rig WithKdfProtection(ChipPolicy policy)
    {
        Rig rig = WithTempKey(Stage.DataLocked)(policy);
        rig.State.WriteConfig(ConfigZone.ChipOptions + 1, [0x04]);
        return rig;
    }

    private static Rig WithLockedSlot9(ChipPolicy policy)
    {
        Rig rig = WithTempKey(Stage.DataLocked, (9, Open, ShaKey))(policy);
        rig.State.LockSlot(9);
        return rig;
    }

    private static RuleScenario Sign(Rule rule, Stage stage, ushort slot, ushort key) =>
        new(rule, WithKey(stage, slot, key, LoadDigest), r => r.Do(Opcode.Sign, 0xA0, 0));

    private static Func<ChipPolicy, Rig> At(Stage stage, params (int Slot, ushort Slots, ushort Key)[] slots) =>
        policy => Rig.At(stage, policy, slots);

    private static Func<ChipPolicy, Rig> With(Stage stage, Action<Rig> more) => policy =>
    {
        Rig rig = Rig.At(stage, policy);
        more(rig);
        return rig;
    };

    private static Func<ChipPolicy, Rig> Locked(Stage stage, int index, ushort slot, ushort key) => policy =>
    {
        Rig rig = Rig.At(stage, policy, (index, slot, key));
        rig.State.LockSlot(index);
        return rig;
    };

    private static Func<ChipPolicy, Rig> WithKey(
        Stage stage, ushort slot, ushort key, Action<Rig>? more = null) => policy =>
    {
        Rig rig = Rig.At(stage, policy, (0, slot, key));
        rig.State.WriteSlot(0, 0, Reference.Rfc5903Responder);
        more?.Invoke(rig);
        return rig;
    };

    private static Func<ChipPolicy, Rig> StoredKey(Stage stage, ushort key) => policy =>
    {
        Rig rig = Rig.At(stage, policy, (9, Open, key));
        rig.State.WriteSlot(9, 4, Peer[..32]);
        rig.State.WriteSlot(9, 40, Peer[32..]);
        LoadDigest(rig);
        return rig;
    };

    private static int WrongConfigSummary(Rig rig) => ChipCrc.Compute(rig.State.Config) ^ 1;

    private static void LoadDigest(Rig rig) => rig.Expect(0x00, Opcode.Nonce, 0x43, 0, Block);

    private static void LoadTempKey(Rig rig) => rig.Expect(0x00, Opcode.Nonce, 0x03, 0, Block);

    private static void LoadGenKeyDigest(Rig rig)
    {
        LoadTempKey(rig);
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x08, 0).Length);
    }

    private static void CloseSlot1(Rig rig)
    {
        rig.State.WriteConfig(ConfigZone.SlotConfig + 2, Rig.Le(Closed));
        rig.State.WriteConfig(ConfigZone.KeyConfig + 2, Rig.Le(ShaKey));
    }

    private static void LockSlot1(Rig rig)
    {
        CloseSlot1(rig);
        rig.State.LockSlot(1);
    }

    private static void ProtectEcdh(Rig rig) => rig.State.WriteConfig(ConfigZone.ChipOptions + 1, [0x01]);

    private static void ProtectEphemeral(Rig rig)
    {
        ProtectEcdh(rig);
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x04, 0xFFFF).Length);
    }

    private static void DisableAes(Rig rig)
    {
        rig.State.WriteConfig(ConfigZone.AesEnable, [0]);
        LoadTempKey(rig);
    }
}
