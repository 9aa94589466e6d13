using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LumenLink.Rendezvous.Trust;

/// <summary>Looks into a beacon's X.509 certificate.</summary>
internal static class DeviceCertificates
{
    /// <summary>
    /// The P-256 key that it certifies, X || Y; null when it certifies another kind or is no certificate.
    /// </summary>
    public static byte[]? PublicKey(byte[] certificate)
    {
        try
        {
            using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(certificate);
            return PublicKey(parsed);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="PublicKey(byte[])"/>
    public static byte[]? PublicKey(X509Certificate2 certificate)
    {
        try
        {
            using ECDsa? key = certificate.GetECDsaPublicKey();
            if (key is not { KeySize: 256 })
                return null;
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            return parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? P256.PublicKey(parameters)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
