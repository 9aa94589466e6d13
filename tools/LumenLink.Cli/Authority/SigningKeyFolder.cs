using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Cli.Authority;

/// <summary>
/// A key that signs, in a folder of its own: NAME-key.json says where the private key is, an encrypted file beside it
/// or a token; NAME.pub is what others pin, 64 bytes.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="name">What the key is for, in one word.</param>
/// <param name="makes">The command that makes it, for messages.</param>
/// <param name="keys">Where keys and passphrases come from.</param>
internal sealed class SigningKeyFolder(string path, string name, string makes, KeyOptions keys)
{
    private readonly AuthorityFolder folder = new(path);
    private readonly string reference = Path.Combine(path, name + "-key.json");

    /// <summary>What others pin.</summary>
    public string Public => Path.Combine(path, name + ".pub");

    /// <summary>Makes the key.</summary>
    /// <returns>The key, ready to sign.</returns>
    /// <exception cref="AuthorityException">There is one already.</exception>
    public ECDsa Create(ParseResult parsed)
    {
        if (File.Exists(reference))
            throw new AuthorityException($"{path} has a {name} key already.");
        using IKeyStore store = keys.ForNew(parsed, folder);
        ECDsa key = store.Create(name, out KeyReference made);
        RunFolder.Write(Public, P256Keys.ToBytes(key));
        AuthorityFolder.Write(reference, JsonSerializer.Serialize(made) + "\n");
        return key;
    }

    /// <summary>The key, ready to sign.</summary>
    /// <exception cref="AuthorityException">There is none, or it cannot be opened.</exception>
    public ECDsa Open(ParseResult parsed)
    {
        if (!File.Exists(reference))
            throw new AuthorityException($"There is no {name} key in {path}: {makes} makes one.");
        KeyReference known;
        try
        {
            known = JsonSerializer.Deserialize<KeyReference>(File.ReadAllText(reference))
                ?? throw new AuthorityException($"{reference} is empty: put it back from the backup.");
        }
        catch (JsonException)
        {
            throw new AuthorityException($"{reference} is damaged: put it back from the backup.");
        }

        using IKeyStore store = keys.For(parsed, folder, known);
        return store.Open(known);
    }
}
