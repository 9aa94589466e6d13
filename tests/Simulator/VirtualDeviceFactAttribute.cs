using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// A test that needs nanoFramework's virtual device; where it is absent the test is reported as skipped, by name.
/// </summary>
public sealed class VirtualDeviceFactAttribute : FactAttribute
{
    public VirtualDeviceFactAttribute()
    {
        if (VirtualDevice.Find(out string missing) is null) Skip = missing;
    }
}
