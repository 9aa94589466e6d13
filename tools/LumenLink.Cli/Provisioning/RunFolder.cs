namespace LumenLink.Cli.Provisioning;

/// <summary>Where everything of one run lies: operator secrets, boards, database, logs, pid files.</summary>
/// <param name="path">The folder; made when it is not there.</param>
internal sealed class RunFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Operator => In("operator");

    public string OperatorRootKey => In("operator", "root-key.pem");

    public string OperatorRootPublic => In("operator", "root.pub");

    public string DeviceCaCertificate => In("operator", "device-cas", "development", "device-ca.crt");

    public string DeviceCaKey => In("operator", "device-ca-key.pem");

    public string ForeignCaCertificate => In("operator", "foreign-ca.crt");

    public string ForeignCaPinned => In("operator", "device-cas", "development", "foreign-ca.crt");

    public string ForeignCaKey => In("operator", "foreign-ca-key.pem");

    public string Enrolments => In("enrolments");

    public string Database => In("lumenlink.db");

    public string FleetReport => In("fleet-report.json");

    public string ServicePid => In("service.pid");

    public string FleetPid => In("fleet.pid");

    public string ServiceLog => In("service.log");

    public string FleetLog => In("fleet.log");

    public string Enrolment(string receiver) => In("enrolments", receiver + ".json");

    public string BoardChip(string receiver) => In("boards", receiver, "chip.bin");

    public string BoardIdentity(string receiver) => In("boards", receiver, "flash", "identity");

    public string BoardConfiguration(string receiver) => In("boards", receiver, "flash", "lumenlink.cfg");

    /// <summary>Writes a file that only its owner may read, making its folder.</summary>
    public static void WriteSecret(string file, string text) =>
        WriteSecret(file, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file that only its owner may read, making its folder.</summary>
    public static void WriteSecret(string file, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(bytes);
    }

    /// <summary>Writes a file, making its folder.</summary>
    public static void Write(string file, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }

    private string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
