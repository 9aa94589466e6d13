using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>The beacon's side of a session.</summary>
internal sealed class BeaconSession
{
    private readonly byte[] keys;

    public BeaconSession(AttestationResultFrame result, byte[] keys, uint boot)
    {
        this.keys = keys;
        Boot = boot;
        Id = result.SessionId;
        for (int i = 0; i < result.SecretCount; i++)
            Secrets.Add((result.Secrets[i].Id, Unwrap(result.Secrets[i], i)));
    }

    public uint Id { get; }

    /// <summary>Boot that attested.</summary>
    public uint Boot { get; }

    /// <summary>Up, down and wrapping key, one after the other.</summary>
    public byte[] Keys => keys;

    public List<(SecretId Id, byte[] Plain)> Secrets { get; } = [];

    public bool Opens(byte[] frame) => Tag(keys[32..64], frame).AsSpan().SequenceEqual(frame.AsSpan(frame.Length - 8));

    /// <summary>A Records frame with one group.</summary>
    public byte[] Records(uint boot, uint floor, params byte[][] records)
    {
        RecordsFrameWriter writer = new();
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        Assert.True(writer.Begin(buffer, 0, buffer.Length, Id, Boot));
        Assert.True(writer.BeginGroup(boot, floor));
        foreach (byte[] record in records)
            Assert.True(writer.TryAddRecord(record, 0, record.Length), writer.LastError.ToString());
        return Seal(buffer[..writer.Finish()]);
    }

    /// <summary>Puts the tag of the up key in.</summary>
    public byte[] Seal(byte[] frame)
    {
        Tag(keys[..32], frame).CopyTo(frame, frame.Length - 8);
        return frame;
    }

    /// <summary>Reads a receipt with one entry after checking its tag.</summary>
    public ReceiptEntry Receipt(byte[] frame)
    {
        Assert.True(Opens(frame), "the receipt is not sealed under the down key");
        ReceiptFrame receipt = new();
        Assert.Equal(WireError.None, receipt.Read(frame, 0, frame.Length));
        Assert.Equal(Id, receipt.SessionId);
        Assert.True(receipt.NextEntry());
        return receipt.Entry;
    }

    /// <summary>What became of a command or a configuration.</summary>
    public byte[] Ack(ControlSubject subject, uint number, ControlOutcome outcome, string detail = "")
    {
        CommandAckFrame ack = new() { SessionId = Id, Subject = subject, Number = number, Outcome = outcome };
        ack.Detail.Set(detail);
        byte[] buffer = new byte[CommandAckFrame.MinSize + detail.Length];
        return Seal(buffer[..ack.Write(buffer, 0)]);
    }

    /// <summary>Reads a command after checking its tag.</summary>
    public CommandFrame Command(byte[] frame)
    {
        Assert.True(Opens(frame), "the command is not sealed under the down key");
        CommandFrame command = new();
        Assert.Equal(WireError.None, command.Read(frame, 0, frame.Length));
        Assert.Equal(Id, command.SessionId);
        return command;
    }

    /// <summary>Reads a configuration after checking its tag; the signature is the caller's to check.</summary>
    public ConfigFrame Config(byte[] frame)
    {
        Assert.True(Opens(frame), "the configuration is not sealed under the down key");
        ConfigFrame config = new();
        Assert.Equal(WireError.None, config.Read(frame, 0, frame.Length));
        Assert.Equal(Id, config.SessionId);
        return config;
    }

    private static byte[] Tag(byte[] key, byte[] frame) =>
        HMACSHA256.HashData(key, frame.AsSpan(0, frame.Length - 8))[..8];

    private byte[] Unwrap(WrappedSecret secret, int index)
    {
        using Aes aes = Aes.Create();
        aes.Key = keys[64..80];
        byte[] plain = secret.Data[..secret.Length];
        for (int at = 0; at < plain.Length; at++)
        {
            byte[] counter = new byte[16];
            counter[0] = (byte)secret.Id;
            counter[1] = (byte)index;
            counter[12] = (byte)(at / 16);
            plain[at] ^= aes.EncryptEcb(counter, PaddingMode.None)[at % 16];
        }

        return plain;
    }
}

/// <summary>Encoded records.</summary>
internal static class TestRecords
{
    public static byte[] Report(uint sequence, ulong[] addresses, long epochUnixMs = 0, ulong openTicks = 1000)
    {
        byte[] record = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(record, 0, ReportAddressing.Raw, 0) && writer.BeginWindow(Radio.Ble, openTicks));
        Assert.All(addresses, address => Assert.True(writer.TryAddSighting(address, AddressType.Public, -70)));
        writer.EndWindow(9000);
        int length = writer.Finish(sequence, openTicks + 9000, epochUnixMs);
        Assert.True(length > 0);
        return record[..length];
    }

    /// <summary>A status with every detail; version 0 tells that no signed configuration is in effect.</summary>
    public static byte[] Status(uint sequence, uint configVersion = 31)
    {
        StatusBody status = new() { UptimeMs = 61_000, QueueRecords = 3, QueueBytes = 400, WifiRssiDbm = -55 };
        status.FirmwareVersion.Set("0.1.0");
        StatusDetails details = status.Details;
        (details.TransportKind, details.TransportIndex) = (TransportKind.Http, 1);
        (details.AdvertiseTenths, details.BleScanTenths, details.WifiScanTenths) = (427, 152, 3);
        (details.FilteredByRssi, details.FilteredByAddress, details.FilteredByService) = (11, 12, 13);
        (details.FilteredByManufacturer, details.FilteredUnchanged) = (14, 15);
        (details.Connects, details.ConnectFailures) = (21, 22);
        (details.ReceiptsMissed, details.DownlinkRefused) = (23, 24);
        (details.SecurityLevel, details.ConfigVersion) = (KeyHome.SecureElement, configVersion);
        (details.RadioFaults, details.ChipFaults, details.TornRecords, details.OtherFaults) = (41, 42, 43, 44);
        details.EidPeriod = 51;
        byte[] buffer = new byte[StatusBody.MaxSize];
        return Record(sequence, 2, buffer[..status.Write(buffer, 0)]);
    }

    public static byte[] Diagnostics(uint sequence, string text) => Record(sequence, 3, Encoding.Latin1.GetBytes(text));

    public static byte[] Record(uint sequence, byte kind, byte[] body) =>
    [
        .. BitConverter.GetBytes(sequence)[..3], .. BitConverter.GetBytes(2000UL)[..5],
        .. BitConverter.GetBytes((ushort)(body.Length | (kind << 12))), .. body,
    ];
}
