using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>Hashes, keys and wrapped values of the fixed exchange, as one flat object of hex strings.</summary>
internal static class CryptoVectors
{
    public static string Make()
    {
        Exchange e = new();
        byte[] address = [0x66, 0x55, 0x44, 0x33, 0x22, 0x11];
        JsonObject values = new()
        {
            ["note"] = "README sections 1, 3, 4 and 7; the frames are the ok vectors of the other files",
            ["audience"] = Exchange.Audience,
            ["beacon_id"] = Hex(e.BeaconId),
            ["beacon_id_text"] = MqttTopics.IdText(e.BeaconId, 0),
            ["device_public"] = Hex(e.Device.Public),
            ["root_public"] = Hex(e.Root.Public),
            ["service_public"] = Hex(e.Service.Public),
            ["configuration_public"] = Hex(e.Configuration.Public),
            ["epoch_private"] = Hex(e.Epoch.Private),
            ["ephemeral_public"] = Hex(e.Ephemeral.Public),
            ["challenge_key"] = Hex(e.ReplicaKey),
            ["service_nonce"] = Hex(e.ServiceNonce),
            ["hello_hash"] = Hex(e.HelloHash),
            ["challenge_hash"] = Hex(e.ChallengeHash),
            ["challenge_mac"] = Hex(e.ChallengeMac),
            ["ecdh_secret"] = Hex(e.Secret),
            ["transcript"] = Hex(e.Transcript),
            ["okm"] = Hex(e.Keys.Bytes),
            ["secret_0"] = Hex(e.EidKey),
            ["secret_1"] = Hex(e.Today),
            ["secret_2"] = Hex(e.Tomorrow),
            ["pseudonym_radio"] = "01",
            ["pseudonym_address"] = Hex(address),
            ["pseudonym_key"] = Hex(e.Today.AsSpan(2)),
            ["pseudonym"] = Hex(PseudonymOf(e.Today[2..], address)),
            ["fingerprint_payload_0"] = Hex(Payload(0)),
            ["fingerprint_0"] = FingerprintOf(e.Today[2..], Payload(0)),
            ["fingerprint_payload_14"] = Hex(Payload(14)),
            ["fingerprint_14"] = FingerprintOf(e.Today[2..], Payload(14)),
            ["fingerprint_payload_31"] = Hex(Payload(31)),
            ["fingerprint_31"] = FingerprintOf(e.Today[2..], Payload(31)),
            ["token"] = Hex(e.Token),
            ["token_text"] = Base64Url.ToText(e.Token, 0, e.Token.Length),
        };
        return values.ToJsonString(VectorFiles.Json);
    }

    public static byte[] PseudonymOf(byte[] key, byte[] address)
    {
        byte[] block = new byte[Pseudonym.BlockSize];
        Pseudonym.InputBlock(block, 0, Radio.Ble, address, 0);
        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] pseudonym = new byte[Pseudonym.Size];
        Pseudonym.Take(aes.EncryptEcb(block, PaddingMode.None), 0, pseudonym, 0);
        return pseudonym;
    }

    /// <summary>By the code that beacons use: hex, the first byte first.</summary>
    public static string FingerprintOf(byte[] key, byte[] payload)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] block = new byte[PayloadFingerprint.BlockSize];
        for (int i = 0; i < PayloadFingerprint.BlockCount(payload.Length); i++)
        {
            PayloadFingerprint.Mix(block, i, payload, 0, payload.Length);
            block = aes.EncryptEcb(block, PaddingMode.None);
        }

        return PayloadFingerprint.Take(block).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Payload(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)(i * 7))];

    public static Dictionary<string, string> Read() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(VectorFiles.Directory, "crypto.json")))!;

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
