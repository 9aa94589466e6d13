namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>A condition of the device's sources on which something is refused, or forgotten.</summary>
/// <param name="Number">From 1, in the order of <see cref="DeviceSources.Checked"/>.</param>
/// <param name="Place">Class and method.</param>
/// <param name="Condition">Its text, with a number behind it where the method has the same again.</param>
/// <param name="HandsOn">It decides nothing by itself: it hands on what another method in the list has found.</param>
internal sealed record DeviceCheck(int Number, string Place, string Condition, bool HandsOn)
{
    internal string Name => $"{Place}: {Condition}";
}
