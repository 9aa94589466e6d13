using System.Security.Cryptography;

namespace LumenLink.Bench.Attest;

/// <summary>
/// The operations of P-256 that an exchange is made of, bare and back to back, each time with another key: import of
/// the beacon's key, verification, import of its ephemeral key and agreement, generation of a key, signature.
/// </summary>
internal sealed class Primitives : IDisposable
{
    private const int MessageSize = 400;
    private readonly ECDsa _signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDiffieHellman _own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _message = RandomNumberGenerator.GetBytes(MessageSize);
    private readonly (ECParameters Key, byte[] Signature, ECParameters Peer)[] _given;

    /// <summary>Makes what is given: keys and signatures of so many others.</summary>
    public Primitives(int count) => _given = [.. Enumerable.Range(0, count).Select(_ => Give())];

    /// <summary>All operations once for each of the others.</summary>
    /// <param name="makesKeys">Generation of a key, too: the service makes one for ten minutes, not for each.</param>
    public void Run(bool makesKeys)
    {
        foreach ((ECParameters key, byte[] signature, ECParameters peer) in _given)
        {
            using ECDsa verifier = ECDsa.Create(key);
            if (!verifier.VerifyData(_message, signature, HashAlgorithmName.SHA256))
                throw new BenchException("A good signature does not verify.");
            using ECDiffieHellman other = ECDiffieHellman.Create(peer);
            _own.DeriveRawSecretAgreement(other.PublicKey);
            if (makesKeys)
            {
                using ECDiffieHellman made = ECDiffieHellman.Create();
                made.GenerateKey(ECCurve.NamedCurves.nistP256);
            }

            _signer.SignData(_message, HashAlgorithmName.SHA256);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer.Dispose();
        _own.Dispose();
    }

    private (ECParameters Key, byte[] Signature, ECParameters Peer) Give()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDiffieHellman peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return (
            key.ExportParameters(includePrivateParameters: false),
            key.SignData(_message, HashAlgorithmName.SHA256),
            peer.ExportParameters(includePrivateParameters: false));
    }
}
