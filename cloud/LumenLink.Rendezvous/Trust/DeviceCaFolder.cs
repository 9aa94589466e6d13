using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// The pinned device CAs on disk: operator/device-cas/production/NAME.crt and operator/device-cas/development/NAME.crt,
/// PEM, read once; beside each its revocation list NAME.crl, PEM or DER, read again when the file changes.
/// </summary>
internal sealed class DeviceCaFolder
{
    /// <summary>The organisational unit that a development CA carries in its subject.</summary>
    public const string DevelopmentUnit = "LumenLink development";

    private const string OrganizationalUnit = "2.5.4.11";

    private readonly Pinned[] pinned;
    private readonly Lock looking = new();
    private volatile DeviceCas current;
    private DateTimeOffset looked = DateTimeOffset.MinValue;

    private DeviceCaFolder(Pinned[] pinned)
    {
        this.pinned = pinned;
        current = new DeviceCas([.. pinned.Select(one => one.Look())]);
    }

    private DeviceCaFolder(DeviceCas cas)
    {
        pinned = [];
        current = cas;
    }

    /// <summary>Reads the two folders.</summary>
    /// <exception cref="InvalidOperationException">
    /// A file is no certificate; there is no CA that may be used here; production finds a development CA, or one
    /// without a revocation list.
    /// </exception>
    public static DeviceCaFolder Open(string operatorFolder, ServiceEnvironment environment)
    {
        string folder = Path.Combine(operatorFolder, "device-cas");
        Pinned[] production = Load(Path.Combine(folder, "production"), isProduction: true);
        Pinned[] development = Load(Path.Combine(folder, "development"), isProduction: false);
        if (environment == ServiceEnvironment.Production && development.Length > 0)
            throw new InvalidOperationException("production refuses the CAs in operator/device-cas/development");
        if (production.Length + development.Length == 0)
            throw new InvalidOperationException("operator/device-cas holds no CA certificate");
        string[] without =
            [.. production.Select(one => one.ListFile).Where(file => !File.Exists(file)).Select(Path.GetFileName)!];
        if (environment == ServiceEnvironment.Production && without.Length > 0)
        {
            throw new InvalidOperationException(
                $"operator/device-cas/production: {string.Join(", ", without)} is missing: production needs the "
                + "revocation list of each CA beside its certificate; lumen ca crl makes it");
        }

        return new DeviceCaFolder([.. production, .. development]);
    }

    /// <summary>CAs that never change.</summary>
    public static DeviceCaFolder Of(DeviceCas cas) => new(cas);

    /// <summary>The CAs as they stand; looks at the files no oftener than TrustPolicy says.</summary>
    public DeviceCas Current(DateTimeOffset now)
    {
        if (!looking.TryEnter())
            return current; // somebody looks
        try
        {
            if ((now - looked).Duration() < TrustPolicy.CrlLookEvery)
                return current;
            looked = now;
            if (Array.Exists(pinned, one => one.HasChanged()))
                current = new DeviceCas([.. pinned.Select(one => one.Look())]);
            return current;
        }
        finally
        {
            looking.Exit();
        }
    }

    private static Pinned[] Load(string folder, bool isProduction)
    {
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.EnumerateFiles(folder, "*.crt").Order(StringComparer.Ordinal)
                .Select(path => new Pinned(LoadCertificate(path, isProduction), isProduction, path)),
        ];
    }

    private static X509Certificate2 LoadCertificate(string path, bool isProduction)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
        }
        catch (CryptographicException exception)
        {
            throw new InvalidOperationException(
                $"operator/device-cas: {Path.GetFileName(path)} is not a PEM certificate", exception);
        }

        if (isProduction && IsDevelopment(certificate))
        {
            throw new InvalidOperationException(
                $"operator/device-cas/production: {Path.GetFileName(path)} is the certificate of a development CA");
        }

        return certificate;
    }

    private static bool IsDevelopment(X509Certificate2 certificate) =>
        certificate.SubjectName.EnumerateRelativeDistinguishedNames().Any(name => !name.HasMultipleElements
            && name.GetSingleElementType().Value == OrganizationalUnit
            && name.GetSingleElementValue() == DevelopmentUnit);

    /// <summary>A certificate and the file of its list.</summary>
    private sealed class Pinned(X509Certificate2 certificate, bool isProduction, string certificateFile)
    {
        private (bool Exists, DateTime WrittenAt, long Length) seen;
        private DeviceCa? last;

        public string ListFile { get; } = Path.ChangeExtension(certificateFile, ".crl");

        public bool HasChanged() => Stamp() != seen;

        public DeviceCa Look()
        {
            (bool Exists, DateTime WrittenAt, long Length) stamp = Stamp();
            if (last is not null && stamp == seen)
                return last;
            seen = stamp;
            last = new DeviceCa(certificate, isProduction, Read(stamp.Exists));
            return last;
        }

        private RevocationList Read(bool exists)
        {
            if (!exists)
                return RevocationList.Missing;
            try
            {
                using FileStream stream = File.OpenRead(ListFile);
                byte[] bytes = new byte[Math.Min(stream.Length, TrustPolicy.CrlMaxBytes + 1L)];
                int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                return CrlReader.Read(bytes.AsMemory(0, length), certificate);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return RevocationList.Unusable(CrlState.Unreadable);
            }
        }

        private (bool Exists, DateTime WrittenAt, long Length) Stamp()
        {
            FileInfo file = new(ListFile);
            return file.Exists ? (true, file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
