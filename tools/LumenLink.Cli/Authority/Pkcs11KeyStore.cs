using System.Formats.Asn1;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;

namespace LumenLink.Cli.Authority;

/// <summary>
/// Keys in a token behind a PKCS#11 module: made in it, never taken out of it (CKA_SENSITIVE, not CKA_EXTRACTABLE).
/// </summary>
internal sealed class Pkcs11KeyStore : IKeyStore
{
    private const int IdBytes = 16;
    private const byte UncompressedPoint = 4;

    /// <summary>The curve's name: OBJECT IDENTIFIER prime256v1.</summary>
    private static readonly byte[] Curve = [6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7];

    private readonly Pkcs11InteropFactories factories = new();
    private readonly string tokenLabel;
    private readonly IPkcs11Library library;
    private readonly ISession session;

    static Pkcs11KeyStore() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, Resolve);

    private Pkcs11KeyStore(string module, string tokenLabel, Func<string> pin)
    {
        this.tokenLabel = tokenLabel;
        library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, module, AppType.MultiThreaded);
        try
        {
            session = FindSlot().OpenSession(SessionType.ReadWrite);
            session.Login(CKU.CKU_USER, pin());
        }
        catch
        {
            session?.Dispose();
            library.Dispose();
            throw;
        }
    }

    /// <summary>Opens a token.</summary>
    /// <param name="module">Path of the PKCS#11 module (a shared library).</param>
    /// <param name="tokenLabel">Label of the token.</param>
    /// <param name="pin">Asks for the PIN of the token's user.</param>
    /// <exception cref="AuthorityException">Module, token or PIN is not right.</exception>
    public static Pkcs11KeyStore Open(string module, string tokenLabel, Func<string> pin)
    {
        if (!File.Exists(module))
            throw new AuthorityException($"--pkcs11-module: there is no file \"{module}\".");
        try
        {
            return new Pkcs11KeyStore(module, tokenLabel, pin);
        }
        catch (Exception error) when (error is UnmanagedException or BadImageFormatException)
        {
            throw new AuthorityException($"--pkcs11-module: \"{module}\" is no PKCS#11 module.");
        }
        catch (Pkcs11Exception error) when (error.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_LEN_RANGE
            or CKR.CKR_PIN_INVALID)
        {
            throw new AuthorityException(
                $"The PIN of token \"{tokenLabel}\" is wrong. Tokens lock after some wrong ones.", false);
        }
        catch (Pkcs11Exception error)
        {
            throw Failed(tokenLabel, error);
        }
    }

    /// <inheritdoc/>
    public ECDsa Create(string name, out KeyReference reference)
    {
        byte[] id = RandomNumberGenerator.GetBytes(IdBytes);
        reference = new KeyReference(KeyReference.Pkcs11, Convert.ToHexStringLower(id), tokenLabel);
        string label = "lumenlink-" + name;
        IObjectAttributeFactory attributes = factories.ObjectAttributeFactory;
        try
        {
            using IMechanism mechanism = factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN);
            session.GenerateKeyPair(
                mechanism,
                [
                    attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_PRIVATE, false),
                    attributes.Create(CKA.CKA_ID, id), attributes.Create(CKA.CKA_LABEL, label),
                    attributes.Create(CKA.CKA_VERIFY, true), attributes.Create(CKA.CKA_EC_PARAMS, Curve),
                ],
                [
                    attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_PRIVATE, true),
                    attributes.Create(CKA.CKA_ID, id), attributes.Create(CKA.CKA_LABEL, label),
                    attributes.Create(CKA.CKA_SIGN, true), attributes.Create(CKA.CKA_SENSITIVE, true),
                    attributes.Create(CKA.CKA_EXTRACTABLE, false),
                ],
                out IObjectHandle publicKey, out IObjectHandle privateKey);
            List<IObjectAttribute> kept = session.GetAttributeValue(
                privateKey, [CKA.CKA_NEVER_EXTRACTABLE, CKA.CKA_ALWAYS_SENSITIVE]);
            if (!kept.TrueForAll(attribute => attribute.GetValueAsBool()))
            {
                session.DestroyObject(privateKey);
                session.DestroyObject(publicKey);
                throw new AuthorityException($"Token \"{tokenLabel}\" makes keys that can be taken out of it.", false);
            }

            return new TokenKey(this, privateKey, PublicKey(publicKey));
        }
        catch (Pkcs11Exception error)
        {
            throw Failed(tokenLabel, error);
        }
    }

    /// <inheritdoc/>
    public ECDsa Open(KeyReference reference)
    {
        try
        {
            byte[] id = Convert.FromHexString(reference.Id);
            return new TokenKey(this, Find(CKO.CKO_PRIVATE_KEY, id), PublicKey(Find(CKO.CKO_PUBLIC_KEY, id)));
        }
        catch (Pkcs11Exception error)
        {
            throw Failed(tokenLabel, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        library.Dispose();
    }

    /// <summary>
    /// Pkcs11Interop asks for libdl, a name that Linux has with a C compiler only; what is always there is libdl.so.2.
    /// </summary>
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "libdl" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libdl.so.2", out IntPtr library)
            ? library
            : IntPtr.Zero; // as usual

    private static AuthorityException Failed(string tokenLabel, Pkcs11Exception error) =>
        new($"Token \"{tokenLabel}\" failed: {error.Method} gave {error.RV}.", false);

    private ISlot FindSlot()
    {
        List<ISlot> slots = library.GetSlotList(SlotsType.WithTokenPresent);
        ISlot[] found = [.. slots.Where(slot => slot.GetTokenInfo().Label.TrimEnd() == tokenLabel)];
        if (found.Length == 1)
            return found[0];
        string there = string.Join(", ", slots.Select(slot => $"\"{slot.GetTokenInfo().Label.TrimEnd()}\""));
        throw new AuthorityException(
            $"--token-label: {(found.Length == 0 ? "no token is" : "several tokens are")} called \"{tokenLabel}\"; "
            + $"there are: {there}.");
    }

    private IObjectHandle Find(CKO kind, byte[] id)
    {
        IObjectAttributeFactory attributes = factories.ObjectAttributeFactory;
        List<IObjectHandle> found = session.FindAllObjects(
            [attributes.Create(CKA.CKA_CLASS, kind), attributes.Create(CKA.CKA_ID, id)]);
        return found.Count == 1
            ? found[0]
            : throw new AuthorityException($"Token \"{tokenLabel}\" does not hold this CA's key.", false);
    }

    private byte[] PublicKey(IObjectHandle handle)
    {
        byte[] encoded = session.GetAttributeValue(handle, [CKA.CKA_EC_POINT])[0].GetValueAsByteArray();
        try
        {
            byte[] point = AsnDecoder.ReadOctetString(encoded, AsnEncodingRules.DER, out int read);
            if (read == encoded.Length && point.Length == (2 * P256Keys.CoordinateBytes) + 1
                && point[0] == UncompressedPoint)
                return point[1..];
        }
        catch (AsnContentException)
        {
            // told below
        }

        throw new AuthorityException($"Token \"{tokenLabel}\" tells no public key of the curve P-256.", false);
    }

    private byte[] Sign(IObjectHandle key, byte[] hash)
    {
        try
        {
            using IMechanism mechanism = factories.MechanismFactory.Create(CKM.CKM_ECDSA);
            return session.Sign(mechanism, key, hash);
        }
        catch (Pkcs11Exception error)
        {
            throw Failed(tokenLabel, error);
        }
    }

    /// <summary>A key in the token as .NET's certificate classes take one.</summary>
    private sealed class TokenKey : ECDsa
    {
        private readonly Pkcs11KeyStore store;
        private readonly IObjectHandle handle;
        private readonly ECDsa publicKey;

        public TokenKey(Pkcs11KeyStore store, IObjectHandle handle, byte[] publicKey)
        {
            this.store = store;
            this.handle = handle;
            this.publicKey = P256Keys.FromBytes(publicKey);
            KeySizeValue = this.publicKey.KeySize;
        }

        public override byte[] SignHash(byte[] hash) => store.Sign(handle, hash);

        public override bool VerifyHash(byte[] hash, byte[] signature) => publicKey.VerifyHash(hash, signature);

        public override ECParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
            ? throw new CryptographicException("the key does not leave its token")
            : publicKey.ExportParameters(includePrivateParameters: false);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                publicKey.Dispose();
            base.Dispose(disposing);
        }
    }
}
