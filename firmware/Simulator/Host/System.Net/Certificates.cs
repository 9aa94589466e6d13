using System.Text;
using LumenLink.Simulator;

namespace System.Net.Security
{
    /// <summary>The certificates that the board trusts.</summary>
    public static class CertificateManager
    {
        public static bool AddCaCertificateBundle(string ca) => AddCaCertificateBundle(Encoding.UTF8.GetBytes(ca));

        public static bool AddCaCertificateBundle(byte[] ca)
        {
            ArgumentNullException.ThrowIfNull(ca);
            Strand.HostCall().Run.Board.TrustedCertificates = ca;
            return true;
        }
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    /// <summary>A certificate, PEM or DER.</summary>
    public class X509Certificate
    {
        private readonly HostCertificate? _content;

        public X509Certificate()
        {
        }

        public X509Certificate(byte[] certificate) => _content = new HostCertificate(certificate);

        public X509Certificate(string certificate)
            : this(Encoding.UTF8.GetBytes(certificate))
        {
        }

        public virtual string Issuer => Content.Issuer;

        public virtual string Subject => Content.Subject;

        private protected HostCertificate Content => _content ?? throw new InvalidOperationException();

        public virtual NanoDateTime GetEffectiveDate() => new(Content.NotBeforeTicks);

        public virtual NanoDateTime GetExpirationDate() => new(Content.NotAfterTicks);

        public virtual byte[] GetRawCertData() => Content.Raw;
    }

    /// <summary>A certificate that may have a private key.</summary>
    public class X509Certificate2 : X509Certificate
    {
        public X509Certificate2()
        {
        }

        public X509Certificate2(byte[] rawData)
            : base(rawData)
        {
        }

        public X509Certificate2(string certificate)
            : base(certificate)
        {
        }

        public X509Certificate2(string rawData, string key, string? password)
            : this(Encoding.UTF8.GetBytes(rawData), Encoding.UTF8.GetBytes(key), password)
        {
        }

        public X509Certificate2(byte[] rawData, string key, string? password)
            : this(rawData, Encoding.UTF8.GetBytes(key), password)
        {
        }

        public X509Certificate2(byte[] rawData, byte[] key, string? password)
            : base(rawData)
        {
            ArgumentNullException.ThrowIfNull(key);
            PrivateKey = key;
        }

        public bool HasPrivateKey => PrivateKey is not null;

        public NanoDateTime NotAfter => GetExpirationDate();

        public NanoDateTime NotBefore => GetEffectiveDate();

        public byte[] RawData => GetRawCertData();

        internal byte[]? PrivateKey { get; }
    }
}
