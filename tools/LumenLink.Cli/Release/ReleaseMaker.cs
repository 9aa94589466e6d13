using System.Reflection;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Release;

/// <summary>Measures what a release deploys: the assemblies that the beacon measures in its claim.</summary>
internal static class ReleaseMaker
{
    /// <summary>In the order of the claim (docs/firmware-development.md).</summary>
    private static readonly string[] Measured = ["LumenLink.Protocol", "LumenLink.Beacon.Core", "LumenLink.Beacon"];

    /// <summary>The image of a folder with the built firmware.</summary>
    /// <param name="folder">Holds the assemblies.</param>
    /// <param name="hardwareModels">What it is for.</param>
    /// <exception cref="ReleaseException">An assembly is missing or is none.</exception>
    public static ReleaseImage Measure(string folder, IReadOnlyList<int> hardwareModels) =>
        new(hardwareModels, [.. Measured.Select(name => Read(Path.Combine(folder, name + ".dll"), name))]);

    private static ReleaseAssembly Read(string file, string name)
    {
        try
        {
            AssemblyName read = AssemblyName.GetAssemblyName(file);
            return read.Name == name && read.Version is { } version
                ? new ReleaseAssembly(name, version.ToString(4))
                : throw new ReleaseException($"{file} is the assembly {read.Name}.");
        }
        catch (Exception problem) when (problem is IOException or BadImageFormatException)
        {
            throw new ReleaseException($"{file} is not there or is no assembly: build the firmware first.");
        }
    }
}
