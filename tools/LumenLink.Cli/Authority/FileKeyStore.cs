using System.Security.Cryptography;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Cli.Authority;

/// <summary>
/// Keys in files: PKCS#8 encrypted with PBES2 (RFC 8018), AES-256-CBC under PBKDF2 with HMAC-SHA-256.
/// </summary>
/// <param name="folder">Where the files are.</param>
/// <param name="passphrase">Tells the passphrase when it is needed.</param>
internal sealed class FileKeyStore(string folder, Func<string> passphrase) : IKeyStore
{
    /// <summary>Iterations of PBKDF2: a guess costs about a fifth of a second of a core.</summary>
    public const int Iterations = 600_000;

    /// <summary>Least characters of a new passphrase.</summary>
    public const int MinPassphrase = 12;

    private static readonly PbeParameters Encryption =
        new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);

    /// <inheritdoc/>
    public ECDsa Create(string name, out KeyReference reference)
    {
        string words = passphrase();
        if (words.Length < MinPassphrase)
            throw new AuthorityException($"A passphrase has {MinPassphrase} characters at least.");
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        reference = new KeyReference(KeyReference.File, name + "-key.pem", null);
        RunFolder.WriteSecret(
            Path.Combine(folder, reference.Id), key.ExportEncryptedPkcs8PrivateKeyPem(words, Encryption) + "\n");
        return key;
    }

    /// <inheritdoc/>
    public ECDsa Open(KeyReference reference)
    {
        string file = Path.Combine(folder, reference.Id);
        if (!File.Exists(file))
        {
            throw new AuthorityException(
                $"{file} is not there: put it back from where it is kept, and take it away again afterwards.", false);
        }

        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromEncryptedPem(File.ReadAllText(file), passphrase());
            return key;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new AuthorityException($"The passphrase does not open {file}, or the file is damaged.", false);
        }
        catch (AuthorityException)
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
