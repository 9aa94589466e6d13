using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Beacon.Security;
using LumenLink.Simulator.Atecc608;
using static LumenLink.Tests.Firmware.Security.CommandRig;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The commands beyond a beacon's own, against the emulated chip.</summary>
public sealed class Atecc608CommandTests
{
    private static readonly byte[] Digest = SHA256.HashData("message"u8);
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    public static TheoryData<byte> Modes => ChipModes.All;

    /// <summary>Info(Revision) of either part, as cryptoauthlib tells them apart.</summary>
    [Theory]
    [InlineData(ChipModel.Atecc608A, 0x00006002u)]
    [InlineData(ChipModel.Atecc608B, 0x00006003u)]
    public void Revision(ChipModel model, uint expected)
    {
        var rig = new CommandRig(model: model);
        Ok(rig.Device.Revision(out uint revision));
        Assert.Equal(expected, revision);
        Assert.Equal("0307300000" + "00035D", Convert.ToHexString(rig.Board.Bus.Commands[^1]));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void State_and_validity_of_keys(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        Ok(rig.Device.State(out bool isValid, out _));
        Assert.False(isValid);
        Ok(rig.Keys.Load(ChipBuffer.TempKey, Digest, 0, 32));
        Ok(rig.Device.State(out isValid, out byte flags));
        Assert.True(isValid);
        Assert.Equal(0x10, flags); // from the host
        Ok(rig.Device.IsKeyValid(SignSlot, out bool isKey));
        Assert.True(isKey);
        Ok(rig.Device.IsKeyValid(HmacSlot, out isKey));
        Assert.False(isKey);
        rig.Link.Sleep();
        Ok(rig.Device.State(out isValid, out _));
        Assert.False(isValid);
    }

    [Fact]
    public void Words_and_blocks_of_every_zone()
    {
        CommandRig rig = new CommandRig().Configure();
        byte[] block = [.. Enumerable.Range(1, 40).Select(i => (byte)i)];
        byte[] read = new byte[40];
        Ok(rig.Zones.WriteBlock(ChipZone.Otp, 0, 32, block, 3));
        Ok(rig.Zones.WriteBlock(ChipZone.Data, OpenSlot, 96, block, 0));
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.WriteWord(ChipZone.Data, OpenSlot, 0, block, 0));
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.ReadBlock(ChipZone.Data, OpenSlot, 96, read, 0));
        Ok(rig.Zones.LockDataAsItIs());
        Ok(rig.Zones.ReadBlock(ChipZone.Otp, 0, 32, read, 2));
        Assert.Equal(block[3..35], read[2..34]);
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.WriteBlock(ChipZone.Otp, 0, 32, block, 0));
        Ok(rig.Zones.WriteWord(ChipZone.Data, OpenSlot, 412, block, 36));
        Ok(rig.Zones.WriteBlock(ChipZone.Data, OpenSlot, 352, block, 1));
        Ok(rig.Zones.ReadWord(ChipZone.Data, OpenSlot, 412, read, 1));
        Assert.Equal(block[36..40], read[1..5]);
        Ok(rig.Zones.ReadBlock(ChipZone.Data, OpenSlot, 352, read, 0));
        Assert.Equal(block[1..33], read[..32]);
        Ok(rig.Zones.ReadBlock(ChipZone.Data, OpenSlot, 96, read, 0));
        Assert.Equal(block[..32], read[..32]);
        Ok(rig.Zones.ReadWord(ChipZone.Configuration, 0, 16, read, 0));
        Assert.Equal(0xC0, read[0]);
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.ReadBlock(ChipZone.Data, HmacSlot, 0, read, 0));
        Ok(rig.Zones.LockSlot(OpenSlot));
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.WriteBlock(ChipZone.Data, OpenSlot, 96, block, 0));
    }

    [Fact]
    public void Locks_want_the_summary_of_what_they_lock()
    {
        var rig = new CommandRig();
        byte[] zone = rig.ReadConfig();
        ushort summary = Atecc608Zones.Summary(zone, zone.Length);
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.LockConfiguration((ushort)(summary ^ 1)));
        Ok(rig.Zones.LockConfiguration(summary));
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.LockConfiguration(summary));

        // Slots as the factory left them: FF; then OTP.
        byte[] data = new byte[(8 * 36) + 416 + (7 * 72) + 64];
        data.AsSpan().Fill(0xFF);
        summary = Atecc608Zones.Summary(data, data.Length);
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.LockData((ushort)(summary ^ 1)));
        Ok(rig.Zones.LockData(summary));
        Assert.Equal(ChipStatus.ExecutionError, rig.Zones.LockDataAsItIs());
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Hash_of_FIPS_180_and_of_lengths_around_a_block(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        byte[] digest = new byte[32];
        Ok(rig.Hash.Sha256("xabc"u8.ToArray(), 1, 3, digest));
        Assert.Equal(
            "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", Convert.ToHexString(digest));
        foreach (int length in new[] { 0, 1, 63, 64, 65, 128, 200 })
        {
            byte[] message = [.. Enumerable.Range(0, length + 5).Select(i => (byte)(i * 7))];
            Ok(rig.Hash.Sha256(message, 5, length, digest));
            Assert.Equal(SHA256.HashData(message.AsSpan(5)), digest);
        }
    }

    /// <summary>cryptoauthlib, test/api_atcab/atca_tests_sha.c, sha_hmac: key, data and MAC.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Hmac_of_the_published_key_and_data_from_slot_and_TempKey(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        byte[] data = Convert.FromHexString(
            "6FB3EC66F9EB070A719BEBBE708B93A65B201B78E2D26D8CCCDF1C33F741904A"
            + "9ADE640FCE000C334D04BB30795683DCA09DBF3E7E32AEA103D760E857A6D6211C");
        byte[] mac = new byte[32];
        Ok(rig.Keys.Load(ChipBuffer.TempKey, HmacKey, 0, 32));
        foreach (int key in new[] { HmacSlot, Atecc608Keys.TempKey })
        {
            Ok(rig.Hash.Hmac(key, data, 0, data.Length, mac));
            Assert.Equal(
                "297F22B8D251B063A7C08DCF4DBA0D1FB35D32A3BAAB15ACEAF4391C4ADB3277", Convert.ToHexString(mac));
            Array.Clear(mac);
        }
    }

    [Fact]
    public void Hash_steps_and_what_ends_them()
    {
        CommandRig rig = new CommandRig().Provision();
        byte[] message = [.. Enumerable.Range(0, 130).Select(i => (byte)i)];
        byte[] digest = new byte[32];
        Ok(rig.Hash.Start());
        Ok(rig.Hash.Update(message, 0));
        rig.Board.Clock.AdvanceUs(60_000_000); // it rests between steps
        Ok(rig.Hash.Update(message, 64));
        Ok(rig.Hash.End(message, 128, 2, digest));
        Assert.Equal(SHA256.HashData(message), digest);
        Ok(rig.Hash.StartHmac(HmacSlot));
        Ok(rig.Keys.Random(digest, 0));
        Assert.Equal(ChipStatus.ExecutionError, rig.Hash.Update(message, 0));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_random_nonce_is_a_digest_of_both_numbers(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        byte[] host = [.. Enumerable.Range(30, 20).Select(i => (byte)i)];
        byte[] random = new byte[33];
        Ok(rig.Keys.RandomNonce(host, random, 1));
        byte[] nonce = SHA256.HashData([.. random[1..], .. host, 0x16, 0x00, 0x00]);
        byte[] mac = new byte[32];
        Ok(rig.Hash.Hmac(Atecc608Keys.TempKey, Digest, 0, 32, mac));
        Assert.Equal(HMACSHA256.HashData(nonce, Digest), mac);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Signatures_of_digests_are_checked_by_external_and_stored_key(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        rig.StoreKey(rig.SignKey);
        byte[] signature = new byte[65];
        Ok(rig.Keys.Sign(SignSlot, Digest, signature, 1));
        using ECDsa key = Keys.Ecdsa(rig.SignKey);
        Assert.True(key.VerifyHash(Digest, signature.AsSpan(1)));
        Ok(rig.Keys.Verify(rig.SignKey, 0, Digest, signature, 1));
        Ok(rig.Keys.VerifyStored(StoredKeySlot, Digest, signature, 1));
        signature[9] ^= 1;
        Assert.Equal(ChipStatus.Miscompare, rig.Keys.VerifyStored(StoredKeySlot, Digest, signature, 1));
        Assert.Equal(ChipStatus.Miscompare, rig.Keys.Verify(rig.SignKey, 0, Digest, signature, 1));
        Assert.Equal(ChipStatus.ExecutionError, rig.Keys.Sign(HmacSlot, Digest, signature, 0));
    }

    /// <summary>The statement is that of Sign(Internal): 55 bytes around a digest of the public key.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void A_statement_about_a_public_key_is_signed(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        byte[] serial = Board.SerialNumber;
        byte[] key = new byte[64];
        byte[] signature = new byte[64];
        using ECDsa signer = Keys.Ecdsa(rig.SignKey);
        foreach (bool withSerial in new[] { false, true })
        {
            Ok(rig.Keys.Load(ChipBuffer.TempKey, Digest, 0, 32));
            Ok(rig.Keys.DigestPublicKey(AgreeSlot, key, 0));
            Assert.Equal(rig.AgreeKey, key);
            byte[] digest = SHA256.HashData(
            [
                .. Digest, 0x40, 0x08, AgreeSlot, 0, serial[8], serial[0], serial[1], .. new byte[25], .. key,
            ]);
            Ok(rig.Keys.SignTempKey(SignSlot, withSerial, signature, 0));
            byte[] four = withSerial ? serial[4..8] : new byte[4];
            byte[] two = withSerial ? serial[2..4] : new byte[2];
            byte[] statement =
            [
                .. digest, 0x41, withSerial ? (byte)0x40 : (byte)0x00, SignSlot, 0, 0x87, 0x20, 0x33, 0x00,
                0x10 | 0x40 | AgreeSlot, 0, 0, serial[8], .. four, .. serial[..2], .. two, 1, 0, 0,
            ];
            Assert.Equal(55, statement.Length);
            Assert.True(signer.VerifyHash(SHA256.HashData(statement), signature));
        }
    }

    [Fact]
    public void A_stored_public_key_is_digested()
    {
        CommandRig rig = new CommandRig().Provision();
        rig.StoreKey(rig.AgreeKey);
        byte[] serial = Board.SerialNumber;
        byte[] mac = new byte[32];
        Ok(rig.Keys.Load(ChipBuffer.TempKey, Digest, 0, 32));
        Ok(rig.Keys.DigestStoredKey(StoredKeySlot, [7, 8, 9]));
        byte[] digest = SHA256.HashData(
            [.. Digest, 0x40, 7, 8, 9, serial[8], serial[0], serial[1], .. new byte[25], .. rig.AgreeKey]);
        Ok(rig.Hash.Hmac(Atecc608Keys.TempKey, Digest, 0, 32, mac));
        Assert.Equal(HMACSHA256.HashData(digest, Digest), mac);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_slots_key_agrees_in_the_clear_and_into_TempKey(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        using ECDiffieHellman peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman own = Keys.Ecdh(rig.AgreeKey);
        byte[] expected = peer.DeriveRawSecretAgreement(own.PublicKey);
        byte[] secret = new byte[32];
        Ok(rig.Keys.Ecdh(AgreeSlot, Keys.Public(peer), 0, secret));
        Assert.Equal(expected, secret);
        Ok(rig.Keys.EcdhIntoTempKey(AgreeSlot, Keys.Public(peer), 0));
        Ok(rig.Derivation.Hkdf(new KdfRoute(), Digest, 0, 32, secret));
        Assert.Equal(HMACSHA256.HashData(expected, Digest), secret);
        Assert.Equal(ChipStatus.ExecutionError, rig.Keys.Ecdh(SignSlot, Keys.Public(peer), 0, secret));
    }

    /// <summary>RFC 5869, appendix A.1, with the extracted key kept in the chip.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Hkdf_of_RFC_5869_stays_in_the_chip_until_its_end(byte mode)
    {
        CommandRig rig = new CommandRig(mode).Provision();
        byte[] ikm = [.. Enumerable.Repeat((byte)0x0B, 22)];
        byte[] salt = [.. Convert.FromHexString("000102030405060708090A0B0C"), .. new byte[19]];
        byte[] info = [.. Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9"), 0x01];
        byte[] okm = new byte[32];
        Ok(rig.Keys.Load(ChipBuffer.AlternateKey, salt, 0, 32));
        var extract = new KdfRoute { Source = KdfSource.AlternateKey, Target = KdfTarget.TempKey };
        Ok(rig.Derivation.Hkdf(extract, ikm, 0, ikm.Length, []));
        Ok(rig.Derivation.Hkdf(new KdfRoute(), info, 0, info.Length, okm));
        Assert.Equal(
            "3CB25F25FAACD57A90434F64D0362F2A2D2D0A90CF1A5A4C5DB02D56ECC4C5BF", Convert.ToHexString(okm));
    }

    /// <summary>cryptoauthlib, test/api_atcab/atca_tests_kdf.c: expected_kdf_prf and expected_kdf_aes.</summary>
    [Fact]
    public void Prf_and_AES_of_the_published_keys()
    {
        CommandRig rig = new CommandRig().Provision();
        byte[] derived = new byte[64];
        Ok(rig.Keys.Load(ChipBuffer.TempKey, [.. Counting, .. Counting], 0, 32));
        Ok(rig.Derivation.Prf(new KdfRoute(), 32, Counting, 0, 16, derived, 64));
        Assert.Equal(
            "1EBCBE62005AB948FDFFE1C402AABA354EC676050C9BC1AAE1FF5B1509A4A04A"
            + "44254664C2A480F5B77EA2D1020C7BA4B3640C4AC793324C26D6FDDFDB1F011A",
            Convert.ToHexString(derived));
        Ok(rig.Derivation.Aes(new KdfRoute(), 1, Counting, derived));
        Assert.Equal("0A940BB5416EF045F1C39458C653EA5A" + new string('0', 32), Convert.ToHexString(derived, 0, 32));
    }

    [Fact]
    public void A_derived_key_goes_into_a_slot_and_comes_from_one()
    {
        CommandRig rig = new CommandRig().Provision();
        var intoSlot = new KdfRoute
        {
            Source = KdfSource.Slot,
            SourceSlot = HmacSlot,
            Target = KdfTarget.Slot,
            TargetSlot = OpenSlot,
        };
        Ok(rig.Derivation.Hkdf(intoSlot, Digest, 0, 32, []));
        byte[] kept = new byte[32];
        Ok(rig.Zones.ReadBlock(ChipZone.Data, OpenSlot, 0, kept, 0));
        Assert.Equal(HMACSHA256.HashData(HmacKey, Digest), kept);
        byte[] longest = new byte[Atecc608Derivation.MaxMessageBytes];
        Ok(rig.Derivation.Hkdf(new KdfRoute { Source = KdfSource.Slot, SourceSlot = HmacSlot }, longest, 0, 128, kept));
        Assert.Equal(HMACSHA256.HashData(HmacKey, longest), kept);
    }

    /// <summary>FIPS 197, appendix B.</summary>
    [Fact]
    public void Aes_of_a_block_both_ways()
    {
        CommandRig rig = new CommandRig().Provision();
        byte[] plain = Convert.FromHexString("3243F6A8885A308D313198A2E0370734");
        byte[] cipher = Convert.FromHexString("3925841D02DC09FBDC118597196A0B32");
        byte[] result = new byte[16];
        Ok(rig.Derivation.Encrypt(AesSlot, 1, plain, result));
        Assert.Equal(cipher, result);
        Ok(rig.Derivation.Decrypt(AesSlot, 1, cipher, result));
        Assert.Equal(plain, result);
        Assert.Equal(ChipStatus.ExecutionError, rig.Derivation.Encrypt(HmacSlot, 0, plain, result));
    }

    [Fact]
    public void Counters_are_read_and_rise_apart_up_to_their_maximum()
    {
        CommandRig rig = new CommandRig().Provision();
        Ok(rig.Device.IncrementCounter(1, out uint value));
        Assert.Equal(1u, value);
        Ok(rig.Device.IncrementCounter(1, out value));
        Ok(rig.Device.ReadCounter(1, out value));
        Assert.Equal(2u, value);
        Ok(rig.Device.ReadCounter(0, out value));
        Assert.Equal(0u, value);
        byte[] memory = rig.Board.State.Serialize();
        BinaryPrimitives.WriteUInt32LittleEndian(memory.AsSpan(memory.Length - 40), Atecc608Device.CounterMaximum - 1);
        SHA256.HashData(memory.AsSpan(0, memory.Length - 32), memory.AsSpan(memory.Length - 32));
        var last = new Board(ChipState.Parse(memory));
        Ok(last.Driver.IncrementBootCounter(out value));
        Assert.Equal(2_097_151u, value);
        Assert.Equal(ChipStatus.ExecutionError, last.Driver.IncrementBootCounter(out _));
    }

    [Fact]
    public void Self_tests_are_named_and_need_a_watchdog_that_waits()
    {
        var rig = new CommandRig();
        Ok(rig.Device.SelfTest(ChipSelfTests.All, out byte failed));
        Assert.Equal(0, failed);
        rig.Link.Idle();
        foreach (byte mode in new[] { ChipModes.M1, ChipModes.M2LongWatchdog })
            Ok(new CommandRig(mode).Device.SelfTest(ChipSelfTests.All, out _));
        Assert.Equal(
            ChipStatus.WatchdogAboutToExpire, new CommandRig(ChipModes.M2).Device.SelfTest(ChipSelfTests.All, out _));
    }

    [Fact]
    public void A_failed_self_test_is_a_set_of_bits_and_no_status()
    {
        foreach (byte bits in new byte[] { ChipSelfTests.Ecdsa, 0x05, 0x08, ChipSelfTests.All })
        {
            var rig = new CommandRig();
            Ok(rig.Device.Revision(out _));
            int sent = rig.Board.Bus.Commands.Count;
            // Not before: a wake would tell of the failure.
            rig.Board.Bus.BeforeCommand = () => rig.Board.Faults.FailedSelfTests = bits;
            Assert.Equal(ChipStatus.SelfTestError, rig.Device.SelfTest(ChipSelfTests.All, out byte failed));
            Assert.Equal(bits, failed);
            Assert.Equal(1, rig.Board.Bus.Commands.Count - sent);
        }
    }
}
