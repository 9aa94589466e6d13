namespace LumenLink.Tests.Cli;

/// <summary>
/// Needs openssl (Debian package: openssl). Skipped where there is none, unless LUMENLINK_REQUIRE_OPENSSL=1.
/// </summary>
public sealed class OpensslFact : FactAttribute
{
    internal const string Program = "/usr/bin/openssl";

    public OpensslFact()
    {
        if (!File.Exists(Program) && Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_OPENSSL") != "1")
            Skip = $"{Program} is not there; install the Debian package openssl to run this";
    }
}

/// <summary>
/// Needs SoftHSM (Debian package: softhsm2) and openssl. Skipped where they are not, unless
/// LUMENLINK_REQUIRE_SOFTHSM=1.
/// </summary>
public sealed class SoftHsmFact : FactAttribute
{
    internal const string Program = "/usr/bin/softhsm2-util";
    internal const string Module = "/usr/lib/softhsm/libsofthsm2.so";

    public SoftHsmFact()
    {
        bool isThere = File.Exists(Program) && File.Exists(Module) && File.Exists(OpensslFact.Program);
        if (!isThere && Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_SOFTHSM") != "1")
            Skip = $"{Program} or {OpensslFact.Program} is not there; install the Debian packages softhsm2 and openssl";
    }
}
