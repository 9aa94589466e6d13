using System.Security.Cryptography;

namespace LumenLink.Cli.Authority;

/// <summary>Where the key of a CA is kept; part of the folder's index.</summary>
/// <param name="Store">"file" or "pkcs11".</param>
/// <param name="Id">Name of the file, or CKA_ID of the objects in hex.</param>
/// <param name="TokenLabel">Label of the token; null for a file.</param>
internal sealed record KeyReference(string Store, string Id, string? TokenLabel)
{
    /// <summary>An encrypted file in the folder of the CA.</summary>
    public const string File = "file";

    /// <summary>A token behind a PKCS#11 module.</summary>
    public const string Pkcs11 = "pkcs11";
}

/// <summary>Keeps private keys of CAs, P-256.</summary>
internal interface IKeyStore : IDisposable
{
    /// <summary>Makes a key and keeps it.</summary>
    /// <param name="name">What people call it; printable ASCII.</param>
    /// <param name="reference">Where it is from now on.</param>
    /// <exception cref="AuthorityException">It cannot be made or kept.</exception>
    ECDsa Create(string name, out KeyReference reference);

    /// <summary>The key, ready to sign.</summary>
    /// <exception cref="AuthorityException">It is not there, or passphrase or PIN is wrong.</exception>
    ECDsa Open(KeyReference reference);
}
