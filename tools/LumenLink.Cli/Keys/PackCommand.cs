using System.CommandLine;
using LumenLink.Client;

namespace LumenLink.Cli.Keys;

/// <summary>
/// lumen pack: checks a pack as a client does, without a network. Exit status: 0 good, 1 not, 2 bad input.
/// </summary>
internal static class PackCommand
{
    private const int Good = ExitStatus.Done;
    private const int NotGood = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;

    /// <summary>The command.</summary>
    /// <param name="time">Clock that a pack must hold by.</param>
    internal static Command Create(TimeProvider time)
    {
        Argument<string> file = new("file")
        {
            Description = "a pack as POST /api/v1/config gave it",
            HelpName = "FILE",
        };
        Option<string[]> roots = new("--root")
        {
            Description = "public key of an operator root, root.pub; once for each that is pinned",
            HelpName = "FILE",
            Required = true,
        };
        Option<string> audience = new("--audience")
        {
            Description = "name of the deployment",
            HelpName = "NAME",
            DefaultValueFactory = _ => "lumenlink-dev",
        };
        Option<uint> key = new("--seen-key") { Description = "highest version of a key seen", HelpName = "N" };
        Option<long> version = new("--seen-version")
        {
            Description = "highest version of a pack seen",
            HelpName = "N",
        };
        Command pack = new("pack", "Check a pack offline with pinned roots, and print what it says.")
        {
            file, roots, audience, key, version,
        };
        pack.SetAction(parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                PackPins pins = new()
                {
                    Roots = [.. parsed.GetValue(roots)!.Select(File.ReadAllBytes)],
                    Audience = parsed.GetValue(audience)!,
                    CertificateVersion = parsed.GetValue(key),
                    PackVersion = parsed.GetValue(version),
                };
                PackCheck check = PackVerifier.Verify(
                    File.ReadAllText(parsed.GetValue(file)!).Trim(), pins, time.GetUtcNow());
                if (check.Verdict != PackVerdict.Good)
                {
                    console.Error.WriteLine($"error: {check.Verdict}");
                    return NotGood;
                }

                console.Output.WriteLine(check.Pack!.Payload.GetRawText());
                console.Error.WriteLine($"good; key version {check.Pins.CertificateVersion}");
                return Good;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                console.Error.WriteLine("error: " + problem.Message);
                return BadInput;
            }
        });
        return pack;
    }
}
