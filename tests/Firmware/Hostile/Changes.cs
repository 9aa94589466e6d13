namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>What of a beacon's state is another one afterwards.</summary>
internal sealed class Changes(params (string Name, string Value)[] state)
{
    /// <summary>Names of what differs, for the end of an outcome; empty for nothing.</summary>
    internal string Since(Changes before)
    {
        string[] names = [.. state.Except(before.State).Select(value => value.Name)];
        return names.Length == 0 ? "" : $"; changed {string.Join(", ", names)}";
    }

    private (string Name, string Value)[] State => state;
}
