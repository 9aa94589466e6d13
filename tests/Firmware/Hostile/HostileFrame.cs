namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>
/// A frame, or what surrounds one, that a beacon must refuse. All that the attacker could have signed or sealed is
/// signed or sealed anew, so that one check stands in its way.
/// </summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Outcome">What the beacon makes of it: all that it says, counts and changes. What is not named here is
/// as it was, and the next genuine frame is taken.</param>
/// <param name="Run">Lets it come, then a genuine one; what was seen, in the words of
/// <paramref name="Outcome"/>.</param>
internal sealed record HostileFrame(string Name, string Outcome, Func<string> Run);

/// <summary>All of them.</summary>
internal static class HostileFrames
{
    internal static HostileFrame[] All { get; } =
    [
        .. ChallengeFrames.All, .. ResultFrames.All, .. RefusalFrames.All, .. CommandFrames.All, .. ConfigFrames.All,
        .. ReceiptFrames.All, .. UplinkFrames.All,
    ];

    /// <summary>Runs one; also called in another load context, hence by its number.</summary>
    internal static string Run(int index)
    {
        try
        {
            return All[index].Run();
        }
        catch (Exception thrown)
        {
            return $"threw {thrown.GetType().Name}";
        }
    }
}
