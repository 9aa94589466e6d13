using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LumenLink.Cli.Authority;

/// <summary>
/// The folder of a CA: root.crt, device-ca.crt, device-ca.crl, ca.json, issued/SERIAL.crt, and *-key.pem if keys are in
/// files. Every file appears whole or not at all.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class AuthorityFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Index => In("ca.json");

    public string RootCertificate => In("root.crt");

    public string DeviceCaCertificate => In("device-ca.crt");

    public string RevocationList => In("device-ca.crl");

    private string LockFile => In(".lock");

    public string Issued(string serial) => System.IO.Path.Combine(Path, "issued", serial + ".crt");

    /// <summary>Reads what the CA knows.</summary>
    /// <exception cref="AuthorityException">There is no CA here.</exception>
    public AuthorityIndex ReadIndex() => File.Exists(Index)
        ? AuthorityIndex.Parse(File.ReadAllBytes(Index))
        : throw new AuthorityException($"There is no CA in {Path}: --ca names its folder, lumen ca init makes one.");

    /// <summary>Reads one of its certificates.</summary>
    public static X509Certificate2 ReadCertificate(string file)
    {
        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(file));
        }
        catch (Exception error) when (error is CryptographicException or FileNotFoundException)
        {
            throw new AuthorityException($"{file} is missing or no certificate: put it back from the backup.", false);
        }
    }

    /// <summary>Keeps others out as long as the result lives.</summary>
    /// <exception cref="AuthorityException">Another one works here.</exception>
    public IDisposable Lock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (Directory.Exists(Path))
        {
            throw new AuthorityException($"Another lumen ca works in {Path}: try again when it is done.", false);
        }
    }

    /// <summary>Writes what the CA knows.</summary>
    public void Write(AuthorityIndex index) => Write(Index, AuthorityIndex.Text(index) + "\n");

    /// <summary>Writes a file as a whole, making its folder: nobody ever reads a part of it.</summary>
    public static void Write(string file, string text)
    {
        string target = System.IO.Path.GetFullPath(file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        string written = target + ".new";
        using (FileStream stream = new(written, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(written, target, overwrite: true);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
