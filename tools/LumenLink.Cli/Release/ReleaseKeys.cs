using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Cli.Release;

/// <summary>
/// The key that signs releases, in a folder of its own: release-key.json says where the private key is, an encrypted
/// file beside it or a token; release.pub is what operators pin.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="keys">Where keys and passphrases come from.</param>
internal sealed class ReleaseKeys(string path, KeyOptions keys)
{
    private readonly AuthorityFolder folder = new(path);
    private readonly string reference = Path.Combine(path, "release-key.json");

    /// <summary>What operators pin.</summary>
    public string Public => Path.Combine(path, "release.pub");

    /// <summary>Makes the key.</summary>
    /// <returns>X || Y.</returns>
    /// <exception cref="ReleaseException">There is one already.</exception>
    public byte[] Create(ParseResult parsed)
    {
        if (File.Exists(reference))
            throw new ReleaseException($"{path} has a release key already.");
        using IKeyStore store = keys.ForNew(parsed, folder);
        using ECDsa key = store.Create("release", out KeyReference made);
        byte[] own = P256Keys.ToBytes(key)!;
        RunFolder.Write(Public, own);
        AuthorityFolder.Write(reference, JsonSerializer.Serialize(made) + "\n");
        return own;
    }

    /// <summary>The key, ready to sign.</summary>
    /// <exception cref="ReleaseException">There is none.</exception>
    public ECDsa Open(ParseResult parsed)
    {
        if (!File.Exists(reference))
            throw new ReleaseException($"There is no release key in {path}: lumen release init makes one.");
        KeyReference known;
        try
        {
            known = JsonSerializer.Deserialize<KeyReference>(File.ReadAllText(reference))!;
        }
        catch (JsonException)
        {
            throw new ReleaseException($"{reference} is damaged: put it back from the backup.");
        }

        using IKeyStore store = keys.For(parsed, folder, known);
        return store.Open(known);
    }
}
